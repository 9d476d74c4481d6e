package pages

import "github.com/yishi-project/yishi/deliberation"

// StationsView is who works at the polling stations of an election 投票站工作人员.
type StationsView struct {
	Page
	P     deliberation.Process
	Crews []CrewLine
	// Staff and Scrutineers are how many each station needs, nought where no text says.
	Staff, Scrutineers int
	Source             string
	// Station, Watching and Others are what was typed.
	Station, Watching, Others string
	Problem                   *Problem
}

// CrewLine is the staff of one station by name.
type CrewLine struct {
	Station             string
	Scrutineers, Others []string
}

func (v StationsView) path() string { return "/processes/" + string(v.P.ID) + "/stations" }

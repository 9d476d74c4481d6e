package pages

import "github.com/yishi-project/yishi/deliberation"

// StartOpenTalkView is the form that invites to an open talk.
type StartOpenTalkView struct {
	Page
	Topic, Summary string
	// Every is how often one is held, nil where no rule says so.
	Every   *deliberation.CountRule
	Key     string
	Problem *Problem
}

// TalkLine is what was raised in an open talk, and what became of it.
type TalkLine struct {
	Item                  deliberation.TalkItem
	Text, Answer, Report  string
	MaySettle, MayForward bool
}

package activities

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Choosings keeps what a choice 推选 asks of the record. Names and kinship never leave it
// towards the engine.
type Choosings interface {
	// ChoosingStandings gives what the record says of the persons on the day, by the strokes
	// of their surnames: whether they are adult residents (of the group, where one is
	// named), which offices they hold, and whether they are near relatives of who holds one
	// of the offices beside.
	ChoosingStandings(ctx context.Context, c deliberation.CommunityID, group string, ids []deliberation.PersonID, beside []deliberation.Office, on deliberation.Date) ([]deliberation.ChoosingStanding, error)
	// FileChoosingSheets files the question of each list as it is put to the vote. A second
	// call of the same serial gives the same.
	FileChoosingSheets(ctx context.Context, p deliberation.ProcessID, serial string, lists []deliberation.ChoosingList, at time.Time) ([]deliberation.ChoosingList, error)
}

// ChoosingStandingsInput names the persons and the day.
type ChoosingStandingsInput struct {
	Community deliberation.CommunityID `json:"community"`
	Group     string                   `json:"group,omitempty"`
	People    []deliberation.PersonID  `json:"people"`
	Beside    []deliberation.Office    `json:"beside,omitempty"`
	On        deliberation.Date        `json:"on"`
}

// ChoosingStandings looks at who is to stand. It writes nothing.
func (a *Activities) ChoosingStandings(ctx context.Context, in ChoosingStandingsInput) ([]deliberation.ChoosingStanding, error) {
	list, err := a.Choosings.ChoosingStandings(ctx, in.Community, in.Group, in.People, in.Beside, in.On)
	return list, translate(err)
}

// ChoosingSheetsInput says which ballot of the process the lists are for.
type ChoosingSheetsInput struct {
	Process deliberation.ProcessID      `json:"process"`
	Serial  string                      `json:"serial"`
	Lists   []deliberation.ChoosingList `json:"lists"`
	At      time.Time                   `json:"at"`
}

// FileChoosingSheets makes papers of the lists, so that the engine learns ids only. A
// second run gives the same.
func (a *Activities) FileChoosingSheets(ctx context.Context, in ChoosingSheetsInput) ([]deliberation.ChoosingList, error) {
	lists, err := a.Choosings.FileChoosingSheets(ctx, in.Process, in.Serial, in.Lists, in.At)
	return lists, translate(err)
}

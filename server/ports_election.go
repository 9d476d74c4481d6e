package server

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Elections is what people do at an election besides acts: the registration desk,
// nominations, the lists of mobile boxes.
type Elections interface {
	// EnterRegistration writes down what somebody stated, in place of what they stated
	// before, until the list is published (RefuseTooLate).
	EnterRegistration(ctx context.Context, p deliberation.ProcessID, e deliberation.RegisterEntry, by deliberation.PersonID, at time.Time) error
	// RegistrationEntries gives everybody whom the desk may register, with what the rules
	// say of them for election day.
	RegistrationEntries(ctx context.Context, p deliberation.ProcessID) ([]deliberation.RegistrationLine, error)
	// CorrectElectors changes the published list, until the roll of a poll is frozen.
	CorrectElectors(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID, in bool, reason deliberation.RegistrationReason, by deliberation.PersonID, at time.Time) error
	// ElectorList gives the published list, who was left out too; none before.
	ElectorList(ctx context.Context, p deliberation.ProcessID) ([]deliberation.ElectorLine, error)
	// LodgeNomination hands a nomination in while nominations are open (RefuseTooLate). An
	// elector signs one only (RefuseTwice); who is not registered signs none (RefuseNotOnRoll).
	LodgeNomination(ctx context.Context, p deliberation.ProcessID, n deliberation.LodgedNomination, by deliberation.PersonID, at time.Time) error
	Nominations(ctx context.Context, p deliberation.ProcessID) ([]deliberation.LodgedNomination, error)
	// SetMobileList says who votes at a mobile box 流动票箱, until the poll is opened.
	SetMobileList(ctx context.Context, m deliberation.MeetingID, station string, persons []deliberation.PersonID, by deliberation.PersonID, at time.Time) error
	MobileLists(ctx context.Context, m deliberation.MeetingID) (map[string][]deliberation.PersonID, error)
	// SetStationCrew says who works at a polling station or mobile box (RefuseUnlawfulElection).
	SetStationCrew(ctx context.Context, p deliberation.ProcessID, station string, crew deliberation.StationCrew, by deliberation.PersonID, at time.Time) error
	StationCrews(ctx context.Context, p deliberation.ProcessID) (map[string]deliberation.StationCrew, error)
	// ElectedAndRecalled gives the elections and recalls of a community, newest first.
	ElectedAndRecalled(ctx context.Context, c deliberation.CommunityID) ([]deliberation.Process, error)
	// CountOf gives the count of a poll with its paper and how many ballots of the web were counted.
	CountOf(ctx context.Context, poll deliberation.PollID) (deliberation.Count, deliberation.PaperCount, int, error)
}

package activities

import (
	"context"
	"errors"

	"github.com/yishi-project/yishi/deliberation"
)

// DutyStarts is the record from which the calendar begins what is due.
type DutyStarts interface {
	Community(ctx context.Context, id deliberation.CommunityID) (deliberation.Community, error)
	// StartRecord gives what the calendar must know of a community, and notes the day
	// the first time.
	StartRecord(ctx context.Context, c deliberation.CommunityID, on deliberation.Date) (deliberation.DutyStartRecord, error)
	// CreateProcess writes the row of a case before its workflow starts. The same id
	// again changes nothing; what somebody else began meanwhile is refused (RefuseTwice).
	CreateProcess(ctx context.Context, p deliberation.Process) error
	Proceeding(ctx context.Context, id deliberation.ProcessID) (deliberation.Proceeding, error)
}

// Packs chooses the rule pack of a new process.
type Packs interface {
	PackFor(kind deliberation.CommunityKind, place string, start deliberation.Date, asked string) (deliberation.Pack, error)
}

// Starter starts processes. The same id again is not an error.
type Starter interface {
	Start(ctx context.Context, p deliberation.Process) error
}

// DutiesDueInput asks what ought to begin in the community by the day.
type DutiesDueInput struct {
	Community deliberation.CommunityID `json:"community"`
	On        deliberation.Date        `json:"on"`
}

// DutiesDue gives what ought to begin, by the law of the day. The first run in a
// community notes the day from which the calendar looks after it.
func (a *Activities) DutiesDue(ctx context.Context, in DutiesDueInput) ([]deliberation.DutyStart, error) {
	c, pack, err := a.lawOfTheDay(ctx, in.Community, in.On)
	if err != nil {
		return nil, err
	}
	rules, err := deliberation.DutyStartsOf(pack)
	if err != nil {
		return nil, err
	}
	r, err := a.DutyStarts.StartRecord(ctx, c.ID, in.On)
	if err != nil {
		return nil, translate(err)
	}
	return deliberation.StartsOn(rules, r, c.ID, in.On), nil
}

// BeginDutyInput names what the calendar begins on the day, and the clock it runs by.
type BeginDutyInput struct {
	Community deliberation.CommunityID `json:"community"`
	On        deliberation.Date        `json:"on"`
	Clock     deliberation.Clock       `json:"clock"`
	Duty      deliberation.DutyStart   `json:"duty"`
}

// BeginDuty begins what is due. A second run begins the same process again, which
// changes nothing; where somebody began it meanwhile, theirs stands.
func (a *Activities) BeginDuty(ctx context.Context, in BeginDutyInput) error {
	c, pack, err := a.lawOfTheDay(ctx, in.Community, in.On)
	if err != nil {
		return err
	}
	p := in.Duty.Begin(pack, c, in.On, in.Clock)
	switch err := a.DutyStarts.CreateProcess(ctx, p); {
	case errors.Is(err, deliberation.Refuse(deliberation.RefuseTwice)):
		return nil
	case err != nil:
		return translate(err)
	}
	kept, err := a.DutyStarts.Proceeding(ctx, p.ID) // of an earlier day where that run broke off
	if err != nil {
		return translate(err)
	}
	return translate(a.Starter.Start(ctx, kept.Process))
}

func (a *Activities) lawOfTheDay(ctx context.Context, id deliberation.CommunityID, on deliberation.Date) (deliberation.Community, deliberation.Pack, error) {
	c, err := a.DutyStarts.Community(ctx, id)
	if err != nil {
		return c, deliberation.Pack{}, translate(err)
	}
	pack, err := a.Packs.PackFor(c.Kind, c.Place, on, "")
	return c, pack, translate(err)
}

package server

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// hearingsHere keeps one hearing as the store does, for one town.
type hearingsHere struct {
	plan    *deliberation.HearingPlan
	experts []deliberation.Expert
	signUps []deliberation.SignUp
	said    []deliberation.Statement
	closed  bool
	settled bool
	until   time.Time
}

func (h *hearingsHere) PlanHearing(_ context.Context, p deliberation.HearingPlan, _ deliberation.PersonID, _ time.Time) error {
	if h.settled {
		return deliberation.Refuse(deliberation.RefuseOutOfOrder)
	}
	h.plan = &p
	return nil
}

func (h *hearingsHere) HearingPlan(context.Context, deliberation.ProcessID) (deliberation.HearingPlan, error) {
	if h.plan == nil {
		return deliberation.HearingPlan{}, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return *h.plan, nil
}

func (h *hearingsHere) AddExpert(_ context.Context, x deliberation.Expert) (string, error) {
	x.ID = fmt.Sprint("x", len(h.experts)+1)
	h.experts = append(h.experts, x)
	return x.ID, nil
}

func (h *hearingsHere) Experts(context.Context, deliberation.ProcessID) ([]deliberation.Expert, error) {
	return slices.Clone(h.experts), nil
}

func (h *hearingsHere) SignUp(_ context.Context, u deliberation.SignUp) (int, error) {
	if h.plan == nil {
		return 0, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	if h.plan.Count(nil).On(u.Person.ID) {
		return 0, deliberation.Refuse(deliberation.RefuseOnPanel)
	}
	if !u.At.Before(h.until) {
		return 0, &deliberation.Refusal{Code: deliberation.RefuseTooLate, Latest: h.until}
	}
	for _, o := range h.signUps {
		switch {
		case o.Person.ID != u.Person.ID:
		case o.Side != u.Side:
			return 0, deliberation.Refuse(deliberation.RefuseOtherSide)
		default:
			return 0, deliberation.Refuse(deliberation.RefuseTwice)
		}
	}
	u.Number = len(h.signUps) + 1
	h.signUps = append(h.signUps, u)
	return u.Number, nil
}

func (h *hearingsHere) WithdrawSignUp(_ context.Context, _ deliberation.ProcessID, person deliberation.PersonID, _ time.Time) error {
	before := len(h.signUps)
	h.signUps = slices.DeleteFunc(h.signUps, func(u deliberation.SignUp) bool { return u.Person.ID == person })
	if len(h.signUps) == before {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return nil
}

func (h *hearingsHere) SignUps(context.Context, deliberation.ProcessID) ([]deliberation.SignUp, error) {
	return slices.Clone(h.signUps), nil
}

func (h *hearingsHere) SignUpNumbers(context.Context, deliberation.ProcessID) (list []deliberation.SignUpNumber, _ error) {
	for _, u := range h.signUps {
		list = append(list, deliberation.SignUpNumber{Number: u.Number, Side: u.Side})
	}
	return list, nil
}

func (h *hearingsHere) SignUpOf(_ context.Context, _ deliberation.ProcessID, person deliberation.PersonID) (deliberation.SignUp, error) {
	for _, u := range h.signUps {
		if u.Person.ID == person {
			return u, nil
		}
	}
	return deliberation.SignUp{}, deliberation.Refuse(deliberation.RefuseNotFound)
}

func (h *hearingsHere) AddStatement(_ context.Context, x deliberation.Statement) (int, error) {
	for _, o := range h.said {
		if o.ID == x.ID {
			return o.Number, nil
		}
	}
	switch {
	case h.closed:
		return 0, deliberation.Refuse(deliberation.RefuseTooLate)
	case x.Kind == deliberation.ExpertOpinion && slices.ContainsFunc(h.experts, func(e deliberation.Expert) bool {
		return e.ID == x.Expert && e.Interest == deliberation.DirectInterest
	}):
		return 0, deliberation.Refuse(deliberation.RefuseInterest)
	case x.Kind != deliberation.ExpertOpinion && !slices.ContainsFunc(h.signUps, func(u deliberation.SignUp) bool { return u.Person.ID == x.Person && u.Chosen }):
		return 0, deliberation.Refuse(deliberation.RefuseNotOnRoll)
	}
	x.Number = len(h.said) + 1
	h.said = append(h.said, x)
	return x.Number, nil
}

func (h *hearingsHere) DisposeStatement(_ context.Context, x deliberation.Statement) error {
	for i := range h.said {
		if h.said[i].ID == x.ID {
			h.said[i].Disposition, h.said[i].Reason = x.Disposition, x.Reason
		}
	}
	return nil
}

func (h *hearingsHere) Statements(context.Context, deliberation.ProcessID) ([]deliberation.Statement, error) {
	return slices.Clone(h.said), nil
}

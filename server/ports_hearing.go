package server

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Hearings is what hearings and appraisals 听证会、论证会 rest on: plans, sign-ups,
// experts and statements.
type Hearings interface {
	// PlanHearing keeps the plan until it is settled (RefuseOutOfOrder).
	PlanHearing(ctx context.Context, h deliberation.HearingPlan, by deliberation.PersonID, at time.Time) error
	// HearingPlan gives the plan (RefuseNotFound while there is none).
	HearingPlan(ctx context.Context, p deliberation.ProcessID) (deliberation.HearingPlan, error)
	AddExpert(ctx context.Context, x deliberation.Expert) (id string, err error)
	Experts(ctx context.Context, p deliberation.ProcessID) ([]deliberation.Expert, error)
	// SignUp signs somebody up for a side, once and for one side only (RefuseTwice,
	// RefuseOtherSide), until the closing moment (RefuseTooLate); whom the matter does
	// not touch is refused (RefuseNotAffected), and who hears it (RefuseOnPanel).
	SignUp(ctx context.Context, u deliberation.SignUp) (number int, err error)
	WithdrawSignUp(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID, at time.Time) error
	// SignUps gives everybody who signed up with their names; SignUpNumbers the list that
	// the lots are drawn from; SignUpOf a person's own.
	SignUps(ctx context.Context, p deliberation.ProcessID) ([]deliberation.SignUp, error)
	SignUpNumbers(ctx context.Context, p deliberation.ProcessID) ([]deliberation.SignUpNumber, error)
	SignUpOf(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID) (deliberation.SignUp, error)
	// AddStatement writes down what one whom the lots chose said (RefuseNotOnRoll), or an
	// expert without a direct interest (RefuseInterest), until the report (RefuseTooLate).
	AddStatement(ctx context.Context, x deliberation.Statement) (number int, err error)
	DisposeStatement(ctx context.Context, x deliberation.Statement) error
	Statements(ctx context.Context, p deliberation.ProcessID) ([]deliberation.Statement, error)
}

package activities

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Hearings keeps what a hearing rests on: its plan, who signed up, and what was said.
type Hearings interface {
	// SettlePlan holds the plan against the rules and settles it. A second call gives the same.
	SettlePlan(ctx context.Context, p deliberation.ProcessID, rules deliberation.HearingRules) (deliberation.PlanCount, error)
	// OpenSignUp opens the window of the round, or moves its end, and gives the
	// commitment to the seed of the draw. A second call gives the same.
	OpenSignUp(ctx context.Context, p deliberation.ProcessID, round int, opened, until time.Time) (commitment string, err error)
	// CloseSignUp closes the window and draws lots, so that no sign-up falls between. A
	// second call gives the same draw and those it chose.
	CloseSignUp(ctx context.Context, p deliberation.ProcessID, round int, days deliberation.DaysRule, at time.Time) (deliberation.DrawnData, []deliberation.PersonID, error)
	// HearingSpeakers gives who spoke at the sitting.
	HearingSpeakers(ctx context.Context, p deliberation.ProcessID, m deliberation.MeetingID) ([]deliberation.PersonID, error)
	// CloseStatements counts the statements and, where the report may stand on them, takes no more.
	CloseStatements(ctx context.Context, p deliberation.ProcessID, rules deliberation.HearingRules, conclusion deliberation.Finding) (deliberation.StatementCount, error)
}

// SettlePlanInput names the hearing and the rules of its plan.
type SettlePlanInput struct {
	Process deliberation.ProcessID    `json:"process"`
	Rules   deliberation.HearingRules `json:"rules"`
}

// SettlePlan settles the plan of a hearing. A second run gives the same.
func (a *Activities) SettlePlan(ctx context.Context, in SettlePlanInput) (deliberation.PlanCount, error) {
	n, err := a.Hearings.SettlePlan(ctx, in.Process, in.Rules)
	return n, translate(err)
}

// OpenSignUpInput opens the sign-up of a hearing's round.
type OpenSignUpInput struct {
	Process deliberation.ProcessID `json:"process"`
	Round   int                    `json:"round"`
	Opened  time.Time              `json:"opened"`
	Until   time.Time              `json:"until"`
}

// OpenSignUp lets people sign up and gives the commitment to the seed of the draw. A
// second run gives the same.
func (a *Activities) OpenSignUp(ctx context.Context, in OpenSignUpInput) (string, error) {
	commitment, err := a.Hearings.OpenSignUp(ctx, in.Process, in.Round, in.Opened, in.Until)
	return commitment, translate(err)
}

// CloseSignUpInput names the round of a hearing and the civil moment of its close.
type CloseSignUpInput struct {
	Process deliberation.ProcessID `json:"process"`
	Round   int                    `json:"round"`
	Days    deliberation.DaysRule  `json:"days"`
	At      time.Time              `json:"at"`
}

// DrawResult is a draw with those it chose.
type DrawResult struct {
	Drawn  deliberation.DrawnData  `json:"drawn"`
	Chosen []deliberation.PersonID `json:"chosen"`
}

// CloseSignUp closes the sign-up and draws lots. A second run gives the same draw.
func (a *Activities) CloseSignUp(ctx context.Context, in CloseSignUpInput) (DrawResult, error) {
	drawn, chosen, err := a.Hearings.CloseSignUp(ctx, in.Process, in.Round, in.Days, in.At)
	return DrawResult{drawn, chosen}, translate(err)
}

// HearingSpeakersInput names the sitting of a hearing.
type HearingSpeakersInput struct {
	Process deliberation.ProcessID `json:"process"`
	Meeting deliberation.MeetingID `json:"meeting"`
}

// HearingSpeakers gives who spoke at the sitting. It writes nothing.
func (a *Activities) HearingSpeakers(ctx context.Context, in HearingSpeakersInput) ([]deliberation.PersonID, error) {
	ids, err := a.Hearings.HearingSpeakers(ctx, in.Process, in.Meeting)
	return ids, translate(err)
}

// CloseStatementsInput names the hearing, its rules, and the conclusion of an appraisal.
type CloseStatementsInput struct {
	Process    deliberation.ProcessID    `json:"process"`
	Rules      deliberation.HearingRules `json:"rules"`
	Conclusion deliberation.Finding      `json:"conclusion,omitempty"`
}

// CloseStatements counts what was said; one without a disposition is refused. A
// second run gives the same.
func (a *Activities) CloseStatements(ctx context.Context, in CloseStatementsInput) (deliberation.StatementCount, error) {
	n, err := a.Hearings.CloseStatements(ctx, in.Process, in.Rules, in.Conclusion)
	return n, translate(err)
}

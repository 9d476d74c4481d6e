package dossier

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

func (c *town) HearingPlan(context.Context, deliberation.ProcessID) (deliberation.HearingPlan, error) {
	return c.heard.plan, nil
}

func (c *town) SignUps(context.Context, deliberation.ProcessID) ([]deliberation.SignUp, error) {
	return c.heard.signUps, nil
}

func (c *town) Experts(context.Context, deliberation.ProcessID) ([]deliberation.Expert, error) {
	return c.heard.experts, nil
}

func (c *town) Statements(context.Context, deliberation.ProcessID) ([]deliberation.Statement, error) {
	return c.heard.said, nil
}

// hearingHere is what the store keeps of a hearing.
type hearingHere struct {
	plan    deliberation.HearingPlan
	signUps []deliberation.SignUp
	experts []deliberation.Expert
	said    []deliberation.Statement
}

package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// announced is how a change of who holds an office is told 公告、备案 (S-VE 第四十六条).
type announced struct {
	key  string                // of the days it hangs, by the law of the day
	by   deliberation.DaysRule // both are due within, from the day of the change
	from deliberation.Date
}

// announce posts a change and has it filed at the same time: the filing does not wait until
// the paper has hung. then comes after both.
func (p *proceeding) announce(ctx workflow.Context, a announced, filed *bool, then func(workflow.Context) error) (deliberation.Outcome, error) {
	if !*filed { // else in an earlier run
		var l deliberation.Limit
		if err := p.look(ctx, acts.Deadline, activities.DeadlineInput{Event: a.from, Days: a.by.Days}, &l); err != nil {
			return "", err
		}
		var t *task
		t = p.ask(ctx, request{due: l.Date.End(), basis: &a.by.Basis, acceptance: acceptance{kind: deliberation.FileResolution,
			do: func(ctx workflow.Context, act deliberation.Act) (deliberation.Receipt, error) {
				*filed = true
				p.done(ctx, t, act)
				return p.recordFacts(ctx, act, p.fact(deliberation.FactFiled, string(p.Process), deliberation.PaperData{Paper: act.Paper}))
			}}})
	}
	return p.show(ctx, display{key: a.key, prepare: a.by}, func(ctx workflow.Context) error {
		p.waitFor(ctx, "act", time.Time{})
		if _, err := p.wait(ctx, time.Time{}, func() bool { return *filed }); err != nil {
			return err
		}
		return then(ctx)
	})
}

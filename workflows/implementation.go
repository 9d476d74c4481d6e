package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// carryOut waits for the committee to carry the resolution out: progress and
// accounts are reported as often as there is something to report; a change goes
// back to the body that decided; the result ends the stage.
func (p *proceeding) carryOut(ctx workflow.Context, prepare deliberation.DaysRule) (deliberation.Outcome, error) {
	var outcome deliberation.Outcome
	file := func(o deliberation.Outcome) func(workflow.Context, deliberation.Act) (deliberation.Receipt, error) {
		return func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			outcome = o
			if o == deliberation.Amended {
				p.state.Standing, p.state.Text = p.state.Text, a.Paper
			}
			return p.recordFacts(ctx, a, p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper, Income: a.Income, Spending: a.Spending}))
		}
	}
	progress := p.desk.take(&acceptance{kind: deliberation.ReportProgress, do: file("")})
	change := p.desk.take(&acceptance{kind: deliberation.RequestChange, do: file(deliberation.Amended)})
	p.waitFor(ctx, "act", time.Time{})
	var result *task
	finish := file(deliberation.Carried)
	result = p.ask(ctx, request{basis: &prepare.Basis, acceptance: acceptance{kind: deliberation.ReportResult,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			p.done(ctx, result, a)
			return finish(ctx, a)
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	long := func() bool { return workflow.GetInfo(ctx).GetContinueAsNewSuggested() }
	_, err := p.wait(ctx, time.Time{}, func() bool { return outcome != "" || long() })
	p.desk.leave(progress, change)
	p.drop(ctx, result)
	if err == nil && outcome == "" {
		err = errCarryOn
	}
	return outcome, err
}

package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// advise asks the street or township for its opinion. It is advice: whatever it
// says, and where the limit passes in silence, the process goes on.
func (p *proceeding) advise(ctx workflow.Context, days deliberation.DaysRule) error {
	due, _, err := p.deadline(ctx, days.Days)
	if err != nil {
		return err
	}
	given := false
	p.waitFor(ctx, "street", due)
	var t *task
	t = p.ask(ctx, request{due: due, basis: &days.Basis, acceptance: acceptance{kind: deliberation.Advise,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			given = true
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}))
		}}, onDue: func(ctx workflow.Context) error {
		given = true
		p.drop(ctx, t)
		return p.note(ctx)
	}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err = p.wait(ctx, time.Time{}, func() bool { return given })
	return err
}

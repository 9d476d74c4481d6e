package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// fileWith waits until a decision is filed where the rule says 备案. It is filed, not
// approved: the decision stands meanwhile.
func (p *proceeding) fileWith(ctx workflow.Context, rule deliberation.CodeRule, prepare deliberation.DaysRule) error {
	p.waitFor(ctx, "act", time.Time{})
	filed := false
	var t *task
	t = p.ask(ctx, request{due: p.today(ctx).AddDays(prepare.Days).End(), basis: &rule.Basis, acceptance: acceptance{kind: deliberation.FileResolution,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			filed = true
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactFiled, string(p.Process), deliberation.PaperData{Paper: a.Paper}))
		}}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return filed })
	return err
}

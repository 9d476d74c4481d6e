package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// solicit gathers opinions 征求意见 for at least the rule's days. Opinions go
// straight to the database; the step ends with the proposal that answers them,
// which is refused while one is left without an answer.
func (p *proceeding) solicit(ctx workflow.Context, days, prepare deliberation.DaysRule) error {
	opened := p.now(ctx)
	earliest := deliberation.DisplayEnd(p.today(ctx), days.Days).End()
	closed := false
	p.waitFor(ctx, "opinions", earliest)
	var t *task
	t = p.ask(ctx, request{due: deliberation.DateOf(earliest).AddDays(prepare.Days).End(), basis: &days.Basis, acceptance: acceptance{kind: deliberation.Propose,
		check: func(ctx workflow.Context, a deliberation.Act) error {
			if p.now(ctx).Before(earliest) {
				return &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Act: a.Kind, Earliest: earliest, Basis: &days.Basis, Days: days.Days}
			}
			return nil
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			var n activities.OpinionCounts
			if err := p.look(ctx, acts.CloseOpinions, p.Process, &n); err != nil {
				return deliberation.Receipt{}, err
			}
			if n.Answered < n.Received {
				return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseUnanswered, Act: a.Kind, Count: n.Received - n.Answered, Basis: &days.Basis}
			}
			closed, p.state.Text = true, a.Paper
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a,
				p.fact(deliberation.FactOpinions, string(p.Process), deliberation.OpinionsData{Opened: opened, Closed: p.now(ctx), Days: days, Received: n.Received, Answered: n.Answered}),
				p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}))
		}}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return closed })
	return err
}

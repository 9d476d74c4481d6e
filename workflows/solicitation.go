package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// gathering is how opinions are gathered.
type gathering struct {
	days, prepare deliberation.DaysRule
	// closes is the act that ends it, with the paper that goes on; check refuses what is
	// wrong with it, also gives what it found besides.
	closes deliberation.ActKind
	check  func(deliberation.Act) error
	also   func(deliberation.Act) []deliberation.Fact
}

// solicit gathers opinions 征求意见 for at least the rule's days. Opinions go
// straight to the database; the step ends with the proposal that answers them, or the
// list into which they were merged, which is refused while one is left without an answer.
func (p *proceeding) solicit(ctx workflow.Context, g gathering) error {
	days, prepare, opened := g.days, g.prepare, p.now(ctx)
	earliest := deliberation.DisplayEnd(p.today(ctx), days.Days).End()
	closed := false
	p.waitFor(ctx, "opinions", earliest)
	var t *task
	t = p.ask(ctx, request{due: deliberation.DateOf(earliest).AddDays(prepare.Days).End(), basis: &days.Basis, acceptance: acceptance{kind: g.closes,
		check: func(ctx workflow.Context, a deliberation.Act) error {
			if p.now(ctx).Before(earliest) {
				return &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Act: a.Kind, Earliest: earliest, Basis: &days.Basis, Days: days.Days}
			}
			if g.check != nil {
				return g.check(a)
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
			facts := []deliberation.Fact{
				p.fact(deliberation.FactOpinions, string(p.Process), deliberation.OpinionsData{Opened: opened, Closed: p.now(ctx), Days: days, Received: n.Received, Answered: n.Answered}),
				p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}),
			}
			if g.also != nil {
				facts = append(facts, g.also(a)...)
			}
			return p.recordFacts(ctx, a, facts...)
		}}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return closed })
	return err
}

package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// askForRuling asks the street or township to rule on an objection whose answer was
// contested. Upheld, the matter goes back; else it is settled. Where the limit passes
// in silence that is recorded and told, and the objection rests: the law names no
// further step here.
func (q *posting) askForRuling(ctx workflow.Context, o *objection) error {
	p := q.p
	due, _, err := p.deadline(ctx, q.ruling.Days)
	if err != nil {
		return err
	}
	o.value.RulingDue = due
	var t *task
	t = p.ask(ctx, request{due: due, basis: &q.ruling.Basis, acceptance: acceptance{kind: deliberation.RuleOnObjection, subject: o.value.ID,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			o.value.Ruling, o.value.Ruled, o.value.Upheld = a.Paper, p.now(ctx), a.Accept
			o.value.State = deliberation.ObjectionSettled
			p.done(ctx, t, a)
			return q.record(ctx, a, &o.value, q.objectionFact(o))
		}},
		onDue: func(ctx workflow.Context) error {
			o.value.State = deliberation.ObjectionSettled
			p.drop(ctx, t)
			_, err := q.record(ctx, deliberation.Act{}, &o.value, q.objectionFact(o))
			return err
		}})
	o.task = t
	return nil
}

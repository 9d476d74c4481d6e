package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// supervisionRules are the limits of the supervisors' work.
type supervisionRules struct {
	acknowledge deliberation.DaysRule
	question    deliberation.DaysRule
	rectify     deliberation.DaysRule
}

// maxRectifyDays bounds the limit an order may set, so that no order holds a
// process for ever. It is Yishi's default, not law.
const maxRectifyDays = 60

// supervise opens the desk for what the supervisory committee may do at any
// moment: ask, and order rectification. Questions and orders carried over from an
// earlier run are taken up again.
func (p *proceeding) supervise(ctx workflow.Context, r supervisionRules) {
	p.desk.take(&acceptance{kind: deliberation.Ask,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			due, _, err := p.deadline(ctx, r.question.Days)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			m := p.mark(ctx, a, deliberation.MarkQuestion, due)
			p.awaitAnswer(ctx, r, m.ID)
			return p.recordMark(ctx, a, m, deliberation.FactMark)
		}})
	p.desk.take(&acceptance{kind: deliberation.OrderRectification,
		check: func(_ workflow.Context, a deliberation.Act) error {
			if a.Days < 0 || a.Days > maxRectifyDays {
				return &deliberation.Refusal{Code: deliberation.RefuseRectifyLimit, Act: a.Kind, Days: maxRectifyDays}
			}
			return nil
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			days := a.Days
			if days == 0 {
				days = r.rectify.Days
			}
			due, _, err := p.deadline(ctx, days)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			m := p.mark(ctx, a, deliberation.MarkRectification, due)
			p.awaitRectified(ctx, r, m.ID)
			return p.recordMark(ctx, a, m, deliberation.FactMark)
		}})
	for _, m := range slices.Clone(p.state.Marks) {
		p.takeUp(ctx, r, m)
	}
}

// takeUp goes on with a mark of an earlier run. What was escalated there is not
// escalated again, and stays owed.
func (p *proceeding) takeUp(ctx workflow.Context, r supervisionRules, m deliberation.Mark) {
	switch {
	case m.Kind == deliberation.MarkQuestion:
		p.awaitAnswer(ctx, r, m.ID)
	case m.Answered.IsZero():
		p.awaitRectified(ctx, r, m.ID)
	default:
		p.awaitAcceptance(ctx, r, m.ID)
	}
	if m.Kind == deliberation.MarkRectification && !m.Escalated.IsZero() {
		p.awaitGuidance(ctx, r, m.ID)
	}
}

// limit gives the due moment of a mark, or none where it has been escalated before.
func (p *proceeding) limit(id string) time.Time {
	if m := p.pending(id); m.Escalated.IsZero() {
		return m.Due
	}
	return time.Time{}
}

// held reports whether an order of rectification holds the process.
func (p *proceeding) held() bool {
	return slices.ContainsFunc(p.state.Marks, func(m deliberation.Mark) bool { return m.Kind == deliberation.MarkRectification })
}

// mark makes a question or an order that waits to be settled.
func (p *proceeding) mark(ctx workflow.Context, a deliberation.Act, k deliberation.MarkKind, due time.Time) deliberation.Mark {
	if k == deliberation.MarkRectification && !p.held() {
		p.state.HeldSince = p.now(ctx)
	}
	m := deliberation.Mark{
		ID: p.name("s"), Stage: p.state.Stage, Kind: k, By: a.Actor, Paper: a.Paper,
		Made: p.now(ctx), Due: due, State: deliberation.MarkOpen,
	}
	p.state.Marks = append(p.state.Marks, m)
	return m
}

// pending gives the unsettled mark of the id.
func (p *proceeding) pending(id string) *deliberation.Mark {
	i := slices.IndexFunc(p.state.Marks, func(m deliberation.Mark) bool { return m.ID == id })
	if i < 0 {
		return &deliberation.Mark{ID: id, State: deliberation.MarkSettled}
	}
	return &p.state.Marks[i]
}

// settle takes a mark off the list of what is unsettled and gives its last form.
func (p *proceeding) settle(id string) deliberation.Mark {
	m := *p.pending(id)
	m.State = deliberation.MarkSettled
	p.state.Marks = slices.DeleteFunc(p.state.Marks, func(o deliberation.Mark) bool { return o.ID == id })
	return m
}

func (p *proceeding) recordMark(ctx workflow.Context, a deliberation.Act, m deliberation.Mark, kind deliberation.FactKind) (deliberation.Receipt, error) {
	c := p.change(ctx, a)
	c.Marks = []deliberation.Mark{m}
	c.Facts = []deliberation.Fact{p.fact(kind, m.ID, deliberation.MarkData{Mark: m})}
	entries, err := p.record(ctx, c)
	return deliberation.Receipt{Entries: entries, Subject: m.ID}, err
}

// escalate tells the street or township that a limit has passed.
func (p *proceeding) escalate(ctx workflow.Context, id string) error {
	m := p.pending(id)
	m.State, m.Escalated = deliberation.MarkEscalated, p.now(ctx)
	_, err := p.recordMark(ctx, deliberation.Act{}, *m, deliberation.FactEscalation)
	return err
}

// awaitAnswer asks for the answer to a question. Late or not, it stays owed.
func (p *proceeding) awaitAnswer(ctx workflow.Context, r supervisionRules, id string) {
	var t *task
	t = p.ask(ctx, request{due: p.limit(id), basis: &r.question.Basis, acceptance: acceptance{kind: deliberation.AnswerQuestion, subject: id,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			m := p.pending(id)
			m.Answer, m.Answered = a.Paper, p.now(ctx)
			p.done(ctx, t, a)
			return p.recordMark(ctx, a, p.settle(id), deliberation.FactMark)
		}},
		onDue: func(ctx workflow.Context) error { return p.escalate(ctx, id) },
	})
}

// awaitRectified asks for the fault to be put right by the limit. When it passes,
// the street or township is told and asked to guide; the process stays held.
func (p *proceeding) awaitRectified(ctx workflow.Context, r supervisionRules, id string) {
	var t *task
	t = p.ask(ctx, request{due: p.limit(id), basis: &r.rectify.Basis, acceptance: acceptance{kind: deliberation.ReportRectified, subject: id,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			due, _, err := p.deadline(ctx, r.rectify.Days)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			m := p.pending(id)
			m.Answer, m.Answered, m.State, m.Due = a.Paper, p.now(ctx), deliberation.MarkAnswered, due
			p.done(ctx, t, a)
			p.awaitAcceptance(ctx, r, id)
			return p.recordMark(ctx, a, *m, deliberation.FactMark)
		}},
		onDue: func(ctx workflow.Context) error {
			p.awaitGuidance(ctx, r, id)
			return p.escalate(ctx, id)
		},
	})
}

// awaitAcceptance asks the supervisors whether it is put right. They hold and
// escalate, they have no veto: when they stay silent the street or township guides.
func (p *proceeding) awaitAcceptance(ctx workflow.Context, r supervisionRules, id string) {
	var t *task
	t = p.ask(ctx, request{due: p.limit(id), basis: &r.rectify.Basis, acceptance: acceptance{kind: deliberation.AcceptRectified, subject: id,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			p.done(ctx, t, a)
			return p.release(ctx, a, id)
		}},
		onDue: func(ctx workflow.Context) error {
			p.awaitGuidance(ctx, r, id)
			return p.escalate(ctx, id)
		},
	})
}

// awaitGuidance asks the street or township how an escalated order ends.
func (p *proceeding) awaitGuidance(ctx workflow.Context, r supervisionRules, id string) {
	if slices.ContainsFunc(p.tasks, func(t *task) bool { return t.Act == deliberation.GuideRectification && t.Subject == id }) {
		return
	}
	due := p.today(ctx).AddDays(r.rectify.Days).End()
	var t *task
	t = p.ask(ctx, request{due: due, basis: &r.rectify.Basis, acceptance: acceptance{kind: deliberation.GuideRectification, subject: id,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			p.pending(id).Guidance = a.Paper
			p.done(ctx, t, a)
			return p.release(ctx, a, id)
		}}})
}

// release settles an order: the process goes on.
func (p *proceeding) release(ctx workflow.Context, a deliberation.Act, id string) (deliberation.Receipt, error) {
	for _, t := range slices.Clone(p.tasks) {
		if t.Subject == id {
			p.drop(ctx, t)
		}
	}
	m := p.settle(id)
	if !p.held() {
		p.resume(ctx)
	}
	return p.recordMark(ctx, a, m, deliberation.FactMark)
}

// resume gives back the days for which limits stood still.
func (p *proceeding) resume(ctx workflow.Context) {
	p.lifted = p.now(ctx)
	stood := p.lifted.Sub(p.state.HeldSince)
	p.state.HeldSince = time.Time{}
	for _, a := range p.alarms {
		if a.stands && !a.off {
			a.at = a.at.Add(stood)
		}
	}
	for _, t := range p.tasks {
		if t.due != nil && t.due.stands {
			t.Due = t.Due.Add(stood)
			p.fresh = append(p.fresh, t.Task)
		}
	}
}

// gate waits for the supervisors to look at what was done: they take note, or
// decline with reasons, which is recorded and shown and is no veto. When the limit
// passes in silence, that is recorded, the street or township is told, and the
// process goes on.
func (p *proceeding) gate(ctx workflow.Context, r supervisionRules, kind deliberation.ActKind) error {
	passed := false
	var t *task
	var decline *acceptance
	pass := func(k deliberation.MarkKind) func(workflow.Context, deliberation.Act) (deliberation.Receipt, error) {
		return func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			passed = true
			p.done(ctx, t, a)
			p.desk.leave(decline)
			m := deliberation.Mark{ID: p.name("s"), Stage: p.state.Stage, Kind: k, By: a.Actor, Paper: a.Paper, Made: p.now(ctx), State: deliberation.MarkSettled}
			return p.recordMark(ctx, a, m, deliberation.FactMark)
		}
	}
	due, provisional, err := p.deadline(ctx, r.acknowledge.Days)
	if err != nil {
		return err
	}
	p.waitFor(ctx, "supervisors", due)
	p.waiting.Provisional = provisional
	mark := deliberation.MarkAcknowledged
	if kind == deliberation.GiveClosingOpinion {
		mark = deliberation.MarkClosing
	}
	decline = p.desk.take(&acceptance{kind: deliberation.Decline, do: pass(deliberation.MarkDeclined)})
	t = p.ask(ctx, request{due: due, basis: &r.acknowledge.Basis, acceptance: acceptance{kind: kind, do: pass(mark)},
		onDue: func(ctx workflow.Context) error {
			passed = true
			p.drop(ctx, t)
			p.desk.leave(decline)
			m := deliberation.Mark{ID: p.name("s"), Stage: p.state.Stage, Kind: deliberation.MarkSilent, Made: p.now(ctx), Escalated: p.now(ctx), State: deliberation.MarkEscalated}
			_, err := p.recordMark(ctx, deliberation.Act{}, m, deliberation.FactEscalation)
			return err
		}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err = p.wait(ctx, time.Time{}, func() bool { return passed })
	return err
}

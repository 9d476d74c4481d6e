package workflows

import (
	"cmp"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// request is what a step asks of a role: an act, by a day, on a basis.
type request struct {
	acceptance
	// toward is whose list it stands on, though others may do it, too.
	toward deliberation.PersonID
	due    time.Time
	basis  *deliberation.Basis
	// quiet: the limit passing is in order (a poll closes at its time), nothing is reminded or escalated.
	quiet bool
	// onDue is what the law attaches to the limit passing, beside the escalation.
	onDue func(ctx workflow.Context) error
}

// task is a human task 待办 while it is open: pages list it, it is reminded of
// before its day and escalated after.
type task struct {
	deliberation.Task
	desk   *acceptance
	remind *alarm
	due    *alarm
}

// ask opens a task. The request's do is called with the act; it says itself when
// the task is done.
func (p *proceeding) ask(ctx workflow.Context, r request) *task {
	offices := r.offices
	if len(offices) == 0 {
		spec, _ := deliberation.SpecOf(r.kind)
		offices = spec.Offices
	}
	t := &task{Task: deliberation.Task{
		ID: deliberation.TaskID(p.name("t", string(p.state.Stage), string(r.kind))), Stage: p.state.Stage, Act: r.kind, Subject: r.subject,
		Offices: offices, Person: cmp.Or(r.actor, r.toward), Opened: p.now(ctx), Due: r.due, Basis: r.basis, State: deliberation.TaskOpen,
	}}
	taken := r.acceptance
	t.desk = p.desk.take(&taken)
	p.tasks = append(p.tasks, t)
	p.fresh = append(p.fresh, t.Task)
	if !r.due.IsZero() {
		p.setAlarms(ctx, t, r)
	}
	return t
}

func (p *proceeding) setAlarms(ctx workflow.Context, t *task, r request) {
	if r.quiet {
		t.due = p.alarm(t.Due, r.onDue)
		return
	}
	spec, _ := deliberation.SpecOf(t.Act)
	if at := t.Due.AddDate(0, 0, -p.remind); at.After(p.now(ctx)) {
		t.remind = p.alarm(at, func(ctx workflow.Context) error {
			t.Reminded = p.now(ctx)
			p.fresh = append(p.fresh, t.Task)
			return p.note(ctx, p.fact(deliberation.FactReminder, string(t.ID), deliberation.TaskData{Task: t.Task}))
		})
		t.remind.stands = !spec.WhileHeld
	}
	t.due = p.alarm(t.Due, func(ctx workflow.Context) error {
		t.Escalated, t.Late = p.now(ctx), true
		p.fresh = append(p.fresh, t.Task)
		if err := p.note(ctx, p.fact(deliberation.FactEscalation, string(t.ID), deliberation.TaskData{Task: t.Task})); err != nil {
			return err
		}
		if r.onDue == nil {
			return nil
		}
		return r.onDue(ctx)
	})
	t.due.stands = !spec.WhileHeld
}

// done closes a task by the act that did it.
func (p *proceeding) done(ctx workflow.Context, t *task, a deliberation.Act) {
	p.shut(ctx, t, deliberation.TaskDone, a.Actor)
}

// drop closes a task that is no longer needed; a task already closed stays as it is.
func (p *proceeding) drop(ctx workflow.Context, t *task) {
	p.shut(ctx, t, deliberation.TaskWithdrawn, "")
}

func (p *proceeding) shut(ctx workflow.Context, t *task, how deliberation.TaskState, by deliberation.PersonID) {
	if t == nil || t.State != deliberation.TaskOpen {
		return
	}
	t.State, t.Ended, t.By = how, p.now(ctx), by
	p.desk.leave(t.desk)
	for _, a := range []*alarm{t.remind, t.due} {
		if a != nil {
			a.off = true
		}
	}
	p.fresh = append(p.fresh, t.Task)
	p.tasks = slices.DeleteFunc(p.tasks, func(o *task) bool { return o == t })
}

package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// acceptance is an act that a step takes for the time being.
type acceptance struct {
	kind    deliberation.ActKind
	subject string                // empty: the step has only one of the kind
	actor   deliberation.PersonID // set where only one person may
	offices []deliberation.Office // narrower than the act's own where the stage asks
	// whileHeld: the step takes it while an order holds the process, whatever its kind says.
	whileHeld bool
	check     func(ctx workflow.Context, a deliberation.Act) error
	do        func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error)
}

// desk is where acts are handed in. A step opens it for the acts it takes; any
// other act is refused to the person, and the process lives on.
type desk struct {
	taken []*acceptance
	mutex workflow.Mutex
}

// serve registers one Update for every act there is. Acts are done one after the
// other; each is looked at when it arrives and again when its turn comes.
func (p *proceeding) serve(ctx workflow.Context) error {
	p.desk.mutex = workflow.NewMutex(ctx)
	p.keep(ctx)
	for _, spec := range deliberation.ActSpecs {
		validate := func(ctx workflow.Context, a deliberation.Act) error {
			_, err := p.find(ctx, spec, a)
			return asUpdateError(err)
		}
		handle := func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			if err := p.desk.mutex.Lock(ctx); err != nil {
				return deliberation.Receipt{}, err
			}
			defer p.desk.mutex.Unlock()
			away, stop := workflow.NewDisconnectedContext(ctx) // an act begun is done, even if the process is cancelled meanwhile
			defer stop()
			t, err := p.find(away, spec, a)
			if err != nil {
				return deliberation.Receipt{}, asUpdateError(err)
			}
			p.acting = workflow.GetCurrentUpdateInfo(ctx).ID
			r, err := t.do(away, a)
			p.acting = ""
			return r, asUpdateError(err)
		}
		err := workflow.SetUpdateHandlerWithOptions(ctx, string(spec.Kind), handle, workflow.UpdateHandlerOptions{Validator: validate})
		if err != nil {
			return err
		}
	}
	return nil
}

// find gives the acceptance that takes the act, or says why none does.
func (p *proceeding) find(ctx workflow.Context, spec deliberation.ActSpec, a deliberation.Act) (*acceptance, error) {
	if a.Kind != spec.Kind || a.Actor == "" || !slices.Contains(spec.Offices, a.Office) || !p.sits(a) {
		return nil, deliberation.Refuse(deliberation.RefuseNotEntitled)
	}
	if p.ended != "" || p.withdrawn {
		return nil, &deliberation.Refusal{Code: deliberation.RefuseEnded, Stage: p.state.Stage}
	}
	if p.held() && !spec.WhileHeld && !slices.ContainsFunc(p.desk.taken, func(t *acceptance) bool { return t.kind == a.Kind && t.whileHeld }) {
		return nil, &deliberation.Refusal{Code: deliberation.RefuseHeld, Stage: p.state.Stage, Act: a.Kind}
	}
	for _, t := range p.desk.taken {
		if t.kind != a.Kind || (t.subject != "" && t.subject != a.Subject) {
			continue
		}
		if t.actor != "" && t.actor != a.Actor {
			return nil, &deliberation.Refusal{Code: deliberation.RefuseNotAccountable, Act: a.Kind}
		}
		if len(t.offices) > 0 && !slices.Contains(t.offices, a.Office) {
			return nil, &deliberation.Refusal{Code: deliberation.RefuseNotEntitled, Stage: p.state.Stage, Act: a.Kind}
		}
		if t.check != nil {
			if err := t.check(ctx, a); err != nil {
				return nil, err
			}
		}
		return t, nil
	}
	return nil, &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: p.state.Stage, Act: a.Kind}
}

// take opens the desk for an act; leave closes it again.
func (d *desk) take(t *acceptance) *acceptance {
	d.taken = append(d.taken, t)
	return t
}

func (d *desk) leave(ts ...*acceptance) {
	d.taken = slices.DeleteFunc(d.taken, func(t *acceptance) bool { return slices.Contains(ts, t) })
}

// of gives what is taken on one subject.
func (d *desk) of(subject string) (list []*acceptance) {
	for _, t := range d.taken {
		if t.subject == subject {
			list = append(list, t)
		}
	}
	return list
}

// unsound refuses what an act says in one field.
func unsound(kind deliberation.ActKind, field, problem string, limit int) error {
	return &deliberation.Refusal{Code: deliberation.RefuseInvalid, Act: kind, Fields: []deliberation.FieldProblem{{Field: field, Problem: problem, Limit: limit}}}
}

func (d *desk) close() { d.taken = nil }

func (d *desk) open() []deliberation.OpenAct {
	open := make([]deliberation.OpenAct, 0, len(d.taken))
	for _, t := range d.taken {
		open = append(open, deliberation.OpenAct{Kind: t.kind, Subject: t.subject, Actor: t.actor, Offices: t.offices})
	}
	return open
}

// asUpdateError lets a refusal reach the person through the engine.
func asUpdateError(err error) error {
	if r, ok := activities.RefusalIn(err); ok {
		return activities.RefusalError(r)
	}
	return err
}

package workflows

import (
	"errors"
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// course is the order of a process's stages: what each does, and what follows.
type course interface {
	stage(ctx workflow.Context) (deliberation.Outcome, error)
	next(o deliberation.Outcome) (deliberation.Stage, bool)
}

// run takes the stages in the order that each outcome demands.
func (p *proceeding) run(ctx workflow.Context, c course) error {
	for {
		if workflow.GetInfo(ctx).GetContinueAsNewSuggested() {
			return errCarryOn
		}
		p.enter(ctx)
		outcome, err := c.stage(ctx)
		if err != nil {
			return err
		}
		next, goesOn := c.next(outcome)
		p.later(p.fact(deliberation.FactOutcome, string(p.Process), deliberation.OutcomeData{Outcome: outcome, Next: next}))
		if !goesOn {
			return p.end(ctx, outcome)
		}
		p.state.Stage, p.state.Entered = next, false
	}
}

// conclude brings a run to its end, however run left it: the process has ended,
// was withdrawn, goes on in a new run, or broke down. again begins the new run.
func (p *proceeding) conclude(ctx workflow.Context, err error, again func() error) (deliberation.Outcome, error) {
	switch {
	case errors.Is(err, errCarryOn):
		if err := p.leaveRun(ctx); err != nil {
			return "", err
		}
		return "", again()
	case errors.Is(err, errStopped):
		err = p.end(ctx, deliberation.Withdrawn)
	case err != nil:
		p.breakDown(ctx)
		return deliberation.Cancelled, err
	}
	if err != nil {
		return "", err
	}
	return p.ended, workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) })
}

// enter begins a stage.
func (p *proceeding) enter(ctx workflow.Context) {
	p.since = p.now(ctx)
	if p.state.Entered { // in an earlier run
		return
	}
	p.state.Entered = true
	p.state.Round[p.state.Stage]++
	p.later(p.fact(deliberation.FactStage, string(p.Process), deliberation.StageData{Round: p.state.Round[p.state.Stage]}))
}

// attend opens the desk and answers for the status, at the start of every run.
func (p *proceeding) attend(ctx workflow.Context, s supervisionRules) error {
	if err := p.serve(ctx); err != nil {
		return err
	}
	if err := workflow.SetQueryHandler(ctx, "status", func() (deliberation.Status, error) { return p.status(), nil }); err != nil {
		return err
	}
	p.supervise(ctx, s)
	if !p.state.Resolved {
		p.allowWithdrawal()
	}
	return nil
}

// allowWithdrawal lets the proposer take the matter back until it is resolved,
// though not once a poll has opened until its minutes are signed: who has voted is
// owed a count, and a count its record.
func (p *proceeding) allowWithdrawal() {
	p.desk.take(&acceptance{kind: deliberation.Withdraw,
		check: func(_ workflow.Context, a deliberation.Act) error {
			if len(p.boxes) > 0 && (slices.ContainsFunc(p.boxes, (*box).goesOn) || p.meeting.value.State == deliberation.MeetingInSession) {
				return &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: p.state.Stage, Act: a.Kind}
			}
			return nil
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			r, err := p.recordFacts(ctx, a,
				p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}),
				p.fact(deliberation.FactOutcome, string(p.Process), deliberation.OutcomeData{Outcome: deliberation.Withdrawn, Next: deliberation.Archive}))
			if err == nil {
				p.withdrawn = true
			}
			return r, err
		}})
}

func (p *proceeding) closeWithdrawal() {
	for _, t := range p.desk.taken {
		if t.kind == deliberation.Withdraw {
			p.desk.leave(t)
			return
		}
	}
}

package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// hearingSignal is how a hearing tells the matter it was held for.
const hearingSignal = "hearing"

// hearingNews is what became of a hearing: its report, or none where it ended without.
type hearingNews struct {
	Process deliberation.ProcessID          `json:"process"`
	Report  *deliberation.HearingReportData `json:"report,omitempty"`
}

// awaitNews listens to the hearing that was started for the matter.
func (p *proceeding) awaitNews(ctx workflow.Context, prepare deliberation.DaysRule) {
	news := workflow.GetSignalChannel(ctx, hearingSignal)
	workflow.Go(ctx, func(ctx workflow.Context) {
		for {
			var n hearingNews
			if news.Receive(ctx, &n); p.alone(ctx, func() error { return p.hearNews(ctx, n, prepare) }) != nil {
				return // the record breaks the process down by itself
			}
		}
	})
	if a := p.state.Asked; a.Pending() && a.Started == "" { // an earlier run asked
		p.askForStart(ctx, prepare)
	}
}

// offerHearing lets the secretary ask for a hearing while the matter is being drafted:
// before the committees consult and the members review it.
func (p *fourDeliberations) offerHearing() {
	p.desk.taken = slices.DeleteFunc(p.desk.taken, func(t *acceptance) bool { return t.kind == deliberation.AskHearing })
	forum := deliberation.ForumFor(p.rules.Forums, p.matter.Affected)
	drafting := p.state.Stage == deliberation.Soliciting || p.state.Stage == deliberation.Proposal
	if a := p.state.Asked; forum == nil || !drafting || a != nil && !a.Returned {
		return
	}
	var asked *acceptance
	asked = p.desk.take(&acceptance{kind: deliberation.AskHearing, do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
		p.desk.leave(asked)
		p.state.Asked = &deliberation.AskedHearing{Rule: *forum}
		p.askForStart(ctx, p.rules.PrepareDays)
		return p.recordFacts(ctx, a, p.fact(deliberation.FactHearingAsked, string(p.Process), deliberation.HearingAskedData{Rule: *forum, Paper: a.Paper}))
	}})
}

// askForStart asks for the hearing to be started as a process of its own.
func (p *proceeding) askForStart(ctx workflow.Context, prepare deliberation.DaysRule) {
	var t *task
	t = p.ask(ctx, request{due: p.today(ctx).AddDays(prepare.Days).End(), basis: &p.state.Asked.Rule.Basis, acceptance: acceptance{kind: deliberation.StartHearing,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			p.state.Asked.Started = deliberation.ProcessID(a.Subject)
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactHearingStarted, a.Subject, deliberation.HearingStartedData{Process: p.state.Asked.Started}))
		}}})
}

// hearNews takes what the hearing tells: its report, or that it ended without one and
// another is to be held.
func (p *proceeding) hearNews(ctx workflow.Context, n hearingNews, prepare deliberation.DaysRule) error {
	a := p.state.Asked
	if p.ended != "" || p.withdrawn || !a.Pending() || a.Started != n.Process {
		return nil
	}
	if n.Report == nil {
		a.Started = ""
		p.askForStart(ctx, prepare)
		return p.note(ctx, p.fact(deliberation.FactHearingStarted, string(n.Process), deliberation.HearingStartedData{Process: n.Process, Lapsed: true}))
	}
	a.Report = n.Report
	return p.note(ctx, p.fact(deliberation.FactHearingReport, string(n.Process), *n.Report))
}

// hearFirst waits for the report of the hearing that was asked for. What experts found
// not feasible goes back to the proposal; everything else informs, and decides nothing.
func (p *proceeding) hearFirst(ctx workflow.Context) (sentBack bool, err error) {
	a := p.state.Asked
	if a.Pending() {
		p.waitFor(ctx, "hearing", time.Time{})
		if err := p.note(ctx); err != nil {
			return false, err
		}
		if _, err := p.wait(ctx, time.Time{}, func() bool { return !a.Pending() }); err != nil {
			return false, err
		}
	}
	if !a.SendsBack() {
		return false, nil
	}
	a.Returned = true
	return true, nil
}

package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// DemandInput is all a joint demand knows when it begins, or goes on in a new run.
type DemandInput struct {
	Subject Subject                  `json:"subject"`
	Matter  Matter                   `json:"matter"`
	Rules   deliberation.DemandRules `json:"rules"`
	Estate  deliberation.EstateID    `json:"estate,omitempty"`
	State   *State                   `json:"state,omitempty"`
}

// DemandResult is how it ended.
type DemandResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// demand is the process with its rules.
type demand struct {
	*proceeding
	matter Matter
	rules  deliberation.DemandRules
	estate deliberation.EstateID
}

// Demand is 联名提议: people sign for a meeting to be convened; the signatures are
// counted against the rolls of the day; where enough have signed the conveners
// answer and the meeting is started. Where they refuse, stay silent or do nothing,
// the street or township guides (law.md §§4.1, 4.2, 9.2).
func Demand(ctx workflow.Context, in DemandInput) (DemandResult, error) {
	p := &demand{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days}, matter: in.Matter, rules: in.Rules, estate: in.Estate}
	err := p.begin(ctx, in.State)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, Demand, in)
	})
	return DemandResult{Outcome: outcome}, err
}

// begin opens the process, or takes it up again in a new run.
func (p *demand) begin(ctx workflow.Context, state *State) error {
	p.state = State{
		Stage: deliberation.Signing, Round: map[deliberation.Stage]int{}, Serials: map[string]int{},
		Resolved: true, // only who began it takes it back, by an act of its own
		Demand:   &deliberation.DemandStatus{Demanded: p.rules.Demanded, Thresholds: p.rules.Thresholds},
	}
	if state != nil {
		p.state = *state
	}
	supervision := supervisionRules{acknowledge: p.rules.AcknowledgeDays, question: p.rules.QuestionDays, rectify: p.rules.RectifyDays}
	if err := p.attend(ctx, supervision); err != nil || state != nil {
		return err
	}
	_, err := p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office}, p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
		Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started, Process: deliberation.DemandKind,
		Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form,
		BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock, Estate: p.estate,
	}))
	return err
}

// next says what follows.
func (p *demand) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	return deliberation.NextOfDemand(p.state.Stage, o)
}

// stage carries out one stage.
func (p *demand) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	switch p.state.Stage {
	case deliberation.Signing: // 征集签名
		return p.gatherSignatures(ctx)
	case deliberation.Answering: // 召集人答复
		return p.hearConveners(ctx)
	case deliberation.Guiding: // 街道(乡镇)指导
		return p.hearStreet(ctx)
	default: // 召集会议
		return p.awaitStart(ctx)
	}
}

// gatherSignatures opens the window, waits for its end, or for who began it to close
// it, and counts. Signatures never pass through here.
func (p *demand) gatherSignatures(ctx workflow.Context) (deliberation.Outcome, error) {
	d := p.state.Demand
	if d.Opened.IsZero() { // else an earlier run opened it
		d.Opened, d.Until = p.now(ctx), deliberation.DisplayEnd(p.today(ctx), p.rules.SigningDays.Days).End()
	}
	if err := p.look(ctx, acts.OpenSigning, activities.OpenSigningInput{Process: p.Process, Offices: p.rules.Offices(), Until: d.Until}, nil); err != nil {
		return "", err
	}
	p.waitFor(ctx, "signatures", d.Until)
	early := false
	taken := []*acceptance{
		p.desk.take(&acceptance{kind: deliberation.CloseSigning, actor: p.StartedBy, do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			early = true
			return p.recordFacts(ctx, a)
		}}),
		p.desk.take(&acceptance{kind: deliberation.WithdrawDemand, actor: p.StartedBy, do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			r, err := p.recordFacts(ctx, a, p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}),
				p.fact(deliberation.FactOutcome, string(p.Process), deliberation.OutcomeData{Outcome: deliberation.Withdrawn, Next: deliberation.Archive}))
			p.withdrawn = err == nil
			return r, err
		}}),
	}
	if err := p.note(ctx); err != nil {
		return "", err
	}
	if _, err := p.wait(ctx, d.Until, func() bool { return early }); err != nil {
		return "", err
	}
	p.desk.leave(taken...)
	return p.count(ctx, early)
}

// count closes the window and finds whether enough have signed.
func (p *demand) count(ctx workflow.Context, early bool) (deliberation.Outcome, error) {
	d, closed := p.state.Demand, p.now(ctx)
	var n deliberation.SignatureCount
	if err := p.look(ctx, acts.CloseSigning, activities.CloseSigningInput{Process: p.Process, At: closed}, &n); err != nil {
		return "", err
	}
	verdict := deliberation.DemandVerdict(p.rules.Thresholds, n)
	d.Closed, d.From, d.Verdict = closed, closed, &verdict
	p.later(p.fact(deliberation.FactSignatures, string(p.Process), deliberation.SignaturesData{
		Opened: d.Opened, Until: d.Until, Closed: closed, Days: p.rules.SigningDays, Early: early && closed.Before(d.Until), Count: n, Verdict: verdict,
	}))
	if !verdict.Met {
		return deliberation.Lost, nil
	}
	return deliberation.Carried, nil
}

// takeStart lets the meeting be started at any time once enough have signed: doing it
// is the best answer.
func (p *demand) takeStart() *acceptance {
	return p.desk.take(&acceptance{kind: deliberation.StartDemanded, do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
		return p.started(ctx, a)
	}})
}

func (p *demand) started(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	p.state.Demand.Started = deliberation.ProcessID(a.Subject)
	return p.recordFacts(ctx, a, p.fact(deliberation.FactDemandMet, string(p.Process), deliberation.DemandMetData{Started: p.state.Demand.Started}))
}

func (p *demand) isStarted() bool { return p.state.Demand.Started != "" }

// hearConveners waits for the conveners' answer by its limit.
func (p *demand) hearConveners(ctx workflow.Context) (deliberation.Outcome, error) {
	due, provisional, err := p.deadline(ctx, p.rules.AnswerDays.Days)
	if err != nil {
		return "", err
	}
	p.waitFor(ctx, "answer", due)
	p.waiting.Provisional = provisional
	d, answered, silent := p.state.Demand, false, false
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.AnswerDays.Basis,
		acceptance: acceptance{kind: deliberation.AnswerDemand, check: p.dayIsLawful, do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			answered = true
			d.Answer, d.Accepted, d.Day = a.Paper, a.Accept, a.At
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactDemandAnswer, string(p.Process), deliberation.DemandAnswerData{Paper: a.Paper, Accepted: a.Accept, Day: a.At}))
		}},
		onDue: func(ctx workflow.Context) error {
			silent = true
			p.drop(ctx, t)
			return nil
		}})
	start := p.takeStart()
	if err := p.note(ctx); err != nil {
		return "", err
	}
	if _, err := p.wait(ctx, time.Time{}, func() bool { return answered || silent || p.isStarted() }); err != nil {
		return "", err
	}
	p.drop(ctx, t)
	p.desk.leave(start)
	if p.isStarted() || d.Accepted {
		return deliberation.Carried, nil
	}
	return deliberation.Contested, nil
}

// dayIsLawful checks the day that the conveners name: to come, and within the days
// that the rules leave from the count.
func (p *demand) dayIsLawful(ctx workflow.Context, a deliberation.Act) error {
	latest := deliberation.DateOf(p.state.Demand.From).AddDays(p.rules.ConveneDays.Days).End()
	switch {
	case !a.Accept && !a.At.IsZero():
		return &deliberation.Refusal{Code: deliberation.RefuseInvalid, Act: a.Kind, Fields: []deliberation.FieldProblem{{Field: "at", Problem: "unexpected"}}}
	case !a.Accept:
		return nil
	case a.At.IsZero():
		return &deliberation.Refusal{Code: deliberation.RefuseInvalid, Act: a.Kind, Fields: []deliberation.FieldProblem{{Field: "at", Problem: "required"}}}
	case !a.At.After(p.now(ctx)):
		return &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Act: a.Kind, Earliest: p.now(ctx)}
	case a.At.After(latest):
		return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: latest, Basis: &p.rules.ConveneDays.Basis, Days: p.rules.ConveneDays.Days}
	}
	return nil
}

// hearStreet tells the street or township and waits for its guidance: that the
// meeting is to be convened, or that the demand is closed, with reasons. Late or
// not, it stays owed; the conveners may still start the meeting themselves.
func (p *demand) hearStreet(ctx workflow.Context) (deliberation.Outcome, error) {
	due := p.today(ctx).AddDays(p.rules.AnswerDays.Days).End()
	p.waitFor(ctx, "street", due)
	d, guided, closed := p.state.Demand, false, false
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.AnswerDays.Basis,
		acceptance: acceptance{kind: deliberation.GuideDemand, do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			guided, closed = true, !a.Accept
			d.Guidance, d.From, d.Accepted, d.Day = a.Paper, p.now(ctx), a.Accept, time.Time{}
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactDemandGuided, string(p.Process), deliberation.DemandAnswerData{Paper: a.Paper, Accepted: a.Accept}))
		}}})
	start := p.takeStart()
	if err := p.note(ctx, p.fact(deliberation.FactEscalation, string(t.ID), deliberation.TaskData{Task: t.Task})); err != nil {
		return "", err
	}
	if _, err := p.wait(ctx, time.Time{}, func() bool { return guided || p.isStarted() }); err != nil {
		return "", err
	}
	p.drop(ctx, t)
	p.desk.leave(start)
	if closed && !p.isStarted() {
		return deliberation.Lost, nil
	}
	return deliberation.Carried, nil
}

// awaitStart waits for the meeting to be started by the day that was named, or
// within the days that the rules leave.
func (p *demand) awaitStart(ctx workflow.Context) (deliberation.Outcome, error) {
	if p.isStarted() {
		return deliberation.Carried, nil
	}
	d, late := p.state.Demand, false
	due := deliberation.DateOf(d.From).AddDays(p.rules.ConveneDays.Days).End()
	if !d.Day.IsZero() {
		due = deliberation.DateOf(d.Day).End()
	}
	p.waitFor(ctx, "act", due)
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.ConveneDays.Basis,
		acceptance: acceptance{kind: deliberation.StartDemanded, do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			p.done(ctx, t, a)
			return p.started(ctx, a)
		}},
		onDue: func(ctx workflow.Context) error {
			late = true
			p.drop(ctx, t)
			return nil
		}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	if _, err := p.wait(ctx, time.Time{}, func() bool { return late || p.isStarted() }); err != nil {
		return "", err
	}
	if p.isStarted() {
		return deliberation.Carried, nil
	}
	return deliberation.Contested, nil
}

package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// DisclosureInput is all a disclosure knows when it begins, or goes on in a new run.
type DisclosureInput struct {
	Subject Subject                      `json:"subject"`
	Matter  Matter                       `json:"matter"`
	Rules   deliberation.DisclosureRules `json:"rules"`
	Period  deliberation.Period          `json:"period"`
	State   *State                       `json:"state,omitempty"`
}

// DisclosureResult is how it ended.
type DisclosureResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// disclosure is the process with its rules.
type disclosure struct {
	*proceeding
	matter Matter
	rules  deliberation.DisclosureRules
	period deliberation.Period
}

// Disclosure is 居(村)务公开 of one item for one period: the committee drafts, the
// supervisors check, the joint meeting confirms, and what was checked hangs on the
// board; an objection is answered, and where the answer does not settle it the street
// or township rules (law.md §7).
func Disclosure(ctx workflow.Context, in DisclosureInput) (DisclosureResult, error) {
	p := &disclosure{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days}, matter: in.Matter, rules: in.Rules, period: in.Period}
	err := p.begin(ctx, in.State)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, Disclosure, in)
	})
	return DisclosureResult{Outcome: outcome}, err
}

// begin opens the process, or takes it up again in a new run.
func (p *disclosure) begin(ctx workflow.Context, state *State) error {
	p.state = State{
		Stage: deliberation.DisclosureDraft, Round: map[deliberation.Stage]int{}, Serials: map[string]int{},
		Disclosure: &deliberation.DisclosureStatus{Item: p.rules.Item.Code, Period: p.period},
	}
	if state != nil {
		p.state = *state
	}
	if err := p.attend(ctx, p.supervision()); err != nil || state != nil {
		return err
	}
	_, last, err := p.period.Bounds()
	if err != nil {
		return err
	}
	var due deliberation.Limit
	if err := p.look(ctx, acts.Deadline, activities.DeadlineInput{Event: last, Days: p.rules.Item.Due.Days}, &due); err != nil {
		return err
	}
	p.state.Disclosure.Due = due.Date
	_, err = p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office}, p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
		Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started, Process: deliberation.DisclosureKind,
		Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form,
		BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock, Item: p.rules.Item.Code, Period: p.period,
	}))
	return err
}

func (p *disclosure) supervision() supervisionRules {
	return supervisionRules{acknowledge: p.rules.AcknowledgeDays, question: p.rules.QuestionDays, rectify: p.rules.RectifyDays}
}

// next says what follows.
func (p *disclosure) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	return deliberation.NextOfDisclosure(p.state.Stage, o)
}

// stage carries out one stage.
func (p *disclosure) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	switch p.state.Stage {
	case deliberation.DisclosureDraft: // 拟定
		return p.draft(ctx)
	case deliberation.DisclosureCheck: // 监督委员会审核
		return p.check(ctx)
	case deliberation.DisclosureConfirm: // 联席会议确定
		return p.confirm(ctx)
	default: // 公布
		return p.hang(ctx)
	}
}

// draft waits for the text or the table.
func (p *disclosure) draft(ctx workflow.Context) (deliberation.Outcome, error) {
	due := p.today(ctx).AddDays(p.rules.PrepareDays.Days).End()
	p.waitFor(ctx, "act", due)
	drafted := false
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.PrepareDays.Basis, acceptance: acceptance{kind: deliberation.DraftDisclosure,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			facts, err := p.take(ctx, a)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			drafted = true
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, facts...)
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return drafted })
	return deliberation.Carried, err
}

// take keeps a draft. A table that does not add up, or is not carried over from the
// period before, is refused.
func (p *disclosure) take(ctx workflow.Context, a deliberation.Act) ([]deliberation.Fact, error) {
	d := deliberation.DisclosureDraftData{Paper: a.Paper}
	if p.rules.Item.Table {
		var found deliberation.AccountsCheck
		if err := p.look(ctx, acts.CheckAccounts, activities.CheckAccountsInput{Process: p.Process, Paper: a.Paper.ID}, &found); err != nil {
			return nil, err
		}
		if len(found.Wrong) > 0 {
			return nil, &deliberation.Refusal{Code: deliberation.RefuseUnbalanced, Act: a.Kind, Fields: found.Wrong}
		}
		d.Sum, d.Before, d.BeforeFrom = &found.Sum, found.Before, found.BeforeFrom
	}
	s := *p.state.Disclosure
	s.Draft, s.Drafter, s.Sum = a.Paper, a.Actor, d.Sum
	p.state.Disclosure = &s
	p.state.Text = a.Paper
	return []deliberation.Fact{
		p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}),
		p.fact(deliberation.FactDisclosure, string(p.Process), d),
	}, nil
}

// check waits for the supervisors. What they find wrong is put right by a new draft,
// which they then have before them.
func (p *disclosure) check(ctx workflow.Context) (deliberation.Outcome, error) {
	again := p.desk.take(&acceptance{kind: deliberation.DraftDisclosure,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			facts, err := p.take(ctx, a)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			return p.recordFacts(ctx, a, facts...)
		}})
	err := p.gate(ctx, p.supervision(), deliberation.Acknowledge)
	p.desk.leave(again)
	return deliberation.Carried, err
}

// confirm waits for what the joint meeting decided. One that sends the draft back
// says why.
func (p *disclosure) confirm(ctx workflow.Context) (deliberation.Outcome, error) {
	due := p.today(ctx).AddDays(p.rules.PrepareDays.Days).End()
	p.waitFor(ctx, "act", due)
	outcome := deliberation.Outcome("")
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.PrepareDays.Basis, acceptance: acceptance{kind: deliberation.ConfirmDisclosure,
		check: func(ctx workflow.Context, a deliberation.Act) error {
			return deliberation.ConfirmDay(a.At, p.Started, p.today(ctx))
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			s := *p.state.Disclosure
			s.Confirmed, outcome = deliberation.DateOf(a.At), deliberation.Carried
			if !a.Accept {
				s.Confirmed, outcome = deliberation.Date{}, deliberation.Amended
			}
			p.state.Disclosure = &s
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a,
				p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}),
				p.fact(deliberation.FactConfirmed, string(p.Process), deliberation.DisclosureConfirmData{On: deliberation.DateOf(a.At), Draft: s.Draft, Paper: a.Paper, Accepted: a.Accept}))
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return outcome != "" })
	return outcome, err
}

// hang shows what was checked. The committee may hand in a corrected text while it
// hangs; it is checked anew and hung in full.
func (p *disclosure) hang(ctx workflow.Context) (deliberation.Outcome, error) {
	corrected := false
	again := p.desk.take(&acceptance{kind: deliberation.DraftDisclosure,
		check: func(_ workflow.Context, a deliberation.Act) error {
			if corrected || p.posting == nil || p.posting.value.State != deliberation.PostingUp {
				return &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: p.state.Stage, Act: a.Kind}
			}
			return nil
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			facts, err := p.take(ctx, a)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			corrected = true
			return p.recordFacts(ctx, a, facts...)
		}})
	outcome, err := p.show(ctx, display{
		key: p.rules.BoardDays.Key, objection: p.rules.ObjectionDays, answer: p.rules.AnswerDays, prepare: p.rules.PrepareDays,
		objectable: true, checked: p.state.Disclosure.Draft, ruling: &p.rules.RulingDays,
		posted: p.wasPosted, corrected: func() bool { return corrected },
	}, nil)
	p.desk.leave(again)
	return outcome, err
}

// wasPosted notes the first day on the board. From then on nobody takes it back.
func (p *disclosure) wasPosted(at time.Time) {
	s := *p.state.Disclosure
	if s.Posted.IsZero() {
		s.Posted = deliberation.DateOf(at)
	}
	p.state.Disclosure, p.state.Resolved = &s, true
	p.closeWithdrawal()
}

// disclosureNow is a copy of where a disclosure stands, with what hangs of it now.
func (p *proceeding) disclosureNow() *deliberation.DisclosureStatus {
	if p.state.Disclosure == nil {
		return nil
	}
	now := *p.state.Disclosure
	if q := p.posting; q != nil && q.value.ID != "" && q.value.State == deliberation.PostingUp {
		now.Until = deliberation.DateOf(q.value.DisplayUntil.Add(-time.Second))
	}
	return &now
}

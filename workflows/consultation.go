package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// ConsultationInput is all a consultation knows when it begins, or goes on in a new run.
type ConsultationInput struct {
	Subject Subject                        `json:"subject"`
	Matter  Matter                         `json:"matter"`
	Rules   deliberation.ConsultationRules `json:"rules"`
	State   *State                         `json:"state,omitempty"`
}

// ConsultationResult is how it ended.
type ConsultationResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// consultation is the process with its rules.
type consultation struct {
	*proceeding
	matter Matter
	rules  deliberation.ConsultationRules
}

// Consultation is 议事协商: a topic is proposed and screened by the Party organisation;
// the participants are named, with the interested parties among them; they are told
// beforehand, meet and form an opinion; what was agreed is carried out, reported back
// and posted; what stayed disputed goes to a body that may decide it (law.md §3.5).
// A quick one 即时议 is answered by an officer within hours. It decides nothing, unless
// its form is the council 议事会, which decides what the assembly entrusted to it; 协调会,
// 监事会 and 党员代表议事 are forms of it, too (law.md §11).
func Consultation(ctx workflow.Context, in ConsultationInput) (ConsultationResult, error) {
	p := &consultation{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days}, matter: in.Matter, rules: in.Rules}
	err := p.begin(ctx, in.State)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, Consultation, in)
	})
	return ConsultationResult{Outcome: outcome}, err
}

// begin opens the process, or takes it up again in a new run.
func (p *consultation) begin(ctx workflow.Context, state *State) error {
	p.state = State{
		Stage: deliberation.Screening, Round: map[deliberation.Stage]int{}, Serials: map[string]int{},
		Resolved:     true, // a topic is declined with reasons, not taken back
		Consultation: &deliberation.ConsultationStatus{Quick: p.matter.Quick},
	}
	if state != nil {
		p.state = *state
	}
	if err := p.attend(ctx, p.supervision()); err != nil || state != nil {
		return err
	}
	_, err := p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office}, p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
		Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started, Process: deliberation.ConsultationKind,
		Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form, Quick: p.matter.Quick,
		BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock, AuthorisedBy: p.matter.AuthorisedBy, Grant: p.matter.Grant,
	}))
	return err
}

func (p *consultation) supervision() supervisionRules {
	return supervisionRules{acknowledge: p.rules.AcknowledgeDays, question: p.rules.QuestionDays, rectify: p.rules.RectifyDays}
}

// next says what follows.
func (p *consultation) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	return deliberation.NextOfConsultation(p.state.Stage, o)
}

// stage carries out one stage.
func (p *consultation) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	switch p.state.Stage {
	case deliberation.Screening: // 议题提出和审核
		return p.receive(ctx)
	case deliberation.Naming: // 确定协商主体
		return p.nameParticipants(ctx)
	case deliberation.Consulting: // 开展协商
		return p.consult(ctx)
	case deliberation.CarryingOut: // 协商成果落实和反馈
		return p.carryOut(ctx)
	case deliberation.ConsultationDisclosure: // 协商成果公开
		return p.show(ctx, display{key: p.rules.PostDays.Key, answer: p.rules.AnswerDays, prepare: p.rules.PrepareDays}, func(ctx workflow.Context) error {
			return p.gate(ctx, p.supervision(), deliberation.GiveClosingOpinion)
		})
	default: // 提请会议决定
		return deliberation.Carried, p.forward(ctx, p.rules.StartDays, func(id deliberation.ProcessID) { p.state.Consultation.Forwarded = id })
	}
}

// receive has a quick topic answered, or any other screened.
func (p *consultation) receive(ctx workflow.Context) (deliberation.Outcome, error) {
	if p.state.Consultation.Quick {
		if answered, err := p.answer(ctx); err != nil || answered {
			return deliberation.Answered, err
		}
	}
	return p.screen(ctx)
}

// answer waits for an officer's answer to a quick topic. When its hours pass the
// street or township is told, and the answer stays owed; or the topic is found too
// weighty and becomes a full consultation.
func (p *consultation) answer(ctx workflow.Context) (answered bool, err error) {
	c := p.state.Consultation
	if c.AnswerDue.IsZero() { // else an earlier run set it
		c.AnswerDue = p.now(ctx).Add(time.Duration(p.rules.QuickHours.Count) * time.Hour)
	}
	p.waitFor(ctx, "answer", c.AnswerDue)
	var t *task
	t = p.ask(ctx, request{due: c.AnswerDue, basis: &p.rules.QuickHours.Basis, acceptance: acceptance{kind: deliberation.AnswerQuickly,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			answered, c.Answer, c.Late = true, a.Paper, p.now(ctx).After(c.AnswerDue)
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactQuickAnswer, string(p.Process), deliberation.QuickAnswerData{
				Paper: a.Paper, Hours: p.rules.QuickHours, Due: c.AnswerDue, Late: c.Late,
			}))
		}}})
	turn := p.desk.take(&acceptance{kind: deliberation.TurnToFull, do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
		c.Quick = false
		p.drop(ctx, t)
		return p.recordFacts(ctx, a, p.fact(deliberation.FactTurned, string(p.Process), deliberation.PaperData{Paper: a.Paper}))
	}})
	if err := p.note(ctx); err != nil {
		return false, err
	}
	_, err = p.wait(ctx, time.Time{}, func() bool { return answered || !c.Quick })
	p.desk.leave(turn)
	return answered, err
}

// screen waits for the Party organisation to take the topic up, or to decline it
// with reasons.
func (p *consultation) screen(ctx workflow.Context) (deliberation.Outcome, error) {
	c := p.state.Consultation
	due := p.today(ctx).AddDays(p.rules.ScreenDays.Days).End()
	p.waitFor(ctx, "act", due)
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.ScreenDays.Basis, acceptance: acceptance{kind: deliberation.ScreenTopic,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			c.Screened, c.Accepted = a.Paper, a.Accept
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactScreened, string(p.Process), deliberation.ScreenedData{Paper: a.Paper, Accepted: a.Accept}))
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	if _, err := p.wait(ctx, time.Time{}, func() bool { return !c.Screened.IsZero() }); err != nil {
		return "", err
	}
	if !c.Accepted {
		return deliberation.Lost, nil
	}
	return deliberation.Carried, nil
}

// nameParticipants waits for the list of participants; one without an interested party is refused.
func (p *consultation) nameParticipants(ctx workflow.Context) (deliberation.Outcome, error) {
	c := p.state.Consultation
	due := p.today(ctx).AddDays(p.rules.StartDays.Days).End()
	p.waitFor(ctx, "act", due)
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.StartDays.Basis, acceptance: acceptance{kind: deliberation.NameParticipants,
		check: func(_ workflow.Context, a deliberation.Act) error {
			return p.rules.CheckList(a.Participants)
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			c.List, c.Participants = a.Paper, a.Participants
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactParticipants, string(p.Process), deliberation.ParticipantsData{
				Paper: a.Paper, People: a.Participants, Rule: p.rules.Interested,
			}))
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return len(c.Participants) > 0 })
	return deliberation.Carried, err
}

// consult holds the meeting of those named: notice and papers beforehand, everybody
// heard, an opinion formed, minutes signed by two. Where members vote the supervisors
// look at what was done; what a monitoring meeting found is theirs to act upon.
func (p *consultation) consult(ctx workflow.Context) (deliberation.Outcome, error) {
	s := sitting{
		rules: p.rules.Meeting, prepare: p.rules.PrepareDays, named: deliberation.Persons(p.state.Consultation.Participants),
		chair:    []deliberation.Office{deliberation.Secretary, deliberation.Director, deliberation.CommitteeMember},
		recorder: []deliberation.Office{deliberation.Clerk, deliberation.BranchMember, deliberation.CommitteeMember, deliberation.Representative},
		hear:     p.formOpinion,
	}
	if !p.rules.Votes() {
		return p.hold(ctx, s)
	}
	s.hear = p.voteOnOpinion
	outcome, err := p.hold(ctx, s)
	if err != nil || outcome != deliberation.Carried {
		return outcome, err
	}
	return outcome, p.gate(ctx, p.supervision(), deliberation.Acknowledge)
}

// voteOnOpinion puts what the chair found agreed to the vote of the members.
func (p *consultation) voteOnOpinion(ctx workflow.Context, m *meeting) (deliberation.Outcome, error) {
	c := p.state.Consultation
	outcome, err := p.formOpinion(ctx, m)
	if err != nil || outcome != deliberation.Carried {
		return outcome, err
	}
	motion := &deliberation.Motion{Paper: c.Opinion, Voting: deliberation.RecordedVoting}
	if err := m.vote(ctx, motion); err != nil {
		return "", err
	}
	c.Opinion, c.Voted = motion.Paper, motion.Met
	return p.rules.OutcomeOf(c.Finding, motion.TakesEffect()), nil
}

// mayFind refuses what the act cannot find, and an agreement of the council outside
// what was entrusted to it, or after its end.
func (p *consultation) mayFind(ctx workflow.Context, a deliberation.Act) error {
	if err := isFinding(a); err != nil || a.Finding == deliberation.FoundDisputed {
		return err
	}
	return p.rules.Within(p.matter.Grant, p.matter.Category, p.today(ctx))
}

// formOpinion waits for what the meeting found.
func (p *consultation) formOpinion(ctx workflow.Context, m *meeting) (deliberation.Outcome, error) {
	c, found := p.state.Consultation, false
	var t *task
	t = p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{kind: deliberation.FormOpinion, offices: m.chair,
		check: p.mayFind,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			found, c.Opinion, c.Finding = true, a.Paper, a.Finding
			p.done(ctx, t, a)
			return m.record(ctx, a, nil,
				p.fact(deliberation.FactPaper, string(m.value.ID), deliberation.PaperData{Paper: a.Paper}),
				p.fact(deliberation.FactFinding, string(m.value.ID), deliberation.FindingData{Meeting: m.value.ID, Paper: a.Paper, Finding: a.Finding}))
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return found })
	return p.rules.OutcomeOf(c.Finding, true), err
}

// carryOut waits for what was agreed to be done, and for the report to those who took
// part. Late or not, it stays owed.
func (p *consultation) carryOut(ctx workflow.Context) (deliberation.Outcome, error) {
	c := p.state.Consultation
	due := p.today(ctx).AddDays(p.rules.ReportDays.Days).End()
	p.waitFor(ctx, "act", due)
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.ReportDays.Basis, acceptance: acceptance{kind: deliberation.ReportBack,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			c.Carried = a.Paper
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactCarriedOut, string(p.Process), deliberation.PaperData{Paper: a.Paper}))
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return !c.Carried.IsZero() })
	return deliberation.Carried, err
}

// forward waits for the process to be started to which the matter goes.
func (p *proceeding) forward(ctx workflow.Context, start deliberation.DaysRule, to func(deliberation.ProcessID)) error {
	gone, due := false, p.today(ctx).AddDays(start.Days).End()
	p.waitFor(ctx, "act", due)
	var t *task
	t = p.ask(ctx, request{due: due, basis: &start.Basis, acceptance: acceptance{kind: deliberation.ForwardMatter,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			id := deliberation.ProcessID(a.Subject)
			gone = true
			to(id)
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactForwarded, string(p.Process), deliberation.ForwardedData{Process: id}))
		}}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return gone })
	return err
}

// isFinding refuses what the act cannot find.
func isFinding(a deliberation.Act) error {
	for _, f := range deliberation.FindingsOf(a.Kind) {
		if f == a.Finding {
			return nil
		}
	}
	return unsound(a.Kind, "finding", "not_a_choice", 0)
}

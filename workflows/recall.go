package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// RecallInput is all a recall knows when it begins, or goes on in a new run.
type RecallInput struct {
	Subject Subject                  `json:"subject"`
	Matter  Matter                   `json:"matter"`
	Rules   deliberation.RecallRules `json:"rules"`
	Setup   deliberation.RecallSetup `json:"setup"`
	State   *State                   `json:"state,omitempty"`
}

// RecallResult is how it ended.
type RecallResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// recall is the process with its rules.
type recall struct {
	*proceeding
	matter Matter
	rules  deliberation.RecallRules
}

// Recall is 罢免: enough have demanded it; the person answers the reasons; those who
// elected vote; where more than half of who voted approve, the post ends (law.md §5.8).
func Recall(ctx workflow.Context, in RecallInput) (RecallResult, error) {
	p := &recall{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days}, matter: in.Matter, rules: in.Rules}
	err := p.begin(ctx, in.Setup, in.State)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, Recall, in)
	})
	return RecallResult{Outcome: outcome}, err
}

// begin opens the process, or takes it up again in a new run.
func (p *recall) begin(ctx workflow.Context, setup deliberation.RecallSetup, state *State) error {
	p.state = State{
		Stage: deliberation.RecallDefence, Round: map[deliberation.Stage]int{}, Serials: map[string]int{},
		Resolved: true, Recall: &deliberation.RecallProgress{Setup: setup, By: p.rules.LastDay(p.Started)},
	}
	if state != nil {
		p.state = *state
	}
	if err := p.attend(ctx, p.supervision()); err != nil || state != nil {
		return err
	}
	_, err := p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office}, p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
		Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started, Process: deliberation.RecallKind,
		Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form,
		BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock, Recall: &setup,
	}))
	return err
}

func (p *recall) supervision() supervisionRules {
	return supervisionRules{acknowledge: p.rules.AcknowledgeDays, question: p.rules.QuestionDays, rectify: p.rules.RectifyDays}
}

// next says what follows.
func (p *recall) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	return deliberation.NextOfRecall(p.state.Stage, o)
}

// stage carries out one stage.
func (p *recall) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	switch p.state.Stage {
	case deliberation.RecallDefence: // 申辩
		return p.hearDefence(ctx)
	case deliberation.RecallVoting: // 罢免表决
		return p.vote(ctx)
	default: // 罢免结果公布
		return p.disclose(ctx)
	}
}

// hearDefence lets the person answer. Silence is their right, and holds nothing up.
func (p *recall) hearDefence(ctx workflow.Context) (deliberation.Outcome, error) {
	due, provisional, err := p.deadline(ctx, p.rules.DefenceDays.Days)
	if err != nil {
		return "", err
	}
	p.waitFor(ctx, "answer", due)
	p.waiting.Provisional = provisional
	r, over := p.state.Recall, false
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.DefenceDays.Basis, acceptance: acceptance{kind: deliberation.DefendRecall, actor: r.Setup.Person,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			r.Defence, over = a.Paper, true
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}), p.recalled())
		}},
		onDue: func(ctx workflow.Context) error {
			over = true
			p.drop(ctx, t)
			return p.note(ctx)
		}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err = p.wait(ctx, time.Time{}, func() bool { return over })
	return deliberation.Carried, err
}

func (p *recall) recalled() deliberation.Fact {
	return p.fact(deliberation.FactRecall, string(p.Process), deliberation.RecallData{Recall: *p.state.Recall})
}

// vote has those vote who elected. The person does not hold the meeting; the director
// does, unless it is them (S-VE 第四十一条).
func (p *recall) vote(ctx workflow.Context) (deliberation.Outcome, error) {
	r := p.state.Recall
	motion := deliberation.Motion{ID: p.name("o", string(p.state.Stage)), Paper: r.Defence, Category: deliberation.CategoryElection, Voting: deliberation.SecretVoting, OnPaper: true}
	p.later(p.fact(deliberation.FactMotion, motion.ID, deliberation.MotionData{Motion: motion}))
	chair, recorder := officers(deliberation.Electors)
	outcome, err := p.hold(ctx, sitting{
		rules: deliberation.MeetingRules{Body: deliberation.Electors, Notice: p.rules.NoticeDays, EmergencyNotice: deliberation.FlagRule{Basis: p.rules.NoticeDays.Basis}, ByParticipation: true},
		chair: chair, recorder: recorder, prepare: p.rules.PrepareDays, agenda: []deliberation.Motion{motion},
		elects: &electing{method: r.Setup.Method}, verdict: p.rules.Decide,
		moment: func(_ workflow.Context, a deliberation.Act) error {
			if a.Actor == r.Setup.Person {
				return &deliberation.Refusal{Code: deliberation.RefuseOwnMatter, Act: a.Kind}
			}
			return nil
		},
		barred: []deliberation.PersonID{r.Setup.Person},
	})
	if err != nil || outcome == deliberation.Inquorate {
		return outcome, err
	}
	return deliberation.Carried, p.alone(ctx, func() error { return p.settle(ctx) })
}

// settle keeps what the vote found. Where it failed, the same facts and reasons are
// barred for as long as the rules say.
func (p *recall) settle(ctx workflow.Context) error {
	r := p.state.Recall
	for _, b := range p.boxes {
		if b.m == p.meeting && b.poll.State == deliberation.PollClosed {
			r.Poll, r.Passed = b.poll.ID, b.poll.Passing
		}
	}
	r.Decided = p.today(ctx)
	if r.Passed != nil && !r.Passed.Met && p.rules.BarMonths.Key != "" {
		r.BarredUntil = r.Decided.AddMonths(p.rules.BarMonths.Count)
	}
	return p.note(ctx, p.recalled())
}

// disclose hangs the result on the board and has it filed; where the recall passed the
// person hands over (S-VE 第四十二条).
func (p *recall) disclose(ctx workflow.Context) (deliberation.Outcome, error) {
	r := p.state.Recall
	passed := r.Passed != nil && r.Passed.Met
	outcome, err := p.show(ctx, display{key: p.rules.ResultDays.Key, prepare: p.rules.PrepareDays}, func(ctx workflow.Context) error {
		if err := p.fileWith(ctx, p.rules.Filing, p.rules.PrepareDays); err != nil {
			return err
		}
		if passed {
			if err := p.handOver(ctx); err != nil {
				return err
			}
		}
		return p.gate(ctx, p.supervision(), deliberation.GiveClosingOpinion)
	})
	if err == nil && !passed {
		return deliberation.Lost, nil
	}
	return outcome, err
}

// handOver waits for the handover of who was recalled.
func (p *recall) handOver(ctx workflow.Context) error {
	due, _, err := p.deadline(ctx, p.rules.HandoverDays.Days)
	if err != nil {
		return err
	}
	r := p.state.Recall
	p.waitFor(ctx, "act", due)
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.HandoverDays.Basis, acceptance: acceptance{kind: deliberation.CompleteElectionStep, subject: string(deliberation.ElectionHandover),
		offices: []deliberation.Office{deliberation.Director, deliberation.CommitteeMember, deliberation.Clerk},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			r.HandedOver = true
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}), p.recalled())
		}}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err = p.wait(ctx, time.Time{}, func() bool { return r.HandedOver })
	return err
}

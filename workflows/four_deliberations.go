package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// FourDeliberationsInput is all the process knows when it begins, or goes on in a
// new run: ids, codes, numbers and the rules themselves.
type FourDeliberationsInput struct {
	Subject Subject                             `json:"subject"`
	Matter  Matter                              `json:"matter"`
	Rules   deliberation.FourDeliberationsRules `json:"rules"`
	State   *State                              `json:"state,omitempty"`
}

// FourDeliberationsResult is how it ended.
type FourDeliberationsResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// fourDeliberations is the process with its matter and its rules.
type fourDeliberations struct {
	*proceeding
	matter Matter
	rules  deliberation.FourDeliberationsRules
}

// FourDeliberations is 四议两公开一监督: the Party organisation proposes, the two
// committees consult, the Party members' meeting reviews, the assembly or the
// representatives' conference resolves; the resolution and its result are
// disclosed; the supervisory committee watches every step (law.md §1).
func FourDeliberations(ctx workflow.Context, in FourDeliberationsInput) (FourDeliberationsResult, error) {
	p, err := beginFourDeliberations(ctx, in)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, FourDeliberations, in)
	})
	return FourDeliberationsResult{Outcome: outcome}, err
}

// next says what follows. A change of a resolution that is being carried out may
// be lost; the resolution then stands and is carried out as it was.
func (p *fourDeliberations) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	next, goesOn := deliberation.Next(p.state.Stage, o, p.rules, p.state.Merged, !p.state.Standing.IsZero())
	p.leaveStanding(o, goesOn)
	return next, goesOn
}

// stage carries out one stage.
func (p *fourDeliberations) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	p.offerHearing()
	switch p.state.Stage {
	case deliberation.Soliciting: // 征求意见
		return deliberation.Carried, p.solicit(ctx, gathering{days: p.rules.SolicitDays, prepare: p.rules.PrepareDays, closes: deliberation.Propose})
	case deliberation.Proposal: // ① 党组织提议
		return p.decide(ctx, true)
	case deliberation.Consultation: // ② "两委"商议
		return p.decide(ctx, false)
	case deliberation.Review: // ③ 党员大会审议
		return p.decide(ctx, true)
	case deliberation.Advice: // 街道(乡镇)意见
		return deliberation.Carried, p.advise(ctx, p.rules.AdviceDays)
	case deliberation.Resolution: // ④ 居(村)民会议或者代表会议决议
		return p.decide(ctx, true)
	case deliberation.ResolutionDisclosure: // 决议公开
		return p.discloseResolution(ctx, p.rules)
	case deliberation.Implementation: // 组织实施
		return p.carryOut(ctx, p.rules.PrepareDays)
	default: // 实施结果公开
		return p.discloseResult(ctx, p.rules)
	}
}

// decide holds the stage's meeting; where the rules ask it, the supervisors look
// at what was done before the process moves on.
func (p *fourDeliberations) decide(ctx workflow.Context, gated bool) (deliberation.Outcome, error) {
	stage := p.state.Stage
	if stage == deliberation.Consultation || stage == deliberation.Review || stage == deliberation.Proposal && p.state.Merged {
		if sentBack, err := p.hearFirst(ctx); err != nil || sentBack {
			return deliberation.Returned, err
		}
	}
	return p.decideBy(ctx, p.rules, p.matter.Form, gated)
}

// decideBy holds the meeting that the rules have for the stage; where it is gated, the
// supervisors look at what was done.
func (p *proceeding) decideBy(ctx workflow.Context, r deliberation.FourDeliberationsRules, form deliberation.Body, gated bool) (deliberation.Outcome, error) {
	stage := p.state.Stage
	s := sitting{
		rules:    r.Meeting(stage, form, p.state.Merged),
		chair:    []deliberation.Office{deliberation.Secretary},
		recorder: []deliberation.Office{deliberation.Clerk, deliberation.BranchMember, deliberation.CommitteeMember},
		prepare:  r.PrepareDays,
	}
	if stage == deliberation.Resolution {
		s.chair = []deliberation.Office{deliberation.Director, deliberation.CommitteeMember}
	}
	if s.rules.Body == deliberation.PartyDelegates {
		s.named = p.delegates
	}
	outcome, err := p.hold(ctx, s)
	if err != nil || outcome == deliberation.Inquorate || outcome == deliberation.Lost {
		return outcome, err
	}
	if stage == deliberation.Resolution && outcome == deliberation.Carried {
		p.state.Resolved = true
		p.closeWithdrawal()
	}
	if gated {
		err = p.gate(ctx, supervisionOf(r), deliberation.Acknowledge)
	}
	return outcome, err
}

// discloseResolution posts the resolution and hears objections.
func (p *proceeding) discloseResolution(ctx workflow.Context, r deliberation.FourDeliberationsRules) (deliberation.Outcome, error) {
	return p.show(ctx, display{
		key: r.ResolutionPostDays.Key, objectable: true, objection: r.ObjectionDays,
		answer: r.AnswerDays, prepare: r.PrepareDays,
	}, func(ctx workflow.Context) error { return p.gate(ctx, supervisionOf(r), deliberation.Acknowledge) })
}

// discloseResult posts the result after the supervisors have looked at it, and
// closes with their opinion on the whole.
func (p *proceeding) discloseResult(ctx workflow.Context, r deliberation.FourDeliberationsRules) (deliberation.Outcome, error) {
	if err := p.gate(ctx, supervisionOf(r), deliberation.Acknowledge); err != nil {
		return "", err
	}
	return p.show(ctx, display{key: r.ResultPostDays.Key, answer: r.AnswerDays, prepare: r.PrepareDays},
		func(ctx workflow.Context) error {
			return p.gate(ctx, supervisionOf(r), deliberation.GiveClosingOpinion)
		})
}

func (p *fourDeliberations) supervision() supervisionRules { return supervisionOf(p.rules) }

func supervisionOf(r deliberation.FourDeliberationsRules) supervisionRules {
	return supervisionRules{acknowledge: r.AcknowledgeDays, question: r.QuestionDays, rectify: r.RectifyDays}
}

// leaveStanding settles, with the stage of ④, what becomes of a change of a resolution
// that is being carried out: where it is lost the resolution stands as it was.
func (p *proceeding) leaveStanding(o deliberation.Outcome, goesOn bool) {
	switch {
	case p.state.Stage != deliberation.Resolution || o == deliberation.Inquorate:
	case o == deliberation.Lost && goesOn:
		p.state.Text, p.state.Standing = p.state.Standing, deliberation.PaperRef{}
	default:
		p.state.Standing = deliberation.PaperRef{}
	}
}

// beginFourDeliberations opens the process, or takes it up again in a new run.
func beginFourDeliberations(ctx workflow.Context, in FourDeliberationsInput) (*fourDeliberations, error) {
	p := &fourDeliberations{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days, delegates: in.Matter.Delegates}, matter: in.Matter, rules: in.Rules}
	if in.State != nil {
		p.state = *in.State
	} else {
		p.state = State{Stage: deliberation.Soliciting, Round: map[deliberation.Stage]int{}, Serials: map[string]int{}}
	}
	err := p.attend(ctx, p.supervision())
	// A process of a time that knew no hearings has no rule that asks for one.
	if err == nil && deliberation.ForumFor(p.rules.Forums, p.matter.Affected) != nil {
		p.awaitNews(ctx, p.rules.PrepareDays)
	}
	if err != nil || in.State != nil {
		return p, err
	}
	return p, p.open(ctx)
}

// open records the start. Secretary and director in one person may merge ① and ②
// where the pack allows it; otherwise the two meetings are held.
func (p *fourDeliberations) open(ctx workflow.Context) error {
	if p.matter.Merged && p.rules.MergeAllowed.Value {
		in := activities.HeldByOneInput{Community: p.Community, A: deliberation.Secretary, B: deliberation.Director, On: p.today(ctx)}
		if err := p.look(ctx, acts.HeldByOne, in, &p.state.Merged); err != nil {
			return err
		}
	}
	_, err := p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office}, p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
		Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started,
		Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form,
		Merged: p.state.Merged, BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock, AuthorisedBy: p.matter.AuthorisedBy, Grant: p.matter.Grant,
	}))
	return err
}

package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// ResignationInput is all a resignation knows when it begins, or goes on in a new run.
type ResignationInput struct {
	Subject Subject                       `json:"subject"`
	Matter  Matter                        `json:"matter"`
	Rules   deliberation.ResignationRules `json:"rules"`
	Setup   deliberation.ResignationSetup `json:"setup"`
	State   *State                        `json:"state,omitempty"`
}

// ResignationResult is how it ended.
type ResignationResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// resignation is the process with its rules.
type resignation struct {
	*proceeding
	matter Matter
	rules  deliberation.ResignationRules
}

// Resignation is 辞职 of a member of the committee, or what counts as one: a letter, the vote
// of the assembly or the representatives' conference, on whose day the post ends, and its
// notice and filing with the vacancy that it leaves (law.md §5.8).
func Resignation(ctx workflow.Context, in ResignationInput) (ResignationResult, error) {
	p := &resignation{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days}, matter: in.Matter, rules: in.Rules}
	err := p.begin(ctx, in.Setup, in.State)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, Resignation, in)
	})
	return ResignationResult{Outcome: outcome}, err
}

// begin opens the process, or takes it up again in a new run.
func (p *resignation) begin(ctx workflow.Context, setup deliberation.ResignationSetup, state *State) error {
	p.state = State{
		Stage: deliberation.ResignationLetter, Round: map[deliberation.Stage]int{}, Serials: map[string]int{},
		Resolved: true, Resignation: &deliberation.ResignationProgress{Setup: setup},
	}
	if state != nil {
		p.state = *state
	}
	if err := p.attend(ctx, p.supervision()); err != nil || state != nil {
		return err
	}
	_, err := p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office}, p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
		Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started, Process: deliberation.ResignationKind,
		Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form,
		BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock, Resignation: &setup,
	}))
	return err
}

func (p *resignation) supervision() supervisionRules {
	return supervisionRules{acknowledge: p.rules.AcknowledgeDays, question: p.rules.QuestionDays, rectify: p.rules.RectifyDays}
}

// next says what follows.
func (p *resignation) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	return deliberation.NextOfResignation(p.state.Stage, o)
}

// stage carries out one stage.
func (p *resignation) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	switch p.state.Stage {
	case deliberation.ResignationLetter: // 提交辞职书
		return p.takeLetter(ctx)
	case deliberation.ResignationVote: // 表决是否接受辞职
		return p.vote(ctx)
	default: // 辞职结果公告
		return p.disclose(ctx)
	}
}

// takeLetter waits for what is put to the vote: the person's own letter, handed in by
// themselves or filed by the clerk; or, of somebody who does not serve, what others found.
func (p *resignation) takeLetter(ctx workflow.Context) (deliberation.Outcome, error) {
	r := p.state.Resignation
	p.waitFor(ctx, "act", time.Time{})
	var t *task
	t = p.ask(ctx, request{due: p.today(ctx).AddDays(p.rules.PrepareDays.Days).End(), basis: &p.rules.PrepareDays.Basis, acceptance: acceptance{kind: deliberation.FileResignation,
		check: func(_ workflow.Context, a deliberation.Act) error {
			if own := a.Actor == r.Setup.Person; own == r.Setup.Inactive || !own && !r.Setup.Inactive && a.Office != deliberation.Clerk {
				return &deliberation.Refusal{Code: deliberation.RefuseNotAccountable, Act: a.Kind}
			}
			return nil
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			r.Letter = a.Paper
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}), p.stands())
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return !r.Letter.IsZero() })
	return deliberation.Carried, err
}

func (p *resignation) stands() deliberation.Fact {
	return p.fact(deliberation.FactResignation, string(p.Process), deliberation.ResignationData{Resignation: *p.state.Resignation})
}

// vote puts the letter to the body by secret ballot. The person does not hold the meeting.
func (p *resignation) vote(ctx workflow.Context) (deliberation.Outcome, error) {
	r := p.state.Resignation
	motion := deliberation.Motion{ID: p.name("o", string(p.state.Stage)), Paper: r.Letter, Category: deliberation.CategoryElection, Voting: deliberation.SecretVoting}
	p.later(p.fact(deliberation.FactMotion, motion.ID, deliberation.MotionData{Motion: motion}))
	chair, recorder := officers(p.rules.Meeting.Body)
	outcome, err := p.hold(ctx, sitting{
		rules: p.rules.Meeting, chair: chair, recorder: recorder, prepare: p.rules.PrepareDays, agenda: []deliberation.Motion{motion},
		fixed: true, barred: []deliberation.PersonID{r.Setup.Person},
		moment: func(_ workflow.Context, a deliberation.Act) error {
			if a.Actor == r.Setup.Person {
				return &deliberation.Refusal{Code: deliberation.RefuseOwnMatter, Act: a.Kind}
			}
			return nil
		},
	})
	if err != nil || outcome == deliberation.Inquorate {
		return outcome, err
	}
	p.state.Agenda = p.meeting.value.Agenda
	return outcome, p.alone(ctx, func() error { return p.settle(ctx) })
}

// settle keeps what the vote found: the post ends on its day, and fewer members than the
// rule asks leave a vacancy that is to be filled.
func (p *resignation) settle(ctx workflow.Context) error {
	r := p.state.Resignation
	ended := deliberation.Date{}
	for _, b := range p.boxes {
		if b.m == p.meeting && b.poll.State == deliberation.PollClosed {
			r.Poll, r.Passed, ended = b.poll.ID, b.poll.Passing, deliberation.DateOf(b.poll.Closed)
		}
	}
	if r.Passed != nil && r.Passed.Met {
		var left int
		in := activities.MembersInput{Community: p.Community, Offices: deliberation.Committee.Offices(), Without: r.Setup.Person, On: ended}
		if err := p.look(ctx, acts.CountMembers, in, &left); err != nil {
			return err
		}
		p.rules.Ends(r, ended, left)
	}
	return p.note(ctx, p.stands())
}

// disclose posts that the post ended, with the vacancy, and has it filed within its days.
func (p *resignation) disclose(ctx workflow.Context) (deliberation.Outcome, error) {
	r := p.state.Resignation
	a := announced{key: p.rules.ResultDays.Key, by: p.rules.FilingDays, from: r.Ended}
	return p.announce(ctx, a, &r.Filed, func(ctx workflow.Context) error { return p.gate(ctx, p.supervision(), deliberation.GiveClosingOpinion) })
}

package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// ConferenceInput is all a conference knows when it begins, or goes on in a new run.
type ConferenceInput struct {
	Subject Subject                      `json:"subject"`
	Matter  Matter                       `json:"matter"`
	Rules   deliberation.ConferenceRules `json:"rules"`
	State   *State                       `json:"state,omitempty"`
}

// ConferenceResult is how it ended.
type ConferenceResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// conference is the process with its rules.
type conference struct {
	*proceeding
	matter Matter
	rules  deliberation.ConferenceRules
}

// maxMotions is how many motions one agenda holds. It is Yishi's default, not law.
const maxMotions = 30

// Conference is 居(村)民会议 or 居(村)民代表会议 as a process of its own: motions are
// put on its agenda; it is convened with the notice its body needs; it decides each
// motion by a recorded vote, a secret ballot or a show of hands; what it decided is
// disclosed, and objections are heard (law.md §4).
func Conference(ctx workflow.Context, in ConferenceInput) (ConferenceResult, error) {
	p := &conference{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days}, matter: in.Matter, rules: in.Rules}
	err := p.begin(ctx, in.State)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, Conference, in)
	})
	return ConferenceResult{Outcome: outcome}, err
}

// begin opens the process, or takes it up again in a new run.
func (p *conference) begin(ctx workflow.Context, state *State) error {
	p.state = State{Stage: deliberation.AgendaStage, Round: map[deliberation.Stage]int{}, Serials: map[string]int{}}
	if state != nil {
		p.state = *state
	}
	if err := p.attend(ctx, p.supervision()); err != nil || state != nil {
		return err
	}
	_, err := p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office}, p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
		Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started, Process: deliberation.ConferenceKind,
		Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form,
		BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock,
	}))
	return err
}

func (p *conference) supervision() supervisionRules {
	return supervisionRules{acknowledge: p.rules.AcknowledgeDays, question: p.rules.QuestionDays, rectify: p.rules.RectifyDays}
}

// next says what follows.
func (p *conference) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	return deliberation.NextOfConference(p.state.Stage, o)
}

// stage carries out one stage.
func (p *conference) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	switch p.state.Stage {
	case deliberation.AgendaStage: // 拟定议程
		return deliberation.Carried, p.settleAgenda(ctx)
	case deliberation.Resolution: // 开会表决
		return p.sit(ctx)
	default: // 决议公开
		return p.disclose(ctx)
	}
}

// settleAgenda takes motions until the agenda is settled.
func (p *conference) settleAgenda(ctx workflow.Context) error {
	p.waitFor(ctx, "act", time.Time{})
	settled := false
	put := p.desk.take(&acceptance{kind: deliberation.PutMotion, check: p.motionIsSound, do: p.put})
	drop := p.desk.take(&acceptance{kind: deliberation.DropMotion, check: p.onAgenda, do: p.takeOff})
	var t *task
	t = p.ask(ctx, request{due: p.today(ctx).AddDays(p.rules.PrepareDays.Days).End(), basis: &p.rules.PrepareDays.Basis, acceptance: acceptance{
		kind: deliberation.CloseAgenda,
		check: func(workflow.Context, deliberation.Act) error {
			if len(p.state.Agenda) == 0 {
				return &deliberation.Refusal{Code: deliberation.RefuseNoMotion, Act: deliberation.CloseAgenda}
			}
			return nil
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			settled = true
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a)
		}}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return settled })
	p.desk.leave(put, drop)
	return err
}

func (p *conference) motionIsSound(_ workflow.Context, a deliberation.Act) error {
	switch {
	case !slices.Contains(deliberation.Votings, a.Voting):
		return &deliberation.Refusal{Code: deliberation.RefuseInvalid, Act: a.Kind, Fields: []deliberation.FieldProblem{{Field: "voting", Problem: "not_a_choice"}}}
	case len(p.state.Agenda) >= maxMotions:
		return &deliberation.Refusal{Code: deliberation.RefuseInvalid, Act: a.Kind, Fields: []deliberation.FieldProblem{{Field: "text", Problem: "too_many", Limit: maxMotions}}}
	}
	return p.rules.MayDecide(a.Category, p.matter.Authorised)
}

func (p *conference) put(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	m := deliberation.Motion{ID: p.name("o", string(p.state.Stage)), Paper: a.Paper, Category: a.Category, Voting: a.Voting}
	p.state.Agenda = append(p.state.Agenda, m)
	r, err := p.recordFacts(ctx, a, p.fact(deliberation.FactMotion, m.ID, deliberation.MotionData{Motion: m}))
	r.Subject = m.ID
	return r, err
}

func (p *conference) indexOf(id string) int {
	return slices.IndexFunc(p.state.Agenda, func(m deliberation.Motion) bool { return m.ID == id })
}

func (p *conference) onAgenda(_ workflow.Context, a deliberation.Act) error {
	if p.indexOf(a.Subject) < 0 {
		return &deliberation.Refusal{Code: deliberation.RefuseNotFound, Act: a.Kind}
	}
	return nil
}

// takeOff takes a motion off the agenda; why stands in the act's paper.
func (p *conference) takeOff(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	i := p.indexOf(a.Subject)
	if i < 0 {
		return deliberation.Receipt{}, fmt.Errorf("motion %s is not on the agenda", a.Subject)
	}
	m := p.state.Agenda[i]
	p.state.Agenda = slices.Delete(slices.Clone(p.state.Agenda), i, i+1)
	return p.recordFacts(ctx, a,
		p.fact(deliberation.FactPaper, m.ID, deliberation.PaperData{Paper: a.Paper}),
		p.fact(deliberation.FactMotion, m.ID, deliberation.MotionData{Motion: m, Off: true}))
}

// sit holds the meeting, and the supervisors look at what was done.
func (p *conference) sit(ctx workflow.Context) (deliberation.Outcome, error) {
	agenda := slices.Clone(p.state.Agenda)
	for i := range agenda { // an objection may have brought them here again
		agenda[i].Poll, agenda[i].Met = "", nil
	}
	outcome, err := p.hold(ctx, sitting{
		rules:    p.rules.Meeting,
		chair:    []deliberation.Office{deliberation.Director, deliberation.CommitteeMember},
		recorder: []deliberation.Office{deliberation.Clerk, deliberation.BranchMember, deliberation.CommitteeMember},
		prepare:  p.rules.PrepareDays,
		agenda:   agenda,
	})
	if err != nil || outcome == deliberation.Inquorate {
		return outcome, err
	}
	p.state.Agenda, p.state.Resolved = p.meeting.value.Agenda, true
	p.closeWithdrawal()
	if outcome == deliberation.Amended { // the body that changed a motion is the one that decides it
		outcome = deliberation.Carried
	}
	return outcome, p.gate(ctx, p.supervision(), deliberation.Acknowledge)
}

// disclose posts what was decided and hears objections.
func (p *conference) disclose(ctx workflow.Context) (deliberation.Outcome, error) {
	return p.show(ctx, display{
		key: p.rules.ResolutionPostDays.Key, objectable: true, objection: p.rules.ObjectionDays,
		answer: p.rules.AnswerDays, prepare: p.rules.PrepareDays,
	}, func(ctx workflow.Context) error { return p.gate(ctx, p.supervision(), deliberation.GiveClosingOpinion) })
}

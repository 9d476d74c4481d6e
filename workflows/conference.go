package workflows

import (
	"slices"

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
		BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock, Estate: p.matter.Estate, Group: p.matter.Group, AuthorisedBy: p.matter.AuthorisedBy, Grant: p.matter.Grant,
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

// sit holds the meeting, and the supervisors look at what was done.
func (p *conference) sit(ctx workflow.Context) (deliberation.Outcome, error) {
	if err := p.takeBackGrants(ctx); err != nil {
		return "", err
	}
	agenda := slices.Clone(p.state.Agenda)
	for i := range agenda { // an objection may have brought them here again
		agenda[i].Poll, agenda[i].Met, agenda[i].Chosen, agenda[i].Tied, agenda[i].SentUp = "", nil, nil, nil, false
	}
	chair, recorder := officers(p.rules.Meeting.Body)
	outcome, err := p.hold(ctx, sitting{
		rules: p.rules.Meeting, chair: chair, recorder: recorder, prepare: p.rules.PrepareDays,
		agenda: agenda, passing: p.rules.PassingOf, toAssembly: p.rules.ToAssembly, estate: p.matter.Estate, group: p.matter.Group,
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

// takeBackGrants ends what the assembly had authorised where it takes the matter up
// again: whether it still does is before it.
func (p *conference) takeBackGrants(ctx workflow.Context) error {
	c := p.change(ctx, deliberation.Act{})
	for _, m := range p.state.Agenda {
		if m.Grant == nil || m.Met == nil || !*m.Met {
			continue
		}
		a := deliberation.Authorisation{ID: m.ID, Process: p.Process, Motion: m.ID, Paper: m.Paper, From: p.today(ctx), Grant: *m.Grant, Ended: p.today(ctx)}
		c.Authorisations = append(c.Authorisations, a)
		c.Facts = append(c.Facts, p.fact(deliberation.FactAuthorised, a.ID, deliberation.AuthorisedData{Authorisation: a}))
	}
	if len(c.Authorisations) == 0 {
		return nil
	}
	_, err := p.record(ctx, c)
	return err
}

// officers are who chairs a meeting of the body and who keeps its minutes. The Party
// keeps its own meetings; the residents' committee calls all others.
func officers(b deliberation.Body) (chair, recorder []deliberation.Office) {
	chair = []deliberation.Office{deliberation.Director, deliberation.CommitteeMember}
	recorder = []deliberation.Office{deliberation.Clerk, deliberation.BranchMember, deliberation.CommitteeMember}
	switch b {
	case deliberation.PartyMeeting:
		chair, recorder = []deliberation.Office{deliberation.Secretary}, []deliberation.Office{deliberation.BranchMember}
	case deliberation.GroupMeeting:
		chair = append([]deliberation.Office{deliberation.GroupHead}, chair...)
		recorder = append(recorder, deliberation.Representative)
	case deliberation.JointCommittees:
		chair = []deliberation.Office{deliberation.Secretary}
	}
	return chair, recorder
}

// disclose posts what was decided, hears objections, and has filed what the law
// wants filed before the supervisors close.
func (p *conference) disclose(ctx workflow.Context) (deliberation.Outcome, error) {
	return p.show(ctx, display{
		key: p.rules.ResolutionPostDays.Key, objectable: true, objection: p.rules.ObjectionDays,
		answer: p.rules.AnswerDays, prepare: p.rules.PrepareDays,
	}, func(ctx workflow.Context) error {
		if p.mustFile() {
			if err := p.fileWith(ctx, *p.rules.Filing, p.rules.PrepareDays); err != nil {
				return err
			}
		}
		return p.gate(ctx, p.supervision(), deliberation.GiveClosingOpinion)
	})
}

// mustFile reports whether something was carried that is filed with the street or township 备案.
func (p *conference) mustFile() bool {
	return p.rules.Filing != nil && slices.ContainsFunc(p.state.Agenda, func(m deliberation.Motion) bool {
		return m.Met != nil && *m.Met && slices.Contains(p.rules.Filed, m.Category)
	})
}

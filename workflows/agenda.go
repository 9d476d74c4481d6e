package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// maxMotions is how many motions one agenda holds. It is Yishi's default, not law.
const maxMotions = 30

// settleAgenda takes motions until the agenda is settled.
func (p *conference) settleAgenda(ctx workflow.Context) error {
	p.waitFor(ctx, "act", time.Time{})
	settled := false
	put := p.desk.take(&acceptance{kind: deliberation.PutMotion, offices: p.keepers(deliberation.PutMotion), check: p.motionIsSound, do: p.put})
	drop := p.desk.take(&acceptance{kind: deliberation.DropMotion, check: p.onAgenda, do: p.takeOff})
	var t *task
	t = p.ask(ctx, request{due: p.today(ctx).AddDays(p.rules.PrepareDays.Days).End(), basis: &p.rules.PrepareDays.Basis, acceptance: acceptance{
		kind: deliberation.CloseAgenda, offices: p.keepers(deliberation.CloseAgenda),
		check: func(_ workflow.Context, a deliberation.Act) error {
			if len(p.state.Agenda) == 0 {
				return &deliberation.Refusal{Code: deliberation.RefuseNoMotion, Act: deliberation.CloseAgenda}
			}
			return p.mayStandTogether(a)
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			settled = true
			p.done(ctx, t, a)
			if a.Together {
				return p.recordFacts(ctx, a, p.putTogether()...)
			}
			return p.recordFacts(ctx, a)
		}}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return settled })
	p.desk.leave(put, drop)
	return err
}

// keepers are who may keep the agenda by the act: a group's head keeps that of the
// group's own meeting and no other.
func (p *conference) keepers(k deliberation.ActKind) []deliberation.Office {
	spec, _ := deliberation.SpecOf(k)
	return slices.DeleteFunc(slices.Clone(spec.Offices), func(o deliberation.Office) bool {
		return o == deliberation.GroupHead && p.rules.Meeting.Body != deliberation.GroupMeeting
	})
}

func (p *conference) motionIsSound(ctx workflow.Context, a deliberation.Act) error {
	switch {
	case !slices.Contains(deliberation.Votings, a.Voting):
		return unsound(a.Kind, "voting", "not_a_choice", 0)
	case p.rules.Meeting.ByParticipation && a.Voting != deliberation.RecordedVoting: // an area would tell the voter
		return unsound(a.Kind, "voting", "not_a_choice", 0)
	case len(p.state.Agenda) >= maxMotions:
		return unsound(a.Kind, "text", "too_many", maxMotions)
	case a.OnPaper && a.Voting == deliberation.HandsVoting:
		return unsound(a.Kind, "on_paper", "unexpected", 0)
	}
	if err := p.choiceIsSound(a); err != nil {
		return err
	}
	if err := p.grantIsSound(ctx, a); err != nil {
		return err
	}
	return p.rules.MayDecide(a.Category, p.matter.authorises(a.Category, p.today(ctx)))
}

// choiceIsSound checks who or what may be chosen, and how many.
func (p *conference) choiceIsSound(a deliberation.Act) error {
	switch {
	case a.Options == 0 && a.Seats == 0:
		return nil
	case a.Options < 0 || a.Options > deliberation.MaxOptions:
		return unsound(a.Kind, "options", "too_many", deliberation.MaxOptions)
	case a.Voting == deliberation.HandsVoting, !deliberation.CountedByQuestion(p.rules.PassingOf(a.Category)):
		return unsound(a.Kind, "options", "unexpected", 0)
	case a.Seats < 1 || a.Seats > a.Options:
		return unsound(a.Kind, "seats", "not_a_number", a.Options)
	}
	return nil
}

// grantIsSound: only the assembly authorises another body, says which matters, and
// until when. A process of a time that knew no grants has none.
func (p *conference) grantIsSound(ctx workflow.Context, a deliberation.Act) error {
	assembly := p.rules.Meeting.Body == deliberation.Assembly || p.rules.Meeting.Body == deliberation.HouseholdAssembly
	switch {
	case a.Grant == nil && a.Category == deliberation.CategoryAuthorise && assembly && len(p.rules.Filed) > 0:
		return unsound(a.Kind, "grant", "required", 0)
	case a.Grant == nil:
		return nil
	case !assembly || a.Category != deliberation.CategoryAuthorise || a.Options > 0:
		return unsound(a.Kind, "grant", "unexpected", 0)
	case len(a.Grant.Categories) == 0:
		return unsound(a.Kind, "grant", "required", 0)
	case !slices.Contains(deliberation.GrantBodies, a.Grant.Holder()):
		return unsound(a.Kind, "grant_to", "not_a_choice", 0)
	case a.Grant.Until.Before(p.today(ctx)):
		return unsound(a.Kind, "grant_until", "not_a_date", 0)
	}
	for _, c := range a.Grant.Categories {
		if p.rules.MayDecide(c, true) != nil {
			return unsound(a.Kind, "grant", "not_a_choice", 0)
		}
	}
	return nil
}

func (p *conference) put(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	m := deliberation.Motion{
		ID: p.name("o", string(p.state.Stage)), Paper: a.Paper, Category: a.Category, Voting: a.Voting,
		OnPaper: a.OnPaper, Seats: a.Seats, Grant: a.Grant,
	}
	if a.Options > 0 {
		m.Options = deliberation.OptionIDs(a.Options)
	}
	p.state.Agenda = append(p.state.Agenda, m)
	r, err := p.recordFacts(ctx, a, p.fact(deliberation.FactMotion, m.ID, deliberation.MotionData{Motion: m}))
	r.Subject = m.ID
	return r, err
}

// mayStandTogether: a ballot of several is counted question by question, which the
// thresholds must allow.
func (p *conference) mayStandTogether(a deliberation.Act) error {
	if !a.Together {
		return nil
	}
	for _, m := range p.state.Agenda {
		if !deliberation.CountedByQuestion(p.rules.PassingOf(m.Category)) {
			return unsound(a.Kind, "together", "unexpected", 0)
		}
	}
	return nil
}

// putTogether has motions that follow each other stand on one ballot where they are
// voted on in the same way, and gives those that do.
func (p *conference) putTogether() (facts []deliberation.Fact) {
	p.state.Agenda = slices.Clone(p.state.Agenda)
	for i := 1; i < len(p.state.Agenda); i++ {
		before, m := p.state.Agenda[i-1], &p.state.Agenda[i]
		if m.Voting == deliberation.HandsVoting || m.Voting != before.Voting || m.OnPaper != before.OnPaper {
			continue
		}
		m.Together = true
		facts = append(facts, p.fact(deliberation.FactMotion, m.ID, deliberation.MotionData{Motion: *m}))
	}
	return facts
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

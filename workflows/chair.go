package workflows

import (
	"slices"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// chairs refuses who stood down for an interest in the matter.
func (m *meeting) chairs(_ workflow.Context, a deliberation.Act) error {
	if slices.Contains(m.stoodDown, a.Actor) {
		return &deliberation.Refusal{Code: deliberation.RefuseNotEntitled, Act: a.Kind, Basis: &m.rules.ChairInterest.Basis}
	}
	return nil
}

// allowAnotherChair lets another person who may chair take over while the meeting
// decides, where enough members hold the chair interested 主持人回避 (law.md §4.1).
// Who stood down chairs no more at this meeting.
func (m *meeting) allowAnotherChair() []*acceptance {
	if m.rules.ChairInterest.Key == "" || m.rules.ByParticipation {
		return nil
	}
	p := m.p
	return []*acceptance{p.desk.take(&acceptance{kind: deliberation.ReplaceChair, offices: m.chair,
		check: func(ctx workflow.Context, a deliberation.Act) error {
			if a.Actor == m.value.Chair {
				return &deliberation.Refusal{Code: deliberation.RefuseIsChair, Act: a.Kind, Basis: &m.rules.ChairInterest.Basis}
			}
			if err := m.chairs(ctx, a); err != nil {
				return err
			}
			return m.noMoreThanPresent(a)
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			v := m.raised(m.rules.ChairInterest, a)
			if !v.Met {
				return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseNotEnough, Act: a.Kind, Verdict: &v, Basis: firstBasis(v)}
			}
			before := m.value.Chair
			m.stoodDown, m.value.Chair = append(m.stoodDown, before), a.Actor
			r, err := m.record(ctx, a, nil,
				p.fact(deliberation.FactPaper, string(m.value.ID), deliberation.PaperData{Paper: a.Paper}),
				p.fact(deliberation.FactChair, string(m.value.ID), deliberation.ChairData{Meeting: m.value.ID, Before: before, Chair: a.Actor, Paper: a.Paper, Verdict: v}))
			r.Verdict = &v
			return r, err
		}})}
}

// raised is the verdict on hands raised to a question of order. It is taken of all
// who are due: a few who came cannot send the body's matter away.
func (m *meeting) raised(rule deliberation.MajorityRule, a deliberation.Act) deliberation.Verdict {
	n := m.attendance.Whole
	return deliberation.Passing([]deliberation.MajorityRule{rule}, m.attendance, deliberation.Tally{
		Due: n.Due, Present: n.Present, Voters: n.Present, Yes: a.Yes, No: a.No, Abstain: a.Abstain,
	})
}

// noMoreThanPresent refuses more hands than there are people.
func (m *meeting) noMoreThanPresent(a deliberation.Act) error {
	most := m.attendance.Whole.Present
	if a.Yes < 0 || a.No < 0 || a.Abstain < 0 || a.Yes+a.No+a.Abstain > most {
		return unsound(a.Kind, "counts", "too_many", most)
	}
	return nil
}

// sendUp leaves a motion to the assembly where the representatives want it so
// 提请居(村)民会议决定 (law.md §4.1). It is then not voted on here.
func (b *box) sendUp(ctx workflow.Context, a deliberation.Act, motion *deliberation.Motion) (deliberation.Receipt, error) {
	m, p := b.m, b.m.p
	if err := m.noMoreThanPresent(a); err != nil {
		return deliberation.Receipt{}, err
	}
	v := m.raised(m.toAssembly, a)
	if !v.Met {
		return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseNotEnough, Act: a.Kind, Verdict: &v, Basis: firstBasis(v)}
	}
	motion.SentUp = true
	b.motions = slices.DeleteFunc(b.motions, func(o *deliberation.Motion) bool { return o == motion })
	p.desk.leave(p.desk.of(motion.ID)...)
	if len(b.motions) == 0 {
		p.drop(ctx, b.opening)
	} else {
		p.state.Text, m.value.Draft = b.motions[0].Paper, b.motions[0].Paper
	}
	r, err := m.record(ctx, a, nil, p.fact(deliberation.FactSentUp, string(m.value.ID), deliberation.SentUpData{Motion: motion.ID, Verdict: v}))
	r.Subject, r.Verdict = motion.ID, &v
	return r, err
}

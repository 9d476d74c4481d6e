package workflows

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// sits reports whether somebody may act in the office: who sits on the election
// committee is known here alone, and a candidate takes no part in running the election.
func (p *proceeding) sits(a deliberation.Act) bool {
	if a.Office != deliberation.ElectionCommitteeMember {
		return true
	}
	e := p.state.Election
	return e != nil && slices.Contains(e.Committee, a.Actor) && !e.Stands(a.Actor)
}

// ahead reports whether the meeting was convened and nothing was put to the vote yet.
func (m *meeting) ahead() bool {
	switch m.value.State {
	case deliberation.MeetingConvened, deliberation.MeetingCheckIn, deliberation.MeetingInSession:
		return !slices.ContainsFunc(m.value.Agenda, func(q deliberation.Motion) bool { return q.Poll != "" })
	}
	return false
}

// electionHead is the head of the election committee, empty where there is none.
func (p *proceeding) electionHead() deliberation.PersonID {
	if e := p.state.Election; e != nil && len(e.Committee) > 0 {
		return e.Committee[0]
	}
	return ""
}

// electionNow is a copy of where an election stands: what changes later is written later.
func (p *proceeding) electionNow() *deliberation.ElectionProgress {
	if p.state.Election == nil {
		return nil
	}
	now := *p.state.Election
	now.Committee, now.Nominees, now.Lists = slices.Clone(now.Committee), slices.Clone(now.Nominees), slices.Clone(now.Lists)
	now.Polls, now.Revotes, now.Challenges, now.Steps = slices.Clone(now.Polls), slices.Clone(now.Revotes), slices.Clone(now.Challenges), slices.Clone(now.Steps)
	return &now
}

// recallNow is a copy of where a recall stands.
func (p *proceeding) recallNow() *deliberation.RecallProgress { return copied(p.state.Recall) }

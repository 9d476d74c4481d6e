package pages

import (
	"encoding/json"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// StageView is one stage on the timeline with all that happened in it.
type StageView struct {
	Stage deliberation.Stage
	Tone  Tone
	// Word is the catalogue key of the stage's state.
	Word     string
	Current  bool
	Meetings []MeetingRecord
	Postings []deliberation.Posting
	// Objections are those to the stage's postings.
	Objections []deliberation.Objection
	Marks      []deliberation.Mark
	Tasks      []deliberation.Task
	// Filed are the papers that were filed in the stage on their own, from the register.
	Filed []Filed
	// Titles are those of a conference's motions, by the paper that states them.
	Titles map[deliberation.PaperID]string
	// Ballots are the polls that asked several motions, in words.
	Ballots Ballots
}

// Filed is a paper that was filed on its own: a proposal, advice, a report of accounts.
type Filed struct {
	deliberation.PaperData
	At    time.Time
	Actor deliberation.PersonID
}

// Accounts reports whether the paper came with amounts.
func (f Filed) Accounts() bool { return f.Income != 0 || f.Spending != 0 }

// MeetingRecord is a meeting with its polls.
type MeetingRecord struct {
	deliberation.Meeting
	Polls []deliberation.Poll
}

// Papers gives the papers of the stage in the order in which they arose.
func (s StageView) Papers() []deliberation.PaperRef {
	var list []deliberation.PaperRef
	add := func(r deliberation.PaperRef) {
		if !r.IsZero() && !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	for _, m := range s.Meetings {
		add(m.Notice)
		if len(m.Polls) == 0 || m.Polls[0].Motion == "" { // else it is one of the motions
			add(m.Draft)
		}
		for _, p := range m.Polls {
			add(p.Text)
		}
		add(m.Minutes)
	}
	for _, p := range s.Postings {
		add(p.Paper)
		add(p.Proof)
	}
	for _, f := range s.Filed {
		add(f.Paper)
	}
	return list
}

// Empty reports whether nothing happened in the stage yet.
func (s StageView) Empty() bool {
	return len(s.Meetings)+len(s.Postings)+len(s.Marks)+len(s.Tasks)+len(s.Filed) == 0
}

// Timeline sorts a proceeding by its stages, with the papers that the register
// says were filed. The archive is the end, not a stage in which something happens.
func Timeline(p deliberation.Proceeding, entries []deliberation.Entry) []StageView {
	var list []StageView
	at := reached(p)
	for i, s := range deliberation.StagesOf(p.Kind) {
		v := gather(p, s)
		v.Filed = filedIn(s, entries)
		v.Current = i == at && p.Status.State != deliberation.Ended
		v.Tone, v.Word = stageState(p, v, i, at)
		list = append(list, v)
	}
	return list
}

// reached gives the index of the stage in which the process is, or in which it ended.
func reached(p deliberation.Proceeding) int {
	if p.Status.State == deliberation.Ended && p.Status.Outcome == deliberation.Carried {
		return len(deliberation.StagesOf(p.Kind)) - 1
	}
	if p.Status.State != deliberation.Ended {
		return max(0, slices.Index(deliberation.StagesOf(p.Kind), p.Status.Stage))
	}
	last := 0
	seen := func(s deliberation.Stage) { last = max(last, slices.Index(deliberation.StagesOf(p.Kind), s)) }
	for _, m := range p.Meetings {
		seen(m.Stage)
	}
	for _, q := range p.Postings {
		seen(q.Stage)
	}
	for _, t := range p.Tasks {
		seen(t.Stage)
	}
	return last
}

func gather(p deliberation.Proceeding, s deliberation.Stage) StageView {
	v := StageView{Stage: s}
	for _, m := range p.Meetings {
		if m.Stage != s {
			continue
		}
		r := MeetingRecord{Meeting: m}
		for _, q := range p.Polls {
			if q.Meeting == m.ID {
				r.Polls = append(r.Polls, q)
			}
		}
		v.Meetings = append(v.Meetings, r)
	}
	for _, q := range p.Postings {
		if q.Stage == s {
			v.Postings = append(v.Postings, q)
		}
	}
	for _, o := range p.Objections {
		if slices.ContainsFunc(v.Postings, func(q deliberation.Posting) bool { return q.ID == o.Posting }) {
			v.Objections = append(v.Objections, o)
		}
	}
	for _, m := range p.Marks {
		if m.Stage == s {
			v.Marks = append(v.Marks, m)
		}
	}
	for _, t := range p.Tasks {
		if t.Stage == s && t.State == deliberation.TaskOpen {
			v.Tasks = append(v.Tasks, t)
		}
	}
	return v
}

// filedIn gives the papers filed on their own in the stage. What inhabitants
// wrote is shown with the objection or opinion it belongs to.
func filedIn(s deliberation.Stage, entries []deliberation.Entry) []Filed {
	var list []Filed
	for _, e := range entries {
		if e.Kind != deliberation.FactPaper || e.Stage != s {
			continue
		}
		f := Filed{At: e.At, Actor: e.Actor}
		if err := json.Unmarshal(e.Data, &f.PaperData); err != nil || f.Paper.IsZero() { // the register's own page shows it raw
			continue
		}
		switch f.Paper.Kind {
		case deliberation.PaperObjection, deliberation.PaperOpinion, deliberation.PaperAnswer:
			continue
		}
		list = append(list, f)
	}
	return list
}

func stageState(p deliberation.Proceeding, v StageView, i, at int) (Tone, string) {
	ended := p.Status.State == deliberation.Ended
	carried := ended && fulfilled(p.Status.Outcome)
	switch {
	case carried && i == at:
		return Good, "state_archived"
	case i < at && v.Empty() && v.Stage == deliberation.Consultation && p.Matter.Merged:
		return Good, "state_merged"
	case i < at && v.Empty() && v.Stage == deliberation.Advice:
		return Idle, "state_not_asked"
	case i < at && p.Status.Stage == deliberation.Forwarding && (v.Stage == deliberation.CarryingOut || v.Stage == deliberation.ConsultationDisclosure):
		return Idle, "state_not_reached" // nothing was agreed
	case i < at && v.Empty() && p.Status.Stage == deliberation.Forwarding && p.Kind == deliberation.LivelihoodKind,
		carried && v.Stage == deliberation.Forwarding && v.Empty() && p.Kind == deliberation.LivelihoodKind:
		return Idle, "state_not_reached" // a matter is heard and resolved, or sent on
	case i < at:
		return Good, "state_done"
	case i == at && ended:
		return Bad, "outcome_" + string(p.Status.Outcome)
	case i == at && p.Status.State == deliberation.Held:
		return Bad, "state_held"
	case i == at:
		return Wait, "state_now"
	case ended:
		return Idle, "state_not_reached"
	}
	return Idle, "state_later"
}

// fulfilled reports whether a process ended with what it was for.
func fulfilled(o deliberation.Outcome) bool {
	return o == deliberation.Carried || o == deliberation.Answered
}

// LightOf gives a process its traffic light from its state and its open tasks.
func (p Page) LightOf(c deliberation.Process, tasks []deliberation.TaskLine) Light {
	l := Light{Process: c, Tone: Good, Word: "light_fine"}
	for _, t := range tasks {
		if t.Process.ID != c.ID || t.Task.State != deliberation.TaskOpen {
			continue
		}
		if p.TaskOverdue(t.Task) {
			l.Late++
		}
		if slices.Contains(t.Task.Offices, deliberation.Supervisor) {
			l.Mine = true
		}
	}
	switch {
	case c.Status.State == deliberation.Ended && fulfilled(c.Status.Outcome):
		l.Tone, l.Word = Idle, "light_archived"
	case c.Status.State == deliberation.Ended:
		l.Tone, l.Word = Idle, "light_ended"
	case c.Status.State == deliberation.Held:
		l.Tone, l.Word = Bad, "light_held"
	case l.Late > 0:
		l.Tone, l.Word = Bad, "light_late"
	case l.Mine:
		l.Tone, l.Word = Wait, "light_supervisors"
	}
	return l
}

// TaskOverdue reports whether the task's day has passed.
func (p Page) TaskOverdue(t deliberation.Task) bool { return !t.Due.IsZero() && p.Now.After(t.Due) }

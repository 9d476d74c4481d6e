package dossier

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// agenda checks what became of each motion of a conference: each was voted on once
// in the meeting that decided, or sent up; who took the chair over; what was
// authorised and what had to be filed.
func (e *examination) agenda() {
	if e.conference == nil {
		return
	}
	for _, m := range e.h.meetings {
		e.chairs(m)
		e.sentUp(m)
		if decided(m.visit) && (m.passing() != nil || len(m.sentUp) > 0) {
			e.eachOnce(m)
		}
	}
	e.grants()
	e.filing()
	e.summary("议程上的 %d 项议题各有着落", "what became of the %d motions on the agenda", len(e.h.motions))
}

// votedOn gives the motions of a poll with the verdict on each.
func (e *examination) votedOn(m vote) map[string]deliberation.VerdictData {
	list := map[string]deliberation.VerdictData{}
	for i := range m.poll.passings {
		d := value[deliberation.VerdictData](&m.poll.passings[i])
		if d.Motion == "" {
			d.Motion = e.motionOf(m).ID
		}
		list[d.Motion] = d
	}
	return list
}

func (e *examination) eachOnce(m *sitting) {
	times := map[string]int{}
	for _, v := range m.votes() {
		for id := range e.votedOn(v) {
			times[id]++
		}
	}
	for i := range m.sentUp {
		times[value[deliberation.SentUpData](&m.sentUp[i]).Motion]++
	}
	for id := range e.h.motions {
		if n := times[id]; !e.h.off[id] && n != 1 {
			e.fail(m.place(), "议题 %.80s 应表决一次，登记了 %d 次", "motion %.80s is decided once, %d decisions are registered", id, n)
		}
		delete(times, id)
	}
	if len(times) > 0 {
		e.fail(m.place(), "表决了不在议程上的议题", "something was voted on that was not on the agenda")
	}
}

// raised checks a verdict on hands raised to a question of order.
func (e *examination) raised(f Fact, m *sitting, rule deliberation.MajorityRule, v deliberation.Verdict) {
	due := len(e.d.Rolls[m.id].Members)
	switch {
	case rule.Key == "":
		e.fail(f.place(), "规则没有这一项", "the rules know no such thing")
	case v.Tally == nil || !v.Met || !same(v, deliberation.Passing([]deliberation.MajorityRule{rule}, v.Attendance, *v.Tally)):
		e.fail(f.place(), "结论与重新计算不符", "the verdict is not what the rules give")
	case v.Attendance.Whole.Due != due || v.Tally.Due != due || v.Attendance.Whole.Present > due || v.Tally.Cast() > v.Attendance.Whole.Present:
		e.fail(f.place(), "人数与名册 %s 不符", "the numbers differ from the roll %s", rollFile(m.id))
	}
}

func (e *examination) chairs(m *sitting) {
	before := deliberation.PersonID("")
	if len(m.quorums) > 0 {
		before = m.quorums[len(m.quorums)-1].Actor
	}
	for _, f := range m.chairs {
		d := value[deliberation.ChairData](&f)
		if d.Before != before || d.Chair != f.Actor || d.Chair == before || d.Paper.IsZero() {
			e.fail(f.place(), "更换主持人的记录与前后不符", "the change of chair does not fit what came before")
		}
		e.raised(f, m, e.conference.Meeting.ChairInterest, d.Verdict)
		e.mayDo(&f, deliberation.ReplaceChair)
		before = d.Chair
	}
}

func (e *examination) sentUp(m *sitting) {
	for _, f := range m.sentUp {
		d := value[deliberation.SentUpData](&f)
		if _, known := e.h.motions[d.Motion]; !known {
			e.fail(f.place(), "提请的议题不在议程上", "what was sent up was not on the agenda")
		}
		e.raised(f, m, e.conference.ToAssembly, d.Verdict)
		e.mayDo(&f, deliberation.SendUp)
	}
}

// grants checks that each authorisation was asked for and carried, and each that was
// carried is registered; what the assembly took up again ended before.
func (e *examination) grants() {
	carried, given := map[string]*Fact{}, map[string]deliberation.Authorisation{}
	for _, m := range e.polls() {
		for id, d := range e.votedOn(m) {
			delete(carried, id)
			if d.Verdict.Met && e.h.motions[id].Grant != nil {
				carried[id] = m.poll.closed
			}
		}
	}
	for _, f := range e.h.granted {
		a := value[deliberation.AuthorisedData](&f).Authorisation
		_, before := given[a.Motion]
		if before == a.Ended.IsZero() {
			e.fail(f.place(), "授权的给予和终止不相衔接", "an authorisation is given or ended twice")
		}
		if given[a.Motion] = a; !a.Ended.IsZero() {
			delete(given, a.Motion)
		}
	}
	for id, a := range given {
		closed, asked := carried[id], e.h.motions[id].Grant
		if closed == nil || asked == nil || !same(a.Grant, *asked) || a.Process != e.d.Case.ID || !slices.Contains(e.day(closed.At), a.From) {
			e.fail(inFile(factsFile), "授权与通过的议题 %.80s 不符", "the authorisation is not what was carried on motion %.80s", id)
		}
		delete(carried, id)
	}
	for id, closed := range carried {
		e.fail(closed.place(), "议题 %.80s 通过后没有登记授权", "motion %.80s was carried, and no authorisation is registered", id)
	}
}

// filing checks that what the rules want filed with the street or township was.
func (e *examination) filing() {
	due := false
	for _, m := range e.polls() {
		for id, d := range e.votedOn(m) {
			due = due || d.Verdict.Met && e.conference.Filing != nil && slices.Contains(e.conference.Filed, e.h.motions[id].Category)
		}
	}
	if due && len(e.h.filed) == 0 && !e.stopped() && e.h.ended != nil {
		e.fail(e.h.end.place(), "通过后没有报送备案", "what was adopted was never filed")
	}
	for _, f := range e.h.filed {
		e.mayDo(&f, deliberation.FileResolution)
	}
}

package dossier

import (
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// consultation checks a consultation: who answered or screened the topic, that the
// interested parties were named, that the meeting of those named found something, and
// what became of it.
func (e *examination) consultation() {
	s, quick := deliberation.ConsultationStatus{}, e.h.started.Quick
	e.entrusted(e.h.started.Started, e.h.first.place())
	if quick != e.d.Case.Matter.Quick {
		e.fail(inFile(processFile), "协商形式与启动记录不符", "the form of the consultation differs from the start")
	}
	for i := range e.d.Facts {
		f := &e.d.Facts[i]
		switch v := f.Value.(type) {
		case *deliberation.QuickAnswerData:
			e.quickAnswer(f, *v, quick && s.Answer.IsZero())
			s.Answer = v.Paper
		case *deliberation.ScreenedData:
			e.mayDo(f, deliberation.ScreenTopic)
			if quick || !s.Screened.IsZero() || v.Paper.IsZero() {
				e.fail(f.place(), "议题没有写明理由、审核了两次，或者是即时议", "screened without reasons, twice, or a quick one")
			}
			s.Screened, s.Accepted = v.Paper, v.Accepted
		case *deliberation.ParticipantsData:
			e.participants(f, *v)
			s.Participants = v.People
		case *deliberation.FindingData:
			e.finding(f, *v, s.Participants)
			s.Finding, s.Voted = v.Finding, e.votedAt(v.Meeting)
		case *deliberation.ForwardedData:
			e.mayDo(f, deliberation.ForwardMatter)
			if v.Process == "" || e.found(s) != deliberation.Contested {
				e.fail(f.place(), "没有写明提请的会议，或者不是分歧较大的议题", "sent on without naming where, or without a dispute")
			}
			s.Forwarded = v.Process
		case *deliberation.PaperData:
			switch f.Kind {
			case deliberation.FactTurned:
				e.mayDo(f, deliberation.TurnToFull)
				if !quick {
					e.fail(f.place(), "不是即时议，不能转为深入协商", "was no quick consultation")
				}
				quick = false
			case deliberation.FactCarriedOut:
				e.mayDo(f, deliberation.ReportBack)
				s.Carried = v.Paper
			}
		}
	}
	e.consulted(s)
}

// consulted checks that the end is what was found.
func (e *examination) consulted(s deliberation.ConsultationStatus) {
	if e.h.ended == nil || e.stopped() {
		return
	}
	holds := false
	switch e.h.ended.Outcome {
	case deliberation.Answered:
		holds = !s.Answer.IsZero() && s.Screened.IsZero()
	case deliberation.Lost:
		holds = !s.Screened.IsZero() && (!s.Accepted || s.Finding != "" && e.found(s) == deliberation.Lost)
	case deliberation.Carried:
		holds = s.Accepted && (e.found(s) == deliberation.Contested && s.Forwarded != "" && s.Carried.IsZero() ||
			slices.Contains([]deliberation.Finding{deliberation.FoundAgreed, deliberation.FoundPartly}, s.Finding) && e.found(s) == deliberation.Carried && !s.Carried.IsZero() && s.Forwarded == "")
	}
	if !holds {
		e.fail(e.h.end.place(), "结果 %s 与协商记录不符", "the end %s is not what was found", e.h.ended.Outcome)
	}
	e.summary("协商主体 %d 人，其中利益相关方 %d 人", "%d participants, %d of them interested", len(s.Participants), deliberation.InterestedIn(s.Participants))
}

// quickAnswer checks the answer to a quick topic against its hours. One that came
// late was told to the street or township.
func (e *examination) quickAnswer(f *Fact, d deliberation.QuickAnswerData, wanted bool) {
	e.mayDo(f, deliberation.AnswerQuickly)
	entered := e.h.visits[0].entry.At
	due := entered.Add(time.Duration(e.consult.QuickHours.Count) * time.Hour)
	within := race * time.Duration(min(max(1, e.h.started.Clock.Rate), maxRate))
	switch {
	case !wanted || d.Paper.IsZero():
		e.fail(f.place(), "不是即时议，或者没有答复内容", "was no quick consultation, or the answer says nothing")
	case !same(d.Hours, e.consult.QuickHours) || d.Due.Before(due.Add(-within)) || d.Due.After(due.Add(within)):
		e.fail(f.place(), "答复时限与规则不符", "the hours are not the rule's")
	case d.Late != f.At.After(d.Due):
		e.fail(f.place(), "是否逾期与时间不符", "late or not is not what the times say")
	case d.Late && !slices.ContainsFunc(e.h.visits[0].facts, func(x Fact) bool { return x.Kind == deliberation.FactEscalation && x.Index < f.Index }):
		e.fail(f.place(), "逾期没有上报", "a late answer was not told on")
	}
}

// participants checks the list of those named.
func (e *examination) participants(f *Fact, d deliberation.ParticipantsData) {
	e.mayDo(f, deliberation.NameParticipants)
	if !same(d.Rule, e.consult.Interested) || d.Paper.IsZero() || e.consult.CheckList(d.People) != nil {
		e.fail(f.place(), "协商主体名单没有利益相关方，或者有重复，或者不是这种会议的成员", "the list has no interested party, somebody twice, or others than the members")
	}
}

// finding checks what a meeting found, and that those on its roll were the ones named.
func (e *examination) finding(f *Fact, d deliberation.FindingData, named []deliberation.Participant) {
	e.mayDo(f, deliberation.FormOpinion)
	if !slices.Contains(deliberation.FindingsOf(deliberation.FormOpinion), d.Finding) || d.Paper.IsZero() {
		e.fail(f.place(), "没有写明协商意见或者结果", "the finding or its text is missing")
	}
	v := e.visitOf(f)
	if voted := e.votedAt(d.Meeting); v == nil || v.outcome != nil && v.outcome.Outcome != e.consult.OutcomeOf(d.Finding, voted != nil && *voted) {
		e.fail(f.place(), "协商结果与环节结果不符", "the stage did not end by what was found")
	}
	if v != nil && e.consult.Votes() {
		e.voted(f, d, v)
	}
	ids := deliberation.Persons(named)
	for _, m := range e.d.Rolls[d.Meeting].Members {
		if !slices.Contains(ids, m.Person) {
			e.fail(inFile(rollFile(d.Meeting)), "名册上的 %s 不是协商主体", "%s on the roll was not named", m.Person)
		}
	}
}

// entrusted checks that what the assembly entrusted covers the matter on a day.
func (e *examination) entrusted(on deliberation.Date, at place) {
	if e.consult.Within(e.h.started.Grant, e.h.started.Category, on) != nil {
		e.fail(at, "超出居(村)民会议的授权，或者没有授权", "outside what the assembly entrusted, or without entrustment")
	}
}

// voted checks a finding that the members had to vote on: within what was entrusted,
// and looked at by the supervisors.
func (e *examination) voted(f *Fact, d deliberation.FindingData, v *visit) {
	if d.Finding == deliberation.FoundDisputed {
		return
	}
	e.entrusted(deliberation.DateOf(f.At), f.place())
	if v.outcome == nil || v.outcome.Outcome != deliberation.Carried {
		return
	}
	if !slices.ContainsFunc(v.facts, func(x Fact) bool {
		m, ok := x.Value.(*deliberation.MarkData)
		return ok && gateMark(m.Mark.Kind)
	}) {
		e.fail(v.leave.place(), "表决后没有经过监督委员会", "what was voted on did not pass the supervisors")
	}
}

// votedAt says whether the members of a meeting carried what was found, nil where they
// did not vote.
func (e *examination) votedAt(id deliberation.MeetingID) *bool {
	for _, m := range e.polls() {
		if m.id == id && len(m.poll.passings) > 0 {
			met := m.poll.met()
			return &met
		}
	}
	return nil
}

// found is how the meeting ends by what was found and voted on.
func (e *examination) found(s deliberation.ConsultationStatus) deliberation.Outcome {
	return e.consult.OutcomeOf(s.Finding, s.Voted != nil && *s.Voted)
}

// visitOf gives the stay in a stage that a fact belongs to.
func (e *examination) visitOf(f *Fact) *visit {
	for _, v := range e.h.visits {
		if slices.ContainsFunc(v.facts, func(x Fact) bool { return x.Index == f.Index }) {
			return v
		}
	}
	return nil
}

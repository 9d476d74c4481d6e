package dossier

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// rulesOf gives the rules of the meeting, and false where its stage holds none.
func (e *examination) rulesOf(m *sitting) (deliberation.MeetingRules, bool) {
	r := e.rulesAt(m.visit.stage)
	if e.elect != nil && e.h.in(m.visit)[0] != m { // a further round, or a vote between the tied, is announced on the spot
		r.Notice.Days = 0
	}
	return r, r.Body != ""
}

// rulesAt gives the rules of the meeting that a stage holds, empty where it holds none.
func (e *examination) rulesAt(s deliberation.Stage) deliberation.MeetingRules {
	if e.appraise != nil {
		if s == deliberation.Appraising {
			return e.appraise.Meeting
		}
		return deliberation.MeetingRules{}
	}
	if e.rate != nil {
		if s == deliberation.RatingDepartments {
			return e.rate.Meeting
		}
		return deliberation.MeetingRules{}
	}
	if e.listen != nil {
		if s == deliberation.HearingSitting {
			return e.listen.Meeting
		}
		return deliberation.MeetingRules{}
	}
	if e.elects() {
		return e.electionMeeting(s)
	}
	if e.release != nil {
		if s == deliberation.ResignationVote {
			return e.release.Meeting
		}
		return deliberation.MeetingRules{}
	}
	if e.choose != nil {
		if s == deliberation.ChoosingVote {
			return e.choose.Meeting
		}
		return deliberation.MeetingRules{}
	}
	if e.talk != nil {
		if s == deliberation.Talking {
			return e.talk.Meeting
		}
		return deliberation.MeetingRules{}
	}
	if e.consult != nil {
		if s == deliberation.Consulting {
			return e.consult.Meeting
		}
		return deliberation.MeetingRules{}
	}
	if e.conference == nil {
		return e.rules.Meeting(s, e.h.started.Form, e.h.started.Merged)
	}
	if s == deliberation.Resolution {
		return e.conference.Meeting
	}
	return deliberation.MeetingRules{}
}

// byParticipation reports whether nobody need come together: all who are due may vote.
func (e *examination) byParticipation() bool {
	return e.dismiss != nil || e.elect != nil && e.elect.Method != deliberation.ByRepresentatives || e.conference != nil && e.conference.Meeting.ByParticipation
}

// notices checks that each meeting was convened in time, by its own body's rules.
func (e *examination) notices() {
	for _, m := range e.h.meetings {
		r, ok := e.rulesOf(m)
		if m.notice == nil || !ok {
			e.fail(m.place(), "会议 %s 没有合法的会议通知", "meeting %s has no lawful notice", m.id)
			continue
		}
		d := value[deliberation.NoticeData](m.notice)
		if d.Body != r.Body {
			e.fail(m.notice.place(), "应由 %s 开会,通知的是 %s", "%s should meet, %s was convened", r.Body, d.Body)
		}
		if !same(d.NoticeDays, r.Notice) {
			e.fail(m.notice.place(), "通知天数与规则不符", "the days of notice are not the rule's")
		}
		days, starts := e.day(m.notice.At), deliberation.DateOf(d.Starts)
		sent := days[len(days)-1]
		switch {
		case d.Paper.IsZero():
			e.fail(m.notice.place(), "没有通知文本", "there is no text of the notice")
		case d.Urgent && !r.EmergencyNotice.Value:
			e.fail(m.notice.place(), "该会议不适用紧急通知", "short notice is not allowed for this meeting")
		case !d.Urgent && starts.Before(deliberation.Earliest(sent, r.Notice.Days)):
			e.fail(m.notice.place(), "%s 通知、%s 开会,不足 %d 日", "notice of %s for %s is shorter than %d days", sent, starts, r.Notice.Days)
		case !d.Starts.After(m.notice.At):
			e.fail(m.notice.place(), "会议早于通知", "the meeting lies before its notice")
		}
	}
	for _, v := range e.h.visits {
		if n := len(e.h.in(v)); e.elects() && (n > 0 || v.stage == deliberation.NominationStage) {
			continue // further rounds, votes between the tied and preselections have meetings of their own
		} else if r := e.rulesAt(v.stage); r.Body != "" && v.outcome != nil && decided(v) && n != 1 {
			e.fail(v.leave.place(), "%s 应有一次会议,登记了 %d 次", "%s needs one meeting and has %d", v.stage, len(e.h.in(v)))
		}
	}
	e.summary("%d 次会议均按期通知", "%d meetings convened in time", len(e.h.meetings))
}

// decided reports whether a visit ended by what a meeting did.
func decided(v *visit) bool {
	if v.outcome == nil {
		return false
	}
	switch v.outcome.Outcome {
	case deliberation.Carried, deliberation.Lost, deliberation.Amended, deliberation.Inquorate:
		return true
	}
	return false
}

func (m *sitting) place() place {
	switch {
	case m.notice != nil:
		return m.notice.place()
	case m.roll != nil:
		return m.roll.place()
	case len(m.polls) > 0 && m.polls[0].opened != nil:
		return m.polls[0].opened.place()
	}
	return m.visit.entry.place()
}

// rolls checks each frozen roll against its hash and its count.
func (e *examination) rolls() {
	for _, m := range e.h.meetings {
		if m.roll == nil {
			if decided(m.visit) && !e.calledOff(m) {
				e.fail(m.place(), "会议 %s 没有冻结名册", "meeting %s has no frozen roll", m.id)
			}
			continue
		}
		d, roll := value[deliberation.RollData](m.roll), e.d.Rolls[m.id]
		name := rollFile(m.id)
		ids := make([]deliberation.PersonID, 0, len(roll.Members))
		for _, x := range roll.Members {
			ids = append(ids, x.Person)
		}
		if sum(rollText(ids)) != d.RollSHA256 {
			e.fail(inFile(name), "名册与冻结时的哈希值不符(第 %d 号记录)", "the roll is not the one that was frozen (entry %d)", m.roll.Index)
		}
		if len(slices.Compact(slices.Sorted(slices.Values(ids)))) != len(ids) {
			e.fail(inFile(name), "名册中有人重复", "the same person twice on the roll")
		}
		if len(ids) != d.Count {
			e.fail(m.roll.place(), "登记应到 %d 人,名册 %d 人", "%d due are registered, %d are on the roll", d.Count, len(ids))
		}
		if r, ok := e.rulesOf(m); ok && (d.Body != r.Body || roll.Body != r.Body || roll.Meeting != m.id) {
			e.fail(inFile(name), "名册不是 %s 的", "the roll is not of %s", r.Body)
		}
		if starts := value[deliberation.NoticeData](m.notice).Starts; m.roll.At.Before(starts) {
			e.fail(m.roll.place(), "名册在开会时间之前冻结", "the roll was frozen before the meeting's time")
		}
		e.delegates(name, roll)
		e.rollParts(name, roll)
		if len(roll.Events) > 0 {
			e.comings(roll)
		}
	}
	e.summary("%d 份名册与登记一致", "%d rolls as registered", len(e.d.Rolls))
}

// delegates checks that those on the roll of a review by Party delegates were the ones
// the case names.
func (e *examination) delegates(name string, r Roll) {
	if e.consult != nil || r.Body != deliberation.PartyDelegates {
		return
	}
	for _, x := range r.Members {
		if !slices.Contains(e.d.Case.Matter.Delegates, x.Person) {
			e.fail(inFile(name), "名册上的 %s 不是事项写明的党员代表", "%s on the roll is no delegate that the case names", x.Person)
		}
	}
}

func (e *examination) rollParts(name string, r Roll) {
	parts := r.Body.Parts()
	for _, x := range r.Members {
		for _, p := range x.Parts {
			if !slices.Contains(parts, p) {
				e.fail(inFile(name), "成员 %s 列在不属于该会议的组织", "member %s is listed under a body that does not meet here", x.Person)
			}
		}
		if len(parts) > 1 && len(x.Parts) == 0 {
			e.fail(inFile(name), "成员 %s 不属于任何一委", "member %s sits on neither committee", x.Person)
		}
	}
}

// attendance counts who of the roll is in the set, for the whole and its parts.
func (r Roll) attendance(in func(RollMember) bool) deliberation.Attendance {
	a := deliberation.Attendance{Whole: deliberation.BodyCount{Body: r.Body, Due: len(r.Members)}}
	for _, p := range r.Body.Parts() {
		c := deliberation.BodyCount{Body: p}
		for _, m := range r.Members {
			if p == r.Body || slices.Contains(m.Parts, p) {
				c.Due++
				if in(m) {
					c.Present++
				}
			}
		}
		a.Parts = append(a.Parts, c)
	}
	for _, m := range r.Members {
		if in(m) {
			a.Whole.Present++
		}
	}
	return a
}

func checkedIn(m RollMember) bool { return !m.CheckedIn.IsZero() }

// fits compares an attendance with what the roll gives: those due exactly, those
// present exactly or at most. A simple body may leave its only part out.
func fits(said, counted deliberation.Attendance, exactly bool) bool {
	agree := func(a, b deliberation.BodyCount) bool {
		return a.Body == b.Body && a.Due == b.Due && a.Present >= 0 && (a.Present == b.Present || (!exactly && a.Present < b.Present))
	}
	if !agree(said.Whole, counted.Whole) {
		return false
	}
	if len(said.Parts) == 0 && len(counted.Parts) == 1 {
		return true
	}
	if len(said.Parts) != len(counted.Parts) {
		return false
	}
	for _, p := range said.Parts {
		i := slices.IndexFunc(counted.Parts, func(c deliberation.BodyCount) bool { return c.Body == p.Body })
		if i < 0 || !agree(p, counted.Parts[i]) {
			return false
		}
	}
	return true
}

// quorums computes each finding of a quorum again.
func (e *examination) quorums() {
	n := 0
	for _, m := range e.h.meetings {
		r, _ := e.rulesOf(m)
		for _, f := range m.quorums {
			n++
			v := value[deliberation.VerdictData](&f).Verdict
			if !same(v, r.Opening(v.Attendance)) {
				e.fail(f.place(), "到会人数的结论与重新计算不符", "the finding of a quorum is not what the rules give")
			}
			if roll := e.d.Rolls[m.id]; !fits(v.Attendance, roll.attendance(checkedIn), false) {
				e.fail(f.place(), "应到、实到人数与名册 %s 不符", "due and present differ from the roll %s", rollFile(m.id))
			}
			if starts := value[deliberation.NoticeData](m.notice).Starts; f.At.Before(starts) || m.roll == nil || f.Index < m.roll.Index {
				e.fail(f.place(), "在名册冻结或开会时间之前宣布", "found before the roll was frozen or the meeting's time")
			}
		}
		last, found := e.lastQuorum(m)
		if len(m.polls) > 0 && (!found || !last.Met) && !e.byParticipation() {
			e.fail(m.place(), "未达到法定人数即表决", "a poll without a quorum")
		}
		short := found && !last.Met
		adjourned := found && r.NoQuorum // where no text gives a quorum, the chair says whether enough came
		if o := m.visit.outcome; !e.elects() && o != nil && (o.Outcome == deliberation.Inquorate) != short && decided(m.visit) && (o.Outcome != deliberation.Inquorate || !adjourned) {
			e.fail(m.visit.leave.place(), "环节结果 %s 与到会人数不符", "the outcome %s is not what the attendance gives", o.Outcome)
		}
	}
	e.summary("%d 次到会人数核对一致", "%d findings computed again", n)
}

func (e *examination) lastQuorum(m *sitting) (deliberation.Verdict, bool) {
	if len(m.quorums) == 0 {
		return deliberation.Verdict{}, false
	}
	return value[deliberation.VerdictData](&m.quorums[len(m.quorums)-1]).Verdict, true
}

// minutes checks the two signatures below the minutes of each decision.
func (e *examination) minutes() {
	n := 0
	for _, m := range e.h.meetings {
		passing := m.passing()
		if e.elect != nil { // who is elected is found from all rounds together
			passing = m.lastCount()
		}
		if m.finding != nil { // a meeting that decides nothing ends by what it found
			passing = m.finding
		}
		if e.talk != nil && len(m.quorums) > 0 { // what a talk did stands in its items
			passing = &m.quorums[len(m.quorums)-1]
		}
		if passing == nil || !decided(m.visit) && m.finding == nil {
			continue
		}
		n++
		recorder, chair := m.signature("recorder"), m.signature("chair")
		if recorder == nil || chair == nil {
			e.fail(passing.place(), "会议 %s 的记录没有记录人和主持人两人签署", "the minutes of %s lack a signature", m.id)
			continue
		}
		one, other := value[deliberation.SignedData](recorder), value[deliberation.SignedData](chair)
		switch {
		case recorder.Actor == chair.Actor || recorder.Actor == "" || chair.Actor == "":
			e.fail(chair.place(), "记录人和主持人须为两人", "recorder and chair must be two persons")
		case one.Paper != other.Paper || one.Paper.IsZero():
			e.fail(chair.place(), "两人签署的不是同一份会议记录", "they did not sign the same minutes")
		case recorder.Index < passing.Index || chair.Index < recorder.Index:
			e.fail(chair.place(), "签署顺序有误", "signed out of order")
		case m.chair() != "" && m.chair() != chair.Actor:
			e.fail(chair.place(), "签署人不是宣布开会的主持人", "signed by another than who called to order")
		}
		e.mayDo(recorder, deliberation.RecordMinutes)
		e.mayDo(chair, deliberation.SignMinutes)
	}
	e.summary("%d 份会议记录由两人签署", "%d minutes signed by two persons", n)
}

// lastCount is when the last poll of the meeting was counted, nil where none was.
func (m *sitting) lastCount() (closed *Fact) {
	for _, p := range m.polls {
		if p.closed != nil {
			closed = p.closed
		}
	}
	return closed
}

// chair gives who chaired last: who called to order, or took the chair over, or
// where nobody is called together opened the first poll.
func (m *sitting) chair() deliberation.PersonID {
	switch {
	case len(m.chairs) > 0:
		return value[deliberation.ChairData](&m.chairs[len(m.chairs)-1]).Chair
	case len(m.quorums) > 0:
		return m.quorums[len(m.quorums)-1].Actor
	case len(m.polls) > 0 && m.polls[0].opened != nil:
		return m.polls[0].opened.Actor
	}
	return ""
}

func (m *sitting) signature(as string) *Fact {
	for i := range m.signed {
		if value[deliberation.SignedData](&m.signed[i]).As == as {
			return &m.signed[i]
		}
	}
	return nil
}

// mayDo checks that the actor held an office for the act.
func (e *examination) mayDo(f *Fact, k deliberation.ActKind) {
	if s, ok := deliberation.SpecOf(k); ok && !slices.Contains(s.Offices, f.Office) {
		e.fail(f.place(), "以 %s 的身份无权进行此项", "the office %s does not entitle to this", f.Office)
	}
}

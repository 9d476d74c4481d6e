package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// sitting says which meeting a stage holds.
type sitting struct {
	rules deliberation.MeetingRules
	// chair holds the meeting; recorder keeps its minutes.
	chair    []deliberation.Office
	recorder []deliberation.Office
	// prepare is how many days the convener and the chair have for what has no legal limit.
	prepare deliberation.DaysRule
	// agenda is what is put to the vote one after the other; where it is empty, the
	// process's own text is.
	agenda []deliberation.Motion
	// passing gives the thresholds of a motion's category; nil: the meeting's own.
	passing func(deliberation.Category) []deliberation.MajorityRule
	// toAssembly is how many may send a motion up; without a key nobody can.
	toAssembly deliberation.MajorityRule
	// estate is whose owners meet.
	estate deliberation.EstateID
	// group is which residents' group meets.
	group string
	// appraisal is set where persons are graded, not motions carried.
	appraisal *deliberation.AppraisalRules
	// rating is set where departments are rated, not motions carried.
	rating *deliberation.DepartmentRules
	// elects is set where persons are voted for: what the votes mean is found outside the
	// meeting, by the rules of elections.
	elects *electing
	// verdict is reached on a motion of ayes and noes in place of the meeting's thresholds.
	verdict func(deliberation.Attendance, deliberation.Tally) deliberation.Verdict
	// named are those due where no standing body meets.
	named []deliberation.PersonID
	// hear is what a meeting does that decides nothing: it comes in place of the vote
	// and says how the meeting ended.
	hear func(workflow.Context, *meeting) (deliberation.Outcome, error)
	// barred may not chair.
	barred []deliberation.PersonID
	// preside are those who alone may chair, where they were named.
	preside []deliberation.PersonID
	// fixed: what is put to the vote names who stands, and is not amended.
	fixed bool
	// further gives what else the meeting votes on once its agenda is decided, until there is nothing.
	further func(ctx workflow.Context, m *meeting) ([]deliberation.Motion, error)
	// moment refuses a time that the notice may not name, beside the rule of its days.
	moment func(workflow.Context, deliberation.Act) error
	// opening refuses to open a poll at this moment, where it is set.
	opening func(workflow.Context, deliberation.Act) error
}

// electing is how a meeting elects.
type electing struct {
	// paperOnly: the approved plan does not switch voting on the web on.
	paperOnly bool
	// agentsBy is when the list of agents is closed and published, zero: as the poll opens.
	agentsBy time.Time
	// counted is told as soon as the papers are counted, before the report is written.
	counted func(workflow.Context) error
	// method is how those who elected before were chosen, where a recall asks them again.
	method deliberation.ElectionMethod
}

// thresholds are those that a motion needs.
func (s sitting) thresholds(m deliberation.Motion) []deliberation.MajorityRule {
	if s.passing == nil {
		return s.rules.Passing
	}
	return s.passing(m.Category)
}

// maxSections is in how many places a meeting may be held at most. It is Yishi's default, not law.
const maxSections = 50

// maxMeetingDays bounds how far ahead a meeting may be called: a slip of the pen
// must not lock a process for a century. It is Yishi's default, not law.
const maxMeetingDays = 366

// meeting is one sitting while it goes on.
type meeting struct {
	p *proceeding
	sitting
	value      deliberation.Meeting
	attendance deliberation.Attendance
	amended    bool
	// listed: the list of agents is closed.
	listed bool
	// gradings are those of an appraisal, by the motion.
	gradings map[string]deliberation.Grading
	// ratings are those of departments, by the motion.
	ratings map[string]deliberation.DepartmentResult
	// stoodDown are those who chaired and had an interest in the matter 回避.
	stoodDown []deliberation.PersonID
}

// hold carries a meeting from its notice to its signed minutes:
// convene → notice period → check-in → call to order with a quorum → vote → minutes → signatures.
// Where a body decides by participation nobody is called together: its polls open
// when its time has come.
func (p *proceeding) hold(ctx workflow.Context, s sitting) (deliberation.Outcome, error) {
	m := &meeting{p: p, sitting: s, stoodDown: s.barred}
	p.meeting = m
	if err := m.convene(ctx); err != nil {
		return "", err
	}
	if err := m.gather(ctx); err != nil {
		return "", err
	}
	if m.value.State == deliberation.MeetingAdjourned {
		return deliberation.Inquorate, nil
	}
	if !m.rules.ByParticipation {
		inSession, err := m.callToOrder(ctx)
		if err != nil {
			return "", err
		}
		if !inSession {
			return deliberation.Inquorate, nil
		}
	}
	if m.hear != nil {
		return m.hearOnly(ctx)
	}
	replace := m.allowAnotherChair()
	carried, err := m.voteAll(ctx)
	if err == nil && m.further != nil {
		err = m.voteFurther(ctx)
	}
	p.desk.leave(replace...)
	if err != nil {
		return "", err
	}
	if m.elects != nil && m.elects.counted != nil {
		if err := p.alone(ctx, func() error { return m.elects.counted(ctx) }); err != nil {
			return "", err
		}
	}
	if err := m.sign(ctx); err != nil {
		return "", err
	}
	switch {
	case !carried:
		return deliberation.Lost, nil
	case m.amended:
		return deliberation.Amended, nil
	}
	return deliberation.Carried, nil
}

// hearOnly is the rest of a meeting that decides nothing.
func (m *meeting) hearOnly(ctx workflow.Context) (deliberation.Outcome, error) {
	m.p.waitFor(ctx, "act", time.Time{})
	outcome, err := m.hear(ctx, m)
	if err != nil {
		return "", err
	}
	return outcome, m.sign(ctx)
}

// record writes the meeting as it now stands with the facts that made it so.
func (m *meeting) record(ctx workflow.Context, a deliberation.Act, polls []deliberation.Poll, facts ...deliberation.Fact) (deliberation.Receipt, error) {
	c := m.p.change(ctx, a)
	c.Facts = facts
	return m.write(ctx, c, polls...)
}

// write writes the meeting as it now stands with the rest of a change.
func (m *meeting) write(ctx workflow.Context, c deliberation.Change, polls ...deliberation.Poll) (deliberation.Receipt, error) {
	now := m.value
	now.Agenda = slices.Clone(now.Agenda) // what is decided later is written later
	c.Meetings, c.Polls = []deliberation.Meeting{now}, polls
	entries, err := m.p.record(ctx, c)
	return deliberation.Receipt{Entries: entries, Subject: string(m.value.ID)}, err
}

func (m *meeting) soon(ctx workflow.Context) time.Time {
	return m.p.today(ctx).AddDays(m.prepare.Days).End()
}

// convene waits until the notice goes out. A notice too late for its meeting is
// refused with the earliest day; special circumstances shorten it only where the
// pack allows, and the reason stands in the notice.
func (m *meeting) convene(ctx workflow.Context) error {
	p := m.p
	p.waitFor(ctx, "act", time.Time{})
	var t *task
	t = p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{
		kind: deliberation.Convene, offices: m.chair, check: m.noticeIsLawful,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			m.value = deliberation.Meeting{
				ID: deliberation.MeetingID(p.name("m", string(p.state.Stage))), Stage: p.state.Stage, Round: p.state.Round[p.state.Stage],
				Body: m.rules.Body, Convened: p.now(ctx), Starts: a.At, Urgent: a.Urgent, NoticeDays: m.rules.Notice,
				Notice: a.Paper, State: deliberation.MeetingConvened, Draft: p.state.Text, Agenda: slices.Clone(m.agenda), Sections: a.Sections,
			}
			p.done(ctx, t, a)
			p.waitFor(ctx, "notice", a.At)
			return m.record(ctx, a, nil, p.fact(deliberation.FactNotice, string(m.value.ID), deliberation.NoticeData{
				Body: m.rules.Body, Starts: a.At, NoticeDays: m.rules.Notice, Urgent: a.Urgent, Paper: a.Paper,
			}))
		},
	}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return m.value.ID != "" })
	return err
}

func (m *meeting) noticeIsLawful(ctx workflow.Context, a deliberation.Act) error {
	now := m.p.now(ctx)
	switch {
	case a.Sections == 0:
	case !m.rules.Sections.Value:
		return unsound(a.Kind, "sections", "unexpected", 0)
	case a.Sections < 2 || a.Sections > maxSections:
		return unsound(a.Kind, "sections", "not_a_number", maxSections)
	}
	if !a.At.After(now) {
		return &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Act: a.Kind, Earliest: now}
	}
	if last := now.AddDate(0, 0, maxMeetingDays); a.At.After(last) {
		return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: last, Days: maxMeetingDays}
	}
	if a.Urgent {
		if !m.rules.EmergencyNotice.Value {
			return &deliberation.Refusal{Code: deliberation.RefuseEmergencyReason, Act: a.Kind, Basis: &m.rules.Notice.Basis, Days: m.rules.Notice.Days}
		}
		return nil
	}
	earliest := deliberation.Earliest(deliberation.DateOf(now), m.rules.Notice.Days)
	if deliberation.DateOf(a.At).Before(earliest) {
		return &deliberation.Refusal{
			Code: deliberation.RefuseTooEarly, Act: a.Kind, Earliest: earliest.Start(),
			Basis: &m.rules.Notice.Basis, Days: m.rules.Notice.Days,
		}
	}
	if m.moment != nil {
		return m.moment(ctx, a)
	}
	return nil
}

// gather waits out the notice and opens the hall: who is due is frozen on the
// day of the meeting, and members sign in. Where an order of rectification held the
// process over that day, nobody could meet: the meeting is adjourned with nobody
// present, and convened again with a new notice.
func (m *meeting) gather(ctx workflow.Context) error {
	p := m.p
	if m.elects != nil && !m.elects.agentsBy.IsZero() {
		p.alarm(m.elects.agentsBy, m.publishAgents)
	}
	if _, err := p.wait(ctx, m.value.Starts, func() bool { return false }); err != nil {
		return err
	}
	return p.alone(ctx, func() error {
		var roll deliberation.Roll
		spec := deliberation.RollSpec{
			Process: p.Process, Community: p.Community, Meeting: m.value.ID,
			Body: m.rules.Body, On: deliberation.DateOf(m.value.Starts), Estate: m.estate, Group: m.group, People: m.named,
		}
		if m.elects != nil {
			spec.Method = m.elects.method
		}
		if err := p.look(ctx, acts.FreezeRoll, spec, &roll); err != nil {
			return err
		}
		m.attendance = roll.Attendance
		m.value.State = deliberation.MeetingCheckIn
		facts := []deliberation.Fact{p.fact(deliberation.FactRoll, string(m.value.ID), deliberation.RollData{
			Body: m.rules.Body, Count: roll.Count, RollSHA256: roll.SHA256, Area: roll.Attendance.DueArea,
		})}
		if m.rules.ByParticipation {
			m.value.State = deliberation.MeetingInSession
			p.waitFor(ctx, "act", time.Time{})
			_, err := m.record(ctx, deliberation.Act{}, nil, facts...)
			return err
		}
		if p.lifted.After(m.value.Starts) && p.today(ctx).After(deliberation.DateOf(m.value.Starts)) {
			v := m.rules.Opening(roll.Attendance)
			m.value.State, m.value.Quorum = deliberation.MeetingAdjourned, &v
			facts = append(facts, p.fact(deliberation.FactQuorum, string(m.value.ID), deliberation.VerdictData{Meeting: m.value.ID, Verdict: v}))
		}
		p.waitFor(ctx, "check_in", time.Time{})
		_, err := m.record(ctx, deliberation.Act{}, nil, facts...)
		return err
	})
}

// callToOrder waits until the chair finds a quorum, or adjourns for want of one.
// A call below the quorum is refused with the verdict, and people may still come.
func (m *meeting) callToOrder(ctx workflow.Context) (inSession bool, err error) {
	p := m.p
	settled := false
	var call *task
	adjourn := p.desk.take(&acceptance{kind: deliberation.Adjourn, offices: m.chair, check: m.mayPreside,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			v, err := m.quorum(ctx)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			if v.Met && !m.rules.NoQuorum { // without a quorum the chair says whether enough came
				return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseConflict, Act: a.Kind, Verdict: &v}
			}
			return m.openSession(ctx, a, call, v, deliberation.MeetingAdjourned, &settled)
		}})
	call = p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{kind: deliberation.CallToOrder, offices: m.chair, check: m.mayPreside,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			v, err := m.quorum(ctx)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			if m.rules.NoQuorum && !v.Met {
				return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseNobodyCame, Act: a.Kind, Basis: &m.rules.Notice.Basis}
			}
			if !v.Met {
				return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseBelowQuorum, Act: a.Kind, Verdict: &v, Basis: firstBasis(v)}
			}
			m.value.Chair = a.Actor
			return m.openSession(ctx, a, call, v, deliberation.MeetingInSession, &settled)
		}}})
	if err := p.note(ctx); err != nil {
		return false, err
	}
	_, err = p.wait(ctx, time.Time{}, func() bool { return settled })
	p.desk.leave(adjourn)
	return m.value.State == deliberation.MeetingInSession, err
}

// mayPreside refuses who was not named to chair, where somebody was.
func (m *meeting) mayPreside(_ workflow.Context, a deliberation.Act) error {
	if len(m.preside) > 0 && !slices.Contains(m.preside, a.Actor) {
		return &deliberation.Refusal{Code: deliberation.RefuseNotEntitled, Stage: m.p.state.Stage, Act: a.Kind}
	}
	return nil
}

func (m *meeting) openSession(ctx workflow.Context, a deliberation.Act, call *task, v deliberation.Verdict, s deliberation.MeetingState, settled *bool) (deliberation.Receipt, error) {
	m.value.State, m.value.Quorum, m.attendance, *settled = s, &v, v.Attendance, true
	m.p.done(ctx, call, a)
	r, err := m.record(ctx, a, nil, m.p.fact(deliberation.FactQuorum, string(m.value.ID), deliberation.VerdictData{Meeting: m.value.ID, Verdict: v}))
	r.Verdict = &v
	return r, err
}

func (m *meeting) quorum(ctx workflow.Context) (deliberation.Verdict, error) {
	var a deliberation.Attendance
	if err := m.p.look(ctx, acts.CountPresent, m.value.ID, &a); err != nil {
		return deliberation.Verdict{}, err
	}
	return m.rules.Opening(a), nil
}

func firstBasis(v deliberation.Verdict) *deliberation.Basis {
	for _, c := range v.Checks {
		if !c.Met {
			return &c.Rule.Basis
		}
	}
	return nil
}

// voteAll puts the motions of the agenda to the vote in their order, or the
// process's own text. It tells whether anything came of it. Polls by participation
// stay open for days: they are opened one after the other and close each at its time.
func (m *meeting) voteAll(ctx workflow.Context) (carried bool, err error) {
	if len(m.value.Agenda) == 0 {
		motion := &deliberation.Motion{Paper: m.p.state.Text, Voting: deliberation.RecordedVoting}
		err := m.vote(ctx, motion)
		return motion.TakesEffect(), err
	}
	ballots := m.ballots()
	if m.rules.ByParticipation {
		err = m.voteAtOnce(ctx, ballots)
	} else {
		for _, b := range ballots {
			if err = m.vote(ctx, b...); err != nil {
				break
			}
		}
	}
	return slices.ContainsFunc(m.value.Agenda, deliberation.Motion.TakesEffect), err
}

// voteFurther puts to the vote what follows from the ballots before, on one ballot each time.
func (m *meeting) voteFurther(ctx workflow.Context) error {
	for {
		more, err := m.further(ctx, m)
		if err != nil || len(more) == 0 {
			return err
		}
		n := len(m.value.Agenda)
		m.value.Agenda = append(slices.Clone(m.value.Agenda), more...)
		var motions []*deliberation.Motion
		for i := range m.value.Agenda[n:] {
			motions = append(motions, &m.value.Agenda[n+i])
		}
		if err := m.vote(ctx, motions...); err != nil {
			return err
		}
	}
}

// ballots gives the motions of the agenda as they stand together.
func (m *meeting) ballots() (list [][]*deliberation.Motion) {
	for i := range m.value.Agenda {
		motion := &m.value.Agenda[i]
		if motion.Together && len(list) > 0 {
			list[len(list)-1] = append(list[len(list)-1], motion)
			continue
		}
		list = append(list, []*deliberation.Motion{motion})
	}
	return list
}

// vote puts the motions of one ballot, amended where the body wishes it, to their
// poll, and again where the poll could not be counted. Those that the body sends up
// are not voted on.
func (m *meeting) vote(ctx workflow.Context, motions ...*deliberation.Motion) error {
	for {
		b, err := m.putToVote(ctx, motions)
		if b == nil || err != nil {
			return err
		}
		if err := b.count(ctx); err != nil || !b.voided() {
			return err
		}
	}
}

// voteAtOnce opens the poll of each ballot and then waits for all of them.
func (m *meeting) voteAtOnce(ctx workflow.Context, ballots [][]*deliberation.Motion) error {
	for len(ballots) > 0 {
		var open []*box
		for _, motions := range ballots {
			b, err := m.putToVote(ctx, motions)
			if err != nil {
				return err
			}
			if b != nil {
				open = append(open, b)
			}
		}
		ballots = nil
		for _, b := range open {
			if err := b.count(ctx); err != nil {
				return err
			}
			if b.voided() {
				ballots = append(ballots, b.motions)
			}
		}
	}
	return nil
}

// putToVote waits until the poll on the motions is open; it gives none where all of
// them were sent up.
func (m *meeting) putToVote(ctx workflow.Context, motions []*deliberation.Motion) (*box, error) {
	p := m.p
	p.waitFor(ctx, "act", time.Time{})
	p.state.Text, m.value.Draft = motions[0].Paper, motions[0].Paper
	b := &box{m: m, motions: slices.Clone(motions)}
	var while []*acceptance
	for _, motion := range motions {
		if m.appraisal != nil || m.rating != nil || m.fixed { // a report is its author's, and who is rated was posted ahead
			break
		}
		while = append(while, p.desk.take(m.amendment(motion, len(motions) > 1)))
		if m.toAssembly.Key != "" {
			while = append(while, p.desk.take(&acceptance{kind: deliberation.SendUp, subject: motion.ID, offices: m.chair, check: m.chairs,
				do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
					return b.sendUp(ctx, a, motion)
				},
			}))
		}
	}
	err := b.awaitOpening(ctx)
	p.desk.leave(while...)
	if err != nil || len(b.motions) == 0 {
		return nil, err
	}
	return b, nil
}

// amendment takes another text of a motion; where several stand on one ballot the
// act says which.
func (m *meeting) amendment(motion *deliberation.Motion, named bool) *acceptance {
	p := m.p
	t := &acceptance{kind: deliberation.Amend, offices: m.chair, check: m.chairs}
	if named {
		t.subject = motion.ID
	}
	t.do = func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
		motion.Paper, m.amended = a.Paper, true
		p.state.Text, m.value.Draft = a.Paper, a.Paper
		return m.record(ctx, a, nil, p.fact(deliberation.FactPaper, string(m.value.ID), deliberation.PaperData{Paper: a.Paper}))
	}
	return t
}

// sign waits for the minutes and their two signatures: the recorder's, who hands
// them in, and the chair's. Two signatures are two persons.
func (m *meeting) sign(ctx workflow.Context) error {
	p := m.p
	p.waitFor(ctx, "act", time.Time{})
	var write *task
	write = p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{kind: deliberation.RecordMinutes, offices: m.recorder,
		check: func(_ workflow.Context, a deliberation.Act) error { return m.other(a, m.value.Chair) },
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			m.value.Minutes, m.value.Recorder = a.Paper, a.Actor
			p.done(ctx, write, a)
			return m.record(ctx, a, nil,
				p.fact(deliberation.FactPaper, string(m.value.ID), deliberation.PaperData{Paper: a.Paper}),
				p.fact(deliberation.FactSigned, string(m.value.ID), deliberation.SignedData{Paper: a.Paper, As: "recorder"}))
		}}})
	if err := p.note(ctx); err != nil {
		return err
	}
	if _, err := p.wait(ctx, time.Time{}, func() bool { return m.value.Recorder != "" }); err != nil {
		return err
	}
	var sign *task
	sign = p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{kind: deliberation.SignMinutes, actor: m.value.Chair,
		check: func(_ workflow.Context, a deliberation.Act) error { return m.other(a, m.value.Recorder) },
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			m.value.SignedBy, m.value.State = a.Actor, deliberation.MeetingClosed
			p.done(ctx, sign, a)
			return m.record(ctx, a, nil, p.fact(deliberation.FactSigned, string(m.value.ID), deliberation.SignedData{Paper: m.value.Minutes, As: "chair"}))
		}}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return m.value.SignedBy != "" })
	return err
}

func (m *meeting) other(a deliberation.Act, than deliberation.PersonID) error {
	if a.Actor == than {
		return &deliberation.Refusal{Code: deliberation.RefuseSameSigner, Act: a.Kind}
	}
	return nil
}

// rollFact says that a poll's roll was frozen.
func rollFact(p *proceeding, poll deliberation.Poll, body deliberation.Body, roll deliberation.Roll) deliberation.Fact {
	return p.fact(deliberation.FactPollOpened, string(poll.ID), deliberation.RollData{
		Body: body, Count: roll.Count, RollSHA256: roll.SHA256, Area: roll.Attendance.DueArea, Closes: poll.Closes, Text: poll.Text,
	})
}

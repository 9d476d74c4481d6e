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
}

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
}

// hold carries a meeting from its notice to its signed minutes:
// convene → notice period → check-in → call to order with a quorum → vote → minutes → signatures.
func (p *proceeding) hold(ctx workflow.Context, s sitting) (deliberation.Outcome, error) {
	m := &meeting{p: p, sitting: s}
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
	inSession, err := m.callToOrder(ctx)
	if err != nil {
		return "", err
	}
	if !inSession {
		return deliberation.Inquorate, nil
	}
	carried, err := m.voteAll(ctx)
	if err != nil {
		return "", err
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

// record writes the meeting as it now stands with the facts that made it so.
func (m *meeting) record(ctx workflow.Context, a deliberation.Act, polls []deliberation.Poll, facts ...deliberation.Fact) (deliberation.Receipt, error) {
	c := m.p.change(ctx, a)
	now := m.value
	now.Agenda = slices.Clone(now.Agenda) // what is decided later is written later
	c.Facts, c.Meetings, c.Polls = facts, []deliberation.Meeting{now}, polls
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
				Notice: a.Paper, State: deliberation.MeetingConvened, Draft: p.state.Text, Agenda: slices.Clone(m.agenda),
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
	return nil
}

// gather waits out the notice and opens the hall: who is due is frozen on the
// day of the meeting, and members sign in. Where an order of rectification held the
// process over that day, nobody could meet: the meeting is adjourned with nobody
// present, and convened again with a new notice.
func (m *meeting) gather(ctx workflow.Context) error {
	p := m.p
	if _, err := p.wait(ctx, m.value.Starts, func() bool { return false }); err != nil {
		return err
	}
	return p.alone(ctx, func() error {
		var roll deliberation.Roll
		spec := deliberation.RollSpec{
			Process: p.Process, Community: p.Community, Meeting: m.value.ID,
			Body: m.rules.Body, On: deliberation.DateOf(m.value.Starts),
		}
		if err := p.look(ctx, acts.FreezeRoll, spec, &roll); err != nil {
			return err
		}
		m.attendance = roll.Attendance
		m.value.State = deliberation.MeetingCheckIn
		facts := []deliberation.Fact{p.fact(deliberation.FactRoll, string(m.value.ID), deliberation.RollData{
			Body: m.rules.Body, Count: roll.Count, RollSHA256: roll.SHA256,
		})}
		if p.lifted.After(m.value.Starts) && p.today(ctx).After(deliberation.DateOf(m.value.Starts)) {
			v := deliberation.Quorum(m.rules.Quorum, roll.Attendance)
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
	adjourn := p.desk.take(&acceptance{kind: deliberation.Adjourn, offices: m.chair,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			v, err := m.quorum(ctx)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			if v.Met {
				return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseConflict, Act: a.Kind, Verdict: &v}
			}
			return m.openSession(ctx, a, call, v, deliberation.MeetingAdjourned, &settled)
		}})
	call = p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{kind: deliberation.CallToOrder, offices: m.chair,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			v, err := m.quorum(ctx)
			if err != nil {
				return deliberation.Receipt{}, err
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
	return deliberation.Quorum(m.rules.Quorum, a), nil
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
// process's own text. It tells whether any was carried.
func (m *meeting) voteAll(ctx workflow.Context) (carried bool, err error) {
	if len(m.value.Agenda) == 0 {
		v, err := m.vote(ctx, &deliberation.Motion{Paper: m.p.state.Text, Voting: deliberation.RecordedVoting})
		return v.Met, err
	}
	for i := range m.value.Agenda {
		motion := &m.value.Agenda[i]
		m.p.state.Text, m.value.Draft = motion.Paper, motion.Paper
		v, err := m.vote(ctx, motion)
		if err != nil {
			return false, err
		}
		carried = carried || v.Met
	}
	return carried, nil
}

// vote puts a motion, amended where the body wishes it, to its poll.
func (m *meeting) vote(ctx workflow.Context, motion *deliberation.Motion) (deliberation.Verdict, error) {
	p := m.p
	p.waitFor(ctx, "act", time.Time{})
	amend := p.desk.take(&acceptance{kind: deliberation.Amend, offices: m.chair,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			p.state.Text, m.value.Draft, motion.Paper, m.amended = a.Paper, a.Paper, a.Paper, true
			return m.record(ctx, a, nil, p.fact(deliberation.FactPaper, string(m.value.ID), deliberation.PaperData{Paper: a.Paper}))
		}})
	b, err := m.openPoll(ctx, motion, amend)
	if err != nil {
		return deliberation.Verdict{}, err
	}
	return b.count(ctx)
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
		Body: body, Count: roll.Count, RollSHA256: roll.SHA256, Closes: poll.Closes, Text: poll.Text,
	})
}

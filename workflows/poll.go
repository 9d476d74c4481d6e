package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// pollDays is how long a poll of a meeting stays open where the chair names no
// end: the chair closes it long before. It is Yishi's default, not law.
const pollDays = 3

// maxPollDays bounds what the chair may name. It is Yishi's default, not law.
const maxPollDays = 60

// box is an open poll of a meeting.
type box struct {
	m      *meeting
	motion *deliberation.Motion
	poll   deliberation.Poll
	passed *deliberation.Verdict
	close  *task
}

// openPoll waits until the chair opens the poll. The quorum is found again, and
// those present at that instant are the voters: the denominator never moves after.
func (m *meeting) openPoll(ctx workflow.Context, motion *deliberation.Motion, while ...*acceptance) (*box, error) {
	p := m.p
	b := &box{m: m, motion: motion}
	var t *task
	t = p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{kind: deliberation.OpenPoll, offices: m.chair,
		check: func(ctx workflow.Context, a deliberation.Act) error {
			if !a.At.IsZero() && !a.At.After(p.now(ctx)) {
				return &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Act: a.Kind, Earliest: p.now(ctx)}
			}
			if last := p.now(ctx).AddDate(0, 0, maxPollDays); a.At.After(last) {
				return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: last, Days: maxPollDays}
			}
			return nil
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) { return b.open(ctx, a, t) },
	}})
	if err := p.note(ctx); err != nil {
		return nil, err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return b.poll.ID != "" })
	p.desk.leave(while...)
	return b, err
}

func (b *box) open(ctx workflow.Context, a deliberation.Act, t *task) (deliberation.Receipt, error) {
	m, p := b.m, b.m.p
	v, err := m.quorum(ctx)
	if err != nil {
		return deliberation.Receipt{}, err
	}
	if !v.Met {
		return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseBelowQuorum, Act: a.Kind, Verdict: &v, Basis: firstBasis(v)}
	}
	closes := a.At
	if closes.IsZero() {
		closes = p.today(ctx).AddDays(pollDays).End()
	}
	poll := deliberation.Poll{
		ID: deliberation.PollID(p.name("p", string(p.state.Stage))), Meeting: m.value.ID, Stage: p.state.Stage,
		Text: p.state.Text, Opened: p.now(ctx), Closes: closes, State: deliberation.PollOpen, Motion: b.motion.ID,
		Secret: b.motion.Voting == deliberation.SecretVoting, Hands: b.motion.Voting == deliberation.HandsVoting,
	}
	var roll deliberation.Roll
	if err := p.look(ctx, acts.OpenPoll, activities.OpenPollInput{Process: p.Process, Poll: poll}, &roll); err != nil {
		return deliberation.Receipt{}, err
	}
	poll.Voters, m.attendance, m.value.Quorum = roll.Count, roll.Attendance, &v
	b.poll, p.box, b.motion.Poll = poll, b, poll.ID
	p.done(ctx, t, a)
	p.waitFor(ctx, "votes", closes)
	if poll.Hands {
		b.close = b.askForCounts(ctx)
	} else {
		b.close = b.askToClose(ctx, closes)
	}
	r, err := m.record(ctx, a, []deliberation.Poll{poll}, rollFact(p, poll, m.rules.Body, roll))
	r.Subject = string(poll.ID)
	return r, err
}

// askToClose lets the chair close the poll; it closes by itself at its time.
func (b *box) askToClose(ctx workflow.Context, closes time.Time) *task {
	m := b.m
	return m.p.ask(ctx, request{due: closes, quiet: true, basis: &m.prepare.Basis, acceptance: acceptance{kind: deliberation.ClosePoll, offices: m.chair,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			return b.shut(ctx, a, nil)
		},
	}, onDue: func(ctx workflow.Context) error {
		_, err := b.shut(ctx, deliberation.Act{}, nil)
		return err
	}})
}

// askForCounts lets those who count raised hands enter what they counted. Two
// persons must give the same numbers; whoever counts again enters anew.
func (b *box) askForCounts(ctx workflow.Context) *task {
	m := b.m
	return m.p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{kind: deliberation.CountHands,
		check: func(_ workflow.Context, a deliberation.Act) error {
			if a.Yes < 0 || a.No < 0 || a.Abstain < 0 || a.Yes+a.No+a.Abstain > b.poll.Voters {
				return &deliberation.Refusal{Code: deliberation.RefuseInvalid, Act: a.Kind,
					Fields: []deliberation.FieldProblem{{Field: "counts", Problem: "too_many", Limit: b.poll.Voters}}}
			}
			return nil
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) { return b.counted(ctx, a) },
	}})
}

func (b *box) counted(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	m, p := b.m, b.m.p
	mine := deliberation.HandCount{By: a.Actor, Yes: a.Yes, No: a.No, Abstain: a.Abstain}
	others := slices.DeleteFunc(slices.Clone(b.poll.Counts), func(c deliberation.HandCount) bool { return c.By == a.Actor })
	agrees := slices.ContainsFunc(others, mine.Same)
	b.poll.Counts = slices.Concat(others, []deliberation.HandCount{mine})
	fact := p.fact(deliberation.FactHandCount, string(b.poll.ID), deliberation.HandCountData{Meeting: m.value.ID, Count: mine, Agrees: agrees})
	if agrees {
		return b.shut(ctx, a, &mine, fact)
	}
	r, err := m.record(ctx, a, []deliberation.Poll{b.poll}, fact)
	r.Subject = string(b.poll.ID)
	return r, err
}

// count waits until the poll has closed, by the chair or by its time.
func (b *box) count(ctx workflow.Context) (deliberation.Verdict, error) {
	if _, err := b.m.p.wait(ctx, time.Time{}, func() bool { return b.passed != nil }); err != nil {
		return deliberation.Verdict{}, err
	}
	return *b.passed, nil
}

// shut closes the box and reaches the verdict; hands are the raised hands where
// no ballots were cast.
func (b *box) shut(ctx workflow.Context, a deliberation.Act, hands *deliberation.HandCount, facts ...deliberation.Fact) (deliberation.Receipt, error) {
	m, p := b.m, b.m.p
	var n deliberation.Count
	if err := p.look(ctx, acts.ClosePoll, activities.ClosePollInput{Poll: b.poll.ID, At: p.now(ctx), Hands: hands}, &n); err != nil {
		return deliberation.Receipt{}, err
	}
	v := deliberation.Passing(m.rules.Passing, m.attendance, n.Tally)
	b.poll.State, b.poll.Closed, b.poll.Tally, b.poll.Passing = deliberation.PollClosed, p.now(ctx), &n.Tally, &v
	b.passed, b.motion.Met = &v, &v.Met
	if a.Actor != "" {
		p.done(ctx, b.close, a)
	} else {
		p.drop(ctx, b.close)
	}
	facts = append(facts,
		b.closedFact(n),
		p.fact(deliberation.FactPassing, string(b.poll.ID), deliberation.VerdictData{Meeting: m.value.ID, Verdict: v}))
	r, err := m.record(ctx, a, []deliberation.Poll{b.poll}, facts...)
	r.Subject, r.Verdict = string(b.poll.ID), &v
	return r, err
}

// closedFact says that the box was closed and what was counted.
func (b *box) closedFact(n deliberation.Count) deliberation.Fact {
	return b.m.p.fact(deliberation.FactPollClosed, string(b.poll.ID), deliberation.CountData{
		Meeting: b.poll.Meeting, Tally: n.Tally, BallotsSHA256: n.BallotsSHA256, Questions: n.Questions, ReceiptsSHA256: n.ReceiptsSHA256,
	})
}

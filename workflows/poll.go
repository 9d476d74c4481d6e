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

// box is the poll of a ballot: of one motion, or of several that stand together.
type box struct {
	m       *meeting
	motions []*deliberation.Motion
	poll    deliberation.Poll
	opening *task
	// What waits for somebody while the poll goes on.
	tasks   []*task
	taken   []*acceptance
	voiding *acceptance
	// tally is what is counted on paper, nil until casting stopped.
	tally *paperTally
	// stuck: the count was tried and cannot be made.
	stuck bool
}

func (b *box) voided() bool { return b.poll.State == deliberation.PollVoided }

// goesOn reports whether the poll takes ballots, or its paper is being counted.
func (b *box) goesOn() bool {
	return b.poll.State == deliberation.PollOpen || b.poll.State == deliberation.PollCounting
}

// subject tells polls apart where several are open at once.
func (b *box) subject() string {
	if b.poll.Whole {
		return string(b.poll.ID)
	}
	return ""
}

// awaitOpening waits until the chair opens the poll, or no motion is left for it.
// The quorum is found again, and those present at that instant are the voters: the
// denominator never moves after.
func (b *box) awaitOpening(ctx workflow.Context) error {
	m, p := b.m, b.m.p
	b.opening = p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{kind: deliberation.OpenPoll, offices: m.chair,
		check: func(ctx workflow.Context, a deliberation.Act) error {
			if !a.At.IsZero() && !a.At.After(p.now(ctx)) {
				return &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Act: a.Kind, Earliest: p.now(ctx)}
			}
			if last := p.now(ctx).AddDate(0, 0, maxPollDays); a.At.After(last) {
				return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: last, Days: maxPollDays}
			}
			if last := p.today(ctx).End(); p.state.Election != nil && p.Clock.Rate <= 1 && a.At.After(last) { // election day is a day, where a day is one
				return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: last}
			}
			if m.opening != nil {
				if err := m.opening(ctx, a); err != nil {
					return err
				}
			}
			return m.chairs(ctx, a)
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) { return b.open(ctx, a) },
	}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return b.poll.ID != "" || len(b.motions) == 0 })
	return err
}

func (b *box) open(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	m, p := b.m, b.m.p
	if !m.rules.ByParticipation {
		v, err := m.quorum(ctx)
		if err != nil {
			return deliberation.Receipt{}, err
		}
		if !v.Met {
			return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseBelowQuorum, Act: a.Kind, Verdict: &v, Basis: firstBasis(v)}
		}
	} else if m.value.Chair == "" {
		m.value.Chair = a.Actor
	}
	facts, err := m.closeMandates(ctx)
	if err != nil {
		return deliberation.Receipt{}, err
	}
	poll := b.asked(ctx, a.At)
	opening := activities.OpenPollInput{Process: p.Process, Poll: poll}
	if !m.rules.ByParticipation {
		opening.Quorum = m.rules.Quorum // somebody may have left since it was found
	}
	var roll deliberation.Roll
	if err := p.look(ctx, acts.OpenPoll, opening, &roll); err != nil {
		return deliberation.Receipt{}, withBasis(err)
	}
	if !m.rules.ByParticipation {
		v := deliberation.Quorum(m.rules.Quorum, roll.Attendance)
		m.value.Quorum = &v
	}
	poll.Voters, m.attendance = roll.Count, roll.Attendance
	b.poll, m.listed = poll, true
	p.boxes = append(p.boxes, b)
	for _, motion := range b.motions {
		motion.Poll = poll.ID
	}
	p.done(ctx, b.opening, a)
	p.waitFor(ctx, "votes", poll.Closes)
	if poll.Hands {
		b.askForCounts(ctx)
	} else {
		b.askToClose(ctx, poll.Closes)
	}
	r, err := m.record(ctx, a, []deliberation.Poll{poll}, append(facts, rollFact(p, poll, m.rules.Body, roll))...)
	r.Subject = string(poll.ID)
	return r, err
}

// withBasis gives a refusal with a verdict its source: the check that was not met.
func withBasis(err error) error {
	r, is := activities.RefusalIn(err)
	if !is || r.Verdict == nil || r.Basis != nil {
		return err
	}
	cited := *r
	cited.Basis = firstBasis(*r.Verdict)
	return &cited
}

// asked is the poll as it opens: one motion of ayes and noes as it stands, or a form
// that asks each motion.
func (b *box) asked(ctx workflow.Context, closes time.Time) deliberation.Poll {
	m, p, first := b.m, b.m.p, b.motions[0]
	if closes.IsZero() && m.elects != nil { // election day is a day
		closes = p.today(ctx).End()
	}
	if closes.IsZero() {
		days := pollDays
		if m.rules.ByParticipation && m.rules.VotingDays.Days > 0 {
			days = m.rules.VotingDays.Days
		}
		closes = p.today(ctx).AddDays(days).End()
	}
	poll := deliberation.Poll{
		ID: deliberation.PollID(p.name("p", string(p.state.Stage))), Meeting: m.value.ID, Stage: p.state.Stage,
		Text: first.Paper, Opened: p.now(ctx), Closes: closes, State: deliberation.PollOpen, Motion: first.ID,
		Secret: first.Voting == deliberation.SecretVoting, Hands: first.Voting == deliberation.HandsVoting,
		OnPaper: first.OnPaper, Whole: m.rules.ByParticipation,
		PaperOnly: m.elects != nil && m.elects.paperOnly,
	}
	if len(b.motions) > 1 || len(first.Options) > 0 {
		for _, motion := range b.motions {
			poll.Form = append(poll.Form, motion.Question())
		}
	}
	return poll
}

// closeMandates closes the list of agents before the first poll of a meeting whose
// rules know them: it is published before anybody votes.
func (m *meeting) closeMandates(ctx workflow.Context) ([]deliberation.Fact, error) {
	if m.listed || !m.rules.Proxy.Allowed.Value && !m.rules.Substitute.Value {
		return nil, nil
	}
	p := m.p
	var list deliberation.MandateList
	if err := p.look(ctx, acts.CloseMandates, activities.CloseMandatesInput{Meeting: m.value.ID, At: p.now(ctx)}, &list); err != nil {
		return nil, err
	}
	return []deliberation.Fact{p.fact(deliberation.FactMandates, string(m.value.ID), deliberation.MandatesData{
		Meeting: m.value.ID, Count: list.Count, SHA256: list.SHA256, Rule: m.rules.Proxy.Most,
	})}, nil
}

// publishAgents closes the list of agents ahead of the vote, and publishes it.
func (m *meeting) publishAgents(ctx workflow.Context) error {
	if m.p.meeting != m || m.value.State == deliberation.MeetingCancelled {
		return nil
	}
	facts, err := m.closeMandates(ctx)
	if err != nil {
		return err
	}
	m.listed = true
	return m.p.note(ctx, facts...)
}

// askToClose lets the chair close the poll; it closes by itself at its time.
func (b *box) askToClose(ctx workflow.Context, closes time.Time) {
	m := b.m
	b.await(m.p.ask(ctx, request{due: closes, quiet: true, basis: &m.prepare.Basis, acceptance: acceptance{
		kind: deliberation.ClosePoll, subject: b.subject(), offices: m.chair, check: m.chairs,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) { return b.close(ctx, a) },
	}, onDue: func(ctx workflow.Context) error {
		_, err := b.close(ctx, deliberation.Act{})
		if b.stuck { // nobody is there to be told: the chair finds it among the tasks
			b.m.p.waitFor(ctx, "act", time.Time{})
			return b.m.p.note(ctx)
		}
		return err
	}}))
}

// close ends the casting. Where there is paper it has to be counted first; else the
// box is opened.
func (b *box) close(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	if b.poll.OnPaper {
		return b.stopCasting(ctx, a)
	}
	return b.shut(ctx, a, nil)
}

// askForCounts lets those who count raised hands enter what they counted. Two
// persons must give the same numbers; whoever counts again enters anew.
func (b *box) askForCounts(ctx workflow.Context) {
	m := b.m
	b.await(m.p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{kind: deliberation.CountHands,
		check: func(_ workflow.Context, a deliberation.Act) error {
			if a.Yes < 0 || a.No < 0 || a.Abstain < 0 || a.Yes+a.No+a.Abstain > b.poll.Voters {
				return unsound(a.Kind, "counts", "too_many", b.poll.Voters)
			}
			return nil
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) { return b.counted(ctx, a) },
	}}))
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

// count waits until the poll is over: counted, or void.
func (b *box) count(ctx workflow.Context) error {
	_, err := b.m.p.wait(ctx, time.Time{}, func() bool { return !b.goesOn() })
	return err
}

// shut opens the box, counts and reaches the verdicts; hands are the raised hands
// where no ballots were cast. Where the count cannot be made the person is told so,
// and the chair may declare the poll void.
func (b *box) shut(ctx workflow.Context, a deliberation.Act, hands *deliberation.HandCount, facts ...deliberation.Fact) (deliberation.Receipt, error) {
	m, p := b.m, b.m.p
	var n deliberation.Count
	if err := p.look(ctx, acts.ClosePoll, activities.ClosePollInput{Poll: b.poll.ID, At: p.now(ctx), Hands: hands}, &n); err != nil {
		if isRefusal(err) {
			b.cannotCount()
		}
		return deliberation.Receipt{}, err
	}
	b.keep(p.now(ctx), n)
	b.end(ctx, a)
	c := p.change(ctx, a)
	c.Facts = append(append(facts, b.closedFact(n)), b.decide(ctx, n, &c)...)
	r, err := m.write(ctx, c, b.poll)
	r.Subject, r.Verdict = string(b.poll.ID), b.poll.Passing
	if len(b.poll.Verdicts) == 1 {
		r.Verdict = &b.poll.Verdicts[0].Verdict
	}
	return r, err
}

// keep takes the count into the poll.
func (b *box) keep(at time.Time, n deliberation.Count) {
	b.poll.State, b.poll.Closed = deliberation.PollClosed, at
	b.poll.Tally, b.poll.Questions, b.poll.Paper = &n.Tally, n.Questions, n.Paper
}

// decide reaches the verdict on each motion, and writes what follows from it.
func (b *box) decide(ctx workflow.Context, n deliberation.Count, c *deliberation.Change) (facts []deliberation.Fact) {
	m, p := b.m, b.m.p
	switch {
	case m.elects != nil && len(b.poll.Form) > 0: // who is elected is found from all rounds together
	case m.appraisal != nil:
		facts = b.gradeAll(n)
	case m.rating != nil:
		facts = b.rateAll(n)
	case len(b.poll.Form) == 0:
		v := m.reached(*b.motions[0], n.Tally)
		b.poll.Passing, b.motions[0].Met = &v, &v.Met
		facts = append(facts, p.fact(deliberation.FactPassing, string(b.poll.ID), deliberation.VerdictData{Meeting: m.value.ID, Verdict: v}))
	default:
		b.poll.Verdicts = b.poll.Form.DecideEach(b.thresholds, m.attendance, n.Tally, n.Questions)
		for _, v := range b.poll.Verdicts {
			motion := b.motion(v.Motion)
			motion.Met, motion.Chosen, motion.Tied = &v.Verdict.Met, v.Chosen, v.Tied
			facts = append(facts, p.fact(deliberation.FactPassing, string(b.poll.ID), deliberation.VerdictData{
				Meeting: m.value.ID, Verdict: v.Verdict, Motion: v.Motion, Chosen: v.Chosen, Tied: v.Tied,
			}))
		}
	}
	for _, motion := range b.motions {
		if motion.Grant != nil && motion.Met != nil && *motion.Met {
			given := deliberation.Authorisation{
				ID: motion.ID, Process: p.Process, Motion: motion.ID, Paper: motion.Paper, From: p.today(ctx), Grant: *motion.Grant,
			}
			c.Authorisations = append(c.Authorisations, given)
			facts = append(facts, p.fact(deliberation.FactAuthorised, given.ID, deliberation.AuthorisedData{Authorisation: given}))
		}
	}
	return facts
}

// reached is the verdict on one motion of ayes and noes.
func (m *meeting) reached(motion deliberation.Motion, t deliberation.Tally) deliberation.Verdict {
	if m.verdict != nil {
		return m.verdict(m.attendance, t)
	}
	return deliberation.Passing(m.thresholds(motion), m.attendance, t)
}

// gradeAll grades each person of an appraisal. A count that does not add up gives
// nobody a grade.
func (b *box) gradeAll(n deliberation.Count) (facts []deliberation.Fact) {
	m, p := b.m, b.m.p
	verdicts, gradings, err := m.appraisal.GradeEach(b.poll.Form, m.attendance, n.Tally, n.Questions)
	if err != nil {
		return nil
	}
	m.gradings, b.poll.Verdicts = map[string]deliberation.Grading{}, verdicts
	for i, v := range verdicts {
		motion := b.motion(v.Motion)
		motion.Met, motion.Chosen = &v.Verdict.Met, v.Chosen
		m.gradings[v.Motion] = gradings[i]
		facts = append(facts, p.fact(deliberation.FactPassing, string(b.poll.ID), deliberation.VerdictData{
			Meeting: m.value.ID, Verdict: v.Verdict, Motion: v.Motion, Chosen: v.Chosen,
		}))
	}
	return facts
}

// rateAll rates each department. A count that does not add up rates none.
func (b *box) rateAll(n deliberation.Count) (facts []deliberation.Fact) {
	m, p := b.m, b.m.p
	verdicts, results, err := m.rating.RateEach(b.poll.Form, m.attendance, n.Tally, n.Questions)
	if err != nil {
		return nil
	}
	m.ratings, b.poll.Verdicts = map[string]deliberation.DepartmentResult{}, verdicts
	for i, v := range verdicts {
		b.motion(v.Motion).Met = &v.Verdict.Met
		m.ratings[v.Motion] = results[i]
		facts = append(facts, p.fact(deliberation.FactPassing, string(b.poll.ID), deliberation.VerdictData{Meeting: m.value.ID, Verdict: v.Verdict, Motion: v.Motion}))
	}
	return facts
}

func (b *box) motion(id string) *deliberation.Motion {
	i := slices.IndexFunc(b.motions, func(m *deliberation.Motion) bool { return m.ID == id })
	return b.motions[i] // the form was made from the motions
}

func (b *box) thresholds(id string) []deliberation.MajorityRule {
	return b.m.thresholds(*b.motion(id))
}

// await keeps what waits for somebody while the poll goes on.
func (b *box) await(t *task) { b.tasks = append(b.tasks, t) }

// end closes what waited for somebody, by the act where it is the one waited for.
func (b *box) end(ctx workflow.Context, a deliberation.Act) {
	for _, t := range b.tasks {
		if t.Act == a.Kind {
			b.m.p.done(ctx, t, a)
		} else {
			b.m.p.drop(ctx, t)
		}
	}
	b.m.p.desk.leave(append(b.taken, b.voiding)...)
	b.tasks, b.taken, b.voiding = nil, nil, nil
}

// closedFact says that the box was closed and what was counted.
func (b *box) closedFact(n deliberation.Count) deliberation.Fact {
	return b.m.p.fact(deliberation.FactPollClosed, string(b.poll.ID), deliberation.CountData{
		Meeting: b.poll.Meeting, Tally: n.Tally, BallotsSHA256: n.BallotsSHA256, Questions: n.Questions, ReceiptsSHA256: n.ReceiptsSHA256,
		Cancelled: n.Cancelled, CancelledSHA256: n.CancelledSHA256, Paper: n.Paper, PaperSHA256: n.PaperSHA256,
	})
}

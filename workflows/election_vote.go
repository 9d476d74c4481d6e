package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// meetingRules are those of a meeting that elects: who is on the list votes on the day at
// the stations; representatives come together and vote in person (S-VE 第二十八条,
// S-UE 第二十六条).
func (p *election) meetingRules(notice deliberation.DaysRule) deliberation.MeetingRules {
	r := deliberation.MeetingRules{
		Body: deliberation.Electors, Notice: notice, ByParticipation: p.rules.Method != deliberation.ByRepresentatives,
		Proxy: deliberation.ProxyRules{Allowed: p.rules.ProxyAllowed, Most: p.rules.ProxyMost},
	}
	r.EmergencyNotice.Basis = notice.Basis
	if !r.ByParticipation {
		r.Quorum = []deliberation.MajorityRule{p.rules.Valid}
	}
	return r
}

// ballot is one secret paper on which each post is a question.
func (p *election) ballot(lists []deliberation.CandidateList, writeIn bool) sitting {
	e := p.progress()
	s := sitting{
		rules: p.meetingRules(p.rules.AnnounceDays), prepare: p.rules.PrepareDays,
		chair:    []deliberation.Office{deliberation.ElectionCommitteeMember},
		recorder: []deliberation.Office{deliberation.ElectionCommitteeMember, deliberation.Clerk},
		elects:   &electing{paperOnly: !e.Setup.Web},
	}
	paper := deliberation.PaperRef{}
	if n := len(p.state.Hanging); n > 0 {
		paper = p.state.Hanging[n-1].Paper
	}
	for i, l := range lists {
		motion := deliberation.Motion{
			ID: string(l.Post), Paper: paper, Category: deliberation.CategoryElection, Voting: deliberation.SecretVoting, OnPaper: true,
			Seats: l.Seats, WriteIn: writeIn, Post: l.Post, Together: i > 0,
		}
		for _, c := range l.Candidates {
			motion.Options = append(motion.Options, deliberation.OptionID(c))
		}
		s.agenda = append(s.agenda, motion)
		p.later(p.fact(deliberation.FactMotion, motion.ID, deliberation.MotionData{Motion: motion}))
	}
	return s
}

// putOnPaper changes who stands on the papers of a meeting that is convened, but has no
// poll yet.
func (p *election) putOnPaper(ctx workflow.Context, lists []deliberation.CandidateList) error {
	m := p.meeting
	if m == nil || m.value.Stage != deliberation.ElectionVoting || m.value.Round != p.state.Round[p.state.Stage] {
		return nil
	}
	var facts []deliberation.Fact
	for i := range m.agenda {
		for _, l := range lists {
			if m.agenda[i].Post != l.Post {
				continue
			}
			m.agenda[i].Options = nil
			for _, c := range l.Candidates {
				m.agenda[i].Options = append(m.agenda[i].Options, deliberation.OptionID(c))
			}
			facts = append(facts, p.fact(deliberation.FactMotion, m.agenda[i].ID, deliberation.MotionData{Motion: m.agenda[i]}))
		}
	}
	if m.value.ID == "" { // not convened yet: the notice brings them
		return p.note(ctx, facts...)
	}
	m.value.Agenda = slices.Clone(m.agenda)
	_, err := m.record(ctx, deliberation.Act{}, nil, facts...)
	return err
}

// vote holds election day and what follows from its count: votes between the tied, the
// check of those who were written in, further rounds, until the committee declares who
// is elected (law.md §§5.5, 5.6).
func (p *election) vote(ctx workflow.Context) (deliberation.Outcome, error) {
	e := p.progress()
	e.Round, e.Revotes, e.Seated, e.Outcome, e.Qualified, e.Withdrawn = 1, nil, nil, nil, nil, nil
	round := &roundOf{lists: e.Lists, seats: e.Setup.Seats, day: e.Setup.Day}
	if err := p.firstRound(ctx, round); err != nil {
		return "", err
	}
	if p.meeting.value.State == deliberation.MeetingAdjourned {
		return deliberation.Inquorate, nil
	}
	for {
		switch o := e.Outcome; {
		case o.Status.Failed() && e.Round == 1:
			return deliberation.Inquorate, nil
		case o.Status.Failed():
			if err := p.holdFurther(ctx, round, deliberation.Date{}); err != nil {
				return "", err
			}
		case o.Status == deliberation.ElectionRevote:
			if err := p.voteAgain(ctx, round); err != nil {
				return "", err
			}
		case len(o.Unconfirmed) > 0:
			if err := p.confirm(ctx, round); err != nil {
				return "", err
			}
		case o.Status == deliberation.ElectionFurther && canVote(o.Further):
			round = p.furtherRound(*o)
			if err := p.holdFurther(ctx, round, o.FurtherBy); err != nil {
				return "", err
			}
		default:
			declared, err := p.announce(ctx, round)
			if declared || err != nil {
				return deliberation.Carried, err
			}
		}
	}
}

// roundOf is what a round is about.
type roundOf struct {
	lists []deliberation.CandidateList
	seats deliberation.ElectionSeats
	day   deliberation.Date
}

// firstRound convenes election day. Until its polls open the day may be put off, and
// candidates may withdraw.
func (p *election) firstRound(ctx workflow.Context, round *roundOf) error {
	before := []*acceptance{p.takePostponement(func() { p.reopen(deliberation.Inquorate) }), p.takeWithdrawals()}
	for _, t := range before {
		check := t.check
		t.check = func(ctx workflow.Context, a deliberation.Act) error {
			// A day that passed without a vote is put off, too; who stands is on the papers then.
			late := a.Kind == deliberation.PostponeElection && p.meeting != nil && p.meeting.ahead()
			if m := p.meeting; m != nil && m.value.State == deliberation.MeetingInSession && !late {
				return &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: p.state.Stage, Act: a.Kind}
			}
			return check(ctx, a)
		}
	}
	p.meeting = nil
	over := p.putOffIfHeld(before[0])
	err := p.holdRound(ctx, round, func(_ workflow.Context, a deliberation.Act) error {
		if day := p.progress().Setup.Day; deliberation.DateOf(a.At) != day {
			return unsound(a.Kind, "at", "not_a_choice", 0)
		}
		return nil
	})
	p.desk.leave(before...)
	over.off = true
	return err
}

// putOffIfHeld asks for the day to be put off where it ends while an order holds the
// election: nobody could vote on it, and everybody has to be told of another.
func (p *election) putOffIfHeld(postpone *acceptance) *alarm {
	if !p.limits {
		return &alarm{}
	}
	return p.alarm(p.progress().Setup.Day.End(), func(ctx workflow.Context) error {
		if m := p.meeting; !p.held() || m != nil && m.value.ID != "" && !m.ahead() {
			return nil
		}
		p.desk.leave(postpone)
		var t *task
		asked, do := *postpone, postpone.do
		asked.do = func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			p.done(ctx, t, a)
			return do(ctx, a)
		}
		t = p.ask(ctx, request{due: p.today(ctx).AddDays(p.rules.PrepareDays.Days).End(), basis: &p.rules.ReverifyDays.Basis, toward: p.electionHead(), acceptance: asked})
		return p.note(ctx)
	})
}

// onTheDay refuses to open the poll once election day has passed without it: an order held
// the election over it, or, where a day is a day, nobody opened it. The day is put off
// (S-VE 第十九条, S-UE 第十七条).
func (p *election) onTheDay(ctx workflow.Context, a deliberation.Act) error {
	m := p.meeting
	if !p.today(ctx).After(p.progress().Setup.Day) || p.Clock.Rate > 1 && !p.lifted.After(m.value.Starts) {
		return nil
	}
	passed := deliberation.ElectionFault{Code: deliberation.FaultDayPassed, Basis: p.rules.ReverifyDays.Basis}
	return &deliberation.Refusal{Code: deliberation.RefuseUnlawfulElection, Act: a.Kind, Faults: []deliberation.ElectionFault{passed}, Basis: &passed.Basis}
}

// holdRound holds a round and decides it as soon as its papers are counted.
func (p *election) holdRound(ctx workflow.Context, round *roundOf, moment func(workflow.Context, deliberation.Act) error) error {
	e := p.progress()
	held := p.ballot(round.lists, e.Round == 1)
	held.moment = moment
	if p.limits && e.Round == 1 {
		held.opening = p.onTheDay
	}
	switch {
	case e.Round > 1: // the day and place of a further round are announced as the first ends
		held.rules.Notice.Days = 0
	case p.rules.ProxyAllowed.Value:
		held.elects.agentsBy = deliberation.LatestOf(round.day, p.rules.ProxyListDays)
	}
	held.elects.counted = func(ctx workflow.Context) error {
		if round.day = deliberation.DateOf(p.meeting.value.Starts); e.Round == 1 {
			round.lists = e.Lists // who withdrew stands no more
		}
		e.Polls = append(e.Polls, p.meeting.value.Agenda[0].Poll)
		return p.decide(ctx, round)
	}
	_, err := p.hold(ctx, held)
	return err
}

// decide finds the outcome of the round, and records it with what it follows from.
func (p *election) decide(ctx workflow.Context, round *roundOf) error {
	e := p.progress()
	lists := map[deliberation.ElectionPost][]deliberation.PersonID{}
	for _, l := range round.lists {
		lists[l.Post] = l.Candidates
	}
	in := activities.DecideElectionInput{
		ElectionCase: p.elected(), Round: e.Round, Day: round.day, Seats: round.seats, Lists: lists,
		Poll: e.Polls[len(e.Polls)-1], Revotes: e.Revotes, Qualified: e.Qualified, Withdrawn: e.Withdrawn, Seated: e.Seated,
	}
	var found activities.ElectionDecided
	if err := p.look(ctx, acts.DecideElection, in, &found); err != nil {
		return err
	}
	e.Outcome = &found.Outcome
	return p.note(ctx, p.fact(deliberation.FactElectionRound, string(p.Process), deliberation.ElectionRoundData{
		Polls: slices.Clone(e.Polls), Revotes: slices.Clone(e.Revotes), Qualified: e.Qualified, Withdrawn: slices.Clone(e.Withdrawn),
		Seated: slices.Clone(e.Seated), Base: found.Base, Outcome: found.Outcome,
	}))
}

// voteAgain puts those who were tied to another vote 再次投票, and decides again.
func (p *election) voteAgain(ctx workflow.Context, round *roundOf) error {
	e := p.progress()
	i := slices.IndexFunc(e.Outcome.Posts, func(r deliberation.PostResult) bool { return len(r.Tied) > 0 })
	tied := e.Outcome.Posts[i]
	held := p.ballot([]deliberation.CandidateList{{Post: tied.Post, Seats: tied.TiedSeats, Candidates: tied.Tied}}, false)
	held.rules.Notice.Days = 0
	held.elects.counted = func(ctx workflow.Context) error {
		e.Revotes = append(e.Revotes, deliberation.RevotePoll{Post: tied.Post, Poll: p.meeting.value.Agenda[0].Poll})
		return p.decide(ctx, round)
	}
	_, err := p.hold(ctx, held)
	return err
}

// confirm has those who were written in checked, and decides again (S-VE 第三十五条第二款).
func (p *election) confirm(ctx workflow.Context, round *roundOf) error {
	e := p.progress()
	due, _, err := p.deadline(ctx, p.rules.ReviewDays.Days)
	if err != nil {
		return err
	}
	p.waitFor(ctx, "act", due)
	if e.Qualified == nil {
		e.Qualified = map[deliberation.PersonID]bool{}
	}
	waiting := slices.Clone(e.Outcome.Unconfirmed)
	for _, who := range waiting {
		p.askReview(ctx, who, due, func(fit bool) deliberation.NomineeProgress {
			e.Qualified[who] = fit
			n := deliberation.NomineeProgress{Person: who, State: deliberation.NomineeBarred}
			if fit {
				n.State = deliberation.NomineeQualified
			}
			return n
		})
	}
	if err := p.note(ctx); err != nil {
		return err
	}
	if _, err := p.wait(ctx, time.Time{}, func() bool {
		return !slices.ContainsFunc(waiting, func(who deliberation.PersonID) bool { _, checked := e.Qualified[who]; return !checked })
	}); err != nil {
		return err
	}
	return p.alone(ctx, func() error { return p.decide(ctx, round) })
}

// canVote reports whether somebody stands for a seat that a further round is to fill.
func canVote(lists []deliberation.FurtherList) bool {
	return slices.ContainsFunc(lists, func(l deliberation.FurtherList) bool { return len(l.Candidates) > 0 })
}

// furtherRound begins another round for the seats that are left 另行选举: no new list of
// electors, no new nominations (S-VE 第三十七条).
func (p *election) furtherRound(o deliberation.ElectionOutcome) *roundOf {
	e := p.progress()
	round := &roundOf{seats: deliberation.ElectionSeats{}}
	for _, l := range o.Further {
		round.seats[l.Post] = l.Seats
		if len(l.Candidates) > 0 { // else nobody is to be voted for, and the seat stays open
			round.lists = append(round.lists, deliberation.CandidateList{Post: l.Post, Seats: l.Seats, Candidates: l.Candidates})
		}
	}
	e.Round, e.Seated, e.Revotes = e.Round+1, o.Seated, nil
	return round
}

// holdFurther holds a further round until those who vote have met. Who was elected before
// stays elected, whatever becomes of it.
func (p *election) holdFurther(ctx workflow.Context, round *roundOf, last deliberation.Date) error {
	for {
		err := p.holdRound(ctx, round, p.withinLimit(last))
		if err != nil || p.meeting.value.State != deliberation.MeetingAdjourned {
			return err
		}
	}
}

// withinLimit refuses a day after the last on which a further round may be held. Where
// that day has passed unused, the round is held late rather than never.
func (p *election) withinLimit(last deliberation.Date) func(workflow.Context, deliberation.Act) error {
	return func(ctx workflow.Context, a deliberation.Act) error {
		if last.IsZero() || !deliberation.DateOf(a.At).After(last) || !p.today(ctx).Before(last) {
			return nil
		}
		days := p.rules.FurtherRoundDays
		return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: last.End(), Basis: &days.Basis, Days: days.Days}
	}
}

// announce waits for the result to be declared. Who was elected may still decline, and
// the round is decided again.
func (p *election) announce(ctx workflow.Context, round *roundOf) (declared bool, err error) {
	e := p.progress()
	p.waitFor(ctx, "act", time.Time{})
	declined := false
	decline := p.desk.take(&acceptance{kind: deliberation.DeclineSeat,
		check: func(_ workflow.Context, a deliberation.Act) error {
			who := deliberation.PersonID(a.Subject)
			if slices.Contains(e.Withdrawn, who) || !slices.ContainsFunc(e.Outcome.Seated, func(s deliberation.Seated) bool { return s.Person == who }) {
				return &deliberation.Refusal{Code: deliberation.RefuseNotFound, Act: a.Kind}
			}
			return ownOrFiled(a, who, deliberation.ElectionCommitteeMember)
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			e.Withdrawn, declined = append(e.Withdrawn, deliberation.PersonID(a.Subject)), true
			return p.recordFacts(ctx, a, p.fact(deliberation.FactPaper, a.Subject, deliberation.PaperData{Paper: a.Paper}))
		}})
	var t *task
	t = p.ask(ctx, request{due: p.today(ctx).End(), basis: &p.rules.Elected.Basis, toward: p.electionHead(), acceptance: acceptance{kind: deliberation.DeclareResult,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			declared, e.Declared = true, p.now(ctx)
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a,
				p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}),
				p.fact(deliberation.FactDeclared, string(p.Process), deliberation.ElectionDeclaredData{Paper: a.Paper, Seated: e.Outcome.Seated, Lead: e.Outcome.Lead}))
		}}})
	if err := p.note(ctx); err != nil {
		return false, err
	}
	_, err = p.wait(ctx, time.Time{}, func() bool { return declared || declined })
	p.desk.leave(decline)
	p.drop(ctx, t)
	if err != nil || declared {
		return declared, err
	}
	return false, p.alone(ctx, func() error { return p.decide(ctx, round) })
}

// declare hangs the result on the board and has it filed; whoever holds it against the
// law may challenge it (S-VE 第三十九条、第五十一条).
func (p *election) declare(ctx workflow.Context) (deliberation.Outcome, error) {
	if err := p.takeAllDown(ctx); err != nil {
		return "", err
	}
	if err := p.askForSteps(ctx); err != nil {
		return "", err
	}
	challenge := p.takeChallenges(ctx)
	outcome, err := p.show(ctx, display{key: p.rules.ResultDays.Key, prepare: p.rules.PrepareDays}, func(ctx workflow.Context) error {
		if err := p.fileWith(ctx, p.rules.Filing, p.rules.PrepareDays); err != nil {
			return err
		}
		return p.ruled(ctx)
	})
	p.desk.leave(challenge)
	if err == nil && p.annulled() {
		return deliberation.Lost, nil
	}
	return outcome, err
}

// annulled reports whether a challenge was upheld.
func (p *election) annulled() bool {
	return slices.ContainsFunc(p.progress().Challenges, func(c deliberation.ElectionChallenge) bool { return c.Annuls })
}

// ruled waits until every challenge has its ruling.
func (p *election) ruled(ctx workflow.Context) error {
	p.waitFor(ctx, "act", time.Time{})
	_, err := p.wait(ctx, time.Time{}, func() bool {
		return !slices.ContainsFunc(p.progress().Challenges, func(c deliberation.ElectionChallenge) bool { return c.Ruled.IsZero() })
	})
	return err
}

// takeChallenges takes challenges, each with a ruling by its limit; those of an earlier
// run or stage are taken up again.
func (p *election) takeChallenges(ctx workflow.Context) *acceptance {
	e := p.progress()
	for _, c := range e.Challenges {
		if c.Ruled.IsZero() && len(p.desk.of(c.ID)) == 0 {
			p.askForRuling(ctx, c.ID)
		}
	}
	return p.desk.take(&acceptance{kind: deliberation.ChallengeElection,
		check: func(_ workflow.Context, a deliberation.Act) error { // one at a time: each is ruled on, and all are kept in the status
			if slices.ContainsFunc(e.Challenges, func(c deliberation.ElectionChallenge) bool { return c.Person == a.Actor && c.Ruled.IsZero() }) {
				return &deliberation.Refusal{Code: deliberation.RefuseTwice, Act: a.Kind}
			}
			made := 0
			for _, c := range e.Challenges {
				if c.Person == a.Actor {
					made++
				}
			}
			return tooOften(a, made, p.objections())
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			filed := p.today(ctx) // once: a fast clock may turn the day while the law is looked up
			due, _, err := p.deadlineFrom(ctx, filed, p.rules.ChallengeDays.Days)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			c := deliberation.ElectionChallenge{
				ID: p.name("o"), Person: a.Actor, Paper: a.Paper, Filed: filed, Due: deliberation.DateOf(due.Add(-time.Second)),
			}
			e.Challenges = append(e.Challenges, c)
			p.askForRuling(ctx, c.ID)
			r, err := p.recordFacts(ctx, a, p.challenged(c))
			r.Subject = c.ID
			return r, err
		}})
}

func (p *election) challenged(c deliberation.ElectionChallenge) deliberation.Fact {
	return p.fact(deliberation.FactChallenge, c.ID, deliberation.ElectionChallengeData{Challenge: c})
}

// askForRuling asks the township or street to rule on a challenge.
func (p *election) askForRuling(ctx workflow.Context, id string) {
	e := p.progress()
	i := slices.IndexFunc(e.Challenges, func(c deliberation.ElectionChallenge) bool { return c.ID == id })
	var t *task
	t = p.ask(ctx, request{due: e.Challenges[i].Due.End(), basis: &p.rules.ChallengeDays.Basis, acceptance: acceptance{kind: deliberation.RuleOnChallenge, subject: id,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			c := &e.Challenges[i]
			c.Ruling, c.Ruled, c.Annuls = a.Paper, p.today(ctx), !a.Accept
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.challenged(*c))
		}}})
}

// handOver waits for what the law has done after an election: the archive, the handover,
// the other bodies (V-NEW 第二十四条, U-NEW 第二十五条, S-VE 第四十条).
func (p *election) handOver(ctx workflow.Context) (deliberation.Outcome, error) {
	e := p.progress()
	challenge := p.takeChallenges(ctx)
	p.waitFor(ctx, "act", time.Time{})
	if err := p.askForSteps(ctx); err != nil {
		return "", err
	}
	if err := p.note(ctx); err != nil {
		return "", err
	}
	if _, err := p.wait(ctx, time.Time{}, func() bool { return len(e.Steps) >= len(p.steps()) || p.annulled() }); err != nil {
		return "", err
	}
	if err := p.ruled(ctx); err != nil {
		return "", err
	}
	p.desk.leave(challenge)
	if p.annulled() {
		return deliberation.Lost, nil
	}
	return deliberation.Carried, p.gate(ctx, p.supervision(), deliberation.GiveClosingOpinion)
}

// after is something that the law has done so many days after an election.
type after struct {
	point deliberation.ElectionPoint
	days  deliberation.DaysRule
}

// steps are what follows; a by-election leaves the committee in its place.
func (p *election) steps() []after {
	all := []after{
		{deliberation.ElectionArchive, p.rules.ArchiveDays},
		{deliberation.ElectionHandover, p.rules.HandoverDays},
		{deliberation.ElectionBodies, p.rules.BodiesDays},
	}
	if p.progress().Setup.ByElection {
		return all[:1]
	}
	return all
}

// askForSteps asks for what follows, from the day the result was declared: it is not put
// off until the result has hung. What is asked for already, or done, is left.
func (p *election) askForSteps(ctx workflow.Context) error {
	e := p.progress()
	for _, s := range p.steps() {
		if slices.Contains(e.Steps, s.point) || len(p.desk.of(string(s.point))) > 0 {
			continue
		}
		var l deliberation.Limit
		if err := p.look(ctx, acts.Deadline, activities.DeadlineInput{Event: deliberation.DateOf(e.Declared), Days: s.days.Days}, &l); err != nil {
			return err
		}
		var t *task
		t = p.ask(ctx, request{due: l.Date.End(), basis: &s.days.Basis, acceptance: acceptance{kind: deliberation.CompleteElectionStep, subject: string(s.point),
			do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
				e.Steps = append(e.Steps, s.point)
				p.done(ctx, t, a)
				return p.recordFacts(ctx, a,
					p.fact(deliberation.FactPaper, string(s.point), deliberation.PaperData{Paper: a.Paper}),
					p.fact(deliberation.FactElectionStep, string(s.point), deliberation.ElectionStepData{
						Step: s.point, Paper: a.Paper, Due: l.Date, Late: p.today(ctx).After(l.Date),
					}))
			}}})
	}
	return nil
}

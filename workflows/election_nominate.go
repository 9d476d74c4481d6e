package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// nominate gathers nominations until there are enough who accept and qualify, publishes
// them, has too many preselected, and publishes the candidates (law.md §5.4). Where there
// are too few, nominations open again; the day is put off where time runs out.
func (p *election) nominate(ctx workflow.Context) (deliberation.Outcome, error) {
	e := p.progress()
	e.Lists, e.CandidatesPosted, e.Preselection = nil, deliberation.Date{}, ""
	postpone := p.takePostponement(nil)
	withdraw := p.takeWithdrawals()
	for {
		if err := p.gatherNominations(ctx); err != nil {
			return "", err
		}
		lists, err := p.draw(ctx, true)
		if err != nil {
			return "", err
		}
		if hasFault(lists, deliberation.FaultSurplusShort) {
			continue
		}
		if err := p.postNominees(ctx); err != nil {
			return "", err
		}
		for hasFault(lists, deliberation.FaultPreselect, deliberation.FaultPreselectPoll, deliberation.FaultTied) {
			if err := p.preselect(ctx); err != nil {
				return "", err
			}
			if lists, err = p.draw(ctx, true); err != nil {
				return "", err
			}
		}
		if hasFault(lists, deliberation.FaultSurplusShort) { // somebody withdrew meanwhile
			continue
		}
		if err := p.postCandidates(ctx); err != nil {
			return "", err
		}
		p.desk.leave(postpone, withdraw)
		return deliberation.Carried, nil
	}
}

func hasFault(lists []deliberation.CandidateList, codes ...string) bool {
	return slices.ContainsFunc(lists, func(l deliberation.CandidateList) bool {
		return slices.ContainsFunc(l.Faults, func(f deliberation.ElectionFault) bool { return slices.Contains(codes, f.Code) })
	})
}

// draw makes the lists from the nominees as they stand.
func (p *election) draw(ctx workflow.Context, final bool) (lists []deliberation.CandidateList, err error) {
	e := p.progress()
	in := activities.CandidatesInput{ElectionCase: p.elected(), Nominees: e.Nominees, Preselection: e.Preselection, Final: final}
	return lists, p.look(ctx, acts.DrawCandidates, in, &lists)
}

// gatherNominations takes nominations until the committee closes them, then the answer
// of each nominee, the review of each who accepts, and what follows for the committee.
// Nominations never pass through here.
func (p *election) gatherNominations(ctx workflow.Context) error {
	e := p.progress()
	if err := p.look(ctx, acts.OpenNomination, p.Process, nil); err != nil {
		return err
	}
	due := deliberation.LatestOf(e.Setup.Day, p.rules.NominatedDays)
	p.waitFor(ctx, "act", due)
	e.Gathering = true
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.Nominators.Basis, toward: p.electionHead(), acceptance: acceptance{kind: deliberation.CloseNominations,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			var named activities.Nominated
			now := p.now(ctx)
			if err := p.look(ctx, acts.CloseNomination, activities.CloseNominationInput{ElectionCase: p.elected(), At: now}, &named); err != nil {
				return deliberation.Receipt{}, err
			}
			e.Gathering, e.Named = false, deliberation.DateOf(now)
			p.addNominees(named.Nominees)
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactNominations, string(p.Process), deliberation.NominationsData(named)))
		}}})
	if err := p.note(ctx); err != nil {
		return err
	}
	if _, err := p.wait(ctx, time.Time{}, func() bool { return !e.Gathering }); err != nil {
		return err
	}
	if err := p.hearNominees(ctx); err != nil {
		return err
	}
	if err := p.review(ctx); err != nil {
		return err
	}
	return p.changeCommittee(ctx)
}

// addNominees adds those who were named; who answered before is not asked again unless for
// another post.
func (p *election) addNominees(named []deliberation.NomineeProgress) {
	e := p.progress()
	for _, n := range named {
		if known := e.Nominee(n.Person); known == nil {
			e.Nominees = append(e.Nominees, n)
		} else {
			*known = known.NamedAgain(n.Posts)
		}
	}
}

func (p *election) anybody(s deliberation.NomineeState) bool {
	return slices.ContainsFunc(p.progress().Nominees, func(n deliberation.NomineeProgress) bool { return n.State == s })
}

// hearNominees asks each who was named whether they stand. Silence is no consent in
// writing (S-VE 第二十二条).
func (p *election) hearNominees(ctx workflow.Context) error {
	due, _, err := p.deadline(ctx, p.rules.ReplyDays.Days)
	if err != nil {
		return err
	}
	p.waitFor(ctx, "act", due)
	for _, n := range p.progress().Nominees {
		if n.State == deliberation.NomineeNamed {
			p.askNominee(ctx, n.Person, due)
		}
	}
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err = p.wait(ctx, time.Time{}, func() bool { return !p.anybody(deliberation.NomineeNamed) })
	return err
}

// askNominee takes a nominee's answer, from themselves or from a letter that the
// committee enters. Who was named for several posts chooses one.
func (p *election) askNominee(ctx workflow.Context, who deliberation.PersonID, due time.Time) {
	var t *task
	settle := func(ctx workflow.Context, a deliberation.Act, s deliberation.NomineeState) (deliberation.Receipt, error) {
		n := p.progress().Nominee(who)
		n.State = s
		if a.Post != "" {
			n.Chosen = a.Post
		}
		return p.recordFacts(ctx, a, p.fact(deliberation.FactNominee, string(who), deliberation.NomineeData{Nominee: *n, Paper: a.Paper}))
	}
	t = p.ask(ctx, request{due: due, basis: &p.rules.ReplyDays.Basis, toward: who, acceptance: acceptance{
		kind: deliberation.AnswerNomination, subject: string(who),
		check: func(_ workflow.Context, a deliberation.Act) error {
			if err := ownOrFiled(a, who, deliberation.ElectionCommitteeMember); err != nil || !a.Accept {
				return err
			}
			if n := p.progress().Nominee(who); len(n.Posts) > 1 && !slices.Contains(n.Posts, a.Post) {
				return unsound(a.Kind, "post", "not_a_choice", 0)
			}
			return nil
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			p.done(ctx, t, a)
			if !a.Accept {
				return settle(ctx, a, deliberation.NomineeDeclined)
			}
			return settle(ctx, a, deliberation.NomineeAccepted)
		}},
		onDue: func(ctx workflow.Context) error {
			p.drop(ctx, t)
			_, err := settle(ctx, deliberation.Act{}, deliberation.NomineeDeclined)
			return err
		}})
}

// ownOrFiled lets a person speak for themselves; who holds the office enters what they
// wrote, and files the letter.
func ownOrFiled(a deliberation.Act, who deliberation.PersonID, enters deliberation.Office) error {
	switch {
	case a.Office != enters && a.Actor != who:
		return &deliberation.Refusal{Code: deliberation.RefuseNotAccountable, Act: a.Kind}
	case a.Office == enters && a.Paper.IsZero():
		return unsound(a.Kind, "text", "required", 0)
	}
	return nil
}

// review has the township or street check each who accepted (S-VE 第二十三条).
func (p *election) review(ctx workflow.Context) error {
	due, _, err := p.deadline(ctx, p.rules.ReviewDays.Days)
	if err != nil {
		return err
	}
	p.waitFor(ctx, "act", due)
	for _, n := range p.progress().Nominees {
		if n.State == deliberation.NomineeAccepted {
			p.askReview(ctx, n.Person, due, func(fit bool) deliberation.NomineeProgress {
				n := p.progress().Nominee(n.Person)
				if n.State = deliberation.NomineeBarred; fit {
					n.State = deliberation.NomineeQualified
				}
				return *n
			})
		}
	}
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err = p.wait(ctx, time.Time{}, func() bool { return !p.anybody(deliberation.NomineeAccepted) })
	return err
}

// askReview asks whether one person may stand; found keeps the answer.
func (p *election) askReview(ctx workflow.Context, who deliberation.PersonID, due time.Time, found func(fit bool) deliberation.NomineeProgress) {
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.ReviewDays.Basis, acceptance: acceptance{kind: deliberation.ReviewCandidate, subject: string(who),
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			n := found(a.Accept)
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactNominee, string(who), deliberation.NomineeData{Nominee: n, Paper: a.Paper}))
		}}})
}

// changeCommittee lets those leave the election committee who stand, and where the law
// says so those whose near relatives do; others are chosen where nobody moves up
// (V-NEW 第十五条第三款).
func (p *election) changeCommittee(ctx workflow.Context) error {
	e := p.progress()
	var willing []deliberation.PersonID
	for _, n := range e.Nominees {
		if e.Stands(n.Person) {
			willing = append(willing, n.Person)
		}
	}
	var found deliberation.ElectionCommittee
	in := activities.CommitteeInput{ElectionCase: p.elected(), Members: e.Committee, Willing: willing}
	if err := p.look(ctx, acts.CheckElectionCommittee, in, &found); err != nil || len(found.Left) == 0 {
		return err
	}
	e.Committee = found.Members
	if err := p.note(ctx, p.fact(deliberation.FactElectionCommittee, string(p.Process), deliberation.ElectionCommitteeData{
		Members: found.Members, Left: found.Left, Joined: found.Joined, Faults: found.Faults,
	})); err != nil || len(found.Faults) == 0 {
		return err
	}
	named := false
	var t *task
	t = p.ask(ctx, request{due: p.today(ctx).AddDays(p.rules.PrepareDays.Days).End(), basis: &p.rules.CommitteeMin.Basis, acceptance: acceptance{
		kind: deliberation.NameElectionCommittee,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			facts, err := p.nameCommittee(ctx, a, willing)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			named = true
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, facts...)
		}}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return named })
	return err
}

// takeWithdrawals lets nominees and candidates leave, in writing. Before the candidates
// are published the lists are drawn without them; after, the next moves up, and where
// nobody does nominations open again (S-VE 第二十五条).
func (p *election) takeWithdrawals() *acceptance {
	return p.desk.take(&acceptance{kind: deliberation.WithdrawCandidacy,
		check: func(_ workflow.Context, a deliberation.Act) error {
			who := deliberation.PersonID(a.Subject)
			if !p.progress().Stands(who) {
				return &deliberation.Refusal{Code: deliberation.RefuseNotFound, Act: a.Kind}
			}
			return ownOrFiled(a, who, deliberation.ElectionCommitteeMember)
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			e := p.progress()
			n := e.Nominee(deliberation.PersonID(a.Subject))
			n.State = deliberation.NomineeWithdrew
			p.dropReview(ctx, a.Subject)
			facts := []deliberation.Fact{p.fact(deliberation.FactNominee, a.Subject, deliberation.NomineeData{Nominee: *n, Paper: a.Paper})}
			if len(e.Lists) > 0 {
				lists, err := p.draw(ctx, true)
				if err != nil {
					return deliberation.Receipt{}, err
				}
				if hasFault(lists, deliberation.FaultSurplusShort, deliberation.FaultTied) {
					p.reopen(deliberation.Contested)
				} else {
					e.Lists = lists
					facts = append(facts, p.candidates(lists, true))
					if err := p.putOnPaper(ctx, lists); err != nil {
						return deliberation.Receipt{}, err
					}
				}
			}
			return p.recordFacts(ctx, a, facts...)
		}})
}

// dropReview takes back that somebody is to be reviewed: who left is not brought back by
// a review that comes after.
func (p *election) dropReview(ctx workflow.Context, who string) {
	for _, t := range slices.Clone(p.tasks) {
		if t.Act == deliberation.ReviewCandidate && t.Subject == who {
			p.drop(ctx, t)
		}
	}
}

// candidates says what the lists are.
func (p *election) candidates(lists []deliberation.CandidateList, final bool) deliberation.Fact {
	e, days := p.progress(), p.rules.NominatedDays
	if final {
		days = p.rules.FinalListDays
	}
	return p.fact(deliberation.FactCandidates, string(p.Process), deliberation.CandidatesData{
		Final: final, Lists: lists, Latest: deliberation.Latest(e.Setup.Day, days.Days), Days: days, Preselection: e.Preselection,
	})
}

// postNominees publishes those who were nominated and passed the review.
func (p *election) postNominees(ctx workflow.Context) error {
	return p.postList(ctx, p.rules.NominatedDays, func(ctx workflow.Context) ([]deliberation.Fact, error) {
		today := p.today(ctx)
		lists, err := p.draw(ctx, false)
		if err != nil {
			return nil, err
		}
		p.progress().NomineesPosted = today
		return []deliberation.Fact{p.candidates(lists, false)}, nil
	})
}

// postCandidates publishes the candidates in their order.
func (p *election) postCandidates(ctx workflow.Context) error {
	return p.postList(ctx, p.rules.FinalListDays, func(ctx workflow.Context) ([]deliberation.Fact, error) {
		today := p.today(ctx)
		lists, err := p.draw(ctx, true)
		if err != nil {
			return nil, err
		}
		if hasFault(lists, deliberation.FaultSurplusShort) {
			var faults []deliberation.ElectionFault
			for _, l := range lists {
				faults = append(faults, l.Faults...)
			}
			return nil, &deliberation.Refusal{Code: deliberation.RefuseUnlawfulElection, Act: deliberation.PostCandidates, Faults: faults}
		}
		e := p.progress()
		e.Lists, e.CandidatesPosted = lists, today
		return []deliberation.Fact{p.candidates(lists, true)}, nil
	})
}

// postList publishes a list so many days before election day; nobody objects to it here.
func (p *election) postList(ctx workflow.Context, days deliberation.DaysRule, made func(workflow.Context) ([]deliberation.Fact, error)) error {
	hung := false
	_, err := p.show(ctx, display{prepare: p.rules.PrepareDays, list: &listing{
		by: deliberation.PostCandidates, rules: deliberation.RuleOnList, days: days, due: deliberation.LatestOf(p.progress().Setup.Day, days),
		check: func(ctx workflow.Context, a deliberation.Act) error {
			if hung {
				return nil
			}
			return p.inTimeFor(ctx, a, days)
		},
		made: func(ctx workflow.Context, _ deliberation.Act) ([]deliberation.Fact, error) {
			facts, err := made(ctx)
			hung = hung || err == nil
			return facts, err
		},
	}}, nil)
	return err
}

// preselect holds the secret vote by which too many nominees become as many as the
// surplus allows 预选 (S-VE 第二十四条).
func (p *election) preselect(ctx workflow.Context) error {
	e := p.progress()
	e.Preselection = "" // held again, it is held for every post with too many
	lists, err := p.draw(ctx, true)
	if err != nil {
		return err
	}
	all, err := p.draw(ctx, false)
	if err != nil {
		return err
	}
	var stand []deliberation.CandidateList
	for i, l := range lists {
		if hasFault(lists[i:i+1], deliberation.FaultPreselect) {
			j := slices.IndexFunc(all, func(n deliberation.CandidateList) bool { return n.Post == l.Post })
			n := all[j]
			n.Seats = l.Seats + e.Setup.Surplus[l.Post]
			stand = append(stand, n)
		}
	}
	if len(stand) == 0 { // who was too many withdrew meanwhile
		return nil
	}
	held := p.ballot(stand, false)
	held.rules = p.meetingRules(deliberation.DaysRule{Key: p.rules.AnnounceDays.Key, Basis: p.rules.AnnounceDays.Basis, Pinning: p.rules.AnnounceDays.Pinning})
	held.moment = p.before(p.rules.FinalListDays)
	held.elects.counted = func(workflow.Context) error {
		e.Preselection = p.meeting.value.Agenda[0].Poll
		return nil
	}
	outcome, err := p.hold(ctx, held)
	if outcome == deliberation.Inquorate { // held again
		return nil
	}
	return err
}

// before refuses a day on which a list could not be published in time any more.
func (p *election) before(days deliberation.DaysRule) func(workflow.Context, deliberation.Act) error {
	return func(_ workflow.Context, a deliberation.Act) error {
		latest := deliberation.LatestOf(p.progress().Setup.Day, days)
		if a.At.Before(latest) {
			return nil
		}
		return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: latest, Basis: &days.Basis, Days: days.Days}
	}
}

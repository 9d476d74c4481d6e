package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// ChoosingInput is all a choice knows when it begins, or goes on in a new run.
type ChoosingInput struct {
	Subject Subject                    `json:"subject"`
	Matter  Matter                     `json:"matter"`
	Rules   deliberation.ChoosingRules `json:"rules"`
	Setup   deliberation.ChoosingSetup `json:"setup"`
	State   *State                     `json:"state,omitempty"`
}

// ChoosingResult is how it ended.
type ChoosingResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// choosing is the process with its rules.
type choosing struct {
	*proceeding
	matter Matter
	rules  deliberation.ChoosingRules
}

// Choosing is 推选 of the supervisory committee, of a group's representatives or its head:
// candidates are proposed and agree in writing, their list is posted, the meeting chooses
// by secret ballot, the result is posted and filed (law.md §§4.1, 4.2, 8).
func Choosing(ctx workflow.Context, in ChoosingInput) (ChoosingResult, error) {
	p := &choosing{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days}, matter: in.Matter, rules: in.Rules}
	err := p.begin(ctx, in.Setup, in.State)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, Choosing, in)
	})
	return ChoosingResult{Outcome: outcome}, err
}

// begin opens the process, or takes it up again in a new run. Nobody takes it back: those
// who are to be supervised must not be able to.
func (p *choosing) begin(ctx workflow.Context, setup deliberation.ChoosingSetup, state *State) error {
	p.state = State{
		Stage: deliberation.ChoosingCandidates, Round: map[deliberation.Stage]int{}, Serials: map[string]int{},
		Resolved: true, Choosing: &deliberation.ChoosingProgress{Setup: setup},
	}
	if state != nil {
		p.state = *state
	}
	if err := p.attend(ctx, p.supervision()); err != nil || state != nil {
		return err
	}
	_, err := p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office}, p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
		Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started, Process: deliberation.ChoosingKind,
		Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form,
		BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock, Group: p.matter.Group, Choosing: &setup,
	}))
	return err
}

func (p *choosing) supervision() supervisionRules {
	return supervisionRules{acknowledge: p.rules.AcknowledgeDays, question: p.rules.QuestionDays, rectify: p.rules.RectifyDays}
}

// next says what follows.
func (p *choosing) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	return deliberation.NextOfChoosing(p.state.Stage, o)
}

// stage carries out one stage.
func (p *choosing) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	switch p.state.Stage {
	case deliberation.ChoosingCandidates: // 推荐候选人
		return p.gatherCandidates(ctx)
	case deliberation.ChoosingListed: // 候选人名单公布
		return p.list(ctx)
	case deliberation.ChoosingVote: // 推选表决
		return p.vote(ctx)
	default: // 推选结果公布
		return p.disclose(ctx)
	}
}

func (p *choosing) progress() *deliberation.ChoosingProgress { return p.state.Choosing }

// standings asks the record about those who are to stand.
func (p *choosing) standings(ctx workflow.Context, people []deliberation.PersonID) (list []deliberation.ChoosingStanding, err error) {
	in := activities.ChoosingStandingsInput{Community: p.Community, Group: p.matter.Group, People: people, On: p.today(ctx)}
	for _, o := range p.rules.Excluded.List {
		in.Beside = append(in.Beside, deliberation.Office(o))
	}
	return list, p.look(ctx, acts.ChoosingStandings, in, &list)
}

// gatherCandidates takes proposals and answers until the list is settled: as many as there
// are seats agreed in writing, and everybody who was asked has answered or let the limit pass.
func (p *choosing) gatherCandidates(ctx workflow.Context) (deliberation.Outcome, error) {
	c := p.progress()
	p.waitFor(ctx, "act", time.Time{})
	settled := false
	var open []*acceptance
	for _, post := range c.Setup.Body.Posts() {
		if c.Open(post) > 0 {
			open = append(open, p.desk.take(&acceptance{kind: deliberation.ProposeCandidate, subject: string(post), offices: p.proposers(), do: p.propose}))
		}
	}
	if err := p.awaitAnswers(ctx); err != nil {
		return "", err
	}
	var t *task
	t = p.ask(ctx, request{due: p.today(ctx).AddDays(p.rules.PrepareDays.Days).End(), basis: &p.rules.PrepareDays.Basis, acceptance: acceptance{
		kind: deliberation.SettleCandidates, offices: p.conveners(deliberation.SettleCandidates), check: p.maySettle,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			lists, standings, err := p.draw(ctx)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			settled, c.Lists = true, lists
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactChoosingLists, string(p.Process), deliberation.ChoosingListsData{Lists: lists, Standings: standings}))
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return settled })
	p.desk.leave(open...)
	return deliberation.Carried, err
}

// proposers are the offices that may name a candidate here.
func (p *choosing) proposers() (list []deliberation.Office) {
	for _, o := range p.rules.Proposers.List {
		list = append(list, deliberation.Office(o))
	}
	return list
}

// conveners are those of the act's offices that run the choice: a group's head that of
// their group only.
func (p *choosing) conveners(k deliberation.ActKind) []deliberation.Office {
	spec, _ := deliberation.SpecOf(k)
	return slices.DeleteFunc(slices.Clone(spec.Offices), func(o deliberation.Office) bool {
		return o == deliberation.GroupHead && p.rules.Meeting.Body != deliberation.GroupMeeting
	})
}

// propose names one candidate for a post. Who may not be chosen is refused with the texts
// that say so, and so is who stands already.
func (p *choosing) propose(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	c := p.progress()
	if len(a.People) != 1 { // one at a time: each is looked at, and answers
		return deliberation.Receipt{}, unsound(a.Kind, "people", "too_many", 1)
	}
	who := a.People[0]
	known := c.Candidate(who)
	switch {
	case known != nil && known.State != deliberation.NomineeDeclined || c.IsSeated(who):
		return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseTwice, Act: a.Kind}
	case known == nil && len(c.Candidates) >= deliberation.MaxOptions:
		return deliberation.Receipt{}, unsound(a.Kind, "people", "too_many", deliberation.MaxOptions)
	}
	standings, err := p.standings(ctx, []deliberation.PersonID{who, a.Actor})
	if err != nil {
		return deliberation.Receipt{}, err
	}
	post := deliberation.Office(a.Subject)
	for _, s := range standings {
		if s.Person == a.Actor && p.rules.Supervised(s) { // as a resident either
			return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseNotEntitled, Act: a.Kind, Basis: &p.rules.Proposers.Basis}
		}
		if faults := p.rules.Bars(post, s); s.Person == who && len(faults) > 0 {
			return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseUnlawfulElection, Act: a.Kind, Faults: faults}
		}
	}
	n := deliberation.ChoosingCandidate{Person: who, Post: post, State: deliberation.NomineeNamed}
	if known != nil {
		*known = n
	} else {
		c.Candidates = append(c.Candidates, n)
	}
	if err := p.awaitAnswer(ctx, who); err != nil {
		return deliberation.Receipt{}, err
	}
	return p.recordFacts(ctx, a, p.candidateFact(n, a.Paper))
}

func (p *choosing) candidateFact(n deliberation.ChoosingCandidate, paper deliberation.PaperRef) deliberation.Fact {
	return p.fact(deliberation.FactChoosingCandidate, string(n.Person), deliberation.ChoosingCandidateData{Candidate: n, Paper: paper})
}

// awaitAnswers takes up the answers of an earlier stage.
func (p *choosing) awaitAnswers(ctx workflow.Context) error {
	for _, n := range p.progress().Candidates {
		if n.State == deliberation.NomineeDeclined || p.progress().IsSeated(n.Person) || len(p.desk.of(string(n.Person))) > 0 {
			continue
		}
		if err := p.awaitAnswer(ctx, n.Person); err != nil {
			return err
		}
	}
	return nil
}

// awaitAnswer asks a candidate whether they stand. Silence is no consent in writing; who
// agreed may step back until the meeting is called.
func (p *choosing) awaitAnswer(ctx workflow.Context, who deliberation.PersonID) error {
	take := acceptance{kind: deliberation.AnswerProposal, subject: string(who),
		check: func(_ workflow.Context, a deliberation.Act) error { return ownOrFiled(a, who, deliberation.Clerk) }}
	if p.progress().Candidate(who).State != deliberation.NomineeNamed {
		var again *acceptance
		take.do = func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			p.desk.leave(again)
			return p.answered(ctx, a, who)
		}
		again = p.desk.take(&take)
		return nil
	}
	due, _, err := p.deadline(ctx, p.rules.ReplyDays.Days)
	if err != nil {
		return err
	}
	var t *task
	take.do = func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
		p.done(ctx, t, a)
		return p.answered(ctx, a, who)
	}
	t = p.ask(ctx, request{due: due, basis: &p.rules.ReplyDays.Basis, toward: who, acceptance: take,
		onDue: func(ctx workflow.Context) error {
			p.drop(ctx, t)
			_, err := p.answered(ctx, deliberation.Act{}, who)
			return err
		}})
	return nil
}

// answered keeps what a candidate said. Who agrees may still step back.
func (p *choosing) answered(ctx workflow.Context, a deliberation.Act, who deliberation.PersonID) (deliberation.Receipt, error) {
	n := p.progress().Candidate(who)
	n.State = deliberation.NomineeDeclined
	if a.Accept {
		n.State = deliberation.NomineeAccepted
		if err := p.awaitAnswer(ctx, who); err != nil {
			return deliberation.Receipt{}, err
		}
	}
	return p.recordFacts(ctx, a, p.candidateFact(*n, a.Paper))
}

// maySettle refuses a list before everybody answered, and one with fewer names than seats.
func (p *choosing) maySettle(_ workflow.Context, a deliberation.Act) error {
	c := p.progress()
	if slices.ContainsFunc(c.Candidates, func(n deliberation.ChoosingCandidate) bool { return n.State == deliberation.NomineeNamed }) {
		return &deliberation.Refusal{Code: deliberation.RefuseUnanswered, Act: a.Kind}
	}
	if _, short := c.Ballot(); short != "" {
		return p.tooFew(a.Kind, short, len(c.Standing(short)))
	}
	return nil
}

func (p *choosing) tooFew(k deliberation.ActKind, post deliberation.Office, had int) error {
	return &deliberation.Refusal{Code: deliberation.RefuseUnlawfulElection, Act: k, Faults: []deliberation.ElectionFault{{
		Code: deliberation.FaultTooFewStand, Had: had, Want: p.progress().Open(post), Basis: p.rules.Least.Basis,
	}}}
}

// draw makes the lists from the record of the day: who took an office meanwhile that
// excludes them leaves. They follow the strokes of the surnames.
func (p *choosing) draw(ctx workflow.Context) ([]deliberation.ChoosingList, []deliberation.ChoosingStanding, error) {
	c := p.progress()
	var asked []deliberation.PersonID
	for _, post := range c.Setup.Body.Posts() {
		asked = append(asked, c.Standing(post)...)
	}
	standings, err := p.standings(ctx, asked)
	if err != nil {
		return nil, nil, err
	}
	order, barred := map[deliberation.PersonID]int{}, map[deliberation.PersonID]bool{}
	for i, s := range standings {
		order[s.Person], barred[s.Person] = i, len(p.rules.Bars(c.Candidate(s.Person).Post, s)) > 0
	}
	for _, post := range c.Setup.Body.Posts() {
		n := len(slices.DeleteFunc(c.Standing(post), func(id deliberation.PersonID) bool { return barred[id] }))
		if n < c.Open(post) {
			return nil, nil, p.tooFew(deliberation.SettleCandidates, post, n)
		}
	}
	for i := range c.Candidates {
		if n := &c.Candidates[i]; barred[n.Person] {
			n.State = deliberation.NomineeBarred
			p.later(p.candidateFact(*n, deliberation.PaperRef{}))
		}
	}
	lists, _ := c.Ballot()
	for i := range lists {
		slices.SortFunc(lists[i].Candidates, func(a, b deliberation.PersonID) int { return order[a] - order[b] })
	}
	return lists, standings, nil
}

// list hangs the list of candidates and hears objections. Where one was not settled by its
// answer, or too many stepped back, candidates are proposed anew.
func (p *choosing) list(ctx workflow.Context) (deliberation.Outcome, error) {
	if err := p.awaitAnswers(ctx); err != nil {
		return "", err
	}
	outcome, err := p.show(ctx, display{
		key: p.rules.ListDays.Key, objectable: true, objection: p.rules.ObjectionDays, answer: p.rules.AnswerDays, prepare: p.rules.PrepareDays,
	}, nil)
	if err != nil {
		return "", err
	}
	p.desk.taken = slices.DeleteFunc(p.desk.taken, func(t *acceptance) bool { return t.kind == deliberation.AnswerProposal })
	if _, short := p.progress().Ballot(); short != "" {
		return deliberation.Contested, nil
	}
	return outcome, nil
}

// vote holds the meeting: one secret ballot with a question for each post, and at once
// another among those who are tied.
func (p *choosing) vote(ctx workflow.Context) (deliberation.Outcome, error) {
	c := p.progress()
	for i := range c.Lists { // who stepped back since is no longer on it
		c.Lists[i].Candidates = slices.DeleteFunc(slices.Clone(c.Lists[i].Candidates), func(id deliberation.PersonID) bool { return !c.Stands(id) })
	}
	agenda, err := p.motions(ctx, c.Lists)
	if err != nil {
		return "", err
	}
	var barred []deliberation.PersonID
	for _, n := range c.Candidates {
		if c.Stands(n.Person) {
			barred = append(barred, n.Person)
		}
	}
	chair, recorder := officers(p.rules.Meeting.Body)
	revoted := false
	outcome, err := p.hold(ctx, sitting{
		rules: p.rules.Meeting, chair: chair, recorder: recorder, prepare: p.rules.PrepareDays, agenda: agenda, group: p.matter.Group,
		fixed: true, barred: barred,
		further: func(ctx workflow.Context, m *meeting) ([]deliberation.Motion, error) {
			again, err := p.seat(ctx, m)
			if err != nil || revoted || len(again) == 0 { // tied once more: the seats stay open
				return nil, err
			}
			revoted, c.Lists = true, again
			return p.motions(ctx, c.Lists)
		},
	})
	if err != nil || outcome == deliberation.Inquorate {
		return outcome, err
	}
	p.state.Agenda, c.Chosen = p.meeting.value.Agenda, deliberation.DateOf(p.meeting.value.Starts)
	if !p.rules.Enough(c) {
		return deliberation.Lost, nil
	}
	return deliberation.Carried, nil
}

// motions puts the lists on the agenda, each as it is printed.
func (p *choosing) motions(ctx workflow.Context, lists []deliberation.ChoosingList) (agenda []deliberation.Motion, err error) {
	in := activities.ChoosingSheetsInput{Process: p.Process, Serial: p.name("b"), Lists: lists, At: p.now(ctx)}
	var filed []deliberation.ChoosingList
	if err := p.look(ctx, acts.FileChoosingSheets, in, &filed); err != nil {
		return nil, err
	}
	for i := range filed {
		motion := deliberation.Motion{
			ID: p.name("o", string(p.state.Stage)), Paper: filed[i].Sheet, Category: deliberation.CategoryElection, Voting: deliberation.SecretVoting,
			OnPaper: p.progress().Setup.OnPaper, Options: deliberation.OptionIDs(len(filed[i].Candidates)),
			Seats: min(filed[i].Seats, len(filed[i].Candidates)), Together: i > 0,
		}
		filed[i].Motion = motion.ID
		agenda = append(agenda, motion)
		p.later(p.fact(deliberation.FactMotion, motion.ID, deliberation.MotionData{Motion: motion}))
	}
	copy(lists, filed)
	return agenda, nil
}

// seat keeps who was chosen by the ballot that was counted last, and gives the lists of
// those who are tied.
func (p *choosing) seat(ctx workflow.Context, m *meeting) (again []deliberation.ChoosingList, err error) {
	c := p.progress()
	b := p.boxes[len(p.boxes)-1]
	data := deliberation.ChosenData{Poll: b.poll.ID, Lists: c.Lists}
	for _, l := range c.Lists {
		for i, v := range b.poll.Verdicts {
			if v.Motion != l.Motion {
				continue
			}
			seated, tied := l.Seat(v, b.poll.Questions[i], b.poll.ID)
			data.Seated = append(data.Seated, seated...)
			if tied != nil {
				data.Again = append(data.Again, *tied)
			}
		}
	}
	c.Seated = append(c.Seated, data.Seated...)
	return slices.Clone(data.Again), p.alone(ctx, func() error {
		_, err := m.record(ctx, deliberation.Act{}, nil, p.fact(deliberation.FactChosen, string(b.poll.ID), data))
		return err
	})
}

// disclose posts the result and has it filed; the supervisors look at the whole.
func (p *choosing) disclose(ctx workflow.Context) (deliberation.Outcome, error) {
	c := p.progress()
	a := announced{key: p.rules.ResultDays.Key, by: p.rules.FilingDays, from: c.Chosen}
	return p.announce(ctx, a, &c.Filed, func(ctx workflow.Context) error { return p.gate(ctx, p.supervision(), deliberation.GiveClosingOpinion) })
}

// choosingNow is a copy of where a choice stands.
func (p *proceeding) choosingNow() *deliberation.ChoosingProgress {
	now := copied(p.state.Choosing)
	if now != nil {
		now.Candidates, now.Lists, now.Seated = slices.Clone(now.Candidates), slices.Clone(now.Lists), slices.Clone(now.Seated)
	}
	return now
}

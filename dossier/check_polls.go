package dossier

import (
	"slices"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// polls gives all polls with their meetings.
func (e *examination) polls() (list []vote) {
	for _, m := range e.h.meetings {
		list = append(list, m.votes()...)
	}
	return list
}

func (m *sitting) votes() (list []vote) {
	for _, p := range m.polls {
		list = append(list, vote{m, p})
	}
	return list
}

// secret reports whether the poll kept choices apart from names.
func (e *examination) secret(id deliberation.PollID) bool {
	_, secret := e.d.receipts[id]
	return secret
}

// ballots checks voters and ballots against the hashes in the register, and that
// only those on the list voted, once.
func (e *examination) ballots() {
	for _, m := range e.polls() {
		p := m.poll
		if p.closed == nil && m.visit.outcome == nil && e.stopped() {
			continue // the process was cancelled while the box was open: nothing was counted
		}
		if p.voided != nil {
			e.void(m)
			continue
		}
		if m.id == "" || p.opened == nil || p.closed == nil {
			e.fail(m.place(), "表决 %s 没有完整的开始和结束记录", "poll %s was not opened and closed in a meeting", p.id)
			continue
		}
		opened, closed := value[deliberation.RollData](p.opened), value[deliberation.CountData](p.closed)
		if closed.Meeting != m.id || p.closed.Index < p.opened.Index || p.closed.At.Before(p.opened.At) || !e.byParticipation() && !e.quorumBefore(m) {
			e.fail(p.closed.place(), "表决的先后顺序有误", "the poll is out of order")
		}
		if sum(e.d.files[votersFile(p.id)]) != opened.RollSHA256 {
			e.fail(inFile(votersFile(p.id)), "参加表决名单与冻结时的哈希值不符(第 %d 号记录)", "the voters are not those that were frozen (entry %d)", p.opened.Index)
		}
		if sum(e.d.files[ballotsFile(p.id)]) != closed.BallotsSHA256 {
			e.fail(inFile(ballotsFile(p.id)), "选票与登记的哈希值不符(第 %d 号记录)", "the ballots are not those that were counted (entry %d)", p.closed.Index)
		}
		if n := len(e.d.voters[p.id]); n != opened.Count {
			e.fail(p.opened.place(), "登记 %d 人参加表决,名单 %d 人", "%d voters are registered, %d are listed", opened.Count, n)
		}
		if opened.Text.IsZero() && !e.elects() || !opened.Text.IsZero() && !e.filedBefore(*p.opened, opened.Text) {
			e.fail(p.opened.place(), "交付表决的文本未登记", "what was put to the vote was never filed")
		}
		e.voters(m)
		if e.secret(p.id) {
			e.receipts(m)
		} else {
			e.lines(m)
		}
	}
	e.onePollEach()
	e.summary("%d 次表决的名单和选票与登记一致", "%d polls with voters and ballots as registered", len(e.polls()))
}

// onePollEach checks that a meeting of the four deliberations votes once, and that
// a conference votes on what stood on its agenda.
func (e *examination) onePollEach() {
	for _, m := range e.h.meetings {
		if e.h.started.Process != deliberation.ConferenceKind && len(m.polls) > 1 && !e.elects() && e.choose == nil {
			e.fail(m.place(), "一次会议只能有一次表决,登记了 %d 次", "one meeting has one poll, %d are registered", len(m.polls))
		}
	}
	if e.h.started.Process != deliberation.ConferenceKind {
		return
	}
	started := e.h.started
	inWords := strings.TrimSpace(e.d.Case.Matter.Authorisation) != ""
	for _, f := range e.d.Facts {
		d, ok := f.Value.(*deliberation.MotionData)
		if !ok || d.Off {
			continue
		}
		authorised := inWords
		if started.AuthorisedBy != "" { // what the assembly gave is registered with the start
			authorised = started.Grant != nil && len(started.Grant.Categories) > 0 && started.Grant.Covers(d.Motion.Category, deliberation.DateOf(f.At))
		}
		if e.conference.MayDecide(d.Motion.Category, authorised) != nil {
			e.fail(f.place(), "议题不属于该会议可以决定的事项", "the motion is not for this body to decide")
		}
	}
}

// receipts checks that a secret poll has as many receipts as choices, none twice,
// and no more than voters.
func (e *examination) receipts(m vote) {
	id := m.poll.id
	list, closed := e.d.receipts[id], value[deliberation.CountData](m.poll.closed)
	if sum(e.d.files[receiptsFile(id)]) != closed.ReceiptsSHA256 {
		e.fail(inFile(receiptsFile(id)), "票据与登记的哈希值不符(第 %d 号记录)", "the receipts are not those that were counted (entry %d)", m.poll.closed.Index)
	}
	if len(slices.Compact(slices.Sorted(slices.Values(list)))) != len(list) {
		e.fail(inFile(receiptsFile(id)), "有票据重复", "the same receipt twice")
	}
	if len(list) != len(e.d.ballots[id]) || len(list) > len(e.d.voters[id]) {
		e.fail(inFile(receiptsFile(id)), "票据 %d 张,选票 %d 张,可投票 %d 人", "%d receipts, %d ballots, %d voters", len(list), len(e.d.ballots[id]), len(e.d.voters[id]))
	}
	e.cancelled(m, list)
	form := e.form(m.poll)
	for _, b := range e.d.ballots[id] {
		if !readable(form, b.choice) {
			e.fail(inFile(ballotsFile(id)), "有选票无法识别", "a ballot cannot be read")
		}
	}
}

// cancelled checks the ballots of the web that paper cancelled at an election: each was
// cast once, none counts, and there was a sheet for each.
func (e *examination) cancelled(m vote, counted []string) {
	id, closed := m.poll.id, value[deliberation.CountData](m.poll.closed)
	gone, name := e.d.cancelled[id], cancelledFile(m.poll.id)
	if closed.CancelledSHA256 == "" {
		if closed.Cancelled != 0 {
			e.fail(m.poll.closed.place(), "作废的网上选票没有清单", "ballots of the web were cancelled without a list of them")
		}
		return
	}
	if sum(e.d.files[name]) != closed.CancelledSHA256 || len(gone) != closed.Cancelled {
		e.fail(inFile(name), "作废的网上选票与登记不符（第 %d 号记录）", "the ballots of the web that were cancelled are not those registered (entry %d)", m.poll.closed.Index)
	}
	twice := slices.ContainsFunc(gone, func(r string) bool { return slices.Contains(counted, r) })
	if twice || len(slices.Compact(slices.Sorted(slices.Values(gone)))) != len(gone) {
		e.fail(inFile(name), "有作废的网上选票仍然计入，或者列了两次", "a ballot of the web that was cancelled counts all the same, or stands twice")
	}
	issued := 0
	for _, s := range e.d.sheets[id].Stations {
		issued += s.Issued
	}
	if e.elect == nil || len(gone) > issued {
		e.fail(inFile(name), "只有选举中领了纸质选票的人，网上选票才作废", "a ballot of the web is cancelled only by paper, at an election")
	}
}

// readable reports whether a ballot says something to what was asked.
func readable(form deliberation.BallotForm, said deliberation.Choice) bool {
	if len(form) == 0 {
		return slices.Contains(deliberation.Choices, said)
	}
	answers, err := form.ParseLine(string(said))
	return err == nil && form.Accept(answers) == nil && form.Line(answers) == string(said)
}

// form gives what the ballot of a poll asked: its count names the motions, the
// agenda what each of them is.
func (e *examination) form(p *ballot) (form deliberation.BallotForm) {
	if e.elect != nil {
		return e.electionForm(p)
	}
	for _, q := range value[deliberation.CountData](p.closed).Questions {
		form = append(form, e.h.motions[string(q.Question)].Question())
		form[len(form)-1].ID = q.Question
	}
	return form
}

// void checks a poll that could not be counted: nothing of it was.
func (e *examination) void(m vote) {
	p := m.poll
	if p.closed != nil || len(p.passings) > 0 || p.opened == nil {
		e.fail(p.voided.place(), "宣布无效的表决仍有计票或结论", "a poll that was declared void has a count or a verdict")
	}
	if p.voided.Actor != "" {
		e.mayDo(p.voided, deliberation.VoidPoll)
	}
}

// byHands reports whether two different people counted the same raised hands, and
// gives what they counted.
func (v vote) byHands() (deliberation.HandCount, bool) {
	if len(v.poll.hands) == 0 {
		return deliberation.HandCount{}, false
	}
	last := value[deliberation.HandCountData](&v.poll.hands[len(v.poll.hands)-1]).Count
	latest := map[deliberation.PersonID]deliberation.HandCount{}
	for i := range v.poll.hands {
		f := v.poll.hands[i]
		c := value[deliberation.HandCountData](&f).Count
		if f.Actor == c.By {
			latest[c.By] = c
		}
	}
	for by, c := range latest {
		if by != last.By && c.Same(last) && latest[last.By] == last {
			return last, true
		}
	}
	return deliberation.HandCount{}, false
}

func (e *examination) quorumBefore(m vote) bool {
	return slices.ContainsFunc(m.quorums, func(f Fact) bool {
		return f.Index < m.poll.opened.Index && value[deliberation.VerdictData](&f).Verdict.Met
	})
}

func (e *examination) filedBefore(f Fact, ref deliberation.PaperRef) bool {
	return slices.ContainsFunc(e.d.Facts, func(g Fact) bool {
		return g.Index < f.Index && (g.Kind == deliberation.FactPaper && value[deliberation.PaperData](&g).Paper == ref ||
			g.Kind == deliberation.FactMotion && value[deliberation.MotionData](&g).Motion.Paper == ref)
	})
}

// voters checks the list of a poll against the meeting's roll: all of them signed
// in, and none left out who had signed in when the meeting was called to order.
func (e *examination) voters(m vote) {
	listed, members := map[deliberation.PersonID]bool{}, map[deliberation.PersonID]RollMember{}
	for _, x := range e.d.Rolls[m.id].Members {
		members[x.Person] = x
	}
	name := votersFile(m.poll.id)
	for _, id := range e.d.voters[m.poll.id] {
		if listed[id] {
			e.fail(inFile(name), "%s 在名单中重复", "%s is listed twice", id)
		}
		listed[id] = true
		x, due := members[id]
		if !due || !checkedIn(x) && !e.byParticipation() {
			e.fail(inFile(rollFile(m.id)), "%s 参加表决但未列入名册或未签到", "%s voted without being due and signed in", id)
		}
	}
	if e.byParticipation() {
		if len(listed) != len(members) {
			e.fail(inFile(name), "可以表决的 %d 人，应为全体 %d 人", "%d may vote, all %d who are due should", len(listed), len(members))
		}
		return
	}
	if len(e.d.Rolls[m.id].Events) > 0 {
		e.inHall(m, listed)
		return
	}
	if len(m.quorums) == 0 {
		return
	}
	called := m.quorums[len(m.quorums)-1].At
	for _, x := range e.d.Rolls[m.id].Members {
		if checkedIn(x) && x.CheckedIn.Before(called) && !listed[x.Person] {
			e.fail(inFile(rollFile(m.id)), "%s 已签到却未列入参加表决名单", "%s signed in and is not among the voters", x.Person)
		}
	}
}

func (e *examination) lines(m vote) {
	name, seen, voters := ballotsFile(m.poll.id), map[deliberation.PersonID]bool{}, map[deliberation.PersonID]bool{}
	for _, id := range e.d.voters[m.poll.id] {
		voters[id] = true
	}
	form, sheets := e.form(m.poll), e.sheetLines(m.poll)
	for _, b := range e.d.ballots[m.poll.id] {
		switch sheet, onPaper := sheets[b.person]; {
		case !voters[b.person]:
			e.fail(inFile(name), "%.80s 不在参加表决名单中", "%.80s is not among the voters", b.person)
		case seen[b.person]:
			e.fail(inFile(name), "%s 投票两次", "%s voted twice", b.person)
		case onPaper && sheet != b.choice:
			e.fail(inFile(name), "%s 的纸质选票与录入的不符", "the paper ballot of %s is not what was read", b.person)
		case !onPaper && !readable(form, b.choice):
			e.fail(inFile(name), "%s 的选票无法识别", "the ballot of %s cannot be read", b.person)
		}
		seen[b.person] = true
		delete(sheets, b.person)
	}
	if len(sheets) > 0 {
		e.fail(inFile(name), "有 %d 张录入的纸质选票没有计入", "%d paper ballots that were read are not among the ballots", len(sheets))
	}
}

// recount counts a poll from its ballots and its paper.
func (e *examination) recount(m vote) (deliberation.Tally, []deliberation.QuestionCount) {
	roll, voters, closed := e.d.Rolls[m.id], e.d.voters[m.poll.id], value[deliberation.CountData](m.poll.closed)
	t := deliberation.Tally{Due: len(roll.Members), Present: len(voters), Voters: len(voters)}
	if e.byParticipation() { // who came besides is nobody's denominator
		t.Present = min(max(closed.Tally.Present, 0), t.Due)
	}
	if len(m.poll.hands) > 0 {
		c, _ := m.byHands()
		t.Yes, t.No, t.Abstain = c.Yes, c.No, c.Abstain
		return t, nil
	}
	n := deliberation.Count{Tally: t}
	form, yes := e.form(m.poll), map[deliberation.PersonID]bool{}
	var answers [][]deliberation.Answer
	for _, b := range e.d.ballots[m.poll.id] {
		if len(form) > 0 {
			if given, err := form.ParseLine(string(b.choice)); err == nil {
				answers = append(answers, given)
			}
			continue
		}
		switch b.choice {
		case deliberation.Yes:
			n.Tally.Yes++
			yes[b.person] = true
		case deliberation.No:
			n.Tally.No++
		case deliberation.Abstain:
			n.Tally.Abstain++
		case deliberation.Spoiled:
			n.Tally.Spoiled++
		}
	}
	if len(form) > 0 {
		n.Questions = form.CountAnswers(answers)
	}
	for _, c := range roll.attendance(func(x RollMember) bool { return yes[x.Person] }).Parts {
		n.Tally.Parts = append(n.Tally.Parts, deliberation.PartTally{Body: c.Body, Due: c.Due, Yes: c.Present})
	}
	if paper, ok := e.d.sheets[m.poll.id]; ok && e.secret(m.poll.id) {
		addSheets(&n, paper, form)
	}
	if e.byParticipation() {
		e.participation(m, &n.Tally)
	}
	return n.Tally, n.Questions
}

// addSheets adds what was read of a secret poll's paper where it fits what was asked.
func addSheets(n *deliberation.Count, paper deliberation.PaperCount, form deliberation.BallotForm) {
	for _, b := range paper.Bundles {
		for _, c := range b.Counts {
			if len(c.Questions) != len(n.Questions) {
				return
			}
			for i, q := range c.Questions {
				if q.Question != n.Questions[i].Question || len(q.Votes) != len(n.Questions[i].Votes) && !form[i].WriteIn {
					return
				}
			}
		}
	}
	n.AddSheets(paper)
}

// participation counts who took part by head and by area: whoever voted or held a
// paper ballot when the casting ended.
func (e *examination) participation(m vote, t *deliberation.Tally) {
	area := map[deliberation.PersonID]int{}
	for _, x := range e.d.Rolls[m.id].Members {
		area[x.Person] = x.Area
	}
	var by deliberation.AreaTally
	for _, id := range e.d.voters[m.poll.id] {
		by.Due += area[id]
	}
	if e.secret(m.poll.id) { // a receipt for each ballot of the web, a sheet for everybody else
		t.Taken = len(e.d.receipts[m.poll.id]) + len(e.d.holders[m.poll.id])
		return
	}
	took := map[deliberation.PersonID]bool{}
	for _, b := range e.d.ballots[m.poll.id] {
		took[b.person] = true
		switch b.choice {
		case deliberation.Yes:
			by.Yes += area[b.person]
		case deliberation.No:
			by.No += area[b.person]
		case deliberation.Abstain:
			by.Abstain += area[b.person]
		}
	}
	for _, id := range e.d.holders[m.poll.id] {
		took[id] = true
	}
	for id := range took {
		t.Taken++
		by.Taken += area[id]
	}
	if by.Due > 0 {
		t.Area = &by
	}
}

// sameTally compares a tally with the recount. A simple body may leave its only part out.
func sameTally(said, counted deliberation.Tally) bool {
	a, b := said, counted
	a.Parts, b.Parts = nil, nil
	if !same(a, b) {
		return false
	}
	if len(said.Parts) == 0 && len(counted.Parts) == 1 {
		return true
	}
	byBody := func(p []deliberation.PartTally) map[deliberation.Body]deliberation.PartTally {
		m := map[deliberation.Body]deliberation.PartTally{}
		for _, x := range p {
			m[x.Body] = x
		}
		return m
	}
	return len(said.Parts) == len(counted.Parts) && same(byBody(said.Parts), byBody(counted.Parts))
}

// tallies counts each poll again from its ballots and its paper.
func (e *examination) tallies() {
	for _, m := range e.polls() {
		if m.poll.closed == nil {
			continue
		}
		closed := value[deliberation.CountData](m.poll.closed)
		said := closed.Tally
		counted, questions := e.recount(m)
		if _, agreed := m.byHands(); len(m.poll.hands) > 0 && (!agreed || counted.Cast() > counted.Voters) {
			e.fail(m.poll.closed.place(), "举手计数没有两人一致的记录", "no two people counted the same raised hands")
		}
		if !sameTally(said, counted) {
			e.fail(m.poll.closed.place(), "登记 赞成%d 反对%d 弃权%d,重新计票 赞成%d 反对%d 弃权%d(%s)",
				"registered %d yes %d no %d abstain, counted again %d, %d, %d (%s)",
				said.Yes, said.No, said.Abstain, counted.Yes, counted.No, counted.Abstain, ballotsFile(m.poll.id))
		}
		if len(questions) != len(closed.Questions) || len(questions) > 0 && !same(questions, closed.Questions) {
			e.fail(m.poll.closed.place(), "各项议题的票数与重新计票不符（%s）", "the counts of the questions are not what the ballots give (%s)", ballotsFile(m.poll.id))
		}
	}
	e.summary("%d 次表决重新计票一致", "%d polls counted again", len(e.polls()))
}

// passings computes each verdict on a motion again, and whether the stage ended by it.
func (e *examination) passings() {
	for _, m := range e.h.meetings {
		if o := m.visit.outcome; e.elect == nil && m.passing() == nil && m.finding == nil && e.talk == nil && len(m.sentUp) == 0 && o != nil && decided(m.visit) && o.Outcome != deliberation.Inquorate {
			e.fail(m.visit.leave.place(), "没有表决结果", "there is no verdict of a poll")
		}
		e.outcomeOf(m)
	}
	n := 0
	for _, m := range e.polls() {
		n += len(m.poll.passings)
		if len(m.poll.passings) > 0 {
			e.verdicts(m)
		}
	}
	e.summary("%d 次表决结论重新计算一致", "%d verdicts computed again", n)
}

// verdicts computes the verdicts of one poll again.
func (e *examination) verdicts(m vote) {
	r, roll, closed := e.mustRules(m), e.d.Rolls[m.id], value[deliberation.CountData](m.poll.closed)
	voters := map[deliberation.PersonID]bool{}
	for _, id := range e.d.voters[m.poll.id] {
		voters[id] = true
	}
	present := roll.attendance(func(x RollMember) bool { return voters[x.Person] })
	if e.byParticipation() {
		present.Whole.Present = closed.Tally.Present
	}
	want := e.verdictsOf(m, closed)
	if len(want) != len(m.poll.passings) {
		e.fail(m.poll.passings[0].place(), "应有 %d 项表决结论，登记了 %d 项", "%d verdicts are due, %d are registered", len(want), len(m.poll.passings))
		return
	}
	for i := range m.poll.passings {
		f := m.poll.passings[i]
		d := value[deliberation.VerdictData](&f)
		switch v := d.Verdict; {
		case v.Tally == nil || m.poll.closed == nil || f.Index < m.poll.closed.Index || len(closed.Questions) == 0 && !same(*v.Tally, closed.Tally):
			e.fail(f.place(), "表决结论所依据的计票与登记不符", "the verdict is not on the tally that was registered")
		case !same(deliberation.MotionVerdict{Motion: d.Motion, Verdict: v, Chosen: d.Chosen, Tied: d.Tied}, want[i](v.Attendance)):
			e.fail(f.place(), "表决结论与重新计算不符", "the verdict is not what the rules give")
		case !fits(v.Attendance, present, true):
			e.fail(f.place(), "表决时应到、实到人数与名单 %s 不符", "due and present differ from the voters %s", votersFile(m.poll.id))
		case v.Attendance.DueArea != dueArea(roll):
			e.fail(f.place(), "专有部分面积与名册 %s 不符", "the area that is due differs from the roll %s", rollFile(m.id))
		case !e.byParticipation() && !deliberation.Quorum(r.Quorum, present).Met:
			e.fail(f.place(), "表决时未达到法定人数", "there was no quorum when the poll opened")
		}
	}
}

func dueArea(r Roll) (sum int) {
	for _, x := range r.Members {
		sum += x.Area
	}
	return sum
}

// verdictsOf gives the verdicts that the rules give on a count, each for the
// attendance it was reached with.
func (e *examination) verdictsOf(m vote, closed deliberation.CountData) (list []func(deliberation.Attendance) deliberation.MotionVerdict) {
	if len(closed.Questions) == 0 {
		rules := e.mustRules(m).Passing
		if e.conference != nil {
			rules = e.conference.PassingOf(e.motionOf(m).Category)
		}
		return append(list, func(a deliberation.Attendance) deliberation.MotionVerdict {
			if e.dismiss != nil {
				return deliberation.MotionVerdict{Verdict: e.dismiss.Decide(a, closed.Tally)}
			}
			return deliberation.MotionVerdict{Verdict: deliberation.Passing(rules, a, closed.Tally)}
		})
	}
	form := e.form(m.poll)
	if e.appraise != nil {
		for i := range form {
			list = append(list, func(a deliberation.Attendance) deliberation.MotionVerdict {
				v, _, err := e.appraise.GradeEach(form[i:i+1], a, closed.Tally, closed.Questions[i:i+1])
				if err != nil {
					return deliberation.MotionVerdict{}
				}
				return v[0]
			})
		}
		return list
	}
	if e.rate != nil {
		for i := range form {
			list = append(list, func(a deliberation.Attendance) deliberation.MotionVerdict {
				v, _, err := e.rate.RateEach(form[i:i+1], a, closed.Tally, closed.Questions[i:i+1])
				if err != nil {
					return deliberation.MotionVerdict{}
				}
				return v[0]
			})
		}
		return list
	}
	rules := func(id string) []deliberation.MajorityRule {
		if e.conference == nil {
			return e.mustRules(m).Passing
		}
		return e.conference.PassingOf(e.h.motions[id].Category)
	}
	for i := range form {
		list = append(list, func(a deliberation.Attendance) deliberation.MotionVerdict {
			return form[i:i+1].DecideEach(rules, a, closed.Tally, closed.Questions[i:i+1])[0]
		})
	}
	return list
}

// motionOf gives the motion that a poll of one motion was held on: the one whose
// text was put to the vote, or where that was changed the one the case names.
func (e *examination) motionOf(m vote) deliberation.Motion {
	text := value[deliberation.RollData](m.poll.opened).Text
	for _, id := range e.h.agenda {
		if motion := e.h.motions[id]; motion.Paper == text {
			return motion
		}
	}
	for _, motion := range e.d.Case.Status.Agenda {
		if known, ok := e.h.motions[motion.ID]; ok && motion.Poll == m.poll.id {
			return known
		}
	}
	// A text that was changed in a meeting that was held again: what is left, in order.
	var left []string
	for _, id := range e.h.agenda {
		if !e.h.off[id] && !slices.ContainsFunc(m.polls, func(p *ballot) bool {
			return value[deliberation.RollData](p.opened).Text == e.h.motions[id].Paper
		}) {
			left = append(left, id)
		}
	}
	n := 0
	for _, p := range m.polls {
		known := slices.ContainsFunc(e.h.agenda, func(id string) bool {
			return e.h.motions[id].Paper == value[deliberation.RollData](p.opened).Text
		})
		switch {
		case p == m.poll && n < len(left):
			return e.h.motions[left[n]]
		case !known && p.voided == nil:
			n++
		}
	}
	return deliberation.Motion{}
}

func (e *examination) mustRules(m vote) deliberation.MeetingRules {
	r, _ := e.rulesOf(m.sitting)
	return r
}

// outcomeOf checks that the stage ended as its meeting decided: a conference has
// carried something where one of its motions was carried.
func (e *examination) outcomeOf(m *sitting) {
	if e.elects() || e.choose != nil || !decided(m.visit) || m.passing() == nil && len(m.sentUp) == 0 {
		return
	}
	want, amended := deliberation.Lost, false
	if len(m.sentUp) > 0 {
		want = deliberation.Carried
	}
	for _, p := range m.polls {
		if p.met() {
			want = deliberation.Carried
		}
		amended = amended || p.opened != nil && slices.ContainsFunc(m.papers, func(f Fact) bool { return f.Index < p.opened.Index })
	}
	switch {
	case e.consult != nil: // what is put to the vote is what was found
		want = e.consult.OutcomeOf(deliberation.FoundAgreed, want == deliberation.Carried)
	case want == deliberation.Carried && amended && e.h.started.Process != deliberation.ConferenceKind:
		want = deliberation.Amended
	}
	if got := m.visit.outcome.Outcome; got != want {
		e.fail(m.visit.leave.place(), "按表决结论应为 %s,登记为 %s", "by the verdict it is %s, registered is %s", want, got)
	}
}

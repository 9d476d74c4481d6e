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
		if m.id == "" || p.opened == nil || p.closed == nil {
			e.fail(m.place(), "表决 %s 没有完整的开始和结束记录", "poll %s was not opened and closed in a meeting", p.id)
			continue
		}
		opened, closed := value[deliberation.RollData](p.opened), value[deliberation.CountData](p.closed)
		if closed.Meeting != m.id || p.closed.Index < p.opened.Index || p.closed.At.Before(p.opened.At) || !e.quorumBefore(m) {
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
		if opened.Text.IsZero() || !e.filedBefore(*p.opened, opened.Text) {
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
		if e.h.started.Process != deliberation.ConferenceKind && len(m.polls) > 1 {
			e.fail(m.place(), "一次会议只能有一次表决,登记了 %d 次", "one meeting has one poll, %d are registered", len(m.polls))
		}
	}
	if e.h.started.Process != deliberation.ConferenceKind {
		return
	}
	rules, err := deliberation.ConferenceOf(e.pack, e.h.started.Form)
	if err != nil {
		e.fail(inFile(rulesDir), "规则包没有这种会议形式", "the pack does not know this form of conference")
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
		if rules.MayDecide(d.Motion.Category, authorised) != nil {
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
	for _, b := range e.d.ballots[id] {
		if !slices.Contains(deliberation.Choices, b.choice) {
			e.fail(inFile(ballotsFile(id)), "有选票无法识别", "a ballot cannot be read")
		}
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
		if !due || !checkedIn(x) {
			e.fail(inFile(rollFile(m.id)), "%s 参加表决但未列入名册或未签到", "%s voted without being due and signed in", id)
		}
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
	for _, b := range e.d.ballots[m.poll.id] {
		switch {
		case !voters[b.person]:
			e.fail(inFile(name), "%.80s 不在参加表决名单中", "%.80s is not among the voters", b.person)
		case seen[b.person]:
			e.fail(inFile(name), "%s 投票两次", "%s voted twice", b.person)
		case b.choice != deliberation.Yes && b.choice != deliberation.No && b.choice != deliberation.Abstain:
			e.fail(inFile(name), "%s 的选票无法识别", "the ballot of %s cannot be read", b.person)
		}
		seen[b.person] = true
	}
}

// recount counts a poll from its ballots.
func (e *examination) recount(m vote) deliberation.Tally {
	roll, voters := e.d.Rolls[m.id], e.d.voters[m.poll.id]
	t := deliberation.Tally{Due: len(roll.Members), Present: len(voters), Voters: len(voters)}
	if len(m.poll.hands) > 0 {
		c, _ := m.byHands()
		t.Yes, t.No, t.Abstain = c.Yes, c.No, c.Abstain
		return t
	}
	yes := map[deliberation.PersonID]bool{}
	for _, b := range e.d.ballots[m.poll.id] {
		switch b.choice {
		case deliberation.Yes:
			t.Yes++
			yes[b.person] = true
		case deliberation.No:
			t.No++
		case deliberation.Abstain:
			t.Abstain++
		}
	}
	for _, c := range roll.attendance(func(x RollMember) bool { return yes[x.Person] }).Parts {
		t.Parts = append(t.Parts, deliberation.PartTally{Body: c.Body, Due: c.Due, Yes: c.Present})
	}
	return t
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

// tallies counts each poll again from its ballots.
func (e *examination) tallies() {
	for _, m := range e.polls() {
		if m.poll.closed == nil {
			continue
		}
		said, counted := value[deliberation.CountData](m.poll.closed).Tally, e.recount(m)
		if _, agreed := m.byHands(); len(m.poll.hands) > 0 && (!agreed || counted.Cast() > counted.Voters) {
			e.fail(m.poll.closed.place(), "举手计数没有两人一致的记录", "no two people counted the same raised hands")
		}
		if !sameTally(said, counted) {
			e.fail(m.poll.closed.place(), "登记 赞成%d 反对%d 弃权%d,重新计票 赞成%d 反对%d 弃权%d(%s)",
				"registered %d yes %d no %d abstain, counted again %d, %d, %d (%s)",
				said.Yes, said.No, said.Abstain, counted.Yes, counted.No, counted.Abstain, ballotsFile(m.poll.id))
		}
	}
	e.summary("%d 次表决重新计票一致", "%d polls counted again", len(e.polls()))
}

// passings computes each verdict on a motion again, and whether the stage ended by it.
func (e *examination) passings() {
	for _, m := range e.h.meetings {
		if o := m.visit.outcome; m.passing() == nil && o != nil && decided(m.visit) && o.Outcome != deliberation.Inquorate {
			e.fail(m.visit.leave.place(), "没有表决结果", "there is no verdict of a poll")
		}
		e.outcomeOf(m)
	}
	for _, m := range e.polls() {
		if m.poll.passing == nil {
			continue
		}
		f, r, roll := m.poll.passing, e.mustRules(m), e.d.Rolls[m.id]
		v := value[deliberation.VerdictData](f).Verdict
		voters := map[deliberation.PersonID]bool{}
		for _, id := range e.d.voters[m.poll.id] {
			voters[id] = true
		}
		present := roll.attendance(func(x RollMember) bool { return voters[x.Person] })
		switch {
		case v.Tally == nil || m.poll.closed == nil || f.Index < m.poll.closed.Index || !same(*v.Tally, value[deliberation.CountData](m.poll.closed).Tally):
			e.fail(f.place(), "表决结论所依据的计票与登记不符", "the verdict is not on the tally that was registered")
		case !same(v, deliberation.Passing(r.Passing, v.Attendance, *v.Tally)):
			e.fail(f.place(), "表决结论与重新计算不符", "the verdict is not what the rules give")
		case !fits(v.Attendance, present, true):
			e.fail(f.place(), "表决时应到、实到人数与名单 %s 不符", "due and present differ from the voters %s", votersFile(m.poll.id))
		case !deliberation.Quorum(r.Quorum, present).Met:
			e.fail(f.place(), "表决时未达到法定人数", "there was no quorum when the poll opened")
		}
	}
	e.summary("%d 次表决结论重新计算一致", "%d verdicts computed again", len(e.polls()))
}

func (e *examination) mustRules(m vote) deliberation.MeetingRules {
	r, _ := e.rulesOf(m.sitting)
	return r
}

// outcomeOf checks that the stage ended as its meeting decided: a conference has
// carried something where one of its motions was carried.
func (e *examination) outcomeOf(m *sitting) {
	if !decided(m.visit) || m.passing() == nil {
		return
	}
	want, amended := deliberation.Lost, false
	for _, p := range m.polls {
		if value[deliberation.VerdictData](p.passing).Verdict.Met {
			want = deliberation.Carried
		}
		amended = amended || p.opened != nil && slices.ContainsFunc(m.papers, func(f Fact) bool { return f.Index < p.opened.Index })
	}
	if want == deliberation.Carried && amended && e.h.started.Process != deliberation.ConferenceKind {
		want = deliberation.Amended
	}
	if got := m.visit.outcome.Outcome; got != want {
		e.fail(m.visit.leave.place(), "按表决结论应为 %s,登记为 %s", "by the verdict it is %s, registered is %s", want, got)
	}
}

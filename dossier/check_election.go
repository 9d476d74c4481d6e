package dossier

import (
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// electionCourse is an election while its facts are gone through in their order.
type electionCourse struct {
	*examination
	setup deliberation.ElectionSetup
	rules deliberation.ElectionRules

	audited, unseen bool
	committee       []deliberation.PersonID
	reserve         []deliberation.PersonID
	approved        bool
	listed          *deliberation.ElectorsData
	// listedOn is when it was first published, listedFor for which election day; relisted: it
	// has to be published anew, since the day was put off.
	listedOn  deliberation.Date
	listedFor deliberation.Date
	relisted  bool
	// nominees are as they stand; corrected says that the list changed after they were counted.
	nominees  []deliberation.NomineeProgress
	corrected bool
	lists     []deliberation.CandidateList
	// qualified and withdrawn are what reviews and declarations said after the count.
	qualified map[deliberation.PersonID]bool
	withdrawn map[deliberation.PersonID]bool
	// redraw: a candidate withdrew, and the lists are drawn without them at once; torn: a list
	// was torn down, and hangs again.
	redraw, torn bool
	rounds       []roundOf
	declared     *Fact
	annulled     bool
	steps        map[deliberation.ElectionPoint]bool
	last         time.Time
}

// election holds an election against its rules: the days, the committee, the list, the
// nominations, the candidates, and each outcome decided again from the ballots.
func (e *examination) election() {
	if e.h.started.Election == nil {
		e.fail(e.h.first.place(), "没有选举的基本安排", "the start says nothing of the election")
		return
	}
	c := &electionCourse{
		examination: e, setup: *e.h.started.Election, rules: *e.elect,
		qualified: map[deliberation.PersonID]bool{}, withdrawn: map[deliberation.PersonID]bool{}, steps: map[deliberation.ElectionPoint]bool{},
	}
	if !same(e.d.Case.Matter.Election, e.h.started.Election) {
		e.fail(inFile(processFile), "选举的基本安排与启动记录不符", "what was settled of the election differs from the start")
	}
	for i := range e.d.Facts {
		c.step(&e.d.Facts[i])
	}
	c.finish()
	seated, electors := 0, 0
	if c.declared != nil {
		seated = len(value[deliberation.ElectionDeclaredData](c.declared).Seated)
	}
	if c.listed != nil {
		electors = c.listed.Roll.Count
	}
	e.summary("登记 %d 人，计票 %d 次，当选 %d 人", "%d electors, %d counts, %d elected", electors, len(c.rounds), seated)
}

// elects reports whether the process is an election or a recall.
func (e *examination) elects() bool { return e.elect != nil || e.dismiss != nil }

// electionMeeting gives the rules of a meeting that elects, ranks nominees or recalls: who
// is on the list votes at the stations, representatives come together.
func (e *examination) electionMeeting(s deliberation.Stage) (r deliberation.MeetingRules) {
	switch {
	case e.dismiss != nil && s == deliberation.RecallVoting:
		r = deliberation.MeetingRules{Body: deliberation.Electors, Notice: e.dismiss.NoticeDays, ByParticipation: true}
	case e.elect != nil && (s == deliberation.ElectionVoting || s == deliberation.NominationStage):
		r = deliberation.MeetingRules{
			Body: deliberation.Electors, Notice: e.elect.AnnounceDays, ByParticipation: e.elect.Method != deliberation.ByRepresentatives,
			Proxy: deliberation.ProxyRules{Allowed: e.elect.ProxyAllowed, Most: e.elect.ProxyMost},
		}
		if !r.ByParticipation {
			r.Quorum = []deliberation.MajorityRule{e.elect.Valid}
		}
		if s == deliberation.NominationStage {
			r.Notice.Days = 0
		}
	}
	return r
}

// calledOff reports whether election day was put off, or the candidates withdrew, after the
// meeting was convened: it never met.
func (e *examination) calledOff(m *sitting) bool {
	return e.elect != nil && len(m.polls) == 0 && m.visit.outcome != nil && m.visit.outcome.Outcome != deliberation.Carried
}

// noCandidateVotesForOthers checks that no candidate took a mandate, where the law bars it
// (V-NEW 第十八条第四款, U-NEW 第十九条第四款).
func (c *electionCourse) noCandidateVotesForOthers(f *Fact, m deliberation.MeetingID) {
	if c.rules.ProxyCandidates.Value {
		return
	}
	for _, l := range c.lists {
		for _, a := range c.d.agents[m] {
			if slices.Contains(l.Candidates, a.agent) {
				c.fail(f.place(), "候选人 %s 接受了委托", "%s stands and votes for another", a.agent)
			}
		}
	}
}

// electionBoard gives how long a paper of an election or a recall hangs.
func (e *examination) electionBoard(q *hanging) deliberation.DaysRule {
	switch {
	case e.dismiss != nil:
		return e.dismiss.ResultDays
	case q.visit.stage == deliberation.ElectorRegistration:
		return e.elect.ListDays
	case q.visit.stage == deliberation.ElectionResult:
		return e.elect.ResultDays
	}
	if d := value[deliberation.PostedData](q.posted); d.DisplayDays.Key == e.elect.NominatedDays.Key {
		return e.elect.NominatedDays
	}
	return e.elect.FinalListDays
}

// isList reports whether a posting is a list that hangs while the election goes on.
func (e *examination) isList(q *hanging) bool {
	return e.elect != nil && (q.visit.stage == deliberation.ElectorRegistration || q.visit.stage == deliberation.NominationStage)
}

// listHung checks that a list hung until the vote, unless it was torn down and hung again,
// or the election went back to where it is made anew.
func (e *examination) listHung(q *hanging) {
	if q.broken != nil || q.ended == nil && e.stopped() {
		return
	}
	if q.proof == nil && whole(q.visit) {
		e.fail(q.posted.place(), "没有公示栏照片", "there is no photo of the board")
	}
	if q.ended == nil {
		e.fail(q.posted.place(), "没有公示结束的记录", "there is no record that the posting ended")
		return
	}
	for _, f := range e.d.Facts {
		if f.Index <= q.posted.Index || f.Index >= q.ended.Index {
			continue
		}
		voting := f.Kind == deliberation.FactPollOpened || f.Kind == deliberation.FactQuorum
		if voting && f.Stage == deliberation.ElectionVoting || f.Kind == deliberation.FactElectionDay ||
			f.Kind == deliberation.FactNominee && value[deliberation.NomineeData](&f).Nominee.State == deliberation.NomineeWithdrew {
			return
		}
	}
	if !e.stopped() {
		e.fail(q.ended.place(), "名单没有公布到投票之日", "the list came down before the vote")
	}
}

func (c *electionCourse) step(f *Fact) {
	switch d := f.Value.(type) {
	case *deliberation.ElectionAuditData:
		c.inOrder(f)
		c.mayDo(f, deliberation.PostAudit)
		if d.Paper.IsZero() || len(c.committee) > 0 {
			c.fail(f.place(), "离任审计应在推选选举委员会以前公布，并有文本", "the audit comes before the election committee is chosen, with a text")
		}
		rule := deliberation.FlagRule{}
		if d.Missing {
			rule = c.rules.AuditFirst
		}
		if !same(d.Rule, rule) || d.Missing && !rule.Value {
			c.fail(f.place(), "离任审计结果未公布的依据与规则不符", "the rule on an audit that was not posted is not that of the pack")
		}
		c.audited, c.unseen = true, d.Missing && rule.Basis.Confidence == deliberation.LawText
	case *deliberation.ElectionCommitteeData:
		c.inOrder(f)
		c.seatCommittee(f, *d)
	case *deliberation.ElectionSchemeData:
		c.inOrder(f)
		c.scheme(f, *d)
	case *deliberation.ElectorsData:
		c.inOrder(f)
		c.electors(f, *d)
	case *deliberation.NominationsData:
		c.inOrder(f)
		c.nominations(f, *d)
	case *deliberation.NomineeData:
		c.inOrder(f)
		c.nominee(f, *d)
	case *deliberation.CandidatesData:
		c.inOrder(f)
		c.candidates(f, *d)
	case *deliberation.ElectionDayData:
		c.inOrder(f)
		c.putOff(f, *d)
	case *deliberation.ElectionRoundData:
		c.inOrder(f)
		c.round(f, *d)
	case *deliberation.ElectionDeclaredData:
		c.inOrder(f)
		c.declare(f, *d)
	case *deliberation.ElectionChallengeData:
		c.challenge(f, d.Challenge)
	case *deliberation.ElectionStepData:
		c.inOrder(f)
		c.followUp(f, *d)
	case *deliberation.PaperData:
		if f.Stage == deliberation.ElectionVoting { // a seat is declined in writing
			c.withdrawn[deliberation.PersonID(f.Subject)] = f.Actor == deliberation.PersonID(f.Subject) || f.Office == deliberation.ElectionCommitteeMember
		}
	case *deliberation.MandatesData:
		c.noCandidateVotesForOthers(f, d.Meeting)
	case *deliberation.RollData:
		if f.Kind == deliberation.FactRoll && (c.listed == nil || d.RollSHA256 != c.listed.Roll.SHA256) {
			c.fail(f.place(), "可以投票的人不是登记名单上的人", "those who could vote are not those on the list of electors")
		}
	case *deliberation.StageData:
		c.torn, c.redraw = false, false
		if f.Stage == deliberation.NominationStage {
			c.lists = nil
		}
		if f.Stage == deliberation.ElectionVoting { // a vote that did not stand is held anew
			c.qualified, c.withdrawn = map[deliberation.PersonID]bool{}, map[deliberation.PersonID]bool{}
		}
	case *deliberation.PostedData:
		c.torn = c.torn || f.Kind == deliberation.FactPostingBroken
	}
}

// inOrder checks that a fact does not say it is older than the one before: the register
// has the order in which things were written down.
func (c *electionCourse) inOrder(f *Fact) {
	if f.At.Before(c.last) {
		c.fail(f.place(), "所记时间早于此前的记录，时间被倒填", "says it is older than what was recorded before it: dated back")
	}
	c.last = f.At
}

// writingDown is how long a fact may wait to be written down.
const writingDown = time.Hour

// onTime checks that something was published not later than the day, by its own time and
// by the machine's.
func (c *electionCourse) onTime(f *Fact, latest deliberation.Date) {
	inTime := func(t time.Time) bool {
		return slices.ContainsFunc(c.day(t), func(on deliberation.Date) bool { return !on.After(latest) })
	}
	switch written := c.h.started.Clock.At(f.Stored.Add(-writingDown)); {
	case !inTime(f.At):
		c.fail(f.place(), "最迟应于 %s 公布", "had to be published by %s", latest)
	case !inTime(written):
		c.fail(f.place(), "登记时已过 %s，公布时间被倒填", "was written down after %s: dated back", latest)
	}
}

// byCommittee checks that who acted for the election committee sat on it.
func (c *electionCourse) byCommittee(f *Fact, act deliberation.ActKind) {
	c.mayDo(f, act)
	if f.Office == deliberation.ElectionCommitteeMember && !slices.Contains(c.committee, f.Actor) {
		c.fail(f.place(), "%s 当时不是选举委员会成员", "%s did not sit on the election committee then", f.Actor)
	}
}

func (c *electionCourse) kin() []deliberation.Kinship { return c.d.election.kin() }

// willing are the nominees who said that they stand.
func (c *electionCourse) willing() (ids []deliberation.PersonID) {
	for _, n := range c.nominees {
		if n.State == deliberation.NomineeAccepted || n.State == deliberation.NomineeQualified {
			ids = append(ids, n.Person)
		}
	}
	return ids
}

// seatCommittee checks who was chosen to the election committee, and later who left it and
// moved up once nominees said that they stand.
// supervisorsLooked reports whether the supervisors spoke, or let their days pass, before
// the fact.
func (c *electionCourse) supervisorsLooked(before *Fact) bool {
	return slices.ContainsFunc(c.d.Facts, func(f Fact) bool {
		return f.Index < before.Index && gateMark(value[deliberation.MarkData](&f).Mark.Kind)
	})
}

func (c *electionCourse) seatCommittee(f *Fact, d deliberation.ElectionCommitteeData) {
	first := len(c.committee) == 0
	if first {
		if !c.audited && !c.setup.ByElection {
			c.fail(f.place(), "推选选举委员会以前没有公布离任审计结果", "the audit was not posted before the election committee was chosen")
		}
		if c.unseen && !c.supervisorsLooked(f) {
			c.fail(f.place(), "没有离任审计结果的公布记录，监督委员会也没有表态", "no posting of the audit is on record, and the supervisors did not look")
		}
		if d.Paper.IsZero() || f.Actor == "" {
			c.fail(f.place(), "没有推选选举委员会的记录", "there is no record of how the committee was chosen")
		}
		d.Left, d.Joined = nil, nil
	}
	named := f.Actor != "" // else it changed of itself, since some of it stand
	if named {
		c.mayDo(f, deliberation.NameElectionCommittee)
		c.committee, c.reserve = d.Members, d.Reserve
	}
	want := c.rules.CommitteeAfter(c.committee, c.reserve, c.willing(), c.kin())
	if !sameList(d.Members, want.Members) || !sameList(d.Left, want.Left) || !sameList(d.Joined, want.Joined) {
		c.failUnlessErased(slices.Concat(d.Members, c.committee, c.reserve), f.place(), "选举委员会的组成与重新推算不符：应退出 %d 人、递补 %d 人", "the election committee is not what the rules give: %d leave, %d move up", len(want.Left), len(want.Joined))
	}
	if !same(d.Faults, want.Faults) && len(d.Faults)+len(want.Faults) > 0 {
		c.fail(f.place(), "选举委员会不合规定之处与重新推算不符", "what is wrong with the election committee is not what was registered")
	}
	if named && len(want.Faults) > 0 {
		c.fail(f.place(), "选举委员会不合规定：%[1]s", "the election committee is not lawful: %[2]s", want.Faults[0].Sentence("zh"), want.Faults[0].Sentence("en"))
	}
	c.committee = d.Members
	c.reserve = slices.DeleteFunc(slices.Clone(c.reserve), func(p deliberation.PersonID) bool { return slices.Contains(d.Joined, p) })
}

func sameList(a, b []deliberation.PersonID) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// scheme checks plan and method as they were approved.
func (c *electionCourse) scheme(f *Fact, d deliberation.ElectionSchemeData) {
	c.byCommittee(f, deliberation.ApproveScheme)
	if d.Paper.IsZero() || d.Approved.IsZero() || d.Approved.After(deliberation.DateOf(f.At)) {
		c.fail(f.place(), "没有选举办法的文本，或通过日期有误", "no text of the method, or the day of its approval is wrong")
	}
	m := c.d.Case.Matter
	m.Election = &d.Setup
	rules, err := deliberation.CheckElection(c.pack, m, d.Approved)
	if err != nil {
		c.fail(f.place(), "选举工作方案不合规定", "the plan of the election is not lawful")
		return
	}
	if now, was := d.Setup, c.setup; now.Method != was.Method || now.ByElection != was.ByElection {
		c.fail(f.place(), "选举方式与启动时不符", "the method is not the one the election began with")
	}
	c.setup, c.rules, c.approved = d.Setup, rules, true
}

// electors checks the list: published in time, with the hash and the numbers of the list
// that the dossier holds, where it was not changed again.
func (c *electionCourse) electors(f *Fact, d deliberation.ElectorsData) {
	if !c.approved {
		c.fail(f.place(), "选举办法没有通过就公布了名单", "the list was published before the method was approved")
	}
	latest := deliberation.Latest(d.Day, c.rules.ListDays.Days)
	if !same(d.Days, c.rules.ListDays) || d.Latest != latest || d.Day != c.setup.Day {
		c.fail(f.place(), "名单公布的期限或者选举日与规则不符", "the days of the list, or election day, are not those of the rules")
	}
	if first := c.listed == nil || c.relisted; first {
		c.byCommittee(f, deliberation.PostElectors)
		c.onTime(f, latest)
		c.listedOn, c.listedFor = deliberation.DateOf(f.At), d.Day
	} else if c.nominees != nil {
		c.corrected = true
	}
	c.listed, c.relisted = &d, false
	if c.lastElectors() == f.Index {
		c.electorList(f, d.Roll)
	}
}

func (c *electionCourse) lastElectors() (index int64) {
	for _, f := range c.d.Facts {
		if f.Kind == deliberation.FactElectors {
			index = f.Index
		}
	}
	return index
}

// electorList compares the list with what was registered of it.
func (c *electionCourse) electorList(f *Fact, roll deliberation.ElectorRoll) {
	lines := c.d.election.lines()
	seen, registered := map[deliberation.PersonID]bool{}, map[deliberation.PersonID]bool{}
	for _, l := range lines {
		if seen[l.Person.ID] || l.In == (l.Reason != "") {
			c.fail(inFile(electorsFile), "%.80s 重复，或者登记与否写得不清", "%.80s stands twice, or is neither in nor out", l.Person.ID)
		}
		seen[l.Person.ID], registered[l.Person.ID] = true, l.Registered()
	}
	if got := deliberation.ElectorRollOf(lines); !roll.Covers(got) {
		c.fail(inFile(electorsFile), "登记名单与公布的人数或者哈希值不符（第 %d 号记录）：名单 %d 人，登记 %d 人", "the list of electors is not the one that was published (entry %d): %d are listed, %d registered", f.Index, got.Count, roll.Count)
	}
	for _, p := range c.d.election.people.People {
		if p.Registered != registered[p.Person] {
			c.fail(inFile(electedFile), "%.80s 是否登记与名单不符", "%.80s is not on the list of electors as said", p.Person)
		}
	}
}

// nominations counts the nominations again.
func (c *electionCourse) nominations(f *Fact, d deliberation.NominationsData) {
	c.byCommittee(f, deliberation.CloseNominations)
	if sum(c.d.files[nominationsFile]) != d.SHA256 {
		if c.lastNominations() == f.Index {
			c.fail(inFile(nominationsFile), "提名与登记的哈希值不符（第 %d 号记录）", "the nominations are not those that were registered (entry %d)", f.Index)
		}
	} else {
		registered := map[deliberation.PersonID]bool{}
		for _, l := range c.d.election.lines() {
			registered[l.Person.ID] = l.Registered()
		}
		n, err := c.rules.CountNominations(c.d.election.nominations, c.setup.Seats, func(p deliberation.PersonID) bool { return registered[p] })
		agrees := err == nil && n.Nominations == d.Nominations && same(n.Nominees, d.Nominees) && (same(n.Faults, d.Faults) || len(n.Faults)+len(d.Faults) == 0)
		switch corrected := c.correctedAfter(f.Index); {
		case !agrees && corrected:
			c.note(f.place(), "提名结束以后名单有更正，提名只核对了哈希值", "the list was corrected after the nominations were closed: only their hash was checked")
		case !agrees:
			c.fail(f.place(), "被提名人与重新清点的提名不符", "the nominees are not those that the nominations give")
		}
	}
	again := map[deliberation.PersonID]deliberation.NomineeProgress{}
	for _, n := range c.nominees {
		again[n.Person] = n
	}
	c.nominees = slices.Clone(d.Nominees)
	for i, n := range c.nominees { // nominated again: an answer that was given stands
		if was, found := again[n.Person]; found {
			c.nominees[i] = was.NamedAgain(n.Posts)
		}
	}
}

func (c *electionCourse) lastNominations() (index int64) {
	for _, f := range c.d.Facts {
		if f.Kind == deliberation.FactNominations {
			index = f.Index
		}
	}
	return index
}

// correctedAfter reports whether the list of electors was changed after an entry.
func (c *electionCourse) correctedAfter(index int64) bool {
	return slices.ContainsFunc(c.d.Facts, func(f Fact) bool { return f.Kind == deliberation.FactElectors && f.Index > index })
}

// nominee checks what became of a nominee, and who said so.
func (c *electionCourse) nominee(f *Fact, d deliberation.NomineeData) {
	now := d.Nominee
	i := slices.IndexFunc(c.nominees, func(n deliberation.NomineeProgress) bool { return n.Person == now.Person })
	if f.Stage == deliberation.ElectionVoting && now.State != deliberation.NomineeWithdrew {
		c.afterCount(f, d)
		return
	}
	c.redraw = now.State == deliberation.NomineeWithdrew && len(c.lists) > 0
	if i < 0 {
		c.fail(f.place(), "%s 没有被提名", "%s was not nominated", now.Person)
		return
	}
	was := c.nominees[i]
	own := f.Actor == now.Person
	switch lawful := slices.Equal(was.Posts, now.Posts) && (now.Chosen == "" || slices.Contains(now.Posts, now.Chosen)); {
	case !lawful:
		c.fail(f.place(), "%s 的职务与提名不符", "the posts of %s are not those of the nominations", now.Person)
	case now.State == deliberation.NomineeAccepted && (was.State != deliberation.NomineeNamed || !own && d.Paper.IsZero()):
		c.fail(f.place(), "%s 的书面同意有误", "the consent of %s is not in order", now.Person)
	case now.State == deliberation.NomineeQualified && was.State != deliberation.NomineeAccepted:
		c.fail(f.place(), "%s 没有同意参选就通过了审查", "%s was found qualified without having agreed to stand", now.Person)
	case (now.State == deliberation.NomineeQualified || now.State == deliberation.NomineeBarred) && f.Office != deliberation.Guide:
		c.fail(f.place(), "资格审查不是街道（乡镇）作出的", "the review is not the township's or street's")
	case now.State == deliberation.NomineeWithdrew && !own && d.Paper.IsZero():
		c.fail(f.place(), "%s 的退出没有书面声明", "the withdrawal of %s is not in writing", now.Person)
	}
	c.nominees[i] = now
}

// afterCount takes a review of somebody who was written in.
func (c *electionCourse) afterCount(f *Fact, d deliberation.NomineeData) {
	c.mayDo(f, deliberation.ReviewCandidate)
	c.qualified[d.Nominee.Person] = d.Nominee.State == deliberation.NomineeQualified
}

// candidates draws the lists again, and holds the day of their publication against the limit.
func (c *electionCourse) candidates(f *Fact, d deliberation.CandidatesData) {
	redraw := c.redraw
	if c.redraw = false; !redraw {
		c.byCommittee(f, deliberation.PostCandidates)
	}
	days := c.rules.NominatedDays
	if d.Final {
		days = c.rules.FinalListDays
	}
	latest := deliberation.Latest(c.setup.Day, days.Days)
	if !same(d.Days, days) || d.Latest != latest {
		c.fail(f.place(), "候选人名单公布的期限与规则不符", "the days of the list are not the rule's")
	}
	if !redraw && !c.torn {
		c.onTime(f, latest)
	}
	var pre map[deliberation.ElectionPost]*deliberation.Preselection
	if d.Preselection != "" {
		n, _, _, found := c.countOf(d.Preselection, f)
		if !found {
			return
		}
		pre = deliberation.PreselectionOf(n)
	}
	known := c.d.election.known(c.d.People)
	var nominees []deliberation.Nominee
	named := true
	for _, n := range c.nominees {
		nominees = append(nominees, n.Stands(c.rules, known[n.Person]))
		named = named && known[n.Person].Name != "" && known[n.Person].Name != erased
	}
	want := c.rules.CandidateLists(c.setup.Seats, c.setup.Surplus, nominees, pre, d.Final)
	if !sameLists(d.Lists, want, named) {
		c.fail(f.place(), "候选人名单与重新排列的不符", "the lists of candidates are not what the rules give")
	}
	for _, l := range d.Lists {
		if d.Final && len(l.Faults) > 0 {
			c.fail(f.place(), "%[1]s", "%[2]s", l.Faults[0].Sentence("zh"), l.Faults[0].Sentence("en"))
		}
	}
	c.apart(f)
	if d.Final {
		c.lists = d.Lists
	}
}

// sameLists compares lists of candidates; without the names, by which strokes order them,
// the order of those who were not ranked by votes is not compared.
func sameLists(said, want []deliberation.CandidateList, named bool) bool {
	if named {
		return same(said, want)
	}
	sorted := func(lists []deliberation.CandidateList) (out []deliberation.CandidateList) {
		for _, l := range lists {
			l.Candidates, l.Reserve = slices.Sorted(slices.Values(l.Candidates)), slices.Sorted(slices.Values(l.Reserve))
			out = append(out, l)
		}
		return out
	}
	return same(sorted(said), sorted(want))
}

// apart checks that nobody who stands, nor a near relative where the law says so, still
// sits on the election committee.
func (c *electionCourse) apart(f *Fact) {
	if left := c.rules.CommitteeAfter(c.committee, nil, c.willing(), c.kin()).Left; len(left) > 0 {
		c.fail(f.place(), "选举委员会成员 %s 应当退出而没有退出", "%s had to leave the election committee and did not", left[0])
	}
}

// failUnlessErased records a fault, and tells it only where the personal data of somebody
// whom it may turn on were erased since: nobody can say any more.
func (c *electionCourse) failUnlessErased(people []deliberation.PersonID, at place, zh, en string, args ...any) {
	if slices.ContainsFunc(people, func(p deliberation.PersonID) bool { return c.d.People[p] == erased }) {
		c.note(at, "有关人员的个人信息已删除，无法重新推算", "personal data of those concerned were erased: this can no longer be computed again")
		return
	}
	c.fail(at, zh, en, args...)
}

// putOff checks a change of election day.
func (c *electionCourse) putOff(f *Fact, d deliberation.ElectionDayData) {
	c.byCommittee(f, deliberation.PostponeElection)
	if d.From != c.setup.Day || d.Paper.IsZero() || !d.To.After(deliberation.DateOf(f.At)) {
		c.fail(f.place(), "变更前后的选举日有误，或者没有公告", "the days of the change are wrong, or there is no notice")
	}
	hangs := c.listed != nil && !c.relisted
	if hangs && !d.Reverify && c.listedOn.After(deliberation.Latest(d.To, c.rules.ListDays.Days)) {
		c.fail(f.place(), "选举日提前以后，登记名单公布不足 %d 日", "with this day the list of electors hangs for fewer than %d days", c.rules.ListDays.Days)
	}
	if !same(d.Days, c.rules.ReverifyDays) || d.Reverify != (hangs && c.rules.Reverify(c.listedFor, d.To)) {
		c.fail(f.place(), "推迟以后是否重新登记与规则不符", "whether the list is checked anew is not what the rules say")
	}
	c.setup.Day = d.To
	c.relisted = c.relisted || d.Reverify
}

// declare checks that what was declared is what the last count gave.
func (c *electionCourse) declare(f *Fact, d deliberation.ElectionDeclaredData) {
	c.byCommittee(f, deliberation.DeclareResult)
	if len(c.rounds) == 0 || c.declared != nil || d.Paper.IsZero() {
		c.fail(f.place(), "没有计票，或者宣布了两次，或者没有文本", "declared without a count, twice, or without a text")
		return
	}
	c.declared = f
	last := c.rounds[len(c.rounds)-1]
	if !same(d.Seated, last.Outcome.Seated) || d.Lead != last.Outcome.Lead {
		c.fail(f.place(), "宣布的当选人不是计票的结果", "who was declared elected is not who the count gave")
	}
	if !settled(last.Outcome) {
		c.fail(f.place(), "选举没有完成，或者另选人没有经过审查，不能宣布结果", "declared before the election was complete, or somebody written in was reviewed")
	}
	if on := c.dayOf(last.Polls[len(last.Polls)-1]); deliberation.DateOf(f.At).After(on) {
		c.note(f.place(), "结果没有在投票当日宣布", "the result was not declared on the day of the vote")
	}
}

// settled reports whether nothing is left to do of an election: no vote between the tied, no
// review, and no further round for which somebody stands.
func settled(o deliberation.ElectionOutcome) bool {
	switch o.Status {
	case deliberation.ElectionComplete, deliberation.ElectionVacant, deliberation.ElectionShort:
		return len(o.Unconfirmed) == 0
	case deliberation.ElectionFurther:
		return len(o.Unconfirmed) == 0 && !slices.ContainsFunc(o.Further, func(l deliberation.FurtherList) bool { return len(l.Candidates) > 0 })
	}
	return false
}

// challenge checks the limit of a challenge and who ruled on it.
func (c *electionCourse) challenge(f *Fact, x deliberation.ElectionChallenge) {
	if x.Ruling.IsZero() {
		if !c.due(x.Filed, c.rules.ChallengeDays, x.Due) || x.Paper.IsZero() || x.Annuls {
			c.fail(f.place(), "异议的处理期限计算有误，或者没有文本", "the limit of the challenge is miscounted, or it has no text")
		}
		return
	}
	c.mayDo(f, deliberation.RuleOnChallenge)
	if x.Ruled.IsZero() || x.Ruled.Before(x.Filed) {
		c.fail(f.place(), "异议处理的日期有误", "the day of the ruling is wrong")
	} else if x.Ruled.After(x.Due) {
		c.note(f.place(), "对选举异议的处理超过了 %s", "the challenge was ruled on after %s", x.Due)
	}
	c.annulled = c.annulled || x.Annuls
}

// due reports whether a limit of days after an event ends on the day, wherever rest days
// of a year without a table may move it.
func (e *examination) due(event deliberation.Date, rule deliberation.DaysRule, on deliberation.Date) bool {
	limit, earliest := e.d.Calendar.Deadline(event, rule.Days), event.AddDays(rule.Days)
	return limit.Date == on || limit.Provisional && !on.Before(earliest) && !on.After(earliest.AddDays(maxRoll))
}

// followUp checks what was reported as done after the election. Late is told.
func (c *electionCourse) followUp(f *Fact, d deliberation.ElectionStepData) {
	c.byCommittee(f, deliberation.CompleteElectionStep)
	rule, known := map[deliberation.ElectionPoint]deliberation.DaysRule{
		deliberation.ElectionArchive: c.rules.ArchiveDays, deliberation.ElectionHandover: c.rules.HandoverDays, deliberation.ElectionBodies: c.rules.BodiesDays,
	}[d.Step]
	if !known || c.declared == nil || d.Paper.IsZero() || c.steps[d.Step] {
		c.fail(f.place(), "不是宣布结果以后应办的事项，或者办了两次，或者没有文本", "is nothing to be done after an election, or twice, or without a text")
		return
	}
	c.steps[d.Step] = true
	from := []deliberation.Date{deliberation.DateOf(c.declared.At)}
	if last := c.rounds[len(c.rounds)-1]; len(last.Polls) > 0 {
		from = append(from, c.dayOf(last.Polls[len(last.Polls)-1]))
	}
	if !slices.ContainsFunc(from, func(on deliberation.Date) bool { return c.due(on, rule, d.Due) }) {
		c.fail(f.place(), "%s 的期限计算有误", "the limit of %s is miscounted", d.Step)
	}
	late := deliberation.DateOf(f.At).After(d.Due)
	if late != d.Late && !slices.ContainsFunc(c.day(f.At), func(on deliberation.Date) bool { return on.After(d.Due) == d.Late }) {
		c.fail(f.place(), "%s 是否逾期与时间不符", "whether %s was late is not what the times say", d.Step)
	}
	if d.Late {
		c.note(f.place(), "%s 逾期，应于 %s 办结", "%s was late, due by %s", d.Step, d.Due)
	}
}

// finish checks that an election that was carried through left nothing out.
func (c *electionCourse) finish() {
	if c.h.ended == nil || c.stopped() {
		return
	}
	end := c.h.end.place()
	switch o := c.h.ended.Outcome; {
	case o == deliberation.Lost && !c.annulled:
		c.fail(end, "没有认定选举无效的处理决定，却按无效终结", "ended as void, though no ruling says so")
	case o == deliberation.Carried && c.annulled:
		c.fail(end, "选举被认定无效，却按完成终结", "a ruling found the election void, yet it was ended as complete")
	case o == deliberation.Carried && c.declared == nil:
		c.fail(end, "没有宣布选举结果", "the result was never declared")
	}
	if c.h.ended.Outcome != deliberation.Carried {
		return
	}
	for _, s := range []deliberation.ElectionPoint{deliberation.ElectionArchive, deliberation.ElectionHandover, deliberation.ElectionBodies} {
		if !c.steps[s] && (s == deliberation.ElectionArchive || !c.setup.ByElection) {
			c.fail(end, "没有报告：%s", "was not reported as done: %s", s)
		}
	}
}

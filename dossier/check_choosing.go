package dossier

import (
	"slices"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// choosing checks a choice 推选: who stood agreed in writing and was not barred by what the
// record said of them, the ballots named those and nobody else, who was chosen is what the
// counts give, and the result was filed.
func (e *examination) choosing() {
	c := &choosingCourse{examination: e, now: deliberation.ChoosingProgress{Setup: *e.h.started.Choosing}, motions: map[string]deliberation.Motion{}, read: map[deliberation.PollID]bool{}}
	if !same(e.d.Case.Matter.Choosing, e.h.started.Choosing) || e.d.Case.Matter.Group != e.h.started.Group {
		e.fail(inFile(processFile), "推选的机构、名额或者小组与启动记录不符", "what is chosen, the seats or the group differ from the start")
	}
	for i := range e.d.Facts {
		f := &e.d.Facts[i]
		switch v := f.Value.(type) {
		case *deliberation.ChoosingCandidateData:
			c.candidate(f, *v)
		case *deliberation.ChoosingListsData:
			c.lists(f, *v)
		case *deliberation.MotionData:
			c.motion(f, v.Motion)
		case *deliberation.ChosenData:
			c.chosen(f, *v)
		}
	}
	if e.h.ended != nil && e.h.ended.Outcome == deliberation.Carried {
		c.complete()
	}
	for _, v := range e.h.visits {
		c.left(v)
	}
	for _, m := range e.polls() {
		if len(m.poll.passings) > 0 && !c.read[m.poll.id] && !e.stopped() {
			e.fail(m.place(), "表决了，没有登记当选人", "a ballot was counted, and nobody was said to be chosen or not")
		}
	}
	e.summary("核对 %d 名候选人，%d 人当选", "%d candidates were checked, %d were chosen", len(c.now.Candidates), len(c.now.Seated))
}

// choosingCourse is a choice while it is examined.
type choosingCourse struct {
	*examination
	now     deliberation.ChoosingProgress
	motions map[string]deliberation.Motion
	// drawn: the lists were settled and not voted on yet. again are those who were tied in
	// the meeting, and stand once more.
	drawn   bool
	again   []deliberation.ChoosingList
	meeting deliberation.MeetingID
	read    map[deliberation.PollID]bool
	// enough says, at each ballot, whether those chosen could begin.
	enough []bool
}

// candidate follows one candidate: named by somebody who may, agreed by themselves or by a
// letter that the clerk filed, barred by the record.
func (c *choosingCourse) candidate(f *Fact, v deliberation.ChoosingCandidateData) {
	n := v.Candidate
	before := c.now.Candidate(n.Person)
	switch n.State {
	case deliberation.NomineeNamed:
		if c.now.Setup.SeatsOf(n.Post) < 1 || !slices.Contains(c.choose.Proposers.List, string(f.Office)) || before != nil && before.State != deliberation.NomineeDeclined {
			c.fail(f.place(), "推荐人无权推荐，或者推荐的职务不在推选之列，或者重复推荐", "proposed by who may not, for a post that is not chosen, or twice")
		}
	case deliberation.NomineeAccepted, deliberation.NomineeDeclined:
		own := f.Actor == n.Person || f.Office == deliberation.Clerk && !v.Paper.IsZero()
		silent := f.Actor == "" && n.State == deliberation.NomineeDeclined
		if before == nil || before.Post != n.Post || !own && !silent {
			c.fail(f.place(), "不是被推荐人本人的书面答复", "not the candidate's own answer in writing")
		}
		if silent {
			c.silence(f, n.Person)
		}
	case deliberation.NomineeBarred: // the lists say why
		if before == nil || before.State != deliberation.NomineeAccepted {
			c.fail(f.place(), "没有同意参选的人被取消资格", "somebody who did not stand was barred")
		}
	default:
		c.fail(f.place(), "候选人的状态不明", "a candidate stands in no way that is known")
	}
	if before != nil {
		*before = n
	} else {
		c.now.Candidates = append(c.now.Candidates, n)
	}
}

// silence checks that the limit of an answer had passed.
func (c *choosingCourse) silence(f *Fact, who deliberation.PersonID) {
	for i := range c.d.Facts {
		g := &c.d.Facts[i]
		if v, ok := g.Value.(*deliberation.ChoosingCandidateData); ok && v.Candidate.Person == who && v.Candidate.State == deliberation.NomineeNamed && g.Index < f.Index {
			limit := c.d.Calendar.Deadline(deliberation.DateOf(g.At), c.choose.ReplyDays.Days)
			if len(c.day(g.At)) == 1 && f.At.Before(limit.Date.End()) && !limit.Provisional {
				c.fail(f.place(), "未到答复期限即视为不同意", "taken for silent before the limit")
			}
		}
	}
}

// lists checks the lists against who stands, and each who was asked against what the
// record said of them.
func (c *choosingCourse) lists(f *Fact, v deliberation.ChoosingListsData) {
	c.mayDo(f, deliberation.SettleCandidates)
	barred := map[deliberation.PersonID]bool{}
	for _, s := range v.Standings {
		n := c.now.Candidate(s.Person)
		switch {
		case n == nil:
			c.fail(f.place(), "名单核对了没有被推荐的人", "somebody was looked at who was not proposed")
		case len(c.choose.Bars(n.Post, s)) > 0:
			barred[s.Person] = true
		}
	}
	for i := range c.now.Candidates {
		n := &c.now.Candidates[i]
		if barred[n.Person] != (n.State == deliberation.NomineeBarred) && !c.barredBefore(f, n.Person) {
			c.fail(f.place(), "候选人资格与记录不符", "who may stand is not what the record gives")
		}
	}
	want, short := c.now.Ballot()
	if short != "" || len(want) != len(v.Lists) {
		c.fail(f.place(), "候选人少于应选名额", "fewer stand than there are seats")
		return
	}
	for i, l := range v.Lists {
		if l.Post != want[i].Post || l.Seats != want[i].Seats || !sameSet(l.Candidates, want[i].Candidates) || !c.inOrder(l.Candidates) {
			c.fail(f.place(), "名单与同意参选的人不符，或者没有按姓氏笔画排列", "a list is not of those who agreed, or not by the strokes of their surnames")
		}
		for _, id := range l.Candidates {
			if !slices.ContainsFunc(v.Standings, func(s deliberation.ChoosingStanding) bool { return s.Person == id }) {
				c.fail(f.place(), "候选人没有经过资格核对", "a candidate was not looked at")
			}
		}
	}
	c.now.Lists, c.drawn, c.again = v.Lists, true, nil
}

// barredBefore reports whether the person had been barred by lists before these.
func (c *choosingCourse) barredBefore(f *Fact, who deliberation.PersonID) bool {
	for i := range c.d.Facts {
		g := &c.d.Facts[i]
		if v, ok := g.Value.(*deliberation.ChoosingListsData); ok && g.Index < f.Index {
			for _, s := range v.Standings {
				if n := c.now.Candidate(who); s.Person == who && n != nil && len(c.choose.Bars(n.Post, s)) > 0 {
					return true
				}
			}
		}
	}
	return false
}

// inOrder reports whether the names follow the strokes of the surnames; the name of
// somebody erased says nothing.
func (c *choosingCourse) inOrder(ids []deliberation.PersonID) bool {
	return slices.IsSortedFunc(ids, func(a, b deliberation.PersonID) int {
		if c.d.People[a] == erased || c.d.People[b] == erased {
			return 0
		}
		return deliberation.CompareByStrokes(c.d.People[a], c.d.People[b])
	})
}

func sameSet(a, b []deliberation.PersonID) bool {
	return slices.Equal(slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b)))
}

// motion keeps a question; it is held against its list when its count is read.
func (c *choosingCourse) motion(f *Fact, m deliberation.Motion) {
	if m.Voting != deliberation.SecretVoting || m.WriteIn || m.OnPaper != c.now.Setup.OnPaper {
		c.fail(f.place(), "推选应当无记名投票", "a choice is by secret ballot")
	}
	c.motions[m.ID] = m
}

// chosen reads a ballot again: what it asked, who was chosen, who was tied.
func (c *choosingCourse) chosen(f *Fact, v deliberation.ChosenData) {
	p := c.h.pollAt[string(v.Poll)]
	if p == nil || p.closed == nil || c.read[v.Poll] {
		c.fail(f.place(), "推选没有计票，或者登记了两次", "there is no count of the choice, or it was read twice")
		return
	}
	c.asked(f, v.Lists)
	if !c.drawn && value[deliberation.CountData](p.closed).Meeting != c.meeting {
		c.fail(f.place(), "再次投票不在同一次会议", "the tied did not stand again in the same meeting")
	}
	var seated []deliberation.ChosenSeat
	var again []deliberation.ChoosingList
	for _, l := range v.Lists {
		verdict, count, found := c.verdictOn(v.Poll, l.Motion)
		if !found {
			c.fail(f.place(), "推选没有计票和表决结论", "there is no count of the choice")
			return
		}
		won, tied := l.Seat(verdict, count, v.Poll)
		seated = append(seated, won...)
		if tied != nil {
			again = append(again, *tied)
		}
	}
	if !same(seated, v.Seated) || !same(again, v.Again) {
		c.fail(f.place(), "当选人或者票数相等的人与计票不符", "who was chosen, or is tied, is not what the count gives")
	}
	c.now.Seated = append(c.now.Seated, seated...)
	c.again, c.read[v.Poll] = nil, true
	if c.drawn { // tied once more, the seats stay open
		c.again, c.meeting = v.Again, value[deliberation.CountData](p.closed).Meeting
	}
	c.drawn = false
	c.enough = append(c.enough, c.choose.Enough(&c.now))
}

// asked checks that a ballot was on the lists that were settled, without who stepped back
// since, or on those who were tied, and that its sheets name them.
func (c *choosingCourse) asked(f *Fact, lists []deliberation.ChoosingList) {
	want := c.now.Lists
	if !c.drawn {
		want = c.again
	}
	if len(lists) == 0 || len(lists) != len(want) {
		c.fail(f.place(), "表决的不是已经公布的名单", "what was voted on is not the list")
		return
	}
	for i, l := range lists {
		standing := slices.DeleteFunc(slices.Clone(want[i].Candidates), func(id deliberation.PersonID) bool { return !c.now.Stands(id) })
		motion, known := c.motions[l.Motion]
		if l.Post != want[i].Post || l.Seats != want[i].Seats || !slices.Equal(l.Candidates, standing) || !known ||
			motion.Paper != l.Sheet || motion.Seats != min(l.Seats, len(standing)) || !same(motion.Options, deliberation.OptionIDs(len(standing))) {
			c.fail(f.place(), "选票与名单不符", "a question is not that of its list")
			continue
		}
		names, known := make([]string, len(standing)), true
		for k, id := range standing {
			names[k] = c.d.People[id]
			known = known && names[k] != erased
		}
		file, _ := c.d.paper(l.Sheet.ID)
		if known && strings.TrimSpace(string(c.d.files[file])) != deliberation.ChoosingSheet(l.Post, l.Seats, names) {
			c.fail(inFile(file), "选票上的姓名与名单不符", "the names on the sheet are not those of the list")
		}
	}
}

// verdictOn finds the verdict and the count of a question.
func (c *choosingCourse) verdictOn(poll deliberation.PollID, motion string) (v deliberation.MotionVerdict, n deliberation.QuestionCount, found bool) {
	p := c.h.pollAt[string(poll)]
	if p == nil || p.closed == nil {
		return v, n, false
	}
	for _, q := range value[deliberation.CountData](p.closed).Questions {
		if string(q.Question) == motion {
			n = q
		}
	}
	for i := range p.passings {
		if d := value[deliberation.VerdictData](&p.passings[i]); d.Motion == motion {
			return deliberation.MotionVerdict{Motion: motion, Verdict: d.Verdict, Chosen: d.Chosen, Tied: d.Tied}, n, string(n.Question) == motion
		}
	}
	return v, n, false
}

// left checks how a visit of the vote ended: with enough chosen it goes on, else it is
// proposed anew.
func (c *choosingCourse) left(v *visit) {
	if v.stage != deliberation.ChoosingVote || v.outcome == nil || v.outcome.Outcome == deliberation.Inquorate {
		return
	}
	n, last := 0, false
	for i := range c.d.Facts {
		if d, ok := c.d.Facts[i].Value.(*deliberation.ChosenData); ok && d != nil {
			if c.d.Facts[i].Index < v.leave.Index && n < len(c.enough) {
				last = c.enough[n]
			}
			n++
		}
	}
	if o := v.outcome.Outcome; (o == deliberation.Carried) != last && (o == deliberation.Carried || o == deliberation.Lost) {
		c.fail(v.leave.place(), "推选的结果与当选人数不符", "the outcome is not what those chosen give")
	}
}

// complete checks that nothing was left out of a choice that went its whole way.
func (c *choosingCourse) complete() {
	if !c.choose.Enough(&c.now) {
		c.fail(c.h.end.place(), "当选人数不足", "too few were chosen")
	}
	if len(c.h.filed) == 0 {
		c.fail(c.h.end.place(), "推选结果没有报送备案", "the result was never filed")
	}
	for _, f := range c.h.filed {
		c.mayDo(&f, deliberation.FileResolution)
	}
}

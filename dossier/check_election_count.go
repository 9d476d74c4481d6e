package dossier

import (
	"maps"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// roundOf is a count of an election with what it was a count of.
type roundOf struct {
	fact *Fact
	deliberation.ElectionRoundData
	visit  *visit
	seats  deliberation.ElectionSeats
	lists  map[deliberation.ElectionPost][]deliberation.PersonID
	before []deliberation.Seated
}

// countOf counts a poll again: its count, its paper, and how many ballots of the web there were.
func (e *examination) countOf(id deliberation.PollID, f *Fact) (n deliberation.Count, paper deliberation.PaperCount, web int, found bool) {
	for _, m := range e.polls() {
		if m.poll.id == id && m.poll.closed != nil && m.poll.closed.Index < f.Index {
			n.Tally, n.Questions = e.recount(m)
			return n, e.d.sheets[id], len(e.d.ballots[id]), true
		}
	}
	e.fail(f.place(), "所依据的表决 %s 没有计票", "rests on a poll %s that was not counted", id)
	return n, paper, 0, false
}

// round decides a round again from its ballots.
func (c *electionCourse) round(f *Fact, d deliberation.ElectionRoundData) {
	if c.relisted {
		c.fail(f.place(), "选举推迟以后没有重新公布登记名单", "the list was not published anew after the election was put off")
	}
	c.apart(f)
	if len(d.Polls) == 0 {
		c.fail(f.place(), "没有写明依据哪一次投票", "does not say which poll it counts")
		return
	}
	poll := d.Polls[len(d.Polls)-1]
	now := c.roundOf(f, d, poll)
	n, paper, web, found := c.countOf(poll, f)
	if !found {
		return
	}
	if web > 0 && !c.setup.Web {
		c.fail(f.place(), "选举办法没有开通网上投票，却计入 %d 张网上选票", "%d ballots of the web were counted, though the method does not allow them", web)
	}
	count := deliberation.ElectionCount{
		Rules: c.rules, Round: d.Outcome.Round, Day: c.dayOf(poll), Seats: now.seats, Surplus: c.setup.Surplus, Candidates: now.lists,
		Base: n.Tally.Due, Kin: c.kin(), Withdrawn: d.Withdrawn, Seated: now.before,
	}
	count.Boxes, count.Tallies = deliberation.ElectionPapers(n, paper, web)
	c.asked(f, poll, now.lists, now.seats, d.Outcome.Round == 1)
	for i, v := range d.Revotes {
		again, _, _, found := c.countOf(v.Poll, f)
		if !found {
			return
		}
		vote, err := deliberation.RevoteOf(v.Post, again)
		if err != nil {
			c.fail(f.place(), "再次投票不是只有一项", "a vote between the tied asks more than one question")
			return
		}
		count.Revotes = append(count.Revotes, vote)
		if last := len(c.rounds) - 1; i == len(d.Revotes)-1 && last >= 0 && len(d.Revotes) > len(c.rounds[last].Revotes) {
			c.again(f, v, c.rounds[last].Outcome)
		}
	}
	if !count.Know(c.d.election.known(c.d.People), d.Qualified) {
		c.fail(inFile(electedFile), "缺少得票人的情况", "somebody who was voted for is missing")
		return
	}
	switch want := count.Decide(c.d.Calendar); {
	case d.Base != count.Base || !same(d.Seated, now.before) && len(d.Seated)+len(now.before) > 0:
		c.fail(f.place(), "计票的基数或者此前当选的人与记录不符", "the base of the count, or who was elected before, is not what was recorded")
	case !same(want, d.Outcome):
		c.failUnlessErased(count.People(), f.place(), "第 %[1]d 轮的选举结果与重新计票不符：应为“%[2]s”", "the outcome of round %[1]d is not what the ballots give: it is “%[3]s”", d.Outcome.Round, want.Status.Word("zh"), want.Status.Word("en"))
	}
	for _, who := range slices.Sorted(maps.Keys(d.Qualified)) {
		if fit, reviewed := c.qualified[who]; !reviewed || fit != d.Qualified[who] {
			c.fail(f.place(), "%s 的资格审查没有记录", "there is no record of the review of %s", who)
		}
	}
	for _, who := range d.Withdrawn {
		if !c.withdrawn[who] {
			c.fail(f.place(), "%s 没有声明不接受当选", "%s did not decline the seat", who)
		}
	}
	c.rounds = append(c.rounds, now)
}

// electionForm gives what the ballot of an election asked, as its count says: each post as
// its motion last stood when the poll was opened.
func (e *examination) electionForm(p *ballot) (form deliberation.BallotForm) {
	if p.opened == nil {
		return nil
	}
	motions := map[deliberation.QuestionID]deliberation.Motion{}
	for _, f := range e.d.Facts {
		if d, ok := f.Value.(*deliberation.MotionData); ok && f.Index < p.opened.Index {
			motions[deliberation.QuestionID(d.Motion.ID)] = d.Motion
		}
	}
	for _, q := range value[deliberation.CountData](p.closed).Questions {
		form = append(form, motions[q.Question].Question())
		form[len(form)-1].ID = q.Question
	}
	return form
}

// asked checks that a poll asked for each post who stood for it, in their order, and no
// others, and whether somebody else might be written in.
func (c *electionCourse) asked(f *Fact, id deliberation.PollID, lists map[deliberation.ElectionPost][]deliberation.PersonID, seats deliberation.ElectionSeats, writeIn bool) {
	form := c.electionForm(c.h.pollAt[string(id)])
	asked := 0
	for _, post := range deliberation.ElectionPosts {
		want, stood := lists[post]
		if !stood || seats[post] < 1 || len(want) == 0 && !writeIn { // nobody stands again
			continue
		}
		asked++
		i := slices.IndexFunc(form, func(q deliberation.BallotQuestion) bool { return q.ID == deliberation.QuestionID(post) })
		if i < 0 || form[i].Seats != seats[post] || form[i].WriteIn != writeIn || !slices.EqualFunc(form[i].Options, want, func(o deliberation.OptionID, p deliberation.PersonID) bool { return string(o) == string(p) }) {
			c.fail(f.place(), "表决 %s 的选票上 %s 的候选人、名额与公布的不符", "the ballot of %s has other candidates or seats for %s than were published", id, post)
		}
	}
	if len(form) != asked {
		c.fail(f.place(), "表决 %s 的选票应有 %d 项职务，实有 %d 项", "the ballot of %s should ask %d posts and asks %d", id, asked, len(form))
	}
}

// again checks that a vote between the tied was held on those who were tied.
func (c *electionCourse) again(f *Fact, v deliberation.RevotePoll, was deliberation.ElectionOutcome) {
	for _, r := range was.Posts {
		if len(r.Tied) > 0 {
			c.asked(f, v.Poll, map[deliberation.ElectionPost][]deliberation.PersonID{r.Post: r.Tied}, deliberation.ElectionSeats{r.Post: r.TiedSeats}, false)
			return
		}
	}
	c.fail(f.place(), "没有票数相等，却再次投票", "a vote between the tied, though nobody was")
}

// roundOf gives what a count was a count of: the same as the one before where its poll is
// the same or did not stand, else the seats and lists that the outcome before left.
func (c *electionCourse) roundOf(f *Fact, d deliberation.ElectionRoundData, poll deliberation.PollID) roundOf {
	now := roundOf{fact: f, visit: c.visitOf(f), ElectionRoundData: d, seats: c.setup.Seats, lists: map[deliberation.ElectionPost][]deliberation.PersonID{}}
	for _, l := range c.lists {
		now.lists[l.Post] = l.Candidates
	}
	want := 1
	if n := len(c.rounds); n > 0 && c.rounds[n-1].visit == now.visit { // else it is voted on anew
		was := c.rounds[n-1]
		want = was.Outcome.Round
		now.seats, now.lists, now.before = was.seats, was.lists, was.before
		if poll != was.Polls[len(was.Polls)-1] && !was.Outcome.Status.Failed() {
			want++
			now.seats, now.lists = deliberation.ElectionSeats{}, map[deliberation.ElectionPost][]deliberation.PersonID{}
			for _, l := range was.Outcome.Further {
				now.seats[l.Post], now.lists[l.Post] = l.Seats, l.Candidates
			}
			now.before = was.Outcome.Seated
			if on := c.dayOf(poll); !was.Outcome.FurtherBy.IsZero() && on.After(was.Outcome.FurtherBy) {
				c.note(f.place(), "另行选举在 %s 举行，超过规定的 %s", "the further round was held on %s, later than %s", on, was.Outcome.FurtherBy)
			}
		}
	}
	if d.Outcome.Round != want {
		c.fail(f.place(), "应为第 %d 轮，记为第 %d 轮", "should be round %d and says %d", want, d.Outcome.Round)
	}
	if want == 1 && c.dayOf(poll) != c.setup.Day {
		c.fail(f.place(), "投票不在选举日 %s 举行", "the vote was not on election day, %s", c.setup.Day)
	}
	return now
}

// dayOf is the day of the meeting that held a poll.
func (e *examination) dayOf(id deliberation.PollID) deliberation.Date {
	for _, m := range e.polls() {
		if m.poll.id == id && m.notice != nil {
			return deliberation.DateOf(value[deliberation.NoticeData](m.notice).Starts)
		}
	}
	return deliberation.Date{}
}

package dossier

import (
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// comings checks who came and went against the roll: each member comes before they
// go, and the first time is the one on the roll.
func (e *examination) comings(r Roll) {
	name := rollFile(r.Meeting)
	first, in := map[deliberation.PersonID]deliberation.HallEvent{}, map[deliberation.PersonID]bool{}
	for _, v := range r.Events {
		if v.In == in[v.Person] {
			e.fail(inFile(name), "%s 的签到和离场不相衔接", "the comings and goings of %s do not follow each other", v.Person)
		}
		in[v.Person] = v.In
		if _, came := first[v.Person]; !came {
			first[v.Person] = v
		}
	}
	for _, x := range r.Members {
		v, came := first[x.Person]
		if came != checkedIn(x) || came && !v.At.Equal(x.CheckedIn) {
			e.fail(inFile(name), "%s 的签到时间与进出记录不符", "%s did not sign in when the comings and goings say", x.Person)
		}
		delete(first, x.Person)
	}
	if len(first) > 0 {
		e.fail(inFile(name), "进出记录中有 %d 人不在名册上", "%d who came and went are not on the roll", len(first))
	}
}

// inHall checks that the voters of a poll are those who were in the hall when it
// was opened, none more and none fewer.
func (e *examination) inHall(m vote, listed map[deliberation.PersonID]bool) {
	roll := e.d.Rolls[m.id]
	there := deliberation.InHallAtPoll(roll.Events, slices.Index(m.polls, m.poll))
	for _, x := range roll.Members {
		switch {
		case there[x.Person] && !listed[x.Person]:
			e.fail(inFile(rollFile(m.id)), "%s 表决开始时在场，却未列入参加表决名单", "%s was there when the poll opened and is not among the voters", x.Person)
		case !there[x.Person] && listed[x.Person]:
			e.fail(inFile(rollFile(m.id)), "%s 表决开始时不在场，却列入参加表决名单", "%s was not there when the poll opened and is among the voters", x.Person)
		}
	}
}

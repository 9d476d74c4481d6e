package demo

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// VillageElection is an election of a village of sixty under V-NEW and the Sichuan
// measures, and who is elected, reckoned by hand. It is on paper, at a station and with
// a mobile box, some by mandate; one withdraws, and one seat needs a further round.
func VillageElection(c Cast) (Election, map[deliberation.PersonID]deliberation.ElectionPost) {
	d1, d2 := c.Committee[0], c.Branch[4]
	m1, m2, m3, m4 := c.Committee[1], c.Committee[2], c.Branch[1], c.Committee[3]
	reps := c.Representatives
	return Election{
			Title: "村民委员会换届选举", Ahead: 32, Committee: reps[20:23],
			Setup: deliberation.ElectionSetup{
				Method:  deliberation.AllElectors,
				Seats:   deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 2},
				Surplus: deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 2},
			},
			Nominations: []deliberation.Nomination{
				{By: "party_organisation", Names: marks{deliberation.PostDirector: {d1}, deliberation.PostMember: {m1, m2}}},
				{By: "electors", Signers: []deliberation.PersonID{reps[0]}, Names: marks{deliberation.PostDirector: {d2}, deliberation.PostMember: {m3, m4}}},
			},
			Withdraws: m4,
			Mandates:  map[deliberation.PersonID]deliberation.PersonID{reps[10]: reps[11], reps[12]: reps[11]},
			Mobile:    c.Residents[:4],
			Rounds:    [][]Sheet{villageFirst(c), villageSecond(c)},
			Checks: map[string]func(context.Context, *Elected) error{
				"convened": mandatesTried, "voting": boxesTried, "counting": tooManyRecovered,
			},
		}, map[deliberation.PersonID]deliberation.ElectionPost{
			d1: deliberation.PostDirector, m2: deliberation.PostMember, m3: deliberation.PostMember,
		}
}

// marks are whom a sheet or a nomination names for each post.
type marks = map[deliberation.ElectionPost][]deliberation.PersonID

// villageFirst are the papers of forty-four of sixty electors; one is taken home.
func villageFirst(c Cast) (sheets []Sheet) {
	d1, d2, m1, m2, m3 := c.Committee[0], c.Branch[4], c.Committee[1], c.Committee[2], c.Branch[1]
	reps := c.Representatives
	for n := range 44 {
		s := Sheet{On: deliberation.TableChannel, For: marks{}}
		if s.Voter, s.Kept = reps[n%40], n == 43; n >= 39 && n < 43 {
			s.Voter, s.On = c.Residents[n-39], deliberation.MobileChannel
		}
		if n == 43 {
			s.Voter = reps[39]
		}
		switch {
		case n < 25:
			s.For[deliberation.PostDirector] = []deliberation.PersonID{d1}
		case n < 40:
			s.For[deliberation.PostDirector] = []deliberation.PersonID{d2}
		}
		switch {
		case n < 18:
			s.For[deliberation.PostMember] = []deliberation.PersonID{m2, m3}
		case n < 23:
			s.For[deliberation.PostMember] = []deliberation.PersonID{m2}
		case n < 30:
			s.For[deliberation.PostMember] = []deliberation.PersonID{m2, m1}
		case n < 42:
			s.For[deliberation.PostMember] = []deliberation.PersonID{m1}
		default:
			s.Spoiled = []deliberation.ElectionPost{deliberation.PostMember}
		}
		if n == 10 || n == 12 {
			s.By = reps[11]
		}
		sheets = append(sheets, s)
	}
	return sheets
}

// villageSecond are forty papers: fourteen of forty are more than a third, twelve are not.
func villageSecond(c Cast) (sheets []Sheet) {
	for n := range 40 {
		s := Sheet{Voter: c.Representatives[n], On: deliberation.TableChannel, For: marks{}}
		switch {
		case n < 14:
			s.For[deliberation.PostMember] = []deliberation.PersonID{c.Branch[1]}
		case n < 26:
			s.For[deliberation.PostMember] = []deliberation.PersonID{c.Committee[1]}
		}
		sheets = append(sheets, s)
	}
	return sheets
}

// mandatesTried tries what V-NEW 第十八条第四款 does not allow.
func mandatesTried(ctx context.Context, x *Elected) error {
	reps, path := x.Cast.Representatives, "/meetings/"+string(x.Meeting)+"/mandates"
	give := func(from, to deliberation.PersonID) error {
		return x.Post(ctx, from, path, map[string]any{"agent": to})
	}
	if err := give(reps[14], reps[11]); err != nil {
		return err
	}
	if err := x.Refused("第四个委托人", "mandate_cap", func() error { return give(reps[15], reps[11]) }); err != nil {
		return err
	}
	return x.Refused("委托候选人投票", "not_entitled", func() error { return give(reps[16], x.Cast.Committee[0]) })
}

// boxesTried tries to vote where the scheme does not have it, and to hand out papers as a candidate.
func boxesTried(ctx context.Context, x *Elected) error {
	reps, candidate := x.Cast.Representatives, x.Cast.Committee[0]
	err := x.Refused("选举办法没有规定网上投票", "paper_only", func() error {
		return x.Post(ctx, reps[0], x.Poll+"/ballots", map[string]any{"answers": []deliberation.Answer{
			{Question: "director", Choices: []string{string(candidate)}}, {Question: "member", Choices: []string{}},
		}})
	})
	if err != nil {
		return err
	}
	issue := func(by deliberation.PersonID, on deliberation.Channel) error {
		return x.Post(ctx, by, x.Poll+"/paper", map[string]any{"action": "issue", "person": reps[30], "channel": on, "station": stationOf(on)})
	}
	if err := x.Refused("不在流动票箱名单上", "not_entitled", func() error { return issue(x.Cast.Clerk, deliberation.MobileChannel) }); err != nil {
		return err
	}
	return x.Refused("候选人发选票", "not_entitled", func() error { return issue(candidate, deliberation.TableChannel) })
}

// tooManyRecovered has more papers come out of the box than were handed out (S-VE 第三十二条).
func tooManyRecovered(ctx context.Context, x *Elected) error {
	box := func(n int) error {
		return x.Post(ctx, x.Cast.Clerk, x.Poll+"/boxes", map[string]any{"station": centralStation, "recovered": n})
	}
	if err := box(41); err != nil {
		return err
	}
	if err := x.Refused("收回的票多于发出的票", "unreconciled", func() error { return x.Cosign(ctx) }); err != nil {
		return err
	}
	return box(39)
}

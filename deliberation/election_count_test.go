package deliberation_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// papers are so many that name the same persons: "12 member A B; director D".
type papers struct {
	n   int
	box string
	on  map[deliberation.ElectionPost]string
}

// counted is a village of 100 electors in which all sheets lie in one box, unless said otherwise.
func counted(t *testing.T, id string, seats deliberation.ElectionSeats, all []papers) deliberation.ElectionCount {
	t.Helper()
	c := deliberation.ElectionCount{
		Rules: electionRules(t, id, deliberation.AllElectors), Round: 1, Day: date(t, "2026-11-20"), Seats: seats,
		Surplus:    deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostDeputy: 1, deliberation.PostMember: 1},
		Candidates: map[deliberation.ElectionPost][]deliberation.PersonID{}, Persons: map[deliberation.PersonID]deliberation.ElectionPerson{}, Base: 100,
	}
	boxes := map[string]int{}
	for _, p := range all {
		for range p.n {
			s := deliberation.ElectionSheet{Box: p.box, For: map[deliberation.ElectionPost][]deliberation.PersonID{}}
			for post, names := range p.on {
				for _, name := range strings.Fields(names) {
					id := deliberation.PersonID(name)
					s.For[post] = append(s.For[post], id)
					sex := deliberation.Male
					if strings.HasPrefix(name, "w") {
						sex = deliberation.Female
					}
					c.Persons[id] = deliberation.ElectionPerson{Sex: sex, Registered: true}
					if !slices.Contains(c.Candidates[post], id) {
						c.Candidates[post] = append(c.Candidates[post], id)
					}
				}
			}
			c.Sheets = append(c.Sheets, s)
		}
		boxes[p.box] += p.n
	}
	for box, n := range boxes {
		c.Boxes = append(c.Boxes, deliberation.ElectionBox{ID: box, Issued: n, Recovered: n})
	}
	return c
}

const (
	dir = deliberation.PostDirector
	dep = deliberation.PostDeputy
	mem = deliberation.PostMember
)

func only(post deliberation.ElectionPost, names string) map[deliberation.ElectionPost]string {
	return map[deliberation.ElectionPost]string{post: names}
}

// said is the outcome in one line: status, who sits where, who is tied, who stands again.
func said(o deliberation.ElectionOutcome) string {
	s := string(o.Status) + ":"
	for _, x := range o.Seated {
		s += fmt.Sprintf(" %s=%s", x.Person, x.Post)
	}
	for _, r := range o.Posts {
		if len(r.Tied) > 0 {
			s += fmt.Sprintf(" tied %v for %d", r.Tied, r.TiedSeats)
		}
	}
	for _, l := range o.Further {
		s += fmt.Sprintf(" again %s %d of %v", l.Post, l.Seats, l.Candidates)
	}
	return s
}

func TestArticles32To38TheCount(t *testing.T) {
	woman := []papers{{n: 60, on: map[deliberation.ElectionPost]string{dir: "w0"}}} // a director, so that the women's rule is met
	three := deliberation.ElectionSeats{dir: 1, mem: 2}
	for _, c := range []struct {
		name  string
		seats deliberation.ElectionSeats
		all   []papers
		more  func(*deliberation.ElectionCount)
		want  string
	}{
		{"art. 32: half of the electors are not enough", deliberation.ElectionSeats{dir: 1}, []papers{{n: 50, on: only(dir, "w0")}}, nil, "turnout:"},
		{"art. 32: 51 of 100", deliberation.ElectionSeats{dir: 1}, []papers{{n: 51, on: only(dir, "w0")}}, nil, "complete: w0=director"},
		{"art. 32: spoiled papers are voters", deliberation.ElectionSeats{dir: 1}, []papers{{n: 26, on: only(dir, "w0")}, {n: 25, on: only(dir, "w0 a")}}, nil, "complete: w0=director"},
		{"art. 32: and count against who is elected", deliberation.ElectionSeats{dir: 1}, []papers{{n: 26, on: only(dir, "w0")}, {n: 26, on: only(dir, "w0 a")}}, nil, "further: again director 1 of [w0]"},
		{
			"art. 32: more papers recovered than issued", deliberation.ElectionSeats{dir: 1}, woman,
			func(c *deliberation.ElectionCount) { c.Boxes[0].Issued = 59 }, "void:",
		},
		{
			"papers that nobody read", deliberation.ElectionSeats{dir: 1}, woman,
			func(c *deliberation.ElectionCount) { c.Boxes[0].Recovered, c.Boxes[0].Issued = 61, 61 }, "unread:",
		},
		{
			"HN-VE art. 29: a mobile box with more papers than users", deliberation.ElectionSeats{dir: 1},
			[]papers{{n: 52, on: only(dir, "w0")}, {n: 9, box: "mobile", on: only(dir, "a")}},
			func(c *deliberation.ElectionCount) {
				for i, b := range c.Boxes {
					if b.ID == "mobile" {
						c.Boxes[i].Mobile, c.Boxes[i].Users = true, 8
					}
				}
			}, "complete: w0=director",
		},
		{
			"HN-VE art. 29: without its papers too few voted", deliberation.ElectionSeats{dir: 1},
			[]papers{{n: 50, on: only(dir, "w0")}, {n: 9, box: "mobile", on: only(dir, "w0")}},
			func(c *deliberation.ElectionCount) {
				for i, b := range c.Boxes {
					if b.ID == "mobile" {
						c.Boxes[i].Mobile, c.Boxes[i].Users = true, 8
					}
				}
			}, "turnout:",
		},
		{"§17.9: too many names spoil that post only", three, []papers{{n: 60, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a b c"}}}, nil, "further: w0=director again member 2 of []"},
		{
			"§17.9: or the sheet, where the method says so", three, []papers{{n: 60, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a b c"}}},
			func(c *deliberation.ElectionCount) {
				c.Rules, _ = c.Rules.Adopt(deliberation.ElectionChoices{Overfull: deliberation.OverfullWholeSheet})
			}, "further: again director 1 of [] again woman_member 1 of [] again member 1 of []",
		},
		{"art. 33: half of the votes is not more than half (§17.10)", deliberation.ElectionSeats{dir: 1}, []papers{{n: 30, on: only(dir, "w0")}, {n: 30, on: only(dir, "a")}}, nil, "further: again director 1 of [a w0]"},
		{
			"art. 33: a tie at the last seat", three,
			[]papers{{n: 40, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a b"}}, {n: 20, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a c"}}, {n: 20, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "b c"}}},
			func(c *deliberation.ElectionCount) { c.Sheets = c.Sheets[:80]; equalise(c, "b", "c") }, "revote: w0=director tied [b c] for 1",
		},
		{
			"art. 33: the vote among the tied", three,
			[]papers{{n: 40, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a b"}}, {n: 20, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a c"}}, {n: 20, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "b c"}}},
			func(c *deliberation.ElectionCount) {
				equalise(c, "b", "c")
				c.Revotes = []deliberation.Revote{
					{Post: mem, Votes: map[deliberation.PersonID]int{"b": 30, "c": 30}},
					{Post: mem, Votes: map[deliberation.PersonID]int{"b": 29, "c": 31}},
				}
			}, "complete: w0=director a=member c=member",
		},
		{
			"art. 34(1): the woman first", three,
			[]papers{{n: 31, on: map[deliberation.ElectionPost]string{dir: "d", mem: "a w1"}}, {n: 29, on: map[deliberation.ElectionPost]string{dir: "d", mem: "a b"}}, {n: 4, on: map[deliberation.ElectionPost]string{dir: "d", mem: "b w1"}}},
			nil, "complete: d=director w1=member a=member",
		},
		{
			"art. 34(2): no woman above half, a seat is kept", three,
			[]papers{{n: 40, on: map[deliberation.ElectionPost]string{dir: "d", mem: "a b"}}, {n: 15, on: map[deliberation.ElectionPost]string{dir: "d", mem: "a w1"}}, {n: 5, on: map[deliberation.ElectionPost]string{dir: "d", mem: "w2 b"}}},
			nil, "further: d=director a=member again woman_member 1 of [w1 w2]",
		},
		{
			"art. 35: the higher post stays, the next moves up", three,
			[]papers{{n: 40, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a b"}}, {n: 32, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "b c"}}},
			func(c *deliberation.ElectionCount) {
				c.Kin = []deliberation.Kinship{{A: "w0", B: "b", Kind: deliberation.RelationSpouse}}
			}, "further: w0=director a=member again member 1 of [c]",
		},
		{
			"art. 35: or the seat waits for a further round, where the method says so", three,
			[]papers{{n: 40, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a b"}}, {n: 32, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "b c"}}, {n: 20, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "c a"}}},
			func(c *deliberation.ElectionCount) {
				c.Kin = []deliberation.Kinship{{A: "w0", B: "b", Kind: deliberation.RelationSpouse}}
				c.Rules, _ = c.Rules.Adopt(deliberation.ElectionChoices{VacatedSeat: deliberation.VacatedFurtherRound})
			}, "further: w0=director a=member again member 1 of [c]",
		},
		{
			"art. 35: and the next moves up by our default", three,
			[]papers{{n: 40, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a b"}}, {n: 32, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "b c"}}, {n: 20, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "c a"}}},
			func(c *deliberation.ElectionCount) {
				c.Kin = []deliberation.Kinship{{A: "w0", B: "b", Kind: deliberation.RelationSpouse}}
			}, "complete: w0=director a=member c=member",
		},
		{
			"the kinship rule is of 2025: before, both stay", three,
			[]papers{{n: 60, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a b"}}},
			func(c *deliberation.ElectionCount) {
				c.Rules = electionRules(t, "village-2018", deliberation.AllElectors)
				c.Kin = []deliberation.Kinship{{A: "a", B: "b", Kind: deliberation.RelationSibling}}
			}, "complete: w0=director a=member b=member",
		},
		{
			"art. 35: who is tied and related to one elected drops out before the vote", three,
			[]papers{{n: 52, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a b"}}, {n: 18, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a c"}}, {n: 34, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "c"}}},
			func(c *deliberation.ElectionCount) {
				c.Base, c.Kin = 150, []deliberation.Kinship{{A: "a", B: "b", Kind: deliberation.RelationSibling}}
				c.Sheets = append(c.Sheets[:0:0], c.Sheets...)
				c.Rules.Elected.Majority.Fraction.Den = 3 // so that two with as many votes can reach it beside a third
			}, "complete: w0=director a=member c=member",
		},
		{
			"art. 35: more votes stay", three,
			[]papers{{n: 40, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a b"}}, {n: 5, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a"}}},
			func(c *deliberation.ElectionCount) {
				c.Base, c.Kin = 60, []deliberation.Kinship{{A: "a", B: "b", Kind: deliberation.RelationSibling}}
			}, "further: w0=director a=member again member 1 of []",
		},
		{
			"art. 35: as many votes, vote again", three,
			[]papers{{n: 60, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a b"}}},
			func(c *deliberation.ElectionCount) {
				c.Kin = []deliberation.Kinship{{A: "a", B: "b", Kind: deliberation.RelationSibling}}
			}, "revote: w0=director tied [a b] for 1",
		},
		{
			"art. 35: who withdraws makes room", three,
			[]papers{{n: 60, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a b"}}},
			func(c *deliberation.ElectionCount) {
				c.Kin, c.Withdrawn = []deliberation.Kinship{{A: "a", B: "b", Kind: deliberation.RelationSibling}}, []deliberation.PersonID{"a"}
			}, "further: w0=director b=member again member 1 of []",
		},
		{
			"§17.8: who is not registered cannot be elected", deliberation.ElectionSeats{dir: 1}, woman,
			func(c *deliberation.ElectionCount) { c.Persons["w0"] = deliberation.ElectionPerson{} }, "further: again director 1 of []",
		},
		{
			"two posts: the higher", three,
			[]papers{{n: 60, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "w0 a"}}}, nil, "further: w0=director a=member again member 1 of []",
		},
		{
			"HN-VE art. 31: votes go down where the method says so", three,
			[]papers{{n: 20, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "b"}}, {n: 20, on: map[deliberation.ElectionPost]string{dir: "d", mem: "a b"}}, {n: 20, on: map[deliberation.ElectionPost]string{dir: "d", mem: "w0 a"}}},
			func(c *deliberation.ElectionCount) {
				yes := true
				c.Rules, _ = c.Rules.Adopt(deliberation.ElectionChoices{VotesDescend: &yes})
			}, "revote: d=director tied [a b] for 1",
		},
	} {
		count := counted(t, "village-2026+sichuan", c.seats, c.all)
		if c.more != nil {
			c.more(&count)
		}
		o := count.Decide(library(t).Calendar())
		if got := strings.TrimSpace(said(o)); got != strings.TrimSpace(c.want) {
			t.Errorf("%s:\n got %s\nwant %s", c.name, got, c.want)
		}
		name := func(p deliberation.PersonID) string { return string(p) }
		zh, en := o.Sentences("zh", name), o.Sentences("en", name)
		if len(zh) != len(en) || len(zh) < 1 || slices.Equal(zh, en) {
			t.Errorf("%s: %q %q", c.name, zh, en)
		}
	}
}

// equalise takes the surplus of votes of a over b away: blank papers stay voters.
func equalise(c *deliberation.ElectionCount, a, b deliberation.PersonID) {
	votes := map[deliberation.PersonID]int{}
	for _, s := range c.Sheets {
		for _, p := range s.For[mem] {
			votes[p]++
		}
	}
	for i, s := range c.Sheets {
		switch at := slices.Index(s.For[mem], a); {
		case votes[a] <= votes[b]:
			return
		case at >= 0 && !slices.Contains(s.For[mem], b):
			c.Sheets[i].For[mem] = append(slices.Delete(slices.Clone(s.For[mem]), at, at+1), b)
			votes[a]--
			votes[b]++
		}
	}
}

// The further round: S-VE 第三十七条、第三十八条, V-NEW 第十八条第二款.
func TestArticle37TheFurtherRound(t *testing.T) {
	first := counted(t, "village-2026+sichuan", deliberation.ElectionSeats{dir: 1, dep: 1, mem: 3}, []papers{
		{n: 40, on: map[deliberation.ElectionPost]string{dir: "d", dep: "w0", mem: "a b c"}},
		{n: 30, on: map[deliberation.ElectionPost]string{dir: "e", dep: "w0", mem: "a x y"}},
		{n: 20, on: map[deliberation.ElectionPost]string{dir: "f", dep: "v", mem: "z x y"}},
	})
	o := first.Decide(library(t).Calendar())
	if got := said(o); got != "further: w0=deputy a=member x=member y=member again director 1 of [d e]" {
		t.Fatal(got)
	}
	if o.FurtherBy != date(t, "2026-11-30") {
		t.Errorf("by %s", o.FurtherBy)
	}
	round := func(day string, all ...papers) deliberation.ElectionOutcome {
		c := counted(t, "village-2026+sichuan", deliberation.ElectionSeats{dir: 1}, all)
		c.Round, c.Seated, c.Day, c.Candidates = 2, o.Seated, date(t, day), map[deliberation.ElectionPost][]deliberation.PersonID{dir: {"d", "e"}}
		for p, who := range first.Persons {
			c.Persons[p] = who
		}
		return c.Decide(library(t).Calendar())
	}
	for name, c := range map[string]struct {
		all  []papers
		want string
		lead deliberation.Lead
	}{
		"a third is enough":                      {[]papers{{n: 20, on: only(dir, "d")}, {n: 19, on: only(dir, "e")}, {n: 21}}, "complete: w0=deputy a=member x=member y=member d=director", deliberation.LeadDirector},
		"less than a third, and enough elected":  {[]papers{{n: 19, on: only(dir, "d")}, {n: 18, on: only(dir, "e")}, {n: 23}}, "vacant: w0=deputy a=member x=member y=member", deliberation.LeadDeputy},
		"a tie":                                  {[]papers{{n: 30, on: only(dir, "d")}, {n: 30, on: only(dir, "e")}}, "revote: w0=deputy a=member x=member y=member tied [d e] for 1", ""},
		"who does not stand":                     {[]papers{{n: 60, on: only(dir, "f")}}, "vacant: w0=deputy a=member x=member y=member", deliberation.LeadDeputy},
		"the same turnout, by our default":       {[]papers{{n: 50, on: only(dir, "d")}}, "turnout: w0=deputy a=member x=member y=member", ""},
		"the turnout of the round, not of first": {[]papers{{n: 51, on: only(dir, "d")}}, "complete: w0=deputy a=member x=member y=member d=director", deliberation.LeadDirector},
	} {
		got := round("2026-11-27", c.all...)
		if said(got) != c.want || got.Lead != c.lead {
			t.Errorf("%s: %s, led by %s", name, said(got), got.Lead)
		}
	}
	few := counted(t, "village-2026+sichuan", deliberation.ElectionSeats{dir: 1}, []papers{{n: 60, on: only(dir, "q")}})
	few.Round, few.Seated, few.Candidates = 2, []deliberation.Seated{{Person: "w0", Post: mem}, {Person: "a", Post: mem}}, nil
	if got := few.Decide(library(t).Calendar()); got.Status != deliberation.ElectionShort || got.Lead != "" {
		t.Errorf("two are not three: %s", said(got))
	}
}

// With one paper for each post the denominators differ (law.md §17.13).
func TestTrap17_13EachPaperHasItsOwnVoters(t *testing.T) {
	c := counted(t, "village-2026+sichuan", deliberation.ElectionSeats{dir: 1, mem: 2}, []papers{
		{n: 60, box: "d", on: only(dir, "w0")}, {n: 31, box: "m", on: only(mem, "a b")}, {n: 22, box: "m", on: only(mem, "b")},
	})
	c.Separate = true
	for i, b := range c.Boxes {
		c.Boxes[i].Paper = map[string]deliberation.ElectionPost{"d": dir, "m": mem}[b.ID]
	}
	o := c.Decide(library(t).Calendar())
	if o.Posts[0].Voters != 60 || o.Posts[1].Voters != 53 || o.Posts[1].Need != 27 || o.Status != deliberation.ElectionComplete {
		t.Errorf("%s %+v", said(o), o.Posts)
	}
}

// Who was written in waits for the qualification check, and drops out where it fails
// (S-VE 第三十五条第二款).
func TestArticle35AWriteInIsConfirmed(t *testing.T) {
	c := counted(t, "urban-2026+sichuan", deliberation.ElectionSeats{dir: 1, mem: 1}, []papers{
		{n: 55, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "a"}}, {n: 45, on: map[deliberation.ElectionPost]string{dir: "w0", mem: "b"}},
	})
	c.Candidates[mem] = []deliberation.PersonID{"b"}
	if o := c.Decide(library(t).Calendar()); !slices.Equal(o.Unconfirmed, []deliberation.PersonID{"a"}) || o.Status != deliberation.ElectionComplete {
		t.Errorf("%s, unconfirmed %v", said(o), o.Unconfirmed)
	}
	no := false
	c.Persons["a"] = deliberation.ElectionPerson{Sex: deliberation.Male, Registered: true, Qualified: &no}
	if o := c.Decide(library(t).Calendar()); said(o) != "further: w0=director again member 1 of [b]" || o.Posts[1].Dropped[0].Reason != deliberation.DropUnqualified || len(o.Further[0].Faults) != 1 {
		t.Errorf("%s %+v", said(o), o.Posts[1].Dropped)
	}
}

// 超过三分之二 of the representatives (law.md §15.2).
func TestTrap2TheRepresentativesTurnout(t *testing.T) {
	for voters, want := range map[int]deliberation.ElectionStatus{40: deliberation.ElectionTurnout, 41: deliberation.ElectionComplete} {
		c := counted(t, "urban-2026+sichuan", deliberation.ElectionSeats{dir: 1}, []papers{{n: voters, on: only(dir, "w0")}})
		c.Rules, c.Base = electionRules(t, "urban-2026+sichuan", deliberation.ByRepresentatives), 60
		if o := c.Decide(library(t).Calendar()); o.Status != want {
			t.Errorf("%d of 60: %s", voters, o.Status)
		}
	}
}

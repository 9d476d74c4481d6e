package deliberation

import (
	"cmp"
	"maps"
	"slices"
)

// Decide counts a round of an election (law.md §§5.6, 17.8-17.11, 17.13, 17.17; the open
// points in docs/adr/0023). Posts are decided from the highest; while one waits for
// another vote, or its poll does not stand, the lower ones wait.
func (c ElectionCount) Decide(cal Calendar) ElectionOutcome {
	o := ElectionOutcome{Round: c.Round, Rules: c.Rules, Seated: slices.Clone(c.Seated), Status: ElectionComplete}
	count := electionCounting{ElectionCount: c, out: &o, void: map[string]bool{}, box: map[string]ElectionBox{}}
	if !count.open() {
		o.Status = ElectionUnread
		return o
	}
	for _, post := range ElectionPosts {
		if c.Seats[post] < 1 {
			continue
		}
		r, status := count.post(post)
		o.Posts = append(o.Posts, r)
		if status != "" {
			o.Status = status
			return o
		}
		o.Seated = append(o.Seated, r.Elected...)
	}
	count.conclude(cal)
	return o
}

type electionCounting struct {
	ElectionCount
	out  *ElectionOutcome
	box  map[string]ElectionBox
	void map[string]bool
	used map[int]bool // revotes that were taken into account for the post
}

// open finds the void mobile boxes and reports whether every paper that was recovered was read.
func (c *electionCounting) open() bool {
	read := map[string]int{}
	for _, b := range c.Boxes {
		c.box[b.ID] = b
		if b.Mobile && b.Recovered > b.Users {
			c.void[b.ID] = true
			c.out.VoidBoxes = append(c.out.VoidBoxes, b.ID)
		}
	}
	if len(c.Tallies) > 0 {
		return c.tallied()
	}
	for _, s := range c.Sheets {
		if _, ok := c.box[s.Box]; !ok {
			return false
		}
		read[s.Box]++
	}
	for _, b := range c.Boxes {
		if read[b.ID] != b.Recovered {
			return false
		}
	}
	return true
}

// tallied reports whether the tallies hold every paper that was recovered, but those of
// void mobile boxes, and no rule asks for papers one by one.
func (c *electionCounting) tallied() bool {
	if c.Separate || c.Rules.Overfull.Code == OverfullWholeSheet || c.Rules.VotesDescend.Value {
		return false
	}
	recovered := 0
	for _, b := range c.Boxes {
		if !c.void[b.ID] {
			recovered += b.Recovered
		}
	}
	for post, seats := range c.Seats {
		onPaper := c.Round == 1 || len(c.Candidates[post]) > 0 // else nobody stands, and it is not asked
		if t := c.Tallies[post]; seats > 0 && onPaper && t.Sheets != recovered {
			return false
		}
	}
	return true
}

// holds reports whether the box has papers for the post.
func (c *electionCounting) holds(b ElectionBox, post ElectionPost) bool {
	return !c.Separate || b.Paper == post
}

// post decides one post; a status says that the election cannot go on past it.
func (c *electionCounting) post(post ElectionPost) (PostResult, ElectionStatus) {
	r := PostResult{Post: post, Seats: c.Seats[post], Left: c.Seats[post], Rule: c.Rules.Elected}
	if c.Round > 1 {
		r.Rule = c.Rules.FurtherRound
	}
	leftOut := c.Rules.VoidMobileBox.Code == VoidBoxLeftOut
	for _, b := range c.Boxes {
		if c.holds(b, post) && (!c.void[b.ID] || !leftOut) {
			r.Issued += b.Issued
			r.Recovered += b.Recovered
		}
	}
	r.Voters = r.Recovered
	r.Need = r.Rule.Majority.Need(r.Voters)
	votes := c.votes(&r)
	for _, p := range slices.Sorted(maps.Keys(votes)) {
		r.Votes = append(r.Votes, PersonVotes{Person: p, Votes: votes[p], Reached: r.Rule.Majority.MetBy(votes[p], r.Voters)})
	}
	slices.SortStableFunc(r.Votes, func(a, b PersonVotes) int { return cmp.Compare(b.Votes, a.Votes) })
	if r.Recovered > r.Issued {
		return r, ElectionVoid
	}
	if c.Round == 1 || c.Rules.FurtherTurnout.Value {
		r.Turnout = check(c.Rules.Valid, r.Voters, c.Base)
		if !r.Turnout.Met {
			return r, ElectionTurnout
		}
	}
	c.fill(&r, votes)
	if len(r.Tied) > 0 {
		return r, ElectionRevote
	}
	r.Left = r.Seats - len(r.Elected)
	return r, ""
}

// valid gives whom a paper names for the post, and whether that part is spoiled.
func (c *electionCounting) valid(s ElectionSheet, post ElectionPost) (names []PersonID, spoiled bool) {
	overfull := func(p ElectionPost) bool { return len(distinct(s.For[p])) > c.Seats[p] }
	switch {
	case slices.Contains(s.Spoiled, post), overfull(post):
		return nil, true
	case c.Rules.Overfull.Code == OverfullWholeSheet && slices.ContainsFunc(ElectionPosts, overfull):
		return nil, true
	}
	return distinct(s.For[post]), false
}

// votes counts the papers for each person at the post, each paper once.
func (c *electionCounting) votes(r *PostResult) map[PersonID]int {
	votes := map[PersonID]int{}
	if t, ok := c.Tallies[r.Post]; ok {
		r.Spoiled, r.Blank = t.Spoiled, t.Blank
		maps.Copy(votes, t.Votes)
		for _, b := range c.Boxes { // nobody read those
			if c.void[b.ID] && c.Rules.VoidMobileBox.Code != VoidBoxLeftOut {
				r.Spoiled += b.Recovered
			}
		}
		return votes
	}
	for _, s := range c.Sheets {
		if !c.holds(c.box[s.Box], r.Post) {
			continue
		}
		if c.void[s.Box] {
			if c.Rules.VoidMobileBox.Code != VoidBoxLeftOut {
				r.Spoiled++
			}
			continue
		}
		names, spoiled := c.valid(s, r.Post)
		switch {
		case spoiled:
			r.Spoiled++
		case len(names) == 0:
			r.Blank++
		}
		if r.Post != WomanMember && c.Rules.VotesDescend.Value && !c.Separate { // HN-VE 第三十一条
			for _, p := range ElectionPosts[:r.Post.rank()] {
				higher, _ := c.valid(s, p)
				names = append(names, higher...)
			}
		}
		for _, p := range distinct(names) {
			votes[p]++
		}
	}
	return votes
}

// fill finds who is elected to the post.
func (c *electionCounting) fill(r *PostResult, votes map[PersonID]int) {
	next := c.Rules.VacatedSeat.Code == VacatedNext
	var able []PersonID // with enough votes, in order of votes
	for _, v := range r.Votes {
		if !v.Reached {
			continue
		}
		var of PersonID
		reason, basis := c.unelectable(v.Person, r.Post)
		if reason == "" && next {
			reason, of, basis = c.leaves(v.Person)
		}
		if reason != "" {
			r.Dropped = append(r.Dropped, Dropped{v.Person, reason, of, basis})
			continue
		}
		able = append(able, v.Person)
	}
	before, out := r.Dropped, []Dropped(nil)
	for {
		c.used = map[int]bool{}
		able := slices.DeleteFunc(slices.Clone(able), func(p PersonID) bool {
			return slices.ContainsFunc(out, func(d Dropped) bool { return d.Person == p })
		})
		elected, tied, places := c.choose(r, able, votes)
		if next {
			drop, kinTied := c.firstConflict(r.Post, elected, tied, votes)
			if drop != nil {
				out = append(out, *drop)
				continue
			}
			r.Dropped = append(slices.Clone(before), out...)
			if kinTied != nil {
				r.Tied, r.TiedSeats, r.KinTied = kinTied, 1, true
				return
			}
		}
		if len(tied) > 0 {
			r.Tied, r.TiedSeats = tied, places
			return
		}
		if !next {
			if elected = c.thinned(r, elected, votes); len(r.Tied) > 0 {
				return
			}
		}
		c.seat(r, elected, votes)
		return
	}
}

// seat records who is elected.
func (c *electionCounting) seat(r *PostResult, elected []PersonID, votes map[PersonID]int) {
	for _, p := range elected {
		in := Seated{Person: p, Post: r.Post, Votes: votes[p], WrittenIn: !slices.Contains(c.Candidates[r.Post], p)}
		r.Elected = append(r.Elected, in)
		if q := c.Persons[p].Qualified; in.WrittenIn && q == nil {
			c.out.Unconfirmed = append(c.out.Unconfirmed, p)
		}
	}
	if !slices.Contains(elected, r.WomanFirst) {
		r.WomanFirst = ""
	}
}

// unelectable says who cannot be elected to the post at all, so that no seat was theirs.
func (c *electionCounting) unelectable(p PersonID, post ElectionPost) (DropReason, Basis) {
	switch who := c.Persons[p]; {
	case slices.ContainsFunc(c.out.Seated, func(s Seated) bool { return s.Person == p }):
		return DropHigherPost, c.Rules.Elected.Basis
	case c.Rules.OnlyRegistered.Value && !who.Registered:
		return DropUnregistered, c.Rules.OnlyRegistered.Basis
	case c.Round > 1 && !slices.Contains(c.Candidates[post], p):
		return DropNotStanding, c.Rules.FurtherRound.Basis
	case post == WomanMember && who.Sex != Female:
		return DropNotStanding, c.Rules.WomenSeat.Basis
	}
	return "", Basis{}
}

// leaves says who was voted in and does not stay, whatever the others of the post do.
func (c *electionCounting) leaves(p PersonID) (DropReason, PersonID, Basis) {
	switch q := c.Persons[p].Qualified; {
	case slices.Contains(c.Withdrawn, p):
		return DropWithdrawn, "", c.Rules.VacatedSeat.Basis
	case q != nil && !*q:
		return DropUnqualified, "", c.Rules.VacatedSeat.Basis
	}
	for _, s := range c.out.Seated {
		if c.related(p, s.Person) {
			return DropKin, s.Person, c.Rules.KinAvoidance.Basis
		}
	}
	return "", "", Basis{}
}

func (c *electionCounting) related(a, b PersonID) bool {
	return c.Rules.KinAvoidance.Value && NearRelatives(c.Kin, a, b)
}

// womanWanted reports whether the members' seats must bring a woman: the first round
// elected none to a higher post (S-VE 第三十四条).
func (c *electionCounting) womanWanted(post ElectionPost) bool {
	return post == PostMember && c.Round == 1 && c.Rules.WomenSeat.Value && c.Rules.WomenMin.Key != "" && !c.hasWoman()
}

func (c *electionCounting) hasWoman() bool {
	return slices.ContainsFunc(c.out.Seated, func(s Seated) bool { return c.Persons[s.Person].Sex == Female })
}

// choose takes the seats' number of those who reached the threshold, by votes, a woman
// first where one is wanted; it gives who must vote again where they are tied.
func (c *electionCounting) choose(r *PostResult, able []PersonID, votes map[PersonID]int) (elected, tied []PersonID, places int) {
	seats := r.Seats
	r.WomanFirst = ""
	if c.womanWanted(r.Post) {
		women := slices.DeleteFunc(slices.Clone(able), func(p PersonID) bool { return c.Persons[p].Sex != Female })
		switch {
		case len(women) == 0:
			seats-- // kept for a further round among women
		case len(able) > seats:
			most := votes[women[0]]
			top := slices.DeleteFunc(women, func(p PersonID) bool { return votes[p] < most })
			as := slices.DeleteFunc(slices.Clone(able), func(p PersonID) bool { return votes[p] < most })
			if len(as) > seats {
				if top, tied, places = c.settle(r.Post, top, 1); len(tied) > 0 {
					return nil, tied, places
				}
			}
			first := top[0]
			r.WomanFirst = first
			able = slices.DeleteFunc(slices.Clone(able), func(p PersonID) bool { return p == first })
			elected, seats = append(elected, first), seats-1
		}
	}
	if seats < len(able) {
		seats = max(0, seats)
		if seats == 0 {
			return elected, nil, 0
		}
		last := votes[able[seats-1]]
		above := slices.DeleteFunc(slices.Clone(able), func(p PersonID) bool { return votes[p] <= last })
		group := slices.DeleteFunc(slices.Clone(able), func(p PersonID) bool { return votes[p] != last })
		elected = append(elected, above...)
		if group, tied, places = c.settle(r.Post, group, seats-len(above)); len(tied) > 0 {
			return elected, tied, places
		}
		return append(elected, group...), nil, 0
	}
	return append(elected, able...), nil, 0
}

// settle chooses so many of a group with equal votes by the revotes that were held on
// exactly that group, and gives who is still tied.
func (c *electionCounting) settle(post ElectionPost, group []PersonID, places int) (chosen, tied []PersonID, left int) {
	if len(group) <= places {
		return group, nil, 0
	}
	for i, v := range c.Revotes {
		if c.used[i] || v.Post != post || !sameSet(slices.Collect(maps.Keys(v.Votes)), group) {
			continue
		}
		c.used[i] = true
		order := slices.Clone(group)
		slices.SortStableFunc(order, func(a, b PersonID) int { return cmp.Compare(v.Votes[b], v.Votes[a]) })
		last := v.Votes[order[places-1]]
		above := slices.DeleteFunc(slices.Clone(order), func(p PersonID) bool { return v.Votes[p] <= last })
		still := slices.DeleteFunc(slices.Clone(order), func(p PersonID) bool { return v.Votes[p] != last })
		more, tied, left := c.settle(post, still, places-len(above))
		return append(above, more...), tied, left
	}
	return nil, group, places
}

// firstConflict finds, among those elected in order of votes, the first who is the near
// relative of one with more votes, or two with as many, who vote again. Somebody tied
// for the last seat who is related to one already elected by more votes drops out first.
func (c *electionCounting) firstConflict(post ElectionPost, elected, tied []PersonID, votes map[PersonID]int) (*Dropped, []PersonID) {
	order := slices.Clone(elected)
	slices.SortStableFunc(order, func(a, b PersonID) int { return cmp.Or(cmp.Compare(votes[b], votes[a]), cmp.Compare(a, b)) })
	for i, a := range order {
		for _, b := range order[i+1:] {
			if !c.related(a, b) {
				continue
			}
			lost, kept := b, a
			if votes[a] == votes[b] {
				chosen, again, _ := c.settle(post, []PersonID{a, b}, 1)
				if len(again) > 0 {
					return nil, again
				}
				if chosen[0] == b {
					lost, kept = a, b
				}
			}
			return &Dropped{lost, DropKin, kept, c.Rules.KinAvoidance.Basis}, nil
		}
	}
	for _, t := range tied {
		for _, e := range order {
			if votes[e] > votes[t] && c.related(e, t) {
				return &Dropped{t, DropKin, e, c.Rules.KinAvoidance.Basis}, nil
			}
		}
	}
	return nil, nil
}

// thinned takes out those who were voted in and do not stay, where the method leaves
// their seats to a further round.
func (c *electionCounting) thinned(r *PostResult, elected []PersonID, votes map[PersonID]int) []PersonID {
	order := slices.Clone(elected)
	order = slices.DeleteFunc(order, func(p PersonID) bool {
		reason, of, basis := c.leaves(p)
		if reason != "" {
			r.Dropped = append(r.Dropped, Dropped{p, reason, of, basis})
		}
		return reason != ""
	})
	for {
		drop, again := c.firstConflict(r.Post, order, nil, votes)
		switch {
		case again != nil:
			r.Tied, r.TiedSeats, r.KinTied = again, 1, true
			return nil
		case drop == nil:
			return order
		}
		r.Dropped = append(r.Dropped, *drop)
		order = slices.DeleteFunc(order, func(p PersonID) bool { return p == drop.Person })
	}
}

// conclude says what is left to do once every post of the round is settled.
func (c *electionCounting) conclude(cal Calendar) {
	o := c.out
	o.HasWoman = c.hasWoman()
	left := 0
	for _, r := range o.Posts {
		left += r.Left
	}
	if left == 0 {
		o.Status, o.Lead = ElectionComplete, c.lead()
		return
	}
	switch {
	case c.Round == 1:
		o.Status = ElectionFurther
	case len(o.Seated) >= c.Rules.EnoughElected.Count:
		o.Status, o.Lead = ElectionVacant, c.lead()
		return
	default:
		o.Status = ElectionShort
	}
	o.FurtherBy = cal.Deadline(c.Day, c.Rules.FurtherRoundDays.Days).Date
	c.further()
}

func (c *electionCounting) lead() Lead {
	for _, x := range []struct {
		post ElectionPost
		lead Lead
	}{{PostDirector, LeadDirector}, {PostDeputy, LeadDeputy}} {
		if slices.ContainsFunc(c.out.Seated, func(s Seated) bool { return s.Post == x.post }) {
			return x.lead
		}
	}
	return LeadChosen
}

// further lists who stands again: those not elected, by their votes, with the surplus
// that was fixed before (S-VE 第三十七条). Where no woman was elected, one of the members'
// seats is for women alone, and those who stand for it stand there only.
func (c *electionCounting) further() {
	taken := map[PersonID]bool{}
	for _, r := range c.out.Posts {
		seats := r.Left
		if r.Post == PostMember && seats > 0 && c.Rules.WomenSeat.Value && c.Rules.WomenMin.Key != "" && c.Seats[WomanMember] == 0 && !c.hasWoman() {
			c.listed(r, WomanMember, 1, taken)
			seats--
		}
		if seats > 0 {
			c.listed(r, r.Post, seats, taken)
		}
	}
}

func (c *electionCounting) listed(r PostResult, post ElectionPost, seats int, taken map[PersonID]bool) {
	surplusOf := post
	if post == WomanMember {
		surplusOf = PostMember
	}
	l, want := FurtherList{Post: post, Seats: seats}, seats+c.Surplus[surplusOf]
	last := 0
	for _, v := range r.Votes {
		if len(l.Candidates) >= want && v.Votes < last {
			break
		}
		if v.Votes < 1 || taken[v.Person] || !c.mayStandAgain(v.Person, post) {
			continue
		}
		l.Candidates, last = append(l.Candidates, v.Person), v.Votes
	}
	if post == WomanMember {
		for _, p := range l.Candidates {
			taken[p] = true
		}
	}
	if n := len(l.Candidates); n < want {
		least, _ := c.Rules.Surplus(surplusOf)
		l.Faults = append(l.Faults, ElectionFault{Code: FaultSurplusShort, Post: post, Had: n, Want: want, Basis: least.Basis})
	}
	c.out.Further = append(c.out.Further, l)
}

func (c *electionCounting) mayStandAgain(p PersonID, post ElectionPost) bool {
	who := c.Persons[p]
	reason, _, _ := c.leaves(p)
	return reason == "" && (who.Registered || !c.Rules.OnlyRegistered.Value) && (post != WomanMember || who.Sex == Female) &&
		!slices.ContainsFunc(c.out.Seated, func(s Seated) bool { return s.Person == p })
}

func distinct(list []PersonID) []PersonID {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}

func sameSet(a, b []PersonID) bool { return slices.Equal(distinct(a), distinct(b)) }

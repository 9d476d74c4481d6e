// Package recount compares the count of elections with an independent one.
package recount

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// sets is how many ballot sets are recounted.
const sets = 10_000

// recounted is what both counts must agree on.
type recounted struct {
	Status    string              `json:"status"`
	VoidBoxes []string            `json:"void_boxes"`
	Posts     map[string]tally    `json:"posts"`
	Seated    [][]string          `json:"seated"`
	Tied      []string            `json:"tied,omitempty"`
	Places    int                 `json:"places,omitempty"`
	TiedPost  string              `json:"tied_post,omitempty"`
	Further   map[string][]string `json:"further,omitempty"`
	Lead      string              `json:"lead,omitempty"`
}

type tally struct {
	Issued  int            `json:"issued"`
	Voters  int            `json:"voters"`
	Spoiled int            `json:"spoiled"`
	Votes   map[string]int `json:"votes"`
}

// Ten thousand ballot sets, with everything that goes wrong at a table, come to the same
// in Go and in Python, which was written from the texts. What differs is decided from
// mission/law.md and docs/adr/0023, never by copying one side.
func TestAnIndependentRecount(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		if os.Getenv("REQUIRE_PYTHON") != "" || os.Getenv("CI") != "" {
			t.Fatal("python3 is required for the independent recount")
		}
		t.Skip("python3 is not here: the independent recount was not made")
	}
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	var in bytes.Buffer
	write := json.NewEncoder(&in)
	var counts []deliberation.ElectionCount
	var want []recounted
	seen := map[string]int{}
	for seed := uint64(1); len(counts) < sets; seed++ {
		town := &town{Rand: rand.New(rand.NewPCG(seed, 20261220))}
		for _, c := range town.election(t, lib) {
			o := c.Decide(lib.Calendar())
			if err := write.Encode(neutral(c)); err != nil {
				t.Fatal(err)
			}
			counts, want = append(counts, c), append(want, fromGo(o))
			note(seen, c, o)
		}
	}
	cmd := exec.Command(python, "recount.py")
	cmd.Stdin, cmd.Stderr = &in, os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(bytes.NewReader(out))
	lines.Buffer(nil, 1<<20)
	i, wrong := 0, 0
	for ; lines.Scan(); i++ {
		var got recounted
		if err := json.Unmarshal(lines.Bytes(), &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want[i], got); diff != "" {
			if wrong++; wrong <= 3 {
				set, _ := json.Marshal(neutral(counts[i]))
				t.Errorf("set %d: Go (-) and the recount (+) differ:\n%s\n%s", i, diff, set)
			}
		}
	}
	if i != len(want) || wrong > 0 {
		t.Errorf("%d of %d sets were recounted, %d differ", i, len(want), wrong)
	}
	for _, what := range []string{
		"unread", "void", "turnout", "revote", "further", "complete", "vacant", "short",
		"void box", "kin dropped", "kin tied", "woman first", "woman seat", "written in", "unqualified", "withdrawn", "spoiled", "revote held", "round 2", "separate", "deputy leads", "chosen leads",
	} {
		if seen[what] < 20 {
			t.Errorf("only %d sets have: %s", seen[what], what)
		}
	}
	t.Logf("%d sets: %v", i, seen)
}

// note keeps what the sets are made of, so that the comparison cannot become empty.
func note(seen map[string]int, c deliberation.ElectionCount, o deliberation.ElectionOutcome) {
	seen[string(o.Status)]++
	mark := func(what string, yes bool) {
		if yes {
			seen[what]++
		}
	}
	mark("void box", len(o.VoidBoxes) > 0)
	mark("revote held", len(c.Revotes) > 0)
	mark("round 2", c.Round > 1)
	mark("separate", c.Separate)
	mark("deputy leads", o.Lead == deliberation.LeadDeputy)
	mark("chosen leads", o.Lead == deliberation.LeadChosen)
	for _, r := range o.Posts {
		mark("kin tied", r.KinTied)
		mark("woman first", r.WomanFirst != "")
		mark("spoiled", r.Spoiled > 0)
		for _, d := range r.Dropped {
			mark("kin dropped", d.Reason == deliberation.DropKin)
			mark("unqualified", d.Reason == deliberation.DropUnqualified)
			mark("withdrawn", d.Reason == deliberation.DropWithdrawn)
		}
		for _, s := range r.Elected {
			mark("written in", s.WrittenIn)
		}
	}
	for _, l := range o.Further {
		mark("woman seat", l.Post == deliberation.WomanMember)
	}
}

func fromGo(o deliberation.ElectionOutcome) recounted {
	r := recounted{
		Status: string(o.Status), VoidBoxes: append([]string{}, o.VoidBoxes...), Posts: map[string]tally{}, Seated: [][]string{}, Lead: string(o.Lead),
	}
	slices.Sort(r.VoidBoxes)
	for _, p := range o.Posts {
		votes := map[string]int{}
		for _, v := range p.Votes {
			votes[string(v.Person)] = v.Votes
		}
		r.Posts[string(p.Post)] = tally{p.Issued, p.Voters, p.Spoiled, votes}
		if len(p.Tied) > 0 {
			r.Tied, r.Places, r.TiedPost = ids(p.Tied), p.TiedSeats, string(p.Post)
		}
	}
	for _, s := range o.Seated {
		r.Seated = append(r.Seated, []string{string(s.Person), string(s.Post)})
	}
	slices.SortFunc(r.Seated, slices.Compare)
	for _, l := range o.Further {
		if r.Further == nil {
			r.Further = map[string][]string{}
		}
		r.Further[string(l.Post)] = ids(l.Candidates)
	}
	return r
}

func ids(list []deliberation.PersonID) []string {
	all := make([]string, 0, len(list))
	for _, p := range list {
		all = append(all, string(p))
	}
	slices.Sort(all)
	return all
}

// neutral says a set without any threshold: those the recount has from the texts.
func neutral(c deliberation.ElectionCount) map[string]any {
	r := c.Rules
	persons, boxes, sheets, revotes := map[string]any{}, []any{}, []any{}, []any{}
	for id, p := range c.Persons {
		persons[string(id)] = map[string]any{"sex": p.Sex, "registered": p.Registered, "qualified": p.Qualified}
	}
	for _, b := range c.Boxes {
		boxes = append(boxes, map[string]any{"id": b.ID, "paper": b.Paper, "mobile": b.Mobile, "users": b.Users, "issued": b.Issued, "recovered": b.Recovered})
	}
	for _, s := range c.Sheets {
		marks := s.For
		if marks == nil {
			marks = map[deliberation.ElectionPost][]deliberation.PersonID{}
		}
		sheets = append(sheets, map[string]any{"box": s.Box, "for": marks, "spoiled": append([]deliberation.ElectionPost{}, s.Spoiled...)})
	}
	for _, v := range c.Revotes {
		revotes = append(revotes, map[string]any{"post": v.Post, "votes": v.Votes})
	}
	kin, seated := [][]string{}, [][]string{}
	for _, k := range c.Kin {
		kin = append(kin, []string{string(k.A), string(k.B)})
	}
	for _, s := range c.Seated {
		seated = append(seated, []string{string(s.Person), string(s.Post)})
	}
	return map[string]any{
		"kind": r.Kind, "method": r.Method, "round": c.Round, "seats": c.Seats, "surplus": c.Surplus, "candidates": c.Candidates,
		"persons": persons, "kin": kin, "base": c.Base, "separate": c.Separate, "boxes": boxes, "sheets": sheets, "revotes": revotes,
		"withdrawn": append([]deliberation.PersonID{}, c.Withdrawn...), "seated": seated,
		"overfull": r.Overfull.Code, "void_mobile_box": r.VoidMobileBox.Code, "vacated_seat": r.VacatedSeat.Code,
		"further_turnout": r.FurtherTurnout.Value, "votes_descend": r.VotesDescend.Value, "only_registered": r.OnlyRegistered.Value,
		"kin_avoidance": r.KinAvoidance.Value, "women_seat": r.WomenSeat.Value && r.WomenMin.Key != "",
	}
}

// town draws elections.
type town struct {
	*rand.Rand
	people   []deliberation.PersonID
	strength map[deliberation.PersonID]int
}

func (t *town) chance(percent int) bool { return t.IntN(100) < percent }

// election draws one election with its further rounds and repeated votes: each is a set.
func (t *town) election(tt *testing.T, lib *packs.Library) (all []deliberation.ElectionCount) {
	id := []string{"village-2026+sichuan", "urban-2026+sichuan", "urban-2026", "village-2018", "urban-2018"}[t.IntN(5)]
	p, err := lib.Pack(id)
	if err != nil {
		tt.Fatal(err)
	}
	methods := p.Parameters["election.methods"].List
	rules, err := deliberation.ElectionOf(p, deliberation.ElectionMethod(methods[t.IntN(len(methods))]))
	if err != nil {
		tt.Fatal(err)
	}
	pick := func(percent int) *bool { b := t.chance(percent); return &b }
	choices := deliberation.ElectionChoices{FurtherTurnout: pick(80), VotesDescend: pick(20)}
	if t.chance(25) {
		choices.Overfull = deliberation.OverfullWholeSheet
	}
	if t.chance(25) {
		choices.VoidMobileBox = deliberation.VoidBoxSpoiled
	}
	if t.chance(25) {
		choices.VacatedSeat = deliberation.VacatedFurtherRound
	}
	if rules, err = rules.Adopt(choices); err != nil {
		tt.Fatal(err)
	}
	c := t.first(rules)
	for range 6 {
		t.vote(&c)
		all = append(all, c)
		o := c.Decide(lib.Calendar())
		for range 4 {
			if o.Status != deliberation.ElectionRevote {
				break
			}
			c = t.again(c, o)
			all = append(all, c)
			o = c.Decide(lib.Calendar())
		}
		if o.Status != deliberation.ElectionFurther && o.Status != deliberation.ElectionShort || c.Round > 2 {
			return all
		}
		c = further(c, o)
	}
	return all
}

func (t *town) first(rules deliberation.ElectionRules) deliberation.ElectionCount {
	c := deliberation.ElectionCount{
		Rules: rules, Round: 1, Day: deliberation.NewDate(2026, 12, 20),
		Seats:      deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 1 + t.IntN(4)},
		Surplus:    deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostDeputy: 1, deliberation.PostMember: 1 + t.IntN(3)},
		Candidates: map[deliberation.ElectionPost][]deliberation.PersonID{},
		Persons:    map[deliberation.PersonID]deliberation.ElectionPerson{},
		Separate:   t.chance(25), Base: 4 + t.IntN(24),
	}
	if t.chance(60) {
		c.Seats[deliberation.PostDeputy] = 1 + t.IntN(2)
	}
	t.people, t.strength = nil, map[deliberation.PersonID]int{}
	women := []int{0, 20, 50, 80}[t.IntN(4)]
	for i := range c.Seats.Total() + 8 {
		id := deliberation.PersonID(fmt.Sprintf("p%02d", i))
		who := deliberation.ElectionPerson{Sex: deliberation.Male, Registered: t.chance(92)}
		if t.chance(women) {
			who.Sex = deliberation.Female
		}
		if t.chance(15) {
			q := t.chance(50)
			who.Qualified = &q
		}
		c.Persons[id], t.people = who, append(t.people, id)
		t.strength[id] = 20 + t.IntN(60)
		if t.chance(4) {
			c.Withdrawn = append(c.Withdrawn, id)
		}
	}
	order, weak := t.Perm(len(t.people)), t.chance(15) // nobody wants the director
	for _, post := range deliberation.ElectionPosts {
		for range c.Seats[post] + c.Surplus[post] {
			if c.Seats[post] == 0 || len(order) == 0 {
				break
			}
			p := t.people[order[0]]
			order = order[1:]
			c.Candidates[post] = append(c.Candidates[post], p)
			if weak && post != deliberation.PostMember {
				t.strength[p] = 5
			}
			who := c.Persons[p]
			who.Registered, who.Qualified = true, nil
			if t.chance(3) { // found out after the vote
				no := false
				who.Qualified = &no
			}
			c.Persons[p] = who
		}
	}
	for range t.IntN(5) * t.IntN(4) {
		a, b := t.people[t.IntN(len(t.people))], t.people[t.IntN(len(t.people))]
		if a != b {
			c.Kin = append(c.Kin, deliberation.Kinship{A: a, B: b, Kind: deliberation.RelationSibling})
		}
	}
	return c
}

// vote draws the boxes and papers of the round.
func (t *town) vote(c *deliberation.ElectionCount) {
	c.Boxes, c.Sheets, c.Revotes = nil, nil, nil
	papers := []deliberation.ElectionPost{""}
	if c.Separate {
		papers = nil
		for _, p := range deliberation.ElectionPosts {
			if c.Seats[p] > 0 {
				papers = append(papers, p)
			}
		}
	}
	blocs := 1 + t.IntN(3) // the fewer, the more ties
	for _, paper := range papers {
		turnout := c.Base
		if t.chance(60) {
			turnout = c.Base - t.IntN(1+c.Base/4)
		}
		if t.chance(5) {
			turnout = t.IntN(c.Base + 1)
		}
		for i := range 1 + t.IntN(3) {
			n := turnout
			if i > 0 {
				n = t.IntN(4)
				turnout += n // of the others' boxes
			}
			b := deliberation.ElectionBox{ID: fmt.Sprintf("%s-%d", paper, i), Paper: paper, Mobile: i > 0 && t.chance(60), Recovered: n, Issued: n + t.IntN(3)}
			b.Users = b.Recovered + t.IntN(3)
			if b.Mobile && t.chance(15) && n > 0 {
				b.Users = n - 1
			}
			if t.chance(2) && n > 0 {
				b.Issued = max(0, n-3)
			}
			for range n {
				c.Sheets = append(c.Sheets, t.sheet(*c, b, blocs))
			}
			if t.chance(1) {
				b.Recovered++
			}
			c.Boxes = append(c.Boxes, b)
		}
	}
}

func (t *town) sheet(c deliberation.ElectionCount, b deliberation.ElectionBox, blocs int) deliberation.ElectionSheet {
	s := deliberation.ElectionSheet{Box: b.ID, For: map[deliberation.ElectionPost][]deliberation.PersonID{}}
	bloc := t.IntN(blocs)
	for _, post := range deliberation.ElectionPosts {
		if c.Seats[post] == 0 || c.Separate && b.Paper != post || t.chance(3) {
			continue
		}
		candidates := c.Candidates[post]
		limit := c.Seats[post]
		if t.chance(4) {
			limit++ // too many names
		}
		for _, i := range t.Perm(len(candidates)) {
			p := candidates[i]
			if len(s.For[post]) < limit && t.chance(min(95, t.strength[p]+30*((i+bloc)%blocs))) {
				s.For[post] = append(s.For[post], p)
			}
		}
		if len(s.For[post]) < limit && t.chance(12) { // written in, often the same person
			s.For[post] = append(s.For[post], t.people[len(t.people)-1-t.IntN(2)])
		}
		if c.Round == 1 && t.strength[t.people[0]]%4 == 0 && post == deliberation.PostMember && t.chance(70) && limit > 0 {
			s.For[post] = append(s.For[post][:min(len(s.For[post]), limit-1)], t.people[len(t.people)-1]) // a campaign for one who is no candidate
		}
		if t.chance(3) {
			s.Spoiled = append(s.Spoiled, post)
		}
		if t.chance(2) && len(s.For[post]) > 0 {
			s.For[post] = append(s.For[post], s.For[post][0]) // the same name twice
		}
	}
	return s
}

// again holds another vote among those who are tied.
func (t *town) again(c deliberation.ElectionCount, o deliberation.ElectionOutcome) deliberation.ElectionCount {
	r := o.Posts[len(o.Posts)-1]
	v := deliberation.Revote{Post: r.Post, Votes: map[deliberation.PersonID]int{}}
	for _, p := range r.Tied {
		v.Votes[p] = t.IntN(4)
	}
	c.Revotes = append(slices.Clone(c.Revotes), v)
	return c
}

// further makes the next round of what was left.
func further(c deliberation.ElectionCount, o deliberation.ElectionOutcome) deliberation.ElectionCount {
	next := c
	next.Round, next.Seated = c.Round+1, o.Seated
	next.Seats, next.Surplus = deliberation.ElectionSeats{}, maps.Clone(c.Surplus)
	next.Candidates = map[deliberation.ElectionPost][]deliberation.PersonID{}
	for _, l := range o.Further {
		next.Seats[l.Post], next.Candidates[l.Post] = l.Seats, l.Candidates
	}
	return next
}

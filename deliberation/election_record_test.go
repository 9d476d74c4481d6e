package deliberation_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

func TestTheHashOfAListOfElectorsIsThatOfItsIDs(t *testing.T) {
	line := func(id deliberation.PersonID, reason deliberation.RegistrationReason) deliberation.ElectorLine {
		return deliberation.ElectorLine{Person: deliberation.Person{ID: id, Name: "名"}, In: reason == "", Reason: reason}
	}
	sum := sha256.Sum256([]byte("p1\np2\n"))
	roll := deliberation.ElectorRollOf([]deliberation.ElectorLine{line("p2", ""), line("p3", deliberation.NotDead), line("p1", ""), line("p4", deliberation.NotDead)})
	if roll.Count != 2 || roll.SHA256 != hex.EncodeToString(sum[:]) || roll.Left[deliberation.NotDead] != 2 {
		t.Errorf("%+v", roll)
	}
	if roll := deliberation.ElectorRollOf([]deliberation.ElectorLine{line("p1", "")}); roll.Left != nil {
		t.Errorf("nobody was left out: %+v", roll)
	}
}

// U-NEW 第十八条: the Party organisation, or ten electors jointly.
func TestNominationsThatDoNotCountNameNobody(t *testing.T) {
	r, err := deliberation.ElectionOf(pack(t, "urban-2026"), deliberation.AllElectors)
	if err != nil {
		t.Fatal(err)
	}
	seats := deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 4}
	named := func(post deliberation.ElectionPost, ids ...deliberation.PersonID) map[deliberation.ElectionPost][]deliberation.PersonID {
		return map[deliberation.ElectionPost][]deliberation.PersonID{post: ids}
	}
	signers := func(n int) (list []deliberation.PersonID) {
		for i := range n {
			list = append(list, deliberation.PersonID('a'+rune(i)))
		}
		return list
	}
	lodged := []deliberation.LodgedNomination{
		{ID: "n1", Nomination: deliberation.Nomination{By: "party_organisation", Names: named(deliberation.PostMember, "x", "y")}},
		{ID: "n2", Nomination: deliberation.Nomination{By: "electors_jointly", Signers: signers(10), Names: named(deliberation.PostDirector, "x")}},
		{ID: "n3", Nomination: deliberation.Nomination{By: "electors_jointly", Signers: signers(9), Names: named(deliberation.PostDirector, "z")}},
		{ID: "n4", Nomination: deliberation.Nomination{By: "party_organisation", Names: named(deliberation.PostDirector, "u", "v")}},
	}
	n, err := r.CountNominations(lodged, seats, func(p deliberation.PersonID) bool { return p != "z" })
	if err != nil {
		t.Fatal(err)
	}
	if n.Nominations != 2 || len(n.Nominees) != 2 || len(n.Faults) != 2 {
		t.Fatalf("%+v", n)
	}
	x := n.Nominees[0]
	if x.Person != "x" || x.Chosen != "" || !slices.Equal(x.Posts, []deliberation.ElectionPost{deliberation.PostDirector, deliberation.PostMember}) {
		t.Errorf("named for two posts: %+v", x)
	}
	if y := n.Nominees[1]; y.Chosen != deliberation.PostMember || y.State != deliberation.NomineeNamed {
		t.Errorf("named for one post: %+v", y)
	}
	if again, _ := r.CountNominations(lodged[:3], seats, func(deliberation.PersonID) bool { return true }); again.SHA256 == n.SHA256 {
		t.Error("another set of nominations has the same hash")
	}
}

func TestACountKnowsEverybodyItMayTurnOn(t *testing.T) {
	c := deliberation.ElectionCount{
		Tallies:    map[deliberation.ElectionPost]deliberation.PostTally{deliberation.PostDirector: {Votes: map[deliberation.PersonID]int{"w": 1, "a": 3}}},
		Candidates: map[deliberation.ElectionPost][]deliberation.PersonID{deliberation.PostDirector: {"a", "b"}},
		Seated:     []deliberation.Seated{{Person: "s"}},
	}
	if got := c.People(); !slices.Equal(got, []deliberation.PersonID{"a", "b", "s", "w"}) {
		t.Fatalf("people %v", got)
	}
	known := map[deliberation.PersonID]deliberation.ElectionPersonRecord{"a": {Sex: deliberation.Female, Registered: true}, "b": {}, "s": {}}
	if c.Know(known, nil) {
		t.Error("somebody who is not on the record was let pass")
	}
	known["w"] = deliberation.ElectionPersonRecord{}
	if !c.Know(known, map[deliberation.PersonID]bool{"w": false}) || c.Persons["w"].Qualified == nil || *c.Persons["w"].Qualified || c.Persons["a"].Sex != deliberation.Female {
		t.Errorf("%+v", c.Persons)
	}
}

// A further round for two posts of which one has nobody who stands: the other is counted.
func TestASeatForWhichNobodyStandsIsOnNoPaper(t *testing.T) {
	r, err := deliberation.ElectionOf(pack(t, "village-2026"), deliberation.AllElectors)
	if err != nil {
		t.Fatal(err)
	}
	c := deliberation.ElectionCount{
		Rules: r, Round: 2, Day: deliberation.NewDate(2026, 11, 24), Base: 40,
		Seats:      deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 1},
		Candidates: map[deliberation.ElectionPost][]deliberation.PersonID{deliberation.PostMember: {"d", "e"}},
		Boxes:      []deliberation.ElectionBox{{ID: "b", Issued: 30, Recovered: 30}},
		Tallies: map[deliberation.ElectionPost]deliberation.PostTally{
			deliberation.PostMember: {Sheets: 30, Votes: map[deliberation.PersonID]int{"d": 20, "e": 10}},
		},
	}
	c.Know(map[deliberation.PersonID]deliberation.ElectionPersonRecord{"d": {Registered: true}, "e": {Registered: true}}, nil)
	o := c.Decide(deliberation.Calendar{})
	if o.Status == deliberation.ElectionUnread || len(o.Seated) != 1 || o.Seated[0].Person != "d" || o.Posts[0].Left != 1 {
		t.Errorf("%+v", o)
	}
}

package deliberation_test

import (
	"errors"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// V-NEW 第十九条: more than half of the electors vote, and more than half of who voted approve.
// U-NEW 第二十条第二款: more than two thirds of the representatives where they elected.
func TestARecallNeedsTheTurnoutOfItsMethodAndHalfOfTheVotes(t *testing.T) {
	for _, c := range []struct {
		name, pack      string
		method          deliberation.ElectionMethod
		due, yes, no    int
		spoiled         int
		valid, approved bool
	}{
		{"half of the villagers is too few", "village-2026", deliberation.AllElectors, 100, 50, 0, 0, false, true},
		{"one more than half", "village-2026", deliberation.AllElectors, 100, 26, 25, 0, true, true},
		{"half of the votes is too few", "village-2026", deliberation.AllElectors, 100, 30, 30, 0, true, false},
		{"a spoiled paper is a vote cast", "village-2026", deliberation.AllElectors, 100, 30, 29, 1, true, false},
		{"two thirds of the representatives is too few", "urban-2026", deliberation.ByRepresentatives, 60, 40, 0, 0, false, true},
		{"more than two thirds", "urban-2026", deliberation.ByRepresentatives, 60, 41, 0, 0, true, true},
		{"half of the households is too few", "urban-2026", deliberation.HouseholdRepresentatives, 80, 40, 0, 0, false, true},
		{"old law: the assembly", "urban-2018", deliberation.AllElectors, 100, 51, 0, 0, true, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r, err := deliberation.RecallOf(pack(t, c.pack), c.method)
			if err != nil {
				t.Fatal(err)
			}
			v := r.Decide(deliberation.Attendance{}, deliberation.Tally{Due: c.due, Yes: c.yes, No: c.no, Spoiled: c.spoiled})
			if v.Checks[0].Met != c.valid || v.Checks[1].Met != c.approved || v.Met != (c.valid && c.approved) {
				t.Errorf("%+v", v.Checks)
			}
		})
	}
}

// S-VE 第四十二条: the same facts cannot be brought again within six months; no other law says so.
func TestAFailedRecallBarsAnotherInSichuanOnly(t *testing.T) {
	failed := deliberation.NewDate(2026, 3, 10)
	for id, barred := range map[string]bool{"village-2026+sichuan": true, "village-2026": false} {
		r, err := deliberation.RecallOf(pack(t, id), deliberation.AllElectors)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.MayRecallAgain(failed, deliberation.NewDate(2026, 9, 9)); barred != errors.Is(err, deliberation.Refuse(deliberation.RefuseTooEarly)) {
			t.Errorf("%s: %v", id, err)
		}
		if err := r.MayRecallAgain(failed, deliberation.NewDate(2026, 9, 10)); err != nil {
			t.Errorf("%s, six months later: %v", id, err)
		}
	}
}

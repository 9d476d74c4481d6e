package demo_test

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
)

// The sample's people are as complete as a street office's, so that what is said
// of theirs is said of real ones: numbers that check, each once, homes with heads.
func TestSampleIsWholeAndLawful(t *testing.T) {
	r, cast := demo.Sample(today)
	isWholeAndLawful(t, r)
	if len(cast.Representatives) != 60 || len(cast.Supervisors) != 3 {
		t.Errorf("the cast changed: %+v", cast)
	}
}

func TestVillageIsWholeAndLawful(t *testing.T) {
	const adults = 3000
	r, cast := demo.Village(today, adults)
	isWholeAndLawful(t, r)
	residents := 0
	for _, o := range r.Offices {
		if o.Office == deliberation.Resident {
			residents++
		}
	}
	grown := 0
	for _, p := range r.Records {
		if p.Hukou == deliberation.HukouHere && p.Birth.Year+18 < today.Year {
			grown++
		}
	}
	if ids := cast.Adults(); len(ids) != adults || residents != adults || grown != adults {
		t.Errorf("%d adults, %d residents, %d of age, want %d of each", len(ids), residents, grown, adults)
	}
}

var today = deliberation.NewDate(2026, 3, 2)

func isWholeAndLawful(t *testing.T, r deliberation.Roster) {
	t.Helper()
	if len(r.Records) != len(r.Persons) {
		t.Fatalf("%d records of %d persons", len(r.Records), len(r.Persons))
	}
	seen, heads, couples := map[string]bool{}, map[deliberation.HouseholdID]int{}, 0
	for _, p := range r.Records {
		birth, sex, err := deliberation.CheckIdentity(p.Identity)
		if err != nil || birth != p.Birth || sex != p.Sex {
			t.Errorf("%s: %s says %v, %v, %v; the record %v, %v", p.ID, p.Identity, birth, sex, err, p.Birth, p.Sex)
		}
		if seen[p.Identity] || seen[p.Phone] || len(p.Phone) != 11 {
			t.Errorf("%s: number given twice or malformed: %s, %s", p.ID, p.Identity, p.Phone)
		}
		seen[p.Identity], seen[p.Phone] = true, true
		switch p.Relation {
		case deliberation.RelationHead:
			heads[p.Household]++
		case deliberation.RelationSpouse:
			couples++
		}
	}
	if len(heads) != len(r.Households) || couples < 10 {
		t.Errorf("%d heads of %d households, %d couples", len(heads), len(r.Households), couples)
	}
	homes := map[deliberation.Household]bool{}
	for _, h := range r.Households {
		if heads[h.ID] != 1 {
			t.Errorf("%s has %d heads", h.ID, heads[h.ID])
		}
		h.ID = ""
		if homes[h] {
			t.Errorf("two households live at %s %s", h.Building, h.Number)
		}
		homes[h] = true
	}
	spoken := 0
	for _, o := range r.Offices {
		if o.Office == deliberation.HouseholdHead {
			spoken++
		}
	}
	if spoken != len(r.Households) {
		t.Errorf("%d speak for %d households", spoken, len(r.Households))
	}
}

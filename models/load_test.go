package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

// A roster may carry full records; its groups and buildings become places, and
// its offices are those it names.
func TestLoadRosterWithRecords(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		r := roster(2)
		birth := deliberation.NewDate(1980, 1, 1)
		full := deliberation.PersonRecord{
			Person: deliberation.Person{ID: rare, Community: place, Name: rareName, Group: "第一组"},
			Birth:  birth, Sex: deliberation.Female, Identity: identity(birth, 22), Phone: "13800000001", Household: "h1",
			Relation: deliberation.RelationHead, Hukou: deliberation.HukouHere, Since: deliberation.NewDate(2000, 1, 1), Standing: deliberation.Present, Version: 1,
		}
		r.Households = []deliberation.Household{{ID: "h1", Community: place, Group: "第二组", Building: "3栋", Number: "501"}}
		r.Records = []deliberation.PersonRecord{full}
		ok(t, s.LoadRoster(ctx, r, "operator"))
		if d := cmp.Diff(full, got(s.Record(ctx, rare))(t)); d != "" {
			t.Fatal(d)
		}
		plain := got(s.Record(ctx, rep(0)))(t)
		if d := cmp.Diff(deliberation.PersonRecord{Person: r.Persons[5], Standing: deliberation.Present, Version: 1}, plain); d != "" {
			t.Fatal(d)
		}
		same(t, "offices are those named", terms(t, s, rare, deliberation.Resident), []string{"2024-01-01– "})
		same(t, "offices are those named", terms(t, s, rare, deliberation.HouseholdHead), nil)
		var names []string
		for _, p := range got(s.Below(ctx, place))(t) {
			names = append(names, string(p.Kind)+" "+p.Name)
		}
		same(t, "places", names, []string{"group 第一组", "group 第二组", "building 3栋"})
		full.Phone = ""
		got(s.SaveRecord(ctx, full, "clerk"))(t) // and a loaded person can be changed
		same(t, "from then on the record says it", terms(t, s, rare, deliberation.Resident), []string{"2000-01-01– born"})

		for name, spoil := range map[string]func(r *deliberation.Roster){
			"record of nobody":         func(r *deliberation.Roster) { r.Records[0].ID = "nobody" },
			"wrong number":             func(r *deliberation.Roster) { r.Records[0].Identity = "510402198001010000" },
			"household of another":     func(r *deliberation.Roster) { r.Households[0].Community = "c2" },
			"household without number": func(r *deliberation.Roster) { r.Households[0].Number = "" },
			"household not there":      func(r *deliberation.Roster) { r.Records[0].Household = "h9" },
		} {
			t.Run(name, func(t *testing.T) {
				bad := deliberation.Roster{
					Community:  r.Community,
					Persons:    []deliberation.Person{{ID: "new", Community: place, Name: "新来"}},
					Households: []deliberation.Household{{ID: "h2", Community: place, Number: "502"}},
					Records:    []deliberation.PersonRecord{{Person: deliberation.Person{ID: "new", Community: place, Name: "新来"}, Household: "h2"}},
				}
				spoil(&bad)
				refused(t, s.LoadRoster(ctx, bad, "operator"), deliberation.RefuseInvalid)
			})
		}
		_, err := s.Person(ctx, "new")
		refused(t, err, deliberation.RefuseNotFound)
	})
}

package models_test

import (
	"fmt"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func TestRollOf(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		person := func(id deliberation.PersonID, birth string, f func(r *deliberation.PersonRecord)) {
			r := record(string(id), "")
			r.ID, r.Birth = id, day(t, birth)
			got(s.SaveRecord(ctx, r, "clerk"))(t)
			if f != nil {
				r.Version = 1
				f(&r)
				got(s.SaveRecord(ctx, r, "clerk"))(t)
			}
		}
		office := func(id deliberation.PersonID, o deliberation.Office, from, until string) {
			ok(t, s.Appoint(ctx, deliberation.OfficeHeld{Person: id, Community: place, Office: o, From: day(t, from), Until: day(t, until), Source: "elected"}, "clerk"))
		}
		left := func(standing deliberation.Standing, on string) func(r *deliberation.PersonRecord) {
			return func(r *deliberation.PersonRecord) { r.Standing, r.Left = standing, day(t, on) }
		}
		person("adult", "2008-12-01", nil) // eighteen today
		person("minor", "2008-12-02", nil) // tomorrow
		person("unknown", "", nil)
		person("later", "1980-01-01", func(r *deliberation.PersonRecord) { r.Since = day(t, "2026-12-02") })
		person("moved", "1980-01-01", left(deliberation.Moved, "2026-11-30"))
		person("leaving", "1980-01-01", func(r *deliberation.PersonRecord) {
			office("leaving", deliberation.CommitteeMember, "2024-01-01", "")
			office("leaving", deliberation.Director, "2024-01-01", "")
			left(deliberation.Moved, "2026-12-01")(r)
		})
		person("dead", "1980-01-01", left(deliberation.Dead, "2026-11-30"))
		person("long dead", "1930-01-01", left(deliberation.Dead, "2001-11-30"))
		office("adult", deliberation.Representative, "2024-01-01", "2026-11-30")
		office("adult", deliberation.PartyMember, "2024-01-01", "")
		office("unknown", deliberation.ProbationaryMember, "2024-01-01", "")
		office("later", deliberation.Representative, "2026-12-02", "")
		office("minor", deliberation.Representative, "2020-01-01", "2021-01-01") // long over

		roll := func(b deliberation.Body) (list []string) {
			t.Helper()
			for _, i := range got(s.RollOf(ctx, place, b, today))(t) {
				list = append(list, fmt.Sprintf("%s %v %s%s %s", i.Person.Name, i.In, i.Because, i.Reason, i.On))
			}
			return list
		}
		same(t, "assembly", roll(deliberation.Assembly), []string{
			"adult true resident ", "leaving true resident ",
			"dead false dead 2026-11-30", "later false office_not_begun 2026-12-02", "minor false under_age 2026-12-02",
			"moved false moved 2026-11-30", "unknown false birth_unknown ",
		})
		same(t, "conference", roll(deliberation.Conference), []string{
			"leaving true director ", "adult false office_ended 2026-11-30", "later false office_not_begun 2026-12-02",
		})
		same(t, "Party", roll(deliberation.PartyMeeting), []string{"adult true party_member ", "unknown false probationary "})
		same(t, "supervisors", roll(deliberation.SupervisoryCommittee), nil)
		_, err := s.RollOf(ctx, "nowhere", deliberation.Assembly, today)
		refused(t, err, deliberation.RefuseNotFound)
	})
}

// The roll that a meeting freezes has those whom RollOf says to be on it, and
// nobody who moved away or died, whatever offices they were not relieved of.
func TestFrozenRollLeavesOutWhoHasLeft(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 4)
		for i, standing := range []deliberation.Standing{deliberation.Moved, deliberation.Dead, deliberation.Moved} {
			r := got(s.Record(ctx, rep(i)))(t)
			r.Standing, r.Left = standing, today.AddDays(-1)
			if i == 2 {
				r.Left = today // still here today
			}
			got(s.SaveRecord(ctx, r, "clerk"))(t)
		}
		meet(t, s, deliberation.MeetingConvened, deliberation.Conference)
		roll := got(s.FreezeRoll(ctx, rollSpec(deliberation.Conference)))(t)
		equal(t, "hash", roll.SHA256, shaOf("both\ncomm1\ncomm2\nrep002\nrep003\n"))
		in := 0
		for _, i := range got(s.RollOf(ctx, place, deliberation.Conference, today))(t) {
			if i.In {
				in++
			}
		}
		equal(t, "by RollOf", in, roll.Count)
	})
}

func TestMembers(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		home := got(s.SaveHousehold(ctx, deliberation.Household{Community: place, Number: "1"}, "clerk"))(t)
		var ids []deliberation.PersonID
		for _, name := range []string{"张三", "单立", "旁人"} {
			r := record(name, "")
			r.Birth, r.Sex, r.Household = day(t, "1980-01-01"), deliberation.Female, home
			ids = append(ids, got(s.SaveRecord(ctx, r, "clerk"))(t))
		}
		for id, offices := range map[deliberation.PersonID][]deliberation.Office{
			ids[0]: {deliberation.Director, deliberation.PartyMember}, ids[1]: {deliberation.Supervisor, deliberation.ProbationaryMember},
		} {
			for _, o := range offices {
				ok(t, s.Appoint(ctx, deliberation.OfficeHeld{Person: id, Community: place, Office: o, From: today, Source: "elected"}, "clerk"))
			}
		}
		equal(t, "the day before", len(got(s.Members(ctx, place, today.AddDays(-1)))(t)), 0)
		members := got(s.Members(ctx, place, today))(t)
		if len(members) != 2 || members[0].Person.Name != "单立" || members[0].Party != deliberation.ProbationaryMember ||
			members[1].Party != deliberation.PartyMember || members[1].Sex != deliberation.Female || members[1].Birth != day(t, "1980-01-01") ||
			members[1].Household != home || len(members[1].Offices) != 3 {
			t.Fatalf("%+v", members)
		}
		for _, o := range members[1].Offices {
			if o.Source == "" || o.From.IsZero() {
				t.Fatalf("%+v", o)
			}
		}
		r := got(s.Record(ctx, ids[0]))(t)
		r.Standing, r.Left = deliberation.Moved, today
		got(s.SaveRecord(ctx, r, "clerk"))(t)
		equal(t, "on the last day", len(got(s.Members(ctx, place, today))(t)), 2)
		equal(t, "after it", len(got(s.Members(ctx, place, today.AddDays(1)))(t)), 1)
	})
}

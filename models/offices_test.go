package models_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func day(t *testing.T, text string) deliberation.Date {
	t.Helper()
	if text == "" {
		return deliberation.Date{}
	}
	return got(deliberation.ParseDate(text))(t)
}

// terms writes what a person holds or held of an office, newest first, as from–until by source.
func terms(t *testing.T, s *models.Store, id deliberation.PersonID, office deliberation.Office) (list []string) {
	t.Helper()
	for _, o := range got(s.OfficesOf(t.Context(), id))(t) {
		if o.Office == office {
			list = append(list, fmt.Sprintf("%s–%s %s", o.From, o.Until, o.Source))
		}
	}
	return list
}

func same(t *testing.T, what string, have, want []string) {
	t.Helper()
	if d := cmp.Diff(want, have); d != "" {
		t.Fatal(what + ": " + d)
	}
}

// An adult's residence follows from the record, from the eighteenth birthday or
// the first day of residence on, whichever is later.
func TestResidentFollowsFromTheRecord(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		for name, c := range map[string]struct {
			birth, since string
			want         []string
		}{
			"grown up here":        {"1975-03-09", "", []string{"1993-03-09– born"}},
			"came as an adult":     {"1975-03-09", "2010-06-01", []string{"2010-06-01– born"}},
			"came as a child":      {"1975-03-09", "1993-03-08", []string{"1993-03-09– born"}},
			"came on the birthday": {"1975-03-09", "1993-03-09", []string{"1993-03-09– born"}},
			"born on a leap day":   {"2008-02-29", "", []string{"2026-02-28– born"}},
			"not yet of age":       {"2015-07-01", "", []string{"2033-07-01– born"}},
			"birth unknown":        {"", "2010-06-01", nil},
		} {
			t.Run(name, func(t *testing.T) {
				r := record("张三", "")
				r.Birth, r.Since = day(t, c.birth), day(t, c.since)
				same(t, "terms", terms(t, s, got(s.SaveRecord(ctx, r, "clerk"))(t), deliberation.Resident), c.want)
			})
		}
		staff := record("指导员", "")
		staff.Community, staff.Birth = "street", day(t, "1980-01-01")
		same(t, "who stands below the street", terms(t, s, got(s.SaveRecord(ctx, staff, "operator"))(t), deliberation.Resident), nil)
	})
}

func TestResidentThroughALife(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		r := record("张三", "")
		save := func() {
			t.Helper()
			r.ID = got(s.SaveRecord(ctx, r, "clerk"))(t)
			r.Version++
		}
		resident := func(what string, want ...string) {
			t.Helper()
			same(t, what, terms(t, s, r.ID, deliberation.Resident), want)
		}
		save()
		ok(t, s.Appoint(ctx, deliberation.OfficeHeld{Person: r.ID, Community: place, Office: deliberation.Resident, From: day(t, "2020-01-01"), Source: "loaded"}, "clerk"))
		resident("recorded by hand", "2020-01-01– loaded")
		r.Birth = day(t, "1990-05-01")
		save()
		resident("the birth became known", "2008-05-01– born")
		r.Birth = day(t, "1991-05-01")
		save()
		resident("the birth was corrected", "2009-05-01– born")
		again := deliberation.OfficeHeld{Person: r.ID, Community: place, Office: deliberation.Resident, From: day(t, "2000-01-01"), Source: "loaded"}
		equal(t, "not by hand any more", fields(s.Appoint(ctx, again, "clerk"))["office"], "follows_from_record")
		ends := deliberation.OfficeHeld{Person: r.ID, Community: place, Office: deliberation.Resident, From: day(t, "2009-05-01"), Until: today}
		equal(t, "nor ended by hand", fields(s.EndOffice(ctx, ends, "clerk"))["office"], "follows_from_record")
		ok(t, s.Appoint(ctx, deliberation.OfficeHeld{Person: r.ID, Community: place, Office: deliberation.Representative, From: day(t, "2024-01-01"), Source: "elected"}, "clerk"))

		r.Standing, r.Left = deliberation.Moved, day(t, "2025-06-30")
		save()
		resident("moved away", "2009-05-01–2025-06-30 born")
		same(t, "an elected office is for others to end", terms(t, s, r.ID, deliberation.Representative), []string{"2024-01-01– elected"})
		r.Standing, r.Left = deliberation.Present, deliberation.Date{}
		save()
		resident("that was a slip", "2009-05-01– born")
		r.Standing, r.Left = deliberation.Moved, day(t, "2025-06-30")
		save()
		r.Standing, r.Left, r.Since = deliberation.Present, deliberation.Date{}, day(t, "2026-09-01")
		save()
		resident("came back", "2026-09-01– born", "2009-05-01–2025-06-30 born")
		r.Standing, r.Left = deliberation.Dead, day(t, "2026-10-01")
		save()
		resident("died", "2026-09-01–2026-10-01 born", "2009-05-01–2025-06-30 born")
		same(t, "and holds nothing", terms(t, s, r.ID, deliberation.Representative), []string{"2024-01-01–2026-10-01 elected"})

		child := record("早逝", "")
		child.Birth = day(t, "2015-01-01")
		child.ID = got(s.SaveRecord(ctx, child, "clerk"))(t)
		child.Version, child.Standing, child.Left = 1, deliberation.Dead, day(t, "2026-01-01")
		got(s.SaveRecord(ctx, child, "clerk"))(t)
		same(t, "never an adult", terms(t, s, child.ID, deliberation.Resident), nil)
	})
}

// The head of a household speaks for it, one at a time.
func TestHeadOfHousehold(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		s.SetToday(func() deliberation.Date { return today })
		tree(t, s)
		home := got(s.SaveHousehold(ctx, deliberation.Household{Community: place, Number: "1"}, "clerk"))(t)
		member := func(name, birth string, rel deliberation.Relation) deliberation.PersonRecord {
			r := record(name, "")
			r.Birth, r.Household, r.Relation = day(t, birth), home, rel
			r.ID = got(s.SaveRecord(ctx, r, "clerk"))(t)
			r.Version = 1
			return r
		}
		save := func(r *deliberation.PersonRecord) {
			t.Helper()
			got(s.SaveRecord(ctx, *r, "clerk"))(t)
			r.Version++
		}
		speaks := func(what string, r deliberation.PersonRecord, want ...string) {
			t.Helper()
			same(t, what, terms(t, s, r.ID, deliberation.HouseholdHead), want)
		}
		father := member("父", "1950-01-01", deliberation.RelationHead)
		daughter := member("女", "1980-01-01", deliberation.RelationChild)
		speaks("head", father, "1968-01-01– household")
		speaks("child", daughter)
		father.Phone = "13800000000"
		save(&father)
		speaks("another field", father, "1968-01-01– household")
		father.Birth = day(t, "1951-01-01")
		save(&father)
		speaks("birth corrected", father, "1969-01-01– household")

		seat := deliberation.OfficeHeld{Person: daughter.ID, Community: place, Office: deliberation.HouseholdHead, From: today, Source: "appointed"}
		refused(t, s.Appoint(ctx, seat, "clerk"), deliberation.RefuseTwice)
		ok(t, s.EndOffice(ctx, deliberation.OfficeHeld{Person: father.ID, Community: place, Office: deliberation.HouseholdHead, From: day(t, "1969-01-01"), Until: today.AddDays(-1)}, "clerk"))
		ok(t, s.Appoint(ctx, seat, "clerk"))
		father.Phone = ""
		save(&father)
		speaks("ended so that another may speak", father, "1969-01-01–2026-11-30 household")
		seat.Until = today.AddDays(9)
		ok(t, s.EndOffice(ctx, seat, "clerk"))

		father.Relation = deliberation.RelationParent
		save(&father)
		daughter.Relation = deliberation.RelationHead
		save(&daughter)
		speaks("the daughter follows herself", daughter, "2026-12-11– household", "2026-12-01–2026-12-10 appointed")
		daughter.Relation = deliberation.RelationChild
		s.SetToday(func() deliberation.Date { return today.AddDays(30) })
		save(&daughter)
		speaks("no longer the head", daughter, "2026-12-11–2026-12-30 household", "2026-12-01–2026-12-10 appointed")
		son := member("儿", "2012-01-01", deliberation.RelationHead)
		speaks("a head under age", son, "2030-01-01– household")
		son.Standing, son.Left = deliberation.Moved, today
		save(&son)
		speaks("moved before that", son)

		other := got(s.SaveHousehold(ctx, deliberation.Household{Community: place, Number: "2"}, "clerk"))(t)
		aunt := member("姑", "1960-01-01", deliberation.RelationSibling)
		ok(t, s.Appoint(ctx, deliberation.OfficeHeld{Person: aunt.ID, Community: place, Office: deliberation.HouseholdHead, From: day(t, "2027-02-01"), Source: "appointed"}, "clerk"))
		aunt.Household, aunt.Relation = other, deliberation.RelationHead
		s.SetToday(func() deliberation.Date { return day(t, "2027-03-01") })
		save(&aunt)
		speaks("who leaves a household speaks for the new one only", aunt, "2027-03-01– household", "2027-02-01–2027-02-28 appointed")

		alone := record("无户", "")
		alone.ID = got(s.SaveRecord(ctx, alone, "clerk"))(t)
		seat = deliberation.OfficeHeld{Person: alone.ID, Community: place, Office: deliberation.HouseholdHead, From: today, Source: "appointed"}
		refused(t, s.Appoint(ctx, seat, "clerk"), deliberation.RefuseInvalid)
	})
}

func TestAppoint(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		ok(t, s.LoadRoster(ctx, roster(1), "operator"))
		guide := record("指导员", "")
		guide.Community = "street"
		guide.ID = got(s.SaveRecord(ctx, guide, "operator"))(t)
		gone := record("迁走", "")
		gone.Standing, gone.Left = deliberation.Moved, today.AddDays(-10)
		gone.ID = got(s.SaveRecord(ctx, gone, "clerk"))(t)
		held := func(p deliberation.PersonID, at deliberation.PlaceID, o deliberation.Office, from, until int) deliberation.OfficeHeld {
			h := deliberation.OfficeHeld{Person: p, Community: at, Office: o, From: today.AddDays(from), Source: "appointed"}
			if until != 0 {
				h.Until = today.AddDays(until)
			}
			return h
		}
		spoilt := func(h deliberation.OfficeHeld, f func(h *deliberation.OfficeHeld)) deliberation.OfficeHeld {
			f(&h)
			return h
		}
		for _, c := range []struct {
			name  string
			o     deliberation.OfficeHeld
			code  deliberation.RefusalCode // empty: recorded
			field string
		}{
			{"a community's office", held(rep(0), place, deliberation.Clerk, -9, -1), "", ""},
			{"again while it is held", held(rep(0), place, deliberation.Clerk, -1, 5), deliberation.RefuseTwice, "office"},
			{"again around it", held(rep(0), place, deliberation.Clerk, -30, 0), deliberation.RefuseTwice, "office"},
			{"again after it", held(rep(0), place, deliberation.Clerk, 0, 0), "", ""},
			{"one's own", spoilt(held("operator", place, deliberation.Clerk, 0, 0), func(*deliberation.OfficeHeld) {}), deliberation.RefuseOwnOffice, ""},
			{"nobody's", held("nobody", place, deliberation.Clerk, 0, 0), deliberation.RefuseInvalid, "person"},
			{"in another community", held(rep(0), "c2", deliberation.Clerk, 0, 0), deliberation.RefuseInvalid, "community"},
			{"in a group", held(rep(0), "g2", deliberation.GroupHead, 0, 0), deliberation.RefuseInvalid, "community"},
			{"nowhere", held(rep(0), "nowhere", deliberation.Clerk, 0, 0), deliberation.RefuseInvalid, "community"},
			{"no such office", held(rep(0), place, "emperor", 0, 0), deliberation.RefuseInvalid, "office"},
			{"no first day", spoilt(held(rep(0), place, deliberation.GroupHead, 0, 0), func(h *deliberation.OfficeHeld) { h.From = deliberation.Date{} }), deliberation.RefuseInvalid, "from"},
			{"ends before it begins", held(rep(0), place, deliberation.GroupHead, 0, -1), deliberation.RefuseInvalid, "until"},
			{"no source", spoilt(held(rep(0), place, deliberation.GroupHead, 0, 0), func(h *deliberation.OfficeHeld) { h.Source = "" }), deliberation.RefuseInvalid, "source"},
			{"born to it", spoilt(held(rep(0), place, deliberation.GroupHead, 0, 0), func(h *deliberation.OfficeHeld) { h.Source = "born" }), deliberation.RefuseInvalid, "source"},
			{"deputy who is no member", held(rep(0), place, deliberation.DeputyDirector, 0, 0), deliberation.RefuseInvalid, "office"},
			{"deputy before being a member", held("comm2", place, deliberation.DeputyDirector, -9999, 0), deliberation.RefuseInvalid, "office"},
			{"deputy", held("comm2", place, deliberation.DeputyDirector, 0, 0), "", ""},
			{"head of supervision", held(rare, place, deliberation.SupervisionHead, 0, 0), "", ""},
			{"head of supervision who is none", held("comm2", place, deliberation.SupervisionHead, 0, 0), deliberation.RefuseInvalid, "office"},
			{"probation", held(rep(0), place, deliberation.ProbationaryMember, -20, 0), "", ""},
			{"member while on probation", held(rep(0), place, deliberation.PartyMember, 0, 0), deliberation.RefuseTwice, "office"},
			{"guide of a street", held(guide.ID, "street", deliberation.Guide, 0, 0), "", ""},
			{"guide of a county", held(guide.ID, "county", deliberation.Guide, 0, 0), deliberation.RefuseInvalid, "community"},
			{"guide of a community", held(rep(0), place, deliberation.Guide, 0, 0), deliberation.RefuseInvalid, "community"},
			{"analyst of a county", held(guide.ID, "county", deliberation.Analyst, 0, 0), "", ""},
			{"analyst of a street", held(guide.ID, "street", deliberation.Analyst, 0, 0), deliberation.RefuseInvalid, "community"},
			{"operator of the top", held(rep(0), "city", deliberation.Operator, 0, 0), "", ""},
			{"operator of a county", held(rep(0), "county", deliberation.Operator, 0, 0), deliberation.RefuseInvalid, "community"},
			{"committee member of a street", held(guide.ID, "street", deliberation.CommitteeMember, 0, 0), deliberation.RefuseInvalid, "community"},
			{"who has left", held(gone.ID, place, deliberation.GroupHead, -20, 0), deliberation.RefuseInvalid, "person"},
			{"what ended before they left", held(gone.ID, place, deliberation.GroupHead, -20, -10), "", ""},
		} {
			t.Run(c.name, func(t *testing.T) {
				err := s.Appoint(ctx, c.o, "operator")
				if c.code == "" {
					ok(t, err)
					return
				}
				refused(t, err, c.code)
				if c.field != "" && fields(err)[c.field] == "" {
					t.Fatalf("no word of %s: %v", c.field, fields(err))
				}
			})
		}
		over := got(s.OfficesOn(ctx, guide.ID, today))(t)
		if len(over) != 2 || over[0].Community != "county" || over[1].Community != "street" {
			t.Fatalf("offices over places: %+v", over)
		}
		equal(t, "over the street", len(got(s.OfficesIn(ctx, "street"))(t)), 1)
	})
}

// Of terms that overlap and are recorded at once, one is.
func TestAppointedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(1), "operator"))
		errs := make(chan error, 8)
		for i := range cap(errs) {
			go func() {
				errs <- s.Appoint(ctx, deliberation.OfficeHeld{Person: rep(0), Community: place, Office: deliberation.Clerk, From: today.AddDays(i), Source: "appointed"}, "operator")
			}()
		}
		recorded := 0
		for range cap(errs) {
			if err := <-errs; err == nil {
				recorded++
			} else {
				refused(t, err, deliberation.RefuseTwice)
			}
		}
		equal(t, "recorded", recorded, 1)
	})
}

func TestEndOffice(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(1), "operator"))
		since := deliberation.NewDate(2024, 1, 1)
		deputy := deliberation.OfficeHeld{Person: "comm2", Community: place, Office: deliberation.DeputyDirector, From: since.AddDays(7), Source: "elected"}
		ok(t, s.Appoint(ctx, deputy, "operator"))
		member := deliberation.OfficeHeld{Person: "comm2", Community: place, Office: deliberation.CommitteeMember, From: since, Until: today}
		refused(t, s.EndOffice(ctx, member, "comm2"), deliberation.RefuseOwnOffice)
		for name, c := range map[string]struct {
			spoil func(o *deliberation.OfficeHeld)
			code  deliberation.RefusalCode
		}{
			"no last day":           {func(o *deliberation.OfficeHeld) { o.Until = deliberation.Date{} }, deliberation.RefuseInvalid},
			"before the first day":  {func(o *deliberation.OfficeHeld) { o.Until = since.AddDays(-1) }, deliberation.RefuseInvalid},
			"another first day":     {func(o *deliberation.OfficeHeld) { o.From = since.AddDays(1) }, deliberation.RefuseNotFound},
			"never held":            {func(o *deliberation.OfficeHeld) { o.Office = deliberation.Secretary }, deliberation.RefuseNotFound},
			"in another community":  {func(o *deliberation.OfficeHeld) { o.Community = "c2" }, deliberation.RefuseNotFound},
			"of a person not there": {func(o *deliberation.OfficeHeld) { o.Person = "nobody" }, deliberation.RefuseNotFound},
		} {
			o := member
			c.spoil(&o)
			t.Run(name, func(t *testing.T) { refused(t, s.EndOffice(ctx, o, "operator"), c.code) })
		}
		ok(t, s.EndOffice(ctx, member, "operator"))
		same(t, "member", terms(t, s, "comm2", deliberation.CommitteeMember), []string{"2024-01-01–2026-12-01 "})
		same(t, "deputy falls with it", terms(t, s, "comm2", deliberation.DeputyDirector), []string{"2024-01-08–2026-12-01 elected"})
		refused(t, s.EndOffice(ctx, member, "operator"), deliberation.RefuseTwice)
		member.Until = today.AddDays(5)
		refused(t, s.EndOffice(ctx, member, "operator"), deliberation.RefuseTwice)
		member.Until = today.AddDays(-5)
		ok(t, s.EndOffice(ctx, member, "operator")) // a term may be cut shorter
		list, total, err := s.AuditOfPerson(ctx, "comm2", 0, 1)
		ok(t, err)
		if total != 3 || list[0].Act != "end_office" || list[0].Subject != string(deliberation.CommitteeMember) || list[0].Actor != "operator" {
			t.Fatalf("%d %+v", total, list)
		}
	})
}

func TestAnOfficialComesWithTheOfficeOrNotAtAll(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.AddPlace(ctx, deliberation.Place{ID: "city", Kind: deliberation.CityPlace, Name: "某市"}, "operator"))
		ok(t, s.AddPlace(ctx, deliberation.Place{ID: "street", Parent: "city", Kind: deliberation.TownshipPlace, Name: "某街道"}, "operator"))
		guide := deliberation.PersonRecord{Person: deliberation.Person{Community: "street", Name: "李指导"}}
		held := deliberation.OfficeHeld{Office: deliberation.Guide, From: today, Source: "appointed"}
		id := got(s.AddOfficial(ctx, guide, held, "operator"))(t)
		offices := got(s.OfficesOf(ctx, id))(t)
		if len(offices) != 1 || offices[0].Office != deliberation.Guide || offices[0].Community != "street" {
			t.Errorf("%+v", offices)
		}
		before := count(t, b, "persons")
		held.Office = deliberation.Secretary // of a community, not of a street
		_, err := s.AddOfficial(ctx, guide, held, "operator")
		refused(t, err, deliberation.RefuseInvalid)
		guide.Name = ""
		_, err = s.AddOfficial(ctx, guide, held, "operator")
		refused(t, err, deliberation.RefuseInvalid)
		equal(t, "persons", count(t, b, "persons"), before)
	})
}

package models_test

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

// garden is an estate of the sample community.
func garden(t *testing.T, s *models.Store, units ...deliberation.UnitEntry) deliberation.EstateID {
	t.Helper()
	id := got(s.AddEstate(t.Context(), deliberation.Estate{Community: place, Name: "枣子坪花园"}, both))(t)
	if len(units) > 0 {
		got(s.PutUnits(t.Context(), id, units, both))(t)
	}
	return id
}

func unit(number string, owner deliberation.PersonID, area int) deliberation.UnitEntry {
	return deliberation.UnitEntry{Building: "3栋", Number: number, Person: owner, Area: area}
}

func holdsOwner(t *testing.T, s *models.Store, id deliberation.PersonID) bool {
	t.Helper()
	for _, o := range got(s.OfficesOn(t.Context(), id, today))(t) {
		if o.Office == deliberation.Owner {
			return true
		}
	}
	return false
}

func TestUnits(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		s.SetToday(func() deliberation.Date { return today })
		seeded(t, s, 3)
		id := garden(t, s)
		_, err := s.AddEstate(ctx, deliberation.Estate{Community: place, Name: " 枣子坪花园 "}, both)
		refused(t, err, deliberation.RefuseTwice)
		entries := []deliberation.UnitEntry{
			{Line: 2, Building: "3栋", Number: "2单元501", Person: rep(0), Area: 8950},
			{Line: 3, Building: "3栋", Number: "2单元502", Owner: "代表1", Area: 10125},
			{Line: 4, Building: "3栋", Number: "2单元503", Owner: "远方人", Phone: "13800138000", Area: 6000},
			{Line: 5, Building: "商铺", Number: "1", Owner: "远方人", Phone: "13800138000", Area: 3000},
		}
		look := got(s.PlanUnits(ctx, id, entries))(t)
		equal(t, "new in the preview", len(look.Changes), 4)
		equal(t, "persons in the preview", look.Persons, 1)
		equal(t, "nothing written", len(got(s.Units(ctx, id))(t)), 0)

		got(s.PutUnits(ctx, id, entries, both))(t)
		units := got(s.Units(ctx, id))(t)
		equal(t, "units", len(units), 4)
		shares := deliberation.SharesOf(units)
		equal(t, "owners", len(shares), 3)
		if !holdsOwner(t, s, rep(0)) || !holdsOwner(t, s, rep(1)) || holdsOwner(t, s, rep(2)) {
			t.Fatal("the owner's office does not follow from the units")
		}
		refused(t, s.Appoint(ctx, deliberation.OfficeHeld{Person: rep(2), Community: place, Office: deliberation.Owner, From: today, Source: "loaded"}, both), deliberation.RefuseInvalid)

		again := got(s.PutUnits(ctx, id, entries, both))(t)
		equal(t, "differences of the same file", len(again.Changes)+again.Persons, 0)
		equal(t, "same", again.Same, 4)

		sold := []deliberation.UnitEntry{{Line: 2, Building: "3栋", Number: "2单元501", Person: rep(2), Area: 8950}}
		plan := got(s.PutUnits(ctx, id, sold, both))(t)
		equal(t, "kind", plan.Changes[0].Kind, deliberation.UnitOwner)
		if holdsOwner(t, s, rep(0)) || !holdsOwner(t, s, rep(2)) {
			t.Fatal("the office did not go with the unit")
		}

		for name, bad := range map[string]deliberation.UnitEntry{
			"no number": {Building: "3栋", Person: rep(0), Area: 1},
			"no owner":  {Building: "3栋", Number: "9", Area: 1},
			"no area":   {Building: "3栋", Number: "9", Person: rep(0)},
			"huge":      {Building: "3栋", Number: "9", Person: rep(0), Area: deliberation.MaxArea + 1},
			"stranger":  {Building: "3栋", Number: "9", Person: "nobody", Area: 1},
			"phone":     {Building: "3栋", Number: "9", Owner: "甲", Phone: "12", Area: 1},
		} {
			good := deliberation.UnitEntry{Building: "3栋", Number: "8", Person: rep(0), Area: 1}
			_, err := s.PutUnits(ctx, id, []deliberation.UnitEntry{good, bad}, both)
			refused(t, err, deliberation.RefuseImportErrors)
			if n := len(got(s.Units(ctx, id))(t)); n != 4 {
				t.Fatalf("%s: half of the file was put in: %d units", name, n)
			}
		}
		_, err = s.PutUnits(ctx, id, []deliberation.UnitEntry{unit("8", rep(0), 1), unit("8", rep(1), 1)}, both)
		refused(t, err, deliberation.RefuseImportErrors)
	})
}

// Two who bear one name are told apart by people, not by chance.
func TestUnitsOfNamesakes(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		r := deliberation.PersonRecord{Person: deliberation.Person{Community: place, Name: "代表0"}, Phone: "13900139000"}
		twin := got(s.SaveRecord(ctx, r, "clerk"))(t)
		id := garden(t, s)
		entry := deliberation.UnitEntry{Line: 7, Number: "1", Owner: "代表0", Area: 100}
		plan := got(s.PlanUnits(ctx, id, []deliberation.UnitEntry{entry}))(t)
		equal(t, "problem", plan.Faults[0], deliberation.UnitFault{Line: 7, Field: "owner", Problem: "owner_unclear"})
		entry.Phone = "13900139000"
		got(s.PutUnits(ctx, id, []deliberation.UnitEntry{entry}, both))(t)
		equal(t, "owner", got(s.Units(ctx, id))(t)[0].Owner, twin)
	})
}

// An owner of units cannot be erased: their area would have nobody.
func TestEraseOwnerBlocked(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		s.SetToday(func() deliberation.Date { return today })
		seeded(t, s, 1)
		stranger := got(s.SaveRecord(t.Context(), deliberation.PersonRecord{Person: deliberation.Person{Community: place, Name: "远方人"}}, "clerk"))(t)
		garden(t, s, unit("1", stranger, 100))
		if _, err := s.Erase(t.Context(), stranger, models.ErasureReasons[0], today, both, true); err == nil {
			t.Fatal("an owner was erased")
		}
	})
}

// 四川省物业管理条例第二十条: one owner of several units is one, with their area together.
// V-NEW 第三十二条: a group's meeting is of the adults of that group alone.
func TestRollOfAGroup(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		seeded(t, s, 4)
		all := got(s.Groups(t.Context(), place))(t)
		equal(t, "groups", len(all), 1)
		meet(t, s, deliberation.MeetingCheckIn, deliberation.GroupMeeting)
		spec := rollSpec(deliberation.GroupMeeting)
		spec.Group = "别的小组"
		equal(t, "of another group", got(s.FreezeRoll(t.Context(), spec))(t).Count, 0)
	})
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		seeded(t, s, 4)
		meet(t, s, deliberation.MeetingCheckIn, deliberation.GroupMeeting)
		spec := rollSpec(deliberation.GroupMeeting)
		spec.Group = "第一组"
		mine := got(s.FreezeRoll(t.Context(), spec))(t).Count
		if mine == 0 {
			t.Error("nobody is due at the group's meeting")
		}
	})
}

// A sum of areas tells whose they are: owners have no secret poll, whether anybody
// is there yet or all who are due may vote.
func TestOwnersVoteByName(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 3)
		id := garden(t, s, unit("1", rep(0), 10000), unit("2", rep(1), 8000))
		meet(t, s, deliberation.MeetingCheckIn, deliberation.OwnersMeeting)
		spec := rollSpec(deliberation.OwnersMeeting)
		spec.Estate = id
		got(s.FreezeRoll(ctx, spec))(t)
		for _, whole := range []bool{false, true} {
			p := samplePoll()
			p.Secret, p.Whole = true, whole
			_, err := s.OpenPoll(ctx, process, p)
			refused(t, err, deliberation.RefuseInvalid)
		}
		ok(t, s.CheckIn(ctx, meeting, rep(0), rep(0), 0, noon))
		p := samplePoll()
		p.Secret = true
		_, err := s.OpenPoll(ctx, process, p)
		refused(t, err, deliberation.RefuseInvalid)
		p.Secret = false
		equal(t, "voters by name", got(s.OpenPoll(ctx, process, p))(t).Count, 1)
	})
}

func TestRollOfOwners(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 4)
		id := garden(t, s, unit("1", rep(0), 10000), unit("2", rep(0), 5000), unit("3", rep(1), 8000), unit("4", rep(2), 7001))
		other := got(s.AddEstate(ctx, deliberation.Estate{Community: place, Name: "别的小区"}, both))(t)
		got(s.PutUnits(ctx, other, []deliberation.UnitEntry{unit("1", rep(3), 9999)}, both))(t)
		meet(t, s, deliberation.MeetingCheckIn, deliberation.OwnersMeeting)
		spec := rollSpec(deliberation.OwnersMeeting)
		_, err := s.FreezeRoll(ctx, spec)
		refused(t, err, deliberation.RefuseNotFound) // no estate is named
		spec.Estate = id
		roll := got(s.FreezeRoll(ctx, spec))(t)
		equal(t, "owners", roll.Count, 3)
		equal(t, "area", roll.Attendance.DueArea, 30001)

		got(s.PutUnits(ctx, id, []deliberation.UnitEntry{unit("4", rep(3), 9999)}, both))(t) // too late
		again := got(s.FreezeRoll(ctx, spec))(t)
		equal(t, "area of the frozen roll", again.Attendance.DueArea, 30001)
		equal(t, "attendance", got(s.Attendance(ctx, meeting))(t).DueArea, 30001)
		areas := map[deliberation.PersonID]int{}
		for _, l := range got(s.Roll(ctx, meeting))(t) {
			areas[l.Person.ID] = l.Area
		}
		equal(t, "one owner of two", areas[rep(0)], 15000)
	})
}

package models_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func record(name, group string) deliberation.PersonRecord {
	return deliberation.PersonRecord{Person: deliberation.Person{Community: place, Name: name, Group: group}}
}

// identity makes a number that checks: born on the day, the order code as given (odd: male).
func identity(birth deliberation.Date, order int) string {
	number := fmt.Sprintf("510402%04d%02d%02d%03d", birth.Year, birth.Month, birth.Day, order)
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += w * int(number[i]-'0')
	}
	return number + string("10X98765432"[sum%11])
}

// fields gives the fields that a refusal names, with what is wrong with each.
func fields(err error) map[string]string {
	var r *deliberation.Refusal
	named := map[string]string{}
	if errors.As(err, &r) {
		for _, f := range r.Fields {
			named[f.Field] = f.Problem
		}
	}
	return named
}

func TestRecordKeepsAll(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		home := got(s.SaveHousehold(ctx, deliberation.Household{Community: place, Group: "第二组", Building: "10栋", Number: "3单元501"}, "clerk"))(t)
		birth := deliberation.NewDate(1975, 3, 9)
		want := deliberation.PersonRecord{
			Person: deliberation.Person{Community: place, Name: rareName, Group: "第二组"},
			Sex:    deliberation.Female, Birth: birth, Identity: identity(birth, 12), Phone: "13812345678", Household: home,
			Relation: deliberation.RelationSpouse, Hukou: deliberation.HukouElsewhere, Since: deliberation.NewDate(2010, 1, 1),
			Standing: deliberation.Present,
		}
		sent := want
		sent.Sex, sent.Birth, sent.Standing = "", deliberation.Date{}, "" // the number says them, and present is meant
		sent.Name, sent.Identity = " "+sent.Name+" ", sent.Identity[:6]+" "+sent.Identity[6:]
		want.ID = got(s.SaveRecord(ctx, sent, "clerk"))(t)
		want.Version = 1
		if d := cmp.Diff(want, got(s.Record(ctx, want.ID))(t)); d != "" {
			t.Fatal(d)
		}
		_, err := s.Record(ctx, "nobody")
		refused(t, err, deliberation.RefuseNotFound)

		stale := want
		want.Phone, want.Household, want.Group = "", "", ""
		equal(t, "same id", got(s.SaveRecord(ctx, want, "clerk"))(t), want.ID)
		want.Version = 2
		if d := cmp.Diff(want, got(s.Record(ctx, want.ID))(t)); d != "" {
			t.Fatal("what was taken out stays: " + d)
		}
		_, err = s.SaveRecord(ctx, stale, "clerk")
		refused(t, err, deliberation.RefuseConflict)

		var name []byte
		var lookups int
		ok(t, b.raw(t).QueryRow("SELECT name FROM persons").Scan(&name))
		ok(t, b.raw(t).QueryRow("SELECT COUNT(*) FROM persons WHERE phone_lookup = '' AND phone IS NULL AND identity_lookup <> ''").Scan(&lookups))
		equal(t, "lookups follow the values", lookups, 1)
		if string(name) == rareName {
			t.Fatal("the name lies open")
		}
		list, total, err := s.AuditOfPerson(ctx, want.ID, 0, 10)
		ok(t, err)
		if total != 2 || list[0].Act != "change_person" || list[1].Act != "add_person" || list[0].Actor != "clerk" || list[0].Community != place {
			t.Fatalf("%d %+v", total, list)
		}
	})
}

func TestRecordRefused(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		ok(t, s.AddPlace(ctx, deliberation.Place{ID: "g9", Parent: "c2", Kind: deliberation.GroupPlace, Name: "外村组"}, "operator"))
		birth := deliberation.NewDate(1990, 5, 1)
		number := identity(birth, 11)
		elsewhere := got(s.SaveHousehold(ctx, deliberation.Household{Community: "c2", Number: "1号"}, "clerk"))(t)
		home := got(s.SaveHousehold(ctx, deliberation.Household{Community: place, Number: "1号"}, "clerk"))(t)
		head := record("户主", "")
		head.Identity, head.Household, head.Relation = number, home, deliberation.RelationHead
		head.ID = got(s.SaveRecord(ctx, head, "clerk"))(t)
		before := version(t, b, place)

		for name, c := range map[string]struct {
			spoil func(r *deliberation.PersonRecord)
			code  deliberation.RefusalCode
			field string
			why   string
		}{
			"no name":                   {func(r *deliberation.PersonRecord) { r.Name = "  " }, deliberation.RefuseInvalid, "name", "required"},
			"no community":              {func(r *deliberation.PersonRecord) { r.Community = "" }, deliberation.RefuseInvalid, "community", "required"},
			"a group as community":      {func(r *deliberation.PersonRecord) { r.Community = "g2" }, deliberation.RefuseInvalid, "community", "not_a_choice"},
			"unknown community":         {func(r *deliberation.PersonRecord) { r.Community = "nowhere" }, deliberation.RefuseInvalid, "community", "not_a_choice"},
			"unknown group":             {func(r *deliberation.PersonRecord) { r.Group = "第九组" }, deliberation.RefuseInvalid, "group", "not_a_choice"},
			"another community's group": {func(r *deliberation.PersonRecord) { r.Group = "外村组" }, deliberation.RefuseInvalid, "group", "not_a_choice"},
			"a building as group":       {func(r *deliberation.PersonRecord) { r.Group = "2栋" }, deliberation.RefuseInvalid, "group", "not_a_choice"},
			"another's household":       {func(r *deliberation.PersonRecord) { r.Household = elsewhere }, deliberation.RefuseInvalid, "household", "not_a_choice"},
			"phone of ten digits":       {func(r *deliberation.PersonRecord) { r.Phone = "1381234567" }, deliberation.RefuseInvalid, "phone", "not_a_phone"},
			"phone of twelve digits":    {func(r *deliberation.PersonRecord) { r.Phone = "138123456789" }, deliberation.RefuseInvalid, "phone", "not_a_phone"},
			"phone that begins with 12": {func(r *deliberation.PersonRecord) { r.Phone = "12812345678" }, deliberation.RefuseInvalid, "phone", "not_a_phone"},
			"checksum":                  {func(r *deliberation.PersonRecord) { r.Identity = number[:17] + "?" }, deliberation.RefuseInvalid, "identity", "not_an_identity"},
			"birth against the number":  {func(r *deliberation.PersonRecord) { r.Identity, r.Birth = identity(birth, 13), birth.AddDays(1) }, deliberation.RefuseInvalid, "birth", "not_as_identity"},
			"sex against the number":    {func(r *deliberation.PersonRecord) { r.Identity, r.Sex = identity(birth, 13), deliberation.Female }, deliberation.RefuseInvalid, "sex", "not_as_identity"},
			"identity twice":            {func(r *deliberation.PersonRecord) { r.Identity = number }, deliberation.RefuseTwice, "identity", "taken"},
			"second head":               {func(r *deliberation.PersonRecord) { r.Household, r.Relation = home, deliberation.RelationHead }, deliberation.RefuseTwice, "relation", "taken"},
			"sex":                       {func(r *deliberation.PersonRecord) { r.Sex = "x" }, deliberation.RefuseInvalid, "sex", "not_a_choice"},
			"hukou":                     {func(r *deliberation.PersonRecord) { r.Hukou = "x" }, deliberation.RefuseInvalid, "hukou", "not_a_choice"},
			"relation":                  {func(r *deliberation.PersonRecord) { r.Relation = "x" }, deliberation.RefuseInvalid, "relation", "not_a_choice"},
			"moved without a day":       {func(r *deliberation.PersonRecord) { r.Standing = deliberation.Moved }, deliberation.RefuseInvalid, "left", "required"},
			"present with a day":        {func(r *deliberation.PersonRecord) { r.Left = today }, deliberation.RefuseInvalid, "left", "unexpected"},
			"erased by hand":            {func(r *deliberation.PersonRecord) { r.Standing = deliberation.Erased }, deliberation.RefuseInvalid, "standing", "not_a_choice"},
			"lived here before birth":   {func(r *deliberation.PersonRecord) { r.Birth, r.Since = birth, birth.AddDays(-1) }, deliberation.RefuseInvalid, "since", "before_birth"},
			"a change of nobody":        {func(r *deliberation.PersonRecord) { r.ID, r.Version = "nobody", 1 }, deliberation.RefuseNotFound, "", ""},
			"another community":         {func(r *deliberation.PersonRecord) { r.ID, r.Version, r.Community = head.ID, 1, "c2" }, deliberation.RefuseInvalid, "community", "not_a_choice"},
			"an id that is there":       {func(r *deliberation.PersonRecord) { r.ID = head.ID }, deliberation.RefuseConflict, "", ""},
			"group below a street":      {func(r *deliberation.PersonRecord) { r.Community, r.Group = "street", "第二组" }, deliberation.RefuseInvalid, "group", "not_a_choice"},
		} {
			t.Run(name, func(t *testing.T) {
				r := record("张三", "第二组")
				c.spoil(&r)
				_, err := s.SaveRecord(ctx, r, "clerk")
				refused(t, err, c.code)
				if c.field != "" {
					equal(t, c.field, fields(err)[c.field], c.why)
				}
			})
		}
		equal(t, "the roster stands still", version(t, b, place), before)

		r := record("", "第九组")
		r.Phone = "1"
		_, err := s.SaveRecord(ctx, r, "clerk")
		if d := cmp.Diff(fields(err), map[string]string{"name": "required", "phone": "not_a_phone"}); d != "" {
			t.Fatal("each wrong field is named at once: " + d)
		}
		same := record("同一人", "")
		same.Community, same.Identity = "c2", number
		got(s.SaveRecord(ctx, same, "clerk"))(t) // 人户分离: known in two communities
	})
}

func TestHouseholds(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		save := func(h deliberation.Household) (deliberation.HouseholdID, error) {
			return s.SaveHousehold(ctx, h, "clerk")
		}
		a := got(save(deliberation.Household{Community: place, Group: "第二组", Building: "2栋", Number: "10号"}))(t)
		got(save(deliberation.Household{Community: place, Group: "第二组", Building: "10栋", Number: "10号"}))(t) // another building
		got(save(deliberation.Household{Community: place, Group: "第二组", Building: "2栋", Number: "2号"}))(t)
		for name, c := range map[string]struct {
			h    deliberation.Household
			code deliberation.RefusalCode
		}{
			"twice":             {deliberation.Household{Community: place, Group: "第二组", Building: "2栋", Number: " 10号"}, deliberation.RefuseTwice},
			"no number":         {deliberation.Household{Community: place}, deliberation.RefuseInvalid},
			"no such building":  {deliberation.Household{Community: place, Building: "9栋", Number: "1号"}, deliberation.RefuseInvalid},
			"group as building": {deliberation.Household{Community: place, Building: "第二组", Number: "1号"}, deliberation.RefuseInvalid},
			"below a street":    {deliberation.Household{Community: "street", Number: "1号"}, deliberation.RefuseInvalid},
			"another's":         {deliberation.Household{ID: a, Community: "c2", Number: "1号"}, deliberation.RefuseNotFound},
		} {
			_, err := save(c.h)
			if !errors.Is(err, deliberation.Refuse(c.code)) {
				t.Errorf("%s: %v", name, err)
			}
		}
		equal(t, "changed", got(save(deliberation.Household{ID: a, Community: place, Group: "第二组", Building: "2栋", Number: "12号"}))(t), a)
		var numbers []string
		for _, h := range got(s.Households(ctx, place))(t) {
			numbers = append(numbers, h.Building+h.Number)
		}
		if d := cmp.Diff(numbers, []string{"2栋2号", "2栋12号", "10栋10号"}); d != "" {
			t.Fatal(d)
		}

		equal(t, "empty households", got(s.HouseholdCount(ctx, place))(t), 0)
		for i := range 2 {
			r := record("同住", "")
			r.Household = a
			if i == 1 {
				r.Standing, r.Left = deliberation.Moved, today
			}
			got(s.SaveRecord(ctx, r, "clerk"))(t)
		}
		equal(t, "lived in", got(s.HouseholdCount(ctx, place))(t), 1)
	})
}

// Of two changes of one version, one is written.
func TestRecordChangedAtOnce(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		r := record("张三", "")
		r.ID = got(s.SaveRecord(ctx, r, "clerk"))(t)
		r.Version = 1
		var wg sync.WaitGroup
		won, lost := make(chan bool, 8), make(chan error, 8)
		for i := range 8 {
			wg.Go(func() {
				r := r
				r.Phone = fmt.Sprintf("1380000000%d", i)
				if _, err := s.SaveRecord(ctx, r, "clerk"); err == nil {
					won <- true
				} else {
					lost <- err
				}
			})
		}
		wg.Wait()
		close(lost)
		equal(t, "written", len(won), 1)
		for err := range lost {
			refused(t, err, deliberation.RefuseConflict)
		}
	})
}

// A community's version grows with each change of its people, and only with its own.
func TestRosterVersion(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		other := version(t, b, "c2")
		last := version(t, b, place)
		grew := func(what string) {
			t.Helper()
			now := version(t, b, place)
			if now <= last {
				t.Fatalf("%s: the version stayed at %d", what, now)
			}
			last = now
		}
		a := got(s.SaveRecord(ctx, record("甲", ""), "clerk"))(t)
		grew("person")
		c := got(s.SaveRecord(ctx, record("乙", ""), "clerk"))(t)
		grew("person")
		got(s.SaveHousehold(ctx, deliberation.Household{Community: place, Number: "1"}, "clerk"))(t)
		grew("household")
		o := deliberation.OfficeHeld{Person: a, Community: place, Office: deliberation.Clerk, From: today, Source: "appointed"}
		ok(t, s.Appoint(ctx, o, "clerk"))
		grew("office")
		o.Until = today
		ok(t, s.EndOffice(ctx, o, "clerk"))
		grew("end of office")
		ok(t, s.DeclareKin(ctx, deliberation.Kinship{A: a, B: c, Kind: deliberation.RelationSibling}, false, "clerk"))
		grew("kin")
		ok(t, s.ChangePlace(ctx, deliberation.Place{ID: "g2", Name: "第五组"}, "operator"))
		grew("group")
		equal(t, "the other community", version(t, b, "c2"), other)
	})
}

func version(t *testing.T, b backend, c deliberation.CommunityID) (v int64) {
	t.Helper()
	ok(t, b.raw(t).QueryRow(fmt.Sprintf("SELECT roster_version FROM places WHERE id = '%s'", c)).Scan(&v))
	return v
}

package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

// tree is a city with one county, one township and two communities, one of which has groups and a building.
func tree(t *testing.T, s *models.Store) {
	t.Helper()
	for _, p := range []deliberation.Place{
		{ID: "city", Kind: deliberation.CityPlace, Name: "攀枝花市", Overlay: "sichuan"},
		{ID: "county", Parent: "city", Kind: deliberation.CountyPlace, Name: "东区"},
		{ID: "street", Parent: "county", Kind: deliberation.TownshipPlace, Name: "大渡口街道"},
		{ID: place, Parent: "street", Kind: deliberation.UrbanPlace, Name: "样板社区"},
		{ID: "c2", Parent: "street", Kind: deliberation.VillagePlace, Name: "另一村"},
		{ID: "g10", Parent: place, Kind: deliberation.GroupPlace, Name: "第十组"},
		{ID: "g2", Parent: place, Kind: deliberation.GroupPlace, Name: "第二组"},
		{ID: "b1", Parent: place, Kind: deliberation.BuildingPlace, Name: "10栋"},
		{ID: "b2", Parent: place, Kind: deliberation.BuildingPlace, Name: "2栋"},
	} {
		ok(t, s.AddPlace(t.Context(), p, "operator"))
	}
}

func TestTreeOfPlaces(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		names := func(list []deliberation.Place) (n []string) {
			for _, p := range list {
				n = append(n, p.Name)
			}
			return n
		}
		below := got(s.Below(ctx, "street"))(t)
		if d := cmp.Diff(names(below), []string{"另一村", "样板社区", "第二组", "第十组", "2栋", "10栋"}); d != "" {
			t.Fatal(d)
		}
		equal(t, "whole tree", len(got(s.Below(ctx, ""))(t)), 9)
		equal(t, "leaf", len(got(s.Below(ctx, "g2"))(t)), 0)
		_, err := s.Below(ctx, "nowhere")
		refused(t, err, deliberation.RefuseNotFound)
		if d := cmp.Diff(names(got(s.Path(ctx, place))(t)), []string{"攀枝花市", "东区", "大渡口街道", "样板社区"}); d != "" {
			t.Fatal(d)
		}
		_, err = s.Path(ctx, "nowhere")
		refused(t, err, deliberation.RefuseNotFound)
		equal(t, "overlay from above", got(s.Community(ctx, place))(t).Place, "sichuan")

		for name, c := range map[string]struct {
			p    deliberation.Place
			code deliberation.RefusalCode
		}{
			"same name":               {deliberation.Place{Parent: place, Kind: deliberation.GroupPlace, Name: "第二组"}, deliberation.RefuseTwice},
			"same name at the top":    {deliberation.Place{Kind: deliberation.CityPlace, Name: "攀枝花市"}, deliberation.RefuseTwice},
			"same id":                 {deliberation.Place{ID: "g2", Parent: place, Kind: deliberation.GroupPlace, Name: "第三组"}, deliberation.RefuseTwice},
			"group below a street":    {deliberation.Place{Parent: "street", Kind: deliberation.GroupPlace, Name: "第三组"}, deliberation.RefuseInvalid},
			"group below nothing":     {deliberation.Place{Kind: deliberation.GroupPlace, Name: "第三组"}, deliberation.RefuseInvalid},
			"community below a group": {deliberation.Place{Parent: "g2", Kind: deliberation.UrbanPlace, Name: "社区"}, deliberation.RefuseInvalid},
			"parent is not there":     {deliberation.Place{Parent: "nowhere", Kind: deliberation.GroupPlace, Name: "第三组"}, deliberation.RefuseInvalid},
			"no name":                 {deliberation.Place{Parent: place, Kind: deliberation.GroupPlace, Name: "  "}, deliberation.RefuseInvalid},
			"no such kind":            {deliberation.Place{Kind: "planet", Name: "地球"}, deliberation.RefuseInvalid},
			"a zero byte":             {deliberation.Place{Parent: place, Kind: deliberation.GroupPlace, Name: "第\x00组"}, deliberation.RefuseInvalid},
		} {
			t.Run(name, func(t *testing.T) { refused(t, s.AddPlace(ctx, c.p, "operator"), c.code) })
		}
		equal(t, "nothing was added", len(got(s.Below(ctx, ""))(t)), 9)
		ok(t, s.AddPlace(ctx, deliberation.Place{Parent: place, Kind: deliberation.BuildingPlace, Name: "第二组"}, "operator")) // another kind may
	})
}

func TestChangePlace(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		home := got(s.SaveHousehold(ctx, deliberation.Household{Community: place, Group: "第二组", Building: "2栋", Number: "501"}, "operator"))(t)
		id := got(s.SaveRecord(ctx, record("张三", "第二组"), "operator"))(t)

		refused(t, s.ChangePlace(ctx, deliberation.Place{ID: "g2", Name: "第十组"}, "operator"), deliberation.RefuseTwice)
		refused(t, s.ChangePlace(ctx, deliberation.Place{ID: "nowhere", Name: "第三组"}, "operator"), deliberation.RefuseNotFound)
		ok(t, s.ChangePlace(ctx, deliberation.Place{ID: "g2", Name: "第三组"}, "operator"))
		ok(t, s.ChangePlace(ctx, deliberation.Place{ID: "b2", Name: "3栋"}, "operator"))
		ok(t, s.ChangePlace(ctx, deliberation.Place{ID: "c2", Name: "另一村", Overlay: "mountain"}, "operator"))

		equal(t, "group of the person", got(s.Record(ctx, id))(t).Group, "第三组")
		found, _, err := s.FindPersons(ctx, deliberation.PersonQuery{Community: place, Group: "第三组"})
		ok(t, err)
		equal(t, "found in it", len(found), 1)
		h := got(s.Households(ctx, place))(t)[0]
		if d := cmp.Diff(h, deliberation.Household{ID: home, Community: place, Group: "第三组", Building: "3栋", Number: "501"}); d != "" {
			t.Fatal(d)
		}
		p := got(s.Place(ctx, "c2"))(t)
		equal(t, "kept", p, deliberation.Place{ID: "c2", Parent: "street", Kind: deliberation.VillagePlace, Name: "另一村", Overlay: "mountain"})
		list, total, err := s.AuditOf(ctx, place, "change_place", 0, 1)
		ok(t, err)
		if total != 2 || len(list) != 1 || list[0].Subject != "b2" || list[0].Actor != "operator" {
			t.Fatalf("%d %+v", total, list)
		}
	})
}

func TestCommunities(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		ok(t, s.AddPlace(ctx, deliberation.Place{ID: "alone", Kind: deliberation.VillagePlace, Name: "独村"}, "operator"))
		want := []deliberation.Community{
			{ID: "alone", Name: "独村", Kind: deliberation.Village},
			{ID: place, Name: "样板社区", Kind: deliberation.Urban, Place: "sichuan"},
			{ID: "c2", Name: "另一村", Kind: deliberation.Village, Place: "sichuan"},
		}
		if d := cmp.Diff(want, got(s.Communities(ctx))(t)); d != "" {
			t.Fatal(d)
		}
		for _, c := range want {
			equal(t, "alone", got(s.Community(ctx, c.ID))(t), c)
		}
		for _, id := range []deliberation.PlaceID{"street", "g2", "nowhere"} {
			_, err := s.Community(ctx, id)
			refused(t, err, deliberation.RefuseNotFound)
		}
	})
}

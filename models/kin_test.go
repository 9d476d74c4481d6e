package models_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func TestKin(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		home := got(s.SaveHousehold(ctx, deliberation.Household{Community: place, Number: "1"}, "clerk"))(t)
		member := func(id deliberation.PersonID, rel deliberation.Relation) {
			r := record(string(id), "")
			r.ID, r.Relation = id, rel
			if rel != "" {
				r.Household = home
			}
			got(s.SaveRecord(ctx, r, "clerk"))(t)
		}
		member("father", deliberation.RelationHead)
		member("mother", deliberation.RelationSpouse)
		member("child", deliberation.RelationChild)
		member("aunt", "")
		member("cousin", "")
		out := record("外村", "")
		out.ID, out.Community = "out", "c2"
		got(s.SaveRecord(ctx, out, "clerk"))(t)

		declare := func(a, b deliberation.PersonID, kind deliberation.Relation) error {
			return s.DeclareKin(ctx, deliberation.Kinship{A: a, B: b, Kind: kind}, false, "clerk")
		}
		drop := func(a, b deliberation.PersonID) error {
			return s.DeclareKin(ctx, deliberation.Kinship{A: a, B: b}, true, "clerk")
		}
		ok(t, declare("father", "aunt", deliberation.RelationSibling))
		ok(t, declare("aunt", "cousin", deliberation.RelationChild))
		ok(t, declare("father", "child", deliberation.RelationChild)) // said by the household already
		refused(t, declare("father", "aunt", deliberation.RelationSibling), deliberation.RefuseTwice)
		refused(t, declare("aunt", "father", deliberation.RelationSpouse), deliberation.RefuseTwice)
		refused(t, declare("aunt", "aunt", deliberation.RelationSibling), deliberation.RefuseInvalid)
		refused(t, declare("aunt", "mother", deliberation.RelationOther), deliberation.RefuseInvalid)
		refused(t, declare("aunt", "nobody", deliberation.RelationSibling), deliberation.RefuseNotFound)
		refused(t, declare("aunt", "out", deliberation.RelationSibling), deliberation.RefuseInvalid)
		refused(t, drop("mother", "aunt"), deliberation.RefuseNotFound)

		pairs := func(kin []deliberation.Kinship) (list []string) {
			for _, k := range kin {
				list = append(list, fmt.Sprintf("%s–%s %s %s", k.A, k.B, k.Kind, k.Source))
			}
			slices.Sort(list)
			return list
		}
		all := []deliberation.PersonID{"father", "mother", "child", "aunt", "cousin"}
		same(t, "among all", pairs(got(s.Kin(ctx, place, all))(t)), []string{
			"aunt–cousin child declared", "father–aunt sibling declared", "father–child child household", "father–mother spouse household", "mother–child child household",
		})
		same(t, "among two of whom one is the head's child", pairs(got(s.Kin(ctx, place, []deliberation.PersonID{"mother", "child", "aunt"}))(t)), []string{"mother–child child household"})
		same(t, "among none", pairs(got(s.Kin(ctx, place, nil))(t)), nil)
		same(t, "of the child", pairs(got(s.KinOf(ctx, "child"))(t)), []string{"child–father parent household", "child–mother parent household"})
		same(t, "of the aunt", pairs(got(s.KinOf(ctx, "aunt"))(t)), []string{"aunt–cousin child declared", "aunt–father sibling declared"})
		_, err := s.KinOf(ctx, "nobody")
		refused(t, err, deliberation.RefuseNotFound)

		ok(t, drop("aunt", "father"))
		ok(t, drop("father", "child"))
		same(t, "of the father", pairs(got(s.KinOf(ctx, "father"))(t)), []string{"father–child child household", "father–mother spouse household"})
		list, total, err := s.AuditOfPerson(ctx, "aunt", 0, 10)
		ok(t, err)
		if total != 4 || list[0].Act != "drop_kin" || list[0].Subject != "father" {
			t.Fatalf("%d %+v", total, list)
		}
	})
}

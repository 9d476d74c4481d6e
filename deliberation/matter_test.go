package deliberation_test

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

func matter() deliberation.Matter {
	return deliberation.Matter{
		Title: "小区东门加装路灯", Summary: "在东门到活动室的路上装十二盏路灯。",
		Category: deliberation.CategoryEnvironment, Affected: deliberation.AffectsSome,
		Origin: deliberation.OriginParty, BudgetFen: 4_800_000,
		Form: deliberation.Conference, Authorisation: "2026年3月12日居民会议授权:环境改造,十万元以内,至本届期满。",
	}
}

func TestMatterThatMayBeDecided(t *testing.T) {
	for _, p := range library(t).Packs() {
		if err := deliberation.CheckMatter(p, matter()); err != nil {
			t.Errorf("%s: %v", p.ID, err)
		}
		m := matter()
		m.Form, m.Authorisation, m.Affected = deliberation.Assembly, "", deliberation.AffectsAll
		if err := deliberation.CheckMatter(p, m); err != nil {
			t.Errorf("%s, by the assembly: %v", p.ID, err)
		}
	}
}

func TestMatterFields(t *testing.T) {
	p := pack(t, "urban-2026")
	for _, c := range []struct {
		name   string
		change func(*deliberation.Matter)
		want   []deliberation.FieldProblem
	}{
		{"no title", func(m *deliberation.Matter) { m.Title = " \n" }, []deliberation.FieldProblem{{Field: "title", Problem: "required"}}},
		{"a title of 101 characters", func(m *deliberation.Matter) { m.Title = strings.Repeat("灯", 101) }, []deliberation.FieldProblem{{Field: "title", Problem: "too_long", Limit: 100}}},
		{"a summary of 2001", func(m *deliberation.Matter) { m.Summary = strings.Repeat("灯", 2001) }, []deliberation.FieldProblem{{Field: "summary", Problem: "too_long", Limit: 2000}}},
		{"an authorisation of 2001", func(m *deliberation.Matter) { m.Authorisation = strings.Repeat("灯", 2001) }, []deliberation.FieldProblem{{Field: "authorisation", Problem: "too_long", Limit: 2000}}},
		{"unknown category", func(m *deliberation.Matter) { m.Category = "war" }, []deliberation.FieldProblem{{Field: "category", Problem: "not_a_choice"}}},
		{"unknown affected", func(m *deliberation.Matter) { m.Affected = "" }, []deliberation.FieldProblem{{Field: "affected", Problem: "not_a_choice"}}},
		{"unknown origin", func(m *deliberation.Matter) { m.Origin = "me" }, []deliberation.FieldProblem{{Field: "origin", Problem: "not_a_choice"}}},
		{"a body that decides nothing", func(m *deliberation.Matter) { m.Form = deliberation.PartyMeeting }, []deliberation.FieldProblem{{Field: "form", Problem: "not_a_choice"}}},
		{"a negative budget", func(m *deliberation.Matter) { m.BudgetFen = -1 }, []deliberation.FieldProblem{{Field: "budget_fen", Problem: "not_a_number"}}},
		{"two at once, by name", func(m *deliberation.Matter) { m.Title, m.Category = "", "x" }, []deliberation.FieldProblem{{Field: "category", Problem: "not_a_choice"}, {Field: "title", Problem: "required"}}},
	} {
		m := matter()
		c.change(&m)
		var r *deliberation.Refusal
		if err := deliberation.CheckMatter(p, m); !errors.As(err, &r) || r.Code != deliberation.RefuseInvalid || !reflect.DeepEqual(r.Fields, c.want) {
			t.Errorf("%s: %v %+v", c.name, err, r)
		}
	}
	m := matter()
	m.Title = strings.Repeat("灯", 100)
	if err := deliberation.CheckMatter(p, m); err != nil {
		t.Errorf("a title of 100: %v", err)
	}
}

func TestJointMotion(t *testing.T) {
	p := pack(t, "village-2026")
	for _, c := range []struct {
		origin     deliberation.Origin
		signed, of int
		want       *deliberation.FieldProblem
	}{
		{deliberation.OriginResidents, 11, 101, nil},
		{deliberation.OriginResidents, 10, 101, &deliberation.FieldProblem{Field: "signers", Problem: "too_few", Limit: 11}},
		{deliberation.OriginRepresentatives, 12, 60, nil},
		{deliberation.OriginRepresentatives, 11, 60, &deliberation.FieldProblem{Field: "signers", Problem: "too_few", Limit: 12}},
		{deliberation.OriginResidents, 0, 0, &deliberation.FieldProblem{Field: "signers_of", Problem: "required"}},
		{deliberation.OriginResidents, 200, 100, &deliberation.FieldProblem{Field: "signers", Problem: "too_many", Limit: 100}},
		{deliberation.OriginParty, 0, 0, nil},
	} {
		m := matter()
		m.Origin, m.Signers, m.SignersOf = c.origin, c.signed, c.of
		err := deliberation.CheckMatter(p, m)
		if c.want == nil {
			if err != nil {
				t.Errorf("%s %d of %d: %v", c.origin, c.signed, c.of, err)
			}
			continue
		}
		var r *deliberation.Refusal
		if !errors.As(err, &r) || r.Code != deliberation.RefuseInvalid || len(r.Fields) != 1 || r.Fields[0] != *c.want {
			t.Errorf("%s %d of %d: %v %+v", c.origin, c.signed, c.of, err, r)
		} else if c.want.Problem == "too_few" && (r.Basis == nil || r.Basis.Citation.Law == "" || r.Count != c.want.Limit) {
			t.Errorf("%s: refused without its citation: %+v", c.origin, r)
		}
	}
}

func TestReservedMatters(t *testing.T) {
	for _, c := range []struct {
		pack     string
		category deliberation.Category
		affected deliberation.Affected
		form     deliberation.Body
		reserved bool
		article  string
	}{
		{"village-2026", deliberation.CategoryElection, deliberation.AffectsSome, deliberation.Assembly, true, "第十四条第一款"},
		{"village-2026", deliberation.CategoryHomestead, deliberation.AffectsSome, deliberation.Assembly, true, "第二十六条、第二十八条"},
		{"village-2018", deliberation.CategoryHomestead, deliberation.AffectsSome, deliberation.Conference, false, ""},
		{"village-2018", deliberation.CategoryLandContract, deliberation.AffectsSome, deliberation.Assembly, true, "第十九条、第二十八条、第五十二条"},
		{"village-2026+sichuan", deliberation.CategoryLandContract, deliberation.AffectsSome, deliberation.Assembly, true, "第九条、第十九条"},
		{"village-2026", deliberation.CategoryCovenant, deliberation.AffectsAll, deliberation.Conference, true, "第三十一条第一款"},
		{"village-2026", deliberation.CategoryCovenant, deliberation.AffectsAll, deliberation.HouseholdAssembly, false, ""},
		{"urban-2026", deliberation.CategoryCovenant, deliberation.AffectsAll, deliberation.Conference, false, ""},
		{"urban-2018", deliberation.CategoryCovenant, deliberation.AffectsSome, deliberation.Conference, true, "第十五条第一款"},
		{"urban-2018", deliberation.CategoryWelfare, deliberation.AffectsAll, deliberation.Conference, true, "第十条第二款"},
		{"urban-2018", deliberation.CategoryWelfare, deliberation.AffectsAll, deliberation.Assembly, false, ""},
	} {
		m := matter()
		m.Category, m.Affected, m.Form = c.category, c.affected, c.form
		err := deliberation.CheckMatter(pack(t, c.pack), m)
		var r *deliberation.Refusal
		switch {
		case !c.reserved && err != nil:
			t.Errorf("%s: %s by the %s: %v", c.pack, c.category, c.form, err)
		case c.reserved && (!errors.As(err, &r) || r.Code != deliberation.RefuseReserved || r.Basis == nil || r.Basis.Citation.Article != c.article):
			t.Errorf("%s: %s by the %s: %v %+v", c.pack, c.category, c.form, err, r)
		}
	}
}

// without gives the pack with a flag turned off.
func without(p deliberation.Pack, key string) deliberation.Pack {
	changed := map[string]deliberation.Parameter{}
	for k, v := range p.Parameters {
		if k == key {
			v.Flag = false
		}
		changed[k] = v
	}
	p.Parameters = changed
	return p
}

func TestFormNotInPack(t *testing.T) {
	for key, form := range map[string]deliberation.Body{"reps.form": deliberation.Conference, "assembly.household_form": deliberation.HouseholdAssembly} {
		p := without(pack(t, "urban-2026"), key)
		m := matter()
		m.Form = form
		if err := deliberation.CheckMatter(p, m); !errors.Is(err, deliberation.Refuse(deliberation.RefuseFormNotInPack)) {
			t.Errorf("%s: %v", key, err)
		}
		r, err := deliberation.FourDeliberations(p)
		if err != nil || r.Meeting(deliberation.Resolution, form, false).Body != "" {
			t.Errorf("%s: the view knows the form (%v)", key, err)
		}
		if steps := deliberation.PlanFourDeliberations(r, library(t).Calendar(), date(t, "2026-12-01"), form); steps != nil {
			t.Errorf("%s: a plan was made", key)
		}
	}
}

func TestMergedOnlyWhereThePackAllows(t *testing.T) {
	m := matter()
	m.Merged = true
	if err := deliberation.CheckMatter(pack(t, "urban-2026"), m); err != nil {
		t.Error(err)
	}
	if err := deliberation.CheckMatter(without(pack(t, "urban-2026"), "four.merge_allowed"), m); !errors.Is(err, deliberation.Refuse(deliberation.RefuseNotMerged)) {
		t.Error(err)
	}
}

func TestCheckMatterOnABrokenPack(t *testing.T) {
	var r *deliberation.Refusal
	if err := deliberation.CheckMatter(deliberation.Pack{ID: "empty"}, matter()); err == nil || errors.As(err, &r) {
		t.Errorf("a pack without parameters: %v", err)
	}
}

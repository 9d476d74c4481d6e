package pages

import (
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/yishi-project/yishi/deliberation"
)

func bodySamples(t *testing.T, lang string) map[string]templ.Component {
	t.Helper()
	page := samplePage(t, lang, deliberation.Supervisor, deliberation.Resident)
	day := deliberation.NewDate(2026, 12, 1)
	law := deliberation.Basis{Citation: deliberation.Citation{Law: "中华人民共和国城市居民委员会组织法", Version: "2025年修订", Article: "第八条第二款"}, Confidence: deliberation.LawText}
	advice := deliberation.Basis{Citation: deliberation.Citation{Law: "关于建立健全村务监督委员会的指导意见", Article: "第二部分"}, Confidence: deliberation.Analogy}
	rule := func(key string, number int, b deliberation.Basis) deliberation.CompositionRule {
		return deliberation.CompositionRule{Key: key, Number: number, Basis: b, Effective: deliberation.NewDate(2026, 1, 1), Note: "说明一句。"}
	}
	kin := BodyRule{Who: []string{"欧阳明—李秀英"}, Check: deliberation.CompositionCheck{
		Rule: rule("committee.kin", 0, law), Body: deliberation.Committee, AtMost: true, Had: 1, Short: 1, Pairs: []deliberation.PersonPair{{A: "a", B: "b"}}, Persons: []deliberation.PersonID{"a", "b"},
	}}
	few := BodyRule{Check: deliberation.CompositionCheck{Rule: rule("committee.min", 5, law), Body: deliberation.Committee, Need: 5, Had: 4, Short: 1}}
	hint := BodyRule{Check: deliberation.CompositionCheck{Rule: rule("committee.deputies", 0, advice), Body: deliberation.Committee, AtMost: true, Had: 1, Short: 1}}
	unknown := BodyRule{Check: deliberation.CompositionCheck{Rule: rule("committee.women", 1, law), Body: deliberation.Committee, Need: 1, Undecided: true, Unknown: 2, Short: 1}}
	met := BodyRule{Check: deliberation.CompositionCheck{Rule: rule("committee.max", 9, law), Body: deliberation.Committee, Need: 9, AtMost: true, Had: 4, Met: true}}
	all := []BodyRule{few, kin, hint, unknown, met}
	verdict := deliberation.CompositionVerdict{Body: deliberation.Committee, Kind: deliberation.Urban, On: day, Members: 4, State: deliberation.CompositionBreached}
	for _, r := range all {
		verdict.Checks = append(verdict.Checks, r.Check)
	}
	member := func(id, name string, offices ...deliberation.Office) BodyMember {
		m := BodyMember{Person: deliberation.Person{ID: deliberation.PersonID(id), Name: name, Group: "第一小组"}}
		for _, o := range offices {
			m.Held = append(m.Held, deliberation.OfficeHeld{Person: m.Person.ID, Office: o, From: day.AddYears(-1), Source: "elected"})
		}
		return m
	}
	body := BodyView{
		Page: page, On: "2026-12-01", Day: day, Verdict: verdict, Findings: []BodyRule{few, kin}, Advice: []BodyRule{hint}, Undecided: []BodyRule{unknown}, All: all, Links: true, MayRoll: true,
		Members: []BodyMember{member("a", "欧阳明", deliberation.Director), member("b", "李秀英", deliberation.DeputyDirector, deliberation.CommitteeMember)},
	}
	assembly := BodyView{Page: page, Day: day, Verdict: deliberation.CompositionVerdict{Body: deliberation.Assembly, State: deliberation.CompositionFree}}
	bare := BodyView{Page: page, Day: day, Verdict: deliberation.CompositionVerdict{Body: deliberation.SupervisoryCommittee, State: deliberation.CompositionNotSetUp}}
	roll := BodyRollView{Page: page, Day: day, Body: deliberation.Assembly, Count: 1, Lines: []deliberation.Inclusion{
		{Person: deliberation.Person{Name: "欧阳明", Group: "第一小组"}, In: true, Because: deliberation.Representative},
		{Person: deliberation.Person{Name: "单𬱖"}, Reason: "under_age", On: deliberation.NewDate(2030, 4, 4)},
		{Person: deliberation.Person{Name: "李秀英"}, Reason: "office_ended", On: day.AddDays(-3)},
	}, Paging: Paging{Total: 900, Offset: 0, Limit: 500, Path: "/bodies/assembly/roll"}}
	wrong := BodiesView{Page: page, On: "昨天", Day: day, Problem: &Problem{Title: "填写有误", Fields: []FieldError{{Field: "on", Text: "日期：不是日期"}}}}
	list := BodiesView{Page: page, Day: day, Lines: []BodyLine{{Verdict: verdict, Open: true}, {Verdict: assembly.Verdict}, {Verdict: bare.Verdict, Open: true}}}
	return map[string]templ.Component{
		"bodies": Bodies(list), "bodies-wrong": Bodies(wrong), "body": BodyPage(body), "body-assembly": BodyPage(assembly), "body-empty": BodyPage(bare),
		"body-roll": BodyRoll(roll), "body-roll-empty": BodyRoll(BodyRollView{Page: page, Day: day, Body: deliberation.Conference}),
	}
}

func TestABodySaysWhatItBreaksAndWhy(t *testing.T) {
	_, doc := rendered(t, bodySamples(t, "zh-CN")["body"])
	if n := doc.Find("#bodies_broken .finding").Length(); n != 2 {
		t.Errorf("%d findings", n)
	}
	for selector, want := range map[string]string{
		"#bodies_broken": "居民委员会不少于 5 人：现有 4 人，还差 1 人。", "#bodies_broken .who": "涉及：欧阳明—李秀英",
		"#bodies_broken .source": "第八条第二款", "#bodies_advice": "副主任应同时登记为委员", "#bodies_undecided": "另有 2 人未登记性别",
		"#vacancies": "缺 1 人", "#state": "不符合规定", "#all-rules": "现有 4 人。", "table.members": "李秀英",
	} {
		if got := doc.Find(selector).Text(); !strings.Contains(got, want) {
			t.Errorf("%s does not say %q: %s", selector, want, got)
		}
	}
	if n := doc.Find("#all-rules tr.rule").Length(); n != 5 {
		t.Errorf("%d rules", n)
	}
}

func TestARollSaysNoDayOfBirth(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		html, doc := rendered(t, bodySamples(t, lang)["body-roll"])
		if strings.Contains(string(html), "2030") {
			t.Error("the day of coming of age is shown, and with it the birthday")
		}
		if doc.Find("tr.in").Length() != 1 || doc.Find("tr.out").Length() != 2 || !strings.Contains(doc.Find("tr.out").Text(), "28") {
			t.Error("a line, or the day an office ended, is missing")
		}
	}
}

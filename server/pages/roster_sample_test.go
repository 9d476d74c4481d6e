package pages

import (
	"strings"
	"testing"

	"github.com/a-h/templ"

	"github.com/yishi-project/yishi/deliberation"
)

func sampleRecord() deliberation.PersonRecord {
	return deliberation.PersonRecord{
		Person: deliberation.Person{ID: "me2", Community: "c1", Name: "欧阳明", Group: "第二小组"}, Sex: deliberation.Female, Birth: deliberation.NewDate(1952, 3, 8),
		Identity: "510402195203081223", Phone: "13812345678", Household: "h1", Relation: deliberation.RelationHead, Hukou: deliberation.HukouHere,
		Since: deliberation.NewDate(1990, 1, 1), Standing: deliberation.Present, Version: 3,
	}
}

func rosterSamples(t *testing.T, lang string) map[string]templ.Component {
	t.Helper()
	clerk := samplePage(t, lang, deliberation.Clerk)
	r, h := sampleRecord(), deliberation.Household{ID: "h1", Group: "第二小组", Building: "3栋", Number: "2单元501"}
	gone := r
	gone.Standing, gone.Left, gone.Version = deliberation.Moved, deliberation.NewDate(2026, 12, 1), 4
	erased := deliberation.PersonRecord{Person: deliberation.Person{ID: "x", Community: "c1"}, Standing: deliberation.Erased}
	held := deliberation.OfficeHeld{Person: r.ID, Community: "c1", Office: deliberation.Representative, From: deliberation.NewDate(2025, 1, 1), Source: "elected"}
	past := deliberation.OfficeHeld{Person: r.ID, Community: "c1", Office: deliberation.GroupHead, From: deliberation.NewDate(2020, 1, 1), Until: deliberation.NewDate(2024, 12, 31), Source: "loaded"}
	line := deliberation.PersonLine{Person: r.Person, Household: "2单元501", Offices: []deliberation.Office{deliberation.Representative, deliberation.Resident}, Standing: deliberation.Present}
	left := line
	left.ID, left.Standing = "me3", deliberation.Moved
	kin := []deliberation.Kinship{{A: r.ID, B: "sec", Kind: deliberation.RelationSpouse, Source: "household"}, {A: r.ID, B: "dir", Kind: deliberation.RelationSibling, Source: "declared"}}
	names := Names{"sec": "王建国", "dir": "李秀英"}
	breach := Breach{Seen: "abc", Lines: []BreachLine{{Text: "监督委员会成员不能是居民委员会成员的近亲属。", Who: "欧阳明—李秀英", Source: "依据：测试。"}}}
	problem := &Problem{Title: "填写有误", Fields: []FieldError{{Field: "name", Text: "姓名：请填写"}, {Field: "identity", Text: "公民身份号码：有误"}, {Field: "household", Text: "户号：没有这一户"}, {Field: "sex", Text: "性别"}}}
	form := PersonFormView{Page: clerk, Groups: []string{"第一小组"}, Buildings: []string{"3栋"}, Form: PersonForm{Name: "欧阳明", Group: "第二小组", Identity: "51040219520308122", Household: "9999", Building: "5栋"}}
	edit := form
	edit.ID, edit.Name, edit.Was, edit.IdentityMask, edit.PhoneMask, edit.Form.Version = r.ID, r.Name, clerk.Facts(r, h, false), MaskIdentity(r.Identity), MaskPhone(r.Phone), "3"
	conflict := edit
	conflict.Changed, conflict.Problem = []Change{{Field: "phone", Was: "138****5678", Now: ""}}, &Problem{Title: "别人先改了", Why: "请再看一遍。"}
	wrong := form
	wrong.Problem, wrong.Same = problem, []deliberation.PersonLine{line}
	offices := OfficesView{
		Page: clerk, Person: r.Person, List: []deliberation.OfficeHeld{held, past}, PlaceNames: map[deliberation.PlaceID]string{"c1": "桃源社区"}, MayAppoint: true,
		Choices: []Option{{Label: "请选择"}, {Value: "representative", Label: "居民代表"}}, Ends: []Option{{Value: "k", Label: "居民代表"}}, Form: OfficeForm{From: "2026-12-16"},
	}
	own, operator := offices, offices
	own.Own = true
	operator.Places, operator.Form.Ending = []Option{{Label: "桃源社区"}, {Value: "t1", Label: "大渡口街道"}}, "k"
	confirm := OfficeConfirmView{Page: clerk, Person: r.Person, Held: held, Form: OfficeForm{Office: "representative", From: "2025-01-01", Source: "elected"}}
	broken := confirm
	broken.Breach, broken.End = breach, true
	slipLine := func(id string, s deliberation.LinkState) SlipLine {
		return SlipLine{Person: deliberation.Person{ID: deliberation.PersonID(id), Name: "居民" + id, Group: "第一小组"}, Link: s, Chosen: !s.SignedIn}
	}
	slips := SlipsView{Page: clerk, Groups: []string{"第一小组"}, Days: "7", Asked: true, More: 3, Lines: []SlipLine{
		slipLine("a", deliberation.LinkState{}), slipLine("b", deliberation.LinkState{Until: noon}), slipLine("c", deliberation.LinkState{SignedIn: true}), slipLine("d", deliberation.LinkState{SignedIn: true, Until: noon}),
	}}
	again := slips
	again.Unused, again.Chosen = 2, []deliberation.PersonID{"a", "b"}
	return map[string]templ.Component{
		"roster":         Roster(RosterView{Page: clerk, Search: RosterSearch{Text: "明", Group: "第九小组"}, Lines: []deliberation.PersonLine{line, left}, Groups: []string{"第二小组"}, Paging: Paging{Total: 120, Offset: 50, Limit: 50, Path: "/roster"}, MayEdit: true, MaySlip: true}),
		"roster-none":    Roster(RosterView{Page: clerk, Search: RosterSearch{Text: "无"}, Paging: Paging{Limit: 50, Path: "/roster"}}),
		"roster-empty":   Roster(RosterView{Page: clerk, Paging: Paging{Limit: 50, Path: "/roster"}}),
		"person":         Person(PersonView{Page: clerk, R: r, Household: h, Offices: []deliberation.OfficeHeld{held}, Kin: kin, Names: names, MayEdit: true, MaySlip: true}),
		"person-reveal":  Person(PersonView{Page: clerk, R: gone, Household: h, Revealed: true}),
		"person-erased":  Person(PersonView{Page: clerk, R: erased}),
		"person-new":     PersonFormPage(form),
		"person-wrong":   PersonFormPage(wrong),
		"person-edit":    PersonFormPage(edit),
		"person-changed": PersonFormPage(conflict),
		"standing":       StandingPage(StandingView{Page: clerk, Person: r.Person, Version: 3}),
		"standing-check": StandingPage(StandingView{Page: clerk, Person: r.Person, Version: 3, Standing: "moved", Left: "2026-12-01", Ending: []deliberation.OfficeHeld{past}, Staying: []deliberation.OfficeHeld{held}, Confirm: true, Breach: breach}),
		"kin":            Kin(KinView{Page: clerk, Person: r.Person, Kin: kin, Names: names, Text: "王", Found: []deliberation.PersonLine{line}, Asked: true, More: 5, Kind: "spouse"}),
		"kin-none":       Kin(KinView{Page: clerk, Person: r.Person, Asked: true, Text: "无"}),
		"person-offices": PersonOffices(offices), "person-offices-own": PersonOffices(own), "person-offices-operator": PersonOffices(operator),
		"person-offices-none": PersonOffices(OfficesView{Page: clerk, Person: r.Person}),
		"office-confirm":      OfficeConfirm(confirm), "office-breach": OfficeConfirm(broken),
		"offices":       OfficesIn(OfficesInView{Page: clerk, On: "2026-12-16", Day: deliberation.NewDate(2026, 12, 16), Links: true, Holders: []OfficeHolders{{Office: deliberation.Representative, List: []OfficeHolder{{Name: "欧阳明", Held: held}}}, {Office: deliberation.Guide, List: []OfficeHolder{{Name: "张伟", Held: held, Place: "大渡口街道"}}}}}),
		"offices-empty": OfficesIn(OfficesInView{Page: clerk, Day: deliberation.NewDate(1990, 1, 1)}),
		"slips":         Slips(slips), "slips-again": Slips(again), "slips-start": Slips(SlipsView{Page: clerk, Days: "7"}), "slips-none": Slips(SlipsView{Page: clerk, Days: "7", Asked: true}),
		"slip-sheets": SlipSheets(SlipSheetView{Page: clerk, Until: noon, Count: 1, Sheets: []SlipSheet{{Group: "第一小组", Number: 1, Of: 1, Slips: []Slip{{Person: r.Person, QR: "data:image/svg+xml;base64,AAAA"}}}}}),
	}
}

func TestNumbersAreMasked(t *testing.T) {
	for in, want := range map[string]string{
		"510402195203081223": "510***********1223", "51040219520308122X": "510***********122X", "13812345678": "138****5678",
		"": "", "1234567": "*******", "12345678": "123*5678",
	} {
		if got := MaskIdentity(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
		if got := MaskPhone(in); got != want {
			t.Errorf("%q: %q, want %q", in, got, want)
		}
	}
}

func TestARecordShowsItsNumbersOnlyWhenAsked(t *testing.T) {
	r := sampleRecord()
	for name, shown := range map[string]bool{"person": false, "person-edit": false, "person-changed": false, "person-reveal": true} {
		html, _ := rendered(t, rosterSamples(t, "zh-CN")[name])
		for _, number := range []string{r.Identity, r.Phone} {
			if strings.Contains(string(html), number) != shown {
				t.Errorf("%s: %q is there: %v, want %v", name, number, !shown, shown)
			}
		}
	}
}

func TestWhatIsLookedForStandsInNoAddress(t *testing.T) {
	_, doc := rendered(t, rosterSamples(t, "zh-CN")["roster"])
	if doc.Find("form[action='/roster'][method=post]").Length() != 2 || doc.Find("a[href*='offset'], form[method=get]").Length() != 0 {
		t.Error("the search or its pages are not posted")
	}
	next := doc.Find("nav.govuk-pagination button[value='100']").Closest("form")
	if next.Find("input[name=text][value='明']").Length() != 1 || next.Find("input[name=group][value='第九小组']").Length() != 1 {
		t.Error("the next page forgets what was looked for")
	}
}

func TestABreachIsStatedBeforeItIsRecorded(t *testing.T) {
	_, doc := rendered(t, rosterSamples(t, "zh-CN")["office-breach"])
	if doc.Find("#breach .sentence").Length() != 1 || !strings.Contains(doc.Find("#breach").Text(), "依据") {
		t.Error("the breach is not stated with its source")
	}
	if got := strings.TrimSpace(doc.Find("button[value=do]").Text()); got != "仍然登记" {
		t.Errorf("the button says %q", got)
	}
}

func TestEveryValueOfTheRosterHasItsWord(t *testing.T) {
	for _, lang := range []string{"zh-CN", "en"} {
		p := samplePage(t, lang, deliberation.Clerk)
		var keys []string
		for _, s := range []deliberation.Standing{deliberation.Present, deliberation.Moved, deliberation.Dead, deliberation.Erased} {
			keys = append(keys, "standing_"+string(s))
		}
		for _, r := range Relations {
			keys = append(keys, "relation_"+string(r))
		}
		for _, s := range append(OfficeSources, "born", "household", "loaded") {
			keys = append(keys, "office_source_"+s)
		}
		keys = append(keys, "sex_female", "sex_male", "hukou_here", "hukou_elsewhere", "kin_source_household", "kin_source_declared")
		r := sampleRecord()
		r.Standing = deliberation.Moved
		for _, f := range p.Facts(r, deliberation.Household{}, false) {
			keys = append(keys, "label_"+f.Field)
		}
		for _, k := range keys {
			if !p.Has(k) {
				t.Errorf("%s: no text for %s", lang, k)
			}
		}
	}
}

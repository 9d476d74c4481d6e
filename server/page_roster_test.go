package server

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	goqr "github.com/piglig/go-qr"

	"github.com/yishi-project/yishi/deliberation"
)

// townFolk gives the town a person with a full record, a household and a building.
func townFolk(v visit) {
	w := v.h.town
	w.places["b1"] = deliberation.Place{ID: "b1", Parent: home, Kind: deliberation.BuildingPlace, Name: "3栋"}
	w.households["h0"] = deliberation.Household{ID: "h0", Community: home, Group: "第一小组", Building: "3栋", Number: "2单元501"}
	ming := deliberation.Person{ID: "ming", Community: home, Name: "欧阳明", Group: "第一小组"}
	w.people["ming"] = ming
	w.records["ming"] = deliberation.PersonRecord{
		Person: ming, Sex: deliberation.Female, Birth: deliberation.NewDate(1949, 12, 31), Identity: "11010519491231002X", Phone: "13812345678",
		Household: "h0", Relation: deliberation.RelationHead, Hukou: deliberation.HukouHere, Standing: deliberation.Present, Version: 2,
	}
}

func newRoster(t *testing.T, who deliberation.PersonID) visit {
	t.Helper()
	v := newVisit(t)
	townFolk(v)
	return v.signedIn(who)
}

func (v visit) audited(act string) int {
	n := 0
	for _, a := range v.h.town.audit {
		if a.Act == act {
			n++
		}
	}
	return n
}

func TestTheRosterIsSearchedByPosting(t *testing.T) {
	v := newRoster(t, "clerk")
	if doc := v.page("/roster", http.StatusOK); doc.Find("tr.person").Length() < 8 || !strings.Contains(doc.Find("table.roster caption").Text(), "人") {
		t.Error("the roster does not list and count everybody")
	}
	for text, want := range map[string]int{"欧阳": 1, "138 1234 5678": 1, "11010519491231002x": 1, "１３８１２３４５６７８": 1, "没有此人": 0} {
		doc := v.document(v.post("/roster", "/roster", url.Values{"text": {text}}), http.StatusOK)
		if got := doc.Find("tr.person").Length(); got != want {
			t.Errorf("%q finds %d, want %d", text, got, want)
		}
		if want == 0 && doc.Find(".empty").Length() != 1 {
			t.Error("nobody found, and nothing says so")
		}
	}
	if doc := v.page("/roster?text=%E6%AC%A7%E9%98%B3", http.StatusOK); doc.Find("tr.person").Length() < 8 {
		t.Error("a name in the address is looked for")
	}
	doc := v.document(v.post("/roster", "/roster", url.Values{"office": {"clerk"}, "standing": {"present"}}), http.StatusOK)
	if got := doc.Find("tr.person").Length(); got != 1 {
		t.Errorf("%d clerks", got)
	}
	if doc.Find("a[href*='名']").Length()+doc.Find("a[href*='%E5']").Length() != 0 {
		t.Error("a name stands in an address")
	}
}

func TestTheRosterShowsFiftyAtATime(t *testing.T) {
	v := newRoster(t, "clerk")
	for i := range 120 {
		id := deliberation.PersonID("n" + strings.Repeat("x", i))
		v.h.town.people[id] = deliberation.Person{ID: id, Community: home, Name: "众" + string(id), Group: "第一小组"}
	}
	first := v.document(v.post("/roster", "/roster", url.Values{"text": {"众"}}), http.StatusOK)
	if first.Find("tr.person").Length() != rosterSize {
		t.Fatalf("%d on the first page", first.Find("tr.person").Length())
	}
	more := first.Find("nav.govuk-pagination form")
	form := with(formOf(more), "offset", more.Find("button").Last().AttrOr("value", ""))
	last := v.document(v.post("/roster", "/roster", with(form, "offset", "100")), http.StatusOK)
	if got := last.Find("tr.person").Length(); got != 20 {
		t.Errorf("%d on the last page", got)
	}
	if doc := v.document(v.post("/roster", "/roster", with(form, "offset", "-7")), http.StatusOK); doc.Find("tr.person").Length() != rosterSize {
		t.Error("a page before the first is not the first")
	}
}

func TestLookingAtARecordIsNoted(t *testing.T) {
	v := newRoster(t, "clerk")
	r := v.get("/persons/ming")
	if r.Header().Get("Cache-Control") != "no-store" {
		t.Error("a cache may keep a record")
	}
	text := v.document(r, http.StatusOK).Find("main").Text()
	if strings.Contains(text, "11010519491231002X") || strings.Contains(text, "13812345678") || !strings.Contains(text, "110***********002X") || !strings.Contains(text, "138****5678") {
		t.Errorf("the numbers are not masked: %s", text)
	}
	if v.audited("view_person") != 1 || v.audited("reveal_person") != 0 {
		t.Error("the look is not noted, or as more than it was")
	}
	if r := v.get("/persons/ming/reveal"); r.Code != http.StatusMethodNotAllowed {
		t.Errorf("numbers in full by a link: %d", r.Code)
	}
	doc := v.document(v.post("/persons/ming", "/persons/ming/reveal", nil), http.StatusOK)
	if !strings.Contains(doc.Find("main").Text(), "11010519491231002X") || v.audited("reveal_person") != 1 {
		t.Error("the numbers are not shown, or nothing is noted")
	}
	v.h.town.failWith = deliberation.Refuse(deliberation.RefuseUnavailable)
	if r := v.get("/persons/ming"); r.Code != http.StatusServiceUnavailable || strings.Contains(r.Body.String(), "欧阳") {
		t.Errorf("a look that cannot be noted is shown: %d", r.Code)
	}
}

func TestAPersonIsAdded(t *testing.T) {
	v := newRoster(t, "clerk")
	form := formOf(v.page("/roster/new", http.StatusOK).Find("form[action='/roster/new']"))
	form = with(form, "name", "新人", "identity", "34052419800101001x", "group", "第一小组", "household", "2单元501", "relation", "child", "hukou", "here")
	r := v.post("/roster/new", "/roster/new", form)
	if r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	id := deliberation.PersonID(strings.TrimPrefix(strings.TrimSuffix(r.Header().Get("Location"), "?done=done_person_saved"), "/persons/"))
	got := v.h.town.records[id]
	if got.Name != "新人" || got.Community != home || got.Identity != "34052419800101001X" || got.Birth != deliberation.NewDate(1980, 1, 1) || got.Sex != deliberation.Male || got.Household != "h0" {
		t.Errorf("saved %+v", got)
	}
	// The same form once more is another person of the same name, or a slip.
	doc := v.document(v.post("/roster/new", "/roster/new", form), http.StatusUnprocessableEntity)
	if doc.Find("#same a").Length() != 1 || doc.Find("#sure-error").Length() != 1 {
		t.Error("a second person of the name is added unasked")
	}
	if r := v.post("/roster/new", "/roster/new", with(form, "sure", "yes", "identity", "")); r.Code != http.StatusSeeOther {
		t.Errorf("confirmed: %d", r.Code)
	}
	form = with(form, "name", "又一人", "identity", "", "sure", "", "household", "9单元9", "new_household", "", "building", "3栋")
	if doc := v.document(v.post("/roster/new", "/roster/new", form), http.StatusUnprocessableEntity); doc.Find("#household-error").Length() != 1 {
		t.Error("an unknown household is not asked about")
	}
	if r := v.post("/roster/new", "/roster/new", with(form, "new_household", "yes")); r.Code != http.StatusSeeOther || len(v.h.town.households) != 2 {
		t.Errorf("new household: %d, %d", r.Code, len(v.h.town.households))
	}
}

// What is wrong is said beside each field, nothing typed is lost, nothing saved.
func TestAWrongRecordIsRefusedFieldByField(t *testing.T) {
	right := func() url.Values {
		return url.Values{"name": {"张三"}, "birth": {"1980-01-01"}, "sex": {"male"}, "group": {"第一小组"}}
	}
	for name, c := range map[string]struct {
		change []string
		field  string
	}{
		"no name":              {[]string{"name", "  "}, "name"},
		"endless name":         {[]string{"name", strings.Repeat("长", maxName+1)}, "name"},
		"hidden signs":         {[]string{"name", "张\x00三"}, "name"},
		"checksum":             {[]string{"identity", "110105194912310021"}, "identity"},
		"fifteen digits":       {[]string{"identity", "110105491231002"}, "identity"},
		"letters":              {[]string{"identity", "11010519491231OO2X"}, "identity"},
		"birth in it":          {[]string{"identity", "11010519491331002X"}, "identity"},
		"another birth":        {[]string{"identity", "11010519491231002X", "sex", ""}, "birth"},
		"another sex":          {[]string{"identity", "11010519491231002X", "birth", ""}, "sex"},
		"no such day":          {[]string{"birth", "2026-02-30"}, "birth"},
		"born tomorrow":        {[]string{"birth", "2026-12-02"}, "birth"},
		"born long ago":        {[]string{"birth", "1800-01-01"}, "birth"},
		"short phone":          {[]string{"phone", "1381234567"}, "phone"},
		"land line":            {[]string{"phone", "08121234567"}, "phone"},
		"made-up sex":          {[]string{"sex", "none"}, "sex"},
		"made-up hukou":        {[]string{"hukou", "moon"}, "hukou"},
		"made-up relation":     {[]string{"relation", "boss", "household", "2单元501"}, "relation"},
		"relation to nobody":   {[]string{"relation", "child"}, "household"},
		"lives here tomorrow":  {[]string{"since", "2026-12-02"}, "since"},
		"unknown household":    {[]string{"household", "404"}, "household"},
		"household over there": {[]string{"household", "远方1"}, "household"},
	} {
		t.Run(name, func(t *testing.T) {
			v := newRoster(t, "clerk")
			v.h.town.households["far"] = deliberation.Household{ID: "far", Community: away, Number: "远方1"}
			before := len(v.h.town.people)
			form := with(right(), c.change...)
			doc := v.document(v.post("/roster/new", "/roster/new", form), http.StatusUnprocessableEntity)
			if doc.Find("#problem a[href='#"+c.field+"']").Length() != 1 || doc.Find("#"+c.field+"-error").Length() != 1 {
				t.Errorf("%s is not said to be wrong: %s", c.field, doc.Find("#problem").Text())
			}
			if got := formOf(doc.Find("form[action='/roster/new']")); name != "hidden signs" && got.Get("name") != strings.TrimSpace(form.Get("name")) {
				t.Errorf("lost: %v", got)
			}
			if len(v.h.town.people) != before || len(v.h.town.households) != 2 {
				t.Error("something was saved")
			}
		})
	}
}

func TestEditingKeepsNumbersThatAreNotTyped(t *testing.T) {
	v := newRoster(t, "clerk")
	doc := v.page("/persons/ming/edit", http.StatusOK)
	form := formOf(doc.Find("form[action='/persons/ming/edit']"))
	if form.Get("identity") != "" || form.Get("phone") != "" || form.Get("household") != "2单元501" || strings.Contains(doc.Text(), "13812345678") {
		t.Errorf("the form shows %v", form)
	}
	if r := v.post("/persons/ming/edit", "/persons/ming/edit", with(form, "name", "欧阳明明")); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if got := v.h.town.records["ming"]; got.Name != "欧阳明明" || got.Identity != "11010519491231002X" || got.Phone != "13812345678" || got.Household != "h0" {
		t.Errorf("saved %+v", got)
	}
	form = formOf(v.page("/persons/ming/edit", http.StatusOK).Find("form[action='/persons/ming/edit']"))
	if r := v.post("/persons/ming/edit", "/persons/ming/edit", with(form, "drop_phone", "yes", "drop_identity", "yes")); r.Code != http.StatusSeeOther {
		t.Fatal(r.Code)
	}
	if got := v.h.town.records["ming"]; got.Identity != "" || got.Phone != "" {
		t.Errorf("kept %+v", got)
	}
}

func TestTwoWhoChangeOneRecord(t *testing.T) {
	v := newRoster(t, "clerk")
	form := formOf(v.page("/persons/ming/edit", http.StatusOK).Find("form[action='/persons/ming/edit']"))
	other := v.h.town.records["ming"]
	other.Phone, other.Version = "13900001111", 3
	v.h.town.records["ming"] = other
	doc := v.document(v.post("/persons/ming/edit", "/persons/ming/edit", with(form, "name", "欧阳敏")), http.StatusConflict)
	if text := doc.Find("#changed tr.change").Text(); doc.Find("#changed tr.change").Length() != 1 || !strings.Contains(text, "138****5678") || !strings.Contains(text, "139****1111") {
		t.Errorf("what changed meanwhile: %q", text)
	}
	again := formOf(doc.Find("form[action='/persons/ming/edit']"))
	if again.Get("name") != "欧阳敏" || v.h.town.records["ming"].Name != "欧阳明" {
		t.Error("typed text lost, or saved over the other's change")
	}
	if r := v.post("/persons/ming/edit", "/persons/ming/edit", again); r.Code != http.StatusSeeOther {
		t.Fatalf("%d", r.Code)
	}
	if got := v.h.town.records["ming"]; got.Name != "欧阳敏" || got.Phone != "13900001111" {
		t.Errorf("saved %+v", got)
	}
}

func TestMovingAwaySaysWhatFollows(t *testing.T) {
	v := newRoster(t, "clerk")
	v.h.town.held = append(v.h.town.held,
		deliberation.OfficeHeld{Person: "ming", Community: home, Office: deliberation.Resident, From: deliberation.NewDate(2000, 1, 1), Source: "born"},
		deliberation.OfficeHeld{Person: "ming", Community: home, Office: deliberation.GroupHead, From: deliberation.NewDate(2025, 1, 1), Source: "elected"})
	const path = "/persons/ming/standing"
	form := formOf(v.page(path, http.StatusOK).Find("form[action='" + path + "']"))
	for field, bad := range map[string]url.Values{
		"standing": {"standing": {"erased"}, "left": {"2026-11-30"}}, "left": {"standing": {"moved"}, "left": {"2026-12-02"}},
	} {
		doc := v.document(v.post(path, path, with(form, "standing", bad.Get("standing"), "left", bad.Get("left"))), http.StatusUnprocessableEntity)
		if doc.Find("#"+field+"-error").Length() != 1 {
			t.Errorf("%s is not said to be wrong", field)
		}
	}
	doc := v.document(v.post(path, path, with(form, "standing", "moved", "left", "2026-11-30")), http.StatusOK)
	if doc.Find("#ending li").Length() != 1 || doc.Find("#staying li").Length() != 1 {
		t.Errorf("what follows: %s", doc.Find("main").Text())
	}
	if v.h.town.records["ming"].Standing != deliberation.Present {
		t.Fatal("recorded without a confirmation")
	}
	if r := v.post(path, path, with(formOf(doc.Find("form[action='"+path+"']")), "step", "do")); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if got := v.h.town.records["ming"]; got.Standing != deliberation.Moved || got.Left != deliberation.NewDate(2026, 11, 30) {
		t.Errorf("recorded %+v", got)
	}
	if r := v.get("/persons/clerk/standing"); r.Code != http.StatusForbidden {
		t.Errorf("one's own standing: %d", r.Code)
	}
}

func TestNearRelativesAreDeclaredAndTakenBack(t *testing.T) {
	v := newRoster(t, "clerk")
	const path = "/persons/ming/kin"
	doc := v.document(v.post(path, path, url.Values{"step": {"find"}, "text": {"名rep"}}), http.StatusOK)
	if doc.Find("input[type=radio][value=rep]").Length() != 1 {
		t.Fatal("the relative is not found")
	}
	for name, form := range map[string]url.Values{
		"nobody": {"kind": {"spouse"}}, "oneself": {"kind": {"spouse"}, "other": {"ming"}}, "no kind": {"other": {"rep"}}, "a cousin": {"other": {"rep"}, "kind": {"other"}},
	} {
		if r := v.post(path, path, with(form, "step", "declare", "text", "名rep")); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, r.Code)
		}
	}
	if r := v.post(path, path, url.Values{"step": {"declare"}, "other": {"stranger"}, "kind": {"spouse"}}); r.Code != http.StatusNotFound || len(v.h.town.kin) != 0 {
		t.Errorf("a relative of another community: %d", r.Code)
	}
	if r := v.post(path, path, url.Values{"step": {"declare"}, "other": {"rep"}, "kind": {"spouse"}}); r.Code != http.StatusSeeOther || len(v.h.town.kin) != 1 {
		t.Fatalf("%d %v", r.Code, v.h.town.kin)
	}
	if doc := v.page("/persons/rep", http.StatusOK); doc.Find("a[href='/persons/ming']").Length() != 1 {
		t.Error("the other's record does not show it")
	}
	drop := formOf(v.page(path, http.StatusOK).Find("form.card"))
	if r := v.post(path, path, with(drop, "step", "drop")); r.Code != http.StatusSeeOther || len(v.h.town.kin) != 0 {
		t.Errorf("%d %v", r.Code, v.h.town.kin)
	}
}

func TestAnOfficeIsRecordedAfterItsBreachIsConfirmed(t *testing.T) {
	v := newRoster(t, "clerk")
	const path = "/persons/ming/offices"
	form := url.Values{"office": {"supervisor"}, "from": {"2026-12-01"}, "source": {"elected"}}
	v.h.town.offices["ming"] = []deliberation.Office{deliberation.CommitteeMember}
	doc := v.document(v.post(path, path, form), http.StatusOK)
	if doc.Find("#breach .sentence").Length() == 0 || !strings.Contains(doc.Find("#breach .source").Text(), "法") {
		t.Fatalf("a supervisor on the committee breaks nothing: %s", doc.Find("main").Text())
	}
	confirm := formOf(doc.Find("form[action='" + path + "']"))
	for name, step := range map[string]url.Values{
		"no confirmation": with(formOf(doc.Find("form[action='"+path+"']")), "step", ""), "confirmed unseen": with(formOf(doc.Find("form[action='"+path+"']")), "step", "do", "seen", ""),
	} {
		if doc := v.document(v.post(path, path, step), http.StatusOK); doc.Find("#breach").Length() != 1 {
			t.Errorf("%s: the breach is not stated again", name)
		}
	}
	if v.audited("appoint") != 0 {
		t.Fatal("recorded without a confirmation")
	}
	if r := v.post(path, path, with(confirm, "step", "do")); r.Code != http.StatusSeeOther || v.audited("appoint") != 1 {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	page := v.page(path, http.StatusOK)
	if page.Find("tr.office").Length() != 2 {
		t.Errorf("the history has %d lines", page.Find("tr.office").Length())
	}
	ending := page.Find("select[name=ending] option").FilterFunction(func(_ int, o *goquery.Selection) bool { return strings.Contains(o.Text(), "监督") }).AttrOr("value", "")
	end := v.document(v.post(path, path+"/end", url.Values{"ending": {ending}, "until": {"2026-12-01"}}), http.StatusOK)
	if r := v.post(path, path+"/end", with(formOf(end.Find("form[action='"+path+"/end']")), "step", "do")); r.Code != http.StatusSeeOther || v.audited("end_office") != 1 {
		t.Errorf("ending it: %d", r.Code)
	}
}

func TestWrongOfficesAreRefused(t *testing.T) {
	v := newRoster(t, "clerk")
	const path = "/persons/ming/offices"
	for name, form := range map[string]url.Values{
		"no office": {"from": {"2026-12-01"}, "source": {"elected"}}, "made up": {"office": {"king"}, "from": {"2026-12-01"}, "source": {"elected"}},
		"no day": {"office": {"clerk"}, "source": {"elected"}}, "no such day": {"office": {"clerk"}, "from": {"2026-13-01"}, "source": {"elected"}},
		"far ahead": {"office": {"clerk"}, "from": {"2036-12-01"}, "source": {"elected"}}, "no source": {"office": {"clerk"}, "from": {"2026-12-01"}},
		"source of the record": {"office": {"clerk"}, "from": {"2026-12-01"}, "source": {"born"}},
		"a guide by a clerk":   {"office": {"guide"}, "from": {"2026-12-01"}, "source": {"appointed"}, "place": {string(street)}},
		"clerk of the street":  {"office": {"clerk"}, "from": {"2026-12-01"}, "source": {"appointed"}, "place": {string(street)}},
		"resident by hand":     {"office": {"resident"}, "from": {"2026-12-01"}, "source": {"appointed"}},
	} {
		if r := v.post(path, path, with(form, "step", "do")); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%s: %d", name, r.Code)
		}
	}
	for name, form := range map[string]url.Values{
		"nothing": {"until": {"2026-12-01"}}, "made up": {"ending": {"x"}, "until": {"2026-12-01"}}, "no day": {"ending": {"x"}},
	} {
		if r := v.post(path, path+"/end", with(form, "step", "do")); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("ending %s: %d", name, r.Code)
		}
	}
	own := url.Values{"office": {"director"}, "from": {"2026-12-01"}, "source": {"elected"}, "step": {"do"}}
	if r := v.post("/roster", "/persons/clerk/offices", own); r.Code != http.StatusForbidden || v.audited("appoint") != 0 {
		t.Errorf("one's own office: %d", r.Code)
	}
}

func TestOfficesOfTheCommunityOnADay(t *testing.T) {
	v := newRoster(t, "rep")
	doc := v.page("/offices", http.StatusOK)
	text := doc.Find("main").Text()
	if !strings.Contains(text, "名secretary") || !strings.Contains(text, "名guide") || strings.Contains(text, "名resident") || doc.Find("a[href^='/persons/']").Length() != 0 {
		t.Errorf("the list says %s", text)
	}
	if doc := v.page("/offices?on=1999-01-01", http.StatusOK); doc.Find(".empty").Length() != 1 {
		t.Error("nobody held an office then, and nothing says so")
	}
	if doc := v.page("/offices?on=1999-02-30", http.StatusUnprocessableEntity); doc.Find("#on-error").Length() != 1 {
		t.Error("a day that does not exist is taken")
	}
	plain := newRoster(t, "resident")
	if strings.Contains(plain.page("/offices", http.StatusOK).Find("main").Text(), "党员") {
		t.Error("who is in the Party is told to everybody")
	}
}

func TestSlipsArePrintedOnce(t *testing.T) {
	v := newRoster(t, "clerk")
	v.h.town.links["old"] = "rep"
	doc := v.document(v.post("/slips", "/slips", url.Values{"step": {"find"}, "text": {"名"}}), http.StatusOK)
	if doc.Find("input[name=person][value=resident][checked]").Length() != 1 || doc.Find("input[name=person][value=rep][checked]").Length() != 0 {
		t.Error("proposed are not those without a link")
	}
	form := url.Values{"step": {"print"}, "days": {"3"}, "person": {"resident", "ming", "rep", "rep"}}
	again := v.document(v.post("/slips", "/slips", form), http.StatusOK)
	if again.Find("#revokes").Length() != 1 || v.h.town.links["old"] == "" {
		t.Fatal("a link is revoked without a word")
	}
	sure := formOf(again.Find("form[action='/slips']"))
	sure["person"], sure["step"] = []string{"resident", "ming", "rep"}, []string{"print"}
	r := v.post("/slips", "/slips", sure)
	if r.Header().Get("Cache-Control") != "no-store" {
		t.Error("a cache may keep the links")
	}
	sheet := v.document(r, http.StatusOK)
	if sheet.Find(".slip").Length() != 3 || sheet.Find(".slip-sheet").Length() != 2 || v.h.town.links["old"] != "" || v.audited("issue_link") != 3 {
		t.Errorf("%d slips on %d sheets, %d noted", sheet.Find(".slip").Length(), sheet.Find(".slip-sheet").Length(), v.audited("issue_link"))
	}
	if strings.Contains(sheet.Find("body").Text(), "slip-resident") || strings.Contains(v.h.logs.String(), "slip-resident") {
		t.Error("a token is written out")
	}
	svg, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(sheet.Find(".slip img[alt*='欧阳明']").AttrOr("src", ""), "data:image/svg+xml;base64,"))
	want := qrOf(t, "http://yishi.example/sign-in/slip-ming")
	if err != nil || !bytes.Equal(svg, want) {
		t.Errorf("the first code does not lead to its person's link: %v", err)
	}
}

func qrOf(t *testing.T, address string) []byte {
	t.Helper()
	code, err := goqr.EncodeText(address, goqr.Medium)
	if err != nil {
		t.Fatal(err)
	}
	svg, err := code.ToSVGBytes(goqr.NewQrCodeImgConfig(qrScale, qrBorder, goqr.WithOptimalSVG()))
	if err != nil {
		t.Fatal(err)
	}
	return svg
}

func TestSlipsThatCannotBe(t *testing.T) {
	for name, c := range map[string]struct {
		form   url.Values
		status int
	}{
		"nobody":         {url.Values{"days": {"3"}}, http.StatusUnprocessableEntity},
		"no days":        {url.Values{"days": {"0"}, "person": {"rep"}}, http.StatusUnprocessableEntity},
		"too long":       {url.Values{"days": {"31"}, "person": {"rep"}}, http.StatusUnprocessableEntity},
		"words":          {url.Values{"days": {"三"}, "person": {"rep"}}, http.StatusUnprocessableEntity},
		"over there":     {url.Values{"days": {"3"}, "person": {"rep", "stranger"}}, http.StatusNotFound},
		"not an id":      {url.Values{"days": {"3"}, "person": {"名"}}, http.StatusNotFound},
		"nobody of that": {url.Values{"days": {"3"}, "person": {"ghost"}}, http.StatusNotFound},
	} {
		v := newRoster(t, "clerk")
		if r := v.post("/slips", "/slips", with(c.form, "step", "print", "sure", "yes")); r.Code != c.status || v.audited("issue_link") != 0 {
			t.Errorf("%s: %d, want %d", name, r.Code, c.status)
		}
	}
	moved := newRoster(t, "clerk")
	r := moved.h.town.records["ming"]
	r.Standing = deliberation.Moved
	moved.h.town.records["ming"] = r
	if r := moved.post("/slips", "/slips", url.Values{"step": {"print"}, "days": {"3"}, "person": {"ming"}}); r.Code != http.StatusNotFound {
		t.Errorf("who moved away: %d", r.Code)
	}
}

// Ids of another community are not there, whoever asks and however they are put.
func TestTheRosterOfAnotherCommunityIsNotThere(t *testing.T) {
	for _, who := range []deliberation.PersonID{"clerk", "secretary"} {
		v := newRoster(t, who)
		for route := range rosterRoutes {
			method, path, _ := strings.Cut(route, " ")
			if !strings.Contains(path, ":person") {
				continue
			}
			for _, id := range []string{"stranger", "ghost", "名"} {
				target := strings.ReplaceAll(path, ":person", url.PathEscape(id))
				r := v.get(target)
				if method == http.MethodPost {
					r = v.post("/roster", target, url.Values{"step": {"do"}, "name": {"新名"}})
				}
				if r.Code != http.StatusNotFound && (r.Code != http.StatusForbidden || who != "operator") {
					t.Errorf("%s for %s by %s: %d", route, id, who, r.Code)
				}
				if strings.Contains(r.Body.String(), "名stranger") {
					t.Errorf("%s shows a name of another community", route)
				}
			}
		}
		if v.h.town.people["stranger"].Name != "名stranger" {
			t.Error("a record of another community was changed")
		}
	}
}

func TestFormsOfTheRosterNeedTheirToken(t *testing.T) {
	v := newRoster(t, "clerk")
	for route := range rosterRoutes {
		method, path, _ := strings.Cut(route, " ")
		if method != http.MethodPost {
			continue
		}
		r := v.send(http.MethodPost, strings.ReplaceAll(path, ":person", "ming"), url.Values{"_csrf": {"forged"}, "step": {"do"}, "person": {"ming"}, "name": {"伪造"}}, nil)
		if r.Code != http.StatusForbidden || strings.Contains(r.Body.String(), "13812345678") {
			t.Errorf("%s with a forged token: %d", route, r.Code)
		}
	}
}

// The access to each page of the roster by who may not have it.
func TestWhoMayNotReadTheRoster(t *testing.T) {
	for _, who := range []deliberation.PersonID{"rep", "resident", "supervisor"} {
		v := newRoster(t, who)
		for route, a := range rosterRoutes {
			method, path, _ := strings.Cut(route, " ")
			if method != http.MethodGet || a == toReadBodies {
				continue
			}
			if r := v.get(strings.ReplaceAll(path, ":person", "ming")); r.Code != http.StatusForbidden || strings.Contains(r.Body.String(), "欧阳明") {
				t.Errorf("%s by %s: %d", route, who, r.Code)
			}
		}
	}
}

// The log holds the route of a request, never what was asked or found.
func TestTheLogHoldsNobody(t *testing.T) {
	v := newRoster(t, "clerk")
	v.post("/roster", "/roster", url.Values{"text": {"13812345678"}})
	v.post("/roster", "/roster", url.Values{"text": {"欧阳明"}})
	v.get("/persons/ming")
	v.post("/persons/ming", "/persons/ming/reveal", nil)
	v.post("/roster/new", "/roster/new", url.Values{"name": {"欧阳明"}, "identity": {"110105194912310021"}})
	if found := regexp.MustCompile(`欧阳|1381234|110105|2单元`).FindAllString(v.h.logs.String(), -1); len(found) > 0 {
		t.Errorf("the log holds %v", found)
	}
}

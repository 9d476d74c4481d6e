package server

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// holding gives a viewer of a place with offices over places.
func holding(t *testing.T, w *town, place deliberation.PlaceID, held ...deliberation.OfficeHeld) viewer {
	t.Helper()
	p, err := w.Place(t.Context(), place)
	if err != nil {
		t.Fatal(err)
	}
	return viewer{Person: deliberation.Person{ID: "x", Community: place}, Place: p, SignedIn: true, held: held}
}

func over(place deliberation.PlaceID, o deliberation.Office) deliberation.OfficeHeld {
	return deliberation.OfficeHeld{Person: "x", Community: place, Office: o}
}

// Who sees which community, and with which offices.
func TestWhoSeesWhichCommunity(t *testing.T) {
	w := newTown(t)
	for _, c := range []struct {
		name  string
		place deliberation.PlaceID
		held  []deliberation.OfficeHeld
		sees  map[deliberation.PlaceID][]deliberation.Office // what is not here is not seen
	}{
		{"a resident", home, []deliberation.OfficeHeld{over(home, deliberation.Resident)}, map[deliberation.PlaceID][]deliberation.Office{home: {deliberation.Resident}}},
		{"somebody without any office", home, nil, map[deliberation.PlaceID][]deliberation.Office{home: nil}},
		{"an office of another community counts nowhere", home, []deliberation.OfficeHeld{over(home, deliberation.Resident), over(next, deliberation.Secretary)}, map[deliberation.PlaceID][]deliberation.Office{home: {deliberation.Resident}}},
		{"a guide of the township", street, []deliberation.OfficeHeld{over(street, deliberation.Guide)}, map[deliberation.PlaceID][]deliberation.Office{home: {deliberation.Guide}, next: {deliberation.Guide}}},
		{"a secretary over a township, which there is none", street, []deliberation.OfficeHeld{over(street, deliberation.Secretary)}, nil},
		{"an analyst of the county", county, []deliberation.OfficeHeld{over(county, deliberation.Analyst)}, map[deliberation.PlaceID][]deliberation.Office{home: {deliberation.Analyst}, next: {deliberation.Analyst}, away: {deliberation.Analyst}}},
		{"the operator of the city", city, []deliberation.OfficeHeld{over(city, deliberation.Operator)}, map[deliberation.PlaceID][]deliberation.Office{home: {deliberation.Operator}, next: {deliberation.Operator}, away: {deliberation.Operator}}},
		{"a guide who lives in another township", away, []deliberation.OfficeHeld{over(away, deliberation.Resident), over(street, deliberation.Guide)}, map[deliberation.PlaceID][]deliberation.Office{away: {deliberation.Resident}, home: {deliberation.Guide}, next: {deliberation.Guide}}},
		{"a guide who lives below the township", home, []deliberation.OfficeHeld{over(home, deliberation.Resident), over(street, deliberation.Guide)}, map[deliberation.PlaceID][]deliberation.Office{home: {deliberation.Resident, deliberation.Guide}, next: {deliberation.Guide}}},
		{"the demonstration's guide", home, []deliberation.OfficeHeld{over(home, deliberation.Guide)}, map[deliberation.PlaceID][]deliberation.Office{home: {deliberation.Guide}}},
		{"who was in charge of a township and is no more", street, nil, nil},
	} {
		v := holding(t, w, c.place, c.held...)
		for id := range w.places {
			path, err := w.Path(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			want, sees := c.sees[id]
			in, ok := v.within(path)
			if ok != sees || ok && (in.Community.ID != id || !slices.Equal(in.Offices, want)) {
				t.Errorf("%s in %s: %v %v, want %v %v", c.name, id, ok, in.Offices, sees, want)
			}
		}
		v.SignedIn = false
		path, _ := w.Path(t.Context(), c.place)
		if _, ok := v.within(path); ok {
			t.Errorf("%s is seen without signing in", c.name)
		}
	}
}

// An office that ended is gone with the next request, and so is the community
// that was chosen by it.
func TestAnEndedOfficeSeesNothing(t *testing.T) {
	v := newVisit(t).signedIn("guide")
	if r := v.post("/places", "/places/c1/enter", nil); r.Code != http.StatusSeeOther || r.Header().Get("Location") != "/today?done=done_entered" {
		t.Fatalf("%d %s", r.Code, r.Header().Get("Location"))
	}
	v.page("/processes/p1", http.StatusOK)
	for i := range v.h.town.held {
		if v.h.town.held[i].Person == "guide" {
			v.h.town.held[i].Until = deliberation.DateOf(civil).AddDays(-1)
		}
	}
	v.page("/processes/p1", http.StatusNotFound)
	v.page("/processes", http.StatusConflict)
	if doc := v.page("/places", http.StatusOK); doc.Find("tr.place").Length() != 1 || doc.Find("form[action*='/enter']").Length() != 0 {
		t.Error("the part of the tree is still shown")
	}
}

func TestWhoIsInChargeChoosesACommunity(t *testing.T) {
	v := newVisit(t).signedIn("guide")
	if r := v.get("/today"); r.Code != http.StatusSeeOther || r.Header().Get("Location") != "/places" {
		t.Errorf("today before choosing: %d", r.Code)
	}
	doc := v.page("/processes", http.StatusConflict)
	if doc.Find("main a[href='/places']").Length() != 1 {
		t.Error("the page does not lead to the communities")
	}
	doc = v.page("/places", http.StatusOK)
	if got := doc.Find("tr.place form[action]").Length(); got != 2 {
		t.Errorf("%d communities to enter, want 2", got)
	}
	if strings.Contains(doc.Text(), "别处社区") || !strings.Contains(doc.Find("tr.place").First().Text(), "事项 1 件，待办 3 项") {
		t.Error("the tree is not the guide's part, or does not count what is open")
	}
	for _, place := range []string{"c2", "t1", "k1", "none"} {
		if r := v.post("/places", "/places/"+place+"/enter", nil); r.Code != http.StatusNotFound {
			t.Errorf("entering %s: %d", place, r.Code)
		}
	}
	v.post("/places", "/places/c3/enter", nil)
	if doc := v.page("/processes", http.StatusOK); !strings.Contains(doc.Find(".top-name").Text(), "隔壁社区") || doc.Find("tr.process").Length() != 0 {
		t.Error("not in the community that was chosen")
	}
	// A process of the other community opens all the same, in its own community.
	if doc := v.page("/processes/p1", http.StatusOK); !strings.Contains(doc.Find(".top-name").Text(), "示例社区") {
		t.Error("the process is shown in another community than its own")
	}
	v.page("/processes/p2", http.StatusNotFound)
}

func TestResidentsHaveNothingToChoose(t *testing.T) {
	v := newVisit(t).signedIn("resident")
	if doc := v.page("/places", http.StatusOK); doc.Find("tr.place").Length() != 1 || doc.Find("form[action*='/enter']").Length() != 0 {
		t.Error("more than one's own community")
	}
	for path, status := range map[string]int{"/places/c1": 200, "/places/g1": 200, "/places/c2": 404, "/places/g2": 404, "/places/t1": 404, "/places/c3": 404} {
		if r := v.get(path); r.Code != status {
			t.Errorf("%s: %d, want %d", path, r.Code, status)
		}
	}
	if r := v.post("/places", "/places/c1/enter", nil); r.Code != http.StatusForbidden {
		t.Errorf("entering: %d", r.Code)
	}
}

// The API needs no entering: an act stands in the community of its process.
func TestTheAPIStandsInTheCommunityOfTheProcess(t *testing.T) {
	h := newHall(t)
	p := h.town.processes[process]
	p.Status.Open = append(p.Status.Open, deliberation.OpenAct{Kind: deliberation.Advise})
	h.town.processes[process] = p
	if r := h.as("guide", "POST", "/api/v1/processes/p1/acts/advise", map[string]string{"text": "请复核距离。"}); r.status != http.StatusOK {
		t.Errorf("advice: %d %s", r.status, r.body)
	}
	h.refused(h.as("guide", "POST", "/api/v1/processes/p2/acts/advise", map[string]string{"text": "请复核距离。"}), 404, deliberation.RefuseNotFound)
	h.refused(h.as("analyst", "POST", "/api/v1/processes/p1/acts/advise", map[string]string{"text": "请复核距离。"}), 403, deliberation.RefuseNotEntitled)
	h.refused(h.as("guide", "GET", "/api/v1/processes", nil), 409, deliberation.RefuseEnterCommunity)
	for path, status := range map[string]int{"/api/v1/processes?community=c1": 200, "/api/v1/processes?community=c3": 200, "/api/v1/processes?community=c2": 404, "/api/v1/tasks?community=c2": 404, "/api/v1/processes?community=..%2F": 404} {
		if r := h.as("guide", "GET", path, nil); r.status != status {
			t.Errorf("%s: %d, want %d", path, r.status, status)
		}
	}
	h.refused(h.as("resident", "GET", "/api/v1/processes?community=c3", nil), 404, deliberation.RefuseNotFound)
	if r := h.as("guide", "GET", "/api/v1/me", nil); r.status != http.StatusOK || strings.Contains(string(r.body), "community") {
		t.Errorf("me: %d %s", r.status, r.body)
	}
	for who, want := range map[deliberation.PersonID]int{"guide": 2, "analyst": 3, "keeper": 3, "resident": 1, "stranger": 1} {
		r := h.as(who, "GET", "/api/v1/communities", nil)
		if list, _ := r.json(t)["communities"].([]any); r.status != http.StatusOK || len(list) != want {
			t.Errorf("%s sees %d communities, want %d: %s", who, len(list), want, r.body)
		}
	}
}

func TestOperatorsManageTheirPlaces(t *testing.T) {
	v := newVisit(t).signedIn("keeper")
	add := func(place, name, kind string) int {
		return v.post("/places/"+place, "/places/"+place+"/below", url.Values{"new_name": {name}, "new_kind": {kind}}).Code
	}
	if code := add("t1", "新社区", "urban"); code != http.StatusSeeOther {
		t.Fatalf("adding: %d", code)
	}
	for _, c := range []struct {
		place, name, kind string
		status            int
	}{{"t1", "", "urban", 422}, {"t1", "组", "group", 422}, {"c1", "第二小组", "group", 303}, {"c1", "1栋", "building", 303}, {"c1", "第一小组", "group", 409}, {"t1", strings.Repeat("长", 101), "urban", 422}, {"none", "x", "group", 404}} {
		if code := add(c.place, c.name, c.kind); code != c.status {
			t.Errorf("%+v: %d", c, code)
		}
	}
	doc := v.document(v.post("/places/t1", "/places/t1/below", url.Values{"new_name": {" "}, "new_kind": {"city"}}), 422)
	if doc.Find("#problem a[href='#new_name']").Length() != 1 || doc.Find("#problem a[href='#new_kind']").Length() != 1 {
		t.Error("the fields are not named")
	}
	if r := v.post("/places/c1", "/places/c1", url.Values{"name": {"大渡口社区"}, "overlay": {""}}); r.Code != http.StatusSeeOther || v.h.town.places[home].Name != "大渡口社区" {
		t.Errorf("renaming: %d", r.Code)
	}
	if r := v.post("/places/c1", "/places/c1", url.Values{"name": {"大渡口社区"}, "overlay": {"atlantis"}}); r.Code != 422 {
		t.Errorf("an overlay that no pack knows: %d", r.Code)
	}
	// A guide of the same place manages nothing, and neither does an operator of elsewhere.
	if r := newVisit(t).signedIn("guide").post("/places/t1", "/places/t1", url.Values{"name": {"x"}}); r.Code != http.StatusForbidden {
		t.Errorf("the guide: %d", r.Code)
	}
	far := newVisit(t)
	far.h.town.settleAbove("far", farStreet, deliberation.Operator)
	if r := far.signedIn("far").post("/places", "/places/c1", url.Values{"name": {"x"}}); r.Code != http.StatusNotFound {
		t.Errorf("an operator of another township: %d", r.Code)
	}
}

func TestTheAuditNamesOwnPeopleOnly(t *testing.T) {
	v := newVisit(t)
	town := v.h.town
	town.note("clerk", "view_person", home, "rep", "")
	town.note("guide", "view_person", home, "resident", "")
	town.note("clerk", "issue_link", home, "resident", "")
	town.audit[2].Assistant = "secretary"
	town.note("stranger", "view_person", away, "stranger", "")
	v.signedIn("supervisor")
	doc := v.page("/audit", http.StatusOK)
	rows := doc.Find("tr.entry")
	if rows.Length() != 3 || strings.Contains(doc.Text(), "名stranger") || strings.Contains(doc.Text(), "名guide") {
		t.Errorf("%d entries: %s", rows.Length(), rows.Text())
	}
	for _, want := range []string{"名clerk", "名rep", "名secretary", "上级或外单位人员"} {
		if !strings.Contains(rows.Text(), want) {
			t.Errorf("%s is not shown", want)
		}
	}
	if n := v.page("/audit?act=issue_link", http.StatusOK).Find("tr.entry").Length(); n != 1 {
		t.Errorf("narrowed to slips: %d", n)
	}
	if n := v.page("/audit?act=nonsense&offset=-4", http.StatusOK).Find("tr.entry").Length(); n != 3 {
		t.Errorf("an act that is none: %d", n)
	}
}

func TestMyDataIsMaskedUntilAskedFor(t *testing.T) {
	v := newVisit(t)
	town := v.h.town
	town.records["rep"] = deliberation.PersonRecord{
		Sex: deliberation.Female, Birth: deliberation.NewDate(1955, 3, 8), Identity: "510402195503080021", Phone: "13800001234",
		Hukou: deliberation.HukouHere, Household: "h1", Standing: deliberation.Present, Version: 1,
	}
	town.households["h1"] = deliberation.Household{ID: "h1", Community: home, Number: "3栋2单元501"}
	town.note("clerk", "view_person", home, "rep", "")
	town.note("clerk", "view_person", home, "director", "")
	v.signedIn("rep")
	doc := v.page("/my-data", http.StatusOK)
	for _, hidden := range []string{"510402195503080021", "13800001234", "3栋2单元501", "03-08", "3月8日"} {
		if strings.Contains(doc.Text(), hidden) {
			t.Errorf("%s is shown at once", hidden)
		}
	}
	for _, shown := range []string{"名rep", "0021", "138••••1234", "名clerk", "查看个人信息", "1955"} {
		if !strings.Contains(doc.Text(), shown) {
			t.Errorf("%s is not shown", shown)
		}
	}
	doc = v.document(v.post("/my-data", "/my-data", nil), http.StatusOK)
	for _, shown := range []string{"510402195503080021", "13800001234", "3栋2单元501", "1955年3月8日"} {
		if !strings.Contains(doc.Text(), shown) {
			t.Errorf("%s is not shown when asked for", shown)
		}
	}
	if n := doc.Find("tr.entry").Length(); n != 1 {
		t.Errorf("%d entries, want the clerk's look alone", n)
	}
	newVisit(t).page("/my-data", http.StatusUnauthorized)
}

// No entry of the menu or the navigation leads to a refusal.
func TestTheMenuLeadsToNoRefusal(t *testing.T) {
	for _, o := range deliberation.Offices {
		for _, above := range []bool{false, true} {
			if above && !o.OfPlace() {
				continue
			}
			w := newWalker(t, o, above, false)
			doc := w.page("/more", http.StatusOK)
			links := doc.Find("ul.menu a, nav.nav a, nav.bar a")
			if links.Length() < 6 {
				t.Errorf("%s: %d links", o, links.Length())
			}
			for _, a := range links.EachIter() {
				if r := w.get(a.AttrOr("href", "")); r.Code >= 400 {
					t.Errorf("%s above=%v: %s is offered and gives %d", o, above, a.AttrOr("href", ""), r.Code)
				}
			}
		}
	}
}

func TestNobodyAnswersThemselves(t *testing.T) {
	h := newHall(t)
	p := h.town.processes[process]
	p.Objections[0].Person = "director"
	p.Status.Open = append(p.Status.Open, deliberation.OpenAct{Kind: deliberation.AnswerObjection, Subject: "x1"})
	h.town.processes[process] = p
	body := map[string]string{"text": "已复核。", "subject": "x1"}
	h.refused(h.as("director", "POST", "/api/v1/processes/p1/acts/answer_objection", body), 403, deliberation.RefuseOwnMatter)
	for _, o := range h.allowedActs(person(h, "director"), p) {
		if o.Kind == deliberation.AnswerObjection {
			t.Error("the director is offered to answer their own objection")
		}
	}
	h.town.opinions = []deliberation.Opinion{{ID: "o1", Process: process, Person: "director"}, {ID: "o2", Process: process, Person: "rep"}}
	answer := map[string]string{"disposition": "adopted", "text": "采纳。"}
	h.refused(h.as("director", "POST", "/api/v1/processes/p1/opinions/o1/answer", answer), 403, deliberation.RefuseOwnMatter)
	if r := h.as("director", "POST", "/api/v1/processes/p1/opinions/o2/answer", answer); r.status != http.StatusNoContent {
		t.Errorf("another's opinion: %d %s", r.status, r.body)
	}
}

// What may be done with somebody beside one at the table.
func TestAssistedSessions(t *testing.T) {
	may := []action{toReadPublic, toLoadAsset, toSignIn, toSignOut, toReadOwn, toReadCase, toReadPaper, toReadChoices, toVote, toCheckIn, toSignDemand, toGiveOpinion, toPutInBox, toSignUp}
	v := holder(deliberation.Offices[:len(deliberation.Offices)-1]...) // all but the operator
	v.Assistant = deliberation.Person{ID: "clerk"}
	for a := range rules {
		if err := permit(a, v, true); (err == nil) != slices.Contains(may, a) {
			t.Errorf("%s: %v", a, err)
		}
	}
	for _, spec := range deliberation.ActSpecs {
		if _, err := permitAct(spec, v, true, nil); err == nil {
			t.Errorf("%s may be done", spec.Kind)
		}
	}
}

func TestOperatorsReadNoChoices(t *testing.T) {
	v := newVisit(t)
	q := v.h.town.polls["closed"]
	q.ballots["rep"] = deliberation.Ballot{Person: "rep", Choice: deliberation.Yes}
	if doc := v.signedIn("director").page("/polls/closed", http.StatusOK); !strings.Contains(doc.Find("main").Text(), "名rep") {
		t.Error("members do not see who chose what")
	}
	if doc := v.signedIn("operator").page("/polls/closed", http.StatusOK); strings.Contains(doc.Find("main").Text(), "名rep") {
		t.Error("the operator sees who chose what")
	}
	if r := v.h.as("operator", "GET", "/api/v1/polls/closed", nil); r.status != http.StatusOK || strings.Contains(string(r.body), "名rep") {
		t.Errorf("the API shows it: %s", r.body)
	}
	v.h.refused(v.h.as("operator", "GET", "/api/v1/processes/p1/dossier", nil), 403, deliberation.RefuseNotEntitled)
}

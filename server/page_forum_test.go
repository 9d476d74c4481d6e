package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// entrusts has the assembly of the town give the council, and the conference, something.
func (h *hall) entrusts() {
	until := deliberation.DateOf(civil).AddYears(1)
	h.town.kept.authorisations = map[deliberation.CommunityID][]deliberation.Authorisation{home: {
		{ID: "to-council", Process: "p1", From: deliberation.DateOf(civil), Grant: deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryEnvironment}, Until: until, To: deliberation.CouncilMeeting}},
		{ID: "to-conference", Process: "p1", From: deliberation.DateOf(civil), Grant: deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryEnvironment}, Until: until}},
	}}
}

// The start form offers each form with its limit, and the council what was entrusted to it (law.md §11).
func TestAFormIsChosenOnTheStartForm(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	v.h.entrusts()
	const page = "/consultations/new"
	doc := v.page(page, http.StatusOK)
	for _, form := range deliberation.ConsultationForms {
		if doc.Find("input[name='how'][value='"+string(form)+"']").Length() != 1 {
			t.Errorf("%s is not offered", form)
		}
	}
	if doc.Find("#authorised_by option[value='to-council']").Length() != 1 || doc.Find("#authorised_by option[value='to-conference']").Length() != 0 {
		t.Errorf("what the council may act on: %s", doc.Find("#authorised_by").Text())
	}
	typed := url.Values{"key": {"forum-key-1"}, "title": {"楼道停车"}, "summary": {"议一议"}, "origin": {"resident"}, "affected": {"some"}, "category": {"environment"}}
	for name, c := range map[string]struct {
		change url.Values
		field  string
	}{
		"a council without an entrustment": {url.Values{"how": {"council"}}, "authorised_by"},
		"one given to the conference":      {url.Values{"how": {"council"}, "authorised_by": {"to-conference"}}, "authorised_by"},
		"one that nobody gave":             {url.Values{"how": {"council"}, "authorised_by": {"nothing"}}, "authorised_by"},
		"delegates without a reason":       {url.Values{"how": {"party_delegates"}}, "choice_reason"},
		"no form":                          {url.Values{"how": {"committee"}}, "how"},
	} {
		form := url.Values{}
		for _, values := range []url.Values{typed, c.change} {
			for k, v := range values {
				form[k] = v
			}
		}
		doc := v.document(v.post(page, page, form), http.StatusUnprocessableEntity)
		if doc.Find("#"+c.field+"-error").Length() != 1 {
			t.Errorf("%s: %s", name, doc.Find(".govuk-error-summary").Text())
		}
	}
	if len(v.h.town.started) != 0 {
		t.Fatal("it began all the same")
	}
	typed.Set("how", "council")
	typed.Set("authorised_by", "to-council")
	if r := v.post(page, page, typed); r.Code != http.StatusSeeOther || len(v.h.town.started) != 1 {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	m := v.h.town.processes[v.h.town.started[0]].Matter
	if m.Form != deliberation.CouncilMeeting || m.AuthorisedBy != "to-council" || !strings.Contains(m.Authorisation, "授权") {
		t.Errorf("%+v", m)
	}
}

func TestWhoMaySitInAForm(t *testing.T) {
	for _, c := range []struct {
		form   deliberation.Body
		who    string
		status int
	}{
		{deliberation.MonitoringMeeting, "director", http.StatusUnprocessableEntity},
		{deliberation.MonitoringMeeting, "resident", http.StatusOK},
		{deliberation.PartyDelegates, "resident", http.StatusUnprocessableEntity},
		{deliberation.CouncilMeeting, "director", http.StatusOK},
	} {
		h := newHall(t)
		h.consults(func(p *deliberation.Process) { p.Matter.Form = c.form })
		r := h.as("director", "POST", "/api/v1/processes/topic1/acts/name_participants", map[string]any{
			"text": "名单", "participants": []map[string]any{{"person": c.who, "as": "member"}},
		})
		if r.status != c.status {
			t.Errorf("%s in %s: %d %s", c.who, c.form, r.status, r.body)
		}
	}
}

func TestTheLimitOfAFormIsShown(t *testing.T) {
	for form, want := range map[deliberation.Body]string{
		deliberation.CouncilMeeting: "授权的范围内", deliberation.CoordinationMeeting: "没有强制力", deliberation.MonitoringMeeting: "交监督委员会", deliberation.PartyDelegates: "代替党员大会",
	} {
		v := newVisit(t).signedIn("secretary")
		lost := false
		v.h.consults(func(p *deliberation.Process) {
			p.Matter.Form, p.Matter.Authorisation, p.Matter.ChoiceReason = form, "<b>授权</b>", "居住分散"
			p.Status.Consultation.Finding, p.Status.Consultation.Voted = deliberation.FoundAgreed, &lost
			p.Status.Consultation.Participants = []deliberation.Participant{{Person: "resident", As: deliberation.RolesIn(form)[0]}}
		})
		doc := v.page("/processes/topic1/consultation", http.StatusOK)
		for _, w := range []string{want, "名resident", "未通过", "居住分散"} {
			if !strings.Contains(doc.Text(), w) {
				t.Errorf("%s: %s is not shown", form, w)
			}
		}
		doc = v.page("/processes/topic1/participants", http.StatusOK)
		if n := doc.Find("textarea").Length(); n != len(deliberation.RolesIn(form))+1 {
			t.Errorf("%s: %d boxes", form, n)
		}
	}
}

// ③ by Party delegates: named on the start form, with the reason in the case (law.md §11).
func TestDelegatesAreNamedAndReasonedAtTheStart(t *testing.T) {
	matter := func() map[string]any {
		return map[string]any{
			"title": "充电棚", "summary": "建充电棚。", "category": "environment", "affected": "some", "origin": "party_organisation", "budget_fen": 0, "form": "conference",
			"authorisation": "居民会议授权。", "delegates": []string{"rep", "secretary", "resident"}, "choice_reason": "党员居住分散。",
		}
	}
	members := func(h *hall) {
		for _, id := range []deliberation.PersonID{"rep", "secretary", "resident"} {
			h.town.offices[id] = append(h.town.offices[id], deliberation.PartyMember)
		}
	}
	for name, c := range map[string]struct {
		change func(map[string]any)
		sit    bool
		status int
	}{
		"all of it":         {func(map[string]any) {}, true, http.StatusCreated},
		"no reason":         {func(m map[string]any) { delete(m, "choice_reason") }, true, http.StatusUnprocessableEntity},
		"no Party members":  {func(map[string]any) {}, false, http.StatusUnprocessableEntity},
		"in a conference":   {func(m map[string]any) { m["kind"] = "conference" }, true, http.StatusUnprocessableEntity},
		"somebody far away": {func(m map[string]any) { m["delegates"] = []string{"rep", "secretary", "far"} }, true, http.StatusUnprocessableEntity},
	} {
		h := newHall(t)
		if c.sit {
			members(h)
		}
		m := matter()
		c.change(m)
		if r := h.as("secretary", "POST", "/api/v1/processes", m); r.status != c.status {
			t.Errorf("%s: %d %s", name, r.status, r.body)
		}
	}
}

// What was typed of delegates is carried over the page that shows the start once more.
func TestDelegatesAreTypedByName(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	for _, id := range []deliberation.PersonID{"rep", "secretary", "resident"} {
		v.h.town.offices[id] = append(v.h.town.offices[id], deliberation.PartyMember)
	}
	form := url.Values{
		"kind": {deliberation.FourDeliberationsKind}, "title": {"充电棚"}, "summary": {"建充电棚。"}, "category": {"environment"}, "affected": {"some"}, "origin": {"party_organisation"},
		"form": {"conference"}, "authorisation": {"居民会议授权。"}, "delegates": {"名rep\n名secretary\n查无此人"}, "choice_reason": {"居住分散"}, "step": {"review"},
	}
	const page = "/processes/new"
	doc := v.document(v.post(page, page, form), http.StatusUnprocessableEntity)
	if doc.Find("#delegates-error").Length() != 1 || !strings.Contains(doc.Find("#delegates").Text(), "查无此人") {
		t.Errorf("a name nobody has: %s", doc.Find(".govuk-error-summary").Text())
	}
	form.Set("delegates", "名rep\n名secretary\n名resident")
	doc = v.document(v.post(page, page, form), http.StatusOK)
	again := formOf(doc.Find("form[action='/processes/new']").First())
	again = with(again, "step", "start")
	if r := v.post(page, page, again); r.Code != http.StatusSeeOther || len(v.h.town.started) != 1 {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	if m := v.h.town.processes[v.h.town.started[0]].Matter; len(m.Delegates) != 3 || m.ChoiceReason != "居住分散" {
		t.Errorf("%+v", m)
	}
}

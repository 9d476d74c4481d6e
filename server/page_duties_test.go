package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// lastMet says when the conference of the town last met, some days before today.
func (w *town) lastMet(days int) {
	today := deliberation.DateOf(civil)
	w.kept.records = map[deliberation.CommunityID]deliberation.MeetingRecord{home: {
		Known: today.AddYears(-1), Last: map[deliberation.Body]deliberation.Date{deliberation.Conference: today.AddDays(-days), deliberation.OpenTalkMeeting: today.AddDays(-10)},
	}}
}

// What presses is told to who can call the body together, with the button that begins it.
func TestDutiesOnTheFirstPage(t *testing.T) {
	for _, c := range []struct {
		days  int
		who   deliberation.PersonID
		shown bool
	}{
		{10, "secretary", false}, {160, "secretary", true}, {160, "director", true}, {400, "secretary", true}, {400, "rep", false}, {400, "supervisor", false}, {400, "clerk", false},
	} {
		v := newVisit(t)
		v.h.town.lastMet(c.days)
		page := v.signedIn(c.who).page("/today", http.StatusOK)
		if got := page.Find(".card.duty").Length() > 0; got != c.shown {
			t.Errorf("%s, %d days after: shown %v", c.who, c.days, got)
		}
		if got := page.Find("a[href='/processes/new?template=stake_regular']").Length() > 0; got != c.shown {
			t.Errorf("%s, %d days after: a button %v", c.who, c.days, got)
		}
	}
}

// The number beside 待办 counts a duty that presses.
func TestDutiesCountAsTasks(t *testing.T) {
	counts := map[int]string{}
	for _, days := range []int{10, 160} {
		v := newVisit(t)
		v.h.town.lastMet(days)
		v.signedIn("director")
		for _, path := range []string{"/today", "/processes"} {
			counts[days] += v.page(path, http.StatusOK).Find("nav a[href='/today']").Text() + "|"
		}
	}
	if counts[10] == counts[160] {
		t.Errorf("%q and %q", counts[10], counts[160])
	}
}

// 民情恳谈 once a quarter (law.md §3.4) presses like the other duties, and is begun on its own form.
func TestTheOpenTalkOfTheQuarterIsADuty(t *testing.T) {
	for days, shown := range map[int]bool{20: false, 80: true, 120: true} {
		v := newVisit(t)
		v.h.town.lastMet(10)
		v.h.town.kept.records[home].Last[deliberation.OpenTalkMeeting] = deliberation.DateOf(civil).AddDays(-days)
		page := v.signedIn("secretary").page("/today", http.StatusOK)
		if got := page.Find(".card.duty a[href='/open-talks/new']").Length() > 0; got != shown {
			t.Errorf("%d days after: %v", days, got)
		}
	}
}

func TestOverdueDutiesArePublic(t *testing.T) {
	for days, shown := range map[int]bool{10: false, 160: false, 200: true} {
		v := newVisit(t)
		v.h.town.lastMet(days)
		page := v.page("/board?community=c1", http.StatusOK)
		if got := strings.Contains(page.Text(), "逾期未召开"); got != shown {
			t.Errorf("%d days after: %v", days, got)
		}
	}
	v := newVisit(t)
	v.h.town.lastMet(200)
	if page := v.signedIn("supervisor").page("/supervise", http.StatusOK); !strings.Contains(page.Text(), "逾期未召开") {
		t.Error("the supervisors are not told")
	}
	v = newVisit(t)
	v.h.town.lastMet(200)
	if page := v.signedIn("guide").page("/places", http.StatusOK); !strings.Contains(page.Text(), "例会逾期 1 项") {
		t.Error("the guide is not told")
	}
}

func TestDutiesOfTheAPI(t *testing.T) {
	h := newHall(t)
	h.town.lastMet(200)
	r := h.ask("GET", "/api/v1/communities/c1/duties", nil, nil)
	list, _ := r.json(t)["duties"].([]any)
	if r.status != http.StatusOK || len(list) != 3 || list[0].(map[string]any)["state"] != "overdue" || list[1].(map[string]any)["rule"].(map[string]any)["body"] != "appraisal" || list[2].(map[string]any)["rule"].(map[string]any)["body"] != "open_talk" {
		t.Errorf("%d %s", r.status, r.body)
	}
	h.refused(h.ask("GET", "/api/v1/communities/nowhere/duties", nil, nil), http.StatusNotFound, deliberation.RefuseNotFound)
}

func TestDutyCalendar(t *testing.T) {
	v := newVisit(t)
	v.h.town.lastMet(10)
	r := v.signedIn("secretary").get("/duties/calendar.ics")
	due := deliberation.DateOf(civil).AddDays(-10).AddMonths(6).Start().Format("20060102")
	for _, want := range []string{"BEGIN:VCALENDAR\r\n", "DTSTART;VALUE=DATE:" + due, "END:VCALENDAR\r\n"} {
		if !strings.Contains(r.Body.String(), want) {
			t.Errorf("no %q in %s", want, r.Body)
		}
	}
}

// Who may enter a meeting held without Yishi, and what is refused.
func TestEnteringAMeetingHeldElsewhere(t *testing.T) {
	today := deliberation.DateOf(civil)
	for _, c := range []struct {
		who      deliberation.PersonID
		body, on string
		status   int
	}{
		{"clerk", "conference", today.String(), http.StatusSeeOther},
		{"secretary", "conference", today.AddDays(-1).String(), http.StatusSeeOther},
		{"secretary", "conference", today.AddDays(1).String(), http.StatusUnprocessableEntity},
		{"secretary", "conference", "明天", http.StatusUnprocessableEntity},
		{"secretary", "committee", today.String(), http.StatusUnprocessableEntity},
		{"supervisor", "conference", today.String(), http.StatusForbidden},
		{"rep", "conference", today.String(), http.StatusForbidden},
	} {
		v := newVisit(t)
		r := v.signedIn(c.who).post("/today", "/duties", url.Values{"body": {c.body}, "on": {c.on}})
		if r.Code != c.status {
			t.Errorf("%s enters %s of %s: %d, want %d", c.who, c.on, c.body, r.Code, c.status)
		}
		if done := len(v.h.town.kept.entered) == 1; done != (c.status == http.StatusSeeOther) {
			t.Errorf("%s enters %s of %s: entered %v", c.who, c.on, c.body, done)
		}
	}
	v := newVisit(t).signedIn("clerk")
	form := url.Values{"body": {"conference"}, "on": {today.String()}}
	v.post("/duties", "/duties", form)
	if r := v.post("/duties", "/duties", form); r.Code != http.StatusConflict {
		t.Errorf("the same meeting again: %d", r.Code)
	}
}

// authorised gives the town an authorisation for the kinds of matters.
func (w *town) authorised(until deliberation.Date, of ...deliberation.Category) {
	w.kept.authorisations = map[deliberation.CommunityID][]deliberation.Authorisation{home: {{
		ID: "g1", Process: process, Motion: "p1.o1", From: deliberation.DateOf(civil).AddDays(-1), Grant: deliberation.Grant{Categories: of, Until: until},
	}}}
}

func TestAuthorisationsArePublic(t *testing.T) {
	v := newVisit(t)
	v.h.town.authorised(deliberation.DateOf(civil).AddDays(10), deliberation.CategoryEnvironment)
	page := v.page("/authorisations?community=c1", http.StatusOK)
	if page.Find(".authorisation").Length() != 1 || !strings.Contains(page.Text(), "即将到期") {
		t.Error(page.Find("main").Text())
	}
}

// U-NEW 第三十条: a matter starts under an authorisation that is in force and covers it.
func TestStartingUnderAnAuthorisation(t *testing.T) {
	today := deliberation.DateOf(civil)
	for name, c := range map[string]struct {
		until  deliberation.Date
		covers deliberation.Category
		asked  string
		form   deliberation.Body
		status int
	}{
		"in force":          {today, deliberation.CategoryEnvironment, "g1", deliberation.Conference, http.StatusCreated},
		"ended":             {today.AddDays(-1), deliberation.CategoryEnvironment, "g1", deliberation.Conference, http.StatusUnprocessableEntity},
		"another kind":      {today, deliberation.CategoryFunds, "g1", deliberation.Conference, http.StatusUnprocessableEntity},
		"none of that name": {today, deliberation.CategoryEnvironment, "g2", deliberation.Conference, http.StatusUnprocessableEntity},
		"for the assembly":  {today, deliberation.CategoryEnvironment, "g1", deliberation.Assembly, http.StatusUnprocessableEntity},
	} {
		h := newHall(t)
		h.town.authorised(c.until, c.covers)
		r := h.as("secretary", "POST", "/api/v1/processes", map[string]any{
			"title": "修路", "summary": "修一条路", "category": "environment", "affected": "some", "origin": "party_organisation", "budget_fen": 1,
			"form": c.form, "authorised_by": c.asked, "kind": "conference",
		})
		if r.status != c.status {
			t.Errorf("%s: %d, want %d: %s", name, r.status, c.status, r.body)
		}
		if c.status != http.StatusCreated {
			continue
		}
		p := h.town.processes[deliberation.ProcessID(r.json(t)["id"].(string))]
		if p.Matter.AuthorisedBy != "g1" || !strings.Contains(p.Matter.Authorisation, "充电棚") {
			t.Errorf("%s: %+v", name, p.Matter)
		}
	}
}

// A template fills the form and starts nothing.
func TestTemplatesFillTheStartForm(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	blank := v.page("/processes/new", http.StatusOK)
	links := blank.Find("ul.templates a")
	if links.Length() < 10 {
		t.Fatalf("%d templates and answers", links.Length())
	}
	for _, a := range links.EachIter() {
		path := a.AttrOr("href", "")
		page := v.page(path, http.StatusOK)
		form := formOf(page.Find("form[action='/processes/new']").Last())
		if form.Get("kind") == "" || page.Find(".card.next .source").Length() == 0 {
			t.Errorf("%s fills %v", path, form)
		}
	}
	if len(v.h.town.started) > 0 {
		t.Error("something was started")
	}
	for _, path := range []string{"/processes/new?template=none", "/processes/new?template=stake_election", "/processes/new?draft=conference"} {
		v.page(path, http.StatusNotFound)
	}
}

// A draft is kept as it was typed, seen by nobody else, and gone once it is started or dropped.
func TestDraftsOfTheStartForm(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	typed := url.Values{"kind": {"conference"}, "title": {"春节活动"}, "budget_fen": {"不知道"}, "step": {"draft"}}
	if r := v.post("/processes/new", "/processes/new", typed); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if r := v.post("/processes/new", "/processes/new", with(url.Values{}, "kind", "nothing", "step", "draft")); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a draft of no kind: %d", r.Code)
	}
	page := v.page("/processes/new?draft=conference", http.StatusOK)
	form := formOf(page.Find("form[action='/processes/new']").Last())
	if form.Get("title") != "春节活动" || form.Get("budget_fen") != "不知道" {
		t.Errorf("%v", form)
	}
	v.signedIn("director")
	v.page("/processes/new?draft=conference", http.StatusNotFound)
	v.signedIn("secretary")
	if r := v.post("/processes/new", "/processes/new", with(url.Values{}, "kind", "conference", "step", "drop")); r.Code != http.StatusSeeOther || len(v.h.town.kept.drafts) != 0 {
		t.Errorf("dropping: %d, %d left", r.Code, len(v.h.town.kept.drafts))
	}
}

package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// The form names what the rules of the day can choose, and a wrong one loses nothing typed.
func TestStartingAChoice(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	doc := v.page("/choosings/new", http.StatusOK)
	if n := doc.Find("input[name=body]").Length(); n != 3 {
		t.Errorf("%d may be chosen in a community, want 3", n)
	}
	typed := func(pairs ...string) url.Values {
		return with(url.Values{"body": {"supervision"}, "seats": {"3"}, "form": {"conference"}, "on_paper": {"yes"}, "key": {"walk-key-0001"}}, pairs...)
	}
	for field, to := range map[string]string{"body": "mayor", "seats": "two", "form": "group_meeting"} {
		doc := v.document(v.post("/choosings/new", "/choosings/new", typed(field, to)), http.StatusUnprocessableEntity)
		if field != "seats" && doc.Find("input[name=seats]").AttrOr("value", "") != "3" {
			t.Errorf("%s: what was typed is lost", field)
		}
	}
	doc = v.document(v.post("/choosings/new", "/choosings/new", typed("seats", "7")), http.StatusConflict)
	if n := doc.Find("#faults li").Length(); n != 1 || !strings.Contains(doc.Find("#faults").Text(), "应选名额") {
		t.Errorf("seven supervisors: %s", doc.Find("#problem").Text())
	}
	if r := v.post("/choosings/new", "/choosings/new", typed()); r.Code != http.StatusSeeOther {
		t.Fatalf("start: %d %s", r.Code, r.Body)
	}
	p := v.h.town.processes[v.h.town.started[len(v.h.town.started)-1]]
	if p.Kind != deliberation.ChoosingKind || *p.Matter.Choosing != (deliberation.ChoosingSetup{Body: deliberation.ChooseSupervisors, Seats: 3, OnPaper: true}) || p.Matter.Title != "推选居务监督委员会" {
		t.Errorf("%+v", p.Process)
	}
	v.h.refused(v.h.as("resident", "POST", "/api/v1/choosings", map[string]any{"choosing": map[string]any{"body": "supervision", "seats": 3}}), http.StatusForbidden, deliberation.RefuseNotEntitled)
}

// choiceTown puts a choice before the viewer in which the clerk and a resident were proposed.
func choiceTown(v visit) {
	w := v.h.town
	w.processes["pc"] = deliberation.Proceeding{Process: deliberation.Process{
		ID: "pc", Community: home, Kind: deliberation.ChoosingKind, Pack: w.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "secretary",
		Matter: deliberation.Matter{Title: "推选监督委员会", Summary: "无记名投票", Form: deliberation.Conference, Choosing: &deliberation.ChoosingSetup{Body: deliberation.ChooseSupervisors, Seats: 3}},
		Status: deliberation.Status{
			Stage: deliberation.ChoosingCandidates, Round: 1, State: deliberation.Running,
			Open: []deliberation.OpenAct{
				{Kind: deliberation.ProposeCandidate, Subject: "supervision_head", Offices: []deliberation.Office{deliberation.Representative}},
				{Kind: deliberation.ProposeCandidate, Subject: "supervisor", Offices: []deliberation.Office{deliberation.Representative}},
				{Kind: deliberation.AnswerProposal, Subject: "resident"}, {Kind: deliberation.CosignCount},
			},
			Choosing: &deliberation.ChoosingProgress{
				Setup: deliberation.ChoosingSetup{Body: deliberation.ChooseSupervisors, Seats: 3},
				Candidates: []deliberation.ChoosingCandidate{
					{Person: "resident", Post: deliberation.Supervisor, State: deliberation.NomineeNamed}, {Person: "rep", Post: deliberation.SupervisionHead, State: deliberation.NomineeAccepted},
				},
			},
		},
	}}
}

// Everybody of the community sees who stands; only who was proposed, or the clerk with
// their letter, answers; who stands signs for no count.
func TestWhoStandsInAChoice(t *testing.T) {
	v := newVisit(t)
	choiceTown(v)
	doc := v.signedIn("resident").page("/processes/pc/choosing", http.StatusOK)
	if text := doc.Find("#candidates").Text(); !strings.Contains(text, "名resident") || !strings.Contains(text, "等待本人答复") || !strings.Contains(text, "同意参选") {
		t.Errorf("%s", text)
	}
	if doc.Find("a[href*=answer_proposal]").Length() != 1 || doc.Find("a[href*=propose_candidate]").Length() != 0 {
		t.Error("a resident who was proposed is not asked to answer, or may propose")
	}
	rep := visit{&browser{h: v.h, cookies: map[string]*http.Cookie{}}}.signedIn("rep")
	doc = rep.page("/processes/pc/choosing", http.StatusOK)
	if doc.Find("a[href*=answer_proposal]").Length() != 0 || doc.Find("a[href*=propose_candidate]").Length() != 2 {
		t.Error("a representative may answer for another, or may not propose")
	}
	rep.page("/processes/pc/acts/propose_candidate?subject=supervisor", http.StatusOK)
	answer := map[string]any{"subject": "resident", "decision": "accept"}
	v.h.refused(v.h.as("rep", "POST", "/api/v1/processes/pc/acts/answer_proposal", answer), http.StatusForbidden, deliberation.RefuseNotEntitled)
	v.h.refused(v.h.as("rep", "POST", "/api/v1/processes/pc/acts/cosign_count", map[string]any{}), http.StatusForbidden, deliberation.RefuseNotEntitled)
	if r := v.h.as("resident", "POST", "/api/v1/processes/pc/acts/answer_proposal", answer); r.status != http.StatusOK {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := rep.get("/processes/p1/choosing"); r.Code != http.StatusNotFound {
		t.Errorf("another process: %d", r.Code)
	}
}

package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// Only who was voted to a post resigns from it; the letter is theirs, or entered by the clerk.
func TestStartingAResignation(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	if n := v.page("/resignations/new", http.StatusOK).Find("input[name=holder]").Length(); n == 0 {
		t.Error("nobody can resign")
	}
	typed := url.Values{"holder": {"director.director"}, "form": {"conference"}, "key": {"walk-key-0001"}}
	if r := v.post("/resignations/new", "/resignations/new", with(url.Values{"form": {"conference"}, "key": {"walk-key-0001"}}, "holder", "director.rep")); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("who holds no such post: %d", r.Code)
	}
	if r := v.post("/resignations/new", "/resignations/new", url.Values{"key": {"walk-key-0001"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("nobody named: %d", r.Code)
	}
	if r := v.post("/resignations/new", "/resignations/new", typed); r.Code != http.StatusSeeOther {
		t.Fatalf("start: %d %s", r.Code, r.Body)
	}
	p := v.h.town.processes[v.h.town.started[len(v.h.town.started)-1]]
	if p.Kind != deliberation.ResignationKind || p.Matter.Resignation.Person != "director" || p.Matter.Form != deliberation.Conference {
		t.Errorf("%+v", p.Process)
	}
	v.h.refused(v.h.as("secretary", "POST", "/api/v1/resignations", map[string]any{"resignation": map[string]any{"person": "rep", "post": "director"}}), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	v.h.refused(v.h.as("resident", "POST", "/api/v1/resignations", map[string]any{"resignation": map[string]any{"person": "director", "post": "director"}}), http.StatusForbidden, deliberation.RefuseNotEntitled)
}

// A post that ended shows its day, who is left, and by when a by-election is due; who
// resigns does not run the vote on it.
func TestAVacancyNamesItsByElection(t *testing.T) {
	v := newVisit(t)
	w := v.h.town
	on := deliberation.DateOf(civil)
	setup := deliberation.ResignationSetup{Person: "clerk", Post: deliberation.CommitteeMember}
	w.processes["pv"] = deliberation.Proceeding{Process: deliberation.Process{
		ID: "pv", Community: home, Kind: deliberation.ResignationKind, Pack: w.packs[0].Ref(), Started: on, StartedBy: "secretary",
		Matter: deliberation.Matter{Title: "委员辞职", Summary: "辞职", Form: deliberation.Conference, Resignation: &setup},
		Status: deliberation.Status{
			Stage: deliberation.ResignationResult, Round: 1, State: deliberation.Running, Open: []deliberation.OpenAct{{Kind: deliberation.RecordMinutes}},
			Resignation: &deliberation.ResignationProgress{Setup: setup, Ended: on, Left: 4, VacancyBy: on.AddMonths(3)},
		},
	}}
	doc := v.signedIn("secretary").page("/processes/pv/resignation", http.StatusOK)
	if text := doc.Find("#vacancy").Text(); !strings.Contains(text, on.AddMonths(3).Words("zh")) || doc.Find("a[href*='/elections/new?by_election=yes']").Length() != 1 {
		t.Errorf("%s", text)
	}
	form := v.page("/elections/new?by_election=yes&seats_member=1", http.StatusOK)
	if form.Find("input[name=seats_member]").AttrOr("value", "") != "1" || form.Find("input[name=seats_director]").AttrOr("value", "") != "" || form.Find("input[name=by_election][checked]").Length() != 1 {
		t.Error("the form of the by-election does not know the seat")
	}
	v.h.refused(v.h.as("clerk", "POST", "/api/v1/processes/pv/acts/record_minutes", map[string]any{"text": "记录"}), http.StatusForbidden, deliberation.RefuseNotEntitled)
	if r := v.get("/processes/p1/resignation"); r.Code != http.StatusNotFound {
		t.Errorf("another process: %d", r.Code)
	}
}

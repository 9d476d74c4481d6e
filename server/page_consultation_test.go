package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

const topic = deliberation.ProcessID("topic1")

// consults puts a consultation into the town as it stands.
func (h *hall) consults(change func(*deliberation.Process)) {
	h.t.Helper()
	p := deliberation.Process{
		ID: topic, Community: home, Kind: deliberation.ConsultationKind, Pack: h.town.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "secretary", Office: deliberation.Secretary,
		Matter: deliberation.Matter{
			Title: "楼道停车", Summary: "楼道口停满<b>电动车</b>。", Category: deliberation.CategoryEnvironment, Affected: deliberation.AffectsSome,
			Origin: deliberation.OriginResident, Form: deliberation.ConsultationMeeting,
		},
		Status: deliberation.Status{Stage: deliberation.Naming, State: deliberation.Running, Consultation: &deliberation.ConsultationStatus{Accepted: true},
			Open: []deliberation.OpenAct{{Kind: deliberation.NameParticipants}}},
	}
	if change != nil {
		change(&p)
	}
	h.town.processes[topic] = deliberation.Proceeding{Process: p}
}

func TestATopicIsProposedOnAPage(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	const page = "/consultations/new"
	doc := v.document(v.post(page, page, url.Values{"key": {"topic-key-1"}, "title": {""}, "summary": {strings.Repeat("议", deliberation.MaxSummary+1)}, "origin": {"residents_tenth"}}), http.StatusUnprocessableEntity)
	for _, field := range []string{"title", "summary", "origin"} {
		if doc.Find("#"+field+"-error").Length() != 1 {
			t.Errorf("nothing is said of %s: %s", field, doc.Find(".govuk-error-summary").Text())
		}
	}
	if len(v.h.town.started) != 0 {
		t.Error("it began all the same")
	}
	form := formOf(v.page(page, http.StatusOK).Find("form[action='/consultations/new']"))
	form = with(with(with(form, "title", "楼道停车"), "summary", "<script>alert(1)</script>"), "how", "quick")
	if r := v.post(page, page, form); r.Code != http.StatusSeeOther || len(v.h.town.started) != 1 {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	p := v.h.town.processes[v.h.town.started[0]]
	if p.Kind != deliberation.ConsultationKind || !p.Matter.Quick || p.Matter.Form != deliberation.ConsultationMeeting || p.Status.Stage != deliberation.Screening {
		t.Errorf("started %+v", p.Process)
	}
	if r := v.get("/processes/" + string(p.ID)); strings.Contains(r.Body.String(), "<script>alert") {
		t.Error("markup is not shown as text")
	}
	if r := newVisit(t).signedIn("resident").get(page); r.Code != http.StatusForbidden {
		t.Errorf("a resident proposes by the opinion box: %d", r.Code)
	}
}

func TestParticipantsAreNamedByTheirNames(t *testing.T) {
	v := newVisit(t).signedIn("director")
	v.h.consults(nil)
	if r := v.get("/processes/topic1/acts/name_participants"); r.Code != http.StatusSeeOther {
		t.Errorf("the list has a form of its own: %d", r.Code)
	}
	const page = "/processes/topic1/participants"
	form := url.Values{"key": {"names-key-1"}, "interested": {"名resident\n查无此人"}, "resident": {"名rep"}, "text": {"公开邀请"}}
	doc := v.document(v.post(page, page, form), http.StatusUnprocessableEntity)
	if doc.Find("#interested-error").Length() != 1 || !strings.Contains(doc.Find("#interested").Text(), "查无此人") || len(v.h.town.acts) != 0 {
		t.Errorf("a name nobody has: %s", doc.Text())
	}
	if r := v.post(page, page, with(form, "interested", "名resident")); r.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	if len(v.h.town.acts) != 1 {
		t.Fatalf("%+v", v.h.town.acts)
	}
	a := v.h.town.acts[0]
	if a.Kind != deliberation.NameParticipants || len(a.Participants) != 2 || a.Participants[0] != (deliberation.Participant{Person: "resident", As: deliberation.InterestedParty}) {
		t.Errorf("%+v", a)
	}
	if r := newVisit(t).signedIn("resident").get(page); r.Code == http.StatusOK {
		t.Error("a resident names the participants")
	}
}

func TestParticipantsAreOfTheCommunity(t *testing.T) {
	h := newHall(t)
	h.consults(nil)
	for who, status := range map[string]int{"far": http.StatusUnprocessableEntity, "nobody": http.StatusUnprocessableEntity, "resident": http.StatusOK} {
		r := h.as("director", "POST", "/api/v1/processes/topic1/acts/name_participants", map[string]any{
			"text": "名单", "participants": []map[string]any{{"person": who, "as": "interested"}, {"person": "rep", "as": "resident"}},
		})
		if r.status != status {
			t.Errorf("%s: %d %s", who, r.status, r.body)
		}
	}
}

func TestWhatBecameOfAConsultationIsShown(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	v.h.consults(func(p *deliberation.Process) {
		p.Status.Stage, p.Status.Open = deliberation.Forwarding, []deliberation.OpenAct{{Kind: deliberation.ForwardMatter}}
		p.Status.Consultation.Participants = []deliberation.Participant{{Person: "resident", As: deliberation.InterestedParty}}
		p.Status.Consultation.Finding = deliberation.FoundDisputed
	})
	doc := v.page("/processes/topic1/consultation", http.StatusOK)
	for _, want := range []string{"名resident", "分歧较大", "不是决定"} {
		if !strings.Contains(doc.Text(), want) {
			t.Errorf("%s is not shown", want)
		}
	}
	if doc.Find("a[href='/processes/new?for=topic1']").Length() != 1 {
		t.Error("nothing leads on to the meeting that decides")
	}
	start := v.page("/processes/new?for=topic1", http.StatusOK)
	if start.Find("input[name='for']").AttrOr("value", "") != "topic1" || start.Find("#title").AttrOr("value", "") != "楼道停车" {
		t.Error("the start form is not filled in")
	}
	if r := v.get("/processes/p1/consultation"); r.Code != http.StatusNotFound {
		t.Errorf("another process: %d", r.Code)
	}
}

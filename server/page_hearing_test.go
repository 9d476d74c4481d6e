package server

import (
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

const heard = deliberation.ProcessID("hearing1")

// hears puts a hearing into the town, in the stage.
func (h *hall) hears(stage deliberation.Stage, change ...func(*deliberation.Proceeding)) *hearingsHere {
	h.t.Helper()
	p := deliberation.Proceeding{Process: deliberation.Process{
		ID: heard, Community: home, Kind: deliberation.HearingKind, Pack: h.town.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "secretary", Office: deliberation.Secretary,
		Matter: deliberation.Matter{Title: "停车位改造", Summary: "三栋门前改停车位。", Category: deliberation.CategoryEnvironment, Affected: deliberation.AffectsSome, Origin: deliberation.OriginCommittee, Form: deliberation.HearingMeeting},
		Status: deliberation.Status{Stage: stage, State: deliberation.Running, Hearing: &deliberation.HearingStatus{
			Commitment: deliberation.CommitmentOf([]byte(strings.Repeat("s", deliberation.SeedBytes))),
			Window:     deliberation.SignUpSpan{Opened: civil, Until: deliberation.DateOf(civil).AddDays(10).End()},
		}},
	}}
	for _, f := range change {
		f(&p)
	}
	h.town.processes[heard] = p
	kept := h.Hearings.(*hearingsHere)
	kept.until = deliberation.DateOf(civil).AddDays(10).End()
	kept.plan = &deliberation.HearingPlan{Process: heard, Chair: "director", Presenter: "secretary", Observers: 1, Sides: []deliberation.HearingSide{
		{SideSeats: deliberation.SideSeats{Code: "A", Seats: 1}, Name: "有车的居民"}, {SideSeats: deliberation.SideSeats{Code: "B", Seats: 2}, Name: "<b>一楼住户</b>"},
	}}
	return kept
}

func TestAHearingIsBegunWithTheForumThatTheMatterNeeds(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	form := url.Values{
		"key": {"hearing-key-1"}, "form": {"expert_appraisal"}, "affected": {"some"}, "title": {"停车位改造"}, "summary": {"三栋门前改停车位。"}, "category": {"environment"}, "origin": {"committee"},
	}
	doc := v.document(v.post("/hearings/new", "/hearings/new", form), http.StatusUnprocessableEntity)
	if doc.Find("#choice_reason-error").Length() != 1 || !strings.Contains(doc.Text(), "特定群体") && !strings.Contains(doc.Text(), "社区建设水平") || len(v.h.town.started) != 0 {
		t.Errorf("another forum is taken without a reason, or its source is not told: %s", doc.Text())
	}
	form.Set("choice_reason", "方案涉及结构安全，先请专家论证。")
	if r := v.post("/hearings/new", "/hearings/new", form); r.Code != http.StatusSeeOther || len(v.h.town.started) != 1 {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	p := v.h.town.processes[v.h.town.started[0]]
	if p.Kind != deliberation.HearingKind || p.Status.Stage != deliberation.HearingPlanning || p.Matter.ChoiceReason == "" {
		t.Errorf("started %+v", p.Process)
	}
	if r := newVisit(t).signedIn("resident").get("/hearings/new"); r.Code != http.StatusForbidden {
		t.Errorf("a resident begins it: %d", r.Code)
	}
}

// asksForHearing has the case of the town wait for a hearing.
func (h *hall) asksForHearing() {
	p := h.town.processes[process]
	p.Matter.Affected = deliberation.AffectsSome
	p.Status.Asked = &deliberation.AskedHearing{Rule: deliberation.ForumRule{Affected: deliberation.AffectsSome, Body: deliberation.HearingMeeting, Basis: basis}}
	h.town.processes[process] = p
}

func TestAMatterThatAskedForAHearingLearnsOfIt(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	v.h.asksForHearing()
	doc := v.page("/processes/p1", http.StatusOK)
	if doc.Find("#asked-hearing a[href='/hearings/new?for=p1']").Length() != 1 {
		t.Fatalf("the case does not lead to the start: %s", doc.Find("#asked-hearing").Text())
	}
	form := formOf(v.page("/hearings/new?for=p1", http.StatusOK).Find("form[action='/hearings/new']"))
	if form.Get("for") != "p1" || form.Get("form") != "hearing" || form.Get("title") == "" {
		t.Errorf("the form is not filled in: %v", form)
	}
	if r := v.post("/hearings/new", "/hearings/new", form); r.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	last := v.h.town.acts[len(v.h.town.acts)-1]
	if last.Kind != deliberation.StartHearing || deliberation.ProcessID(last.Subject) != v.h.town.started[0] {
		t.Errorf("told %+v", last)
	}
	other := newVisit(t).signedIn("secretary")
	form = url.Values{
		"key": {"hearing-key-2"}, "for": {"p1"}, "form": {"hearing"}, "affected": {"some"}, "title": {"停车位改造"},
		"summary": {"三栋门前改停车位。"}, "category": {"environment"}, "origin": {"committee"},
	}
	if r := other.post("/hearings/new", "/hearings/new", form); r.Code != http.StatusConflict || len(other.h.town.started) != 0 {
		t.Errorf("a matter that asked for nothing: %d", r.Code)
	}
}

func TestThePlanIsEnteredByName(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	kept := v.h.hears(deliberation.HearingPlanning)
	const page = "/processes/hearing1/hearing-plan"
	if form := formOf(v.page(page, http.StatusOK).Find("form[action='" + page + "']")); form.Get("chair") != "名director" || !strings.Contains(form.Get("sides"), "有车的居民 1") {
		t.Errorf("the plan is not shown as it stands: %v", form)
	}
	doc := v.document(v.post(page, page, url.Values{"chair": {"查无此人"}, "presenter": {""}, "sides": {"住户"}, "observers": {"x"}}), http.StatusUnprocessableEntity)
	for _, field := range []string{"#chair-error", "#observers-error"} {
		if doc.Find(field).Length() != 1 {
			t.Errorf("%s is not told: %s", field, doc.Find("#problem").Text())
		}
	}
	if len(kept.plan.Sides) != 2 {
		t.Error("a plan that is wrong is kept")
	}
	const experts = "/processes/hearing1/experts"
	doc = v.document(v.post(page, experts, url.Values{"name": {"张工"}, "field": {"结构"}, "interest": {"direct"}}), http.StatusUnprocessableEntity)
	if doc.Find("#declared-error").Length() != 1 {
		t.Errorf("an interest without words is taken: %s", doc.Text())
	}
	if r := v.post(page, experts, url.Values{"name": {"张工"}, "field": {"结构"}, "interest": {"direct"}, "declared": {"承建单位股东"}}); r.Code != http.StatusSeeOther || len(kept.experts) != 1 {
		t.Errorf("%d, %v", r.Code, kept.experts)
	}
	if text := v.page(page, http.StatusOK).Text(); !strings.Contains(text, "有直接利害关系（回避）") {
		t.Errorf("the page does not say that the expert is excluded: %s", text)
	}
	if r := v.signedIn("resident").get(page); r.Code != http.StatusForbidden {
		t.Errorf("a resident plans: %d", r.Code)
	}
}

func TestSomebodySignsUpWithAPhone(t *testing.T) {
	v := newVisit(t).signedIn("resident")
	kept := v.h.hears(deliberation.HearingSignUp)
	const page = "/processes/hearing1/sign-up"
	html := v.get(page).Body.String()
	if strings.Contains(html, "<b>一楼住户</b>") || !strings.Contains(html, "&lt;b&gt;一楼住户") {
		t.Error("markup in a side's name is not shown as text")
	}
	doc := v.document(v.post(page, page, url.Values{"step": {"sign-up"}}), http.StatusUnprocessableEntity)
	if doc.Find("#side-error").Length() != 1 {
		t.Errorf("no side: %s", doc.Text())
	}
	if r := v.post(page, page, url.Values{"step": {"sign-up"}, "side": {"A"}, "needs": {"手语"}}); r.Code != http.StatusSeeOther || len(kept.signUps) != 1 || kept.signUps[0].Needs != "手语" {
		t.Fatalf("%d: %v", r.Code, kept.signUps)
	}
	for side, want := range map[string]string{"A": "已经办理过了", "B": "已经为另一方报名"} {
		doc := v.document(v.post(page, page, url.Values{"step": {"sign-up"}, "side": {side}}), http.StatusConflict)
		if !strings.Contains(doc.Find("#problem").Text(), want) || !strings.Contains(doc.Find("#problem").Text(), "决策程序暂行条例") {
			t.Errorf("%s: %s", side, doc.Find("#problem").Text())
		}
	}
	if text := v.page(page, http.StatusOK).Text(); !strings.Contains(text, "您已报名：1号，A 有车的居民") {
		t.Errorf("the number is not shown: %s", text)
	}
	if text := v.page("/processes/hearing1/hearing", http.StatusOK).Text(); strings.Contains(text, "手语") {
		t.Error("the announcement tells somebody's needs")
	}
	if r := v.post(page, page, url.Values{"step": {"withdraw"}}); r.Code != http.StatusSeeOther || len(kept.signUps) != 0 {
		t.Errorf("%d: %v", r.Code, kept.signUps)
	}
	v.h.hears(deliberation.HearingPlanning)
	if r := v.h.as("resident", "POST", "/api/v1/processes/hearing1/sign-ups", map[string]any{"side": "A"}); r.status != http.StatusConflict {
		t.Errorf("before it is announced: %d", r.status)
	}
	kept = v.h.hears(deliberation.HearingSignUp)
	kept.until = civil
	if r := v.h.as("resident", "POST", "/api/v1/processes/hearing1/sign-ups", map[string]any{"side": "A"}); r.status != http.StatusUnprocessableEntity && r.status != http.StatusConflict || !strings.Contains(string(r.body), "too_late") || !strings.Contains(string(r.body), "basis") {
		t.Errorf("after the close: %d %s", r.status, r.body)
	}
	if r := v.h.as("secretary", "POST", "/api/v1/processes/hearing1/sign-ups", map[string]any{"side": "A"}); !strings.Contains(string(r.body), "on_panel") {
		t.Errorf("the presenter signs up: %s", r.body)
	}
}

func TestTheClerkEntersSignUpsAndOnlyThoseInOfficeSeeNames(t *testing.T) {
	v := newVisit(t).signedIn("clerk")
	kept := v.h.hears(deliberation.HearingSignUp)
	const page = "/processes/hearing1/sign-ups"
	form := url.Values{"person": {"名resident"}, "channel": {"phone"}, "side": {"B"}}
	if r := v.post(page, page, form); r.Code != http.StatusSeeOther || len(kept.signUps) != 1 || kept.signUps[0].Channel != deliberation.PhoneChannel || kept.signUps[0].EnteredBy != "clerk" {
		t.Fatalf("%d %s: %v", r.Code, r.Body, kept.signUps)
	}
	form.Set("person", "查无此人")
	if doc := v.document(v.post(page, page, form), http.StatusUnprocessableEntity); doc.Find("#person-error").Length() != 1 {
		t.Errorf("nobody signs up: %s", doc.Text())
	}
	if r := v.h.as("clerk", "POST", "/api/v1/processes/hearing1/sign-ups", map[string]any{"side": "B", "person": "stranger", "channel": "paper"}); r.status != http.StatusUnprocessableEntity {
		t.Errorf("somebody of another community is entered: %d", r.status)
	}
	if r := v.h.as("resident", "POST", "/api/v1/processes/hearing1/sign-ups", map[string]any{"side": "B", "person": "rep", "channel": "phone"}); r.status != http.StatusForbidden {
		t.Errorf("a resident signs another up: %d", r.status)
	}
	if r := v.signedIn("resident").get(page); r.Code != http.StatusForbidden {
		t.Errorf("a resident reads who signed up: %d", r.Code)
	}
}

// The page of the draw has all that it takes to do it again, and nobody's name.
func TestTheDrawIsShownWithItsProof(t *testing.T) {
	v := newVisit(t).signedIn("resident")
	kept := v.h.hears(deliberation.HearingSignUp)
	for i, who := range []deliberation.PersonID{"resident", "rep", "clerk"} {
		kept.signUps = append(kept.signUps, deliberation.SignUp{Number: i + 1, Side: "A", Person: deliberation.Person{ID: who}})
	}
	if text := v.page("/processes/hearing1/draw", http.StatusOK).Text(); !strings.Contains(text, "报名截止后公布") || strings.Contains(text, "1 A") {
		t.Errorf("before the close: %s", text)
	}
	seed := []byte(strings.Repeat("s", deliberation.SeedBytes))
	list, _ := kept.SignUpNumbers(t.Context(), heard)
	drawn := deliberation.DrawnData{
		Commitment: deliberation.CommitmentOf(seed), Seed: hex.EncodeToString(seed), SignedUp: 3, ListSHA256: deliberation.SignUpsSHA256(list),
		Sides: deliberation.Draw(seed, kept.plan.Count(nil).Sides, list),
	}
	v.h.hears(deliberation.HearingList, func(p *deliberation.Proceeding) { p.Status.Hearing.Drawn = &drawn })
	text := v.page("/processes/hearing1/draw", http.StatusOK).Text()
	for _, said := range []string{drawn.Seed, drawn.Commitment, "1 A", "（缺2人）", "hashlib.sha256", fmt.Sprint(drawn.Sides[0].Chosen[0])} {
		if !strings.Contains(text, said) {
			t.Errorf("the page does not say %s: %s", said, text)
		}
	}
	if strings.Contains(text, "名rep") {
		t.Error("the proof names somebody")
	}
	r := v.h.as("resident", "GET", "/api/v1/processes/hearing1/draw", nil)
	if r.status != http.StatusOK || !strings.Contains(string(r.body), drawn.Seed) {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestStatementsAreTakenShownAsTextAndDisposedOf(t *testing.T) {
	v := newVisit(t).signedIn("resident")
	kept := v.h.hears(deliberation.HearingSitting)
	const page = "/processes/hearing1/statements"
	said := url.Values{"key": {"statement-key-1"}, "kind": {"written"}, "text": {"请留<script>alert(1)</script>轮椅通道"}}
	if r := v.post(page, page, said); r.Code != http.StatusForbidden && r.Code != http.StatusConflict {
		t.Errorf("who was not chosen speaks: %d", r.Code)
	}
	kept.signUps = []deliberation.SignUp{{Number: 1, Side: "A", Person: deliberation.Person{ID: "resident"}, Chosen: true}}
	for range 2 { // sent twice is said once
		if r := v.post(page, page, said); r.Code != http.StatusSeeOther {
			t.Fatalf("%d: %s", r.Code, r.Body)
		}
	}
	if len(kept.said) != 1 {
		t.Fatalf("%d statements", len(kept.said))
	}
	if html := v.get(page).Body.String(); strings.Contains(html, "<script>alert") || !strings.Contains(html, "&lt;script&gt;alert(1)") {
		t.Error("markup is not shown as text")
	}
	long := url.Values{"key": {"statement-key-2"}, "kind": {"question"}, "text": {strings.Repeat("长", 4001)}}
	doc := v.document(v.post(page, page, long), http.StatusUnprocessableEntity)
	if doc.Find("#text-error").Length() != 1 || len(doc.Find("#text").Text()) < 4000 {
		t.Error("a statement that is too long is not told, or is lost")
	}
	r := v.h.as("resident", "POST", "/api/v1/processes/hearing1/statements", map[string]any{"kind": "written", "text": strings.Repeat("a", 1<<20)})
	if r.status != http.StatusRequestEntityTooLarge && r.status != http.StatusUnprocessableEntity || len(kept.said) != 1 {
		t.Errorf("a megabyte: %d", r.status)
	}
	if r := v.h.as("resident", "POST", "/api/v1/processes/hearing1/statements", map[string]any{"kind": "spoken", "text": "我说过"}); r.status != http.StatusUnprocessableEntity {
		t.Errorf("somebody writes down what they said themselves: %d", r.status)
	}
	if r := v.h.as("clerk", "POST", "/api/v1/processes/hearing1/statements", map[string]any{"kind": "question", "text": "谁出钱？", "person": "resident"}); r.status != http.StatusOK || len(kept.said) != 2 {
		t.Errorf("the clerk writes a question down: %d %s", r.status, r.body)
	}
	kept.experts = []deliberation.Expert{{ID: "x1", Name: "张工", Interest: deliberation.DirectInterest}}
	if r := v.h.as("clerk", "POST", "/api/v1/processes/hearing1/statements", map[string]any{"kind": "expert", "text": "可行", "expert": "x1", "finding": "feasible"}); !strings.Contains(string(r.body), "direct_interest") || !strings.Contains(string(r.body), "第二十条") {
		t.Errorf("an expert with an interest: %s", r.body)
	}

	id := kept.said[0].ID
	dispose := page + "/" + id
	director := v.signedIn("director")
	form := url.Values{"disposition-" + id: {"answered"}, "text-" + id: {"已留通道。"}}
	if doc := director.document(director.post(page, dispose, form), http.StatusUnprocessableEntity); doc.Find("#disposition-"+id+"-error").Length() != 1 {
		t.Errorf("a statement is no question: %s", doc.Find("#problem").Text())
	}
	form.Set("disposition-"+id, "adopted")
	if r := director.post(page, dispose, form); r.Code != http.StatusSeeOther || kept.said[0].Disposition != deliberation.StatementAdopted {
		t.Errorf("%d: %+v", r.Code, kept.said[0])
	}
	if text := director.page(page, http.StatusOK).Text(); !strings.Contains(text, "采纳") || !strings.Contains(text, "已留通道。") {
		t.Errorf("the disposition is not shown: %s", text)
	}
	if r := v.h.as("resident", "POST", "/api/v1"+dispose+"/disposition", map[string]any{"disposition": "adopted", "text": "好"}); r.status != http.StatusForbidden {
		t.Errorf("a resident disposes: %d", r.status)
	}
}

// Who said what is for those in office and the person; others see the side.
func TestOthersSeeTheSideOfWhoSpoke(t *testing.T) {
	v := newVisit(t).signedIn("resident")
	kept := v.h.hears(deliberation.HearingReporting)
	kept.said = []deliberation.Statement{{ID: "st1", Number: 1, Kind: deliberation.SpokenStatement, Person: "rep", Side: "A", Text: "同意", At: civil}}
	if text := v.page("/processes/hearing1/statements", http.StatusOK).Text(); strings.Contains(text, "名rep") || !strings.Contains(text, "A 有车的居民") {
		t.Errorf("%s", text)
	}
	if text := v.signedIn("director").page("/processes/hearing1/statements", http.StatusOK).Text(); !strings.Contains(text, "名rep") {
		t.Errorf("%s", text)
	}
}

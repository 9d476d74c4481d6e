package server

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/yishi-project/yishi/deliberation"
)

func documentOf(t *testing.T, r *httptest.ResponseRecorder) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(bytes.NewReader(r.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// stranger is somebody else's browser at the same server.
func (v visit) stranger() visit { return visit{&browser{h: v.h, cookies: map[string]*http.Cookie{}}} }

func (h *hall) box() *boxHere { return h.OpinionBox.(*boxHere) }

func TestTheBoxAsksToSignInWhereNoneIsTakenWithoutAnAccount(t *testing.T) {
	v := newVisit(t)
	v.h.box().open[home] = false
	doc := v.page("/opinion-box?community=c1", http.StatusOK)
	if doc.Find("#put-in").Length() != 0 || !strings.Contains(doc.Text(), "请先登录") {
		t.Errorf("it offers the form: %s", doc.Find("main").Text())
	}
	if r := v.post("/opinion-box?community=c1", "/opinion-box", url.Values{"key": {"box-key-1"}, "community": {"c1"}, "text": {"问一问"}}); r.Code != http.StatusUnauthorized {
		t.Errorf("taken without an account: %d", r.Code)
	}
	if n := len(v.h.box().of(home)); n != 1 {
		t.Errorf("%d are in the box", n)
	}
}

func TestAnOpinionIsPutInAndFoundByItsNumber(t *testing.T) {
	v := newVisit(t)
	form := formOf(v.page("/opinion-box?community=c1", http.StatusOK).Find("#put-in"))
	form.Set("text", "<script>alert(1)</script><b>灯坏了</b>")
	r := v.post("/opinion-box?community=c1", "/opinion-box", form)
	doc := documentOf(t, r)
	number := doc.Find("#number").Text()
	if r.Code != http.StatusOK || len(number) < 12 || strings.Contains(r.Header().Get("Location"), number) {
		t.Fatalf("%d, number %q", r.Code, number)
	}
	if again := documentOf(t, v.post("/opinion-box?community=c1", "/opinion-box", form)).Find("#number").Text(); again != number {
		t.Errorf("the same form again: %q, not %q", again, number)
	}
	form.Set("key", "another-key-1")
	if r := v.post("/opinion-box?community=c1", "/opinion-box", form); r.Code != http.StatusTooManyRequests || !strings.Contains(r.Body.String(), "灯坏了") {
		t.Errorf("twice in a minute: %d, and what was typed is lost", r.Code)
	}
	found := v.post("/opinion-box?community=c1", "/opinion-box/number", url.Values{"number": {number}})
	if found.Code != http.StatusOK || strings.Contains(found.Body.String(), "<script>alert") || !strings.Contains(found.Body.String(), "&lt;b&gt;灯坏了") || !strings.Contains(found.Body.String(), "等待答复") {
		t.Errorf("%d: %s", found.Code, found.Body)
	}
	if r := v.post("/opinion-box?community=c1", "/opinion-box/number", url.Values{"number": {"AAAA-AAAA-AAAA"}}); r.Code != http.StatusNotFound {
		t.Errorf("a guessed number: %d", r.Code)
	}
}

func TestWhatIsTooLongOrEmptyIsNotTaken(t *testing.T) {
	v := newVisit(t)
	for want, text := range map[int]string{
		http.StatusUnprocessableEntity: strings.Repeat("长", deliberation.MaxBoxText+1), http.StatusRequestEntityTooLarge: strings.Repeat("x", 3<<20),
	} {
		if r := v.post("/opinion-box?community=c1", "/opinion-box", url.Values{"key": {"box-key-1"}, "community": {"c1"}, "text": {text}}); r.Code != want {
			t.Errorf("%d bytes: %d, want %d", len(text), r.Code, want)
		}
	}
	for _, wrong := range []url.Values{
		{"key": {"box-key-1"}, "community": {"c1"}, "text": {" "}}, {"key": {"box-key-1"}, "community": {"c1"}, "text": {strings.Repeat("x", 1<<20)}},
		{"key": {"box-key-1"}, "community": {"c1"}, "text": {"问"}, "category": {"gossip"}}, {"key": {"short"}, "community": {"c1"}, "text": {"问"}},
		{"key": {"box-key-1"}, "community": {"nowhere"}, "text": {"问"}},
	} {
		if r := v.post("/opinion-box?community=c1", "/opinion-box", wrong); r.Code < 400 || r.Code >= 500 {
			t.Errorf("%.40v: %d", wrong, r.Code)
		}
	}
	if n := len(v.h.box().of(home)); n != 1 {
		t.Errorf("%d are in the box", n)
	}
}

func TestAnOpinionIsAnsweredOnceAndShownWhereItMayBe(t *testing.T) {
	v := newVisit(t).signedIn("clerk")
	v.h.box().list[0].Publish = true
	v.h.box().list[0].Given = civil.AddDate(0, 0, -20)
	const path = "/opinion-box/opinions/o1"
	if text := v.page("/opinion-box/queue", http.StatusOK).Text(); !strings.Contains(text, "路灯不亮") || !strings.Contains(text, "逾期 5 天") || strings.Contains(text, "远方的意见") {
		t.Errorf("the queue: %s", text)
	}
	if r := v.post(path, path+"/answer", url.Values{"outcome": {"answered"}, "text": {" "}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("an answer without a word: %d", r.Code)
	}
	if r := v.post(path, path+"/answer", url.Values{"outcome": {"process"}, "text": {"已办"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a process by word alone: %d", r.Code)
	}
	if r := v.post(path, path+"/answer", url.Values{"outcome": {"answered"}, "text": {"已报修"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	if r := v.post(path, path+"/answer", url.Values{"outcome": {"abuse"}, "text": {"又一次"}}); r.Code != http.StatusConflict {
		t.Errorf("answered twice: %d", r.Code)
	}
	if text := v.stranger().page("/board?community=c1", http.StatusOK).Text(); !strings.Contains(text, "已报修") || strings.Contains(text, "名rep") {
		t.Errorf("the board: %s", text)
	}
	if r := v.get("/opinion-box/opinions/o2"); r.Code != http.StatusNotFound {
		t.Errorf("another community's: %d", r.Code)
	}
}

func TestNobodyAnswersTheirOwnAndResidentsReadNoQueue(t *testing.T) {
	v := newVisit(t).signedIn("clerk")
	v.h.box().list[0].Person = "clerk"
	if r := v.post("/opinion-box/queue", "/opinion-box/opinions/o1/answer", url.Values{"outcome": {"answered"}, "text": {"好"}}); r.Code != http.StatusForbidden {
		t.Errorf("their own: %d", r.Code)
	}
	for _, path := range []string{"/opinion-box/queue", "/opinion-box/opinions/o1"} {
		if r := newVisit(t).signedIn("resident").get(path); r.Code != http.StatusForbidden {
			t.Errorf("a resident at %s: %d", path, r.Code)
		}
	}
}

func TestAbuseIsKeptAndShownNoMore(t *testing.T) {
	v := newVisit(t).signedIn("clerk")
	v.h.box().list[0].Publish = true
	const path = "/opinion-box/opinions/o1"
	if r := v.post(path, path+"/answer", url.Values{"outcome": {"abuse"}, "text": {"骂人"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	if text := v.page(path, http.StatusOK).Text(); !strings.Contains(text, "路灯不亮") {
		t.Error("those who answer cannot read it any more")
	}
	if text := v.stranger().page("/board?community=c1", http.StatusOK).Text(); strings.Contains(text, "路灯不亮") {
		t.Error("it hangs on the board")
	}
	v.h.box().numbers["SOME-NUMBER"] = "o1"
	if r := v.post("/opinion-box", "/opinion-box/number", url.Values{"number": {"SOME-NUMBER"}}); strings.Contains(r.Body.String(), "路灯不亮") || !strings.Contains(r.Body.String(), "骂人") {
		t.Errorf("by its number: %s", r.Body)
	}
}

func TestAProcessIsStartedForAnOpinion(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	doc := v.page("/processes/new?opinion=o1", http.StatusOK)
	if doc.Find("input[name=opinion]").AttrOr("value", "") != "o1" || !strings.Contains(doc.Find("textarea[name=summary]").Text(), "路灯不亮") {
		t.Fatalf("the form is not filled in: %s", doc.Find("form").Text())
	}
	matter := map[string]any{"title": "换路灯", "summary": "路灯不亮", "category": "environment", "affected": "all", "origin": "committee", "form": "conference", "budget_fen": 100, "authorisation": "2026年居民会议授权", "opinion": "o1"}
	session := v.h.enter("secretary")
	start := func(m map[string]any) response {
		return v.h.ask("POST", "/api/v1/processes", m, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+session) })
	}
	r := start(matter)
	if r.status != http.StatusCreated {
		t.Fatalf("%d %s", r.status, r.body)
	}
	id := v.h.town.started[len(v.h.town.started)-1]
	if o := v.h.box().list[0]; o.Outcome != deliberation.BoxProcess || o.Process != id {
		t.Errorf("the opinion does not lead to it: %+v", o)
	}
	if doc := v.page("/processes/"+string(id), http.StatusOK); doc.Find("#from-opinion a[href='/opinion-box/opinions/o1']").Length() != 1 {
		t.Error("the process does not lead back")
	}
	if r := start(matter); r.status != http.StatusConflict {
		t.Errorf("a second process for it: %d %s", r.status, r.body)
	}
	matter["opinion"] = "o2"
	if r := start(matter); r.status != http.StatusUnprocessableEntity {
		t.Errorf("for another community's: %d %s", r.status, r.body)
	}
}

func TestTheBoxOfTheAPI(t *testing.T) {
	v := newVisit(t)
	r := v.h.ask("POST", "/api/v1/communities/c1/opinion-box", map[string]any{"text": "问一问"}, nil)
	if r.status != http.StatusCreated {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := v.h.ask("POST", "/api/v1/communities/c1/opinion-box", map[string]any{"text": "再问"}, nil); r.status != http.StatusTooManyRequests {
		t.Errorf("twice in a minute: %d", r.status)
	}
	found := v.h.ask("POST", "/api/v1/opinion-box/number", map[string]any{"number": r.json(t)["number"]}, nil)
	if found.status != http.StatusOK || found.json(t)["text"] != "问一问" || found.json(t)["late"] != nil && found.json(t)["late"] != 0.0 {
		t.Errorf("%d %s", found.status, found.body)
	}
	if r := v.h.ask("POST", "/api/v1/communities/c1/opinion-box", map[string]any{"text": strings.Repeat("x", 1<<20)}, nil); r.status != http.StatusUnprocessableEntity {
		t.Errorf("a megabyte: %d", r.status)
	}
	if r := v.h.ask("POST", "/api/v1/communities/c2/opinion-box", map[string]any{"text": "问"}, nil); r.status != http.StatusUnauthorized {
		t.Errorf("where an account is needed: %d", r.status)
	}
}

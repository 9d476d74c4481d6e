package server

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	goqr "github.com/piglig/go-qr"

	"github.com/yishi-project/yishi/deliberation"
)

// visit is a browser with somebody before it.
type visit struct{ *browser }

// newVisit gives the town ids as the workflows make them, and opens a browser.
func newVisit(t *testing.T) visit {
	t.Helper()
	b := newBrowser(t)
	w := b.h.town
	p := w.processes[process]
	p.Meetings[0].ID, p.Postings[0].ID, p.Objections[0].Posting = "p1.m1", "p1.b1", "p1.b1"
	p.Polls = []deliberation.Poll{w.polls["b1"].poll}
	p.Polls[0].Meeting = "p1.m1"
	p.Status.Waiting.For = "votes"
	p.Status.Open = append(p.Status.Open,
		deliberation.OpenAct{Kind: deliberation.Withdraw}, deliberation.OpenAct{Kind: deliberation.ProvePosting}, deliberation.OpenAct{Kind: deliberation.Acknowledge},
		deliberation.OpenAct{Kind: deliberation.AnswerObjection, Subject: "x1"}, deliberation.OpenAct{Kind: deliberation.ClosePoll}, deliberation.OpenAct{Kind: deliberation.Object})
	w.processes[process] = p
	w.roll["p1.m1"] = w.roll["m1"]
	return visit{b}
}

func (v visit) signedIn(who deliberation.PersonID) visit {
	v.h.t.Helper()
	token := "page-" + string(who)
	v.h.town.links[token] = who
	if r := v.post("/sign-in/"+token, "/sign-in/"+token, nil); r.Code != http.StatusSeeOther {
		v.h.t.Fatalf("sign-in of %s: %d", who, r.Code)
	}
	return v
}

func (v visit) get(path string) *httptest.ResponseRecorder {
	return v.send(http.MethodGet, path, nil, nil)
}

func (v visit) page(path string, status int) *goquery.Document {
	v.h.t.Helper()
	return v.document(v.get(path), status)
}

func (v visit) document(r *httptest.ResponseRecorder, status int) *goquery.Document {
	v.h.t.Helper()
	if r.Code != status {
		v.h.t.Fatalf("status %d, want %d: %s", r.Code, status, r.Body)
	}
	doc, err := goquery.NewDocumentFromReader(r.Body)
	if err != nil {
		v.h.t.Fatal(err)
	}
	return doc
}

// post sends a form with the token of the page that holds it.
func (v visit) post(from, to string, form url.Values) *httptest.ResponseRecorder {
	v.h.t.Helper()
	doc, err := goquery.NewDocumentFromReader(v.get(from).Body)
	if err != nil {
		v.h.t.Fatal(err)
	}
	filled := url.Values{"_csrf": {doc.Find("input[name=_csrf]").First().AttrOr("value", "")}}
	for k, s := range form {
		filled[k] = s
	}
	return v.send(http.MethodPost, to, filled, nil)
}

// fields gives what a form of a page would send as it stands.
func formOf(form *goquery.Selection) url.Values {
	out := url.Values{}
	form.Find("input, textarea, select").Each(func(_ int, s *goquery.Selection) {
		name := s.AttrOr("name", "")
		switch kind := s.AttrOr("type", ""); {
		case name == "" || kind == "file":
		case kind == "radio" || kind == "checkbox":
			if _, on := s.Attr("checked"); on {
				out.Set(name, s.AttrOr("value", ""))
			}
		case goquery.NodeName(s) == "textarea":
			out.Set(name, s.Text())
		case goquery.NodeName(s) == "select":
			out.Set(name, s.Find("option[selected]").AttrOr("value", ""))
		default:
			out.Set(name, s.AttrOr("value", ""))
		}
	})
	return out
}

func with(form url.Values, pairs ...string) url.Values {
	for i := 0; i+1 < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	return form
}

func TestEveryPageAnswersEverybody(t *testing.T) {
	fill := strings.NewReplacer(":process", "p1", ":posting", "p1.b1", ":token", "page-rep", ":act", "propose", ":form", "1", ":meeting", "p1.m1", ":poll", "b1", ":paper", "posted", "/*", "/none.css")
	for _, who := range []deliberation.PersonID{"", "secretary", "rep", "supervisor", "resident", "operator", "stranger"} {
		v := newVisit(t)
		if who != "" {
			v.signedIn(who)
		}
		for route := range pageRoutes {
			method, path, _ := strings.Cut(route, " ")
			if method != http.MethodGet {
				continue
			}
			r := v.get(fill.Replace(path))
			if r.Code >= http.StatusInternalServerError {
				t.Errorf("%s for %q: %d", route, who, r.Code)
			}
			if who == "stranger" && strings.Contains(path, ":process") && r.Code == http.StatusOK {
				t.Errorf("%s shows another community's case", route)
			}
			if who == "" && r.Code == http.StatusOK && strings.Contains(r.Body.String(), "名rep") && !strings.Contains(path, ":token") {
				t.Errorf("%s shows a name to who is not signed in", route)
			}
		}
	}
}

func TestOpeningALinkDoesNotUseItUp(t *testing.T) {
	v := newVisit(t)
	v.h.town.links["once"] = "rep"
	for range 3 {
		if doc := v.page("/sign-in/once", http.StatusOK); !strings.Contains(doc.Find("h1").Text(), "名rep") {
			t.Error("the page does not ask for the name")
		}
	}
	if r := v.post("/sign-in/once", "/sign-in/once", nil); r.Code != http.StatusSeeOther || r.Header().Get("Location") != "/today" {
		t.Fatalf("%d %s", r.Code, r.Header().Get("Location"))
	}
	if doc := v.page("/today", http.StatusOK); !strings.Contains(doc.Find(".top-who").Text(), "名rep") {
		t.Error("not signed in")
	}
	if r := v.post("/board", "/sign-in/once", nil); r.Code < 400 || r.Code >= 500 {
		t.Errorf("a used link gives %d", r.Code)
	}
	if r := v.post("/today", "/sign-out", nil); r.Code != http.StatusSeeOther {
		t.Errorf("signing out gives %d", r.Code)
	}
	if doc := v.page("/today", http.StatusUnauthorized); doc.Find("h1").Length() != 1 {
		t.Error("no page says how to sign in")
	}
}

func startValues() url.Values {
	return url.Values{
		"title": {"换路灯"}, "summary": {"把旧路灯换成新的"}, "affected": {"all"}, "category": {"environment"}, "origin": {"party_organisation"},
		"budget_fen": {"386,500.5"}, "form": {"assembly"},
	}
}

func TestStartingKeepsWhatWasTyped(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	form := with(startValues(), "title", "", "budget_fen", "很多", "signers", "-1")
	doc := v.document(v.post("/processes/new", "/processes/new", form), http.StatusUnprocessableEntity)
	for _, field := range []string{"title", "budget_fen", "signers"} {
		if doc.Find("#problem a[href='#"+field+"']").Length() != 1 || doc.Find("#"+field+"-error").Length() != 1 {
			t.Errorf("%s is not said to be wrong", field)
		}
	}
	if got := formOf(doc.Find("form[action='/processes/new']")); got.Get("budget_fen") != "很多" || got.Get("summary") != "把旧路灯换成新的" || got.Get("affected") != "all" || got.Get("category") != "environment" {
		t.Errorf("lost: %v", got)
	}
	if len(v.h.town.started) != 0 {
		t.Error("something was started")
	}
}

func TestStartingShowsTheCalendarFirst(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	doc := v.document(v.post("/processes/new", "/processes/new", startValues()), http.StatusOK)
	if len(v.h.town.started) != 0 {
		t.Fatal("started without a confirmation")
	}
	if doc.Find("table.plan tbody tr").Length() < 8 || !strings.Contains(doc.Text(), v.h.town.packs[0].Hash) {
		t.Error("no calendar, or no rule pack named")
	}
	review := formOf(doc.Find("form[action='/processes/new']"))
	again := v.document(v.post("/processes/new", "/processes/new", with(review, "step", "edit")), http.StatusOK)
	if got := formOf(again.Find("form[action='/processes/new']")); got.Get("title") != "换路灯" || got.Get("form") != "assembly" {
		t.Errorf("lost on the way back: %v", got)
	}
	r := v.post("/processes/new", "/processes/new", with(review, "step", "start"))
	if r.Code != http.StatusSeeOther || len(v.h.town.started) != 1 {
		t.Fatalf("%d, started %d", r.Code, len(v.h.town.started))
	}
	p := v.h.town.processes[v.h.town.started[0]]
	if p.Matter.BudgetFen != 38650050 || p.Matter.Title != "换路灯" || p.Matter.Form != deliberation.Assembly {
		t.Errorf("started %+v", p.Matter)
	}
	if doc := v.page(r.Header().Get("Location"), http.StatusOK); doc.Find(".govuk-notification-banner").Length() != 1 {
		t.Error("the process page does not say that it was started")
	}
}

func TestAmountsAreReadAsPeopleWriteThem(t *testing.T) {
	for s, want := range map[string]int64{"": 0, "0": 0, "12": 1200, "12.5": 1250, "1,234.56": 123456, "１２．５": 1250, "1\uff0c000": 100000} {
		var f fields
		if got := f.yuan("x", s); got != want || len(f) > 0 {
			t.Errorf("%q: %d %v", s, got, f)
		}
	}
	for _, s := range []string{"-1", "+1", "1.234", "1e3", ".5", "abc", "1.-5", "99999999999999999999"} {
		var f fields
		if got := f.yuan("x", s); len(f) != 1 {
			t.Errorf("%q was read as %d", s, got)
		}
	}
}

func TestAnActThatCannotBeUndoneIsShownOnceMore(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	const path = "/processes/p1/acts/withdraw"
	doc := v.page(path, http.StatusOK)
	form := with(formOf(doc.Find("form[action='"+path+"']")), "text", "居民意见太大")
	confirm := v.document(v.post(path, path, form), http.StatusOK)
	if len(v.h.town.acts) != 0 {
		t.Fatal("done without a confirmation")
	}
	if !strings.Contains(confirm.Find("main").Text(), "居民意见太大") || confirm.Find(".govuk-warning-text").Length() != 1 {
		t.Error("the page does not show what will be done")
	}
	shown := formOf(confirm.Find("form[action='" + path + "']"))
	again := v.document(v.post(path, path, with(shown, "step", "edit")), http.StatusOK)
	if again.Find("#text").Text() != "居民意见太大" {
		t.Error("the text is lost on the way back")
	}
	if r := v.post(path, path, with(shown, "step", "do")); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if len(v.h.town.acts) != 1 || v.h.town.acts[0].Kind != deliberation.Withdraw || v.h.town.acts[0].Paper.IsZero() {
		t.Errorf("acts %+v", v.h.town.acts)
	}
}

func TestARefusalIsShownBesideWhatWasTyped(t *testing.T) {
	v := newVisit(t).signedIn("director")
	const path = "/processes/p1/acts/convene"
	v.h.town.failWith = &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Earliest: civil.AddDate(0, 0, 3), Days: 3, Basis: &basis}
	form := with(formOf(v.page(path, http.StatusOK).Find("form[action='"+path+"']")), "date", "2026-12-03", "time", "09:30", "place", "活动室", "text", "议题")
	before := form.Get("key")
	r := v.post(path, path, form)
	doc := v.document(r, v.h.problemOf(v.h.town.failWith, "zh").Status)
	if doc.Find("#problem[role=alert]").Length() != 1 || !strings.Contains(doc.Find("#problem").Text(), "第二十九条") {
		t.Error("the refusal is not said with its source")
	}
	got := formOf(doc.Find("form[action='" + path + "']"))
	if got.Get("date") != "2026-12-03" || got.Get("time") != "09:30" || got.Get("place") != "活动室" || got.Get("text") != "议题" {
		t.Errorf("lost: %v", got)
	}
	if got.Get("key") == before {
		t.Error("what was refused would be sent again under the same key")
	}
	v.h.town.failWith = deliberation.Refuse(deliberation.RefuseUnavailable)
	doc = v.document(v.post(path, path, form), http.StatusServiceUnavailable)
	if got := formOf(doc.Find("form[action='" + path + "']")); got.Get("key") != before {
		t.Error("what may have been done would be sent again under another key")
	}
	v.h.town.failWith = nil
	doc = v.document(v.post(path, path, with(form, "date", "2026-02-30")), http.StatusUnprocessableEntity)
	if doc.Find("#problem a[href='#date']").Length() != 1 || doc.Find("#date-error").Length() != 1 {
		t.Error("a day that does not exist is not said to be wrong")
	}
	if r := v.post(path, path, with(form, "date", "2026-12-08")); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if at := v.h.town.acts[len(v.h.town.acts)-1].At; !at.Equal(time.Date(2026, 12, 8, 9, 30, 0, 0, deliberation.Shanghai)) {
		t.Errorf("convened for %s", at)
	}
}

func TestPhotoOfTheBoard(t *testing.T) {
	v := newVisit(t).signedIn("director")
	const path = "/processes/p1/acts/prove_posting"
	form := formOf(v.page(path, http.StatusOK).Find("form[action='" + path + "']"))
	send := func(content string) *httptest.ResponseRecorder {
		var b bytes.Buffer
		w := multipart.NewWriter(&b)
		for k := range form {
			if err := w.WriteField(k, form.Get(k)); err != nil {
				t.Fatal(err)
			}
		}
		part, err := w.CreateFormFile("photo", "board.png")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(part, content); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return v.send(http.MethodPost, path, nil, func(r *http.Request) {
			r.Header.Set("Content-Type", w.FormDataContentType())
			r.Body, r.ContentLength = io.NopCloser(&b), int64(b.Len())
		})
	}
	if doc := v.document(send("GIF89a"), http.StatusUnprocessableEntity); doc.Find("#photo-error").Length() != 1 {
		t.Error("what is no photo is taken")
	}
	if r := send("\x89PNG\r\n\x1a\nrest"); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if a := v.h.town.acts[len(v.h.town.acts)-1]; a.Kind != deliberation.ProvePosting || a.Paper.IsZero() {
		t.Errorf("act %+v", a)
	}
}

func TestVotingByPhone(t *testing.T) {
	v := newVisit(t).signedIn("rep")
	if doc := v.page("/today", http.StatusOK); doc.Find(".card.next a[href='/polls/b1']").Length() != 1 {
		t.Error("today does not lead to the vote")
	}
	form := formOf(v.page("/polls/b1", http.StatusOK).Find("form.choices"))
	if form.Get("choice") != "" {
		t.Error("a choice is made before the voter makes one")
	}
	doc := v.document(v.post("/polls/b1", "/polls/b1", with(form, "step", "check")), http.StatusUnprocessableEntity)
	if doc.Find("#choice-error").Length() != 1 {
		t.Error("no choice made, and nothing said")
	}
	check := v.document(v.post("/polls/b1", "/polls/b1", with(form, "step", "check", "choice", "no")), http.StatusOK)
	if len(v.h.town.polls["b1"].ballots) != 0 || !strings.Contains(check.Find(".big-choice").Text(), "反对") {
		t.Fatal("cast without a check, or the check shows something else")
	}
	ballot := with(formOf(check.Find("form[action='/polls/b1']")), "step", "cast")
	if otherwise := v.document(v.post("/polls/b1", "/polls/b1", with(form, "step", "check", "choice", "yes")), http.StatusOK); formOf(otherwise.Find("form[action='/polls/b1']")).Get("key") == ballot.Get("key") {
		t.Error("two choices are confirmed under one key: the second would get the receipt of the first")
	}
	for range 2 { // a page that is loaded again is the same ballot
		receipt := v.document(v.post("/polls/b1", "/polls/b1", ballot), http.StatusOK)
		if receipt.Find(".code").Text() != "CODE-rep" {
			t.Errorf("receipt: %s", receipt.Find("main").Text())
		}
	}
	if got := v.h.town.polls["b1"].ballots["rep"].Choice; got != deliberation.No {
		t.Errorf("cast %q", got)
	}
	if doc := v.page("/polls/b1", http.StatusOK); doc.Find("form.choices").Length() != 0 || doc.Find(".card.good").Length() != 1 {
		t.Error("who has voted is asked again")
	}
	v.page("/polls/b1/receipt", http.StatusOK)
	doc = v.document(v.post("/today", "/polls/b1", url.Values{"choice": {"yes"}, "step": {"cast"}, "key": {"another-key-1"}}), v.h.problemOf(deliberation.Refuse(deliberation.RefuseTwice), "zh").Status)
	if doc.Find("#problem").Length() != 1 {
		t.Error("a second ballot is not refused in words")
	}
	other := newVisit(t).signedIn("resident")
	if doc := other.page("/polls/b1", http.StatusOK); doc.Find("form.choices").Length() != 0 {
		t.Error("who is not on the roll is offered a ballot")
	}
	other.page("/polls/b1/receipt", http.StatusNotFound)
}

func TestCheckingIn(t *testing.T) {
	v := newVisit(t)
	p := v.h.town.processes[process]
	p.Meetings[0].Quorum = nil
	v.signedIn("rep")
	doc := v.page("/meetings/p1.m1", http.StatusOK)
	if doc.Find("form[action='/meetings/p1.m1/check-in'] input[name=person]").Length() != 0 || doc.Find("form[action='/meetings/p1.m1/check-in']").Length() != 1 {
		t.Fatal("a member sees one button, for themselves")
	}
	if !strings.Contains(doc.Find("#quorum").Text(), "应到 2 人,实到 0 人") {
		t.Errorf("quorum line: %q", doc.Find("#quorum").Text())
	}
	if r := v.post("/meetings/p1.m1", "/meetings/p1.m1/check-in", nil); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if doc := v.page("/meetings/p1.m1", http.StatusOK); doc.Find("form[action='/meetings/p1.m1/check-in']").Length() != 0 || !strings.Contains(doc.Find("#quorum").Text(), "实到 1 人") {
		t.Error("the check-in is not shown")
	}
	clerk := visit{&browser{h: v.h, cookies: map[string]*http.Cookie{}}}.signedIn("clerk")
	if doc := clerk.page("/meetings/p1.m1", http.StatusOK); doc.Find("tr.roll-line input[name=person][value=director]").Length() != 1 {
		t.Error("the clerk cannot sign in a member at the table")
	}
	if r := clerk.post("/meetings/p1.m1", "/meetings/p1.m1/check-in", url.Values{"person": {"director"}}); r.Code != http.StatusSeeOther {
		t.Errorf("%d %s", r.Code, r.Body)
	}
	ics := clerk.get("/meetings/p1.m1/calendar.ics")
	if ics.Code != http.StatusOK || !strings.Contains(ics.Body.String(), "DTSTART:"+civil.UTC().Format("20060102T150405Z")) {
		t.Errorf("calendar: %d %s", ics.Code, ics.Body)
	}
}

func TestBoardIsPublic(t *testing.T) {
	v := newVisit(t)
	if doc := v.page("/", http.StatusOK); doc.Find("a[href^='/board?community=']").Length() != len(v.h.town.communities) || doc.Find("article.notice").Length() != 0 {
		t.Error("with several communities, one is to be chosen")
	}
	if doc := v.page("/board?community="+string(home), http.StatusOK); doc.Find("article.notice a[href='/board/p1.b1']").Length() != 1 {
		t.Error("the board does not show what is posted")
	}
	v.page("/board?community=none", http.StatusNotFound)
	v.page("/board?community=%00", http.StatusNotFound)
	doc := v.page("/board/p1.b1", http.StatusOK)
	if doc.Find("#paper").Text() != "公告" || doc.Find("a[href*='/acts/object']").Length() != 0 {
		t.Error("the paper is not shown, or who is not signed in is offered to object")
	}
	r := v.get("/board/p1.b1/qr.svg")
	if r.Code != http.StatusOK || r.Header().Get("Content-Type") != "image/svg+xml" || !strings.Contains(r.Body.String(), "<svg") {
		t.Errorf("the code: %d %s", r.Code, r.Header().Get("Content-Type"))
	}
	if code, err := goqr.EncodeText("http://yishi.example/board/p1.b1", goqr.Medium); err != nil {
		t.Fatal(err)
	} else if want, err := code.ToSVGBytes(goqr.NewQrCodeImgConfig(qrScale, qrBorder, goqr.WithOptimalSVG())); err != nil || !bytes.Equal(want, r.Body.Bytes()) {
		t.Error("the code does not lead to the posting's page")
	}
	v.page("/board/p1.b9", http.StatusNotFound)
	if doc := newVisit(t).signedIn("resident").page("/board/p1.b1", http.StatusOK); doc.Find("a[href='/processes/p1/acts/object?subject=p1.b1']").Length() != 1 {
		t.Error("a resident is not led to object")
	}
}

func TestOpinionsOnThePage(t *testing.T) {
	v := newVisit(t).signedIn("resident")
	const path = "/processes/p1"
	doc := v.document(v.post(path, path+"/opinions", url.Values{"text": {"  "}, "key": {"opinion-key-1"}}), http.StatusUnprocessableEntity)
	if doc.Find("#text-error").Length() != 1 {
		t.Error("an empty opinion is not refused beside its field")
	}
	if r := v.post(path, path+"/opinions", url.Values{"text": {"留着槐树"}, "key": {"opinion-key-2"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if doc := v.page(path, http.StatusOK); !strings.Contains(doc.Find(".opinion").Text(), "留着槐树") || doc.Find("form[action$='/answer']").Length() != 0 {
		t.Error("the opinion is not shown, or a resident may answer it")
	}
	officer := visit{&browser{h: v.h, cookies: map[string]*http.Cookie{}}}.signedIn("director")
	doc = officer.document(officer.post(path, path+"/opinions/o1/answer", url.Values{"disposition-o1": {"adopted"}, "answer-o1": {""}}), http.StatusUnprocessableEntity)
	if doc.Find("#answer-o1-error").Length() != 1 || doc.Find("details[open] option[value=adopted][selected]").Length() != 1 {
		t.Error("an empty answer loses the choice or is not refused")
	}
	if r := officer.post(path, path+"/opinions/o1/answer", url.Values{"disposition-o1": {"adopted"}, "answer-o1": {"已采纳"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if doc := v.page(path, http.StatusOK); !strings.Contains(doc.Find(".opinion").Text(), "已采纳") {
		t.Error("what became of the opinion is not shown")
	}
}

func TestSupervision(t *testing.T) {
	v := newVisit(t).signedIn("supervisor")
	if doc := v.page("/supervise", http.StatusOK); doc.Find("tr.light a[href='/processes/p1/supervise']").Length() != 1 || doc.Find("tr.light .mark").Length() != 1 {
		t.Error("the overview lacks the process or its light")
	}
	doc := v.page("/processes/p1/supervise", http.StatusOK)
	for _, act := range []string{"ask", "acknowledge"} {
		if doc.Find("a[href='/processes/p1/acts/"+act+"']").Length() != 1 {
			t.Errorf("no %s", act)
		}
	}
	if doc.Find("#stage-resolution li").Length() < 3 || doc.Find("#stage-resolution .verdict").Length() != 1 {
		t.Error("the stage does not show what the rule asks and what was found")
	}
	supervised := newVisit(t).signedIn("secretary")
	if doc := supervised.page("/processes/p1/supervise", http.StatusOK); doc.Find("a[href*='/acts/']").Length() != 0 {
		t.Error("the supervised may supervise")
	}
	if r := supervised.get("/processes/p1/acts/ask"); r.Code != http.StatusForbidden {
		t.Errorf("the form of a supervisory act: %d", r.Code)
	}
}

func TestPreferences(t *testing.T) {
	v := newVisit(t)
	r := v.post("/board", "/preferences", url.Values{"size": {"elder"}, "return": {"/board"}})
	if r.Code != http.StatusSeeOther || r.Header().Get("Location") != "/board" {
		t.Fatalf("%d %s", r.Code, r.Header().Get("Location"))
	}
	v.post("/board", "/preferences", url.Values{"lang": {"en"}, "return": {"/board"}})
	if doc := v.page("/board", http.StatusOK); doc.Find("html.elder[lang=en]").Length() != 1 || !strings.Contains(doc.Find("h1").Text(), "Notice board") {
		t.Error("text size or language is not kept")
	}
	if doc := v.page("/no-such-page", http.StatusNotFound); doc.Find("html[lang=en] h1").Length() != 1 {
		t.Error("the page that says not found is not in the reader's language")
	}
	for _, to := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "", "board"} {
		if got := ownPath(to); got != "/" {
			t.Errorf("%q leads to %q", to, got)
		}
	}
	if got := ownPath("/processes/p1?done=x"); got != "/processes/p1" {
		t.Errorf("own path: %q", got)
	}
}

// processesWith are the town's cases with entries of our own.
type processesWith struct {
	Processes
	entries []deliberation.Entry
}

func (p processesWith) Entries(context.Context, deliberation.ProcessID) ([]deliberation.Entry, error) {
	return p.entries, nil
}

func TestPrintedFormsAndPapers(t *testing.T) {
	v := newVisit(t).signedIn("rep")
	for n := 1; n <= 6; n++ {
		if doc := v.page(fmt.Sprintf("/processes/p1/print/%d", n), http.StatusOK); doc.Find("article.sheet table.form-table").Length() != 1 {
			t.Errorf("form %d", n)
		}
	}
	if doc := v.page("/processes/p1/print/5", http.StatusOK); !strings.Contains(doc.Find("article.sheet").Text(), "公告") {
		t.Error("form 5 lacks what was posted")
	}
	v.page("/processes/p1/print/7", http.StatusNotFound)
	v.h.town.papers["prop"] = deliberation.Paper{PaperRef: deliberation.PaperRef{ID: "prop", Kind: deliberation.PaperProposal}, Process: process, MediaType: plainText, Content: []byte("提议正文")}
	filed := deliberation.NewFact(deliberation.FactPaper, deliberation.Soliciting, "p1", deliberation.PaperData{Paper: deliberation.PaperRef{ID: "prop", Kind: deliberation.PaperProposal}})
	v.h.Processes = processesWith{v.h.Processes, []deliberation.Entry{{Index: 1, Process: process, At: civil, Fact: filed}}}
	if doc := v.page("/processes/p1/print/1", http.StatusOK); !strings.Contains(doc.Find("article.sheet").Text(), "提议正文") {
		t.Error("form 1 lacks the proposal")
	}
	if doc := v.page("/papers/minutes", http.StatusOK); doc.Find("#paper").Text() != "记录" {
		t.Error("the minutes are not shown")
	}
	v.page("/papers/minutes/content", http.StatusNotFound) // texts are never served under a type of their own
	resident := newVisit(t).signedIn("resident")
	resident.page("/papers/hidden", http.StatusNotFound)
	public := newVisit(t)
	public.page("/papers/posted", http.StatusOK)
	public.page("/papers/minutes", http.StatusUnauthorized)
}

func TestStylesheetIsKeptByBrowsers(t *testing.T) {
	v := newVisit(t)
	path := v.page("/board", http.StatusOK).Find("link[rel=stylesheet]").AttrOr("href", "")
	r := v.send(http.MethodGet, path, nil, func(r *http.Request) { r.Header.Set("Accept-Encoding", "gzip") })
	if r.Code != http.StatusOK || r.Header().Get("Content-Encoding") != "gzip" || !strings.Contains(r.Header().Get("Cache-Control"), "immutable") || !strings.HasPrefix(r.Header().Get("Content-Type"), "text/css") {
		t.Errorf("%d %v", r.Code, r.Header())
	}
	if r := v.get("/static/other.css"); r.Code != http.StatusNotFound {
		t.Errorf("another file: %d", r.Code)
	}
}

func TestEveryPageRouteHasItsHandler(t *testing.T) {
	v := newVisit(t)
	var have []string
	for _, r := range v.h.echo.Routes() {
		have = append(have, r.Method+" "+r.Path)
	}
	for route := range pageRoutes {
		if !slices.Contains(have, route) {
			t.Errorf("%s has a row and no handler", route)
		}
	}
}

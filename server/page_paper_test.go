package server

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// onPaper makes the town's open poll one that hands out paper.
func (v visit) onPaper(state deliberation.PollState, secret bool, form deliberation.BallotForm) visit {
	b := v.h.town.polls["b1"]
	b.poll.OnPaper, b.poll.Secret, b.poll.State, b.poll.Form = true, secret, state, form
	b.poll.Meeting = "p1.m1"
	v.h.town.polls["b1"] = b
	return v
}

func (v visit) text(path string) string {
	v.h.t.Helper()
	return strings.Join(strings.Fields(v.page(path, http.StatusOK).Find("main").Text()), "")
}

func (v visit) shows(path string, want ...string) {
	v.h.t.Helper()
	text := v.text(path)
	for _, w := range want {
		if !strings.Contains(text, w) {
			v.h.t.Errorf("%s lacks %q: %s", path, w, text)
		}
	}
}

func TestTheClerkHandsOutPaper(t *testing.T) {
	v := newVisit(t).onPaper(deliberation.PollOpen, true, nil).signedIn("clerk")
	const desk = "/polls/b1/paper"
	v.shows(desk, "发放纸质选票", "还没有发出纸质选票")
	found := v.document(v.post(desk, desk, url.Values{"step": {"find"}, "text": {"名rep"}, "station": {"一组"}, "channel": {"table"}}), http.StatusOK)
	if n := found.Find(".paper-line").Length(); n != 1 || found.Find("button[value=issue]").Length() != 1 {
		t.Fatalf("%d lines", n)
	}
	none := v.document(v.post(desk, desk, url.Values{"step": {"find"}, "text": {"查无此人"}}), http.StatusOK)
	if none.Find(".empty").Length() == 0 {
		t.Error("nobody found, and nothing says so")
	}
	give := url.Values{"step": {"issue"}, "person": {"rep"}, "station": {"一组"}, "channel": {"table"}}
	r := v.post(desk, desk, give)
	if r.Code != http.StatusSeeOther || strings.Contains(r.Header().Get("Location"), "rep") {
		t.Fatalf("handing out: %d %s", r.Code, r.Header().Get("Location"))
	}
	v.shows(r.Header().Get("Location"), "选票已发出", "发出1张")
	again := v.document(v.post(desk, desk, give), http.StatusConflict)
	if again.Find(".govuk-error-summary").Length() == 0 {
		t.Error("a second ballot is refused without a word")
	}
	for step, want := range map[string]int{"exchange": http.StatusSeeOther, "burn": http.StatusUnprocessableEntity} {
		if r := v.post(desk, desk, url.Values{"step": {step}, "person": {"rep"}}); r.Code != want {
			t.Errorf("%s: %d, want %d", step, r.Code, want)
		}
	}
	if r := v.post(desk, desk, url.Values{"step": {"issue"}, "person": {"director"}, "channel": {"table"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("without a box: %d", r.Code)
	}
	v.shows("/polls/b1/paper/print", "选票", "赞成", "反对", "弃权", "不要写姓名", "名rep", "换领1次")
	if r := v.post(desk, desk, url.Values{"step": {"hand_back"}, "person": {"rep"}}); r.Code != http.StatusSeeOther {
		t.Errorf("handing back: %d", r.Code)
	}
	if r := v.post(desk, desk, url.Values{"step": {"hand_back"}, "person": {"rep"}}); r.Code != http.StatusNotFound {
		t.Errorf("handing back twice: %d", r.Code)
	}
	v.onPaper(deliberation.PollCounting, true, nil).shows(desk, "不能发放纸质选票")
}

func TestAPollWithoutPaperHasNoTable(t *testing.T) {
	v := newVisit(t).signedIn("clerk")
	for _, path := range []string{"/polls/b1/paper", "/polls/b1/paper/print", "/polls/b1/count"} {
		if r := v.get(path); r.Code != http.StatusNotFound {
			t.Errorf("%s: %d", path, r.Code)
		}
	}
}

func TestWhoCountsIsNotWhoVotes(t *testing.T) {
	v := newVisit(t).onPaper(deliberation.PollCounting, true, nil)
	for who, want := range map[deliberation.PersonID][2]int{
		"rep": {403, 403}, "clerk": {200, 200}, "supervisor": {403, 200}, "secretary": {403, 403}, "operator": {403, 403},
	} {
		v.cookies = map[string]*http.Cookie{}
		v.signedIn(who)
		if desk, count := v.get("/polls/b1/paper").Code, v.get("/polls/b1/count").Code; desk != want[0] || count != want[1] {
			t.Errorf("%s: %d at the table, %d at the count, want %v", who, desk, count, want)
		}
	}
}

// Two people read; the second does not see what the first one read.
func TestTwoPeopleReadABundle(t *testing.T) {
	v := newVisit(t).onPaper(deliberation.PollOpen, true, nil).signedIn("clerk")
	const desk, count = "/polls/b1/paper", "/polls/b1/count"
	v.post(desk, desk, url.Values{"step": {"issue"}, "person": {"rep"}, "station": {"一组"}, "channel": {"mobile"}})
	v.shows(count, "投票还没有停止")
	v.onPaper(deliberation.PollCounting, true, nil)
	v.shows(count, "流动票箱", "发出1张", "还没有开箱清点")
	if r := v.post(count, count, url.Values{"step": {"box"}, "station": {"一组"}, "recovered": {"many"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("no number: %d", r.Code)
	}
	if r := v.post(count, count, url.Values{"step": {"box"}, "station": {"一组"}, "recovered": {"２"}}); r.Code != http.StatusSeeOther {
		t.Errorf("box: %d", r.Code)
	}
	v.shows(count, "比应有的1张多")
	v.post(count, count, url.Values{"step": {"box"}, "station": {"一组"}, "recovered": {"1"}})
	wrong := v.document(v.post(count, count, url.Values{"step": {"read"}, "bundle": {"1"}, "sheets": {"3"}, "yes": {"1"}}), http.StatusUnprocessableEntity)
	if got := wrong.Find("#sheets").AttrOr("value", ""); got != "3" {
		t.Errorf("what was typed is lost: %q", got)
	}
	if r := v.post(count, count, url.Values{"step": {"read"}, "bundle": {"1"}, "sheets": {"1"}, "no": {"1"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("first reading: %d", r.Code)
	}
	v.shows(count, "1张，其中废票0张，赞成0，反对1，弃权0", "只有一个人录入")

	v.cookies = map[string]*http.Cookie{}
	v.signedIn("supervisor")
	v.shows(count, "另一人录入以后显示")
	if strings.Contains(v.text(count), "反对1") {
		t.Error("the second reader sees what the first one read")
	}
	v.post(count, count, url.Values{"step": {"read"}, "bundle": {"1"}, "sheets": {"1"}, "yes": {"1"}})
	v.shows(count, "两人不一致", "反对1", "赞成1")
	if r := v.post(count, count, url.Values{"step": {"read"}, "bundle": {"1"}, "sheets": {"1"}, "no": {"1"}}); !strings.Contains(r.Header().Get("Location"), "done_paper_agree") {
		t.Errorf("second reading: %d %s", r.Code, r.Header().Get("Location"))
	}
	v.shows(count, "两人一致", "数目相符")
}

func TestSheetsOfARecordedPollAreReadByName(t *testing.T) {
	v := newVisit(t).onPaper(deliberation.PollOpen, false, nil).signedIn("clerk")
	const desk, count = "/polls/b1/paper", "/polls/b1/count"
	v.post(desk, desk, url.Values{"step": {"issue"}, "person": {"rep"}, "station": {"一组"}, "channel": {"table"}})
	v.onPaper(deliberation.PollCounting, false, nil)
	if n := v.page(count, http.StatusOK).Find("option[value=rep]").Length(); n != 1 {
		t.Errorf("%d sheets can be chosen", n)
	}
	if r := v.post(count, count, url.Values{"step": {"read"}, "person": {"rep"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("no choice: %d", r.Code)
	}
	if r := v.post(count, count, url.Values{"step": {"read"}, "person": {"rep"}, "choice": {"spoiled"}}); r.Code != http.StatusSeeOther {
		t.Errorf("spoiled: %d", r.Code)
	}
	v.shows(count, "名rep", "其中废票1张")
}

func TestAFormOnPaper(t *testing.T) {
	form := deliberation.BallotForm{
		{ID: "mo1", Kind: deliberation.MotionQuestion},
		{ID: "mo2", Kind: deliberation.SeatsQuestion, Options: deliberation.OptionIDs(2), Seats: 1},
	}
	v := newVisit(t).onPaper(deliberation.PollCounting, true, form).signedIn("clerk")
	w := v.h.town
	p := w.processes[process]
	for id, text := range map[string]string{"mo1": "修订居民公约", "mo2": "推选组长\n\n1. 张三\n2. 李四"} {
		ref := deliberation.PaperRef{ID: deliberation.PaperID(id), Kind: deliberation.PaperMotion}
		w.papers[ref.ID] = deliberation.Paper{PaperRef: ref, Process: process, MediaType: plainText, Content: []byte(text)}
		p.Status.Agenda = append(p.Status.Agenda, deliberation.Motion{ID: id, Paper: ref})
	}
	w.processes[process] = p
	v.shows("/polls/b1/paper/print", "修订居民公约", "赞成", "推选组长", "张三", "李四", "应选1名")
	const count = "/polls/b1/count"
	read := url.Values{"step": {"read"}, "bundle": {"1"}, "sheets": {"2"}, "q.mo1.yes": {"2"}, "q.mo2.o1": {"1"}, "q.mo2.blank": {"1"}}
	if r := v.post(count, count, read); r.Code != http.StatusSeeOther {
		t.Fatalf("reading: %d %s", r.Code, r.Body)
	}
	v.shows(count, "张三1，李四0，空白1，废票0")
	read.Set("q.mo2.o2", "2")
	if r := v.post(count, count, read); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("more votes than seats: %d", r.Code)
	}
}

func TestPaperOverTheAPI(t *testing.T) {
	v := newVisit(t).onPaper(deliberation.PollOpen, true, nil)
	h := v.h
	clerk, super := h.enter("clerk"), h.enter("supervisor")
	n := 0
	ask := func(session, method, path string, body any, want int) response {
		t.Helper()
		n++
		r := h.ask(method, "/api/v1/polls/b1"+path, body, func(r *http.Request) {
			r.Header.Set("Authorization", "Bearer "+session)
			r.Header.Set("Idempotency-Key", fmt.Sprintf("paper-key-%03d", n))
		})
		if r.status != want {
			t.Fatalf("%s %s: %d, want %d: %s", method, path, r.status, want, r.body)
		}
		return r
	}
	issue := map[string]string{"action": "issue", "person": "rep", "channel": "table", "station": "会场"}
	ask(clerk, "POST", "/paper", issue, http.StatusNoContent)
	ask(clerk, "POST", "/paper", issue, http.StatusConflict)
	ask(super, "POST", "/paper", issue, http.StatusForbidden)
	ask(clerk, "POST", "/paper", map[string]string{"action": "burn", "person": "rep"}, http.StatusUnprocessableEntity)
	ask(clerk, "POST", "/paper", map[string]string{"action": "exchange", "person": "rep"}, http.StatusNoContent)
	ask(super, "POST", "/boxes", map[string]any{"station": "会场", "recovered": 1}, http.StatusNoContent)
	ask(super, "POST", "/boxes", map[string]any{"station": "别处", "recovered": 1}, http.StatusNotFound)
	read := map[string]any{"bundle": "1", "count": map[string]int{"sheets": 1, "yes": 1}}
	ask(clerk, "POST", "/bundles", read, http.StatusOK)
	if blind := ask(super, "GET", "/paper", nil, http.StatusOK); strings.Contains(string(blind.body), `"yes":1`) {
		t.Errorf("the second reader is told: %s", blind.body)
	}
	if agreed := ask(super, "POST", "/bundles", read, http.StatusOK); agreed.json(t)["agree"] != true {
		t.Errorf("%s", agreed.body)
	}
	ask(clerk, "POST", "/bundles", map[string]any{"bundle": "2", "count": map[string]int{"sheets": 2, "yes": 1}}, http.StatusUnprocessableEntity)
	adds := ask(clerk, "GET", "/paper", nil, http.StatusOK).json(t)["adds"].(map[string]any)
	if adds["issued"] != 1.0 || adds["recovered"] != 1.0 || adds["valid"] != 1.0 {
		t.Errorf("%v", adds)
	}
}

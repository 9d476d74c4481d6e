package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

const talk = deliberation.ProcessID("talk1")

// talks puts an open talk into the town, with an item nobody has answered and one
// that waits for its forum.
func (h *hall) talks(stage deliberation.Stage, open ...deliberation.OpenAct) {
	h.t.Helper()
	file := func(text string) deliberation.PaperRef {
		ref, err := h.town.FilePaper(h.t.Context(), deliberation.Paper{PaperRef: deliberation.PaperRef{Kind: deliberation.PaperItem}, Process: talk, MediaType: plainText, Content: []byte(text)})
		if err != nil {
			h.t.Fatal(err)
		}
		return ref
	}
	h.town.processes[talk] = deliberation.Proceeding{Process: deliberation.Process{
		ID: talk, Community: home, Kind: deliberation.OpenTalkKind, Pack: h.town.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "secretary", Office: deliberation.Secretary,
		Matter: deliberation.Matter{Title: "季度恳谈", Summary: "听取意见", Category: deliberation.CategoryOther, Affected: deliberation.AffectsAll, Origin: deliberation.OriginParty, Form: deliberation.OpenTalkMeeting},
		Status: deliberation.Status{Stage: stage, State: deliberation.Running, Open: open, Talk: &deliberation.OpenTalkStatus{Items: []deliberation.TalkItem{
			{ID: "i1", Paper: file("路灯<script>alert(1)</script>不亮"), Entered: civil},
			{ID: "i2", Paper: file("充电棚建在哪里"), Entered: civil, Finding: deliberation.ItemToForum, Answer: file("开展协商"), Due: civil.AddDate(0, 0, 30)},
		}}},
	}}
}

func TestAnOpenTalkIsNamedAfterItsQuarter(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	const page = "/open-talks/new"
	doc := v.document(v.post(page, page, url.Values{"key": {"talk-key-1"}, "title": {strings.Repeat("谈", deliberation.MaxTitle+1)}}), http.StatusUnprocessableEntity)
	if doc.Find("#title-error").Length() != 1 || len(v.h.town.started) != 0 {
		t.Errorf("a title too long: %s", doc.Find("main").Text())
	}
	r := v.post(page, page, formOf(v.page(page, http.StatusOK).Find("form[action='/open-talks/new']")))
	if r.Code != http.StatusSeeOther || len(v.h.town.started) != 1 {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	p := v.h.town.processes[v.h.town.started[0]]
	if p.Kind != deliberation.OpenTalkKind || !strings.Contains(p.Matter.Title, "季度民情恳谈") || p.Matter.Origin != deliberation.OriginParty || p.Status.Stage != deliberation.Talking {
		t.Errorf("started %+v", p.Process)
	}
	if r := newVisit(t).signedIn("resident").get(page); r.Code != http.StatusForbidden {
		t.Errorf("a resident invites: %d", r.Code)
	}
}

func TestItemsOfATalkAreShownWithWhatToDo(t *testing.T) {
	v := newVisit(t).signedIn("director")
	v.h.talks(deliberation.Talking, deliberation.OpenAct{Kind: deliberation.EnterItem}, deliberation.OpenAct{Kind: deliberation.SettleItem}, deliberation.OpenAct{Kind: deliberation.CloseTalk})
	doc := v.page("/processes/talk1", http.StatusOK)
	for _, want := range []string{"路灯<script>alert(1)</script>不亮", "充电棚建在哪里", "转入议事程序", "还没有答复"} {
		if !strings.Contains(doc.Find("#talk").Text(), want) {
			t.Errorf("%s is not shown: %s", want, doc.Find("#talk").Text())
		}
	}
	if doc.Find("#talk a[href='/processes/talk1/acts/settle_item?subject=i1']").Length() != 1 {
		t.Error("nothing leads to the answer")
	}
	const page = "/processes/talk1/acts/settle_item"
	if form := v.page(page+"?subject=i1", http.StatusOK); !strings.Contains(form.Text(), "不亮") || form.Find("input[name='finding']").Length() != 4 {
		t.Errorf("the form does not show the item and the four answers: %s", form.Find("main").Text())
	}
	in := url.Values{"key": {"settle-key-1"}, "subject": {"i1"}, "text": {"明天换灯"}}
	if doc := v.document(v.post(page, page, in), http.StatusUnprocessableEntity); doc.Find("#finding-error").Length() != 1 || len(v.h.town.acts) != 0 {
		t.Errorf("settled without saying how: %s", doc.Find("main").Text())
	}
	if doc := v.document(v.post(page, page, with(with(in, "finding", "answered"), "text", "")), http.StatusUnprocessableEntity); doc.Find("#text-error").Length() != 1 {
		t.Errorf("settled without an answer: %s", doc.Find("main").Text())
	}
	if r := v.post(page, page, url.Values{"key": {"settle-key-2"}, "subject": {"i1"}, "finding": {"answered"}, "text": {"明天换灯"}}); r.Code != http.StatusSeeOther || len(v.h.town.acts) != 1 || v.h.town.acts[0].Finding != deliberation.ItemAnswered {
		t.Errorf("%d %+v", r.Code, v.h.town.acts)
	}
}

// The consultation that is started for an item names the talk and the item, and the
// talk is told; for what was not sent to a forum nothing is started.
func TestAProcessIsStartedForAnItem(t *testing.T) {
	h := newHall(t)
	h.talks(deliberation.TalkFollowUp, deliberation.OpenAct{Kind: deliberation.ForwardMatter})
	body := func(item string) map[string]any {
		return map[string]any{"title": "充电棚", "summary": "选址", "origin": "committee", "for": talk, "for_item": item}
	}
	for item, status := range map[string]int{"i1": http.StatusUnprocessableEntity, "i9": http.StatusUnprocessableEntity, "i2": http.StatusCreated} {
		if r := h.as("director", "POST", "/api/v1/consultations", body(item)); r.status != status {
			t.Errorf("%s: %d %s", item, r.status, r.body)
		}
	}
	if len(h.town.acts) != 1 || h.town.acts[0].Kind != deliberation.ForwardMatter || h.town.acts[0].Item != "i2" || h.town.acts[0].Subject != string(h.town.started[0]) {
		t.Errorf("the talk was told %+v", h.town.acts)
	}
}

package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// inHall is a meeting at which people sign in, with nobody there yet.
func inHall(t *testing.T, change func(m *deliberation.Meeting)) visit {
	t.Helper()
	v := newVisit(t)
	p := v.h.town.processes[process]
	p.Meetings[0].Quorum, p.Meetings[0].State, p.Polls = nil, deliberation.MeetingCheckIn, nil
	if change != nil {
		change(&p.Meetings[0])
	}
	v.h.town.processes[process] = p
	return v
}

const hallPage = "/meetings/p1.m1"

// done posts a form that must lead on.
func (v visit) done(page, path string, form url.Values) {
	v.h.t.Helper()
	if r := v.post(page, path, form); r.Code != http.StatusSeeOther {
		v.h.t.Fatalf("%s: %d %s", path, r.Code, r.Body.String())
	}
}

func (v visit) present() string {
	v.h.t.Helper()
	return v.page(hallPage+"/screen", http.StatusOK).Find(".hall-foot p").First().Text()
}

func TestAMemberComesLeavesAndReturns(t *testing.T) {
	v := inHall(t, nil)
	v.signedIn("rep")
	if r := v.post(hallPage, hallPage+"/leave", nil); r.Code != http.StatusConflict {
		t.Errorf("leaving without being there: %d", r.Code)
	}
	for i, step := range []struct{ path, want string }{{"/check-in", "实到 1 人"}, {"/leave", "实到 0 人"}, {"/check-in", "实到 1 人"}} {
		v.done(hallPage, hallPage+step.path, nil)
		if got := v.present(); !strings.Contains(got, step.want) {
			t.Errorf("step %d: %q", i, got)
		}
	}
	v.signedIn("clerk")
	v.done(hallPage, hallPage+"/leave", url.Values{"person": {"rep"}})
	if text := v.page(hallPage, http.StatusOK).Find("#roll + form + table, table").Text(); !strings.Contains(text, "离场") {
		t.Errorf("who left is not marked: %s", text)
	}
	v.signedIn("rep")
	if r := v.post(hallPage, hallPage+"/leave", url.Values{"person": {"director"}}); r.Code != http.StatusForbidden {
		t.Errorf("a member notes another's leaving: %d", r.Code)
	}
}

func TestSectionsAreChosenAtTheDoor(t *testing.T) {
	v := inHall(t, func(m *deliberation.Meeting) { m.Sections = 2 })
	v.signedIn("rep")
	doc := v.page(hallPage+"?section=2", http.StatusOK)
	if got, _ := doc.Find("select[name=section] option[selected]").First().Attr("value"); got != "2" {
		t.Errorf("the code of the second place leads to %q", got)
	}
	if r := v.post(hallPage, hallPage+"/check-in", url.Values{"section": {"x"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a section that is no number: %d", r.Code)
	}
	v.done(hallPage, hallPage+"/check-in", url.Values{"section": {"2"}})
	v.signedIn("director")
	for _, page := range []string{"/screen", "/desk"} {
		if text := v.page(hallPage+page, http.StatusOK).Find("body").Text(); !strings.Contains(text, "第 2 会场：1 人") || !strings.Contains(text, "第 1 会场：0 人") {
			t.Errorf("%s does not count the places: %s", page, text)
		}
	}
}

func TestSpeakersAreCalledInTurn(t *testing.T) {
	v := inHall(t, nil)
	v.signedIn("rep")
	speakers := hallPage + "/speakers"
	if r := v.post(hallPage, speakers, nil); r.Code != http.StatusConflict {
		t.Errorf("asking without being there: %d", r.Code)
	}
	v.done(hallPage, hallPage+"/check-in", nil)
	v.done(hallPage, speakers, nil)
	if text := v.page(speakers, http.StatusOK).Find("main").Text(); !strings.Contains(text, "您排在第 1 位") {
		t.Errorf("my place is missing: %s", text)
	}
	if r := v.post(speakers, speakers+"/call", nil); r.Code != http.StatusForbidden {
		t.Errorf("a member calls: %d", r.Code)
	}

	v.signedIn("director")
	desk := hallPage + "/desk"
	name := v.h.town.people["rep"].Name
	if text := v.page(desk, http.StatusOK).Find("#queue").Text(); !strings.Contains(text, name) {
		t.Errorf("the queue: %s", text)
	}
	if r := v.post(desk, speakers+"/end", url.Values{"speech": {"speech1"}}); r.Code != http.StatusConflict {
		t.Errorf("ending what never began: %d", r.Code)
	}
	v.done(desk, speakers+"/call", nil)
	if r := v.post(desk, speakers+"/call", nil); r.Code != http.StatusNotFound {
		t.Errorf("calling from an empty queue: %d", r.Code)
	}
	if text := v.page(hallPage+"/screen", http.StatusOK).Find("main").Text(); !strings.Contains(text, "正在发言："+name) {
		t.Errorf("the hall does not see who speaks: %s", text)
	}
	v.done(desk, speakers+"/end", url.Values{"speech": {"speech1"}})
	if text := v.page(desk, http.StatusOK).Find("#desk-speakers").Text(); !strings.Contains(text, "1:30") {
		t.Errorf("how long it took is missing: %s", text)
	}
}

func TestAMemberTakesAHandDown(t *testing.T) {
	v := inHall(t, nil)
	v.signedIn("rep")
	v.done(hallPage, hallPage+"/check-in", nil)
	v.done(hallPage, hallPage+"/speakers", nil)
	v.done(hallPage, hallPage+"/speakers/withdraw", url.Values{"speech": {"speech1"}})
	if r := v.post(hallPage, hallPage+"/speakers/withdraw", url.Values{"speech": {"speech1"}}); r.Code != http.StatusNotFound {
		t.Errorf("twice: %d", r.Code)
	}
	if text := v.page(hallPage+"/speakers", http.StatusOK).Find("main").Text(); !strings.Contains(text, "没有人等候发言") {
		t.Error(text)
	}
}

func TestObserversStandApart(t *testing.T) {
	v := inHall(t, nil)
	v.signedIn("clerk")
	desk, path := hallPage+"/desk", hallPage+"/observers"
	for _, form := range []url.Values{{}, {"name": {"客人甲"}, "capacity": {"voter"}}, {"name": {" "}, "capacity": {"guide"}}} {
		r := v.post(desk, path, form)
		if r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", form, r.Code)
		}
	}
	v.done(desk, path, url.Values{"name": {"客人甲"}, "capacity": {"guide"}})
	doc := v.page(desk, http.StatusOK)
	if text := doc.Find("#desk-observers").Text(); !strings.Contains(text, "客人甲") {
		t.Errorf("the observer is missing: %s", text)
	}
	if text := doc.Find("#desk-present").Text(); !strings.Contains(text, "实到 0 人") {
		t.Errorf("the observer counts: %s", text)
	}
	list := v.page(hallPage+"/list", http.StatusOK)
	if head := strings.Join(strings.Fields(list.Find("thead").Text()), ""); head != "序号姓名所属组身份本人签字时间受托、代签" {
		t.Errorf("the columns of 签到册: %q", head)
	}
	if text := list.Find("tbody tr").Last().Text(); !strings.Contains(text, "客人甲") || !strings.Contains(text, "列席") {
		t.Errorf("the list: %s", text)
	}
	if strings.Contains(v.h.logs.String(), "客人甲") {
		t.Error("the name of an observer is in the log")
	}
}

func TestTheDeskIsForThoseWhoRunTheHall(t *testing.T) {
	for who, want := range map[deliberation.PersonID]int{"director": http.StatusOK, "clerk": http.StatusOK, "rep": http.StatusForbidden, "resident": http.StatusForbidden} {
		v := inHall(t, nil)
		v.signedIn(who)
		if r := v.get(hallPage + "/desk"); r.Code != want {
			t.Errorf("%s: %d, want %d", who, r.Code, want)
		}
	}
}

func TestTheScreenSaysThatVotesAreCounted(t *testing.T) {
	v := inHall(t, func(m *deliberation.Meeting) { m.State = deliberation.MeetingInSession })
	p := v.h.town.processes[process]
	p.Polls = []deliberation.Poll{{ID: "p1.q9", Meeting: "p1.m1", State: deliberation.PollCounting, Tally: &deliberation.Tally{Yes: 2}}}
	v.h.town.processes[process] = p
	v.signedIn("rep")
	doc := v.page(hallPage+"/screen", http.StatusOK)
	if text := doc.Find("main").Text(); !strings.Contains(text, "正在计票") || doc.Find(".hall-tally").Length() > 0 {
		t.Errorf("%s", text)
	}
}

func TestMinutesAreDraftedForTheRecorder(t *testing.T) {
	v := inHall(t, func(m *deliberation.Meeting) { m.State = deliberation.MeetingInSession })
	v.signedIn("rep")
	v.done(hallPage, hallPage+"/check-in", nil)
	v.done(hallPage, hallPage+"/speakers", nil)
	v.signedIn("director")
	v.done(hallPage+"/desk", hallPage+"/speakers/call", nil)
	v.done(hallPage+"/desk", hallPage+"/speakers/end", url.Values{"speech": {"speech1"}})
	v.signedIn("clerk")
	text := v.page("/processes/p1/acts/record_minutes", http.StatusOK).Find("textarea[name=text]").Text()
	town := v.h.town
	for _, want := range []string{
		"会议名称：", "应到 2 人，实到 1 人。", "缺席：" + town.people["director"].Name, "记录人：" + town.people["clerk"].Name,
		town.people["rep"].Name + "（1分30秒）：", "列席（不计入人数）：无", "表决：未表决",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in the draft:\n%s", want, text)
		}
	}
	if strings.Contains(v.h.logs.String(), town.people["rep"].Name) {
		t.Error("a name is in the log")
	}
}

package server

import (
	"net/http"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

func TestTheHallSeesNumbersAndNoName(t *testing.T) {
	v := newVisit(t)
	here := v.h.town.processes[process]
	here.Meetings[0].Quorum, here.Meetings[0].State, here.Polls = nil, deliberation.MeetingCheckIn, nil
	v.h.town.processes[process] = here
	v.signedIn("rep")
	if r := v.post("/meetings/p1.m1", "/meetings/p1.m1/check-in", nil); r.Code != http.StatusSeeOther {
		t.Fatal(r.Code)
	}
	doc := v.page("/meetings/p1.m1/screen", http.StatusOK)
	text := doc.Find("body").Text()
	if !strings.Contains(text, "实到 1 人") {
		t.Errorf("who is present is missing: %s", text)
	}
	for id, person := range v.h.town.people {
		if person.Name != "" && strings.Contains(text, person.Name) {
			t.Errorf("the hall reads the name of %s", id)
		}
	}
	if again := doc.Find("noscript").Text(); !strings.Contains(again, `http-equiv="refresh" content="3"`) {
		t.Errorf("without scripts it asks again so: %q", again)
	}
	if every, _ := doc.Find("script").Attr("data-every"); every != "3" {
		t.Errorf("the script asks again every %q seconds", every)
	}
	if src, _ := doc.Find("img.hall-code").Attr("src"); !strings.HasPrefix(src, "data:image/svg+xml;base64,") {
		t.Errorf("no code to sign in by: %q", src)
	}
	if n := doc.Find("form").Length(); n > 0 {
		t.Errorf("%d forms on the screen", n)
	}
}

// What was counted is shown when the poll is closed, and not before.
func TestTheHallSeesNoCountBeforeTheClose(t *testing.T) {
	v := newVisit(t)
	v.signedIn("rep")
	p := v.h.town.processes[process]
	open := deliberation.Poll{
		ID: "p1.q9", Meeting: "p1.m1", Stage: deliberation.Resolution, State: deliberation.PollOpen, Voters: 3,
		Tally: &deliberation.Tally{Voters: 3, Yes: 2, No: 1}, Opened: v.h.now(), Closes: v.h.now().AddDate(0, 0, 1),
	}
	p.Polls = append(p.Polls, open)
	v.h.town.processes[process] = p
	if doc := v.page("/meetings/p1.m1/screen", http.StatusOK); doc.Find(".hall-tally").Length() != 0 {
		t.Error("the count is on the screen while the poll is open")
	}
	p.Polls[len(p.Polls)-1].State = deliberation.PollClosed
	v.h.town.processes[process] = p
	doc := v.page("/meetings/p1.m1/screen", http.StatusOK)
	if got := strings.Join(strings.Fields(doc.Find(".hall-tally").Text()), ""); got != "赞成2反对1弃权0" {
		t.Errorf("after the close: %q", got)
	}
}

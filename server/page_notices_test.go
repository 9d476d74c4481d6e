package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// 会议通知 is signed for by the member, once; the clerk enters whom it reached
// otherwise; names are for those who run the meeting.
func TestNoticesAreSignedFor(t *testing.T) {
	v := inHall(t, func(m *deliberation.Meeting) { m.State = deliberation.MeetingConvened })
	page := hallPage + "/notices"
	v.signedIn("rep")
	v.done(page, page, nil)
	doc := v.page(page, http.StatusOK)
	if text := doc.Find("main").Text(); !strings.Contains(text, "已签收 1 人") || doc.Find("table").Length() > 0 {
		t.Errorf("a member sees: %s", text)
	}
	if r := v.post(page, page, nil); r.Code != http.StatusConflict {
		t.Errorf("signing twice: %d", r.Code)
	}
	if r := v.post(page, page, url.Values{"who": {"other"}, "name": {"某人"}, "means": {"phone"}}); r.Code != http.StatusForbidden {
		t.Errorf("a member enters for another: %d", r.Code)
	}

	v.signedIn("director")
	name := v.h.town.people["rep"].Name
	if text := v.page(page, http.StatusOK).Find("table").Text(); !strings.Contains(text, name) || !strings.Contains(text, "本人网上签收") {
		t.Errorf("the list: %s", text)
	}
	for field, values := range map[string]url.Values{
		"name":  {"who": {"other"}, "means": {"phone"}},
		"means": {"who": {"other"}, "name": {name}},
	} {
		if r := v.post(page, page, values); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("without %s: %d", field, r.Code)
		}
	}
}

package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

func TestOperatorsPutPeopleInCharge(t *testing.T) {
	v := newVisit(t).signedIn("keeper")
	put := func(place string, form url.Values) (int, string) {
		r := v.post("/places/"+place, "/places/"+place+"/officials", form)
		return r.Code, r.Body.String()
	}
	guide := url.Values{"official_name": {"李指导"}, "official_office": {"guide"}}
	if code, body := put("t1", guide); code != http.StatusSeeOther {
		t.Fatalf("%d %s", code, body)
	}
	if doc := v.page("/places/t1", http.StatusOK); !strings.Contains(doc.Find(".govuk-summary-list").Text(), "李指导") {
		t.Error("who is in charge is not shown")
	}
	for what, c := range map[string]struct {
		place  string
		form   url.Values
		status int
	}{
		"no name":                 {"t1", url.Values{"official_name": {" "}, "official_office": {"guide"}}, 422},
		"an office of no street":  {"t1", url.Values{"official_name": {"张"}, "official_office": {"secretary"}}, 422},
		"an office of a county":   {"t1", url.Values{"official_name": {"张"}, "official_office": {"analyst"}}, 422},
		"in a community":          {"c1", guide, 422},
		"a place that is nowhere": {"none", guide, 404},
	} {
		if code, _ := put(c.place, c.form); code != c.status {
			t.Errorf("%s: %d, want %d", what, code, c.status)
		}
	}
	var id deliberation.PersonID
	for _, o := range v.h.town.held {
		if o.Office == deliberation.Guide && v.h.town.people[o.Person].Name == "李指导" {
			id = o.Person
		}
	}
	end := url.Values{"person": {string(id)}, "office": {"guide"}}
	if r := v.post("/places/t1", "/places/t1/dismiss", end); r.Code != http.StatusSeeOther {
		t.Fatalf("ending: %d %s", r.Code, r.Body)
	}
	if r := v.post("/places/t1", "/places/t1/dismiss", end); r.Code != http.StatusNotFound {
		t.Errorf("ending twice: %d", r.Code)
	}
	if r := v.post("/places/t1", "/places/t1/dismiss", url.Values{"person": {"secretary"}, "office": {"secretary"}}); r.Code != http.StatusNotFound {
		t.Errorf("ending an office of a community: %d", r.Code)
	}
	if r := newVisit(t).signedIn("guide").post("/places/t1", "/places/t1/officials", guide); r.Code != http.StatusForbidden {
		t.Errorf("the guide puts somebody in charge: %d", r.Code)
	}
}

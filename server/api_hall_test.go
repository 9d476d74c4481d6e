package server

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// hallHere is a server with the meeting p1.m1, whose roll is that of m1.
func hallHere(t *testing.T) *hall {
	t.Helper()
	h := newHall(t)
	p := h.town.processes[process]
	p.Meetings[0].ID, p.Meetings[0].State, p.Meetings[0].Sections = "p1.m1", deliberation.MeetingCheckIn, 2
	h.town.processes[process] = p
	h.town.roll["p1.m1"] = h.town.roll["m1"]
	return h
}

func (h *hall) wants(r response, status int) response {
	h.t.Helper()
	if r.status != status {
		h.t.Errorf("%d, want %d: %s", r.status, status, r.body)
	}
	return r
}

const hallPath = "/api/v1/meetings/p1.m1"

func TestComingsAndGoings(t *testing.T) {
	h := hallHere(t)
	h.refused(h.as("rep", "POST", hallPath+"/departures", object{}), http.StatusConflict, deliberation.RefuseNotPresent)
	h.wants(h.as("rep", "POST", hallPath+"/check-ins", object{"section": 2}), 204)
	var a struct {
		Due, Present, Observers int
		Sections                []deliberation.SectionCount
	}
	read := func() {
		t.Helper()
		if err := json.Unmarshal(h.wants(h.as("rep", "GET", hallPath+"/attendance", nil), 200).body, &a); err != nil {
			t.Fatal(err)
		}
	}
	if read(); a.Due != 2 || a.Present != 1 || len(a.Sections) != 2 || a.Sections[1].Present != 1 {
		t.Errorf("%+v", a)
	}
	h.refused(h.as("rep", "POST", hallPath+"/departures", object{"person": "director"}), http.StatusForbidden, deliberation.RefuseNotEntitled)
	h.wants(h.as("clerk", "POST", hallPath+"/departures", object{"person": "rep"}), 204)
	if read(); a.Present != 0 {
		t.Errorf("%+v", a)
	}
	h.wants(h.as("rep", "GET", hallPath+"/attendance?at=yesterday", nil), 422)
	h.refused(h.as("stranger", "GET", hallPath+"/attendance", nil), http.StatusNotFound, deliberation.RefuseNotFound)
}

func TestObserversOverTheAPI(t *testing.T) {
	h := hallHere(t)
	h.refused(h.as("rep", "POST", hallPath+"/observers", object{"name": "客人甲", "capacity": "guide"}), http.StatusForbidden, deliberation.RefuseNotEntitled)
	h.refused(h.as("clerk", "POST", hallPath+"/observers", object{"name": "客人甲", "capacity": "voter"}), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	h.wants(h.as("clerk", "POST", hallPath+"/observers", object{"name": "客人甲", "capacity": "guide"}), 201)
	var list struct{ Observers []struct{ Name string } }
	if err := json.Unmarshal(h.wants(h.as("rep", "GET", hallPath+"/observers", nil), 200).body, &list); err != nil || len(list.Observers) != 1 || list.Observers[0].Name != "客人甲" {
		t.Errorf("%+v %v", list, err)
	}
}

func TestSpeechesOverTheAPI(t *testing.T) {
	h := hallHere(t)
	path := hallPath + "/speeches"
	h.refused(h.as("rep", "POST", path, object{}), http.StatusConflict, deliberation.RefuseNotPresent)
	h.wants(h.as("rep", "POST", hallPath+"/check-ins", object{"section": 1}), 204)
	h.wants(h.as("rep", "POST", path, object{}), 201)
	h.refused(h.as("director", "POST", path+"/speech1/end", object{}), http.StatusConflict, deliberation.RefuseOutOfOrder)
	h.refused(h.as("rep", "POST", path+"/call", object{}), http.StatusForbidden, deliberation.RefuseNotEntitled)
	h.refused(h.as("director", "POST", path+"/speech1/withdraw", object{}), http.StatusNotFound, deliberation.RefuseNotFound)
	h.wants(h.as("director", "POST", path+"/call", object{}), 200)
	h.wants(h.as("director", "POST", path+"/speech1/end", object{}), 204)
	h.refused(h.as("director", "POST", path+"/call", object{}), http.StatusNotFound, deliberation.RefuseNotFound)
	var list struct {
		Speeches []struct {
			Person  string
			Seconds int
		}
	}
	if err := json.Unmarshal(h.wants(h.as("rep", "GET", path, nil), 200).body, &list); err != nil || len(list.Speeches) != 1 || list.Speeches[0].Seconds != 90 {
		t.Errorf("%+v %v", list, err)
	}
}

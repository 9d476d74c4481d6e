package server

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// A meeting's page says what the quorum of its own body asks, whatever process holds it.
func TestTheQuorumOnThePageIsThatOfTheBody(t *testing.T) {
	h := newHall(t)
	p := h.town.processes[process]
	roll := []deliberation.RollLine{{}, {}, {}}
	for _, c := range []struct {
		kind  string
		stage deliberation.Stage
		body  deliberation.Body
		want  string // the parameter of the first check, empty where nobody need come
	}{
		{deliberation.FourDeliberationsKind, deliberation.Review, deliberation.PartyMeeting, "party.quorum_legal"},
		{deliberation.ConferenceKind, deliberation.Resolution, deliberation.Conference, "reps.quorum"},
		{deliberation.ConferenceKind, deliberation.Resolution, deliberation.Assembly, "assembly.quorum"},
		{deliberation.ConferenceKind, deliberation.Resolution, deliberation.PartyMeeting, "party.quorum_legal"},
		{deliberation.ConferenceKind, deliberation.Resolution, deliberation.OwnersMeeting, ""},
	} {
		p.Kind, p.Matter.Form = c.kind, c.body
		m := deliberation.Meeting{ID: "p1.m1", Stage: c.stage, Body: c.body}
		got := ""
		if v := (&site{Server: h.Server}).quorumNow(p, m, roll); len(v.Checks) > 0 {
			got = v.Checks[0].Rule.Key
		}
		if got != c.want {
			t.Errorf("%s of a %s: %q, want %q", c.body, c.kind, got, c.want)
		}
	}
}

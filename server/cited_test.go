package server

import (
	"encoding/json"
	"net/http"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// Whoever is turned away from a meeting or a ballot is told on which text the roll
// rests: as the quorum was found, or, before there is one, as the case's rules say.
func TestWhoIsTurnedAwayIsToldTheSource(t *testing.T) {
	for name, c := range map[string]struct {
		change func(*deliberation.Proceeding)
		key    string // of the rule in the pack; empty: the quorum's own source
	}{
		"once a quorum was found": {change: func(*deliberation.Proceeding) {}},
		"before the quorum of an assembly": {change: func(p *deliberation.Proceeding) {
			p.Kind, p.Meetings[0].Body, p.Meetings[0].Quorum = deliberation.ConferenceKind, deliberation.Assembly, nil
		}, key: "assembly.quorum"},
		"of owners, who need not come together": {change: func(p *deliberation.Proceeding) {
			p.Kind, p.Meetings[0].Body, p.Meetings[0].Quorum = deliberation.ConferenceKind, deliberation.OwnersMeeting, nil
		}, key: "owners.quorum_area"},
	} {
		t.Run(name, func(t *testing.T) {
			h := hallHere(t)
			p := h.town.processes[process]
			c.change(&p)
			h.town.processes[process] = p
			poll := h.town.polls["b1"]
			poll.poll.Meeting, poll.poll.OnPaper = "p1.m1", true
			h.town.polls["b1"] = poll
			want := basis.Citation
			if c.key != "" {
				want = h.town.packs[0].Parameters[c.key].Basis.Citation
			}
			says := func(r response, code deliberation.RefusalCode, status int) {
				t.Helper()
				h.refused(r, status, code)
				var said problem
				if err := json.Unmarshal(r.body, &said); err != nil || said.Basis == nil || said.Basis.Citation != want {
					t.Errorf("%s names %+v, want %+v (%v)", code, said.Basis, want, err)
				}
			}
			says(h.as("resident", "POST", hallPath+"/check-ins", object{"section": 1}), deliberation.RefuseNotOnRoll, http.StatusForbidden)
			h.town.failWith = deliberation.Refuse(deliberation.RefuseOtherChannel)
			says(h.as("rep", "POST", "/api/v1/polls/b1/ballots", object{"choice": "yes"}), deliberation.RefuseOtherChannel, http.StatusConflict)
			paper := object{"action": "issue", "person": "rep", "channel": "table", "station": "一组"}
			says(h.as("clerk", "POST", "/api/v1/polls/b1/paper", paper), deliberation.RefuseOtherChannel, http.StatusConflict)
		})
	}
}

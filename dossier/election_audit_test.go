package dossier

import (
	"slices"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// S-VE 第十一条: an audit that was not posted is shown with its rule; where that is law,
// the supervisors looked before the election committee was chosen.
func TestAMissingAuditIsHeldAgainstArticle11(t *testing.T) {
	missing := func(x *anElection) *deliberation.ElectionAuditData {
		d := x.fact(deliberation.FactElectionAudit, 0).Value.(*deliberation.ElectionAuditData)
		d.Missing, d.Rule = true, x.rules.AuditFirst
		return d
	}
	looked := func(x *anElection, k deliberation.MarkKind) {
		i := slices.IndexFunc(x.facts, func(f Fact) bool { return f.Kind == deliberation.FactElectionCommittee })
		e := x.facts[i-1].Entry
		e.Fact, e.Actor, e.Office = deliberation.Fact{Kind: deliberation.FactMark, Stage: deliberation.ElectionPreparing, Subject: "s1"}, "s", deliberation.Supervisor
		x.facts = slices.Insert(x.facts, i, Fact{Entry: e, Value: &deliberation.MarkData{Mark: deliberation.Mark{ID: "s1", Kind: k, By: "s"}}})
		for n := range x.facts {
			x.facts[n].Index = int64(n)
		}
	}
	for name, c := range map[string]struct {
		pack  string
		play  func(*anElection)
		holds bool
	}{
		"posted":                      {"village-2026+sichuan", func(*anElection) {}, true},
		"where it is no law":          {"village-2026", func(x *anElection) { missing(x) }, true},
		"the supervisors looked":      {"village-2026+sichuan", func(x *anElection) { missing(x); looked(x, deliberation.MarkAcknowledged) }, true},
		"they let their days pass":    {"village-2026+sichuan", func(x *anElection) { missing(x); looked(x, deliberation.MarkSilent) }, true},
		"nobody looked":               {"village-2026+sichuan", func(x *anElection) { missing(x) }, false},
		"they only asked":             {"village-2026+sichuan", func(x *anElection) { missing(x); looked(x, deliberation.MarkQuestion) }, false},
		"under a rule of its own":     {"village-2026+sichuan", func(x *anElection) { missing(x).Rule.Basis.Confidence = deliberation.Analogy }, false},
		"a rule where nothing misses": {"village-2026", func(x *anElection) { missing(x).Missing = false }, false},
	} {
		t.Run(name, func(t *testing.T) {
			x := newElection(t, c.pack).until().vote(clear).done()
			c.play(x)
			if faults := x.examine().Faults(); (len(faults) == 0) != c.holds {
				t.Errorf("%v", faults)
			}
		})
	}
}

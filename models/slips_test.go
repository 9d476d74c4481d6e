package models_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func TestIssueLinks(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(3), "operator"))
		soon, later := noon.Add(time.Hour), noon.Add(2*time.Hour)
		first := got(s.IssueLinks(ctx, []deliberation.PersonID{rep(0), rep(1), rep(0)}, "branch1", soon))(t)
		equal(t, "one for each", len(first), 2)
		equal(t, "used", got(s.ConsumeLink(ctx, first[rep(0)], noon))(t), rep(0))
		second := got(s.IssueLinks(ctx, []deliberation.PersonID{rep(0), rep(1)}, "branch1", later))(t)
		_, err := s.PeekLink(ctx, first[rep(1)], noon)
		refused(t, err, deliberation.RefuseLinkUsed)
		equal(t, "the newer one", got(s.PeekLink(ctx, second[rep(1)], noon))(t).ID, rep(1))

		states := got(s.LinkStates(ctx, []deliberation.PersonID{rep(0), rep(1), rep(2)}, noon))(t)
		if d := cmp.Diff(map[deliberation.PersonID]deliberation.LinkState{rep(0): {SignedIn: true, Until: later}, rep(1): {Until: later}}, states); d != "" {
			t.Fatal(d)
		}
		equal(t, "run out", got(s.LinkStates(ctx, []deliberation.PersonID{rep(1)}, later))(t)[rep(1)], deliberation.LinkState{})

		before := count(t, b, "links")
		_, err = s.IssueLinks(ctx, []deliberation.PersonID{rep(2), "nobody"}, "branch1", soon)
		refused(t, err, deliberation.RefuseNotFound)
		equal(t, "all or nothing", count(t, b, "links"), before)
		equal(t, "none asked for", len(got(s.IssueLinks(ctx, nil, "branch1", soon))(t)), 0)

		r := got(s.Record(ctx, rep(1)))(t)
		r.Standing, r.Left = deliberation.Dead, today
		got(s.SaveRecord(ctx, r, "clerk"))(t)
		_, err = s.PeekLink(ctx, second[rep(1)], noon)
		refused(t, err, deliberation.RefuseLinkUsed)
		_, err = s.IssueLinks(ctx, []deliberation.PersonID{rep(1)}, "branch1", soon)
		refused(t, err, deliberation.RefuseNotFound)

		list, _, err := s.AuditOfPerson(ctx, rep(0), 0, 0)
		ok(t, err)
		var acts []string
		for _, l := range list {
			acts = append(acts, l.Act+" by "+string(l.Actor)+" in "+string(l.Community))
		}
		same(t, "audit", acts, []string{"issue_link by branch1 in c1", "sign_in by rep000 in c1", "issue_link by branch1 in c1"})
	})
}

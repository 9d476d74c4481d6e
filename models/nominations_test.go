package models_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func nominates(id string, signer deliberation.PersonID, director ...deliberation.PersonID) deliberation.LodgedNomination {
	return deliberation.LodgedNomination{ID: id, Nomination: deliberation.Nomination{
		By: "electors", Signers: []deliberation.PersonID{signer}, Names: map[deliberation.ElectionPost][]deliberation.PersonID{deliberation.PostDirector: director},
	}}
}

// V-NEW 第十八条第一款: electors nominate, each once, who is registered alone.
func TestNominations(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		r := village(t, s, "village-2026+sichuan", 6)
		registered(t, s, r, deliberation.RegisterEntry{Person: elector(5), Deprived: true})
		lodge := func(n deliberation.LodgedNomination) error {
			return s.LodgeNomination(ctx, process, n, n.Signers[0], noon)
		}
		refused(t, lodge(nominates("n1", elector(0), elector(1))), deliberation.RefuseOutOfOrder)
		_, err := s.CloseNomination(ctx, process, noon)
		refused(t, err, deliberation.RefuseOutOfOrder)
		ok(t, s.OpenNomination(ctx, process))
		ok(t, s.OpenNomination(ctx, process))
		ok(t, lodge(nominates("n2", elector(0), elector(1))))
		joint := deliberation.LodgedNomination{ID: "n1", Nomination: deliberation.Nomination{
			By: "electors", Signers: []deliberation.PersonID{elector(2), elector(1)},
			Names: map[deliberation.ElectionPost][]deliberation.PersonID{deliberation.PostMember: {elector(4), elector(3)}},
		}}
		ok(t, lodge(joint))
		party := deliberation.LodgedNomination{ID: "n3", Nomination: deliberation.Nomination{
			By: "party_organisation", Names: map[deliberation.ElectionPost][]deliberation.PersonID{deliberation.PostDirector: {elector(3)}},
		}}
		ok(t, s.LodgeNomination(ctx, process, party, elector(0), noon))
		for what, c := range map[string]struct {
			change func(*deliberation.LodgedNomination)
			code   deliberation.RefusalCode
		}{
			"nominated already":   {func(n *deliberation.LodgedNomination) { n.Signers = []deliberation.PersonID{elector(0)} }, deliberation.RefuseTwice},
			"signed already":      {func(n *deliberation.LodgedNomination) { n.Signers = []deliberation.PersonID{elector(3), elector(1)} }, deliberation.RefuseTwice},
			"not registered":      {func(n *deliberation.LodgedNomination) { n.Signers = []deliberation.PersonID{elector(5)} }, deliberation.RefuseNotOnRoll},
			"nobody":              {func(n *deliberation.LodgedNomination) { n.Signers = []deliberation.PersonID{"nobody"} }, deliberation.RefuseNotOnRoll},
			"signed twice":        {func(n *deliberation.LodgedNomination) { n.Signers = []deliberation.PersonID{elector(3), elector(3)} }, deliberation.RefuseInvalid},
			"no signer":           {func(n *deliberation.LodgedNomination) { n.Signers = nil }, deliberation.RefuseInvalid},
			"names nobody":        {func(n *deliberation.LodgedNomination) { n.Names = nil }, deliberation.RefuseInvalid},
			"names a stranger":    {func(n *deliberation.LodgedNomination) { n.Names[deliberation.PostDirector][0] = "nobody" }, deliberation.RefuseInvalid},
			"names a byte":        {func(n *deliberation.LodgedNomination) { n.Names[deliberation.PostDirector][0] = "\x00" }, deliberation.RefuseInvalid},
			"no such post":        {func(n *deliberation.LodgedNomination) { n.Names["king"] = []deliberation.PersonID{elector(1)} }, deliberation.RefuseInvalid},
			"another kind":        {func(n *deliberation.LodgedNomination) { n.By = "the_king" }, deliberation.RefuseInvalid},
			"not in the villages": {func(n *deliberation.LodgedNomination) { n.By = "electors_jointly" }, deliberation.RefuseUnlawfulElection},
			"more than there are": {func(n *deliberation.LodgedNomination) {
				n.Names[deliberation.PostDirector] = []deliberation.PersonID{elector(1), elector(2)}
			}, deliberation.RefuseUnlawfulElection},
			"the Party with others": {func(n *deliberation.LodgedNomination) { n.By = "party_organisation" }, deliberation.RefuseInvalid},
			"an id that is taken":   {func(n *deliberation.LodgedNomination) { n.ID = "n1" }, deliberation.RefuseTwice},
		} {
			n := nominates("x", elector(3), elector(1))
			c.change(&n)
			if err := s.LodgeNomination(ctx, process, n, elector(3), noon); !errors.Is(err, deliberation.Refuse(c.code)) {
				t.Errorf("%s: %v, want %s", what, err, c.code)
			}
		}
		joint.Signers = []deliberation.PersonID{elector(1), elector(2)}
		want := []deliberation.LodgedNomination{joint, nominates("n2", elector(0), elector(1)), party}
		if d := cmp.Diff(want, got(s.Nominations(ctx, process))(t)); d != "" {
			t.Error(d)
		}
		if d := cmp.Diff(want, got(s.CloseNomination(ctx, process, noon))(t)); d != "" {
			t.Error(d)
		}
		refused(t, lodge(nominates("n4", elector(3), elector(1))), deliberation.RefuseTooLate)
		if d := cmp.Diff(want, got(s.CloseNomination(ctx, process, noon.AddDate(0, 0, 1)))(t)); d != "" {
			t.Error(d)
		}
		ok(t, s.OpenNomination(ctx, process)) // too few were named
		ok(t, lodge(nominates("n0", elector(0), elector(4))))
		equal(t, "with those before", len(got(s.CloseNomination(ctx, process, noon))(t)), 4)
		if _, err := b.raw(t).Exec("INSERT INTO nomination_signers (process, win, person, nomination) VALUES ('p1', 1, 'e00', 'n1')"); err == nil {
			t.Error("the database took a second signature")
		}
	})
}

// Who lodges two at once gets one in.
func TestOneNominationHoldsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		r := village(t, s, "village-2026+sichuan", 3)
		registered(t, s, r)
		ok(t, s.OpenNomination(t.Context(), process))
		var all sync.WaitGroup
		errs := make([]error, 8)
		for i := range errs {
			all.Go(func() {
				errs[i] = s.LodgeNomination(t.Context(), process, nominates(fmt.Sprint("n", i), elector(0), elector(1)), elector(0), noon)
			})
		}
		all.Wait()
		lodged := 0
		for _, err := range errs {
			if err == nil {
				lodged++
				continue
			}
			refused(t, err, deliberation.RefuseTwice)
		}
		equal(t, "lodged", fmt.Sprint(lodged, len(got(s.Nominations(t.Context(), process))(t))), "1 1")
	})
}

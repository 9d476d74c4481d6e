package models_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

var (
	upToThree = deliberation.ProxyRules{
		Allowed: deliberation.FlagRule{Key: "owners.proxy_allowed", Value: true},
		Most:    deliberation.CountRule{Key: "owners.proxy_most", Count: 3},
	}
	substitutes = deliberation.FlagRule{Key: "assembly.household_substitute", Value: true}
)

func mandate(principal, agent deliberation.PersonID) deliberation.Mandate {
	return deliberation.Mandate{Meeting: meeting, Principal: principal, Agent: agent, Given: noon, By: principal}
}

func give(t *testing.T, s *models.Store, principal, agent deliberation.PersonID) deliberation.Mandate {
	t.Helper()
	return got(s.GiveMandate(t.Context(), mandate(principal, agent), upToThree, deliberation.FlagRule{}))(t)
}

func present(t *testing.T, s *models.Store) int {
	t.Helper()
	return got(s.Attendance(t.Context(), meeting))(t).Whole.Present
}

// 四川省物业管理条例第二十三条: an owner may let another vote, in writing.
func TestMandates(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 8)
		meet(t, s, deliberation.MeetingConvened, deliberation.Conference)
		no := func(principal, agent deliberation.PersonID, code deliberation.RefusalCode) {
			t.Helper()
			_, err := s.GiveMandate(ctx, mandate(principal, agent), upToThree, deliberation.FlagRule{})
			refused(t, err, code)
		}
		_, err := s.GiveMandate(ctx, mandate(rep(0), rep(1)), deliberation.ProxyRules{}, deliberation.FlagRule{})
		refused(t, err, deliberation.RefuseNoProxy)
		no(rep(0), rep(0), deliberation.RefuseInvalid)
		no(rare, rep(0), deliberation.RefuseNotOnRoll)
		no(rep(0), rare, deliberation.RefuseInvalid)

		first := give(t, s, rep(1), rep(0))
		no(rep(1), rep(2), deliberation.RefuseTwice)
		no(rep(0), rep(2), deliberation.RefuseInvalid) // an agent passes nothing on
		no(rep(2), rep(1), deliberation.RefuseInvalid) // who gave the vote away has none to lend
		give(t, s, rep(2), rep(0))
		give(t, s, rep(3), rep(0))
		no(rep(4), rep(0), deliberation.RefuseMandateCap)
		ok(t, s.RevokeMandate(ctx, first.ID, rep(1), noon))
		refused(t, s.RevokeMandate(ctx, first.ID, rep(1), noon), deliberation.RefuseTwice)
		equal(t, "the place that became free", give(t, s, rep(4), rep(0)).Slot, 1)
		equal(t, "of the agent", len(got(s.MandatesFor(ctx, meeting, rep(0)))(t)), 3)

		meet(t, s, deliberation.MeetingCheckIn, deliberation.Conference)
		got(s.FreezeRoll(ctx, rollSpec(deliberation.Conference)))(t)
		ok(t, s.CheckIn(ctx, meeting, rep(0), rep(0), 0, noon))
		equal(t, "present with the principals", present(t, s), 4)
		give(t, s, rep(6), rep(5)) // the agent is not there yet
		equal(t, "present", present(t, s), 4)
		ok(t, s.CheckIn(ctx, meeting, rep(5), rep(5), 0, noon))
		equal(t, "present", present(t, s), 6)

		ok(t, s.CheckIn(ctx, meeting, rep(2), rep(2), 0, noon)) // the principal comes
		equal(t, "present", present(t, s), 6)
		equal(t, "left to the agent", len(got(s.MandatesFor(ctx, meeting, rep(0)))(t)), 2)
		refused(t, s.CheckIn(ctx, meeting, rep(2), rep(2), 0, noon), deliberation.RefuseTwice)

		list := got(s.CloseMandates(ctx, meeting, noon))(t)
		equal(t, "on the list", list.Count, 3)
		no(rep(7), rep(5), deliberation.RefuseMandateUsed)
		ok(t, s.RevokeMandate(ctx, got(s.MandatesFor(ctx, meeting, rep(5)))(t)[0].ID, rep(6), noon.Add(time.Minute)))
		equal(t, "present without the revoked", present(t, s), 5)
		equal(t, "the list stays", got(s.CloseMandates(ctx, meeting, noon.Add(time.Hour)))(t), list)
	})
}

func TestMandateUsedStays(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 3)
		gathered(t, s, deliberation.Conference)
		m := give(t, s, rep(1), rep(0))
		ok(t, s.CheckIn(ctx, meeting, rep(0), rep(0), 0, noon))
		_, err := b.raw(t).Exec("UPDATE mandates SET used = TRUE")
		ok(t, err)
		refused(t, s.RevokeMandate(ctx, m.ID, rep(1), noon), deliberation.RefuseMandateUsed)
		refused(t, s.CheckIn(ctx, meeting, rep(1), rep(1), 0, noon), deliberation.RefuseMandateUsed)
		for _, wrong := range []string{
			"UPDATE mandates SET revoked = given",
			"INSERT INTO mandates (id, meeting, principal, agent, slot, household, given, given_by) SELECT 'x', meeting, 'rep002', agent, slot, household, given, given_by FROM mandates",
			"INSERT INTO mandates (id, meeting, principal, agent, slot, household, given, given_by) SELECT 'x', meeting, principal, 'rep002', slot, household, given, given_by FROM mandates",
			"INSERT INTO mandates (id, meeting, principal, agent, slot, household, given, given_by) SELECT 'x', meeting, 'rep002', 'rep002', 2, household, given, given_by FROM mandates",
		} {
			if _, err := b.raw(t).Exec(wrong); err == nil {
				t.Errorf("the database took: %s", wrong)
			}
		}
	})
}

// A household sends another of its adults, who need not be on the roll.
func TestHouseholdSubstitute(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		home := got(s.SaveHousehold(ctx, deliberation.Household{Community: place, Number: "501"}, "clerk"))(t)
		next := got(s.SaveHousehold(ctx, deliberation.Household{Community: place, Number: "502"}, "clerk"))(t)
		lives := func(id deliberation.PersonID, in deliberation.HouseholdID, birth string, relation deliberation.Relation) {
			r := deliberation.PersonRecord{Person: deliberation.Person{ID: id, Community: place, Name: string(id)}, Birth: day(t, birth), Household: in, Relation: relation}
			got(s.SaveRecord(ctx, r, "clerk"))(t)
		}
		lives("head", home, "1960-01-01", deliberation.RelationHead)
		lives("wife", home, "1962-01-01", deliberation.RelationSpouse)
		lives("child", home, "2012-01-01", deliberation.RelationGrandchild)
		lives("neighbour", next, "1970-01-01", deliberation.RelationHead)
		meet(t, s, deliberation.MeetingCheckIn, deliberation.HouseholdAssembly)
		got(s.FreezeRoll(ctx, rollSpec(deliberation.HouseholdAssembly)))(t)
		sub := func(principal, agent deliberation.PersonID) (deliberation.Mandate, error) {
			m := mandate(principal, agent)
			m.By, m.Household = agent, true
			return s.GiveMandate(ctx, m, deliberation.ProxyRules{}, substitutes)
		}
		_, err := sub("head", "child")
		refused(t, err, deliberation.RefuseInvalid)
		_, err = sub("head", "neighbour")
		refused(t, err, deliberation.RefuseInvalid)
		refused(t, s.CheckIn(ctx, meeting, "wife", "wife", 0, noon), deliberation.RefuseNotOnRoll)
		m := got(sub("", "wife"))(t)
		equal(t, "stands for", m.Principal, "head")
		ok(t, s.CheckIn(ctx, meeting, "wife", "wife", 0, noon))
		equal(t, "households present", present(t, s), 1)
		refused(t, s.CheckIn(ctx, meeting, "wife", "wife", 0, noon), deliberation.RefuseTwice)
		ok(t, s.CheckIn(ctx, meeting, "head", "head", 0, noon))
		equal(t, "the head came after all", present(t, s), 1)
		equal(t, "mandates left", len(got(s.MandatesFor(ctx, meeting, "wife"))(t)), 0)
	})
}

// The cap holds though all come at once.
func TestMandateCapHoldsAtOnce(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		seeded(t, s, 13)
		meet(t, s, deliberation.MeetingConvened, deliberation.Conference)
		var all sync.WaitGroup
		errs := make([]error, 12)
		for i := range errs {
			all.Go(func() {
				_, errs[i] = s.GiveMandate(t.Context(), mandate(rep(i+1), rep(0)), upToThree, deliberation.FlagRule{})
			})
		}
		all.Wait()
		given := 0
		for _, err := range errs {
			if err == nil {
				given++
				continue
			}
			refused(t, err, deliberation.RefuseMandateCap)
		}
		equal(t, "given", fmt.Sprint(given, len(got(s.MandatesFor(t.Context(), meeting, rep(0)))(t))), "3 3")
	})
}

// Who had come in person and left is in the hall through their agent alone: they go
// with the agent, and with the mandate.
func TestAgentLeavesWithWhomTheyStandFor(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 4)
		gathered(t, s, deliberation.Conference, rep(0), rep(1), rep(2))
		for _, p := range []deliberation.PersonID{rep(0), rep(2)} {
			ok(t, s.Leave(ctx, meeting, p, p, noon))
		}
		give(t, s, rep(0), rep(1))
		second := give(t, s, rep(2), rep(1))
		equal(t, "present through the agent", present(t, s), 3)
		ok(t, s.RevokeMandate(ctx, second.ID, rep(2), noon))
		equal(t, "present without the revoked", present(t, s), 2)
		ok(t, s.Leave(ctx, meeting, rep(1), rep(1), noon))
		equal(t, "present without the agent", present(t, s), 0)

		ok(t, s.CheckIn(ctx, meeting, rep(1), rep(1), 0, noon))
		equal(t, "back with the agent", present(t, s), 2)
		ok(t, s.CheckIn(ctx, meeting, rep(0), rep(0), 0, noon)) // in person after all
		ok(t, s.Leave(ctx, meeting, rep(1), rep(1), noon))
		equal(t, "who came in person stays", present(t, s), 1)
	})
}

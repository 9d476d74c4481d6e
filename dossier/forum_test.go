package dossier

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// aVotingForm is a consultation whose members vote on what they found, and carry it.
func aVotingForm(rules deliberation.ConsultationRules) *consulted {
	c, yes := aConsultation(rules, deliberation.FoundAgreed), true
	c.list.People, c.roll = nil, []deliberation.PersonID{"a", "b", "c"}
	for _, id := range c.roll {
		c.list.People = append(c.list.People, deliberation.Participant{Person: id, As: deliberation.AsMember})
	}
	c.voted, c.marked = &yes, true
	if rules.Meeting.Body == deliberation.CouncilMeeting {
		c.grant = &deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryEnvironment}, Until: deliberation.DateOf(topicEntered), To: deliberation.CouncilMeeting}
	}
	return c
}

// 议事会、协调会、监事会、党员代表议事 (law.md §11): one that overstepped its limit is found.
func TestAFormThatOverstepsItsLimitIsFound(t *testing.T) {
	no := false
	lost := func(c *consulted) { c.voted = &no }
	for _, form := range []deliberation.Body{deliberation.CouncilMeeting, deliberation.MonitoringMeeting, deliberation.PartyDelegates} {
		rules := formRules(t, form)
		if f := aVotingForm(rules).faults(rules); len(f) > 0 {
			t.Errorf("honest, %s: %+v", form, f)
		}
		c := aVotingForm(rules)
		lost(c)
		c.carried = nil
		if form == deliberation.CouncilMeeting {
			c.forwarded = &deliberation.ForwardedData{Process: "x2"}
		} else {
			c.ended = deliberation.Lost
		}
		if f := c.faults(rules); len(f) > 0 {
			t.Errorf("honest, %s lost: %+v", form, f)
		}
		for name, lie := range map[string]func(*consulted){
			"lost and carried out":         lost,
			"the supervisors saw nothing":  func(c *consulted) { c.marked = false },
			"a resident among the members": func(c *consulted) { c.list.People[0].As = deliberation.AsResident },
			"two members":                  func(c *consulted) { c.list.People, c.roll = c.list.People[:2], c.roll[:2] },
		} {
			c := aVotingForm(rules)
			lie(c)
			if len(c.faults(rules)) == 0 {
				t.Errorf("%s: %s is not found", form, name)
			}
		}
	}
	council := formRules(t, deliberation.CouncilMeeting)
	for name, lie := range map[string]func(*consulted){
		"§11 nothing was entrusted":         func(c *consulted) { c.grant = nil },
		"§11 something else was":            func(c *consulted) { c.grant.Categories[0] = deliberation.CategoryFunds },
		"§11 it was to the conference":      func(c *consulted) { c.grant.To = "" },
		"§11 it had ended":                  func(c *consulted) { c.grant.Until = c.grant.Until.AddDays(-1) },
		"lost and sent nowhere":             func(c *consulted) { lost(c); c.carried = nil },
		"carried, and sent on all the same": func(c *consulted) { c.forwarded = &deliberation.ForwardedData{Process: "x2"} },
	} {
		c := aVotingForm(council)
		lie(c)
		if len(c.faults(council)) == 0 {
			t.Errorf("%s is not found", name)
		}
	}
	coordination := formRules(t, deliberation.CoordinationMeeting)
	both := aConsultation(coordination, deliberation.FoundAgreed)
	both.list.People[1].As = deliberation.InterestedParty
	if f := both.faults(coordination); len(f) > 0 {
		t.Errorf("honest, both sides: %+v", f)
	}
	if len(aConsultation(coordination, deliberation.FoundAgreed).faults(coordination)) == 0 {
		t.Error("§11 a coordination of one side is not found")
	}
}

// ③ by Party delegates: who is on its roll is who the case names (law.md §11).
func TestAStrangerAmongTheDelegatesIsFound(t *testing.T) {
	roll := Roll{Body: deliberation.PartyDelegates, Members: []RollMember{{Person: "a"}, {Person: "b"}}}
	faults := func(named ...deliberation.PersonID) []Check {
		e := &examination{h: &history{}}
		e.d.Case.Matter.Delegates = named
		e.check("roll", func() { e.delegates("rolls/m1.json", roll) })
		return e.Faults()
	}
	if f := faults("a", "b", "c"); len(f) > 0 {
		t.Errorf("an honest roll, one of the three having moved away: %+v", f)
	}
	if len(faults("a", "c")) != 1 || len(faults()) != 2 {
		t.Error("who was not named is not found")
	}
}

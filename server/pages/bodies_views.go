package pages

import (
	"strconv"

	"github.com/yishi-project/yishi/deliberation"
)

// BodiesView lists the standing bodies of a community, each with its state.
type BodiesView struct {
	Page
	// On is what was asked for, Day the day that is shown.
	On      string
	Day     deliberation.Date
	Lines   []BodyLine
	Problem *Problem
}

// BodyLine is one body of the list.
type BodyLine struct {
	Verdict deliberation.CompositionVerdict
	// Open says that the reader may look at its members.
	Open bool
}

// BodyView is one body on a day: who serves on it and what the rules find.
type BodyView struct {
	Page
	On      string
	Day     deliberation.Date
	Verdict deliberation.CompositionVerdict
	Members []BodyMember
	// Findings are the rules that are broken, Advice those that only advise, Undecided
	// what the roster cannot tell, All every rule with its numbers.
	Findings, Advice, Undecided, All []BodyRule
	// Links says that the reader may open a person's record, MayRoll that they may see the roll.
	Links, MayRoll bool
	Problem        *Problem
}

// BodyMember is somebody who serves on the body, with the offices that bring it.
type BodyMember struct {
	Person deliberation.Person
	Held   []deliberation.OfficeHeld
}

// BodyRule is one rule with what it found.
type BodyRule struct {
	Check deliberation.CompositionCheck
	// Who names those concerned, empty where the reader is not told.
	Who []string
}

// BodyRollView is the roll of a body on a day, with the reason for each who is on it and who is not.
type BodyRollView struct {
	Page
	On      string
	Day     deliberation.Date
	Body    deliberation.Body
	Count   int
	Lines   []deliberation.Inclusion
	Paging  Paging
	Problem *Problem
}

// StateTone gives the look of a body's state.
func StateTone(s deliberation.CompositionState) Tone {
	switch s {
	case deliberation.CompositionMet:
		return Good
	case deliberation.CompositionBreached:
		return Bad
	case deliberation.CompositionAdvised, deliberation.CompositionUndecided:
		return Wait
	}
	return Idle
}

// Tone gives the look of what one rule found.
func (r BodyRule) Tone() Tone {
	switch {
	case r.Check.Met:
		return Good
	case r.Check.Breached() && r.Check.Rule.Must():
		return Bad
	}
	return Wait
}

// RuleWord says what one rule found, in a word.
func (p Page) RuleWord(r BodyRule) string {
	switch {
	case r.Check.Met:
		return p.S("bodies_rule_met")
	case r.Check.Undecided:
		return p.S("bodies_rule_undecided")
	case r.Check.Rule.Must():
		return p.S("bodies_rule_broken")
	}
	return p.S("bodies_rule_advised")
}

// StateWord names the state of a body.
func (p Page) StateWord(s deliberation.CompositionState) string { return p.head(s.Word(p.Lang)) }

// RuleSentence says a rule with its numbers.
func (p Page) RuleSentence(c deliberation.CompositionCheck) string {
	return p.head(c.Sentence(p.Community.Kind, p.Lang))
}

// RollReason says why somebody is on the roll or is not. It says no day of birth,
// and so not when somebody comes of age.
func (p Page) RollReason(i deliberation.Inclusion) string {
	if i.In {
		return p.S("body_roll_because", "Office", p.OfficeName(i.Because))
	}
	if i.On.IsZero() || i.Reason == "under_age" {
		return p.S("body_roll_out_" + i.Reason)
	}
	return p.S("body_roll_out_"+i.Reason) + p.S("body_roll_out_day", "Day", i.On.Words(p.Lang))
}

// BodyLead says who makes up the body.
func (p Page) BodyLead(b deliberation.Body) string { return p.here(p.S("bodies_lead_" + string(b))) }

// bodyPath gives the address of the body's page on the day that was asked for.
func bodyPath(b deliberation.Body, tail, on string) string {
	s := "/bodies/" + string(b) + tail
	if on != "" {
		s += "?on=" + on
	}
	return s
}

// force says whether a rule binds.
func (p Page) force(r deliberation.CompositionRule) string {
	if r.Must() {
		return p.S("bodies_must")
	}
	return p.S("bodies_should")
}

func spanOf(held []deliberation.OfficeHeld) string { return strconv.Itoa(len(held)) }

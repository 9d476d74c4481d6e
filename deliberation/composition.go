package deliberation

import (
	"cmp"
	"slices"
)

// CompositionRule is one rule on who may and must sit on a body. It is law of the
// day: a body lives under the law in force on the day it is looked at, whatever
// law its members were chosen under.
type CompositionRule struct {
	Key string `json:"key"`
	// Majority is the share asked for, Number the count, by the shape of the rule; a
	// rule that forbids or demands has neither.
	Majority *Majority `json:"majority,omitempty"`
	Number   int       `json:"number,omitempty"`
	Basis    Basis     `json:"basis"`
	// Should: the text itself leaves room (一般、原则上), or allows another way.
	Should    bool   `json:"should,omitempty"`
	Effective Date   `json:"effective"`
	Note      string `json:"note,omitempty"` // in Chinese: what the text leaves open, what was decided
	// From names the overlay that set the rule, empty for the national text.
	From string `json:"from,omitempty"`
}

// Must reports whether the rule binds: law or a Party rule that leaves no room.
// All else is practice, model or our default, and only advises.
func (r CompositionRule) Must() bool {
	c := r.Basis.Confidence
	return !r.Should && (c == LawText || c == PartyRule)
}

// CompositionRules are the rules in force on a day for a kind of place, with the local additions.
type CompositionRules struct {
	Kind    CommunityKind
	Overlay string
	On      Date
	// Rules are in the order of CompositionKeys, each key at most once.
	Rules []CompositionRule
}

// CompositionFacts is what the rules look at.
type CompositionFacts struct {
	// Members are those who hold an office; what was over or not begun on the day is left out.
	Members []Member
	Kin     []Kinship
	// Households is the number of households, nought where it is not known.
	Households int
}

// PersonPair is two persons who may not serve together, in no order.
type PersonPair struct {
	A PersonID `json:"a"`
	B PersonID `json:"b"`
}

// CompositionCheck is one rule applied: what was needed, what there was, what is
// short, and whom it concerns. Persons stand by their ids only, so that a check
// may be stored and logged.
type CompositionCheck struct {
	Rule CompositionRule `json:"rule"`
	Body Body            `json:"body"`
	// Base is what a share is taken of, or the households that representatives are chosen by; nought where the rule has none.
	Base int `json:"base,omitempty"`
	// Need is the least number that is lawful, or the greatest where AtMost.
	Need   int  `json:"need"`
	AtMost bool `json:"at_most,omitempty"`
	Had    int  `json:"had"`
	// Short is how many are missing, or too many where AtMost.
	Short int  `json:"short"`
	Met   bool `json:"met"`
	// Undecided: what Unknown persons' records (or the number of households) leave
	// out may decide it either way. It is then not Met and no breach.
	Undecided bool         `json:"undecided,omitempty"`
	Unknown   int          `json:"unknown,omitempty"`
	Persons   []PersonID   `json:"persons,omitempty"`
	Pairs     []PersonPair `json:"pairs,omitempty"`
}

// Breached reports whether the rule is shown to be broken.
func (c CompositionCheck) Breached() bool { return !c.Met && !c.Undecided }

// Vacancy reports whether the rule asks for a post to be filled.
func (c CompositionCheck) Vacancy() bool { return compositionSpecs[c.Rule.Key].vacancy }

// CompositionState is how a body stands under its rules.
type CompositionState string

// The states, the gravest first.
const (
	CompositionBreached  CompositionState = "breached"   // a rule that binds is broken
	CompositionAdvised   CompositionState = "advised"    // only rules that advise are not followed
	CompositionUndecided CompositionState = "undecided"  // what the roster leaves out may decide either way
	CompositionMet       CompositionState = "met"        // every rule is met
	CompositionNotSetUp  CompositionState = "not_set_up" // nobody serves on it, and no rule demands it
	CompositionFree      CompositionState = "free"       // no rule speaks of its composition
)

// CompositionVerdict is a body on a day with every rule on its composition.
type CompositionVerdict struct {
	Body    Body          `json:"body"`
	Kind    CommunityKind `json:"kind"`
	Overlay string        `json:"overlay,omitempty"`
	On      Date          `json:"on"`
	// Members counts who serves on it; nought for the assembly, where nobody is appointed.
	Members int                `json:"members"`
	State   CompositionState   `json:"state"`
	Checks  []CompositionCheck `json:"checks,omitempty"`
}

// Findings are the rules shown to be broken, those that bind first.
func (v CompositionVerdict) Findings() []CompositionCheck {
	var must, should []CompositionCheck
	for _, c := range v.Checks {
		switch {
		case !c.Breached():
		case c.Rule.Must():
			must = append(must, c)
		default:
			should = append(should, c)
		}
	}
	return append(must, should...)
}

// Vacancies are the posts that are not filled.
func (v CompositionVerdict) Vacancies() []CompositionCheck {
	var all []CompositionCheck
	for _, c := range v.Checks {
		if c.Vacancy() && c.Breached() {
			all = append(all, c)
		}
	}
	return all
}

// CheckComposition checks one body on the day of the rules.
func CheckComposition(b Body, rules CompositionRules, f CompositionFacts) CompositionVerdict {
	s := serving(f, rules.On)
	v := CompositionVerdict{Body: b, Kind: rules.Kind, Overlay: rules.Overlay, On: rules.On}
	if b != Assembly { // the facts hold the residents who hold an office only
		v.Members = len(s.holding(b.Offices()...))
	}
	ruled := false
	for _, r := range rules.Rules {
		spec, known := compositionSpecs[r.Key]
		if !known || spec.body != b {
			continue
		}
		ruled = true
		if spec.applies != nil && !spec.applies(s) {
			continue
		}
		c := spec.check(s, r)
		c.Rule, c.Body = r, b
		v.Checks = append(v.Checks, c)
	}
	switch {
	case !ruled:
		v.State = CompositionFree
	case len(v.Checks) == 0:
		v.State = CompositionNotSetUp
	default:
		v.State = v.state()
	}
	return v
}

// CheckCompositions checks all standing bodies.
func CheckCompositions(rules CompositionRules, f CompositionFacts) []CompositionVerdict {
	all := make([]CompositionVerdict, 0, len(Bodies))
	for _, b := range Bodies {
		all = append(all, CheckComposition(b, rules, f))
	}
	return all
}

func (v CompositionVerdict) state() CompositionState {
	state := CompositionMet
	for _, c := range v.Checks {
		switch {
		case c.Breached() && c.Rule.Must():
			return CompositionBreached
		case c.Breached():
			state = CompositionAdvised
		case c.Undecided && state == CompositionMet:
			state = CompositionUndecided
		}
	}
	return state
}

// NewFindings gives what a change of offices breaks: the findings of after that
// were not there before, or concern further persons, or are short by more. An
// office that is recorded all the same is recorded with them.
func NewFindings(before, after []CompositionVerdict) []CompositionCheck {
	old := map[string]CompositionCheck{}
	for _, v := range before {
		for _, c := range v.Findings() {
			old[c.Rule.Key] = c
		}
	}
	var fresh []CompositionCheck
	for _, v := range after {
		for _, c := range v.Findings() {
			if o, was := old[c.Rule.Key]; !was || c.Short > o.Short || adds(o.Persons, c.Persons) || adds(o.Pairs, c.Pairs) {
				fresh = append(fresh, c)
			}
		}
	}
	return fresh
}

func adds[T comparable](before, after []T) bool {
	return slices.ContainsFunc(after, func(x T) bool { return !slices.Contains(before, x) })
}

// WithOffice gives the members as they would be once who holds o: what NewFindings
// compares with the members as they are. An office without a last day goes on.
func WithOffice(members []Member, who Member, o OfficeHeld) []Member {
	o.Person = who.Person.ID
	all := slices.Clone(members)
	for i, m := range all {
		if m.Person.ID == who.Person.ID {
			all[i].Offices = append(slices.Clone(m.Offices), o)
			return all
		}
	}
	who.Offices = append(slices.Clone(who.Offices), o)
	return append(all, who)
}

// WithoutOffice gives the members as they would be once the office has ended.
func WithoutOffice(members []Member, o OfficeHeld) []Member {
	all := slices.Clone(members)
	for i, m := range all {
		if m.Person.ID == o.Person {
			all[i].Offices = slices.DeleteFunc(slices.Clone(m.Offices), func(h OfficeHeld) bool {
				return h.Office == o.Office && (o.From.IsZero() || h.From == o.From)
			})
		}
	}
	return all
}

// service is who serves on a day, each person once, in the order of their ids.
type service struct {
	on         Date
	members    []Member
	kin        []Kinship
	households int
}

func serving(f CompositionFacts, on Date) service {
	s := service{on: on, kin: f.Kin, households: f.Households}
	at := map[PersonID]int{}
	for _, m := range f.Members {
		held := slices.DeleteFunc(slices.Clone(m.Offices), func(o OfficeHeld) bool {
			return o.From.After(on) || !o.Until.IsZero() && o.Until.Before(on)
		})
		if i, seen := at[m.Person.ID]; seen {
			s.members[i].Offices = append(s.members[i].Offices, held...)
			continue
		}
		at[m.Person.ID] = len(s.members)
		m.Offices = held
		s.members = append(s.members, m)
	}
	slices.SortFunc(s.members, func(a, b Member) int { return cmp.Compare(a.Person.ID, b.Person.ID) })
	return s
}

func holds(m Member, offices ...Office) bool {
	return slices.ContainsFunc(m.Offices, func(o OfficeHeld) bool { return slices.Contains(offices, o.Office) })
}

func (s service) holding(offices ...Office) []Member {
	return s.who(func(m Member) bool { return holds(m, offices...) })
}

func (s service) who(is func(Member) bool) []Member {
	var all []Member
	for _, m := range s.members {
		if is(m) {
			all = append(all, m)
		}
	}
	return all
}

// representatives are those who sit on the conference as such. Who sits on the
// committee too is a member of the conference by that office, and counts so: the
// share of the representatives is meant to keep the committee from deciding alone.
func (s service) representatives() []Member {
	return s.who(func(m Member) bool { return holds(m, Representative) && !holds(m, Director, CommitteeMember) })
}

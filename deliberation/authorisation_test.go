package deliberation

import (
	"errors"
	"testing"
)

// law.md §15.5: an authorisation has its matters and its term.
func TestAuthorisationCoversItsMattersInItsTerm(t *testing.T) {
	a := Authorisation{ID: "g1", From: NewDate(2026, 3, 1), Grant: Grant{Categories: []Category{CategoryFunds, CategoryWelfare}, Until: NewDate(2027, 3, 1)}}
	for _, c := range []struct {
		category Category
		on       Date
		covers   bool
		state    GrantState
	}{
		{CategoryFunds, NewDate(2026, 2, 28), false, GrantToCome},
		{CategoryFunds, NewDate(2026, 3, 1), true, GrantInForce},
		{CategoryWelfare, NewDate(2027, 3, 1), true, GrantInForce},
		{CategoryFunds, NewDate(2027, 3, 2), false, GrantPast},
		{CategoryRelief, NewDate(2026, 6, 1), false, GrantInForce},
	} {
		if a.Covers(c.category, c.on) != c.covers || a.In(c.on) != c.state {
			t.Errorf("%s on %s: covered %v, %s", c.category, c.on, a.Covers(c.category, c.on), a.In(c.on))
		}
	}
}

// A grant in words only, given before Yishi, has neither list nor end that a program could read.
func TestGrantInWordsCoversAll(t *testing.T) {
	for _, c := range []struct {
		grant  Grant
		on     Date
		covers bool
	}{
		{Grant{}, NewDate(2030, 1, 1), true},
		{Grant{Until: NewDate(2026, 3, 1)}, NewDate(2026, 3, 1), true},
		{Grant{Until: NewDate(2026, 3, 1)}, NewDate(2026, 3, 2), false},
		{Grant{Categories: []Category{CategoryPlan}}, NewDate(2026, 3, 2), false},
	} {
		if got := c.grant.Covers(CategoryFunds, c.on); got != c.covers {
			t.Errorf("%+v on %s: %v", c.grant, c.on, got)
		}
	}
}

// U-NEW 第三十条: the conference decides what the assembly may decide only where it was authorised.
func TestCheckAuthorised(t *testing.T) {
	basis := Basis{Citation: Citation{Law: "城市居民委员会组织法", Article: "第三十条"}}
	p := Pack{ID: "x", Parameters: map[string]Parameter{
		"matters.conference_if_authorised": {Kind: ListKind, List: []string{string(CategoryFunds), string(CategoryPlan)}, Basis: basis},
	}}
	a := Authorisation{ID: "g1", From: NewDate(2026, 3, 1), Grant: Grant{Categories: []Category{CategoryFunds}, Until: NewDate(2027, 3, 1)}}
	for _, c := range []struct {
		category Category
		on       Date
		problem  string
	}{
		{CategoryFunds, NewDate(2026, 3, 1), ""},
		{CategoryOther, NewDate(2026, 3, 1), ""}, // needs none
		{CategoryPlan, NewDate(2026, 3, 1), "not_covered"},
		{CategoryFunds, NewDate(2027, 3, 2), "not_in_force"},
		{CategoryOther, NewDate(2026, 2, 28), "not_in_force"},
	} {
		err := CheckAuthorised(p, Matter{Category: c.category, Form: Conference}, a, c.on)
		var r *Refusal
		switch {
		case c.problem == "" && err != nil:
			t.Errorf("%s on %s: %v", c.category, c.on, err)
		case c.problem == "":
		case !errors.As(err, &r) || r.Code != RefuseReserved || r.Basis == nil || len(r.Fields) != 1 || r.Fields[0].Problem != c.problem:
			t.Errorf("%s on %s: %v, want %s", c.category, c.on, err, c.problem)
		}
	}
}

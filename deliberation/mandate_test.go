package deliberation_test

import (
	"errors"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

func TestMayGive(t *testing.T) {
	rules := deliberation.ProxyRules{Allowed: deliberation.FlagRule{Key: "x", Value: true}, Most: deliberation.CountRule{Key: "y", Count: 2}}
	sub := deliberation.FlagRule{Key: "z", Value: true}
	held := func(principal, agent deliberation.PersonID, slot int) deliberation.Mandate {
		return deliberation.Mandate{Principal: principal, Agent: agent, Slot: slot}
	}
	revoked := held("d", "b", 1)
	revoked.Revoked = time.Now()
	household := held("a", "b", 0)
	household.Household = true
	for name, c := range map[string]struct {
		rules  deliberation.ProxyRules
		m      deliberation.Mandate
		others []deliberation.Mandate
		slot   int
		code   deliberation.RefusalCode
	}{
		"the first":                        {rules, held("a", "b", 0), nil, 1, ""},
		"the second":                       {rules, held("a", "b", 0), []deliberation.Mandate{held("c", "b", 1)}, 2, ""},
		"the gap is filled":                {rules, held("a", "b", 0), []deliberation.Mandate{held("c", "b", 2)}, 1, ""},
		"one too many":                     {rules, held("a", "b", 0), []deliberation.Mandate{held("c", "b", 1), held("d", "b", 2)}, 0, deliberation.RefuseMandateCap},
		"a revoked one makes room":         {rules, held("a", "b", 0), []deliberation.Mandate{held("c", "b", 2), revoked}, 1, ""},
		"twice":                            {rules, held("a", "b", 0), []deliberation.Mandate{held("a", "c", 1)}, 0, deliberation.RefuseTwice},
		"to oneself":                       {rules, held("a", "a", 0), nil, 0, deliberation.RefuseInvalid},
		"to one who gave it away":          {rules, held("a", "b", 0), []deliberation.Mandate{held("b", "c", 1)}, 0, deliberation.RefuseInvalid},
		"by one who has others'":           {rules, held("a", "b", 0), []deliberation.Mandate{held("c", "a", 1)}, 0, deliberation.RefuseInvalid},
		"not known here":                   {deliberation.ProxyRules{}, held("a", "b", 0), nil, 0, deliberation.RefuseNoProxy},
		"a household needs no proxy rules": {deliberation.ProxyRules{}, household, nil, 1, ""},
		"a household's adult has one":      {rules, household, []deliberation.Mandate{held("c", "b", 1)}, 0, deliberation.RefuseMandateCap},
	} {
		t.Run(name, func(t *testing.T) {
			slot, err := c.rules.MayGive(c.m, sub, c.others)
			var r *deliberation.Refusal
			switch {
			case c.code == "" && err != nil, c.code != "" && (!errors.As(err, &r) || r.Code != c.code):
				t.Fatalf("%v, want %q", err, c.code)
			case err == nil && slot != c.slot:
				t.Fatalf("slot %d, want %d", slot, c.slot)
			}
		})
	}
}

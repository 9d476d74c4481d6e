package deliberation

import "time"

// CountRule is a number with the text it stands on.
type CountRule struct {
	Key   string `json:"key"`
	Count int    `json:"count"`
	Basis Basis  `json:"basis"`
}

// ProxyRules says whether a member may vote through an agent 委托投票.
type ProxyRules struct {
	Allowed FlagRule `json:"allowed"`
	// Most is how many principals one agent may have.
	Most CountRule `json:"most"`
}

// Mandate is 委托: the principal 委托人 lets the agent 受托人 vote for them at one
// meeting. It is written, may be revoked until it is used, and cannot be passed on.
type Mandate struct {
	ID        string
	Meeting   MeetingID
	Principal PersonID
	Agent     PersonID
	// Slot numbers the principals of one agent, from one.
	Slot int
	// Letter is the written mandate 委托书. A household 户 that sends another of its
	// adults needs none: it follows from the record.
	Letter    PaperRef
	Household bool
	Given     time.Time
	By        PersonID // who filed it: the principal, or the clerk who has the letter
	Revoked   time.Time
	// Used: a vote was cast, or a paper ballot taken, under it.
	Used bool
}

// MandateList is the list of agents of a meeting as it was published before the
// vote 委托公示. SHA256 is of the sorted lines "principal agent\n".
type MandateList struct {
	Count  int    `json:"count"`
	SHA256 string `json:"sha256"`
}

// MayGive decides whether a mandate may be given beside the others of the meeting
// that were not revoked, and gives its number among those of its agent. It refuses
// where the rules know no agents (RefuseNoProxy), a second mandate of the principal
// (RefuseTwice), a chain (RefuseInvalid: the agent gave their own vote away, or the
// principal votes for others), and an agent who has as many as is allowed
// (RefuseMandateCap). A household's own adult stands outside the cap of agents, and
// for that household alone.
func (r ProxyRules) MayGive(m Mandate, sub FlagRule, others []Mandate) (slot int, err error) {
	allowed, most := r.Allowed, r.Most
	if m.Household {
		allowed, most = sub, CountRule{Count: 1, Basis: sub.Basis}
	}
	if !allowed.Value {
		return 0, &Refusal{Code: RefuseNoProxy, Basis: basisOf(allowed)}
	}
	if m.Agent == "" || m.Agent == m.Principal {
		return 0, &Refusal{Code: RefuseInvalid, Fields: []FieldProblem{{Field: "agent", Problem: "not_a_choice"}}}
	}
	taken := map[int]bool{}
	count := 0
	for _, o := range others {
		switch {
		case !o.Revoked.IsZero() || o.Meeting != m.Meeting:
		case o.Principal == m.Principal:
			return 0, &Refusal{Code: RefuseTwice, Fields: []FieldProblem{{Field: "principal", Problem: "taken"}}}
		case o.Principal == m.Agent:
			return 0, &Refusal{Code: RefuseInvalid, Basis: basisOf(allowed), Fields: []FieldProblem{{Field: "agent", Problem: "gave_mandate"}}}
		case o.Agent == m.Principal:
			return 0, &Refusal{Code: RefuseInvalid, Basis: basisOf(allowed), Fields: []FieldProblem{{Field: "principal", Problem: "has_mandates"}}}
		case o.Agent == m.Agent:
			count++
			taken[o.Slot] = true
		}
	}
	if count >= most.Count {
		return 0, &Refusal{Code: RefuseMandateCap, Count: most.Count, Basis: &most.Basis}
	}
	for slot = 1; taken[slot]; slot++ {
	}
	return slot, nil
}

// basisOf is nil where a pack has no such rule, so that nothing is cited.
func basisOf(r FlagRule) *Basis {
	if r.Key == "" {
		return nil
	}
	return &r.Basis
}

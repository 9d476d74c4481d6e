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

package deliberation

import "slices"

// MajorityRule is a threshold with the text it stands on.
type MajorityRule struct {
	Key      string   `json:"key"`
	Majority Majority `json:"majority"`
	Basis    Basis    `json:"basis"`
}

// DaysRule is a number of days with the text it stands on.
type DaysRule struct {
	Key     string  `json:"key"`
	Days    int     `json:"days"`
	Basis   Basis   `json:"basis"`
	Pinning Pinning `json:"pinning"`
}

// FlagRule is a yes or no with the text it stands on.
type FlagRule struct {
	Key   string `json:"key"`
	Value bool   `json:"value"`
	Basis Basis  `json:"basis"`
}

// MeetingRules is what one meeting asks.
type MeetingRules struct {
	Body Body `json:"body"`
	// Notice is the days the notice must go out before the meeting.
	Notice DaysRule `json:"notice"`
	// EmergencyNotice says whether the notice may be shorter in special circumstances, with the reason recorded.
	EmergencyNotice FlagRule `json:"emergency_notice"`
	// Quorum and Passing: every rule in the list must hold.
	Quorum  []MajorityRule `json:"quorum"`
	Passing []MajorityRule `json:"passing"`
	// NoQuorum: no text gives a quorum, for nothing is decided.
	NoQuorum bool `json:"no_quorum,omitempty"`
	// ByParticipation: nobody need be present together; all who are due may vote while
	// the poll is open, and whether enough took part is found when it closes.
	ByParticipation bool `json:"by_participation,omitempty"`
	// VotingDays is how long such a poll stays open unless the chair names another end.
	VotingDays DaysRule   `json:"voting_days,omitzero"`
	Proxy      ProxyRules `json:"proxy,omitzero"`
	// Substitute: another adult of a household may come for its representative.
	Substitute FlagRule `json:"substitute,omitzero"`
	// Sections: it may be held in several places 分片.
	Sections FlagRule `json:"sections,omitzero"`
	// ChairInterest is who may have the chair replaced for an interest in the matter.
	ChairInterest MajorityRule `json:"chair_interest,omitzero"`
}

// CodeRule is a code with the text it stands on.
type CodeRule struct {
	Key   string `json:"key"`
	Code  string `json:"code"`
	Basis Basis  `json:"basis"`
}

// PackRef pins a rule pack: a process ends under the pack it began under.
type PackRef struct {
	ID      string `json:"id"`
	Version string `json:"version"`
	// Hash is the SHA-256, in hex, of the pack's canonical form with its overlays.
	Hash string `json:"hash"`
}

// FourDeliberationsRules is all that 四议两公开一监督 asks of a rule pack. It is
// a value of the process's own history, so that no later change of a file can
// reach a process that runs.
type FourDeliberationsRules struct {
	Pack PackRef `json:"pack"`

	SolicitDays DaysRule `json:"solicit_days"`
	// MergeAllowed: ① and ② may be one meeting where secretary and director are one person.
	MergeAllowed FlagRule `json:"merge_allowed"`

	Proposal     MeetingRules `json:"proposal"`
	Consultation MeetingRules `json:"consultation"`
	Review       MeetingRules `json:"review"`

	AdviceOffered FlagRule `json:"advice_offered"`
	AdviceDays    DaysRule `json:"advice_days"`

	// Conference, Assembly and Households are the lawful forms of ④; a form the pack does not know has an empty Body.
	Conference MeetingRules `json:"conference"`
	Assembly   MeetingRules `json:"assembly"`
	Households MeetingRules `json:"households"`

	ResolutionPostDays DaysRule `json:"resolution_post_days"`
	ResultPostDays     DaysRule `json:"result_post_days"`
	ObjectionDays      DaysRule `json:"objection_days"`
	AnswerDays         DaysRule `json:"answer_days"`

	AcknowledgeDays DaysRule `json:"acknowledge_days"`
	RectifyDays     DaysRule `json:"rectify_days"`
	QuestionDays    DaysRule `json:"question_days"`

	// PrepareDays is how long a task without a legal limit may lie before it is escalated; RemindDays is how long before a due date it is reminded.
	PrepareDays DaysRule `json:"prepare_days"`
	RemindDays  DaysRule `json:"remind_days"`

	ReviewAmendedGoesTo     Stage `json:"review_amended_goes_to"`
	ResolutionAmendedGoesTo Stage `json:"resolution_amended_goes_to"`
	ContestedGoesTo         Stage `json:"contested_goes_to"`

	// Forums say which matter needs a hearing or an appraisal before it is decided.
	Forums []ForumRule `json:"forums,omitempty"`
}

// ReservedRule says that the law keeps a category of matters from a body: for good,
// or unless the assembly authorised it.
type ReservedRule struct {
	Category         Category `json:"category"`
	UnlessAuthorised bool     `json:"unless_authorised,omitempty"`
	Basis            Basis    `json:"basis"`
}

// ConferenceRules is all that a conference asks of a rule pack.
type ConferenceRules struct {
	Pack    PackRef      `json:"pack"`
	Meeting MeetingRules `json:"meeting"`
	// Reserved are the categories that the body may not decide (law.md §§4.4, 4.5, §15.5).
	Reserved []ReservedRule `json:"reserved,omitempty"`
	// Special are the categories that need SpecialPassing instead of the meeting's own.
	Special        []Category     `json:"special,omitempty"`
	SpecialPassing []MajorityRule `json:"special_passing,omitempty"`
	// ToAssembly is how many must agree to send a motion up to the assembly.
	ToAssembly MajorityRule `json:"to_assembly,omitzero"`
	// Filing names where a decision of one of the categories Filed is filed 备案.
	Filing *CodeRule  `json:"filing,omitempty"`
	Filed  []Category `json:"filed,omitempty"`

	ResolutionPostDays DaysRule `json:"resolution_post_days"`
	ObjectionDays      DaysRule `json:"objection_days"`
	AnswerDays         DaysRule `json:"answer_days"`

	AcknowledgeDays DaysRule `json:"acknowledge_days"`
	RectifyDays     DaysRule `json:"rectify_days"`
	QuestionDays    DaysRule `json:"question_days"`

	PrepareDays DaysRule `json:"prepare_days"`
	RemindDays  DaysRule `json:"remind_days"`
}

// categoriesOf lists what a body can be asked to decide.
func categoriesOf(b Body) []Category {
	if b == OwnersMeeting {
		return OwnersCategories
	}
	return categories
}

// MayDecide says why the body may not decide a motion of the category; authorised
// says that the assembly authorised it (RefuseReserved).
func (r ConferenceRules) MayDecide(c Category, authorised bool) error {
	if !slices.Contains(categoriesOf(r.Meeting.Body), c) {
		return &Refusal{Code: RefuseInvalid, Fields: []FieldProblem{{Field: "category", Problem: "not_a_choice"}}}
	}
	for _, q := range r.Reserved {
		switch {
		case q.Category != c:
		case !q.UnlessAuthorised:
			return &Refusal{Code: RefuseReserved, Basis: &q.Basis}
		case !authorised:
			return &Refusal{Code: RefuseReserved, Basis: &q.Basis, Fields: []FieldProblem{{Field: "authorisation", Problem: "required"}}}
		}
	}
	return nil
}

// PassingOf gives the thresholds that a motion of the category needs.
func (r ConferenceRules) PassingOf(c Category) []MajorityRule {
	if slices.Contains(r.Special, c) {
		return r.SpecialPassing
	}
	return r.Meeting.Passing
}

// Meeting gives the rules of the meeting of the stage, where form says which
// body decides at ④.
func (r FourDeliberationsRules) Meeting(s Stage, form Body, merged bool) MeetingRules {
	switch s {
	case Proposal:
		if merged {
			m := r.Consultation
			m.Passing = append(append([]MajorityRule{}, r.Consultation.Passing...), r.Proposal.Passing...)
			return m
		}
		return r.Proposal
	case Consultation:
		return r.Consultation
	case Review:
		return r.Review
	case Resolution:
		switch form {
		case Assembly:
			return r.Assembly
		case HouseholdAssembly:
			return r.Households
		}
		return r.Conference
	}
	return MeetingRules{}
}

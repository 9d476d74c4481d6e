package deliberation

import "time"

// RefusalCode names a reason to refuse. The sentence a person reads is made from
// it, in their language, in one place (server/refusals).
type RefusalCode string

// The refusals.
const (
	RefuseTooEarly         RefusalCode = "too_early"            // not before Earliest
	RefuseTooLate          RefusalCode = "too_late"             // the limit Latest has passed
	RefuseOutOfOrder       RefusalCode = "out_of_order"         // this act is not open in this stage
	RefuseNotEntitled      RefusalCode = "not_entitled"         // the person holds no office for it
	RefuseNotOnRoll        RefusalCode = "not_on_roll"          // not on the frozen roll
	RefuseTwice            RefusalCode = "twice"                // already done
	RefuseBelowQuorum      RefusalCode = "below_quorum"         // see Verdict
	RefusePollClosed       RefusalCode = "poll_closed"          // closed, or past its time
	RefusePollNotOpen      RefusalCode = "poll_not_open"        // not yet opened
	RefuseNotCheckedIn     RefusalCode = "not_checked_in"       // did not sign in before the poll opened
	RefuseNotPresent       RefusalCode = "not_present"          // not signed in, or has left
	RefuseForAnother       RefusalCode = "for_another"          // a vote for somebody else
	RefuseHeld             RefusalCode = "held"                 // an order of rectification holds the process
	RefuseSameSigner       RefusalCode = "same_signer"          // two signatures need two persons
	RefuseUnanswered       RefusalCode = "unanswered"           // opinions without an answer remain
	RefuseReserved         RefusalCode = "reserved"             // the law reserves the matter to another body or procedure
	RefuseNotMerged        RefusalCode = "not_merged"           // ① and ② may not be one meeting here
	RefuseUnknownPack      RefusalCode = "unknown_pack"         // no such rule pack, or not for this kind of place and date
	RefuseInvalid          RefusalCode = "invalid"              // a field is missing or wrong: see Fields
	RefuseNotFound         RefusalCode = "not_found"            // no such thing, or not for these eyes
	RefuseConflict         RefusalCode = "conflict"             // somebody else was quicker; look again
	RefuseEnded            RefusalCode = "ended"                // the process has ended
	RefuseSignIn           RefusalCode = "sign_in"              // sign in first
	RefuseLinkUsed         RefusalCode = "link_used"            // one-time link used or expired
	RefuseKeyReused        RefusalCode = "key_reused"           // Idempotency-Key used for another request
	RefuseTooLarge         RefusalCode = "too_large"            // more than may be sent
	RefuseMalformed        RefusalCode = "malformed"            // the body cannot be read
	RefuseUnavailable      RefusalCode = "unavailable"          // the engine or database does not answer; try again
	RefuseSupervisedSelf   RefusalCode = "supervised_self"      // nobody supervises their own act
	RefuseEmergencyReason  RefusalCode = "emergency_reason"     // short notice needs a recorded reason
	RefuseRateLimited      RefusalCode = "rate_limited"         // too many requests
	RefuseCrossSite        RefusalCode = "cross_site"           // form token missing or from another site
	RefuseMethod           RefusalCode = "method_not_allowed"   // no such method here
	RefuseMediaType        RefusalCode = "unsupported_media"    // not JSON
	RefuseDuplicateOnRoll  RefusalCode = "duplicate_on_roll"    // the same person twice on a roll
	RefuseProofMissing     RefusalCode = "proof_missing"        // the physical board has no photo yet
	RefuseFormNotInPack    RefusalCode = "form_not_in_pack"     // the pack does not know this form of ④
	RefuseIdempotencyKey   RefusalCode = "idempotency_key"      // a command needs an Idempotency-Key
	RefuseNotAccountable   RefusalCode = "not_objector"         // only the person who objected may say so
	RefuseRectifyLimit     RefusalCode = "rectification_limit"  // the limit asked for is outside what the pack allows
	RefuseUnsignedMinutes  RefusalCode = "unsigned_minutes"     // minutes are not written yet
	RefuseDuplicateProcess RefusalCode = "duplicate_process"    // the same start was sent before
	RefuseCalendar         RefusalCode = "calendar_unpublished" // the calendar of that year is not published
	RefuseFreshSignIn      RefusalCode = "fresh_sign_in"        // an elevated act asks to sign in anew
	RefuseWrongCredential  RefusalCode = "wrong_credential"     //nolint:gosec // a code for: password, code or passkey does not fit, never says which
	RefuseLockedOut        RefusalCode = "locked_out"           // too many wrong tries for this person: see Earliest
	RefuseOwnOffice        RefusalCode = "own_office"           // nobody records, ends or certifies their own office
	RefuseUnreadableFile   RefusalCode = "unreadable_file"      // broken, protected, with macros, or not a table
	RefuseImportErrors     RefusalCode = "import_errors"        // rows with errors: nothing was changed
	RefuseImportChanged    RefusalCode = "import_changed"       // what was imported has been changed since; it cannot be undone
	RefuseByHands          RefusalCode = "by_hands"             // the motion is voted on by raising hands
	RefuseNoMotion         RefusalCode = "no_motion"            // nothing is on the agenda
	RefuseEnterCommunity   RefusalCode = "enter_community"      // choose a community first
	RefuseOwnMatter        RefusalCode = "own_matter"           // nobody answers what they said themselves
	RefuseAssisted         RefusalCode = "assisted"             // not while somebody helps at the table
	RefuseSecondFactor     RefusalCode = "second_factor"        // the office asks for a second proof of identity
	RefuseOtherChannel     RefusalCode = "other_channel"        // voted, or took a ballot, by another channel
	RefusePaperOnly        RefusalCode = "paper_only"           // the poll is held on paper alone
	RefuseUnreconciled     RefusalCode = "unreconciled"         // the paper does not add up: see Fields
	RefuseUnlawfulElection RefusalCode = "unlawful_election"    // the election may not go on like this: see Faults
	RefuseNoMandate        RefusalCode = "no_mandate"           // no mandate to vote for that person, or it was revoked
	RefuseMandateCap       RefusalCode = "mandate_cap"          // the agent has as many principals as the rule allows
	RefuseMandateUsed      RefusalCode = "mandate_used"         // it was used and can no longer be revoked
	RefuseNoProxy          RefusalCode = "no_proxy"             // this body knows no voting through others
	RefusePollKeyLost      RefusalCode = "poll_key_lost"        // the key of a secret poll is not there: it cannot be counted
	RefuseNotCosigned      RefusalCode = "not_cosigned"         // a scrutineer has not signed the count yet
	RefuseIsChair          RefusalCode = "is_chair"             // already chairs the meeting
	RefuseNotEnough        RefusalCode = "not_enough"           // fewer are for it than the rule asks: see Verdict
	RefuseNobodyCame       RefusalCode = "nobody_came"          // nobody has signed in to a meeting without a quorum
	RefuseNoInterested     RefusalCode = "no_interested_party"  // nobody whose interest is touched is on the list
	RefuseUnbalanced       RefusalCode = "unbalanced"           // a table of accounts does not add up: see Fields
	RefuseNotAffected      RefusalCode = "not_affected"         // the matter, or the side, does not touch the person
	RefuseOtherSide        RefusalCode = "other_side"           // signed up for another side
	RefuseOnPanel          RefusalCode = "on_panel"             // who hears or presents is no side
	RefuseInterest         RefusalCode = "direct_interest"      // a direct interest excludes an expert
	RefuseSignInExpired    RefusalCode = "sign_in_expired"      // what was begun to sign in is used or too old
	RefuseTooOften         RefusalCode = "too_often"            // as often as one person may: see Count
)

// FieldProblem says what is wrong with one field of a form.
type FieldProblem struct {
	Field string `json:"field"`
	// Problem is a catalogue key: required, too_long, not_a_date, not_a_choice, not_a_number.
	Problem string `json:"problem"`
	// Limit is the number the problem speaks of, where it does.
	Limit int `json:"limit,omitempty"`
}

// Refusal is a request declined with what the person needs to go on. It is an
// error that carries no personal data, so that it may pass through a workflow
// history.
type Refusal struct {
	Code     RefusalCode    `json:"code"`
	Basis    *Basis         `json:"basis,omitempty"`
	Verdict  *Verdict       `json:"verdict,omitempty"`
	Earliest time.Time      `json:"earliest,omitzero"`
	Latest   time.Time      `json:"latest,omitzero"`
	Since    time.Time      `json:"since,omitzero"`
	Stage    Stage          `json:"stage,omitempty"`
	Act      ActKind        `json:"act,omitempty"`
	Days     int            `json:"days,omitempty"`
	Count    int            `json:"count,omitempty"`
	Fields   []FieldProblem `json:"fields,omitempty"`
	// Faults say what an election may not go on with.
	Faults []ElectionFault `json:"faults,omitempty"`
}

// Error gives the code; people read the catalogue's sentence instead.
func (r *Refusal) Error() string { return "refused: " + string(r.Code) }

// Is makes errors.Is compare refusals by their code.
func (r *Refusal) Is(target error) bool {
	t, ok := target.(*Refusal)
	return ok && t.Code == r.Code
}

// Refuse makes a refusal of the code alone.
func Refuse(code RefusalCode) *Refusal { return &Refusal{Code: code} }

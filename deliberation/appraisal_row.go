package deliberation

import "slices"

// HeldAppraisal is an appraisal that was held, of one person in one post.
type HeldAppraisal struct {
	Process ProcessID `json:"process"`
	Person  PersonID  `json:"person"`
	Post    Office    `json:"post"`
	On      Date      `json:"on"`
	Grade   Grade     `json:"grade"`
}

// ConsequenceKind is what follows from a grade.
type ConsequenceKind string

// What may follow. None of them is a dismissal: no body ends an elected office here
// (law.md §6.5).
const (
	NoConsequence ConsequenceKind = "none"
	// Commend is 列入表扬名单.
	Commend ConsequenceKind = "commend"
	// Explain is 公开说明并整改, after a first unfit grade.
	Explain ConsequenceKind = "explain"
	// EndsByLaw is 职务依法自行终止: the program gives notice of it.
	EndsByLaw ConsequenceKind = "ends_by_law"
	// ReferRow is 提请认定: only the bare text is met, somebody must rule.
	ReferRow ConsequenceKind = "refer"
)

// RowReason says why two grades are, or are not, two in a row. It is a catalogue key.
type RowReason string

// The reasons.
const (
	RowFirst     RowReason = "first"      // no earlier appraisal
	RowBetter    RowReason = "better"     // the last grade was another
	RowNewTerm   RowReason = "new_term"   // the post was left in between
	RowNoRule    RowReason = "no_rule"    // no law in force says so
	RowInRow     RowReason = "in_row"     // same post, far enough apart
	RowTooClose  RowReason = "too_close"  // less than the months apart
	RowOtherPost RowReason = "other_post" // the last unfit grade was in another post
	RowPartyPost RowReason = "party_post" // the organic law does not speak of the post
)

// Consequence is what follows from a grade, and why.
type Consequence struct {
	Kind   ConsequenceKind `json:"kind"`
	Reason RowReason       `json:"reason,omitempty"`
	// Before is the earlier appraisal that it stands on.
	Before *HeldAppraisal `json:"before,omitempty"`
	Basis  *Basis         `json:"basis,omitempty"`
}

// Consequence says what follows from a grade (law.md §§6.3, 17.2). before is every
// appraisal of the person that was held earlier, in whatever order and post; only
// the last counts, for "two in a row" are two successive ones. Where the same post
// and the months apart hold, the post ends by operation of law; where only the bare
// text is met the case is referred for a ruling; where the person held another post
// in between, or was graded better, it is neither.
func (r AppraisalRules) Consequence(now HeldAppraisal, since Date, before []HeldAppraisal) Consequence {
	switch now.Grade {
	case Excellent:
		return Consequence{Kind: Commend}
	case Unfit:
	default:
		return Consequence{Kind: NoConsequence}
	}
	last := lastHeld(now, before)
	explain := func(why RowReason) Consequence { return Consequence{Kind: Explain, Reason: why, Before: last} }
	switch {
	case last == nil:
		return explain(RowFirst)
	case last.Grade != Unfit:
		return explain(RowBetter)
	case r.InRow.Key == "":
		return explain(RowNoRule)
	}
	refer := func(why RowReason) Consequence {
		return Consequence{Kind: ReferRow, Reason: why, Before: last, Basis: &r.InRow.Basis}
	}
	switch {
	case last.Post != now.Post:
		return refer(RowOtherPost)
	case last.On.Before(since):
		return explain(RowNewTerm)
	case !slices.Contains(endedByLaw, now.Post):
		return refer(RowPartyPost)
	case now.On.Before(last.On.AddMonths(r.ApartMonths.Count)):
		c := refer(RowTooClose)
		c.Basis = &r.ApartMonths.Basis
		return c
	}
	return Consequence{Kind: EndsByLaw, Reason: RowInRow, Before: last, Basis: &r.InRow.Basis}
}

// lastHeld gives the person's last appraisal before now, nil where there is none.
func lastHeld(now HeldAppraisal, before []HeldAppraisal) *HeldAppraisal {
	var last *HeldAppraisal
	for _, h := range before {
		if h.Person != now.Person || h.Process == now.Process || !h.On.Before(now.On) || h.Grade == "" {
			continue
		}
		if last == nil || last.On.Before(h.On) {
			last = &h
		}
	}
	return last
}

// AppraisalStages lists the stages of the yearly report in order.
var AppraisalStages = []Stage{Reporting, Appraising, AppraisalDisclosure, AppraisalFollowUp, Archive}

// NextOfAppraisal gives the stage that follows in the yearly report, and false where
// it ends. A conference without a quorum is convened again, and so is one whose
// appraisal is contested.
func NextOfAppraisal(s Stage, o Outcome) (Stage, bool) {
	switch {
	case o == Withdrawn || o == Cancelled || o == Lost:
		return Archive, false
	case o == Inquorate:
		return s, true
	case s == Reporting:
		return Appraising, true
	case s == Appraising:
		return AppraisalDisclosure, true
	case s == AppraisalDisclosure:
		return AppraisalFollowUp, true
	}
	return Archive, false
}

// AppraisedPerson is where one person's report and appraisal stand.
type AppraisedPerson struct {
	Appraisee
	// Report is the text of what was reported, Answered of Owed commitments answered in
	// it, Done of those done, and Promised the new ones.
	Report   PaperRef `json:"report,omitzero"`
	Owed     int      `json:"owed,omitempty"`
	Answered int      `json:"answered,omitempty"`
	Done     int      `json:"done,omitempty"`
	Promised int      `json:"promised,omitempty"`
	// Motion is the question of the ballot.
	Motion  string   `json:"motion,omitempty"`
	Grading *Grading `json:"grading,omitempty"`
	// Consequence is what follows; Told, Measures, Checked, Ruling and Notice are the
	// papers of what was done about it.
	Consequence Consequence `json:"consequence,omitzero"`
	Told        bool        `json:"told,omitempty"`
	Measures    PaperRef    `json:"measures,omitzero"`
	Checked     PaperRef    `json:"checked,omitzero"`
	Ruling      PaperRef    `json:"ruling,omitzero"`
	RuledInRow  bool        `json:"ruled_in_row,omitempty"`
	Notice      PaperRef    `json:"notice,omitzero"`
}

// NextAct is what the person's grade still demands, empty where nothing.
func (p AppraisedPerson) NextAct() ActKind {
	ends, explains := p.Consequence.Kind == EndsByLaw, p.Consequence.Kind == Explain
	if p.Consequence.Kind == ReferRow {
		if p.Ruling.IsZero() {
			return RuleOnRow
		}
		ends, explains = p.RuledInRow, !p.RuledInRow
	}
	switch {
	case ends && p.Notice.IsZero():
		return AnnounceEnd
	case explains && p.Measures.IsZero():
		return ExplainGrade
	case explains && p.Checked.IsZero():
		return CheckMeasures
	}
	return ""
}

// Take notes that what the grade demanded was done.
func (p *AppraisedPerson) Take(a Act) {
	switch a.Kind {
	case RuleOnRow:
		p.Ruling, p.RuledInRow = a.Paper, a.Accept
	case AnnounceEnd:
		p.Notice = a.Paper
	case ExplainGrade:
		p.Measures = a.Paper
	case CheckMeasures:
		p.Checked = a.Paper
	}
}

// AppraisalStatus is where a yearly report stands.
type AppraisalStatus struct {
	People []AppraisedPerson `json:"people"`
	// Held is the day of the conference.
	Held Date `json:"held,omitzero"`
	// Filed is the paper by which the result was filed with the township.
	Filed PaperRef `json:"filed,omitzero"`
}

// Find gives the person of the id.
func (s *AppraisalStatus) Find(id PersonID) *AppraisedPerson {
	i := slices.IndexFunc(s.People, func(p AppraisedPerson) bool { return p.Person == id })
	if i < 0 {
		return nil
	}
	return &s.People[i]
}

// DutyReportData says that a person reported.
type DutyReportData struct {
	Person   PersonID `json:"person"`
	Post     Office   `json:"post"`
	Paper    PaperRef `json:"paper"`
	Owed     int      `json:"owed"`
	Answered int      `json:"answered"`
	Done     int      `json:"done"`
	Promised int      `json:"promised"`
}

// AppraisedListData says who is appraised.
type AppraisedListData struct {
	People []Appraisee `json:"people"`
}

// GradedData says how a person was graded and what follows.
type GradedData struct {
	Meeting MeetingID     `json:"meeting"`
	Motion  string        `json:"motion"`
	Since   Date          `json:"since"`
	Held    HeldAppraisal `json:"held"`
	Grading Grading       `json:"grading"`
	// Before are the person's earlier appraisals as they were on record.
	Before      []HeldAppraisal `json:"before,omitempty"`
	Consequence Consequence     `json:"consequence"`
}

// AppraisalActData says what was done about a grade: told, explained, checked,
// ruled or announced, as the act says.
type AppraisalActData struct {
	Act    ActKind  `json:"act"`
	Person PersonID `json:"person"`
	Post   Office   `json:"post"`
	Paper  PaperRef `json:"paper,omitzero"`
	// Accept is a ruling that the two grades are two in a row.
	Accept bool `json:"accept,omitempty"`
}

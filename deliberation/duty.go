package deliberation

import "slices"

// DutyRule is how often the law wants a body to meet 例会义务 (law.md §§4.1, 4.2, 8).
type DutyRule struct {
	Key  string `json:"key"`
	Body Body   `json:"body"`
	// Months is the longest time from one meeting to the next.
	Months int   `json:"months"`
	Basis  Basis `json:"basis"`
	// From is the day the rule takes effect: no period begins before it.
	From Date `json:"from"`
}

// MetBy reports whether a meeting of the body does the duty. 居(村)民会议 may be
// held by one representative of each household.
func (r DutyRule) MetBy(b Body) bool {
	return b == r.Body || r.Body == Assembly && b == HouseholdAssembly
}

// DutyRules is what the law of the day asks of the bodies of a community.
type DutyRules struct {
	Bodies []DutyRule `json:"bodies"`
	// Soon is how many days before the last day a reminder begins.
	Soon DaysRule `json:"soon"`
}

// DutiesOf reads from a pack which bodies must meet, and how often. A duty that the
// pack does not know is none. Bodies that meet N times a year have twelve months
// divided by N from one meeting to the next.
func DutiesOf(p Pack) (DutyRules, error) {
	r := packReader{pack: p}
	var rules DutyRules
	add := func(key string, body Body, months func(int) int) {
		if !p.Has(key) {
			return
		}
		q, err := p.get(key, CountKind)
		r.keep(err)
		if q.Number > 0 {
			rules.Bodies = append(rules.Bodies, DutyRule{Key: key, Body: body, Months: months(q.Number), Basis: q.Basis, From: q.Effective})
		}
	}
	plain := func(n int) int { return n }
	add("assembly.per_year", Assembly, func(n int) int { return max(1, 12/n) })
	add("reps.every_months", Conference, plain)
	add("supervision.meeting_months", SupervisoryCommittee, plain)
	add("open_talk.every_months", OpenTalkMeeting, plain)
	add("appraisal.per_year", AppraisalDuty, func(n int) int { return max(1, 12/n) })
	rules.Soon = r.days("duty.soon_days")
	return rules, r.err
}

// MeetingRecord is when the bodies of a community last met, as far as Yishi knows.
type MeetingRecord struct {
	// Known is the day of the first record of the community: no period begins before it.
	Known Date
	// Last is the day of the last meeting that reached its quorum and was closed.
	Last map[Body]Date
	// Entered is the day of the last meeting that was held without Yishi and entered.
	Entered map[Body]Date
}

// HeldElsewhere is a meeting that was held without Yishi 系统外召开的会议, entered
// from its minutes so that the duty to meet is counted rightly.
type HeldElsewhere struct {
	ID        string
	Community CommunityID
	Body      Body
	On        Date
	By        PersonID
}

// DutyState is how a duty to meet stands.
type DutyState string

// The states of a duty.
const (
	DutyHeld    DutyState = "held"     // 已按期召开
	DutyDueSoon DutyState = "due_soon" // 即将到期
	DutyOverdue DutyState = "overdue"  // 逾期未召开
	DutyNever   DutyState = "never"    // 尚未召开，首期未满
)

// Duty is how a body stands to its duty to meet.
type Duty struct {
	Rule DutyRule `json:"rule"`
	// Last is the day it last met, zero where none is known.
	Last Date `json:"last,omitzero"`
	// Entered: that meeting was held without Yishi, and entered from its minutes.
	Entered bool `json:"entered,omitempty"`
	// Since is the day the period that runs now is counted from; DueBy its last day.
	Since Date      `json:"since"`
	DueBy Date      `json:"due_by"`
	State DutyState `json:"state"`
}

// Pressing reports whether somebody should now call the body together.
func (d Duty) Pressing() bool { return d.State == DutyDueSoon || d.State == DutyOverdue }

// Duties says for each duty how it stands on the day. The period runs from the
// last meeting to the corresponding day (民法典 第二百零二条); that day is its last.
// Where a community has no meeting yet, or the rule came later, it runs from the
// day the community was first recorded or the rule took effect.
func Duties(rules DutyRules, r MeetingRecord, on Date) []Duty {
	list := make([]Duty, 0, len(rules.Bodies))
	for _, rule := range rules.Bodies {
		d := Duty{Rule: rule, Since: latest(rule.From, r.Known)}
		here, entered := rule.lastOf(r.Last, on), rule.lastOf(r.Entered, on)
		d.Last, d.Entered = latest(here, entered), here.Before(entered)
		d.Since = latest(d.Since, d.Last)
		d.DueBy = d.Since.AddMonths(rule.Months)
		switch {
		case d.DueBy.Before(on):
			d.State = DutyOverdue
		case d.DueBy.Sub(on) <= rules.Soon.Days:
			d.State = DutyDueSoon
		case d.Last.IsZero():
			d.State = DutyNever
		default:
			d.State = DutyHeld
		}
		list = append(list, d)
	}
	slices.SortStableFunc(list, func(a, b Duty) int { return a.DueBy.Start().Compare(b.DueBy.Start()) })
	return list
}

// lastOf gives the last of the days on which a body that does the duty met.
func (r DutyRule) lastOf(days map[Body]Date, on Date) (last Date) {
	for body, day := range days {
		if r.MetBy(body) && !day.After(on) {
			last = latest(last, day)
		}
	}
	return last
}

func latest(a, b Date) Date {
	if a.Before(b) {
		return b
	}
	return a
}

package deliberation

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

// startLooksBack is for how many days the calendar makes up for a day on which it did
// not run. What was missed for longer is overdue by then, and for people to see to.
const startLooksBack = 40

// DutyStart is what begins by itself when its day comes 按期自动发起: the disclosure of a
// period that is over, or the yearly report.
type DutyStart struct {
	// Kind is DisclosureKind or DutyReportKind.
	Kind string   `json:"kind"`
	Item ItemCode `json:"item,omitempty"`
	// Period is what is disclosed, or the year that is reported on.
	Period Period `json:"period"`
	// Due is the first day on which it ought to begin, Basis by which rule.
	Due   Date  `json:"due"`
	Basis Basis `json:"basis"`
}

// Process is the id of the process that the calendar begins. It follows from the duty,
// so that begun twice it is begun once.
func (s DutyStart) Process(c CommunityID) ProcessID {
	sum := sha256.Sum256([]byte(strings.Join([]string{"duty", string(c), s.Kind, string(s.Item), string(s.Period)}, "\x00")))
	return ProcessID("p" + hex.EncodeToString(sum[:])[:24])
}

// Office is the post that must see to it: who heads the committee that discloses, and
// who heads the supervisors that have the chair of an appraisal (law.md §§6.2, 7.2).
func (s DutyStart) Office() Office {
	if s.Kind == DutyReportKind {
		return SupervisionHead
	}
	return Director
}

// Matter is what the process is about.
func (s DutyStart) Matter(kind CommunityKind) Matter {
	m := DisclosureMatter(kind, s.Item, s.Period)
	if s.Kind == DutyReportKind {
		m = DutyReportMatter(s.Due.Year)
		m.Period = s.Period
	}
	m.Origin = OriginCalendar
	return m
}

// Begin is the process as the calendar begins it on the day: by nobody, for the post
// that must see to it.
func (s DutyStart) Begin(p Pack, c Community, on Date, clock Clock) Process {
	return Process{
		ID: s.Process(c.ID), Community: c.ID, Kind: s.Kind, Matter: s.Matter(c.Kind), Pack: p.Ref(),
		Started: on, Office: s.Office(), Clock: clock,
	}
}

// DisclosureMatter is the matter of a disclosure, named after its item and period.
func DisclosureMatter(kind CommunityKind, item ItemCode, p Period) Matter {
	name := Localise(item.Word("zh"), kind)
	return Matter{
		Title: name + "（" + p.Words("zh") + "）", Summary: name + "，" + p.Words("zh") + "。",
		Category: CategoryOther, Affected: AffectsAll, Origin: OriginCommittee, Form: JointCommittees, Item: item, Period: p,
	}
}

// DutyReportMatter is the matter of the yearly report and appraisal.
func DutyReportMatter(year int) Matter {
	return Matter{
		Title: strconv.Itoa(year) + "年述职述廉和民主评议", Summary: "听取社区（村）干部述职述廉报告，进行民主评议。",
		Category: CategoryOther, Affected: AffectsAll, Origin: OriginParty, Form: Conference,
	}
}

// DutyStartRules is what begins by itself under a pack.
type DutyStartRules struct {
	Catalogue []DisclosureItem
	// Report is the month in which the yearly report begins, without a key where none
	// does; ReportFrom the day that rule takes effect.
	Report     CountRule
	ReportFrom Date
}

// reportMonth is the key of the month in which the yearly report begins.
const reportMonth = "appraisal.month"

// DutyStartsOf reads from a pack what begins by itself. A pack without a catalogue, or
// without the month of the yearly report, begins none of these.
func DutyStartsOf(p Pack) (DutyStartRules, error) {
	catalogue, err := CatalogueOf(p)
	if err != nil || !p.Has(reportMonth) {
		return DutyStartRules{Catalogue: catalogue}, err
	}
	q, err := p.get(reportMonth, CountKind)
	return DutyStartRules{Catalogue: catalogue, Report: CountRule{Key: reportMonth, Count: q.Number, Basis: q.Basis}, ReportFrom: q.Effective}, err
}

// YearlyReport is a yearly report as the record of a community keeps it.
type YearlyReport struct {
	Process ProcessID
	Started Date
	State   State
	Outcome Outcome
	// ByCalendar: nobody began it.
	ByCalendar bool
}

// DutyStartRecord is what the calendar must know of a community.
type DutyStartRecord struct {
	// Known is the day of the first record of the community: nothing earlier is owed.
	Known Date
	// From is the day from which the calendar looks after it: what was over by then is
	// left to people.
	From    Date
	Lines   []DisclosureLine
	Reports []YearlyReport
	// Held are the days of appraisals that were held, here or elsewhere.
	Held []Date
}

// StartsOn says what ought to begin in the community by the day, the first due first:
// each period of the catalogue that is over and has no disclosure, and the yearly
// report once its month has come and there is none of the year. What was missed is
// made up for, for startLooksBack days.
func StartsOn(rules DutyStartRules, r DutyStartRecord, c CommunityID, on Date) []DutyStart {
	var list []DutyStart
	for _, item := range rules.Catalogue {
		if !item.AtOnce() {
			list = append(list, r.undisclosed(item, c, on)...)
		}
	}
	if s, owed := r.unreported(rules, c, on); owed {
		list = append(list, s)
	}
	slices.SortStableFunc(list, func(a, b DutyStart) int { return a.Due.Start().Compare(b.Due.Start()) })
	return list
}

// pressing reports whether the day has come, not too long ago, and in the calendar's own time.
func (r DutyStartRecord) pressing(s DutyStart, on Date) bool {
	return s.inTime(on) && s.Due.After(r.From)
}

func (s DutyStart) inTime(on Date) bool {
	return !on.Before(s.Due) && on.Sub(s.Due) <= startLooksBack
}

func disclosureStart(item DisclosureItem, p Period, last Date) DutyStart {
	return DutyStart{Kind: DisclosureKind, Item: item.Code, Period: p, Due: last.AddDays(1), Basis: item.Often}
}

func (r DutyStartRecord) undisclosed(item DisclosureItem, c CommunityID, on Date) (list []DutyStart) {
	first, _, _ := PeriodOf(on, item.Months).Bounds()
	for begins := first.AddMonths(-item.Months); !begins.Before(latest(item.From, r.Known)); begins = begins.AddMonths(-item.Months) {
		s := disclosureStart(item, PeriodOf(begins, item.Months), begins.AddMonths(item.Months).AddDays(-1))
		if !r.pressing(s, on) {
			break
		}
		if !r.disclosing(s, c) {
			list = append(list, s)
		}
	}
	return list
}

// disclosing reports whether there is a disclosure of the period. One that the calendar
// began and that was taken back is not begun again: whoever took it back answers for
// it. One whose process never ran is.
func (r DutyStartRecord) disclosing(s DutyStart, c CommunityID) bool {
	return slices.ContainsFunc(r.Lines, func(l DisclosureLine) bool {
		switch {
		case l.Item != s.Item || l.Period != s.Period:
			return false
		case l.Process == s.Process(c):
			return l.State != ""
		}
		return !l.undone()
	})
}

func reportStart(rules DutyStartRules, year int) DutyStart {
	month := NewDate(year, time.Month(rules.Report.Count), 1)
	return DutyStart{Kind: DutyReportKind, Period: PeriodOf(month, 12), Due: month, Basis: rules.Report.Basis}
}

func (r DutyStartRecord) unreported(rules DutyStartRules, c CommunityID, on Date) (DutyStart, bool) {
	if rules.Report.Key == "" {
		return DutyStart{}, false
	}
	s := reportStart(rules, on.Year)
	if s.Due.After(on) {
		s = reportStart(rules, on.Year-1)
	}
	owed := r.Known.Before(s.Due) && !s.Due.Before(rules.ReportFrom)
	return s, owed && r.pressing(s, on) && !r.reporting(s, c)
}

// reporting reports whether there is a report of the year.
func (r DutyStartRecord) reporting(s DutyStart, c CommunityID) bool {
	return slices.ContainsFunc(r.Held, func(on Date) bool { return on.Year == s.Due.Year }) ||
		slices.ContainsFunc(r.Reports, func(y YearlyReport) bool {
			if y.Process == s.Process(c) {
				return y.State != ""
			}
			return y.Started.Year == s.Due.Year && (y.State != Ended || y.Outcome == Carried)
		})
}

// CheckDutyStart says why the calendar did not begin the process (RefuseOutOfOrder): it
// begins only what the pack names, for a period of its own, once its day has come, and
// under the id and for the post that follow from these. A process that a person began
// does not say that the calendar did.
func CheckDutyStart(p Pack, proc Process) error {
	refused := Refuse(RefuseOutOfOrder)
	if proc.StartedBy != "" || proc.Matter.Origin != OriginCalendar {
		if proc.StartedBy == "" || proc.Matter.Origin == OriginCalendar {
			return refused
		}
		return nil
	}
	rules, err := DutyStartsOf(p)
	if err != nil {
		return err
	}
	first, last, err := proc.Matter.Period.Bounds()
	if err != nil {
		return refused
	}
	var s DutyStart
	switch proc.Kind {
	case DutyReportKind:
		if rules.Report.Key == "" || first.Year < 2000 {
			return refused
		}
		s = reportStart(rules, first.Year)
	case DisclosureKind:
		i := slices.IndexFunc(rules.Catalogue, func(item DisclosureItem) bool { return item.Code == proc.Matter.Item })
		if i < 0 || rules.Catalogue[i].AtOnce() || !proc.Matter.Period.Fits(rules.Catalogue[i]) {
			return refused
		}
		s = disclosureStart(rules.Catalogue[i], proc.Matter.Period, last)
	default:
		return refused
	}
	if s.Period != proc.Matter.Period || !s.inTime(proc.Started) || proc.ID != s.Process(proc.Community) || proc.Office != s.Office() {
		return refused
	}
	return nil
}

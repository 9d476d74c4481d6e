package deliberation

import "slices"

// MarkLine is something the supervisory committee did, with the process it belongs to.
type MarkLine struct {
	Mark    Mark
	Process Process
}

// SupervisionReport is 监督委员会工作报告 of half a year or a year, drafted from what
// the record says that the committee did (law.md §7.2).
type SupervisionReport struct {
	Period Period
	// Checked are the gates they passed or declined, Questions and Orders what they
	// asked and ordered, Silent where their days passed without a word.
	Checked   []MarkLine
	Declined  []MarkLine
	Questions []MarkLine
	Orders    []MarkLine
	Silent    []MarkLine
	// Disclosed is what was posted in the period, Overdue what is overdue on the day.
	Disclosed []DisclosureLine
	Overdue   []DisclosureDuty
}

// ReportOf drafts the report of a period from the marks made in it and from what the
// community disclosed.
func ReportOf(p Period, marks []MarkLine, r DisclosureRecord, overdue []DisclosureDuty) (SupervisionReport, error) {
	first, last, err := p.Bounds()
	report := SupervisionReport{Period: p, Overdue: overdue}
	for _, m := range marks {
		to := map[MarkKind]*[]MarkLine{
			MarkAcknowledged: &report.Checked, MarkClosing: &report.Checked, MarkDeclined: &report.Declined,
			MarkQuestion: &report.Questions, MarkRectification: &report.Orders, MarkSilent: &report.Silent,
		}[m.Mark.Kind]
		if to != nil {
			*to = append(*to, m)
		}
	}
	for _, l := range r.Lines {
		if !l.Posted.IsZero() && !l.Posted.Before(first) && !l.Posted.After(last) {
			report.Disclosed = append(report.Disclosed, l)
		}
	}
	slices.SortStableFunc(report.Disclosed, func(a, b DisclosureLine) int { return a.Posted.Start().Compare(b.Posted.Start()) })
	return report, err
}

package pages

import "github.com/yishi-project/yishi/deliberation"

// SupervisionReportView is 监督委员会工作报告 of half a year or a year.
type SupervisionReportView struct {
	Page
	Report deliberation.SupervisionReport
	// Year, Half and Before are other periods to look at.
	Year, Half, Before deliberation.Period
	Names              Names
}

// PeriodName names the period of a report: half a year by its half.
func (v SupervisionReportView) PeriodName(p deliberation.Period) string {
	first, last, err := p.Bounds()
	switch {
	case err != nil:
		return string(p)
	case last.Month-first.Month > 6:
		return v.S("report_year", "Year", first.Year)
	case first.Month == 1:
		return v.S("report_first_half", "Year", first.Year)
	}
	return v.S("report_second_half", "Year", first.Year)
}

// MarkOutcome says what became of a question or an order.
func (v SupervisionReportView) MarkOutcome(m deliberation.Mark) string {
	said := v.S("mark_state_" + string(m.State))
	if !m.Escalated.IsZero() && m.State != deliberation.MarkEscalated {
		said += v.S("in_brackets", "What", v.S("mark_state_escalated"))
	}
	return said
}

// LineName names a disclosure on the report.
func (v SupervisionReportView) LineName(l deliberation.DisclosureLine) string {
	if l.Title != "" {
		return l.Title
	}
	return v.S("disclosure_name", "Item", v.ItemName(l.Item), "Period", l.Period.Words(v.Lang))
}

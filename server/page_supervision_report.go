package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// halfYear and wholeYear are how many months a report may cover.
const (
	halfYear  = 6
	wholeYear = 12
)

// reportPeriod reads the period of a report; without one it is the half year that runs.
func (s *Server) reportPeriod(text string) (deliberation.Period, error) {
	p := deliberation.Period(text)
	if text == "" {
		return deliberation.PeriodOf(s.today(), halfYear), nil
	}
	for _, months := range []int{halfYear, wholeYear} {
		if p.Fits(deliberation.DisclosureItem{Months: months}) {
			return p, nil
		}
	}
	return "", deliberation.Refuse(deliberation.RefuseNotFound)
}

// supervisionReport is 监督委员会工作报告, drafted from what the committee did. It is read
// on a screen, printed, and signed by hand.
func (w *site) supervisionReport(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	period, err := w.reportPeriod(c.QueryParam("period"))
	if err != nil {
		return err
	}
	first, last, err := period.Bounds()
	if err != nil {
		return err
	}
	marks, err := w.Supervision.MarksIn(ctx, v.Community.ID, first, last)
	if err != nil {
		return err
	}
	record, err := w.Disclosures.Disclosures(ctx, v.Community.ID)
	if err != nil {
		return err
	}
	duties, err := w.disclosureDuties(ctx, v.Community)
	if err != nil {
		return err
	}
	view := pages.SupervisionReportView{Page: w.page(c, "supervise", "supervision_report_title"), Year: deliberation.PeriodOf(last, wholeYear), Half: deliberation.PeriodOf(last, halfYear),
		Before: deliberation.PeriodOf(first.AddDays(-1), halfYear)}
	if view.Report, err = deliberation.ReportOf(period, marks, record, deliberation.OverdueDisclosures(duties)); err != nil {
		return err
	}
	var ids []deliberation.PersonID
	for _, m := range marks {
		ids = append(ids, m.Mark.By)
	}
	if view.Names, err = w.names(ctx, ids); err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.SupervisionReport(view))
}

package server

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// appraisalRoutes is the policy's row of every page and command of the yearly report.
var appraisalRoutes = map[string]action{
	"GET /duty-reports/new":             toStartAppraisal,
	"POST /duty-reports/new":            toStartAppraisal,
	"GET /processes/:process/report":    toReport,
	"POST /processes/:process/report":   toReport,
	"GET /processes/:process/appraisal": toReadCase,
	"GET /persons/:person/commitments":  toReadCase,

	"POST /api/v1/duty-reports":                   toStartAppraisal,
	"GET /api/v1/processes/:process/duty-report":  toReport,
	"POST /api/v1/processes/:process/duty-report": toReport,
}

func (w *site) mountAppraisals(g *echo.Group) {
	g.GET("/duty-reports/new", w.newAppraisalForm)
	g.POST("/duty-reports/new", w.submitNewAppraisal)
	g.GET("/processes/:process/report", w.reportForm)
	g.POST("/processes/:process/report", w.postReport)
	g.GET("/processes/:process/appraisal", w.showAppraisal)
	g.GET("/persons/:person/commitments", w.showCommitments)
}

func (w *site) newAppraisalForm(c echo.Context) error {
	return w.render(c, http.StatusOK, pages.StartAppraisal(w.startAppraisalView(c)))
}

func (w *site) startAppraisalView(c echo.Context) pages.StartAppraisalView {
	view := pages.StartAppraisalView{Page: w.page(c, "appraisal", "appraisal_title"), Key: newKey()}
	view.Form = pages.AppraisalForm{Title: c.FormValue("title"), Origin: c.FormValue("origin"), Signers: c.FormValue("signers"), SignersOf: c.FormValue("signers_of")}
	return view
}

// submitNewAppraisal begins the yearly report.
func (w *site) submitNewAppraisal(c echo.Context) error {
	view := w.startAppraisalView(c)
	var wrong fields
	in := appraisalInput{
		Title: strings.TrimSpace(view.Form.Title), Origin: deliberation.Origin(view.Form.Origin),
		Signers: wrong.count("signers", view.Form.Signers), SignersOf: wrong.count("signers_of", view.Form.SignersOf),
	}
	err := wrong.refusal()
	var id deliberation.ProcessID
	if err == nil {
		id, err = w.startAppraisal(c.Request().Context(), w.viewer(c), c.FormValue("key"), in)
	}
	if err == nil {
		return after(c, "/processes/"+string(id), "done_started")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	view.Key = retryKey(status, c.FormValue("key"))
	return w.render(c, status, pages.StartAppraisal(view))
}

func (w *site) reportView(c echo.Context) (pages.ReportView, error) {
	p, who, owed, err := w.ownReport(c.Request().Context(), w.viewer(c), deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return pages.ReportView{}, err
	}
	view := pages.ReportView{Page: w.page(c, "processes", "report_title"), P: p.Process, Post: who.Post, Taken: who.Report, Key: newKey()}
	view.Form = pages.ReportForm{Duty: c.FormValue("duty"), Integrity: c.FormValue("integrity"), Promises: c.FormValue("promises")}
	for _, o := range owed {
		view.Owed = append(view.Owed, pages.OwedLine{Commitment: o, Done: c.FormValue("done_" + o.ID), Evidence: c.FormValue("evidence_" + o.ID)})
	}
	return view, nil
}

// reportForm is where somebody writes their report, on a phone if they like.
func (w *site) reportForm(c echo.Context) error {
	view, err := w.reportView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Report(view))
}

// postReport hands the report in; what is refused comes back with nothing typed lost.
func (w *site) postReport(c echo.Context) error {
	view, err := w.reportView(c)
	if err != nil {
		return err
	}
	in := reportInput{Duty: view.Form.Duty, Integrity: view.Form.Integrity, Promises: strings.Split(view.Form.Promises, "\n")}
	for _, o := range view.Owed {
		if o.Done != "" {
			in.Answers = append(in.Answers, deliberation.CommitmentAnswer{ID: o.Commitment.ID, Done: o.Done == "yes", Evidence: o.Evidence})
		}
	}
	if err = w.fileReport(c.Request().Context(), w.viewer(c), view.P.ID, c.FormValue("key"), in); err == nil {
		return after(c, "/processes/"+string(view.P.ID), "done_act")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	view.Key = retryKey(status, c.FormValue("key"))
	return w.render(c, status, pages.Report(view))
}

// showAppraisal shows who reported, how each was graded, and what followed.
func (w *site) showAppraisal(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	p, err := w.proceedingOf(ctx, v, deliberation.ProcessID(c.Param("process")), deliberation.DutyReportKind)
	if err != nil {
		return err
	}
	view := pages.AppraisalView{Page: w.page(c, "processes", "appraisal_title"), P: p.Process}
	var ids []deliberation.PersonID
	if a := p.Status.Appraisal; a != nil {
		view.Status = *a
		for _, who := range a.People {
			ids = append(ids, who.Person)
		}
	}
	if view.Names, err = w.names(ctx, ids); err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Appraisal(view))
}

// showCommitments shows what an officer promised and what became of it.
func (w *site) showCommitments(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	id := deliberation.PersonID(c.Param("person"))
	person, err := w.People.Person(ctx, id)
	if err != nil {
		return err
	}
	if err := permit(toReadCase, v, person.Community == v.Community.ID); err != nil {
		return err
	}
	list, err := w.Reports.CommitmentsOf(ctx, v.Community.ID, id)
	if err != nil {
		return err
	}
	if len(list) == 0 { // who promised nothing is nobody's page
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return w.render(c, http.StatusOK, pages.Commitments(pages.CommitmentsView{Page: w.page(c, "processes", "commitments_title"), Name: person.Name, List: list}))
}

package server

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// demandRoutes is the policy's row of every page and command of joint demands.
var demandRoutes = map[string]action{
	"GET /demands/new":                   toDemand,
	"POST /demands/new":                  toDemand,
	"GET /processes/:process/sign":       toReadCase,
	"POST /processes/:process/sign":      toSignDemand,
	"GET /processes/:process/sheet":      toReadCase,
	"GET /processes/:process/sheets":     toEnterSheet,
	"POST /processes/:process/sheets":    toEnterSheet,
	"GET /processes/:process/signatures": toReadSignatures,
	"GET /processes/:process/demand":     toReadCase,

	"POST /api/v1/demands":                       toDemand,
	"GET /api/v1/processes/:process/signatures":  toReadCase,
	"POST /api/v1/processes/:process/signatures": toSignDemand,
	"POST /api/v1/processes/:process/sheets":     toEnterSheet,
}

func (w *site) mountDemands(g *echo.Group) {
	g.GET("/demands/new", w.newDemandForm)
	g.POST("/demands/new", w.submitNewDemand)
	g.GET("/processes/:process/sign", w.showSigning)
	g.POST("/processes/:process/sign", w.postSignature)
	g.GET("/processes/:process/sheet", w.blankSheet)
	g.GET("/processes/:process/sheets", w.sheetForm)
	g.POST("/processes/:process/sheets", w.postSheet)
	g.GET("/processes/:process/signatures", w.listSignatures)
	g.GET("/processes/:process/demand", w.demandForm)
}

func (w *site) newDemandForm(c echo.Context) error {
	view, err := w.demandView(c)
	if err != nil {
		return err
	}
	view.Form = pages.DemandForm{Demanded: string(deliberation.DemandAssembly), Category: string(deliberation.CategoryOther)}
	return w.render(c, http.StatusOK, pages.StartDemand(view))
}

// demandView is the form of a joint demand with what may be demanded here.
func (w *site) demandView(c echo.Context) (pages.DemandView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	view := pages.DemandView{Page: w.page(c, "demand", "demand_title"), Key: newKey()}
	pack, err := w.Law.PackFor(v.Community.Kind, v.Community.Place, w.Server.today(), "")
	if err != nil {
		return view, err
	}
	for _, d := range deliberation.Demands {
		rules, err := deliberation.DemandOf(pack, d)
		if errors.Is(err, deliberation.Refuse(deliberation.RefuseFormNotInPack)) {
			continue
		}
		if err != nil {
			return view, err
		}
		view.Rules = append(view.Rules, rules)
	}
	view.Estates, err = w.Estates.Estates(ctx, v.Community.ID)
	return view, err
}

// submitNewDemand shows the demand once more, and begins it when that is confirmed.
func (w *site) submitNewDemand(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, err := w.demandView(c)
	if err != nil {
		return err
	}
	view.Form = pages.DemandForm{
		Demanded: c.FormValue("demanded"), Title: c.FormValue("title"), Summary: c.FormValue("summary"), Category: c.FormValue("category"), Estate: c.FormValue("estate"),
	}
	in := demandInput{
		Demanded: deliberation.Demanded(view.Form.Demanded), Title: view.Form.Title, Summary: view.Form.Summary,
		Category: deliberation.Category(view.Form.Category), Estate: deliberation.EstateID(view.Form.Estate),
	}
	if in.Demanded != deliberation.DemandOwnersMeeting { // the list of estates is always on the form
		in.Estate = ""
	}
	switch c.FormValue("step") {
	case "edit":
		return w.render(c, http.StatusOK, pages.StartDemand(view))
	case "start":
		var id deliberation.ProcessID
		if id, err = w.startDemand(ctx, v, c.FormValue("key"), in); err == nil {
			return after(c, "/processes/"+string(id), "done_demand_started")
		}
	default:
		if err = w.demandIsSound(ctx, v, in); err == nil {
			return w.render(c, http.StatusOK, pages.DemandReview(view))
		}
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	asDemanded(view.Page, view.Problem)
	if status >= http.StatusInternalServerError {
		view.Key = retryKey(status, c.FormValue("key"))
		return w.render(c, status, pages.DemandReview(view))
	}
	return w.render(c, status, pages.StartDemand(view))
}

func (w *site) demandIsSound(ctx context.Context, v viewer, in demandInput) error {
	m := in.matter()
	if err := tidyMatter(&m); err != nil {
		return err
	}
	pack, err := w.Law.PackFor(v.Community.Kind, v.Community.Place, w.Server.today(), "")
	if err != nil {
		return err
	}
	if err := deliberation.CheckDemand(pack, m); err != nil {
		return err
	}
	return w.estateIsHere(ctx, v, in.Estate)
}

// startForDemand fills in the form of a process that is started for a joint demand.
func (w *site) startForDemand(c echo.Context, form *pages.StartForm) error {
	id := c.QueryParam("demand")
	if id == "" {
		return nil
	}
	if !isID(id) {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	p, err := w.proceedingOf(c.Request().Context(), w.viewer(c), deliberation.ProcessID(id), deliberation.DemandKind)
	if err != nil {
		return err
	}
	form.Kind, form.Demand, form.Origin = deliberation.ConferenceKind, id, string(deliberation.OriginCommittee)
	form.Title, form.Summary, form.Category, form.Form = p.Matter.Title, p.Matter.Summary, string(p.Matter.Category), string(p.Matter.Form)
	return nil
}

// addSigning adds to the page of a joint demand how many have signed. Right after its
// start there is no window yet.
func (w *site) addSigning(ctx context.Context, v viewer, view *pages.ProcessView) error {
	s, err := w.signing(ctx, v, view.P.ID)
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) {
		return nil
	}
	if err != nil {
		return err
	}
	shown := w.signingView(view.Page, v, s)
	view.Signing = &shown
	return nil
}

func (w *site) signingView(page pages.Page, v viewer, s signing) pages.SigningView {
	view := pages.SigningView{Page: page, P: s.Process, Count: s.Count, Verdict: s.Verdict, Signed: s.Signed}
	if d := s.Status.Demand; d != nil {
		view.D = *d
	}
	view.Open = s.Status.Stage == deliberation.Signing && s.Status.State != deliberation.Ended && view.D.Closed.IsZero() && w.now().Before(view.D.Until)
	view.MaySign = view.Open && permit(toSignDemand, v, true) == nil
	view.MayEnter, view.MayRead = view.Open && permit(toEnterSheet, v, true) == nil, permit(toReadSignatures, v, true) == nil
	for _, a := range w.allowedActs(v, s.Proceeding) {
		view.MayStart = view.MayStart || a.Kind == deliberation.StartDemanded
	}
	return view
}

// showSigning is the page on which somebody signs with a phone.
func (w *site) showSigning(c echo.Context) error {
	view, err := w.signPage(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Sign(view))
}

func (w *site) signPage(c echo.Context) (pages.SigningView, error) {
	v := w.viewer(c)
	s, err := w.signing(c.Request().Context(), v, deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return pages.SigningView{}, err
	}
	return w.signingView(w.page(c, "processes", s.Matter.Title), v, s), nil
}

// postSignature shows once more what is signed, then signs; or takes a signature back.
func (w *site) postSignature(c echo.Context) error {
	v, id := w.viewer(c), c.Param("process")
	step := c.FormValue("step")
	if step != "sign" && step != "unsign" {
		view, err := w.signPage(c)
		if err != nil {
			return err
		}
		view.Confirm = true
		return w.render(c, http.StatusOK, pages.Sign(view))
	}
	err := w.signDemand(c.Request().Context(), v, deliberation.ProcessID(id), step == "unsign")
	if err == nil {
		done := map[string]string{"sign": "done_signed", "unsign": "done_unsigned"}[step]
		return after(c, "/processes/"+id+"/sign", done)
	}
	view, viewErr := w.signPage(c)
	if viewErr != nil {
		return viewErr
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	return w.render(c, status, pages.Sign(view))
}

// blankSheet is a sheet of paper to sign on, A4.
func (w *site) blankSheet(c echo.Context) error {
	view, err := w.signPage(c)
	if err != nil {
		return err
	}
	view.Community = w.viewer(c).Community
	return w.render(c, http.StatusOK, pages.BlankSheet(view))
}

// demandForm is 联名提议登记表.
func (w *site) demandForm(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, err := w.signPage(c)
	if err != nil {
		return err
	}
	if view.Names, err = w.names(ctx, []deliberation.PersonID{view.P.StartedBy}); err != nil {
		return err
	}
	view.Answer, view.Guidance = w.text(ctx, v, view.P.ID, view.D.Answer.ID), w.text(ctx, v, view.P.ID, view.D.Guidance.ID)
	return w.render(c, http.StatusOK, pages.DemandRecord(view))
}

func (w *site) sheetForm(c echo.Context) error {
	view, err := w.sheetView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.EnterSheet(view))
}

func (w *site) sheetView(c echo.Context) (pages.SheetView, error) {
	p, err := w.proceedingOf(c.Request().Context(), w.viewer(c), deliberation.ProcessID(c.Param("process")), deliberation.DemandKind)
	return pages.SheetView{Page: w.page(c, "processes", "sheet_enter_title"), P: p.Process}, err
}

// postSheet enters a sheet. Rows that could not be entered stay in the form, each
// with what is wrong.
func (w *site) postSheet(c echo.Context) error {
	ctx, v, id := c.Request().Context(), w.viewer(c), c.Param("process")
	view, err := w.sheetView(c)
	if err != nil {
		return err
	}
	view.Rows = c.FormValue("rows")
	in := sheetInput{Rows: sheetRows(view.Rows)}
	if in.Photo, err = photoOf(c); err == nil {
		var problems []deliberation.SheetProblem
		view.Entered, problems, err = w.enterSheet(ctx, v, deliberation.ProcessID(id), in)
		if err == nil && len(problems) == 0 {
			return after(c, "/processes/"+id+"/signatures", "done_sheet_entered")
		}
		view.Asked = err == nil
		var left []string
		for _, p := range problems {
			row := in.Rows[p.Row-1]
			view.Lines = append(view.Lines, pages.SheetLine{SheetProblem: p, Name: row.Name, Home: row.Home})
			left = append(left, strings.TrimSpace(row.Name+" "+row.Home))
		}
		if view.Asked {
			view.Rows = strings.Join(left, "\n")
			return w.render(c, http.StatusOK, pages.EnterSheet(view))
		}
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	return w.render(c, status, pages.EnterSheet(view))
}

// sheetRows reads one person a line: the name, then the group or home if there is one.
func sheetRows(text string) (rows []deliberation.SheetRow) {
	for line := range strings.Lines(text) {
		words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r\n　,，、;；", r) })
		if len(words) == 0 {
			continue
		}
		rows = append(rows, deliberation.SheetRow{Name: words[0], Home: strings.Join(words[1:], "")})
	}
	return rows
}

func (w *site) listSignatures(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	p, list, err := w.signatures(ctx, v, deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return err
	}
	view := pages.SignaturesView{Page: w.page(c, "processes", "signatures_title"), P: p.Process, List: list}
	var clerks []deliberation.PersonID
	for _, s := range list {
		clerks = append(clerks, s.EnteredBy)
	}
	if view.Names, err = w.names(ctx, clerks); err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Signatures(view))
}

// asDemanded names the fields that a demand shares with other matters as its own form does.
func asDemanded(page pages.Page, wrong *pages.Problem) {
	for i := range wrong.Fields {
		f := &wrong.Fields[i]
		if key, there := map[string]string{"title": "demand_matter", "summary": "demand_reasons"}[f.Field]; there {
			f.Text = strings.Replace(f.Text, page.S("label_"+f.Field), page.S(key), 1)
		}
	}
}

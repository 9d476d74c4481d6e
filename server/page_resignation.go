package server

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
	"github.com/yishi-project/yishi/server/pages"
)

// resignationRoutes is the policy's row of every page and command of resignations.
var resignationRoutes = map[string]action{
	"GET /resignations/new":               toStartElection,
	"POST /resignations/new":              toStartElection,
	"GET /processes/:process/resignation": toReadCase,

	"POST /api/v1/resignations": toStartElection,
}

func (w *site) mountResignations(g *echo.Group) {
	g.GET("/resignations/new", w.newResignationForm)
	g.POST("/resignations/new", w.submitNewResignation)
	g.GET("/processes/:process/resignation", w.showResignation)
}

// StartResignation begins a resignation over the API.
func (h apiHandlers) StartResignation(c echo.Context, _ api.StartResignationParams) error {
	in, err := read[api.ResignationRequest](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		id, err := h.startResignation(c.Request().Context(), v, key, resignationInput{
			Title: in.Title, Summary: in.Summary, Form: deliberation.Body(in.Form), Setup: in.Resignation,
		})
		return answer{http.StatusCreated, api.Created{Id: string(id)}}, err
	})
}

func (w *site) startResignationView(c echo.Context) (pages.StartResignationView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	view := pages.StartResignationView{
		Page: w.page(c, "resignation", "resignation_start_title"), Key: newKey(),
		Holder: c.FormValue("holder"), Form: c.FormValue("form"), Inactive: c.FormValue("inactive"),
	}
	pack, err := w.Law.PackFor(v.Community.Kind, v.Community.Place, w.Server.today(), "")
	if err != nil {
		return view, err
	}
	for _, f := range deliberation.ResignationForms {
		if rules, err := deliberation.ResignationOf(pack, f); err == nil {
			view.Forms, view.Rules = append(view.Forms, f), &rules
		}
	}
	view.Holders, err = w.electedHere(ctx, v)
	return view, err
}

// newResignationForm is the form that begins a resignation.
func (w *site) newResignationForm(c echo.Context) error {
	view, err := w.startResignationView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.StartResignation(view))
}

// submitNewResignation begins a resignation.
func (w *site) submitNewResignation(c echo.Context) error {
	view, err := w.startResignationView(c)
	if err != nil {
		return err
	}
	post, person, _ := strings.Cut(view.Holder, ".")
	var wrong fields
	wrong.want(person != "", "holder", required)
	if err = wrong.refusal(); err == nil {
		var id deliberation.ProcessID
		id, err = w.startResignation(c.Request().Context(), w.viewer(c), c.FormValue("key"), resignationInput{
			Form:  deliberation.Body(view.Form),
			Setup: deliberation.ResignationSetup{Person: deliberation.PersonID(person), Post: deliberation.Office(post), Inactive: view.Inactive == "yes"},
		})
		if err == nil {
			return after(c, "/processes/"+string(id), "done_started")
		}
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	for i := range view.Problem.Fields {
		if strings.HasPrefix(view.Problem.Fields[i].Field, "resignation.") {
			view.Problem.Fields[i].Field = "holder"
		}
	}
	view.Key = retryKey(status, c.FormValue("key"))
	return w.render(c, status, pages.StartResignation(view))
}

// showResignation shows what became of a resignation, and the vacancy that it left.
func (w *site) showResignation(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	p, err := w.proceedingOf(ctx, v, deliberation.ProcessID(c.Param("process")), deliberation.ResignationKind)
	if err != nil {
		return err
	}
	if p.Status.State == "" {
		p.Status.Stage, p.Status.State = deliberation.StagesOf(p.Kind)[0], deliberation.Running
	}
	view := pages.ResignationView{Page: w.page(c, "processes", "resignation_link"), P: p}
	if p.Status.Resignation != nil {
		view.R = *p.Status.Resignation
	} else if p.Matter.Resignation != nil {
		view.R.Setup = *p.Matter.Resignation
	}
	named, err := w.names(ctx, []deliberation.PersonID{view.R.Setup.Person})
	if err != nil {
		return err
	}
	view.Name, view.Letter = named.Of(view.R.Setup.Person), w.text(ctx, v, p.ID, view.R.Letter.ID)
	pack, err := w.Law.Pinned(p.Pack)
	if err != nil {
		return err
	}
	if rules, err := deliberation.ResignationOf(pack, p.Matter.Form); err == nil {
		view.Rules = &rules
	}
	view.MayBegin = permit(toStartElection, v, true) == nil
	view.MayFile = slices.ContainsFunc(w.allowedActs(v, p), func(a deliberation.OpenAct) bool { return a.Kind == deliberation.FileResignation })
	return w.render(c, http.StatusOK, pages.Resignation(view))
}

package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// ownerRoutes is the policy's row of the pages of mandates and estates. An owner who
// is looked for is posted: no name stands in an address.
var ownerRoutes = map[string]action{
	"GET /meetings/:meeting/mandates":                  toReadCase,
	"POST /meetings/:meeting/mandates":                 toGiveMandate,
	"POST /meetings/:meeting/mandates/:mandate/revoke": toGiveMandate,

	"GET /estates":                 toReadEstates,
	"POST /estates":                toEditEstates,
	"GET /estates/:estate":         toReadEstates,
	"POST /estates/:estate":        toReadEstates,
	"POST /estates/:estate/units":  toEditEstates,
	"GET /estates/:estate/import":  toEditEstates,
	"POST /estates/:estate/import": toEditEstates,
}

// mountOwners gives the pages of mandates and estates their routes.
func (w *site) mountOwners(g *echo.Group) {
	g.GET("/meetings/:meeting/mandates", w.showMandates)
	g.POST("/meetings/:meeting/mandates", w.postMandate)
	g.POST("/meetings/:meeting/mandates/:mandate/revoke", w.postRevoke)
	g.GET("/estates", w.listEstates)
	g.POST("/estates", w.postEstate)
	g.GET("/estates/:estate", w.showEstate)
	g.POST("/estates/:estate", w.showEstate)
	g.POST("/estates/:estate/units", w.postUnit)
	g.GET("/estates/:estate/import", w.importUnits)
	g.POST("/estates/:estate/import", w.postUnits)
}

func (w *site) mandatesView(c echo.Context) (pages.MandatesView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	m, p, rules, err := w.sitting(ctx, v, deliberation.MeetingID(c.Param("meeting")))
	if err != nil {
		return pages.MandatesView{}, err
	}
	view := pages.MandatesView{
		Page: w.page(c, "processes", "mandates_title"), P: p.Process, M: m, Rules: rules.Proxy, Substitute: rules.Substitute,
		Desk: permit(toFileMandate, v, true) == nil,
	}
	over := m.State != deliberation.MeetingConvened && m.State != deliberation.MeetingCheckIn && m.State != deliberation.MeetingInSession
	for _, q := range p.Polls {
		over = over || q.Meeting == m.ID
	}
	view.Open = !over && permit(toGiveMandate, v, true) == nil && (rules.Proxy.Allowed.Value || rules.Substitute.Value)
	list, err := w.Mandates.Mandates(ctx, m.ID)
	if err != nil {
		return view, err
	}
	var ids []deliberation.PersonID
	for _, l := range list {
		ids = append(ids, l.Principal, l.Agent)
	}
	names, err := w.names(ctx, ids)
	if err != nil {
		return view, err
	}
	for _, l := range list {
		mine := l.Principal == v.Person.ID
		line := pages.MandateLine{Mandate: l, PrincipalName: names.Of(l.Principal), AgentName: names.Of(l.Agent)}
		line.Revocable = l.Revoked.IsZero() && !l.Used && (mine || view.Desk)
		if !l.Letter.IsZero() && (l.By == v.Person.ID || v.Holds(inOffice...)) {
			line.LetterID = l.Letter.ID
		}
		view.Lines = append(view.Lines, line)
		if mine && l.Revoked.IsZero() && !view.Desk {
			view.Mine = &line
		}
	}
	return view, nil
}

func (w *site) showMandates(c echo.Context) error {
	view, err := w.mandatesView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Mandates(view))
}

func (w *site) postMandate(c echo.Context) error {
	form := pages.MandateForm{Principal: c.FormValue("principal"), Agent: c.FormValue("agent"), Household: c.FormValue("household"), Text: c.FormValue("text")}
	in := mandateInput{PrincipalName: form.Principal, AgentName: form.Agent, Household: form.Household == "yes", Text: form.Text}
	id := deliberation.MeetingID(c.Param("meeting"))
	var err error
	if in.Photo, err = photoOf(c); err == nil {
		_, err = w.giveMandate(c.Request().Context(), w.viewer(c), id, in)
	}
	if err == nil {
		return after(c, "/meetings/"+string(id)+"/mandates", "done_mandate")
	}
	return w.mandatesAgain(c, form, err)
}

func (w *site) postRevoke(c echo.Context) error {
	id := deliberation.MeetingID(c.Param("meeting"))
	if err := w.revokeMandate(c.Request().Context(), w.viewer(c), id, c.Param("mandate")); err != nil {
		return w.mandatesAgain(c, pages.MandateForm{}, err)
	}
	return after(c, "/meetings/"+string(id)+"/mandates", "done_mandate_revoked")
}

// mandatesAgain shows the page with what was typed and why it was refused.
func (w *site) mandatesAgain(c echo.Context, form pages.MandateForm, wrong error) error {
	view, err := w.mandatesView(c)
	if err != nil {
		return err
	}
	var status int
	view.Form = form
	status, view.Problem = w.refused(wrong, view.Page, w.viewer(c).Lang)
	return w.render(c, status, pages.Mandates(view))
}

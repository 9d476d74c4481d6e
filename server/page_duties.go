package server

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
	"github.com/yishi-project/yishi/server/pages"
)

// dutyRoutes is the policy of the pages of duties and authorisations.
var dutyRoutes = map[string]action{
	"GET /duties":                               toReadCase,
	"POST /duties":                              toRecordHeld,
	"GET /duties/calendar.ics":                  toReadCase,
	"GET /authorisations":                       toReadPublic,
	"GET /api/v1/communities/:community/duties": toReadPublic,
}

// mountDuties gives the pages of duties and authorisations their routes.
func (w *site) mountDuties(g *echo.Group) {
	g.GET("/duties", w.showDuties)
	g.POST("/duties", w.postHeld)
	g.GET("/duties/calendar.ics", w.dutyCalendar)
	g.GET("/authorisations", w.authorisations)
}

// showDuties lists the duties to meet with the state of each.
func (w *site) showDuties(c echo.Context) error {
	return w.dutiesPage(c, http.StatusOK, pages.HeldForm{}, nil)
}

func (w *site) dutiesPage(c echo.Context, status int, form pages.HeldForm, problem *pages.Problem) error {
	v := w.viewer(c)
	list, err := w.duties(c.Request().Context(), v.Community)
	if err != nil {
		return err
	}
	view := pages.DutiesView{Page: w.page(c, "duties", "duties_title"), List: list, Form: form, Problem: problem}
	for _, d := range list {
		if mayEnterHeld(v, d.Rule.Body) {
			view.Enter = append(view.Enter, d.Rule.Body)
		}
	}
	return w.render(c, status, pages.Duties(view))
}

// postHeld enters a meeting that was held without Yishi.
func (w *site) postHeld(c echo.Context) error {
	v, form := w.viewer(c), pages.HeldForm{Body: c.FormValue("body"), On: c.FormValue("on")}
	err := w.recordHeld(c.Request().Context(), v, deliberation.Body(form.Body), form.On)
	if err == nil {
		return after(c, "/duties", "done_held")
	}
	status, problem := w.refused(err, w.frame(c, v, "duties", "duties_title"), v.Lang)
	return w.dutiesPage(c, status, form, problem)
}

// dutyCalendar gives the last days of the duties as whole days for a calendar (RFC 5545).
func (w *site) dutyCalendar(c echo.Context) error {
	v := w.viewer(c)
	list, err := w.duties(c.Request().Context(), v.Community)
	if err != nil {
		return err
	}
	page := w.frame(c, v, "", "")
	const day = "20060102"
	lines := []string{"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yishi//Yishi//ZH"}
	for _, d := range list {
		lines = append(lines, "BEGIN:VEVENT",
			fmt.Sprintf("UID:%s-%s-%s@yishi", v.Community.ID, d.Rule.Body, d.DueBy),
			"DTSTAMP:"+w.now().UTC().Format("20060102T150405Z"),
			"DTSTART;VALUE=DATE:"+d.DueBy.Start().Format(day), "DTEND;VALUE=DATE:"+d.DueBy.AddDays(1).Start().Format(day),
			"SUMMARY:"+icsText(page.S("duty_calendar", "Body", page.BodyName(d.Rule.Body))),
			"DESCRIPTION:"+icsText(page.Source(d.Rule.Basis)),
			"URL:"+strings.TrimSuffix(w.BaseURL, "/")+"/duties", "END:VEVENT")
	}
	lines = append(lines, "END:VCALENDAR", "")
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="duties.ics"`)
	return c.Blob(http.StatusOK, "text/calendar; charset=utf-8", []byte(strings.Join(lines, "\r\n")))
}

// authorisations lists what the assembly authorised: who may decide what is public.
func (w *site) authorisations(c echo.Context) error {
	var choose pages.BoardView
	community, err := w.boardOf(c, &choose)
	if err != nil {
		return err
	}
	view := pages.AuthorisationsView{Page: w.page(c, "authorisations", "authorisations_title"), Choose: choose.Choose}
	view.Community = community
	if community.ID == "" {
		return w.render(c, http.StatusOK, pages.Authorisations(view))
	}
	ctx := c.Request().Context()
	list, err := w.Authorisations.Authorisations(ctx, community.ID)
	if err != nil {
		return err
	}
	for _, a := range list {
		p, err := w.Processes.Proceeding(ctx, a.Process)
		if err != nil {
			return err
		}
		view.List = append(view.List, pages.AuthorisationLine{Authorisation: a, Title: p.Matter.Title, Open: w.viewer(c).Community.ID == community.ID, Resolution: resolutionOf(p)})
	}
	return w.render(c, http.StatusOK, pages.Authorisations(view))
}

// inForce gives what the assembly lets a body decide today.
func (w *site) inForce(ctx context.Context, v viewer, holder deliberation.Body) (lines []pages.AuthorisationLine, err error) {
	list, err := w.Authorisations.Authorisations(ctx, v.Community.ID)
	for _, a := range list {
		if a.In(w.Server.today()) != deliberation.GrantInForce || a.Holder() != holder {
			continue
		}
		p, err := w.Processes.Proceeding(ctx, a.Process)
		if err != nil {
			return nil, err
		}
		lines = append(lines, pages.AuthorisationLine{Authorisation: a, Title: p.Matter.Title})
	}
	return lines, err
}

// resolutionOf gives the posting of what a process resolved, empty where none is up.
func resolutionOf(p deliberation.Proceeding) deliberation.PostingID {
	for _, q := range p.Postings {
		if q.Stage == deliberation.ResolutionDisclosure {
			return q.ID
		}
	}
	return ""
}

// GetDuties says how a community's bodies stand to their duties to meet.
func (h apiHandlers) GetDuties(c echo.Context, id api.CommunityID) error {
	ctx := c.Request().Context()
	community, err := h.People.Community(ctx, deliberation.CommunityID(id))
	if err != nil {
		return err
	}
	list, err := h.duties(ctx, community)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, map[string]any{"duties": list})
}

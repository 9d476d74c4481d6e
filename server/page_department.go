package server

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// departmentRoutes is the policy's row of every page and command of ratings of departments.
var departmentRoutes = map[string]action{
	"GET /department-ratings":          toReadPublic,
	"GET /department-ratings/new":      toRateDepartments,
	"POST /department-ratings/new":     toRateDepartments,
	"GET /department-ratings/:process": toReadPublic,

	"POST /api/v1/department-ratings":         toRateDepartments,
	"GET /api/v1/department-ratings/:process": toReadPublic,
}

func (w *site) mountDepartments(g *echo.Group) {
	g.GET("/department-ratings", w.showRatings)
	g.GET("/department-ratings/new", w.newRatingForm)
	g.POST("/department-ratings/new", w.submitNewRating)
	g.GET("/department-ratings/:process", w.showRating)
}

// showRatings lists the ratings of one's own community, or of the one that somebody who
// is not signed in has chosen: those that were posted, or all for its own people.
func (w *site) showRatings(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	board := pages.BoardView{}
	community, err := w.boardOf(c, &board)
	if err != nil {
		return err
	}
	view := pages.RatingsView{Page: w.page(c, "ratings", "ratings_title"), Community: community, Choose: board.Choose}
	if community.ID == "" {
		return w.render(c, http.StatusOK, pages.Ratings(view))
	}
	view.Page.Community = community
	all, err := w.Ratings.DepartmentRatings(ctx, community.ID)
	if err != nil {
		return err
	}
	own := permit(toReadCase, v, community.ID == v.Community.ID) == nil
	for _, p := range all {
		if own || p.Status.Rating != nil && !p.Status.Rating.Posted.IsZero() {
			view.List = append(view.List, p)
		}
	}
	view.MayBegin = own && permit(toRateDepartments, v, true) == nil
	return w.render(c, http.StatusOK, pages.Ratings(view))
}

func (w *site) startRatingView(c echo.Context) pages.StartRatingView {
	v := w.viewer(c)
	view := pages.StartRatingView{
		Page: w.page(c, "ratings", "rating_title"), Key: newKey(),
		Form: pages.RatingForm{Title: c.FormValue("title"), Departments: c.FormValue("departments")},
	}
	if pack, err := w.Law.PackFor(v.Community.Kind, v.Community.Place, w.Server.today(), ""); err == nil {
		if rules, err := deliberation.DepartmentRulesOf(pack); err == nil {
			view.Rules = &rules
		}
	}
	return view
}

func (w *site) newRatingForm(c echo.Context) error {
	return w.render(c, http.StatusOK, pages.StartRating(w.startRatingView(c)))
}

// submitNewRating begins a rating of departments.
func (w *site) submitNewRating(c echo.Context) error {
	view := w.startRatingView(c)
	id, err := w.startRating(c.Request().Context(), w.viewer(c), c.FormValue("key"), ratingInput{
		Title: strings.TrimSpace(view.Form.Title), Departments: namesIn(view.Form.Departments),
	})
	if err == nil {
		return after(c, "/processes/"+string(id), "done_started")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	view.Key = retryKey(status, c.FormValue("key"))
	return w.render(c, status, pages.StartRating(view))
}

// showRating shows how each body was rated and what it replied.
func (w *site) showRating(c echo.Context) error {
	v := w.viewer(c)
	found, err := w.openRating(c.Request().Context(), v, deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return err
	}
	view := pages.RatingView{
		Page: w.page(c, "ratings", found.Matter.Title), P: found.Process, Community: found.Community, Status: found.Status, Replies: found.Replies,
		Own: permit(toReadCase, v, found.Process.Community == v.Community.ID) == nil,
	}
	view.Page.Community = found.Community
	if pack, err := w.Law.Pinned(found.Pack); err == nil {
		if rules, err := deliberation.DepartmentRulesOf(pack); err == nil && rules.Reference.Value {
			view.Reference = &rules.Reference.Basis
		}
	}
	return w.render(c, http.StatusOK, pages.Rating(view))
}

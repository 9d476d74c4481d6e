package server

import (
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// kinShown is how many persons a search for a relative offers.
const kinShown = 10

// showKin shows the near relatives of a person and looks for others.
func (w *site) showKin(c echo.Context) error {
	view, _, err := w.kinView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Kin(view))
}

func (w *site) kinView(c echo.Context) (pages.KinView, deliberation.PersonRecord, error) {
	r, err := w.changeable(c, toEditRoster)
	if err != nil {
		return pages.KinView{}, r, err
	}
	view := pages.KinView{Page: w.page(c, "more", "kin_title"), Person: r.Person}
	view.Kin, view.Names, err = w.kinOf(c.Request().Context(), r.ID)
	return view, r, err
}

// changeKin declares a near relationship or takes a declared one back.
func (w *site) changeKin(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, r, err := w.kinView(c)
	if err != nil {
		return err
	}
	step, other, kind := c.FormValue("step"), deliberation.PersonID(c.FormValue("other")), deliberation.Relation(c.FormValue("kind"))
	view.Text, view.Kind = strings.TrimSpace(c.FormValue("text")), string(kind)
	if step != "declare" && step != "drop" {
		return w.findKin(c, view, nil)
	}
	var wrong fields
	wrong.want(isID(string(other)), "other", notAChoice)
	wrong.want(other != r.ID, "other", kinSelf)
	wrong.want(slices.Contains(pages.NearRelations, kind), "kind", notAChoice)
	if err = wrong.refusal(); err == nil {
		var relative deliberation.PersonRecord
		if relative, err = w.Roster.Record(ctx, other); err == nil {
			err = permit(toEditRoster, v, relative.Community == v.Community.ID)
		}
	}
	if err == nil {
		err = w.Roster.DeclareKin(ctx, deliberation.Kinship{A: r.ID, B: other, Kind: kind, Source: "declared"}, step == "drop", v.Person.ID)
	}
	switch {
	case err != nil:
		return w.findKin(c, view, err)
	case step == "drop":
		return after(c, "/persons/"+string(r.ID)+"/kin", "done_kin_dropped")
	}
	return after(c, "/persons/"+string(r.ID)+"/kin", "done_kin")
}

// findKin looks for persons who may be relatives, and says what was wrong before.
func (w *site) findKin(c echo.Context, view pages.KinView, before error) error {
	v, status := w.viewer(c), http.StatusOK
	if before != nil {
		status, view.Problem = w.refused(namedInForm(before), view.Page, v.Lang)
	}
	if view.Text != "" {
		search := pages.RosterSearch{Text: view.Text}
		list, total, err := w.Roster.FindPersons(c.Request().Context(), w.queryOf(v, search, 0, kinShown))
		if err != nil {
			return err
		}
		view.Found = slices.DeleteFunc(list, func(l deliberation.PersonLine) bool { return l.ID == view.Person.ID })
		view.Asked, view.More = true, max(0, total-kinShown)
	} else if before == nil {
		status, view.Problem = w.refused(invalid("text", required), view.Page, v.Lang)
	}
	return w.render(c, status, pages.Kin(view))
}

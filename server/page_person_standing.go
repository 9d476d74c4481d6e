package server

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// standingForm asks when a person moved away or died.
func (w *site) standingForm(c echo.Context) error {
	view, _, err := w.standingView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.StandingPage(view))
}

// standingView is the form of somebody else: who leaves the roster loses offices,
// which nobody does to themselves.
func (w *site) standingView(c echo.Context) (pages.StandingView, deliberation.PersonRecord, error) {
	r, err := w.changeable(c, toEditRoster)
	if err != nil {
		return pages.StandingView{}, r, err
	}
	if r.ID == w.viewer(c).Person.ID {
		return pages.StandingView{}, r, deliberation.Refuse(deliberation.RefuseOwnOffice)
	}
	return pages.StandingView{Page: w.page(c, "more", "standing_title"), Person: r.Person, Version: r.Version}, r, nil
}

// changeStanding records that a person moved away, died or came back, after a page
// that says which offices end and what that breaks.
func (w *site) changeStanding(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, r, err := w.standingView(c)
	if err != nil {
		return err
	}
	view.Standing, view.Left = c.FormValue("standing"), c.FormValue("left")
	if c.FormValue("step") == "edit" {
		return w.render(c, http.StatusOK, pages.StandingPage(view))
	}
	changed, err := w.standingTyped(r, view.Standing, view.Left)
	if err == nil && c.FormValue("version") != strconv.FormatInt(r.Version, 10) {
		err = deliberation.Refuse(deliberation.RefuseConflict)
	}
	if err == nil {
		err = w.follows(c, &view, changed)
	}
	if err == nil && (c.FormValue("step") != "do" || c.FormValue("seen") != view.Breach.Seen) {
		view.Confirm = true
		return w.render(c, http.StatusOK, pages.StandingPage(view))
	}
	if err == nil {
		if _, err = w.Roster.SaveRecord(ctx, changed, v.Person.ID); err == nil {
			return after(c, "/persons/"+string(r.ID), "done_standing")
		}
	}
	status, said := w.refused(namedInForm(err), view.Page, v.Lang)
	view.Problem = said
	return w.render(c, status, pages.StandingPage(view))
}

// standingTyped gives the record with the standing that was typed.
func (w *site) standingTyped(r deliberation.PersonRecord, standing, left string) (deliberation.PersonRecord, error) {
	var wrong fields
	r.Left = deliberation.Date{}
	before := r.Standing
	switch r.Standing = deliberation.Standing(standing); r.Standing {
	case deliberation.Present:
		wrong.want(before != deliberation.Present, "standing", notAChoice)
	case deliberation.Moved, deliberation.Dead:
		r.Left = wrong.day("left", left)
		wrong.want(left != "", "left", required)
		wrong.want(!r.Left.After(w.Server.today()), "left", inFuture)
	default:
		wrong.add("standing", notAChoice, 0)
	}
	return r, wrong.refusal()
}

// follows says which offices end with a standing, which go on until they are ended,
// and what the bodies break without the person.
func (w *site) follows(c echo.Context, view *pages.StandingView, r deliberation.PersonRecord) error {
	if r.Standing == deliberation.Present {
		view.Left = ""
		return nil
	}
	ctx, v := c.Request().Context(), w.viewer(c)
	held, err := w.Roster.OfficesOf(ctx, r.ID)
	if err != nil {
		return err
	}
	for _, o := range held {
		own := o.Community == r.Community && (o.Office == deliberation.Resident || o.Office == deliberation.HouseholdHead)
		switch {
		case !o.Until.IsZero() && !o.Until.After(r.Left):
		case r.Standing == deliberation.Dead || own:
			view.Ending = append(view.Ending, o)
		default:
			view.Staying = append(view.Staying, o)
		}
	}
	gone := r.Left.AddDays(1)
	if today := w.Server.today(); gone.Before(today) {
		gone = today
	}
	view.Breach, err = w.breach(ctx, v, gone, func(members []deliberation.Member) []deliberation.Member {
		return slices.DeleteFunc(slices.Clone(members), func(m deliberation.Member) bool { return m.Person.ID == r.ID })
	}, r.ID)
	return err
}

package server

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// Bounds of what is printed at once.
const (
	slipsShown   = 400 // persons: fifty pages
	slipsOnPage  = 8
	maxSlipDays  = 30
	slipDaysHere = 7 // what the form proposes
)

// chooseSlips asks for whom slips are printed.
func (w *site) chooseSlips(c echo.Context) error {
	view, err := w.slipsView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Slips(view))
}

func (w *site) slipsView(c echo.Context) (pages.SlipsView, error) {
	v := w.viewer(c)
	if err := here(v); err != nil {
		return pages.SlipsView{}, err
	}
	view := pages.SlipsView{Page: w.page(c, "more", "slips_title"), Search: rosterSearch(c), Days: cmp.Or(c.FormValue("days"), strconv.Itoa(slipDaysHere))}
	var err error
	view.Groups, _, err = w.groupsOf(c.Request().Context(), v.Community.ID)
	return view, err
}

// slips lists persons with the state of their links, or prints slips for those chosen.
func (w *site) slips(c echo.Context) error {
	view, err := w.slipsView(c)
	if err != nil {
		return err
	}
	step := c.FormValue("step")
	if step != "print" && step != "all" {
		return w.listSlips(c, view, nil)
	}
	form, err := c.FormParams()
	if err != nil {
		return deliberation.Refuse(deliberation.RefuseMalformed)
	}
	chosen := form["person"]
	if step == "all" {
		chosen = form["listed"]
	}
	for _, id := range chosen { // in the order of the list, in which slips are handed out
		if p := deliberation.PersonID(id); !slices.Contains(view.Chosen, p) {
			view.Chosen = append(view.Chosen, p)
		}
	}
	return w.printSlips(c, view)
}

// listSlips lists those looked for. Proposed are those who have neither signed in nor a link to do so.
func (w *site) listSlips(c echo.Context, view pages.SlipsView, wrong error) error {
	ctx, v, status := c.Request().Context(), w.viewer(c), http.StatusOK
	list, total, err := w.Roster.FindPersons(ctx, w.queryOf(v, view.Search, 0, slipsShown))
	if err != nil {
		return err
	}
	var ids []deliberation.PersonID
	for _, l := range list {
		ids = append(ids, l.ID)
	}
	states, err := w.Slips.LinkStates(ctx, ids, w.Now())
	if err != nil {
		return err
	}
	for _, l := range list {
		state := states[l.ID]
		proposed := !state.SignedIn && state.Until.IsZero()
		if wrong != nil {
			proposed = slices.Contains(view.Chosen, l.ID)
		}
		view.Lines = append(view.Lines, pages.SlipLine{Person: l.Person, Link: state, Chosen: proposed})
	}
	view.Asked, view.More = true, max(0, total-len(list))
	if wrong != nil {
		status, view.Problem = w.refused(wrong, view.Page, v.Lang)
	}
	return w.render(c, status, pages.Slips(view))
}

// printSlips makes a new link for each of the chosen and shows the sheets. The
// tokens are in this one answer and nowhere else; no cache keeps it.
func (w *site) printSlips(c echo.Context, view pages.SlipsView) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	var wrong fields
	days, err := strconv.Atoi(plainDigits(view.Days))
	wrong.want(err == nil && days >= 1 && days <= maxSlipDays, "days", notANumber)
	wrong.want(len(view.Chosen) > 0, "person", notAChoice)
	if len(view.Chosen) > slipsShown {
		wrong.add("person", tooMany, slipsShown)
	}
	if err := wrong.refusal(); err != nil {
		return w.listSlips(c, view, err)
	}
	people, err := w.present(ctx, v, view.Chosen)
	if err != nil {
		return err
	}
	states, err := w.Slips.LinkStates(ctx, view.Chosen, w.Now())
	if err != nil {
		return err
	}
	for _, s := range states {
		if !s.Until.IsZero() {
			view.Unused++
		}
	}
	if view.Unused > 0 && c.FormValue("sure") != "yes" {
		return w.render(c, http.StatusOK, pages.Slips(view))
	}
	expires := w.Now().Add(time.Duration(days) * 24 * time.Hour)
	tokens, err := w.Slips.IssueLinks(ctx, view.Chosen, v.Person.ID, expires)
	if err != nil {
		return err
	}
	sheets, err := w.sheets(people, tokens)
	if err != nil {
		return err
	}
	page := w.page(c, "more", "slips_title")
	return w.render(c, http.StatusOK, pages.SlipSheets(pages.SlipSheetView{Page: page, Sheets: sheets, Until: expires, Count: len(people)}))
}

// present gives the persons, all of whom belong to the viewer's community and are
// there: of any other, nothing is printed for anybody.
func (w *site) present(ctx context.Context, v viewer, ids []deliberation.PersonID) ([]deliberation.Person, error) {
	var people []deliberation.Person
	for _, id := range ids {
		if !isID(string(id)) {
			return nil, deliberation.Refuse(deliberation.RefuseNotFound)
		}
		r, err := w.Roster.Record(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := permit(toPrintSlips, v, r.Community == v.Community.ID && (r.Standing == "" || r.Standing == deliberation.Present)); err != nil {
			return nil, err
		}
		people = append(people, r.Person)
	}
	return people, nil
}

// sheets puts the slips on pages of eight, each group beginning a new one.
func (w *site) sheets(people []deliberation.Person, tokens map[deliberation.PersonID]string) ([]pages.SlipSheet, error) {
	by := map[string][]pages.Slip{}
	for _, p := range people {
		qr, err := w.qrTo("/sign-in/" + tokens[p.ID])
		if err != nil {
			return nil, err
		}
		by[p.Group] = append(by[p.Group], pages.Slip{Person: p, QR: qr})
	}
	var groups []string
	for g := range by {
		groups = append(groups, g)
	}
	slices.Sort(groups)
	var sheets []pages.SlipSheet
	for _, g := range groups {
		of := (len(by[g]) + slipsOnPage - 1) / slipsOnPage
		for i, part := range slices.Collect(slices.Chunk(by[g], slipsOnPage)) {
			sheets = append(sheets, pages.SlipSheet{Group: g, Number: i + 1, Of: of, Slips: part})
		}
	}
	return sheets, nil
}

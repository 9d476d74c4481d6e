package server

import (
	"context"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/roster"
	"github.com/yishi-project/yishi/server/pages"
)

func estateLine(e deliberation.Estate, units []deliberation.Unit) pages.EstateLine {
	line := pages.EstateLine{Estate: e, Units: len(units)}
	for _, s := range deliberation.SharesOf(units) {
		line.Owners++
		line.Area += s.Area
	}
	return line
}

func (w *site) listEstates(c echo.Context) error { return w.showEstates(c, "", nil) }

func (w *site) showEstates(c echo.Context, name string, wrong error) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	list, err := w.Estates.Estates(ctx, v.Community.ID)
	if err != nil {
		return err
	}
	view := pages.EstatesView{Page: w.page(c, "estates", "estates_title"), Edit: v.Holds(rosterKeepers...), Name: name}
	for _, e := range list {
		units, err := w.Estates.Units(ctx, e.ID)
		if err != nil {
			return err
		}
		view.Lines = append(view.Lines, estateLine(e, units))
	}
	status := http.StatusOK
	if wrong != nil {
		status, view.Problem = w.refused(wrong, view.Page, v.Lang)
	}
	return w.render(c, status, pages.Estates(view))
}

func (w *site) postEstate(c echo.Context) error {
	name := c.FormValue("name")
	id, err := w.addEstate(c.Request().Context(), w.viewer(c), name)
	if err != nil {
		return w.showEstates(c, name, err)
	}
	return after(c, "/estates/"+string(id), "done_estate")
}

// showEstate lists the units of an estate, all or those looked for by address or owner.
func (w *site) showEstate(c echo.Context) error {
	return w.renderEstate(c, strings.TrimSpace(c.FormValue("q")), pages.UnitForm{}, nil)
}

func (w *site) renderEstate(c echo.Context, search string, form pages.UnitForm, wrong error) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	e, err := w.estate(ctx, v, deliberation.EstateID(c.Param("estate")))
	if err != nil {
		return err
	}
	units, err := w.Estates.Units(ctx, e.ID)
	if err != nil {
		return err
	}
	names, err := w.ownerNames(ctx, units)
	if err != nil {
		return err
	}
	view := pages.EstateView{Page: w.page(c, "estates", e.Name), Line: estateLine(e, units), Search: search, Edit: v.Holds(rosterKeepers...), Form: form}
	for _, u := range units {
		name := names.Of(u.Owner)
		if search == "" || strings.Contains(pages.UnitAddress(u), search) || strings.Contains(name, search) {
			view.Units = append(view.Units, pages.UnitLine{Unit: u, OwnerName: name})
		}
	}
	status := http.StatusOK
	if wrong != nil {
		status, view.Problem = w.refused(wrong, view.Page, v.Lang)
	}
	return w.render(c, status, pages.EstatePage(view))
}

func (w *site) ownerNames(ctx context.Context, units []deliberation.Unit) (pages.Names, error) {
	ids := make([]deliberation.PersonID, len(units))
	for i, u := range units {
		ids[i] = u.Owner
	}
	return w.names(ctx, ids)
}

// postUnit adds or changes one unit.
func (w *site) postUnit(c echo.Context) error {
	id := deliberation.EstateID(c.Param("estate"))
	form := pages.UnitForm{
		Building: c.FormValue("building"), Number: c.FormValue("number"), Owner: c.FormValue("owner"), Phone: c.FormValue("phone"), Area: c.FormValue("area"),
	}
	entry := deliberation.UnitEntry{Line: 1, Building: form.Building, Number: form.Number, Owner: form.Owner, Phone: plainDigits(form.Phone)}
	entry.Area, _ = deliberation.ParseArea(plainDigits(form.Area)) // nought is refused as an area
	plan, err := w.putUnits(c.Request().Context(), w.viewer(c), id, []deliberation.UnitEntry{entry}, false)
	if err == nil {
		var f fields
		for _, fault := range plan.Faults {
			f.add(fault.Field, fault.Problem, 0)
		}
		err = f.refusal()
	}
	if err != nil {
		return w.renderEstate(c, "", form, err)
	}
	return after(c, "/estates/"+string(id), "done_units")
}

func (w *site) importUnits(c echo.Context) error {
	return w.renderUnits(c, "", deliberation.UnitsPlan{}, nil)
}

func (w *site) renderUnits(c echo.Context, upload string, plan deliberation.UnitsPlan, wrong error) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	e, err := w.estate(ctx, v, deliberation.EstateID(c.Param("estate")))
	if err != nil {
		return err
	}
	view := pages.UnitsImportView{Page: w.page(c, "estates", "units_import"), Line: pages.EstateLine{Estate: e}, Upload: upload, Plan: plan}
	var concerned []deliberation.Unit
	for _, change := range plan.Changes {
		concerned = append(concerned, change.Before, change.After)
	}
	if view.Names, err = w.ownerNames(ctx, concerned); err != nil {
		return err
	}
	status := http.StatusOK
	switch {
	case wrong != nil:
		status, view.Problem = w.refused(wrong, view.Page, v.Lang)
	case len(plan.Faults) > 0:
		status = http.StatusUnprocessableEntity
	}
	return w.render(c, status, pages.UnitsImport(view))
}

// postUnits takes a file of units, shows what it would change, and puts it in when
// that page is confirmed. Between the two the file waits as one of the roster does.
func (w *site) postUnits(c echo.Context) error {
	ctx, v, id := c.Request().Context(), w.viewer(c), deliberation.EstateID(c.Param("estate"))
	if _, err := w.estate(ctx, v, id); err != nil {
		return err
	}
	if c.FormValue("step") == "do" {
		return w.doUnits(c, v, id)
	}
	content, err := uploaded(c)
	if err != nil {
		return w.renderUnits(c, "", deliberation.UnitsPlan{}, err)
	}
	plan, err := w.unitsFrom(ctx, v, id, content, true)
	if err != nil || len(plan.Faults) > 0 {
		return w.renderUnits(c, "", plan, err)
	}
	upload, err := w.Imports.KeepUpload(ctx, v.Community.ID, v.Person.ID, content, roster.Choices{})
	if err != nil {
		return err
	}
	return w.renderUnits(c, upload, plan, nil)
}

func (w *site) doUnits(c echo.Context, v viewer, id deliberation.EstateID) error {
	ctx, upload := c.Request().Context(), c.FormValue("upload")
	if !isID(upload) {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	content, _, err := w.Imports.Upload(ctx, upload, v.Community.ID, v.Person.ID)
	if err != nil {
		return err
	}
	plan, err := w.unitsFrom(ctx, v, id, content, false)
	if err != nil || len(plan.Faults) > 0 { // somebody was quicker
		return w.renderUnits(c, "", plan, err)
	}
	if err := w.Imports.DropUpload(ctx, upload, v.Person.ID); err != nil {
		return err
	}
	return after(c, "/estates/"+string(id), "done_units")
}

// unitsFrom reads a file of units and puts them in, or says what that would do.
func (w *site) unitsFrom(ctx context.Context, v viewer, id deliberation.EstateID, content []byte, dryRun bool) (deliberation.UnitsPlan, error) {
	table, err := roster.Read(content, roster.PageLimits)
	if err != nil {
		return deliberation.UnitsPlan{}, err
	}
	entries, faults := roster.ParseUnits(table)
	if len(faults) > 0 {
		return deliberation.UnitsPlan{Faults: faults}, nil
	}
	return w.putUnits(ctx, v, id, entries, dryRun)
}

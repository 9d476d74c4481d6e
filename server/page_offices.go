package server

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// personOffices shows all offices of a person, past ones too.
func (w *site) personOffices(c echo.Context) error {
	r, err := w.record(c, toReadRoster)
	if err != nil {
		return err
	}
	return w.showOffices(c, r, pages.OfficeForm{From: w.Server.today().String()}, nil)
}

// showOffices shows the offices with the forms as they were typed and what is wrong with them.
func (w *site) showOffices(c echo.Context, r deliberation.PersonRecord, form pages.OfficeForm, wrong error) error {
	ctx, v, status := c.Request().Context(), w.viewer(c), http.StatusOK
	list, err := w.Roster.OfficesOf(ctx, r.ID)
	if err != nil {
		return err
	}
	path, err := w.Places.Path(ctx, r.Community)
	if err != nil {
		return err
	}
	view := pages.OfficesView{
		Page: w.page(c, "more", "person_offices_title"), Person: r.Person, List: list, PlaceNames: map[deliberation.PlaceID]string{}, Form: form,
		Own: v.Person.ID == r.ID, MayAppoint: v.Holds(rules[toAppoint].offices...) && r.Standing != deliberation.Erased,
	}
	view.Path = "/persons/" + string(r.ID) + "/offices"
	for _, p := range path {
		view.PlaceNames[p.ID] = p.Name
	}
	for _, o := range list {
		if endable(v, o) {
			view.Ends = append(view.Ends, pages.Option{Value: seatKey(o), Label: view.OfficeName(o.Office) + " · " + view.Days(o)})
		}
	}
	view.Choices = []pages.Option{{Label: view.S("please_choose")}}
	for _, o := range appointable(v, r) {
		view.Choices = append(view.Choices, pages.Option{Value: string(o), Label: view.OfficeName(o)})
	}
	if v.Holds(deliberation.Operator) {
		view.Places = []pages.Option{{Label: v.Community.Name}}
		for _, p := range path[:len(path)-1] {
			view.Places = append(view.Places, pages.Option{Value: string(p.ID), Label: p.Name})
		}
	}
	if wrong != nil {
		status, view.Problem = w.refused(namedInForm(wrong), view.Page, v.Lang)
	}
	return w.render(c, status, pages.PersonOffices(view))
}

// appointable lists the offices that the viewer may record for a person. Offices
// over places are the operator's to give; who lives in a community decides nothing
// about who watches over it. A resident follows from the date of birth where one is known.
func appointable(v viewer, r deliberation.PersonRecord) []deliberation.Office {
	return slices.DeleteFunc(slices.Clone(deliberation.Offices), func(o deliberation.Office) bool {
		return o.OfPlace() && !v.Holds(deliberation.Operator) ||
			o == deliberation.Resident && !r.Birth.IsZero() || o == deliberation.HouseholdHead && r.Household == ""
	})
}

// endable reports whether the viewer may write the last day of an office.
func endable(v viewer, o deliberation.OfficeHeld) bool {
	if o.Office.OfPlace() && !v.Holds(deliberation.Operator) {
		return false
	}
	return o.Until.IsZero() && o.Source != "born"
}

// seatKey names an office held in a form.
func seatKey(o deliberation.OfficeHeld) string {
	return opaque(string(o.Community), string(o.Office), o.From.String())[:24]
}

func officeForm(c echo.Context) pages.OfficeForm {
	return pages.OfficeForm{
		Office: c.FormValue("office"), Place: c.FormValue("place"), From: c.FormValue("from"), Until: c.FormValue("until"),
		Source: c.FormValue("source"), Ending: c.FormValue("ending"),
	}
}

// theirs gives the record of somebody else, whose offices the viewer may record.
func (w *site) theirs(c echo.Context) (deliberation.PersonRecord, error) {
	r, err := w.changeable(c, toAppoint)
	if err == nil && r.ID == w.viewer(c).Person.ID {
		return r, deliberation.Refuse(deliberation.RefuseOwnOffice)
	}
	return r, err
}

// appoint records an office after a page that shows it once more, with every rule
// of composition that it would break.
func (w *site) appoint(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	r, err := w.theirs(c)
	if err != nil {
		return err
	}
	form := officeForm(c)
	o, err := w.officeTyped(ctx, v, r, form)
	if err != nil || c.FormValue("step") == "edit" {
		if c.FormValue("step") == "edit" {
			err = nil
		}
		return w.showOffices(c, r, form, err)
	}
	from := o.From
	if today := w.Server.today(); from.Before(today) {
		from = today
	}
	breach, err := w.breach(ctx, v, from, func(members []deliberation.Member) []deliberation.Member {
		who := deliberation.Member{Person: r.Person, Sex: r.Sex, Birth: r.Birth, Household: r.Household}
		return deliberation.WithOffice(members, who, o)
	}, r.ID)
	if err != nil {
		return err
	}
	if c.FormValue("step") != "do" || c.FormValue("seen") != breach.Seen {
		return w.render(c, http.StatusOK, pages.OfficeConfirm(pages.OfficeConfirmView{
			Page: w.page(c, "more", "office_appoint_confirm"), Person: r.Person, Held: o, Form: form, Breach: breach,
		}))
	}
	if err := w.Roster.Appoint(ctx, o, v.Person.ID); err != nil {
		return w.showOffices(c, r, form, err)
	}
	return after(c, "/persons/"+string(r.ID)+"/offices", "done_appointed")
}

// appointmentHorizon bounds how far ahead an office may begin, in days: a term is
// recorded once it is known who begins it.
const appointmentHorizon = 366

// officeTyped reads an office as it was typed.
func (w *site) officeTyped(ctx context.Context, v viewer, r deliberation.PersonRecord, form pages.OfficeForm) (deliberation.OfficeHeld, error) {
	o := deliberation.OfficeHeld{Person: r.ID, Community: r.Community, Office: deliberation.Office(form.Office), Source: form.Source}
	var wrong fields
	wrong.want(slices.Contains(appointable(v, r), o.Office), "office", notAChoice)
	wrong.want(slices.Contains(pages.OfficeSources, form.Source), "source", notAChoice)
	o.From = wrong.day("from", form.From)
	wrong.want(form.From != "", "from", required)
	wrong.want(!o.From.After(w.Server.today().AddDays(appointmentHorizon)), "from", notPossible)
	if o.Office.OfPlace() || form.Place != "" {
		path, err := w.Places.Path(ctx, r.Community)
		if err != nil {
			return o, err
		}
		above := slices.ContainsFunc(path[:len(path)-1], func(p deliberation.Place) bool { return string(p.ID) == form.Place })
		wrong.want(above && o.Office.OfPlace(), "place", notAChoice)
		o.Community = deliberation.PlaceID(form.Place)
	}
	return o, wrong.refusal()
}

// endOffice writes the last day of an office after a page that shows it once more.
func (w *site) endOffice(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	r, err := w.theirs(c)
	if err != nil {
		return err
	}
	form := officeForm(c)
	o, err := w.endTyped(ctx, v, r, form)
	if err != nil || c.FormValue("step") == "edit" {
		if c.FormValue("step") == "edit" {
			err = nil
		}
		return w.showOffices(c, r, form, err)
	}
	gone := o.Until.AddDays(1)
	if today := w.Server.today(); gone.Before(today) {
		gone = today
	}
	breach, err := w.breach(ctx, v, gone, func(members []deliberation.Member) []deliberation.Member {
		return deliberation.WithoutOffice(members, o)
	}, r.ID)
	if err != nil {
		return err
	}
	if c.FormValue("step") != "do" || c.FormValue("seen") != breach.Seen {
		return w.render(c, http.StatusOK, pages.OfficeConfirm(pages.OfficeConfirmView{
			Page: w.page(c, "more", "office_end_confirm"), Person: r.Person, Held: o, Form: form, End: true, Breach: breach,
		}))
	}
	if err := w.Roster.EndOffice(ctx, o, v.Person.ID); err != nil {
		return w.showOffices(c, r, form, err)
	}
	return after(c, "/persons/"+string(r.ID)+"/offices", "done_office_ended")
}

// endTyped finds the office that ends, with its last day.
func (w *site) endTyped(ctx context.Context, v viewer, r deliberation.PersonRecord, form pages.OfficeForm) (deliberation.OfficeHeld, error) {
	list, err := w.Roster.OfficesOf(ctx, r.ID)
	if err != nil {
		return deliberation.OfficeHeld{}, err
	}
	var wrong fields
	until := wrong.day("until", form.Until)
	wrong.want(form.Until != "", "until", required)
	i := slices.IndexFunc(list, func(o deliberation.OfficeHeld) bool { return endable(v, o) && seatKey(o) == form.Ending })
	if i < 0 {
		wrong.add("ending", notAChoice, 0)
		return deliberation.OfficeHeld{}, wrong.refusal()
	}
	o := list[i]
	o.Until = until
	wrong.want(until.IsZero() || !until.Before(o.From), "until", beforeFrom)
	wrong.want(!until.After(w.Server.today().AddDays(appointmentHorizon)), "until", notPossible)
	return o, wrong.refusal()
}

// breach gives what a change of offices breaks on the day it takes effect: the
// findings that are not there without it.
func (w *site) breach(ctx context.Context, v viewer, on deliberation.Date, change func([]deliberation.Member) []deliberation.Member, who deliberation.PersonID) (pages.Breach, error) {
	members, err := w.Roster.Members(ctx, v.Community.ID, on)
	if err != nil {
		return pages.Breach{}, err
	}
	ids := []deliberation.PersonID{who}
	for _, m := range members {
		if m.Person.ID != who {
			ids = append(ids, m.Person.ID)
		}
	}
	kin, err := w.Roster.Kin(ctx, v.Community.ID, ids)
	if err != nil {
		return pages.Breach{}, err
	}
	households, err := w.Roster.HouseholdCount(ctx, v.Community.ID)
	if err != nil {
		return pages.Breach{}, err
	}
	rules := w.Law.CompositionOn(v.Community.Kind, v.Community.Place, on)
	before := deliberation.CompositionFacts{Members: members, Kin: kin, Households: households}
	after := before
	after.Members = change(members)
	found := deliberation.NewFindings(deliberation.CheckCompositions(rules, before), deliberation.CheckCompositions(rules, after))
	return w.told(ctx, v, found)
}

// told says findings as people read them, with the names of those concerned.
func (w *site) told(ctx context.Context, v viewer, found []deliberation.CompositionCheck) (pages.Breach, error) {
	var b pages.Breach
	var seen []string
	for _, c := range found {
		who, err := w.concerned(ctx, c)
		if err != nil {
			return b, err
		}
		b.Lines = append(b.Lines, pages.BreachLine{
			Text: c.Sentence(v.Community.Kind, v.Lang), Who: strings.Join(who, words{"、", ", "}.in(v.Lang)), Source: c.Rule.Basis.Source(v.Lang),
		})
		seen = append(seen, c.Rule.Key, strconv.Itoa(c.Need), strconv.Itoa(c.Had), fmt.Sprint(c.Persons, c.Pairs))
	}
	if len(seen) > 0 {
		b.Seen = opaque(seen...)
	}
	return b, nil
}

// namedAtMost bounds how many persons a finding names: it may concern a whole conference.
const namedAtMost = 12

// concerned names whom a finding speaks of, pairs as pairs.
func (w *site) concerned(ctx context.Context, c deliberation.CompositionCheck) ([]string, error) {
	persons, pairs := c.Persons, c.Pairs
	if len(pairs) > 0 {
		persons = nil
	}
	persons, pairs = persons[:min(len(persons), namedAtMost)], pairs[:min(len(pairs), namedAtMost)]
	ids := slices.Clone(persons)
	for _, p := range pairs {
		ids = append(ids, p.A, p.B)
	}
	names, err := w.names(ctx, ids)
	if err != nil {
		return nil, err
	}
	var who []string
	for _, p := range pairs {
		who = append(who, names.Of(p.A)+"—"+names.Of(p.B))
	}
	for _, id := range persons {
		who = append(who, names.Of(id))
	}
	return who, nil
}

// shownOffices are those that the list of a community names, in its order. Who is
// in the Party is told to those in office only; residents and speakers of
// households are found in the roster.
func shownOffices(v viewer) []deliberation.Office {
	return slices.DeleteFunc(slices.Clone(deliberation.Offices), func(o deliberation.Office) bool {
		switch o {
		case deliberation.Resident, deliberation.HouseholdHead, deliberation.Analyst, deliberation.Operator:
			return true
		case deliberation.PartyMember, deliberation.ProbationaryMember:
			return !v.Holds(inOffice...)
		}
		return false
	})
}

// officesIn lists who holds which office in the community on a day.
func (w *site) officesIn(c echo.Context) error {
	ctx, v, status := c.Request().Context(), w.viewer(c), http.StatusOK
	if err := here(v); err != nil {
		return err
	}
	view := pages.OfficesInView{Page: w.page(c, "more", "offices_title"), On: c.QueryParam("on"), Day: w.Server.today(), Links: v.Holds(rules[toReadRoster].offices...)}
	if view.On != "" {
		var wrong fields
		if day := wrong.day("on", view.On); len(wrong) == 0 {
			view.Day = day
		} else {
			status, view.Problem = w.refused(wrong.refusal(), view.Page, v.Lang)
		}
	}
	path, err := w.Places.Path(ctx, v.Community.ID)
	if err != nil {
		return err
	}
	by := map[deliberation.Office][]pages.OfficeHolder{}
	for _, p := range path {
		if err := w.holdersAt(ctx, p, view.Day, by); err != nil {
			return err
		}
	}
	for _, o := range shownOffices(v) {
		if len(by[o]) > 0 {
			view.Holders = append(view.Holders, pages.OfficeHolders{Office: o, List: by[o]})
		}
	}
	return w.render(c, status, pages.OfficesIn(view))
}

// holdersAt adds who holds an office at a place of the path on the day.
func (w *site) holdersAt(ctx context.Context, p deliberation.Place, on deliberation.Date, by map[deliberation.Office][]pages.OfficeHolder) error {
	held, err := w.Roster.OfficesIn(ctx, p.ID)
	if err != nil {
		return err
	}
	held = slices.DeleteFunc(held, func(o deliberation.OfficeHeld) bool {
		return o.From.After(on) || !o.Until.IsZero() && o.Until.Before(on) || o.Office == deliberation.Resident || o.Office == deliberation.HouseholdHead ||
			o.Office.OfPlace() == p.Kind.IsCommunity()
	})
	var ids []deliberation.PersonID
	for _, o := range held {
		ids = append(ids, o.Person)
	}
	names, err := w.names(ctx, ids)
	if err != nil {
		return err
	}
	place := ""
	if !p.Kind.IsCommunity() {
		place = p.Name
	}
	for _, o := range held {
		by[o.Office] = append(by[o.Office], pages.OfficeHolder{Name: names.Of(o.Person), Held: o, Place: place})
	}
	return nil
}

package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// rosterRoutes is the policy's row of the pages of the roster. What is looked for
// is a name or a number of somebody: searches are posted, so that none stands in
// an address, a history or a log.
var rosterRoutes = map[string]action{
	"GET /roster":      toReadRoster,
	"POST /roster":     toReadRoster,
	"GET /roster/new":  toEditRoster,
	"POST /roster/new": toEditRoster,

	"GET /persons/:person":           toReadRoster,
	"POST /persons/:person/reveal":   toReadRoster,
	"GET /persons/:person/edit":      toEditRoster,
	"POST /persons/:person/edit":     toEditRoster,
	"GET /persons/:person/standing":  toEditRoster,
	"POST /persons/:person/standing": toEditRoster,
	"GET /persons/:person/kin":       toEditRoster,
	"POST /persons/:person/kin":      toEditRoster,

	"GET /persons/:person/offices":      toReadRoster,
	"POST /persons/:person/offices":     toAppoint,
	"POST /persons/:person/offices/end": toAppoint,
	"GET /offices":                      toReadBodies,

	"GET /slips":  toPrintSlips,
	"POST /slips": toPrintSlips,
}

// mountRoster gives the pages of the roster their routes.
func (w *site) mountRoster(g *echo.Group) {
	g.GET("/roster", w.roster)
	g.POST("/roster", w.roster)
	g.GET("/roster/new", w.newPersonForm)
	g.POST("/roster/new", w.addPerson)
	g.GET("/persons/:person", w.showPerson)
	g.POST("/persons/:person/reveal", w.revealPerson)
	g.GET("/persons/:person/edit", w.editPersonForm)
	g.POST("/persons/:person/edit", w.editPerson)
	g.GET("/persons/:person/standing", w.standingForm)
	g.POST("/persons/:person/standing", w.changeStanding)
	g.GET("/persons/:person/kin", w.showKin)
	g.POST("/persons/:person/kin", w.changeKin)
	g.GET("/persons/:person/offices", w.personOffices)
	g.POST("/persons/:person/offices", w.appoint)
	g.POST("/persons/:person/offices/end", w.endOffice)
	g.GET("/offices", w.officesIn)
	g.GET("/slips", w.chooseSlips)
	g.POST("/slips", w.slips)
}

// rosterSize is how many persons a page of the roster shows.
const rosterSize = 50

// roster lists the persons of the community, all or those looked for.
func (w *site) roster(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	if err := here(v); err != nil {
		return err
	}
	search := rosterSearch(c)
	offset, err := strconv.Atoi(c.FormValue("offset"))
	if err != nil || offset < 0 { // a page that does not exist is the first one
		offset = 0
	}
	lines, total, err := w.Roster.FindPersons(ctx, w.queryOf(v, search, offset, rosterSize))
	if err != nil {
		return err
	}
	groups, _, err := w.groupsOf(ctx, v.Community.ID)
	if err != nil {
		return err
	}
	page := w.page(c, "more", "roster_title")
	return w.render(c, http.StatusOK, pages.Roster(pages.RosterView{
		Page: page, Search: search, Lines: lines, Groups: groups, Paging: pages.Paging{Total: total, Offset: offset, Limit: rosterSize, Path: "/roster"},
		MayEdit: v.Holds(rules[toEditRoster].offices...), MaySlip: mayPrintSlips(v),
	}))
}

// here refuses who is in charge of several communities and has chosen none.
func here(v viewer) error {
	if v.Community.ID == "" {
		return deliberation.Refuse(deliberation.RefuseEnterCommunity)
	}
	return nil
}

// mayPrintSlips reports whether the viewer holds an office for it; that they
// prove who they are is asked when they do it.
func mayPrintSlips(v viewer) bool {
	return v.Holds(rules[toPrintSlips].offices...) && !v.Holds(deliberation.Operator)
}

// rosterSearch reads a search; a value that no choice offers narrows nothing. An
// address carries none: what it says is not looked at.
func rosterSearch(c echo.Context) pages.RosterSearch {
	if c.Request().Method != http.MethodPost {
		return pages.RosterSearch{}
	}
	s := pages.RosterSearch{Text: strings.TrimSpace(c.FormValue("text")), Group: c.FormValue("group"), Office: c.FormValue("office"), Standing: c.FormValue("standing")}
	if len([]rune(s.Text)) > maxLine || strings.ContainsFunc(s.Text, unprintable) {
		s.Text = ""
	}
	if !slices.Contains(deliberation.Offices, deliberation.Office(s.Office)) {
		s.Office = ""
	}
	if !slices.Contains([]deliberation.Standing{deliberation.Moved, deliberation.Dead}, deliberation.Standing(s.Standing)) {
		s.Standing = ""
	}
	return s
}

func (w *site) queryOf(v viewer, s pages.RosterSearch, offset, limit int) deliberation.PersonQuery {
	return deliberation.PersonQuery{
		Community: v.Community.ID, Text: searchText(s.Text), Group: s.Group, Office: deliberation.Office(s.Office), On: w.Server.today(),
		Standing: deliberation.Standing(s.Standing), Offset: offset, Limit: limit,
	}
}

// searchText writes a number as it is kept: people put spaces into phones and
// identity numbers, and Chinese keyboards write full-width digits.
func searchText(s string) string {
	if plain := deliberation.TidyIdentity(s); strings.ContainsAny(plain, "0123456789") {
		return plain
	}
	return s
}

// groupsOf gives the groups and buildings of a community by name.
func (w *site) groupsOf(ctx context.Context, c deliberation.CommunityID) (groups, buildings []string, err error) {
	below, err := w.Places.Below(ctx, c)
	for _, p := range below {
		switch p.Kind {
		case deliberation.GroupPlace:
			groups = append(groups, p.Name)
		case deliberation.BuildingPlace:
			buildings = append(buildings, p.Name)
		}
	}
	return groups, buildings, err
}

// record gives a person's record for who may do the action to it; that of another
// community is not found.
func (w *site) record(c echo.Context, a action) (deliberation.PersonRecord, error) {
	v := w.viewer(c)
	if err := here(v); err != nil {
		return deliberation.PersonRecord{}, err
	}
	r, err := w.Roster.Record(c.Request().Context(), deliberation.PersonID(c.Param("person")))
	if err != nil {
		return r, err
	}
	if err := permit(a, v, r.Community == v.Community.ID); err != nil {
		return deliberation.PersonRecord{}, err
	}
	return r, nil
}

// changeable is record for what may be changed: a person whose data were erased is no more.
func (w *site) changeable(c echo.Context, a action) (deliberation.PersonRecord, error) {
	r, err := w.record(c, a)
	if err == nil && r.Standing == deliberation.Erased {
		return r, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return r, err
}

// household gives the household of a record, the zero one where there is none.
func (w *site) household(ctx context.Context, r deliberation.PersonRecord) (deliberation.Household, error) {
	if r.Household == "" {
		return deliberation.Household{}, nil
	}
	all, err := w.Roster.Households(ctx, r.Community)
	for _, h := range all {
		if h.ID == r.Household {
			return h, nil
		}
	}
	return deliberation.Household{}, err
}

// namedInForm turns a refusal of what is there already into a problem of the field
// it names, so that the form can show it where it was typed.
func namedInForm(err error) error {
	var r *deliberation.Refusal
	if !errors.As(err, &r) || len(r.Fields) == 0 {
		return err
	}
	var f fields
	for _, p := range r.Fields {
		switch p.Field {
		case "number":
			p.Field = "household"
		case "community":
			p.Field = "place"
		}
		f = append(f, p)
	}
	return f.refusal()
}

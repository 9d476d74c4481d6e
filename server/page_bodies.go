package server

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// bodyRoutes is the policy of the pages of bodies.
var bodyRoutes = map[string]action{
	"GET /bodies":            toReadBodies,
	"GET /bodies/:body":      toReadBodies,
	"GET /bodies/:body/roll": toReadBodies,
}

// mountBodies gives the pages of bodies their routes.
func (w *site) mountBodies(g *echo.Group) {
	g.GET("/bodies", w.bodies)
	g.GET("/bodies/:body", w.body)
	g.GET("/bodies/:body/roll", w.bodyRoll)
}

// namedTo are those who are told by name whom a rule of kinship or of age speaks
// of; all others are told only that there is somebody.
var namedTo = append([]deliberation.Office{deliberation.Supervisor}, rosterReaders...)

// intimate are the rules whose finding says something of a person that not the whole community should read.
var intimate = []string{"committee.kin", "supervision.kin", "committee.age", "supervision.age", "conference.age"}

// mayOpen reports whether the viewer may see who sits on a body. Who is in the
// Party is told to those in office.
func mayOpen(v viewer, b deliberation.Body) bool {
	return b != deliberation.PartyMeeting || v.Holds(inOffice...)
}

// mayRoll reports whether the viewer may see the roll of a body. That of the
// assembly is the whole roster of adults.
func mayRoll(v viewer, b deliberation.Body) bool {
	if b == deliberation.Assembly {
		return v.Holds(namedTo...)
	}
	return mayOpen(v, b)
}

// dayAsked gives the day a page is to show: today where none is asked for, or
// where what was asked is no day, which is then said.
func (w *site) dayAsked(c echo.Context) (on string, day deliberation.Date, wrong error) {
	on, day = c.QueryParam("on"), w.Server.today()
	if on == "" {
		return on, day, nil
	}
	asked, err := deliberation.ParseDate(on)
	if err != nil {
		return on, day, &deliberation.Refusal{Code: deliberation.RefuseInvalid, Fields: []deliberation.FieldProblem{{Field: "on", Problem: notADate}}}
	}
	return on, asked, nil
}

// service gives what the rules of composition look at, and the rules of the day.
func (w *site) service(ctx context.Context, c deliberation.Community, on deliberation.Date) (deliberation.CompositionRules, deliberation.CompositionFacts, error) {
	rules := w.Law.CompositionOn(c.Kind, c.Place, on)
	var f deliberation.CompositionFacts
	var err error
	if f.Members, err = w.Roster.Members(ctx, c.ID, on); err != nil {
		return rules, f, err
	}
	ids := make([]deliberation.PersonID, 0, len(f.Members))
	for _, m := range f.Members {
		ids = append(ids, m.Person.ID)
	}
	if f.Kin, err = w.Roster.Kin(ctx, c.ID, ids); err != nil {
		return rules, f, err
	}
	f.Households, err = w.Roster.HouseholdCount(ctx, c.ID)
	return rules, f, err
}

// bodies lists the standing bodies with the state of each.
func (w *site) bodies(c echo.Context) error {
	ctx, v, status := c.Request().Context(), w.viewer(c), http.StatusOK
	if err := here(v); err != nil {
		return err
	}
	view := pages.BodiesView{Page: w.page(c, "more", "bodies_title")}
	var wrong error
	if view.On, view.Day, wrong = w.dayAsked(c); wrong != nil {
		status, view.Problem = w.refused(wrong, view.Page, v.Lang)
	}
	rules, facts, err := w.service(ctx, v.Community, view.Day)
	if err != nil {
		return err
	}
	for _, verdict := range deliberation.CheckCompositions(rules, facts) {
		view.Lines = append(view.Lines, pages.BodyLine{Verdict: verdict, Open: mayOpen(v, verdict.Body)})
	}
	return w.render(c, status, pages.Bodies(view))
}

// bodyAsked gives the body of the address, if the viewer may see it.
func bodyAsked(c echo.Context, v viewer, may func(viewer, deliberation.Body) bool) (deliberation.Body, error) {
	b := deliberation.Body(c.Param("body"))
	switch {
	case !slices.Contains(deliberation.Bodies, b):
		return b, deliberation.Refuse(deliberation.RefuseNotFound)
	case !may(v, b):
		return b, deliberation.Refuse(deliberation.RefuseNotEntitled)
	}
	return b, here(v)
}

// body shows who serves on a body and what the rules of the day find.
func (w *site) body(c echo.Context) error {
	ctx, v, status := c.Request().Context(), w.viewer(c), http.StatusOK
	b, err := bodyAsked(c, v, mayOpen)
	if err != nil {
		return err
	}
	view := pages.BodyView{Page: w.page(c, "more", ""), Links: v.Holds(rules[toReadRoster].offices...), MayRoll: mayRoll(v, b)}
	view.Title = view.BodyName(b)
	var wrong error
	if view.On, view.Day, wrong = w.dayAsked(c); wrong != nil {
		status, view.Problem = w.refused(wrong, view.Page, v.Lang)
	}
	law, facts, err := w.service(ctx, v.Community, view.Day)
	if err != nil {
		return err
	}
	view.Verdict = deliberation.CheckComposition(b, law, facts)
	view.Members = membersOf(b, facts.Members)
	for _, check := range view.Verdict.Checks {
		r := pages.BodyRule{Check: check}
		if check.Breached() && (v.Holds(namedTo...) || !slices.Contains(intimate, check.Rule.Key)) {
			r.Who = whom(check, facts.Members)
		}
		view.All = append(view.All, r)
		switch {
		case check.Undecided:
			view.Undecided = append(view.Undecided, r)
		case check.Breached() && check.Rule.Must():
			view.Findings = append(view.Findings, r)
		case check.Breached():
			view.Advice = append(view.Advice, r)
		}
	}
	return w.render(c, status, pages.BodyPage(view))
}

// furtherOffices are shown on a body's page beside those that make its members.
var furtherOffices = map[deliberation.Body][]deliberation.Office{
	deliberation.Committee:            {deliberation.DeputyDirector},
	deliberation.SupervisoryCommittee: {deliberation.SupervisionHead},
	deliberation.PartyMeeting:         {deliberation.ProbationaryMember},
}

// membersOf gives the members with the offices that bring them to the body, those
// of the highest office first. The assembly is all adults, and lists none.
func membersOf(b deliberation.Body, all []deliberation.Member) []pages.BodyMember {
	if b == deliberation.Assembly {
		return nil
	}
	offices := append(slices.Clone(b.Offices()), furtherOffices[b]...)
	rank := func(o deliberation.OfficeHeld) int { return slices.Index(deliberation.Offices, o.Office) }
	byRank := func(x, y deliberation.OfficeHeld) int { return rank(x) - rank(y) }
	var list []pages.BodyMember
	for _, m := range all {
		held := slices.DeleteFunc(slices.Clone(m.Offices), func(o deliberation.OfficeHeld) bool { return !slices.Contains(offices, o.Office) })
		if len(held) == 0 {
			continue
		}
		slices.SortStableFunc(held, byRank)
		list = append(list, pages.BodyMember{Person: m.Person, Held: held})
	}
	slices.SortStableFunc(list, func(x, y pages.BodyMember) int { return byRank(x.Held[0], y.Held[0]) })
	return list
}

// whom names those a finding speaks of, pairs as pairs; all of them hold an office.
func whom(c deliberation.CompositionCheck, members []deliberation.Member) []string {
	names := pages.Names{}
	for _, m := range members {
		names[m.Person.ID] = m.Person.Name
	}
	var who []string
	for _, p := range c.Pairs[:min(len(c.Pairs), namedAtMost)] {
		who = append(who, names.Of(p.A)+"—"+names.Of(p.B))
	}
	if len(c.Pairs) > 0 {
		return who
	}
	for _, id := range c.Persons[:min(len(c.Persons), namedAtMost)] {
		who = append(who, names.Of(id))
	}
	return who
}

// rollPage bounds the lines of a roll on one page; a conference fits on one.
const rollPage = 500

// bodyRoll shows the roll of a body on a day with the reason for each line.
func (w *site) bodyRoll(c echo.Context) error {
	ctx, v, status := c.Request().Context(), w.viewer(c), http.StatusOK
	b, err := bodyAsked(c, v, mayRoll)
	if err != nil {
		return err
	}
	view := pages.BodyRollView{Page: w.page(c, "more", ""), Body: b}
	view.Title = view.S("body_roll_title", "Body", view.BodyName(b))
	var wrong error
	if view.On, view.Day, wrong = w.dayAsked(c); wrong != nil {
		status, view.Problem = w.refused(wrong, view.Page, v.Lang)
	}
	roll, err := w.Roster.RollOf(ctx, v.Community.ID, b, view.Day)
	if err != nil {
		return err
	}
	for _, l := range roll {
		if l.In {
			view.Count++
		}
	}
	query := url.Values{}
	if view.On != "" {
		query.Set("on", view.On)
	}
	view.Paging = pages.Paging{Total: len(roll), Offset: min(offsetOf(c), len(roll)), Limit: rollPage, Path: "/bodies/" + string(b) + "/roll", Query: query}
	view.Lines = roll[view.Paging.Offset:min(len(roll), view.Paging.Offset+rollPage)]
	return w.render(c, status, pages.BodyRoll(view))
}

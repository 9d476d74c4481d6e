package server

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// deskLines is how many people a search at the desk lists.
const deskLines = 20

func itoa(n int) string { return strconv.Itoa(n) }

func (w *site) registrationView(c echo.Context) (pages.RegistrationView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	p, err := w.atElectionDesk(ctx, v, deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return pages.RegistrationView{}, err
	}
	view := pages.RegistrationView{
		Page: w.page(c, "processes", "registration_title"), P: p.Process, Search: strings.TrimSpace(c.FormValue("text")),
		Chosen: deliberation.PersonID(c.FormValue("person")), Published: p.Status.Election != nil && !p.Status.Election.Listed.IsZero(),
	}
	view.Looked = view.Search != ""
	found := func(person deliberation.Person, n int) bool {
		if !view.Looked || !strings.Contains(person.Name, view.Search) {
			return false
		}
		if n == deskLines {
			view.More++
			return false
		}
		return true
	}
	if view.Published {
		list, err := w.Elections.ElectorList(ctx, p.ID)
		for _, l := range list {
			if found(l.Person, len(view.Electors)) {
				view.Electors = append(view.Electors, l)
			}
		}
		return view, err
	}
	list, err := w.Elections.RegistrationEntries(ctx, p.ID)
	for _, l := range list {
		if l.Entered {
			view.Entered++
		}
		if l.Found.In {
			view.MayBe++
		}
		if found(l.Person, len(view.Lines)) {
			view.Lines = append(view.Lines, l)
		}
	}
	return view, err
}

func (w *site) showRegistration(c echo.Context) error {
	view, err := w.registrationView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Registration(view))
}

// postRegistration looks somebody up, writes down what they stated, or corrects the
// published list. The page shows at once what follows.
func (w *site) postRegistration(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	id, person := deliberation.ProcessID(c.Param("process")), deliberation.PersonID(c.FormValue("person"))
	var err error
	switch c.FormValue("step") {
	case "enter":
		err = w.enterFromForm(ctx, c, v, id, person)
	case "take_off":
		err = w.correctElectors(ctx, v, id, person, false, deliberation.RegistrationReason(c.FormValue("reason-"+string(person))))
	case "put_on":
		err = w.correctElectors(ctx, v, id, person, true, "")
	}
	view, viewErr := w.registrationView(c)
	if viewErr != nil {
		return viewErr
	}
	status := http.StatusOK
	if err != nil {
		status, view.Problem = w.refused(err, view.Page, v.Lang)
	} else if step := c.FormValue("step"); step != "find" && step != "" {
		view.Done = "done_registration"
	}
	return w.render(c, status, pages.Registration(view))
}

func (w *site) enterFromForm(ctx context.Context, c echo.Context, v viewer, id deliberation.ProcessID, person deliberation.PersonID) error {
	yes := func(name string) bool { return c.FormValue(name) == "yes" }
	entry := deliberation.RegisterEntry{
		Person: person, Wishes: yes("wishes"), Consented: yes("consented"), Certificate: yes("certificate"), Deprived: yes("deprived"),
		Elsewhere: yes("elsewhere"), Unavailable: yes("unavailable"), Mandated: yes("mandated"),
	}
	if since := c.FormValue("works_since-" + string(person)); since != "" {
		day, err := deliberation.ParseDate(since)
		if err != nil {
			return invalid("works_since", notADate)
		}
		entry.WorksSince = day
	}
	return w.registerElector(ctx, v, id, registrationInput{Entry: entry})
}

// foundShown is how many persons a search for a nominee lists.
const foundShown = 10

// nominateView reads what was chosen so far: it stands in the form itself.
func (w *site) nominateView(c echo.Context, desk bool) (pages.NominateView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	id := deliberation.ProcessID(c.Param("process"))
	p, err := w.proceedingOf(ctx, v, id, deliberation.ElectionKind)
	if err == nil && desk {
		_, err = w.atElectionDesk(ctx, v, id)
	}
	if err != nil {
		return pages.NominateView{}, err
	}
	rules, err := w.electionRules(p.Process)
	if err != nil {
		return pages.NominateView{}, err
	}
	view := pages.NominateView{
		Page: w.page(c, "processes", "nominate_title"), P: p.Process, Setup: setupOf(p.Process), Desk: desk, By: c.FormValue("by"),
		Search: strings.TrimSpace(c.FormValue("text")), Signers: c.FormValue("signers"), Key: c.FormValue("key"),
		Named: map[deliberation.ElectionPost][]deliberation.Person{},
	}
	if checkKey(view.Key) != nil && c.FormValue("step") != "hand_in" {
		view.Key = newKey()
	}
	if p.Status.Election != nil && p.Status.Election.Gathering {
		view.Ways = waysToNominate(v, rules, desk)
	}
	if len(view.Ways) > 0 && !slices.Contains(view.Ways, view.By) {
		view.By = view.Ways[0]
	}
	view.Bars = []string{view.Source(rules.Nominators.Basis)}
	if rules.Bars.Key != "" {
		view.Bars = append(view.Bars, view.Source(rules.Bars.Basis))
	}
	if err := w.chosenSoFar(c, &view); err != nil {
		return view, err
	}
	if view.Own, err = w.nominations(ctx, v, id); err != nil {
		return view, err
	}
	var ids []deliberation.PersonID
	for _, n := range view.Own {
		ids = append(ids, n.People()...)
	}
	view.Names, err = w.names(ctx, ids)
	return view, err
}

// waysToNominate are those the rules know and the viewer has: the Party organisation's is
// its secretary's, and many sign on paper, which the desk enters.
func waysToNominate(v viewer, r deliberation.ElectionRules, desk bool) (ways []string) {
	for _, way := range []string{byElector, byJointly, byParty} {
		switch {
		case !r.Nominators.Has(way):
		case desk, way == byElector, way == byParty && v.Holds(deliberation.Secretary):
			ways = append(ways, way)
		}
	}
	return ways
}

// chosenSoFar reads the persons that the form carries, and does what its buttons say:
// one more, one less.
func (w *site) chosenSoFar(c echo.Context, view *pages.NominateView) error {
	form, err := c.FormParams()
	if err != nil {
		return deliberation.Refuse(deliberation.RefuseMalformed)
	}
	all, err := w.Elections.ElectorList(c.Request().Context(), view.P.ID)
	if err != nil {
		return err
	}
	named := map[deliberation.ElectionPost][]string{}
	for _, post := range startPosts {
		named[post] = form["named_"+string(post)]
	}
	if what, rest, ok := strings.Cut(c.FormValue("step"), "."); ok {
		at, id, _ := strings.Cut(rest, ".")
		post := deliberation.ElectionPost(at)
		switch {
		case !slices.Contains(startPosts, post):
		case what == "add":
			named[post] = append(slices.Clone(named[post]), id)
		case what == "drop":
			named[post] = slices.DeleteFunc(slices.Clone(named[post]), func(x string) bool { return x == id })
		}
	}
	for post, ids := range named {
		for _, id := range ids {
			i := onElectorList(all, id)
			if i < 0 || len(view.Named[post]) == maxNamed || slices.ContainsFunc(view.Named[post], func(p deliberation.Person) bool { return string(p.ID) == id }) {
				continue
			}
			view.Named[post] = append(view.Named[post], all[i].Person)
		}
	}
	if c.FormValue("step") != "find" {
		view.Search = ""
		return nil
	}
	view.Found, view.More, err = w.registered(c.Request().Context(), view.P.ID, view.Search, foundShown)
	return err
}

func (w *site) nominateForm(desk bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		view, err := w.nominateView(c, desk)
		if err != nil {
			return err
		}
		view.Key = newKey()
		return w.render(c, http.StatusOK, pages.Nominate(view))
	}
}

// postNominate finds persons, keeps who was chosen, shows all of it once more, and hands
// it in.
func (w *site) postNominate(desk bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx, v := c.Request().Context(), w.viewer(c)
		view, err := w.nominateView(c, desk)
		if err != nil {
			return err
		}
		step := c.FormValue("step")
		if step != "check" && step != "hand_in" {
			return w.render(c, http.StatusOK, pages.Nominate(view))
		}
		in := nominationInput{By: view.By, Names: map[deliberation.ElectionPost][]deliberation.PersonID{}, Desk: desk}
		for post, list := range view.Named {
			for _, p := range list {
				in.Names[post] = append(in.Names[post], p.ID)
			}
		}
		p, err := w.proceedingOf(ctx, v, view.P.ID, deliberation.ElectionKind)
		if err == nil && desk && view.By != byParty {
			in.Signers, err = w.peopleNamed(ctx, v, "signers", view.Signers)
		} else if view.By != byParty {
			in.Signers = []deliberation.PersonID{v.Person.ID}
		}
		if err == nil && step == "check" {
			if err = w.soundNomination(ctx, p, in); err == nil {
				view.Confirm = true
				return w.render(c, http.StatusOK, pages.Nominate(view))
			}
		} else if err == nil {
			if err = w.nominate(ctx, v, view.P.ID, view.Key, in); err == nil {
				path := "/processes/" + string(view.P.ID) + "/nominate"
				if desk {
					path = "/processes/" + string(view.P.ID) + "/nominations"
				}
				return after(c, path, "done_nomination")
			}
		}
		var status int
		status, view.Problem = w.refused(err, view.Page, v.Lang)
		view.Key = retryKey(status, view.Key)
		return w.render(c, status, pages.Nominate(view))
	}
}

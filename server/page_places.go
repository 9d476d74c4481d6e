package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

var accessRoutes = map[string]action{
	"GET /places":                   toReadPlaces,
	"GET /places/:place":            toReadPlaces,
	"POST /places/:place":           toManagePlaces,
	"POST /places/:place/below":     toManagePlaces,
	"POST /places/:place/officials": toManagePlaces,
	"POST /places/:place/dismiss":   toManagePlaces,
	"POST /places/:community/enter": toEnter,
	"GET /audit":                    toReadAudit,
	"GET /my-data":                  toReadMyData,
	"POST /my-data":                 toReadMyData,
	"GET /more":                     toReadOwn,
}

// mountAccess gives the pages of places, of the audit and of one's own data their routes.
func (w *site) mountAccess(g *echo.Group) {
	g.GET("/places", w.places)
	g.GET("/places/:place", w.showPlace)
	g.POST("/places/:place", w.changePlace)
	g.POST("/places/:place/below", w.addPlace)
	g.POST("/places/:place/officials", w.addOfficial)
	g.POST("/places/:place/dismiss", w.endCharge)
	g.POST("/places/:community/enter", w.enterCommunity)
	g.GET("/audit", w.audit)
	g.GET("/my-data", w.myData)
	g.POST("/my-data", w.revealMyData)
	g.GET("/more", w.more)
}

// menu is all that people may open, in the order of the list. What a viewer is
// refused is left out, and so is what this server does not have.
var menu = []pages.Entry{
	{Section: "today", Path: "/today", Key: "nav_today"},
	{Section: "processes", Path: "/processes", Key: "nav_processes"},
	{Section: "start", Path: "/processes/new", Key: "nav_start"},
	{Section: "demand", Path: "/demands/new", Key: "menu_demand"},
	{Section: "appraisal", Path: "/duty-reports/new", Key: "menu_appraisal"},
	{Section: "ratings", Path: "/department-ratings", Key: "menu_ratings"},
	{Section: "disclosures", Path: "/disclosures", Key: "menu_disclosures"},
	{Section: "opinion-box", Path: "/opinion-box", Key: "menu_opinion_box"},
	{Section: "hearing", Path: "/hearings/new", Key: "menu_hearing"},
	{Section: "open_talk", Path: "/open-talks/new", Key: "menu_open_talk"},
	{Section: "consultation", Path: "/consultations/new", Key: "menu_consultation"},
	{Section: "election", Path: "/elections/new", Key: "menu_election"},
	{Section: "choosing", Path: "/choosings/new", Key: "menu_choosing"},
	{Section: "resignation", Path: "/resignations/new", Key: "menu_resignation"},
	{Section: "recall", Path: "/recalls/new", Key: "menu_recall"},
	{Section: "supervise", Path: "/supervise", Key: "nav_supervise"},
	{Section: "board", Path: "/board", Key: "nav_board"},
	{Section: "roster", Path: "/roster", Key: "menu_roster"},
	{Section: "offices", Path: "/offices", Key: "menu_offices"},
	{Section: "bodies", Path: "/bodies", Key: "menu_bodies"},
	{Section: "duties", Path: "/duties", Key: "menu_duties"},
	{Section: "authorisations", Path: "/authorisations", Key: "menu_authorisations"},
	{Section: "estates", Path: "/estates", Key: "menu_estates"},
	{Section: "import", Path: "/import", Key: "menu_import"},
	{Section: "export", Path: "/export", Key: "menu_export"},
	{Section: "slips", Path: "/slips", Key: "menu_slips"},
	{Section: "assist", Path: "/assist", Key: "menu_assist"},
	{Section: "places", Path: "/places", Key: "menu_places"},
	{Section: "audit", Path: "/audit", Key: "menu_audit"},
	{Section: "my-data", Path: "/my-data", Key: "menu_my_data"},
	{Section: "sign-in", Path: "/account/sign-in", Key: "menu_sign_in"},
	{Section: "status", Path: "/status", Key: "menu_status"},
	{Section: "engine", Path: "/engine", Key: "menu_engine"},
}

// menu gives what the viewer may open. A page that asks to confirm who one is
// stays in: it says so when it is opened.
func (w *site) menu(v viewer) []pages.Entry {
	list := []pages.Entry{}
	for _, e := range menu {
		a := routes["GET "+e.Path]
		if a == "" || !w.mounted(e.Path) || a == toReadOwn && v.Community.ID == "" {
			continue
		}
		if err := permit(a, v, true); err == nil || errors.Is(err, deliberation.Refuse(deliberation.RefuseFreshSignIn)) {
			list = append(list, e)
		}
	}
	return list
}

// pagesHere are the addresses of the pages that a server has, found out once.
type pagesHere struct {
	once sync.Once
	of   map[string]bool
}

func (w *site) mounted(path string) bool {
	w.here.once.Do(func() {
		w.here.of = map[string]bool{}
		for _, r := range w.echo.Routes() {
			if r.Method == http.MethodGet {
				w.here.of[r.Path] = true
			}
		}
	})
	return w.here.of[path]
}

func (w *site) more(c echo.Context) error {
	return w.render(c, http.StatusOK, pages.Menu(w.page(c, "more", "menu_title")))
}

// roots gives the places from which the viewer's part of the tree goes down: those
// of their offices of place, and the one they belong to.
func (s *Server) roots(ctx context.Context, v viewer) ([][]deliberation.Place, error) {
	ids := []deliberation.PlaceID{v.Person.Community}
	for _, h := range v.held {
		if h.Office.OfPlace() && !slices.Contains(ids, h.Community) {
			ids = append(ids, h.Community)
		}
	}
	var all [][]deliberation.Place
	for _, id := range ids {
		path, err := s.Places.Path(ctx, id)
		if err != nil {
			return nil, err
		}
		all = append(all, path)
	}
	// A place below another one of them is shown there.
	return slices.DeleteFunc(slices.Clone(all), func(path []deliberation.Place) bool {
		return slices.ContainsFunc(all, func(other []deliberation.Place) bool {
			return len(other) < len(path) && onPath(path, other[len(other)-1].ID)
		})
	}), nil
}

// seesPlace reports whether a place, by its path, lies in the viewer's part of the
// tree: below one they are in charge of, or their own with its groups and buildings.
func (v viewer) seesPlace(path []deliberation.Place) bool {
	return onPath(path, v.Person.Community) && (v.Place.Kind.IsCommunity() || path[len(path)-1].ID == v.Person.Community) ||
		slices.ContainsFunc(deliberation.Offices, func(o deliberation.Office) bool { return v.over(path, o) })
}

func (w *site) places(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view := pages.PlacesView{Page: w.page(c, "places", "places_title"), MayEnter: v.inCharge() && permit(toEnter, v.nowhere(), true) == nil}
	roots, err := w.roots(ctx, v)
	if err != nil {
		return err
	}
	for _, path := range roots {
		top := path[len(path)-1]
		nodes := []pages.PlaceNode{{Place: top}}
		if v.seesBelow(path) {
			if nodes, err = w.nodesBelow(ctx, top, nodes); err != nil {
				return err
			}
		}
		view.Nodes = append(view.Nodes, nodes...)
	}
	if len(roots) == 1 {
		view.Above = roots[0][:len(roots[0])-1]
	}
	if err := w.countOpen(ctx, view.Nodes); err != nil {
		return err
	}
	for i := range view.Nodes {
		view.Nodes[i].Here = view.Nodes[i].ID == v.Community.ID
	}
	return w.render(c, http.StatusOK, pages.Places(view))
}

// seesBelow reports whether the viewer also sees what stands below the place.
func (v viewer) seesBelow(path []deliberation.Place) bool {
	end := path[len(path)-1]
	return end.Kind.IsCommunity() || slices.ContainsFunc(deliberation.Offices, func(o deliberation.Office) bool { return v.over(path, o) })
}

// nodesBelow adds the places below one down to the communities.
func (w *site) nodesBelow(ctx context.Context, top deliberation.Place, nodes []pages.PlaceNode) ([]pages.PlaceNode, error) {
	below, err := w.Places.Below(ctx, top.ID)
	if err != nil {
		return nil, err
	}
	depth := map[deliberation.PlaceID]int{top.ID: 0}
	for _, p := range below {
		depth[p.ID] = depth[p.Parent] + 1
		if p.Kind != deliberation.GroupPlace && p.Kind != deliberation.BuildingPlace {
			nodes = append(nodes, pages.PlaceNode{Place: p, Depth: depth[p.ID]})
		}
	}
	return nodes, nil
}

// countOpen fills in what is open in the communities, and sums it up for the
// places above them among the nodes, which stand before those below them.
func (w *site) countOpen(ctx context.Context, nodes []pages.PlaceNode) error {
	var ids []deliberation.CommunityID
	at := map[deliberation.PlaceID]int{}
	for i, n := range nodes {
		at[n.ID] = i
		if n.Kind.IsCommunity() {
			ids = append(ids, n.ID)
		}
	}
	counts, err := w.Processes.OpenCounts(ctx, ids)
	if err != nil {
		return err
	}
	if err := w.countOverdue(ctx, nodes, counts); err != nil {
		return err
	}
	for i := range slices.Backward(nodes) {
		nodes[i].Count = nodes[i].Count.Plus(counts[nodes[i].ID])
		if above, shown := at[nodes[i].Parent]; shown {
			nodes[above].Count = nodes[above].Count.Plus(nodes[i].Count)
		}
	}
	return nil
}

// countOverdue adds to the counts the bodies of the communities that have not met in time.
func (w *site) countOverdue(ctx context.Context, nodes []pages.PlaceNode, counts map[deliberation.CommunityID]deliberation.OpenCount) error {
	var in []deliberation.Community
	for _, n := range nodes {
		if n.Kind.IsCommunity() {
			c, err := w.People.Community(ctx, n.ID)
			if err != nil {
				return err
			}
			in = append(in, c)
		}
	}
	duties, err := w.dutiesIn(ctx, in)
	for c, list := range duties {
		n := counts[c]
		n.OverdueDuties = len(overdue(list))
		counts[c] = n
	}
	return err
}

// place finds a place of the viewer's part of the tree with the way to it.
func (w *site) place(c echo.Context) ([]deliberation.Place, error) {
	path, err := w.Places.Path(c.Request().Context(), deliberation.PlaceID(c.Param("place")))
	if err != nil {
		return nil, err
	}
	if !w.viewer(c).seesPlace(path) {
		return nil, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return path, nil
}

func (w *site) showPlace(c echo.Context) error {
	path, err := w.place(c)
	if err != nil {
		return err
	}
	view, err := w.placeView(c, path)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Place(view))
}

func (w *site) placeView(c echo.Context, path []deliberation.Place) (pages.PlaceView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	p := path[len(path)-1]
	view := pages.PlaceView{
		Page: w.page(c, "places", p.Name), Place: p, Path: path, Changed: pages.PlaceForm{Name: p.Name, Overlay: p.Overlay},
		MayManage: v.over(path, deliberation.Operator), Overlays: w.overlays(),
	}
	view.Page.Path = "/places/" + string(p.ID)
	return view, w.fillPlace(ctx, v, &view)
}

// fillPlace adds what stands below a place, who is in charge of it, and what may be done.
func (w *site) fillPlace(ctx context.Context, v viewer, view *pages.PlaceView) error {
	for _, above := range view.Path {
		if above.Overlay != "" {
			view.Overlay = above.Overlay
		}
	}
	for _, k := range deliberation.PlaceKinds {
		if view.Place.Kind.MayHold(k) {
			view.Kinds = append(view.Kinds, k)
		}
	}
	if _, ok := v.within(view.Path); ok && v.inCharge() && view.Place.ID != v.Community.ID {
		view.MayEnter = permit(toEnter, v.nowhere(), true) == nil
	}
	if v.seesBelow(view.Path) {
		below, err := w.Places.Below(ctx, view.Place.ID)
		if err != nil {
			return err
		}
		nodes := []pages.PlaceNode{{Place: view.Place}}
		for _, p := range below {
			nodes = append(nodes, pages.PlaceNode{Place: p})
		}
		if err := w.countOpen(ctx, nodes); err != nil {
			return err
		}
		view.Below = slices.DeleteFunc(nodes[1:], func(n pages.PlaceNode) bool { return n.Parent != view.Place.ID })
	}
	if view.Place.Kind.IsCommunity() || view.Place.Kind == deliberation.GroupPlace || view.Place.Kind == deliberation.BuildingPlace {
		return nil
	}
	return w.fillCharged(ctx, view)
}

// fillCharged names those who are in charge of a place above the communities today.
func (w *site) fillCharged(ctx context.Context, view *pages.PlaceView) error {
	held, err := w.Roster.OfficesIn(ctx, view.Place.ID)
	if err != nil {
		return err
	}
	today := w.Server.today()
	held = slices.DeleteFunc(held, func(o deliberation.OfficeHeld) bool {
		return !o.Office.OfPlace() || o.From.After(today) || !o.Until.IsZero() && o.Until.Before(today)
	})
	var ids []deliberation.PersonID
	for _, o := range held {
		ids = append(ids, o.Person)
	}
	names, err := w.names(ctx, ids)
	if err != nil {
		return err
	}
	for _, o := range held {
		view.Charged = append(view.Charged, pages.InCharge{Person: o.Person, Name: names.Of(o.Person), Office: o.Office, From: o.From})
	}
	view.ChargeOffices = chargesOf(view.Place)
	return nil
}

// chargesOf gives the offices that may be held over a place above the communities.
func chargesOf(p deliberation.Place) (list []deliberation.Office) {
	switch p.Kind {
	case deliberation.TownshipPlace:
		list = append(list, deliberation.Guide)
	case deliberation.CityPlace, deliberation.CountyPlace:
		list = append(list, deliberation.Analyst)
	}
	if p.Parent == "" {
		list = append(list, deliberation.Operator)
	}
	return list
}

// addOfficial records who is in charge of a place above the communities, with a new
// record of the person.
func (w *site) addOfficial(c echo.Context) error {
	path, err := w.managed(c)
	if err != nil {
		return err
	}
	p := path[len(path)-1]
	form := pages.OfficialForm{Name: c.FormValue("official_name"), Phone: c.FormValue("official_phone"), Office: c.FormValue("official_office")}
	var f fields
	record := deliberation.PersonRecord{Person: deliberation.Person{Community: p.ID, Name: f.text("name", form.Name, true, maxLine)}, Phone: form.Phone}
	office := deliberation.OfficeHeld{Office: deliberation.Office(form.Office), From: w.Server.today(), Source: "appointed"}
	f.want(slices.Contains(chargesOf(p), office.Office), "office", notAChoice)
	if err = f.refusal(); err == nil {
		_, err = w.Roster.AddOfficial(c.Request().Context(), record, office, w.viewer(c).Person.ID)
	}
	if err != nil {
		return w.placeAgain(c, path, err, func(v *pages.PlaceView) { v.Official, v.Charging = form, true })
	}
	return after(c, "/places/"+string(p.ID), "done_official")
}

// endCharge ends today what somebody was in charge of.
func (w *site) endCharge(c echo.Context) error {
	path, err := w.managed(c)
	if err != nil {
		return err
	}
	p, today := path[len(path)-1], w.Server.today()
	held, err := w.Roster.OfficesIn(c.Request().Context(), p.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(held, func(o deliberation.OfficeHeld) bool {
		return string(o.Person) == c.FormValue("person") && string(o.Office) == c.FormValue("office") && o.Office.OfPlace() && o.Until.IsZero()
	})
	if i < 0 {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	held[i].Until = today
	if err := w.Roster.EndOffice(c.Request().Context(), held[i], w.viewer(c).Person.ID); err != nil {
		return w.placeAgain(c, path, err, func(*pages.PlaceView) {})
	}
	return after(c, "/places/"+string(p.ID), "done_office_ended")
}

// overlays lists the local rules that the packs know.
func (w *site) overlays() []string {
	var list []string
	for _, p := range w.Law.Packs() {
		for _, o := range p.Overlays {
			if !slices.Contains(list, o) {
				list = append(list, o)
			}
		}
	}
	slices.Sort(list)
	return list
}

// managed finds a place that the viewer runs as the operator over it.
func (w *site) managed(c echo.Context) ([]deliberation.Place, error) {
	path, err := w.place(c)
	if err != nil {
		return nil, err
	}
	if !w.viewer(c).over(path, deliberation.Operator) {
		return nil, deliberation.Refuse(deliberation.RefuseNotEntitled)
	}
	return path, nil
}

// maxPlaceName bounds the name of a place, in runes.
const maxPlaceName = 100

func (w *site) changePlace(c echo.Context) error {
	path, err := w.managed(c)
	if err != nil {
		return err
	}
	form := pages.PlaceForm{Name: c.FormValue("name"), Overlay: c.FormValue("overlay")}
	var f fields
	p := path[len(path)-1]
	p.Name, p.Overlay = f.text("name", form.Name, true, maxPlaceName), form.Overlay
	f.want(p.Overlay == "" || slices.Contains(w.overlays(), p.Overlay), "overlay", notAChoice)
	if err = f.refusal(); err == nil {
		err = w.Places.ChangePlace(c.Request().Context(), p, w.viewer(c).Person.ID)
	}
	if err != nil {
		return w.placeAgain(c, path, err, func(v *pages.PlaceView) { v.Changed = form })
	}
	return after(c, "/places/"+string(p.ID), "done_place_changed")
}

func (w *site) addPlace(c echo.Context) error {
	path, err := w.managed(c)
	if err != nil {
		return err
	}
	form := pages.PlaceForm{Name: c.FormValue("new_name"), Kind: c.FormValue("new_kind")}
	var f fields
	above := path[len(path)-1]
	p := deliberation.Place{ID: deliberation.PlaceID("p" + newKey()), Parent: above.ID, Kind: deliberation.PlaceKind(form.Kind), Demo: above.Demo}
	p.Name = f.text("new_name", form.Name, true, maxPlaceName)
	f.want(above.Kind.MayHold(p.Kind), "new_kind", notAChoice)
	if err = f.refusal(); err == nil {
		err = w.Places.AddPlace(c.Request().Context(), p, w.viewer(c).Person.ID)
	}
	if err != nil {
		return w.placeAgain(c, path, err, func(v *pages.PlaceView) { v.Added, v.Adding = form, true })
	}
	return after(c, "/places/"+string(above.ID), "done_place_added")
}

// placeAgain shows a place again with the form that was refused.
func (w *site) placeAgain(c echo.Context, path []deliberation.Place, err error, typed func(*pages.PlaceView)) error {
	view, e := w.placeView(c, path)
	if e != nil {
		return e
	}
	typed(&view)
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	prefix := map[bool]string{view.Adding: "new_", view.Charging: "official_"}[true]
	if view.Problem != nil {
		for i, f := range view.Problem.Fields {
			if !strings.HasPrefix(f.Field, prefix) {
				view.Problem.Fields[i].Field = prefix + f.Field
			}
		}
	}
	return w.render(c, status, pages.Place(view))
}

// enterCommunity keeps the community that the viewer looks at from now on.
func (w *site) enterCommunity(c echo.Context) error {
	v := w.viewer(c) // situate has put them there, or refused it
	if string(v.Community.ID) != c.Param("community") {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	if err := w.enter(c, v.Community.ID); err != nil {
		return err
	}
	return after(c, "/today", "done_entered")
}

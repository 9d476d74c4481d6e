package server

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// viewer is who asks, as they stand in the community that the request is about.
// The zero value but for Lang is somebody who is not signed in.
type viewer struct {
	Person deliberation.Person
	// Place is where the person belongs: a community, or a place above the communities.
	Place deliberation.Place
	// Community is what the request is about: the person's own, or one below a place
	// that they are in charge of; zero while such a person has chosen none. What
	// belongs to another community is not there for them, so that "own" everywhere
	// means this one. See within.
	Community deliberation.Community
	// Offices are those held today that count in Community.
	Offices  []deliberation.Office
	SignedIn bool
	// Fresh says that the person proved who they are within freshFor; elevated acts ask for it.
	Fresh bool
	// Weak says that the session lacks a second proof of identity, which the office asks
	// for or the person has set up. See lacksCode.
	Weak bool
	// Assistant is who helps at the table on their own device, zero where nobody does 协助人.
	Assistant deliberation.Person
	Lang      string // zh or en
	Elder     bool   // larger type

	// held are all offices held today, wherever.
	held []deliberation.OfficeHeld
}

// Holds reports whether the viewer holds one of the offices.
func (v viewer) Holds(offices ...deliberation.Office) bool {
	return slices.ContainsFunc(offices, func(o deliberation.Office) bool { return slices.Contains(v.Offices, o) })
}

// The cookies in which a browser keeps what it was asked to show.
const (
	langCookie  = "lang"  // zh or en
	elderCookie = "elder" // 1 for larger type
)

const viewerKey = "viewer"

// viewer gives who asks, as the group's session middleware found out.
func (s *Server) viewer(c echo.Context) viewer {
	if v, ok := c.Get(viewerKey).(viewer); ok {
		return v
	}
	return viewer{Lang: langOf(c)}
}

// load gives the viewer of a session's person. A person who is no more is not signed in.
func (s *Server) load(ctx context.Context, id deliberation.PersonID) (viewer, error) {
	return s.loadAt(ctx, id, "")
}

// loadAt is load for a person who chose a community to look at; one that they may
// not see, or no longer, is as if none were chosen. Nothing of the person or their
// offices is kept between requests: an office that ended acts no more.
func (s *Server) loadAt(ctx context.Context, id deliberation.PersonID, entered deliberation.CommunityID) (viewer, error) {
	person, path, held, err := s.People.Viewer(ctx, id, s.today())
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) {
		return viewer{}, nil
	}
	if err != nil {
		return viewer{}, err
	}
	v := viewer{Person: person, Place: path[len(path)-1], SignedIn: true, held: held}
	if entered != "" && entered != person.Community && v.inCharge() {
		chosen, err := s.Places.Path(ctx, entered)
		if err != nil && !errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) {
			return viewer{}, err
		}
		if in, ok := v.within(chosen); ok {
			return in, nil
		}
	}
	if in, ok := v.within(path); ok {
		return in, nil
	}
	return v.nowhere(), nil
}

// inCharge reports whether the person may see more than the community they live
// or work in.
func (v viewer) inCharge() bool {
	return v.SignedIn && (!v.Place.Kind.IsCommunity() || slices.ContainsFunc(v.held, func(h deliberation.OfficeHeld) bool {
		return h.Office.OfPlace() && h.Community != v.Place.ID
	}))
}

// within gives the viewer as they stand in the community at the end of a path from
// the top of the tree. It alone decides who sees what: one's own community, and
// every community below a place over which one holds an office of place today. ok is
// false for any other, and for a place that is no community. Offices held in one
// community never count in another.
func (v viewer) within(path []deliberation.Place) (in viewer, ok bool) {
	c, is := deliberation.CommunityOf(path)
	if !is || !v.SignedIn {
		return viewer{}, false
	}
	own := c.ID == v.Person.Community
	var offices []deliberation.Office
	for _, h := range v.held {
		counts := own && h.Community == c.ID || h.Office.OfPlace() && onPath(path, h.Community)
		if counts && !slices.Contains(offices, h.Office) {
			offices = append(offices, h.Office)
		}
	}
	if !own && len(offices) == 0 {
		return viewer{}, false
	}
	v.Community, v.Offices = c, offices
	return v, true
}

// nowhere gives the viewer as they stand while they have chosen no community.
func (v viewer) nowhere() viewer {
	v.Community, v.Offices = deliberation.Community{}, nil
	for _, h := range v.held {
		if h.Office.OfPlace() && !slices.Contains(v.Offices, h.Office) {
			v.Offices = append(v.Offices, h.Office)
		}
	}
	return v
}

// over reports whether the viewer holds the office over the place at the end of
// the path: over itself or one above it.
func (v viewer) over(path []deliberation.Place, o deliberation.Office) bool {
	return slices.ContainsFunc(v.held, func(h deliberation.OfficeHeld) bool {
		return h.Office == o && o.OfPlace() && onPath(path, h.Community)
	})
}

func onPath(path []deliberation.Place, id deliberation.PlaceID) bool {
	return slices.ContainsFunc(path, func(p deliberation.Place) bool { return p.ID == id })
}

// owners tell to which community belongs what a parameter of a route names. A
// parameter without a row leaves the viewer in the community they are in, where
// what belongs to another is not found.
var owners = map[string]func(*Server, context.Context, string) (deliberation.CommunityID, error){
	"community": func(_ *Server, _ context.Context, id string) (deliberation.CommunityID, error) {
		return deliberation.CommunityID(id), nil
	},
	"process": func(s *Server, ctx context.Context, id string) (deliberation.CommunityID, error) {
		p, err := s.Processes.Proceeding(ctx, deliberation.ProcessID(id))
		return p.Community, err
	},
	"meeting": func(s *Server, ctx context.Context, id string) (deliberation.CommunityID, error) {
		p, err := s.Processes.Proceeding(ctx, caseOf(id))
		return p.Community, err
	},
	"poll": func(s *Server, ctx context.Context, id string) (deliberation.CommunityID, error) {
		return s.pollHome(ctx, deliberation.PollID(id))
	},
	"paper": func(s *Server, ctx context.Context, id string) (deliberation.CommunityID, error) {
		paper, err := s.Papers.Paper(ctx, deliberation.PaperID(id))
		if err != nil {
			return "", err
		}
		p, err := s.Processes.Proceeding(ctx, paper.Process)
		return p.Community, err
	},
	"person": func(s *Server, ctx context.Context, id string) (deliberation.CommunityID, error) {
		p, err := s.People.Person(ctx, deliberation.PersonID(id))
		return p.Community, err
	},
}

// situate puts the viewer into the community of what the request names, which
// only who is in charge of several can be elsewhere than. What is not theirs to
// see is not found.
func (s *Server) situate(c echo.Context, v viewer) (viewer, error) {
	if !v.SignedIn || rules[actionOf(c)].open && actionOf(c) != toReadPaper {
		return v, nil
	}
	id, err := s.owner(c, v)
	if err != nil || id == "" || id == v.Community.ID {
		return v, err
	}
	path, err := s.Places.Path(c.Request().Context(), id)
	if err != nil {
		return v, err
	}
	in, ok := v.within(path)
	switch {
	case ok:
		c.Set(viewerKey, in)
		return in, nil
	case rules[actionOf(c)].open:
		return v, nil
	}
	return v, deliberation.Refuse(deliberation.RefuseNotFound)
}

// owner gives the community that the request names, empty where it names none or
// where the viewer has but one and the thing itself will say.
func (s *Server) owner(c echo.Context, v viewer) (deliberation.CommunityID, error) {
	if id := c.QueryParam("community"); id != "" && strings.HasPrefix(c.Path(), "/api/") {
		if !isID(id) {
			return "", deliberation.Refuse(deliberation.RefuseNotFound)
		}
		return deliberation.CommunityID(id), nil
	}
	if !v.inCharge() {
		return "", nil
	}
	for _, name := range c.ParamNames() {
		if of, ok := owners[name]; ok {
			return of(s, c.Request().Context(), c.Param(name))
		}
	}
	return "", nil
}

// langOf chooses the language: what the person set, else what the browser asks
// for, else Chinese.
func langOf(c echo.Context) string {
	if k, err := c.Cookie(langCookie); err == nil && (k.Value == "zh" || k.Value == "en") {
		return k.Value
	}
	for _, part := range strings.Split(c.Request().Header.Get("Accept-Language"), ",") {
		tag, _, _ := strings.Cut(strings.TrimSpace(part), ";")
		switch primary, _, _ := strings.Cut(strings.ToLower(tag), "-"); primary {
		case "zh", "en":
			return primary
		}
	}
	return "zh"
}

func elderOf(c echo.Context) bool {
	k, err := c.Cookie(elderCookie)
	return err == nil && k.Value == "1"
}

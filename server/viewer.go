package server

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// viewer is who asks: the person with the offices held in their community today.
// The zero value but for Lang is somebody who is not signed in.
type viewer struct {
	Person    deliberation.Person
	Community deliberation.Community
	Offices   []deliberation.Office
	SignedIn  bool
	// Fresh says that the person proved who they are within freshFor; elevated acts ask for it.
	Fresh bool
	// Assistant is who helps at the table on their own device, zero where nobody does 协助人.
	Assistant deliberation.Person
	Lang      string // zh or en
	Elder     bool   // larger type
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
	person, err := s.People.Person(ctx, id)
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) {
		return viewer{}, nil
	}
	if err != nil {
		return viewer{}, err
	}
	community, err := s.People.Community(ctx, person.Community)
	if err != nil {
		return viewer{}, err
	}
	held, err := s.People.OfficesOn(ctx, id, s.today())
	if err != nil {
		return viewer{}, err
	}
	v := viewer{Person: person, Community: community, SignedIn: true}
	for _, h := range held {
		if h.Community == community.ID && !slices.Contains(v.Offices, h.Office) {
			v.Offices = append(v.Offices, h.Office)
		}
	}
	return v, nil
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

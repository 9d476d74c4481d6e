package server

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// What a session holds: whose it is, and through which door it was made. A
// cookie is no bearer token and the other way round.
const (
	sessionPerson = "person"
	sessionDoor   = "door"
	// sessionProved is the machine's time at which the person last proved who they are.
	sessionProved = "proved"
	// sessionEntered is the community chosen by who is in charge of several.
	sessionEntered = "entered"
	doorBrowser    = "browser"
	doorAPI        = "api"
)

// sessionCodec writes a session as JSON: all it holds are strings, and gob would
// send its type tables along with each, a third of what the server does for a ballot.
type sessionCodec struct{}

type storedSession struct {
	Deadline time.Time         `json:"deadline"`
	Values   map[string]string `json:"values"`
}

// Encode writes a session. A value that is no string is an error.
func (sessionCodec) Encode(deadline time.Time, values map[string]any) ([]byte, error) {
	s := storedSession{Deadline: deadline, Values: make(map[string]string, len(values))}
	for k, v := range values {
		text, ok := v.(string)
		if !ok {
			return nil, fmt.Errorf("session value %q is a %T, not a string", k, v)
		}
		s.Values[k] = text
	}
	return json.Marshal(s)
}

// Decode reads what Encode wrote.
func (sessionCodec) Decode(b []byte) (time.Time, map[string]any, error) {
	var s storedSession
	if err := json.Unmarshal(b, &s); err != nil {
		return time.Time{}, nil, fmt.Errorf("session: %w", err)
	}
	values := make(map[string]any, len(s.Values))
	for k, v := range s.Values {
		values[k] = v
	}
	return s.Deadline, values, nil
}

// maxToken bounds a link's token and a session's, in bytes.
const maxToken = 200

// browserSession finds the viewer by the session cookie.
func (s *Server) browserSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if actionOf(c) == toLoadAsset {
			return next(c)
		}
		token := ""
		if k, err := c.Cookie(s.sessions.Cookie.Name); err == nil {
			token = k.Value
		}
		v, err := s.open(c, token, doorBrowser)
		if err != nil {
			return err
		}
		v.Lang, v.Elder = langOf(c), elderOf(c)
		c.Set(viewerKey, v)
		return next(c)
	}
}

// bearerSession finds the viewer by the Authorization header. A token that is
// forged or out of date is refused even where none is needed: its owner believes
// to be signed in.
func (s *Server) bearerSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		token, given := bearer(c)
		v, err := s.open(c, token, doorAPI)
		if err != nil {
			return err
		}
		v.Lang = langOf(c)
		c.Set(viewerKey, v)
		if given && !v.SignedIn && actionOf(c) != toSignOut {
			return deliberation.Refuse(deliberation.RefuseSignIn)
		}
		return next(c)
	}
}

func bearer(c echo.Context) (token string, given bool) {
	h := c.Request().Header.Get(echo.HeaderAuthorization)
	scheme, token, _ := strings.Cut(h, " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return "", h != ""
	}
	return strings.TrimSpace(token), true
}

// open loads the session of the token into the request and gives its viewer.
func (s *Server) open(c echo.Context, token, door string) (viewer, error) {
	if len(token) > maxToken {
		token = ""
	}
	ctx, err := s.sessions.Load(c.Request().Context(), token)
	if err != nil {
		return viewer{}, err
	}
	c.SetRequest(c.Request().WithContext(ctx))
	id := s.sessions.GetString(ctx, sessionPerson)
	if id == "" || s.sessions.GetString(ctx, sessionDoor) != door {
		return viewer{}, nil
	}
	v, err := s.loadAt(ctx, deliberation.PersonID(id), deliberation.CommunityID(s.sessions.GetString(ctx, sessionEntered)))
	proved, bad := time.Parse(time.RFC3339, s.sessions.GetString(ctx, sessionProved))
	v.Fresh = v.SignedIn && bad == nil && s.Now().Sub(proved) < freshFor
	return v, err
}

// freshFor is how long a proof of identity is good for elevated acts.
const freshFor = 15 * time.Minute

// peekLink tells whose link it is, without using it up.
func (s *Server) peekLink(ctx context.Context, token string) (deliberation.Person, error) {
	if token == "" || len(token) > maxToken {
		return deliberation.Person{}, deliberation.Refuse(deliberation.RefuseLinkUsed)
	}
	return s.SignIn.PeekLink(ctx, token, s.Now())
}

// signIn uses up the link, begins a browser session under a new token and sets its cookie.
func (s *Server) signIn(c echo.Context, token string) error {
	v, session, expires, err := s.begin(c, token, doorBrowser)
	if err != nil {
		return err
	}
	s.sessions.WriteSessionCookie(c.Request().Context(), c.Response(), session, expires)
	v.Elder = elderOf(c)
	c.Set(viewerKey, v)
	return nil
}

// begin uses up the link and writes a new session. The link is used up first: a
// failure after it costs the person a new link, never two sessions for one.
func (s *Server) begin(c echo.Context, token, door string) (viewer, string, time.Time, error) {
	fail := func(err error) (viewer, string, time.Time, error) { return viewer{}, "", time.Time{}, err }
	if token == "" || len(token) > maxToken {
		return fail(deliberation.Refuse(deliberation.RefuseLinkUsed))
	}
	ctx := c.Request().Context()
	id, err := s.SignIn.ConsumeLink(ctx, token, s.Now())
	if err != nil {
		return fail(err)
	}
	v, err := s.load(ctx, id)
	if err != nil {
		return fail(err)
	}
	if !v.SignedIn {
		return fail(deliberation.Refuse(deliberation.RefuseLinkUsed))
	}
	v.Lang = langOf(c)
	if err := s.sessions.Clear(ctx); err != nil {
		return fail(err)
	}
	if err := s.sessions.RenewToken(ctx); err != nil {
		return fail(err)
	}
	s.sessions.Put(ctx, sessionPerson, string(id))
	s.sessions.Put(ctx, sessionDoor, door)
	s.sessions.Put(ctx, sessionProved, s.Now().UTC().Format(time.RFC3339))
	session, expires, err := s.sessions.Commit(ctx)
	if err != nil {
		return fail(err)
	}
	return v, session, expires, nil
}

// signOut ends the browser session and takes its cookie back.
func (s *Server) signOut(c echo.Context) error {
	ctx := c.Request().Context()
	if err := s.sessions.Destroy(ctx); err != nil {
		return err
	}
	s.sessions.WriteSessionCookie(ctx, c.Response(), "", time.Time{})
	c.Set(viewerKey, viewer{Lang: langOf(c), Elder: elderOf(c)})
	return nil
}

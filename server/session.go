package server

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// How long a session lasts. Who acts for others is signed out sooner when idle:
// what lies open on their desk is worth more.
const (
	sessionLife  = 24 * time.Hour
	idleActing   = 2 * time.Hour
	idleOthers   = 12 * time.Hour
	assistedLife = 10 * time.Minute
	// touchEvery is how often at most the use of a session is written: a write for
	// each request would cost a ballot twice.
	touchEvery = 5 * time.Minute
	// freshFor is how long a proof of identity is good for elevated acts.
	freshFor = 15 * time.Minute
)

// maxToken bounds a link's token and a session's, in bytes.
const maxToken = 200

// sessionKey is where a request keeps the session that it came with.
const sessionKey = "session"

// sessionOf gives the session of the request, the zero one where there is none.
func sessionOf(c echo.Context) deliberation.Session {
	v, _ := c.Get(sessionKey).(deliberation.Session)
	return v
}

// tokenHash is what the database knows of a token.
func tokenHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// sessionCookie names the cookie of the session. Where people come by https, the
// browser itself refuses one that a neighbouring host or plain http has set.
func (s *Server) sessionCookie() string { return s.cookieName("yishi") }

// assistCookie names the cookie of a person whom the holder of the session helps.
func (s *Server) assistCookie() string { return s.cookieName("yishi_assist") }

func (s *Server) cookieName(name string) string {
	if s.secure() {
		return "__Host-" + name
	}
	return name
}

// setCookie sets one of our cookies until then, or takes it back where the value is empty.
func (s *Server) setCookie(c echo.Context, name, value string, until time.Time) {
	k := &http.Cookie{Name: name, Value: value, Path: "/", Expires: until, HttpOnly: true, Secure: s.secure(), SameSite: http.SameSiteLaxMode} //nolint:gosec // secure() follows the base address: plain http on loopback must work
	if value == "" {
		k.Expires, k.MaxAge = time.Unix(1, 0), -1
	} else {
		k.MaxAge = max(1, int(until.Sub(s.Now())/time.Second))
	}
	c.SetCookie(k)
	c.Response().Header().Add("Cache-Control", `no-cache="Set-Cookie"`)
}

func cookieValue(c echo.Context, name string) string {
	k, err := c.Cookie(name)
	if err != nil || len(k.Value) > maxToken {
		return ""
	}
	return k.Value
}

// browserSession finds the viewer by the session cookie. Where they help somebody
// at the table, the viewer is whom they help, with them as the assistant.
func (s *Server) browserSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if actionOf(c) == toLoadAsset {
			return next(c)
		}
		v, err := s.open(c, cookieValue(c, s.sessionCookie()), deliberation.DoorBrowser)
		if err != nil {
			return err
		}
		if sessionOf(c).Assistant != "" { // put in the place of one's own, it would do without the helper's name
			v = viewer{}
			c.Set(sessionKey, deliberation.Session{})
		}
		if token := cookieValue(c, s.assistCookie()); token != "" {
			if v, err = s.openAssisted(c, v, token); err != nil {
				return err
			}
		}
		v.Lang, v.Elder = langOf(c), elderOf(c)
		c.Set(viewerKey, v)
		return next(c)
	}
}

// openAssisted gives the viewer whom the signed-in clerk helps. Where that has
// ended, or the clerk's own session has, it gives the clerk back.
func (s *Server) openAssisted(c echo.Context, clerk viewer, token string) (viewer, error) {
	own := sessionOf(c)
	v, err := s.open(c, token, deliberation.DoorBrowser)
	if err != nil {
		return viewer{}, err
	}
	if helped := sessionOf(c); v.SignedIn && helped.Assistant != "" && clerk.SignedIn && helped.Assistant == clerk.Person.ID && permit(toAssist, clerk, true) == nil {
		v.Assistant, v.Fresh = clerk.Person, false
		c.SetRequest(c.Request().WithContext(deliberation.WithAssistant(c.Request().Context(), clerk.Person.ID)))
		return v, nil
	}
	c.Set(sessionKey, own)
	s.setCookie(c, s.assistCookie(), "", time.Time{})
	return clerk, nil
}

// bearerSession finds the viewer by the Authorization header. A token that is
// forged or out of date is refused even where none is needed: its owner believes
// to be signed in.
func (s *Server) bearerSession(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		token, given := bearer(c)
		v, err := s.open(c, token, deliberation.DoorAPI)
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

// open finds the session of the token and gives its viewer, the zero one where
// the session has ended or belongs to another door.
func (s *Server) open(c echo.Context, token string, door deliberation.Door) (viewer, error) {
	if token == "" || len(token) > maxToken {
		return viewer{}, nil
	}
	ctx, now := c.Request().Context(), s.Now()
	session, err := s.Sessions.FindSession(ctx, tokenHash(token), now)
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseSignIn)) {
		return viewer{}, nil
	}
	if err != nil || session.Door != door {
		return viewer{}, err
	}
	v, err := s.loadAt(ctx, session.Person, session.Entered)
	if err != nil || !v.SignedIn {
		return v, err
	}
	v.Fresh = now.Sub(session.Proved) < freshFor
	if v.Weak, err = s.lacksCode(ctx, v, session.Strong); err != nil {
		return viewer{}, err
	}
	c.Set(sessionKey, session)
	if now.Sub(session.Seen) >= touchEvery && session.Assistant == "" {
		err = s.Sessions.TouchSession(ctx, session.ID, now, earlier(now.Add(idleOf(v)), session.Ends))
	}
	return v, err
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func idleOf(v viewer) time.Duration {
	if v.actsForOthers() {
		return idleActing
	}
	return idleOthers
}

// peekLink tells whose link it is, without using it up.
func (s *Server) peekLink(ctx context.Context, token string) (deliberation.Person, error) {
	if token == "" || len(token) > maxToken {
		return deliberation.Person{}, deliberation.Refuse(deliberation.RefuseLinkUsed)
	}
	return s.SignIn.PeekLink(ctx, token, s.Now())
}

// signIn uses up the link, begins a browser session under a new token and sets its cookie.
func (s *Server) signIn(c echo.Context, token string) error {
	v, session, expires, err := s.begin(c, token, deliberation.DoorBrowser)
	if err != nil {
		return err
	}
	s.setCookie(c, s.sessionCookie(), session, expires)
	v.Elder = elderOf(c)
	c.Set(viewerKey, v)
	return nil
}

// begin uses up the link and writes a new session. The link is used up first: a
// failure after it costs the person a new link, never two sessions for one.
func (s *Server) begin(c echo.Context, token string, door deliberation.Door) (viewer, string, time.Time, error) {
	fail := func(err error) (viewer, string, time.Time, error) { return viewer{}, "", time.Time{}, err }
	if token == "" || len(token) > maxToken {
		return fail(deliberation.Refuse(deliberation.RefuseLinkUsed))
	}
	id, err := s.SignIn.ConsumeLink(c.Request().Context(), token, s.Now())
	if err != nil {
		return fail(err)
	}
	v, session, expires, err := s.beginSession(c, deliberation.Session{Person: id, Door: door, Means: deliberation.ByLink})
	if err == nil && !v.SignedIn {
		err = deliberation.Refuse(deliberation.RefuseLinkUsed)
	}
	return v, session, expires, err
}

// beginSession writes a new session of the person, door and means that v names,
// always under a token of our own making: one that a browser brought along may
// have been put there by somebody else. A session that the browser had is ended.
// The viewer is not signed in where the person is no more.
func (s *Server) beginSession(c echo.Context, session deliberation.Session) (viewer, string, time.Time, error) {
	ctx, now := c.Request().Context(), s.Now()
	v, err := s.load(ctx, session.Person)
	if err != nil || !v.SignedIn {
		return v, "", time.Time{}, err
	}
	if v.Weak, err = s.lacksCode(ctx, v, session.Strong); err != nil {
		return viewer{}, "", time.Time{}, err
	}
	v.Lang, v.Fresh = langOf(c), true
	if old := sessionOf(c); old.ID != "" && session.Assistant == "" {
		if err := s.Sessions.EndSession(ctx, old.Person, old.ID); err != nil {
			return viewer{}, "", time.Time{}, err
		}
	}
	token := rand.Text()
	session.ID, session.Agent = rand.Text(), agentFamily(c.Request().UserAgent())
	session.Opened, session.Proved, session.Seen = now, now, now
	session.Ends = now.Add(sessionLife)
	if session.Assistant != "" {
		session.Ends = now.Add(assistedLife)
	}
	session.Idle = earlier(now.Add(idleOf(v)), session.Ends)
	if err := s.Sessions.OpenSession(ctx, tokenHash(token), session); err != nil {
		return viewer{}, "", time.Time{}, err
	}
	return v, token, session.Ends, nil
}

// lacksCode reports whether a session is too weak for an office that acts for
// others: where the installation asks for a second proof, and for whoever has an
// authenticator in use. A slip that somebody else printed is worth nothing then.
func (s *Server) lacksCode(ctx context.Context, v viewer, strong bool) (bool, error) {
	if strong || !v.actsForOthers() {
		return false, nil
	}
	if s.RequireTOTP {
		return true, nil
	}
	have, err := s.Credentials.TOTPOf(ctx, v.Person.ID)
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) {
		return false, nil
	}
	return !have.Confirmed.IsZero(), err
}

// prove gives the session of the request another token, after the person proved
// who they are once more.
func (s *Server) prove(c echo.Context, by deliberation.Means, strong bool) error {
	session, token := sessionOf(c), rand.Text()
	if err := s.Sessions.ProveSession(c.Request().Context(), session.ID, tokenHash(token), by, strong, s.Now()); err != nil {
		return err
	}
	s.setCookie(c, s.sessionCookie(), token, session.Ends)
	return nil
}

// signOut ends the session of the request and takes its cookie back. Where
// somebody was helped, who helped them stays signed in.
func (s *Server) signOut(c echo.Context) error {
	session := sessionOf(c)
	if session.ID != "" {
		if err := s.Sessions.EndSession(c.Request().Context(), session.Person, session.ID); err != nil {
			return err
		}
	}
	if session.Assistant != "" {
		s.setCookie(c, s.assistCookie(), "", time.Time{})
		return nil
	}
	if session.Door != deliberation.DoorAPI {
		s.setCookie(c, s.sessionCookie(), "", time.Time{})
	}
	c.Set(viewerKey, viewer{Lang: langOf(c), Elder: elderOf(c)})
	return nil
}

// agentFamily names a browser coarsely, enough to tell one's own devices apart and
// too little to tell people apart.
func agentFamily(userAgent string) string {
	family := func(table [][2]string) string {
		for _, row := range table {
			if strings.Contains(userAgent, row[0]) {
				return row[1]
			}
		}
		return ""
	}
	// The first that fits: most browsers claim to be several.
	browser := family([][2]string{
		{"MicroMessenger", "WeChat"}, {"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox", "Firefox"}, {"Chrome", "Chrome"}, {"Safari", "Safari"},
	})
	system := family([][2]string{
		{"OpenHarmony", "HarmonyOS"}, {"HarmonyOS", "HarmonyOS"}, {"Android", "Android"}, {"iPhone", "iOS"}, {"iPad", "iOS"}, {"Windows", "Windows"}, {"Macintosh", "macOS"}, {"Linux", "Linux"},
	})
	switch {
	case browser == "":
		return system
	case system == "":
		return browser
	}
	return browser + ", " + system
}

package server

import (
	"bytes"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// browser keeps cookies as a browser does.
type browser struct {
	h       *hall
	cookies map[string]*http.Cookie
}

func (b *browser) send(method, path string, form url.Values, change func(*http.Request)) *httptest.ResponseRecorder {
	b.h.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if form != nil {
		r.Header.Set("Content-Type", echo.MIMEApplicationForm)
	}
	for _, c := range b.cookies {
		r.AddCookie(c)
	}
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	b.h.Handler().ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		b.cookies[c.Name] = c
	}
	return w
}

// testRoute puts a route of our own among those of the browser.
func testRoute(h *hall, method, path string, a action, f echo.HandlerFunc) {
	h.t.Helper()
	routes[method+" "+path] = a
	h.t.Cleanup(func() { delete(routes, method+" "+path) })
	h.echo.Group("", plainIDs, h.browserSession, h.limitRate, pageHeaders, h.csrf(), h.authorise).Add(method, path, f)
}

func newBrowser(t *testing.T, change ...func(*Deps)) *browser {
	t.Helper()
	h := newHall(t, change...)
	testRoute(h, http.MethodGet, "/test/form", toReadPublic, func(c echo.Context) error {
		token, _ := c.Get("csrf").(string)
		return c.String(http.StatusOK, token)
	})
	testRoute(h, http.MethodPost, "/test/enter", toSignIn, func(c echo.Context) error {
		err := h.signIn(c, c.FormValue("token"))
		return err
	})
	testRoute(h, http.MethodPost, "/test/leave", toSignOut, h.signOut)
	testRoute(h, http.MethodGet, "/test/me", toReadOwn, func(c echo.Context) error { return c.String(http.StatusOK, string(h.viewer(c).Person.ID)) })
	return &browser{h: h, cookies: map[string]*http.Cookie{}}
}

func TestBrowserSession(t *testing.T) {
	b := newBrowser(t, func(d *Deps) { d.BaseURL = "https://yishi.example" })
	if w := b.send("GET", "/test/me", nil, nil); w.Code != http.StatusUnauthorized {
		t.Errorf("nobody: %d", w.Code)
	}
	token := b.send("GET", "/test/form", nil, nil).Body.String()
	b.h.town.links["l1"], b.h.town.links["l2"] = "rep", "rep"
	b.cookies["__Host-yishi"] = &http.Cookie{Name: "__Host-yishi", Value: "chosen-by-somebody-else"}
	w := b.send("POST", "/test/enter", url.Values{"token": {"l1"}, "_csrf": {token}}, nil)
	c := b.cookies["__Host-yishi"]
	if w.Code != 200 || c == nil || !c.HttpOnly || !c.Secure || c.SameSite != http.SameSiteLaxMode || c.Value == "chosen-by-somebody-else" {
		t.Fatalf("%d %+v", w.Code, c)
	}
	if w := b.send("GET", "/test/me", nil, nil); w.Body.String() != "rep" {
		t.Errorf("me: %d %s", w.Code, w.Body)
	}
	first := c.Value
	b.send("POST", "/test/enter", url.Values{"token": {"l2"}, "_csrf": {token}}, nil)
	second := b.cookies["__Host-yishi"].Value
	b.cookies["__Host-yishi"] = &http.Cookie{Name: "__Host-yishi", Value: first}
	if w := b.send("GET", "/test/me", nil, nil); second == first || w.Code != http.StatusUnauthorized {
		t.Errorf("the session keeps its token over a sign-in: %d", w.Code)
	}
	b.cookies["__Host-yishi"] = &http.Cookie{Name: "__Host-yishi", Value: second}
	bearer := b.h.ask("GET", "/api/v1/me", nil, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+second) })
	b.h.refused(bearer, http.StatusUnauthorized, deliberation.RefuseSignIn)
	b.send("POST", "/test/leave", url.Values{"_csrf": {token}}, nil)
	b.cookies["__Host-yishi"] = &http.Cookie{Name: "__Host-yishi", Value: second}
	if w := b.send("GET", "/test/me", nil, nil); w.Code != http.StatusUnauthorized {
		t.Errorf("signed out: %d", w.Code)
	}
}

func TestFormsFromOtherSitesAreRefused(t *testing.T) {
	b := newBrowser(t)
	b.h.town.links["l1"] = "rep"
	token := b.send("GET", "/test/form", nil, nil).Body.String()
	for name, form := range map[string]url.Values{"no token": {"token": {"l1"}}, "wrong token": {"token": {"l1"}, "_csrf": {"x"}}} {
		if w := b.send("POST", "/test/enter", form, nil); w.Code != http.StatusForbidden {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	w := b.send("POST", "/test/enter", url.Values{"token": {"l1"}, "_csrf": {token}}, func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") })
	if w.Code != http.StatusForbidden || len(b.h.town.links) != 1 {
		t.Errorf("cross-site: %d", w.Code)
	}
}

func TestPageHeaders(t *testing.T) {
	b := newBrowser(t, func(d *Deps) { d.BaseURL = "https://yishi.example" })
	for _, path := range []string{"/test/form", "/test/nowhere"} {
		h := b.send("GET", path, nil, nil).Header()
		for name, want := range map[string]string{
			"Content-Security-Policy": pagePolicy, "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store",
			"Strict-Transport-Security": "max-age=31536000", "Referrer-Policy": "same-origin",
		} {
			if h.Get(name) != want {
				t.Errorf("%s %s: %q", path, name, h.Get(name))
			}
		}
	}
	for _, want := range []string{"default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "form-action 'self'"} {
		if !strings.Contains(pagePolicy, want) || strings.Contains(pagePolicy, "unsafe") {
			t.Errorf("the policy lacks %s", want)
		}
	}
}

func TestEnginePageIsForOperators(t *testing.T) {
	b := newBrowser(t)
	token := b.send("GET", "/test/form", nil, nil).Body.String()
	for who, want := range map[string]int{"operator": 200, "secretary": 403} {
		b.h.town.links[who] = deliberation.PersonID(who)
		b.send("POST", "/test/enter", url.Values{"token": {who}, "_csrf": {token}}, nil)
		for _, path := range []string{"/engine", "/engine/namespaces"} {
			if w := b.send("GET", path, nil, nil); w.Code != want {
				t.Errorf("%s %s: %d", who, path, w.Code)
			}
		}
	}
	delete(b.cookies, "yishi")
	if w := b.send("GET", "/engine", nil, nil); w.Code != http.StatusUnauthorized || w.Body.String() == "engine" {
		t.Errorf("nobody: %d", w.Code)
	}
}

func TestLogsHoldNothingOfPeople(t *testing.T) {
	h := newHall(t)
	h.as("secretary", "GET", "/api/v1/processes?q=SECRETQUERY", nil)
	h.as("secretary", "POST", "/api/v1/processes/p1/acts/propose", text("SECRETTEXT"))
	h.as("rep", "POST", "/api/v1/polls/b1/ballots", object{"choice": "abstain"})
	h.ask("GET", "/SECRETPATH", nil, nil)
	logs := h.logs.String()
	for _, secret := range []string{"SECRET", "192.0.2.7", "名secretary", "abstain", "link-", "Bearer"} {
		if strings.Contains(logs, secret) {
			t.Errorf("the log holds %q", secret)
		}
	}
	if !strings.Contains(logs, `"route":"/api/v1/processes/:process/acts/:act"`) {
		t.Errorf("no access log: %s", logs)
	}
	metrics := string(h.ask("GET", "/metrics", nil, nil).body)
	if !strings.Contains(metrics, `yishi_http_requests_total{method="GET",route="/api/v1/processes",status="200"} 1`) || strings.Contains(metrics, "SECRET") || strings.Contains(metrics, "p1") {
		t.Error("metrics are not by route alone")
	}
}

func TestRates(t *testing.T) {
	h := newHall(t, func(d *Deps) { d.Limits = Limits{Person: 5, Address: 1, SignIn: 1} })
	h.town.links["l"] = "rep"
	session := h.enter("rep")
	last := func(n int, method, path string, body any, change func(*http.Request)) (ok int, r response) {
		for range n {
			if r = h.ask(method, path, body, change); r.status < 400 || r.status == http.StatusGone {
				ok++
			}
		}
		return ok, r
	}
	ok, r := last(40, "POST", "/api/v1/sessions", object{"token": "guess"}, nil)
	if ok > 20 {
		t.Errorf("%d guesses", ok)
	}
	h.refused(r, http.StatusTooManyRequests, deliberation.RefuseRateLimited)
	if r.header.Get("Retry-After") == "" {
		t.Error("no Retry-After")
	}
	ok, r = last(40, "GET", "/api/v1/clock", nil, nil)
	h.refused(r, http.StatusTooManyRequests, deliberation.RefuseRateLimited)
	if ok < 5 {
		t.Errorf("a burst of %d only", ok)
	}
	mine := func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+session) }
	if ok, _ = last(30, "GET", "/api/v1/clock", nil, mine); ok != 30 { // the neighbours behind the address cost nothing
		t.Errorf("%d of 30 while signed in", ok)
	}
}

func TestReadiness(t *testing.T) {
	h := newHall(t)
	h.town.ready = map[string]error{"database": nil, "engine": errors.New("SECRET refused")}
	r := h.ask("GET", "/readyz", nil, nil)
	if r.status != http.StatusServiceUnavailable || !bytes.Contains(r.body, []byte(`"engine":"down"`)) || bytes.Contains(r.body, []byte("SECRET")) {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestBadSettings(t *testing.T) {
	for _, d := range []Deps{{BaseURL: "http://[::1"}, {TrustedProxies: []string{"nowhere"}}} {
		if _, err := New(d); err == nil {
			t.Errorf("%+v is taken", d)
		}
	}
}

func TestTrustedProxy(t *testing.T) {
	extract, err := addressOf([]string{"10.0.0.1"})
	if err != nil {
		t.Fatal(err)
	}
	for from, want := range map[string]string{"10.0.0.1:1": "203.0.113.9", "10.0.0.2:1": "10.0.0.2"} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.RemoteAddr = from
		r.Header.Set("X-Forwarded-For", "203.0.113.9")
		if got := extract(r); got != want {
			t.Errorf("from %s: %s, want %s", from, got, want)
		}
	}
}

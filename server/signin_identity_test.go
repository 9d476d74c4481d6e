package server_test

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/zitadel/oidc/v3/example/server/exampleop"
	"github.com/zitadel/oidc/v3/example/server/storage"

	"github.com/yishi-project/yishi/server"
)

// citizens are who the provider knows.
type citizens map[string]*storage.User

func (c citizens) GetUserByID(id string) *storage.User         { return c[id] }
func (c citizens) GetUserByUsername(name string) *storage.User { return c[name] }
func (citizens) ExampleClientID() string                       { return "none" }

// provider is a real OpenID provider, and a client of it that may come back to
// any address of ours.
type provider struct {
	issuer  string
	clients map[string]*storage.Client
	server  *httptest.Server
}

const clientSecret = "between us two"

func newProvider(t *testing.T) *provider {
	t.Helper()
	l := must((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	p := &provider{issuer: strings.Replace("http://"+l.Addr().String(), "127.0.0.1", "localhost", 1), clients: map[string]*storage.Client{}}
	user := func(id, phone string, verified bool) *storage.User {
		return &storage.User{ID: id, Username: id, Password: "pass", Phone: phone, PhoneVerified: verified}
	}
	people := citizens{"li": user("li", "+86 139 0000 0001", true), "wang": user("wang", phone, false), "zhao": user("zhao", "", false)}
	p.server = httptest.NewUnstartedServer(exampleop.SetupServer(p.issuer, storage.NewStorageWithClients(people, p.clients), nil, false))
	_ = p.server.Listener.Close()
	p.server.Listener = l
	p.server.Start()
	t.Cleanup(p.server.Close)
	return p
}

// house is a community that uses the provider.
func (p *provider) house(t *testing.T, change func(*server.IdentityProvider)) *house {
	t.Helper()
	return newHouse(t, func(d *server.Deps) {
		d.Identity = server.IdentityProvider{Issuer: p.issuer, ClientID: "yishi", Secret: clientSecret, Name: "市民通", Scopes: []string{"phone"}}
		if change != nil {
			change(&d.Identity)
		}
		p.clients["yishi"] = storage.WebClient("yishi", clientSecret, d.BaseURL+"/sign-in/identity/callback")
	})
}

// leave goes to the provider from a form of ours and signs in there; it gives the
// address by which the provider sends the browser back.
func (v *visitor) leave(from, to, citizen string) string {
	v.Helper()
	a := v.want(v.post(from, to, nil), http.StatusSeeOther, "code_challenge_method=S256")
	if u := must(url.Parse(a.to))(v); u.Query().Get("state") == "" || u.Query().Get("nonce") == "" || strings.Contains(a.to, clientSecret) {
		v.Fatalf("sent to %s", a.to)
	}
	login := v.get(a.to)
	page := v.get(absolute(v.T, a.to, login.to))
	form := url.Values{"id": {page.Find("input[name=id]").AttrOr("value", "")}, "username": {citizen}, "password": {"pass"}}
	r := must(http.NewRequestWithContext(v.Context(), http.MethodPost, absolute(v.T, a.to, page.Find("form").AttrOr("action", "")), strings.NewReader(form.Encode())))(v)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	done := v.do(r)
	back := v.get(absolute(v.T, a.to, done.to))
	if !strings.HasPrefix(back.to, v.base) {
		v.Fatalf("the provider sends to %q: %d %s", back.to, back.status, back.body)
	}
	return back.to
}

func absolute(t *testing.T, base, ref string) string {
	t.Helper()
	return must(must(url.Parse(base))(t).Parse(ref))(t).String()
}

func TestUnifiedIdentityIsLinkedByThePerson(t *testing.T) {
	p := newProvider(t)
	h := p.house(t, nil)
	stranger := h.visitor()
	page := stranger.want(stranger.get("/sign-in"), http.StatusOK, "用市民通登录")
	if csp := page.header.Get("Content-Security-Policy"); !strings.Contains(csp, "form-action 'self' "+p.issuer) {
		t.Errorf("the form may not lead to the provider: %s", csp)
	}
	stranger.want(stranger.get(stranger.leave("/sign-in", "/sign-in/identity", "li")), http.StatusForbidden, "还没有绑定")
	stranger.signedIn(false)

	v := h.as("resident")
	v.want(v.get(v.leave("/account/sign-in", "/account/identity", "li")), http.StatusSeeOther, "done_identity")
	v.want(v.get("/account/sign-in"), http.StatusOK, "解除绑定")

	w := h.visitor()
	w.want(w.get(w.leave("/sign-in", "/sign-in/identity", "li")), http.StatusSeeOther, "/today")
	w.want(w.get("/today"), http.StatusOK, "名resident")
	y := h.as("resident") // goes to link it, never comes back, and signs in elsewhere on the same browser
	y.want(y.post("/account/sign-in", "/account/identity", nil), http.StatusSeeOther, "")
	y.want(y.post("/board", "/sign-out", nil), http.StatusSeeOther, "")
	y.want(y.get(y.leave("/sign-in", "/sign-in/identity", "li")), http.StatusSeeOther, "/today")
	other := h.as("secretary") // somebody else's identity
	other.want(other.get(other.leave("/account/sign-in", "/account/identity", "li")), http.StatusConflict, "")

	v.want(v.post("/account/sign-in", "/account/identity/remove", nil), http.StatusSeeOther, "done_removed")
	x := h.visitor()
	x.want(x.get(x.leave("/sign-in", "/sign-in/identity", "li")), http.StatusForbidden, "还没有绑定")
	if h.number("SELECT count(*) FROM audit WHERE act = 'sign_in' AND subject = 'identity' AND person = 'resident'") != 2 {
		t.Error("the sign-in is not in the audit")
	}
}

func TestUnifiedIdentityIsLinkedByItsClaim(t *testing.T) {
	h := newProvider(t).house(t, func(p *server.IdentityProvider) { p.Claim, p.Match = "phone_number", "phone" })
	for citizen, status := range map[string]int{"wang": http.StatusForbidden, "zhao": http.StatusForbidden} { // not verified; none
		v := h.visitor()
		v.want(v.get(v.leave("/sign-in", "/sign-in/identity", citizen)), status, "还没有绑定")
	}
	v := h.visitor()
	v.want(v.get(v.leave("/sign-in", "/sign-in/identity", "li")), http.StatusSeeOther, "/today")
	v.want(v.get("/today"), http.StatusOK, "名resident")
	if got := must(h.store.CredentialsOf(t.Context(), "resident"))(t).Identity; got.IsZero() {
		t.Error("the identity is not linked")
	}
	h.exec("UPDATE persons SET phone_lookup = ''")
	w := h.visitor()
	w.want(w.get(w.leave("/sign-in", "/sign-in/identity", "li")), http.StatusSeeOther, "/today") // the subject, not the number, from now on
}

func TestWhoComesBackFromElsewhereIsRefused(t *testing.T) {
	h := newProvider(t).house(t, nil)
	if err := h.store.LinkIdentity(t.Context(), issuerOf(t, h), "li", "resident", h.clock()); err != nil {
		t.Fatal(err)
	}
	good := func() (*visitor, string) {
		v := h.visitor()
		return v, v.leave("/sign-in", "/sign-in/identity", "li")
	}
	change := func(address, key, value string) string {
		u := must(url.Parse(address))(t)
		q := u.Query()
		q.Set(key, value)
		u.RawQuery = q.Encode()
		return u.String()
	}
	v, back := good()
	v.want(v.get(change(back, "state", "another")), http.StatusUnauthorized, "没有登录成功")
	v.want(v.get(back), http.StatusConflict, "已经过期") // the ceremony is over

	v, back = good()
	v.want(v.get(change(back, "code", "made-up")), http.StatusUnauthorized, "")
	v, _ = good()
	v.want(v.get("/sign-in/identity/callback?error=access_denied"), http.StatusUnauthorized, "")

	_, back = good() // begun in one browser, finished in another: forced sign-in
	w := h.visitor()
	w.want(w.get(back), http.StatusConflict, "")
	w.signedIn(false)

	_, first := good() // the code of one with the state of another: no PKCE verifier fits
	v, second := good()
	code := must(url.Parse(first))(t).Query().Get("code")
	v.want(v.get(change(second, "code", code)), http.StatusUnauthorized, "")

	v, back = good()
	h.wait(11 * 60 * 1e9)
	v.want(v.get(back), http.StatusConflict, "")
	if h.number("SELECT count(*) FROM sessions") != 0 {
		t.Error("somebody got in")
	}
}

// issuerOf finds the issuer in the address of the form's target.
func issuerOf(t *testing.T, h *house) string {
	t.Helper()
	v := h.visitor()
	_, origin, _ := strings.Cut(v.get("/sign-in").header.Get("Content-Security-Policy"), "form-action 'self' ")
	origin, _, _ = strings.Cut(origin, ";")
	return origin
}

func TestUnifiedIdentityThatIsDown(t *testing.T) {
	h := newHouse(t, func(d *server.Deps) {
		d.Identity = server.IdentityProvider{Issuer: "http://localhost:1", ClientID: "yishi"}
	})
	v := h.visitor()
	v.want(v.get("/sign-in"), http.StatusOK, "统一身份")
	v.want(v.post("/sign-in", "/sign-in/identity", nil), http.StatusServiceUnavailable, "")
	h.as("resident").signedIn(true)
}

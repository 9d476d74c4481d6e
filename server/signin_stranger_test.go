package server_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"
)

// The token of a session in which a clerk helps somebody is in the clerk's browser.
// Put in the place of the clerk's own, it would vote without the clerk's name, and
// set a password of the person's.
func TestWhoHelpsNeverActsAlone(t *testing.T) {
	h := newHouse(t)
	clerk := h.as("clerk")
	clerk.want(clerk.post("/assist", "/assist/begin", url.Values{"slip": {h.link("resident")}}), http.StatusSeeOther, "/today")
	stolen := clerk.cookie("yishi_assist")

	thief := h.visitor()
	base := must(url.Parse(h.base))(t)
	thief.client.Jar.SetCookies(base, []*http.Cookie{{Name: "yishi", Value: stolen, Path: "/"}})
	thief.signedIn(false)
	thief.want(thief.post("/board", "/account/password", url.Values{"new_password": {password}, "repeat_password": {password}}), http.StatusUnauthorized, "")
	thief.client.Jar.SetCookies(base, []*http.Cookie{{Name: "yishi_assist", Value: stolen, Path: "/"}})
	thief.want(thief.get("/today"), http.StatusUnauthorized, "")
	if h.number("SELECT count(*) FROM passwords") != 0 {
		t.Error("a password was set by who helped")
	}
	clerk.want(clerk.get("/today"), http.StatusOK, "由名clerk协助")
}

// Clerks print slips for everybody. One for the secretary opens nothing where the
// secretary has an authenticator, though the installation asks for none.
func TestASlipIsNotEnoughForWhoHasAnAuthenticator(t *testing.T) {
	h := newHouse(t)
	v := h.as("secretary")
	v.want(v.get("/roster"), http.StatusOK, "") // without one a link is enough
	elsewhere := h.as("secretary")
	secret, _ := v.enrol()
	v.want(v.get("/roster"), http.StatusOK, "")
	elsewhere.want(elsewhere.get("/roster"), http.StatusForbidden, "动态验证码") // of before

	w := h.as("secretary")
	w.want(w.get("/roster"), http.StatusForbidden, "/confirm?return=%2Froster")
	w.want(w.get("/my-data"), http.StatusForbidden, "")
	h.wait(time.Minute)
	w.want(w.post("/confirm", "/confirm", url.Values{"by": {"code"}, "code": {h.code(secret)}, "return": {"/roster"}}), http.StatusSeeOther, "/roster")
	w.want(w.get("/roster"), http.StatusOK, "")
}

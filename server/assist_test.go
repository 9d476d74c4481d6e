package server

import (
	"net/http"
	"net/url"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// A ballot cast with somebody helping bears both names.
func TestAssistedBallotNamesWhoHelped(t *testing.T) {
	v := newVisit(t).signedIn("clerk")
	v.h.town.links["slip"] = "rep"
	if r := v.post("/assist", "/assist/begin", url.Values{"slip": {"slip"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("begin: %d %s", r.Code, r.Body)
	}
	form := formOf(v.page("/polls/b1", http.StatusOK).Find("form.choices"))
	check := v.document(v.post("/polls/b1", "/polls/b1", with(form, "step", "check", "choice", "yes")), http.StatusOK)
	v.document(v.post("/polls/b1", "/polls/b1", with(formOf(check.Find("form[action='/polls/b1']")), "step", "cast")), http.StatusOK)
	b, voted := v.h.town.polls["b1"].ballots["rep"]
	if !voted || b.Person != "rep" || b.Assistant != deliberation.PersonID("clerk") {
		t.Errorf("%+v, voted %v", b, voted)
	}
	if r := v.post("/board", "/assist/end", nil); r.Code != http.StatusSeeOther || r.Header().Get("Location") != "/assist?done=done_assisted" {
		t.Errorf("end: %d to %s", r.Code, r.Header().Get("Location"))
	}
	v.page("/assist", http.StatusOK)
}

func TestBrowserFamilies(t *testing.T) {
	for agent, want := range map[string]string{
		"Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Mobile Safari/537.36 MicroMessenger/8.0": "WeChat, Android",
		"Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0":                                       "Edge, Windows",
		"Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Safari/604.1":                          "Safari, iOS",
		"curl/8.0": "", "": "",
	} {
		if got := agentFamily(agent); got != want {
			t.Errorf("%q is %q, want %q", agent, got, want)
		}
	}
}

func TestSlipTokens(t *testing.T) {
	for typed, want := range map[string]string{
		" abc ": "abc", "https://yishi.example/sign-in/abc": "abc", "http://x/sign-in/abc/?from=chat": "abc", "": "", "/sign-in/": "",
	} {
		if got := slipToken(typed); got != want {
			t.Errorf("%q is %q, want %q", typed, got, want)
		}
	}
}

func TestReturnPathsAreOurs(t *testing.T) {
	for path, want := range map[string]string{
		"/roster/p1": "/roster/p1", "https://evil.example/": "/", "//evil.example": "/", "/\\evil": "/", "roster": "/", "": "/", "/a?b=c": "/a",
	} {
		if got := ownPath(path); got != want {
			t.Errorf("%q leads to %q, want %q", path, got, want)
		}
	}
}

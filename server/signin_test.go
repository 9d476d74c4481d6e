package server_test

import (
	"bytes"
	"context"
	"database/sql"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/pquerna/otp/totp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/server"
	"github.com/yishi-project/yishi/vault"
)

const (
	here     = deliberation.CommunityID("c1")
	phone    = "13900000001"
	password = "门前有棵老槐树吗"
)

// house is a served community on a real store, with a clock that the test moves.
type house struct {
	*testing.T
	store *models.Store
	base  string
	raw   *sql.DB

	mu  sync.Mutex
	now time.Time
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) wait(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

func must[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func newHouse(t *testing.T, change ...func(*server.Deps)) *house {
	t.Helper()
	ring := must(vault.FromKeys(bytes.Repeat([]byte{7}, vault.KeySize)))(t)
	path := filepath.Join(t.TempDir(), "yishi.db")
	store := must(models.Open(t.Context(), models.Config{Driver: models.SQLite, DSN: path, Vault: ring}))(t)
	t.Cleanup(func() { _ = store.Close() })
	if err := store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	raw := must(sql.Open("sqlite", "file:"+path+"?_pragma=busy_timeout(5000)"))(t)
	t.Cleanup(func() { _ = raw.Close() })
	h := &house{T: t, store: store, raw: raw, now: time.Now()}

	roster := deliberation.Roster{Community: deliberation.Community{ID: here, Name: "阳光社区", Kind: deliberation.Urban}}
	for id, o := range map[deliberation.PersonID]deliberation.Office{"resident": deliberation.Resident, "secretary": deliberation.Secretary, "clerk": deliberation.Clerk} {
		roster.Persons = append(roster.Persons, deliberation.Person{ID: id, Community: here, Name: "名" + string(id)})
		roster.Offices = append(roster.Offices, deliberation.OfficeHeld{Person: id, Community: here, Office: o, From: deliberation.NewDate(2020, 1, 1)})
	}
	if err := store.LoadRoster(t.Context(), roster, "operator"); err != nil {
		t.Fatal(err)
	}
	h.exec("UPDATE persons SET phone_lookup = ? WHERE id = 'resident'", ring.Lookup("persons", "phone", phone))

	// The name, not the address: cookies and passkeys belong to names.
	l := must((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	h.base = strings.Replace("http://"+l.Addr().String(), "127.0.0.1", "localhost", 1)
	library := must(packs.Load())(t)
	d := server.Deps{
		SignIn: store, People: store, Processes: store, Papers: store, Meetings: store, Ballots: store, Opinions: store, Replies: store, Law: library,
		Sessions: store, Credentials: store, Places: store, Roster: store, Slips: store, Audit: store, Mandates: store, Paper: store, Estates: store, Duties: store, Disclosures: store, Ratings: store, OpinionBox: store, Elections: store, Hearings: store, Supervision: store, Drafts: store, Authorisations: store,
		Clock: func() deliberation.Clock { return deliberation.Clock{} }, Now: h.clock,
		Log: slog.New(slog.DiscardHandler), BaseURL: h.base,
	}
	for _, f := range change {
		f(&d)
	}
	s := must(server.New(d))(t)
	served := httptest.NewUnstartedServer(s.Handler())
	_ = served.Listener.Close()
	served.Listener = l
	served.Start()
	t.Cleanup(served.Close)
	return h
}

func (h *house) exec(query string, args ...any) {
	h.Helper()
	if _, err := h.raw.ExecContext(context.Background(), query, args...); err != nil {
		h.Fatal(err)
	}
}

func (h *house) number(query string, args ...any) (n int) {
	h.Helper()
	if err := h.raw.QueryRowContext(context.Background(), query, args...).Scan(&n); err != nil {
		h.Fatal(err)
	}
	return n
}

func (h *house) link(who deliberation.PersonID) string {
	h.Helper()
	return must(h.store.CreateLink(context.Background(), who, h.clock().Add(time.Hour)))(h)
}

// visitor is a browser.
type visitor struct {
	*house
	client *http.Client
}

func (h *house) visitor() *visitor {
	jar := must(cookiejar.New(nil))(h)
	return &visitor{h, &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
}

// as is a browser in which the person signed in by a link.
func (h *house) as(who deliberation.PersonID) *visitor {
	h.Helper()
	v := h.visitor()
	path := "/sign-in/" + h.link(who)
	if a := v.post(path, path, nil); a.status != http.StatusSeeOther || a.to != "/today" {
		h.Fatalf("sign-in of %s: %d %s", who, a.status, a.body)
	}
	return v
}

type answer struct {
	status int
	to     string
	header http.Header
	body   string
	*goquery.Document
}

func (v *visitor) do(r *http.Request) answer {
	v.Helper()
	r.Header.Set("Accept-Language", "zh-CN")
	res, err := v.client.Do(r)
	if err != nil {
		v.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	body := must(io.ReadAll(res.Body))(v)
	doc := must(goquery.NewDocumentFromReader(bytes.NewReader(body)))(v)
	return answer{res.StatusCode, res.Header.Get("Location"), res.Header, string(body), doc}
}

func (v *visitor) get(path string) answer {
	v.Helper()
	if !strings.HasPrefix(path, "http") {
		path = v.base + path
	}
	return v.do(must(http.NewRequestWithContext(context.Background(), http.MethodGet, path, nil))(v))
}

// post sends a form with the token of the page it stands on.
func (v *visitor) post(from, to string, form url.Values) answer {
	v.Helper()
	csrf, _ := v.get(from).Find("input[name=_csrf]").First().Attr("value")
	if form == nil {
		form = url.Values{}
	}
	form.Set("_csrf", csrf)
	r := must(http.NewRequestWithContext(context.Background(), http.MethodPost, v.base+to, strings.NewReader(form.Encode())))(v)
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Referer", v.base+from)
	return v.do(r)
}

func (v *visitor) want(a answer, status int, says string) answer {
	v.Helper()
	if a.status != status || !strings.Contains(a.body+a.to, says) {
		v.Fatalf("%d to %q, want %d and %q: %.600s", a.status, a.to, status, says, a.Find("main").Text())
	}
	return a
}

func (v *visitor) signedIn(yes bool) {
	v.Helper()
	status := http.StatusUnauthorized
	if yes {
		status = http.StatusOK
	}
	v.want(v.get("/account/sign-in"), status, "")
}

func (v *visitor) setPassword(p string) answer {
	v.Helper()
	return v.post("/account/sign-in", "/account/password", url.Values{"new_password": {p}, "repeat_password": {p}})
}

func (v *visitor) byPassword(number, p string) answer {
	v.Helper()
	return v.post("/sign-in", "/sign-in/password", url.Values{"phone": {number}, "password": {p}})
}

func (v *visitor) cookie(name string) string {
	for _, c := range v.client.Jar.Cookies(must(url.Parse(v.base))(v)) {
		if c.Name == name {
			return c.Value
		}
	}
	return ""
}

func TestPasswordIsChosenOnceSignedIn(t *testing.T) {
	h := newHouse(t)
	v := h.as("resident")
	for wrong, says := range map[string]string{"1234567": "至少 8 个字", "12345678": "太常见", "aaaaaaaaaa": "太常见", strings.Repeat("长", 129): "最多 128"} {
		v.want(v.setPassword(wrong), http.StatusUnprocessableEntity, says)
	}
	v.want(v.post("/account/sign-in", "/account/password", url.Values{"new_password": {password}, "repeat_password": {"x"}}), http.StatusUnprocessableEntity, "两次输入不一样")
	if h.number("SELECT count(*) FROM passwords") != 0 {
		t.Fatal("a wrong password was kept")
	}
	elsewhere := h.as("resident")
	v.want(v.setPassword(password), http.StatusSeeOther, "done_password")
	v.signedIn(true)
	elsewhere.signedIn(false) // whoever else was signed in is not any more
	if h.number("SELECT count(*) FROM passwords WHERE hash LIKE '$argon2id$v=19$m=19456,t=2,p=1$%'") != 1 {
		t.Error("the password is not kept as Argon2id of the cost wanted")
	}

	for _, number := range []string{phone, "139 0000 0001", "+86-13900000001", "１３９０００００００１"} {
		w := h.visitor()
		w.want(w.byPassword(number, password), http.StatusSeeOther, "/today")
		w.signedIn(true)
	}
}

func TestUnknownAccountLooksLikeAWrongPassword(t *testing.T) {
	h := newHouse(t)
	v := h.as("resident")
	v.want(v.setPassword(password), http.StatusSeeOther, "")
	said := map[string]bool{}
	for _, c := range [][2]string{{phone, "不是这个密码"}, {"13800000000", password}, {"", ""}, {phone, strings.Repeat("x", 9999)}} {
		w := h.visitor()
		a := w.want(w.byPassword(c[0], c[1]), http.StatusUnauthorized, "没有登录成功")
		said[a.Find(".govuk-error-summary").Text()] = true
		if a.Find("input[type=password][value]:not([value=''])").Length() > 0 {
			t.Error("a password comes back in the page")
		}
	}
	if len(said) != 1 {
		t.Errorf("the answers differ: %v", said)
	}
	if h.number("SELECT count(*) FROM audit WHERE act = 'sign_in_failed'") != 4 || h.number("SELECT count(*) FROM audit WHERE act = 'sign_in_failed' AND person = 'resident'") != 2 {
		t.Error("failures are not in the audit")
	}
}

func TestLockedPasswordLeavesTheLinkOpen(t *testing.T) {
	h := newHouse(t)
	v := h.as("resident")
	v.want(v.setPassword(password), http.StatusSeeOther, "")
	for _, number := range []string{phone, "13800000000"} { // one that is there, one that is not
		for range 5 {
			w := h.visitor()
			w.want(w.byPassword(number, "不是这个密码"), http.StatusUnauthorized, "")
		}
		w := h.visitor()
		w.want(w.byPassword(number, password), http.StatusTooManyRequests, "试错次数太多")
	}
	v.signedIn(true)
	h.as("resident").signedIn(true)
	h.as("secretary").signedIn(true)
	h.wait(time.Minute)
	w := h.visitor()
	w.want(w.byPassword(phone, password), http.StatusSeeOther, "/today")
}

// enrol sets up an authenticator and gives its secret and the recovery codes.
func (v *visitor) enrol() (secret string, codes []string) {
	v.Helper()
	v.want(v.post("/account/sign-in", "/account/totp", nil), http.StatusSeeOther, "/account/totp")
	page := v.want(v.get("/account/totp"), http.StatusOK, "data:image/svg+xml")
	secret = strings.ReplaceAll(page.Find("#secret").Text(), " ", "")
	v.want(v.post("/account/totp", "/account/totp/confirm", url.Values{"code": {"000000"}}), http.StatusUnauthorized, "")
	done := v.want(v.post("/account/totp", "/account/totp/confirm", url.Values{"code": {v.code(secret)}}), http.StatusOK, "备用码")
	done.Find("#recovery-codes li").Each(func(_ int, s *goquery.Selection) { codes = append(codes, s.Text()) })
	if len(codes) != 10 {
		v.Fatalf("%d recovery codes", len(codes))
	}
	return secret, codes
}

func (h *house) code(secret string) string {
	h.Helper()
	return must(totp.GenerateCode(secret, h.clock()))(h)
}

func TestOneTimeCodes(t *testing.T) {
	h := newHouse(t)
	v := h.as("resident")
	v.want(v.setPassword(password), http.StatusSeeOther, "")
	before := v.cookie("yishi")
	secret, codes := v.enrol()
	if v.cookie("yishi") == before {
		t.Error("the session keeps its token though it gained strength")
	}
	v.want(v.get("/account/totp"), http.StatusSeeOther, "/account/sign-in") // the secret is shown no more

	w := h.visitor()
	w.want(w.byPassword(phone, password), http.StatusSeeOther, "/sign-in/code")
	w.signedIn(false)
	send := func(code string) answer { return w.post("/sign-in/code", "/sign-in/code", url.Values{"code": {code}}) }
	used := h.code(secret)
	w.want(send(used), http.StatusUnauthorized, "没有登录成功") // that of the enrolment
	h.wait(30 * time.Second)
	fresh := h.code(secret)
	w.want(send(fresh[:3]+" "+fresh[3:]), http.StatusSeeOther, "/today")
	w.signedIn(true)
	w.want(send(fresh), http.StatusConflict, "已经过期") // nothing is waiting for a code now

	x := h.visitor()
	x.want(x.post("/sign-in/code", "/sign-in/code", url.Values{"code": {h.code(secret)}}), http.StatusConflict, "")
	x.want(x.byPassword(phone, password), http.StatusSeeOther, "/sign-in/code")
	x.want(x.post("/sign-in/code", "/sign-in/code", url.Values{"code": {fresh}}), http.StatusUnauthorized, "") // replayed
	x.want(x.post("/sign-in/code", "/sign-in/code", url.Values{"code": {strings.ToLower(codes[0])}}), http.StatusSeeOther, "/today")
	y := h.visitor()
	y.want(y.byPassword(phone, password), http.StatusSeeOther, "/sign-in/code")
	y.want(y.post("/sign-in/code", "/sign-in/code", url.Values{"code": {codes[0]}}), http.StatusUnauthorized, "")
	h.wait(11 * time.Minute)
	y.want(y.post("/sign-in/code", "/sign-in/code", url.Values{"code": {codes[1]}}), http.StatusConflict, "已经过期")

	// A stolen link does not turn the codes off.
	z := h.as("resident")
	z.want(z.post("/account/sign-in", "/account/totp/remove", nil), http.StatusForbidden, "动态验证码")
	h.wait(30 * time.Second)
	z.want(z.post("/confirm", "/confirm", url.Values{"by": {"code"}, "code": {h.code(secret)}, "return": {"/account/sign-in"}}), http.StatusSeeOther, "/account/sign-in")
	z.want(z.post("/account/sign-in", "/account/totp/remove", nil), http.StatusSeeOther, "done_removed")
	q := h.visitor()
	q.want(q.byPassword(phone, password), http.StatusSeeOther, "/today")
}

func TestCodesAreCountedAgainstThePerson(t *testing.T) {
	h := newHouse(t)
	v := h.as("resident")
	v.want(v.setPassword(password), http.StatusSeeOther, "")
	secret, _ := v.enrol()
	h.wait(time.Minute)
	for i := range 6 {
		w := h.visitor() // each from a new browser, with the right password
		w.want(w.byPassword(phone, password), http.StatusSeeOther, "/sign-in/code")
		status := http.StatusUnauthorized
		if i == 5 {
			status = http.StatusTooManyRequests
		}
		w.want(w.post("/sign-in/code", "/sign-in/code", url.Values{"code": {"12345"}}), status, "")
	}
	w := h.visitor()
	w.want(w.byPassword(phone, password), http.StatusSeeOther, "/sign-in/code")
	w.want(w.post("/sign-in/code", "/sign-in/code", url.Values{"code": {h.code(secret)}}), http.StatusTooManyRequests, "")
}

func TestSessionsAreListedAndEnded(t *testing.T) {
	h := newHouse(t)
	phoneHere, desk, other := h.as("resident"), h.as("resident"), h.as("secretary")
	page := desk.want(desk.get("/account/sign-in"), http.StatusOK, "这台设备")
	ids := page.Find("input[name=session]").Map(func(_ int, s *goquery.Selection) string { return s.AttrOr("value", "") })
	if len(ids) != 2 {
		t.Fatalf("%d sessions", len(ids))
	}
	theirs := other.get("/account/sign-in").Find("input[name=session]").AttrOr("value", "")
	desk.want(desk.post("/account/sign-in", "/account/sessions/end", url.Values{"session": {theirs}}), http.StatusSeeOther, "")
	other.signedIn(true)

	stolen := phoneHere.cookie("yishi")
	desk.want(desk.post("/account/sign-in", "/account/sessions/end-rest", nil), http.StatusSeeOther, "done_session_ended")
	phoneHere.signedIn(false)
	desk.signedIn(true)
	replay := h.visitor()
	replay.client.Jar.SetCookies(must(url.Parse(h.base))(t), []*http.Cookie{{Name: "yishi", Value: stolen, Path: "/"}})
	replay.signedIn(false)
	replay.want(replay.get("/account/sign-in"), http.StatusUnauthorized, "登录")

	token := desk.cookie("yishi")
	desk.want(desk.post("/account/sign-in", "/sign-out", nil), http.StatusSeeOther, "/board")
	desk.client.Jar.SetCookies(must(url.Parse(h.base))(t), []*http.Cookie{{Name: "yishi", Value: token, Path: "/"}})
	desk.signedIn(false)
	if h.number("SELECT count(*) FROM audit WHERE act = 'session_ended' AND person = 'resident'") != 2 {
		t.Error("the ends are not in the audit")
	}
}

func TestIdleAndAbsoluteLimits(t *testing.T) {
	for who, idle := range map[deliberation.PersonID]time.Duration{"resident": 12 * time.Hour, "secretary": 2 * time.Hour} {
		t.Run(string(who), func(t *testing.T) {
			h := newHouse(t)
			v := h.as(who)
			h.wait(idle - time.Second)
			v.signedIn(true)
			h.wait(idle)
			v.signedIn(false)

			v = h.as(who)
			began := h.clock()
			for h.clock().Sub(began) < 24*time.Hour-time.Hour {
				h.wait(time.Hour)
				v.signedIn(true)
			}
			h.wait(time.Hour)
			v.signedIn(false)
		})
	}
}

func TestUseOfASessionIsSeldomWritten(t *testing.T) {
	h := newHouse(t)
	v := h.as("resident")
	h.exec("CREATE TABLE written (id TEXT); CREATE TRIGGER seen AFTER UPDATE ON sessions BEGIN INSERT INTO written VALUES (new.id); END")
	for range 60 {
		h.wait(10 * time.Second)
		v.signedIn(true)
	}
	if n := h.number("SELECT count(*) FROM written"); n != 2 {
		t.Errorf("%d writes in ten minutes of use, want one every five", n)
	}
}

func TestConfirmingRenewsTheProof(t *testing.T) {
	h := newHouse(t)
	v := h.as("resident")
	v.want(v.setPassword(password), http.StatusSeeOther, "")
	h.wait(15 * time.Minute)
	a := v.want(v.setPassword(password+"新"), http.StatusForbidden, "请再确认一次身份")
	to := a.Find(`a[href^="/confirm"]`).AttrOr("href", "")
	if to != "/confirm?return=%2Faccount%2Fsign-in" {
		t.Fatalf("leads to %q", to)
	}
	before := v.cookie("yishi")
	v.want(v.post(to, "/confirm", url.Values{"by": {"password"}, "password": {"错"}, "return": {"/account/sign-in"}}), http.StatusUnauthorized, "没有登录成功")
	v.want(v.setPassword(password+"新"), http.StatusForbidden, "")
	v.want(v.post(to, "/confirm", url.Values{"by": {"password"}, "password": {password}, "return": {"/account/sign-in"}}), http.StatusSeeOther, "/account/sign-in")
	if v.cookie("yishi") == before {
		t.Error("the session keeps its token over the proof")
	}
	v.want(v.setPassword(password+"新"), http.StatusSeeOther, "done_password")
	old := h.visitor()
	old.client.Jar.SetCookies(must(url.Parse(h.base))(t), []*http.Cookie{{Name: "yishi", Value: before, Path: "/"}})
	old.signedIn(false)
	for _, evil := range []string{"https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"} {
		a := v.post("/confirm", "/confirm", url.Values{"by": {"password"}, "password": {password + "新"}, "return": {evil}})
		v.want(a, http.StatusSeeOther, "")
		if a.to != "/" {
			t.Errorf("%s leads to %q", evil, a.to)
		}
	}
}

func TestActingOfficesNeedASecondProofWhereAsked(t *testing.T) {
	h := newHouse(t, func(d *server.Deps) { d.RequireTOTP = true })
	v := h.as("secretary")
	v.want(v.get("/processes"), http.StatusForbidden, "动态验证码")
	v.want(v.get("/account/sign-in"), http.StatusOK, "需要设置动态验证码或通行密钥")
	v.want(v.get("/board"), http.StatusOK, "")
	secret, _ := v.enrol()
	v.want(v.get("/processes"), http.StatusOK, "")

	w := h.as("secretary")
	w.want(w.get("/processes"), http.StatusForbidden, "/confirm?return=%2Fprocesses")
	h.wait(time.Minute)
	w.want(w.post("/confirm", "/confirm", url.Values{"by": {"code"}, "code": {h.code(secret)}, "return": {"/processes"}}), http.StatusSeeOther, "/processes")
	w.want(w.get("/processes"), http.StatusOK, "")
	h.as("resident").signedIn(true)
	r := h.as("resident")
	r.want(r.get("/processes"), http.StatusOK, "")
}

func TestUsedLinkSaysWhatToDo(t *testing.T) {
	h := newHouse(t)
	token := h.link("resident")
	v := h.visitor()
	v.want(v.get("/sign-in/"+token), http.StatusOK, "您是名resident吗")
	v.want(v.get("/sign-in/"+token), http.StatusOK, "") // looking does not use it up
	v.want(v.post("/sign-in/"+token, "/sign-in/"+token, nil), http.StatusSeeOther, "/today")
	v.want(v.get("/sign-in/"+token), http.StatusGone, "您已经以名resident的身份登录")
	w := h.visitor()
	w.want(w.post("/sign-in", "/sign-in/"+token, nil), http.StatusGone, "请社区工作人员再给您发一个链接")
	late := h.link("resident")
	h.wait(time.Hour)
	w.want(w.get("/sign-in/"+late), http.StatusGone, "这个链接不能再用了")
	w.signedIn(false)
}

func TestHelpAtTheTable(t *testing.T) {
	h := newHouse(t)
	clerk := h.as("clerk")
	own := clerk.cookie("yishi")
	slip := h.link("resident")
	clerk.want(clerk.post("/assist", "/assist", url.Values{"slip": {"no-such-slip"}}), http.StatusGone, "登录链接已失效")
	clerk.want(clerk.post("/assist", "/assist", url.Values{"slip": {h.link("clerk")}}), http.StatusGone, "") // two names are wanted
	asked := clerk.want(clerk.post("/assist", "/assist", url.Values{"slip": {h.base + "/sign-in/" + slip}}), http.StatusOK, "您是名resident吗")
	clerk.want(clerk.post("/assist", "/assist/begin", url.Values{"slip": {asked.Find("input[name=slip]").AttrOr("value", "")}}), http.StatusSeeOther, "/today")
	if clerk.cookie("yishi") != own {
		t.Error("the clerk's own session was touched")
	}

	for _, path := range []string{"/today", "/board", "/processes"} {
		page := clerk.want(clerk.get(path), http.StatusOK, "由名clerk协助，正在为名resident办理")
		if who := page.Find(".top-who").Text(); !strings.Contains(who, "名resident") {
			t.Errorf("%s shows %q", path, who)
		}
	}
	for _, path := range []string{"/account/sign-in", "/confirm", "/roster", "/assist"} {
		clerk.want(clerk.get(path), http.StatusForbidden, "协助")
	}
	clerk.want(clerk.post("/board", "/account/password", url.Values{"new_password": {password}, "repeat_password": {password}}), http.StatusForbidden, "")
	another := h.link("secretary")
	clerk.want(clerk.post("/board", "/sign-in/"+another, nil), http.StatusForbidden, "")
	if h.number("SELECT count(*) FROM passwords") != 0 {
		t.Error("a password was set with somebody helping")
	}

	clerk.want(clerk.post("/board", "/assist/end", nil), http.StatusSeeOther, "/assist?done=done_assisted")
	clerk.want(clerk.get("/assist"), http.StatusOK, "")
	clerk.want(clerk.post("/assist", "/assist/begin", url.Values{"slip": {slip}}), http.StatusGone, "") // used up

	clerk.want(clerk.post("/assist", "/assist/begin", url.Values{"slip": {h.link("resident")}}), http.StatusSeeOther, "")
	h.wait(10 * time.Minute)
	clerk.want(clerk.get("/assist"), http.StatusOK, "协助办理") // over by itself
	helped := h.link("resident")
	clerk.want(clerk.post("/assist", "/assist/begin", url.Values{"slip": {helped}}), http.StatusSeeOther, "")
	if err := h.store.EndSessions(t.Context(), "clerk", ""); err != nil {
		t.Fatal(err)
	}
	clerk.signedIn(false) // no assistance without who assists
	for _, act := range []string{"assist_begin", "assist_end"} {
		if h.number("SELECT count(*) FROM audit WHERE act = ? AND person = 'resident' AND assistant = 'clerk'", act) == 0 {
			t.Errorf("%s is not in the audit with both names", act)
		}
	}
	resident := h.as("resident")
	resident.want(resident.get("/assist"), http.StatusForbidden, "")
}

func TestForgedFormsChangeNothing(t *testing.T) {
	h := newHouse(t)
	v := h.as("resident")
	for _, to := range []string{"/account/password", "/account/totp", "/sign-out", "/sign-in/password", "/account/sessions/end-rest", "/confirm"} {
		r := must(http.NewRequestWithContext(t.Context(), http.MethodPost, h.base+to, strings.NewReader("new_password="+password+"&repeat_password="+password+"&_csrf=forged")))(t)
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		v.want(v.do(r), http.StatusForbidden, "")
	}
	v.signedIn(true)
	if h.number("SELECT count(*) FROM passwords") != 0 {
		t.Error("a forged form set a password")
	}
}

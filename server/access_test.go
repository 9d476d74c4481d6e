package server

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// walkParams gives each parameter of a route an id of one's own community and one
// of another. A parameter that is not here fails the walk: who adds a route says
// what stands for it. Where both are the same, what is named belongs to no community.
var walkParams = map[string][2]string{
	"process":   {"p1", "p2"},
	"posting":   {"p1.b1", "p2.b1"},
	"meeting":   {"p1.m1", "p2.m1"},
	"poll":      {"b1", "b2"},
	"paper":     {"minutes", "minutes2"},
	"opinion":   {"o1", "o2"},
	"statement": {"st1", "st2"},
	"person":    {"resident", "stranger"},
	"household": {"h1", "h2"},
	"place":     {"c1", "c2"},
	"community": {"c1", "c2"},
	"act":       {"propose", "propose"},
	"form":      {"1", "1"},
	"document":  {"report", "report"},
	"speech":    {"s1", "s2"},
	"token":     {"nobody-has-this", "nobody-has-this"},
	"pack":      {"none", "none"},
	"body":      {"committee", "committee"},
	"upload":    {"f1", "f2"},
	"import":    {"i1", "i2"},
	"office":    {"representative", "representative"},
	"mandate":   {"g1", "g2"},
	"estate":    {"e1", "e2"},
	"*":         {"none.css", "none.css"},
}

// walkFields are what forms and commands carry, so that one gets as far as to the
// thing it names. The ids in them are those of the other community in the second walk.
func walkFields(other bool) map[string]string {
	f := map[string]string{
		"text": "说明", "choice": "yes", "step": "cast", "disposition": "adopted", "name": "新名", "new_name": "第九小组", "new_kind": "group",
		"key": "walk-key-0001", "person": "resident", "household": "h1", "other": "rep", "group": "第一小组", "office": "representative", "from": "2026-12-01",
	}
	if other {
		f["person"], f["household"], f["other"], f["group"] = "stranger", "h2", "stranger", "远方小组"
	}
	return f
}

// walkBodies are the commands of the API that ask for more than nothing.
var walkBodies = map[string]any{
	"POST /api/v1/processes/:process/acts/:act":                map[string]string{"text": "说明"},
	"POST /api/v1/communities/:community/opinion-box":          map[string]string{"text": "说明"},
	"POST /api/v1/opinion-box/number":                          map[string]string{"number": "AAAA-AAAA-AAAA"},
	"POST /api/v1/opinion-box/settings":                        map[string]bool{"without_account": true},
	"POST /api/v1/opinion-box/opinions/:opinion/answer":        map[string]string{"text": "说明", "outcome": "answered"},
	"POST /api/v1/processes/:process/opinions":                 map[string]string{"text": "说明"},
	"POST /api/v1/processes/:process/opinions/:opinion/answer": map[string]string{"text": "说明", "disposition": "adopted"},
	"POST /api/v1/polls/:poll/ballots":                         map[string]string{"choice": "yes"},
	"POST /api/v1/processes/:process/sheets":                   map[string]any{"rows": []map[string]string{{"name": "名resident"}}, "photo": append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 40)...)},
	"POST /api/v1/polls/:poll/paper":                           map[string]string{"action": "issue", "person": "resident"},
	"POST /api/v1/polls/:poll/boxes":                           map[string]any{"station": "会场", "recovered": 1},
	"POST /api/v1/polls/:poll/bundles":                         map[string]any{"bundle": "1", "count": map[string]int{"sheets": 1, "yes": 1}},
	"POST /api/v1/estates/:estate/units":                       map[string]any{"units": []map[string]any{{"building": "1栋", "number": "101", "owner": "名resident", "area": 8950}}},
	"POST /api/v1/meetings/:meeting/mandates":                  map[string]string{"agent": "rep"},
	"POST /api/v1/meetings/:meeting/notice-receipts":           map[string]string{},
	"POST /api/v1/meetings/:meeting/observers":                 map[string]string{"name": "来宾", "capacity": "other"},
	"POST /api/v1/processes/:process/accounts":                 map[string]any{"lines": []map[string]any{{"name": "资金", "opening_fen": 0, "income_fen": 1, "spending_fen": 0, "closing_fen": 1}}},
	"POST /api/v1/sessions":                                    map[string]string{"token": "nobody-has-this"},
	"POST /api/v1/processes/:process/electors":                 map[string]any{"person": "resident", "in": true},
	"POST /api/v1/processes/:process/registrations":            map[string]any{"person": "resident", "wishes": true},
	"POST /api/v1/processes/:process/nominations":              map[string]any{"by": "electors", "names": map[string][]string{"director": {"resident"}}},
	"POST /api/v1/processes/:process/stations":                 map[string]any{"station": "中心投票站", "staff": []string{"resident"}, "scrutineers": []string{"resident"}},
	"POST /api/v1/meetings/:meeting/mobile-lists":              map[string]any{"station": "流动票箱1", "persons": []string{"resident"}},

	"POST /api/v1/processes/:process/hearing":                           map[string]any{"chair": "director", "presenter": "secretary", "sides": []map[string]any{{"name": "住户", "seats": 2}}},
	"POST /api/v1/processes/:process/experts":                           map[string]string{"name": "张工", "field": "结构", "interest": "none"},
	"POST /api/v1/processes/:process/sign-ups":                          map[string]string{"side": "A"},
	"POST /api/v1/processes/:process/statements":                        map[string]string{"kind": "written", "text": "说明"},
	"POST /api/v1/processes/:process/statements/:statement/disposition": map[string]string{"disposition": "adopted", "text": "说明"},
}

// endsSession are the actions after which a session is another one, so that the walker
// signs in anew.
var endsSession = []action{toSignIn, toSignOut, toProveSelf, toKeepSignIn, toAssist, toEnter}

var parameter = regexp.MustCompile(`:(\w+)|\*`)

// walker walks all routes as one person.
type walker struct {
	visit
	who     deliberation.PersonID
	entered bool
	api     string
	csrf    string
}

// newWalker builds a town with something of every kind in two communities, and
// signs somebody in who holds the one office, in the community or over a place above it.
func newWalker(t *testing.T, office deliberation.Office, above, entered bool) *walker {
	w := &walker{visit: newVisit(t), entered: entered}
	town := w.h.town
	p := town.processes[faraway]
	near := town.processes[process]
	p.Meetings = slices.Clone(near.Meetings)
	p.Meetings[0].ID = "p2.m1"
	p.Postings = slices.Clone(near.Postings)
	p.Postings[0].ID = "p2.b1"
	town.processes[faraway] = p
	b := town.polls["b1"]
	b.poll.OnPaper = true
	town.polls["b1"] = b
	b.process, b.poll.ID, b.voters, b.ballots = faraway, "b2", []deliberation.PersonID{"stranger"}, map[deliberation.PersonID]deliberation.Ballot{}
	town.polls["b2"] = b
	town.roll["p2.m1"] = []deliberation.RollLine{{Person: town.people["stranger"]}}
	m := town.papers["minutes"]
	m.ID, m.Process = "minutes2", faraway
	town.papers["minutes2"] = m
	town.opinions = []deliberation.Opinion{{ID: "o1", Process: process, Person: "resident"}, {ID: "o2", Process: faraway, Person: "stranger"}}
	town.households["h1"] = deliberation.Household{ID: "h1", Community: home, Number: "1栋101"}
	town.households["h2"] = deliberation.Household{ID: "h2", Community: away, Number: "远方2栋202"}
	if office == "" {
		return w
	}
	w.who = "walker"
	if above {
		town.settleAbove(w.who, street, office)
	} else {
		town.people[w.who] = deliberation.Person{ID: w.who, Community: home, Name: "名walker"}
		town.offices[w.who] = []deliberation.Office{office}
	}
	w.signIn()
	return w
}

func (w *walker) signIn() {
	if w.who == "" {
		return
	}
	w.cookies = map[string]*http.Cookie{}
	w.api, w.csrf = w.h.enter(w.who), ""
	w.signedIn(w.who)
	if w.entered {
		if r := w.post("/places", "/places/c1/enter", nil); r.Code != http.StatusSeeOther {
			w.h.t.Fatalf("entering: %d %s", r.Code, r.Body)
		}
	}
}

// expected gives the viewer that a route about one's own community meets.
func (w *walker) expected(route string) viewer {
	w.h.t.Helper()
	if w.who == "" {
		return viewer{}
	}
	entered := deliberation.CommunityID("")
	if w.entered && !strings.Contains(route, " /api/") {
		entered = home
	}
	v, err := w.h.loadAt(w.h.t.Context(), w.who, entered)
	if err != nil {
		w.h.t.Fatal(err)
	}
	v.Fresh = true
	if !v.inCharge() {
		return v
	}
	for _, m := range parameter.FindAllStringSubmatch(route, -1) {
		if _, ok := owners[m[1]]; ok {
			path, _ := w.h.town.Path(w.h.t.Context(), home)
			in, _ := v.within(path)
			return in
		}
	}
	return v
}

// walk sends one request as the walker. what names whose ids it carries.
func (w *walker) walk(route string, other bool) *httptest.ResponseRecorder {
	w.h.t.Helper()
	method, pattern, _ := strings.Cut(route, " ")
	which := map[bool]int{true: 1}[other]
	path := parameter.ReplaceAllStringFunc(pattern, func(m string) string {
		return walkParams[strings.TrimPrefix(m, ":")][which]
	})
	if strings.HasPrefix(path, "/api/v1/") {
		return w.command(method, path, route)
	}
	if method == http.MethodGet || method == http.MethodHead {
		return w.send(method, path, nil, nil)
	}
	form := url.Values{"_csrf": {w.token()}}
	for k, v := range walkFields(other) {
		form.Set(k, v)
	}
	return w.send(method, path, form, nil)
}

// token gives what forms of this browser carry.
func (w *walker) token() string {
	if w.csrf == "" {
		w.csrf = w.send(http.MethodGet, "/test/form", nil, nil).Body.String()
	}
	return w.csrf
}

func (w *walker) command(method, path, route string) *httptest.ResponseRecorder {
	var body io.Reader = http.NoBody
	if method == http.MethodPost {
		b, err := json.Marshal(walkBodies[route])
		if err != nil {
			w.h.t.Fatal(err)
		}
		if walkBodies[route] == nil {
			b = []byte("{}")
		}
		body = strings.NewReader(string(b))
	}
	r := httptest.NewRequestWithContext(w.h.t.Context(), method, path, body)
	w.h.keys++
	r.Header.Set("Idempotency-Key", fmt.Sprintf("walk-%08d", w.h.keys))
	r.Header.Set("Content-Type", echo.MIMEApplicationJSON)
	if w.api != "" {
		r.Header.Set("Authorization", "Bearer "+w.api)
	}
	rec := httptest.NewRecorder()
	w.h.Handler().ServeHTTP(rec, r)
	return rec
}

// policyOf gives what the policy says of a route about one's own community.
func policyOf(route string, v viewer) error {
	a := routes[route]
	if err := permit(a, v, true); err != nil {
		return err
	}
	if a == toReadPaper { // what does not hang on the board is for the community
		return permit(toReadCase, v, true)
	}
	if a == toAct { // which act is in the address
		spec, _ := deliberation.SpecOf(deliberation.ActKind(walkParams["act"][0]))
		_, err := permitAct(spec, v, true, nil)
		return err
	}
	if a == toManagePlaces && v.Community.ID == home && !slices.ContainsFunc(v.held, func(h deliberation.OfficeHeld) bool { return h.Office == deliberation.Operator }) {
		return deliberation.Refuse(deliberation.RefuseNotEntitled)
	}
	return nil
}

// allRoutesOf lists what a server answers, but for what a test has put there.
func allRoutesOf(h *hall) []string {
	var list []string
	for _, r := range h.echo.Routes() {
		if r.Method != echo.RouteNotFound && !strings.HasPrefix(r.Path, "/test/") {
			list = append(list, r.Method+" "+r.Path)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// Every route by every office, in one's own community and in another, and signed
// out: what the policy refuses is refused as it says, what it allows is answered,
// and nothing of another community is ever shown or changed.
func TestEveryRouteByEveryOffice(t *testing.T) {
	type one struct {
		office         deliberation.Office
		above, entered bool
	}
	walkers := []one{{}}
	for _, o := range deliberation.Offices {
		walkers = append(walkers, one{office: o})
		if o.OfPlace() {
			walkers = append(walkers, one{office: o, above: true}, one{office: o, above: true, entered: true})
		}
	}
	for _, who := range walkers {
		t.Run(fmt.Sprintf("%s/above=%v/entered=%v", who.office, who.above, who.entered), func(t *testing.T) {
			w := newWalker(t, who.office, who.above, who.entered)
			all := allRoutesOf(w.h)
			if len(all) < 60 {
				t.Fatalf("only %d routes", len(all))
			}
			for _, route := range all {
				w.try(route)
			}
		})
	}
}

func (w *walker) try(route string) {
	t := w.h.t
	t.Helper()
	a, listed := routes[route]
	if _, known := rules[a]; !listed || !known {
		t.Errorf("%s has no row in the policy", route)
		return
	}
	foreign := false // whether the route names anything that belongs to a community
	for _, m := range parameter.FindAllString(route, -1) {
		ids, ok := walkParams[strings.TrimPrefix(m, ":")]
		if !ok {
			t.Errorf("%s: the walk has nothing to put for %s; add it to walkParams", route, m)
			return
		}
		foreign = foreign || ids[0] != ids[1]
	}
	want := policyOf(route, w.expected(route))
	got := w.walk(route, false)
	w.judge(route, got, want)
	if slices.Contains(endsSession, a) && !strings.HasPrefix(route, http.MethodGet) {
		w.signIn()
	}
	before := w.faraway()
	got = w.walk(route, true)
	switch {
	case got.Code >= http.StatusInternalServerError:
		t.Errorf("%s with ids of another community: %d", route, got.Code)
	case foreign && a != toReadPublic && !slices.Contains([]int{401, 403, 404, 409}, got.Code):
		t.Errorf("%s with ids of another community: %d %s", route, got.Code, strings.TrimSpace(got.Body.String()))
	case a != toReadPublic && strings.Contains(got.Body.String(), "名stranger"):
		t.Errorf("%s shows who lives in another community", route)
	}
	if after := w.faraway(); after != before {
		t.Errorf("%s changed another community:\n%s\n%s", route, before, after)
	}
	if slices.Contains(endsSession, a) && !strings.HasPrefix(route, http.MethodGet) {
		w.signIn()
	}
}

func (w *walker) judge(route string, got *httptest.ResponseRecorder, want error) {
	t := w.h.t
	t.Helper()
	get := strings.HasPrefix(route, http.MethodGet)
	switch refused, is := refusalOf(want); {
	case got.Code >= http.StatusInternalServerError:
		t.Errorf("%s: %d %s", route, got.Code, got.Body)
	case want != nil && is:
		if got.Code != statuses[refused.Code] {
			t.Errorf("%s: %d, the policy says %s (%d)", route, got.Code, refused.Code, statuses[refused.Code])
		}
	case got.Code == http.StatusUnauthorized && !slices.Contains(endsSession, routes[route]), got.Code == http.StatusForbidden && get:
		t.Errorf("%s: %d, the policy allows it", route, got.Code)
	}
}

// faraway writes down all that another community holds.
func (w *walker) faraway() string {
	town := w.h.town
	var b strings.Builder
	for _, id := range []deliberation.PersonID{"stranger"} {
		_, _ = fmt.Fprint(&b, town.people[id], town.offices[id], town.records[id])
	}
	for _, h := range town.held {
		if h.Community == away || h.Person == "stranger" {
			_, _ = fmt.Fprint(&b, h)
		}
	}
	if files, ok := w.h.Imports.(*importsHere); ok {
		_, _ = fmt.Fprint(&b, files.files["f2"], files.done["i2"])
	}
	for _, k := range town.kin {
		if k.A == "stranger" || k.B == "stranger" {
			_, _ = fmt.Fprint(&b, k)
		}
	}
	for token, id := range town.links {
		if id == "stranger" {
			_, _ = fmt.Fprint(&b, token)
		}
	}
	for _, a := range town.audit {
		if a.Community == away || a.Person == "stranger" && a.Actor != "stranger" {
			_, _ = fmt.Fprint(&b, a)
		}
	}
	if box, ok := w.h.OpinionBox.(*boxHere); ok {
		_, _ = fmt.Fprint(&b, box.of(away), box.open[away])
	}
	for _, o := range town.opinions {
		if o.Process == faraway {
			_, _ = fmt.Fprint(&b, o)
		}
	}
	_, _ = fmt.Fprint(&b, town.places[away], town.places["g2"], len(town.places), town.households["h2"], town.polls["b2"].ballots, town.roll["p2.m1"], town.processes[faraway])
	return b.String()
}

package server

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
	"github.com/yishi-project/yishi/server/api"
)

var civil = time.Date(2026, 12, 1, 9, 0, 0, 0, deliberation.Shanghai)

// The people of the town, each named by what they hold.
const (
	home, away = deliberation.CommunityID("c1"), deliberation.CommunityID("c2")
	process    = deliberation.ProcessID("p1")
	faraway    = deliberation.ProcessID("p2")
)

// hall is a server over a town, and somebody to ask it.
type hall struct {
	*Server
	town *town
	logs *safeBuffer
	t    *testing.T
	spec routers.Router
	keys int
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func newTown(t *testing.T) *town {
	t.Helper()
	w := &town{
		registry: newRegistry(),
		people:   map[deliberation.PersonID]deliberation.Person{}, offices: map[deliberation.PersonID][]deliberation.Office{},
		communities: map[deliberation.CommunityID]deliberation.Community{
			home: {ID: home, Name: "示例社区", Kind: deliberation.Urban, Demo: true}, away: {ID: away, Name: "别处社区", Kind: deliberation.Urban}, next: {ID: next, Name: "隔壁社区", Kind: deliberation.Urban},
		},
		links: map[string]deliberation.PersonID{}, processes: map[deliberation.ProcessID]deliberation.Proceeding{},
		papers: map[deliberation.PaperID]deliberation.Paper{}, polls: map[deliberation.PollID]pollHere{},
		roll: map[deliberation.MeetingID][]deliberation.RollLine{}, replies: map[string]reply{}, receipts: map[string]deliberation.Receipt{},
	}
	library, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := library.PackFor(deliberation.Urban, "", deliberation.DateOf(civil), "")
	if err != nil {
		t.Fatal(err)
	}
	w.packs = []deliberation.Pack{p}
	settle := func(id string, c deliberation.CommunityID, offices ...deliberation.Office) {
		w.people[deliberation.PersonID(id)] = deliberation.Person{ID: deliberation.PersonID(id), Community: c, Name: "名" + id}
		w.offices[deliberation.PersonID(id)] = offices
	}
	settle("secretary", home, deliberation.Secretary, deliberation.PartyMember, deliberation.Resident)
	settle("director", home, deliberation.Director, deliberation.Resident)
	settle("supervisor", home, deliberation.Supervisor, deliberation.Resident)
	settle("both", home, deliberation.Supervisor, deliberation.CommitteeMember)
	settle("rep", home, deliberation.Representative, deliberation.Resident)
	settle("resident", home, deliberation.Resident)
	settle("clerk", home, deliberation.Clerk)
	settle("operator", home, deliberation.Operator, deliberation.Secretary)
	settle("stranger", away, deliberation.Secretary, deliberation.Representative)
	w.settleAbove("guide", street, deliberation.Guide)
	w.settleAbove("analyst", county, deliberation.Analyst)
	w.settleAbove("keeper", city, deliberation.Operator)
	w.addCases()
	w.estates = []deliberation.Estate{{ID: "e1", Community: home, Name: "枣子坪花园"}, {ID: "e2", Community: away, Name: "远方花园"}}
	return w
}

func (w *town) addCases() {
	matter := deliberation.Matter{
		Title: "充电棚", Summary: "建一座充电棚", Category: deliberation.CategoryEnvironment, Affected: deliberation.AffectsSome,
		Origin: deliberation.OriginParty, Form: deliberation.Conference, BudgetFen: 100,
	}
	one := func(id deliberation.ProcessID, c deliberation.CommunityID) deliberation.Proceeding {
		return deliberation.Proceeding{Process: deliberation.Process{
			ID: id, Community: c, Kind: deliberation.FourDeliberationsKind, Matter: matter, Pack: w.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "secretary",
			Office: deliberation.Secretary,
			Status: deliberation.Status{
				Stage: deliberation.Soliciting, Round: 1, State: deliberation.Running, Since: civil,
				Waiting: deliberation.Waiting{For: "opinions", Since: civil},
				Open: []deliberation.OpenAct{
					{Kind: deliberation.Propose}, {Kind: deliberation.Convene, Offices: []deliberation.Office{deliberation.Director}},
					{Kind: deliberation.Ask}, {Kind: deliberation.SignMinutes, Actor: "director"},
				},
			},
		}}
	}
	p := one(process, home)
	posted := deliberation.PaperRef{ID: "posted", Kind: deliberation.PaperResolution, SHA256: "00"}
	days := deliberation.DaysRule{Key: "post.days", Days: 15, Basis: basis, Pinning: deliberation.FixedAtStart}
	verdict := deliberation.Quorum([]deliberation.MajorityRule{half}, deliberation.Attendance{Whole: deliberation.BodyCount{Body: deliberation.Conference, Due: 41, Present: 20}})
	p.Postings = []deliberation.Posting{{ID: "post1", Stage: deliberation.ResolutionDisclosure, Paper: posted, Posted: civil, DisplayUntil: civil.AddDate(0, 0, 15), ObjectionsUntil: civil.AddDate(0, 0, 5), DisplayDays: days, ObjectionDays: days, State: deliberation.PostingUp}}
	p.Tasks = []deliberation.Task{
		{ID: "t1", Stage: deliberation.Proposal, Act: deliberation.Propose, Offices: []deliberation.Office{deliberation.Secretary}, Opened: civil, State: deliberation.TaskOpen},
		{ID: "t2", Stage: deliberation.Proposal, Act: deliberation.Ask, Offices: []deliberation.Office{deliberation.Supervisor}, Opened: civil, Due: civil.AddDate(0, 0, 3), State: deliberation.TaskOpen},
		{ID: "t3", Stage: deliberation.Proposal, Act: deliberation.Convene, Offices: []deliberation.Office{deliberation.Secretary}, Opened: civil, Due: civil.AddDate(0, 0, 3), State: deliberation.TaskOpen},
	}
	p.Meetings = []deliberation.Meeting{{ID: "m1", Stage: deliberation.Resolution, Round: 1, Body: deliberation.Conference, Convened: civil, Starts: civil, NoticeDays: days, State: deliberation.MeetingCheckIn, Quorum: &verdict}}
	p.Marks = []deliberation.Mark{{ID: "k1", Stage: deliberation.Proposal, Kind: deliberation.MarkQuestion, Made: civil, State: deliberation.MarkOpen}}
	p.Objections = []deliberation.Objection{{ID: "x1", Posting: "post1", Person: "resident", Filed: civil, AnswerDue: civil, State: deliberation.ObjectionFiled}}
	w.processes[process], w.processes[faraway] = p, one(faraway, away)
	w.papers["posted"] = deliberation.Paper{PaperRef: posted, Process: process, Author: "director", MediaType: plainText, Content: []byte("公告")}
	w.papers["hidden"] = deliberation.Paper{PaperRef: deliberation.PaperRef{ID: "hidden", Kind: deliberation.PaperObjection}, Process: process, Author: "rep", MediaType: plainText, Content: []byte("异议")}
	w.papers["minutes"] = deliberation.Paper{PaperRef: deliberation.PaperRef{ID: "minutes", Kind: deliberation.PaperMinutes}, Process: process, Author: "clerk", MediaType: plainText, Content: []byte("记录")}
	poll := func(state deliberation.PollState) pollHere {
		return pollHere{
			poll:    deliberation.Poll{ID: "b1", Meeting: "m1", Stage: deliberation.Resolution, Opened: civil, Closes: civil.Add(time.Hour), State: state, Voters: 2},
			process: process, voters: []deliberation.PersonID{"rep", "director"}, ballots: map[deliberation.PersonID]deliberation.Ballot{},
		}
	}
	w.polls["b1"], w.polls["closed"] = poll(deliberation.PollOpen), poll(deliberation.PollClosed)
	w.roll["m1"] = []deliberation.RollLine{{Person: w.people["rep"]}, {Person: w.people["director"], Parts: []deliberation.Body{deliberation.Committee}}}
}

var (
	basis = deliberation.Basis{Citation: deliberation.Citation{Law: "城市居民委员会组织法", Version: "2025年修订", Article: "第二十九条"}, Confidence: deliberation.LawText}
	half  = deliberation.MajorityRule{Key: "q", Basis: basis, Majority: deliberation.Majority{Comparison: deliberation.MoreThan, Fraction: deliberation.Fraction{Num: 1, Den: 2}, Of: deliberation.OfDue}}
)

func newHall(t *testing.T, change ...func(*Deps)) *hall {
	t.Helper()
	w, logs := newTown(t), &safeBuffer{}
	d := Deps{
		Engine: w, SignIn: w, People: w, Processes: w, Papers: w, Meetings: w, Ballots: w, Opinions: w, Signings: &signaturesHere{town: w}, Elections: newElectionHere(w), Reports: &reportsHere{}, Hearings: &hearingsHere{}, Disclosures: &disclosuresHere{}, OpinionBox: newBoxHere(), Ratings: w, Supervision: &disclosuresHere{}, Replies: w, Law: w, Archive: w, Health: w,
		Places: w, Roster: w, Slips: w, Audit: w, Imports: newImportsHere(), Mandates: w, Paper: w, Estates: w, Duties: w, Drafts: w, Authorisations: w,
		Sessions: newSessionsHere(), Credentials: bareHands{},
		EngineUI: http.HandlerFunc(func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, "engine") }),
		Clock:    func() deliberation.Clock { return deliberation.Clock{} },
		Now:      func() time.Time { return civil },
		Log:      slog.New(slog.NewJSONHandler(logs, nil)), BaseURL: "http://yishi.example",
	}
	for _, f := range change {
		f(&d)
	}
	s, err := New(d)
	if err != nil {
		t.Fatal(err)
	}
	router, err := described()
	if err != nil {
		t.Fatal(err)
	}
	return &hall{Server: s, town: w, logs: logs, t: t, spec: router}
}

// described finds what the API's description says of a request.
var described = sync.OnceValues(func() (routers.Router, error) {
	spec, err := api.GetSpec()
	if err != nil {
		return nil, err
	}
	spec.Servers = nil
	return gorillamux.NewRouter(spec)
})

// enter signs somebody in to the API and gives the session.
func (h *hall) enter(who deliberation.PersonID) string {
	h.t.Helper()
	token := "link-" + string(who)
	h.town.links[token] = who
	r := h.ask("POST", "/api/v1/sessions", map[string]string{"token": token}, nil)
	if r.status != http.StatusCreated {
		h.t.Fatalf("sign-in of %s: %d %s", who, r.status, r.body)
	}
	return r.json(h.t)["session"].(string)
}

type response struct {
	status int
	header http.Header
	body   []byte
}

func (r response) json(t *testing.T) map[string]any {
	t.Helper()
	m := map[string]any{}
	if err := json.Unmarshal(r.body, &m); err != nil {
		t.Fatalf("not JSON: %v: %s", err, r.body)
	}
	return m
}

// as asks as a person, commands under a fresh key.
func (h *hall) as(who deliberation.PersonID, method, path string, body any, change ...func(*http.Request)) response {
	h.t.Helper()
	session := h.enter(who)
	return h.ask(method, path, body, func(r *http.Request) {
		r.Header.Set("Authorization", "Bearer "+session)
		for _, f := range change {
			f(r)
		}
	})
}

func key(k string) func(*http.Request) {
	return func(r *http.Request) { r.Header.Set("Idempotency-Key", k) }
}

// ask sends a request and holds the answer against the description. A string body
// goes as it is.
func (h *hall) ask(method, path string, body any, change func(*http.Request)) response {
	h.t.Helper()
	var b []byte
	switch v := body.(type) {
	case nil:
	case string:
		b = []byte(v)
	default:
		var err error
		if b, err = json.Marshal(v); err != nil {
			h.t.Fatal(err)
		}
	}
	r := httptest.NewRequestWithContext(context.Background(), method, path, bytes.NewReader(b))
	r.RemoteAddr = "192.0.2.7:1234"
	if method != http.MethodGet {
		h.keys++
		r.Header.Set("Idempotency-Key", fmt.Sprintf("key-%08d", h.keys))
		r.Header.Set("Content-Type", "application/json")
	}
	if change != nil {
		change(r)
	}
	w := httptest.NewRecorder()
	h.Handler().ServeHTTP(w, r)
	res := response{w.Code, w.Header(), w.Body.Bytes()}
	h.described(r, res)
	return res
}

// described fails where an answer of the API is not the one described.
func (h *hall) described(r *http.Request, res response) {
	h.t.Helper()
	if !strings.HasPrefix(r.URL.Path, "/api/v1/") {
		return
	}
	if res.status >= 400 && res.header.Get("Content-Type") != "application/problem+json" {
		h.t.Errorf("%s %s: %d as %q", r.Method, r.URL.Path, res.status, res.header.Get("Content-Type"))
	}
	trimmed := r.Clone(context.Background())
	trimmed.URL.Path = strings.TrimPrefix(r.URL.Path, "/api/v1")
	route, params, err := h.spec.FindRoute(trimmed)
	if err != nil {
		if res.status != http.StatusNotFound && res.status != http.StatusMethodNotAllowed {
			h.t.Errorf("%s %s is not described and gives %d", r.Method, r.URL.Path, res.status)
		}
		return
	}
	in := &openapi3filter.RequestValidationInput{Request: trimmed, PathParams: params, Route: route}
	out := &openapi3filter.ResponseValidationInput{RequestValidationInput: in, Status: res.status, Header: res.header, Options: &openapi3filter.Options{IncludeResponseStatus: true}}
	out.SetBodyBytes(res.body)
	if err := openapi3filter.ValidateResponse(context.Background(), out); err != nil {
		h.t.Errorf("%s %s: the answer is not as described: %v", r.Method, r.URL.Path, err)
	}
}

func (h *hall) refused(r response, status int, code deliberation.RefusalCode) {
	h.t.Helper()
	var p problem
	if err := json.Unmarshal(r.body, &p); err != nil {
		h.t.Fatalf("%d, not a problem: %s", r.status, r.body)
	}
	if r.status != status || p.Code != code || p.Status != status || p.Title == "" || p.Detail == "" {
		h.t.Errorf("got %d %s, want %d %s: %s", r.status, p.Code, status, code, r.body)
	}
}

package server

import (
	"bytes"
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

type object = map[string]any

func text(s string) object { return object{"text": s} }

func TestReads(t *testing.T) {
	h := newHall(t)
	for _, path := range []string{
		"/api/v1/me", "/api/v1/tasks", "/api/v1/processes", "/api/v1/processes?state=running&q=充电&offset=0&limit=10", "/api/v1/processes/p1",
		"/api/v1/processes/p1/opinions", "/api/v1/processes/p1/register", "/api/v1/processes/p1/papers/minutes", "/api/v1/processes/p1/papers/hidden",
		"/api/v1/processes/p1/dossier", "/api/v1/meetings/m1/roll", "/api/v1/polls/b1", "/api/v1/polls/closed",
	} {
		if r := h.as("secretary", "GET", path, nil); r.status != http.StatusOK {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
		h.refused(h.ask("GET", strings.ReplaceAll(path, "papers/minutes", "papers/hidden"), nil, nil), http.StatusUnauthorized, deliberation.RefuseSignIn)
	}
	for _, path := range []string{"/api/v1/clock", "/api/v1/packs", "/api/v1/packs/" + h.town.packs[0].ID, "/api/v1/board?community=c1", "/api/v1/processes/p1/papers/posted", "/api/openapi.json", "/api/docs", "/healthz", "/readyz", "/metrics"} {
		if r := h.ask("GET", path, nil, nil); r.status != http.StatusOK || len(r.body) == 0 {
			t.Errorf("%s: %d %s", path, r.status, r.body)
		}
	}
}

func TestMine(t *testing.T) {
	h := newHall(t)
	me := h.as("secretary", "GET", "/api/v1/me", nil).json(t)
	if me["person"].(object)["id"] != "secretary" || len(me["offices"].([]any)) != 3 {
		t.Errorf("%v", me)
	}
	var got []string
	for _, one := range h.as("secretary", "GET", "/api/v1/tasks", nil).json(t)["tasks"].([]any) {
		got = append(got, one.(object)["task"].(object)["id"].(string))
	}
	if strings.Join(got, " ") != "t3 t1" { // with a date first; the supervisor's is not there
		t.Errorf("tasks %v", got)
	}
	p := h.as("secretary", "GET", "/api/v1/processes/p1", nil).json(t)
	may := p["may"].([]any)
	if len(may) != 1 || may[0].(object)["kind"] != "propose" || len(p["status"].(object)["open"].([]any)) != 4 {
		t.Errorf("may %v", may)
	}
	list := h.as("secretary", "GET", "/api/v1/processes", nil).json(t)
	if list["total"].(float64) != 1 {
		t.Errorf("another community's process is listed: %v", list)
	}
}

func TestOtherCommunitiesAreNotFound(t *testing.T) {
	h := newHall(t)
	for _, path := range []string{"/api/v1/processes/p1", "/api/v1/processes/p1/opinions", "/api/v1/processes/p1/register", "/api/v1/processes/p1/papers/minutes", "/api/v1/processes/p1/dossier", "/api/v1/meetings/m1/roll", "/api/v1/polls/b1", "/api/v1/processes/none", "/api/v1/polls/none", "/api/v1/meetings/none/roll", "/api/v1/processes/p%00", "/api/v1/polls/" + strings.Repeat("x", 101), "/api/v1/nothing"} {
		h.refused(h.as("stranger", "GET", path, nil), http.StatusNotFound, deliberation.RefuseNotFound)
	}
	h.refused(h.as("stranger", "POST", "/api/v1/processes/p1/acts/propose", text("x")), http.StatusNotFound, deliberation.RefuseNotFound)
	h.refused(h.as("stranger", "POST", "/api/v1/processes/p1/opinions", text("x")), http.StatusNotFound, deliberation.RefuseNotFound)
	h.refused(h.as("stranger", "POST", "/api/v1/polls/b1/ballots", object{"choice": "yes"}), http.StatusNotFound, deliberation.RefuseNotFound)
	h.refused(h.ask("GET", "/api/v1/packs/none", nil, nil), http.StatusNotFound, deliberation.RefuseNotFound)
	h.refused(h.ask("GET", "/api/v1/board?community=none", nil, nil), http.StatusNotFound, deliberation.RefuseNotFound)
	if len(h.town.acts)+len(h.town.papers)-3+len(h.town.opinions) != 0 {
		t.Error("something was written")
	}
}

func TestPapersOfInhabitants(t *testing.T) {
	h := newHall(t)
	h.refused(h.as("resident", "GET", "/api/v1/processes/p1/papers/hidden", nil), http.StatusNotFound, deliberation.RefuseNotFound)
	for _, who := range []deliberation.PersonID{"rep", "supervisor"} { // the author, and one in office
		if r := h.as(who, "GET", "/api/v1/processes/p1/papers/hidden", nil); r.status != 200 {
			t.Errorf("%s: %d", who, r.status)
		}
	}
	h.refused(h.as("resident", "GET", "/api/v1/processes/p1/dossier", nil), http.StatusForbidden, deliberation.RefuseNotEntitled)
	h.refused(h.as("resident", "GET", "/api/v1/processes/p2/papers/minutes", nil), http.StatusNotFound, deliberation.RefuseNotFound)
}

func TestSessions(t *testing.T) {
	h := newHall(t)
	h.town.links["once"] = "rep"
	first := h.ask("POST", "/api/v1/sessions", object{"token": "once"}, func(r *http.Request) { r.Header.Del("Idempotency-Key") })
	if first.status != http.StatusCreated {
		t.Fatalf("%d %s", first.status, first.body)
	}
	if first.header.Get("Set-Cookie") != "" {
		t.Error("the API sets a cookie")
	}
	h.refused(h.ask("POST", "/api/v1/sessions", object{"token": "once"}, nil), http.StatusGone, deliberation.RefuseLinkUsed)
	h.refused(h.ask("POST", "/api/v1/sessions", object{"token": strings.Repeat("x", 5000)}, nil), http.StatusGone, deliberation.RefuseLinkUsed)
	session := first.json(t)["session"].(string)
	bearing := func(token string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Authorization", token) }
	}
	for _, forged := range []string{"Bearer forged", "Bearer " + session + "x", "Bearer ", "Basic abc", "Bearer " + strings.Repeat("y", 9000)} {
		h.refused(h.ask("GET", "/api/v1/me", nil, bearing(forged)), http.StatusUnauthorized, deliberation.RefuseSignIn)
		h.refused(h.ask("GET", "/api/v1/clock", nil, bearing(forged)), http.StatusUnauthorized, deliberation.RefuseSignIn)
	}
	cookie := h.ask("GET", "/api/v1/me", nil, func(r *http.Request) { r.AddCookie(&http.Cookie{Name: "yishi", Value: session}) })
	h.refused(cookie, http.StatusUnauthorized, deliberation.RefuseSignIn)
	for range 2 { // ending what has ended is no error
		if r := h.ask("DELETE", "/api/v1/sessions/current", nil, bearing("Bearer "+session)); r.status != http.StatusNoContent {
			t.Errorf("sign-out: %d %s", r.status, r.body)
		}
		h.refused(h.ask("GET", "/api/v1/me", nil, bearing("Bearer "+session)), http.StatusUnauthorized, deliberation.RefuseSignIn)
	}
}

func TestPersonWhoIsGoneIsNotSignedIn(t *testing.T) {
	h := newHall(t)
	session := h.enter("rep")
	delete(h.town.people, "rep")
	h.refused(h.ask("GET", "/api/v1/me", nil, func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+session) }), http.StatusUnauthorized, deliberation.RefuseSignIn)
}

func TestStart(t *testing.T) {
	h := newHall(t)
	matter := object{"title": " 修路 ", "summary": "修一条路", "category": "environment", "affected": "some", "origin": "party_organisation", "budget_fen": 1, "form": "conference", "authorisation": "居民会议授权"}
	again := key("start-key-1")
	first := h.as("secretary", "POST", "/api/v1/processes", matter, again)
	if first.status != http.StatusCreated {
		t.Fatalf("%d %s", first.status, first.body)
	}
	id := deliberation.ProcessID(first.json(t)["id"].(string))
	made := h.town.processes[id]
	if made.Matter.Title != "修路" || made.Office != deliberation.Secretary || made.Community != home || made.Pack.Hash == "" {
		t.Errorf("%+v", made.Process)
	}
	clear(h.town.replies) // as if the first answer had been lost
	if second := h.as("secretary", "POST", "/api/v1/processes", matter, again); second.status != 201 || !bytes.Equal(second.body, first.body) {
		t.Errorf("a retry starts another: %s", second.body)
	}
	clear(h.town.replies)
	other := object{}
	for k, v := range matter {
		other[k] = v
	}
	other["title"] = "修桥"
	h.refused(h.as("secretary", "POST", "/api/v1/processes", other, again), http.StatusUnprocessableEntity, deliberation.RefuseKeyReused)
	other["category"] = "election"
	h.refused(h.as("secretary", "POST", "/api/v1/processes", other), http.StatusUnprocessableEntity, deliberation.RefuseReserved)
	other["category"], other["pack"] = "environment", "no-such-pack"
	h.refused(h.as("secretary", "POST", "/api/v1/processes", other), http.StatusUnprocessableEntity, deliberation.RefuseUnknownPack)
	delete(other, "pack")
	for field, value := range map[string]any{"title": "", "category": "nonsense", "budget_fen": 1e30, "form": "crowd", "affected": 3, "summary": strings.Repeat("长", 30000), "extra": "x"} {
		wrong := object{}
		for k, v := range matter {
			wrong[k] = v
		}
		wrong[field] = value
		r := h.as("secretary", "POST", "/api/v1/processes", wrong)
		h.refused(r, http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
		if !strings.Contains(string(r.body), `"field":"`+field+`"`) || strings.Contains(string(r.body), "not_text") {
			t.Errorf("%s is not named: %s", field, r.body)
		}
	}
	h.refused(h.as("resident", "POST", "/api/v1/processes", matter), http.StatusForbidden, deliberation.RefuseNotEntitled)
	if len(h.town.processes) != 3 {
		t.Errorf("%d processes", len(h.town.processes))
	}
}

func TestActs(t *testing.T) {
	h := newHall(t)
	r := h.as("director", "POST", "/api/v1/processes/p1/acts/convene", object{"at": "2026-12-12T09:00:00+08:00", "place": "三号楼", "text": "请按时到会"})
	if r.status != 200 || len(h.town.acts) != 1 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	act := h.town.acts[0]
	notice := h.town.papers[act.Paper.ID]
	if act.Office != deliberation.Director || !act.At.Equal(time.Date(2026, 12, 12, 1, 0, 0, 0, time.UTC)) || string(notice.Content) != "时间:2026年12月12日(星期六)09:00\n地点:三号楼\n\n请按时到会" {
		t.Errorf("%+v: %s", act, notice.Content)
	}
	photo := base64.StdEncoding.EncodeToString(append([]byte("\xff\xd8\xff"), bytes.Repeat([]byte{7}, 5<<20)...))
	r = h.as("director", "POST", "/api/v1/processes/p1/acts/prove_posting", object{"photo": photo, "photo_type": "image/jpeg"})
	if r.status != 200 || h.town.papers[h.town.acts[1].Paper.ID].MediaType != "image/jpeg" {
		t.Errorf("photo: %d %s", r.status, r.body)
	}
	for _, c := range []struct {
		who    deliberation.PersonID
		act    string
		body   object
		status int
		code   deliberation.RefusalCode
	}{
		{"secretary", "fly", text("x"), 404, deliberation.RefuseNotFound},
		{"resident", "propose", text("x"), 403, deliberation.RefuseNotEntitled},
		{"secretary", "convene", object{"at": "2026-12-12T09:00:00+08:00", "place": "x", "text": "x"}, 403, deliberation.RefuseNotEntitled},
		{"operator", "propose", text("x"), 403, deliberation.RefuseNotEntitled},
		{"both", "ask", text("x"), 403, deliberation.RefuseSupervisedSelf},
		{"secretary", "ask", text("x"), 403, deliberation.RefuseSupervisedSelf},
		{"secretary", "propose", object{}, 422, deliberation.RefuseInvalid},
		{"secretary", "propose", text(strings.Repeat("议", 20001)), 422, deliberation.RefuseInvalid},
		{"secretary", "propose", text(strings.Repeat("x", 1<<20)), 422, deliberation.RefuseInvalid},
		{"secretary", "propose", text("a\x00b"), 422, deliberation.RefuseInvalid},
		{"secretary", "propose", object{"text": "x", "place": "y"}, 422, deliberation.RefuseInvalid},
		{"secretary", "propose", object{"text": "x", "days": 9999}, 422, deliberation.RefuseInvalid},
		{"secretary", "propose", object{"text": 7}, 422, deliberation.RefuseInvalid},
		{"director", "convene", object{"at": "tomorrow", "place": "x", "text": "x"}, 422, deliberation.RefuseInvalid},
		{"director", "convene", object{"place": "x", "text": "x"}, 422, deliberation.RefuseInvalid},
		{"director", "prove_posting", object{"photo": "bm90IGFuIGltYWdl"}, 422, deliberation.RefuseInvalid},
		{"director", "prove_posting", object{"photo": "***"}, 422, deliberation.RefuseInvalid},
		{"director", "prove_posting", object{"photo": photo, "photo_type": "image/png"}, 422, deliberation.RefuseInvalid},
		{"director", "answer_objection", text("x"), 422, deliberation.RefuseInvalid},
	} {
		h.refused(h.as(c.who, "POST", "/api/v1/processes/p1/acts/"+c.act, c.body), c.status, c.code)
	}
	if len(h.town.acts) != 2 {
		t.Errorf("%d acts reached the engine", len(h.town.acts))
	}
}

func TestLongestTextIsTaken(t *testing.T) {
	h := newHall(t)
	if r := h.as("secretary", "POST", "/api/v1/processes/p1/acts/propose", text(strings.Repeat("𬱖", 20000))); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestEngineRefusalReachesThePerson(t *testing.T) {
	h := newHall(t)
	h.town.failWith = &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Earliest: deliberation.NewDate(2026, 12, 11).Start(), Basis: &basis}
	r := h.as("secretary", "POST", "/api/v1/processes/p1/acts/propose", text("x"), func(r *http.Request) { r.Header.Set("Accept-Language", "en-GB,zh;q=0.5") })
	h.refused(r, http.StatusConflict, deliberation.RefuseTooEarly)
	p := r.json(t)
	if p["citation"] != basis.Citation.String() || p["title"] != "It is too early" || r.header.Get("Content-Language") != "en" {
		t.Errorf("%v", p)
	}
	h.town.failWith = nil // a refusal is not kept: the same key may succeed later
	k := key("same-key-1")
	h.town.failWith = deliberation.Refuse(deliberation.RefuseHeld)
	h.refused(h.as("secretary", "POST", "/api/v1/processes/p1/acts/propose", text("x"), k), http.StatusConflict, deliberation.RefuseHeld)
	h.town.failWith = nil
	if r := h.as("secretary", "POST", "/api/v1/processes/p1/acts/propose", text("x"), k); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestIdempotency(t *testing.T) {
	h := newHall(t)
	k, path := key("same-key-1"), "/api/v1/processes/p1/acts/propose"
	first := h.as("secretary", "POST", path, text("x"), k)
	second := h.as("secretary", "POST", path, text("x"), k)
	if first.status != 200 || second.status != 200 || !bytes.Equal(first.body, second.body) || len(h.town.acts) != 1 {
		t.Errorf("%s then %s, %d acts", first.body, second.body, len(h.town.acts))
	}
	clear(h.town.replies) // the engine knows the key as well
	if r := h.as("secretary", "POST", path, text("x"), k); r.status != 200 || len(h.town.acts) != 1 {
		t.Errorf("%d acts", len(h.town.acts))
	}
	h.refused(h.as("secretary", "POST", path, text("y"), k), http.StatusUnprocessableEntity, deliberation.RefuseKeyReused)
	h.refused(h.as("secretary", "POST", "/api/v1/processes/p1/acts/withdraw", text("x"), k), http.StatusUnprocessableEntity, deliberation.RefuseKeyReused)
	if r := h.as("supervisor", "POST", "/api/v1/processes/p1/acts/ask", text("x"), k); r.status != 200 { // another person's key is another key
		t.Errorf("%d %s", r.status, r.body)
	}
	for _, bad := range []string{"", "short", strings.Repeat("k", 101), "has a space", "umlaut-ü-in-it"} {
		h.refused(h.as("secretary", "POST", path, text("x"), key(bad)), http.StatusBadRequest, deliberation.RefuseIdempotencyKey)
		h.refused(h.as("rep", "POST", "/api/v1/polls/b1/ballots", object{"choice": "yes"}, key(bad)), http.StatusBadRequest, deliberation.RefuseIdempotencyKey)
	}
	h.refused(h.ask("DELETE", "/api/v1/sessions/current", nil, func(r *http.Request) { r.Header.Del("Idempotency-Key") }), http.StatusBadRequest, deliberation.RefuseIdempotencyKey)
}

func TestBallots(t *testing.T) {
	h := newHall(t)
	path := "/api/v1/polls/b1/ballots"
	k := key("ballot-key-1")
	first := h.as("rep", "POST", path, object{"choice": "yes"}, k)
	second := h.as("rep", "POST", path, object{"choice": "yes", "person": "rep"}, k)
	if first.status != 201 || second.status != 201 || first.json(t)["code"] != second.json(t)["code"] {
		t.Fatalf("%s, %s", first.body, second.body)
	}
	h.refused(h.as("rep", "POST", path, object{"choice": "no"}, k), http.StatusUnprocessableEntity, deliberation.RefuseKeyReused)
	h.refused(h.as("rep", "POST", path, object{"choice": "no"}), http.StatusConflict, deliberation.RefuseTwice)
	if c := h.town.polls["b1"].ballots["rep"].Choice; c != deliberation.Yes || len(h.town.polls["b1"].ballots) != 1 {
		t.Errorf("the ballot in the box says %s", c)
	}
	h.refused(h.as("rep", "POST", path, object{"choice": "yes", "person": "director"}), http.StatusForbidden, deliberation.RefuseForAnother)
	h.refused(h.as("resident", "POST", path, object{"choice": "yes"}), http.StatusForbidden, deliberation.RefuseNotOnRoll)
	h.refused(h.as("operator", "POST", path, object{"choice": "yes"}), http.StatusForbidden, deliberation.RefuseNotEntitled)
	h.refused(h.as("rep", "POST", "/api/v1/polls/closed/ballots", object{"choice": "yes"}), http.StatusConflict, deliberation.RefusePollClosed)
	for _, wrong := range []object{{"choice": "maybe"}, {}, {"choice": ""}, {"choice": "yes", "weight": 2}} {
		h.refused(h.as("director", "POST", path, wrong), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	}
	if len(h.town.replies) != 0 {
		t.Error("a choice lies with the replies")
	}
	if r := h.as("director", "POST", path, object{"choice": "no"}, k); r.status != http.StatusCreated {
		t.Errorf("%d %s", r.status, r.body)
	}
	if cast := h.town.polls["b1"].ballots; cast["director"].Key != cast["rep"].Key || strings.Contains(cast["rep"].Key, "ballot-key-1") {
		t.Error("what is kept of a voter's key depends on the choice, or is the key")
	}
}

func TestPollHidesChoicesUntilItIsClosed(t *testing.T) {
	h := newHall(t)
	if r := h.as("rep", "POST", "/api/v1/polls/b1/ballots", object{"choice": "abstain"}); r.status != 201 {
		t.Fatalf("%d %s", r.status, r.body)
	}
	open := h.as("secretary", "GET", "/api/v1/polls/b1", nil)
	if s := string(open.body); strings.Contains(s, "abstain") || strings.Contains(s, "ballots") || !strings.Contains(s, `"voted":1`) {
		t.Errorf("%s", s)
	}
	p := h.town.polls["b1"]
	p.poll.State = deliberation.PollClosed
	h.town.polls["b1"] = p
	if closed := h.as("secretary", "GET", "/api/v1/polls/b1", nil); !strings.Contains(string(closed.body), `"choice":"abstain"`) {
		t.Errorf("%s", closed.body)
	}
}

func TestCheckIns(t *testing.T) {
	h := newHall(t)
	path := "/api/v1/meetings/m1/check-ins"
	if r := h.as("rep", "POST", path, object{}); r.status != 204 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.as("clerk", "POST", path, object{"person": "director"}); r.status != 204 || h.town.roll["m1"][1].CheckedBy != "clerk" {
		t.Errorf("%d %s", r.status, r.body)
	}
	h.refused(h.as("rep", "POST", path, object{"person": "director"}), http.StatusForbidden, deliberation.RefuseNotEntitled)
	h.refused(h.as("clerk", "POST", path, object{"person": "stranger"}), http.StatusNotFound, deliberation.RefuseNotFound)
	h.refused(h.as("clerk", "POST", path, object{"person": "nobody"}), http.StatusNotFound, deliberation.RefuseNotFound)
	h.refused(h.as("resident", "POST", path, object{}), http.StatusForbidden, deliberation.RefuseNotOnRoll)
}

func TestOpinions(t *testing.T) {
	h := newHall(t)
	path := "/api/v1/processes/p1/opinions"
	made := h.as("resident", "POST", path, text("太吵"))
	if made.status != 201 {
		t.Fatalf("%d %s", made.status, made.body)
	}
	answer := path + "/" + made.json(t)["id"].(string) + "/answer"
	h.refused(h.as("resident", "POST", answer, object{"disposition": "adopted", "text": "好"}), http.StatusForbidden, deliberation.RefuseNotEntitled)
	h.refused(h.as("director", "POST", answer, object{"disposition": "ignored", "text": "好"}), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	h.refused(h.as("director", "POST", answer, object{"disposition": "not", "text": " "}), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	h.refused(h.as("director", "POST", path+"/none/answer", object{"disposition": "not", "text": "好"}), http.StatusNotFound, deliberation.RefuseNotFound)
	if r := h.as("director", "POST", answer, object{"disposition": "partly", "text": "好"}); r.status != 204 {
		t.Errorf("%d %s", r.status, r.body)
	}
	who := func(asker deliberation.PersonID) any {
		return h.as(asker, "GET", path, nil).json(t)["opinions"].([]any)[0].(object)["person"]
	}
	h.town.people["neighbour"] = deliberation.Person{ID: "neighbour", Community: home}
	h.town.offices["neighbour"] = []deliberation.Office{deliberation.Resident}
	if who("resident") != "resident" || who("director") != "resident" || who("neighbour") != nil {
		t.Errorf("author shown as %v, %v, %v", who("resident"), who("director"), who("neighbour"))
	}
	p := h.town.processes[process]
	p.Status.Stage = deliberation.Review
	h.town.processes[process] = p
	h.refused(h.as("resident", "POST", path, text("晚了")), http.StatusConflict, deliberation.RefuseTooLate)
}

func TestBadBodies(t *testing.T) {
	h := newHall(t)
	path := "/api/v1/processes/p1/acts/propose"
	kind := func(s string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set("Content-Type", s) }
	}
	for _, body := range []string{"", "{", "{\"text\":\"x\"}}", "\xff\xfe", "null and more"} {
		h.refused(h.as("secretary", "POST", path, body), http.StatusBadRequest, deliberation.RefuseMalformed)
	}
	for _, body := range []string{"null", "[]", "7", `"x"`} {
		h.refused(h.as("secretary", "POST", path, body), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	}
	for _, k := range []string{"application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", ""} {
		h.refused(h.as("secretary", "POST", path, "text=x", kind(k)), http.StatusUnsupportedMediaType, deliberation.RefuseMediaType)
		h.refused(h.ask("POST", "/api/v1/sessions", "token=x", kind(k)), http.StatusUnsupportedMediaType, deliberation.RefuseMediaType)
	}
	if r := h.as("secretary", "POST", path, text("x"), kind("application/json; charset=utf-8")); r.status != 200 {
		t.Errorf("%d %s", r.status, r.body)
	}
	large := `{"text":"` + strings.Repeat("x", 13<<20) + `"}`
	h.refused(h.as("secretary", "POST", path, large), http.StatusRequestEntityTooLarge, deliberation.RefuseTooLarge)
	h.refused(h.as("secretary", "POST", path, large, func(r *http.Request) { r.ContentLength = -1 }), http.StatusRequestEntityTooLarge, deliberation.RefuseTooLarge)
	h.refused(h.as("resident", "POST", "/api/v1/processes/p1/opinions", large[:3<<20]), http.StatusRequestEntityTooLarge, deliberation.RefuseTooLarge)
	h.refused(h.as("secretary", "GET", "/api/v1/processes?limit=many", nil), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	h.refused(h.as("secretary", "GET", "/api/v1/processes?limit=100000", nil), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	h.refused(h.as("secretary", "GET", "/api/v1/processes?q=%00", nil), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	h.refused(h.ask("GET", "/api/v1/board", nil, nil), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	h.refused(h.as("secretary", "PUT", "/api/v1/processes/p1", object{}), http.StatusMethodNotAllowed, deliberation.RefuseMethod)
}

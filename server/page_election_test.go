package server

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

func electionTyped(pairs ...string) url.Values {
	return with(url.Values{"method": {"all_electors"}, "day": {"2027-02-20"}, "seats_director": {"1"}, "surplus_director": {"1"},
		"seats_member": {"4"}, "surplus_member": {"1"}, "key": {"walk-key-0001"}}, pairs...)
}

func TestStartingAnElection(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	doc := v.page("/elections/new", http.StatusOK)
	if n := doc.Find("input[name=method]").Length(); n != 3 {
		t.Errorf("%d methods in a community, want 3", n)
	}
	doc = v.document(v.post("/elections/new", "/elections/new", electionTyped("step", "review")), http.StatusOK)
	if doc.Find("#calendar tbody tr").Length() < 12 || !strings.Contains(doc.Find("#calendar").Text(), "公布登记参加选举的人员名单") {
		t.Errorf("the review shows no calendar: %s", doc.Find("#calendar").Text())
	}
	r := v.send(http.MethodPost, "/elections/new", with(formOf(doc.Find("main form").First()), "step", "start"), nil)
	if r.Code != http.StatusSeeOther {
		t.Fatalf("start: %d %s", r.Code, r.Body)
	}
	id := v.h.town.started[len(v.h.town.started)-1]
	p := v.h.town.processes[id]
	if p.Kind != deliberation.ElectionKind || p.Matter.Election.Seats[deliberation.PostMember] != 4 || !strings.Contains(p.Matter.Title, "居民委员会换届选举") {
		t.Errorf("%+v", p.Process)
	}
}

func TestAnUnlawfulElectionSaysEveryFault(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	doc := v.document(v.post("/elections/new", "/elections/new", electionTyped("step", "review", "seats_director", "2", "surplus_member", "9")), http.StatusConflict)
	if n := doc.Find("#faults li").Length(); n != 2 {
		t.Errorf("%d faults, want 2: %s", n, doc.Find("#problem").Text())
	}
	if doc.Find("input[name=seats_member]").AttrOr("value", "") != "4" {
		t.Error("what was typed is lost")
	}
	for _, bad := range [][]string{{"day", "bald"}, {"method", "lots"}, {"seats_member", "many"}, {"overfull", "whole_sheet"}, {"void_mobile_box", "burnt"}} {
		if r := v.post("/elections/new", "/elections/new", electionTyped(append(bad, "step", "start")...)); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("%v: %d", bad, r.Code)
		}
	}
}

func TestAnElectionOverTheAPI(t *testing.T) {
	v := newVisit(t)
	s := deliberation.PersonID("secretary")
	setup := map[string]any{"method": "all_electors", "day": "2027-02-20", "seats": map[string]int{"director": 1, "member": 4}, "surplus": map[string]int{"director": 1, "member": 0}}
	r := v.h.as(s, "POST", "/api/v1/elections", map[string]any{"election": setup})
	if r.status != http.StatusConflict || !strings.Contains(string(r.body), "surplus_choice") || !strings.Contains(string(r.body), `"sentence"`) {
		t.Errorf("%d %s", r.status, r.body)
	}
	setup["surplus"] = map[string]int{"director": 1, "member": 1}
	if r := v.h.as(s, "POST", "/api/v1/elections", map[string]any{"election": setup}); r.status != http.StatusCreated {
		t.Errorf("%d %s", r.status, r.body)
	}
}

// Who sits on the election committee has that office in that election and nowhere else,
// and loses it by standing.
func TestTheOfficeOfAnElectionCommitteeMember(t *testing.T) {
	v := newVisit(t)
	here := electionTown(v)
	for who, want := range map[deliberation.PersonID]int{"resident": http.StatusOK, "rep": http.StatusForbidden, "secretary": http.StatusForbidden, "clerk": http.StatusOK} {
		w := visit{&browser{h: v.h, cookies: map[string]*http.Cookie{}}}.signedIn(who)
		if r := w.get("/processes/pe/registration"); r.Code != want {
			t.Errorf("%s at the desk: %d, want %d", who, r.Code, want)
		}
	}
	w := visit{&browser{h: v.h, cookies: map[string]*http.Cookie{}}}.signedIn("resident")
	if r := w.get("/polls/b1/paper"); r.Code != http.StatusForbidden {
		t.Errorf("the office counts outside of the election: %d", r.Code)
	}
	if r := w.get("/polls/be/paper"); r.Code != http.StatusOK {
		t.Errorf("at the paper of the election: %d %s", r.Code, r.Body)
	}
	if doc := w.page("/processes/pe", http.StatusOK); !strings.Contains(doc.Text(), "结束提名") {
		t.Error("the committee's act is not offered")
	}
	if r := w.post("/processes/pe/acts/close_nominations", "/processes/pe/acts/close_nominations", url.Values{"key": {"walk-key-0001"}, "step": {"do"}}); r.Code != http.StatusSeeOther {
		t.Errorf("close: %d %s", r.Code, r.Body)
	}
	if a := v.h.town.acts[len(v.h.town.acts)-1]; a.Office != deliberation.ElectionCommitteeMember {
		t.Errorf("done as %s", a.Office)
	}
	_ = here
}

// A candidate handles no paper, whatever office they hold.
func TestACandidateHandlesNoPaper(t *testing.T) {
	v := newVisit(t)
	electionTown(v, func(p *deliberation.Proceeding) {
		p.Status.Election.Nominees = append(p.Status.Election.Nominees, deliberation.NomineeProgress{Person: "clerk", State: deliberation.NomineeAccepted, Chosen: deliberation.PostMember})
		p.Status.Open = append(p.Status.Open, deliberation.OpenAct{Kind: deliberation.CosignCount})
	})
	w := v.signedIn("clerk")
	for _, path := range []string{"/polls/be/paper", "/polls/be/count", "/processes/pe/registration", "/processes/pe/nominations"} {
		if r := w.get(path); r.Code != http.StatusForbidden {
			t.Errorf("%s: %d", path, r.Code)
		}
	}
	s := deliberation.PersonID("clerk")
	r := v.h.as(s, "POST", "/api/v1/polls/be/paper", map[string]any{"action": "issue", "person": "resident", "channel": "table", "station": "会场"})
	v.h.refused(r, http.StatusForbidden, deliberation.RefuseNotEntitled)
}

// S-VE 第二十八条: a candidate's near relative neither counts the papers nor signs for the
// count; they may hand papers out.
func TestACandidatesNearRelativeCountsNothing(t *testing.T) {
	v := newVisit(t)
	electionTown(v, func(p *deliberation.Proceeding) {
		p.Status.Election.Lists = []deliberation.CandidateList{{Post: deliberation.PostDirector, Seats: 1, Candidates: []deliberation.PersonID{"rep", "director"}}}
		p.Status.Open = append(p.Status.Open, deliberation.OpenAct{Kind: deliberation.CosignCount})
	})
	v.h.town.kin = []deliberation.Kinship{{A: "clerk", B: "rep", Kind: deliberation.RelationSpouse, Source: "declared"}, {A: "director", B: "resident", Kind: deliberation.RelationSpouse, Source: "declared"}}
	s := deliberation.PersonID("clerk")
	v.h.refused(v.h.as(s, "GET", "/api/v1/polls/be/paper", nil), http.StatusConflict, deliberation.RefuseUnlawfulElection)
	v.h.refused(v.h.as("resident", "POST", "/api/v1/processes/pe/acts/cosign_count", map[string]any{}), http.StatusConflict, deliberation.RefuseUnlawfulElection)
	if r := v.h.as(s, "POST", "/api/v1/polls/be/paper", map[string]any{"action": "issue", "person": "resident", "channel": "table", "station": "会场"}); r.status == http.StatusForbidden || r.status == http.StatusConflict {
		t.Errorf("a relative may not hand papers out either: %d %s", r.status, r.body)
	}
}

// Who is to be recalled neither handles the papers of the vote nor signs for its count.
func TestWhoIsToBeRecalledHandlesNoPaper(t *testing.T) {
	v := newVisit(t)
	electionTown(v, func(p *deliberation.Proceeding) {
		p.Kind, p.Status.Election = deliberation.RecallKind, nil
		p.Matter.Recall = &deliberation.RecallSetup{Person: "clerk", Post: deliberation.CommitteeMember, Method: deliberation.AllElectors}
		p.Status.Open = []deliberation.OpenAct{{Kind: deliberation.CosignCount}, {Kind: deliberation.RecordMinutes}}
	})
	s := deliberation.PersonID("clerk")
	v.h.refused(v.h.as(s, "GET", "/api/v1/polls/be/paper", nil), http.StatusForbidden, deliberation.RefuseNotEntitled)
	r := v.h.as(s, "POST", "/api/v1/polls/be/paper", map[string]any{"action": "issue", "person": "resident", "channel": "table", "station": "会场"})
	v.h.refused(r, http.StatusForbidden, deliberation.RefuseNotEntitled)
	for _, act := range []string{"cosign_count", "record_minutes"} {
		r := v.h.as(s, "POST", "/api/v1/processes/pe/acts/"+act, map[string]any{"text": "记录"})
		v.h.refused(r, http.StatusForbidden, deliberation.RefuseNotEntitled)
	}
	if r := v.h.as("rep", "POST", "/api/v1/processes/pe/acts/cosign_count", map[string]any{}); r.status == http.StatusForbidden {
		t.Errorf("somebody else may not sign either: %s", r.body)
	}
}

// The dossier of an election is for who may read the roster and for the supervisors, and
// not for who stands while it goes on.
func TestWhoReadsTheDossierOfAnElection(t *testing.T) {
	v := newVisit(t)
	electionTown(v)
	for who, want := range map[deliberation.PersonID]int{
		"clerk": http.StatusOK, "secretary": http.StatusOK, "supervisor": http.StatusOK, "rep": http.StatusForbidden, "director": http.StatusForbidden, "resident": http.StatusForbidden,
	} {
		if r := v.h.as(who, "GET", "/api/v1/processes/pe/dossier", nil); r.status != want {
			t.Errorf("%s: %d, want %d", who, r.status, want)
		}
	}
}

func TestAnsweringANomination(t *testing.T) {
	v := newVisit(t)
	electionTown(v)
	rep := visit{&browser{h: v.h, cookies: map[string]*http.Cookie{}}}.signedIn("rep")
	doc := rep.page("/processes/pe/acts/answer_nomination?subject=rep", http.StatusOK)
	if doc.Find("input[name=post]").Length() != 2 {
		t.Error("who is named for two posts is not asked which")
	}
	r := rep.post("/processes/pe/acts/answer_nomination?subject=rep", "/processes/pe/acts/answer_nomination?subject=rep",
		url.Values{"key": {"walk-key-0001"}, "decision": {"accept"}, "post": {"member"}, "subject": {"rep"}, "step": {"do"}})
	if r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if a := v.h.town.acts[0]; a.Office != deliberation.Resident || a.Post != deliberation.PostMember || !a.Accept {
		t.Errorf("%+v", a)
	}
	other := visit{&browser{h: v.h, cookies: map[string]*http.Cookie{}}}.signedIn("supervisor")
	if r := other.get("/processes/pe/acts/answer_nomination?subject=rep"); r.Code != http.StatusForbidden {
		t.Errorf("somebody else may answer: %d", r.Code)
	}
	letter := visit{&browser{h: v.h, cookies: map[string]*http.Cookie{}}}.signedIn("resident")
	if r := letter.get("/processes/pe/acts/answer_nomination?subject=rep"); r.Code != http.StatusOK {
		t.Errorf("the committee may not enter a letter: %d", r.Code)
	}
}

func TestTheRegistrationDesk(t *testing.T) {
	v := newVisit(t)
	here := electionTown(v, func(p *deliberation.Proceeding) {
		p.Status.Election.Listed, p.Status.Stage = deliberation.Date{}, deliberation.ElectorRegistration
	})
	w := v.signedIn("clerk")
	path := "/processes/pe/registration"
	doc := w.document(w.post(path, path, url.Values{"step": {"find"}, "text": {"名rep"}}), http.StatusOK)
	if doc.Find(".registration").Length() != 1 || !strings.Contains(doc.Find(".registration").Text(), "本人没有表示参加选举") {
		t.Fatalf("%s", doc.Find("main").Text())
	}
	doc = w.document(w.post(path, path, url.Values{"step": {"enter"}, "text": {"名rep"}, "person": {"rep"}, "wishes": {"yes"}}), http.StatusOK)
	if !here.entries["rep"].Wishes || !strings.Contains(doc.Find(".registration").Text(), "可以登记") {
		t.Errorf("%+v %s", here.entries, doc.Find(".registration").Text())
	}
	if r := w.post(path, path, url.Values{"step": {"enter"}, "person": {"stranger"}, "wishes": {"yes"}}); r.Code != http.StatusNotFound || here.entries["stranger"].Wishes {
		t.Errorf("somebody of another community: %d", r.Code)
	}
	if r := w.post(path, path, url.Values{"step": {"enter"}, "person": {"rep"}, "works_since-rep": {"gestern"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a day that is none: %d", r.Code)
	}
	if r := w.post(path, path, url.Values{"step": {"take_off"}, "person": {"rep"}, "reason-rep": {"nonsense"}}); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("a reason that is none: %d", r.Code)
	}
}

func TestThePublishedListShowsNamesOnly(t *testing.T) {
	v := newVisit(t)
	here := electionTown(v)
	here.off["supervisor"] = deliberation.NotMoved
	w := v.signedIn("secretary")
	doc := w.page("/processes/pe/electors", http.StatusOK)
	text := doc.Find("article").Text()
	if !strings.Contains(text, "名rep") || strings.Contains(text, "名supervisor") || strings.Contains(text, "迁出") {
		t.Errorf("%s", text)
	}
	off := visit{&browser{h: v.h, cookies: map[string]*http.Cookie{}}}.signedIn("supervisor")
	if !strings.Contains(off.page("/processes/pe/electors", http.StatusOK).Find("main").Text(), "已迁出") {
		t.Error("who is left out is not told why")
	}
	s := deliberation.PersonID("secretary")
	if r := v.h.as(s, "GET", "/api/v1/processes/pe/electors", nil); r.status != http.StatusOK || strings.Contains(string(r.body), "名supervisor") {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestNominatingOnThePhone(t *testing.T) {
	v := newVisit(t)
	here := electionTown(v)
	w := v.signedIn("secretary")
	path := "/processes/pe/nominate"
	doc := w.document(w.post(path, path, url.Values{"step": {"find"}, "text": {"名rep"}, "by": {"party_organisation"}}), http.StatusOK)
	add := doc.Find("button[value='add.director.rep']")
	if add.Length() != 1 {
		t.Fatalf("%s", doc.Find("main").Text())
	}
	doc = w.document(w.send(http.MethodPost, path, with(formOf(doc.Find("main form").First()), "step", "add.director.rep", "text", ""), nil), http.StatusOK)
	if doc.Find(".named").Length() != 1 {
		t.Fatalf("not kept: %s", doc.Find("main").Text())
	}
	doc = w.document(w.send(http.MethodPost, path, with(formOf(doc.Find("main form").First()), "step", "check"), nil), http.StatusOK)
	r := w.send(http.MethodPost, path, with(formOf(doc.Find("main form").First()), "step", "hand_in"), nil)
	if r.Code != http.StatusSeeOther || len(here.lodged) != 1 || here.lodged[0].By != "party_organisation" || here.lodged[0].Names[deliberation.PostDirector][0] != "rep" {
		t.Fatalf("%d %+v", r.Code, here.lodged)
	}
	s := deliberation.PersonID("secretary")
	two := map[string]any{"by": "party_organisation", "names": map[string][]string{"director": {"rep", "director"}}}
	v.h.refused(v.h.as(s, "POST", "/api/v1/processes/pe/nominations", two), http.StatusConflict, deliberation.RefuseUnlawfulElection)
	unknown := map[string]any{"by": "party_organisation", "names": map[string][]string{"director": {"stranger"}}}
	v.h.refused(v.h.as(s, "POST", "/api/v1/processes/pe/nominations", unknown), http.StatusUnprocessableEntity, deliberation.RefuseInvalid)
	r2 := deliberation.PersonID("resident")
	desk := map[string]any{"by": "party_organisation", "desk": true, "names": map[string][]string{"director": {"rep"}}}
	if r := v.h.as(r2, "POST", "/api/v1/processes/pe/nominations", desk); r.status != http.StatusNoContent { // sits on the committee
		t.Errorf("the desk: %d %s", r.status, r.body)
	}
	v.h.refused(v.h.as("supervisor", "POST", "/api/v1/processes/pe/nominations", desk), http.StatusForbidden, deliberation.RefuseNotEntitled)
}

func TestTheBallotOfAnElection(t *testing.T) {
	v := newVisit(t)
	electionTown(v)
	w := v.signedIn("resident")
	doc := w.page("/polls/be", http.StatusOK)
	if got := doc.Find("form.choices").Text(); !strings.Contains(got, "名rep") || strings.Index(got, "名rep") > strings.Index(got, "名director") || !strings.Contains(got, "另选他人") {
		t.Errorf("%s", got)
	}
	form := formOf(doc.Find("form.choices"))
	form["w-director"] = []string{"名secretary"}
	doc = w.document(w.send(http.MethodPost, "/polls/be", with(form, "step", "check"), nil), http.StatusOK)
	if !strings.Contains(doc.Find("dl").Text(), "名secretary") || !strings.Contains(doc.Find("dl").Text(), "弃权") {
		t.Fatalf("%s", doc.Find("main").Text())
	}
	doc = w.document(w.send(http.MethodPost, "/polls/be", with(formOf(doc.Find("main form").First()), "step", "cast"), nil), http.StatusOK)
	b := v.h.town.polls[electionPoll].ballots["resident"]
	if len(b.Answers) != 2 || b.Answers[0].Choices[0] != "secretary" || len(b.Answers[1].Choices) != 0 {
		t.Errorf("%+v %s", b.Answers, doc.Find("main").Text())
	}
	wrong := formOf(doc.Find("form"))
	wrong["w-member"] = []string{"谁也不是"}
	other := visit{&browser{h: v.h, cookies: map[string]*http.Cookie{}}}.signedIn("secretary")
	page := other.page("/polls/be", http.StatusOK)
	form = formOf(page.Find("form.choices"))
	form["w-member"] = []string{strings.Repeat("名director\n", 5)} // for four seats
	many := other.document(other.send(http.MethodPost, "/polls/be", with(form, "step", "check"), nil), http.StatusUnprocessableEntity)
	if got := many.Find("#problem").Text(); !strings.Contains(got, "4") {
		t.Errorf("five names for four seats: %s", got)
	}
	form["w-member"] = []string{"谁也不是"}
	doc = other.document(other.send(http.MethodPost, "/polls/be", with(form, "step", "check"), nil), http.StatusUnprocessableEntity)
	if doc.Find("textarea[name=w-member]").Text() != "谁也不是" {
		t.Error("what was typed is lost")
	}
}

func TestAPaperElectionTakesNoBallotOnTheWeb(t *testing.T) {
	v := newVisit(t)
	electionTown(v, func(p *deliberation.Proceeding) { p.Polls[0].PaperOnly = true })
	doc := v.signedIn("resident").page("/polls/be", http.StatusOK)
	if doc.Find("form.choices").Length() != 0 || !strings.Contains(doc.Find("main").Text(), "只用纸质选票") {
		t.Errorf("%s", doc.Find("main").Text())
	}
	if doc = v.page("/polls/be/paper/print", http.StatusOK); doc.Find("#ballot .ballot-post").Length() != 2 || strings.Contains(doc.Find("#ballot").Text(), "____________________") {
		t.Errorf("%s", doc.Find("#ballot").Text())
	}
}

// Every paper of an election is printed, whatever there is of it.
func TestThePapersOfAnElection(t *testing.T) {
	v := newVisit(t)
	here := electionTown(v)
	here.mobile["流动票箱1"] = []deliberation.PersonID{"resident"}
	w := v.signedIn("secretary")
	sheets := func() map[string]string {
		out := map[string]string{}
		for _, d := range []string{"notice-day", "notice-committee", "notice-nominees", "notice-candidates", "notice-proxies", "notice-mobile", "tally", "report", "notice-result", "certificates", "archive"} {
			out[d] = w.page("/processes/pe/election/print/"+d, http.StatusOK).Find("main").Text()
		}
		return out
	}
	before := sheets()
	if !strings.Contains(before["notice-mobile"], "名resident") || !strings.Contains(before["archive"], "登记参加选举的人员名册") || !strings.Contains(before["tally"], "正") {
		t.Errorf("%v", before)
	}
	p := v.h.town.processes[election]
	e := *p.Status.Election
	e.Declared = civil
	e.Outcome = &deliberation.ElectionOutcome{
		Round: 1, Status: deliberation.ElectionComplete, HasWoman: true, Lead: deliberation.LeadDirector,
		Posts: []deliberation.PostResult{{Post: deliberation.PostDirector, Seats: 1, Issued: 10, Recovered: 9, Voters: 9, Need: 5, Spoiled: 1,
			Votes: []deliberation.PersonVotes{{Person: "rep", Votes: 7, Reached: true}, {Person: "supervisor", Votes: 1}}, Elected: []deliberation.Seated{{Person: "rep", Post: deliberation.PostDirector, Votes: 7}}}},
		Seated: []deliberation.Seated{{Person: "rep", Post: deliberation.PostDirector, Votes: 7}},
	}
	e.Challenges = []deliberation.ElectionChallenge{{ID: "x", Person: "resident", Filed: deliberation.DateOf(civil), Due: deliberation.DateOf(civil).AddDays(30)}}
	p.Status.Election = &e
	v.h.town.processes[election] = p
	after := sheets()
	for d, want := range map[string]string{"report": "正丅", "certificates": "当选证书", "notice-result": "名rep"} {
		if !strings.Contains(after[d], want) {
			t.Errorf("%s lacks %s: %s", d, want, after[d])
		}
	}
	doc := w.page("/processes/pe/election", http.StatusOK)
	if !strings.Contains(doc.Find(".outcome").Text(), "名rep当选主任") || doc.Find(".challenge").Length() != 1 {
		t.Errorf("%s", doc.Find("main").Text())
	}
	if r := w.get("/processes/pe/election/print/nothing"); r.Code != http.StatusNotFound {
		t.Errorf("%d", r.Code)
	}
	if r := w.get("/processes/p1/election"); r.Code != http.StatusNotFound {
		t.Errorf("an election page of another kind of process: %d", r.Code)
	}
}

func TestMobileBoxes(t *testing.T) {
	v := newVisit(t)
	here := electionTown(v)
	s := deliberation.PersonID("resident")
	if r := v.h.as(s, "POST", "/api/v1/meetings/pe.m1/mobile-lists", map[string]any{"station": "流动票箱1", "persons": []string{"rep"}}); r.status != http.StatusNoContent || len(here.mobile["流动票箱1"]) != 1 {
		t.Errorf("%d %s", r.status, r.body)
	}
	w := v.signedIn("resident")
	if got := w.page("/meetings/pe.m1/mobile", http.StatusOK).Find("main").Text(); !strings.Contains(got, "名单最迟在") || !strings.Contains(got, "第二十五条") {
		t.Errorf("the page does not say by when: %s", got)
	}
	if doc := w.page("/meetings/pe.m1/mobile", http.StatusOK); !strings.Contains(doc.Find("main").Text(), "名rep") {
		t.Errorf("%s", doc.Find("main").Text())
	}
}

// S-VE 第二十八条第四款: three of the staff at each station, named at the desk of the election.
func TestTheStaffOfAStation(t *testing.T) {
	v := newVisit(t)
	here := electionTown(v)
	w := v.signedIn("clerk")
	doc := w.page("/processes/pe/stations", http.StatusOK)
	if got := doc.Find("main").Text(); !strings.Contains(got, "至少 3 人") || !strings.Contains(got, "第二十六条") {
		t.Errorf("%s", got)
	}
	typed := func(staff string) url.Values {
		return url.Values{"station": {"中心投票站"}, "scrutineers": {"名supervisor\n名secretary"}, "staff": {staff}}
	}
	doc = w.document(w.post("/processes/pe/stations", "/processes/pe/stations", typed("")), http.StatusConflict)
	if doc.Find("#faults li").Length() != 1 || doc.Find("input[name=station]").AttrOr("value", "") != "中心投票站" {
		t.Errorf("%s", doc.Find("#problem").Text())
	}
	if r := w.post("/processes/pe/stations", "/processes/pe/stations", typed("谁也不是")); r.Code != http.StatusUnprocessableEntity {
		t.Errorf("nobody: %d", r.Code)
	}
	if r := w.post("/processes/pe/stations", "/processes/pe/stations", typed("名both")); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	if crew := here.crews["中心投票站"]; len(crew.Staff) != 3 || len(crew.Scrutineers) != 2 {
		t.Errorf("%+v", crew)
	}
	if got := w.page("/processes/pe/stations", http.StatusOK).Find("main").Text(); !strings.Contains(got, "名supervisor") || !strings.Contains(got, "名both") {
		t.Errorf("%s", got)
	}
	body := map[string]any{"station": "分会场", "staff": []string{"both", "supervisor", "secretary"}, "scrutineers": []string{"director"}}
	if r := v.h.as("clerk", "POST", "/api/v1/processes/pe/stations", body); r.status != http.StatusUnprocessableEntity {
		t.Errorf("a scrutineer who is none of the staff: %d %s", r.status, r.body)
	}
	body["scrutineers"] = []string{"both", "supervisor"}
	for who, want := range map[deliberation.PersonID]int{"clerk": http.StatusNoContent, "resident": http.StatusNoContent, "rep": http.StatusForbidden, "secretary": http.StatusForbidden} {
		if r := v.h.as(who, "POST", "/api/v1/processes/pe/stations", body); r.status != want {
			t.Errorf("%s: %d %s", who, r.status, r.body)
		}
	}
	v.h.town.addElection(func(p *deliberation.Proceeding) { p.Status.State = deliberation.Ended })
	v.h.refused(v.h.as("clerk", "POST", "/api/v1/processes/pe/stations", body), http.StatusConflict, deliberation.RefuseEnded)
}

// S-VE 第三十三条: the sheets of a bundle name no more people than they have votes.
func TestABundleNamesNoMoreThanItsSheetsHaveVotes(t *testing.T) {
	v := newVisit(t)
	electionTown(v, func(p *deliberation.Proceeding) { p.Polls[0].State = deliberation.PollCounting })
	w := v.signedIn("clerk")
	read := func(written string) *httptest.ResponseRecorder {
		return w.post("/polls/be/count", "/polls/be/count", url.Values{
			"step": {"read"}, "bundle": {"1"}, "sheets": {"2"}, "q.director.written": {written}, "q.member.blank": {"2"},
		})
	}
	if r := read("名secretary 1\n名resident 1"); r.Code != http.StatusSeeOther {
		t.Errorf("two names on two sheets: %d", r.Code)
	}
	doc := v.document(read("名secretary 1\n名resident 1\n谁也不是 1"), http.StatusUnprocessableEntity)
	if got := doc.Find("#problem").Text(); !strings.Contains(got, "不能超过 2") {
		t.Errorf("three names on two sheets: %s", got)
	}
}

// S-VE 第十一条: everybody sees that no audit is on record.
func TestAMissingAuditIsShown(t *testing.T) {
	v := newVisit(t)
	electionTown(v, func(p *deliberation.Proceeding) { p.Status.Election.AuditMissing = true })
	if got := v.signedIn("rep").page("/processes/pe/election", http.StatusOK).Find("#audit-missing").Text(); !strings.Contains(got, "没有查到离任审计结果") || !strings.Contains(got, "第十一条") {
		t.Errorf("%s", got)
	}
}

func TestARecallShowsReasonsAndDefence(t *testing.T) {
	v := newVisit(t)
	w := v.h.town
	w.papers["defence"] = deliberation.Paper{PaperRef: deliberation.PaperRef{ID: "defence", Kind: deliberation.PaperElection}, Process: "pr", Author: "director", MediaType: plainText, Content: []byte("我有话说")}
	w.processes["pr"] = deliberation.Proceeding{Process: deliberation.Process{
		ID: "pr", Community: home, Kind: deliberation.RecallKind, Pack: w.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "secretary",
		Matter: deliberation.Matter{Title: "罢免", Summary: "账目不清", Recall: &deliberation.RecallSetup{Person: "director", Post: deliberation.Director, Method: deliberation.AllElectors}},
		Status: deliberation.Status{Stage: deliberation.RecallDefence, Round: 1, State: deliberation.Running, Open: []deliberation.OpenAct{{Kind: deliberation.DefendRecall}},
			Recall: &deliberation.RecallProgress{Defence: deliberation.PaperRef{ID: "defence"}, By: deliberation.DateOf(civil).AddDays(60)}},
	}}
	doc := v.signedIn("resident").page("/processes/pr/recall", http.StatusOK)
	if text := doc.Find(".side-by-side").Text(); !strings.Contains(text, "账目不清") || !strings.Contains(text, "我有话说") {
		t.Errorf("%s", text)
	}
	if doc.Find("a[href*=defend_recall]").Length() != 0 {
		t.Error("somebody else may answer for the person")
	}
	own := visit{&browser{h: v.h, cookies: map[string]*http.Cookie{}}}.signedIn("director")
	if own.page("/processes/pr/recall", http.StatusOK).Find("a[href*=defend_recall]").Length() != 1 {
		t.Error("the person is not asked to answer")
	}
}

func TestARecallNeedsADemandThatWasMet(t *testing.T) {
	v := newVisit(t)
	w := v.h.town
	met := deliberation.Verdict{Met: true}
	demand := deliberation.Proceeding{Process: deliberation.Process{
		ID: "pd", Community: home, Kind: deliberation.DemandKind, Pack: w.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "rep",
		Matter: deliberation.Matter{Title: "要求罢免", Summary: "账目不清", Demanded: deliberation.DemandRecall, Form: deliberation.Electors},
		Status: deliberation.Status{Stage: deliberation.Convening, State: deliberation.Running, Demand: &deliberation.DemandStatus{Verdict: &met}},
	}}
	w.processes["pd"] = demand
	s := deliberation.PersonID("secretary")
	ask := func(person, demand string) response {
		return v.h.as(s, "POST", "/api/v1/recalls", map[string]any{"demand": demand, "recall": map[string]string{"person": person, "post": "director", "method": "all_electors"}})
	}
	v.h.refused(ask("rep", "pd"), http.StatusUnprocessableEntity, deliberation.RefuseInvalid) // holds no such post
	v.h.refused(ask("director", "p1"), http.StatusNotFound, deliberation.RefuseNotFound)
	if r := ask("director", "pd"); r.status != http.StatusCreated {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := v.signedIn("secretary").get("/recalls/new"); r.Code != http.StatusOK {
		t.Errorf("%d", r.Code)
	}
	demand.Status.Demand = &deliberation.DemandStatus{}
	w.processes["pd"] = demand
	v.h.refused(ask("director", "pd"), http.StatusConflict, deliberation.RefuseOutOfOrder)
}

// metDemand gives the town a joint demand for a recall that was met.
func (w *town) metDemand() {
	w.processes["pd"] = deliberation.Proceeding{Process: deliberation.Process{
		ID: "pd", Community: home, Kind: deliberation.DemandKind, Pack: w.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "rep",
		Matter: deliberation.Matter{Title: "要求罢免", Summary: "账目不清", Demanded: deliberation.DemandRecall, Form: deliberation.Electors},
		Status: deliberation.Status{Stage: deliberation.Convening, State: deliberation.Running, Demand: &deliberation.DemandStatus{Verdict: &deliberation.Verdict{Met: true}}},
	}}
}

// S-VE 第四十二条, S-UE 第四十条: for six months after a recall failed the same facts and
// reasons cannot be brought. Who begins another states what is new, and everybody sees it.
func TestARecallWithinItsBarStatesNewFactsUnderArticle42(t *testing.T) {
	for name, c := range map[string]struct {
		pack    string
		decided deliberation.Date
		facts   string
		want    int
	}{
		"within the bar":      {"urban-2026+sichuan", deliberation.DateOf(civil).AddMonths(-6).AddDays(1), "", http.StatusConflict},
		"only blanks":         {"urban-2026+sichuan", deliberation.DateOf(civil).AddDays(-1), " \n ", http.StatusConflict},
		"new facts":           {"urban-2026+sichuan", deliberation.DateOf(civil).AddDays(-1), "上次表决后，又挪用了公益金。", http.StatusSeeOther},
		"the bar is over":     {"urban-2026+sichuan", deliberation.DateOf(civil).AddMonths(-6), "", http.StatusSeeOther},
		"where no law has it": {"urban-2026", deliberation.DateOf(civil).AddDays(-1), "", http.StatusSeeOther},
	} {
		t.Run(name, func(t *testing.T) {
			v := newVisit(t)
			w := v.h.town
			library, err := packs.Load()
			if err != nil {
				t.Fatal(err)
			}
			if w.packs[0], err = library.Pack(c.pack); err != nil {
				t.Fatal(err)
			}
			w.metDemand()
			setup := deliberation.RecallSetup{Person: "director", Post: deliberation.Director, Method: deliberation.AllElectors}
			w.processes["pf"] = deliberation.Proceeding{Process: deliberation.Process{
				ID: "pf", Community: home, Kind: deliberation.RecallKind, Pack: w.packs[0].Ref(), Matter: deliberation.Matter{Recall: &setup},
				Status: deliberation.Status{State: deliberation.Ended, Outcome: deliberation.Lost, Recall: &deliberation.RecallProgress{Setup: setup, Passed: &deliberation.Verdict{}, Decided: c.decided}},
			}}
			b := v.signedIn("secretary")
			page := b.page("/recalls/new?demand=pd", http.StatusOK)
			if asked := page.Find("textarea[name=new_facts]").Length() == 1; asked != strings.Contains(c.pack, "sichuan") {
				t.Errorf("new facts are asked for: %v", asked)
			}
			r := b.post("/recalls/new", "/recalls/new", url.Values{"demand": {"pd"}, "holder": {"director.director"}, "method": {"all_electors"}, "new_facts": {c.facts}, "key": {"walk-key-0001"}})
			if r.Code != c.want {
				t.Fatalf("%d %s", r.Code, r.Body)
			}
			if c.want == http.StatusConflict {
				doc := b.document(r, c.want)
				if got := doc.Find("#problem").Text(); !strings.Contains(got, "第四十条") || !strings.Contains(got, untilDay(c.decided.AddMonths(6))) || doc.Find("#new_facts").Length() != 1 {
					t.Errorf("%s", got)
				}
				return
			}
			id := w.started[len(w.started)-1]
			if m := w.processes[id].Matter; m.NewFacts != strings.TrimSpace(c.facts) || m.Recall.NewFacts != (m.NewFacts != "") {
				t.Errorf("%+v", m)
			}
			shown := b.signedIn("supervisor").page("/processes/"+string(id)+"/recall", http.StatusOK).Find("#new-facts").Text()
			if shown != strings.TrimSpace(c.facts) {
				t.Errorf("the supervisors see %q", shown)
			}
		})
	}
}

func untilDay(d deliberation.Date) string {
	y, m, day := d.Start().In(deliberation.Shanghai).Date()
	return fmt.Sprintf("%d年%d月%d日", y, m, day)
}

// U-NEW 第二十条第二款: those recall who elected, in the same way.
func TestARecallIsVotedOnAsTheElectionWasUnderArticle20(t *testing.T) {
	v := newVisit(t)
	w := v.h.town
	w.metDemand()
	elected := func(id deliberation.ProcessID, method deliberation.ElectionMethod, declared time.Time, end deliberation.Outcome, post deliberation.ElectionPost) {
		w.processes[id] = deliberation.Proceeding{Process: deliberation.Process{
			ID: id, Community: home, Kind: deliberation.ElectionKind, Pack: w.packs[0].Ref(),
			Status: deliberation.Status{State: deliberation.Ended, Outcome: end, Election: &deliberation.ElectionProgress{
				Setup: deliberation.ElectionSetup{Method: method}, Declared: declared,
				Outcome: &deliberation.ElectionOutcome{Seated: []deliberation.Seated{{Person: "director", Post: post}}},
			}},
		}}
	}
	elected("p-annulled", deliberation.AllElectors, civil, deliberation.Lost, deliberation.PostDirector)
	elected("p-last", deliberation.HouseholdRepresentatives, civil.AddDate(-1, 0, 0), deliberation.Carried, deliberation.PostDirector)
	elected("p-before", deliberation.AllElectors, civil.AddDate(-5, 0, 0), deliberation.Carried, deliberation.PostDirector)
	elected("p-member", deliberation.AllElectors, civil.AddDate(0, -1, 0), deliberation.Carried, deliberation.PostMember)
	typed := func(method string) url.Values {
		return url.Values{"demand": {"pd"}, "holder": {"director.director"}, "method": {method}, "key": {"walk-key-0001"}}
	}
	b := v.signedIn("secretary")
	doc := b.document(b.post("/recalls/new", "/recalls/new", typed("all_electors")), http.StatusUnprocessableEntity)
	if got := doc.Find("#problem").Text(); !strings.Contains(got, "当选时的选举方式") || !strings.Contains(doc.Text(), "第二十条") {
		t.Errorf("%s", got)
	}
	if r := b.post("/recalls/new", "/recalls/new", typed("household_representatives")); r.Code != http.StatusSeeOther {
		t.Errorf("%d %s", r.Code, r.Body)
	}
}

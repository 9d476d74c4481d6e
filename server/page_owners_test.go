package server

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/yishi-project/yishi/deliberation"
)

// newOwners opens a browser before an owners' meeting, for which mandates may be given.
func newOwners(t *testing.T, who string) visit {
	t.Helper()
	v := newVisit(t)
	p := v.h.town.processes[process]
	p.Kind, p.Matter.Form, p.Matter.Estate = deliberation.ConferenceKind, deliberation.OwnersMeeting, "e1"
	p.Meetings[0].Body, p.Meetings[0].State, p.Meetings[0].Quorum = deliberation.OwnersMeeting, deliberation.MeetingConvened, nil
	p.Polls = nil
	v.h.town.processes[process] = p
	v.signedIn(deliberation.PersonID(who))
	return v
}

const mandatesPath = "/meetings/p1.m1/mandates"

func TestAMandateOnThePhone(t *testing.T) {
	v := newOwners(t, "resident")
	doc := v.page(mandatesPath, http.StatusOK)
	if doc.Find("#principal").Length() != 0 || doc.Find("#agent").Length() != 1 {
		t.Fatal("a resident is asked who the principal is, or not who the agent is")
	}
	form := formOf(doc.Find("form[action='" + mandatesPath + "']"))
	if doc := v.document(v.post(mandatesPath, mandatesPath, with(form, "agent", "没有此人")), http.StatusUnprocessableEntity); doc.Find("#agent-error").Length() != 1 {
		t.Error("an unknown agent is not said beside the field")
	}
	if r := v.post(mandatesPath, mandatesPath, with(form, "agent", "名rep")); r.Code != http.StatusSeeOther {
		t.Fatalf("given: %d %s", r.Code, r.Body)
	}
	m := v.h.town.mandates[0]
	if m.Principal != "resident" || m.Agent != "rep" || m.By != "resident" || m.Letter.Kind != deliberation.PaperMandate {
		t.Errorf("%+v", m)
	}
	if letter := string(v.h.town.papers[m.Letter.ID].Content); !strings.Contains(letter, "本人名resident委托名rep") {
		t.Errorf("the letter says %q", letter)
	}
	doc = v.page(mandatesPath, http.StatusOK)
	if doc.Find("tr.mandate-line").Length() != 1 || doc.Find("#agent").Length() != 0 {
		t.Error("the list does not show it, or a second one is offered")
	}
	revoke := mandatesPath + "/g1/revoke"
	if r := v.post(mandatesPath, revoke, nil); r.Code != http.StatusSeeOther || v.h.town.mandates[0].Revoked.IsZero() {
		t.Errorf("revoked: %d", r.Code)
	}
}

// The clerk who has the letter files it; nobody else speaks for others.
func TestAMandateAtTheDesk(t *testing.T) {
	v := newOwners(t, "clerk")
	form := with(formOf(v.page(mandatesPath, http.StatusOK).Find("form[action='"+mandatesPath+"']")), "principal", "名resident", "agent", "名rep")
	if doc := v.document(v.post(mandatesPath, mandatesPath, form), http.StatusUnprocessableEntity); doc.Find("#text-error").Length() != 1 || doc.Find("#principal").AttrOr("value", "") != "名resident" {
		t.Error("a mandate without a letter is taken, or what was typed is lost")
	}
	if r := v.post(mandatesPath, mandatesPath, with(form, "text", "本人委托名rep代为投票。")); r.Code != http.StatusSeeOther || v.h.town.mandates[0].By != "clerk" {
		t.Fatalf("filed: %d", r.Code)
	}
	// One agent has three principals at most, and the fourth is told so with the rule.
	for _, who := range []string{"director", "supervisor"} {
		if r := v.post(mandatesPath, mandatesPath, with(form, "principal", "名"+who, "text", "委托书")); r.Code != http.StatusSeeOther {
			t.Fatalf("%s: %d", who, r.Code)
		}
	}
	doc := v.document(v.post(mandatesPath, mandatesPath, with(form, "principal", "名secretary", "text", "委托书")), http.StatusUnprocessableEntity)
	if said := doc.Find("#problem").Text(); !strings.Contains(said, "3") {
		t.Errorf("the cap is not said: %s", said)
	}
	v.signedIn("rep")
	if r := v.post(mandatesPath, mandatesPath, with(form, "text", "委托书")); r.Code != http.StatusForbidden {
		t.Errorf("a representative files for others: %d", r.Code)
	}
	if r := v.post(mandatesPath, mandatesPath+"/g1/revoke", nil); r.Code != http.StatusForbidden {
		t.Errorf("an agent revokes: %d", r.Code)
	}
}

func TestAnAgentVotesForThePrincipal(t *testing.T) {
	v := newVisit(t)
	w := v.h.town
	b := w.polls["b1"]
	b.poll.Meeting = "p1.m1"
	b.voters = append(b.voters, "resident")
	w.polls["b1"] = b
	w.mandates = []deliberation.Mandate{{ID: "g1", Meeting: "p1.m1", Principal: "resident", Agent: "rep", Slot: 1}}
	v.signedIn("clerk") // has no vote of their own
	w.mandates[0].Agent = "clerk"
	if doc := v.page("/today", http.StatusOK); doc.Find(".card.next a[href='/polls/b1?for=resident']").Length() != 1 || doc.Find(".card.next a[href='/polls/b1']").Length() != 0 {
		t.Error("an agent without a vote of their own does not see the poll that waits for them")
	}
	w.mandates[0].Agent = "rep"
	v.signedIn("rep")
	const path = "/polls/b1"
	if v.page(path, http.StatusOK).Find("#for-whom a").Length() == 0 {
		t.Fatal("the agent is not asked whose vote it is")
	}
	form := formOf(v.page(path+"?for=resident", http.StatusOK).Find("form.choices"))
	check := v.document(v.post(path, path, with(form, "choice", "yes", "step", "check")), http.StatusOK)
	if !strings.Contains(check.Find("main").Text(), "名resident") {
		t.Error("the page before casting does not say for whom")
	}
	cast := with(formOf(check.Find("form[action='"+path+"']")), "step", "cast")
	v.document(v.post(path, path, cast), http.StatusOK)
	if got := w.polls["b1"].ballots["resident"]; got.Agent != "rep" || got.Choice != deliberation.Yes {
		t.Fatalf("%+v", w.polls["b1"].ballots)
	}
	if _, voted := w.polls["b1"].ballots["rep"]; voted {
		t.Error("the agent's own vote is gone with it")
	}
	// A mandate that was taken back meanwhile never turns into the agent's own vote.
	w.mandates[0].Revoked = civil
	if r := v.post(path, path, with(cast, "choice", "no")); r.Code != http.StatusForbidden {
		t.Errorf("without a mandate: %d", r.Code)
	}
	if _, voted := w.polls["b1"].ballots["rep"]; voted {
		t.Error("a ballot for another became the agent's own")
	}
}

func TestEstates(t *testing.T) {
	v := newOwners(t, "clerk")
	if r := v.post("/estates", "/estates", url.Values{"name": {"新小区"}}); r.Code != http.StatusSeeOther {
		t.Fatalf("added: %d", r.Code)
	}
	const path = "/estates/e1"
	form := with(formOf(v.page(path, http.StatusOK).Find("form[action='"+path+"/units']")), "building", "3栋", "number", "501", "owner", "名resident", "area", "８９.５")
	if doc := v.document(v.post(path, path+"/units", with(form, "area", "八十九")), http.StatusUnprocessableEntity); doc.Find("#area-error").Length() != 1 || doc.Find("#number").AttrOr("value", "") != "501" {
		t.Error("a wrong area is not said beside the field, or what was typed is lost")
	}
	if r := v.post(path, path+"/units", with(form, "area", "８９.５")); r.Code != http.StatusSeeOther || v.h.town.units[0].Area != 8950 {
		t.Fatalf("put in: %d %+v", r.Code, v.h.town.units)
	}
	doc := v.page(path, http.StatusOK)
	if doc.Find("tr.unit-line").Length() != 1 || !strings.Contains(doc.Find("#totals").Text(), "89.50 平方米") {
		t.Error(doc.Find("#totals").Text())
	}
	if doc := v.document(v.post(path, path, url.Values{"q": {"没有"}}), http.StatusOK); doc.Find("tr.unit-line").Length() != 0 {
		t.Error("the search finds what is not there")
	}
	v.page("/estates/e2", http.StatusNotFound) // another community's
	v.signedIn("resident")
	v.page(path, http.StatusForbidden)
}

func TestUnitsFromAFile(t *testing.T) {
	v := newOwners(t, "clerk")
	const path = "/estates/e1/import"
	send := func(csv string, want int) *goquery.Document {
		t.Helper()
		token := formOf(v.page(path, http.StatusOK).Find("form[action='" + path + "']")).Get("_csrf")
		var body bytes.Buffer
		m := multipart.NewWriter(&body)
		part, err := m.CreateFormFile("file", "units.csv")
		if err == nil {
			_, err = part.Write([]byte(csv))
		}
		if err := errors.Join(err, m.WriteField("_csrf", token), m.Close()); err != nil {
			t.Fatal(err)
		}
		return v.document(v.send(http.MethodPost, path, nil, func(r *http.Request) {
			r.Header.Set("Content-Type", m.FormDataContentType())
			r.Body, r.ContentLength = io.NopCloser(&body), int64(body.Len())
		}), want)
	}
	const good = "楼栋,房号,业主姓名,手机,建筑面积\n3栋,501,名resident,,89.5\n"
	bad := send(good+"3栋,502,名rep,,八十\n", http.StatusUnprocessableEntity)
	if bad.Find(".unit-fault").Length() != 1 || !strings.Contains(bad.Find(".unit-fault").Text(), "第 3 行") || len(v.h.town.units) != 0 {
		t.Error("the row with the error is not named, or half of the file was put in")
	}
	preview := send(good, http.StatusOK)
	if preview.Find("tr.unit-change").Length() != 1 || len(v.h.town.units) != 0 {
		t.Fatal("no preview, or it was done already")
	}
	form := with(formOf(preview.Find("form[action='"+path+"']")), "step", "do")
	if r := v.post(path, path, form); r.Code != http.StatusSeeOther || len(v.h.town.units) != 1 {
		t.Errorf("done: %d, %d units", r.Code, len(v.h.town.units))
	}
}

package server

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

const wish = deliberation.ProcessID("demand1")

// demands puts a joint demand for an assembly into the town.
func (h *hall) demands(stage deliberation.Stage, open ...deliberation.OpenAct) *signaturesHere {
	h.t.Helper()
	rules, err := deliberation.DemandOf(h.town.packs[0], deliberation.DemandAssembly)
	if err != nil {
		h.t.Fatal(err)
	}
	d := deliberation.DemandStatus{Demanded: deliberation.DemandAssembly, Thresholds: rules.Thresholds, Opened: civil, Until: civil.AddDate(0, 0, 30)}
	if stage != deliberation.Signing {
		v := deliberation.DemandVerdict(rules.Thresholds, deliberation.SignatureCount{Rolls: []deliberation.SignatureRoll{{Office: deliberation.Resident, Due: 20, Signed: 2}}})
		d.Closed, d.Verdict = civil, &v
	}
	h.town.processes[wish] = deliberation.Proceeding{Process: deliberation.Process{
		ID: wish, Community: home, Kind: deliberation.DemandKind, Pack: h.town.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "resident", Office: deliberation.Resident,
		Matter: deliberation.Matter{Title: "请开会", Summary: "停车规则", Category: deliberation.CategoryOther, Affected: deliberation.AffectsAll, Origin: deliberation.OriginResidents,
			Form: deliberation.Assembly, Demanded: deliberation.DemandAssembly},
		Status: deliberation.Status{Stage: stage, State: deliberation.Running, Demand: &d, Open: open},
	}}
	return h.Signings.(*signaturesHere)
}

func TestAResidentBeginsAJointDemandAndNothingElse(t *testing.T) {
	v := newVisit(t).signedIn("resident")
	form := func() url.Values {
		return url.Values{"demanded": {"assembly"}, "title": {"请召开居民会议"}, "summary": {"讨论停车"}, "category": {"other"}}
	}
	doc := v.document(v.post("/demands/new", "/demands/new", with(form(), "title", "")), http.StatusUnprocessableEntity)
	if doc.Find("#title-error").Length() != 1 {
		t.Error("the missing title is not said")
	}
	review := v.document(v.post("/demands/new", "/demands/new", form()), http.StatusOK)
	if len(v.h.town.started) != 0 || !strings.Contains(review.Text(), "十分之一以上") {
		t.Fatalf("started before it was confirmed, or no threshold is shown: %s", review.Text())
	}
	r := v.post("/demands/new", "/demands/new", with(formOf(review.Find("form[action='/demands/new']")), "step", "start"))
	if r.Code != http.StatusSeeOther || len(v.h.town.started) != 1 {
		t.Fatalf("%d, started %d: %s", r.Code, len(v.h.town.started), r.Body)
	}
	p := v.h.town.processes[v.h.town.started[0]]
	if p.Kind != deliberation.DemandKind || p.Office != deliberation.Resident || p.Matter.Form != deliberation.Assembly || p.Status.Stage != deliberation.Signing {
		t.Errorf("started %+v", p.Process)
	}
	if r := v.get("/processes/new"); r.Code != http.StatusForbidden {
		t.Errorf("a resident begins other processes: %d", r.Code)
	}
}

func TestSigningOnAPhoneIsOneTapAndAConfirmation(t *testing.T) {
	v := newVisit(t).signedIn("resident")
	signed := v.h.demands(deliberation.Signing)
	page := "/processes/demand1/sign"
	doc := v.page(page, http.StatusOK)
	if doc.Find("form[action='"+page+"'] button").Length() != 1 || !strings.Contains(doc.Text(), "须有 2 人联名") {
		t.Errorf("not one button, or not how many are needed: %s", doc.Text())
	}
	confirm := v.document(v.post(page, page, url.Values{}), http.StatusOK)
	if len(signed.signed) != 0 || confirm.Find("button[value='sign']").Length() != 1 {
		t.Fatal("signed without a confirmation")
	}
	if r := v.post(page, page, url.Values{"step": {"sign"}}); r.Code != http.StatusSeeOther || len(signed.signed) != 1 {
		t.Fatalf("%d, %d signed", r.Code, len(signed.signed))
	}
	v.document(v.post(page, page, url.Values{"step": {"sign"}}), http.StatusConflict)
	if r := v.post(page, page, url.Values{"step": {"unsign"}}); r.Code != http.StatusSeeOther || len(signed.signed) != 0 {
		t.Errorf("%d, %d signed", r.Code, len(signed.signed))
	}
	signed.closed = true
	v.document(v.post(page, page, url.Values{"step": {"sign"}}), http.StatusConflict)
}

// Names are for the clerk who enters sheets and for the supervisors; all others see numbers.
func TestWhoSignedIsForFewEyes(t *testing.T) {
	v := newVisit(t)
	signed := v.h.demands(deliberation.Signing)
	signed.signed = []deliberation.Signature{{Process: wish, Person: v.h.town.people["rep"], Channel: deliberation.SheetChannel, EnteredBy: "clerk", Sheet: deliberation.PaperRef{ID: "sheet"}, At: civil}}
	v.h.town.papers["sheet"] = deliberation.Paper{PaperRef: deliberation.PaperRef{ID: "sheet", Kind: deliberation.PaperDemand}, Process: wish, Author: "clerk", MediaType: "image/png", Content: []byte("\x89PNG")}
	for who, may := range map[deliberation.PersonID]bool{"clerk": true, "supervisor": true, "resident": false, "secretary": false, "director": false} {
		v.signedIn(who)
		want := map[bool]int{true: http.StatusOK, false: http.StatusForbidden}[may]
		if r := v.get("/processes/demand1/signatures"); r.Code != want || strings.Contains(r.Body.String(), "名rep") != may {
			t.Errorf("%s: the list gives %d", who, r.Code)
		}
		if r := v.get("/papers/sheet/content"); (r.Code == http.StatusOK) != may {
			t.Errorf("%s: the photo of the sheet gives %d", who, r.Code)
		}
		for _, path := range []string{"", "/sign", "/sheet", "/demand"} {
			r := v.get("/processes/demand1" + path)
			if r.Code != http.StatusOK || strings.Contains(r.Body.String(), "名rep") {
				t.Errorf("%s: %s gives %d or a name", who, path, r.Code)
			}
		}
	}
}

func (v visit) sheet(rows string, photo []byte) *httptest.ResponseRecorder {
	v.h.t.Helper()
	const path = "/processes/demand1/sheets"
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, text := range map[string]string{"_csrf": formOf(v.page(path, http.StatusOK).Find("form[action='" + path + "']")).Get("_csrf"), "rows": rows} {
		if err := m.WriteField(k, text); err != nil {
			v.h.t.Fatal(err)
		}
	}
	if len(photo) > 0 {
		f, err := m.CreateFormFile("photo", "sheet.png")
		if err != nil {
			v.h.t.Fatal(err)
		}
		_, _ = f.Write(photo)
	}
	_ = m.Close()
	return v.send(http.MethodPost, path, nil, func(r *http.Request) {
		r.Body, r.ContentLength = http.NoBody, 0
		body := b.Bytes()
		r.Body, r.ContentLength = nopCloser{bytes.NewReader(body)}, int64(len(body))
		r.Header.Set("Content-Type", m.FormDataContentType())
	})
}

type nopCloser struct{ *bytes.Reader }

func (nopCloser) Close() error { return nil }

func TestASheetIsCopiedRowByRow(t *testing.T) {
	v := newVisit(t).signedIn("clerk")
	signed := v.h.demands(deliberation.Signing)
	png := append([]byte("\x89PNG\r\n\x1a\n"), make([]byte, 40)...)
	v.document(v.sheet("名resident", nil), http.StatusUnprocessableEntity)
	if len(signed.signed) != 0 {
		t.Fatal("entered without a photo")
	}
	doc := v.document(v.sheet("名resident，第一组\n查无此人\n\n名resident", png), http.StatusOK)
	if len(signed.signed) != 1 || doc.Find("table tbody tr").Length() != 2 {
		t.Fatalf("%d signed: %s", len(signed.signed), doc.Text())
	}
	if left := strings.TrimSpace(doc.Find("textarea#rows").Text()); left != "查无此人\n名resident" {
		t.Errorf("left in the form: %q", left)
	}
	if r := v.sheet("名rep", png); r.Code != http.StatusSeeOther {
		t.Errorf("a whole sheet: %d", r.Code)
	}
}

// A meeting that says it answers a demand is what was demanded, and the demand is told.
func TestAMeetingIsStartedForADemand(t *testing.T) {
	h := newHall(t)
	h.demands(deliberation.Convening, deliberation.OpenAct{Kind: deliberation.StartDemanded})
	start := func(form, demand string) response {
		body := map[string]any{"kind": "conference", "title": "居民会议", "summary": "停车", "category": "other", "affected": "all", "origin": "committee", "budget_fen": 0, "form": form, "demand": demand}
		return h.as("director", "POST", "/api/v1/processes", body)
	}
	if r := start("conference", "demand1"); r.status != http.StatusUnprocessableEntity {
		t.Errorf("another body than was demanded: %d %s", r.status, r.body)
	}
	if r := start("assembly", "p1"); r.status != http.StatusNotFound {
		t.Errorf("a process that is no demand: %d", r.status)
	}
	r := start("assembly", "demand1")
	if r.status != http.StatusCreated || len(h.town.acts) != 1 || h.town.acts[0].Kind != deliberation.StartDemanded {
		t.Fatalf("%d %s, %v", r.status, r.body, h.town.acts)
	}
	if id := deliberation.ProcessID(h.town.acts[0].Subject); h.town.processes[id].Matter.Demand != wish {
		t.Errorf("the demand was told of %s", id)
	}
	by := h.as("director", "POST", "/api/v1/processes/demand1/acts/start_demanded", map[string]string{"subject": "p1"})
	if by.status != http.StatusUnprocessableEntity {
		t.Errorf("told of a process that was not started for it: %d %s", by.status, by.body)
	}
	h.demands(deliberation.Signing)
	if r := start("assembly", "demand1"); r.status != http.StatusConflict {
		t.Errorf("before enough have signed: %d", r.status)
	}
}

func TestTheNumbersOfADemandOverTheAPI(t *testing.T) {
	h := newHall(t)
	signed := h.demands(deliberation.Signing)
	if r := h.as("resident", "POST", "/api/v1/processes/demand1/signatures", map[string]any{}); r.status != http.StatusNoContent {
		t.Fatalf("%d %s", r.status, r.body)
	}
	if r := h.as("resident", "POST", "/api/v1/processes/demand1/signatures", map[string]any{}); r.status != http.StatusConflict || !strings.Contains(string(r.body), "第二十六条") {
		t.Errorf("a second signature: %d %s", r.status, r.body)
	}
	r := h.as("resident", "GET", "/api/v1/processes/demand1/signatures", nil)
	if r.status != http.StatusOK || strings.Contains(string(r.body), "名resident") || r.json(t)["signed"] != true {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r := h.as("clerk", "POST", "/api/v1/processes/demand1/signatures", map[string]any{}); r.status != http.StatusForbidden {
		t.Error("somebody on no roll signs")
	}
	if r := h.as("resident", "POST", "/api/v1/demands", map[string]any{"demanded": "everything", "title": "x", "summary": "y", "category": "other"}); r.status != http.StatusUnprocessableEntity {
		t.Errorf("what nobody may demand: %d", r.status)
	}
	if len(signed.signed) != 1 {
		t.Errorf("%v", signed.signed)
	}
}

// The file of a joint demand names its signers: it is for those who may read who
// signed, and not for those of whom the meeting is demanded.
func TestTheFileOfADemandIsForWhoMayReadItsSigners(t *testing.T) {
	h := newHall(t)
	h.demands(deliberation.Answering)
	for who, want := range map[deliberation.PersonID]int{
		"clerk": http.StatusOK, "supervisor": http.StatusOK, "secretary": http.StatusForbidden, "director": http.StatusForbidden, "rep": http.StatusForbidden,
	} {
		if r := h.as(who, "GET", "/api/v1/processes/demand1/dossier", nil); r.status != want {
			t.Errorf("%s: %d, want %d", who, r.status, want)
		}
		if r := h.as(who, "GET", "/api/v1/processes/p1/dossier", nil); r.status != http.StatusOK {
			t.Errorf("%s is refused another file: %d", who, r.status)
		}
	}
}

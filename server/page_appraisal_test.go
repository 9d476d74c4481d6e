package server

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

const yearly = deliberation.ProcessID("yearly1")

// appraises puts a yearly report of the director into the town, who owes an answer.
func (h *hall) appraises(change ...func(*deliberation.AppraisedPerson)) *reportsHere {
	h.t.Helper()
	who := deliberation.AppraisedPerson{Appraisee: deliberation.Appraisee{Person: "director", Post: deliberation.Director}}
	for _, f := range change {
		f(&who)
	}
	h.town.processes[yearly] = deliberation.Proceeding{Process: deliberation.Process{
		ID: yearly, Community: home, Kind: deliberation.DutyReportKind, Pack: h.town.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "secretary", Office: deliberation.Secretary,
		Matter: deliberation.Matter{Title: "年度述职", Summary: "述职", Category: deliberation.CategoryOther, Affected: deliberation.AffectsAll, Origin: deliberation.OriginParty, Form: deliberation.Conference},
		Status: deliberation.Status{Stage: deliberation.Reporting, State: deliberation.Running, Appraisal: &deliberation.AppraisalStatus{People: []deliberation.AppraisedPerson{who}},
			Open: []deliberation.OpenAct{{Kind: deliberation.FileDutyReport, Subject: "director", Actor: "director"}}},
	}}
	kept := h.Reports.(*reportsHere)
	kept.all = []deliberation.Commitment{{ID: "c1", Person: "director", Post: deliberation.Director, Process: "last", Made: deliberation.DateOf(civil).AddYears(-1), Text: "修好路灯"}}
	return kept
}

func TestTheSecretaryBeginsTheYearlyReport(t *testing.T) {
	v := newVisit(t).signedIn("secretary")
	doc := v.document(v.post("/duty-reports/new", "/duty-reports/new", url.Values{"key": {"appraisal-key-1"}, "origin": {"residents_tenth"}, "signers": {"1"}, "signers_of": {"100"}}), http.StatusUnprocessableEntity)
	if doc.Find("#signers-error").Length() != 1 || len(v.h.town.started) != 0 {
		t.Errorf("a hundredth demands an appraisal: %s", doc.Text())
	}
	r := v.post("/duty-reports/new", "/duty-reports/new", formOf(v.page("/duty-reports/new", http.StatusOK).Find("form[action='/duty-reports/new']")))
	if r.Code != http.StatusSeeOther || len(v.h.town.started) != 1 {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	p := v.h.town.processes[v.h.town.started[0]]
	if p.Kind != deliberation.DutyReportKind || p.Office != deliberation.Secretary || p.Status.Stage != deliberation.Reporting || p.Matter.Form != deliberation.Conference {
		t.Errorf("started %+v", p.Process)
	}
	if r := newVisit(t).signedIn("resident").get("/duty-reports/new"); r.Code != http.StatusForbidden {
		t.Errorf("a resident begins it: %d", r.Code)
	}
}

func TestAReportIsWrittenOnAPhone(t *testing.T) {
	v := newVisit(t).signedIn("director")
	kept := v.h.appraises()
	const page = "/processes/yearly1/report"
	if doc := v.page(page, http.StatusOK); !strings.Contains(doc.Text(), "修好路灯") {
		t.Errorf("last year's commitment is not asked: %s", doc.Text())
	}
	form := url.Values{"key": {"report-key-1"}, "duty": {"履职"}, "integrity": {"廉洁"}, "promises": {"建食堂\n\n装电梯"}}
	doc := v.document(v.post(page, page, form), http.StatusUnprocessableEntity)
	if doc.Find("#duty").Text() != "履职" || len(kept.kept) != 0 || len(v.h.town.acts) != 0 {
		t.Errorf("a report that leaves a commitment out is taken, or what was typed is lost: %s", doc.Text())
	}
	form.Set("done_c1", "yes")
	form.Set("evidence_c1", "有照片")
	if r := v.post(page, page, form); r.Code != http.StatusSeeOther {
		t.Fatalf("%d: %s", r.Code, r.Body)
	}
	if len(kept.kept) != 1 || len(kept.kept[0].Promises) != 2 || !kept.kept[0].Answers[0].Done {
		t.Errorf("kept %+v", kept.kept)
	}
	last := v.h.town.acts[len(v.h.town.acts)-1]
	if last.Kind != deliberation.FileDutyReport || last.Subject != "director" || last.Office != deliberation.Director {
		t.Errorf("%+v", last)
	}
	said := string(v.h.town.papers[last.Paper.ID].Content)
	if !strings.HasPrefix(said, "述职述廉报告：名director") || !strings.Contains(said, "已完成，依据：有照片") || !strings.Contains(said, "2. 装电梯") {
		t.Errorf("the report says %s", said)
	}
	if r := v.get("/processes/yearly1/acts/file_duty_report"); r.Code != http.StatusSeeOther {
		t.Errorf("the act's own form: %d", r.Code)
	}
	if r := v.signedIn("secretary").get(page); r.Code != http.StatusForbidden {
		t.Errorf("who is not appraised reports: %d", r.Code)
	}
}

func TestGradesAreShownWithTheirCounts(t *testing.T) {
	v := newVisit(t).signedIn("resident")
	rules := deliberation.AppraisalRules{
		Unfit:     deliberation.MajorityRule{Key: "appraisal.unfit", Basis: basis, Majority: deliberation.Majority{Comparison: deliberation.MoreThan, Fraction: deliberation.Fraction{Num: 1, Den: 2}, Of: deliberation.OfValidForms}},
		Excellent: deliberation.MajorityRule{Key: "appraisal.excellent", Basis: basis, Majority: deliberation.Majority{Comparison: deliberation.AtLeast, Fraction: deliberation.Fraction{Num: 4, Den: 5}, Of: deliberation.OfValidForms}},
	}
	g, err := rules.Grade(deliberation.QuestionCount{Ballots: 9, Votes: []deliberation.OptionCount{{Option: "unfit", Votes: 6}, {Option: "competent", Votes: 3}}})
	if err != nil {
		t.Fatal(err)
	}
	v.h.appraises(func(p *deliberation.AppraisedPerson) {
		p.Report, p.Grading = deliberation.PaperRef{ID: "r1"}, &g
		p.Consequence = deliberation.Consequence{Kind: deliberation.EndsByLaw, Reason: deliberation.RowInRow, Basis: &basis,
			Before: &deliberation.HeldAppraisal{Person: "director", Post: deliberation.Director, On: deliberation.DateOf(civil).AddYears(-1), Grade: deliberation.Unfit}}
	})
	text := v.page("/processes/yearly1/appraisal", http.StatusOK).Text()
	for _, said := range []string{"名director", "不称职 6", "有效评议票 9 张", "职务依法自行终止", "城市居民委员会组织法"} {
		if !strings.Contains(text, said) {
			t.Errorf("the page does not say %s: %s", said, text)
		}
	}
	if text := v.page("/processes/yearly1", http.StatusOK).Text(); !strings.Contains(text, "述职述廉") {
		t.Errorf("the case does not lead there: %s", text)
	}
	if text := v.page("/persons/director/commitments", http.StatusOK).Text(); !strings.Contains(text, "修好路灯") {
		t.Errorf("no commitments: %s", text)
	}
	if r := v.get("/processes/p1/appraisal"); r.Code != http.StatusNotFound {
		t.Errorf("another kind of process: %d", r.Code)
	}
}

func TestAReportOverTheAPI(t *testing.T) {
	h := newHall(t)
	kept := h.appraises()
	r := h.as("director", "GET", "/api/v1/processes/yearly1/duty-report", nil)
	if r.status != http.StatusOK || !strings.Contains(string(r.body), "修好路灯") {
		t.Fatalf("%d %s", r.status, r.body)
	}
	body := map[string]any{"duty": "履职", "integrity": "廉洁", "promises": []string{"建食堂"}}
	r = h.as("director", "POST", "/api/v1/processes/yearly1/duty-report", body)
	if r.status != http.StatusUnprocessableEntity || !strings.Contains(string(r.body), "answers") {
		t.Errorf("a report without last year's commitments: %d %s", r.status, r.body)
	}
	body["answers"] = []map[string]any{{"id": "c1", "done": false, "evidence": "资金未到"}}
	if r = h.as("director", "POST", "/api/v1/processes/yearly1/duty-report", body); r.status != http.StatusNoContent || len(kept.kept) != 1 {
		t.Errorf("%d %s", r.status, r.body)
	}
	if r = h.as("director", "POST", "/api/v1/processes/yearly1/acts/file_duty_report", map[string]any{"subject": "director", "text": "好"}); r.status != http.StatusConflict {
		t.Errorf("a bare text as a report: %d %s", r.status, r.body)
	}
	if r = h.as("resident", "POST", "/api/v1/duty-reports", map[string]any{}); r.status != http.StatusForbidden {
		t.Errorf("a resident begins it: %d", r.status)
	}
	if r = h.as("secretary", "POST", "/api/v1/duty-reports", map[string]any{}); r.status != http.StatusCreated {
		t.Errorf("%d %s", r.status, r.body)
	}
}

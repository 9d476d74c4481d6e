package server

import (
	"bytes"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/yishi-project/yishi/deliberation"
)

const monthly = deliberation.ProcessID("monthly1")

// discloses puts the disclosure of last month's accounts into the town.
func (h *hall) discloses(change ...func(*deliberation.Proceeding)) *disclosuresHere {
	h.t.Helper()
	period := deliberation.PeriodOf(deliberation.DateOf(civil).AddMonths(-1), 1)
	p := deliberation.Proceeding{Process: deliberation.Process{
		ID: monthly, Community: home, Kind: deliberation.DisclosureKind, Pack: h.town.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "clerk", Office: deliberation.Clerk,
		Matter: deliberation.Matter{Title: "财务收支", Summary: "上月", Category: deliberation.CategoryOther, Affected: deliberation.AffectsAll, Origin: deliberation.OriginCommittee,
			Form: deliberation.JointCommittees, Item: deliberation.AccountsItem, Period: period},
		Status: deliberation.Status{Stage: deliberation.DisclosureDraft, State: deliberation.Running, Disclosure: &deliberation.DisclosureStatus{Item: deliberation.AccountsItem, Period: period, Due: deliberation.DateOf(civil)},
			Open: []deliberation.OpenAct{{Kind: deliberation.DraftDisclosure}}},
	}}
	for _, f := range change {
		f(&p)
	}
	h.town.processes[monthly] = p
	kept := h.Disclosures.(*disclosuresHere)
	kept.before = &deliberation.Accounts{Lines: []deliberation.AccountLine{{Name: "专项资金", Income: 5000, Closing: 5000}}, Total: deliberation.AccountLine{Income: 5000, Closing: 5000}}
	return kept
}

func TestTheCatalogueIsPublicWithWhatIsOverdue(t *testing.T) {
	today := deliberation.DateOf(civil)
	v := newVisit(t)
	kept := v.h.Disclosures.(*disclosuresHere)
	kept.record.Known = today.AddMonths(-4)
	last := deliberation.PeriodOf(today.AddMonths(-1), 1)
	kept.record.Lines = []deliberation.DisclosureLine{
		{Process: "d1", Item: "funds", Period: last, Posted: today, Until: today.AddDays(15), Due: today},
		{Process: "d2", Item: "major", Period: deliberation.Period(today.AddDays(-30).String()), Title: "未公布的重大事项", Due: today.AddDays(-20)},
	}
	for _, path := range []string{"/disclosures?community=c1", "/board?community=c1"} {
		text := v.page(path, http.StatusOK).Text()
		for _, said := range []string{"财务收支", "逾期未公布", "已逾期"} {
			if !strings.Contains(text, said) {
				t.Errorf("%s does not say %s: %s", path, said, text)
			}
		}
		if strings.Contains(text, "未公布的重大事项") {
			t.Errorf("%s tells what is not posted yet", path)
		}
	}
	if text := v.page("/disclosures?community=c1", http.StatusOK).Text(); !strings.Contains(text, "公布到") || strings.Contains(text, "开始办理") {
		t.Errorf("what hangs is not told, or strangers begin: %s", text)
	}
	if text := v.signedIn("resident").page("/disclosures", http.StatusOK).Text(); !strings.Contains(text, "未公布的重大事项") || strings.Contains(text, "开始办理") {
		t.Error("residents are not told, or begin")
	}
	r := v.h.ask("GET", "/api/v1/communities/c1/disclosures", nil, nil)
	if r.status != http.StatusOK || !strings.Contains(string(r.body), `"state":"overdue"`) || strings.Contains(string(r.body), "未公布的重大事项") {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestADisclosureIsBegunFromTheCatalogue(t *testing.T) {
	today := deliberation.DateOf(civil)
	v := newVisit(t).signedIn("clerk")
	v.h.Disclosures.(*disclosuresHere).record.Known = today.AddMonths(-4)
	form := v.page("/disclosures", http.StatusOK).Find("form[action='/disclosures']").First()
	r := v.post("/disclosures", "/disclosures", formOf(form))
	if r.Code != http.StatusSeeOther || len(v.h.town.started) != 1 {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	p := v.h.town.processes[v.h.town.started[0]]
	if p.Kind != deliberation.DisclosureKind || p.Matter.Item != deliberation.AccountsItem || p.Office != deliberation.Clerk || !strings.Contains(p.Matter.Title, "财务收支（") {
		t.Errorf("%+v", p.Process)
	}
	running := deliberation.PeriodOf(today, 1)
	for _, wrong := range []url.Values{
		{"key": {"disclosure-1"}, "item": {"accounts"}, "period": {string(running)}}, {"key": {"disclosure-2"}, "item": {"gossip"}, "period": {"2026-01"}},
		{"key": {"disclosure-3"}, "item": {"accounts"}, "period": {"long ago"}}, {"key": {"disclosure-4"}, "item": {"major"}, "period": {today.AddDays(1).String()}, "title": {"明天的事"}},
	} {
		if r := v.post("/disclosures", "/disclosures/new", wrong); r.Code < 400 || r.Code >= 500 {
			t.Errorf("%v: %d", wrong, r.Code)
		}
	}
	good := url.Values{"key": {"disclosure-5"}, "item": {"major"}, "period": {today.String()}, "title": {"征地补偿"}}
	if r := v.post("/disclosures/new?item=major", "/disclosures/new", good); r.Code != http.StatusSeeOther {
		t.Errorf("%d %s", r.Code, r.Body)
	}
	if r := newVisit(t).signedIn("resident").get("/disclosures/new?item=major"); r.Code != http.StatusForbidden {
		t.Errorf("a resident begins: %d", r.Code)
	}
}

// cells fills a table's form.
func cells(rows ...[5]string) url.Values {
	form := url.Values{"key": {"accounts-key-1"}, "step": {"do"}}
	for i, r := range rows {
		for k, column := range []string{"name", "opening", "income", "spending", "closing"} {
			form.Set(fmt.Sprintf("%s_%d", column, i+1), r[k])
		}
	}
	return form
}

func TestATableIsFilledInOnAPage(t *testing.T) {
	v := newVisit(t).signedIn("clerk")
	v.h.discloses()
	const page = "/processes/monthly1/disclosure"
	doc := v.page(page, http.StatusOK)
	if doc.Find("#name_1").AttrOr("value", "") != "专项资金" || doc.Find("#opening_1").AttrOr("value", "") != "50.00" || doc.Find("#name_4").Length() != 1 {
		t.Error("the last table is not carried over, or there is no room for more")
	}
	doc = v.document(v.post(page, page, cells([5]string{"专项资金", "50", "10", "5", "54.99"}, [5]string{"", "", "", "", ""}, [5]string{"捐赠", "0", "一千", "0", "0"})), http.StatusUnprocessableEntity)
	if doc.Find(".govuk-error-summary a[href='#name_2']").Length() != 1 || doc.Find("#name_2").AttrOr("value", "") != "捐赠" {
		t.Errorf("an amount in words: %s", doc.Text())
	}
	doc = v.document(v.post(page, page, cells([5]string{"专项资金", "50", "10", "5", "54.99"})), http.StatusUnprocessableEntity)
	if !strings.Contains(doc.Find(".govuk-error-summary").Text(), "第 1 行：期初余额加收入减支出不等于期末余额") || doc.Find("#closing_1").AttrOr("value", "") != "54.99" {
		t.Errorf("what does not add up: %s", doc.Find(".govuk-error-summary").Text())
	}
	doc = v.document(v.post(page, page, cells([5]string{"专项资金", "49", "10", "5", "54"})), http.StatusUnprocessableEntity)
	if !strings.Contains(doc.Find(".govuk-error-summary").Text(), "与上期的期末余额不符") || len(v.h.town.acts) != 0 {
		t.Error("a table that is not carried over was taken")
	}
	more := cells([5]string{"专项资金", "50", "10", "5", "55"})
	more.Set("step", "more")
	if doc = v.document(v.post(page, page, more), http.StatusOK); doc.Find("#name_7").Length() != 1 || doc.Find("#closing_1").AttrOr("value", "") != "55" {
		t.Error("no more lines, or what was typed is lost")
	}
	if r := v.post(page, page, cells([5]string{"专项资金", "50", "10", "5", "55"}, [5]string{"捐赠", "", "1,000", "", "1000"})); r.Code != http.StatusSeeOther {
		t.Fatalf("%d %s", r.Code, r.Body)
	}
	last := v.h.town.acts[len(v.h.town.acts)-1]
	if last.Kind != deliberation.DraftDisclosure || last.Office != deliberation.Clerk || last.Paper.Kind != deliberation.PaperDisclosure {
		t.Errorf("%+v", last)
	}
	table, err := deliberation.ParseAccounts(string(v.h.town.papers[last.Paper.ID].Content))
	if err != nil || table.Total.Closing != 105500 || len(table.Lines) != 2 {
		t.Errorf("%+v %v", table, err)
	}
	if r := v.get("/processes/monthly1/disclosure/template.xlsx"); r.Code != http.StatusOK || !bytes.HasPrefix(r.Body.Bytes(), []byte("PK")) {
		t.Errorf("the template: %d", r.Code)
	}
	if r := v.get("/processes/monthly1/acts/draft_disclosure"); r.Code != http.StatusSeeOther {
		t.Errorf("the act's own form: %d", r.Code)
	}
	v.page("/processes/p1/disclosure", http.StatusNotFound)
}

func (v visit) importAccounts(page string, content []byte) *httptest.ResponseRecorder {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	for name, value := range formOf(v.page(page, http.StatusOK).Find("form[enctype]")) {
		_ = w.WriteField(name, value[0])
	}
	_ = w.WriteField("step", "import")
	f, err := w.CreateFormFile("file", "三月.xlsx")
	if err != nil {
		v.h.t.Fatal(err)
	}
	_, _ = f.Write(content)
	_ = w.Close()
	return v.send(http.MethodPost, page, nil, func(r *http.Request) {
		r.Header.Set("Content-Type", w.FormDataContentType())
		r.Body, r.ContentLength = io.NopCloser(&b), int64(b.Len())
	})
}

func TestATableIsReadFromAWorkbook(t *testing.T) {
	v := newVisit(t).signedIn("clerk")
	v.h.discloses()
	const page = "/processes/monthly1/disclosure"
	workbook := func(spoil func(f *excelize.File)) []byte {
		f := excelize.NewFile()
		defer func() { _ = f.Close() }()
		_ = f.SetSheetRow("Sheet1", "A1", &[]string{"项目", "期初余额", "收入", "支出", "期末余额"})
		_ = f.SetSheetRow("Sheet1", "A2", &[]any{"专项资金", 50, 10, 5, 55})
		_ = f.SetSheetRow("Sheet1", "A3", &[]any{"捐赠", 0, 7, 7, 0})
		spoil(f)
		var b bytes.Buffer
		_, _ = f.WriteTo(&b)
		return b.Bytes()
	}
	doc := v.document(v.importAccounts(page, workbook(func(*excelize.File) {})), http.StatusOK)
	if doc.Find("#name_2").AttrOr("value", "") != "捐赠" || doc.Find("#closing_1").AttrOr("value", "") != "55.00" || len(v.h.town.acts) != 0 {
		t.Error("the workbook is not read into the form")
	}
	for said, spoil := range map[string]func(f *excelize.File){
		"第 2 行含有公式":        func(f *excelize.File) { _ = f.SetCellFormula("Sheet1", "E2", "B2+C2-D2") },
		"第 3 行被隐藏":         func(f *excelize.File) { _ = f.SetRowVisible("Sheet1", 3, false) },
		"第 1 行：期初余额加收入减支出": func(f *excelize.File) { _ = f.SetCellValue("Sheet1", "E2", 56) },
	} {
		doc := v.document(v.importAccounts(page, workbook(spoil)), http.StatusUnprocessableEntity)
		if !strings.Contains(doc.Find(".govuk-error-summary").Text(), said) {
			t.Errorf("not said: %s: %s", said, doc.Find(".govuk-error-summary").Text())
		}
	}
	v.document(v.importAccounts(page, []byte("PK\x03\x04broken")), http.StatusUnprocessableEntity)
	v.document(v.importAccounts(page, nil), http.StatusUnprocessableEntity)
}

func TestATableOverTheAPI(t *testing.T) {
	h := newHall(t)
	h.discloses()
	line := func(closing int) map[string]any {
		return map[string]any{"lines": []map[string]any{{"name": "专项资金", "opening_fen": 5000, "income_fen": 100, "spending_fen": 50, "closing_fen": closing}}}
	}
	h.refused(h.as("clerk", "POST", "/api/v1/processes/monthly1/accounts", line(5049)), http.StatusUnprocessableEntity, deliberation.RefuseUnbalanced)
	if r := h.as("clerk", "POST", "/api/v1/processes/monthly1/accounts", line(5050)); r.status != http.StatusNoContent || len(h.town.acts) != 1 {
		t.Errorf("%d %s", r.status, r.body)
	}
	h.refused(h.as("clerk", "POST", "/api/v1/processes/monthly1/acts/draft_disclosure", map[string]any{"text": "本月没有收支"}), http.StatusUnprocessableEntity, deliberation.RefuseUnbalanced)
	h.refused(h.as("resident", "POST", "/api/v1/processes/monthly1/accounts", line(5050)), http.StatusForbidden, deliberation.RefuseNotEntitled)
	if r := h.as("clerk", "POST", "/api/v1/disclosures", map[string]any{"item": "accounts", "period": string(deliberation.PeriodOf(deliberation.DateOf(civil).AddMonths(-2), 1))}); r.status != http.StatusCreated {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestNobodyChecksWhatTheyDrafted(t *testing.T) {
	checking := func(p *deliberation.Proceeding) {
		p.Status.Stage = deliberation.DisclosureCheck
		p.Status.Disclosure.Drafter, p.Status.Disclosure.Draft = "supervisor", deliberation.PaperRef{ID: "minutes"}
		p.Status.Open = []deliberation.OpenAct{{Kind: deliberation.Acknowledge}, {Kind: deliberation.Decline}, {Kind: deliberation.Ask}}
	}
	h := newHall(t)
	h.discloses(checking)
	h.refused(h.as("supervisor", "POST", "/api/v1/processes/monthly1/acts/acknowledge", map[string]any{"text": "属实"}), http.StatusForbidden, deliberation.RefuseSupervisedSelf)
	p := h.town.processes[monthly]
	p.Status.Disclosure.Drafter = "clerk"
	h.town.processes[monthly] = p
	h.town.offices["supervisor"] = append(h.town.offices["supervisor"], deliberation.CommitteeMember)
	h.refused(h.as("supervisor", "POST", "/api/v1/processes/monthly1/acts/acknowledge", map[string]any{"text": "属实"}), http.StatusForbidden, deliberation.RefuseSupervisedSelf)
	h.town.offices["supervisor"] = []deliberation.Office{deliberation.Supervisor}
	if r := h.as("supervisor", "POST", "/api/v1/processes/monthly1/acts/acknowledge", map[string]any{"text": "属实"}); r.status >= 300 {
		t.Errorf("%d %s", r.status, r.body)
	}
}

func TestAPostedTableIsATable(t *testing.T) {
	v := newVisit(t)
	table := deliberation.Accounts{Lines: []deliberation.AccountLine{{Name: "专项资金", Opening: 123456, Spending: 123456}}}
	table.Total = table.Sum().Line()
	v.h.discloses(func(p *deliberation.Proceeding) {
		paper := v.h.town.papers["minutes"]
		paper.ID, paper.Process, paper.Kind, paper.Content = "table1", monthly, deliberation.PaperDisclosure, []byte(table.Text())
		v.h.town.papers["table1"] = paper
		p.Status.Stage = deliberation.Disclosing
		p.Postings = []deliberation.Posting{{ID: "monthly1.b.1", Stage: deliberation.Disclosing, Paper: deliberation.PaperRef{ID: "table1"}, Posted: civil, DisplayUntil: civil.AddDate(0, 0, 15), ObjectionsUntil: civil.AddDate(0, 0, 15), State: deliberation.PostingUp}}
	})
	doc := v.page("/board/monthly1.b.1", http.StatusOK)
	if doc.Find("table.accounts tbody tr").Length() != 2 || !strings.Contains(doc.Find("table.accounts").Text(), "1,234.56") {
		t.Errorf("no table: %s", doc.Text())
	}
	if text := v.signedIn("resident").page("/processes/monthly1", http.StatusOK).Text(); !strings.Contains(text, "查看公开内容") {
		t.Error("the case does not lead there")
	}
}

func TestTheSupervisorsReportIsPrinted(t *testing.T) {
	v := newVisit(t).signedIn("supervisor")
	v.h.Supervision.(*disclosuresHere).marks = []deliberation.MarkLine{
		{Mark: deliberation.Mark{ID: "s1", Kind: deliberation.MarkQuestion, Stage: deliberation.DisclosureCheck, By: "supervisor", Made: civil, State: deliberation.MarkSettled}, Process: v.h.town.processes["p1"].Process},
	}
	text := v.page("/supervise/report", http.StatusOK).Text()
	for _, said := range []string{"2026年下半年", "询问", "1 件", "名supervisor", "签字"} {
		if !strings.Contains(text, said) {
			t.Errorf("the report does not say %s: %s", said, text)
		}
	}
	if text := v.page("/supervise/report?period=2026-01_2026-12", http.StatusOK).Text(); !strings.Contains(text, "2026年全年") {
		t.Error("no yearly report")
	}
	for _, wrong := range []string{"2026-03", "2026-02_2026-07", "x", "2026-01_2026-13"} {
		v.page("/supervise/report?period="+wrong, http.StatusNotFound)
	}
	if v.page("/supervise", http.StatusOK).Find("a[href='/supervise/report']").Length() != 1 {
		t.Error("nothing leads there")
	}
}

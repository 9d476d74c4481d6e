package pages

import (
	"testing"

	"github.com/a-h/templ"

	"github.com/yishi-project/yishi/deliberation"
)

// disclosureSamples are the pages of disclosures: the catalogue with an item in each
// state, a table typed with a mistake, and the supervisors' report.
func disclosureSamples(t *testing.T, lang string) map[string]templ.Component {
	clerk, supervisor := samplePage(t, lang, deliberation.Clerk), samplePage(t, lang, deliberation.Supervisor)
	today := deliberation.DateOf(noon)
	accounts := deliberation.DisclosureItem{Code: deliberation.AccountsItem, Months: 1, Table: true, Due: days, Basis: days.Basis, Often: days.Basis}
	major := deliberation.DisclosureItem{Code: deliberation.MajorItem, Due: days, Basis: days.Basis, Often: days.Basis}
	posted := deliberation.DisclosureLine{Process: "p1", Item: deliberation.MajorItem, Period: deliberation.Period(today.String()), Title: "东门停车", Posted: today, Until: today.AddDays(15)}
	duties := []deliberation.DisclosureDuty{
		{Item: accounts, Period: "2026-10", Due: today.AddDays(-3), State: deliberation.DisclosureOverdue, Late: 3},
		{Item: accounts, Period: "2026-11", Due: today.AddDays(9), State: deliberation.DisclosureOpen},
		{Item: major, Period: posted.Period, Due: today, State: deliberation.DisclosurePosted, Line: posted},
		{Item: accounts, Period: "2026-12", Due: today.AddDays(40), State: deliberation.DisclosureRunning},
	}
	table := deliberation.Accounts{Lines: []deliberation.AccountLine{{Name: "专项资金", Opening: 100, Income: 50, Spending: 150}}}
	table.Total = table.Sum().Line()
	p := sampleProceeding().Process
	p.Kind, p.Status.Stage = deliberation.DisclosureKind, deliberation.DisclosureDraft
	p.Status.Disclosure = &deliberation.DisclosureStatus{Item: deliberation.AccountsItem, Period: "2026-11", Due: today, Drafter: "clerk", Confirmed: today, Posted: today, Until: today.AddDays(15)}
	rows := []AccountsRow{{Name: "专项资金", Opening: "1.00", Income: "0.50", Spending: "1.50", Closing: "0.01"}, {}}
	report, err := deliberation.ReportOf("2026-07_2026-12", []deliberation.MarkLine{
		{Mark: deliberation.Mark{ID: "s1", Kind: deliberation.MarkQuestion, Stage: deliberation.DisclosureCheck, By: "sup", Made: noon, Escalated: noon, State: deliberation.MarkSettled}, Process: p},
		{Mark: deliberation.Mark{ID: "s2", Kind: deliberation.MarkAcknowledged, Stage: deliberation.DisclosureCheck, By: "sup", Made: noon, State: deliberation.MarkSettled}, Process: p},
	}, deliberation.DisclosureRecord{Lines: []deliberation.DisclosureLine{posted}}, duties[:1])
	if err != nil {
		t.Fatal(err)
	}
	return map[string]templ.Component{
		"disclosures":        Disclosures(DisclosuresView{Page: clerk, Community: clerk.Community, List: duties, MayBegin: true, Key: "k"}),
		"disclosures choose": Disclosures(DisclosuresView{Page: clerk, Choose: []deliberation.Community{{ID: "c1", Name: "清溪社区"}}}),
		"disclosure start":   StartDisclosure(StartDisclosureView{Page: clerk, Item: deliberation.MajorItem, Key: "k", Problem: &Problem{Title: "填写有误", Fields: []FieldError{{Field: "period", Text: "必须填写"}}}}),
		"disclosure table": Disclosure(DisclosureView{Page: clerk, P: p, Item: accounts, Accounts: &table, Before: &table, MayDraft: true, Rows: rows, Key: "k", Names: Names{"clerk": "记录员"},
			Problem: &Problem{Title: "收支表不平衡", Fields: []FieldError{{Field: CellName("name", 0), Text: "第 1 行不平衡"}}}}),
		"disclosure text":    Disclosure(DisclosureView{Page: supervisor, P: p, Item: major, Text: "公开内容", MayDraft: true, Acts: []deliberation.OpenAct{{Kind: deliberation.Acknowledge}}, Key: "k", Names: Names{"clerk": "记录员"}}),
		"supervision report": SupervisionReport(SupervisionReportView{Page: supervisor, Report: report, Year: "2026-01_2026-12", Half: "2026-07_2026-12", Before: "2026-01_2026-06", Names: Names{"sup": "监督员"}}),
	}
}

package deliberation

import "testing"

func TestTheSupervisorsReportIsDraftedFromWhatTheyDid(t *testing.T) {
	mark := func(k MarkKind) MarkLine { return MarkLine{Mark: Mark{Kind: k}} }
	day := NewDate(2026, 6, 30)
	r, err := ReportOf("2026-01_2026-06",
		[]MarkLine{mark(MarkAcknowledged), mark(MarkQuestion), mark(MarkRectification), mark(MarkDeclined), mark(MarkClosing), mark(MarkSilent)},
		DisclosureRecord{Lines: []DisclosureLine{{Process: "late", Posted: day.AddDays(1)}, {Process: "last", Posted: day}, {Process: "first", Posted: NewDate(2026, 1, 1)}, {Process: "never"}, {Process: "old", Posted: NewDate(2025, 12, 31)}}}, nil)
	if err != nil || len(r.Checked) != 2 || len(r.Questions) != 1 || len(r.Orders) != 1 || len(r.Declined) != 1 || len(r.Silent) != 1 {
		t.Errorf("%+v %v", r, err)
	}
	if len(r.Disclosed) != 2 || r.Disclosed[0].Process != "first" || r.Disclosed[1].Process != "last" {
		t.Errorf("disclosed %+v", r.Disclosed)
	}
	if _, err := ReportOf("last year", nil, DisclosureRecord{}, nil); err == nil {
		t.Error("a period that is none was taken")
	}
}

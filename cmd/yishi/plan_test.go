package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

var printed = time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC)

func TestPlanPrints(t *testing.T) {
	var out bytes.Buffer
	file := filepath.Join(t.TempDir(), "plan.ics")
	if err := (planCmd{Rules: "village-2026", Start: "2026-12-01", ICS: file}).run(&out, printed); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"2026年12月17日(星期四)", "开会:村民代表会议", "15 日", "第三十五条第二款第一项、第四款", "〔地方做法〕", "暂定",
		"暂定:所依据年份的放假安排尚未公布", "不顺延", file,
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
	if strings.Contains(out.String(), "居(村)") {
		t.Error("a village's plan speaks of communities")
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	checkICalendar(t, b)
	if !strings.Contains(unfolded(b), "SUMMARY:④ 决议:最早开会:村民代表会议\r\n") {
		t.Errorf("the conference is missing in\n%s", b)
	}
}

// checkICalendar holds the file against what RFC 5545 asks of every reader's calendar.
func checkICalendar(t *testing.T, b []byte) {
	t.Helper()
	if strings.Count(string(b), "\n") != strings.Count(string(b), "\r\n") {
		t.Error("a line does not end in CRLF")
	}
	for _, l := range strings.Split(string(b), "\r\n") {
		if len(l) > 75 || !utf8.ValidString(l) {
			t.Errorf("a line of %d octets, or one broken within a character: %q", len(l), l)
		}
	}
	text := unfolded(b)
	if !strings.HasPrefix(text, "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:") || !strings.HasSuffix(text, "END:VCALENDAR\r\n") {
		t.Error("it does not begin and end as a calendar")
	}
	uids := map[string]bool{}
	events := strings.Split(text, "BEGIN:VEVENT\r\n")[1:]
	for _, e := range events {
		for _, once := range []string{"UID:", "DTSTAMP:20261123T080000Z\r\n", "DTSTART;VALUE=DATE:", "DTEND;VALUE=DATE:", "SUMMARY:", "END:VEVENT\r\n"} {
			if strings.Count(e, once) != 1 {
				t.Errorf("%q stands %d times in\n%s", once, strings.Count(e, once), e)
			}
		}
		uid := e[:strings.Index(e, "\r\n")]
		if uids[uid] {
			t.Errorf("%s twice", uid)
		}
		uids[uid] = true
	}
	if len(events) < 20 {
		t.Errorf("%d events", len(events))
	}
}

func unfolded(b []byte) string { return strings.ReplaceAll(string(b), "\r\n ", "") }

func TestICalendarEscapes(t *testing.T) {
	if got := escaped("a,b;c\\d\ne"); got != `a\,b\;c\\d\ne` {
		t.Error(got)
	}
	long := folded("SUMMARY:" + strings.Repeat("议", 60))
	if unfolded([]byte(long)) != "SUMMARY:"+strings.Repeat("议", 60)+"\r\n" {
		t.Errorf("%q", long)
	}
}

func TestPlanRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		cmd  planCmd
		says string
	}{
		{"an unknown pack", planCmd{Rules: "village-2030", Start: "2026-12-01"}, "没有规则包"},
		{"a day that does not exist", planCmd{Rules: "village-2026", Start: "2026-02-30"}, "不是日期"},
		{"a day before the pack", planCmd{Rules: "village-2026", Start: "2025-12-31"}, "只适用于 2026-01-01"},
		{"a day after the pack", planCmd{Rules: "urban-2018", Start: "2026-01-01"}, "2025-12-31"},
		{"a form that decides nothing", planCmd{Rules: "urban-2026", Start: "2026-12-01", Form: "party_meeting"}, "form_not_in_pack"},
	} {
		var out bytes.Buffer
		if err := c.cmd.run(&out, printed); err == nil || !strings.Contains(err.Error(), c.says) || out.Len() > 0 {
			t.Errorf("%s: %v; printed %q", c.name, err, out.String())
		}
	}
}

func TestPlanOfEachPackAndForm(t *testing.T) {
	for _, id := range []string{"village-2018+sichuan", "urban-2018", "urban-2026+sichuan", "village-2026"} {
		start := "2026-03-02"
		if strings.Contains(id, "2018") {
			start = "2025-03-03"
		}
		for _, form := range []string{"conference", "assembly", "household_assembly"} {
			if err := (planCmd{Rules: id, Start: start, Form: form}).run(&bytes.Buffer{}, printed); err != nil {
				t.Errorf("%s by %s: %v", id, form, err)
			}
		}
	}
}

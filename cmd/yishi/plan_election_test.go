package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// law.md §5.10: Sichuan's rules, election day Friday 20 November 2026. The last limit is
// Monday 7 December, since the fifth is a Saturday (§17.4).
func TestPlanOfAnElection(t *testing.T) {
	var out bytes.Buffer
	file := filepath.Join(t.TempDir(), "election.ics")
	cmd := planCmd{Process: "election", Rules: "village-2026+sichuan", Start: "2026-10-08", Day: "2026-11-20", ICS: file}
	if err := cmd.run(&out, printed); err != nil {
		t.Fatal(err)
	}
	printedTable, _, _ := strings.Cut(out.String(), "\n已写入")
	golden := filepath.Join("testdata", "plan_election.txt")
	if os.Getenv("UPDATE_GOLDEN") != "" {
		if err := os.WriteFile(golden, []byte(printedTable), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if hashless(printedTable) != hashless(string(want)) {
		t.Errorf("got\n%s\nwant\n%s", printedTable, want)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	text := unfolded(b)
	if n := strings.Count(text, "BEGIN:VEVENT"); n != 19 {
		t.Errorf("%d events", n)
	}
	for _, want := range []string{
		"DTSTART;VALUE=DATE:20261120\r\nDTEND;VALUE=DATE:20261121\r\nSUMMARY:选举日\r\n",
		"DTSTART;VALUE=DATE:20261207\r\nDTEND;VALUE=DATE:20261208\r\nSUMMARY:推选小组组长和监督委员会的最后一日\r\n",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing in\n%s", want, text)
		}
	}
}

// hashless leaves out the line of the pack's hash, which the packs' own golden test holds.
func hashless(s string) string {
	lines := strings.Split(s, "\n")
	if len(lines) > 1 {
		lines[1] = ""
	}
	return strings.Join(lines, "\n")
}

func TestPlanOfAnElectionRefuses(t *testing.T) {
	for _, c := range []struct {
		name string
		cmd  planCmd
		says string
	}{
		{"no election day", planCmd{Process: "election", Rules: "urban-2026"}, "--election-day"},
		{"a day that does not exist", planCmd{Process: "election", Rules: "urban-2026", Day: "2026-02-30"}, "--election-day"},
		{"a method that villages do not have", planCmd{Process: "election", Rules: "village-2026", Day: "2026-12-20", Method: "representatives"}, "form_not_in_pack"},
		{"a pack of another time", planCmd{Process: "election", Rules: "urban-2018", Day: "2026-12-20"}, "只适用于"},
	} {
		var out bytes.Buffer
		if err := c.cmd.run(&out, printed); err == nil || !strings.Contains(err.Error(), c.says) || out.Len() > 0 {
			t.Errorf("%s: %v; printed %q", c.name, err, out.String())
		}
	}
}

func TestPlanOfAnElectionThatIsTooNear(t *testing.T) {
	var out bytes.Buffer
	if err := (planCmd{Process: "election", Rules: "urban-2026+sichuan", Day: "2026-12-01", Method: "representatives"}).run(&out, printed); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "已经来不及；选举日最早为2026年12月13日") || strings.Contains(out.String(), "委托投票名单") || strings.Contains(out.String(), "流动票箱") {
		t.Error(out.String())
	}
}

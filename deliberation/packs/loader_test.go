package packs

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/yishi-project/yishi/deliberation"
)

// good is the smallest pack; each test spoils one line of it.
const good = `pack: test-2026
version: "1"
kind: urban
title_zh: 试
title_en: Test
from: 2026-01-01
sources:
  LAW: {law: 某法, version: 2025年, confidence: law, effective: 2026-01-01}
  PRACTICE: {law: 某做法, confidence: local_practice, effective: 2026-01-01}
parameters:
  reps.quorum: {majority: at_least 2/3 of members, cite: LAW 第二十九条}
  reps.notice_days: {days: 3, cite: PRACTICE}
  advice.offered: {flag: true, cite: PRACTICE}
  term.years: {count: 5, cite: LAW 第十四条}
  amendment.review_goes_to: {code: consultation, cite: PRACTICE}
  matters.assembly_only: {list: [covenant], cite: LAW 第三十条}
`

func TestParse(t *testing.T) {
	p, err := Parse("good.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	q := p.Parameters["reps.quorum"]
	want := deliberation.Majority{Comparison: deliberation.AtLeast, Fraction: deliberation.Fraction{Num: 2, Den: 3}, Of: deliberation.OfMembers}
	if *q.Majority != want || q.Basis.Citation.String() != "某法(2025年)第二十九条" || q.Basis.Confidence != deliberation.LawText ||
		q.Effective != deliberation.NewDate(2026, 1, 1) || q.Pinning != deliberation.FixedAtStart || q.From != "test-2026" {
		t.Errorf("%+v", q)
	}
	if len(p.Hash) != 64 || !p.Until.IsZero() || len(p.Parameters) != 6 {
		t.Errorf("%+v", p)
	}
}

func TestParseRefuses(t *testing.T) {
	for _, c := range []struct {
		name, old, new string
		line           int
		says           string
	}{
		{"an unknown key at the top", "title_en: Test", "titel_en: Test", 5, `unknown key "titel_en"`},
		{"an unknown key of a parameter", "flag: true,", "flag: true, coment: x,", 13, `unknown key "coment"`},
		{"an unknown parameter", "reps.notice_days:", "reps.notise_days:", 12, `unknown parameter "reps.notise_days"`},
		{"a missing citation", "days: 3, cite: PRACTICE", "days: 3", 12, "the citation is missing"},
		{"an empty citation", "days: 3, cite: PRACTICE", `days: 3, cite: ""`, 12, "cite is empty"},
		{"an unknown source", "cite: LAW 第十四条", "cite: LWA 第十四条", 14, `unknown source "LWA"`},
		{"a law without its article", "cite: LAW 第十四条", "cite: LAW", 14, "names no article"},
		{"a fraction above one", "2/3 of members", "3/2 of members", 11, "3/2 is no share"},
		{"a fraction of nought", "2/3 of members", "0/3 of members", 11, "0/3 is no share"},
		{"a denominator of nought", "2/3 of members", "2/0 of members", 11, "2/0 is no share"},
		{"more than the whole", "at_least 2/3", "more_than 3/3", 11, "can never be reached"},
		{"a float", "2/3 of members", "0.67 of members", 11, "a majority is written as"},
		{"a negative fraction", "2/3 of members", "-2/3 of members", 11, "a majority is written as"},
		{"no denominator", "2/3 of members", "2/3", 11, "a majority is written as"},
		{"an unknown denominator", "of members", "of everybody", 11, `unknown denominator "everybody"`},
		{"an unknown comparison", "at_least", "about", 11, "a majority is written as"},
		{"a day that does not exist", "from: 2026-01-01", "from: 2026-02-30", 6, "a day that exists"},
		{"a date in another form", "from: 2026-01-01", "from: 1/1/2026", 6, "a day that exists"},
		{"until before from", "from: 2026-01-01", "from: 2026-01-01\nuntil: 2025-12-31", 7, "lies before from"},
		{"a wrong effective date", "confidence: law, effective: 2026-01-01", "confidence: law, effective: 2026-13-01", 8, "a day that exists"},
		{"a parameter twice", "  reps.notice_days:", "  reps.quorum: {days: 1, cite: PRACTICE}\n  reps.notice_days:", 12, `"reps.quorum" stands twice, first on line 11`},
		{"a key twice", "kind: urban", "kind: urban\nkind: village", 4, `"kind" stands twice`},
		{"another kind of value", "count: 5", "days: 5", 14, "term.years is a count, not a days"},
		{"two values", "count: 5", "count: 5, flag: true", 14, "has two values"},
		{"no value", "count: 5, cite", "cite", 14, "has no value"},
		{"text for a number", "days: 3", `days: "3"`, 12, "must be a whole number"},
		{"a fraction of a day", "days: 3", "days: 3.5", 12, "must be a whole number"},
		{"days below nought", "days: 3", "days: -1", 12, "must lie between"},
		{"a number for a flag", "flag: true", "flag: 1", 13, "must be true or false"},
		{"yes for true", "flag: true", "flag: yes", 13, "must be true or false"},
		{"a mapping for a code", "code: consultation", "code: {a: b}", 15, "must be a text"},
		{"a text for a list", "list: [covenant]", "list: covenant", 16, "must be a list"},
		{"an entry twice", "list: [covenant]", "list: [covenant, covenant]", 16, "stands twice"},
		{"an unknown confidence", "confidence: law,", "confidence: certain,", 8, `unknown confidence "certain"`},
		{"an unknown pinning", "flag: true,", "flag: true, pinning: forever,", 13, "pinning must be"},
		{"an unknown kind of place", "kind: urban", "kind: city", 3, "kind must be village or urban"},
		{"an id with a plus", "pack: test-2026", "pack: test+2026", 1, "small letters"},
		{"nothing for a title", "title_zh: 试", "title_zh:", 4, "must be a text, not nothing"},
		{"a parameter that is a text", "reps.notice_days: {days: 3, cite: PRACTICE}", "reps.notice_days: 3", 12, "must be a mapping"},
		{"not YAML", "  term.years: {", "  term.years: [", 14, "not readable as YAML"},
		{"an alias", "code: consultation", "code: *x", 15, "not readable as YAML"},
		{"an anchor used again", "cite: PRACTICE}\n  matters.assembly_only: {list: [covenant]", "cite: &p PRACTICE}\n  matters.assembly_only: {list: [*p]", 16, "must be a text, not an alias"},
		{"two documents", "parameters:", "---\nparameters:", 10, "one document only"},
	} {
		text := strings.Replace(good, c.old, c.new, 1)
		if text == good {
			t.Fatalf("%s: nothing was changed", c.name)
		}
		_, err := Parse("spoilt.yaml", []byte(text))
		var p *Problem
		if !errors.As(err, &p) {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		near := p.Line == c.line || strings.HasPrefix(c.says, "not readable") && p.Line >= c.line-1 && p.Line <= c.line+1 || c.name == "an alias"
		if p.File != "spoilt.yaml" || !near || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v; want line %d and %q", c.name, err, c.line, c.says)
		}
	}
}

func TestParseRefusesOtherFiles(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "a list": "- pack", "a text": "pack", "an overlay": "overlay: x\n", "another language": "{\"pack\": "} {
		if _, err := Parse("x.yaml", []byte(text)); err == nil || !strings.HasPrefix(err.Error(), "x.yaml:") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// with gives the files of the program and one more.
func with(t *testing.T, name, text string) fstest.MapFS {
	t.Helper()
	fsys := fstest.MapFS{name: {Data: []byte(text)}}
	for _, n := range []string{"village-2018.yaml", "village-2026.yaml", "urban-2018.yaml", "urban-2026.yaml", "sichuan.yaml", "calendar-2026.yaml"} {
		b, err := os.ReadFile(n)
		if err != nil {
			t.Fatal(err)
		}
		if n != name {
			fsys[n] = &fstest.MapFile{Data: b}
		}
	}
	return fsys
}

const overlayHead = `overlay: hubei
version: "1"
title_zh: 湖北
title_en: Hubei
sources:
  H: {law: 湖北某办法, confidence: law, effective: 2026-03-01}
layers:
`

func TestOverlayRefuses(t *testing.T) {
	for _, c := range []struct {
		name, layers string
		line         int
		says         string
	}{
		{"an unknown base", "  - bases: [village-2030]\n", 8, "there is no such pack"},
		{"no base", "  - adds: {}\n", 8, "a layer needs bases"},
		{"adding what is there", "  - bases: [urban-2026]\n    adds:\n      reps.notice_days: {days: 5, cite: H 第一条}\n", 10, "put it under overrides"},
		{"overriding what is not there", "  - bases: [urban-2026]\n    overrides:\n      reps.min_number: {count: 5, cite: H 第一条}\n", 10, "put it under adds"},
		{"setting it twice", "  - bases: [urban-2026]\n    overrides:\n      reps.notice_days: {days: 5, cite: H 第一条}\n  - bases: [urban-2026]\n    overrides:\n      reps.notice_days: {days: 6, cite: H 第一条}\n", 13, "two layers set it"},
	} {
		_, err := LoadFS(with(t, "hubei.yaml", overlayHead+c.layers))
		var p *Problem
		if !errors.As(err, &p) || p.File != "hubei.yaml" || p.Line != c.line || !strings.Contains(p.Reason, c.says) {
			t.Errorf("%s: %v; want line %d and %q", c.name, err, c.line, c.says)
		}
	}
}

func TestOverlayIsLaidOver(t *testing.T) {
	lib, err := LoadFS(with(t, "hubei.yaml", overlayHead+"  - bases: [urban-2026]\n    overrides:\n      reps.notice_days: {days: 5, cite: H 第一条}\n    adds:\n      reps.min_number: {count: 25, cite: H 第二条}\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := lib.PackFor(deliberation.Urban, "hubei", deliberation.NewDate(2026, 5, 1), "")
	if err != nil || p.ID != "urban-2026+hubei" || p.Parameters["reps.notice_days"].Number != 5 || p.Parameters["reps.notice_days"].From != "hubei" ||
		p.Parameters["reps.min_number"].Number != 25 || p.Parameters["reps.quorum"].From != "urban-2026" {
		t.Errorf("%v %+v", err, p.Ref())
	}
	if _, err := lib.Pack("village-2026+hubei"); err == nil {
		t.Error("an overlay without a layer for the base made a pack")
	}
}

func TestSupersededPack(t *testing.T) {
	next := strings.Replace(good, "test-2026", "urban-2026b", 1)
	if _, err := LoadFS(with(t, "next.yaml", next)); err == nil || !strings.Contains(err.Error(), "govern the same days") {
		t.Errorf("two packs for the same days: %v", err)
	}
	lib, err := LoadFS(with(t, "next.yaml", "supersedes: urban-2026\n"+next))
	if err != nil {
		t.Fatal(err)
	}
	day := deliberation.NewDate(2026, 5, 1)
	if p, err := lib.PackFor(deliberation.Urban, "", day, ""); err != nil || p.ID != "urban-2026b" {
		t.Errorf("%v, %s", err, p.ID)
	}
	if p, err := lib.Pack("urban-2026"); err != nil || p.Hash != golden["urban-2026@1"] {
		t.Errorf("the old pack is gone: %v", err)
	}
}

func TestCalendarRefuses(t *testing.T) {
	const head = "calendar: 2027\nlaw: 通知\nversion: 2026年\n"
	for _, c := range []struct{ name, days, says string }{
		{"another year", "holidays: [2026-01-01]\nworkdays: []\n", "is not a day of 2027"},
		{"a day twice", "holidays: [2027-01-01, 2027-01-01]\nworkdays: []\n", "stands twice"},
		{"both rest and work", "holidays: [2027-01-02]\nworkdays: [2027-01-02]\n", "stands twice"},
		{"a working Monday made up", "holidays: []\nworkdays: [2027-01-04]\n", "needs no making up"},
		{"no such day", "holidays: [2027-02-29]\nworkdays: []\n", "a day that exists"},
		{"no workdays", "holidays: []\n", "a calendar needs workdays"},
	} {
		if _, err := ParseCalendar("c.yaml", []byte(head+c.days)); err == nil || !strings.HasPrefix(err.Error(), "c.yaml:") || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestCheckSaysWhatAFileHolds(t *testing.T) {
	for _, name := range []string{"urban-2026.yaml", "sichuan.yaml", "calendar-2026.yaml"} {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if said, err := Check(name, b); err != nil || said == "" {
			t.Errorf("%s: %q, %v", name, said, err)
		}
	}
	if _, err := Check("x.yaml", []byte("hello: there\n")); err == nil || !strings.Contains(err.Error(), "x.yaml:1") {
		t.Error(err)
	}
}

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

func TestRulesList(t *testing.T) {
	var out bytes.Buffer
	if err := listRules(&out); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"urban-2018", "urban-2026+sichuan", "village-2026", "现行", "2025-12-31", "国务院办公厅关于2026年部分节假日安排的通知", "暂定"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is missing in\n%s", want, out.String())
		}
	}
}

// An earlier edition stays readable; the newest is shown where none is named.
func TestRulesShowEdition(t *testing.T) {
	for id, want := range map[string]string{"urban-2026": "版本 4\n", "urban-2026@3": "版本 3\n", "urban-2026@1": "版本 1\n", "urban-2026@2": "版本 2\n", "urban-2026+sichuan@1+1": "版本 1+1\n"} {
		var out bytes.Buffer
		if err := showRules(&out, id); err != nil || !strings.Contains(out.String(), want) {
			t.Errorf("%s: %v\n%.200s", id, err, out.String())
		}
	}
	if err := showRules(&bytes.Buffer{}, "urban-2026@9"); err == nil {
		t.Error("an edition that never was")
	}
}

// Every wording of every rule of composition is printed with its citation and its days.
func TestRulesShowComposition(t *testing.T) {
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if err := showRules(&out, "composition"); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	for _, key := range deliberation.CompositionKeys() {
		all := lib.Composition().Wordings(key)
		if len(all) == 0 {
			t.Errorf("%s has no wording", key)
		}
		for _, x := range all {
			for _, want := range []string{key, x.Basis.Citation.String(), x.Effective.String(), x.Until.String(), x.Note} {
				if !strings.Contains(text, want) {
					t.Errorf("%s for %s lacks %q", key, x.Scope, want)
				}
			}
		}
	}
	for _, want := range []string{"村〔sichuan〕", "必须（法律法规）", "提示（法律法规）", "提示（系统设定）", "至 2025-12-31 止", "妇女代表占代表会议组成人员的三分之一以上"} {
		if !strings.Contains(text, want) {
			t.Errorf("%q is missing", want)
		}
	}
}

// Every parameter is printed once, with its citation and how firmly it stands.
func TestRulesShow(t *testing.T) {
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range lib.Packs() {
		var out bytes.Buffer
		if err := showRules(&out, p.ID); err != nil {
			t.Fatal(err)
		}
		text := out.String()
		for _, want := range []string{p.Hash, p.TitleZH} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing", p.ID, want)
			}
		}
		for _, key := range p.Keys() {
			q := p.Parameters[key]
			block := blockOf(text, key)
			for _, want := range []string{q.Basis.Citation.String(), q.Basis.Confidence.Word("zh"), q.Effective.String(), q.Pinning.Word("zh"), deliberation.Localise(q.Note, p.Kind)} {
				if !strings.Contains(block, want) {
					t.Errorf("%s: %s lacks %q:\n%s", p.ID, key, want, block)
				}
			}
			if q.Majority != nil && !strings.Contains(block, q.Majority.Symbols()) {
				t.Errorf("%s: %s lacks its symbols:\n%s", p.ID, key, block)
			}
			for _, code := range append(q.List, q.Code) {
				if code != "" && codeZH(code) == "" {
					t.Errorf("%s: %s: no Chinese word for the code %q", p.ID, key, code)
				}
			}
		}
	}
}

// blockOf gives the lines printed for a parameter.
func blockOf(text, key string) string {
	for _, b := range strings.Split(text, "\n\n") {
		if strings.HasPrefix(b, key+" ") {
			return b
		}
	}
	return ""
}

func TestRulesShowReads(t *testing.T) {
	var out bytes.Buffer
	if err := showRules(&out, "urban-2026"); err != nil {
		t.Fatal(err)
	}
	want := "reps.quorum                          代表会议到会\n" +
		"    值      全体组成人员的三分之二以上  (≥ 2/3 members)\n" +
		"    来源    中华人民共和国城市居民委员会组织法(2025年修订)第二十九条\n" +
		"    效力    法律法规  自 2026-01-01 起  按启动时的规则"
	if got := blockOf(out.String(), "reps.quorum"); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if strings.Contains(out.String(), "居(村)") {
		t.Error("an urban pack speaks of villages")
	}
}

func TestRulesShowUnknown(t *testing.T) {
	err := showRules(&bytes.Buffer{}, "urban-2030")
	if err == nil || !strings.Contains(err.Error(), "urban-2030") || !strings.Contains(err.Error(), "urban-2026") {
		t.Errorf("%v", err)
	}
}

func TestRulesCheck(t *testing.T) {
	dir := t.TempDir()
	good, bad := filepath.Join(dir, "good.yaml"), filepath.Join(dir, "bad.yaml")
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	pack, err := lib.Pack("urban-2026")
	if err != nil {
		t.Fatal(err)
	}
	source := lib.Source(pack.Ref())["urban-2026.yaml"]
	write(t, good, source)
	write(t, bad, bytes.Replace(source, []byte("at_least 2/3 of members"), []byte("at_least 3/2 of members"), 1))
	var out bytes.Buffer
	if err := checkRules(&out, good); err != nil || !strings.Contains(out.String(), "urban-2026") {
		t.Errorf("%v: %s", err, out.String())
	}
	line := 1 + bytes.Count(source[:bytes.Index(source, []byte("at_least 2/3 of members"))], []byte("\n"))
	want := fmt.Sprintf("%s:%d: ", bad, line)
	if err := checkRules(&out, bad); err == nil || !strings.HasPrefix(err.Error(), want) || !strings.Contains(err.Error(), "3/2 is no share") {
		t.Errorf("want %s…, got %v", want, err)
	}
	if err := checkRules(&out, filepath.Join(dir, "none.yaml")); !os.IsNotExist(err) {
		t.Errorf("a file that is not there: %v", err)
	}
}

func write(t *testing.T, file string, content []byte) {
	t.Helper()
	if err := os.WriteFile(file, content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// The commands are accepted as they are written in the README.
func TestCommandsParse(t *testing.T) {
	for _, args := range [][]string{
		{"rules", "list"}, {"rules", "show", "urban-2026"},
		{"plan", "four-deliberations", "--rules", "village-2026", "--start", "2026-12-01"},
		{"plan", "four-deliberations", "--rules=urban-2026+sichuan", "--start=2026-12-01", "--form=assembly"},
	} {
		var cli struct {
			Rules rulesCmd `cmd:""`
			Plan  planCmd  `cmd:""`
		}
		parser, err := kong.New(&cli, kong.Writers(io.Discard, io.Discard))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parser.Parse(args); err != nil {
			t.Errorf("%v: %v", args, err)
		}
		if args[0] == "plan" && (cli.Plan.Process != "four-deliberations" || cli.Plan.Form == "") {
			t.Errorf("%v: %+v", args, cli.Plan)
		}
	}
}

package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// rulesCmd shows the rule packs and checks new ones.
type rulesCmd struct {
	List  rulesListCmd  `cmd:"" help:"List the rule packs and the calendars."`
	Show  rulesShowCmd  `cmd:"" help:"Show every parameter of a pack with its citation."`
	Check rulesCheckCmd `cmd:"" help:"Check a rule file: a pack, an overlay or a calendar."`
}

type rulesListCmd struct{}

// Run prints the packs.
func (rulesListCmd) Run() error { return listRules(os.Stdout) }

type rulesShowCmd struct {
	Pack string `arg:"" help:"The pack, for example urban-2026 or village-2026+sichuan, or an earlier edition as urban-2026@1; composition shows the rules on who sits on a body."`
}

// Run prints the pack.
func (c rulesShowCmd) Run() error { return showRules(os.Stdout, c.Pack) }

type rulesCheckCmd struct {
	File string `arg:"" type:"existingfile" help:"The YAML file."`
}

// Run checks the file; what is wrong with it comes back as file:line: sentence.
func (c rulesCheckCmd) Run() error { return checkRules(os.Stdout, c.File) }

func listRules(w io.Writer) error {
	lib, err := packs.Load()
	if err != nil {
		return err
	}
	t := table{header: []string{"规则包", "版本", "适用", "起", "止", "参数", "哈希(SHA-256)"}}
	for _, p := range lib.Editions() {
		t.add(p.ID, p.Version, p.TitleZH, p.From.String(), cmp.Or(p.Until.String(), "现行"), strconv.Itoa(len(p.Parameters)), p.Hash[:16]+"…")
	}
	if err := t.write(w); err != nil {
		return err
	}
	fmt.Fprintln(w)
	years := lib.Calendar().Years
	for _, y := range sortedYears(years) {
		fmt.Fprintf(w, "%d 年休息日:%s(%s)\n", y, years[y].Citation.Law, years[y].Citation.Version)
	}
	fmt.Fprintln(w, "新启动的程序适用最新一版；已启动的按启动时的版本办完。旧版用 yishi rules show 规则包@版本 查看。")
	fmt.Fprintln(w, "其他年份尚未公布:算出的日期标为“暂定”。")
	_, err = fmt.Fprintf(w, "组织机构的组成规则（按当日的法律）：yishi rules show %s\n", packs.CompositionFile)
	return err
}

// edition gives the newest edition of a pack, or the one named as in urban-2026@1.
func edition(lib *packs.Library, id string) (deliberation.Pack, error) {
	id, version, old := strings.Cut(id, "@")
	if !old {
		return lib.Pack(id)
	}
	for _, p := range lib.Editions() {
		if p.ID == id && p.Version == version {
			return p, nil
		}
	}
	return deliberation.Pack{}, deliberation.Refuse(deliberation.RefuseUnknownPack)
}

func sortedYears(years map[int]deliberation.YearTable) []int {
	all := make([]int, 0, len(years))
	for y := range years {
		all = append(all, y)
	}
	slices.Sort(all)
	return all
}

func showRules(w io.Writer, id string) error {
	lib, err := packs.Load()
	if err != nil {
		return err
	}
	if id == string(packs.CompositionFile) {
		return showComposition(w, lib.Composition())
	}
	p, err := edition(lib, id)
	if err != nil {
		return unknownPack(lib, id)
	}
	keys, err := packs.Keys()
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s  %s\n%s\n适用于 %s 至 %s 启动的程序  版本 %s\nSHA-256 %s\n\n",
		p.ID, p.TitleZH, p.TitleEN, p.From, cmp.Or(p.Until.String(), "今"), p.Version, p.Hash)
	for _, k := range keys {
		if q, ok := p.Parameters[k.Key]; ok {
			fmt.Fprintln(w, parameterLines(p, k, q))
		}
	}
	return nil
}

func parameterLines(p deliberation.Pack, k packs.Key, q deliberation.Parameter) string {
	words, symbols := valueWords(k, q)
	from := ""
	if q.From != p.ID && len(p.Overlays) > 0 && slices.Contains(p.Overlays, q.From) {
		from = "  〔" + q.From + "〕"
	}
	lines := []string{
		pad(q.Key, 36) + " " + deliberation.Localise(k.ZH, p.Kind) + from,
		"    " + pad("值", 8) + deliberation.Localise(words, p.Kind) + symbols,
		"    " + pad("来源", 8) + q.Basis.Citation.String(),
		"    " + pad("效力", 8) + q.Basis.Confidence.Word("zh") + "  自 " + q.Effective.String() + " 起  " + q.Pinning.Word("zh"),
	}
	if q.Note != "" {
		lines = append(lines, "    "+pad("说明", 8)+deliberation.Localise(q.Note, p.Kind))
	}
	return strings.Join(lines, "\n") + "\n"
}

// valueWords gives the value in words and, for those who check it, in symbols.
func valueWords(k packs.Key, q deliberation.Parameter) (words, symbols string) {
	switch q.Kind {
	case deliberation.MajorityKind:
		return q.Majority.Words("zh"), "  (" + q.Majority.Symbols() + ")"
	case deliberation.DaysKind:
		return strconv.Itoa(q.Number) + " 日", ""
	case deliberation.CountKind:
		return strconv.Itoa(q.Number) + " " + k.Unit, ""
	case deliberation.FlagKind:
		if q.Flag {
			return "是", ""
		}
		return "否", ""
	case deliberation.CodeKind:
		return codeWords(q.Code), "  (" + q.Code + ")"
	}
	if len(q.List) == 0 {
		return "(没有)", ""
	}
	return codeWords(q.List...), ""
}

var scopeWords = map[string]string{string(deliberation.Village): "村", string(deliberation.Urban): "社区"}

// showComposition prints every rule of composition with all its wordings.
func showComposition(w io.Writer, c packs.Composition) error {
	fmt.Fprintf(w, "组织机构的组成规则  版本 %s\n按当日的法律：机构在哪一天核对，就适用那一天的规则。地方补充优先于全国规则。\n\n", c.Version)
	var body deliberation.Body
	for _, key := range deliberation.CompositionKeys() {
		if b := deliberation.CompositionBody(key); b != body {
			body = b
			fmt.Fprintf(w, "── %s\n\n", body.Word("zh"))
		}
		fmt.Fprintln(w, key)
		for _, x := range c.Wordings(key) {
			fmt.Fprintln(w, wordingLines(x))
		}
	}
	return nil
}

func wordingLines(x packs.Wording) string {
	kind, overlay, _ := strings.Cut(x.Scope, "+")
	where := scopeWords[kind]
	if overlay != "" {
		where += "〔" + overlay + "〕"
	}
	force := "提示"
	if x.Must() {
		force = "必须"
	}
	days := "自 " + x.Effective.String() + " 起"
	if !x.Until.IsZero() {
		days += "，至 " + x.Until.String() + " 止"
	}
	lines := []string{
		"    " + pad(where, 16) + x.Title(deliberation.CommunityKind(kind), "zh"),
		"    " + pad("来源", 16) + x.Basis.Citation.String(),
		"    " + pad("效力", 16) + force + "（" + x.Basis.Confidence.Word("zh") + "）  " + days,
	}
	if x.Note != "" {
		lines = append(lines, "    "+pad("说明", 16)+x.Note)
	}
	return strings.Join(lines, "\n") + "\n"
}

func unknownPack(lib *packs.Library, id string) error {
	var known []string
	for _, p := range lib.Packs() {
		known = append(known, p.ID)
	}
	return fmt.Errorf("没有规则包 %q;现有:%s", id, strings.Join(append(known, string(packs.CompositionFile)), "、"))
}

func checkRules(w io.Writer, file string) error {
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	name := filepath.Base(file)
	said, err := packs.Check(name, content)
	var problem *packs.Problem
	if errors.As(err, &problem) && problem.File == name {
		problem.File = file
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(w, "%s: %s\n", file, said)
	return err
}

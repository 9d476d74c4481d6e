package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/yishi-project/yishi/config"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/roster"
	"github.com/yishi-project/yishi/server/locale"
)

type importCmd struct {
	Files     []string          `arg:"" optional:"" help:"Rosters: Excel workbooks (.xlsx) or CSV in UTF-8 or GB18030. Each goes in as a whole or not at all." type:"existingfile"`
	Community string            `help:"Id of the community that all rows belong to; otherwise each row names its own." placeholder:"ID"`
	Columns   map[string]string `name:"column" help:"Which column holds a field, where its heading does not tell: 姓名=B." placeholder:"FIELD=COLUMN"`
	AddGroups bool              `name:"add-groups" help:"Make groups and buildings that are not there; otherwise they are errors."`
	MarkMoved bool              `name:"mark-moved" help:"Record as moved away who is in the roster and not in the file; otherwise they are only reported."`
	DryRun    bool              `name:"dry-run" help:"Say what would be done and change nothing."`
	Yes       bool              `help:"Do not ask before changing anything."`
	Undo      bool              `help:"Undo the last import (with --community: of that community)."`
	Template  string            `help:"Write an empty workbook with all headings." placeholder:"FILE" type:"path"`
	Sample    string            `help:"Write a roster of made-up persons, for trials of size (.xlsx or .csv)." placeholder:"FILE" type:"path"`
	Persons   int               `help:"With --sample: persons for each community." default:"100"`
	Names     []string          `name:"communities" help:"With --sample: the communities." default:"某某社区"`
}

// Run imports rosters, or undoes the last import, or writes a template.
func (c importCmd) Run(ctx context.Context, s settings) error {
	switch {
	case c.Template != "":
		b, err := roster.Template()
		if err != nil {
			return err
		}
		return os.WriteFile(c.Template, b, 0o600)
	case c.Sample != "":
		return writeRoster(c.Sample, roster.MadeUp(c.Names, c.Persons, deliberation.DateOf(time.Now())), true, roster.UTF8)
	case c.Undo:
		return withStore(ctx, s, func(_ config.Config, store *models.Store) error { return c.undo(ctx, store) })
	case len(c.Files) == 0:
		return errors.New("name a file to import, or --undo, --template or --sample")
	}
	return withStore(ctx, s, func(_ config.Config, store *models.Store) error {
		for _, file := range c.Files {
			if err := c.file(ctx, store, file); err != nil {
				return fmt.Errorf("%s: %w", file, err)
			}
		}
		return nil
	})
}

func (c importCmd) undo(ctx context.Context, store *models.Store) error {
	last, err := store.LastImport(ctx, deliberation.CommunityID(c.Community))
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) {
		return errors.New("there is no import to undo")
	}
	if err != nil {
		return err
	}
	fmt.Printf("%s 的导入：新增 %d 人，变更 %d 人，迁出 %d 人\n", last.At.In(deliberation.Shanghai).Format("2006-01-02 15:04"), last.New, last.Changed, last.Moved)
	if !c.Yes && !agreed("撤销这次导入") {
		return errors.New("nothing was changed")
	}
	err = store.UndoImport(ctx, last.ID, console)
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseImportChanged)) {
		return errors.New("it cannot be undone: what it brought was changed or used since, or a later import came after it")
	}
	if err == nil {
		fmt.Println("已撤销。")
	}
	return err
}

// file imports one file.
func (c importCmd) file(ctx context.Context, store *models.Store, file string) error {
	texts, err := locale.Load()
	if err != nil {
		return err
	}
	words := texts.For("zh")
	f, err := os.Open(file)
	if err != nil {
		return err
	}
	content, err := io.ReadAll(io.LimitReader(f, roster.CommandLimits.Bytes+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return err
	}
	table, err := roster.Read(content, roster.CommandLimits)
	if err != nil {
		return unreadableIn(words, err)
	}
	columns, err := c.columns(table)
	if err != nil {
		return err
	}
	o := roster.Options{
		Community: deliberation.CommunityID(c.Community), Actor: console, Appoints: true, AddGroups: c.AddGroups, MarkMoved: c.MarkMoved,
		On: deliberation.DateOf(time.Now()),
	}
	entries, issues := roster.Parse(table, columns, o.On)
	plan, err := store.PlanImport(ctx, entries, issues, o)
	if err != nil {
		return err
	}
	report(os.Stdout, words, table, plan)
	switch {
	case plan.Errors > 0:
		return fmt.Errorf("%d errors: nothing was changed", plan.Errors)
	case c.DryRun:
		return nil
	case !c.Yes && !agreed("导入"):
		return errors.New("nothing was changed")
	}
	began := time.Now()
	_, plan, err = store.RunImport(ctx, entries, issues, o, progressOn(os.Stderr))
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseImportErrors)) {
		report(os.Stdout, words, table, plan)
	}
	if err == nil {
		fmt.Printf("已导入，用时 %.1f 秒。\n", time.Since(began).Seconds())
	}
	return err
}

// unreadableIn says in people's words why a file is refused.
func unreadableIn(words *locale.Texts, err error) error {
	var refusal *deliberation.Refusal
	if !errors.As(err, &refusal) || len(refusal.Fields) == 0 {
		return err
	}
	f := refusal.Fields[0]
	return errors.New(words.S("problem_"+f.Problem, "Limit", f.Limit))
}

// columns gives the column of each field: by its heading, or as --column says.
func (c importCmd) columns(t roster.Table) (map[roster.Field]int, error) {
	at := roster.Match(t.Head)
	for name, column := range c.Columns {
		field := roster.Field(name)
		for f := range roster.Match([]string{name}) {
			field = f
		}
		n, err := strconv.Atoi(column)
		if err != nil {
			n, err = excelize.ColumnNameToNumber(column)
		}
		if err != nil || !roster.KnownField(field) || n < 1 || n > len(t.Head) {
			return nil, fmt.Errorf("--column %s=%s: no such field, or no such column", name, column)
		}
		at[field] = n - 1
	}
	if _, named := at[roster.Name]; !named {
		return nil, errors.New("no column holds the names; say which with --column 姓名=…")
	}
	return at, nil
}

// Bounds of what is printed of a plan.
const (
	issuesPrinted  = 50
	changesPrinted = 20
)

// report prints what an import would do: rows and fields, and no personal data.
func report(w io.Writer, words *locale.Texts, t roster.Table, p roster.Plan) {
	if t.Format == roster.XLSX {
		fmt.Fprintf(w, "工作表“%s”，标题在第 %d 行，共 %d 行\n", t.Sheet, t.HeadLine, len(t.Lines))
	} else {
		fmt.Fprintf(w, "%s，标题在第 %d 行，共 %d 行\n", t.Encoding, t.HeadLine, len(t.Lines))
	}
	for i, issue := range p.Issues {
		if i == issuesPrinted {
			fmt.Fprintf(w, "……还有 %d 条\n", len(p.Issues)-i)
			break
		}
		fmt.Fprintln(w, issueLine(words, issue))
	}
	fmt.Fprintf(w, "新增 %d 人，变更 %d 人，不变 %d 人；在册而文件中没有 %d 人\n", p.New, p.Changed, p.Same, p.Missing)
	fmt.Fprintf(w, "新增 %d 户、%d 个小组或楼栋、%d 项任职\n", p.Households, p.Groups, p.Seats)
	fmt.Fprintf(w, "%d 处错误，%d 处提醒\n", p.Errors, p.Warnings)
	printed := 0
	for _, d := range p.Differences {
		if d.Kind != roster.Changed {
			continue
		}
		if printed++; printed > changesPrinted {
			fmt.Fprintf(w, "……还有 %d 人变更\n", p.Changed-changesPrinted)
			break
		}
		var fields []string
		for _, f := range d.Fields {
			if name := words.S("import_field_" + string(f.Field)); !slices.Contains(fields, name) {
				fields = append(fields, name)
			}
		}
		fmt.Fprintf(w, "第 %d 行：变更 %s\n", d.Line, strings.Join(fields, "、"))
	}
}

func issueLine(words *locale.Texts, i roster.Issue) string {
	kind := words.S("import_severity_" + string(i.Severity))
	line := fmt.Sprintf("第 %d 行 %s：%s", i.Line, kind, words.S("import_issue_"+i.Code))
	if i.Other > 0 {
		line += fmt.Sprintf("（见第 %d 行）", i.Other)
	}
	return line
}

// agreed asks on the terminal.
func agreed(what string) bool {
	fmt.Printf("%s？输入 yes 继续：", what)
	answer, err := bufio.NewReader(os.Stdin).ReadString('\n')
	return err == nil && strings.TrimSpace(answer) == "yes"
}

// progressOn prints how far an import is, at each percent.
func progressOn(w io.Writer) func(done, total int) {
	last := -1
	return func(done, total int) {
		percent := done * 100 / max(total, 1)
		if percent == last {
			return
		}
		last = percent
		fmt.Fprintf(w, "\r%d / %d 人（%d%%）", done, total, percent)
		if done == total {
			fmt.Fprintln(w)
		}
	}
}

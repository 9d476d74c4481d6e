package pages

import (
	"strconv"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/roster"
)

// ImportView is the first step: the file.
type ImportView struct {
	Page
	Rows    int
	Last    *ImportLine
	Problem *Problem
}

// ImportLine is an import that was done, with who did it.
type ImportLine struct {
	roster.Import
	Who string
	// Elsewhere says that it touched other communities too, whose keeper undoes it.
	Elsewhere bool
}

// ImportColumnsView is the second step: which column holds what.
type ImportColumnsView struct {
	Page
	Upload  string
	Table   roster.Table
	Choices roster.Choices
	Problem *Problem
}

// Columns gives the choices for a field.
func (v ImportColumnsView) Columns(f roster.Field) Field {
	options := []Option{{Value: "", Label: v.S("import_column_none")}}
	for i, h := range v.Table.Head {
		if h = strings.TrimSpace(h); h == "" {
			h = v.S("import_column_unnamed")
		}
		options = append(options, Option{Value: strconv.Itoa(i), Label: v.S("import_column_option", "N", i+1, "Name", h)})
	}
	value := ""
	if i, ok := v.Choices.Columns[f]; ok {
		value = strconv.Itoa(i)
	}
	return Field{Name: "column_" + string(f), Label: v.FieldName(f), Value: value, Options: options}
}

// Unused names the columns that no field is taken from.
func (v ImportColumnsView) Unused() string {
	used := map[int]bool{}
	for _, i := range v.Choices.Columns {
		used[i] = true
	}
	var names []string
	for i, h := range v.Table.Head {
		if h = strings.TrimSpace(h); h != "" && !used[i] {
			names = append(names, h)
		}
	}
	return strings.Join(names, v.S("list_comma"))
}

// FieldName is the heading of a field.
func (p Page) FieldName(f roster.Field) string { return p.S("import_field_" + string(f)) }

func yes(b bool) string {
	if b {
		return "yes"
	}
	return ""
}

// ImportPreviewView is the third step: what would be done.
type ImportPreviewView struct {
	Page
	Upload  string
	Plan    roster.Plan
	Choices roster.Choices
	Problem *Problem
}

// Bounds of what a preview lists.
const (
	issuesShown      = 200
	differencesShown = 200
)

// Issues gives the issues shown, errors of all rows before warnings.
func (v ImportPreviewView) Issues() (shown []roster.Issue, more int) {
	for _, s := range []roster.Severity{roster.Error, roster.Warning} {
		for _, i := range v.Plan.Issues {
			if i.Severity == s {
				shown = append(shown, i)
			}
		}
	}
	n := min(len(shown), issuesShown)
	return shown[:n], len(shown) - n
}

// Differences gives the differences shown, those that change or lack somebody first.
func (v ImportPreviewView) Differences() (shown []roster.Difference, more int) {
	for _, k := range []roster.Kind{roster.Changed, roster.Missing, roster.New} {
		for _, d := range v.Plan.Differences {
			if d.Kind == k {
				shown = append(shown, d)
			}
		}
	}
	n := min(len(shown), differencesShown)
	return shown[:n], len(shown) - n
}

// Tone is the look of an issue.
func severityTone(s roster.Severity) Tone {
	if s == roster.Error {
		return Bad
	}
	return Wait
}

// ChangeWords says a change. Numbers of persons are not shown, only that they change.
func (p Page) ChangeWords(c roster.Change) string {
	field := p.FieldName(c.Field)
	before, after := c.Old, c.New
	switch c.Field {
	case roster.Identity, roster.Phone, roster.Birth:
		return p.S("import_change_private", "Field", field)
	case roster.Sex:
		before, after = p.SexName(deliberation.Sex(before)), p.SexName(deliberation.Sex(after))
	case roster.Hukou:
		before, after = p.HukouName(deliberation.Hukou(before)), p.HukouName(deliberation.Hukou(after))
	case roster.Relation:
		before, after = p.RelationName(deliberation.Relation(before)), p.RelationName(deliberation.Relation(after))
	case roster.Offices, roster.Party:
		before, after = p.officeOrNone(before), p.officeOrNone(after)
	}
	return p.S("import_change_line", "Field", field, "Old", p.orEmpty(before), "New", p.orEmpty(after))
}

func (p Page) officeOrNone(office string) string {
	if office == "" {
		return ""
	}
	return p.OfficeName(deliberation.Office(office))
}

func (p Page) orEmpty(s string) string {
	if s == "" {
		return p.S("import_empty")
	}
	return s
}

// ImportDoneView is the last step: what was done.
type ImportDoneView struct {
	Page
	Done    ImportLine
	Problem *Problem
}

// ExportView asks what to export.
type ExportView struct {
	Page
	Format  string
	Problem *Problem
}

// Formats lists the formats of an export.
func (v ExportView) Formats() []Option {
	return []Option{{Value: "xlsx", Label: v.S("export_xlsx")}, {Value: "csv", Label: v.S("export_csv_utf8")}, {Value: "gb18030", Label: v.S("export_csv_gb")}}
}

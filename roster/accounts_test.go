package roster

import (
	"bytes"
	"errors"
	"reflect"
	"testing"

	"github.com/xuri/excelize/v2"

	"github.com/yishi-project/yishi/deliberation"
)

// workbookOf makes a workbook of the rows, and lets a test spoil it.
func workbookOf(t *testing.T, rows [][]any, spoil func(f *excelize.File)) []byte {
	t.Helper()
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.SetSheetRow("Sheet1", cell, &row); err != nil {
			t.Fatal(err)
		}
	}
	if spoil != nil {
		spoil(f)
	}
	var b bytes.Buffer
	if _, err := f.WriteTo(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func accountsSheet() [][]any {
	return [][]any{
		{"二〇二六年三月财务收支"},
		{"项目", "上期结余(元)", "本月收入", "本月支出", "期末余额"},
		{"专项资金", 1000, 500.5, "1,200.25", 300.25},
		{"捐赠", "", 20, 0, 20},
		{"合计", 1000, 520.5, 1200.25, 320.25},
	}
}

func TestReadAccounts(t *testing.T) {
	a, err := ReadAccounts(workbookOf(t, accountsSheet(), nil), AccountsLimits)
	if err != nil {
		t.Fatal(err)
	}
	want := []deliberation.AccountLine{{Name: "专项资金", Opening: 100000, Income: 50050, Spending: 120025, Closing: 30025}, {Name: "捐赠", Income: 2000, Closing: 2000}}
	if !reflect.DeepEqual(a.Lines, want) || a.Check(nil) != nil {
		t.Errorf("%+v: %v", a, a.Check(nil))
	}
	plain, err := ReadAccounts([]byte("项目,期初余额,收入,支出,期末余额\n专项资金,1,2,1,2\n"), AccountsLimits)
	if err != nil || plain.Check(nil) != nil {
		t.Errorf("a CSV file without a sum: %+v %v", plain, err)
	}
	template, err := AccountsTemplate([]deliberation.AccountLine{{Name: "专项资金", Opening: 30025}})
	if err != nil {
		t.Fatal(err)
	}
	if a, err = ReadAccounts(template, AccountsLimits); err != nil || len(a.Lines) != 1 || a.Lines[0].Opening != 30025 {
		t.Errorf("the template: %+v %v", a, err)
	}
}

func TestWhatIsWrongWithAWorkbookOfAccountsIsNamed(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(f *excelize.File)
		want  []deliberation.FieldProblem
	}{
		"formulas": {func(f *excelize.File) {
			_ = f.SetCellFormula("Sheet1", "E3", "B3+C3-D3")
			_ = f.SetCellFormula("Sheet1", "B5", "SUM(B3:B4)")
		}, []deliberation.FieldProblem{{Field: "file", Problem: deliberation.ProblemFormula, Limit: 3}, {Field: "file", Problem: deliberation.ProblemFormula, Limit: 5}}},
		"a hidden row": {func(f *excelize.File) { _ = f.SetRowVisible("Sheet1", 4, false) },
			[]deliberation.FieldProblem{{Field: "file", Problem: deliberation.ProblemHiddenRow, Limit: 4}}},
		"merged cells": {func(f *excelize.File) { _ = f.MergeCell("Sheet1", "A3", "A4") }, []deliberation.FieldProblem{{Field: "file", Problem: deliberation.ProblemNotATable, Limit: 3}}},
		"words for an amount": {func(f *excelize.File) { _ = f.SetCellValue("Sheet1", "C4", "约二十元") },
			[]deliberation.FieldProblem{{Field: "file", Problem: deliberation.ProblemNotAnAmount, Limit: 4}}},
		"a row after the sum": {func(f *excelize.File) { _ = f.SetSheetRow("Sheet1", "A6", &[]any{"备注", 1, 1, 1, 1}) },
			[]deliberation.FieldProblem{{Field: "file", Problem: deliberation.ProblemNotATable, Limit: 6}}},
		"other columns": {func(f *excelize.File) { _ = f.SetCellValue("Sheet1", "E2", "经手人") },
			[]deliberation.FieldProblem{{Field: "file", Problem: deliberation.ProblemNotATable}}},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := ReadAccounts(workbookOf(t, accountsSheet(), c.spoil), AccountsLimits)
			var r *deliberation.Refusal
			if !errors.As(err, &r) || r.Code != deliberation.RefuseUnbalanced || !reflect.DeepEqual(r.Fields, c.want) {
				t.Errorf("got %+v (%v), want %v", r, err, c.want)
			}
		})
	}
	sheet := accountsSheet()
	sheet[4][4] = 320.26
	a, err := ReadAccounts(workbookOf(t, sheet, nil), AccountsLimits)
	if err != nil || a.Check(nil) == nil {
		t.Errorf("a sum that is not the lines' was taken: %v", err)
	}
	if _, err = ReadAccounts([]byte("PK\x03\x04broken"), AccountsLimits); !errors.Is(err, deliberation.Refuse(deliberation.RefuseUnreadableFile)) {
		t.Errorf("a broken file: %v", err)
	}
}

package roster

import (
	"bytes"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/yishi-project/yishi/deliberation"
)

// AccountsLimits bound the workbook of one table of accounts.
var AccountsLimits = Limits{Bytes: 4 << 20, Unpacked: 32 << 20, Rows: 500}

// accountHeads are the headings by which each column of 财务收支表 is known.
var accountHeads = [][]string{
	{"项目", "科目", "名称", "收支项目", "资金名称"},
	{"期初余额", "上期结余", "上期余额", "期初", "上月结余", "上月余额"},
	{"收入", "本期收入", "本月收入", "收入金额"},
	{"支出", "本期支出", "本月支出", "支出金额"},
	{"期末余额", "本期结余", "期末", "结余", "本月结余", "余额"},
}

// accountTotals are the words that a row of the sum begins with.
var accountTotals = []string{"合计", "总计", "共计"}

// ReadAccounts reads a table of accounts from a workbook or a CSV file. A cell that
// is reckoned by a formula, a row that is hidden and an amount that is none are named
// by the row of the sheet and refused (RefuseUnbalanced); whether the table adds up
// is asked after. Where the file states no sum, the lines' own is taken.
func ReadAccounts(content []byte, within Limits) (deliberation.Accounts, error) {
	var a deliberation.Accounts
	table, err := Read(content, within)
	if err != nil {
		return a, err
	}
	var wrong []deliberation.FieldProblem
	add := func(line int, problem string) {
		p := deliberation.FieldProblem{Field: "file", Problem: problem, Limit: line}
		if !slices.Contains(wrong, p) {
			wrong = append(wrong, p)
		}
	}
	for _, i := range table.Issues {
		switch i.Code {
		case "formula":
			add(i.Line, deliberation.ProblemFormula)
		case "hidden_row":
			add(i.Line, deliberation.ProblemHiddenRow)
		default:
			add(i.Line, deliberation.ProblemNotATable)
		}
	}
	at, rows := accountColumns(table)
	if at == nil {
		add(0, deliberation.ProblemNotATable)
		return a, &deliberation.Refusal{Code: deliberation.RefuseUnbalanced, Fields: wrong}
	}
	stated := false
	for _, row := range rows {
		l := deliberation.AccountLine{Name: strings.Join(strings.Fields(unquoted(cellAt(row, at[0]))), " ")}
		for k, to := range []*int64{&l.Opening, &l.Income, &l.Spending, &l.Closing} {
			fen, ok := deliberation.ParseYuan(unquoted(cellAt(row, at[k+1])))
			if !ok {
				add(row.Number, deliberation.ProblemNotAnAmount)
			}
			*to = fen
		}
		switch {
		case stated:
			add(row.Number, deliberation.ProblemNotATable)
		case slices.Contains(accountTotals, strings.ReplaceAll(l.Name, " ", "")):
			stated, a.Total = true, deliberation.AccountLine{Opening: l.Opening, Income: l.Income, Spending: l.Spending, Closing: l.Closing}
		default:
			a.Lines = append(a.Lines, l)
		}
	}
	if len(wrong) > 0 {
		return a, &deliberation.Refusal{Code: deliberation.RefuseUnbalanced, Fields: wrong}
	}
	if !stated {
		a.Total = a.Sum().Line()
	}
	return a, nil
}

func cellAt(l Line, i int) string {
	if i < 0 || i >= len(l.Cells) {
		return ""
	}
	return l.Cells[i]
}

// accountColumns finds the row of headings, and gives the columns in the order of
// deliberation.AccountsColumns with the rows below it.
func accountColumns(t Table) (at []int, rows []Line) {
	all := append([]Line{{Number: t.HeadLine, Cells: t.Head}}, t.Lines...)
	for i := range min(headSearch, len(all)) {
		found := make([]int, len(accountHeads))
		for k, names := range accountHeads {
			found[k] = slices.IndexFunc(all[i].Cells, func(cell string) bool {
				cell, _, _ = strings.Cut(heading(cell), "(") // 收入(元)
				return slices.Contains(names, cell)
			})
		}
		if !slices.Contains(found, -1) {
			return found, all[i+1:]
		}
	}
	return nil, nil
}

// AccountsTemplate gives a workbook with the headings of a table of accounts and the
// lines that it goes on from.
func AccountsTemplate(lines []deliberation.AccountLine) ([]byte, error) {
	f := excelize.NewFile()
	defer func() { _ = f.Close() }()
	const sheet = "财务收支"
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return nil, err
	}
	rows := [][]string{deliberation.AccountsColumns}
	for _, l := range lines {
		rows = append(rows, []string{quoted(l.Name, false), deliberation.YuanText(l.Opening), "", "", ""})
	}
	for i, row := range rows {
		cell, err := excelize.CoordinatesToCellName(1, i+1)
		if err != nil {
			return nil, err
		}
		if err := f.SetSheetRow(sheet, cell, &row); err != nil {
			return nil, err
		}
	}
	if err := f.SetColWidth(sheet, "A", "E", 18); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	_, err := f.WriteTo(&b)
	return b.Bytes(), err
}

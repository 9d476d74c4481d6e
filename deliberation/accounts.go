package deliberation

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// AccountLine is one line of 财务收支表, in fen.
type AccountLine struct {
	Name     string `json:"name"`
	Opening  int64  `json:"opening"`
	Income   int64  `json:"income"`
	Spending int64  `json:"spending"`
	Closing  int64  `json:"closing"`
}

// Balances reports whether the line adds up.
func (l AccountLine) Balances() bool { return l.Opening+l.Income-l.Spending == l.Closing }

// Accounts is 财务收支表 of one period: its lines, and the sum as it was stated.
type Accounts struct {
	Lines []AccountLine `json:"lines"`
	Total AccountLine   `json:"total"`
}

// AccountsSum is what the record keeps of a table without its words.
type AccountsSum struct {
	Lines    int   `json:"lines"`
	Opening  int64 `json:"opening"`
	Income   int64 `json:"income"`
	Spending int64 `json:"spending"`
	Closing  int64 `json:"closing"`
}

// AccountProblems lists them.
var AccountProblems = []string{
	ProblemUnbalanced, ProblemSum, ProblemNotCarried, ProblemLineMissing, ProblemTwice, ProblemNotAnAmount, ProblemNotATable, ProblemFormula, ProblemHiddenRow, ProblemNoName,
}

// Line is the sum as a line of its own.
func (s AccountsSum) Line() AccountLine {
	return AccountLine{Opening: s.Opening, Income: s.Income, Spending: s.Spending, Closing: s.Closing}
}

// The bounds of a table. Two hundred lines of the largest amount cannot overflow.
const (
	MaxAccountLines = 200
	maxAccountName  = 60
	MaxAccountFen   = int64(1e15)
)

// Problems of a table beside those of other forms. Each names its line by Limit,
// counted from one.
const (
	ProblemUnbalanced  = "unbalanced"    // 期初加收入减支出不等于期末
	ProblemSum         = "sum"           // 合计与各行之和不符
	ProblemNotCarried  = "not_carried"   // 期初与上期期末不符
	ProblemLineMissing = "line_missing"  // 上期有余额的项目没有列入
	ProblemTwice       = "twice"         // 项目重复
	ProblemNotAnAmount = "not_an_amount" // 不是金额
	ProblemNotATable   = "not_a_table"   // 不是收支表
	ProblemFormula     = "formula"       // 含有公式
	ProblemHiddenRow   = "hidden_row"    // 隐藏的行
	ProblemNoName      = "name_required" // 没有项目名称
)

// Sum adds the lines up.
func (a Accounts) Sum() AccountsSum {
	s := AccountsSum{Lines: len(a.Lines)}
	for _, l := range a.Lines {
		s.Opening, s.Income, s.Spending, s.Closing = s.Opening+l.Opening, s.Income+l.Income, s.Spending+l.Spending, s.Closing+l.Closing
	}
	return s
}

// Problems says what is wrong with a table: a line that does not add up, a sum that
// is not the lines', and what was not carried over from the table before (nil where
// there is none). Every fault is named with its line.
func (a Accounts) Problems(before *Accounts) []FieldProblem {
	var wrong []FieldProblem
	add := func(line int, problem string) {
		wrong = append(wrong, FieldProblem{Field: "lines", Problem: problem, Limit: line})
	}
	switch {
	case len(a.Lines) == 0:
		return []FieldProblem{{Field: "lines", Problem: "required"}}
	case len(a.Lines) > MaxAccountLines:
		return []FieldProblem{{Field: "lines", Problem: "too_many", Limit: MaxAccountLines}}
	}
	seen := map[string]bool{}
	for i, l := range a.Lines {
		switch {
		case l.Name == "":
			add(i+1, ProblemNoName)
		case utf8.RuneCountInString(l.Name) > maxAccountName || strings.ContainsAny(l.Name, "\t\n\r") || l.Name == accountsTotal:
			add(i+1, ProblemNotATable)
		case seen[l.Name]:
			add(i+1, ProblemTwice)
		case !l.bounded():
			add(i+1, ProblemNotAnAmount)
		case !l.Balances():
			add(i+1, ProblemUnbalanced)
		}
		seen[l.Name] = true
	}
	wrong = append(wrong, a.carried(before)...)
	if len(wrong) > 0 {
		return wrong
	}
	if total := a.Sum().Line(); a.Total != total {
		add(len(a.Lines)+1, ProblemSum)
	}
	return wrong
}

// carried compares what a table opens with, line by line, with what the one before
// closed with. A line that is new opens with nothing.
func (a Accounts) carried(before *Accounts) (wrong []FieldProblem) {
	if before == nil {
		return nil
	}
	closed := map[string]int64{}
	for _, l := range before.Lines {
		closed[l.Name] = l.Closing
	}
	for i, l := range a.Lines {
		if l.Opening != closed[l.Name] {
			wrong = append(wrong, FieldProblem{Field: "lines", Problem: ProblemNotCarried, Limit: i + 1})
		}
		delete(closed, l.Name)
	}
	for i, l := range before.Lines {
		if left, missing := closed[l.Name]; missing && left != 0 {
			wrong = append(wrong, FieldProblem{Field: "lines", Problem: ProblemLineMissing, Limit: i + 1})
		}
	}
	return wrong
}

func (l AccountLine) bounded() bool {
	in := func(n int64) bool { return n >= -MaxAccountFen && n <= MaxAccountFen }
	return in(l.Opening) && in(l.Closing) && in(l.Income) && in(l.Spending) && l.Income >= 0 && l.Spending >= 0
}

// Check gives the problems as a refusal (RefuseUnbalanced).
func (a Accounts) Check(before *Accounts) error {
	if wrong := a.Problems(before); len(wrong) > 0 {
		return &Refusal{Code: RefuseUnbalanced, Fields: wrong}
	}
	return nil
}

// Next is the table with which the next period begins: what this one closed with.
func (a Accounts) Next() Accounts {
	var next Accounts
	for _, l := range a.Lines {
		next.Lines = append(next.Lines, AccountLine{Name: l.Name, Opening: l.Closing, Closing: l.Closing})
	}
	return next
}

// AccountsColumns are the headings of a table as it is written, imported and posted.
var AccountsColumns = []string{"项目", "期初余额", "收入", "支出", "期末余额"}

const accountsTotal = "合计"

// Text is the table as it is filed: a line each, the columns parted by tabs, amounts
// in yuan, and the sum at the end. It is what people read, what is hashed, and what
// ParseAccounts takes back.
func (a Accounts) Text() string {
	var b strings.Builder
	b.WriteString(strings.Join(AccountsColumns, "\t") + "\n")
	line := func(l AccountLine) {
		fmt.Fprintf(&b, "%s\t%s\t%s\t%s\t%s\n", l.Name, YuanText(l.Opening), YuanText(l.Income), YuanText(l.Spending), YuanText(l.Closing))
	}
	for _, l := range a.Lines {
		line(l)
	}
	total := a.Total
	total.Name = accountsTotal
	line(total)
	return b.String()
}

// ParseAccounts reads what Text wrote. It does not ask whether the table adds up.
// What is no such table is refused (RefuseUnbalanced) with its line.
func ParseAccounts(text string) (Accounts, error) {
	var a Accounts
	bad := func(line int, problem string) error {
		return &Refusal{Code: RefuseUnbalanced, Fields: []FieldProblem{{Field: "lines", Problem: problem, Limit: line}}}
	}
	lines := strings.Split(strings.TrimRight(strings.ReplaceAll(text, "\r\n", "\n"), "\n"), "\n")
	if len(lines) < 2 || lines[0] != strings.Join(AccountsColumns, "\t") || len(lines) > MaxAccountLines+2 {
		return a, bad(0, ProblemNotATable)
	}
	for i, text := range lines[1:] {
		cells := strings.Split(text, "\t")
		if len(cells) != len(AccountsColumns) {
			return a, bad(i+1, ProblemNotATable)
		}
		l := AccountLine{Name: strings.TrimSpace(cells[0])}
		for k, to := range []*int64{&l.Opening, &l.Income, &l.Spending, &l.Closing} {
			var ok bool
			if *to, ok = ParseYuan(cells[k+1]); !ok {
				return a, bad(i+1, ProblemNotAnAmount)
			}
		}
		if i == len(lines)-2 {
			if l.Name != accountsTotal {
				return a, bad(i+1, ProblemSum)
			}
			a.Total = AccountLine{Opening: l.Opening, Income: l.Income, Spending: l.Spending, Closing: l.Closing}
			break
		}
		a.Lines = append(a.Lines, l)
	}
	return a, nil
}

// YuanText writes fen as yuan with two decimals, without separators.
func YuanText(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	return fmt.Sprintf("%s%d.%02d", sign, fen/100, fen%100)
}

// ParseYuan reads an amount in yuan as fen. Thousands may be parted by commas; there
// are at most two decimals; an empty cell is nought.
func ParseYuan(s string) (int64, bool) {
	s = strings.NewReplacer(",", "", "，", "", "¥", "", "￥", "", "元", "", " ", "", "\u00a0", "", "－", "-").Replace(strings.TrimSpace(s))
	if s == "" {
		return 0, true
	}
	negative := strings.HasPrefix(s, "-")
	whole, part, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	digits := func(s string) bool {
		return strings.Trim(s, "0123456789") == ""
	}
	if whole == "" || len(whole) > 14 || !digits(whole) || !digits(part) {
		return 0, false
	}
	if part = strings.TrimRight(part, "0"); len(part) > 2 {
		return 0, false
	}
	fen, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil || fen > MaxAccountFen {
		return 0, false
	}
	if negative {
		fen = -fen
	}
	return fen, true
}

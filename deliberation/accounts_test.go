package deliberation

import (
	"errors"
	"reflect"
	"testing"
)

func table(lines ...AccountLine) Accounts {
	a := Accounts{Lines: lines}
	s := a.Sum()
	a.Total = AccountLine{Opening: s.Opening, Income: s.Income, Spending: s.Spending, Closing: s.Closing}
	return a
}

func TestAccountsAddUp(t *testing.T) {
	before := table(AccountLine{"专项资金", 0, 500, 100, 400}, AccountLine{"捐赠", 0, 70, 70, 0}, AccountLine{"公益金", 0, 30, 0, 30})
	good := table(AccountLine{"专项资金", 400, 100, 250, 250}, AccountLine{"公益金", 30, 0, 0, 30}, AccountLine{"奖金", 0, 5, 5, 0})
	for name, test := range map[string]struct {
		change func(a *Accounts)
		want   []FieldProblem
	}{
		"balanced":            {func(*Accounts) {}, nil},
		"a line does not":     {func(a *Accounts) { a.Lines[1].Closing = 29 }, []FieldProblem{{"lines", ProblemUnbalanced, 2}}},
		"two lines do not":    {func(a *Accounts) { a.Lines[1].Closing, a.Lines[2].Income = 29, 6 }, []FieldProblem{{"lines", ProblemUnbalanced, 2}, {"lines", ProblemUnbalanced, 3}}},
		"the sum does not":    {func(a *Accounts) { a.Total.Income++ }, []FieldProblem{{"lines", ProblemSum, 4}}},
		"not carried over":    {func(a *Accounts) { a.Lines[0].Opening, a.Lines[0].Closing = 401, 251 }, []FieldProblem{{"lines", ProblemNotCarried, 1}}},
		"new, yet opened":     {func(a *Accounts) { a.Lines[2].Opening, a.Lines[2].Closing = 1, 1 }, []FieldProblem{{"lines", ProblemNotCarried, 3}}},
		"a line left out":     {func(a *Accounts) { a.Lines = a.Lines[:1] }, []FieldProblem{{"lines", ProblemLineMissing, 3}}},
		"twice":               {func(a *Accounts) { a.Lines[2].Name = "公益金" }, []FieldProblem{{"lines", ProblemTwice, 3}}},
		"without a name":      {func(a *Accounts) { a.Lines[2].Name = "" }, []FieldProblem{{"lines", ProblemNoName, 3}}},
		"a name of two lines": {func(a *Accounts) { a.Lines[2].Name = "奖\n金" }, []FieldProblem{{"lines", ProblemNotATable, 3}}},
		"negative income":     {func(a *Accounts) { a.Lines[2].Income, a.Lines[2].Spending = -5, -5 }, []FieldProblem{{"lines", ProblemNotAnAmount, 3}}},
		"more than there is":  {func(a *Accounts) { a.Lines[2].Income = MaxAccountFen + 1 }, []FieldProblem{{"lines", ProblemNotAnAmount, 3}}},
		"no line":             {func(a *Accounts) { a.Lines = nil }, []FieldProblem{{"lines", "required", 0}}},
		"more lines than fit": {func(a *Accounts) { a.Lines = make([]AccountLine, MaxAccountLines+1) }, []FieldProblem{{"lines", "too_many", MaxAccountLines}}},
		"a line called total": {func(a *Accounts) { a.Lines[2].Name = accountsTotal }, []FieldProblem{{"lines", ProblemNotATable, 3}}},
	} {
		t.Run(name, func(t *testing.T) {
			a := table(append([]AccountLine{}, good.Lines...)...)
			test.change(&a)
			if got := a.Problems(&before); !reflect.DeepEqual(got, test.want) {
				t.Errorf("got %v, want %v", got, test.want)
			}
			if err := a.Check(&before); (err != nil) != (test.want != nil) || err != nil && !errors.Is(err, Refuse(RefuseUnbalanced)) {
				t.Errorf("refused with %v", err)
			}
		})
	}
	first := table(AccountLine{"欠款", -300, 500, 0, 200})
	if wrong := first.Problems(nil); wrong != nil {
		t.Errorf("the first table opens with what there is, and may open with a debt: %v", wrong)
	}
}

func TestAccountsAreReadAsTheyAreWritten(t *testing.T) {
	a := table(AccountLine{"专项资金 (一)", -40005, 1, 250000, -290004}, AccountLine{"捐赠", 0, 0, 0, 0})
	got, err := ParseAccounts(a.Text())
	if err != nil || !reflect.DeepEqual(got, a) {
		t.Errorf("%+v (%v), want %+v", got, err, a)
	}
	for _, text := range []string{
		"", "项目\t期初余额", "项目\t期初余额\t收入\t支出\t期末余额\n", "项目\t期初余额\t收入\t支出\t期末余额\n甲\t1\t1\t1\n合计\t1\t1\t1\t1\n",
		"项目\t期初余额\t收入\t支出\t期末余额\n甲\t1\t1\t1\t1\n", "项目\t期初余额\t收入\t支出\t期末余额\n甲\t一元\t1\t1\t1\n合计\t1\t1\t1\t1\n",
	} {
		if _, err := ParseAccounts(text); !errors.Is(err, Refuse(RefuseUnbalanced)) {
			t.Errorf("%q was read (%v)", text, err)
		}
	}
}

func TestParseYuan(t *testing.T) {
	for s, want := range map[string]int64{"": 0, "0": 0, "1": 100, "1.5": 150, "-1.05": -105, "1,234.50": 123450, "￥3，000 元": 300000, "2.300": 230, "10000000000000": 1e15} {
		if got, ok := ParseYuan(s); !ok || got != want {
			t.Errorf("%q: %d %v, want %d", s, got, ok, want)
		}
	}
	for _, s := range []string{"1.005", "1e3", "--1", "1-", ".5", "一", "=A1", "1.2.3", "10000000000000.01", "999999999999999999", "+1"} {
		if got, ok := ParseYuan(s); ok {
			t.Errorf("%q was read as %d", s, got)
		}
	}
}

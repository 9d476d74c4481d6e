package deliberation_test

import (
	"errors"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

func departmentPack(t *testing.T, id string) (deliberation.Pack, deliberation.DepartmentRules) {
	t.Helper()
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := lib.Pack(id)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.DepartmentRulesOf(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, rules
}

// satisfaction counts a question: satisfied, basically, not, blank, spoiled.
func satisfaction(n ...int) deliberation.QuestionCount {
	c := deliberation.QuestionCount{Question: "q1", Blank: n[3], Spoiled: n[4]}
	for i, g := range []string{"satisfied", "basically_satisfied", "not_satisfied"} {
		c.Votes = append(c.Votes, deliberation.OptionCount{Option: g, Votes: n[i]})
	}
	for _, k := range n {
		c.Ballots += k
	}
	return c
}

// The shares are of the valid forms and always add up to a thousand; nothing says more
// than that, and least of all the law: the grades and criteria are our defaults.
func TestSharesOfARatingAddUp(t *testing.T) {
	t.Parallel()
	_, rules := departmentPack(t, "urban-2026")
	for _, c := range []struct {
		n    []int
		want []int
	}{
		{[]int{1, 1, 1, 0, 0}, []int{334, 333, 333}},
		{[]int{2, 2, 2, 9, 1}, []int{334, 333, 333}},
		{[]int{0, 0, 7, 0, 0}, []int{0, 0, 1000}},
		{[]int{5, 1, 1, 0, 0}, []int{714, 143, 143}},
		{[]int{0, 0, 0, 3, 1}, nil},
		{[]int{0, 0, 0, 0, 0}, nil},
	} {
		r, err := rules.Rate(satisfaction(c.n...))
		if err != nil || !slices.Equal(r.Permille, c.want) || r.Valid != c.n[0]+c.n[1]+c.n[2] {
			t.Errorf("%v: %+v %v, want %v", c.n, r, err, c.want)
		}
		if met := r.Verdict("q1", deliberation.Attendance{}, deliberation.Tally{}); met.Verdict.Met != (r.Valid > 0) || len(met.Chosen) > 0 {
			t.Errorf("%v: %+v", c.n, met)
		}
	}
	for range 2000 {
		n := []int{rand.IntN(200), rand.IntN(200), rand.IntN(200), rand.IntN(20), rand.IntN(20)}
		r, err := rules.Rate(satisfaction(n...))
		sum := 0
		for _, s := range r.Permille {
			sum += s
		}
		if err != nil || r.Valid > 0 && sum != 1000 {
			t.Fatalf("%v gives %v, together %d: %v", n, r.Permille, sum, err)
		}
	}
	for key, want := range map[string]deliberation.Confidence{"criteria": rules.Criteria.Basis.Confidence, "grades": rules.Grades.Basis.Confidence, "reply": rules.ReplyDays.Basis.Confidence} {
		if want != deliberation.Default {
			t.Errorf("%s stands as %s", key, want)
		}
	}
	if rules.Reference.Basis.Confidence != deliberation.LocalPractice || len(rules.Criteria.List) != 5 || rules.ReplyDays.Days != 30 || rules.PostDays.Days < 15 {
		t.Errorf("%+v", rules)
	}
}

func TestARatingThatDoesNotAddUpIsNone(t *testing.T) {
	t.Parallel()
	_, rules := departmentPack(t, "village-2026")
	for name, lie := range map[string]func(*deliberation.QuestionCount){
		"a form too many":      func(c *deliberation.QuestionCount) { c.Ballots++ },
		"a form too few":       func(c *deliberation.QuestionCount) { c.Ballots-- },
		"a grade of no pack":   func(c *deliberation.QuestionCount) { c.Votes[0].Option = "excellent" },
		"a grade twice":        func(c *deliberation.QuestionCount) { c.Votes = append(c.Votes, c.Votes[0]) },
		"less than none":       func(c *deliberation.QuestionCount) { c.Votes[0].Votes, c.Votes[1].Votes = -1, 8 },
		"less than none blank": func(c *deliberation.QuestionCount) { c.Blank, c.Spoiled = -1, 2 },
	} {
		c := satisfaction(3, 4, 1, 1, 0)
		lie(&c)
		if _, err := rules.Rate(c); !errors.Is(err, deliberation.Refuse(deliberation.RefuseUnreconciled)) {
			t.Errorf("%s: %v", name, err)
		}
	}
	form := deliberation.BallotForm{{ID: "q1", Kind: deliberation.SeatsQuestion, Options: rules.Options(), Seats: 1}}
	if _, _, err := rules.RateEach(form, deliberation.Attendance{}, deliberation.Tally{}, nil); err == nil {
		t.Error("a ballot without counts is rated")
	}
	other := satisfaction(1, 0, 0, 0, 0)
	other.Question = "q2"
	if _, _, err := rules.RateEach(form, deliberation.Attendance{}, deliberation.Tally{}, []deliberation.QuestionCount{other}); err == nil {
		t.Error("the count of another question is taken")
	}
}

func TestWhoMayBeRated(t *testing.T) {
	t.Parallel()
	p, rules := departmentPack(t, "urban-2026")
	matter := func(names ...string) deliberation.Matter {
		return deliberation.Matter{
			Title: "评议部门", Summary: "评议", Category: deliberation.CategoryOther, Affected: deliberation.AffectsAll,
			Origin: deliberation.OriginSupervisors, Form: deliberation.Conference, Departments: names,
		}
	}
	many := make([]string, deliberation.MaxDepartments+1)
	for i := range many {
		many[i] = strings.Repeat("所", i+1)
	}
	for name, c := range map[string]struct {
		names   []string
		problem string
	}{
		"none": {nil, "required"}, "31": {many, "too_many"}, "30": {many[:30], ""}, "twice": {[]string{"供电所", "供电所"}, "twice"},
		"a blank": {[]string{" "}, "not_a_choice"}, "two lines": {[]string{"供电所\n1. 满意"}, "not_a_choice"},
		"long": {[]string{strings.Repeat("所", 61)}, "too_long"}, "markup is a name like any": {[]string{"<script>alert(1)</script>"}, ""},
	} {
		err := deliberation.CheckDepartments(p, matter(c.names...))
		var r *deliberation.Refusal
		switch {
		case c.problem == "" && err != nil:
			t.Errorf("%s: %v", name, err)
		case c.problem != "" && (!errors.As(err, &r) || r.Code != deliberation.RefuseInvalid || r.Fields[0].Field != "departments" || r.Fields[0].Problem != c.problem):
			t.Errorf("%s: %v", name, err)
		}
	}
	sheet := deliberation.DepartmentSheet("供电所", rules)
	if names := deliberation.OptionNames(sheet, 3); !reflect.DeepEqual(names, []string{"满意", "基本满意", "不满意"}) || !strings.Contains(sheet, "依法履职、服务态度") {
		t.Errorf("the sheet says %q", sheet)
	}
	old, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range old.Editions() {
		_, err := deliberation.DepartmentRulesOf(e)
		if known := e.Has("department.reply_days"); known != (err == nil) {
			t.Errorf("%s %s: %v", e.ID, e.Version, err)
		}
	}
}

func TestTheCourseOfARating(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at   deliberation.Stage
		o    deliberation.Outcome
		next deliberation.Stage
		on   bool
	}{
		{deliberation.RatingDepartments, deliberation.Carried, deliberation.RatingDisclosure, true},
		{deliberation.RatingDepartments, deliberation.Inquorate, deliberation.RatingDepartments, true},
		{deliberation.RatingDepartments, deliberation.Lost, deliberation.Archive, false},
		{deliberation.RatingDisclosure, deliberation.Carried, deliberation.DepartmentReplies, true},
		{deliberation.DepartmentReplies, deliberation.Carried, deliberation.ReplyDisclosure, true},
		{deliberation.ReplyDisclosure, deliberation.Carried, deliberation.Archive, false},
		{deliberation.DepartmentReplies, deliberation.Cancelled, deliberation.Archive, false},
	} {
		if next, on := deliberation.NextOfDepartments(c.at, c.o); next != c.next || on != c.on {
			t.Errorf("%s %s leads to %s %v", c.at, c.o, next, on)
		}
	}
	d := deliberation.RatedDepartment{}
	if d.NextAct() != "" {
		t.Error("asked of before it is rated")
	}
	d.Result = &deliberation.DepartmentResult{}
	steps := []deliberation.ActKind{d.NextAct()}
	d.Told = deliberation.PaperRef{ID: "x"}
	steps = append(steps, d.NextAct())
	d.Overdue = true
	steps = append(steps, d.NextAct())
	d.Reply = deliberation.PaperRef{ID: "y"}
	steps = append(steps, d.NextAct())
	if !slices.Equal(steps, []deliberation.ActKind{deliberation.ForwardRatings, deliberation.ReplyToRating, deliberation.ReplyToRating, ""}) || !d.Settled() {
		t.Errorf("%v", steps)
	}
}

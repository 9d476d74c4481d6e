package deliberation

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// DepartmentGrade is 满意度 in the rating of a department 评议部门. No text of law names
// the grades (law.md §6.6): they are the pack's.
type DepartmentGrade string

const (
	// RatedSatisfied is 满意.
	RatedSatisfied DepartmentGrade = "satisfied"
	// RatedBasicallySatisfied is 基本满意.
	RatedBasicallySatisfied DepartmentGrade = "basically_satisfied"
	// RatedNotSatisfied is 不满意.
	RatedNotSatisfied DepartmentGrade = "not_satisfied"
)

// DepartmentCriterion is 评议内容: what the raters are asked to weigh.
type DepartmentCriterion string

// The criteria that packs name.
const (
	CriterionLawful     DepartmentCriterion = "lawful"     // 依法履职
	CriterionAttitude   DepartmentCriterion = "attitude"   // 服务态度
	CriterionEfficiency DepartmentCriterion = "efficiency" // 办事效率
	CriterionIntegrity  DepartmentCriterion = "integrity"  // 廉洁自律
	CriterionResults    DepartmentCriterion = "results"    // 工作实效
)

// The bounds of a list of those rated. One ballot has a question for each.
const (
	MaxDepartments    = maxQuestions
	maxDepartmentName = 60
)

// DepartmentRules is all that 评议部门 asks of a rule pack.
type DepartmentRules struct {
	Pack PackRef `json:"pack"`
	// Meeting is the representatives' conference, Chair which body has the chair.
	Meeting MeetingRules `json:"meeting"`
	Chair   CodeRule     `json:"chair"`
	// Criteria are read out as what the one grade stands on, Grades are what a ballot offers.
	Criteria ListRule `json:"criteria"`
	Grades   ListRule `json:"grades"`
	// Reference says that the result is a reference for those who assess the departments.
	Reference FlagRule `json:"reference"`

	// TellDays is by when a body is told, ReplyDays by when it replies, PostDays how long
	// results and replies hang, Filing to whom the result is sent.
	TellDays  DaysRule `json:"tell_days"`
	ReplyDays DaysRule `json:"reply_days"`
	PostDays  DaysRule `json:"post_days"`
	Filing    CodeRule `json:"filing"`

	AnswerDays      DaysRule `json:"answer_days"`
	AcknowledgeDays DaysRule `json:"acknowledge_days"`
	RectifyDays     DaysRule `json:"rectify_days"`
	QuestionDays    DaysRule `json:"question_days"`
	PrepareDays     DaysRule `json:"prepare_days"`
	RemindDays      DaysRule `json:"remind_days"`
}

// DepartmentRulesOf makes, from a pack, all that a rating of departments asks of it. A
// pack of an earlier edition knows none (RefuseFormNotInPack).
func DepartmentRulesOf(p Pack) (DepartmentRules, error) {
	if !p.Has("department.reply_days") {
		return DepartmentRules{}, Refuse(RefuseFormNotInPack)
	}
	c, err := ConferenceOf(p, Conference)
	if err != nil {
		return DepartmentRules{}, err
	}
	r := packReader{pack: p}
	rules := DepartmentRules{
		Pack: p.Ref(), Meeting: c.Meeting, Chair: r.code("department.chair"),
		Criteria: r.listRule("department.criteria"), Grades: r.listRule("department.grades"), Reference: r.flag("department.reference"),
		TellDays: r.days("department.tell_days"), ReplyDays: r.days("department.reply_days"),
		PostDays: r.days("department.post_days"), Filing: r.code("department.filing"),
		AnswerDays: c.AnswerDays, AcknowledgeDays: c.AcknowledgeDays, RectifyDays: c.RectifyDays,
		QuestionDays: c.QuestionDays, PrepareDays: c.PrepareDays, RemindDays: c.RemindDays,
	}
	rules.Meeting.EmergencyNotice.Value = false // nobody is rated in a hurry
	return rules, r.err
}

// Options are the grades as what may be chosen in a question of one seat.
func (r DepartmentRules) Options() []OptionID {
	list := make([]OptionID, len(r.Grades.List))
	for i, g := range r.Grades.List {
		list[i] = OptionID(g)
	}
	return list
}

// CheckDepartments says whether the rating may begin under the pack: at least one body is
// rated, at most MaxDepartments, each named once in one line (RefuseInvalid with Fields).
func CheckDepartments(p Pack, m Matter) error {
	rules, err := DepartmentRulesOf(p)
	if err != nil {
		return err
	}
	problems := matterProblems(m, []string{string(OriginParty), string(OriginCommittee), string(OriginSupervisors)}, []Body{Conference})
	bad := func(problem string, limit int) {
		problems = append(problems, FieldProblem{Field: "departments", Problem: problem, Limit: limit})
	}
	seen := map[string]bool{}
	switch n := len(m.Departments); {
	case n == 0:
		bad("required", 0)
	case n > MaxDepartments:
		bad("too_many", MaxDepartments)
	}
	for _, name := range m.Departments {
		switch {
		case name == "" || name != strings.TrimSpace(name) || strings.ContainsFunc(name, unicode.IsControl):
			bad("not_a_choice", 0)
		case utf8.RuneCountInString(name) > maxDepartmentName:
			bad("too_long", maxDepartmentName)
		case seen[name]:
			bad("twice", 0)
		}
		seen[name] = true
	}
	if len(problems) > 0 {
		return &Refusal{Code: RefuseInvalid, Basis: &rules.Criteria.Basis, Fields: slices.CompactFunc(problems, func(a, b FieldProblem) bool { return a.Field == b.Field && a.Problem == b.Problem })}
	}
	return nil
}

// DepartmentID is the code of a rated body in its process: d1, d2 … in the order of the
// matter's list. The name stays out of the engine.
type DepartmentID string

// DepartmentAt gives the code of the body at the place, counted from nought.
func DepartmentAt(i int) DepartmentID { return DepartmentID(fmt.Sprintf("d%d", i+1)) }

// DepartmentSheet is 评议票 of one body as it is put to the vote: its name, what is to be
// weighed, and the grades as its last lines.
func DepartmentSheet(name string, r DepartmentRules) string {
	criteria := make([]string, len(r.Criteria.List))
	for i, c := range r.Criteria.List {
		criteria[i] = DepartmentCriterion(c).Word("zh")
	}
	grades := make([]string, len(r.Grades.List))
	for i, g := range r.Grades.List {
		grades[i] = DepartmentGrade(g).Word("zh")
	}
	return WithOptions(name+"\n评议内容："+strings.Join(criteria, "、")+"。综合评定一个等次。", grades)
}

// DepartmentResult is what the ballot said of one body 评议结果.
type DepartmentResult struct {
	Ballots int `json:"ballots"`
	// Valid is the forms that name a grade; blank and spoiled ones are not valid.
	Valid   int           `json:"valid"`
	Blank   int           `json:"blank,omitempty"`
	Spoiled int           `json:"spoiled,omitempty"`
	Votes   []OptionCount `json:"votes"`
	// Permille is the share of each grade in the valid forms, in thousandths: together
	// a thousand, empty where no form is valid.
	Permille []int `json:"permille,omitempty"`
}

// Rate finds the result of one body from the count of its question. A count that does
// not add up is refused (RefuseUnreconciled).
func (r DepartmentRules) Rate(c QuestionCount) (DepartmentResult, error) {
	d := DepartmentResult{Ballots: c.Ballots, Blank: c.Blank, Spoiled: c.Spoiled}
	for _, g := range r.Grades.List {
		d.Votes = append(d.Votes, OptionCount{g, c.Of(g)})
		d.Valid += c.Of(g)
	}
	named := 0
	for _, v := range c.Votes {
		named += v.Votes
		if v.Votes < 0 {
			return d, Refuse(RefuseUnreconciled)
		}
	}
	if named != d.Valid || len(c.Votes) > len(r.Grades.List) || c.Blank < 0 || c.Spoiled < 0 || d.Valid+c.Blank+c.Spoiled != c.Ballots {
		return d, Refuse(RefuseUnreconciled)
	}
	d.Permille = permille(d.Votes, d.Valid)
	return d, nil
}

// permille shares a thousand out by the largest remainders, so that the shares of a
// result always add up; of equal remainders the better grade's comes first.
func permille(votes []OptionCount, of int) []int {
	if of == 0 {
		return nil
	}
	shares, left := make([]int, len(votes)), 1000
	order := make([]int, len(votes))
	for i, v := range votes {
		shares[i], order[i] = v.Votes*1000/of, i
		left -= shares[i]
	}
	slices.SortStableFunc(order, func(a, b int) int { return votes[b].Votes*1000%of - votes[a].Votes*1000%of })
	for _, i := range order[:left] {
		shares[i]++
	}
	return shares
}

// Verdict is the result as a ballot of several questions gives it: it is met where at
// least one form is valid. Nothing is chosen: the shares are the result.
func (d DepartmentResult) Verdict(motion string, a Attendance, t Tally) MotionVerdict {
	return MotionVerdict{Motion: motion, Verdict: Verdict{Question: RatingQuestion, Met: d.Valid > 0, Attendance: a, Tally: &t}}
}

// RateEach rates every body of a ballot.
func (r DepartmentRules) RateEach(f BallotForm, a Attendance, fixed Tally, counts []QuestionCount) ([]MotionVerdict, []DepartmentResult, error) {
	return eachQuestion(f, counts, r.Rate, func(d DepartmentResult, motion string) MotionVerdict { return d.Verdict(motion, a, fixed) })
}

// DepartmentGradeNames names the grades of a question that rates a department; nil where
// the options are others.
func DepartmentGradeNames(options []OptionID, lang string) []string {
	var names []string
	for _, o := range options {
		name := DepartmentGrade(o).Word(lang)
		if name == "" {
			return nil
		}
		names = append(names, name)
	}
	return names
}

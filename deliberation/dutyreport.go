package deliberation

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// Commitment is 承诺事项: what an officer promised in one year's report and answers
// for in the next.
type Commitment struct {
	ID        string
	Community CommunityID
	Person    PersonID
	Post      Office
	// Process is the report in which it was made, Made that day.
	Process ProcessID
	Made    Date
	Text    string
	// AnsweredIn is the report that answered it, empty until then.
	AnsweredIn ProcessID
	Done       bool
	Evidence   string
}

// CommitmentAnswer is what a report says of one commitment: done or not, with the
// evidence, or the reason.
type CommitmentAnswer struct {
	ID       string `json:"id"`
	Done     bool   `json:"done"`
	Evidence string `json:"evidence"`
}

// DutyReport is 述职述廉报告 (law.md §6.1): duties, integrity, each commitment of last
// year, and those for the next.
type DutyReport struct {
	Process   ProcessID
	Community CommunityID
	Person    PersonID
	Post      Office
	On        Date
	Duty      string
	Integrity string
	Answers   []CommitmentAnswer
	Promises  []string
}

// ReportCount is what the record says of a person's report: how many commitments
// were owed, answered, done, and made anew.
type ReportCount struct {
	Owed     int `json:"owed"`
	Answered int `json:"answered"`
	Done     int `json:"done"`
	Promised int `json:"promised"`
}

// The bounds of a report.
const (
	MaxPromises = 20
	maxPromise  = 500
)

// Check says what a report lacks: each commitment owed is answered once with its
// evidence or reason, nothing else is, and there is at least one for the next year.
func (r DutyReport) Check(owed []Commitment) error {
	var wrong []FieldProblem
	text := func(field, s string, most int) {
		switch {
		case strings.TrimSpace(s) == "":
			wrong = append(wrong, FieldProblem{Field: field, Problem: "required"})
		case utf8.RuneCountInString(s) > most:
			wrong = append(wrong, FieldProblem{Field: field, Problem: "too_long", Limit: most})
		}
	}
	text("duty", r.Duty, MaxText/4)
	text("integrity", r.Integrity, MaxText/4)
	given := map[string]bool{}
	for _, a := range r.Answers {
		if given[a.ID] || !slices.ContainsFunc(owed, func(c Commitment) bool { return c.ID == a.ID }) {
			wrong = append(wrong, FieldProblem{Field: "answers", Problem: "not_a_choice"})
			continue
		}
		given[a.ID] = true
		text("evidence", a.Evidence, maxPromise)
	}
	if len(given) < len(owed) {
		wrong = append(wrong, FieldProblem{Field: "answers", Problem: "required", Limit: len(owed)})
	}
	switch {
	case len(r.Promises) == 0:
		wrong = append(wrong, FieldProblem{Field: "promises", Problem: "required"})
	case len(r.Promises) > MaxPromises:
		wrong = append(wrong, FieldProblem{Field: "promises", Problem: "too_many", Limit: MaxPromises})
	}
	for _, p := range r.Promises {
		text("promises", p, maxPromise)
	}
	if len(wrong) > 0 {
		return &Refusal{Code: RefuseInvalid, Act: FileDutyReport, Fields: wrong}
	}
	return nil
}

// Text is the report as it is printed.
func (r DutyReport) Text(name string, owed []Commitment) string {
	var b strings.Builder
	fmt.Fprintf(&b, "述职述廉报告：%s（%s）\n\n一、履职情况\n%s\n\n二、廉洁自律情况\n%s\n\n三、上年度承诺事项完成情况\n", name, r.Post.Word("zh"), strings.TrimSpace(r.Duty), strings.TrimSpace(r.Integrity))
	if len(owed) == 0 {
		b.WriteString("没有上年度承诺事项。\n")
	}
	for i, c := range owed {
		for _, a := range r.Answers {
			if a.ID != c.ID {
				continue
			}
			state := "未完成，原因"
			if a.Done {
				state = "已完成，依据"
			}
			fmt.Fprintf(&b, "%d. %s\n   %s：%s\n", i+1, c.Text, state, strings.TrimSpace(a.Evidence))
		}
	}
	b.WriteString("\n四、下年度承诺事项\n")
	for i, p := range r.Promises {
		fmt.Fprintf(&b, "%d. %s\n", i+1, strings.TrimSpace(p))
	}
	return b.String()
}

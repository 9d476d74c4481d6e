package pages

import (
	"strconv"

	"github.com/yishi-project/yishi/deliberation"
)

// AppraisalForm is the start of a yearly report as it was typed.
type AppraisalForm struct{ Title, Origin, Signers, SignersOf string }

// StartAppraisalView is the form that begins the yearly report.
type StartAppraisalView struct {
	Page
	Form    AppraisalForm
	Key     string
	Problem *Problem
}

// OriginOptions offers who asks for it: the yearly duty, or a joint demand.
func (v StartAppraisalView) OriginOptions() []Option {
	return []Option{
		{Value: "", Label: v.S("appraisal_yearly")},
		{Value: string(deliberation.OriginResidents), Label: v.S("appraisal_by_residents")},
		{Value: string(deliberation.OriginRepresentatives), Label: v.S("appraisal_by_representatives")},
	}
}

// ReportForm is a report as it was typed.
type ReportForm struct{ Duty, Integrity, Promises string }

// OwedLine is a commitment of last year with what is said of it.
type OwedLine struct {
	Commitment     deliberation.Commitment
	Done, Evidence string
}

// ReportView is the form of one's own report.
type ReportView struct {
	Page
	P    deliberation.Process
	Post deliberation.Office
	Owed []OwedLine
	Form ReportForm
	// Taken is the report that was handed in already.
	Taken   deliberation.PaperRef
	Key     string
	Problem *Problem
}

// DoneOptions offers done and not done.
func (v ReportView) DoneOptions() []Option {
	return []Option{{Value: "yes", Label: v.S("commitment_done")}, {Value: "no", Label: v.S("commitment_not_done")}}
}

// AppraisalView shows a yearly report with its grades.
type AppraisalView struct {
	Page
	P      deliberation.Process
	Status deliberation.AppraisalStatus
	Names  Names
}

// Votes writes the counts of each grade.
func (v AppraisalView) Votes(g deliberation.Grading) string {
	text := ""
	for i, n := range g.Votes {
		if i > 0 {
			text += v.S("semicolon")
		}
		text += deliberation.Grade(n.Option).Word(v.Lang) + " " + strconv.Itoa(n.Votes)
	}
	return text
}

// GradeVerdict is the grading as verdicts are shown everywhere.
func (v AppraisalView) GradeVerdict(g deliberation.Grading) deliberation.Verdict {
	return g.Verdict("", deliberation.Attendance{}, deliberation.Tally{}).Verdict
}

// Follows says what follows from a grade, and why.
func (v AppraisalView) Follows(c deliberation.Consequence) string {
	said := c.Kind.Word(v.Lang)
	if c.Reason != "" {
		said += v.S("in_brackets", "What", c.Reason.Word(v.Lang))
	}
	return v.here(said)
}

// CommitmentsView is what an officer promised.
type CommitmentsView struct {
	Page
	Name string
	List []deliberation.Commitment
}

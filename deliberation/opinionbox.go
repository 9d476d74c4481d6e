package deliberation

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// OpinionAnswerDays is the key of the days within which what was put into the
// opinion box is answered.
const OpinionAnswerDays = "opinion.answer_days"

// MaxBoxText bounds what is put into the opinion box, in characters.
const MaxBoxText = 2000

// BoxOutcome is what became of an opinion in the box.
type BoxOutcome string

// The outcomes.
const (
	BoxAnswered BoxOutcome = "answered"
	BoxPassedOn BoxOutcome = "passed_on" // to whom it is for
	BoxProcess  BoxOutcome = "process"   // a process was started for it
	BoxNotTaken BoxOutcome = "not_taken"
	BoxAbuse    BoxOutcome = "abuse" // kept, and shown to nobody but those who answer and oversee
)

// BoxOutcomes lists all outcomes.
var BoxOutcomes = []BoxOutcome{BoxAnswered, BoxPassedOn, BoxProcess, BoxNotTaken, BoxAbuse}

// BoxCategories are what an opinion may say it is about.
var BoxCategories = []Category{
	CategoryEnvironment, CategoryWelfare, CategoryFunds, CategoryPlan, CategoryRelief, CategorySubsidy, CategoryCovenant, CategoryLandContract,
	CategoryHomestead, CategoryCompensation, CategoryCollectiveGood, CategoryElection, CategoryOwners, CategoryOther,
}

// BoxOpinion is an opinion or question in the opinion box 意见箱.
type BoxOpinion struct {
	ID        string
	Community CommunityID
	// Person is who put it in, empty where it came without an account.
	Person   PersonID
	Category Category
	Text     string
	Given    time.Time
	// Publish says that it may be shown with its answer, without a name.
	Publish bool

	// Outcome is empty until it is dealt with; Answer says why, or to whom it went.
	Outcome    BoxOutcome
	Answer     string
	Answered   time.Time
	AnsweredBy PersonID
	// Process is the one that was started for it.
	Process ProcessID
}

// BoxSender is from whom an opinion comes, for the limits: the person, or the
// address of who has no account. Key tells a repeated request, At is the machine's time.
type BoxSender struct {
	Person  PersonID
	Address string
	Key     string
	At      time.Time
}

// BoxQuery narrows what is read of a box: to one person's, or to what was answered
// and may be published. The newest come first; Limit of nought is all.
type BoxQuery struct {
	Community CommunityID
	Person    PersonID
	Published bool
	Limit     int
}

// Check says what an opinion lacks.
func (o BoxOpinion) Check() error {
	var wrong []FieldProblem
	switch {
	case strings.TrimSpace(o.Text) == "":
		wrong = append(wrong, FieldProblem{Field: "text", Problem: "required"})
	case utf8.RuneCountInString(o.Text) > MaxBoxText:
		wrong = append(wrong, FieldProblem{Field: "text", Problem: "too_long", Limit: MaxBoxText})
	}
	if o.Category != "" && !slices.Contains(BoxCategories, o.Category) {
		wrong = append(wrong, FieldProblem{Field: "category", Problem: "not_a_choice"})
	}
	return refusedFields(wrong)
}

func refusedFields(wrong []FieldProblem) error {
	if len(wrong) == 0 {
		return nil
	}
	return &Refusal{Code: RefuseInvalid, Fields: wrong}
}

// CheckAnswer says what the answer to an opinion lacks. A process is named by its
// start, not by an answer; everything else says something.
func (o BoxOpinion) CheckAnswer() error {
	var wrong []FieldProblem
	if !slices.Contains(BoxOutcomes, o.Outcome) || (o.Outcome == BoxProcess) != (o.Process != "") {
		wrong = append(wrong, FieldProblem{Field: "outcome", Problem: "not_a_choice"})
	}
	switch {
	case o.Outcome != BoxProcess && strings.TrimSpace(o.Answer) == "":
		wrong = append(wrong, FieldProblem{Field: "text", Problem: "required"})
	case utf8.RuneCountInString(o.Answer) > MaxBoxText:
		wrong = append(wrong, FieldProblem{Field: "text", Problem: "too_long", Limit: MaxBoxText})
	}
	return refusedFields(wrong)
}

// Due is the last day for the answer: days after the day it was given.
func (o BoxOpinion) Due(days int) Date { return DateOf(o.Given).AddDays(days) }

// Late gives by how many days the answer is late on a day, nought where it is not.
func (o BoxOpinion) Late(days int, on Date) int {
	if o.Outcome != "" {
		on = DateOf(o.Answered)
	}
	return max(0, on.Sub(o.Due(days)))
}

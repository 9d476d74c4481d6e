package deliberation

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// QuestionID names a question of a ballot.
type QuestionID string

// OptionID names what may be chosen in a question of seats.
type OptionID string

// QuestionKind is how a question is answered.
type QuestionKind string

const (
	// MotionQuestion is answered by 赞成, 反对 or 弃权.
	MotionQuestion QuestionKind = "motion"
	// SeatsQuestion is answered by naming at most as many options as there are seats 应选名额.
	SeatsQuestion QuestionKind = "seats"
)

// BallotQuestion is one question of a ballot 表决事项.
type BallotQuestion struct {
	ID   QuestionID   `json:"id"`
	Kind QuestionKind `json:"kind"`
	// Options are who or what may be chosen, in their printed order; empty for a motion.
	Options []OptionID `json:"options,omitempty"`
	// Seats is how many may be chosen at most; nought for a motion.
	Seats int `json:"seats,omitempty"`
	// WriteIn: an answer may name somebody else 另选他人, by their id. Whether they can be
	// elected is found after the count.
	WriteIn bool `json:"write_in,omitempty"`
}

// BallotForm is what a ballot asks 票面. A poll without a form asks one motion.
type BallotForm []BallotQuestion

// Answer is what a ballot says to a question: a Choice for a motion, else the
// options named. No option at all is a blank answer 弃权 to a question of seats.
type Answer struct {
	Question QuestionID `json:"question"`
	Choices  []string   `json:"choices"`
}

// The bounds of a form: what fits a sheet of paper and a phone.
const (
	maxQuestions = 30
	// MaxOptions is how many may stand for election in one question.
	MaxOptions = 60
)

// Sound reports what is wrong with a form before a poll opens with it, as a
// Refusal of its fields.
func (f BallotForm) Sound() error {
	var wrong []FieldProblem
	if len(f) > maxQuestions {
		wrong = append(wrong, FieldProblem{Field: "questions", Problem: "too_many", Limit: maxQuestions})
	}
	seen := map[QuestionID]bool{}
	for i, q := range f {
		field := fmt.Sprintf("questions.%d", i+1)
		if !plainID(string(q.ID)) || seen[q.ID] {
			wrong = append(wrong, FieldProblem{Field: field, Problem: "not_a_choice"})
		}
		seen[q.ID] = true
		if problem := q.sound(); problem != "" {
			wrong = append(wrong, FieldProblem{Field: field, Problem: problem})
		}
	}
	if len(wrong) > 0 {
		return &Refusal{Code: RefuseInvalid, Fields: wrong}
	}
	return nil
}

func (q BallotQuestion) sound() string {
	switch q.Kind {
	case MotionQuestion:
		if len(q.Options) > 0 || q.Seats != 0 {
			return "unexpected"
		}
		return ""
	case SeatsQuestion:
		sorted := slices.Clone(q.Options)
		slices.Sort(sorted)
		switch {
		case len(q.Options) == 0:
			return "required"
		case slices.ContainsFunc(q.Options, func(o OptionID) bool { return !plainID(string(o)) || o == OptionID(Spoiled) }):
			return "not_a_choice"
		case len(q.Options) > MaxOptions:
			return "too_many"
		case len(slices.Compact(sorted)) < len(q.Options):
			return "not_a_choice"
		case q.Seats < 1 || q.Seats > len(q.Options) && !q.WriteIn:
			return "not_a_number"
		}
		return ""
	}
	return "not_a_choice"
}

// plainID reports whether an id can stand in a Line: letters, digits, points,
// hyphens and underscores of ASCII.
func plainID(id string) bool {
	return id != "" && strings.Trim(id, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-") == ""
}

// Accept checks the answers of a ballot cast on the web, where a mistake can
// still be put right: every question is answered once, nobody is named who is not
// on the ballot, none twice, and no more than there are seats. Paper that breaks
// this is spoiled instead; see CountAnswers.
func (f BallotForm) Accept(answers []Answer) error {
	var wrong []FieldProblem
	given := map[QuestionID]bool{}
	for _, a := range answers {
		q, known := f.question(a.Question)
		switch problem := ""; {
		case !known, given[a.Question]:
			wrong = append(wrong, FieldProblem{Field: string(a.Question), Problem: "not_a_choice"})
		default:
			if problem = q.fault(a.Choices); problem != "" {
				wrong = append(wrong, FieldProblem{Field: string(a.Question), Problem: problem, Limit: q.Seats})
			}
		}
		given[a.Question] = true
	}
	for _, q := range f {
		if !given[q.ID] {
			wrong = append(wrong, FieldProblem{Field: string(q.ID), Problem: "required"})
		}
	}
	if len(wrong) > 0 {
		return &Refusal{Code: RefuseInvalid, Fields: wrong}
	}
	return nil
}

func (f BallotForm) question(id QuestionID) (BallotQuestion, bool) {
	for _, q := range f {
		if q.ID == id {
			return q, true
		}
	}
	return BallotQuestion{}, false
}

func (q BallotQuestion) fault(choices []string) string {
	if q.Kind == MotionQuestion {
		if len(choices) != 1 || !slices.Contains(Choices, Choice(choices[0])) {
			return "not_a_choice"
		}
		return ""
	}
	if len(choices) > q.Seats {
		return "too_many"
	}
	named := map[string]bool{}
	for _, c := range choices {
		if named[c] || !q.offers(c) {
			return "not_a_choice"
		}
		named[c] = true
	}
	return ""
}

// offers reports whether the choice may be named: it is on the ballot, or may be written in.
func (q BallotQuestion) offers(choice string) bool {
	return slices.Contains(q.Options, OptionID(choice)) || q.WriteIn && plainID(choice) && choice != string(Spoiled)
}

// Choices are what a motion may be answered with.
var Choices = []Choice{Yes, No, Abstain}

// OptionCount is the votes for one option.
type OptionCount struct {
	Option string `json:"option"`
	Votes  int    `json:"votes"`
}

// QuestionCount is the count of one question. Of every ballot, the question is
// either answered, blank or spoiled: Ballots = answered + Blank + Spoiled.
type QuestionCount struct {
	Question QuestionID    `json:"question"`
	Ballots  int           `json:"ballots"`
	Votes    []OptionCount `json:"votes"`
	Blank    int           `json:"blank,omitempty"`
	Spoiled  int           `json:"spoiled,omitempty"`
}

// Of gives the votes for an option.
func (c QuestionCount) Of(option string) int {
	for _, v := range c.Votes {
		if v.Option == option {
			return v.Votes
		}
	}
	return 0
}

// CountAnswers counts ballots question by question. An answer that could not be
// accepted spoils its own question only (law.md §17.9, default), and a question
// that is not answered at all is blank.
func (f BallotForm) CountAnswers(ballots [][]Answer) []QuestionCount {
	counts := make([]QuestionCount, len(f))
	for i, q := range f {
		options := q.options()
		votes := make(map[string]int, len(options))
		counts[i] = QuestionCount{Question: q.ID, Ballots: len(ballots)}
		for _, b := range ballots {
			switch choices, times := answersTo(b, q.ID); {
			case times == 0 || times == 1 && len(choices) == 0:
				counts[i].Blank++
			case times > 1 || q.fault(choices) != "":
				counts[i].Spoiled++
			default:
				for _, c := range choices {
					votes[c]++
				}
			}
		}
		for _, o := range append(options, q.writtenIn(slices.Collect(maps.Keys(votes)))...) {
			counts[i].Votes = append(counts[i].Votes, OptionCount{o, votes[o]})
		}
	}
	return counts
}

// writtenIn gives those of the choices that were written in, each once, in the order of their text.
func (q BallotQuestion) writtenIn(choices []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.DeleteFunc(choices, func(c string) bool { return slices.Contains(q.options(), c) }))))
}

// options are what a ballot may say to the question, in order.
func (q BallotQuestion) options() []string {
	options := make([]string, 0, len(q.Options))
	for _, o := range q.Options {
		options = append(options, string(o))
	}
	if q.Kind == MotionQuestion {
		for _, c := range Choices {
			options = append(options, string(c))
		}
	}
	return options
}

func answersTo(ballot []Answer, q QuestionID) (choices []string, times int) {
	for _, a := range ballot {
		if a.Question == q {
			choices, times = a.Choices, times+1
		}
	}
	return choices, times
}

// Line writes answers in one way only, in the order of the form and of its
// options, so that equal ballots are equal texts: it is what a box holds and what
// is published of it.
func (f BallotForm) Line(answers []Answer) string {
	parts := make([]string, len(f))
	for i, q := range f {
		choices, _ := answersTo(answers, q.ID)
		sorted := slices.Clone(choices)
		slices.SortFunc(sorted, func(a, b string) int {
			return cmp.Or(q.place(a)-q.place(b), strings.Compare(a, b))
		})
		parts[i] = string(q.ID) + "=" + strings.Join(sorted, ",")
	}
	return strings.Join(parts, ";")
}

// place puts what is on the ballot in its order, and before what is written in.
func (q BallotQuestion) place(choice string) int {
	if i := slices.Index(q.Options, OptionID(choice)); i >= 0 {
		return i
	}
	return len(q.Options)
}

// ParseLine reads what Line wrote.
func (f BallotForm) ParseLine(line string) ([]Answer, error) {
	parts := strings.Split(line, ";")
	if len(parts) != len(f) {
		return nil, fmt.Errorf("a ballot has %d answers, its form asks %d", len(parts), len(f))
	}
	answers := make([]Answer, len(f))
	for i, q := range f {
		id, choices, ok := strings.Cut(parts[i], "=")
		if !ok || id != string(q.ID) {
			return nil, fmt.Errorf("a ballot's answer %d is not to question %s", i+1, q.ID)
		}
		answers[i] = Answer{Question: q.ID}
		if choices != "" {
			answers[i].Choices = strings.Split(choices, ",")
		}
	}
	return answers, nil
}

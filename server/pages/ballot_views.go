package pages

import (
	"slices"
	"strconv"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// Ballots are the polls that asked several motions, each question in words.
type Ballots map[deliberation.PollID][]QuestionView

// QuestionView is a question of a ballot in words.
type QuestionView struct {
	deliberation.BallotQuestion
	// Number is its place on the ballot, from one.
	Number      int
	Title, Text string
	// Choices are what may be chosen, with their names.
	Choices []Option
	// Chosen is what the reader has marked so far, Error what is wrong with it.
	Chosen []string
	Error  string
	// Written are the names that were written in, a line each 另选他人.
	Written string
	// Verdict is what the closed poll says to it, Count its count; nil until then.
	Verdict *deliberation.MotionVerdict
	Count   *deliberation.QuestionCount
}

// Name is the name of its field.
func (q QuestionView) Name() string { return QuestionField(q.ID) }

// QuestionField names the field of a question's answer.
func QuestionField(id deliberation.QuestionID) string { return "q-" + string(id) }

// WrittenField names the field of the names that are written in.
func (q QuestionView) WrittenField() string { return "w-" + string(q.ID) }

// WriteInRows is room for as many names as there are seats.
func (q QuestionView) WriteInRows() int { return min(max(q.Seats, 1), 5) + 1 }

// Marked reports whether the reader marked the choice.
func (q QuestionView) Marked(choice string) bool { return slices.Contains(q.Chosen, choice) }

// NameOf gives a choice its name.
func (q QuestionView) NameOf(choice string) string {
	for _, o := range q.Choices {
		if o.Value == choice {
			return o.Label
		}
	}
	return choice
}

// NamesOf lists choices by name.
func (q QuestionView) NamesOf(choices []string) string {
	names := make([]string, len(choices))
	for i, c := range choices {
		names[i] = q.NameOf(c)
	}
	return strings.Join(names, "、")
}

// OptionNamesOf lists options by name.
func (q QuestionView) OptionNamesOf(ids []deliberation.OptionID) string {
	choices := make([]string, len(ids))
	for i, id := range ids {
		choices[i] = string(id)
	}
	return q.NamesOf(choices)
}

// chosenWords says what was marked; to leave all open is to abstain.
func (v PollView) chosenWords(q QuestionView) string {
	if len(q.Chosen) == 0 {
		return v.S("choice_abstain")
	}
	return q.NamesOf(q.Chosen)
}

func first(list []string) string {
	if len(list) == 0 {
		return ""
	}
	return list[0]
}

// legend asks the question.
func (v PollView) legend(q QuestionView) string {
	s := q.Title
	if len(v.Questions) > 1 {
		s = strconv.Itoa(q.Number) + ". " + s
	}
	return s
}

// answersWords says how a ballot answers the form.
func (v PollView) answersWords(answers []deliberation.Answer) string {
	var parts []string
	for _, q := range v.Questions {
		for _, a := range answers {
			if a.Question != q.ID {
				continue
			}
			q.Chosen = a.Choices
			parts = append(parts, strconv.Itoa(q.Number)+". "+v.chosenWords(q))
		}
	}
	return strings.Join(parts, v.S("semicolon"))
}

// lineWords says how a line of an opened box answers.
func (v PollView) lineWords(line string) string {
	if len(v.Poll.Form) == 0 {
		return v.ChoiceName(deliberation.Choice(line))
	}
	answers, err := v.Poll.Form.ParseLine(line)
	if err != nil {
		return line
	}
	return v.answersWords(answers)
}

// ballotWords says how a line of a recorded poll votes.
func (v PollView) ballotWords(l deliberation.BallotLine) string {
	switch {
	case !l.Voted:
		return v.S("tally_not_cast")
	case len(v.Poll.Form) > 0:
		return v.answersWords(l.Answers)
	}
	return v.ChoiceName(l.Choice)
}

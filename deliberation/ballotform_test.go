package deliberation

import (
	"errors"
	"reflect"
	"testing"
)

var sampleForm = BallotForm{
	{ID: "budget", Kind: MotionQuestion},
	{ID: "committee", Kind: SeatsQuestion, Options: []OptionID{"a", "b", "c"}, Seats: 2},
}

func TestBallotFormSound(t *testing.T) {
	for name, c := range map[string]struct {
		form BallotForm
		want string
	}{
		"sound":              {sampleForm, ""},
		"none":               {nil, ""},
		"no id":              {BallotForm{{Kind: MotionQuestion}}, "not_a_choice"},
		"an id that divides": {BallotForm{{ID: "a;b", Kind: MotionQuestion}}, "not_a_choice"},
		"the same id twice":  {BallotForm{{ID: "a", Kind: MotionQuestion}, {ID: "a", Kind: MotionQuestion}}, "not_a_choice"},
		"motion with seats":  {BallotForm{{ID: "a", Kind: MotionQuestion, Seats: 1}}, "unexpected"},
		"no options":         {BallotForm{{ID: "a", Kind: SeatsQuestion, Seats: 1}}, "required"},
		"option twice":       {BallotForm{{ID: "a", Kind: SeatsQuestion, Seats: 1, Options: []OptionID{"x", "x"}}}, "not_a_choice"},
		"no seats":           {BallotForm{{ID: "a", Kind: SeatsQuestion, Options: []OptionID{"x"}}}, "not_a_number"},
		"more seats":         {BallotForm{{ID: "a", Kind: SeatsQuestion, Seats: 2, Options: []OptionID{"x"}}}, "not_a_number"},
		"no kind":            {BallotForm{{ID: "a"}}, "not_a_choice"},
		"too many questions": {make(BallotForm, maxQuestions+1), "too_many"},
	} {
		err := c.form.Sound()
		var r *Refusal
		if errors.As(err, &r) != (c.want != "") || c.want != "" && r.Fields[0].Problem != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestBallotFormAccept(t *testing.T) {
	budget := Answer{"budget", []string{"yes"}}
	for name, c := range map[string]struct {
		answers []Answer
		want    string
	}{
		"all":                         {[]Answer{budget, {"committee", []string{"a", "c"}}}, ""},
		"fewer than the seats":        {[]Answer{budget, {"committee", []string{"a"}}}, ""},
		"blank":                       {[]Answer{budget, {"committee", nil}}, ""},
		"empty":                       {nil, "required"},
		"one left out":                {[]Answer{budget}, "required"},
		"too many names":              {[]Answer{budget, {"committee", []string{"a", "b", "c"}}}, "too_many"},
		"the same name twice":         {[]Answer{budget, {"committee", []string{"a", "a"}}}, "not_a_choice"},
		"not on the ballot":           {[]Answer{budget, {"committee", []string{"z"}}}, "not_a_choice"},
		"a question of another":       {[]Answer{budget, {"committee", nil}, {"other", nil}}, "not_a_choice"},
		"a question twice":            {[]Answer{budget, budget, {"committee", nil}}, "not_a_choice"},
		"both yes and no":             {[]Answer{{"budget", []string{"yes", "no"}}, {"committee", nil}}, "not_a_choice"},
		"neither yes, no nor abstain": {[]Answer{{"budget", []string{"maybe"}}, {"committee", nil}}, "not_a_choice"},
	} {
		err := sampleForm.Accept(c.answers)
		var r *Refusal
		if errors.As(err, &r) != (c.want != "") || c.want != "" && r.Fields[0].Problem != c.want {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestCountAnswersSpoilsOnlyTheQuestionThatIsWrong(t *testing.T) {
	got := sampleForm.CountAnswers([][]Answer{
		{{"budget", []string{"yes"}}, {"committee", []string{"a", "b"}}},
		{{"budget", []string{"no"}}, {"committee", []string{"a", "b", "c"}}}, // too many: spoiled there only
		{{"committee", []string{"c"}}},                                       // budget blank
		{{"budget", []string{"yes"}}, {"committee", nil}},
	})
	want := []QuestionCount{
		{"budget", 4, []OptionCount{{"yes", 2}, {"no", 1}, {"abstain", 0}}, 1, 0},
		{"committee", 4, []OptionCount{{"a", 1}, {"b", 1}, {"c", 1}}, 1, 1},
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	if got[0].Of("yes") != 2 || got[0].Of("nobody") != 0 {
		t.Errorf("votes for yes: %d", got[0].Of("yes"))
	}
}

func TestALineIsOneAndReadsBack(t *testing.T) {
	a := sampleForm.Line([]Answer{{"committee", []string{"c", "a"}}, {"budget", []string{"yes"}}})
	b := sampleForm.Line([]Answer{{"budget", []string{"yes"}}, {"committee", []string{"a", "c"}}})
	if a != b || a != "budget=yes;committee=a,c" {
		t.Errorf("%q and %q", a, b)
	}
	back, err := sampleForm.ParseLine(a)
	if err != nil || sampleForm.Line(back) != a || sampleForm.Accept(back) != nil {
		t.Errorf("read back: %v, %v", back, err)
	}
	for _, bad := range []string{"", "budget=yes", "budget=yes;other=a", "budget;committee=a"} {
		if _, err := sampleForm.ParseLine(bad); err == nil {
			t.Errorf("%q was read", bad)
		}
	}
}

// Whatever is in the ballots, each question's answers add up.
func FuzzCountAnswersAddsUp(f *testing.F) {
	f.Add("budget=yes;committee=a,b", "budget=;committee=z")
	f.Fuzz(func(t *testing.T, one, two string) {
		var ballots [][]Answer
		for _, line := range []string{one, two} {
			if b, err := sampleForm.ParseLine(line); err == nil {
				ballots = append(ballots, b)
			}
		}
		for _, c := range sampleForm.CountAnswers(ballots) {
			votes := 0
			for _, v := range c.Votes {
				votes += v.Votes
			}
			answered := c.Ballots - c.Blank - c.Spoiled
			q, _ := sampleForm.question(c.Question)
			if answered < 0 || votes < answered || votes > answered*max(1, q.Seats) {
				t.Errorf("%+v", c)
			}
		}
	})
}

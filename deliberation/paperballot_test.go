package deliberation

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

func sheets(by PersonID, yes, no, abstain, spoiled int) SheetCount {
	return SheetCount{By: by, Sheets: yes + no + abstain + spoiled, Yes: yes, No: no, Abstain: abstain, Spoiled: spoiled}
}

func TestPaperIsReconciled(t *testing.T) {
	t.Parallel()
	two, three, four := 2, 3, 4
	box := func(recovered *int) StationCount {
		return StationCount{Station: "一组", Channel: TableChannel, Issued: 6, Exchanged: 1, HandedBack: 1, Recovered: recovered}
	}
	agreed := Bundle{ID: "1", Counts: []SheetCount{sheets("a", 2, 0, 0, 1), sheets("b", 2, 0, 0, 1)}}
	for name, c := range map[string]struct {
		count    PaperCount
		recorded bool
		faults   string
	}{
		"nothing handed out":     {PaperCount{}, false, ""},
		"adds up":                {PaperCount{[]StationCount{box(&three)}, []Bundle{agreed}}, false, ""},
		"not opened":             {PaperCount{[]StationCount{box(nil)}, nil}, false, "not_opened 一组 0/4"},
		"as many as can be":      {PaperCount{[]StationCount{box(&four)}, []Bundle{agreed, {ID: "2", Counts: []SheetCount{sheets("a", 0, 1, 0, 0), sheets("b", 0, 1, 0, 0)}}}}, false, ""},
		"one too few read":       {PaperCount{[]StationCount{box(&four)}, []Bundle{agreed}}, false, "not_read  3/4"},
		"one too many read":      {PaperCount{[]StationCount{box(&two)}, []Bundle{agreed}}, false, "sheets_differ  3/2"},
		"read by one":            {PaperCount{[]StationCount{box(&three)}, []Bundle{{ID: "1", Counts: agreed.Counts[:1]}}}, false, "read_once 1 1/2"},
		"read by one twice":      {PaperCount{[]StationCount{box(&three)}, []Bundle{{ID: "1", Counts: []SheetCount{sheets("a", 3, 0, 0, 0), sheets("a", 3, 0, 0, 0)}}}}, false, "readings_differ 1 0/0"},
		"read differently":       {PaperCount{[]StationCount{box(&three)}, []Bundle{{ID: "1", Counts: []SheetCount{sheets("a", 3, 0, 0, 0), sheets("b", 2, 1, 0, 0)}}}}, false, "readings_differ 1 0/0"},
		"a third settles it":     {PaperCount{[]StationCount{box(&three)}, []Bundle{{ID: "1", Counts: []SheetCount{sheets("a", 3, 0, 0, 0), sheets("b", 2, 1, 0, 0), sheets("c", 3, 0, 0, 0)}}}}, false, ""},
		"a bundle by name":       {PaperCount{[]StationCount{box(&three)}, []Bundle{{ID: "1", Person: "x", Counts: agreed.Counts}}}, false, "sheets_differ 1 3/1"},
		"a sheet without a name": {PaperCount{[]StationCount{box(&three)}, []Bundle{agreed}}, true, "sheets_differ 1 3/1"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := c.count.Reconcile(c.recorded)
			var got []string
			for _, f := range r.Faults {
				got = append(got, fmt.Sprintf("%s %s%s %d/%d", f.Problem, f.Station, f.Bundle, f.Had, f.Want))
			}
			if strings.Join(got, "; ") != c.faults {
				t.Errorf("faults %q, want %q", got, c.faults)
			}
			if r.Issued != r.Recovered+r.Exchanged+r.HandedBack+r.Unreturned {
				t.Errorf("it does not add up: %+v", r)
			}
			if len(r.Faults) == 0 && r.Recovered != r.Valid+r.Spoiled {
				t.Errorf("recovered is not valid and spoiled: %+v", r)
			}
			if (r.Refusal() == nil) != (c.faults == "") {
				t.Errorf("refusal %v", r.Refusal())
			}
		})
	}
}

// S-VE 第三十二条 by analogy: more ballots recovered than issued.
func TestABoxHoldsNoMoreThanWasHandedOut(t *testing.T) {
	t.Parallel()
	five := 5
	r := PaperCount{Stations: []StationCount{{Station: "流动票箱", Channel: MobileChannel, Issued: 4, Recovered: &five}}}.Reconcile(false)
	no := r.Refusal()
	if no == nil || no.Fields[0] != (FieldProblem{Field: "流动票箱", Problem: "more_than_issued", Limit: 4}) || no.Fields[1].Field != "paper" {
		t.Errorf("%+v", no)
	}
}

func TestSheetsAreCheckedAgainstTheForm(t *testing.T) {
	t.Parallel()
	form := BallotForm{{ID: "m", Kind: MotionQuestion}, {ID: "s", Kind: SeatsQuestion, Options: OptionIDs(3), Seats: 2}}
	motion := func(yes, no, blank, spoiled int) QuestionCount {
		return QuestionCount{Question: "m", Ballots: 4, Votes: []OptionCount{{"no", no}, {"yes", yes}}, Blank: blank, Spoiled: spoiled}
	}
	chosen := func(blank, spoiled int, votes ...int) QuestionCount {
		c := QuestionCount{Question: "s", Ballots: 4, Blank: blank, Spoiled: spoiled}
		for i, n := range votes {
			c.Votes = append(c.Votes, OptionCount{string(OptionIDs(3)[i]), n})
		}
		return c
	}
	read := func(spoiled int, q ...QuestionCount) SheetCount {
		return SheetCount{Sheets: 4, Spoiled: spoiled, Questions: q}
	}
	for name, c := range map[string]struct {
		form BallotForm
		read SheetCount
		ok   bool
	}{
		"one motion":             {nil, sheets("a", 1, 2, 3, 4), true},
		"no sheets":              {nil, SheetCount{}, false},
		"too many sheets":        {nil, sheets("a", 10_001, 0, 0, 0), false},
		"below nought":           {nil, sheets("a", 3, -1, 0, 0), false},
		"wrong sum":              {nil, SheetCount{Sheets: 3, Yes: 2}, false},
		"questions nobody asked": {nil, SheetCount{Sheets: 1, Yes: 1, Questions: []QuestionCount{{}}}, false},
		"a form":                 {form, read(0, chosen(1, 0, 3, 2, 1), motion(2, 1, 1, 0)), true},
		"as many as seats":       {form, read(0, motion(2, 1, 1, 0), chosen(1, 0, 3, 3, 0)), true},
		"more than seats":        {form, read(0, motion(2, 1, 1, 0), chosen(1, 0, 3, 3, 1)), false},
		"more than answered":     {form, read(0, motion(2, 1, 1, 0), chosen(1, 0, 4, 0, 0)), false},
		"answered by nobody":     {form, read(0, motion(2, 1, 1, 0), chosen(1, 0, 2, 0, 0)), false},
		"motion does not add up": {form, read(0, motion(2, 2, 1, 0), chosen(1, 0, 3, 0, 0)), false},
		"a whole sheet spoiled":  {form, read(1, motion(2, 1, 0, 1), chosen(0, 1, 3, 0, 0)), true},
		"spoiled here alone":     {form, read(1, motion(2, 1, 0, 1), chosen(1, 0, 3, 0, 0)), false},
		"a question left out":    {form, read(0, motion(2, 1, 1, 0)), false},
		"an option of no ballot": {form, read(0, motion(2, 1, 1, 0), chosen(1, 0, 3, 0, 0), QuestionCount{Question: "x"}), false},
		"ayes to a form":         {form, SheetCount{Sheets: 4, Yes: 1, Questions: []QuestionCount{motion(2, 1, 1, 0), chosen(1, 0, 3, 0, 0)}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := c.form.Sheets(c.read)
			if (err == nil) != c.ok || err != nil && !errors.Is(err, Refuse(RefuseInvalid)) {
				t.Fatalf("%v", err)
			}
			if c.ok && len(c.form) > 0 && (got.Questions[0].Question != "m" || got.Questions[0].Votes[0].Option != "yes" || len(got.Questions[0].Votes) != 3) {
				t.Errorf("not in the order of the form: %+v", got.Questions)
			}
		})
	}
}

// A sheet reads back as the ballot it would have been on the web.
func TestASheetIsABallot(t *testing.T) {
	t.Parallel()
	for want, c := range map[string]SheetCount{"yes": {Yes: 1}, "no": {No: 1}, "abstain": {Abstain: 1}, "spoiled": {Spoiled: 1}} {
		if got := BallotForm(nil).SheetLine(c); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	form := BallotForm{{ID: "m", Kind: MotionQuestion}, {ID: "s", Kind: SeatsQuestion, Options: OptionIDs(2), Seats: 2}}
	read, err := form.Sheets(SheetCount{Sheets: 1, Questions: []QuestionCount{
		{Question: "m", Ballots: 1, Spoiled: 1}, {Question: "s", Ballots: 1, Votes: []OptionCount{{"o2", 1}, {"o1", 1}}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	line := form.SheetLine(read)
	if line != "m=spoiled;s=o1,o2" {
		t.Error(line)
	}
	answers, err := form.ParseLine(line)
	if err != nil {
		t.Fatal(err)
	}
	if counts := form.CountAnswers([][]Answer{answers}); counts[0].Spoiled != 1 || counts[1].Of("o1") != 1 {
		t.Errorf("%+v", counts)
	}
	if err := (BallotForm{{ID: "s", Kind: SeatsQuestion, Options: []OptionID{"spoiled"}, Seats: 1}}).Sound(); err == nil {
		t.Error("an option is named as spoiled paper is")
	}
}

package deliberation

import (
	"reflect"
	"slices"
	"testing"
)

var morePresent = []MajorityRule{{Key: "reps.pass", Majority: Majority{Comparison: MoreThan, Fraction: Fraction{1, 2}, Of: OfPresent}}}

func seats(of, n int, votes ...int) (BallotQuestion, QuestionCount) {
	q := BallotQuestion{ID: "m1", Kind: SeatsQuestion, Options: OptionIDs(len(votes)), Seats: n}
	c := QuestionCount{Question: "m1", Ballots: of}
	for i, v := range votes {
		c.Votes = append(c.Votes, OptionCount{string(q.Options[i]), v})
	}
	return q, c
}

func TestSeatsAreFilledByThoseWhoReachTheThreshold(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		present, seats int
		votes          []int
		chosen, tied   []OptionID
		met            bool
	}{
		"most votes first":                    {10, 2, []int{6, 9, 7}, []OptionID{"o2", "o3"}, nil, true},
		"half is not more than half":          {10, 1, []int{5, 4}, nil, nil, false},
		"one vote more":                       {10, 1, []int{6, 4}, []OptionID{"o1"}, nil, true},
		"a seat stays empty":                  {10, 2, []int{6, 5, 5}, []OptionID{"o1"}, nil, true},
		"tied for the last seat":              {10, 2, []int{7, 9, 7}, []OptionID{"o2"}, []OptionID{"o1", "o3"}, false},
		"tied for the only seat":              {10, 1, []int{6, 6}, nil, []OptionID{"o1", "o2"}, false},
		"a tie above the last seat":           {10, 2, []int{8, 8, 7}, []OptionID{"o1", "o2"}, nil, true},
		"three share two seats":               {10, 2, []int{8, 8, 8}, nil, []OptionID{"o1", "o2", "o3"}, false},
		"those below the threshold never tie": {10, 1, []int{5, 5}, nil, nil, false},
		"as many seats as options":            {10, 3, []int{6, 6, 6}, []OptionID{"o1", "o2", "o3"}, nil, true},
		"nobody voted":                        {10, 1, []int{0, 0}, nil, nil, false},
		"nobody was present":                  {0, 1, []int{0}, nil, nil, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			q, count := seats(c.present, c.seats, c.votes...)
			got := q.Decide(morePresent, Attendance{}, Tally{Due: 12, Present: c.present, Voters: c.present}, count)
			slices.Sort(got.Chosen)
			if !slices.Equal(c.chosen, got.Chosen) || !slices.Equal(c.tied, got.Tied) || c.met != got.Verdict.Met {
				t.Errorf("chosen %v, tied %v, met %v", got.Chosen, got.Tied, got.Verdict.Met)
			}
			if got.Motion != "m1" || got.Verdict.Tally == nil {
				t.Errorf("the verdict does not say on what: %+v", got)
			}
		})
	}
}

// However votes fall, nobody is chosen below the threshold, no more than there are
// seats, and nobody with fewer votes than one who is not.
func TestSeatsAreFairHoweverVotesFall(t *testing.T) {
	t.Parallel()
	const present = 4
	for seatCount := 1; seatCount <= 4; seatCount++ {
		for n := range 5 * 5 * 5 * 5 {
			votes := []int{n % 5, n / 5 % 5, n / 25 % 5, n / 125 % 5}
			q, c := seats(present, seatCount, votes...)
			got := q.Decide(morePresent, Attendance{}, Tally{Due: 6, Present: present, Voters: present}, c)
			if len(got.Chosen) > seatCount {
				t.Fatalf("%v for %d seats: %v", votes, seatCount, got.Chosen)
			}
			for i, o := range q.Options {
				chosen := slices.Contains(got.Chosen, o)
				if chosen && votes[i] < 3 {
					t.Fatalf("%v for %d seats: %s is below the threshold", votes, seatCount, o)
				}
				for j, p := range q.Options {
					if chosen && !slices.Contains(got.Chosen, p) && votes[j] >= votes[i] {
						t.Fatalf("%v for %d seats: %s goes before %s", votes, seatCount, o, p)
					}
				}
				behind := slices.ContainsFunc(got.Tied, func(p OptionID) bool { return votes[slices.Index(q.Options, p)] > votes[i] })
				if !chosen && votes[i] >= 3 && len(got.Chosen) < seatCount && !slices.Contains(got.Tied, o) && !behind {
					t.Fatalf("%v for %d seats: %s is neither chosen nor tied, nor behind a tie", votes, seatCount, o)
				}
			}
			if len(got.Tied) > 0 && len(got.Chosen)+len(got.Tied) <= seatCount {
				t.Fatalf("%v for %d seats: a tie that leaves a seat", votes, seatCount)
			}
		}
	}
}

func TestABallotOfSeveralMotionsIsDecidedOneByOne(t *testing.T) {
	t.Parallel()
	form := BallotForm{Motion{ID: "m1"}.Question(), Motion{ID: "m2", Options: OptionIDs(2), Seats: 1}.Question(), Motion{ID: "m3"}.Question()}
	if err := form.Sound(); err != nil {
		t.Fatal(err)
	}
	var ballots [][]Answer
	for i := range 10 {
		b := []Answer{{Question: "m1", Choices: []string{"yes"}}, {Question: "m2", Choices: []string{"o2"}}, {Question: "m3", Choices: []string{"no"}}}
		if i > 5 {
			b[0].Choices, b[1].Choices = []string{"no"}, nil
		}
		if i == 9 {
			b = b[1:] // passes the first over
		}
		ballots = append(ballots, b)
	}
	rules := func(string) []MajorityRule { return morePresent }
	fixed := Tally{Due: 12, Present: 10, Voters: 10, Parts: []PartTally{{Body: Conference, Due: 12}}}
	got := form.DecideEach(rules, Attendance{}, fixed, form.CountAnswers(ballots))
	if len(got) != 3 || !got[0].Verdict.Met || got[2].Verdict.Met || !slices.Equal(got[1].Chosen, []OptionID{"o2"}) {
		t.Fatalf("%+v", got)
	}
	if want := (Tally{Due: 12, Present: 10, Voters: 10, Yes: 6, No: 3, Abstain: 1}); !reflect.DeepEqual(*got[0].Verdict.Tally, want) {
		t.Errorf("the first: %+v", *got[0].Verdict.Tally)
	}
	if want := (Tally{Due: 12, Present: 10, Voters: 10, Yes: 6, Abstain: 4}); !reflect.DeepEqual(*got[1].Verdict.Tally, want) {
		t.Errorf("the second: %+v", *got[1].Verdict.Tally)
	}
}

func TestOptionNamesAreTheLastLinesOfTheMotion(t *testing.T) {
	t.Parallel()
	text := WithOptions("推选组长\n任期一年。\n", []string{"张三", "李四"})
	if text != "推选组长\n任期一年。\n1. 张三\n2. 李四" {
		t.Error(text)
	}
	if got := OptionNames(text, 2); !slices.Equal(got, []string{"张三", "李四"}) {
		t.Error(got)
	}
	for _, c := range []struct {
		text string
		n    int
	}{{text, 3}, {text, 0}, {"1. 张三\n2. 李四", 2}, {"推选\n张三\n李四", 2}, {"", 1}, {"推选\n2. 张三\n1. 李四", 2}} {
		if got := OptionNames(c.text, c.n); got != nil {
			t.Errorf("%q with %d: %v", c.text, c.n, got)
		}
	}
}

func TestThresholdsOfCommitteesAndAreasNeedMoreThanAQuestionsCount(t *testing.T) {
	t.Parallel()
	for of, can := range map[Denominator]bool{OfPresent: true, OfDue: true, OfMembers: true, OfHouseholds: true, OfEachCommittee: false, OfParticipatingArea: false, OfOwnersHeads: false} {
		if got := CountedByQuestion([]MajorityRule{{Majority: Majority{Of: of}}}); got != can {
			t.Errorf("%s: %v", of, got)
		}
	}
	if !CountedByQuestion(nil) {
		t.Error("no thresholds ask for nothing")
	}
}

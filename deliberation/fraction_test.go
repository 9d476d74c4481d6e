package deliberation

import (
	"testing"

	"pgregory.net/rapid"
)

var (
	overHalf      = Majority{MoreThan, Fraction{1, 2}, OfPresent}
	half          = Majority{AtLeast, Fraction{1, 2}, OfDue}
	twoThirds     = Majority{AtLeast, Fraction{2, 3}, OfMembers}
	overTwoThirds = Majority{MoreThan, Fraction{2, 3}, OfRepresentatives}
	third         = Majority{AtLeast, Fraction{1, 3}, OfBallots}
)

// The vectors of law.md §0.3, and the boundary below each.
func TestNeed(t *testing.T) {
	for _, c := range []struct {
		n                                      int
		over, half, twoThirds, overTwo3, third int
	}{
		{50, 26, 25, 34, 34, 17},
		{51, 26, 26, 34, 35, 17},
		{60, 31, 30, 40, 41, 20},
		{3, 2, 2, 2, 3, 1},
		{1, 1, 1, 1, 1, 1},
		{2, 2, 1, 2, 2, 1},
	} {
		for _, m := range []struct {
			name string
			Majority
			want int
		}{
			{"过半数", overHalf, c.over}, {"半数以上", half, c.half}, {"三分之二以上", twoThirds, c.twoThirds},
			{"超过三分之二", overTwoThirds, c.overTwo3}, {"三分之一以上", third, c.third},
		} {
			if got := m.Need(c.n); got != m.want {
				t.Errorf("%s of %d: need %d, want %d", m.name, c.n, got, m.want)
			}
			if !m.MetBy(m.want, c.n) || m.MetBy(m.want-1, c.n) {
				t.Errorf("%s of %d: the boundary does not lie at %d", m.name, c.n, m.want)
			}
		}
	}
	for _, c := range []struct{ num, den, n, want int }{{1, 5, 101, 21}, {1, 10, 101, 11}, {3, 4, 7, 6}, {4, 5, 60, 48}} {
		if got := (Majority{AtLeast, Fraction{c.num, c.den}, OfAdults}).Need(c.n); got != c.want {
			t.Errorf("%d/%d of %d: need %d, want %d", c.num, c.den, c.n, got, c.want)
		}
	}
}

func TestNobodyDecidesForAnEmptyBody(t *testing.T) {
	if overHalf.MetBy(0, 0) || half.MetBy(0, 0) || half.MetBy(1, 0) {
		t.Error("a threshold of nobody was reached")
	}
	if (Majority{AtLeast, Fraction{0, 2}, OfDue}).MetBy(5, 5) || (Majority{AtLeast, Fraction{1, 0}, OfDue}).MetBy(5, 5) {
		t.Error("a fraction that is none was reached")
	}
}

func anyMajority(t *rapid.T) Majority {
	den := rapid.IntRange(2, 20).Draw(t, "den")
	return Majority{
		Comparison: rapid.SampledFrom([]Comparison{AtLeast, MoreThan}).Draw(t, "comparison"),
		Fraction:   Fraction{rapid.IntRange(1, den-1).Draw(t, "num"), den},
		Of:         rapid.SampledFrom([]Denominator{OfDue, OfPresent}).Draw(t, "of"),
	}
}

// Need is the smallest number that MetBy accepts, and everything above is accepted.
func TestNeedIsTheSmallest(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		m, n := anyMajority(t), rapid.IntRange(1, 5000).Draw(t, "n")
		k := rapid.IntRange(0, n).Draw(t, "k")
		if got, want := m.MetBy(k, n), k >= m.Need(n); got != want {
			t.Fatalf("%s: %d of %d met %v, need is %d", m.Symbols(), k, n, got, m.Need(n))
		}
		if m.Need(n) < 1 || m.Need(n) > n {
			t.Fatalf("%s of %d needs %d", m.Symbols(), n, m.Need(n))
		}
	})
}

// More ayes in place of noes or abstentions never lose a motion, and the shortfall
// is exactly what would carry it.
func TestMoreYesNeverLoses(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		due := rapid.IntRange(1, 500).Draw(t, "due")
		present := rapid.IntRange(0, due).Draw(t, "present")
		yes := rapid.IntRange(0, present).Draw(t, "yes")
		rules := []MajorityRule{{Majority: anyMajority(t)}, {Majority: anyMajority(t)}}
		att := Attendance{Whole: BodyCount{Due: due, Present: present}}
		verdict := func(yes int) Verdict {
			return Passing(rules, att, Tally{Due: due, Present: present, Voters: present, Yes: yes, No: present - yes})
		}
		v := verdict(yes)
		for more := yes; more <= present; more++ {
			if v.Met && !verdict(more).Met {
				t.Fatalf("carried with %d ayes, lost with %d", yes, more)
			}
		}
		for _, c := range v.Checks {
			if c.Met != (c.Short == 0) && c.Base > 0 {
				t.Fatalf("met %v and short %d", c.Met, c.Short)
			}
			if c.Base > 0 && !c.Rule.Majority.MetBy(c.Had+c.Short, c.Base) {
				t.Fatalf("%d more would not be enough of %d", c.Short, c.Base)
			}
		}
	})
}

// A verdict on nothing is not met: no rule, or a joint meeting without its parts.
func TestVerdictWithoutChecksIsNotMet(t *testing.T) {
	if Quorum(nil, Attendance{Whole: BodyCount{Due: 5, Present: 5}}).Met {
		t.Error("met without a rule")
	}
	each := []MajorityRule{{Majority: Majority{MoreThan, Fraction{1, 2}, OfEachCommittee}}}
	if Quorum(each, Attendance{Whole: BodyCount{Due: 5, Present: 5}}).Met {
		t.Error("met without the committees")
	}
}

package deliberation_test

import (
	"math"
	"math/big"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// owners gives the rules of an owners' meeting in a city.
func owners(t *testing.T) deliberation.ConferenceRules {
	t.Helper()
	library, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := library.PackFor(deliberation.Urban, "", deliberation.NewDate(2026, 12, 1), "")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.ConferenceOf(p, deliberation.OwnersMeeting)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// vote is one owner: an area in hundredths of a square metre and what they said,
// empty where they took no part.
type vote struct {
	area   int
	choice deliberation.Choice
}

// blank is an owner who took a ballot and expressed no choice.
const blank = deliberation.Choice("blank")

func tallyOf(votes []vote) deliberation.Tally {
	t := deliberation.Tally{Due: len(votes), Voters: len(votes), Area: &deliberation.AreaTally{}}
	for _, v := range votes {
		t.Area.Due += v.area
		if v.choice == "" {
			continue
		}
		t.Taken++
		t.Area.Taken += v.area
		switch v.choice {
		case deliberation.Yes:
			t.Yes++
			t.Area.Yes += v.area
		case deliberation.No:
			t.No++
			t.Area.No += v.area
		default:
			t.Abstain++
			t.Area.Abstain += v.area
		}
	}
	return t
}

func many(n, area int, c deliberation.Choice) []vote {
	list := make([]vote, n)
	for i := range list {
		list[i] = vote{area, c}
	}
	return list
}

func join(lists ...[]vote) (all []vote) {
	for _, l := range lists {
		all = append(all, l...)
	}
	return all
}

// 民法典第二百七十八条: two thirds of area and of heads take part; then more than half
// of both agree, and of special matters three quarters. All four hold, or nothing.
func TestCivilCode278(t *testing.T) {
	rules := owners(t)
	for name, c := range map[string]struct {
		votes             []vote
		ordinary, special bool
	}{
		"two thirds take part, all agree":             {join(many(2, 100, deliberation.Yes), many(1, 100, "")), true, true},
		"one short of two thirds of the heads":        {join(many(59, 100, deliberation.Yes), many(30, 100, "")), false, false},
		"heads enough, a hundredth of area short":     {join(many(2, 100, deliberation.Yes), many(1, 101, "")), false, false},
		"area enough, heads short":                    {join(many(1, 1000, deliberation.Yes), many(1, 1, "")), false, false},
		"exactly half agree":                          {join(many(3, 100, deliberation.Yes), many(3, 100, deliberation.No)), false, false},
		"half and one head, and more area":            {join(many(4, 100, deliberation.Yes), many(3, 100, deliberation.No)), true, false},
		"exactly three quarters agree":                {join(many(3, 100, deliberation.Yes), many(1, 100, deliberation.No)), true, true},
		"three quarters of heads, less of area":       {join(many(3, 100, deliberation.Yes), many(1, 101, deliberation.No)), true, false},
		"half of the area to the hundredth":           {join(many(2, 100, deliberation.Yes), many(1, 200, deliberation.No)), false, false},
		"equal area, fewer heads":                     {join(many(1, 300, deliberation.Yes), many(3, 100, deliberation.No)), false, false},
		"one owner of many flats is one head":         {join(many(1, 9000, deliberation.Yes), many(2, 100, deliberation.No)), false, false},
		"who takes a ballot and says nothing hinders": {join(many(1, 100, deliberation.Yes), many(1, 100, blank)), false, false},
		"no units":          {nil, false, false},
		"nobody takes part": {many(3, 100, ""), false, false},
	} {
		t.Run(name, func(t *testing.T) {
			tally := tallyOf(c.votes)
			a := deliberation.Attendance{Whole: deliberation.BodyCount{Body: deliberation.OwnersMeeting, Due: tally.Due}, DueArea: tally.Area.Due}
			for category, want := range map[deliberation.Category]bool{deliberation.OwnersFundUse: c.ordinary, deliberation.OwnersFundRaise: c.special} {
				v := deliberation.Passing(rules.PassingOf(category), a, tally)
				if len(v.Checks) != 4 {
					t.Fatalf("%d tests, want four", len(v.Checks))
				}
				if v.Met != want {
					t.Errorf("%s: %v, want %v: %s", category, v.Met, want, v.Sentence("zh"))
				}
			}
		})
	}
}

// Any votes, counted a second time with numbers that cannot run over.
func TestOwnersAgainstBruteForce(t *testing.T) {
	rules := owners(t)
	r := rand.New(rand.NewPCG(1, 2))
	says := []deliberation.Choice{deliberation.Yes, deliberation.Yes, deliberation.Yes, deliberation.No, deliberation.Abstain, blank, ""}
	reaches := func(had, base *big.Int, num, den int64, orMore bool) bool {
		left, right := new(big.Int).Mul(had, big.NewInt(den)), new(big.Int).Mul(base, big.NewInt(num))
		return base.Sign() > 0 && (left.Cmp(right) > 0 || orMore && left.Cmp(right) == 0)
	}
	for range 20_000 {
		var votes []vote
		for range r.IntN(12) {
			area := 1 + r.IntN(6)
			if r.IntN(4) == 0 {
				area = deliberation.MaxArea
			}
			votes = append(votes, vote{area, says[r.IntN(len(says))]})
		}
		sum := func(keep func(deliberation.Choice) bool) (heads, area *big.Int) {
			heads, area = new(big.Int), new(big.Int)
			for _, v := range votes {
				if keep(v.choice) {
					heads.Add(heads, big.NewInt(1))
					area.Add(area, big.NewInt(int64(v.area)))
				}
			}
			return heads, area
		}
		allHeads, allArea := sum(func(deliberation.Choice) bool { return true })
		tookHeads, tookArea := sum(func(c deliberation.Choice) bool { return c != "" })
		yesHeads, yesArea := sum(func(c deliberation.Choice) bool { return c == deliberation.Yes })
		takenPart := reaches(tookHeads, allHeads, 2, 3, true) && reaches(tookArea, allArea, 2, 3, true)
		tally := tallyOf(votes)
		for category, want := range map[deliberation.Category]bool{
			deliberation.OwnersFundUse: takenPart && reaches(yesHeads, tookHeads, 1, 2, false) && reaches(yesArea, tookArea, 1, 2, false),
			deliberation.OwnersRebuild: takenPart && reaches(yesHeads, tookHeads, 3, 4, true) && reaches(yesArea, tookArea, 3, 4, true),
		} {
			if v := deliberation.Passing(rules.PassingOf(category), deliberation.Attendance{}, tally); v.Met != want {
				t.Fatalf("%v as %s: %v, want %v", votes, category, v.Met, want)
			}
		}
	}
}

// What a majority asks of numbers near the largest there are.
func TestMajorityDoesNotOverflow(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 20_000 {
		m := deliberation.Majority{Comparison: deliberation.AtLeast, Fraction: deliberation.Fraction{Num: 1 + r.IntN(4)}}
		m.Fraction.Den = m.Fraction.Num + r.IntN(4)
		if r.IntN(2) == 0 {
			m.Comparison = deliberation.MoreThan
		}
		n := math.MaxInt - r.IntN(1000)
		need := m.Need(n)
		if need > 0 && need <= n && !m.MetBy(need, n) || need > 0 && m.MetBy(need-1, n) {
			t.Fatalf("%v of %d needs %d", m, n, need)
		}
	}
}

func TestOwnersSentence(t *testing.T) {
	rules := owners(t)
	tally := tallyOf(join(many(38, 8950, deliberation.Yes), many(22, 8950, "")))
	v := deliberation.Passing(rules.PassingOf(deliberation.OwnersFundUse), deliberation.Attendance{}, tally)
	const want = "未通过。专有部分面积 5370.00 平方米，须有 3580.00 平方米参与表决（三分之二以上），参与表决 3401.00 平方米，还差 179.00 平方米。" +
		"业主人数 60 人，须有 40 人参与表决（三分之二以上），参与表决 38 人，还差 2 人。"
	if got := v.Sentence("zh"); got != want {
		t.Errorf("%s\nwant %s", got, want)
	}
	if got := v.Sentence("en"); !strings.Contains(got, "Exclusive area 5370.00 m²") || !strings.Contains(got, "179.00 m² short") {
		t.Error(got)
	}
	tally = tallyOf(join(many(3, 8950, deliberation.Yes), many(1, 10050, deliberation.No)))
	v = deliberation.Passing(rules.PassingOf(deliberation.OwnersFundUse), deliberation.Attendance{}, tally)
	if got := v.Sentence("zh"); !strings.HasPrefix(got, "通过。") || !strings.Contains(got, "赞成 268.50 平方米，反对 100.50 平方米，弃权 0.00 平方米。") {
		t.Error(got)
	}
}

func TestAreas(t *testing.T) {
	for text, want := range map[string]int{"89.5": 8950, "89.50": 8950, "101.25㎡": 10125, "60 平方米": 6000, "0.01": 1, "100000": deliberation.MaxArea} {
		if got, ok := deliberation.ParseArea(text); !ok || got != want {
			t.Errorf("%s: %d %v, want %d", text, got, ok, want)
		}
	}
	for _, text := range []string{"", "0", "-1", "1.234", "1e3", "八十", "100000.01", "9999999", ".5", "NaN"} {
		if got, ok := deliberation.ParseArea(text); ok {
			t.Errorf("%q was read as %d", text, got)
		}
	}
}

// 四川省物业管理条例第二十条: the same owner of several units is one.
func TestSharesOf(t *testing.T) {
	got := deliberation.SharesOf([]deliberation.Unit{{Owner: "b", Area: 1}, {Owner: "a", Area: 2}, {Owner: "b", Area: 3}})
	if len(got) != 2 || got[0] != (deliberation.Share{Owner: "a", Units: 1, Area: 2}) || got[1] != (deliberation.Share{Owner: "b", Units: 2, Area: 4}) {
		t.Fatalf("%+v", got)
	}
}

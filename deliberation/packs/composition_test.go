package packs

import (
	"errors"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

var (
	oldLaw = deliberation.NewDate(2025, 12, 31)
	newLaw = deliberation.NewDate(2026, 1, 1)
)

func compositionRules(t *testing.T, kind deliberation.CommunityKind, place string, on deliberation.Date) deliberation.CompositionRules {
	t.Helper()
	return library().CompositionOn(kind, place, on)
}

var library = sync.OnceValue(func() *Library {
	l, err := Load()
	if err != nil {
		panic(err)
	}
	return l
})

// bench seats persons who were chosen a year before a day.
type bench struct {
	members []deliberation.Member
	on      deliberation.Date
}

func (b *bench) seat(prefix string, n int, sex deliberation.Sex, offices ...deliberation.Office) *bench {
	for i := range n {
		id := deliberation.PersonID(prefix + strconv.Itoa(i+1))
		m := deliberation.Member{Person: deliberation.Person{ID: id}, Sex: sex, Birth: deliberation.NewDate(1970, 5, 5)}
		for _, o := range offices {
			m.Offices = append(m.Offices, deliberation.OfficeHeld{Person: id, Office: o, From: b.on.AddYears(-1)})
		}
		b.members = append(b.members, m)
	}
	return b
}

func find(v deliberation.CompositionVerdict, key string) (deliberation.CompositionCheck, bool) {
	i := slices.IndexFunc(v.Checks, func(c deliberation.CompositionCheck) bool { return c.Rule.Key == key })
	if i < 0 {
		return deliberation.CompositionCheck{}, false
	}
	return v.Checks[i], true
}

func TestCompositionAtTheBoundary(t *testing.T) {
	const female, male = deliberation.Female, deliberation.Male
	const dir, member, rep, sup, head = deliberation.Director, deliberation.CommitteeMember, deliberation.Representative, deliberation.Supervisor, deliberation.SupervisionHead
	village, urban := deliberation.Village, deliberation.Urban
	committee, supervisors, conference := deliberation.Committee, deliberation.SupervisoryCommittee, deliberation.Conference
	reps := func(committee, women, men int) func(*bench) {
		return func(b *bench) {
			b.seat("d", 1, male, dir).seat("c", committee-1, female, member).seat("w", women, female, rep).seat("m", men, male, rep)
		}
	}
	for _, c := range []struct {
		name       string
		kind       deliberation.CommunityKind
		place      string
		on         deliberation.Date
		body       deliberation.Body
		seat       func(*bench)
		households int
		key        string
		base, need int
		had, short int
		says       string // met, breached, advised, absent
		cites      string
	}{
		{"sixty representatives, seven on the committee", village, "", newLaw, conference, reps(7, 30, 30), 0, "conference.representatives_share", 67, 54, 60, 0, "met", "第二十九条第一款"},
		{"28 representatives to seven: just four fifths", village, "", oldLaw, conference, reps(7, 14, 14), 0, "conference.representatives_share", 35, 28, 28, 0, "met", "第二十五条第一款"},
		{"27 representatives to seven", village, "", newLaw, conference, reps(7, 14, 13), 0, "conference.representatives_share", 34, 28, 27, 1, "breached", "第二十九条第一款"},
		{"20 to five, urban", urban, "", newLaw, conference, reps(5, 0, 20), 0, "conference.representatives_share", 25, 20, 20, 0, "met", "第二十八条第一款"},
		{"19 to five, urban", urban, "", newLaw, conference, reps(5, 0, 19), 0, "conference.representatives_share", 24, 20, 19, 1, "breached", "第二十八条第一款"},
		{"urban before 2026 has no share", urban, "", oldLaw, conference, reps(5, 0, 19), 0, "conference.representatives_share", 0, 0, 0, 0, "absent", ""},
		{"women: 9 of 27 members, and the women of the committee do not count", village, "", newLaw, conference, reps(5, 9, 13), 0, "conference.women_share", 27, 9, 9, 0, "met", "第二十九条第一款"},
		{"women: 9 of 28 members need ten", village, "", newLaw, conference, reps(5, 9, 14), 0, "conference.women_share", 28, 10, 9, 1, "breached", "第二十九条第一款"},
		{"women: 9 of 25 members", village, "", oldLaw, conference, reps(5, 9, 11), 0, "conference.women_share", 25, 9, 9, 0, "met", "第二十五条第一款"},
		{"women: 8 of 25 members", village, "", oldLaw, conference, reps(5, 8, 12), 0, "conference.women_share", 25, 9, 8, 1, "breached", "第二十五条第一款"},
		{"no women's share in urban communities", urban, "", newLaw, conference, reps(5, 0, 25), 0, "conference.women_share", 0, 0, 0, 0, "absent", ""},
		{"300 households, 20 representatives: fifteen each", village, "", newLaw, conference, reps(5, 10, 10), 300, "conference.households_max", 300, 20, 20, 0, "met", "第二十九条第二款"},
		{"301 households, 20 representatives", village, "", newLaw, conference, reps(5, 10, 10), 301, "conference.households_max", 301, 21, 20, 1, "advised", "第二十九条第二款"},
		{"100 households, 20 representatives: five each", village, "", newLaw, conference, reps(5, 10, 10), 100, "conference.households_min", 100, 20, 20, 0, "met", "第二十九条第二款"},
		{"99 households, 20 representatives", village, "", newLaw, conference, reps(5, 10, 10), 99, "conference.households_min", 99, 19, 20, 1, "advised", "第二十九条第二款"},
		{"urban: 1,000 households, 20 representatives", urban, "", newLaw, conference, reps(5, 0, 20), 1000, "conference.households_max", 1000, 20, 20, 0, "met", "第十三条第二款"},
		{"urban: 1,001 households, 20 representatives", urban, "", newLaw, conference, reps(5, 0, 20), 1001, "conference.households_max", 1001, 21, 20, 1, "advised", "第十三条第二款"},
		{"urban: 399 households, 20 representatives", urban, "", newLaw, conference, reps(5, 0, 20), 399, "conference.households_min", 399, 19, 20, 1, "advised", "第十三条第二款"},
		{"Sichuan: 20 representatives", village, "sichuan", newLaw, conference, reps(5, 10, 10), 0, "conference.representatives_min", 0, 20, 20, 0, "met", "第十八条"},
		{"Sichuan: 19 representatives", village, "sichuan", newLaw, conference, reps(4, 10, 9), 0, "conference.representatives_min", 0, 20, 19, 1, "breached", "第十八条"},
		{"elsewhere no such number", village, "", newLaw, conference, reps(4, 10, 6), 0, "conference.representatives_min", 0, 0, 0, 0, "absent", ""},

		{"a village committee of two", village, "", newLaw, committee, reps(2, 0, 0), 0, "committee.min", 0, 3, 2, 1, "breached", "第八条第一款"},
		{"of three", village, "", oldLaw, committee, reps(3, 0, 0), 0, "committee.min", 0, 3, 3, 0, "met", "第六条第一款"},
		{"of seven", village, "", newLaw, committee, reps(7, 0, 0), 0, "committee.max", 0, 7, 7, 0, "met", "第八条第一款"},
		{"of eight", village, "", newLaw, committee, reps(8, 0, 0), 0, "committee.max", 0, 7, 8, 1, "breached", "第八条第一款"},
		{"an urban committee of four", urban, "", oldLaw, committee, reps(4, 0, 0), 0, "committee.min", 0, 5, 4, 1, "breached", "第七条"},
		{"of nine", urban, "", newLaw, committee, reps(9, 0, 0), 0, "committee.max", 0, 9, 9, 0, "met", "第八条第一款"},
		{"of ten", urban, "", newLaw, committee, reps(10, 0, 0), 0, "committee.max", 0, 9, 10, 1, "breached", "第八条第一款"},
		{"no director", urban, "", newLaw, committee, func(b *bench) { b.seat("c", 5, female, member) }, 0, "committee.director", 0, 1, 0, 1, "breached", "第八条第一款"},
		{"two directors", urban, "", newLaw, committee, func(b *bench) { b.seat("d", 2, female, dir) }, 0, "committee.single_director", 0, 1, 2, 1, "breached", "第八条第一款"},
		{"no woman, urban 2026", urban, "", newLaw, committee, reps(1, 0, 0), 0, "committee.women", 0, 1, 0, 1, "breached", "第八条第二款"},
		{"one woman", village, "", oldLaw, committee, reps(2, 0, 0), 0, "committee.women", 0, 1, 1, 0, "met", "第六条第二款"},
		{"the law of 1989 asks for none", urban, "", oldLaw, committee, reps(1, 0, 0), 0, "committee.women", 0, 0, 0, 0, "absent", ""},
		{"Sichuan did before 2026", urban, "sichuan", oldLaw, committee, reps(1, 0, 0), 0, "committee.women", 0, 1, 0, 1, "breached", "第六条"},
		{"and the law does since", urban, "sichuan", newLaw, committee, reps(1, 0, 0), 0, "committee.women", 0, 1, 0, 1, "breached", "第八条第二款"},

		{"two supervisors, Sichuan village", village, "sichuan", newLaw, supervisors, func(b *bench) { b.seat("s", 2, male, sup) }, 0, "supervision.min", 0, 3, 2, 1, "breached", "第二十八条"},
		{"two supervisors elsewhere", village, "", newLaw, supervisors, func(b *bench) { b.seat("s", 2, male, sup) }, 0, "supervision.min", 0, 3, 2, 1, "advised", "第二部分"},
		{"two supervisors, urban Sichuan", urban, "sichuan", newLaw, supervisors, func(b *bench) { b.seat("s", 2, male, sup) }, 0, "supervision.min", 0, 3, 2, 1, "advised", "第二部分"},
		{"six supervisors, Sichuan village", village, "sichuan", oldLaw, supervisors, func(b *bench) { b.seat("s", 6, male, sup) }, 0, "supervision.max", 0, 5, 6, 1, "breached", "第二十八条"},
		{"no supervisors", urban, "", newLaw, supervisors, func(*bench) {}, 0, "supervision.exists", 0, 1, 0, 1, "breached", "第三十六条第一款"},
		{"no supervisors before 2026", urban, "", oldLaw, supervisors, func(*bench) {}, 0, "supervision.exists", 0, 0, 0, 0, "absent", ""},
		{"the head is the secretary", village, "", newLaw, supervisors, func(b *bench) { b.seat("s", 1, male, sup, head, deliberation.Secretary) }, 0, "supervision.head_not_secretary", 0, 0, 1, 1, "advised", "第二部分"},
		{"a member of the committee supervises", urban, "", newLaw, supervisors, func(b *bench) { b.seat("s", 1, male, sup, member) }, 0, "supervision.disjoint", 0, 0, 1, 1, "breached", "第三十六条第一款"},
		{"before 2026 only by analogy", urban, "", oldLaw, supervisors, func(b *bench) { b.seat("s", 1, male, sup, member) }, 0, "supervision.disjoint", 0, 0, 1, 1, "advised", "第三十二条"},

		{"a group head who is no representative", urban, "", newLaw, conference, func(b *bench) {
			b.seat("g", 1, male, deliberation.GroupHead).seat("h", 1, male, deliberation.GroupHead, rep)
		}, 0, "group.head_from_representatives", 0, 0, 1, 1, "breached", "第十三条第二款"},
		{"in villages the group meeting chooses whom it likes", village, "", newLaw, conference, func(b *bench) { b.seat("g", 1, male, deliberation.GroupHead) }, 0, "group.head_from_representatives", 0, 0, 0, 0, "absent", ""},
		{"a full and probationary member at once", urban, "", newLaw, deliberation.PartyMeeting, func(b *bench) { b.seat("p", 1, male, deliberation.PartyMember, deliberation.ProbationaryMember) }, 0, "party.one_standing", 0, 0, 1, 1, "breached", "第七条第二款"},
		{"six full members need no branch committee", urban, "", newLaw, deliberation.BranchCommittee, func(b *bench) {
			b.seat("p", 5, male, deliberation.PartyMember).seat("s", 1, male, deliberation.Secretary, deliberation.PartyMember)
		}, 0, "branch.min", 0, 0, 0, 0, "absent", ""},
		{"seven do", urban, "", newLaw, deliberation.BranchCommittee, func(b *bench) {
			b.seat("p", 6, male, deliberation.PartyMember).seat("s", 1, male, deliberation.Secretary, deliberation.PartyMember)
		}, 0, "branch.min", 0, 3, 1, 2, "breached", "第六章"},
	} {
		b := &bench{on: c.on}
		c.seat(b)
		v := deliberation.CheckComposition(c.body, compositionRules(t, c.kind, c.place, c.on), deliberation.CompositionFacts{Members: b.members, Households: c.households})
		got, there := find(v, c.key)
		says := "met"
		switch {
		case !there:
			says = "absent"
		case got.Breached() && got.Rule.Must():
			says = "breached"
		case got.Breached():
			says = "advised"
		case got.Undecided:
			says = "undecided"
		}
		if says != c.says || got.Base != c.base || got.Need != c.need || got.Had != c.had || got.Short != c.short || got.Rule.Basis.Citation.Article != c.cites {
			t.Errorf("%s: %s %+v; want %s base %d need %d had %d short %d %s", c.name, says, got, c.says, c.base, c.need, c.had, c.short, c.cites)
		}
	}
}

func TestNearRelativesOnTheCommittee(t *testing.T) {
	kin := []deliberation.Kinship{{A: "c1", B: "d1", Kind: deliberation.RelationSpouse}, {A: "s1", B: "c2", Kind: deliberation.RelationParent}, {A: "c1", B: "c3", Kind: deliberation.RelationOther}}
	for _, c := range []struct {
		kind              deliberation.CommunityKind
		on                deliberation.Date
		committee, others string // the state of the rule in the committee, and between it and the supervisors
	}{
		{deliberation.Village, oldLaw, "absent", "must"}, {deliberation.Village, newLaw, "must", "must"},
		{deliberation.Urban, oldLaw, "absent", "should"}, {deliberation.Urban, newLaw, "must", "must"},
	} {
		b := (&bench{on: c.on}).seat("d", 1, deliberation.Male, deliberation.Director).seat("c", 4, deliberation.Female, deliberation.CommitteeMember).seat("s", 3, deliberation.Male, deliberation.Supervisor)
		f := deliberation.CompositionFacts{Members: b.members, Kin: kin}
		rules := compositionRules(t, c.kind, "", c.on)
		for _, part := range []struct {
			body deliberation.Body
			key  string
			want string
			pair deliberation.PersonPair
		}{
			{deliberation.Committee, "committee.kin", c.committee, deliberation.PersonPair{A: "c1", B: "d1"}},
			{deliberation.SupervisoryCommittee, "supervision.kin", c.others, deliberation.PersonPair{A: "c2", B: "s1"}},
		} {
			got, there := find(deliberation.CheckComposition(part.body, rules, f), part.key)
			if part.want == "absent" {
				if there {
					t.Errorf("%s on %s: %s is a rule", c.kind, c.on, part.key)
				}
				continue
			}
			if !got.Breached() || got.Rule.Must() != (part.want == "must") || !slices.Equal(got.Pairs, []deliberation.PersonPair{part.pair}) {
				t.Errorf("%s on %s: %s: %+v", c.kind, c.on, part.key, got)
			}
		}
	}
}

// A term of five years ends on the corresponding day; the day after is too late.
func TestTermsEnd(t *testing.T) {
	for _, c := range []struct {
		from, on deliberation.Date
		over     bool
	}{
		{deliberation.NewDate(2021, 1, 10), deliberation.NewDate(2026, 1, 10), false},
		{deliberation.NewDate(2021, 1, 10), deliberation.NewDate(2026, 1, 11), true},
		{deliberation.NewDate(2020, 2, 29), deliberation.NewDate(2025, 2, 28), false},
		{deliberation.NewDate(2020, 2, 29), deliberation.NewDate(2025, 3, 1), true},
	} {
		b := (&bench{on: c.from.AddYears(1)}).seat("r", 4, deliberation.Female, deliberation.Representative)
		got, _ := find(deliberation.CheckComposition(deliberation.Conference, compositionRules(t, deliberation.Village, "", c.on), deliberation.CompositionFacts{Members: b.members}), "conference.term_years")
		if got.Breached() != c.over || c.over && len(got.Persons) != 4 {
			t.Errorf("from %s, on %s: %+v", c.from, c.on, got)
		}
	}
}

func TestEveryKeyHasARuleAndWords(t *testing.T) {
	seen := map[string]bool{}
	for _, kind := range []deliberation.CommunityKind{deliberation.Village, deliberation.Urban} {
		for _, place := range []string{"", "sichuan", "nowhere"} {
			for _, r := range compositionRules(t, kind, place, newLaw).Rules {
				seen[r.Key] = true
				if title := r.Title(kind, "zh"); title == "" || strings.ContainsAny(title, "%()") || title == r.Key {
					t.Errorf("%s: %q", r.Key, title)
				}
				if r.Must() && r.Basis.Citation.Article == "" {
					t.Errorf("%s binds and names no article", r.Key)
				}
			}
		}
	}
	for _, k := range deliberation.CompositionKeys() {
		if !seen[k] {
			t.Errorf("%s has no rule", k)
		}
	}
	if r := compositionRules(t, deliberation.Village, "sichuan", deliberation.NewDate(2018, 12, 28)).Rules; slices.ContainsFunc(r, func(r deliberation.CompositionRule) bool { return r.Key == "committee.min" }) {
		t.Error("a rule governs before its text was in force")
	}
}

func TestParseCompositionRefuses(t *testing.T) {
	const good = `composition: "1"
sources:
  LAW: {law: 某法, confidence: law, effective: 2026-01-01}
  OLD: {law: 旧法, confidence: law, effective: 2018-12-29}
rules:
  committee.min:
    village:
      - {count: 3, cite: OLD 第六条}
      - {count: 4, cite: LAW 第八条, until: 2027-12-31}
    village+sichuan: [{count: 5, cite: LAW 第九条, should: true}]
  committee.kin:
    urban: [{flag: true, cite: LAW 第八条}]
`
	c, err := ParseComposition("good.yaml", []byte(good))
	if err != nil {
		t.Fatal(err)
	}
	for _, q := range []struct {
		place string
		on    deliberation.Date
		want  int
	}{
		{"", deliberation.NewDate(2018, 12, 28), 0}, {"", deliberation.NewDate(2018, 12, 29), 3}, {"", oldLaw, 3}, {"", newLaw, 4},
		{"", deliberation.NewDate(2027, 12, 31), 4}, {"", deliberation.NewDate(2028, 1, 1), 0},
		{"sichuan", oldLaw, 3}, {"sichuan", newLaw, 5}, {"sichuan", deliberation.NewDate(2028, 1, 1), 5},
	} {
		got := 0
		if r := c.On(deliberation.Village, q.place, q.on).Rules; len(r) > 0 {
			got = r[0].Number
		}
		if got != q.want {
			t.Errorf("%s on %s: %d, want %d", q.place, q.on, got, q.want)
		}
	}
	for _, x := range []struct {
		name, old, new string
		line           int
		says           string
	}{
		{"an unknown key", "committee.kin:", "committee.cousins:", 11, "unknown parameter"},
		{"an unknown kind of place", "    urban:", "    city:", 12, "a rule is for village or urban"},
		{"an overlay without a name", "village+sichuan", "village+", 10, "a rule is for village or urban"},
		{"another shape", "{flag: true, cite: LAW 第八条}", "{count: 1, cite: LAW 第八条}", 11, "is a flag, not a count"},
		{"a rule that does not hold", "flag: true", "flag: false", 12, "is left out"},
		{"no article", "cite: LAW 第八条}]", "cite: LAW}]", 12, "names no article"},
		{"nobody at all", "count: 3", "count: 0", 8, "one or more"},
		{"an end before the beginning", "until: 2027-12-31", "until: 2025-12-31", 9, "lies before"},
		{"the newer one first", "cite: OLD 第六条", "cite: LAW 第六条", 9, "on the same day or later"},
		{"a wording that is no mapping", "[{flag: true, cite: LAW 第八条}]", "[x]", 12, "must be a mapping"},
		{"no list", "[{flag: true, cite: LAW 第八条}]", "{flag: true}", 12, "must be a list"},
		{"should that is a number", "should: true", "should: 1", 10, "must be true or false"},
		{"a key twice", "  committee.kin:", "  committee.min:", 11, "stands twice"},
		{"no rules", "rules:", "rulez:", 5, "unknown key"},
	} {
		text := strings.Replace(good, x.old, x.new, 1)
		if text == good {
			t.Fatalf("%s: nothing was changed", x.name)
		}
		_, err := ParseComposition("x.yaml", []byte(text))
		var p *Problem
		if !errors.As(err, &p) || p.Line != x.line || !strings.Contains(p.Reason, x.says) {
			t.Errorf("%s: %v; want line %d and %q", x.name, err, x.line, x.says)
		}
	}
	if _, err := LoadFS(with(t, "second.yaml", good)); err != nil {
		t.Errorf("one file of rules: %v", err)
	}
	b, err := os.ReadFile("composition.yaml")
	if err != nil {
		t.Fatal(err)
	}
	if said, err := Check("composition.yaml", b); err != nil || !strings.Contains(said, "village+sichuan") {
		t.Errorf("%q, %v", said, err)
	}
}

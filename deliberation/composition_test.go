package deliberation

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/quick"
)

var lawBasis = Basis{Citation: Citation{Law: "某法", Article: "第一条"}, Confidence: LawText}

func ruleSet(rules ...CompositionRule) CompositionRules {
	for i := range rules {
		if rules[i].Basis == (Basis{}) {
			rules[i].Basis = lawBasis
		}
	}
	return CompositionRules{Kind: Village, On: NewDate(2026, 11, 23), Rules: rules}
}

// seated makes members with one office each, held since 2026-01-10: n of the office, ids prefix1…
func seated(prefix string, n int, offices ...Office) []Member {
	var all []Member
	for i := range n {
		id := PersonID(prefix + strconv.Itoa(i+1))
		m := Member{Person: Person{ID: id}, Birth: NewDate(1980, 1, 1), Sex: Male}
		for _, o := range offices {
			m.Offices = append(m.Offices, OfficeHeld{Person: id, Office: o, From: NewDate(2026, 1, 10)})
		}
		all = append(all, m)
	}
	return all
}

func TestCompositionStates(t *testing.T) {
	fifth := Majority{AtLeast, Fraction{4, 5}, OfMembers}
	must := CompositionRule{Key: "committee.min", Number: 3}
	advice := CompositionRule{Key: "committee.max", Number: 2, Should: true}
	women := CompositionRule{Key: "committee.women", Number: 1}
	unsexed := seated("c", 3, CommitteeMember)
	unsexed[1].Sex = ""
	for _, c := range []struct {
		name    string
		body    Body
		rules   CompositionRules
		members []Member
		want    CompositionState
	}{
		{"no rule", Committee, ruleSet(), seated("c", 3, CommitteeMember), CompositionFree},
		{"a rule of another body", Assembly, ruleSet(must), nil, CompositionFree},
		{"met", Committee, ruleSet(must), seated("c", 3, CommitteeMember), CompositionMet},
		{"one short", Committee, ruleSet(must), seated("c", 2, CommitteeMember), CompositionBreached},
		{"only advised", Committee, ruleSet(must, advice), seated("c", 3, CommitteeMember), CompositionAdvised},
		{"breached and advised", Committee, ruleSet(must, women, advice), seated("c", 3, CommitteeMember), CompositionBreached},
		{"undecided", Committee, ruleSet(must, women), unsexed, CompositionUndecided},
		{"advised and undecided", Committee, ruleSet(must, women, advice), unsexed, CompositionAdvised},
		{"no conference", Conference, ruleSet(CompositionRule{Key: "conference.representatives_share", Majority: &fifth}), seated("c", 3, CommitteeMember), CompositionNotSetUp},
	} {
		v := CheckComposition(c.body, c.rules, CompositionFacts{Members: c.members})
		if v.State != c.want {
			t.Errorf("%s: %s, want %s: %+v", c.name, v.State, c.want, v.Checks)
		}
	}
}

func TestOnlyThoseWhoServeOnTheDayCount(t *testing.T) {
	rules := ruleSet(CompositionRule{Key: "committee.min", Number: 3})
	members := seated("c", 3, CommitteeMember)
	for _, c := range []struct {
		from, until Date
		had         int
	}{
		{NewDate(2026, 11, 23), Date{}, 3}, {NewDate(2026, 11, 24), Date{}, 2},
		{NewDate(2026, 1, 1), NewDate(2026, 11, 23), 3}, {NewDate(2026, 1, 1), NewDate(2026, 11, 22), 2},
	} {
		members[0].Offices[0].From, members[0].Offices[0].Until = c.from, c.until
		if got := CheckComposition(Committee, rules, CompositionFacts{Members: members}); got.Checks[0].Had != c.had || got.Members != c.had {
			t.Errorf("from %s until %s: %+v", c.from, c.until, got)
		}
	}
}

func TestUnknownRecordsDecideNothing(t *testing.T) {
	members := seated("c", 3, CommitteeMember)
	members[0].Birth, members[1].Birth = Date{}, NewDate(2010, 1, 1)
	v := CheckComposition(Committee, ruleSet(CompositionRule{Key: "committee.age", Number: 18}), CompositionFacts{Members: members})
	c := v.Checks[0]
	if !c.Breached() || c.Unknown != 1 || !slices.Equal(c.Persons, []PersonID{"c2"}) {
		t.Errorf("one of sixteen and one unknown: %+v", c)
	}
	members[1].Birth = NewDate(2008, 11, 23) // eighteen today
	c = CheckComposition(Committee, v.rules(), CompositionFacts{Members: members}).Checks[0]
	if c.Breached() || c.Met || !c.Undecided {
		t.Errorf("one unknown: %+v", c)
	}
	members[0].Birth = NewDate(2008, 11, 24) // tomorrow
	c = CheckComposition(Committee, v.rules(), CompositionFacts{Members: members}).Checks[0]
	if !c.Breached() || !slices.Equal(c.Persons, []PersonID{"c1"}) {
		t.Errorf("a day too young: %+v", c)
	}
}

func (v CompositionVerdict) rules() CompositionRules {
	r := CompositionRules{Kind: v.Kind, Overlay: v.Overlay, On: v.On}
	for _, c := range v.Checks {
		r.Rules = append(r.Rules, c.Rule)
	}
	return r
}

func TestNewFindings(t *testing.T) {
	rules := ruleSet(
		CompositionRule{Key: "committee.max", Number: 3},
		CompositionRule{Key: "committee.kin"},
		CompositionRule{Key: "supervision.disjoint"},
		CompositionRule{Key: "supervision.head_not_secretary", Should: true},
	)
	kin := []Kinship{{A: "c1", B: "x", Kind: RelationSibling}}
	check := func(m []Member) []CompositionVerdict {
		return CheckCompositions(rules, CompositionFacts{Members: m, Kin: kin})
	}
	before := append(seated("c", 3, CommitteeMember), seated("s", 1, Supervisor)...)
	who := Member{Person: Person{ID: "x"}}
	for _, c := range []struct {
		name  string
		after []Member
		want  []string
	}{
		{"nothing changed", before, nil},
		{"a fourth member, who is a sibling of one", WithOffice(before, who, OfficeHeld{Office: CommitteeMember, From: NewDate(2026, 2, 1)}), []string{"committee.max", "committee.kin"}},
		{"a member becomes supervisor", WithOffice(before, before[0], OfficeHeld{Office: Supervisor, From: NewDate(2026, 2, 1)}), []string{"supervision.disjoint"}},
		{"an office that has not begun", WithOffice(before, who, OfficeHeld{Office: CommitteeMember, From: NewDate(2027, 2, 1)}), nil},
		{"an office ends", WithoutOffice(before, OfficeHeld{Person: "c1", Office: CommitteeMember}), nil},
	} {
		var got []string
		for _, f := range NewFindings(check(before), check(c.after)) {
			got = append(got, f.Rule.Key)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
	// What was broken before and is broken for one person more is new; what is only broken still is not.
	worse := WithOffice(before, before[0], OfficeHeld{Office: Supervisor, From: NewDate(2026, 2, 1)})
	worst := WithOffice(worse, before[1], OfficeHeld{Office: Supervisor, From: NewDate(2026, 2, 1)})
	if f := NewFindings(check(worse), check(worst)); len(f) != 1 || !slices.Equal(f[0].Persons, []PersonID{"c1", "c2"}) {
		t.Errorf("one more: %+v", f)
	}
	if f := NewFindings(check(worst), check(worse)); len(f) != 0 {
		t.Errorf("one fewer: %+v", f)
	}
	if len(before[0].Offices) != 1 || len(before) != 4 {
		t.Error("the members as they are were changed")
	}
}

// anyService makes a service at random: up to twelve persons, each with up to three offices, and some kin.
func anyService(r *rand.Rand) CompositionFacts {
	offices := []Office{Secretary, BranchMember, PartyMember, ProbationaryMember, Director, DeputyDirector, CommitteeMember, SupervisionHead, Supervisor, GroupHead, Representative, Clerk}
	f := CompositionFacts{Households: r.IntN(300)}
	for i := range r.IntN(13) {
		id := PersonID(strconv.Itoa(i))
		m := Member{Person: Person{ID: id}, Sex: []Sex{Female, Male, ""}[r.IntN(3)]}
		if r.IntN(3) > 0 {
			m.Birth = NewDate(1950+r.IntN(70), 1, 1)
		}
		for range r.IntN(4) {
			m.Offices = append(m.Offices, OfficeHeld{Person: id, Office: offices[r.IntN(len(offices))], From: NewDate(2015+r.IntN(12), 5, 5)})
		}
		f.Members = append(f.Members, m)
		if i > 0 && r.IntN(4) == 0 {
			f.Kin = append(f.Kin, Kinship{A: id, B: PersonID(strconv.Itoa(r.IntN(i))), Kind: RelationSibling})
		}
	}
	return f
}

func everyRule() CompositionRules {
	var rules []CompositionRule
	for _, k := range CompositionKeys() {
		r := CompositionRule{Key: k}
		switch CompositionShape(k) {
		case MajorityKind:
			r.Majority = &Majority{AtLeast, Fraction{1, 3}, OfMembers}
		case CountKind:
			r.Number = 3
		}
		rules = append(rules, r)
	}
	return ruleSet(rules...)
}

func TestCompositionProperties(t *testing.T) {
	rules := everyRule()
	holds := func(seed uint64) bool {
		r := rand.New(rand.NewPCG(seed, 1))
		f := anyService(r)
		all := CheckCompositions(rules, f)
		for _, v := range all {
			for _, c := range v.Checks {
				if c.Met && (c.Short != 0 || c.Undecided || len(c.Persons) > 0) || c.Breached() != (!c.Met && !c.Undecided) || c.Breached() && c.Short == 0 {
					t.Logf("%+v", c)
					return false
				}
				known := !c.Undecided || c.Unknown > 0
				if known && (!c.AtMost && c.Short != max(0, c.Need-c.Had) || c.AtMost && c.Short != max(0, c.Had-c.Need)) {
					t.Logf("%+v", c)
					return false
				}
				for _, lang := range []string{"zh", "en"} {
					if s := c.Sentence(Urban, lang); strings.Contains(s, "%!") || strings.Contains(s, "(村)") || s == "" {
						t.Log(s)
						return false
					}
				}
			}
		}
		shuffled := CompositionFacts{Members: slices.Clone(f.Members), Kin: slices.Clone(f.Kin), Households: f.Households}
		r.Shuffle(len(shuffled.Members), func(i, j int) {
			shuffled.Members[i], shuffled.Members[j] = shuffled.Members[j], shuffled.Members[i]
		})
		for i, k := range shuffled.Kin {
			shuffled.Kin[i].A, shuffled.Kin[i].B = k.B, k.A
		}
		stored, err := json.Marshal(all)
		var back []CompositionVerdict
		return err == nil && json.Unmarshal(stored, &back) == nil && reflect.DeepEqual(back, all) &&
			reflect.DeepEqual(CheckCompositions(rules, shuffled), all) && len(NewFindings(all, all)) == 0
	}
	if err := quick.Check(holds, &quick.Config{MaxCount: 300}); err != nil {
		t.Error(err)
	}
}

// Representatives ≥ 4/5 of the members is representatives ≥ 4 × committee members (law.md §0.3).
func TestFourFifthsIsFourTimes(t *testing.T) {
	rules := ruleSet(CompositionRule{Key: "conference.representatives_share", Majority: &Majority{AtLeast, Fraction{4, 5}, OfMembers}})
	for committee := range 10 {
		for reps := 1; reps <= 45; reps++ {
			f := CompositionFacts{Members: append(seated("c", committee, CommitteeMember), seated("r", reps, Representative)...)}
			c := CheckComposition(Conference, rules, f).Checks[0]
			if c.Met != (reps >= 4*committee) || c.Base != reps+committee {
				t.Fatalf("%d representatives, %d committee members: %+v", reps, committee, c)
			}
		}
	}
}

func TestCompositionSentences(t *testing.T) {
	members := append(seated("c", 5, CommitteeMember), seated("r", 19, Representative)...)
	rules := ruleSet(
		CompositionRule{Key: "conference.representatives_share", Majority: &Majority{AtLeast, Fraction{4, 5}, OfMembers}},
		CompositionRule{Key: "conference.households_max", Number: 15, Should: true},
		CompositionRule{Key: "conference.households_min", Number: 5, Should: true},
		CompositionRule{Key: "committee.kin"},
		CompositionRule{Key: "committee.women", Number: 1},
	)
	f := CompositionFacts{Members: members, Households: 90, Kin: []Kinship{{A: "c1", B: "c2", Kind: RelationSpouse}}}
	conference, committee := CheckComposition(Conference, rules, f), CheckComposition(Committee, rules, f)
	for i, want := range []struct{ got, want string }{
		{conference.Checks[0].Sentence(Village, "zh"), "村民代表占代表会议组成人员的五分之四以上：代表会议组成人员 24 人，应不少于 20 人，现有 19 人，还差 1 人。"},
		{conference.Checks[0].Sentence(Village, "en"), "Representatives are at least 4/5 of the conference's members: members of the conference 24, needed at least 20, there are 19, 1 short."},
		{conference.Checks[1].Sentence(Village, "zh"), "每 15 户以内推选一名代表：共 90 户，应不少于 6 人，现有 19 人。"},
		{conference.Checks[2].Sentence(Village, "zh"), "每 5 户以上推选一名代表：共 90 户，应不超过 18 人，现有 19 人，多出 1 人。"},
		{committee.Checks[0].Sentence(Urban, "zh"), "居民委员会成员之间应当近亲属回避：有 1 对不符合。"},
		{committee.Checks[1].Sentence(Village, "en"), "At least 1 of the committee's members are women: there are 0, 1 short."},
	} {
		if want.got != want.want {
			t.Errorf("%d:\n got %s\nwant %s", i, want.got, want.want)
		}
	}
}

package deliberation

import (
	"slices"
	"strings"
	"testing"
)

// family makes records of one household, each written as id:relation:sex.
func family(household HouseholdID, members ...string) []PersonRecord {
	var all []PersonRecord
	for _, m := range members {
		f := strings.Split(m+"::", ":")
		all = append(all, PersonRecord{
			Person: Person{ID: PersonID(f[0])}, Relation: Relation(f[1]), Sex: Sex(f[2]), Household: household, Standing: Present,
		})
	}
	return all
}

func written(kin []Kinship) []string {
	var all []string
	for _, k := range kin {
		all = append(all, string(k.A)+" "+string(k.Kind)+" "+string(k.B))
	}
	slices.Sort(all)
	return all
}

func TestKinOfHousehold(t *testing.T) {
	with := func(persons []PersonRecord, i int, s Standing) []PersonRecord {
		persons[i].Standing = s
		return persons
	}
	for _, c := range []struct {
		name    string
		persons []PersonRecord
		want    []string
	}{
		{"nobody", nil, nil},
		{"alone", family("h", "a:head"), nil},
		{"a couple", family("h", "a:head", "b:spouse"), []string{"a spouse b"}},
		{"a couple with two children", family("h", "a:head", "b:spouse", "c:child", "d:child"),
			[]string{"a child c", "a child d", "a spouse b", "b child c", "b child d", "c sibling d"}},
		{"three generations", family("h", "a:head", "c:child", "p:parent", "q:parent", "g:grandchild", "o:grand"),
			[]string{"a child c", "a grand o", "a grandchild g", "a parent p", "a parent q", "p grandchild c", "q grandchild c"}},
		{"siblings of the head", family("h", "a:head", "s:sibling", "t:sibling", "p:parent"), []string{"a parent p", "a sibling s", "a sibling t"}},
		{"the only child and the only in-law", family("h", "a:head", "c:child:male", "i:in_law:female"), []string{"a child c", "c spouse i"}},
		{"an in-law of the child's own sex", family("h", "a:head", "c:child:female", "i:in_law:female"), []string{"a child c"}},
		{"an in-law of unknown sex", family("h", "a:head", "c:child:male", "i:in_law"), []string{"a child c"}},
		{"two children and an in-law", family("h", "a:head", "c:child:male", "d:child:male", "i:in_law:female"), []string{"a child c", "a child d", "c sibling d"}},
		{"one child and two in-laws", family("h", "a:head", "c:child:male", "i:in_law:female", "j:in_law:female"), []string{"a child c"}},
		{"others", family("h", "a:head", "x:other", "y:"), nil},
		{"two heads", family("h", "a:head", "b:head", "c:child"), nil},
		{"no head", family("h", "b:spouse", "c:child"), nil},
		{"two spouses", family("h", "a:head", "b:spouse", "e:spouse", "c:child"), []string{"a child c"}},
		{"a household of its own", append(family("h", "a:head", "c:child"), family("g", "x:head", "y:child")...), []string{"a child c", "x child y"}},
		{"no household", family("", "a:head", "c:child"), nil},
		{"a child who moved away", with(family("h", "a:head", "c:child", "d:child"), 1, Moved), []string{"a child d"}},
		{"a dead head nobody has followed", with(family("h", "a:head", "b:spouse", "c:child"), 0, Dead), []string{"a child c", "a spouse b", "b child c"}},
		{"a dead head whom the spouse has followed", with(family("h", "a:head", "b:head", "c:child"), 0, Dead), []string{"b child c"}},
		{"an erased head", with(family("h", "a:head", "c:child"), 0, Erased), nil},
		{"the same person twice", family("h", "a:head", "a:child"), nil},
	} {
		got := KinOfHousehold(c.persons)
		if !slices.Equal(written(got), c.want) {
			t.Errorf("%s: %q, want %q", c.name, written(got), c.want)
		}
		for _, k := range got {
			if k.Source != "household" {
				t.Errorf("%s: source %q", c.name, k.Source)
			}
		}
	}
}

func TestNearRelatives(t *testing.T) {
	kin := []Kinship{{A: "a", B: "b", Kind: RelationChild}, {A: "a", B: "i", Kind: RelationChildInLaw}, {A: "b", B: "c", Kind: RelationGrand}}
	for _, c := range []struct {
		a, b PersonID
		near bool
	}{{"a", "b", true}, {"b", "a", true}, {"c", "b", true}, {"a", "i", false}, {"a", "c", false}, {"a", "a", false}} {
		if got := NearRelatives(kin, c.a, c.b); got != c.near {
			t.Errorf("%s and %s: %v", c.a, c.b, got)
		}
	}
}

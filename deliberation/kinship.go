package deliberation

import "slices"

// nearKinds are the relations that make near relatives (民法典第一千零四十五条第二款).
var nearKinds = []Relation{RelationSpouse, RelationChild, RelationParent, RelationSibling, RelationGrand, RelationGrandchild}

// KinOfHousehold gives the near relationships that follow for certain from 与户主关系
// of the persons of one household. Each pair stands once, in the order of persons.
//
//	head – spouse, child, parent, grandchild, grandparent, sibling   as written
//	spouse – child                                                   parent and child; a step-parent who lives with the child is one too (民法典第一千零七十二条第二款)
//	child – child                                                    siblings
//	parent – child                                                   grandparent and grandchild
//	child – child-in-law                                             spouses, where there is one of each and they are of different sex
//
// What may be otherwise is left out and has to be declared, since what follows
// from the household cannot be taken back by a declaration: the head's two
// parents as spouses, a grandchild with a child (which one is its parent?) or
// with the head's spouse, the head's siblings among themselves and with the
// head's parents (half-siblings), and all in-laws else. Persons of another or of
// no household are left out, and so are those who moved away or died, but for
// a head whom nobody has followed yet: the others' relations still speak of them.
func KinOfHousehold(persons []PersonRecord) []Kinship {
	var kin []Kinship
	for _, h := range householdsIn(persons) {
		kin = append(kin, h.kin()...)
	}
	return kin
}

// NearRelatives reports whether a and b are near relatives by one of k.
func NearRelatives(k []Kinship, a, b PersonID) bool {
	return slices.ContainsFunc(k, func(x Kinship) bool {
		return (x.A == a && x.B == b || x.A == b && x.B == a) && slices.Contains(nearKinds, x.Kind)
	})
}

// familyOf is a household whose head is known, by relation to the head.
type familyOf struct {
	head PersonRecord
	rest []PersonRecord
	by   map[Relation][]PersonRecord
}

// householdsIn groups persons by household, and leaves out those without one clear head.
func householdsIn(persons []PersonRecord) []familyOf {
	var order []HouseholdID
	living := map[HouseholdID][]PersonRecord{}
	for _, p := range persons {
		if p.Household == "" || p.Standing == Erased {
			continue
		}
		if _, seen := living[p.Household]; !seen {
			order = append(order, p.Household)
		}
		living[p.Household] = append(living[p.Household], p)
	}
	var all []familyOf
	for _, id := range order {
		if f, ok := familyIn(living[id]); ok {
			all = append(all, f)
		}
	}
	return all
}

func familyIn(persons []PersonRecord) (familyOf, bool) {
	var here, gone []PersonRecord
	f := familyOf{by: map[Relation][]PersonRecord{}}
	for _, p := range persons {
		left := p.Standing == Moved || p.Standing == Dead
		switch {
		case p.Relation == RelationHead && left:
			gone = append(gone, p)
		case p.Relation == RelationHead:
			here = append(here, p)
		case !left:
			f.rest = append(f.rest, p)
			f.by[p.Relation] = append(f.by[p.Relation], p)
		}
	}
	switch {
	case len(here) == 1:
		f.head = here[0]
	case len(here) == 0 && len(gone) == 1:
		f.head = gone[0]
	default:
		return familyOf{}, false
	}
	return f, true
}

func (f familyOf) kin() []Kinship {
	var kin []Kinship
	add := func(a, b PersonRecord, kind Relation) {
		if a.ID != b.ID {
			kin = append(kin, Kinship{A: a.ID, B: b.ID, Kind: kind, Source: "household"})
		}
	}
	// Two spouses of one head are a slip of the roster: which of them is not known.
	spouses := f.by[RelationSpouse]
	sure := len(spouses) == 1
	for _, p := range f.rest {
		if slices.Contains(nearKinds, p.Relation) && (p.Relation != RelationSpouse || sure) {
			add(f.head, p, p.Relation)
		}
	}
	children := f.by[RelationChild]
	for i, c := range children {
		if sure {
			add(spouses[0], c, RelationChild)
		}
		for _, other := range children[i+1:] {
			add(c, other, RelationSibling)
		}
		for _, p := range f.by[RelationParent] {
			add(p, c, RelationGrandchild)
		}
	}
	if inLaws := f.by[RelationChildInLaw]; len(children) == 1 && len(inLaws) == 1 && differentSex(children[0], inLaws[0]) {
		add(children[0], inLaws[0], RelationSpouse)
	}
	return kin
}

func differentSex(a, b PersonRecord) bool {
	return a.Sex == Female && b.Sex == Male || a.Sex == Male && b.Sex == Female
}

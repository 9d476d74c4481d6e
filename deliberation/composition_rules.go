package deliberation

import "slices"

// compositionSpec is what a key of the rules means: the body it is on, the shape
// of its value, how it is counted, and its words.
type compositionSpec struct {
	key   string
	body  Body
	shape ParameterKind // majority, count or flag
	// title names the rule; %s or %d stands for its value.
	title word
	// unit is what is counted.
	unit word
	// base is what Base counts, unknown what Unknown counts; empty where there is none.
	base, unknown word
	// vacancy: a post that is to be filled.
	vacancy bool
	// applies is nil where the rule always does.
	applies func(service) bool
	check   func(service, CompositionRule) CompositionCheck
}

var (
	committeeOffices  = []Office{Director, DeputyDirector, CommitteeMember}
	supervisorOffices = []Office{Supervisor, SupervisionHead}
	branchOffices     = []Office{Secretary, BranchMember}
)

var (
	persons      = word{"人", "persons"}
	pairs        = word{"对", "pairs"}
	conferences  = word{"代表会议组成人员", "members of the conference"}
	noSex        = word{"未登记性别", "whose sex is not on record"}
	noBirth      = word{"未登记出生日期", "whose date of birth is not on record"}
	noHouseholds = word{"户数未登记", "the number of households is not on record"}
)

// compositionList is the vocabulary of the rules of composition, in the order in which they are told.
var compositionList = []compositionSpec{
	{
		key: "branch.secretary", body: BranchCommittee, shape: FlagKind, unit: persons, vacancy: true,
		title: word{"应有党组织书记", "There is a secretary"},
		check: func(s service, _ CompositionRule) CompositionCheck { return atLeast(1, s.holding(Secretary)) },
	},
	{
		key: "branch.single_secretary", body: BranchCommittee, shape: FlagKind, unit: persons,
		title: word{"党组织书记只有一人", "There is one secretary only"},
		check: func(s service, _ CompositionRule) CompositionCheck { return atMost(1, s.holding(Secretary)) },
	},
	{
		key: "branch.min", body: BranchCommittee, shape: CountKind, unit: persons, vacancy: true,
		title:   word{"正式党员七人以上的，支部委员会不少于 %d 人", "With seven full members, the branch committee has at least %d"},
		applies: func(s service) bool { return len(s.holding(PartyMember)) >= branchCommitteeFrom },
		check:   fewest(branchOffices...),
	},
	{
		key: "branch.max", body: BranchCommittee, shape: CountKind, unit: persons,
		title: word{"支部委员会一般不超过 %d 人", "The branch committee has as a rule at most %d"},
		check: most(branchOffices...),
	},
	{
		key: "branch.full_members", body: BranchCommittee, shape: FlagKind, unit: persons,
		title: word{"书记、支部委员应是正式党员", "Secretary and branch committee members are full Party members"},
		check: nobody(func(m Member) bool { return holds(m, branchOffices...) && !holds(m, PartyMember) }),
	},
	termOf("branch.term_years", BranchCommittee, word{"支部委员会", "the branch committee"}, branchOffices...),
	{
		key: "committee.min", body: Committee, shape: CountKind, unit: persons, vacancy: true,
		title: word{"居(村)民委员会不少于 %d 人", "The committee has at least %d members"},
		check: fewest(Director, CommitteeMember),
	},
	{
		key: "committee.max", body: Committee, shape: CountKind, unit: persons,
		title: word{"居(村)民委员会不超过 %d 人", "The committee has at most %d members"},
		check: most(Director, CommitteeMember),
	},
	{
		key: "committee.director", body: Committee, shape: FlagKind, unit: persons, vacancy: true,
		title: word{"应有居(村)民委员会主任", "There is a director"},
		check: func(s service, _ CompositionRule) CompositionCheck { return atLeast(1, s.holding(Director)) },
	},
	{
		key: "committee.single_director", body: Committee, shape: FlagKind, unit: persons,
		title: word{"居(村)民委员会主任只有一人", "There is one director only"},
		check: func(s service, _ CompositionRule) CompositionCheck { return atMost(1, s.holding(Director)) },
	},
	{
		key: "committee.deputies", body: Committee, shape: FlagKind, unit: persons,
		title: word{"副主任应同时登记为委员", "Deputy directors stand on the roster as committee members too"},
		check: nobody(func(m Member) bool { return holds(m, DeputyDirector) && !holds(m, Director, CommitteeMember) }),
	},
	{
		key: "committee.women", body: Committee, shape: CountKind, unit: persons, unknown: noSex,
		title:   word{"居(村)民委员会中的妇女成员不少于 %d 人", "At least %d of the committee's members are women"},
		applies: func(s service) bool { return len(s.holding(Director, CommitteeMember)) > 0 },
		check: func(s service, r CompositionRule) CompositionCheck {
			return womenOf(r.Number, s.holding(Director, CommitteeMember))
		},
	},
	{
		key: "committee.kin", body: Committee, shape: FlagKind, unit: pairs,
		title: word{"居(村)民委员会成员之间应当近亲属回避", "No two members of the committee are near relatives"},
		check: func(s service, _ CompositionRule) CompositionCheck {
			m := s.holding(committeeOffices...)
			return s.relatives(m, m)
		},
	},
	ageOf("committee.age", Committee, word{"居(村)民委员会成员", "Members of the committee"}, committeeOffices...),
	termOf("committee.term_years", Committee, word{"居(村)民委员会", "the committee"}, committeeOffices...),
	{
		key: "supervision.exists", body: SupervisoryCommittee, shape: FlagKind, unit: persons, vacancy: true,
		title: word{"应当建立居(村)务监督委员会", "There is a supervisory committee"},
		check: func(s service, _ CompositionRule) CompositionCheck { return atLeast(1, s.holding(Supervisor)) },
	},
	{
		key: "supervision.min", body: SupervisoryCommittee, shape: CountKind, unit: persons, vacancy: true,
		title: word{"监督委员会不少于 %d 人", "The supervisory committee has at least %d members"},
		check: fewest(Supervisor),
	},
	{
		key: "supervision.max", body: SupervisoryCommittee, shape: CountKind, unit: persons,
		title: word{"监督委员会不超过 %d 人", "The supervisory committee has at most %d members"},
		check: most(Supervisor),
	},
	{
		key: "supervision.head", body: SupervisoryCommittee, shape: FlagKind, unit: persons, vacancy: true,
		title: word{"应有监督委员会主任", "The supervisory committee has a head"},
		check: func(s service, _ CompositionRule) CompositionCheck { return atLeast(1, s.holding(SupervisionHead)) },
	},
	{
		key: "supervision.single_head", body: SupervisoryCommittee, shape: FlagKind, unit: persons,
		title: word{"监督委员会主任只有一人", "The supervisory committee has one head only"},
		check: func(s service, _ CompositionRule) CompositionCheck { return atMost(1, s.holding(SupervisionHead)) },
	},
	{
		key: "supervision.head_is_member", body: SupervisoryCommittee, shape: FlagKind, unit: persons,
		title: word{"监督委员会主任应同时登记为成员", "The head stands on the roster as a supervisor too"},
		check: nobody(func(m Member) bool { return holds(m, SupervisionHead) && !holds(m, Supervisor) }),
	},
	{
		key: "supervision.disjoint", body: SupervisoryCommittee, shape: FlagKind, unit: persons,
		title: word{"居(村)民委员会成员不得担任监督委员会成员", "No member of the committee is a supervisor"},
		check: nobody(func(m Member) bool { return holds(m, supervisorOffices...) && holds(m, committeeOffices...) }),
	},
	{
		key: "supervision.kin", body: SupervisoryCommittee, shape: FlagKind, unit: pairs,
		title: word{"居(村)民委员会成员的近亲属不得担任监督委员会成员", "No near relative of a committee member is a supervisor"},
		check: func(s service, _ CompositionRule) CompositionCheck {
			return s.relatives(s.holding(supervisorOffices...), s.holding(committeeOffices...))
		},
	},
	{
		key: "supervision.head_not_secretary", body: SupervisoryCommittee, shape: FlagKind, unit: persons,
		title: word{"监督委员会主任原则上不由党组织书记兼任", "The head is in principle not the secretary"},
		check: nobody(func(m Member) bool { return holds(m, SupervisionHead) && holds(m, Secretary) }),
	},
	{
		key: "supervision.not_clerk", body: SupervisoryCommittee, shape: FlagKind, unit: persons,
		title: word{"村会计、文书不宜担任监督委员会成员", "The village's accountant or clerk is not a supervisor"},
		check: nobody(func(m Member) bool { return holds(m, supervisorOffices...) && holds(m, Clerk) }),
	},
	ageOf("supervision.age", SupervisoryCommittee, word{"监督委员会成员", "Supervisors"}, supervisorOffices...),
	termOf("supervision.term_years", SupervisoryCommittee, word{"监督委员会", "the supervisory committee"}, supervisorOffices...),
	{
		key: "conference.representatives_share", body: Conference, shape: MajorityKind, unit: persons, base: conferences,
		title:   word{"居(村)民代表占代表会议组成人员的%s", "Representatives are %s of the conference's members"},
		applies: hasRepresentatives,
		check: func(s service, r CompositionRule) CompositionCheck {
			return share(r, s.representatives(), s.holding(Conference.Offices()...))
		},
	},
	{
		key: "conference.women_share", body: Conference, shape: MajorityKind, unit: persons, base: conferences, unknown: noSex,
		title:   word{"妇女代表占代表会议组成人员的%s", "Women representatives are %s of the conference's members"},
		applies: hasRepresentatives,
		check: func(s service, r CompositionRule) CompositionCheck {
			all := s.holding(Conference.Offices()...)
			c := womenOf(r.Majority.Need(len(all)), s.representatives())
			c.Base = len(all)
			return c
		},
	},
	{
		key: "conference.households_max", body: Conference, shape: CountKind, unit: persons,
		base: word{"户", "households"}, unknown: noHouseholds,
		title:   word{"每 %d 户以内推选一名代表", "One representative for at most %d households"},
		applies: hasRepresentatives,
		check: func(s service, r CompositionRule) CompositionCheck {
			return s.byHouseholds(atLeast((s.households+r.Number-1)/r.Number, s.holding(Representative)))
		},
	},
	{
		key: "conference.households_min", body: Conference, shape: CountKind, unit: persons,
		base: word{"户", "households"}, unknown: noHouseholds,
		title:   word{"每 %d 户以上推选一名代表", "One representative for at least %d households"},
		applies: hasRepresentatives,
		check: func(s service, r CompositionRule) CompositionCheck {
			return s.byHouseholds(atMost(max(1, s.households/r.Number), s.holding(Representative)))
		},
	},
	{
		key: "conference.representatives_min", body: Conference, shape: CountKind, unit: persons, vacancy: true,
		title:   word{"代表不少于 %d 人", "There are at least %d representatives"},
		applies: hasRepresentatives,
		check:   fewest(Representative),
	},
	{
		key: "group.head_from_representatives", body: Conference, shape: FlagKind, unit: persons,
		applies: served(GroupHead),
		title:   word{"居民小组组长应从居民代表中推选", "Group heads are chosen from the representatives"},
		check:   nobody(func(m Member) bool { return holds(m, GroupHead) && !holds(m, Representative) }),
	},
	ageOf("conference.age", Conference, word{"代表、小组长", "Representatives and group heads"}, Representative, GroupHead),
	termOf("conference.term_years", Conference, word{"代表", "the representatives"}, Representative),
	termOf("group.term_years", Conference, word{"小组长", "the group heads"}, GroupHead),
	{
		key: "party.one_standing", body: PartyMeeting, shape: FlagKind, unit: persons,
		title: word{"预备党员没有表决权，不得同时登记为正式党员", "A probationary member has no vote and is not on the roster as a full member"},
		check: nobody(func(m Member) bool { return holds(m, PartyMember) && holds(m, ProbationaryMember) }),
	},
}

// branchCommitteeFrom is the number of full members from which a branch has a
// committee (中国共产党支部工作条例（试行）第六章).
const branchCommitteeFrom = 7

var compositionSpecs = specsByKey()

func specsByKey() map[string]compositionSpec {
	all := make(map[string]compositionSpec, len(compositionList))
	for _, s := range compositionList {
		all[s.key] = s
	}
	return all
}

// CompositionKeys gives the keys that rules of composition may have, in the order in which they are told.
func CompositionKeys() []string {
	keys := make([]string, len(compositionList))
	for i, s := range compositionList {
		keys[i] = s.key
	}
	return keys
}

// CompositionShape gives the shape of the value of a key, empty where there is no such key.
func CompositionShape(key string) ParameterKind { return compositionSpecs[key].shape }

// CompositionBody gives the body that a key speaks of.
func CompositionBody(key string) Body { return compositionSpecs[key].body }

func termOf(key string, body Body, whose word, offices ...Office) compositionSpec {
	return compositionSpec{
		key: key, body: body, shape: CountKind, unit: persons,
		applies: served(offices...),
		title:   word{whose.zh + "每届任期 %d 年，期满应当换届", "The term of " + whose.en + " is %d years"},
		check: func(s service, r CompositionRule) CompositionCheck {
			return atMost(0, s.who(func(m Member) bool {
				return slices.ContainsFunc(m.Offices, func(o OfficeHeld) bool {
					return slices.Contains(offices, o.Office) && s.on.After(o.From.AddYears(r.Number))
				})
			}))
		},
	}
}

func ageOf(key string, body Body, whose word, offices ...Office) compositionSpec {
	return compositionSpec{
		key: key, body: body, shape: CountKind, unit: persons, unknown: noBirth,
		applies: served(offices...),
		title:   word{whose.zh + "应年满 %d 周岁", whose.en + " are %d or older"},
		check: func(s service, r CompositionRule) CompositionCheck {
			all := s.holding(offices...)
			unknown := 0
			for _, m := range all {
				if m.Birth.IsZero() {
					unknown++
				}
			}
			return atMost(0, slices.DeleteFunc(all, func(m Member) bool {
				return m.Birth.IsZero() || AgeOn(m.Birth, s.on) >= r.Number
			})).lacking(unknown)
		},
	}
}

func hasRepresentatives(s service) bool { return len(s.holding(Representative)) > 0 }

// served says that a rule is about holders of the offices, and silent where there is none.
func served(offices ...Office) func(service) bool {
	return func(s service) bool { return len(s.holding(offices...)) > 0 }
}

// byHouseholds says of how many households the check is; without their number nothing is decided.
func (s service) byHouseholds(c CompositionCheck) CompositionCheck {
	c.Base = s.households
	if s.households <= 0 {
		c.Base, c.Need, c.Short, c.Met, c.Undecided = 0, 0, 0, false, true
	}
	return c
}

// relatives finds who of a and who of b are near relatives, each pair once.
func (s service) relatives(a, b []Member) CompositionCheck {
	var found []PersonPair
	for _, m := range a {
		for _, n := range b {
			pair := PersonPair{min(m.Person.ID, n.Person.ID), max(m.Person.ID, n.Person.ID)}
			if m.Person.ID != n.Person.ID && NearRelatives(s.kin, m.Person.ID, n.Person.ID) && !slices.Contains(found, pair) {
				found = append(found, pair)
			}
		}
	}
	c := CompositionCheck{AtMost: true, Had: len(found), Short: len(found), Met: len(found) == 0, Pairs: found}
	for _, p := range found {
		c.Persons = append(c.Persons, p.A, p.B)
	}
	slices.Sort(c.Persons)
	c.Persons = slices.Compact(c.Persons)
	return c
}

func atLeast(need int, of []Member) CompositionCheck {
	return CompositionCheck{Need: need, Had: len(of), Short: max(0, need-len(of)), Met: len(of) >= need}
}

func atMost(limit int, of []Member) CompositionCheck {
	c := CompositionCheck{Need: limit, AtMost: true, Had: len(of), Short: max(0, len(of)-limit), Met: len(of) <= limit}
	if limit > 1 || c.Met { // a body that is too large concerns nobody more than another
		return c
	}
	for _, m := range of {
		c.Persons = append(c.Persons, m.Person.ID)
	}
	return c
}

// lacking notes that so many records leave out what the check looks at.
func (c CompositionCheck) lacking(unknown int) CompositionCheck {
	c.Unknown = unknown
	if c.AtMost {
		c.Undecided = c.Met && unknown > 0
	} else {
		c.Undecided = !c.Met && c.Had+unknown >= c.Need
	}
	if c.Undecided {
		c.Met = false
	}
	return c
}

func share(r CompositionRule, of, all []Member) CompositionCheck {
	c := atLeast(r.Majority.Need(len(all)), of)
	c.Base, c.Met = len(all), r.Majority.MetBy(len(of), len(all))
	return c
}

func womenOf(need int, of []Member) CompositionCheck {
	unknown := 0
	for _, m := range of {
		if m.Sex == "" {
			unknown++
		}
	}
	return atLeast(need, slices.DeleteFunc(slices.Clone(of), func(m Member) bool { return m.Sex != Female })).lacking(unknown)
}

func fewest(offices ...Office) func(service, CompositionRule) CompositionCheck {
	return func(s service, r CompositionRule) CompositionCheck { return atLeast(r.Number, s.holding(offices...)) }
}

func most(offices ...Office) func(service, CompositionRule) CompositionCheck {
	return func(s service, r CompositionRule) CompositionCheck { return atMost(r.Number, s.holding(offices...)) }
}

// nobody forbids what is true of somebody.
func nobody(is func(Member) bool) func(service, CompositionRule) CompositionCheck {
	return func(s service, _ CompositionRule) CompositionCheck { return atMost(0, s.who(is)) }
}

package deliberation_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

func electionRules(t testing.TB, id string, m deliberation.ElectionMethod) deliberation.ElectionRules {
	t.Helper()
	r, err := deliberation.ElectionOf(pack(t, id), m)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Every pack gives the whole law of elections by each of its methods, each number with
// its citation.
func TestEveryPackGivesTheLawOfElections(t *testing.T) {
	for _, p := range library(t).Packs() {
		for _, m := range []deliberation.ElectionMethod{deliberation.AllElectors, deliberation.HouseholdRepresentatives, deliberation.ByRepresentatives} {
			r, err := deliberation.ElectionOf(p, m)
			if p.Kind == deliberation.Village && m != deliberation.AllElectors {
				if !errors.Is(err, deliberation.Refuse(deliberation.RefuseFormNotInPack)) {
					t.Errorf("%s by %s: %v", p.ID, m, err)
				}
				continue
			}
			if err != nil {
				t.Errorf("%s by %s: %v", p.ID, m, err)
				continue
			}
			noEmptyBasis(t, p.ID, reflect.ValueOf(r))
			want := deliberation.Majority{Comparison: deliberation.MoreThan, Fraction: deliberation.Fraction{Num: 1, Den: 2}, Of: deliberation.OfElectors}
			switch m {
			case deliberation.HouseholdRepresentatives:
				want.Of = deliberation.OfHouseholds
			case deliberation.ByRepresentatives:
				want.Fraction, want.Of = deliberation.Fraction{Num: 2, Den: 3}, deliberation.OfRepresentatives
			}
			if r.Valid.Majority != want || r.ProxyAllowed.Value == (m == deliberation.ByRepresentatives) {
				t.Errorf("%s by %s: valid %+v, proxies %v", p.ID, m, r.Valid.Majority, r.ProxyAllowed.Value)
			}
		}
	}
	if r := electionRules(t, "urban-2026+sichuan", deliberation.AllElectors); r.FinalListDays.Basis.Confidence != deliberation.LawText || r.EnoughElected.Count != 5 || !r.Certificate.Value {
		t.Errorf("Sichuan: %+v", r.FinalListDays)
	}
	if r := electionRules(t, "urban-2026", deliberation.AllElectors); r.FinalListDays.Basis.Confidence == deliberation.LawText || r.Certificate.Value {
		t.Errorf("the nation takes Sichuan's text for law: %+v", r.FinalListDays)
	}
}

func TestTheMethodOverridesDefaultsAndNoLaw(t *testing.T) {
	yes, no := true, false
	r, err := electionRules(t, "village-2026+sichuan", deliberation.AllElectors).Adopt(deliberation.ElectionChoices{
		VacatedSeat: deliberation.VacatedFurtherRound, VotesDescend: &yes, Overfull: deliberation.OverfullPostOnly,
	})
	if err != nil || r.VacatedSeat.Code != deliberation.VacatedFurtherRound || !r.VotesDescend.Value || r.VotesDescend.Basis.Citation.Law != "本次选举办法" || r.Overfull.Basis.Confidence != deliberation.Default {
		t.Errorf("%v %+v", err, r.VotesDescend)
	}
	for name, c := range map[string]deliberation.ElectionChoices{
		"a code that does not exist": {VacatedSeat: "lots"},
		"a choice against the law":   {MobileBoxes: &no},
	} {
		if _, err := r.Adopt(c); !errors.Is(err, deliberation.Refuse(deliberation.RefuseInvalid)) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Registration: V-NEW 第十六条, U-NEW 第十六条, S-VE 第十五条至第十八条.
func TestArticle16WhoMayBeRegistered(t *testing.T) {
	day := date(t, "2026-12-20")
	villager := deliberation.Applicant{Person: "a", Birth: date(t, "1980-01-01"), Hukou: deliberation.HukouHere, Standing: deliberation.Present, LivesHere: true}
	outsider := villager
	outsider.Hukou, outsider.Since, outsider.Wishes, outsider.Consented, outsider.Certificate = deliberation.HukouElsewhere, date(t, "2025-12-20"), true, true, true
	worker := deliberation.Applicant{
		Person: "w", Birth: date(t, "1990-01-01"), Hukou: deliberation.HukouElsewhere, Standing: deliberation.Present,
		WorksSince: date(t, "2026-06-20"), Wishes: true, Consented: true, Certificate: true,
	}
	for _, c := range []struct {
		name, pack string
		base       deliberation.Applicant
		change     func(*deliberation.Applicant)
		want       deliberation.RegistrationReason // empty: in
		on         string
	}{
		{"a villager who lives here", "village-2026+sichuan", villager, nil, "", ""},
		{"of age on election day to the day", "village-2026+sichuan", villager, func(a *deliberation.Applicant) { a.Birth = date(t, "2008-12-20") }, "", ""},
		{"under age by one day", "village-2026+sichuan", villager, func(a *deliberation.Applicant) { a.Birth = date(t, "2008-12-21") }, deliberation.NotUnderAge, "2026-12-21"},
		{"no date of birth", "village-2026", villager, func(a *deliberation.Applicant) { a.Birth = deliberation.Date{} }, deliberation.NotBirthUnknown, ""},
		{"dead", "village-2026", villager, func(a *deliberation.Applicant) { a.Standing = deliberation.Dead }, deliberation.NotDead, ""},
		{"moved", "urban-2026", villager, func(a *deliberation.Applicant) { a.Standing = deliberation.Moved }, deliberation.NotMoved, ""},
		{"deprived of political rights", "village-2026", villager, func(a *deliberation.Applicant) { a.Deprived = true }, deliberation.NotDeprived, ""},
		{"registered in two communities", "urban-2026+sichuan", villager, func(a *deliberation.Applicant) { a.Wishes, a.Elsewhere = true, true }, deliberation.NotTwice, ""},
		{"hukou here, lives elsewhere, says nothing", "village-2026", villager, func(a *deliberation.Applicant) { a.LivesHere = false }, deliberation.NotWished, ""},
		{"hukou here, lives elsewhere, wishes", "village-2026", villager, func(a *deliberation.Applicant) { a.LivesHere, a.Wishes = false, true }, "", ""},
		{"in a community everybody states the wish", "urban-2026", villager, nil, deliberation.NotWished, ""},
		{"an outsider after a year", "village-2026+sichuan", outsider, nil, "", ""},
		{"an outsider a day too soon", "village-2026+sichuan", outsider, func(a *deliberation.Applicant) { a.Since = date(t, "2025-12-21") }, deliberation.NotLongEnough, "2026-12-21"},
		{"an outsider without consent", "village-2026", outsider, func(a *deliberation.Applicant) { a.Consented = false }, deliberation.NotConsented, ""},
		{"an outsider without certificate in Sichuan", "village-2026+sichuan", outsider, func(a *deliberation.Applicant) { a.Certificate = false }, deliberation.NotCertified, ""},
		{"an outsider without certificate elsewhere", "village-2026", outsider, func(a *deliberation.Applicant) { a.Certificate = false }, "", ""},
		{"an outsider who did not apply", "village-2026", outsider, func(a *deliberation.Applicant) { a.Wishes = false }, deliberation.NotWished, ""},
		{"who only passes through", "village-2026", outsider, func(a *deliberation.Applicant) { a.Since = deliberation.Date{} }, deliberation.NotOfThePlace, ""},
		{"a permanent resident", "urban-2026+sichuan", outsider, func(a *deliberation.Applicant) { a.Consented, a.Certificate = false, false }, "", ""},
		{"a community worker after six months", "urban-2026+sichuan", worker, nil, "", ""},
		{"a community worker a day too soon", "urban-2026+sichuan", worker, func(a *deliberation.Applicant) { a.WorksSince = date(t, "2026-06-21") }, deliberation.NotLongEnough, "2026-12-21"},
		{"a community worker not confirmed", "urban-2026", worker, func(a *deliberation.Applicant) { a.Consented = false }, deliberation.NotConsented, ""},
		{"a villager away without mandate, Sichuan", "village-2026+sichuan", villager, func(a *deliberation.Applicant) { a.Unavailable = true }, deliberation.NotCountedAbsent, ""},
		{"a villager away with a mandate, Sichuan", "village-2026+sichuan", villager, func(a *deliberation.Applicant) { a.Unavailable, a.Mandated = true, true }, "", ""},
		{"a villager away counts elsewhere", "village-2026", villager, func(a *deliberation.Applicant) { a.Unavailable = true }, "", ""},
	} {
		a := c.base
		if c.change != nil {
			c.change(&a)
		}
		got := deliberation.Register(a, electionRules(t, c.pack, deliberation.AllElectors), day)
		if got.In != (c.want == "") || got.Reason != c.want || got.On.String() != c.on || got.Basis.Citation.Law == "" || got.Sentence("zh") == got.Sentence("en") {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	wisher := villager
	wisher.Wishes = true
	if got := deliberation.Register(wisher, electionRules(t, "urban-2026", deliberation.ByRepresentatives), day); got.Reason != deliberation.NotRepresentative {
		t.Errorf("who is no representative: %+v", got)
	}
}

// The list's objections: the day of publication is not counted (V-NEW 第十七条第二款).
func TestArticle17AnObjectionOnTheSixthDay(t *testing.T) {
	r, cal := electionRules(t, "village-2026", deliberation.AllElectors), library(t).Calendar()
	for _, c := range []struct {
		published, on string
		late          bool
	}{
		{"2026-10-31", "2026-11-05", false}, // the fifth, a Thursday
		{"2026-10-31", "2026-11-06", true},  // the sixth
		{"2026-11-02", "2026-11-09", false}, // the fifth is a Saturday: it rolls to Monday
		{"2026-11-02", "2026-11-10", true},
	} {
		err := r.MayObject(cal, date(t, c.published), date(t, c.on))
		if errors.Is(err, deliberation.Refuse(deliberation.RefuseTooLate)) != c.late {
			t.Errorf("published %s, objected %s: %v", c.published, c.on, err)
		}
	}
	if r.Reverify(date(t, "2026-11-20"), date(t, "2026-12-20")) || !r.Reverify(date(t, "2026-11-20"), date(t, "2026-12-21")) {
		t.Error("thirty days are not more than thirty")
	}
}

func codes(faults []deliberation.ElectionFault) (list []string) {
	for _, f := range faults {
		list = append(list, f.Code)
		if f.Sentence("zh") == f.Sentence("en") || f.Basis.Citation.Law == "" {
			list = append(list, "no words or basis for "+f.Code)
		}
	}
	return list
}

func everybody(deliberation.PersonID) bool { return true }

func numbered(prefix string, n int) (list []deliberation.PersonID) {
	for i := range n {
		list = append(list, deliberation.PersonID(fmt.Sprintf("%s%d", prefix, i)))
	}
	return list
}

// Nomination: V-OLD 第十五条, V-NEW 第十八条, U-NEW 第十八条, S-VE 第二十二条.
func TestArticle18WhoNominates(t *testing.T) {
	seats := deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 3}
	one := map[deliberation.ElectionPost][]deliberation.PersonID{deliberation.PostDirector: {"x"}}
	for _, c := range []struct {
		name, pack string
		n          deliberation.Nomination
		want       []string
	}{
		{"the Party organisation since 2026", "village-2026", deliberation.Nomination{By: "party_organisation", Names: one}, nil},
		{"the Party organisation before", "village-2018", deliberation.Nomination{By: "party_organisation", Names: one}, []string{deliberation.FaultNominator}},
		{"one villager", "village-2026", deliberation.Nomination{By: "electors", Signers: numbered("e", 1), Names: one}, nil},
		{"nine electors", "urban-2026", deliberation.Nomination{By: "electors_jointly", Signers: append(numbered("e", 9), "e0"), Names: one}, []string{deliberation.FaultTooFewSigners}},
		{"ten electors", "urban-2026", deliberation.Nomination{By: "electors_jointly", Signers: numbered("e", 10), Names: one}, nil},
		{"four names for three seats", "village-2026+sichuan", deliberation.Nomination{By: "electors", Signers: numbered("e", 1), Names: map[deliberation.ElectionPost][]deliberation.PersonID{deliberation.PostMember: numbered("m", 4)}}, []string{deliberation.FaultTooManyNamed}},
	} {
		if got := codes(electionRules(t, c.pack, deliberation.AllElectors).NominationFaults(c.n, seats, everybody)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	r := electionRules(t, "village-2026", deliberation.AllElectors)
	for _, c := range []struct {
		name string
		n    deliberation.Nominee
		want []string
	}{
		{"one who was punished", deliberation.Nominee{Registered: true, Posts: []deliberation.ElectionPost{deliberation.PostMember}, Bars: []string{"punished_for_crime"}}, []string{deliberation.FaultBarred}},
		{"two posts, none chosen", deliberation.Nominee{Registered: true, Posts: []deliberation.ElectionPost{deliberation.PostDirector, deliberation.PostMember}}, []string{deliberation.FaultTwoPosts}},
		{"two posts, one chosen", deliberation.Nominee{Registered: true, Posts: []deliberation.ElectionPost{deliberation.PostDirector, deliberation.PostMember}, Chosen: deliberation.PostMember}, nil},
		{"not registered", deliberation.Nominee{Posts: []deliberation.ElectionPost{deliberation.PostMember}}, []string{deliberation.FaultNotRegistered}},
	} {
		if got := codes(r.NomineeFaults(c.n)); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	if got := codes(electionRules(t, "village-2018", deliberation.AllElectors).NomineeFaults(deliberation.Nominee{Registered: true, Posts: []deliberation.ElectionPost{deliberation.PostMember}, Bars: []string{"punished_for_crime"}})); got != nil {
		t.Errorf("before 2026 there were no bars: %v", got)
	}
	if got := codes(r.SeatsFaults(deliberation.ElectionSeats{deliberation.PostDirector: 2, deliberation.PostMember: 6})); len(got) != 2 {
		t.Errorf("two directors of eight: %v", got)
	}
}

// The candidates: S-VE 第二十二条至第二十五条.
func TestArticle24TheListOfCandidates(t *testing.T) {
	r := electionRules(t, "village-2026+sichuan", deliberation.AllElectors)
	names := []string{"王五", "丁一", "欧阳修", "李四", "张三"}
	nominees := func(n int) (list []deliberation.Nominee) {
		for i, name := range names[:n] {
			list = append(list, deliberation.Nominee{Person: deliberation.PersonID(fmt.Sprint(i)), Name: name, Posts: []deliberation.ElectionPost{deliberation.PostMember}, Registered: true})
		}
		return list
	}
	pre := func(voters int, votes ...int) *deliberation.Preselection {
		p := deliberation.Preselection{Base: 100, Voters: voters, Votes: map[deliberation.PersonID]int{}}
		for i, v := range votes {
			p.Votes[deliberation.PersonID(fmt.Sprint(i))] = v
		}
		return &p
	}
	for _, c := range []struct {
		name     string
		nominees []deliberation.Nominee
		surplus  int
		pre      *deliberation.Preselection
		want     string
		fault    []string
	}{
		{"by strokes", nominees(4), 1, nil, "1 0 3 2", nil}, // 丁2 王4 李7 欧8
		{"fewer than the surplus demands", nominees(3), 1, nil, "", []string{deliberation.FaultSurplusShort}},
		{"a surplus of four", nominees(5), 4, nil, "", []string{deliberation.FaultSurplusChoice}},
		{"too many and no preselection", nominees(5), 1, nil, "", []string{deliberation.FaultPreselect}},
		{"a preselection by half", nominees(5), 1, pre(50, 9, 8, 7, 6, 5), "", []string{deliberation.FaultPreselectPoll}},
		{"by votes", nominees(5), 1, pre(51, 5, 6, 7, 8, 9), "4 3 2 1", nil},
		{"a tie at the last place", nominees(5), 1, pre(51, 5, 5, 7, 8, 9), "4 3 2 1", []string{deliberation.FaultTied}},
	} {
		l := r.Candidates(deliberation.PostMember, 3, c.surplus, c.nominees, c.pre)
		var got []string
		for _, p := range l.Candidates {
			got = append(got, string(p))
		}
		if !slices.Equal(codes(l.Faults), c.fault) || c.want != "" && strings.Join(got, " ") != c.want {
			t.Errorf("%s: %v %v", c.name, got, codes(l.Faults))
		}
	}
	list := nominees(5)
	list[4].Withdrew = true
	if l := r.Candidates(deliberation.PostMember, 3, 1, list, pre(51, 5, 6, 7, 8, 9)); len(l.Candidates) != 4 || slices.Contains(l.Candidates, "4") {
		t.Errorf("who withdrew stands: %v", l.Candidates)
	}
}

func TestSurnamesByStrokes(t *testing.T) {
	names := []string{"司马光", "欧阳修", "欧建国", "司徒美", "李四", "王五", "丁一", "张三", "王小二", "㗊无字", "司南"}
	slices.SortFunc(names, deliberation.CompareByStrokes)
	if got := strings.Join(names, " "); got != "丁一 王小二 王五 司南 司马光 司徒美 张三 李四 欧建国 欧阳修 㗊无字" {
		t.Error(got)
	}
	for name, want := range map[string]string{"欧阳修": "欧阳", "欧阳": "欧", "王五": "王", "": ""} {
		if s, g := deliberation.SurnameOf(name); s != want || s+g != name {
			t.Errorf("%s: %s, %s", name, s, g)
		}
	}
}

// The election committee: V-OLD 第十二条, V-NEW 第十五条, S-VE 第十二条、第十四条.
func TestArticle15CandidatesAndRelativesLeaveTheElectionCommittee(t *testing.T) {
	kin := []deliberation.Kinship{{A: "b", B: "nominee", Kind: deliberation.RelationSibling}, {A: "r1", B: "a", Kind: deliberation.RelationSpouse}}
	members, reserve := []deliberation.PersonID{"a", "b", "c", "d"}, []deliberation.PersonID{"nominee", "r1", "r2", "r3"}
	got := electionRules(t, "village-2026+sichuan", deliberation.AllElectors).CommitteeAfter(members, reserve, []deliberation.PersonID{"nominee", "d"}, kin)
	if !slices.Equal(got.Members, []deliberation.PersonID{"a", "c", "r2", "r3"}) || !slices.Equal(got.Left, []deliberation.PersonID{"b", "d"}) || got.Faults != nil {
		t.Errorf("%+v", got)
	}
	got = electionRules(t, "village-2018", deliberation.AllElectors).CommitteeAfter(members, nil, []deliberation.PersonID{"nominee", "d"}, kin)
	if !slices.Equal(got.Left, []deliberation.PersonID{"d"}) || !slices.Equal(codes(got.Faults), []string{deliberation.FaultCommitteeGap}) {
		t.Errorf("before 2026 relatives stayed, and nobody is left to move up: %+v", got)
	}
	if got := codes(electionRules(t, "urban-2026+sichuan", deliberation.AllElectors).CommitteeFaults([]deliberation.PersonID{"a", "r1"}, kin)); !slices.Equal(got, []string{deliberation.FaultCommitteeSize, deliberation.FaultCommitteeKin}) {
		t.Error(got)
	}
}

// Staff: S-VE 第二十八条, S-UE 第二十六条.
func TestArticle28WhoRunsABox(t *testing.T) {
	r := electionRules(t, "village-2026+sichuan", deliberation.AllElectors)
	kin := []deliberation.Kinship{{A: "k", B: "cand", Kind: deliberation.RelationChild}}
	crew := deliberation.StationCrew{Staff: []deliberation.PersonID{"k", "cand"}, Scrutineers: []deliberation.PersonID{"k"}, Mobile: true}
	if got := codes(r.CrewFaults(crew, []deliberation.PersonID{"cand"}, kin)); !slices.Equal(got, []string{deliberation.FaultStaff, deliberation.FaultScrutineers, deliberation.FaultStaffKin, deliberation.FaultStaffCandidate}) {
		t.Error(got)
	}
	full := deliberation.StationCrew{Staff: numbered("s", 3), Scrutineers: numbered("s", 2), Mobile: true}
	if got := r.CrewFaults(full, nil, nil); got != nil {
		t.Error(got)
	}
	if got := codes(electionRules(t, "urban-2026", deliberation.AllElectors).CrewFaults(full, nil, nil)); !slices.Equal(got, []string{deliberation.FaultMobile}) {
		t.Error(got)
	}
}

// Proxies: V-OLD 第十五条第四款, V-NEW 第十八条第四款, U-NEW 第十九条第四款.
func TestArticle19WhoVotesForAnother(t *testing.T) {
	kin := []deliberation.Kinship{{A: "p", B: "son", Kind: deliberation.RelationChild}}
	three := []deliberation.Mandate{{Principal: "1", Agent: "agent", Slot: 1}, {Principal: "2", Agent: "agent", Slot: 2}, {Principal: "3", Agent: "agent", Slot: 3}}
	cousins := []deliberation.Mandate{{Principal: "1", Agent: "son", Slot: 1}, {Principal: "2", Agent: "son", Slot: 2}, {Principal: "3", Agent: "son", Slot: 3}}
	for _, c := range []struct {
		name, pack string
		method     deliberation.ElectionMethod
		agent      deliberation.PersonID
		others     []deliberation.Mandate
		want       deliberation.RefusalCode
	}{
		{"a villager for another", "village-2026", deliberation.AllElectors, "agent", three[:2], ""},
		{"an agent with a fourth principal", "village-2026", deliberation.AllElectors, "agent", three, deliberation.RefuseMandateCap},
		{"a candidate", "urban-2026", deliberation.AllElectors, "cand", nil, deliberation.RefuseNotEntitled},
		{"in the representatives' method", "urban-2026", deliberation.ByRepresentatives, "agent", nil, deliberation.RefuseNoProxy},
		{"a household's representative may", "urban-2026", deliberation.HouseholdRepresentatives, "agent", nil, ""},
		{"before 2026 relatives only", "village-2018", deliberation.AllElectors, "agent", nil, deliberation.RefuseNotEntitled},
		{"before 2026 without a number", "village-2018", deliberation.AllElectors, "son", cousins, ""},
		{"who passes it on", "village-2026", deliberation.AllElectors, "1", three[:1], deliberation.RefuseInvalid},
		{"who is not registered", "village-2026", deliberation.AllElectors, "ghost", nil, deliberation.RefuseNotOnRoll},
	} {
		registered := func(p deliberation.PersonID) bool { return p != "ghost" }
		_, err := electionRules(t, c.pack, c.method).MayVoteFor(deliberation.Mandate{Principal: "p", Agent: c.agent}, c.others, registered, []deliberation.PersonID{"cand"}, kin)
		if c.want == "" && err != nil || c.want != "" && !errors.Is(err, deliberation.Refuse(c.want)) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

package deliberation_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// The traps of law.md §15 that rules can fall into, by their numbers.

func pack(t testing.TB, id string) deliberation.Pack {
	t.Helper()
	p, err := library(t).Pack(id)
	if err != nil {
		t.Fatalf("%s: %v", id, err)
	}
	return p
}

func rules(t testing.TB, id string) deliberation.FourDeliberationsRules {
	t.Helper()
	r, err := deliberation.FourDeliberations(pack(t, id))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func majority(t testing.TB, id, key string) deliberation.Majority {
	t.Helper()
	m, err := pack(t, id).MajorityRule(key)
	if err != nil {
		t.Fatal(err)
	}
	return m.Majority
}

func TestTrap1FifteenDaysBeatCustom(t *testing.T) {
	lib := library(t)
	for _, c := range []struct {
		kind  deliberation.CommunityKind
		place string
		on    string
		want  int
	}{
		{deliberation.Village, "", "2025-12-31", 7}, {deliberation.Village, "", "2026-01-01", 15},
		{deliberation.Village, "sichuan", "2025-12-31", 10}, {deliberation.Village, "sichuan", "2026-01-01", 15},
		{deliberation.Urban, "", "2025-12-31", 7}, {deliberation.Urban, "sichuan", "2026-01-01", 15},
	} {
		for _, key := range []string{"resolution.post_days", "result.post_days"} {
			r, err := lib.DaysOn(c.kind, c.place, key, date(t, c.on))
			if err != nil || r.Days != c.want || r.Pinning != deliberation.LawOfTheDay {
				t.Errorf("%s %s %s on %s: %d days, %s, %v; want %d", c.kind, c.place, key, c.on, r.Days, r.Pinning, err, c.want)
			}
		}
	}
	r := rules(t, "urban-2026")
	if r.ObjectionDays.Days != 7 || r.ResolutionPostDays.Days != 15 {
		t.Error("the objection window and the display are one parameter")
	}
}

func TestTrap2OverTwoThirdsIsNotTwoThirds(t *testing.T) {
	if got := majority(t, "urban-2026", "election.valid_representatives").Need(60); got != 41 {
		t.Errorf("representatives' election needs %d of 60", got)
	}
	if got := majority(t, "urban-2026", "recall.valid_representatives").Need(60); got != 41 {
		t.Errorf("recall needs %d of 60", got)
	}
	if got := majority(t, "urban-2026", "reps.quorum").Need(60); got != 40 {
		t.Errorf("conference needs %d of 60", got)
	}
}

func TestTrap3Denominators(t *testing.T) {
	r := rules(t, "village-2026")
	att := deliberation.Attendance{Whole: deliberation.BodyCount{Due: 60, Present: 40}}
	tally := deliberation.Tally{Due: 60, Present: 40, Voters: 40, Yes: 25, No: 10, Abstain: 5}
	if deliberation.Passing(r.Review.Passing, att, tally).Met {
		t.Error("25 of 60 due carried in the Party members' meeting")
	}
	if !deliberation.Passing(r.Conference.Passing, att, tally).Met {
		t.Error("25 of 40 present lost in the conference")
	}
	tally.Yes, tally.Abstain = 20, 10
	if deliberation.Passing(r.Conference.Passing, att, tally).Met {
		t.Error("20 of 40 present is not more than half: abstaining works against the motion")
	}
	if of := majority(t, "village-2026", "collective.pass").Of; of != deliberation.OfCollectiveMembers {
		t.Errorf("collective property is decided by %s", of)
	}
	if of := majority(t, "urban-2026", "owners.ordinary_heads").Of; of != deliberation.OfParticipatingOwners {
		t.Errorf("owners' matters are decided by %s", of)
	}
}

func TestTrap4Households(t *testing.T) {
	for id, want := range map[string]int{"village-2018": 40, "village-2026": 40, "urban-2018": 31, "urban-2026": 31} {
		if got := rules(t, id).Households.Quorum[0].Majority.Need(60); got != want {
			t.Errorf("%s: %d of 60 households, want %d", id, got, want)
		}
	}
}

func TestTrap5ConferenceNeedsAuthorisation(t *testing.T) {
	m := matter()
	m.Authorisation = "  "
	for _, p := range library(t).Packs() {
		var r *deliberation.Refusal
		if err := deliberation.CheckMatter(p, m); !errors.As(err, &r) || r.Code != deliberation.RefuseReserved || r.Basis == nil {
			t.Errorf("%s: a conference without authorisation: %v", p.ID, err)
		}
	}
}

func TestTrap6Recall(t *testing.T) {
	if got := majority(t, "village-2026", "recall.call_residents").Fraction; got != (deliberation.Fraction{Num: 1, Den: 5}) {
		t.Errorf("village recall on %s", got)
	}
	if got := majority(t, "urban-2026", "recall.call_residents").Fraction; got != (deliberation.Fraction{Num: 1, Den: 10}) {
		t.Errorf("urban recall on %s", got)
	}
	for _, id := range []string{"village-2026", "urban-2026"} {
		if pack(t, id).Has("recall.bar_months") {
			t.Errorf("%s: the bar of six months is Sichuan law only", id)
		}
		if q := pack(t, id+"+sichuan").Parameters["recall.bar_months"]; q.Number != 6 || q.From != "sichuan" {
			t.Errorf("%s+sichuan: %+v", id, q)
		}
	}
}

// Sichuan texts older than the laws of 2025 hold only where they do not conflict.
func TestTrap7OldProvincialTexts(t *testing.T) {
	for key, want := range map[string]int{"community.households_min": 1000, "community.households_max": 3000, "assembly.notice_days": 10, "resolution.post_days": 15, "disclosure.board_days": 15} {
		if got := pack(t, "urban-2026+sichuan").Parameters[key].Number; got != want {
			t.Errorf("%s is %d, want %d", key, got, want)
		}
	}
	if got := pack(t, "village-2026+sichuan").Parameters["disclosure.board_days"].Number; got != 15 {
		t.Errorf("the board hangs %d days", got)
	}
	if pack(t, "urban-2026+sichuan").Parameters["assembly.group_form"].Flag {
		t.Error("an assembly of group representatives was abolished")
	}
}

func TestTrap8Proxies(t *testing.T) {
	for _, id := range []string{"village-2026", "urban-2026"} {
		p := pack(t, id).Parameters
		if p["election.proxy_principals_max"].Number != 3 || p["election.proxy_candidates"].Flag {
			t.Errorf("%s: proxies %+v", id, p["election.proxy_principals_max"])
		}
	}
	if f, err := pack(t, "urban-2026").FlagRule("election.proxy_by_representatives"); err != nil || f.Value {
		t.Error("representatives vote by proxy")
	}
	if pack(t, "village-2018").Has("election.proxy_principals_max") {
		t.Error("the old law has no limit")
	}
}

// The street's opinion never decides: no outcome of the advice stage ends the process or sends it back.
func TestTrap12StreetMayNotDecide(t *testing.T) {
	r := rules(t, "urban-2026")
	for _, o := range []deliberation.Outcome{deliberation.Carried, deliberation.Amended} {
		if next, ok := deliberation.Next(deliberation.Advice, o, r, false, false); !ok || next != deliberation.Resolution {
			t.Errorf("after advice %s comes %s, %v", o, next, ok)
		}
	}
	for _, id := range []string{"urban-2026", "village-2026", "village-2026+sichuan"} {
		if pack(t, id).Parameters["supervision.may_veto"].Flag {
			t.Errorf("%s: supervisors have a veto", id)
		}
	}
}

func TestTrap13OwnersAreAnotherElectorate(t *testing.T) {
	m := matter()
	m.Category, m.Form = deliberation.CategoryOwners, deliberation.Assembly
	for _, p := range library(t).Packs() {
		var r *deliberation.Refusal
		if err := deliberation.CheckMatter(p, m); !errors.As(err, &r) || r.Code != deliberation.RefuseReserved || r.Basis.Citation.Article != "第二百七十八条" {
			t.Errorf("%s: owners' matter: %v", p.ID, err)
		}
	}
}

func TestTrap14EmergencyNoticeForAssembliesOnly(t *testing.T) {
	newLaw := []string{"village-2026", "urban-2026", "village-2026+sichuan", "urban-2026+sichuan"}
	for _, p := range library(t).Packs() {
		r := rules(t, p.ID)
		want := slices.Contains(newLaw, p.ID)
		for _, m := range []deliberation.MeetingRules{r.Assembly, r.Households} {
			if m.EmergencyNotice.Value != want {
				t.Errorf("%s: emergency notice of the %s is %v", p.ID, m.Body, m.EmergencyNotice.Value)
			}
		}
		for _, m := range []deliberation.MeetingRules{r.Proposal, r.Consultation, r.Review, r.Conference} {
			if m.EmergencyNotice.Value {
				t.Errorf("%s: the %s may be called on short notice", p.ID, m.Body)
			}
		}
	}
}

// law.md §17.12: the Party's own floor holds although the local rule says less.
func TestPartyMeetingFloor(t *testing.T) {
	r := rules(t, "urban-2026")
	att := deliberation.Attendance{Whole: deliberation.BodyCount{Due: 60, Present: 30}}
	v := deliberation.Quorum(r.Review.Quorum, att)
	if v.Met || len(v.Checks) != 2 || !v.Checks[0].Met || v.Checks[1].Met {
		t.Errorf("30 of 60: %+v", v.Checks)
	}
	if deliberation.Passing(r.Review.Passing, att, deliberation.Tally{Due: 60, Present: 60, Yes: 30}).Met {
		t.Error("half of those due is not more than half")
	}
}

// law.md §17.14, §17.15: the overlay keeps its own denominators.
func TestSichuanKeepsItsDenominators(t *testing.T) {
	if of := majority(t, "village-2026+sichuan", "assembly.call_residents").Of; of != deliberation.OfElectors {
		t.Errorf("the tenth is taken of %s", of)
	}
	if of := majority(t, "village-2026", "assembly.call_residents").Of; of != deliberation.OfAdults {
		t.Errorf("the national tenth is taken of %s", of)
	}
	p := pack(t, "village-2026+sichuan")
	if p.Parameters["land_contract.representatives_route"].Flag || p.Parameters["land_contract.pass_assembly"].Majority.Of != deliberation.OfCollectiveMembers {
		t.Error("land contracts by two thirds of representatives are not open in Sichuan")
	}
}

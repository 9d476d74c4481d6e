package dossier

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// leaving is the facts of a resignation that passed and left two of a village's committee.
type leaving struct {
	setup, matter deliberation.ResignationSetup
	by            deliberation.PersonID
	office        deliberation.Office
	letter        deliberation.PaperRef
	motion        deliberation.Motion
	verdict       deliberation.Verdict
	last          deliberation.ResignationProgress
	filed         bool
}

func aLeaving(rules deliberation.ResignationRules) *leaving {
	on := deliberation.NewDate(2026, 3, 10)
	setup := deliberation.ResignationSetup{Person: "member", Post: deliberation.CommitteeMember}
	letter := deliberation.PaperRef{ID: "letter", SHA256: "00"}
	tally := deliberation.Tally{Due: 12, Present: 11, Voters: 11, Yes: 8, No: 3}
	v := deliberation.Passing(rules.Meeting.Passing, deliberation.Attendance{Whole: deliberation.BodyCount{Body: deliberation.Conference, Due: 12, Present: 11}}, tally)
	x := &leaving{
		setup: setup, matter: setup, by: "member", office: deliberation.Resident, letter: letter, verdict: v, filed: true,
		motion: deliberation.Motion{ID: "o1", Paper: letter, Voting: deliberation.SecretVoting},
		last:   deliberation.ResignationProgress{Setup: setup, Letter: letter, Poll: "p1", Passed: &v},
	}
	rules.Ends(&x.last, on, 2)
	return x
}

func (x *leaving) faults(rules deliberation.ResignationRules) []Check {
	e := &examination{
		release: &rules,
		h:       &history{started: &deliberation.StartedData{Resignation: &x.setup}, ended: &deliberation.OutcomeData{Outcome: deliberation.Carried}, pollAt: map[string]*ballot{}},
	}
	e.d.Case.Matter.Resignation = &x.matter
	at := deliberation.NewDate(2026, 3, 10).At(9, 0)
	add := func(by deliberation.PersonID, office deliberation.Office, v any) *Fact {
		f := Fact{Value: v}
		f.Actor, f.Office, f.At, f.Index = by, office, at, int64(len(e.d.Facts))
		e.d.Facts = append(e.d.Facts, f)
		return &f
	}
	add(x.by, x.office, &deliberation.ResignationData{Resignation: deliberation.ResignationProgress{Setup: x.setup, Letter: x.letter}})
	add("", "", &deliberation.MotionData{Motion: x.motion})
	e.h.pollAt["p1"] = &ballot{id: "p1", closed: add("", "", &deliberation.CountData{}), passings: []Fact{*add("", "", &deliberation.VerdictData{Verdict: x.verdict})}}
	add("", "", &deliberation.ResignationData{Resignation: x.last})
	if x.filed {
		f := Fact{Value: &deliberation.PaperData{}}
		f.Office = deliberation.Clerk
		e.h.filed = append(e.h.filed, f)
	}
	e.check("resignation", e.resignation)
	return e.Faults()
}

func TestResignationsAreDecidedAgain(t *testing.T) {
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	pack, err := lib.Pack("village-2026+sichuan")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.ResignationOf(pack, deliberation.Conference)
	if err != nil {
		t.Fatal(err)
	}
	if f := aLeaving(rules).faults(rules); len(f) > 0 {
		t.Fatalf("a lawful resignation: %+v", f)
	}
	for name, forge := range map[string]func(x *leaving){
		"another resigns":                     func(x *leaving) { x.matter.Person = "other" },
		"another wrote the letter":            func(x *leaving) { x.by = "director" },
		"they say of themselves not to serve": func(x *leaving) { x.setup.Inactive, x.matter.Inactive, x.last.Setup.Inactive = true, true, true },
		"another letter was voted on":         func(x *leaving) { x.motion.Paper.ID = "other" },
		"an open vote":                        func(x *leaving) { x.motion.Voting = deliberation.RecordedVoting },
		"the post ended a day early":          func(x *leaving) { x.last.Ended = x.last.Ended.AddDays(-1) },
		"the vacancy may wait":                func(x *leaving) { x.last.VacancyBy = x.last.VacancyBy.AddMonths(1) },
		"no vacancy with two left":            func(x *leaving) { x.last.VacancyBy = deliberation.Date{} },
		"a vacancy with three left":           func(x *leaving) { x.last.Left = 3 },
		"it passed though it failed":          func(x *leaving) { x.verdict.Met = false },
		"nothing was filed":                   func(x *leaving) { x.filed = false },
	} {
		x := aLeaving(rules)
		forge(x)
		if len(x.faults(rules)) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}

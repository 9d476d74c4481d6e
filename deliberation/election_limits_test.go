package deliberation_test

import (
	"errors"
	"maps"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// S-VE 第四十一条、第四十二条, U-NEW 第二十条第二款: what is on record of whom a recall is about.
func TestTheRecordOfWhomARecallIsAbout(t *testing.T) {
	r, err := deliberation.RecallOf(pack(t, "urban-2026+sichuan"), deliberation.AllElectors)
	if err != nil {
		t.Fatal(err)
	}
	day := deliberation.NewDate(2026, 3, 10)
	recalled := func(who deliberation.PersonID, met bool, decided, barred deliberation.Date) deliberation.Process {
		return deliberation.Process{Status: deliberation.Status{Recall: &deliberation.RecallProgress{
			Setup: deliberation.RecallSetup{Person: who}, Passed: &deliberation.Verdict{Met: met}, Decided: decided, BarredUntil: barred,
		}}}
	}
	elected := func(post deliberation.ElectionPost, method deliberation.ElectionMethod, on deliberation.Date, end deliberation.Outcome) deliberation.Process {
		return deliberation.Process{Status: deliberation.Status{Outcome: end, Election: &deliberation.ElectionProgress{
			Setup: deliberation.ElectionSetup{Method: method}, Declared: on.At(18, 0),
			Outcome: &deliberation.ElectionOutcome{Seated: []deliberation.Seated{{Person: "d", Post: post}}},
		}}}
	}
	for name, c := range map[string]struct {
		all  []deliberation.Process
		want deliberation.RecallRecord
	}{
		"nothing":             {nil, deliberation.RecallRecord{}},
		"failed":              {[]deliberation.Process{recalled("d", false, day, deliberation.Date{})}, deliberation.RecallRecord{Failed: day}},
		"failed long ago":     {[]deliberation.Process{recalled("d", false, deliberation.Date{}, day.AddMonths(6))}, deliberation.RecallRecord{Failed: day}},
		"failed twice":        {[]deliberation.Process{recalled("d", false, day, deliberation.Date{}), recalled("d", false, day.AddDays(-90), deliberation.Date{})}, deliberation.RecallRecord{Failed: day}},
		"passed":              {[]deliberation.Process{recalled("d", true, day, deliberation.Date{})}, deliberation.RecallRecord{}},
		"of somebody else":    {[]deliberation.Process{recalled("x", false, day, deliberation.Date{})}, deliberation.RecallRecord{}},
		"not decided yet":     {[]deliberation.Process{{Status: deliberation.Status{Recall: &deliberation.RecallProgress{Setup: deliberation.RecallSetup{Person: "d"}}}}}, deliberation.RecallRecord{}},
		"the last election":   {[]deliberation.Process{elected(deliberation.PostDirector, deliberation.AllElectors, day.AddYears(-5), ""), elected(deliberation.PostDirector, deliberation.ByRepresentatives, day, "")}, deliberation.RecallRecord{Elected: deliberation.ByRepresentatives}},
		"to another post":     {[]deliberation.Process{elected(deliberation.WomanMember, deliberation.ByRepresentatives, day, "")}, deliberation.RecallRecord{}},
		"one that is no more": {[]deliberation.Process{elected(deliberation.PostDirector, deliberation.ByRepresentatives, day, deliberation.Lost)}, deliberation.RecallRecord{}},
	} {
		if got := r.RecordOf(c.all, deliberation.RecallSetup{Person: "d", Post: deliberation.Director}); got != c.want {
			t.Errorf("%s: %+v, want %+v", name, got, c.want)
		}
	}
}

// U-NEW 第二十条第二款; the old law had the residents' assembly remove anybody.
func TestThoseRecallWhoElected(t *testing.T) {
	for id, other := range map[string]bool{"urban-2026": true, "urban-2018": false} {
		r, err := deliberation.RecallOf(pack(t, id), deliberation.AllElectors)
		if err != nil {
			t.Fatal(err)
		}
		for method, refused := range map[deliberation.ElectionMethod]bool{"": false, deliberation.AllElectors: false, deliberation.ByRepresentatives: other} {
			err := r.SameMethod(method)
			if refused != errors.Is(err, deliberation.Refuse(deliberation.RefuseInvalid)) || !refused && err != nil {
				t.Errorf("%s after %q: %v", id, method, err)
			}
		}
	}
}

// S-VE 第十一条: the audit is of the term that ends.
func TestFromWhenAnAuditIsOfTheTerm(t *testing.T) {
	r := electionRules(t, "village-2026+sichuan", deliberation.AllElectors)
	day := deliberation.NewDate(2026, 12, 20)
	election := func(on deliberation.Date, by bool, end deliberation.Outcome) deliberation.Process {
		return deliberation.Process{Status: deliberation.Status{Outcome: end, Election: &deliberation.ElectionProgress{Declared: on.At(20, 0), Setup: deliberation.ElectionSetup{ByElection: by}}}}
	}
	early := election(day.AddYears(-4), false, deliberation.Carried)
	for name, c := range map[string]struct {
		all  []deliberation.Process
		want deliberation.Date
	}{
		"no election on record":    {nil, day.AddYears(-5)},
		"an early one":             {[]deliberation.Process{early}, day.AddYears(-4)},
		"one of long ago":          {[]deliberation.Process{election(day.AddYears(-6), false, "")}, day.AddYears(-5)},
		"a by-election since":      {[]deliberation.Process{election(day.AddYears(-1), true, ""), early}, day.AddYears(-4)},
		"one that was annulled":    {[]deliberation.Process{election(day.AddYears(-1), false, deliberation.Lost), early}, day.AddYears(-4)},
		"one that is going on":     {[]deliberation.Process{{Status: deliberation.Status{Election: &deliberation.ElectionProgress{}}}, early}, day.AddYears(-4)},
		"something else, a recall": {[]deliberation.Process{{}, early}, day.AddYears(-4)},
	} {
		if got := r.AuditSince(day, c.all); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// 个人信息保护法第四十七条: a list of electors stays the one that was published when the
// reason of somebody who was left out is erased.
func TestAListCoversWhatWasErasedSince(t *testing.T) {
	roll := deliberation.ElectorRoll{Count: 3, SHA256: "x", Left: map[deliberation.RegistrationReason]int{deliberation.NotDeprived: 1, deliberation.NotMoved: 2}}
	later := func(change func(map[deliberation.RegistrationReason]int)) deliberation.ElectorRoll {
		r := roll
		r.Left = maps.Clone(roll.Left)
		change(r.Left)
		return r
	}
	for name, c := range map[string]struct {
		later deliberation.ElectorRoll
		want  bool
	}{
		"the same": {roll, true},
		"one erased": {later(func(l map[deliberation.RegistrationReason]int) {
			delete(l, deliberation.NotDeprived)
			l[deliberation.ReasonErased] = 1
		}), true},
		"one more than there was": {later(func(l map[deliberation.RegistrationReason]int) { l[deliberation.ReasonErased] = 1 }), false},
		"one fewer":               {later(func(l map[deliberation.RegistrationReason]int) { l[deliberation.NotMoved] = 1 }), false},
		"another reason": {later(func(l map[deliberation.RegistrationReason]int) {
			l[deliberation.NotMoved], l[deliberation.NotDeprived] = 1, 2
		}), false},
		"another list": {deliberation.ElectorRoll{Count: 3, SHA256: "y", Left: roll.Left}, false},
	} {
		if got := roll.Covers(c.later); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

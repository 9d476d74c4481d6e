package models_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
	"github.com/yishi-project/yishi/models"
)

const villagePlace = deliberation.CommunityID("v1")

// electionDay is the day of the elections here, at which Dawn comes of age.
var electionDay = deliberation.NewDate(2026, 12, 20)

// ballots of an election ask for three posts.
var electionForm = deliberation.BallotForm{
	{ID: "director", Kind: deliberation.SeatsQuestion, Options: []deliberation.OptionID{"e01", "e02"}, Seats: 1, WriteIn: true},
	{ID: "member", Kind: deliberation.SeatsQuestion, Options: []deliberation.OptionID{"e03", "e04", "e05"}, Seats: 2, WriteIn: true},
}

func elector(i int) deliberation.PersonID { return deliberation.PersonID(fmt.Sprintf("e%02d", i)) }

// villager saves somebody with hukou in the village who is of age, changed as the test wants.
func villager(t *testing.T, s *models.Store, id deliberation.PersonID, change func(*deliberation.PersonRecord)) {
	t.Helper()
	r := deliberation.PersonRecord{
		Person: deliberation.Person{ID: id, Community: villagePlace, Name: "村民" + string(id)},
		Birth:  deliberation.NewDate(1980, 5, 1), Hukou: deliberation.HukouHere,
	}
	if change != nil {
		change(&r)
	}
	got(s.SaveRecord(t.Context(), r, "operator"))(t)
}

func electionSetup(method deliberation.ElectionMethod) deliberation.ElectionSetup {
	return deliberation.ElectionSetup{
		Method: method, Day: electionDay, Web: true,
		Seats:   deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 2},
		Surplus: deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 1},
	}
}

// village is a village of n villagers with an election that has begun under the pack.
func village(t *testing.T, s *models.Store, packID string, n int) deliberation.ElectionRules {
	t.Helper()
	ctx := t.Context()
	library := got(packs.Load())(t)
	s.SetRules(library.Pinned)
	ok(t, s.LoadRoster(ctx, deliberation.Roster{Community: deliberation.Community{ID: villagePlace, Name: "样板村", Kind: deliberation.Village, Place: "sichuan", Demo: true}}, "operator"))
	for i := range n {
		villager(t, s, elector(i), nil)
	}
	return electionIn(t, s, process, villagePlace, packID)
}

// electionIn begins an election.
func electionIn(t *testing.T, s *models.Store, id deliberation.ProcessID, in deliberation.CommunityID, packID string) deliberation.ElectionRules {
	t.Helper()
	pack := got(got(packs.Load())(t).Pack(packID))(t)
	p := sampleProcess(id, "换届选举")
	setup := electionSetup(deliberation.AllElectors)
	p.Community, p.Kind, p.Matter.Election, p.Pack, p.StartedBy = in, deliberation.ElectionKind, &setup, pack.Ref(), elector(0)
	ok(t, s.CreateProcess(t.Context(), p))
	stands(t, s, id, &deliberation.ElectionProgress{Setup: setup})
	return got(deliberation.ElectionOf(pack, setup.Method))(t)
}

// stands writes where the election stands.
func stands(t *testing.T, s *models.Store, id deliberation.ProcessID, now *deliberation.ElectionProgress) {
	t.Helper()
	changes++
	c := deliberation.Change{Key: fmt.Sprintf("%s/election %d", id, changes), Process: id, At: noon, Actor: elector(0), Office: deliberation.Resident, Act: deliberation.Convene}
	c.Status = &deliberation.Status{Stage: deliberation.ElectorRegistration, State: deliberation.Running, Election: now}
	got(s.Apply(t.Context(), c))(t)
}

var changes int

// registered opens the desk and publishes the list.
func registered(t *testing.T, s *models.Store, r deliberation.ElectionRules, enter ...deliberation.RegisterEntry) deliberation.ElectorRoll {
	t.Helper()
	ok(t, s.OpenRegistration(t.Context(), process))
	for _, e := range enter {
		ok(t, s.EnterRegistration(t.Context(), process, e, elector(0), noon))
	}
	return got(s.PublishElectors(t.Context(), process, villagePlace, r, electionDay, noon, false))(t)
}

// reasons are why those left out of the list are.
func reasons(t *testing.T, s *models.Store, p deliberation.ProcessID) map[deliberation.PersonID]deliberation.RegistrationReason {
	t.Helper()
	out := map[deliberation.PersonID]deliberation.RegistrationReason{}
	for _, l := range got(s.ElectorList(t.Context(), p))(t) {
		if !l.In {
			out[l.Person.ID] = l.Reason
		}
	}
	return out
}

// S-VE 第十五条至第十九条: who is on the list is judged for election day, by the record
// and by what was stated at the desk.
func TestElectorsAreJudged(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		r := village(t, s, "village-2026+sichuan", 2)
		villager(t, s, "dawn", func(p *deliberation.PersonRecord) { p.Birth = electionDay.AddYears(-18) })
		villager(t, s, "eve", func(p *deliberation.PersonRecord) { p.Birth = electionDay.AddYears(-18).AddDays(1) })
		villager(t, s, "unborn", func(p *deliberation.PersonRecord) { p.Birth = deliberation.Date{} })
		villager(t, s, "dead", func(p *deliberation.PersonRecord) { p.Standing, p.Left = deliberation.Dead, today })
		villager(t, s, "moved", func(p *deliberation.PersonRecord) { p.Standing, p.Left = deliberation.Moved, today })
		villager(t, s, "longgone", func(p *deliberation.PersonRecord) {
			p.Standing, p.Left = deliberation.Moved, deliberation.NewDate(2020, 1, 1)
		})
		villager(t, s, "deprived", nil)
		villager(t, s, "elsewhere", nil)
		for _, id := range []deliberation.PersonID{"settler", "newcomer", "unasked", "stranger"} {
			villager(t, s, id, func(p *deliberation.PersonRecord) {
				p.Hukou = deliberation.HukouElsewhere
				switch id {
				case "newcomer":
					p.Since = electionDay.AddMonths(-12).AddDays(1)
				case "settler", "unasked":
					p.Since = electionDay.AddMonths(-12)
				}
			})
		}
		refused(t, s.EnterRegistration(ctx, process, deliberation.RegisterEntry{Person: "settler"}, elector(0), noon), deliberation.RefuseOutOfOrder)
		_, err := s.PublishElectors(ctx, process, villagePlace, r, electionDay, noon, false)
		refused(t, err, deliberation.RefuseOutOfOrder)
		_, err = s.Electors(ctx, process)
		refused(t, err, deliberation.RefuseNotFound)
		ok(t, s.OpenRegistration(ctx, process))
		refused(t, s.EnterRegistration(ctx, process, deliberation.RegisterEntry{Person: "nobody"}, elector(0), noon), deliberation.RefuseNotFound)
		wishes := func(id deliberation.PersonID) deliberation.RegisterEntry {
			return deliberation.RegisterEntry{Person: id, Wishes: true, Consented: true, Certificate: true}
		}
		ok(t, s.EnterRegistration(ctx, process, deliberation.RegisterEntry{Person: "settler"}, elector(0), noon)) // the last word counts
		for _, line := range got(s.RegistrationEntries(ctx, process))(t) {
			if line.Person.ID == "settler" && (!line.Entered || line.Found.Reason != deliberation.NotWished || line.Person.Name != "村民settler") {
				t.Errorf("at the desk: %+v", line)
			}
			if line.Person.ID == elector(1) && (line.Entered || !line.Found.In) {
				t.Errorf("by the record alone: %+v", line)
			}
		}
		before := registered(t, s, r,
			wishes("settler"), wishes("newcomer"), deliberation.RegisterEntry{Person: "deprived", Deprived: true}, deliberation.RegisterEntry{Person: "elsewhere", Elsewhere: true})

		want := map[deliberation.PersonID]deliberation.RegistrationReason{
			"eve": deliberation.NotUnderAge, "unborn": deliberation.NotBirthUnknown, "dead": deliberation.NotDead, "moved": deliberation.NotMoved,
			"deprived": deliberation.NotDeprived, "elsewhere": deliberation.NotTwice, "newcomer": deliberation.NotLongEnough,
			"unasked": deliberation.NotWished, "stranger": deliberation.NotOfThePlace,
		}
		if d := cmp.Diff(want, reasons(t, s, process)); d != "" {
			t.Error(d)
		}
		equal(t, "listed", before.Count, 4)
		equal(t, "hash", before.SHA256, shaOf("dawn\ne00\ne01\nsettler\n"))
		equal(t, "under age", before.Left[deliberation.NotUnderAge], 1)
		again := got(s.PublishElectors(ctx, process, villagePlace, r, electionDay, noon.Add(time.Hour), false))(t)
		if d := cmp.Diff(before, again); d != "" {
			t.Error("a second publication differs: " + d)
		}
		err = s.EnterRegistration(ctx, process, wishes("unasked"), elector(0), noon)
		refused(t, err, deliberation.RefuseTooLate)

		// What was stated, and why somebody is left out, lies sealed.
		var text string
		ok(t, b.raw(t).QueryRow("SELECT COUNT(*) || ' ' || COUNT(reason) FROM electors").Scan(&text))
		equal(t, "judged, and left out", text, "13 9")
		known := got(s.ElectionPeople(ctx, process, []deliberation.PersonID{elector(0), "deprived", "nobody"}))(t)
		if d := cmp.Diff(map[deliberation.PersonID]deliberation.ElectionPersonRecord{
			elector(0): {Name: "村民e00", Registered: true}, "deprived": {Name: "村民deprived"},
		}, known); d != "" {
			t.Error(d)
		}
	})
}

// 不得重复登记: who stands on the list of another place this year is not listed here.
func TestNobodyIsRegisteredInTwoCommunities(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		r := village(t, s, "village-2026+sichuan", 1)
		const other = deliberation.CommunityID("v2")
		ok(t, s.LoadRoster(ctx, deliberation.Roster{Community: deliberation.Community{ID: other, Name: "邻村", Kind: deliberation.Village, Place: "sichuan", Demo: true}}, "operator"))
		const number = "11010519491231002X"
		villager(t, s, "here", func(p *deliberation.PersonRecord) { p.Identity, p.Birth = number, deliberation.NewDate(1949, 12, 31) })
		villager(t, s, "there", func(p *deliberation.PersonRecord) {
			p.Identity, p.Birth, p.Community = number, deliberation.NewDate(1949, 12, 31), other
		})
		electionIn(t, s, "p2", other, "village-2026+sichuan")
		ok(t, s.OpenRegistration(ctx, "p2"))
		equal(t, "listed there", got(s.PublishElectors(ctx, "p2", other, r, electionDay.AddDays(9), noon, false))(t).Count, 1)
		equal(t, "listed here", registered(t, s, r).Count, 1)
		equal(t, "because", reasons(t, s, process)["here"], deliberation.NotTwice)
		refused(t, s.EnterRegistration(ctx, "p2", deliberation.RegisterEntry{Person: "here"}, elector(0), noon), deliberation.RefuseTooLate)
	})
}

// 户代表: where each household sends one of its own, the others are registered, too, and
// may be elected; they only do not vote.
func TestHouseholdsSendOne(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		library := got(packs.Load())(t)
		s.SetRules(library.Pinned)
		seeded(t, s, 0)
		electionIn := got(library.Pack("urban-2026+sichuan"))(t)
		r := got(deliberation.ElectionOf(electionIn, deliberation.HouseholdRepresentatives))(t)
		home := got(s.SaveHousehold(ctx, deliberation.Household{Community: place, Number: "501"}, "clerk"))(t)
		for id, relation := range map[deliberation.PersonID]deliberation.Relation{"head": deliberation.RelationHead, "wife": deliberation.RelationSpouse} {
			got(s.SaveRecord(ctx, deliberation.PersonRecord{
				Person: deliberation.Person{ID: id, Community: place, Name: string(id)}, Birth: deliberation.NewDate(1970, 1, 1),
				Household: home, Relation: relation, Hukou: deliberation.HukouHere,
			}, "clerk"))(t)
		}
		ok(t, s.OpenRegistration(ctx, process))
		for _, id := range []deliberation.PersonID{"head", "wife"} {
			ok(t, s.EnterRegistration(ctx, process, deliberation.RegisterEntry{Person: id, Wishes: true}, both, noon))
		}
		roll := got(s.PublishElectors(ctx, process, place, r, electionDay, noon, false))(t)
		equal(t, "listed", roll.Count, 1)
		equal(t, "not chosen", roll.Left[deliberation.NotRepresentative], 1)
		known := got(s.ElectionPeople(ctx, process, []deliberation.PersonID{"head", "wife", both}))(t)
		equal(t, "registered", fmt.Sprint(known["head"].Registered, known["wife"].Registered, known[both].Registered), "true true false")
	})
}

// V-NEW 第十七条第二款: rulings on objections correct the list, until the roll of the vote is frozen.
func TestElectorsAreCorrected(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		r := village(t, s, "village-2026+sichuan", 5)
		villager(t, s, "eve", func(p *deliberation.PersonRecord) { p.Birth = deliberation.NewDate(2015, 1, 1) })
		correct := func(person deliberation.PersonID, in bool, reason deliberation.RegistrationReason) error {
			return s.CorrectElectors(ctx, process, person, in, reason, elector(0), noon)
		}
		refused(t, correct("eve", true, ""), deliberation.RefuseOutOfOrder)
		ok(t, s.OpenRegistration(ctx, process))
		refused(t, correct("eve", true, ""), deliberation.RefuseOutOfOrder)
		registered(t, s, r)
		refused(t, correct("nobody", true, ""), deliberation.RefuseNotFound)
		refused(t, correct("eve", true, deliberation.NotDead), deliberation.RefuseInvalid)
		refused(t, correct("eve", false, ""), deliberation.RefuseInvalid)
		refused(t, correct("eve", false, "moody"), deliberation.RefuseInvalid)
		ok(t, correct("eve", true, ""))
		ok(t, correct(elector(4), false, deliberation.NotDeprived))
		villager(t, s, "late", nil) // came to the record after the list
		ok(t, correct("late", true, ""))
		roll := got(s.Electors(ctx, process))(t)
		equal(t, "hash", roll.SHA256, shaOf("e00\ne01\ne02\ne03\neve\nlate\n"))
		equal(t, "left", fmt.Sprint(roll.Left), "map[deprived:1]")

		voting(t, s, deliberation.MeetingConvened)
		frozen := got(s.FreezeRoll(ctx, electorSpec()))(t)
		equal(t, "the roll is the list", fmt.Sprint(frozen.Count, frozen.SHA256, frozen.Attendance.Whole.Due), fmt.Sprint(roll.Count, roll.SHA256, roll.Count))
		refused(t, correct("late", false, deliberation.NotMoved), deliberation.RefuseTooLate)
		equal(t, "traces", count(t, b, "audit WHERE act = 'correct_electors'"), 3)

		for _, wrong := range []string{
			"UPDATE electors SET listed = TRUE WHERE person = 'e04'",
			"UPDATE electors SET class = '' WHERE person = 'e00'",
			"UPDATE electors SET corrected = NULL WHERE person = 'eve'",
			"INSERT INTO electors (process, person, class, listed) VALUES ('p1', 'nobody', 'outsider', TRUE)",
			"INSERT INTO electors (process, person, class, listed) VALUES ('p1', 'e00', 'outsider', TRUE)",
			"INSERT INTO election_windows (process, kind, ord) VALUES ('p1', 'nomination', 1), ('p1', 'nomination', 2)",
		} {
			if _, err := b.raw(t).Exec(wrong); err == nil {
				t.Errorf("the database took: %s", wrong)
			}
		}
	})
}

// S-VE 第十九条: an election put off for long is registered for anew.
func TestElectorsAreRegisteredAnew(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		r := village(t, s, "village-2026+sichuan", 2)
		villager(t, s, "eve", func(p *deliberation.PersonRecord) { p.Birth = electionDay.AddYears(-18).AddDays(1) })
		equal(t, "listed", registered(t, s, r).Count, 2)
		later, at := electionDay.AddDays(40), noon.AddDate(0, 0, 5)
		publish := func() deliberation.ElectorRoll {
			return got(s.PublishElectors(ctx, process, villagePlace, r, later, at, true))(t)
		}
		ok(t, s.OpenRegistration(ctx, process))
		ok(t, s.OpenRegistration(ctx, process))
		ok(t, s.EnterRegistration(ctx, process, deliberation.RegisterEntry{Person: elector(1), Deprived: true}, elector(0), at))
		first := publish()
		equal(t, "listed anew", fmt.Sprint(first.Count, first.Left), "2 map[deprived:1]")
		if d := cmp.Diff(first, publish()); d != "" {
			t.Error(d)
		}
		refused(t, s.EnterRegistration(ctx, process, deliberation.RegisterEntry{Person: "eve"}, elector(0), at), deliberation.RefuseTooLate)
		at = at.Add(time.Hour) // again without the desk
		equal(t, "once more", publish().Count, 2)

		// The roll of a vote that did not stand is of the list before: this one is ruled on.
		voting(t, s, deliberation.MeetingConvened)
		got(s.FreezeRoll(ctx, electorSpec()))(t)
		ok(t, s.CorrectElectors(ctx, process, elector(1), true, "", elector(0), at))
	})
}

func electorSpec() deliberation.RollSpec {
	return deliberation.RollSpec{Process: process, Community: villagePlace, Meeting: meeting, Body: deliberation.Electors, On: electionDay}
}

// voting is the meeting of election day.
func voting(t *testing.T, s *models.Store, state deliberation.MeetingState) {
	t.Helper()
	changes++
	c := deliberation.Change{Key: fmt.Sprintf("%s/voting %d", process, changes), Process: process, At: noon, Actor: elector(0), Office: deliberation.Resident, Act: deliberation.Convene}
	c.Meetings = []deliberation.Meeting{{ID: meeting, Stage: deliberation.ElectionVoting, Body: deliberation.Electors, Convened: noon, Starts: electionDay.At(8, 0), State: state}}
	got(s.Apply(t.Context(), c))(t)
}

func TestNoRollWithoutAList(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		village(t, s, "village-2026+sichuan", 1)
		voting(t, s, deliberation.MeetingConvened)
		_, err := s.FreezeRoll(t.Context(), electorSpec())
		refused(t, err, deliberation.RefuseOutOfOrder)
	})
}

// An election needs whom it lists and names until it has ended; then what was stated at
// the desk goes, and the list stays by the id.
func TestElectorsAreErasedAfterTheElection(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		r := village(t, s, "village-2026+sichuan", 3)
		registered(t, s, r, deliberation.RegisterEntry{Person: elector(1), Wishes: true}, deliberation.RegisterEntry{Person: elector(2), Deprived: true})
		ok(t, s.OpenNomination(ctx, process))
		ok(t, s.LodgeNomination(ctx, process, nominates("n1", elector(0), elector(2)), elector(0), noon))
		erase := func(id deliberation.PersonID) (models.Erasure, error) {
			return s.Erase(ctx, id, models.EraseUnneeded, today, "operator", true)
		}
		for _, id := range []deliberation.PersonID{elector(1), elector(2)} { // listed, nominated
			var blocked *models.ErasureBlocked
			if _, err := erase(id); !errors.As(err, &blocked) || len(blocked.Processes) != 1 {
				t.Errorf("%s: %v", id, err)
			}
		}
		_, err := b.raw(t).Exec("UPDATE processes SET state = 'ended'")
		ok(t, err)
		e := got(erase(elector(1)))(t)
		equal(t, "erased", parts(e.Erased)["elector_entries"], 1)
		equal(t, "kept", parts(e.Kept)["electors"], 1)
		equal(t, "the list stays", got(s.Electors(ctx, process))(t).Count, 2)
		equal(t, "without a name", got(s.ElectorList(ctx, process))(t)[0].Person.Name != "村民e01", true)

		e = got(erase(elector(2)))(t) // left out as deprived of rights, which is told of nobody
		equal(t, "erased", parts(e.Erased)["left_out"], 1)
		equal(t, "why", reasons(t, s, process)[elector(2)], deliberation.ReasonErased)

		lines := got(s.Retire(ctx, today, "operator", false))(t)
		for _, l := range lines {
			if l.What == "elector_entries" {
				equal(t, "past its period", l.Due, 0)
			}
		}
	})
}

// 罢免: those vote who elected, as the record has them on the day; no list of electors stands.
func TestTheRollOfARecall(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		village(t, s, "village-2026+sichuan", 3)
		villager(t, s, "eve", func(p *deliberation.PersonRecord) { p.Birth = electionDay.AddYears(-18).AddDays(1) })
		villager(t, s, "moved", func(p *deliberation.PersonRecord) { p.Standing, p.Left = deliberation.Moved, today })
		voting(t, s, deliberation.MeetingConvened)
		spec := electorSpec()
		spec.Method = deliberation.AllElectors
		equal(t, "due", got(s.FreezeRoll(ctx, spec))(t).SHA256, shaOf("e00\ne01\ne02\n"))
	})
}

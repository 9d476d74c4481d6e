package models_test

import (
	"errors"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

// faulty holds a refusal against the faults it names.
func faulty(t *testing.T, err error, codes ...string) {
	t.Helper()
	refused(t, err, deliberation.RefuseUnlawfulElection)
	var r *deliberation.Refusal
	if !errors.As(err, &r) || len(r.Faults) != len(codes) || r.Basis == nil {
		t.Errorf("%+v, want %v with a source", r, codes)
		return
	}
	for i, f := range r.Faults {
		equal(t, "fault", f.Code, codes[i])
	}
}

// unstaffed is an election of eight whose boxes have nobody yet.
func unstaffed(t *testing.T, s *models.Store) {
	t.Helper()
	registered(t, s, village(t, s, "village-2026+sichuan", 8))
	voting(t, s, deliberation.MeetingInSession)
	got(s.FreezeRoll(t.Context(), electorSpec()))(t)
}

// S-VE 第二十八条第四款: three at each box, two of them scrutineers, nobody who stands, no
// near relative of theirs, and nobody of elsewhere.
func TestWhoWorksAtAStationUnderArticle28(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		unstaffed(t, s)
		c := crewOf(t, s, hall)
		stands(t, s, process, &deliberation.ElectionProgress{
			Setup:    electionSetup(deliberation.AllElectors),
			Nominees: []deliberation.NomineeProgress{{Person: elector(6), State: deliberation.NomineeAccepted}, {Person: elector(7), State: deliberation.NomineeDeclined}},
			Lists:    []deliberation.CandidateList{{Post: deliberation.PostDirector, Seats: 1, Candidates: []deliberation.PersonID{elector(1)}}},
		})
		ok(t, s.DeclareKin(ctx, deliberation.Kinship{A: elector(0), B: elector(1), Kind: deliberation.RelationSibling}, false, "clerk"))
		set := func(staff []deliberation.PersonID, scrutineers ...deliberation.PersonID) error {
			return s.SetStationCrew(ctx, process, hall, deliberation.StationCrew{Staff: staff, Scrutineers: scrutineers}, clerkOf, noon)
		}
		with := func(id deliberation.PersonID) []deliberation.PersonID {
			return append([]deliberation.PersonID{id}, c.Staff...)
		}

		faulty(t, set(c.Staff[:2], c.Staff[:2]...), deliberation.FaultStaff)
		faulty(t, set([]deliberation.PersonID{c.Staff[0], c.Staff[0], c.Staff[1]}, c.Staff[:2]...), deliberation.FaultStaff)
		faulty(t, set(c.Staff, c.Staff[0]), deliberation.FaultScrutineers)
		faulty(t, set(with(elector(1)), c.Scrutineers...), deliberation.FaultStaffCandidate)
		faulty(t, set(with(elector(6)), c.Scrutineers...), deliberation.FaultStaffCandidate)
		faulty(t, set(with(elector(0)), c.Scrutineers...), deliberation.FaultStaffKin)
		refused(t, set(c.Staff, elector(5), c.Staff[0]), deliberation.RefuseInvalid)
		refused(t, set(with("nobody"), c.Scrutineers...), deliberation.RefuseNotFound)
		refused(t, set(with("\x00"), c.Scrutineers...), deliberation.RefuseNotFound)
		refused(t, s.SetStationCrew(ctx, process, " ", c, clerkOf, noon), deliberation.RefuseInvalid)
		refused(t, s.SetStationCrew(ctx, "none", hall, c, clerkOf, noon), deliberation.RefuseNotFound)
		equal(t, "named so far", len(got(s.StationCrews(ctx, process))(t)), 0)

		ok(t, set(with(elector(7)), c.Scrutineers...)) // who declined may
		ok(t, set(c.Staff, c.Scrutineers...))
		other := crewOf(t, s, mobile)
		other.Staff = append(other.Staff, c.Staff[0])
		refused(t, s.SetStationCrew(ctx, process, mobile, other, clerkOf, noon), deliberation.RefuseTwice)
		crews := got(s.StationCrews(ctx, process))(t)
		equal(t, "stations", len(crews), 1)
		equal(t, "staff", len(crews[hall].Staff), 3)
		equal(t, "scrutineers", len(crews[hall].Scrutineers), 2)
		equal(t, "traces", count(t, b, "audit WHERE act = 'set_station_crew'"), 2)
		if _, err := b.raw(t).Exec("INSERT INTO station_crew (process, person, station, scrutineer, at, entered_by) SELECT process, person, 'x', scrutineer, at, entered_by FROM station_crew"); err == nil {
			t.Error("the database put somebody at two stations")
		}
	})
}

// S-VE 第二十八条第四款: without its staff a poll stays shut, and a box hands nothing out.
func TestAPollWaitsForItsStaffUnderArticle28(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		unstaffed(t, s)
		_, err := s.OpenPoll(ctx, process, electionPoll())
		faulty(t, err, deliberation.FaultStaff, deliberation.FaultScrutineers)
		crewed(t, s, hall)

		late := crewOf(t, s, "分会场") // somebody of them stands by the time the poll opens
		late.Staff[0] = elector(3)
		ok(t, s.SetStationCrew(ctx, process, "分会场", late, clerkOf, noon))
		_, err = s.OpenPoll(ctx, process, electionPoll())
		faulty(t, err, deliberation.FaultStaffCandidate)
		ok(t, s.SetStationCrew(ctx, process, "分会场", deliberation.StationCrew{}, clerkOf, noon))
		opens(t, s, electionPoll())

		elsewhere := tableFor(elector(0))
		elsewhere.Station = "分会场"
		faulty(t, s.IssuePaper(ctx, elsewhere), deliberation.FaultStaff, deliberation.FaultScrutineers)
		ok(t, s.IssuePaper(ctx, tableFor(elector(0)))) // nothing was taken from them
		faulty(t, s.SetStationCrew(ctx, process, hall, deliberation.StationCrew{}, clerkOf, noon), deliberation.FaultStaff, deliberation.FaultScrutineers)
		late.Staff[0] = elector(7) // named while the poll is open
		ok(t, s.SetStationCrew(ctx, process, "分会场", late, clerkOf, noon))
		elsewhere.Person = elector(1)
		ok(t, s.IssuePaper(ctx, elsewhere))
	})
}

// HN-VE 第二十五条第三款: the list of a mobile box hangs three days before election day. A
// further round, or a vote between the tied, comes too soon for that.
func TestAMobileListHangsItsDaysUnderArticle25(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		registered(t, s, village(t, s, "village-2026+sichuan", 4))
		voting(t, s, deliberation.MeetingConvened)
		latest := electionDay.AddDays(-3).End()
		set := func(before bool) error {
			at := latest
			if before {
				at = at.Add(-1)
			}
			return s.SetMobileList(t.Context(), meeting, mobile, []deliberation.PersonID{elector(0)}, elector(0), at)
		}
		ok(t, set(true))
		err := set(false)
		refused(t, err, deliberation.RefuseTooLate)
		var r *deliberation.Refusal
		if !errors.As(err, &r) || !r.Latest.Equal(latest) || r.Basis == nil || r.Days != 3 {
			t.Errorf("%+v", r)
		}
		stands(t, s, process, &deliberation.ElectionProgress{Setup: electionSetup(deliberation.AllElectors), Round: 2, Outcome: &deliberation.ElectionOutcome{}})
		ok(t, set(false))
	})
}

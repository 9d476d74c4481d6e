package server

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// electionHere is the registration desk, the list and the nominations of a town.
type electionHere struct {
	town    *town
	entries map[deliberation.PersonID]deliberation.RegisterEntry
	off     map[deliberation.PersonID]deliberation.RegistrationReason
	lodged  []deliberation.LodgedNomination
	mobile  map[string][]deliberation.PersonID
	crews   map[string]deliberation.StationCrew
}

func newElectionHere(w *town) *electionHere {
	return &electionHere{town: w, entries: map[deliberation.PersonID]deliberation.RegisterEntry{}, off: map[deliberation.PersonID]deliberation.RegistrationReason{}, mobile: map[string][]deliberation.PersonID{}, crews: map[string]deliberation.StationCrew{}}
}

func (e *electionHere) EnterRegistration(_ context.Context, _ deliberation.ProcessID, entry deliberation.RegisterEntry, _ deliberation.PersonID, _ time.Time) error {
	e.entries[entry.Person] = entry
	return nil
}

func (e *electionHere) people() (list []deliberation.Person) {
	for _, p := range e.town.people {
		if p.Community == home {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b deliberation.Person) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

func (e *electionHere) RegistrationEntries(context.Context, deliberation.ProcessID) (list []deliberation.RegistrationLine, err error) {
	for _, p := range e.people() {
		entry, entered := e.entries[p.ID]
		l := deliberation.RegistrationLine{Person: p, Entry: entry, Entered: entered, Found: deliberation.Registration{Person: p.ID, In: entry.Wishes, Basis: basis}}
		if !entry.Wishes {
			l.Found.Reason = deliberation.NotWished
		}
		list = append(list, l)
	}
	return list, nil
}

func (e *electionHere) CorrectElectors(_ context.Context, _ deliberation.ProcessID, person deliberation.PersonID, in bool, reason deliberation.RegistrationReason, _ deliberation.PersonID, _ time.Time) error {
	delete(e.off, person)
	if !in {
		e.off[person] = reason
	}
	return nil
}

func (e *electionHere) ElectorList(context.Context, deliberation.ProcessID) (list []deliberation.ElectorLine, err error) {
	for _, p := range e.people() {
		if slices.Contains(e.town.offices[p.ID], deliberation.Resident) {
			list = append(list, deliberation.ElectorLine{Person: p, Class: deliberation.HukouResident, In: e.off[p.ID] == "", Reason: e.off[p.ID]})
		}
	}
	return list, nil
}

func (e *electionHere) LodgeNomination(_ context.Context, _ deliberation.ProcessID, n deliberation.LodgedNomination, _ deliberation.PersonID, _ time.Time) error {
	for _, had := range e.lodged {
		if had.ID == n.ID {
			return nil
		}
		for _, s := range n.Signers {
			if slices.Contains(had.Signers, s) {
				return deliberation.Refuse(deliberation.RefuseTwice)
			}
		}
	}
	e.lodged = append(e.lodged, n)
	return nil
}

func (e *electionHere) Nominations(context.Context, deliberation.ProcessID) ([]deliberation.LodgedNomination, error) {
	return e.lodged, nil
}

func (e *electionHere) SetMobileList(_ context.Context, _ deliberation.MeetingID, station string, persons []deliberation.PersonID, _ deliberation.PersonID, _ time.Time) error {
	e.mobile[station] = persons
	return nil
}

func (e *electionHere) MobileLists(context.Context, deliberation.MeetingID) (map[string][]deliberation.PersonID, error) {
	return e.mobile, nil
}

func (e *electionHere) SetStationCrew(_ context.Context, _ deliberation.ProcessID, station string, crew deliberation.StationCrew, _ deliberation.PersonID, _ time.Time) error {
	if len(crew.Staff) < 3 {
		fault := deliberation.ElectionFault{Code: deliberation.FaultStaff, Had: len(crew.Staff), Want: 3, Basis: basis}
		return &deliberation.Refusal{Code: deliberation.RefuseUnlawfulElection, Faults: []deliberation.ElectionFault{fault}, Basis: &fault.Basis}
	}
	e.crews[station] = crew
	return nil
}

func (e *electionHere) StationCrews(context.Context, deliberation.ProcessID) (map[string]deliberation.StationCrew, error) {
	return e.crews, nil
}

func (e *electionHere) ElectedAndRecalled(context.Context, deliberation.CommunityID) (list []deliberation.Process, err error) {
	for _, p := range e.town.processes {
		if p.Kind == deliberation.ElectionKind || p.Kind == deliberation.RecallKind {
			list = append(list, p.Process)
		}
	}
	return list, nil
}

func (e *electionHere) CountOf(context.Context, deliberation.PollID) (deliberation.Count, deliberation.PaperCount, int, error) {
	return deliberation.Count{}, deliberation.PaperCount{}, 0, nil
}

// The election of the town, its meeting and its poll.
const (
	election     = deliberation.ProcessID("pe")
	voteDay      = deliberation.MeetingID("pe.m1")
	electionPoll = deliberation.PollID("be")
)

// addElection gives the town an election under way.
func (w *town) addElection(change ...func(*deliberation.Proceeding)) {
	day := deliberation.DateOf(civil).AddDays(40)
	setup := deliberation.ElectionSetup{
		Method: deliberation.AllElectors, Day: day, Web: true,
		Seats:   deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 4},
		Surplus: deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 1},
	}
	form := deliberation.BallotForm{
		{ID: "director", Kind: deliberation.SeatsQuestion, Options: []deliberation.OptionID{"rep", "director"}, Seats: 1, WriteIn: true},
		{ID: "member", Kind: deliberation.SeatsQuestion, Options: []deliberation.OptionID{"supervisor", "secretary"}, Seats: 4, WriteIn: true},
	}
	poll := deliberation.Poll{
		ID: electionPoll, Meeting: voteDay, Stage: deliberation.ElectionVoting, Opened: civil, Closes: civil.Add(time.Hour), State: deliberation.PollOpen,
		Voters: 2, Secret: true, OnPaper: true, Whole: true, Form: form,
	}
	p := deliberation.Proceeding{Process: deliberation.Process{
		ID: election, Community: home, Kind: deliberation.ElectionKind, Pack: w.packs[0].Ref(), Started: deliberation.DateOf(civil), StartedBy: "secretary", Office: deliberation.Secretary,
		Matter: deliberation.Matter{Title: "换届选举", Summary: "选举居民委员会", Category: deliberation.CategoryElection, Affected: deliberation.AffectsAll, Origin: deliberation.OriginCommittee, Form: deliberation.Electors, Election: &setup},
		Status: deliberation.Status{
			Stage: deliberation.NominationStage, Round: 1, State: deliberation.Running, Since: civil,
			Open: []deliberation.OpenAct{{Kind: deliberation.CloseNominations}, {Kind: deliberation.AnswerNomination, Subject: "rep"}},
			Election: &deliberation.ElectionProgress{
				Setup: setup, Committee: []deliberation.PersonID{"resident", "both", "rep"}, Approved: deliberation.DateOf(civil), Listed: deliberation.DateOf(civil), Gathering: true,
				Electors: &deliberation.ElectorRoll{Count: 6, SHA256: "ab", Left: map[deliberation.RegistrationReason]int{deliberation.NotUnderAge: 3}},
				Nominees: []deliberation.NomineeProgress{
					{Person: "rep", Posts: []deliberation.ElectionPost{deliberation.PostDirector, deliberation.PostMember}, State: deliberation.NomineeAccepted},
					{Person: "director", Posts: []deliberation.ElectionPost{deliberation.PostDirector}, Chosen: deliberation.PostDirector, State: deliberation.NomineeQualified},
				},
			},
		},
	}}
	p.Meetings = []deliberation.Meeting{{ID: voteDay, Stage: deliberation.ElectionVoting, Round: 1, Body: deliberation.Electors, Convened: civil, Starts: civil, State: deliberation.MeetingInSession}}
	p.Polls = []deliberation.Poll{poll}
	for _, f := range change {
		f(&p)
	}
	w.processes[election] = p
	w.polls[electionPoll] = pollHere{poll: p.Polls[0], process: election, voters: []deliberation.PersonID{"resident", "secretary"}, ballots: map[deliberation.PersonID]deliberation.Ballot{}}
	w.roll[voteDay] = []deliberation.RollLine{{Person: w.people["resident"]}}
}

// electionTown opens a browser on a town with an election.
func electionTown(v visit, change ...func(*deliberation.Proceeding)) *electionHere {
	v.h.town.addElection(change...)
	return v.h.Elections.(*electionHere)
}

package activities

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Elections keeps what an election asks of the record: the registration desk and the
// list of electors, nominations, and who people are. Names, births and kinship never
// leave it towards the engine.
type Elections interface {
	// OpenRegistration lets the desk register electors. A second call changes nothing.
	OpenRegistration(ctx context.Context, p deliberation.ProcessID) error
	// PublishElectors judges everybody of the community by the rules for election day and
	// freezes who is on the list. A second call gives the list as it was frozen; again
	// registers anew, where the election was put off.
	PublishElectors(ctx context.Context, p deliberation.ProcessID, c deliberation.CommunityID, r deliberation.ElectionRules, day deliberation.Date, at time.Time, again bool) (deliberation.ElectorRoll, error)
	// Electors gives the list as it stands, rulings on objections included.
	Electors(ctx context.Context, p deliberation.ProcessID) (deliberation.ElectorRoll, error)
	// OpenNomination lets nominations come in. A second call changes nothing.
	OpenNomination(ctx context.Context, p deliberation.ProcessID) error
	// CloseNomination takes none any more and gives those there are, in the order of
	// their ids. A second call gives the same.
	CloseNomination(ctx context.Context, p deliberation.ProcessID, at time.Time) ([]deliberation.LodgedNomination, error)
	// ElectionPeople gives what an election looks at in the persons; who is not of the
	// community is left out.
	ElectionPeople(ctx context.Context, p deliberation.ProcessID, ids []deliberation.PersonID) (map[deliberation.PersonID]deliberation.ElectionPersonRecord, error)
	// AuditPosted reports whether an audit of the term or of leaving office was posted in
	// the community on the day or later.
	AuditPosted(ctx context.Context, c deliberation.CommunityID, since deliberation.Date) (bool, error)
	// ElectedAndRecalled gives the elections and recalls of the community, newest first.
	ElectedAndRecalled(ctx context.Context, c deliberation.CommunityID) ([]deliberation.Process, error)
	// Kin gives the near relationships among the persons.
	Kin(ctx context.Context, c deliberation.CommunityID, among []deliberation.PersonID) ([]deliberation.Kinship, error)
	// CountOf gives the count of a closed poll with its paper and how many ballots were cast on the web.
	CountOf(ctx context.Context, p deliberation.PollID) (deliberation.Count, deliberation.PaperCount, int, error)
}

// Rulebook finds the rule pack that a process has pinned.
type Rulebook interface {
	Pinned(ref deliberation.PackRef) (deliberation.Pack, error)
}

// ElectionCase says which election, under which rules.
type ElectionCase struct {
	Process   deliberation.ProcessID     `json:"process"`
	Community deliberation.CommunityID   `json:"community"`
	Pack      deliberation.PackRef       `json:"pack"`
	Setup     deliberation.ElectionSetup `json:"setup"`
}

func (a *Activities) electionRules(c ElectionCase) (deliberation.ElectionRules, error) {
	pack, err := a.Rules.Pinned(c.Pack)
	if err != nil {
		return deliberation.ElectionRules{}, err
	}
	r, err := deliberation.ElectionOf(pack, c.Setup.Method)
	if err != nil {
		return r, err
	}
	return r.Adopt(c.Setup.Choices)
}

// OpenRegistration opens the registration desk. A second run changes nothing.
func (a *Activities) OpenRegistration(ctx context.Context, p deliberation.ProcessID) error {
	return translate(a.Elections.OpenRegistration(ctx, p))
}

// PublishElectorsInput says for which day the list is made.
type PublishElectorsInput struct {
	ElectionCase
	At    time.Time `json:"at"`
	Again bool      `json:"again,omitempty"`
}

// PublishElectors freezes the list of electors. A second run gives the frozen list.
func (a *Activities) PublishElectors(ctx context.Context, in PublishElectorsInput) (deliberation.ElectorRoll, error) {
	r, err := a.electionRules(in.ElectionCase)
	if err != nil {
		return deliberation.ElectorRoll{}, translate(err)
	}
	roll, err := a.Elections.PublishElectors(ctx, in.Process, in.Community, r, in.Setup.Day, in.At, in.Again)
	return roll, translate(err)
}

// Electors gives the list of electors as it stands. It writes nothing.
func (a *Activities) Electors(ctx context.Context, p deliberation.ProcessID) (deliberation.ElectorRoll, error) {
	roll, err := a.Elections.Electors(ctx, p)
	return roll, translate(err)
}

// CommitteeInput names who is to sit on the election committee.
type CommitteeInput struct {
	ElectionCase
	Members []deliberation.PersonID `json:"members"`
	Reserve []deliberation.PersonID `json:"reserve,omitempty"`
	// Willing are nominees who said that they stand.
	Willing []deliberation.PersonID `json:"willing,omitempty"`
}

// CheckElectionCommittee finds who of the committee has to leave, who moves up, and what is
// wrong with the rest. It writes nothing.
func (a *Activities) CheckElectionCommittee(ctx context.Context, in CommitteeInput) (deliberation.ElectionCommittee, error) {
	var none deliberation.ElectionCommittee
	r, err := a.electionRules(in.ElectionCase)
	if err != nil {
		return none, translate(err)
	}
	all := slices.Concat(in.Members, in.Reserve)
	known, err := a.Elections.ElectionPeople(ctx, in.Process, all)
	if err != nil {
		return none, translate(err)
	}
	for _, id := range all {
		if _, ok := known[id]; !ok {
			return none, translate(&deliberation.Refusal{Code: deliberation.RefuseInvalid, Fields: []deliberation.FieldProblem{{Field: "people", Problem: "not_a_choice"}}})
		}
	}
	kin, err := a.Elections.Kin(ctx, in.Community, slices.Concat(all, in.Willing))
	if err != nil {
		return none, translate(err)
	}
	return r.CommitteeAfter(in.Members, in.Reserve, in.Willing, kin), nil
}

// AuditOnRecord reports whether the audit of the term that ends was posted here: since the
// committee was last elected, or else since its term began. It writes nothing.
func (a *Activities) AuditOnRecord(ctx context.Context, in ElectionCase) (bool, error) {
	r, err := a.electionRules(in)
	if err != nil {
		return false, translate(err)
	}
	all, err := a.Elections.ElectedAndRecalled(ctx, in.Community)
	if err != nil {
		return false, translate(err)
	}
	posted, err := a.Elections.AuditPosted(ctx, in.Community, r.AuditSince(in.Setup.Day, all))
	return posted, translate(err)
}

// OpenNomination lets nominations come in. A second run changes nothing.
func (a *Activities) OpenNomination(ctx context.Context, p deliberation.ProcessID) error {
	return translate(a.Elections.OpenNomination(ctx, p))
}

// CloseNominationInput says when nominations end.
type CloseNominationInput struct {
	ElectionCase
	At time.Time `json:"at"`
}

// Nominated is who was named, by how many nominations.
type Nominated = deliberation.NominationCount

// CloseNomination takes no nomination any more and finds who is named by those that
// the rules let count. A second run gives the same.
func (a *Activities) CloseNomination(ctx context.Context, in CloseNominationInput) (Nominated, error) {
	var out Nominated
	r, err := a.electionRules(in.ElectionCase)
	if err != nil {
		return out, translate(err)
	}
	lodged, err := a.Elections.CloseNomination(ctx, in.Process, in.At)
	if err != nil {
		return out, translate(err)
	}
	var ids []deliberation.PersonID
	for _, n := range lodged {
		ids = append(ids, n.People()...)
	}
	known, err := a.Elections.ElectionPeople(ctx, in.Process, ids)
	if err != nil {
		return out, translate(err)
	}
	out, err = r.CountNominations(lodged, in.Setup.Seats, func(p deliberation.PersonID) bool { return known[p].Registered })
	return out, translate(err)
}

// CandidatesInput says who was nominated and, where a preselection was held, by which poll.
type CandidatesInput struct {
	ElectionCase
	Nominees     []deliberation.NomineeProgress `json:"nominees"`
	Preselection deliberation.PollID            `json:"preselection,omitempty"`
	// Final lists are drawn by surplus and preselection; else all nominees stand on them.
	Final bool `json:"final,omitempty"`
}

// DrawCandidates makes the list of each post, in the order of the law. It writes nothing.
func (a *Activities) DrawCandidates(ctx context.Context, in CandidatesInput) ([]deliberation.CandidateList, error) {
	r, err := a.electionRules(in.ElectionCase)
	if err != nil {
		return nil, translate(err)
	}
	var ids []deliberation.PersonID
	for _, n := range in.Nominees {
		ids = append(ids, n.Person)
	}
	known, err := a.Elections.ElectionPeople(ctx, in.Process, ids)
	if err != nil {
		return nil, translate(err)
	}
	var nominees []deliberation.Nominee
	for _, n := range in.Nominees {
		nominees = append(nominees, n.Stands(r, known[n.Person]))
	}
	var pre map[deliberation.ElectionPost]*deliberation.Preselection
	if in.Preselection != "" {
		n, _, _, err := a.Elections.CountOf(ctx, in.Preselection)
		if err != nil {
			return nil, translate(err)
		}
		pre = deliberation.PreselectionOf(n)
	}
	return r.CandidateLists(in.Setup.Seats, in.Setup.Surplus, nominees, pre, in.Final), nil
}

// DecideElectionInput is what the outcome of a round follows from, beside the ballots.
type DecideElectionInput struct {
	ElectionCase
	Round     int                                                   `json:"round"`
	Day       deliberation.Date                                     `json:"day"`
	Seats     deliberation.ElectionSeats                            `json:"seats"`
	Lists     map[deliberation.ElectionPost][]deliberation.PersonID `json:"lists"`
	Poll      deliberation.PollID                                   `json:"poll"`
	Revotes   []deliberation.RevotePoll                             `json:"revotes,omitempty"`
	Qualified map[deliberation.PersonID]bool                        `json:"qualified,omitempty"`
	Withdrawn []deliberation.PersonID                               `json:"withdrawn,omitempty"`
	Seated    []deliberation.Seated                                 `json:"seated,omitempty"`
}

// ElectionDecided is the outcome of a round, and of how many who could vote.
type ElectionDecided struct {
	Base    int                          `json:"base"`
	Outcome deliberation.ElectionOutcome `json:"outcome"`
}

// DecideElection counts a round. It writes nothing.
func (a *Activities) DecideElection(ctx context.Context, in DecideElectionInput) (ElectionDecided, error) {
	r, err := a.electionRules(in.ElectionCase)
	if err != nil {
		return ElectionDecided{}, translate(err)
	}
	n, paper, web, err := a.Elections.CountOf(ctx, in.Poll)
	if err != nil {
		return ElectionDecided{}, translate(err)
	}
	c := deliberation.ElectionCount{
		Rules: r, Round: in.Round, Day: in.Day, Seats: in.Seats, Surplus: in.Setup.Surplus, Candidates: in.Lists,
		Base: n.Tally.Due, Withdrawn: in.Withdrawn, Seated: in.Seated,
	}
	c.Boxes, c.Tallies = deliberation.ElectionPapers(n, paper, web)
	ids := c.People()
	known, err := a.Elections.ElectionPeople(ctx, in.Process, ids)
	if err != nil {
		return ElectionDecided{}, translate(err)
	}
	if !c.Know(known, in.Qualified) {
		return ElectionDecided{}, translate(errors.New("somebody who was voted for is not on the record of the community"))
	}
	if c.Kin, err = a.Elections.Kin(ctx, in.Community, ids); err != nil {
		return ElectionDecided{}, translate(err)
	}
	for _, v := range in.Revotes {
		n, _, _, err := a.Elections.CountOf(ctx, v.Poll)
		if err != nil {
			return ElectionDecided{}, translate(err)
		}
		again, err := deliberation.RevoteOf(v.Post, n)
		if err != nil {
			return ElectionDecided{}, translate(err)
		}
		c.Revotes = append(c.Revotes, again)
	}
	return ElectionDecided{Base: c.Base, Outcome: c.Decide(a.Law.Calendar())}, nil
}

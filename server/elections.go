package server

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// electionInput is what begins an election.
type electionInput struct {
	Title, Summary string
	Setup          deliberation.ElectionSetup
}

func (in electionInput) matter(kind deliberation.CommunityKind) deliberation.Matter {
	title := "居(村)民委员会换届选举"
	if in.Setup.ByElection {
		title = "居(村)民委员会补选"
	}
	summary := "依法选举居(村)民委员会。选举日为" + in.Setup.Day.Words("zh") + "。"
	return deliberation.Matter{
		Title: cmp.Or(in.Title, deliberation.Localise(title, kind)), Summary: cmp.Or(in.Summary, deliberation.Localise(summary, kind)),
		Category: deliberation.CategoryElection, Affected: deliberation.AffectsAll, Origin: deliberation.OriginCommittee,
		Form: deliberation.Electors, Election: &in.Setup,
	}
}

// startElection begins an election.
func (s *Server) startElection(ctx context.Context, v viewer, key string, in electionInput) (deliberation.ProcessID, error) {
	return s.startProcess(ctx, v, key, startInput{Kind: deliberation.ElectionKind, Matter: in.matter(v.Community.Kind)})
}

// recallInput is what begins a recall.
type recallInput struct {
	Title, Summary string
	// NewFacts says why it may come within the bar after one that failed.
	NewFacts string
	Demand   deliberation.ProcessID
	Setup    deliberation.RecallSetup
}

// startRecall begins a recall for a joint demand that was met: its matter is the
// demand's, with the reasons that people signed.
func (s *Server) startRecall(ctx context.Context, v viewer, key string, in recallInput) (deliberation.ProcessID, error) {
	if in.Demand != "" && (in.Title == "" || in.Summary == "") {
		p, err := s.proceedingOf(ctx, v, in.Demand, deliberation.DemandKind)
		if err != nil {
			return "", err
		}
		in.Title, in.Summary = cmp.Or(in.Title, p.Matter.Title), cmp.Or(in.Summary, p.Matter.Summary)
	}
	in.NewFacts = strings.TrimSpace(in.NewFacts)
	in.Setup.NewFacts = in.NewFacts != ""
	return s.startProcess(ctx, v, key, startInput{Kind: deliberation.RecallKind, Matter: deliberation.Matter{
		Title: in.Title, Summary: in.Summary, NewFacts: in.NewFacts, Category: deliberation.CategoryElection, Affected: deliberation.AffectsAll,
		Origin: deliberation.OriginResidents, Form: deliberation.Electors, Demand: in.Demand, Recall: &in.Setup,
	}})
}

// checkElection says why an election cannot begin like this. Words are checked as those
// of any matter.
func checkElection(pack deliberation.Pack, m deliberation.Matter, today deliberation.Date) error {
	if err := checkWords(m); err != nil {
		return err
	}
	if _, err := deliberation.CheckElection(pack, m, today); err != nil {
		return err
	}
	var f fields
	for _, n := range []deliberation.ElectionSeats{m.Election.Seats, m.Election.Surplus} {
		for post, k := range n {
			f.want(slices.Contains(startPosts, post) && k >= 0, "seats", notAChoice)
		}
	}
	f.want(m.Election.Seats[deliberation.PostDirector] <= 1, "seats", tooMany) // of a by-election, too
	return f.refusal()
}

// startPosts are the posts that an election may begin with.
var startPosts = []deliberation.ElectionPost{deliberation.PostDirector, deliberation.PostDeputy, deliberation.PostMember}

func checkWords(m deliberation.Matter) error {
	var f fields
	f.text("title", m.Title, true, deliberation.MaxTitle)
	f.text("summary", m.Summary, true, deliberation.MaxSummary)
	f.text("new_facts", m.NewFacts, false, deliberation.MaxSummary)
	return f.refusal()
}

func checkRecall(pack deliberation.Pack, m deliberation.Matter) error {
	if err := checkWords(m); err != nil {
		return err
	}
	return deliberation.CheckRecall(pack, m)
}

// recalledHolds checks that the person who is to be recalled holds the post here today.
func (s *Server) recalledHolds(ctx context.Context, v viewer, in startInput) error {
	if in.Kind != deliberation.RecallKind {
		return nil
	}
	return s.holdsHere(ctx, v, "recall.person", in.Matter.Recall.Person, in.Matter.Recall.Post)
}

// holdsHere refuses, in the field, a person who does not hold the post here today.
func (s *Server) holdsHere(ctx context.Context, v viewer, field string, person deliberation.PersonID, post deliberation.Office) error {
	if !isID(string(person)) {
		return invalid(field, notAChoice)
	}
	held, err := s.People.OfficesOn(ctx, person, s.today())
	if err == nil && !slices.ContainsFunc(held, func(h deliberation.OfficeHeld) bool { return h.Community == v.Community.ID && h.Office == post }) {
		return invalid(field, notAChoice)
	}
	return err
}

// mayRecall refuses a recall by another method than the person was elected by, and one
// that comes within the bar after another failed, unless who begins it states that its
// facts and reasons are others: the program cannot compare them, the supervisors can
// (docs/adr/0029).
func (s *Server) mayRecall(ctx context.Context, v viewer, pack deliberation.Pack, in startInput) error {
	if err := s.recalledHolds(ctx, v, in); err != nil || in.Kind != deliberation.RecallKind {
		return err
	}
	rules, err := deliberation.RecallOf(pack, in.Matter.Recall.Method)
	if err != nil {
		return err
	}
	all, err := s.Elections.ElectedAndRecalled(ctx, v.Community.ID)
	if err != nil {
		return err
	}
	record := rules.RecordOf(all, *in.Matter.Recall)
	if err := rules.SameMethod(record.Elected); err != nil || in.Matter.Recall.NewFacts {
		return err
	}
	return rules.MayRecallAgain(record.Failed, s.today())
}

// setupOf gives an election as it was approved, or as it began.
func setupOf(p deliberation.Process) deliberation.ElectionSetup {
	switch {
	case p.Status.Election != nil && p.Status.Election.Setup.Method != "":
		return p.Status.Election.Setup
	case p.Matter.Election != nil:
		return *p.Matter.Election
	}
	return deliberation.ElectionSetup{}
}

// electionRules gives the rules of an election, with the choices of its method.
func (s *Server) electionRules(p deliberation.Process) (deliberation.ElectionRules, error) {
	pack, err := s.Law.Pinned(p.Pack)
	if err != nil {
		return deliberation.ElectionRules{}, err
	}
	setup := setupOf(p)
	r, err := deliberation.ElectionOf(pack, setup.Method)
	if err != nil {
		return r, err
	}
	return r.Adopt(setup.Choices)
}

// inElection gives the viewer as they stand in one process: who sits on its election
// committee holds that office there and nowhere else, unless they stand themselves
// (S-VE 第十四条).
func inElection(v viewer, p deliberation.Process) viewer {
	e := p.Status.Election
	if e == nil || p.Community != v.Community.ID || !slices.Contains(e.Committee, v.Person.ID) || standsIn(v, p) || v.Holds(deliberation.ElectionCommitteeMember) {
		return v
	}
	v.Offices = append(slices.Clone(v.Offices), deliberation.ElectionCommitteeMember)
	return v
}

// standsIn reports whether the viewer stands for election in the process.
func standsIn(v viewer, p deliberation.Process) bool {
	if c := p.Status.Choosing; c != nil && c.Stands(v.Person.ID) {
		return true
	}
	return p.Status.Election != nil && p.Status.Election.Stands(v.Person.ID)
}

// votedOn reports whether the vote is about the viewer: they stand, or are to be recalled.
func votedOn(v viewer, p deliberation.Process) bool {
	return standsIn(v, p) || resigns(v, p) || p.Matter.Recall != nil && p.Matter.Recall.Person == v.Person.ID
}

// mayReadElected reports whether the viewer may have the dossier of an election, which says
// why people are left off the list, who nominated whom, and who is whose relative: who may
// read the roster, the supervisors, and nobody who stands while it goes on.
func mayReadElected(v viewer, p deliberation.Process) bool {
	if p.Status.State != deliberation.Ended && standsIn(v, p) {
		return false
	}
	return permit(toReadRoster, v, true) == nil || v.Holds(deliberation.Supervisor)
}

// ofTheirOwn are acts that a resident does for themselves alone; somebody of the election
// committee enters the letter of another.
var ofTheirOwn = []deliberation.ActKind{deliberation.AnswerNomination, deliberation.WithdrawCandidacy, deliberation.DeclineSeat}

// runsTheVote are the acts by which an election is run: no candidate does them
// (S-VE 第二十八条).
var runsTheVote = []deliberation.ActKind{
	deliberation.Convene, deliberation.CallToOrder, deliberation.Adjourn, deliberation.OpenPoll, deliberation.ClosePoll, deliberation.CosignCount,
	deliberation.CertifyCount, deliberation.VoidPoll, deliberation.RecordMinutes, deliberation.SignMinutes, deliberation.FileResolution,
	deliberation.NameElectionCommittee, deliberation.ApproveScheme, deliberation.PostElectors, deliberation.RuleOnList, deliberation.CloseNominations,
	deliberation.PostCandidates, deliberation.PostponeElection, deliberation.DeclareResult,
}

// permitActIn is permitAct for an act to a process: the offices that a person has in an
// election alone count there, and who stands does not run it.
func permitActIn(spec deliberation.ActSpec, v viewer, p deliberation.Proceeding, subject string, narrowed []deliberation.Office) (deliberation.Office, error) {
	no := &deliberation.Refusal{Code: deliberation.RefuseNotEntitled, Act: spec.Kind}
	own := p.Community == v.Community.ID
	v = inElection(v, p.Process)
	switch {
	case !own:
	case slices.Contains(runsTheVote, spec.Kind) && votedOn(v, p.Process):
		return "", no
	case spec.Kind == deliberation.DefendRecall && (p.Matter.Recall == nil || p.Matter.Recall.Person != v.Person.ID):
		return "", no
	case spec.Kind == deliberation.AnswerProposal && !proposedHere(v, p.Process, subject):
		narrowed = []deliberation.Office{deliberation.Clerk}
	case slices.Contains(ofTheirOwn, spec.Kind) && !concerns(v, p.Process, subject):
		narrowed = []deliberation.Office{deliberation.ElectionCommitteeMember}
	}
	return permitAct(spec, v, own, narrowed)
}

// concerns reports whether what is said of a nominee is said of the viewer: by name, or,
// where nobody is named yet, because they were nominated or elected.
func concerns(v viewer, p deliberation.Process, subject string) bool {
	if subject != "" {
		return subject == string(v.Person.ID)
	}
	e := p.Status.Election
	return e != nil && (e.Nominee(v.Person.ID) != nil ||
		e.Outcome != nil && slices.ContainsFunc(e.Outcome.Seated, func(s deliberation.Seated) bool { return s.Person == v.Person.ID }))
}

// derive gives the viewer the office that the process which the route names gives them.
// Ballots and check-ins ask for no office and are spared the look-up.
func (s *Server) derive(c echo.Context, a action, v viewer) (viewer, error) {
	if !v.SignedIn || a == toVote || a == toCheckIn || a == toReadPaper {
		return v, nil
	}
	ctx, id := c.Request().Context(), deliberation.ProcessID("")
	switch {
	case c.Param("process") != "":
		id = deliberation.ProcessID(c.Param("process"))
	case c.Param("meeting") != "":
		id = caseOf(c.Param("meeting"))
	case c.Param("poll") != "":
		_, of, err := s.Ballots.Poll(ctx, deliberation.PollID(c.Param("poll")))
		if err != nil && !errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) {
			return v, err
		}
		id = of
	}
	if id == "" {
		return v, nil
	}
	p, err := s.Processes.Process(ctx, id)
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) { // the command says so
		return v, nil
	}
	if err != nil {
		return v, err
	}
	in := inElection(v, p)
	c.Set(viewerKey, in)
	return in, nil
}

// keptFromPaper refuses to let who stands for election, or is to be recalled, handle its
// papers.
func (s *Server) keptFromPaper(ctx context.Context, v viewer, poll deliberation.PollID) (deliberation.Process, error) {
	_, id, err := s.Ballots.Poll(ctx, poll)
	if err != nil {
		return deliberation.Process{}, err
	}
	p, err := s.Processes.Proceeding(ctx, id)
	if err != nil || !votedOn(v, p.Process) {
		return p.Process, err
	}
	no := deliberation.Refuse(deliberation.RefuseNotEntitled)
	if rules, err := s.electionRules(p.Process); err == nil {
		no.Basis = &rules.StationStaff.Basis
	}
	return p.Process, no
}

// countsForKin refuses to let a near relative of a candidate count, read or countersign
// the papers of an election (S-VE 第二十八条).
func (s *Server) countsForKin(ctx context.Context, v viewer, p deliberation.Process) error {
	e := p.Status.Election
	if p.Kind != deliberation.ElectionKind || e == nil {
		return nil
	}
	var candidates []deliberation.PersonID
	for _, list := range e.Candidates() {
		candidates = append(candidates, list...)
	}
	slices.Sort(candidates)
	kin, err := s.Roster.Kin(ctx, p.Community, append(slices.Compact(candidates), v.Person.ID))
	if err != nil {
		return err
	}
	rules, err := s.electionRules(p)
	if err != nil {
		return err
	}
	for _, f := range rules.CrewFaults(deliberation.StationCrew{Staff: []deliberation.PersonID{v.Person.ID}}, candidates, kin) {
		if f.Code == deliberation.FaultStaffKin {
			return &deliberation.Refusal{Code: deliberation.RefuseUnlawfulElection, Faults: []deliberation.ElectionFault{f}, Basis: &f.Basis}
		}
	}
	return nil
}

// atElectionDesk gives an election to who registers electors there and enters what came
// in on paper: the election committee, and the clerk unless they stand.
func (s *Server) atElectionDesk(ctx context.Context, v viewer, id deliberation.ProcessID) (deliberation.Proceeding, error) {
	p, err := s.proceedingOf(ctx, v, id, deliberation.ElectionKind)
	if err != nil {
		return p, err
	}
	if err := permit(toRunElection, v, true); err != nil {
		return p, err
	}
	v = inElection(v, p.Process)
	if standsIn(v, p.Process) || !v.Holds(deliberation.ElectionCommitteeMember, deliberation.Clerk) {
		return p, deliberation.Refuse(deliberation.RefuseNotEntitled)
	}
	return p, nil
}

// registrationInput is what the desk writes down of somebody.
type registrationInput struct {
	Entry deliberation.RegisterEntry
}

// registerElector writes down what somebody stated at the desk.
func (s *Server) registerElector(ctx context.Context, v viewer, id deliberation.ProcessID, in registrationInput) error {
	p, err := s.atElectionDesk(ctx, v, id)
	if err != nil {
		return err
	}
	if err := s.livesHere(ctx, v, in.Entry.Person, "person"); err != nil {
		return err
	}
	if e := p.Status.Election; e != nil && !e.Listed.IsZero() { // after that the list is corrected, not made
		return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Stage: p.Status.Stage}
	}
	return s.Elections.EnterRegistration(ctx, id, in.Entry, v.Person.ID, s.now())
}

// registration gives whom the desk may register, with what the rules say of them.
func (s *Server) registration(ctx context.Context, v viewer, id deliberation.ProcessID) ([]deliberation.RegistrationLine, error) {
	if _, err := s.atElectionDesk(ctx, v, id); err != nil {
		return nil, err
	}
	return s.Elections.RegistrationEntries(ctx, id)
}

// correctElectors changes the published list, after an objection or by the record.
func (s *Server) correctElectors(ctx context.Context, v viewer, id deliberation.ProcessID, person deliberation.PersonID, in bool, reason deliberation.RegistrationReason) error {
	if _, err := s.atElectionDesk(ctx, v, id); err != nil {
		return err
	}
	if err := s.livesHere(ctx, v, person, "person"); err != nil {
		return err
	}
	if in != (reason == "") || !in && !slices.Contains(deliberation.RegistrationReasons, reason) {
		return invalid("reason", notAChoice)
	}
	return s.Elections.CorrectElectors(ctx, id, person, in, reason, v.Person.ID, s.now())
}

// electors gives the published list; none before it was published. Why somebody is not
// on it is for the desk and for the person.
func (s *Server) electors(ctx context.Context, v viewer, id deliberation.ProcessID) ([]deliberation.ElectorLine, error) {
	p, err := s.proceedingOf(ctx, v, id, deliberation.ElectionKind)
	if err != nil {
		return nil, err
	}
	if p.Status.Election == nil || p.Status.Election.Listed.IsZero() {
		return nil, nil
	}
	list, err := s.Elections.ElectorList(ctx, id)
	if err != nil {
		return nil, err
	}
	_, desk := s.atElectionDesk(ctx, v, id)
	shown := []deliberation.ElectorLine{}
	for _, l := range list {
		if l.In || l.Person.ID == v.Person.ID || desk == nil {
			shown = append(shown, l)
		}
	}
	return shown, nil
}

// registered gives those on the published list whose name has the text in it, at most
// so many.
func (s *Server) registered(ctx context.Context, id deliberation.ProcessID, text string, most int) (list []deliberation.Person, more int, err error) {
	text = strings.TrimSpace(text)
	all, err := s.Elections.ElectorList(ctx, id)
	for _, l := range all {
		switch {
		case !l.In || text == "" || !strings.Contains(l.Person.Name, text):
		case len(list) == most:
			more++
		default:
			list = append(list, l.Person)
		}
	}
	return list, more, err
}

// livesHere refuses a person who is not of the community.
func (s *Server) livesHere(ctx context.Context, v viewer, id deliberation.PersonID, field string) error {
	if !isID(string(id)) {
		return invalid(field, notAChoice)
	}
	p, err := s.People.Person(ctx, id)
	if err != nil {
		return err
	}
	if p.Community != v.Community.ID {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return nil
}

// nominationInput is a nomination as it is handed in. Signers is set by the desk alone;
// else the viewer signs.
type nominationInput struct {
	By      string
	Signers []deliberation.PersonID
	Names   map[deliberation.ElectionPost][]deliberation.PersonID
	// Desk: it came in on paper.
	Desk bool
}

// The ways in which candidates are named.
const (
	byParty   = string(deliberation.OriginParty)
	byElector = "electors"
	byJointly = "electors_jointly"
)

// maxNamed bounds a nomination: more names than any committee has seats.
const maxNamed = 30

// nominate hands a nomination in. What the rules do not let count is refused at once,
// not when nominations are closed.
func (s *Server) nominate(ctx context.Context, v viewer, id deliberation.ProcessID, key string, in nominationInput) error {
	if err := permit(toNominate, v, true); err != nil {
		return err
	}
	if err := checkKey(key); err != nil {
		return err
	}
	p, err := s.proceedingOf(ctx, v, id, deliberation.ElectionKind)
	if err != nil {
		return err
	}
	if in.Desk {
		if _, err := s.atElectionDesk(ctx, v, id); err != nil {
			return err
		}
	}
	switch {
	case in.By == byParty && !in.Desk && !v.Holds(deliberation.Secretary):
		return deliberation.Refuse(deliberation.RefuseNotEntitled)
	case in.By == byParty:
		in.Signers = nil
	case !in.Desk:
		in.Signers = []deliberation.PersonID{v.Person.ID}
	}
	if e := p.Status.Election; e == nil || !e.Gathering {
		return &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: p.Status.Stage}
	}
	if err := s.soundNomination(ctx, p, in); err != nil {
		return err
	}
	n := deliberation.LodgedNomination{ID: "n" + opaque(string(id), string(v.Person.ID), key)[:24], Nomination: deliberation.Nomination{By: in.By, Signers: in.Signers, Names: in.Names}}
	return s.Elections.LodgeNomination(ctx, id, n, v.Person.ID, s.now())
}

// soundNomination holds a nomination against the rules of the election.
func (s *Server) soundNomination(ctx context.Context, p deliberation.Proceeding, in nominationInput) error {
	rules, err := s.electionRules(p.Process)
	if err != nil {
		return err
	}
	list, err := s.Elections.ElectorList(ctx, p.ID)
	if err != nil {
		return err
	}
	on := map[deliberation.PersonID]bool{}
	for _, l := range list {
		on[l.Person.ID] = l.Registered() // who does not vote for a household or group may stand
	}
	named := 0
	var f fields
	for post, names := range in.Names {
		f.want(slices.Contains(startPosts, post), "names", notAChoice)
		named += len(names)
		for i, id := range names {
			f.want(on[id] && !slices.Contains(names[:i], id), "names", notAChoice)
		}
	}
	f.want(named > 0, "names", required)
	f.want(named <= maxNamed, "names", tooMany)
	if err := f.refusal(); err != nil {
		return err
	}
	faults := rules.NominationFaults(deliberation.Nomination{By: in.By, Signers: in.Signers, Names: in.Names}, setupOf(p.Process).Seats,
		func(id deliberation.PersonID) bool { return on[id] })
	if len(faults) > 0 {
		return &deliberation.Refusal{Code: deliberation.RefuseUnlawfulElection, Faults: faults}
	}
	return nil
}

// nominations gives those handed in: to the desk all, to anybody else their own.
func (s *Server) nominations(ctx context.Context, v viewer, id deliberation.ProcessID) ([]deliberation.LodgedNomination, error) {
	if _, err := s.proceedingOf(ctx, v, id, deliberation.ElectionKind); err != nil {
		return nil, err
	}
	all, err := s.Elections.Nominations(ctx, id)
	if err != nil {
		return nil, err
	}
	if _, err := s.atElectionDesk(ctx, v, id); err == nil {
		return all, nil
	}
	return slices.DeleteFunc(slices.Clone(all), func(n deliberation.LodgedNomination) bool { return !slices.Contains(n.Signers, v.Person.ID) }), nil
}

// setMobileList says who votes at a mobile box, at a meeting of an election.
func (s *Server) setMobileList(ctx context.Context, v viewer, m deliberation.MeetingID, station string, persons []deliberation.PersonID) error {
	if _, err := s.atElectionDesk(ctx, v, caseOf(string(m))); err != nil {
		return err
	}
	var f fields
	station = f.text("station", station, true, maxLine)
	f.want(len(persons) > 0, "persons", required)
	for _, id := range persons {
		f.want(isID(string(id)), "persons", notAChoice)
	}
	if err := f.refusal(); err != nil {
		return err
	}
	return s.Elections.SetMobileList(ctx, m, station, persons, v.Person.ID, s.now())
}

// peopleAreHere checks who is named in order, and that each is named once.
func (s *Server) peopleAreHere(ctx context.Context, v viewer, list []deliberation.PersonID) error {
	for i, id := range list {
		if slices.Contains(list[:i], id) {
			return invalid("people", notAChoice)
		}
		if err := s.livesHere(ctx, v, id, "people"); err != nil {
			return invalid("people", notAChoice)
		}
	}
	return nil
}

// sameMatter reports whether two matters say the same, what they point to included.
func sameMatter(a, b deliberation.Matter) bool {
	x, errX := json.Marshal(a)
	y, errY := json.Marshal(b)
	return errX == nil && errY == nil && bytes.Equal(x, y)
}

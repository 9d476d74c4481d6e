package server

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"slices"
	"sync"

	"github.com/yishi-project/yishi/deliberation"
)

// The commands below are what a page's form and the API's request both call: one
// validator, one policy, one call to a port.

// startInput is what begins a process. Pack may be empty: the one in force is
// taken; so may Kind: it is 四议两公开一监督.
type startInput struct {
	Kind   string
	Matter deliberation.Matter
	Pack   string
}

// startProcess begins a process. Its id comes from the person and the key, so
// that a retry goes on where the first attempt broke off.
func (s *Server) startProcess(ctx context.Context, v viewer, key string, in startInput) (deliberation.ProcessID, error) {
	if err := permit(startAction(in.Kind), v, true); err != nil {
		return "", err
	}
	if err := checkKey(key); err != nil {
		return "", err
	}
	if err := tidyMatter(&in.Matter); err != nil {
		return "", err
	}
	if in.Matter.Origin == deliberation.OriginCalendar { // nobody is the calendar
		return "", invalid("origin", notAChoice)
	}
	if in.Kind == "" {
		in.Kind = deliberation.FourDeliberationsKind
	}
	under, err := s.underAuthorisation(ctx, v, &in.Matter)
	if err != nil {
		return "", err
	}
	id := deliberation.ProcessID("p" + opaque(string(v.Person.ID), "start", key)[:24])
	stored, err := s.Processes.Proceeding(ctx, id)
	switch {
	case err == nil && (!sameMatter(stored.Matter, in.Matter) || stored.Kind != in.Kind):
		return "", deliberation.Refuse(deliberation.RefuseKeyReused)
	case err == nil:
		if err := s.Engine.Start(ctx, stored.Process); err != nil {
			return id, err
		}
		return id, s.tellStarted(ctx, v, key, id, in)
	case !errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)):
		return "", err
	}
	pack, err := s.Law.PackFor(v.Community.Kind, v.Community.Place, s.today(), in.Pack)
	if err != nil {
		return "", err
	}
	if err := s.mayBegin(pack, in, under); err != nil {
		return "", err
	}
	if err := s.groupIsHere(ctx, v, in.Matter.Group); err != nil {
		return "", err
	}
	if err := s.delegatesSit(ctx, v, pack, in); err != nil {
		return "", err
	}
	if err := s.estateIsHere(ctx, v, in.Matter.Estate); err != nil {
		return "", err
	}
	if err := s.answersDemand(ctx, v, in); err != nil {
		return "", err
	}
	if err := s.mayRecall(ctx, v, pack, in); err != nil {
		return "", err
	}
	if err := s.resigningHolds(ctx, v, in); err != nil {
		return "", err
	}
	if err := s.forIsHere(ctx, v, in); err != nil {
		return "", err
	}
	if err := s.hearingIsAsked(ctx, v, in); err != nil {
		return "", err
	}
	if err := s.opinionWaits(ctx, v, in); err != nil {
		return "", err
	}
	p := s.newProcess(v, id, pack, in)
	if err := s.Processes.CreateProcess(ctx, p); err != nil {
		return "", err
	}
	if err := s.Engine.Start(ctx, p); err != nil {
		return id, err
	}
	return id, s.tellStarted(ctx, v, key, id, in)
}

// tellStarted lets those for whom a process was started know of it.
func (s *Server) tellStarted(ctx context.Context, v viewer, key string, id deliberation.ProcessID, in startInput) error {
	if err := s.tellDemand(ctx, v, key, id, in.Matter.Demand); err != nil {
		return err
	}
	if err := s.tellAsker(ctx, v, key, id, in); err != nil {
		return err
	}
	if err := s.tellBox(ctx, v, id, in.Matter.Opinion); err != nil {
		return err
	}
	return s.tellFor(ctx, v, key, id, in)
}

// mayBegin says why a process cannot begin in this way, or not under the
// authorisation it names.
func (s *Server) mayBegin(pack deliberation.Pack, in startInput, under *deliberation.Authorisation) error {
	if err := checkStart(pack, in, s.today()); err != nil || under == nil {
		return err
	}
	if in.Matter.Form == deliberation.CouncilMeeting {
		return deliberation.CheckEntrusted(pack, in.Matter, *under, s.today())
	}
	return deliberation.CheckAuthorised(pack, in.Matter, *under, s.today())
}

// groupIsHere refuses a group that nobody of the community belongs to.
func (s *Server) groupIsHere(ctx context.Context, v viewer, group string) error {
	if group == "" {
		return nil
	}
	all, err := s.People.Groups(ctx, v.Community.ID)
	if err == nil && !slices.Contains(all, group) {
		return invalid("group", notAChoice)
	}
	return err
}

// checkStart says why a process cannot begin in this way: the kind is none, the
// rules do not know the form, or the matter belongs to another body or procedure.
func checkStart(pack deliberation.Pack, in startInput, today deliberation.Date) error {
	switch in.Kind {
	case "", deliberation.FourDeliberationsKind:
		return deliberation.CheckMatter(pack, in.Matter)
	case deliberation.ConferenceKind:
		return deliberation.CheckConference(pack, in.Matter)
	case deliberation.DemandKind:
		return deliberation.CheckDemand(pack, in.Matter)
	case deliberation.ElectionKind:
		return checkElection(pack, in.Matter, today)
	case deliberation.RecallKind:
		return checkRecall(pack, in.Matter)
	case deliberation.ChoosingKind:
		return deliberation.CheckChoosing(pack, in.Matter)
	case deliberation.ResignationKind:
		return deliberation.CheckResignation(pack, in.Matter)
	case deliberation.DutyReportKind:
		return deliberation.CheckDutyReport(pack, in.Matter)
	case deliberation.DepartmentKind:
		return deliberation.CheckDepartments(pack, in.Matter)
	case deliberation.DisclosureKind:
		return deliberation.CheckDisclosure(pack, in.Matter)
	case deliberation.HearingKind:
		return deliberation.CheckHearing(pack, in.Matter)
	case deliberation.ConsultationKind:
		return deliberation.CheckConsultation(pack, in.Matter)
	case deliberation.LivelihoodKind:
		return deliberation.CheckLivelihood(pack, in.Matter)
	case deliberation.OpenTalkKind:
		return deliberation.CheckOpenTalk(pack, in.Matter)
	}
	return invalid("kind", notAChoice)
}

// newProcess is the case as it stands before its workflow has said anything.
func (s *Server) newProcess(v viewer, id deliberation.ProcessID, pack deliberation.Pack, in startInput) deliberation.Process {
	office := deliberation.Office("")
	for _, o := range rules[startAction(in.Kind)].offices {
		if v.Holds(o) {
			office = o
			break
		}
	}
	now := s.now()
	return deliberation.Process{
		ID: id, Community: v.Community.ID, Kind: in.Kind, Matter: in.Matter, Pack: pack.Ref(),
		Started: deliberation.DateOf(now), StartedBy: v.Person.ID, Office: office, Clock: s.Clock(),
		Status: deliberation.Status{Stage: deliberation.StagesOf(in.Kind)[0], Round: 1, State: deliberation.Running, Since: now},
	}
}

// proceeding gives a process of the viewer's own community; another's is not found.
func (s *Server) proceeding(ctx context.Context, v viewer, id deliberation.ProcessID) (deliberation.Proceeding, error) {
	p, err := s.Processes.Proceeding(ctx, id)
	if err != nil {
		return p, err
	}
	if err := permit(toReadCase, v, p.Community == v.Community.ID); err != nil {
		return deliberation.Proceeding{}, err
	}
	return p, nil
}

// proceedingOf gives a process of the kind of the viewer's own community; one of another
// kind is not found.
func (s *Server) proceedingOf(ctx context.Context, v viewer, id deliberation.ProcessID, kind string) (deliberation.Proceeding, error) {
	p, err := s.proceeding(ctx, v, id)
	if err == nil && p.Kind != kind {
		return deliberation.Proceeding{}, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return p, err
}

// castBallot puts the viewer's own ballot in the box, or that of a person who gave
// them a mandate. That the person is on the
// roll, present, and votes once is the box's to enforce, in one transaction.
func (s *Server) castBallot(ctx context.Context, v viewer, poll deliberation.PollID, person deliberation.PersonID, in vote, key string) (deliberation.BallotReceipt, error) {
	receipt, err := s.cast(ctx, v, poll, person, in, key)
	if err != nil {
		err = s.cited(ctx, v, poll, err)
	}
	return receipt, err
}

// atTheBox are the refusals that rest on who decides at the meeting: those on its
// roll and present, each once by whichever channel, while the poll is open.
var atTheBox = []deliberation.RefusalCode{
	deliberation.RefuseNotOnRoll, deliberation.RefuseNotCheckedIn, deliberation.RefuseForAnother, deliberation.RefuseNoMandate,
	deliberation.RefuseTwice, deliberation.RefuseOtherChannel, deliberation.RefusePollClosed, deliberation.RefusePollNotOpen,
}

// cited gives a refusal at the ballot box its source.
func (s *Server) cited(ctx context.Context, v viewer, poll deliberation.PollID, err error) error {
	if !restsOnRoll(err) {
		return err
	}
	found, _, e := s.Ballots.Poll(ctx, poll)
	if e != nil {
		return err
	}
	return s.citedAt(ctx, v, found.Meeting, err)
}

func restsOnRoll(err error) bool {
	var r *deliberation.Refusal
	return errors.As(err, &r) && r.Basis == nil && slices.Contains(atTheBox, r.Code)
}

// citedAt gives a refusal of a meeting its source: the text by which its members are
// counted, as the quorum was found, or, where none was yet or nobody need come
// together, as the case's rules say.
func (s *Server) citedAt(ctx context.Context, v viewer, id deliberation.MeetingID, err error) error {
	var r *deliberation.Refusal
	if !restsOnRoll(err) || !errors.As(err, &r) {
		return err
	}
	m, _, rules, e := s.sitting(ctx, v, id)
	if e != nil {
		return err
	}
	cited := *r
	switch {
	case m.Quorum != nil && len(m.Quorum.Checks) > 0:
		cited.Basis = &m.Quorum.Checks[0].Rule.Basis
	case len(rules.Quorum) > 0:
		cited.Basis = &rules.Quorum[0].Basis
	case len(rules.Passing) > 0:
		cited.Basis = &rules.Passing[0].Basis
	case rules.Notice.Key != "": // nothing is decided there: those called are those who come
		cited.Basis = &rules.Notice.Basis
	default:
		return err
	}
	return &cited
}

// cast is castBallot without the sources of its refusals.
func (s *Server) cast(ctx context.Context, v viewer, poll deliberation.PollID, person deliberation.PersonID, in vote, key string) (deliberation.BallotReceipt, error) {
	if err := permit(toVote, v, true); err != nil {
		return deliberation.BallotReceipt{}, err
	}
	if err := checkKey(key); err != nil {
		return deliberation.BallotReceipt{}, err
	}
	if person == "" {
		person = v.Person.ID
	}
	if err := in.check(); err != nil {
		return deliberation.BallotReceipt{}, err
	}
	home, err := s.pollHome(ctx, poll)
	if err != nil {
		return deliberation.BallotReceipt{}, err
	}
	if err := permit(toVote, v, home == v.Community.ID); err != nil {
		return deliberation.BallotReceipt{}, err
	}
	var agent deliberation.PersonID
	if person != v.Person.ID {
		if err := s.agentFor(ctx, v, poll, person); err != nil {
			return deliberation.BallotReceipt{}, err
		}
		agent = v.Person.ID
	}
	// The voter's key is kept with the ballot as a hash of the key alone: one that
	// depended on the choice would tell it to who learns the key, even of a secret poll.
	return s.Ballots.CastBallot(ctx, deliberation.Ballot{
		Poll: poll, Person: person, Choice: in.Choice, Answers: in.Answers, Key: opaque(key)[:32], At: s.now(), Assistant: v.Assistant.ID, Agent: agent,
	})
}

// vote is what a ballot says: a choice to one motion, or an answer to each question
// of a form. Which of the two a poll takes, and whether the answers fit its form, is
// the box's to say.
type vote struct {
	Choice  deliberation.Choice
	Answers []deliberation.Answer
}

func (in vote) check() error {
	switch {
	case len(in.Answers) > 0 && in.Choice != "":
		return invalid("choice", unexpected)
	case len(in.Answers) == 0 && !slices.Contains(deliberation.Choices, in.Choice):
		return invalid("choice", notAChoice)
	}
	return nil
}

// checkIn signs the viewer in to a meeting, or somebody else where the viewer is
// the clerk at the table. The meeting's frozen roll decides who may come in.
func (s *Server) checkIn(ctx context.Context, v viewer, meeting deliberation.MeetingID, person deliberation.PersonID, section int) error {
	person, err := s.atDoor(ctx, v, person)
	if err != nil {
		return err
	}
	err = s.Meetings.CheckIn(ctx, meeting, person, v.Person.ID, section, s.now())
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseNotOnRoll)) && s.substitute(ctx, v, meeting, person) == nil {
		err = s.Meetings.CheckIn(ctx, meeting, person, v.Person.ID, section, s.now())
	}
	return s.citedAt(ctx, v, meeting, err)
}

// leave notes that the viewer goes out, or somebody else where the viewer is the
// clerk at the table.
func (s *Server) leave(ctx context.Context, v viewer, meeting deliberation.MeetingID, person deliberation.PersonID) error {
	person, err := s.atDoor(ctx, v, person)
	if err != nil {
		return err
	}
	return s.Meetings.Leave(ctx, meeting, person, v.Person.ID, s.now())
}

// atDoor gives who comes or goes: the viewer, or whom the clerk enters.
func (s *Server) atDoor(ctx context.Context, v viewer, person deliberation.PersonID) (deliberation.PersonID, error) {
	if person == "" {
		person = v.Person.ID
	}
	if !isID(string(person)) {
		return "", deliberation.Refuse(deliberation.RefuseNotFound)
	}
	own, a := true, toCheckIn
	if person != v.Person.ID {
		a = toCheckInOther
		other, err := s.People.Person(ctx, person)
		if err != nil {
			return "", err
		}
		own = other.Community == v.Community.ID
	}
	return person, permit(a, v, own)
}

// addOpinion files the viewer's opinion to a matter and gives its id.
func (s *Server) addOpinion(ctx context.Context, v viewer, p deliberation.ProcessID, channel deliberation.Channel, text, key string) (string, error) {
	entered := channel != "" && channel != deliberation.WebChannel
	if entered && !slices.Contains(deliberation.OpinionChannels, channel) {
		return "", invalid("channel", notAChoice)
	}
	if err := permit(opinionAction(entered), v, true); err != nil {
		return "", err
	}
	if err := checkKey(key); err != nil {
		return "", err
	}
	text, err := cleanText("text", text, true)
	if err != nil {
		return "", err
	}
	if err := s.takesOpinions(ctx, v, p); err != nil {
		return "", err
	}
	return s.Opinions.AddOpinion(ctx, deliberation.Opinion{Process: p, Person: v.Person.ID, Channel: cmp.Or(channel, deliberation.WebChannel), Text: text, Given: s.now()}, key)
}

// opinionAction is who may give an opinion: one gathered on the board, at a visit or at
// a talk is entered by those who keep the record.
func opinionAction(entered bool) action {
	if entered {
		return toAnswer
	}
	return toGiveOpinion
}

func (s *Server) takesOpinions(ctx context.Context, v viewer, id deliberation.ProcessID) error {
	p, err := s.proceeding(ctx, v, id)
	switch {
	case err != nil:
		return err
	case p.Status.State == deliberation.Ended:
		return deliberation.Refuse(deliberation.RefuseEnded)
	case p.Status.Stage != deliberation.Soliciting:
		return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Stage: p.Status.Stage}
	}
	return nil
}

// dispositions says what may become of an opinion.
var dispositions = []string{"adopted", "partly", "not"}

// answerOpinion answers an opinion: adopted, partly or not, and why.
func (s *Server) answerOpinion(ctx context.Context, v viewer, p deliberation.ProcessID, opinion, disposition, text string) error {
	if err := permit(toAnswer, v, true); err != nil {
		return err
	}
	if !oneOf(disposition, dispositions) {
		return invalid("disposition", notAChoice)
	}
	text, err := cleanText("text", text, true)
	if err != nil {
		return err
	}
	if _, err := s.proceeding(ctx, v, p); err != nil {
		return err
	}
	given, err := s.Opinions.Opinions(ctx, p)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(given, func(o deliberation.Opinion) bool { return o.ID == opinion && o.Person == v.Person.ID }) {
		return deliberation.Refuse(deliberation.RefuseOwnMatter)
	}
	return s.Opinions.AnswerOpinion(ctx, deliberation.Opinion{
		ID: opinion, Process: p, Disposition: disposition, Answer: text, Answered: s.now(), AnsweredBy: v.Person.ID,
	})
}

// opinions gives the opinions to a matter. Who said it is for those in office
// and for the person.
func (s *Server) opinions(ctx context.Context, v viewer, p deliberation.ProcessID) ([]deliberation.Opinion, error) {
	if _, err := s.proceeding(ctx, v, p); err != nil {
		return nil, err
	}
	list, err := s.Opinions.Opinions(ctx, p)
	if err != nil {
		return nil, err
	}
	for i := range list {
		if list[i].Person != v.Person.ID && !v.Holds(inOffice...) {
			list[i].Person = ""
		}
	}
	return list, nil
}

// readPaper gives a paper of a process. What was posted is public; the rest is
// for the community, and what inhabitants wrote is for its author and those in office.
func (s *Server) readPaper(ctx context.Context, v viewer, id deliberation.ProcessID, paper deliberation.PaperID) (deliberation.Paper, error) {
	notFound := deliberation.Refuse(deliberation.RefuseNotFound)
	p, err := s.Processes.Proceeding(ctx, id)
	if err != nil {
		return deliberation.Paper{}, err
	}
	posted := false
	for _, q := range p.Postings {
		posted = posted || q.Paper.ID == paper || q.Proof.ID == paper
	}
	if err := permit(toReadCase, v, p.Community == v.Community.ID); err != nil && !posted {
		return deliberation.Paper{}, err
	}
	found, err := s.Papers.Paper(ctx, paper)
	if err != nil {
		return deliberation.Paper{}, err
	}
	if found.Kind == deliberation.PaperDemand && !v.Holds(rules[toReadSignatures].offices...) { // a sheet shows who signed
		return deliberation.Paper{}, notFound
	}
	private := slices.Contains([]deliberation.PaperKind{deliberation.PaperObjection, deliberation.PaperOpinion, deliberation.PaperMandate}, found.Kind)
	if found.Process != id || private && found.Author != v.Person.ID && !v.Holds(inOffice...) {
		return deliberation.Paper{}, notFound
	}
	return found, nil
}

// dossier writes the whole file of a process for those in office.
func (s *Server) dossier(ctx context.Context, v viewer, id deliberation.ProcessID) ([]byte, error) {
	p, err := s.proceeding(ctx, v, id)
	if err != nil {
		return nil, err
	}
	if err := permit(toReadDossier, v, p.Community == v.Community.ID); err != nil {
		return nil, err
	}
	if p.Kind == deliberation.DemandKind { // it names the signers
		if err := permit(toReadSignatures, v, true); err != nil {
			return nil, err
		}
	}
	if p.Kind == deliberation.ElectionKind && !mayReadElected(v, p.Process) {
		return nil, deliberation.Refuse(deliberation.RefuseNotEntitled)
	}
	return s.Archive.Dossier(ctx, id)
}

// roll gives the roll of a meeting of the viewer's own community.
func (s *Server) roll(ctx context.Context, v viewer, meeting deliberation.MeetingID) ([]deliberation.RollLine, error) {
	lines, err := s.Meetings.Roll(ctx, meeting)
	if err != nil {
		return nil, err
	}
	if len(lines) == 0 || lines[0].Person.Community != v.Community.ID {
		return nil, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return lines, nil
}

// homes remembers to which community a poll belongs, which never changes: a
// ballot costs no look-up of the whole process.
type homes struct {
	mu sync.Mutex
	of map[deliberation.PollID]deliberation.CommunityID
}

const maxHomes = 10_000

func (s *Server) pollHome(ctx context.Context, poll deliberation.PollID) (deliberation.CommunityID, error) {
	s.homes.mu.Lock()
	home, ok := s.homes.of[poll]
	s.homes.mu.Unlock()
	if ok {
		return home, nil
	}
	_, process, err := s.Ballots.Poll(ctx, poll)
	if err != nil {
		return "", err
	}
	p, err := s.Processes.Proceeding(ctx, process)
	if err != nil {
		return "", err
	}
	s.homes.mu.Lock()
	defer s.homes.mu.Unlock()
	if s.homes.of == nil || len(s.homes.of) >= maxHomes {
		s.homes.of = map[deliberation.PollID]deliberation.CommunityID{}
	}
	s.homes.of[poll] = p.Community
	return p.Community, nil
}

// opaque makes an id of parts that says nothing of them.
func opaque(parts ...string) string {
	h := sha256.New()
	for _, p := range parts {
		sum := sha256.Sum256([]byte(p)) // of each part, so that no two lists of parts run into one
		h.Write(sum[:])
	}
	return hex.EncodeToString(h.Sum(nil))
}

package dossier

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// electionRecord is what the record of a town knows of an election.
type electionRecord struct {
	list   []deliberation.ElectorLine
	lodged []deliberation.LodgedNomination
	people map[deliberation.PersonID]deliberation.ElectionPersonRecord
	kin    []deliberation.Kinship
}

func (c *town) ElectorList(context.Context, deliberation.ProcessID) ([]deliberation.ElectorLine, error) {
	return c.elected.list, nil
}

func (c *town) Nominations(context.Context, deliberation.ProcessID) ([]deliberation.LodgedNomination, error) {
	return c.elected.lodged, nil
}

func (c *town) ElectionPeople(_ context.Context, _ deliberation.ProcessID, ids []deliberation.PersonID) (map[deliberation.PersonID]deliberation.ElectionPersonRecord, error) {
	known := map[deliberation.PersonID]deliberation.ElectionPersonRecord{}
	for _, id := range ids {
		if who, ok := c.elected.people[id]; ok {
			known[id] = who
		}
	}
	return known, nil
}

func (c *town) Kin(context.Context, deliberation.CommunityID, []deliberation.PersonID) ([]deliberation.Kinship, error) {
	return c.elected.kin, nil
}

// anElection is the facts of an election as the check of elections reads them: two stand
// for director, three for two members' seats, thirty-five are registered and thirty vote.
type anElection struct {
	t       *testing.T
	pack    deliberation.Pack
	rules   deliberation.ElectionRules
	setup   deliberation.ElectionSetup
	matter  deliberation.Matter
	data    electionData
	names   map[deliberation.PersonID]string
	facts   []Fact
	now     time.Time
	stage   deliberation.Stage
	rolls   map[deliberation.MeetingID]Roll
	sheets  map[deliberation.PollID]deliberation.PaperCount
	ballots map[deliberation.PollID][]choice
	lists   []deliberation.CandidateList
	agents  map[deliberation.MeetingID][]agency
	outcome deliberation.ElectionOutcome
	round   deliberation.ElectionRoundData
	calm    deliberation.Calendar
	polls   int
}

// posts of the people who stand: their names are in the order of strokes 丁王李赵魏.
var standingFor = map[deliberation.PersonID]deliberation.ElectionPost{
	"a": deliberation.PostDirector, "b": deliberation.PostDirector,
	"c": deliberation.PostMember, "d": deliberation.PostMember, "e": deliberation.PostMember,
}

func newElection(t *testing.T, pack string) *anElection {
	t.Helper()
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := lib.Pack(pack)
	if err != nil {
		t.Fatal(err)
	}
	x := &anElection{
		t: t, pack: p, now: deliberation.NewDate(2026, 10, 1).At(9, 0), calm: lib.Calendar(),
		names: map[deliberation.PersonID]string{"a": "丁一", "b": "王二", "c": "李三", "d": "赵四", "e": "魏五", "k1": "孙六", "w": "周七"},
		rolls: map[deliberation.MeetingID]Roll{}, sheets: map[deliberation.PollID]deliberation.PaperCount{}, ballots: map[deliberation.PollID][]choice{},
	}
	x.setup = deliberation.ElectionSetup{
		Method: deliberation.AllElectors, Day: deliberation.NewDate(2026, 11, 20),
		Seats:   deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 2},
		Surplus: deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostMember: 1},
	}
	if p.Kind == deliberation.Urban {
		x.setup.Seats[deliberation.PostMember] = 4
	}
	x.matter = deliberation.Matter{Form: deliberation.Electors, Category: deliberation.CategoryElection, Election: &x.setup}
	if x.rules, err = deliberation.CheckElection(p, x.matter, deliberation.DateOf(x.now)); err != nil {
		t.Fatal(err)
	}
	for i := range 28 {
		x.elector(deliberation.PersonID(fmt.Sprintf("e%02d", i)), "")
	}
	for _, id := range []deliberation.PersonID{"a", "b", "c", "d", "e", "k1", "w"} {
		x.elector(id, "")
	}
	x.elector("out", deliberation.NotUnderAge)
	// c is a woman; k1 of the committee is b's brother.
	for id := range x.names {
		sex := deliberation.Male
		if id == "c" {
			sex = deliberation.Female
		}
		x.data.people.People = append(x.data.people.People, ElectionPerson{Person: id, Sex: sex, Registered: true})
	}
	x.data.people.Kin = []Kin{{A: "k1", B: "b", Kind: deliberation.RelationSibling}}
	return x
}

func (x *anElection) elector(id deliberation.PersonID, reason deliberation.RegistrationReason) {
	x.data.electors = append(x.data.electors, Elector{Person: id, Class: deliberation.HukouResident, In: reason == "", Reason: reason})
}

// say registers a fact at the moment.
func (x *anElection) say(kind deliberation.FactKind, subject string, by deliberation.PersonID, office deliberation.Office, v any) *Fact {
	x.now = x.now.Add(time.Minute)
	e := deliberation.Entry{Index: int64(len(x.facts)), At: x.now, Stored: x.now, Actor: by, Office: office, Fact: deliberation.Fact{Kind: kind, Stage: x.stage, Subject: subject}}
	x.facts = append(x.facts, Fact{Entry: e, Value: v})
	return &x.facts[len(x.facts)-1]
}

func (x *anElection) on(d deliberation.Date) { x.now = d.At(9, 0) }

func aPaper(id string) deliberation.PaperRef {
	return deliberation.PaperRef{ID: deliberation.PaperID(id), SHA256: sum([]byte(id)), Kind: deliberation.PaperElection}
}

func (x *anElection) enter(s deliberation.Stage) {
	x.stage = s
	x.say(deliberation.FactStage, "el-1", "", "", &deliberation.StageData{Round: 1})
}

const onCommittee = deliberation.ElectionCommitteeMember

// until plays from the start to the publication of the candidates.
func (x *anElection) until() *anElection {
	x.say(deliberation.FactStarted, "el-1", "p-sec", deliberation.Secretary, &deliberation.StartedData{Process: deliberation.ElectionKind, Election: &x.setup})
	x.enter(deliberation.ElectionPreparing)
	x.say(deliberation.FactElectionAudit, "el-1", "p-sec", deliberation.Secretary, &deliberation.ElectionAuditData{Paper: aPaper("audit")})
	x.say(deliberation.FactElectionCommittee, "el-1", "p-sec", deliberation.Secretary,
		&deliberation.ElectionCommitteeData{Paper: aPaper("chosen"), Members: []deliberation.PersonID{"k2", "k1", "k3"}, Reserve: []deliberation.PersonID{"c", "k4"}})
	x.on(deliberation.NewDate(2026, 10, 10))
	x.say(deliberation.FactElectionScheme, "el-1", "k2", onCommittee, &deliberation.ElectionSchemeData{Paper: aPaper("scheme"), Approved: deliberation.NewDate(2026, 10, 9), Setup: x.setup})
	x.enter(deliberation.ElectorRegistration)
	x.on(deliberation.NewDate(2026, 10, 30))
	x.say(deliberation.FactElectors, "el-1", "k2", onCommittee, &deliberation.ElectorsData{
		Roll: deliberation.ElectorRollOf(x.data.lines()), Day: x.setup.Day, Latest: deliberation.Latest(x.setup.Day, x.rules.ListDays.Days), Days: x.rules.ListDays,
	})
	x.enter(deliberation.NominationStage)
	x.on(deliberation.NewDate(2026, 11, 2))
	x.nominate()
	return x
}

func (x *anElection) nominate() {
	named := map[deliberation.ElectionPost][]deliberation.PersonID{}
	for _, id := range []deliberation.PersonID{"c", "d", "e"} {
		named[standingFor[id]] = append(named[standingFor[id]], id)
	}
	signers := []deliberation.PersonID{}
	for i := range 10 {
		signers = append(signers, deliberation.PersonID(fmt.Sprintf("e%02d", i)))
	}
	by := func(id string, who ...deliberation.PersonID) deliberation.LodgedNomination {
		n := deliberation.LodgedNomination{ID: id, Nomination: deliberation.Nomination{By: "electors", Signers: signers, Names: map[deliberation.ElectionPost][]deliberation.PersonID{}}}
		for _, w := range who {
			n.Names[standingFor[w]] = append(n.Names[standingFor[w]], w)
		}
		return n
	}
	x.data.nominations = []deliberation.LodgedNomination{by("n1", "a", "c"), by("n2", "b", "d"), by("n3", "e")}
	n, err := x.rules.CountNominations(x.data.nominations, x.setup.Seats, func(deliberation.PersonID) bool { return true })
	if err != nil || len(n.Nominees) != 5 {
		x.t.Fatalf("%v %+v", err, n)
	}
	x.say(deliberation.FactNominations, "el-1", "k2", onCommittee, &deliberation.NominationsData{Nominations: n.Nominations, SHA256: n.SHA256, Nominees: slices.Clone(n.Nominees)})
	nominees := n.Nominees
	for i := range nominees {
		nominees[i].State = deliberation.NomineeAccepted
		x.say(deliberation.FactNominee, string(nominees[i].Person), nominees[i].Person, deliberation.Resident, &deliberation.NomineeData{Nominee: nominees[i], Paper: aPaper("consent")})
	}
	x.say(deliberation.FactElectionCommittee, "el-1", "", "", &deliberation.ElectionCommitteeData{
		Members: []deliberation.PersonID{"k2", "k3", "k4"}, Left: []deliberation.PersonID{"k1"}, Joined: []deliberation.PersonID{"k4"}, Reserve: []deliberation.PersonID{"c"},
	})
	for i := range nominees {
		nominees[i].State = deliberation.NomineeQualified
		x.say(deliberation.FactNominee, string(nominees[i].Person), "p-guide", deliberation.Guide, &deliberation.NomineeData{Nominee: nominees[i], Paper: aPaper("review")})
	}
	for _, final := range []bool{false, true} {
		days := x.rules.NominatedDays
		if final {
			days = x.rules.FinalListDays
		}
		x.on(deliberation.Latest(x.setup.Day, days.Days))
		known := x.data.known(x.names)
		var standing []deliberation.Nominee
		for _, n := range nominees {
			standing = append(standing, n.Stands(x.rules, known[n.Person]))
		}
		x.lists = x.rules.CandidateLists(x.setup.Seats, x.setup.Surplus, standing, nil, final)
		x.say(deliberation.FactCandidates, "el-1", "k2", onCommittee, &deliberation.CandidatesData{Final: final, Lists: x.lists, Days: days, Latest: deliberation.Latest(x.setup.Day, days.Days)})
	}
}

// poll holds a poll of those votes on paper: of whom, how many.
func (x *anElection) poll(day deliberation.Date, asked []deliberation.BallotQuestion, votes map[deliberation.PersonID]int, voted int) deliberation.PollID {
	x.polls++
	for _, q := range asked {
		m := deliberation.Motion{ID: string(q.ID), Options: q.Options, Seats: q.Seats, WriteIn: q.WriteIn, Post: deliberation.ElectionPost(q.ID)}
		x.say(deliberation.FactMotion, m.ID, "", "", &deliberation.MotionData{Motion: m})
	}
	meeting, id := deliberation.MeetingID(fmt.Sprintf("m%d", x.polls)), deliberation.PollID(fmt.Sprintf("q%d", x.polls))
	x.on(day)
	x.say(deliberation.FactNotice, string(meeting), "k2", onCommittee, &deliberation.NoticeData{Body: deliberation.Electors, Starts: day.At(8, 0), Paper: aPaper("notice")})
	roll := Roll{Meeting: meeting, Body: deliberation.Electors}
	for _, l := range x.data.lines() {
		if l.In {
			roll.Members = append(roll.Members, RollMember{Person: l.Person.ID})
		}
	}
	x.rolls[meeting] = roll
	x.say(deliberation.FactRoll, string(meeting), "", "", &deliberation.RollData{
		Body: deliberation.Electors, Count: len(roll.Members), RollSHA256: deliberation.ElectorRollOf(x.data.lines()).SHA256,
	})
	x.say(deliberation.FactPollOpened, string(id), "k2", onCommittee, &deliberation.RollData{Body: deliberation.Electors, Count: len(roll.Members), Text: aPaper("ballot")})
	read := deliberation.SheetCount{Sheets: voted}
	for _, q := range asked {
		n := deliberation.QuestionCount{Question: q.ID, Ballots: voted}
		said := 0
		for _, o := range q.Options {
			n.Votes = append(n.Votes, deliberation.OptionCount{Option: string(o), Votes: votes[deliberation.PersonID(o)]})
			said = max(said, votes[deliberation.PersonID(o)])
		}
		if w := votes["w"]; w > 0 && q.WriteIn {
			n.Votes = append(n.Votes, deliberation.OptionCount{Option: "w", Votes: w})
		}
		read.Questions = append(read.Questions, n)
	}
	first, second := read, read
	first.By, second.By = "t1", "t2"
	x.sheets[id] = deliberation.PaperCount{
		Stations: []deliberation.StationCount{{Station: "中心", Channel: deliberation.TableChannel, Issued: voted, Recovered: &voted}},
		Bundles:  []deliberation.Bundle{{ID: "b1", Counts: []deliberation.SheetCount{first, second}}},
	}
	x.say(deliberation.FactPollClosed, string(id), "k2", onCommittee, &deliberation.CountData{
		Meeting: meeting, Tally: deliberation.Tally{Due: len(roll.Members), Voters: len(roll.Members), Present: voted}, Questions: read.Questions, ReceiptsSHA256: sum(nil), PaperSHA256: "x",
	})
	return id
}

// asks makes the ballot of the lists.
func asks(lists map[deliberation.ElectionPost][]deliberation.PersonID, seats deliberation.ElectionSeats, writeIn bool) (form []deliberation.BallotQuestion) {
	for _, post := range deliberation.ElectionPosts {
		if len(lists[post]) == 0 {
			continue
		}
		q := deliberation.BallotQuestion{ID: deliberation.QuestionID(post), Kind: deliberation.SeatsQuestion, Seats: seats[post], WriteIn: writeIn}
		for _, p := range lists[post] {
			q.Options = append(q.Options, deliberation.OptionID(p))
		}
		form = append(form, q)
	}
	return form
}

// vote holds the first round.
func (x *anElection) vote(votes map[deliberation.PersonID]int) *anElection {
	x.enter(deliberation.ElectionVoting)
	lists := map[deliberation.ElectionPost][]deliberation.PersonID{}
	for _, l := range x.lists {
		lists[l.Post] = l.Candidates
	}
	x.round = deliberation.ElectionRoundData{}
	x.round.Polls = append(x.round.Polls, x.poll(x.setup.Day, asks(lists, x.setup.Seats, true), votes, 30))
	return x.count(1, x.setup.Day, x.setup.Seats, lists, nil)
}

// count registers what the last round came to.
func (x *anElection) count(round int, day deliberation.Date, seats deliberation.ElectionSeats, lists map[deliberation.ElectionPost][]deliberation.PersonID, before []deliberation.Seated) *anElection {
	of := func(id deliberation.PollID) deliberation.Count {
		i := slices.IndexFunc(x.facts, func(f Fact) bool { return f.Kind == deliberation.FactPollClosed && f.Subject == string(id) })
		d := value[deliberation.CountData](&x.facts[i])
		return deliberation.Count{Tally: d.Tally, Questions: d.Questions}
	}
	poll := x.round.Polls[len(x.round.Polls)-1]
	c := deliberation.ElectionCount{
		Rules: x.rules, Round: round, Day: day, Seats: seats, Surplus: x.setup.Surplus, Candidates: lists, Base: of(poll).Tally.Due,
		Kin: x.data.kin(), Withdrawn: x.round.Withdrawn, Seated: before,
	}
	c.Boxes, c.Tallies = deliberation.ElectionPapers(of(poll), x.sheets[poll], 0)
	for _, v := range x.round.Revotes {
		again, err := deliberation.RevoteOf(v.Post, of(v.Poll))
		if err != nil {
			x.t.Fatal(err)
		}
		c.Revotes = append(c.Revotes, again)
	}
	if !c.Know(x.data.known(x.names), x.round.Qualified) {
		x.t.Fatal("somebody is not known")
	}
	x.outcome = c.Decide(x.calm)
	x.round.Seated, x.round.Base, x.round.Outcome = before, c.Base, x.outcome
	d := x.round
	d.Revotes, d.Polls = slices.Clone(d.Revotes), slices.Clone(d.Polls)
	x.say(deliberation.FactElectionRound, "el-1", "", "", &d)
	return x
}

// done declares the result and reports what follows.
func (x *anElection) done() *anElection {
	x.enter(deliberation.ElectionResult)
	x.say(deliberation.FactDeclared, "el-1", "k2", onCommittee, &deliberation.ElectionDeclaredData{Paper: aPaper("result"), Seated: x.outcome.Seated, Lead: x.outcome.Lead})
	x.enter(deliberation.ElectionHandedOver)
	for point, rule := range map[deliberation.ElectionPoint]deliberation.DaysRule{
		deliberation.ElectionArchive: x.rules.ArchiveDays, deliberation.ElectionHandover: x.rules.HandoverDays, deliberation.ElectionBodies: x.rules.BodiesDays,
	} {
		x.say(deliberation.FactElectionStep, string(point), "k2", onCommittee,
			&deliberation.ElectionStepData{Step: point, Paper: aPaper(string(point)), Due: x.calm.Deadline(deliberation.DateOf(x.now), rule.Days).Date})
	}
	x.say(deliberation.FactEnded, "el-1", "", "", &deliberation.OutcomeData{Outcome: deliberation.Carried})
	return x
}

// examine runs the check of elections over the facts.
func (x *anElection) examine() Report {
	x.t.Helper()
	text, err := json.Marshal(x.data.nominations)
	if err != nil {
		x.t.Fatal(err)
	}
	e := &examination{pack: x.pack, elect: &x.rules, h: historyOf(x.facts)}
	e.d = Data{
		Facts: x.facts, Calendar: x.calm, Rolls: x.rolls, People: x.names, election: x.data, agents: x.agents, sheets: x.sheets, ballots: x.ballots,
		files: contents{nominationsFile: text}, receipts: map[deliberation.PollID][]string{},
	}
	e.d.Case.Matter = x.matter
	e.d.Case.Matter.Election = x.facts[0].Value.(*deliberation.StartedData).Election
	for id := range x.sheets {
		e.d.receipts[id] = []string{}
	}
	e.check("election", e.election)
	return e.Report
}

// clear is how the votes lie where everything is settled in one round.
var clear = map[deliberation.PersonID]int{"a": 20, "b": 10, "c": 22, "d": 18, "e": 12}

func (x *anElection) fact(kind deliberation.FactKind, n int) *Fact {
	for i := range x.facts {
		if x.facts[i].Kind == kind {
			if n--; n < 0 {
				return &x.facts[i]
			}
		}
	}
	x.t.Fatalf("no fact %s", kind)
	return nil
}

func TestAnHonestElectionHolds(t *testing.T) {
	for _, pack := range []string{"village-2026", "village-2018"} {
		t.Run(pack, func(t *testing.T) {
			x := newElection(t, pack)
			x.until()
			if !x.rules.CommitteeKin.Value { // nobody leaves for a relative's sake
				f := x.fact(deliberation.FactElectionCommittee, 1)
				f.Value = &deliberation.ElectionCommitteeData{Members: []deliberation.PersonID{"k2", "k1", "k3"}, Reserve: []deliberation.PersonID{"c", "k4"}}
			}
			r := x.vote(clear).done().examine()
			for _, f := range r.Faults() {
				t.Errorf("%+v", f)
			}
			if s := x.outcome.Status; s != deliberation.ElectionComplete {
				t.Errorf("the election is %s", s)
			}
		})
	}
}

func TestAnElectionThroughTiesAndAFurtherRoundHolds(t *testing.T) {
	x := newElection(t, "village-2026").until().vote(map[deliberation.PersonID]int{"a": 16, "b": 16, "c": 22, "d": 14, "e": 12})
	if x.outcome.Status != deliberation.ElectionRevote {
		t.Fatalf("no tie: %+v", x.outcome)
	}
	lists := map[deliberation.ElectionPost][]deliberation.PersonID{}
	for _, l := range x.lists {
		lists[l.Post] = l.Candidates
	}
	tied := asks(map[deliberation.ElectionPost][]deliberation.PersonID{deliberation.PostDirector: {"a", "b"}}, deliberation.ElectionSeats{deliberation.PostDirector: 1}, false)
	x.round.Revotes = append(x.round.Revotes, deliberation.RevotePoll{Post: deliberation.PostDirector, Poll: x.poll(x.setup.Day, tied, map[deliberation.PersonID]int{"a": 14, "b": 15}, 30)})
	x.count(1, x.setup.Day, x.setup.Seats, lists, nil)
	if x.outcome.Status != deliberation.ElectionFurther {
		t.Fatalf("no seat is left: %+v", x.outcome)
	}
	further, seats, before := map[deliberation.ElectionPost][]deliberation.PersonID{}, deliberation.ElectionSeats{}, x.outcome.Seated
	for _, l := range x.outcome.Further {
		further[l.Post], seats[l.Post] = l.Candidates, l.Seats
	}
	day := x.setup.Day.AddDays(4)
	x.round = deliberation.ElectionRoundData{}
	x.round.Polls = append(x.round.Polls, x.poll(day, asks(further, seats, false), map[deliberation.PersonID]int{"d": 15, "e": 11}, 30))
	x.count(2, day, seats, further, before)
	if x.outcome.Status != deliberation.ElectionComplete {
		t.Fatalf("not complete: %+v", x.outcome)
	}
	r := x.done().examine()
	for _, f := range r.Faults() {
		t.Errorf("%+v", f)
	}
}

// What somebody who holds the register's key might do to an election.
func TestForgedElectionsAreFound(t *testing.T) {
	for name, forge := range map[string]func(x *anElection){
		"the outcome is another": func(x *anElection) {
			d := x.fact(deliberation.FactElectionRound, 0).Value.(*deliberation.ElectionRoundData)
			d.Outcome.Seated = slices.Clone(d.Outcome.Seated)
			d.Outcome.Seated[0].Person = "b"
		},
		"votes are added to somebody": func(x *anElection) {
			d := x.fact(deliberation.FactElectionRound, 0).Value.(*deliberation.ElectionRoundData)
			d.Outcome.Posts = slices.Clone(d.Outcome.Posts)
			d.Outcome.Posts[0].Votes = slices.Clone(d.Outcome.Posts[0].Votes)
			d.Outcome.Posts[0].Votes[0].Votes++
		},
		"somebody else is declared": func(x *anElection) {
			d := x.fact(deliberation.FactDeclared, 0).Value.(*deliberation.ElectionDeclaredData)
			d.Seated = slices.Clone(d.Seated)
			d.Seated[1].Person = "e"
		},
		"a candidate is swapped": func(x *anElection) {
			d := x.fact(deliberation.FactCandidates, 1).Value.(*deliberation.CandidatesData)
			d.Lists = slices.Clone(d.Lists)
			d.Lists[1].Candidates = []deliberation.PersonID{"c", "d", "w"}
		},
		"the candidates stand in another order": func(x *anElection) {
			d := x.fact(deliberation.FactCandidates, 1).Value.(*deliberation.CandidatesData)
			d.Lists = slices.Clone(d.Lists)
			d.Lists[0].Candidates = []deliberation.PersonID{"b", "a"}
		},
		"the list of electors came late": func(x *anElection) {
			f := x.fact(deliberation.FactElectors, 0)
			f.At = deliberation.NewDate(2026, 11, 1).At(9, 0)
		},
		"the list came late and is dated back": func(x *anElection) {
			f := x.fact(deliberation.FactElectors, 0)
			f.Stored = deliberation.NewDate(2026, 11, 1).At(9, 0)
		},
		"the list is older than what came before it": func(x *anElection) {
			f := x.fact(deliberation.FactElectors, 0)
			f.At = deliberation.NewDate(2026, 10, 2).At(9, 0)
			f.Stored = f.At
		},
		"the candidates came late": func(x *anElection) {
			f := x.fact(deliberation.FactCandidates, 1)
			f.At = deliberation.NewDate(2026, 11, 16).At(9, 0)
		},
		"an elector is added":     func(x *anElection) { x.elector("ghost", "") },
		"an elector is left out":  func(x *anElection) { x.data.electors = x.data.electors[1:] },
		"an elector is exchanged": func(x *anElection) { x.data.electors[3].Person = "ghost" },
		"somebody votes who is not on the list": func(x *anElection) {
			x.fact(deliberation.FactRoll, 0).Value.(*deliberation.RollData).RollSHA256 = sum([]byte("ghost\n"))
		},
		"a nomination is added": func(x *anElection) { x.data.nominations = append(x.data.nominations, x.data.nominations[0]) },
		"a nominee nobody named": func(x *anElection) {
			d := x.fact(deliberation.FactNominations, 0).Value.(*deliberation.NominationsData)
			d.Nominees = append(slices.Clone(d.Nominees), deliberation.NomineeProgress{Person: "w", Posts: []deliberation.ElectionPost{deliberation.PostMember}, Chosen: deliberation.PostMember, State: deliberation.NomineeNamed})
		},
		"the street never reviewed": func(x *anElection) {
			for i := range x.facts {
				if x.facts[i].Kind == deliberation.FactNominee && x.facts[i].Office == deliberation.Guide {
					x.facts[i].Office = onCommittee
				}
			}
		},
		"a near relative of a candidate stays on the committee": func(x *anElection) {
			d := x.fact(deliberation.FactElectionCommittee, 1).Value.(*deliberation.ElectionCommitteeData)
			d.Members, d.Left, d.Joined = []deliberation.PersonID{"k2", "k1", "k3"}, nil, nil
		},
		"the change of the committee is left out": func(x *anElection) {
			x.facts = slices.DeleteFunc(x.facts, func(f Fact) bool {
				return f.Kind == deliberation.FactElectionCommittee && len(value[deliberation.ElectionCommitteeData](&f).Left) > 0
			})
		},
		"a near relative is kept on the new committee": func(x *anElection) {
			x.data.people.Kin = append(x.data.people.Kin, Kin{A: "a", B: "d", Kind: deliberation.RelationSpouse})
		},
		"a candidate runs the election": func(x *anElection) { x.fact(deliberation.FactDeclared, 0).Actor = "a" },
		"no audit": func(x *anElection) {
			x.facts = slices.DeleteFunc(x.facts, func(f Fact) bool { return f.Kind == deliberation.FactElectionAudit })
		},
		"a vote on the web that the method does not know": func(x *anElection) {
			x.ballots["q1"] = []choice{{choice: "director=a;member=c"}}
		},
		"a paper more than was issued": func(x *anElection) {
			n := 31
			x.sheets["q1"].Stations[0].Recovered = &n
		},
		"the ballot has other candidates than the list": func(x *anElection) {
			d := x.fact(deliberation.FactMotion, 1).Value.(*deliberation.MotionData)
			d.Motion.Options = []deliberation.OptionID{"c", "e", "d"}
		},
		"the ballot has a seat more": func(x *anElection) {
			x.fact(deliberation.FactMotion, 1).Value.(*deliberation.MotionData).Motion.Seats++
		},
		"a candidate votes for another": func(x *anElection) {
			x.agents = map[deliberation.MeetingID][]agency{"m1": {{principal: "e01", agent: "a"}}}
			x.say(deliberation.FactMandates, "m1", "", "", &deliberation.MandatesData{Meeting: "m1", Count: 1})
		},
		"nobody declared it": func(x *anElection) {
			x.facts = slices.DeleteFunc(x.facts, func(f Fact) bool { return f.Kind == deliberation.FactDeclared })
		},
		"a handover with another limit": func(x *anElection) {
			d := x.fact(deliberation.FactElectionStep, 0).Value.(*deliberation.ElectionStepData)
			d.Due = d.Due.AddDays(30)
		},
		"the handover never came": func(x *anElection) {
			x.facts = slices.DeleteFunc(x.facts, func(f Fact) bool {
				return f.Kind == deliberation.FactElectionStep && value[deliberation.ElectionStepData](&f).Step == deliberation.ElectionHandover
			})
		},
		"the vote was held on another day": func(x *anElection) {
			d := x.fact(deliberation.FactNotice, 0).Value.(*deliberation.NoticeData)
			d.Starts = d.Starts.AddDate(0, 0, 1)
		},
	} {
		t.Run(name, func(t *testing.T) {
			x := newElection(t, "village-2026").until().vote(clear).done()
			forge(x)
			if len(x.examine().Faults()) == 0 {
				t.Error("not found")
			}
		})
	}
}

func TestATieIsNotDecidedWithoutAnotherVote(t *testing.T) {
	x := newElection(t, "village-2026").until().vote(map[deliberation.PersonID]int{"a": 16, "b": 16, "c": 22, "d": 18, "e": 12})
	honest := newElection(t, "village-2026").until().vote(clear)
	d := x.fact(deliberation.FactElectionRound, 0).Value.(*deliberation.ElectionRoundData)
	d.Outcome = honest.outcome
	x.outcome = honest.outcome
	r := x.done().examine()
	if !slices.ContainsFunc(r.Faults(), func(c Check) bool { return strings.Contains(c.EN, "tie") }) {
		t.Errorf("not found: %+v", r.Faults())
	}
}

// Somebody written in is seated once the street has reviewed them.
func TestAWriteInIsSeatedAfterTheReviewOnly(t *testing.T) {
	votes := map[deliberation.PersonID]int{"a": 20, "b": 10, "c": 22, "d": 8, "e": 6, "w": 18}
	lists := map[deliberation.ElectionPost][]deliberation.PersonID{}
	for _, reviewed := range []bool{true, false} {
		x := newElection(t, "village-2026").until().vote(votes)
		for _, l := range x.lists {
			lists[l.Post] = l.Candidates
		}
		if reviewed {
			x.say(deliberation.FactNominee, "w", "p-guide", deliberation.Guide, &deliberation.NomineeData{Nominee: deliberation.NomineeProgress{Person: "w", State: deliberation.NomineeQualified}, Paper: aPaper("review")})
		}
		x.round.Qualified = map[deliberation.PersonID]bool{"w": true}
		x.count(1, x.setup.Day, x.setup.Seats, lists, nil)
		if faults := x.done().examine().Faults(); (len(faults) == 0) != reviewed {
			t.Errorf("reviewed %v: %+v", reviewed, faults)
		}
	}
}

func TestAnElectionPutOffTooFarIsRegisteredAnew(t *testing.T) {
	for _, x := range []struct {
		name    string
		days    int
		said    bool
		relist  bool
		without string
	}{
		{"thirty days", 30, false, false, ""},
		{"thirty-one days, registered anew", 31, true, true, ""},
		{"thirty-one days, as though it were thirty", 31, false, false, "not what the rules say"},
		{"thirty-one days and no new list", 31, true, false, "not published anew"},
	} {
		t.Run(x.name, func(t *testing.T) {
			el := newElection(t, "village-2026")
			el.until()
			// The day was put off right after the list was first published.
			was := el.setup.Day
			now := was.AddDays(x.days)
			i := slices.IndexFunc(el.facts, func(f Fact) bool { return f.Kind == deliberation.FactElectors })
			el.facts = slices.Clone(el.facts[:i+1])
			el.now = el.facts[i].At
			el.say(deliberation.FactElectionDay, "el-1", "k2", onCommittee, &deliberation.ElectionDayData{Paper: aPaper("put off"), From: was, To: now, Reverify: x.said, Days: el.rules.ReverifyDays})
			el.setup.Day = now
			if x.relist {
				el.say(deliberation.FactElectors, "el-1", "k2", onCommittee, &deliberation.ElectorsData{
					Roll: deliberation.ElectorRollOf(el.data.lines()), Day: now, Latest: deliberation.Latest(now, el.rules.ListDays.Days), Days: el.rules.ListDays,
				})
			}
			el.stage = deliberation.NominationStage
			el.on(deliberation.NewDate(2026, 11, 2))
			el.nominate()
			r := el.vote(clear).done().examine()
			switch found := slices.ContainsFunc(r.Faults(), func(c Check) bool { return strings.Contains(c.EN, x.without) }); {
			case x.without == "" && len(r.Faults()) > 0:
				t.Errorf("%+v", r.Faults())
			case x.without != "" && !found:
				t.Errorf("not found: %+v", r.Faults())
			}
		})
	}
}

func TestALateHandoverIsToldAndNoFault(t *testing.T) {
	x := newElection(t, "village-2026").until().vote(clear).done()
	f := x.fact(deliberation.FactElectionStep, 2)
	d := f.Value.(*deliberation.ElectionStepData)
	f.At = d.Due.AddDays(3).At(9, 0)
	x.fact(deliberation.FactEnded, 0).At = f.At.Add(time.Hour)
	if len(x.examine().Faults()) == 0 {
		t.Error("late and not said to be: not found")
	}
	d.Late = true
	r := x.examine()
	if len(r.Faults()) > 0 || !slices.ContainsFunc(r.Checks, func(c Check) bool { return strings.Contains(c.EN, "was late") }) {
		t.Errorf("%+v", r.Checks)
	}
}

// Too few came: the whole is voted on again, with the same lists, as a first round.
func TestAnElectionVotedOnAgainForTooFewVotersHolds(t *testing.T) {
	x := newElection(t, "village-2026").until()
	lists := map[deliberation.ElectionPost][]deliberation.PersonID{}
	for _, l := range x.lists {
		lists[l.Post] = l.Candidates
	}
	x.enter(deliberation.ElectionVoting)
	x.round.Polls = append(x.round.Polls, x.poll(x.setup.Day, asks(lists, x.setup.Seats, true), map[deliberation.PersonID]int{"a": 9, "b": 5, "c": 9, "d": 9}, 15))
	x.count(1, x.setup.Day, x.setup.Seats, lists, nil)
	if x.outcome.Status != deliberation.ElectionTurnout {
		t.Fatalf("enough voted: %+v", x.outcome)
	}
	now := x.setup.Day.AddDays(10)
	x.say(deliberation.FactElectionDay, "el-1", "k2", onCommittee, &deliberation.ElectionDayData{Paper: aPaper("again"), From: x.setup.Day, To: now, Days: x.rules.ReverifyDays})
	before := x.round.Polls
	x.setup.Day = now
	x.vote(clear)
	round := x.fact(deliberation.FactElectionRound, 1).Value.(*deliberation.ElectionRoundData)
	round.Polls = append(slices.Clone(before), round.Polls...)
	for _, f := range x.done().examine().Faults() {
		t.Errorf("%+v", f)
	}
	round.Outcome.Round = 2
	if len(x.examine().Faults()) == 0 {
		t.Error("a first round that says it is the second: not found")
	}
}

// aRecall is the facts of a recall: fifty electors, of whom so many vote.
type aRecall struct {
	*anElection
	rules deliberation.RecallRules
	setup deliberation.RecallSetup
}

func newRecall(t *testing.T, pack string, yes, no int) *aRecall {
	t.Helper()
	x := &aRecall{anElection: newElection(t, pack), setup: deliberation.RecallSetup{Person: "a", Post: deliberation.Director, Method: deliberation.AllElectors}}
	rules, err := deliberation.RecallOf(x.pack, deliberation.AllElectors)
	if err != nil {
		t.Fatal(err)
	}
	x.rules, x.matter = rules, deliberation.Matter{Form: deliberation.Electors, Recall: &x.setup, Demand: "jd-1"}
	started := deliberation.DateOf(x.now)
	x.say(deliberation.FactStarted, "rc-1", "p-dir", deliberation.CommitteeMember, &deliberation.StartedData{Process: deliberation.RecallKind, Recall: &x.setup, Started: started})
	x.enter(deliberation.RecallDefence)
	now := deliberation.RecallProgress{Setup: x.setup, By: rules.LastDay(started), Defence: aPaper("defence")}
	x.on(started.AddDays(2))
	x.say(deliberation.FactRecall, "rc-1", "a", deliberation.Resident, &deliberation.RecallData{Recall: now})
	x.enter(deliberation.RecallVoting)
	poll := x.poll(started.AddDays(20), nil, nil, yes+no)
	read := x.sheets[poll].Bundles[0].Counts
	for i := range read {
		read[i].Yes, read[i].No = yes, no
	}
	f := &x.facts[len(x.facts)-1]
	closed := f.Value.(*deliberation.CountData)
	closed.Tally.Yes, closed.Tally.No, closed.Tally.Taken, closed.Tally.Present = yes, no, yes+no, 0
	verdict := rules.Decide(deliberation.Attendance{Whole: deliberation.BodyCount{Body: deliberation.Electors, Due: closed.Tally.Due}}, closed.Tally)
	now.Poll, now.Passed = poll, &verdict
	if !verdict.Met && rules.BarMonths.Key != "" {
		now.BarredUntil = deliberation.DateOf(x.now).AddMonths(rules.BarMonths.Count)
	}
	x.say(deliberation.FactRecall, "rc-1", "", "", &deliberation.RecallData{Recall: now})
	x.enter(deliberation.RecallResult)
	outcome := deliberation.Lost
	if verdict.Met {
		outcome, now.HandedOver = deliberation.Carried, true
		x.say(deliberation.FactRecall, "rc-1", "p-dir", deliberation.Director, &deliberation.RecallData{Recall: now})
	}
	x.say(deliberation.FactEnded, "rc-1", "", "", &deliberation.OutcomeData{Outcome: outcome})
	return x
}

func (x *aRecall) examine() Report {
	e := &examination{pack: x.pack, dismiss: &x.rules, h: historyOf(x.facts)}
	e.d = Data{Facts: x.facts, Calendar: x.calm, Rolls: x.rolls, sheets: x.sheets, receipts: map[deliberation.PollID][]string{}, ballots: x.ballots}
	e.d.Case.Matter = x.matter
	for id, sheets := range x.sheets {
		var due []deliberation.PersonID
		for _, l := range x.data.lines() {
			if l.In {
				due = append(due, l.Person.ID)
			}
		}
		e.d.receipts[id], e.d.voters = []string{}, map[deliberation.PollID][]deliberation.PersonID{id: due}
		e.d.holders = map[deliberation.PollID][]deliberation.PersonID{id: due[:sheets.Stations[0].Issued]}
	}
	e.check("recall", e.recall)
	return e.Report
}

func TestARecallIsDecidedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		pack    string
		yes, no int
		carried bool
	}{
		"more than half voted, more than half of them for it": {"village-2026", 10, 8, true},
		"as many against":          {"village-2026", 9, 9, false},
		"half is too few":          {"village-2026", 17, 0, false},
		"in a place with a bar":    {"village-2026+sichuan", 5, 13, false},
		"in a community, by heads": {"urban-2026", 12, 6, true},
	} {
		t.Run(name, func(t *testing.T) {
			x := newRecall(t, c.pack, c.yes, c.no)
			for _, f := range x.examine().Faults() {
				t.Errorf("%+v", f)
			}
			if got := x.fact(deliberation.FactEnded, 0).Value.(*deliberation.OutcomeData).Outcome == deliberation.Carried; got != c.carried {
				t.Errorf("carried: %v", got)
			}
		})
	}
}

func TestForgedRecallsAreFound(t *testing.T) {
	last := func(x *aRecall) *deliberation.RecallData {
		return x.fact(deliberation.FactRecall, 1).Value.(*deliberation.RecallData)
	}
	for name, forge := range map[string]func(x *aRecall){
		"a verdict that flatters": func(x *aRecall) {
			v := *last(x).Recall.Passed
			v.Met = !v.Met
			last(x).Recall.Passed = &v
		},
		"ayes are added": func(x *aRecall) {
			for i := range x.sheets["q1"].Bundles[0].Counts {
				x.sheets["q1"].Bundles[0].Counts[i].Yes++
			}
		},
		"another person":         func(x *aRecall) { last(x).Recall.Setup.Person = "b" },
		"the defence of another": func(x *aRecall) { x.fact(deliberation.FactRecall, 0).Actor = "b" },
		"no defence was waited for": func(x *aRecall) {
			x.facts = slices.DeleteFunc(x.facts, func(f Fact) bool { return f.Kind == deliberation.FactRecall && f.Actor == "a" })
			for i := range x.facts {
				if d, ok := x.facts[i].Value.(*deliberation.RecallData); ok {
					d.Recall.Defence = deliberation.PaperRef{}
				}
			}
		},
		"a shorter bar": func(x *aRecall) { last(x).Recall.BarredUntil = last(x).Recall.BarredUntil.AddMonths(-5) },
		"ended as though it had passed": func(x *aRecall) {
			x.fact(deliberation.FactEnded, 0).Value.(*deliberation.OutcomeData).Outcome = deliberation.Carried
		},
		"a longer time to vote": func(x *aRecall) { last(x).Recall.By = last(x).Recall.By.AddMonths(3) },
	} {
		t.Run(name, func(t *testing.T) {
			x := newRecall(t, "village-2026+sichuan", 5, 13)
			forge(x)
			if len(x.examine().Faults()) == 0 {
				t.Error("not found")
			}
		})
	}
}

// Sex and relatives of who was erased are gone: what rested on them is told, and is no fault.
func TestAnElectionIsStillVerifiedOnceSomebodyWasErased(t *testing.T) {
	x := newElection(t, "village-2026").until().vote(clear).done()
	for i, p := range x.data.people.People {
		if p.Person == "c" {
			x.data.people.People[i].Sex = ""
		}
	}
	if len(x.examine().Faults()) == 0 {
		t.Fatal("the outcome does not turn on it: the test shows nothing")
	}
	x.names["c"] = erased
	r := x.examine()
	if len(r.Faults()) > 0 || !slices.ContainsFunc(r.Checks, func(c Check) bool { return strings.Contains(c.EN, "erased") }) {
		t.Errorf("%+v", r.Checks)
	}
}

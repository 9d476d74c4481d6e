package dossier

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
	"github.com/yishi-project/yishi/register"
)

const origin = "yishi.test/register"

// town is a made-up community whose process is played fact by fact. It is the
// source a dossier is built from.
type town struct {
	t      *testing.T
	law    *packs.Library
	rules  deliberation.FourDeliberationsRules
	signer string
	key    string

	now     time.Time
	serial  int64
	names   int
	stage   deliberation.Stage
	rounds  map[deliberation.Stage]int
	text    deliberation.PaperRef
	entries []deliberation.Entry
	tree    register.MemoryHashes

	kind     deliberation.CommunityKind
	place    string
	process  deliberation.Process
	rolls    map[deliberation.MeetingID][]deliberation.RollLine
	ballots  map[deliberation.PollID][]deliberation.BallotLine
	paperOf  map[deliberation.PaperID]deliberation.Paper
	opinions []deliberation.Opinion
	signed   []deliberation.Signature
	signers  map[deliberation.Office][]deliberation.PersonID
	heard    hearingHere

	// edit may change an entry before it is registered, or leave it out: an insider
	// who holds the register's key.
	edit func(e *deliberation.Entry) (keep bool)
	// absent members stay away from the next meeting; nays vote no.
	absent, nays int
	// motions are put to the vote of a conference.
	motions []deliberation.Motion
	boxes   map[deliberation.PollID]deliberation.OpenedBox
	// later come and go after all have signed in; an eventless town kept no such record yet.
	later     []deliberation.HallEvent
	eventless bool
	// urgent convenes at short notice where the rules allow it.
	urgent bool
	// conference are the rules of a conference of another body; ballot plays its votes.
	conference *deliberation.ConferenceRules
	ballot     func(m deliberation.MeetingID, roll []deliberation.RollLine, a deliberation.Attendance) (carried bool)
	sheets     map[deliberation.PollID]deliberation.PaperCount
	holders    map[deliberation.PollID][]deliberation.PaperBallot
	agencies   []deliberation.Mandate
	polls      []deliberation.Poll
	// elected is the record of an election.
	elected electionRecord
	// took is who took the chair over in a meeting.
	took deliberation.PersonID
}

func newTown(t *testing.T) *town {
	t.Helper()
	law, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	c := &town{
		t: t, law: law, kind: deliberation.Urban, now: time.Date(2026, 3, 2, 9, 0, 0, 0, deliberation.Shanghai), rounds: map[deliberation.Stage]int{},
		rolls: map[deliberation.MeetingID][]deliberation.RollLine{}, ballots: map[deliberation.PollID][]deliberation.BallotLine{},
		paperOf: map[deliberation.PaperID]deliberation.Paper{}, boxes: map[deliberation.PollID]deliberation.OpenedBox{},
	}
	if c.signer, c.key, err = register.NewKey(origin); err != nil {
		t.Fatal(err)
	}
	c.process = deliberation.Process{
		ID: "fd-1", Community: "c-1", Kind: "four_deliberations", Started: deliberation.DateOf(c.now), StartedBy: "p-sec", Office: deliberation.Secretary,
		Matter: deliberation.Matter{
			Title: "小区东门改造", Summary: "把东门改成无障碍通道。", Category: deliberation.CategoryEnvironment, Affected: deliberation.AffectsSome,
			Origin: deliberation.OriginParty, Form: deliberation.Conference, BudgetFen: 1234500, Authorisation: "2026年居民会议授权:环境改造事项,一年。",
		},
	}
	c.pack("urban-2026")
	return c
}

func (c *town) pack(id string) {
	p, err := c.law.Pack(id)
	if err != nil {
		c.t.Fatal(err)
	}
	if c.rules, err = deliberation.FourDeliberations(p); err != nil {
		c.t.Fatal(err)
	}
	c.process.Pack = p.Ref()
}

// under moves the town to the place and time that the pack is for.
func (c *town) under(id string) {
	c.pack(id)
	p, _ := c.law.Pack(id)
	c.kind = p.Kind
	if len(p.Overlays) > 0 {
		c.place = p.Overlays[0]
	}
	if !p.Until.IsZero() {
		c.now = p.Until.AddDays(-200).At(9, 0)
		c.process.Started = deliberation.DateOf(c.now)
	}
}

// members of each body, with their committees where two meet jointly.
func members(b deliberation.Body) (list []deliberation.RollLine) {
	add := func(id string, parts ...deliberation.Body) {
		list = append(list, deliberation.RollLine{Person: deliberation.Person{ID: deliberation.PersonID(id), Name: "名" + id}, Parts: parts})
	}
	switch b {
	case deliberation.BranchCommittee:
		add("p-sec")
		add("p-b1")
		add("p-b2")
	case deliberation.JointCommittees:
		add("p-b1", deliberation.BranchCommittee)
		add("p-b2", deliberation.BranchCommittee)
		add("p-c1", deliberation.Committee)
		add("p-c2", deliberation.Committee)
		add("p-dir", deliberation.Committee)
		add("p-sec", deliberation.BranchCommittee, deliberation.Committee)
	case deliberation.PartyMeeting:
		for i := range 12 {
			add(fmt.Sprintf("p-m%02d", i))
		}
	default:
		for i := range 21 {
			add(fmt.Sprintf("p-r%02d", i))
		}
	}
	return list
}

func (c *town) name(kind string) string {
	c.names++
	return fmt.Sprintf("%s.%s%d", c.process.ID, kind, c.names)
}

func (c *town) days(n int) { c.now = deliberation.DateOf(c.now).AddDays(n).At(9, 0) }
func (c *town) minutes(n int) {
	c.now = c.now.Add(time.Duration(n) * time.Minute)
}

func (c *town) file(kind deliberation.PaperKind) deliberation.PaperRef {
	media, content := "text/plain; charset=utf-8", []byte("正文 "+c.name("text"))
	if kind == deliberation.PaperPhoto {
		media, content = "image/png", append([]byte("\x89PNG\r\n\x1a\n"), content...)
	}
	ref := deliberation.PaperRef{ID: deliberation.PaperID(c.name("paper")), Kind: kind, SHA256: sum(content)}
	c.paperOf[ref.ID] = deliberation.Paper{PaperRef: ref, Author: "p-clerk", MediaType: media, Content: content}
	return ref
}

// say registers a fact, among the entries of other processes.
func (c *town) say(kind deliberation.FactKind, subject string, actor deliberation.PersonID, office deliberation.Office, data any) {
	c.t.Helper()
	e := deliberation.Entry{
		Key: fmt.Sprintf("k%d", len(c.entries)), Process: c.process.ID, At: c.now, Stored: c.machine().Add(time.Second),
		Actor: actor, Office: office, Fact: deliberation.NewFact(kind, c.stage, subject, data),
	}
	if c.edit != nil && !c.edit(&e) {
		return
	}
	c.serial++
	e.Serial = c.serial
	if _, err := c.tree.Append(fmt.Appendf(nil, "another process %d", c.serial)); err != nil {
		c.t.Fatal(err)
	}
	leaf, err := register.Leaf(e)
	if err != nil {
		c.t.Fatal(err)
	}
	if e.Index, err = c.tree.Append(leaf); err != nil {
		c.t.Fatal(err)
	}
	c.entries = append(c.entries, e)
	c.minutes(1)
}

// machine is the machine's time at the town's civil time.
func (c *town) machine() time.Time {
	k := c.process.Clock
	if !k.Fast() {
		return c.now.UTC()
	}
	return k.Real.Add(c.now.Sub(k.Civil) / time.Duration(k.Rate)).UTC()
}

func (c *town) start() {
	matter, err := json.Marshal(c.process.Matter)
	if err != nil {
		c.t.Fatal(err)
	}
	m := c.process.Matter
	c.stage = deliberation.Soliciting
	c.say(deliberation.FactStarted, string(c.process.ID), c.process.StartedBy, c.process.Office, deliberation.StartedData{
		Community: c.process.Community, Kind: c.kind, Pack: c.process.Pack, Started: c.process.Started,
		Category: m.Category, Affected: m.Affected, Origin: m.Origin, Form: m.Form, Merged: m.Merged, BudgetFen: m.BudgetFen, MatterSHA256: sum(matter), Clock: c.process.Clock,
	})
	c.enter(deliberation.Soliciting)
	opened := c.now
	c.minutes(60)
	c.opinions = append(c.opinions, deliberation.Opinion{
		ID: "op-1", Process: c.process.ID, Person: "p-r01", Text: "请加装扶手。", Paper: c.file(deliberation.PaperOpinion), Given: c.now,
		Disposition: "adopted", Answer: "已采纳。", Answered: c.now.Add(time.Hour), AnsweredBy: "p-sec",
	})
	c.days(c.rules.SolicitDays.Days + 1)
	c.say(deliberation.FactOpinions, string(c.process.ID), "p-sec", deliberation.Secretary, deliberation.OpinionsData{Opened: opened, Closed: c.now, Days: c.rules.SolicitDays, Received: 1, Answered: 1})
	c.text = c.file(deliberation.PaperProposal)
	c.say(deliberation.FactPaper, string(c.process.ID), "p-sec", deliberation.Secretary, deliberation.PaperData{Paper: c.text})
	c.leave(deliberation.Carried)
}

func (c *town) enter(s deliberation.Stage) {
	c.stage = s
	c.rounds[s]++
	c.say(deliberation.FactStage, string(c.process.ID), "", "", deliberation.StageData{Round: c.rounds[s]})
}

// leave records the outcome and enters what follows it.
func (c *town) leave(o deliberation.Outcome) {
	next, goesOn := deliberation.Next(c.stage, o, c.rules, c.process.Matter.Merged, false)
	if c.process.Kind == deliberation.ConferenceKind {
		next, goesOn = deliberation.NextOfConference(c.stage, o)
	}
	c.say(deliberation.FactOutcome, string(c.process.ID), "", "", deliberation.OutcomeData{Outcome: o, Next: next})
	if !goesOn {
		c.end(o)
		return
	}
	c.enter(next)
}

func (c *town) end(o deliberation.Outcome) {
	c.say(deliberation.FactEnded, string(c.process.ID), "", "", deliberation.OutcomeData{Outcome: o})
	c.process.Status = deliberation.Status{Stage: c.stage, State: deliberation.Ended, Outcome: o}
}

// meet holds the stage's meeting and leaves with its outcome.
func (c *town) meet(amend bool) {
	r := c.rules.Meeting(c.stage, c.process.Matter.Form, c.process.Matter.Merged)
	if c.conference != nil {
		r = c.conference.Meeting
	}
	id, chair, office := deliberation.MeetingID(c.name("m")), deliberation.PersonID("p-sec"), deliberation.Secretary
	if c.stage == deliberation.Resolution {
		chair, office = "p-dir", deliberation.Director
	}
	starts := deliberation.DateOf(c.now).AddDays(r.Notice.Days).At(19, 0)
	urgent := c.urgent && r.EmergencyNotice.Value
	if urgent {
		starts = deliberation.DateOf(c.now).At(20, 0)
	}
	c.say(deliberation.FactNotice, string(id), chair, office, deliberation.NoticeData{Body: r.Body, Starts: starts, NoticeDays: r.Notice, Urgent: urgent, Paper: c.file(deliberation.PaperNotice)})
	c.now = starts
	roll := members(r.Body)
	ids, area := []deliberation.PersonID{}, 0
	for i := range roll {
		if r.ByParticipation {
			roll[i].Area = 5000 + 500*i
		}
		ids, area = append(ids, roll[i].Person.ID), area+roll[i].Area
	}
	c.say(deliberation.FactRoll, string(id), "", "", deliberation.RollData{Body: r.Body, Count: len(roll), RollSHA256: sum(rollText(ids)), Area: area})
	for i := range roll {
		if i >= c.absent {
			roll[i].CheckedIn, roll[i].CheckedBy = c.now.Add(time.Duration(i)*time.Second), roll[i].Person.ID
		}
	}
	c.rolls[id] = roll
	c.minutes(5)
	present := Roll{Meeting: id, Body: r.Body}
	for _, l := range roll {
		present.Members = append(present.Members, RollMember{Person: l.Person.ID, Parts: l.Parts, CheckedIn: l.CheckedIn})
	}
	a := present.attendance(checkedIn)
	if len(a.Parts) == 1 {
		a.Parts = nil
	}
	a.DueArea = area
	q := deliberation.Quorum(r.Quorum, a)
	if !r.ByParticipation {
		c.say(deliberation.FactQuorum, string(id), chair, office, deliberation.VerdictData{Meeting: id, Verdict: q})
	}
	if !q.Met && !r.ByParticipation {
		c.leave(deliberation.Inquorate)
		return
	}
	if amend {
		c.text = c.file(deliberation.PaperDraft)
		c.say(deliberation.FactPaper, string(id), chair, office, deliberation.PaperData{Paper: c.text})
	}
	carried := false
	if c.ballot != nil {
		carried = c.ballot(id, roll, a)
		if c.took != "" {
			chair, office = c.took, deliberation.CommitteeMember
		}
	}
	for _, m := range c.motions {
		if c.ballot != nil {
			break
		}
		c.text = m.Paper
		carried = c.vote(id, r, roll, a, chair, office, m.Voting) || carried
	}
	if len(c.motions) == 0 {
		carried = c.vote(id, r, roll, a, chair, office, deliberation.RecordedVoting)
	}
	minutes := c.file(deliberation.PaperMinutes)
	c.say(deliberation.FactPaper, string(id), "p-clerk", deliberation.Clerk, deliberation.PaperData{Paper: minutes})
	c.say(deliberation.FactSigned, string(id), "p-clerk", deliberation.Clerk, deliberation.SignedData{Paper: minutes, As: "recorder"})
	c.say(deliberation.FactSigned, string(id), chair, office, deliberation.SignedData{Paper: minutes, As: "chair"})
	if !carried {
		c.leave(deliberation.Lost)
		return
	}
	if c.stage != deliberation.Consultation {
		c.mark(deliberation.MarkAcknowledged)
	}
	if amend {
		c.leave(deliberation.Amended)
		return
	}
	c.leave(deliberation.Carried)
}

func (c *town) vote(m deliberation.MeetingID, r deliberation.MeetingRules, roll []deliberation.RollLine, a deliberation.Attendance, chair deliberation.PersonID, office deliberation.Office, voting deliberation.Voting) bool {
	id := deliberation.PollID(c.name("p"))
	t := deliberation.Tally{Due: a.Whole.Due, Present: a.Whole.Present, Voters: a.Whole.Present}
	for _, p := range a.Parts {
		t.Parts = append(t.Parts, deliberation.PartTally{Body: p.Body, Due: p.Due})
	}
	var voters []deliberation.PersonID
	var cast []choice
	for _, l := range roll {
		if l.CheckedIn.IsZero() {
			continue
		}
		voters = append(voters, l.Person.ID)
		b := deliberation.BallotLine{Person: l.Person, Voted: true, Choice: deliberation.Yes}
		if len(voters) <= c.nays {
			b.Choice = deliberation.No
			t.No++
		} else {
			t.Yes++
			for i := range t.Parts {
				if slices.Contains(l.Parts, t.Parts[i].Body) {
					t.Parts[i].Yes++
				}
			}
		}
		cast = append(cast, choice{l.Person.ID, b.Choice})
		c.ballots[id] = append(c.ballots[id], b)
	}
	c.say(deliberation.FactPollOpened, string(id), chair, office, deliberation.RollData{
		Body: r.Body, Count: len(voters), RollSHA256: sum(rollText(voters)), Closes: c.now.Add(72 * time.Hour), Text: c.text,
	})
	c.minutes(30)
	closed := deliberation.CountData{Meeting: m, Tally: t, BallotsSHA256: sum(ballotText(cast))}
	switch voting {
	case deliberation.SecretVoting:
		c.seal(id, cast)
		closed.BallotsSHA256, closed.ReceiptsSHA256 = sum(lineText(c.boxes[id].Lines)), sum(lineText(c.boxes[id].Receipts))
	case deliberation.HandsVoting:
		c.ballots[id] = hidden(c.ballots[id])
		closed.BallotsSHA256 = sum(nil)
		for _, by := range []deliberation.PersonID{"p-clerk", "p-sup"} {
			count := deliberation.HandCount{By: by, Yes: t.Yes, No: t.No, Abstain: t.Abstain}
			c.say(deliberation.FactHandCount, string(id), by, deliberation.Clerk, deliberation.HandCountData{Meeting: m, Count: count, Agrees: by == "p-sup"})
		}
	}
	c.say(deliberation.FactPollClosed, string(id), chair, office, closed)
	v := deliberation.Passing(r.Passing, a, t)
	c.say(deliberation.FactPassing, string(id), chair, office, deliberation.VerdictData{Meeting: m, Verdict: v})
	return v.Met
}

// seal keeps of a secret poll what its opened box publishes.
func (c *town) seal(id deliberation.PollID, cast []choice) {
	var box deliberation.OpenedBox
	for i, b := range cast {
		box.Lines, box.Receipts = append(box.Lines, string(b.choice)), append(box.Receipts, fmt.Sprintf("R-%s-%d", id, i))
	}
	c.boxes[id], c.ballots[id] = box, hidden(c.ballots[id])
}

// hidden keeps who was on the roll of a poll, and no choice.
func hidden(lines []deliberation.BallotLine) (out []deliberation.BallotLine) {
	for _, l := range lines {
		out = append(out, deliberation.BallotLine{Person: l.Person})
	}
	return out
}

// call starts a conference.
func (c *town) call() {
	c.process.Kind = deliberation.ConferenceKind
	matter, err := json.Marshal(c.process.Matter)
	if err != nil {
		c.t.Fatal(err)
	}
	m := c.process.Matter
	c.stage = deliberation.AgendaStage
	c.say(deliberation.FactStarted, string(c.process.ID), c.process.StartedBy, c.process.Office, deliberation.StartedData{
		Community: c.process.Community, Kind: c.kind, Pack: c.process.Pack, Started: c.process.Started, Process: deliberation.ConferenceKind,
		Category: m.Category, Affected: m.Affected, Origin: m.Origin, Form: m.Form, BudgetFen: m.BudgetFen, MatterSHA256: sum(matter), Clock: c.process.Clock, Estate: m.Estate,
	})
	c.enter(deliberation.AgendaStage)
}

// confer plays a whole conference with a motion for each way to vote.
func (c *town) confer(votings ...deliberation.Voting) *town {
	c.call()
	for _, v := range votings {
		motion := deliberation.Motion{ID: c.name("o"), Paper: c.file(deliberation.PaperMotion), Category: deliberation.CategoryEnvironment, Voting: v}
		c.motions = append(c.motions, motion)
		c.say(deliberation.FactMotion, motion.ID, "p-clerk", deliberation.Clerk, deliberation.MotionData{Motion: motion})
	}
	c.leave(deliberation.Carried)
	return c.rest()
}

func (c *town) mark(k deliberation.MarkKind) {
	m := deliberation.Mark{ID: c.name("s"), Stage: c.stage, Kind: k, By: "p-sup", Made: c.now, State: deliberation.MarkSettled}
	if k != deliberation.MarkAcknowledged {
		m.Paper = c.file(deliberation.PaperSupervise)
	}
	c.say(deliberation.FactMark, m.ID, "p-sup", deliberation.Supervisor, deliberation.MarkData{Mark: m})
}

// silence is the supervisors' limit passing.
func (c *town) silence() {
	c.days(c.rules.AcknowledgeDays.Days + 3)
	m := deliberation.Mark{ID: c.name("s"), Stage: c.stage, Kind: deliberation.MarkSilent, Made: c.now, Escalated: c.now, State: deliberation.MarkEscalated}
	c.say(deliberation.FactEscalation, m.ID, "", "", deliberation.MarkData{Mark: m})
}

// rectify orders something put right, late and told to the street, and accepts it.
func (c *town) rectify() {
	m := deliberation.Mark{ID: c.name("s"), Stage: c.stage, Kind: deliberation.MarkRectification, By: "p-sup", Paper: c.file(deliberation.PaperSupervise), Made: c.now, State: deliberation.MarkOpen}
	m.Due = deliberation.DateOf(c.now).AddDays(c.rules.RectifyDays.Days).End()
	c.say(deliberation.FactMark, m.ID, "p-sup", deliberation.Supervisor, deliberation.MarkData{Mark: m})
	c.days(c.rules.RectifyDays.Days + 1)
	m.State, m.Escalated = deliberation.MarkEscalated, c.now
	c.say(deliberation.FactEscalation, m.ID, "", "", deliberation.MarkData{Mark: m})
	c.days(2)
	m.State, m.Answer, m.Answered = deliberation.MarkAnswered, c.file(deliberation.PaperAnswer), c.now
	c.say(deliberation.FactMark, m.ID, "p-dir", deliberation.Director, deliberation.MarkData{Mark: m})
	m.State = deliberation.MarkSettled
	c.say(deliberation.FactMark, m.ID, "p-sup", deliberation.Supervisor, deliberation.MarkData{Mark: m})
}

// post shows a paper; each objection is answered and either settled or contested.
func (c *town) post(objections int, contest, torn bool) {
	id, rule := deliberation.PostingID(c.name("b")), c.rules.ResolutionPostDays
	if c.conference != nil {
		rule = c.conference.ResolutionPostDays
	}
	d := deliberation.PostedData{Paper: c.file(deliberation.PaperResolution), Posted: c.now}
	on := deliberation.DateOf(c.now)
	if c.stage == deliberation.ResultDisclosure {
		rule = c.rules.ResultPostDays
	} else {
		d.ObjectionDays, d.ObjectionsUntil = c.rules.ObjectionDays, deliberation.DisplayEnd(on, c.rules.ObjectionDays.Days).End()
	}
	d.DisplayDays, d.DisplayUntil = rule, deliberation.DisplayEnd(on, rule.Days).End()
	c.say(deliberation.FactPosted, string(id), "p-dir", deliberation.Director, d)
	c.say(deliberation.FactPostingProof, string(id), "p-dir", deliberation.Director, deliberation.PaperData{Paper: c.file(deliberation.PaperPhoto)})
	if torn {
		c.days(2)
		c.say(deliberation.FactPostingBroken, string(id), "p-sup", deliberation.Supervisor, d)
		c.post(objections, contest, false)
		return
	}
	for range objections {
		o := deliberation.Objection{ID: c.name("o"), Posting: id, Person: "p-r05", Paper: c.file(deliberation.PaperObjection), Filed: c.now, State: deliberation.ObjectionFiled}
		o.AnswerDue = c.law.Calendar().Deadline(on, c.rules.AnswerDays.Days).Date.End()
		say := func(actor deliberation.PersonID, office deliberation.Office) {
			c.say(deliberation.FactObjection, o.ID, actor, office, deliberation.ObjectionData{Objection: o})
		}
		say("p-r05", deliberation.Resident)
		o.Answer, o.Answered, o.State = c.file(deliberation.PaperAnswer), c.now, deliberation.ObjectionAnswered
		say("p-dir", deliberation.Director)
		if contest {
			o.Contest, o.State = c.file(deliberation.PaperReason), deliberation.ObjectionContested
			say("p-r05", deliberation.Resident)
			continue
		}
		o.State = deliberation.ObjectionSettled
		say("", "")
	}
	if objections == 0 || !contest {
		c.now = d.DisplayUntil
	}
	if c.conference != nil && c.process.Matter.Category == deliberation.CategoryCovenant {
		c.say(deliberation.FactFiled, string(c.process.ID), "p-dir", deliberation.Director, deliberation.PaperData{Paper: c.file(deliberation.PaperFiling)})
	}
	if c.stage == deliberation.ResultDisclosure {
		c.mark(deliberation.MarkClosing)
	} else if !contest {
		c.mark(deliberation.MarkDeclined)
	}
	c.say(deliberation.FactPostingEnded, string(id), "", "", d)
	if contest {
		c.leave(deliberation.Contested)
		return
	}
	c.leave(deliberation.Carried)
}

// advice is the street's opinion, where the rules offer it.
func (c *town) advice() {
	if c.stage != deliberation.Advice {
		return
	}
	c.say(deliberation.FactPaper, string(c.process.ID), "p-guide", deliberation.Guide, deliberation.PaperData{Paper: c.file(deliberation.PaperAdvice)})
	c.leave(deliberation.Carried)
}

// carryOut reports and ends the implementation.
func (c *town) carryOut() {
	c.say(deliberation.FactPaper, string(c.process.ID), "p-dir", deliberation.Director, deliberation.PaperData{Paper: c.file(deliberation.PaperProgress), Income: 100, Spending: 50})
	c.say(deliberation.FactPaper, string(c.process.ID), "p-dir", deliberation.Director, deliberation.PaperData{Paper: c.file(deliberation.PaperResult)})
	c.leave(deliberation.Carried)
}

// upTo plays until the stage is entered, all going well.
func (c *town) upTo(s deliberation.Stage) *town {
	c.start()
	for c.stage != s {
		c.step()
	}
	return c
}

// step plays the stage at hand, all going well.
func (c *town) step() {
	switch c.stage {
	case deliberation.Advice:
		c.advice()
	case deliberation.ResolutionDisclosure:
		c.post(1, false, false)
	case deliberation.Implementation:
		c.carryOut()
	case deliberation.ResultDisclosure:
		c.mark(deliberation.MarkAcknowledged)
		c.post(0, false, false)
	default:
		c.meet(false)
	}
}

// rest plays to the end, all going well.
func (c *town) rest() *town {
	for c.process.Status.State != deliberation.Ended {
		c.step()
	}
	return c
}

func (c *town) whole() *town { c.start(); return c.rest() }

func (c *town) builder() *Builder {
	return &Builder{Source: c, Packs: c.law.Source, Calendar: c.law.Calendar(), SignerKey: c.signer, VerifierKey: c.key, Origin: origin}
}

func (c *town) zip() []byte {
	c.t.Helper()
	b, err := c.builder().Dossier(context.Background(), c.process.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	return b
}

func (c *town) options() Options {
	return Options{VerifierKey: c.key, LoadPack: packs.Resolve, DaysOn: c.law.DaysOn}
}

// The town as the source of its dossier.

func (c *town) Proceeding(context.Context, deliberation.ProcessID) (deliberation.Proceeding, error) {
	p := deliberation.Proceeding{Process: c.process}
	if c.polls != nil {
		p.Polls = c.polls
		return p, nil
	}
	for id := range c.boxes {
		p.Polls = append(p.Polls, deliberation.Poll{ID: id, Secret: true})
	}
	return p, nil
}
func (c *town) Entries(context.Context, deliberation.ProcessID) ([]deliberation.Entry, error) {
	return c.entries, nil
}
func (c *town) Community(context.Context, deliberation.CommunityID) (deliberation.Community, error) {
	return deliberation.Community{ID: "c-1", Name: "东门社区", Kind: c.kind, Place: c.place, Demo: true}, nil
}
func (c *town) Names(_ context.Context, ids []deliberation.PersonID) (map[deliberation.PersonID]string, error) {
	names := map[deliberation.PersonID]string{}
	for _, id := range ids {
		names[id] = "名" + string(id)
	}
	return names, nil
}
func (c *town) Roll(_ context.Context, m deliberation.MeetingID) ([]deliberation.RollLine, error) {
	return c.rolls[m], nil
}
func (c *town) HallEvents(_ context.Context, m deliberation.MeetingID) ([]deliberation.HallEvent, error) {
	var events []deliberation.HallEvent
	for _, l := range c.rolls[m] {
		if !l.CheckedIn.IsZero() && !c.eventless {
			events = append(events, deliberation.HallEvent{Person: l.Person.ID, In: true, At: l.CheckedIn, By: l.CheckedBy})
		}
	}
	return append(events, c.later...), nil
}
func (c *town) Observers(_ context.Context, m deliberation.MeetingID) ([]deliberation.Observer, error) {
	return []deliberation.Observer{{ID: "o-1", Meeting: m, Name: "列席某", Capacity: deliberation.ObserverGuide}}, nil
}
func (c *town) BallotLines(_ context.Context, id deliberation.PollID) ([]deliberation.BallotLine, error) {
	return c.ballots[id], nil
}
func (c *town) OpenedBox(_ context.Context, id deliberation.PollID) (deliberation.OpenedBox, error) {
	return c.boxes[id], nil
}
func (c *town) Paper(_ context.Context, id deliberation.PaperID) (deliberation.Paper, error) {
	p, ok := c.paperOf[id]
	if !ok {
		return p, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return p, nil
}
func (c *town) Opinions(context.Context, deliberation.ProcessID) ([]deliberation.Opinion, error) {
	return c.opinions, nil
}
func (c *town) TreeHead(context.Context) (int64, tlog.Hash, error) {
	root, err := c.tree.Root()
	return c.tree.Size(), root, err
}
func (c *town) Hashes(context.Context) tlog.HashReader { return &c.tree }

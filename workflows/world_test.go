package workflows_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
	"github.com/yishi-project/yishi/workflows"
)

// world is what activities touch, in memory and with the store's behaviour: a
// change applied twice is one, a poll closed twice gives one count.
type world struct {
	*packs.Library
	changes  []deliberation.Change
	status   deliberation.Status
	tasks    map[deliberation.TaskID]deliberation.Task
	meetings map[deliberation.MeetingID]deliberation.Meeting
	polls    map[deliberation.PollID]deliberation.Poll
	postings map[deliberation.PostingID]deliberation.Posting
	objected map[string]deliberation.Objection
	marks    map[string]deliberation.Mark

	due, present  int
	leaving       int // who leave while the chair opens a poll
	votes         deliberation.Tally
	area          int // of all owners
	counts        []deliberation.QuestionCount
	paper         deliberation.PaperCount
	uncountable   *deliberation.Refusal // what closing a poll is answered with
	lists         int                   // how often the list of agents was closed
	specs         []deliberation.RollSpec
	given         []deliberation.Authorisation
	opinions      activities.OpinionCounts
	signings      signingsHere
	reports       reportsHere
	hearings      hearingsHere
	accounts      accountsHere
	departments   int // how many are rated
	elections     electionsHere
	choosings     choosingsHere
	left          int // the committee has besides who resigns
	onePersonBoth bool
}

func (w *world) Apply(_ context.Context, c deliberation.Change) ([]int64, error) {
	if slices.ContainsFunc(w.changes, func(o deliberation.Change) bool { return o.Key == c.Key }) {
		return nil, nil
	}
	w.changes = append(w.changes, c)
	if c.Status != nil {
		w.status = *c.Status
	}
	for _, t := range c.Tasks {
		w.tasks[t.ID] = t
	}
	for _, m := range c.Meetings {
		w.meetings[m.ID] = m
	}
	for _, p := range c.Polls {
		w.polls[p.ID] = p
	}
	for _, p := range c.Postings {
		w.postings[p.ID] = p
	}
	for _, o := range c.Objections {
		w.objected[o.ID] = o
	}
	for _, m := range c.Marks {
		w.marks[m.ID] = m
	}
	w.given = append(w.given, c.Authorisations...)
	return []int64{int64(len(w.changes))}, nil
}

func (w *world) attendance(b deliberation.Body) deliberation.Attendance {
	a := deliberation.Attendance{Whole: deliberation.BodyCount{Body: b, Due: w.due, Present: w.present}, DueArea: w.area}
	for _, part := range b.Parts() {
		a.Parts = append(a.Parts, deliberation.BodyCount{Body: part, Due: w.due, Present: w.present})
	}
	return a
}

func (w *world) FreezeRoll(_ context.Context, s deliberation.RollSpec) (deliberation.Roll, error) {
	w.specs = append(w.specs, s)
	a := w.attendance(s.Body)
	a.Whole.Present = 0 // nobody has signed in yet
	for i := range a.Parts {
		a.Parts[i].Present = 0
	}
	return deliberation.Roll{Attendance: a, Count: w.due, SHA256: "roll"}, nil
}

func (w *world) Attendance(_ context.Context, m deliberation.MeetingID) (deliberation.Attendance, error) {
	return w.attendance(w.meetings[m].Body), nil
}

func (w *world) OpenPoll(_ context.Context, _ deliberation.ProcessID, p deliberation.Poll, quorum ...deliberation.MajorityRule) (deliberation.Roll, error) {
	if w.leaving > 0 { // between the look round and the opening
		w.present, w.leaving = w.present-w.leaving, 0
		if v := deliberation.Quorum(quorum, w.attendance(w.meetings[p.Meeting].Body)); !v.Met {
			return deliberation.Roll{}, &deliberation.Refusal{Code: deliberation.RefuseBelowQuorum, Verdict: &v}
		}
	}
	return deliberation.Roll{Attendance: w.attendance(w.meetings[p.Meeting].Body), Count: w.present, SHA256: "present"}, nil
}

func (w *world) StopCasting(context.Context, deliberation.PollID, time.Time) (deliberation.PaperCount, error) {
	return w.paper, nil
}

func (w *world) PaperCount(context.Context, deliberation.PollID) (deliberation.PaperCount, error) {
	return w.paper, nil
}

func (w *world) VoidPoll(context.Context, deliberation.PollID, time.Time) error {
	w.uncountable = nil
	return nil
}

func (w *world) CloseMandates(context.Context, deliberation.MeetingID, time.Time) (deliberation.MandateList, error) {
	w.lists++
	return deliberation.MandateList{Count: 2, SHA256: "agents"}, nil
}

func (w *world) ClosePoll(_ context.Context, id deliberation.PollID, _ time.Time) (deliberation.Count, error) {
	if w.uncountable != nil {
		return deliberation.Count{}, w.uncountable
	}
	t := w.votes
	t.Due, t.Present, t.Voters = w.due, w.present, w.present
	for _, part := range deliberation.JointCommittees.Parts() {
		t.Parts = append(t.Parts, deliberation.PartTally{Body: part, Due: w.due, Yes: t.Yes})
	}
	if w.polls[id].Secret {
		return deliberation.Count{Tally: t, BallotsSHA256: "ballots", ReceiptsSHA256: "receipts", Questions: w.questions(id)}, nil
	}
	return deliberation.Count{Tally: t, BallotsSHA256: "ballots", Questions: w.questions(id)}, nil
}

// questions counts a form: the counts a test gave, else everybody for the first option.
func (w *world) questions(id deliberation.PollID) []deliberation.QuestionCount {
	if w.counts != nil {
		return w.counts
	}
	if len(w.elections.votes) > 0 {
		return w.elections.count(w.polls[id])
	}
	var list []deliberation.QuestionCount
	for _, q := range w.polls[id].Form {
		c := deliberation.QuestionCount{Question: q.ID, Ballots: w.present, Votes: []deliberation.OptionCount{{Option: "yes", Votes: w.votes.Yes}, {Option: "no", Votes: w.votes.No}}}
		if len(q.Options) > 0 {
			c.Votes = []deliberation.OptionCount{{Option: string(q.Options[0]), Votes: w.votes.Yes}}
		}
		list = append(list, c)
	}
	return list
}

func (w *world) CloseByHands(_ context.Context, _ deliberation.PollID, _ time.Time, h deliberation.HandCount) (deliberation.Count, error) {
	t := deliberation.Tally{Due: w.due, Present: w.present, Voters: w.present, Yes: h.Yes, No: h.No, Abstain: h.Abstain}
	return deliberation.Count{Tally: t, BallotsSHA256: "none"}, nil
}

func (w *world) CloseOpinions(context.Context, deliberation.ProcessID) (int, int, error) {
	return w.opinions.Received, w.opinions.Answered, nil
}

func (w *world) HeldByOne(context.Context, deliberation.CommunityID, deliberation.Office, deliberation.Office, deliberation.Date) (bool, error) {
	return w.onePersonBoth, nil
}

func (w *world) CountMembers(context.Context, deliberation.CommunityID, []deliberation.Office, deliberation.PersonID, deliberation.Date) (int, error) {
	return w.left, nil
}

// facts gives the kinds of all facts in order.
func (w *world) facts() []deliberation.FactKind {
	var kinds []deliberation.FactKind
	for _, c := range w.changes {
		for _, f := range c.Facts {
			kinds = append(kinds, f.Kind)
		}
	}
	return kinds
}

// stages gives the stages in the order they were entered.
func (w *world) stages() []deliberation.Stage {
	var stages []deliberation.Stage
	for _, c := range w.changes {
		for _, f := range c.Facts {
			if f.Kind == deliberation.FactStage {
				stages = append(stages, f.Stage)
			}
		}
	}
	return stages
}

// answer is what came back for an act.
type answer struct {
	receipt deliberation.Receipt
	refusal *deliberation.Refusal
}

// town plays the people of a process: each hour of skipped time somebody does the
// first thing that is open, as the habits say. A test changes one habit.
type town struct {
	*testing.T
	*world
	env     *testsuite.TestWorkflowEnvironment
	habits  map[deliberation.ActKind]func(open deliberation.OpenAct) *deliberation.Act
	refused []deliberation.Refusal
	done    map[deliberation.ActKind]int
	serial  int
	ticks   int
	before  func() // runs each hour before somebody acts
}

const started = "2026-03-02"

func newTown(t *testing.T) *town {
	t.Helper()
	lib, err := packs.Load()
	require.NoError(t, err)
	var suite testsuite.WorkflowTestSuite
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	w := &world{
		Library: lib, due: 12, present: 11, votes: deliberation.Tally{Yes: 9, No: 1, Abstain: 1},
		tasks: map[deliberation.TaskID]deliberation.Task{}, meetings: map[deliberation.MeetingID]deliberation.Meeting{},
		polls: map[deliberation.PollID]deliberation.Poll{}, postings: map[deliberation.PostingID]deliberation.Posting{},
		objected: map[string]deliberation.Objection{}, marks: map[string]deliberation.Mark{},
	}
	o := &town{T: t, world: w, env: suite.NewTestWorkflowEnvironment(), done: map[deliberation.ActKind]int{}}
	start, err := deliberation.ParseDate(started)
	require.NoError(t, err)
	o.env.SetStartTime(start.At(9, 0))
	o.env.SetTestTimeout(30 * time.Second)
	o.env.RegisterActivity(&activities.Activities{Recorder: w, Rolls: w, Polls: w, Mandates: w, Opinions: w, Signings: &w.signings, Reports: &w.reports, Hearings: &w.hearings, Departments: w, Choosings: &w.choosings, Accounts: &w.accounts, Offices: w, Law: lib, Elections: &w.elections, Rules: lib})
	w.elections.world = w
	o.habits = o.goodHabits()
	// What a person did may not be written before the engine's history knows of it.
	o.env.SetOnLocalActivityStartedListener(func(info *activity.Info, _ context.Context, args []any) {
		if info.ActivityType.Name != "Record" {
			return
		}
		for _, c := range args[0].([]deliberation.Change) {
			if c.Act != "" {
				t.Errorf("%s is written while a crash could still make the engine forget it", c.Act)
			}
		}
	})
	return o
}

func (o *town) input(pack string) workflows.FourDeliberationsInput {
	o.Helper()
	p, err := o.Pack(pack)
	require.NoError(o, err)
	rules, err := deliberation.FourDeliberations(p)
	require.NoError(o, err)
	start, _ := deliberation.ParseDate(started)
	return workflows.FourDeliberationsInput{
		Subject: workflows.Subject{Process: "x1", Community: "c1", Kind: p.Kind, Started: start, StartedBy: "secretary", Office: deliberation.Secretary},
		Matter:  workflows.Matter{Category: deliberation.CategoryEnvironment, Affected: deliberation.AffectsSome, Origin: deliberation.OriginParty, Form: deliberation.Conference},
		Rules:   rules,
	}
}

// run lets the process and the town go on until the process ends.
func (o *town) run(in workflows.FourDeliberationsInput) {
	o.Helper()
	o.play(workflows.FourDeliberations, in)
}

func (o *town) play(process, in any) {
	o.Helper()
	o.env.RegisterDelayedCallback(o.hour, time.Minute)
	o.env.ExecuteWorkflow(process, in)
	require.True(o, o.env.IsWorkflowCompleted(), "the process did not end; it waits for %+v", o.status)
}

func (o *town) hour() {
	o.ticks++
	if o.env.IsWorkflowCompleted() || o.ticks > 24*400 {
		return
	}
	if o.before != nil {
		o.before()
	}
	for _, open := range slices.Clone(o.status.Open) {
		habit := o.habits[open.Kind]
		spec, _ := deliberation.SpecOf(open.Kind)
		if habit == nil || (o.status.State == deliberation.Held && !spec.WhileHeld) {
			continue
		}
		if a := habit(open); a != nil {
			o.act(*a, nil)
			break
		}
	}
	o.env.RegisterDelayedCallback(o.hour, time.Hour)
}

// act submits an act and keeps a refusal.
func (o *town) act(a deliberation.Act, then func(answer)) {
	o.serial++
	if then == nil {
		then = func(answer) {}
	}
	o.env.UpdateWorkflow(string(a.Kind), fmt.Sprint("u", o.serial), &testsuite.TestUpdateCallback{
		OnReject: func(err error) { then(o.refusedBy(err)) },
		OnAccept: func() {},
		OnComplete: func(v any, err error) {
			if err != nil {
				then(o.refusedBy(err))
				return
			}
			o.done[a.Kind]++
			r, _ := v.(deliberation.Receipt)
			then(answer{receipt: r})
		},
	}, a)
}

func (o *town) refusedBy(err error) answer {
	r, ok := activities.RefusalIn(err)
	if !ok {
		o.Errorf("not a refusal: %v", err)
		return answer{}
	}
	o.refused = append(o.refused, *r)
	return answer{refusal: r}
}

func (o *town) now() time.Time { return o.env.Now().In(deliberation.Shanghai) }

func paper(k deliberation.PaperKind) deliberation.PaperRef {
	return deliberation.PaperRef{ID: "p-" + deliberation.PaperID(k), Kind: k, SHA256: "00"}
}

// by makes an act of an office's usual holder.
func by(office deliberation.Office, a deliberation.Act) *deliberation.Act {
	a.Actor, a.Office = deliberation.PersonID(office), office
	return &a
}

// goodHabits are those of a town where everybody does their duty in time.
func (o *town) goodHabits() map[deliberation.ActKind]func(deliberation.OpenAct) *deliberation.Act {
	chair := func(open deliberation.OpenAct) deliberation.Office {
		if slices.Contains(open.Offices, deliberation.Director) {
			return deliberation.Director
		}
		return deliberation.Secretary
	}
	chaired := func(k deliberation.ActKind) func(deliberation.OpenAct) *deliberation.Act {
		return func(open deliberation.OpenAct) *deliberation.Act {
			return by(chair(open), deliberation.Act{Kind: k})
		}
	}
	simple := func(k deliberation.ActKind, office deliberation.Office, kind deliberation.PaperKind) func(deliberation.OpenAct) *deliberation.Act {
		return func(open deliberation.OpenAct) *deliberation.Act {
			return by(office, deliberation.Act{Kind: k, Subject: open.Subject, Paper: paper(kind)})
		}
	}
	return map[deliberation.ActKind]func(deliberation.OpenAct) *deliberation.Act{
		deliberation.Propose: func(deliberation.OpenAct) *deliberation.Act {
			if o.now().Before(o.status.Waiting.Until) {
				return nil
			}
			return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.Propose, Paper: paper(deliberation.PaperProposal)})
		},
		deliberation.Convene: func(open deliberation.OpenAct) *deliberation.Act {
			at := deliberation.DateOf(o.now()).AddDays(11).At(9, 0)
			return by(chair(open), deliberation.Act{Kind: deliberation.Convene, At: at, Paper: paper(deliberation.PaperNotice)})
		},
		deliberation.CallToOrder:   chaired(deliberation.CallToOrder),
		deliberation.OpenPoll:      chaired(deliberation.OpenPoll),
		deliberation.ClosePoll:     chaired(deliberation.ClosePoll),
		deliberation.RecordMinutes: simple(deliberation.RecordMinutes, deliberation.Clerk, deliberation.PaperMinutes),
		deliberation.SignMinutes: func(open deliberation.OpenAct) *deliberation.Act {
			return &deliberation.Act{Kind: deliberation.SignMinutes, Actor: open.Actor, Office: deliberation.Office(open.Actor)}
		},
		deliberation.Acknowledge:        simple(deliberation.Acknowledge, deliberation.Supervisor, deliberation.PaperSupervise),
		deliberation.GiveClosingOpinion: simple(deliberation.GiveClosingOpinion, deliberation.Supervisor, deliberation.PaperSupervise),
		deliberation.Advise:             simple(deliberation.Advise, deliberation.Guide, deliberation.PaperAdvice),
		deliberation.Publish:            simple(deliberation.Publish, deliberation.CommitteeMember, deliberation.PaperResolution),
		deliberation.ProvePosting:       simple(deliberation.ProvePosting, deliberation.CommitteeMember, deliberation.PaperPhoto),
		deliberation.AnswerObjection:    simple(deliberation.AnswerObjection, deliberation.Director, deliberation.PaperAnswer),
		deliberation.AnswerQuestion:     simple(deliberation.AnswerQuestion, deliberation.Secretary, deliberation.PaperAnswer),
		deliberation.ReportRectified:    simple(deliberation.ReportRectified, deliberation.Secretary, deliberation.PaperAnswer),
		deliberation.AcceptRectified:    simple(deliberation.AcceptRectified, deliberation.Supervisor, deliberation.PaperSupervise),
		deliberation.ReportResult:       simple(deliberation.ReportResult, deliberation.Director, deliberation.PaperResult),
	}
}

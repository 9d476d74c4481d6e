package workflows_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// signingsHere is the window of a joint demand and what is found when it closes.
type signingsHere struct {
	until  time.Time
	closed time.Time
	count  deliberation.SignatureCount
}

func (s *signingsHere) OpenSigning(_ context.Context, _ deliberation.ProcessID, _ []deliberation.Office, until time.Time) error {
	if s.until.IsZero() {
		s.until = until
	}
	return nil
}

func (s *signingsHere) CloseSigning(_ context.Context, _ deliberation.ProcessID, at time.Time) (deliberation.SignatureCount, error) {
	if s.closed.IsZero() {
		s.closed = at
	}
	return s.count, nil
}

// signedBy is a count of so many of a hundred adult residents.
func signedBy(n int) deliberation.SignatureCount {
	return deliberation.SignatureCount{Web: n, SHA256: "signatures", Rolls: []deliberation.SignatureRoll{
		{Office: deliberation.Resident, Due: 100, Signed: n, SHA256: "r"}, {Office: deliberation.HouseholdHead, Due: 50, SHA256: "h"},
		{Office: deliberation.Representative, Due: 30, SHA256: "d"},
	}}
}

func (o *town) demand(pack string, d deliberation.Demanded) workflows.DemandInput {
	o.Helper()
	p, err := o.Pack(pack)
	require.NoError(o, err)
	rules, err := deliberation.DemandOf(p, d)
	require.NoError(o, err)
	in := o.input(pack)
	in.Subject.StartedBy, in.Subject.Office = "resident", deliberation.Resident
	in.Matter.Form, in.Matter.Origin = d.Bodies()[0], deliberation.OriginResidents
	o.signings.count = signedBy(10)
	return workflows.DemandInput{Subject: in.Subject, Matter: in.Matter, Rules: rules}
}

// conveners gives the town the habits of answering and of starting the meeting.
func (o *town) conveners(accept bool, inDays int) {
	o.habits[deliberation.AnswerDemand] = func(deliberation.OpenAct) *deliberation.Act {
		a := deliberation.Act{Kind: deliberation.AnswerDemand, Accept: accept, Paper: paper(deliberation.PaperAnswer)}
		if accept {
			a.At = deliberation.DateOf(o.now()).AddDays(inDays).At(9, 0)
		}
		return by(deliberation.Director, a)
	}
	o.habits[deliberation.StartDemanded] = func(deliberation.OpenAct) *deliberation.Act {
		if o.status.Stage != deliberation.Convening {
			return nil
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.StartDemanded, Subject: "x2"})
	}
}

func (o *town) guide(accept bool) {
	o.habits[deliberation.GuideDemand] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Guide, deliberation.Act{Kind: deliberation.GuideDemand, Accept: accept, Paper: paper(deliberation.PaperAdvice)})
	}
}

// factsOf gives the data of all facts of a kind.
func factsOf[T any](o *town, kind deliberation.FactKind) (list []T) {
	for _, c := range o.changes {
		for _, f := range c.Facts {
			if f.Kind != kind {
				continue
			}
			var v T
			require.NoError(o, json.Unmarshal(f.Data, &v))
			list = append(list, v)
		}
	}
	return list
}

func (o *town) nothingLeftOpen() {
	o.Helper()
	for id, task := range o.tasks {
		require.NotEqual(o, deliberation.TaskOpen, task.State, "task %s of %s is still open", id, task.Act)
	}
}

// A tenth of the adults is enough for an assembly, ten of a hundred are a tenth
// (U-NEW 第二十六条第二款, V-NEW 第二十五条第二款), nine are not.
func TestADemandThatATenthSignsIsAnsweredAndStarted(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"urban-2026", "village-2026", "village-2026+sichuan", "village-2018"} {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.demand(pack, deliberation.DemandAssembly)
			town.conveners(true, 20)
			town.play(workflows.Demand, in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			require.Equal(t, []deliberation.Stage{deliberation.Signing, deliberation.Answering, deliberation.Convening}, town.stages())
			require.Equal(t, deliberation.ProcessID("x2"), town.status.Demand.Started)
			n := factsOf[deliberation.SignaturesData](town, deliberation.FactSignatures)
			require.Len(t, n, 1)
			require.False(t, n[0].Early)
			require.True(t, n[0].Until.Equal(n[0].Closed), "the window closes at its end")
			require.True(t, deliberation.DateOf(n[0].Opened).AddDays(30).End().Equal(n[0].Until))
			town.nothingLeftOpen()
		})
	}
}

func TestADemandOneSignatureShortEndsWithItsVerdict(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.demand("urban-2026", deliberation.DemandAssembly)
	town.signings.count = signedBy(9)
	town.conveners(true, 20)
	town.play(workflows.Demand, in)
	require.Equal(t, deliberation.Lost, town.status.Outcome)
	require.Equal(t, []deliberation.Stage{deliberation.Signing}, town.stages())
	v := town.status.Demand.Verdict
	require.False(t, v.Met)
	require.Len(t, v.Checks, 3, "each threshold is an alternative")
	require.Equal(t, 1, v.Checks[0].Short)
	town.nothingLeftOpen()
}

func TestOnlyWhoBeganADemandClosesItEarlyOrWithdrawsIt(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.demand("urban-2026", deliberation.DemandAssembly)
	town.conveners(true, 20)
	who := []deliberation.PersonID{"another", "resident"}
	town.habits[deliberation.CloseSigning] = func(deliberation.OpenAct) *deliberation.Act {
		a := &deliberation.Act{Kind: deliberation.CloseSigning, Actor: who[0], Office: deliberation.Resident}
		who = who[1:]
		return a
	}
	town.play(workflows.Demand, in)
	require.Len(t, town.refused, 1)
	require.Equal(t, deliberation.RefuseNotAccountable, town.refused[0].Code)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.True(t, factsOf[deliberation.SignaturesData](town, deliberation.FactSignatures)[0].Early)
}

func TestADemandIsWithdrawnBeforeItsClose(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.demand("urban-2026", deliberation.DemandAssembly)
	town.habits[deliberation.WithdrawDemand] = func(deliberation.OpenAct) *deliberation.Act {
		return &deliberation.Act{Kind: deliberation.WithdrawDemand, Actor: "resident", Office: deliberation.Resident, Paper: paper(deliberation.PaperReason)}
	}
	town.play(workflows.Demand, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, deliberation.Withdrawn, town.status.Outcome)
	require.True(t, town.signings.closed.IsZero(), "nothing was counted")
	town.nothingLeftOpen()
}

func TestARefusedDemandGoesToTheStreet(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		convene bool
		outcome deliberation.Outcome
		stages  []deliberation.Stage
	}{
		"which has it convened": {true, deliberation.Carried, []deliberation.Stage{deliberation.Signing, deliberation.Answering, deliberation.Guiding, deliberation.Convening}},
		"which closes it":       {false, deliberation.Lost, []deliberation.Stage{deliberation.Signing, deliberation.Answering, deliberation.Guiding}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.demand("urban-2026", deliberation.DemandAssembly)
			town.conveners(false, 0)
			town.guide(c.convene)
			town.play(workflows.Demand, in)
			require.Equal(t, c.outcome, town.status.Outcome)
			require.Equal(t, c.stages, town.stages())
			require.Contains(t, town.facts(), deliberation.FactEscalation)
			town.nothingLeftOpen()
		})
	}
}

// Conveners who stay silent for fifteen days (CQ-V 第十二条, by analogy) have not answered.
func TestASilentConvenerIsToldToTheStreet(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.demand("village-2026", deliberation.DemandAssembly)
	town.conveners(true, 20)
	delete(town.habits, deliberation.AnswerDemand)
	town.guide(true)
	town.play(workflows.Demand, in)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Contains(t, town.stages(), deliberation.Guiding)
	require.Len(t, factsOf[deliberation.TaskData](town, deliberation.FactEscalation), 2, "the answer is overdue; the street is asked")
	town.nothingLeftOpen()
}

// Who accepts and then does nothing by the day named is told to the street, too.
func TestAnAcceptedDemandThatNobodyStartsGoesToTheStreet(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.demand("urban-2026", deliberation.DemandAssembly)
	town.conveners(true, 20)
	start := town.habits[deliberation.StartDemanded]
	town.habits[deliberation.StartDemanded] = func(open deliberation.OpenAct) *deliberation.Act {
		if town.done[deliberation.GuideDemand] == 0 {
			return nil
		}
		return start(open)
	}
	town.guide(true)
	town.play(workflows.Demand, in)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Equal(t, []deliberation.Stage{deliberation.Signing, deliberation.Answering, deliberation.Convening, deliberation.Guiding, deliberation.Convening}, town.stages())
}

// A fifth of the representatives call their conference (U-NEW 第二十八条第二款), to be
// held within fifteen days (CQ-V 第十二条).
func TestTheDayOfAConferenceLiesWithinFifteenDays(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.demand("urban-2026", deliberation.DemandConference)
	town.signings.count = deliberation.SignatureCount{Web: 6, Rolls: []deliberation.SignatureRoll{{Office: deliberation.Representative, Due: 30, Signed: 6}}}
	days := []int{-1, 16, 0, 15}
	town.conveners(true, 15)
	answer := town.habits[deliberation.AnswerDemand]
	town.habits[deliberation.AnswerDemand] = func(open deliberation.OpenAct) *deliberation.Act {
		a := answer(open)
		if a.At = deliberation.DateOf(town.status.Demand.From).AddDays(days[0]).At(9, 0); days[0] == 0 {
			a.At = time.Time{}
		}
		days = days[1:]
		return a
	}
	town.play(workflows.Demand, in)
	var codes []deliberation.RefusalCode
	for _, r := range town.refused {
		codes = append(codes, r.Code)
	}
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseTooEarly, deliberation.RefuseTooLate, deliberation.RefuseInvalid}, codes)
	require.NotNil(t, town.refused[1].Basis)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestWhoStartsTheMeetingAtOnceHasAnswered(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.demand("urban-2026", deliberation.DemandAssembly)
	town.habits[deliberation.StartDemanded] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.StartDemanded, Subject: "x2"})
	}
	town.play(workflows.Demand, in)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Equal(t, 0, town.done[deliberation.AnswerDemand])
	town.nothingLeftOpen()
}

// An order of rectification holds a demand as it holds anything else, and its limits.
func TestAnOrderHoldsADemand(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.demand("urban-2026", deliberation.DemandAssembly)
	town.conveners(true, 20)
	ordered := false
	town.habits[deliberation.OrderRectification] = func(deliberation.OpenAct) *deliberation.Act {
		if ordered || town.status.Stage != deliberation.Answering {
			return nil
		}
		ordered = true
		return by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.OrderRectification, Paper: paper(deliberation.PaperSupervise)})
	}
	town.play(workflows.Demand, in)
	require.True(t, ordered)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

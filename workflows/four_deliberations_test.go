package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

func TestFourDeliberationsFromProposalToArchive(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"urban-2026", "village-2026", "urban-2026+sichuan", "village-2018"} {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.input(pack)
			town.run(in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Equal(t, deliberation.Ended, town.status.State)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			want := []deliberation.Stage{deliberation.Soliciting, deliberation.Proposal, deliberation.Consultation, deliberation.Review}
			if in.Rules.AdviceOffered.Value {
				want = append(want, deliberation.Advice)
			}
			want = append(want, deliberation.Resolution, deliberation.ResolutionDisclosure, deliberation.Implementation, deliberation.ResultDisclosure)
			require.Equal(t, want, town.stages())
			require.Empty(t, town.refused)
			for id, task := range town.tasks {
				require.NotEqual(t, deliberation.TaskOpen, task.State, "task %s of %s is still open", id, task.Act)
			}
			for _, q := range town.postings {
				require.Equal(t, deliberation.PostingEnded, q.State)
				require.False(t, q.Ended.Before(q.DisplayUntil), "taken down before its last day was over")
			}
		})
	}
}

func TestSecretaryAndDirectorInOneMergeTheFirstTwoMeetings(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.onePersonBoth = true
	in := town.input("urban-2026")
	in.Matter.Merged = true
	require.True(t, in.Rules.MergeAllowed.Value)
	town.run(in)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.NotContains(t, town.stages(), deliberation.Consultation)
	for _, m := range town.meetings {
		if m.Stage == deliberation.Proposal {
			require.Equal(t, deliberation.JointCommittees, m.Body)
		}
	}
}

func TestTwoPersonsCannotMergeTheFirstTwoMeetings(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.input("urban-2026")
	in.Matter.Merged = true
	town.run(in)
	require.Contains(t, town.stages(), deliberation.Consultation)
}

func TestWithdrawnByTheSecretary(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.habits[deliberation.Withdraw] = func(deliberation.OpenAct) *deliberation.Act {
		if town.status.Stage != deliberation.Review {
			return nil
		}
		return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.Withdraw, Paper: paper(deliberation.PaperReason)})
	}
	town.habits[deliberation.Convene] = ifNot(&town.status.Stage, deliberation.Review, town.habits[deliberation.Convene])
	town.run(town.input("urban-2026"))
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, deliberation.Withdrawn, town.status.Outcome)
	town.nothingLeftInProgress()
}

func TestCannotBeWithdrawnOnceResolved(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.before = func() {
		if town.status.Stage == deliberation.Implementation && len(town.refused) == 0 {
			town.act(*by(deliberation.Secretary, deliberation.Act{Kind: deliberation.Withdraw, Paper: paper(deliberation.PaperReason)}), nil)
		}
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Equal(t, deliberation.RefuseOutOfOrder, town.refused[0].Code)
}

func TestCancelledInTheMidstOfAnythingLeavesARecordedEnd(t *testing.T) {
	t.Parallel()
	moments := map[string]func(*town) bool{
		"soliciting": func(o *town) bool { return o.status.Stage == deliberation.Soliciting && o.ticks > 3 },
		"poll open":  func(o *town) bool { return o.anyPoll(deliberation.PollOpen) },
		"check-in":   func(o *town) bool { return o.status.Waiting.For == "check_in" },
		"posting":    func(o *town) bool { return len(o.postings) > 0 },
	}
	for name, now := range moments {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.before = func() {
				if now(town) {
					town.env.CancelWorkflow()
				}
			}
			town.run(town.input("urban-2026"))
			require.Error(t, town.env.GetWorkflowError())
			require.Equal(t, deliberation.Ended, town.status.State)
			require.Equal(t, deliberation.Cancelled, town.status.Outcome)
			town.nothingLeftInProgress()
		})
	}
}

func TestLongHistoryGoesOnInANewRun(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.before = func() {
		if town.status.Stage == deliberation.Implementation {
			town.env.SetContinueAsNewSuggested(true)
		}
	}
	delete(town.habits, deliberation.ReportResult)
	in := town.input("urban-2026")
	town.run(in)
	var again *workflow.ContinueAsNewError
	require.ErrorAs(t, town.env.GetWorkflowError(), &again)
	var next workflows.FourDeliberationsInput
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(again.Input, &next))
	require.Equal(t, deliberation.Implementation, next.State.Stage)

	later := newTown(t)
	later.world = town.world
	later.env.RegisterActivity(&activities.Activities{Recorder: later.world, Rolls: later.world, Polls: later.world, Mandates: later.world, Opinions: later.world, Offices: later.world, Law: later.Library})
	before := len(town.stages())
	later.run(next)
	require.NoError(t, later.env.GetWorkflowError())
	require.Equal(t, deliberation.Carried, later.status.Outcome)
	require.Equal(t, before+1, len(later.stages()), "the stage is not entered twice")
}

func TestStageOutOfOrderIsRefused(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	out := []deliberation.ActKind{deliberation.Publish, deliberation.CallToOrder, deliberation.OpenPoll, deliberation.ReportResult, deliberation.GiveClosingOpinion}
	town.before = func() {
		if town.ticks > len(out) {
			return
		}
		kind := out[town.ticks-1]
		spec, _ := deliberation.SpecOf(kind)
		town.act(*by(spec.Offices[0], deliberation.Act{Kind: kind}), nil)
	}
	town.run(town.input("urban-2026"))
	require.Len(t, town.refused, len(out))
	for _, r := range town.refused {
		require.Equal(t, deliberation.RefuseOutOfOrder, r.Code)
	}
	require.Equal(t, deliberation.Carried, town.status.Outcome, "the process lives on")
}

func TestActWithoutTheOfficeIsRefused(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.before = func() {
		if town.ticks == 1 {
			town.act(*by(deliberation.Resident, deliberation.Act{Kind: deliberation.Propose}), nil)
		}
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.RefuseNotEntitled, town.refused[0].Code)
}

// ifNot suspends a habit while the stage is the one named.
func ifNot(now *deliberation.Stage, stage deliberation.Stage, habit func(deliberation.OpenAct) *deliberation.Act) func(deliberation.OpenAct) *deliberation.Act {
	return func(o deliberation.OpenAct) *deliberation.Act {
		if *now == stage {
			return nil
		}
		return habit(o)
	}
}

func (o *town) anyPoll(s deliberation.PollState) bool {
	for _, p := range o.polls {
		if p.State == s {
			return true
		}
	}
	return false
}

func (o *town) nothingLeftInProgress() {
	o.Helper()
	for _, t := range o.tasks {
		require.NotEqual(o, deliberation.TaskOpen, t.State, "task of %s", t.Act)
	}
	for _, m := range o.meetings {
		require.Contains(o, []deliberation.MeetingState{deliberation.MeetingClosed, deliberation.MeetingAdjourned, deliberation.MeetingCancelled}, m.State)
	}
	require.False(o, o.anyPoll(deliberation.PollOpen), "a poll is still open")
	for _, q := range o.postings {
		require.NotEqual(o, deliberation.PostingUp, q.State)
	}
	require.Empty(o, o.status.Open)
}

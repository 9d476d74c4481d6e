package workflows_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
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

func TestMeetingLosesTheMotion(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.votes = deliberation.Tally{Yes: 5, No: 6}
	town.run(town.input("urban-2026"))
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, deliberation.Lost, town.status.Outcome)
	require.Equal(t, []deliberation.Stage{deliberation.Soliciting, deliberation.Proposal}, town.stages())
}

func TestMeetingBelowQuorumIsRefusedAndReconvened(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	adjourned := false
	town.habits[deliberation.Adjourn] = func(open deliberation.OpenAct) *deliberation.Act {
		if adjourned || town.status.Stage != deliberation.Review || town.done[deliberation.CallToOrder] > 2 {
			return nil
		}
		return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.Adjourn})
	}
	town.before = func() {
		town.present = 11
		if town.status.Stage == deliberation.Review && !adjourned {
			town.present = 7 // of 12 due: enough for the Party's own half, not for the local two thirds
			adjourned = town.status.Round > 1
		}
	}
	order := town.habits[deliberation.CallToOrder]
	refusedOnce := false
	town.habits[deliberation.CallToOrder] = func(open deliberation.OpenAct) *deliberation.Act {
		if town.present == 7 {
			if refusedOnce {
				return nil
			}
			refusedOnce = true
		}
		return order(open)
	}
	town.run(town.input("urban-2026"))
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	rounds := slices.DeleteFunc(town.stages(), func(s deliberation.Stage) bool { return s != deliberation.Review })
	require.Len(t, rounds, 2, "the meeting is convened again")
}

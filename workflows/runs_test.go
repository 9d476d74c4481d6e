package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

func (o *town) again(next workflows.FourDeliberationsInput, at time.Time) *town {
	later := newTown(o.T)
	later.world = o.world
	later.habits = later.goodHabits()
	later.env.SetStartTime(at)
	later.env.RegisterActivity(&activities.Activities{Recorder: later.world, Rolls: later.world, Polls: later.world, Mandates: later.world, Opinions: later.world, Offices: later.world, Law: later.Library})
	return later
}

// A new run between two stages: the next stage must be entered.
func TestNewRunBetweenStagesEntersTheNext(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.before = func() {
		if town.status.Stage == deliberation.Proposal {
			town.env.SetContinueAsNewSuggested(true)
		}
	}
	town.run(town.input("urban-2026"))
	var can *workflow.ContinueAsNewError
	require.ErrorAs(t, town.env.GetWorkflowError(), &can)
	var next workflows.FourDeliberationsInput
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(can.Input, &next))
	later := town.again(next, town.now())
	later.run(next)
	require.Contains(t, later.stages(), deliberation.Consultation)
}

func TestVotedAndNotYetSignedCannotBeWithdrawn(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	delete(town.habits, deliberation.RecordMinutes)
	sent := false
	town.before = func() {
		for _, p := range town.polls {
			if !sent && p.Stage == deliberation.Resolution && p.State == deliberation.PollClosed {
				sent = true
				town.act(*by(deliberation.Secretary, deliberation.Act{Kind: deliberation.Withdraw, Paper: paper(deliberation.PaperReason)}), nil)
			}
		}
		if town.status.Stage != deliberation.Resolution {
			town.habits[deliberation.RecordMinutes] = func(deliberation.OpenAct) *deliberation.Act {
				return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.RecordMinutes, Paper: paper(deliberation.PaperMinutes)})
			}
		} else if !sent {
			delete(town.habits, deliberation.RecordMinutes)
		} else {
			town.habits[deliberation.RecordMinutes] = func(deliberation.OpenAct) *deliberation.Act {
				return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.RecordMinutes, Paper: paper(deliberation.PaperMinutes)})
			}
		}
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestLimitsStandStillWhileAnOrderHolds(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	delete(town.habits, deliberation.Acknowledge)
	delete(town.habits, deliberation.ReportRectified)
	delete(town.habits, deliberation.AcceptRectified)
	ordered := false
	held := 0
	town.before = func() {
		if !ordered && town.status.Waiting.For == "supervisors" {
			ordered = true
			town.act(*by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.OrderRectification, Days: 60, Paper: paper(deliberation.PaperSupervise)}), nil)
		}
		if town.status.State == deliberation.Held {
			held++
		}
		if held == 24*40 {
			g := town.goodHabits()
			for _, k := range []deliberation.ActKind{deliberation.ReportRectified, deliberation.AcceptRectified, deliberation.Acknowledge} {
				town.habits[k] = g[k]
			}
		}
	}
	town.run(town.input("urban-2026"))
	for _, m := range town.marks {
		require.NotEqual(t, deliberation.MarkSilent, m.Kind, "silence recorded while acknowledging was refused as held")
	}
}

func TestLostChangeLeavesTheResolutionStanding(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	asked := false
	town.before = func() {
		if town.status.Stage == deliberation.Implementation && !asked {
			asked = true
			town.votes = deliberation.Tally{Yes: 1, No: 10}
			town.act(*by(deliberation.Director, deliberation.Act{Kind: deliberation.RequestChange, Paper: paper(deliberation.PaperReason)}), nil)
		}
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestWhatWasEscalatedIsNotEscalatedAgainInANewRun(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	delete(town.habits, deliberation.AnswerQuestion)
	delete(town.habits, deliberation.ReportResult)
	asked := false
	town.before = func() {
		if !asked && town.status.Stage == deliberation.Implementation {
			asked = true
			town.act(*by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.Ask, Paper: paper(deliberation.PaperSupervise)}), nil)
		}
		for _, m := range town.marks {
			if m.Kind == deliberation.MarkQuestion && m.State == deliberation.MarkEscalated {
				town.env.SetContinueAsNewSuggested(true)
				town.act(*by(deliberation.Director, deliberation.Act{Kind: deliberation.ReportProgress, Paper: paper(deliberation.PaperProgress)}), nil)
			}
		}
	}
	town.run(town.input("urban-2026"))
	var can *workflow.ContinueAsNewError
	require.ErrorAs(t, town.env.GetWorkflowError(), &can)
	var next workflows.FourDeliberationsInput
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(can.Input, &next))
	n := func() (k int) {
		for _, c := range town.changes {
			for _, f := range c.Facts {
				if f.Kind == deliberation.FactEscalation {
					k++
				}
			}
		}
		return
	}
	before := n()
	later := town.again(next, town.now())
	later.run(next)
	require.Equal(t, before, n(), "a limit that had passed was escalated again in the new run")
}

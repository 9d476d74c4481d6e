package workflows_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
)

func TestProgressIsReportedAsOftenAsThereIsSomething(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.habits[deliberation.ReportProgress] = func(deliberation.OpenAct) *deliberation.Act {
		if town.done[deliberation.ReportProgress] == 3 {
			return nil
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.ReportProgress, Paper: paper(deliberation.PaperProgress), Spending: 100})
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, 3, town.done[deliberation.ReportProgress])
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestChangeGoesBackToTheBodyThatDecided(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.habits[deliberation.RequestChange] = func(deliberation.OpenAct) *deliberation.Act {
		if town.done[deliberation.RequestChange] > 0 {
			return nil
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.RequestChange, Paper: paper(deliberation.PaperReason)})
	}
	town.run(town.input("urban-2026"))
	stages := town.stages()
	i := slices.Index(stages, deliberation.Implementation)
	require.Equal(t, deliberation.Resolution, stages[i+1])
	require.Equal(t, 1, town.count(deliberation.Review), "the Party members' meeting did not decide and is not asked")
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
)

func TestTaskIsRemindedOfBeforeItsDayAndEscalatedAfter(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.input("urban-2026")
	convene := town.habits[deliberation.Convene]
	town.habits[deliberation.Convene] = func(open deliberation.OpenAct) *deliberation.Act {
		for _, task := range town.tasks {
			if task.Act == deliberation.Convene && task.State == deliberation.TaskOpen && task.Stage == deliberation.Proposal &&
				town.now().Before(task.Due.AddDate(0, 0, 2)) {
				return nil
			}
		}
		return convene(open)
	}
	town.run(in)
	for _, task := range town.tasks {
		if task.Act != deliberation.Convene || task.Stage != deliberation.Proposal {
			continue
		}
		require.Equal(t, deliberation.TaskDone, task.State)
		require.True(t, task.Late)
		require.True(t, task.Reminded.Equal(task.Due.AddDate(0, 0, -in.Rules.RemindDays.Days)))
		require.True(t, task.Escalated.Equal(task.Due))
	}
	require.Equal(t, deliberation.Carried, town.status.Outcome, "a late task is done all the same")
}

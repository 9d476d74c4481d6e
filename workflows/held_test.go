package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
)

func TestMeetingWhoseDayPassedWhileHeldIsConvenedAgain(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	report := town.habits[deliberation.ReportRectified]
	delete(town.habits, deliberation.ReportRectified)
	var starts time.Time
	town.before = func() {
		switch {
		case starts.IsZero() && town.status.Waiting.For == "notice":
			starts = town.status.Waiting.Until
			town.act(*by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.OrderRectification, Days: 60, Paper: paper(deliberation.PaperSupervise)}), nil)
		case !starts.IsZero() && town.now().After(starts.AddDate(0, 0, 20)):
			town.habits[deliberation.ReportRectified] = report
		}
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Equal(t, 2, town.count(deliberation.Proposal), "the meeting needs a new notice")
	for _, m := range town.meetings {
		if m.Starts.Equal(starts) {
			require.Equal(t, deliberation.MeetingAdjourned, m.State)
			require.False(t, m.Quorum.Met)
		}
	}
}

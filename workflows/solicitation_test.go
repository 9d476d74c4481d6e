package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

func TestProposalBeforeTheSolicitingPeriodIsOverIsRefused(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.input("urban-2026")
	town.before = func() {
		if town.ticks == 5 {
			town.act(*by(deliberation.Secretary, deliberation.Act{Kind: deliberation.Propose, Paper: paper(deliberation.PaperProposal)}), nil)
		}
	}
	town.run(in)
	require.Equal(t, deliberation.RefuseTooEarly, town.refused[0].Code)
	start, _ := deliberation.ParseDate(started)
	require.True(t, town.refused[0].Earliest.Equal(start.AddDays(in.Rules.SolicitDays.Days).End()))
}

func TestProposalWaitsForEveryOpinionToBeAnswered(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.opinions = activities.OpinionCounts{Received: 3, Answered: 1}
	town.before = func() {
		if len(town.refused) > 0 {
			town.opinions.Answered = 3
		}
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.RefuseUnanswered, town.refused[0].Code)
	require.Equal(t, 2, town.refused[0].Count)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

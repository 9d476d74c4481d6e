package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// U-NEW 第三十条: under an authorisation that was given here, the agenda takes only
// motions of the kinds it covers, and the start says which it was.
func TestMotionsStayWithinTheAuthorisation(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.conference("urban-2026", deliberation.Conference)
	in.Matter.AuthorisedBy = "p0.g1"
	in.Matter.Grant = &deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryEnvironment}, Until: in.Subject.Started.AddYears(1)}
	town.motions(deliberation.RecordedVoting)
	put := town.habits[deliberation.PutMotion]
	town.habits[deliberation.PutMotion] = func(o deliberation.OpenAct) *deliberation.Act {
		if len(town.refused) == 0 {
			return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.PutMotion, Voting: deliberation.RecordedVoting, Category: deliberation.CategoryFunds, Paper: paper(deliberation.PaperMotion)})
		}
		return put(o)
	}
	town.habits[deliberation.CloseAgenda] = func(deliberation.OpenAct) *deliberation.Act {
		if len(town.status.Agenda) == 0 {
			return nil
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.CloseAgenda})
	}
	town.play(workflows.Conference, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, deliberation.RefuseReserved, town.refused[0].Code)
	require.Equal(t, []bool{true}, town.ended())
	started := data[deliberation.StartedData](town, deliberation.FactStarted)[0]
	require.Equal(t, "p0.g1", started.AuthorisedBy)
	require.Equal(t, in.Matter.Grant, started.Grant)
}

// An authorisation that has ended covers no motion any more.
func TestMotionsAfterTheAuthorisationEnded(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.conference("urban-2026", deliberation.Conference)
	in.Matter.AuthorisedBy = "p0.g1"
	in.Matter.Grant = &deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryEnvironment}, Until: in.Subject.Started.AddDays(-1)}
	town.habits[deliberation.PutMotion] = func(deliberation.OpenAct) *deliberation.Act {
		if len(town.refused) > 0 { // nothing reserved can be decided: another kind of matter goes on
			return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.PutMotion, Voting: deliberation.RecordedVoting, Category: deliberation.CategoryOther, Paper: paper(deliberation.PaperMotion)})
		}
		return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.PutMotion, Voting: deliberation.RecordedVoting, Category: deliberation.CategoryEnvironment, Paper: paper(deliberation.PaperMotion)})
	}
	town.habits[deliberation.CloseAgenda] = func(deliberation.OpenAct) *deliberation.Act {
		if len(town.status.Agenda) == 0 {
			return nil
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.CloseAgenda})
	}
	town.play(workflows.Conference, in)
	require.NotEmpty(t, town.refused)
	require.Equal(t, deliberation.RefuseReserved, town.refused[0].Code)
	for _, m := range town.status.Agenda {
		require.NotEqual(t, deliberation.CategoryEnvironment, m.Category)
	}
}

package workflows_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

func TestACovenantThatIsCarriedIsFiledBeforeTheProcessCloses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		category deliberation.Category
		yes      int
		filed    bool
	}{
		"a covenant":      {deliberation.CategoryCovenant, 9, true},
		"a covenant lost": {deliberation.CategoryCovenant, 2, false},
		"another matter":  {deliberation.CategoryEnvironment, 9, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.votes = deliberation.Tally{Yes: c.yes, No: 11 - c.yes}
			town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.RecordedVoting, Category: c.category})
			town.play(workflows.Conference, town.conference("urban-2026", deliberation.Assembly))
			require.Empty(t, town.refused)
			facts := town.facts()
			filed := slices.Index(facts, deliberation.FactFiled)
			require.Equal(t, c.filed, filed >= 0)
			if c.filed {
				require.Equal(t, deliberation.PaperFiling, data[deliberation.PaperData](town, deliberation.FactFiled)[0].Paper.Kind)
				require.Less(t, slices.Index(facts, deliberation.FactPosted), filed)
				closing := 0
				for i, k := range facts {
					if k == deliberation.FactMark {
						closing = i
					}
				}
				require.Less(t, filed, closing, "the supervisors close after the filing")
			}
			town.nothingIsLeftOpen()
		})
	}
}

func TestTheAssemblyAuthorisesTheConference(t *testing.T) {
	t.Parallel()
	until, err := deliberation.ParseDate("2027-03-01")
	require.NoError(t, err)
	grant := deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryFunds, deliberation.CategoryWelfare}, Until: until}
	for name, carried := range map[string]bool{"carried": true, "lost": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			if !carried {
				town.votes = deliberation.Tally{Yes: 2, No: 9}
			}
			town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.RecordedVoting, Category: deliberation.CategoryAuthorise, Grant: &grant})
			town.play(workflows.Conference, town.conference("village-2026", deliberation.Assembly))
			require.Empty(t, town.refused)
			require.Equal(t, []bool{carried}, town.ended())
			if !carried {
				require.Empty(t, town.given)
				return
			}
			require.Len(t, town.given, 1)
			a := town.given[0]
			require.Equal(t, town.status.Agenda[0].ID, a.ID)
			require.Equal(t, grant, a.Grant)
			closed := town.polls[town.status.Agenda[0].Poll].Closed
			require.Equal(t, deliberation.DateOf(closed), a.From)
			require.Equal(t, a, data[deliberation.AuthorisedData](town, deliberation.FactAuthorised)[0].Authorisation)
			require.True(t, a.Covers(deliberation.CategoryFunds, until))
			require.False(t, a.Covers(deliberation.CategoryCovenant, until))
		})
	}
}

// What the assembly takes up again it no longer authorises, whatever it decides then.
func TestAContestedAuthorisationEnds(t *testing.T) {
	t.Parallel()
	until, err := deliberation.ParseDate("2027-03-01")
	require.NoError(t, err)
	grant := deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryFunds}, Until: until}
	town := newTown(t)
	town.objectOnce()
	town.habits[deliberation.ContestAnswer] = func(open deliberation.OpenAct) *deliberation.Act {
		town.votes = deliberation.Tally{Yes: 2, No: 9} // the second time it is lost
		return by(deliberation.Resident, deliberation.Act{Kind: deliberation.ContestAnswer, Subject: open.Subject, Paper: paper(deliberation.PaperObjection)})
	}
	town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.RecordedVoting, Category: deliberation.CategoryAuthorise, Grant: &grant})
	town.play(workflows.Conference, town.conference("village-2026", deliberation.Assembly))
	require.Equal(t, deliberation.Lost, town.status.Outcome)
	require.Len(t, town.given, 2)
	first, second := town.given[0], town.given[1]
	require.Equal(t, first.ID, second.ID)
	require.True(t, first.Ended.IsZero())
	require.True(t, first.Covers(deliberation.CategoryFunds, first.From))
	require.False(t, second.Ended.IsZero())
	require.False(t, second.Covers(deliberation.CategoryFunds, second.Ended))
}

// A household may send another adult for its representative: who stands for whom is
// closed and written before the first poll, once.
func TestTheListOfThoseWhoStandForOthersIsClosedBeforeTheFirstPoll(t *testing.T) {
	t.Parallel()
	for body, listed := range map[deliberation.Body]int{deliberation.HouseholdAssembly: 1, deliberation.Conference: 0} {
		t.Run(string(body), func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.RecordedVoting}, deliberation.Act{Voting: deliberation.SecretVoting})
			town.play(workflows.Conference, town.conference("village-2026", body))
			require.Empty(t, town.refused)
			require.Equal(t, []bool{true, true}, town.ended())
			require.Equal(t, listed, town.lists)
			facts := town.facts()
			if listed > 0 {
				require.Equal(t, slices.Index(facts, deliberation.FactPollOpened)-1, slices.Index(facts, deliberation.FactMandates))
			}
		})
	}
}

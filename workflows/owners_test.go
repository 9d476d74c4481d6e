package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// owners gives the town an estate of twelve owners, of whom nine took part.
func (o *town) owners(yes, yesArea int) workflows.ConferenceInput {
	o.Helper()
	o.area = 120_000
	o.votes = deliberation.Tally{Taken: 9, Yes: yes, No: 9 - yes, Area: &deliberation.AreaTally{Due: 120_000, Taken: 90_000, Yes: yesArea, No: 90_000 - yesArea}}
	in := o.conference("urban-2026", deliberation.OwnersMeeting)
	in.Matter.Estate = "e1"
	return in
}

// 业主大会 needs nobody to come together: its polls open when its time has come, stay
// open for days, all at once, and are decided by heads and by area (民法典 第二百七十八条).
func TestOwnersDecideByParticipation(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		yes, area int
		met       []bool // an ordinary motion, and a special one
	}{
		"three quarters by both":           {7, 67_500, []bool{true, true}},
		"more than half, not so much":      {6, 60_000, []bool{true, false}},
		"most heads, half the area":        {9, 45_000, []bool{false, false}},
		"most area, not half of the heads": {4, 90_000, []bool{false, false}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			delete(town.habits, deliberation.ClosePoll) // they close by themselves
			in := town.owners(c.yes, c.area)
			most := 0
			town.puts(deliberation.Act{},
				deliberation.Act{Voting: deliberation.RecordedVoting, Category: deliberation.OwnersManager},
				deliberation.Act{Voting: deliberation.RecordedVoting, Category: deliberation.OwnersFundRaise})
			convene := town.habits[deliberation.Convene]
			town.habits[deliberation.Convene] = func(open deliberation.OpenAct) *deliberation.Act {
				a := convene(open)
				a.At = a.At.AddDate(0, 0, 10) // fifteen days' notice
				return a
			}
			town.before = func() {
				open := 0
				for _, p := range town.polls {
					if p.State == deliberation.PollOpen {
						open++
					}
				}
				most = max(most, open)
			}
			town.play(workflows.Conference, in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Zero(t, town.done[deliberation.CallToOrder])
			require.Equal(t, c.met, town.ended())
			require.Equal(t, 2, most, "both polls are open at once")
			require.Equal(t, 1, town.lists, "the list of agents is closed once")
			require.Equal(t, deliberation.EstateID("e1"), town.specs[0].Estate)
			require.Equal(t, 2, data[deliberation.MandatesData](town, deliberation.FactMandates)[0].Count)
			require.Equal(t, deliberation.EstateID("e1"), data[deliberation.StartedData](town, deliberation.FactStarted)[0].Estate)
			require.Equal(t, 120_000, data[deliberation.RollData](town, deliberation.FactRoll)[0].Area)
			for _, p := range town.polls {
				require.True(t, p.Whole)
				require.Len(t, p.Passing.Checks, 4)
				days := deliberation.DateOf(p.Opened).AddDays(in.Rules.Meeting.VotingDays.Days)
				require.Equal(t, days.End().Unix(), p.Closes.Unix())
			}
			for _, m := range town.meetings {
				require.Nil(t, m.Quorum)
				require.NotEmpty(t, m.Chair)
			}
			town.nothingIsLeftOpen()
		})
	}
}

func TestTheChairClosesOneOfTheOwnersPolls(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.owners(8, 80_000)
	town.puts(deliberation.Act{},
		deliberation.Act{Voting: deliberation.RecordedVoting, Category: deliberation.OwnersManager},
		deliberation.Act{Voting: deliberation.RecordedVoting, Category: deliberation.OwnersOther})
	convene := town.habits[deliberation.Convene]
	town.habits[deliberation.Convene] = func(open deliberation.OpenAct) *deliberation.Act {
		a := convene(open)
		a.At = a.At.AddDate(0, 0, 10)
		return a
	}
	town.habits[deliberation.ClosePoll] = func(open deliberation.OpenAct) *deliberation.Act {
		if len(town.polls) < 2 || open.Subject != string(town.status.Agenda[1].Poll) {
			return nil
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.ClosePoll, Subject: open.Subject})
	}
	town.play(workflows.Conference, in)
	require.Empty(t, town.refused)
	require.Equal(t, []bool{true, true}, town.ended())
	first, second := town.polls[town.status.Agenda[0].Poll], town.polls[town.status.Agenda[1].Poll]
	require.True(t, second.Closed.Before(second.Closes))
	require.False(t, first.Closed.Before(first.Closes))
}

func TestOwnersMotionsCannotStandTogether(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.owners(8, 80_000)
	town.puts(deliberation.Act{Together: true}, deliberation.Act{Voting: deliberation.RecordedVoting, Category: deliberation.OwnersManager})
	settle := town.habits[deliberation.CloseAgenda]
	town.habits[deliberation.CloseAgenda] = func(open deliberation.OpenAct) *deliberation.Act {
		if len(town.refused) > 0 {
			town.env.CancelWorkflow()
			return nil
		}
		return settle(open)
	}
	town.play(workflows.Conference, in)
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseInvalid}, town.codes())
	require.Equal(t, "together", town.refused[0].Fields[0].Field)
}

package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

func TestPollClosesByItselfAtItsTime(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	delete(town.habits, deliberation.ClosePoll)
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	for _, p := range town.polls {
		require.Equal(t, deliberation.PollClosed, p.State)
		require.False(t, p.Closed.Before(p.Closes))
		require.NotNil(t, p.Passing)
	}
	for _, task := range town.tasks {
		if task.Act == deliberation.ClosePoll {
			require.True(t, task.Escalated.IsZero(), "a poll that closes at its time is not late")
		}
	}
}

func TestQuorumIsFoundAgainWhenThePollOpens(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.before = func() {
		if town.status.Stage == deliberation.Review {
			town.present = 11
			if town.isOpen(deliberation.OpenPoll) && len(town.refused) == 0 {
				town.present = 5 // people left after the call to order
			}
		}
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.RefuseBelowQuorum, town.refused[0].Code)
	require.False(t, town.refused[0].Verdict.Met)
	require.NotNil(t, town.refused[0].Basis)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestPollCannotEndInThePast(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	open := town.habits[deliberation.OpenPoll]
	town.habits[deliberation.OpenPoll] = func(o deliberation.OpenAct) *deliberation.Act {
		a := open(o)
		if len(town.refused) == 0 {
			a.At = town.now().AddDate(0, 0, -1)
		}
		return a
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.RefuseTooEarly, town.refused[0].Code)
}

func TestPartyMeetingCountsThoseDueAndTheConferenceThosePresent(t *testing.T) {
	t.Parallel()
	// 12 due, 9 present, 6 ayes: more than half of those present, not of those due.
	town := newTown(t)
	in := town.input("urban-2026")
	town.before = func() {
		if town.status.Stage == deliberation.Review {
			town.present, town.votes = 9, deliberation.Tally{Yes: 6, No: 3}
		}
	}
	town.run(in)
	require.Equal(t, deliberation.Lost, town.status.Outcome)

	town = newTown(t)
	town.before = func() {
		if town.status.Stage == deliberation.Resolution {
			town.present, town.votes = 9, deliberation.Tally{Yes: 5, No: 4}
		} else {
			town.present, town.votes = 11, deliberation.Tally{Yes: 9, No: 2}
		}
	}
	town.run(in)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

// Who leaves while the chair opens the poll may leave too few: it stays shut, and
// opens once they are back, with the quorum of its own voters.
func TestQuorumIsThatOfThePollsOwnRoll(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.leaving = 5
	town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.RecordedVoting})
	town.before = func() {
		if len(town.refused) > 0 {
			town.present = 10
		}
	}
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseBelowQuorum}, town.codes())
	require.NotNil(t, town.refused[0].Verdict)
	require.NotNil(t, town.refused[0].Basis)
	for _, m := range town.meetings {
		require.Equal(t, 10, m.Quorum.Attendance.Whole.Present)
	}
	require.Len(t, town.polls, 1)
}

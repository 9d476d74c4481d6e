package workflows_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
)

// A further round to which too few come is held again by itself: who was elected in the
// first round stays elected.
func TestAFurtherRoundThatFailsTakesNothingFromTheFirst(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	town.elections.votes = []map[deliberation.ElectionPost]map[deliberation.PersonID]int{
		polled(votesFor{"d1": 5, "d2": 5}, votesFor{"m1": 8, "m2": 5, "m3": 4}),
		polled(votesFor{"d1": 1, "d2": 2}, votesFor{"m2": 1, "m3": 2}),
		polled(votesFor{"d1": 3, "d2": 5}, votesFor{"m2": 4, "m3": 3}),
	}
	town.elections.came = []int{0, 4} // of twelve
	town.held(in)
	require.Empty(t, town.refused)
	require.Len(t, town.polls, 3)
	require.Equal(t, map[deliberation.PersonID]deliberation.ElectionPost{
		"d2": deliberation.PostDirector, "m1": deliberation.PostMember, "m2": deliberation.PostMember,
	}, town.seated())
	require.Equal(t, 2, town.status.Election.Round)
	require.Equal(t, 0, town.done[deliberation.PostponeElection])
}

// Who withdrew while they were being reviewed is not brought back by the review.
func TestAReviewDoesNotBringBackWhoWithdrew(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	town.elections.lodged[0] = append(town.elections.lodged[0], nominated("3", "electors", "", "m4"))
	left := false
	town.before = func() {
		e := town.status.Election
		if left || e == nil || e.Nominee("m4") == nil || e.Nominee("m4").State != deliberation.NomineeAccepted || !town.taken(deliberation.ReviewCandidate) {
			return
		}
		left = true
		town.act(deliberation.Act{Kind: deliberation.WithdrawCandidacy, Actor: "m4", Office: deliberation.Resident, Subject: "m4", Paper: paper(deliberation.PaperElection)}, nil)
	}
	town.held(in)
	require.True(t, left)
	require.Equal(t, deliberation.NomineeWithdrew, town.status.Election.Nominee("m4").State)
	require.Len(t, town.polls, 1, "three stand for member, and no preselection")
}

// Being named for another post by somebody else, once nominations are open again, takes
// nobody off the list; who declined is asked again for another post.
func TestToBeNamedAgainTakesNobodyOffTheList(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	first := []deliberation.LodgedNomination{nominated("1", "party_organisation", "d1", "m1", "m2"), nominated("2", "electors", "", "m3")}
	town.elections.lodged = [][]deliberation.LodgedNomination{first, append(slices.Clone(first), nominated("3", "electors", "d2", "w1"), nominated("4", "electors", "m3"))}
	answer := town.habits[deliberation.AnswerNomination]
	asked := map[string]int{}
	town.habits[deliberation.AnswerNomination] = func(open deliberation.OpenAct) *deliberation.Act {
		a := answer(open)
		if asked[open.Subject]++; open.Subject == "w1" {
			a.Accept = false
		}
		return a
	}
	town.held(in)
	require.Equal(t, 1, asked["m3"])
	require.Equal(t, deliberation.PostMember, town.status.Election.Nominee("m3").Chosen)
	lists := town.status.Election.Lists
	require.Equal(t, []deliberation.PersonID{"m1", "m2", "m3"}, lists[1].Candidates)

	declined := deliberation.NomineeProgress{Person: "p", Posts: []deliberation.ElectionPost{deliberation.PostDirector}, State: deliberation.NomineeDeclined}
	require.Equal(t, deliberation.NomineeDeclined, declined.NamedAgain(declined.Posts).State)
	require.Equal(t, deliberation.NomineeNamed, declined.NamedAgain([]deliberation.ElectionPost{deliberation.PostDirector, deliberation.PostMember}).State)
}

// An election that a ruling found void does not wait for its handover.
func TestAnElectionFoundVoidIsNotHandedOver(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	steps := town.habits[deliberation.CompleteElectionStep]
	town.habits[deliberation.CompleteElectionStep] = func(open deliberation.OpenAct) *deliberation.Act {
		if open.Subject == string(deliberation.ElectionHandover) {
			return nil
		}
		return steps(open)
	}
	rule := town.habits[deliberation.RuleOnChallenge]
	town.habits[deliberation.RuleOnChallenge] = func(open deliberation.OpenAct) *deliberation.Act {
		a := rule(open)
		a.Accept = false
		return a
	}
	filed := false
	town.before = func() {
		if town.status.Stage == deliberation.ElectionHandedOver && town.taken(deliberation.ChallengeElection) && !filed {
			filed = true
			for range 3 { // one at a time
				town.act(deliberation.Act{Kind: deliberation.ChallengeElection, Actor: "e3", Office: deliberation.Resident, Paper: paper(deliberation.PaperObjection)}, nil)
			}
		}
	}
	town.held(in)
	require.True(t, filed)
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseTwice, deliberation.RefuseTwice}, town.codes())
	require.Len(t, town.status.Election.Challenges, 1)
	require.Equal(t, deliberation.Lost, town.status.Outcome)
}

// A day that is put off takes no list down: they hang until the vote, and the papers of
// the vote say which list they follow.
func TestListsHangWhileTheDayIsPutOff(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	put := false
	convene := town.habits[deliberation.Convene]
	town.habits[deliberation.Convene] = func(open deliberation.OpenAct) *deliberation.Act {
		if town.status.Election.Setup.Day == in.Setup.Day {
			return nil
		}
		return convene(open)
	}
	town.before = func() {
		if town.taken(deliberation.Convene) && !put {
			put = true
			town.act(*headed("head", deliberation.Act{Kind: deliberation.PostponeElection, At: in.Setup.Day.AddDays(10).At(8, 0), Paper: paper(deliberation.PaperElection)}), nil)
		}
	}
	town.held(in)
	require.True(t, put)
	for _, m := range town.meetings {
		for _, p := range town.postings {
			if p.Stage == deliberation.NominationStage || p.Stage == deliberation.ElectorRegistration {
				require.True(t, p.Ended.After(m.Starts), "%s ended on %s, the vote was on %s", p.Stage, p.Ended, m.Starts)
			}
		}
		require.False(t, m.Agenda[0].Paper.IsZero())
	}
}

// An election day that passed without a vote is put off, though the meeting is open; and
// no poll of an election stays open for longer than the day.
func TestADayThatPassedWithoutAVoteIsPutOff(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.election("village-2026+sichuan", deliberation.AllElectors)
	open := town.habits[deliberation.OpenPoll]
	town.habits[deliberation.OpenPoll] = func(o deliberation.OpenAct) *deliberation.Act {
		a := open(o)
		switch day := town.status.Election.Setup.Day; {
		case day != in.Setup.Day:
			return a
		case len(town.refused) == 0:
			a.At = day.AddDays(3).At(18, 0)
			return a
		case deliberation.DateOf(town.now()).After(day):
			return headed("head", deliberation.Act{Kind: deliberation.PostponeElection, At: day.AddDays(10).At(8, 0), Paper: paper(deliberation.PaperElection)})
		}
		return nil
	}
	town.held(in)
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseTooLate}, town.codes())
	require.Len(t, town.polls, 1)
	require.Len(t, town.meetings, 2)
	for _, m := range town.meetings {
		require.Contains(t, []deliberation.MeetingState{deliberation.MeetingCancelled, deliberation.MeetingClosed}, m.State)
	}
	require.Len(t, town.seated(), 3)
}

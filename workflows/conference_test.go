package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

func (o *town) conference(pack string, body deliberation.Body) workflows.ConferenceInput {
	o.Helper()
	p, err := o.Pack(pack)
	require.NoError(o, err)
	rules, err := deliberation.ConferenceOf(p, body)
	require.NoError(o, err)
	in := o.input(pack)
	in.Matter.Form, in.Matter.Authorised = body, true // by the assembly, without which most is kept from representatives
	return workflows.ConferenceInput{Subject: in.Subject, Matter: in.Matter, Rules: rules}
}

// motions gives the town the habit of putting these to the vote.
func (o *town) motions(votings ...deliberation.Voting) {
	put := 0
	o.habits[deliberation.PutMotion] = func(deliberation.OpenAct) *deliberation.Act {
		if put == len(votings) {
			return nil
		}
		put++
		return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.PutMotion, Voting: votings[put-1], Category: deliberation.CategoryEnvironment, Paper: paper(deliberation.PaperProposal)})
	}
	o.habits[deliberation.CloseAgenda] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.CloseAgenda})
	}
	counters := []deliberation.Office{deliberation.Clerk, deliberation.Supervisor}
	counted := 0
	o.habits[deliberation.CountHands] = func(deliberation.OpenAct) *deliberation.Act {
		counted++
		return by(counters[counted%2], deliberation.Act{Kind: deliberation.CountHands, Yes: 7, No: 3, Abstain: 1})
	}
}

// ended is how each motion of the conference ended.
func (o *town) ended() (met []bool) {
	for _, m := range o.status.Agenda {
		if m.Met == nil {
			o.Errorf("motion %s has no verdict", m.ID)
			continue
		}
		met = append(met, *m.Met)
	}
	return met
}

func TestConferenceDecidesEachMotionInItsOwnWay(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"urban-2026", "village-2026", "urban-2026+sichuan", "village-2018"} {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.motions(deliberation.RecordedVoting, deliberation.SecretVoting, deliberation.HandsVoting)
			town.play(workflows.Conference, town.conference(pack, deliberation.Conference))
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			require.Equal(t, []deliberation.Stage{deliberation.AgendaStage, deliberation.Resolution, deliberation.ResolutionDisclosure}, town.stages())
			require.Equal(t, []bool{true, true, true}, town.ended())
			require.Len(t, town.polls, 3)
			secret, hands := 0, 0
			for _, p := range town.polls {
				require.Equal(t, deliberation.PollClosed, p.State)
				require.NotNil(t, p.Passing)
				if p.Secret {
					secret++
				}
				if p.Hands {
					hands++
					require.Equal(t, 7, p.Tally.Yes)
					require.Len(t, p.Counts, 2)
				}
			}
			require.Equal(t, 1, secret)
			require.Equal(t, 1, hands)
			for id, task := range town.tasks {
				require.NotEqual(t, deliberation.TaskOpen, task.State, "task %s of %s is still open", id, task.Act)
			}
		})
	}
}

func TestConferenceWithAllMotionsLostDisclosesNoResolution(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.votes = deliberation.Tally{Yes: 2, No: 9}
	town.motions(deliberation.RecordedVoting, deliberation.SecretVoting)
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.Equal(t, deliberation.Lost, town.status.Outcome)
	require.Equal(t, []bool{false, false}, town.ended())
	require.NotContains(t, town.stages(), deliberation.ResolutionDisclosure)
}

func TestAConferenceNeedsAMotion(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.motions(deliberation.RecordedVoting)
	put := town.habits[deliberation.PutMotion]
	town.habits[deliberation.PutMotion] = func(o deliberation.OpenAct) *deliberation.Act {
		if len(town.refused) == 0 { // settle first
			return nil
		}
		return put(o)
	}
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.Equal(t, deliberation.RefuseNoMotion, town.refused[0].Code)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestAMotionIsTakenOffTheAgenda(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.motions(deliberation.RecordedVoting, deliberation.RecordedVoting)
	settle := town.habits[deliberation.CloseAgenda]
	town.habits[deliberation.CloseAgenda] = func(o deliberation.OpenAct) *deliberation.Act {
		if len(town.status.Agenda) == 2 {
			return nil
		}
		return settle(o)
	}
	town.habits[deliberation.DropMotion] = func(deliberation.OpenAct) *deliberation.Act {
		if len(town.status.Agenda) < 2 {
			return nil
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.DropMotion, Subject: town.status.Agenda[0].ID, Paper: paper(deliberation.PaperReason)})
	}
	put := town.habits[deliberation.PutMotion]
	town.habits[deliberation.PutMotion] = func(o deliberation.OpenAct) *deliberation.Act {
		if town.done[deliberation.DropMotion] > 0 {
			return nil
		}
		return put(o)
	}
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.Empty(t, town.refused)
	require.Equal(t, []bool{true}, town.ended())
	require.Equal(t, 1, town.done[deliberation.DropMotion])
}

func TestHandsAreCountedByTwoWhoAgree(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.motions(deliberation.HandsVoting)
	entries := []deliberation.Act{
		{Actor: "clerk", Office: deliberation.Clerk, Yes: 8, No: 2, Abstain: 1},
		{Actor: "clerk", Office: deliberation.Clerk, Yes: 8, No: 2, Abstain: 1},           // the same person again is no second count
		{Actor: "supervisor", Office: deliberation.Supervisor, Yes: 9, No: 9, Abstain: 1}, // more than are present
		{Actor: "supervisor", Office: deliberation.Supervisor, Yes: 7, No: 3, Abstain: 1}, // differs
		{Actor: "clerk", Office: deliberation.Clerk, Yes: 7, No: 3, Abstain: 1},           // counted again: they agree
	}
	town.habits[deliberation.CountHands] = func(deliberation.OpenAct) *deliberation.Act {
		a := entries[0]
		entries, a.Kind = entries[1:], deliberation.CountHands
		return &a
	}
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.Len(t, town.refused, 1)
	require.Equal(t, deliberation.RefuseInvalid, town.refused[0].Code)
	require.Equal(t, 11, town.refused[0].Fields[0].Limit)
	require.Empty(t, entries)
	require.Equal(t, []bool{true}, town.ended())
	for _, p := range town.polls {
		require.Equal(t, 7, p.Tally.Yes)
	}
}

func TestAConferenceWithoutAQuorumIsConvenedAgain(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.motions(deliberation.SecretVoting)
	town.habits[deliberation.Adjourn] = func(deliberation.OpenAct) *deliberation.Act {
		if town.done[deliberation.Adjourn] > 0 || len(town.refused) == 0 {
			return nil
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.Adjourn})
	}
	town.before = func() {
		town.present = 11
		if town.done[deliberation.Adjourn] == 0 {
			town.present = 7 // of 12, two thirds are 8
		}
	}
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.Equal(t, deliberation.RefuseBelowQuorum, town.refused[0].Code)
	require.Len(t, town.meetings, 2)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Equal(t, []bool{true}, town.ended())
}

// However a secret poll is closed, the register holds the hash of its receipts:
// without it nobody could show a ballot to be in the count.
func TestReceiptsAreRegisteredHoweverASecretPollCloses(t *testing.T) {
	t.Parallel()
	for name, cancelled := range map[string]bool{"by the chair": false, "with the process": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.motions(deliberation.SecretVoting)
			town.before = func() {
				if cancelled && town.anyPoll(deliberation.PollOpen) {
					town.env.CancelWorkflow()
				}
			}
			town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
			require.Equal(t, cancelled, town.status.Outcome == deliberation.Cancelled)
			var closed []string
			for _, c := range town.changes {
				for _, f := range c.Facts {
					if f.Kind == deliberation.FactPollClosed {
						closed = append(closed, string(f.Data))
					}
				}
			}
			require.Len(t, closed, 1)
			require.Contains(t, closed[0], `"receipts"`)
		})
	}
}

func TestABodyThePackDoesNotKnowCannotConfer(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	p, err := town.Pack("urban-2018")
	require.NoError(t, err)
	_, err = deliberation.ConferenceOf(p, deliberation.GroupMeeting)
	require.ErrorIs(t, err, deliberation.Refuse(deliberation.RefuseFormNotInPack))
}

// 居民代表会议 decides only what the assembly authorised (U-NEW 第三十条, law.md §15.5).
func TestAReservedMotionDoesNotReachTheAgenda(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	for _, c := range []struct {
		category   deliberation.Category
		authorised bool
		refused    bool
	}{
		{deliberation.CategoryEnvironment, false, true},
		{deliberation.CategoryEnvironment, true, false},
		{deliberation.CategoryElection, true, true},
		{deliberation.CategoryOwners, true, true},
		{deliberation.CategoryCovenant, false, true},
		{deliberation.CategoryCovenant, true, false},
	} {
		in := town.conference("urban-2026", deliberation.Conference)
		err := in.Rules.MayDecide(c.category, c.authorised)
		if !c.refused {
			require.NoError(t, err, c.category)
			continue
		}
		require.ErrorIs(t, err, deliberation.Refuse(deliberation.RefuseReserved), c.category)
		var r *deliberation.Refusal
		require.ErrorAs(t, err, &r)
		require.NotNil(t, r.Basis)
	}
	town.motions(deliberation.RecordedVoting)
	put := town.habits[deliberation.PutMotion]
	town.habits[deliberation.PutMotion] = func(o deliberation.OpenAct) *deliberation.Act {
		if len(town.refused) == 0 {
			return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.PutMotion, Voting: deliberation.RecordedVoting, Category: deliberation.CategoryElection, Paper: paper(deliberation.PaperMotion)})
		}
		return put(o)
	}
	town.habits[deliberation.CloseAgenda] = func(deliberation.OpenAct) *deliberation.Act {
		if len(town.status.Agenda) == 0 {
			return nil
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.CloseAgenda})
	}
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.Equal(t, deliberation.RefuseReserved, town.refused[0].Code)
	require.Equal(t, []bool{true}, town.ended())
}

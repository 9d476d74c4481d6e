package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// recalling gives the input of a recall of the director, and the town the habits of
// those who hold the vote.
func (o *town) recalling(pack string, method deliberation.ElectionMethod) workflows.RecallInput {
	o.Helper()
	p, err := o.Pack(pack)
	require.NoError(o, err)
	rules, err := deliberation.RecallOf(p, method)
	require.NoError(o, err)
	in := o.input(pack)
	in.Matter.Form, in.Matter.Category = deliberation.Electors, deliberation.CategoryElection
	member := func(k deliberation.ActKind, kind deliberation.PaperKind) func(deliberation.OpenAct) *deliberation.Act {
		return func(open deliberation.OpenAct) *deliberation.Act {
			return by(deliberation.CommitteeMember, deliberation.Act{Kind: k, Subject: open.Subject, Paper: paper(kind)})
		}
	}
	for k, habit := range map[deliberation.ActKind]func(deliberation.OpenAct) *deliberation.Act{
		deliberation.DefendRecall: func(deliberation.OpenAct) *deliberation.Act {
			return &deliberation.Act{Kind: deliberation.DefendRecall, Actor: "director", Office: deliberation.Resident, Paper: paper(deliberation.PaperAnswer)}
		},
		deliberation.Convene: func(deliberation.OpenAct) *deliberation.Act {
			at := deliberation.DateOf(o.now()).AddDays(12).At(8, 0)
			return by(deliberation.CommitteeMember, deliberation.Act{Kind: deliberation.Convene, At: at, Paper: paper(deliberation.PaperNotice)})
		},
		deliberation.OpenPoll: member(deliberation.OpenPoll, ""), deliberation.ClosePoll: member(deliberation.ClosePoll, ""),
		deliberation.CallToOrder:  member(deliberation.CallToOrder, ""),
		deliberation.CertifyCount: member(deliberation.CertifyCount, ""),
		deliberation.CosignCount: func(open deliberation.OpenAct) *deliberation.Act {
			return by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.CosignCount, Subject: open.Subject})
		},
		deliberation.FileResolution: member(deliberation.FileResolution, deliberation.PaperFiling),
		deliberation.CompleteElectionStep: func(open deliberation.OpenAct) *deliberation.Act {
			return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.CompleteElectionStep, Subject: open.Subject, Paper: paper(deliberation.PaperElection)})
		},
	} {
		o.habits[k] = habit
	}
	return workflows.RecallInput{
		Subject: in.Subject, Matter: in.Matter, Rules: rules,
		Setup: deliberation.RecallSetup{Person: "director", Post: deliberation.Director, Method: method},
	}
}

// V-NEW 第十九条, U-NEW 第二十条: more than half of the roll voted, and more than half of
// those approve.
func TestARecallThatPassesEndsThePost(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		pack   string
		method deliberation.ElectionMethod
	}{
		{"village-2026+sichuan", deliberation.AllElectors}, {"village-2018", deliberation.AllElectors}, {"urban-2026", deliberation.AllElectors},
		{"urban-2026", deliberation.HouseholdRepresentatives}, {"urban-2026", deliberation.ByRepresentatives}, {"urban-2018", deliberation.AllElectors},
	} {
		t.Run(c.pack+" "+string(c.method), func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.recalling(c.pack, c.method)
			town.votes = deliberation.Tally{Yes: 6, No: 4, Abstain: 1}
			town.play(workflows.Recall, in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Equal(t, []deliberation.Stage{deliberation.RecallDefence, deliberation.RecallVoting, deliberation.RecallResult}, town.stages())
			r := town.status.Recall
			require.NotNil(t, r.Passed)
			require.True(t, r.Passed.Met, "%+v", r.Passed)
			require.True(t, r.HandedOver)
			require.True(t, r.BarredUntil.IsZero())
			require.Equal(t, paper(deliberation.PaperAnswer), r.Defence)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			for _, s := range town.specs {
				require.Equal(t, c.method, s.Method, "who elected votes")
			}
			town.nothingLeftOpen()
		})
	}
}

// S-VE 第四十二条: one that failed bars the same facts and reasons for six months; elsewhere
// no law does.
func TestARecallThatFailsIsBarredWhereALawSaysSo(t *testing.T) {
	t.Parallel()
	for pack, bars := range map[string]bool{"village-2026+sichuan": true, "village-2026": false, "urban-2026+sichuan": true} {
		for name, votes := range map[string]deliberation.Tally{"half": {Yes: 5, No: 5}, "too few": {Yes: 6}} {
			town := newTown(t)
			in := town.recalling(pack, deliberation.AllElectors)
			delete(town.habits, deliberation.DefendRecall) // silence is their right
			town.votes = votes
			town.play(workflows.Recall, in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			r := town.status.Recall
			require.False(t, r.Passed.Met, name)
			require.False(t, r.HandedOver)
			require.True(t, r.Defence.IsZero())
			require.Equal(t, bars, !r.BarredUntil.IsZero())
			if bars {
				var closed deliberation.Date
				for _, p := range town.polls {
					closed = deliberation.DateOf(p.Closed)
				}
				require.False(t, r.BarredUntil.Before(closed.AddMonths(6)))
			}
			require.Equal(t, deliberation.Lost, town.status.Outcome)
			require.Zero(t, town.done[deliberation.CompleteElectionStep])
			require.Equal(t, 1, town.done[deliberation.FileResolution], "one that failed is told, too")
			town.nothingLeftOpen()
		}
	}
}

// S-VE 第四十一条: the person concerned does not hold the meeting, nor answers another's reasons.
func TestWhoIsToBeRecalledHoldsNoMeeting(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.recalling("village-2026+sichuan", deliberation.AllElectors)
	defend, convene, open := town.habits[deliberation.DefendRecall], town.habits[deliberation.Convene], town.habits[deliberation.OpenPoll]
	town.habits[deliberation.DefendRecall] = func(o deliberation.OpenAct) *deliberation.Act {
		a := defend(o)
		if len(town.refused) == 0 {
			a.Actor = "secretary"
		}
		return a
	}
	town.habits[deliberation.Convene] = func(o deliberation.OpenAct) *deliberation.Act {
		a := convene(o)
		if len(town.refused) == 1 {
			a.Actor, a.Office = "director", deliberation.Director
		}
		return a
	}
	town.habits[deliberation.OpenPoll] = func(o deliberation.OpenAct) *deliberation.Act {
		a := open(o)
		if len(town.refused) == 2 {
			a.Actor, a.Office = "director", deliberation.Director
		}
		return a
	}
	town.play(workflows.Recall, in)
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseNotAccountable, deliberation.RefuseOwnMatter, deliberation.RefuseNotEntitled}, town.codes())
	require.NotEqual(t, deliberation.PersonID("director"), town.meetings["x1.m.recall_voting.1"].Chair)
}

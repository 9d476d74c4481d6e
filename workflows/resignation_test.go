package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// resigns prepares a resignation of a committee member, and the habits of all who take part.
func (o *town) resigns(pack string, inactive bool) workflows.ResignationInput {
	o.Helper()
	p, err := o.Pack(pack)
	require.NoError(o, err)
	rules, err := deliberation.ResignationOf(p, deliberation.Conference)
	require.NoError(o, err)
	o.habits[deliberation.FileResignation] = func(deliberation.OpenAct) *deliberation.Act {
		if inactive {
			return by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.FileResignation, Paper: paper(deliberation.PaperReason)})
		}
		return &deliberation.Act{Kind: deliberation.FileResignation, Actor: "member", Office: deliberation.Resident, Paper: paper(deliberation.PaperReason)}
	}
	o.habits[deliberation.FileResolution] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.FileResolution, Paper: paper(deliberation.PaperFiling)})
	}
	in := o.input(pack)
	in.Matter.Category = deliberation.CategoryElection
	return workflows.ResignationInput{
		Subject: in.Subject, Matter: in.Matter, Rules: rules,
		Setup: deliberation.ResignationSetup{Person: "member", Post: deliberation.CommitteeMember, Inactive: inactive},
	}
}

// V-NEW 第二十条, U-NEW 第二十一条: the post ends on the day the conference passes it.
// S-VE 第四十五条, S-UE 第四十三条: with fewer than three, or five, a by-election within three
// months, in Sichuan alone.
func TestAResignationEndsThePostOnTheDayItPasses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		pack    string
		left    int
		vacancy bool
	}{
		"two are left in a village":              {"village-2026+sichuan", 2, true},
		"three are left in a village":            {"village-2026+sichuan", 3, false},
		"four are left in a community":           {"urban-2026+sichuan", 4, true},
		"five are left in a community":           {"urban-2026+sichuan", 5, false},
		"elsewhere no law says by when":          {"village-2026", 2, false},
		"elsewhere in the towns neither says so": {"urban-2026", 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.left = c.left
			town.play(workflows.Resignation, town.resigns(c.pack, false))
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Equal(t, []deliberation.Stage{deliberation.ResignationLetter, deliberation.ResignationVote, deliberation.ResignationResult}, town.stages())
			r := town.status.Resignation
			require.True(t, r.Passed.Met)
			for _, p := range town.polls {
				require.True(t, p.Secret)
				require.Equal(t, deliberation.DateOf(p.Closed), r.Ended)
			}
			require.Equal(t, c.left, r.Left)
			require.Equal(t, c.vacancy, !r.VacancyBy.IsZero())
			if c.vacancy {
				require.Equal(t, r.Ended.AddMonths(3), r.VacancyBy)
			}
			require.Equal(t, 1, town.done[deliberation.FileResolution])
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			town.nothingLeftOpen()
		})
	}
}

// One that the conference does not accept changes nothing, and is not posted.
func TestAResignationThatIsNotAcceptedChangesNothing(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.present = 10
	town.votes = deliberation.Tally{Yes: 5, No: 5} // half is not more than half
	town.play(workflows.Resignation, town.resigns("village-2026+sichuan", false))
	require.Equal(t, deliberation.Lost, town.status.Outcome)
	require.True(t, town.status.Resignation.Ended.IsZero())
	require.Empty(t, town.postings)
	require.Zero(t, town.done[deliberation.FileResolution])
}

// A resignation is the person's own, in writing; that somebody does not serve (S-VE 第四十三条,
// S-UE 第四十一条) is for others to bring. The person does not hold the meeting.
func TestWhoResignsSaysSoThemselves(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		inactive bool
		tries    []deliberation.Act
		codes    []deliberation.RefusalCode
	}{
		"their own letter": {false, []deliberation.Act{{Actor: "director", Office: deliberation.Director}, {Actor: "neighbour", Office: deliberation.Resident}},
			[]deliberation.RefusalCode{deliberation.RefuseNotAccountable, deliberation.RefuseNotAccountable, deliberation.RefuseOwnMatter, deliberation.RefuseNotEntitled}},
		"not serving is found by others": {true, []deliberation.Act{{Actor: "member", Office: deliberation.Resident}},
			[]deliberation.RefusalCode{deliberation.RefuseNotAccountable, deliberation.RefuseOwnMatter, deliberation.RefuseNotEntitled}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.resigns("urban-2026+sichuan", c.inactive)
			file, convene, open := town.habits[deliberation.FileResignation], town.habits[deliberation.Convene], town.habits[deliberation.OpenPoll]
			tries := c.tries
			town.habits[deliberation.FileResignation] = func(o deliberation.OpenAct) *deliberation.Act {
				if len(tries) == 0 {
					return file(o)
				}
				a := tries[0]
				tries, a.Kind, a.Paper = tries[1:], deliberation.FileResignation, paper(deliberation.PaperReason)
				return &a
			}
			town.habits[deliberation.Convene] = func(o deliberation.OpenAct) *deliberation.Act {
				a := convene(o)
				if len(town.refused) == len(c.tries) {
					a.Actor, a.Office = "member", deliberation.CommitteeMember
				}
				return a
			}
			town.habits[deliberation.OpenPoll] = func(o deliberation.OpenAct) *deliberation.Act {
				a := open(o)
				if len(town.refused) == len(c.tries)+1 {
					a.Actor, a.Office = "member", deliberation.CommitteeMember
				}
				return a
			}
			town.left = 6
			town.play(workflows.Resignation, in)
			require.Equal(t, c.codes, town.codes())
			require.Equal(t, deliberation.Carried, town.status.Outcome)
		})
	}
}

package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// More than half of the representatives may leave a matter to the assembly
// (law.md §4.1): it is then not voted on.
func TestAMotionIsSentUpToTheAssembly(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		yes      int
		together bool
		motions  int
		sent     int // how many are sent up
		refused  bool
	}{
		"half of those due is not enough": {6, false, 1, 0, true}, // 12 are due
		"more than half":                  {7, false, 1, 1, false},
		"one of two":                      {7, false, 2, 1, false},
		"one of two on one ballot":        {7, true, 2, 1, false},
		"both of one ballot":              {7, true, 2, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			var motions []deliberation.Act
			for range c.motions {
				motions = append(motions, deliberation.Act{Voting: deliberation.RecordedVoting})
			}
			town.puts(deliberation.Act{Together: c.together}, motions...)
			asked := 0
			open := town.habits[deliberation.OpenPoll]
			town.habits[deliberation.OpenPoll] = func(a deliberation.OpenAct) *deliberation.Act {
				if asked < max(c.sent, 1) {
					return nil
				}
				return open(a)
			}
			town.habits[deliberation.SendUp] = func(a deliberation.OpenAct) *deliberation.Act {
				if asked == max(c.sent, 1) {
					return nil
				}
				asked++
				return by(deliberation.Director, deliberation.Act{Kind: deliberation.SendUp, Subject: a.Subject, Yes: c.yes, No: 1})
			}
			town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
			require.NoError(t, town.env.GetWorkflowError())
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			require.Contains(t, town.stages(), deliberation.ResolutionDisclosure, "what was sent up is disclosed")
			sent := 0
			for _, m := range town.status.Agenda {
				if m.SentUp {
					sent++
					require.Nil(t, m.Met)
					require.Empty(t, m.Poll)
				} else {
					require.True(t, *m.Met)
				}
			}
			require.Equal(t, c.sent, sent)
			require.Len(t, data[deliberation.SentUpData](town, deliberation.FactSentUp), c.sent)
			if c.refused {
				require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseNotEnough}, town.codes())
				require.Equal(t, 7, town.refused[0].Verdict.Checks[0].Need)
				require.NotNil(t, town.refused[0].Basis)
			} else {
				require.Empty(t, town.refused)
			}
			town.nothingIsLeftOpen()
		})
	}
}

func TestMoreHandsThanPeopleSendNothingUp(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.RecordedVoting})
	town.before = func() {
		if town.isOpen(deliberation.SendUp) && len(town.refused) == 0 {
			town.act(*by(deliberation.Director, deliberation.Act{Kind: deliberation.SendUp, Subject: town.status.Agenda[0].ID, Yes: 10, No: 2}), nil) // 11 are present
		}
	}
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.Equal(t, deliberation.RefuseInvalid, town.refused[0].Code)
	require.Equal(t, []bool{true}, town.ended())
}

func TestAnAssemblySendsNothingUp(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.RecordedVoting})
	town.before = func() { require.False(t, town.isOpen(deliberation.SendUp)) }
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Assembly))
	require.Equal(t, []bool{true}, town.ended())
}

// Where more than half of the members hold the chair interested, another chairs
// (law.md §4.1), and the one who stood down chairs no more.
func TestAnInterestedChairStandsDown(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.RecordedVoting})
	steps := []deliberation.Act{
		{Actor: "director", Office: deliberation.Director, Yes: 9},       // the chair themself
		{Actor: "deputy", Office: deliberation.CommitteeMember, Yes: 6},  // half of twelve
		{Actor: "deputy", Office: deliberation.CommitteeMember, Yes: 12}, // more than are present
		{Actor: "deputy", Office: deliberation.CommitteeMember, Yes: 7, No: 1},
		{Actor: "director", Office: deliberation.Director, Yes: 9}, // cannot take it back
	}
	town.habits[deliberation.ReplaceChair] = func(deliberation.OpenAct) *deliberation.Act {
		if len(steps) == 0 {
			return nil
		}
		a := steps[0]
		steps, a.Kind, a.Paper = steps[1:], deliberation.ReplaceChair, paper(deliberation.PaperReason)
		return &a
	}
	open := town.habits[deliberation.OpenPoll]
	tried := false
	town.habits[deliberation.OpenPoll] = func(a deliberation.OpenAct) *deliberation.Act {
		switch {
		case len(steps) > 0:
			return nil
		case !tried:
			tried = true
			return open(a) // the director, who stood down
		}
		return &deliberation.Act{Kind: deliberation.OpenPoll, Actor: "deputy", Office: deliberation.CommitteeMember}
	}
	town.habits[deliberation.ClosePoll] = func(deliberation.OpenAct) *deliberation.Act {
		return &deliberation.Act{Kind: deliberation.ClosePoll, Actor: "deputy", Office: deliberation.CommitteeMember}
	}
	town.habits[deliberation.SignMinutes] = func(a deliberation.OpenAct) *deliberation.Act {
		require.Equal(t, deliberation.PersonID("deputy"), a.Actor)
		return &deliberation.Act{Kind: deliberation.SignMinutes, Actor: "deputy", Office: deliberation.CommitteeMember}
	}
	town.play(workflows.Conference, town.conference("village-2026", deliberation.Conference))
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, []deliberation.RefusalCode{
		deliberation.RefuseIsChair, deliberation.RefuseNotEnough, deliberation.RefuseInvalid, deliberation.RefuseNotEntitled, deliberation.RefuseNotEntitled,
	}, town.codes())
	require.Equal(t, []bool{true}, town.ended())
	d := data[deliberation.ChairData](town, deliberation.FactChair)
	require.Len(t, d, 1)
	require.Equal(t, deliberation.PersonID("director"), d[0].Before)
	require.Equal(t, deliberation.PersonID("deputy"), d[0].Chair)
	require.True(t, d[0].Verdict.Met)
	town.nothingIsLeftOpen()
}

func TestOnlyAnAssemblyIsHeldInSections(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		body     deliberation.Body
		sections int
		refused  bool
	}{
		"an assembly in three places": {deliberation.Assembly, 3, false},
		"in one place":                {deliberation.Assembly, 1, true},
		"in fewer than none":          {deliberation.Assembly, -1, true},
		"in too many":                 {deliberation.Assembly, 51, true},
		"a conference":                {deliberation.Conference, 3, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.RecordedVoting})
			convene := town.habits[deliberation.Convene]
			town.habits[deliberation.Convene] = func(open deliberation.OpenAct) *deliberation.Act {
				a := convene(open)
				if len(town.refused) == 0 {
					a.Sections = c.sections
				}
				return a
			}
			town.play(workflows.Conference, town.conference("village-2026", c.body))
			require.Equal(t, []bool{true}, town.ended())
			if c.refused {
				require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseInvalid}, town.codes())
				require.Equal(t, "sections", town.refused[0].Fields[0].Field)
				return
			}
			for _, m := range town.meetings {
				require.Equal(t, c.sections, m.Sections)
			}
		})
	}
}

// An urgent notice gives its reason in its text; only where the rules know one.
func TestAnUrgentConferenceIsForAssembliesOnly(t *testing.T) {
	t.Parallel()
	for body, allowed := range map[deliberation.Body]bool{deliberation.Assembly: true, deliberation.Conference: false} {
		t.Run(string(body), func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.RecordedVoting})
			convene := town.habits[deliberation.Convene]
			town.habits[deliberation.Convene] = func(open deliberation.OpenAct) *deliberation.Act {
				a := convene(open)
				if len(town.refused) == 0 {
					a.Urgent, a.At = true, town.now().Add(time.Hour)
				}
				return a
			}
			town.play(workflows.Conference, town.conference("urban-2026", body))
			require.Equal(t, []bool{true}, town.ended())
			require.Equal(t, allowed, len(town.refused) == 0)
		})
	}
}

// What is handed in while a poll opens comes after it: the text that is voted on
// changes no more, and nothing is sent up from under the vote.
func TestNothingChangesUnderAnOpenPoll(t *testing.T) {
	t.Parallel()
	for _, late := range []deliberation.Act{
		{Kind: deliberation.SendUp, Yes: 7, No: 1},
		{Kind: deliberation.Amend, Paper: paper(deliberation.PaperDraft)},
	} {
		t.Run(string(late.Kind), func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.RecordedVoting})
			open := town.habits[deliberation.OpenPoll]
			town.habits[deliberation.OpenPoll] = func(o deliberation.OpenAct) *deliberation.Act {
				// While the first is written the others wait, and the last comes to its turn
				// before the one in the middle.
				subject := town.status.Agenda[0].ID
				first := deliberation.Act{Kind: deliberation.Amend, Subject: subject, Paper: paper(deliberation.PaperMotion)}
				town.act(*by(deliberation.Director, first), nil)
				between := late
				between.Subject = subject
				town.act(*by(deliberation.Director, between), nil)
				return open(o)
			}
			town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
			require.NoError(t, town.env.GetWorkflowError())
			require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseOutOfOrder}, town.codes())
			require.Equal(t, []bool{true}, town.ended())
			require.False(t, town.status.Agenda[0].SentUp)
			require.NotEqual(t, late.Paper.ID, town.status.Agenda[0].Paper.ID)
		})
	}
}

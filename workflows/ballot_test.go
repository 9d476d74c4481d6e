package workflows_test

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// puts gives the town the habit of putting these motions on the agenda, and of
// settling it.
func (o *town) puts(settle deliberation.Act, motions ...deliberation.Act) {
	put := 0
	o.habits[deliberation.PutMotion] = func(deliberation.OpenAct) *deliberation.Act {
		if put == len(motions) {
			return nil
		}
		put++
		a := motions[put-1]
		if a.Category == "" {
			a.Category = deliberation.CategoryEnvironment
		}
		a.Kind, a.Paper = deliberation.PutMotion, paper(deliberation.PaperMotion)
		return by(deliberation.Clerk, a)
	}
	o.habits[deliberation.CloseAgenda] = func(deliberation.OpenAct) *deliberation.Act {
		if put < len(motions) {
			return nil
		}
		settle.Kind = deliberation.CloseAgenda
		return by(deliberation.Director, settle)
	}
	o.habits[deliberation.FileResolution] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.FileResolution, Paper: paper(deliberation.PaperFiling)})
	}
}

// data gives what the facts of a kind say.
func data[T any](o *town, kind deliberation.FactKind) (list []T) {
	for _, c := range o.changes {
		for _, f := range c.Facts {
			if f.Kind == kind {
				var d T
				require.NoError(o, json.Unmarshal(f.Data, &d))
				list = append(list, d)
			}
		}
	}
	return list
}

func (o *town) codes() (list []deliberation.RefusalCode) {
	for _, r := range o.refused {
		list = append(list, r.Code)
	}
	return list
}

func (o *town) nothingIsLeftOpen() {
	for id, task := range o.tasks {
		require.NotEqual(o, deliberation.TaskOpen, task.State, "task %s of %s is still open", id, task.Act)
	}
	for id, p := range o.polls {
		require.Contains(o, []deliberation.PollState{deliberation.PollClosed, deliberation.PollVoided}, p.State, id)
	}
}

func TestMotionsThatStandTogetherAreDecidedByOnePoll(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.puts(deliberation.Act{Together: true},
		deliberation.Act{Voting: deliberation.SecretVoting},
		deliberation.Act{Voting: deliberation.SecretVoting, Options: 4, Seats: 2},
		deliberation.Act{Voting: deliberation.RecordedVoting},
		deliberation.Act{Voting: deliberation.HandsVoting},
		deliberation.Act{Voting: deliberation.HandsVoting})
	town.habits[deliberation.CountHands] = func() func(deliberation.OpenAct) *deliberation.Act {
		counted := 0
		return func(deliberation.OpenAct) *deliberation.Act {
			counted++
			office := []deliberation.Office{deliberation.Clerk, deliberation.Supervisor}[counted%2]
			return by(office, deliberation.Act{Kind: deliberation.CountHands, Yes: 7, No: 4})
		}
	}()
	town.before = func() { // 11 are present: 6 votes are more than half
		for _, m := range town.status.Agenda {
			if len(m.Options) > 0 && town.counts == nil {
				town.counts = []deliberation.QuestionCount{
					{Question: deliberation.QuestionID(town.status.Agenda[0].ID), Ballots: 11, Votes: []deliberation.OptionCount{{Option: "yes", Votes: 5}, {Option: "no", Votes: 6}}},
					{Question: deliberation.QuestionID(m.ID), Ballots: 11, Votes: []deliberation.OptionCount{{Option: "o1", Votes: 5}, {Option: "o2", Votes: 9}, {Option: "o3", Votes: 6}, {Option: "o4", Votes: 2}}},
				}
			}
		}
	}
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.NoError(t, town.env.GetWorkflowError())
	require.Empty(t, town.refused)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Len(t, town.polls, 4, "one for the two secret motions, one for each of the others")
	require.Equal(t, []bool{false, true, true, true, true}, town.ended())
	agenda := town.status.Agenda
	require.True(t, agenda[1].Together)
	require.False(t, agenda[2].Together, "a recorded motion does not stand with a secret one")
	require.False(t, agenda[4].Together, "hands are raised for one motion at a time")
	require.Equal(t, []deliberation.OptionID{"o2", "o3"}, agenda[1].Chosen)
	require.Equal(t, agenda[0].Poll, agenda[1].Poll)
	poll := town.polls[agenda[0].Poll]
	require.Len(t, poll.Form, 2)
	require.Len(t, poll.Verdicts, 2)
	require.Nil(t, poll.Passing)
	var passed []string
	for _, d := range data[deliberation.VerdictData](town, deliberation.FactPassing) {
		passed = append(passed, d.Motion)
	}
	require.Equal(t, []string{agenda[0].ID, agenda[1].ID, "", "", ""}, passed)
	town.nothingIsLeftOpen()
}

func TestATieForTheLastSeatIsSaidAndNobodyOfItIsChosen(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.SecretVoting, Options: 3, Seats: 1})
	town.before = func() {
		if len(town.status.Agenda) == 1 {
			town.counts = []deliberation.QuestionCount{{Question: deliberation.QuestionID(town.status.Agenda[0].ID), Ballots: 11,
				Votes: []deliberation.OptionCount{{Option: "o1", Votes: 6}, {Option: "o2", Votes: 6}, {Option: "o3", Votes: 1}}}}
		}
	}
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.Equal(t, deliberation.Lost, town.status.Outcome)
	require.Equal(t, []deliberation.OptionID{"o1", "o2"}, town.status.Agenda[0].Tied)
	require.Empty(t, town.status.Agenda[0].Chosen)
	require.Equal(t, []bool{false}, town.ended())
	d := data[deliberation.VerdictData](town, deliberation.FactPassing)[0]
	require.Equal(t, town.status.Agenda[0].Tied, d.Tied)
	require.False(t, d.Verdict.Met)
}

func TestAMotionThatIsNotSoundDoesNotReachTheAgenda(t *testing.T) {
	t.Parallel()
	until, _ := deliberation.ParseDate("2027-03-01")
	past, _ := deliberation.ParseDate("2026-03-01")
	grant := &deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryFunds}, Until: until}
	authorise := deliberation.Act{Voting: deliberation.RecordedVoting, Category: deliberation.CategoryAuthorise}
	with := func(g deliberation.Grant) deliberation.Act {
		a := authorise
		a.Grant = &g
		return a
	}
	for name, c := range map[string]struct {
		pack  string
		body  deliberation.Body
		act   deliberation.Act
		field string
	}{
		"seats without options":            {"urban-2026", deliberation.Conference, deliberation.Act{Voting: deliberation.SecretVoting, Seats: 1}, "seats"},
		"options without seats":            {"urban-2026", deliberation.Conference, deliberation.Act{Voting: deliberation.SecretVoting, Options: 3}, "seats"},
		"more seats than options":          {"urban-2026", deliberation.Conference, deliberation.Act{Voting: deliberation.SecretVoting, Options: 3, Seats: 4}, "seats"},
		"more options than a ballot holds": {"urban-2026", deliberation.Conference, deliberation.Act{Voting: deliberation.SecretVoting, Options: 61, Seats: 4}, "options"},
		"fewer than none":                  {"urban-2026", deliberation.Conference, deliberation.Act{Voting: deliberation.SecretVoting, Options: -1, Seats: 4}, "options"},
		"a choice by hands":                {"urban-2026", deliberation.Conference, deliberation.Act{Voting: deliberation.HandsVoting, Options: 3, Seats: 1}, "options"},
		"paper for raised hands":           {"urban-2026", deliberation.Conference, deliberation.Act{Voting: deliberation.HandsVoting, OnPaper: true}, "on_paper"},
		"no voting":                        {"urban-2026", deliberation.Conference, deliberation.Act{}, "voting"},
		"owners in secret":                 {"urban-2026", deliberation.OwnersMeeting, deliberation.Act{Voting: deliberation.SecretVoting, Category: deliberation.OwnersManager}, "voting"},
		"owners by hands":                  {"urban-2026", deliberation.OwnersMeeting, deliberation.Act{Voting: deliberation.HandsVoting, Category: deliberation.OwnersManager}, "voting"},
		"owners choose by area":            {"urban-2026", deliberation.OwnersMeeting, deliberation.Act{Voting: deliberation.RecordedVoting, Category: deliberation.OwnersManager, Options: 2, Seats: 1}, "options"},
		"owners on a residents' matter":    {"urban-2026", deliberation.OwnersMeeting, deliberation.Act{Voting: deliberation.RecordedVoting}, "category"},
		"authorise without saying what":    {"village-2026", deliberation.Assembly, authorise, "grant"},
		"authorise nothing":                {"village-2026", deliberation.Assembly, with(deliberation.Grant{Until: until}), "grant"},
		"authorise what cannot be":         {"village-2026", deliberation.Assembly, with(deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryOwners}, Until: until}), "grant"},
		"authorise until yesterday":        {"village-2026", deliberation.Assembly, with(deliberation.Grant{Categories: grant.Categories, Until: past}), "grant_until"},
		"authorise by the way":             {"village-2026", deliberation.Assembly, deliberation.Act{Voting: deliberation.RecordedVoting, Category: deliberation.CategoryFunds, Grant: grant}, "grant"},
		"authorise itself":                 {"village-2026", deliberation.Conference, deliberation.Act{Voting: deliberation.RecordedVoting, Category: deliberation.CategoryFunds, Grant: grant}, "grant"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.puts(deliberation.Act{}, c.act)
			put := town.habits[deliberation.PutMotion]
			town.habits[deliberation.PutMotion] = func(open deliberation.OpenAct) *deliberation.Act {
				if len(town.refused) > 0 { // it was refused, and the process lives: take it back
					town.env.CancelWorkflow()
					return nil
				}
				a := put(open)
				if a != nil {
					a.Category = c.act.Category
					if a.Category == "" {
						a.Category = deliberation.CategoryEnvironment
					}
				}
				return a
			}
			delete(town.habits, deliberation.CloseAgenda)
			town.play(workflows.Conference, town.conference(c.pack, c.body))
			require.Len(t, town.refused, 1)
			require.Equal(t, deliberation.RefuseInvalid, town.refused[0].Code)
			require.Equal(t, c.field, town.refused[0].Fields[0].Field)
			require.Empty(t, town.status.Agenda)
		})
	}
}

func TestOneOfSeveralMotionsIsAmended(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.puts(deliberation.Act{Together: true}, deliberation.Act{Voting: deliberation.RecordedVoting}, deliberation.Act{Voting: deliberation.RecordedVoting})
	open := town.habits[deliberation.OpenPoll]
	town.habits[deliberation.OpenPoll] = func(a deliberation.OpenAct) *deliberation.Act {
		if town.done[deliberation.Amend] == 0 {
			return nil
		}
		return open(a)
	}
	town.habits[deliberation.Amend] = func(a deliberation.OpenAct) *deliberation.Act {
		if town.done[deliberation.Amend] > 0 || a.Subject != town.status.Agenda[1].ID {
			return nil
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.Amend, Subject: a.Subject, Paper: paper(deliberation.PaperDraft)})
	}
	town.play(workflows.Conference, town.conference("urban-2026", deliberation.Conference))
	require.Empty(t, town.refused)
	require.Equal(t, deliberation.PaperMotion, town.status.Agenda[0].Paper.Kind)
	require.Equal(t, deliberation.PaperDraft, town.status.Agenda[1].Paper.Kind)
	require.Equal(t, []bool{true, true}, town.ended())
}

func TestPartyMeetingIsHeldByTheParty(t *testing.T) {
	t.Parallel()
	for body, recorder := range map[deliberation.Body]deliberation.Office{
		deliberation.PartyMeeting: deliberation.BranchMember, deliberation.JointCommittees: deliberation.Clerk,
	} {
		t.Run(string(body), func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.puts(deliberation.Act{}, deliberation.Act{Voting: deliberation.RecordedVoting})
			minutes := town.habits[deliberation.RecordMinutes]
			town.habits[deliberation.RecordMinutes] = func(a deliberation.OpenAct) *deliberation.Act {
				act := minutes(a)
				if slices.Contains(a.Offices, recorder) {
					act.Actor, act.Office = deliberation.PersonID(recorder), recorder
				}
				return act
			}
			town.play(workflows.Conference, town.conference("village-2026", body))
			require.Empty(t, town.refused)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			for _, m := range town.meetings {
				require.Equal(t, deliberation.PersonID(deliberation.Secretary), m.Chair)
				require.Equal(t, deliberation.PersonID(recorder), m.Recorder)
			}
		})
	}
}

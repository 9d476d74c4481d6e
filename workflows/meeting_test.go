package workflows_test

import (
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
)

func TestMeetingLosesTheMotion(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.votes = deliberation.Tally{Yes: 5, No: 6}
	town.run(town.input("urban-2026"))
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, deliberation.Lost, town.status.Outcome)
	require.Equal(t, []deliberation.Stage{deliberation.Soliciting, deliberation.Proposal}, town.stages())
}

func TestMeetingBelowQuorumIsRefusedAndReconvened(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	adjourned := false
	town.habits[deliberation.Adjourn] = func(open deliberation.OpenAct) *deliberation.Act {
		if adjourned || town.status.Stage != deliberation.Review || town.done[deliberation.CallToOrder] > 2 {
			return nil
		}
		return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.Adjourn})
	}
	town.before = func() {
		town.present = 11
		if town.status.Stage == deliberation.Review && !adjourned {
			town.present = 7 // of 12 due: enough for the Party's own half, not for the local two thirds
			adjourned = town.status.Round > 1
		}
	}
	order := town.habits[deliberation.CallToOrder]
	refusedOnce := false
	town.habits[deliberation.CallToOrder] = func(open deliberation.OpenAct) *deliberation.Act {
		if town.present == 7 {
			if refusedOnce {
				return nil
			}
			refusedOnce = true
		}
		return order(open)
	}
	town.run(town.input("urban-2026"))
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	rounds := slices.DeleteFunc(town.stages(), func(s deliberation.Stage) bool { return s != deliberation.Review })
	require.Len(t, rounds, 2, "the meeting is convened again")
}

func TestNoticeTooLateIsRefusedWithTheEarliestDay(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.input("urban-2026+sichuan")
	town.before = func() {
		if town.status.Stage == deliberation.Resolution && town.isOpen(deliberation.Convene) && len(town.refused) == 0 {
			at := deliberation.DateOf(town.now()).AddDays(in.Rules.Conference.Notice.Days-1).At(9, 0)
			town.act(*by(deliberation.Director, deliberation.Act{Kind: deliberation.Convene, At: at, Paper: paper(deliberation.PaperNotice)}), nil)
		}
	}
	town.run(in)
	require.Len(t, town.refused, 1)
	r := town.refused[0]
	require.Equal(t, deliberation.RefuseTooEarly, r.Code)
	require.Equal(t, in.Rules.Conference.Notice.Basis, *r.Basis)
	require.Equal(t, in.Rules.Conference.Notice.Days, r.Days)
	require.False(t, r.Earliest.IsZero())
}

func TestShortNoticeOnlyForAnAssembly(t *testing.T) {
	t.Parallel()
	for form, allowed := range map[deliberation.Body]bool{deliberation.Conference: false, deliberation.Assembly: true} {
		t.Run(string(form), func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.input("urban-2026")
			in.Matter.Form = form
			convene := town.habits[deliberation.Convene]
			town.habits[deliberation.Convene] = func(open deliberation.OpenAct) *deliberation.Act {
				if town.status.Stage != deliberation.Resolution || len(town.refused) > 0 {
					return convene(open)
				}
				return by(deliberation.Director, deliberation.Act{Kind: deliberation.Convene, Urgent: true, At: town.now().Add(time.Hour), Paper: paper(deliberation.PaperNotice)})
			}
			town.run(in)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			if allowed {
				require.Empty(t, town.refused)
				return
			}
			require.Equal(t, deliberation.RefuseEmergencyReason, town.refused[0].Code)
		})
	}
}

func TestAdjournIsRefusedWhileThereIsAQuorum(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.before = func() {
		if town.isOpen(deliberation.Adjourn) && len(town.refused) == 0 {
			town.act(*by(deliberation.Secretary, deliberation.Act{Kind: deliberation.Adjourn}), nil)
		}
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.RefuseConflict, town.refused[0].Code)
	require.True(t, town.refused[0].Verdict.Met)
}

func TestAmendedTextGoesBackToWhoMustSeeIt(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		at   deliberation.Stage
		then []deliberation.Stage
	}{
		{deliberation.Review, []deliberation.Stage{deliberation.Review, deliberation.Consultation, deliberation.Review}},
		{deliberation.Resolution, []deliberation.Stage{deliberation.Resolution, deliberation.Review}},
	} {
		t.Run(string(c.at), func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			town.habits[deliberation.Amend] = func(open deliberation.OpenAct) *deliberation.Act {
				if town.status.Stage != c.at || town.done[deliberation.Amend] > 0 {
					return nil
				}
				office := deliberation.Secretary
				if c.at == deliberation.Resolution {
					office = deliberation.Director
				}
				return by(office, deliberation.Act{Kind: deliberation.Amend, Paper: paper(deliberation.PaperDraft)})
			}
			// who may amend is asked before who opens the poll
			open := town.habits[deliberation.OpenPoll]
			town.habits[deliberation.OpenPoll] = func(o deliberation.OpenAct) *deliberation.Act {
				if town.status.Stage == c.at && town.done[deliberation.Amend] == 0 {
					return nil
				}
				return open(o)
			}
			in := town.input("urban-2026")
			town.run(in)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			stages := town.stages()
			i := slices.Index(stages, c.at)
			require.Equal(t, c.then, stages[i:i+len(c.then)])
			for _, p := range town.polls {
				if p.Stage == c.at && p.Opened.After(town.firstPoll(c.at)) {
					require.Equal(t, deliberation.PaperDraft, p.Text.Kind, "the amended text is what is put to the vote")
				}
			}
		})
	}
}

func TestMinutesNeedTwoPersons(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.habits[deliberation.RecordMinutes] = func(open deliberation.OpenAct) *deliberation.Act {
		a := by(deliberation.Clerk, deliberation.Act{Kind: deliberation.RecordMinutes, Paper: paper(deliberation.PaperMinutes)})
		if len(town.refused) == 0 { // the chair holds another office too, and hands the minutes in alone
			a.Actor, a.Office = "secretary", deliberation.BranchMember
		}
		return a
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.RefuseSameSigner, town.refused[0].Code)
	for _, m := range town.meetings {
		require.NotEqual(t, m.Recorder, m.SignedBy)
	}
}

func (o *town) isOpen(k deliberation.ActKind) bool {
	return slices.ContainsFunc(o.status.Open, func(a deliberation.OpenAct) bool { return a.Kind == k })
}

func (o *town) firstPoll(s deliberation.Stage) time.Time {
	first := o.now()
	for _, p := range o.polls {
		if p.Stage == s && p.Opened.Before(first) {
			first = p.Opened
		}
	}
	return first
}

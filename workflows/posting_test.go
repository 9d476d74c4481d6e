package workflows_test

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
)

func (o *town) objectOnce() {
	o.habits[deliberation.Object] = func(deliberation.OpenAct) *deliberation.Act {
		if len(o.objected) > 0 {
			return nil
		}
		return by(deliberation.Resident, deliberation.Act{Kind: deliberation.Object, Paper: paper(deliberation.PaperObjection)})
	}
}

func TestObjectionIsAnsweredAndSilenceSettlesIt(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.objectOnce()
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Len(t, town.objected, 1)
	for _, o := range town.objected {
		require.Equal(t, deliberation.ObjectionSettled, o.State)
		require.False(t, o.Late)
	}
}

func TestObjectionAfterItsWindowIsRefused(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.before = func() {
		for _, q := range town.postings {
			if q.State == deliberation.PostingUp && q.Stage == deliberation.ResolutionDisclosure && !town.now().Before(q.ObjectionsUntil) && len(town.refused) == 0 {
				town.act(*by(deliberation.Resident, deliberation.Act{Kind: deliberation.Object, Paper: paper(deliberation.PaperObjection)}), nil)
			}
		}
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.RefuseTooLate, town.refused[0].Code)
	require.NotNil(t, town.refused[0].Basis)
}

func TestUnansweredObjectionIsEscalatedAndHoldsThePosting(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.objectOnce()
	answer := town.habits[deliberation.AnswerObjection]
	town.habits[deliberation.AnswerObjection] = func(open deliberation.OpenAct) *deliberation.Act {
		if town.now().Before(town.objected[open.Subject].AnswerDue.AddDate(0, 0, 20)) {
			return nil
		}
		return answer(open)
	}
	town.run(town.input("urban-2026"))
	require.Contains(t, town.facts(), deliberation.FactEscalation)
	for _, o := range town.objected {
		require.True(t, o.Late)
		for _, q := range town.postings {
			if q.ID == o.Posting {
				require.False(t, q.Ended.Before(o.Answered), "the display ended before the objection was answered")
			}
		}
	}
}

func TestContestedAnswerGoesBackToThePartyMeetingAndTheConference(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.objectOnce()
	town.habits[deliberation.ContestAnswer] = func(open deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Resident, deliberation.Act{Kind: deliberation.ContestAnswer, Subject: open.Subject, Paper: paper(deliberation.PaperObjection)})
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	stages := town.stages()
	i := slices.Index(stages, deliberation.ResolutionDisclosure)
	require.Equal(t, deliberation.Review, stages[i+1])
	require.Equal(t, 2, town.count(deliberation.Resolution))
}

func TestOnlyWhoObjectedMayContestTheAnswer(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.objectOnce()
	town.habits[deliberation.ContestAnswer] = func(open deliberation.OpenAct) *deliberation.Act {
		if len(town.refused) > 0 {
			return nil
		}
		a := by(deliberation.Resident, deliberation.Act{Kind: deliberation.ContestAnswer, Subject: open.Subject, Paper: paper(deliberation.PaperObjection)})
		a.Actor = "somebody-else"
		return a
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.RefuseNotAccountable, town.refused[0].Code)
}

func TestTornDownPostingIsPostedAgainInFull(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.before = func() {
		for _, q := range town.postings {
			early := q.DisplayUntil.AddDate(0, 0, -1)
			if len(town.postings) == 1 && q.State == deliberation.PostingUp && town.now().After(early) {
				town.act(*by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.ReportRemoved, Paper: paper(deliberation.PaperSupervise)}), nil)
			}
		}
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	var broken, full int
	for _, q := range town.postings {
		if q.Stage != deliberation.ResolutionDisclosure {
			continue
		}
		switch q.State {
		case deliberation.PostingBroken:
			broken++
		case deliberation.PostingEnded:
			full++
			require.False(t, q.Ended.Before(q.DisplayUntil))
		}
	}
	require.Equal(t, 1, broken)
	require.Equal(t, 1, full)
}

func TestObjectionToATornDownPostingIsStillOwedItsAnswer(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.objectOnce()
	answer := town.habits[deliberation.AnswerObjection]
	town.habits[deliberation.AnswerObjection] = func(open deliberation.OpenAct) *deliberation.Act {
		if len(town.postings) < 2 {
			return nil
		}
		return answer(open)
	}
	town.before = func() {
		if len(town.postings) == 1 && len(town.objected) == 1 && town.isOpen(deliberation.ReportRemoved) {
			town.act(*by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.ReportRemoved, Paper: paper(deliberation.PaperSupervise)}), nil)
		}
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Len(t, town.objected, 1)
	for _, o := range town.objected {
		require.Equal(t, deliberation.ObjectionSettled, o.State)
		require.False(t, o.Answer.IsZero())
	}
}

func TestPostingWaitsForThePhotoOfTheBoard(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	prove := town.habits[deliberation.ProvePosting]
	town.habits[deliberation.ProvePosting] = func(open deliberation.OpenAct) *deliberation.Act {
		for _, q := range town.postings {
			if q.State == deliberation.PostingUp && town.now().Before(q.DisplayUntil.AddDate(0, 0, 5)) {
				return nil
			}
		}
		return prove(open)
	}
	town.run(town.input("urban-2026"))
	for _, q := range town.postings {
		require.False(t, q.Proof.IsZero())
		require.True(t, q.Ended.After(q.DisplayUntil.AddDate(0, 0, 4)))
	}
}

// Display is a continuing duty: a process begun under the old law, posting in
// 2026, hangs its resolution for fifteen days (law.md §17.5).
func TestDisplayFollowsTheLawOfTheDay(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.input("village-2018")
	town.run(in)
	for _, q := range town.postings {
		require.Equal(t, 15, q.DisplayDays.Days)
		require.NotEqual(t, 15, in.Rules.ResolutionPostDays.Days, "the pinned pack has another number")
	}
}

func (o *town) count(s deliberation.Stage) int {
	n := 0
	for _, t := range o.stages() {
		if t == s {
			n++
		}
	}
	return n
}

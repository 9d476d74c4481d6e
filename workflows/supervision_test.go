package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
)

func (o *town) superviseOnce(k deliberation.ActKind, at deliberation.Stage) {
	asked := false
	o.habits[k] = func(deliberation.OpenAct) *deliberation.Act {
		if asked || o.status.Stage != at {
			return nil
		}
		asked = true
		return by(deliberation.Supervisor, deliberation.Act{Kind: k, Paper: paper(deliberation.PaperSupervise)})
	}
}

func (o *town) theMark(k deliberation.MarkKind) deliberation.Mark {
	o.Helper()
	for _, m := range o.marks {
		if m.Kind == k {
			return m
		}
	}
	o.Fatalf("no mark %s among %v", k, o.marks)
	return deliberation.Mark{}
}

func TestDeclineIsRecordedAndIsNoVeto(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	delete(town.habits, deliberation.Acknowledge)
	town.habits[deliberation.Decline] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.Decline, Paper: paper(deliberation.PaperSupervise)})
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Equal(t, deliberation.MarkDeclined, town.theMark(deliberation.MarkDeclined).Kind)
}

func TestSilentSupervisorsAreEscalatedAndTheProcessGoesOn(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	delete(town.habits, deliberation.Acknowledge)
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	m := town.theMark(deliberation.MarkSilent)
	require.Equal(t, deliberation.MarkEscalated, m.State)
	require.Contains(t, town.facts(), deliberation.FactReminder)
	require.Contains(t, town.facts(), deliberation.FactEscalation)
}

func TestQuestionIsAnswered(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.superviseOnce(deliberation.Ask, deliberation.Proposal)
	town.run(town.input("urban-2026"))
	m := town.theMark(deliberation.MarkQuestion)
	require.Equal(t, deliberation.MarkSettled, m.State)
	require.False(t, m.Answer.IsZero())
}

func TestUnansweredQuestionIsEscalated(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.superviseOnce(deliberation.Ask, deliberation.Proposal)
	delete(town.habits, deliberation.AnswerQuestion)
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.MarkEscalated, town.theMark(deliberation.MarkQuestion).State)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestRectificationHoldsEveryActUntilItIsPutRight(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.superviseOnce(deliberation.OrderRectification, deliberation.Consultation)
	report := town.habits[deliberation.ReportRectified]
	town.habits[deliberation.ReportRectified] = func(open deliberation.OpenAct) *deliberation.Act {
		if len(town.refused) == 0 { // first the secretary tries to go on regardless
			town.act(*by(deliberation.Secretary, deliberation.Act{Kind: deliberation.Withdraw, Paper: paper(deliberation.PaperReason)}), nil)
			return nil
		}
		return report(open)
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.RefuseHeld, town.refused[0].Code)
	require.Equal(t, deliberation.MarkSettled, town.theMark(deliberation.MarkRectification).State)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestRectificationPastItsLimitIsGuidedByTheStreet(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.superviseOnce(deliberation.OrderRectification, deliberation.Review)
	delete(town.habits, deliberation.ReportRectified)
	town.habits[deliberation.GuideRectification] = func(open deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Guide, deliberation.Act{Kind: deliberation.GuideRectification, Subject: open.Subject, Paper: paper(deliberation.PaperAdvice)})
	}
	town.run(town.input("urban-2026"))
	m := town.theMark(deliberation.MarkRectification)
	require.False(t, m.Escalated.IsZero())
	require.False(t, m.Guidance.IsZero())
	require.False(t, m.Escalated.Before(m.Due))
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestAnOrderCannotBeSetForEver(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.before = func() {
		if town.ticks == 1 {
			town.act(*by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.OrderRectification, Days: 400, Paper: paper(deliberation.PaperSupervise)}), nil)
		}
	}
	town.run(town.input("urban-2026"))
	require.Equal(t, deliberation.RefuseRectifyLimit, town.refused[0].Code)
}

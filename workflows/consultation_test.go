package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// consult prepares a consultation and the habits of those who carry it.
func (o *town) consult(pack string, found deliberation.Finding) workflows.ConsultationInput {
	o.Helper()
	return o.consultAs(pack, deliberation.ConsultationMeeting, found)
}

// consultAs does so for a form of consultation.
func (o *town) consultAs(pack string, form deliberation.Body, found deliberation.Finding) workflows.ConsultationInput {
	o.Helper()
	p, err := o.Pack(pack)
	require.NoError(o, err)
	rules, err := deliberation.ConsultationOf(p, form)
	require.NoError(o, err)
	does := func(k deliberation.ActKind, office deliberation.Office, a deliberation.Act) {
		a.Kind = k
		o.habits[k] = func(open deliberation.OpenAct) *deliberation.Act {
			mine := a
			return by(office, mine)
		}
	}
	does(deliberation.AnswerQuickly, deliberation.Clerk, deliberation.Act{Paper: paper(deliberation.PaperAnswer)})
	does(deliberation.ScreenTopic, deliberation.Secretary, deliberation.Act{Accept: true, Paper: paper(deliberation.PaperScreening)})
	does(deliberation.NameParticipants, deliberation.Director, deliberation.Act{Paper: paper(deliberation.PaperList), Participants: []deliberation.Participant{
		{Person: "neighbour", As: deliberation.InterestedParty}, {Person: "tenant", As: deliberation.AsResident},
	}})
	does(deliberation.FormOpinion, deliberation.Director, deliberation.Act{Finding: found, Paper: paper(deliberation.PaperConsulted)})
	does(deliberation.ReportBack, deliberation.Director, deliberation.Act{Paper: paper(deliberation.PaperCarriedOut)})
	does(deliberation.ForwardMatter, deliberation.Secretary, deliberation.Act{Subject: "x2"})
	in := o.input(pack)
	in.Matter.Form, in.Matter.Origin = form, deliberation.OriginResident
	return workflows.ConsultationInput{Subject: in.Subject, Matter: in.Matter, Rules: rules}
}

func TestAConsultationIsCarriedOutAndPosted(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"urban-2026", "village-2026", "village-2026+sichuan", "urban-2018", "village-2018"} {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.consult(pack, deliberation.FoundAgreed)
			town.due, town.present = 2, 1 // no text gives a quorum
			town.play(workflows.Consultation, in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			require.Equal(t, []deliberation.Stage{
				deliberation.Screening, deliberation.Naming, deliberation.Consulting, deliberation.CarryingOut, deliberation.ConsultationDisclosure,
			}, town.stages())
			require.Empty(t, town.polls, "nothing is put to the vote")
			require.Equal(t, []deliberation.PersonID{"neighbour", "tenant"}, town.specs[0].People)
			require.Equal(t, deliberation.FoundAgreed, town.status.Consultation.Finding)
			require.False(t, town.status.Consultation.Carried.IsZero())
			require.Equal(t, 1, town.done[deliberation.GiveClosingOpinion])
			for _, m := range town.meetings {
				require.Equal(t, deliberation.MeetingClosed, m.State)
				require.Equal(t, deliberation.PersonID("director"), m.Chair)
			}
			for _, p := range town.postings {
				require.Equal(t, 15, p.DisplayDays.Days)
			}
			town.nothingLeftOpen()
		})
	}
}

func TestWhatStaysDisputedGoesToABodyThatDecides(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	town.play(workflows.Consultation, town.consult("urban-2026", deliberation.FoundDisputed))
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, []deliberation.Stage{deliberation.Screening, deliberation.Naming, deliberation.Consulting, deliberation.Forwarding}, town.stages())
	require.Equal(t, deliberation.ProcessID("x2"), town.status.Consultation.Forwarded)
	require.Empty(t, town.postings)
	town.nothingLeftOpen()
}

func TestATopicThatIsDeclinedEndsWithItsReason(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.consult("urban-2026", deliberation.FoundAgreed)
	town.habits[deliberation.ScreenTopic] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.ScreenTopic, Paper: paper(deliberation.PaperScreening)})
	}
	town.play(workflows.Consultation, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, deliberation.Lost, town.status.Outcome)
	require.False(t, town.status.Consultation.Screened.IsZero())
	town.nothingLeftOpen()
}

// A list that leaves out whose interest is touched is refused; the next one is taken.
func TestAConsultationNeedsItsInterestedParty(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.consult("village-2026", deliberation.FoundPartly)
	good, tries := town.habits[deliberation.NameParticipants], 0
	town.habits[deliberation.NameParticipants] = func(open deliberation.OpenAct) *deliberation.Act {
		a := good(open)
		if tries++; tries == 1 {
			a.Participants = []deliberation.Participant{{Person: "tenant", As: deliberation.AsResident}, {Person: "engineer", As: deliberation.AsSpecialist}}
		}
		return a
	}
	found := town.habits[deliberation.FormOpinion]
	wrong := true
	town.habits[deliberation.FormOpinion] = func(open deliberation.OpenAct) *deliberation.Act {
		a := found(open)
		if wrong {
			a.Finding, wrong = "carried", false
		}
		return a
	}
	town.play(workflows.Consultation, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Len(t, town.refused, 2)
	require.Equal(t, deliberation.RefuseNoInterested, town.refused[0].Code)
	require.NotNil(t, town.refused[0].Basis)
	require.Equal(t, deliberation.RefuseInvalid, town.refused[1].Code)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestAMeetingToWhichNobodyCameIsHeldAgain(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.consult("urban-2026", deliberation.FoundAgreed)
	town.present = 0
	call := town.habits[deliberation.CallToOrder]
	town.habits[deliberation.CallToOrder] = func(open deliberation.OpenAct) *deliberation.Act {
		if len(town.refused) == 1 && town.present == 0 {
			town.present = 5
			return by(deliberation.Director, deliberation.Act{Kind: deliberation.Adjourn})
		}
		return call(open)
	}
	town.play(workflows.Consultation, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Len(t, town.refused, 1)
	require.Equal(t, deliberation.RefuseNobodyCame, town.refused[0].Code)
	require.Len(t, town.meetings, 2)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestAQuickConsultationIsAnsweredWithinItsHoursOrToldOn(t *testing.T) {
	t.Parallel()
	for _, late := range []bool{false, true} {
		town := newTown(t)
		in := town.consult("urban-2026", deliberation.FoundAgreed)
		in.Matter.Quick = true
		answer := town.habits[deliberation.AnswerQuickly]
		town.habits[deliberation.AnswerQuickly] = func(open deliberation.OpenAct) *deliberation.Act {
			if late && town.ticks < 60 {
				return nil
			}
			return answer(open)
		}
		town.play(workflows.Consultation, in)
		require.NoError(t, town.env.GetWorkflowError())
		require.Equal(t, deliberation.Answered, town.status.Outcome)
		require.Equal(t, []deliberation.Stage{deliberation.Screening}, town.stages())
		require.Equal(t, late, town.status.Consultation.Late)
		escalated := 0
		for _, k := range town.facts() {
			if k == deliberation.FactEscalation {
				escalated++
			}
		}
		require.Equal(t, map[bool]int{false: 0, true: 1}[late], escalated)
		start, err := deliberation.ParseDate(started)
		require.NoError(t, err)
		require.Equal(t, start.At(9, 0).Add(48*time.Hour), town.status.Consultation.AnswerDue.In(deliberation.Shanghai))
		town.nothingLeftOpen()
	}
}

func TestAQuickConsultationMayTurnOutToBeWeighty(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.consult("urban-2026", deliberation.FoundAgreed)
	in.Matter.Quick = true
	delete(town.habits, deliberation.AnswerQuickly)
	town.habits[deliberation.TurnToFull] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.TurnToFull, Paper: paper(deliberation.PaperReason)})
	}
	town.play(workflows.Consultation, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Len(t, town.stages(), 5)
	town.nothingLeftOpen()
}

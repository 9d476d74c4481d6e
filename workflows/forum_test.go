package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// members names nine of them, and lets the council act on what it may.
func (o *town) members(in *workflows.ConsultationInput) {
	o.due, o.present, o.votes = 9, 7, deliberation.Tally{Yes: 6, No: 1}
	o.habits[deliberation.NameParticipants] = func(deliberation.OpenAct) *deliberation.Act {
		var list []deliberation.Participant
		for _, id := range []deliberation.PersonID{"m1", "m2", "m3", "m4", "m5", "m6", "m7", "m8", "m9"} {
			list = append(list, deliberation.Participant{Person: id, As: deliberation.AsMember})
		}
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.NameParticipants, Paper: paper(deliberation.PaperList), Participants: list})
	}
	if in.Matter.Form == deliberation.CouncilMeeting {
		in.Matter.AuthorisedBy = "a1"
		in.Matter.Grant = &deliberation.Grant{Categories: []deliberation.Category{in.Matter.Category}, Until: in.Subject.Started.AddYears(1), To: deliberation.CouncilMeeting}
	}
}

func TestTheMembersOfAFormVoteOnWhatTheyFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		form   deliberation.Body
		votes  deliberation.Tally
		stages []deliberation.Stage
		ends   deliberation.Outcome
	}{
		{deliberation.CouncilMeeting, deliberation.Tally{Yes: 6, No: 1}, deliberation.ConsultationStages[:5], deliberation.Carried},
		{deliberation.CouncilMeeting, deliberation.Tally{Yes: 4, No: 3}, []deliberation.Stage{deliberation.Screening, deliberation.Naming, deliberation.Consulting, deliberation.Forwarding}, deliberation.Carried},
		{deliberation.MonitoringMeeting, deliberation.Tally{Yes: 5, No: 2}, deliberation.ConsultationStages[:5], deliberation.Carried},
		{deliberation.MonitoringMeeting, deliberation.Tally{Yes: 4, No: 3}, deliberation.ConsultationStages[:3], deliberation.Lost},
		{deliberation.PartyDelegates, deliberation.Tally{Yes: 5, Abstain: 2}, deliberation.ConsultationStages[:5], deliberation.Carried},
		{deliberation.PartyDelegates, deliberation.Tally{Yes: 4, Abstain: 3}, deliberation.ConsultationStages[:3], deliberation.Lost},
	} {
		t.Run(string(c.form)+" "+string(c.ends), func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.consultAs("urban-2026", c.form, deliberation.FoundAgreed)
			town.members(&in)
			town.votes = c.votes
			town.play(workflows.Consultation, in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Equal(t, c.ends, town.status.Outcome)
			require.Equal(t, c.stages, town.stages())
			require.Len(t, town.polls, 1)
			voted := town.status.Consultation.Voted
			require.NotNil(t, voted)
			require.Equal(t, c.stages[len(c.stages)-1] == deliberation.ConsultationDisclosure, *voted)
			if *voted { // what was voted on, and what hung, pass the supervisors
				require.Equal(t, 1, town.done[deliberation.Acknowledge])
				require.Equal(t, 1, town.done[deliberation.GiveClosingOpinion])
			}
			town.nothingLeftOpen()
		})
	}
}

// A council of nine needs six (law.md §11, local practice).
func TestAFormThatVotesHasItsQuorum(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.consultAs("village-2026", deliberation.CouncilMeeting, deliberation.FoundAgreed)
	town.members(&in)
	town.present = 5
	call := town.habits[deliberation.CallToOrder]
	town.habits[deliberation.CallToOrder] = func(open deliberation.OpenAct) *deliberation.Act {
		if len(town.refused) == 1 {
			town.present = 7
		}
		return call(open)
	}
	town.play(workflows.Consultation, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Len(t, town.refused, 1)
	require.Equal(t, deliberation.RefuseBelowQuorum, town.refused[0].Code)
	require.Equal(t, 6, town.refused[0].Verdict.Checks[0].Need)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

// 成都市社区发展治理促进条例 第二十三条: what was entrusted ended before the council met.
func TestTheCouncilCannotAgreeAfterItsEntrustmentEnded(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.consultAs("urban-2026", deliberation.CouncilMeeting, deliberation.FoundAgreed)
	town.members(&in)
	in.Matter.Grant.Until = in.Subject.Started.AddDays(1)
	found := town.habits[deliberation.FormOpinion]
	town.habits[deliberation.FormOpinion] = func(open deliberation.OpenAct) *deliberation.Act {
		a := found(open)
		if len(town.refused) > 0 {
			a.Finding = deliberation.FoundDisputed
		}
		return a
	}
	town.play(workflows.Consultation, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Len(t, town.refused, 1)
	require.Equal(t, deliberation.RefuseReserved, town.refused[0].Code)
	require.Equal(t, "成都市社区发展治理促进条例", town.refused[0].Basis.Citation.Law)
	require.Empty(t, town.polls)
	require.Equal(t, deliberation.ProcessID("x2"), town.status.Consultation.Forwarded, "it goes to a body that may decide it")
}

// 上海市居民委员会工作条例 第十六条: a dispute has two sides, and what is agreed binds nobody.
func TestACoordinationNeedsBothSides(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.consultAs("urban-2026", deliberation.CoordinationMeeting, deliberation.FoundAgreed)
	one, tries := town.habits[deliberation.NameParticipants], 0
	town.habits[deliberation.NameParticipants] = func(open deliberation.OpenAct) *deliberation.Act {
		a := one(open)
		if tries++; tries > 1 {
			a.Participants = []deliberation.Participant{{Person: "above", As: deliberation.InterestedParty}, {Person: "below", As: deliberation.InterestedParty}}
		}
		return a
	}
	town.play(workflows.Consultation, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Len(t, town.refused, 1)
	require.Equal(t, deliberation.RefuseNoInterested, town.refused[0].Code)
	require.Equal(t, 2, town.refused[0].Count)
	require.Empty(t, town.polls)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

// ③ by Party delegates (law.md §§1.3, 11): those the matter names are due, by their own
// quorum and majority, and nobody else.
func TestDelegatesReviewInPlaceOfThePartyMeeting(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.input("urban-2026")
	in.Matter.Delegates = []deliberation.PersonID{"d1", "d2", "d3", "d4", "d5"}
	pack, err := town.Pack("urban-2026")
	require.NoError(t, err)
	in.Rules, err = deliberation.FourDeliberationsOn(pack, deliberation.Matter{Delegates: in.Matter.Delegates})
	require.NoError(t, err)
	town.run(in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	reviewed := 0
	for _, s := range town.specs {
		if s.Body == deliberation.PartyDelegates {
			reviewed++
			require.Equal(t, in.Matter.Delegates, s.People)
			continue
		}
		require.Empty(t, s.People, "%s meets as it always did", s.Body)
	}
	require.Equal(t, 1, reviewed)
}

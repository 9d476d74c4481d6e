package deliberation

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestWhoMayBeNamedToAConsultation(t *testing.T) {
	t.Parallel()
	must := FlagRule{Key: "consultation.interested_in", Value: true}
	list := func(as ...ParticipantRole) (people []Participant) {
		for i, role := range as {
			people = append(people, Participant{Person: PersonID(rune('a' + i)), As: role})
		}
		return people
	}
	many := make([]ParticipantRole, maxParticipants+1)
	for i := range many {
		many[i] = InterestedParty
	}
	for name, c := range map[string]struct {
		people  []Participant
		rule    FlagRule
		code    RefusalCode
		problem string
	}{
		"one interested and a resident":   {people: list(InterestedParty, AsResident), rule: must},
		"two interested":                  {people: list(InterestedParty, InterestedParty), rule: must},
		"nobody":                          {rule: must, code: RefuseInvalid, problem: "required"},
		"nobody interested":               {people: list(AsResident, AsUnit, AsSpecialist), rule: must, code: RefuseNoInterested},
		"nobody interested, no such rule": {people: list(AsResident, AsUnit)},
		"one alone":                       {people: list(InterestedParty), rule: must, code: RefuseInvalid, problem: "too_few"},
		"too many":                        {people: list(many...), rule: must, code: RefuseInvalid, problem: "too_many"},
		"an unknown role":                 {people: list(InterestedParty, "guest"), rule: must, code: RefuseInvalid, problem: "not_a_choice"},
		"twice":                           {people: []Participant{{"a", InterestedParty}, {"a", AsResident}}, rule: must, code: RefuseInvalid, problem: "twice"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := CheckParticipants(c.people, c.rule)
			if c.code == "" {
				require.NoError(t, err)
				return
			}
			var r *Refusal
			require.True(t, errors.As(err, &r))
			require.Equal(t, c.code, r.Code)
			if c.problem != "" {
				require.Equal(t, c.problem, r.Fields[0].Problem)
			}
		})
	}
}

func TestTheCourseOfAConsultation(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		stage   Stage
		outcome Outcome
		next    Stage
		goesOn  bool
	}{
		{Screening, Carried, Naming, true},
		{Screening, Lost, Archive, false},
		{Screening, Answered, Archive, false},
		{Naming, Carried, Consulting, true},
		{Consulting, Inquorate, Consulting, true},
		{Consulting, Carried, CarryingOut, true},
		{Consulting, Contested, Forwarding, true},
		{CarryingOut, Carried, ConsultationDisclosure, true},
		{ConsultationDisclosure, Carried, Archive, false},
		{Forwarding, Carried, Archive, false},
		{Forwarding, Cancelled, Archive, false},
	} {
		next, goesOn := NextOfConsultation(c.stage, c.outcome)
		require.Equal(t, c.next, next, "%s %s", c.stage, c.outcome)
		require.Equal(t, c.goesOn, goesOn, "%s %s", c.stage, c.outcome)
	}
	for _, c := range []struct {
		form    Body
		found   Finding
		carried bool
		want    Outcome
	}{
		{ConsultationMeeting, FoundPartly, false, Carried},
		{ConsultationMeeting, FoundDisputed, false, Contested},
		{CoordinationMeeting, FoundAgreed, false, Carried},
		{CoordinationMeeting, FoundDisputed, false, Contested},
		{CouncilMeeting, FoundAgreed, true, Carried},
		{CouncilMeeting, FoundAgreed, false, Contested},
		{CouncilMeeting, FoundDisputed, true, Contested},
		{MonitoringMeeting, FoundAgreed, true, Carried},
		{MonitoringMeeting, FoundAgreed, false, Lost},
		{PartyDelegates, FoundPartly, false, Lost},
		{PartyDelegates, FoundDisputed, true, Lost},
	} {
		rules := ConsultationRules{Meeting: MeetingRules{Body: c.form}}
		require.Equal(t, c.want, rules.OutcomeOf(c.found, c.carried), "%+v", c)
	}
}

func TestAMeetingWithoutAQuorumOpensOnceSomebodyIsThere(t *testing.T) {
	t.Parallel()
	came := func(n int) Attendance {
		return Attendance{Whole: BodyCount{Body: ConsultationMeeting, Due: 9, Present: n}}
	}
	none := MeetingRules{NoQuorum: true}
	require.False(t, none.Opening(came(0)).Met)
	require.True(t, none.Opening(came(1)).Met)
	require.Equal(t, "没有规定法定人数。应到9人，实到1人。", none.Opening(came(1)).Sentence("zh"))
	two := []MajorityRule{{Key: "q", Majority: Majority{Fraction: Fraction{Num: 2, Den: 3}, Comparison: AtLeast, Of: OfDue}}}
	twoThirds := MeetingRules{Quorum: two}
	require.False(t, twoThirds.Opening(came(5)).Met)
	require.True(t, twoThirds.Opening(came(6)).Met)
}

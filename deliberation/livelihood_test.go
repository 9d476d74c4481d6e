package deliberation_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

func TestASurveyAddsUp(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		s     deliberation.Satisfaction
		field string
	}{
		"it adds up":              {deliberation.Satisfaction{Asked: 100, Returned: 80, Satisfied: 40, Basically: 30, Not: 10}, ""},
		"nobody answered":         {deliberation.Satisfaction{Asked: 100}, ""},
		"nobody was asked":        {deliberation.Satisfaction{}, "asked"},
		"more answers than asked": {deliberation.Satisfaction{Asked: 10, Returned: 11, Satisfied: 11}, "returned"},
		"an answer is missing":    {deliberation.Satisfaction{Asked: 10, Returned: 10, Satisfied: 9}, "satisfied"},
		"an answer too many":      {deliberation.Satisfaction{Asked: 10, Returned: 5, Satisfied: 5, Not: 1}, "satisfied"},
		"below nought":            {deliberation.Satisfaction{Asked: 10, Returned: 10, Satisfied: 11, Not: -1}, "not"},
		"beyond any town":         {deliberation.Satisfaction{Asked: deliberation.MaxSurveyed + 1}, "asked"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := c.s.Check()
			if c.field == "" {
				require.NoError(t, err)
				return
			}
			var r *deliberation.Refusal
			require.True(t, errors.As(err, &r))
			require.Equal(t, deliberation.RefuseInvalid, r.Code)
			require.Equal(t, c.field, r.Fields[0].Field)
		})
	}
}

func TestWhoIsSatisfiedIsCountedInWholes(t *testing.T) {
	t.Parallel()
	reached := deliberation.Satisfaction{Asked: 9, Returned: 5, Satisfied: 1, Basically: 2, Not: 2}
	require.True(t, reached.Reaches(60))
	require.False(t, reached.Reaches(61))
	require.Equal(t, 60, reached.Percent())
	third := deliberation.Satisfaction{Asked: 9, Returned: 3, Satisfied: 2, Not: 1}
	require.Equal(t, 66, third.Percent())
	require.False(t, third.Reaches(67))
	require.False(t, deliberation.Satisfaction{Asked: 9}.Reaches(0), "nobody answered")
}

func TestTheCourseOfALivelihoodMatter(t *testing.T) {
	t.Parallel()
	all, some, other := deliberation.AffectsAll, deliberation.AffectsSome, deliberation.AffectsOther
	for _, c := range []struct {
		at       deliberation.Stage
		outcome  deliberation.Outcome
		affected deliberation.Affected
		standing bool
		next     deliberation.Stage
		ends     bool
	}{
		{deliberation.Soliciting, deliberation.Carried, all, false, deliberation.PublicHearing, false},
		{deliberation.Soliciting, deliberation.Carried, some, false, deliberation.PublicHearing, false},
		{deliberation.Soliciting, deliberation.Carried, other, false, deliberation.Forwarding, false},
		{deliberation.Forwarding, deliberation.Carried, other, false, deliberation.Archive, true},
		{deliberation.PublicHearing, deliberation.Returned, all, false, deliberation.PublicHearing, false},
		{deliberation.PublicHearing, deliberation.Carried, all, false, deliberation.Review, false},
		{deliberation.Review, deliberation.Amended, all, false, deliberation.Resolution, false},
		{deliberation.Review, deliberation.Lost, all, false, deliberation.Archive, true},
		{deliberation.Review, deliberation.Inquorate, all, false, deliberation.Review, false},
		{deliberation.Resolution, deliberation.Amended, all, false, deliberation.Review, false},
		{deliberation.Resolution, deliberation.Carried, all, false, deliberation.ResolutionDisclosure, false},
		{deliberation.Resolution, deliberation.Lost, all, false, deliberation.Archive, true},
		{deliberation.Resolution, deliberation.Lost, all, true, deliberation.Implementation, false},
		{deliberation.ResolutionDisclosure, deliberation.Contested, all, false, deliberation.Review, false},
		{deliberation.ResolutionDisclosure, deliberation.Carried, all, false, deliberation.Implementation, false},
		{deliberation.Implementation, deliberation.Amended, all, false, deliberation.Resolution, false},
		{deliberation.Implementation, deliberation.Carried, all, false, deliberation.SatisfactionCheck, false},
		{deliberation.SatisfactionCheck, deliberation.Returned, all, false, deliberation.Implementation, false},
		{deliberation.SatisfactionCheck, deliberation.Carried, all, false, deliberation.ResultDisclosure, false},
		{deliberation.ResultDisclosure, deliberation.Carried, all, false, deliberation.Archive, true},
		{deliberation.Review, deliberation.Withdrawn, all, false, deliberation.Archive, true},
	} {
		next, goesOn := deliberation.NextOfLivelihood(c.at, c.outcome, c.affected, c.standing)
		require.Equal(t, c.next, next, "%+v", c)
		require.Equal(t, !c.ends, goesOn, "%+v", c)
	}
}

func TestWhatALivelihoodMatterAsksOfAPack(t *testing.T) {
	t.Parallel()
	lib, err := packs.Load()
	require.NoError(t, err)
	for _, id := range []string{"urban-2026", "village-2026+sichuan", "urban-2018", "village-2018"} {
		p, err := lib.Pack(id)
		require.NoError(t, err)
		rules, err := deliberation.LivelihoodOf(p)
		require.NoError(t, err)
		require.GreaterOrEqual(t, rules.SolicitDays.Days, 7)
		require.Equal(t, deliberation.Default, rules.SolicitDays.Basis.Confidence)
		require.Equal(t, deliberation.LocalPractice, rules.Steps.Basis.Confidence, "the founding document")
		require.NotEmpty(t, rules.Forums)
		require.Equal(t, deliberation.PartyMeeting, rules.Review.Body)
		m := deliberation.Matter{Title: "老年食堂", Summary: "开办老年食堂。", Category: deliberation.CategoryEnvironment, Affected: deliberation.AffectsSome, Origin: deliberation.OriginParty, Form: deliberation.Assembly}
		require.NoError(t, deliberation.CheckLivelihood(p, m))
		m.Merged = true
		require.ErrorIs(t, deliberation.CheckLivelihood(p, m), deliberation.Refuse(deliberation.RefuseInvalid))
		for _, key := range p.Keys() {
			if key == "livelihood.solicit_days" {
				delete(p.Parameters, key)
			}
		}
		_, err = deliberation.LivelihoodOf(p)
		require.ErrorIs(t, err, deliberation.Refuse(deliberation.RefuseFormNotInPack))
	}
}

package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// livelihood prepares a livelihood matter that is found to touch so many, the news of
// its hearings, and the habits of those who carry it.
func (o *town) livelihood(pack string, touches deliberation.Finding, news ...told) workflows.LivelihoodMatterInput {
	o.Helper()
	p, err := o.Pack(pack)
	require.NoError(o, err)
	rules, err := deliberation.LivelihoodOf(p)
	require.NoError(o, err)
	o.opinions = activities.OpinionCounts{Received: 3, Answered: 3}
	o.habits[deliberation.MergeOpinions] = func(deliberation.OpenAct) *deliberation.Act {
		if o.now().Before(o.status.Waiting.Until) {
			return nil
		}
		return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.MergeOpinions, Finding: touches, Paper: paper(deliberation.PaperMerged)})
	}
	o.habits[deliberation.StartHearing] = func(deliberation.OpenAct) *deliberation.Act {
		o.env.RegisterDelayedCallback(func() {
			o.env.SignalWorkflow("hearing", news[0])
			news = news[1:]
		}, 50*time.Hour)
		return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.StartHearing, Subject: "h1"})
	}
	o.habits[deliberation.Propose] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.Propose, Paper: paper(deliberation.PaperProposal)})
	}
	o.surveyed(deliberation.Satisfaction{Asked: 100, Returned: 90, Satisfied: 60, Basically: 20, Not: 10})
	in := o.input(pack)
	return workflows.LivelihoodMatterInput{Subject: in.Subject, Matter: in.Matter, Rules: rules}
}

// surveyed has the clerk file these surveys one after the other.
func (o *town) surveyed(list ...deliberation.Satisfaction) {
	o.habits[deliberation.FileSurvey] = func(deliberation.OpenAct) *deliberation.Act {
		s := list[0]
		if len(list) > 1 {
			list = list[1:]
		}
		return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.FileSurvey, Survey: &s, Paper: paper(deliberation.PaperSurvey)})
	}
}

var livelihoodCourse = []deliberation.Stage{
	deliberation.Soliciting, deliberation.PublicHearing, deliberation.Review, deliberation.Resolution, deliberation.ResolutionDisclosure,
	deliberation.Implementation, deliberation.SatisfactionCheck, deliberation.ResultDisclosure,
}

func TestALivelihoodMatterFromOpinionsToSatisfaction(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"urban-2026", "village-2026+sichuan", "urban-2018"} {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.livelihood(pack, deliberation.TouchesSome, reported(""))
			town.play(workflows.LivelihoodMatter, in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			require.Equal(t, livelihoodCourse, town.stages())
			l := town.status.Livelihood
			require.Equal(t, deliberation.AffectsSome, l.Affected)
			require.True(t, l.Met)
			require.Zero(t, l.Returns)
			merged := factsOf[deliberation.MergedData](town, deliberation.FactMerged)
			require.Len(t, merged, 1)
			require.Equal(t, deliberation.HearingMeeting, merged[0].Forum.Body)
			require.Equal(t, *merged[0].Forum, town.status.Asked.Rule)
			bodies := map[deliberation.Stage]deliberation.Body{}
			for _, m := range town.meetings {
				bodies[m.Stage] = m.Body
			}
			require.Equal(t, map[deliberation.Stage]deliberation.Body{deliberation.Review: deliberation.PartyMeeting, deliberation.Resolution: deliberation.Conference}, bodies)
			town.nothingLeftOpen()
		})
	}
}

// The masses' resolution waits for the report of the hearing, and so does the plan.
func TestNothingIsResolvedBeforeTheReport(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.livelihood("urban-2026", deliberation.TouchesSome, reported(""))
	tried := 0
	town.before = func() {
		if town.status.Stage != deliberation.PublicHearing || !town.status.Asked.Pending() {
			return
		}
		require.Equal(t, "hearing", town.status.Waiting.For)
		tried++
		for _, a := range []deliberation.Act{
			{Kind: deliberation.Propose, Paper: paper(deliberation.PaperProposal)},
			{Kind: deliberation.Convene, At: town.now().AddDate(0, 0, 20), Paper: paper(deliberation.PaperNotice)},
		} {
			if tried == 1 {
				town.act(*by(deliberation.Secretary, a), nil)
			}
		}
	}
	town.play(workflows.LivelihoodMatter, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Len(t, town.refused, 2)
	for _, r := range town.refused {
		require.Equal(t, deliberation.RefuseOutOfOrder, r.Code)
	}
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

// What experts found not feasible is planned anew and heard again before anybody reviews it.
func TestWhatIsNotFeasibleIsPlannedAndHeardAgain(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.livelihood("urban-2026", deliberation.TouchesAll, reported(deliberation.NotFeasible), reported(deliberation.FeasibleWithChanges))
	town.play(workflows.LivelihoodMatter, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, append([]deliberation.Stage{deliberation.Soliciting, deliberation.PublicHearing}, livelihoodCourse[1:]...), town.stages())
	require.Equal(t, 2, town.done[deliberation.StartHearing])
	require.Equal(t, 2, town.done[deliberation.Propose])
	require.Equal(t, deliberation.ExpertAppraisal, town.status.Asked.Rule.Body)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

// A hearing that ended without its report is started again.
func TestALivelihoodMatterStartsALapsedHearingAnew(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.livelihood("urban-2026", deliberation.TouchesSome, told{Process: "h1"}, reported(""))
	town.play(workflows.LivelihoodMatter, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, 2, town.done[deliberation.StartHearing])
	require.Equal(t, livelihoodCourse, town.stages())
}

// Too few are satisfied: the work goes back once, and then the result stands as it is.
func TestTooFewSatisfiedSendTheWorkBackOnce(t *testing.T) {
	t.Parallel()
	poor := deliberation.Satisfaction{Asked: 50, Returned: 40, Satisfied: 10, Basically: 10, Not: 20}
	good := deliberation.Satisfaction{Asked: 50, Returned: 40, Satisfied: 30, Basically: 5, Not: 5}
	for name, second := range map[string]deliberation.Satisfaction{"better": good, "poor again": poor} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.livelihood("urban-2026", deliberation.TouchesSome, reported(""))
			town.surveyed(poor, second)
			town.play(workflows.LivelihoodMatter, in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Equal(t, append(append([]deliberation.Stage{}, livelihoodCourse[:7]...), deliberation.Implementation, deliberation.SatisfactionCheck, deliberation.ResultDisclosure), town.stages())
			surveys := factsOf[deliberation.SurveyData](town, deliberation.FactSurvey)
			require.Len(t, surveys, 2)
			require.True(t, surveys[0].Returned)
			require.False(t, surveys[1].Returned)
			require.Equal(t, second == good, surveys[1].Met)
			require.Equal(t, second == good, town.status.Livelihood.Met)
			require.Equal(t, 1, town.status.Livelihood.Returns)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
		})
	}
}

// A matter that is no public service goes to a consultation, and ends.
func TestWhatNeedsNoHearingIsSentOn(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.livelihood("urban-2026", deliberation.TouchesOther)
	town.habits[deliberation.ForwardMatter] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.ForwardMatter, Subject: "x9"})
	}
	town.play(workflows.LivelihoodMatter, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, []deliberation.Stage{deliberation.Soliciting, deliberation.Forwarding}, town.stages())
	require.Equal(t, deliberation.ProcessID("x9"), town.status.Livelihood.Forwarded)
	require.Nil(t, town.status.Asked)
	town.nothingLeftOpen()
}

func TestWhatALivelihoodMatterRefuses(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.livelihood("urban-2026", deliberation.TouchesSome, reported(""))
	merge, survey := town.habits[deliberation.MergeOpinions], town.habits[deliberation.FileSurvey]
	town.opinions = activities.OpinionCounts{Received: 3, Answered: 2}
	merges := 0
	town.habits[deliberation.MergeOpinions] = func(open deliberation.OpenAct) *deliberation.Act {
		if merges++; merges == 1 { // before the seven days are over
			return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.MergeOpinions, Finding: deliberation.TouchesSome, Paper: paper(deliberation.PaperMerged)})
		}
		a := merge(open)
		if a == nil {
			return nil
		}
		switch len(town.refused) {
		case 1: // one opinion has no answer
		case 2:
			town.opinions.Answered = 3
			a.Finding = "everybody"
		}
		return a
	}
	surveys := 0
	town.habits[deliberation.FileSurvey] = func(open deliberation.OpenAct) *deliberation.Act {
		a := survey(open)
		switch surveys++; surveys {
		case 1:
			a.Survey = nil
		case 2:
			a.Survey = &deliberation.Satisfaction{Asked: 100, Returned: 90, Satisfied: 60, Basically: 20, Not: 9}
		case 3:
			a.Survey = &deliberation.Satisfaction{Asked: 80, Returned: 90, Satisfied: 60, Basically: 20, Not: 10}
		}
		return a
	}
	town.play(workflows.LivelihoodMatter, in)
	require.NoError(t, town.env.GetWorkflowError())
	codes, fields := []deliberation.RefusalCode{}, []string{}
	for _, r := range town.refused {
		codes = append(codes, r.Code)
		for _, f := range r.Fields {
			fields = append(fields, f.Field)
		}
	}
	require.Equal(t, []deliberation.RefusalCode{
		deliberation.RefuseTooEarly, deliberation.RefuseUnanswered, deliberation.RefuseInvalid,
		deliberation.RefuseInvalid, deliberation.RefuseInvalid, deliberation.RefuseInvalid,
	}, codes)
	require.Equal(t, []string{"finding", "asked", "satisfied", "returned"}, fields)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

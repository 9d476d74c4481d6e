package dossier

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// The lies that could be told about a livelihood matter, and the truth.
func TestALivelihoodMatterIsJudgedAgain(t *testing.T) {
	t.Parallel()
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	pack, err := lib.Pack("urban-2026")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.LivelihoodOf(pack)
	if err != nil {
		t.Fatal(err)
	}
	text := deliberation.PaperRef{ID: "p1"}
	for name, c := range map[string]struct {
		spoil  func(m *deliberation.MergedData, s *deliberation.SurveyData, went *deliberation.Outcome)
		faults int
	}{
		"the truth": {func(*deliberation.MergedData, *deliberation.SurveyData, *deliberation.Outcome) {}, 0},
		"another forum": {func(m *deliberation.MergedData, _ *deliberation.SurveyData, _ *deliberation.Outcome) {
			m.Forum = &rules.Forums[0]
		}, 1},
		"no forum": {func(m *deliberation.MergedData, _ *deliberation.SurveyData, _ *deliberation.Outcome) { m.Forum = nil }, 1},
		"no list": {func(m *deliberation.MergedData, _ *deliberation.SurveyData, _ *deliberation.Outcome) {
			m.Paper = deliberation.PaperRef{}
		}, 1},
		"a survey of its own sum": {func(_ *deliberation.MergedData, s *deliberation.SurveyData, _ *deliberation.Outcome) { s.Survey.Not++ }, 1},
		"another threshold": {func(_ *deliberation.MergedData, s *deliberation.SurveyData, _ *deliberation.Outcome) {
			s.Rule.Count = 10
		}, 1},
		"called met": {func(_ *deliberation.MergedData, s *deliberation.SurveyData, _ *deliberation.Outcome) { s.Met = true }, 1},
		"not sent back": {func(_ *deliberation.MergedData, _ *deliberation.SurveyData, went *deliberation.Outcome) {
			*went = deliberation.Carried
		}, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			merged := deliberation.MergedData{Paper: text, Affected: deliberation.AffectsSome, Forum: deliberation.ForumFor(rules.Forums, deliberation.AffectsSome)}
			survey := deliberation.SurveyData{Paper: text, Survey: deliberation.Satisfaction{Asked: 20, Returned: 10, Satisfied: 3, Not: 7}, Rule: rules.SatisfiedPercent, Returned: true}
			went := deliberation.Returned
			c.spoil(&merged, &survey, &went)
			fact := func(office deliberation.Office, v any) Fact {
				return Fact{Entry: deliberation.Entry{Actor: "a", Office: office}, Value: v}
			}
			e := &examination{live: &rules, rules: rules.FourDeliberationsRules, name: "livelihood"}
			e.d.Facts = []Fact{fact(deliberation.Secretary, &deliberation.OpinionsData{}), fact(deliberation.Secretary, &merged), fact(deliberation.Clerk, &survey)}
			e.h = &history{started: &deliberation.StartedData{}, visits: []*visit{{stage: deliberation.SatisfactionCheck, facts: e.d.Facts[2:], outcome: &deliberation.OutcomeData{Outcome: went}}}}
			e.livelihoodMatter()
			if len(e.Faults()) != c.faults {
				t.Errorf("%d faults, want %d: %v", len(e.Faults()), c.faults, e.Faults())
			}
		})
	}
}

package deliberation_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

func hearingPack(t *testing.T) deliberation.Pack {
	t.Helper()
	lib, err := packs.Load()
	require.NoError(t, err)
	p, err := lib.Pack("urban-2026")
	require.NoError(t, err)
	return p
}

func hearingMatter() deliberation.Matter {
	return deliberation.Matter{
		Title: "停车位改造", Summary: "三栋门前改停车位。", Category: deliberation.CategoryEnvironment, Affected: deliberation.AffectsSome,
		Origin: deliberation.OriginCommittee, Form: deliberation.HearingMeeting,
	}
}

func refusalOf(t *testing.T, err error) *deliberation.Refusal {
	t.Helper()
	var r *deliberation.Refusal
	require.ErrorAs(t, err, &r)
	return r
}

// All residents: an appraisal. Some residents or a group: a hearing (攀委发〔2015〕10号).
// The other one must be justified.
func TestWhichForumAMatterNeeds(t *testing.T) {
	t.Parallel()
	p := hearingPack(t)
	for _, c := range []struct {
		affected deliberation.Affected
		form     deliberation.Body
		reason   string
		wrong    string
		cited    bool
	}{
		{deliberation.AffectsSome, deliberation.HearingMeeting, "", "", false},
		{deliberation.AffectsAll, deliberation.ExpertAppraisal, "", "", false},
		{deliberation.AffectsAll, deliberation.HearingMeeting, "", "required", true},
		{deliberation.AffectsSome, deliberation.ExpertAppraisal, " ", "required", true},
		{deliberation.AffectsAll, deliberation.HearingMeeting, "专家意见上月已经出具。", "", false},
		{deliberation.AffectsSome, deliberation.HearingMeeting, "多余的理由", "unexpected", false},
		{deliberation.AffectsOther, deliberation.HearingMeeting, "", "", false},
		{deliberation.AffectsOther, deliberation.ExpertAppraisal, "", "", false},
	} {
		m := hearingMatter()
		m.Affected, m.Form, m.ChoiceReason = c.affected, c.form, c.reason
		err := deliberation.CheckHearing(p, m)
		if c.wrong == "" {
			require.NoError(t, err, "%+v", c)
			continue
		}
		r := refusalOf(t, err)
		require.Equal(t, []deliberation.FieldProblem{{Field: "choice_reason", Problem: c.wrong}}, r.Fields, "%+v", c)
		require.Equal(t, c.cited, r.Basis != nil)
	}
	m := hearingMatter()
	m.Form = deliberation.Conference
	require.Equal(t, deliberation.RefuseInvalid, refusalOf(t, deliberation.CheckHearing(p, m)).Code)
	m = hearingMatter()
	m.Origin, m.Signers, m.SignersOf = deliberation.OriginResidents, 19, 100
	require.Equal(t, 20, refusalOf(t, deliberation.CheckHearing(p, m)).Count)
	m.Signers = 20
	require.NoError(t, deliberation.CheckHearing(p, m))
}

func TestWhatAPlanLacks(t *testing.T) {
	t.Parallel()
	p := hearingPack(t)
	rules, err := deliberation.HearingOf(p, deliberation.HearingMeeting)
	require.NoError(t, err)
	experts, err := deliberation.HearingOf(p, deliberation.ExpertAppraisal)
	require.NoError(t, err)
	plan := func() deliberation.PlanCount {
		return deliberation.PlanCount{Chair: "a", Presenter: "b", Panel: []deliberation.PersonID{"c"}, Sides: []deliberation.SideSeats{{Code: "A", Seats: 30}, {Code: "B", Seats: 20}}, Experts: 3}
	}
	require.NoError(t, rules.CheckPlan(plan()), "fifty seats are as many as may take part")
	require.NoError(t, experts.CheckPlan(plan()))
	for field, spoil := range map[string]func(*deliberation.PlanCount){
		"chair":     func(n *deliberation.PlanCount) { n.Chair = "" },
		"presenter": func(n *deliberation.PlanCount) { n.Presenter = n.Chair },
		"panel":     func(n *deliberation.PlanCount) { n.Panel = make([]deliberation.PersonID, 16) },
		"observers": func(n *deliberation.PlanCount) { n.Observers = -1 },
		"sides":     func(n *deliberation.PlanCount) { n.Sides[1].Seats = 21 },
	} {
		n := plan()
		spoil(&n)
		require.Equal(t, field, refusalOf(t, rules.CheckPlan(n)).Fields[0].Field)
	}
	n := plan()
	n.Sides = n.Sides[:1]
	require.NotNil(t, refusalOf(t, rules.CheckPlan(n)).Basis, "one side is no hearing")
	require.NoError(t, experts.CheckPlan(n))
	n.Experts, n.Excluded = 2, 1
	require.Equal(t, "experts", refusalOf(t, experts.CheckPlan(n)).Fields[0].Field, "who has a direct interest does not count")
	n = plan()
	n.Sides[0].Seats = 0
	require.Equal(t, "sides", refusalOf(t, rules.CheckPlan(n)).Fields[0].Field)
}

func TestAReportLeavesNothingOpenAndOnlyAnAppraisalConcludes(t *testing.T) {
	t.Parallel()
	p := hearingPack(t)
	hearing, _ := deliberation.HearingOf(p, deliberation.HearingMeeting)
	appraisal, _ := deliberation.HearingOf(p, deliberation.ExpertAppraisal)
	all := []deliberation.Statement{
		{Number: 2, Kind: deliberation.QuestionAsked, Text: "谁出钱？", Disposition: deliberation.StatementAnswered, Reason: "财政补助。"},
		{Number: 1, Kind: deliberation.SpokenStatement, Text: "同意", Disposition: deliberation.StatementAdopted, Reason: "已写入方案。"},
	}
	n := deliberation.CountStatements(all)
	require.Equal(t, 0, n.Open())
	require.NoError(t, hearing.CheckReport("", n))
	require.Equal(t, "finding", refusalOf(t, hearing.CheckReport(deliberation.Feasible, n)).Fields[0].Field, "a hearing decides nothing")
	require.NoError(t, appraisal.CheckReport(deliberation.NotFeasible, n))
	require.Error(t, appraisal.CheckReport("", n))
	require.Error(t, appraisal.CheckReport("agreed", n))
	n.ExpertsOwed = 1
	require.Equal(t, "experts", refusalOf(t, appraisal.CheckReport(deliberation.Feasible, n)).Fields[0].Field)
	all[0].Disposition = ""
	open := refusalOf(t, hearing.CheckReport("", deliberation.CountStatements(all)))
	require.Equal(t, deliberation.RefuseUnanswered, open.Code)
	require.Equal(t, 1, open.Count)
	before := deliberation.CountStatements(all).SHA256
	all[0].Text += "改"
	require.NotEqual(t, before, deliberation.CountStatements(all).SHA256)
}

func TestTheCourseOfAHearing(t *testing.T) {
	t.Parallel()
	at := deliberation.HearingPlanning
	var seen []deliberation.Stage
	for goesOn := true; goesOn; {
		seen = append(seen, at)
		at, goesOn = deliberation.NextOfHearing(at, deliberation.Carried)
	}
	require.Equal(t, deliberation.HearingStages[:6], seen)
	again, goesOn := deliberation.NextOfHearing(deliberation.HearingSignUp, deliberation.Inquorate)
	require.True(t, goesOn)
	require.Equal(t, deliberation.HearingSignUp, again)
	back, goesOn := deliberation.Next(deliberation.Review, deliberation.Returned, deliberation.FourDeliberationsRules{}, false, false)
	require.True(t, goesOn)
	require.Equal(t, deliberation.Proposal, back)
}

func TestTheEarliestSittingLeavesTimeForEachStep(t *testing.T) {
	t.Parallel()
	rules, err := deliberation.HearingOf(hearingPack(t), deliberation.HearingMeeting)
	require.NoError(t, err)
	today, _ := deliberation.ParseDate("2026-03-02")
	// Announced until the 12th, listed on the 13th and 14th, papers on the 15th, seven days between.
	require.Equal(t, "2026-03-22", rules.EarliestSitting(today).String())
}

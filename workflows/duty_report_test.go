package workflows_test

import (
	"context"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// reportsHere is what the record says of reports and appraisals.
type reportsHere struct {
	people []deliberation.Appraisee
	count  deliberation.ReportCount
	held   []deliberation.HeldAppraisal
}

func (r *reportsHere) Appraised(context.Context, deliberation.CommunityID, deliberation.Date) ([]deliberation.Appraisee, error) {
	return r.people, nil
}

func (r *reportsHere) CountReport(context.Context, deliberation.ProcessID, deliberation.PersonID) (deliberation.ReportCount, error) {
	return r.count, nil
}

func (r *reportsHere) AppraisalsOf(_ context.Context, _ deliberation.CommunityID, p deliberation.PersonID, before deliberation.Date) ([]deliberation.HeldAppraisal, error) {
	return slices.DeleteFunc(slices.Clone(r.held), func(h deliberation.HeldAppraisal) bool { return h.Person != p || !h.On.Before(before) }), nil
}

// duty prepares a yearly report of a director and a committee member, and the habits
// of all who take part.
func (o *town) duty(pack string) workflows.DutyReportInput {
	o.Helper()
	p, err := o.Pack(pack)
	require.NoError(o, err)
	rules, err := deliberation.AppraisalOf(p)
	require.NoError(o, err)
	since := deliberation.NewDate(2024, 1, 5)
	o.reports.people = []deliberation.Appraisee{
		{Person: "director", Post: deliberation.Director, Since: since}, {Person: "committee_member", Post: deliberation.CommitteeMember, Since: since},
	}
	o.reports.count = deliberation.ReportCount{Owed: 2, Answered: 2, Done: 1, Promised: 3}
	chaired := func(k deliberation.ActKind) func(deliberation.OpenAct) *deliberation.Act {
		return func(deliberation.OpenAct) *deliberation.Act {
			return by(deliberation.SupervisionHead, deliberation.Act{Kind: k})
		}
	}
	own := func(k deliberation.ActKind) func(deliberation.OpenAct) *deliberation.Act {
		return func(open deliberation.OpenAct) *deliberation.Act {
			return by(deliberation.Office(open.Actor), deliberation.Act{Kind: k, Subject: open.Subject, Paper: paper(deliberation.PaperDuty)})
		}
	}
	from := func(k deliberation.ActKind, office deliberation.Office) func(deliberation.OpenAct) *deliberation.Act {
		return func(open deliberation.OpenAct) *deliberation.Act {
			return by(office, deliberation.Act{Kind: k, Subject: open.Subject, Paper: paper(deliberation.PaperGrade)})
		}
	}
	for k, habit := range map[deliberation.ActKind]func(deliberation.OpenAct) *deliberation.Act{
		deliberation.FileDutyReport: own(deliberation.FileDutyReport), deliberation.ReceiveGrade: own(deliberation.ReceiveGrade), deliberation.ExplainGrade: own(deliberation.ExplainGrade),
		deliberation.CallToOrder: chaired(deliberation.CallToOrder), deliberation.OpenPoll: chaired(deliberation.OpenPoll), deliberation.ClosePoll: chaired(deliberation.ClosePoll),
		deliberation.CheckMeasures: from(deliberation.CheckMeasures, deliberation.Supervisor), deliberation.AnnounceEnd: from(deliberation.AnnounceEnd, deliberation.SupervisionHead),
		deliberation.FileResolution: from(deliberation.FileResolution, deliberation.Clerk),
		deliberation.Convene: func(deliberation.OpenAct) *deliberation.Act {
			at := deliberation.DateOf(o.now()).AddDays(11).At(9, 0)
			return by(deliberation.SupervisionHead, deliberation.Act{Kind: deliberation.Convene, At: at, Paper: paper(deliberation.PaperNotice)})
		},
	} {
		o.habits[k] = habit
	}
	in := o.input(pack)
	in.Matter.Form = deliberation.Conference
	return workflows.DutyReportInput{Subject: in.Subject, Matter: in.Matter, Rules: rules}
}

// graded gives the box the same grades for each person: excellent, competent, barely
// competent, unfit.
func (o *town) graded(votes ...[4]int) {
	o.before = func() {
		for _, p := range o.polls {
			if len(o.counts) > 0 || len(p.Form) == 0 {
				continue
			}
			for i, q := range p.Form {
				c := deliberation.QuestionCount{Question: q.ID}
				for k, g := range deliberation.Grades {
					c.Votes = append(c.Votes, deliberation.OptionCount{Option: string(g), Votes: votes[i][k]})
					c.Ballots += votes[i][k]
				}
				o.counts = append(o.counts, c)
			}
		}
	}
}

func TestAYearOfReportsAndAppraisal(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"urban-2026", "village-2026", "village-2026+sichuan", "urban-2018"} {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.duty(pack)
			town.graded([4]int{8, 2, 1, 0}, [4]int{0, 2, 3, 6})
			town.play(workflows.DutyReport, in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			require.Equal(t, []deliberation.Stage{deliberation.Reporting, deliberation.Appraising, deliberation.AppraisalDisclosure, deliberation.AppraisalFollowUp}, town.stages())
			people := town.status.Appraisal.People
			require.Equal(t, deliberation.Excellent, people[0].Grading.Grade)
			require.Equal(t, deliberation.Commend, people[0].Consequence.Kind)
			require.Equal(t, deliberation.Unfit, people[1].Grading.Grade)
			require.Equal(t, deliberation.Explain, people[1].Consequence.Kind)
			require.False(t, people[1].Measures.IsZero() || people[1].Checked.IsZero())
			require.Len(t, town.polls, 1, "one ballot for all")
			for _, p := range town.polls {
				require.True(t, p.Secret)
				require.Len(t, p.Form, 2)
				require.Len(t, p.Verdicts, 2)
			}
			for _, m := range town.meetings {
				require.Equal(t, deliberation.PersonID("supervision_head"), m.Chair)
				require.Equal(t, 10, m.NoticeDays.Days)
			}
			require.Len(t, town.onRecord(), 2)
			require.Equal(t, 1, town.done[deliberation.FileResolution])
			require.Equal(t, 2, town.done[deliberation.ReceiveGrade])
			require.Zero(t, town.done[deliberation.AnnounceEnd])
			town.nothingLeftOpen()
		})
	}
}

// onRecord are the appraisals that were written to the record.
func (o *town) onRecord() (list []deliberation.HeldAppraisal) {
	for _, c := range o.changes {
		list = append(list, c.Appraisals...)
	}
	return list
}

// Two years run one after the other; the second reads what the first left on record.
func TestTwoUnfitYearsEndAnOfficeByNotice(t *testing.T) {
	t.Parallel()
	first := newTown(t)
	in := first.duty("urban-2026")
	first.graded([4]int{4, 5, 1, 1}, [4]int{0, 2, 3, 6})
	first.play(workflows.DutyReport, in)
	record := first.onRecord()
	require.Len(t, record, 2)

	second := newTown(t)
	next := second.duty("urban-2026")
	start := in.Subject.Started.AddYears(1)
	second.env.SetStartTime(start.At(9, 0))
	next.Subject.Process, next.Subject.Started = "x2", start
	second.reports.held = record
	second.graded([4]int{4, 5, 1, 1}, [4]int{1, 1, 3, 6})
	second.play(workflows.DutyReport, next)
	require.NoError(t, second.env.GetWorkflowError())
	require.Empty(t, second.refused)
	who := second.status.Appraisal.Find("committee_member")
	require.Equal(t, deliberation.EndsByLaw, who.Consequence.Kind)
	require.Equal(t, record[1].On, who.Consequence.Before.On)
	require.False(t, who.Notice.IsZero(), "the notice is given")
	require.Zero(t, second.done[deliberation.ExplainGrade])
	require.Equal(t, 1, second.done[deliberation.AnnounceEnd])
	second.nothingLeftOpen()
}

func TestWhereOnlyTheBareTextIsMetTheTownshipRules(t *testing.T) {
	t.Parallel()
	for _, ends := range []bool{true, false} {
		town := newTown(t)
		in := town.duty("village-2026")
		town.reports.held = []deliberation.HeldAppraisal{{Process: "x0", Person: "director", Post: deliberation.CommitteeMember, On: in.Subject.Started.AddMonths(-12), Grade: deliberation.Unfit}}
		town.habits[deliberation.RuleOnRow] = func(open deliberation.OpenAct) *deliberation.Act {
			return by(deliberation.Guide, deliberation.Act{Kind: deliberation.RuleOnRow, Subject: open.Subject, Accept: ends, Paper: paper(deliberation.PaperAdvice)})
		}
		town.graded([4]int{0, 0, 1, 10}, [4]int{1, 8, 1, 1})
		town.play(workflows.DutyReport, in)
		require.Empty(t, town.refused)
		who := town.status.Appraisal.Find("director")
		require.Equal(t, deliberation.ReferRow, who.Consequence.Kind)
		require.Equal(t, deliberation.RowOtherPost, who.Consequence.Reason)
		require.Equal(t, ends, !who.Notice.IsZero())
		require.Equal(t, !ends, !who.Measures.IsZero())
	}
}

func TestAReportWithoutLastYearsCommitmentsIsRefused(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.duty("urban-2026")
	town.reports.count = deliberation.ReportCount{Owed: 2, Answered: 1, Promised: 1}
	town.before = func() {
		if len(town.refused) > 0 {
			town.reports.count.Answered = 2
		}
	}
	habit := town.habits[deliberation.Acknowledge]
	town.habits[deliberation.Acknowledge] = func(open deliberation.OpenAct) *deliberation.Act {
		town.before = nil
		return habit(open)
	}
	town.play(workflows.DutyReport, in)
	require.Equal(t, deliberation.RefuseInvalid, town.refused[0].Code)
	require.Equal(t, "answers", town.refused[0].Fields[0].Field)
	require.Equal(t, 2, town.done[deliberation.FileDutyReport])
}

func TestAnAppraisalBelowQuorumIsNotHeld(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.duty("urban-2026")
	town.present = 7 // of twelve, where two thirds are eight
	town.graded([4]int{4, 5, 1, 1}, [4]int{4, 5, 1, 1})
	count := town.before
	town.before = func() {
		count()
		if len(town.refused) > 0 {
			town.present = 8
		}
	}
	town.play(workflows.DutyReport, in)
	require.Equal(t, deliberation.RefuseBelowQuorum, town.refused[0].Code)
	require.Equal(t, 7, town.refused[0].Verdict.Checks[0].Had)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestOnlyTheSupervisorsHeadChairsAnAppraisal(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.duty("village-2026")
	town.graded([4]int{4, 5, 1, 1}, [4]int{4, 5, 1, 1})
	convene := town.habits[deliberation.Convene]
	town.habits[deliberation.Convene] = func(open deliberation.OpenAct) *deliberation.Act {
		a := convene(open)
		if len(town.refused) == 0 {
			a.Actor, a.Office = "director", deliberation.Director
		} else if len(town.refused) == 1 {
			a.At = deliberation.DateOf(town.now()).AddDays(9).At(9, 0)
		}
		return a
	}
	town.play(workflows.DutyReport, in)
	require.Equal(t, deliberation.RefuseNotEntitled, town.refused[0].Code)
	require.Equal(t, deliberation.RefuseTooEarly, town.refused[1].Code, "the list is known ten days ahead")
	require.Equal(t, 10, town.refused[1].Days)
}

func TestAnAppraisalOfNobodyEnds(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.duty("village-2026")
	town.reports.people = nil
	town.play(workflows.DutyReport, in)
	require.Equal(t, deliberation.Lost, town.status.Outcome)
}

func TestGradesThatDoNotAddUpGradeNobody(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.duty("village-2026")
	town.graded([4]int{4, 5, 1, 1}, [4]int{4, 5, 1, 1})
	count := town.before
	town.before = func() {
		count()
		for i := range town.counts {
			town.counts[i].Ballots = 40
		}
	}
	town.play(workflows.DutyReport, in)
	require.Equal(t, deliberation.Lost, town.status.Outcome)
	require.Empty(t, town.onRecord())
}

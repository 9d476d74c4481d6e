package workflows_test

import (
	"context"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// FileRatingSheets gives a sheet for each department, as the store does.
func (w *world) FileRatingSheets(_ context.Context, _ deliberation.ProcessID, _ deliberation.DepartmentRules, _ time.Time) (list []deliberation.RatedSheet, err error) {
	for i := range w.departments {
		list = append(list, deliberation.RatedSheet{ID: deliberation.DepartmentAt(i), Sheet: deliberation.PaperRef{ID: deliberation.PaperID(fmt.Sprint("sheet", i)), Kind: deliberation.PaperRating, SHA256: "00"}})
	}
	return list, nil
}

// rating prepares a rating of so many departments, and the habits of all who take part.
func (o *town) rating(pack string, departments int) workflows.DepartmentAppraisalInput {
	o.Helper()
	p, err := o.Pack(pack)
	require.NoError(o, err)
	rules, err := deliberation.DepartmentRulesOf(p)
	require.NoError(o, err)
	o.departments = departments
	o.before = func() { o.rated([3]int{7, 3, 1}) }
	from := func(k deliberation.ActKind, office deliberation.Office) {
		o.habits[k] = func(open deliberation.OpenAct) *deliberation.Act {
			return by(office, deliberation.Act{Kind: k, Subject: open.Subject, Paper: paper(deliberation.PaperRating)})
		}
	}
	for _, k := range []deliberation.ActKind{deliberation.CallToOrder, deliberation.OpenPoll, deliberation.ClosePoll} {
		from(k, deliberation.SupervisionHead)
	}
	from(deliberation.FileResolution, deliberation.Clerk)
	from(deliberation.ForwardRatings, deliberation.Clerk)
	from(deliberation.ReplyToRating, deliberation.Guide)
	o.habits[deliberation.Convene] = func(deliberation.OpenAct) *deliberation.Act {
		at := deliberation.DateOf(o.now()).AddDays(11).At(9, 0)
		return by(deliberation.SupervisionHead, deliberation.Act{Kind: deliberation.Convene, At: at, Paper: paper(deliberation.PaperNotice)})
	}
	in := o.input(pack)
	in.Matter.Form = deliberation.Conference
	return workflows.DepartmentAppraisalInput{Subject: in.Subject, Matter: in.Matter, Rules: rules}
}

// rated puts the same forms into the box for every department.
func (o *town) rated(votes [3]int) {
	for _, p := range o.polls {
		if len(o.counts) > 0 || len(p.Form) == 0 {
			continue
		}
		for _, q := range p.Form {
			c := deliberation.QuestionCount{Question: q.ID}
			for k, g := range q.Options {
				c.Votes = append(c.Votes, deliberation.OptionCount{Option: string(g), Votes: votes[k]})
				c.Ballots += votes[k]
			}
			o.counts = append(o.counts, c)
		}
	}
}

func TestDepartmentsAreRatedAndReply(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"urban-2026", "village-2026+sichuan", "urban-2018"} {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.rating(pack, 3)
			town.play(workflows.DepartmentAppraisal, in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			require.Equal(t, deliberation.DepartmentStages[:4], town.stages())
			require.Len(t, town.polls, 1, "one ballot for all")
			for _, p := range town.polls {
				require.True(t, p.Secret)
				require.Len(t, p.Form, 3)
				require.Equal(t, in.Rules.Options(), p.Form[0].Options)
				require.Len(t, p.Verdicts, 3)
			}
			for _, m := range town.meetings {
				require.Equal(t, deliberation.PersonID("supervision_head"), m.Chair)
			}
			for _, d := range town.status.Rating.Departments {
				require.Equal(t, []int{636, 273, 91}, d.Result.Permille)
				require.False(t, d.Told.IsZero() || d.Reply.IsZero() || d.Late || d.Overdue)
			}
			require.Len(t, town.postings, 2, "the result, and the replies")
			require.False(t, town.status.Rating.Posted.IsZero() || town.status.Rating.RepliesPosted.IsZero())
			require.Equal(t, 1, town.done[deliberation.FileResolution])
			require.Equal(t, 3, town.done[deliberation.ForwardRatings])
			require.Equal(t, 3, town.done[deliberation.ReplyToRating])
			town.nothingLeftOpen()
		})
	}
}

// A department that stays silent is told on and shown, holds nothing up, and may reply
// late as long as the replies hang.
func TestASilentDepartmentIsOverdueAndHoldsNothingUp(t *testing.T) {
	t.Parallel()
	for _, late := range []bool{false, true} {
		town := newTown(t)
		in := town.rating("urban-2026", 2)
		reply, overdue := town.habits[deliberation.ReplyToRating], time.Time{}
		town.habits[deliberation.ReplyToRating] = func(open deliberation.OpenAct) *deliberation.Act {
			d := town.status.Rating.Find("d2")
			if d.Overdue && overdue.IsZero() {
				overdue = town.now()
				require.False(t, overdue.Before(d.ReplyDue))
			}
			if open.Subject == "d1" || late && !town.status.Rating.RepliesPosted.IsZero() {
				return reply(open)
			}
			return nil
		}
		town.play(workflows.DepartmentAppraisal, in)
		require.NoError(t, town.env.GetWorkflowError())
		require.Equal(t, deliberation.Carried, town.status.Outcome)
		require.False(t, overdue.IsZero(), "it is shown while it is owed")
		d := town.status.Rating.Find("d2")
		require.Equal(t, late, d.Late)
		require.Equal(t, !late, d.Overdue)
		require.Equal(t, late, !d.Reply.IsZero())
		require.True(t, slices.Contains(town.facts(), deliberation.FactEscalation))
		require.Equal(t, map[bool]int{false: 1, true: 2}[late], town.done[deliberation.ReplyToRating])
		town.nothingLeftOpen()
	}
}

func TestWhoMayEnterAReplyAndHowOften(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.rating("village-2026", 2)
	reply, tried := town.habits[deliberation.ReplyToRating], 0
	town.habits[deliberation.ReplyToRating] = func(open deliberation.OpenAct) *deliberation.Act {
		a := reply(open)
		switch tried++; tried {
		case 1:
			a.Actor, a.Office = "director", deliberation.Director
		case 2:
			a.Subject = "d3"
		case 4: // the first has replied
			a.Subject = "d1"
		}
		return a
	}
	town.play(workflows.DepartmentAppraisal, in)
	codes := []deliberation.RefusalCode{}
	for _, r := range town.refused {
		codes = append(codes, r.Code)
	}
	require.Equal(t, []deliberation.RefusalCode{deliberation.RefuseNotEntitled, deliberation.RefuseOutOfOrder, deliberation.RefuseOutOfOrder}, codes)
	require.Equal(t, 2, town.done[deliberation.ReplyToRating])
}

func TestARatingBelowQuorumIsNotHeld(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.rating("urban-2026", 2)
	town.present = 7 // of twelve, where two thirds are eight
	before := town.before
	town.before = func() {
		before()
		if len(town.refused) > 0 {
			town.present = 8
		}
	}
	town.play(workflows.DepartmentAppraisal, in)
	require.Equal(t, deliberation.RefuseBelowQuorum, town.refused[0].Code)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestCountsThatDoNotAddUpRateNobody(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.rating("village-2026", 2)
	before := town.before
	town.before = func() {
		before()
		for i := range town.counts {
			town.counts[i].Ballots = 40
		}
	}
	town.play(workflows.DepartmentAppraisal, in)
	require.Equal(t, deliberation.Lost, town.status.Outcome)
	require.Zero(t, town.done[deliberation.ForwardRatings])
	for _, d := range town.status.Rating.Departments {
		require.Nil(t, d.Result)
	}
}

package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// talks prepares an open talk in which an item is raised for each finding, and the
// habits of those who carry it.
func (o *town) talks(pack string, found ...deliberation.Finding) workflows.OpenTalkInput {
	o.Helper()
	p, err := o.Pack(pack)
	require.NoError(o, err)
	rules, err := deliberation.OpenTalkOf(p)
	require.NoError(o, err)
	entered := 0
	o.habits[deliberation.EnterItem] = func(deliberation.OpenAct) *deliberation.Act {
		if entered++; entered > len(found) {
			return nil
		}
		return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.EnterItem, Paper: paper(deliberation.PaperItem)})
	}
	o.habits[deliberation.SettleItem] = func(deliberation.OpenAct) *deliberation.Act {
		for n, i := range o.status.Talk.Items {
			if i.Finding != "" {
				continue
			}
			a := deliberation.Act{Kind: deliberation.SettleItem, Subject: i.ID, Finding: found[n], Paper: paper(deliberation.PaperAnswer)}
			if found[n] == deliberation.ItemAssigned {
				a.At = deliberation.DateOf(o.now()).AddDays(10).At(9, 0)
			}
			return by(deliberation.Director, a)
		}
		return nil
	}
	o.habits[deliberation.CloseTalk] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.CloseTalk})
	}
	o.habits[deliberation.ReportItem] = func(open deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.CommitteeMember, deliberation.Act{Kind: deliberation.ReportItem, Subject: open.Subject, Paper: paper(deliberation.PaperItem)})
	}
	in := o.input(pack)
	in.Matter.Form, in.Matter.Origin = deliberation.OpenTalkMeeting, deliberation.OriginParty
	return workflows.OpenTalkInput{Subject: in.Subject, Matter: in.Matter, Rules: rules}
}

func TestAnOpenTalkFollowsItsItemsUp(t *testing.T) {
	t.Parallel()
	for _, pack := range []string{"urban-2026", "village-2026+sichuan", "urban-2018"} {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.talks(pack, deliberation.ItemAnswered, deliberation.ItemAssigned, deliberation.ItemTransferred, deliberation.ItemToForum, deliberation.ItemAnswered, deliberation.ItemAssigned)
			forwarded := false
			town.habits[deliberation.ForwardMatter] = func(deliberation.OpenAct) *deliberation.Act {
				for _, i := range town.status.Talk.Items {
					if i.Finding == deliberation.ItemToForum && !forwarded {
						forwarded = true
						return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.ForwardMatter, Item: i.ID, Subject: "x9"})
					}
				}
				return nil
			}
			town.play(workflows.OpenTalk, in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			require.Equal(t, []deliberation.Stage{deliberation.Talking, deliberation.TalkFollowUp}, town.stages())
			require.Len(t, town.status.Talk.Items, 6)
			for _, i := range town.status.Talk.Items {
				require.True(t, i.Sound(), "%+v", i)
				require.False(t, i.Pending() || i.Late)
			}
			require.Equal(t, deliberation.ProcessID("x9"), town.status.Talk.Items[3].Forwarded)
			require.Equal(t, 3, town.done[deliberation.ReportItem])
			require.Empty(t, town.polls, "nothing is decided")
			town.nothingLeftOpen()
		})
	}
}

// A talk cannot be closed over an item that nobody answered.
func TestAnItemIsNotClosedWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.talks("urban-2026", deliberation.ItemAnswered)
	settle, tries := town.habits[deliberation.SettleItem], 0
	town.habits[deliberation.SettleItem] = func(open deliberation.OpenAct) *deliberation.Act {
		if tries++; tries < 3 {
			return nil // the chair wants to close first
		}
		return settle(open)
	}
	town.play(workflows.OpenTalk, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.NotEmpty(t, town.refused)
	require.Equal(t, deliberation.RefuseUnanswered, town.refused[0].Code)
	require.Equal(t, 1, town.refused[0].Count)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestWhatIsSaidToAnItemIsChecked(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.talks("urban-2026", deliberation.ItemAssigned)
	settle := town.habits[deliberation.SettleItem]
	wrong := []func(*deliberation.Act){
		func(a *deliberation.Act) { a.At = time.Time{} },
		func(a *deliberation.Act) { a.At = town.now().AddDate(0, 0, -1) },
		func(a *deliberation.Act) { a.At = town.now().AddDate(3, 0, 0) },
		func(a *deliberation.Act) { a.Subject = "nothing" },
		func(a *deliberation.Act) { a.Finding = deliberation.ItemAnswered },
		func(a *deliberation.Act) { a.Finding, a.At = "agreed", time.Time{} },
	}
	codes := []deliberation.RefusalCode{
		deliberation.RefuseInvalid, deliberation.RefuseTooEarly, deliberation.RefuseTooLate, deliberation.RefuseInvalid, deliberation.RefuseInvalid, deliberation.RefuseInvalid,
	}
	n := 0
	town.habits[deliberation.SettleItem] = func(open deliberation.OpenAct) *deliberation.Act {
		a := settle(open)
		if a != nil && n < len(wrong) {
			wrong[n](a)
			n++
		}
		return a
	}
	town.play(workflows.OpenTalk, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Len(t, town.refused, len(wrong))
	for i, r := range town.refused {
		require.Equal(t, codes[i], r.Code, "%d", i)
	}
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestALateItemIsToldOnAndStaysOwed(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.talks("urban-2026", deliberation.ItemTransferred)
	report := town.habits[deliberation.ReportItem]
	town.habits[deliberation.ReportItem] = func(open deliberation.OpenAct) *deliberation.Act {
		if !town.now().After(town.status.Talk.Items[0].Due) {
			return nil
		}
		return report(open)
	}
	town.play(workflows.OpenTalk, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.True(t, town.status.Talk.Items[0].Late)
	require.Contains(t, town.facts(), deliberation.FactEscalation)
	town.nothingLeftOpen()
}

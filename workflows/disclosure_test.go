package workflows_test

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// accountsHere is what the record says of a table: the answers in turn, the last one again.
type accountsHere struct {
	found []deliberation.AccountsCheck
	asked []deliberation.PaperID
}

func (a *accountsHere) CheckAccounts(_ context.Context, _ deliberation.ProcessID, p deliberation.PaperID) (deliberation.AccountsCheck, error) {
	a.asked = append(a.asked, p)
	if len(a.found) == 0 {
		return deliberation.AccountsCheck{Sum: deliberation.AccountsSum{Lines: 2, Opening: 100, Income: 50, Spending: 30, Closing: 120}}, nil
	}
	found := a.found[0]
	if len(a.found) > 1 {
		a.found = a.found[1:]
	}
	return found, nil
}

// disclose prepares a disclosure and the habits of all who take part.
func (o *town) disclose(pack string, item deliberation.ItemCode, period deliberation.Period) workflows.DisclosureInput {
	o.Helper()
	p, err := o.Pack(pack)
	require.NoError(o, err)
	rules, err := deliberation.DisclosureOf(p, item)
	require.NoError(o, err)
	text := func(k deliberation.ActKind, office deliberation.Office, kind deliberation.PaperKind) {
		o.habits[k] = func(open deliberation.OpenAct) *deliberation.Act {
			return by(office, deliberation.Act{Kind: k, Subject: open.Subject, Paper: paper(kind)})
		}
	}
	text(deliberation.RuleOnObjection, deliberation.Guide, deliberation.PaperAdvice)
	o.habits[deliberation.DraftDisclosure] = func(deliberation.OpenAct) *deliberation.Act {
		if o.status.Stage != deliberation.DisclosureDraft {
			return nil
		}
		return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.DraftDisclosure, Paper: paper(deliberation.PaperDisclosure)})
	}
	o.habits[deliberation.ConfirmDisclosure] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.ConfirmDisclosure, At: o.now().Add(-time.Hour), Accept: true, Paper: paper(deliberation.PaperJoint)})
	}
	o.habits[deliberation.PostDisclosure] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.CommitteeMember, deliberation.Act{Kind: deliberation.PostDisclosure})
	}
	in := o.input(pack)
	in.Subject.StartedBy, in.Subject.Office = "clerk", deliberation.Clerk
	in.Matter.Form, in.Matter.Origin = deliberation.JointCommittees, deliberation.OriginCommittee
	return workflows.DisclosureInput{Subject: in.Subject, Matter: in.Matter, Rules: rules, Period: period}
}

var disclosed = []deliberation.Stage{deliberation.DisclosureDraft, deliberation.DisclosureCheck, deliberation.DisclosureConfirm, deliberation.Disclosing}

func TestADisclosureIsDraftedCheckedConfirmedAndPosted(t *testing.T) {
	t.Parallel()
	for pack, item := range map[string]deliberation.ItemCode{"urban-2026": "accounts", "village-2026+sichuan": "funds", "village-2026": "major"} {
		t.Run(pack, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			period := deliberation.Period("2026-02")
			if item == "major" {
				period = "2026-02-27"
			}
			town.play(workflows.Disclosure, town.disclose(pack, item, period))
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			require.Equal(t, disclosed, town.stages())
			require.Len(t, town.postings, 1)
			for _, q := range town.postings {
				require.Equal(t, paper(deliberation.PaperDisclosure), q.Paper, "what was checked is what hangs")
				require.True(t, q.DisplayUntil.Equal(deliberation.DateOf(q.Posted).AddDays(15).End()))
				require.False(t, q.Ended.Before(q.DisplayUntil))
				require.False(t, q.Proof.IsZero())
			}
			s := town.status.Disclosure
			require.False(t, s.Posted.IsZero() || s.Confirmed.IsZero() || s.Due.IsZero())
			require.True(t, s.Until.IsZero(), "nothing hangs any more")
			require.Equal(t, item == "accounts", s.Sum != nil)
			require.Equal(t, item == "accounts", len(town.accounts.asked) > 0)
			kinds := town.facts()
			require.Less(t, slices.Index(kinds, deliberation.FactMark), slices.Index(kinds, deliberation.FactPosted), "checked before it is posted")
		})
	}
}

func TestATableThatDoesNotAddUpIsRefusedWithItsLine(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.disclose("urban-2026", "accounts", "2026-02")
	town.accounts.found = []deliberation.AccountsCheck{
		{Wrong: []deliberation.FieldProblem{{Field: "lines", Problem: deliberation.ProblemUnbalanced, Limit: 3}}},
		{Sum: deliberation.AccountsSum{Lines: 1, Income: 5, Closing: 5}, Before: &deliberation.AccountsSum{Lines: 1}, BeforeFrom: "x0"},
	}
	town.play(workflows.Disclosure, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Len(t, town.refused, 1)
	require.Equal(t, deliberation.RefuseUnbalanced, town.refused[0].Code)
	require.Equal(t, 3, town.refused[0].Fields[0].Limit)
	require.Equal(t, int64(5), town.status.Disclosure.Sum.Closing)
}

func TestWhatTheSupervisorsOrderIsPutRightBeforeItIsPosted(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.disclose("urban-2026", "accounts", "2026-02")
	drafts, ordered := 0, false
	town.habits[deliberation.Acknowledge] = func(deliberation.OpenAct) *deliberation.Act {
		if !ordered {
			ordered = true
			return by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.OrderRectification, Paper: paper(deliberation.PaperSupervise)})
		}
		return by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.Acknowledge, Paper: paper(deliberation.PaperSupervise)})
	}
	town.habits[deliberation.DraftDisclosure] = func(deliberation.OpenAct) *deliberation.Act {
		if drafts > 0 && town.status.State != deliberation.Held || drafts > 1 {
			return nil
		}
		drafts++
		ref := paper(deliberation.PaperDisclosure)
		ref.ID += deliberation.PaperID(rune('0' + drafts))
		return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.DraftDisclosure, Paper: ref})
	}
	report := town.habits[deliberation.ReportRectified]
	town.habits[deliberation.ReportRectified] = func(open deliberation.OpenAct) *deliberation.Act {
		if drafts < 2 {
			return nil
		}
		return report(open)
	}
	town.play(workflows.Disclosure, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Empty(t, town.refused)
	require.Equal(t, disclosed, town.stages())
	require.Equal(t, deliberation.PaperID("p-disclosure2"), town.status.Disclosure.Draft.ID)
	for _, q := range town.postings {
		require.Equal(t, deliberation.PaperID("p-disclosure2"), q.Paper.ID, "the second draft is the one that hangs")
	}
}

func TestAJointMeetingSendsADraftBack(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.disclose("village-2026", "resolutions", "2025-10_2025-12")
	confirm, times := town.habits[deliberation.ConfirmDisclosure], 0
	town.habits[deliberation.ConfirmDisclosure] = func(open deliberation.OpenAct) *deliberation.Act {
		a := confirm(open)
		times++
		switch times {
		case 1: // a meeting that lies ahead
			a.At = town.now().AddDate(0, 0, 1)
		case 2: // one before the disclosure was begun
			a.At = town.now().AddDate(0, 0, -40)
		case 3:
			a.Accept = false
		}
		return a
	}
	town.play(workflows.Disclosure, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Len(t, town.refused, 2)
	require.Equal(t, append(disclosed[:3:3], disclosed...), town.stages())
}

func TestADisclosureTakenDownOnDayFourteenHangsAgainInFull(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.disclose("urban-2026", "major", "2026-02-20")
	town.habits[deliberation.ReportRemoved] = func(deliberation.OpenAct) *deliberation.Act {
		for _, q := range town.postings {
			if q.State == deliberation.PostingUp && len(town.postings) == 1 && deliberation.DateOf(town.now()).Sub(deliberation.DateOf(q.Posted)) == 14 {
				return by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.ReportRemoved, Paper: paper(deliberation.PaperSupervise)})
			}
		}
		return nil
	}
	town.play(workflows.Disclosure, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Len(t, town.postings, 2)
	for _, q := range town.postings {
		require.True(t, q.DisplayUntil.Equal(deliberation.DateOf(q.Posted).AddDays(15).End()))
		if q.State == deliberation.PostingEnded {
			require.False(t, q.Ended.Before(q.DisplayUntil))
			require.False(t, town.status.Disclosure.Posted == deliberation.DateOf(q.Posted), "it was in time on the day it first hung")
		} else {
			require.Equal(t, deliberation.PostingBroken, q.State)
		}
	}
}

// complain has a resident object, be answered, and not be satisfied.
func (o *town) complain() {
	objected := false
	o.habits[deliberation.Object] = func(deliberation.OpenAct) *deliberation.Act {
		if objected {
			return nil
		}
		objected = true
		return by(deliberation.Resident, deliberation.Act{Kind: deliberation.Object, Paper: paper(deliberation.PaperObjection)})
	}
	o.habits[deliberation.ContestAnswer] = func(open deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Resident, deliberation.Act{Kind: deliberation.ContestAnswer, Subject: open.Subject, Paper: paper(deliberation.PaperObjection)})
	}
}

func TestAComplaintGoesToTheStreet(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		rules  func(town *town, open deliberation.OpenAct) *deliberation.Act
		upheld bool
		silent bool
	}{
		"and is unfounded": {rules: func(_ *town, open deliberation.OpenAct) *deliberation.Act {
			return by(deliberation.Guide, deliberation.Act{Kind: deliberation.RuleOnObjection, Subject: open.Subject, Paper: paper(deliberation.PaperAdvice)})
		}},
		"and is right": {upheld: true, rules: func(_ *town, open deliberation.OpenAct) *deliberation.Act {
			return by(deliberation.Guide, deliberation.Act{Kind: deliberation.RuleOnObjection, Subject: open.Subject, Accept: true, Paper: paper(deliberation.PaperAdvice)})
		}},
		"which is silent": {silent: true, rules: func(*town, deliberation.OpenAct) *deliberation.Act { return nil }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			town := newTown(t)
			in := town.disclose("village-2026+sichuan", "accounts", "2026-02")
			town.complain()
			town.habits[deliberation.RuleOnObjection] = func(open deliberation.OpenAct) *deliberation.Act { return c.rules(town, open) }
			town.play(workflows.Disclosure, in)
			require.NoError(t, town.env.GetWorkflowError())
			require.Empty(t, town.refused)
			require.Equal(t, deliberation.Carried, town.status.Outcome)
			require.Len(t, town.objected, 1)
			for _, o := range town.objected {
				require.Equal(t, deliberation.ObjectionSettled, o.State)
				require.Equal(t, c.upheld, o.Upheld)
				require.Equal(t, c.silent, o.Ruling.IsZero())
				require.False(t, o.RulingDue.IsZero() || o.Answered.IsZero())
			}
			want := disclosed
			if c.upheld { // drafted, checked and posted anew
				want = append(slices.Clone(disclosed), disclosed...)
			}
			require.Equal(t, want, town.stages())
			if c.silent {
				require.Contains(t, town.facts(), deliberation.FactEscalation)
			}
		})
	}
}

func TestACorrectedTextIsCheckedAgain(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.disclose("urban-2026", "accounts", "2026-02")
	draft := town.habits[deliberation.DraftDisclosure]
	corrected := false
	town.habits[deliberation.DraftDisclosure] = func(open deliberation.OpenAct) *deliberation.Act {
		if town.status.Stage == deliberation.Disclosing && !corrected && len(town.postings) == 1 {
			corrected = true
			ref := paper(deliberation.PaperDisclosure)
			ref.ID = "p-corrected"
			return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.DraftDisclosure, Paper: ref})
		}
		return draft(open)
	}
	town.play(workflows.Disclosure, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, append(slices.Clone(disclosed), disclosed[1:]...), town.stages())
	require.Len(t, town.postings, 2)
	for _, q := range town.postings {
		require.Equal(t, q.Paper.ID == "p-corrected", !q.Ended.Before(q.DisplayUntil), "the corrected text hangs in full")
	}
}

func TestADisclosureIsTakenBackUntilItHangs(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.disclose("urban-2026", "major", "2026-02-20")
	town.habits[deliberation.ConfirmDisclosure] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.Withdraw, Paper: paper(deliberation.PaperReason)})
	}
	town.play(workflows.Disclosure, in)
	require.Equal(t, deliberation.Withdrawn, town.status.Outcome)

	later := newTown(t)
	in = later.disclose("urban-2026", "major", "2026-02-20")
	tried := false
	later.before = func() {
		if len(later.postings) > 0 && !tried {
			tried = true
			later.act(*by(deliberation.Secretary, deliberation.Act{Kind: deliberation.Withdraw, Paper: paper(deliberation.PaperReason)}), nil)
		}
	}
	later.play(workflows.Disclosure, in)
	require.Equal(t, deliberation.Carried, later.status.Outcome)
	require.Equal(t, deliberation.RefuseOutOfOrder, later.refused[0].Code)
}

func TestNothingOfADisclosureButCodesAndNumbersReachesTheEngine(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.disclose("urban-2026", "accounts", "2026-02")
	b, err := json.Marshal(in)
	require.NoError(t, err)
	require.NotContains(t, string(b), "title")
	town.play(workflows.Disclosure, in)
	require.NoError(t, town.env.GetWorkflowError())
}

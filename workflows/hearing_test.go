package workflows_test

import (
	"bytes"
	"context"
	"encoding/hex"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/workflows"
)

// hearingsHere is what the store keeps of a hearing: its plan, the sign-ups of each
// round, and what was said.
type hearingsHere struct {
	plan     deliberation.PlanCount
	signUps  []deliberation.SignUpNumber
	until    time.Time
	opened   int
	rounds   []int
	speakers []deliberation.PersonID
	said     deliberation.StatementCount
}

var hearingSeed = bytes.Repeat([]byte{9}, deliberation.SeedBytes)

func (h *hearingsHere) SettlePlan(_ context.Context, _ deliberation.ProcessID, rules deliberation.HearingRules) (deliberation.PlanCount, error) {
	return h.plan, rules.CheckPlan(h.plan)
}

func (h *hearingsHere) OpenSignUp(_ context.Context, _ deliberation.ProcessID, _ int, _, until time.Time) (string, error) {
	h.opened++
	h.until = until
	return deliberation.CommitmentOf(hearingSeed), nil
}

func (h *hearingsHere) CloseSignUp(_ context.Context, _ deliberation.ProcessID, round int, days deliberation.DaysRule, at time.Time) (deliberation.DrawnData, []deliberation.PersonID, error) {
	h.rounds = append(h.rounds, round)
	d := deliberation.DrawnData{
		Commitment: deliberation.CommitmentOf(hearingSeed), Seed: hex.EncodeToString(hearingSeed), SignedUp: len(h.signUps), ListSHA256: deliberation.SignUpsSHA256(h.signUps),
		Sides: deliberation.Draw(hearingSeed, h.plan.Sides, h.signUps), Window: deliberation.SignUpSpan{Until: h.until, Closed: at, Days: days},
	}
	var chosen []deliberation.PersonID
	for range d.Seats() {
		chosen = append(chosen, deliberation.PersonID("n"+string(rune('a'+len(chosen)))))
	}
	return d, chosen, nil
}

func (h *hearingsHere) HearingSpeakers(context.Context, deliberation.ProcessID, deliberation.MeetingID) ([]deliberation.PersonID, error) {
	return h.speakers, nil
}

func (h *hearingsHere) CloseStatements(_ context.Context, _ deliberation.ProcessID, rules deliberation.HearingRules, c deliberation.Finding) (deliberation.StatementCount, error) {
	return h.said, rules.CheckReport(c, h.said)
}

// hearing gives the input of a hearing, or of an appraisal, and the town the habits of
// those who hold it.
func (o *town) hearing(body deliberation.Body, affected deliberation.Affected) workflows.HearingInput {
	o.Helper()
	p, err := o.Pack("urban-2026")
	require.NoError(o, err)
	rules, err := deliberation.HearingOf(p, body)
	require.NoError(o, err)
	in := o.input("urban-2026")
	in.Matter.Form, in.Matter.Affected = body, affected
	o.hearings.plan = deliberation.PlanCount{Chair: "director", Presenter: "secretary", Sides: []deliberation.SideSeats{{Code: "A", Seats: 2}, {Code: "B", Seats: 3}}, Experts: 3}
	o.hearings.signUps = []deliberation.SignUpNumber{{Number: 1, Side: "A"}, {Number: 2, Side: "A"}, {Number: 3, Side: "A"}, {Number: 4, Side: "B"}}
	o.hearings.speakers = []deliberation.PersonID{"na", "nb"}
	o.hearings.said = deliberation.StatementCount{Received: 2, Adopted: 1, Answered: 1, SHA256: "said"}
	o.habits[deliberation.SettleHearing] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.SettleHearing, At: rules.EarliestSitting(deliberation.DateOf(o.now())).AddDays(3).At(9, 0), Paper: paper(deliberation.PaperHearing)})
	}
	o.habits[deliberation.Convene] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.Convene, At: o.status.Hearing.Starts, Paper: paper(deliberation.PaperNotice)})
	}
	o.habits[deliberation.CloseHearing] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.CloseHearing})
	}
	o.habits[deliberation.SignRecord] = func(open deliberation.OpenAct) *deliberation.Act {
		return &deliberation.Act{Kind: deliberation.SignRecord, Actor: open.Actor, Office: deliberation.Resident, Subject: open.Subject, Accept: true}
	}
	o.habits[deliberation.FileHearingReport] = func(deliberation.OpenAct) *deliberation.Act {
		a := deliberation.Act{Kind: deliberation.FileHearingReport, Paper: paper(deliberation.PaperHearing)}
		if body == deliberation.ExpertAppraisal {
			a.Finding = deliberation.FeasibleWithChanges
		}
		return by(deliberation.Director, a)
	}
	o.habits[deliberation.FileResolution] = func(deliberation.OpenAct) *deliberation.Act {
		return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.FileResolution, Paper: paper(deliberation.PaperFiling)})
	}
	return workflows.HearingInput{Subject: in.Subject, Matter: in.Matter, Rules: rules}
}

var hearingCourse = deliberation.HearingStages[:len(deliberation.HearingStages)-1]

func TestAHearingFromItsPlanToItsReport(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.hearing(deliberation.HearingMeeting, deliberation.AffectsSome)
	town.play(workflows.Hearing, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Empty(t, town.refused)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Equal(t, hearingCourse, town.stages())
	committed := factsOf[deliberation.DrawCommittedData](town, deliberation.FactDrawCommitted)
	drawn := factsOf[deliberation.DrawnData](town, deliberation.FactDrawn)
	require.Len(t, committed, 1)
	require.Len(t, drawn, 1)
	require.Empty(t, deliberation.CheckDraw(committed[0].Commitment, drawn[0], town.hearings.signUps))
	require.Equal(t, 2, drawn[0].Sides[1].Short, "the lack is recorded")
	require.False(t, drawn[0].Window.Closed.Before(committed[0].Window.Until))
	require.Len(t, town.specs[0].People, 3, "those whom the lots chose are due")
	signed := factsOf[deliberation.RecordSignedData](town, deliberation.FactRecordSigned)
	require.Len(t, signed, 3, "who spoke, and the presenter")
	require.Empty(t, town.polls, "nothing is voted on")
	town.nothingLeftOpen()
}

// Where the other forum is chosen, the supervisors look at the reasons first.
func TestAnotherForumGoesBeforeTheSupervisors(t *testing.T) {
	t.Parallel()
	for _, affected := range []deliberation.Affected{deliberation.AffectsAll, deliberation.AffectsSome} {
		town := newTown(t)
		in := town.hearing(deliberation.ExpertAppraisal, affected)
		town.play(workflows.Hearing, in)
		require.NoError(t, town.env.GetWorkflowError())
		looks := 0
		for _, m := range town.marks {
			if m.Stage == deliberation.HearingPlanning && m.Kind == deliberation.MarkAcknowledged {
				looks++
			}
		}
		plan := factsOf[deliberation.HearingPlanData](town, deliberation.FactHearingPlan)[0]
		require.Equal(t, affected == deliberation.AffectsSome, plan.Otherwise != nil)
		require.Equal(t, plan.Otherwise != nil, looks == 1)
		require.Equal(t, deliberation.FeasibleWithChanges, town.status.Hearing.Report.Conclusion)
	}
}

func TestNobodySignedUpAnnouncesAgain(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.hearing(deliberation.HearingMeeting, deliberation.AffectsSome)
	all := town.hearings.signUps
	town.hearings.signUps = nil
	town.before = func() {
		if len(town.hearings.rounds) == 1 {
			town.hearings.signUps = all
		}
	}
	town.habits[deliberation.Convene] = func(deliberation.OpenAct) *deliberation.Act { // the moment that was announced cannot be kept
		return by(deliberation.Director, deliberation.Act{Kind: deliberation.Convene, At: deliberation.DateOf(town.now()).AddDays(9).At(9, 0), Paper: paper(deliberation.PaperNotice)})
	}
	town.play(workflows.Hearing, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, []int{1, 2}, town.hearings.rounds)
	require.Equal(t, append([]deliberation.Stage{deliberation.HearingPlanning, deliberation.HearingSignUp}, hearingCourse[1:]...), town.stages())
}

// An announcement that was torn down is posted again in full, and people may sign up
// as long as it hangs; the seed stays the one that was bound first.
func TestAnAnnouncementTornDownKeepsTheSignUpOpen(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.hearing(deliberation.HearingMeeting, deliberation.AffectsSome)
	torn := false
	town.habits[deliberation.ReportRemoved] = func(open deliberation.OpenAct) *deliberation.Act {
		if torn || town.status.Stage != deliberation.HearingSignUp {
			return nil
		}
		torn = true
		return by(deliberation.Supervisor, deliberation.Act{Kind: deliberation.ReportRemoved, Paper: paper(deliberation.PaperSupervise)})
	}
	town.play(workflows.Hearing, in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, 2, town.hearings.opened)
	require.Equal(t, []int{1}, town.hearings.rounds)
	require.Len(t, factsOf[deliberation.DrawCommittedData](town, deliberation.FactDrawCommitted), 2)
}

func TestWhatAHearingRefuses(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.hearing(deliberation.HearingMeeting, deliberation.AffectsSome)
	good := map[deliberation.ActKind]func(deliberation.OpenAct) *deliberation.Act{}
	first := func(kind deliberation.ActKind, spoil func(*deliberation.Act)) {
		good[kind] = town.habits[kind]
		town.habits[kind] = func(open deliberation.OpenAct) *deliberation.Act {
			town.habits[kind] = good[kind]
			a := good[kind](open)
			spoil(a)
			return a
		}
	}
	first(deliberation.SettleHearing, func(a *deliberation.Act) { a.At = deliberation.DateOf(town.now()).AddDays(10).At(9, 0) })
	first(deliberation.Convene, func(a *deliberation.Act) { a.At = a.At.AddDate(0, 0, 1) })
	first(deliberation.CallToOrder, func(a *deliberation.Act) { a.Actor = "somebody" })
	first(deliberation.SignRecord, func(a *deliberation.Act) { a.Accept = false })
	first(deliberation.FileHearingReport, func(a *deliberation.Act) { a.Finding = deliberation.Feasible })
	town.play(workflows.Hearing, in)
	require.NoError(t, town.env.GetWorkflowError())
	codes := []deliberation.RefusalCode{}
	for _, r := range town.refused {
		codes = append(codes, r.Code)
	}
	require.Equal(t, []deliberation.RefusalCode{
		deliberation.RefuseTooEarly, deliberation.RefuseInvalid, deliberation.RefuseNotEntitled, deliberation.RefuseInvalid, deliberation.RefuseInvalid,
	}, codes)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
}

func TestTheRecordIsSignedRefusedNotedOrLeft(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.hearing(deliberation.HearingMeeting, deliberation.AffectsSome)
	town.hearings.speakers = []deliberation.PersonID{"na", "nb", "nc"}
	sign := town.habits[deliberation.SignRecord]
	town.habits[deliberation.SignRecord] = func(open deliberation.OpenAct) *deliberation.Act {
		a := sign(open)
		switch open.Subject {
		case "na":
			return a
		case "nb":
			a.Accept, a.Paper = false, paper(deliberation.PaperReason)
			return a
		}
		return nil
	}
	town.habits[deliberation.NoteRecord] = func(open deliberation.OpenAct) *deliberation.Act {
		if open.Subject != "nc" {
			return nil
		}
		return by(deliberation.Clerk, deliberation.Act{Kind: deliberation.NoteRecord, Subject: open.Subject, Accept: true, Paper: paper(deliberation.PaperReason)})
	}
	town.play(workflows.Hearing, in)
	require.NoError(t, town.env.GetWorkflowError())
	how := map[deliberation.PersonID]deliberation.RecordSigning{}
	for _, d := range factsOf[deliberation.RecordSignedData](town, deliberation.FactRecordSigned) {
		how[d.Person] = d.How
	}
	require.Equal(t, map[deliberation.PersonID]deliberation.RecordSigning{
		"na": deliberation.RecordSigned, "nb": deliberation.RecordRefused, "nc": deliberation.RecordOnPaper, "secretary": deliberation.RecordUnsigned,
	}, how)
	town.nothingLeftOpen()
}

// asks gives the secretary the habits of asking for a hearing and of starting it.
func (o *town) asks(news ...any) workflows.FourDeliberationsInput {
	in := o.input("urban-2026")
	asked := 0
	o.habits[deliberation.AskHearing] = func(deliberation.OpenAct) *deliberation.Act {
		if asked == len(news) {
			return nil
		}
		asked++
		return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.AskHearing, Paper: paper(deliberation.PaperReason)})
	}
	o.habits[deliberation.StartHearing] = func(deliberation.OpenAct) *deliberation.Act {
		if o.status.Stage != deliberation.Consultation {
			return nil // the matter waits there
		}
		o.env.RegisterDelayedCallback(func() {
			o.env.SignalWorkflow("hearing", news[0])
			news = news[1:]
			asked--
		}, 50*time.Hour)
		return by(deliberation.Secretary, deliberation.Act{Kind: deliberation.StartHearing, Subject: "h1"})
	}
	return in
}

type told struct {
	Process deliberation.ProcessID          `json:"process"`
	Report  *deliberation.HearingReportData `json:"report,omitempty"`
}

func reported(c deliberation.Finding) told {
	return told{"h1", &deliberation.HearingReportData{Process: "h1", Body: deliberation.ExpertAppraisal, Paper: paper(deliberation.PaperHearing), Conclusion: c}}
}

func TestAMatterWaitsForItsHearing(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.asks(reported(deliberation.Feasible))
	town.run(in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Empty(t, town.refused)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Equal(t, deliberation.Feasible, town.status.Asked.Report.Conclusion)
	require.Len(t, factsOf[deliberation.HearingReportData](town, deliberation.FactHearingReport), 1)
	require.Equal(t, deliberation.Stages[:len(deliberation.Stages)-1], town.stages(), "nothing was sent back")
	town.nothingLeftOpen()
}

func TestWhatIsNotFeasibleGoesBackToTheProposal(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.asks(reported(deliberation.NotFeasible))
	town.run(in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, []deliberation.Stage{deliberation.Soliciting, deliberation.Proposal, deliberation.Consultation, deliberation.Proposal, deliberation.Consultation, deliberation.Review}, town.stages()[:6])
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.True(t, town.status.Asked.Returned)
}

// A hearing that ends without a report leaves the matter waiting for another; news of
// a hearing that is not its own changes nothing.
func TestAHearingWithoutAReportIsHeldAnew(t *testing.T) {
	t.Parallel()
	town := newTown(t)
	in := town.asks(told{Process: "h1"}, told{Process: "another", Report: reported("").Report}, reported(""))
	starts := 0
	start := town.habits[deliberation.StartHearing]
	town.habits[deliberation.StartHearing] = func(open deliberation.OpenAct) *deliberation.Act {
		a := start(open)
		if a != nil {
			if starts++; starts == 2 {
				town.env.RegisterDelayedCallback(func() { town.env.SignalWorkflow("hearing", reported("")) }, 80*time.Hour)
			}
		}
		return a
	}
	town.run(in)
	require.NoError(t, town.env.GetWorkflowError())
	require.Equal(t, 2, starts)
	require.Equal(t, deliberation.Carried, town.status.Outcome)
	require.Equal(t, deliberation.ProcessID("h1"), town.status.Asked.Report.Process)
}

// A matter that touches nobody's interest needs no hearing, and a pack of an earlier
// edition knows none: nobody can ask.
func TestOnlyAMatterThatNeedsAHearingCanAskForOne(t *testing.T) {
	t.Parallel()
	for _, spoil := range []func(*workflows.FourDeliberationsInput){
		func(in *workflows.FourDeliberationsInput) { in.Matter.Affected = deliberation.AffectsOther },
		func(in *workflows.FourDeliberationsInput) { in.Rules.Forums = nil },
	} {
		town := newTown(t)
		in := town.asks(reported(""))
		spoil(&in)
		town.run(in)
		require.NoError(t, town.env.GetWorkflowError())
		require.Zero(t, town.done[deliberation.AskHearing])
		require.Nil(t, town.status.Asked)
	}
}

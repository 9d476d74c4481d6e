package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// HearingInput is all a hearing knows when it begins, or goes on in a new run.
type HearingInput struct {
	Subject Subject                   `json:"subject"`
	Matter  Matter                    `json:"matter"`
	Rules   deliberation.HearingRules `json:"rules"`
	State   *State                    `json:"state,omitempty"`
}

// HearingResult is how it ended.
type HearingResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// hearing is the process with its rules.
type hearing struct {
	*proceeding
	matter Matter
	rules  deliberation.HearingRules
}

// Hearing is 听证会, or with experts 论证会: its plan is settled; it is announced and
// people sign up; lots are drawn with a seed that was committed before; those chosen
// have the papers in time and are heard; each who spoke checks and signs the record;
// every opinion gets its disposition in a report, which the supervisors look at and
// which is posted and filed. It informs the matter it was held for and decides
// nothing (law.md §§3.2, 3.3).
func Hearing(ctx workflow.Context, in HearingInput) (HearingResult, error) {
	p := &hearing{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days}, matter: in.Matter, rules: in.Rules}
	err := p.begin(ctx, in.State)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, Hearing, in)
	})
	if outcome != "" && p.state.Hearing.Report == nil { // whoever waits for it learns that it will not come
		away, stop := workflow.NewDisconnectedContext(ctx)
		defer stop()
		p.tell(away, hearingNews{Process: p.Process})
	}
	return HearingResult{Outcome: outcome}, err
}

// begin opens the process, or takes it up again in a new run.
func (p *hearing) begin(ctx workflow.Context, state *State) error {
	p.state = State{Stage: deliberation.HearingPlanning, Round: map[deliberation.Stage]int{}, Serials: map[string]int{}, Hearing: &deliberation.HearingStatus{}}
	if state != nil {
		p.state = *state
	}
	if err := p.attend(ctx, p.supervision()); err != nil || state != nil {
		return err
	}
	_, err := p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office}, p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
		Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started, Process: deliberation.HearingKind,
		Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form,
		BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock, For: p.matter.For,
	}))
	return err
}

func (p *hearing) supervision() supervisionRules {
	return supervisionRules{acknowledge: p.rules.AcknowledgeDays, question: p.rules.QuestionDays, rectify: p.rules.RectifyDays}
}

// next says what follows.
func (p *hearing) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	return deliberation.NextOfHearing(p.state.Stage, o)
}

// stage carries out one stage.
func (p *hearing) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	switch p.state.Stage {
	case deliberation.HearingPlanning: // 拟定方案
		return p.settle(ctx)
	case deliberation.HearingSignUp: // 公告和报名
		return p.announce(ctx)
	case deliberation.HearingList: // 公布参加人名单
		return p.show(ctx, display{key: p.rules.ListDays.Key, answer: p.rules.AnswerDays, prepare: p.rules.PrepareDays}, nil)
	case deliberation.HearingSitting: // 举行听证
		return p.sit(ctx)
	case deliberation.HearingReporting: // 意见处理和报告
		return p.report(ctx)
	default: // 报告公布和备案
		return p.show(ctx, display{key: p.rules.PostDays.Key, answer: p.rules.AnswerDays, prepare: p.rules.PrepareDays}, func(ctx workflow.Context) error {
			return p.fileWith(ctx, p.rules.Filing, p.rules.PrepareDays)
		})
	}
}

func (p *hearing) soon(ctx workflow.Context) time.Time {
	return p.today(ctx).AddDays(p.rules.PrepareDays.Days).End()
}

// settle waits for the plan. Where another forum was chosen than the matter needs, the
// reasons go before the supervisors, whose opinion is recorded.
func (p *hearing) settle(ctx workflow.Context) (deliberation.Outcome, error) {
	h, settled := p.state.Hearing, false
	p.waitFor(ctx, "act", p.soon(ctx))
	var t *task
	t = p.ask(ctx, request{due: p.soon(ctx), basis: &p.rules.PrepareDays.Basis, acceptance: acceptance{kind: deliberation.SettleHearing, check: p.leavesTime,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			var plan deliberation.PlanCount
			if err := p.look(ctx, acts.SettlePlan, activities.SettlePlanInput{Process: p.Process, Rules: p.rules}, &plan); err != nil {
				return deliberation.Receipt{}, err
			}
			settled, h.Plan, h.Starts = true, plan, a.At
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactHearingPlan, string(p.Process), deliberation.HearingPlanData{
				Body: p.rules.Meeting.Body, Plan: plan, Starts: a.At, Paper: a.Paper, Otherwise: p.rules.Otherwise(p.matter.Affected),
			}))
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	if _, err := p.wait(ctx, time.Time{}, func() bool { return settled }); err != nil {
		return "", err
	}
	if p.rules.Otherwise(p.matter.Affected) == nil {
		return deliberation.Carried, nil
	}
	return deliberation.Carried, p.gate(ctx, p.supervision(), deliberation.Acknowledge)
}

// leavesTime refuses a moment before the announcement, the list and the papers can
// have had their days.
func (p *hearing) leavesTime(ctx workflow.Context, a deliberation.Act) error {
	earliest := p.rules.EarliestSitting(p.today(ctx))
	last := p.now(ctx).AddDate(0, 0, maxMeetingDays)
	switch {
	case deliberation.DateOf(a.At).Before(earliest):
		return &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Act: a.Kind, Earliest: earliest.Start(), Basis: &p.rules.AnnounceDays.Basis, Days: p.rules.AnnounceDays.Days}
	case a.At.After(last):
		return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: last, Days: maxMeetingDays}
	}
	return nil
}

// announce posts the announcement, and with it opens the sign-up: the seed of the
// draw is bound before anybody can sign up. When it has hung for its days the sign-up
// closes and lots are drawn.
func (p *hearing) announce(ctx workflow.Context) (deliberation.Outcome, error) {
	h, round := p.state.Hearing, p.state.Round[p.state.Stage]
	h.Window, h.Commitment, h.Drawn = deliberation.SignUpSpan{}, "", nil
	open := func(ctx workflow.Context, now, until time.Time, days deliberation.DaysRule) ([]deliberation.Fact, error) {
		var commitment string
		in := activities.OpenSignUpInput{Process: p.Process, Round: round, Opened: now, Until: until}
		if err := p.look(ctx, acts.OpenSignUp, in, &commitment); err != nil {
			return nil, err
		}
		if h.Window.Opened.IsZero() { // else it was torn down and is posted again
			h.Window.Opened = now
		}
		h.Commitment, h.Window.Until, h.Window.Days = commitment, until, days
		return []deliberation.Fact{p.fact(deliberation.FactDrawCommitted, string(p.Process), deliberation.DrawCommittedData{Commitment: commitment, Window: h.Window})}, nil
	}
	outcome, err := p.show(ctx, display{key: p.rules.AnnounceDays.Key, answer: p.rules.AnswerDays, prepare: p.rules.PrepareDays, opens: open}, nil)
	if err != nil || outcome != deliberation.Carried {
		return outcome, err
	}
	return outcome, p.alone(ctx, func() error { return p.draw(ctx, round, &outcome) })
}

// draw closes the sign-up and draws lots. Where nobody signed up it is announced again.
func (p *hearing) draw(ctx workflow.Context, round int, outcome *deliberation.Outcome) error {
	h := p.state.Hearing
	var r activities.DrawResult
	in := activities.CloseSignUpInput{Process: p.Process, Round: round, Days: h.Window.Days, At: p.now(ctx)}
	if err := p.look(ctx, acts.CloseSignUp, in, &r); err != nil {
		return err
	}
	h.Window, h.Drawn, p.state.Named = r.Drawn.Window, &r.Drawn, r.Chosen
	if len(r.Chosen) == 0 {
		*outcome = deliberation.Inquorate
	}
	return p.note(ctx, p.fact(deliberation.FactDrawn, string(p.Process), r.Drawn))
}

// sit holds the sitting, and then has each who spoke check and sign the record.
func (p *hearing) sit(ctx workflow.Context) (deliberation.Outcome, error) {
	h := p.state.Hearing
	outcome, err := p.hold(ctx, sitting{
		rules: p.rules.Meeting, prepare: p.rules.PrepareDays, named: p.state.Named, preside: append([]deliberation.PersonID{h.Plan.Chair}, h.Plan.Panel...),
		chair:    []deliberation.Office{deliberation.Secretary, deliberation.Director, deliberation.CommitteeMember},
		recorder: []deliberation.Office{deliberation.Clerk, deliberation.BranchMember, deliberation.CommitteeMember},
		moment:   p.isAsAnnounced, hear: p.hear,
	})
	if err != nil || outcome != deliberation.Carried {
		return outcome, err
	}
	h.Meeting, h.Record = p.meeting.value.ID, p.meeting.value.Minutes
	return outcome, p.signRecord(ctx)
}

// isAsAnnounced refuses another moment than was announced, unless that one can no
// longer be kept.
func (p *hearing) isAsAnnounced(ctx workflow.Context, a deliberation.Act) error {
	announced := p.state.Hearing.Starts
	canBeKept := !deliberation.DateOf(announced).Before(deliberation.Earliest(p.today(ctx), p.rules.Meeting.Notice.Days))
	if a.At.Equal(announced) || !canBeKept && a.At.After(announced) {
		return nil
	}
	return &deliberation.Refusal{
		Code: deliberation.RefuseInvalid, Act: a.Kind, Basis: &p.rules.AnnounceDays.Basis,
		Fields: []deliberation.FieldProblem{{Field: "at", Problem: "not_a_choice"}},
	}
}

// hear waits for the chair to close the sitting. What is said meanwhile goes straight
// to the record.
func (p *hearing) hear(ctx workflow.Context, m *meeting) (deliberation.Outcome, error) {
	closed := false
	p.state.Hearing.Meeting = m.value.ID
	var t *task
	t = p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{kind: deliberation.CloseHearing, offices: m.chair, check: m.mayPreside,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			closed = true
			p.done(ctx, t, a)
			return m.record(ctx, a, nil, p.fact(deliberation.FactHearingClosed, string(m.value.ID), deliberation.HearingClosedData{Meeting: m.value.ID}))
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return closed })
	return deliberation.Carried, err
}

// signRecord asks each who spoke, and who presented the matter, to check and sign the
// record. Who refuses says why; who stays silent past the limit is noted so. The
// record stands either way.
func (p *hearing) signRecord(ctx workflow.Context) error {
	h := p.state.Hearing
	var spoke []deliberation.PersonID
	if err := p.look(ctx, acts.HearingSpeakers, activities.HearingSpeakersInput{Process: p.Process, Meeting: h.Meeting}, &spoke); err != nil {
		return err
	}
	spoke = append(spoke, h.Plan.Presenter)
	slices.Sort(spoke)
	spoke = slices.Compact(spoke)
	due, provisional, err := p.deadline(ctx, p.rules.SignDays.Days)
	if err != nil {
		return err
	}
	p.waitFor(ctx, "record", due)
	p.waiting.Provisional = provisional
	h.Speakers = make([]deliberation.SpeakerSigning, len(spoke))
	for i, id := range spoke {
		h.Speakers[i].Person = id
		p.askToSign(ctx, &h.Speakers[i], due)
	}
	if err := p.note(ctx, p.fact(deliberation.FactSpeakers, string(h.Meeting), deliberation.SpeakersData{Meeting: h.Meeting, Persons: spoke})); err != nil {
		return err
	}
	_, err = p.wait(ctx, time.Time{}, func() bool {
		return !slices.ContainsFunc(h.Speakers, func(s deliberation.SpeakerSigning) bool { return s.How == "" })
	})
	return err
}

func (p *hearing) askToSign(ctx workflow.Context, s *deliberation.SpeakerSigning, due time.Time) {
	var t *task
	var noted *acceptance
	signed := func(how deliberation.RecordSigning, reason deliberation.PaperRef) deliberation.Fact {
		s.How = how
		p.desk.leave(noted)
		return p.fact(deliberation.FactRecordSigned, string(s.Person), deliberation.RecordSignedData{
			Person: s.Person, Record: p.state.Hearing.Record, How: how, Reason: reason,
		})
	}
	by := func(yes deliberation.RecordSigning) func(workflow.Context, deliberation.Act) (deliberation.Receipt, error) {
		return func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			how := deliberation.RecordRefused
			if a.Accept {
				how = yes
			}
			f := signed(how, a.Paper)
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, f)
		}
	}
	t = p.ask(ctx, request{due: due, basis: &p.rules.SignDays.Basis, quiet: true,
		acceptance: acceptance{kind: deliberation.SignRecord, subject: string(s.Person), actor: s.Person, do: by(deliberation.RecordSigned),
			check: func(_ workflow.Context, a deliberation.Act) error {
				if !a.Accept && a.Paper.IsZero() {
					return unsound(a.Kind, "text", "required", 0)
				}
				return nil
			}},
		onDue: func(ctx workflow.Context) error {
			f := signed(deliberation.RecordUnsigned, deliberation.PaperRef{})
			p.drop(ctx, t)
			return p.note(ctx, f)
		}})
	noted = p.desk.take(&acceptance{kind: deliberation.NoteRecord, subject: string(s.Person), do: by(deliberation.RecordOnPaper)})
}

// report waits for the report, which is refused while an opinion is left without its
// disposition, and tells the matter it was held for once the supervisors have looked
// at it.
func (p *hearing) report(ctx workflow.Context) (deliberation.Outcome, error) {
	h := p.state.Hearing
	p.waitFor(ctx, "act", p.soon(ctx))
	var t *task
	t = p.ask(ctx, request{due: p.soon(ctx), basis: &p.rules.PrepareDays.Basis, acceptance: acceptance{kind: deliberation.FileHearingReport,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			var n deliberation.StatementCount
			in := activities.CloseStatementsInput{Process: p.Process, Rules: p.rules, Conclusion: a.Finding}
			if err := p.look(ctx, acts.CloseStatements, in, &n); err != nil {
				return deliberation.Receipt{}, err
			}
			h.Report = &deliberation.HearingReportData{Process: p.Process, Body: p.rules.Meeting.Body, Paper: a.Paper, Count: n, Conclusion: a.Finding}
			p.state.Resolved = true
			p.closeWithdrawal()
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a,
				p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}),
				p.fact(deliberation.FactHearingReport, string(p.Process), *h.Report))
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	if _, err := p.wait(ctx, time.Time{}, func() bool { return h.Report != nil }); err != nil {
		return "", err
	}
	if err := p.gate(ctx, p.supervision(), deliberation.Acknowledge); err != nil {
		return "", err
	}
	p.tell(ctx, hearingNews{Process: p.Process, Report: h.Report})
	return deliberation.Carried, nil
}

// tell lets the matter that waits for the hearing know what became of it. A matter
// that has ended meanwhile waits for nothing.
func (p *hearing) tell(ctx workflow.Context, n hearingNews) {
	if p.matter.For == "" {
		return
	}
	if err := workflow.SignalExternalWorkflow(ctx, string(p.matter.For), "", hearingSignal, n).Get(ctx, nil); err != nil {
		workflow.GetLogger(ctx).Warn("the matter of a hearing could not be told", "process", p.Process, "error", err)
	}
}

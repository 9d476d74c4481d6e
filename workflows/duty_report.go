package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// DutyReportInput is all a yearly report knows when it begins, or goes on in a new run.
type DutyReportInput struct {
	Subject Subject                     `json:"subject"`
	Matter  Matter                      `json:"matter"`
	Rules   deliberation.AppraisalRules `json:"rules"`
	// Period is the year that the calendar began it for; empty where people did.
	Period deliberation.Period `json:"period,omitempty"`
	State  *State              `json:"state,omitempty"`
}

// DutyReportResult is how it ended.
type DutyReportResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// dutyReport is the process with its rules.
type dutyReport struct {
	*proceeding
	matter Matter
	rules  deliberation.AppraisalRules
	period deliberation.Period
}

// DutyReport is 述职述廉和民主评议: those who hold the posts of the community report
// on duty, integrity and last year's commitments; the supervisors look at it; the
// representatives hear them under the chair of the supervisory committee and grade
// each by secret ballot; the grades are told, posted and filed; and what follows
// from them is seen to (law.md §§6, 17.1, 17.2). It ends no office: where the law
// does, it gives notice.
func DutyReport(ctx workflow.Context, in DutyReportInput) (DutyReportResult, error) {
	p := &dutyReport{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days}, matter: in.Matter, rules: in.Rules, period: in.Period}
	err := p.begin(ctx, in.State)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, DutyReport, in)
	})
	return DutyReportResult{Outcome: outcome}, err
}

// begin opens the process with the list of those appraised, or takes it up again in
// a new run. Nobody takes an appraisal back: its starter is among those appraised.
func (p *dutyReport) begin(ctx workflow.Context, state *State) error {
	p.state = State{
		Stage: deliberation.Reporting, Round: map[deliberation.Stage]int{}, Serials: map[string]int{},
		Resolved: true, Appraisal: &deliberation.AppraisalStatus{},
	}
	if state != nil {
		p.state = *state
	}
	if err := p.attend(ctx, p.supervision()); err != nil || state != nil {
		return err
	}
	var list []deliberation.Appraisee
	if err := p.look(ctx, acts.Appraised, activities.AppraisedInput{Community: p.Community, On: p.Started}, &list); err != nil {
		return err
	}
	for _, a := range list {
		p.state.Appraisal.People = append(p.state.Appraisal.People, deliberation.AppraisedPerson{Appraisee: a})
	}
	_, err := p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office},
		p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
			Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started, Process: deliberation.DutyReportKind,
			Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form,
			BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock, Period: p.period,
		}),
		p.fact(deliberation.FactAppraised, string(p.Process), deliberation.AppraisedListData{People: list}))
	return err
}

func (p *dutyReport) supervision() supervisionRules {
	return supervisionRules{acknowledge: p.rules.AcknowledgeDays, question: p.rules.QuestionDays, rectify: p.rules.RectifyDays}
}

// next says what follows.
func (p *dutyReport) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	return deliberation.NextOfAppraisal(p.state.Stage, o)
}

// stage carries out one stage.
func (p *dutyReport) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	switch p.state.Stage {
	case deliberation.Reporting: // 述职述廉
		return p.hearReports(ctx)
	case deliberation.Appraising: // 民主评议
		return p.appraise(ctx)
	case deliberation.AppraisalDisclosure: // 评议结果公布
		return p.disclose(ctx)
	default: // 评议结果落实
		return p.followUp(ctx)
	}
}

func (p *dutyReport) people() []deliberation.AppraisedPerson { return p.state.Appraisal.People }

// hearReports waits for the report of each, and for the supervisors to look at all.
// A report that is late is told on and stays owed.
func (p *dutyReport) hearReports(ctx workflow.Context) (deliberation.Outcome, error) {
	if len(p.people()) == 0 {
		return deliberation.Lost, nil
	}
	due := p.today(ctx).AddDays(p.rules.PrepareDays.Days).End()
	p.waitFor(ctx, "act", due)
	for i := range p.people() {
		if p.people()[i].Report.IsZero() {
			p.askForReport(ctx, &p.state.Appraisal.People[i], due)
		}
	}
	if err := p.note(ctx); err != nil {
		return "", err
	}
	if _, err := p.wait(ctx, time.Time{}, func() bool {
		return !slices.ContainsFunc(p.people(), func(a deliberation.AppraisedPerson) bool { return a.Report.IsZero() })
	}); err != nil {
		return "", err
	}
	return deliberation.Carried, p.gate(ctx, p.supervision(), deliberation.Acknowledge)
}

// askForReport takes a person's own report. One that leaves a commitment of last
// year without an answer, or promises nothing, is refused.
func (p *dutyReport) askForReport(ctx workflow.Context, who *deliberation.AppraisedPerson, due time.Time) {
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.PrepareDays.Basis, acceptance: acceptance{
		kind: deliberation.FileDutyReport, subject: string(who.Person), actor: who.Person,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			var n deliberation.ReportCount
			if err := p.look(ctx, acts.CountReport, activities.CountReportInput{Process: p.Process, Person: who.Person}, &n); err != nil {
				return deliberation.Receipt{}, err
			}
			switch {
			case n.Answered < n.Owed:
				return deliberation.Receipt{}, unsound(a.Kind, "answers", "required", n.Owed)
			case n.Promised == 0:
				return deliberation.Receipt{}, unsound(a.Kind, "promises", "required", 0)
			}
			who.Report, who.Owed, who.Answered, who.Done, who.Promised = a.Paper, n.Owed, n.Answered, n.Done, n.Promised
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a,
				p.fact(deliberation.FactPaper, string(who.Person), deliberation.PaperData{Paper: a.Paper}),
				p.fact(deliberation.FactDutyReport, string(who.Person), deliberation.DutyReportData{
					Person: who.Person, Post: who.Post, Paper: a.Paper, Owed: n.Owed, Answered: n.Answered, Done: n.Done, Promised: n.Promised,
				}))
		}}})
}

// appraise holds the conference: one secret ballot with a question for each person.
func (p *dutyReport) appraise(ctx workflow.Context) (deliberation.Outcome, error) {
	if len(p.state.Agenda) == 0 {
		for i := range p.people() {
			who := &p.state.Appraisal.People[i]
			motion := deliberation.Motion{
				ID: p.name("o", string(p.state.Stage)), Paper: who.Report, Category: deliberation.CategoryOther, Voting: deliberation.SecretVoting,
				Options: deliberation.GradeOptions(), Seats: 1, Together: i > 0,
			}
			who.Motion = motion.ID
			p.state.Agenda = append(p.state.Agenda, motion)
			p.later(p.fact(deliberation.FactMotion, motion.ID, deliberation.MotionData{Motion: motion}))
		}
	}
	agenda := slices.Clone(p.state.Agenda)
	for i := range agenda { // a conference without a quorum brings them here again
		agenda[i].Poll, agenda[i].Met, agenda[i].Chosen = "", nil, nil
	}
	_, recorder := officers(p.rules.Meeting.Body)
	outcome, err := p.hold(ctx, sitting{
		rules: p.rules.Meeting, chair: []deliberation.Office{deliberation.SupervisionHead}, recorder: recorder,
		prepare: p.rules.PrepareDays, agenda: agenda, appraisal: &p.rules,
	})
	if err != nil || outcome != deliberation.Carried {
		return outcome, err
	}
	p.state.Agenda = p.meeting.value.Agenda
	return outcome, p.alone(ctx, func() error { return p.grade(ctx) })
}

// grade takes what the ballot gave each, and finds what follows from it and from
// the appraisals that were held before.
func (p *dutyReport) grade(ctx workflow.Context) error {
	held := deliberation.DateOf(p.meeting.value.Starts)
	c := p.change(ctx, deliberation.Act{})
	for i := range p.people() {
		who := &p.state.Appraisal.People[i]
		grading, counted := p.meeting.gradings[who.Motion]
		if !counted {
			continue
		}
		var before []deliberation.HeldAppraisal
		if err := p.look(ctx, acts.AppraisalsOf, activities.AppraisalsOfInput{Community: p.Community, Person: who.Person, Before: held}, &before); err != nil {
			return err
		}
		now := deliberation.HeldAppraisal{Process: p.Process, Person: who.Person, Post: who.Post, On: held, Grade: grading.Grade}
		who.Grading, who.Consequence = &grading, p.rules.Consequence(now, who.Since, before)
		c.Appraisals = append(c.Appraisals, now)
		c.Facts = append(c.Facts, p.fact(deliberation.FactGraded, string(who.Person), deliberation.GradedData{
			Meeting: p.meeting.value.ID, Motion: who.Motion, Since: who.Since, Held: now, Grading: grading, Before: before, Consequence: who.Consequence,
		}))
	}
	p.state.Appraisal.Held = held
	_, err := p.record(ctx, c)
	return err
}

// disclose tells each their grade, hangs the grades on the board, and has them filed
// with the township before the supervisors close.
func (p *dutyReport) disclose(ctx workflow.Context) (deliberation.Outcome, error) {
	due, _, err := p.deadline(ctx, p.rules.TellDays.Days)
	if err != nil {
		return "", err
	}
	for i := range p.people() {
		if who := &p.state.Appraisal.People[i]; !who.Told {
			p.tell(ctx, who, due)
		}
	}
	return p.show(ctx, display{key: p.rules.PostDays.Key, answer: p.rules.AnswerDays, prepare: p.rules.PrepareDays}, func(ctx workflow.Context) error {
		if err := p.fileWith(ctx, p.rules.Filing, p.rules.PrepareDays); err != nil {
			return err
		}
		return p.gate(ctx, p.supervision(), deliberation.GiveClosingOpinion)
	})
}

// tell asks a person to take note of their grade. Silence holds nothing up: the
// grade was posted.
func (p *dutyReport) tell(ctx workflow.Context, who *deliberation.AppraisedPerson, due time.Time) {
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.TellDays.Basis, acceptance: acceptance{
		kind: deliberation.ReceiveGrade, subject: string(who.Person), actor: who.Person,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			who.Told = true
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.acted(a, who))
		}},
		onDue: func(ctx workflow.Context) error {
			p.drop(ctx, t)
			return p.note(ctx)
		}})
}

func (p *dutyReport) acted(a deliberation.Act, who *deliberation.AppraisedPerson) deliberation.Fact {
	return p.fact(deliberation.FactGradeAct, string(who.Person), deliberation.AppraisalActData{
		Act: a.Kind, Person: who.Person, Post: who.Post, Paper: a.Paper, Accept: a.Accept,
	})
}

// followUp sees to what follows from the grades until nothing is left to do: public
// explanation and measures, which the supervisors check; a ruling; or the notice that
// an office has ended by operation of law.
func (p *dutyReport) followUp(ctx workflow.Context) (deliberation.Outcome, error) {
	p.waitFor(ctx, "act", time.Time{})
	for i := range p.people() {
		p.pursue(ctx, &p.state.Appraisal.People[i])
	}
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool {
		return !slices.ContainsFunc(p.people(), func(a deliberation.AppraisedPerson) bool { return a.NextAct() != "" })
	})
	return deliberation.Carried, err
}

// pursue asks for the next thing that a grade demands.
func (p *dutyReport) pursue(ctx workflow.Context, who *deliberation.AppraisedPerson) {
	next := who.NextAct()
	if next == "" {
		return
	}
	rule := p.rules.MeasuresDays
	taken := acceptance{kind: next, subject: string(who.Person)}
	switch next {
	case deliberation.ExplainGrade:
		taken.actor = who.Person
	case deliberation.AnnounceEnd:
		rule = p.rules.EndNoticeDays
	}
	var t *task
	taken.do = func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
		who.Take(a)
		p.done(ctx, t, a)
		p.pursue(ctx, who)
		return p.recordFacts(ctx, a, p.fact(deliberation.FactPaper, string(who.Person), deliberation.PaperData{Paper: a.Paper}), p.acted(a, who))
	}
	t = p.ask(ctx, request{due: p.today(ctx).AddDays(rule.Days).End(), basis: &rule.Basis, acceptance: taken})
}

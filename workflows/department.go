package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// DepartmentAppraisalInput is all a rating of departments knows when it begins, or goes
// on in a new run.
type DepartmentAppraisalInput struct {
	Subject Subject                      `json:"subject"`
	Matter  Matter                       `json:"matter"`
	Rules   deliberation.DepartmentRules `json:"rules"`
	State   *State                       `json:"state,omitempty"`
}

// DepartmentAppraisalResult is how it ended.
type DepartmentAppraisalResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// departmentAppraisal is the process with its rules.
type departmentAppraisal struct {
	*proceeding
	matter Matter
	rules  deliberation.DepartmentRules
}

// DepartmentAppraisal is 社区（村）评议政府部门、站所、服务单位: the representatives rate
// each by secret ballot under the chair of the supervisory committee; each is told, the
// result is posted and sent to the county; each replies, and the replies are posted
// (law.md §6.6). Who does not reply in time is shown as overdue. It informs those who
// assess the departments; it orders nothing and dismisses nobody.
func DepartmentAppraisal(ctx workflow.Context, in DepartmentAppraisalInput) (DepartmentAppraisalResult, error) {
	p := &departmentAppraisal{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days}, matter: in.Matter, rules: in.Rules}
	err := p.begin(ctx, in.State)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, DepartmentAppraisal, in)
	})
	return DepartmentAppraisalResult{Outcome: outcome}, err
}

// begin opens the process with the list of those rated, or takes it up again in a new
// run. Nobody takes a rating back: a department must not be able to ask for that.
func (p *departmentAppraisal) begin(ctx workflow.Context, state *State) error {
	p.state = State{
		Stage: deliberation.RatingDepartments, Round: map[deliberation.Stage]int{}, Serials: map[string]int{},
		Resolved: true, Rating: &deliberation.RatingStatus{},
	}
	if state != nil {
		p.state = *state
	}
	if err := p.attend(ctx, p.supervision()); err != nil || state != nil {
		return err
	}
	var sheets []deliberation.RatedSheet
	if err := p.look(ctx, acts.FileRatingSheets, activities.RatingSheetsInput{Process: p.Process, Rules: p.rules, At: p.now(ctx)}, &sheets); err != nil {
		return err
	}
	facts := []deliberation.Fact{
		p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
			Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started, Process: deliberation.DepartmentKind,
			Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form,
			BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock,
		}),
		p.fact(deliberation.FactRatedList, string(p.Process), deliberation.RatedListData{Departments: sheets}),
	}
	for _, s := range sheets {
		p.state.Rating.Departments = append(p.state.Rating.Departments, deliberation.RatedDepartment{ID: s.ID, Sheet: s.Sheet})
		facts = append(facts, p.fact(deliberation.FactPaper, string(s.ID), deliberation.PaperData{Paper: s.Sheet}))
	}
	_, err := p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office}, facts...)
	return err
}

func (p *departmentAppraisal) supervision() supervisionRules {
	return supervisionRules{acknowledge: p.rules.AcknowledgeDays, question: p.rules.QuestionDays, rectify: p.rules.RectifyDays}
}

// next says what follows.
func (p *departmentAppraisal) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	return deliberation.NextOfDepartments(p.state.Stage, o)
}

// stage carries out one stage.
func (p *departmentAppraisal) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	switch p.state.Stage {
	case deliberation.RatingDepartments: // 评议部门
		return p.rate(ctx)
	case deliberation.RatingDisclosure: // 结果公布、送达、报送
		return p.disclose(ctx)
	case deliberation.DepartmentReplies: // 部门答复
		return p.hearReplies(ctx)
	default: // 答复公布
		return p.postReplies(ctx)
	}
}

func (p *departmentAppraisal) departments() []deliberation.RatedDepartment {
	return p.state.Rating.Departments
}

// rate holds the conference: one secret ballot with a question for each department.
func (p *departmentAppraisal) rate(ctx workflow.Context) (deliberation.Outcome, error) {
	if len(p.state.Agenda) == 0 {
		for i := range p.departments() {
			d := &p.state.Rating.Departments[i]
			motion := deliberation.Motion{
				ID: p.name("o", string(p.state.Stage)), Paper: d.Sheet, Category: deliberation.CategoryOther, Voting: deliberation.SecretVoting,
				Options: p.rules.Options(), Seats: 1, Together: i > 0,
			}
			d.Motion = motion.ID
			p.state.Agenda = append(p.state.Agenda, motion)
			p.later(p.fact(deliberation.FactMotion, motion.ID, deliberation.MotionData{Motion: motion}))
		}
	}
	agenda := slices.Clone(p.state.Agenda)
	for i := range agenda { // a conference without a quorum brings them here again
		agenda[i].Poll, agenda[i].Met = "", nil
	}
	_, recorder := officers(p.rules.Meeting.Body)
	outcome, err := p.hold(ctx, sitting{
		rules: p.rules.Meeting, chair: []deliberation.Office{deliberation.SupervisionHead}, recorder: recorder,
		prepare: p.rules.PrepareDays, agenda: agenda, rating: &p.rules,
	})
	if err != nil || outcome != deliberation.Carried {
		return outcome, err
	}
	p.state.Agenda = p.meeting.value.Agenda
	return outcome, p.alone(ctx, func() error { return p.take(ctx) })
}

// take keeps what the ballot said of each.
func (p *departmentAppraisal) take(ctx workflow.Context) error {
	m := p.meeting
	p.state.Rating.Held = deliberation.DateOf(m.value.Starts)
	var facts []deliberation.Fact
	for i := range p.departments() {
		d := &p.state.Rating.Departments[i]
		result, counted := m.ratings[d.Motion]
		if !counted {
			continue
		}
		d.Result = &result
		facts = append(facts, p.fact(deliberation.FactRated, string(d.ID), deliberation.RatedData{
			Meeting: m.value.ID, Motion: d.Motion, Department: d.ID, Held: p.state.Rating.Held, Result: result,
		}))
	}
	return p.note(ctx, facts...)
}

// disclose tells each department its result, hangs the results on the board, and sends
// them to the county before the supervisors take note.
func (p *departmentAppraisal) disclose(ctx workflow.Context) (deliberation.Outcome, error) {
	if err := p.pursueAll(ctx); err != nil {
		return "", err
	}
	return p.show(ctx, p.display(&p.state.Rating.Posted), func(ctx workflow.Context) error {
		if err := p.fileWith(ctx, p.rules.Filing, p.rules.PrepareDays); err != nil {
			return err
		}
		return p.gate(ctx, p.supervision(), deliberation.Acknowledge)
	})
}

// hearReplies waits until each department has replied or has let its limit pass: its
// silence is told on and shown, and holds nothing up.
func (p *departmentAppraisal) hearReplies(ctx workflow.Context) (deliberation.Outcome, error) {
	if err := p.pursueAll(ctx); err != nil {
		return "", err
	}
	last := time.Time{}
	for _, d := range p.departments() {
		if !d.Settled() && d.ReplyDue.After(last) {
			last = d.ReplyDue
		}
	}
	p.waitFor(ctx, "answer", last)
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool {
		return !slices.ContainsFunc(p.departments(), func(d deliberation.RatedDepartment) bool { return d.Result != nil && !d.Settled() })
	})
	return deliberation.Carried, err
}

// postReplies hangs the replies on the board; one that comes late is taken meanwhile.
func (p *departmentAppraisal) postReplies(ctx workflow.Context) (deliberation.Outcome, error) {
	if err := p.pursueAll(ctx); err != nil {
		return "", err
	}
	return p.show(ctx, p.display(&p.state.Rating.RepliesPosted), func(ctx workflow.Context) error {
		return p.gate(ctx, p.supervision(), deliberation.GiveClosingOpinion)
	})
}

// display posts a paper and keeps the first moment it hung.
func (p *departmentAppraisal) display(first *time.Time) display {
	return display{key: p.rules.PostDays.Key, answer: p.rules.AnswerDays, prepare: p.rules.PrepareDays, posted: func(at time.Time) {
		if first.IsZero() {
			*first = at
		}
	}}
}

// pursueAll asks for what each department's rating waits for, where nobody is asked yet.
func (p *departmentAppraisal) pursueAll(ctx workflow.Context) error {
	for i := range p.departments() {
		d := &p.state.Rating.Departments[i]
		asked := slices.ContainsFunc(p.tasks, func(t *task) bool { return t.Act == d.NextAct() && t.Subject == string(d.ID) })
		if asked {
			continue
		}
		if err := p.pursue(ctx, d); err != nil {
			return err
		}
	}
	return nil
}

func (p *departmentAppraisal) pursue(ctx workflow.Context, d *deliberation.RatedDepartment) error {
	switch d.NextAct() {
	case deliberation.ForwardRatings:
		due, _, err := p.deadline(ctx, p.rules.TellDays.Days)
		if err != nil {
			return err
		}
		p.askToTell(ctx, d, due)
	case deliberation.ReplyToRating:
		p.askForReply(ctx, d)
	}
	return nil
}

// askToTell asks for a department to be told; the days of its reply count from then.
func (p *departmentAppraisal) askToTell(ctx workflow.Context, d *deliberation.RatedDepartment, due time.Time) {
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.TellDays.Basis, acceptance: acceptance{kind: deliberation.ForwardRatings, subject: string(d.ID),
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			owed, _, err := p.deadline(ctx, p.rules.ReplyDays.Days)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			d.Told, d.ReplyDue = a.Paper, owed
			p.done(ctx, t, a)
			p.askForReply(ctx, d)
			return p.recordFacts(ctx, a, p.acted(a, d)...)
		}}})
}

// askForReply takes the department's reply, as the clerk or the guide enters it from its
// letter. Its limit does not stand still while an order holds the process: the
// department has no part in that.
func (p *departmentAppraisal) askForReply(ctx workflow.Context, d *deliberation.RatedDepartment) {
	var t *task
	r := request{basis: &p.rules.ReplyDays.Basis, acceptance: acceptance{kind: deliberation.ReplyToRating, subject: string(d.ID),
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			told := d.Overdue
			d.Reply, d.Replied, d.Overdue = a.Paper, p.now(ctx), false
			d.Late = !d.Replied.Before(d.ReplyDue)
			p.done(ctx, t, a)
			facts := p.acted(a, d)
			if d.Late && !told { // it came in the moment after its limit
				facts = append([]deliberation.Fact{p.silence(d)}, facts...)
			}
			return p.recordFacts(ctx, a, facts...)
		}}}
	if !d.Overdue { // else it was told on, in an earlier stage
		r.due = d.ReplyDue
		r.onDue = func(ctx workflow.Context) error {
			d.Overdue = true
			return p.note(ctx, p.silence(d))
		}
	}
	t = p.ask(ctx, r)
}

// silence says that a department's limit passed without its reply.
func (p *departmentAppraisal) silence(d *deliberation.RatedDepartment) deliberation.Fact {
	return p.fact(deliberation.FactRatingAct, string(d.ID), deliberation.RatingActData{Department: d.ID, Days: p.rules.ReplyDays, Due: d.ReplyDue})
}

// acted says what was done about a department's result.
func (p *departmentAppraisal) acted(a deliberation.Act, d *deliberation.RatedDepartment) []deliberation.Fact {
	return []deliberation.Fact{
		p.fact(deliberation.FactPaper, string(d.ID), deliberation.PaperData{Paper: a.Paper}),
		p.fact(deliberation.FactRatingAct, string(d.ID), deliberation.RatingActData{
			Act: a.Kind, Department: d.ID, Paper: a.Paper, Days: p.rules.ReplyDays, Due: d.ReplyDue, Late: d.Late,
		}),
	}
}

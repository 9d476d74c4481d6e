package workflows

import (
	"errors"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// ElectionInput is all an election knows when it begins, or goes on in a new run.
type ElectionInput struct {
	Subject Subject                    `json:"subject"`
	Matter  Matter                     `json:"matter"`
	Rules   deliberation.ElectionRules `json:"rules"`
	Setup   deliberation.ElectionSetup `json:"setup"`
	State   *State                     `json:"state,omitempty"`
}

// ElectionResult is how it ended.
type ElectionResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// election is the process with its rules.
type election struct {
	*proceeding
	matter Matter
	rules  deliberation.ElectionRules
	// limits: the run is one of those that began with electionLimits.
	limits bool
	// reopened: a candidate withdrew and nobody moves up, or the day was put off so far
	// that the list is made anew. All waits leave.
	reopened deliberation.Outcome
}

// electionLimits is the change with which an election asks for the audit to be on record,
// hears one objection of a person at a time, and is put off where an order held it over
// its day.
const electionLimits = "election-limits"

// Election is 居(村)民委员会选举: audit and election committee, plan and method, the
// list of electors, nominations and candidates, the vote with its further rounds, the
// result, and the handover (law.md §5). It elects nobody itself: it finds what the
// papers say, by the rules of the pack.
func Election(ctx workflow.Context, in ElectionInput) (ElectionResult, error) {
	p := &election{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days}, matter: in.Matter, rules: in.Rules}
	p.limits = workflow.GetVersion(ctx, electionLimits, workflow.DefaultVersion, 1) >= 1
	err := p.begin(ctx, in.Setup, in.State)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, Election, in)
	})
	return ElectionResult{Outcome: outcome}, err
}

// begin opens the process, or takes it up again in a new run. Nobody takes an election
// back: it is put off, or annulled on a challenge.
func (p *election) begin(ctx workflow.Context, setup deliberation.ElectionSetup, state *State) error {
	p.state = State{
		Stage: deliberation.ElectionPreparing, Round: map[deliberation.Stage]int{}, Serials: map[string]int{},
		Resolved: true, Election: &deliberation.ElectionProgress{Setup: setup},
	}
	if state != nil {
		p.state = *state
	}
	if err := p.attend(ctx, p.supervision()); err != nil || state != nil {
		return err
	}
	_, err := p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office}, p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
		Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started, Process: deliberation.ElectionKind,
		Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form,
		BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock, Election: &setup,
	}))
	return err
}

func (p *election) supervision() supervisionRules {
	return supervisionRules{acknowledge: p.rules.AcknowledgeDays, question: p.rules.QuestionDays, rectify: p.rules.RectifyDays}
}

// next says what follows.
func (p *election) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	return deliberation.NextOfElection(p.state.Stage, o)
}

// stage carries out one stage.
func (p *election) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	p.reopened, p.withdrawn = "", false
	outcome, err := p.step(ctx)
	if p.reopened != "" && (err == nil || errors.Is(err, errStopped)) { // also where the stage was just over
		return p.reopened, p.clear(ctx)
	}
	return outcome, err
}

func (p *election) step(ctx workflow.Context) (deliberation.Outcome, error) {
	switch p.state.Stage {
	case deliberation.ElectionPreparing: // 选举准备
		return p.prepare(ctx)
	case deliberation.ElectorRegistration: // 登记参加选举
		return p.register(ctx)
	case deliberation.NominationStage: // 提名候选人
		return p.nominate(ctx)
	case deliberation.ElectionVoting: // 投票选举
		return p.vote(ctx)
	case deliberation.ElectionResult: // 公布选举结果
		return p.declare(ctx)
	default: // 工作移交
		return p.handOver(ctx)
	}
}

func (p *election) progress() *deliberation.ElectionProgress { return p.state.Election }

// elected says which election it is, to those who look into its record.
func (p *election) elected() activities.ElectionCase {
	return activities.ElectionCase{Process: p.Process, Community: p.Community, Pack: p.rules.Pack, Setup: p.progress().Setup}
}

// reopen leaves the stage: all waits end, and the process goes on where the outcome says.
func (p *election) reopen(o deliberation.Outcome) { p.reopened, p.withdrawn = o, true }

// lasting are the acts that stay open when a stage is left in its midst.
var lasting = []deliberation.ActKind{
	deliberation.Ask, deliberation.AnswerQuestion, deliberation.OrderRectification, deliberation.ReportRectified,
	deliberation.AcceptRectified, deliberation.GuideRectification,
}

// clear closes what the stage that is left had open.
func (p *election) clear(ctx workflow.Context) error {
	p.withdrawn = false
	for _, t := range slices.Clone(p.tasks) {
		if !slices.Contains(lasting, t.Act) {
			p.drop(ctx, t)
		}
	}
	p.desk.taken = slices.DeleteFunc(p.desk.taken, func(t *acceptance) bool { return !slices.Contains(lasting, t.kind) })
	if m := p.meeting; m != nil && m.value.ID != "" && m.ahead() {
		m.value.State = deliberation.MeetingCancelled
		if _, err := m.record(ctx, deliberation.Act{}, nil); err != nil {
			return err
		}
	}
	if p.reopened == deliberation.Inquorate { // the lists hang until a vote stands
		return nil
	}
	return p.takeAllDown(ctx)
}

// prepare waits for the audit to be posted, the election committee to be chosen and
// plan and method to be approved, in this order (S-VE 第十一条至第十三条).
func (p *election) prepare(ctx workflow.Context) (deliberation.Outcome, error) {
	e := p.progress()
	due := deliberation.LatestOf(e.Setup.Day, p.rules.ListDays)
	p.waitFor(ctx, "act", due)
	var audit, name, approve *task
	approved, unseen := false, false
	askApproval := func(ctx workflow.Context) {
		approve = p.ask(ctx, request{due: due, basis: &p.rules.CommitteeMin.Basis, toward: p.electionHead(), acceptance: acceptance{
			kind: deliberation.ApproveScheme, check: p.approvedBefore,
			do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
				approved, e.Approved = true, deliberation.DateOf(a.At)
				p.done(ctx, approve, a)
				return p.recordFacts(ctx, a, p.fact(deliberation.FactElectionScheme, string(p.Process), deliberation.ElectionSchemeData{
					Paper: a.Paper, Approved: e.Approved, By: deliberation.ProcessID(a.Subject), Setup: e.Setup,
				}))
			}}})
	}
	askCommittee := func(ctx workflow.Context) {
		name = p.ask(ctx, request{due: due, basis: &p.rules.CommitteeMin.Basis, acceptance: acceptance{kind: deliberation.NameElectionCommittee,
			do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
				facts, err := p.nameCommittee(ctx, a, nil)
				if err != nil {
					return deliberation.Receipt{}, err
				}
				p.done(ctx, name, a)
				askApproval(ctx)
				return p.recordFacts(ctx, a, facts...)
			}}})
	}
	if e.Setup.ByElection { // 补选不作离任审计
		askCommittee(ctx)
	} else {
		audit = p.ask(ctx, request{due: due, basis: &p.rules.CommitteeMin.Basis, acceptance: acceptance{kind: deliberation.PostAudit,
			do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
				found, err := p.auditOnRecord(ctx, a)
				if err != nil {
					return deliberation.Receipt{}, err
				}
				e.Audit, e.AuditMissing = a.Paper, found.Missing
				unseen = found.Missing && found.Rule.Basis.Confidence == deliberation.LawText
				p.done(ctx, audit, a)
				if !unseen {
					askCommittee(ctx)
				}
				return p.recordFacts(ctx, a, p.fact(deliberation.FactElectionAudit, string(p.Process), found))
			}}})
	}
	if err := p.note(ctx); err != nil {
		return "", err
	}
	if _, err := p.wait(ctx, time.Time{}, func() bool { return approved || unseen }); err != nil || approved {
		return deliberation.Carried, err
	}
	if err := p.gate(ctx, p.supervision(), deliberation.Acknowledge); err != nil {
		return "", err
	}
	p.waitFor(ctx, "act", due)
	askCommittee(ctx)
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return approved })
	return deliberation.Carried, err
}

// auditOnRecord looks whether the audit was posted. Where it was not, what the act says
// has to do: under a rule that is law here the supervisors look at it before the election
// committee is chosen, elsewhere it is shown (S-VE 第十一条, S-UE 第十一条).
func (p *election) auditOnRecord(ctx workflow.Context, a deliberation.Act) (deliberation.ElectionAuditData, error) {
	found := deliberation.ElectionAuditData{Paper: a.Paper}
	if !p.limits || !p.rules.AuditFirst.Value {
		return found, nil
	}
	var posted bool
	err := p.look(ctx, acts.AuditOnRecord, p.elected(), &posted)
	if found.Missing = !posted; found.Missing {
		found.Rule = p.rules.AuditFirst
	}
	return found, err
}

// approvedBefore refuses a day of approval that is still to come.
func (p *election) approvedBefore(ctx workflow.Context, a deliberation.Act) error {
	if deliberation.DateOf(a.At).After(p.today(ctx)) {
		return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: p.now(ctx)}
	}
	return nil
}

// nameCommittee takes the election committee as it was chosen. Relatives on it, or too
// few or too many, are refused with their texts.
func (p *election) nameCommittee(ctx workflow.Context, a deliberation.Act, willing []deliberation.PersonID) ([]deliberation.Fact, error) {
	people := slices.Clone(a.People)
	if slices.Sort(people); len(people) == 0 || len(slices.Compact(people)) < len(a.People) {
		return nil, unsound(a.Kind, "people", "required", 0)
	}
	var found deliberation.ElectionCommittee
	in := activities.CommitteeInput{ElectionCase: p.elected(), Members: a.People, Willing: willing}
	if err := p.look(ctx, acts.CheckElectionCommittee, in, &found); err != nil {
		return nil, err
	}
	if len(found.Faults) > 0 {
		return nil, &deliberation.Refusal{Code: deliberation.RefuseUnlawfulElection, Act: a.Kind, Faults: found.Faults}
	}
	p.progress().Committee = found.Members
	return []deliberation.Fact{
		p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}),
		p.fact(deliberation.FactElectionCommittee, string(p.Process), deliberation.ElectionCommitteeData{Paper: a.Paper, Members: found.Members}),
	}, nil
}

// register publishes the list of electors in time, and hears objections to it
// (V-NEW 第十七条, U-NEW 第十七条).
func (p *election) register(ctx workflow.Context) (deliberation.Outcome, error) {
	e := p.progress()
	again := !e.Listed.IsZero()
	e.Listed = deliberation.Date{}
	if err := p.look(ctx, acts.OpenRegistration, p.Process, nil); err != nil {
		return "", err
	}
	postpone := p.takePostponement(nil)
	outcome, err := p.show(ctx, display{
		objectable: true, each: p.objections(), objection: p.rules.ObjectionDays, answer: p.rules.RulingDays, prepare: p.rules.PrepareDays,
		list: &listing{
			by: deliberation.PostElectors, rules: deliberation.RuleOnList, days: p.rules.ListDays,
			due: deliberation.LatestOf(e.Setup.Day, p.rules.ListDays),
			check: func(ctx workflow.Context, a deliberation.Act) error {
				if !e.Listed.IsZero() { // torn down, and hung again
					return nil
				}
				return p.inTimeFor(ctx, a, p.rules.ListDays)
			},
			made: func(ctx workflow.Context, _ deliberation.Act) ([]deliberation.Fact, error) {
				var roll deliberation.ElectorRoll
				in := activities.PublishElectorsInput{ElectionCase: p.elected(), At: p.now(ctx), Again: again && e.Listed.IsZero()}
				if err := p.look(ctx, acts.PublishElectors, in, &roll); err != nil {
					return nil, err
				}
				e.Listed, e.ListedFor = deliberation.DateOf(in.At), e.Setup.Day
				return p.listed(roll), nil
			},
			ruled: func(ctx workflow.Context) ([]deliberation.Fact, error) {
				var roll deliberation.ElectorRoll
				if err := p.look(ctx, acts.Electors, p.Process, &roll); err != nil || roll.SHA256 == e.Electors.SHA256 {
					return nil, err
				}
				return p.listed(roll), nil
			},
		},
	}, nil)
	p.desk.leave(postpone)
	return outcome, err
}

// maxObjections is how often a person objects to one list, or challenges one election. It
// is Yishi's default, not law.
const maxObjections = 5

// objections is how often a person may object, nought where the run knows no such limit.
func (p *election) objections() int {
	if p.limits {
		return maxObjections
	}
	return 0
}

// listed keeps the list as it now stands.
func (p *election) listed(roll deliberation.ElectorRoll) []deliberation.Fact {
	e := p.progress()
	e.Electors = &roll
	return []deliberation.Fact{p.fact(deliberation.FactElectors, string(p.Process), deliberation.ElectorsData{
		Roll: roll, Day: e.Setup.Day, Latest: deliberation.Latest(e.Setup.Day, p.rules.ListDays.Days), Days: p.rules.ListDays,
	})}
}

// inTimeFor refuses what must hang so many days before election day and comes later: the
// day is then put off.
func (p *election) inTimeFor(ctx workflow.Context, a deliberation.Act, days deliberation.DaysRule) error {
	latest := deliberation.LatestOf(p.progress().Setup.Day, days)
	if p.now(ctx).Before(latest) {
		return nil
	}
	return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: latest, Basis: &days.Basis, Days: days.Days}
}

// takePostponement lets the committee put the day off, with the reason. Put off further
// than the rules let a list stand, the list is checked and published anew (S-VE 第十九条).
// moved is told of another day.
func (p *election) takePostponement(moved func()) *acceptance {
	return p.desk.take(&acceptance{kind: deliberation.PostponeElection, whileHeld: p.limits,
		check: func(ctx workflow.Context, a deliberation.Act) error {
			day := deliberation.DateOf(a.At)
			if !p.today(ctx).Before(day) {
				return &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Act: a.Kind, Earliest: p.today(ctx).AddDays(1).Start()}
			}
			if last := p.now(ctx).AddDate(0, 0, maxMeetingDays); a.At.After(last) {
				return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: last, Days: maxMeetingDays}
			}
			if e := p.progress(); !e.Listed.IsZero() && day.Before(e.ListedFor) { // the lists must hang their days
				return &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Act: a.Kind, Earliest: e.ListedFor.Start(), Basis: &p.rules.ListDays.Basis, Days: p.rules.ListDays.Days}
			}
			return nil
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			e := p.progress()
			from, to := e.Setup.Day, deliberation.DateOf(a.At)
			anew := e.Electors != nil && !e.Listed.IsZero() && to.After(e.ListedFor.AddDays(p.rules.ReverifyDays.Days))
			e.Setup.Day = to
			if anew {
				p.reopen(deliberation.Amended)
			} else if moved != nil {
				moved()
			}
			return p.recordFacts(ctx, a, p.fact(deliberation.FactElectionDay, string(p.Process), deliberation.ElectionDayData{
				Paper: a.Paper, From: from, To: to, Reverify: anew, Days: p.rules.ReverifyDays,
			}))
		}})
}

package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// LivelihoodMatterInput is all a livelihood matter knows when it begins, or goes on in
// a new run.
type LivelihoodMatterInput struct {
	Subject Subject                      `json:"subject"`
	Matter  Matter                       `json:"matter"`
	Rules   deliberation.LivelihoodRules `json:"rules"`
	State   *State                       `json:"state,omitempty"`
}

// LivelihoodMatterResult is how it ended.
type LivelihoodMatterResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// livelihoodMatter is the process with its matter and its rules.
type livelihoodMatter struct {
	*proceeding
	matter Matter
	rules  deliberation.LivelihoodRules
}

// LivelihoodMatter is the mechanism for livelihood matters 民生事项决策机制: opinions are
// gathered, merged and classified; a hearing or an appraisal is held; the Party members
// review; the residents resolve; the resolution is disclosed and carried out; residents
// say how satisfied they are; the result is disclosed (law.md §2).
func LivelihoodMatter(ctx workflow.Context, in LivelihoodMatterInput) (LivelihoodMatterResult, error) {
	p := &livelihoodMatter{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days}, matter: in.Matter, rules: in.Rules}
	err := p.begin(ctx, in.State)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, LivelihoodMatter, in)
	})
	return LivelihoodMatterResult{Outcome: outcome}, err
}

// begin opens the process, or takes it up again in a new run.
func (p *livelihoodMatter) begin(ctx workflow.Context, state *State) error {
	p.state = State{
		Stage: deliberation.Soliciting, Round: map[deliberation.Stage]int{}, Serials: map[string]int{},
		Livelihood: &deliberation.LivelihoodStatus{},
	}
	if state != nil {
		p.state = *state
	}
	if err := p.attend(ctx, p.supervision()); err != nil {
		return err
	}
	p.awaitNews(ctx, p.rules.PrepareDays)
	if state != nil {
		return nil
	}
	_, err := p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office}, p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
		Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started, Process: deliberation.LivelihoodKind,
		Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form,
		BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock, AuthorisedBy: p.matter.AuthorisedBy, Grant: p.matter.Grant,
	}))
	return err
}

func (p *livelihoodMatter) supervision() supervisionRules {
	return supervisionOf(p.rules.FourDeliberationsRules)
}

// next says what follows; a change of a resolution that is being carried out may be
// lost, and the resolution then stands.
func (p *livelihoodMatter) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	next, goesOn := deliberation.NextOfLivelihood(p.state.Stage, o, p.state.Livelihood.Affected, !p.state.Standing.IsZero())
	p.leaveStanding(o, goesOn)
	return next, goesOn
}

// stage carries out one stage.
func (p *livelihoodMatter) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	switch p.state.Stage {
	case deliberation.Soliciting: // 意见收集
		return deliberation.Carried, p.gatherOpinions(ctx)
	case deliberation.PublicHearing: // 公开听证
		return p.hearPublicly(ctx)
	case deliberation.Review, deliberation.Resolution: // 党员审议, 群众决议
		return p.decideBy(ctx, p.rules.FourDeliberationsRules, p.matter.Form, true)
	case deliberation.ResolutionDisclosure: // 决议公开
		return p.discloseResolution(ctx, p.rules.FourDeliberationsRules)
	case deliberation.Implementation: // 组织实施
		return p.carryOut(ctx, p.rules.PrepareDays)
	case deliberation.SatisfactionCheck: // 满意度测评
		return p.survey(ctx)
	case deliberation.ResultDisclosure: // 实施结果公开
		return p.discloseResult(ctx, p.rules.FourDeliberationsRules)
	default: // 转议事协商
		return deliberation.Carried, p.forward(ctx, p.rules.PrepareDays, func(id deliberation.ProcessID) { p.state.Livelihood.Forwarded = id })
	}
}

// gatherOpinions takes opinions until the Party organisation files the merged list and
// says whom the matter touches, by which its forum is chosen.
func (p *livelihoodMatter) gatherOpinions(ctx workflow.Context) error {
	return p.solicit(ctx, gathering{days: p.rules.SolicitDays, prepare: p.rules.PrepareDays, closes: deliberation.MergeOpinions,
		check: isFinding,
		also: func(a deliberation.Act) []deliberation.Fact {
			l := p.state.Livelihood
			l.List, l.Affected = a.Paper, deliberation.Affected(a.Finding)
			return []deliberation.Fact{p.fact(deliberation.FactMerged, string(p.Process), deliberation.MergedData{
				Paper: a.Paper, Affected: l.Affected, Forum: deliberation.ForumFor(p.rules.Forums, l.Affected),
			})}
		}})
}

// hearPublicly asks for the hearing that the matter needs and waits for its report. The
// Party organisation then files the plan, in which it takes the report up. What experts
// found not feasible is planned anew and heard again.
func (p *livelihoodMatter) hearPublicly(ctx workflow.Context) (deliberation.Outcome, error) {
	forum := deliberation.ForumFor(p.rules.Forums, p.state.Livelihood.Affected)
	p.state.Asked = &deliberation.AskedHearing{Rule: *forum}
	p.later(p.fact(deliberation.FactHearingAsked, string(p.Process), deliberation.HearingAskedData{Rule: *forum, Paper: p.state.Text}))
	p.askForStart(ctx, p.rules.PrepareDays)
	sentBack, err := p.hearFirst(ctx)
	if err == nil {
		err = p.filePlan(ctx)
	}
	if sentBack {
		return deliberation.Returned, err
	}
	return deliberation.Carried, err
}

// filePlan waits for the text that goes before the Party members.
func (p *livelihoodMatter) filePlan(ctx workflow.Context) error {
	due, filed := p.today(ctx).AddDays(p.rules.PrepareDays.Days).End(), false
	p.waitFor(ctx, "act", due)
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.PrepareDays.Basis, acceptance: acceptance{kind: deliberation.Propose,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			filed, p.state.Text = true, a.Paper
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a, p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}))
		}}})
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return filed })
	return err
}

// survey waits for the counts of the survey. Where too few are satisfied the work is
// sent back, as often as the rule says; after that the result is disclosed as it is.
func (p *livelihoodMatter) survey(ctx workflow.Context) (deliberation.Outcome, error) {
	l, filed, outcome := p.state.Livelihood, false, deliberation.Carried
	due := p.today(ctx).AddDays(p.rules.SurveyDays.Days).End()
	p.waitFor(ctx, "act", due)
	var t *task
	t = p.ask(ctx, request{due: due, basis: &p.rules.SurveyDays.Basis, acceptance: acceptance{kind: deliberation.FileSurvey,
		check: func(_ workflow.Context, a deliberation.Act) error {
			if a.Survey == nil {
				return unsound(a.Kind, "asked", "required", 0)
			}
			return a.Survey.Check()
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			filed, l.Survey, l.Report, l.Met = true, a.Survey, a.Paper, a.Survey.Reaches(p.rules.SatisfiedPercent.Count)
			if !l.Met && l.Returns < p.rules.Returns.Count {
				l.Returns++
				outcome = deliberation.Returned
			}
			p.done(ctx, t, a)
			return p.recordFacts(ctx, a,
				p.fact(deliberation.FactPaper, string(p.Process), deliberation.PaperData{Paper: a.Paper}),
				p.fact(deliberation.FactSurvey, string(p.Process), deliberation.SurveyData{
					Paper: a.Paper, Survey: *a.Survey, Rule: p.rules.SatisfiedPercent, Met: l.Met, Returned: outcome == deliberation.Returned,
				}))
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return filed })
	return outcome, err
}

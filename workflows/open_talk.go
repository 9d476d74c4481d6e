package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/deliberation"
)

// OpenTalkInput is all an open talk knows when it begins, or goes on in a new run.
type OpenTalkInput struct {
	Subject Subject                    `json:"subject"`
	Matter  Matter                     `json:"matter"`
	Rules   deliberation.OpenTalkRules `json:"rules"`
	State   *State                     `json:"state,omitempty"`
}

// OpenTalkResult is how it ended.
type OpenTalkResult struct {
	Outcome deliberation.Outcome `json:"outcome"`
}

// openTalk is the process with its rules.
type openTalk struct {
	*proceeding
	matter Matter
	rules  deliberation.OpenTalkRules
}

// OpenTalk is 民情恳谈: the residents are invited, what they raise is entered item by
// item, and each is answered on the spot, assigned with a day, transferred, or sent to
// the forum that it needs; what was not answered is followed up until it is closed
// (law.md §3.4). It cannot decide.
func OpenTalk(ctx workflow.Context, in OpenTalkInput) (OpenTalkResult, error) {
	p := &openTalk{proceeding: &proceeding{Subject: in.Subject, remind: in.Rules.RemindDays.Days}, matter: in.Matter, rules: in.Rules}
	err := p.begin(ctx, in.State)
	if err == nil {
		err = p.run(ctx, p)
	}
	outcome, err := p.conclude(ctx, err, func() error {
		in.State = &p.state
		return workflow.NewContinueAsNewError(ctx, OpenTalk, in)
	})
	return OpenTalkResult{Outcome: outcome}, err
}

// begin opens the process, or takes it up again in a new run.
func (p *openTalk) begin(ctx workflow.Context, state *State) error {
	p.state = State{
		Stage: deliberation.Talking, Round: map[deliberation.Stage]int{}, Serials: map[string]int{},
		Resolved: true, // what was raised is not taken back by who invited
		Talk:     &deliberation.OpenTalkStatus{},
	}
	if state != nil {
		p.state = *state
	}
	if err := p.attend(ctx, p.supervision()); err != nil || state != nil {
		return err
	}
	_, err := p.recordFacts(ctx, deliberation.Act{Actor: p.StartedBy, Office: p.Office}, p.fact(deliberation.FactStarted, string(p.Process), deliberation.StartedData{
		Community: p.Community, Kind: p.Kind, Pack: p.rules.Pack, Started: p.Started, Process: deliberation.OpenTalkKind,
		Category: p.matter.Category, Affected: p.matter.Affected, Origin: p.matter.Origin, Form: p.matter.Form,
		BudgetFen: p.matter.BudgetFen, MatterSHA256: p.matter.MatterSHA256, Clock: p.Clock,
	}))
	return err
}

func (p *openTalk) supervision() supervisionRules {
	return supervisionRules{acknowledge: p.rules.AcknowledgeDays, question: p.rules.QuestionDays, rectify: p.rules.RectifyDays}
}

// next says what follows.
func (p *openTalk) next(o deliberation.Outcome) (deliberation.Stage, bool) {
	return deliberation.NextOfOpenTalk(p.state.Stage, o)
}

// stage carries out one stage.
func (p *openTalk) stage(ctx workflow.Context) (deliberation.Outcome, error) {
	if p.state.Stage == deliberation.Talking { // 恳谈
		return p.hold(ctx, sitting{
			rules: p.rules.Meeting, prepare: p.rules.PrepareDays,
			chair:    []deliberation.Office{deliberation.Secretary, deliberation.Director, deliberation.CommitteeMember},
			recorder: []deliberation.Office{deliberation.Clerk, deliberation.BranchMember, deliberation.CommitteeMember},
			hear:     p.talk,
		})
	}
	return p.followUp(ctx) // 事项落实
}

// items gives what has been raised.
func (p *openTalk) items() []deliberation.TalkItem { return p.state.Talk.Items }

// recordItem writes an item as it now stands.
func (p *openTalk) recordItem(ctx workflow.Context, a deliberation.Act, i deliberation.TalkItem) (deliberation.Receipt, error) {
	r, err := p.recordFacts(ctx, a, p.fact(deliberation.FactTalkItem, i.ID, deliberation.TalkItemData{Item: i}))
	r.Subject = i.ID
	return r, err
}

// talk takes items, and what is said to each, until the chair closes the talk. It is
// not closed while an item has no answer and no place to go.
func (p *openTalk) talk(ctx workflow.Context, m *meeting) (deliberation.Outcome, error) {
	closed := false
	var t *task
	enter := p.desk.take(&acceptance{kind: deliberation.EnterItem,
		check: func(_ workflow.Context, a deliberation.Act) error {
			if len(p.items()) >= deliberation.MaxItems {
				return unsound(a.Kind, "text", "too_many", deliberation.MaxItems)
			}
			return nil
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			i := deliberation.TalkItem{ID: p.name("i"), Paper: a.Paper, Entered: p.now(ctx)}
			p.state.Talk.Items = append(slices.Clone(p.items()), i)
			return p.recordItem(ctx, a, i)
		}})
	settle := p.desk.take(&acceptance{kind: deliberation.SettleItem, offices: m.chair, check: p.maySettle, do: p.settleItem})
	t = p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{kind: deliberation.CloseTalk, offices: m.chair,
		check: func(_ workflow.Context, a deliberation.Act) error {
			if n := p.state.Talk.Unsettled(); n > 0 {
				return &deliberation.Refusal{Code: deliberation.RefuseUnanswered, Act: a.Kind, Count: n, Basis: &p.rules.FollowDays.Basis}
			}
			return nil
		},
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			closed = true
			p.done(ctx, t, a)
			p.desk.leave(enter, settle)
			return p.recordFacts(ctx, a)
		}}})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return closed })
	return deliberation.Carried, err
}

// maySettle refuses what is said to an item: one that is not there or was dealt with,
// a day that is missing, past, or has no place.
func (p *openTalk) maySettle(ctx workflow.Context, a deliberation.Act) error {
	i := p.state.Talk.Item(a.Subject)
	now := p.now(ctx)
	switch {
	case i == nil:
		return unsound(a.Kind, "subject", "not_a_choice", 0)
	case i.Finding != "":
		return &deliberation.Refusal{Code: deliberation.RefuseTwice, Act: a.Kind}
	case a.Finding != deliberation.ItemAssigned && !a.At.IsZero():
		return unsound(a.Kind, "at", "unexpected", 0)
	case a.Finding == deliberation.ItemAssigned && a.At.IsZero():
		return unsound(a.Kind, "at", "required", 0)
	case !a.At.IsZero() && !a.At.After(now):
		return &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Act: a.Kind, Earliest: now}
	case a.At.After(now.AddDate(0, 0, maxMeetingDays)):
		return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: now.AddDate(0, 0, maxMeetingDays), Days: maxMeetingDays}
	}
	return isFinding(a)
}

// settleItem keeps what was said to an item. One that was answered is closed with it.
func (p *openTalk) settleItem(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	p.state.Talk.Items = slices.Clone(p.items()) // what was written keeps what it said
	i := p.state.Talk.Item(a.Subject)
	i.Finding, i.Answer = a.Finding, a.Paper
	switch a.Finding {
	case deliberation.ItemAnswered:
		i.Closed = p.now(ctx)
	case deliberation.ItemAssigned:
		i.Due = deliberation.DateOf(a.At).End()
	default:
		i.Due = p.today(ctx).AddDays(p.rules.FollowDays.Days).End()
	}
	return p.recordItem(ctx, a, *i)
}

// followUp asks for what is owed until each item is closed, and has the supervisors
// look at it.
func (p *openTalk) followUp(ctx workflow.Context) (deliberation.Outcome, error) {
	p.waitFor(ctx, "act", time.Time{})
	owed := func() bool { return slices.ContainsFunc(p.items(), deliberation.TalkItem.Pending) }
	link := p.desk.take(&acceptance{kind: deliberation.ForwardMatter, check: p.mayForward, do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
		return p.closeItem(ctx, a, a.Item, func(i *deliberation.TalkItem) { i.Forwarded = deliberation.ProcessID(a.Subject) })
	}})
	for _, i := range p.items() {
		if i.Pending() {
			p.askItem(ctx, i)
		}
	}
	if err := p.note(ctx); err != nil {
		return "", err
	}
	if _, err := p.wait(ctx, time.Time{}, func() bool { return !owed() }); err != nil {
		return "", err
	}
	p.desk.leave(link)
	return deliberation.Carried, p.gate(ctx, p.supervision(), deliberation.GiveClosingOpinion)
}

// askItem asks for what came of one item. Late or not, it stays owed.
func (p *openTalk) askItem(ctx workflow.Context, i deliberation.TalkItem) {
	p.ask(ctx, request{due: i.Due, basis: &p.rules.FollowDays.Basis, acceptance: acceptance{kind: deliberation.ReportItem, subject: i.ID,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			return p.closeItem(ctx, a, i.ID, func(i *deliberation.TalkItem) { i.Report = a.Paper })
		}}})
}

// mayForward refuses to name a process for what was not sent to a forum.
func (p *openTalk) mayForward(_ workflow.Context, a deliberation.Act) error {
	i := p.state.Talk.Item(a.Item)
	switch {
	case i == nil || i.Finding != deliberation.ItemToForum:
		return unsound(a.Kind, "item", "not_a_choice", 0)
	case !i.Pending():
		return &deliberation.Refusal{Code: deliberation.RefuseTwice, Act: a.Kind}
	}
	return nil
}

// closeItem closes an item with what came of it.
func (p *openTalk) closeItem(ctx workflow.Context, a deliberation.Act, id string, with func(*deliberation.TalkItem)) (deliberation.Receipt, error) {
	p.state.Talk.Items = slices.Clone(p.items())
	i := p.state.Talk.Item(id)
	with(i)
	i.Closed = p.now(ctx)
	i.Late = i.Closed.After(i.Due)
	for _, t := range slices.Clone(p.tasks) {
		if t.Subject == id {
			p.done(ctx, t, a)
		}
	}
	return p.recordItem(ctx, a, *i)
}

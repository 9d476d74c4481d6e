package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// display says what a stage posts, and by which rules.
type display struct {
	// key is the rule of how long it hangs: a continuing duty, looked up in the law
	// of the day it is posted.
	key       string
	objection deliberation.DaysRule
	answer    deliberation.DaysRule
	prepare   deliberation.DaysRule
	// objectable: objections are heard; a result is only shown.
	objectable bool
	// each is how often one person may object, one objection at a time; nought: as they like.
	each int
	// checked is the paper that was checked before: it is posted as it is, and nobody
	// writes another for the board.
	checked deliberation.PaperRef
	// ruling is by when the street or township rules on an objection whose answer was
	// contested; without it the matter goes back to the body that decided.
	ruling *deliberation.DaysRule
	// posted is told that it hangs; corrected says that another text is to be checked
	// and hung in its place.
	posted    func(at time.Time)
	corrected func() bool
	// opens begins, with the display, what goes on while the paper hangs, and gives the
	// facts of it; again where the paper has to be posted anew.
	opens func(ctx workflow.Context, now, until time.Time, days deliberation.DaysRule) ([]deliberation.Fact, error)
	// list is set where a list hangs while the process goes on.
	list *listing
}

// listing is a list that hangs until takeAllDown, while the process goes on once the
// objections to it are settled.
type listing struct {
	// by posts the list, rules answers objections: acts of whoever made it.
	by, rules deliberation.ActKind
	// days is how long it hangs at least, due by when it must be there.
	days deliberation.DaysRule
	due  time.Time
	// check refuses a list that comes too late or is not ready; made makes it, ruled looks
	// at it again after a ruling on an objection. Both give what they found.
	check func(ctx workflow.Context, a deliberation.Act) error
	made  func(ctx workflow.Context, a deliberation.Act) ([]deliberation.Fact, error)
	ruled func(ctx workflow.Context) ([]deliberation.Fact, error)
}

// publishes is the act by which the paper is put up.
func (d display) publishes() deliberation.ActKind {
	switch {
	case d.list != nil:
		return d.list.by
	case !d.checked.IsZero():
		return deliberation.PostDisclosure
	}
	return deliberation.Publish
}

// replies is the act by which an objection is answered.
func (d display) replies() deliberation.ActKind {
	if d.list != nil {
		return d.list.rules
	}
	return deliberation.AnswerObjection
}

// posting is one paper on the board while it hangs.
type posting struct {
	p *proceeding
	display
	value      deliberation.Posting
	objections []*objection
	broken     bool
}

// objection is one objection while it is not settled.
type objection struct {
	value deliberation.Objection
	task  *task
}

// show carries a posting from its publication to the end of its display:
// publish → photo of the board → objections, each answered → 24:00 of the last day.
// Torn down before its time, it is posted again in full.
func (p *proceeding) show(ctx workflow.Context, d display, check func(workflow.Context) error) (deliberation.Outcome, error) {
	var owed []*objection // an objection outlives the paper that was torn down
	for {
		q := &posting{p: p, display: d, objections: owed}
		p.posting = q
		if err := q.publish(ctx); err != nil {
			return "", err
		}
		outcome, err := q.hang(ctx)
		if err != nil {
			return "", err
		}
		if q.broken {
			owed = q.objections
			continue
		}
		if outcome == deliberation.Carried && check != nil {
			if err := check(ctx); err != nil {
				return "", err
			}
		}
		if q.list != nil {
			p.state.Hanging, p.posting = append(p.state.Hanging, q.value), nil
			return outcome, nil
		}
		return outcome, q.takeDown(ctx)
	}
}

func (q *posting) record(ctx workflow.Context, a deliberation.Act, o *deliberation.Objection, facts ...deliberation.Fact) (deliberation.Receipt, error) {
	c := q.p.change(ctx, a)
	c.Facts, c.Postings = facts, []deliberation.Posting{q.value}
	subject := string(q.value.ID)
	if o != nil {
		c.Objections, subject = []deliberation.Objection{*o}, o.ID
	}
	entries, err := q.p.record(ctx, c)
	return deliberation.Receipt{Entries: entries, Subject: subject}, err
}

func (q *posting) data() deliberation.PostedData {
	v := q.value
	return deliberation.PostedData{
		Paper: v.Paper, Posted: v.Posted, DisplayUntil: v.DisplayUntil, ObjectionsUntil: v.ObjectionsUntil,
		DisplayDays: v.DisplayDays, ObjectionDays: v.ObjectionDays,
	}
}

// publish waits until the committee posts the paper.
func (q *posting) publish(ctx workflow.Context) error {
	p := q.p
	p.waitFor(ctx, "act", time.Time{})
	var t *task
	asked := request{due: p.today(ctx).AddDays(q.prepare.Days).End(), basis: &q.prepare.Basis, acceptance: acceptance{kind: q.publishes()}}
	if q.list != nil {
		asked.due, asked.basis, asked.check, asked.toward = q.list.due, &q.list.days.Basis, q.list.check, p.electionHead()
	}
	asked.do = func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
		now := p.now(ctx) // once: a fast clock may turn the day while the law is looked up
		today := deliberation.DateOf(now)
		days, facts, err := q.prepared(ctx, today, a)
		if err != nil {
			return deliberation.Receipt{}, err
		}
		if q.opens != nil {
			opened, err := q.opens(ctx, now, deliberation.DisplayEnd(today, days.Days).End(), days)
			if err != nil {
				return deliberation.Receipt{}, err
			}
			facts = append(facts, opened...)
		}
		q.value = deliberation.Posting{
			ID: deliberation.PostingID(p.name("b", string(p.state.Stage))), Stage: p.state.Stage, Paper: a.Paper, Posted: now,
			DisplayUntil: deliberation.DisplayEnd(today, days.Days).End(), DisplayDays: days, State: deliberation.PostingUp,
		}
		if !q.checked.IsZero() {
			q.value.Paper = q.checked
		}
		if q.posted != nil {
			q.posted(now)
		}
		if q.objectable {
			q.value.ObjectionsUntil = deliberation.DisplayEnd(today, q.objection.Days).End()
			q.value.ObjectionDays = q.objection
			if q.list != nil { // a limit of a law, which rolls over rest days
				if q.value.ObjectionsUntil, _, err = p.deadlineFrom(ctx, today, q.objection.Days); err != nil {
					return deliberation.Receipt{}, err
				}
			}
		}
		p.done(ctx, t, a)
		q.openDesk(ctx)
		p.waitFor(ctx, "display", q.value.DisplayUntil)
		return q.record(ctx, a, nil, append(facts, p.fact(deliberation.FactPosted, string(q.value.ID), q.data()))...)
	}
	t = p.ask(ctx, asked)
	if err := p.note(ctx); err != nil {
		return err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return q.value.ID != "" })
	return err
}

// prepared gives how long the paper hangs, by the law of the day or by the rule of its
// own, and what making it found.
func (q *posting) prepared(ctx workflow.Context, today deliberation.Date, a deliberation.Act) (days deliberation.DaysRule, facts []deliberation.Fact, err error) {
	if q.list != nil {
		facts, err = q.list.made(ctx, a)
		return q.list.days, facts, err
	}
	in := activities.DaysOnInput{Kind: q.p.Kind, Place: q.p.Place, Key: q.key, On: today}
	return days, nil, q.p.look(ctx, acts.DaysOn, in, &days)
}

// openDesk opens what may happen while the paper hangs.
func (q *posting) openDesk(ctx workflow.Context) {
	p := q.p
	var proof *task
	proof = p.ask(ctx, request{due: p.today(ctx).AddDays(q.prepare.Days).End(), basis: &q.prepare.Basis, acceptance: acceptance{kind: deliberation.ProvePosting,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			q.value.Proof = a.Paper
			p.done(ctx, proof, a)
			return q.record(ctx, a, nil, p.fact(deliberation.FactPostingProof, string(q.value.ID), deliberation.PaperData{Paper: a.Paper}))
		}}})
	var removed *acceptance
	removed = p.desk.take(&acceptance{kind: deliberation.ReportRemoved, check: q.stillOwed,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			p.desk.leave(removed)
			q.broken, q.value.State, q.value.Ended = true, deliberation.PostingBroken, p.now(ctx)
			return q.record(ctx, a, nil, p.fact(deliberation.FactPostingBroken, string(q.value.ID), q.data()))
		}})
	if q.objectable {
		p.desk.take(&acceptance{kind: deliberation.Object, check: q.inTime, do: q.file})
	}
}

// stillOwed refuses to start the display again once its days are full.
func (q *posting) stillOwed(ctx workflow.Context, a deliberation.Act) error {
	if q.p.now(ctx).Before(q.value.DisplayUntil) {
		return nil
	}
	return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: q.value.DisplayUntil, Basis: &q.value.DisplayDays.Basis, Days: q.value.DisplayDays.Days}
}

func (q *posting) inTime(ctx workflow.Context, a deliberation.Act) error {
	if q.broken {
		return &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: q.p.state.Stage, Act: a.Kind}
	}
	if q.p.now(ctx).Before(q.value.ObjectionsUntil) {
		return q.notTooOften(a)
	}
	return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Act: a.Kind, Latest: q.value.ObjectionsUntil, Basis: &q.objection.Basis, Days: q.objection.Days}
}

// notTooOften refuses somebody whose objection is not answered yet, and who objected as
// often as one person may.
func (q *posting) notTooOften(a deliberation.Act) error {
	if q.each == 0 {
		return nil
	}
	made := 0
	for _, o := range q.objections {
		if o.value.Person != a.Actor {
			continue
		}
		if made++; o.value.State == deliberation.ObjectionFiled {
			return &deliberation.Refusal{Code: deliberation.RefuseTwice, Act: a.Kind}
		}
	}
	return tooOften(a, made, q.each)
}

// tooOften refuses an act that a person did as often as they may; most is nought where
// nothing bounds it.
func tooOften(a deliberation.Act, done, most int) error {
	if most == 0 || done < most {
		return nil
	}
	return &deliberation.Refusal{Code: deliberation.RefuseTooOften, Act: a.Kind, Count: most}
}

// hang waits out the display and the objections.
func (q *posting) hang(ctx workflow.Context) (deliberation.Outcome, error) {
	p := q.p
	outcome := func() deliberation.Outcome {
		for _, o := range q.objections {
			if o.value.State == deliberation.ObjectionContested && q.ruling == nil || o.value.Upheld {
				return deliberation.Contested
			}
		}
		if q.corrected != nil && q.corrected() {
			return deliberation.Amended
		}
		return deliberation.Carried
	}
	over := func() bool { // everybody who objected is owed an answer, also where another contests theirs
		return q.broken || (outcome() != deliberation.Carried && !q.any(deliberation.ObjectionFiled) && !q.unruled())
	}
	until := q.value.DisplayUntil
	switch {
	case q.list != nil && !q.objectable:
		until = q.value.Posted
	case q.list != nil, q.value.ObjectionsUntil.After(until):
		until = q.value.ObjectionsUntil
	}
	if done, err := p.wait(ctx, until, over); done || err != nil {
		q.leave(ctx)
		return outcome(), err
	}
	p.waitFor(ctx, "act", time.Time{})
	if err := p.note(ctx); err != nil {
		return "", err
	}
	_, err := p.wait(ctx, time.Time{}, func() bool { return over() || (q.settled() && !q.value.Proof.IsZero()) })
	q.leave(ctx)
	return outcome(), err
}

// settled reports whether every objection has come to rest.
func (q *posting) settled() bool {
	return !q.any(deliberation.ObjectionFiled) && !q.any(deliberation.ObjectionAnswered) && !q.unruled()
}

// unruled reports whether the street or township still has to rule.
func (q *posting) unruled() bool { return q.ruling != nil && q.any(deliberation.ObjectionContested) }

func (q *posting) any(s deliberation.ObjectionState) bool {
	return slices.ContainsFunc(q.objections, func(o *objection) bool { return o.value.State == s })
}

// leave closes the desk to what belongs to the hanging paper. Objections to a
// paper that was torn down stay owed their answer.
func (q *posting) leave(ctx workflow.Context) {
	own := []deliberation.ActKind{deliberation.ProvePosting, deliberation.ReportRemoved, deliberation.Object}
	if !q.broken {
		own = append(own, q.replies(), deliberation.ContestAnswer, deliberation.RuleOnObjection)
	}
	for _, t := range slices.Clone(q.p.tasks) {
		if slices.Contains(own, t.Act) {
			q.p.drop(ctx, t)
		}
	}
	q.p.desk.taken = slices.DeleteFunc(q.p.desk.taken, func(t *acceptance) bool { return slices.Contains(own, t.kind) })
}

// takeDown records the end of the display, which came by itself.
func (q *posting) takeDown(ctx workflow.Context) error {
	return q.p.alone(ctx, func() error {
		q.value.State, q.value.Ended = deliberation.PostingEnded, q.p.now(ctx)
		_, err := q.record(ctx, deliberation.Act{}, nil, q.p.fact(deliberation.FactPostingEnded, string(q.value.ID), q.data()))
		return err
	})
}

// takeAllDown ends the display of what hung while the process went on.
func (p *proceeding) takeAllDown(ctx workflow.Context) error {
	if len(p.state.Hanging) == 0 {
		return nil
	}
	return p.alone(ctx, func() error {
		c := p.change(ctx, deliberation.Act{})
		p.endHanging(&c)
		_, err := p.record(ctx, c)
		return err
	})
}

func (p *proceeding) endHanging(c *deliberation.Change) {
	for _, v := range p.state.Hanging {
		q := posting{p: p, value: v}
		q.value.State, q.value.Ended = deliberation.PostingEnded, c.At
		c.Postings = append(c.Postings, q.value)
		c.Facts = append(c.Facts, p.fact(deliberation.FactPostingEnded, string(q.value.ID), q.data()))
	}
	p.state.Hanging = nil
}

func (q *posting) objectionFact(o *objection) deliberation.Fact {
	return q.p.fact(deliberation.FactObjection, o.value.ID, deliberation.ObjectionData{Objection: o.value})
}

// file takes an objection; its answer is due by the rules' limit, and is late after.
func (q *posting) file(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	p := q.p
	o := &objection{value: deliberation.Objection{
		ID: p.name("o"), Posting: q.value.ID, Person: a.Actor, Paper: a.Paper,
		Filed: p.now(ctx), State: deliberation.ObjectionFiled,
	}}
	q.objections = append(q.objections, o) // before anything else goes on: the display may be about to end
	due, _, err := p.deadline(ctx, q.answer.Days)
	if err != nil {
		q.objections = slices.DeleteFunc(q.objections, func(other *objection) bool { return other == o })
		return deliberation.Receipt{}, err
	}
	o.value.AnswerDue = due
	o.task = p.ask(ctx, request{due: due, basis: &q.answer.Basis, acceptance: acceptance{kind: q.replies(), subject: o.value.ID,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			return q.reply(ctx, o, a)
		},
	}})
	return q.record(ctx, a, &o.value, q.objectionFact(o))
}

// reply answers an objection. Who objected may say within the same number of days
// that the answer does not settle it; silence settles it.
func (q *posting) reply(ctx workflow.Context, o *objection, a deliberation.Act) (deliberation.Receipt, error) {
	p := q.p
	o.value.Answer, o.value.Answered, o.value.State = a.Paper, p.now(ctx), deliberation.ObjectionAnswered
	o.value.Late = o.value.Answered.After(o.value.AnswerDue)
	p.done(ctx, o.task, a)
	if q.list != nil { // the ruling settles it
		o.value.State = deliberation.ObjectionSettled
		facts, err := q.list.ruled(ctx)
		if err != nil {
			return deliberation.Receipt{}, err
		}
		return q.record(ctx, a, &o.value, append(facts, q.objectionFact(o))...)
	}
	until, _, err := p.deadline(ctx, q.answer.Days)
	if err != nil {
		return deliberation.Receipt{}, err
	}
	var contest *acceptance
	contest = p.desk.take(&acceptance{kind: deliberation.ContestAnswer, subject: o.value.ID, actor: o.value.Person,
		do: func(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
			p.desk.leave(contest)
			o.value.State, o.value.Contest = deliberation.ObjectionContested, a.Paper
			if q.ruling != nil {
				if err := q.askForRuling(ctx, o); err != nil {
					return deliberation.Receipt{}, err
				}
			}
			return q.record(ctx, a, &o.value, q.objectionFact(o))
		}})
	p.alarm(until, func(ctx workflow.Context) error {
		if o.value.State != deliberation.ObjectionAnswered {
			return nil
		}
		o.value.State = deliberation.ObjectionSettled
		p.desk.leave(contest)
		_, err := q.record(ctx, deliberation.Act{}, &o.value, q.objectionFact(o))
		return err
	})
	return q.record(ctx, a, &o.value, q.objectionFact(o))
}

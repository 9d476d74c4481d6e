package workflows

import (
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// paperTally is the counting of a poll's paper while it goes on.
type paperTally struct {
	// cosigned is the hash of the count that the scrutineer signed, by whom. Another
	// reading after it needs another signature.
	cosigned string
	by       deliberation.PersonID
}

// stopCasting ends the casting on all channels, so that the paper can be counted
// 停止投票,开始计票. Two people read it in; a scrutineer signs; the chair certifies.
func (b *box) stopCasting(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	m, p := b.m, b.m.p
	var n deliberation.PaperCount
	if err := p.look(ctx, acts.StopCasting, activities.PollMomentInput{Poll: b.poll.ID, At: p.now(ctx)}, &n); err != nil {
		if isRefusal(err) {
			b.cannotCount()
		}
		return deliberation.Receipt{}, err
	}
	b.end(ctx, a)
	b.poll.State, b.tally = deliberation.PollCounting, &paperTally{}
	p.waitFor(ctx, "count", time.Time{})
	b.await(p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{
		kind: deliberation.CosignCount, subject: b.subject(),
		check: func(ctx workflow.Context, a deliberation.Act) error {
			if err := m.other(a, m.value.Chair); err != nil {
				return err
			}
			return m.chairs(ctx, a) // who stood down has no part in the count either
		},
		do: b.cosign,
	}}))
	b.await(p.ask(ctx, request{due: m.soon(ctx), basis: &m.prepare.Basis, acceptance: acceptance{
		kind: deliberation.CertifyCount, subject: b.subject(), offices: m.chair, check: b.mayCertify, do: b.certify,
	}}))
	b.offerVoid()
	issued := 0
	for _, s := range n.Stations {
		issued += s.Issued
	}
	r, err := m.record(ctx, a, []deliberation.Poll{b.poll}, p.fact(deliberation.FactCasting, string(b.poll.ID), deliberation.CastingData{Meeting: m.value.ID, Issued: issued}))
	r.Subject = string(b.poll.ID)
	return r, err
}

// paperNow gives the paper as it is counted now with its hash, the same as the
// store's own of the same count.
func (b *box) paperNow(ctx workflow.Context) (deliberation.PaperCount, string, error) {
	var n deliberation.PaperCount
	if err := b.m.p.look(ctx, acts.PaperCount, b.poll.ID, &n); err != nil {
		return n, "", err
	}
	sum, err := n.SHA256()
	return n, sum, err
}

// cosign takes the signature of a scrutineer 监票人: not the chair, and nobody who
// counted or read the sheets. They sign a count that adds up.
func (b *box) cosign(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	m, p := b.m, b.m.p
	n, sum, err := b.paperNow(ctx)
	if err != nil {
		return deliberation.Receipt{}, err
	}
	if slices.Contains(n.Counters(), a.Actor) {
		return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseSameSigner, Act: a.Kind}
	}
	if no := n.Reconcile(!b.poll.Secret).Refusal(); no != nil {
		no.Act = a.Kind
		return deliberation.Receipt{}, no
	}
	b.tally.cosigned, b.tally.by = sum, a.Actor
	for _, t := range b.tasks {
		if t.Act == a.Kind {
			p.done(ctx, t, a)
			b.taken = append(b.taken, p.desk.take(t.desk)) // a count that is changed is signed again
		}
	}
	return m.record(ctx, a, nil, p.fact(deliberation.FactSigned, string(b.poll.ID), deliberation.SignedData{
		Paper: deliberation.PaperRef{SHA256: sum}, As: "scrutineer",
	}))
}

func (b *box) mayCertify(ctx workflow.Context, a deliberation.Act) error {
	switch {
	case b.tally.cosigned == "":
		return &deliberation.Refusal{Code: deliberation.RefuseNotCosigned, Act: a.Kind}
	case b.tally.by == a.Actor, b.tally.by == b.m.value.Chair: // who signed may have taken the chair since
		return &deliberation.Refusal{Code: deliberation.RefuseSameSigner, Act: a.Kind}
	}
	return b.m.chairs(ctx, a)
}

// certify opens the box once the scrutineer has signed the count as it now is.
func (b *box) certify(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	_, sum, err := b.paperNow(ctx)
	if err != nil {
		return deliberation.Receipt{}, err
	}
	if sum != b.tally.cosigned {
		return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseNotCosigned, Act: a.Kind}
	}
	return b.shut(ctx, a, nil)
}

// offerVoid lets the chair declare the poll void 宣布表决无效, with the reason.
func (b *box) offerVoid() {
	if b.voiding == nil {
		b.voiding = b.m.p.desk.take(&acceptance{kind: deliberation.VoidPoll, subject: b.subject(), offices: b.m.chair, check: b.m.chairs, do: b.void})
	}
}

// cannotCount notes that the count was tried and cannot be made: its key is lost, or
// the paper does not add up.
func (b *box) cannotCount() {
	b.stuck = true
	b.offerVoid()
}

// void ends a poll that cannot be counted, and no other: nothing of it is counted,
// and the chair opens it anew for the same motions.
func (b *box) void(ctx workflow.Context, a deliberation.Act) (deliberation.Receipt, error) {
	m, p := b.m, b.m.p
	if !b.stuck {
		n, _, err := b.paperNow(ctx)
		if err != nil {
			return deliberation.Receipt{}, err
		}
		if len(n.Reconcile(!b.poll.Secret).Faults) == 0 {
			return deliberation.Receipt{}, &deliberation.Refusal{Code: deliberation.RefuseConflict, Act: a.Kind}
		}
	}
	fact, err := b.destroy(ctx, a.Paper)
	if err != nil {
		return deliberation.Receipt{}, err
	}
	for _, motion := range b.motions {
		motion.Poll = ""
	}
	b.end(ctx, a)
	r, err := m.record(ctx, a, []deliberation.Poll{b.poll}, p.fact(deliberation.FactPaper, string(m.value.ID), deliberation.PaperData{Paper: a.Paper}), fact)
	r.Subject = string(b.poll.ID)
	return r, err
}

// destroy ends the poll without a count; why stands in the paper.
func (b *box) destroy(ctx workflow.Context, why deliberation.PaperRef) (deliberation.Fact, error) {
	p := b.m.p
	if err := p.look(ctx, acts.VoidPoll, activities.PollMomentInput{Poll: b.poll.ID, At: p.now(ctx)}, nil); err != nil {
		return deliberation.Fact{}, err
	}
	b.poll.State, b.poll.Closed = deliberation.PollVoided, p.now(ctx)
	return p.fact(deliberation.FactVoided, string(b.poll.ID), deliberation.PaperData{Paper: why}), nil
}

// breakOff ends the poll with its process: who voted is owed a count where one can
// still be made. Paper cannot be counted any more.
func (b *box) breakOff(ctx workflow.Context, c *deliberation.Change) error {
	p := b.m.p
	var n deliberation.Count
	counted := !b.poll.OnPaper
	if counted {
		err := p.look(ctx, acts.ClosePoll, activities.ClosePollInput{Poll: b.poll.ID, At: c.At}, &n)
		if counted = err == nil; !counted && !isRefusal(err) {
			return err
		}
	}
	fact := b.closedFact(n)
	if counted {
		b.keep(c.At, n)
	} else {
		var err error
		if fact, err = b.destroy(ctx, deliberation.PaperRef{}); err != nil {
			return err
		}
	}
	c.Polls, c.Facts = append(c.Polls, b.poll), append(c.Facts, fact)
	return nil
}

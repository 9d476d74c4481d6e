package workflows

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// line is a change that waits to be written.
type line struct {
	change  deliberation.Change
	entries []int64
	err     error
	done    bool
}

// ledger writes what a process did, in the order it did it. What a person did is
// written only after the engine's history durably knows of it: a crash in between
// can leave neither an act that nobody was told of nor one that is forgotten.
// What the process then does of itself travels with it.
type ledger struct {
	lines []*line
	// looking counts questions to the world under way: what follows from their
	// answers belongs to the same writing.
	looking int
}

// keep starts the one writer. It outlives a cancellation, since an end must be
// recorded too.
func (p *proceeding) keep(ctx workflow.Context) {
	away, stop := workflow.NewDisconnectedContext(ctx)
	p.stopWriter = stop
	workflow.Go(away, func(ctx workflow.Context) {
		var err error
		for err == nil {
			err = p.write(ctx)
		}
	})
}

// write waits for changes and writes all there are.
func (p *proceeding) write(ctx workflow.Context) error {
	if err := workflow.Await(ctx, func() bool { return len(p.ledger.lines) > 0 && p.ledger.looking == 0 }); err != nil {
		return err
	}
	batch := p.ledger.lines
	p.ledger.lines = nil
	changes, acted := make([]deliberation.Change, len(batch)), false
	for i, l := range batch {
		changes[i] = l.change
		acted = acted || l.change.Actor != ""
	}
	status := p.status()
	changes[len(changes)-1].Status = &status
	var done activities.Recorded
	run := perform
	if acted {
		run = performPatiently
	}
	err := run(ctx, acts.Record, changes, &done)
	for i, l := range batch {
		l.done, l.err = true, err
		if err == nil {
			l.entries = done.Entries[i]
		}
	}
	return nil
}

// record hands a change in and waits until it is written.
func (p *proceeding) record(ctx workflow.Context, c deliberation.Change) ([]int64, error) {
	if len(p.unwritten) > 0 && c.Actor != "" { // the process's own facts come before what a person did
		own := p.change(ctx, deliberation.Act{})
		own.Facts, p.unwritten = p.unwritten, nil
		p.handIn(own)
	}
	c.Facts = append(p.unwritten, c.Facts...)
	p.unwritten = nil
	c.Tasks = append(c.Tasks, p.fresh...)
	p.fresh = nil
	l := p.handIn(c)
	away, stop := workflow.NewDisconnectedContext(ctx)
	defer stop()
	if err := workflow.Await(away, func() bool { return l.done }); err != nil {
		return nil, err
	}
	return l.entries, l.err
}

func (p *proceeding) handIn(c deliberation.Change) *line {
	if c.Key == "" {
		c.Key = p.keyOf(c)
	}
	l := &line{change: c}
	p.ledger.lines = append(p.ledger.lines, l)
	return l
}

// keyOf names a change of the process's own by what it says, so that a crash that
// makes the process do the same again makes it write the same, once.
func (p *proceeding) keyOf(c deliberation.Change) string {
	says := []string{string(p.state.Stage), strconv.Itoa(p.state.Round[p.state.Stage])}
	for _, f := range c.Facts {
		says = append(says, string(f.Kind), f.Subject)
	}
	for _, t := range c.Tasks {
		says = append(says, string(t.ID), string(t.State))
	}
	sum := sha256.Sum256([]byte(strings.Join(says, " ")))
	return p.serial(fmt.Sprintf("%s/own/%s", p.Process, hex.EncodeToString(sum[:8])))
}

// serial numbers things of one meaning: the second meeting of the same stage, the
// third opinion asked for. Things of other meanings do not move its count.
func (p *proceeding) serial(meaning string) string {
	p.state.Serials[meaning]++
	return fmt.Sprintf("%s.%d", meaning, p.state.Serials[meaning])
}

// name makes the id of something new of this process.
func (p *proceeding) name(kind string, of ...string) string {
	return p.serial(strings.Join(append([]string{string(p.Process), kind}, of...), "."))
}

// change begins a change made by an act; the zero act is the process itself. An
// act's change has the key of its Update, which is the person's own.
func (p *proceeding) change(ctx workflow.Context, a deliberation.Act) deliberation.Change {
	c := deliberation.Change{Process: p.Process, At: p.now(ctx), Actor: a.Actor, Office: a.Office, Act: a.Kind}
	if p.acting != "" && a.Actor != "" {
		c.Key = fmt.Sprintf("%s/act/%s", p.Process, p.acting)
	}
	return c
}

// look asks the world something, or has it do what a second time changes nothing.
func (p *proceeding) look(ctx workflow.Context, activity, arg, result any) error {
	p.ledger.looking++
	defer func() { p.ledger.looking-- }()
	return perform(ctx, activity, arg, result)
}

package models

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

const (
	castQueue   = 4096             // ballots that may wait; beyond, the voter is asked to try again
	castBatch   = 128              // ballots that share one transaction
	castTimeout = 15 * time.Second // a batch that takes longer has failed
)

// castWorkers is how many batches are under way at once: on Postgres one is
// prepared while another waits for the disk; SQLite has one writer.
func castWorkers(postgres bool) int {
	if postgres {
		return 2
	}
	return 1
}

// cast is a ballot on its way into the box.
type cast struct {
	ballot  deliberation.Ballot
	receipt deliberation.BallotReceipt
	err     error
	done    chan struct{} // closed when receipt or err is final
}

// batcher is group commit: while one transaction waits for the disk, the ballots
// that arrive gather for the next. Of its own it adds crowdPause, in a crowd only.
type batcher struct {
	queue    chan *cast
	crowded  atomic.Bool // the last batch was shared
	stop     chan struct{}
	finished chan struct{}
}

// newBatcher starts workers that hand batches to commit, which settles each cast.
func newBatcher(workers int, commit func(context.Context, []*cast)) *batcher {
	b := &batcher{queue: make(chan *cast, castQueue), stop: make(chan struct{}), finished: make(chan struct{})}
	var wg sync.WaitGroup
	for range workers {
		wg.Go(func() { b.work(commit) })
	}
	go func() { wg.Wait(); close(b.finished) }()
	return b
}

// close takes no more ballots and waits for those that were taken.
func (b *batcher) close() {
	close(b.stop)
	<-b.finished
}

// submit waits until the ballot is durable or refused. A full queue and a closed
// store are refused (RefuseUnavailable). Where ctx ends first the ballot may be in
// the box all the same; the same key again tells.
func (b *batcher) submit(ctx context.Context, ballot deliberation.Ballot) (deliberation.BallotReceipt, error) {
	c := &cast{ballot: ballot, done: make(chan struct{})}
	select {
	case <-b.stop:
		return deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefuseUnavailable)
	default:
	}
	select {
	case b.queue <- c:
	default:
		return deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefuseUnavailable)
	}
	select {
	case <-c.done:
		return c.receipt, c.err
	case <-ctx.Done():
		return deliberation.BallotReceipt{}, ctx.Err()
	case <-b.finished:
	}
	select { // the workers have ended: it was settled before, or never will be
	case <-c.done:
		return c.receipt, c.err
	default:
		return deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefuseUnavailable)
	}
}

func (b *batcher) work(commit func(context.Context, []*cast)) {
	for {
		select {
		case first := <-b.queue:
			b.run(first, commit)
		case <-b.stop:
			for { // what was taken before the stop is still settled
				select {
				case first := <-b.queue:
					b.run(first, commit)
				default:
					return
				}
			}
		}
	}
}

func (b *batcher) run(first *cast, commit func(context.Context, []*cast)) {
	if b.crowded.Load() {
		time.Sleep(crowdPause)
	}
	batch := []*cast{first}
	for len(batch) < castBatch {
		select {
		case c := <-b.queue:
			batch = append(batch, c)
			continue
		default:
		}
		break
	}
	b.crowded.Store(len(batch) > 1)
	ctx, cancel := context.WithTimeout(context.Background(), castTimeout)
	defer cancel()
	commit(ctx, batch)
	for _, c := range batch {
		close(c.done)
	}
}

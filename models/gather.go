package models

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

const (
	gatherReads   = 1                // reads of one kind under way at once; beyond, they gather
	gatherMost    = 128              // keys that share one read
	gatherTimeout = 10 * time.Second // a read that takes longer has failed

	// crowdPause is how long a group waits for more where the one before it was shared.
	// Without it the first to come back takes the next group alone, and each transaction
	// of one ballot costs as much as one of fifty. Who comes alone waits for nobody.
	crowdPause = 200 * time.Microsecond
)

// gatherer is for reads what group commit is for writes: while one is under way,
// the keys that are asked for gather for the next, and one query answers them all.
// It keeps nothing. A read begins after it was asked for, so that nobody is told
// what was so before: a session that ended is not found.
type gatherer[K comparable, V any] struct {
	read func(ctx context.Context, keys []K) (map[K]V, error)

	mu      sync.Mutex
	waiting []*asked[K, V]
	running int
	crowded atomic.Bool // the last read was shared
}

// asked is a key on its way.
type asked[K comparable, V any] struct {
	key   K
	value V
	found bool
	err   error
	done  chan struct{} // closed when the rest is final
}

func newGatherer[K comparable, V any](read func(context.Context, []K) (map[K]V, error)) *gatherer[K, V] {
	return &gatherer[K, V]{read: read}
}

// get gives what there is under the key. Where ctx ends first the read goes on
// for the others.
func (g *gatherer[K, V]) get(ctx context.Context, key K) (v V, found bool, err error) {
	a := &asked[K, V]{key: key, done: make(chan struct{})}
	g.mu.Lock()
	g.waiting = append(g.waiting, a)
	if g.running < gatherReads {
		g.running++
		go g.run()
	}
	g.mu.Unlock()
	select {
	case <-a.done:
		return a.value, a.found, a.err
	case <-ctx.Done():
		return v, false, ctx.Err()
	}
}

// run reads until nobody waits.
func (g *gatherer[K, V]) run() {
	for {
		if g.crowded.Load() {
			time.Sleep(crowdPause)
		}
		g.mu.Lock()
		n := min(len(g.waiting), gatherMost)
		if n == 0 {
			g.running--
			g.mu.Unlock()
			return
		}
		group := g.waiting[:n:n]
		g.waiting = g.waiting[n:]
		g.mu.Unlock()
		g.crowded.Store(n > 1)
		g.answer(group)
	}
}

func (g *gatherer[K, V]) answer(group []*asked[K, V]) {
	ctx, cancel := context.WithTimeout(context.Background(), gatherTimeout)
	defer cancel()
	keys := make([]K, len(group))
	for i, a := range group {
		keys[i] = a.key
	}
	values, err := g.read(ctx, keys)
	for _, a := range group {
		a.err = err
		if err == nil {
			a.value, a.found = values[a.key]
		}
		close(a.done)
	}
}

// padded repeats the last item until there are as many as a power of two, or half
// as many again: statements that differ only in how many they name are then
// prepared a handful of times on each connection.
func padded[T any](items []T) []T {
	n := 1
	for n < len(items) {
		if half := n + n/2; half >= len(items) {
			n = half
			break
		}
		n *= 2
	}
	out := append(make([]T, 0, n), items...)
	for len(out) > 0 && len(out) < n {
		out = append(out, items[len(items)-1])
	}
	return out
}

package models

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
)

// gate is a read that stops until it is let go, once it has looked.
type gate struct {
	mu      sync.Mutex
	values  map[int]string
	reads   [][]int
	began   chan int // how many keys each read names
	release chan struct{}
}

func newGate(values map[int]string) *gate {
	return &gate{values: values, began: make(chan int, 100), release: make(chan struct{}, 100)}
}

func (g *gate) read(_ context.Context, keys []int) (map[int]string, error) {
	g.mu.Lock()
	g.reads = append(g.reads, keys)
	found := map[int]string{}
	for _, k := range keys {
		if v, ok := g.values[k]; ok {
			found[k] = v
		}
	}
	g.mu.Unlock()
	g.began <- len(keys)
	<-g.release
	if keys[0] < 0 {
		return nil, errors.New("the database is away")
	}
	return found, nil
}

type told struct {
	value string
	found bool
	err   error
}

// ask asks in the background.
func ask(ctx context.Context, g *gatherer[int, string], key int) chan told {
	c := make(chan told, 1)
	go func() {
		v, found, err := g.get(ctx, key)
		c <- told{v, found, err}
	}()
	return c
}

// waiting returns once so many keys wait for the next read.
func waiting(g *gatherer[int, string], n int) {
	for {
		g.mu.Lock()
		there := len(g.waiting)
		g.mu.Unlock()
		if there == n {
			return
		}
	}
}

func TestReadsGatherWhileOthersAreUnderWay(t *testing.T) {
	values := map[int]string{}
	for i := range 2 * gatherMost {
		values[i] = fmt.Sprint("v", i)
	}
	gate := newGate(values)
	g := newGatherer(gate.read)
	var asked []chan told
	for i := range gatherReads { // each has a read of its own
		asked = append(asked, ask(t.Context(), g, i))
		if n := <-gate.began; n != 1 {
			t.Fatalf("the first reads name %d keys", n)
		}
	}
	for i := gatherReads; i < gatherReads+gatherMost+3; i++ {
		asked = append(asked, ask(t.Context(), g, i))
		waiting(g, i-gatherReads+1)
	}
	gate.release <- struct{}{}
	if n := <-gate.began; n != gatherMost {
		t.Errorf("the next read names %d keys, want %d", n, gatherMost)
	}
	gate.release <- struct{}{}
	if n := <-gate.began; n != 3 {
		t.Errorf("the last read names %d keys, want what is left", n)
	}
	close(gate.release)
	for i, c := range asked {
		if got, want := <-c, (told{values[i], true, nil}); got != want {
			t.Errorf("key %d: got %v, want %v", i, got, want)
		}
	}
}

func TestNobodyIsToldWhatWasSoBeforeTheyAsked(t *testing.T) {
	gate := newGate(map[int]string{1: "old"})
	g := newGatherer(gate.read)
	var before []chan told
	for range gatherReads { // all reads have looked and are on their way back
		before = append(before, ask(t.Context(), g, 1))
		<-gate.began
	}
	gate.mu.Lock()
	gate.values = map[int]string{1: "new"}
	gate.mu.Unlock()
	after := ask(t.Context(), g, 1)
	waiting(g, 1)
	close(gate.release)
	for _, c := range before {
		if got := <-c; got.value != "old" {
			t.Errorf("before: %v", got)
		}
	}
	if got := <-after; got.value != "new" {
		t.Errorf("who asked after the change was told %v", got)
	}
}

func TestGatheredReadsThatFindNothingOrFail(t *testing.T) {
	gate := newGate(map[int]string{1: "one"})
	g := newGatherer(gate.read)
	close(gate.release)
	if v, found, err := g.get(t.Context(), 2); v != "" || found || err != nil {
		t.Errorf("nothing there: %q %v %v", v, found, err)
	}
	if _, found, err := g.get(t.Context(), -1); found || err == nil {
		t.Errorf("a read that failed: found %v, %v", found, err)
	}
	if v, found, err := g.get(t.Context(), 1); v != "one" || !found || err != nil {
		t.Errorf("after one that failed: %q %v %v", v, found, err)
	}
}

func TestWhoLeavesDoesNotHoldUpTheOthers(t *testing.T) {
	gate := newGate(map[int]string{1: "one"})
	g := newGatherer(gate.read)
	for range gatherReads {
		ask(t.Context(), g, 1)
		<-gate.began
	}
	ctx, leave := context.WithCancel(t.Context())
	left := ask(ctx, g, 1)
	waiting(g, 1)
	stays := ask(t.Context(), g, 1)
	waiting(g, 2)
	leave()
	if got := <-left; !errors.Is(got.err, context.Canceled) {
		t.Errorf("who left: %v", got)
	}
	close(gate.release)
	if got := <-stays; got.value != "one" || got.err != nil {
		t.Errorf("who stayed: %v", got)
	}
}

func TestPadded(t *testing.T) {
	for n, want := range map[int]int{0: 0, 1: 1, 2: 2, 3: 3, 4: 4, 5: 6, 7: 8, 9: 12, 13: 16, 64: 64, 65: 96, 97: 128, 128: 128} {
		items := make([]int, n)
		for i := range items {
			items[i] = i
		}
		got := padded(items)
		if len(got) != want {
			t.Errorf("%d: %d", n, len(got))
		}
		for i, v := range got {
			if v != min(i, n-1) {
				t.Errorf("%d: item %d is %d", n, i, v)
			}
		}
	}
}

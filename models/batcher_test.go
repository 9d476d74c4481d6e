package models

import (
	"context"
	"errors"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

func TestBatcherFull(t *testing.T) {
	started, release := make(chan int, castQueue), make(chan struct{})
	b := newBatcher(1, func(_ context.Context, batch []*cast) {
		started <- len(batch)
		<-release
	})
	results := make(chan error, castQueue+1)
	submit := func() {
		_, err := b.submit(context.Background(), deliberation.Ballot{})
		results <- err
	}
	go submit()
	<-started // the worker is busy with the first
	for range castQueue {
		b.queue <- &cast{done: make(chan struct{})}
	}
	if _, err := b.submit(context.Background(), deliberation.Ballot{}); !errors.Is(err, deliberation.Refuse(deliberation.RefuseUnavailable)) {
		t.Fatalf("a full queue took a ballot: %v", err)
	}
	close(release)
	if err := <-results; err != nil {
		t.Fatal(err)
	}
	b.close()
	total := 0
	close(started)
	for n := range started {
		if n > castBatch {
			t.Fatalf("a batch of %d", n)
		}
		total += n
	}
	if total != castQueue { // what waited when it closed was settled too
		t.Fatalf("%d of %d waiting ballots were settled", total, castQueue)
	}
}

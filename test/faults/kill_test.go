//go:build linux

package faults

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

// A fault strikes while many vote and somebody closes the poll.
func strike(t *testing.T, s *site, fault func()) {
	t.Helper()
	store := s.store()
	gather(t, store, time.Now())
	s.serve()
	sessions := signIn(t, store, "http://"+s.addr)
	for round := range rounds() {
		for _, secret := range []bool{false, true} {
			poll := openPoll(t, store, fmt.Sprintf("r%d%t", round, secret), secret, time.Now())
			c := newCrowd(t, "http://"+s.addr, poll, secret, sessions)
			var closing sync.WaitGroup
			closing.Go(func() { // some are late, and told so
				eventually(t, "three in four have voted", func() bool { return c.acknowledged() >= voters*3/4 })
				c.close(store)
			})
			c.vote(rand.IntN(voters/2), fault)
			closing.Wait()
			fresh := s.store()
			c.check(fresh)
			if err := fresh.Close(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
}

// moment is how long something is away.
func moment() { time.Sleep(time.Duration(rand.IntN(200)) * time.Millisecond) }

func TestServerIsKilledWhileManyVote(t *testing.T) {
	t.Parallel()
	s := newSite(t, "")
	strike(t, s, func() {
		s.kill()
		moment()
		s.serve()
	})
}

func TestPostgresIsKilledWhileManyVote(t *testing.T) {
	t.Parallel()
	c := newCluster(t)
	s := newSite(t, c.dsn("yishi"))
	strike(t, s, func() {
		c.kill()
		moment()
		c.start()
	})
	eventually(t, "the engine is back", s.ready)
}

//go:build linux

package faults

import (
	"database/sql"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	_ "modernc.org/sqlite" // to look into a copy beside the store

	"github.com/yishi-project/yishi/deliberation"
)

// cut is the disk as a power cut left it, with what had been acknowledged by then.
type cut struct {
	dir      string
	in       map[deliberation.PersonID]deliberation.Choice
	receipts map[deliberation.PersonID]string
}

// The power goes while many vote: the files are copied between two instructions of the
// program, and what is found in the copies must hold all that was acknowledged before.
// What had not reached the disk is left out by cutting the log short at a byte of chance;
// then only ballots whose acknowledgement came while the log was no longer must be there.
func TestPowerIsCutWhileManyVote(t *testing.T) {
	t.Parallel()
	s := newSite(t, "")
	store := s.store()
	gather(t, store, time.Now())
	s.serve()
	sessions := signIn(t, store, "http://"+s.addr)
	for round := range rounds() {
		for _, secret := range []bool{false, true} {
			poll := openPoll(t, store, fmt.Sprintf("r%d%t", round, secret), secret, time.Now())
			c := newCrowd(t, "http://"+s.addr, poll, secret, sessions)
			c.wal = filepath.Join(s.dir, "yishi.db-wal")
			var cuts []cut
			c.vote(rand.IntN(voters/4), func() {
				for range 6 {
					cuts = append(cuts, c.cutPower(s))
					time.Sleep(time.Duration(rand.IntN(10)) * time.Millisecond)
				}
			})
			for i, k := range cuts {
				t.Logf("cut %d: %d acknowledged", i, len(k.in))
				k.check(t, poll, secret)
			}
			c.check(store)
		}
	}
	require.NoError(t, store.Close())
}

// cutPower copies what lies on the disk. Which of the files beside the database are
// there and how long they are is left to chance.
func (c *crowd) cutPower(s *site) cut {
	c.t.Helper()
	k := cut{dir: c.t.TempDir()}
	c.mu.Lock()
	k.in, k.receipts = maps.Clone(c.in), maps.Clone(c.receipts)
	logged := maps.Clone(c.logged)
	c.mu.Unlock()
	s.frozen(func() {
		for _, name := range []string{"keys.json", "yishi.db", "yishi.db-wal", "yishi.db-shm"} {
			if name == "yishi.db-shm" && rand.IntN(2) == 0 {
				continue
			}
			b, err := os.ReadFile(filepath.Join(s.dir, name))
			require.NoError(c.t, err)
			if name == "yishi.db-wal" && rand.IntN(2) == 0 {
				b = b[:len(b)-rand.IntN(len(b)/3+1)]
				beyond := func(who deliberation.PersonID) bool { return logged[who] > int64(len(b)) }
				maps.DeleteFunc(k.in, func(who deliberation.PersonID, _ deliberation.Choice) bool { return beyond(who) })
				maps.DeleteFunc(k.receipts, func(who deliberation.PersonID, _ string) bool { return beyond(who) })
			}
			require.NoError(c.t, os.WriteFile(filepath.Join(k.dir, name), b, 0o600))
		}
		require.NoError(c.t, os.CopyFS(filepath.Join(k.dir, "poll-keys"), os.DirFS(filepath.Join(s.dir, "poll-keys"))))
	})
	return k
}

// check opens the copy as after the power came back, and closes the poll in it.
func (k cut) check(t *testing.T, poll deliberation.PollID, secret bool) {
	t.Helper()
	store := openStore(t, k.dir, "")
	db, err := sql.Open("sqlite", "file:"+filepath.Join(k.dir, "yishi.db"))
	require.NoError(t, err)
	var sound string
	require.NoError(t, db.QueryRow("PRAGMA integrity_check").Scan(&sound))
	require.Equal(t, "ok", sound)
	require.NoError(t, db.Close())
	if _, _, err := store.Poll(t.Context(), poll); err != nil && len(k.in) == 0 {
		require.NoError(t, store.Close()) // the log was cut before the poll itself
		return
	}
	n, err := store.ClosePoll(t.Context(), poll, time.Now())
	require.NoError(t, err)
	if secret {
		box, err := store.OpenedBox(t.Context(), poll)
		require.NoError(t, err)
		require.Len(t, box.Lines, n.Tally.Cast())
		for who, receipt := range k.receipts {
			require.Contains(t, box.Receipts, receipt, "%s was told that the ballot is in", who)
		}
	} else {
		lines, err := store.BallotLines(t.Context(), poll)
		require.NoError(t, err)
		found := map[deliberation.PersonID]deliberation.Choice{}
		for _, l := range lines {
			if l.Voted {
				found[l.Person.ID] = l.Choice
			}
		}
		require.Len(t, found, n.Tally.Cast())
		for who, choice := range k.in {
			require.Equal(t, choice, found[who], "%s was told that the ballot is in", who)
		}
	}
	require.NoError(t, store.Close())
}

//go:build linux

package faults

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/server"
)

// skewed is a server whose clock is wrong by so much.
type skewed struct {
	base string
	skew atomic.Int64
}

func newSkewed(t *testing.T, store *models.Store) *skewed {
	t.Helper()
	law, err := packs.Load()
	require.NoError(t, err)
	s := &skewed{}
	srv, err := server.New(server.Deps{
		SignIn: store, People: store, Processes: store, Papers: store, Meetings: store, Ballots: store, Opinions: store, Replies: store,
		Law: law, Sessions: store, Credentials: store, Places: store, Roster: store, Audit: store,
		Clock: func() deliberation.Clock { return deliberation.Clock{} }, Now: func() time.Time { return time.Now().Add(time.Duration(s.skew.Load())) },
		Log: slog.New(slog.DiscardHandler), BaseURL: "http://127.0.0.1",
	})
	require.NoError(t, err)
	web := httptest.NewServer(srv.Handler())
	t.Cleanup(web.Close)
	s.base = web.URL
	return s
}

// cast gives the receipt, or the code of the refusal.
func (s *skewed) cast(t *testing.T, poll deliberation.PollID, session, key string) (receipt, refusal string) {
	t.Helper()
	status, answer, err := post(s.base+"/api/v1/polls/"+string(poll)+"/ballots", session, key, `{"choice":"yes"}`)
	require.NoError(t, err)
	var told struct {
		Code string `json:"code"`
	}
	require.NoError(t, json.Unmarshal(answer, &told))
	if status == 201 {
		return told.Code, ""
	}
	require.Equal(t, 409, status, string(answer))
	return "", told.Code
}

// Clocks jump back before the poll was opened and on past its end, and two servers
// on one database are an hour and a half apart: a ballot is refused with the right word
// or in the count, a receipt stays what it was, and the poll is closed once.
func TestClocksJumpWhileAPollIsOpen(t *testing.T) {
	t.Parallel()
	for name, dsn := range map[string]func(t *testing.T) string{
		"sqlite":   func(*testing.T) string { return "" },
		"postgres": func(t *testing.T) string { return newCluster(t).dsn("yishi") },
	} {
		for _, secret := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s secret %t", name, secret), func(t *testing.T) {
				s := newSite(t, dsn(t))
				one, two := s.store(), s.store()
				t.Cleanup(func() { _, _ = one.Close(), two.Close() })
				gather(t, one, time.Now())
				poll := openPoll(t, one, "clock", secret, time.Now())
				jumpAbout(t, poll, one, two)
			})
		}
	}
}

func jumpAbout(t *testing.T, poll deliberation.PollID, one, two *models.Store) {
	t.Helper()
	here, there := newSkewed(t, one), newSkewed(t, two)
	sessions := signIn(t, one, here.base)
	const key = "key-of-the-voter"
	cast := func(s *skewed, who int, want string) string {
		t.Helper()
		receipt, refusal := s.cast(t, poll, sessions[voter(who)], key)
		require.Equal(t, want, refusal, "voter %d", who)
		return receipt
	}
	set := func(s *skewed, d time.Duration) { s.skew.Store(int64(d)) }
	closed, notOpen := string(deliberation.RefusePollClosed), string(deliberation.RefusePollNotOpen)

	first := cast(here, 0, "")
	set(here, -30*time.Minute) // before it was opened
	require.Equal(t, first, cast(here, 0, ""))
	cast(here, 1, notOpen)
	set(here, 90*time.Minute) // past its end
	require.Equal(t, first, cast(here, 0, ""))
	cast(here, 1, closed)
	set(here, 0)
	cast(here, 1, "")

	set(there, 90*time.Minute)
	require.Equal(t, first, cast(there, 0, ""), "another server knows the receipt")
	cast(there, 2, closed)
	cast(here, 2, "")
	n, err := two.ClosePoll(t.Context(), poll, time.Now().Add(90*time.Minute))
	require.NoError(t, err)
	require.Equal(t, 3, n.Tally.Yes)
	for _, d := range []time.Duration{0, -30 * time.Minute, 10 * time.Minute} {
		set(here, d) // whose hour is not over yet
		_, refusal := here.cast(t, poll, sessions[voter(3)], key)
		require.Contains(t, []string{closed, notOpen}, refusal)
		require.Equal(t, first, cast(here, 0, ""))
	}
	again, err := one.ClosePoll(t.Context(), poll, time.Now().Add(-30*time.Minute))
	require.NoError(t, err)
	require.Equal(t, n, again, "closed once")
	p, _, err := one.Poll(t.Context(), poll)
	require.NoError(t, err)
	require.True(t, p.Closed.After(time.Now().Add(time.Hour)), "the moment of the first close stands")
}

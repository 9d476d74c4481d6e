//go:build linux

package faults

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"net/http"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

const (
	community = deliberation.CommunityID("faults")
	process   = deliberation.ProcessID("faults-p")
	meeting   = deliberation.MeetingID("faults-p.m")
	voters    = 80
	clients   = 24
)

func voter(i int) deliberation.PersonID { return deliberation.PersonID(fmt.Sprintf("voter%03d", i)) }

// gather writes a community of voters, who are all signed in to its meeting at the moment.
func gather(t *testing.T, s *models.Store, now time.Time) {
	t.Helper()
	ctx, today := t.Context(), deliberation.DateOf(now)
	roster := deliberation.Roster{Community: deliberation.Community{ID: community, Name: "故障演练社区（虚构）", Kind: deliberation.Urban, Place: "sichuan", Demo: true}}
	for i := range voters {
		roster.Persons = append(roster.Persons, deliberation.Person{ID: voter(i), Community: community, Name: fmt.Sprintf("测试%03d", i)})
		roster.Offices = append(roster.Offices, deliberation.OfficeHeld{Person: voter(i), Community: community, Office: deliberation.Representative, From: today.AddDays(-30), Source: "loaded"})
	}
	require.NoError(t, s.LoadRoster(ctx, roster, "operator"))
	require.NoError(t, s.CreateProcess(ctx, deliberation.Process{
		ID: process, Community: community, Kind: deliberation.FourDeliberationsKind, Started: today, StartedBy: voter(0), Office: deliberation.Representative,
		Matter: deliberation.Matter{Title: "故障演练", Summary: "故障演练", Category: deliberation.CategoryWelfare, Form: deliberation.Conference},
	}))
	_, err := s.Apply(ctx, deliberation.Change{
		Key: string(process) + "/m", Process: process, At: now, Act: deliberation.Convene, Actor: voter(0),
		Status: &deliberation.Status{Stage: deliberation.Resolution, State: deliberation.Running},
		Meetings: []deliberation.Meeting{{
			ID: meeting, Stage: deliberation.Resolution, Body: deliberation.Conference, Convened: now, Starts: now, State: deliberation.MeetingCheckIn,
		}},
	})
	require.NoError(t, err)
	_, err = s.FreezeRoll(ctx, deliberation.RollSpec{Process: process, Community: community, Meeting: meeting, Body: deliberation.Conference, On: today})
	require.NoError(t, err)
	for i := range voters {
		require.NoError(t, s.CheckIn(ctx, meeting, voter(i), voter(i), 0, now))
	}
}

// openPoll opens a poll of the meeting for an hour from the moment.
func openPoll(t *testing.T, s *models.Store, name string, secret bool, now time.Time) deliberation.PollID {
	t.Helper()
	id := deliberation.PollID(string(process) + "." + name)
	roll, err := s.OpenPoll(t.Context(), process, deliberation.Poll{
		ID: id, Meeting: meeting, Stage: deliberation.Resolution, Opened: now, Closes: now.Add(time.Hour), State: deliberation.PollOpen, Secret: secret,
	})
	require.NoError(t, err)
	require.Equal(t, voters, roll.Count)
	return id
}

// signIn gives each voter a session, by a link used up over HTTP.
func signIn(t *testing.T, s *models.Store, base string) map[deliberation.PersonID]string {
	t.Helper()
	sessions := map[deliberation.PersonID]string{}
	for i := range voters {
		token, err := s.CreateLink(t.Context(), voter(i), time.Now().Add(time.Hour))
		require.NoError(t, err)
		sessions[voter(i)] = session(t, base, token)
	}
	return sessions
}

// session uses a link up over HTTP.
func session(t *testing.T, base, link string) string {
	t.Helper()
	status, body, err := post(base+"/api/v1/sessions", "", "", `{"token":"`+link+`"}`)
	require.NoError(t, err)
	require.Equal(t, http.StatusCreated, status, string(body))
	var v struct {
		Session string `json:"session"`
	}
	require.NoError(t, json.Unmarshal(body, &v))
	return v.Session
}

var web = &http.Client{Timeout: 35 * time.Second, Transport: &http.Transport{MaxIdleConnsPerHost: clients}}

func post(url, session, key, body string) (status int, answer []byte, err error) {
	req, err := http.NewRequest(http.MethodPost, url, bytes.NewReader([]byte(body)))
	if err != nil {
		return 0, nil, err
	}
	req.Header.Set("Content-Type", "application/json")
	if session != "" {
		req.Header.Set("Authorization", "Bearer "+session)
	}
	if key != "" {
		req.Header.Set("Idempotency-Key", key)
	}
	res, err := web.Do(req)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = res.Body.Close() }()
	answer, err = io.ReadAll(res.Body)
	if res.StatusCode == http.StatusServiceUnavailable && res.Header.Get("Retry-After") == "" {
		err = fmt.Errorf("503 that does not say when to try again: %s", answer)
	}
	return res.StatusCode, answer, err
}

// crowd votes in one poll over HTTP, each voter twice and differently, while
// somebody closes it, and keeps what it asked and was told.
type crowd struct {
	t        *testing.T
	base     string
	poll     deliberation.PollID
	secret   bool
	sessions map[deliberation.PersonID]string
	began    time.Time

	mu       sync.Mutex
	history  []porcupine.Operation
	receipts map[deliberation.PersonID]string
	in       map[deliberation.PersonID]deliberation.Choice
	logged   map[deliberation.PersonID]int64 // how long SQLite's log was at most when the ballot was acknowledged
	wal      string                          // that log; empty where there is none
	strange  map[string]int                  // answers that nobody should get
	broken   int                             // tries without an answer, or with 503
}

func newCrowd(t *testing.T, base string, poll deliberation.PollID, secret bool, sessions map[deliberation.PersonID]string) *crowd {
	return &crowd{
		t: t, base: base, poll: poll, secret: secret, sessions: sessions, began: time.Now(),
		receipts: map[deliberation.PersonID]string{}, in: map[deliberation.PersonID]deliberation.Choice{}, logged: map[deliberation.PersonID]int64{}, strange: map[string]int{},
	}
}

// vote has everybody vote, and calls fault, in a goroutine of its own, once so many
// ballots are acknowledged. It returns when all have their answer.
func (c *crowd) vote(after int, fault func()) {
	c.t.Helper()
	var all []asked
	for i := range voters {
		for _, key := range []string{"the-first", "the-second"} {
			all = append(all, asked{voter(i), deliberation.Choices[rand.IntN(len(deliberation.Choices))], key})
		}
	}
	rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	queue := make(chan asked)
	var wg sync.WaitGroup
	for client := range clients {
		wg.Go(func() {
			for a := range queue {
				c.cast(client, a)
			}
		})
	}
	struck := false
	for _, a := range all {
		if !struck && c.acknowledged() >= after {
			struck = true
			wg.Go(fault)
		}
		queue <- a
	}
	close(queue)
	if !struck {
		wg.Go(fault)
	}
	wg.Wait()
}

func (c *crowd) acknowledged() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.in)
}

// cast sends one ballot until there is an answer, under one key, as any good client does.
func (c *crowd) cast(client int, a asked) {
	call := time.Since(c.began)
	url, body := c.base+"/api/v1/polls/"+string(c.poll)+"/ballots", `{"choice":"`+string(a.choice)+`"}`
	for giveUp := time.Now().Add(patience); time.Now().Before(giveUp); time.Sleep(20 * time.Millisecond) {
		status, answer, err := post(url, c.sessions[a.person], a.key, body)
		var told struct {
			Code string `json:"code"`
		}
		switch {
		case err != nil || status == http.StatusServiceUnavailable:
			c.again("")
			continue
		case status >= http.StatusInternalServerError || status == http.StatusUnauthorized:
			c.again(fmt.Sprintf("%d %.200s", status, answer))
			continue
		case json.Unmarshal(answer, &told) != nil || status != http.StatusCreated && !slices.Contains(expected, told.Code):
			c.again(fmt.Sprintf("%d %.200s", status, answer))
			return
		}
		c.done(client, a, status == http.StatusCreated, told.Code, call)
		return
	}
	c.again("no answer at all")
}

// expected are the refusals that the crowd may get: one vote each, until the close.
var expected = []string{string(deliberation.RefuseTwice), string(deliberation.RefusePollClosed)}

func (c *crowd) again(strange string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.broken++
	if strange != "" {
		c.strange[strange]++
	}
}

func (c *crowd) done(client int, a asked, taken bool, code string, call time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	answer := code // of a refusal
	if taken {
		answer = in
		if info, err := os.Stat(c.wal); err == nil {
			c.logged[a.person] = info.Size()
		}
		c.receipts[a.person], c.in[a.person] = code, a.choice
	}
	c.history = append(c.history, porcupine.Operation{ClientId: client, Input: a, Call: int64(call), Output: answer, Return: int64(time.Since(c.began))})
}

// close closes the poll by a store of its own, as the engine does: again and again until it is done.
func (c *crowd) close(s *models.Store) deliberation.Count {
	c.t.Helper()
	call := time.Since(c.began)
	var n deliberation.Count
	eventually(c.t, "the poll is closed", func() (done bool) {
		var err error
		n, err = s.ClosePoll(c.t.Context(), c.poll, time.Now())
		return err == nil
	})
	c.mu.Lock()
	defer c.mu.Unlock()
	c.history = append(c.history, porcupine.Operation{ClientId: clients, Input: asked{}, Call: int64(call), Output: "", Return: int64(time.Since(c.began))})
	return n
}

// check holds what was told against the box as a store that is opened anew finds it.
func (c *crowd) check(s *models.Store) {
	c.t.Helper()
	n, again := c.close(s), c.close(s)
	require.Equal(c.t, n, again, "the poll is closed once")
	want := map[deliberation.Choice]int{}
	for _, choice := range c.in {
		want[choice]++
	}
	got := map[deliberation.Choice]int{deliberation.Yes: n.Tally.Yes, deliberation.No: n.Tally.No, deliberation.Abstain: n.Tally.Abstain}
	maps.DeleteFunc(got, func(_ deliberation.Choice, n int) bool { return n == 0 })
	require.Equal(c.t, want, got, "what was acknowledged is what is counted")
	require.Empty(c.t, c.strange)
	require.NotEmpty(c.t, c.in)
	if c.secret {
		box, err := s.OpenedBox(c.t.Context(), c.poll)
		require.NoError(c.t, err)
		require.Equal(c.t, slices.Sorted(maps.Values(c.receipts)), box.Receipts, "every receipt is in the box, and no other")
	}
	require.Equal(c.t, porcupine.Ok, porcupine.CheckOperationsTimeout(lineModel(c.secret), c.history, 20*time.Second),
		"no order of %d operations explains the answers", len(c.history))
	c.t.Logf("%d operations, %d acknowledged, %d tries came to nothing", len(c.history), len(c.in), c.broken)
}

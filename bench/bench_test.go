package bench_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/yishi-project/yishi/bench"
	"github.com/yishi-project/yishi/deliberation"
)

// town is a server and a store in one that keeps ballots in memory, and can be told
// to do wrong.
type town struct {
	mu      sync.Mutex
	voters  map[deliberation.CommunityID]int
	ballots map[string]map[string]deliberation.Choice // poll, session
	rolls   map[deliberation.ProcessID]int
	busy    int  // how many ballots are told to come back
	loses   bool // acknowledges one ballot of each poll and keeps it not
	turns   bool // keeps one ballot of each poll with another choice
	receipt func(n int) string
	given   int
}

func (n *town) LoadRoster(_ context.Context, r deliberation.Roster, _ deliberation.PersonID) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.voters[r.Community.ID] = len(r.Persons)
	return nil
}
func (n *town) CreateLink(_ context.Context, p deliberation.PersonID, _ time.Time) (string, error) {
	return string(p), nil
}
func (n *town) CreateProcess(_ context.Context, p deliberation.Process) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.rolls[p.ID] = n.voters[p.Community]
	return nil
}
func (n *town) Apply(context.Context, deliberation.Change) ([]int64, error) { return nil, nil }
func (n *town) FreezeRoll(context.Context, deliberation.RollSpec) (deliberation.Roll, error) {
	return deliberation.Roll{}, nil
}
func (n *town) CheckIn(context.Context, deliberation.MeetingID, deliberation.PersonID, deliberation.PersonID, int, time.Time) error {
	return nil
}
func (n *town) OpenPoll(_ context.Context, p deliberation.ProcessID, _ deliberation.Poll, _ ...deliberation.MajorityRule) (deliberation.Roll, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return deliberation.Roll{Count: n.rolls[p]}, nil
}

func (n *town) ClosePoll(_ context.Context, id deliberation.PollID, _ time.Time) (deliberation.Count, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var t deliberation.Tally
	wrong := n.loses || n.turns
	for _, c := range n.ballots[string(id)] {
		if wrong && c == deliberation.Yes {
			wrong = false
			if n.turns {
				t.No++
			}
			continue
		}
		switch c {
		case deliberation.Yes:
			t.Yes++
		case deliberation.No:
			t.No++
		default:
			t.Abstain++
		}
	}
	return deliberation.Count{Tally: t}, nil
}

func (n *town) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	var in struct{ Token, Choice string }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if r.URL.Path == "/api/v1/sessions" {
		w.WriteHeader(http.StatusCreated)
		_, _ = fmt.Fprintf(w, `{"session":%q}`, in.Token)
		return
	}
	if n.busy > 0 {
		n.busy--
		w.Header().Set("Retry-After", "0")
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	poll := strings.Split(r.URL.Path, "/")[4]
	if n.ballots[poll] == nil {
		n.ballots[poll] = map[string]deliberation.Choice{}
	}
	who := r.Header.Get("Authorization")
	if _, voted := n.ballots[poll][who]; voted || r.Header.Get("Idempotency-Key") == "" {
		w.WriteHeader(http.StatusConflict)
		_, _ = fmt.Fprint(w, `{"code":"twice"}`)
		return
	}
	n.ballots[poll][who] = deliberation.Choice(in.Choice)
	n.given++
	w.WriteHeader(http.StatusCreated)
	_, _ = fmt.Fprintf(w, `{"poll":%q,"code":%q,"at":"2026-01-01T00:00:00Z"}`, poll, n.receipt(n.given))
}

func measure(t *testing.T, n *town, change func(*bench.Plan)) bench.Report {
	t.Helper()
	n.voters, n.ballots, n.rolls = map[deliberation.CommunityID]int{}, map[string]map[string]deliberation.Choice{}, map[deliberation.ProcessID]int{}
	if n.receipt == nil {
		n.receipt = func(i int) string { return fmt.Sprint("R", i) }
	}
	plan := bench.Plan{
		Profiles: []string{bench.Burst, bench.Many}, Kinds: []string{bench.Recorded}, Clients: 4, Voters: 20, Rounds: 3,
		Communities: 5, Each: 6, Limit: time.Minute, Hurry: 1, Dir: t.TempDir(), Progress: t.Output(),
	}
	if change != nil {
		change(&plan)
	}
	r, err := bench.Run(t.Context(), plan, []bench.Database{{
		Name: bench.SQLite,
		Open: func(context.Context) (bench.Site, error) {
			s := httptest.NewServer(n)
			return bench.Site{Address: s.Listener.Addr().String(), Store: n, Close: func() error { s.Close(); return nil }}, nil
		},
		Slow: func(context.Context, time.Duration) error { return nil },
	}})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryBallotIsCastOnceAndCounted(t *testing.T) {
	r := measure(t, &town{busy: 7}, nil)
	if err := r.Check(); err != nil {
		t.Fatal(err)
	}
	burst, many := r.Polls[0], r.Polls[1]
	if burst.Acknowledged != 60 || burst.Tallied != 60 || burst.Polls != 3 || burst.Voters != 20 || burst.NotNow != 7 {
		t.Errorf("burst: %+v", burst)
	}
	if many.Acknowledged != 30 || many.Tallied != 30 || many.Polls != 5 || many.Voters != 30 {
		t.Errorf("many: %+v", many)
	}
	if r.Disk.PerSecond <= 0 {
		t.Error("the disk was not probed")
	}
	var text, data bytes.Buffer
	if err := r.Table(&text); err != nil || !strings.Contains(text.String(), "NOT DURABLE") {
		t.Errorf("a database that says nothing of durability passes for durable: %v\n%s", err, &text)
	}
	var back bench.Report
	if err := r.JSON(&data); err != nil || json.Unmarshal(data.Bytes(), &back) != nil || back.Polls[0].Acknowledged != 60 {
		t.Errorf("JSON: %v\n%s", err, &data)
	}
}

func TestWhatDoesNotAddUpIsAnError(t *testing.T) {
	for name, c := range map[string]struct {
		town       *town
		difference int
	}{
		"a ballot of each poll is lost":                 {&town{loses: true}, 3},
		"a ballot of each poll has changed its meaning": {&town{turns: true}, 6},
		"one receipt for all":                           {&town{receipt: func(int) string { return "R" }}, 0},
		"no receipt":                                    {&town{receipt: func(int) string { return "" }}, 60},
	} {
		t.Run(name, func(t *testing.T) {
			r := measure(t, c.town, func(p *bench.Plan) { p.Profiles = []string{bench.Burst} })
			if r.Polls[0].Difference != c.difference {
				t.Errorf("difference %d, want %d", r.Polls[0].Difference, c.difference)
			}
			if r.Check() == nil {
				t.Error("it passes")
			}
		})
	}
}

func TestPacedBallotsTakeTheirTime(t *testing.T) {
	r := measure(t, &town{}, func(p *bench.Plan) { p.Profiles, p.Hurry = []string{bench.Representatives}, 60 })
	if row := r.Polls[0]; row.Acknowledged != 60 || row.OverSeconds != 0.5 || row.Seconds < 0.45 {
		t.Errorf("%+v", row)
	}
}

func TestTheLimitEndsARun(t *testing.T) {
	r := measure(t, &town{}, func(p *bench.Plan) { p.Profiles, p.Limit = []string{bench.Burst}, time.Nanosecond })
	if row := r.Polls[0]; row.Acknowledged != 0 || row.Difference != 0 {
		t.Errorf("%+v", row)
	}
	if r.Check() == nil {
		t.Error("a run that measured nothing passes")
	}
}

package bench

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"net/http"
	"runtime/pprof"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// job is one ballot to be cast.
type job struct {
	voter  *voter
	poll   deliberation.PollID
	choice deliberation.Choice
}

// choiceOf gives three in five for, three in ten against, the rest abstaining.
func choiceOf(i int) deliberation.Choice {
	switch n := i % 10; {
	case n < 6:
		return deliberation.Yes
	case n < 9:
		return deliberation.No
	}
	return deliberation.Abstain
}

// jobs has every voter of the hall vote in its polls, one poll after the other.
func jobs(h *hall) []job {
	var list []job
	for i, poll := range h.polls {
		for j, v := range h.voters {
			list = append(list, job{v, poll, choiceOf(i + j)})
		}
	}
	return list
}

// interleaved has the voters of all halls vote in an order of chance, the same in each run.
func interleaved(halls []*hall) []job {
	var list []job
	for _, h := range halls {
		list = append(list, jobs(h)...)
	}
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] }) //nolint:gosec // an order, not a secret
	return list
}

// pollsOf gives each poll of the jobs once, in their order.
func pollsOf(list []job) []deliberation.PollID {
	var polls []deliberation.PollID
	seen := map[deliberation.PollID]bool{}
	for _, j := range list {
		if !seen[j.poll] {
			seen[j.poll] = true
			polls = append(polls, j.poll)
		}
	}
	return polls
}

// pace is how ballots come: by so many clients as fast as they can until the limit,
// or spread evenly over a time whatever the server does.
type pace struct {
	clients int
	limit   time.Duration
	over    time.Duration
}

// mark is what may be acknowledged for one poll, choice by choice.
type mark struct {
	poll   deliberation.PollID
	choice deliberation.Choice
}

// outcome is what the clients saw.
type outcome struct {
	acknowledged map[mark]int
	unknown      map[mark]int // no answer came, with any number of tries: in the box or not
	receipts     map[string]bool
	repeated     int            // receipts that were given twice
	notNow       int            // answers 429 and 503, each tried again when it said
	refused      map[string]int // final refusals by status and code
	waits        []time.Duration
	took         time.Duration
}

func newOutcome() *outcome {
	return &outcome{acknowledged: map[mark]int{}, unknown: map[mark]int{}, receipts: map[string]bool{}, refused: map[string]int{}}
}

func (o *outcome) join(other *outcome) {
	for m, n := range other.acknowledged {
		o.acknowledged[m] += n
	}
	for m, n := range other.unknown {
		o.unknown[m] += n
	}
	for code, n := range other.refused {
		o.refused[code] += n
	}
	for code := range other.receipts {
		if o.receipts[code] {
			o.repeated++
		}
		o.receipts[code] = true
	}
	o.repeated += other.repeated
	o.notNow += other.notNow
	o.waits = append(o.waits, other.waits...)
}

// castAll casts the jobs over HTTP. A ballot once begun is seen to its end.
func castAll(ctx context.Context, address string, jobs []job, p pace) *outcome {
	var (
		next atomic.Int64
		wg   sync.WaitGroup
		mu   sync.Mutex
		all  = newOutcome()
	)
	began := time.Now()
	for range p.clients {
		wg.Go(func() {
			pprof.Do(ctx, pprof.Labels("part", "client"), func(ctx context.Context) {
				o, c := newOutcome(), &conn{address: address}
				defer c.close()
				for {
					i := int(next.Add(1) - 1)
					if i >= len(jobs) || (p.limit > 0 && time.Since(began) > p.limit) || !waitUntil(ctx, p.due(began, i, len(jobs))) {
						break
					}
					o.cast(ctx, c, jobs[i], p.due(began, i, len(jobs)))
				}
				mu.Lock()
				defer mu.Unlock()
				all.join(o)
			})
		})
	}
	wg.Wait()
	all.took = time.Since(began)
	return all
}

// due is when ballot i of n is to be cast; the zero time is at once.
func (p pace) due(began time.Time, i, n int) time.Time {
	if p.over == 0 {
		return time.Time{}
	}
	return began.Add(p.over * time.Duration(i) / time.Duration(n))
}

func waitUntil(ctx context.Context, t time.Time) bool {
	if d := time.Until(t); !t.IsZero() && d > 0 {
		select {
		case <-ctx.Done():
		case <-time.After(d):
		}
	}
	return ctx.Err() == nil
}

// tries bounds how often one ballot is sent.
const tries = 20

// cast casts one ballot and waits for what becomes of it. The time runs from when it
// was due, so that a server that holds everybody up is charged for all who wait.
func (o *outcome) cast(ctx context.Context, c *conn, j job, due time.Time) {
	began := time.Now()
	if !due.IsZero() {
		began = due
	}
	path, key := "/api/v1/polls/"+string(j.poll)+"/ballots", "bench-"+string(j.poll)+"-"+string(j.voter.person)
	body := `{"choice":"` + string(j.choice) + `"}`
	for range tries {
		a, err := c.post(path, j.voter.session, key, body)
		switch {
		case err != nil:
			continue
		case a.status == http.StatusCreated:
			o.acknowledge(j, a.body)
			o.waits = append(o.waits, time.Since(began))
			return
		case a.status == http.StatusServiceUnavailable || a.status == http.StatusTooManyRequests:
			o.notNow++
			waitUntil(ctx, time.Now().Add(max(a.retry, 10*time.Millisecond)))
		default:
			o.refused[strconv.Itoa(a.status)+" "+codeOf(a.body)]++
			return
		}
	}
	o.unknown[mark{j.poll, j.choice}]++
}

func (o *outcome) acknowledge(j job, body []byte) {
	var r deliberation.BallotReceipt
	if err := json.Unmarshal(body, &r); err != nil || r.Code == "" || r.Poll != j.poll {
		o.refused["201 without a receipt"]++
		return
	}
	if o.receipts[r.Code] {
		o.repeated++
	}
	o.receipts[r.Code] = true
	o.acknowledged[mark{j.poll, j.choice}]++
}

func codeOf(body []byte) string {
	var p struct {
		Code string `json:"code"`
	}
	if err := json.Unmarshal(body, &p); err != nil {
		return fmt.Sprintf("%.40s", bytes.TrimSpace(body))
	}
	return p.Code
}

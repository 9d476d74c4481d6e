package bench

import (
	"context"
	"fmt"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// readTime is how long pages are read, at the domain's own pace.
const readTime = 30 * time.Second

// readVotes is how many ballots a second are cast while pages are read.
const readVotes = 10

// pages has readers go round the pages of a case, each with its own session and
// connection, while the same community votes.
func (r *run) pages(ctx context.Context, kind string) error {
	d := max(2*time.Second, readTime/time.Duration(max(1, r.Hurry)))
	h := newHall(kind, Pages, 0, max(r.Readers, readVotes*int(d/time.Second)), 1)
	if err := r.gather(ctx, h); err != nil {
		return err
	}
	readers := make([]*reader, r.Readers)
	for i := range readers {
		readers[i] = &reader{conn: conn{address: r.site.Address}, paths: []string{
			"/board", "/processes/" + string(h.process), "/polls/" + string(h.polls[0]), "/meetings/" + string(h.meeting), "/",
		}, turn: i, voter: h.voters[i]}
	}
	err := each(ctx, setters, readers, func(ctx context.Context, rd *reader) error { return rd.signIn(ctx, r.site.Store) })
	if err != nil {
		return err
	}
	stop := func() {}
	if r.Trace != nil {
		stop = r.Trace(r.db.Name, Pages)
	}
	until, began := time.Now().Add(d), time.Now()
	var wg sync.WaitGroup
	for i, rd := range readers {
		wg.Go(func() {
			defer rd.close()
			first := began.Add(r.Pause * time.Duration(i) / time.Duration(len(readers))) // they do not come in step
			if waitUntil(ctx, first) {
				rd.read(ctx, until, r.Pause)
			}
		})
	}
	list := jobs(h)
	list = list[:min(len(list), readVotes*int(d/time.Second))]
	o := castAll(ctx, r.site.Address, list, pace{clients: r.Clients, over: d})
	wg.Wait()
	stop()
	took := time.Since(began)
	row := o.row(list, pace{clients: r.Clients, over: d})
	row.Database, row.Profile, row.Kind = r.db.Name, Pages, kind
	r.report.Polls = append(r.report.Polls, row)
	r.report.Pages = append(r.report.Pages, reading(r.db.Name, readers, r.Pause, took))
	r.say("pages: %d readers", len(readers))
	if err := r.reopen(ctx, 0); err != nil {
		return err
	}
	return r.count(ctx, list)
}

// reader is somebody at a browser.
type reader struct {
	conn
	voter   *voter
	paths   []string
	turn    int
	cookies string
	waits   []time.Duration
	wrong   map[string]int // by status or error
}

var csrfField = regexp.MustCompile(`name="_csrf"[^>]*value="([^"]*)"`)

// signIn opens a link as a person does: the page, then its button.
func (rd *reader) signIn(ctx context.Context, s Store) error {
	token, err := s.CreateLink(ctx, rd.voter.person, time.Now().Add(time.Hour))
	if err != nil {
		return fmt.Errorf("link: %w", err)
	}
	path := "/sign-in/" + token
	page, err := rd.get(path, "")
	if err != nil {
		return fmt.Errorf("sign-in page: %w", err)
	}
	field := csrfField.FindSubmatch(page.body)
	if page.status != http.StatusOK || field == nil {
		return fmt.Errorf("sign-in page: status %d, no form", page.status)
	}
	rd.keep(page)
	done, err := rd.form(path, rd.cookies, "_csrf="+string(field[1]))
	if err != nil {
		return fmt.Errorf("sign in: %w", err)
	}
	if rd.keep(done); done.status != http.StatusSeeOther {
		return fmt.Errorf("sign in: status %d", done.status)
	}
	return nil
}

// keep adds the cookies of an answer.
func (rd *reader) keep(a answer) {
	for _, c := range (&http.Response{Header: a.header}).Cookies() {
		if rd.cookies != "" {
			rd.cookies += "; "
		}
		rd.cookies += c.Name + "=" + c.Value
	}
}

func (rd *reader) read(ctx context.Context, until time.Time, pause time.Duration) {
	rd.wrong = map[string]int{}
	for ; time.Now().Before(until) && ctx.Err() == nil; rd.turn++ {
		path, at := rd.paths[rd.turn%len(rd.paths)], time.Now()
		a, err := rd.get(path, rd.cookies)
		switch {
		case err != nil:
			rd.wrong["no answer"]++
		case a.status != http.StatusOK:
			rd.wrong[strconv.Itoa(a.status)+" "+strings.SplitN(path, "/", 3)[1]]++
		default:
			rd.waits = append(rd.waits, time.Since(at))
		}
		waitUntil(ctx, at.Add(pause))
	}
}

func reading(database string, readers []*reader, pause, took time.Duration) Reading {
	var waits []time.Duration
	wrong := map[string]int{}
	for _, rd := range readers {
		waits = append(waits, rd.waits...)
		for what, n := range rd.wrong {
			wrong[what] += n
		}
	}
	return Reading{
		Database: database, Readers: len(readers), PauseSeconds: pause.Seconds(), Seconds: took.Seconds(),
		Pages: len(waits), PerSecond: float64(len(waits)) / took.Seconds(), Times: timesOf(waits), Wrong: wrong,
	}
}

package browser

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/vault"
)

const (
	// day is how long a civil day takes: a gate of the supervisors is open for a few.
	day = 4 * time.Second
	// ours is how many representatives are left to the browser: the play neither
	// checks them in nor votes for them.
	ours = 3
	// pollDays keeps the poll open while the browser looks around, in civil days.
	pollDays = 50
)

// town is a made-up community in which the play brings a process on, moment by
// moment, and stands still while the browser looks.
type town struct {
	*testing.T
	base    string
	cast    demo.Cast
	store   *models.Store
	clock   deliberation.Clock
	process deliberation.ProcessID

	sessions map[deliberation.PersonID]*session

	reached chan string
	goOn    chan struct{}
	over    chan error
}

// playing plays one process in the town.
type playing func(*demo.Play, context.Context) (deliberation.ProcessID, []byte, error)

// quietTown serves the demonstration, in which nothing happens by itself.
func quietTown(t *testing.T, day time.Duration) (*town, deliberation.Roster) {
	t.Helper()
	data := t.TempDir()
	w := &town{T: t, base: serve(t, data, day), sessions: map[deliberation.PersonID]*session{}, reached: make(chan string), goOn: make(chan struct{}), over: make(chan error, 1)}
	w.clock = clockOf(t, data)
	w.store = storeOf(t, data)
	var roster deliberation.Roster
	roster, w.cast = demo.Sample(deliberation.DateOf(w.now()))
	return w, roster
}

// newTown serves the demonstration and starts the play in it.
func newTown(t *testing.T, plays playing) *town {
	t.Helper()
	w, roster := quietTown(t, day)
	cast := w.cast
	links := map[deliberation.PersonID]string{}
	for _, p := range roster.Persons {
		links[p.ID] = w.token(p.ID)
	}
	proxy := httptest.NewServer(patient(t, w))
	t.Cleanup(proxy.Close)
	cast.Representatives = cast.Representatives[:len(cast.Representatives)-ours]
	ctx, stop := context.WithCancel(context.Background())
	play := demo.Play{
		Base: proxy.URL, Cast: cast, Links: links, Clock: w.now, Out: io.Discard, Day: day,
		Interrupt: func(m string) {
			select {
			case w.reached <- m:
			case <-ctx.Done():
				return
			}
			select {
			case <-w.goOn:
			case <-ctx.Done():
			}
		},
	}
	go func() {
		_, _, err := plays(&play, ctx)
		w.over <- err
	}()
	t.Cleanup(func() {
		stop()
		select {
		case <-w.over:
		case <-time.After(60 * time.Second):
			t.Error("the play does not stop")
		}
	})
	return w
}

// patient passes the play's requests on and sets the polls a late end: the
// calendar goes on while the browser looks.
func patient(t *testing.T, w *town) http.Handler {
	t.Helper()
	to, err := url.Parse(w.base)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }}
	return http.HandlerFunc(func(out http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/acts/"+string(deliberation.OpenPoll)) {
			body, err := json.Marshal(map[string]any{"at": w.now().AddDate(0, 0, pollDays)})
			if err != nil {
				t.Error(err)
			}
			r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
		}
		proxy.ServeHTTP(out, r)
	})
}

func clockOf(t *testing.T, data string) deliberation.Clock {
	t.Helper()
	var c deliberation.Clock
	b, err := os.ReadFile(filepath.Join(data, "clock.json"))
	if err := errors.Join(err, json.Unmarshal(b, &c)); err != nil {
		t.Fatal(err)
	}
	return c
}

// storeOf opens the served database beside the server, to make links and to read.
func storeOf(t *testing.T, data string) *models.Store {
	t.Helper()
	keys, err := vault.Load(filepath.Join(data, "keys.json"))
	if err != nil {
		t.Fatal(err)
	}
	s, err := models.Open(context.Background(), models.Config{Driver: models.SQLite, DSN: filepath.Join(data, "yishi.db"), Vault: keys})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// on gives the town to a part of the test.
func (w town) on(t *testing.T) *town {
	w.T = t
	return &w
}

func (w *town) now() time.Time { return w.clock.At(time.Now()) }

// token makes a one-time link's token.
func (w *town) token(who deliberation.PersonID) string {
	w.Helper()
	token, err := w.store.CreateLink(context.Background(), who, time.Now().AddDate(10, 0, 0))
	if err != nil {
		w.Fatal(err)
	}
	return token
}

// reach waits until the play stands at the moment, which must be its next.
func (w *town) reach(moment string) {
	w.Helper()
	select {
	case m := <-w.reached:
		if m != moment {
			w.Fatalf("the play stands at %q, not at %q", m, moment)
		}
	case err := <-w.over:
		w.over <- err
		w.Fatalf("the play ended before %q: %v", moment, err)
	case <-time.After(180 * time.Second):
		w.Fatalf("the play does not reach %q", moment)
	}
}

// release lets the play go on.
func (w *town) release() { w.goOn <- struct{}{} }

// read gives the process as it stands.
func (w *town) read() deliberation.Proceeding {
	w.Helper()
	if w.process == "" {
		list, _, err := w.store.ListProcesses(context.Background(), demo.Community, "", "", 0, 1)
		if err != nil || len(list) != 1 {
			w.Fatalf("the process of the play: %d found, %v", len(list), err)
		}
		w.process = list[0].ID
	}
	p, err := w.store.Proceeding(context.Background(), w.process)
	if err != nil {
		w.Fatal(err)
	}
	return p
}

// until reads the process until it is as wanted.
func (w *town) until(what string, wanted func(deliberation.Proceeding) bool) deliberation.Proceeding {
	w.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for limit := time.After(90 * time.Second); ; {
		if p := w.read(); wanted(p) {
			return p
		}
		select {
		case <-tick.C:
		case <-limit:
			w.Fatalf("waited for %s in vain: %+v", what, w.read().Status)
		}
	}
}

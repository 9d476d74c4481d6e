//go:build linux

package faults

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/dossier"
	"github.com/yishi-project/yishi/engine"
)

// The environment that makes the test binary an engine: its folder and its address.
const engineFolder, engineAddress = "YISHI_FAULTS_ENGINE", "YISHI_FAULTS_ENGINE_ADDRESS"

// runEngine is a Temporal service as a process of its own: the embedded one, with a
// door that asks for no certificate. It ends with its parent.
func runEngine() {
	var inside client.Options
	_, err := engine.Start(context.Background(), engine.Config{
		Form: engine.Trial, Dir: os.Getenv(engineFolder), Log: slog.New(slog.DiscardHandler), ClientOptions: func(o *client.Options) { inside = *o },
	})
	if err != nil {
		panic(err)
	}
	l, err := net.Listen("tcp", os.Getenv(engineAddress))
	if err != nil {
		panic(err)
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	secure := inside.ConnectionOptions.TLS.Clone()
	secure.NextProtos = []string{"h2"}
	for {
		outer, err := l.Accept()
		if err != nil {
			panic(err)
		}
		go func() {
			inner, err := tls.Dial("tcp", inside.HostPort, secure)
			if err != nil {
				_ = outer.Close()
				return
			}
			go func() { _, _ = io.Copy(inner, outer); _ = inner.Close() }()
			_, _ = io.Copy(outer, inner)
			_ = outer.Close()
		}()
	}
}

// service is the engine in a process of its own.
type service struct {
	t             *testing.T
	dir, address  string
	process       *exec.Cmd
	parentIsAlive io.Closer
}

func (e *service) start() {
	e.t.Helper()
	self, err := os.Executable()
	require.NoError(e.t, err)
	e.process = exec.Command(self)
	e.process.Env = append(os.Environ(), engineFolder+"="+e.dir, engineAddress+"="+e.address)
	e.process.Stderr = os.Stderr
	e.parentIsAlive, err = e.process.StdinPipe()
	require.NoError(e.t, err)
	require.NoError(e.t, e.process.Start())
	eventually(e.t, "the engine listens", func() bool {
		c, err := net.Dial("tcp", e.address)
		return err == nil && c.Close() == nil
	})
}

func (e *service) kill() {
	if e.process != nil {
		_ = e.process.Process.Kill()
		_ = e.process.Wait()
		e.process = nil
	}
}

var firstDay = deliberation.Date{Year: 2026, Month: 3, Day: 2}

// A conference is played by a server and a worker on a PostgreSQL of its own; in the
// midst of its secret ballot Temporal is killed. The rest vote while it is away, the
// chair's close is refused with a time to try again, and once it is back the poll is
// closed once with everybody in it.
func TestEngineIsKilledWhileManyVote(t *testing.T) {
	if os.Getenv("FAULT_ROUNDS") == "" {
		t.Skip("takes a minute: run `make faults`")
	}
	t.Parallel()
	e := &service{t: t, dir: t.TempDir(), address: fmt.Sprintf("127.0.0.1:%d", freePort(t))}
	e.start()
	t.Cleanup(e.kill)
	const day = 1500 * time.Millisecond
	web := newSite(t, newCluster(t).dsn("yishi"))
	web.args = []string{"demo", "--day", day.String(), "--start", firstDay.String()}
	web.env = []string{"YISHI_TEMPORAL_ADDRESS=" + e.address, "YISHI_ROLE=server"}
	web.serve()
	worker := &site{t: t, dir: web.dir, dsn: web.dsn, addr: web.addr, args: web.args, env: []string{web.env[0], "YISHI_ROLE=worker"}}
	worker.start()

	store := web.store()
	t.Cleanup(func() { _ = store.Close() })
	roster, cast := demo.Sample(firstDay)
	links := map[deliberation.PersonID]string{}
	var err error
	for _, p := range roster.Persons {
		links[p.ID], err = store.CreateLink(t.Context(), p.ID, time.Now().Add(time.Hour))
		require.NoError(t, err)
	}
	chair, err := store.CreateLink(t.Context(), cast.Director, time.Now().Add(time.Hour))
	require.NoError(t, err)
	back := make(chan struct{})
	play := &demo.Play{
		Base: "http://" + web.addr, Cast: cast, Links: links, Out: t.Output(), Day: day,
		Clock: func() time.Time { return civil(t, web.dir) },
		Interrupt: func(moment string) {
			if moment != "secret" {
				return
			}
			poll, process := openNow(t, web.dsn)
			mine := session(t, "http://"+web.addr, chair)
			e.kill()
			go func() {
				defer close(back)
				eventually(t, "all have voted without the engine", func() bool {
					voted, of, err := store.Turnout(t.Context(), poll)
					return err == nil && voted == of
				})
				status, answer, err := post("http://"+web.addr+"/api/v1/processes/"+string(process)+"/acts/"+string(deliberation.ClosePoll), mine, "the-chair-closes", "{}")
				if err != nil || status != http.StatusServiceUnavailable { // post looks for Retry-After
					t.Errorf("an act without the engine: %d %s %v", status, answer, err)
				}
				e.start()
			}()
		},
	}
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	id, kept, err := play.Confer(ctx)
	require.NoError(t, err, web.log.odd())
	<-back
	lib, err := packs.Load()
	require.NoError(t, err)
	report := dossier.Verify(kept, dossier.Options{LoadPack: packs.Resolve, DaysOn: lib.DaysOn})
	require.True(t, report.OK(), "%v", report.Faults())
	p, err := store.Proceeding(t.Context(), id)
	require.NoError(t, err)
	closed := 0
	for _, q := range p.Polls {
		if q.Secret {
			closed++
			require.Equal(t, 63, q.Tally.Cast())
		}
	}
	require.Equal(t, 1, closed)
}

// openNow gives the one poll that is open.
func openNow(t *testing.T, dsn string) (poll deliberation.PollID, process deliberation.ProcessID) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	require.NoError(t, err)
	require.NoError(t, conn.QueryRow(t.Context(), "SELECT id, process FROM polls WHERE box = 'open'").Scan(&poll, &process))
	require.NoError(t, conn.Close(t.Context()))
	return poll, process
}

// civil is the moment on the demonstration's clock.
func civil(t *testing.T, dir string) time.Time {
	b, err := os.ReadFile(filepath.Join(dir, "clock.json"))
	require.NoError(t, err)
	var c deliberation.Clock
	require.NoError(t, json.Unmarshal(b, &c))
	return c.At(time.Now())
}

package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/pprof"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"modernc.org/sqlite"

	"github.com/yishi-project/yishi/bench"
	"github.com/yishi-project/yishi/config"
	"github.com/yishi-project/yishi/deliberation/packs"
	"github.com/yishi-project/yishi/server"
)

type benchCmd struct {
	Profiles    []string      `help:"What to measure: ${profiles}." default:"${profiles}" enum:"${profiles}"`
	Kinds       []string      `help:"Kinds of poll: ${kinds}." default:"${kinds}" enum:"${kinds}"`
	Clients     int           `help:"Clients that cast at once." default:"64"`
	Voters      int           `help:"Voters of a busy poll." default:"3000"`
	Rounds      int           `help:"Busy polls, one after the other." default:"10"`
	Communities int           `help:"Polls at once." default:"300"`
	Each        int           `help:"Voters of each of them." default:"60"`
	Limit       time.Duration `help:"Time after which what goes as fast as it can is ended." default:"10s"`
	Hurry       int           `help:"Divide the time of paced profiles by this; 1 is the domain's pace." default:"1"`
	Readers     int           `help:"Readers of pages." default:"200"`
	Pause       time.Duration `help:"How long a reader looks at a page." default:"1s"`
	Delay       time.Duration `help:"What the slow disk adds to a commit." default:"2ms"`
	JSON        string        `help:"Write the report as JSON to this file, too." placeholder:"FILE" type:"path"`
	SQLite      bool          `name:"sqlite" help:"Measure on SQLite." default:"true" negatable:""`
	CPUProfile  string        `name:"cpu-profile" help:"Write a CPU profile of each measurement to files that begin so." placeholder:"PATH" type:"path" hidden:""`
}

// Run measures. Throw-away data lies in a folder of its own below the data folder,
// whose disk is the one measured; PostgreSQL gets a database of its own.
func (c benchCmd) Run(ctx context.Context, s settings) (err error) {
	if err := os.MkdirAll(s.Data, 0o700); s.Data != "" && err != nil {
		return fmt.Errorf("data folder: %w", err)
	}
	dir, err := os.MkdirTemp(s.dataOr("."), "yishi-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	plan := bench.Plan{
		Profiles: c.Profiles, Kinds: c.Kinds, Clients: c.Clients, Voters: c.Voters, Rounds: c.Rounds, Communities: c.Communities, Each: c.Each,
		Limit: c.Limit, Hurry: c.Hurry, Readers: c.Readers, Pause: c.Pause, Delay: c.Delay, Dir: dir, Progress: os.Stderr,
	}
	if c.CPUProfile != "" {
		plan.Trace = c.trace
	}
	databases, left, drop, err := c.databases(ctx, s, dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, drop(context.WithoutCancel(ctx))) }()
	report, err := bench.Run(ctx, plan, databases)
	report.Version, report.Left = version, left
	report.Left = append(report.Left, "restart to serving with many open processes: not part of this command yet")
	err = errors.Join(err, report.Table(os.Stdout))
	if c.JSON != "" {
		err = errors.Join(err, writeReport(c.JSON, report))
	}
	return errors.Join(err, report.Check())
}

func (s settings) dataOr(dir string) string {
	if s.Data != "" {
		return s.Data
	}
	return dir
}

func writeReport(path string, r bench.Report) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	return errors.Join(r.JSON(f), f.Close())
}

func (c benchCmd) trace(database, profile string) func() {
	f, err := os.Create(strings.ToLower(c.CPUProfile + "-" + database + "-" + profile + ".pprof"))
	if err == nil {
		err = pprof.StartCPUProfile(f)
	}
	if err != nil {
		return func() {}
	}
	return func() { pprof.StopCPUProfile(); _ = f.Close() }
}

// databases are those to measure on, with a word for each that is not.
func (c benchCmd) databases(ctx context.Context, s settings, dir string) (list []bench.Database, left []string, drop func(context.Context) error, err error) {
	drop = func(context.Context) error { return nil }
	if c.SQLite {
		list = append(list, bench.Database{
			Name: bench.SQLite, Open: serveBench(filepath.Join(dir, "sqlite"), ""), Slow: slowCommits(), Durable: true,
			Facts: map[string]string{"journal_mode": "WAL", "synchronous": "FULL"},
		})
	}
	if s.Database == "" {
		return list, append(left, "PostgreSQL: no --database was given"), drop, nil
	}
	cluster, err := bench.NewCluster(ctx, s.Database)
	if err != nil {
		return nil, nil, drop, fmt.Errorf("PostgreSQL: %w", err)
	}
	d := bench.Database{Name: bench.Postgres, Open: serveBench(filepath.Join(dir, "postgres"), cluster.DSN()), Slow: cluster.Slow, Commits: cluster.Commits, Work: cluster.Work}
	if _, ok := bench.Pgbench(); !ok {
		d.Commits, left = nil, append(left, "single-row commits: pgbench is not installed")
	}
	if d.Facts, d.Durable, err = cluster.Facts(ctx); err != nil {
		return nil, nil, drop, errors.Join(err, cluster.Drop(ctx))
	}
	return append(list, d), left, cluster.Drop, nil
}

// benchHealth is the health of a server without an engine.
type benchHealth struct{ a *app }

// Ready asks the database.
func (h benchHealth) Ready(ctx context.Context) map[string]error {
	return map[string]error{"database": h.a.store.Ready(ctx)}
}

// serveBench serves pages and API as `yishi serve` does, its log included, on a
// loopback port and without the engine: voting needs none. All sign in from one
// address within seconds, so that its limit does not hold here.
func serveBench(dir, database string) func(context.Context) (bench.Site, error) {
	return func(ctx context.Context) (_ bench.Site, err error) {
		if err := os.MkdirAll(dir, 0o700); err != nil {
			return bench.Site{}, err
		}
		logFile, err := os.OpenFile(filepath.Join(dir, "log.jsonl"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
		if err != nil {
			return bench.Site{}, err
		}
		defer func() {
			if err != nil {
				_ = logFile.Close()
			}
		}()
		own := map[string]any{"data": dir, "listen": "127.0.0.1:0"}
		if database != "" {
			own["database"] = database
		}
		cfg, err := config.Load("", nil, own)
		if err != nil {
			return bench.Site{}, err
		}
		a := &app{cfg: cfg, clock: honestClock(), log: slog.New(slog.NewJSONHandler(logFile, nil))}
		if a.library, err = packs.Load(); err != nil {
			return bench.Site{}, err
		}
		if a.store, err = openStore(ctx, a.cfg, a.log); err != nil {
			return bench.Site{}, err
		}
		if err = a.store.Migrate(ctx); err == nil {
			err = a.serveLoopback()
		}
		if err != nil {
			return bench.Site{}, errors.Join(err, a.store.Close())
		}
		stop := func() error {
			a.stop(context.WithoutCancel(ctx))
			return logFile.Close()
		}
		return bench.Site{Address: a.addr, Store: a.store, Close: stop}, nil
	}
}

func (a *app) serveLoopback() error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	a.addr, a.cfg.BaseURL = l.Addr().String(), "http://"+l.Addr().String()
	d := a.deps()
	d.Health, d.Limits = benchHealth{a}, server.Limits{SignIn: 1 << 20}
	srv, err := server.New(d)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	a.http = &http.Server{Handler: srv.Handler(), ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute}
	go func() {
		if err := a.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
			a.log.Error("serving ended", "error", err)
		}
	}()
	return nil
}

// slowCommits makes every commit of SQLite wait inside its transaction, as on a slow
// disk. It reaches all SQLite databases of this process, which has no other.
func slowCommits() func(context.Context, time.Duration) error {
	var delay atomic.Int64
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, _ string) error {
		hooks, ok := conn.(sqlite.HookRegisterer)
		if !ok {
			return errors.New("the SQLite driver has no commit hook")
		}
		hooks.RegisterCommitHook(func() int32 {
			if d := delay.Load(); d > 0 {
				time.Sleep(time.Duration(d))
			}
			return 0
		})
		return nil
	})
	return func(_ context.Context, d time.Duration) error {
		delay.Store(int64(d))
		return nil
	}
}

// benchVars are the lists that the help names.
func benchVars() map[string]string {
	return map[string]string{"profiles": strings.Join(bench.Profiles(), ","), "kinds": strings.Join(slices.Clone(bench.Kinds()), ",")}
}

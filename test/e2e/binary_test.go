// Package e2e runs the real binary: whole processes over HTTP on both databases,
// with the plug pulled in their midst.
package e2e

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"flag"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/vault"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "yishi-e2e-")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "yishi")
	if out, err := exec.Command("go", "build", "-ldflags", "-s -w", "-o", binary, "../../cmd/yishi").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		os.Exit(1)
	}
	// The plays wait for civil days more than they work: more of them than processors go on at once.
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set(strconv.Itoa(5 * runtime.GOMAXPROCS(0) / 2))
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// databases gives the forms to test: SQLite always, PostgreSQL where there is one.
func databases(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{"sqlite": ""}
	if os.Getenv("PGHOST") == "" {
		if os.Getenv("REQUIRE_POSTGRES") == "1" {
			t.Fatal("REQUIRE_POSTGRES is set and there is no PostgreSQL: run the tests with `make test`")
		}
		t.Log("without PostgreSQL only the embedded form is tested: run the tests with `make test`")
		return all
	}
	all["postgres"] = "yes"
	return all
}

// onPostgres are the installations on PostgreSQL: each with its engine takes some
// forty of the hundred connections that a server gives unless told otherwise.
var onPostgres = make(chan struct{}, 3)

// newDatabase makes an empty database and gives its address. The embedded engine
// makes its own databases beside it.
func newDatabase(t *testing.T, kind string) string {
	t.Helper()
	if kind == "" {
		return ""
	}
	onPostgres <- struct{}{}
	t.Cleanup(func() { <-onPostgres })
	db, err := sql.Open("pgx", "")
	require.NoError(t, err)
	defer func() { _ = db.Close() }()
	name := fmt.Sprintf("yishi_e2e_%d_%d", os.Getpid(), time.Now().UnixNano())
	_, err = db.Exec("CREATE DATABASE " + name)
	require.NoError(t, err)
	return fmt.Sprintf("postgres://%s:%s@%s:%s/%s?sslmode=prefer", os.Getenv("PGUSER"), os.Getenv("PGPASSWORD"), os.Getenv("PGHOST"), os.Getenv("PGPORT"), name)
}

// installation is a data folder with the made-up community, and the program that serves it.
type installation struct {
	t        *testing.T
	dir      string
	addr     string
	database string
	links    map[deliberation.PersonID]string
	cast     demo.Cast
	process  *exec.Cmd
	day      time.Duration // how long a civil day takes
	environ  []string      // settings besides
	calendar bool          // what falls due begins by itself
	start    deliberation.Date
	log      lockedBuffer
}

// lockedBuffer collects what every life of the program printed.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

var firstDay = deliberation.Date{Year: 2026, Month: 3, Day: 2}

// install seeds a data folder and makes a link for everybody.
func install(t *testing.T, kind string) *installation {
	t.Helper()
	roster, cast := demo.Sample(firstDay)
	var all []deliberation.PersonID
	for _, p := range roster.Persons {
		all = append(all, p.ID)
	}
	return installed(t, kind, roster, cast, all)
}

// installed seeds a data folder with a community, and makes links for some of it.
func installed(t *testing.T, kind string, roster deliberation.Roster, cast demo.Cast, linked []deliberation.PersonID) *installation {
	t.Helper()
	i := &installation{t: t, dir: t.TempDir(), database: newDatabase(t, kind), day: day, cast: cast, start: firstDay}
	ctx := context.Background()
	store := i.open(ctx)
	require.NoError(t, store.Migrate(ctx))
	require.NoError(t, store.LoadRoster(ctx, roster, cast.Operator))
	var err error
	i.links, err = store.IssueLinks(ctx, linked, cast.Operator, time.Now().Add(time.Hour))
	require.NoError(t, err)
	require.NoError(t, store.Close())
	i.addr = freeAddress(t)
	return i
}

// open opens the installation's database beside the program.
func (i *installation) open(ctx context.Context) *models.Store {
	i.t.Helper()
	keys, err := vault.Load(filepath.Join(i.dir, "keys.json"))
	require.NoError(i.t, err)
	c := models.Config{Driver: models.SQLite, DSN: filepath.Join(i.dir, "yishi.db"), Vault: keys}
	if i.database != "" {
		c.Driver, c.DSN = models.Postgres, i.database
	}
	store, err := models.Open(ctx, c)
	require.NoError(i.t, err)
	return store
}

// freeAddress gives an address that stays free for the servers of one test, which
// come and go: below the ports that the system gives to whoever calls out.
func freeAddress(t *testing.T) string {
	t.Helper()
	for range 100 {
		addr := fmt.Sprintf("127.0.0.1:%d", 20000+rand.IntN(10000))
		l, err := net.Listen("tcp", addr)
		if err != nil {
			continue
		}
		require.NoError(t, l.Close())
		return addr
	}
	t.Fatal("no port is free")
	return ""
}

// serve starts the program on the folder and waits until it is ready.
func (i *installation) serve() {
	i.t.Helper()
	args := []string{"demo", "--data", i.dir, "--listen", i.addr, "--day", i.day.String(), "--start", i.start.String(), "--log-level", "info"}
	if i.database != "" {
		args = append(args, "--database", i.database)
	}
	i.process = exec.Command(binary, args...)
	i.process.Env = append(append(os.Environ(), fmt.Sprintf("YISHI_CALENDAR=%t", i.calendar)), i.environ...)
	i.process.Stdout, i.process.Stderr = &i.log, &i.log
	require.NoError(i.t, i.process.Start())
	i.t.Cleanup(i.kill)
	ready := func() bool {
		res, err := http.Get("http://" + i.addr + "/readyz")
		if err != nil {
			return false
		}
		_ = res.Body.Close()
		return res.StatusCode == http.StatusOK
	}
	for giveUp := time.Now().Add(60 * time.Second); !ready(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(giveUp) {
			i.t.Fatalf("the program did not get ready:\n%s", i.log.String())
		}
	}
}

// kill pulls the plug.
func (i *installation) kill() {
	if i.process == nil {
		return
	}
	_ = i.process.Process.Signal(syscall.SIGKILL)
	_ = i.process.Wait()
	i.process = nil
}

// restoreElsewhere backs the folder up and goes on from the backup in a new one.
func (i *installation) restoreElsewhere() {
	i.t.Helper()
	backup, dir := filepath.Join(i.t.TempDir(), "backup"), i.t.TempDir()
	out, err := exec.Command(binary, "backup", backup, "--data", i.dir).CombinedOutput()
	require.NoError(i.t, err, string(out))
	out, err = exec.Command(binary, "restore", backup, "--data", dir).CombinedOutput()
	require.NoError(i.t, err, string(out))
	i.dir = dir
}

// clock reads the folder's civil clock.
func (i *installation) clock() time.Time {
	b, err := os.ReadFile(filepath.Join(i.dir, "clock.json"))
	require.NoError(i.t, err)
	var c deliberation.Clock
	require.NoError(i.t, json.Unmarshal(b, &c))
	return c.At(time.Now())
}

// names are the made-up people's names, which must stand nowhere in the clear.
func names() []string {
	roster, _ := demo.Sample(firstDay)
	var all []string
	for _, p := range roster.Persons {
		all = append(all, p.Name)
	}
	return all
}

func requireNoneOf(t *testing.T, where, text string, words []string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(text, w) {
			t.Errorf("%s holds %q", where, w)
		}
	}
}

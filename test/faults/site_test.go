//go:build linux

package faults

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/ballotbox"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/vault"
)

// binary is the program under test, built once.
var binary string

func TestMain(m *testing.M) {
	if os.Getenv(engineFolder) != "" {
		runEngine()
		return
	}
	dir, err := os.MkdirTemp("", "yishi-faults-")
	if err != nil {
		panic(err)
	}
	binary = filepath.Join(dir, "yishi")
	if out, err := exec.Command("go", "build", "-ldflags", "-s -w", "-o", binary, "../../cmd/yishi").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(dir)
	os.Exit(code)
}

// rounds is how often each fault strikes.
func rounds() int {
	n, err := strconv.Atoi(os.Getenv("FAULT_ROUNDS"))
	if err != nil || n < 1 {
		return 1
	}
	return n
}

// patience bounds every wait.
const patience = 60 * time.Second

// eventually waits until it is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for giveUp := time.Now().Add(patience); !so(); time.Sleep(20 * time.Millisecond) {
		if time.Now().After(giveUp) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// freePort gives a port that stays free for what comes and goes in a test: below
// those that the system gives to whoever calls out.
func freePort(t *testing.T) int {
	t.Helper()
	for range 100 {
		port := 20000 + rand.IntN(10000)
		l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
		if err == nil {
			require.NoError(t, l.Close())
			return port
		}
	}
	t.Fatal("no port is free")
	return 0
}

// site is an installation and the program that serves it.
type site struct {
	t    *testing.T
	dir  string
	addr string
	dsn  string // empty: SQLite
	// args is what is served, env what is set for it.
	args, env []string
	process   *exec.Cmd
	log       journal
}

// journal collects what every life of the program printed.
type journal struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.b.Write(p)
}

// odd gives what nobody foresaw, else the end of it.
func (j *journal) odd() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	var odd strings.Builder
	for line := range strings.Lines(j.b.String()) {
		if strings.Contains(line, `"code":"internal"`) {
			odd.WriteString(line)
		}
	}
	if odd.Len() > 0 {
		return odd.String()
	}
	b := j.b.Bytes()
	return string(b[max(0, len(b)-4000):])
}

func newSite(t *testing.T, dsn string) *site {
	t.Helper()
	s := &site{t: t, dir: t.TempDir(), dsn: dsn, addr: fmt.Sprintf("127.0.0.1:%d", freePort(t)), args: []string{"serve"}}
	store := s.store()
	require.NoError(t, store.Migrate(t.Context()))
	require.NoError(t, store.Close())
	return s
}

// store opens the site's data beside the program, as another server would.
func (s *site) store() *models.Store { return openStore(s.t, s.dir, s.dsn) }

func openStore(t *testing.T, dir, dsn string) *models.Store {
	t.Helper()
	keys, err := vault.Load(filepath.Join(dir, "keys.json"))
	require.NoError(t, err)
	polls, err := ballotbox.OpenFolder(filepath.Join(dir, "poll-keys"))
	require.NoError(t, err)
	c := models.Config{Driver: models.SQLite, DSN: filepath.Join(dir, "yishi.db"), Vault: keys, Keys: polls, MaxConns: 4}
	if dsn != "" {
		c.Driver, c.DSN = models.Postgres, dsn
	}
	store, err := models.Open(context.WithoutCancel(t.Context()), c)
	require.NoError(t, err)
	return store
}

// serve starts the program and waits until all its parts answer.
func (s *site) serve() {
	s.t.Helper()
	s.start()
	eventually(s.t, "the program is ready", func() bool { return s.ready() })
}

func (s *site) start() {
	s.t.Helper()
	args := append(s.args, "--data", s.dir, "--listen", s.addr, "--log-level", "error")
	if s.dsn != "" {
		args = append(args, "--database", s.dsn)
	}
	s.process = exec.Command(binary, args...)
	s.process.Env = append(os.Environ(), s.env...)
	s.process.Stdout, s.process.Stderr = &s.log, &s.log
	require.NoError(s.t, s.process.Start())
	s.t.Cleanup(s.kill)
}

func (s *site) ready() bool {
	res, err := http.Get("http://" + s.addr + "/readyz")
	if err != nil {
		return false
	}
	_ = res.Body.Close()
	return res.StatusCode == http.StatusOK
}

// kill pulls the plug.
func (s *site) kill() {
	if s.t.Failed() {
		s.t.Log(s.log.odd())
	}
	if s.process != nil {
		_ = s.process.Process.Kill()
		_ = s.process.Wait()
		s.process = nil
	}
}

// frozen runs f while the program stands still, between any two of its instructions.
func (s *site) frozen(f func()) {
	s.t.Helper()
	pid := s.process.Process.Pid
	require.NoError(s.t, syscall.Kill(pid, syscall.SIGSTOP))
	defer func() { require.NoError(s.t, syscall.Kill(pid, syscall.SIGCONT)) }()
	eventually(s.t, "the program stands still", func() bool { return stopped(pid) })
	f()
}

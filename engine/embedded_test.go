//go:build !noengine

package engine

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"go.temporal.io/server/common/dynamicconfig"
	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
	"go.temporal.io/server/common/primitives"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

// ask calls a port and gives the gRPC code of the answer; Unavailable is no answer at all.
func ask(t *testing.T, port int, creds credentials.TransportCredentials) codes.Code {
	t.Helper()
	conn, err := grpc.NewClient(hostPort(port), grpc.WithTransportCredentials(creds))
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	_, err = healthpb.NewHealthClient(conn).Check(ctx, &healthpb.HealthCheckRequest{})
	return status.Code(err)
}

func TestPortsAskForTheCertificate(t *testing.T) {
	e, _ := start(t, Config{Form: Trial, Dir: t.TempDir()})
	in := e.(*embedded)
	other, err := newLoopback()
	if err != nil {
		t.Fatal(err)
	}
	without := in.id.client()
	without.Certificates = nil
	strange := in.id.client()
	strange.Certificates = []tls.Certificate{other.cert}
	for name, port := range in.ports {
		if got := ask(t, port, credentials.NewTLS(in.id.client())); got == codes.Unavailable || got == codes.DeadlineExceeded {
			t.Errorf("%s does not answer this process: %v", name, got)
		}
		for who, creds := range map[string]credentials.TransportCredentials{
			"a plaintext client":               insecure.NewCredentials(),
			"a client without a certificate":   credentials.NewTLS(without),
			"a client of another certificate":  credentials.NewTLS(strange),
			"a client that trusts another one": credentials.NewTLS(other.client()),
		} {
			if got := ask(t, port, creds); got != codes.Unavailable {
				t.Errorf("%s answers %s: %v", name, who, got)
			}
		}
	}
	wantListening(t, in.ports)
}

// wantListening holds that this process listens on the four ports, on the loopback interface, and
// nowhere else.
func wantListening(t *testing.T, ports map[primitives.ServiceName]int) {
	t.Helper()
	if runtime.GOOS != "linux" {
		return
	}
	mine := map[string]bool{}
	fds, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	for _, fd := range fds {
		if to, err := os.Readlink(fd); err == nil && strings.HasPrefix(to, "socket:[") {
			mine[strings.Trim(to[len("socket:"):], "[]")] = true
		}
	}
	want := map[string]bool{}
	for _, p := range ports {
		want[fmt.Sprintf("0100007F:%04X", p)] = true
	}
	for _, table := range []string{"/proc/net/tcp", "/proc/net/tcp6"} {
		f, err := os.Open(table)
		if err != nil {
			continue
		}
		for lines := bufio.NewScanner(f); lines.Scan(); {
			// Columns: 1 local address, 3 state (0A listens), 9 inode.
			if c := strings.Fields(lines.Text()); len(c) > 9 && c[3] == "0A" && mine[c[9]] {
				if !want[c[1]] {
					t.Errorf("this process listens on %s (%s) too", c[1], table)
				}
				delete(want, c[1])
			}
		}
		_ = f.Close()
	}
	if len(want) != 0 {
		t.Errorf("not listening on %v", want)
	}
}

// TestLockOutlivesItsHolder shows that the lock does not go with the last reference to it.
func TestLockOutlivesItsHolder(t *testing.T) {
	dir := t.TempDir()
	if _, err := lockFolder(dir); err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second round's end shows that the first round's finalizers have run
		collected := make(chan struct{})
		runtime.SetFinalizer(&struct{ _ [64]byte }{}, func(any) { close(collected) })
		eventually(t, "collection", func() error {
			runtime.GC()
			select {
			case <-collected:
				return nil
			default:
				return errors.New("not yet")
			}
		})
	}
	if _, err := lockFolder(dir); !errors.Is(err, ErrInUse) {
		t.Errorf("second lock: %v, want ErrInUse", err)
	}
}

// TestTakenPort shows what the server's Fatal leads to: an error that lets Start try other ports,
// in a process that lives on.
func TestTakenPort(t *testing.T) {
	c := Config{Form: Trial, Dir: t.TempDir(), Namespace: DefaultNamespace, Retention: DefaultRetention, Log: discard}
	st, err := openFolder(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	id, err := newLoopback()
	if err != nil {
		t.Fatal(err)
	}
	ports, err := freePorts()
	if err != nil {
		t.Fatal(err)
	}
	taken, err := net.Listen("tcp", hostPort(ports[primitives.FrontendService]))
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	l := newLife()
	if _, err := runServer(t.Context(), c, st.persistence, ports, id, l); !errors.Is(err, errPort) {
		t.Fatalf("start on a taken port: %v, want errPort", err)
	}
	if l.err() == nil {
		t.Error("the server did not give up")
	}
	if err := st.release(); err != nil {
		t.Fatal(err)
	}
	e, _ := start(t, c)
	if err := e.Ready(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestCancelledStartLetsGo(t *testing.T) {
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := Start(ctx, Config{Form: Trial, Dir: dir, Log: discard}); !errors.Is(err, context.Canceled) {
		t.Fatalf("got %v, want cancelled", err)
	}
	start(t, Config{Form: Trial, Dir: dir})
}

func TestServerLog(t *testing.T) {
	var out strings.Builder
	l := newLife()
	s := newServerLog(slog.New(slog.NewTextHandler(&out, &slog.HandlerOptions{Level: slog.LevelInfo})), l)
	s.Info("news")
	s.Warn(known + ", and so on")
	s.Error("nobody waits", tag.Error(fmt.Errorf("poll: %w", context.Canceled)))
	s.With(tag.String("service", "history")).Warn("look", tag.String("shard", "1"))
	if got := out.String(); strings.Contains(got, "news") || strings.Contains(got, known) || strings.Contains(got, "nobody") ||
		!strings.Contains(got, "msg=look part=temporal service=history shard=1") {
		t.Errorf("log is %q", got)
	}
	if l.err() != nil {
		t.Error("dead before its time")
	}
	ended := make(chan bool, 1)
	go func() {
		goesOn := false
		defer func() { ended <- goesOn }()
		s.Fatal("no more", tag.String("why", "test"))
		goesOn = true
	}()
	if <-ended {
		t.Error("Fatal came back to its caller")
	}
	if err := l.err(); err == nil || !strings.Contains(err.Error(), "no more; why: test") {
		t.Errorf("after Fatal: %v", err)
	}
	out.Reset()
	l.stopping.Store(true)
	s.Warn("a")
	s.Error("b")
	if out.Len() != 0 {
		t.Errorf("log while stopping is %q", out.String())
	}
}

// TestReadyAfterFatal shows that a server which gave up is not called ready.
func TestReadyAfterFatal(t *testing.T) {
	e := &embedded{life: newLife(), store: &store{held: func() error { return nil }}}
	e.life.end("test")
	if err := e.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "test") {
		t.Errorf("got %v", err)
	}
}

// TestTuningIsTaken reads each value back as the server does: one of the wrong type would give the default.
func TestTuningIsTaken(t *testing.T) {
	values := dynamicconfig.NewCollection(dynamic(), log.NewNoopLogger())
	got := map[dynamicconfig.Key]any{
		dynamicconfig.TransferProcessorMaxPollRPS.Key():                  dynamicconfig.TransferProcessorMaxPollRPS.Get(values)(),
		dynamicconfig.TimerProcessorMaxPollRPS.Key():                     dynamicconfig.TimerProcessorMaxPollRPS.Get(values)(),
		dynamicconfig.VisibilityProcessorMaxPollRPS.Key():                dynamicconfig.VisibilityProcessorMaxPollRPS.Get(values)(),
		dynamicconfig.HistoryLongPollExpirationInterval.Key():            dynamicconfig.HistoryLongPollExpirationInterval.Get(values)("n"),
		dynamicconfig.MatchingNumTaskqueueReadPartitions.Key():           dynamicconfig.MatchingNumTaskqueueReadPartitions.Get(values)("n", "q", 1),
		dynamicconfig.MatchingNumTaskqueueWritePartitions.Key():          dynamicconfig.MatchingNumTaskqueueWritePartitions.Get(values)("n", "q", 1),
		dynamicconfig.HistoryCacheHostLevelMaxSize.Key():                 dynamicconfig.HistoryCacheHostLevelMaxSize.Get(values)(),
		dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Key(): dynamicconfig.FrontendMaxNamespaceVisibilityRPSPerInstance.Get(values)("n"),
		dynamicconfig.EnableServerVersionCheck.Key():                     dynamicconfig.EnableServerVersionCheck.Get(values)(),
	}
	for key, want := range dynamic() {
		if got[key] != want {
			t.Errorf("%v: the server would take %v, want %v", key, got[key], want)
		}
	}
	if len(got) != len(dynamic()) {
		t.Errorf("%d settings are looked at, there are %d", len(got), len(dynamic()))
	}
}

func head(t *testing.T, url string) (policy string) {
	t.Helper()
	a, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Body.Close()
	return a.Header.Get("Content-Security-Policy")
}

func TestWebUI(t *testing.T) {
	e, _ := start(t, Config{Form: Trial, Dir: t.TempDir(), WebUI: true})
	if err := beginSleeper(e, "seen", 0); err != nil {
		t.Fatal(err)
	}
	s := httptest.NewServer(e.UI())
	defer s.Close()
	get := func(method, path string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		a, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer a.Body.Close()
		body, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		return a.StatusCode, string(body)
	}
	for path, want := range map[string]string{
		"/":                           `base: "/engine"`,
		"/namespaces/yishi/workflows": `base: "/engine"`,
		"/api/v1/settings":            `"DisableNewsFetch":true`,
		"/api/v1/releases":            `"Releases":{}`,
		"/api/v1/namespaces/yishi":    `"name":"yishi"`,
		"/api/v1/namespaces/yishi/workflows/seen": `"workflowId":"seen"`,
	} {
		if code, body := get("GET", UIPath+path); code != 200 || !strings.Contains(strings.ReplaceAll(body, `": `, `":`), want) {
			t.Errorf("%s: %d, no %s in %.300s", path, code, want, body)
		}
	}
	if policy := head(t, s.URL+UIPath+"/"); !strings.Contains(policy, "default-src 'self'") || !strings.Contains(policy, "'sha256-") {
		t.Errorf("content security policy of the page is %q", policy)
	}
	if code, _ := get("POST", UIPath+"/api/v1/namespaces/yishi/workflows/seen/terminate"); code != http.StatusMethodNotAllowed {
		t.Errorf("ending a workflow from the page: %d, want 405", code)
	}
	if err := say(e, "seen", "ab"); err != nil {
		t.Errorf("the workflow did not live on: %v", err)
	}
	none, _ := start(t, Config{Form: Trial, Dir: t.TempDir()})
	if none.UI() != nil {
		t.Error("a page that nobody asked for")
	}
}

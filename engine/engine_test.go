//go:build !noengine

package engine

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

const (
	testQueue   = "engine-test"
	testPatient = 30 * time.Second
	childFolder = "YISHI_ENGINE_TEST_FOLDER"
)

// TestMain lets the test binary be the other process: it starts the engine on the folder, puts a
// workflow to sleep there, says so and stays until it is killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		fmt.Println(beOtherProcess(dir))
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func beOtherProcess(dir string) string {
	e, err := Start(context.Background(), Config{Form: Trial, Dir: dir, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err.Error()
	}
	w, err := startWorker(e)
	if err != nil {
		return err.Error()
	}
	_ = w
	if err := beginSleeper(e, "across-kill", time.Second); err != nil {
		return err.Error()
	}
	if err := say(e, "across-kill", "a"); err != nil {
		return err.Error()
	}
	return "asleep"
}

// sleeper sleeps, and ends once it has been told two words.
func sleeper(ctx workflow.Context, d time.Duration) (string, error) {
	said := ""
	err := workflow.SetUpdateHandlerWithOptions(ctx, "say",
		func(_ workflow.Context, word string) (string, error) {
			said += word
			return said, nil
		},
		workflow.UpdateHandlerOptions{Validator: func(_ workflow.Context, word string) error {
			if word == "" {
				return errors.New("nothing said")
			}
			return nil
		}})
	if err != nil {
		return "", err
	}
	if err := workflow.Sleep(ctx, d); err != nil {
		return "", err
	}
	if err := workflow.Await(ctx, func() bool { return len(said) >= 2 }); err != nil {
		return "", err
	}
	return said, nil
}

func startWorker(e Engine) (worker.Worker, error) {
	w := worker.New(e.Client(), testQueue, worker.Options{})
	w.RegisterWorkflowWithOptions(sleeper, workflow.RegisterOptions{Name: "sleeper"})
	return w, w.Start()
}

func beginSleeper(e Engine, id string, d time.Duration) error {
	ctx, cancel := context.WithTimeout(context.Background(), testPatient)
	defer cancel()
	_, err := e.Client().ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: testQueue}, "sleeper", d)
	return err
}

func say(e Engine, id, word string) error {
	ctx, cancel := context.WithTimeout(context.Background(), testPatient)
	defer cancel()
	h, err := e.Client().UpdateWorkflow(ctx, client.UpdateWorkflowOptions{
		WorkflowID: id, UpdateName: "say", Args: []any{word}, WaitForStage: client.WorkflowUpdateStageCompleted})
	if err != nil {
		return err
	}
	return h.Get(ctx, nil)
}

func wantResult(t *testing.T, e Engine, id, want string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), testPatient)
	defer cancel()
	var got string
	if err := e.Client().GetWorkflow(ctx, id, "").Get(ctx, &got); err != nil || got != want {
		t.Fatalf("workflow %s: got %q, %v, want %q", id, got, err, want)
	}
}

// testLog shows what people would see in the log.
type testLog struct{ t *testing.T }

func (l testLog) Write(p []byte) (int, error) {
	l.t.Helper()
	l.t.Log(strings.TrimSpace(string(p)))
	return len(p), nil
}

func quiet(t *testing.T) *slog.Logger {
	return slog.New(slog.NewTextHandler(testLog{t}, &slog.HandlerOptions{Level: slog.LevelWarn}))
}

// start starts an engine with a worker; stop is called at the end of the test at the latest.
func start(t *testing.T, c Config) (e Engine, stop func()) {
	t.Helper()
	if c.Log == nil {
		c.Log = quiet(t)
	}
	ctx, cancel := context.WithTimeout(context.Background(), testPatient)
	defer cancel()
	begun := time.Now()
	e, err := Start(ctx, c)
	if err != nil {
		t.Fatalf("start: %v", err)
	}
	t.Logf("%s started in %v", c.Form, time.Since(begun).Round(time.Millisecond))
	w, err := startWorker(e)
	if err != nil {
		t.Fatalf("worker: %v", err)
	}
	stopped := false
	stop = func() {
		if stopped {
			return
		}
		stopped = true
		w.Stop()
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	t.Cleanup(stop)
	return e, stop
}

// eventually polls until the condition holds.
func eventually(t *testing.T, what string, holds func() error) {
	t.Helper()
	deadline := time.Now().Add(testPatient)
	for {
		err := holds()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("%s: %v", what, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func TestTrialGoesOnAfterStop(t *testing.T) {
	dir := t.TempDir()
	e, stop := start(t, Config{Form: Trial, Dir: dir})
	if err := beginSleeper(e, "across-stop", time.Second); err != nil {
		t.Fatal(err)
	}
	if err := say(e, "across-stop", ""); err == nil {
		t.Error("a word that the validator refuses was taken")
	}
	if err := say(e, "across-stop", "a"); err != nil {
		t.Fatal(err)
	}
	if err := e.Ready(t.Context()); err != nil {
		t.Errorf("ready: %v", err)
	}
	_, err := Start(t.Context(), Config{Form: Trial, Dir: dir})
	if !errors.Is(err, ErrInUse) {
		t.Fatalf("second start on the same folder: %v, want ErrInUse", err)
	}
	t.Log(err)
	stop()
	if err := e.Ready(t.Context()); err == nil {
		t.Error("a stopped engine says it is ready")
	}

	e, _ = start(t, Config{Form: Trial, Dir: dir, Retention: 48 * time.Hour})
	if err := say(e, "across-stop", "b"); err != nil {
		t.Fatal(err)
	}
	wantResult(t, e, "across-stop", "ab")
	wantRetention(t, e, 48*time.Hour)
}

func wantRetention(t *testing.T, e Engine, want time.Duration) {
	t.Helper()
	got, err := e.Client().WorkflowService().DescribeNamespace(t.Context(),
		&workflowservice.DescribeNamespaceRequest{Namespace: e.Namespace()})
	if err != nil || got.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration() != want {
		t.Errorf("retention is %v, %v, want %v", got.GetConfig().GetWorkflowExecutionRetentionTtl().AsDuration(), err, want)
	}
}

func TestKilledProcessLosesNothing(t *testing.T) {
	dir := t.TempDir()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), childFolder+"="+dir)
	hold, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	defer hold.Close()
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer cmd.Process.Kill()
	line := make([]byte, 200)
	n, err := out.Read(line)
	if err != nil || strings.TrimSpace(string(line[:n])) != "asleep" {
		t.Fatalf("other process: %q, %v", line[:n], err)
	}
	_, err = Start(t.Context(), Config{Form: Trial, Dir: dir, Log: quiet(t)})
	if !errors.Is(err, ErrInUse) {
		t.Fatalf("start beside another process: %v, want ErrInUse", err)
	}
	if pid := fmt.Sprintf("process %d", cmd.Process.Pid); !strings.Contains(err.Error(), pid) {
		t.Errorf("the refusal does not name the %s: %v", pid, err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()

	e, _ := start(t, Config{Form: Trial, Dir: dir})
	if err := say(e, "across-kill", "b"); err != nil {
		t.Fatal(err)
	}
	wantResult(t, e, "across-kill", "ab")
}

func TestClusterForm(t *testing.T) {
	e, _ := start(t, Config{Form: Trial, Dir: t.TempDir()})
	in := e.(*embedded)
	t.Setenv("TEMPORAL_CONFIG_FILE", t.TempDir()+"/none.toml")
	t.Setenv("TEMPORAL_NAMESPACE", e.Namespace())
	t.Setenv("TEMPORAL_ADDRESS", "127.0.0.1:1")
	c := Config{
		Form: Cluster, Address: in.address(), Log: quiet(t),
		ClientOptions: func(o *client.Options) { o.ConnectionOptions.TLS = in.id.client() },
	}
	over, err := Start(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	defer over.Close()
	if over.Namespace() != e.Namespace() || over.UI() != nil {
		t.Errorf("namespace %q, page %v", over.Namespace(), over.UI())
	}
	if err := over.Ready(t.Context()); err != nil {
		t.Error(err)
	}
	if err := beginSleeper(over, "from-outside", 0); err != nil {
		t.Fatal(err)
	}
	if err := say(over, "from-outside", "ab"); err != nil {
		t.Fatal(err)
	}
	wantResult(t, over, "from-outside", "ab")

	c.Namespace = "nobody-made-this"
	if _, err := Start(t.Context(), c); err == nil {
		t.Error("a namespace that is not there was taken")
	}
}

func TestClusterSettings(t *testing.T) {
	t.Setenv("TEMPORAL_CONFIG_FILE", t.TempDir()+"/none.toml")
	t.Setenv("TEMPORAL_ADDRESS", "temporal.example:7233")
	t.Setenv("TEMPORAL_NAMESPACE", "street")
	t.Setenv("TEMPORAL_API_KEY", "k")
	o, err := clusterOptions(Config{Log: slog.Default()})
	if err != nil {
		t.Fatal(err)
	}
	if o.HostPort != "temporal.example:7233" || o.Namespace != "street" || o.Credentials == nil || o.ConnectionOptions.TLS == nil {
		t.Errorf("environment not taken: %q %q, credentials %v, TLS %v", o.HostPort, o.Namespace, o.Credentials, o.ConnectionOptions.TLS)
	}
	o, err = clusterOptions(Config{Log: slog.Default(), Address: "other:7233", Namespace: "county"})
	if err != nil || o.HostPort != "other:7233" || o.Namespace != "county" {
		t.Errorf("settings do not go over the environment: %q %q %v", o.HostPort, o.Namespace, err)
	}
}

func TestConfigIsRefused(t *testing.T) {
	for _, c := range []Config{
		{},
		{Form: "cloud"},
		{Form: Trial},
		{Form: OneNode},
		{Form: Trial, Dir: t.TempDir(), Retention: time.Hour},
		{Form: Trial, Dir: t.TempDir() + "/a?b"},
		{Form: OneNode, PostgresDSN: "postgres://u:secret@[bad"},
	} {
		e, err := Start(t.Context(), c)
		if err == nil {
			t.Errorf("%+v was taken", c)
			_ = e.Close()
			continue
		}
		if strings.Contains(err.Error(), "secret") {
			t.Errorf("the password is in the error: %v", err)
		}
	}
}

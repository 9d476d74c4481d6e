// Package browser tries the pages in a real Chromium, against the real binary, as
// the people who use them. Tests only.
package browser

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
)

// missing says why the tests cannot run, empty where they can.
var missing string

// The binary under test and the browser, once for all tests.
var (
	binary string
	chrome context.Context
)

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	path := chromium()
	if path == "" {
		missing = "there is no Chromium (chromium, chromium-browser or google-chrome) on the PATH: the pages are not tried in a browser"
		return m.Run()
	}
	dir, err := os.MkdirTemp("", "yishi-browser-")
	if err != nil {
		return failed(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	binary = filepath.Join(dir, "yishi")
	build := exec.Command("go", "build", "-ldflags", "-s -w", "-o", binary, "./cmd/yishi")
	build.Dir = filepath.Join("..", "..")
	if out, err := build.CombinedOutput(); err != nil {
		return failed(fmt.Errorf("building: %w\n%s", err, out))
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.UserDataDir(filepath.Join(dir, "profile")),
		chromedp.Flag("disable-dev-shm-usage", true), chromedp.Flag("lang", "zh-CN"))
	allocator, end := chromedp.NewExecAllocator(context.Background(), options...)
	defer end()
	ctx, quit := chromedp.NewContext(allocator, chromedp.WithErrorf(func(string, ...any) {}))
	defer quit()
	if err := chromedp.Do(ctx); err != nil {
		return failed(fmt.Errorf("starting Chromium: %w", err))
	}
	chrome = ctx
	// The plays wait for civil days more than they work: all of them go on at once.
	flag.Parse()
	if f := flag.Lookup("test.parallel"); f.Value.String() == f.DefValue {
		_ = f.Value.Set(strconv.Itoa(2 * runtime.GOMAXPROCS(0)))
	}
	return m.Run()
}

func failed(err error) int {
	_, _ = fmt.Fprintln(os.Stderr, err)
	return 1
}

func chromium() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// needBrowser skips where there is none, and fails where one was promised.
func needBrowser(t *testing.T) {
	t.Helper()
	switch {
	case missing == "":
	case os.Getenv("REQUIRE_CHROMIUM") == "1":
		t.Fatal(missing)
	default:
		t.Skip(missing)
	}
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// serve starts the demonstration on a folder of its own and gives its address.
func serve(t *testing.T, data string, day time.Duration) string {
	t.Helper()
	cmd := exec.Command(binary, "demo", "--data", data, "--listen", "127.0.0.1:0", "--day", day.String())
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := cmd.Process.Signal(os.Interrupt); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Error(err)
		}
		_ = cmd.Wait() // it was interrupted
	})
	found := make(chan string, 1)
	go func() {
		defer close(found)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if base := address.FindString(lines.Text()); base != "" {
				found <- base
				break
			}
		}
		_, _ = io.Copy(io.Discard, out) // so that it never waits for a reader
	}()
	select {
	case base, ok := <-found:
		if !ok {
			t.Fatal("the demonstration ended before it served")
		}
		return base
	case <-time.After(60 * time.Second):
		t.Fatal("the demonstration does not serve after 60 s")
	}
	return ""
}

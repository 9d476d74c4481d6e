package test

import (
	"os/exec"
	"strings"
	"testing"
)

// pins are the versions that only work together: the engine and its SDK share one
// module graph, and SQLite's driver wants exactly its own libc. Raise them as a
// pair, with the engine's upgrade test.
var pins = map[string]string{
	"go.temporal.io/server":              "v1.32.1",
	"go.temporal.io/sdk":                 "v1.50.0",
	"go.opentelemetry.io/otel/log":       "v0.20.0",
	"modernc.org/sqlite":                 "v1.60.1",
	"modernc.org/libc":                   "v1.77.1",
	"github.com/pressly/goose/v3":        "v3.28.0",
	"github.com/temporalio/ui-server/v2": "v2.55.0",
}

func TestPinnedVersions(t *testing.T) {
	for module, want := range pins {
		out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", module).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.TrimSpace(string(out)); got != want {
			t.Errorf("%s is at %s, pinned to %s", module, got, want)
		}
	}
}

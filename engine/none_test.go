package engine

import (
	"os/exec"
	"strings"
	"testing"
)

// TestNoEngineBuildLeavesTheServerOut holds what the small build is for.
func TestNoEngineBuildLeavesTheServerOut(t *testing.T) {
	list := func(tags string) string {
		out, err := exec.Command("go", "list", "-deps", "-tags", tags, ".").Output()
		if err != nil {
			t.Skipf("needs the go command: %v", err)
		}
		return string(out)
	}
	for _, banned := range []string{"go.temporal.io/server/", "github.com/temporalio/ui-server/", "modernc.org/sqlite", "k8s.io/"} {
		if strings.Contains(list("noengine"), banned) {
			t.Errorf("the build without the engine links %s", banned)
		}
	}
	if !strings.Contains(list(""), "go.temporal.io/server/") {
		t.Error("the full build lacks the server, so this test shows nothing")
	}
}

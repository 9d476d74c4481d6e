package test

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"
)

const module = "github.com/yishi-project/yishi/"

// bans says which package of ours must not reach which import, and why. A ban of
// a whole tree names its prefix.
var bans = []struct{ pkg, banned, why string }{
	{"deliberation", "github.com/", "the law is read by lawyers and recomputed offline: standard library only"},
	{"deliberation", "os", "pure: no input or output"},
	{"deliberation", "net", "pure: no input or output"},
	{"deliberation", "math/rand", "pure: no chance"},
	{"workflows", module + "models", "processes touch the world through activities only"},
	{"workflows", "gorm.io/", "the determinism boundary: no database in a process"},
	{"workflows", "github.com/labstack/", "a process answers acts, not requests"},
	{"workflows", "database/sql", "the determinism boundary: no database in a process"},
	{"workflows", module + "server", "arrows point one way"},
	{"activities", module + "models", "activities declare the ports they need"},
	{"activities", "gorm.io/", "GORM stays in models"},
	{"activities", module + "server", "arrows point one way"},
	{"server", module + "models", "pages know ports, not rows"},
	{"server", module + "workflows", "pages hand acts to a port; the engine can be down while people vote"},
	{"server", module + "activities", "pages hand acts to a port"},
	{"server", "gorm.io/gorm", "GORM stays in models"},
	{"server", "go.temporal.io/", "Temporal stays in workflows, activities and the place that starts it"},
	{"models", module + "server", "the store serves; it does not know whom"},
	{"models", module + "workflows", "the store serves; it does not know whom"},
	{"models", module + "activities", "the store serves; it does not know whom"},
	{"models", "go.temporal.io/", "Temporal stays in workflows, activities and the place that starts it"},
	{"models", "github.com/labstack/", "Echo stays in server"},
	{"roster", module + "models", "a file is read and checked without the database it goes into"},
	{"roster", module + "server", "a file is read and checked without a page"},
	{"roster", "gorm.io/", "a file is read and checked without the database it goes into"},
	{"register", "gorm.io/", "the register is arithmetic; models keeps its hashes"},
	{"dossier", module + "models", "a dossier is verified without the store that made it"},
	{"dossier", "go.temporal.io/", "a dossier is verified without the engine"},
	{"dossier", "net/http", "a dossier is verified offline"},
	{"config", module, "settings are read before anything else is there"},
}

func TestImportsPointOneWay(t *testing.T) {
	deps := dependencies(t)
	for _, ban := range bans {
		pkg := module + ban.pkg
		p, ok := deps[pkg]
		if !ok {
			t.Errorf("%s is in the table and not in the tree", pkg)
			continue
		}
		reach := p.Deps
		if !strings.Contains(ban.banned, ".") { // of the standard library, what it names itself: fmt reaches os
			reach = p.Imports
		}
		for _, d := range reach {
			if d == ban.banned || (strings.HasSuffix(ban.banned, "/") && strings.HasPrefix(d, ban.banned) && !strings.HasPrefix(d, pkg)) {
				t.Errorf("%s reaches %s: %s", ban.pkg, d, ban.why)
			}
		}
	}
}

func TestSmallBinaryLeavesTheEngineOut(t *testing.T) {
	out, err := exec.Command("go", "list", "-tags", "noengine", "-deps", "../cmd/yishi").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		if strings.HasPrefix(line, "go.temporal.io/server/") {
			t.Fatalf("built without the engine, and yet it links %s", strings.TrimSpace(line))
		}
	}
}

// imported is what a package names and what it reaches.
type imported struct {
	ImportPath    string
	Imports, Deps []string
}

// dependencies asks the go command what each package of ours imports, all the way down.
func dependencies(t *testing.T) map[string]imported {
	t.Helper()
	out, err := exec.Command("go", "list", "-json=ImportPath,Imports,Deps", "../...").Output()
	if err != nil {
		t.Fatal(err)
	}
	deps := map[string]imported{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p imported
		if err := d.Decode(&p); errors.Is(err, io.EOF) {
			return deps
		} else if err != nil {
			t.Fatal(err)
		}
		deps[p.ImportPath] = p
	}
}

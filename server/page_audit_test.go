package server

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"

	"github.com/yishi-project/yishi/server/locale"
)

// What the store writes can be looked for, under a name that people understand:
// an act that the page does not know is one that nobody finds.
func TestTheAuditKnowsAllThatIsWritten(t *testing.T) {
	files, err := filepath.Glob("../models/*.go")
	if err != nil {
		t.Fatal(err)
	}
	written := regexp.MustCompile(`(?:Act: |[aA]ct(?:, err)? :?= |act[A-Z]\w+ += |auditImport\([^"\n]*)"([a-z_]+)"`)
	elsewhere := []string{"retire"} // belongs to no community
	words, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	var found []string
	for _, f := range files {
		text, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range written.FindAllStringSubmatch(string(text), -1) {
			if !slices.Contains(found, m[1]) && !slices.Contains(elsewhere, m[1]) {
				found = append(found, m[1])
			}
		}
	}
	if len(found) < 30 {
		t.Fatalf("only %d acts were found: %v", len(found), found)
	}
	for _, act := range found {
		if !slices.Contains(auditActs, act) {
			t.Errorf("the audit cannot be narrowed to %s", act)
		}
		for _, lang := range []string{"zh", "en"} {
			if !words.For(lang).Has("audit_act_" + act) {
				t.Errorf("%s has no name in %s", act, lang)
			}
		}
	}
}

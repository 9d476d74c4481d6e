package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"github.com/yishi-project/yishi/bench"
)

// A small run of the whole command: real server, real SQLite, real sign-in.
func TestBenchCountsWhatItCast(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "report.json")
	args := []string{
		"bench", "--data", dir, "--voters", "20", "--rounds", "2", "--communities", "4", "--each", "5", "--clients", "8",
		"--readers", "5", "--pause", "100ms", "--hurry", "60", "--json", file,
	}
	if code := run(t.Context(), args); code != 0 {
		t.Fatalf("yishi bench: exit %d", code)
	}
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var r bench.Report
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	if len(r.Polls) != len(bench.Profiles())*len(bench.Kinds()) || len(r.Pages) != len(bench.Kinds()) {
		t.Fatalf("%d polls and %d pages were measured", len(r.Polls), len(r.Pages))
	}
	for _, row := range r.Polls {
		if row.Acknowledged == 0 || row.Acknowledged != row.Tallied || row.Difference != 0 {
			t.Errorf("%s: %+v", row.Profile, row)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "yishi-bench-*")); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

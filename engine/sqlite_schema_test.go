//go:build !noengine

package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
)

var discard = slog.New(slog.DiscardHandler)

// ageMain takes from a main file what came after the version, as an older server would have left it.
var ageMain = map[string][]string{
	"0.10": {"DROP TABLE current_chasm_executions"},
	"0.9":  {"DROP TABLE current_chasm_executions", "DROP TABLE tasks_v2", "DROP TABLE task_queues_v2"},
}

// ageVisibility makes a visibility file of another schema, with a column missing that today's has,
// and one that it no longer has.
var ageVisibility = []string{
	"ALTER TABLE executions_visibility DROP COLUMN TemporalExternalPayloadCount",
	"ALTER TABLE executions_visibility ADD COLUMN gone TEXT",
	"DELETE FROM yishi_engine WHERE name = 'visibility_schema'",
}

const unstamp = "DROP TABLE schema_version; DROP TABLE yishi_engine"

func restamp(schema, server string) string {
	return fmt.Sprintf(`UPDATE schema_version SET curr_version = '%s', min_compatible_version = '%s';
		REPLACE INTO yishi_engine (name, value) VALUES ('server_version', '%s')`, schema, schema, server)
}

func execIn(t *testing.T, path string, statements ...string) {
	t.Helper()
	db, err := openFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range statements {
		if _, err := db.Exec(s); err != nil {
			t.Fatalf("%s: %v", s, err)
		}
	}
}

// shape gives the tables, columns and indexes of a file.
func shape(t *testing.T, path string) []string {
	t.Helper()
	db, err := openFile(path)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var all []string
	err = inTx(t.Context(), db, func(tx *sql.Tx) (err error) {
		all, err = texts(t.Context(), tx, `
			SELECT 'column ' || m.name || '.' || c.name || ' ' || lower(c.type) || ' ' || c."notnull" || c.pk || c.hidden
			FROM sqlite_master m JOIN pragma_table_xinfo(m.name) c WHERE m.type = 'table'
			UNION ALL SELECT type || ' ' || name FROM sqlite_master WHERE type IN ('index', 'trigger') ORDER BY 1`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func freshFolder(t *testing.T) (mainPath, visibilityPath string) {
	t.Helper()
	dir := t.TempDir()
	mainPath, visibilityPath = filepath.Join(dir, mainFile), filepath.Join(dir, visibilityFile)
	if err := prepareFolder(t.Context(), discard, mainPath, visibilityPath); err != nil {
		t.Fatal(err)
	}
	return mainPath, visibilityPath
}

func backups(t *testing.T, mainPath string) []string {
	t.Helper()
	found, err := filepath.Glob(filepath.Join(filepath.Dir(mainPath), "*.before-*"))
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func TestOlderFilesAreBroughtForward(t *testing.T) {
	freshMain, freshVisibility := freshFolder(t)
	for name, age := range map[string][]string{
		"0.10, stamped":   append([]string{restamp("0.10", "1.31.9")}, ageMain["0.10"]...),
		"0.10, unstamped": append([]string{unstamp}, ageMain["0.10"]...),
		"0.9, stamped":    append([]string{restamp("0.9", "1.31.0")}, ageMain["0.9"]...),
		"0.9, unstamped":  append([]string{unstamp}, ageMain["0.9"]...),
	} {
		t.Run(name, func(t *testing.T) {
			mainPath, visibilityPath := freshFolder(t)
			execIn(t, mainPath, age...)
			execIn(t, visibilityPath, ageVisibility...)
			if cmp.Equal(shape(t, freshMain), shape(t, mainPath)) || cmp.Equal(shape(t, freshVisibility), shape(t, visibilityPath)) {
				t.Fatal("the files were not made older")
			}
			if err := prepareFolder(t.Context(), discard, mainPath, visibilityPath); err != nil {
				t.Fatal(err)
			}
			if d := cmp.Diff(shape(t, freshMain), shape(t, mainPath)); d != "" {
				t.Errorf("%s is not as a fresh one:\n%s", mainFile, d)
			}
			if d := cmp.Diff(shape(t, freshVisibility), shape(t, visibilityPath)); d != "" {
				t.Errorf("%s is not as a fresh one:\n%s", visibilityFile, d)
			}
			if got := backups(t, mainPath); len(got) != 2 {
				t.Errorf("backups: %v, want one of each file", got)
			}
			// A second start finds nothing to do.
			if err := prepareFolder(t.Context(), discard, mainPath, visibilityPath); err != nil {
				t.Fatal(err)
			}
			if got := backups(t, mainPath); len(got) != 2 {
				t.Errorf("backups after a second start: %v", got)
			}
		})
	}
}

func TestFilesThatMustNotBeOpened(t *testing.T) {
	for name, age := range map[string]string{
		"newer schema":          restamp("0.12", "1.32.1"),
		"newer server":          restamp("0.11", "1.33.0"),
		"another major":         restamp("0.11", "2.0.0"),
		"two minors behind":     restamp("0.10", "1.30.8"),
		"too old":               restamp("0.8", "1.31.0"),
		"too old, unstamped":    unstamp + "; DROP TABLE chasm_node_maps; DROP TABLE tasks_v2; DROP TABLE current_chasm_executions",
		"no version at all":     restamp("soon", "1.31.0"),
		"no server we can read": restamp("0.11", "new"),
	} {
		t.Run(name, func(t *testing.T) {
			mainPath, visibilityPath := freshFolder(t)
			execIn(t, mainPath, age)
			before := shape(t, mainPath)
			err := prepareFolder(t.Context(), discard, mainPath, visibilityPath)
			if !errors.Is(err, ErrSchema) {
				t.Fatalf("got %v, want ErrSchema", err)
			}
			t.Log(err)
			if d := cmp.Diff(before, shape(t, mainPath)); d != "" || len(backups(t, mainPath)) != 0 {
				t.Errorf("a refused file was changed: %v\n%s", backups(t, mainPath), d)
			}
		})
	}
}

func TestSameMinorMayGoBack(t *testing.T) {
	mainPath, visibilityPath := freshFolder(t)
	execIn(t, mainPath, restamp("0.11", "1.32.9"))
	if err := prepareFolder(t.Context(), discard, mainPath, visibilityPath); err != nil {
		t.Fatal(err)
	}
}

func TestUnneededIndexesAreGone(t *testing.T) {
	_, visibilityPath := freshFolder(t)
	kept := 0
	for _, s := range shape(t, visibilityPath) {
		index, ok := strings.CutPrefix(s, "index ")
		if !ok || strings.HasPrefix(index, "sqlite_autoindex") {
			continue
		}
		kept++
		if strings.HasPrefix(index, "by_temporal") || strings.HasPrefix(index, "by_keyword") {
			t.Errorf("index %s is there", index)
		}
	}
	if kept < 5 || kept > 15 {
		t.Errorf("%d indexes are kept", kept)
	}
}

// TestServerOnOlderFiles runs the server on files as the previous server had them: what was under
// way goes on, lists keep their rows, and Schedules work, which hang on an older schema.
func TestServerOnOlderFiles(t *testing.T) {
	dir := t.TempDir()
	e, stop := start(t, Config{Form: Trial, Dir: dir})
	for _, id := range []string{"ended", "open"} {
		if err := beginSleeper(e, id, 0); err != nil {
			t.Fatal(err)
		}
		if err := say(e, id, "a"); err != nil {
			t.Fatal(err)
		}
	}
	if err := say(e, "ended", "b"); err != nil {
		t.Fatal(err)
	}
	wantResult(t, e, "ended", "ab")
	wantListed(t, e, 2)
	stop()

	// Another path, since Temporal keeps its connections to the first until the process ends.
	older := filepath.Join(t.TempDir(), "older")
	if err := os.CopyFS(older, os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	execIn(t, filepath.Join(older, mainFile), append([]string{unstamp}, ageMain["0.9"]...)...)
	execIn(t, filepath.Join(older, visibilityFile), ageVisibility...)

	e, _ = start(t, Config{Form: Trial, Dir: older, Log: discard})
	if err := say(e, "open", "b"); err != nil {
		t.Fatal(err)
	}
	wantResult(t, e, "open", "ab")
	wantListed(t, e, 2)
	wantSchedule(t, e)
}

func wantListed(t *testing.T, e Engine, want int64) {
	t.Helper()
	eventually(t, "list of workflows", func() error {
		got, err := e.Client().CountWorkflow(t.Context(), &workflowservice.CountWorkflowExecutionsRequest{Query: "WorkflowType = 'sleeper'"})
		if err == nil && got.GetCount() != want {
			err = fmt.Errorf("%d listed, want %d", got.GetCount(), want)
		}
		return err
	})
}

func wantSchedule(t *testing.T, e Engine) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), testPatient)
	defer cancel()
	h, err := e.Client().ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID: "daily",
		Spec: client.ScheduleSpec{
			Calendars:    []client.ScheduleCalendarSpec{{Hour: []client.ScheduleRange{{Start: 3}}}},
			TimeZoneName: "Asia/Shanghai",
		},
		Action:             &client.ScheduleWorkflowAction{ID: "by-schedule", Workflow: "sleeper", TaskQueue: testQueue, Args: []any{time.Duration(0)}},
		TriggerImmediately: true,
	})
	if err != nil {
		t.Fatalf("schedule: %v", err)
	}
	eventually(t, "schedule", func() error {
		d, err := h.Describe(ctx)
		if err != nil {
			return err
		}
		if len(d.Info.RecentActions) != 1 || len(d.Info.NextActionTimes) == 0 {
			return fmt.Errorf("%d actions taken, %d to come", len(d.Info.RecentActions), len(d.Info.NextActionTimes))
		}
		if next := d.Info.NextActionTimes[0].UTC(); next.Hour() != 19 {
			return fmt.Errorf("next at %v, want 03:00 in Shanghai", next)
		}
		return nil
	})
}

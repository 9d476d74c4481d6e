//go:build !noengine

package engine

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/blang/semver/v4"
	"go.temporal.io/server/common/headers"
	"go.temporal.io/server/common/persistence"
	"go.temporal.io/server/schema"
	"go.temporal.io/server/schema/sqlite"
)

// Temporal has no upgrade of its SQLite files: it checks no version, and on an older file most
// things work while some hang. So the files carry their version here, and are brought forward with
// Temporal's own steps, each in one transaction, after a backup.

const (
	mainSchema       = "sqlite/v3/temporal"
	visibilitySchema = "sqlite/v3/visibility/schema.sql"
	// oldestSchema is the oldest main schema that is brought forward (Temporal 1.28). Before it,
	// too much of the data's meaning has changed with the server.
	oldestSchema = "0.9"
	// versionName is the row of Temporal's schema_version; its own tools would write the path
	// there, which changes when the folder is moved.
	versionName = "temporal"
)

// arrivals are tables that came with a version, newest first: they date a file without a stamp.
var arrivals = []struct{ version, table string }{
	{"0.11", "current_chasm_executions"},
	{"0.10", "tasks_v2"},
	{"0.9", "chasm_node_maps"},
	{"0.0", "executions"},
}

const createStamps = `
CREATE TABLE IF NOT EXISTS schema_version (
  version_partition INT NOT NULL, db_name VARCHAR(255) NOT NULL, creation_time DATETIME(6),
  curr_version VARCHAR(64), min_compatible_version VARCHAR(64), PRIMARY KEY (version_partition, db_name));
CREATE TABLE IF NOT EXISTS yishi_engine (name TEXT PRIMARY KEY, value TEXT NOT NULL);`

// prepareFolder makes the files, or brings them to this version.
func prepareFolder(ctx context.Context, log *slog.Logger, mainPath, visibilityPath string) error {
	main, err := openFile(mainPath)
	if err != nil {
		return err
	}
	defer main.Close()
	visibility, err := openFile(visibilityPath)
	if err != nil {
		return err
	}
	defer visibility.Close()

	from, err := mainVersion(ctx, main)
	if err != nil {
		return fmt.Errorf("engine: version of %s: %w", mainFile, err)
	}
	if err := mayOpen(ctx, main, from); err != nil {
		return err
	}
	wanted, err := visibilityHash()
	if err != nil {
		return err
	}
	rebuild, err := visibilityStale(ctx, visibility, wanted)
	if err != nil {
		return err
	}
	if (from != "" && from != sqlite.Version) || rebuild {
		log.Warn("the engine's data files are brought to this version, with a backup beside them",
			"from", from, "to", sqlite.Version, "lists rebuilt", rebuild)
		mark := time.Now().UTC().Format("20060102T150405.000")
		for file, db := range map[string]*sql.DB{mainPath: main, visibilityPath: visibility} {
			if err := backup(ctx, db, file+".before-"+headers.ServerVersion+"-"+mark); err != nil {
				return err
			}
		}
	}
	if err := bringMain(ctx, main, from); err != nil {
		return fmt.Errorf("engine: schema of %s: %w", mainFile, err)
	}
	if err := bringVisibility(ctx, visibility, wanted); err != nil {
		return fmt.Errorf("engine: schema of %s: %w", visibilityFile, err)
	}
	// Last, so that a start that failed midway may go back to the binary before.
	return inTx(ctx, main, func(tx *sql.Tx) error { return stamp(ctx, tx, "server_version", headers.ServerVersion) })
}

// mainVersion gives the schema version of a main file: as stamped, else as its tables tell, and ""
// for an empty file.
func mainVersion(ctx context.Context, db *sql.DB) (string, error) {
	has, err := hasTable(ctx, db, "schema_version")
	if err != nil {
		return "", err
	}
	if has {
		var v string
		err := db.QueryRowContext(ctx, `SELECT curr_version FROM schema_version WHERE version_partition = 0
			ORDER BY db_name = ? DESC LIMIT 1`, versionName).Scan(&v)
		if err == nil || !errors.Is(err, sql.ErrNoRows) {
			return v, err
		}
	}
	for _, a := range arrivals {
		has, err := hasTable(ctx, db, a.table)
		if err != nil {
			return "", err
		}
		if has {
			return a.version, nil
		}
	}
	return "", nil
}

// mayOpen refuses files whose schema or last server does not let this binary follow.
func mayOpen(ctx context.Context, db *sql.DB, from string) error {
	if from == "" {
		return nil
	}
	file, err := semver.ParseTolerant(from)
	if err != nil {
		return fmt.Errorf("engine: %s says it has schema %q: %w", mainFile, from, ErrSchema)
	}
	if file.GT(must(sqlite.Version)) {
		return fmt.Errorf("engine: %s has schema %s, newer than this binary's %s; use the newer Yishi, or a backup: %w",
			mainFile, from, sqlite.Version, ErrSchema)
	}
	if file.LT(must(oldestSchema)) {
		return fmt.Errorf("engine: %s has schema %s, older than %s, the oldest that is brought forward: %w",
			mainFile, from, oldestSchema, ErrSchema)
	}
	last, err := stamped(ctx, db, "server_version")
	if err != nil {
		return err
	}
	return mayFollow(mainFile, last)
}

// bringMain makes the schema of an empty main file, or takes the steps that it lacks.
func bringMain(ctx context.Context, db *sql.DB, from string) error {
	if from == "" {
		return inTx(ctx, db, func(tx *sql.Tx) error {
			if err := run(ctx, tx, path.Join(mainSchema, "schema.sql")); err != nil {
				return err
			}
			return stampSchema(ctx, tx, sqlite.Version)
		})
	}
	steps, err := stepsAfter(from)
	if err != nil {
		return err
	}
	for _, s := range steps {
		err := inTx(ctx, db, func(tx *sql.Tx) error {
			for _, file := range s.files {
				if err := run(ctx, tx, file); err != nil {
					return err
				}
			}
			return stampSchema(ctx, tx, s.version)
		})
		if err != nil {
			return fmt.Errorf("step to %s: %w", s.version, err)
		}
	}
	return inTx(ctx, db, func(tx *sql.Tx) error { return stampSchema(ctx, tx, sqlite.Version) })
}

type step struct {
	version string
	files   []string
}

// stepsAfter reads Temporal's embedded steps from the version (exclusive) to this binary's.
func stepsAfter(from string) ([]step, error) {
	dir := path.Join(mainSchema, "versioned")
	entries, err := fs.ReadDir(schema.Assets(), dir)
	if err != nil {
		return nil, err
	}
	var steps []step
	for _, e := range entries {
		v := strings.TrimPrefix(e.Name(), "v")
		if must(v).LE(must(from)) || must(v).GT(must(sqlite.Version)) {
			continue
		}
		raw, err := fs.ReadFile(schema.Assets(), path.Join(dir, e.Name(), "manifest.json"))
		if err != nil {
			return nil, err
		}
		var manifest struct{ SchemaUpdateCqlFiles []string }
		if err := json.Unmarshal(raw, &manifest); err != nil {
			return nil, fmt.Errorf("manifest of %s: %w", v, err)
		}
		s := step{version: v}
		for _, f := range manifest.SchemaUpdateCqlFiles {
			s.files = append(s.files, path.Join(dir, e.Name(), f))
		}
		steps = append(steps, s)
	}
	slices.SortFunc(steps, func(a, b step) int { return must(a.version).Compare(must(b.version)) })
	return steps, nil
}

// unneededIndex names the visibility indexes that are dropped: those of search attributes that
// nobody uses. Each costs on every write; together they are five sixths of the file.
var unneededIndex = regexp.MustCompile(`^by_(temporal_.*|batcher_user|(bool|datetime|double|int|keyword)_\d+)$`)

// visibilityHash is the version of the visibility schema, for which Temporal keeps no number, and
// of what is made of it here.
func visibilityHash() (string, error) {
	text, err := fs.ReadFile(schema.Assets(), visibilitySchema)
	if err != nil {
		return "", fmt.Errorf("engine: visibility schema: %w", err)
	}
	sum := sha256.Sum256(append(text, unneededIndex.String()...))
	return hex.EncodeToString(sum[:]), nil
}

// visibilityStale reports whether a visibility file holds tables of another version.
func visibilityStale(ctx context.Context, db *sql.DB, wanted string) (bool, error) {
	has, err := hasTable(ctx, db, "executions_visibility")
	if err != nil || !has {
		return false, err
	}
	is, err := stamped(ctx, db, "visibility_schema")
	return is != wanted, err
}

// bringVisibility makes the schema, carrying over the rows of another version: the plain columns
// are copied, and the generated ones and the text index fill themselves.
func bringVisibility(ctx context.Context, db *sql.DB, wanted string) error {
	is, err := stamped(ctx, db, "visibility_schema")
	if err != nil || is == wanted {
		return err
	}
	old, err := hasTable(ctx, db, "executions_visibility")
	if err != nil {
		return err
	}
	if !old {
		return inTx(ctx, db, func(tx *sql.Tx) error { return makeVisibility(ctx, tx, wanted) })
	}
	return inTx(ctx, db, func(tx *sql.Tx) error {
		if err := setAside(ctx, tx); err != nil {
			return err
		}
		if err := makeVisibility(ctx, tx, wanted); err != nil {
			return err
		}
		return carryOver(ctx, tx)
	})
}

func makeVisibility(ctx context.Context, tx *sql.Tx, hash string) error {
	if err := run(ctx, tx, visibilitySchema); err != nil {
		return err
	}
	if err := dropUnneeded(ctx, tx); err != nil {
		return err
	}
	return stamp(ctx, tx, "visibility_schema", hash)
}

func setAside(ctx context.Context, tx *sql.Tx) error {
	drops, err := texts(ctx, tx, `SELECT 'DROP ' || type || ' "' || name || '"' FROM sqlite_master
		WHERE (tbl_name = 'executions_visibility' AND type IN ('trigger', 'index') AND sql IS NOT NULL)
		   OR sql LIKE 'CREATE VIRTUAL TABLE%'`)
	if err != nil {
		return err
	}
	for _, s := range append(drops, `ALTER TABLE executions_visibility RENAME TO executions_visibility_before`) {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func carryOver(ctx context.Context, tx *sql.Tx) error {
	columns, err := texts(ctx, tx, `SELECT '"' || n.name || '"' FROM pragma_table_xinfo('executions_visibility') n
		JOIN pragma_table_xinfo('executions_visibility_before') o USING (name) WHERE n.hidden = 0 AND o.hidden = 0`)
	if err != nil {
		return err
	}
	list := strings.Join(columns, ", ")
	for _, s := range []string{
		`INSERT INTO executions_visibility (` + list + `) SELECT ` + list + ` FROM executions_visibility_before`,
		`DROP TABLE executions_visibility_before`,
	} {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return err
		}
	}
	return nil
}

func dropUnneeded(ctx context.Context, tx *sql.Tx) error {
	names, err := texts(ctx, tx, `SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL`)
	if err != nil {
		return err
	}
	for _, n := range names {
		if unneededIndex.MatchString(n) {
			if _, err := tx.ExecContext(ctx, `DROP INDEX "`+n+`"`); err != nil {
				return err
			}
		}
	}
	return nil
}

// backup writes a whole copy of the database, without opening the file beside SQLite.
func backup(ctx context.Context, db *sql.DB, to string) error {
	if _, err := db.ExecContext(ctx, `VACUUM INTO ?`, to); err != nil {
		return fmt.Errorf("engine: backup to %s: %w", filepath.Base(to), err)
	}
	return nil
}

// run executes an embedded SQL file of Temporal's.
func run(ctx context.Context, tx *sql.Tx, file string) error {
	text, err := fs.ReadFile(schema.Assets(), file)
	if err != nil {
		return err
	}
	statements, err := persistence.LoadAndSplitQueryFromReaders([]io.Reader{bytes.NewReader(text)})
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	for _, s := range statements {
		if _, err := tx.ExecContext(ctx, s); err != nil {
			return fmt.Errorf("%s: %w", file, err)
		}
	}
	return nil
}

func stampSchema(ctx context.Context, tx *sql.Tx, version string) error {
	if _, err := tx.ExecContext(ctx, createStamps); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `REPLACE INTO schema_version
		(version_partition, db_name, creation_time, curr_version, min_compatible_version) VALUES (0, ?, ?, ?, ?)`,
		versionName, time.Now().UTC(), version, version)
	return err
}

func stamp(ctx context.Context, tx *sql.Tx, name, value string) error {
	if _, err := tx.ExecContext(ctx, createStamps); err != nil {
		return err
	}
	_, err := tx.ExecContext(ctx, `REPLACE INTO yishi_engine (name, value) VALUES (?, ?)`, name, value)
	return err
}

// stamped gives a value stamped into the file, "" where there is none.
func stamped(ctx context.Context, db *sql.DB, name string) (string, error) {
	has, err := hasTable(ctx, db, "yishi_engine")
	if err != nil || !has {
		return "", err
	}
	var v string
	err = db.QueryRowContext(ctx, `SELECT value FROM yishi_engine WHERE name = ?`, name).Scan(&v)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	return v, err
}

func hasTable(ctx context.Context, db *sql.DB, name string) (bool, error) {
	var n int
	err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = ?`, name).Scan(&n)
	return n > 0, err
}

func texts(ctx context.Context, tx *sql.Tx, query string) ([]string, error) {
	rows, err := tx.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var all []string
	for rows.Next() {
		var s string
		if err := rows.Scan(&s); err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, rows.Err()
}

func inTx(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := do(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

package models_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/peterldowns/pgtestdb"

	"github.com/yishi-project/yishi/ballotbox"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/vault"
)

// backend is one of the databases the suite runs on, with a fresh database in it.
type backend struct {
	config models.Config
	// raw is a connection beside the store, for what the store would never do.
	raw func(t *testing.T) *sql.DB
}

func keys(t testing.TB, fill byte) *vault.Keyring {
	t.Helper()
	k, err := vault.FromKeys(bytes.Repeat([]byte{fill}, vault.KeySize))
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func rawDB(driver, dsn string) func(t *testing.T) *sql.DB {
	return func(t *testing.T) *sql.DB {
		t.Helper()
		db, err := sql.Open(driver, dsn)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = db.Close() })
		return db
	}
}

func sqliteBackend(t *testing.T) backend {
	path := filepath.Join(t.TempDir(), "yishi.db")
	return backend{
		config: models.Config{Driver: models.SQLite, DSN: path, Vault: keys(t, 7), Keys: got(ballotbox.OpenFolder(t.TempDir()))(t)},
		raw:    rawDB("sqlite", "file:"+path+"?_pragma=foreign_keys(1)&_pragma=busy_timeout(5000)"),
	}
}

// schema makes the template that each test's database is a copy of.
type schema struct{ t *testing.T }

func (schema) Hash() (string, error) {
	h := sha256.New()
	files, err := filepath.Glob("migrations/*.sql")
	for _, f := range files {
		b, rerr := os.ReadFile(f)
		_, _ = h.Write(b)
		err = errors.Join(err, rerr)
	}
	return hex.EncodeToString(h.Sum(nil)), err
}

func (m schema) Migrate(ctx context.Context, _ *sql.DB, c pgtestdb.Config) error {
	s, err := models.Open(ctx, models.Config{Driver: models.Postgres, DSN: c.URL(), Vault: keys(m.t, 7)})
	if err != nil {
		return err
	}
	return errors.Join(s.Migrate(ctx), s.Close())
}

func postgresBackend(t *testing.T, m pgtestdb.Migrator) backend {
	if os.Getenv("PGHOST") == "" {
		const why = "no PostgreSQL at hand: run `pg_virtualenv -o fsync=off go test ./models`"
		if os.Getenv("REQUIRE_POSTGRES") == "1" {
			t.Fatal(why)
		}
		t.Skip(why)
	}
	c := pgtestdb.Custom(t, pgtestdb.Config{
		DriverName: "pgx", Host: os.Getenv("PGHOST"), Port: os.Getenv("PGPORT"), User: os.Getenv("PGUSER"),
		Password: os.Getenv("PGPASSWORD"), Database: "postgres", Options: "sslmode=prefer",
	}, m)
	return backend{
		config: models.Config{Driver: models.Postgres, DSN: c.URL(), Vault: keys(t, 7), Keys: got(ballotbox.OpenFolder(t.TempDir()))(t), MaxConns: 10},
		raw:    rawDB("pgx", c.URL()),
	}
}

func (b backend) open(t *testing.T) *models.Store {
	t.Helper()
	s, err := models.Open(t.Context(), b.config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// migrated is a migrated and empty SQLite file.
var migrated = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "yishi-models-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	k, err := vault.FromKeys(bytes.Repeat([]byte{7}, vault.KeySize))
	if err != nil {
		return nil, err
	}
	path := filepath.Join(dir, "yishi.db")
	s, err := models.Open(context.Background(), models.Config{Driver: models.SQLite, DSN: path, Vault: k})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(s.Migrate(context.Background()), s.Close()); err != nil { // closing brings the log into the file
		return nil, err
	}
	return os.ReadFile(path)
})

// each runs a test of the conformance suite on both databases, migrated and empty.
func each(t *testing.T, f func(t *testing.T, b backend, s *models.Store)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) {
		b := sqliteBackend(t)
		ok(t, os.WriteFile(b.config.DSN, got(migrated())(t), 0o600))
		f(t, b, b.open(t))
	})
	t.Run("postgres", func(t *testing.T) {
		b := postgresBackend(t, schema{t})
		f(t, b, b.open(t))
	})
}

// eachEmpty gives both databases before any migration.
func eachEmpty(t *testing.T, f func(t *testing.T, b backend)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, sqliteBackend(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, postgresBackend(t, pgtestdb.NoopMigrator{})) })
}

func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func got[T any](v T, err error) func(t testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		ok(t, err)
		return v
	}
}

func refused(t testing.TB, err error, code deliberation.RefusalCode) {
	t.Helper()
	if !errors.Is(err, deliberation.Refuse(code)) {
		t.Fatalf("got %v, want the refusal %s", err, code)
	}
}

func equal[T comparable](t testing.TB, what string, got, want T) {
	t.Helper()
	if got != want {
		t.Fatalf("%s: got %v, want %v", what, got, want)
	}
}

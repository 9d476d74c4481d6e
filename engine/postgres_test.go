//go:build !noengine

package engine

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// testPostgres is the server that the PG* variables name, as pg_virtualenv sets them.
func testPostgres(t *testing.T) (dsn string, server *pgx.ConnConfig) {
	t.Helper()
	if os.Getenv("PGHOST") == "" {
		if os.Getenv("REQUIRE_POSTGRES") == "1" {
			t.Fatal("REQUIRE_POSTGRES=1, but PGHOST names no PostgreSQL server")
		}
		t.Skip("needs a PostgreSQL server: run pg_virtualenv -o fsync=off go test ./engine")
	}
	dsn = "dbname=postgres"
	server, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	return dsn, server
}

func TestOneNode(t *testing.T) {
	dsn, server := testPostgres(t)
	c := Config{Form: OneNode, PostgresDSN: dsn}
	e, stop := start(t, c)
	if err := beginSleeper(e, "on-postgres", time.Second); err != nil {
		t.Fatal(err)
	}
	if err := say(e, "on-postgres", "a"); err != nil {
		t.Fatal(err)
	}
	if err := e.Ready(t.Context()); err != nil {
		t.Errorf("ready: %v", err)
	}
	second := c
	second.Log = quiet(t)
	_, err := Start(t.Context(), second)
	if !errors.Is(err, ErrInUse) {
		t.Fatalf("second start on the same databases: %v, want ErrInUse", err)
	}
	t.Log(err)
	stop()

	c.Retention = 48 * time.Hour
	e, stop = start(t, c)
	if err := say(e, "on-postgres", "b"); err != nil {
		t.Fatal(err)
	}
	wantResult(t, e, "on-postgres", "ab")
	wantListed(t, e, 1)
	wantRetention(t, e, 48*time.Hour)
	wantSchedule(t, e)
	stop()

	conn := connect(t, onDatabase(server, mainOf(server)))
	for _, version := range []string{"1.30.8", "1.33.0"} {
		if _, err := conn.Exec(t.Context(), `UPDATE yishi_engine SET value = $1 WHERE name = 'server_version'`, version); err != nil {
			t.Fatal(err)
		}
		if _, err := Start(t.Context(), c); !errors.Is(err, ErrSchema) {
			t.Errorf("start on a database of Temporal %s: %v, want ErrSchema", version, err)
		}
	}
}

// lockWatcher looks at and ends the sessions that hold the advisory lock.
type lockWatcher struct {
	t    *testing.T
	conn *pgx.Conn
}

func (w lockWatcher) holder() (pid int, err error) {
	err = w.conn.QueryRow(w.t.Context(), `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND granted
		AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&pid)
	return pid, err
}

// endHolder ends the session that holds the lock, and gives which it was.
func (w lockWatcher) endHolder() int {
	w.t.Helper()
	pid, err := w.holder()
	if err == nil {
		_, err = w.conn.Exec(w.t.Context(), `SELECT pg_terminate_backend($1)`, pid)
	}
	if err != nil {
		w.t.Fatal(err)
	}
	return pid
}

func connect(t *testing.T, server *pgx.ConnConfig) *pgx.Conn {
	t.Helper()
	conn, err := pgx.ConnectConfig(t.Context(), server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

// TestPostgresLock shows that the hold on the database outlives the end of its session, and that a
// hold taken over by another is noticed.
func TestPostgresLock(t *testing.T) {
	_, server := testPostgres(t)
	server = ownDatabase(t, server)
	ctx := t.Context()
	times := lockTimes{patience: 300 * time.Millisecond, every: 20 * time.Millisecond}
	w := lockWatcher{t, connect(t, server)}
	l, err := holdPostgres(ctx, server, discard, times)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := holdPostgres(ctx, server, discard, times); !errors.Is(err, ErrInUse) {
		t.Fatalf("second hold: %v, want ErrInUse", err)
	}
	was := w.endHolder()
	eventually(t, "hold after the end of its session", func() error {
		is, err := w.holder()
		if err == nil && is == was {
			err = fmt.Errorf("still session %d", is)
		}
		return errors.Join(err, l.held())
	})

	// Another waits for the lock in PostgreSQL's queue, so it is next when the session ends.
	other := connect(t, server)
	got := make(chan error, 1)
	go func() {
		_, err := other.Exec(ctx, `SELECT pg_advisory_lock($1)`, int64(lockKey))
		got <- err
	}()
	eventually(t, "queue for the lock", func() error {
		var n int
		err := w.conn.QueryRow(ctx, `SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`).Scan(&n)
		if err == nil && n != 1 {
			err = fmt.Errorf("%d are waiting", n)
		}
		return err
	})
	w.endHolder()
	if err := <-got; err != nil {
		t.Fatal(err)
	}
	eventually(t, "loss of the hold", func() error {
		if err := l.held(); !errors.Is(err, ErrInUse) {
			return fmt.Errorf("held says %w", err)
		}
		return nil
	})
	if err := l.release(); err != nil {
		t.Fatal(err)
	}
}

// ownDatabase makes a database for this test alone: advisory locks are seen, and ended, by all who
// look at the same one, and other packages' tests run beside these.
func ownDatabase(t *testing.T, server *pgx.ConnConfig) *pgx.ConnConfig {
	t.Helper()
	name := fmt.Sprintf("yishi_lock_%d", time.Now().UnixNano())
	admin := connect(t, server)
	if _, err := admin.Exec(t.Context(), "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if _, err := admin.Exec(context.Background(), "DROP DATABASE "+name+" WITH (FORCE)"); err != nil {
			t.Error(err)
		}
	})
	return onDatabase(server, name)
}

func TestPostgresOutOfReach(t *testing.T) {
	_, err := Start(t.Context(), Config{Form: OneNode, PostgresDSN: "postgres://yishi:secret@127.0.0.1:1/yishi", Log: discard})
	if err == nil {
		t.Fatal("a server that is not there was taken")
	}
	if strings.Contains(err.Error(), "secret") {
		t.Errorf("the password is in the error: %v", err)
	}
}

func mainOf(server *pgx.ConnConfig) string {
	main, _ := databases(server)
	return main
}

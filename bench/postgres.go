package bench

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// The names of the databases in a report.
const (
	SQLite   = "SQLite"
	Postgres = "PostgreSQL"
)

// Cluster is a PostgreSQL cluster with a database of the bench's own in it.
type Cluster struct {
	admin *pgx.ConnConfig
	name  string
}

// NewCluster makes a throw-away database in the cluster of the DSN, whose own
// database is left alone. The role must be allowed to make databases.
func NewCluster(ctx context.Context, dsn string) (*Cluster, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err // pgx leaves the password out
	}
	c := &Cluster{admin: config, name: "yishi_bench_" + strings.ToLower(rand.Text()[:10])}
	return c, c.exec(ctx, "CREATE DATABASE "+c.name)
}

// Drop removes the throw-away database.
func (c *Cluster) Drop(ctx context.Context) error {
	return c.exec(ctx, "DROP DATABASE IF EXISTS "+c.name+" WITH (FORCE)")
}

func (c *Cluster) exec(ctx context.Context, sql string) error {
	conn, err := pgx.ConnectConfig(ctx, c.admin)
	if err != nil {
		return err
	}
	_, err = conn.Exec(ctx, sql)
	return errors.Join(err, conn.Close(ctx))
}

// DSN is the address of the throw-away database.
func (c *Cluster) DSN() string {
	u := url.URL{Scheme: "postgres", User: url.UserPassword(c.admin.User, c.admin.Password), Path: "/" + c.name}
	q := url.Values{"host": {c.admin.Host}, "port": {strconv.Itoa(int(c.admin.Port))}}
	if c.admin.TLSConfig == nil {
		q.Set("sslmode", "disable")
	}
	u.RawQuery = q.Encode()
	return u.String()
}

// Facts are the cluster's settings that matter here; durable is whether it syncs
// what it acknowledges.
func (c *Cluster) Facts(ctx context.Context) (facts map[string]string, durable bool, err error) {
	conn, err := pgx.ConnectConfig(ctx, c.admin)
	if err != nil {
		return nil, false, err
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	facts = map[string]string{}
	for _, name := range []string{"server_version", "fsync", "synchronous_commit", "full_page_writes", "wal_sync_method", "shared_buffers"} {
		var v string
		if err := conn.QueryRow(ctx, "SELECT current_setting($1)", name).Scan(&v); err != nil {
			return nil, false, err
		}
		facts[name] = v
	}
	var dir string // only a superuser may know it
	if err := conn.QueryRow(ctx, "SELECT current_setting('data_directory')").Scan(&dir); err == nil && fileSystem(dir) != "" {
		facts["file_system"] = fileSystem(dir)
	}
	// The store itself refuses synchronous_commit=off, pgbench would not.
	durable = facts["fsync"] == "on" && facts["full_page_writes"] == "on" && facts["synchronous_commit"] != "off" && !inMemory(dir)
	return facts, durable, nil
}

// Slow makes each flush of the log wait first, as on a slow disk: only in the
// throw-away database, and for pgbench as well. Only a superuser may. It is a little
// kinder than a slow disk: who comes while it waits is still flushed with it.
func (c *Cluster) Slow(ctx context.Context, delay time.Duration) error {
	if delay == 0 {
		return c.exec(ctx, "ALTER DATABASE "+c.name+" RESET ALL")
	}
	err := c.exec(ctx, fmt.Sprintf("ALTER DATABASE %s SET commit_delay = %d", c.name, delay.Microseconds()))
	if err == nil {
		err = c.exec(ctx, "ALTER DATABASE "+c.name+" SET commit_siblings = 0") // however few are at work
	}
	return err
}

// Pgbench finds the tool; ok is false where it is not installed.
func Pgbench() (path string, ok bool) {
	if path, err := exec.LookPath("pgbench"); err == nil {
		return path, true
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/pgbench") // where Debian keeps it
	if len(found) == 0 {
		return "", false
	}
	slices.Sort(found)
	return found[len(found)-1], true
}

var tps = regexp.MustCompile(`tps = ([0-9.]+)`)

// Commits measures single-row commits with pgbench in the throw-away database.
func (c *Cluster) Commits(ctx context.Context, clients int, d time.Duration) (float64, error) {
	tool, ok := Pgbench()
	if !ok {
		return 0, errors.New("pgbench is not installed")
	}
	conn, err := pgx.Connect(ctx, c.DSN())
	if err != nil {
		return 0, err
	}
	_, err = conn.Exec(ctx, "CREATE TABLE IF NOT EXISTS bench_commits (id bigserial PRIMARY KEY, client int NOT NULL, at timestamptz NOT NULL)")
	if err = errors.Join(err, conn.Close(ctx)); err != nil {
		return 0, err
	}
	cmd := exec.CommandContext(ctx, tool, "-n", "-M", "prepared", "-c", strconv.Itoa(clients), "-j", "2", "-T", strconv.Itoa(max(1, int(d.Seconds()))), "-f", "/dev/stdin") //nolint:gosec // the tool is looked up, the arguments are numbers
	cmd.Stdin = strings.NewReader("INSERT INTO bench_commits (client, at) VALUES (:client_id, now());\n")
	cmd.Env = append(os.Environ(), "PGHOST="+c.admin.Host, "PGPORT="+strconv.Itoa(int(c.admin.Port)), "PGUSER="+c.admin.User, "PGPASSWORD="+c.admin.Password, "PGDATABASE="+c.name)
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, fmt.Errorf("pgbench: %w: %.300s", err, out)
	}
	found := tps.FindSubmatch(out)
	if found == nil {
		return 0, fmt.Errorf("pgbench printed no rate: %.300s", out)
	}
	return strconv.ParseFloat(string(found[1]), 64)
}

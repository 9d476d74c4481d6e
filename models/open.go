package models

import (
	"context"
	"database/sql"
	"net/url"
	"os"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/libtnb/sqlite"
	"gorm.io/driver/postgres"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

const (
	sqliteReaders   = 8
	defaultMaxConns = 20
)

func gormConfig() *gorm.Config {
	return &gorm.Config{
		Logger:                 logger.Discard, // it would print values
		SkipDefaultTransaction: true,           // write says where a transaction is
		TranslateError:         true,
	}
}

// openSQLite opens one pool for reading and one connection for writing: writers
// then wait in line in Go, which is fair, instead of on SQLite's busy handler.
// synchronous=FULL makes a commit durable before it is acknowledged.
func openSQLite(path string) (reads, writes *gorm.DB, err error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, nil, err
	}
	if err := f.Close(); err != nil {
		return nil, nil, err
	}
	const pragmas = "&_pragma=busy_timeout(5000)&_pragma=foreign_keys(1)"
	file := "file:" + (&url.URL{Path: path}).EscapedPath() + "?_time_format=sqlite" + pragmas
	writes, err = openSQLitePool(file+"&_txlock=immediate&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)", 1)
	if err != nil {
		return nil, nil, err
	}
	reads, err = openSQLitePool(file+"&_txlock=deferred&_pragma=query_only(1)", sqliteReaders)
	return reads, writes, err
}

func openSQLitePool(dsn string, conns int) (*gorm.DB, error) {
	db, err := gorm.Open(sqlite.Open(dsn), gormConfig())
	if err != nil {
		return nil, err
	}
	pool, err := db.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return db, nil
}

func openPostgres(dsn string, conns int) (*gorm.DB, error) {
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, err // pgx leaves the password out
	}
	pool := stdlib.OpenDB(*config, stdlib.OptionAfterConnect(durable))
	if conns <= 0 {
		conns = defaultMaxConns
	}
	pool.SetMaxOpenConns(conns)
	pool.SetMaxIdleConns(conns)
	return gormPostgres(pool)
}

func gormPostgres(pool *sql.DB) (*gorm.DB, error) {
	return gorm.Open(postgres.New(postgres.Config{Conn: pool}), gormConfig())
}

// durable refuses to inherit synchronous_commit=off from a database or role: a
// ballot is on disk before it is acknowledged. Stronger settings are left alone.
func durable(ctx context.Context, c *pgx.Conn) error {
	_, err := c.Exec(ctx, "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'")
	return err
}

//go:build !noengine

package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/iancoleman/strcase"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/jmoiron/sqlx"
	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/headers"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/postgresql"
	schematool "go.temporal.io/server/tools/common/schema"
	sqltool "go.temporal.io/server/tools/sql"
)

// databases names the engine's two databases after Yishi's own, so that two
// installations on one server never share an engine.
func databases(server *pgx.ConnConfig) (main, visibility string) {
	own := server.Database
	if own == "" {
		own = "yishi"
	}
	return own + "_temporal", own + "_temporal_visibility"
}

// longestName is PostgreSQL's limit; a longer name would be cut without a word.
const longestName = 63

const (
	postgresSchema     = "postgresql/v12/temporal"
	postgresVisibility = "postgresql/v12/visibility"
	// Connections of a store in each of the four services. Together they leave room below
	// PostgreSQL's default of 100, which Yishi's own data shares.
	mainConns       = 10
	visibilityConns = 4
)

// openPostgres makes the engine's databases where they are missing, holds them for this process,
// brings their schema to this version and describes them to the server.
func openPostgres(ctx context.Context, c Config) (_ *store, err error) {
	server, err := pgx.ParseConfig(c.PostgresDSN)
	if err != nil {
		return nil, errors.New("engine: the address of the PostgreSQL server cannot be read") // it may hold a password
	}
	mainDatabase, visibilityDatabase := databases(server)
	if len(visibilityDatabase) > longestName {
		return nil, fmt.Errorf("engine: the database's name is too long: %s has more than %d characters", visibilityDatabase, longestName)
	}
	for _, name := range []string{mainDatabase, visibilityDatabase} {
		if err := createDatabase(ctx, server, name); err != nil {
			return nil, err
		}
	}
	lock, err := holdPostgres(ctx, onDatabase(server, mainDatabase), c.Log, usualLockTimes)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, lock.release())
		}
	}()
	if err := mayFollowPostgres(ctx, onDatabase(server, mainDatabase)); err != nil {
		return nil, err
	}
	mainSQL, visibilitySQL := postgresStore(server, mainDatabase, mainConns), postgresStore(server, visibilityDatabase, visibilityConns)
	if err := bringPostgres(mainSQL, postgresSchema, c); err != nil {
		return nil, err
	}
	if err := bringPostgres(visibilitySQL, postgresVisibility, c); err != nil {
		return nil, err
	}
	// Last, so that a start that failed midway may go back to the binary before.
	if err := stampPostgres(ctx, onDatabase(server, mainDatabase)); err != nil {
		return nil, err
	}
	return &store{
		main: mainSQL,
		persistence: config.Persistence{
			DefaultStore:     "main",
			VisibilityStore:  "visibility",
			NumHistoryShards: 4, // kept in the data: never change it
			DataStores: map[string]config.DataStore{
				"main":       {SQL: mainSQL},
				"visibility": {SQL: visibilitySQL},
			},
		},
		held:    lock.held,
		release: lock.release,
	}, nil
}

func onDatabase(server *pgx.ConnConfig, name string) *pgx.ConnConfig {
	c := server.Copy()
	c.Database = name
	return c
}

// createDatabase makes a database unless it is there, so that a role without the right to make any
// can use those that somebody made for it.
func createDatabase(ctx context.Context, server *pgx.ConnConfig, name string) (err error) {
	conn, err := pgx.ConnectConfig(ctx, server)
	if err != nil {
		return fmt.Errorf("engine: PostgreSQL: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	var there bool
	if err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)`, name).Scan(&there); err != nil {
		return fmt.Errorf("engine: PostgreSQL: %w", err)
	}
	if there {
		return nil
	}
	if _, err := conn.Exec(ctx, `CREATE DATABASE `+pgx.Identifier{name}.Sanitize()); err != nil && !madeMeanwhile(err) {
		return fmt.Errorf("engine: database %s cannot be made; make it for the role %s, or let the role make it: %w",
			name, server.User, err)
	}
	return nil
}

// madeMeanwhile reports whether another process made the database first.
func madeMeanwhile(err error) bool {
	var p interface{ SQLState() string }
	return errors.As(err, &p) && (p.SQLState() == "42P04" || p.SQLState() == "23505")
}

// postgresStore describes a database to Temporal by a function, so that all that a DSN can say
// holds (TLS, sockets, several hosts) and the password is in no configuration that gets printed.
func postgresStore(server *pgx.ConnConfig, name string, conns int) *config.SQL {
	at := onDatabase(server, name)
	return &config.SQL{
		PluginName:   postgresql.PluginNamePGX,
		DatabaseName: name,
		Connect: func(*config.SQL) (*sqlx.DB, error) {
			db := sqlx.NewDb(sql.OpenDB(stdlib.GetConnector(*at, stdlib.OptionAfterConnect(durationsAsNumbers))), "pgx")
			if err := db.Ping(); err != nil {
				return nil, errors.Join(err, db.Close())
			}
			db.SetMaxOpenConns(conns)
			db.SetMaxIdleConns(conns)
			db.SetConnMaxLifetime(time.Hour)
			db.MapperFunc(strcase.ToSnake)
			return db, nil
		},
	}
}

// durationsAsNumbers does what Temporal's own connector does: it keeps durations as bigint nanoseconds.
func durationsAsNumbers(_ context.Context, conn *pgx.Conn) error {
	conn.TypeMap().RegisterDefaultPgType(time.Duration(0), "int8")
	conn.TypeMap().RegisterDefaultPgType((*time.Duration)(nil), "int8")
	return nil
}

// bringPostgres brings a database to this binary's schema by Temporal's own steps. The server itself
// refuses a schema that does not fit.
func bringPostgres(at *config.SQL, name string, c Config) (err error) {
	l := newLife()
	out := newServerLog(c.Log, l)
	conn, err := sqltool.NewConnection(at, out)
	if err != nil {
		return fmt.Errorf("engine: database %s: %w", at.DatabaseName, err)
	}
	defer conn.Close()
	setup := &schematool.SetupConfig{InitialVersion: "0.0"}
	update := &schematool.UpdateConfig{DBName: at.DatabaseName, SchemaName: name}
	if err := schematool.NewSetupSchemaTask(conn, setup, out).Run(); err != nil {
		return fmt.Errorf("engine: schema of %s: %w", at.DatabaseName, err)
	}
	if err := schematool.NewUpdateSchemaTask(conn, update, out).Run(); err != nil {
		return fmt.Errorf("engine: schema of %s: %w", at.DatabaseName, err)
	}
	return nil
}

// mayFollowPostgres reads which server had the database last.
func mayFollowPostgres(ctx context.Context, at *pgx.ConnConfig) (err error) {
	conn, err := pgx.ConnectConfig(ctx, at)
	if err != nil {
		return fmt.Errorf("engine: PostgreSQL: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	if _, err := conn.Exec(ctx, `CREATE TABLE IF NOT EXISTS yishi_engine (name TEXT PRIMARY KEY, value TEXT NOT NULL)`); err != nil {
		return fmt.Errorf("engine: database %s: %w", at.Database, err)
	}
	var last string
	err = conn.QueryRow(ctx, `SELECT value FROM yishi_engine WHERE name = 'server_version'`).Scan(&last)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("engine: database %s: %w", at.Database, err)
	}
	return mayFollow("database "+at.Database, last)
}

func stampPostgres(ctx context.Context, at *pgx.ConnConfig) (err error) {
	conn, err := pgx.ConnectConfig(ctx, at)
	if err != nil {
		return fmt.Errorf("engine: PostgreSQL: %w", err)
	}
	defer func() { err = errors.Join(err, conn.Close(ctx)) }()
	_, err = conn.Exec(ctx, `INSERT INTO yishi_engine (name, value) VALUES ('server_version', $1)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, headers.ServerVersion)
	if err != nil {
		return fmt.Errorf("engine: database %s: %w", at.Database, err)
	}
	return nil
}

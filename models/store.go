// Package models keeps what Yishi knows: rows, queries, transactions and
// migrations, on PostgreSQL or on the embedded SQLite. It takes and returns the
// values of package deliberation; no row leaves it. Names and texts are sealed by
// package vault before they reach the database.
package models

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"strings"
	"sync"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/vault"
)

// The drivers of Config.
const (
	SQLite   = "sqlite"
	Postgres = "postgres"
)

// Config says where the data lies.
type Config struct {
	// Driver is SQLite or Postgres.
	Driver string
	// DSN is the path of the file for SQLite, the URL or key=value string for Postgres.
	DSN string
	// Vault seals names and texts. Required.
	Vault *vault.Keyring
	// Log gets failures of housekeeping, never a statement or a value. Optional.
	Log *slog.Logger
	// Keys keeps the keys of secret polls; without it no secret poll can be opened.
	Keys PollKeys
	// MaxConns bounds the connections to Postgres; nought is 20.
	MaxConns int
}

// Store is the database. It is safe for concurrent use; Close ends it.
type Store struct {
	reads    *gorm.DB
	writes   *gorm.DB
	postgres bool
	vault    *vault.Keyring
	keys     PollKeys
	sealer   sealer
	pinned   func(deliberation.PackRef) (deliberation.Pack, error) // see SetRules
	log      *slog.Logger
	now      func() time.Time // the machine's time, never the civil one
	today    func() deliberation.Date
	index    *rosterIndexes
	casts    *batcher
	sessions *gatherer[string, sessionRow]
	viewers  *gatherer[deliberation.PersonID, seen]
	stop     context.CancelFunc
	swept    sync.WaitGroup
	closing  func() error
}

// Open connects. It changes no schema: Migrate does, and CheckSchema tells
// whether it must.
func Open(ctx context.Context, c Config) (*Store, error) {
	if c.Vault == nil {
		return nil, errors.New("models: no vault is given")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Store{vault: c.Vault, keys: c.Keys, sealer: ownKey{}, log: c.Log, now: time.Now, postgres: c.Driver == Postgres}
	s.index, s.today = newRosterIndexes(), func() deliberation.Date { return deliberation.DateOf(s.now()) }
	var err error
	switch c.Driver {
	case SQLite:
		s.reads, s.writes, err = openSQLite(c.DSN)
	case Postgres:
		s.writes, err = openPostgres(c.DSN, c.MaxConns)
		s.reads = s.writes
	default:
		err = fmt.Errorf("unknown driver %q: use %s or %s", c.Driver, SQLite, Postgres)
	}
	if err != nil {
		return nil, fmt.Errorf("models: open: %w", err)
	}
	if err := s.Ready(ctx); err != nil {
		return nil, errors.Join(err, s.closePools())
	}
	background, stop := context.WithCancel(context.Background())
	s.stop = stop
	s.sessions, s.viewers = newGatherer(s.readSessions), newGatherer(s.readViewers)
	s.casts = newBatcher(castWorkers(s.postgres), s.castBatch)
	s.swept.Go(func() { s.sweepUntil(background) })
	s.closing = sync.OnceValue(func() error {
		s.stop()
		s.casts.close()
		s.swept.Wait()
		return s.closePools()
	})
	return s, nil
}

// Close lets waiting ballots finish and ends all connections. A second call gives
// what the first gave.
func (s *Store) Close() error { return s.closing() }

func (s *Store) closePools() error {
	var errs []error
	for _, db := range []*gorm.DB{s.reads, s.writes} {
		pool, err := db.DB()
		if err == nil {
			err = pool.Close()
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// SetToday says which civil day is in force where it is not the machine's: by it the
// roster ends what a changed record ends. It is called before the store is used.
func (s *Store) SetToday(today func() deliberation.Date) { s.today = today }

// Ready tells whether the database answers.
func (s *Store) Ready(ctx context.Context) error {
	var one int
	return wrap("ready", s.reads.WithContext(ctx).Raw("SELECT 1").Scan(&one).Error)
}

// Backup writes a consistent copy of an SQLite database to a new file, readable
// by its owner only, while the store is in use. PostgreSQL has its own tool, pg_dump.
func (s *Store) Backup(ctx context.Context, path string) error {
	if s.postgres {
		return errors.New("models: backup: use pg_dump for PostgreSQL")
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return fmt.Errorf("models: backup: %w", err)
	}
	err = s.writes.WithContext(ctx).Exec("VACUUM INTO ?", path).Error
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		_ = os.Remove(path)
	}
	return wrap("backup", err)
}

// write runs f in one transaction. On SQLite it is the only writer; on Postgres
// each statement sees what was committed before it, so that what follows a lock
// sees all that happened before the lock was had.
func (s *Store) write(ctx context.Context, f func(tx *gorm.DB) error) error {
	return s.writes.WithContext(ctx).Transaction(f)
}

// read runs f on one unchanging picture of the data.
func (s *Store) read(ctx context.Context, f func(tx *gorm.DB) error) error {
	if !s.postgres {
		return s.reads.WithContext(ctx).Transaction(f) // deferred: begins at the first read
	}
	return s.reads.WithContext(ctx).Transaction(f, &sql.TxOptions{Isolation: sql.LevelRepeatableRead, ReadOnly: true})
}

// lock holds the name for this transaction alone. SQLite's writer is alone already.
func (s *Store) lock(tx *gorm.DB, name string) error {
	if !s.postgres {
		return nil
	}
	return tx.Exec("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "yishi:"+name).Error
}

// share holds the name together with others who share it, and against lock.
func (s *Store) share(tx *gorm.DB, name string) error {
	if !s.postgres {
		return nil
	}
	return tx.Exec("SELECT pg_advisory_xact_lock_shared(hashtextextended(?, 0))", "yishi:"+name).Error
}

// sharePolls is share for polls, whose ids come in order, in one statement.
func (s *Store) sharePolls(tx *gorm.DB, ids []deliberation.PollID) error {
	if !s.postgres {
		return nil
	}
	ids = padded(ids)
	names := make([]any, len(ids))
	for i, id := range ids {
		names[i] = "yishi:" + pollLock(id)
	}
	return tx.Exec("SELECT pg_advisory_xact_lock_shared(hashtextextended(name, 0)) FROM (VALUES (?)"+strings.Repeat(", (?)", len(ids)-1)+") AS polls (name)", names...).Error
}

// Whoever needs two of these locks takes them in the order below, and polls in
// the order of their ids.
const appendLock = "register"

func meetingLock[T ~string](id T) string { return "meeting:" + string(id) }
func pollLock[T ~string](id T) string    { return "poll:" + string(id) }

// speakersLock keeps two from calling a speaker at the same time; it is taken alone
// or behind the meeting's.
func speakersLock[T ~string](id T) string { return "speakers:" + string(id) }

// moment gives a time as both databases keep it: UTC, to the microsecond.
func moment(t time.Time) time.Time { return t.UTC().Truncate(time.Microsecond) }

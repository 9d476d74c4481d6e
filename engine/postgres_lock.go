//go:build !noengine

package engine

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// lockKey is the advisory lock in the engine's main database: "yishi" in ASCII.
const lockKey = 0x7969736869

// lockAnswer is how long PostgreSQL may take to answer for the lock.
const lockAnswer = 5 * time.Second

// lockTimes are how long a process that was just killed is given to lose its session, and how often
// the own session is looked at.
type lockTimes struct{ patience, every time.Duration }

var usualLockTimes = lockTimes{patience: 5 * time.Second, every: 5 * time.Second}

// postgresLock holds the engine's databases for this process, by a session of its own. Two servers
// on them, each believing itself alone, would take the shards from each other for ever.
type postgresLock struct {
	at    *pgx.ConnConfig
	log   *slog.Logger
	times lockTimes
	stop  context.CancelFunc
	done  chan struct{}

	mu   sync.Mutex
	lost error
}

func holdPostgres(ctx context.Context, at *pgx.ConnConfig, log *slog.Logger, times lockTimes) (*postgresLock, error) {
	l := &postgresLock{at: at, log: log, times: times, done: make(chan struct{})}
	deadline := time.Now().Add(times.patience)
	for {
		conn, err := l.take(ctx)
		if err == nil {
			var watch context.Context
			watch, l.stop = context.WithCancel(context.Background())
			go l.watch(watch, conn) //nolint:gosec // the hold outlives the start that took it; release ends it
			return l, nil
		}
		if !errors.Is(err, ErrInUse) || time.Now().After(deadline) {
			return nil, err
		}
		select {
		case <-ctx.Done():
			return nil, errors.Join(ctx.Err(), err)
		case <-time.After(200 * time.Millisecond):
		}
	}
}

func (l *postgresLock) take(ctx context.Context) (*pgx.Conn, error) {
	conn, err := pgx.ConnectConfig(ctx, l.at)
	if err != nil {
		return nil, fmt.Errorf("engine: PostgreSQL: %w", err)
	}
	var got bool
	if err = conn.QueryRow(ctx, `SELECT pg_try_advisory_lock($1)`, int64(lockKey)).Scan(&got); err != nil {
		err = fmt.Errorf("engine: lock of database %s: %w", l.at.Database, err)
	} else if !got {
		err = fmt.Errorf("engine: another Yishi already runs on the database %s; stop it first, or use a Temporal cluster for several: %w",
			l.at.Database, ErrInUse)
	}
	if err != nil {
		return nil, errors.Join(err, conn.Close(ctx))
	}
	return conn, nil
}

// watch keeps the session alive and takes the lock again when PostgreSQL was restarted. Should
// another process be quicker, Ready says so; the data stays whole even then, since Temporal fences
// its shards.
func (l *postgresLock) watch(ctx context.Context, conn *pgx.Conn) {
	defer close(l.done)
	tick := time.NewTicker(l.times.every)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			if conn != nil {
				end, cancel := context.WithTimeout(context.Background(), lockAnswer)
				_ = conn.Close(end)
				cancel()
			}
			return
		case <-tick.C:
			conn = l.check(ctx, conn)
		}
	}
}

func (l *postgresLock) check(ctx context.Context, conn *pgx.Conn) *pgx.Conn {
	ctx, cancel := context.WithTimeout(ctx, lockAnswer)
	defer cancel()
	var err error
	if conn != nil {
		if err = conn.Ping(ctx); err != nil {
			_ = conn.Close(ctx)
			conn = nil
		}
	}
	if conn == nil {
		conn, err = l.take(ctx)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if err != nil && l.lost == nil {
		l.log.Error("the engine's hold on its database is lost", "error", err)
	}
	if err == nil && l.lost != nil {
		l.log.Info("the engine holds its database again")
	}
	l.lost = err
	return conn
}

func (l *postgresLock) held() error {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.lost
}

func (l *postgresLock) release() error {
	l.stop()
	<-l.done
	return nil
}

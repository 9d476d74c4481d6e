//go:build !noengine

package engine

import (
	"context"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"go.temporal.io/server/common/log"
	"go.temporal.io/server/common/log/tag"
)

// life is what became of a server: whether it is on its way down, and whether it has called for the
// end of the process.
type life struct {
	stopping atomic.Bool
	once     sync.Once
	fatal    chan struct{}
	why      string // read after fatal is closed
}

func newLife() *life { return &life{fatal: make(chan struct{})} }

func (l *life) end(why string) {
	l.once.Do(func() {
		l.why = why
		close(l.fatal)
	})
}

// err gives why the server called for the end, or nil while it lives.
func (l *life) err() error {
	select {
	case <-l.fatal:
		return fmt.Errorf("engine: the embedded Temporal server gave up: %s", l.why)
	default:
		return nil
	}
}

// known is a warning of every start: Nexus, which Yishi does not use, would need a fifth port.
const known = "HTTP API port has not been set"

// serverLog hands the server's messages to slog. Its news is of use to those who look into the
// server only, so Info becomes Debug. While the server stops, its services lose each other one by
// one and say so in dozens of warnings; these are dropped.
type serverLog struct {
	out  *slog.Logger
	life *life
}

var _ log.Logger = (*serverLog)(nil)
var _ log.WithLogger = (*serverLog)(nil)

func newServerLog(out *slog.Logger, l *life) *serverLog {
	return &serverLog{out: out.With("part", "temporal"), life: l}
}

func attrs(tags []tag.Tag) []any {
	a := make([]any, 0, len(tags))
	for _, t := range tags {
		a = append(a, slog.Any(t.Key(), t.Value()))
	}
	return a
}

func (s *serverLog) With(tags ...tag.Tag) log.Logger {
	return &serverLog{out: s.out.With(attrs(tags)...), life: s.life}
}

func (s *serverLog) Debug(string, ...tag.Tag) {}

func (s *serverLog) Info(msg string, tags ...tag.Tag) { s.out.Debug(msg, attrs(tags)...) }

func (s *serverLog) Warn(msg string, tags ...tag.Tag) {
	if !s.life.stopping.Load() && !strings.HasPrefix(msg, known) && !cancelled(tags) {
		s.out.Warn(msg, attrs(tags)...)
	}
}

func (s *serverLog) Error(msg string, tags ...tag.Tag) {
	if !s.life.stopping.Load() && !cancelled(tags) {
		s.out.Error(msg, attrs(tags)...)
	}
}

// cancelled reports whether the message is of a call that its caller gave up, as workers do with
// their polls when they stop.
func cancelled(tags []tag.Tag) bool {
	for _, t := range tags {
		if t.Key() == "error" && strings.HasSuffix(fmt.Sprint(t.Value()), context.Canceled.Error()) {
			return true
		}
	}
	return false
}

func (s *serverLog) DPanic(msg string, tags ...tag.Tag) { s.Error(msg, tags...) }

func (s *serverLog) Panic(msg string, tags ...tag.Tag) {
	s.Error(msg, tags...)
	panic(msg)
}

// Fatal is the server's way of ending the process. But pages, ballots and records do not need the
// engine, so only the goroutine ends, its deferred calls run, and Ready fails from then on.
func (s *serverLog) Fatal(msg string, tags ...tag.Tag) {
	why := msg
	for _, t := range tags {
		why += fmt.Sprintf("; %s: %v", t.Key(), t.Value())
	}
	s.life.end(why)
	if !s.life.stopping.Load() {
		s.out.Error(msg, attrs(tags)...)
	}
	runtime.Goexit()
}

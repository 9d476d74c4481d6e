package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// clock is the installation's civil clock. The real thing runs the honest one; a
// demonstration keeps its faster one in the data folder, so that a restart goes
// on in the same calendar.
type clock struct {
	current atomic.Pointer[deliberation.Clock]
	path    string
}

func honestClock() *clock {
	c := &clock{}
	c.current.Store(&deliberation.Clock{})
	return c
}

func (c *clock) now() deliberation.Clock { return *c.current.Load() }

// demoClock takes up the folder's clock, or starts one at the day given.
func demoClock(dir string, start deliberation.Date, rate int64) (*clock, error) {
	c := &clock{path: filepath.Join(dir, "clock.json")}
	b, err := os.ReadFile(c.path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return c, c.set(deliberation.Clock{Real: time.Now(), Civil: start.At(8, 0), Rate: rate})
	case err != nil:
		return nil, fmt.Errorf("clock: %w", err)
	}
	var kept deliberation.Clock
	if err := json.Unmarshal(b, &kept); err != nil {
		return nil, fmt.Errorf("clock %s: %w", c.path, err)
	}
	c.current.Store(&kept)
	return c, nil
}

// pace goes on from the present civil moment at another rate. Processes that run
// keep the clock they began under.
func (c *clock) pace(rate int64) error {
	now := time.Now()
	return c.set(deliberation.Clock{Real: now, Civil: c.now().At(now), Rate: rate})
}

func (c *clock) set(v deliberation.Clock) error {
	b, err := json.Marshal(v)
	if err != nil {
		return err
	}
	c.current.Store(&v)
	if err := os.MkdirAll(filepath.Dir(c.path), 0o700); err != nil {
		return err
	}
	return os.WriteFile(c.path, b, 0o600)
}

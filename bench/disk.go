package bench

import (
	"context"
	"fmt"
	"os"
	"time"
)

const (
	probeTime  = 1500 * time.Millisecond
	commitTime = 5 * time.Second
	pageSize   = 8192 // what a database appends at least
)

// Disk is how fast the folder's disk makes an append durable.
type Disk struct {
	FileSystem string `json:"file_system"`
	// PerSecond is appends of 8 KiB, each followed by fsync, by one writer.
	PerSecond float64 `json:"fsyncs_per_second"`
	Times     Times   `json:"ms"`
}

// probeDisk appends and syncs in a file of its own, which it removes.
func probeDisk(ctx context.Context, dir string, d time.Duration) (_ Disk, err error) {
	f, err := os.CreateTemp(dir, "probe-")
	if err != nil {
		return Disk{}, fmt.Errorf("fsync probe: %w", err)
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	page := make([]byte, pageSize)
	var waits []time.Duration
	began := time.Now()
	for time.Since(began) < d && ctx.Err() == nil {
		at := time.Now()
		if _, err = f.Write(page); err == nil {
			err = f.Sync()
		}
		if err != nil {
			return Disk{}, fmt.Errorf("fsync probe: %w", err)
		}
		waits = append(waits, time.Since(at))
	}
	return Disk{FileSystem: fileSystem(dir), PerSecond: float64(len(waits)) / time.Since(began).Seconds(), Times: timesOf(waits)}, ctx.Err()
}

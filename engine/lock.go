//go:build !noengine && unix

package engine

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

const lockFile = "engine.lock"

// lockFolder holds the data folder for this process. Temporal would let a second process on the
// same files start and take them over without a word. The lock lies on a file of its own, since
// opening and closing a SQLite file beside SQLite drops SQLite's own locks; the system lets go of
// it when the process ends, however it ends.
func lockFolder(dir string) (release func() error, err error) {
	path := filepath.Join(dir, lockFile)
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("engine: lock of the data folder: %w", err)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := io.ReadAll(io.LimitReader(f, 32))
		_ = f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("engine: lock of the data folder: %w", err)
		}
		return nil, fmt.Errorf("engine: Yishi already runs on the data folder %s (process %s); stop it first, or choose another folder: %w",
			dir, strings.TrimSpace(string(holder)), ErrInUse)
	}
	if err := f.Truncate(0); err == nil {
		_, _ = f.WriteAt(fmt.Appendf(nil, "%d\n", os.Getpid()), 0)
	}
	return f.Close, nil
}

//go:build !noengine && unix

package engine

import (
	"errors"
	"fmt"
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
	// Not an os.File, which the garbage collector would close, and with it the lock, once nobody
	// looks at the engine any more.
	fd, err := syscall.Open(path, syscall.O_RDWR|syscall.O_CREAT|syscall.O_CLOEXEC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("engine: lock of the data folder: %w", err)
	}
	if err := syscall.Flock(fd, syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		_ = syscall.Close(fd)
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, fmt.Errorf("engine: lock of the data folder: %w", err)
		}
		holder, _ := os.ReadFile(path)
		return nil, fmt.Errorf("engine: Yishi already runs on the data folder %s (process %s); stop it first, or choose another folder: %w",
			dir, strings.TrimSpace(string(holder)), ErrInUse)
	}
	// Only for the sentence above; the lock holds without it.
	_ = os.WriteFile(path, fmt.Appendf(nil, "%d\n", os.Getpid()), 0o600)
	return func() error { return syscall.Close(fd) }, nil
}

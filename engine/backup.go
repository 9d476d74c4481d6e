//go:build !noengine

package engine

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
)

// Backup copies the engine's files of the trial form into the folder to. The files belong
// together and to Yishi's own data, so it is refused (ErrInUse) while a process runs on them. A
// folder without an engine's files has nothing to copy.
func Backup(dir, to string) (err error) {
	if _, err := os.Stat(dir); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	release, err := lockFolder(dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	if err := os.MkdirAll(to, 0o700); err != nil {
		return fmt.Errorf("engine: backup: %w", err)
	}
	for _, name := range []string{mainFile, visibilityFile} {
		if err := copyFile(filepath.Join(dir, name), filepath.Join(to, name)); err != nil {
			return fmt.Errorf("engine: backup: %w", err)
		}
	}
	return nil
}

// copyFile copies a database through SQLite, so that the copy is whole and holds what lay in the log.
func copyFile(from, to string) error {
	if _, err := os.Stat(from); errors.Is(err, os.ErrNotExist) {
		return nil
	}
	db, err := openFile(from)
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.Exec(`VACUUM INTO ?`, to)
	return err
}

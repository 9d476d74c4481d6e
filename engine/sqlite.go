//go:build !noengine

package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"go.temporal.io/server/common/config"
	"go.temporal.io/server/common/persistence/sql/sqlplugin/sqlite"
)

const (
	mainFile       = "temporal.db"
	visibilityFile = "temporal_visibility.db" // of its own, so that its heavy writes do not queue with the histories
)

// openFolder locks the data folder, brings its files to this version and describes them to the server.
func openFolder(ctx context.Context, c Config) (_ *store, err error) {
	dir, err := filepath.Abs(c.Dir)
	if err != nil {
		return nil, fmt.Errorf("engine: data folder: %w", err)
	}
	// Temporal puts the path into a URI as it is.
	if strings.ContainsAny(dir, "?#%") {
		return nil, fmt.Errorf("engine: the path of the data folder may not hold ?, # or %%: %s", dir)
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("engine: data folder: %w", err)
	}
	unlock, err := lockFolder(dir)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, unlock())
		}
	}()
	mainPath, visibilityPath := filepath.Join(dir, mainFile), filepath.Join(dir, visibilityFile)
	if err := prepareFolder(ctx, c.Log, mainPath, visibilityPath); err != nil {
		return nil, err
	}
	mainSQL := sqliteStore(mainPath)
	return &store{
		main: mainSQL,
		persistence: config.Persistence{
			DefaultStore:     "main",
			VisibilityStore:  "visibility",
			NumHistoryShards: 1, // kept in the data: never change it
			DataStores: map[string]config.DataStore{
				"main":       {SQL: mainSQL},
				"visibility": {SQL: sqliteStore(visibilityPath)},
			},
		},
		held: func() error { return nil },
		release: func() error {
			return errors.Join(checkpoint(mainPath), checkpoint(visibilityPath), unlock())
		},
	}, nil
}

// sqliteStore describes a file to Temporal. It keeps to the one connection that Temporal opens by
// default; more are slower and run into each other's locks.
func sqliteStore(path string) *config.SQL {
	return &config.SQL{
		PluginName:   sqlite.PluginName,
		DatabaseName: path,
		ConnectAttributes: map[string]string{
			"mode":         "rwc",
			"journal_mode": "wal",
			// NORMAL would lose the last commits when the power fails.
			"synchronous":  "full",
			"busy_timeout": "10000",
		},
	}
}

// openFile opens a file beside Temporal, with the same durability.
func openFile(path string) (*sql.DB, error) {
	db, err := sql.Open("sqlite", "file:"+path+
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_txlock=immediate")
	if err != nil {
		return nil, fmt.Errorf("engine: %s: %w", filepath.Base(path), err)
	}
	db.SetMaxOpenConns(1)
	return db, nil
}

// checkpoint folds the write-ahead log into the file, so that a copy of the folder is whole.
// Temporal leaves its connection open until the process ends.
func checkpoint(path string) error {
	db, err := openFile(path)
	if err != nil {
		return err
	}
	defer db.Close()
	if _, err := db.Exec(`PRAGMA wal_checkpoint(TRUNCATE)`); err != nil {
		return fmt.Errorf("engine: checkpoint of %s: %w", filepath.Base(path), err)
	}
	return nil
}

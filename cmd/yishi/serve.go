package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/yishi-project/yishi/config"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/engine"
	"github.com/yishi-project/yishi/models"
)

// engineFolder holds the engine's files within the data folder.
const engineFolder = "engine"

type serveCmd struct {
	Role string `help:"all, server or worker." placeholder:"ROLE"`
}

// Run serves until it is told to stop.
func (c serveCmd) Run(ctx context.Context, s settings) error {
	extra := map[string]any{}
	if c.Role != "" {
		extra["role"] = c.Role
	}
	cfg, err := s.load(extra)
	if err != nil {
		return err
	}
	a, err := start(ctx, cfg, honestClock())
	if err != nil {
		return err
	}
	defer a.stop(context.WithoutCancel(ctx))
	return a.wait(ctx)
}

type migrateCmd struct{}

// Run brings the schema up to date.
func (migrateCmd) Run(ctx context.Context, s settings) error {
	cfg, err := s.load(nil)
	if err != nil {
		return err
	}
	store, err := openStore(ctx, cfg, logger(cfg.LogLevel))
	if err != nil {
		return err
	}
	return errors.Join(store.Migrate(ctx), store.Close())
}

type backupCmd struct {
	To string `arg:"" help:"Folder to write the backup to; must not exist." type:"path"`
}

// Run copies Yishi's database, the engine's and the keys. They belong together, so
// it is refused while Yishi serves on the folder.
func (c backupCmd) Run(ctx context.Context, s settings) error {
	cfg, err := s.load(nil)
	if err != nil {
		return err
	}
	if cfg.Form != config.Trial {
		return errors.New("with PostgreSQL, back up with its own tools (pg_dump or base backups), and copy the key file apart")
	}
	if err := os.Mkdir(c.To, 0o700); err != nil {
		return fmt.Errorf("backup: %w", err)
	}
	if err := engine.Backup(filepath.Join(cfg.Data, engineFolder), filepath.Join(c.To, engineFolder)); err != nil {
		return err
	}
	store, err := openStore(ctx, cfg, logger(cfg.LogLevel))
	if err != nil {
		return err
	}
	open, err := store.OpenSecretPolls(ctx)
	err = errors.Join(err, store.Backup(ctx, filepath.Join(c.To, "yishi.db")), store.Close())
	if err != nil {
		return err
	}
	if open > 0 {
		fmt.Fprintf(os.Stderr, "%d secret polls are open. Their keys are never copied, so nobody can count them from this backup; they go on where they are.\n", open)
	}
	return copyFiles(cfg.Data, c.To, "keys.json", "register.key", "clock.json")
}

type restoreCmd struct {
	From string `arg:"" help:"Folder of the backup." type:"existingdir"`
}

// Run puts a backup into an empty data folder.
func (c restoreCmd) Run(_ context.Context, s settings) error {
	cfg, err := s.load(nil)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(cfg.Data, 0o700); err != nil {
		return err
	}
	if there, err := os.ReadDir(cfg.Data); err != nil || len(there) > 0 {
		return errors.Join(err, fmt.Errorf("restore: the data folder %s is not empty", cfg.Data))
	}
	if err := copyFiles(c.From, cfg.Data, "yishi.db", "keys.json", "register.key", "clock.json"); err != nil {
		return err
	}
	from := filepath.Join(c.From, engineFolder)
	files, err := os.ReadDir(from)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	to := filepath.Join(cfg.Data, engineFolder)
	if err := os.Mkdir(to, 0o700); err != nil {
		return err
	}
	for _, f := range files {
		if err := copyFiles(from, to, f.Name()); err != nil {
			return err
		}
	}
	return nil
}

// copyFiles copies those of the files that are there.
func copyFiles(from, to string, names ...string) error {
	for _, n := range names {
		b, err := os.ReadFile(filepath.Join(from, n))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(to, n), b, 0o600); err != nil { //nolint:gosec // the operator names both folders
			return err
		}
	}
	return nil
}

type linkCmd struct {
	Person string        `arg:"" help:"Id of the person."`
	Valid  time.Duration `help:"How long the link may be used." default:"72h"`
}

// Run prints a one-time link.
func (c linkCmd) Run(ctx context.Context, s settings) error {
	cfg, err := s.load(nil)
	if err != nil {
		return err
	}
	store, err := openStore(ctx, cfg, logger(cfg.LogLevel))
	if err != nil {
		return err
	}
	defer func() { _ = store.Close() }()
	a := &app{store: store}
	link, err := a.link(ctx, deliberation.PersonID(c.Person), cfg.BaseURL, time.Now().Add(c.Valid))
	if err != nil {
		return err
	}
	_, err = fmt.Println(link)
	return err
}

type unlockCmd struct {
	Person string `arg:"" help:"Id of the person."`
}

// Run takes all ways to sign in but links away from who lost them.
func (c unlockCmd) Run(ctx context.Context, s settings) error {
	return withStore(ctx, s, func(_ config.Config, store *models.Store) error {
		return store.ResetSignIn(ctx, deliberation.PersonID(c.Person))
	})
}

package models

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/vault"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema up to date, one process at a time. A schema made by
// a newer program is refused.
func (s *Store) Migrate(ctx context.Context) error {
	p, err := s.migrator()
	if err != nil {
		return wrap("migrate", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return wrap("migrate", err)
	}
	if err := refuseNewer(current, target); err != nil {
		return err
	}
	if _, err := p.Up(ctx); err != nil {
		return wrap("migrate", err)
	}
	row := canaryRow{ID: "vault", Sealed: s.vault.Seal([]byte("vault"), canaryPlace)}
	if err := s.writes.WithContext(ctx).Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
		return wrap("migrate", err)
	}
	return s.checkVault(ctx)
}

// CheckSchema refuses a schema that is not this program's, older or newer, and a
// vault whose keys do not belong to the database.
func (s *Store) CheckSchema(ctx context.Context) error {
	p, err := s.migrator()
	if err != nil {
		return wrap("check schema", err)
	}
	current, target, err := p.GetVersions(ctx)
	if err != nil {
		return wrap("check schema", err)
	}
	if err := refuseNewer(current, target); err != nil {
		return err
	}
	pending, err := p.HasPending(ctx)
	if err != nil {
		return wrap("check schema", err)
	}
	if pending {
		return fmt.Errorf("models: the database is at version %d and this program needs %d; run `yishi migrate` first", current, target)
	}
	return s.checkVault(ctx)
}

func refuseNewer(current, target int64) error {
	if current > target {
		return fmt.Errorf("models: the database is at version %d, made by a newer program than this one, which knows %d; run the newer program", current, target)
	}
	return nil
}

func (s *Store) migrator() (*goose.Provider, error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	pool, err := s.writes.DB()
	if err != nil {
		return nil, err
	}
	if !s.postgres {
		return goose.NewProvider(goose.DialectSQLite3, pool, files)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, err
	}
	return goose.NewProvider(goose.DialectPostgres, pool, files, goose.WithSessionLocker(locker))
}

type canaryRow struct {
	ID     string
	Sealed []byte
}

func (canaryRow) TableName() string { return "vault_canary" }

var canaryPlace = vault.Place{Table: "vault_canary", Column: "sealed", Row: "vault"}

func (s *Store) checkVault(ctx context.Context) error {
	var row canaryRow
	if err := s.reads.WithContext(ctx).Take(&row, "id = ?", "vault").Error; err != nil {
		return wrap("check vault", err)
	}
	if _, err := s.vault.Open(row.Sealed, canaryPlace); err != nil {
		return errors.New("models: the keys at hand do not open this database; put back the key file that belongs to it")
	}
	return nil
}

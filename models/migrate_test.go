package models_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func TestMigrations(t *testing.T) {
	eachEmpty(t, func(t *testing.T, b backend) {
		s := b.open(t)
		if err := s.CheckSchema(t.Context()); err == nil || !strings.Contains(err.Error(), "yishi migrate") {
			t.Fatalf("an empty database was accepted: %v", err)
		}
		ok(t, s.Migrate(t.Context()))
		ok(t, s.CheckSchema(t.Context()))
		ok(t, s.Migrate(t.Context()))
		ok(t, s.Ready(t.Context()))

		stranger := b
		stranger.config.Vault = keys(t, 8)
		if err := stranger.open(t).CheckSchema(t.Context()); err == nil || !strings.Contains(err.Error(), "key") {
			t.Fatalf("another key file was accepted: %v", err)
		}

		_, err := b.raw(t).Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, TRUE)")
		ok(t, err)
		for name, f := range map[string]func() error{
			"check":   func() error { return s.CheckSchema(t.Context()) },
			"migrate": func() error { return s.Migrate(t.Context()) },
		} {
			if err := f(); err == nil || !strings.Contains(err.Error(), "newer") {
				t.Fatalf("%s: a newer database was accepted: %v", name, err)
			}
		}
	})
}

// Two programs that start at once on an empty database both find it ready.
func TestMigrateAtOnce(t *testing.T) {
	eachEmpty(t, func(t *testing.T, b backend) {
		if b.config.Driver == models.SQLite {
			t.Skip("one program at a time opens the SQLite file; the data folder's lock sees to it")
		}
		done := make(chan error, 3)
		for range cap(done) {
			s := b.open(t)
			go func() { done <- s.Migrate(t.Context()) }()
		}
		for range cap(done) {
			ok(t, <-done)
		}
	})
}

// What is personal is not in the file, nor in a backup of it; the backup opens as a store.
func TestNothingPersonalAtRest(t *testing.T) {
	b := sqliteBackend(t)
	s := b.open(t)
	ok(t, s.Migrate(t.Context()))
	seeded(t, s, 3)
	const text = "我反对这个方案因为挡光"
	fileTexts(t, s, text)
	home := got(s.SaveHousehold(t.Context(), deliberation.Household{Community: place, Number: "望江路3单元501"}, "clerk"))(t)
	r := got(s.Record(t.Context(), rare))(t)
	r.Birth, r.Phone, r.Household = deliberation.NewDate(1975, 3, 9), "13812345678", home
	r.Identity = identity(r.Birth, 12)
	got(s.SaveRecord(t.Context(), r, "clerk"))(t)
	_, found, err := s.FindPersons(t.Context(), deliberation.PersonQuery{Community: place, Text: r.Phone})
	ok(t, err)
	equal(t, "found by the phone", found, 1)
	backup := filepath.Join(t.TempDir(), "backup.db")
	ok(t, s.Backup(t.Context(), backup))
	if err := s.Backup(t.Context(), backup); err == nil {
		t.Fatal("a backup was overwritten")
	}
	ok(t, s.Close())

	files := got(filepath.Glob(b.config.DSN + "*"))(t)
	for _, f := range append(files, backup) {
		content := string(got(os.ReadFile(f))(t))
		for _, word := range []string{rareName, "𬱖", "欧阳丹", secret, text, "采纳了", r.Phone, r.Identity, "1975-03-09", "望江路"} {
			if strings.Contains(content, word) {
				t.Errorf("%s holds %q", filepath.Base(f), word)
			}
		}
		if info := got(os.Stat(f))(t); info.Mode().Perm() != 0o600 {
			t.Errorf("%s is open to others: %v", filepath.Base(f), info.Mode())
		}
	}

	b.config.DSN = backup
	copied := b.open(t)
	ok(t, copied.CheckSchema(t.Context()))
	equal(t, "name", got(copied.Person(t.Context(), rare))(t).Name, rareName)
}

func TestReady(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ok(t, s.Ready(t.Context()))
		ok(t, s.Close())
		ok(t, s.Close())
		if err := s.Ready(t.Context()); err == nil {
			t.Fatal("a closed store is ready")
		}
		if _, err := s.Person(t.Context(), rare); err == nil || strings.Contains(err.Error(), string(rare)) {
			t.Fatalf("%v", err)
		}
		if b.config.Driver == models.Postgres {
			if err := b.open(t).Backup(t.Context(), filepath.Join(t.TempDir(), "x")); err == nil || !strings.Contains(err.Error(), "pg_dump") {
				t.Fatal(err)
			}
		}
		b.config.Driver = "oracle"
		if _, err := models.Open(t.Context(), b.config); err == nil {
			t.Fatal("an unknown driver was opened")
		}
	})
}

func TestMigrateFromEachOlderVersion(t *testing.T) {
	eachEmpty(t, func(t *testing.T, b backend) {
		s := b.open(t)
		for v := range models.LatestVersion(t, s) - 1 {
			models.MigrateTo(t, s, v+1)
			if err := s.CheckSchema(t.Context()); err == nil || !strings.Contains(err.Error(), "yishi migrate") {
				t.Fatalf("version %d was accepted: %v", v+1, err)
			}
		}
		ok(t, s.Migrate(t.Context()))
		seeded(t, s, 1)
	})
}

package vault_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/yishi-project/yishi/vault"
)

var (
	key1 = bytes.Repeat([]byte{1}, vault.KeySize)
	key2 = bytes.Repeat([]byte{2}, vault.KeySize)
	here = vault.Place{Table: "persons", Column: "name", Row: "p1"}
)

func ring(t *testing.T, newest []byte, older ...[]byte) *vault.Keyring {
	t.Helper()
	k, err := vault.FromKeys(newest, older...)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestSealOpensOnlyWhereItBelongs(t *testing.T) {
	k := ring(t, key1)
	sealed := k.Seal([]byte("𠅤𬱖"), here)
	if bytes.Contains(sealed, []byte("𠅤")) {
		t.Fatal("the name is readable")
	}
	if bytes.Equal(sealed, k.Seal([]byte("𠅤𬱖"), here)) {
		t.Fatal("equal names have equal seals")
	}
	got, err := k.Open(sealed, here)
	if err != nil || string(got) != "𠅤𬱖" {
		t.Fatalf("got %q, %v", got, err)
	}
	elsewhere := here
	elsewhere.Row = "p2"
	for name, f := range map[string]func() ([]byte, error){
		"another row": func() ([]byte, error) { return k.Open(sealed, elsewhere) },
		"another key": func() ([]byte, error) { return ring(t, key2).Open(sealed, here) },
		"nothing":     func() ([]byte, error) { return k.Open(nil, here) },
		"cut short":   func() ([]byte, error) { return k.Open(sealed[:12], here) },
	} {
		if _, err := f(); !errors.Is(err, vault.ErrUnreadable) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for i := range sealed {
		bent := bytes.Clone(sealed)
		bent[i] ^= 1
		if _, err := k.Open(bent, here); !errors.Is(err, vault.ErrUnreadable) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
}

func TestOldKeysOpenAndLookupsStay(t *testing.T) {
	old := ring(t, key1)
	sealed := old.Seal([]byte("李四"), here)
	now := ring(t, key2, key1)
	if got, err := now.Open(sealed, here); err != nil || string(got) != "李四" {
		t.Fatalf("got %q, %v", got, err)
	}
	if _, err := old.Open(now.Seal([]byte("李四"), here), here); err == nil {
		t.Fatal("the new key does not seal")
	}
	if old.Lookup("persons", "name", "李四") != now.Lookup("persons", "name", "李四") {
		t.Fatal("the lookup moved with the rotation")
	}
	if old.Lookup("persons", "name", "李四") == ring(t, key2).Lookup("persons", "name", "李四") {
		t.Fatal("the lookup has no key")
	}
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	var wg sync.WaitGroup
	rings := make([]*vault.Keyring, 8)
	for i := range rings {
		wg.Go(func() {
			var err error
			if rings[i], err = vault.Load(path); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	sealed := rings[0].Seal([]byte("x"), here)
	for _, r := range rings {
		if _, err := r.Open(sealed, here); err != nil {
			t.Fatal("two first starts made two keys")
		}
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v, %v", info.Mode(), err)
	}
	if err := vault.Rotate(path); err != nil {
		t.Fatal(err)
	}
	after, err := vault.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := after.Open(sealed, here); err != nil {
		t.Fatal("the old key was lost")
	}
	if _, err := rings[0].Open(after.Seal([]byte("x"), here), here); err == nil {
		t.Fatal("nothing was rotated")
	}
}

func TestFileRefused(t *testing.T) {
	dir := t.TempDir()
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
	}{
		"open to others": {"AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n", 0o644},
		"empty":          {"# nothing\n", 0o600},
		"not a key":      {"AQEB\n", 0o600},
	} {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(c.text), c.mode); err != nil {
			t.Fatal(err)
		}
		if _, err := vault.Load(path); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
	if _, err := vault.FromKeys(key1[:16]); err == nil {
		t.Error("a short key was accepted")
	}
}

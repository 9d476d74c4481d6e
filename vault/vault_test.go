package vault_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

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
	for _, c := range vault.Ciphers {
		t.Run(string(c), func(t *testing.T) {
			k, err := vault.New([]vault.Key{{Cipher: c, Secret: key1}})
			if err != nil {
				t.Fatal(err)
			}
			sealsOnlyWhereItBelongs(t, k)
		})
	}
}

func sealsOnlyWhereItBelongs(t *testing.T, k *vault.Keyring) {
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
	id, err := vault.File{Path: path}.Add()
	if err != nil {
		t.Fatal(err)
	}
	after, err := vault.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := after.Open(sealed, here); err != nil {
		t.Fatal("the old key was lost")
	}
	fresh := after.Seal([]byte("x"), here)
	if vault.IDOf(fresh) != id || after.IDs()[0] != id || after.Lookups() == id {
		t.Fatal("nothing was rotated, or the lookups were")
	}
	// Who runs with the old file meets a value under the new key, and then seals with it.
	if _, err := rings[0].Open(fresh, here); err != nil {
		t.Fatal("a running process does not read what the new key sealed")
	}
	if vault.IDOf(rings[0].Seal([]byte("x"), here)) != id {
		t.Fatal("a running process goes on with the old key")
	}
}

// Without meeting a value under it, a running process takes up the new key soon.
func TestRunningRingFollowsItsFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	k, err := vault.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	old := k.IDs()[0]
	id, err := vault.File{Path: path, Cipher: vault.SM4}.Add()
	if err != nil {
		t.Fatal(err)
	}
	for giveUp := time.Now().Add(20 * time.Second); vault.IDOf(k.Seal([]byte("x"), here)) != id; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(giveUp) {
			t.Fatal("the new key was not taken up")
		}
	}
	if err := os.WriteFile(path, []byte("broken\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	_, _ = k.Open(append([]byte{1, 2, 3, 4, 5, 6, 7, 8, 9}, make([]byte, 40)...), here) // looks at the file
	if ids := k.IDs(); len(ids) != 2 || ids[0] != id || ids[1] != old {
		t.Fatalf("a broken file took the keys away: %v", ids)
	}
}

func TestBothCiphersSideBySide(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	old, err := vault.File{Path: path, Cipher: vault.SM4}.Load()
	if err != nil {
		t.Fatal(err)
	}
	national := old.Seal([]byte("李四"), here)
	if national[0] != 2 {
		t.Fatalf("format %d, not SM4's", national[0])
	}
	if _, err := (vault.File{Path: path, Cipher: vault.AES}).Add(); err != nil {
		t.Fatal(err)
	}
	both, err := vault.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	plain := both.Seal([]byte("李四"), here)
	if plain[0] != 1 {
		t.Fatalf("format %d, not AES's", plain[0])
	}
	for _, sealed := range [][]byte{national, plain} {
		if got, err := both.Open(sealed, here); err != nil || string(got) != "李四" {
			t.Fatalf("%s: %q, %v", vault.IDOf(sealed), got, err)
		}
	}
	if old.Lookup("persons", "name", "李四") != both.Lookup("persons", "name", "李四") {
		t.Fatal("the lookup moved")
	}
	aes := ring(t, key1).Lookup("persons", "name", "李四")
	sm4, err := vault.New([]vault.Key{{Cipher: vault.SM4, Secret: key1}})
	if err != nil {
		t.Fatal(err)
	}
	if aes == sm4.Lookup("persons", "name", "李四") {
		t.Fatal("SM3 was not used")
	}
}

func TestDrop(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	k, err := vault.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	f := vault.File{Path: path}
	oldest := k.IDs()[0]
	middle, err := f.Add()
	if err != nil {
		t.Fatal(err)
	}
	newest, err := f.Add()
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []vault.ID{oldest, newest} {
		if _, err := f.Drop(id); !errors.Is(err, vault.ErrKeyInUse) {
			t.Fatalf("%s: %v", id, err)
		}
	}
	if _, err := f.Drop("aes-0000000000000000"); err == nil {
		t.Fatal("a key that is not there was dropped")
	}
	restore, err := f.Drop(middle)
	if err != nil {
		t.Fatal(err)
	}
	if k, err = vault.Load(path); err != nil || len(k.IDs()) != 2 {
		t.Fatalf("%v, %v", k.IDs(), err)
	}
	if err := restore(); err != nil {
		t.Fatal(err)
	}
	if k, err = vault.Load(path); err != nil || len(k.IDs()) != 3 || k.IDs()[1] != middle {
		t.Fatalf("%v, %v", k.IDs(), err)
	}
}

func TestKeysAsText(t *testing.T) {
	a, b := vault.NewKey(vault.AES), vault.NewKey(vault.SM4)
	for _, text := range []string{a.String() + "," + b.String(), "# two\n" + a.String() + "\r\n\n " + b.String() + "\n"} {
		keys, err := vault.Parse(text)
		if err != nil || len(keys) != 2 || keys[0].String() != a.String() || keys[1].String() != b.String() {
			t.Errorf("%v, %v", keys, err)
		}
	}
	for _, text := range []string{"", "# nothing", "AQEB", "sm5:" + a.String(), a.String() + "," + "x"} {
		if _, err := vault.Parse(text); err == nil || strings.Contains(err.Error(), "AQEB") {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := vault.New([]vault.Key{a, a}); err == nil {
		t.Error("a key twice was accepted")
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

package vault

import (
	"bufio"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

const fileHeading = "# Keys of this Yishi installation, newest first. Whoever loses this file loses every name and text; keep a copy apart from the data.\n"

// Load reads the ring from a key file, which is made with a fresh key where there
// is none. The file must not be readable by others; the folder must exist.
func Load(path string) (*Keyring, error) {
	keys, err := read(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := create(path); err != nil {
			return nil, err
		}
		keys, err = read(path)
	}
	if err != nil {
		return nil, err
	}
	return FromKeys(keys[0], keys[1:]...)
}

// Rotate puts a fresh key in front of the ring of the file. What was sealed
// before still opens; running programs seal with the old key until they restart.
func Rotate(path string) error {
	keys, err := read(path)
	if err != nil {
		return err
	}
	draft, err := draft(path, append([][]byte{fresh()}, keys...))
	if err != nil {
		return err
	}
	if err := os.Rename(draft, path); err != nil {
		return err
	}
	return syncFolder(path)
}

func fresh() []byte {
	key := make([]byte, KeySize)
	_, _ = rand.Read(key) // never fails: the program ends where the system has no randomness
	return key
}

// create links the finished file into place: of two first starts at once, one
// makes the key and the other reads it, and neither sees half a file.
func create(path string) error {
	draft, err := draft(path, [][]byte{fresh()})
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft) }()
	if err := os.Link(draft, path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return syncFolder(path)
}

func draft(path string, keys [][]byte) (name string, err error) {
	f, err := os.CreateTemp(filepath.Dir(path), ".keys-*") // made with 0600
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	text := fileHeading
	for _, k := range keys {
		text += base64.StdEncoding.EncodeToString(k) + "\n"
	}
	if _, err := f.WriteString(text); err != nil {
		return "", err
	}
	return f.Name(), f.Sync()
}

func syncFolder(path string) error {
	d, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func read(path string) ([][]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("vault: others may read the key file %s; make it readable by its owner only (chmod 600)", path)
	}
	var keys [][]byte
	lines := bufio.NewScanner(f)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		key, err := base64.StdEncoding.DecodeString(line)
		if err != nil || len(key) != KeySize {
			return nil, fmt.Errorf("vault: line %d of the key file %s is not a key", n, path)
		}
		keys = append(keys, key)
	}
	if err := lines.Err(); err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, fmt.Errorf("vault: the key file %s holds no key", path)
	}
	return keys, nil
}

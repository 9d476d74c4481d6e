package register

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// LoadOrCreateKey reads the signer's key at path, and makes one for the origin
// where there is none. Two that start at once end with the same key. A key of
// another origin, a damaged one, and one that others may read are errors.
func LoadOrCreateKey(path, origin string) (signer, verifier string, err error) {
	signer, verifier, err = loadKey(path, origin)
	if !errors.Is(err, fs.ErrNotExist) {
		return signer, verifier, err
	}
	if err := createKey(path, origin); err != nil && !errors.Is(err, fs.ErrExist) {
		return "", "", err
	}
	return loadKey(path, origin)
}

func loadKey(path, origin string) (signer, verifier string, err error) {
	info, err := os.Stat(path)
	if err != nil {
		return "", "", fmt.Errorf("register key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		return "", "", fmt.Errorf("register key %s may be read by others (mode %04o): set it to 0600", path, info.Mode().Perm())
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return "", "", fmt.Errorf("register key: %w", err)
	}
	signer = strings.TrimSpace(string(b))
	verifier, err = VerifierOf(signer)
	if err != nil {
		return "", "", fmt.Errorf("register key %s: %w", path, err)
	}
	if name, _, _ := strings.Cut(verifier, "+"); name != origin {
		return "", "", fmt.Errorf("register key %s belongs to %s, not to %s", path, name, origin)
	}
	return signer, verifier, nil
}

// createKey writes a whole key or none: it is written aside, made durable, and
// only then given its name, which fails where the name is taken.
func createKey(path, origin string) error {
	signer, _, err := NewKey(origin)
	if err != nil {
		return err
	}
	dir := filepath.Dir(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return fmt.Errorf("register key: %w", err)
	}
	f, err := os.CreateTemp(dir, ".register-key-*") // mode 0600
	if err != nil {
		return fmt.Errorf("register key: %w", err)
	}
	defer os.Remove(f.Name())
	_, err = f.WriteString(signer + "\n")
	if err == nil {
		err = f.Sync()
	}
	if err = errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("register key: %w", err)
	}
	if err := os.Link(f.Name(), path); err != nil {
		return fmt.Errorf("register key: %w", err)
	}
	return nil
}

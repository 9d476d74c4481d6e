package ballotbox

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ErrNoKey says that a poll's key is not there: it was destroyed at closing, or
// the folder of keys is not the one the poll was opened with.
var ErrNoKey = errors.New("ballotbox: the key of the poll is not there")

// Folder keeps the keys of open polls as files, outside the database and outside
// its backups. Every server and worker of an installation needs the same folder.
type Folder struct{ path string }

// OpenFolder makes the folder where it is not there yet, readable by its owner only.
func OpenFolder(path string) (*Folder, error) {
	if err := os.MkdirAll(path, 0o700); err != nil {
		return nil, fmt.Errorf("ballotbox: keys of polls: %w", err)
	}
	return &Folder{path}, nil
}

func (f *Folder) file(poll string) string {
	sum := sha256.Sum256([]byte(poll))
	return filepath.Join(f.path, hex.EncodeToString(sum[:16])+".key")
}

// Create draws the poll's key, on disk before it returns. A poll that has one keeps it.
func (f *Folder) Create(poll string) (public []byte, err error) {
	if k, err := f.Key(poll); err == nil {
		return k.Public(), nil
	} else if !errors.Is(err, ErrNoKey) {
		return nil, err
	}
	k, err := NewKey()
	if err != nil {
		return nil, err
	}
	secret, err := k.Bytes()
	if err != nil {
		return nil, fmt.Errorf("ballotbox: new key: %w", err)
	}
	if err := f.write(f.file(poll), secret); err != nil {
		if errors.Is(err, fs.ErrExist) { // another was quicker
			return f.Create(poll)
		}
		return nil, fmt.Errorf("ballotbox: keep key: %w", err)
	}
	return k.Public(), nil
}

// write puts the key under its name in one step: a key that is half there would
// lose a whole box.
func (f *Folder) write(name string, secret []byte) error {
	t, err := os.CreateTemp(f.path, ".new-*")
	if err != nil {
		return err
	}
	defer os.Remove(t.Name())
	_, err = t.WriteString(hex.EncodeToString(secret))
	if err = errors.Join(err, t.Sync(), t.Close()); err != nil {
		return err
	}
	if err := os.Link(t.Name(), name); err != nil { // unlike Rename, it never takes the place of a key
		return err
	}
	return f.sync()
}

func (f *Folder) sync() error {
	d, err := os.Open(f.path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// Key gives the poll's key (ErrNoKey where there is none).
func (f *Folder) Key(poll string) (Key, error) {
	text, err := os.ReadFile(f.file(poll))
	if errors.Is(err, fs.ErrNotExist) {
		return Key{}, ErrNoKey
	}
	if err != nil {
		return Key{}, fmt.Errorf("ballotbox: key of a poll: %w", err)
	}
	secret, err := hex.DecodeString(string(text))
	if err != nil {
		return Key{}, errors.New("ballotbox: a key cannot be read")
	}
	return ParseKey(secret)
}

// Destroy overwrites the poll's key and takes it away; one that is not there is no
// error. What a disk keeps of overwritten blocks is said in docs/privacy.md.
func (f *Folder) Destroy(poll string) error {
	name := f.file(poll)
	w, err := os.OpenFile(name, os.O_WRONLY, 0)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("ballotbox: destroy key: %w", err)
	}
	info, err := w.Stat()
	if err == nil {
		_, err = w.Write(make([]byte, info.Size()))
	}
	if err = errors.Join(err, w.Sync(), w.Close()); err != nil {
		return fmt.Errorf("ballotbox: destroy key: %w", err)
	}
	err = os.Remove(name)
	if errors.Is(err, fs.ErrNotExist) { // another was quicker
		err = nil
	}
	if err = errors.Join(err, f.sync()); err != nil {
		return fmt.Errorf("ballotbox: destroy key: %w", err)
	}
	return nil
}

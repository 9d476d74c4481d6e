package vault

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"
)

const fileHeading = "# Keys of this Yishi installation, newest first. Whoever loses this file loses every name and text; keep a copy apart from the data.\n"

// File is a key file: one key a line, newest first, readable by its owner only.
type File struct {
	Path string
	// Cipher is what keys made here work with; empty is AES. Keys that are there
	// keep their own.
	Cipher Cipher
}

// ErrKeyInUse says that a key cannot be dropped: it seals, or it makes the lookup
// hashes.
var ErrKeyInUse = errors.New("vault: the key is in use")

// Load reads the ring from the key file at the path, as File.Load does.
func Load(path string) (*Keyring, error) { return File{Path: path}.Load() }

// Load reads the ring, which then follows the file. A file that is not there is
// made with a fresh key; the folder must exist.
func (f File) Load() (*Keyring, error) {
	if f.Cipher == "" {
		f.Cipher = AES
	}
	keys, err := f.read()
	if errors.Is(err, fs.ErrNotExist) {
		if err := f.create(); err != nil {
			return nil, err
		}
		keys, err = f.read()
	}
	if err != nil {
		return nil, err
	}
	k, err := New(keys)
	if err != nil {
		return nil, err
	}
	k.file = &f // seen stays empty: the first look reads the file once more
	return k, nil
}

// Add puts a fresh key in front of the ring, in one step that leaves the old file
// or the new one. What was sealed before still opens. Whoever adds or drops must
// see to it that nobody else does so at the same time.
func (f File) Add() (ID, error) {
	keys, err := f.read()
	if err != nil {
		return "", err
	}
	if f.Cipher == "" {
		f.Cipher = AES
	}
	key := NewKey(f.Cipher)
	d, err := expand(key)
	if err != nil {
		return "", err
	}
	return d.id(), f.replace(append([]Key{key}, keys...))
}

// Drop takes a key off the ring and gives it back. The newest and the oldest stay
// (ErrKeyInUse): one seals, the other makes the lookup hashes. What is still
// sealed under a key that was dropped is lost.
func (f File) Drop(id ID) (restore func() error, err error) {
	keys, err := f.read()
	if err != nil {
		return nil, err
	}
	at := -1
	for i, k := range keys {
		d, err := expand(k)
		if err != nil {
			return nil, err
		}
		if d.id() == id {
			at = i
		}
	}
	switch at {
	case -1:
		return nil, fmt.Errorf("vault: the key file holds no key %s", id)
	case 0, len(keys) - 1:
		return nil, ErrKeyInUse
	}
	return func() error { return f.replace(keys) }, f.replace(slices.Delete(slices.Clone(keys), at, at+1))
}

// create links the finished file into place: of two first starts at once, one
// makes the key and the other reads it, and neither sees half a file.
func (f File) create() error {
	draft, err := f.draft([]Key{NewKey(f.Cipher)})
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(draft) }()
	if err := os.Link(draft, f.Path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return f.syncFolder()
}

func (f File) replace(keys []Key) error {
	draft, err := f.draft(keys)
	if err != nil {
		return err
	}
	if err := os.Rename(draft, f.Path); err != nil {
		return errors.Join(err, os.Remove(draft))
	}
	return f.syncFolder()
}

func (f File) draft(keys []Key) (name string, err error) {
	out, err := os.CreateTemp(filepath.Dir(f.Path), ".keys-*") // made with 0600
	if err != nil {
		return "", err
	}
	defer func() { err = errors.Join(err, out.Close()) }()
	text := fileHeading
	for _, k := range keys {
		text += k.String() + "\n"
	}
	if _, err := out.WriteString(text); err != nil {
		return "", err
	}
	return out.Name(), out.Sync()
}

func (f File) syncFolder() error {
	d, err := os.Open(filepath.Dir(f.Path))
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

func (f File) read() ([]Key, error) {
	info, err := os.Stat(f.Path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("vault: others may read the key file %s; make it readable by its owner only (chmod 600)", f.Path)
	}
	b, err := os.ReadFile(f.Path)
	if err != nil {
		return nil, err
	}
	keys, err := Parse(string(b))
	if err != nil {
		return nil, fmt.Errorf("vault: key file %s: %w", f.Path, err)
	}
	return keys, nil
}

// stamp tells one state of the file from another.
type stamp struct {
	size    int64
	changed time.Time
}

func (f File) stamp() (stamp, error) {
	info, err := os.Stat(f.Path)
	if err != nil {
		return stamp{}, err
	}
	return stamp{info.Size(), info.ModTime()}, nil
}

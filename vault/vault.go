// Package vault keeps personal data unreadable at rest. It seals values with
// AES-256-GCM under a ring of keys, the newest of which seals while all of them
// open, and makes keyed hashes by which a sealed value can still be looked up.
package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// ErrUnreadable says that a sealed value does not open: it was altered, moved to
// another place, or sealed under a key that is not on the ring.
var ErrUnreadable = errors.New("vault: a sealed value does not open with the keys at hand")

// Place is where a sealed value belongs. It is bound into the seal, so that a
// value copied to another row or column does not open there.
type Place struct{ Table, Column, Row string }

func (p Place) bytes() []byte { return []byte(p.Table + "\x00" + p.Column + "\x00" + p.Row) }

// Keyring seals and opens values. It is safe for concurrent use.
type Keyring struct {
	current keyID
	keys    map[keyID]cipher.AEAD
	lookup  []byte
}

const (
	format    = 1 // first byte of a sealed value
	keyIDSize = 8
	headSize  = 1 + keyIDSize
)

type keyID [keyIDSize]byte

// FromKeys makes a ring. The first key seals; the older ones only open. The
// oldest also makes the lookup hashes, so that these outlive a rotation.
func FromKeys(newest []byte, older ...[]byte) (*Keyring, error) {
	k := &Keyring{keys: map[keyID]cipher.AEAD{}}
	for i, key := range append([][]byte{newest}, older...) {
		if len(key) != KeySize {
			return nil, fmt.Errorf("vault: a key has %d bytes, not %d", len(key), KeySize)
		}
		id, aead, err := expand(key)
		if err != nil {
			return nil, err
		}
		if i == 0 {
			k.current = id
		}
		k.keys[id] = aead
		if k.lookup, err = derive(key, "yishi/vault/lookup", KeySize); err != nil {
			return nil, err
		}
	}
	return k, nil
}

// expand derives from a key its public id and the cipher it drives; no key is
// used for two purposes.
func expand(key []byte) (id keyID, aead cipher.AEAD, err error) {
	name, err := derive(key, "yishi/vault/id", keyIDSize)
	if err != nil {
		return id, nil, err
	}
	seal, err := derive(key, "yishi/vault/seal", KeySize)
	if err != nil {
		return id, nil, err
	}
	block, err := aes.NewCipher(seal)
	if err != nil {
		return id, nil, err
	}
	aead, err = cipher.NewGCMWithRandomNonce(block)
	return keyID(name), aead, err
}

func derive(key []byte, purpose string, size int) ([]byte, error) {
	return hkdf.Key(sha256.New, key, nil, purpose, size)
}

// Seal encrypts a value for its place. Sealing the same value twice gives two
// different results.
func (k *Keyring) Seal(plain []byte, at Place) []byte {
	head := append([]byte{format}, k.current[:]...)
	return k.keys[k.current].Seal(head, nil, plain, append(at.bytes(), head...)) //nolint:gosec // this AEAD draws its own random nonce and wants none
}

// Open decrypts what Seal made for the same place, under whichever key of the
// ring sealed it. Every failure is ErrUnreadable.
func (k *Keyring) Open(sealed []byte, at Place) ([]byte, error) {
	if len(sealed) < headSize || sealed[0] != format {
		return nil, ErrUnreadable
	}
	head := sealed[:headSize:headSize]
	aead, ok := k.keys[keyID(head[1:])]
	if !ok {
		return nil, ErrUnreadable
	}
	plain, err := aead.Open(nil, nil, sealed[headSize:], append(at.bytes(), head...))
	if err != nil {
		return nil, ErrUnreadable
	}
	return plain, nil
}

// Lookup gives the keyed hash, in hex, of a value of a column: equal values of
// one column have equal hashes, and nobody without the key can try names out.
func (k *Keyring) Lookup(table, column, value string) string {
	mac := hmac.New(sha256.New, k.lookup)
	mac.Write(Place{table, column, value}.bytes())
	return hex.EncodeToString(mac.Sum(nil))
}

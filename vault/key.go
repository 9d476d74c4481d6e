package vault

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"strings"

	"github.com/emmansun/gmsm/sm3"
	"github.com/emmansun/gmsm/sm4"
)

// KeySize is the length of a key in bytes.
const KeySize = 32

// Cipher names the algorithms a key works with.
type Cipher string

// The ciphers.
const (
	AES Cipher = "aes" // AES-256-GCM, HKDF and HMAC with SHA-256
	SM4 Cipher = "sm4" // SM4-128-GCM, HKDF and HMAC with SM3
)

// Ciphers lists all ciphers.
var Ciphers = []Cipher{AES, SM4}

// Key is a secret and the algorithms it works with.
type Key struct {
	Cipher Cipher
	Secret []byte // KeySize bytes
}

// NewKey makes a key.
func NewKey(c Cipher) Key {
	secret := make([]byte, KeySize)
	_, _ = rand.Read(secret) // never fails: the program ends where the system has no randomness
	return Key{Cipher: c, Secret: secret}
}

// String writes a key as the key file and the environment hold it.
func (k Key) String() string {
	text := base64.StdEncoding.EncodeToString(k.Secret)
	if k.Cipher == AES {
		return text
	}
	return string(k.Cipher) + ":" + text
}

// Parse reads keys, newest first, one a line or with commas between. The error
// names the line, never what stands in it.
func Parse(text string) ([]Key, error) {
	var keys []Key
	for n, line := range strings.Split(text, "\n") {
		line, _, _ = strings.Cut(line, "#")
		for word := range strings.FieldsFuncSeq(line, func(r rune) bool { return r == ',' || r == ' ' || r == '\t' || r == '\r' }) {
			key, err := parseKey(word)
			if err != nil {
				return nil, fmt.Errorf("line %d: %w", n+1, err)
			}
			keys = append(keys, key)
		}
	}
	if len(keys) == 0 {
		return nil, errors.New("there is no key")
	}
	return keys, nil
}

func parseKey(word string) (Key, error) {
	key := Key{Cipher: AES}
	if c, rest, named := strings.Cut(word, ":"); named {
		key.Cipher, word = Cipher(c), rest
	}
	var err error
	if key.Secret, err = base64.StdEncoding.DecodeString(word); err != nil || len(key.Secret) != KeySize {
		return Key{}, errors.New("this is not a key")
	}
	_, err = key.Cipher.format()
	return key, err
}

// ID is the public name of a key: its cipher and a fingerprint.
type ID string

// The first bytes of a sealed value: the format, then the fingerprint of its key.
const (
	formatAES = 1
	formatSM4 = 2

	fingerprintSize = 8
	// HeadSize is how many of the first bytes of a sealed value name its key.
	HeadSize = 1 + fingerprintSize
)

type head [HeadSize]byte

// id names the key that the head stands for, in hex after the cipher.
func (h head) id() ID {
	c := AES
	if h[0] == formatSM4 {
		c = SM4
	}
	return ID(string(c) + "-" + hex.EncodeToString(h[1:]))
}

// IDOf gives the id of the key that a sealed value, or its head, names; it is
// empty where the value was not sealed by a vault.
func IDOf(sealed []byte) ID {
	if len(sealed) < HeadSize || sealed[0] != formatAES && sealed[0] != formatSM4 {
		return ""
	}
	return head(sealed[:HeadSize]).id()
}

func (c Cipher) format() (byte, error) {
	switch c {
	case AES:
		return formatAES, nil
	case SM4:
		return formatSM4, nil
	}
	return 0, fmt.Errorf("no cipher is called %q: use %s or %s", string(c), AES, SM4)
}

// driver is a key at work.
type driver struct {
	head   head
	hash   func() hash.Hash
	lookup []byte
	aead   cipher.AEAD
	// nonced says that the AEAD draws its own nonce and keeps it in front.
	nonced bool
}

func (d *driver) id() ID { return d.head.id() }

// expand derives from a key its fingerprint and what it drives; no key is used
// for two purposes.
func expand(k Key) (*driver, error) {
	format, err := k.Cipher.format()
	if err != nil {
		return nil, fmt.Errorf("vault: %w", err)
	}
	if len(k.Secret) != KeySize {
		return nil, fmt.Errorf("vault: a key has %d bytes, not %d", len(k.Secret), KeySize)
	}
	d := &driver{hash: sha256.New, nonced: true}
	size, block := KeySize, aes.NewCipher
	if k.Cipher == SM4 {
		d.hash, d.nonced = sm3.New, false
		size, block = sm4.BlockSize, sm4.NewCipher
	}
	var failed error
	derive := func(purpose string, size int) []byte {
		b, err := hkdf.Key(d.hash, k.Secret, nil, purpose, size)
		failed = errors.Join(failed, err)
		return b
	}
	name, seal := derive("yishi/vault/id", fingerprintSize), derive("yishi/vault/seal", size)
	d.lookup = derive("yishi/vault/lookup", KeySize)
	if failed != nil {
		return nil, failed
	}
	d.head = head(append([]byte{format}, name...))
	b, err := block(seal)
	if err != nil {
		return nil, err
	}
	if d.nonced {
		d.aead, err = cipher.NewGCMWithRandomNonce(b)
	} else { // the standard library draws nonces for AES only
		d.aead, err = cipher.NewGCM(b)
	}
	return d, err
}

func (d *driver) seal(plain []byte, at Place) []byte {
	out, bound := append([]byte(nil), d.head[:]...), append(at.bytes(), d.head[:]...)
	if d.nonced {
		return d.aead.Seal(out, nil, plain, bound) //nolint:gosec // this AEAD draws its own random nonce and wants none
	}
	nonce := make([]byte, d.aead.NonceSize())
	_, _ = rand.Read(nonce) // never fails, as in NewKey
	return d.aead.Seal(append(out, nonce...), nonce, plain, bound)
}

func (d *driver) open(sealed []byte, at Place) ([]byte, error) {
	bound, rest := append(at.bytes(), d.head[:]...), sealed[HeadSize:]
	var nonce []byte
	if !d.nonced {
		if len(rest) < d.aead.NonceSize() {
			return nil, ErrUnreadable
		}
		nonce, rest = rest[:d.aead.NonceSize()], rest[d.aead.NonceSize():]
	}
	plain, err := d.aead.Open(nil, nonce, rest, bound)
	if err != nil {
		return nil, ErrUnreadable
	}
	return plain, nil
}

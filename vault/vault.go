// Package vault keeps personal data unreadable at rest. It seals values with an
// authenticated cipher under a ring of keys, the newest of which seals while all
// of them open, and makes keyed hashes by which a sealed value can still be
// looked up. A key says with which algorithms it works: AES-256-GCM with SHA-256,
// or the national SM4-GCM (GB/T 32907) with SM3 (GB/T 32905).
package vault

import (
	"crypto/hmac"
	"encoding/hex"
	"errors"
	"sync"
	"sync/atomic"
	"time"
)

// ErrUnreadable says that a sealed value does not open: it was altered, moved to
// another place, or sealed under a key that is not on the ring.
var ErrUnreadable = errors.New("vault: a sealed value does not open with the keys at hand")

// Place is where a sealed value belongs. It is bound into the seal, so that a
// value copied to another row or column does not open there.
type Place struct{ Table, Column, Row string }

func (p Place) bytes() []byte { return []byte(p.Table + "\x00" + p.Column + "\x00" + p.Row) }

// Keyring seals and opens values. It is safe for concurrent use. One that was
// read from a key file follows the file: a key that another process adds seals
// here within Follow, and opens at once.
type Keyring struct {
	now atomic.Pointer[ring]

	file   *File // nil where the keys do not come from a file
	mu     sync.Mutex
	seen   stamp
	looked atomic.Int64 // when the file was last looked at, Unix nanoseconds
}

// Follow is how long a running process may go on sealing under the key that was
// the newest until then.
const Follow = time.Second

// ring is the keys at one moment; it never changes.
type ring struct {
	ids     []ID // newest first
	current *driver
	byHead  map[head]*driver
	lookup  *driver
}

// FromKeys makes a ring of AES keys. The first key seals; the older ones only
// open. The oldest also makes the lookup hashes, so that these outlive a rotation.
func FromKeys(newest []byte, older ...[]byte) (*Keyring, error) {
	keys := make([]Key, 0, 1+len(older))
	for _, secret := range append([][]byte{newest}, older...) {
		keys = append(keys, Key{Cipher: AES, Secret: secret})
	}
	return New(keys)
}

// New makes a ring of keys, newest first, as FromKeys does.
func New(keys []Key) (*Keyring, error) {
	r, err := newRing(keys)
	if err != nil {
		return nil, err
	}
	k := &Keyring{}
	k.now.Store(r)
	return k, nil
}

func newRing(keys []Key) (*ring, error) {
	if len(keys) == 0 {
		return nil, errors.New("vault: there is no key")
	}
	r := &ring{byHead: make(map[head]*driver, len(keys))}
	for _, key := range keys {
		d, err := expand(key)
		if err != nil {
			return nil, err
		}
		if r.current == nil {
			r.current = d
		}
		if _, twice := r.byHead[d.head]; twice {
			return nil, errors.New("vault: a key stands twice on the ring")
		}
		r.ids, r.byHead[d.head], r.lookup = append(r.ids, d.id()), d, d
	}
	return r, nil
}

// IDs gives the public ids of the keys, newest first. An id says nothing of its key.
func (k *Keyring) IDs() []ID { return k.ring().ids }

// Lookups gives the id of the key that makes the lookup hashes.
func (k *Keyring) Lookups() ID { return k.ring().lookup.id() }

// Head gives the first HeadSize bytes of whatever is sealed now.
func (k *Keyring) Head() []byte { h := k.ring().current.head; return h[:] }

// Refresh looks at the key file now.
func (k *Keyring) Refresh() { k.follow(0) }

// Seal encrypts a value for its place. Sealing the same value twice gives two
// different results.
func (k *Keyring) Seal(plain []byte, at Place) []byte {
	d := k.ring().current
	return d.seal(plain, at)
}

// Open decrypts what Seal made for the same place, under whichever key of the
// ring sealed it. Every failure is ErrUnreadable.
func (k *Keyring) Open(sealed []byte, at Place) ([]byte, error) {
	if len(sealed) < HeadSize {
		return nil, ErrUnreadable
	}
	d, ok := k.now.Load().byHead[head(sealed[:HeadSize])]
	if !ok { // perhaps a key that was added since the file was read
		k.follow(0)
		if d, ok = k.now.Load().byHead[head(sealed[:HeadSize])]; !ok {
			return nil, ErrUnreadable
		}
	}
	return d.open(sealed, at)
}

// Lookup gives the keyed hash, in hex, of a value of a column: equal values of
// one column have equal hashes, and nobody without the key can try names out.
func (k *Keyring) Lookup(table, column, value string) string {
	d := k.now.Load().lookup
	mac := hmac.New(d.hash, d.lookup)
	_, _ = mac.Write(Place{table, column, value}.bytes())
	return hex.EncodeToString(mac.Sum(nil))
}

// ring gives the keys as they are, after a look at the file where the last is
// longer ago than Follow.
func (k *Keyring) ring() *ring {
	k.follow(Follow)
	return k.now.Load()
}

// follow reads the file anew where it changed. A file that cannot be read leaves
// the ring as it is: what runs goes on with the keys it has.
func (k *Keyring) follow(every time.Duration) {
	recent := func() bool { return time.Since(time.Unix(0, k.looked.Load())) < every }
	if k.file == nil || recent() {
		return
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if recent() {
		return // another looked meanwhile
	}
	k.looked.Store(time.Now().UnixNano())
	now, err := k.file.stamp()
	if err != nil || now == k.seen {
		return
	}
	keys, err := k.file.read()
	if err != nil {
		return
	}
	if r, err := newRing(keys); err == nil {
		k.now.Store(r)
		k.seen = now
	}
}

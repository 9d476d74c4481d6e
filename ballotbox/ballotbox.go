// Package ballotbox seals the choices of a secret poll 无记名投票. A poll has a key
// of its own, drawn when its box is opened. Choices are encrypted to it as they are
// cast; at closing the box is opened in memory, the choices are shuffled, and the
// key is destroyed, so that what logs, backups and dumps still hold of the
// envelopes can be read by nobody.
//
// Who holds the key while the poll is open is a Keeper. The one here keeps it in a
// file outside the database; trustees may take its place.
package ballotbox

import (
	"crypto/ecdh"
	"crypto/hpke"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"slices"
)

// ErrUnreadable says that an envelope does not open: it was altered, belongs to
// another poll, or the key is another's.
var ErrUnreadable = errors.New("ballotbox: an envelope does not open with the poll's key")

// Ballot is what goes into the box of one voter: the choices as one line, and the
// receipt by which the voter finds the ballot counted. Nothing in it says whose it is.
type Ballot struct {
	Receipt string
	Line    string
}

// Key opens the box of one poll.
type Key struct{ private hpke.PrivateKey }

func suite() (hpke.KEM, hpke.KDF, hpke.AEAD) {
	return hpke.DHKEM(ecdh.X25519()), hpke.HKDFSHA256(), hpke.AES256GCM()
}

// NewKey draws a key.
func NewKey() (Key, error) {
	kem, _, _ := suite()
	private, err := kem.GenerateKey()
	if err != nil {
		return Key{}, fmt.Errorf("ballotbox: new key: %w", err)
	}
	return Key{private}, nil
}

// ParseKey reads what Bytes wrote.
func ParseKey(b []byte) (Key, error) {
	kem, _, _ := suite()
	private, err := kem.NewPrivateKey(b)
	if err != nil {
		return Key{}, errors.New("ballotbox: a key cannot be read")
	}
	return Key{private}, nil
}

// Bytes gives the secret key as it is kept.
func (k Key) Bytes() ([]byte, error) { return k.private.Bytes() }

// Public gives the key to which ballots are sealed.
func (k Key) Public() []byte { return k.private.PublicKey().Bytes() }

// pad is the size to which an envelope's content is filled up, so that its length
// says little of the choices in it.
const pad = 256

// Seal puts ballots that are written together into one envelope of the poll. They
// are written together anyway, so one envelope tells no more than many would.
func Seal(public []byte, poll string, ballots []Ballot) ([]byte, error) {
	kem, kdf, aead := suite()
	key, err := kem.NewPublicKey(public)
	if err != nil {
		return nil, fmt.Errorf("ballotbox: the poll's public key cannot be read: %w", err)
	}
	content, err := json.Marshal(ballots)
	if err != nil {
		return nil, fmt.Errorf("ballotbox: seal: %w", err)
	}
	each := (len(content)/max(len(ballots), 1) + pad) / pad * pad
	plain := make([]byte, 4, 4+max(each*len(ballots), len(content)))
	binary.BigEndian.PutUint32(plain, uint32(len(content)))
	plain = append(plain, content...)
	plain = append(plain, make([]byte, cap(plain)-len(plain))...)
	sealed, err := hpke.Seal(key, kdf, aead, info(poll), plain)
	if err != nil {
		return nil, fmt.Errorf("ballotbox: seal: %w", err)
	}
	return sealed, nil
}

func info(poll string) []byte { return []byte("yishi/ballotbox/1\x00" + poll) }

// ErrNotThere says that a ballot was cancelled that lies in none of the envelopes.
var ErrNotThere = errors.New("ballotbox: a cancelled ballot is not in the box")

// Open opens all envelopes of a poll. It gives the lines of choices in an order
// drawn by chance and the receipts in the order of their text: nothing joins the two.
// What was cast under a cancelled receipt is left out of both; each must be there.
func Open(key Key, poll string, envelopes [][]byte, cancelled ...string) (lines, receipts []string, err error) {
	left := 0
	_, kdf, aead := suite()
	for _, e := range envelopes {
		plain, err := hpke.Open(key.private, kdf, aead, info(poll), e)
		if err != nil || len(plain) < 4 {
			return nil, nil, ErrUnreadable
		}
		size := binary.BigEndian.Uint32(plain)
		var ballots []Ballot
		if int64(size) > int64(len(plain)-4) || json.Unmarshal(plain[4:4+size], &ballots) != nil {
			return nil, nil, ErrUnreadable
		}
		for _, b := range ballots {
			if slices.Contains(cancelled, b.Receipt) {
				left++
				continue
			}
			lines, receipts = append(lines, b.Line), append(receipts, b.Receipt)
		}
	}
	if left != len(cancelled) {
		return nil, nil, ErrNotThere
	}
	slices.Sort(receipts)
	return lines, receipts, shuffle(lines)
}

// shuffle brings the lines into an order drawn by chance, each order as likely as any other.
func shuffle(lines []string) error {
	for i := len(lines) - 1; i > 0; i-- {
		j, err := rand.Int(rand.Reader, big.NewInt(int64(i+1)))
		if err != nil {
			return fmt.Errorf("ballotbox: shuffle: %w", err)
		}
		k := int(j.Int64())
		lines[i], lines[k] = lines[k], lines[i]
	}
	return nil
}

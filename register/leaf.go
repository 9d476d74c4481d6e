// Package register is the append-only log of the facts that decisions stand on:
// a Merkle tree over entries, with signed checkpoints and proofs of inclusion, as
// certificate transparency does it. The package is pure; models keeps the hashes.
package register

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/yishi-project/yishi/deliberation"
)

// Leaf gives the canonical bytes of an entry: the JSON of its fields in their
// declared order. They are the leaf of the tree, and stored as they are, so that
// an entry is never written twice in two ways.
func Leaf(e deliberation.Entry) ([]byte, error) { return json.Marshal(e) }

// ReadLeaf reads an entry from its canonical bytes. Bytes that the entry would
// not be written as are an error: nothing in a leaf goes unread.
func ReadLeaf(leaf []byte) (deliberation.Entry, error) {
	var e deliberation.Entry
	if err := json.Unmarshal(leaf, &e); err != nil {
		return e, fmt.Errorf("leaf: %w", err)
	}
	again, err := Leaf(e)
	if err != nil {
		return e, fmt.Errorf("leaf: %w", err)
	}
	if e.Kind == "" || !bytes.Equal(again, leaf) {
		return e, errors.New("leaf: not in the canonical form")
	}
	return e, nil
}

// Package register is the append-only log of the facts that decisions stand on:
// a Merkle tree over entries, with signed checkpoints and proofs of inclusion, as
// certificate transparency does it. The package is pure; models keeps the hashes.
package register

import (
	"encoding/json"

	"github.com/yishi-project/yishi/deliberation"
)

// Leaf gives the canonical bytes of an entry: the JSON of its fields in their
// declared order. They are the leaf of the tree, and stored as they are, so that
// an entry is never written twice in two ways.
func Leaf(e deliberation.Entry) ([]byte, error) { return json.Marshal(e) }

package register

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// MemoryHashes is a register's tree in memory, for verification and tests. The
// zero value is the empty tree. It is not safe for use at once by several.
type MemoryHashes struct {
	hashes []tlog.Hash
	size   int64
}

// Append adds a leaf and gives its index.
func (m *MemoryHashes) Append(leaf []byte) (int64, error) {
	added, err := tlog.StoredHashes(m.size, leaf, m)
	if err != nil {
		return 0, err
	}
	m.hashes = append(m.hashes, added...)
	m.size++
	return m.size - 1, nil
}

// Size is the number of leaves.
func (m *MemoryHashes) Size() int64 { return m.size }

// Root is the root of the whole tree.
func (m *MemoryHashes) Root() (tlog.Hash, error) { return tlog.TreeHash(m.size, m) }

// ReadHashes implements tlog.HashReader.
func (m *MemoryHashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		if x < 0 || x >= int64(len(m.hashes)) {
			return nil, fmt.Errorf("no hash %d in the tree", x)
		}
		out[i] = m.hashes[x]
	}
	return out, nil
}

package register

import (
	"fmt"

	"golang.org/x/mod/sumdb/tlog"
)

// Prove gives the proof that the entry of the index is in the register as it was
// at the size.
func Prove(size, index int64, r tlog.HashReader) (tlog.RecordProof, error) {
	if index < 0 || index >= size {
		return nil, fmt.Errorf("no entry %d in a register of %d", index, size)
	}
	return tlog.ProveRecord(size, index, r)
}

// Check tells whether the proof shows that the leaf is the entry of the index in
// the register of that size and root.
func Check(proof tlog.RecordProof, size int64, root tlog.Hash, index int64, leaf []byte) error {
	if index < 0 || index >= size {
		return fmt.Errorf("no entry %d in a register of %d", index, size)
	}
	if err := tlog.CheckRecord(proof, size, root, index, tlog.RecordHash(leaf)); err != nil {
		return fmt.Errorf("entry %d is not in the register: %w", index, err)
	}
	return nil
}

// ProveGrowth gives the proof that the register at the newer size holds all that
// it held at the older one, unchanged.
func ProveGrowth(older, newer int64, r tlog.HashReader) (tlog.TreeProof, error) {
	if older < 1 || older > newer {
		return nil, fmt.Errorf("a register of %d does not grow from %d", newer, older)
	}
	return tlog.ProveTree(newer, older, r)
}

// CheckGrowth tells whether the proof shows that the register of the newer size
// and root holds all that the older held, unchanged.
func CheckGrowth(proof tlog.TreeProof, older int64, olderRoot tlog.Hash, newer int64, newerRoot tlog.Hash) error {
	if older < 1 || older > newer {
		return fmt.Errorf("a register of %d does not grow from %d", newer, older)
	}
	if err := tlog.CheckTree(proof, newer, newerRoot, older, olderRoot); err != nil {
		return fmt.Errorf("the register of %d is not the one of %d grown: %w", newer, older, err)
	}
	return nil
}

package models

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"golang.org/x/mod/sumdb/tlog"
	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/register"
)

type entryRow struct {
	Idx       int64 `gorm:"primaryKey;autoIncrement:false"`
	EntryKey  string
	ChangeKey string
	Process   deliberation.ProcessID
	Leaf      []byte
}

func (entryRow) TableName() string { return "entries" }

type hashRow struct {
	Idx  int64 `gorm:"primaryKey;autoIncrement:false"`
	Hash []byte
}

func (hashRow) TableName() string { return "register_hashes" }

// appendFacts adds the facts of a change to the tree. The caller holds appendLock.
func (s *Store) appendFacts(tx *gorm.DB, c deliberation.Change) error {
	size, err := treeSize(tx)
	if err != nil {
		return err
	}
	var earlier int64 // entries of this process: its facts are numbered without a gap
	if err := tx.Model(&entryRow{}).Where("process = ?", c.Process).Count(&earlier).Error; err != nil {
		return err
	}
	for i, f := range c.Facts {
		e := deliberation.Entry{
			Index: size + int64(i), Key: c.Key + "#" + strconv.Itoa(i), Process: c.Process, Serial: earlier + int64(i) + 1,
			At: c.At, Stored: moment(s.now()), Actor: c.Actor, Office: c.Office, Fact: f,
		}
		leaf, err := register.Leaf(e)
		if err != nil {
			return err
		}
		if err := tx.Create(&entryRow{e.Index, e.Key, c.Key, c.Process, leaf}).Error; err != nil {
			return err
		}
		hashes, err := tlog.StoredHashes(e.Index, leaf, hashReader(tx))
		if err != nil {
			return err
		}
		rows := make([]hashRow, len(hashes))
		for j, h := range hashes {
			rows[j] = hashRow{tlog.StoredHashIndex(0, e.Index) + int64(j), h[:]}
		}
		if err := tx.Create(&rows).Error; err != nil {
			return err
		}
	}
	return nil
}

func treeSize(tx *gorm.DB) (size int64, err error) {
	err = tx.Model(&entryRow{}).Select("COALESCE(MAX(idx), -1) + 1").Scan(&size).Error
	return size, err
}

func hashReader(tx *gorm.DB) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		found := make(map[int64]tlog.Hash, len(indexes))
		for part := range slices.Chunk(indexes, chunk) {
			var rows []hashRow
			if err := tx.Where("idx IN ?", part).Find(&rows).Error; err != nil {
				return nil, err
			}
			for _, r := range rows {
				if len(r.Hash) != tlog.HashSize {
					return nil, fmt.Errorf("hash %d of the register has %d bytes", r.Idx, len(r.Hash))
				}
				found[r.Idx] = tlog.Hash(r.Hash)
			}
		}
		hashes := make([]tlog.Hash, len(indexes))
		for i, idx := range indexes {
			h, ok := found[idx]
			if !ok {
				return nil, fmt.Errorf("hash %d of the register is missing", idx)
			}
			hashes[i] = h
		}
		return hashes, nil
	})
}

// TreeSize is the number of entries of the register.
func (s *Store) TreeSize(ctx context.Context) (int64, error) {
	size, err := treeSize(s.reads.WithContext(ctx))
	return size, wrap("tree size", err)
}

// Hashes reads the hashes of the register's tree, for proofs.
func (s *Store) Hashes(ctx context.Context) tlog.HashReader {
	return hashReader(s.reads.WithContext(ctx))
}

// TreeHead gives the size of the register and the root of its tree.
func (s *Store) TreeHead(ctx context.Context) (size int64, root tlog.Hash, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		if size, err = treeSize(tx); err != nil {
			return err
		}
		root, err = tlog.TreeHash(size, hashReader(tx))
		return err
	})
	return size, root, wrap("tree head", err)
}

// Entries gives the entries of a process in the order of the register.
func (s *Store) Entries(ctx context.Context, id deliberation.ProcessID) ([]deliberation.Entry, error) {
	entries, _, err := s.EntryRange(ctx, id)
	return entries, err
}

// EntryRange gives the entries of a process with their leaves as they were hashed.
func (s *Store) EntryRange(ctx context.Context, id deliberation.ProcessID) ([]deliberation.Entry, [][]byte, error) {
	var rows []entryRow
	if err := s.reads.WithContext(ctx).Where("process = ?", id).Order("idx").Find(&rows).Error; err != nil {
		return nil, nil, wrap("entries", err)
	}
	entries, leaves := make([]deliberation.Entry, len(rows)), make([][]byte, len(rows))
	for i, r := range rows {
		e, err := decode[deliberation.Entry](string(r.Leaf))
		if err != nil {
			return nil, nil, wrap("entries", err)
		}
		e.Index = r.Idx
		entries[i], leaves[i] = e, r.Leaf
	}
	return entries, leaves, nil
}

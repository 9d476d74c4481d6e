package models

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/vault"
)

// sealedColumn is a column whose values the vault sealed, each for the place
// table, column and row, the row being the primary key, its parts joined by a
// zero byte.
type sealedColumn struct {
	table, column string
	key           []string
	large         bool // values of megabytes
}

var byID, byPerson = []string{"id"}, []string{"person"}

// sealedColumns is all of them. A test holds this list and openColumns against
// the BYTEA columns of the schema.
var sealedColumns = []sealedColumn{
	{table: "vault_canary", column: "sealed", key: byID},
	{table: "households", column: "number", key: byID},
	{table: "units", column: "number", key: byID},
	{table: "persons", column: "name", key: byID},
	{table: "persons", column: "birth", key: byID},
	{table: "persons", column: "identity", key: byID},
	{table: "persons", column: "phone", key: byID},
	{table: "processes", column: "matter", key: byID},
	{table: "papers", column: "content", key: byID, large: true},
	{table: "matter_drafts", column: "form", key: []string{"person", "kind"}},
	{table: "opinions", column: "body", key: byID},
	{table: "opinions", column: "answer", key: byID},
	{table: "box_opinions", column: "body", key: byID},
	{table: "box_opinions", column: "answer", key: byID},
	{table: "replies", column: "body", key: []string{"person", "idem_key"}},
	{table: "totps", column: "secret", key: byPerson},
	{table: "ceremonies", column: "data", key: []string{"hash"}},
	{table: "import_images", column: "body", key: byID, large: true},
	{table: "import_uploads", column: "content", key: byID, large: true},
	{table: "meeting_observers", column: "name", key: byID},
	{table: "commitments", column: "body", key: byID},
	{table: "commitments", column: "evidence", key: byID},
	{table: "elector_entries", column: "entry", key: []string{"process", "person"}},
	{table: "electors", column: "reason", key: []string{"process", "person"}},
	{table: "hearing_experts", column: "name", key: byID},
	{table: "hearing_experts", column: "field", key: byID},
	{table: "hearing_experts", column: "declared", key: byID},
	{table: "hearing_windows", column: "seed", key: byID},
	{table: "hearing_signups", column: "needs", key: byID},
	{table: "hearing_signups", column: "reason", key: byID},
	{table: "hearing_statements", column: "body", key: byID},
	{table: "hearing_statements", column: "reason", key: byID},
}

// openColumns are the columns of bytes that are not sealed, and why.
var openColumns = map[string]string{
	"entries.leaf":         "the register's leaves: ids, codes, dates, counts and hashes, which anyone may check",
	"register_hashes.hash": "hashes of the register's tree",
	"passkeys.data":        "public keys and counters",
	"polls.box_key":        "the public half of a secret poll's own key",
	"envelopes.sealed":     "sealed to the secret poll's own key, which is destroyed with them when the box is opened",
}

func (c sealedColumn) place(key []string) vault.Place {
	return vault.Place{Table: c.table, Column: c.column, Row: strings.Join(key, "\x00")}
}

// KeyUse is how many values are sealed under a key.
type KeyUse struct {
	// Key is empty where the values were not sealed by a vault.
	Key    vault.ID
	Values int64
}

// KeyUses counts the sealed values of all tables by their keys, the vault's
// newest key first, then keys that are not on its ring.
func (s *Store) KeyUses(ctx context.Context) ([]KeyUse, error) {
	count := map[vault.ID]int64{}
	for _, c := range sealedColumns {
		var heads []struct {
			Head   []byte
			Values int64
		}
		sql := fmt.Sprintf("SELECT substr(%[1]s, 1, %[2]d) AS head, COUNT(*) AS \"values\" FROM %[3]s WHERE %[1]s IS NOT NULL GROUP BY 1", c.column, vault.HeadSize, c.table)
		if err := s.reads.WithContext(ctx).Raw(sql).Scan(&heads).Error; err != nil {
			return nil, wrap("key uses", err)
		}
		for _, h := range heads {
			count[vault.IDOf(h.Head)] += h.Values
		}
	}
	ids := s.vault.IDs()
	var foreign []vault.ID
	for id := range count {
		if !slices.Contains(ids, id) {
			foreign = append(foreign, id)
		}
	}
	slices.Sort(foreign)
	var uses []KeyUse
	for _, id := range append(slices.Clone(ids), foreign...) {
		uses = append(uses, KeyUse{id, count[id]})
	}
	return uses, nil
}

// Resealed is what a run of Reseal did.
type Resealed struct {
	// Values were sealed anew.
	Values int64
	// Unreadable values stay as they are; they are counted by table.column.
	Unreadable map[string]int64
}

// Reseal seals every value that is not sealed under the vault's newest key anew
// under it, in short transactions beside whatever else is going on, and tells
// what it did after each. A value that is changed meanwhile is left alone. Broken
// off, it is simply begun again.
func (s *Store) Reseal(ctx context.Context, progress func(table, column string, values int64)) (Resealed, error) {
	done := Resealed{Unreadable: map[string]int64{}}
	s.vault.Refresh()
	head := s.vault.Head()
	for _, c := range sealedColumns {
		var after []string
		for {
			values, err := s.notUnder(ctx, c, head, after)
			if err != nil {
				return done, wrap("reseal", err)
			}
			if len(values) == 0 {
				break
			}
			after = values[len(values)-1].key
			n, unreadable, err := s.resealBatch(ctx, c, values)
			if err != nil {
				return done, wrap("reseal", err)
			}
			done.Values += n
			if unreadable > 0 {
				done.Unreadable[c.table+"."+c.column] += unreadable
			}
			progress(c.table, c.column, n)
		}
	}
	return done, nil
}

type sealedValue struct {
	key    []string
	sealed []byte
}

// notUnder gives the next values of a column that have another head, by their keys.
func (s *Store) notUnder(ctx context.Context, c sealedColumn, head []byte, after []string) ([]sealedValue, error) {
	limit := chunk
	if c.large {
		limit = 8
	}
	keys := strings.Join(c.key, ", ")
	where, args := fmt.Sprintf("%[1]s IS NOT NULL AND substr(%[1]s, 1, %[2]d) <> ?", c.column, vault.HeadSize), []any{head}
	if after != nil {
		where += fmt.Sprintf(" AND (%s) > (%s)", keys, strings.TrimSuffix(strings.Repeat("?, ", len(after)), ", "))
		for _, a := range after {
			args = append(args, a)
		}
	}
	rows, err := s.reads.WithContext(ctx).Table(c.table).Select(keys+", "+c.column).Where(where, args...).Order(keys).Limit(limit).Rows()
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var list []sealedValue
	for rows.Next() {
		v := sealedValue{key: make([]string, len(c.key))}
		into := make([]any, 0, len(c.key)+1)
		for i := range v.key {
			into = append(into, &v.key[i])
		}
		if err := rows.Scan(append(into, &v.sealed)...); err != nil {
			return nil, err
		}
		list = append(list, v)
	}
	return list, rows.Err()
}

// resealBatch writes the values anew where they are still what was read.
func (s *Store) resealBatch(ctx context.Context, c sealedColumn, values []sealedValue) (resealed, unreadable int64, err error) {
	where := strings.Join(c.key, " = ? AND ") + " = ? AND " + c.column + " = ?"
	err = s.write(ctx, func(tx *gorm.DB) error {
		resealed, unreadable = 0, 0
		for _, v := range values {
			plain, err := s.vault.Open(v.sealed, c.place(v.key))
			if err != nil {
				unreadable++
				continue
			}
			args := make([]any, 0, len(v.key)+1)
			for _, k := range v.key {
				args = append(args, k)
			}
			done := tx.Table(c.table).Where(where, append(args, v.sealed)...).Update(c.column, s.vault.Seal(plain, c.place(v.key)))
			if done.Error != nil {
				return done.Error
			}
			resealed += done.RowsAffected
		}
		return nil
	})
	return resealed, unreadable, err
}

// AlterKeys runs alter, which changes the key file, while no other process on
// this database does so, and writes the act to the audit with the id it gives.
func (s *Store) AlterKeys(ctx context.Context, act string, actor deliberation.PersonID, alter func() (vault.ID, error)) (vault.ID, error) {
	var id vault.ID
	err := s.write(ctx, func(tx *gorm.DB) (err error) {
		if err := s.lock(tx, "keys"); err != nil {
			return err
		}
		if id, err = alter(); err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: actor, Act: act, Subject: string(id)})
	})
	return id, wrap(act, err)
}

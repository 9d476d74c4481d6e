package models

import (
	"encoding/json"
	"fmt"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/vault"
)

// chunk is how many rows or parameters one statement takes, well below the limits of both databases.
const chunk = 500

func encode(v any) (string, error) {
	b, err := json.Marshal(v)
	return string(b), err
}

func decode[T any](text string) (v T, err error) {
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		return v, fmt.Errorf("a stored %T does not read: %w", v, err)
	}
	return v, nil
}

func (s *Store) seal(table, column, row, text string) []byte {
	return s.vault.Seal([]byte(text), vault.Place{Table: table, Column: column, Row: row})
}

func (s *Store) unseal(table, column, row string, sealed []byte) (string, error) {
	b, err := s.vault.Open(sealed, vault.Place{Table: table, Column: column, Row: row})
	return string(b), err
}

// find gives the one row, or nil where there is none.
func find[T any](tx *gorm.DB, where string, args ...any) (*T, error) {
	var rows []T
	if err := tx.Where(where, args...).Limit(1).Find(&rows).Error; err != nil || len(rows) == 0 {
		return nil, err
	}
	return &rows[0], nil
}

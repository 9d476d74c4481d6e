package models

import "maps"

// SealedColumns are the columns that Reseal knows, as table.column.
func SealedColumns() map[string]bool {
	m := map[string]bool{}
	for _, c := range sealedColumns {
		m[c.table+"."+c.column] = true
	}
	return m
}

// OpenColumns are the columns of bytes that lie open, and why.
func OpenColumns() map[string]string { return maps.Clone(openColumns) }

// SealAt seals a value for a row.
func SealAt(s *Store, table, column, row, text string) []byte {
	return s.seal(table, column, row, text)
}

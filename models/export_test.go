package models

import "testing"

// SynchronousCommit is the setting that the store's own connections have.
func SynchronousCommit(t *testing.T, s *Store) (v string) {
	t.Helper()
	if err := s.writes.WithContext(t.Context()).Raw("SELECT current_setting('synchronous_commit')").Scan(&v).Error; err != nil {
		t.Fatal(err)
	}
	return v
}

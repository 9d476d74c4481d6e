package models_test

import (
	"testing"

	"github.com/yishi-project/yishi/models"
)

// Of those who are read together, one whose row is damaged is an error for
// themselves alone.
func TestADamagedPersonFailsAlone(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ok(t, s.LoadRoster(t.Context(), roster(3), "operator"))
		_, err := b.raw(t).Exec("UPDATE persons SET name = (SELECT name FROM persons WHERE id = 'rep000') WHERE id = 'rep001'")
		ok(t, err)
		found, err := models.ReadTogether(t.Context(), s, rep(0), rep(1), rep(2), "nobody")
		ok(t, err)
		if len(found) != 3 || found[rep(0)] != nil || found[rep(1)] == nil || found[rep(2)] != nil {
			t.Fatal(found)
		}
		if _, _, _, err := s.Viewer(t.Context(), rep(1), today); err == nil {
			t.Fatal("a name that was moved to another's row is shown")
		}
	})
}

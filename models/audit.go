package models

import (
	"crypto/rand"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type auditRow struct {
	ID        string
	Actor     deliberation.PersonID
	Assistant deliberation.PersonID
	Act       string
	Community deliberation.CommunityID
	Person    deliberation.PersonID
	Process   deliberation.ProcessID
	Subject   string
	At        time.Time
	Recorded  time.Time
}

func (auditRow) TableName() string { return "audit" }

// audited writes who did it, in the transaction that did it. A recorded ballot
// is its own audit entry: its row says who, when and on what. Freezing a roll and
// opening or closing a box are steps of an act whose Apply writes the entry.
func (s *Store) audited(tx *gorm.DB, a auditRow) error {
	a.ID, a.Recorded = rand.Text(), moment(s.now())
	if a.At.IsZero() {
		a.At = a.Recorded
	}
	a.At = moment(a.At)
	return tx.Create(&a).Error
}

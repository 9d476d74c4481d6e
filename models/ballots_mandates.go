package models

import (
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

// heldMandate is a mandate as a transaction that takes ballots sees it: nobody else
// can use or revoke it until it is settled.
type heldMandate struct {
	id            string
	agent         deliberation.PersonID
	used, revoked bool
}

// lets reports whether the agent may vote under it.
func (m *heldMandate) lets(agent deliberation.PersonID) bool {
	return m != nil && !m.revoked && m.agent == agent
}

// holdMandates locks the mandates of a batch, in one order everywhere, before its
// ballots, and forgets those that were revoked meanwhile.
func (s *Store) holdMandates(tx *gorm.DB, boxes map[deliberation.PollID]*box) error {
	var ids []string
	for _, b := range boxes {
		for _, m := range b.mandates {
			ids = append(ids, m.id)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	slices.Sort(ids)
	held := tx.Where("id IN ? AND revoked IS NULL", padded(ids)).Order("id")
	if s.postgres {
		held = held.Clauses(clause.Locking{Strength: clause.LockingStrengthUpdate})
	}
	var rows []mandateRow
	if err := held.Find(&rows).Error; err != nil {
		return err
	}
	used := map[string]bool{}
	for _, r := range rows {
		used[r.ID] = r.Used
	}
	for _, b := range boxes {
		for _, m := range b.mandates {
			was, there := used[m.id]
			m.used, m.revoked = was, !there
		}
	}
	return nil
}

// settleMandates notes that mandates were used, and revokes those whose principals
// voted first.
func (s *Store) settleMandates(tx *gorm.DB, b *box, marks []ballotRow) error {
	for _, r := range marks {
		m := b.mandates[r.Person]
		switch {
		case m == nil || m.used:
		case r.Agent != nil:
			if err := tx.Model(&mandateRow{}).Where("id = ?", m.id).Update("used", true).Error; err != nil {
				return err
			}
		default:
			done := tx.Model(&mandateRow{}).Where("id = ? AND revoked IS NULL", m.id).Update("revoked", r.At)
			if done.Error != nil {
				return done.Error
			}
			if done.RowsAffected == 0 { // with their ballot in another poll of this batch
				continue
			}
			entry := auditRow{Actor: r.Person, Act: "revoke_mandate", Person: r.Person, Process: b.poll.Process, Subject: m.id, At: r.At}
			if err := s.audited(tx, entry); err != nil {
				return err
			}
		}
	}
	return nil
}

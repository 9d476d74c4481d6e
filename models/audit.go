package models

import (
	"context"
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
// opening or closing a box are steps of an act whose Apply writes the entry. What
// is done to a person's record or in a process belongs to their community, so that
// its supervisors can read it.
func (s *Store) audited(tx *gorm.DB, entries ...auditRow) error {
	for i := range entries {
		a := &entries[i]
		a.ID, a.Recorded = rand.Text(), moment(s.now())
		if a.At.IsZero() {
			a.At = a.Recorded
		}
		a.At = moment(a.At)
		if a.Assistant == "" {
			a.Assistant = deliberation.AssistantIn(tx.Statement.Context)
		}
		if err := placed(tx, a); err != nil {
			return err
		}
	}
	if len(entries) == 0 {
		return nil
	}
	return tx.CreateInBatches(entries, chunk).Error
}

// placed finds the community of an entry that names none.
func placed(tx *gorm.DB, a *auditRow) error {
	var table, id string
	switch {
	case a.Community != "":
		return nil
	case a.Process != "":
		table, id = "processes", string(a.Process)
	case a.Person != "":
		table, id = "persons", string(a.Person)
	default:
		return nil
	}
	var at []deliberation.CommunityID
	err := tx.Table(table).Where("id = ?", id).Pluck("community", &at).Error
	if len(at) > 0 {
		a.Community = at[0]
	}
	return err
}

// The acts of looking at a record.
const (
	actView   = "view_person"
	actReveal = "reveal_person"
)

// viewNotedFor is how long one entry stands for further looks at the same record.
const viewNotedFor = time.Hour

// NoteView records that somebody looked at a person's record, once in an hour.
// Who looks at their own leaves no trace.
func (s *Store) NoteView(ctx context.Context, viewer, person deliberation.PersonID) error {
	return s.noteLook(ctx, actView, viewer, person)
}

// NoteReveal records that somebody had a person's identity number and phone shown
// in full, once in an hour.
func (s *Store) NoteReveal(ctx context.Context, viewer, person deliberation.PersonID) error {
	return s.noteLook(ctx, actReveal, viewer, person)
}

func (s *Store) noteLook(ctx context.Context, act string, viewer, person deliberation.PersonID) error {
	if viewer == person {
		return nil
	}
	noted := func(tx *gorm.DB) (bool, error) {
		since := moment(s.now().Add(-viewNotedFor))
		a, err := find[auditRow](tx, "person = ? AND recorded > ? AND actor = ? AND act = ?", person, since, viewer, act)
		return a != nil, err
	}
	if known, err := noted(s.reads.WithContext(ctx)); err != nil || known {
		return wrap("note view", err)
	}
	return wrap("note view", s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, "view:"+string(viewer)); err != nil {
			return err
		}
		if known, err := noted(tx); err != nil || known {
			return err
		}
		var p personRow
		if err := tx.Select("community").Take(&p, "id = ?", person).Error; err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: viewer, Act: act, Community: p.Community, Person: person, Subject: string(person)})
	}))
}

// AuditOfPerson gives what was done to a person's record and with their sign-in,
// newest first, and how many entries there are. A limit of nought gives all.
func (s *Store) AuditOfPerson(ctx context.Context, id deliberation.PersonID, offset, limit int) (list []deliberation.AuditLine, total int, err error) {
	return s.auditWhere(ctx, func(tx *gorm.DB) *gorm.DB { return tx.Where("person = ?", id) }, offset, limit)
}

// AuditOf gives what was done in a community, newest first; act narrows where it
// is not empty. A limit of nought gives all.
func (s *Store) AuditOf(ctx context.Context, c deliberation.CommunityID, act string, offset, limit int) (list []deliberation.AuditLine, total int, err error) {
	return s.auditWhere(ctx, func(tx *gorm.DB) *gorm.DB {
		if act != "" {
			tx = tx.Where("act = ?", act)
		}
		return tx.Where("community = ?", c)
	}, offset, limit)
}

func (s *Store) auditWhere(ctx context.Context, scope func(*gorm.DB) *gorm.DB, offset, limit int) (list []deliberation.AuditLine, total int, err error) {
	var rows []auditRow
	var n int64
	err = s.read(ctx, func(tx *gorm.DB) error {
		if err := scope(tx.Model(&auditRow{})).Count(&n).Error; err != nil {
			return err
		}
		page := scope(tx).Order("recorded DESC, id").Offset(max(offset, 0))
		if limit > 0 {
			page = page.Limit(limit)
		}
		return page.Find(&rows).Error
	})
	if err != nil {
		return nil, 0, wrap("audit", err)
	}
	list = make([]deliberation.AuditLine, len(rows))
	for i, r := range rows {
		list[i] = deliberation.AuditLine{
			ID: r.ID, Actor: r.Actor, Assistant: r.Assistant, Act: r.Act, Community: r.Community, Person: r.Person,
			Process: r.Process, Subject: r.Subject, At: r.Recorded.In(deliberation.Shanghai),
		}
	}
	return list, int(n), nil
}

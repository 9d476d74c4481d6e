package models

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// Period is how long a kind of data is kept.
type Period struct{ Years, Days int }

// before gives the first day whose data are still kept on a day.
func (p Period) before(asOf deliberation.Date) deliberation.Date {
	return asOf.AddYears(-p.Years).AddDays(-p.Days)
}

// Retention is how long one kind of data is kept, and why.
type Retention struct {
	// What is the key of the kind of data.
	What string
	Keep Period
	// Since is the key of the moment from which the period runs.
	Since string
	// Why is the key of the reason: a citation, or "default".
	Why string

	// due counts what is past its period; retire takes it away and gives how much it was.
	due    func(tx *gorm.DB, before deliberation.Date) (int64, error)
	retire func(ctx context.Context, s *Store, before, asOf deliberation.Date, actor deliberation.PersonID) (int64, error)
}

// Retentions are all periods. docs/privacy.md shows the same table; cmd/yishi has
// the words for it.
var Retentions = []Retention{
	rowsPast("sessions", Period{}, "ended", "unneeded", "sessions", "idle < ?"),
	rowsPast("ceremonies", Period{}, "ended", "unneeded", "ceremonies", "expires < ?"),
	rowsPast("replies", Period{Days: 7}, "kept", "default", "replies", "kept < ?"),
	rowsPast("uploads", Period{}, "ended", "unneeded", "import_uploads", "expires < ?"),
	rowsPast(importImages, Period{Days: 90}, "imported", "default", "import_images", "import IN (SELECT id FROM imports WHERE at < ?)"),
	rowsPast("links", Period{Days: 180}, "ended", "default", "links", "expires < @at OR used < @at OR revoked < @at"),
	rowsPast("elector_entries", Period{Years: 5}, "recorded", "term", "elector_entries", "at < ?"),
	rowsPast("box_opinions", Period{Years: 5}, "recorded", "term", "box_opinions", "answered < ? AND process IS NULL"),
	rowsPast("box_senders", Period{Days: 1}, "recorded", "unneeded", "box_senders", "at < ?"),
	rowsPast("audit", Period{Years: 3}, "recorded", "log", "audit", "recorded < ?"),
	{What: "drafts", Keep: Period{Days: 30}, Since: "created", Why: "unneeded", due: draftsDue, retire: retireDrafts},
	{What: "papers", Keep: Period{Days: 180}, Since: "created", Why: "unneeded", due: papersDue, retire: retirePapers},
	{What: "left", Keep: Period{Years: 5}, Since: "left", Why: "term", due: leftDue, retire: retireLeft},
}

// RetentionLine is one kind of data with how much of it is past its period.
type RetentionLine struct {
	Retention
	// Before is the first day whose data are kept.
	Before deliberation.Date
	// Due is past its period; Done of it was taken away, Held could not be.
	Due, Done, Held int64
}

// rowsPast is a retention whose rows are simply deleted. where compares times with
// the first instant that is kept.
func rowsPast(what string, keep Period, since, why, table, where string) Retention {
	arg := func(before deliberation.Date) any {
		at := moment(before.Start())
		if strings.Contains(where, "@at") {
			return map[string]any{"at": at}
		}
		return at
	}
	return Retention{
		What: what, Keep: keep, Since: since, Why: why,
		due: func(tx *gorm.DB, before deliberation.Date) (n int64, err error) {
			err = tx.Table(table).Where(where, arg(before)).Count(&n).Error
			return n, err
		},
		retire: func(ctx context.Context, s *Store, before, _ deliberation.Date, actor deliberation.PersonID) (n int64, err error) {
			err = s.write(ctx, func(tx *gorm.DB) error {
				done := tx.Exec(fmt.Sprintf("DELETE FROM %s WHERE %s", table, where), arg(before))
				n = done.RowsAffected
				if done.Error != nil || n == 0 {
					return done.Error
				}
				return s.audited(tx, auditRow{Actor: actor, Act: "retire", Subject: what})
			})
			return n, err
		},
	}
}

const neverBegan = "status IS NULL AND created < ?"

func draftsDue(tx *gorm.DB, before deliberation.Date) (int64, error) {
	ids, err := liveDrafts(tx, before)
	return int64(len(ids)), err
}

// liveDrafts gives drafts whose matter was not overwritten yet: they lie under a
// stage that no process has.
func liveDrafts(tx *gorm.DB, before deliberation.Date) ([]deliberation.ProcessID, error) {
	var ids []deliberation.ProcessID
	err := tx.Table("processes").Where(neverBegan, moment(before.Start())).Where("stage <> ?", erasedStage).Order("id").Pluck("id", &ids).Error
	return ids, err
}

// erasedStage marks a draft whose matter was overwritten; nothing shows drafts.
const erasedStage = "erased"

func retireDrafts(ctx context.Context, s *Store, before, _ deliberation.Date, actor deliberation.PersonID) (n int64, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		ids, err := liveDrafts(tx, before)
		n = int64(len(ids))
		if err != nil || n == 0 {
			return err
		}
		for _, id := range ids {
			if err := s.eraseMatter(tx, id); err != nil {
				return err
			}
		}
		return s.audited(tx, auditRow{Actor: actor, Act: "retire", Subject: "drafts"})
	})
	return n, err
}

func papersDue(tx *gorm.DB, before deliberation.Date) (int64, error) {
	ids, err := unusedPapers(tx, "papers.created < ?", moment(before.Start()))
	return int64(len(ids)), err
}

func retirePapers(ctx context.Context, s *Store, before, _ deliberation.Date, actor deliberation.PersonID) (n int64, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		ids, err := unusedPapers(tx, "papers.created < ?", moment(before.Start()))
		n = int64(len(ids))
		if err != nil || n == 0 {
			return err
		}
		for _, id := range ids {
			if err := s.erasePaper(tx, id); err != nil {
				return err
			}
		}
		return s.audited(tx, auditRow{Actor: actor, Act: "retire", Subject: "papers"})
	})
	return n, err
}

func leftBefore(tx *gorm.DB, before deliberation.Date) *gorm.DB {
	gone := []deliberation.Standing{deliberation.Moved, deliberation.Dead}
	return tx.Table("persons").Where("standing IN ? AND left_day <> '' AND left_day < ?", gone, before.String())
}

func leftDue(tx *gorm.DB, before deliberation.Date) (n int64, err error) {
	err = leftBefore(tx, before).Count(&n).Error
	return n, err
}

// retireLeft erases who left long ago, each in a transaction of their own. Whom an
// office or an open process holds is left for another time.
func retireLeft(ctx context.Context, s *Store, before, asOf deliberation.Date, actor deliberation.PersonID) (n int64, err error) {
	var ids []deliberation.PersonID
	if err := leftBefore(s.reads.WithContext(ctx), before).Order("id").Pluck("id", &ids).Error; err != nil {
		return 0, err
	}
	for _, id := range ids {
		_, err := s.Erase(ctx, id, ErasePeriod, asOf, actor, true)
		var blocked *ErasureBlocked
		switch {
		case err == nil:
			n++
		case errors.As(err, &blocked), errors.Is(err, deliberation.Refuse(deliberation.RefuseTwice)):
		default:
			return n, err
		}
	}
	return n, nil
}

// Retire tells what is past its period on a day and, with apply, takes it away,
// which cannot be undone. A day that has not come yet is refused with apply
// (RefuseTooEarly).
func (s *Store) Retire(ctx context.Context, asOf deliberation.Date, actor deliberation.PersonID, apply bool) ([]RetentionLine, error) {
	if today := deliberation.DateOf(s.now().In(deliberation.Shanghai)); apply && today.Before(asOf) {
		return nil, &deliberation.Refusal{Code: deliberation.RefuseTooEarly, Earliest: asOf.At(0, 0)}
	}
	lines := make([]RetentionLine, len(Retentions))
	for i, r := range Retentions {
		line := RetentionLine{Retention: r, Before: r.Keep.before(asOf)}
		var err error
		if line.Due, err = r.due(s.reads.WithContext(ctx), line.Before); err != nil {
			return nil, wrap("retention", err)
		}
		if apply && line.Due > 0 {
			if line.Done, err = r.retire(ctx, s, line.Before, asOf, actor); err != nil {
				return nil, wrap("retention", err)
			}
			line.Held = max(0, line.Due-line.Done)
		}
		lines[i] = line
	}
	return lines, nil
}

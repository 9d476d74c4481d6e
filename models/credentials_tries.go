package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

type triesRow struct {
	Subject string
	Count   int64
	Last    time.Time
	Locked  time.Time
}

func (triesRow) TableName() string { return "tries" }

const (
	// freeTries may fail before anybody has to wait: people mistype.
	freeTries = 5
	// firstLock doubles with each further failure up to longestLock.
	firstLock   = time.Minute
	longestLock = time.Hour
	// triesKept is how long after the last failure they are forgotten.
	triesKept = 24 * time.Hour
)

// lockAfter is how long nobody may try after so many tries without success.
func lockAfter(tries int64) time.Duration {
	if tries < freeTries {
		return 0
	}
	lock := firstLock
	for range tries - freeTries {
		if lock *= 2; lock >= longestLock {
			return longestLock
		}
	}
	return lock
}

// CountTry counts a try before it is looked at, so that many at once gain
// nothing. Where too many failed it refuses (RefuseLockedOut, with Earliest) and
// counts nothing: who waits is not made to wait longer.
func (s *Store) CountTry(ctx context.Context, subject string, now time.Time) error {
	subject = s.vault.Lookup("tries", "subject", subject)
	now = moment(now)
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, "tries:"+subject); err != nil {
			return err
		}
		row, err := find[triesRow](tx, "subject = ?", subject)
		if err != nil {
			return err
		}
		switch {
		case row == nil, !now.Before(row.Last.Add(triesKept)):
			row = &triesRow{Subject: subject}
		case now.Before(row.Locked):
			return &deliberation.Refusal{Code: deliberation.RefuseLockedOut, Earliest: row.Locked}
		}
		row.Count, row.Last = row.Count+1, now
		row.Locked = now.Add(lockAfter(row.Count))
		return tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "subject"}}, UpdateAll: true}).Create(row).Error
	})
	return wrap("count try", err)
}

// ForgetTries forgets them after one that fits.
func (s *Store) ForgetTries(ctx context.Context, subject string) error {
	subject = s.vault.Lookup("tries", "subject", subject)
	return wrap("forget tries", s.writes.WithContext(ctx).Where("subject = ?", subject).Delete(&triesRow{}).Error)
}

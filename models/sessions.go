package models

import (
	"context"
	"time"

	"gorm.io/gorm/clause"
)

type sessionRow struct {
	Token  string
	Data   []byte
	Expiry time.Time
}

func (sessionRow) TableName() string { return "sessions" }

// FindCtx gives the data of a session that has not expired.
func (s *Store) FindCtx(ctx context.Context, token string) (data []byte, found bool, err error) {
	row, err := find[sessionRow](s.reads.WithContext(ctx), "token = ? AND expiry > ?", token, moment(s.now()))
	if err != nil || row == nil {
		return nil, false, wrap("find session", err)
	}
	return row.Data, true, nil
}

// CommitCtx writes a session, in place of the one with the same token.
func (s *Store) CommitCtx(ctx context.Context, token string, data []byte, expiry time.Time) error {
	row := sessionRow{token, data, moment(expiry)}
	return wrap("commit session", s.writes.WithContext(ctx).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "token"}},
		DoUpdates: clause.AssignmentColumns([]string{"data", "expiry"}),
	}).Create(&row).Error)
}

// DeleteCtx ends a session; one that is not there is no error.
func (s *Store) DeleteCtx(ctx context.Context, token string) error {
	return wrap("delete session", s.writes.WithContext(ctx).Where("token = ?", token).Delete(&sessionRow{}).Error)
}

// Find is FindCtx for scs.Store.
func (s *Store) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

// Commit is CommitCtx for scs.Store.
func (s *Store) Commit(token string, data []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, data, expiry)
}

// Delete is DeleteCtx for scs.Store.
func (s *Store) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }

const (
	sweepEvery = 5 * time.Minute
	// repliesKept is longer than any client goes on trying.
	repliesKept = 7 * 24 * time.Hour
)

// Sweep deletes expired sessions and answers kept longer than a week.
func (s *Store) Sweep(ctx context.Context) error {
	now := s.now()
	tx := s.writes.WithContext(ctx)
	if err := tx.Where("expiry <= ?", moment(now)).Delete(&sessionRow{}).Error; err != nil {
		return wrap("sweep sessions", err)
	}
	return wrap("sweep replies", tx.Where("kept <= ?", moment(now.Add(-repliesKept))).Delete(&replyRow{}).Error)
}

func (s *Store) sweepUntil(ctx context.Context) {
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
			if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
				s.log.WarnContext(ctx, "expired sessions were not swept", "error", err)
			}
		}
	}
}

package models

import (
	"context"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type sessionRow struct {
	Hash      string
	ID        string
	Person    deliberation.PersonID
	Door      deliberation.Door
	Means     deliberation.Means
	Assistant deliberation.PersonID
	Strong    bool
	Entered   deliberation.CommunityID
	Agent     string
	Opened    time.Time
	Proved    time.Time
	Seen      time.Time
	Idle      time.Time
	Ends      time.Time
}

func (sessionRow) TableName() string { return "sessions" }

func (r sessionRow) session() deliberation.Session {
	return deliberation.Session{
		ID: r.ID, Person: r.Person, Door: r.Door, Means: r.Means, Assistant: r.Assistant, Strong: r.Strong, Entered: r.Entered, Agent: r.Agent,
		Opened: r.Opened, Proved: r.Proved, Seen: r.Seen, Idle: r.Idle, Ends: r.Ends,
	}
}

// OpenSession writes a new session under the SHA-256 of its token. A link was
// written to the audit as it was used up; any other means is written here.
func (s *Store) OpenSession(ctx context.Context, hash string, v deliberation.Session) error {
	row := sessionRow{
		Hash: hash, ID: v.ID, Person: v.Person, Door: v.Door, Means: v.Means, Assistant: v.Assistant, Strong: v.Strong, Entered: v.Entered, Agent: v.Agent,
		Opened: moment(v.Opened), Proved: moment(v.Proved), Seen: moment(v.Seen), Idle: moment(v.Idle), Ends: moment(v.Ends),
	}
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := tx.Create(&row).Error; err != nil {
			return missing(err)
		}
		switch {
		case v.Assistant != "":
			return s.auditedSignIn(tx, auditRow{Actor: v.Person, Assistant: v.Assistant, Act: "assist_begin", Subject: v.ID})
		case v.Means != deliberation.ByLink:
			return s.auditedSignIn(tx, auditRow{Actor: v.Person, Act: "sign_in", Subject: string(v.Means)})
		}
		return nil
	})
	return wrap("open session", err)
}

// auditedSignIn writes what somebody did with their own ways to sign in.
func (s *Store) auditedSignIn(tx *gorm.DB, a auditRow) error {
	a.Person = a.Actor
	return s.audited(tx, a)
}

// FindSession gives the session of a token's SHA-256 that has not ended by now
// (RefuseSignIn). Those who ask at one time share one read.
func (s *Store) FindSession(ctx context.Context, hash string, now time.Time) (deliberation.Session, error) {
	row, found, err := s.sessions.get(ctx, hash)
	if err == nil && (!found || !row.Idle.After(moment(now))) {
		err = deliberation.Refuse(deliberation.RefuseSignIn)
	}
	if err != nil {
		return deliberation.Session{}, wrap("find session", err)
	}
	return row.session(), nil
}

func (s *Store) readSessions(ctx context.Context, hashes []string) (map[string]sessionRow, error) {
	var rows []sessionRow
	err := s.reads.WithContext(ctx).Where("hash IN ?", padded(hashes)).Find(&rows).Error
	found := make(map[string]sessionRow, len(rows))
	for _, r := range rows {
		found[r.Hash] = r
	}
	return found, err
}

// TouchSession notes that a session is used. It is no act of anybody and leaves
// no entry; where the session has ended meanwhile it changes nothing.
func (s *Store) TouchSession(ctx context.Context, id string, seen, idle time.Time) error {
	return wrap("touch session", s.writes.WithContext(ctx).Model(&sessionRow{}).Where("id = ? AND ends >= ?", id, moment(idle)).
		Updates(map[string]any{"seen": moment(seen), "idle": moment(idle)}).Error)
}

// EnterCommunity notes which community the holder of an office over a place looks at.
func (s *Store) EnterCommunity(ctx context.Context, id string, c deliberation.CommunityID) error {
	err := s.changeSession(ctx, id, map[string]any{"entered": c}, func(r sessionRow) auditRow {
		return auditRow{Actor: r.Person, Act: "enter", Community: c, Subject: r.ID}
	})
	return wrap("enter community", err)
}

// ProveSession gives a session another token after the person proved who they are
// once more. RefuseSignIn where it has ended.
func (s *Store) ProveSession(ctx context.Context, id, hash string, by deliberation.Means, strong bool, now time.Time) error {
	set := map[string]any{"hash": hash, "proved": moment(now)}
	if strong {
		set["strong"] = true
	}
	err := s.changeSession(ctx, id, set, func(r sessionRow) auditRow {
		return auditRow{Actor: r.Person, Person: r.Person, Act: "confirm", Subject: string(by)}
	})
	return wrap("prove session", err)
}

func (s *Store) changeSession(ctx context.Context, id string, set map[string]any, entry func(sessionRow) auditRow) error {
	return s.write(ctx, func(tx *gorm.DB) error {
		done := tx.Model(&sessionRow{}).Where("id = ? AND idle > ?", id, moment(s.now())).Updates(set)
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected != 1 {
			return deliberation.Refuse(deliberation.RefuseSignIn)
		}
		var row sessionRow
		if err := tx.Take(&row, "id = ?", id).Error; err != nil {
			return err
		}
		return s.audited(tx, entry(row))
	})
}

// EndSession ends one session of the person; one that has ended is no error.
func (s *Store) EndSession(ctx context.Context, person deliberation.PersonID, id string) error {
	return wrap("end session", s.endSessions(ctx, person, "id = ?", id))
}

// EndSessions ends all sessions of the person but one; the empty id spares none.
func (s *Store) EndSessions(ctx context.Context, person deliberation.PersonID, but string) error {
	return wrap("end sessions", s.endSessions(ctx, person, "id <> ?", but))
}

func (s *Store) endSessions(ctx context.Context, person deliberation.PersonID, which, id string) error {
	return s.write(ctx, func(tx *gorm.DB) error {
		var rows []sessionRow
		if err := tx.Where("person = ?", person).Where(which, id).Order("id").Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			if err := tx.Where("id = ?", r.ID).Delete(&sessionRow{}).Error; err != nil {
				return err
			}
			entry := auditRow{Actor: person, Act: "session_ended", Subject: r.ID}
			if r.Assistant != "" {
				entry.Assistant, entry.Act = r.Assistant, "assist_end"
			}
			if err := s.auditedSignIn(tx, entry); err != nil {
				return err
			}
		}
		return nil
	})
}

// SessionsOf gives the sessions of a person that have not ended, the last used first.
func (s *Store) SessionsOf(ctx context.Context, person deliberation.PersonID, now time.Time) ([]deliberation.Session, error) {
	var rows []sessionRow
	err := s.reads.WithContext(ctx).Where("person = ? AND idle > ?", person, moment(now)).Order("seen DESC, id").Find(&rows).Error
	list := make([]deliberation.Session, len(rows))
	for i, r := range rows {
		list[i] = r.session()
	}
	return list, wrap("sessions", err)
}

const (
	sweepEvery = 5 * time.Minute
	// repliesKept is longer than any client goes on trying.
	repliesKept = 7 * 24 * time.Hour
)

// Sweep deletes sessions and ceremonies that are over, tries that count no more,
// and answers kept longer than a week.
func (s *Store) Sweep(ctx context.Context) error {
	now := s.now()
	tx := s.writes.WithContext(ctx)
	if err := tx.Where("idle <= ?", moment(now)).Delete(&sessionRow{}).Error; err != nil {
		return wrap("sweep sessions", err)
	}
	if err := tx.Where("expires <= ?", moment(now)).Delete(&ceremonyRow{}).Error; err != nil {
		return wrap("sweep ceremonies", err)
	}
	if err := tx.Where("last <= ?", moment(now.Add(-triesKept))).Delete(&triesRow{}).Error; err != nil {
		return wrap("sweep tries", err)
	}
	if err := sweepUploads(tx, now); err != nil {
		return wrap("sweep uploads", err)
	}
	if err := s.destroyKeys(ctx); err != nil { // those that a crash left
		return wrap("sweep keys of polls", err)
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

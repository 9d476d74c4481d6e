package models

import (
	"cmp"
	"context"
	"crypto/rand"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

type opinionRow struct {
	ID          string
	Process     deliberation.ProcessID
	Person      deliberation.PersonID
	Channel     deliberation.Channel
	IdemKey     string
	Paper       string
	Body        []byte
	Given       time.Time
	Disposition *string
	Answer      []byte
	Answered    *time.Time
	AnsweredBy  *deliberation.PersonID
}

func (opinionRow) TableName() string { return "opinions" }

func opinionsLock(p deliberation.ProcessID) string { return "opinions:" + string(p) }

// AddOpinion files an opinion. The person's same key again gives the opinion
// already filed, even after the closing; else it is refused once CloseOpinions has
// closed the box (RefuseTooLate) or the process has ended (RefuseEnded).
func (s *Store) AddOpinion(ctx context.Context, o deliberation.Opinion, key string) (id string, err error) {
	if key == "" {
		return "", deliberation.Refuse(deliberation.RefuseIdempotencyKey)
	}
	paper, err := encode(o.Paper)
	if err != nil {
		return "", wrap("add opinion", err)
	}
	id = rand.Text()
	row := opinionRow{
		ID: id, Process: o.Process, Person: o.Person, Channel: cmp.Or(o.Channel, deliberation.WebChannel), IdemKey: key, Paper: paper,
		Body: s.seal("opinions", "body", id, o.Text), Given: moment(o.Given),
	}
	err = s.write(ctx, func(tx *gorm.DB) error {
		// Shared: the count takes this opinion in, or this opinion sees that it is too late.
		if err := s.share(tx, opinionsLock(o.Process)); err != nil {
			return err
		}
		first, err := find[opinionRow](tx, "process = ? AND person = ? AND idem_key = ?", o.Process, o.Person, key)
		switch {
		case err != nil:
			return err
		case first != nil:
			id = first.ID
			return nil
		}
		if err := takesOpinions(tx, o.Process); err != nil {
			return err
		}
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if done.Error != nil {
			return missing(done.Error)
		}
		if done.RowsAffected == 0 { // the same key came twice at once
			var first opinionRow
			err := tx.Take(&first, "process = ? AND person = ? AND idem_key = ?", o.Process, o.Person, key).Error
			id = first.ID
			return err
		}
		return s.audited(tx, auditRow{Actor: o.Person, Act: "add_opinion", Process: o.Process, Subject: id, At: o.Given})
	})
	if err != nil {
		return "", wrap("add opinion", err)
	}
	return id, nil
}

func takesOpinions(tx *gorm.DB, id deliberation.ProcessID) error {
	var p processRow
	if err := tx.Select("state, opinions_closed").Take(&p, "id = ?", id).Error; err != nil {
		return err
	}
	switch {
	case p.State == deliberation.Ended:
		return deliberation.Refuse(deliberation.RefuseEnded)
	case p.OpinionsClosed:
		return deliberation.Refuse(deliberation.RefuseTooLate)
	}
	return nil
}

// AnswerOpinion writes what became of an opinion, once (RefuseTwice).
func (s *Store) AnswerOpinion(ctx context.Context, o deliberation.Opinion) error {
	switch {
	case o.Disposition != "adopted" && o.Disposition != "partly" && o.Disposition != "not":
		return invalid("disposition", "not_a_choice")
	case o.Answer == "":
		return invalid("answer", "required")
	}
	return wrap("answer opinion", s.write(ctx, func(tx *gorm.DB) error {
		done := tx.Model(&opinionRow{}).Where("id = ? AND process = ? AND answered IS NULL", o.ID, o.Process).Updates(map[string]any{
			"disposition": o.Disposition,
			"answer":      s.seal("opinions", "answer", o.ID, o.Answer),
			"answered":    moment(o.Answered),
			"answered_by": o.AnsweredBy,
		})
		if done.Error != nil {
			return missing(done.Error)
		}
		if done.RowsAffected == 0 {
			if err := tx.Take(&opinionRow{}, "id = ? AND process = ?", o.ID, o.Process).Error; err != nil {
				return err
			}
			return deliberation.Refuse(deliberation.RefuseTwice)
		}
		return s.audited(tx, auditRow{Actor: o.AnsweredBy, Act: "answer_opinion", Process: o.Process, Subject: o.ID, At: o.Answered})
	}))
}

// Opinions gives the opinions to a matter, in the order they came.
func (s *Store) Opinions(ctx context.Context, p deliberation.ProcessID) ([]deliberation.Opinion, error) {
	var rows []opinionRow
	if err := s.reads.WithContext(ctx).Where("process = ?", p).Order("given, id").Find(&rows).Error; err != nil {
		return nil, wrap("opinions", err)
	}
	list := make([]deliberation.Opinion, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = s.opinionOf(r); err != nil {
			return nil, wrap("opinions", err)
		}
	}
	return list, nil
}

func (s *Store) opinionOf(r opinionRow) (o deliberation.Opinion, err error) {
	o = deliberation.Opinion{ID: r.ID, Process: r.Process, Person: r.Person, Channel: r.Channel, Given: r.Given.In(deliberation.Shanghai)}
	if o.Paper, err = decode[deliberation.PaperRef](r.Paper); err != nil {
		return o, err
	}
	if o.Text, err = s.unseal("opinions", "body", r.ID, r.Body); err != nil || r.Answered == nil {
		return o, err
	}
	o.Disposition, o.Answered, o.AnsweredBy = *r.Disposition, r.Answered.In(deliberation.Shanghai), *r.AnsweredBy
	o.Answer, err = s.unseal("opinions", "answer", r.ID, r.Answer)
	return o, err
}

// CloseOpinions counts the opinions and, where each is answered, takes no more:
// none comes in unseen between the count and the proposal that stands on it. A
// second call gives the same count.
func (s *Store) CloseOpinions(ctx context.Context, p deliberation.ProcessID) (received, answered int, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, opinionsLock(p)); err != nil {
			return err
		}
		received, answered, err = opinionCounts(tx, p)
		if err != nil || answered < received {
			return err
		}
		done := tx.Model(&processRow{}).Where("id = ?", p).Update("opinions_closed", true)
		if done.Error == nil && done.RowsAffected != 1 {
			return deliberation.Refuse(deliberation.RefuseNotFound)
		}
		return done.Error
	})
	return received, answered, wrap("close opinions", err)
}

// opinionCounts gives how many opinions were received and how many answered.
func opinionCounts(tx *gorm.DB, p deliberation.ProcessID) (received, answered int, err error) {
	var n struct{ Received, Answered int }
	err = tx.Model(&opinionRow{}).Where("process = ?", p).
		Select("COUNT(*) AS received, COUNT(answered) AS answered").Scan(&n).Error
	return n.Received, n.Answered, err
}

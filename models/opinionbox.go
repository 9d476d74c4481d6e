package models

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

type boxOpinionRow struct {
	ID         string
	Community  deliberation.CommunityID
	Person     *deliberation.PersonID
	Number     string
	Category   deliberation.Category
	Body       []byte
	Given      time.Time
	Publish    bool
	Outcome    deliberation.BoxOutcome
	Answer     []byte
	Answered   *time.Time
	AnsweredBy *deliberation.PersonID
	Process    *deliberation.ProcessID
}

func (boxOpinionRow) TableName() string { return "box_opinions" }

type boxSenderRow struct {
	ID     string
	Sender string
	At     time.Time
}

func (boxSenderRow) TableName() string { return "box_senders" }

type opinionBoxRow struct {
	Community      deliberation.CommunityID
	WithoutAccount bool
}

func (opinionBoxRow) TableName() string { return "opinion_boxes" }

const (
	// boxPause is how long one sender waits after an opinion.
	boxPause = time.Minute
	// boxKept is how long it is known who put something in.
	boxKept = 24 * time.Hour
	// The most that one person, and one address without an account, puts in within boxKept.
	// A household or a whole office may share an address.
	boxMostPerson, boxMostAddress = 5, 10
)

// PutInBox puts an opinion into the box and gives its number, which is kept nowhere:
// whoever has it may read what became of it. The same request of the same sender
// again gives the same number and puts nothing in. Without an account it is refused
// where the community does not allow it (RefuseSignIn); too many of one sender are
// refused (RefuseRateLimited), and nothing is kept of them.
func (s *Store) PutInBox(ctx context.Context, o deliberation.BoxOpinion, from deliberation.BoxSender) (number string, err error) {
	if from.Key == "" {
		return "", deliberation.Refuse(deliberation.RefuseIdempotencyKey)
	}
	if err := o.Check(); err != nil {
		return "", err
	}
	if !storable(o.Text) {
		return "", invalid("text", "not_text")
	}
	who, most := "person\x00"+string(from.Person), int64(boxMostPerson)
	if from.Person == "" {
		who, most = "address\x00"+from.Address, boxMostAddress
	}
	number = s.boxNumber(o.Community, who, from.Key, o.Text)
	id := rand.Text()
	row := boxOpinionRow{
		ID: id, Community: o.Community, Number: s.boxLookup(number), Category: o.Category,
		Body: s.seal("box_opinions", "body", id, o.Text), Given: moment(o.Given), Publish: o.Publish,
	}
	if from.Person != "" {
		row.Person = &from.Person
	}
	sender := boxSenderRow{ID: rand.Text(), Sender: s.vault.Lookup("box_senders", "sender", who), At: moment(from.At)}
	err = s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, "box:"+sender.Sender); err != nil {
			return err
		}
		if first, err := find[boxOpinionRow](tx, "number = ?", row.Number); err != nil || first != nil {
			return err
		}
		if from.Person == "" {
			box, err := find[opinionBoxRow](tx, "community = ?", o.Community)
			if err != nil {
				return err
			}
			if box == nil || !box.WithoutAccount {
				return deliberation.Refuse(deliberation.RefuseSignIn)
			}
		}
		if err := notFlooding(tx, sender, most); err != nil {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return missing(err)
		}
		return s.audited(tx, auditRow{Actor: from.Person, Act: "put_in_box", Community: o.Community, Subject: id, At: o.Given})
	})
	if err != nil {
		return "", wrap("put in box", err)
	}
	return number, nil
}

// notFlooding counts one more of a sender, and forgets those of yesterday.
func notFlooding(tx *gorm.DB, sender boxSenderRow, most int64) error {
	if err := tx.Where("at <= ?", sender.At.Add(-boxKept)).Delete(&boxSenderRow{}).Error; err != nil {
		return err
	}
	var n struct{ Day, Just int64 }
	err := tx.Model(&boxSenderRow{}).Where("sender = ?", sender.Sender).
		Select("COUNT(*) AS day, COALESCE(SUM(CASE WHEN at > ? THEN 1 ELSE 0 END), 0) AS just", sender.At.Add(-boxPause)).Scan(&n).Error
	if err != nil {
		return err
	}
	if n.Just > 0 || n.Day >= most {
		return deliberation.Refuse(deliberation.RefuseRateLimited)
	}
	return tx.Create(&sender).Error
}

// boxNumber makes the number of an opinion, 60 bits that nobody without the key can
// make, from what tells the request: a repeated one finds its number again.
func (s *Store) boxNumber(c deliberation.CommunityID, who, key, text string) string {
	sum, _ := hex.DecodeString(s.vault.Lookup("box_opinions", "number of", strings.Join([]string{string(c), who, key, text}, "\x00"))) // Lookup writes hex
	n := base32.StdEncoding.EncodeToString(sum)[:12]
	return n[:4] + "-" + n[4:8] + "-" + n[8:]
}

// boxLookup finds a number however it was typed.
func (s *Store) boxLookup(number string) string {
	typed := strings.Map(func(r rune) rune {
		if r >= 'A' && r <= 'Z' || r >= '2' && r <= '7' {
			return r
		}
		return -1
	}, strings.ToUpper(number))
	return s.vault.Lookup("box_opinions", "number", typed)
}

// BoxOpinionByNumber gives an opinion to whoever has its number (RefuseNotFound).
func (s *Store) BoxOpinionByNumber(ctx context.Context, number string) (deliberation.BoxOpinion, error) {
	return s.boxOpinion(ctx, "number = ?", s.boxLookup(number))
}

// BoxOpinion gives an opinion by its id (RefuseNotFound).
func (s *Store) BoxOpinion(ctx context.Context, id string) (deliberation.BoxOpinion, error) {
	return s.boxOpinion(ctx, "id = ?", id)
}

func (s *Store) boxOpinion(ctx context.Context, where, arg string) (deliberation.BoxOpinion, error) {
	var row boxOpinionRow
	if err := s.reads.WithContext(ctx).Take(&row, where, arg).Error; err != nil {
		return deliberation.BoxOpinion{}, wrap("box opinion", err)
	}
	o, err := s.boxOpinionOf(row)
	return o, wrap("box opinion", err)
}

// BoxOpinions gives what is in a box, the newest first.
func (s *Store) BoxOpinions(ctx context.Context, q deliberation.BoxQuery) ([]deliberation.BoxOpinion, error) {
	tx := s.reads.WithContext(ctx).Where("community = ?", q.Community)
	if q.Person != "" {
		tx = tx.Where("person = ?", q.Person)
	}
	if q.Published {
		tx = tx.Where("publish AND outcome NOT IN ('', 'abuse')")
	}
	if q.Limit > 0 {
		tx = tx.Limit(q.Limit)
	}
	var rows []boxOpinionRow
	if err := tx.Order("given DESC, id").Find(&rows).Error; err != nil {
		return nil, wrap("box opinions", err)
	}
	list := make([]deliberation.BoxOpinion, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = s.boxOpinionOf(r); err != nil {
			return nil, wrap("box opinions", err)
		}
	}
	return list, nil
}

func (s *Store) boxOpinionOf(r boxOpinionRow) (o deliberation.BoxOpinion, err error) {
	o = deliberation.BoxOpinion{
		ID: r.ID, Community: r.Community, Category: r.Category, Given: r.Given.In(deliberation.Shanghai), Publish: r.Publish, Outcome: r.Outcome,
	}
	if r.Person != nil {
		o.Person = *r.Person
	}
	if r.Process != nil {
		o.Process = *r.Process
	}
	if r.Answered != nil && r.AnsweredBy != nil {
		o.Answered, o.AnsweredBy = r.Answered.In(deliberation.Shanghai), *r.AnsweredBy
	}
	if o.Text, err = s.unseal("box_opinions", "body", r.ID, r.Body); err != nil || r.Answer == nil {
		return o, err
	}
	o.Answer, err = s.unseal("box_opinions", "answer", r.ID, r.Answer)
	return o, err
}

// AnswerBoxOpinion writes what became of an opinion of the community, once
// (RefuseTwice). The start of the same process told again is told once.
func (s *Store) AnswerBoxOpinion(ctx context.Context, o deliberation.BoxOpinion) error {
	if err := o.CheckAnswer(); err != nil {
		return err
	}
	if !storable(o.Answer) {
		return invalid("text", "not_text")
	}
	set := map[string]any{"outcome": o.Outcome, "answered": moment(o.Answered), "answered_by": o.AnsweredBy}
	if o.Answer != "" {
		set["answer"] = s.seal("box_opinions", "answer", o.ID, o.Answer)
	}
	if o.Process != "" {
		set["process"] = o.Process
	}
	return wrap("answer box opinion", s.write(ctx, func(tx *gorm.DB) error {
		done := tx.Model(&boxOpinionRow{}).Where("id = ? AND community = ? AND outcome = ''", o.ID, o.Community).Updates(set)
		if done.Error != nil {
			return missing(done.Error)
		}
		if done.RowsAffected == 0 {
			var before boxOpinionRow
			if err := tx.Take(&before, "id = ? AND community = ?", o.ID, o.Community).Error; err != nil {
				return err
			}
			if before.Process != nil && *before.Process == o.Process {
				return nil
			}
			return deliberation.Refuse(deliberation.RefuseTwice)
		}
		return s.audited(tx, auditRow{Actor: o.AnsweredBy, Act: "answer_box", Community: o.Community, Process: o.Process, Subject: o.ID, At: o.Answered})
	}))
}

// OpenToAll reports whether the box of a community takes opinions without an account.
func (s *Store) OpenToAll(ctx context.Context, c deliberation.CommunityID) (bool, error) {
	box, err := find[opinionBoxRow](s.reads.WithContext(ctx), "community = ?", c)
	return box != nil && box.WithoutAccount, wrap("opinion box", err)
}

// SetOpenToAll lets the box of a community take opinions without an account, or no more.
func (s *Store) SetOpenToAll(ctx context.Context, c deliberation.CommunityID, open bool, by deliberation.PersonID, at time.Time) error {
	return wrap("set opinion box", s.write(ctx, func(tx *gorm.DB) error {
		done := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "community"}}, DoUpdates: clause.AssignmentColumns([]string{"without_account"})}).
			Create(&opinionBoxRow{c, open})
		if done.Error != nil {
			return missing(done.Error)
		}
		subject := "with_account"
		if open {
			subject = "without_account"
		}
		return s.audited(tx, auditRow{Actor: by, Act: "set_box", Community: c, Subject: subject, At: at})
	}))
}

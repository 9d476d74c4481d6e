package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/vault"
)

type replyRow struct {
	Person        deliberation.PersonID
	IdemKey       string
	RequestSHA256 string `gorm:"column:request_sha256"`
	Status        int
	Body          []byte
	Kept          time.Time
}

func (replyRow) TableName() string { return "replies" }

func replyPlace(person deliberation.PersonID, key string) vault.Place {
	return vault.Place{Table: "replies", Column: "body", Row: string(person) + "\x00" + key}
}

// Reply gives the answer kept under the person's key. Another request under the
// same key is refused (RefuseKeyReused).
func (s *Store) Reply(ctx context.Context, person deliberation.PersonID, key, requestSHA256 string) (status int, body []byte, found bool, err error) {
	row, err := find[replyRow](s.reads.WithContext(ctx), "person = ? AND idem_key = ?", person, key)
	switch {
	case err != nil || row == nil:
		return 0, nil, false, wrap("reply", err)
	case row.RequestSHA256 != requestSHA256:
		return 0, nil, false, deliberation.Refuse(deliberation.RefuseKeyReused)
	}
	body, err = s.vault.Open(row.Body, replyPlace(person, key))
	return row.Status, body, err == nil, wrap("reply", err)
}

// KeepReply keeps the answer to the person's key. The first answer stays; another
// request under the same key is refused (RefuseKeyReused). How long it is kept is
// counted on the machine's clock, not the civil now.
func (s *Store) KeepReply(ctx context.Context, person deliberation.PersonID, key, requestSHA256 string, status int, body []byte, _ time.Time) error {
	if key == "" {
		return deliberation.Refuse(deliberation.RefuseIdempotencyKey)
	}
	row := replyRow{
		Person: person, IdemKey: key, RequestSHA256: requestSHA256, Status: status,
		Body: s.vault.Seal(body, replyPlace(person, key)), Kept: moment(s.now()),
	}
	return wrap("keep reply", s.write(ctx, func(tx *gorm.DB) error {
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if done.Error != nil || done.RowsAffected == 1 {
			return missing(done.Error)
		}
		var first replyRow
		if err := tx.Take(&first, "person = ? AND idem_key = ?", person, key).Error; err != nil {
			return err
		}
		if first.RequestSHA256 != requestSHA256 {
			return deliberation.Refuse(deliberation.RefuseKeyReused)
		}
		return nil
	}))
}

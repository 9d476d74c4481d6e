package models

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type linkRow struct {
	Hash    string
	Person  deliberation.PersonID
	Expires time.Time
	Used    *time.Time
	Issued  time.Time
	Issuer  deliberation.PersonID
	Revoked *time.Time
}

func (linkRow) TableName() string { return "links" }

const tokenSize = 16 // bytes: 128 bits cannot be tried out

func linkHash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// CreateLink makes a one-time link for a person and gives its token, which is
// kept nowhere: the database holds its SHA-256 only.
func (s *Store) CreateLink(ctx context.Context, person deliberation.PersonID, expires time.Time) (token string, err error) {
	secret := make([]byte, tokenSize)
	_, _ = rand.Read(secret) // never fails
	token = base64.RawURLEncoding.EncodeToString(secret)
	err = s.write(ctx, func(tx *gorm.DB) error {
		row := linkRow{Hash: linkHash(token), Person: person, Expires: moment(expires), Issued: moment(s.now())}
		if err := tx.Create(&row).Error; err != nil {
			return missing(err)
		}
		return s.audited(tx, auditRow{Act: "create_link", Subject: string(person)})
	})
	if err != nil {
		return "", wrap("create link", err)
	}
	return token, nil
}

// PeekLink tells whose link it is and leaves it usable. A link that is unknown,
// used or expired is refused in one way (RefuseLinkUsed).
func (s *Store) PeekLink(ctx context.Context, token string, now time.Time) (deliberation.Person, error) {
	row, err := find[linkRow](s.reads.WithContext(ctx), "hash = ? AND used IS NULL AND revoked IS NULL AND expires > ?", linkHash(token), moment(now))
	if err != nil {
		return deliberation.Person{}, wrap("peek link", err)
	}
	if row == nil {
		return deliberation.Person{}, deliberation.Refuse(deliberation.RefuseLinkUsed)
	}
	return s.Person(ctx, row.Person)
}

// ConsumeLink uses the link up. Of two at once, one succeeds.
func (s *Store) ConsumeLink(ctx context.Context, token string, now time.Time) (deliberation.PersonID, error) {
	var row linkRow
	err := s.write(ctx, func(tx *gorm.DB) error {
		hash := linkHash(token)
		done := tx.Model(&linkRow{}).Where("hash = ? AND used IS NULL AND revoked IS NULL AND expires > ?", hash, moment(now)).Update("used", moment(now))
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected != 1 {
			return deliberation.Refuse(deliberation.RefuseLinkUsed)
		}
		if err := tx.Take(&row, "hash = ?", hash).Error; err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: row.Person, Act: "sign_in", Subject: string(row.Person), At: now})
	})
	return row.Person, wrap("consume link", err)
}

package models

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"slices"
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

func newToken() string {
	secret := make([]byte, tokenSize)
	_, _ = rand.Read(secret) // never fails
	return base64.RawURLEncoding.EncodeToString(secret)
}

const actIssueLink = "issue_link"

// CreateLink makes a one-time link for a person from the console and gives its
// token, which is kept nowhere: the database holds its SHA-256 only. Links made
// before stay good.
func (s *Store) CreateLink(ctx context.Context, person deliberation.PersonID, expires time.Time) (token string, err error) {
	token = newToken()
	err = s.write(ctx, func(tx *gorm.DB) error {
		row := linkRow{Hash: linkHash(token), Person: person, Expires: moment(expires), Issued: moment(s.now())}
		if err := tx.Create(&row).Error; err != nil {
			return missing(err)
		}
		return s.audited(tx, auditRow{Act: actIssueLink, Person: person, Subject: string(person)})
	})
	if err != nil {
		return "", wrap("create link", err)
	}
	return token, nil
}

// IssueLinks makes a new link for each of the persons, revokes their unused older
// ones, and gives the tokens, which are kept nowhere: all or nothing. Somebody who
// is not there or has left is refused (RefuseNotFound).
func (s *Store) IssueLinks(ctx context.Context, persons []deliberation.PersonID, issuer deliberation.PersonID, expires time.Time) (map[deliberation.PersonID]string, error) {
	persons = slices.Compact(slices.Sorted(slices.Values(persons)))
	tokens := make(map[deliberation.PersonID]string, len(persons))
	rows := make([]linkRow, len(persons))
	for i, id := range persons {
		tokens[id] = newToken()
		rows[i] = linkRow{Hash: linkHash(tokens[id]), Person: id, Expires: moment(expires), Issued: moment(s.now()), Issuer: issuer}
	}
	err := s.write(ctx, func(tx *gorm.DB) error {
		at, err := communitiesOf(tx, persons)
		if err != nil {
			return err
		}
		entries := make([]auditRow, len(persons))
		for i, id := range persons {
			c, present := at[id]
			if !present {
				return deliberation.Refuse(deliberation.RefuseNotFound)
			}
			entries[i] = auditRow{Actor: issuer, Act: actIssueLink, Community: c, Person: id, Subject: string(id)}
		}
		if len(rows) == 0 {
			return nil
		}
		if err := s.revokeLinks(tx, persons...); err != nil {
			return err
		}
		if err := tx.CreateInBatches(rows, chunk).Error; err != nil {
			return err
		}
		return s.audited(tx, entries...)
	})
	if err != nil {
		return nil, wrap("issue links", err)
	}
	return tokens, nil
}

// communitiesOf gives where each of the persons that are present belongs.
func communitiesOf(tx *gorm.DB, persons []deliberation.PersonID) (map[deliberation.PersonID]deliberation.CommunityID, error) {
	at := make(map[deliberation.PersonID]deliberation.CommunityID, len(persons))
	for part := range slices.Chunk(persons, chunk) {
		var rows []personRow
		if err := tx.Select("id, community").Where("id IN ? AND standing = ?", part, deliberation.Present).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			at[r.ID] = r.Community
		}
	}
	return at, nil
}

// revokeLinks makes the unused links of the persons worth nothing.
func (s *Store) revokeLinks(tx *gorm.DB, persons ...deliberation.PersonID) error {
	for part := range slices.Chunk(persons, chunk) {
		err := tx.Model(&linkRow{}).Where("person IN ? AND used IS NULL AND revoked IS NULL", part).Update("revoked", moment(s.now())).Error
		if err != nil {
			return err
		}
	}
	return nil
}

// LinkStates tells how the persons stand with their links; who never had one is left out.
func (s *Store) LinkStates(ctx context.Context, persons []deliberation.PersonID, now time.Time) (map[deliberation.PersonID]deliberation.LinkState, error) {
	states := make(map[deliberation.PersonID]deliberation.LinkState, len(persons))
	for part := range slices.Chunk(persons, chunk) {
		var rows []linkRow
		if err := s.reads.WithContext(ctx).Where("person IN ?", part).Order("issued").Find(&rows).Error; err != nil {
			return nil, wrap("link states", err)
		}
		for _, r := range rows {
			state := states[r.Person]
			switch {
			case r.Used != nil:
				state.SignedIn = true
			case r.Revoked == nil && r.Expires.After(now):
				state.Until = r.Expires.In(deliberation.Shanghai)
			}
			states[r.Person] = state
		}
	}
	return states, nil
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
		return s.audited(tx, auditRow{Actor: row.Person, Act: "sign_in", Person: row.Person, Subject: string(deliberation.ByLink), At: now})
	})
	return row.Person, wrap("consume link", err)
}

package models

import (
	"context"
	"errors"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/vault"
)

type passwordRow struct {
	Person deliberation.PersonID
	Hash   string
	Chosen time.Time
}

func (passwordRow) TableName() string { return "passwords" }

type passkeyRow struct {
	ID     string
	Person deliberation.PersonID
	Label  string
	Data   []byte
	Added  time.Time
	Used   *time.Time
}

func (passkeyRow) TableName() string { return "passkeys" }

type identityRow struct {
	Issuer  string
	Subject string
	Person  deliberation.PersonID
	Linked  time.Time
}

func (identityRow) TableName() string { return "identities" }

type ceremonyRow struct {
	Hash    string
	Kind    string
	Person  deliberation.PersonID
	Data    []byte
	Expires time.Time
}

func (ceremonyRow) TableName() string { return "ceremonies" }

// CredentialsOf says which ways to sign in a person has besides links.
func (s *Store) CredentialsOf(ctx context.Context, person deliberation.PersonID) (deliberation.Credentials, error) {
	var c deliberation.Credentials
	err := s.read(ctx, func(tx *gorm.DB) error {
		password, err := find[passwordRow](tx, "person = ?", person)
		if err != nil {
			return err
		}
		c.Password = password != nil
		totp, err := find[totpRow](tx, "person = ? AND confirmed IS NOT NULL", person)
		if err != nil {
			return err
		}
		c.TOTP = totp != nil
		var codes int64
		if err := tx.Model(&recoveryRow{}).Where("person = ? AND used IS NULL", person).Count(&codes).Error; err != nil {
			return err
		}
		c.RecoveryCodes = int(codes)
		var keys []passkeyRow
		if err := tx.Where("person = ?", person).Order("added, id").Find(&keys).Error; err != nil {
			return err
		}
		for _, k := range keys {
			c.Passkeys = append(c.Passkeys, k.passkey())
		}
		identity, err := find[identityRow](tx, "person = ?", person)
		if identity != nil {
			c.Identity = identity.Linked
		}
		return err
	})
	return c, wrap("credentials", err)
}

func (r passkeyRow) passkey() deliberation.Passkey {
	k := deliberation.Passkey{ID: r.ID, Person: r.Person, Label: r.Label, Data: r.Data, Added: r.Added}
	if r.Used != nil {
		k.Used = *r.Used
	}
	return k
}

// PasswordByPhone gives whose password belongs to a phone number. Where two of a
// household share the number and both have a password, it is nobody's: which of
// them it is must not be found out by trying.
func (s *Store) PasswordByPhone(ctx context.Context, phone string) (deliberation.PersonID, string, error) {
	var rows []passwordRow
	err := s.reads.WithContext(ctx).Joins("JOIN persons ON persons.id = passwords.person").
		Where("persons.phone_lookup = ? AND persons.standing = ?", s.vault.Lookup("persons", "phone", phone), deliberation.Present).
		Limit(2).Find(&rows).Error
	if err != nil || len(rows) != 1 {
		return "", "", wrap("password by phone", err)
	}
	return rows[0].Person, rows[0].Hash, nil
}

// PasswordOf gives the hash of a person's password, empty where there is none.
func (s *Store) PasswordOf(ctx context.Context, person deliberation.PersonID) (string, error) {
	row, err := find[passwordRow](s.reads.WithContext(ctx), "person = ?", person)
	if err != nil || row == nil {
		return "", wrap("password", err)
	}
	return row.Hash, nil
}

// SetPassword sets the hash, or takes the password away where it is empty.
func (s *Store) SetPassword(ctx context.Context, person deliberation.PersonID, hash string, now time.Time) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		if hash == "" {
			return s.dropped(tx, tx.Where("person = ?", person).Delete(&passwordRow{}), auditRow{Actor: person, Act: "password_removed"})
		}
		row := passwordRow{Person: person, Hash: hash, Chosen: moment(now)}
		err := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "person"}}, DoUpdates: clause.AssignmentColumns([]string{"hash", "chosen"})}).Create(&row).Error
		if err != nil {
			return missing(err)
		}
		return s.auditedSignIn(tx, auditRow{Actor: person, Act: "password_set"})
	})
	return wrap("set password", err)
}

// dropped writes the entry of a deletion that found something.
func (s *Store) dropped(tx, done *gorm.DB, entry auditRow) error {
	if done.Error != nil || done.RowsAffected == 0 {
		return done.Error
	}
	return s.auditedSignIn(tx, entry)
}

// NoteFailure writes a failed try to the audit. Where it is not known whose it
// was, the entry names nobody.
func (s *Store) NoteFailure(ctx context.Context, person deliberation.PersonID, by deliberation.Means) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		return s.auditedSignIn(tx, auditRow{Actor: person, Act: "sign_in_failed", Subject: string(by)})
	})
	return wrap("note failure", err)
}

// AddPasskey keeps a new credential (RefuseTwice where its id is there).
func (s *Store) AddPasskey(ctx context.Context, k deliberation.Passkey) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		row := passkeyRow{ID: k.ID, Person: k.Person, Label: k.Label, Data: k.Data, Added: moment(k.Added)}
		if err := tx.Create(&row).Error; err != nil {
			return twice(err)
		}
		return s.auditedSignIn(tx, auditRow{Actor: k.Person, Act: "passkey_added"})
	})
	return wrap("add passkey", err)
}

func twice(err error) error {
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return deliberation.Refuse(deliberation.RefuseTwice)
	}
	return missing(err)
}

// UsePasskey writes what a use changed. RefuseWrongCredential where the person
// has taken the key away.
func (s *Store) UsePasskey(ctx context.Context, k deliberation.Passkey) error {
	used := moment(k.Used)
	done := s.writes.WithContext(ctx).Model(&passkeyRow{}).Where("id = ? AND person = ?", k.ID, k.Person).Updates(map[string]any{"data": k.Data, "used": used})
	if done.Error == nil && done.RowsAffected != 1 {
		return deliberation.Refuse(deliberation.RefuseWrongCredential)
	}
	return wrap("use passkey", done.Error)
}

// DropPasskey takes a key of the person away; one that is gone is no error.
func (s *Store) DropPasskey(ctx context.Context, person deliberation.PersonID, id string) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		return s.dropped(tx, tx.Where("id = ? AND person = ?", id, person).Delete(&passkeyRow{}), auditRow{Actor: person, Act: "passkey_removed"})
	})
	return wrap("drop passkey", err)
}

func (s *Store) subjectOf(issuer, subject string) string {
	return s.vault.Lookup("identities", "subject", issuer+"\x00"+subject)
}

// PersonByIdentity gives whose unified identity the subject is, empty where nobody's.
func (s *Store) PersonByIdentity(ctx context.Context, issuer, subject string) (deliberation.PersonID, error) {
	row, err := find[identityRow](s.reads.WithContext(ctx), "issuer = ? AND subject = ?", issuer, s.subjectOf(issuer, subject))
	if err != nil || row == nil {
		return "", wrap("person by identity", err)
	}
	return row.Person, nil
}

// PersonByClaim gives the one person present with the phone or identity number,
// empty where there is none or more than one.
func (s *Store) PersonByClaim(ctx context.Context, what, value string) (deliberation.PersonID, error) {
	column := map[string]string{"phone": "phone_lookup", "identity": "identity_lookup"}[what]
	if column == "" || value == "" {
		return "", nil
	}
	var ids []deliberation.PersonID
	err := s.reads.WithContext(ctx).Model(&personRow{}).Where(column+" = ? AND standing = ?", s.vault.Lookup("persons", what, value), deliberation.Present).
		Limit(2).Pluck("id", &ids).Error
	if err != nil || len(ids) != 1 {
		return "", wrap("person by claim", err)
	}
	return ids[0], nil
}

// LinkIdentity links a subject to a person. The same again changes nothing;
// RefuseTwice where it is another's, or the person has another one.
func (s *Store) LinkIdentity(ctx context.Context, issuer, subject string, person deliberation.PersonID, now time.Time) error {
	row := identityRow{Issuer: issuer, Subject: s.subjectOf(issuer, subject), Person: person, Linked: moment(now)}
	err := s.write(ctx, func(tx *gorm.DB) error {
		before, err := find[identityRow](tx, "issuer = ? AND subject = ?", issuer, row.Subject)
		if err != nil || (before != nil && before.Person == person) {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return twice(err)
		}
		return s.auditedSignIn(tx, auditRow{Actor: person, Act: "identity_linked"})
	})
	return wrap("link identity", err)
}

// DropIdentity takes the link away; one that is gone is no error.
func (s *Store) DropIdentity(ctx context.Context, issuer string, person deliberation.PersonID) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		return s.dropped(tx, tx.Where("issuer = ? AND person = ?", issuer, person).Delete(&identityRow{}), auditRow{Actor: person, Act: "identity_removed"})
	})
	return wrap("drop identity", err)
}

// KeepCeremony keeps what was begun, by the SHA-256 of its token.
func (s *Store) KeepCeremony(ctx context.Context, hash string, c deliberation.Ceremony) error {
	row := ceremonyRow{Hash: hash, Kind: c.Kind, Person: c.Person, Expires: moment(c.Expires)}
	row.Data = s.vault.Seal(c.Data, vault.Place{Table: "ceremonies", Column: "data", Row: hash})
	return wrap("keep ceremony", s.writes.WithContext(ctx).Create(&row).Error)
}

// TakeCeremony gives what was begun, once. RefuseSignInExpired where it is gone,
// too old or of another kind.
func (s *Store) TakeCeremony(ctx context.Context, hash, kind string, now time.Time) (deliberation.Ceremony, error) {
	var c deliberation.Ceremony
	err := s.write(ctx, func(tx *gorm.DB) error {
		row, err := find[ceremonyRow](tx, "hash = ? AND kind = ? AND expires > ?", hash, kind, moment(now))
		if err != nil {
			return err
		}
		if row == nil {
			return deliberation.Refuse(deliberation.RefuseSignInExpired)
		}
		// Of two at once one deletes the row.
		done := tx.Where("hash = ?", hash).Delete(&ceremonyRow{})
		if done.Error == nil && done.RowsAffected != 1 {
			return deliberation.Refuse(deliberation.RefuseSignInExpired)
		}
		if done.Error != nil {
			return done.Error
		}
		c = deliberation.Ceremony{Kind: row.Kind, Person: row.Person, Expires: row.Expires}
		c.Data, err = s.vault.Open(row.Data, vault.Place{Table: "ceremonies", Column: "data", Row: hash})
		return err
	})
	return c, wrap("take ceremony", err)
}

// ResetSignIn takes a person's password, authenticator, passkeys and unified identity
// away, ends their sessions and makes links that are out worth nothing: what is left
// are new links. It is for who lost them, perhaps to somebody else.
func (s *Store) ResetSignIn(ctx context.Context, person deliberation.PersonID) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := tx.Select("id").Take(&personRow{}, "id = ?", person).Error; err != nil {
			return err
		}
		for _, row := range []any{&passwordRow{}, &totpRow{}, &recoveryRow{}, &passkeyRow{}, &identityRow{}, &ceremonyRow{}, &sessionRow{}} {
			if err := tx.Where("person = ?", person).Delete(row).Error; err != nil {
				return err
			}
		}
		if err := s.revokeLinks(tx, person); err != nil {
			return err
		}
		return s.audited(tx, auditRow{Act: "sign_in_reset", Person: person})
	})
	return wrap("reset sign-in", err)
}

package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

type totpRow struct {
	Person    deliberation.PersonID
	Secret    []byte
	LastStep  int64
	Begun     time.Time
	Confirmed *time.Time
}

func (totpRow) TableName() string { return "totps" }

type recoveryRow struct {
	Person deliberation.PersonID
	Hash   string
	Used   *time.Time
}

func (recoveryRow) TableName() string { return "recovery_codes" }

// TOTPOf gives the authenticator, or RefuseNotFound.
func (s *Store) TOTPOf(ctx context.Context, person deliberation.PersonID) (deliberation.TOTP, error) {
	var row totpRow
	if err := s.reads.WithContext(ctx).Take(&row, "person = ?", person).Error; err != nil {
		return deliberation.TOTP{}, wrap("totp", err)
	}
	secret, err := s.unseal("totps", "secret", string(person), row.Secret)
	t := deliberation.TOTP{Secret: secret, LastStep: row.LastStep}
	if row.Confirmed != nil {
		t.Confirmed = *row.Confirmed
	}
	return t, wrap("totp", err)
}

// BeginTOTP keeps a secret until its first code. A later one takes its place;
// where one is in use it is refused (RefuseTwice).
func (s *Store) BeginTOTP(ctx context.Context, person deliberation.PersonID, secret string, now time.Time) error {
	row := totpRow{Person: person, Secret: s.seal("totps", "secret", string(person), secret), Begun: moment(now)}
	done := s.writes.WithContext(ctx).Clauses(clause.OnConflict{
		Columns: []clause.Column{{Name: "person"}}, DoUpdates: clause.AssignmentColumns([]string{"secret", "last_step", "begun"}),
		Where: clause.Where{Exprs: []clause.Expression{clause.Eq{Column: clause.Column{Table: "totps", Name: "confirmed"}, Value: nil}}},
	}).Create(&row)
	if done.Error == nil && done.RowsAffected != 1 {
		return deliberation.Refuse(deliberation.RefuseTwice)
	}
	return wrap("begin totp", missing(done.Error))
}

// ConfirmTOTP takes the authenticator into use with its first code, and the
// hashes of new recovery codes.
func (s *Store) ConfirmTOTP(ctx context.Context, person deliberation.PersonID, step int64, codes []string, now time.Time) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		done := tx.Model(&totpRow{}).Where("person = ? AND confirmed IS NULL", person).Updates(map[string]any{"confirmed": moment(now), "last_step": step})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected != 1 {
			return deliberation.Refuse(deliberation.RefuseTwice)
		}
		if err := tx.Where("person = ?", person).Delete(&recoveryRow{}).Error; err != nil {
			return err
		}
		rows := make([]recoveryRow, len(codes))
		for i, c := range codes {
			rows[i] = recoveryRow{Person: person, Hash: c}
		}
		if len(rows) > 0 {
			if err := tx.Create(&rows).Error; err != nil {
				return err
			}
		}
		return s.auditedSignIn(tx, auditRow{Actor: person, Act: "totp_on"})
	})
	return wrap("confirm totp", err)
}

// UseTOTPStep uses up a step and all before it. RefuseWrongCredential where it was
// used: a code read over a shoulder opens nothing.
func (s *Store) UseTOTPStep(ctx context.Context, person deliberation.PersonID, step int64) error {
	done := s.writes.WithContext(ctx).Model(&totpRow{}).Where("person = ? AND confirmed IS NOT NULL AND last_step < ?", person, step).Update("last_step", step)
	if done.Error == nil && done.RowsAffected != 1 {
		return deliberation.Refuse(deliberation.RefuseWrongCredential)
	}
	return wrap("use totp step", done.Error)
}

// UseRecoveryCode uses up a code. RefuseWrongCredential where it was used, or is none.
func (s *Store) UseRecoveryCode(ctx context.Context, person deliberation.PersonID, hash string, now time.Time) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		done := tx.Model(&recoveryRow{}).Where("person = ? AND hash = ? AND used IS NULL", person, hash).Update("used", moment(now))
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected != 1 {
			return deliberation.Refuse(deliberation.RefuseWrongCredential)
		}
		return s.auditedSignIn(tx, auditRow{Actor: person, Act: "recovery_code_used"})
	})
	return wrap("use recovery code", err)
}

// DropTOTP takes the authenticator and its recovery codes away.
func (s *Store) DropTOTP(ctx context.Context, person deliberation.PersonID) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := tx.Where("person = ?", person).Delete(&recoveryRow{}).Error; err != nil {
			return err
		}
		return s.dropped(tx, tx.Where("person = ?", person).Delete(&totpRow{}), auditRow{Actor: person, Act: "totp_off"})
	})
	return wrap("drop totp", err)
}

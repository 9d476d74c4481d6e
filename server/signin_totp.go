package server

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base32"
	"errors"
	"strings"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/pquerna/otp/totp"

	"github.com/yishi-project/yishi/deliberation"
)

const (
	// totpStep is how long a code is shown, totpSkew how many steps a phone's clock may be off.
	totpStep = 30 * time.Second
	totpSkew = 1
	// recoveryCodes is how many are handed out, each of recoveryLength characters of base32.
	recoveryCodes  = 10
	recoveryLength = 16
)

// stepOf gives the step whose code was typed; ok is false where it is none of now.
func stepOf(secret, code string, now time.Time) (step int64, ok bool, err error) {
	for d := -totpSkew; d <= totpSkew; d++ {
		at := now.Add(time.Duration(d) * totpStep)
		want, err := totp.GenerateCode(secret, at)
		if err != nil {
			return 0, false, err
		}
		if subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = at.Unix()/int64(totpStep/time.Second), true
		}
	}
	return step, ok, nil
}

// plainCode drops what people put between the characters of a code.
func plainCode(typed string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= '０' && r <= '９': // full width
			return r - '０' + '0'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, typed)
}

// checkCode uses up a one-time code or a recovery code of the person. A wrong one
// counts against the person, and a code that was used is a wrong one.
func (s *Server) checkCode(c echo.Context, person deliberation.PersonID, typed string) error {
	ctx, code := c.Request().Context(), plainCode(typed)
	subject := "code:" + string(person)
	if err := s.countTry(c, subject); err != nil {
		return err
	}
	err := s.useCode(ctx, person, code)
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseWrongCredential)) {
		return s.failed(c, person, deliberation.ByCode)
	}
	if err != nil {
		return err
	}
	return s.Credentials.ForgetTries(ctx, subject)
}

func (s *Server) useCode(ctx context.Context, person deliberation.PersonID, code string) error {
	if len(code) == recoveryLength {
		return s.Credentials.UseRecoveryCode(ctx, person, tokenHash(code), s.Now())
	}
	have, err := s.Credentials.TOTPOf(ctx, person)
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) || err == nil && have.Confirmed.IsZero() {
		return deliberation.Refuse(deliberation.RefuseWrongCredential)
	}
	if err != nil {
		return err
	}
	step, ok, err := stepOf(have.Secret, code, s.Now())
	if err != nil {
		return err
	}
	if !ok {
		return deliberation.Refuse(deliberation.RefuseWrongCredential)
	}
	return s.Credentials.UseTOTPStep(ctx, person, step)
}

// beginTOTP makes a secret for the person and keeps it until its first code.
func (s *Server) beginTOTP(ctx context.Context, person deliberation.PersonID) error {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: totpIssuer, AccountName: string(person)})
	if err != nil {
		return err
	}
	return s.Credentials.BeginTOTP(ctx, person, key.Secret(), s.Now())
}

// totpIssuer is the name that an authenticator shows beside the code.
const totpIssuer = "Yishi 议事"

// totpPicture gives the QR code of a secret as SVG. The label says which service
// it is for and not whose it is.
func totpPicture(secret string) ([]byte, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: totpIssuer, AccountName: "议事", Secret: decodeSecret(secret)})
	if err != nil {
		return nil, err
	}
	return qrCode(key.URL())
}

// decodeSecret reads what an authenticator was given; one that does not read is empty.
func decodeSecret(secret string) []byte {
	b, err := base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(secret)
	if err != nil {
		return nil
	}
	return b
}

// confirmTOTP takes an authenticator into use with its first code and gives the
// recovery codes, which are shown once and kept as hashes.
func (s *Server) confirmTOTP(c echo.Context, typed string) ([]string, error) {
	ctx, person := c.Request().Context(), s.viewer(c).Person.ID
	have, err := s.Credentials.TOTPOf(ctx, person)
	if err != nil {
		return nil, err
	}
	step, ok, err := stepOf(have.Secret, plainCode(typed), s.Now())
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, deliberation.Refuse(deliberation.RefuseWrongCredential)
	}
	codes, hashes := make([]string, recoveryCodes), make([]string, recoveryCodes)
	for i := range codes {
		code := rand.Text()[:recoveryLength]
		hashes[i] = tokenHash(code)
		codes[i] = code[:4] + "-" + code[4:8] + "-" + code[8:12] + "-" + code[12:]
	}
	if err := s.Credentials.ConfirmTOTP(ctx, person, step, hashes, s.Now()); err != nil {
		return nil, err
	}
	return codes, s.prove(c, deliberation.ByCode, true)
}

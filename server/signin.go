package server

import (
	"crypto/rand"
	"errors"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
)

// The kinds of what is begun in one request and finished in another.
const (
	secondStep      = "code"     // the password fits, the one-time code is still to come
	passkeySignIn   = "passkey"  // a challenge to whoever has a key
	passkeyConfirm  = "confirm"  // a challenge to the keys of who is signed in
	passkeyEnrol    = "enrol"    // a challenge to a key that is to be registered
	identitySignIn  = "identity" // gone to the unified identity to sign in
	identityBinding = "binding"  // gone to the unified identity to link it
)

// ceremonyLife is how long a person may take between the two.
const ceremonyLife = 10 * time.Minute

// beginCeremony keeps what was begun and gives the browser the token to finish it
// with, so that nobody can finish in one browser what began in another.
func (s *Server) beginCeremony(c echo.Context, kind string, person deliberation.PersonID, data []byte) error {
	token, expires := rand.Text(), s.Now().Add(ceremonyLife)
	err := s.Credentials.KeepCeremony(c.Request().Context(), tokenHash(token), deliberation.Ceremony{Kind: kind, Person: person, Data: data, Expires: expires})
	if err != nil {
		return err
	}
	s.setCookie(c, s.cookieName("yishi_"+kind), token, expires)
	return nil
}

// endCeremony gives what was begun, once.
func (s *Server) endCeremony(c echo.Context, kind string) (deliberation.Ceremony, error) {
	name := s.cookieName("yishi_" + kind)
	token := cookieValue(c, name)
	if token == "" {
		return deliberation.Ceremony{}, deliberation.Refuse(deliberation.RefuseSignInExpired)
	}
	s.setCookie(c, name, "", time.Time{})
	return s.Credentials.TakeCeremony(c.Request().Context(), tokenHash(token), kind, s.Now())
}

// signInAs begins a browser session of the person. Somebody who is no more is
// refused as a wrong password is.
func (s *Server) signInAs(c echo.Context, person deliberation.PersonID, by deliberation.Means, strong bool) error {
	v, token, expires, err := s.beginSession(c, deliberation.Session{Person: person, Door: deliberation.DoorBrowser, Means: by, Strong: strong})
	if err != nil {
		return err
	}
	if !v.SignedIn {
		return deliberation.Refuse(deliberation.RefuseWrongCredential)
	}
	s.setCookie(c, s.sessionCookie(), token, expires)
	c.Set(viewerKey, v)
	return nil
}

// countTry counts a try against a person or a number, not against an address: a
// whole community may sit behind one.
func (s *Server) countTry(c echo.Context, subject string) error {
	err := s.Credentials.CountTry(c.Request().Context(), subject, s.Now())
	var r *deliberation.Refusal
	if errors.As(err, &r) && !r.Earliest.IsZero() {
		r.Earliest = s.Clock().At(r.Earliest)
		return r
	}
	return err
}

// failed writes a failed try to the audit and gives the one refusal there is for it.
func (s *Server) failed(c echo.Context, person deliberation.PersonID, by deliberation.Means) error {
	if err := s.Credentials.NoteFailure(c.Request().Context(), person, by); err != nil {
		return err
	}
	return deliberation.Refuse(deliberation.RefuseWrongCredential)
}

// plainPhone writes a mobile number as the roster does: eleven digits.
func plainPhone(typed string) string {
	digits := strings.Map(func(r rune) rune {
		switch {
		case r >= '0' && r <= '9':
			return r
		case r >= '０' && r <= '９': // full width
			return r - '０' + '0'
		}
		return -1
	}, typed)
	if len(digits) == 13 {
		digits = strings.TrimPrefix(digits, "86")
	}
	return digits
}

// passwordSignIn tries a phone number and a password. next is the one-time code
// where the person has an authenticator, else the person is signed in. Whether
// the number is known shows neither in the answer nor in the work done for it.
func (s *Server) passwordSignIn(c echo.Context, phone, password string) (codeNext bool, err error) {
	ctx := c.Request().Context()
	phone = plainPhone(phone)
	if err := s.countTry(c, "phone:"+phone); err != nil {
		return false, err
	}
	person, hash, err := s.Credentials.PasswordByPhone(ctx, phone)
	if err != nil {
		return false, err
	}
	fits, err := s.passwords.fit(ctx, password, hash)
	if err != nil {
		return false, err
	}
	if !fits {
		return false, s.failed(c, person, deliberation.ByPassword)
	}
	if err := s.Credentials.ForgetTries(ctx, "phone:"+phone); err != nil {
		return false, err
	}
	have, err := s.Credentials.CredentialsOf(ctx, person)
	if err != nil {
		return false, err
	}
	if have.TOTP {
		return true, s.beginCeremony(c, secondStep, person, nil)
	}
	return false, s.signInAs(c, person, deliberation.ByPassword, false)
}

// codeSignIn takes the one-time code that follows a password. After a wrong one
// the person may try again without the password.
func (s *Server) codeSignIn(c echo.Context, code string) error {
	begun, err := s.endCeremony(c, secondStep)
	if err != nil {
		return err
	}
	if err := s.checkCode(c, begun.Person, code); err != nil {
		return errors.Join(err, s.beginCeremony(c, secondStep, begun.Person, nil))
	}
	return s.signInAs(c, begun.Person, deliberation.ByPassword, true)
}

// confirmPassword holds a password against that of who is signed in.
func (s *Server) confirmPassword(c echo.Context, password string) error {
	ctx, person := c.Request().Context(), s.viewer(c).Person.ID
	subject := "confirm:" + string(person)
	if err := s.countTry(c, subject); err != nil {
		return err
	}
	hash, err := s.Credentials.PasswordOf(ctx, person)
	if err != nil {
		return err
	}
	fits, err := s.passwords.fit(ctx, password, hash)
	if err != nil {
		return err
	}
	if !fits {
		return s.failed(c, person, deliberation.ByPassword)
	}
	if err := s.Credentials.ForgetTries(ctx, subject); err != nil {
		return err
	}
	return s.prove(c, deliberation.ByPassword, false)
}

// actsForOthers reports whether an office held today, wherever, acts for others.
func (v viewer) actsForOthers() bool {
	for _, h := range v.held {
		if deliberation.ActsForOthers(h.Office) {
			return true
		}
	}
	return false
}

// mayChangeSignIn refuses to change ways to sign in where the person has not
// proved who they are a short while ago, with the authenticator if they have one:
// a session left open must not become a password of somebody else's.
func (s *Server) mayChangeSignIn(c echo.Context) error {
	v := s.viewer(c)
	if !v.Fresh {
		return deliberation.Refuse(deliberation.RefuseFreshSignIn)
	}
	have, err := s.Credentials.CredentialsOf(c.Request().Context(), v.Person.ID)
	if err != nil {
		return err
	}
	if have.TOTP && !sessionOf(c).Strong {
		return deliberation.Refuse(deliberation.RefuseSecondFactor)
	}
	return nil
}

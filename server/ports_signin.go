package server

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Sessions keeps who is signed in. Tokens come as SHA-256 in hex; a session that
// has ended never comes back.
type Sessions interface {
	// OpenSession writes a new session.
	OpenSession(ctx context.Context, hash string, s deliberation.Session) error
	// FindSession gives the session (RefuseSignIn where it has ended, or never was).
	FindSession(ctx context.Context, hash string, now time.Time) (deliberation.Session, error)
	// TouchSession notes that a session is used.
	TouchSession(ctx context.Context, id string, seen, idle time.Time) error
	// EnterCommunity notes which community the holder of an office over a place looks at.
	EnterCommunity(ctx context.Context, id string, c deliberation.CommunityID) error
	// ProveSession gives a session another token after the person proved who they
	// are once more (RefuseSignIn where it has ended). strong may be gained, not lost.
	ProveSession(ctx context.Context, id, hash string, by deliberation.Means, strong bool, now time.Time) error
	// EndSession ends one session of the person; one that has ended is no error.
	EndSession(ctx context.Context, person deliberation.PersonID, id string) error
	// EndSessions ends all sessions of the person but one; the empty id spares none.
	EndSessions(ctx context.Context, person deliberation.PersonID, but string) error
	// SessionsOf gives the sessions of a person that have not ended, the last used first.
	SessionsOf(ctx context.Context, person deliberation.PersonID, now time.Time) ([]deliberation.Session, error)
}

// Credentials keeps the ways to sign in besides links. Every change is written
// to the audit with the person as its actor.
type Credentials interface {
	CredentialsOf(ctx context.Context, person deliberation.PersonID) (deliberation.Credentials, error)

	// PasswordByPhone gives whose password belongs to a phone number, and its hash.
	// Both are empty where nobody's does, or more than one person's.
	PasswordByPhone(ctx context.Context, phone string) (person deliberation.PersonID, hash string, err error)
	// PasswordOf gives the hash, empty where there is none.
	PasswordOf(ctx context.Context, person deliberation.PersonID) (hash string, err error)
	// SetPassword sets the hash, or takes the password away where it is empty.
	SetPassword(ctx context.Context, person deliberation.PersonID, hash string, now time.Time) error

	// CountTry counts a try against the subject before it is looked at, so that many
	// at once gain nothing (RefuseLockedOut with Earliest where too many failed).
	CountTry(ctx context.Context, subject string, now time.Time) error
	// ForgetTries forgets them after one that fits.
	ForgetTries(ctx context.Context, subject string) error
	// NoteFailure writes a failed try to the audit; the person may be unknown.
	NoteFailure(ctx context.Context, person deliberation.PersonID, by deliberation.Means) error

	// TOTPOf gives the authenticator, or RefuseNotFound.
	TOTPOf(ctx context.Context, person deliberation.PersonID) (deliberation.TOTP, error)
	// BeginTOTP keeps a secret until its first code; one that is in use is refused (RefuseTwice).
	BeginTOTP(ctx context.Context, person deliberation.PersonID, secret string, now time.Time) error
	// ConfirmTOTP takes the authenticator into use with the hashes of new recovery codes.
	ConfirmTOTP(ctx context.Context, person deliberation.PersonID, step int64, codes []string, now time.Time) error
	// UseTOTPStep uses up a step (RefuseWrongCredential where it or a newer one was used).
	UseTOTPStep(ctx context.Context, person deliberation.PersonID, step int64) error
	// UseRecoveryCode uses up a code by its hash (RefuseWrongCredential where there is none).
	UseRecoveryCode(ctx context.Context, person deliberation.PersonID, hash string, now time.Time) error
	DropTOTP(ctx context.Context, person deliberation.PersonID) error

	AddPasskey(ctx context.Context, k deliberation.Passkey) error
	// UsePasskey writes what the use changed (the counter), if the person's key is still there.
	UsePasskey(ctx context.Context, k deliberation.Passkey) error
	DropPasskey(ctx context.Context, person deliberation.PersonID, id string) error

	// PersonByIdentity gives whose identity the subject is, empty where nobody's.
	PersonByIdentity(ctx context.Context, issuer, subject string) (deliberation.PersonID, error)
	// PersonByClaim gives the one person present with the phone or identity number,
	// empty where there is none or more than one. what is "phone" or "identity".
	PersonByClaim(ctx context.Context, what, value string) (deliberation.PersonID, error)
	// LinkIdentity links a subject to a person (RefuseTwice where it is another's, or
	// the person has another one).
	LinkIdentity(ctx context.Context, issuer, subject string, person deliberation.PersonID, now time.Time) error
	DropIdentity(ctx context.Context, issuer string, person deliberation.PersonID) error

	// KeepCeremony keeps what was begun, by the SHA-256 of its token.
	KeepCeremony(ctx context.Context, hash string, c deliberation.Ceremony) error
	// TakeCeremony gives it once (RefuseSignInExpired where it is gone, too old or of another kind).
	TakeCeremony(ctx context.Context, hash, kind string, now time.Time) (deliberation.Ceremony, error)
}

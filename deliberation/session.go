package deliberation

import (
	"context"
	"slices"
	"time"
)

// Means is how somebody proved who they are.
type Means string

// The means.
const (
	ByLink     Means = "link"     // one-time link or slip
	ByPassword Means = "password" //
	ByPasskey  Means = "passkey"  //
	ByCode     Means = "code"     // a one-time code of an authenticator (TOTP), or a recovery code
	ByIdentity Means = "identity" // the unified identity 统一身份 of the installation (OIDC)
)

// Door is where a session may be used: a cookie is no bearer token and the other
// way round.
type Door string

// The doors.
const (
	DoorBrowser Door = "browser"
	DoorAPI     Door = "api"
)

// Session is a sign-in that lasts. Times are the machine's, not civil ones.
type Session struct {
	// ID names the session in lists; it opens nothing. The token does, and is kept as a hash only.
	ID     string
	Person PersonID
	Door   Door
	Means  Means
	// Assistant is who opened it for the person at the table, empty where nobody did.
	Assistant PersonID
	// Strong says that a second proof, or a passkey, stands behind it.
	Strong bool
	// Entered is the community that a holder of an office over a place looks at, empty where none was chosen.
	Entered CommunityID
	// Agent is the family of the browser and nothing finer, for example "Firefox, Android".
	Agent  string
	Opened time.Time
	// Proved is when the person last proved who they are.
	Proved time.Time
	// Seen is when it was last used, some minutes late at most.
	Seen time.Time
	// Idle is when it ends unless it is used, Ends when it ends in any case.
	Idle, Ends time.Time
}

// ActsForOthers reports whether one of the offices lets its holder act for
// others, so that a stolen session would reach beyond the person.
func ActsForOthers(held ...Office) bool {
	return slices.ContainsFunc(held, func(o Office) bool {
		switch o {
		case Secretary, Director, DeputyDirector, CommitteeMember, SupervisionHead, Supervisor, Clerk, Guide, Operator:
			return true
		}
		return false
	})
}

// TOTP is an authenticator that makes one-time codes.
type TOTP struct {
	Secret string // base32
	// Confirmed is zero until the first code was given.
	Confirmed time.Time
	// LastStep is the newest step whose code was used; it and older ones are refused.
	LastStep int64
}

// Passkey is a registered credential of a person.
type Passkey struct {
	// ID is the credential's id in unpadded base64url.
	ID     string
	Person PersonID
	// Label is the family of the browser it was registered with.
	Label string
	// Data is the credential as the server wrote it.
	Data        []byte
	Added, Used time.Time // Used is zero before the first use
}

// Credentials says which ways to sign in a person has besides links.
type Credentials struct {
	Password bool
	TOTP     bool
	// RecoveryCodes is how many are left.
	RecoveryCodes int
	Passkeys      []Passkey
	// Identity is when a unified identity was linked, zero where none is.
	Identity time.Time
}

// Ceremony is a sign-in or an enrolment that was begun and has to be finished in
// the same browser. It is used once.
type Ceremony struct {
	Kind string
	// Person is whose it is, empty where that is to be found out.
	Person  PersonID
	Data    []byte
	Expires time.Time
}

type assistantKey struct{}

// WithAssistant notes in the context of a request who helps at the table, so that
// what it writes to the audit bears both names.
func WithAssistant(ctx context.Context, assistant PersonID) context.Context {
	return context.WithValue(ctx, assistantKey{}, assistant)
}

// AssistantIn gives who helps at the table, empty where nobody does.
func AssistantIn(ctx context.Context) PersonID {
	id, _ := ctx.Value(assistantKey{}).(PersonID)
	return id
}

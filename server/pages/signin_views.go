package pages

import (
	"encoding/base64"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// SignInView is the page behind a one-time link. The link is used only when the
// button is pressed, because chat programs fetch links to preview them.
type SignInView struct {
	Page
	Name, Token string
	// From names the community or place whose link it is.
	From string
}

// SignInPageView offers all ways to sign in.
type SignInPageView struct {
	Page
	Problem *Problem
	Phone   string
	// Passkeys is the address of the script that passkeys need, empty where there are none.
	Passkeys string
	// Identity names the unified identity, empty where there is none.
	Identity string
}

// SignInCodeView asks for the one-time code after a password.
type SignInCodeView struct {
	Page
	Problem *Problem
}

// ConfirmNeededView is a refusal that a new proof of identity lifts.
type ConfirmNeededView struct {
	Page
	Problem Problem
	// To is the address of the page where the proof is given.
	To string
}

// ConfirmView asks who is signed in to prove it once more.
type ConfirmView struct {
	Page
	Problem  *Problem
	Return   string
	Has      deliberation.Credentials
	Passkeys string
	// Weak says that a code or a passkey is needed, not a password.
	Weak bool
}

// AccountView is 登录方式.
type AccountView struct {
	Page
	Problem  *Problem
	Has      deliberation.Credentials
	Sessions []deliberation.Session
	Current  string
	Names    Names
	Passkeys string
	Identity string
	// Fresh says that changes need no new proof of identity; Weak that the office asks for a second proof.
	Fresh, Weak bool
	// At gives the civil time of a moment of the machine's.
	At func(time.Time) time.Time
}

// TOTPView shows the secret of an authenticator that is being set up.
type TOTPView struct {
	Page
	Problem *Problem
	Secret  string
	// Picture is the QR code as SVG.
	Picture []byte
}

// PictureURL is the QR code as an address that holds it.
func (v TOTPView) PictureURL() string {
	return "data:image/svg+xml;base64," + base64.StdEncoding.EncodeToString(v.Picture)
}

// Groups writes the secret in groups of four, as it is typed.
func (v TOTPView) Groups() string {
	var out []byte
	for i := range len(v.Secret) {
		if i > 0 && i%4 == 0 {
			out = append(out, ' ')
		}
		out = append(out, v.Secret[i])
	}
	return string(out)
}

// RecoveryCodesView shows the recovery codes, once.
type RecoveryCodesView struct {
	Page
	Codes []string
}

// AssistView asks for the slip of whom the clerk helps.
type AssistView struct {
	Page
	Problem *Problem
}

// AssistConfirmView asks the slip's owner whether they want to be helped.
type AssistConfirmView struct {
	Page
	Name, Token string
}

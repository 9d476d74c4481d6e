package server

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// signInRoutes is the policy's row of every page to sign in, to keep one's ways to
// sign in, and to help somebody at the table.
var signInRoutes = map[string]action{
	"GET /sign-in":         toReadPublic,
	"GET /sign-in/:token":  toSignIn,
	"POST /sign-in/:token": toSignIn,
	"POST /sign-out":       toSignOut,

	"POST /sign-in/password":         toProveSelf,
	"GET /sign-in/code":              toProveSelf,
	"POST /sign-in/code":             toProveSelf,
	"POST /sign-in/passkey/begin":    toProveSelf,
	"POST /sign-in/passkey/finish":   toProveSelf,
	"POST /sign-in/identity":         toProveSelf,
	"GET /sign-in/identity/callback": toProveSelf,

	"GET /confirm":                 toKeepSignIn,
	"POST /confirm":                toKeepSignIn,
	"POST /confirm/passkey/begin":  toKeepSignIn,
	"POST /confirm/passkey/finish": toKeepSignIn,

	"GET /account/sign-in":            toKeepSignIn,
	"POST /account/password":          toKeepSignIn,
	"POST /account/password/remove":   toKeepSignIn,
	"GET /account/totp":               toKeepSignIn,
	"POST /account/totp":              toKeepSignIn,
	"POST /account/totp/confirm":      toKeepSignIn,
	"POST /account/totp/remove":       toKeepSignIn,
	"POST /account/passkeys/begin":    toKeepSignIn,
	"POST /account/passkeys/finish":   toKeepSignIn,
	"POST /account/passkeys/remove":   toKeepSignIn,
	"POST /account/identity":          toKeepSignIn,
	"POST /account/identity/remove":   toKeepSignIn,
	"POST /account/sessions/end":      toKeepSignIn,
	"POST /account/sessions/end-rest": toKeepSignIn,

	"GET /assist":        toAssist,
	"POST /assist":       toAssist,
	"POST /assist/begin": toAssist,
	"POST /assist/end":   toSignOut,
}

func (w *site) mountSignIn(g *echo.Group) {
	g.GET("/sign-in", w.signInPage)
	g.GET("/sign-in/:token", w.showSignIn)
	g.POST("/sign-in/:token", w.doSignIn)
	g.POST("/sign-out", w.doSignOut)
	g.POST("/sign-in/password", w.postPassword)
	g.GET("/sign-in/code", w.showCode)
	g.POST("/sign-in/code", w.postCode)
	g.POST("/sign-in/passkey/begin", w.beginPasskeySignIn)
	g.POST("/sign-in/passkey/finish", w.finishPasskeySignIn)
	g.POST("/sign-in/identity", w.leaveForIdentity)
	g.GET("/sign-in/identity/callback", w.backFromIdentity)
	g.GET("/confirm", w.showConfirm)
	g.POST("/confirm", w.postConfirm)
	g.POST("/confirm/passkey/begin", w.beginPasskeyConfirm)
	g.POST("/confirm/passkey/finish", w.finishPasskeyConfirm)
	g.GET("/assist", w.showAssist)
	g.POST("/assist", w.postAssist)
	g.POST("/assist/begin", w.beginAssist)
	g.POST("/assist/end", w.endAssist)
}

// showSignInError shows the refusals that lead to a proof of identity; shown is
// false for all others.
func (w *site) showSignInError(c echo.Context, p problem, frame pages.Page) (shown bool, err error) {
	switch p.Code {
	case deliberation.RefuseSignIn:
		return true, w.showSignInPage(c, p.Status, frame, nil, "")
	case deliberation.RefuseLinkUsed:
		return true, w.render(c, p.Status, pages.LinkUsed(frame))
	case deliberation.RefuseFreshSignIn, deliberation.RefuseSecondFactor:
		to := "/confirm?return=" + url.QueryEscape(w.returnPath(c))
		return true, w.render(c, p.Status, pages.ConfirmNeeded(pages.ConfirmNeededView{Page: frame, Problem: *w.shown(p, frame), To: to}))
	}
	return false, nil
}

// returnPath is where a person goes on after they confirmed who they are: the page
// they wanted, or the one whose form they sent.
func (w *site) returnPath(c echo.Context) string {
	if c.Request().Method == http.MethodGet {
		return ownPath(c.Request().URL.Path)
	}
	from, err := url.Parse(c.Request().Referer())
	if err != nil || from.Host != c.Request().Host {
		return "/"
	}
	return ownPath(from.Path)
}

// signInPage offers all ways to sign in, the link first: it needs no account.
func (w *site) signInPage(c echo.Context) error {
	return w.showSignInPage(c, http.StatusOK, w.page(c, "", "sign_in_page_title"), nil, "")
}

func (w *site) showSignInPage(c echo.Context, status int, frame pages.Page, problem *pages.Problem, phone string) error {
	frame.Title = frame.S("sign_in_page_title")
	v := pages.SignInPageView{Page: frame, Problem: problem, Phone: phone, Passkeys: w.passkeyScript()}
	if w.identity != nil {
		v.Identity = w.identityName(frame)
		w.allowForm(c)
	}
	return w.render(c, status, pages.SignInPage(v))
}

// passkeyScript is the address of the script that passkeys need, empty where there are none.
func (w *site) passkeyScript() string {
	if w.passkeys == nil {
		return ""
	}
	return w.files.PasskeyScript()
}

func (w *site) identityName(p pages.Page) string {
	if w.identity.Name != "" {
		return w.identity.Name
	}
	return p.S("identity_name")
}

// allowForm lets the forms of this page lead to the unified identity, which the
// policy of the other pages forbids.
func (w *site) allowForm(c echo.Context) {
	if origin := w.identity.formOrigin(c.Request().Context(), w.Now()); origin != "" {
		c.Response().Header().Set("Content-Security-Policy", strings.Replace(pagePolicy, "form-action 'self'", "form-action 'self' "+origin, 1))
	}
}

// showSignIn asks for the name behind a link. It never uses the link up: chat
// programs fetch links to preview them.
func (w *site) showSignIn(c echo.Context) error {
	ctx := c.Request().Context()
	if w.viewer(c).Assistant.ID != "" {
		return deliberation.Refuse(deliberation.RefuseAssisted)
	}
	person, err := w.peekLink(ctx, c.Param("token"))
	if err != nil {
		return err
	}
	whose, err := w.load(ctx, person.ID)
	if err != nil {
		return err
	}
	p := w.frame(c, viewer{Lang: w.viewer(c).Lang, Elder: w.viewer(c).Elder, Community: whose.Community}, "", "")
	p.Title = p.S("sign_in_title", "Name", person.Name)
	p.Path = "/sign-in/" + url.PathEscape(c.Param("token"))
	return w.render(c, http.StatusOK, pages.SignIn(pages.SignInView{Page: p, Name: person.Name, From: placeName(whose), Token: url.PathEscape(c.Param("token"))}))
}

// placeName names where somebody belongs.
func placeName(v viewer) string {
	if v.Community.Name != "" {
		return v.Community.Name
	}
	return v.Place.Name
}

func (w *site) doSignIn(c echo.Context) error {
	if w.viewer(c).Assistant.ID != "" {
		return deliberation.Refuse(deliberation.RefuseAssisted)
	}
	if err := w.signIn(c, c.Param("token")); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/today")
}

func (w *site) doSignOut(c echo.Context) error {
	if err := w.signOut(c); err != nil {
		return err
	}
	return after(c, "/board", "done_signed_out")
}

func (w *site) postPassword(c echo.Context) error {
	phone := c.FormValue("phone")
	codeNext, err := w.passwordSignIn(c, phone, c.FormValue("password"))
	if err != nil {
		return w.signInAgain(c, err, phone)
	}
	if codeNext {
		return c.Redirect(http.StatusSeeOther, "/sign-in/code")
	}
	return c.Redirect(http.StatusSeeOther, "/today")
}

// signInAgain shows the page anew after what the person can do something about.
func (w *site) signInAgain(c echo.Context, err error, phone string) error {
	if !tryAgain(err) {
		return err
	}
	frame := w.page(c, "", "sign_in_page_title")
	status, problem := w.refused(err, frame, w.viewer(c).Lang)
	return w.showSignInPage(c, status, frame, problem, phone)
}

func tryAgain(err error) bool {
	var r *deliberation.Refusal
	if !errors.As(err, &r) {
		return false
	}
	switch r.Code {
	case deliberation.RefuseWrongCredential, deliberation.RefuseLockedOut, deliberation.RefuseSignInExpired, deliberation.RefuseInvalid:
		return true
	}
	return false
}

func (w *site) showCode(c echo.Context) error {
	return w.render(c, http.StatusOK, pages.SignInCode(pages.SignInCodeView{Page: w.page(c, "", "sign_in_code_title")}))
}

func (w *site) postCode(c echo.Context) error {
	err := w.codeSignIn(c, c.FormValue("code"))
	if err == nil {
		return c.Redirect(http.StatusSeeOther, "/today")
	}
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseSignInExpired)) || !tryAgain(err) {
		return w.signInAgain(c, err, "")
	}
	frame := w.page(c, "", "sign_in_code_title")
	status, problem := w.refused(err, frame, w.viewer(c).Lang)
	return w.render(c, status, pages.SignInCode(pages.SignInCodeView{Page: frame, Problem: problem}))
}

func (w *site) beginPasskeySignIn(c echo.Context) error {
	if err := w.passkeysHere(); err != nil {
		return err
	}
	options, err := w.askPasskey(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, options)
}

// onward tells the script where to go.
type onward struct {
	To string `json:"to"`
}

func (w *site) finishPasskeySignIn(c echo.Context) error {
	if err := w.passkeysHere(); err != nil {
		return err
	}
	if err := w.passkeyAnswered(c); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, onward{"/today"})
}

func (w *site) leaveForIdentity(c echo.Context) error {
	return w.toIdentity(c, identitySignIn, "")
}

// backFromIdentity takes who comes back from the unified identity, to sign in or
// to link it to who is signed in.
func (w *site) backFromIdentity(c echo.Context) error {
	if w.identity == nil {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	begun, token, err := w.fromIdentity(c)
	if begun.Kind == identityBinding {
		v := w.viewer(c)
		if err == nil && v.Person.ID != begun.Person {
			err = deliberation.Refuse(deliberation.RefuseSignInExpired)
		}
		if err == nil {
			err = w.Credentials.LinkIdentity(c.Request().Context(), token.Issuer, token.Subject, begun.Person, w.Now())
		}
		if err != nil {
			return w.accountAgain(c, err)
		}
		return after(c, "/account/sign-in", "done_identity")
	}
	if err != nil {
		return w.signInAgain(c, err, "")
	}
	person, err := w.identityHolder(c, token)
	if err != nil {
		return w.signInAgain(c, err, "")
	}
	if person == "" {
		return w.render(c, http.StatusForbidden, pages.IdentityUnknown(w.page(c, "", "identity_unknown_title")))
	}
	if err := w.signInAs(c, person, deliberation.ByIdentity, false); err != nil {
		return w.signInAgain(c, err, "")
	}
	return c.Redirect(http.StatusSeeOther, "/today")
}

// showConfirm asks who is signed in to prove once more who they are.
func (w *site) showConfirm(c echo.Context) error {
	return w.confirmForm(c, ownPath(c.QueryParam("return")), nil)
}

func (w *site) confirmForm(c echo.Context, back string, failure error) error {
	v := w.viewer(c)
	frame := w.page(c, "", "prove_title")
	have, err := w.Credentials.CredentialsOf(c.Request().Context(), v.Person.ID)
	if err != nil {
		return err
	}
	view := pages.ConfirmView{Page: frame, Return: back, Has: have, Weak: v.Weak || have.TOTP && !sessionOf(c).Strong}
	if len(have.Passkeys) > 0 {
		view.Passkeys = w.passkeyScript()
	}
	status := http.StatusOK
	if failure != nil {
		status, view.Problem = w.refused(failure, frame, v.Lang)
	}
	return w.render(c, status, pages.Confirm(view))
}

func (w *site) postConfirm(c echo.Context) error {
	back := ownPath(c.FormValue("return"))
	var err error
	switch c.FormValue("by") {
	case "code":
		if err = w.checkCode(c, w.viewer(c).Person.ID, c.FormValue("code")); err == nil {
			err = w.prove(c, deliberation.ByCode, true)
		}
	default:
		err = w.confirmPassword(c, c.FormValue("password"))
	}
	if err == nil {
		return c.Redirect(http.StatusSeeOther, back)
	}
	if tryAgain(err) {
		return w.confirmForm(c, back, err)
	}
	return err
}

func (w *site) beginPasskeyConfirm(c echo.Context) error {
	if err := w.passkeysHere(); err != nil {
		return err
	}
	options, err := w.askOwnPasskey(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, options)
}

func (w *site) finishPasskeyConfirm(c echo.Context) error {
	if err := w.passkeysHere(); err != nil {
		return err
	}
	if err := w.confirmPasskey(c); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, onward{ownPath(c.QueryParam("return"))})
}

// showAssist asks for the link or slip of whom the clerk helps at the table.
func (w *site) showAssist(c echo.Context) error {
	return w.render(c, http.StatusOK, pages.Assist(pages.AssistView{Page: w.page(c, "assist", "assist_title")}))
}

// slipToken finds the token in what was scanned or typed: a whole address or the token alone.
func slipToken(typed string) string {
	typed = strings.TrimSpace(typed)
	if _, token, ok := strings.Cut(typed, "/sign-in/"); ok {
		typed = token
	}
	token, _, _ := strings.Cut(typed, "?")
	return strings.TrimSuffix(token, "/")
}

// helped gives whom a slip belongs to. The clerk helps people of their own
// community, and never themselves: two names are wanted.
func (w *site) helped(c echo.Context, token string) (deliberation.Person, error) {
	person, err := w.peekLink(c.Request().Context(), token)
	if err != nil {
		return person, err
	}
	if v := w.viewer(c); person.Community != v.Community.ID || person.ID == v.Person.ID {
		return deliberation.Person{}, deliberation.Refuse(deliberation.RefuseLinkUsed)
	}
	return person, nil
}

// postAssist shows the slip's owner the large page on which they themselves say
// yes. The slip is not used up yet.
func (w *site) postAssist(c echo.Context) error {
	token := slipToken(c.FormValue("slip"))
	frame := w.page(c, "assist", "assist_title")
	person, err := w.helped(c, token)
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseLinkUsed)) {
		status, problem := w.refused(err, frame, w.viewer(c).Lang)
		return w.render(c, status, pages.Assist(pages.AssistView{Page: frame, Problem: problem}))
	}
	if err != nil {
		return err
	}
	frame.Title = frame.S("assist_confirm_title", "Name", person.Name)
	return w.render(c, http.StatusOK, pages.AssistConfirm(pages.AssistConfirmView{Page: frame, Name: person.Name, Token: token}))
}

func (w *site) beginAssist(c echo.Context) error {
	token, clerk := c.FormValue("slip"), w.viewer(c)
	if _, err := w.helped(c, token); err != nil {
		return err
	}
	person, err := w.SignIn.ConsumeLink(c.Request().Context(), token, w.Now())
	if err != nil {
		return err
	}
	v, session, expires, err := w.beginSession(c, deliberation.Session{
		Person: person, Door: deliberation.DoorBrowser, Means: deliberation.ByLink, Assistant: clerk.Person.ID,
	})
	if err != nil {
		return err
	}
	if !v.SignedIn {
		return deliberation.Refuse(deliberation.RefuseLinkUsed)
	}
	w.setCookie(c, w.assistCookie(), session, expires)
	return c.Redirect(http.StatusSeeOther, "/today")
}

// endAssist gives the clerk's own session back.
func (w *site) endAssist(c echo.Context) error {
	if sessionOf(c).Assistant != "" {
		if err := w.signOut(c); err != nil {
			return err
		}
	}
	w.setCookie(c, w.assistCookie(), "", time.Time{})
	return after(c, "/assist", "done_assisted")
}

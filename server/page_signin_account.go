package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

func (w *site) mountSignInAccount(g *echo.Group) {
	g.GET("/account/sign-in", w.showAccount)
	g.POST("/account/password", w.postNewPassword)
	g.POST("/account/password/remove", w.removePassword)
	g.GET("/account/totp", w.showTOTP)
	g.POST("/account/totp", w.postTOTP)
	g.POST("/account/totp/confirm", w.postFirstCode)
	g.POST("/account/totp/remove", w.removeTOTP)
	g.POST("/account/passkeys/begin", w.beginPasskey)
	g.POST("/account/passkeys/finish", w.finishPasskey)
	g.POST("/account/passkeys/remove", w.removePasskey)
	g.POST("/account/identity", w.bindIdentity)
	g.POST("/account/identity/remove", w.removeIdentity)
	g.POST("/account/sessions/end", w.endSession)
	g.POST("/account/sessions/end-rest", w.endOtherSessions)
}

// showAccount is 登录方式: what the person signs in with, and where they are signed in.
func (w *site) showAccount(c echo.Context) error { return w.accountPage(c, nil) }

// accountAgain shows the page with what was wrong, where the person can do something about it.
func (w *site) accountAgain(c echo.Context, err error) error {
	if !tryAgain(err) {
		return err
	}
	return w.accountPage(c, err)
}

func (w *site) accountPage(c echo.Context, failure error) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	frame := w.page(c, "sign-in", "account_title")
	have, err := w.Credentials.CredentialsOf(ctx, v.Person.ID)
	if err != nil {
		return err
	}
	sessions, err := w.Sessions.SessionsOf(ctx, v.Person.ID, w.Now())
	if err != nil {
		return err
	}
	names, err := w.People.Names(ctx, assistantsOf(sessions))
	if err != nil {
		return err
	}
	view := pages.AccountView{
		Page: frame, Has: have, Sessions: sessions, Current: sessionOf(c).ID, Names: names, Passkeys: w.passkeyScript(), Fresh: v.Fresh, Weak: v.Weak,
		At: w.Clock().At,
	}
	if w.identity != nil {
		view.Identity = w.identityName(frame)
		w.allowForm(c)
	}
	status := http.StatusOK
	if failure != nil {
		status, view.Problem = w.refused(failure, frame, v.Lang)
	}
	return w.render(c, status, pages.Account(view))
}

func assistantsOf(sessions []deliberation.Session) []deliberation.PersonID {
	var ids []deliberation.PersonID
	for _, s := range sessions {
		if s.Assistant != "" {
			ids = append(ids, s.Assistant)
		}
	}
	return ids
}

// accountChanged ends a form of the page: shown again, or done.
func (w *site) accountChanged(c echo.Context, err error, done string) error {
	if err != nil {
		return w.accountAgain(c, err)
	}
	return after(c, "/account/sign-in", done)
}

// postNewPassword sets a password. Whoever else is signed in as the person is
// signed out: that may be why it is changed.
func (w *site) postNewPassword(c echo.Context) error {
	if err := w.mayChangeSignIn(c); err != nil {
		return err
	}
	ctx, person, password := c.Request().Context(), w.viewer(c).Person.ID, c.FormValue("new_password")
	var f fields
	if problem, limit := checkPassword(password); problem != "" {
		f.add("new_password", problem, limit)
	} else if password != c.FormValue("repeat_password") {
		f.add("repeat_password", "differs", 0)
	}
	if err := f.refusal(); err != nil {
		return w.accountAgain(c, err)
	}
	hash, err := w.passwords.hash(ctx, password)
	if err != nil {
		return err
	}
	if err := w.Credentials.SetPassword(ctx, person, hash, w.Now()); err != nil {
		return err
	}
	return w.accountChanged(c, w.Sessions.EndSessions(ctx, person, sessionOf(c).ID), "done_password")
}

func (w *site) removePassword(c echo.Context) error {
	if err := w.mayChangeSignIn(c); err != nil {
		return err
	}
	return w.accountChanged(c, w.Credentials.SetPassword(c.Request().Context(), w.viewer(c).Person.ID, "", w.Now()), "done_removed")
}

// postTOTP makes a new secret and leads to the page that shows it.
func (w *site) postTOTP(c echo.Context) error {
	if err := w.mayChangeSignIn(c); err != nil {
		return err
	}
	if err := w.beginTOTP(c.Request().Context(), w.viewer(c).Person.ID); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/account/totp")
}

// showTOTP shows the secret until its first code. Afterwards nobody sees it again.
func (w *site) showTOTP(c echo.Context) error { return w.totpPage(c, nil) }

func (w *site) totpPage(c echo.Context, failure error) error {
	if err := w.mayChangeSignIn(c); err != nil {
		return err
	}
	have, err := w.Credentials.TOTPOf(c.Request().Context(), w.viewer(c).Person.ID)
	if err != nil {
		return err
	}
	if !have.Confirmed.IsZero() {
		return c.Redirect(http.StatusSeeOther, "/account/sign-in")
	}
	picture, err := totpPicture(have.Secret)
	if err != nil {
		return err
	}
	view := pages.TOTPView{Page: w.page(c, "", "totp_title"), Secret: have.Secret, Picture: picture}
	status := http.StatusOK
	if failure != nil {
		status, view.Problem = w.refused(failure, view.Page, w.viewer(c).Lang)
	}
	return w.render(c, status, pages.TOTP(view))
}

// postFirstCode takes the authenticator into use and shows the recovery codes, once.
func (w *site) postFirstCode(c echo.Context) error {
	if err := w.mayChangeSignIn(c); err != nil {
		return err
	}
	codes, err := w.confirmTOTP(c, c.FormValue("code"))
	if tryAgain(err) {
		return w.totpPage(c, err)
	}
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.RecoveryCodes(pages.RecoveryCodesView{Page: w.page(c, "", "recovery_title"), Codes: codes}))
}

func (w *site) removeTOTP(c echo.Context) error {
	if err := w.mayChangeSignIn(c); err != nil {
		return err
	}
	return w.accountChanged(c, w.Credentials.DropTOTP(c.Request().Context(), w.viewer(c).Person.ID), "done_removed")
}

func (w *site) beginPasskey(c echo.Context) error {
	if err := w.passkeysHere(); err != nil {
		return err
	}
	if err := w.mayChangeSignIn(c); err != nil {
		return err
	}
	options, err := w.enrolPasskey(c)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, options)
}

func (w *site) finishPasskey(c echo.Context) error {
	if err := w.passkeysHere(); err != nil {
		return err
	}
	if err := w.mayChangeSignIn(c); err != nil {
		return err
	}
	if err := w.addPasskey(c); err != nil {
		return err
	}
	return c.JSON(http.StatusOK, onward{"/account/sign-in?done=done_passkey"})
}

func (w *site) removePasskey(c echo.Context) error {
	if err := w.mayChangeSignIn(c); err != nil {
		return err
	}
	return w.accountChanged(c, w.Credentials.DropPasskey(c.Request().Context(), w.viewer(c).Person.ID, c.FormValue("passkey")), "done_removed")
}

// bindIdentity sends the person to the unified identity, to link it on coming back.
func (w *site) bindIdentity(c echo.Context) error {
	if err := w.mayChangeSignIn(c); err != nil {
		return err
	}
	return w.toIdentity(c, identityBinding, w.viewer(c).Person.ID)
}

func (w *site) removeIdentity(c echo.Context) error {
	if w.identity == nil {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	if err := w.mayChangeSignIn(c); err != nil {
		return err
	}
	return w.accountChanged(c, w.Credentials.DropIdentity(c.Request().Context(), w.identity.Issuer, w.viewer(c).Person.ID), "done_removed")
}

// endSession ends one of the person's own sessions, on whatever device. It asks for
// no fresh proof: who fears a thief must be quick.
func (w *site) endSession(c echo.Context) error {
	id := c.FormValue("session")
	if id == sessionOf(c).ID {
		return w.doSignOut(c)
	}
	return w.accountChanged(c, w.Sessions.EndSession(c.Request().Context(), w.viewer(c).Person.ID, id), "done_session_ended")
}

func (w *site) endOtherSessions(c echo.Context) error {
	return w.accountChanged(c, w.Sessions.EndSessions(c.Request().Context(), w.viewer(c).Person.ID, sessionOf(c).ID), "done_session_ended")
}

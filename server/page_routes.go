package server

import (
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/locale"
	"github.com/yishi-project/yishi/server/pages"
	"github.com/yishi-project/yishi/server/static"
	"github.com/yishi-project/yishi/server/templates"
)

// site is the server as people see it: the same ports and commands, with words
// and a stylesheet.
type site struct {
	*Server
	words *locale.Catalogue
	files *static.Files
	// templates are the ready forms of common matters.
	templates *templates.Library
	here      pagesHere
}

// mountPages gives the pages their routes.
func (s *Server) mountPages(g *echo.Group) {
	words, err := locale.Load()
	if err != nil { // the catalogues are in the binary and a test loads them
		panic(err)
	}
	ready, err := templates.Load()
	if err != nil { // they are in the binary and a test loads them
		panic(err)
	}
	w := &site{Server: s, words: words, files: static.New(), templates: ready}
	s.errorPage = w.showError

	g.GET("/static/*", echo.WrapHandler(w.files))
	g.GET("/", w.home)
	g.POST("/preferences", w.setPreferences)
	w.mountSignIn(g)
	w.mountSignInAccount(g)

	g.GET("/board", w.board)
	g.GET("/board/:posting", w.notice)
	g.GET("/board/:posting/qr.svg", w.noticeQR)

	g.GET("/today", w.today)
	g.GET("/processes", w.listProcesses)
	g.GET("/processes/new", w.newProcessForm)
	g.POST("/processes/new", w.submitNewProcess)
	g.GET("/processes/:process", w.showProcess)
	g.GET("/processes/:process/register", w.register)
	g.GET("/processes/:process/print/:form", w.printForm)
	g.GET("/processes/:process/dossier.zip", w.dossierFile)
	g.GET("/processes/:process/acts/:act", w.showAct)
	g.POST("/processes/:process/acts/:act", w.postAct)
	g.POST("/processes/:process/opinions", w.postOpinion)
	g.POST("/processes/:process/opinions/:opinion/answer", w.postAnswer)

	g.GET("/supervise", w.superviseAll)
	g.GET("/processes/:process/supervise", w.superviseOne)
	g.GET("/meetings/:meeting", w.showMeeting)
	g.GET("/meetings/:meeting/screen", w.showScreen)
	g.GET("/meetings/:meeting/notices", w.showNotices)
	g.POST("/meetings/:meeting/notices", w.postNotice)
	g.POST("/meetings/:meeting/check-in", w.postCheckIn)
	g.POST("/meetings/:meeting/leave", w.postLeave)
	g.GET("/meetings/:meeting/desk", w.showDesk)
	g.POST("/meetings/:meeting/observers", w.postObserver)
	g.GET("/meetings/:meeting/list", w.showSignInList)
	g.GET("/meetings/:meeting/speakers", w.showSpeakers)
	g.POST("/meetings/:meeting/speakers", w.postAskToSpeak)
	g.POST("/meetings/:meeting/speakers/withdraw", w.postWithdrawSpeech)
	g.POST("/meetings/:meeting/speakers/call", w.postCallSpeaker)
	g.POST("/meetings/:meeting/speakers/end", w.postEndSpeech)
	g.GET("/meetings/:meeting/calendar.ics", w.meetingCalendar)
	g.GET("/polls/:poll", w.showPoll)
	g.POST("/polls/:poll", w.postBallot)
	g.GET("/polls/:poll/receipt", w.showReceipt)
	g.GET("/papers/:paper", w.showPaper)
	g.GET("/papers/:paper/content", w.paperContent)
	g.GET("/status", w.status)
	w.mountRoster(g)
	w.mountImport(g)
	w.mountAccess(g)
	w.mountBodies(g)
	w.mountDemands(g)
	w.mountAppraisals(g)
	w.mountDepartments(g)
	w.mountChoosings(g)
	w.mountResignations(g)
	w.mountDisclosures(g)
	w.mountOpinionBox(g)
	w.mountHearings(g)
	w.mountConsultations(g)
	w.mountOpenTalks(g)
	w.mountElections(g)
	w.mountDuties(g)
	w.mountOwners(g)
	w.mountPaper(g)
}

// doneKeys are the catalogue keys that may come back as ?done= after a form.
var doneKeys = []string{"done_act", "done_started", "done_checked_in", "done_notice", "done_opinion", "done_answered", "done_signed_out",
	"done_password", "done_removed", "done_passkey", "done_identity", "done_session_ended", "done_assisted",
	"done_place_changed", "done_place_added", "done_official", "done_entered",
	"done_person_saved", "done_standing", "done_kin", "done_kin_dropped", "done_appointed", "done_office_ended",
	"done_imported_same",
	"done_left", "done_observer", "done_asked", "done_withdrawn_speech", "done_called", "done_speech_ended", "done_import_undone", "done_held", "done_draft_kept", "done_draft_dropped",
	"done_demand_started", "done_signed", "done_unsigned", "done_sheet_entered",
	"done_paper_issue", "done_paper_exchange", "done_paper_hand_back", "done_paper_box", "done_paper_read", "done_paper_agree",
	"done_box_set", "done_nomination", "done_mobile",
	"done_mandate", "done_mandate_revoked", "done_estate", "done_units",
}

// page makes the frame of a page for who asks.
func (w *site) page(c echo.Context, section, title string) pages.Page {
	v := w.viewer(c)
	p := w.frame(c, v, section, title)
	if v.SignedIn {
		// The number beside 待办 is worth no failed page.
		if tasks, err := w.myTasks(c.Request().Context(), v); err == nil {
			p.Tasks = len(tasks)
		}
		if duties, err := w.pressing(c.Request().Context(), v); err == nil {
			p.Tasks += len(duties)
		}
	}
	return p
}

// frame is a page without anything that has to be looked up.
func (w *site) frame(c echo.Context, v viewer, section, title string) pages.Page {
	p := pages.Page{
		Texts: w.words.For(v.Lang), Path: c.Request().URL.Path, Section: section, Now: w.now(), Style: w.files.Stylesheet(),
		Elder: v.Elder, SignedIn: v.SignedIn, Me: v.Person.Name, MyID: v.Person.ID, Offices: v.Offices, Community: v.Community,
	}
	p.CSRF, _ = c.Get("csrf").(string)
	p.InCharge, p.Menu = v.inCharge(), w.menu(v)
	p.Assistant = v.Assistant.Name
	p.Title = title
	if p.Has(title) {
		p.Title = p.S(title)
	}
	if done := c.QueryParam("done"); slices.Contains(doneKeys, done) {
		p.Done = done
	}
	return p
}

// render writes a component whole, or nothing of it.
func (w *site) render(c echo.Context, status int, page templ.Component) error {
	var b bytes.Buffer
	if err := page.Render(c.Request().Context(), &b); err != nil {
		return err
	}
	c.Response().Header().Set("Content-Language", w.words.For(w.viewer(c).Lang).Lang)
	return c.HTMLBlob(status, b.Bytes())
}

// showError shows a refusal as a page.
func (w *site) showError(c echo.Context, p problem) error {
	frame := w.frame(c, w.viewer(c), "", p.Title)
	if shown, err := w.showSignInError(c, p, frame); shown {
		return err
	}
	if p.Code == deliberation.RefuseEnterCommunity {
		return w.render(c, p.Status, pages.EnterCommunity(frame, *w.shown(p, frame)))
	}
	return w.render(c, p.Status, pages.Error(pages.ErrorView{Page: frame, Status: p.Status, Problem: *w.shown(p, frame)}))
}

// shown gives a problem in the reader's words, each field named by its label.
func (w *site) shown(p problem, page pages.Page) *pages.Problem {
	out := &pages.Problem{Title: p.Title, Why: p.Detail, Now: p.Next, Verdict: p.Verdict}
	if p.Basis != nil && p.Verdict == nil {
		out.Source = page.Source(*p.Basis)
	}
	if p.Verdict != nil || len(p.Fields) > 0 { // said below, with more
		out.Why = ""
	}
	for _, f := range p.Faults {
		out.Faults = append(out.Faults, page.Local(f.Sentence))
	}
	for _, f := range p.Fields {
		out.Fields = append(out.Fields, pages.FieldError{Field: fieldID(f.Field), Text: page.FieldProblem(f)})
	}
	return out
}

// fieldID names the input that a field of the API has on a page.
func fieldID(field string) string {
	switch field {
	case "at":
		return "date"
	case "income_fen":
		return "income"
	case "spending_fen":
		return "spending"
	}
	return field
}

// refused gives the status and the words of an error for a form that is shown again.
func (w *site) refused(err error, page pages.Page, lang string) (int, *pages.Problem) {
	p := w.problemOf(err, lang)
	return p.Status, w.shown(p, page)
}

// retryKey gives the key for a form that is shown again. A request whose end is
// unknown is repeated under the same key; one that was refused is a new one.
func retryKey(status int, key string) string {
	if status >= http.StatusInternalServerError && checkKey(key) == nil {
		return key
	}
	return newKey()
}

func newKey() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails (crypto/rand)
	return hex.EncodeToString(b[:])
}

// after answers a form that was done: the page that shows the result, with a word on it.
func after(c echo.Context, path, done string) error {
	return c.Redirect(http.StatusSeeOther, path+"?done="+url.QueryEscape(done))
}

// home is the board for everybody, and 今天 for who is signed in.
func (w *site) home(c echo.Context) error {
	if w.viewer(c).SignedIn {
		return w.today(c)
	}
	return w.board(c)
}

// preferenceLife is how long a browser remembers language and text size.
const preferenceLife = 365 * 24 * time.Hour

// setPreferences keeps language and text size in cookies.
func (w *site) setPreferences(c echo.Context) error {
	set := func(name, value string) {
		c.SetCookie(&http.Cookie{Name: name, Value: value, Path: "/", MaxAge: int(preferenceLife / time.Second), HttpOnly: true, Secure: w.secure(), SameSite: http.SameSiteLaxMode}) //nolint:gosec // secure() follows the base address: plain http on loopback must work
	}
	switch c.FormValue("size") {
	case "elder":
		set(elderCookie, "1")
	case "normal":
		set(elderCookie, "0")
	}
	switch c.FormValue("lang") {
	case "zh-CN":
		set(langCookie, "zh")
	case "en":
		set(langCookie, "en")
	}
	return c.Redirect(http.StatusSeeOther, ownPath(c.FormValue("return")))
}

// ownPath gives the path if it is one of ours, else the first page: a form must
// not send people to another site.
func ownPath(p string) string {
	u, err := url.Parse(p)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(p, "/") || strings.HasPrefix(p, "//") || strings.ContainsAny(p, "\\\r\n") {
		return "/"
	}
	return u.EscapedPath()
}

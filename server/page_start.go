package server

import (
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// newProcessForm asks what is at stake.
func (w *site) newProcessForm(c echo.Context) error {
	form := pages.StartForm{Kind: deliberation.FourDeliberationsKind, Affected: string(deliberation.AffectsAll), Origin: string(deliberation.OriginParty), Form: string(deliberation.Conference)}
	return w.render(c, http.StatusOK, pages.Start(pages.StartView{Page: w.page(c, "start", "start_title"), Form: form}))
}

// submitNewProcess shows the procedure and its calendar, and starts it when that
// page is confirmed. What is refused comes back with nothing typed lost.
func (w *site) submitNewProcess(c echo.Context) error {
	ctx, v, form := c.Request().Context(), w.viewer(c), startForm(c)
	view := pages.StartView{Page: w.page(c, "start", "start_title"), Form: form, Key: c.FormValue("key")}
	step := c.FormValue("step")
	if step == "edit" {
		return w.render(c, http.StatusOK, pages.Start(view))
	}
	in, wrong := matterOf(form)
	var err error
	if step == "start" && len(wrong) == 0 {
		var id deliberation.ProcessID
		if id, err = w.startProcess(ctx, v, view.Key, startInput{Kind: form.Kind, Matter: in}); err == nil {
			return after(c, "/processes/"+string(id), "done_started")
		}
	} else if err = allWrong(wrong, w.preview(v, startInput{Kind: form.Kind, Matter: in}, &view)); err == nil {
		view.Key, view.Title = newKey(), view.S("review_title")
		return w.render(c, http.StatusOK, pages.StartReview(view))
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	// Where the end of a start is unknown, the same page with the same key lets it be tried again.
	if status >= http.StatusInternalServerError && step == "start" && w.preview(v, startInput{Kind: form.Kind, Matter: in}, &view) == nil {
		view.Key = retryKey(status, view.Key)
		return w.render(c, status, pages.StartReview(view))
	}
	return w.render(c, status, pages.Start(view))
}

// preview finds the rules and the lawful calendar of a matter before anything starts.
func (w *site) preview(v viewer, in startInput, view *pages.StartView) error {
	m := in.Matter
	if err := tidyMatter(&m); err != nil {
		return err
	}
	in.Matter = m
	pack, err := w.Law.PackFor(v.Community.Kind, v.Community.Place, w.Server.today(), "")
	if err != nil {
		return err
	}
	if err := checkStart(pack, in); err != nil {
		return err
	}
	view.Pack = &pack
	if in.Kind != deliberation.ConferenceKind {
		view.Plan, err = w.plan(v.Community, pack, m)
	}
	return err
}

// allWrong adds what could not be read to what the rules refuse, so that a form
// shows all of it at once.
func allWrong(unread fields, err error) error {
	var r *deliberation.Refusal
	switch {
	case len(unread) == 0:
		return err
	case errors.As(err, &r) && r.Code == deliberation.RefuseInvalid:
		for _, f := range r.Fields {
			if !slices.ContainsFunc(unread, func(u deliberation.FieldProblem) bool { return u.Field == f.Field }) {
				unread = append(unread, f)
			}
		}
	}
	return unread.refusal()
}

func startForm(c echo.Context) pages.StartForm {
	return pages.StartForm{
		Kind: c.FormValue("kind"), Title: c.FormValue("title"), Summary: c.FormValue("summary"), Category: c.FormValue("category"), Affected: c.FormValue("affected"),
		Origin: c.FormValue("origin"), Signers: c.FormValue("signers"), SignersOf: c.FormValue("signers_of"), Budget: c.FormValue("budget_fen"),
		Form: c.FormValue("form"), Authorisation: c.FormValue("authorisation"), Merged: c.FormValue("merged"),
	}
}

// matterOf reads a matter as it was typed, and says what of it could not be read.
func matterOf(f pages.StartForm) (deliberation.Matter, fields) {
	m := deliberation.Matter{
		Title: f.Title, Summary: f.Summary, Category: deliberation.Category(f.Category), Affected: deliberation.Affected(f.Affected),
		Origin: deliberation.Origin(f.Origin), Form: deliberation.Body(f.Form), Authorisation: f.Authorisation, Merged: f.Merged == "yes",
	}
	var wrong fields
	m.Signers = wrong.count("signers", f.Signers)
	m.SignersOf = wrong.count("signers_of", f.SignersOf)
	m.BudgetFen = wrong.yuan("budget_fen", f.Budget)
	return m, wrong
}

// plainDigits reads full-width digits, as Chinese keyboards write them, and drops
// what people put between digits.
func plainDigits(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= '０' && r <= '９':
			return r - '０' + '0'
		case r == '．' || r == '。':
			return '.'
		case r == ',' || r == '\uff0c' || r == ' ' || r == '\u3000':
			return -1
		}
		return r
	}, strings.TrimSpace(s))
}

// count reads a number; nothing typed is nought.
func (f *fields) count(field, s string) int {
	s = plainDigits(s)
	if s == "" {
		return 0
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		f.add(field, notANumber, 0)
		return 0
	}
	return n
}

// yuan reads an amount in yuan with at most two decimals, in fen; nothing typed is nought.
func (f *fields) yuan(field, s string) int64 {
	s = plainDigits(s)
	if s == "" {
		return 0
	}
	whole, part, _ := strings.Cut(s, ".")
	if len(part) > 2 {
		f.add(field, notANumber, 0)
		return 0
	}
	fen, err := strconv.ParseInt(whole+(part + "00")[:2], 10, 64)
	if err != nil || fen < 0 || whole == "" || strings.HasPrefix(whole, "+") {
		f.add(field, notANumber, 0)
		return 0
	}
	return fen
}

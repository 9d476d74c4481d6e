package server

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// newProcessForm asks what is at stake; a template or a draft fills the form.
func (w *site) newProcessForm(c echo.Context) error {
	view, err := w.startView(c, blankStart())
	if err != nil {
		return err
	}
	if id := c.QueryParam("template"); id != "" {
		t, ok := w.templates.Find(w.viewer(c).Community.Kind, id)
		if !ok || t.Absent {
			return deliberation.Refuse(deliberation.RefuseNotFound)
		}
		view.Chosen = &t
		view.Form.Kind, view.Form.Form = t.Process, string(t.Form)
		view.Form.Title, view.Form.Summary, view.Form.Category, view.Form.Affected = t.Title, t.Summary, string(t.Category), string(t.Affected)
	}
	if err := w.startForDemand(c, &view.Form); err != nil {
		return err
	}
	if err := w.startForMatter(c, &view.Form); err != nil {
		return err
	}
	if err := w.startForOpinion(c, &view.Form); err != nil {
		return err
	}
	if kind := c.QueryParam("draft"); kind != "" {
		i := slices.IndexFunc(view.Drafts, func(d deliberation.MatterDraft) bool { return d.Kind == kind })
		if i < 0 {
			return deliberation.Refuse(deliberation.RefuseNotFound)
		}
		typed := view.Drafts[i].Fields
		view.Form, view.Resumed = typedStart(func(name string) string { return typed[name] }), true
	}
	return w.render(c, http.StatusOK, pages.Start(view))
}

func blankStart() pages.StartForm {
	return pages.StartForm{Kind: deliberation.FourDeliberationsKind, Affected: string(deliberation.AffectsAll), Origin: string(deliberation.OriginParty), Form: string(deliberation.Conference)}
}

// startView is the page of a start form with all that helps to fill it.
func (w *site) startView(c echo.Context, form pages.StartForm) (pages.StartView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	view := pages.StartView{Page: w.page(c, "start", "start_title"), Form: form, Key: c.FormValue("key")}
	view.Templates, view.Stakes = w.templates.For(v.Community.Kind), w.templates.Stakes(v.Community.Kind)
	var err error
	if view.Drafts, err = w.Drafts.Drafts(ctx, v.Person.ID); err != nil {
		return view, err
	}
	if view.Groups, err = w.People.Groups(ctx, v.Community.ID); err != nil {
		return view, err
	}
	if view.Estates, err = w.Estates.Estates(ctx, v.Community.ID); err != nil {
		return view, err
	}
	view.Authorisations, err = w.inForce(ctx, v, deliberation.Conference)
	return view, err
}

// submitNewProcess shows the procedure and its calendar, and starts it when that
// page is confirmed. What is refused comes back with nothing typed lost.
func (w *site) submitNewProcess(c echo.Context) error {
	ctx, v, form := c.Request().Context(), w.viewer(c), typedStart(c.FormValue)
	step := c.FormValue("step")
	if step == "drop" {
		return w.dropDraft(c, form.Kind)
	}
	view, err := w.startView(c, form)
	if err != nil {
		return err
	}
	if step == "edit" {
		return w.render(c, http.StatusOK, pages.Start(view))
	}
	in, wrong := matterOf(form)
	delegates, err := w.byName(ctx, v, &wrong, "delegates", form.Delegates, deliberation.AsMember)
	if err != nil {
		return err
	}
	if len(delegates) > 0 {
		in.Delegates = deliberation.Persons(delegates)
	}
	switch {
	case step == "draft":
		if err = w.keepDraft(c, form.Kind); err == nil {
			return after(c, "/processes/new", "done_draft_kept")
		}
	case step == "start" && len(wrong) == 0:
		var id deliberation.ProcessID
		if id, err = w.startProcess(ctx, v, view.Key, startInput{Kind: form.Kind, Matter: in}); err == nil {
			w.forgetDraft(ctx, v, form.Kind)
			return after(c, "/processes/"+string(id), "done_started")
		}
	default:
		if err = allWrong(wrong, w.preview(ctx, v, startInput{Kind: form.Kind, Matter: in}, &view)); err == nil {
			view.Key, view.Title = newKey(), view.S("review_title")
			return w.render(c, http.StatusOK, pages.StartReview(view))
		}
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	// Where the end of a start is unknown, the same page with the same key lets it be tried again.
	if status >= http.StatusInternalServerError && step == "start" && w.preview(ctx, v, startInput{Kind: form.Kind, Matter: in}, &view) == nil {
		view.Key = retryKey(status, view.Key)
		return w.render(c, status, pages.StartReview(view))
	}
	return w.render(c, status, pages.Start(view))
}

// startFields are the inputs of the start form that a draft keeps.
var startFields = []string{"kind", "title", "summary", "category", "affected", "origin", "signers", "signers_of", "budget_fen", "form", "authorisation", "authorised_by", "merged", "demand", "for", "for_item", "opinion", "estate", "group", "delegates", "choice_reason"}

// keepDraft keeps what was typed, sound or not, in place of the viewer's last
// draft of the kind.
func (w *site) keepDraft(c echo.Context, kind string) error {
	if !slices.Contains([]string{deliberation.FourDeliberationsKind, deliberation.ConferenceKind, deliberation.LivelihoodKind}, kind) {
		return invalid("kind", notAChoice)
	}
	var wrong fields
	typed := map[string]string{}
	for _, name := range startFields {
		if text := wrong.text(name, c.FormValue(name), false, deliberation.MaxText); text != "" {
			typed[name] = text
		}
	}
	if err := wrong.refusal(); err != nil {
		return err
	}
	return w.Drafts.KeepDraft(c.Request().Context(), deliberation.MatterDraft{Person: w.viewer(c).Person.ID, Kind: kind, Fields: typed, Saved: w.now()})
}

func (w *site) dropDraft(c echo.Context, kind string) error {
	if err := w.Drafts.DropDraft(c.Request().Context(), w.viewer(c).Person.ID, kind); err != nil {
		return err
	}
	return after(c, "/processes/new", "done_draft_dropped")
}

// forgetDraft throws away the draft of what has been started. What was started
// stands, whether or not that works.
func (w *site) forgetDraft(ctx context.Context, v viewer, kind string) {
	if err := w.Drafts.DropDraft(ctx, v.Person.ID, kind); err != nil {
		w.Log.WarnContext(ctx, "draft could not be discarded", "error", err)
	}
}

// preview finds the rules and the lawful calendar of a matter before anything starts.
func (w *site) preview(ctx context.Context, v viewer, in startInput, view *pages.StartView) error {
	m := in.Matter
	if err := tidyMatter(&m); err != nil {
		return err
	}
	under, err := w.underAuthorisation(ctx, v, &m)
	if err != nil {
		return err
	}
	in.Matter = m
	pack, err := w.Law.PackFor(v.Community.Kind, v.Community.Place, w.Server.today(), "")
	if err != nil {
		return err
	}
	if err := w.mayBegin(pack, in, under); err != nil {
		return err
	}
	view.Pack = &pack
	if cmp.Or(in.Kind, deliberation.FourDeliberationsKind) == deliberation.FourDeliberationsKind {
		view.Plan, err = w.plan(v.Community, pack, m)
	}
	return err
}

// askedFor gives the process for which a form is opened, where the address names one.
func (w *site) askedFor(c echo.Context) (p deliberation.Proceeding, asked bool, err error) {
	id := c.QueryParam("for")
	switch {
	case id == "":
		return p, false, nil
	case !isID(id):
		return p, false, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	p, err = w.proceeding(c.Request().Context(), w.viewer(c), deliberation.ProcessID(id))
	return p, err == nil, err
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

// typedStart reads a start form from the values of its inputs.
func typedStart(value func(name string) string) pages.StartForm {
	return pages.StartForm{
		Kind: value("kind"), Title: value("title"), Summary: value("summary"), Category: value("category"), Affected: value("affected"),
		Origin: value("origin"), Signers: value("signers"), SignersOf: value("signers_of"), Budget: value("budget_fen"),
		Form: value("form"), Authorisation: value("authorisation"), AuthorisedBy: value("authorised_by"), Merged: value("merged"), Demand: value("demand"), For: value("for"), ForItem: value("for_item"), Opinion: value("opinion"), Estate: value("estate"), Group: value("group"),
		Delegates: value("delegates"), Reason: value("choice_reason"),
	}
}

// matterOf reads a matter as it was typed, and says what of it could not be read.
func matterOf(f pages.StartForm) (deliberation.Matter, fields) {
	m := deliberation.Matter{
		Title: f.Title, Summary: f.Summary, Category: deliberation.Category(f.Category), Affected: deliberation.Affected(f.Affected),
		Origin: deliberation.Origin(f.Origin), Form: deliberation.Body(f.Form), Authorisation: f.Authorisation, AuthorisedBy: f.AuthorisedBy, Merged: f.Merged == "yes", Demand: deliberation.ProcessID(f.Demand), For: deliberation.ProcessID(f.For), ForItem: f.ForItem, Opinion: f.Opinion, Estate: deliberation.EstateID(f.Estate), Group: f.Group,
		ChoiceReason: f.Reason,
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

package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/roster"
	"github.com/yishi-project/yishi/server/pages"
)

// disclosureRoutes is the policy's row of every page and command of disclosures.
var disclosureRoutes = map[string]action{
	"GET /supervise/report":                            toReadCase,
	"GET /disclosures":                                 toReadPublic,
	"POST /disclosures":                                toDisclose,
	"GET /disclosures/new":                             toDisclose,
	"POST /disclosures/new":                            toDisclose,
	"GET /processes/:process/disclosure":               toReadCase,
	"POST /processes/:process/disclosure":              toDraft,
	"GET /processes/:process/disclosure/template.xlsx": toReadCase,

	"GET /api/v1/communities/:community/disclosures": toReadPublic,
	"POST /api/v1/disclosures":                       toDisclose,
	"POST /api/v1/processes/:process/accounts":       toDraft,
}

func (w *site) mountDisclosures(g *echo.Group) {
	g.GET("/supervise/report", w.supervisionReport)
	g.GET("/disclosures", w.showDisclosures)
	g.POST("/disclosures", w.beginPeriod)
	g.GET("/disclosures/new", w.newDisclosureForm)
	g.POST("/disclosures/new", w.submitNewDisclosure)
	g.GET("/processes/:process/disclosure", w.showDisclosure)
	g.POST("/processes/:process/disclosure", w.postDisclosure)
	g.GET("/processes/:process/disclosure/template.xlsx", w.accountsTemplate)
}

// showDisclosures is 公开目录 of one's own community, or of the one that somebody who
// is not signed in has chosen.
func (w *site) showDisclosures(c echo.Context) error { return w.listDisclosures(c, nil) }

func (w *site) listDisclosures(c echo.Context, wrong error) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	board := pages.BoardView{}
	community, err := w.boardOf(c, &board)
	if err != nil {
		return err
	}
	view := pages.DisclosuresView{Page: w.page(c, "disclosures", "disclosures_title"), Community: community, Choose: board.Choose, Key: newKey()}
	status := http.StatusOK
	if wrong != nil {
		status, view.Problem = w.refused(wrong, view.Page, v.Lang)
	}
	if community.ID != "" {
		view.Page.Community = community
		if view.List, err = w.disclosureDuties(ctx, community); err != nil {
			return err
		}
		view.MayBegin = community.ID == v.Community.ID && permit(toDisclose, v, true) == nil
	}
	return w.render(c, status, pages.Disclosures(view))
}

// beginPeriod begins the disclosure of an item for a period that is over.
func (w *site) beginPeriod(c echo.Context) error {
	id, err := w.startDisclosure(c.Request().Context(), w.viewer(c), c.FormValue("key"), disclosureInput{
		Item: deliberation.ItemCode(c.FormValue("item")), Period: deliberation.Period(c.FormValue("period")),
	})
	if err != nil {
		return w.listDisclosures(c, err)
	}
	return after(c, "/processes/"+string(id)+"/disclosure", "done_started")
}

func (w *site) startDisclosureView(c echo.Context) pages.StartDisclosureView {
	return pages.StartDisclosureView{
		Page: w.page(c, "disclosures", "disclosure_begin"), Item: deliberation.ItemCode(c.FormValue("item")), Key: newKey(),
		Form: pages.StartDisclosureForm{Period: c.FormValue("period"), Title: c.FormValue("title"), Summary: c.FormValue("summary")},
	}
}

func (w *site) newDisclosureForm(c echo.Context) error {
	return w.render(c, http.StatusOK, pages.StartDisclosure(w.startDisclosureView(c)))
}

// submitNewDisclosure begins the disclosure of what happened.
func (w *site) submitNewDisclosure(c echo.Context) error {
	view := w.startDisclosureView(c)
	id, err := w.startDisclosure(c.Request().Context(), w.viewer(c), c.FormValue("key"), disclosureInput{
		Item: view.Item, Period: deliberation.Period(view.Form.Period), Title: view.Form.Title, Summary: view.Form.Summary,
	})
	if err == nil {
		return after(c, "/processes/"+string(id)+"/disclosure", "done_started")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	view.Key = retryKey(status, c.FormValue("key"))
	return w.render(c, status, pages.StartDisclosure(view))
}

func (w *site) disclosureView(c echo.Context) (pages.DisclosureView, deliberation.Proceeding, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	p, item, err := w.openDisclosure(ctx, v, deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return pages.DisclosureView{}, p, err
	}
	view := pages.DisclosureView{Page: w.page(c, "disclosures", p.Matter.Title), P: p.Process, Item: item, MayDraft: w.mayDraft(v, p), Key: newKey()}
	for _, a := range w.allowedActs(v, p) {
		if a.Kind != deliberation.DraftDisclosure {
			view.Acts = append(view.Acts, a)
		}
	}
	if d := p.Status.Disclosure; d != nil && !d.Draft.IsZero() {
		view.Text = w.text(ctx, v, p.ID, d.Draft.ID)
		view.Accounts = accountsIn(p.Process, view.Text)
		if view.Names, err = w.names(ctx, []deliberation.PersonID{d.Drafter}); err != nil {
			return view, p, err
		}
	}
	if item.Table {
		view.Before, _, err = w.Disclosures.AccountsBefore(ctx, p.ID)
	}
	return view, p, err
}

// blankRows is how many empty lines a table's form offers at its end.
const blankRows = 3

// rowsOf writes a table as a form offers it.
func rowsOf(lines []deliberation.AccountLine) []pages.AccountsRow {
	rows := make([]pages.AccountsRow, 0, len(lines)+blankRows)
	for _, l := range lines {
		rows = append(rows, pages.AccountsRow{
			Name: l.Name, Opening: deliberation.YuanText(l.Opening), Income: deliberation.YuanText(l.Income),
			Spending: deliberation.YuanText(l.Spending), Closing: deliberation.YuanText(l.Closing),
		})
	}
	return append(rows, make([]pages.AccountsRow, blankRows)...)
}

// showDisclosure shows what was handed in, and the form for who may hand it in: the
// last table is carried over into it.
func (w *site) showDisclosure(c echo.Context) error {
	view, _, err := w.disclosureView(c)
	if err != nil {
		return err
	}
	view.Draft = view.Text
	switch {
	case view.Accounts != nil:
		view.Rows = rowsOf(view.Accounts.Lines)
	case view.Before != nil:
		view.Rows = rowsOf(view.Before.Next().Lines)
	default:
		view.Rows = rowsOf(nil)
	}
	return w.render(c, http.StatusOK, pages.Disclosure(view))
}

// postDisclosure hands the text or table in, reads a workbook into the form, or
// offers more lines; nothing typed is lost.
func (w *site) postDisclosure(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, p, err := w.disclosureView(c)
	if err != nil {
		return err
	}
	view.Draft, view.Rows = c.FormValue("text"), typedRows(c)
	text := view.Draft
	switch {
	case c.FormValue("step") == "more" && view.Item.Table:
		view.Rows = append(view.Rows, make([]pages.AccountsRow, blankRows)...)
		return w.render(c, http.StatusOK, pages.Disclosure(view))
	case c.FormValue("step") == "import" && view.Item.Table:
		table, err := importedAccounts(c)
		if err != nil {
			return w.disclosureRefused(c, view, err)
		}
		view.Rows = rowsOf(table.Lines)
		if err := table.Check(view.Before); err != nil {
			return w.disclosureRefused(c, view, err)
		}
		return w.render(c, http.StatusOK, pages.Disclosure(view))
	case view.Item.Table:
		table, err := typedAccounts(view.Rows)
		if err != nil {
			return w.disclosureRefused(c, view, err)
		}
		text = table.Text()
	}
	if err := w.draftDisclosure(ctx, v, p, c.FormValue("key"), text); err != nil {
		return w.disclosureRefused(c, view, err)
	}
	return after(c, "/processes/"+string(p.ID)+"/disclosure", "done_act")
}

// draftDisclosure hands in the text of a disclosure.
func (s *Server) draftDisclosure(ctx context.Context, v viewer, p deliberation.Proceeding, key, text string) error {
	_, err := s.submitAct(ctx, v, p.ID, deliberation.DraftDisclosure, key, actInput{Text: text})
	return err
}

func (w *site) disclosureRefused(c echo.Context, view pages.DisclosureView, err error) error {
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	view.Key = retryKey(status, c.FormValue("key"))
	var r *deliberation.Refusal
	if errors.As(err, &r) && len(r.Fields) == len(view.Problem.Fields) {
		for i, f := range r.Fields { // what is wrong with a line stands at the line
			if f.Field == "lines" && f.Problem != deliberation.ProblemLineMissing && f.Limit > 0 && f.Limit <= len(view.Rows) {
				view.Problem.Fields[i].Field = pages.CellName("name", f.Limit-1)
			}
		}
	}
	return w.render(c, status, pages.Disclosure(view))
}

// typedRows reads the lines of a table's form; the empty ones are left out.
func typedRows(c echo.Context) (rows []pages.AccountsRow) {
	for i := range deliberation.MaxAccountLines + blankRows {
		value := func(column string) string { return strings.TrimSpace(c.FormValue(pages.CellName(column, i))) }
		row := pages.AccountsRow{Name: value("name"), Opening: value("opening"), Income: value("income"), Spending: value("spending"), Closing: value("closing")}
		if row != (pages.AccountsRow{}) {
			rows = append(rows, row)
		}
	}
	return append(rows, make([]pages.AccountsRow, blankRows)...)
}

// typedAccounts reads a table as it was typed; what is no amount is named by its line.
func typedAccounts(rows []pages.AccountsRow) (a deliberation.Accounts, err error) {
	var wrong []deliberation.FieldProblem
	for i, r := range rows {
		if r == (pages.AccountsRow{}) {
			continue // the empty ones at the end
		}
		l := deliberation.AccountLine{Name: r.Name}
		for _, cell := range []struct {
			text string
			to   *int64
		}{{r.Opening, &l.Opening}, {r.Income, &l.Income}, {r.Spending, &l.Spending}, {r.Closing, &l.Closing}} {
			fen, ok := deliberation.ParseYuan(cell.text)
			if p := (deliberation.FieldProblem{Field: "lines", Problem: deliberation.ProblemNotAnAmount, Limit: i + 1}); !ok && !slices.Contains(wrong, p) {
				wrong = append(wrong, p)
			}
			*cell.to = fen
		}
		a.Lines = append(a.Lines, l)
	}
	if len(wrong) > 0 {
		return a, &deliberation.Refusal{Code: deliberation.RefuseUnbalanced, Fields: wrong}
	}
	a.Total = a.Sum().Line()
	return a, nil
}

// importedAccounts reads the table of an uploaded workbook.
func importedAccounts(c echo.Context) (deliberation.Accounts, error) {
	header, err := c.FormFile("file")
	if err != nil {
		return deliberation.Accounts{}, invalid("file", required)
	}
	f, err := header.Open()
	if err != nil {
		return deliberation.Accounts{}, err
	}
	defer func() { _ = f.Close() }() // read only
	content, err := io.ReadAll(io.LimitReader(f, roster.AccountsLimits.Bytes+1))
	if err != nil {
		return deliberation.Accounts{}, err
	}
	if len(content) == 0 && header.Filename == "" {
		return deliberation.Accounts{}, invalid("file", required)
	}
	return roster.ReadAccounts(content, roster.AccountsLimits)
}

// accountsTemplate is a workbook with the lines that the table goes on from.
func (w *site) accountsTemplate(c echo.Context) error {
	view, _, err := w.disclosureView(c)
	if err != nil {
		return err
	}
	var lines []deliberation.AccountLine
	if view.Before != nil {
		lines = view.Before.Next().Lines
	}
	b, err := roster.AccountsTemplate(lines)
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="accounts.xlsx"`)
	return c.Blob(http.StatusOK, xlsxType, b)
}

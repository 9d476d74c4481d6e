package server

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/roster"
	"github.com/yishi-project/yishi/server/pages"
)

// importRoutes is the policy's row of the pages of import and export.
var importRoutes = map[string]action{
	"GET /import":                  toImport,
	"POST /import":                 toImport,
	"GET /import/template.xlsx":    toImport,
	"GET /import/:upload":          toImport,
	"POST /import/:upload":         toImport,
	"GET /import/:upload/preview":  toImport,
	"POST /import/:upload/preview": toImport,
	"GET /imports/:import":         toImport,
	"POST /imports/:import/undo":   toImport,

	"GET /export":  toExport,
	"POST /export": toExport,
}

// mountImport gives the pages of import and export their routes.
func (w *site) mountImport(g *echo.Group) {
	g.GET("/import", w.importFile)
	g.POST("/import", w.uploadImport)
	g.GET("/import/template.xlsx", w.importTemplate)
	g.GET("/import/:upload", w.importColumns)
	g.POST("/import/:upload", w.chooseColumns)
	g.GET("/import/:upload/preview", w.previewImport)
	g.POST("/import/:upload/preview", w.runImport)
	g.GET("/imports/:import", w.importDone)
	g.POST("/imports/:import/undo", w.undoImport)
	g.GET("/export", w.exportForm)
	g.POST("/export", w.exportFile)
}

// importLimit is the body limit of an import: a file and the form around it.
const importLimit = 20<<20 + 64<<10

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

func (w *site) importFile(c echo.Context) error { return w.showImportFile(c, nil) }

func (w *site) showImportFile(c echo.Context, wrong error) error {
	v := w.viewer(c)
	if err := here(v); err != nil {
		return err
	}
	view := pages.ImportView{Page: w.page(c, "more", "import_title"), Rows: roster.PageLimits.Rows}
	status := http.StatusOK
	if wrong != nil {
		status, view.Problem = w.refused(wrong, view.Page, v.Lang)
	}
	last, err := w.Imports.LastImport(c.Request().Context(), v.Community.ID)
	switch {
	case errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)):
	case err != nil:
		return err
	default:
		line, err := w.importLine(c.Request().Context(), v, last)
		if err != nil {
			return err
		}
		view.Last = &line
	}
	return w.render(c, status, pages.ImportFile(view))
}

// importLine says who did an import, and whether it may be undone here.
func (w *site) importLine(ctx context.Context, v viewer, i roster.Import) (pages.ImportLine, error) {
	names, err := w.People.Names(ctx, []deliberation.PersonID{i.Actor})
	line := pages.ImportLine{Import: i, Who: names[i.Actor]}
	if line.Who == "" { // the console
		line.Who = w.words.For(v.Lang).S("audit_program")
	}
	line.Elsewhere = slices.ContainsFunc(i.Communities, func(c deliberation.CommunityID) bool { return c != v.Community.ID })
	return line, err
}

func (w *site) importTemplate(c echo.Context) error {
	b, err := roster.Template()
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="roster-template.xlsx"`)
	return c.Blob(http.StatusOK, xlsxType, b)
}

// uploadImport takes the file in. It is read once to see that it can be.
func (w *site) uploadImport(c echo.Context) error {
	v := w.viewer(c)
	if err := here(v); err != nil {
		return err
	}
	content, err := uploaded(c)
	if err != nil {
		return w.showImportFile(c, err)
	}
	table, err := roster.Read(content, roster.PageLimits)
	if err != nil {
		return w.showImportFile(c, err)
	}
	id, err := w.Imports.KeepUpload(c.Request().Context(), v.Community.ID, v.Person.ID, content, roster.Choices{Columns: roster.Match(table.Head)})
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/import/"+id)
}

func uploaded(c echo.Context) ([]byte, error) {
	header, err := c.FormFile("file")
	if err != nil {
		return nil, invalid("file", required)
	}
	f, err := header.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	content, err := io.ReadAll(io.LimitReader(f, roster.PageLimits.Bytes+1))
	if err == nil && len(content) == 0 && header.Filename == "" {
		return nil, invalid("file", required)
	}
	return content, err
}

// waiting gives the file that waits under the id in the address.
func (w *site) waiting(c echo.Context) (roster.Table, roster.Choices, error) {
	v := w.viewer(c)
	if err := here(v); err != nil {
		return roster.Table{}, roster.Choices{}, err
	}
	content, choices, err := w.Imports.Upload(c.Request().Context(), c.Param("upload"), v.Community.ID, v.Person.ID)
	if err != nil {
		return roster.Table{}, choices, err
	}
	table, err := roster.Read(content, roster.PageLimits)
	return table, choices, err
}

func (w *site) importColumns(c echo.Context) error {
	table, choices, err := w.waiting(c)
	if err != nil {
		return err
	}
	return w.showColumns(c, table, choices, nil)
}

func (w *site) showColumns(c echo.Context, table roster.Table, choices roster.Choices, wrong error) error {
	view := pages.ImportColumnsView{Page: w.page(c, "more", "import_columns_title"), Upload: c.Param("upload"), Table: table, Choices: choices}
	status := http.StatusOK
	if wrong != nil {
		status, view.Problem = w.refused(wrong, view.Page, w.viewer(c).Lang)
	}
	return w.render(c, status, pages.ImportColumns(view))
}

func (w *site) chooseColumns(c echo.Context) error {
	table, _, err := w.waiting(c)
	if err != nil {
		return err
	}
	choices, wrong := chosenColumns(c, len(table.Head))
	if wrong != nil {
		return w.showColumns(c, table, choices, wrong)
	}
	if err := w.Imports.ChooseForUpload(c.Request().Context(), c.Param("upload"), w.viewer(c).Person.ID, choices); err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, "/import/"+c.Param("upload")+"/preview")
}

// chosenColumns reads which column each field is taken from.
func chosenColumns(c echo.Context, columns int) (roster.Choices, error) {
	choices := roster.Choices{Columns: map[roster.Field]int{}, AddGroups: c.FormValue("add_groups") == "yes", MarkMoved: c.FormValue("mark_moved") == "yes"}
	taken := map[int]bool{}
	var wrong fields
	for _, column := range roster.Columns {
		s := c.FormValue("column_" + string(column.Field))
		if s == "" {
			continue
		}
		i, err := strconv.Atoi(s)
		switch {
		case err != nil || i < 0 || i >= columns:
			wrong.add("columns", notAChoice, 0)
			continue
		case taken[i]:
			wrong.add("columns", "same_column", 0)
		}
		taken[i], choices.Columns[column.Field] = true, i
	}
	_, named := choices.Columns[roster.Name]
	wrong.want(named, "columns", "no_name_column")
	return choices, wrong.refusal()
}

// importOptions says how the viewer's file is taken: into their community alone,
// and with offices only where they may record them.
func (w *site) importOptions(v viewer, choices roster.Choices) roster.Options {
	return roster.Options{
		Community: v.Community.ID, Actor: v.Person.ID, Appoints: permit(toAppoint, v, true) == nil,
		AddGroups: choices.AddGroups, MarkMoved: choices.MarkMoved, On: w.Server.today(),
	}
}

func (w *site) previewImport(c echo.Context) error {
	table, choices, err := w.waiting(c)
	if err != nil {
		return err
	}
	return w.showPreview(c, table, choices, nil)
}

func (w *site) showPreview(c echo.Context, table roster.Table, choices roster.Choices, wrong error) error {
	v := w.viewer(c)
	o := w.importOptions(v, choices)
	entries, issues := roster.Parse(table, choices.Columns, o.On)
	plan, err := w.Imports.PlanImport(c.Request().Context(), entries, issues, o)
	if err != nil {
		return err
	}
	view := pages.ImportPreviewView{Page: w.page(c, "more", "import_preview_title"), Upload: c.Param("upload"), Plan: plan, Choices: choices}
	status := http.StatusOK
	if wrong != nil {
		status, view.Problem = w.refused(wrong, view.Page, v.Lang)
	}
	return w.render(c, status, pages.ImportPreview(view))
}

// runImport does what was previewed. Where the roster was changed meanwhile, or a
// row has an error, the preview is shown again.
func (w *site) runImport(c echo.Context) error {
	table, choices, err := w.waiting(c)
	if err != nil {
		return err
	}
	ctx, v := c.Request().Context(), w.viewer(c)
	o := w.importOptions(v, choices)
	o.Seen = c.FormValue("seen")
	if o.Seen == "" {
		return w.showPreview(c, table, choices, nil)
	}
	entries, issues := roster.Parse(table, choices.Columns, o.On)
	id, _, err := w.Imports.RunImport(ctx, entries, issues, o, nil)
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseImportErrors)) || errors.Is(err, deliberation.Refuse(deliberation.RefuseConflict)) {
		return w.showPreview(c, table, choices, err)
	}
	if err != nil {
		return err
	}
	if err := w.Imports.DropUpload(ctx, c.Param("upload"), v.Person.ID); err != nil {
		return err
	}
	if id == "" {
		return after(c, "/import", "done_imported_same")
	}
	return c.Redirect(http.StatusSeeOther, "/imports/"+id)
}

// ownImport gives an import that touched the viewer's community.
func (w *site) ownImport(c echo.Context) (pages.ImportLine, error) {
	v := w.viewer(c)
	if err := here(v); err != nil {
		return pages.ImportLine{}, err
	}
	i, err := w.Imports.Import(c.Request().Context(), c.Param("import"))
	if err == nil && !slices.Contains(i.Communities, v.Community.ID) {
		err = deliberation.Refuse(deliberation.RefuseNotFound)
	}
	if err != nil {
		return pages.ImportLine{}, err
	}
	return w.importLine(c.Request().Context(), v, i)
}

func (w *site) importDone(c echo.Context) error {
	line, err := w.ownImport(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.ImportDone(pages.ImportDoneView{Page: w.page(c, "more", "import_done_title"), Done: line}))
}

func (w *site) undoImport(c echo.Context) error {
	line, err := w.ownImport(c)
	if err != nil {
		return err
	}
	v := w.viewer(c)
	if line.Elsewhere { // other communities have their own keepers
		return deliberation.Refuse(deliberation.RefuseNotEntitled)
	}
	err = w.Imports.UndoImport(c.Request().Context(), line.ID, v.Person.ID)
	var refusal *deliberation.Refusal
	if errors.As(err, &refusal) {
		view := pages.ImportDoneView{Page: w.page(c, "more", "import_done_title"), Done: line}
		var status int
		status, view.Problem = w.refused(err, view.Page, v.Lang)
		return w.render(c, status, pages.ImportDone(view))
	}
	if err != nil {
		return err
	}
	return after(c, "/import", "done_import_undone")
}

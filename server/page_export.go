package server

import (
	"bytes"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/roster"
	"github.com/yishi-project/yishi/server/pages"
)

func (w *site) exportForm(c echo.Context) error { return w.showExport(c, nil) }

func (w *site) showExport(c echo.Context, wrong error) error {
	v := w.viewer(c)
	if err := here(v); err != nil {
		return err
	}
	view := pages.ExportView{Page: w.page(c, "more", "export_title"), Format: roster.XLSX}
	status := http.StatusOK
	if wrong != nil {
		status, view.Problem = w.refused(wrong, view.Page, v.Lang)
	}
	return w.render(c, status, pages.Export(view))
}

// exportFile sends the roster of the viewer's community. It is posted: who takes
// it is written down.
func (w *site) exportFile(c echo.Context) error {
	v := w.viewer(c)
	if err := here(v); err != nil {
		return err
	}
	format, full := c.FormValue("format"), c.FormValue("full") == "yes"
	if !oneOf(format, []string{"xlsx", "csv", "gb18030"}) {
		return w.showExport(c, invalid("format", notAChoice))
	}
	entries, err := w.Imports.ExportRoster(c.Request().Context(), v.Community.ID, full, w.Server.today(), v.Person.ID)
	if err != nil {
		return err
	}
	var b bytes.Buffer
	kind, name := xlsxType, "roster.xlsx"
	switch format {
	case "xlsx":
		err = roster.WriteXLSX(&b, entries, full)
	case "csv":
		kind, name = "text/csv; charset=utf-8", "roster.csv"
		err = roster.WriteCSV(&b, entries, full, roster.UTF8)
	default:
		kind, name = "text/csv; charset=gb18030", "roster.csv"
		err = roster.WriteCSV(&b, entries, full, roster.GB18030)
	}
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
	return c.Blob(http.StatusOK, kind, b.Bytes())
}

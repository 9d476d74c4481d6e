package server

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// listSize is how many lines a list shows at once.
const listSize = 20

// listProcesses lists the processes of one's community, narrowed by state and words.
func (w *site) listProcesses(c echo.Context) error {
	v := w.viewer(c)
	search := strings.TrimSpace(c.QueryParam("q"))
	state := deliberation.State(c.QueryParam("state"))
	if !slices.Contains([]deliberation.State{"", deliberation.Running, deliberation.Held, deliberation.Ended}, state) {
		state = ""
	}
	offset, err := strconv.Atoi(c.QueryParam("offset"))
	if err != nil || offset < 0 { // a page that does not exist is the first one
		offset = 0
	}
	list, total, err := w.Processes.ListProcesses(c.Request().Context(), v.Community.ID, state, search, offset, listSize)
	if err != nil {
		return err
	}
	query := url.Values{}
	if search != "" {
		query.Set("q", search)
	}
	if state != "" {
		query.Set("state", string(state))
	}
	return w.render(c, http.StatusOK, pages.Processes(pages.ProcessesView{
		Page: w.page(c, "processes", "processes_title"), List: list, Search: search, State: state,
		Paging: pages.Paging{Total: total, Offset: offset, Limit: listSize, Path: "/processes", Query: query},
	}))
}

// register shows what the register holds of a process.
func (w *site) register(c echo.Context) error {
	ctx := c.Request().Context()
	p, err := w.proceeding(ctx, w.viewer(c), deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return err
	}
	entries, err := w.Processes.Entries(ctx, p.ID)
	if err != nil {
		return err
	}
	var ids []deliberation.PersonID
	for _, e := range entries {
		ids = append(ids, e.Actor)
	}
	names, err := w.names(ctx, ids)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Register(pages.EntriesView{Page: w.page(c, "processes", "register_title"), P: p.Process, Entries: entries, Names: names}))
}

// dossierFile gives the whole file of a process.
func (w *site) dossierFile(c echo.Context) error {
	b, err := w.dossier(c.Request().Context(), w.viewer(c), deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return err
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="dossier-`+url.PathEscape(c.Param("process"))+`.zip"`)
	return c.Blob(http.StatusOK, "application/zip", b)
}

// status shows operators which part answers. Reasons are in the logs, not here.
func (w *site) status(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view := pages.StatusView{Page: w.page(c, "", "status_title")}
	for name, err := range w.Health.Ready(ctx) {
		view.Parts = append(view.Parts, pages.PartStatus{Name: name, OK: err == nil})
	}
	slices.SortFunc(view.Parts, func(a, b pages.PartStatus) int { return strings.Compare(a.Name, b.Name) })
	tasks, err := w.Processes.OpenTasks(ctx, v.Community.ID)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		view.Open++
		if view.TaskOverdue(t.Task) {
			view.Late++
		}
	}
	return w.render(c, http.StatusOK, pages.Status(view))
}

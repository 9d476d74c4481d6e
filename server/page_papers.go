package server

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// paper finds a paper that the viewer may read, by its id alone.
func (w *site) paper(c echo.Context) (deliberation.Paper, error) {
	ctx, id := c.Request().Context(), deliberation.PaperID(c.Param("paper"))
	found, err := w.Papers.Paper(ctx, id)
	if err != nil {
		return deliberation.Paper{}, err
	}
	return w.readPaper(ctx, w.viewer(c), found.Process, id)
}

func (w *site) showPaper(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	found, err := w.paper(c)
	if err != nil {
		return err
	}
	p, err := w.Processes.Proceeding(ctx, found.Process)
	if err != nil {
		return err
	}
	view := pages.PaperView{Page: w.page(c, "processes", p.Matter.Title), Paper: found, P: p.Process}
	if v.SignedIn { // who posted is the community, not a name, to everybody else
		names, err := w.names(ctx, []deliberation.PersonID{found.Author})
		if err != nil {
			return err
		}
		view.Author = names[found.Author]
	}
	return w.render(c, http.StatusOK, pages.Paper(view))
}

// paperContent gives an image as it was filed. Texts have their page only, so
// that nothing people wrote is ever served under a type of its own.
func (w *site) paperContent(c echo.Context) error {
	found, err := w.paper(c)
	if err != nil {
		return err
	}
	if !slices.Contains([]string{"image/jpeg", "image/png"}, found.MediaType) {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return c.Blob(http.StatusOK, found.MediaType, found.Content)
}

// printForm shows one of the six forms for A4.
func (w *site) printForm(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	p, err := w.proceeding(ctx, v, deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return err
	}
	if !slices.Contains(pages.FormsOf(p.Kind), c.Param("form")) {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	n, err := strconv.Atoi(c.Param("form"))
	if err != nil {
		return err
	}
	view := pages.PrintView{
		Page: w.page(c, "processes", pages.FormTitle(p.Kind, n)), P: p, Community: v.Community, Number: n,
		Texts: map[deliberation.PaperID]string{}, Rolls: map[deliberation.MeetingID][]deliberation.RollLine{},
	}
	stages, err := w.timeline(ctx, v, p)
	if err != nil {
		return err
	}
	var before []pages.Filed
	for _, s := range stages {
		if s.Stage == pages.FormStage[n-1] {
			s.Filed = append(before, s.Filed...)
			view.Stage = s
		}
		// A proposal is filed while opinions are still gathered, accounts while the work is done.
		if s.Stage == deliberation.Soliciting || s.Stage == deliberation.Implementation {
			before = s.Filed
		} else {
			before = nil
		}
	}
	if view.Names, err = w.names(ctx, peopleOf(p)); err != nil {
		return err
	}
	papers := view.Stage.Papers()
	for _, m := range view.Stage.Marks {
		papers = append(papers, m.Paper)
	}
	for _, r := range papers {
		view.Texts[r.ID] = w.text(ctx, v, p.ID, r.ID)
	}
	for _, m := range view.Stage.Meetings {
		roll, err := w.roll(ctx, v, m.ID)
		if err != nil && !errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) {
			return err
		}
		view.Rolls[m.ID] = roll
	}
	return w.render(c, http.StatusOK, pages.Print(view))
}

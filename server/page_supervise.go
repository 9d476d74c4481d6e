package server

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// maxSupervised bounds the overview; older processes are in the list of matters.
const maxSupervised = 200

// superviseAll shows how every process stands, the worst first.
func (w *site) superviseAll(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	list, _, err := w.Processes.ListProcesses(ctx, v.Community.ID, "", "", 0, maxSupervised)
	if err != nil {
		return err
	}
	tasks, err := w.Processes.OpenTasks(ctx, v.Community.ID)
	if err != nil {
		return err
	}
	view := pages.SuperviseView{Page: w.page(c, "supervise", "supervise_title")}
	if view.Duties, err = w.duties(ctx, v.Community); err != nil {
		return err
	}
	for _, tone := range []pages.Tone{pages.Bad, pages.Wait, pages.Good, pages.Idle} {
		for _, p := range list {
			if l := view.LightOf(p, tasks); l.Tone == tone {
				view.Lines = append(view.Lines, l)
			}
		}
	}
	return w.render(c, http.StatusOK, pages.Supervise(view))
}

// superviseOne shows one process with, for each stage, the rule, the facts and the evidence.
func (w *site) superviseOne(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	p, err := w.proceeding(ctx, v, deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return err
	}
	view := pages.ReviewView{Page: w.page(c, "supervise", "supervise_one"), P: p, Rules: map[deliberation.Stage]deliberation.MeetingRules{}}
	if view.Stages, err = w.timeline(ctx, v, p); err != nil {
		return err
	}
	if view.Names, err = w.names(ctx, peopleOf(p)); err != nil {
		return err
	}
	rules, err := w.rulesOf(p.Process)
	if err != nil {
		return err
	}
	for _, s := range deliberation.Stages {
		view.Rules[s] = rules.Meeting(s, p.Matter.Form, p.Matter.Merged)
	}
	for _, a := range w.allowedActs(v, p) {
		if spec, ok := deliberation.SpecOf(a.Kind); ok && (spec.Supervisory || a.Kind == deliberation.GuideRectification) {
			view.Acts = append(view.Acts, a)
		}
	}
	// What the supervisors are asked for stands first; asking and ordering may be done at any time.
	slices.SortStableFunc(view.Acts, func(a, b deliberation.OpenAct) int { return awaited(v, p, b.Kind) - awaited(v, p, a.Kind) })
	var tasks []deliberation.TaskLine
	for _, t := range p.Tasks {
		tasks = append(tasks, deliberation.TaskLine{Task: t, Process: p.Process})
	}
	view.Light = view.LightOf(p.Process, tasks)
	return w.render(c, http.StatusOK, pages.Review(view))
}

// awaited is one where an open task of the viewer's asks for the act, else nought.
func awaited(v viewer, p deliberation.Proceeding, k deliberation.ActKind) int {
	for _, t := range p.Tasks {
		if t.State == deliberation.TaskOpen && t.Act == k && mine(v, t) {
			return 1
		}
	}
	return 0
}

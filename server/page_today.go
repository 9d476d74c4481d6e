package server

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// myTasks gives the open tasks that the viewer may do.
func (w *site) myTasks(ctx context.Context, v viewer) ([]deliberation.TaskLine, error) {
	all, err := w.Processes.OpenTasks(ctx, v.Community.ID)
	if err != nil {
		return nil, err
	}
	return slices.DeleteFunc(slices.Clone(all), func(t deliberation.TaskLine) bool { return !mine(v, t.Task) }), nil
}

// mine reports whether the task is the viewer's to do.
func mine(v viewer, t deliberation.Task) bool {
	if t.Person != "" {
		return t.Person == v.Person.ID
	}
	spec, known := deliberation.SpecOf(t.Act)
	if !known {
		return v.Holds(t.Offices...)
	}
	_, err := permitAct(spec, v, true, t.Offices)
	return err == nil
}

// today shows what is the viewer's to do by due date, and what waits for others.
func (w *site) today(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	if v.Community.ID == "" { // who is in charge of several begins by choosing one
		return c.Redirect(http.StatusSeeOther, "/places")
	}
	tasks, err := w.Processes.OpenTasks(ctx, v.Community.ID)
	if err != nil {
		return err
	}
	view := pages.TodayView{Page: w.frame(c, v, "today", "today_title")}
	for _, t := range tasks {
		due := t.Task.Due
		switch {
		case !mine(v, t.Task):
			view.Others = append(view.Others, t)
			continue
		case view.TaskOverdue(t.Task):
			view.Overdue = append(view.Overdue, t)
		case !due.IsZero() && !due.After(deliberation.DateOf(view.Now).End()):
			view.Today = append(view.Today, t)
		default:
			view.Later = append(view.Later, t)
		}
		view.Tasks++
	}
	for _, list := range [][]deliberation.TaskLine{view.Overdue, view.Today, view.Later} {
		slices.SortStableFunc(list, byDue)
	}
	if view.Duties, err = w.pressing(ctx, v); err != nil {
		return err
	}
	view.Page.Tasks += len(view.Duties)
	if err := w.gatherings(ctx, v, &view); err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Today(view))
}

// byDue puts the earliest first and what has no day last.
func byDue(a, b deliberation.TaskLine) int {
	switch x, y := a.Task.Due, b.Task.Due; {
	case x.IsZero() && !y.IsZero():
		return 1
	case y.IsZero() && !x.IsZero():
		return -1
	default:
		return x.Compare(y)
	}
}

// maxGatherings bounds how many running processes are looked into for meetings and polls.
const maxGatherings = 50

// gatherings finds the meetings to come of the viewer's bodies and the polls in
// which the viewer has not voted yet.
func (w *site) gatherings(ctx context.Context, v viewer, view *pages.TodayView) error {
	list, _, err := w.Processes.ListProcesses(ctx, v.Community.ID, deliberation.Running, "", 0, maxGatherings)
	if err != nil {
		return err
	}
	for _, c := range list {
		if !slices.Contains([]string{"votes", "notice", "check_in"}, c.Status.Waiting.For) {
			continue
		}
		p, err := w.Processes.Proceeding(ctx, c.ID)
		if err != nil {
			return err
		}
		for _, m := range p.Meetings {
			if v.Holds(m.Body.Offices()...) && (m.State == deliberation.MeetingConvened || m.State == deliberation.MeetingCheckIn) {
				view.Meetings = append(view.Meetings, pages.MeetingLine{Meeting: m, Process: c})
			}
		}
		if q := openPoll(p, view.Page); q != nil {
			on, voted, err := w.myBallot(ctx, v, q.ID)
			if err != nil {
				return err
			}
			if on && !voted {
				view.Polls = append(view.Polls, pages.PollLine{Poll: *q, Process: c})
			}
		}
	}
	return nil
}

// openPoll gives the poll of the process that takes ballots now, nil where none does.
func openPoll(p deliberation.Proceeding, page pages.Page) *deliberation.Poll {
	for i, q := range p.Polls {
		if q.State == deliberation.PollOpen && page.Now.Before(q.Closes) {
			return &p.Polls[i]
		}
	}
	return nil
}

// myBallot tells whether the viewer is on the roll of a poll and has voted.
func (w *site) myBallot(ctx context.Context, v viewer, poll deliberation.PollID) (onRoll, voted bool, err error) {
	if !v.SignedIn {
		return false, false, nil
	}
	return w.Ballots.MyBallot(ctx, poll, v.Person.ID)
}

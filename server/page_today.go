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
	return slices.DeleteFunc(slices.Clone(all), func(t deliberation.TaskLine) bool { return !mine(inElection(v, t.Process), t.Task) }), nil
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
		case !mine(inElection(v, t.Process), t.Task):
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
	view.Tasks += len(view.Duties)
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

// gatherings finds the meetings to come of the viewer's bodies and the polls that
// wait for the viewer's own vote or for one they were given a mandate for.
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
		lines, err := w.pollsFor(ctx, v, p, view.Page)
		if err != nil {
			return err
		}
		view.Polls = append(view.Polls, lines...)
	}
	return nil
}

// pollsFor gives the first poll of the process that waits for the viewer's vote, and
// the first that waits for each of those whose agent the viewer is.
func (w *site) pollsFor(ctx context.Context, v viewer, p deliberation.Proceeding, page pages.Page) (list []pages.PollLine, err error) {
	polls := openPolls(p, page)
	if len(polls) == 0 || !v.SignedIn {
		return nil, nil
	}
	principals, err := w.principalsOf(ctx, v, polls[0]) // they are open at one meeting
	if err != nil {
		return nil, err
	}
	names, err := w.names(ctx, principals)
	if err != nil {
		return nil, err
	}
	for _, whose := range append([]deliberation.PersonID{v.Person.ID}, principals...) {
		for _, q := range polls {
			on, voted, err := w.Ballots.MyBallot(ctx, q.ID, whose)
			if err != nil {
				return nil, err
			}
			if !on || voted {
				continue
			}
			line := pages.PollLine{Poll: q, Process: p.Process}
			if whose != v.Person.ID {
				line.Principal = deliberation.Person{ID: whose, Name: names.Of(whose)}
			}
			list = append(list, line)
			break // it leads to the next
		}
	}
	return list, nil
}

// openPolls gives the polls of the process that take ballots now.
func openPolls(p deliberation.Proceeding, page pages.Page) (list []deliberation.Poll) {
	for _, q := range p.Polls {
		if q.State == deliberation.PollOpen && !q.Hands && page.Now.Before(q.Closes) {
			list = append(list, q)
		}
	}
	return list
}

// myBallot tells whether the viewer is on the roll of a poll and has voted.
func (w *site) myBallot(ctx context.Context, v viewer, poll deliberation.PollID) (onRoll, voted bool, err error) {
	if !v.SignedIn {
		return false, false, nil
	}
	return w.Ballots.MyBallot(ctx, poll, v.Person.ID)
}

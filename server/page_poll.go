package server

import (
	"context"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// pollView gives a poll as its voter sees it.
func (w *site) pollView(c echo.Context) (pages.PollView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	q, process, err := w.Ballots.Poll(ctx, deliberation.PollID(c.Param("poll")))
	if err != nil {
		return pages.PollView{}, err
	}
	p, err := w.proceeding(ctx, v, process)
	if err != nil {
		return pages.PollView{}, err
	}
	for _, known := range p.Polls { // the case knows the count and the verdict
		if known.ID == q.ID && known.State == deliberation.PollClosed {
			q = known
		}
	}
	view := pages.PollView{Page: w.page(c, "processes", p.Matter.Title), P: p.Process, Poll: q, Text: w.text(ctx, v, p.ID, q.Text.ID), Key: newKey()}
	if err := w.showCount(ctx, &view); err != nil {
		return view, err
	}
	if view.OnRoll, view.Voted, err = w.myBallot(ctx, v, q.ID); err != nil {
		return view, err
	}
	if q.State == deliberation.PollClosed && !q.Secret && permit(toReadChoices, v, true) == nil {
		view.Lines, err = w.Ballots.BallotLines(ctx, q.ID)
	}
	return view, err
}

// showCount adds how a poll without names was counted.
func (w *site) showCount(ctx context.Context, view *pages.PollView) (err error) {
	var counted []deliberation.PersonID
	for _, c := range view.Poll.Counts {
		counted = append(counted, c.By)
	}
	if view.Names, err = w.names(ctx, counted); err != nil || !view.Poll.Secret || view.Poll.State != deliberation.PollClosed {
		return err
	}
	box, err := w.Ballots.OpenedBox(ctx, view.Poll.ID)
	view.Box = &box
	return err
}

func (w *site) showPoll(c echo.Context) error {
	view, err := w.pollView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Vote(view))
}

// postBallot shows the choice once more, then casts it.
func (w *site) postBallot(c echo.Context) error {
	v := w.viewer(c)
	view, err := w.pollView(c)
	if err != nil {
		return err
	}
	view.Choice, view.Key = deliberation.Choice(c.FormValue("choice")), c.FormValue("key")
	known := slices.Contains(deliberation.Choices, view.Choice)
	switch step := c.FormValue("step"); {
	case step == "edit":
		return w.render(c, http.StatusOK, pages.Vote(view))
	case !known:
		err = invalid("choice", notAChoice)
	case step == "cast":
		var receipt deliberation.BallotReceipt
		if receipt, err = w.castBallot(c.Request().Context(), v, view.Poll.ID, v.Person.ID, view.Choice, view.Key); err == nil {
			// The key makes a second sending of this page the same ballot, so that it is safe to reload.
			view.Code, view.At = receipt.Code, receipt.At
			return w.render(c, http.StatusOK, pages.VoteReceipt(view))
		}
	default:
		if view.Open() && view.OnRoll && !view.Voted {
			// Each choice that is shown for confirmation has its own key: going back and
			// choosing otherwise after casting is told that one has voted.
			view.Key = newKey()
			return w.render(c, http.StatusOK, pages.VoteCheck(view))
		}
		return w.render(c, http.StatusConflict, pages.Vote(view))
	}
	status, said := w.refused(err, view.Page, v.Lang)
	view.Problem, view.Key = said, retryKey(status, view.Key)
	return w.render(c, status, pages.Vote(view))
}

// showReceipt says that the viewer's ballot is in the box.
func (w *site) showReceipt(c echo.Context) error {
	view, err := w.pollView(c)
	if err != nil {
		return err
	}
	if !view.Voted {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return w.render(c, http.StatusOK, pages.VoteReceipt(view))
}

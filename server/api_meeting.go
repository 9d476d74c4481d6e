package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

func (h apiHandlers) GetRoll(c echo.Context, id api.MeetingID) error {
	lines, err := h.roll(c.Request().Context(), h.viewer(c), deliberation.MeetingID(id))
	if err != nil {
		return err
	}
	out := []api.RollLine{}
	for _, l := range lines {
		out = append(out, api.RollLine{Person: personOf(l.Person), Parts: texts(l.Parts), CheckedIn: l.CheckedIn, CheckedBy: string(l.CheckedBy), Left: l.Left, Section: l.Section, Area: l.Area})
	}
	return c.JSON(http.StatusOK, map[string]any{"roll": out})
}

func (h apiHandlers) CheckIn(c echo.Context, id api.MeetingID, _ api.CheckInParams) error {
	in, err := read[api.CheckIn](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		err := h.checkIn(c.Request().Context(), v, deliberation.MeetingID(id), deliberation.PersonID(in.Person), in.Section)
		return answer{status: http.StatusNoContent}, err
	})
}

func (h apiHandlers) GetPoll(c echo.Context, id api.PollID) error {
	p, err := h.poll(c.Request().Context(), h.viewer(c), deliberation.PollID(id))
	if err != nil {
		return err
	}
	out := api.PollState{Poll: p.Poll, Process: string(p.Process), Voted: p.Voted, Voters: p.Voters, Box: p.Box}
	for _, l := range p.Lines {
		out.Ballots = append(out.Ballots, api.BallotLine{Person: personOf(l.Person), Voted: l.Voted, Choice: api.BallotLineChoice(l.Choice), Answers: l.Answers})
	}
	return c.JSON(http.StatusOK, out)
}

// CastBallot keeps no reply: the box itself knows the voter's key.
func (h apiHandlers) CastBallot(c echo.Context, id api.PollID, _ api.CastBallotParams) error {
	in, err := read[api.BallotInput](c)
	if err != nil {
		return err
	}
	said := vote{deliberation.Choice(in.Choice), in.Answers}
	receipt, err := h.castBallot(c.Request().Context(), h.viewer(c), deliberation.PollID(id), deliberation.PersonID(in.Person), said, idempotencyKey(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, receipt)
}

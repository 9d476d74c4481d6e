package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

func (h apiHandlers) GetPaperBallots(c echo.Context, id api.PollID) error {
	count, adds, err := h.paperCount(c.Request().Context(), h.viewer(c), deliberation.PollID(id))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, api.PaperState{Count: count, Adds: adds})
}

func (h apiHandlers) HandlePaper(c echo.Context, id api.PollID, _ api.HandlePaperParams) error {
	in, err := read[api.PaperInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		err := h.handlePaper(c.Request().Context(), v, deliberation.PollID(id), paperInput{
			Action: string(in.Action), Person: deliberation.PersonID(in.Person), Agent: deliberation.PersonID(in.Agent),
			Channel: deliberation.Channel(in.Channel), Station: in.Station,
		})
		return answer{status: http.StatusNoContent}, err
	})
}

func (h apiHandlers) RecordBox(c echo.Context, id api.PollID, _ api.RecordBoxParams) error {
	in, err := read[api.BoxInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		err := h.recordBox(c.Request().Context(), v, deliberation.PollID(id), in.Station, in.Recovered)
		return answer{status: http.StatusNoContent}, err
	})
}

func (h apiHandlers) ReadBundle(c echo.Context, id api.PollID, _ api.ReadBundleParams) error {
	in, err := read[api.BundleInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		agree, err := h.readBundle(c.Request().Context(), v, deliberation.PollID(id), in.Bundle, deliberation.PersonID(in.Person), in.Count)
		return answer{http.StatusOK, map[string]bool{"agree": agree}}, err
	})
}

package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

func (h apiHandlers) StartDemand(c echo.Context, _ api.StartDemandParams) error {
	in, err := read[api.DemandRequest](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		id, err := h.startDemand(c.Request().Context(), v, key, demandInput{
			Demanded: deliberation.Demanded(in.Demanded), Title: in.Title, Summary: in.Summary,
			Category: deliberation.Category(in.Category), Estate: deliberation.EstateID(in.Estate),
		})
		return answer{http.StatusCreated, api.Created{Id: string(id)}}, err
	})
}

func (h apiHandlers) GetSignatures(c echo.Context, id api.ProcessID) error {
	s, err := h.signing(c.Request().Context(), h.viewer(c), deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, api.Signing{Count: s.Count, Verdict: s.Verdict, Signed: s.Signed})
}

func (h apiHandlers) SignDemand(c echo.Context, id api.ProcessID, _ api.SignDemandParams) error {
	in, err := read[api.SignatureInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		err := h.signDemand(c.Request().Context(), v, deliberation.ProcessID(id), in.Withdraw)
		return answer{status: http.StatusNoContent}, err
	})
}

func (h apiHandlers) EnterSheet(c echo.Context, id api.ProcessID, _ api.EnterSheetParams) error {
	in, err := read[api.SheetInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		entered, problems, err := h.enterSheet(c.Request().Context(), v, deliberation.ProcessID(id), sheetInput{Rows: in.Rows, Photo: in.Photo, PhotoType: string(in.PhotoType)})
		return answer{http.StatusOK, api.SheetResult{Entered: entered, Problems: filled(problems)}}, err
	})
}

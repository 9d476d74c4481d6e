package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

func (h apiHandlers) StartAppraisal(c echo.Context, _ api.StartAppraisalParams) error {
	in, err := read[api.AppraisalRequest](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		id, err := h.startAppraisal(c.Request().Context(), v, key, appraisalInput{
			Title: in.Title, Summary: in.Summary, Origin: deliberation.Origin(in.Origin), Signers: in.Signers, SignersOf: in.SignersOf,
		})
		return answer{http.StatusCreated, api.Created{Id: string(id)}}, err
	})
}

func (h apiHandlers) GetDutyReport(c echo.Context, id api.ProcessID) error {
	_, who, owed, err := h.ownReport(c.Request().Context(), h.viewer(c), deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	out := api.OwnDutyReport{Post: string(who.Post), Reported: !who.Report.IsZero(), Owed: []api.Commitment{}}
	for _, o := range owed {
		out.Owed = append(out.Owed, api.Commitment{Id: o.ID, Text: o.Text, Made: o.Made.String()})
	}
	return c.JSON(http.StatusOK, out)
}

func (h apiHandlers) FileDutyReport(c echo.Context, id api.ProcessID, _ api.FileDutyReportParams) error {
	in, err := read[api.DutyReportInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		report := reportInput{Duty: in.Duty, Integrity: in.Integrity, Promises: in.Promises}
		for _, a := range in.Answers {
			report.Answers = append(report.Answers, deliberation.CommitmentAnswer{ID: a.Id, Done: a.Done, Evidence: a.Evidence})
		}
		err := h.fileReport(c.Request().Context(), v, deliberation.ProcessID(id), key, report)
		return answer{status: http.StatusNoContent}, err
	})
}

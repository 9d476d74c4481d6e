package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

func (h apiHandlers) StartConsultation(c echo.Context, _ api.StartConsultationParams) error {
	in, err := read[api.ConsultationRequest](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		id, err := h.startConsultation(c.Request().Context(), v, key, consultationInput{
			Title: in.Title, Summary: in.Summary, Origin: deliberation.Origin(in.Origin), Affected: deliberation.Affected(in.Affected),
			Category: deliberation.Category(in.Category), Quick: in.Quick,
			Form: deliberation.Body(in.Form), AuthorisedBy: in.AuthorisedBy, Reason: in.ChoiceReason,
			For: deliberation.ProcessID(in.For), ForItem: in.ForItem,
		})
		return answer{http.StatusCreated, api.Created{Id: string(id)}}, err
	})
}

func (h apiHandlers) StartOpenTalk(c echo.Context, _ api.StartOpenTalkParams) error {
	in, err := read[api.OpenTalkRequest](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		id, err := h.startOpenTalk(c.Request().Context(), v, key, openTalkInput{Title: in.Title, Summary: in.Summary})
		return answer{http.StatusCreated, api.Created{Id: string(id)}}, err
	})
}

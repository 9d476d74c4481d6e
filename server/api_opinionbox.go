package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

// PutInBox keeps no reply: its number lies nowhere, and the same request finds it again.
func (h apiHandlers) PutInBox(c echo.Context, id api.CommunityID, _ api.PutInBoxParams) error {
	in, err := read[api.OpinionBoxInput](c)
	if err != nil {
		return err
	}
	number, err := h.putInBox(c.Request().Context(), h.viewer(c), deliberation.CommunityID(id), boxInput{
		Text: in.Text, Category: in.Category, Publish: in.Publish, Key: idempotencyKey(c), Address: c.RealIP(),
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, api.BoxNumber{Number: number})
}

func (h apiHandlers) FindInBox(c echo.Context, _ api.FindInBoxParams) error {
	in, err := read[api.BoxNumber](c)
	if err != nil {
		return err
	}
	ctx := c.Request().Context()
	o, err := h.boxByNumber(ctx, in.Number)
	if err != nil {
		return err
	}
	community, err := h.People.Community(ctx, o.Community)
	if err != nil {
		return err
	}
	line := h.boxLine(community, o)
	if line.Id = ""; o.Outcome == deliberation.BoxAbuse {
		line.Text = ""
	}
	return c.JSON(http.StatusOK, line)
}

func (h apiHandlers) GetBox(c echo.Context) error {
	ctx, v := c.Request().Context(), h.viewer(c)
	list, err := h.OpinionBox.BoxOpinions(ctx, deliberation.BoxQuery{Community: v.Community.ID})
	if err != nil {
		return err
	}
	out := []api.BoxOpinion{}
	for _, o := range list {
		line := h.boxLine(v.Community, o)
		line.Person = string(o.Person)
		out = append(out, line)
	}
	return c.JSON(http.StatusOK, map[string]any{"opinions": out})
}

func (h apiHandlers) boxLine(c deliberation.Community, o deliberation.BoxOpinion) api.BoxOpinion {
	line := api.BoxOpinion{
		Id: o.ID, Text: o.Text, Category: string(o.Category), Given: o.Given, Publish: o.Publish,
		Outcome: string(o.Outcome), Answer: o.Answer, Answered: o.Answered, Process: string(o.Process),
	}
	if r, ok := h.boxDays(c, o); ok {
		line.Due, line.Late = o.Due(r.Days).String(), o.Late(r.Days, h.today())
	}
	return line
}

func (h apiHandlers) AnswerBox(c echo.Context, opinion string, _ api.AnswerBoxParams) error {
	in, err := read[api.BoxAnswer](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		return answer{status: http.StatusNoContent}, h.answerBox(c.Request().Context(), v, opinion, string(in.Outcome), in.Text)
	})
}

func (h apiHandlers) SetBox(c echo.Context, _ api.SetBoxParams) error {
	in, err := read[api.BoxSettings](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		return answer{status: http.StatusNoContent}, h.setBox(c.Request().Context(), v, in.WithoutAccount)
	})
}

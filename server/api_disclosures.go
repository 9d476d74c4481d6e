package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

func (h apiHandlers) GetDisclosures(c echo.Context, id api.CommunityID) error {
	ctx := c.Request().Context()
	community, err := h.People.Community(ctx, deliberation.CommunityID(id))
	if err != nil {
		return err
	}
	list, err := h.disclosureDuties(ctx, community)
	if err != nil {
		return err
	}
	out := []api.Disclosure{}
	for _, d := range list {
		line := api.Disclosure{
			Item: string(d.Item.Code), Name: d.Item.Code.Word("zh"), Period: string(d.Period), Due: d.Due.String(), State: api.DisclosureState(d.State), Late: d.Late,
			Posted: d.Line.Posted.String(), Until: d.Line.Until.String(), Process: string(d.Line.Process),
		}
		if !d.Line.Posted.IsZero() { // what is being prepared is not public yet
			line.Title = d.Line.Title
		}
		out = append(out, line)
	}
	return c.JSON(http.StatusOK, map[string]any{"disclosures": out})
}

func (h apiHandlers) StartDisclosure(c echo.Context, _ api.StartDisclosureParams) error {
	in, err := read[api.DisclosureRequest](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		id, err := h.startDisclosure(c.Request().Context(), v, key, disclosureInput{
			Item: deliberation.ItemCode(in.Item), Period: deliberation.Period(in.Period), Title: in.Title, Summary: in.Summary,
		})
		return answer{http.StatusCreated, api.Created{Id: string(id)}}, err
	})
}

func (h apiHandlers) FileAccounts(c echo.Context, id api.ProcessID, _ api.FileAccountsParams) error {
	in, err := read[api.AccountsInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		p, item, err := h.openDisclosure(c.Request().Context(), v, deliberation.ProcessID(id))
		if err != nil {
			return answer{}, err
		}
		if !item.Table {
			return answer{}, invalid("lines", unexpected)
		}
		table := deliberation.Accounts{}
		for _, l := range in.Lines {
			table.Lines = append(table.Lines, deliberation.AccountLine{Name: l.Name, Opening: l.OpeningFen, Income: l.IncomeFen, Spending: l.SpendingFen, Closing: l.ClosingFen})
		}
		table.Total = table.Sum().Line()
		return answer{status: http.StatusNoContent}, h.draftDisclosure(c.Request().Context(), v, p, key, table.Text())
	})
}

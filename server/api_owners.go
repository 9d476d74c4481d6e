package server

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

// named gives persons with the names that the API shows of them.
func (h apiHandlers) named(ctx context.Context, ids []deliberation.PersonID) (func(deliberation.PersonID) api.Person, error) {
	names, err := h.People.Names(ctx, ids)
	return func(id deliberation.PersonID) api.Person {
		return personOf(deliberation.Person{ID: id, Name: names[id]})
	}, err
}

func (h apiHandlers) ListMandates(c echo.Context, id api.MeetingID) error {
	ctx := c.Request().Context()
	list, err := h.mandates(ctx, h.viewer(c), deliberation.MeetingID(id))
	if err != nil {
		return err
	}
	var ids []deliberation.PersonID
	for _, m := range list {
		ids = append(ids, m.Principal, m.Agent)
	}
	person, err := h.named(ctx, ids)
	if err != nil {
		return err
	}
	out := []api.Mandate{}
	for _, m := range list {
		out = append(out, api.Mandate{
			Id: m.ID, Principal: person(m.Principal), Agent: person(m.Agent), Household: m.Household, Given: m.Given, Revoked: m.Revoked, Used: m.Used,
		})
	}
	return c.JSON(http.StatusOK, map[string]any{"mandates": out})
}

func (h apiHandlers) GiveMandate(c echo.Context, id api.MeetingID, _ api.GiveMandateParams) error {
	in, err := read[api.MandateInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		m, err := h.giveMandate(c.Request().Context(), v, deliberation.MeetingID(id), mandateInput{
			Principal: deliberation.PersonID(in.Principal), Agent: deliberation.PersonID(in.Agent), Household: in.Household, Text: in.Text,
		})
		return answer{http.StatusCreated, api.Created{Id: m.ID}}, err
	})
}

func (h apiHandlers) RevokeMandate(c echo.Context, id api.MeetingID, mandate api.MandateID, _ api.RevokeMandateParams) error {
	return h.once(c, func(v viewer, _ string) (answer, error) {
		return answer{status: http.StatusNoContent}, h.revokeMandate(c.Request().Context(), v, deliberation.MeetingID(id), mandate)
	})
}

func (h apiHandlers) ListEstates(c echo.Context) error {
	v := h.viewer(c)
	list, err := h.Estates.Estates(c.Request().Context(), v.Community.ID)
	if err != nil {
		return err
	}
	out := []api.Estate{}
	for _, e := range list {
		out = append(out, api.Estate{Id: string(e.ID), Name: e.Name})
	}
	return c.JSON(http.StatusOK, map[string]any{"estates": out})
}

func (h apiHandlers) AddEstate(c echo.Context, _ api.AddEstateParams) error {
	in, err := read[api.EstateInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		id, err := h.addEstate(c.Request().Context(), v, in.Name)
		return answer{http.StatusCreated, api.Created{Id: string(id)}}, err
	})
}

func (h apiHandlers) ListUnits(c echo.Context, id api.EstateID) error {
	ctx, v := c.Request().Context(), h.viewer(c)
	e, err := h.estate(ctx, v, deliberation.EstateID(id))
	if err != nil {
		return err
	}
	units, err := h.Estates.Units(ctx, e.ID)
	if err != nil {
		return err
	}
	ids := make([]deliberation.PersonID, len(units))
	for i, u := range units {
		ids[i] = u.Owner
	}
	person, err := h.named(ctx, ids)
	if err != nil {
		return err
	}
	out := []api.Unit{}
	for _, u := range units {
		out = append(out, api.Unit{Id: string(u.ID), Building: u.Building, Number: u.Number, Owner: person(u.Owner), Area: u.Area})
	}
	return c.JSON(http.StatusOK, map[string]any{"units": out})
}

func (h apiHandlers) PutUnits(c echo.Context, id api.EstateID, _ api.PutUnitsParams) error {
	in, err := read[api.UnitsInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		entries := make([]deliberation.UnitEntry, len(in.Units))
		for i, u := range in.Units {
			entries[i] = deliberation.UnitEntry{
				Line: i + 1, Building: u.Building, Number: u.Number, Person: deliberation.PersonID(u.Person), Owner: u.Owner, Phone: u.Phone, Area: u.Area,
			}
		}
		plan, err := h.putUnits(c.Request().Context(), v, deliberation.EstateID(id), entries, in.DryRun)
		return answer{http.StatusOK, unitsPlanOf(plan)}, err
	})
}

func unitsPlanOf(p deliberation.UnitsPlan) api.UnitsPlan {
	out := api.UnitsPlan{Same: p.Same, Persons: p.Persons, Faults: []api.UnitFault{}}
	for _, c := range p.Changes {
		if c.Kind == deliberation.UnitNew {
			out.Added++
		} else {
			out.Changed++
		}
	}
	for _, f := range p.Faults {
		out.Faults = append(out.Faults, api.UnitFault{Row: f.Line, Field: f.Field, Problem: f.Problem})
	}
	return out
}

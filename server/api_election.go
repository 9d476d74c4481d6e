package server

import (
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

func (h apiHandlers) StartElection(c echo.Context, _ api.StartElectionParams) error {
	in, err := read[api.ElectionRequest](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		id, err := h.startElection(c.Request().Context(), v, key, electionInput{Title: in.Title, Summary: in.Summary, Setup: in.Election})
		return answer{http.StatusCreated, api.Created{Id: string(id)}}, err
	})
}

func (h apiHandlers) StartRecall(c echo.Context, _ api.StartRecallParams) error {
	in, err := read[api.RecallRequest](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		id, err := h.startRecall(c.Request().Context(), v, key, recallInput{
			Title: in.Title, Summary: in.Summary, NewFacts: in.NewFacts, Demand: deliberation.ProcessID(in.Demand), Setup: in.Recall,
		})
		return answer{http.StatusCreated, api.Created{Id: string(id)}}, err
	})
}

func (h apiHandlers) GetElectors(c echo.Context, id api.ProcessID) error {
	list, err := h.electors(c.Request().Context(), h.viewer(c), deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	out := []api.Elector{}
	for _, l := range list {
		out = append(out, api.Elector{Person: string(l.Person.ID), Name: l.Person.Name, Group: l.Person.Group, In: l.In, Reason: string(l.Reason)})
	}
	return c.JSON(http.StatusOK, map[string]any{"electors": out})
}

func (h apiHandlers) CorrectElectors(c echo.Context, id api.ProcessID, _ api.CorrectElectorsParams) error {
	in, err := read[api.ElectorCorrection](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		err := h.correctElectors(c.Request().Context(), v, deliberation.ProcessID(id), deliberation.PersonID(in.Person), in.In, deliberation.RegistrationReason(in.Reason))
		return answer{status: http.StatusNoContent}, err
	})
}

func (h apiHandlers) GetRegistrations(c echo.Context, id api.ProcessID) error {
	v := h.viewer(c)
	list, err := h.registration(c.Request().Context(), v, deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	out := []api.RegistrationLine{}
	for _, l := range list {
		out = append(out, api.RegistrationLine{
			Person: string(l.Person.ID), Name: l.Person.Name, Group: l.Person.Group, Entered: l.Entered, Entry: l.Entry,
			Found: l.Found, Sentence: deliberation.Localise(l.Found.Sentence(v.Lang), v.Community.Kind),
		})
	}
	return c.JSON(http.StatusOK, map[string]any{"registrations": out})
}

func (h apiHandlers) EnterRegistration(c echo.Context, id api.ProcessID, _ api.EnterRegistrationParams) error {
	in, err := read[api.RegisterEntry](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		err := h.registerElector(c.Request().Context(), v, deliberation.ProcessID(id), registrationInput{Entry: in})
		return answer{status: http.StatusNoContent}, err
	})
}

func (h apiHandlers) GetNominations(c echo.Context, id api.ProcessID) error {
	list, err := h.nominations(c.Request().Context(), h.viewer(c), deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	out := []api.Nomination{}
	for _, n := range list {
		out = append(out, api.Nomination{Id: n.ID, By: api.NominationBy(n.By), Signers: texts(n.Signers), Names: namesOut(n.Names)})
	}
	return c.JSON(http.StatusOK, map[string]any{"nominations": out})
}

func namesOut(names map[deliberation.ElectionPost][]deliberation.PersonID) map[string][]string {
	out := map[string][]string{}
	for post, list := range names {
		out[string(post)] = texts(list)
	}
	return out
}

func (h apiHandlers) Nominate(c echo.Context, id api.ProcessID, _ api.NominateParams) error {
	in, err := read[api.NominationInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		n := nominationInput{By: string(in.By), Signers: personIDs(in.Signers), Desk: in.Desk, Names: map[deliberation.ElectionPost][]deliberation.PersonID{}}
		for post, list := range in.Names {
			n.Names[deliberation.ElectionPost(post)] = personIDs(list)
		}
		err := h.nominate(c.Request().Context(), v, deliberation.ProcessID(id), key, n)
		return answer{status: http.StatusNoContent}, err
	})
}

func (h apiHandlers) SetMobileList(c echo.Context, id api.MeetingID, _ api.SetMobileListParams) error {
	in, err := read[api.MobileListInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		err := h.setMobileList(c.Request().Context(), v, deliberation.MeetingID(id), in.Station, personIDs(in.Persons))
		return answer{status: http.StatusNoContent}, err
	})
}

func (h apiHandlers) SetStationCrew(c echo.Context, id api.ProcessID, _ api.SetStationCrewParams) error {
	in, err := read[api.StationCrewInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		crew := deliberation.StationCrew{Staff: personIDs(in.Staff), Scrutineers: personIDs(in.Scrutineers)}
		err := h.setStationCrew(c.Request().Context(), v, deliberation.ProcessID(id), in.Station, crew)
		return answer{status: http.StatusNoContent}, err
	})
}

func personIDs(list []string) []deliberation.PersonID {
	ids := make([]deliberation.PersonID, len(list))
	for i, id := range list {
		ids[i] = deliberation.PersonID(id)
	}
	return ids
}

package server

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

func (h apiHandlers) Leave(c echo.Context, id api.MeetingID, _ api.LeaveParams) error {
	in, err := read[api.Departure](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		err := h.leave(c.Request().Context(), v, deliberation.MeetingID(id), deliberation.PersonID(in.Person))
		return answer{status: http.StatusNoContent}, err
	})
}

func (h apiHandlers) GetAttendance(c echo.Context, id api.MeetingID, params api.GetAttendanceParams) error {
	a, here, err := h.presentAt(c.Request().Context(), h.viewer(c), deliberation.MeetingID(id), params.At)
	if err != nil {
		return err
	}
	out := api.HallAttendance{Due: a.Whole.Due, Present: a.Whole.Present, Observers: len(here.observers), Sections: []deliberation.SectionCount{}}
	if params.At.IsZero() {
		out.Sections = filled(deliberation.Sections(here.roll, here.meeting.Sections))
	}
	return c.JSON(http.StatusOK, out)
}

func (h apiHandlers) ListObservers(c echo.Context, id api.MeetingID) error {
	here, err := h.hall(c.Request().Context(), h.viewer(c), deliberation.MeetingID(id))
	if err != nil {
		return err
	}
	out := []api.ObserverLine{}
	for _, o := range here.observers {
		out = append(out, api.ObserverLine{Id: o.ID, Name: o.Name, Capacity: string(o.Capacity), At: o.At})
	}
	return c.JSON(http.StatusOK, map[string]any{"observers": out})
}

func (h apiHandlers) AddObserver(c echo.Context, id api.MeetingID, _ api.AddObserverParams) error {
	in, err := read[api.ObserverInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		made, err := h.addObserver(c.Request().Context(), v, deliberation.MeetingID(id), in.Name, deliberation.Capacity(in.Capacity))
		return answer{status: http.StatusCreated, body: map[string]string{"id": made}}, err
	})
}

func (h apiHandlers) ListSpeeches(c echo.Context, id api.MeetingID) error {
	here, err := h.hall(c.Request().Context(), h.viewer(c), deliberation.MeetingID(id))
	if err != nil {
		return err
	}
	out := []api.SpeechLine{}
	for _, s := range here.speeches {
		out = append(out, speechOf(s))
	}
	return c.JSON(http.StatusOK, map[string]any{"speeches": out})
}

func speechOf(s deliberation.Speech) api.SpeechLine {
	return api.SpeechLine{
		Id: s.ID, Motion: s.Motion, Person: string(s.Person), Asked: s.Asked, Called: s.Called, Ended: s.Ended, Seconds: int(s.Took / time.Second),
	}
}

func (h apiHandlers) AskToSpeak(c echo.Context, id api.MeetingID, _ api.AskToSpeakParams) error {
	return h.once(c, func(v viewer, _ string) (answer, error) {
		made, err := h.askToSpeak(c.Request().Context(), v, deliberation.MeetingID(id))
		return answer{status: http.StatusCreated, body: map[string]string{"id": made}}, err
	})
}

func (h apiHandlers) CallSpeaker(c echo.Context, id api.MeetingID, _ api.CallSpeakerParams) error {
	return h.once(c, func(v viewer, _ string) (answer, error) {
		called, err := h.callSpeaker(c.Request().Context(), v, deliberation.MeetingID(id))
		return answer{status: http.StatusOK, body: speechOf(called)}, err
	})
}

func (h apiHandlers) EndSpeech(c echo.Context, id api.MeetingID, speech string, _ api.EndSpeechParams) error {
	return h.once(c, func(v viewer, _ string) (answer, error) {
		return answer{status: http.StatusNoContent}, h.endSpeech(c.Request().Context(), v, deliberation.MeetingID(id), speech)
	})
}

func (h apiHandlers) WithdrawSpeech(c echo.Context, id api.MeetingID, speech string, _ api.WithdrawSpeechParams) error {
	return h.once(c, func(v viewer, _ string) (answer, error) {
		return answer{status: http.StatusNoContent}, h.withdrawSpeech(c.Request().Context(), v, deliberation.MeetingID(id), speech)
	})
}

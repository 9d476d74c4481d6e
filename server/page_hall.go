package server

import (
	"cmp"
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// hallView makes what the pages of a hall share.
func (w *site) hallView(c echo.Context, title string) (pages.HallView, sitting, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	here, err := w.hall(ctx, v, deliberation.MeetingID(c.Param("meeting")))
	if err != nil {
		return pages.HallView{}, here, err
	}
	m, p := here.meeting, here.proceeding
	view := pages.HallView{
		Page: w.page(c, "processes", title), P: p.Process, M: m, Roll: here.roll, Observers: here.observers, Names: map[deliberation.PersonID]string{},
		Sections: deliberation.Sections(here.roll, m.Sections), Limit: pages.SpeechLimit, Speech: here.speaking(),
		Runs: permit(toRunHall, v, true) == nil, Live: w.files.LiveScript(), Every: screenEvery,
		Open: m.State == deliberation.MeetingCheckIn || m.State == deliberation.MeetingInSession,
	}
	view.Quorum = w.quorumNow(p, m, here.roll)
	for _, l := range here.roll {
		view.Names[l.Person.ID] = l.Person.Name
		if l.Person.ID == v.Person.ID {
			view.Here = l.Present()
		}
	}
	view.Queue = deliberation.ToSpeak(here.speeches, here.motion())
	for _, s := range here.speeches {
		if !s.Ended.IsZero() {
			view.Spoken = append(view.Spoken, s)
		}
	}
	view.Mine = slices.IndexFunc(view.Queue, func(s deliberation.Speech) bool { return s.Person == v.Person.ID })
	view.Agenda = w.motionLines(ctx, v, p.ID, m.Agenda)
	if motion, ok := nextMotion(m.Agenda); ok {
		view.Motion = pages.FirstLine(w.text(ctx, v, p.ID, motion.Paper.ID))
	}
	if m.ID == p.Meetings[len(p.Meetings)-1].ID {
		for _, a := range w.allowedActs(v, p) {
			if slices.Contains(meetingActs, a.Kind) {
				view.Acts = append(view.Acts, a)
			}
		}
		slices.SortStableFunc(view.Acts, func(a, b deliberation.OpenAct) int { return cmp.Compare(besides(a), besides(b)) })
	}
	return view, here, nil
}

// showDesk is the operator's page beside the hall's screen 会场操作页.
func (w *site) showDesk(c echo.Context) error {
	view, here, err := w.hallView(c, "desk_title")
	if err != nil {
		return err
	}
	view.Poll = lastPoll(here.proceeding, here.meeting)
	if view.Poll != nil && view.Poll.State == deliberation.PollOpen {
		view.Voted, view.Voters, err = w.Ballots.Turnout(c.Request().Context(), view.Poll.ID)
	}
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Desk(view))
}

// showSignInList is 签到册 as it is printed (law.md §14).
func (w *site) showSignInList(c echo.Context) error {
	view, _, err := w.hallView(c, "list_title")
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.SignInList(view))
}

// showSpeakers is the members' page: ask to speak, and one's place in the queue.
func (w *site) showSpeakers(c echo.Context) error {
	view, _, err := w.hallView(c, "speakers_title")
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Speakers(view))
}

func (w *site) postAskToSpeak(c echo.Context) error {
	_, err := w.askToSpeak(c.Request().Context(), w.viewer(c), deliberation.MeetingID(c.Param("meeting")))
	return w.spoke(c, "/speakers", "done_asked", err)
}

func (w *site) postWithdrawSpeech(c echo.Context) error {
	err := w.withdrawSpeech(c.Request().Context(), w.viewer(c), deliberation.MeetingID(c.Param("meeting")), c.FormValue("speech"))
	return w.spoke(c, "/speakers", "done_withdrawn_speech", err)
}

func (w *site) postCallSpeaker(c echo.Context) error {
	_, err := w.callSpeaker(c.Request().Context(), w.viewer(c), deliberation.MeetingID(c.Param("meeting")))
	return w.spoke(c, "/desk", "done_called", err)
}

func (w *site) postEndSpeech(c echo.Context) error {
	err := w.endSpeech(c.Request().Context(), w.viewer(c), deliberation.MeetingID(c.Param("meeting")), c.FormValue("speech"))
	return w.spoke(c, "/desk", "done_speech_ended", err)
}

func (w *site) postObserver(c echo.Context) error {
	_, err := w.addObserver(c.Request().Context(), w.viewer(c), deliberation.MeetingID(c.Param("meeting")), c.FormValue("name"), deliberation.Capacity(c.FormValue("capacity")))
	return w.spoke(c, "/desk", "done_observer", err)
}

// spoke answers a form of the hall: its page, with what is wrong where it was refused.
func (w *site) spoke(c echo.Context, page, done string, err error) error {
	if err == nil {
		return after(c, "/meetings/"+c.Param("meeting")+page, done)
	}
	title := "speakers_title"
	if page == "/desk" {
		title = "desk_title"
	}
	view, _, viewErr := w.hallView(c, title)
	if viewErr != nil {
		return viewErr
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	view.Path = "/meetings/" + c.Param("meeting") + page
	view.Name, view.Capacity = c.FormValue("name"), c.FormValue("capacity")
	if page == "/desk" {
		return w.render(c, status, pages.Desk(view))
	}
	return w.render(c, status, pages.Speakers(view))
}

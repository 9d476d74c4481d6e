package server

import (
	"errors"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// screenEvery is how often the hall's screen asks again, in seconds.
const screenEvery = 3

// showScreen shows the hall how its meeting stands: numbers and verdicts, and no name
// but that of who speaks.
func (w *site) showScreen(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	m, p, err := w.meeting(ctx, v, deliberation.MeetingID(c.Param("meeting")))
	if err != nil {
		return err
	}
	view := pages.ScreenView{Page: w.frame(c, v, "", "screen_title"), P: p.Process, M: m, Every: screenEvery, Over: m.State == deliberation.MeetingClosed}
	roll, err := w.roll(ctx, v, m.ID)
	if err != nil && !errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) { // not frozen yet
		return err
	}
	view.Quorum = w.quorumNow(p, m, roll)
	view.Present = view.Quorum.Attendance.Whole.Present
	if m.State == deliberation.MeetingCheckIn {
		if view.CheckIn, err = w.qrTo("/meetings/" + string(m.ID) + sectionQuery(c, m)); err != nil {
			return err
		}
	}
	view.Live, view.Sections = w.files.LiveScript(), deliberation.Sections(roll, m.Sections)
	here, err := w.hall(ctx, v, m.ID)
	if err != nil {
		return err
	}
	if view.Speech = here.speaking(); view.Speech != nil {
		view.Speaker = here.name(view.Speech.Person)
	}
	if motion, n := onScreen(m); motion != nil {
		view.Number, view.Count, view.Voting = n, len(m.Agenda), motion.Voting
		view.Motion = pages.FirstLine(w.text(ctx, v, p.ID, motion.Paper.ID))
	}
	if view.Poll = lastPoll(p, m); view.Poll != nil && view.Poll.State == deliberation.PollOpen {
		view.Voted, view.Voters, err = w.Ballots.Turnout(ctx, view.Poll.ID)
	}
	if err != nil {
		return err
	}
	if view.Poll != nil && len(view.Poll.Form) > 1 {
		view.Questions = w.questions(ctx, v, p, *view.Poll)
	}
	return w.render(c, http.StatusOK, pages.Screen(view))
}

// sectionQuery leads those who sign in by the code to the place the screen stands in.
func sectionQuery(c echo.Context, m deliberation.Meeting) string {
	if n, err := strconv.Atoi(c.QueryParam("section")); err == nil && n >= 1 && n <= m.Sections {
		return "?section=" + strconv.Itoa(n)
	}
	return ""
}

// onScreen gives the motion that is being voted on or was last, else the first.
func onScreen(m deliberation.Meeting) (*deliberation.Motion, int) {
	for i, o := range slices.Backward(m.Agenda) {
		if o.Poll != "" {
			return &m.Agenda[i], i + 1
		}
	}
	if len(m.Agenda) == 0 {
		return nil, 0
	}
	return &m.Agenda[0], 1
}

// lastPoll gives the meeting's poll that was opened last, nil where there is none.
func lastPoll(p deliberation.Proceeding, m deliberation.Meeting) *deliberation.Poll {
	for i, q := range slices.Backward(p.Polls) {
		if q.Meeting == m.ID {
			return &p.Polls[i]
		}
	}
	return nil
}

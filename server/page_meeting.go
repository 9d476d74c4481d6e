package server

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// meetingActs are those by which a meeting is conducted.
var meetingActs = []deliberation.ActKind{
	deliberation.CallToOrder, deliberation.Adjourn, deliberation.Amend, deliberation.OpenPoll, deliberation.ClosePoll,
	deliberation.CountHands, deliberation.RecordMinutes, deliberation.SignMinutes,
}

// meeting finds a meeting of the viewer's own community with its case.
func (w *site) meeting(ctx context.Context, v viewer, id deliberation.MeetingID) (deliberation.Meeting, deliberation.Proceeding, error) {
	p, err := w.proceeding(ctx, v, caseOf(string(id)))
	if err != nil {
		return deliberation.Meeting{}, p, err
	}
	m, ok := p.Meeting(id)
	if !ok {
		return m, p, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return m, p, nil
}

func (w *site) showMeeting(c echo.Context) error {
	view, err := w.meetingView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.MeetingPage(view))
}

func (w *site) meetingView(c echo.Context) (pages.MeetingView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	m, p, err := w.meeting(ctx, v, deliberation.MeetingID(c.Param("meeting")))
	if err != nil {
		return pages.MeetingView{}, err
	}
	view := pages.MeetingView{
		Page: w.page(c, "processes", p.Matter.Title), P: p.Process, M: m, Notice: w.text(ctx, v, p.ID, m.Notice.ID),
		Desk: permit(toCheckInOther, v, true) == nil, Search: strings.TrimSpace(c.QueryParam("q")),
	}
	view.Path = "/meetings/" + string(m.ID)
	if view.Names, err = w.names(ctx, peopleOf(p)); err != nil {
		return view, err
	}
	view.Agenda = w.motionLines(ctx, v, p.ID, m.Agenda)
	roll, err := w.roll(ctx, v, m.ID)
	if err != nil && !errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) { // not frozen yet
		return view, err
	}
	for i, l := range roll {
		if l.Person.ID == v.Person.ID {
			view.Mine = &roll[i]
		}
		if view.Search == "" || strings.Contains(l.Person.Name, view.Search) {
			view.Roll = append(view.Roll, l)
		}
	}
	view.Quorum = w.quorumNow(p, m, roll)
	view.Present = view.Quorum.Attendance.Whole.Present
	for _, q := range p.Polls {
		if q.Meeting == m.ID {
			view.Polls = append(view.Polls, q)
		}
	}
	if m.ID == p.Meetings[len(p.Meetings)-1].ID {
		for _, a := range w.allowedActs(v, p) {
			if slices.Contains(meetingActs, a.Kind) {
				view.Acts = append(view.Acts, a)
			}
		}
		slices.SortStableFunc(view.Acts, func(a, b deliberation.OpenAct) int { return cmp.Compare(besides(a), besides(b)) })
	}
	return view, nil
}

// quorumNow says what the quorum asks of those signed in so far. It decides
// nothing: the verdict is reached when the meeting is called to order.
func (w *site) quorumNow(p deliberation.Proceeding, m deliberation.Meeting, roll []deliberation.RollLine) deliberation.Verdict {
	a := deliberation.Attendance{Whole: deliberation.BodyCount{Body: m.Body, Due: len(roll)}}
	for _, part := range m.Body.Parts() {
		n := deliberation.BodyCount{Body: part}
		for _, l := range roll {
			if slices.Contains(l.Parts, part) || len(m.Body.Parts()) == 1 {
				n.Due++
				if !l.CheckedIn.IsZero() {
					n.Present++
				}
			}
		}
		a.Parts = append(a.Parts, n)
	}
	for _, l := range roll {
		if !l.CheckedIn.IsZero() {
			a.Whole.Present++
		}
	}
	rules, err := w.rulesOf(p.Process)
	if err != nil || len(roll) == 0 {
		return deliberation.Verdict{Question: deliberation.QuorumQuestion, Attendance: a}
	}
	return deliberation.Quorum(rules.Meeting(m.Stage, p.Matter.Form, p.Matter.Merged).Quorum, a)
}

// postCheckIn signs the viewer in, or somebody at the table.
func (w *site) postCheckIn(c echo.Context) error {
	v, id := w.viewer(c), c.Param("meeting")
	if err := w.checkIn(c.Request().Context(), v, deliberation.MeetingID(id), deliberation.PersonID(c.FormValue("person")), 0); err != nil {
		view, viewErr := w.meetingView(c)
		if viewErr != nil {
			return viewErr
		}
		var status int
		status, view.Problem = w.refused(err, view.Page, v.Lang)
		return w.render(c, status, pages.MeetingPage(view))
	}
	return after(c, "/meetings/"+id, "done_checked_in")
}

// icsLength is how long a meeting is set down for in a calendar; the law sets no length.
const icsLength = 2 * time.Hour

// meetingCalendar gives the meeting as an entry for a calendar (RFC 5545).
func (w *site) meetingCalendar(c echo.Context) error {
	m, p, err := w.meeting(c.Request().Context(), w.viewer(c), deliberation.MeetingID(c.Param("meeting")))
	if err != nil {
		return err
	}
	page := w.frame(c, w.viewer(c), "", "")
	const stamp = "20060102T150405Z"
	escape := strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)
	lines := []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yishi//Yishi//ZH", "BEGIN:VEVENT",
		"UID:" + string(m.ID) + "@yishi", "DTSTAMP:" + m.Convened.UTC().Format(stamp),
		"DTSTART:" + m.Starts.UTC().Format(stamp), "DTEND:" + m.Starts.Add(icsLength).UTC().Format(stamp),
		"SUMMARY:" + escape.Replace(fmt.Sprintf("%s %s", page.BodyName(m.Body), p.Matter.Title)),
		"URL:" + strings.TrimSuffix(w.BaseURL, "/") + "/meetings/" + string(m.ID),
		"END:VEVENT", "END:VCALENDAR", "",
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="meeting.ics"`)
	return c.Blob(http.StatusOK, "text/calendar; charset=utf-8", []byte(strings.Join(lines, "\r\n")))
}

package server

import (
	"cmp"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// meetingActs are those by which a meeting is conducted.
var meetingActs = []deliberation.ActKind{
	deliberation.CallToOrder, deliberation.Adjourn, deliberation.Amend, deliberation.OpenPoll, deliberation.ClosePoll,
	deliberation.CountHands, deliberation.CosignCount, deliberation.CertifyCount, deliberation.VoidPoll, deliberation.SendUp, deliberation.ReplaceChair, deliberation.RecordMinutes, deliberation.SignMinutes,
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
	view.Runs = permit(toRunHall, v, true) == nil
	view.Section, _ = strconv.Atoi(c.QueryParam("section"))
	view.Sections = pages.SectionOptions(view.Page, m.Sections)
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
			view.Section = cmp.Or(view.Section, l.Section) // who comes back comes back to the same place
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
				if l.Present() {
					n.Present++
				}
			}
		}
		a.Parts = append(a.Parts, n)
	}
	for _, l := range roll {
		if l.Present() {
			a.Whole.Present++
		}
	}
	p.Status.Stage = m.Stage
	rules := w.meetingRules(p.Process)
	if rules.Body == "" || len(roll) == 0 {
		return deliberation.Verdict{Question: deliberation.QuorumQuestion, Attendance: a}
	}
	return rules.Opening(a)
}

// postCheckIn signs the viewer in, or somebody at the table.
func (w *site) postCheckIn(c echo.Context) error {
	var f fields
	section := f.count("section", c.FormValue("section"))
	err := f.refusal()
	if err == nil {
		err = w.checkIn(c.Request().Context(), w.viewer(c), deliberation.MeetingID(c.Param("meeting")), deliberation.PersonID(c.FormValue("person")), section)
	}
	return w.passed(c, err, "done_checked_in")
}

// postLeave notes that the viewer goes out, or somebody at the table.
func (w *site) postLeave(c echo.Context) error {
	err := w.leave(c.Request().Context(), w.viewer(c), deliberation.MeetingID(c.Param("meeting")), deliberation.PersonID(c.FormValue("person")))
	return w.passed(c, err, "done_left")
}

// passed answers who came or went: the meeting's page, with what is wrong where it was refused.
func (w *site) passed(c echo.Context, err error, done string) error {
	if err == nil {
		return after(c, "/meetings/"+c.Param("meeting"), done)
	}
	view, viewErr := w.meetingView(c)
	if viewErr != nil {
		return viewErr
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	return w.render(c, status, pages.MeetingPage(view))
}

// icsLength is how long a meeting is set down for in a calendar; the law sets no length.
const icsLength = 2 * time.Hour

// icsText writes a text as a calendar entry holds it (RFC 5545 §3.3.11).
func icsText(s string) string {
	return strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`).Replace(s)
}

// meetingCalendar gives the meeting as an entry for a calendar (RFC 5545).
func (w *site) meetingCalendar(c echo.Context) error {
	m, p, err := w.meeting(c.Request().Context(), w.viewer(c), deliberation.MeetingID(c.Param("meeting")))
	if err != nil {
		return err
	}
	page := w.frame(c, w.viewer(c), "", "")
	const stamp = "20060102T150405Z"
	lines := []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Yishi//Yishi//ZH", "BEGIN:VEVENT",
		"UID:" + string(m.ID) + "@yishi", "DTSTAMP:" + m.Convened.UTC().Format(stamp),
		"DTSTART:" + m.Starts.UTC().Format(stamp), "DTEND:" + m.Starts.Add(icsLength).UTC().Format(stamp),
		"SUMMARY:" + icsText(fmt.Sprintf("%s %s", page.BodyName(m.Body), p.Matter.Title)),
		"URL:" + strings.TrimSuffix(w.BaseURL, "/") + "/meetings/" + string(m.ID),
		"END:VEVENT", "END:VCALENDAR", "",
	}
	c.Response().Header().Set(echo.HeaderContentDisposition, `attachment; filename="meeting.ics"`)
	return c.Blob(http.StatusOK, "text/calendar; charset=utf-8", []byte(strings.Join(lines, "\r\n")))
}

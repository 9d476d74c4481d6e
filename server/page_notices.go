package server

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
	"github.com/yishi-project/yishi/server/pages"
)

// receiveNotice notes that the viewer has the notice of a meeting, or that the clerk
// delivered it to the member named.
func (s *Server) receiveNotice(ctx context.Context, v viewer, id deliberation.MeetingID, name string, person deliberation.PersonID, means deliberation.Delivery) error {
	m, _, err := s.meeting(ctx, v, id)
	if err != nil {
		return err
	}
	if name == "" && (person == "" || person == v.Person.ID) {
		if err := permit(toCheckIn, v, true); err != nil {
			return err
		}
		return s.Meetings.ReceiveNotice(ctx, m.ID, v.Person.ID, deliberation.DeliveredOnline, v.Person.ID, s.now())
	}
	if err := permit(toRunHall, v, true); err != nil {
		return err
	}
	if !slices.Contains(deliberation.DeliveriesByOthers, means) {
		return invalid("means", notAChoice)
	}
	if person == "" {
		person, err = s.Mandates.MemberNamed(ctx, m.ID, strings.TrimSpace(name), "")
		switch {
		case errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)):
			return invalid("name", "nobody_of_name")
		case errors.Is(err, deliberation.Refuse(deliberation.RefuseConflict)):
			return invalid("name", "several_of_name")
		case err != nil:
			return err
		}
	}
	if !isID(string(person)) {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	other, err := s.People.Person(ctx, person)
	switch {
	case err != nil:
		return err
	case other.Community != v.Community.ID:
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return s.Meetings.ReceiveNotice(ctx, m.ID, person, means, v.Person.ID, s.now())
}

// notices gives who has the notice of a meeting: to those who run it and to the
// supervisors by name, to others only how many and whether they have it themselves.
func (s *Server) notices(ctx context.Context, v viewer, id deliberation.MeetingID) (m deliberation.Meeting, list []deliberation.NoticeReceipt, due int, named bool, err error) {
	if m, _, err = s.meeting(ctx, v, id); err != nil {
		return m, nil, 0, false, err
	}
	list, due, err = s.Meetings.NoticeReceipts(ctx, m.ID)
	named = permit(toRunHall, v, true) == nil || v.Holds(deliberation.Supervisor, deliberation.Guide)
	return m, list, due, named, err
}

func (w *site) noticesView(c echo.Context) (pages.NoticesView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	m, list, due, named, err := w.notices(ctx, v, deliberation.MeetingID(c.Param("meeting")))
	if err != nil {
		return pages.NoticesView{}, err
	}
	view := pages.NoticesView{
		Page: w.page(c, "processes", "notices_title"), M: m, Due: due, Had: len(list), Named: named,
		Desk: permit(toRunHall, v, true) == nil, Open: m.State == deliberation.MeetingConvened || m.State == deliberation.MeetingCheckIn || m.State == deliberation.MeetingInSession,
	}
	for i, r := range list {
		if r.Person.ID == v.Person.ID {
			view.Mine = &list[i]
		}
	}
	if named {
		view.Lines = list
	}
	return view, nil
}

func (w *site) showNotices(c echo.Context) error {
	view, err := w.noticesView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Notices(view))
}

func (w *site) postNotice(c echo.Context) error {
	id, v := deliberation.MeetingID(c.Param("meeting")), w.viewer(c)
	name, means := strings.TrimSpace(c.FormValue("name")), deliberation.Delivery(c.FormValue("means"))
	var err error
	if c.FormValue("who") == "other" && name == "" {
		err = invalid("name", required)
	} else {
		err = w.receiveNotice(c.Request().Context(), v, id, name, "", means)
	}
	if err == nil {
		return after(c, "/meetings/"+string(id)+"/notices", "done_notice")
	}
	view, viewErr := w.noticesView(c)
	if viewErr != nil {
		return viewErr
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	view.Name, view.Means = name, string(means)
	return w.render(c, status, pages.Notices(view))
}

func (h apiHandlers) ListNoticeReceipts(c echo.Context, id api.MeetingID) error {
	_, list, due, named, err := h.notices(c.Request().Context(), h.viewer(c), deliberation.MeetingID(id))
	if err != nil {
		return err
	}
	out := api.NoticeReceipts{Due: due, Received: len(list)}
	if named {
		for _, r := range list {
			out.Receipts = append(out.Receipts, api.NoticeReceipt{Person: personOf(r.Person), Means: string(r.Means), At: r.At})
		}
	}
	return c.JSON(http.StatusOK, out)
}

func (h apiHandlers) ReceiveNotice(c echo.Context, id api.MeetingID, _ api.ReceiveNoticeParams) error {
	in, err := read[api.NoticeReceiptInput](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, _ string) (answer, error) {
		err := h.receiveNotice(c.Request().Context(), v, deliberation.MeetingID(id), "", deliberation.PersonID(in.Person), deliberation.Delivery(in.Means))
		return answer{status: http.StatusNoContent}, err
	})
}

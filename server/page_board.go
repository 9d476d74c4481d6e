package server

import (
	"context"
	"net/http"
	"strings"

	"github.com/a-h/templ"
	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// board shows what is posted in one community: one's own, or the one that somebody
// who is not signed in has chosen from the list of all.
func (w *site) board(c echo.Context) error {
	ctx := c.Request().Context()
	view := pages.BoardView{Page: w.page(c, "board", "board_title")}
	community, err := w.boardOf(c, &view)
	if err != nil || community.ID == "" {
		return w.renderOr(c, err, pages.Board(view))
	}
	notices, err := w.Processes.Board(ctx, community.ID)
	if err != nil {
		return err
	}
	disclosures, err := w.disclosureDuties(ctx, community)
	if err != nil {
		return err
	}
	replies, err := w.overdueReplies(ctx, community.ID)
	if err != nil {
		return err
	}
	opinions, err := w.boxLines(ctx, community, deliberation.BoxQuery{Community: community.ID, Published: true, Limit: boxPublished})
	if err != nil {
		return err
	}
	duties, err := w.duties(ctx, community)
	view.Community = community
	view.Boards = []pages.CommunityBoard{{Community: community, Notices: notices, Overdue: overdue(duties), OverdueDisclosures: deliberation.OverdueDisclosures(disclosures), Opinions: opinions, OverdueReplies: replies}}
	return w.renderOr(c, err, pages.Board(view))
}

// boardOf gives the community whose board is asked for, and lists all to choose
// from where none is.
func (w *site) boardOf(c echo.Context, view *pages.BoardView) (deliberation.Community, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	if v.SignedIn && v.Community.ID != "" {
		return v.Community, nil
	}
	if id := c.QueryParam("community"); id != "" {
		if !isID(id) {
			return deliberation.Community{}, deliberation.Refuse(deliberation.RefuseNotFound)
		}
		return w.People.Community(ctx, deliberation.CommunityID(id))
	}
	all, err := w.People.Communities(ctx)
	if err != nil || len(all) == 1 {
		return append(all, deliberation.Community{})[0], err
	}
	for _, m := range all {
		view.Choose = append(view.Choose, m)
		view.Community.Demo = view.Community.Demo || m.Demo
	}
	return deliberation.Community{}, nil
}

// renderOr renders a page, or gives the error that kept it from being filled.
func (w *site) renderOr(c echo.Context, err error, page templ.Component) error {
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, page)
}

// caseOf gives the process whose part an id names: ids of meetings, polls and
// postings begin with the id of their process and a full stop.
func caseOf(id string) deliberation.ProcessID {
	process, _, _ := strings.Cut(id, ".")
	return deliberation.ProcessID(process)
}

// posting finds a posting with its process; what hangs on the board is public.
func (w *site) posting(ctx context.Context, id deliberation.PostingID) (deliberation.Posting, deliberation.Proceeding, error) {
	p, err := w.Processes.Proceeding(ctx, caseOf(string(id)))
	if err != nil {
		return deliberation.Posting{}, p, err
	}
	for _, q := range p.Postings {
		if q.ID == id {
			return q, p, nil
		}
	}
	return deliberation.Posting{}, p, deliberation.Refuse(deliberation.RefuseNotFound)
}

// notice shows one posted paper and how to object to it.
func (w *site) notice(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	q, p, err := w.posting(ctx, deliberation.PostingID(c.Param("posting")))
	if err != nil {
		return err
	}
	community, err := w.People.Community(ctx, p.Community)
	if err != nil {
		return err
	}
	paper, err := w.readPaper(ctx, v, p.ID, q.Paper.ID)
	if err != nil {
		return err
	}
	view := pages.NoticeView{
		Page: w.page(c, "board", p.Matter.Title), Notice: deliberation.Notice{Posting: q, Process: p.Process},
		Community: community, Text: string(paper.Content), Titles: w.titles(ctx, v, p), Ballots: w.ballots(ctx, v, p), MayObject: w.may(v, p, deliberation.Object),
	}
	view.Page.Community = community
	view.Accounts = accountsIn(p.Process, view.Text)
	for _, poll := range p.Polls {
		switch {
		case poll.Stage != deliberation.Resolution || poll.Passing == nil && len(poll.Verdicts) == 0:
		case poll.Motion != "":
			view.Decided = append(view.Decided, poll)
		default:
			view.Decided = []deliberation.Poll{poll}
		}
	}
	return w.render(c, http.StatusOK, pages.NoticePage(view))
}

// may reports whether the viewer may do the act now.
func (w *site) may(v viewer, p deliberation.Proceeding, kind deliberation.ActKind) bool {
	for _, a := range w.allowedActs(v, p) {
		if a.Kind == kind {
			return true
		}
	}
	return false
}

// noticeQR is the code on the posted paper that leads to its page.
func (w *site) noticeQR(c echo.Context) error {
	q, _, err := w.posting(c.Request().Context(), deliberation.PostingID(c.Param("posting")))
	if err != nil {
		return err
	}
	svg, err := qrCode(strings.TrimSuffix(w.BaseURL, "/") + "/board/" + string(q.ID))
	if err != nil {
		return err
	}
	return c.Blob(http.StatusOK, "image/svg+xml", svg)
}

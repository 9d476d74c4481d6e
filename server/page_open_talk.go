package server

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// openTalkRoutes is the policy's row of every page and command of open talks.
var openTalkRoutes = map[string]action{
	"GET /open-talks/new":  toStart,
	"POST /open-talks/new": toStart,

	"POST /api/v1/open-talks": toStart,
}

func (w *site) mountOpenTalks(g *echo.Group) {
	g.GET("/open-talks/new", w.newOpenTalkForm)
	g.POST("/open-talks/new", w.submitNewOpenTalk)
}

func (w *site) openTalkView(c echo.Context) pages.StartOpenTalkView {
	view := pages.StartOpenTalkView{Page: w.page(c, "open_talk", "open_talk_title"), Key: newKey(), Topic: c.FormValue("title"), Summary: c.FormValue("summary")}
	v := w.viewer(c)
	if pack, err := w.Law.PackFor(v.Community.Kind, v.Community.Place, w.Server.today(), ""); err == nil {
		if rules, err := deliberation.OpenTalkOf(pack); err == nil {
			view.Every = &rules.EveryMonths
		}
	}
	return view
}

func (w *site) newOpenTalkForm(c echo.Context) error {
	return w.render(c, http.StatusOK, pages.StartOpenTalk(w.openTalkView(c)))
}

// submitNewOpenTalk begins an open talk.
func (w *site) submitNewOpenTalk(c echo.Context) error {
	view := w.openTalkView(c)
	id, err := w.startOpenTalk(c.Request().Context(), w.viewer(c), c.FormValue("key"), openTalkInput{Title: strings.TrimSpace(view.Topic), Summary: strings.TrimSpace(view.Summary)})
	if err == nil {
		return after(c, "/processes/"+string(id), "done_started")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	view.Key = retryKey(status, c.FormValue("key"))
	return w.render(c, status, pages.StartOpenTalk(view))
}

// addTalk adds to the page of an open talk what was raised, and what became of it.
func (w *site) addTalk(ctx context.Context, v viewer, view *pages.ProcessView) {
	t := view.P.Status.Talk
	if t == nil {
		return
	}
	may := w.allowedActs(v, view.P)
	open := func(k deliberation.ActKind) bool {
		return slices.ContainsFunc(may, func(a deliberation.OpenAct) bool { return a.Kind == k })
	}
	for _, i := range t.Items {
		view.Talk = append(view.Talk, pages.TalkLine{
			Item: i, Text: w.text(ctx, v, view.P.ID, i.Paper.ID), Answer: w.text(ctx, v, view.P.ID, i.Answer.ID), Report: w.text(ctx, v, view.P.ID, i.Report.ID),
			MaySettle: i.Finding == "" && open(deliberation.SettleItem), MayForward: i.Finding == deliberation.ItemToForum && i.Pending() && open(deliberation.ForwardMatter),
		})
	}
}

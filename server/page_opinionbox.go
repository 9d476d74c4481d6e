package server

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// boxRoutes is the policy's row of every page and command of the opinion box.
var boxRoutes = map[string]action{
	"GET /opinion-box":                                  toReadPublic,
	"POST /opinion-box":                                 toPutInBox,
	"POST /opinion-box/number":                          toReadPublic,
	"GET /opinion-box/queue":                            toReadBox,
	"POST /opinion-box/settings":                        toSetBox,
	"GET /opinion-box/opinions/:opinion":                toReadBox,
	"POST /opinion-box/opinions/:opinion/answer":        toAnswer,
	"POST /api/v1/communities/:community/opinion-box":   toPutInBox,
	"POST /api/v1/opinion-box/number":                   toReadPublic,
	"GET /api/v1/opinion-box":                           toReadBox,
	"POST /api/v1/opinion-box/settings":                 toSetBox,
	"POST /api/v1/opinion-box/opinions/:opinion/answer": toAnswer,
}

func (w *site) mountOpinionBox(g *echo.Group) {
	g.GET("/opinion-box", w.showBox)
	g.POST("/opinion-box", w.postBox)
	g.POST("/opinion-box/number", w.findInBox)
	g.GET("/opinion-box/queue", w.showBoxQueue)
	g.POST("/opinion-box/settings", w.postBoxSettings)
	g.GET("/opinion-box/opinions/:opinion", w.showBoxOpinion)
	g.POST("/opinion-box/opinions/:opinion/answer", w.postBoxAnswer)
}

// boxPublished is how many answered opinions the board shows.
const boxPublished = 10

func (w *site) boxView(c echo.Context) (pages.OpinionBoxView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	view := pages.OpinionBoxView{Page: w.page(c, "opinion-box", "opinion_box_title"), Key: newKey()}
	board := pages.BoardView{}
	var err error
	if v.SignedIn || c.FormValue("community") == "" {
		view.Community, err = w.boardOf(c, &board)
	} else if id := c.FormValue("community"); isID(id) {
		view.Community, err = w.People.Community(ctx, deliberation.CommunityID(id))
	} else {
		err = deliberation.Refuse(deliberation.RefuseNotFound)
	}
	view.Choose = board.Choose
	if err != nil || view.Community.ID == "" {
		return view, err
	}
	view.Page.Community = view.Community
	if view.OpenToAll, err = w.OpinionBox.OpenToAll(ctx, view.Community.ID); err != nil {
		return view, err
	}
	view.MayPut = view.OpenToAll
	view.MayRead = permit(toReadBox, v, view.Community.ID == v.Community.ID) == nil
	if v.SignedIn {
		view.MayPut = permit(toGiveOpinion, v, view.Community.ID == v.Community.ID) == nil
		if view.Own, err = w.boxLines(ctx, view.Community, deliberation.BoxQuery{Community: view.Community.ID, Person: v.Person.ID}); err != nil {
			return view, err
		}
	}
	view.Published, err = w.boxLines(ctx, view.Community, deliberation.BoxQuery{Community: view.Community.ID, Published: true, Limit: boxPublished})
	return view, err
}

func (w *site) boxLines(ctx context.Context, c deliberation.Community, q deliberation.BoxQuery) ([]pages.BoxLine, error) {
	list, err := w.OpinionBox.BoxOpinions(ctx, q)
	lines := make([]pages.BoxLine, 0, len(list))
	for _, o := range list {
		lines = append(lines, w.boxLine(c, o))
	}
	return lines, err
}

// boxLine says when an answer is due and whether it is late.
func (w *site) boxLine(c deliberation.Community, o deliberation.BoxOpinion) pages.BoxLine {
	l := pages.BoxLine{Opinion: o}
	if r, ok := w.boxDays(c, o); ok {
		l.Due, l.Rule, l.Late = o.Due(r.Days), r, o.Late(r.Days, w.Server.today())
	}
	return l
}

func (w *site) showBox(c echo.Context) error {
	view, err := w.boxView(c)
	return w.renderOr(c, err, pages.OpinionBox(view))
}

// postBox puts an opinion in and shows its number, this once.
func (w *site) postBox(c echo.Context) error {
	view, err := w.boxView(c)
	if err != nil {
		return err
	}
	view.Text, view.Category, view.Publish = c.FormValue("text"), c.FormValue("category"), c.FormValue("publish") == "yes"
	if view.Community.ID == "" {
		return w.boxRefused(c, view, invalid("community", required))
	}
	number, err := w.putInBox(c.Request().Context(), w.viewer(c), view.Community.ID, boxInput{
		Text: view.Text, Category: view.Category, Publish: view.Publish, Key: c.FormValue("key"), Address: c.RealIP(),
	})
	if err != nil {
		return w.boxRefused(c, view, err)
	}
	page := w.page(c, "opinion-box", "opinion_box_in")
	page.Community = view.Community
	return w.render(c, http.StatusOK, pages.BoxNumber(pages.BoxNumberView{Page: page, Number: number, Community: view.Community.ID}))
}

func (w *site) boxRefused(c echo.Context, view pages.OpinionBoxView, err error) error {
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	view.Key = retryKey(status, c.FormValue("key"))
	return w.render(c, status, pages.OpinionBox(view))
}

// findInBox shows what became of an opinion to whoever has its number. The number
// comes in a form: addresses are kept in histories.
func (w *site) findInBox(c echo.Context) error {
	ctx := c.Request().Context()
	o, err := w.boxByNumber(ctx, c.FormValue("number"))
	if err != nil {
		view, viewErr := w.boxView(c)
		if viewErr != nil {
			return viewErr
		}
		return w.boxRefused(c, view, err)
	}
	community, err := w.People.Community(ctx, o.Community)
	if err != nil {
		return err
	}
	view := pages.BoxOpinionView{Page: w.page(c, "opinion-box", "opinion_box_found"), Line: w.boxLine(community, o)}
	view.Community = community
	return w.render(c, http.StatusOK, pages.BoxFound(view))
}

func (w *site) showBoxQueue(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view := pages.BoxQueueView{Page: w.page(c, "opinion-box", "opinion_box_queue"), MaySet: permit(toSetBox, v, true) == nil}
	lines, err := w.boxLines(ctx, v.Community, deliberation.BoxQuery{Community: v.Community.ID})
	if err != nil {
		return err
	}
	for _, l := range lines {
		switch l.Opinion.Outcome {
		case "":
			view.Waiting = append([]pages.BoxLine{l}, view.Waiting...) // the oldest first
		case deliberation.BoxAbuse:
			view.Abuse = append(view.Abuse, l)
		default:
			view.Done = append(view.Done, l)
		}
	}
	view.OpenToAll, err = w.OpinionBox.OpenToAll(ctx, v.Community.ID)
	return w.renderOr(c, err, pages.BoxQueue(view))
}

func (w *site) postBoxSettings(c echo.Context) error {
	if err := w.setBox(c.Request().Context(), w.viewer(c), c.FormValue("without_account") == "yes"); err != nil {
		return err
	}
	return after(c, "/opinion-box/queue", "done_box_set")
}

func (w *site) boxOpinionView(c echo.Context) (pages.BoxOpinionView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	o, err := w.boxOpinion(ctx, v, c.Param("opinion"))
	if err != nil {
		return pages.BoxOpinionView{}, err
	}
	view := pages.BoxOpinionView{Page: w.page(c, "opinion-box", "opinion_box_one"), Line: w.boxLine(v.Community, o), InOffice: true}
	view.MayAnswer = o.Outcome == "" && o.Person != v.Person.ID && permit(toAnswer, v, true) == nil
	view.MayStart = o.Outcome == "" && permit(toStart, v, true) == nil
	view.Names, err = w.names(ctx, []deliberation.PersonID{o.Person, o.AnsweredBy})
	return view, err
}

func (w *site) showBoxOpinion(c echo.Context) error {
	view, err := w.boxOpinionView(c)
	return w.renderOr(c, err, pages.BoxOpinion(view))
}

func (w *site) postBoxAnswer(c echo.Context) error {
	view, err := w.boxOpinionView(c)
	if err != nil {
		return err
	}
	view.Outcome, view.Answer = c.FormValue("outcome"), c.FormValue("text")
	if err := w.answerBox(c.Request().Context(), w.viewer(c), view.Line.Opinion.ID, view.Outcome, view.Answer); err != nil {
		var status int
		status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
		return w.render(c, status, pages.BoxOpinion(view))
	}
	return after(c, "/opinion-box/opinions/"+view.Line.Opinion.ID, "done_answered")
}

// startForOpinion fills in the form of a process that is started for an opinion in the box.
func (w *site) startForOpinion(c echo.Context, form *pages.StartForm) error {
	id := c.QueryParam("opinion")
	if id == "" {
		return nil
	}
	o, err := w.boxOpinion(c.Request().Context(), w.viewer(c), id)
	if err != nil {
		return err
	}
	form.Opinion, form.Summary, form.Category = o.ID, o.Text, string(o.Category)
	form.Origin = string(deliberation.OriginCommittee)
	return nil
}

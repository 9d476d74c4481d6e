package server

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
	"github.com/yishi-project/yishi/server/pages"
)

// choosingRoutes is the policy's row of every page and command of choices 推选.
var choosingRoutes = map[string]action{
	"GET /choosings/new":               toStartElection,
	"POST /choosings/new":              toStartElection,
	"GET /processes/:process/choosing": toReadCase,

	"POST /api/v1/choosings": toStartElection,
}

func (w *site) mountChoosings(g *echo.Group) {
	g.GET("/choosings/new", w.newChoosingForm)
	g.POST("/choosings/new", w.submitNewChoosing)
	g.GET("/processes/:process/choosing", w.showChoosing)
}

// StartChoosing begins a choice over the API.
func (h apiHandlers) StartChoosing(c echo.Context, _ api.StartChoosingParams) error {
	in, err := read[api.ChoosingRequest](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		id, err := h.startChoosing(c.Request().Context(), v, key, choosingInput{
			Title: in.Title, Summary: in.Summary, Form: deliberation.Body(in.Form), Group: in.Group, Setup: in.Choosing,
		})
		return answer{http.StatusCreated, api.Created{Id: string(id)}}, err
	})
}

func (w *site) startChoosingView(c echo.Context) (pages.StartChoosingView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	view := pages.StartChoosingView{Page: w.page(c, "choosing", "choosing_start_title"), Key: newKey(), Form: pages.ChoosingForm{
		Body: c.FormValue("body"), Seats: c.FormValue("seats"), Group: c.FormValue("group"), OnPaper: c.FormValue("on_paper"), Form: c.FormValue("form"),
	}}
	pack, err := w.Law.PackFor(v.Community.Kind, v.Community.Place, w.Server.today(), "")
	if err != nil {
		return view, err
	}
	for _, b := range deliberation.ChosenBodies {
		for _, f := range b.Forms() {
			rules, err := deliberation.ChoosingOf(pack, b, f)
			if err == nil && !slices.ContainsFunc(view.Bodies, func(r deliberation.ChoosingRules) bool { return r.Body == b }) {
				view.Bodies = append(view.Bodies, rules)
			}
			if err == nil && b == deliberation.ChooseSupervisors {
				view.Forms = append(view.Forms, f)
			}
		}
	}
	view.Groups, err = w.People.Groups(ctx, v.Community.ID)
	return view, err
}

// newChoosingForm is the form that begins a choice.
func (w *site) newChoosingForm(c echo.Context) error {
	view, err := w.startChoosingView(c)
	if err != nil {
		return err
	}
	view.Form.OnPaper = "yes"
	return w.render(c, http.StatusOK, pages.StartChoosing(view))
}

// submitNewChoosing begins a choice.
func (w *site) submitNewChoosing(c echo.Context) error {
	view, err := w.startChoosingView(c)
	if err != nil {
		return err
	}
	var wrong fields
	in := choosingInput{Setup: deliberation.ChoosingSetup{
		Body: deliberation.ChosenBody(view.Form.Body), OnPaper: view.Form.OnPaper == "yes",
	}}
	wrong.want(slices.Contains(deliberation.ChosenBodies, in.Setup.Body), "body", notAChoice)
	switch in.Setup.Body {
	case deliberation.ChooseSupervisors:
		in.Form = deliberation.Body(view.Form.Form)
	case deliberation.ChooseGroupHead, deliberation.ChooseRepresentatives:
		in.Group = view.Form.Group
	}
	if in.Setup.Body == deliberation.ChooseGroupHead {
		in.Setup.Seats = 1
	} else {
		n, err := strconv.Atoi(strings.TrimSpace(view.Form.Seats))
		wrong.want(err == nil, "seats", "not_a_number")
		in.Setup.Seats = n
	}
	if err = wrong.refusal(); err == nil {
		var id deliberation.ProcessID
		if id, err = w.startChoosing(c.Request().Context(), w.viewer(c), c.FormValue("key"), in); err == nil {
			return after(c, "/processes/"+string(id), "done_started")
		}
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	view.Key = retryKey(status, c.FormValue("key"))
	return w.render(c, status, pages.StartChoosing(view))
}

// showChoosing shows who stands, what the ballots gave, and who was chosen.
func (w *site) showChoosing(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	p, err := w.proceedingOf(ctx, v, deliberation.ProcessID(c.Param("process")), deliberation.ChoosingKind)
	if err != nil {
		return err
	}
	if p.Status.State == "" {
		p.Status.Stage, p.Status.State = deliberation.StagesOf(p.Kind)[0], deliberation.Running
	}
	view := pages.ChoosingView{Page: w.page(c, "processes", "choosing_link"), P: p}
	if p.Status.Choosing != nil {
		view.C = *p.Status.Choosing
	} else if p.Matter.Choosing != nil {
		view.C.Setup = *p.Matter.Choosing
	}
	var ids []deliberation.PersonID
	for _, n := range view.C.Candidates {
		ids = append(ids, n.Person)
	}
	if view.Names, err = w.names(ctx, ids); err != nil {
		return err
	}
	pack, err := w.Law.Pinned(p.Pack)
	if err != nil {
		return err
	}
	if rules, err := deliberation.ChoosingOf(pack, view.C.Setup.Body, p.Matter.Form); err == nil {
		view.Rules = &rules
	}
	for _, q := range p.Polls {
		for _, verdict := range q.Verdicts {
			view.Verdicts = append(view.Verdicts, verdict.Verdict)
		}
	}
	view.Acts = slices.DeleteFunc(w.allowedActs(v, p), func(a deliberation.OpenAct) bool {
		return a.Kind != deliberation.ProposeCandidate && a.Kind != deliberation.AnswerProposal && a.Kind != deliberation.SettleCandidates
	})
	return w.render(c, http.StatusOK, pages.Choosing(view))
}

// choosingSubject names what an act of a choice is about: a post, or a candidate.
func (w *site) choosingSubject(ctx context.Context, v viewer, p deliberation.Proceeding, subject string) string {
	c := p.Status.Choosing
	if c == nil {
		return ""
	}
	if slices.Contains(c.Setup.Body.Posts(), deliberation.Office(subject)) {
		return deliberation.Localise(deliberation.Office(subject).Word(v.Lang), v.Community.Kind)
	}
	if c.Candidate(deliberation.PersonID(subject)) == nil {
		return ""
	}
	named, err := w.names(ctx, []deliberation.PersonID{deliberation.PersonID(subject)})
	if err != nil {
		return ""
	}
	return named[deliberation.PersonID(subject)]
}

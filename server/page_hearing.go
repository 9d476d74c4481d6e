package server

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// hearingRoutes is the policy's row of every page and command of hearings.
var hearingRoutes = map[string]action{
	"GET /hearings/new":                              toStart,
	"POST /hearings/new":                             toStart,
	"GET /processes/:process/hearing":                toReadCase,
	"GET /processes/:process/hearing-plan":           toPlanHearing,
	"POST /processes/:process/hearing-plan":          toPlanHearing,
	"POST /processes/:process/experts":               toPlanHearing,
	"GET /processes/:process/sign-up":                toReadCase,
	"POST /processes/:process/sign-up":               toSignUp,
	"GET /processes/:process/sign-ups":               toReadSignUps,
	"POST /processes/:process/sign-ups":              toEnterSignUp,
	"GET /processes/:process/draw":                   toReadCase,
	"GET /processes/:process/statements":             toReadCase,
	"POST /processes/:process/statements":            toSignUp,
	"POST /processes/:process/statements/:statement": toAnswer,

	"POST /api/v1/hearings":                                             toStart,
	"GET /api/v1/processes/:process/hearing":                            toReadCase,
	"POST /api/v1/processes/:process/hearing":                           toPlanHearing,
	"POST /api/v1/processes/:process/experts":                           toPlanHearing,
	"GET /api/v1/processes/:process/sign-ups":                           toReadSignUps,
	"POST /api/v1/processes/:process/sign-ups":                          toSignUp,
	"GET /api/v1/processes/:process/draw":                               toReadCase,
	"GET /api/v1/processes/:process/statements":                         toReadCase,
	"POST /api/v1/processes/:process/statements":                        toSignUp,
	"POST /api/v1/processes/:process/statements/:statement/disposition": toAnswer,
}

func (w *site) mountHearings(g *echo.Group) {
	g.GET("/hearings/new", w.newHearingForm)
	g.POST("/hearings/new", w.submitNewHearing)
	g.GET("/processes/:process/hearing", w.showHearing)
	g.GET("/processes/:process/hearing-plan", w.hearingPlanForm)
	g.POST("/processes/:process/hearing-plan", w.postHearingPlan)
	g.POST("/processes/:process/experts", w.postExpert)
	g.GET("/processes/:process/sign-up", w.signUpForm)
	g.POST("/processes/:process/sign-up", w.postSignUp)
	g.GET("/processes/:process/sign-ups", w.listSignUps)
	g.POST("/processes/:process/sign-ups", w.postSignUps)
	g.GET("/processes/:process/draw", w.showDraw)
	g.GET("/processes/:process/statements", w.showStatements)
	g.POST("/processes/:process/statements", w.postStatement)
	g.POST("/processes/:process/statements/:statement", w.postDisposition)
}

// newHearingForm asks what is to be heard. A matter that asked for a hearing fills it in.
func (w *site) newHearingForm(c echo.Context) error {
	view := w.startHearingView(c)
	view.Form.Form, view.Form.Affected, view.Form.Origin = string(deliberation.HearingMeeting), string(deliberation.AffectsSome), string(deliberation.OriginCommittee)
	p, asked, err := w.askedFor(c)
	if err != nil {
		return err
	}
	if asked {
		view.Form.For, view.Form.Title, view.Form.Summary = string(p.ID), p.Matter.Title, p.Matter.Summary
		view.Form.Category, view.Form.Affected = string(p.Matter.Category), string(p.Matter.Affected)
		if p.Status.Asked != nil {
			view.Form.Form, view.Form.Affected = string(p.Status.Asked.Rule.Body), string(p.Status.Asked.Rule.Affected)
		}
	}
	return w.render(c, http.StatusOK, pages.StartHearing(view))
}

func (w *site) startHearingView(c echo.Context) pages.StartHearingView {
	view := pages.StartHearingView{Page: w.page(c, "hearing", "hearing_title"), Key: newKey()}
	view.Form = pages.HearingForm{
		Form: c.FormValue("form"), Title: c.FormValue("title"), Summary: c.FormValue("summary"), Category: c.FormValue("category"), Affected: c.FormValue("affected"),
		Origin: c.FormValue("origin"), Signers: c.FormValue("signers"), SignersOf: c.FormValue("signers_of"), Reason: c.FormValue("choice_reason"), For: c.FormValue("for"),
	}
	return view
}

// submitNewHearing begins a hearing; what is refused comes back with nothing typed lost.
func (w *site) submitNewHearing(c echo.Context) error {
	view := w.startHearingView(c)
	var wrong fields
	in := hearingInput{
		Form: deliberation.Body(view.Form.Form), Title: view.Form.Title, Summary: view.Form.Summary, Category: deliberation.Category(view.Form.Category),
		Affected: deliberation.Affected(view.Form.Affected), Origin: deliberation.Origin(view.Form.Origin), ChoiceReason: view.Form.Reason, For: deliberation.ProcessID(view.Form.For),
		Signers: wrong.count("signers", view.Form.Signers), SignersOf: wrong.count("signers_of", view.Form.SignersOf),
	}
	err := wrong.refusal()
	var id deliberation.ProcessID
	if err == nil {
		id, err = w.startHearing(c.Request().Context(), w.viewer(c), c.FormValue("key"), in)
	}
	if err == nil {
		return after(c, "/processes/"+string(id), "done_started")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	view.Key = retryKey(status, c.FormValue("key"))
	return w.render(c, status, pages.StartHearing(view))
}

// hearingView is a hearing with what the viewer may do there.
func (w *site) hearingView(c echo.Context) (pages.HearingView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	f, err := w.hearing(ctx, v, deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return pages.HearingView{}, err
	}
	view := pages.HearingView{Page: w.page(c, "processes", f.Matter.Title), P: f.Process, Plan: f.Plan, Experts: f.Experts, Mine: f.Mine, Statements: f.Statements, Key: newKey()}
	if f.Status.Hearing != nil {
		view.Status = *f.Status.Hearing
	}
	running := f.Status.State != deliberation.Ended
	view.Open = running && f.Status.Stage == deliberation.HearingSignUp && view.Status.Commitment != "" && w.now().Before(view.Status.Window.Until)
	view.MayPlan = running && f.Status.Stage == deliberation.HearingPlanning && permit(toPlanHearing, v, true) == nil
	view.MaySignUp = view.Open && permit(toSignUp, v, true) == nil
	view.MayEnter = permit(toEnterSignUp, v, true) == nil
	view.MayRead = permit(toReadSignUps, v, true) == nil
	heard := f.Status.Stage == deliberation.HearingList || f.Status.Stage == deliberation.HearingSitting
	view.MaySpeak = running && heard && f.Mine != nil && f.Mine.Chosen
	view.MayWrite = running && (heard || f.Status.Stage == deliberation.HearingReporting) && view.MayEnter
	view.MayDispose = running && view.Status.Report == nil && permit(toAnswer, v, true) == nil
	var ids []deliberation.PersonID
	if f.Plan != nil {
		ids = append(append(ids, f.Plan.Chair, f.Plan.Presenter), f.Plan.Panel...)
	}
	for _, x := range f.Statements {
		ids = append(ids, x.Person)
	}
	if v.Holds(inOffice...) {
		for _, s := range view.Status.Speakers {
			ids = append(ids, s.Person)
		}
	}
	view.Names, err = w.names(ctx, ids)
	return view, err
}

// showHearing is the announcement, and what became of it.
func (w *site) showHearing(c echo.Context) error {
	view, err := w.hearingView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Hearing(view))
}

func (w *site) hearingPlanView(c echo.Context) (pages.HearingPlanView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	f, err := w.hearing(ctx, v, deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return pages.HearingPlanView{}, err
	}
	view := pages.HearingPlanView{Page: w.page(c, "processes", "hearing_plan_title"), P: f.Process, Experts: f.Experts, Key: newKey()}
	view.Settled = f.Status.Stage != deliberation.HearingPlanning || f.Status.State == deliberation.Ended
	if f.Plan == nil {
		return view, nil
	}
	names, err := w.names(ctx, append([]deliberation.PersonID{f.Plan.Chair, f.Plan.Presenter}, f.Plan.Panel...))
	if err != nil {
		return view, err
	}
	var panel, sides []string
	for _, p := range f.Plan.Panel {
		panel = append(panel, names.Of(p))
	}
	for _, s := range f.Plan.Sides {
		sides = append(sides, strings.TrimSpace(s.Name+" "+strconv.Itoa(s.Seats)+" "+s.Group))
	}
	view.Form = pages.PlanForm{
		Chair: names.Of(f.Plan.Chair), Presenter: names.Of(f.Plan.Presenter), Panel: strings.Join(panel, "\n"), Sides: strings.Join(sides, "\n"), Observers: strconv.Itoa(f.Plan.Observers),
	}
	return view, nil
}

func (w *site) hearingPlanForm(c echo.Context) error {
	view, err := w.hearingPlanView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.HearingPlan(view))
}

// postHearingPlan keeps the plan; names that nobody has, or several have, come back
// with nothing typed lost.
func (w *site) postHearingPlan(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, err := w.hearingPlanView(c)
	if err != nil {
		return err
	}
	view.Form = pages.PlanForm{Chair: c.FormValue("chair"), Presenter: c.FormValue("presenter"), Panel: c.FormValue("panel"), Sides: c.FormValue("sides"), Observers: c.FormValue("observers")}
	var wrong fields
	in := planInput{Observers: wrong.count("observers", view.Form.Observers), Sides: sidesOf(&wrong, view.Form.Sides)}
	for field, who := range map[string]*deliberation.PersonID{"chair": &in.Chair, "presenter": &in.Presenter} {
		found, err := w.byName(ctx, v, &wrong, field, c.FormValue(field), "")
		if err != nil {
			return err
		}
		if len(found) == 1 {
			*who = found[0].Person
		}
	}
	panel, err := w.byName(ctx, v, &wrong, "panel", view.Form.Panel, "")
	if err != nil {
		return err
	}
	for _, p := range panel {
		in.Panel = append(in.Panel, p.Person)
	}
	if err = wrong.refusal(); err == nil {
		err = w.planHearing(ctx, v, view.P.ID, in)
	}
	if err == nil {
		return after(c, "/processes/"+string(view.P.ID)+"/hearing-plan", "done_hearing_plan")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	return w.render(c, status, pages.HearingPlan(view))
}

// sidesOf reads a side a line: its name, its seats, and the residents' group that alone
// belongs to it, if there is one.
func sidesOf(f *fields, text string) (list []deliberation.HearingSide) {
	for line := range strings.Lines(text) {
		words := strings.FieldsFunc(plainNumbers(line), func(r rune) bool { return strings.ContainsRune(" \t\r\n　,，、;；", r) })
		if len(words) == 0 {
			continue
		}
		side := deliberation.HearingSide{Name: words[0]}
		if len(words) > 1 {
			side.Seats = f.count("sides", strings.TrimRight(words[1], "人名席"))
			side.Group = strings.Join(words[2:], "")
		}
		list = append(list, side)
	}
	return list
}

// plainNumbers writes full-width digits as plain ones.
func plainNumbers(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '０' && r <= '９' {
			return r - '０' + '0'
		}
		return r
	}, s)
}

// postExpert writes an expert down.
func (w *site) postExpert(c echo.Context) error {
	view, err := w.hearingPlanView(c)
	if err != nil {
		return err
	}
	view.Expert = pages.ExpertForm{Name: c.FormValue("name"), Field: c.FormValue("field"), Interest: c.FormValue("interest"), Declared: c.FormValue("declared")}
	_, err = w.addExpert(c.Request().Context(), w.viewer(c), view.P.ID, deliberation.Expert{
		Name: view.Expert.Name, Field: view.Expert.Field, Interest: deliberation.Interest(view.Expert.Interest), Declared: view.Expert.Declared,
	})
	if err == nil {
		return after(c, "/processes/"+string(view.P.ID)+"/hearing-plan", "done_expert")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	return w.render(c, status, pages.HearingPlan(view))
}

// signUpForm is the page on which somebody signs up with a phone.
func (w *site) signUpForm(c echo.Context) error {
	view, err := w.hearingView(c)
	if err != nil {
		return err
	}
	view.Form.Side = c.FormValue("side")
	return w.render(c, http.StatusOK, pages.SignUp(view))
}

func (w *site) postSignUp(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, err := w.hearingView(c)
	if err != nil {
		return err
	}
	view.Form = pages.SignUpForm{Side: c.FormValue("side"), Needs: c.FormValue("needs"), Reason: c.FormValue("reason")}
	done := "done_signed_up"
	if c.FormValue("step") == "withdraw" {
		done, err = "done_sign_up_withdrawn", w.withdrawSignUp(ctx, v, view.P.ID)
	} else {
		_, err = w.signUp(ctx, v, view.P.ID, signUpInput{Side: view.Form.Side, Needs: view.Form.Needs, Reason: view.Form.Reason})
	}
	if err == nil {
		return after(c, "/processes/"+string(view.P.ID)+"/sign-up", done)
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	return w.render(c, status, pages.SignUp(view))
}

func (w *site) signUpsView(c echo.Context) (pages.HearingView, error) {
	view, err := w.hearingView(c)
	if err != nil {
		return view, err
	}
	view.SignUps, err = w.signUps(c.Request().Context(), w.viewer(c), view.P.ID)
	return view, err
}

// listSignUps shows who signed up, and takes what came on paper or by telephone.
func (w *site) listSignUps(c echo.Context) error {
	view, err := w.signUpsView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.SignUps(view))
}

func (w *site) postSignUps(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, err := w.signUpsView(c)
	if err != nil {
		return err
	}
	view.Form = pages.SignUpForm{Side: c.FormValue("side"), Needs: c.FormValue("needs"), Reason: c.FormValue("reason"), Person: c.FormValue("person"), Channel: c.FormValue("channel")}
	var wrong fields
	found, err := w.byName(ctx, v, &wrong, "person", view.Form.Person, "")
	if err != nil {
		return err
	}
	wrong.want(len(found) == 1 || len(wrong) > 0, "person", required)
	if err = wrong.refusal(); err == nil {
		_, err = w.signUp(ctx, v, view.P.ID, signUpInput{
			Side: view.Form.Side, Needs: view.Form.Needs, Reason: view.Form.Reason, Person: found[0].Person, Channel: deliberation.Channel(view.Form.Channel),
		})
	}
	if err == nil {
		return after(c, "/processes/"+string(view.P.ID)+"/sign-ups", "done_signed_up")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	return w.render(c, status, pages.SignUps(view))
}

// showDraw is the proof of the draw: the seed, the list, and how to do it again.
func (w *site) showDraw(c echo.Context) error {
	view, err := w.hearingView(c)
	if err != nil {
		return err
	}
	if _, view.List, err = w.drawing(c.Request().Context(), w.viewer(c), view.P.ID); err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Draw(view))
}

// showStatements is the hall's record: what was said, what became of it, and the form
// to say something.
func (w *site) showStatements(c echo.Context) error {
	view, err := w.hearingView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Statements(view))
}

func (w *site) postStatement(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, err := w.hearingView(c)
	if err != nil {
		return err
	}
	view.Said = pages.StatementForm{Kind: c.FormValue("kind"), Text: c.FormValue("text"), Person: c.FormValue("person"), Expert: c.FormValue("expert"), Finding: c.FormValue("finding")}
	in := statementInput{Kind: deliberation.StatementKind(view.Said.Kind), Text: view.Said.Text, Expert: view.Said.Expert, Conclusion: deliberation.Finding(view.Said.Finding)}
	var wrong fields
	if view.Said.Person != "" {
		found, err := w.byName(ctx, v, &wrong, "person", view.Said.Person, "")
		if err != nil {
			return err
		}
		if len(found) == 1 {
			in.Person = found[0].Person
		}
	}
	if err = wrong.refusal(); err == nil {
		_, err = w.addStatement(ctx, v, view.P.ID, c.FormValue("key"), in)
	}
	if err == nil {
		return after(c, "/processes/"+string(view.P.ID)+"/statements", "done_statement")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	view.Key = retryKey(status, c.FormValue("key"))
	return w.render(c, status, pages.Statements(view))
}

// postDisposition says what became of a statement.
func (w *site) postDisposition(c echo.Context) error {
	ctx, v, id := c.Request().Context(), w.viewer(c), c.Param("statement")
	view, err := w.hearingView(c)
	if err != nil {
		return err
	}
	disposition, text := c.FormValue("disposition-"+id), c.FormValue("text-"+id)
	err = w.disposeStatement(ctx, v, view.P.ID, id, deliberation.Disposition(disposition), text)
	if err == nil {
		return after(c, "/processes/"+string(view.P.ID)+"/statements", "done_disposed")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	for i := range view.Problem.Fields { // the fields of one form among many
		view.Problem.Fields[i].Field += "-" + id
	}
	view.Disposing = pages.Answering{Opinion: id, Disposition: disposition, Text: text}
	return w.render(c, status, pages.Statements(view))
}

package server

import (
	"net/http"
	"slices"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// consultationRoutes is the policy's row of every page and command of consultations.
var consultationRoutes = map[string]action{
	"GET /consultations/new":                toConsult,
	"POST /consultations/new":               toConsult,
	"GET /processes/:process/participants":  toName,
	"POST /processes/:process/participants": toName,
	"GET /processes/:process/consultation":  toReadCase,

	"POST /api/v1/consultations": toConsult,
}

func (w *site) mountConsultations(g *echo.Group) {
	g.GET("/consultations/new", w.newConsultationForm)
	g.POST("/consultations/new", w.submitNewConsultation)
	g.GET("/processes/:process/participants", w.participantsForm)
	g.POST("/processes/:process/participants", w.postParticipants)
	g.GET("/processes/:process/consultation", w.showConsultation)
}

func (w *site) newConsultationForm(c echo.Context) error {
	view := w.startConsultationView(c)
	view.Form.Origin, view.Form.Affected, view.Form.How = string(deliberation.OriginResident), string(deliberation.AffectsSome), string(deliberation.ConsultationMeeting)
	var err error
	if view.Entrustments, err = w.inForce(c.Request().Context(), w.viewer(c), deliberation.CouncilMeeting); err != nil {
		return err
	}
	p, asked, err := w.askedFor(c)
	if err != nil {
		return err
	}
	if asked {
		view.Form.For, view.Form.Title, view.Form.Summary = string(p.ID), p.Matter.Title, p.Matter.Summary
		view.Form.Origin, view.Form.Category = string(deliberation.OriginParty), string(p.Matter.Category)
	}
	return w.render(c, http.StatusOK, pages.StartConsultation(view))
}

func (w *site) startConsultationView(c echo.Context) pages.StartConsultationView {
	view := pages.StartConsultationView{Page: w.page(c, "consultation", "consultation_title"), Key: newKey()}
	view.Form = pages.ConsultationForm{
		Title: c.FormValue("title"), Summary: c.FormValue("summary"), Origin: c.FormValue("origin"), Affected: c.FormValue("affected"),
		Category: c.FormValue("category"), How: c.FormValue("how"), For: c.FormValue("for"), AuthorisedBy: c.FormValue("authorised_by"), Reason: c.FormValue("choice_reason"),
	}
	return view
}

// submitNewConsultation begins a consultation.
func (w *site) submitNewConsultation(c echo.Context) error {
	view := w.startConsultationView(c)
	in := consultationInput{
		Title: view.Form.Title, Summary: view.Form.Summary, Origin: deliberation.Origin(view.Form.Origin),
		Affected: deliberation.Affected(view.Form.Affected), Category: deliberation.Category(view.Form.Category), Quick: view.Form.How == "quick", For: deliberation.ProcessID(view.Form.For),
		AuthorisedBy: view.Form.AuthorisedBy, Reason: view.Form.Reason,
	}
	if !in.Quick {
		in.Form = deliberation.Body(view.Form.How)
	}
	id, err := w.startConsultation(c.Request().Context(), w.viewer(c), c.FormValue("key"), in)
	if err == nil {
		return after(c, "/processes/"+string(id), "done_started")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	for i, f := range view.Problem.Fields { // one choice on the page says both
		if f.Field == "form" || f.Field == "quick" {
			view.Problem.Fields[i].Field = "how"
		}
	}
	view.Key = retryKey(status, c.FormValue("key"))
	if view.Entrustments, err = w.inForce(c.Request().Context(), w.viewer(c), deliberation.CouncilMeeting); err != nil {
		return err
	}
	return w.render(c, status, pages.StartConsultation(view))
}

// participantsView is the form on which the participants are named.
func (w *site) participantsView(c echo.Context) (pages.ParticipantsView, deliberation.Proceeding, error) {
	p, err := w.proceedingOf(c.Request().Context(), w.viewer(c), deliberation.ProcessID(c.Param("process")), deliberation.ConsultationKind)
	if err != nil {
		return pages.ParticipantsView{}, p, err
	}
	spec, _ := deliberation.SpecOf(deliberation.NameParticipants)
	if _, err := permitAct(spec, w.viewer(c), true, nil); err != nil {
		return pages.ParticipantsView{}, p, err
	}
	view := pages.ParticipantsView{Page: w.page(c, "processes", "act_name_participants"), P: p.Process, Key: newKey(), Text: c.FormValue("text")}
	for _, role := range deliberation.RolesIn(p.Matter.Form) {
		view.Lines = append(view.Lines, pages.RoleLines{Role: role, Names: c.FormValue(string(role))})
	}
	return view, p, nil
}

func (w *site) participantsForm(c echo.Context) error {
	view, _, err := w.participantsView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Participants(view))
}

// postParticipants names the participants; names that nobody has, or several have,
// come back with nothing typed lost.
func (w *site) postParticipants(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, p, err := w.participantsView(c)
	if err != nil {
		return err
	}
	var wrong fields
	in := actInput{Text: view.Text}
	for _, l := range view.Lines {
		found, err := w.byName(ctx, v, &wrong, string(l.Role), l.Names, l.Role)
		if err != nil {
			return err
		}
		in.Participants = append(in.Participants, found...)
	}
	if err = wrong.refusal(); err == nil {
		_, err = w.submitAct(ctx, v, p.ID, deliberation.NameParticipants, c.FormValue("key"), in)
	}
	if err == nil {
		return after(c, "/processes/"+string(p.ID), "done_act")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	for i := range view.Problem.Fields { // the list is spread over the fields of its roles
		if view.Problem.Fields[i].Field == "participants" {
			view.Problem.Fields[i].Field = string(view.Lines[0].Role)
		}
	}
	view.Key = retryKey(status, c.FormValue("key"))
	return w.render(c, status, pages.Participants(view))
}

// showConsultation shows who takes part, what was found, and what became of it.
func (w *site) showConsultation(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	p, err := w.proceedingOf(ctx, v, deliberation.ProcessID(c.Param("process")), deliberation.ConsultationKind)
	if err != nil {
		return err
	}
	view := pages.ConsultationView{Page: w.page(c, "processes", "consultation_title"), P: p.Process}
	if s := p.Status.Consultation; s != nil {
		view.Status = *s
	}
	if view.Names, err = w.names(ctx, deliberation.Persons(view.Status.Participants)); err != nil {
		return err
	}
	view.MayForward = slices.ContainsFunc(w.allowedActs(v, p), func(a deliberation.OpenAct) bool { return a.Kind == deliberation.ForwardMatter })
	return w.render(c, http.StatusOK, pages.Consultation(view))
}

// startForMatter fills in the form of a process that is started for a consultation
// which could not agree, or for an item of an open talk.
func (w *site) startForMatter(c echo.Context, form *pages.StartForm) error {
	ctx, v, id, item := c.Request().Context(), w.viewer(c), c.QueryParam("for"), c.QueryParam("item")
	if id == "" {
		return nil
	}
	if !isID(id) || item != "" && !isID(item) {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	p, err := w.proceeding(ctx, v, deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	if startedFor[p.Kind] == nil {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	form.Kind, form.For, form.ForItem = deliberation.ConferenceKind, id, item
	form.Origin, form.Form = string(deliberation.OriginCommittee), string(deliberation.Conference)
	form.Title, form.Summary, form.Category, form.Affected = p.Matter.Title, p.Matter.Summary, string(p.Matter.Category), string(p.Matter.Affected)
	if t := p.Status.Talk; t != nil {
		i := t.Item(item)
		if i == nil {
			return deliberation.Refuse(deliberation.RefuseNotFound)
		}
		form.Title, form.Summary = "", w.text(ctx, v, p.ID, i.Paper.ID)
	}
	return nil
}

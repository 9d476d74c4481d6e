package server

import (
	"cmp"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// actView makes the form of an act, refused early where no office of the viewer allows it.
func (w *site) actView(c echo.Context) (pages.ActView, deliberation.Proceeding, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	spec, known := deliberation.SpecOf(deliberation.ActKind(c.Param("act")))
	if !known {
		return pages.ActView{}, deliberation.Proceeding{}, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	p, err := w.proceeding(ctx, v, deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return pages.ActView{}, p, err
	}
	if _, err := permitActIn(spec, v, p, cmp.Or(c.QueryParam("subject"), c.FormValue("subject")), nil); err != nil {
		return pages.ActView{}, p, err
	}
	view := pages.ActView{Page: w.page(c, "processes", "act_"+string(spec.Kind)), P: p.Process, Spec: spec, Key: newKey()}
	view.Form.Subject = c.QueryParam("subject")
	return view, p, nil
}

// describe adds what the form shows of the thing it acts on.
func (w *site) describe(ctx context.Context, v viewer, p deliberation.Proceeding, view *pages.ActView) {
	var subjects []string
	for _, a := range w.allowedActs(v, p) {
		if a.Kind == view.Spec.Kind && a.Subject != "" {
			subjects = append(subjects, a.Subject)
		}
	}
	subjects = append(subjects, motionSubjects(p, view.Spec.Kind)...)
	if view.Form.Subject == "" && len(subjects) == 1 && view.Spec.Wants(deliberation.NeedSubject) {
		view.Form.Subject = subjects[0]
	}
	for _, s := range subjects {
		view.Subjects = append(view.Subjects, pages.Option{Value: s, Label: w.subjectName(ctx, v, p, s)})
	}
	w.describeElection(ctx, v, p, view)
	view.About = w.aboutText(ctx, v, p, view.Spec.Kind, view.Form.Subject)
	if view.Spec.Kind == deliberation.Convene {
		rules := w.meetingRules(p.Process)
		if rules.Notice.Days > 0 {
			view.Rule = &rules.Notice
		}
		if !rules.Sections.Value {
			view.Spec.Needs = without(view.Spec.Needs, deliberation.OptionalSections)
		}
	}
	if view.Spec.Kind == deliberation.FileHearingReport && p.Matter.Form != deliberation.ExpertAppraisal {
		view.Spec.Needs = without(view.Spec.Needs, deliberation.OptionalFinding)
	}
	if view.Spec.Kind == deliberation.PutMotion && p.Matter.Form != deliberation.Assembly && p.Matter.Form != deliberation.HouseholdAssembly {
		view.Spec.Needs = without(view.Spec.Needs, deliberation.OptionalGrant)
	}
}

// without gives the needs that the form asks for where one has no place there.
func without(needs []deliberation.Need, n deliberation.Need) []deliberation.Need {
	return slices.DeleteFunc(slices.Clone(needs), func(x deliberation.Need) bool { return x == n })
}

// meetingRules gives the rules of the meeting of the stage; none where the pack
// does not know it.
func (w *site) meetingRules(p deliberation.Process) deliberation.MeetingRules {
	if p.Kind == deliberation.ConferenceKind {
		if pack, err := w.Law.Pinned(p.Pack); err == nil {
			rules, _ := deliberation.ConferenceOf(pack, p.Matter.Form)
			return rules.Meeting
		}
		return deliberation.MeetingRules{}
	}
	if p.Kind == deliberation.HearingKind {
		rules, _ := w.hearingRules(p)
		return rules.Meeting
	}
	if p.Kind == deliberation.OpenTalkKind {
		if pack, err := w.Law.Pinned(p.Pack); err == nil {
			rules, _ := deliberation.OpenTalkOf(pack)
			return rules.Meeting
		}
		return deliberation.MeetingRules{}
	}
	if p.Kind == deliberation.ConsultationKind {
		if pack, err := w.Law.Pinned(p.Pack); err == nil {
			rules, _ := deliberation.ConsultationOf(pack, p.Matter.Form)
			return rules.Meeting
		}
		return deliberation.MeetingRules{}
	}
	if p.Kind == deliberation.DepartmentKind {
		if pack, err := w.Law.Pinned(p.Pack); err == nil {
			rules, _ := deliberation.DepartmentRulesOf(pack)
			return rules.Meeting
		}
		return deliberation.MeetingRules{}
	}
	if p.Kind == deliberation.ResignationKind {
		if pack, err := w.Law.Pinned(p.Pack); err == nil {
			rules, _ := deliberation.ResignationOf(pack, p.Matter.Form)
			return rules.Meeting
		}
		return deliberation.MeetingRules{}
	}
	if p.Kind == deliberation.ChoosingKind && p.Matter.Choosing != nil {
		if pack, err := w.Law.Pinned(p.Pack); err == nil {
			rules, _ := deliberation.ChoosingOf(pack, p.Matter.Choosing.Body, p.Matter.Form)
			return rules.Meeting
		}
		return deliberation.MeetingRules{}
	}
	if p.Kind == deliberation.DutyReportKind {
		if pack, err := w.Law.Pinned(p.Pack); err == nil {
			rules, _ := deliberation.AppraisalOf(pack)
			return rules.Meeting
		}
		return deliberation.MeetingRules{}
	}
	rules, _ := w.rulesOf(p)
	return rules.Meeting(p.Status.Stage, p.Matter.Form, p.Matter.Merged)
}

// rulesOf gives the rules under which a process runs.
func (w *site) rulesOf(p deliberation.Process) (deliberation.FourDeliberationsRules, error) {
	pack, err := w.Law.Pinned(p.Pack)
	if err != nil {
		return deliberation.FourDeliberationsRules{}, err
	}
	return deliberation.FourDeliberationsOn(pack, p.Matter)
}

// aboutText gives the text that an act answers, signs or puts to the vote; empty
// where there is none or the viewer may not read it.
func (w *site) aboutText(ctx context.Context, v viewer, p deliberation.Proceeding, kind deliberation.ActKind, subject string) string {
	if about := aboutDepartment(p.Process, subject, v.Lang); about != "" {
		return about
	}
	about := w.text(ctx, v, p.ID, aboutPaper(p, kind, subject))
	if kind != deliberation.OpenPoll {
		return about
	}
	// A ballot of several is about all that follow its first.
	m, _ := nextMotion(p.Status.Agenda)
	for _, o := range p.Status.Agenda[1+slices.IndexFunc(p.Status.Agenda, func(o deliberation.Motion) bool { return o.ID == m.ID }):] {
		if !o.Together {
			break
		}
		about += "\n\n" + w.text(ctx, v, p.ID, o.Paper.ID)
	}
	return about
}

func aboutPaper(p deliberation.Proceeding, kind deliberation.ActKind, subject string) deliberation.PaperID {
	for _, o := range p.Objections {
		if o.ID == subject && kind == deliberation.ContestAnswer {
			return o.Answer.ID
		}
		if o.ID == subject {
			return o.Paper.ID
		}
	}
	if e := p.Status.Election; e != nil {
		for _, o := range e.Challenges {
			if o.ID == subject {
				return o.Paper.ID
			}
		}
	}
	if t := p.Status.Talk; t != nil {
		if i := t.Item(subject); i != nil {
			return i.Paper.ID
		}
	}
	for _, m := range p.Marks {
		if m.ID == subject && kind == deliberation.AcceptRectified {
			return m.Answer.ID
		}
		if m.ID == subject {
			return m.Paper.ID
		}
	}
	for _, m := range p.Status.Agenda {
		if m.ID == subject {
			return m.Paper.ID
		}
	}
	for _, q := range p.Polls {
		if string(q.ID) == subject {
			return q.Text.ID
		}
	}
	if m, ok := nextMotion(p.Status.Agenda); ok && (kind == deliberation.OpenPoll || kind == deliberation.Amend || kind == deliberation.CountHands) {
		return m.Paper.ID
	}
	if len(p.Meetings) == 0 {
		return ""
	}
	last := p.Meetings[len(p.Meetings)-1]
	switch kind {
	case deliberation.SignMinutes:
		return last.Minutes.ID
	case deliberation.OpenPoll, deliberation.Amend:
		return last.Draft.ID
	}
	return ""
}

// text gives the text of a paper, empty where the viewer may not read it.
func (w *site) text(ctx context.Context, v viewer, process deliberation.ProcessID, paper deliberation.PaperID) string {
	if paper == "" {
		return ""
	}
	found, err := w.readPaper(ctx, v, process, paper)
	if err != nil || found.MediaType != plainText {
		return ""
	}
	return string(found.Content)
}

// subjectRunes is how much of a text names it in a choice.
const subjectRunes = 40

func (w *site) subjectName(ctx context.Context, v viewer, p deliberation.Proceeding, subject string) string {
	if a := p.Status.Appraisal; a != nil && a.Find(deliberation.PersonID(subject)) != nil {
		if named, err := w.names(ctx, []deliberation.PersonID{deliberation.PersonID(subject)}); err == nil {
			return named[deliberation.PersonID(subject)]
		}
	}
	if name := departmentName(p.Process, subject); name != "" {
		return name
	}
	if name := w.electionSubject(ctx, v, p, subject); name != "" {
		return name
	}
	if name := w.choosingSubject(ctx, v, p, subject); name != "" {
		return name
	}
	text := []rune(w.aboutText(ctx, v, p, "", subject))
	switch {
	case len(text) == 0:
		return subject
	case len(text) > subjectRunes:
		return string(text[:subjectRunes]) + "…"
	}
	return string(text)
}

// showAct shows the form of an act; one without fields that cannot be undone
// shows its confirmation at once.
func (w *site) showAct(c echo.Context) error {
	if c.Param("act") == string(deliberation.FileDutyReport) {
		return c.Redirect(http.StatusSeeOther, "/processes/"+url.PathEscape(c.Param("process"))+"/report")
	}
	if c.Param("act") == string(deliberation.NameParticipants) {
		return c.Redirect(http.StatusSeeOther, "/processes/"+url.PathEscape(c.Param("process"))+"/participants")
	}
	if c.Param("act") == string(deliberation.DraftDisclosure) {
		return c.Redirect(http.StatusSeeOther, "/processes/"+url.PathEscape(c.Param("process"))+"/disclosure")
	}
	view, p, err := w.actView(c)
	if err != nil {
		return err
	}
	w.describe(c.Request().Context(), w.viewer(c), p, &view)
	if view.Spec.Kind == deliberation.RecordMinutes {
		if view.Form.Text, err = w.minutesDraft(c.Request().Context(), w.viewer(c), p); err != nil {
			return err
		}
	}
	if view.Spec.Kind == deliberation.Publish && p.Kind == deliberation.DepartmentKind {
		if view.Form.Text, err = w.ratingNotice(c.Request().Context(), w.viewer(c), p); err != nil {
			return err
		}
	}
	if pages.Irreversible(view.Spec.Kind) && len(view.Spec.Needs) == 0 {
		return w.render(c, http.StatusOK, pages.ActConfirm(view))
	}
	return w.render(c, http.StatusOK, pages.Act(view))
}

// postAct does an act, after a page that shows once more what cannot be undone.
func (w *site) postAct(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, p, err := w.actView(c)
	if err != nil {
		return err
	}
	view.Form, view.Key = actForm(c), c.FormValue("key")
	step := c.FormValue("step")
	if step == "edit" {
		w.describe(ctx, v, p, &view)
		return w.render(c, http.StatusOK, pages.Act(view))
	}
	in, err := actOf(c, view.Form)
	if err == nil && view.Spec.Wants(deliberation.NeedPeople) {
		in.People, err = w.peopleNamed(ctx, v, "people", view.Form.People)
	}
	if err == nil && pages.Irreversible(view.Spec.Kind) && step != "do" {
		if err = checkAct(view.Spec, &in); err == nil {
			w.describe(ctx, v, p, &view)
			return w.render(c, http.StatusOK, pages.ActConfirm(view))
		}
	} else if err == nil {
		if _, err = w.submitAct(ctx, v, p.ID, view.Spec.Kind, view.Key, in); err == nil {
			return after(c, afterAct(view.Spec, p), "done_act")
		}
	}
	w.describe(ctx, v, p, &view)
	status, said := w.refused(err, view.Page, v.Lang)
	view.Problem, view.Key = said, retryKey(status, view.Key)
	return w.render(c, status, pages.Act(view))
}

// afterAct leads back to where the work goes on: the meeting, the supervisors' page or the case.
func afterAct(spec deliberation.ActSpec, p deliberation.Proceeding) string {
	if spec.Supervisory {
		return "/processes/" + string(p.ID) + "/supervise"
	}
	if n := len(p.Meetings); n > 0 && slices.Contains(meetingActs, spec.Kind) {
		return "/meetings/" + string(p.Meetings[n-1].ID)
	}
	return "/processes/" + string(p.ID)
}

func actForm(c echo.Context) pages.ActForm {
	form, _ := c.FormParams() // what cannot be read has no values, and is refused as missing
	return pages.ActForm{
		Options: c.FormValue("options"), Seats: c.FormValue("seats"), OnPaper: c.FormValue("on_paper"), Together: c.FormValue("together"),
		Sections: c.FormValue("sections"), Until: c.FormValue("grant_until"), GrantTo: c.FormValue("grant_to"), Grant: form["grant"],
		Date: c.FormValue("date"), Time: c.FormValue("time"), Place: c.FormValue("place"), Text: c.FormValue("text"), Subject: c.FormValue("subject"),
		Days: c.FormValue("days"), Urgent: c.FormValue("urgent"), Income: c.FormValue("income"), Spending: c.FormValue("spending"),
		People: c.FormValue("people"), Post: c.FormValue("post"),
		Voting: c.FormValue("voting"), Category: c.FormValue("category"), Decision: c.FormValue("decision"), Finding: c.FormValue("finding"), Yes: c.FormValue("yes"), No: c.FormValue("no"), Abstain: c.FormValue("abstain"),
		Asked: c.FormValue("asked"), Returned: c.FormValue("returned"), Satisfied: c.FormValue("satisfied"), Basically: c.FormValue("basically"), Not: c.FormValue("not"),
	}
}

// actOf reads an act as it was typed. All that is wrong is said at once.
func actOf(c echo.Context, f pages.ActForm) (actInput, error) {
	in := actInput{Place: f.Place, Text: f.Text, Subject: f.Subject, Urgent: f.Urgent == "yes", Voting: deliberation.Voting(f.Voting), Category: deliberation.Category(f.Category), Decision: f.Decision, Finding: deliberation.Finding(f.Finding)}
	var wrong fields
	if f.Yes != "" || f.No != "" || f.Abstain != "" {
		in.Counts = &deliberation.HandCount{Yes: wrong.count("yes", f.Yes), No: wrong.count("no", f.No), Abstain: wrong.count("abstain", f.Abstain)}
	}
	if deliberation.ActKind(c.Param("act")) == deliberation.FileSurvey {
		in.Survey = &deliberation.Satisfaction{
			Asked: wrong.count("asked", f.Asked), Returned: wrong.count("returned", f.Returned),
			Satisfied: wrong.count("satisfied", f.Satisfied), Basically: wrong.count("basically", f.Basically), Not: wrong.count("not", f.Not),
		}
	}
	in.motionInput = motionForm(&wrong, f)
	in.Days = wrong.count("days", f.Days)
	in.IncomeFen = wrong.yuan("income_fen", f.Income)
	in.SpendingFen = wrong.yuan("spending_fen", f.Spending)
	if f.Date != "" && f.Time == "" && pages.ByDay(deliberation.ActKind(c.Param("act"))) {
		f.Time = "00:00"
	}
	if f.Date != "" || f.Time != "" {
		at, err := time.ParseInLocation("2006-01-02 15:04", f.Date+" "+f.Time, deliberation.Shanghai)
		wrong.want(err == nil, "at", notADate)
		in.At = at
	}
	in.Post = deliberation.ElectionPost(f.Post)
	photo, err := photoOf(c)
	if err != nil {
		return in, err
	}
	in.Photo = photo
	return in, wrong.refusal()
}

// motionForm reads what an act of a conference may bring.
func motionForm(wrong *fields, f pages.ActForm) motionInput {
	in := motionInput{OnPaper: f.OnPaper == "yes", Together: f.Together == "yes", Seats: wrong.count("seats", f.Seats), Sections: wrong.count("sections", f.Sections)}
	for _, name := range strings.Split(f.Options, "\n") {
		if name = strings.TrimSpace(name); name != "" {
			in.Options = append(in.Options, name)
		}
	}
	if len(f.Grant) == 0 && f.Until == "" {
		return in
	}
	in.Grant = &deliberation.Grant{To: deliberation.Body(f.GrantTo)}
	if f.Until != "" {
		until, err := deliberation.ParseDate(f.Until)
		wrong.want(err == nil, "grant_until", notADate)
		in.Grant.Until = until
	}
	for _, c := range f.Grant {
		in.Grant.Categories = append(in.Grant.Categories, deliberation.Category(c))
	}
	return in
}

// photoOf reads the image of a form, nil where none was chosen.
func photoOf(c echo.Context) ([]byte, error) {
	file, err := c.FormFile("photo")
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, nil
	}
	if err != nil {
		return nil, deliberation.Refuse(deliberation.RefuseMalformed)
	}
	if file.Size > maxPhoto {
		return nil, &deliberation.Refusal{Code: deliberation.RefuseInvalid, Fields: []deliberation.FieldProblem{{Field: "photo", Problem: tooLong, Limit: maxPhoto}}}
	}
	r, err := file.Open()
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }() // read only
	return io.ReadAll(r)
}

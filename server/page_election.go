package server

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// electionRoutes is the policy's row of every page and command of elections and recalls.
// A name that is looked for is posted: it stands in no address.
var electionRoutes = map[string]action{
	"GET /elections/new":                               toStartElection,
	"POST /elections/new":                              toStartElection,
	"GET /recalls/new":                                 toStartElection,
	"POST /recalls/new":                                toStartElection,
	"GET /processes/:process/election":                 toReadCase,
	"GET /processes/:process/election/print/:document": toReadCase,
	"GET /processes/:process/electors":                 toReadCase,
	"GET /processes/:process/registration":             toRunElection,
	"POST /processes/:process/registration":            toRunElection,
	"GET /processes/:process/nominate":                 toNominate,
	"POST /processes/:process/nominate":                toNominate,
	"GET /processes/:process/nominations":              toRunElection,
	"POST /processes/:process/nominations":             toRunElection,
	"GET /meetings/:meeting/mobile":                    toRunElection,
	"POST /meetings/:meeting/mobile":                   toRunElection,
	"GET /processes/:process/recall":                   toReadCase,
	"GET /processes/:process/stations":                 toRunElection,
	"POST /processes/:process/stations":                toRunElection,

	"POST /api/v1/elections":                        toStartElection,
	"POST /api/v1/recalls":                          toStartElection,
	"GET /api/v1/processes/:process/electors":       toReadCase,
	"POST /api/v1/processes/:process/electors":      toRunElection,
	"GET /api/v1/processes/:process/registrations":  toRunElection,
	"POST /api/v1/processes/:process/registrations": toRunElection,
	"GET /api/v1/processes/:process/nominations":    toNominate,
	"POST /api/v1/processes/:process/nominations":   toNominate,
	"POST /api/v1/meetings/:meeting/mobile-lists":   toRunElection,
	"POST /api/v1/processes/:process/stations":      toRunElection,
}

func (w *site) mountElections(g *echo.Group) {
	g.GET("/elections/new", w.newElectionForm)
	g.POST("/elections/new", w.submitNewElection)
	g.GET("/recalls/new", w.newRecallForm)
	g.POST("/recalls/new", w.submitNewRecall)
	g.GET("/processes/:process/election", w.showElection)
	g.GET("/processes/:process/election/print/:document", w.printElection)
	g.GET("/processes/:process/electors", w.showElectors)
	g.GET("/processes/:process/registration", w.showRegistration)
	g.POST("/processes/:process/registration", w.postRegistration)
	g.GET("/processes/:process/nominate", w.nominateForm(false))
	g.POST("/processes/:process/nominate", w.postNominate(false))
	g.GET("/processes/:process/nominations", w.nominateForm(true))
	g.POST("/processes/:process/nominations", w.postNominate(true))
	g.GET("/meetings/:meeting/mobile", w.showMobile)
	g.POST("/meetings/:meeting/mobile", w.postMobile)
	g.GET("/processes/:process/recall", w.showRecall)
	g.GET("/processes/:process/stations", w.showStations)
	g.POST("/processes/:process/stations", w.postStations)
}

// electionForm reads an election from the values of its inputs.
func electionForm(c echo.Context) pages.ElectionForm {
	f := pages.ElectionForm{
		Title: c.FormValue("title"), Summary: c.FormValue("summary"), Method: c.FormValue("method"), Day: c.FormValue("day"),
		ByElection: c.FormValue("by_election"), Web: c.FormValue("web"), Overfull: c.FormValue("overfull"), VoidMobileBox: c.FormValue("void_mobile_box"),
		VacatedSeat: c.FormValue("vacated_seat"), FurtherTurnout: c.FormValue("further_turnout"), MobileBoxes: c.FormValue("mobile_boxes"),
		Seats: map[deliberation.ElectionPost]string{}, Surplus: map[deliberation.ElectionPost]string{},
	}
	for _, p := range startPosts {
		f.Seats[p], f.Surplus[p] = c.FormValue("seats_"+string(p)), c.FormValue("surplus_"+string(p))
	}
	return f
}

// electionOf reads an election as it was typed, and says what of it could not be read.
func electionOf(f pages.ElectionForm) (electionInput, fields) {
	in := electionInput{Title: strings.TrimSpace(f.Title), Summary: strings.TrimSpace(f.Summary)}
	var wrong fields
	day, err := deliberation.ParseDate(f.Day)
	wrong.want(err == nil, "day", notADate)
	setup := deliberation.ElectionSetup{
		Method: deliberation.ElectionMethod(f.Method), Day: day, Seats: deliberation.ElectionSeats{}, Surplus: deliberation.ElectionSeats{},
		Web: f.Web == "yes", ByElection: f.ByElection == "yes",
		Choices: deliberation.ElectionChoices{Overfull: f.Overfull, VoidMobileBox: f.VoidMobileBox, VacatedSeat: f.VacatedSeat,
			FurtherTurnout: yesOrNo(f.FurtherTurnout), MobileBoxes: yesOrNo(f.MobileBoxes)},
	}
	for _, p := range startPosts {
		if n := wrong.count("seats_"+string(p), f.Seats[p]); n > 0 {
			setup.Seats[p] = n
			setup.Surplus[p] = wrong.count("surplus_"+string(p), f.Surplus[p])
		}
	}
	wrong.want(slices.Contains(deliberation.ElectionMethods, setup.Method), "method", notAChoice)
	in.Setup = setup
	return in, wrong
}

// yesOrNo reads a yes or no that may be left open.
func yesOrNo(s string) *bool {
	if s == "" {
		return nil
	}
	yes := s == "yes"
	return &yes
}

func (w *site) startElectionView(c echo.Context) (pages.StartElectionView, error) {
	v := w.viewer(c)
	view := pages.StartElectionView{Page: w.page(c, "election", "election_start_title"), Form: electionForm(c), Key: c.FormValue("key")}
	var err error
	if view.Pack, err = w.Law.PackFor(v.Community.Kind, v.Community.Place, w.Server.today(), ""); err != nil {
		return view, err
	}
	view.Methods = methodsOf(view.Pack)
	return view, nil
}

// methodsOf gives the ways to elect that a pack knows.
func methodsOf(p deliberation.Pack) []deliberation.ElectionMethod {
	return slices.DeleteFunc(slices.Clone(deliberation.ElectionMethods), func(m deliberation.ElectionMethod) bool {
		_, err := deliberation.ElectionOf(p, m)
		return err != nil
	})
}

func (w *site) newElectionForm(c echo.Context) error {
	view, err := w.startElectionView(c)
	if err != nil {
		return err
	}
	if len(view.Methods) > 0 {
		view.Form.Method = string(view.Methods[0])
		if rules, err := deliberation.ElectionOf(view.Pack, view.Methods[0]); err == nil {
			for _, p := range startPosts {
				least, _ := rules.Surplus(p)
				view.Form.Surplus[p] = itoa(least.Count)
			}
		}
	}
	if view.Form.ByElection != "yes" { // else the vacancy says which seat
		view.Form.Seats[deliberation.PostDirector] = "1"
	}
	return w.render(c, http.StatusOK, pages.StartElection(view))
}

// submitNewElection shows the election and its calendar, and begins it when that page is
// confirmed. What is refused comes back with nothing typed lost.
func (w *site) submitNewElection(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, err := w.startElectionView(c)
	if err != nil {
		return err
	}
	step := c.FormValue("step")
	if step == "edit" {
		return w.render(c, http.StatusOK, pages.StartElection(view))
	}
	in, wrong := electionOf(view.Form)
	view.Setup = in.Setup
	if err = wrong.refusal(); err == nil {
		m := in.matter(v.Community.Kind)
		if err = tidyMatter(&m); err == nil {
			err = checkElection(view.Pack, m, w.Server.today())
		}
	}
	if err == nil {
		view.Plan, err = w.electionPlan(view.Pack, in.Setup)
	}
	if err == nil && step == "start" {
		var id deliberation.ProcessID
		if id, err = w.startElection(ctx, v, view.Key, in); err == nil {
			return after(c, "/processes/"+string(id), "done_started")
		}
	} else if err == nil {
		view.Key = newKey()
		return w.render(c, http.StatusOK, pages.ElectionReview(view))
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	if status >= http.StatusInternalServerError && step == "start" {
		view.Key = retryKey(status, view.Key)
		return w.render(c, status, pages.ElectionReview(view))
	}
	return w.render(c, status, pages.StartElection(view))
}

// electionPlan gives the calendar of an election that is not begun yet.
func (w *site) electionPlan(pack deliberation.Pack, s deliberation.ElectionSetup) ([]pages.ElectionDayLine, error) {
	r, err := deliberation.ElectionOf(pack, s.Method)
	if err != nil {
		return nil, err
	}
	if r, err = r.Adopt(s.Choices); err != nil {
		return nil, err
	}
	return dayLines(deliberation.PlanElection(r, w.Law.Calendar(), w.Server.today(), s.Day), nil, w.Server.today()), nil
}

// dayLines says of each day of a calendar whether what it asks for was done. A further
// round and a day that is put off are asked for by nobody yet.
func dayLines(steps []deliberation.ElectionStep, done map[deliberation.ElectionPoint]bool, today deliberation.Date) (lines []pages.ElectionDayLine) {
	for _, s := range steps {
		l := pages.ElectionDayLine{ElectionStep: s, Done: done[s.Point]}
		l.Late = done != nil && !l.Done && s.Date.Before(today) && slices.Contains(owedPoints, s.Point)
		lines = append(lines, l)
	}
	return lines
}

// owedPoints are the days on which something must have been done that the case shows.
var owedPoints = []deliberation.ElectionPoint{
	deliberation.ElectionAudit, deliberation.ElectionBoard, deliberation.ElectionScheme, deliberation.ElectionList, deliberation.ElectionNominated,
	deliberation.ElectionFinalList, deliberation.ElectionDay, deliberation.ElectionArchive, deliberation.ElectionHandover, deliberation.ElectionBodies,
}

// donePoints says what of the calendar of an election was done.
func donePoints(p deliberation.Proceeding) map[deliberation.ElectionPoint]bool {
	e := p.Status.Election
	done := map[deliberation.ElectionPoint]bool{}
	if e == nil {
		return done
	}
	done[deliberation.ElectionAudit] = !e.Audit.IsZero() || e.Setup.ByElection
	done[deliberation.ElectionBoard], done[deliberation.ElectionScheme] = len(e.Committee) > 0, !e.Approved.IsZero()
	done[deliberation.ElectionList] = !e.Listed.IsZero()
	done[deliberation.ElectionNominated], done[deliberation.ElectionFinalList] = !e.NomineesPosted.IsZero(), !e.CandidatesPosted.IsZero()
	done[deliberation.ElectionPreselect] = e.Preselection != ""
	done[deliberation.ElectionAnnounce] = voteMeeting(p) != nil
	done[deliberation.ElectionDay] = e.Outcome != nil
	for _, s := range e.Steps {
		done[s] = true
	}
	return done
}

// voteMeeting gives the meeting at which the election was or is voted on, the last where
// there were several rounds; nil before it was convened.
func voteMeeting(p deliberation.Proceeding) *deliberation.Meeting {
	for i, m := range slices.Backward(p.Meetings) {
		if m.Stage == deliberation.ElectionVoting {
			return &p.Meetings[i]
		}
	}
	return nil
}

// electionView is an election with all that everybody of the community may see of it.
func (w *site) electionView(c echo.Context) (pages.ElectionView, deliberation.Proceeding, deliberation.ElectionRules, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	view := pages.ElectionView{Page: w.page(c, "processes", "election_link")}
	p, err := w.proceedingOf(ctx, v, deliberation.ProcessID(c.Param("process")), deliberation.ElectionKind)
	if err != nil {
		return view, p, deliberation.ElectionRules{}, err
	}
	rules, err := w.electionRules(p.Process)
	if err != nil {
		return view, p, rules, err
	}
	view.P, view.Setup, view.Standing, view.AuditFirst = p.Process, setupOf(p.Process), standsIn(v, p.Process), rules.AuditFirst
	if view.P.Status.State == "" { // just started
		view.P.Status.Stage, view.P.Status.State = deliberation.StagesOf(p.Kind)[0], deliberation.Running
	}
	if p.Status.Election != nil {
		view.E = *p.Status.Election
	}
	view.Plan = dayLines(deliberation.PlanElection(rules, w.Law.Calendar(), p.Started, view.Setup.Day), donePoints(p), w.Server.today())
	if view.Names, err = w.names(ctx, electionPeople(view.E)); err != nil {
		return view, p, rules, err
	}
	if view.E.Outcome != nil {
		o := *view.E.Outcome
		o.Rules = rules
		view.Outcome = o.Sentences(v.Lang, view.Names.Of)
	}
	view.Polls = p.Polls
	view.Acts = w.allowedActs(v, p)
	_, desk := w.atElectionDesk(ctx, v, p.ID)
	view.Desk = desk == nil
	if err := w.showMyRegistration(ctx, v, &view); err != nil {
		return view, p, rules, err
	}
	view.MayNominate = view.E.Gathering && (view.OnList || v.Holds(deliberation.Secretary)) && permit(toNominate, v, true) == nil
	return view, p, rules, nil
}

// showMyRegistration says whether the viewer stands on the published list.
func (w *site) showMyRegistration(ctx context.Context, v viewer, view *pages.ElectionView) error {
	list, err := w.electors(ctx, v, view.P.ID)
	if err != nil {
		return err
	}
	for _, l := range list {
		if l.Person.ID != v.Person.ID {
			continue
		}
		view.OnList = l.In
		if !l.In {
			view.Off = view.S("elector_out", "Why", l.Reason.Word(v.Lang))
		}
	}
	return nil
}

// electionPeople are all whom the page of an election names.
func electionPeople(e deliberation.ElectionProgress) (ids []deliberation.PersonID) {
	ids = append(ids, e.Committee...)
	for _, n := range e.Nominees {
		ids = append(ids, n.Person)
	}
	for _, l := range e.Lists {
		ids = append(ids, l.Candidates...)
		ids = append(ids, l.Reserve...)
		ids = append(ids, l.Tied...)
	}
	ids = append(ids, e.Withdrawn...)
	if e.Outcome == nil {
		return ids
	}
	for _, s := range e.Outcome.Seated {
		ids = append(ids, s.Person)
	}
	ids = append(ids, e.Outcome.Unconfirmed...)
	for _, r := range e.Outcome.Posts {
		for _, x := range r.Votes {
			ids = append(ids, x.Person)
		}
		for _, x := range r.Elected {
			ids = append(ids, x.Person)
		}
		for _, x := range r.Dropped {
			ids = append(ids, x.Person, x.Of)
		}
		ids = append(ids, r.Tied...)
		ids = append(ids, r.WomanFirst)
	}
	for _, l := range e.Outcome.Further {
		ids = append(ids, l.Candidates...)
	}
	return ids
}

func (w *site) showElection(c echo.Context) error {
	view, _, _, err := w.electionView(c)
	if err != nil {
		return err
	}
	view.Acts = slices.DeleteFunc(view.Acts, func(a deliberation.OpenAct) bool { return a.Kind == deliberation.Object })
	return w.render(c, http.StatusOK, pages.Election(view))
}

// showElectors is the list of electors as it hangs.
func (w *site) showElectors(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	p, err := w.proceedingOf(ctx, v, deliberation.ProcessID(c.Param("process")), deliberation.ElectionKind)
	if err != nil {
		return err
	}
	list, err := w.electors(ctx, v, p.ID)
	if err != nil {
		return err
	}
	rules, err := w.electionRules(p.Process)
	if err != nil {
		return err
	}
	view := pages.ElectorsView{Page: w.page(c, "processes", "electors_title"), P: p.Process, Groups: pages.GroupElectors(list)}
	if p.Status.Election != nil {
		view.E = *p.Status.Election
	}
	for i, l := range list {
		if l.In {
			view.Count++
		}
		if l.Person.ID == v.Person.ID {
			view.Mine = &list[i]
		}
	}
	view.Source = view.Page.Source(rules.ListDays.Basis)
	if !view.E.Listed.IsZero() {
		view.Until = view.Page.Until(w.Law.Calendar().Deadline(view.E.Listed, rules.ObjectionDays.Days).Date.End())
	}
	return w.render(c, http.StatusOK, pages.Electors(view))
}

// newRecallForm begins a recall for a demand that was met.
func (w *site) newRecallForm(c echo.Context) error {
	view, err := w.startRecallView(c)
	if err != nil {
		return err
	}
	view.Demand, view.Key = c.QueryParam("demand"), newKey()
	if len(view.Methods) > 0 {
		view.Method = string(view.Methods[0])
	}
	return w.render(c, http.StatusOK, pages.StartRecall(view))
}

// recallsShown is how many demands a recall may be begun for.
const recallsShown = 200

func (w *site) startRecallView(c echo.Context) (pages.StartRecallView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	view := pages.StartRecallView{
		Page: w.page(c, "recall", "recall_start_title"), Demand: c.FormValue("demand"), Holder: c.FormValue("holder"), Method: c.FormValue("method"),
		NewFacts: c.FormValue("new_facts"), Key: c.FormValue("key"),
	}
	pack, err := w.Law.PackFor(v.Community.Kind, v.Community.Place, w.Server.today(), "")
	if err != nil {
		return view, err
	}
	view.Methods = methodsOf(pack)
	if pack.Has("recall.bar_months") {
		if view.Bar, err = pack.CountRule("recall.bar_months"); err != nil {
			return view, err
		}
	}
	list, _, err := w.Processes.ListProcesses(ctx, v.Community.ID, deliberation.Running, "", 0, recallsShown)
	if err != nil {
		return view, err
	}
	for _, p := range list {
		d := p.Status.Demand
		if p.Kind == deliberation.DemandKind && p.Matter.Demanded == deliberation.DemandRecall && d != nil && d.Verdict != nil && d.Verdict.Met && d.Started == "" {
			view.Demands = append(view.Demands, p)
		}
	}
	view.Holders, err = w.electedHere(ctx, v)
	return view, err
}

// electedHere gives who holds a post today for which they were voted.
func (w *site) electedHere(ctx context.Context, v viewer) (holders []pages.RecallHolder, err error) {
	members, err := w.Roster.OfficesIn(ctx, v.Community.ID)
	if err != nil {
		return nil, err
	}
	today := w.Server.today()
	var ids []deliberation.PersonID
	for _, h := range members {
		if slices.Contains(deliberation.RecallablePosts, h.Office) && !h.From.After(today) && (h.Until.IsZero() || !h.Until.Before(today)) {
			holders = append(holders, pages.RecallHolder{Person: deliberation.Person{ID: h.Person}, Post: h.Office})
			ids = append(ids, h.Person)
		}
	}
	names, err := w.names(ctx, ids)
	for i := range holders {
		holders[i].Person.Name = names.Of(holders[i].Person.ID)
	}
	return holders, err
}

func (w *site) submitNewRecall(c echo.Context) error {
	view, err := w.startRecallView(c)
	if err != nil {
		return err
	}
	post, person, _ := strings.Cut(view.Holder, ".")
	var wrong fields
	wrong.want(person != "", "holder", required)
	wrong.want(view.Demand == "" || isID(view.Demand), "demand", notAChoice)
	wrong.want(slices.Contains(deliberation.ElectionMethods, deliberation.ElectionMethod(view.Method)), "method", notAChoice)
	if err = wrong.refusal(); err == nil {
		var id deliberation.ProcessID
		id, err = w.startRecall(c.Request().Context(), w.viewer(c), view.Key, recallInput{
			Demand: deliberation.ProcessID(view.Demand), NewFacts: view.NewFacts,
			Setup: deliberation.RecallSetup{Person: deliberation.PersonID(person), Post: deliberation.Office(post), Method: deliberation.ElectionMethod(view.Method)},
		})
		if err == nil {
			return after(c, "/processes/"+string(id), "done_started")
		}
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, w.viewer(c).Lang)
	for i := range view.Problem.Fields {
		switch field := view.Problem.Fields[i].Field; {
		case field == "recall.method":
			view.Problem.Fields[i].Field = "method"
		case strings.HasPrefix(field, "recall."):
			view.Problem.Fields[i].Field = "holder"
		}
	}
	view.Key = retryKey(status, view.Key)
	return w.render(c, status, pages.StartRecall(view))
}

// showRecall shows the reasons of a recall and the defence side by side.
func (w *site) showRecall(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	p, err := w.proceeding(ctx, v, deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return err
	}
	if p.Kind != deliberation.RecallKind {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	if p.Status.State == "" {
		p.Status.Stage, p.Status.State = deliberation.StagesOf(p.Kind)[0], deliberation.Running
	}
	view := pages.RecallView{Page: w.page(c, "processes", "recall_link"), P: p}
	if p.Matter.Recall != nil {
		view.Setup = *p.Matter.Recall
	}
	if p.Status.Recall != nil {
		view.R = *p.Status.Recall
	}
	named, err := w.names(ctx, []deliberation.PersonID{view.Setup.Person})
	if err != nil {
		return err
	}
	view.Name, view.Defence = named.Of(view.Setup.Person), w.text(ctx, v, p.ID, view.R.Defence.ID)
	for i := range p.Polls {
		if p.Polls[i].ID == view.R.Poll {
			view.Poll = &p.Polls[i]
		}
	}
	pack, err := w.Law.Pinned(p.Pack)
	if err != nil {
		return err
	}
	if rules, err := deliberation.RecallOf(pack, view.Setup.Method); err == nil {
		view.Source = view.Page.Source(rules.Valid.Basis)
	}
	view.MayTell = slices.ContainsFunc(w.allowedActs(v, p), func(a deliberation.OpenAct) bool { return a.Kind == deliberation.DefendRecall })
	return w.render(c, http.StatusOK, pages.Recall(view))
}

// printElection is one of the papers of an election on A4.
func (w *site) printElection(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	if !slices.Contains(pages.ElectionSheets, c.Param("document")) {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	shown, p, rules, err := w.electionView(c)
	if err != nil {
		return err
	}
	view := pages.ElectionPrintView{ElectionView: shown, Document: c.Param("document")}
	view.Title = view.S("sheet_" + view.Document)
	if view.Meeting = voteMeeting(p); view.Meeting != nil {
		view.Notice = w.text(ctx, v, p.ID, view.Meeting.Notice.ID)
	}
	view.Sources = electionSources(view.Page, view.Document, rules)
	switch view.Document {
	case "notice-proxies":
		err = w.showProxies(ctx, &view)
	case "notice-mobile":
		view.Mobile, err = w.mobileLists(ctx, view.Meeting)
	case "archive":
		err = w.showArchive(ctx, &view)
	case "certificates":
		if rules.TermYears.Count > 0 && !view.Setup.ByElection {
			view.Ends = view.Setup.Day.AddYears(rules.TermYears.Count).Words(v.Lang)
		}
	}
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.ElectionPrint(view))
}

// electionSources are the texts that a paper of an election stands on.
func electionSources(page pages.Page, document string, r deliberation.ElectionRules) (list []string) {
	for _, b := range map[string][]deliberation.Basis{
		"notice-day":        {r.AnnounceDays.Basis, r.Elected.Basis},
		"notice-committee":  {r.CommitteeMin.Basis},
		"notice-nominees":   {r.NominatedDays.Basis},
		"notice-candidates": {r.FinalListDays.Basis},
		"notice-proxies":    {r.ProxyAgents.Basis, r.ProxyListDays.Basis},
		"notice-mobile":     {r.MobileListDays.Basis},
		"notice-result":     {r.Elected.Basis, r.ChallengeDays.Basis},
	}[document] {
		list = append(list, page.Source(b))
	}
	return slices.Compact(list)
}

// showProxies adds who votes through whom.
func (w *site) showProxies(ctx context.Context, view *pages.ElectionPrintView) error {
	if view.Meeting == nil {
		return nil
	}
	list, err := w.Mandates.Mandates(ctx, view.Meeting.ID)
	if err != nil {
		return err
	}
	var ids []deliberation.PersonID
	for _, m := range list {
		ids = append(ids, m.Principal, m.Agent)
	}
	names, err := w.names(ctx, ids)
	for _, m := range list {
		if m.Revoked.IsZero() {
			view.Proxies = append(view.Proxies, pages.ProxyLine{Principal: names.Of(m.Principal), Agent: names.Of(m.Agent)})
		}
	}
	slices.SortFunc(view.Proxies, func(a, b pages.ProxyLine) int {
		return cmp.Or(deliberation.CompareByStrokes(a.Principal, b.Principal), cmp.Compare(a.Agent, b.Agent))
	})
	return err
}

// mobileLists gives the lists of the mobile boxes of a meeting by name.
func (w *site) mobileLists(ctx context.Context, m *deliberation.Meeting) ([]pages.MobileList, error) {
	if m == nil {
		return nil, nil
	}
	lists, err := w.Elections.MobileLists(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	var ids []deliberation.PersonID
	for _, l := range lists {
		ids = append(ids, l...)
	}
	names, err := w.names(ctx, ids)
	var out []pages.MobileList
	for station, l := range lists {
		line := pages.MobileList{Station: station}
		for _, id := range l {
			line.Names = append(line.Names, names.Of(id))
		}
		slices.SortFunc(line.Names, deliberation.CompareByStrokes)
		out = append(out, line)
	}
	slices.SortFunc(out, func(a, b pages.MobileList) int { return cmp.Compare(a.Station, b.Station) })
	return out, err
}

// showArchive adds the lists of documents with what the register holds of them.
func (w *site) showArchive(ctx context.Context, view *pages.ElectionPrintView) error {
	entries, err := w.Processes.Entries(ctx, view.P.ID)
	if err != nil {
		return err
	}
	for _, l := range []deliberation.DocumentList{deliberation.ArchiveItems, deliberation.ElectionNotices, deliberation.ElectionForms} {
		view.Lists = append(view.Lists, pages.DocumentsView{List: l, Held: deliberation.DocumentsHeld(l, entries)})
	}
	return nil
}

// mobileView is where the lists of mobile boxes are set.
func (w *site) mobileView(c echo.Context) (pages.MobileView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	id := deliberation.MeetingID(c.Param("meeting"))
	p, err := w.atElectionDesk(ctx, v, caseOf(string(id)))
	if err != nil {
		return pages.MobileView{}, err
	}
	m, held := p.Meeting(id)
	if !held {
		return pages.MobileView{}, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	view := pages.MobileView{Page: w.page(c, "processes", "mobile_title"), P: p.Process, Meeting: m, Station: c.FormValue("station"), Persons: c.FormValue("persons")}
	if rules, err := w.electionRules(p.Process); err == nil {
		view.Source = view.Page.Source(rules.MobileBoxes.Basis)
		if e := p.Status.Election; m.Stage == deliberation.ElectionVoting && e != nil && e.Outcome == nil {
			last := deliberation.Latest(deliberation.DateOf(m.Starts), rules.MobileListDays.Days)
			view.Latest = view.S("mobile_latest", "Day", last.Words(view.Lang)) + view.Page.Source(rules.MobileListDays.Basis)
		}
	}
	view.Lists, err = w.mobileLists(ctx, &m)
	return view, err
}

func (w *site) showMobile(c echo.Context) error {
	view, err := w.mobileView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.MobileBoxes(view))
}

func (w *site) postMobile(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, err := w.mobileView(c)
	if err != nil {
		return err
	}
	persons, err := w.peopleNamed(ctx, v, "persons", view.Persons)
	if err == nil {
		err = w.setMobileList(ctx, v, view.Meeting.ID, view.Station, persons)
	}
	if err == nil {
		return after(c, "/meetings/"+string(view.Meeting.ID)+"/mobile", "done_mobile")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	return w.render(c, status, pages.MobileBoxes(view))
}

package server

import (
	"cmp"
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// paperRoutes is the policy's row of the pages of paper ballots. A name that is
// looked for is posted: it stands in no address.
var paperRoutes = map[string]action{
	"GET /polls/:poll/paper":       toIssuePaper,
	"POST /polls/:poll/paper":      toIssuePaper,
	"GET /polls/:poll/paper/print": toIssuePaper,
	"GET /polls/:poll/count":       toCountPaper,
	"POST /polls/:poll/count":      toCountPaper,
}

// paperLinesShown is how many of a roll are listed at once.
const paperLinesShown = 50

func (w *site) mountPaper(g *echo.Group) {
	g.GET("/polls/:poll/paper", w.showPaperDesk)
	g.POST("/polls/:poll/paper", w.postPaperDesk)
	g.GET("/polls/:poll/paper/print", w.printPaper)
	g.GET("/polls/:poll/count", w.showPaperCount)
	g.POST("/polls/:poll/count", w.postPaperCount)
}

// paperPoll gives a poll with paper, what it asks, and its process. A poll without
// paper has no such page.
func (w *site) paperPoll(c echo.Context, a action, title string) (pages.PaperPoll, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	id := deliberation.PollID(c.Param("poll"))
	if err := w.atPoll(ctx, v, a, id); err != nil {
		return pages.PaperPoll{}, err
	}
	q, process, err := w.Ballots.Poll(ctx, id)
	if err != nil {
		return pages.PaperPoll{}, err
	}
	if !q.OnPaper {
		return pages.PaperPoll{}, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	p, err := w.proceeding(ctx, v, process)
	if err != nil {
		return pages.PaperPoll{}, err
	}
	return pages.PaperPoll{
		Page: w.page(c, "processes", title), P: p.Process, Poll: q,
		Text: w.text(ctx, v, p.ID, q.Text.ID), Asked: w.askedOn(ctx, v, p, q),
	}, nil
}

// askedOn gives the questions of a poll as they are printed.
func (w *site) askedOn(ctx context.Context, v viewer, p deliberation.Proceeding, q deliberation.Poll) (list []pages.PaperQuestion) {
	if p.Kind == deliberation.ElectionKind {
		return w.postsAsked(ctx, v, q)
	}
	texts := map[string]deliberation.PaperID{}
	if m, held := p.Meeting(q.Meeting); held {
		for _, motion := range m.Agenda {
			texts[motion.ID] = motion.Paper.ID
		}
	}
	for _, motion := range p.Status.Agenda {
		texts[motion.ID] = motion.Paper.ID
	}
	for _, question := range q.Form {
		text := w.text(ctx, v, p.ID, texts[string(question.ID)])
		asked := pages.PaperQuestion{ID: question.ID, Title: cmp.Or(pages.FirstLine(text), string(question.ID)), Seats: question.Seats}
		names := optionNames(question, text, v.Lang)
		for i, o := range question.Options {
			option := pages.Option{Value: string(o), Label: string(o)}
			if i < len(names) {
				option.Label = names[i]
			}
			asked.Options = append(asked.Options, option)
		}
		list = append(list, asked)
	}
	return list
}

func (w *site) deskView(c echo.Context) (pages.PaperDeskView, error) {
	poll, err := w.paperPoll(c, toIssuePaper, "paper_desk_title")
	if err != nil {
		return pages.PaperDeskView{}, err
	}
	view := pages.PaperDeskView{
		PaperPoll: poll, Search: strings.TrimSpace(c.FormValue("text")), Station: strings.TrimSpace(c.FormValue("station")),
		Channel: deliberation.Channel(cmp.Or(c.FormValue("channel"), string(deliberation.TableChannel))),
		Looked:  c.FormValue("step") != "",
	}
	count, err := w.Paper.PaperCount(c.Request().Context(), poll.Poll.ID)
	view.Stations = count.Stations
	if err == nil && view.Looked {
		err = w.findOnRoll(c.Request().Context(), &view)
	}
	return view, err
}

// findOnRoll lists those of the roll whose names are looked for, with their ballots.
func (w *site) findOnRoll(ctx context.Context, view *pages.PaperDeskView) error {
	lines, err := w.Ballots.BallotLines(ctx, view.Poll.ID)
	if err != nil {
		return err
	}
	out, err := w.paperOut(ctx, view.Poll.ID)
	if err != nil {
		return err
	}
	agents, err := w.agentsAt(ctx, view.Poll.Meeting)
	if err != nil {
		return err
	}
	for _, l := range lines {
		if view.Search != "" && !strings.Contains(l.Person.Name, view.Search) {
			continue
		}
		if len(view.Lines) == paperLinesShown {
			view.More++
			continue
		}
		line := pages.PaperDeskLine{Person: l.Person, Voted: l.Voted, Agent: agents[l.Person.ID]}
		if b, there := out[l.Person.ID]; there {
			line.Out = &b
		}
		view.Lines = append(view.Lines, line)
	}
	return nil
}

// paperOut gives the ballots that are out, by the person.
func (w *site) paperOut(ctx context.Context, poll deliberation.PollID) (map[deliberation.PersonID]deliberation.PaperBallot, error) {
	list, err := w.Paper.PaperList(ctx, poll)
	out := map[deliberation.PersonID]deliberation.PaperBallot{}
	for _, b := range list {
		if b.HandedBack.IsZero() {
			out[b.Person] = b
		}
	}
	return out, err
}

// agentsAt gives who may take a ballot for whom at a meeting.
func (w *site) agentsAt(ctx context.Context, m deliberation.MeetingID) (map[deliberation.PersonID]deliberation.Person, error) {
	list, err := w.Mandates.Mandates(ctx, m)
	if err != nil {
		return nil, err
	}
	var ids []deliberation.PersonID
	for _, l := range list {
		ids = append(ids, l.Agent)
	}
	names, err := w.names(ctx, ids)
	agents := map[deliberation.PersonID]deliberation.Person{}
	for _, l := range list {
		if l.Revoked.IsZero() {
			agents[l.Principal] = deliberation.Person{ID: l.Agent, Name: names.Of(l.Agent)}
		}
	}
	return agents, err
}

func (w *site) showPaperDesk(c echo.Context) error {
	view, err := w.deskView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.PaperDesk(view))
}

// postPaperDesk looks somebody up, or does something with their ballot. The box that
// was chosen stays chosen for the next.
func (w *site) postPaperDesk(c echo.Context) error {
	step := c.FormValue("step")
	if step == "find" {
		return w.showPaperDesk(c)
	}
	v, id := w.viewer(c), c.Param("poll")
	channel, station := c.FormValue("channel"), c.FormValue("station")
	err := w.handlePaper(c.Request().Context(), v, deliberation.PollID(id), paperInput{
		Action: step, Person: deliberation.PersonID(c.FormValue("person")), Agent: deliberation.PersonID(c.FormValue("agent")),
		Channel: deliberation.Channel(channel), Station: station,
	})
	if err == nil {
		keep := url.Values{"channel": {channel}, "station": {station}, "done": {"done_paper_" + step}}
		return c.Redirect(http.StatusSeeOther, "/polls/"+id+"/paper?"+keep.Encode())
	}
	view, viewErr := w.deskView(c)
	if viewErr != nil {
		return viewErr
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	return w.render(c, status, pages.PaperDesk(view))
}

// printPaper is the ballot on A4, and the list of those who took one.
func (w *site) printPaper(c echo.Context) error {
	ctx := c.Request().Context()
	poll, err := w.paperPoll(c, toIssuePaper, "paper_print_title")
	if err != nil {
		return err
	}
	view := pages.PaperPrintView{PaperPoll: poll}
	list, err := w.Paper.PaperList(ctx, poll.Poll.ID)
	if err != nil {
		return err
	}
	var ids []deliberation.PersonID
	for _, b := range list {
		ids = append(ids, b.Person, b.Agent, b.By)
	}
	if view.Names, err = w.names(ctx, ids); err != nil {
		return err
	}
	view.List = list
	slices.SortStableFunc(view.List, func(a, b deliberation.PaperBallot) int { return cmp.Compare(a.Station, b.Station) })
	return w.render(c, http.StatusOK, pages.PaperPrint(view))
}

func (w *site) countView(c echo.Context) (pages.PaperCountView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	poll, err := w.paperPoll(c, toCountPaper, "paper_count_title")
	if err != nil {
		return pages.PaperCountView{}, err
	}
	view := pages.PaperCountView{PaperPoll: poll, Form: paperForm(c, poll)}
	if view.Count, view.Adds, err = w.paperCount(ctx, v, poll.Poll.ID); err != nil {
		return view, err
	}
	var ids []deliberation.PersonID
	for _, s := range view.Count.Stations {
		ids = append(ids, s.By)
	}
	for _, b := range view.Count.Bundles {
		ids = append(ids, b.Person)
		for _, r := range b.Counts {
			ids = append(ids, r.By)
			ids = append(ids, poll.WrittenIn(r)...)
		}
	}
	if !poll.Poll.Secret {
		out, err := w.paperOut(ctx, poll.Poll.ID)
		if err != nil {
			return view, err
		}
		for id := range out {
			ids = append(ids, id)
			view.Sheets = append(view.Sheets, id)
		}
	}
	view.Names, err = w.names(ctx, ids)
	slices.SortFunc(view.Sheets, func(a, b deliberation.PersonID) int {
		return cmp.Or(strings.Compare(view.Names.Of(a), view.Names.Of(b)), cmp.Compare(a, b))
	})
	return view, err
}

// paperForm gives back what was typed.
func paperForm(c echo.Context, p pages.PaperPoll) pages.PaperForm {
	f := pages.PaperForm{Bundle: c.FormValue("bundle"), Person: c.FormValue("person"), Choice: c.FormValue("choice"), Numbers: map[string]string{}}
	for _, name := range p.NumberFields() {
		f.Numbers[name] = c.FormValue(name)
	}
	return f
}

func (w *site) showPaperCount(c echo.Context) error {
	view, err := w.countView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.PaperCount(view))
}

// postPaperCount notes what was in a box, or what was read from a bundle.
func (w *site) postPaperCount(c echo.Context) error {
	v, id := w.viewer(c), deliberation.PollID(c.Param("poll"))
	done, err := w.countPaper(c, v, id)
	if err == nil {
		return after(c, "/polls/"+string(id)+"/count", done)
	}
	view, viewErr := w.countView(c)
	if viewErr != nil {
		return viewErr
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	return w.render(c, status, pages.PaperCount(view))
}

func (w *site) countPaper(c echo.Context, v viewer, id deliberation.PollID) (done string, err error) {
	ctx := c.Request().Context()
	if c.FormValue("step") == "box" {
		n, err := strconv.Atoi(plainDigits(c.FormValue("recovered")))
		if err != nil {
			return "", invalid("recovered", notANumber)
		}
		return "done_paper_box", w.recordBox(ctx, v, id, c.FormValue("station"), n)
	}
	poll, err := w.paperPoll(c, toCountPaper, "paper_count_title")
	if err != nil {
		return "", err
	}
	typed := paperForm(c, poll)
	read, err := sheetsRead(typed, poll)
	if err == nil {
		err = w.sheetsWritten(ctx, typed, poll, &read)
	}
	if err != nil {
		return "", err
	}
	agree, err := w.readBundle(ctx, v, id, c.FormValue("bundle"), deliberation.PersonID(c.FormValue("person")), read)
	if agree {
		return "done_paper_agree", err
	}
	return "done_paper_read", err
}

// sheetsRead turns the numbers of the form into a reading. A field left empty is nought.
func sheetsRead(f pages.PaperForm, p pages.PaperPoll) (c deliberation.SheetCount, err error) {
	if !p.Poll.Secret && len(p.Asked) == 0 {
		c.Sheets = 1
		switch deliberation.Choice(f.Choice) {
		case deliberation.Yes:
			c.Yes = 1
		case deliberation.No:
			c.No = 1
		case deliberation.Abstain:
			c.Abstain = 1
		case deliberation.Spoiled:
			c.Spoiled = 1
		case "none": // taken back
			c.Sheets = 0
		default:
			err = invalid("choice", notAChoice)
		}
		return c, err
	}
	var wrong fields
	number := func(name string) int {
		typed := plainDigits(f.Numbers[name])
		if typed == "" {
			return 0
		}
		n, err := strconv.Atoi(typed)
		wrong.want(err == nil, name, notANumber)
		return n
	}
	c.Sheets, c.Spoiled = number("sheets"), number("spoiled")
	if len(p.Asked) == 0 {
		c.Yes, c.No, c.Abstain = number("yes"), number("no"), number("abstain")
	}
	if c.Sheets == 0 && c.Spoiled == 0 && len(p.Asked) > 0 { // taken back
		return c, wrong.refusal()
	}
	for _, q := range p.Asked {
		n := deliberation.QuestionCount{Question: q.ID, Ballots: c.Sheets, Blank: number(q.Field("blank")), Spoiled: number(q.Field("spoiled"))}
		for _, o := range p.OptionsOf(q) {
			n.Votes = append(n.Votes, deliberation.OptionCount{Option: o.Value, Votes: number(q.Field(o.Value))})
		}
		c.Questions = append(c.Questions, n)
	}
	return c, wrong.refusal()
}

package server

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// pollView gives a poll as its voter sees it.
func (w *site) pollView(c echo.Context) (pages.PollView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	q, process, err := w.Ballots.Poll(ctx, deliberation.PollID(c.Param("poll")))
	if err != nil {
		return pages.PollView{}, err
	}
	p, err := w.proceeding(ctx, v, process)
	if err != nil {
		return pages.PollView{}, err
	}
	for _, known := range p.Polls { // the case knows the count and the verdict
		if known.ID == q.ID && (known.State == deliberation.PollClosed || known.State == deliberation.PollVoided) {
			q = known
		}
	}
	view := pages.PollView{Page: w.page(c, "processes", p.Matter.Title), P: p.Process, Poll: q, Text: w.text(ctx, v, p.ID, q.Text.ID), Key: newKey()}
	view.Questions = w.questions(ctx, v, p, q)
	for i := range view.Questions {
		if view.Questions[i].Kind == deliberation.MotionQuestion {
			view.Questions[i].Choices = view.ChoiceOptions()
		}
	}
	if err := w.showCount(ctx, &view); err != nil {
		return view, err
	}
	if err := w.showWhose(ctx, v, c.FormValue("for"), &view); err != nil {
		return view, err
	}
	if err := w.showOthers(ctx, p, &view); err != nil {
		return view, err
	}
	if q.State == deliberation.PollClosed && !q.Secret && permit(toReadChoices, v, true) == nil {
		view.Lines, err = w.Ballots.BallotLines(ctx, q.ID)
	}
	return view, err
}

// showWhose adds whose vote the ballot is: the viewer's, or that of somebody who gave
// them a mandate.
func (w *site) showWhose(ctx context.Context, v viewer, principal string, view *pages.PollView) (err error) {
	if view.Poll.State == deliberation.PollOpen && !view.Poll.Hands {
		ids, err := w.principalsOf(ctx, v, view.Poll)
		if err != nil {
			return err
		}
		names, err := w.names(ctx, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			view.For = append(view.For, deliberation.Person{ID: id, Name: names.Of(id)})
			if string(id) == principal {
				view.Principal = id
			}
		}
		if principal != "" && view.Principal == "" { // revoked meanwhile: the choice must not become the viewer's own
			return deliberation.Refuse(deliberation.RefuseNoMandate)
		}
	}
	if view.Principal != "" {
		view.OnRoll, view.Voted, err = w.Ballots.MyBallot(ctx, view.Poll.ID, view.Principal)
		return err
	}
	view.OnRoll, view.Voted, err = w.myBallot(ctx, v, view.Poll.ID)
	return err
}

// showCount adds how a poll without names was counted.
func (w *site) showCount(ctx context.Context, view *pages.PollView) (err error) {
	var counted []deliberation.PersonID
	for _, c := range view.Poll.Counts {
		counted = append(counted, c.By)
	}
	if view.Names, err = w.names(ctx, counted); err != nil || !view.Poll.Secret || view.Poll.State != deliberation.PollClosed {
		return err
	}
	box, err := w.Ballots.OpenedBox(ctx, view.Poll.ID)
	view.Box = &box
	return err
}

func (w *site) showPoll(c echo.Context) error {
	view, err := w.pollView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Vote(view))
}

// postBallot shows the choice once more, then casts it.
func (w *site) postBallot(c echo.Context) error {
	v := w.viewer(c)
	view, err := w.pollView(c)
	if err != nil {
		return err
	}
	view.Choice, view.Key = deliberation.Choice(c.FormValue("choice")), c.FormValue("key")
	said, err := w.marked(c, &view)
	switch step := c.FormValue("step"); {
	case step == "edit":
		return w.render(c, http.StatusOK, pages.Vote(view))
	case err != nil:
	case step == "cast":
		var receipt deliberation.BallotReceipt
		if receipt, err = w.castBallot(c.Request().Context(), v, view.Poll.ID, view.Principal, said, view.Key); err == nil {
			// The key makes a second sending of this page the same ballot, so that it is safe to reload.
			view.Code, view.At = receipt.Code, receipt.At
			return w.render(c, http.StatusOK, pages.VoteReceipt(view))
		}
	default:
		if view.Open() && view.OnRoll && !view.Voted {
			// Each choice that is shown for confirmation has its own key: going back and
			// choosing otherwise after casting is told that one has voted.
			view.Key = newKey()
			return w.render(c, http.StatusOK, pages.VoteCheck(view))
		}
		return w.render(c, http.StatusConflict, pages.Vote(view))
	}
	status, problem := w.refused(err, view.Page, v.Lang)
	view.Problem, view.Key = problem, retryKey(status, view.Key)
	nameQuestions(&view)
	return w.render(c, status, pages.Vote(view))
}

// marked reads what the voter marked, and says what is wrong with it.
func (w *site) marked(c echo.Context, view *pages.PollView) (vote, error) {
	if len(view.Questions) == 0 {
		said := vote{Choice: view.Choice}
		return said, said.check()
	}
	form, err := c.FormParams()
	if err != nil {
		return vote{}, deliberation.Refuse(deliberation.RefuseMalformed)
	}
	var said vote
	for i := range view.Questions {
		q := &view.Questions[i]
		for _, choice := range form[q.Name()] {
			if len(q.Chosen) <= deliberation.MaxOptions { // one too many is enough to say so
				q.Chosen = append(q.Chosen, choice)
			}
		}
		if err := w.writtenIn(c, view, q); err != nil {
			return said, err
		}
		// Nothing marked among seats is a blank answer; a motion has a choice for it.
		if len(q.Chosen) > 0 || q.Kind == deliberation.SeatsQuestion {
			said.Answers = append(said.Answers, deliberation.Answer{Question: q.ID, Choices: q.Chosen})
		}
	}
	return said, view.Poll.Form.Accept(said.Answers)
}

// nameQuestions gives what is wrong with an answer the title of its question.
func nameQuestions(view *pages.PollView) {
	for i := range view.Problem.Fields {
		f := &view.Problem.Fields[i]
		for j := range view.Questions {
			q := &view.Questions[j]
			if f.Field != string(q.ID) {
				continue
			}
			key := "problem_not_a_choice"
			if q.Kind == deliberation.SeatsQuestion {
				key = "vote_wrong_seats"
			}
			q.Error = view.S(key, "N", q.Seats)
			f.Field, f.Text = q.Name(), q.Title+view.S("colon")+q.Error
		}
		nameWritten(view, f)
	}
}

// questions gives the questions of a poll's form in words: the titles and options
// stand in the motions' texts, as the meeting decided on them.
func (w *site) questions(ctx context.Context, v viewer, p deliberation.Proceeding, poll deliberation.Poll) (list []pages.QuestionView) {
	if p.Kind == deliberation.ElectionKind {
		return w.postQuestions(ctx, v, poll)
	}
	agenda := p.Status.Agenda
	if m, held := p.Meeting(poll.Meeting); held && len(m.Agenda) > 0 {
		agenda = m.Agenda
	}
	for i, question := range poll.Form {
		q := pages.QuestionView{BallotQuestion: question, Number: i + 1}
		for _, m := range agenda {
			if m.ID == string(question.ID) {
				q.Text = w.text(ctx, v, p.ID, m.Paper.ID)
			}
		}
		q.Title = pages.FirstLine(q.Text)
		if question.Kind == deliberation.SeatsQuestion {
			q.Choices = optionChoices(question, q.Text, v.Lang)
		}
		for j := range poll.Verdicts {
			if poll.Verdicts[j].Motion == string(question.ID) {
				q.Verdict = &poll.Verdicts[j]
			}
		}
		for j := range poll.Questions {
			if poll.Questions[j].Question == question.ID {
				q.Count = &poll.Questions[j]
			}
		}
		list = append(list, q)
	}
	return list
}

// ballots gives the polls of a case that asked several motions, in words.
func (w *site) ballots(ctx context.Context, v viewer, p deliberation.Proceeding) pages.Ballots {
	all := pages.Ballots{}
	for _, q := range p.Polls {
		if len(q.Verdicts) > 0 {
			all[q.ID] = w.questions(ctx, v, p, q)
		}
	}
	return all
}

// optionNames gives the names of the options: those of the grades of an appraisal, or
// as the text ends with them.
func optionNames(q deliberation.BallotQuestion, text, lang string) []string {
	if rated := deliberation.DepartmentGradeNames(q.Options, lang); rated != nil {
		return rated
	}
	if !deliberation.AreGrades(q.Options) {
		return deliberation.OptionNames(text, len(q.Options))
	}
	names := make([]string, len(q.Options))
	for i, o := range q.Options {
		names[i] = deliberation.Grade(o).Word(lang)
	}
	return names
}

// optionChoices gives the options their names, as the motion's text ends with them.
func optionChoices(q deliberation.BallotQuestion, text, lang string) []pages.Option {
	names := optionNames(q, text, lang)
	list := make([]pages.Option, len(q.Options))
	for i, o := range q.Options {
		list[i] = pages.Option{Value: string(o), Label: string(o)}
		if names != nil {
			list[i].Label = names[i]
		}
	}
	return list
}

// showOthers adds where the poll stands among those of its meeting that are open at
// once, and which of them waits for the voter still.
func (w *site) showOthers(ctx context.Context, p deliberation.Proceeding, view *pages.PollView) error {
	person := view.Principal
	if person == "" {
		person = view.MyID
	}
	for _, q := range p.Polls {
		if q.Meeting != view.Poll.Meeting || q.State != deliberation.PollOpen || q.Hands {
			continue
		}
		view.Of++
		if q.ID == view.Poll.ID {
			view.Number = view.Of
			continue
		}
		if person == "" || view.Next != "" {
			continue
		}
		on, voted, err := w.Ballots.MyBallot(ctx, q.ID, person)
		if err != nil {
			return err
		}
		if on && !voted {
			view.Next = q.ID
		}
	}
	return nil
}

// showReceipt says that the viewer's ballot is in the box.
func (w *site) showReceipt(c echo.Context) error {
	view, err := w.pollView(c)
	if err != nil {
		return err
	}
	if !view.Voted {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return w.render(c, http.StatusOK, pages.VoteReceipt(view))
}

package server

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// optionPeople are those whom the questions of an election's poll name, those counted
// who were written in included.
func optionPeople(q deliberation.Poll) (ids []deliberation.PersonID) {
	for _, question := range q.Form {
		for _, o := range question.Options {
			ids = append(ids, deliberation.PersonID(o))
		}
	}
	for _, n := range q.Questions {
		for _, v := range n.Votes {
			ids = append(ids, deliberation.PersonID(v.Option))
		}
	}
	return ids
}

// postQuestions gives the questions of an election's poll: a post each, and those who
// stand in the order of its list.
func (w *site) postQuestions(ctx context.Context, v viewer, poll deliberation.Poll) (list []pages.QuestionView) {
	named, err := w.names(ctx, optionPeople(poll))
	if err != nil {
		w.Log.WarnContext(ctx, "names of candidates could not be read", "error", err)
	}
	for i, question := range poll.Form {
		q := pages.QuestionView{BallotQuestion: question, Number: i + 1, Title: postTitle(question, v.Lang)}
		for _, o := range question.Options {
			q.Choices = append(q.Choices, pages.Option{Value: string(o), Label: named.Of(deliberation.PersonID(o))})
		}
		for j := range poll.Questions {
			if poll.Questions[j].Question != question.ID {
				continue
			}
			q.Count = &poll.Questions[j]
			for _, n := range q.Count.Votes {
				if !slices.Contains(question.Options, deliberation.OptionID(n.Option)) {
					q.Choices = append(q.Choices, pages.Option{Value: n.Option, Label: named.Of(deliberation.PersonID(n.Option))})
				}
			}
		}
		list = append(list, q)
	}
	return list
}

// postTitle names the post that a question is about.
func postTitle(q deliberation.BallotQuestion, lang string) string {
	if word := deliberation.ElectionPost(q.ID).Word(lang); word != "" {
		if r := []rune(word); lang == "en" {
			return strings.ToUpper(string(r[0])) + string(r[1:])
		}
		return word
	}
	return string(q.ID)
}

// postsAsked gives the posts as the ballot prints them, with lines to write in.
func (w *site) postsAsked(ctx context.Context, v viewer, poll deliberation.Poll) (list []pages.PaperQuestion) {
	for _, q := range w.postQuestions(ctx, v, poll) {
		asked := pages.PaperQuestion{ID: q.ID, Title: q.Title, Seats: q.Seats}
		for _, o := range q.Choices {
			if slices.Contains(q.Options, deliberation.OptionID(o.Value)) {
				asked.Options = append(asked.Options, o)
			}
		}
		if q.WriteIn {
			asked.WriteIn = max(q.Seats, 1)
		}
		list = append(list, asked)
	}
	return list
}

// writtenIn reads the names that were written in to a question and adds who they are to
// what may be marked. Who is meant is found on the list of electors.
func (w *site) writtenIn(c echo.Context, view *pages.PollView, q *pages.QuestionView) error {
	if !q.WriteIn {
		return nil
	}
	q.Written = c.FormValue(q.WrittenField())
	lines := linesIn(q.Written)
	if len(lines) > max(q.Seats, 1) { // nobody has more votes than there are seats
		var many fields
		many.add(string(q.ID), tooMany, max(q.Seats, 1))
		return many.refusal()
	}
	strange := slices.ContainsFunc(q.Chosen, func(id string) bool { return !slices.Contains(q.Options, deliberation.OptionID(id)) })
	if len(lines) == 0 && !strange {
		return nil
	}
	all, err := w.Elections.ElectorList(c.Request().Context(), view.P.ID)
	if err != nil {
		return err
	}
	for _, id := range q.Chosen { // shown once more, and gone back from
		if i := onElectorList(all, id); i >= 0 && !slices.Contains(q.Options, deliberation.OptionID(id)) {
			q.Choices = append(q.Choices, pages.Option{Value: id, Label: all[i].Person.Name})
		}
	}
	var wrong fields
	for _, line := range lines {
		person := oneNamed(all, line, &wrong, q.WrittenField())
		if person.ID == "" || slices.Contains(q.Chosen, string(person.ID)) {
			continue
		}
		q.Chosen = append(q.Chosen, string(person.ID))
		if !slices.Contains(q.Options, deliberation.OptionID(person.ID)) {
			q.Choices = append(q.Choices, pages.Option{Value: string(person.ID), Label: person.Name})
		}
	}
	return wrong.refusal()
}

// linesIn gives the lines of a text that say something.
func linesIn(text string) (lines []string) {
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

func onElectorList(all []deliberation.ElectorLine, id string) int {
	return slices.IndexFunc(all, func(l deliberation.ElectorLine) bool { return l.In && string(l.Person.ID) == id })
}

// oneNamed finds the one registered person of a line: a name, and where several people
// have it their group after it.
func oneNamed(all []deliberation.ElectorLine, line string, f *fields, field string) deliberation.Person {
	words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r,，、　", r) })
	if len(words) == 0 {
		f.add(field, "unknown", 1)
		return deliberation.Person{}
	}
	var found []deliberation.Person
	for _, l := range all {
		if l.In && l.Person.Name == words[0] && (len(words) == 1 || l.Person.Group == strings.Join(words[1:], "")) {
			found = append(found, l.Person)
		}
	}
	switch len(found) {
	case 1:
		return found[0]
	case 0:
		f.add(field, "unknown", 1)
	default:
		f.add(field, "ambiguous", 1)
	}
	return deliberation.Person{}
}

// nameWritten says what is wrong with a name that was written in beside its field.
func nameWritten(view *pages.PollView, f *pages.FieldError) {
	for i := range view.Questions {
		q := &view.Questions[i]
		if f.Field == q.WrittenField() {
			q.Error = view.S("vote_write_in_wrong")
			f.Text = q.Title + view.S("colon") + q.Error
		}
	}
}

// sheetsWritten reads how often each of those was named who were written in on the
// papers of a bundle: a name and a number a line, no more of them than the sheets have
// votes.
func (w *site) sheetsWritten(ctx context.Context, f pages.PaperForm, p pages.PaperPoll, read *deliberation.SheetCount) error {
	var all []deliberation.ElectorLine
	var wrong fields
	for _, q := range p.Asked {
		field := q.Field("written")
		lines := linesIn(f.Numbers[field])
		if most := read.Sheets * max(q.Seats, 1); len(lines) > most { // a sheet names no more than there are seats
			wrong.add(field, tooMany, most)
			continue
		}
		for _, line := range lines {
			if all == nil {
				var err error
				if all, err = w.Elections.ElectorList(ctx, p.P.ID); err != nil {
					return err
				}
			}
			words := strings.Fields(line)
			n, err := strconv.Atoi(plainDigits(words[len(words)-1]))
			if err != nil || n < 1 || len(words) < 2 || q.WriteIn == 0 {
				wrong.add(field, notANumber, 0)
				continue
			}
			person := oneNamed(all, strings.Join(words[:len(words)-1], " "), &wrong, field)
			if person.ID == "" {
				continue
			}
			for i := range read.Questions {
				if read.Questions[i].Question == q.ID {
					read.Questions[i].Votes = append(read.Questions[i].Votes, deliberation.OptionCount{Option: string(person.ID), Votes: n})
				}
			}
		}
	}
	return wrong.refusal()
}

package server

import (
	"context"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// conferencesShown is how many conferences a scheme may be said to rest on.
const conferencesShown = 50

// describeElection adds what the form of an act of an election offers.
func (w *site) describeElection(ctx context.Context, v viewer, p deliberation.Proceeding, view *pages.ActView) {
	if view.Spec.Wants(deliberation.OptionalSubject) {
		view.Subjects = []pages.Option{{Value: "", Label: view.S("subject_elsewhere")}}
		list, _, err := w.Processes.ListProcesses(ctx, v.Community.ID, "", "", 0, conferencesShown)
		if err != nil { // the meeting may have been held elsewhere, too
			list = nil
		}
		for _, q := range list {
			if q.Kind == deliberation.ConferenceKind {
				view.Subjects = append(view.Subjects, pages.Option{Value: string(q.ID), Label: q.Matter.Title + " " + q.Started.Words(v.Lang)})
			}
		}
	}
	e := p.Status.Election
	if e == nil {
		return
	}
	if slices.Contains(ofTheirOwn, view.Spec.Kind) && view.Form.Subject == "" && len(view.Subjects) == 0 {
		if concerns(v, p.Process, "") {
			view.Form.Subject = string(v.Person.ID)
		} else {
			view.Subjects = w.whoStands(ctx, e)
		}
	}
	if !view.Spec.Wants(deliberation.OptionalPost) {
		return
	}
	if n := e.Nominee(deliberation.PersonID(view.Form.Subject)); n != nil {
		for _, post := range n.Posts {
			view.Posts = append(view.Posts, pages.Option{Value: string(post), Label: post.Word(v.Lang)})
		}
	}
}

// whoStands offers those of whom a letter may be entered: nominees who have not left, and
// those who were elected.
func (w *site) whoStands(ctx context.Context, e *deliberation.ElectionProgress) (list []pages.Option) {
	var ids []deliberation.PersonID
	for _, n := range e.Nominees {
		if e.Stands(n.Person) {
			ids = append(ids, n.Person)
		}
	}
	if e.Outcome != nil {
		for _, s := range e.Outcome.Seated {
			if !slices.Contains(ids, s.Person) {
				ids = append(ids, s.Person)
			}
		}
	}
	named, err := w.names(ctx, ids)
	if err != nil {
		return nil
	}
	for _, id := range ids {
		list = append(list, pages.Option{Value: string(id), Label: named.Of(id)})
	}
	return list
}

// electionSubject names what an act of an election is about: a person, or something
// that is to be done after it; empty for anything else.
func (w *site) electionSubject(ctx context.Context, v viewer, p deliberation.Proceeding, subject string) string {
	e := p.Status.Election
	if e == nil {
		return ""
	}
	if word := deliberation.ElectionPoint(subject).Word(v.Lang); word != "" {
		return word
	}
	id := deliberation.PersonID(subject)
	seated := e.Outcome != nil && slices.ContainsFunc(e.Outcome.Seated, func(s deliberation.Seated) bool { return s.Person == id })
	if e.Nominee(id) == nil && !seated && (e.Outcome == nil || !slices.Contains(e.Outcome.Unconfirmed, id)) {
		return ""
	}
	named, err := w.names(ctx, []deliberation.PersonID{id})
	if err != nil {
		return ""
	}
	return named[id]
}

// peopleNamed finds the persons of a list, a line each.
func (s *Server) peopleNamed(ctx context.Context, v viewer, field, lines string) ([]deliberation.PersonID, error) {
	var wrong fields
	found, err := s.byName(ctx, v, &wrong, field, lines, deliberation.InterestedParty)
	if err != nil {
		return nil, err
	}
	if err := wrong.refusal(); err != nil {
		return nil, err
	}
	var ids []deliberation.PersonID
	for _, p := range found {
		ids = append(ids, p.Person)
	}
	return ids, nil
}

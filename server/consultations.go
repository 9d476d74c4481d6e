package server

import (
	"context"
	"slices"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// consultationInput is what begins a consultation: a topic, who proposes it, and
// whether it can be answered at once.
type consultationInput struct {
	Title, Summary string
	Origin         deliberation.Origin
	Affected       deliberation.Affected
	Category       deliberation.Category
	Quick          bool
}

// startConsultation begins a consultation.
func (s *Server) startConsultation(ctx context.Context, v viewer, key string, in consultationInput) (deliberation.ProcessID, error) {
	if in.Category == "" {
		in.Category = deliberation.CategoryOther
	}
	if in.Affected == "" {
		in.Affected = deliberation.AffectsOther
	}
	return s.startProcess(ctx, v, key, startInput{Kind: deliberation.ConsultationKind, Matter: deliberation.Matter{
		Title: in.Title, Summary: in.Summary, Category: in.Category, Affected: in.Affected, Origin: in.Origin,
		Form: deliberation.ConsultationMeeting, Quick: in.Quick,
	}})
}

// openConsultation gives a consultation of the viewer's own community; another
// process is not found.
func (s *Server) openConsultation(ctx context.Context, v viewer, id deliberation.ProcessID) (deliberation.Proceeding, error) {
	p, err := s.proceeding(ctx, v, id)
	if err == nil && p.Kind != deliberation.ConsultationKind {
		return deliberation.Proceeding{}, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return p, err
}

// namedAreHere refuses a list with somebody who is not of the community.
func (s *Server) namedAreHere(ctx context.Context, v viewer, list []deliberation.Participant) error {
	for _, p := range list {
		person, err := s.People.Person(ctx, p.Person)
		if refusal, ok := refusalOf(err); err != nil && (!ok || refusal.Code != deliberation.RefuseNotFound) {
			return err
		}
		if err != nil || person.Community != v.Community.ID {
			return invalid("participants", notAChoice)
		}
	}
	return nil
}

// byName finds those named on a list, a line each: a name, and where several people
// have it their group after it.
func (s *Server) byName(ctx context.Context, v viewer, f *fields, field, lines string, as deliberation.ParticipantRole) ([]deliberation.Participant, error) {
	var list []deliberation.Participant
	for _, line := range strings.Split(lines, "\n") {
		words := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r,，、\u3000", r) })
		if len(words) == 0 {
			continue
		}
		found, _, err := s.Roster.FindPersons(ctx, deliberation.PersonQuery{Community: v.Community.ID, Text: words[0], Standing: deliberation.Present, Limit: 50})
		if err != nil {
			return nil, err
		}
		found = slices.DeleteFunc(found, func(p deliberation.PersonLine) bool {
			return p.Person.Name != words[0] || len(words) > 1 && p.Person.Group != strings.Join(words[1:], "")
		})
		switch len(found) {
		case 0:
			f.add(field, "unknown", len(list)+1)
		case 1:
			list = append(list, deliberation.Participant{Person: found[0].Person.ID, As: as})
		default:
			f.add(field, "ambiguous", len(list)+1)
		}
	}
	return list, nil
}

// forIsHere checks what a process says that it was started for: a consultation that
// waits to be sent on, to a body that may decide.
func (s *Server) forIsHere(ctx context.Context, v viewer, in startInput) error {
	if in.Matter.For == "" || in.Kind != deliberation.ConferenceKind && in.Kind != deliberation.FourDeliberationsKind {
		return nil
	}
	if !isID(string(in.Matter.For)) {
		return invalid("for", notAChoice)
	}
	p, err := s.proceeding(ctx, v, in.Matter.For)
	switch {
	case err != nil:
		return err
	case p.Kind != deliberation.ConsultationKind:
		return invalid("for", notAChoice)
	case p.Status.State == deliberation.Ended:
		return deliberation.Refuse(deliberation.RefuseEnded)
	case p.Status.Stage != deliberation.Forwarding:
		return &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: p.Status.Stage}
	}
	_, err = permitAct(forwardMatter, v, true, nil)
	return err
}

var forwardMatter, _ = deliberation.SpecOf(deliberation.ForwardMatter)

// tellFor lets a consultation know to which process its matter went. Told twice is
// told once.
func (s *Server) tellFor(ctx context.Context, v viewer, key string, started deliberation.ProcessID, in startInput) error {
	if in.Matter.For == "" || in.Kind != deliberation.ConferenceKind && in.Kind != deliberation.FourDeliberationsKind {
		return nil
	}
	p, err := s.openConsultation(ctx, v, in.Matter.For)
	if err != nil || p.Status.Consultation != nil && p.Status.Consultation.Forwarded == started {
		return err
	}
	_, err = s.submitAct(ctx, v, p.ID, deliberation.ForwardMatter, key, actInput{Subject: string(started)})
	return err
}

// isFor checks that the process named was started for the matter.
func (s *Server) isFor(ctx context.Context, v viewer, matter deliberation.Proceeding, started string) error {
	p, err := s.proceeding(ctx, v, deliberation.ProcessID(started))
	if err == nil && p.Matter.For != matter.ID {
		return invalid("subject", notAChoice)
	}
	return err
}

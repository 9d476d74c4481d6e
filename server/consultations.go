package server

import (
	"cmp"
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
	// Form is the form it takes, empty for 议事协商会; AuthorisedBy is what a council acts
	// on, Reason why Party delegates deliberate in place of the Party members' meeting.
	Form         deliberation.Body
	AuthorisedBy string
	Reason       string
	// For and ForItem name the item of an open talk for which it is started.
	For     deliberation.ProcessID
	ForItem string
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
		Form: cmp.Or(in.Form, deliberation.ConsultationMeeting), Quick: in.Quick, For: in.For, ForItem: in.ForItem,
		AuthorisedBy: in.AuthorisedBy, ChoiceReason: in.Reason,
	}})
}

// namedAreHere refuses a list with somebody who is not of the community, or who may not
// sit in a meeting of the form.
func (s *Server) namedAreHere(ctx context.Context, v viewer, proc deliberation.Process, list []deliberation.Participant) error {
	for _, p := range list {
		person, err := s.People.Person(ctx, p.Person)
		if refusal, ok := refusalOf(err); err != nil && (!ok || refusal.Code != deliberation.RefuseNotFound) {
			return err
		}
		if err != nil || person.Community != v.Community.ID {
			return invalid("participants", notAChoice)
		}
		if err := s.mayBeNamed(ctx, proc, p.Person); err != nil {
			return err
		}
	}
	return nil
}

// mayBeNamed refuses who may not sit in a meeting of the form: Party delegates are Party
// members, and nobody watches themselves.
func (s *Server) mayBeNamed(ctx context.Context, p deliberation.Process, id deliberation.PersonID) error {
	delegates := p.Matter.Form == deliberation.PartyDelegates
	if !delegates && p.Matter.Form != deliberation.MonitoringMeeting {
		return nil
	}
	held, err := s.People.OfficesOn(ctx, id, s.today())
	if err != nil {
		return err
	}
	holds := func(offices ...deliberation.Office) bool {
		return slices.ContainsFunc(held, func(o deliberation.OfficeHeld) bool { return slices.Contains(offices, o.Office) })
	}
	if delegates && holds(deliberation.PartyMember) || !delegates && !holds(supervised...) {
		return nil
	}
	refusal := &deliberation.Refusal{Code: deliberation.RefuseInvalid, Act: deliberation.NameParticipants, Fields: []deliberation.FieldProblem{{Field: "participants", Problem: "may_not_sit"}}}
	if pack, err := s.Law.Pinned(p.Pack); err == nil {
		if rules, err := deliberation.ConsultationOf(pack, p.Matter.Form); err == nil {
			refusal.Basis = &rules.Limit.Basis
		}
	}
	return refusal
}

// delegatesSit refuses Party delegates in another process than the one they may review
// in, and who may not be one of them.
func (s *Server) delegatesSit(ctx context.Context, v viewer, pack deliberation.Pack, in startInput) error {
	if len(in.Matter.Delegates) == 0 {
		return nil
	}
	if in.Kind != deliberation.FourDeliberationsKind {
		return invalid("delegates", unexpected)
	}
	var list []deliberation.Participant
	for _, id := range in.Matter.Delegates {
		list = append(list, deliberation.Participant{Person: id, As: deliberation.AsMember})
	}
	err := s.namedAreHere(ctx, v, deliberation.Process{Pack: pack.Ref(), Matter: deliberation.Matter{Form: deliberation.PartyDelegates}}, list)
	if refusal, ok := refusalOf(err); err != nil && ok && len(refusal.Fields) > 0 {
		named := *refusal
		named.Act, named.Fields = "", []deliberation.FieldProblem{{Field: "delegates", Problem: refusal.Fields[0].Problem}}
		return &named
	}
	return err
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
			return p.Name != words[0] || len(words) > 1 && p.Group != strings.Join(words[1:], "")
		})
		switch len(found) {
		case 0:
			f.add(field, "unknown", len(list)+1)
		case 1:
			list = append(list, deliberation.Participant{Person: found[0].ID, As: as})
		default:
			f.add(field, "ambiguous", len(list)+1)
		}
	}
	return list, nil
}

// startedFor are the kinds of process that may be started for a consultation that
// could not agree, or for an item of an open talk.
var startedFor = map[string][]string{
	deliberation.ConsultationKind: {deliberation.ConferenceKind, deliberation.FourDeliberationsKind},
	deliberation.OpenTalkKind:     {deliberation.ConferenceKind, deliberation.FourDeliberationsKind, deliberation.ConsultationKind},
	deliberation.LivelihoodKind:   {deliberation.ConsultationKind},
}

// waitsFor gives the matter that a process says it was started for, where it is one
// that learns of it by ForwardMatter; nil where it is none.
func (s *Server) waitsFor(ctx context.Context, v viewer, in startInput) (*deliberation.Proceeding, error) {
	if in.Matter.For == "" || !slices.Contains(startedFor[deliberation.OpenTalkKind], in.Kind) {
		return nil, nil
	}
	if !isID(string(in.Matter.For)) {
		return nil, invalid("for", notAChoice)
	}
	p, err := s.proceeding(ctx, v, in.Matter.For)
	if err == nil && !slices.Contains(startedFor[p.Kind], in.Kind) {
		err = invalid("for", notAChoice)
	}
	return &p, err
}

// forIsHere checks what a process says that it was started for: a consultation that
// waits to be sent on, or an item of an open talk.
func (s *Server) forIsHere(ctx context.Context, v viewer, in startInput) error {
	p, err := s.waitsFor(ctx, v, in)
	switch {
	case err != nil || p == nil:
		return err
	case p.Status.State == deliberation.Ended:
		return deliberation.Refuse(deliberation.RefuseEnded)
	case p.Kind == deliberation.OpenTalkKind:
		err = itemWaits(*p, in.Matter.ForItem)
	case p.Status.Stage != deliberation.Forwarding:
		err = &deliberation.Refusal{Code: deliberation.RefuseOutOfOrder, Stage: p.Status.Stage}
	}
	if err == nil {
		_, err = permitAct(forwardMatter, v, true, nil)
	}
	return err
}

var forwardMatter, _ = deliberation.SpecOf(deliberation.ForwardMatter)

// tellFor lets a matter know to which process it went. Told twice is told once.
func (s *Server) tellFor(ctx context.Context, v viewer, key string, started deliberation.ProcessID, in startInput) error {
	p, err := s.waitsFor(ctx, v, in)
	if err != nil || p == nil {
		return err
	}
	if c := p.Status.Consultation; c != nil && c.Forwarded == started {
		return nil
	}
	if l := p.Status.Livelihood; l != nil && l.Forwarded == started {
		return nil
	}
	if t := p.Status.Talk; t != nil {
		if i := t.Item(in.Matter.ForItem); i != nil && i.Forwarded == started {
			return nil
		}
	}
	_, err = s.submitAct(ctx, v, p.ID, deliberation.ForwardMatter, key, actInput{Subject: string(started), Item: in.Matter.ForItem})
	return err
}

// isFor checks that the process named was started for the matter.
func (s *Server) isFor(ctx context.Context, v viewer, matter deliberation.Proceeding, started, item string) error {
	p, err := s.proceeding(ctx, v, deliberation.ProcessID(started))
	if err == nil && (p.Matter.For != matter.ID || p.Matter.ForItem != item) {
		return invalid("subject", notAChoice)
	}
	return err
}

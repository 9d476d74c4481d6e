package server

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// mandateInput is who lets whom vote for them. The persons are named by their ids, or
// by their names as people write them on a form. Text or Photo is the letter 委托书.
type mandateInput struct {
	Principal, Agent         deliberation.PersonID
	PrincipalName, AgentName string
	Household                bool
	Text                     string
	Photo                    []byte
	PhotoType                string
}

// sitting gives a meeting of the viewer's own community with its case and what the
// case's rules say of it.
func (s *Server) sitting(ctx context.Context, v viewer, id deliberation.MeetingID) (deliberation.Meeting, deliberation.Proceeding, deliberation.MeetingRules, error) {
	p, err := s.proceeding(ctx, v, caseOf(string(id)))
	if err != nil {
		return deliberation.Meeting{}, p, deliberation.MeetingRules{}, err
	}
	m, held := p.Meeting(id)
	if !held {
		return m, p, deliberation.MeetingRules{}, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	if p.Kind == deliberation.OpenTalkKind {
		pack, err := s.Law.Pinned(p.Pack)
		if err != nil {
			return m, p, deliberation.MeetingRules{}, err
		}
		rules, err := deliberation.OpenTalkOf(pack)
		return m, p, rules.Meeting, err
	}
	if p.Kind == deliberation.ConsultationKind {
		pack, err := s.Law.Pinned(p.Pack)
		if err != nil {
			return m, p, deliberation.MeetingRules{}, err
		}
		rules, err := deliberation.ConsultationOf(pack, p.Matter.Form)
		return m, p, rules.Meeting, err
	}
	if p.Kind == deliberation.ElectionKind {
		rules, err := s.electionRules(p.Process)
		if err != nil {
			return m, p, deliberation.MeetingRules{}, err
		}
		given, err := s.Mandates.Mandates(ctx, m.ID)
		return m, p, deliberation.MeetingRules{Proxy: rules.Proxy(len(given))}, err
	}
	if p.Kind != deliberation.ConferenceKind {
		return m, p, deliberation.MeetingRules{}, nil // 四议两公开 knows no agents
	}
	pack, err := s.Law.Pinned(p.Pack)
	if err != nil {
		return m, p, deliberation.MeetingRules{}, err
	}
	rules, err := deliberation.ConferenceOf(pack, m.Body)
	return m, p, rules.Meeting, err
}

// giveMandate writes down that the viewer lets another vote for them, or, where the
// viewer is the clerk who has the letter, that somebody else does.
func (s *Server) giveMandate(ctx context.Context, v viewer, id deliberation.MeetingID, in mandateInput) (deliberation.Mandate, error) {
	if err := permit(toGiveMandate, v, true); err != nil {
		return deliberation.Mandate{}, err
	}
	m, p, rules, err := s.sitting(ctx, v, id)
	if err != nil {
		return deliberation.Mandate{}, err
	}
	if err := s.identify(ctx, v, m.ID, &in); err != nil {
		return deliberation.Mandate{}, err
	}
	own := in.Principal == v.Person.ID
	if !own {
		if err := permit(toFileMandate, v, true); err != nil {
			return deliberation.Mandate{}, err
		}
	}
	if err := checkLetter(&in, own || in.Household); err != nil {
		return deliberation.Mandate{}, err
	}
	given := deliberation.Mandate{Meeting: m.ID, Principal: in.Principal, Agent: in.Agent, Household: in.Household, Given: s.now(), By: v.Person.ID}
	// Asked before the letter is filed, so that what is refused leaves none.
	others, err := s.Mandates.Mandates(ctx, m.ID)
	if err != nil {
		return given, err
	}
	if _, err := rules.Proxy.MayGive(given, rules.Substitute, others); err != nil {
		return given, err
	}
	if !in.Household {
		if given.Letter, err = s.fileLetter(ctx, v, p, m, in, own); err != nil {
			return given, err
		}
	}
	return s.Mandates.GiveMandate(ctx, given, rules.Proxy, rules.Substitute)
}

// identify finds who is meant. A person of another community is nobody here.
func (s *Server) identify(ctx context.Context, v viewer, m deliberation.MeetingID, in *mandateInput) error {
	if in.Principal == "" && in.PrincipalName == "" {
		in.Principal = v.Person.ID
	}
	var f fields
	find := func(field, name string, id *deliberation.PersonID, head deliberation.PersonID) error {
		if *id == "" && strings.TrimSpace(name) == "" {
			f.add(field, required, 0)
			return nil
		}
		if *id == "" {
			found, err := s.Mandates.MemberNamed(ctx, m, strings.TrimSpace(name), head)
			switch {
			case errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)):
				f.add(field, "nobody_of_name", 0)
			case errors.Is(err, deliberation.Refuse(deliberation.RefuseConflict)):
				f.add(field, "several_of_name", 0)
			case err != nil:
				return err
			}
			*id = found
			return nil
		}
		if !isID(string(*id)) {
			return deliberation.Refuse(deliberation.RefuseNotFound)
		}
		other, err := s.People.Person(ctx, *id)
		if err == nil && other.Community != v.Community.ID {
			err = deliberation.Refuse(deliberation.RefuseNotFound)
		}
		return err
	}
	if err := find("principal", in.PrincipalName, &in.Principal, ""); err != nil {
		return err
	}
	var head deliberation.PersonID
	if in.Household {
		head = in.Principal
	}
	if err := find("agent", in.AgentName, &in.Agent, head); err != nil {
		return err
	}
	return f.refusal()
}

// checkLetter asks for the letter of whoever does not give the mandate here themself.
func checkLetter(in *mandateInput, unwritten bool) error {
	var f fields
	in.Text = f.text("text", in.Text, !unwritten && len(in.Photo) == 0, deliberation.MaxText)
	switch {
	case len(in.Photo) > maxPhoto:
		f.add("photo", tooLong, maxPhoto)
	case len(in.Photo) > 0:
		in.PhotoType = photoType(in.Photo, in.PhotoType)
		f.want(in.PhotoType != "", "photo", notAnImage)
	}
	return f.refusal()
}

// fileLetter files the letter: the photo, the text, or what the principal who gives
// the mandate here says by it.
func (s *Server) fileLetter(ctx context.Context, v viewer, p deliberation.Proceeding, m deliberation.Meeting, in mandateInput, own bool) (deliberation.PaperRef, error) {
	paper := deliberation.Paper{
		PaperRef: deliberation.PaperRef{Kind: deliberation.PaperMandate}, Process: p.ID, Author: v.Person.ID, Created: s.now(),
		MediaType: plainText, Content: []byte(in.Text),
	}
	switch {
	case len(in.Photo) > 0:
		paper.MediaType, paper.Content = in.PhotoType, in.Photo
	case own:
		agent, err := s.People.Person(ctx, in.Agent)
		if err != nil {
			return deliberation.PaperRef{}, err
		}
		on := deliberation.DateOf(m.Starts.In(deliberation.Shanghai)).Words("zh")
		paper.Content = fmt.Appendf(nil, "委托书\n\n本人%s委托%s在%s的%s上代为表决。\n%s", v.Person.Name, agent.Name, on,
			deliberation.Localise(m.Body.Word("zh"), v.Community.Kind), in.Text)
	}
	return s.Papers.FilePaper(ctx, paper)
}

// revokeMandate takes a mandate back: the principal's own, or one that the clerk is
// asked to.
func (s *Server) revokeMandate(ctx context.Context, v viewer, id deliberation.MeetingID, mandate string) error {
	if err := permit(toGiveMandate, v, true); err != nil {
		return err
	}
	m, _, _, err := s.sitting(ctx, v, id)
	if err != nil {
		return err
	}
	list, err := s.Mandates.Mandates(ctx, m.ID)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(list, func(l deliberation.Mandate) bool { return l.ID == mandate })
	if at < 0 {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	if list[at].Principal != v.Person.ID {
		if err := permit(toFileMandate, v, true); err != nil {
			return err
		}
	}
	return s.Mandates.RevokeMandate(ctx, mandate, v.Person.ID, s.now())
}

// mandates gives the mandates of a meeting, as they are published.
func (s *Server) mandates(ctx context.Context, v viewer, id deliberation.MeetingID) ([]deliberation.Mandate, error) {
	m, _, _, err := s.sitting(ctx, v, id)
	if err != nil {
		return nil, err
	}
	return s.Mandates.Mandates(ctx, m.ID)
}

// principalsOf gives for whom the viewer may vote in a poll, besides themself.
func (s *Server) principalsOf(ctx context.Context, v viewer, poll deliberation.Poll) ([]deliberation.PersonID, error) {
	if !v.SignedIn {
		return nil, nil
	}
	list, err := s.Mandates.MandatesFor(ctx, poll.Meeting, v.Person.ID)
	ids := make([]deliberation.PersonID, len(list))
	for i, m := range list {
		ids[i] = m.Principal
	}
	return ids, err
}

// agentFor refuses who has no mandate to vote for the person in the poll.
func (s *Server) agentFor(ctx context.Context, v viewer, poll deliberation.PollID, person deliberation.PersonID) error {
	found, _, err := s.Ballots.Poll(ctx, poll)
	if err != nil {
		return err
	}
	principals, err := s.principalsOf(ctx, v, found)
	if err == nil && !slices.Contains(principals, person) {
		err = deliberation.Refuse(deliberation.RefuseForAnother)
	}
	return err
}

// substitute brings an adult to the meeting for whoever speaks for their household,
// where the rules let one stand in.
func (s *Server) substitute(ctx context.Context, v viewer, id deliberation.MeetingID, person deliberation.PersonID) error {
	m, _, rules, err := s.sitting(ctx, v, id)
	if err != nil {
		return err
	}
	if m.Body != deliberation.HouseholdAssembly {
		return deliberation.Refuse(deliberation.RefuseNotOnRoll)
	}
	_, err = s.Mandates.GiveMandate(ctx, deliberation.Mandate{
		Meeting: m.ID, Agent: person, Household: true, Given: s.now(), By: v.Person.ID,
	}, rules.Proxy, rules.Substitute)
	return err
}

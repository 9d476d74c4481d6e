package server

import (
	"context"
	"errors"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// dutiesIn says how the bodies of the communities stand to their duties to meet, by
// the law of the day. Nobody keeps it: it is computed when it is read.
func (s *Server) dutiesIn(ctx context.Context, in []deliberation.Community) (map[deliberation.CommunityID][]deliberation.Duty, error) {
	ids := make([]deliberation.CommunityID, len(in))
	for i, c := range in {
		ids[i] = c.ID
	}
	records, err := s.Duties.LastMeetings(ctx, ids)
	if err != nil {
		return nil, err
	}
	today, all := s.today(), map[deliberation.CommunityID][]deliberation.Duty{}
	for _, c := range in {
		pack, err := s.Law.PackFor(c.Kind, c.Place, today, "")
		if err != nil {
			return nil, err
		}
		rules, err := deliberation.DutiesOf(pack)
		if err != nil {
			return nil, err
		}
		r := records[c.ID]
		if r.Known.After(today) { // a demonstration's calendar may lie behind the machine's
			r.Known = today
		}
		all[c.ID] = deliberation.Duties(rules, r, today)
	}
	return all, nil
}

func (s *Server) duties(ctx context.Context, c deliberation.Community) ([]deliberation.Duty, error) {
	all, err := s.dutiesIn(ctx, []deliberation.Community{c})
	return all[c.ID], err
}

// overdue gives the duties that were not done in time.
func overdue(list []deliberation.Duty) []deliberation.Duty {
	return slices.DeleteFunc(slices.Clone(list), func(d deliberation.Duty) bool { return d.State != deliberation.DutyOverdue })
}

// callers are those who see to it that a body meets on time: who calls the
// residents and their representatives together, and the supervisors themselves.
func callers(b deliberation.Body) []deliberation.Office {
	switch b {
	case deliberation.SupervisoryCommittee:
		return []deliberation.Office{deliberation.Supervisor}
	case deliberation.AppraisalDuty:
		return []deliberation.Office{deliberation.Secretary, deliberation.SupervisionHead}
	}
	return []deliberation.Office{deliberation.Secretary, deliberation.Director}
}

// pressing gives the duties that the viewer should now see to.
func (s *Server) pressing(ctx context.Context, v viewer) ([]deliberation.Duty, error) {
	if v.Community.ID == "" || !v.Holds(deliberation.Secretary, deliberation.Director, deliberation.Supervisor) {
		return nil, nil
	}
	list, err := s.duties(ctx, v.Community)
	return slices.DeleteFunc(list, func(d deliberation.Duty) bool { return !d.Pressing() || !v.Holds(callers(d.Rule.Body)...) }), err
}

// mayEnterHeld reports whether the viewer may enter meetings of the body: the
// supervisors theirs, the committee's people all others.
func mayEnterHeld(v viewer, b deliberation.Body) bool {
	if permit(toRecordHeld, v, true) != nil {
		return false
	}
	return v.Holds(callers(b)...) || b != deliberation.SupervisoryCommittee && v.Holds(deliberation.Clerk)
}

// recordHeld enters a meeting that was held without Yishi.
func (s *Server) recordHeld(ctx context.Context, v viewer, body deliberation.Body, on string) error {
	if err := permit(toRecordHeld, v, true); err != nil {
		return err
	}
	list, err := s.duties(ctx, v.Community)
	if err != nil {
		return err
	}
	var wrong fields
	if !slices.ContainsFunc(list, func(d deliberation.Duty) bool { return d.Rule.Body == body }) {
		wrong.add("body", notAChoice, 0)
	}
	day, err := deliberation.ParseDate(on)
	switch {
	case err != nil:
		wrong.add("on", notADate, 0)
	case day.After(s.today()):
		wrong.add("on", "in_future", 0)
	}
	if err := wrong.refusal(); err != nil {
		return err
	}
	if !mayEnterHeld(v, body) {
		return deliberation.Refuse(deliberation.RefuseNotEntitled)
	}
	return s.Duties.RecordHeld(ctx, deliberation.HeldElsewhere{Community: v.Community.ID, Body: body, On: day, By: v.Person.ID})
}

// underAuthorisation finds the authorisation that a matter names, and says in the
// matter which it is where nothing was written. It gives nil where none is named.
func (s *Server) underAuthorisation(ctx context.Context, v viewer, m *deliberation.Matter) (*deliberation.Authorisation, error) {
	if m.AuthorisedBy == "" {
		return nil, nil //nolint:nilnil // most matters name none
	}
	if !slices.Contains(deliberation.GrantBodies, m.Form) {
		return nil, invalid("authorised_by", unexpected)
	}
	if !isID(m.AuthorisedBy) {
		return nil, invalid("authorised_by", notAChoice)
	}
	a, err := s.Authorisations.Authorisation(ctx, v.Community.ID, m.AuthorisedBy)
	if errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) {
		return nil, invalid("authorised_by", notAChoice)
	}
	if err != nil {
		return nil, err
	}
	if m.Authorisation == "" {
		p, err := s.Processes.Proceeding(ctx, a.Process)
		if err != nil {
			return nil, err
		}
		m.Authorisation = a.Words(p.Matter.Title)
	}
	return &a, nil
}

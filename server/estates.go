package server

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// maxUnits is how many units one request puts in.
const maxUnits = 20_000

// estate gives an estate of the viewer's own community.
func (s *Server) estate(ctx context.Context, v viewer, id deliberation.EstateID) (deliberation.Estate, error) {
	e, err := s.Estates.Estate(ctx, id)
	if err == nil && e.Community != v.Community.ID {
		err = deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return e, err
}

// addEstate adds an estate to the community.
func (s *Server) addEstate(ctx context.Context, v viewer, name string) (deliberation.EstateID, error) {
	if err := permit(toEditEstates, v, true); err != nil {
		return "", err
	}
	var f fields
	name = f.text("name", name, true, maxLine)
	if err := f.refusal(); err != nil {
		return "", err
	}
	return s.Estates.AddEstate(ctx, deliberation.Estate{Community: v.Community.ID, Name: name}, v.Person.ID)
}

// putUnits puts units in, or says what that would do. What cannot be put in is in the
// plan's faults; with any, nothing is.
func (s *Server) putUnits(ctx context.Context, v viewer, id deliberation.EstateID, entries []deliberation.UnitEntry, dryRun bool) (deliberation.UnitsPlan, error) {
	if err := permit(toEditEstates, v, true); err != nil {
		return deliberation.UnitsPlan{}, err
	}
	e, err := s.estate(ctx, v, id)
	switch {
	case err != nil:
		return deliberation.UnitsPlan{}, err
	case len(entries) > maxUnits:
		return deliberation.UnitsPlan{}, deliberation.Refuse(deliberation.RefuseTooLarge)
	}
	plan, err := s.Estates.PlanUnits(ctx, e.ID, entries)
	if err != nil || dryRun || len(plan.Faults) > 0 {
		return plan, err
	}
	return s.Estates.PutUnits(ctx, e.ID, entries, v.Person.ID)
}

package server

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// owned keeps mandates and estates in memory. It asks deliberation's own rule, as the
// store does.
type owned struct {
	mandates []deliberation.Mandate
	estates  []deliberation.Estate
	units    []deliberation.Unit
}

func (w *town) GiveMandate(_ context.Context, m deliberation.Mandate, r deliberation.ProxyRules, sub deliberation.FlagRule) (deliberation.Mandate, error) {
	var err error
	if m.Slot, err = r.MayGive(m, sub, w.mandates); err != nil {
		return m, err
	}
	m.ID = fmt.Sprintf("g%d", len(w.mandates)+1)
	w.mandates = append(w.mandates, m)
	return m, nil
}

func (w *town) RevokeMandate(_ context.Context, id string, _ deliberation.PersonID, at time.Time) error {
	for i := range w.mandates {
		if m := &w.mandates[i]; m.ID == id {
			if m.Used {
				return deliberation.Refuse(deliberation.RefuseMandateUsed)
			}
			m.Revoked = at
			return nil
		}
	}
	return notFound
}

func (w *town) Mandates(_ context.Context, m deliberation.MeetingID) ([]deliberation.Mandate, error) {
	return slices.DeleteFunc(slices.Clone(w.mandates), func(g deliberation.Mandate) bool { return g.Meeting != m }), nil
}

func (w *town) MandatesFor(_ context.Context, m deliberation.MeetingID, agent deliberation.PersonID) ([]deliberation.Mandate, error) {
	return slices.DeleteFunc(slices.Clone(w.mandates), func(g deliberation.Mandate) bool {
		return g.Meeting != m || g.Agent != agent || !g.Revoked.IsZero()
	}), nil
}

func (w *town) MemberNamed(_ context.Context, _ deliberation.MeetingID, name string, _ deliberation.PersonID) (deliberation.PersonID, error) {
	for id, p := range w.people {
		if p.Name == name && p.Community == home {
			return id, nil
		}
	}
	return "", notFound
}

func (w *town) AddEstate(_ context.Context, e deliberation.Estate, _ deliberation.PersonID) (deliberation.EstateID, error) {
	e.ID = deliberation.EstateID(fmt.Sprintf("e%d", len(w.estates)+1))
	w.estates = append(w.estates, e)
	return e.ID, nil
}

func (w *town) Estates(_ context.Context, c deliberation.CommunityID) ([]deliberation.Estate, error) {
	return slices.DeleteFunc(slices.Clone(w.estates), func(e deliberation.Estate) bool { return e.Community != c }), nil
}

func (w *town) Estate(_ context.Context, id deliberation.EstateID) (deliberation.Estate, error) {
	for _, e := range w.estates {
		if e.ID == id {
			return e, nil
		}
	}
	return deliberation.Estate{}, notFound
}

func (w *town) Units(_ context.Context, id deliberation.EstateID) ([]deliberation.Unit, error) {
	return slices.DeleteFunc(slices.Clone(w.units), func(u deliberation.Unit) bool { return u.Estate != id }), nil
}

func (w *town) PlanUnits(_ context.Context, id deliberation.EstateID, entries []deliberation.UnitEntry) (p deliberation.UnitsPlan, err error) {
	for _, e := range entries {
		owner := e.Person
		if owner == "" {
			owner, err = w.MemberNamed(context.Background(), "", e.Owner, "")
		}
		switch {
		case e.Area <= 0:
			p.Faults = append(p.Faults, deliberation.UnitFault{Line: e.Line, Field: "area", Problem: "not_an_area"})
		case err != nil:
			p.Faults, err = append(p.Faults, deliberation.UnitFault{Line: e.Line, Field: "owner", Problem: "owner_unclear"}), nil
		default:
			p.Changes = append(p.Changes, deliberation.UnitChange{Line: e.Line, Kind: deliberation.UnitNew, After: deliberation.Unit{
				ID: deliberation.UnitID(e.Number), Estate: id, Building: e.Building, Number: e.Number, Owner: owner, Area: e.Area,
			}})
		}
	}
	return p, nil
}

func (w *town) PutUnits(ctx context.Context, id deliberation.EstateID, entries []deliberation.UnitEntry, _ deliberation.PersonID) (deliberation.UnitsPlan, error) {
	p, err := w.PlanUnits(ctx, id, entries)
	for _, c := range p.Changes {
		w.units = append(w.units, c.After)
	}
	return p, err
}

package models

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/roster"
)

// ExportRoster gives the present persons of a community as an import would read
// them, by group and household as people count them. Without full, identity
// numbers and phones are left out. It writes who took how many; of a full export
// each person's audit says so too.
func (s *Store) ExportRoster(ctx context.Context, c deliberation.CommunityID, full bool, on deliberation.Date, actor deliberation.PersonID) ([]roster.Entry, error) {
	var entries []roster.Entry
	err := s.write(ctx, func(tx *gorm.DB) error {
		im := &importing{Store: s, tx: tx, o: roster.Options{On: on}, towns: map[deliberation.CommunityID]*town{}}
		t, err := im.town(c)
		if err != nil {
			return err
		}
		detail := "plain"
		if full {
			detail = "full"
		}
		var audit []auditRow
		for _, p := range t.persons {
			if p.record.Standing != deliberation.Present {
				continue
			}
			entries = append(entries, exported(t, p, full, on))
			if full {
				audit = append(audit, auditRow{Actor: actor, Act: "export_person", Community: c, Person: p.record.ID, Subject: detail})
			}
		}
		audit = append(audit, auditRow{Actor: actor, Act: "export", Community: c, Subject: fmt.Sprintf("%s:%d", detail, len(entries))})
		return s.audited(tx, audit...)
	})
	slices.SortStableFunc(entries, func(a, b roster.Entry) int {
		return cmp.Or(
			cmp.Compare(countedName(a.Group), countedName(b.Group)), cmp.Compare(countedName(a.Building), countedName(b.Building)),
			cmp.Compare(countedName(a.Household), countedName(b.Household)), cmp.Compare(a.Name, b.Name))
	})
	return entries, wrap("export roster", err)
}

func exported(t *town, p *inhabitant, full bool, on deliberation.Date) roster.Entry {
	r, home := p.record, t.households[p.record.Household]
	e := roster.Entry{
		Community: t.place.Name, Name: r.Name, Sex: r.Sex, Birth: r.Birth, Group: r.Group, Building: home.Building, Household: home.Number,
		Relation: r.Relation, Hukou: r.Hukou, Since: r.Since,
	}
	if full {
		e.Identity, e.Phone = r.Identity, r.Phone
	}
	for _, o := range p.offices {
		if o.Until.IsZero() || !o.Until.Before(on) {
			if o.Office != deliberation.Resident && o.Office != deliberation.HouseholdHead {
				e.Seats = append(e.Seats, roster.Seat{Office: o.Office, From: o.From})
			}
		}
	}
	return e
}

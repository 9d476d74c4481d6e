package models

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type placeRow struct {
	ID            deliberation.PlaceID
	Parent        *deliberation.PlaceID
	Kind          deliberation.PlaceKind
	Name          string
	Overlay       string
	Demo          bool
	RosterVersion int64
}

func (placeRow) TableName() string { return "places" }

type personRow struct {
	ID           deliberation.PersonID
	Community    deliberation.CommunityID
	Name         []byte
	NameLookup   string
	VillageGroup string
}

func (personRow) TableName() string { return "persons" }

type officeRow struct {
	Person    deliberation.PersonID
	Community deliberation.CommunityID
	Office    deliberation.Office
	FromDay   string
	UntilDay  string
	Source    string
}

func (officeRow) TableName() string { return "offices" }

func (s *Store) personOf(r personRow) (deliberation.Person, error) {
	name, err := s.unseal("persons", "name", string(r.ID), r.Name)
	return deliberation.Person{ID: r.ID, Community: r.Community, Name: name, Group: r.VillageGroup}, err
}

func officeOf(r officeRow) (o deliberation.OfficeHeld, err error) {
	o = deliberation.OfficeHeld{Person: r.Person, Community: r.Community, Office: r.Office, Source: r.Source}
	if o.From, err = deliberation.ParseDate(r.FromDay); err != nil || r.UntilDay == "" {
		return o, err
	}
	o.Until, err = deliberation.ParseDate(r.UntilDay)
	return o, err
}

// heldOn narrows to the offices held on the day; the last day is still held.
func heldOn(tx *gorm.DB, on deliberation.Date) *gorm.DB {
	day := on.String()
	return tx.Where("from_day <= ? AND (until_day = '' OR until_day >= ?)", day, day)
}

// Person gives a person by id.
func (s *Store) Person(ctx context.Context, id deliberation.PersonID) (deliberation.Person, error) {
	var r personRow
	if err := s.reads.WithContext(ctx).Take(&r, "id = ?", id).Error; err != nil {
		return deliberation.Person{}, wrap("person", err)
	}
	p, err := s.personOf(r)
	return p, wrap("person", err)
}

// Names gives the names of those of the ids that are known.
func (s *Store) Names(ctx context.Context, ids []deliberation.PersonID) (map[deliberation.PersonID]string, error) {
	people, err := s.persons(s.reads.WithContext(ctx), ids)
	names := make(map[deliberation.PersonID]string, len(people))
	for id, p := range people {
		names[id] = p.Name
	}
	return names, wrap("names", err)
}

func (s *Store) persons(tx *gorm.DB, ids []deliberation.PersonID) (map[deliberation.PersonID]deliberation.Person, error) {
	people := make(map[deliberation.PersonID]deliberation.Person, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		var rows []personRow
		if err := tx.Where("id IN ?", part).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, r := range rows {
			p, err := s.personOf(r)
			if err != nil {
				return nil, err
			}
			people[r.ID] = p
		}
	}
	return people, nil
}

// PersonsNamed gives those of a community who bear the name, by its keyed hash.
func (s *Store) PersonsNamed(ctx context.Context, c deliberation.CommunityID, name string) ([]deliberation.PersonID, error) {
	var ids []deliberation.PersonID
	err := s.reads.WithContext(ctx).Model(&personRow{}).Order("id").
		Where("community = ? AND name_lookup = ?", c, s.vault.Lookup("persons", "name", name)).Pluck("id", &ids).Error
	return ids, wrap("persons named", err)
}

// OfficesOn gives the offices a person holds on a day, in all communities.
func (s *Store) OfficesOn(ctx context.Context, id deliberation.PersonID, on deliberation.Date) ([]deliberation.OfficeHeld, error) {
	var rows []officeRow
	err := heldOn(s.reads.WithContext(ctx), on).Where("person = ?", id).Order("community, office, from_day").Find(&rows).Error
	if err != nil {
		return nil, wrap("offices on", err)
	}
	held := make([]deliberation.OfficeHeld, len(rows))
	for i, r := range rows {
		if held[i], err = officeOf(r); err != nil {
			return nil, wrap("offices on", err)
		}
	}
	return held, nil
}

// HeldByOne reports whether one person holds both offices in the community on the day 一肩挑.
func (s *Store) HeldByOne(ctx context.Context, c deliberation.CommunityID, a, b deliberation.Office, on deliberation.Date) (bool, error) {
	tx := s.reads.WithContext(ctx)
	var n int64
	both := heldOn(tx.Model(&officeRow{}), on).Select("person").Where("community = ? AND office = ?", c, b)
	err := heldOn(tx.Model(&officeRow{}), on).Where("community = ? AND office = ? AND person IN (?)", c, a, both).Count(&n).Error
	return n > 0, wrap("held by one", err)
}

// Community gives a community by id. A place that is none is not found.
func (s *Store) Community(ctx context.Context, id deliberation.CommunityID) (deliberation.Community, error) {
	path, err := s.Path(ctx, id)
	if err != nil {
		return deliberation.Community{}, wrap("community", err)
	}
	c, ok := deliberation.CommunityOf(path)
	if !ok {
		return c, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return c, nil
}

// Communities gives all communities by id.
func (s *Store) Communities(ctx context.Context) ([]deliberation.Community, error) {
	var ids []deliberation.PlaceID
	kinds := []deliberation.PlaceKind{deliberation.VillagePlace, deliberation.UrbanPlace}
	if err := s.reads.WithContext(ctx).Model(&placeRow{}).Where("kind IN ?", kinds).Order("id").Pluck("id", &ids).Error; err != nil {
		return nil, wrap("communities", err)
	}
	list := make([]deliberation.Community, len(ids))
	for i, id := range ids {
		var err error
		if list[i], err = s.Community(ctx, id); err != nil {
			return nil, err
		}
	}
	return list, nil
}

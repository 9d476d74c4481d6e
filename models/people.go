package models

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

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

// peopleOf gives those whom the rows speak of.
func peopleOf[R any](s *Store, tx *gorm.DB, rows []R, of func(R) deliberation.PersonID) (map[deliberation.PersonID]deliberation.Person, error) {
	ids := make([]deliberation.PersonID, len(rows))
	for i, r := range rows {
		ids[i] = of(r)
	}
	return s.persons(tx, ids)
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

// Groups gives the residents' groups 居(村)民小组 of a community that have somebody in
// them, in the order of their names.
func (s *Store) Groups(ctx context.Context, c deliberation.CommunityID) ([]string, error) {
	var list []string
	err := s.reads.WithContext(ctx).Table("persons").Distinct("village_group").
		Where("community = ? AND village_group <> '' AND standing = 'present'", c).Order("village_group").Pluck("village_group", &list).Error
	return list, wrap("groups", err)
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
	var rows []placeRow
	within := []deliberation.PlaceKind{deliberation.GroupPlace, deliberation.BuildingPlace}
	if err := s.reads.WithContext(ctx).Where("kind NOT IN ?", within).Order("id").Find(&rows).Error; err != nil {
		return nil, wrap("communities", err)
	}
	places := make(map[deliberation.PlaceID]deliberation.Place, len(rows))
	for _, r := range rows {
		places[r.ID] = placeOf(r)
	}
	var list []deliberation.Community
	for _, r := range rows {
		var path []deliberation.Place
		for id, n := r.ID, 0; id != "" && n < len(deliberation.PlaceKinds); id, n = places[id].Parent, n+1 {
			path = append(path, places[id])
		}
		slices.Reverse(path)
		if c, ok := deliberation.CommunityOf(path); ok {
			list = append(list, c)
		}
	}
	return list, nil
}

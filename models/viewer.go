package models

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// seen is a person with the places from the top of the tree down to their own, and
// all offices they ever held.
type seen struct {
	person deliberation.Person
	path   []deliberation.Place
	held   []deliberation.OfficeHeld
	err    error // of this person alone: nobody fails for another's sake
}

// Viewer gives a person with the places they belong to, from the top of the tree
// down to their own, and the offices they hold on the day, in their community and
// over the places above it. Who died or was erased is not found (RefuseNotFound), so
// that no session of theirs goes on. Those who ask at one time share two reads.
func (s *Store) Viewer(ctx context.Context, id deliberation.PersonID, on deliberation.Date) (deliberation.Person, []deliberation.Place, []deliberation.OfficeHeld, error) {
	v, found, err := s.viewers.get(ctx, id)
	switch {
	case err != nil:
	case !found:
		err = deliberation.Refuse(deliberation.RefuseNotFound)
	default:
		err = v.err
	}
	if err != nil {
		return deliberation.Person{}, nil, nil, wrap("viewer", err)
	}
	var held []deliberation.OfficeHeld // of one's own: others asked for the same person
	for _, o := range v.held {
		if holds(o, on) {
			held = append(held, o)
		}
	}
	return v.person, slices.Clone(v.path), held, nil
}

type personOfficeRow struct {
	ID           deliberation.PersonID
	Community    deliberation.CommunityID
	Name         []byte
	VillageGroup string
	At           *deliberation.PlaceID
	Office       *deliberation.Office
	FromDay      *string
	UntilDay     *string
	Source       *string
}

func (s *Store) readViewers(ctx context.Context, ids []deliberation.PersonID) (map[deliberation.PersonID]seen, error) {
	const both = `SELECT p.id, p.community, p.name, p.village_group, o.community AS at, o.office, o.from_day, o.until_day, o.source
		FROM persons p LEFT JOIN offices o ON o.person = p.id
		WHERE p.id IN ? AND p.standing IN ('present', 'moved') ORDER BY p.id, o.community, o.office, o.from_day`
	var rows []personOfficeRow
	if err := s.reads.WithContext(ctx).Raw(both, padded(ids)).Scan(&rows).Error; err != nil {
		return nil, err
	}
	found, homes := make(map[deliberation.PersonID]seen, len(ids)), map[deliberation.PlaceID]bool{}
	for _, r := range rows {
		v, known := found[r.ID]
		if !known {
			homes[r.Community] = true
			v.person, v.err = s.personOf(personRow{ID: r.ID, Community: r.Community, Name: r.Name, VillageGroup: r.VillageGroup})
		}
		if r.Office != nil {
			o, err := officeOf(officeRow{r.ID, *r.At, *r.Office, *r.FromDay, *r.UntilDay, *r.Source})
			v.held, v.err = append(v.held, o), cmp.Or(v.err, err)
		}
		found[r.ID] = v
	}
	if len(found) == 0 {
		return found, nil
	}
	paths, err := s.paths(ctx, slices.Sorted(maps.Keys(homes)))
	for id, v := range found {
		v.path = paths[v.person.Community]
		found[id] = v
	}
	return found, err
}

// paths gives for each place the way from the top of the tree down to it.
func (s *Store) paths(ctx context.Context, to []deliberation.PlaceID) (map[deliberation.PlaceID][]deliberation.Place, error) {
	const upwards = `WITH RECURSIVE up AS (
		SELECT ` + placeColumns + `, 0 AS depth, p.id AS leaf FROM places p WHERE p.id IN ?
		UNION ALL
		SELECT ` + placeColumns + `, up.depth + 1, up.leaf FROM places p JOIN up ON p.id = up.parent WHERE up.depth < 16)
		SELECT * FROM up ORDER BY leaf, depth DESC`
	var rows []struct {
		Place placeRow `gorm:"embedded"`
		Leaf  deliberation.PlaceID
	}
	err := s.reads.WithContext(ctx).Raw(upwards, padded(to)).Scan(&rows).Error
	paths := make(map[deliberation.PlaceID][]deliberation.Place, len(to))
	for _, r := range rows {
		paths[r.Leaf] = append(paths[r.Leaf], placeOf(r.Place))
	}
	return paths, err
}

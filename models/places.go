package models

import (
	"context"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

func placeOf(r placeRow) deliberation.Place {
	p := deliberation.Place{ID: r.ID, Kind: r.Kind, Name: r.Name, Overlay: r.Overlay, Demo: r.Demo}
	if r.Parent != nil {
		p.Parent = *r.Parent
	}
	return p
}

// Place gives a place by id.
func (s *Store) Place(ctx context.Context, id deliberation.PlaceID) (deliberation.Place, error) {
	var r placeRow
	if err := s.reads.WithContext(ctx).Take(&r, "id = ?", id).Error; err != nil {
		return deliberation.Place{}, wrap("place", err)
	}
	return placeOf(r), nil
}

// Path gives a place with all above it, from the top of the tree down.
func (s *Store) Path(ctx context.Context, id deliberation.PlaceID) ([]deliberation.Place, error) {
	var path []deliberation.Place
	for range len(deliberation.PlaceKinds) {
		p, err := s.Place(ctx, id)
		if err != nil {
			return nil, err
		}
		path = append(path, p)
		if id = p.Parent; id == "" {
			break
		}
	}
	slices.Reverse(path)
	return path, nil
}

package models

import (
	"context"
	"fmt"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// ChoosingStandings gives what the record says of the persons on the day, by the strokes of
// their surnames, each once; somebody unknown here is no resident and holds nothing.
func (s *Store) ChoosingStandings(ctx context.Context, c deliberation.CommunityID, group string, ids []deliberation.PersonID, beside []deliberation.Office, on deliberation.Date) ([]deliberation.ChoosingStanding, error) {
	ids = slices.Compact(slices.Sorted(slices.Values(ids)))
	standings := make([]deliberation.ChoosingStanding, len(ids))
	names := map[deliberation.PersonID]string{}
	err := s.read(ctx, func(tx *gorm.DB) error {
		people, err := s.persons(tx, ids)
		if err != nil {
			return err
		}
		var held []officeRow
		if err := presentOn(heldOn(tx, on), on).Where("community = ? AND (person IN ? OR office IN ?)", c, ids, beside).Order("person, office").Find(&held).Error; err != nil {
			return err
		}
		var others []deliberation.PersonID
		for _, h := range held {
			if slices.Contains(beside, h.Office) {
				others = append(others, h.Person)
			}
		}
		kin, err := kinAround(tx, c, ids)
		if err != nil {
			return err
		}
		for i, id := range ids {
			who := people[id]
			names[id] = who.Name
			standings[i].Person = id
			if who.Community != c {
				continue
			}
			for _, h := range held {
				if h.Person != id {
					continue
				}
				if h.Office == deliberation.Resident {
					standings[i].Resident = group == "" || who.Group == group
				} else {
					standings[i].Offices = append(standings[i].Offices, h.Office)
				}
			}
			standings[i].Kin = slices.ContainsFunc(others, func(o deliberation.PersonID) bool { return deliberation.NearRelatives(kin, id, o) })
		}
		return nil
	})
	slices.SortStableFunc(standings, func(a, b deliberation.ChoosingStanding) int {
		return deliberation.CompareByStrokes(names[a.Person], names[b.Person])
	})
	return standings, wrap("choosing standings", err)
}

// FileChoosingSheets files the question of each list with the names of who stands. Their
// ids follow from the process and the serial, so that a second call gives the same. An
// unknown process, or one of another kind, is refused (RefuseNotFound).
func (s *Store) FileChoosingSheets(ctx context.Context, p deliberation.ProcessID, serial string, lists []deliberation.ChoosingList, at time.Time) ([]deliberation.ChoosingList, error) {
	filed := slices.Clone(lists)
	err := s.write(ctx, func(tx *gorm.DB) error {
		row, err := find[processRow](tx, "id = ?", p)
		if err != nil {
			return err
		}
		if row == nil || row.Kind != deliberation.ChoosingKind {
			return deliberation.Refuse(deliberation.RefuseNotFound)
		}
		process, err := s.processOf(*row)
		if err != nil {
			return err
		}
		for i, l := range lists {
			people, err := s.persons(tx, l.Candidates)
			if err != nil {
				return err
			}
			names := make([]string, len(l.Candidates))
			for k, id := range l.Candidates {
				names[k] = people[id].Name
			}
			name := fmt.Sprintf("choosing sheet %s %s %s", p, serial, l.Post)
			if filed[i].Sheet, err = s.fileSheet(tx, process, deliberation.PaperChoosing, name, deliberation.ChoosingSheet(l.Post, l.Seats, names), at); err != nil {
				return err
			}
		}
		return nil
	})
	return filed, wrap("file choosing sheets", err)
}

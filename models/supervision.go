package models

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// MarksIn gives what the supervisory committee of a community did from a day to
// another, both included, with the process each belongs to, in the order it was done.
func (s *Store) MarksIn(ctx context.Context, c deliberation.CommunityID, from, until deliberation.Date) ([]deliberation.MarkLine, error) {
	list := []deliberation.MarkLine{}
	err := s.read(ctx, func(tx *gorm.DB) error {
		var rows []struct {
			Process deliberation.ProcessID
			Data    string
		}
		ours := tx.Model(&processRow{}).Select("id").Where("community = ?", c)
		if err := tx.Table("marks").Select("process, data").Where("process IN (?)", ours).Order("ord, id").Find(&rows).Error; err != nil {
			return err
		}
		known := map[deliberation.ProcessID]deliberation.Process{}
		for _, r := range rows {
			m, err := decode[deliberation.Mark](r.Data)
			if err != nil {
				return err
			}
			if on := deliberation.DateOf(m.Made); on.Before(from) || on.After(until) {
				continue
			}
			if _, seen := known[r.Process]; !seen {
				var row processRow
				if err := tx.Take(&row, "id = ?", r.Process).Error; err != nil {
					return err
				}
				if known[r.Process], err = s.processOf(row); err != nil {
					return err
				}
			}
			list = append(list, deliberation.MarkLine{Mark: m, Process: known[r.Process]})
		}
		return nil
	})
	slices.SortStableFunc(list, func(a, b deliberation.MarkLine) int { return a.Mark.Made.Compare(b.Mark.Made) })
	return list, wrap("marks in", err)
}

package models

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// OpenCounts says how much is open in each of the communities. One where nothing
// is open is left out.
func (s *Store) OpenCounts(ctx context.Context, in []deliberation.CommunityID) (map[deliberation.CommunityID]deliberation.OpenCount, error) {
	counts := map[deliberation.CommunityID]deliberation.OpenCount{}
	err := s.read(ctx, func(tx *gorm.DB) error {
		for part := range slices.Chunk(in, chunk) {
			if err := countOpen(tx, part, counts); err != nil {
				return err
			}
		}
		return nil
	})
	return counts, wrap("open counts", err)
}

func countOpen(tx *gorm.DB, in []deliberation.CommunityID, counts map[deliberation.CommunityID]deliberation.OpenCount) error {
	var lines []struct {
		Community deliberation.CommunityID
		State     deliberation.State
		N         int
	}
	err := tx.Table("processes").Select("community, state, COUNT(*) AS n").Group("community, state").
		Where("community IN ? AND state IN ?", in, []deliberation.State{deliberation.Running, deliberation.Held}).Find(&lines).Error
	if err != nil {
		return err
	}
	for _, l := range lines {
		n := counts[l.Community]
		n.Processes += l.N
		if l.State == deliberation.Held {
			n.Held += l.N
		}
		counts[l.Community] = n
	}
	lines = lines[:0]
	err = tx.Table("tasks").Joins("JOIN processes ON processes.id = tasks.process").Select("processes.community, COUNT(*) AS n").
		Group("processes.community").Where("processes.community IN ? AND tasks.state = ?", in, deliberation.TaskOpen).Find(&lines).Error
	for _, l := range lines {
		n := counts[l.Community]
		n.Tasks = l.N
		counts[l.Community] = n
	}
	return err
}

package server

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// DepartmentRatings gives the ratings of a community, as the store does.
func (w *town) DepartmentRatings(_ context.Context, c deliberation.CommunityID) (list []deliberation.Process, err error) {
	for _, p := range w.processes {
		if p.Kind == deliberation.DepartmentKind && p.Community == c {
			list = append(list, p.Process)
		}
	}
	return list, nil
}

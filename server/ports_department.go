package server

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// Ratings tells how communities rated departments 评议部门.
type Ratings interface {
	// DepartmentRatings gives the ratings that a community held and is holding, the latest first.
	DepartmentRatings(ctx context.Context, c deliberation.CommunityID) ([]deliberation.Process, error)
}

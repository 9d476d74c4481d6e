package activities

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Departments keeps what a rating of departments puts to the vote.
type Departments interface {
	// FileRatingSheets files a sheet for each body of the process's matter, in its order. A
	// second call gives the same.
	FileRatingSheets(ctx context.Context, p deliberation.ProcessID, rules deliberation.DepartmentRules, at time.Time) ([]deliberation.RatedSheet, error)
}

// RatingSheetsInput names the process, the rules its sheets are made by, and the civil moment.
type RatingSheetsInput struct {
	Process deliberation.ProcessID       `json:"process"`
	Rules   deliberation.DepartmentRules `json:"rules"`
	At      time.Time                    `json:"at"`
}

// FileRatingSheets makes the names of the matter into papers, so that the engine learns
// codes only. A second run gives the same.
func (a *Activities) FileRatingSheets(ctx context.Context, in RatingSheetsInput) ([]deliberation.RatedSheet, error) {
	sheets, err := a.Departments.FileRatingSheets(ctx, in.Process, in.Rules, in.At)
	return sheets, translate(err)
}

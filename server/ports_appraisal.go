package server

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// Reports is the commitments and the yearly reports that answer them 述职述廉.
type Reports interface {
	// OwedCommitments gives what a person's report in the process must answer.
	OwedCommitments(ctx context.Context, c deliberation.CommunityID, p deliberation.ProcessID, person deliberation.PersonID) ([]deliberation.Commitment, error)
	// CommitmentsOf gives all commitments of a person in a community, the oldest first.
	CommitmentsOf(ctx context.Context, c deliberation.CommunityID, person deliberation.PersonID) ([]deliberation.Commitment, error)
	// KeepReport keeps what a report answers and promises until the process takes it; it
	// refuses who is not appraised (RefuseNotEntitled), a report that was taken
	// (RefuseTwice), and what the report lacks (RefuseInvalid).
	KeepReport(ctx context.Context, r deliberation.DutyReport) error
}

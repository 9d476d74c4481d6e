package server

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// Disclosures tells what communities disclosed 居(村)务公开.
type Disclosures interface {
	// Disclosures gives what a community disclosed and is disclosing.
	Disclosures(ctx context.Context, c deliberation.CommunityID) (deliberation.DisclosureRecord, error)
	// AccountsBefore gives the table that the disclosure's is carried over from, nil
	// where there is none.
	AccountsBefore(ctx context.Context, p deliberation.ProcessID) (*deliberation.Accounts, deliberation.ProcessID, error)
}

// Supervision tells what the supervisory committee of a community did.
type Supervision interface {
	// MarksIn gives what it did from a day to another, both included, in its order.
	MarksIn(ctx context.Context, c deliberation.CommunityID, from, until deliberation.Date) ([]deliberation.MarkLine, error)
}

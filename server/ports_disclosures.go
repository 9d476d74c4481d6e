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

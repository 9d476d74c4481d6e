package server

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// disclosuresHere keeps what a town disclosed, as the store does.
type disclosuresHere struct {
	record deliberation.DisclosureRecord
	before *deliberation.Accounts
}

func (d *disclosuresHere) Disclosures(context.Context, deliberation.CommunityID) (deliberation.DisclosureRecord, error) {
	return d.record, nil
}

func (d *disclosuresHere) AccountsBefore(context.Context, deliberation.ProcessID) (*deliberation.Accounts, deliberation.ProcessID, error) {
	return d.before, "before", nil
}

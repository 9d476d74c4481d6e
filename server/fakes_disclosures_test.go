package server

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// disclosuresHere keeps what a town disclosed, as the store does.
type disclosuresHere struct {
	record deliberation.DisclosureRecord
	before *deliberation.Accounts
	marks  []deliberation.MarkLine
}

func (d *disclosuresHere) Disclosures(context.Context, deliberation.CommunityID) (deliberation.DisclosureRecord, error) {
	return d.record, nil
}

func (d *disclosuresHere) AccountsBefore(context.Context, deliberation.ProcessID) (*deliberation.Accounts, deliberation.ProcessID, error) {
	return d.before, "before", nil
}

func (d *disclosuresHere) MarksIn(context.Context, deliberation.CommunityID, deliberation.Date, deliberation.Date) ([]deliberation.MarkLine, error) {
	return d.marks, nil
}

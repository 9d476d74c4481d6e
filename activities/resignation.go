package activities

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// MembersInput asks how many hold one of the offices on a day, but for somebody.
type MembersInput struct {
	Community deliberation.CommunityID `json:"community"`
	Offices   []deliberation.Office    `json:"offices"`
	Without   deliberation.PersonID    `json:"without,omitempty"`
	On        deliberation.Date        `json:"on"`
}

// CountMembers counts persons by the offices they hold. It writes nothing.
func (a *Activities) CountMembers(ctx context.Context, in MembersInput) (int, error) {
	n, err := a.Offices.CountMembers(ctx, in.Community, in.Offices, in.Without, in.On)
	return n, translate(err)
}

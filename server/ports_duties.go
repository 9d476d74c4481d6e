package server

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// Duties tells when the bodies of communities last met.
type Duties interface {
	LastMeetings(ctx context.Context, in []deliberation.CommunityID) (map[deliberation.CommunityID]deliberation.MeetingRecord, error)
	// RecordHeld enters a meeting held without Yishi; the same day again is refused (RefuseTwice).
	RecordHeld(ctx context.Context, h deliberation.HeldElsewhere) error
}

// Authorisations tells what the assembly of a community authorised.
type Authorisations interface {
	// Authorisations gives all, those that end last first.
	Authorisations(ctx context.Context, c deliberation.CommunityID) ([]deliberation.Authorisation, error)
	// Authorisation gives one of the community's; another's is not found.
	Authorisation(ctx context.Context, c deliberation.CommunityID, id string) (deliberation.Authorisation, error)
}

// Drafts keeps start forms that are not started yet, one of a kind for each person.
type Drafts interface {
	KeepDraft(ctx context.Context, d deliberation.MatterDraft) error
	Drafts(ctx context.Context, person deliberation.PersonID) ([]deliberation.MatterDraft, error)
	DropDraft(ctx context.Context, person deliberation.PersonID, kind string) error
}

package server

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// OpinionBox is 意见箱: what residents put in at any time.
type OpinionBox interface {
	// PutInBox puts an opinion in and gives the number by which it is found again. The
	// same request of the same sender gives the same number. It is refused without an
	// account where the community does not allow it (RefuseSignIn), and where too many
	// come from one sender (RefuseRateLimited).
	PutInBox(ctx context.Context, o deliberation.BoxOpinion, from deliberation.BoxSender) (number string, err error)
	BoxOpinionByNumber(ctx context.Context, number string) (deliberation.BoxOpinion, error)
	BoxOpinion(ctx context.Context, id string) (deliberation.BoxOpinion, error)
	// BoxOpinions gives what is in a box, the newest first.
	BoxOpinions(ctx context.Context, q deliberation.BoxQuery) ([]deliberation.BoxOpinion, error)
	// AnswerBoxOpinion writes what became of an opinion, once (RefuseTwice).
	AnswerBoxOpinion(ctx context.Context, o deliberation.BoxOpinion) error
	// OpenToAll reports whether a box takes opinions without an account.
	OpenToAll(ctx context.Context, c deliberation.CommunityID) (bool, error)
	SetOpenToAll(ctx context.Context, c deliberation.CommunityID, open bool, by deliberation.PersonID, at time.Time) error
}

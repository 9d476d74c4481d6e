package server

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// PaperBallots is what is done with paper ballots at the table and by those who count.
type PaperBallots interface {
	// IssuePaper hands a paper ballot out: the person's place in the box is taken.
	IssuePaper(ctx context.Context, p deliberation.PaperIssue) error
	// ExchangePaper takes a spoiled sheet back for a fresh one 作废换领.
	ExchangePaper(ctx context.Context, poll deliberation.PollID, person, by deliberation.PersonID, at time.Time) error
	// HandBackPaper takes an unmarked sheet back 退回; the person may vote otherwise again.
	HandBackPaper(ctx context.Context, poll deliberation.PollID, person, by deliberation.PersonID, at time.Time) error
	// RecordBox notes how many sheets were in a box, once no ballot is taken any more.
	RecordBox(ctx context.Context, poll deliberation.PollID, station string, recovered int, by deliberation.PersonID, at time.Time) error
	// ReadBundle notes what a person read from a bundle, and tells whether another read the same.
	ReadBundle(ctx context.Context, poll deliberation.PollID, bundle string, person deliberation.PersonID, c deliberation.SheetCount, at time.Time) (agree bool, err error)
	PaperCount(ctx context.Context, poll deliberation.PollID) (deliberation.PaperCount, error)
	PaperList(ctx context.Context, poll deliberation.PollID) ([]deliberation.PaperBallot, error)
}

package server

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Signings is the signatures below joint demands 联名提议.
type Signings interface {
	// Sign puts a person's own signature below a demand, once over all channels
	// (RefuseTwice), while its window is open (RefuseTooLate); who holds no office that
	// counts is refused (RefuseNotOnRoll).
	Sign(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID, at time.Time) error
	// Unsign takes it back, before the close.
	Unsign(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID, at time.Time) error
	// EnterSignatures copies the rows of a paper sheet; rows that cannot be entered come
	// back with what is wrong.
	EnterSignatures(ctx context.Context, p deliberation.ProcessID, sheet deliberation.PaperRef, rows []deliberation.SheetRow, by deliberation.PersonID, at time.Time) (entered int, problems []deliberation.SheetProblem, err error)
	// CountSigned gives how many have signed so far, on the rolls of the day; after the
	// close what was counted then.
	CountSigned(ctx context.Context, p deliberation.ProcessID, on deliberation.Date) (deliberation.SignatureCount, error)
	HasSigned(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID) (bool, error)
	// Signatures gives the signatures with their names.
	Signatures(ctx context.Context, p deliberation.ProcessID) ([]deliberation.Signature, error)
}

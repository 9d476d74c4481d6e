package activities

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Recorder writes a step of a process: facts to the register and what pages show
// of them, in one transaction. The same key again changes nothing and gives the
// same entries.
type Recorder interface {
	Apply(ctx context.Context, c deliberation.Change) (entries []int64, err error)
}

// Rolls freezes who is due and counts who is there.
type Rolls interface {
	// FreezeRoll writes the members of the body on the day as the meeting's roll.
	// A second call gives the roll already frozen.
	FreezeRoll(ctx context.Context, s deliberation.RollSpec) (deliberation.Roll, error)
	// Attendance counts those checked in at this instant.
	Attendance(ctx context.Context, m deliberation.MeetingID) (deliberation.Attendance, error)
}

// Polls opens and closes the ballot box.
type Polls interface {
	// OpenPoll freezes the poll's roll, those checked in at this instant, and opens
	// the box. A second call gives the same roll.
	OpenPoll(ctx context.Context, process deliberation.ProcessID, p deliberation.Poll, quorum ...deliberation.MajorityRule) (deliberation.Roll, error)
	// ClosePoll closes the box so that no ballot falls between, and counts. A second
	// call gives the same count.
	ClosePoll(ctx context.Context, p deliberation.PollID, at time.Time) (deliberation.Count, error)
	// CloseByHands closes a poll that is voted on by raising hands with what two people
	// counted. A second call gives the same count.
	CloseByHands(ctx context.Context, p deliberation.PollID, at time.Time, hands deliberation.HandCount) (deliberation.Count, error)
	// StopCasting takes no ballot any more, so that the paper can be counted; ClosePoll
	// comes after. A second call changes nothing.
	StopCasting(ctx context.Context, p deliberation.PollID, at time.Time) (deliberation.PaperCount, error)
	// PaperCount gives the paper of a poll as far as it has been counted.
	PaperCount(ctx context.Context, p deliberation.PollID) (deliberation.PaperCount, error)
	// VoidPoll ends a poll that cannot be counted: its ballots are not counted, and a
	// counted poll is refused. A second call changes nothing.
	VoidPoll(ctx context.Context, p deliberation.PollID, at time.Time) error
}

// Mandates closes the list of agents.
type Mandates interface {
	// CloseMandates takes no mandate any more for the meeting, and gives the list of
	// those there are. A second call gives the same.
	CloseMandates(ctx context.Context, m deliberation.MeetingID, at time.Time) (deliberation.MandateList, error)
}

// Opinions closes the box of what residents said to a matter.
type Opinions interface {
	// CloseOpinions gives how many opinions were received and how many answered; where
	// each is answered, none is taken any more.
	CloseOpinions(ctx context.Context, p deliberation.ProcessID) (received, answered int, err error)
}

// Signings opens and closes the window in which a joint demand gathers signatures.
type Signings interface {
	// OpenSigning lets holders of the offices sign until the moment. A second call changes nothing.
	OpenSigning(ctx context.Context, p deliberation.ProcessID, offices []deliberation.Office, until time.Time) error
	// CloseSigning freezes the rolls of the day and counts, so that no signature falls
	// between. A second call gives the same count.
	CloseSigning(ctx context.Context, p deliberation.ProcessID, at time.Time) (deliberation.SignatureCount, error)
}

// Reports answers what a yearly report asks of the record.
type Reports interface {
	// Appraised gives who reports in the community on the day.
	Appraised(ctx context.Context, c deliberation.CommunityID, on deliberation.Date) ([]deliberation.Appraisee, error)
	// CountReport counts the commitments that a person's report answers and makes.
	CountReport(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID) (deliberation.ReportCount, error)
	// AppraisalsOf gives a person's appraisals that were held before the day, the last first.
	AppraisalsOf(ctx context.Context, c deliberation.CommunityID, person deliberation.PersonID, before deliberation.Date) ([]deliberation.HeldAppraisal, error)
}

// Accounts answers what a disclosure asks of the record.
type Accounts interface {
	// CheckAccounts adds up the table of accounts that was filed as a paper of the
	// process, and compares it with the last one of its item that was posted before.
	CheckAccounts(ctx context.Context, p deliberation.ProcessID, paper deliberation.PaperID) (deliberation.AccountsCheck, error)
}

// Offices answers what a process asks about who holds what.
type Offices interface {
	// CountMembers counts those who hold one of the offices in the community on the day, each
	// once, but for one person.
	CountMembers(ctx context.Context, c deliberation.CommunityID, offices []deliberation.Office, without deliberation.PersonID, on deliberation.Date) (int, error)
	// HeldByOne reports whether one person holds both offices in the community on the day.
	HeldByOne(ctx context.Context, c deliberation.CommunityID, a, b deliberation.Office, on deliberation.Date) (bool, error)
}

// Law looks up the law of the day for a continuing duty.
type Law interface {
	// DaysOn gives the number of days that the law in force on the day sets for the key.
	DaysOn(kind deliberation.CommunityKind, place, key string, on deliberation.Date) (deliberation.DaysRule, error)
	// Calendar is the working-day table.
	Calendar() deliberation.Calendar
}

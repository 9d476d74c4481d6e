// Package activities is where processes touch the world. Each activity may run
// more than once for one call, so each says what a second run does. Activities
// know the small ports they declare, not the database behind them.
package activities

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/yishi-project/yishi/deliberation"
)

// Activities is the set that a worker runs.
type Activities struct {
	Recorder    Recorder
	Rolls       Rolls
	Polls       Polls
	Mandates    Mandates
	Opinions    Opinions
	Signings    Signings
	Reports     Reports
	Hearings    Hearings
	Departments Departments
	Choosings   Choosings
	Accounts    Accounts
	Offices     Offices
	Law         Law
	Elections   Elections
	Rules       Rulebook
	DutyStarts  DutyStarts
	Packs       Packs
	Starter     Starter
}

// Recorded is what Record gives back: the register entries of each change.
type Recorded struct {
	Entries [][]int64 `json:"entries"`
}

// Record writes changes one after the other. A second run writes what the first
// did not, and gives the same entries. It is tried until it is done, also where
// the store refuses: what has happened cannot be refused, so that is a fault of
// ours, which an operator sees in the engine.
func (a *Activities) Record(ctx context.Context, changes []deliberation.Change) (Recorded, error) {
	done := Recorded{Entries: make([][]int64, len(changes))}
	for i, c := range changes {
		entries, err := a.Recorder.Apply(ctx, c)
		if err != nil {
			return Recorded{}, fmt.Errorf("change %s: %w", c.Key, err)
		}
		done.Entries[i] = entries
	}
	return done, nil
}

// FreezeRoll freezes who is due at a meeting. A second run gives the frozen roll.
func (a *Activities) FreezeRoll(ctx context.Context, s deliberation.RollSpec) (deliberation.Roll, error) {
	r, err := a.Rolls.FreezeRoll(ctx, s)
	return r, translate(err)
}

// CountPresent counts who is signed in at this instant. It writes nothing.
func (a *Activities) CountPresent(ctx context.Context, m deliberation.MeetingID) (deliberation.Attendance, error) {
	n, err := a.Rolls.Attendance(ctx, m)
	return n, translate(err)
}

// OpenPollInput names the process and the poll to open, and what those who are
// present at that instant have to be.
type OpenPollInput struct {
	Process deliberation.ProcessID      `json:"process"`
	Poll    deliberation.Poll           `json:"poll"`
	Quorum  []deliberation.MajorityRule `json:"quorum,omitempty"`
}

// OpenPoll freezes the voters and opens the box. A second run gives the same roll.
func (a *Activities) OpenPoll(ctx context.Context, in OpenPollInput) (deliberation.Roll, error) {
	r, err := a.Polls.OpenPoll(ctx, in.Process, in.Poll, in.Quorum...)
	return r, translate(err)
}

// ClosePollInput names the poll and the civil moment of its close.
type ClosePollInput struct {
	Poll deliberation.PollID `json:"poll"`
	At   time.Time           `json:"at"`
	// Hands are the raised hands where no ballots were cast.
	Hands *deliberation.HandCount `json:"hands,omitempty"`
}

// ClosePoll closes the box and counts. A second run gives the same count.
func (a *Activities) ClosePoll(ctx context.Context, in ClosePollInput) (n deliberation.Count, err error) {
	if in.Hands != nil {
		n, err = a.Polls.CloseByHands(ctx, in.Poll, in.At, *in.Hands)
	} else {
		n, err = a.Polls.ClosePoll(ctx, in.Poll, in.At)
	}
	return n, translate(err)
}

// PollMomentInput names a poll and a civil moment.
type PollMomentInput struct {
	Poll deliberation.PollID `json:"poll"`
	At   time.Time           `json:"at"`
}

// StopCasting takes no ballot any more, so that the paper of the poll can be
// counted. A second run gives the paper as it then stands.
func (a *Activities) StopCasting(ctx context.Context, in PollMomentInput) (deliberation.PaperCount, error) {
	n, err := a.Polls.StopCasting(ctx, in.Poll, in.At)
	return n, translate(err)
}

// PaperCount gives the paper of a poll as far as it has been counted. It writes nothing.
func (a *Activities) PaperCount(ctx context.Context, p deliberation.PollID) (deliberation.PaperCount, error) {
	n, err := a.Polls.PaperCount(ctx, p)
	return n, translate(err)
}

// VoidPoll ends a poll that cannot be counted. A second run changes nothing.
func (a *Activities) VoidPoll(ctx context.Context, in PollMomentInput) error {
	return translate(a.Polls.VoidPoll(ctx, in.Poll, in.At))
}

// CloseMandatesInput names the meeting and the civil moment of its first poll.
type CloseMandatesInput struct {
	Meeting deliberation.MeetingID `json:"meeting"`
	At      time.Time              `json:"at"`
}

// CloseMandates closes the list of agents before a meeting's first poll. A second
// run gives the same.
func (a *Activities) CloseMandates(ctx context.Context, in CloseMandatesInput) (deliberation.MandateList, error) {
	list, err := a.Mandates.CloseMandates(ctx, in.Meeting, in.At)
	return list, translate(err)
}

// OpinionCounts is how many opinions came and how many were answered.
type OpinionCounts struct {
	Received int `json:"received"`
	Answered int `json:"answered"`
}

// CloseOpinions counts the opinions to a matter and, where each is answered, takes
// no more. A second run gives the same.
func (a *Activities) CloseOpinions(ctx context.Context, p deliberation.ProcessID) (OpinionCounts, error) {
	received, answered, err := a.Opinions.CloseOpinions(ctx, p)
	return OpinionCounts{received, answered}, translate(err)
}

// OpenSigningInput opens the window of a joint demand for the holders of the offices.
type OpenSigningInput struct {
	Process deliberation.ProcessID `json:"process"`
	Offices []deliberation.Office  `json:"offices"`
	Until   time.Time              `json:"until"`
}

// OpenSigning lets people sign a joint demand. A second run changes nothing.
func (a *Activities) OpenSigning(ctx context.Context, in OpenSigningInput) error {
	return translate(a.Signings.OpenSigning(ctx, in.Process, in.Offices, in.Until))
}

// CloseSigningInput names the joint demand and the civil moment of its close.
type CloseSigningInput struct {
	Process deliberation.ProcessID `json:"process"`
	At      time.Time              `json:"at"`
}

// CloseSigning freezes the rolls and counts the signatures. A second run gives the same count.
func (a *Activities) CloseSigning(ctx context.Context, in CloseSigningInput) (deliberation.SignatureCount, error) {
	n, err := a.Signings.CloseSigning(ctx, in.Process, in.At)
	return n, translate(err)
}

// AppraisedInput asks who reports in the community on the day.
type AppraisedInput struct {
	Community deliberation.CommunityID `json:"community"`
	On        deliberation.Date        `json:"on"`
}

// Appraised gives who reports. It writes nothing.
func (a *Activities) Appraised(ctx context.Context, in AppraisedInput) ([]deliberation.Appraisee, error) {
	list, err := a.Reports.Appraised(ctx, in.Community, in.On)
	return list, translate(err)
}

// CountReportInput names a person's report.
type CountReportInput struct {
	Process deliberation.ProcessID `json:"process"`
	Person  deliberation.PersonID  `json:"person"`
}

// CountReport counts what a person's report answers and promises. It writes nothing.
func (a *Activities) CountReport(ctx context.Context, in CountReportInput) (deliberation.ReportCount, error) {
	n, err := a.Reports.CountReport(ctx, in.Process, in.Person)
	return n, translate(err)
}

// AppraisalsOfInput asks for a person's appraisals before a day.
type AppraisalsOfInput struct {
	Community deliberation.CommunityID `json:"community"`
	Person    deliberation.PersonID    `json:"person"`
	Before    deliberation.Date        `json:"before"`
}

// AppraisalsOf gives the appraisals of a person that were held before the day. It writes nothing.
func (a *Activities) AppraisalsOf(ctx context.Context, in AppraisalsOfInput) ([]deliberation.HeldAppraisal, error) {
	list, err := a.Reports.AppraisalsOf(ctx, in.Community, in.Person, in.Before)
	return list, translate(err)
}

// CheckAccountsInput names the table of accounts of a disclosure.
type CheckAccountsInput struct {
	Process deliberation.ProcessID `json:"process"`
	Paper   deliberation.PaperID   `json:"paper"`
}

// CheckAccounts adds a table up and compares it with the one it is carried over from.
// It writes nothing.
func (a *Activities) CheckAccounts(ctx context.Context, in CheckAccountsInput) (deliberation.AccountsCheck, error) {
	found, err := a.Accounts.CheckAccounts(ctx, in.Process, in.Paper)
	return found, translate(err)
}

// HeldByOneInput asks whether one person holds two offices 一肩挑.
type HeldByOneInput struct {
	Community deliberation.CommunityID `json:"community"`
	A         deliberation.Office      `json:"a"`
	B         deliberation.Office      `json:"b"`
	On        deliberation.Date        `json:"on"`
}

// HeldByOne tells whether one person holds both offices on the day. It writes nothing.
func (a *Activities) HeldByOne(ctx context.Context, in HeldByOneInput) (bool, error) {
	yes, err := a.Offices.HeldByOne(ctx, in.Community, in.A, in.B, in.On)
	return yes, translate(err)
}

// DaysOnInput asks for the law of the day.
type DaysOnInput struct {
	Kind  deliberation.CommunityKind `json:"kind"`
	Place string                     `json:"place,omitempty"`
	Key   string                     `json:"key"`
	On    deliberation.Date          `json:"on"`
}

// DaysOn looks up a continuing duty in the law in force on the day. It writes nothing.
func (a *Activities) DaysOn(_ context.Context, in DaysOnInput) (deliberation.DaysRule, error) {
	r, err := a.Law.DaysOn(in.Kind, in.Place, in.Key, in.On)
	return r, translate(err)
}

// DeadlineInput asks for the last day of a period.
type DeadlineInput struct {
	Event deliberation.Date `json:"event"`
	Days  int               `json:"days"`
}

// Deadline counts a period with the working-day table as published now. It writes nothing.
func (a *Activities) Deadline(_ context.Context, in DeadlineInput) (deliberation.Limit, error) {
	return a.Law.Calendar().Deadline(in.Event, in.Days), nil
}

// RefusalType marks an application error that carries a refusal.
const RefusalType = "refusal"

// translate decides what a retry can mend: a refusal stays one however often it
// is tried, but for a database that is away; anything else may pass.
func translate(err error) error {
	var r *deliberation.Refusal
	if errors.As(err, &r) && r.Code != deliberation.RefuseUnavailable {
		return RefusalError(r)
	}
	return err
}

// RefusalIn gives the refusal that an error of the engine carries, if it does.
func RefusalIn(err error) (*deliberation.Refusal, bool) {
	var r *deliberation.Refusal
	if errors.As(err, &r) {
		return r, true
	}
	var app *temporal.ApplicationError
	if errors.As(err, &app) && app.Type() == RefusalType && app.HasDetails() {
		r = &deliberation.Refusal{}
		if app.Details(r) == nil && r.Code != "" {
			return r, true
		}
	}
	return nil, false
}

// RefusalError wraps a refusal so that it survives the engine.
func RefusalError(r *deliberation.Refusal) error {
	return temporal.NewNonRetryableApplicationError(r.Error(), RefusalType, nil, *r)
}

package models

import (
	"context"
	"errors"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

var errSoon = errors.New("models: paper is not stored yet")

// IssuePaper hands a paper ballot out.
func (s *Store) IssuePaper(_ context.Context, _ deliberation.PaperIssue) error { return errSoon }

// ExchangePaper takes a spoiled sheet back for a fresh one 作废换领.
func (s *Store) ExchangePaper(_ context.Context, _ deliberation.PollID, _, _ deliberation.PersonID, _ time.Time) error {
	return errSoon
}

// HandBackPaper takes an unmarked sheet back 退回.
func (s *Store) HandBackPaper(_ context.Context, _ deliberation.PollID, _, _ deliberation.PersonID, _ time.Time) error {
	return errSoon
}

// StopCasting ends the taking of ballots by all channels, so that the paper can be counted.
func (s *Store) StopCasting(_ context.Context, _ deliberation.PollID, _ time.Time) (deliberation.PaperCount, error) {
	return deliberation.PaperCount{}, errSoon
}

// RecordBox notes how many sheets were in a box.
func (s *Store) RecordBox(_ context.Context, _ deliberation.PollID, _ string, _ int, _ deliberation.PersonID, _ time.Time) error {
	return errSoon
}

// ReadBundle notes what a person read from a bundle.
func (s *Store) ReadBundle(_ context.Context, _ deliberation.PollID, _ string, _ deliberation.PersonID, _ deliberation.SheetCount, _ time.Time) (bool, error) {
	return false, errSoon
}

// PaperCount gives the paper of a poll as far as it has been counted.
func (s *Store) PaperCount(_ context.Context, _ deliberation.PollID) (deliberation.PaperCount, error) {
	return deliberation.PaperCount{}, errSoon
}

// PaperList gives the paper ballots that were handed out.
func (s *Store) PaperList(_ context.Context, _ deliberation.PollID) ([]deliberation.PaperBallot, error) {
	return nil, errSoon
}

// VoidPoll ends a poll that cannot be counted.
func (s *Store) VoidPoll(_ context.Context, _ deliberation.PollID, _ time.Time) error { return errSoon }

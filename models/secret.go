package models

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/ballotbox"
	"github.com/yishi-project/yishi/deliberation"
)

// PollKeys keeps the keys of secret polls while they are open, outside the
// database. It is the place where trustees may stand one day.
type PollKeys interface {
	// Create draws the poll's key and gives its public half; a poll that has one keeps it.
	Create(poll string) (public []byte, err error)
	// Key gives the key; ballotbox.ErrNoKey where there is none.
	Key(poll string) (ballotbox.Key, error)
	// Destroy takes the key away for good; one that is not there is no error.
	Destroy(poll string) error
}

// sealer turns the choices of a secret poll into what lies in the box while it is
// open, and back: what a ballot is, and how the box is opened.
type sealer interface {
	Seal(public []byte, poll string, ballots []ballotbox.Ballot) ([]byte, error)
	// Open gives the lines in an order that says nothing, the receipts sorted. What was
	// cast under a cancelled receipt is left out, and must be there.
	Open(key ballotbox.Key, poll string, envelopes [][]byte, cancelled []string) (lines, receipts []string, err error)
}

// ownKey seals to the poll's own key.
type ownKey struct{}

func (ownKey) Seal(public []byte, poll string, ballots []ballotbox.Ballot) ([]byte, error) {
	return ballotbox.Seal(public, poll, ballots)
}

func (ownKey) Open(key ballotbox.Key, poll string, envelopes [][]byte, cancelled []string) (lines, receipts []string, err error) {
	return ballotbox.Open(key, poll, envelopes, cancelled...)
}

type envelopeRow struct {
	ID     string
	Poll   deliberation.PollID
	Sealed []byte
}

func (envelopeRow) TableName() string { return "envelopes" }

type secretChoiceRow struct {
	Poll   deliberation.PollID
	Ord    int64
	Choice string
}

func (secretChoiceRow) TableName() string { return "secret_choices" }

// drawKey draws the key of a secret poll before its box opens. Committees that
// count by their parts vote by name: a part of three has no secret. So do owners who
// count by area: a sum of areas tells whose they are.
func (s *Store) drawKey(row *pollRow, p deliberation.Poll, area int) error {
	if !p.Secret {
		return nil
	}
	a, err := decode[deliberation.Attendance](row.Attendance)
	switch {
	case err != nil:
		return err
	case len(a.Parts) > 1, a.DueArea > 0, area > 0:
		return invalid("secret", "unexpected")
	case s.keys == nil:
		return fmt.Errorf("secret poll %s: no folder for the keys of polls is set", p.ID)
	}
	row.Secret = true
	row.BoxKey, err = s.keys.Create(string(p.ID))
	return err
}

// enclose puts the choices of ballots whose marks were just written into one
// envelope, in the same transaction: no mark without its choice, no choice without
// its mark.
func (b *box) enclose(tx *gorm.DB, marks []ballotRow) error {
	if !b.poll.Secret || len(marks) == 0 {
		return nil
	}
	ballots := make([]ballotbox.Ballot, len(marks))
	for i, m := range marks {
		ballots[i] = ballotbox.Ballot{Receipt: m.Receipt, Line: b.sealed[m.Person]}
	}
	sealed, err := b.sealer.Seal(b.poll.BoxKey, string(b.poll.ID), ballots)
	if err != nil {
		return err
	}
	return tx.Create(&envelopeRow{ID: rand.Text(), Poll: b.poll.ID, Sealed: sealed}).Error
}

// openEnvelopes opens the box of a secret poll in memory, checks that it holds one
// ballot for each mark and no other, and writes the choices as one new set. The
// key is destroyed after the commit: see destroyKeys.
func (s *Store) openEnvelopes(tx *gorm.DB, p pollRow) (c deliberation.Count, err error) {
	key, err := s.keys.Key(string(p.ID))
	if errors.Is(err, ballotbox.ErrNoKey) { // no retry brings it back: a person has to decide
		return c, deliberation.Refuse(deliberation.RefusePollKeyLost)
	}
	if err != nil {
		return c, err
	}
	var sealed [][]byte
	if err := tx.Model(&envelopeRow{}).Where("poll = ?", p.ID).Pluck("sealed", &sealed).Error; err != nil {
		return c, err
	}
	cancelled, err := cancelledReceipts(tx, p.ID)
	if err != nil {
		return c, err
	}
	lines, receipts, err := s.sealer.Open(key, string(p.ID), sealed, cancelled)
	if err != nil {
		return c, err
	}
	marks, err := receiptsOf(tx, p.ID)
	if err != nil {
		return c, err
	}
	if !slices.Equal(marks, receipts) {
		return c, fmt.Errorf("the box of poll %s holds %d ballots and %d voted, or not the same ones", p.ID, len(receipts), len(marks))
	}
	if c, err = countLines(p, lines); err != nil {
		return c, err
	}
	c.ReceiptsSHA256 = linesSHA256(receipts)
	return c, rewrite(tx, p.ID, lines)
}

// countLines counts the choices of a secret poll, which belong to no person and no part.
func countLines(p pollRow, lines []string) (deliberation.Count, error) {
	ballots := make([]countedRow, len(lines))
	for i, line := range lines {
		ballots[i] = countedRow{Choice: deliberation.Choice(line), Parts: "[]"}
	}
	c, err := counted(p, ballots)
	c.BallotsSHA256 = linesSHA256(slices.Sorted(slices.Values(lines)))
	return c, err
}

// rewrite takes the envelopes away and writes the choices in the order in which
// they were shuffled.
func rewrite(tx *gorm.DB, id deliberation.PollID, lines []string) error {
	if err := tx.Where("poll = ?", id).Delete(&envelopeRow{}).Error; err != nil || len(lines) == 0 {
		return err
	}
	rows := make([]secretChoiceRow, len(lines))
	for i, line := range lines {
		rows[i] = secretChoiceRow{id, int64(i), line}
	}
	return tx.CreateInBatches(rows, chunk).Error
}

// receiptsOf gives the receipts of those who voted on the web; a sheet of paper has none.
func receiptsOf(tx *gorm.DB, id deliberation.PollID) ([]string, error) {
	var receipts []string
	err := tx.Model(&ballotRow{}).Where("poll = ? AND channel = ?", id, deliberation.WebChannel).Pluck("receipt", &receipts).Error
	slices.Sort(receipts)
	return receipts, err
}

// destroyKeys destroys the keys of closed and voided polls that may still be there: of those
// named, or of all. A crash between the count and this leaves a key that the next
// close of the poll, or the next sweep, destroys. A key that cannot be destroyed
// keeps none of the others.
func (s *Store) destroyKeys(ctx context.Context, of ...deliberation.PollID) error {
	if s.keys == nil {
		return nil
	}
	var ids []deliberation.PollID
	left := s.writes.WithContext(ctx).Model(&pollRow{}).Where("secret AND (box = ? OR voided IS NOT NULL) AND key_destroyed IS NULL", boxClosed)
	if len(of) > 0 {
		left = left.Where("id IN ?", of)
	}
	if err := left.Order("id").Pluck("id", &ids).Error; err != nil {
		return err
	}
	var failed error
	for _, id := range ids {
		err := s.keys.Destroy(string(id))
		if err == nil {
			err = s.writes.WithContext(ctx).Model(&pollRow{}).Where("id = ?", id).Update("key_destroyed", moment(s.now())).Error
		}
		failed = errors.Join(failed, err)
	}
	return failed
}

// OpenedBox gives what a closed secret poll publishes (RefusePollNotOpen while it
// is not closed, RefuseNotFound for a recorded one).
func (s *Store) OpenedBox(ctx context.Context, id deliberation.PollID) (deliberation.OpenedBox, error) {
	var b deliberation.OpenedBox
	err := s.read(ctx, func(tx *gorm.DB) error {
		var p pollRow
		if err := tx.Take(&p, "id = ? AND secret", id).Error; err != nil {
			return err
		}
		if p.Box != boxClosed {
			return deliberation.Refuse(deliberation.RefusePollNotOpen)
		}
		err := tx.Model(&secretChoiceRow{}).Where("poll = ?", id).Order("ord").Pluck("choice", &b.Lines).Error
		if err != nil {
			return err
		}
		if b.Receipts, err = receiptsOf(tx, id); err != nil {
			return err
		}
		if b.Cancelled, err = cancelledReceipts(tx, id); len(b.Cancelled) == 0 {
			b.Cancelled = nil
		}
		return err
	})
	return b, wrap("opened box", err)
}

// OpenSecretPolls gives how many secret polls are open: a copy of the database
// alone cannot count them.
func (s *Store) OpenSecretPolls(ctx context.Context) (int, error) {
	var n int64
	err := s.reads.WithContext(ctx).Model(&pollRow{}).Where("secret AND box = ? AND voided IS NULL", boxOpen).Count(&n).Error
	return int(n), wrap("open secret polls", err)
}

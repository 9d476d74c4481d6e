package models

import (
	"cmp"
	"context"
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

type ballotRow struct {
	Poll    deliberation.PollID
	Person  deliberation.PersonID
	Secret  bool
	Choice  deliberation.Choice // a form's answers as one line; empty in a secret poll
	Receipt string
	IdemKey string
	At      time.Time
	// Assistant is who helped at the table, empty where nobody did.
	Assistant deliberation.PersonID
}

func (ballotRow) TableName() string { return "ballots" }

func (r ballotRow) receipt() deliberation.BallotReceipt {
	return deliberation.BallotReceipt{Poll: r.Poll, Code: r.Receipt, At: r.At.In(deliberation.Shanghai)}
}

// CastBallot puts a ballot in the box; when it returns a receipt, the ballot is on
// disk. The voter's same key again gives the same receipt, even after closing.
// Otherwise it refuses, in this order: RefuseNotFound, RefusePollNotOpen,
// RefusePollClosed, RefuseNotCheckedIn or RefuseNotOnRoll, RefuseTwice,
// RefuseInvalid where the choice is none; and RefuseUnavailable where too many wait.
func (s *Store) CastBallot(ctx context.Context, b deliberation.Ballot) (deliberation.BallotReceipt, error) {
	if len(b.Answers) == 0 && !slices.Contains(deliberation.Choices, b.Choice) {
		return deliberation.BallotReceipt{}, invalid("choice", "not_a_choice")
	}
	if !storable(string(b.Poll)) || !storable(string(b.Person)) || !storable(b.Key) {
		return deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefuseMalformed)
	}
	if b.Key == "" { // a batch that is tried again must still know its own ballots
		b.Key = rand.Text()
	}
	r, err := s.casts.submit(ctx, b)
	return r, wrap("cast ballot", err)
}

// storable tells whether both databases take the text: one that Postgres refuses
// would take the rest of its batch with it.
func storable(text string) bool { return utf8.ValidString(text) && !strings.Contains(text, "\x00") }

// castBatch settles each cast of a batch in one transaction. A batch that fails
// as a whole is tried again one by one, so that nobody fails for another's sake.
func (s *Store) castBatch(ctx context.Context, batch []*cast) {
	err := s.write(ctx, func(tx *gorm.DB) error { return s.castAll(tx, batch) })
	switch {
	case err == nil:
	case len(batch) > 1 && ctx.Err() == nil:
		for _, c := range batch {
			s.castBatch(ctx, []*cast{c})
		}
	default:
		for _, c := range batch {
			c.receipt, c.err = deliberation.BallotReceipt{}, err
		}
	}
}

func (s *Store) castAll(tx *gorm.DB, batch []*cast) error {
	byPoll := map[deliberation.PollID][]*cast{}
	for _, c := range batch {
		byPoll[c.ballot.Poll] = append(byPoll[c.ballot.Poll], c)
	}
	for _, id := range slices.Sorted(maps.Keys(byPoll)) {
		if err := s.share(tx, pollLock(id)); err != nil {
			return err
		}
		if err := s.castInto(tx, id, byPoll[id]); err != nil {
			return err
		}
	}
	return nil
}

// box is a poll as a batch of its voters sees it.
type box struct {
	poll  pollRow
	roll  map[deliberation.PersonID]bool // may vote
	due   map[deliberation.PersonID]bool // on the meeting's roll
	cast  map[deliberation.PersonID]ballotRow
	fresh []ballotRow
	form  deliberation.BallotForm
	// sealed are the choices of the fresh ballots of a secret poll, by person.
	sealed map[deliberation.PersonID]string
	sealer sealer
}

func (s *Store) castInto(tx *gorm.DB, id deliberation.PollID, casts []*cast) error {
	poll, err := find[pollRow](tx, "id = ?", id)
	if err != nil {
		return err
	}
	if poll == nil {
		for _, c := range casts {
			c.receipt, c.err = deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefuseNotFound)
		}
		return nil
	}
	b, err := s.lookInto(tx, *poll, casts)
	if err != nil {
		return err
	}
	for _, c := range casts {
		c.receipt, c.err = b.take(c.ballot)
	}
	return b.store(tx, casts)
}

func (s *Store) lookInto(tx *gorm.DB, poll pollRow, casts []*cast) (*box, error) {
	people := make([]deliberation.PersonID, len(casts))
	for i, c := range casts {
		people[i] = c.ballot.Person
	}
	form, err := formOf(poll)
	if err != nil {
		return nil, err
	}
	b := &box{poll: poll, form: form, sealed: map[deliberation.PersonID]string{}, sealer: s.sealer}
	var roll, due []deliberation.PersonID
	if err := tx.Model(&voterRow{}).Where("poll = ? AND person IN ?", poll.ID, people).Pluck("person", &roll).Error; err != nil {
		return nil, err
	}
	if len(roll) < len(people) { // only to say why
		if err := tx.Model(&memberRow{}).Where("meeting = ? AND person IN ?", poll.Meeting, people).Pluck("person", &due).Error; err != nil {
			return nil, err
		}
	}
	b.roll, b.due = set(roll), set(due)
	b.cast, err = ballotsOf(tx, poll.ID, people)
	return b, err
}

func set(ids []deliberation.PersonID) map[deliberation.PersonID]bool {
	m := make(map[deliberation.PersonID]bool, len(ids))
	for _, id := range ids {
		m[id] = true
	}
	return m
}

func ballotsOf(tx *gorm.DB, poll deliberation.PollID, people []deliberation.PersonID) (map[deliberation.PersonID]ballotRow, error) {
	var rows []ballotRow
	err := tx.Where("poll = ? AND person IN ?", poll, people).Find(&rows).Error
	found := make(map[deliberation.PersonID]ballotRow, len(rows))
	for _, r := range rows {
		found[r.Person] = r
	}
	return found, err
}

// take decides on one ballot.
func (b *box) take(v deliberation.Ballot) (deliberation.BallotReceipt, error) {
	before, voted := b.cast[v.Person]
	var no deliberation.RefusalCode
	switch at := moment(v.At); {
	case voted && before.IdemKey == v.Key:
		return before.receipt(), nil
	case b.poll.Box == boxNone, at.Before(b.poll.Opened):
		no = deliberation.RefusePollNotOpen
	case b.poll.Box == boxClosed, at.After(b.poll.Closes):
		no = deliberation.RefusePollClosed
	case b.poll.Hands:
		no = deliberation.RefuseByHands
	case !b.roll[v.Person] && b.due[v.Person]:
		no = deliberation.RefuseNotCheckedIn
	case !b.roll[v.Person]:
		no = deliberation.RefuseNotOnRoll
	case voted:
		no = deliberation.RefuseTwice
	default:
		line, err := b.line(v)
		if err != nil {
			return deliberation.BallotReceipt{}, err
		}
		row := ballotRow{
			Poll: v.Poll, Person: v.Person, Secret: b.poll.Secret, Choice: deliberation.Choice(line),
			Receipt: receiptCode(), IdemKey: v.Key, At: at, Assistant: v.Assistant,
		}
		if b.poll.Secret {
			row.Choice, b.sealed[v.Person] = "", line
		}
		b.cast[v.Person] = row
		b.fresh = append(b.fresh, row)
		return row.receipt(), nil
	}
	return deliberation.BallotReceipt{}, deliberation.Refuse(no)
}

// line gives what the ballot says, as the box holds it.
func (b *box) line(v deliberation.Ballot) (string, error) {
	switch {
	case len(b.form) == 0 && len(v.Answers) > 0:
		return "", invalid("answers", "unexpected")
	case len(b.form) == 0:
		return string(v.Choice), nil
	}
	if err := b.form.Accept(v.Answers); err != nil {
		return "", err
	}
	return b.form.Line(v.Answers), nil
}

// receiptCode is random, so that it says nothing of the choice: 80 bits in four groups.
func receiptCode() string {
	t := rand.Text()
	return t[:4] + "-" + t[4:8] + "-" + t[8:12] + "-" + t[12:16]
}

// store writes the fresh ballots. Where another transaction put a person's ballot
// in meanwhile, the key of the table keeps it, and this one is told so.
func (b *box) store(tx *gorm.DB, casts []*cast) error {
	if len(b.fresh) == 0 {
		return nil
	}
	// In one order everywhere, so that two batches never wait for each other.
	slices.SortFunc(b.fresh, func(x, y ballotRow) int { return cmp.Compare(x.Person, y.Person) })
	done := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "poll"}, {Name: "person"}}, DoNothing: true}).Create(&b.fresh)
	if done.Error != nil {
		return done.Error
	}
	if int(done.RowsAffected) == len(b.fresh) {
		return b.enclose(tx, b.fresh)
	}
	people := make([]deliberation.PersonID, len(b.fresh))
	for i, r := range b.fresh {
		people[i] = r.Person
	}
	stored, err := ballotsOf(tx, b.poll.ID, people)
	if err != nil {
		return err
	}
	ours := slices.DeleteFunc(slices.Clone(b.fresh), func(r ballotRow) bool { return stored[r.Person].Receipt != r.Receipt })
	if err := b.enclose(tx, ours); err != nil {
		return err
	}
	for _, c := range casts {
		if c.err != nil || stored[c.ballot.Person].Receipt == c.receipt.Code {
			continue
		}
		row, there := stored[c.ballot.Person]
		switch {
		case there && row.IdemKey == c.ballot.Key:
			c.receipt = row.receipt()
		case there:
			c.receipt, c.err = deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefuseTwice)
		}
	}
	return nil
}

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
// disk. The voter's same key again gives the same receipt, even after closing; with
// another choice it is refused (RefuseKeyReused), lest the voter believe that the
// second one counts. A secret poll cannot tell: what lies there says nothing of the
// choice. Otherwise it refuses, in this order: RefuseNotFound, RefusePollNotOpen,
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

// castAll settles a batch with as many statements for many polls as for one.
func (s *Store) castAll(tx *gorm.DB, batch []*cast) error {
	boxes, err := s.boxes(tx, batch)
	if err != nil {
		return err
	}
	for _, c := range batch {
		b, there := boxes[c.ballot.Poll]
		if !there {
			c.receipt, c.err = deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefuseNotFound)
			continue
		}
		c.receipt, c.err = b.take(c.ballot)
	}
	return store(tx, boxes, batch)
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

// boxes holds the polls of a batch against closing, and looks into their boxes as
// they are then.
func (s *Store) boxes(tx *gorm.DB, batch []*cast) (map[deliberation.PollID]*box, error) {
	boxes, seats := map[deliberation.PollID]*box{}, make([]seat, len(batch))
	for i, c := range batch {
		boxes[c.ballot.Poll], seats[i] = nil, seat{c.ballot.Poll, c.ballot.Person}
	}
	ids := slices.Sorted(maps.Keys(boxes))
	if err := s.sharePolls(tx, ids); err != nil {
		return nil, err
	}
	clear(boxes)
	var polls []pollRow
	err := tx.Select("id, meeting, box, opened, closes, secret, hands, form, box_key").Where("id IN ?", padded(ids)).Find(&polls).Error
	if err != nil {
		return nil, err
	}
	for _, p := range polls {
		b := &box{
			poll: p, sealed: map[deliberation.PersonID]string{}, sealer: s.sealer,
			roll: map[deliberation.PersonID]bool{}, due: map[deliberation.PersonID]bool{}, cast: map[deliberation.PersonID]ballotRow{},
		}
		if b.form, err = formOf(p); err != nil {
			return nil, err
		}
		boxes[p.ID] = b
	}
	found, err := seated(tx, seats)
	if err != nil {
		return nil, err
	}
	for _, r := range found {
		b := boxes[r.Poll]
		b.roll[r.Person] = true
		if r.Receipt != nil {
			b.cast[r.Person] = r.ballot()
		}
	}
	return boxes, whoIsDue(tx, boxes, batch)
}

// whoIsDue finds those on the meeting's roll among them who are not on the poll's:
// only to say why they cannot vote.
func whoIsDue(tx *gorm.DB, boxes map[deliberation.PollID]*box, batch []*cast) error {
	for _, c := range batch {
		b, there := boxes[c.ballot.Poll]
		if !there || b.roll[c.ballot.Person] {
			continue
		}
		var due []deliberation.PersonID
		err := tx.Model(&memberRow{}).Where("meeting = ? AND person = ?", b.poll.Meeting, c.ballot.Person).Pluck("person", &due).Error
		if err != nil {
			return err
		}
		b.due[c.ballot.Person] = len(due) > 0
	}
	return nil
}

// seat is a place on the roll of a poll.
type seat struct {
	poll   deliberation.PollID
	person deliberation.PersonID
}

// seatRow is a seat that is there, with what its voter cast.
type seatRow struct {
	Poll    deliberation.PollID
	Person  deliberation.PersonID
	Choice  *deliberation.Choice
	Receipt *string // nil where nothing was cast
	IdemKey *string
	At      *time.Time
}

func (r seatRow) ballot() ballotRow {
	return ballotRow{Poll: r.Poll, Person: r.Person, Choice: *r.Choice, Receipt: *r.Receipt, IdemKey: *r.IdemKey, At: *r.At}
}

// seated gives those of the seats that are on the rolls.
func seated(tx *gorm.DB, seats []seat) ([]seatRow, error) {
	seats = padded(seats)
	args := make([]any, 0, 2*len(seats))
	for _, s := range seats {
		args = append(args, s.poll, s.person)
	}
	var rows []seatRow
	err := tx.Raw(`SELECT r.poll, r.person, b.choice, b.receipt, b.idem_key, b.at FROM poll_roll r
		LEFT JOIN ballots b ON b.poll = r.poll AND b.person = r.person
		WHERE (r.poll, r.person) IN (VALUES (?, ?)`+strings.Repeat(", (?, ?)", len(seats)-1)+")", args...).Scan(&rows).Error
	return rows, err
}

// take decides on one ballot.
func (b *box) take(v deliberation.Ballot) (deliberation.BallotReceipt, error) {
	before, voted := b.cast[v.Person]
	var no deliberation.RefusalCode
	switch at := moment(v.At); {
	case voted && before.IdemKey == v.Key:
		return b.again(before, v)
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

// again answers a voter's key that is in the box already.
func (b *box) again(before ballotRow, v deliberation.Ballot) (deliberation.BallotReceipt, error) {
	if line, err := b.line(v); !b.poll.Secret && (err != nil || deliberation.Choice(line) != before.Choice) {
		return deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefuseKeyReused)
	}
	return before.receipt(), nil
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
func store(tx *gorm.DB, boxes map[deliberation.PollID]*box, batch []*cast) error {
	var fresh []ballotRow
	for _, b := range boxes {
		fresh = append(fresh, b.fresh...)
	}
	if len(fresh) == 0 {
		return nil
	}
	// In one order everywhere, so that two batches never wait for each other.
	slices.SortFunc(fresh, func(x, y ballotRow) int { return cmp.Or(cmp.Compare(x.Poll, y.Poll), cmp.Compare(x.Person, y.Person)) })
	rows := padded(fresh) // what stands twice is there already
	done := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "poll"}, {Name: "person"}}, DoNothing: true}).Create(&rows)
	if done.Error != nil {
		return done.Error
	}
	if int(done.RowsAffected) < len(fresh) {
		if err := yield(tx, boxes, fresh, batch); err != nil {
			return err
		}
	}
	for _, id := range slices.Sorted(maps.Keys(boxes)) {
		if err := boxes[id].enclose(tx, boxes[id].fresh); err != nil {
			return err
		}
	}
	return nil
}

// yield takes back the ballots of those whose ballot another transaction put in,
// and tells them.
func yield(tx *gorm.DB, boxes map[deliberation.PollID]*box, fresh []ballotRow, batch []*cast) error {
	seats := make([]seat, len(fresh))
	for i, r := range fresh {
		seats[i] = seat{r.Poll, r.Person}
	}
	found, err := seated(tx, seats)
	if err != nil {
		return err
	}
	stored := map[seat]ballotRow{}
	for _, r := range found {
		if r.Receipt != nil {
			stored[seat{r.Poll, r.Person}] = r.ballot()
		}
	}
	for _, b := range boxes {
		b.fresh = slices.DeleteFunc(b.fresh, func(r ballotRow) bool { return stored[seat{r.Poll, r.Person}].Receipt != r.Receipt })
	}
	for _, c := range batch {
		row, there := stored[seat{c.ballot.Poll, c.ballot.Person}]
		switch {
		case c.err != nil || !there || row.Receipt == c.receipt.Code:
		case row.IdemKey == c.ballot.Key:
			c.receipt, c.err = boxes[c.ballot.Poll].again(row, c.ballot)
		default:
			c.receipt, c.err = deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefuseTwice)
		}
	}
	return nil
}

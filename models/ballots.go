package models

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
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
	Channel deliberation.Channel
	Agent   *deliberation.PersonID
	// Choice is a form's answers as one line; empty in a secret poll, and on paper that
	// nobody has read.
	Choice  deliberation.Choice
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
// RefusePollClosed, RefuseNotCheckedIn or RefuseNotOnRoll, RefuseNoMandate where an
// agent has none, RefuseTwice, or RefuseOtherChannel where the vote came by another
// channel or through another person, RefusePaperOnly where the web takes none,
// RefuseInvalid where the choice is none, or names somebody who is neither on the ballot
// nor a voter or registered; and RefuseUnavailable where too many wait.
//
// A principal who votes revokes a mandate that was not used: the last word before it
// is used is theirs.
func (s *Store) CastBallot(ctx context.Context, b deliberation.Ballot) (deliberation.BallotReceipt, error) {
	if len(b.Answers) == 0 && !slices.Contains(deliberation.Choices, b.Choice) {
		return deliberation.BallotReceipt{}, invalid("choice", "not_a_choice")
	}
	if !storable(string(b.Poll)) || !storable(string(b.Person)) || !storable(string(b.Agent)) || !storable(b.Key) {
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
	case (len(batch) > 1 || errors.Is(err, errOutOfTheWay)) && ctx.Err() == nil:
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
	return s.store(tx, boxes, batch)
}

// box is a poll as a batch of its voters sees it.
type box struct {
	poll  pollRow
	roll  map[deliberation.PersonID]bool // may vote
	due   map[deliberation.PersonID]bool // on the meeting's roll
	cast  map[deliberation.PersonID]ballotRow
	fresh []ballotRow
	form  deliberation.BallotForm
	// mandates are those that were given and not revoked, by the principal.
	mandates map[deliberation.PersonID]*heldMandate
	// sealed are the choices of the fresh ballots of a secret poll, by person.
	sealed map[deliberation.PersonID]string
	sealer sealer
	// known are those whom the ballots of the batch write in and may.
	known map[string]bool
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
	err := tx.Select("id, process, meeting, box, opened, closes, secret, hands, on_paper, of_election, paper_only, stopped, voided, form, box_key").Where("id IN ?", padded(ids)).Find(&polls).Error
	if err != nil {
		return nil, err
	}
	for _, p := range polls {
		b := &box{
			poll: p, sealed: map[deliberation.PersonID]string{}, sealer: s.sealer,
			roll: map[deliberation.PersonID]bool{}, due: map[deliberation.PersonID]bool{}, cast: map[deliberation.PersonID]ballotRow{},
			mandates: map[deliberation.PersonID]*heldMandate{},
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
		if r.Mandate != nil {
			b.mandates[r.Person] = &heldMandate{id: *r.Mandate, agent: *r.Mandated}
		}
	}
	if err := s.holdMandates(tx, boxes); err != nil {
		return nil, err
	}
	if err := s.writtenIn(tx, boxes, batch); err != nil {
		return nil, err
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
	Channel *deliberation.Channel
	Agent   *deliberation.PersonID
	// Mandate and Mandated are the mandate the person gave, and to whom.
	Mandate  *string
	Mandated *deliberation.PersonID
}

func (r seatRow) ballot() ballotRow {
	return ballotRow{
		Poll: r.Poll, Person: r.Person, Channel: *r.Channel, Agent: r.Agent,
		Choice: *r.Choice, Receipt: *r.Receipt, IdemKey: *r.IdemKey, At: *r.At,
	}
}

// seated gives those of the seats that are on the rolls.
func seated(tx *gorm.DB, seats []seat) ([]seatRow, error) {
	seats = padded(seats)
	args := make([]any, 0, 2*len(seats))
	for _, s := range seats {
		args = append(args, s.poll, s.person)
	}
	var rows []seatRow
	err := tx.Raw(`SELECT r.poll, r.person, b.choice, b.receipt, b.idem_key, b.at, b.channel, b.agent, m.id AS mandate, m.agent AS mandated
		FROM poll_roll r JOIN polls p ON p.id = r.poll
		LEFT JOIN ballots b ON b.poll = r.poll AND b.person = r.person
		LEFT JOIN mandates m ON m.meeting = p.meeting AND m.principal = r.person AND m.revoked IS NULL
		WHERE (r.poll, r.person) IN (VALUES (?, ?)`+strings.Repeat(", (?, ?)", len(seats)-1)+")", args...).Scan(&rows).Error
	return rows, err
}

// take decides on one ballot.
func (b *box) take(v deliberation.Ballot) (deliberation.BallotReceipt, error) {
	before, voted := b.cast[v.Person]
	if voted && before.IdemKey == v.Key {
		return b.again(before, v)
	}
	if no := b.closedTo(v); no != "" {
		return deliberation.BallotReceipt{}, deliberation.Refuse(no)
	}
	if b.poll.PaperOnly {
		return deliberation.BallotReceipt{}, deliberation.Refuse(deliberation.RefusePaperOnly)
	}
	line, err := b.line(v)
	if err != nil {
		return deliberation.BallotReceipt{}, err
	}
	if field := b.unknown(v); field != "" {
		return deliberation.BallotReceipt{}, invalid(field, "not_a_choice")
	}
	row := ballotRow{
		Poll: v.Poll, Person: v.Person, Secret: b.poll.Secret, Channel: deliberation.WebChannel, Agent: orNil(v.Agent),
		Choice: deliberation.Choice(line), Receipt: receiptCode(), IdemKey: v.Key, At: moment(v.At), Assistant: v.Assistant,
	}
	if b.poll.Secret {
		row.Choice, b.sealed[v.Person] = "", line
	}
	b.put(row)
	return row.receipt(), nil
}

// closedTo says why the box takes no ballot of this person, by whichever channel.
func (b *box) closedTo(v deliberation.Ballot) deliberation.RefusalCode {
	before, voted := b.cast[v.Person]
	switch at, phase := moment(v.At), b.poll.phase(); {
	case phase == boxNone, at.Before(b.poll.Opened):
		return deliberation.RefusePollNotOpen
	case phase != boxOpen, at.After(b.poll.Closes):
		return deliberation.RefusePollClosed
	case b.poll.Hands:
		return deliberation.RefuseByHands
	case !b.roll[v.Person] && b.due[v.Person]:
		return deliberation.RefuseNotCheckedIn
	case !b.roll[v.Person]:
		return deliberation.RefuseNotOnRoll
	case v.Agent != "" && !b.mandates[v.Person].lets(v.Agent):
		return deliberation.RefuseNoMandate
	case voted:
		return before.bars(v)
	}
	return ""
}

// bars says why nothing comes after this ballot.
func (r ballotRow) bars(v deliberation.Ballot) deliberation.RefusalCode {
	if r.Channel != deliberation.WebChannel || (r.Agent == nil) != (v.Agent == "") {
		return deliberation.RefuseOtherChannel
	}
	return deliberation.RefuseTwice
}

// put adds a ballot to those that are new.
func (b *box) put(row ballotRow) {
	b.cast[row.Person] = row
	b.fresh = append(b.fresh, row)
	if m := b.mandates[row.Person]; m != nil && row.Agent == nil && !m.used {
		m.revoked = true
	}
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
func (s *Store) store(tx *gorm.DB, boxes map[deliberation.PollID]*box, batch []*cast) error {
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
		if err := s.settleMandates(tx, boxes[id], boxes[id].fresh); err != nil {
			return err
		}
	}
	return nil
}

// errOutOfTheWay has a batch tried again: what stood in the way of a ballot was gone when
// it was looked at, as paper is that was handed back.
var errOutOfTheWay = errors.New("models: the ballot that was in the way is gone")

// yield takes back the ballots of those whose ballot another transaction put in, and
// answers all that the batch holds of theirs as if it had come after that one.
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
	yielded := map[seat]bool{}
	for _, r := range fresh {
		at := seat{r.Poll, r.Person}
		other, there := stored[at]
		switch {
		case !there:
			return errOutOfTheWay
		case other.Receipt != r.Receipt:
			yielded[at] = true
			boxes[r.Poll].yieldTo(other)
		}
	}
	for _, c := range batch {
		if yielded[seat{c.ballot.Poll, c.ballot.Person}] {
			c.receipt, c.err = boxes[c.ballot.Poll].take(c.ballot)
		}
	}
	return nil
}

// yieldTo puts a ballot that came first by another transaction in the place of a fresh one.
func (b *box) yieldTo(other ballotRow) {
	b.fresh = slices.DeleteFunc(b.fresh, func(r ballotRow) bool { return r.Person == other.Person })
	b.cast[other.Person] = other
	if m := b.mandates[other.Person]; m != nil && other.Agent != nil {
		m.used, m.revoked = true, false
	}
}

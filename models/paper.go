package models

import (
	"context"
	"crypto/rand"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

// maxPaperName is the most runes that the name of a box or a bundle has.
const maxPaperName = 40

type paperBoxRow struct {
	Poll      deliberation.PollID
	Station   string
	Channel   deliberation.Channel
	Users     int
	Recovered *int
	Counted   *time.Time
	CountedBy *deliberation.PersonID
}

func (paperBoxRow) TableName() string { return "paper_boxes" }

type paperBallotRow struct {
	ID           string
	Poll         deliberation.PollID
	Person       deliberation.PersonID
	Station      string
	Agent        *deliberation.PersonID
	At           time.Time
	IssuedBy     deliberation.PersonID
	Exchanged    int
	HandedBack   *time.Time
	HandedBackBy *deliberation.PersonID
}

func (paperBallotRow) TableName() string { return "paper_ballots" }

func orNil(id deliberation.PersonID) *deliberation.PersonID {
	if id == "" {
		return nil
	}
	return &id
}

// paperName checks the name of a box or a bundle.
func paperName(field, name string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", invalid(field, "required")
	case !storable(name):
		return "", deliberation.Refuse(deliberation.RefuseMalformed)
	case utf8.RuneCountInString(name) > maxPaperName:
		return "", &deliberation.Refusal{
			Code:   deliberation.RefuseInvalid,
			Fields: []deliberation.FieldProblem{{Field: field, Problem: "too_long", Limit: maxPaperName}},
		}
	}
	return name, nil
}

// IssuePaper hands a paper ballot out. It takes the person's place in the box as a
// cast ballot does, and is refused as one (see CastBallot): RefuseOtherChannel where
// they voted or have a paper ballot out, RefuseNoMandate where the agent has none. At
// an election it cancels what they cast on the web. It is RefuseInvalid for a poll
// without paper, a channel that is none, and a box that belongs to another channel, RefuseNotEntitled
// for who is not on the list of a mobile box, and RefuseUnlawfulElection at a box of an
// election whose staff is not as the rules ask.
func (s *Store) IssuePaper(ctx context.Context, p deliberation.PaperIssue) error {
	if !slices.Contains(deliberation.PaperChannels, p.Channel) {
		return invalid("channel", "not_a_choice")
	}
	station, err := paperName("station", p.Station)
	if err != nil {
		return err
	}
	p.Station = station
	if !storable(string(p.Poll)) || !storable(string(p.Person)) || !storable(string(p.Agent)) {
		return deliberation.Refuse(deliberation.RefuseMalformed)
	}
	return wrap("issue paper", s.write(ctx, func(tx *gorm.DB) error { return s.issue(tx, p) }))
}

func (s *Store) issue(tx *gorm.DB, p deliberation.PaperIssue) error {
	asked := deliberation.Ballot{Poll: p.Poll, Person: p.Person, Agent: p.Agent, At: p.At}
	boxes, err := s.boxes(tx, []*cast{{ballot: asked}})
	if err != nil {
		return err
	}
	b, there := boxes[p.Poll]
	switch {
	case !there:
		return deliberation.Refuse(deliberation.RefuseNotFound)
	case !b.poll.OnPaper && b.poll.Box != boxNone:
		return invalid("channel", "not_a_choice")
	}
	switch no := b.closedTo(asked); {
	case no == "":
	case no == deliberation.RefuseTwice && b.poll.OfElection: // paper cancels it
	case no == deliberation.RefuseTwice:
		return deliberation.Refuse(deliberation.RefuseOtherChannel)
	default:
		return deliberation.Refuse(no)
	}
	if err := s.findStation(tx, b.poll, p); err != nil {
		return err
	}
	mark := ballotRow{
		Poll: p.Poll, Person: p.Person, Secret: b.poll.Secret, Channel: p.Channel, Agent: orNil(p.Agent),
		Receipt: receiptCode(), IdemKey: rand.Text(), At: moment(p.At),
	}
	b.put(mark)
	if err := s.mark(tx, b.poll, mark, p); err != nil {
		return err
	}
	row := paperBallotRow{
		ID: rand.Text(), Poll: p.Poll, Person: p.Person, Station: p.Station, Agent: orNil(p.Agent), At: moment(p.At), IssuedBy: p.By,
	}
	if err := tx.Create(&row).Error; err != nil {
		return missing(err)
	}
	if err := s.settleMandates(tx, b, b.fresh); err != nil {
		return err
	}
	return s.auditedPaper(tx, b.poll, "issue_paper", p.Person, p.By, p.At)
}

// mark puts the mark of a paper ballot in the person's place. Where another channel was
// quicker it is refused, but at an election: there paper is the ballot of record, and
// what was cast on the web is cancelled.
func (s *Store) mark(tx *gorm.DB, poll pollRow, mark ballotRow, p deliberation.PaperIssue) error {
	for range 2 {
		done := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "poll"}, {Name: "person"}}, DoNothing: true}).Create(&mark)
		if done.Error != nil || done.RowsAffected == 1 {
			return done.Error
		}
		cancelled, err := s.cancelOnWeb(tx, poll, p)
		if err != nil {
			return err
		}
		if !cancelled {
			break
		}
	}
	return deliberation.Refuse(deliberation.RefuseOtherChannel)
}

type cancelledReceiptRow struct {
	Poll    deliberation.PollID
	Receipt string
}

func (cancelledReceiptRow) TableName() string { return "cancelled_receipts" }

// cancelOnWeb takes back what the person, or the same agent for them, cast on the web.
// The envelope of a secret poll stays where it is, for nobody can tell which one it is:
// the receipt is kept, and the box leaves its choices out when it is opened.
func (s *Store) cancelOnWeb(tx *gorm.DB, poll pollRow, p deliberation.PaperIssue) (bool, error) {
	if !poll.OfElection {
		return false, nil
	}
	web := tx.Where("poll = ? AND person = ? AND channel = ? AND COALESCE(agent, '') = ?", poll.ID, p.Person, deliberation.WebChannel, p.Agent)
	before, err := find[ballotRow](web.Session(&gorm.Session{}), "TRUE")
	if err != nil || before == nil {
		return false, err
	}
	kept := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&cancelledReceiptRow{Poll: poll.ID, Receipt: before.Receipt})
	if kept.Error != nil || kept.RowsAffected == 0 { // another table gave them paper at the same moment
		return false, kept.Error
	}
	if err := web.Session(&gorm.Session{}).Delete(&ballotRow{}).Error; err != nil {
		return false, err
	}
	return true, s.auditedPaper(tx, poll, "cancel_web_ballot", p.Person, p.By, p.At)
}

// cancelledReceipts gives the receipts that paper cancelled, in the order of their text.
func cancelledReceipts(tx *gorm.DB, id deliberation.PollID) ([]string, error) {
	var receipts []string
	err := tx.Model(&cancelledReceiptRow{}).Where("poll = ?", id).Pluck("receipt", &receipts).Error
	slices.Sort(receipts)
	return receipts, err
}

// addCancelled notes how many ballots of the web paper cancelled.
func addCancelled(tx *gorm.DB, id deliberation.PollID, c *deliberation.Count) error {
	receipts, err := cancelledReceipts(tx, id)
	if c.Cancelled = len(receipts); c.Cancelled > 0 {
		c.CancelledSHA256 = linesSHA256(receipts)
	}
	return err
}

// findStation makes the box on its first ballot. A name stands for one box; a mobile one
// is for those on its list; at an election a box hands nothing out without its staff.
func (s *Store) findStation(tx *gorm.DB, poll pollRow, p deliberation.PaperIssue) error {
	row := paperBoxRow{Poll: p.Poll, Station: p.Station, Channel: p.Channel}
	if p.Channel == deliberation.MobileChannel {
		var err error
		if row.Users, err = mobileUsers(tx, poll, p.Station, p.Person); err != nil {
			return err
		}
	}
	made := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if made.Error != nil {
		return made.Error
	}
	if made.RowsAffected == 1 && poll.OfElection {
		if err := s.isCrewed(tx, poll, row); err != nil {
			return err
		}
	}
	var known paperBoxRow
	if err := tx.Take(&known, "poll = ? AND station = ?", p.Poll, p.Station).Error; err != nil {
		return err
	}
	if known.Channel != p.Channel {
		return invalid("station", "not_a_choice")
	}
	return nil
}

func (s *Store) auditedPaper(tx *gorm.DB, p pollRow, act string, person, by deliberation.PersonID, at time.Time) error {
	return s.audited(tx, auditRow{Actor: by, Act: act, Person: person, Process: p.Process, Subject: string(p.ID), At: at})
}

// ExchangePaper takes a spoiled sheet back for a fresh one 作废换领, while the poll
// takes ballots. RefuseNotFound where the person has none out.
func (s *Store) ExchangePaper(ctx context.Context, poll deliberation.PollID, person, by deliberation.PersonID, at time.Time) error {
	return wrap("exchange paper", s.write(ctx, func(tx *gorm.DB) error {
		p, err := s.whileOpen(tx, poll)
		if err != nil {
			return err
		}
		if moment(at).After(p.Closes) {
			return deliberation.Refuse(deliberation.RefusePollClosed)
		}
		if err := changePaper(tx, poll, person, map[string]any{"exchanged": gorm.Expr("exchanged + 1")}); err != nil {
			return err
		}
		return s.auditedPaper(tx, p, "exchange_paper", person, by, at)
	}))
}

// HandBackPaper takes an unmarked sheet back 退回, until the poll is stopped: the
// person may vote otherwise again. RefuseNotFound where they have none out.
func (s *Store) HandBackPaper(ctx context.Context, poll deliberation.PollID, person, by deliberation.PersonID, at time.Time) error {
	return wrap("hand back paper", s.write(ctx, func(tx *gorm.DB) error {
		p, err := s.whileOpen(tx, poll)
		if err != nil {
			return err
		}
		err = changePaper(tx, poll, person, map[string]any{"handed_back": moment(at), "handed_back_by": by})
		if err != nil {
			return err
		}
		if err := tx.Where("poll = ? AND person = ? AND channel <> ?", poll, person, deliberation.WebChannel).Delete(&ballotRow{}).Error; err != nil {
			return err
		}
		return s.auditedPaper(tx, p, "hand_back_paper", person, by, at)
	}))
}

// whileOpen holds a poll against being stopped.
func (s *Store) whileOpen(tx *gorm.DB, id deliberation.PollID) (p pollRow, err error) {
	if err := s.share(tx, pollLock(id)); err != nil {
		return p, err
	}
	if err := tx.Take(&p, "id = ?", id).Error; err != nil {
		return p, err
	}
	switch p.phase() {
	case boxOpen:
		return p, nil
	case boxNone:
		return p, deliberation.Refuse(deliberation.RefusePollNotOpen)
	}
	return p, deliberation.Refuse(deliberation.RefusePollClosed)
}

func changePaper(tx *gorm.DB, poll deliberation.PollID, person deliberation.PersonID, set map[string]any) error {
	done := tx.Model(&paperBallotRow{}).Where("poll = ? AND person = ? AND handed_back IS NULL", poll, person).Updates(set)
	if done.Error != nil {
		return missing(done.Error)
	}
	if done.RowsAffected != 1 {
		return deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return nil
}

// StopCasting ends the taking of ballots by all channels, so that the paper can be
// counted: what is on its way is in before it or refused after it. A second call
// gives the paper as it is then. RefuseInvalid for a poll without paper.
func (s *Store) StopCasting(ctx context.Context, id deliberation.PollID, at time.Time) (deliberation.PaperCount, error) {
	var count deliberation.PaperCount
	err := s.write(ctx, func(tx *gorm.DB) error {
		p, err := s.pollAlone(tx, id)
		if err != nil {
			return err
		}
		switch phase := p.phase(); {
		case phase == boxNone:
			return deliberation.Refuse(deliberation.RefusePollNotOpen)
		case !p.OnPaper:
			return invalid("channel", "not_a_choice")
		case phase == boxVoided:
			return deliberation.Refuse(deliberation.RefusePollClosed)
		case phase == boxOpen:
			if err := tx.Model(&pollRow{}).Where("id = ?", id).Update("stopped", moment(at)).Error; err != nil {
				return err
			}
		}
		count, err = paperCount(tx, p)
		return err
	})
	return count, wrap("stop casting", err)
}

// pollAlone holds a poll against whoever uses it.
func (s *Store) pollAlone(tx *gorm.DB, id deliberation.PollID) (p pollRow, err error) {
	if err := s.lock(tx, pollLock(id)); err != nil {
		return p, err
	}
	return p, tx.Take(&p, "id = ?", id).Error
}

// VoidPoll ends a poll that cannot be counted: what lies in the box is destroyed
// with its key, and who voted stays as a mark. A second call changes nothing; a
// counted poll is refused (RefusePollClosed).
func (s *Store) VoidPoll(ctx context.Context, id deliberation.PollID, at time.Time) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		p, err := s.pollAlone(tx, id)
		if err != nil {
			return err
		}
		switch p.phase() {
		case boxNone:
			return deliberation.Refuse(deliberation.RefusePollNotOpen)
		case boxClosed:
			return deliberation.Refuse(deliberation.RefusePollClosed)
		case boxVoided:
			return nil
		}
		if err := tx.Where("poll = ?", id).Delete(&envelopeRow{}).Error; err != nil {
			return err
		}
		return tx.Model(&pollRow{}).Where("id = ?", id).Update("voided", moment(at)).Error
	})
	if err == nil {
		err = s.destroyKeys(ctx, id)
	}
	return wrap("void poll", err)
}

// PaperList gives the paper ballots that were handed out, those handed back too, in
// the order in which they were.
func (s *Store) PaperList(ctx context.Context, id deliberation.PollID) ([]deliberation.PaperBallot, error) {
	var list []deliberation.PaperBallot
	err := s.read(ctx, func(tx *gorm.DB) error {
		if err := tx.Select("id").Take(&pollRow{}, "id = ?", id).Error; err != nil {
			return err
		}
		var rows []struct {
			Row     paperBallotRow `gorm:"embedded"`
			Channel deliberation.Channel
		}
		err := tx.Table("paper_ballots").Select("paper_ballots.*, paper_boxes.channel").
			Joins("JOIN paper_boxes ON paper_boxes.poll = paper_ballots.poll AND paper_boxes.station = paper_ballots.station").
			Where("paper_ballots.poll = ?", id).Order("paper_ballots.at, paper_ballots.id").Find(&rows).Error
		list = make([]deliberation.PaperBallot, len(rows))
		for i, r := range rows {
			list[i] = deliberation.PaperBallot{
				PaperIssue: deliberation.PaperIssue{
					Poll: id, Person: r.Row.Person, Channel: r.Channel, Station: r.Row.Station, By: r.Row.IssuedBy, At: r.Row.At.In(deliberation.Shanghai),
				},
				Exchanged: r.Row.Exchanged,
			}
			if r.Row.Agent != nil {
				list[i].Agent = *r.Row.Agent
			}
			if r.Row.HandedBack != nil {
				list[i].HandedBack = r.Row.HandedBack.In(deliberation.Shanghai)
			}
		}
		return err
	})
	return list, wrap("paper list", err)
}

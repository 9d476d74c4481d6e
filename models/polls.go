package models

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// The states of a ballot box.
const (
	boxNone   = "none" // the process spoke of the poll, nobody opened it
	boxOpen   = "open"
	boxClosed = "closed"
)

type pollRow struct {
	ID            deliberation.PollID
	Process       deliberation.ProcessID
	Meeting       deliberation.MeetingID
	Ord           int64
	Box           string
	Opened        time.Time
	Closes        time.Time
	Closed        *time.Time
	RollSHA256    string `gorm:"column:roll_sha256"`
	Attendance    string
	Tally         *string
	BallotsSHA256 *string `gorm:"column:ballots_sha256"`
	Data          string
}

func (pollRow) TableName() string { return "polls" }

type voterRow struct {
	Poll   deliberation.PollID
	Person deliberation.PersonID
	Parts  string
}

func (voterRow) TableName() string { return "poll_roll" }

// pollOf gives the poll as the process last described it, with the state, the
// voters and the tally of the box itself, which may be a moment ahead.
func pollOf(r pollRow) (deliberation.Poll, error) {
	p, err := decode[deliberation.Poll](r.Data)
	if err != nil {
		return p, err
	}
	p.State = ""
	if r.Box == boxNone {
		return p, nil
	}
	p.State, p.Closes = deliberation.PollOpen, r.Closes.In(deliberation.Shanghai)
	a, err := decode[deliberation.Attendance](r.Attendance)
	if err != nil {
		return p, err
	}
	p.Voters = a.Whole.Present
	if r.Box == boxClosed {
		var tally deliberation.Tally
		tally, err = decode[deliberation.Tally](*r.Tally)
		p.State, p.Closed, p.Tally = deliberation.PollClosed, r.Closed.In(deliberation.Shanghai), &tally
	}
	return p, err
}

func polls(tx *gorm.DB, process deliberation.ProcessID) ([]deliberation.Poll, error) {
	var rows []pollRow
	if err := tx.Where("process = ?", process).Order("ord, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]deliberation.Poll, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = pollOf(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// OpenPoll freezes those checked in at this instant as the poll's roll and opens
// the box. A second call gives the same roll.
func (s *Store) OpenPoll(ctx context.Context, process deliberation.ProcessID, p deliberation.Poll) (deliberation.Roll, error) {
	var roll deliberation.Roll
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, meetingLock(p.Meeting)); err != nil {
			return err
		}
		if err := s.lock(tx, pollLock(p.ID)); err != nil {
			return err
		}
		row, err := find[pollRow](tx, "id = ?", p.ID)
		if err != nil {
			return err
		}
		if row != nil && (row.Process != process || row.Meeting != p.Meeting) {
			return deliberation.Refuse(deliberation.RefuseConflict)
		}
		if row == nil || row.Box == boxNone {
			if row, err = openBox(tx, process, p); err != nil {
				return err
			}
		}
		a, err := decode[deliberation.Attendance](row.Attendance)
		roll = deliberation.Roll{Attendance: a, Count: a.Whole.Present, SHA256: row.RollSHA256}
		return err
	})
	return roll, wrap("open poll", err)
}

func openBox(tx *gorm.DB, process deliberation.ProcessID, p deliberation.Poll) (*pollRow, error) {
	if err := tx.Select("id").Table("meetings").Take(&itemRow{}, "id = ? AND process = ?", p.Meeting, process).Error; err != nil {
		return nil, err
	}
	var present []memberRow
	if err := tx.Where("meeting = ? AND checked_in IS NOT NULL", p.Meeting).Find(&present).Error; err != nil {
		return nil, err
	}
	ids, parts, voters := make([]deliberation.PersonID, len(present)), make([]string, len(present)), make([]voterRow, len(present))
	for i, m := range present {
		ids[i], parts[i], voters[i] = m.Person, m.Parts, voterRow{p.ID, m.Person, m.Parts}
	}
	slices.Sort(ids)
	a, err := attendance(tx, p.Meeting, parts)
	if err != nil {
		return nil, err
	}
	seq, err := nextSeq(tx)
	if err != nil {
		return nil, err
	}
	row := pollRow{
		ID: p.ID, Process: process, Meeting: p.Meeting, Ord: seq * ordStep, Box: boxOpen,
		Opened: moment(p.Opened), Closes: moment(p.Closes), RollSHA256: linesSHA256(ids),
	}
	if row.Attendance, err = encode(a); err != nil {
		return nil, err
	}
	p.State, p.Voters = deliberation.PollOpen, len(ids)
	if row.Data, err = encode(p); err != nil {
		return nil, err
	}
	if err := upsert(tx, "polls", &row, "box", "opened", "closes", "roll_sha256", "attendance", "data"); err != nil {
		return nil, err
	}
	if len(voters) == 0 {
		return &row, nil
	}
	return &row, tx.CreateInBatches(voters, chunk).Error
}

// ClosePoll closes the box and counts. Ballots on their way are either in before
// the count or refused after it. A second call gives the same count.
func (s *Store) ClosePoll(ctx context.Context, id deliberation.PollID, at time.Time) (deliberation.Count, error) {
	var count deliberation.Count
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, pollLock(id)); err != nil {
			return err
		}
		var row pollRow
		err := tx.Take(&row, "id = ?", id).Error
		if err != nil {
			return err
		}
		switch row.Box {
		case boxNone:
			return deliberation.Refuse(deliberation.RefusePollNotOpen)
		case boxClosed:
			count.BallotsSHA256 = *row.BallotsSHA256
			count.Tally, err = decode[deliberation.Tally](*row.Tally)
			return err
		}
		if count, err = countBallots(tx, row); err != nil {
			return err
		}
		tally, err := encode(count.Tally)
		if err != nil {
			return err
		}
		return tx.Model(&pollRow{}).Where("id = ?", id).Updates(map[string]any{
			"box": boxClosed, "closed": moment(at), "tally": tally, "ballots_sha256": count.BallotsSHA256,
		}).Error
	})
	return count, wrap("close poll", err)
}

type countedRow struct {
	Person deliberation.PersonID
	Parts  string
	Choice deliberation.Choice
}

// countBallots counts with the numbers frozen when the box was opened.
func countBallots(tx *gorm.DB, p pollRow) (deliberation.Count, error) {
	var c deliberation.Count
	a, err := decode[deliberation.Attendance](p.Attendance)
	if err != nil {
		return c, err
	}
	var ballots []countedRow
	err = tx.Table("ballots").Select("ballots.person, poll_roll.parts, ballots.choice").
		Joins("JOIN poll_roll ON poll_roll.poll = ballots.poll AND poll_roll.person = ballots.person").
		Where("ballots.poll = ?", p.ID).Find(&ballots).Error
	if err != nil {
		return c, err
	}
	slices.SortFunc(ballots, func(a, b countedRow) int { return strings.Compare(string(a.Person), string(b.Person)) })
	c.Tally = deliberation.Tally{Due: a.Whole.Due, Present: a.Whole.Present, Voters: a.Whole.Present}
	for _, part := range a.Parts {
		c.Tally.Parts = append(c.Tally.Parts, deliberation.PartTally{Body: part.Body, Due: part.Due})
	}
	lines := make([]string, len(ballots))
	for i, b := range ballots {
		lines[i] = string(b.Person) + " " + string(b.Choice)
		if err := tallyOne(&c.Tally, b); err != nil {
			return c, err
		}
	}
	c.BallotsSHA256 = linesSHA256(lines)
	return c, nil
}

func tallyOne(t *deliberation.Tally, b countedRow) error {
	switch b.Choice {
	case deliberation.Yes:
		t.Yes++
	case deliberation.No:
		t.No++
		return nil
	default:
		t.Abstain++
		return nil
	}
	sits, err := decode[[]deliberation.Body](b.Parts)
	if err != nil {
		return err
	}
	for i := range t.Parts {
		if slices.Contains(sits, t.Parts[i].Body) {
			t.Parts[i].Yes++
		}
	}
	return nil
}

// Poll gives a poll with the process it belongs to.
func (s *Store) Poll(ctx context.Context, id deliberation.PollID) (deliberation.Poll, deliberation.ProcessID, error) {
	var row pollRow
	if err := s.reads.WithContext(ctx).Take(&row, "id = ?", id).Error; err != nil {
		return deliberation.Poll{}, "", wrap("poll", err)
	}
	p, err := pollOf(row)
	return p, row.Process, wrap("poll", err)
}

// Turnout gives how many of the roll have voted, never how.
func (s *Store) Turnout(ctx context.Context, id deliberation.PollID) (voted, voters int, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		var row pollRow
		if err := tx.Take(&row, "id = ?", id).Error; err != nil {
			return err
		}
		p, err := pollOf(row)
		if err != nil {
			return err
		}
		voters = p.Voters
		var n int64
		err = tx.Model(&ballotRow{}).Where("poll = ?", id).Count(&n).Error
		voted = int(n)
		return err
	})
	return voted, voters, wrap("turnout", err)
}

// BallotLines gives the roll of a poll by the voters' ids: who has voted, and how
// once the poll is closed 记名表决.
func (s *Store) BallotLines(ctx context.Context, id deliberation.PollID) ([]deliberation.BallotLine, error) {
	var lines []deliberation.BallotLine
	err := s.read(ctx, func(tx *gorm.DB) error {
		var poll pollRow
		if err := tx.Take(&poll, "id = ?", id).Error; err != nil {
			return err
		}
		var ids []deliberation.PersonID
		if err := tx.Model(&voterRow{}).Where("poll = ?", id).Pluck("person", &ids).Error; err != nil {
			return err
		}
		slices.Sort(ids)
		people, err := s.persons(tx, ids)
		if err != nil {
			return err
		}
		chosen, err := choices(tx, id)
		lines = make([]deliberation.BallotLine, len(ids))
		for i, person := range ids {
			choice, voted := chosen[person]
			lines[i] = deliberation.BallotLine{Person: people[person], Voted: voted}
			if poll.Box == boxClosed {
				lines[i].Choice = choice
			}
		}
		return err
	})
	return lines, wrap("ballot lines", err)
}

func choices(tx *gorm.DB, id deliberation.PollID) (map[deliberation.PersonID]deliberation.Choice, error) {
	var rows []ballotRow
	err := tx.Select("person, choice").Where("poll = ?", id).Find(&rows).Error
	chosen := make(map[deliberation.PersonID]deliberation.Choice, len(rows))
	for _, r := range rows {
		chosen[r.Person] = r.Choice
	}
	return chosen, err
}

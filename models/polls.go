package models

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// The phases of a ballot box. The first three stand in its column box.
const (
	boxNone     = "none" // the process spoke of the poll, nobody opened it
	boxOpen     = "open"
	boxClosed   = "closed"
	boxCounting = "counting" // open still, but stopped: the paper is being counted
	boxVoided   = "voided"   // never to be counted
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

	Secret         bool
	Hands          bool
	Form           string
	BoxKey         []byte
	ReceiptsSHA256 *string `gorm:"column:receipts_sha256"`
	KeyDestroyed   *time.Time

	OnPaper bool
	Whole   bool
	// OfElection: paper cancels a ballot of the web. PaperOnly: the web takes none.
	OfElection bool
	PaperOnly  bool

	Stopped *time.Time
	Voided  *time.Time
}

func (pollRow) TableName() string { return "polls" }

// phase is where the box stands.
func (r pollRow) phase() string {
	switch {
	case r.Voided != nil:
		return boxVoided
	case r.Box == boxOpen && r.Stopped != nil:
		return boxCounting
	}
	return r.Box
}

var pollStates = map[string]deliberation.PollState{
	boxOpen: deliberation.PollOpen, boxCounting: deliberation.PollCounting,
	boxClosed: deliberation.PollClosed, boxVoided: deliberation.PollVoided,
}

// voters is how many are on the poll's roll.
func (r pollRow) voters(a deliberation.Attendance) int {
	if r.Whole {
		return a.Whole.Due
	}
	return a.Whole.Present
}

type voterRow struct {
	Poll   deliberation.PollID
	Person deliberation.PersonID
	Parts  string
	Area   int
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
	p.State, p.Closes = pollStates[r.phase()], r.Closes.In(deliberation.Shanghai)
	a, err := decode[deliberation.Attendance](r.Attendance)
	if err != nil {
		return p, err
	}
	p.Voters = r.voters(a)
	if r.Box == boxClosed {
		var count deliberation.Count
		count, err = decode[deliberation.Count](*r.Tally)
		p.Closed, p.Tally, p.Questions, p.Paper = r.Closed.In(deliberation.Shanghai), &count.Tally, count.Questions, count.Paper
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

// OpenPoll freezes those checked in at this instant as the poll's roll, or all who
// are due where the poll is theirs, and opens the box. Where those present are no
// quorum, it stays shut (RefuseBelowQuorum): who leaves while the chair opens the
// poll leaves before it or after it. A poll of an election stays shut, too, until its
// stations have their staff (RefuseUnlawfulElection). A second call gives the same roll.
func (s *Store) OpenPoll(ctx context.Context, process deliberation.ProcessID, p deliberation.Poll, quorum ...deliberation.MajorityRule) (deliberation.Roll, error) {
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
			if row, err = s.openBox(tx, process, p, quorum); err != nil {
				return err
			}
		}
		a, err := decode[deliberation.Attendance](row.Attendance)
		roll = deliberation.Roll{Attendance: a, Count: row.voters(a), SHA256: row.RollSHA256}
		return err
	})
	return roll, wrap("open poll", err)
}

func (s *Store) openBox(tx *gorm.DB, process deliberation.ProcessID, p deliberation.Poll, quorum []deliberation.MajorityRule) (*pollRow, error) {
	if err := p.Form.Sound(); err != nil {
		return nil, err
	}
	if p.PaperOnly && !p.OnPaper {
		return nil, invalid("paper_only", "unexpected")
	}
	if err := tx.Select("id").Table("meetings").Take(&itemRow{}, "id = ? AND process = ?", p.Meeting, process).Error; err != nil {
		return nil, err
	}
	var of processRow
	if err := tx.Select("kind").Take(&of, "id = ?", process).Error; err != nil {
		return nil, err
	}
	if of.Kind == deliberation.ElectionKind {
		if err := s.everyBoxIsCrewed(tx, process, p.Form); err != nil {
			return nil, err
		}
	}
	var members []struct {
		Person deliberation.PersonID
		Parts  string
		Area   int
		Here   bool
	}
	roll := tx.Model(&memberRow{}).Select("person, parts, area, ("+isPresent+") AS here").Where("meeting = ?", p.Meeting)
	if !p.Whole {
		roll = roll.Where(isPresent)
	}
	if err := roll.Find(&members).Error; err != nil {
		return nil, err
	}
	ids, parts, voters := make([]deliberation.PersonID, len(members)), []string{}, make([]voterRow, len(members))
	area := 0
	for i, m := range members {
		ids[i], voters[i] = m.Person, voterRow{p.ID, m.Person, m.Parts, m.Area}
		area += m.Area
		if m.Here {
			parts = append(parts, m.Parts)
		}
	}
	slices.Sort(ids)
	a, err := attendance(tx, p.Meeting, parts)
	if err != nil {
		return nil, err
	}
	if v := deliberation.Quorum(quorum, a); len(quorum) > 0 && !v.Met {
		return nil, &deliberation.Refusal{Code: deliberation.RefuseBelowQuorum, Act: deliberation.OpenPoll, Verdict: &v}
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
	row.Hands, row.OnPaper, row.Whole = p.Hands, p.OnPaper, p.Whole
	row.OfElection, row.PaperOnly = of.Kind == deliberation.ElectionKind, p.PaperOnly
	if err := s.drawKey(&row, p, area); err != nil {
		return nil, err
	}
	if len(p.Form) > 0 {
		if row.Form, err = encode(p.Form); err != nil {
			return nil, err
		}
	}
	p.State, p.Voters = deliberation.PollOpen, len(ids)
	if row.Data, err = encode(p); err != nil {
		return nil, err
	}
	if err := upsert(tx, "polls", &row, "box", "opened", "closes", "roll_sha256", "attendance", "data", "secret", "hands", "form", "box_key", "on_paper", "whole", "of_election", "paper_only"); err != nil {
		return nil, err
	}
	if len(voters) == 0 {
		return &row, nil
	}
	return &row, tx.CreateInBatches(voters, chunk).Error
}

// ClosePoll closes the box and counts. Ballots on their way are either in before
// the count or refused after it. A second call gives the same count. A poll with
// paper is closed once it is stopped and its paper adds up (RefuseUnreconciled).
func (s *Store) ClosePoll(ctx context.Context, id deliberation.PollID, at time.Time) (deliberation.Count, error) {
	count, err := s.closeBox(ctx, id, at, func(tx *gorm.DB, row pollRow) (c deliberation.Count, err error) {
		var sheets deliberation.PaperCount
		if row.OnPaper {
			if sheets, err = certify(tx, row); err != nil {
				return c, err
			}
		}
		if row.Secret {
			c, err = s.openEnvelopes(tx, row)
		} else {
			c, err = countBallots(tx, row)
		}
		if err == nil && row.Whole {
			err = participation(tx, row.ID, &c.Tally)
		}
		if err == nil && row.OnPaper {
			err = addPaper(&c, sheets, row.Secret)
		}
		if err == nil && row.OfElection {
			err = addCancelled(tx, row.ID, &c)
		}
		return c, err
	})
	if err == nil {
		err = s.destroyKeys(ctx, id)
	}
	return count, wrap("close poll", err)
}

// CloseByHands closes a poll that is voted on by raising hands with what was
// counted in the hall. A second call gives the same count.
func (s *Store) CloseByHands(ctx context.Context, id deliberation.PollID, at time.Time, hands deliberation.HandCount) (deliberation.Count, error) {
	count, err := s.closeBox(ctx, id, at, func(_ *gorm.DB, row pollRow) (c deliberation.Count, err error) {
		a, err := decode[deliberation.Attendance](row.Attendance)
		c.Tally = frozen(row, a)
		c.Tally.Yes, c.Tally.No, c.Tally.Abstain = hands.Yes, hands.No, hands.Abstain
		c.BallotsSHA256 = linesSHA256[string](nil)
		return c, err
	})
	return count, wrap("close by hands", err)
}

func (s *Store) closeBox(ctx context.Context, id deliberation.PollID, at time.Time, countAll func(*gorm.DB, pollRow) (deliberation.Count, error)) (count deliberation.Count, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, pollLock(id)); err != nil {
			return err
		}
		var row pollRow
		err := tx.Take(&row, "id = ?", id).Error
		if err != nil {
			return err
		}
		switch row.phase() {
		case boxNone:
			return deliberation.Refuse(deliberation.RefusePollNotOpen)
		case boxVoided:
			return deliberation.Refuse(deliberation.RefusePollClosed)
		case boxClosed:
			count, err = decode[deliberation.Count](*row.Tally)
			return err
		}
		if count, err = countAll(tx, row); err != nil {
			return err
		}
		tally, err := encode(count)
		if err != nil {
			return err
		}
		done := map[string]any{"box": boxClosed, "closed": moment(at), "tally": tally, "ballots_sha256": count.BallotsSHA256}
		if row.Secret {
			done["receipts_sha256"] = count.ReceiptsSHA256
		}
		return tx.Model(&pollRow{}).Where("id = ?", id).Updates(done).Error
	})
	return count, err
}

type countedRow struct {
	Person deliberation.PersonID
	Parts  string
	Choice deliberation.Choice
}

// countBallots counts the ballots of a recorded poll.
func countBallots(tx *gorm.DB, p pollRow) (deliberation.Count, error) {
	var ballots []countedRow
	err := tx.Table("ballots").Select("ballots.person, poll_roll.parts, ballots.choice").
		Joins("JOIN poll_roll ON poll_roll.poll = ballots.poll AND poll_roll.person = ballots.person").
		Where("ballots.poll = ? AND ballots.choice <> ''", p.ID).Find(&ballots).Error
	if err != nil {
		return deliberation.Count{}, err
	}
	slices.SortFunc(ballots, func(a, b countedRow) int { return strings.Compare(string(a.Person), string(b.Person)) })
	lines := make([]string, len(ballots))
	for i, b := range ballots {
		lines[i] = string(b.Person) + " " + string(b.Choice)
	}
	c, err := counted(p, ballots)
	c.BallotsSHA256 = linesSHA256(lines)
	return c, err
}

// counted counts with the numbers frozen when the box was opened: one motion, or
// the questions of the poll's form.
func counted(p pollRow, ballots []countedRow) (c deliberation.Count, err error) {
	a, err := decode[deliberation.Attendance](p.Attendance)
	if err != nil {
		return c, err
	}
	form, err := formOf(p)
	if err != nil {
		return c, err
	}
	c.Tally = frozen(p, a)
	var answers [][]deliberation.Answer
	for _, b := range ballots {
		if len(form) == 0 {
			if err := tallyOne(&c.Tally, b); err != nil {
				return c, err
			}
			continue
		}
		given, err := form.ParseLine(string(b.Choice))
		if err != nil {
			return c, err
		}
		answers = append(answers, given)
	}
	if len(form) > 0 {
		c.Questions = form.CountAnswers(answers)
	}
	return c, nil
}

// frozen is a tally without a vote: the numbers that were fixed when the box was opened.
func frozen(p pollRow, a deliberation.Attendance) deliberation.Tally {
	t := deliberation.Tally{Due: a.Whole.Due, Present: a.Whole.Present, Voters: p.voters(a)}
	for _, part := range a.Parts {
		t.Parts = append(t.Parts, deliberation.PartTally{Body: part.Body, Due: part.Due})
	}
	return t
}

func formOf(p pollRow) (deliberation.BallotForm, error) {
	if p.Form == "" {
		return nil, nil
	}
	return decode[deliberation.BallotForm](p.Form)
}

func tallyOne(t *deliberation.Tally, b countedRow) error {
	switch b.Choice {
	case deliberation.Yes:
		t.Yes++
	case deliberation.No:
		t.No++
		return nil
	case deliberation.Spoiled:
		t.Spoiled++
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

// participation counts who took part 参与表决: whoever voted or took a paper ballot,
// with their area where owners vote by it. Paper that never came back is no vote, and
// counts here alone (四川省物业管理条例 第三十一条).
func participation(tx *gorm.DB, id deliberation.PollID, t *deliberation.Tally) error {
	var due int
	if err := tx.Model(&voterRow{}).Select("COALESCE(CAST(SUM(area) AS BIGINT), 0)").Where("poll = ?", id).Scan(&due).Error; err != nil {
		return err
	}
	var lines []struct {
		Choice deliberation.Choice
		N      int
		Area   int
	}
	err := tx.Table("ballots").Joins("JOIN poll_roll ON poll_roll.poll = ballots.poll AND poll_roll.person = ballots.person").
		Select("ballots.choice, COUNT(*) AS n, CAST(SUM(poll_roll.area) AS BIGINT) AS area").
		Where("ballots.poll = ?", id).Group("ballots.choice").Find(&lines).Error
	if err != nil {
		return err
	}
	area := deliberation.AreaTally{Due: due}
	for _, l := range lines {
		t.Taken += l.N
		area.Taken += l.Area
		switch l.Choice {
		case deliberation.Yes:
			area.Yes = l.Area
		case deliberation.No:
			area.No = l.Area
		case deliberation.Abstain:
			area.Abstain = l.Area
		}
	}
	if due > 0 {
		t.Area = &area
	}
	return nil
}

// MyBallot tells whether a person is on the roll of a poll and has voted, or has a
// paper ballot out.
func (s *Store) MyBallot(ctx context.Context, id deliberation.PollID, person deliberation.PersonID) (onRoll, voted bool, err error) {
	var rows []struct{ Voted bool }
	err = s.reads.WithContext(ctx).Table("poll_roll").Select("ballots.person IS NOT NULL AS voted").
		Joins("LEFT JOIN ballots ON ballots.poll = poll_roll.poll AND ballots.person = poll_roll.person").
		Where("poll_roll.poll = ? AND poll_roll.person = ?", id, person).Find(&rows).Error
	return len(rows) > 0, len(rows) > 0 && rows[0].Voted, wrap("my ballot", err)
}

// Turnout gives how many of the roll have voted or have a paper ballot out, never how.
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
		if err != nil {
			return err
		}
		form, err := formOf(poll)
		if err != nil {
			return err
		}
		lines = make([]deliberation.BallotLine, len(ids))
		for i, person := range ids {
			choice, voted := chosen[person]
			lines[i] = deliberation.BallotLine{Person: people[person], Voted: voted}
			if poll.Box == boxClosed && !poll.Secret {
				lines[i].Voted = choice != "" // paper that never came back is no vote
			}
			if poll.Box != boxClosed || choice == "" {
				continue
			}
			if len(form) == 0 {
				lines[i].Choice = choice
			} else if lines[i].Answers, err = form.ParseLine(string(choice)); err != nil {
				return err
			}
		}
		return nil
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

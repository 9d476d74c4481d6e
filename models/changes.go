package models

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

type changeRow struct {
	ChangeKey string
	Seq       int64
	Process   deliberation.ProcessID
}

func (changeRow) TableName() string { return "changes" }

// itemRow is a value that pages show, in the tables that hold nothing but it.
type itemRow struct {
	ID      string
	Process deliberation.ProcessID
	Ord     int64
	State   string
	Data    string
}

type objectionRow struct {
	Item    itemRow `gorm:"embedded"`
	Posting deliberation.PostingID
	Person  deliberation.PersonID
}

// ordStep leaves room to number the values of one change.
const ordStep = 10000

// Apply writes a step of a process in one transaction: its facts to the register,
// what pages show of it, where the process stands, and who did it. Under a key
// that was applied before it changes nothing and gives the same entries.
func (s *Store) Apply(ctx context.Context, c deliberation.Change) ([]int64, error) {
	if c.Key == "" {
		return nil, wrap("apply", invalid("key", "required"))
	}
	var entries []int64
	err := s.write(ctx, func(tx *gorm.DB) error {
		// All changes go one by one, since the register grows at one end.
		if err := s.lock(tx, appendLock); err != nil {
			return err
		}
		before, err := find[changeRow](tx, "change_key = ?", c.Key)
		if err != nil {
			return err
		}
		switch {
		case before == nil:
			err = s.applyNew(tx, c)
		case before.Process != c.Process:
			err = deliberation.Refuse(deliberation.RefuseConflict)
		}
		if err != nil {
			return err
		}
		return tx.Model(&entryRow{}).Where("change_key = ?", c.Key).Order("idx").Pluck("idx", &entries).Error
	})
	if err != nil {
		return nil, wrap("apply", err)
	}
	return entries, nil
}

func (s *Store) applyNew(tx *gorm.DB, c deliberation.Change) error {
	if err := tx.Select("id").Take(&processRow{}, "id = ?", c.Process).Error; err != nil {
		return err
	}
	seq, err := nextSeq(tx)
	if err != nil {
		return err
	}
	if err := tx.Create(&changeRow{c.Key, seq, c.Process}).Error; err != nil {
		return err
	}
	if err := project(tx, c, seq*ordStep); err != nil {
		return missing(err)
	}
	if err := writeStatus(tx, c); err != nil {
		return err
	}
	if err := s.appendFacts(tx, c); err != nil {
		return err
	}
	act := string(c.Act)
	if act == "" {
		act = "process" // its own doing: a limit, a reminder, the next stage
	}
	return s.audited(tx, auditRow{Actor: c.Actor, Act: act, Process: c.Process, Subject: c.Key, At: c.At})
}

func nextSeq(tx *gorm.DB) (seq int64, err error) {
	err = tx.Model(&changeRow{}).Select("COALESCE(MAX(seq), 0) + 1").Scan(&seq).Error
	return seq, err
}

func writeStatus(tx *gorm.DB, c deliberation.Change) error {
	if c.Status == nil {
		return nil
	}
	status, err := encode(c.Status)
	if err != nil {
		return err
	}
	return tx.Model(&processRow{}).Where("id = ?", c.Process).
		Updates(map[string]any{"status": status, "stage": c.Status.Stage, "state": c.Status.State}).Error
}

// project writes what pages show. Each value replaces the one with its id; its
// place in the order stays that of its making.
func project(tx *gorm.DB, c deliberation.Change, ord int64) error {
	item := func(id, state string, v any) (itemRow, error) {
		ord++
		data, err := encode(v)
		return itemRow{ID: id, Process: c.Process, Ord: ord, State: state, Data: data}, err
	}
	plain := func(table, id, state string, v any) error {
		row, err := item(id, state, v)
		if err != nil {
			return err
		}
		return upsert(tx, table, &row, "state", "data")
	}
	for _, v := range c.Tasks {
		if err := plain("tasks", string(v.ID), string(v.State), v); err != nil {
			return err
		}
	}
	for _, v := range c.Meetings {
		if err := plain("meetings", string(v.ID), string(v.State), v); err != nil {
			return err
		}
	}
	for _, v := range c.Postings {
		if err := plain("postings", string(v.ID), string(v.State), v); err != nil {
			return err
		}
	}
	for _, v := range c.Objections {
		row, err := item(v.ID, string(v.State), v)
		if err != nil {
			return err
		}
		if err := upsert(tx, "objections", &objectionRow{row, v.Posting, v.Person}, "state", "data"); err != nil {
			return err
		}
	}
	for _, v := range c.Marks {
		if err := plain("marks", v.ID, string(v.State), v); err != nil {
			return err
		}
	}
	if err := projectAuthorisations(tx, c); err != nil {
		return err
	}
	if err := projectAppraisals(tx, c); err != nil {
		return err
	}
	if err := projectDisclosure(tx, c); err != nil {
		return err
	}
	for _, v := range c.Polls {
		ord++
		if err := projectPoll(tx, c.Process, v, ord); err != nil {
			return err
		}
	}
	return nil
}

// upsert never moves a row from one process to another: an id that belongs
// elsewhere is refused (RefuseConflict).
func upsert(tx *gorm.DB, table string, row any, columns ...string) error {
	done := tx.Table(table).Clauses(clause.OnConflict{
		Columns:   []clause.Column{{Name: "id"}},
		DoUpdates: clause.AssignmentColumns(columns),
		Where: clause.Where{Exprs: []clause.Expression{clause.Eq{
			Column: clause.Column{Table: table, Name: "process"},
			Value:  clause.Column{Table: "excluded", Name: "process"},
		}}},
	}).Create(row)
	if done.Error == nil && done.RowsAffected != 1 {
		return deliberation.Refuse(deliberation.RefuseConflict)
	}
	return done.Error
}

// projectPoll writes what the process says of a poll. It has no hand in the box:
// it neither opens, closes nor reopens it, and a late word from before the
// closing is not heard.
func projectPoll(tx *gorm.DB, process deliberation.ProcessID, p deliberation.Poll, ord int64) error {
	before, err := find[pollRow](tx, "id = ?", p.ID)
	if err != nil {
		return err
	}
	if before != nil {
		switch {
		case before.Process != process, before.Meeting != p.Meeting,
			p.State == deliberation.PollClosed && before.Box != boxClosed,
			p.State == deliberation.PollVoided && before.Voided == nil:
			return deliberation.Refuse(deliberation.RefuseConflict)
		case (p.State == deliberation.PollOpen || p.State == deliberation.PollCounting) && (before.Box == boxClosed || before.Voided != nil):
			return nil
		}
	}
	data, err := encode(p)
	if err != nil {
		return err
	}
	row := pollRow{
		ID: p.ID, Process: process, Meeting: p.Meeting, Ord: ord, Box: boxNone,
		Opened: moment(p.Opened), Closes: moment(p.Closes), Attendance: "{}", Data: data,
	}
	return upsert(tx, "polls", &row, "data")
}

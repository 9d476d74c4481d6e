package models

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type disclosureRow struct {
	Process   deliberation.ProcessID
	Community deliberation.CommunityID
	Item      deliberation.ItemCode
	Period    deliberation.Period
	Slot      string
	DueDay    string
	PostedDay string
	UntilDay  string
	State     deliberation.State
	Outcome   deliberation.Outcome
}

func (disclosureRow) TableName() string { return "disclosures" }

// addDisclosure takes the period of an item for a new disclosure. One that is taken
// is refused (RefuseTwice).
func (s *Store) addDisclosure(tx *gorm.DB, p deliberation.Process) error {
	if p.Kind != deliberation.DisclosureKind {
		return nil
	}
	if err := s.lock(tx, "disclosures:"+string(p.Community)); err != nil {
		return err
	}
	row := disclosureRow{Process: p.ID, Community: p.Community, Item: p.Matter.Item, Period: p.Matter.Period, Slot: p.Matter.Slot(p.ID)}
	// A failed insert ends a transaction on PostgreSQL, so that the slot is looked up first.
	before, err := find[disclosureRow](tx, "community = ? AND item = ? AND slot = ?", row.Community, row.Item, row.Slot)
	if err != nil {
		return err
	}
	if before != nil {
		return deliberation.Refuse(deliberation.RefuseTwice)
	}
	return tx.Create(&row).Error
}

// projectDisclosure writes where a disclosure stands. One that ended without having
// been posted leaves its period to another.
func projectDisclosure(tx *gorm.DB, c deliberation.Change) error {
	if c.Status == nil || c.Status.Disclosure == nil {
		return nil
	}
	d := c.Status.Disclosure
	set := map[string]any{
		"due_day": d.Due.String(), "posted_day": d.Posted.String(), "until_day": d.Until.String(), "state": c.Status.State, "outcome": c.Status.Outcome,
	}
	if c.Status.State == deliberation.Ended && c.Status.Outcome != deliberation.Carried && d.Posted.IsZero() {
		set["slot"] = c.Process
	}
	return tx.Model(&disclosureRow{}).Where("process = ?", c.Process).Updates(set).Error
}

// Disclosures gives what a community disclosed and is disclosing, the last period
// first, and the day of its first record.
func (s *Store) Disclosures(ctx context.Context, c deliberation.CommunityID) (deliberation.DisclosureRecord, error) {
	var r deliberation.DisclosureRecord
	err := s.read(ctx, func(tx *gorm.DB) error {
		var err error
		if r.Known, err = firstRecord(tx, c); err != nil {
			return err
		}
		var rows []disclosureRow
		if err := tx.Where("community = ?", c).Order("period DESC, process").Find(&rows).Error; err != nil {
			return err
		}
		titles, err := s.titlesOf(tx, rows)
		if err != nil {
			return err
		}
		r.Lines = make([]deliberation.DisclosureLine, len(rows))
		for i, row := range rows {
			if r.Lines[i], err = disclosureOf(row); err != nil {
				return err
			}
			r.Lines[i].Title = titles[row.Process]
		}
		return nil
	})
	return r, wrap("disclosures", err)
}

// titlesOf gives the titles of those that their item and period do not say, with one
// look for all.
func (s *Store) titlesOf(tx *gorm.DB, rows []disclosureRow) (map[deliberation.ProcessID]string, error) {
	var ids []deliberation.ProcessID
	for _, row := range rows {
		if row.Slot == string(row.Process) {
			ids = append(ids, row.Process)
		}
	}
	titles := map[deliberation.ProcessID]string{}
	for part := range slices.Chunk(ids, chunk) {
		var processes []processRow
		if err := tx.Where("id IN ?", part).Find(&processes).Error; err != nil {
			return nil, err
		}
		for _, row := range processes {
			p, err := s.processOf(row)
			if err != nil {
				return nil, err
			}
			titles[p.ID] = p.Matter.Title
		}
	}
	return titles, nil
}

func disclosureOf(row disclosureRow) (l deliberation.DisclosureLine, err error) {
	l = deliberation.DisclosureLine{Process: row.Process, Item: row.Item, Period: row.Period, State: row.State, Outcome: row.Outcome}
	for _, d := range []struct {
		text string
		to   *deliberation.Date
	}{{row.DueDay, &l.Due}, {row.PostedDay, &l.Posted}, {row.UntilDay, &l.Until}} {
		if *d.to, err = dayOf(d.text); err != nil {
			return l, err
		}
	}
	return l, nil
}

// AuditPosted reports whether an audit of the term or of leaving office 任期、离任经济责任审计
// was posted in the community on the day or later.
func (s *Store) AuditPosted(ctx context.Context, c deliberation.CommunityID, since deliberation.Date) (bool, error) {
	var n int64
	err := s.reads.WithContext(ctx).Model(&disclosureRow{}).
		Where("community = ? AND item IN ? AND posted_day <> '' AND posted_day >= ?", c, deliberation.AuditItems, since.String()).Count(&n).Error
	return n > 0, wrap("audit posted", err)
}

// AccountsBefore gives the table that the disclosure's is carried over from: the last
// one of its item, for an earlier period, that was posted. Where there is none, nil.
func (s *Store) AccountsBefore(ctx context.Context, p deliberation.ProcessID) (before *deliberation.Accounts, from deliberation.ProcessID, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		before, from, err = s.accountsBefore(tx, p)
		return err
	})
	return before, from, wrap("accounts before", err)
}

func (s *Store) accountsBefore(tx *gorm.DB, p deliberation.ProcessID) (*deliberation.Accounts, deliberation.ProcessID, error) {
	row, err := find[disclosureRow](tx, "process = ?", p)
	if err != nil {
		return nil, "", err
	}
	if row == nil {
		return nil, "", deliberation.Refuse(deliberation.RefuseNotFound)
	}
	var earlier []disclosureRow
	err = tx.Where("community = ? AND item = ? AND period < ? AND posted_day <> ''", row.Community, row.Item, row.Period).Order("period DESC, process").Limit(1).Find(&earlier).Error
	if err != nil || len(earlier) == 0 {
		return nil, "", err
	}
	postings, err := values[deliberation.Posting](tx, "postings", earlier[0].Process)
	if err != nil || len(postings) == 0 {
		return nil, "", err
	}
	paper, err := s.paperIn(tx, postings[len(postings)-1].Paper.ID)
	if err != nil {
		return nil, "", err
	}
	table, err := deliberation.ParseAccounts(string(paper.Content))
	return &table, earlier[0].Process, err
}

// CheckAccounts adds up the table that was filed as a paper of the process, and
// compares it with the one it is carried over from. A paper of another process is
// not found.
func (s *Store) CheckAccounts(ctx context.Context, p deliberation.ProcessID, id deliberation.PaperID) (found deliberation.AccountsCheck, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		paper, err := s.paperIn(tx, id)
		if err != nil {
			return err
		}
		if paper.Process != p {
			return deliberation.Refuse(deliberation.RefuseNotFound)
		}
		before, from, err := s.accountsBefore(tx, p)
		if err != nil {
			return err
		}
		if before != nil {
			sum := before.Sum()
			found.Before, found.BeforeFrom = &sum, from
		}
		table, err := deliberation.ParseAccounts(string(paper.Content))
		if wrong := (*deliberation.Refusal)(nil); errors.As(err, &wrong) {
			found.Wrong = wrong.Fields
			return nil
		}
		if err != nil {
			return err
		}
		found.Sum, found.Wrong = table.Sum(), table.Problems(before)
		return nil
	})
	return found, wrap("check accounts", err)
}

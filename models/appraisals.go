package models

import (
	"context"
	"crypto/rand"
	"strings"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

type commitmentRow struct {
	ID         string
	Community  deliberation.CommunityID
	Process    deliberation.ProcessID
	Person     deliberation.PersonID
	Post       deliberation.Office
	Ord        int
	MadeDay    string
	Body       []byte
	AnsweredIn *deliberation.ProcessID
	Done       bool
	Evidence   []byte
}

func (commitmentRow) TableName() string { return "commitments" }

type appraisalRow struct {
	Process   deliberation.ProcessID
	Person    deliberation.PersonID
	Community deliberation.CommunityID
	Post      deliberation.Office
	HeldDay   string
	Grade     deliberation.Grade
}

func (appraisalRow) TableName() string { return "appraisals" }

// projectAppraisals writes the grades that a conference gave.
func projectAppraisals(tx *gorm.DB, c deliberation.Change) error {
	if len(c.Appraisals) == 0 {
		return nil
	}
	var process processRow
	if err := tx.Select("community").Take(&process, "id = ?", c.Process).Error; err != nil {
		return err
	}
	for _, a := range c.Appraisals {
		row := appraisalRow{Process: c.Process, Person: a.Person, Community: process.Community, Post: a.Post, HeldDay: a.On.String(), Grade: a.Grade}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error; err != nil {
			return err
		}
	}
	return nil
}

// Appraised gives who reports in the community on the day.
func (s *Store) Appraised(ctx context.Context, c deliberation.CommunityID, on deliberation.Date) ([]deliberation.Appraisee, error) {
	held, err := s.OfficesIn(ctx, c)
	if err != nil {
		return nil, err
	}
	return deliberation.AppraisedOf(held, on), nil
}

// AppraisalsOf gives a person's appraisals in a community that were held before the
// day, the last first.
func (s *Store) AppraisalsOf(ctx context.Context, c deliberation.CommunityID, person deliberation.PersonID, before deliberation.Date) ([]deliberation.HeldAppraisal, error) {
	var rows []appraisalRow
	err := s.reads.WithContext(ctx).Where("community = ? AND person = ? AND held_day < ?", c, person, before.String()).Order("held_day DESC, process").Find(&rows).Error
	if err != nil {
		return nil, wrap("appraisals of", err)
	}
	list := make([]deliberation.HeldAppraisal, len(rows))
	for i, r := range rows {
		list[i] = deliberation.HeldAppraisal{Process: r.Process, Person: r.Person, Post: r.Post, Grade: r.Grade}
		if list[i].On, err = deliberation.ParseDate(r.HeldDay); err != nil {
			return nil, wrap("appraisals of", err)
		}
	}
	return list, nil
}

// oldestPromise orders commitments as they were made.
const oldestPromise = "made_day, process, ord"

// owed finds the commitments that a person's report in the process answers: all that
// were made in other reports and are not answered in another.
func owed(tx *gorm.DB, c deliberation.CommunityID, p deliberation.ProcessID, person deliberation.PersonID) *gorm.DB {
	return tx.Model(&commitmentRow{}).Where("community = ? AND person = ? AND process <> ? AND (answered_in IS NULL OR answered_in = ?)", c, person, p, p)
}

// OwedCommitments gives the commitments that a person's report in the process must answer.
func (s *Store) OwedCommitments(ctx context.Context, c deliberation.CommunityID, p deliberation.ProcessID, person deliberation.PersonID) ([]deliberation.Commitment, error) {
	list, err := s.commitmentsOf(owed(s.reads.WithContext(ctx), c, p, person))
	return list, wrap("owed commitments", err)
}

// CommitmentsOf gives all commitments of a person in a community, the oldest first.
func (s *Store) CommitmentsOf(ctx context.Context, c deliberation.CommunityID, person deliberation.PersonID) ([]deliberation.Commitment, error) {
	list, err := s.commitmentsOf(s.reads.WithContext(ctx).Model(&commitmentRow{}).Where("community = ? AND person = ?", c, person))
	return list, wrap("commitments of", err)
}

func (s *Store) commitmentsOf(query *gorm.DB) ([]deliberation.Commitment, error) {
	var rows []commitmentRow
	if err := query.Order(oldestPromise).Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]deliberation.Commitment, len(rows))
	for i, r := range rows {
		c := deliberation.Commitment{ID: r.ID, Community: r.Community, Person: r.Person, Post: r.Post, Process: r.Process, Done: r.Done}
		var err error
		if c.Made, err = deliberation.ParseDate(r.MadeDay); err != nil {
			return nil, err
		}
		if c.Text, err = s.unseal("commitments", "body", r.ID, r.Body); err != nil {
			return nil, err
		}
		if r.AnsweredIn != nil {
			c.AnsweredIn = *r.AnsweredIn
			if c.Evidence, err = s.unseal("commitments", "evidence", r.ID, r.Evidence); err != nil {
				return nil, err
			}
		}
		list[i] = c
	}
	return list, nil
}

// CountReport counts the commitments that a person's report in the process answers and makes.
func (s *Store) CountReport(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID) (n deliberation.ReportCount, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		var process processRow
		if err := tx.Select("community").Take(&process, "id = ?", p).Error; err != nil {
			return err
		}
		var rows []commitmentRow
		if err := tx.Where("community = ? AND person = ?", process.Community, person).Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			answeredHere := r.AnsweredIn != nil && *r.AnsweredIn == p
			switch {
			case r.Process == p:
				n.Promised++
			case answeredHere || r.AnsweredIn == nil:
				n.Owed++
			}
			if answeredHere {
				n.Answered++
			}
			if answeredHere && r.Done {
				n.Done++
			}
		}
		return nil
	})
	return n, wrap("count report", err)
}

// KeepReport keeps what a person's report answers and promises, in place of what was
// kept of it before, until the process took the report. It refuses RefuseNotFound;
// RefuseEnded; RefuseNotEntitled where the person is not appraised in the process;
// RefuseTwice once it was taken; and what the report lacks (RefuseInvalid).
func (s *Store) KeepReport(ctx context.Context, r deliberation.DutyReport) error {
	return wrap("keep report", s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, "report:"+string(r.Process)+":"+string(r.Person)); err != nil {
			return err
		}
		who, err := s.reports(tx, r)
		if err != nil {
			return err
		}
		due, err := s.commitmentsOf(owed(tx, r.Community, r.Process, r.Person))
		if err != nil {
			return err
		}
		if err := r.Check(due); err != nil {
			return err
		}
		for _, a := range r.Answers {
			evidence := s.seal("commitments", "evidence", a.ID, strings.TrimSpace(a.Evidence))
			done := tx.Model(&commitmentRow{}).Where("id = ?", a.ID).Updates(map[string]any{"answered_in": r.Process, "done": a.Done, "evidence": evidence})
			if done.Error != nil {
				return done.Error
			}
		}
		if err := tx.Where("process = ? AND person = ?", r.Process, r.Person).Delete(&commitmentRow{}).Error; err != nil {
			return err
		}
		for i, text := range r.Promises {
			id := rand.Text()
			row := commitmentRow{
				ID: id, Community: r.Community, Process: r.Process, Person: r.Person, Post: who.Post, Ord: i + 1,
				MadeDay: r.On.String(), Body: s.seal("commitments", "body", id, strings.TrimSpace(text)),
			}
			if err := tx.Create(&row).Error; err != nil {
				return err
			}
		}
		return s.audited(tx, auditRow{Actor: r.Person, Act: "keep_report", Process: r.Process, Subject: string(r.Person), At: r.On.Start()})
	}))
}

// reports gives the person as the process knows them, while their report is owed.
func (s *Store) reports(tx *gorm.DB, r deliberation.DutyReport) (*deliberation.AppraisedPerson, error) {
	row, err := find[processRow](tx, "id = ? AND community = ?", r.Process, r.Community)
	if err != nil {
		return nil, err
	}
	if row == nil || row.Kind != deliberation.DutyReportKind {
		return nil, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	p, err := s.processOf(*row)
	switch {
	case err != nil:
		return nil, err
	case p.Status.State == deliberation.Ended:
		return nil, deliberation.Refuse(deliberation.RefuseEnded)
	case p.Status.Appraisal == nil:
		return nil, deliberation.Refuse(deliberation.RefuseNotEntitled)
	}
	who := p.Status.Appraisal.Find(r.Person)
	switch {
	case who == nil:
		return nil, deliberation.Refuse(deliberation.RefuseNotEntitled)
	case !who.Report.IsZero():
		return nil, deliberation.Refuse(deliberation.RefuseTwice)
	}
	return who, nil
}

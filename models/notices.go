package models

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

type noticeRow struct {
	Meeting   deliberation.MeetingID
	Person    deliberation.PersonID
	Means     deliberation.Delivery
	At        time.Time
	EnteredBy deliberation.PersonID
}

func (noticeRow) TableName() string { return "notice_receipts" }

// ReceiveNotice notes that a member has the notice of a meeting 签收, once
// (RefuseTwice), until the meeting is over (RefuseOutOfOrder). Somebody who has no
// vote there is refused (RefuseNotOnRoll).
func (s *Store) ReceiveNotice(ctx context.Context, m deliberation.MeetingID, person deliberation.PersonID, means deliberation.Delivery, by deliberation.PersonID, at time.Time) error {
	return wrap("receive notice", s.write(ctx, func(tx *gorm.DB) error {
		h, err := s.sitting(tx, m)
		if err != nil {
			return err
		}
		switch h.state {
		case deliberation.MeetingConvened, deliberation.MeetingCheckIn, deliberation.MeetingInSession:
		default:
			return deliberation.Refuse(deliberation.RefuseOutOfOrder)
		}
		online := means == deliberation.DeliveredOnline
		if online != (person == by) || !online && !slices.Contains(deliberation.DeliveriesByOthers, means) {
			return invalid("means", "not_a_choice")
		}
		due, err := h.due(tx, person)
		if err != nil {
			return err
		}
		if len(due) == 0 {
			return deliberation.Refuse(deliberation.RefuseNotOnRoll)
		}
		row := noticeRow{Meeting: m, Person: person, Means: means, At: moment(at), EnteredBy: by}
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if done.Error != nil {
			return missing(done.Error)
		}
		if done.RowsAffected != 1 {
			return deliberation.Refuse(deliberation.RefuseTwice)
		}
		return s.audited(tx, auditRow{Actor: by, Act: "receive_notice", Person: person, Process: h.spec.Process, Subject: string(m), At: at})
	}))
}

// NoticeReceipts gives who has the notice of a meeting, by name, and how many are due
// there: by its frozen roll, and before there is one by who would be on it.
func (s *Store) NoticeReceipts(ctx context.Context, m deliberation.MeetingID) (list []deliberation.NoticeReceipt, due int, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		h, err := s.sitting(tx, m)
		if err != nil {
			return err
		}
		if h.frozen {
			var roll rollRow
			if err := tx.Take(&roll, "meeting = ?", m).Error; err != nil {
				return err
			}
			due = roll.Due
		} else {
			members, _, err := electorate(tx, h.spec)
			if err != nil {
				return err
			}
			due = len(members)
		}
		var rows []noticeRow
		if err := tx.Where("meeting = ?", m).Find(&rows).Error; err != nil {
			return err
		}
		people, err := peopleOf(s, tx, rows, func(r noticeRow) deliberation.PersonID { return r.Person })
		if err != nil {
			return err
		}
		for _, r := range rows {
			list = append(list, deliberation.NoticeReceipt{Person: people[r.Person], Means: r.Means, At: r.At.In(deliberation.Shanghai), By: r.EnteredBy})
		}
		return nil
	})
	slices.SortFunc(list, func(a, b deliberation.NoticeReceipt) int {
		return strings.Compare(a.Person.Name+string(a.Person.ID), b.Person.Name+string(b.Person.ID))
	})
	return list, due, wrap("notice receipts", err)
}

package models

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type mobileUserRow struct {
	Meeting   deliberation.MeetingID
	Person    deliberation.PersonID
	Station   string
	At        time.Time
	EnteredBy deliberation.PersonID
}

func (mobileUserRow) TableName() string { return "mobile_users" }

// SetMobileList says who votes at a mobile box of the meeting, in place of who was said
// before, until a poll of the meeting opens, and on election day itself until its days
// ahead begin (RefuseTooLate). It is RefuseNotOnRoll for
// somebody who has no vote there, RefuseTwice for who is on the list of another box,
// and RefuseUnlawfulElection at an election without mobile boxes.
func (s *Store) SetMobileList(ctx context.Context, m deliberation.MeetingID, station string, persons []deliberation.PersonID, by deliberation.PersonID, at time.Time) error {
	station, err := paperName("station", station)
	if err != nil {
		return err
	}
	persons = slices.Compact(slices.Sorted(slices.Values(persons)))
	return wrap("set mobile list", s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, meetingLock(m)); err != nil {
			return err
		}
		h, err := s.sitting(tx, m)
		if err != nil {
			return err
		}
		if err := s.takesMobileList(tx, h, at); err != nil {
			return err
		}
		if err := tx.Where("meeting = ? AND station = ?", m, station).Delete(&mobileUserRow{}).Error; err != nil {
			return err
		}
		if err := s.audited(tx, auditRow{Actor: by, Act: "set_mobile_list", Process: h.spec.Process, Subject: string(m), At: at}); err != nil {
			return err
		}
		rows := make([]mobileUserRow, len(persons))
		for i, id := range persons {
			rows[i] = mobileUserRow{Meeting: m, Person: id, Station: station, At: moment(at), EnteredBy: by}
		}
		for part := range slices.Chunk(rows, chunk) {
			if err := h.seatMobile(tx, part); err != nil {
				return err
			}
		}
		return nil
	}))
}

// takesMobileList refuses a list that could not hang its days before election day
// (HN-VE 第二十五条第三款). Another round, or a vote between the tied, follows too soon for
// any such days.
func (s *Store) takesMobileList(tx *gorm.DB, h sitting, at time.Time) error {
	var opened int64
	if err := tx.Model(&pollRow{}).Where("meeting = ? AND box <> ?", h.spec.Meeting, boxNone).Count(&opened).Error; err != nil {
		return err
	}
	if opened > 0 {
		return deliberation.Refuse(deliberation.RefuseTooLate)
	}
	if h.kind != deliberation.ElectionKind {
		return nil
	}
	e, err := s.electionOf(tx, h.spec.Process)
	if err == nil && !e.rules.MobileBoxes.Value {
		fault := deliberation.ElectionFault{Code: deliberation.FaultMobile, Basis: e.rules.MobileBoxes.Basis}
		err = &deliberation.Refusal{Code: deliberation.RefuseUnlawfulElection, Faults: []deliberation.ElectionFault{fault}}
	}
	if now := e.process.Status.Election; err != nil || now == nil || now.Outcome != nil || h.stage != deliberation.ElectionVoting {
		return err
	}
	days := e.rules.MobileListDays
	if latest := deliberation.LatestOf(h.spec.On, days); !at.Before(latest) {
		return &deliberation.Refusal{Code: deliberation.RefuseTooLate, Latest: latest, Basis: &days.Basis, Days: days.Days}
	}
	return nil
}

func (h sitting) seatMobile(tx *gorm.DB, rows []mobileUserRow) error {
	ids := make([]deliberation.PersonID, len(rows))
	for i, r := range rows {
		if ids[i] = r.Person; !storable(string(r.Person)) {
			return deliberation.Refuse(deliberation.RefuseNotOnRoll)
		}
	}
	due, err := h.due(tx, ids...)
	if err != nil {
		return err
	}
	if len(due) < len(ids) {
		return deliberation.Refuse(deliberation.RefuseNotOnRoll)
	}
	var elsewhere int64
	if err := tx.Model(&mobileUserRow{}).Where("meeting = ? AND person IN ?", h.spec.Meeting, ids).Count(&elsewhere).Error; err != nil {
		return err
	}
	if elsewhere > 0 {
		return taken("persons")
	}
	return missing(tx.Create(&rows).Error)
}

// MobileLists gives who votes at each mobile box of the meeting, by their ids.
func (s *Store) MobileLists(ctx context.Context, m deliberation.MeetingID) (map[string][]deliberation.PersonID, error) {
	var rows []mobileUserRow
	err := s.reads.WithContext(ctx).Where("meeting = ?", m).Order("person").Find(&rows).Error
	lists := map[string][]deliberation.PersonID{}
	for _, r := range rows {
		lists[r.Station] = append(lists[r.Station], r.Person)
	}
	for _, ids := range lists {
		slices.Sort(ids)
	}
	return lists, wrap("mobile lists", err)
}

// mobileUsers refuses to hand a ballot out at a mobile box to who is not on its list,
// and gives how many are. Without a list everybody may, but at an election, where there
// has to be one (HN-VE 第二十五条第三款; elsewhere by analogy).
func mobileUsers(tx *gorm.DB, p pollRow, station string, person deliberation.PersonID) (int, error) {
	var users, listed int64
	list := tx.Model(&mobileUserRow{}).Where("meeting = ? AND station = ?", p.Meeting, station)
	if err := list.Session(&gorm.Session{}).Count(&users).Error; err != nil {
		return 0, err
	}
	if err := list.Session(&gorm.Session{}).Where("person = ?", person).Count(&listed).Error; err != nil {
		return 0, err
	}
	if listed == 0 && (users > 0 || p.OfElection) {
		return 0, deliberation.Refuse(deliberation.RefuseNotEntitled)
	}
	return int(users), nil
}

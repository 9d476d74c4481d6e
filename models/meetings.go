package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type rollRow struct {
	Meeting deliberation.MeetingID
	Body    deliberation.Body
	OnDay   string
	Due     int
	Parts   string
	SHA256  string `gorm:"column:sha256"`
}

func (rollRow) TableName() string { return "rolls" }

type memberRow struct {
	Meeting   deliberation.MeetingID
	Person    deliberation.PersonID
	Parts     string
	CheckedIn *time.Time
	CheckedBy *deliberation.PersonID
}

func (memberRow) TableName() string { return "meeting_roll" }

// FreezeRoll writes the members of the body on the day as the meeting's roll:
// those who hold an office of it and have not moved away or died before. The
// roll says who is due; nobody is present in it yet. A second call gives the roll
// already frozen, whoever holds an office by then.
func (s *Store) FreezeRoll(ctx context.Context, spec deliberation.RollSpec) (deliberation.Roll, error) {
	var roll deliberation.Roll
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, meetingLock(spec.Meeting)); err != nil {
			return err
		}
		frozen, err := find[rollRow](tx, "meeting = ?", spec.Meeting)
		if err != nil {
			return err
		}
		if frozen == nil {
			if frozen, err = freeze(tx, spec); err != nil {
				return err
			}
		}
		parts, err := decode[[]deliberation.BodyCount](frozen.Parts)
		roll = deliberation.Roll{
			Attendance: deliberation.Attendance{Whole: deliberation.BodyCount{Body: frozen.Body, Due: frozen.Due}, Parts: parts},
			Count:      frozen.Due, SHA256: frozen.SHA256,
		}
		return err
	})
	return roll, wrap("freeze roll", err)
}

func freeze(tx *gorm.DB, spec deliberation.RollSpec) (*rollRow, error) {
	if err := tx.Select("id").Table("meetings").Take(&itemRow{}, "id = ? AND process = ?", spec.Meeting, spec.Process).Error; err != nil {
		return nil, err
	}
	if err := tx.Select("id").Take(&processRow{}, "id = ? AND community = ?", spec.Process, spec.Community).Error; err != nil {
		return nil, err
	}
	var offices []officeRow
	err := presentOn(heldOn(tx, spec.On), spec.On).Where("community = ? AND office IN ?", spec.Community, spec.Body.Offices()).Find(&offices).Error
	if err != nil {
		return nil, err
	}
	members, counts := membership(spec.Body, offices)
	ids := make([]deliberation.PersonID, 0, len(members))
	for id := range members {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	roll := rollRow{Meeting: spec.Meeting, Body: spec.Body, OnDay: spec.On.String(), Due: len(ids), SHA256: linesSHA256(ids)}
	if roll.Parts, err = encode(counts); err != nil {
		return nil, err
	}
	if err := tx.Create(&roll).Error; err != nil || len(ids) == 0 {
		return &roll, err
	}
	rows := make([]memberRow, len(ids))
	for i, id := range ids {
		rows[i] = memberRow{Meeting: spec.Meeting, Person: id}
		if rows[i].Parts, err = encode(members[id]); err != nil {
			return nil, err
		}
	}
	return &roll, tx.CreateInBatches(rows, chunk).Error
}

// membership gives each member once, with the committees of a joint body they sit
// on, and how many are due in each committee. A simple body has no parts.
func membership(body deliberation.Body, offices []officeRow) (map[deliberation.PersonID][]deliberation.Body, []deliberation.BodyCount) {
	members := map[deliberation.PersonID][]deliberation.Body{}
	for _, o := range offices {
		if _, ok := members[o.Person]; !ok {
			members[o.Person] = nil
		}
	}
	parts := body.Parts()
	if len(parts) < 2 {
		return members, nil
	}
	var counts []deliberation.BodyCount
	for _, part := range parts {
		count := deliberation.BodyCount{Body: part}
		for _, o := range offices {
			if slices.Contains(part.Offices(), o.Office) && !slices.Contains(members[o.Person], part) {
				members[o.Person] = append(members[o.Person], part)
				count.Due++
			}
		}
		counts = append(counts, count)
	}
	return members, counts
}

// linesSHA256 is the SHA-256, in hex, of the lines, each followed by a newline.
func linesSHA256[T ~string](lines []T) string {
	h := sha256.New()
	for _, l := range lines {
		_, _ = h.Write([]byte(l))
		_, _ = h.Write([]byte{'\n'})
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Attendance counts those checked in at this instant, as a whole and in each
// committee of a joint meeting.
func (s *Store) Attendance(ctx context.Context, m deliberation.MeetingID) (deliberation.Attendance, error) {
	var a deliberation.Attendance
	err := s.read(ctx, func(tx *gorm.DB) error {
		var present []string
		err := tx.Model(&memberRow{}).Where("meeting = ? AND checked_in IS NOT NULL", m).Pluck("parts", &present).Error
		if err != nil {
			return err
		}
		a, err = attendance(tx, m, present)
		return err
	})
	return a, wrap("attendance", err)
}

// attendance joins the frozen numbers of a meeting with those present, given by
// the committees each sits on.
func attendance(tx *gorm.DB, m deliberation.MeetingID, present []string) (deliberation.Attendance, error) {
	var a deliberation.Attendance
	var roll rollRow
	err := tx.Take(&roll, "meeting = ?", m).Error
	if err != nil {
		return a, err
	}
	a.Whole = deliberation.BodyCount{Body: roll.Body, Due: roll.Due, Present: len(present)}
	if a.Parts, err = decode[[]deliberation.BodyCount](roll.Parts); err != nil {
		return a, err
	}
	for _, text := range present {
		sits, err := decode[[]deliberation.Body](text)
		if err != nil {
			return a, err
		}
		for i := range a.Parts {
			if slices.Contains(sits, a.Parts[i].Body) {
				a.Parts[i].Present++
			}
		}
	}
	return a, nil
}

// Roll gives the frozen roll of a meeting, by the members' ids. A meeting without
// a roll yet has no lines.
func (s *Store) Roll(ctx context.Context, m deliberation.MeetingID) ([]deliberation.RollLine, error) {
	var lines []deliberation.RollLine
	err := s.read(ctx, func(tx *gorm.DB) error {
		if err := tx.Select("id").Table("meetings").Take(&itemRow{}, "id = ?", m).Error; err != nil {
			return err
		}
		var rows []memberRow
		if err := tx.Where("meeting = ?", m).Find(&rows).Error; err != nil {
			return err
		}
		ids := make([]deliberation.PersonID, len(rows))
		for i, r := range rows {
			ids[i] = r.Person
		}
		people, err := s.persons(tx, ids)
		if err != nil {
			return err
		}
		lines = make([]deliberation.RollLine, len(rows))
		for i, r := range rows {
			lines[i].Person = people[r.Person]
			if lines[i].Parts, err = decode[[]deliberation.Body](r.Parts); err != nil {
				return err
			}
			if r.CheckedIn != nil {
				lines[i].CheckedIn, lines[i].CheckedBy = r.CheckedIn.In(deliberation.Shanghai), *r.CheckedBy
			}
		}
		return nil
	})
	slices.SortFunc(lines, func(a, b deliberation.RollLine) int { return strings.Compare(string(a.Person.ID), string(b.Person.ID)) })
	return lines, wrap("roll", err)
}

// CheckIn signs a member in, once (RefuseTwice), while the hall is open
// (RefuseOutOfOrder), from the frozen roll (RefuseNotOnRoll).
func (s *Store) CheckIn(ctx context.Context, m deliberation.MeetingID, person, by deliberation.PersonID, at time.Time) error {
	return wrap("check in", s.write(ctx, func(tx *gorm.DB) error {
		// Shared: a poll that opens counts either before this check-in or after it.
		if err := s.share(tx, meetingLock(m)); err != nil {
			return err
		}
		var meeting itemRow
		if err := tx.Table("meetings").Take(&meeting, "id = ?", m).Error; err != nil {
			return err
		}
		state := deliberation.MeetingState(meeting.State)
		if state != deliberation.MeetingCheckIn && state != deliberation.MeetingInSession {
			return deliberation.Refuse(deliberation.RefuseOutOfOrder)
		}
		member, err := find[memberRow](tx, "meeting = ? AND person = ?", m, person)
		if err != nil {
			return err
		}
		if member == nil {
			return deliberation.Refuse(deliberation.RefuseNotOnRoll)
		}
		done := tx.Model(&memberRow{}).Where("meeting = ? AND person = ? AND checked_in IS NULL", m, person).
			Updates(map[string]any{"checked_in": moment(at), "checked_by": by})
		if done.Error != nil {
			return missing(done.Error)
		}
		if done.RowsAffected != 1 {
			return deliberation.Refuse(deliberation.RefuseTwice)
		}
		return s.audited(tx, auditRow{Actor: by, Act: "check_in", Person: person, Process: meeting.Process, Subject: string(m), At: at})
	}))
}

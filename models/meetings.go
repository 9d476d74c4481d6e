package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"maps"
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
	Area    int
}

func (rollRow) TableName() string { return "rolls" }

type memberRow struct {
	Meeting   deliberation.MeetingID
	Person    deliberation.PersonID
	Parts     string
	CheckedIn *time.Time
	CheckedBy *deliberation.PersonID
	Section   int
	LeftAt    *time.Time
	Area      int
}

func (memberRow) TableName() string { return "meeting_roll" }

// FreezeRoll writes the members of the body on the day as the meeting's roll:
// those who hold an office of it and have not moved away or died before; of an
// owners' meeting, the owners of the estate's units, each once; of electors, those on
// the published list (RefuseOutOfOrder before there is one). The
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
			if err := s.listIsOut(tx, spec); err != nil {
				return err
			}
			if frozen, err = freeze(tx, spec); err != nil {
				return err
			}
		}
		parts, err := decode[[]deliberation.BodyCount](frozen.Parts)
		roll = deliberation.Roll{
			Attendance: deliberation.Attendance{Whole: deliberation.BodyCount{Body: frozen.Body, Due: frozen.Due}, Parts: parts, DueArea: frozen.Area},
			Count:      frozen.Due, SHA256: frozen.SHA256,
		}
		return err
	})
	return roll, wrap("freeze roll", err)
}

// listIsOut holds the list of electors against corrections, where the roll is made of it.
func (s *Store) listIsOut(tx *gorm.DB, spec deliberation.RollSpec) error {
	if spec.Body != deliberation.Electors || spec.Method != "" {
		return nil
	}
	if err := s.share(tx, electionLock(spec.Process)); err != nil {
		return err
	}
	list, err := find[electorListRow](tx, "process = ?", spec.Process)
	if err == nil && list == nil {
		err = deliberation.Refuse(deliberation.RefuseOutOfOrder)
	}
	return err
}

func freeze(tx *gorm.DB, spec deliberation.RollSpec) (*rollRow, error) {
	if err := tx.Select("id").Table("meetings").Take(&itemRow{}, "id = ? AND process = ?", spec.Meeting, spec.Process).Error; err != nil {
		return nil, err
	}
	if err := tx.Select("id").Take(&processRow{}, "id = ? AND community = ?", spec.Process, spec.Community).Error; err != nil {
		return nil, err
	}
	members, counts, err := electorate(tx, spec)
	if err != nil {
		return nil, err
	}
	ids, area := slices.Collect(maps.Keys(members)), 0
	for _, m := range members {
		area += m.area
	}
	slices.Sort(ids)
	roll := rollRow{Meeting: spec.Meeting, Body: spec.Body, OnDay: spec.On.String(), Due: len(ids), Area: area, SHA256: linesSHA256(ids)}
	if roll.Parts, err = encode(counts); err != nil {
		return nil, err
	}
	if err := tx.Create(&roll).Error; err != nil || len(ids) == 0 {
		return &roll, err
	}
	rows := make([]memberRow, len(ids))
	for i, id := range ids {
		rows[i] = memberRow{Meeting: spec.Meeting, Person: id, Area: members[id].area}
		if rows[i].Parts, err = encode(members[id].parts); err != nil {
			return nil, err
		}
	}
	return &roll, tx.CreateInBatches(rows, chunk).Error
}

// due is one member of a body: the committees of a joint one they sit on, and an
// owner's area.
type due struct {
	parts []deliberation.Body
	area  int
}

// electorate gives each member of a body once, and how many are due in each
// committee of a joint one. A simple body has no parts. With only, it looks for
// those persons alone.
func electorate(tx *gorm.DB, spec deliberation.RollSpec, only ...deliberation.PersonID) (map[deliberation.PersonID]due, []deliberation.BodyCount, error) {
	if spec.Body == deliberation.OwnersMeeting {
		members, err := ownersOf(tx, spec, only)
		return members, nil, err
	}
	if len(spec.People) > 0 {
		return namedTo(tx, spec, only)
	}
	if spec.Body == deliberation.Electors && spec.Method == "" {
		return listed(tx, spec, only)
	}
	var offices []officeRow
	held := presentOn(heldOn(tx, spec.On), spec.On).Where("community = ? AND office IN ?", spec.Community, spec.Offices())
	if len(only) > 0 {
		held = held.Where("person IN ?", only)
	}
	if spec.Body == deliberation.GroupMeeting {
		held = held.Where("EXISTS (SELECT 1 FROM persons g WHERE g.id = offices.person AND g.village_group = ?)", spec.Group)
	}
	if err := held.Find(&offices).Error; err != nil {
		return nil, nil, err
	}
	members := map[deliberation.PersonID]due{}
	for _, o := range offices {
		members[o.Person] = due{}
	}
	parts := spec.Body.Parts()
	if len(parts) < 2 {
		return members, nil, nil
	}
	var counts []deliberation.BodyCount
	for _, part := range parts {
		count := deliberation.BodyCount{Body: part}
		for _, o := range offices {
			if sits := members[o.Person].parts; slices.Contains(part.Offices(), o.Office) && !slices.Contains(sits, part) {
				members[o.Person] = due{parts: append(sits, part)}
				count.Due++
			}
		}
		counts = append(counts, count)
	}
	return members, counts, nil
}

// namedTo gives those of the persons named who are of the community and have not
// moved away or died before the day, whatever office they hold or hukou they have.
func namedTo(tx *gorm.DB, spec deliberation.RollSpec, only []deliberation.PersonID) (map[deliberation.PersonID]due, []deliberation.BodyCount, error) {
	query := tx.Model(&personRow{}).Where("community = ? AND id IN ?", spec.Community, spec.People).
		Where("standing = ? OR left_day >= ?", deliberation.Present, spec.On.String())
	if len(only) > 0 {
		query = query.Where("id IN ?", only)
	}
	var ids []deliberation.PersonID
	if err := query.Pluck("id", &ids).Error; err != nil {
		return nil, nil, err
	}
	members := map[deliberation.PersonID]due{}
	for _, id := range ids {
		members[id] = due{}
	}
	return members, nil, nil
}

// listed gives those on the published list of electors of the process.
func listed(tx *gorm.DB, spec deliberation.RollSpec, only []deliberation.PersonID) (map[deliberation.PersonID]due, []deliberation.BodyCount, error) {
	query := tx.Model(&electorRow{}).Where("process = ? AND listed", spec.Process)
	if len(only) > 0 {
		query = query.Where("person IN ?", only)
	}
	var ids []deliberation.PersonID
	if err := query.Pluck("person", &ids).Error; err != nil {
		return nil, nil, err
	}
	members := make(map[deliberation.PersonID]due, len(ids))
	for _, id := range ids {
		members[id] = due{}
	}
	return members, nil, nil
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

// isPresent is who is in the hall: signed in and not left.
const isPresent = "checked_in IS NOT NULL AND left_at IS NULL"

// Attendance counts those present at this instant, as a whole and in each committee
// of a joint meeting.
func (s *Store) Attendance(ctx context.Context, m deliberation.MeetingID) (deliberation.Attendance, error) {
	var a deliberation.Attendance
	err := s.read(ctx, func(tx *gorm.DB) error {
		var parts []string
		err := tx.Model(&memberRow{}).Where("meeting = ? AND "+isPresent, m).Pluck("parts", &parts).Error
		if err != nil {
			return err
		}
		a, err = attendance(tx, m, parts)
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
	a.Whole, a.DueArea = deliberation.BodyCount{Body: roll.Body, Due: roll.Due, Present: len(present)}, roll.Area
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
		people, err := peopleOf(s, tx, rows, func(r memberRow) deliberation.PersonID { return r.Person })
		if err != nil {
			return err
		}
		lines = make([]deliberation.RollLine, len(rows))
		for i, r := range rows {
			lines[i].Person = people[r.Person]
			if lines[i].Parts, err = decode[[]deliberation.Body](r.Parts); err != nil {
				return err
			}
			lines[i].Section, lines[i].Area = r.Section, r.Area
			if r.CheckedIn != nil {
				lines[i].CheckedIn, lines[i].CheckedBy = r.CheckedIn.In(deliberation.Shanghai), *r.CheckedBy
			}
			if r.LeftAt != nil {
				lines[i].Left = r.LeftAt.In(deliberation.Shanghai)
			}
		}
		return nil
	})
	slices.SortFunc(lines, func(a, b deliberation.RollLine) int { return strings.Compare(string(a.Person.ID), string(b.Person.ID)) })
	return lines, wrap("roll", err)
}

// CheckIn signs a member in while the hall is open (RefuseOutOfOrder), from the
// frozen roll (RefuseNotOnRoll), in one of its sections: once (RefuseTwice), and
// again after they have left. Whoever has mandates signs their principals in; a
// principal who comes takes the vote back (RefuseMandateUsed where it was cast).
func (s *Store) CheckIn(ctx context.Context, m deliberation.MeetingID, person, by deliberation.PersonID, section int, at time.Time) error {
	return wrap("check in", s.write(ctx, func(tx *gorm.DB) error {
		meeting, process, err := s.hall(tx, m)
		if err != nil {
			return err
		}
		if err := soundSection(meeting, section, person != by); err != nil {
			return err
		}
		if err := s.arrive(tx, process, m, person, by, section, at); err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: by, Act: "check_in", Person: person, Process: process, Subject: string(m), At: at})
	}))
}

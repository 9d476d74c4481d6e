package models

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type heldElsewhereRow struct {
	ID         string
	Community  deliberation.CommunityID
	Body       deliberation.Body
	HeldDay    string
	RecordedBy deliberation.PersonID
	Recorded   time.Time
}

func (heldElsewhereRow) TableName() string { return "held_elsewhere" }

// dutyBodies are the bodies whose meetings do a duty to meet.
var dutyBodies = []deliberation.Body{deliberation.Assembly, deliberation.HouseholdAssembly, deliberation.Conference, deliberation.SupervisoryCommittee, deliberation.OpenTalkMeeting}

// looksBack is how many of the last closed meetings of a body are read to find the
// last one with a quorum.
const looksBack = 8

// LastMeetings gives, for each of the communities, the day of its first record and
// the days its bodies last met: meetings that reached their quorum and were closed
// here, and those that were entered from minutes.
func (s *Store) LastMeetings(ctx context.Context, in []deliberation.CommunityID) (map[deliberation.CommunityID]deliberation.MeetingRecord, error) {
	records := map[deliberation.CommunityID]deliberation.MeetingRecord{}
	if len(in) == 0 {
		return records, nil
	}
	err := s.read(ctx, func(tx *gorm.DB) error {
		here, err := heldHere(tx, in)
		if err != nil {
			return err
		}
		if err := appraisedHere(tx, in, here); err != nil {
			return err
		}
		entered, err := heldOutside(tx, in)
		if err != nil {
			return err
		}
		for _, c := range in {
			known, err := firstRecord(tx, c)
			if err != nil {
				return err
			}
			records[c] = deliberation.MeetingRecord{Known: known, Last: here[c], Entered: entered[c]}
		}
		return nil
	})
	return records, wrap("last meetings", err)
}

// lastDays are the days that bodies last met, by community.
type lastDays map[deliberation.CommunityID]map[deliberation.Body]deliberation.Date

func (l lastDays) met(c deliberation.CommunityID, b deliberation.Body, on deliberation.Date) {
	if l[c] == nil {
		l[c] = map[deliberation.Body]deliberation.Date{}
	}
	if l[c][b].Before(on) {
		l[c][b] = on
	}
}

// heldHere looks at the last closed meetings of each body. A meeting's value names
// its body in JSON; the value that is read decides, the pattern only finds it.
func heldHere(tx *gorm.DB, in []deliberation.CommunityID) (lastDays, error) {
	var body strings.Builder
	var patterns []any
	body.WriteString("CASE")
	for _, b := range dutyBodies {
		body.WriteString(" WHEN m.data LIKE ? THEN '" + string(b) + "'")
		patterns = append(patterns, fmt.Sprintf(`%%"body":"%s"%%`, b))
	}
	body.WriteString(" END")
	query := `SELECT community, data FROM (
		SELECT community, data, ROW_NUMBER() OVER (PARTITION BY community, body ORDER BY ord DESC) AS n FROM (
			SELECT p.community, m.data, m.ord, ` + body.String() + ` AS body FROM meetings m JOIN processes p ON p.id = m.process
			WHERE p.community IN ? AND m.state = 'closed') closed
		WHERE body IS NOT NULL) numbered WHERE n <= ?`
	var rows []struct {
		Community deliberation.CommunityID
		Data      string
	}
	if err := tx.Raw(query, append(patterns, in, looksBack)...).Scan(&rows).Error; err != nil {
		return nil, err
	}
	days := lastDays{}
	for _, r := range rows {
		m, err := decode[deliberation.Meeting](r.Data)
		if err != nil {
			return nil, err
		}
		if m.Quorum != nil && m.Quorum.Met {
			days.met(r.Community, m.Body, deliberation.DateOf(m.Starts))
		}
	}
	return days, nil
}

// appraisedHere adds the day of each community's last appraisal.
func appraisedHere(tx *gorm.DB, in []deliberation.CommunityID, days lastDays) error {
	var rows []appraisalRow
	if err := tx.Where("community IN ?", in).Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		on, err := deliberation.ParseDate(r.HeldDay)
		if err != nil {
			return err
		}
		days.met(r.Community, deliberation.AppraisalDuty, on)
	}
	return nil
}

// heldOutside gives what was entered from minutes.
func heldOutside(tx *gorm.DB, in []deliberation.CommunityID) (lastDays, error) {
	var rows []heldElsewhereRow
	if err := tx.Where("community IN ?", in).Find(&rows).Error; err != nil {
		return nil, err
	}
	days := lastDays{}
	for _, r := range rows {
		on, err := deliberation.ParseDate(r.HeldDay)
		if err != nil {
			return nil, err
		}
		days.met(r.Community, r.Body, on)
	}
	return days, nil
}

// firstRecord gives the day of the first trace of a community: what was done in it,
// its first process, or that the calendar began to look after it. Where there is none,
// the zero day.
func firstRecord(tx *gorm.DB, c deliberation.CommunityID) (deliberation.Date, error) {
	var first auditRow
	var known deliberation.Date
	err := tx.Select("recorded").Where("community = ?", c).Order("recorded").Limit(1).Find(&first).Error
	if err != nil {
		return known, err
	}
	if !first.Recorded.IsZero() {
		known = deliberation.DateOf(first.Recorded)
	}
	var process processRow
	err = tx.Select("started").Where("community = ?", c).Order("started").Limit(1).Find(&process).Error
	if err != nil {
		return known, err
	}
	calendar, err := find[calendarRow](tx, "community = ?", c)
	if err != nil {
		return known, err
	}
	days := []string{process.Started}
	if calendar != nil {
		days = append(days, calendar.Since)
	}
	for _, text := range days {
		day, err := dayOf(text)
		if err != nil {
			return known, err
		}
		if !day.IsZero() && (known.IsZero() || day.Before(known)) {
			known = day
		}
	}
	return known, nil
}

// RecordHeld enters a meeting that was held without Yishi. The same body on the
// same day again is refused (RefuseTwice).
func (s *Store) RecordHeld(ctx context.Context, h deliberation.HeldElsewhere) error {
	return wrap("record held", s.write(ctx, func(tx *gorm.DB) error {
		// A failed insert ends a transaction on PostgreSQL, so that the day is looked up first.
		before, err := find[heldElsewhereRow](tx, "community = ? AND body = ? AND held_day = ?", h.Community, h.Body, h.On.String())
		if err != nil {
			return err
		}
		if before != nil {
			return deliberation.Refuse(deliberation.RefuseTwice)
		}
		row := heldElsewhereRow{ID: rand.Text(), Community: h.Community, Body: h.Body, HeldDay: h.On.String(), RecordedBy: h.By, Recorded: moment(s.now())}
		if err := tx.Create(&row).Error; err != nil {
			return missing(err)
		}
		return s.audited(tx, auditRow{Actor: h.By, Act: "record_held", Community: h.Community, Subject: string(h.Body)})
	}))
}

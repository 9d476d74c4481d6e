package models

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// Events of attendance_events.
const (
	cameIn  = "in"
	wentOut = "out"
)

// eventRow is one coming or going. Odd ones of a person are comings, even ones
// goings, which the database holds, too.
type eventRow struct {
	Meeting    deliberation.MeetingID
	Person     deliberation.PersonID
	Ord        int
	Event      string
	Section    int
	AfterPolls int
	At         time.Time
	DoneBy     deliberation.PersonID
}

func (eventRow) TableName() string { return "attendance_events" }

type observerRow struct {
	ID        string
	Meeting   deliberation.MeetingID
	Name      []byte
	Capacity  deliberation.Capacity
	At        time.Time
	EnteredBy deliberation.PersonID
}

func (observerRow) TableName() string { return "meeting_observers" }

type speakerRow struct {
	ID       string
	Meeting  deliberation.MeetingID
	Motion   string
	Person   deliberation.PersonID
	Asked    time.Time
	Called   *time.Time
	CalledBy *deliberation.PersonID
	// Began and Seconds are the machine's time.
	Began   *time.Time
	Ended   *time.Time
	Seconds int64
}

func (speakerRow) TableName() string { return "speakers" }

// hall gives a meeting whose hall is open, with its process (RefuseOutOfOrder).
// Shared: a poll that opens counts either before what is done here or after it.
func (s *Store) hall(tx *gorm.DB, m deliberation.MeetingID) (deliberation.Meeting, deliberation.ProcessID, error) {
	var row itemRow
	if err := s.share(tx, meetingLock(m)); err != nil {
		return deliberation.Meeting{}, "", err
	}
	if err := tx.Table("meetings").Take(&row, "id = ?", m).Error; err != nil {
		return deliberation.Meeting{}, "", err
	}
	meeting, err := decode[deliberation.Meeting](row.Data)
	if err != nil {
		return meeting, "", err
	}
	if state := deliberation.MeetingState(row.State); state != deliberation.MeetingCheckIn && state != deliberation.MeetingInSession {
		return meeting, "", deliberation.Refuse(deliberation.RefuseOutOfOrder)
	}
	return meeting, row.Process, nil
}

// soundSection refuses a section that the meeting has not. Who enters others at a
// table says at which.
func soundSection(m deliberation.Meeting, section int, atTable bool) error {
	switch {
	case section < 0 || section > 0 && section > m.Sections:
		return invalid("section", "not_a_choice")
	case section == 0 && m.Sections > 1 && atTable:
		return invalid("section", "required")
	}
	return nil
}

// comeIn notes that a member of the frozen roll comes in, for the first time or again.
// checked_by tells who stands there for them now: whoever came in through an agent
// goes with the agent.
func comeIn(tx *gorm.DB, m deliberation.MeetingID, person, by deliberation.PersonID, section int, at time.Time) error {
	done := tx.Model(&memberRow{}).Where("meeting = ? AND person = ? AND (checked_in IS NULL OR left_at IS NOT NULL)", m, person).
		Updates(map[string]any{
			"checked_in": gorm.Expr("COALESCE(checked_in, ?)", moment(at)), "checked_by": by, "section": section, "left_at": nil,
		})
	if done.Error != nil {
		return missing(done.Error)
	}
	if done.RowsAffected != 1 {
		return notTurned(tx, m, person, deliberation.RefuseTwice)
	}
	return note(tx, eventRow{Meeting: m, Person: person, Event: cameIn, Section: section, At: moment(at), DoneBy: by})
}

// goOut notes that a member who is present goes out.
func goOut(tx *gorm.DB, m deliberation.MeetingID, person, by deliberation.PersonID, at time.Time) error {
	done := tx.Model(&memberRow{}).Where("meeting = ? AND person = ? AND "+isPresent, m, person).Update("left_at", moment(at))
	if done.Error != nil {
		return done.Error
	}
	if done.RowsAffected != 1 {
		return notTurned(tx, m, person, deliberation.RefuseNotPresent)
	}
	return note(tx, eventRow{Meeting: m, Person: person, Event: wentOut, At: moment(at), DoneBy: by})
}

// notTurned says why nobody came or went: the person is not on the roll, or is
// already where they want to be.
func notTurned(tx *gorm.DB, m deliberation.MeetingID, person deliberation.PersonID, already deliberation.RefusalCode) error {
	member, err := find[memberRow](tx, "meeting = ? AND person = ?", m, person)
	switch {
	case err != nil:
		return err
	case member == nil:
		return deliberation.Refuse(deliberation.RefuseNotOnRoll)
	}
	return deliberation.Refuse(already)
}

// note adds an event behind the person's last. The change of their line on the roll
// keeps others from adding one at the same time.
func note(tx *gorm.DB, e eventRow) error {
	var last int
	if err := tx.Model(&eventRow{}).Where("meeting = ? AND person = ?", e.Meeting, e.Person).Select("COALESCE(MAX(ord), 0)").Scan(&last).Error; err != nil {
		return err
	}
	var polls int64
	if err := tx.Model(&pollRow{}).Where("meeting = ? AND box <> ?", e.Meeting, boxNone).Count(&polls).Error; err != nil {
		return err
	}
	e.Ord, e.AfterPolls = last+1, int(polls)
	return tx.Create(&e).Error
}

// Leave notes that a member leaves the hall, and with them those they stand for; who
// was not there is refused (RefuseNotPresent).
func (s *Store) Leave(ctx context.Context, m deliberation.MeetingID, person, by deliberation.PersonID, at time.Time) error {
	return wrap("leave", s.write(ctx, func(tx *gorm.DB) error {
		_, process, err := s.hall(tx, m)
		if err != nil {
			return err
		}
		var leaving []deliberation.PersonID
		err = tx.Table("meeting_roll AS r").Joins("JOIN mandates AS a ON a.meeting = r.meeting AND a.principal = r.person AND a.revoked IS NULL").
			Where("r.meeting = ? AND a.agent = ? AND r.checked_by = ? AND r.checked_in IS NOT NULL AND r.left_at IS NULL", m, person, person).
			Order("r.person").Pluck("r.person", &leaving).Error
		if err != nil {
			return err
		}
		leaving = append([]deliberation.PersonID{person}, leaving...)
		for i, p := range leaving {
			err := goOut(tx, m, p, by, at)
			if i == 0 && len(leaving) > 1 && errors.Is(err, deliberation.Refuse(deliberation.RefuseNotOnRoll)) {
				continue // an agent of a household need not be on the roll
			}
			if err != nil {
				return err
			}
			if err := s.audited(tx, auditRow{Actor: by, Act: "leave", Person: p, Process: process, Subject: string(m), At: at}); err != nil {
				return err
			}
		}
		return nil
	}))
}

// HallEvents gives who came and went, each person's in their order.
func (s *Store) HallEvents(ctx context.Context, m deliberation.MeetingID) ([]deliberation.HallEvent, error) {
	var events []deliberation.HallEvent
	err := s.read(ctx, func(tx *gorm.DB) (err error) {
		events, err = hallEvents(tx, m)
		return err
	})
	return events, wrap("hall events", err)
}

func hallEvents(tx *gorm.DB, m deliberation.MeetingID) ([]deliberation.HallEvent, error) {
	var rows []eventRow
	if err := tx.Where("meeting = ?", m).Order("person, ord").Find(&rows).Error; err != nil {
		return nil, err
	}
	events := make([]deliberation.HallEvent, len(rows))
	for i, r := range rows {
		events[i] = deliberation.HallEvent{
			Person: r.Person, In: r.Event == cameIn, At: r.At.In(deliberation.Shanghai), By: r.DoneBy, Section: r.Section, AfterPolls: r.AfterPolls,
		}
	}
	// By time across persons; a person's own order stays.
	slices.SortStableFunc(events, func(a, b deliberation.HallEvent) int { return a.At.Compare(b.At) })
	return events, nil
}

// PresentAt counts who was in the hall at an instant.
func (s *Store) PresentAt(ctx context.Context, m deliberation.MeetingID, at time.Time) (deliberation.Attendance, error) {
	var a deliberation.Attendance
	err := s.read(ctx, func(tx *gorm.DB) error {
		events, err := hallEvents(tx, m)
		if err != nil {
			return err
		}
		in := deliberation.InHall(events, at)
		var members []memberRow
		if err := tx.Where("meeting = ?", m).Find(&members).Error; err != nil {
			return err
		}
		var parts []string
		for _, r := range members {
			if in[r.Person] {
				parts = append(parts, r.Parts)
			}
		}
		a, err = attendance(tx, m, parts)
		return err
	})
	return a, wrap("present at", err)
}

// AddObserver enters somebody who attends without being a member 列席, and gives the
// id of the entry.
func (s *Store) AddObserver(ctx context.Context, o deliberation.Observer) (string, error) {
	row := observerRow{ID: rand.Text(), Meeting: o.Meeting, Capacity: o.Capacity, At: moment(o.At), EnteredBy: o.By}
	row.Name = s.seal("meeting_observers", "name", row.ID, o.Name)
	err := s.write(ctx, func(tx *gorm.DB) error {
		if strings.TrimSpace(o.Name) == "" {
			return invalid("name", "required")
		}
		if !slices.Contains(deliberation.Capacities, o.Capacity) {
			return invalid("capacity", "not_a_choice")
		}
		_, process, err := s.hall(tx, o.Meeting)
		if err != nil {
			return err
		}
		if err := tx.Create(&row).Error; err != nil {
			return missing(err)
		}
		return s.audited(tx, auditRow{Actor: o.By, Act: "add_observer", Process: process, Subject: string(o.Meeting), At: o.At})
	})
	return row.ID, wrap("add observer", err)
}

// Observers gives who attends a meeting without being a member, as they were entered.
func (s *Store) Observers(ctx context.Context, m deliberation.MeetingID) ([]deliberation.Observer, error) {
	var list []deliberation.Observer
	err := s.read(ctx, func(tx *gorm.DB) error {
		var rows []observerRow
		if err := tx.Where("meeting = ?", m).Order("at, id").Find(&rows).Error; err != nil {
			return err
		}
		for _, r := range rows {
			name, err := s.unseal("meeting_observers", "name", r.ID, r.Name)
			if err != nil {
				return err
			}
			list = append(list, deliberation.Observer{
				ID: r.ID, Meeting: r.Meeting, Name: name, Capacity: r.Capacity, At: r.At.In(deliberation.Shanghai), By: r.EnteredBy,
			})
		}
		return nil
	})
	return list, wrap("observers", err)
}

// AskToSpeak puts a member who is present (RefuseNotPresent) in the queue of a
// motion, once (RefuseTwice), and gives the id of the request.
func (s *Store) AskToSpeak(ctx context.Context, m deliberation.MeetingID, motion string, person deliberation.PersonID, at time.Time) (string, error) {
	row := speakerRow{ID: rand.Text(), Meeting: m, Motion: motion, Person: person, Asked: moment(at)}
	err := s.write(ctx, func(tx *gorm.DB) error {
		meeting, process, err := s.hall(tx, m)
		if err != nil {
			return err
		}
		if motion != "" && !slices.ContainsFunc(meeting.Agenda, func(o deliberation.Motion) bool { return o.ID == motion }) {
			return invalid("motion", "not_a_choice")
		}
		member, err := find[memberRow](tx, "meeting = ? AND person = ?", m, person)
		switch {
		case err != nil:
			return err
		case member == nil:
			return deliberation.Refuse(deliberation.RefuseNotOnRoll)
		case member.CheckedIn == nil || member.LeftAt != nil:
			return deliberation.Refuse(deliberation.RefuseNotPresent)
		}
		err = tx.Create(&row).Error
		if errors.Is(err, gorm.ErrDuplicatedKey) {
			return deliberation.Refuse(deliberation.RefuseTwice)
		}
		if err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: person, Act: "ask_to_speak", Person: person, Process: process, Subject: string(m), At: at})
	})
	return row.ID, wrap("ask to speak", err)
}

// WithdrawSpeech takes a request back before the person is called; what is said
// cannot be taken back (RefuseOutOfOrder).
func (s *Store) WithdrawSpeech(ctx context.Context, m deliberation.MeetingID, id string, person deliberation.PersonID, at time.Time) error {
	return wrap("withdraw speech", s.write(ctx, func(tx *gorm.DB) error {
		_, process, err := s.hall(tx, m)
		if err != nil {
			return err
		}
		var row speakerRow
		if err := tx.Take(&row, "id = ? AND meeting = ? AND person = ?", id, m, person).Error; err != nil {
			return err
		}
		done := tx.Where("id = ? AND called IS NULL", id).Delete(&speakerRow{})
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected != 1 {
			return deliberation.Refuse(deliberation.RefuseOutOfOrder)
		}
		return s.audited(tx, auditRow{Actor: person, Act: "withdraw_speech", Person: person, Process: process, Subject: string(m), At: at})
	}))
}

// CallSpeaker calls the next of those who wait to speak to the motion and are
// present, and gives who it is. Whoever spoke has ended by that. An empty queue is
// refused (RefuseNotFound).
func (s *Store) CallSpeaker(ctx context.Context, m deliberation.MeetingID, motion string, by deliberation.PersonID, at time.Time) (deliberation.Speech, error) {
	var called deliberation.Speech
	err := s.write(ctx, func(tx *gorm.DB) error {
		_, process, err := s.hall(tx, m)
		if err != nil {
			return err
		}
		if err := s.lock(tx, speakersLock(m)); err != nil {
			return err
		}
		all, err := s.speeches(tx, m)
		if err != nil {
			return err
		}
		var here []deliberation.PersonID
		if err := tx.Model(&memberRow{}).Where("meeting = ? AND "+isPresent, m).Pluck("person", &here).Error; err != nil {
			return err
		}
		queue := deliberation.ToSpeak(all, motion)
		i := slices.IndexFunc(queue, func(q deliberation.Speech) bool { return slices.Contains(here, q.Person) })
		if i < 0 {
			return deliberation.Refuse(deliberation.RefuseNotFound)
		}
		if now := slices.IndexFunc(all, deliberation.Speech.Speaking); now >= 0 {
			if err := s.endSpeech(tx, all[now].ID, at); err != nil {
				return err
			}
		}
		called = queue[i]
		called.Called = moment(at).In(deliberation.Shanghai)
		err = tx.Model(&speakerRow{}).Where("id = ?", called.ID).
			Updates(map[string]any{"called": moment(at), "called_by": by, "began": moment(s.now())}).Error
		if err != nil {
			return missing(err)
		}
		return s.audited(tx, auditRow{Actor: by, Act: "call_speaker", Person: called.Person, Process: process, Subject: string(m), At: at})
	})
	return called, wrap("call speaker", err)
}

// EndSpeech ends what somebody says. One that never began, or has ended, is refused
// (RefuseOutOfOrder).
func (s *Store) EndSpeech(ctx context.Context, m deliberation.MeetingID, id string, by deliberation.PersonID, at time.Time) error {
	return wrap("end speech", s.write(ctx, func(tx *gorm.DB) error {
		var meeting itemRow // a meeting that has ended may have left a speech running
		if err := tx.Table("meetings").Take(&meeting, "id = ?", m).Error; err != nil {
			return err
		}
		if err := s.lock(tx, speakersLock(m)); err != nil {
			return err
		}
		var row speakerRow
		if err := tx.Take(&row, "id = ? AND meeting = ?", id, m).Error; err != nil {
			return err
		}
		if err := s.endSpeech(tx, id, at); err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: by, Act: "end_speech", Person: row.Person, Process: meeting.Process, Subject: string(m), At: at})
	}))
}

func (s *Store) endSpeech(tx *gorm.DB, id string, at time.Time) error {
	var row speakerRow
	if err := tx.Take(&row, "id = ?", id).Error; err != nil {
		return err
	}
	if row.Began == nil || row.Ended != nil {
		return deliberation.Refuse(deliberation.RefuseOutOfOrder)
	}
	return tx.Model(&speakerRow{}).Where("id = ?", id).
		Updates(map[string]any{"ended": moment(at), "seconds": seconds(s.now().Sub(*row.Began))}).Error
}

// seconds is nought where a clock went back.
func seconds(d time.Duration) int64 { return max(0, int64(d/time.Second)) }

// Speeches gives who asked to speak, in the order of asking.
func (s *Store) Speeches(ctx context.Context, m deliberation.MeetingID) ([]deliberation.Speech, error) {
	var list []deliberation.Speech
	err := s.read(ctx, func(tx *gorm.DB) (err error) {
		list, err = s.speeches(tx, m)
		return err
	})
	return list, wrap("speeches", err)
}

func (s *Store) speeches(tx *gorm.DB, m deliberation.MeetingID) ([]deliberation.Speech, error) {
	var rows []speakerRow
	if err := tx.Where("meeting = ?", m).Order("asked, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]deliberation.Speech, len(rows))
	for i, r := range rows {
		list[i] = deliberation.Speech{ID: r.ID, Meeting: r.Meeting, Motion: r.Motion, Person: r.Person, Asked: r.Asked.In(deliberation.Shanghai)}
		list[i].Took = time.Duration(r.Seconds) * time.Second
		if r.Called != nil {
			list[i].Called = r.Called.In(deliberation.Shanghai)
		}
		if r.Ended != nil {
			list[i].Ended = r.Ended.In(deliberation.Shanghai)
		} else if r.Began != nil {
			list[i].Took = time.Duration(seconds(s.now().Sub(*r.Began))) * time.Second
		}
	}
	return list, nil
}

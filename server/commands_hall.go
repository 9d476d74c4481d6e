package server

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// sitting is a meeting of the viewer's own community with all that goes on in it.
type sitting struct {
	meeting    deliberation.Meeting
	proceeding deliberation.Proceeding
	roll       []deliberation.RollLine
	observers  []deliberation.Observer
	speeches   []deliberation.Speech
}

// meeting finds a meeting of the viewer's own community with its case.
func (s *Server) meeting(ctx context.Context, v viewer, id deliberation.MeetingID) (deliberation.Meeting, deliberation.Proceeding, error) {
	p, err := s.proceeding(ctx, v, caseOf(string(id)))
	if err != nil {
		return deliberation.Meeting{}, p, err
	}
	m, ok := p.Meeting(id)
	if !ok {
		return m, p, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return m, p, nil
}

func (s *Server) hall(ctx context.Context, v viewer, id deliberation.MeetingID) (h sitting, err error) {
	if h.meeting, h.proceeding, err = s.meeting(ctx, v, id); err != nil {
		return h, err
	}
	h.roll, err = s.roll(ctx, v, id)
	if err != nil && !errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) { // not frozen yet
		return h, err
	}
	if h.observers, err = s.Meetings.Observers(ctx, id); err != nil {
		return h, err
	}
	h.speeches, err = s.Meetings.Speeches(ctx, id)
	return h, err
}

// motion is what is discussed now: the motion that comes to the vote next, nothing
// where the meeting has one matter only.
func (h sitting) motion() string {
	m, _ := nextMotion(h.meeting.Agenda)
	return m.ID
}

// speaking gives who speaks now, nil where nobody does.
func (h sitting) speaking() *deliberation.Speech {
	if i := slices.IndexFunc(h.speeches, deliberation.Speech.Speaking); i >= 0 {
		return &h.speeches[i]
	}
	return nil
}

// name gives a member's name from the roll.
func (h sitting) name(id deliberation.PersonID) string {
	if i := slices.IndexFunc(h.roll, func(l deliberation.RollLine) bool { return l.Person.ID == id }); i >= 0 {
		return h.roll[i].Person.Name
	}
	return ""
}

// addObserver enters somebody who attends the meeting without being a member.
func (s *Server) addObserver(ctx context.Context, v viewer, id deliberation.MeetingID, name string, capacity deliberation.Capacity) (string, error) {
	if err := permit(toRunHall, v, true); err != nil {
		return "", err
	}
	h, err := s.hall(ctx, v, id)
	if err != nil {
		return "", err
	}
	if err := h.seatIsFree(capacity); err != nil {
		return "", err
	}
	var f fields
	name = f.text("name", name, true, maxLine)
	f.want(slices.Contains(deliberation.Capacities, capacity), "capacity", notAChoice)
	if err := f.refusal(); err != nil {
		return "", err
	}
	return s.Meetings.AddObserver(ctx, deliberation.Observer{Meeting: id, Name: name, Capacity: capacity, At: s.now(), By: v.Person.ID})
}

// askToSpeak puts the viewer in the queue of what is discussed now.
func (s *Server) askToSpeak(ctx context.Context, v viewer, id deliberation.MeetingID) (string, error) {
	if err := permit(toCheckIn, v, true); err != nil {
		return "", err
	}
	h, err := s.hall(ctx, v, id)
	if err != nil {
		return "", err
	}
	return s.Meetings.AskToSpeak(ctx, id, h.motion(), v.Person.ID, s.now())
}

// withdrawSpeech takes the viewer's own request back.
func (s *Server) withdrawSpeech(ctx context.Context, v viewer, id deliberation.MeetingID, speech string) error {
	if err := permit(toCheckIn, v, true); err != nil {
		return err
	}
	if _, _, err := s.meeting(ctx, v, id); err != nil {
		return err
	}
	return s.Meetings.WithdrawSpeech(ctx, id, speech, v.Person.ID, s.now())
}

// callSpeaker calls the next to speak to what is discussed now.
func (s *Server) callSpeaker(ctx context.Context, v viewer, id deliberation.MeetingID) (deliberation.Speech, error) {
	if err := permit(toRunHall, v, true); err != nil {
		return deliberation.Speech{}, err
	}
	h, err := s.hall(ctx, v, id)
	if err != nil {
		return deliberation.Speech{}, err
	}
	return s.Meetings.CallSpeaker(ctx, id, h.motion(), v.Person.ID, s.now())
}

// endSpeech ends what somebody says.
func (s *Server) endSpeech(ctx context.Context, v viewer, id deliberation.MeetingID, speech string) error {
	if err := permit(toRunHall, v, true); err != nil {
		return err
	}
	if _, _, err := s.meeting(ctx, v, id); err != nil {
		return err
	}
	return s.Meetings.EndSpeech(ctx, id, speech, v.Person.ID, s.now())
}

// presentAt counts who was in the hall at an instant; the zero time is now.
func (s *Server) presentAt(ctx context.Context, v viewer, id deliberation.MeetingID, at time.Time) (deliberation.Attendance, sitting, error) {
	h, err := s.hall(ctx, v, id)
	if err != nil {
		return deliberation.Attendance{}, h, err
	}
	if at.IsZero() {
		at = s.now()
	}
	a, err := s.Meetings.PresentAt(ctx, id, at)
	return a, h, err
}

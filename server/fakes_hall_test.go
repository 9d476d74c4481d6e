package server

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// gallery is what goes on in the halls of a town besides signing in.
type gallery struct {
	observers []deliberation.Observer
	speeches  []deliberation.Speech
	notices   []deliberation.NoticeReceipt
}

func (w *town) ReceiveNotice(_ context.Context, _ deliberation.MeetingID, person deliberation.PersonID, means deliberation.Delivery, by deliberation.PersonID, at time.Time) error {
	if slices.ContainsFunc(w.notices, func(r deliberation.NoticeReceipt) bool { return r.Person.ID == person }) {
		return deliberation.Refuse(deliberation.RefuseTwice)
	}
	w.notices = append(w.notices, deliberation.NoticeReceipt{Person: w.people[person], Means: means, By: by, At: at})
	return nil
}

func (w *town) NoticeReceipts(_ context.Context, m deliberation.MeetingID) ([]deliberation.NoticeReceipt, int, error) {
	return w.notices, len(w.roll[m]), nil
}

func (w *town) Leave(_ context.Context, m deliberation.MeetingID, person, _ deliberation.PersonID, at time.Time) error {
	for i, l := range w.roll[m] {
		if l.Person.ID == person && l.Present() {
			w.roll[m][i].Left = at
			return nil
		}
	}
	return deliberation.Refuse(deliberation.RefuseNotPresent)
}

func (w *town) PresentAt(_ context.Context, m deliberation.MeetingID, at time.Time) (a deliberation.Attendance, err error) {
	a.Whole.Due = len(w.roll[m])
	for _, l := range w.roll[m] {
		if !l.CheckedIn.IsZero() && !l.CheckedIn.After(at) && (l.Left.IsZero() || l.Left.After(at)) {
			a.Whole.Present++
		}
	}
	return a, nil
}

func (w *town) AddObserver(_ context.Context, o deliberation.Observer) (string, error) {
	o.ID = fmt.Sprintf("observer%d", len(w.observers)+1)
	w.observers = append(w.observers, o)
	return o.ID, w.failing()
}

func (w *town) Observers(_ context.Context, m deliberation.MeetingID) (list []deliberation.Observer, err error) {
	for _, o := range w.observers {
		if o.Meeting == m {
			list = append(list, o)
		}
	}
	return list, nil
}

func (w *town) AskToSpeak(_ context.Context, m deliberation.MeetingID, motion string, person deliberation.PersonID, at time.Time) (string, error) {
	if !slices.ContainsFunc(w.roll[m], func(l deliberation.RollLine) bool { return l.Person.ID == person && l.Present() }) {
		return "", deliberation.Refuse(deliberation.RefuseNotPresent)
	}
	s := deliberation.Speech{ID: fmt.Sprintf("speech%d", len(w.speeches)+1), Meeting: m, Motion: motion, Person: person, Asked: at}
	w.speeches = append(w.speeches, s)
	return s.ID, nil
}

// speech finds a speech of the meeting that the test is for.
func (w *town) speech(m deliberation.MeetingID, is func(deliberation.Speech) bool) int {
	return slices.IndexFunc(w.speeches, func(s deliberation.Speech) bool { return s.Meeting == m && is(s) })
}

func (w *town) WithdrawSpeech(_ context.Context, m deliberation.MeetingID, id string, person deliberation.PersonID, _ time.Time) error {
	i := w.speech(m, func(s deliberation.Speech) bool { return s.ID == id && s.Person == person })
	if i < 0 {
		return notFound
	}
	w.speeches = slices.Delete(w.speeches, i, i+1)
	return nil
}

func (w *town) CallSpeaker(_ context.Context, m deliberation.MeetingID, motion string, _ deliberation.PersonID, at time.Time) (deliberation.Speech, error) {
	i := w.speech(m, func(s deliberation.Speech) bool { return s.Motion == motion && s.Called.IsZero() })
	if i < 0 {
		return deliberation.Speech{}, notFound
	}
	w.speeches[i].Called = at
	return w.speeches[i], nil
}

func (w *town) EndSpeech(_ context.Context, m deliberation.MeetingID, id string, _ deliberation.PersonID, at time.Time) error {
	i := w.speech(m, func(s deliberation.Speech) bool { return s.ID == id })
	switch {
	case i < 0:
		return notFound
	case !w.speeches[i].Speaking():
		return deliberation.Refuse(deliberation.RefuseOutOfOrder)
	}
	w.speeches[i].Ended, w.speeches[i].Took = at, 90*time.Second
	return nil
}

func (w *town) Speeches(_ context.Context, m deliberation.MeetingID) (list []deliberation.Speech, err error) {
	for _, s := range w.speeches {
		if s.Meeting == m {
			list = append(list, s)
		}
	}
	return list, nil
}

package server

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Hall is what goes on in the hall besides signing in: who leaves, who observes and
// who speaks.
type Hall interface {
	// ReceiveNotice notes that a member has the notice, once (RefuseTwice); by is the
	// member, or the clerk who delivered it.
	ReceiveNotice(ctx context.Context, m deliberation.MeetingID, person deliberation.PersonID, means deliberation.Delivery, by deliberation.PersonID, at time.Time) error
	// NoticeReceipts gives who has the notice, by name, and how many are due.
	NoticeReceipts(ctx context.Context, m deliberation.MeetingID) (list []deliberation.NoticeReceipt, due int, err error)
	// Leave notes that a member goes out; who was not there is refused (RefuseNotPresent).
	Leave(ctx context.Context, m deliberation.MeetingID, person, by deliberation.PersonID, at time.Time) error
	// PresentAt counts who was in the hall at an instant.
	PresentAt(ctx context.Context, m deliberation.MeetingID, at time.Time) (deliberation.Attendance, error)
	// AddObserver enters somebody who attends without being a member, and gives the entry's id.
	AddObserver(ctx context.Context, o deliberation.Observer) (id string, err error)
	Observers(ctx context.Context, m deliberation.MeetingID) ([]deliberation.Observer, error)
	// AskToSpeak puts a member who is present in the queue of a motion, once (RefuseTwice).
	AskToSpeak(ctx context.Context, m deliberation.MeetingID, motion string, person deliberation.PersonID, at time.Time) (id string, err error)
	// WithdrawSpeech takes a request back before the person is called.
	WithdrawSpeech(ctx context.Context, m deliberation.MeetingID, id string, person deliberation.PersonID, at time.Time) error
	// CallSpeaker calls the next who is present and ends whoever spoke.
	CallSpeaker(ctx context.Context, m deliberation.MeetingID, motion string, by deliberation.PersonID, at time.Time) (deliberation.Speech, error)
	// EndSpeech ends what somebody says; one that never began is refused (RefuseOutOfOrder).
	EndSpeech(ctx context.Context, m deliberation.MeetingID, id string, by deliberation.PersonID, at time.Time) error
	// Speeches gives who asked to speak, in the order of asking.
	Speeches(ctx context.Context, m deliberation.MeetingID) ([]deliberation.Speech, error)
}

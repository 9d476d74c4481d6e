package deliberation

import (
	"slices"
	"time"
)

// DepartmentStages lists the stages of a rating of departments in order.
var DepartmentStages = []Stage{RatingDepartments, RatingDisclosure, DepartmentReplies, ReplyDisclosure, Archive}

// NextOfDepartments gives the stage that follows in a rating of departments, and false
// where it ends. A conference without a quorum is convened again.
func NextOfDepartments(s Stage, o Outcome) (Stage, bool) {
	switch {
	case o == Withdrawn || o == Cancelled || o == Lost:
		return Archive, false
	case o == Inquorate:
		return s, true
	case s == RatingDepartments:
		return RatingDisclosure, true
	case s == RatingDisclosure:
		return DepartmentReplies, true
	case s == DepartmentReplies:
		return ReplyDisclosure, true
	}
	return Archive, false
}

// RatedDepartment is where the rating of one body stands.
type RatedDepartment struct {
	ID DepartmentID `json:"id"`
	// Sheet is what was put to the vote, Motion its question on the ballot.
	Sheet  PaperRef          `json:"sheet"`
	Motion string            `json:"motion,omitempty"`
	Result *DepartmentResult `json:"result,omitempty"`
	// Told is how the body was told, ReplyDue by when it owes its reply.
	Told     PaperRef  `json:"told,omitzero"`
	ReplyDue time.Time `json:"reply_due,omitzero"`
	// Overdue: the limit passed without a reply; it stays so until one comes, which is Late then.
	Overdue bool      `json:"overdue,omitempty"`
	Reply   PaperRef  `json:"reply,omitzero"`
	Replied time.Time `json:"replied,omitzero"`
	Late    bool      `json:"late,omitempty"`
}

// NextAct is what the body's rating waits for, empty where it has replied.
func (d RatedDepartment) NextAct() ActKind {
	switch {
	case d.Result == nil || !d.Reply.IsZero():
		return ""
	case d.Told.IsZero():
		return ForwardRatings
	}
	return ReplyToRating
}

// Settled reports whether nothing holds the rating up: the body replied, or let its limit pass.
func (d RatedDepartment) Settled() bool { return !d.Reply.IsZero() || d.Overdue }

// RatingStatus is where a rating of departments stands.
type RatingStatus struct {
	Departments []RatedDepartment `json:"departments"`
	// Held is the day of the conference, Posted the moment the result went on the board,
	// RepliesPosted that of the replies.
	Held          Date      `json:"held,omitzero"`
	Posted        time.Time `json:"posted,omitzero"`
	RepliesPosted time.Time `json:"replies_posted,omitzero"`
}

// Find gives the body of the code.
func (s *RatingStatus) Find(id DepartmentID) *RatedDepartment {
	i := slices.IndexFunc(s.Departments, func(d RatedDepartment) bool { return d.ID == id })
	if i < 0 {
		return nil
	}
	return &s.Departments[i]
}

// RatedListData says who is rated, each with the sheet that is put to the vote.
type RatedListData struct {
	Departments []RatedSheet `json:"departments"`
}

// RatedSheet is one body with its sheet 评议票.
type RatedSheet struct {
	ID    DepartmentID `json:"id"`
	Sheet PaperRef     `json:"sheet"`
}

// RatedData says what the ballot said of a body.
type RatedData struct {
	Meeting    MeetingID        `json:"meeting"`
	Motion     string           `json:"motion"`
	Department DepartmentID     `json:"department"`
	Held       Date             `json:"held"`
	Result     DepartmentResult `json:"result"`
}

// RatingActData says what was done about a result: the body was told, with the limit of
// its reply; it replied; or the limit passed, without an act.
type RatingActData struct {
	Act        ActKind      `json:"act,omitempty"`
	Department DepartmentID `json:"department"`
	Paper      PaperRef     `json:"paper,omitzero"`
	Days       DaysRule     `json:"days,omitzero"`
	Due        time.Time    `json:"due"`
	Late       bool         `json:"late,omitempty"`
}

// OverdueReply is a body that let the limit of its reply pass, as the public sees it.
type OverdueReply struct {
	Process ProcessID
	Name    string
	Due     time.Time
}

package pages

import "github.com/yishi-project/yishi/deliberation"

// RatingForm is the start of a rating of departments as it was typed.
type RatingForm struct{ Title, Departments string }

// StartRatingView is the form that begins a rating of departments.
type StartRatingView struct {
	Page
	Form RatingForm
	// Rules are those of the pack of the day: what is weighed, and how.
	Rules   *deliberation.DepartmentRules
	Key     string
	Problem *Problem
}

// Criteria names what is weighed.
func (v StartRatingView) Criteria() (names []string) {
	for _, c := range v.Rules.Criteria.List {
		names = append(names, deliberation.DepartmentCriterion(c).Word(v.Lang))
	}
	return names
}

// RatingsView lists the ratings of a community, for everybody.
type RatingsView struct {
	Page
	Community deliberation.Community
	Choose    []deliberation.Community
	List      []deliberation.Process
	MayBegin  bool
}

// RatingView shows a rating with what each body replied, for everybody.
type RatingView struct {
	Page
	P         deliberation.Process
	Community deliberation.Community
	Status    deliberation.RatingStatus
	Replies   map[deliberation.DepartmentID]string
	Reference *deliberation.Basis
	// Own: the viewer may open the case itself.
	Own bool
}

// Name names the body at the place of the list.
func (v RatingView) Name(i int) string {
	if i >= len(v.P.Matter.Departments) {
		return string(deliberation.DepartmentAt(i))
	}
	return v.P.Matter.Departments[i]
}

// ReplyState says in words where a body's reply stands, with its tone.
func (v RatingView) ReplyState(d deliberation.RatedDepartment) (string, Tone) {
	switch {
	case !d.Reply.IsZero() && d.Late:
		return v.S("reply_late", "Day", deliberation.DateOf(d.Replied).Words(v.Lang)), Wait
	case !d.Reply.IsZero():
		return v.S("reply_given", "Day", deliberation.DateOf(d.Replied).Words(v.Lang)), Good
	case d.Overdue:
		return v.S("reply_overdue", "When", v.Until(d.ReplyDue)), Bad
	case !d.Told.IsZero():
		return v.S("reply_owed", "When", v.Until(d.ReplyDue)), Wait
	}
	return v.S("reply_untold"), Idle
}

// OverdueOf counts the bodies of a rating that let their limit pass.
func (p Page) OverdueOf(c deliberation.Process) (n int) {
	if c.Status.Rating == nil {
		return 0
	}
	for _, d := range c.Status.Rating.Departments {
		if d.Overdue {
			n++
		}
	}
	return n
}

package deliberation

import (
	"cmp"
	"slices"
)

// Grant is what a motion of the assembly lets another body decide 授权: which matters,
// and until when (law.md §§4.1, 11; S-VI 第十七条).
type Grant struct {
	Categories []Category `json:"categories"`
	Until      Date       `json:"until"`
	// To is the body it is given to, empty for the representatives' conference.
	To Body `json:"to,omitempty"`
}

// GrantBodies lists the bodies to which the assembly may entrust what it decides.
var GrantBodies = []Body{Conference, CouncilMeeting}

// Holder gives the body to which the grant is given.
func (g Grant) Holder() Body { return cmp.Or(g.To, Conference) }

// Covers reports whether the grant lets the conference decide a matter of the
// category on the day. One without categories was written in words only, given
// before Yishi, and people judge what it covers; one without an end has none.
func (g Grant) Covers(c Category, on Date) bool {
	if !g.Until.IsZero() && g.Until.Before(on) {
		return false
	}
	return len(g.Categories) == 0 || slices.Contains(g.Categories, c)
}

// Authorisation is a grant that was carried 居(村)民会议授权.
type Authorisation struct {
	ID      string    `json:"id"`
	Process ProcessID `json:"process"`
	// Motion is the assembly's motion, Paper its text: the scope in words.
	Motion string   `json:"motion"`
	Paper  PaperRef `json:"paper"`
	From   Date     `json:"from"`
	Grant
	// Ended is the day on which the assembly took the matter up again, zero where it did
	// not: from then on the conference has no authorisation.
	Ended Date `json:"ended,omitzero"`
}

// Covers reports whether the conference may decide a matter of the category on the day.
func (a Authorisation) Covers(c Category, on Date) bool {
	return a.In(on) == GrantInForce && slices.Contains(a.Categories, c)
}

// GrantState is how an authorisation stands on a day.
type GrantState string

// The states of an authorisation.
const (
	GrantToCome  GrantState = "to_come"  // 尚未生效
	GrantInForce GrantState = "in_force" // 有效
	GrantPast    GrantState = "past"     // 已到期
)

// In gives the state on the day. It is in force on its first and on its last day.
func (a Authorisation) In(on Date) GrantState {
	switch {
	case on.Before(a.From):
		return GrantToCome
	case a.Until.Before(on), !a.Ended.IsZero() && !on.Before(a.Ended):
		return GrantPast
	}
	return GrantInForce
}

// Words says which authorisation it is, in the words a notice uses; title is that
// of the matter by which the assembly gave it.
func (a Authorisation) Words(title string) string {
	return "经居（村）民会议“" + title + "”决议授权，有效期自" + a.From.Words("zh") + "至" + a.Until.Words("zh") + "。"
}

// CheckAuthorised says whether the authorisation lets the conference take up the
// matter on the day. One that is not in force, or a matter that the law reserves
// unless the assembly authorised it and that it does not cover, is refused
// (RefuseReserved with its Basis).
func CheckAuthorised(p Pack, m Matter, a Authorisation, on Date) error {
	r := packReader{pack: p}
	reserved := r.list("matters.conference_if_authorised")
	if r.err != nil {
		return r.err
	}
	refuse := func(problem string) error {
		return &Refusal{Code: RefuseReserved, Basis: &reserved.Basis, Fields: []FieldProblem{{Field: "authorised_by", Problem: problem}}}
	}
	switch {
	case a.Holder() != Conference:
		return refuse("not_covered")
	case a.In(on) != GrantInForce:
		return refuse("not_in_force")
	case slices.Contains(reserved.List, string(m.Category)) && !a.Covers(m.Category, on):
		return refuse("not_covered")
	}
	return nil
}

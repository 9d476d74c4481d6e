package deliberation

// BodyCount is 应到 and 实到 of one body, in persons (or households where the body counts them).
type BodyCount struct {
	Body    Body `json:"body"`
	Due     int  `json:"due"`
	Present int  `json:"present"`
}

// Attendance is who was due and who was present, for each part of the body that
// met and for the meeting as a whole. A person who sits on two committees is
// counted once in the whole and once in each part.
type Attendance struct {
	Whole BodyCount   `json:"whole"`
	Parts []BodyCount `json:"parts,omitempty"`
	// DueArea is the area of the owners who are due, in hundredths of a square metre.
	DueArea int `json:"due_area,omitempty"`
}

// Tally is the count of a poll. Voters is the frozen number who could vote.
type Tally struct {
	Due     int `json:"due"`
	Present int `json:"present"`
	Voters  int `json:"voters"`
	Yes     int `json:"yes"`
	No      int `json:"no"`
	Abstain int `json:"abstain"`
	// Parts counts the ayes of each committee of a joint meeting.
	Parts []PartTally `json:"parts,omitempty"`
	// Spoiled counts paper ballots that say nothing which counts 废票; they are votes cast.
	Spoiled int `json:"spoiled,omitempty"`
	// Taken is who took part 参与表决: those who voted or took a paper ballot. It is
	// counted where the roll is all who are due.
	Taken int        `json:"taken,omitempty"`
	Area  *AreaTally `json:"area,omitempty"`
}

// PartTally is the count of one committee of a joint meeting.
type PartTally struct {
	Body Body `json:"body"`
	Due  int  `json:"due"`
	Yes  int  `json:"yes"`
}

// Cast is the number of ballots counted.
func (t Tally) Cast() int { return t.Yes + t.No + t.Abstain + t.Spoiled }

// Question is what a verdict answers.
type Question string

const (
	// QuorumQuestion asks whether the meeting is able to decide 是否达到法定人数.
	QuorumQuestion Question = "quorum"
	// PassingQuestion asks whether the motion is carried 是否通过.
	PassingQuestion Question = "passing"
	// DemandQuestion asks whether enough have signed a joint demand 联名人数是否达到.
	DemandQuestion Question = "demand"
	// AppraisalQuestion asks which grade a person is given 评为何等次.
	AppraisalQuestion Question = "appraisal"
	// RatingQuestion asks how a department is rated 部门评议结果.
	RatingQuestion Question = "rating"
)

// Check is one threshold applied: what was needed, what there was, what is short.
type Check struct {
	Rule MajorityRule `json:"rule"`
	// Body is set where the check is for one committee of a joint meeting.
	Body  Body `json:"body,omitempty"`
	Base  int  `json:"base"`
	Need  int  `json:"need"`
	Had   int  `json:"had"`
	Short int  `json:"short"`
	Met   bool `json:"met"`
}

// Verdict never says only yes or no: it carries each check with its numbers and
// its citation. It is met where every check is met; of a joint demand, where any is.
type Verdict struct {
	Question   Question   `json:"question"`
	Met        bool       `json:"met"`
	Checks     []Check    `json:"checks"`
	Attendance Attendance `json:"attendance"`
	Tally      *Tally     `json:"tally,omitempty"`
}

// Opening decides whether the meeting may be called to order: by its quorum, and
// where no text gives one, once somebody has come.
func (r MeetingRules) Opening(a Attendance) Verdict {
	if r.NoQuorum {
		return Verdict{Question: QuorumQuestion, Attendance: a, Met: a.Whole.Present > 0}
	}
	return Quorum(r.Quorum, a)
}

// Quorum decides whether a meeting may be called to order.
func Quorum(rules []MajorityRule, a Attendance) Verdict {
	v := Verdict{Question: QuorumQuestion, Attendance: a}
	for _, r := range rules {
		if r.Majority.Of == OfEachCommittee {
			for _, p := range a.Parts {
				c := check(r, p.Present, p.Due)
				c.Body = p.Body
				v.Checks = append(v.Checks, c)
			}
			continue
		}
		v.Checks = append(v.Checks, check(r, a.Whole.Present, a.Whole.Due))
	}
	return v.concluded()
}

// Passing decides whether a motion is carried. The denominator is the rule's
// own: those due for a Party members' meeting, those present for a conference.
func Passing(rules []MajorityRule, a Attendance, t Tally) Verdict {
	v := Verdict{Question: PassingQuestion, Attendance: a, Tally: &t}
	for _, r := range rules {
		switch r.Majority.Of {
		case OfEachCommittee:
			for _, p := range t.Parts {
				c := check(r, p.Yes, p.Due)
				c.Body = p.Body
				v.Checks = append(v.Checks, c)
			}
		case OfPresent:
			v.Checks = append(v.Checks, check(r, t.Yes, t.Present))
		case OfOwnersHeads:
			v.Checks = append(v.Checks, check(r, t.Taken, t.Due))
		case OfParticipatingOwners:
			v.Checks = append(v.Checks, check(r, t.Yes, t.Taken))
		case OfOwnersArea, OfParticipatingArea:
			v.Checks = append(v.Checks, areaCheck(r, t.Area))
		default:
			v.Checks = append(v.Checks, check(r, t.Yes, t.Due))
		}
	}
	return v.concluded()
}

// areaCheck asks for the area of those who took part, or of those in favour among
// them (民法典 第二百七十八条). A poll without areas meets neither.
func areaCheck(r MajorityRule, a *AreaTally) Check {
	switch {
	case a == nil:
		return check(r, 0, 0)
	case r.Majority.Of == OfOwnersArea:
		return check(r, a.Taken, a.Due)
	}
	return check(r, a.Yes, a.Taken)
}

func check(r MajorityRule, had, base int) Check {
	need := r.Majority.Need(base)
	return Check{Rule: r, Base: base, Need: need, Had: had, Short: max(0, need-had), Met: r.Majority.MetBy(had, base)}
}

func (v Verdict) concluded() Verdict {
	v.Met = len(v.Checks) > 0
	for _, c := range v.Checks {
		v.Met = v.Met && c.Met
	}
	return v
}

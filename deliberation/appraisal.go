package deliberation

import (
	"cmp"
	"slices"
)

// Grade is 等次 of 民主评议. No statute names more than the last one (law.md §6.2).
type Grade string

const (
	// Excellent is 优秀.
	Excellent Grade = "excellent"
	// Competent is 称职.
	Competent Grade = "competent"
	// BarelyCompetent is 基本称职.
	BarelyCompetent Grade = "barely_competent"
	// Unfit is 不称职.
	Unfit Grade = "unfit"
)

// Grades lists the grades from the best to the worst, as a ballot prints them.
var Grades = []Grade{Excellent, Competent, BarelyCompetent, Unfit}

// GradeOptions are the grades as what may be chosen in a question of one seat.
func GradeOptions() []OptionID {
	list := make([]OptionID, len(Grades))
	for i, g := range Grades {
		list[i] = OptionID(g)
	}
	return list
}

// AreGrades reports whether the options are those of an appraisal.
func AreGrades(options []OptionID) bool { return slices.Equal(options, GradeOptions()) }

// Appraisee is 被评议人: a person in one post 职务.
type Appraisee struct {
	Person PersonID `json:"person"`
	Post   Office   `json:"post"`
	// Since is the first day of the term in the post that runs now.
	Since Date `json:"since"`
}

// appraisedPosts are the posts whose holders report every year 社区(村)干部, those of
// the committee first: who holds two of them reports once, in the first.
var appraisedPosts = []Office{Director, DeputyDirector, CommitteeMember, Secretary}

// endedByLaw are the posts that two unfit grades in a row end (村民委员会组织法 第三十八条,
// 城市居民委员会组织法 第三十七条): those of the committee. A Party office is not among them.
var endedByLaw = []Office{Director, DeputyDirector, CommitteeMember}

// AppraisedOf gives who reports on the day, once each, in the order of their posts.
// Supervisors are not among them: the township has the chair there (law.md §6.3).
func AppraisedOf(held []OfficeHeld, on Date) []Appraisee {
	list := []Appraisee{}
	for _, post := range appraisedPosts {
		var here []Appraisee
		for _, h := range held {
			if h.Office != post || h.From.After(on) || !h.Until.IsZero() && h.Until.Before(on) {
				continue
			}
			if known := func(a Appraisee) bool { return a.Person == h.Person }; !slices.ContainsFunc(list, known) && !slices.ContainsFunc(here, known) {
				here = append(here, Appraisee{Person: h.Person, Post: post, Since: h.From})
			}
		}
		slices.SortFunc(here, func(a, b Appraisee) int { return cmp.Compare(a.Person, b.Person) })
		list = append(list, here...)
	}
	return list
}

// AppraisalRules is all that 述职述廉和民主评议 asks of a rule pack.
type AppraisalRules struct {
	Pack PackRef `json:"pack"`
	// Meeting is the representatives' conference, called with the days that an appraisal needs.
	Meeting MeetingRules `json:"meeting"`
	// Chair is which body has the chair.
	Chair CodeRule `json:"chair"`
	// Unfit and Excellent are the thresholds of the two grades that have one; Tie says
	// which grade is taken where two lead.
	Unfit     MajorityRule `json:"unfit"`
	Excellent MajorityRule `json:"excellent"`
	Tie       CodeRule     `json:"tie"`
	// InRow is how many unfit grades in a row end a post by law, without a key where no
	// law says so; ApartMonths how far they must lie apart.
	InRow       CountRule `json:"in_row,omitzero"`
	ApartMonths CountRule `json:"apart_months"`

	// TellDays is by when a person is told, EndNoticeDays by when an end is announced,
	// RectifyDays how long measures may take, PostDays how long the result hangs.
	TellDays      DaysRule `json:"tell_days"`
	EndNoticeDays DaysRule `json:"end_notice_days"`
	MeasuresDays  DaysRule `json:"measures_days"`
	PostDays      DaysRule `json:"post_days"`
	Filing        CodeRule `json:"filing"`

	ObjectionDays   DaysRule `json:"objection_days"`
	AnswerDays      DaysRule `json:"answer_days"`
	AcknowledgeDays DaysRule `json:"acknowledge_days"`
	RectifyDays     DaysRule `json:"rectify_days"`
	QuestionDays    DaysRule `json:"question_days"`
	PrepareDays     DaysRule `json:"prepare_days"`
	RemindDays      DaysRule `json:"remind_days"`
}

// TieBetter and TieWorse are the codes of appraisal.tie.
const (
	TieBetter = "better"
	TieWorse  = "worse"
)

// AppraisalOf makes, from a pack, all that an appraisal asks of it. A pack of the
// first edition knows none (RefuseFormNotInPack).
func AppraisalOf(p Pack) (AppraisalRules, error) {
	if !p.Has("appraisal.notice_days") {
		return AppraisalRules{}, Refuse(RefuseFormNotInPack)
	}
	c, err := ConferenceOf(p, Conference)
	if err != nil {
		return AppraisalRules{}, err
	}
	r := packReader{pack: p}
	rules := AppraisalRules{
		Pack: p.Ref(), Meeting: c.Meeting, Chair: r.code("appraisal.chair"),
		Unfit: r.majority("appraisal.unfit"), Excellent: r.majority("appraisal.excellent"), Tie: r.code("appraisal.tie"),
		InRow: r.countIf("appraisal.unfit_in_row"), ApartMonths: r.count("appraisal.apart_months"),
		TellDays: r.days("appraisal.tell_days"), EndNoticeDays: r.days("appraisal.end_notice_days"),
		MeasuresDays: r.days("appraisal.measures_days"), PostDays: r.days("appraisal.post_days"), Filing: r.code("appraisal.filing"),
		ObjectionDays: c.ObjectionDays, AnswerDays: c.AnswerDays, AcknowledgeDays: c.AcknowledgeDays,
		RectifyDays: c.RectifyDays, QuestionDays: c.QuestionDays, PrepareDays: c.PrepareDays, RemindDays: c.RemindDays,
	}
	if notice := r.days("appraisal.notice_days"); notice.Days > rules.Meeting.Notice.Days {
		rules.Meeting.Notice = notice
	}
	rules.Meeting.EmergencyNotice.Value = false // the list is posted ahead, whatever happens
	return rules, r.err
}

// CheckDutyReport says whether the yearly report may begin under the pack.
func CheckDutyReport(p Pack, m Matter) error {
	origins := []string{string(OriginParty), string(OriginSupervisors), string(OriginResidents), string(OriginRepresentatives), string(OriginCalendar)}
	if problems := matterProblems(m, origins, []Body{Conference}); len(problems) > 0 {
		return &Refusal{Code: RefuseInvalid, Fields: problems}
	}
	if err := checkAppraisalSigners(p, m); err != nil {
		return err
	}
	_, err := AppraisalOf(p)
	return err
}

// checkAppraisalSigners counts who demands an appraisal out of turn: a tenth of the
// residents or a third of the representatives (law.md §6.3).
func checkAppraisalSigners(p Pack, m Matter) error {
	key := map[Origin]string{OriginResidents: "appraisal.call_residents", OriginRepresentatives: "appraisal.call_representatives"}[m.Origin]
	if key == "" || !p.Has(key) {
		return nil
	}
	rule, err := p.MajorityRule(key)
	if err != nil || rule.Majority.MetBy(m.Signers, m.SignersOf) {
		return err
	}
	return &Refusal{Code: RefuseInvalid, Basis: &rule.Basis, Count: rule.Majority.Need(m.SignersOf), Fields: []FieldProblem{{Field: "signers", Problem: "too_few", Limit: rule.Majority.Need(m.SignersOf)}}}
}

// Grading is how one person was graded: each check with its numbers.
type Grading struct {
	// Grade is empty where no form was valid.
	Grade Grade `json:"grade,omitempty"`
	// Valid is the forms that name a grade; blank and spoiled ones are not valid.
	Valid int           `json:"valid"`
	Votes []OptionCount `json:"votes"`
	// Unfit and Excellent are the two thresholds, Leading the grades with most votes.
	Unfit     Check   `json:"unfit"`
	Excellent Check   `json:"excellent"`
	Leading   []Grade `json:"leading,omitempty"`
}

// Grade grades one person by the count of their question (law.md §17.1), in this
// order: unfit where more valid forms than the threshold say so; excellent where
// excellent and competent together reach theirs and excellent alone leads; else
// competent or barely competent, whichever leads, where a leading excellent counts
// as competent and a leading unfit without its majority as barely competent. A count
// that does not add up is refused (RefuseUnreconciled).
func (r AppraisalRules) Grade(c QuestionCount) (Grading, error) {
	g := Grading{}
	for _, grade := range Grades {
		n := c.Of(string(grade))
		g.Valid += n
		g.Votes = append(g.Votes, OptionCount{string(grade), n})
	}
	named := 0
	for _, v := range c.Votes {
		named += v.Votes
		if v.Votes < 0 {
			return g, Refuse(RefuseUnreconciled)
		}
	}
	if named != g.Valid || c.Blank < 0 || c.Spoiled < 0 || g.Valid+c.Blank+c.Spoiled != c.Ballots {
		return g, Refuse(RefuseUnreconciled)
	}
	votes := func(x Grade) int { return c.Of(string(x)) }
	g.Unfit = check(r.Unfit, votes(Unfit), g.Valid)
	g.Excellent = check(r.Excellent, votes(Excellent)+votes(Competent), g.Valid)
	if g.Valid == 0 {
		return g, nil
	}
	most := 0
	for _, x := range Grades {
		most = max(most, votes(x))
	}
	g.Leading = slices.DeleteFunc(slices.Clone(Grades), func(x Grade) bool { return votes(x) < most })
	switch {
	case g.Unfit.Met:
		g.Grade = Unfit
	case g.Excellent.Met && slices.Equal(g.Leading, []Grade{Excellent}):
		g.Grade = Excellent
	default:
		lead := g.Leading[0]
		if r.Tie.Code == TieWorse {
			lead = g.Leading[len(g.Leading)-1]
		}
		g.Grade = BarelyCompetent
		if lead == Excellent || lead == Competent {
			g.Grade = Competent
		}
	}
	return g, nil
}

// Verdict is the grading as a ballot of several questions gives it: the grade is
// what was chosen, and it is met where there is one.
func (g Grading) Verdict(motion string, a Attendance, t Tally) MotionVerdict {
	v := MotionVerdict{Motion: motion, Verdict: Verdict{Question: AppraisalQuestion, Met: g.Grade != "", Attendance: a, Tally: &t, Checks: []Check{g.Unfit, g.Excellent}}}
	if g.Grade != "" {
		v.Chosen = []OptionID{OptionID(g.Grade)}
	}
	return v
}

// GradeEach grades every person of a ballot.
func (r AppraisalRules) GradeEach(f BallotForm, a Attendance, fixed Tally, counts []QuestionCount) ([]MotionVerdict, []Grading, error) {
	return eachQuestion(f, counts, r.Grade, func(g Grading, motion string) MotionVerdict { return g.Verdict(motion, a, fixed) })
}

// eachQuestion finds the result of every question of a ballot, and its verdict. A count
// that is not of the form's questions in their order is refused (RefuseUnreconciled).
func eachQuestion[R any](f BallotForm, counts []QuestionCount, find func(QuestionCount) (R, error), verdict func(R, string) MotionVerdict) ([]MotionVerdict, []R, error) {
	if len(counts) != len(f) {
		return nil, nil, Refuse(RefuseUnreconciled)
	}
	verdicts, results := make([]MotionVerdict, len(f)), make([]R, len(f))
	for i, q := range f {
		if counts[i].Question != q.ID {
			return nil, nil, Refuse(RefuseUnreconciled)
		}
		r, err := find(counts[i])
		if err != nil {
			return nil, nil, err
		}
		verdicts[i], results[i] = verdict(r, string(q.ID)), r
	}
	return verdicts, results, nil
}

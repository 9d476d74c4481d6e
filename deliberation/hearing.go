package deliberation

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// forumKeys are the rules that say which forum a matter needs before it is decided,
// by whom it touches (law.md §3.1).
var forumKeys = map[Affected]string{AffectsAll: "hearing.forum_all", AffectsSome: "hearing.forum_some"}

// hearings are the bodies of a hearing process.
var hearings = []Body{HearingMeeting, ExpertAppraisal}

// ForumRule says that a matter which touches so many needs such a forum first.
type ForumRule struct {
	Affected Affected `json:"affected"`
	Body     Body     `json:"body"`
	Key      string   `json:"key"`
	Basis    Basis    `json:"basis"`
}

// forums gives the forums that a pack asks for; a pack of the first two editions
// asks for none.
func (r *packReader) forums() (list []ForumRule) {
	for _, a := range []Affected{AffectsAll, AffectsSome} {
		if rule := r.codeIf(forumKeys[a]); rule != nil {
			list = append(list, ForumRule{Affected: a, Body: Body(rule.Code), Key: rule.Key, Basis: rule.Basis})
		}
	}
	return list
}

// ForumFor gives the forum that a matter needs, nil where it needs none.
func ForumFor(list []ForumRule, a Affected) *ForumRule {
	for i := range list {
		if list[i].Affected == a {
			return &list[i]
		}
	}
	return nil
}

// HearingRules is all that a hearing 听证会 or an expert appraisal 论证会 asks of a
// rule pack.
type HearingRules struct {
	Pack PackRef `json:"pack"`
	// Forums say which of the two a matter needs.
	Forums []ForumRule `json:"forums"`
	// Meeting is the sitting: nobody votes in it, and no text gives it a quorum. Its
	// notice is the days the papers go out before it.
	Meeting MeetingRules `json:"meeting"`
	// AnnounceDays is how long the announcement hangs and the sign-up is open, ListDays
	// how long the list of those chosen hangs, PostDays how long the report does.
	AnnounceDays DaysRule `json:"announce_days"`
	ListDays     DaysRule `json:"list_days"`
	PostDays     DaysRule `json:"post_days"`
	// SignDays is how long those who spoke have to check and sign the record.
	SignDays DaysRule `json:"sign_days"`
	// MostSeats bounds how many take part; LeastSides and LeastExperts are how many
	// interested sides, and how many experts without a direct interest, there must be.
	MostSeats    CountRule `json:"most_seats"`
	LeastSides   CountRule `json:"least_sides"`
	LeastExperts CountRule `json:"least_experts"`
	// Interest says that a direct interest excludes an expert.
	Interest FlagRule `json:"interest"`
	Filing   CodeRule `json:"filing"`

	AnswerDays      DaysRule `json:"answer_days"`
	AcknowledgeDays DaysRule `json:"acknowledge_days"`
	RectifyDays     DaysRule `json:"rectify_days"`
	QuestionDays    DaysRule `json:"question_days"`
	PrepareDays     DaysRule `json:"prepare_days"`
	RemindDays      DaysRule `json:"remind_days"`
}

// HearingOf makes, from a pack, all that a hearing or an appraisal asks of it. A pack
// that knows none, or another body, is refused (RefuseFormNotInPack).
func HearingOf(p Pack, body Body) (HearingRules, error) {
	if !slices.Contains(hearings, body) || !p.Has("hearing.announce_days") {
		return HearingRules{}, Refuse(RefuseFormNotInPack)
	}
	r := packReader{pack: p}
	rules := HearingRules{
		Pack: p.Ref(), Forums: r.forums(),
		AnnounceDays: r.days("hearing.announce_days"), ListDays: r.days("hearing.list_days"), PostDays: r.days("hearing.post_days"), SignDays: r.days("hearing.sign_days"),
		MostSeats: r.count("hearing.most_seats"), LeastSides: r.count("hearing.least_sides"), LeastExperts: r.count("hearing.least_experts"),
		Interest: r.flag("hearing.direct_interest_excludes"), AnswerDays: r.days("objection.answer_days"),
		AcknowledgeDays: r.days("supervision.ack_days"), RectifyDays: r.days("supervision.rectify_days"), QuestionDays: r.days("supervision.question_days"),
		PrepareDays: r.days("task.prepare_days"), RemindDays: r.days("task.remind_days"),
	}
	if filing := r.codeIf("hearing.filing"); filing != nil {
		rules.Filing = *filing
	}
	rules.Meeting = MeetingRules{
		Body: body, Notice: r.days("hearing.papers_days"), EmergencyNotice: r.flag("hearing.emergency_notice"), NoQuorum: true,
	}
	return rules, r.err
}

// Otherwise gives the forum that the matter needs where another was chosen, which must
// be justified to the supervisors; nil where the choice is as the rule has it.
func (r HearingRules) Otherwise(a Affected) *ForumRule {
	if f := ForumFor(r.Forums, a); f != nil && f.Body != r.Meeting.Body {
		return f
	}
	return nil
}

// maxChoiceReason bounds why the other forum was chosen.
const maxChoiceReason = 2000

// CheckHearing says whether a hearing or an appraisal may be held on the matter under
// the pack. It refuses what is filled in wrongly, the other forum than the one that
// the matter needs without a reason (RefuseInvalid with the Basis of the rule), a
// pack that knows no hearing (RefuseFormNotInPack), and a demand that too few made.
func CheckHearing(p Pack, m Matter) error {
	problems := matterProblems(m, hearingOrigins(p), hearings)
	if n := utf8.RuneCountInString(m.ChoiceReason); n > maxChoiceReason {
		problems = append(problems, FieldProblem{Field: "choice_reason", Problem: "too_long", Limit: maxChoiceReason})
	}
	if len(problems) > 0 {
		return &Refusal{Code: RefuseInvalid, Fields: problems}
	}
	rules, err := HearingOf(p, m.Form)
	if err != nil {
		return err
	}
	justified := strings.TrimSpace(m.ChoiceReason) != ""
	switch other := rules.Otherwise(m.Affected); {
	case other != nil && !justified:
		return &Refusal{Code: RefuseInvalid, Basis: &other.Basis, Fields: []FieldProblem{{Field: "choice_reason", Problem: "required"}}}
	case other == nil && justified:
		return &Refusal{Code: RefuseInvalid, Fields: []FieldProblem{{Field: "choice_reason", Problem: "unexpected"}}}
	}
	return checkHearingSigners(p, m)
}

// hearingCalls are the rules that say how many of whom may demand a hearing, each an
// alternative to the others: a fifth of the adults, a fifth of the households, a third of
// the residents' groups (law.md §3.2).
var hearingCalls = map[Origin]string{
	OriginResidents: "hearing.call_residents", OriginHouseholds: "hearing.call_households", OriginGroups: "hearing.call_groups",
}

// hearingOrigins lists who may ask for a hearing under the pack: those who may move any
// matter, the Party organisation, the committees and the supervisors among them, and
// those who demand it jointly.
func hearingOrigins(p Pack) []string {
	list := slices.Clone(p.Parameters["origin.allowed"].List)
	for _, o := range []Origin{OriginResidents, OriginHouseholds, OriginGroups} {
		if p.Has(hearingCalls[o]) {
			list = append(list, string(o))
		}
	}
	return list
}

// checkHearingSigners counts who demands a hearing. The representatives are counted as
// for any motion of theirs; a pack of the third edition did not ask for it.
func checkHearingSigners(p Pack, m Matter) error {
	key := hearingCalls[m.Origin]
	if m.Origin == OriginRepresentatives && p.Has(hearingCalls[OriginHouseholds]) {
		return checkSigners(p, m)
	}
	if key == "" {
		return nil
	}
	rule, err := p.MajorityRule(key)
	if err != nil || rule.Majority.MetBy(m.Signers, m.SignersOf) {
		return err
	}
	return &Refusal{Code: RefuseInvalid, Basis: &rule.Basis, Count: rule.Majority.Need(m.SignersOf), Fields: []FieldProblem{{Field: "signers", Problem: "too_few", Limit: rule.Majority.Need(m.SignersOf)}}}
}

// HearingSide is an interested side 利益方: who it is in words, how many of it take
// part, and, where only one residents' group belongs to it, which.
type HearingSide struct {
	SideSeats
	Name  string `json:"name"`
	Group string `json:"group,omitempty"`
}

// SideCode gives the letter of the side of the number, counted from nought.
func SideCode(i int) string { return string(rune('A' + i)) }

// The bounds of a plan.
const (
	MaxSides     = 10
	maxPanel     = 15
	maxObservers = 500
)

// HearingPlan is 听证方案: who presides and hears, who presents the matter, which sides
// take part with how many seats, and how many may sit in.
type HearingPlan struct {
	Process   ProcessID
	Chair     PersonID
	Presenter PersonID
	Panel     []PersonID
	Sides     []HearingSide
	Observers int
}

// Interest is an expert's declared interest in the matter 利害关系申报.
type Interest string

// The interests.
const (
	NoInterest       Interest = "none"     // 无
	IndirectInterest Interest = "indirect" // 有间接利害关系,已说明
	DirectInterest   Interest = "direct"   // 有直接利害关系,回避
)

// Interests lists what may be declared.
var Interests = []Interest{NoInterest, IndirectInterest, DirectInterest}

// Expert is 论证专家, seldom somebody of the roster.
type Expert struct {
	ID       string
	Process  ProcessID
	Name     string
	Field    string // 专业领域
	Interest Interest
	Declared string // what was declared, in words
	At       time.Time
	By       PersonID
}

// PlanCount is a plan without its words.
type PlanCount struct {
	Chair     PersonID    `json:"chair"`
	Presenter PersonID    `json:"presenter"`
	Panel     []PersonID  `json:"panel,omitempty"`
	Sides     []SideSeats `json:"sides"`
	Observers int         `json:"observers"`
	// Experts may give an opinion; Excluded declared a direct interest.
	Experts  int `json:"experts,omitempty"`
	Excluded int `json:"excluded,omitempty"`
}

// Count gives the plan without its words.
func (p HearingPlan) Count(experts []Expert) PlanCount {
	n := PlanCount{Chair: p.Chair, Presenter: p.Presenter, Panel: p.Panel, Observers: p.Observers, Sides: []SideSeats{}}
	for _, s := range p.Sides {
		n.Sides = append(n.Sides, s.SideSeats)
	}
	for _, x := range experts {
		if x.Interest == DirectInterest {
			n.Excluded++
		} else {
			n.Experts++
		}
	}
	return n
}

// On reports whether the person is of those who hear or present, who are no side.
func (n PlanCount) On(p PersonID) bool {
	return p == n.Chair || p == n.Presenter || slices.Contains(n.Panel, p)
}

// CheckPlan says what a plan lacks: a chair who does not present the matter
// themselves, every interested side with seats, no more seats than may take part,
// and for an appraisal enough experts without a direct interest (RefuseInvalid, with
// the Basis where a rule is behind it).
func (r HearingRules) CheckPlan(n PlanCount) error {
	seats, wrong := 0, func(field, problem string, limit int, b *Basis) error {
		return &Refusal{Code: RefuseInvalid, Act: SettleHearing, Basis: b, Fields: []FieldProblem{{Field: field, Problem: problem, Limit: limit}}}
	}
	for _, s := range n.Sides {
		if s.Seats < 1 {
			return wrong("sides", "not_a_number", r.MostSeats.Count, nil)
		}
		seats += s.Seats
	}
	switch {
	case n.Chair == "":
		return wrong("chair", "required", 0, nil)
	case n.Presenter == "":
		return wrong("presenter", "required", 0, nil)
	case n.Chair == n.Presenter, slices.Contains(n.Panel, n.Presenter), slices.Contains(n.Panel, n.Chair):
		return wrong("presenter", "not_a_choice", 0, nil)
	case len(n.Panel) > maxPanel:
		return wrong("panel", "too_many", maxPanel, nil)
	case n.Observers < 0 || n.Observers > maxObservers:
		return wrong("observers", "not_a_number", maxObservers, nil)
	case len(n.Sides) < r.LeastSides.Count && r.Meeting.Body == HearingMeeting, len(n.Sides) == 0:
		return wrong("sides", "too_few", r.LeastSides.Count, &r.LeastSides.Basis)
	case len(n.Sides) > MaxSides:
		return wrong("sides", "too_many", MaxSides, nil)
	case seats > r.MostSeats.Count:
		return wrong("sides", "too_many", r.MostSeats.Count, &r.MostSeats.Basis)
	case r.Meeting.Body == ExpertAppraisal && n.Experts < r.LeastExperts.Count:
		return wrong("experts", "too_few", r.LeastExperts.Count, &r.LeastExperts.Basis)
	}
	return nil
}

// EarliestSitting is the first day on which a hearing may sit that is settled today:
// the announcement and the list hang in full, and the papers go out in time.
func (r HearingRules) EarliestSitting(today Date) Date {
	listed := DisplayEnd(DisplayEnd(today, r.AnnounceDays.Days).AddDays(1), r.ListDays.Days)
	return Earliest(listed.AddDays(1), r.Meeting.Notice.Days)
}

// SignUpSpan is when the sign-up 报名 was open, and which rule says how long.
type SignUpSpan struct {
	Opened time.Time `json:"opened"`
	// Until is the closing moment; Closed when it was closed.
	Until  time.Time `json:"until"`
	Closed time.Time `json:"closed,omitzero"`
	Days   DaysRule  `json:"days"`
}

// PhoneChannel is a sign-up by telephone 电话报名, entered by the clerk.
const PhoneChannel Channel = "phone"

// SignUpChannels are the ways to sign up.
var SignUpChannels = []Channel{WebChannel, SheetChannel, PhoneChannel}

// SignUp is 报名 of one person for one side.
type SignUp struct {
	Process ProcessID
	Number  int
	Person  Person
	Side    string
	Channel Channel
	// Needs is what the person asks for to take part (sign language 手语, a reader 代读),
	// Reason why they sign up.
	Needs     string
	Reason    string
	At        time.Time
	EnteredBy PersonID
	Withdrawn time.Time
	// Chosen: the draw gave them a seat.
	Chosen bool
}

// StatementKind is what somebody says at a hearing.
type StatementKind string

// The kinds of statements.
const (
	SpokenStatement  StatementKind = "spoken"   // 发言,由记录员录入
	WrittenStatement StatementKind = "written"  // 书面意见
	QuestionAsked    StatementKind = "question" // 提问、质询
	ExpertOpinion    StatementKind = "expert"   // 专家论证意见
)

// StatementKinds lists the kinds.
var StatementKinds = []StatementKind{SpokenStatement, WrittenStatement, QuestionAsked, ExpertOpinion}

// Disposition is what became of a statement 意见处理.
type Disposition string

// The dispositions.
const (
	StatementAdopted  Disposition = "adopted"  // 采纳
	StatementPartly   Disposition = "partly"   // 部分采纳
	StatementNot      Disposition = "not"      // 不采纳
	StatementAnswered Disposition = "answered" // 已答复, of a question
)

// Dispositions gives what may become of a statement of the kind.
func (k StatementKind) Dispositions() []Disposition {
	if k == QuestionAsked {
		return []Disposition{StatementAnswered}
	}
	return []Disposition{StatementAdopted, StatementPartly, StatementNot}
}

// MaxStatement is the most a statement may hold, in runes.
const MaxStatement = 4000

// Statement is what one person said or wrote, with its number and what became of it.
type Statement struct {
	ID      string
	Process ProcessID
	Number  int
	Kind    StatementKind
	// Person said it, or the expert of the id did.
	Person     PersonID
	Expert     string
	Side       string
	Text       string
	Conclusion Finding // of an expert's opinion
	At         time.Time
	EnteredBy  PersonID

	Disposition Disposition
	Reason      string
	Disposed    time.Time
	DisposedBy  PersonID
}

// StatementCount counts what was said and what became of it.
type StatementCount struct {
	Received int `json:"received"`
	Adopted  int `json:"adopted"`
	Partly   int `json:"partly"`
	Not      int `json:"not"`
	Answered int `json:"answered"`
	// ExpertsOwed are experts without a direct interest who gave no opinion.
	ExpertsOwed int `json:"experts_owed,omitempty"`
	// SHA256 is of the lines of all statements (Statement.Line), by their numbers.
	SHA256 string `json:"sha256"`
}

// Open is how many have no disposition yet.
func (n StatementCount) Open() int { return n.Received - n.Adopted - n.Partly - n.Not - n.Answered }

// CountStatements counts.
func CountStatements(list []Statement) StatementCount {
	n := StatementCount{Received: len(list)}
	sorted := slices.Clone(list)
	slices.SortFunc(sorted, func(a, b Statement) int { return a.Number - b.Number })
	lines := make([]string, len(sorted))
	for i, s := range sorted {
		lines[i] = s.Line()
		switch s.Disposition {
		case StatementAdopted:
			n.Adopted++
		case StatementPartly:
			n.Partly++
		case StatementNot:
			n.Not++
		case StatementAnswered:
			n.Answered++
		}
	}
	n.SHA256 = textSHA256(strings.Join(lines, ""))
	return n
}

// The conclusions of an expert appraisal 论证结论.
const (
	Feasible            Finding = "feasible"              // 可行
	FeasibleWithChanges Finding = "feasible_with_changes" // 修改后可行
	NotFeasible         Finding = "not_feasible"          // 不可行: back to the proposal
)

// Conclusions lists the conclusions.
var Conclusions = []Finding{Feasible, FeasibleWithChanges, NotFeasible}

// CheckReport says whether the report may be handed in: every statement has its
// disposition (RefuseUnanswered), every expert gave an opinion, and an appraisal has
// a conclusion where a hearing, which decides nothing, has none.
func (r HearingRules) CheckReport(c Finding, n StatementCount) error {
	appraisal := r.Meeting.Body == ExpertAppraisal
	wrong := func(field, problem string) error {
		return &Refusal{Code: RefuseInvalid, Act: FileHearingReport, Fields: []FieldProblem{{Field: field, Problem: problem}}}
	}
	switch {
	case n.Open() > 0:
		return &Refusal{Code: RefuseUnanswered, Act: FileHearingReport, Count: n.Open(), Basis: &r.MostSeats.Basis}
	case appraisal && n.ExpertsOwed > 0:
		return &Refusal{Code: RefuseInvalid, Act: FileHearingReport, Basis: &r.LeastExperts.Basis, Fields: []FieldProblem{{Field: "experts", Problem: "required", Limit: n.ExpertsOwed}}}
	case appraisal && !slices.Contains(Conclusions, c):
		return wrong("finding", "not_a_choice")
	case !appraisal && c != "":
		return wrong("finding", "unexpected")
	}
	return nil
}

// RecordSigning is what became of the record 笔录 with one who spoke.
type RecordSigning string

// What may become of it.
const (
	RecordSigned   RecordSigning = "signed"   // 核对无误,已签字
	RecordRefused  RecordSigning = "refused"  // 拒绝签字,理由附后
	RecordUnsigned RecordSigning = "unsigned" // 逾期未签
	RecordOnPaper  RecordSigning = "on_paper" // 在纸质笔录上签字,由记录员登记
)

// HearingStages lists the stages of a hearing in order.
var HearingStages = []Stage{HearingPlanning, HearingSignUp, HearingList, HearingSitting, HearingReporting, HearingDisclosure, Archive}

// NextOfHearing gives the stage that follows in a hearing, and false where it ends.
// Where nobody signed up it is announced again; a sitting too few came to is held again.
func NextOfHearing(s Stage, o Outcome) (Stage, bool) {
	switch o {
	case Withdrawn, Cancelled, Lost:
		return Archive, false
	case Inquorate:
		return s, true
	}
	if i := slices.Index(HearingStages, s); i >= 0 && i+2 < len(HearingStages) {
		return HearingStages[i+1], true
	}
	return Archive, false
}

package deliberation

import "time"

// Opaque identities. None of them says anything about a person, so that they may
// stand in histories, logs and addresses.
//
//nolint:revive // one comment serves them all
type (
	CommunityID string
	PersonID    string
	ProcessID   string
	MeetingID   string
	PollID      string
	PostingID   string
	TaskID      string
	PaperID     string
)

// PaperKind says what a paper is.
type PaperKind string

// The papers of a process.
const (
	PaperProposal   PaperKind = "proposal"   // 提议书
	PaperMotion     PaperKind = "motion"     // 议题
	PaperNotice     PaperKind = "notice"     // 会议通知
	PaperDraft      PaperKind = "draft"      // 修改后的草案
	PaperMinutes    PaperKind = "minutes"    // 会议记录
	PaperAdvice     PaperKind = "advice"     // 街道(乡镇)意见
	PaperResolution PaperKind = "resolution" // 决议公告
	PaperResult     PaperKind = "result"     // 实施结果公告
	PaperProgress   PaperKind = "progress"   // 进度和账目
	PaperObjection  PaperKind = "objection"  // 异议
	PaperAnswer     PaperKind = "answer"     // 答复
	PaperOpinion    PaperKind = "opinion"    // 意见
	PaperSupervise  PaperKind = "supervise"  // 监督意见书
	PaperReason     PaperKind = "reason"     // 理由(撤回、变更)
	PaperPhoto      PaperKind = "photo"      // 公示栏照片
	PaperMandate    PaperKind = "mandate"    // 委托书
	PaperFiling     PaperKind = "filing"     // 备案
	PaperDemand     PaperKind = "demand"     // 联名书
	PaperDuty       PaperKind = "duty"       // 述职述廉报告
	PaperGrade      PaperKind = "grade"      // 评议结果的说明、检查、认定和通知
	PaperHearing    PaperKind = "hearing"    // 听证、论证的方案和报告
	PaperDisclosure PaperKind = "disclosure" // 公开内容
	PaperJoint      PaperKind = "joint"      // 联席会议的决定
	PaperElection   PaperKind = "election"   // 选举文书
	PaperScreening  PaperKind = "screening"  // 议题审核意见
	PaperList       PaperKind = "list"       // 协商主体名单
	PaperConsulted  PaperKind = "consulted"  // 协商意见
	PaperCarriedOut PaperKind = "carried"    // 落实反馈
	PaperItem       PaperKind = "item"       // 恳谈事项及其处理
	PaperMerged     PaperKind = "merged"     // 意见归并清单
	PaperSurvey     PaperKind = "survey"     // 满意度测评结果
	PaperChoosing   PaperKind = "choosing"   // 推选的同意书、选票
	PaperRating     PaperKind = "rating"     // 部门评议票、送达、答复
)

// PaperRef names a paper by its id and the SHA-256, in hex, of its content.
type PaperRef struct {
	ID     PaperID   `json:"id,omitempty"`
	Kind   PaperKind `json:"kind,omitempty"`
	SHA256 string    `json:"sha256,omitempty"`
}

// IsZero reports whether no paper is named.
func (r PaperRef) IsZero() bool { return r.ID == "" }

// Paper is a text or an image with its author. Its content is personal data and
// stays out of the engine.
type Paper struct {
	PaperRef
	Process   ProcessID
	Author    PersonID
	MediaType string // text/plain; charset=utf-8, image/jpeg or image/png
	Content   []byte
	Created   time.Time
}

// Origin is who moved the matter 动议 (law.md §1.2).
type Origin string

// The lawful proposers.
const (
	OriginParty           Origin = "party_organisation"      // 党组织
	OriginCommittee       Origin = "committee"               // 居(村)民委员会
	OriginSupervisors     Origin = "supervisory_committee"   // 居务/村务监督委员会
	OriginCollective      Origin = "collective_organisation" // 集体经济组织
	OriginResidents       Origin = "residents_tenth"         // 十分之一以上居(村)民联名
	OriginRepresentatives Origin = "representatives_fifth"   // 五分之一以上代表联名
	OriginResident        Origin = "resident"                // 居(村)民个人; for what decides nothing
	OriginRepresentative  Origin = "representative"          // 居(村)民代表个人; for what decides nothing
	OriginUnit            Origin = "unit"                    // 驻区单位、社会组织; for what decides nothing
	OriginHouseholds      Origin = "households_fifth"        // 五分之一以上的户联名; for a hearing
	OriginGroups          Origin = "groups_third"            // 三分之一以上居(村)民小组联名; for a hearing
	OriginCalendar        Origin = "calendar"                // 按期自动发起: nobody moved it, its day had come
)

// Category is what a matter is about (law.md §§1.1, 4.4).
type Category string

// The categories. Which body may decide each is the pack's to say.
const (
	CategoryPlan           Category = "plan"            // 发展规划、年度计划
	CategoryWelfare        Category = "public_welfare"  // 公益事业、筹资筹劳
	CategoryEnvironment    Category = "environment"     // 环境、设施改造
	CategoryFunds          Category = "funds"           // 集体资金使用
	CategoryRelief         Category = "relief"          // 救助对象和方案
	CategorySubsidy        Category = "subsidy"         // 误工补贴
	CategoryCovenant       Category = "covenant"        // 居民公约/村规民约
	CategoryLandContract   Category = "land_contract"   // 土地承包
	CategoryHomestead      Category = "homestead"       // 宅基地
	CategoryCompensation   Category = "compensation"    // 征地补偿分配
	CategoryCollectiveGood Category = "collective_good" // 集体财产处分
	CategoryElection       Category = "election"        // 选举、罢免
	CategoryOwners         Category = "owners"          // 物业、业主共同决定
	CategoryAuthorise      Category = "authorise"       // 授权居(村)民代表会议
	CategoryOther          Category = "other"           // 其他
)

// The matters that owners decide together 业主共同决定 (民法典 第二百七十八条). The
// last three are the special ones 特别事项.
const (
	OwnersRules       Category = "owners_rules"        // 业主大会议事规则
	OwnersCovenant    Category = "owners_covenant"     // 管理规约
	OwnersCommittee   Category = "owners_committee"    // 选举、更换业主委员会
	OwnersManager     Category = "owners_manager"      // 选聘、解聘物业服务人
	OwnersFundUse     Category = "owners_fund_use"     // 使用维修资金
	OwnersOther       Category = "owners_other"        // 其他重大事项
	OwnersFundRaise   Category = "owners_fund_raise"   // 筹集维修资金
	OwnersRebuild     Category = "owners_rebuild"      // 改建、重建建筑物及其附属设施
	OwnersCommonParts Category = "owners_common_parts" // 改变共有部分用途或者利用共有部分经营
)

// OwnersCategories lists what an owners' meeting decides, and nobody else.
var OwnersCategories = []Category{
	OwnersRules, OwnersCovenant, OwnersCommittee, OwnersManager, OwnersFundUse, OwnersOther,
	OwnersFundRaise, OwnersRebuild, OwnersCommonParts,
}

// Affected says whose interest is touched: it decides which forum comes before (law.md §3.1).
type Affected string

// Who is affected.
const (
	AffectsAll   Affected = "all"   // 全体居民
	AffectsSome  Affected = "some"  // 部分居民或特定群体
	AffectsOther Affected = "other" // 其他
)

// Matter is what is to be decided.
type Matter struct {
	Title    string   `json:"title"`
	Summary  string   `json:"summary"` // in plain words, first thing a voter reads
	Category Category `json:"category"`
	Affected Affected `json:"affected"`
	Origin   Origin   `json:"origin"`
	// Signers and SignersOf count a joint motion: how many signed of how many entitled.
	Signers   int `json:"signers,omitempty"`
	SignersOf int `json:"signers_of,omitempty"`
	// BudgetFen is the budget in fen (0.01 yuan).
	BudgetFen int64 `json:"budget_fen"`
	// Form is the body that decides at ④.
	Form Body `json:"form"`
	// Authorisation says by which decision of the assembly the conference may decide: matters, scope, term.
	Authorisation string `json:"authorisation,omitempty"`
	// AuthorisedBy names the Authorisation that Authorisation tells of, where it was given by a process here.
	AuthorisedBy string `json:"authorised_by,omitempty"`
	// Estate is whose owners meet; for an owners' meeting only.
	Estate EstateID `json:"estate,omitempty"`
	// Demanded is what a joint demand asks for, and Demand the joint demand for which a
	// process was started.
	Demanded Demanded  `json:"demanded,omitempty"`
	Demand   ProcessID `json:"demand,omitempty"`
	// Group is the residents' group 居(村)民小组 that meets; for a group meeting only.
	Group string `json:"group,omitempty"`
	// Election is what an election begins with, Recall whom a recall is about.
	Election *ElectionSetup `json:"election,omitempty"`
	Recall   *RecallSetup   `json:"recall,omitempty"`
	// Choosing is what is chosen 推选, Resignation who resigns.
	Choosing    *ChoosingSetup    `json:"choosing,omitempty"`
	Resignation *ResignationSetup `json:"resignation,omitempty"`
	// NewFacts says to the supervisors why a recall does not rest on the facts and reasons
	// of one that failed (S-VE 第四十二条).
	NewFacts string `json:"new_facts,omitempty"`
	// Item and Period are what a disclosure is of.
	Item   ItemCode `json:"item,omitempty"`
	Period Period   `json:"period,omitempty"`
	// Merged asks for ① and ② in one meeting.
	Merged bool `json:"merged,omitempty"`
	// ChoiceReason justifies to the supervisors another forum than the matter needs.
	ChoiceReason string `json:"choice_reason,omitempty"`
	// Delegates are the Party delegates who review in place of the Party members' meeting
	// ③; ChoiceReason says why.
	Delegates []PersonID `json:"delegates,omitempty"`
	// Departments are the bodies that are rated 被评议单位, by name.
	Departments []string `json:"departments,omitempty"`
	// Quick asks for a consultation that is answered at once 即时议.
	Quick bool `json:"quick,omitempty"`
	// For is the process for which this one was started, and which learns of it.
	For ProcessID `json:"for,omitempty"`
	// ForItem is the item of an open talk for which it was started.
	ForItem string `json:"for_item,omitempty"`
	// Opinion is the opinion in the box for which it was started.
	Opinion string `json:"opinion,omitempty"`
}

// State is how a process stands.
type State string

// The states.
const (
	Running State = "running"
	Held    State = "held"  // an order of rectification holds it
	Ended   State = "ended" // with an outcome
)

// OpenAct is an act that the process accepts now.
type OpenAct struct {
	Kind    ActKind `json:"kind"`
	Subject string  `json:"subject,omitempty"`
	// Actor is set where only one person may do it.
	Actor PersonID `json:"actor,omitempty"`
	// Offices narrows the offices of the act's row where the stage does.
	Offices []Office `json:"offices,omitempty"`
}

// Waiting answers "why is it waiting?" at all times.
type Waiting struct {
	// For is a catalogue key: opinions, notice, check_in, votes, display, supervisors, street, signatures, answer, act.
	For   string    `json:"for"`
	Since time.Time `json:"since,omitzero"`
	Until time.Time `json:"until,omitzero"`
	// Provisional: Until was computed from a calendar that is not published yet.
	Provisional bool `json:"provisional,omitempty"`
}

// Status is where a process stands: what its page shows on top.
type Status struct {
	Stage   Stage     `json:"stage"`
	Round   int       `json:"round"`
	State   State     `json:"state"`
	Outcome Outcome   `json:"outcome,omitempty"`
	Waiting Waiting   `json:"waiting"`
	Open    []OpenAct `json:"open"`
	Since   time.Time `json:"since,omitzero"`
	// Agenda is what a conference has on its agenda, in order.
	Agenda []Motion `json:"agenda,omitempty"`
	// Demand is where a joint demand stands.
	Demand *DemandStatus `json:"demand,omitempty"`
	// Appraisal is where a yearly report stands.
	Appraisal *AppraisalStatus `json:"appraisal,omitempty"`
	// Hearing is where a hearing stands, Asked that which a matter waits for.
	Hearing *HearingStatus `json:"hearing,omitempty"`
	Asked   *AskedHearing  `json:"asked,omitempty"`
	// Disclosure is where a disclosure stands.
	Disclosure *DisclosureStatus `json:"disclosure,omitempty"`
	// Election is where an election stands, Recall where a recall does.
	Election *ElectionProgress `json:"election,omitempty"`
	Recall   *RecallProgress   `json:"recall,omitempty"`
	// Choosing is where a choice stands, Resignation where a resignation does.
	Choosing    *ChoosingProgress    `json:"choosing,omitempty"`
	Resignation *ResignationProgress `json:"resignation,omitempty"`
	// Consultation is where a consultation stands.
	Consultation *ConsultationStatus `json:"consultation,omitempty"`
	// Rating is where a rating of departments stands.
	Rating *RatingStatus `json:"rating,omitempty"`
	// Talk is where an open talk stands.
	Talk *OpenTalkStatus `json:"talk,omitempty"`
	// Livelihood is where a livelihood matter stands.
	Livelihood *LivelihoodStatus `json:"livelihood,omitempty"`
}

// Voting is how a motion is voted on 表决方式.
type Voting string

const (
	// RecordedVoting is 记名表决: who voted how is published.
	RecordedVoting Voting = "recorded"
	// SecretVoting is 无记名投票.
	SecretVoting Voting = "secret"
	// HandsVoting is 举手表决: two people count and must agree.
	HandsVoting Voting = "hands"
)

// Votings lists the ways to vote on a motion.
var Votings = []Voting{RecordedVoting, SecretVoting, HandsVoting}

// Motion is 议题: a text put to the vote of a meeting.
type Motion struct {
	ID       string   `json:"id"`
	Paper    PaperRef `json:"paper"`
	Category Category `json:"category"`
	Voting   Voting   `json:"voting"`
	// OnPaper: paper ballots are handed out besides the web.
	OnPaper bool `json:"on_paper,omitempty"`
	// Options and Seats make it a choice of persons or things; its text names them.
	Options []OptionID `json:"options,omitempty"`
	// WriteIn: somebody who is not on the list may be named 另选他人.
	WriteIn bool `json:"write_in,omitempty"`
	// Post is the post that is voted for at an election; its options are persons.
	Post  ElectionPost `json:"post,omitempty"`
	Seats int          `json:"seats,omitempty"`
	// Together: it stands on one ballot with the motion before it.
	Together bool `json:"together,omitempty"`
	// Grant is set where the assembly is asked to authorise the conference.
	Grant *Grant `json:"grant,omitempty"`
	// Poll is its poll, empty until one was opened; Met how the poll ended, nil until then.
	Poll PollID `json:"poll,omitempty"`
	Met  *bool  `json:"met,omitempty"`
	// Chosen and Tied are the options that won, and those that share the last seat.
	Chosen []OptionID `json:"chosen,omitempty"`
	Tied   []OptionID `json:"tied,omitempty"`
	// SentUp: the representatives left it to the assembly 提请居(村)民会议决定.
	SentUp bool `json:"sent_up,omitempty"`
}

// MotionVerdict is what a ballot of several motions says to one of them.
type MotionVerdict struct {
	Motion  string     `json:"motion"`
	Verdict Verdict    `json:"verdict"`
	Chosen  []OptionID `json:"chosen,omitempty"`
	Tied    []OptionID `json:"tied,omitempty"`
}

// HandCount is one person's count of raised hands.
type HandCount struct {
	By      PersonID `json:"by"`
	Yes     int      `json:"yes"`
	No      int      `json:"no"`
	Abstain int      `json:"abstain"`
}

// Same reports whether two counts give the same numbers.
func (c HandCount) Same(o HandCount) bool {
	return c.Yes == o.Yes && c.No == o.No && c.Abstain == o.Abstain
}

// TaskState is how a human task stands.
type TaskState string

// The states of a task.
const (
	TaskOpen      TaskState = "open"
	TaskDone      TaskState = "done"
	TaskWithdrawn TaskState = "withdrawn" // no longer needed
)

// Task is 待办: an act that a role is asked to do by a day.
type Task struct {
	ID        TaskID    `json:"id"`
	Stage     Stage     `json:"stage"`
	Act       ActKind   `json:"act"`
	Subject   string    `json:"subject,omitempty"`
	Offices   []Office  `json:"offices"`
	Person    PersonID  `json:"person,omitempty"`
	Opened    time.Time `json:"opened"`
	Due       time.Time `json:"due,omitzero"`
	Basis     *Basis    `json:"basis,omitempty"`
	Reminded  time.Time `json:"reminded,omitzero"`
	Escalated time.Time `json:"escalated,omitzero"`
	State     TaskState `json:"state"`
	Ended     time.Time `json:"ended,omitzero"`
	By        PersonID  `json:"by,omitempty"`
	Late      bool      `json:"late,omitempty"`
}

// MeetingState is how a meeting stands.
type MeetingState string

// The states of a meeting.
const (
	MeetingConvened  MeetingState = "convened"   // notice is out
	MeetingCheckIn   MeetingState = "check_in"   // its time has come, people sign in
	MeetingInSession MeetingState = "in_session" // called to order with a quorum
	MeetingAdjourned MeetingState = "adjourned"  // no quorum
	MeetingClosed    MeetingState = "closed"
	MeetingCancelled MeetingState = "cancelled" // the process ended before it was over
)

// Meeting is one sitting of a body.
type Meeting struct {
	ID         MeetingID `json:"id"`
	Stage      Stage     `json:"stage"`
	Round      int       `json:"round"`
	Body       Body      `json:"body"`
	Convened   time.Time `json:"convened"`
	Starts     time.Time `json:"starts"`
	Urgent     bool      `json:"urgent,omitempty"`
	NoticeDays DaysRule  `json:"notice_days"`
	Notice     PaperRef  `json:"notice"`
	// Sections is in how many places it is held 分片, nought for one.
	Sections int          `json:"sections,omitempty"`
	State    MeetingState `json:"state"`
	Chair    PersonID     `json:"chair,omitempty"`
	Quorum   *Verdict     `json:"quorum,omitempty"`
	Draft    PaperRef     `json:"draft,omitzero"`
	Agenda   []Motion     `json:"agenda,omitempty"`
	Minutes  PaperRef     `json:"minutes,omitzero"`
	Recorder PersonID     `json:"recorder,omitempty"`
	SignedBy PersonID     `json:"signed_by,omitempty"`
}

// PollState is how a poll stands.
type PollState string

// The states of a poll.
const (
	PollOpen     PollState = "open"
	PollCounting PollState = "counting" // no ballot is taken any more, the paper is being counted
	PollClosed   PollState = "closed"
	PollVoided   PollState = "voided" // it cannot be counted, and is held again
)

// Choice is what a ballot says to a motion.
type Choice string

// The choices.
const (
	Yes     Choice = "yes"     // 赞成
	No      Choice = "no"      // 反对
	Abstain Choice = "abstain" // 弃权
)

// Poll is a recorded poll 记名表决: name and choice are kept, and published so.
type Poll struct {
	ID      PollID    `json:"id"`
	Meeting MeetingID `json:"meeting"`
	Stage   Stage     `json:"stage"`
	Text    PaperRef  `json:"text"` // what is put to the vote
	Opened  time.Time `json:"opened"`
	Closes  time.Time `json:"closes"`
	Closed  time.Time `json:"closed,omitzero"`
	State   PollState `json:"state"`
	Voters  int       `json:"voters"`
	Tally   *Tally    `json:"tally,omitempty"`
	Passing *Verdict  `json:"passing,omitempty"`
	// Secret polls 无记名投票 keep who voted apart from how.
	Secret bool `json:"secret,omitempty"`
	// Hands polls 举手表决 take no ballots: Counts are what was entered, the last of each person.
	Hands  bool        `json:"hands,omitempty"`
	Counts []HandCount `json:"counts,omitempty"`
	// Motion is the motion of a conference's agenda.
	Motion string `json:"motion,omitempty"`
	// Form is what the ballot asks; empty for one motion, which Tally counts.
	Form BallotForm `json:"form,omitempty"`
	// Questions is the count of a Form once the poll is closed.
	Questions []QuestionCount `json:"questions,omitempty"`
	// Verdicts are those of the motions on one ballot; Passing is then nil.
	Verdicts []MotionVerdict `json:"verdicts,omitempty"`
	// OnPaper polls hand out paper besides the web; Paper is how it added up.
	OnPaper bool            `json:"on_paper,omitempty"`
	Paper   *Reconciliation `json:"paper,omitempty"`
	// PaperOnly polls take no ballot on the web: an election whose approved plan does not
	// switch it on.
	PaperOnly bool `json:"paper_only,omitempty"`
	// Whole polls are open to all who are due, whether they came or not 参与表决.
	Whole bool `json:"whole,omitempty"`
}

// PostingState is how a posting stands.
type PostingState string

// The states of a posting.
const (
	PostingUp     PostingState = "up"
	PostingEnded  PostingState = "ended"
	PostingBroken PostingState = "broken" // torn down before its time; posted again in full
)

// Posting is 公示: what hangs on the board, and until when.
type Posting struct {
	ID     PostingID `json:"id"`
	Stage  Stage     `json:"stage"`
	Paper  PaperRef  `json:"paper"`
	Posted time.Time `json:"posted"`
	// DisplayUntil is 24:00 of the last day of display; it does not roll (law.md §17.6).
	DisplayUntil time.Time `json:"display_until"`
	// ObjectionsUntil is 24:00 of the last day to object.
	ObjectionsUntil time.Time    `json:"objections_until"`
	DisplayDays     DaysRule     `json:"display_days"`
	ObjectionDays   DaysRule     `json:"objection_days"`
	Proof           PaperRef     `json:"proof,omitzero"`
	State           PostingState `json:"state"`
	Ended           time.Time    `json:"ended,omitzero"`
}

// ObjectionState is how an objection stands.
type ObjectionState string

// The states of an objection.
const (
	ObjectionFiled     ObjectionState = "filed"
	ObjectionAnswered  ObjectionState = "answered"
	ObjectionContested ObjectionState = "contested" // goes back to the body the rules name
	ObjectionSettled   ObjectionState = "settled"
)

// Objection is 异议 to a posting.
type Objection struct {
	ID        string         `json:"id"`
	Posting   PostingID      `json:"posting"`
	Person    PersonID       `json:"person"`
	Paper     PaperRef       `json:"paper"`
	Filed     time.Time      `json:"filed"`
	AnswerDue time.Time      `json:"answer_due"`
	Answer    PaperRef       `json:"answer,omitzero"`
	Answered  time.Time      `json:"answered,omitzero"`
	Contest   PaperRef       `json:"contest,omitzero"`
	State     ObjectionState `json:"state"`
	Late      bool           `json:"late,omitempty"`
	// RulingDue is by when the street or township rules where the rules give it the
	// objection; Upheld that it found the objection right.
	RulingDue time.Time `json:"ruling_due,omitzero"`
	Ruling    PaperRef  `json:"ruling,omitzero"`
	Ruled     time.Time `json:"ruled,omitzero"`
	Upheld    bool      `json:"upheld,omitempty"`
}

// MarkKind is what supervisors did.
type MarkKind string

// The marks of supervision.
const (
	MarkAcknowledged  MarkKind = "acknowledged"  // 知悉
	MarkDeclined      MarkKind = "declined"      // 不予签署; recorded and shown, no veto
	MarkQuestion      MarkKind = "question"      // 询问
	MarkRectification MarkKind = "rectification" // 要求整改
	MarkClosing       MarkKind = "closing"       // 总结意见
	MarkSilent        MarkKind = "silent"        // 逾期未表态, recorded when the limit passes
)

// MarkState is how a mark stands.
type MarkState string

// The states of a mark.
const (
	MarkOpen      MarkState = "open"      // waits for an answer
	MarkAnswered  MarkState = "answered"  // answered, the supervisors have not said whether it is enough
	MarkSettled   MarkState = "settled"   // done
	MarkEscalated MarkState = "escalated" // the limit passed; the street or township was told
)

// Mark is an act of supervision and what became of it.
type Mark struct {
	ID        string    `json:"id"`
	Stage     Stage     `json:"stage"`
	Kind      MarkKind  `json:"kind"`
	By        PersonID  `json:"by,omitempty"`
	Paper     PaperRef  `json:"paper,omitzero"`
	Made      time.Time `json:"made"`
	Due       time.Time `json:"due,omitzero"`
	Answer    PaperRef  `json:"answer,omitzero"`
	Answered  time.Time `json:"answered,omitzero"`
	Escalated time.Time `json:"escalated,omitzero"`
	Guidance  PaperRef  `json:"guidance,omitzero"`
	State     MarkState `json:"state"`
}

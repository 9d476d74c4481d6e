package deliberation

import "time"

// Community is 社区 or 村: everything belongs to one.
type Community struct {
	ID   CommunityID
	Name string
	Kind CommunityKind
	// Place picks local overlays, for example "sichuan"; empty where there is none.
	Place string
	// Demo communities are made up; their pages say so and nothing in them has legal effect.
	Demo bool
}

// Person is one human being. The name is personal data.
type Person struct {
	ID        PersonID
	Community CommunityID
	Name      string
	Group     string // 居(村)民小组, empty where none
}

// OfficeHeld is an office held in a community, or over a place above it, from a
// day until a day, that one included (zero: still held).
type OfficeHeld struct {
	Person    PersonID
	Community CommunityID
	Office    Office
	From      Date
	Until     Date
	// Source is how the office was come by: elected, appointed, joined, born (an adult resident), loaded.
	Source string
}

// Roster is a whole community as it is loaded at once.
type Roster struct {
	Community Community
	Persons   []Person
	Offices   []OfficeHeld
	// Households are those that Records speak of.
	Households []Household `json:",omitempty"`
	// Records say more of those of the Persons that more is known of; who stands
	// here stands in Persons too, with the same name and group.
	Records []PersonRecord `json:",omitempty"`
	// Estates with their Units, whose owners are among the Persons.
	Estates []Estate `json:",omitempty"`
	Units   []Unit   `json:",omitempty"`
}

// The kinds of process, as rows and addresses name them.
const (
	FourDeliberationsKind = "four_deliberations"   // 四议两公开一监督
	ConferenceKind        = "conference"           // 居(村)民会议、代表会议
	DemandKind            = "demand"               // 联名提议
	DutyReportKind        = "duty_report"          // 述职述廉和民主评议
	HearingKind           = "hearing"              // 听证会、论证会
	DisclosureKind        = "disclosure"           // 居(村)务公开
	DepartmentKind        = "department_appraisal" // 评议政府部门、站所、服务单位
	ElectionKind          = "election"             // 居(村)民委员会选举、补选
	RecallKind            = "recall"               // 罢免
	ChoosingKind          = "choosing"             // 推选监督委员会、代表、小组长
	ResignationKind       = "resignation"          // 辞职
	ConsultationKind      = "consultation"         // 议事协商
	OpenTalkKind          = "open_talk"            // 民情恳谈
	LivelihoodKind        = "livelihood_matter"    // 民生事项
)

// Process is a case: what was started, by whom, under which rules.
type Process struct {
	ID        ProcessID
	Community CommunityID
	// Kind names the workflow, for example FourDeliberationsKind.
	Kind      string
	Matter    Matter
	Pack      PackRef
	Started   Date
	StartedBy PersonID
	Office    Office
	Clock     Clock
	Status    Status
}

// Proceeding is a process with all that pages show of it.
type Proceeding struct {
	Process
	Tasks      []Task
	Meetings   []Meeting
	Polls      []Poll
	Postings   []Posting
	Objections []Objection
	Marks      []Mark
}

// Meeting gives the meeting of the id.
func (p Proceeding) Meeting(id MeetingID) (Meeting, bool) {
	for _, m := range p.Meetings {
		if m.ID == id {
			return m, true
		}
	}
	return Meeting{}, false
}

// RollLine is one member on the frozen roll of a meeting.
type RollLine struct {
	Person Person
	// Parts are the committees of a joint meeting the person sits on.
	Parts     []Body
	CheckedIn time.Time // zero: absent
	CheckedBy PersonID  // who entered it; the person, or the clerk at the table
	// Left is when the member left the hall, zero while there or never come.
	Left time.Time
	// Section is in which place of several they signed in, counted from one.
	Section int
	// Area is an owner's, in hundredths of a square metre.
	Area int
}

// RollSpec asks for a roll to be frozen: the members of the body on the day.
type RollSpec struct {
	Process   ProcessID   `json:"process"`
	Community CommunityID `json:"community"`
	Meeting   MeetingID   `json:"meeting"`
	Body      Body        `json:"body"`
	On        Date        `json:"on"`
	// Estate is whose owners are due at an owners' meeting.
	Estate EstateID `json:"estate,omitempty"`
	// Method is by which method those due elected before: Electors of a recall, where no
	// list of electors stands.
	Method ElectionMethod `json:"method,omitempty"`
	// Group is whose adults are due at a group meeting.
	Group string `json:"group,omitempty"`
	// People are those named to a meeting that is of no standing body.
	People []PersonID `json:"people,omitempty"`
}

// Offices are those whose holders are due.
func (s RollSpec) Offices() []Office {
	if s.Method != "" {
		return []Office{s.Method.Office()}
	}
	return s.Body.Offices()
}

// Roll is a frozen roll: its counts and its hash.
type Roll struct {
	Attendance Attendance `json:"attendance"`
	Count      int        `json:"count"`
	SHA256     string     `json:"sha256"`
}

// Count is a closed poll.
type Count struct {
	Tally         Tally  `json:"tally"`
	BallotsSHA256 string `json:"ballots_sha256"`
	// Questions is the count of a poll with a form.
	Questions []QuestionCount `json:"questions,omitempty"`
	// ReceiptsSHA256 is of the sorted receipts of a secret poll, a line each.
	ReceiptsSHA256 string `json:"receipts_sha256,omitempty"`
	// Cancelled counts the ballots of the web that paper cancelled, CancelledSHA256 is of
	// their sorted receipts, a line each.
	Cancelled       int    `json:"cancelled,omitempty"`
	CancelledSHA256 string `json:"cancelled_sha256,omitempty"`
	// Paper is how the paper added up, PaperSHA256 the hash of the PaperCount it is made from.
	Paper       *Reconciliation `json:"paper,omitempty"`
	PaperSHA256 string          `json:"paper_sha256,omitempty"`
}

// Ballot is one vote as it is cast.
type Ballot struct {
	Poll   PollID
	Person PersonID
	// Choice answers the motion of a poll without a form; Answers those of a form.
	Choice  Choice
	Answers []Answer
	// Key is the voter's Idempotency-Key: the same key again is the same ballot.
	Key string
	At  time.Time // civil
	// Assistant is who helped at the table, empty where nobody did.
	Assistant PersonID
	// Agent is who votes for the person under a mandate, empty where the person does.
	Agent PersonID
}

// BallotReceipt says that a ballot is in the box, durably.
type BallotReceipt struct {
	Poll PollID    `json:"poll"`
	Code string    `json:"code"` // shown to the voter; says nothing of the choice
	At   time.Time `json:"at"`
}

// BallotLine is one line of a recorded poll: who was on its roll and what they chose.
type BallotLine struct {
	Person Person
	Voted  bool
	// Choice is empty until the poll is closed, and always in a secret poll.
	Choice Choice
	// Answers are those to a form, once the poll is closed; never in a secret poll.
	Answers []Answer
}

// OpenedBox is what a closed secret poll publishes: the choices, a line each in an
// order drawn by chance, and the receipts in the order of their text. Nothing joins
// the two lists, nor either with a person.
type OpenedBox struct {
	Lines    []string `json:"lines"`
	Receipts []string `json:"receipts"`
	// Cancelled are the receipts of ballots that paper cancelled; their choices are not
	// among the lines.
	Cancelled []string `json:"cancelled,omitempty"`
}

// Opinion is 意见 to a matter, with what became of it.
type Opinion struct {
	ID      string
	Process ProcessID
	Person  PersonID
	// Channel is how it came; where not by the web, Person entered it for others.
	Channel Channel
	Paper   PaperRef
	Text    string
	Given   time.Time
	// Disposition is adopted, partly or not, empty while it waits.
	Disposition string
	Answer      string
	Answered    time.Time
	AnsweredBy  PersonID
}

// Notice is one line of the public board.
type Notice struct {
	Posting Posting
	Process Process
}

// TaskLine is a task with the process it belongs to.
type TaskLine struct {
	Task    Task
	Process Process
}

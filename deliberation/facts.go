package deliberation

import (
	"encoding/json"
	"time"
)

// FactKind names what an entry of the register says.
type FactKind string

// The facts, each with the type of its data.
const (
	FactStarted           FactKind = "started"            // StartedData
	FactStage             FactKind = "stage"              // StageData: a stage is entered
	FactOutcome           FactKind = "outcome"            // OutcomeData: a stage has ended
	FactEnded             FactKind = "ended"              // OutcomeData: the process has ended
	FactPaper             FactKind = "paper"              // PaperData: a paper is filed
	FactOpinions          FactKind = "opinions"           // OpinionsData: soliciting has ended
	FactNotice            FactKind = "notice"             // NoticeData: a meeting is convened
	FactRoll              FactKind = "roll"               // RollData: a roll is frozen
	FactQuorum            FactKind = "quorum"             // VerdictData
	FactPollOpened        FactKind = "poll_opened"        // RollData of those present
	FactPollClosed        FactKind = "poll_closed"        // CountData
	FactMotion            FactKind = "motion"             // MotionData: put on the agenda, or taken off
	FactHandCount         FactKind = "hand_count"         // HandCountData
	FactPassing           FactKind = "passing"            // VerdictData
	FactCasting           FactKind = "casting"            // CastingData: no ballot is taken any more, the paper is counted
	FactMandates          FactKind = "mandates"           // MandatesData: the list of agents, as published before the vote
	FactVoided            FactKind = "voided"             // PaperData: a poll cannot be counted and is held again
	FactSentUp            FactKind = "sent_up"            // SentUpData
	FactChair             FactKind = "chair"              // ChairData: another chair
	FactFiled             FactKind = "filed"              // PaperData: filed with the street or township
	FactAuthorised        FactKind = "authorised"         // AuthorisedData
	FactSigned            FactKind = "signed"             // SignedData
	FactSignatures        FactKind = "signatures"         // SignaturesData: the signatures of a joint demand are counted
	FactDemandAnswer      FactKind = "demand_answer"      // DemandAnswerData of the conveners
	FactDemandGuided      FactKind = "demand_guided"      // DemandAnswerData of the street or township
	FactDemandMet         FactKind = "demand_met"         // DemandMetData
	FactAppraised         FactKind = "appraised_list"     // AppraisedListData: who is appraised this year
	FactDutyReport        FactKind = "duty_report"        // DutyReportData
	FactGraded            FactKind = "graded"             // GradedData
	FactGradeAct          FactKind = "grade_act"          // AppraisalActData: what was done about a grade
	FactRatedList         FactKind = "rated_list"         // RatedListData: which departments are rated
	FactRated             FactKind = "rated"              // RatedData
	FactRatingAct         FactKind = "rating_act"         // RatingActData: a body was told, replied, or let its limit pass
	FactScreened          FactKind = "screened"           // ScreenedData
	FactQuickAnswer       FactKind = "quick_answer"       // QuickAnswerData
	FactTurned            FactKind = "turned_full"        // PaperData: a quick consultation becomes a full one
	FactParticipants      FactKind = "participants"       // ParticipantsData
	FactFinding           FactKind = "finding"            // FindingData
	FactCarriedOut        FactKind = "carried_out"        // PaperData
	FactForwarded         FactKind = "forwarded"          // ForwardedData
	FactTalkItem          FactKind = "talk_item"          // TalkItemData
	FactMerged            FactKind = "opinions_merged"    // MergedData: the opinions of a livelihood matter are merged and classified
	FactSurvey            FactKind = "survey"             // SurveyData
	FactElectionAudit     FactKind = "election_audit"     // ElectionAuditData
	FactElectionCommittee FactKind = "election_committee" // ElectionCommitteeData
	FactElectionScheme    FactKind = "election_scheme"    // ElectionSchemeData
	FactElectors          FactKind = "electors"           // ElectorsData: the list of electors, as published or as changed
	FactNominations       FactKind = "nominations"        // NominationsData
	FactNominee           FactKind = "nominee"            // NomineeData
	FactCandidates        FactKind = "candidates"         // CandidatesData
	FactElectionRound     FactKind = "election_round"     // ElectionRoundData
	FactElectionDay       FactKind = "election_day"       // ElectionDayData: put off
	FactDeclared          FactKind = "declared"           // ElectionDeclaredData
	FactChallenge         FactKind = "challenge"          // ElectionChallengeData
	FactElectionStep      FactKind = "election_step"      // ElectionStepData
	FactRecall            FactKind = "recall"             // RecallData
	FactChoosingCandidate FactKind = "choosing_candidate" // ChoosingCandidateData
	FactChoosingLists     FactKind = "choosing_lists"     // ChoosingListsData
	FactResignation       FactKind = "resignation"        // ResignationData
	FactChosen            FactKind = "chosen"             // ChosenData
	FactDisclosure        FactKind = "disclosure"         // DisclosureDraftData: a draft was handed in
	FactConfirmed         FactKind = "confirmed"          // DisclosureConfirmData
	FactHearingPlan       FactKind = "hearing_plan"       // HearingPlanData
	FactDrawCommitted     FactKind = "draw_committed"     // DrawCommittedData: the sign-up is open
	FactDrawn             FactKind = "drawn"              // DrawnData: the sign-up is closed, lots are drawn
	FactHearingClosed     FactKind = "hearing_closed"     // HearingClosedData: the chair closed the sitting
	FactSpeakers          FactKind = "speakers"           // SpeakersData
	FactRecordSigned      FactKind = "record_signed"      // RecordSignedData
	FactHearingReport     FactKind = "hearing_report"     // HearingReportData, in the hearing and in the matter it was held for
	FactHearingAsked      FactKind = "hearing_asked"      // HearingAskedData
	FactHearingStarted    FactKind = "hearing_started"    // HearingStartedData
	FactPosted            FactKind = "posted"             // PostedData
	FactPostingProof      FactKind = "posting_proof"      // PaperData
	FactPostingEnded      FactKind = "posting_ended"      // PostedData
	FactPostingBroken     FactKind = "posting_broken"     // PostedData
	FactObjection         FactKind = "objection"          // ObjectionData: filed, answered, contested or settled
	FactMark              FactKind = "mark"               // MarkData
	FactReminder          FactKind = "reminder"           // TaskData
	FactEscalation        FactKind = "escalation"         // TaskData or MarkData: a limit passed
)

// Fact is what a decision stands on. Store appends it to the register in the
// transaction that makes it so.
type Fact struct {
	Kind    FactKind        `json:"kind"`
	Stage   Stage           `json:"stage,omitempty"`
	Subject string          `json:"subject,omitempty"` // id of the meeting, poll, posting … it speaks of
	Data    json.RawMessage `json:"data"`
}

// NewFact makes a fact of data, which must be one of the Data types below.
func NewFact(kind FactKind, stage Stage, subject string, data any) Fact {
	b, err := json.Marshal(data)
	if err != nil { // the Data types hold nothing that cannot be written
		panic(err)
	}
	return Fact{Kind: kind, Stage: stage, Subject: subject, Data: b}
}

// Entry is a fact as the register holds it. Its canonical JSON is a leaf of the
// Merkle tree.
type Entry struct {
	Index   int64     `json:"-"`
	Key     string    `json:"key"` // unique: the same change applied twice is one entry
	Process ProcessID `json:"process"`
	// Serial numbers the entries of one process from 1 without a gap, as the store
	// appends them: a dossier from which a fact was left out shows the gap.
	Serial int64     `json:"serial,omitempty"`
	At     time.Time `json:"at"`       // civil
	Stored time.Time `json:"recorded"` // the machine's own time
	Actor  PersonID  `json:"actor,omitempty"`
	Office Office    `json:"office,omitempty"`
	Fact
}

// StartedData opens a process.
type StartedData struct {
	Community CommunityID   `json:"community"`
	Kind      CommunityKind `json:"kind"`
	Pack      PackRef       `json:"pack"`
	Started   Date          `json:"started"`
	// Process is the kind of process, empty for FourDeliberationsKind.
	Process   string   `json:"process,omitempty"`
	Category  Category `json:"category"`
	Affected  Affected `json:"affected"`
	Origin    Origin   `json:"origin"`
	Form      Body     `json:"form"`
	Merged    bool     `json:"merged"`
	Quick     bool     `json:"quick,omitempty"`
	BudgetFen int64    `json:"budget_fen"`
	// MatterSHA256 is of the matter's JSON, texts included, which the dossier holds.
	MatterSHA256 string   `json:"matter_sha256"`
	Clock        Clock    `json:"clock"`
	Estate       EstateID `json:"estate,omitempty"`
	// For is the matter that a hearing was started for.
	For   ProcessID `json:"for,omitempty"`
	Group string    `json:"group,omitempty"`
	// Item and Period are what a disclosure is of.
	Item   ItemCode `json:"item,omitempty"`
	Period Period   `json:"period,omitempty"`
	// AuthorisedBy names the authorisation that the conference decides under, Grant what
	// it covers; both are empty where there is none, or it was given before Yishi.
	AuthorisedBy string `json:"authorised_by,omitempty"`
	Grant        *Grant `json:"grant,omitempty"`
	// Election and Recall are what those processes are about.
	Election *ElectionSetup `json:"election,omitempty"`
	Recall   *RecallSetup   `json:"recall,omitempty"`
	// Choosing is what is chosen 推选, Resignation who resigns.
	Choosing    *ChoosingSetup    `json:"choosing,omitempty"`
	Resignation *ResignationSetup `json:"resignation,omitempty"`
}

// StageData says that a stage is entered.
type StageData struct {
	Round int `json:"round"`
}

// OutcomeData says how a stage or the process ended.
type OutcomeData struct {
	Outcome Outcome `json:"outcome"`
	Next    Stage   `json:"next,omitempty"`
}

// PaperData says that a paper is filed.
type PaperData struct {
	Paper    PaperRef `json:"paper"`
	Income   int64    `json:"income,omitempty"`
	Spending int64    `json:"spending,omitempty"`
}

// OpinionsData counts the opinions gathered.
type OpinionsData struct {
	Opened   time.Time `json:"opened"`
	Closed   time.Time `json:"closed"`
	Days     DaysRule  `json:"days"`
	Received int       `json:"received"`
	Answered int       `json:"answered"`
}

// NoticeData says that a meeting was convened.
type NoticeData struct {
	Body       Body      `json:"body"`
	Starts     time.Time `json:"starts"`
	NoticeDays DaysRule  `json:"notice_days"`
	Urgent     bool      `json:"urgent,omitempty"`
	Paper      PaperRef  `json:"paper"`
}

// RollData says that a roll was frozen. RollSHA256 is of the sorted member ids,
// each followed by a newline, which the dossier holds.
type RollData struct {
	Body       Body   `json:"body"`
	Count      int    `json:"count"`
	RollSHA256 string `json:"roll_sha256"`
	// Area is the area of the owners on it, in hundredths of a square metre.
	Area   int       `json:"area,omitempty"`
	Closes time.Time `json:"closes,omitzero"`
	Text   PaperRef  `json:"text,omitzero"`
}

// VerdictData is a verdict that was reached.
type VerdictData struct {
	Meeting MeetingID `json:"meeting"`
	Verdict Verdict   `json:"verdict"`
	// Motion is set where several stand on one ballot; Chosen and Tied are its options.
	Motion string     `json:"motion,omitempty"`
	Chosen []OptionID `json:"chosen,omitempty"`
	Tied   []OptionID `json:"tied,omitempty"`
}

// CastingData says that a poll takes no ballot any more.
type CastingData struct {
	Meeting MeetingID `json:"meeting"`
	// Issued is how many sheets went out, replacements included.
	Issued int `json:"issued"`
}

// MandatesData says which agents were published. SHA256 is of the lines
// "principal agent\n" sorted, which the dossier holds.
type MandatesData struct {
	Meeting MeetingID `json:"meeting"`
	Count   int       `json:"count"`
	SHA256  string    `json:"sha256"`
	Rule    CountRule `json:"rule"`
}

// SentUpData says that a motion was left to the assembly, and by how many.
type SentUpData struct {
	Motion  string  `json:"motion"`
	Verdict Verdict `json:"verdict"`
}

// ChairData says that another person chairs, and by how many that was asked.
type ChairData struct {
	Meeting MeetingID `json:"meeting"`
	Before  PersonID  `json:"before"`
	Chair   PersonID  `json:"chair"`
	Paper   PaperRef  `json:"paper"`
	Verdict Verdict   `json:"verdict"`
}

// AuthorisedData is an authorisation that was carried.
type AuthorisedData struct {
	Authorisation Authorisation `json:"authorisation"`
}

// CountData says how a poll closed. BallotsSHA256 is of the lines "person choice\n"
// sorted by person for a recorded poll, which the dossier holds; of the sorted lines
// of choices alone for a secret one.
type CountData struct {
	Meeting        MeetingID       `json:"meeting"`
	Tally          Tally           `json:"tally"`
	BallotsSHA256  string          `json:"ballots_sha256"`
	Questions      []QuestionCount `json:"questions,omitempty"`
	ReceiptsSHA256 string          `json:"receipts_sha256,omitempty"`
	// Cancelled counts the ballots of the web that paper cancelled at an election;
	// CancelledSHA256 is of their sorted receipts, a line each, which the dossier holds.
	Cancelled       int    `json:"cancelled,omitempty"`
	CancelledSHA256 string `json:"cancelled_sha256,omitempty"`
	// Paper is how the paper of the poll added up; PaperSHA256 is of the JSON of its
	// PaperCount, which the dossier holds.
	Paper       *Reconciliation `json:"paper,omitempty"`
	PaperSHA256 string          `json:"paper_sha256,omitempty"`
}

// MotionData says that a motion was put on the agenda, or taken off it.
type MotionData struct {
	Motion Motion `json:"motion"`
	Off    bool   `json:"off,omitempty"`
}

// HandCountData says what one person counted.
type HandCountData struct {
	Meeting MeetingID `json:"meeting"`
	Count   HandCount `json:"count"`
	Agrees  bool      `json:"agrees"` // with what another counted
}

// SignedData says that a paper was signed.
type SignedData struct {
	Paper PaperRef `json:"paper"`
	// As is recorder, chair or supervisor.
	As string `json:"as"`
}

// PostedData says that a paper hangs on the board.
type PostedData struct {
	Paper           PaperRef  `json:"paper"`
	Posted          time.Time `json:"posted"`
	DisplayUntil    time.Time `json:"display_until"`
	ObjectionsUntil time.Time `json:"objections_until"`
	DisplayDays     DaysRule  `json:"display_days"`
	ObjectionDays   DaysRule  `json:"objection_days"`
}

// ObjectionData is an objection as it now stands.
type ObjectionData struct {
	Objection Objection `json:"objection"`
}

// MarkData is a mark of supervision as it now stands.
type MarkData struct {
	Mark Mark `json:"mark"`
}

// TaskData is a task whose day is near or past.
type TaskData struct {
	Task Task `json:"task"`
}

// Change is all that one step of a process writes: facts, and what pages show of
// them, in one transaction. Each value replaces the one with the same id.
type Change struct {
	// Key is unique to the step; applying a change twice is the same as once.
	Key        string      `json:"key"`
	Process    ProcessID   `json:"process"`
	At         time.Time   `json:"at"` // civil
	Actor      PersonID    `json:"actor,omitempty"`
	Office     Office      `json:"office,omitempty"`
	Act        ActKind     `json:"act,omitempty"`
	Facts      []Fact      `json:"facts,omitempty"`
	Status     *Status     `json:"status,omitempty"`
	Tasks      []Task      `json:"tasks,omitempty"`
	Meetings   []Meeting   `json:"meetings,omitempty"`
	Polls      []Poll      `json:"polls,omitempty"`
	Postings   []Posting   `json:"postings,omitempty"`
	Objections []Objection `json:"objections,omitempty"`
	Marks      []Mark      `json:"marks,omitempty"`
	// Authorisations are those that the assembly gave.
	Authorisations []Authorisation `json:"authorisations,omitempty"`
	// Appraisals are the grades that a conference gave.
	Appraisals []HeldAppraisal `json:"appraisals,omitempty"`
}

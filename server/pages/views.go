package pages

import (
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/templates"
)

// Paging is where a list stands.
type Paging struct {
	Total, Offset, Limit int
	Path                 string
	Query                url.Values
}

// At gives the address of the list from the offset on.
func (g Paging) At(offset int) string {
	q := url.Values{}
	for k, v := range g.Query {
		q[k] = v
	}
	q.Set("offset", strconv.Itoa(max(0, offset)))
	return g.Path + "?" + q.Encode()
}

func optionID(name string, i int) string {
	if i == 0 { // the error summary leads to the first answer
		return name
	}
	return name + "-" + strconv.Itoa(i+1)
}

func verdictTone(v deliberation.Verdict) Tone { return metTone(v.Met) }

func metTone(met bool) Tone {
	if met {
		return Good
	}
	return Bad
}

// BoardView is the public notice board 公开栏.
type BoardView struct {
	Page
	// Boards has the board of one community, none where one is to be chosen.
	Boards []CommunityBoard
	// Choose are the communities to choose from.
	Choose []deliberation.Community
}

// CommunityBoard is what hangs in one community.
type CommunityBoard struct {
	Community deliberation.Community
	Notices   []deliberation.Notice
	// Overdue are the bodies that have not met in time.
	Overdue []deliberation.Duty
	// OverdueDisclosures are what was not disclosed in time.
	OverdueDisclosures []deliberation.DisclosureDuty
	// Opinions are what came into the opinion box and was answered, where who asked lets
	// it be published.
	Opinions []BoxLine
	// OverdueReplies are departments that let the limit of their reply pass.
	OverdueReplies []deliberation.OverdueReply
}

// NoticeView is one posted paper and how to object.
type NoticeView struct {
	Page
	Notice    deliberation.Notice
	Community deliberation.Community
	// Text is the posted paper's, Accounts the table of accounts that it is.
	Text     string
	Accounts *deliberation.Accounts
	// MayObject says that the reader may object now; otherwise the page says what is needed.
	MayObject bool
	// Decided are the polls that led to the resolution, each with its verdict.
	Decided []deliberation.Poll
	// Titles are those of a conference's motions, by the paper that states them.
	Titles  map[deliberation.PaperID]string
	Ballots Ballots
}

// TodayView is 今天: my tasks by due date, and what waits for others.
type TodayView struct {
	Page
	Overdue, Today, Later []deliberation.TaskLine
	Others                []deliberation.TaskLine
	Meetings              []MeetingLine
	Polls                 []PollLine
	// Duties are bodies that must meet soon, or should have.
	Duties []deliberation.Duty
}

// MeetingLine is a meeting to come with the process it belongs to.
type MeetingLine struct {
	Meeting deliberation.Meeting
	Process deliberation.Process
}

// PollLine is an open poll with the process it belongs to. Principal is whose vote it
// waits for, where that is not the reader.
type PollLine struct {
	Poll      deliberation.Poll
	Process   deliberation.Process
	Principal deliberation.Person
}

// Path is the ballot.
func (l PollLine) Path() string {
	path := "/polls/" + string(l.Poll.ID)
	if l.Principal.ID != "" {
		path += "?for=" + string(l.Principal.ID)
	}
	return path
}

// ProcessesView lists the processes of a community.
type ProcessesView struct {
	Page
	List   []deliberation.Process
	Paging Paging
	Search string
	State  deliberation.State
}

// ProcessView is a process with all that is known of it.
type ProcessView struct {
	Page
	P     deliberation.Proceeding
	Names Names
	// Next is the one thing to do now; Others what else may be done.
	Next                *deliberation.OpenAct
	NextTask            *deliberation.Task
	Others              []deliberation.OpenAct
	Stages              []StageView
	Opinions            []deliberation.Opinion
	MayOpine, MayAnswer bool
	// ReadsBox says that the reader may open what is in the opinion box.
	ReadsBox bool
	Key      string
	// Opinion keeps what was typed where it was refused.
	Opinion string
	Problem *Problem
	// MayEnter: opinions gathered otherwise than on the web may be entered.
	MayEnter bool
	// Livelihood is where a livelihood matter stands, nil for another process.
	Livelihood *LivelihoodView
	// Talk lists what was raised in an open talk.
	Talk []TalkLine
	// Signing is how a joint demand stands, nil for other kinds.
	Signing *SigningView
	// Answering keeps an answer that was refused.
	Answering Answering
	// Agenda is that of a conference.
	Agenda []MotionLine
	// Polls are those that wait for the reader, or for whom the reader votes.
	Polls []PollLine
}

// Answering is an answer to an opinion as it was typed.
type Answering struct{ Opinion, Disposition, Text string }

// ActView is the form of one act, or the page that shows it once more.
type ActView struct {
	Page
	P       deliberation.Process
	Spec    deliberation.ActSpec
	Form    ActForm
	Problem *Problem
	Key     string
	// About is the text of what is acted on: the objection, the question, the order.
	About string
	// Subjects are the things the act may be about, where there are several.
	Subjects []Option
	// Posts are those from which a nominee chooses.
	Posts []Option
	// Rule is the notice that a meeting needs, nil where the act has none.
	Rule *deliberation.DaysRule
}

// ActForm is an act as it was typed.
type ActForm struct {
	Date, Time, Place, Text, Subject, Days, Urgent, Income, Spending, Voting, Category, Yes, No, Abstain string
	// People are names, a line each, Post the post of an election.
	People, Post string
	// Asked and the rest are the numbers of a survey of satisfaction.
	Asked, Returned, Satisfied, Basically, Not string
	// Decision is accept or refuse, Finding what was found.
	Decision, Finding string
	// Options are names, a line each.
	Options, Seats, OnPaper, Together, Sections, Until string
	// Grant lists the categories that are marked, GrantTo is the body that may decide them.
	Grant   []string
	GrantTo string
}

// Grants reports whether the category is marked.
func (f ActForm) Grants(category string) bool { return slices.Contains(f.Grant, category) }

// boardPath leads back to the board on which the notice hangs.
func (v NoticeView) boardPath() string {
	if v.SignedIn {
		return "/board"
	}
	return "/board?community=" + string(v.Community.ID)
}

// StartView is the form that begins a process, or its review.
type StartView struct {
	Page
	Form    StartForm
	Problem *Problem
	Key     string
	Pack    *deliberation.Pack
	Plan    []deliberation.PlanStep
	// Templates are ready forms, Stakes the answers to what is at stake; Chosen is the
	// one of them that filled the form, nil where none did.
	Templates, Stakes []templates.Template
	Chosen            *templates.Template
	Drafts            []deliberation.MatterDraft
	// Resumed: the form was filled from a draft.
	Resumed bool
	// Authorisations are those in force.
	Authorisations []AuthorisationLine
	// Estates are those whose owners can meet.
	Estates []deliberation.Estate
	// Groups are those that can meet by themselves.
	Groups []string
}

// StartForm is a matter as it was typed.
type StartForm struct {
	Kind, Title, Summary, Category, Affected, Origin, Signers, SignersOf, Budget, Form, Authorisation, Merged string
	// Demand is the joint demand for which the process is started, For another matter.
	Demand, For, ForItem string
	// Opinion is the opinion in the box for which it is started.
	Opinion string
	// AuthorisedBy is the authorisation that was chosen.
	AuthorisedBy string
	// Estate is whose owners meet.
	Estate string
	// Group is the residents' group that meets.
	Group string
	// Delegates are names, a line each, Reason why they review in place of the Party members' meeting.
	Delegates, Reason string
}

// SuperviseView is 监督台: all processes of the community with their light.
type SuperviseView struct {
	Page
	Lines []Light
	// Duties are those of all bodies to meet.
	Duties []deliberation.Duty
}

// Light is a process with its traffic light, and its words.
type Light struct {
	Process deliberation.Process
	Tone    Tone
	Word    string
	Late    int
	Mine    bool
}

// ReviewView is one process as the supervisors see it.
type ReviewView struct {
	Page
	P      deliberation.Proceeding
	Names  Names
	Stages []StageView
	Rules  map[deliberation.Stage]deliberation.MeetingRules
	Acts   []deliberation.OpenAct
	Light  Light
}

// MotionLine is a motion of an agenda with its title, the first line of its text.
type MotionLine struct {
	deliberation.Motion
	Title string
}

// MeetingView is a meeting: notice, roll, check-in.
type MeetingView struct {
	Page
	P       deliberation.Process
	M       deliberation.Meeting
	Notice  string
	Roll    []deliberation.RollLine
	Quorum  deliberation.Verdict
	Present int
	// Mine is my own line, nil where I am not on the roll.
	Mine *deliberation.RollLine
	// Desk says that I may enter others at the table, Runs that the hall is mine to run.
	Desk, Runs bool
	// Section is where I am to sign in, of the Sections of a meeting in several places.
	Section  int
	Sections []Option
	Acts     []deliberation.OpenAct
	Polls    []deliberation.Poll
	Agenda   []MotionLine
	Names    Names
	Search   string
	Problem  *Problem
}

// PollView is a poll as a voter sees it.
type PollView struct {
	Page
	P    deliberation.Process
	Poll deliberation.Poll
	// Text is what is put to the vote, beside the matter's own plain words.
	Text string
	// For are those who gave the reader a mandate, Principal the one of them whose vote
	// this is, empty for the reader's own.
	For       []deliberation.Person
	Principal deliberation.PersonID
	// OnRoll and Voted are the reader's, or the principal's.
	OnRoll, Voted bool
	Lines         []deliberation.BallotLine
	// Box is what a closed secret poll publishes, nil for any other.
	Box *deliberation.OpenedBox
	// Names are of those who counted raised hands.
	Names  Names
	Choice deliberation.Choice
	// Questions are those of a form, none where the poll asks one motion.
	Questions []QuestionView
	// Number and Of tell the poll's place among those open to the reader at once, Next
	// leads to one of them that waits for the reader's vote.
	Number, Of int
	Next       deliberation.PollID
	Key        string
	Problem    *Problem
	// Receipt code, on the page after casting.
	Code string
	At   time.Time
}

// Open reports whether the box takes ballots now.
func (v PollView) Open() bool {
	return v.Poll.State == deliberation.PollOpen && v.Now.Before(v.Poll.Closes)
}

// PaperView is one paper.
type PaperView struct {
	Page
	Paper  deliberation.Paper
	P      deliberation.Process
	Author string
}

// Text gives the paper's text, empty where it is an image.
func (v PaperView) Text() string {
	if v.Image() {
		return ""
	}
	return string(v.Paper.Content)
}

// Image reports whether the paper is an image.
func (v PaperView) Image() bool {
	return v.Paper.MediaType == "image/jpeg" || v.Paper.MediaType == "image/png"
}

// PrintView is one of the six forms 六表 as a street office files it.
type PrintView struct {
	Page
	P         deliberation.Proceeding
	Community deliberation.Community
	Names     Names
	Number    int
	Stage     StageView
	// Texts has the text of each paper of the stage.
	Texts map[deliberation.PaperID]string
	// Rolls has who was there, by meeting.
	Rolls map[deliberation.MeetingID][]deliberation.RollLine
}

// PutToVote gives the polls whose text the form shows: of a conference every
// motion, of the four deliberations the last poll.
func (v PrintView) PutToVote(m MeetingRecord) []deliberation.Poll {
	if v.P.Kind == deliberation.ConferenceKind || len(m.Polls) < 2 {
		return m.Polls
	}
	return m.Polls[len(m.Polls)-1:]
}

// EntriesView is the register's entries of a process.
type EntriesView struct {
	Page
	P       deliberation.Process
	Entries []deliberation.Entry
	Names   Names
}

// ErrorView says what went wrong, why, and what to do now.
type ErrorView struct {
	Page
	Status  int
	Problem Problem
}

// StatusView is the operators' page.
type StatusView struct {
	Page
	Parts []PartStatus
	Late  int
	Open  int
}

// PartStatus is one part of the installation and whether it answers.
type PartStatus struct {
	Name string
	OK   bool
}

// CategoryList is the order in which the categories are offered.
var CategoryList = []deliberation.Category{
	deliberation.CategoryPlan, deliberation.CategoryWelfare, deliberation.CategoryEnvironment, deliberation.CategoryFunds,
	deliberation.CategoryRelief, deliberation.CategorySubsidy, deliberation.CategoryCovenant, deliberation.CategoryLandContract,
	deliberation.CategoryHomestead, deliberation.CategoryCompensation, deliberation.CategoryCollectiveGood,
	deliberation.CategoryElection, deliberation.CategoryOwners, deliberation.CategoryOther,
}

// OriginList is the order in which the lawful proposers are offered.
var OriginList = []deliberation.Origin{
	deliberation.OriginParty, deliberation.OriginCommittee, deliberation.OriginSupervisors,
	deliberation.OriginCollective, deliberation.OriginResidents, deliberation.OriginRepresentatives,
}

// FormList is the order in which the bodies that may decide are offered.
var FormList = []deliberation.Body{
	deliberation.Conference, deliberation.Assembly, deliberation.HouseholdAssembly,
	deliberation.PartyMeeting, deliberation.JointCommittees, deliberation.OwnersMeeting,
}

// AffectedList is the order in which the circles of the affected are offered.
var AffectedList = []deliberation.Affected{deliberation.AffectsAll, deliberation.AffectsSome, deliberation.AffectsOther}

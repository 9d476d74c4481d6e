package server

import (
	"context"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Engine starts processes and takes acts. Refusals come back as *deliberation.Refusal.
type Engine interface {
	// Start begins the process; starting the same id again is not an error.
	Start(ctx context.Context, p deliberation.Process) error
	// Act submits an act; the same key again gives the same receipt.
	Act(ctx context.Context, p deliberation.ProcessID, key string, a deliberation.Act) (deliberation.Receipt, error)
}

// SignIn checks one-time links. Tokens are kept as hashes only.
type SignIn interface {
	// PeekLink tells whose link it is without using it up (a preview may fetch it).
	PeekLink(ctx context.Context, token string, now time.Time) (deliberation.Person, error)
	// ConsumeLink uses the link up; a second use is refused (RefuseLinkUsed).
	ConsumeLink(ctx context.Context, token string, now time.Time) (deliberation.PersonID, error)
}

// People answers who somebody is and which offices they hold on a day.
type People interface {
	Person(ctx context.Context, id deliberation.PersonID) (deliberation.Person, error)
	Names(ctx context.Context, ids []deliberation.PersonID) (map[deliberation.PersonID]string, error)
	// Viewer gives a person with the way from the top of the tree to the place they
	// belong to, and the offices they hold on the day, wherever.
	Viewer(ctx context.Context, id deliberation.PersonID, on deliberation.Date) (deliberation.Person, []deliberation.Place, []deliberation.OfficeHeld, error)
	OfficesOn(ctx context.Context, id deliberation.PersonID, on deliberation.Date) ([]deliberation.OfficeHeld, error)
	Community(ctx context.Context, id deliberation.CommunityID) (deliberation.Community, error)
	Communities(ctx context.Context) ([]deliberation.Community, error)
	// Groups gives the residents' groups of a community that have somebody in them.
	Groups(ctx context.Context, c deliberation.CommunityID) ([]string, error)
}

// Processes keeps the cases as pages show them.
type Processes interface {
	// CreateProcess writes the row of a case before its workflow starts. The same id again changes nothing.
	CreateProcess(ctx context.Context, p deliberation.Process) error
	Process(ctx context.Context, id deliberation.ProcessID) (deliberation.Process, error)
	Proceeding(ctx context.Context, id deliberation.ProcessID) (deliberation.Proceeding, error)
	// ListProcesses gives the cases of a community, newest first. state may be empty.
	ListProcesses(ctx context.Context, c deliberation.CommunityID, state deliberation.State, search string, offset, limit int) (list []deliberation.Process, total int, err error)
	// OpenTasks gives the open tasks of a community with their process.
	OpenTasks(ctx context.Context, c deliberation.CommunityID) ([]TaskLine, error)
	// OpenCounts says how much is open in each of the communities; one where nothing is may be left out.
	OpenCounts(ctx context.Context, in []deliberation.CommunityID) (map[deliberation.CommunityID]deliberation.OpenCount, error)
	Entries(ctx context.Context, id deliberation.ProcessID) ([]deliberation.Entry, error)
	Board(ctx context.Context, c deliberation.CommunityID) ([]deliberation.Notice, error)
}

// TaskLine is a task with the process it belongs to.
type TaskLine = deliberation.TaskLine

// Papers files texts and images.
type Papers interface {
	// FilePaper stores a paper and gives its reference; ID and SHA256 are set by the store.
	FilePaper(ctx context.Context, p deliberation.Paper) (deliberation.PaperRef, error)
	Paper(ctx context.Context, id deliberation.PaperID) (deliberation.Paper, error)
}

// Meetings is the hall: who is on the roll, who is there, who speaks.
type Meetings interface {
	Hall
	Roll(ctx context.Context, m deliberation.MeetingID) ([]deliberation.RollLine, error)
	// CheckIn signs a member in, again after they left. by is the member, or the clerk
	// at the table; section is in which place of several, nought for one.
	CheckIn(ctx context.Context, m deliberation.MeetingID, person, by deliberation.PersonID, section int, at time.Time) error
}

// Ballots is the box.
type Ballots interface {
	Poll(ctx context.Context, id deliberation.PollID) (deliberation.Poll, deliberation.ProcessID, error)
	// CastBallot puts a ballot in the box. When it returns, the ballot is durable.
	CastBallot(ctx context.Context, b deliberation.Ballot) (deliberation.BallotReceipt, error)
	// BallotLines gives the roll of a poll; choices only once it is closed.
	BallotLines(ctx context.Context, id deliberation.PollID) ([]deliberation.BallotLine, error)
	// OpenedBox gives what a closed secret poll publishes.
	OpenedBox(ctx context.Context, id deliberation.PollID) (deliberation.OpenedBox, error)
	// MyBallot tells whether a person is on the roll of a poll and has voted.
	MyBallot(ctx context.Context, id deliberation.PollID, person deliberation.PersonID) (onRoll, voted bool, err error)
	// Turnout gives how many of the roll have voted, never how.
	Turnout(ctx context.Context, id deliberation.PollID) (voted, voters int, err error)
}

// Opinions is the box of opinions to a matter.
type Opinions interface {
	AddOpinion(ctx context.Context, o deliberation.Opinion, key string) (id string, err error)
	AnswerOpinion(ctx context.Context, o deliberation.Opinion) error
	Opinions(ctx context.Context, p deliberation.ProcessID) ([]deliberation.Opinion, error)
}

// Replies remembers what was answered to an Idempotency-Key.
type Replies interface {
	// Reply gives the stored answer to the person's key; found is false where there is none.
	// Another request under the same key is refused (RefuseKeyReused).
	Reply(ctx context.Context, person deliberation.PersonID, key, requestSHA256 string) (status int, body []byte, found bool, err error)
	KeepReply(ctx context.Context, person deliberation.PersonID, key, requestSHA256 string, status int, body []byte, now time.Time) error
}

// Law is the rule packs.
type Law interface {
	// PackFor chooses the pack for a new process; an id asked for must fit (RefuseUnknownPack).
	PackFor(kind deliberation.CommunityKind, place string, start deliberation.Date, asked string) (deliberation.Pack, error)
	Pack(id string) (deliberation.Pack, error)
	// Pinned gives the edition of a pack that a process is pinned to.
	Pinned(ref deliberation.PackRef) (deliberation.Pack, error)
	Packs() []deliberation.Pack
	Calendar() deliberation.Calendar
	// DaysOn gives the days that the law in force on the day sets for a continuing duty.
	DaysOn(kind deliberation.CommunityKind, place, key string, on deliberation.Date) (deliberation.DaysRule, error)
	// CompositionOn gives the rules of composition in force on a day for a kind of place.
	CompositionOn(kind deliberation.CommunityKind, place string, on deliberation.Date) deliberation.CompositionRules
}

// Archive writes the dossier of a finished process.
type Archive interface {
	Dossier(ctx context.Context, id deliberation.ProcessID) ([]byte, error)
}

// Health says whether the parts answer.
type Health interface {
	Ready(ctx context.Context) map[string]error
}

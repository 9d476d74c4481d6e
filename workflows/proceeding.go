package workflows

import (
	"errors"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/yishi-project/yishi/activities"
	"github.com/yishi-project/yishi/deliberation"
)

// Matter is what a process must know of the matter: codes and numbers, no text.
type Matter struct {
	Category     deliberation.Category `json:"category"`
	Affected     deliberation.Affected `json:"affected"`
	Origin       deliberation.Origin   `json:"origin"`
	Form         deliberation.Body     `json:"form"`
	Merged       bool                  `json:"merged,omitempty"`
	BudgetFen    int64                 `json:"budget_fen,omitempty"`
	MatterSHA256 string                `json:"matter_sha256"`
	// Authorised: the assembly authorised the representatives' conference.
	Authorised bool `json:"authorised,omitempty"`
	// Quick asks for a consultation that is answered at once.
	Quick bool `json:"quick,omitempty"`
	// For is the matter that a hearing is held for.
	For deliberation.ProcessID `json:"for,omitempty"`
	// Delegates are the Party delegates who review in place of the Party members' meeting.
	Delegates []deliberation.PersonID `json:"delegates,omitempty"`
	// Estate is whose owners meet.
	Estate deliberation.EstateID `json:"estate,omitempty"`
	// Group is the residents' group that meets.
	Group string `json:"group,omitempty"`
	// AuthorisedBy names the authorisation, Grant what it covers and until when. Without
	// them an authorisation in words, given before Yishi, is taken as it stands.
	AuthorisedBy string              `json:"authorised_by,omitempty"`
	Grant        *deliberation.Grant `json:"grant,omitempty"`
}

// authorises reports whether the assembly lets the conference decide the category on the day.
func (m Matter) authorises(c deliberation.Category, on deliberation.Date) bool {
	return m.Authorised && (m.Grant == nil || m.Grant.Covers(c, on))
}

// Subject is who and where a process belongs to, with the clock it began under.
type Subject struct {
	Process   deliberation.ProcessID     `json:"process"`
	Community deliberation.CommunityID   `json:"community"`
	Kind      deliberation.CommunityKind `json:"kind"`
	Place     string                     `json:"place,omitempty"`
	Started   deliberation.Date          `json:"started"`
	StartedBy deliberation.PersonID      `json:"started_by"`
	Office    deliberation.Office        `json:"office"`
	Clock     deliberation.Clock         `json:"clock"`
}

// State is all that a process carries from one stage, and from one run, to the
// next. Whatever is not in it is forgotten between stages.
type State struct {
	Stage deliberation.Stage         `json:"stage"`
	Round map[deliberation.Stage]int `json:"round"`
	// Serials numbers changes, meetings, tasks and the like, each meaning for itself.
	Serials map[string]int `json:"serials"`
	// Entered: the stage has begun.
	Entered bool `json:"entered,omitempty"`
	// Text is the draft as it stands: what is put to the vote.
	Text   deliberation.PaperRef `json:"text"`
	Merged bool                  `json:"merged"`
	// Marks are the questions and orders that are not settled yet.
	Marks []deliberation.Mark `json:"marks,omitempty"`
	// HeldSince is when the orders that hold the process began to.
	HeldSince time.Time `json:"held_since,omitzero"`
	// Agenda is what a conference decides, in order.
	Agenda []deliberation.Motion `json:"agenda,omitempty"`
	// Resolved: the resolution was carried, the matter can no longer be withdrawn.
	Resolved bool `json:"resolved,omitempty"`
	// Standing is the text of a resolution that is being carried out, while a change
	// of it is before the body that decided.
	Standing deliberation.PaperRef `json:"standing,omitzero"`
	// Demand is where a joint demand stands.
	Demand *deliberation.DemandStatus `json:"demand,omitempty"`
	// Appraisal is where a yearly report stands.
	Appraisal *deliberation.AppraisalStatus `json:"appraisal,omitempty"`
	// Rating is where a rating of departments stands.
	Rating *deliberation.RatingStatus `json:"rating,omitempty"`
	// Election is where an election stands, Recall where a recall does.
	Election *deliberation.ElectionProgress `json:"election,omitempty"`
	Recall   *deliberation.RecallProgress   `json:"recall,omitempty"`
	// Choosing is where a choice stands, Resignation where a resignation does.
	Choosing    *deliberation.ChoosingProgress    `json:"choosing,omitempty"`
	Resignation *deliberation.ResignationProgress `json:"resignation,omitempty"`
	// Hanging are lists on the board while the process goes on.
	Hanging []deliberation.Posting `json:"hanging,omitempty"`
	// Disclosure is where a disclosure stands.
	Disclosure *deliberation.DisclosureStatus `json:"disclosure,omitempty"`
	// Talk is where an open talk stands.
	Talk *deliberation.OpenTalkStatus `json:"talk,omitempty"`
	// Consultation is where a consultation stands.
	Consultation *deliberation.ConsultationStatus `json:"consultation,omitempty"`
	// Livelihood is where a livelihood matter stands.
	Livelihood *deliberation.LivelihoodStatus `json:"livelihood,omitempty"`
	// Hearing is where a hearing stands, Named who takes part in it, Asked the hearing
	// that a matter waits for.
	Hearing *deliberation.HearingStatus `json:"hearing,omitempty"`
	Named   []deliberation.PersonID     `json:"named,omitempty"`
	Asked   *deliberation.AskedHearing  `json:"asked,omitempty"`
}

// proceeding is a process as its steps see it.
type proceeding struct {
	Subject
	state   State
	desk    desk
	ledger  ledger
	acting  string    // the key of the act under way, empty while none is
	lifted  time.Time // when the last order that held the process was lifted
	tasks   []*task
	alarms  []*alarm
	waiting deliberation.Waiting
	since   time.Time
	ended   deliberation.Outcome
	// withdrawn: the proposer took the matter back; all waits leave.
	withdrawn bool
	fresh     []deliberation.Task // changed since the last record
	remind    int
	// delegates are the Party delegates who meet in place of the Party members' meeting.
	delegates []deliberation.PersonID
	// unwritten are the process's own facts, written with its next record.
	unwritten []deliberation.Fact

	// One timer serves all waits: it may wake the process too early, never too late.
	timer      workflow.Future
	wake       time.Time
	stopTimer  workflow.CancelFunc
	stopWriter workflow.CancelFunc

	// What goes on now, so that an end in the midst of it is recorded for each.
	meeting *meeting
	boxes   []*box
	posting *posting
}

// errStopped leaves all waits: the process was withdrawn.
var errStopped = errors.New("the process has ended")

// errCarryOn leaves all waits: the history has grown long, the stage goes on in a new run.
var errCarryOn = errors.New("carry on in a new run")

// now is the civil moment.
func (p *proceeding) now(ctx workflow.Context) time.Time { return p.Clock.At(workflow.Now(ctx)) }

// today is the civil day.
func (p *proceeding) today(ctx workflow.Context) deliberation.Date {
	return deliberation.DateOf(p.now(ctx))
}

// later keeps a fact of the process's own making for its next record, which comes
// before it waits for anybody.
func (p *proceeding) later(f deliberation.Fact) { p.unwritten = append(p.unwritten, f) }

// note records facts of the process's own making.
func (p *proceeding) note(ctx workflow.Context, facts ...deliberation.Fact) error {
	_, err := p.recordFacts(ctx, deliberation.Act{}, facts...)
	return err
}

// recordFacts records what an act did that pages show nothing of but the status.
func (p *proceeding) recordFacts(ctx workflow.Context, a deliberation.Act, facts ...deliberation.Fact) (deliberation.Receipt, error) {
	c := p.change(ctx, a)
	c.Facts = facts
	entries, err := p.record(ctx, c)
	return deliberation.Receipt{Entries: entries}, err
}

func (p *proceeding) fact(kind deliberation.FactKind, subject string, data any) deliberation.Fact {
	return deliberation.NewFact(kind, p.state.Stage, subject, data)
}

func (p *proceeding) status() deliberation.Status {
	s := deliberation.Status{
		Stage: p.state.Stage, Round: p.state.Round[p.state.Stage], State: deliberation.Running,
		Waiting: p.waiting, Open: p.desk.open(), Since: p.since, Agenda: p.agendaNow(), Demand: p.state.Demand,
		Appraisal: p.appraisalNow(), Election: p.electionNow(), Recall: p.recallNow(), Choosing: p.choosingNow(), Resignation: copied(p.state.Resignation), Disclosure: p.disclosureNow(), Consultation: copied(p.state.Consultation), Talk: copied(p.state.Talk),
		Livelihood: copied(p.state.Livelihood), Rating: p.ratingNow(),
		Hearing: p.hearingNow(), Asked: copied(p.state.Asked),
	}
	if p.held() {
		s.State = deliberation.Held
	}
	if p.ended != "" {
		s.State, s.Outcome, s.Open = deliberation.Ended, p.ended, nil
		s.Waiting = deliberation.Waiting{}
	}
	return s
}

// appraisalNow is a copy of where a yearly report stands: what changes later is written later.
func (p *proceeding) appraisalNow() *deliberation.AppraisalStatus {
	if p.state.Appraisal == nil {
		return nil
	}
	now := *p.state.Appraisal
	now.People = slices.Clone(now.People)
	return &now
}

// ratingNow is a copy of where a rating of departments stands.
func (p *proceeding) ratingNow() *deliberation.RatingStatus {
	now := copied(p.state.Rating)
	if now != nil {
		now.Departments = slices.Clone(now.Departments)
	}
	return now
}

// copied gives a copy of what a status shows: what changes later is written later.
func copied[T any](v *T) *T {
	if v == nil {
		return nil
	}
	now := *v
	return &now
}

// hearingNow is a copy of where a hearing stands.
func (p *proceeding) hearingNow() *deliberation.HearingStatus {
	now := copied(p.state.Hearing)
	if now != nil {
		now.Speakers = slices.Clone(now.Speakers)
	}
	return now
}

// agendaNow is the agenda with what became of each motion.
func (p *proceeding) agendaNow() []deliberation.Motion {
	if p.meeting != nil && len(p.meeting.value.Agenda) > 0 {
		return p.meeting.value.Agenda
	}
	return p.state.Agenda
}

// waitFor sets the line that answers "why is it waiting?".
func (p *proceeding) waitFor(ctx workflow.Context, what string, until time.Time) {
	p.waiting = deliberation.Waiting{For: what, Since: p.now(ctx), Until: until}
}

// alarm is something that happens at a civil moment unless it is taken back.
type alarm struct {
	at   time.Time
	fire func(ctx workflow.Context) error
	off  bool
	// stands: its limit stands still while an order holds the process, since what it
	// waits for is not taken then.
	stands bool
}

func (p *proceeding) alarm(at time.Time, fire func(workflow.Context) error) *alarm {
	a := &alarm{at: at, fire: fire}
	p.alarms = append(p.alarms, a)
	return a
}

func (p *proceeding) nextAlarm() *alarm {
	var next *alarm
	kept := p.alarms[:0]
	for _, a := range p.alarms {
		if a.off {
			continue
		}
		kept = append(kept, a)
		if a.stands && p.held() {
			continue
		}
		if next == nil || a.at.Before(next.at) {
			next = a
		}
	}
	p.alarms = kept
	return next
}

// wait lets the world act until the condition holds, and no longer than the civil
// moment until (zero: as long as it takes). It tells whether the condition held.
// It is the one place where a process waits: reminders, limits and an order that
// holds the process all work through it.
func (p *proceeding) wait(ctx workflow.Context, until time.Time, cond func() bool) (bool, error) {
	for {
		switch {
		case p.withdrawn:
			return false, errStopped
		case !p.held() && cond():
			return true, nil
		case !p.held() && !until.IsZero() && !p.now(ctx).Before(until):
			return false, nil
		}
		next := p.nextAlarm()
		if next != nil && !p.now(ctx).Before(next.at) {
			if err := p.ring(ctx, next); err != nil {
				return false, err
			}
			continue
		}
		if err := p.sleep(ctx, until, next, cond); err != nil {
			return false, err
		}
	}
}

// ring fires an alarm while no act is under way, unless one took it back meanwhile.
func (p *proceeding) ring(ctx workflow.Context, a *alarm) error {
	return p.alone(ctx, func() error {
		if a.off {
			return nil
		}
		a.off = true
		return a.fire(ctx)
	})
}

// alone runs something while no act is under way.
func (p *proceeding) alone(ctx workflow.Context, f func() error) error {
	if err := p.desk.mutex.Lock(ctx); err != nil {
		return err
	}
	defer p.desk.mutex.Unlock()
	return f()
}

// sleep lets the world act until something may have changed for wait.
func (p *proceeding) sleep(ctx workflow.Context, until time.Time, next *alarm, cond func() bool) error {
	held := p.held()
	if held { // while held, the step's own limit does not run out
		until = time.Time{}
	}
	if next != nil && (until.IsZero() || next.at.Before(until)) {
		until = next.at
	}
	p.setTimer(ctx, until)
	return workflow.Await(ctx, func() bool {
		if p.withdrawn || (!p.held() && cond()) || p.held() != held || (p.timer != nil && p.timer.IsReady()) {
			return true
		}
		a := p.nextAlarm()
		return a != nil && (p.timer == nil || a.at.Before(p.wake))
	})
}

// setTimer sees to it that the process wakes by the civil moment. A timer that
// already runs to an earlier moment is left alone: waking once in vain costs less
// history than a new timer for every act.
func (p *proceeding) setTimer(ctx workflow.Context, until time.Time) {
	running := p.timer != nil && !p.timer.IsReady()
	if until.IsZero() || (running && !p.wake.After(until)) {
		if !running {
			p.timer = nil
		}
		return
	}
	if running {
		p.stopTimer()
	}
	timed, stop := workflow.WithCancel(ctx)
	p.timer, p.wake, p.stopTimer = workflow.NewTimer(timed, p.Clock.Wait(workflow.Now(ctx), until)), until, stop
}

// deadline counts a legal period from today: the last moment of its last day.
func (p *proceeding) deadline(ctx workflow.Context, days int) (time.Time, bool, error) {
	return p.deadlineFrom(ctx, p.today(ctx), days)
}

// deadlineFrom counts a legal period from the day of an event.
func (p *proceeding) deadlineFrom(ctx workflow.Context, event deliberation.Date, days int) (time.Time, bool, error) {
	var l deliberation.Limit
	err := p.look(ctx, acts.Deadline, activities.DeadlineInput{Event: event, Days: days}, &l)
	return l.Date.End(), l.Provisional, err
}

// end closes everything and records how the process ended: nothing is left
// "in progress", wherever it was.
func (p *proceeding) end(ctx workflow.Context, o deliberation.Outcome) error {
	return p.alone(ctx, func() error {
		p.ended = o
		for len(p.tasks) > 0 {
			p.drop(ctx, p.tasks[0])
		}
		p.desk.close()
		c := p.change(ctx, deliberation.Act{})
		c.Facts = []deliberation.Fact{p.fact(deliberation.FactEnded, string(p.Process), deliberation.OutcomeData{Outcome: o})}
		if err := p.breakOff(ctx, &c); err != nil {
			return err
		}
		_, err := p.record(ctx, c)
		return err
	})
}

// breakOff ends what goes on at the moment.
func (p *proceeding) breakOff(ctx workflow.Context, c *deliberation.Change) error {
	for _, b := range p.boxes {
		if !b.goesOn() {
			continue
		}
		if err := b.breakOff(ctx, c); err != nil {
			return err
		}
	}
	if m := p.meeting; m != nil && m.value.ID != "" && m.value.State != deliberation.MeetingClosed && m.value.State != deliberation.MeetingAdjourned {
		m.value.State = deliberation.MeetingCancelled
		c.Meetings = append(c.Meetings, m.value)
	}
	if q := p.posting; q != nil && q.value.State == deliberation.PostingUp {
		q.value.State, q.value.Ended = deliberation.PostingEnded, c.At
		c.Postings = append(c.Postings, q.value)
		c.Facts = append(c.Facts, p.fact(deliberation.FactPostingEnded, string(q.value.ID), q.data()))
	}
	p.endHanging(c)
	return nil
}

// breakDown records the end of a process that was cancelled or cannot go on, even
// though its context is gone.
func (p *proceeding) breakDown(ctx workflow.Context) {
	away, cancel := workflow.NewDisconnectedContext(ctx)
	defer cancel()
	err := p.end(away, deliberation.Cancelled)
	if err == nil {
		err = workflow.Await(away, func() bool { return workflow.AllHandlersFinished(away) })
	}
	if err != nil {
		workflow.GetLogger(ctx).Error("the end of the process could not be recorded", "process", p.Process, "error", err)
	}
}

// leaveRun hands over to a new run once every act under way has had its answer.
// The tasks are opened anew there.
func (p *proceeding) leaveRun(ctx workflow.Context) error {
	p.desk.close()
	if err := workflow.Await(ctx, func() bool { return workflow.AllHandlersFinished(ctx) }); err != nil {
		return err
	}
	for len(p.tasks) > 0 {
		p.drop(ctx, p.tasks[0])
	}
	return p.note(ctx)
}

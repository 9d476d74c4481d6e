// Package bench measures what Yishi reaches on the machine it runs on, beside what
// the machine itself reaches in the same run: ballots cast over HTTP by people who
// are signed in, with the disk's own syncs and the database's own commits next to
// them. It writes to throw-away data only and ends by itself.
package bench

import (
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Store is Yishi's own data, as the bench sets up halls in it and counts by it.
type Store interface {
	LoadRoster(ctx context.Context, r deliberation.Roster, actor deliberation.PersonID) error
	CreateLink(ctx context.Context, person deliberation.PersonID, expires time.Time) (string, error)
	CreateProcess(ctx context.Context, p deliberation.Process) error
	Apply(ctx context.Context, c deliberation.Change) ([]int64, error)
	FreezeRoll(ctx context.Context, spec deliberation.RollSpec) (deliberation.Roll, error)
	CheckIn(ctx context.Context, m deliberation.MeetingID, person, by deliberation.PersonID, section int, at time.Time) error
	OpenPoll(ctx context.Context, process deliberation.ProcessID, p deliberation.Poll, quorum ...deliberation.MajorityRule) (deliberation.Roll, error)
	ClosePoll(ctx context.Context, id deliberation.PollID, at time.Time) (deliberation.Count, error)
}

// Site is Yishi serving on one database.
type Site struct {
	// Address is host and port; the bench speaks to loopback addresses only.
	Address string
	Store   Store
	// Close ends serving and all connections to the database.
	Close func() error
}

// Database is one that the bench runs on.
type Database struct {
	Name string
	// Open serves on it. It is called several times, each after the last Close.
	Open func(ctx context.Context) (Site, error)
	// Slow delays every commit from the next Open on; nought ends it.
	Slow func(ctx context.Context, delay time.Duration) error
	// Commits is the database's own rate of single-row commits a second; nil where
	// there is no tool that measures it.
	Commits func(ctx context.Context, clients int, d time.Duration) (float64, error)
	// Work is the processor time of the database's own processes; nil where it has none
	// or they run elsewhere.
	Work func(ctx context.Context) (work, error)
	// Facts are the settings that matter to durability and speed.
	Facts map[string]string
	// Durable is false where the database does not sync what it acknowledges.
	Durable bool
}

// The profiles. Their numbers are those of the domain: a representatives' conference,
// the households of a community, a direct election, the communities of a city.
const (
	Burst           = "burst"           // one busy poll after the other, as fast as the clients can
	Many            = "many"            // many polls at once
	Representatives = "representatives" // 60 in 30 s
	Households      = "households"      // 300 in 2 min
	Pages           = "pages"           // readers while a poll runs
	Slow            = "slow"            // one busy poll on a slow disk
)

// Profiles are all profiles, in the order in which they run.
func Profiles() []string {
	return []string{Burst, Many, Representatives, Households, Pages, Slow}
}

// The kinds of poll.
const (
	Recorded = "recorded" // name and choice are kept and published
	Secret   = "secret"   // who has voted is kept apart from the choice
)

// Kinds are the kinds of poll that can be measured.
func Kinds() []string { return []string{Recorded, Secret} }

// Plan says what is measured. Every number bounds the run.
type Plan struct {
	Profiles []string
	Kinds    []string
	// Clients cast at once, each on its own connection.
	Clients int
	// Voters is how many cast in a busy poll, Rounds how many such polls there are.
	Voters, Rounds int
	// Communities is how many polls run at once in Many, Each the voters of one.
	Communities, Each int
	// Limit ends a profile that goes as fast as it can.
	Limit time.Duration
	// Hurry divides the time of the paced profiles; 1 is the domain's own pace.
	Hurry int
	// Readers read pages, each waiting Pause between two.
	Readers int
	Pause   time.Duration
	// Delay is what the slow disk adds to a commit.
	Delay time.Duration
	// Dir is the folder whose disk is probed; it must be there.
	Dir string
	// Trace, where set, is told of each measurement as it begins and gives what ends it.
	Trace func(database, profile string) (stop func())
	// Progress gets a line for each step. Required.
	Progress io.Writer
}

func (p Plan) has(profile string) bool { return slices.Contains(p.Profiles, profile) }

// Run measures one database after the other. What it measured until an error is in the report.
func Run(ctx context.Context, p Plan, databases []Database) (Report, error) {
	r := Report{Began: time.Now().UTC().Truncate(time.Second), Machine: machine()}
	var err error
	if r.Disk, err = probeDisk(ctx, p.Dir, probeTime); err != nil {
		return r, err
	}
	for _, d := range databases {
		if err := (&run{Plan: p, db: d, report: &r}).all(ctx); err != nil {
			return r, fmt.Errorf("%s: %w", d.Name, err)
		}
	}
	return r, nil
}

// run is the bench on one database.
type run struct {
	Plan
	db     Database
	report *Report
	site   Site
}

func (r *run) say(format string, args ...any) {
	_, _ = fmt.Fprintf(r.Progress, "%s %s: %s\n", time.Now().Format("15:04:05"), r.db.Name, fmt.Sprintf(format, args...))
}

func (r *run) all(ctx context.Context) (err error) {
	r.report.Databases = append(r.report.Databases, Setting{Name: r.db.Name, Facts: r.db.Facts, Durable: r.db.Durable && (r.db.Name != SQLite || !inMemory(r.Dir))})
	if r.site, err = r.db.Open(ctx); err != nil {
		return err
	}
	defer func() {
		if e := r.site.Close(); err == nil {
			err = e
		}
	}()
	for _, kind := range r.Kinds {
		if err := r.kind(ctx, kind); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	return nil
}

func (r *run) kind(ctx context.Context, kind string) error {
	for _, step := range []struct {
		name string
		run  func(context.Context, string) error
	}{
		{Burst, r.burst}, {Many, r.many}, {Representatives, r.representatives}, {Households, r.households}, {Pages, r.pages}, {Slow, r.slow},
	} {
		if !r.has(step.name) {
			continue
		}
		if err := step.run(ctx, kind); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// burst also asks the database for its own commits, just before: the two stand for
// the same minutes of the same machine.
func (r *run) burst(ctx context.Context, kind string) error {
	if err := r.commits(ctx, ""); err != nil {
		return err
	}
	return r.busy(ctx, kind, Burst)
}

func (r *run) busy(ctx context.Context, kind, profile string) error {
	h := newHall(kind, profile, 0, r.Voters, r.Rounds)
	if err := r.gather(ctx, h); err != nil {
		return err
	}
	return r.measure(ctx, profile, kind, jobs(h), pace{clients: r.Clients, limit: r.Limit})
}

func (r *run) many(ctx context.Context, kind string) error {
	halls := make([]*hall, r.Communities)
	for i := range halls {
		halls[i] = newHall(kind, Many, i, r.Each, 1)
	}
	if err := r.gather(ctx, halls...); err != nil {
		return err
	}
	return r.measure(ctx, Many, kind, interleaved(halls), pace{clients: r.Clients, limit: r.Limit})
}

func (r *run) representatives(ctx context.Context, kind string) error {
	return r.paced(ctx, Representatives, kind, 60, 30*time.Second)
}

func (r *run) households(ctx context.Context, kind string) error {
	return r.paced(ctx, Households, kind, 300, 2*time.Minute)
}

func (r *run) paced(ctx context.Context, profile, kind string, voters int, over time.Duration) error {
	h := newHall(kind, profile, 0, voters, 1)
	if err := r.gather(ctx, h); err != nil {
		return err
	}
	return r.measure(ctx, profile, kind, jobs(h), pace{clients: r.Clients, over: over / time.Duration(max(1, r.Hurry))})
}

// slow is burst on a disk that takes its time: the same polls, commits beside them.
func (r *run) slow(ctx context.Context, kind string) error {
	h := newHall(kind, Slow, 0, r.Voters, r.Rounds)
	if err := r.gather(ctx, h); err != nil {
		return err
	}
	if err := r.reopen(ctx, r.Delay); err != nil {
		return err
	}
	err := r.commits(ctx, Slow)
	if err == nil {
		err = r.cast(ctx, Slow, kind, jobs(h), pace{clients: r.Clients, limit: r.Limit})
	}
	if e := r.reopen(ctx, 0); err == nil {
		err = e
	}
	if err != nil {
		return err
	}
	return r.count(ctx, jobs(h))
}

// reopen serves anew with every commit delayed. Sessions outlive it.
func (r *run) reopen(ctx context.Context, delay time.Duration) error {
	if err := r.site.Close(); err != nil {
		return err
	}
	err := r.db.Slow(ctx, delay)
	if err != nil {
		return err
	}
	r.site, err = r.db.Open(ctx)
	return err
}

func (r *run) commits(ctx context.Context, profile string) error {
	if r.db.Commits == nil {
		return nil
	}
	rate, err := r.db.Commits(ctx, r.Clients, min(r.Limit, commitTime))
	r.say("%.0f single-row commits/s with %d clients", rate, r.Clients)
	r.report.Commits = append(r.report.Commits, Commits{Database: r.db.Name, Slow: profile == Slow, Clients: r.Clients, PerSecond: rate})
	return err
}

// measure casts, ends all connections, and counts anew what is in the database.
func (r *run) measure(ctx context.Context, profile, kind string, jobs []job, p pace) error {
	if err := r.cast(ctx, profile, kind, jobs, p); err != nil {
		return err
	}
	if err := r.reopen(ctx, 0); err != nil {
		return err
	}
	return r.count(ctx, jobs)
}

func (r *run) cast(ctx context.Context, profile, kind string, jobs []job, p pace) error {
	stop := func() {}
	if r.Trace != nil {
		stop = r.Trace(r.db.Name, profile)
	}
	own, theirs, err := r.worked(ctx)
	if err != nil {
		return err
	}
	o := castAll(ctx, r.site.Address, jobs, p)
	stop()
	ownAfter, theirsAfter, err := r.worked(ctx)
	if err != nil {
		return err
	}
	row := o.row(jobs, p)
	row.Database, row.Profile, row.Kind = r.db.Name, profile, kind
	if row.Acknowledged > 0 {
		row.CPU = float64(ownAfter.since(own).Microseconds()) / float64(row.Acknowledged)
		row.DatabaseCPU = float64(theirsAfter.since(theirs).Microseconds()) / float64(row.Acknowledged)
	}
	r.report.Polls = append(r.report.Polls, row)
	r.say("%s, %s: %d acknowledged in %.1f s, %.0f/s, %.0f+%.0f µs of processor time each", profile, kind, row.Acknowledged, row.Seconds, row.PerSecond, row.CPU, row.DatabaseCPU)
	return ctx.Err()
}

// worked gives the processor time of this process, clients included, and of the database's.
func (r *run) worked(ctx context.Context) (own, database work, err error) {
	if r.db.Work != nil {
		database, err = r.db.Work(ctx)
	}
	return workOf("self"), database, err
}

// count closes the polls of the last row and puts what the database holds beside
// what was acknowledged, choice by choice.
func (r *run) count(ctx context.Context, jobs []job) error {
	row := &r.report.Polls[len(r.report.Polls)-1]
	for _, poll := range pollsOf(jobs) {
		c, err := r.site.Store.ClosePoll(ctx, poll, time.Now())
		if err != nil {
			return fmt.Errorf("close: %w", err)
		}
		row.count(poll, c.Tally)
	}
	return nil
}

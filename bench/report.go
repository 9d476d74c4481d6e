package bench

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Report is what one run measured.
type Report struct {
	Version   string    `json:"version"`
	Began     time.Time `json:"began"`
	Machine   Machine   `json:"machine"`
	Disk      Disk      `json:"disk"`
	Databases []Setting `json:"databases"`
	Commits   []Commits `json:"commits"`
	Polls     []Row     `json:"polls"`
	Pages     []Reading `json:"pages"`
	// Left names what was not measured, and why.
	Left []string `json:"left_out"`
}

// Setting is a database as it was found.
type Setting struct {
	Name    string            `json:"name"`
	Durable bool              `json:"durable"`
	Facts   map[string]string `json:"facts"`
}

// Commits is the database's own rate of single-row commits.
type Commits struct {
	Database  string  `json:"database"`
	Slow      bool    `json:"slow_disk"`
	Clients   int     `json:"clients"`
	PerSecond float64 `json:"per_second"`
}

// Times are percentiles of waiting, in milliseconds.
type Times struct {
	P50 float64 `json:"p50"`
	P95 float64 `json:"p95"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
}

func timesOf(waits []time.Duration) Times {
	if len(waits) == 0 {
		return Times{}
	}
	slices.Sort(waits)
	at := func(percent int) float64 {
		i := (len(waits)*percent + 99) / 100 // the smallest that so many are not above
		return float64(waits[max(1, i)-1].Microseconds()) / 1000
	}
	return Times{P50: at(50), P95: at(95), P99: at(99), Max: at(100)}
}

// Row is one profile on one database: what was acknowledged over HTTP, and what the
// database held when it was asked anew.
type Row struct {
	Database string `json:"database"`
	Profile  string `json:"profile"`
	Kind     string `json:"kind"`
	Polls    int    `json:"polls"`
	Voters   int    `json:"voters"`
	Clients  int    `json:"clients"`
	// OverSeconds is the time over which the ballots were spread; nought is as fast as the clients could.
	OverSeconds float64 `json:"over_seconds"`
	Seconds     float64 `json:"seconds"`
	PerSecond   float64 `json:"per_second"`
	Times       Times   `json:"ms"`
	// CPU is processor time a ballot in microseconds, clients included; DatabaseCPU what
	// processes of the database's own took beside it.
	CPU         float64 `json:"cpu_us"`
	DatabaseCPU float64 `json:"database_cpu_us"`

	Acknowledged int `json:"acknowledged"`
	Tallied      int `json:"tallied"`
	// Difference is summed over polls and choices without sign, so that a ballot
	// lost here does not make up for one too many there.
	Difference int `json:"difference"`
	// Unknown are ballots that got no answer: they may be in the box or not.
	Unknown int `json:"unknown"`
	// NotNow are answers 429 and 503; each ballot was sent again when they said.
	NotNow int `json:"not_now"`
	// Refused are final refusals, by status and code.
	Refused map[string]int `json:"refused"`
	// Repeated are receipts that were given for two ballots.
	Repeated int `json:"repeated_receipts"`

	outcome *outcome
}

func (o *outcome) row(list []job, p pace) Row {
	voters := map[deliberation.PersonID]bool{}
	for _, j := range list {
		voters[j.voter.person] = true
	}
	row := Row{
		Polls: len(pollsOf(list)), Voters: len(voters), Clients: p.clients, OverSeconds: p.over.Seconds(), Seconds: o.took.Seconds(),
		Times: timesOf(o.waits), NotNow: o.notNow, Refused: o.refused, Repeated: o.repeated, outcome: o,
	}
	for _, n := range o.acknowledged {
		row.Acknowledged += n
	}
	for _, n := range o.unknown {
		row.Unknown += n
	}
	row.PerSecond = float64(row.Acknowledged) / row.Seconds
	return row
}

// count puts a poll's tally beside what was acknowledged for it. Ballots without an
// answer may be in it or not.
func (r *Row) count(poll deliberation.PollID, t deliberation.Tally) {
	for choice, in := range map[deliberation.Choice]int{deliberation.Yes: t.Yes, deliberation.No: t.No, deliberation.Abstain: t.Abstain} {
		m := mark{poll, choice}
		least, most := r.outcome.acknowledged[m], r.outcome.acknowledged[m]+r.outcome.unknown[m]
		r.Tallied += in
		r.Difference += max(least-in, in-most, 0)
	}
}

// Reading is how long pages took while a poll ran.
type Reading struct {
	Database     string         `json:"database"`
	Readers      int            `json:"readers"`
	PauseSeconds float64        `json:"pause_seconds"`
	Seconds      float64        `json:"seconds"`
	Pages        int            `json:"pages"`
	PerSecond    float64        `json:"per_second"`
	Times        Times          `json:"ms"`
	Wrong        map[string]int `json:"wrong"`
}

// Check gives an error where a ballot is missing, is one too many, was refused for
// good, or two got one receipt.
func (r Report) Check() error {
	var errs []error
	for _, row := range r.Polls {
		if row.Difference != 0 || row.Repeated != 0 || len(row.Refused) != 0 || row.Acknowledged == 0 {
			errs = append(errs, fmt.Errorf("%s, %s, %s: acknowledged %d, tallied %d, difference %d, receipts given twice %d, refused %v",
				row.Database, row.Profile, row.Kind, row.Acknowledged, row.Tallied, row.Difference, row.Repeated, row.Refused))
		}
	}
	for _, p := range r.Pages {
		if len(p.Wrong) != 0 {
			errs = append(errs, fmt.Errorf("%s, pages: %v", p.Database, p.Wrong))
		}
	}
	return errors.Join(errs...)
}

// Goal is a target of the design with what was reached.
type Goal struct {
	What    string  `json:"what"`
	Reached float64 `json:"reached"`
	Needed  float64 `json:"needed"`
	AtMost  bool    `json:"at_most"` // otherwise at least
	Met     bool    `json:"met"`
}

func atLeast(what string, reached, needed float64) Goal {
	return Goal{What: what, Reached: reached, Needed: needed, Met: reached >= needed}
}

// Goals are the targets that the run had all numbers for. Ratios, since machines differ.
func (r Report) Goals() []Goal {
	var goals []Goal
	for _, row := range r.Polls {
		if row.Profile != Burst {
			continue
		}
		if c := r.commits(row.Database, false); c > 0 {
			goals = append(goals, atLeast(row.Kind+" ballots, "+row.Database+", to its single-row commits", row.PerSecond/c, 0.5))
			goals = append(goals, atLeast(row.Kind+" ballots/s, "+row.Database+", to 8,100/s without durability (OpenSlides)", row.PerSecond, 8100))
		}
		if other := r.rate(Postgres, Burst, row.Kind); row.Database == SQLite && other > 0 {
			goals = append(goals, atLeast(row.Kind+" ballots, SQLite to PostgreSQL", row.PerSecond/other, 1.0/3))
		}
		if slow := r.rate(row.Database, Slow, row.Kind); slow > 0 {
			goals = append(goals, atLeast(row.Kind+" ballots, "+row.Database+", slow disk to fast", slow/row.PerSecond, 0.8))
		}
	}
	for _, p := range r.Pages {
		goals = append(goals, Goal{What: fmt.Sprintf("page p99 with %d readers, %s, ms", p.Readers, p.Database), Reached: p.Times.P99, Needed: 150, AtMost: true, Met: p.Times.P99 < 150})
	}
	return goals
}

func (r Report) commits(database string, slow bool) float64 {
	for _, c := range r.Commits {
		if c.Database == database && c.Slow == slow {
			return c.PerSecond
		}
	}
	return 0
}

func (r Report) rate(database, profile, kind string) float64 {
	for _, row := range r.Polls {
		if row.Database == database && row.Profile == profile && row.Kind == kind {
			return row.PerSecond
		}
	}
	return 0
}

// JSON writes the report with its goals.
func (r Report) JSON(w io.Writer) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	return e.Encode(struct {
		Report
		Goals []Goal `json:"goals"`
	}{r, r.Goals()})
}

// Table writes the report as Markdown tables that can be read as they are.
func (r Report) Table(w io.Writer) error {
	var b strings.Builder
	m := r.Machine
	fmt.Fprintf(&b, "Yishi %s, %s UTC\n%s, %d cores, %.0f GiB, %s/%s, %s\n\n", r.Version, r.Began.Format("2006-01-02 15:04"), m.CPU, m.Cores, m.MemoryGiB, m.OS, m.Arch, m.Go)
	fmt.Fprintf(&b, "fsync probe (%s): %.0f appends of 8 KiB with fsync a second by one writer (p50 %.2f, p99 %.2f ms)\n", cmp.Or(r.Disk.FileSystem, "file system unknown"), r.Disk.PerSecond, r.Disk.Times.P50, r.Disk.Times.P99)
	for _, d := range r.Databases {
		fmt.Fprintf(&b, "%s:", d.Name)
		if !d.Durable {
			b.WriteString(" NOT DURABLE, its figures count for nothing;")
		}
		for _, k := range slices.Sorted(maps.Keys(d.Facts)) {
			fmt.Fprintf(&b, " %s=%s", k, d.Facts[k])
		}
		b.WriteByte('\n')
	}
	for _, c := range r.Commits {
		fmt.Fprintf(&b, "%s itself%s: %.0f single-row commits a second (pgbench, %d clients, prepared)\n", c.Database, map[bool]string{true: ", slow disk"}[c.Slow], c.PerSecond, c.Clients)
	}
	r.polls(&b)
	if len(r.Pages) > 0 {
		var rows [][]string
		for _, p := range r.Pages {
			rows = append(rows, append([]string{p.Database, itoa(p.Readers), fmt.Sprintf("%.1f", p.PauseSeconds), itoa(p.Pages), fmt.Sprintf("%.0f", p.PerSecond)}, p.Times.cells()...))
		}
		table(&b, []string{"pages while a poll runs", "readers", "pause s", "pages", "pages/s", "p50 ms", "p95 ms", "p99 ms", "max ms"}, rows)
	}
	if goals := r.Goals(); len(goals) > 0 {
		var rows [][]string
		for _, g := range goals {
			rows = append(rows, []string{g.What, number(g.Reached), map[bool]string{true: "< ", false: "≥ "}[g.AtMost] + number(g.Needed), map[bool]string{true: "reached", false: "MISSED"}[g.Met]})
		}
		table(&b, []string{"goal", "measured", "needed", ""}, rows)
	}
	for _, l := range r.Left {
		fmt.Fprintf(&b, "\nleft out: %s", l)
	}
	if len(r.Left) > 0 {
		b.WriteByte('\n')
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r Report) polls(b *strings.Builder) {
	if len(r.Polls) == 0 {
		return
	}
	var rates, sums [][]string
	for _, p := range r.Polls {
		pace := "at once"
		if p.OverSeconds > 0 {
			pace = fmt.Sprintf("over %.0f s", p.OverSeconds)
		}
		rates = append(rates, append([]string{p.Database, p.Profile, p.Kind, itoa(p.Polls), itoa(p.Voters), itoa(p.Clients), pace, fmt.Sprintf("%.0f", p.PerSecond), fmt.Sprintf("%.0f+%.0f", p.CPU, p.DatabaseCPU)}, p.Times.cells()...))
		refused := 0
		for _, n := range p.Refused {
			refused += n
		}
		sums = append(sums, []string{p.Database, p.Profile, p.Kind, itoa(p.Acknowledged), itoa(p.Tallied), itoa(p.Difference), itoa(p.NotNow), itoa(refused), itoa(p.Unknown)})
	}
	table(b, []string{"database", "profile", "polls", "n", "voters", "clients", "pace", "ballots/s", "CPU µs", "p50 ms", "p95 ms", "p99 ms", "max ms"}, rates)
	table(b, []string{"database", "profile", "polls", "acknowledged", "tallied", "difference", "sent again", "refused", "unanswered"}, sums)
}

func (t Times) cells() []string {
	return []string{number(t.P50), number(t.P95), number(t.P99), number(t.Max)}
}

func itoa(n int) string { return fmt.Sprint(n) }

func number(f float64) string {
	if f >= 100 {
		return fmt.Sprintf("%.0f", f)
	}
	return fmt.Sprintf("%.2f", f)
}

// table writes a Markdown table with its columns lined up.
func table(b *strings.Builder, head []string, rows [][]string) {
	b.WriteByte('\n')
	w := tabwriter.NewWriter(b, 0, 0, 1, ' ', 0)
	line := func(cells []string) { _, _ = fmt.Fprintln(w, "| "+strings.Join(cells, "\t| ")+"\t|") }
	line(head)
	rule := make([]string, len(head))
	for i, h := range head {
		rule[i] = strings.Repeat("-", max(3, len(h)))
	}
	line(rule)
	for _, r := range rows {
		line(r)
	}
	_ = w.Flush()
}

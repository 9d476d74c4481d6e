package deliberation_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

func startRules(t *testing.T, pack string) (deliberation.Pack, deliberation.DutyStartRules) {
	t.Helper()
	library, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := library.Pack(pack)
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.DutyStartsOf(p)
	if err != nil {
		t.Fatal(err)
	}
	return p, rules
}

func day(t *testing.T, text string) deliberation.Date {
	t.Helper()
	d, err := deliberation.ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// What begins by itself begins once its period is over, once, and no earlier than the
// calendar looks after the community (docs/adr/0033).
func TestWhatBeginsByItself(t *testing.T) {
	_, rules := startRules(t, "urban-2026")
	const c = deliberation.CommunityID("c1")
	accounts := func(period string, state deliberation.State) deliberation.DisclosureLine {
		return deliberation.DisclosureLine{Item: deliberation.AccountsItem, Period: deliberation.Period(period), Process: "p1", State: state}
	}
	all := []deliberation.Date{day(t, "2026-11-20")} // the year's appraisal was held
	for name, x := range map[string]struct {
		on          string
		known, from string
		lines       []deliberation.DisclosureLine
		reports     []deliberation.YearlyReport
		held        []deliberation.Date
		want        []string // accounts and reports alone
	}{
		"the last day of a month":          {on: "2026-07-31", known: "2026-07-01", from: "2026-07-01"},
		"the first of the next":            {on: "2026-08-01", known: "2026-07-01", from: "2026-07-01", want: []string{"disclosure 2026-07"}},
		"a community begun in the month":   {on: "2026-08-01", known: "2026-07-02", from: "2026-07-02"},
		"looked after from that day":       {on: "2026-08-01", known: "2026-01-01", from: "2026-08-01"},
		"somebody began it":                {on: "2026-08-01", known: "2026-07-01", from: "2026-07-01", lines: []deliberation.DisclosureLine{accounts("2026-07", deliberation.Running)}},
		"December, in January":             {on: "2027-01-01", known: "2026-12-01", from: "2026-12-01", held: all, want: []string{"disclosure 2026-12"}},
		"February of a leap year":          {on: "2028-03-01", known: "2028-02-01", from: "2028-02-01", held: all, want: []string{"disclosure 2028-02"}},
		"two missed months, one too old":   {on: "2026-09-15", known: "2026-05-01", from: "2026-05-01", want: []string{"disclosure 2026-08"}},
		"forty days made up for":           {on: "2026-09-10", known: "2026-05-01", from: "2026-05-01", want: []string{"disclosure 2026-07", "disclosure 2026-08"}},
		"the yearly report in its month":   {on: "2026-11-01", known: "2026-10-15", from: "2026-10-15", want: []string{"duty_report 2026-01_2026-12"}},
		"not in the month before":          {on: "2026-10-31", known: "2026-10-15", from: "2026-10-15"},
		"one of the year goes on":          {on: "2026-11-01", known: "2026-10-15", from: "2026-10-15", reports: []deliberation.YearlyReport{{Process: "r", Started: day(t, "2026-09-01"), State: deliberation.Running}}},
		"one of the year failed":           {on: "2026-11-01", known: "2026-10-15", from: "2026-10-15", reports: []deliberation.YearlyReport{{Process: "r", Started: day(t, "2026-09-01"), State: deliberation.Ended, Outcome: deliberation.Lost}}, want: []string{"duty_report 2026-01_2026-12"}},
		"one of last year is another year": {on: "2026-11-01", known: "2026-10-15", from: "2026-10-15", reports: []deliberation.YearlyReport{{Process: "r", Started: day(t, "2025-12-01"), State: deliberation.Ended, Outcome: deliberation.Carried}}, want: []string{"duty_report 2026-01_2026-12"}},
		"held elsewhere":                   {on: "2026-11-01", known: "2026-10-15", from: "2026-10-15", held: []deliberation.Date{day(t, "2026-05-05")}},
		"too late in the next year":        {on: "2027-01-05", known: "2026-12-15", from: "2026-12-15"},
	} {
		t.Run(name, func(t *testing.T) {
			r := deliberation.DutyStartRecord{Known: day(t, x.known), From: day(t, x.from), Lines: x.lines, Reports: x.reports, Held: x.held}
			var got []string
			for _, s := range deliberation.StartsOn(rules, r, c, day(t, x.on)) {
				if s.Item != "" && s.Item != deliberation.AccountsItem {
					continue
				}
				if s.Basis == (deliberation.Basis{}) {
					t.Error("no source")
				}
				got = append(got, s.Kind+" "+string(s.Period))
			}
			if d := cmp.Diff(x.want, got); d != "" {
				t.Fatal(d)
			}
		})
	}
	if _, old := startRules(t, "urban-2018"); len(deliberation.StartsOn(old, deliberation.DutyStartRecord{Known: day(t, "2025-01-01"), From: day(t, "2025-01-01")}, c, day(t, "2025-11-01"))) > 0 {
		t.Error("something begins by itself under the old law")
	}
}

// Whoever says that the calendar began a process must have it follow from the pack.
func TestNobodyIsTheCalendar(t *testing.T) {
	pack, rules := startRules(t, "urban-2026")
	c := deliberation.Community{ID: "c1", Kind: deliberation.Urban}
	on := day(t, "2026-11-01")
	r := deliberation.DutyStartRecord{Known: day(t, "2026-10-01"), From: day(t, "2026-10-01")}
	starts := deliberation.StartsOn(rules, r, c.ID, on)
	if len(starts) < 2 {
		t.Fatal(starts)
	}
	for _, s := range starts {
		begun := s.Begin(pack, c, on, deliberation.Clock{})
		if err := deliberation.CheckDutyStart(pack, begun); err != nil {
			t.Errorf("%s: %v", s.Kind, err)
		}
		for name, forge := range map[string]func(*deliberation.Process){
			"a person":        func(p *deliberation.Process) { p.StartedBy = "somebody" },
			"another origin":  func(p *deliberation.Process) { p.Matter.Origin = deliberation.OriginCommittee },
			"another id":      func(p *deliberation.Process) { p.ID = "p0" },
			"another post":    func(p *deliberation.Process) { p.Office = deliberation.Clerk },
			"a day too early": func(p *deliberation.Process) { p.Started = s.Due.AddDays(-1) },
			"long ago":        func(p *deliberation.Process) { p.Started = s.Due.AddDays(41) },
			"another period":  func(p *deliberation.Process) { p.Matter.Period = "2025-Q1" },
			"another kind":    func(p *deliberation.Process) { p.Kind = deliberation.ConferenceKind },
		} {
			forged := begun
			forge(&forged)
			if err := deliberation.CheckDutyStart(pack, forged); !errors.Is(err, deliberation.Refuse(deliberation.RefuseOutOfOrder)) {
				t.Errorf("%s, %s: %v", s.Kind, name, err)
			}
		}
	}
}

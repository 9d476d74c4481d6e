package deliberation_test

import (
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/yishi-project/yishi/deliberation"
)

func electionDays(steps []deliberation.ElectionStep) map[deliberation.ElectionPoint]string {
	days := map[deliberation.ElectionPoint]string{}
	for _, s := range steps {
		days[s.Point] = s.Date.String()
	}
	return days
}

// law.md §5.10, with §17.4: the fifth of December is a Saturday.
func TestCalendarOfAnElection(t *testing.T) {
	r := electionRules(t, "village-2026+sichuan", deliberation.AllElectors)
	steps := deliberation.PlanElection(r, library(t).Calendar(), date(t, "2026-10-08"), date(t, "2026-11-20"))
	got := electionDays(steps)
	for point, want := range map[deliberation.ElectionPoint]string{
		deliberation.ElectionList:       "2026-10-31",
		deliberation.ElectionObjections: "2026-11-05",
		deliberation.ElectionRulings:    "2026-11-09", // the eighth is a Sunday
		deliberation.ElectionNominated:  "2026-11-05",
		deliberation.ElectionFinalList:  "2026-11-15", // a Sunday, and yet it does not move forward
		deliberation.ElectionAnnounce:   "2026-11-15",
		deliberation.ElectionDay:        "2026-11-20",
		deliberation.ElectionRound:      "2026-11-30",
		deliberation.ElectionHandover:   "2026-11-30",
		deliberation.ElectionLater:      "2026-12-10", // ten days from a further round on its last day
		deliberation.ElectionBodies:     "2026-12-07",
	} {
		if got[point] != want {
			t.Errorf("%s: %s, want %s", point, got[point], want)
		}
	}
	for _, s := range steps {
		rest := slices.ContainsFunc(s.Conflicts, func(c deliberation.PlanConflict) bool {
			return c.Code == deliberation.ConflictRestDay && (s.Date.String() == "2026-10-31" && c.By.String() == "2026-10-30" || s.Date.String() == "2026-11-15" && c.By.String() == "2026-11-13")
		})
		if weekend := s.Bound == deliberation.NotAfter && s.Date.Before(date(t, "2026-11-20")) && (s.Date.Weekday() == time.Saturday || s.Date.Weekday() == time.Sunday); weekend != rest {
			t.Errorf("%s on %s: conflicts %+v", s.Point, s.Date, s.Conflicts)
		}
		if s.Point.Word("zh") == "" || s.Point.Word("en") == "" {
			t.Errorf("no words for %s", s.Point)
		}
	}
}

// Whatever the days: what must come before election day never moves forward, limits never
// end on a rest day, and an election day that is too near says from when one is possible.
func TestCalendarOfAnElectionIsLawful(t *testing.T) {
	lib := library(t)
	cal := lib.Calendar()
	rapid.Check(t, func(rt *rapid.T) {
		p := rapid.SampledFrom(lib.Packs()).Draw(rt, "pack")
		r := electionRules(t, p.ID, deliberation.AllElectors)
		today := deliberation.NewDate(2025, time.January, 1).AddDays(rapid.IntRange(0, 700).Draw(rt, "today"))
		day := today.AddDays(rapid.IntRange(0, 60).Draw(rt, "ahead"))
		steps := deliberation.PlanElection(r, cal, today, day)
		if !slices.IsSortedFunc(steps, func(a, b deliberation.ElectionStep) int { return a.Date.Sub(b.Date) }) {
			rt.Fatal("not in the order of days")
		}
		for _, s := range steps {
			switch s.Point {
			case deliberation.ElectionList, deliberation.ElectionNominated, deliberation.ElectionFinalList, deliberation.ElectionAnnounce:
				if day.Sub(s.Date) != s.Days.Days || s.Rolled != 0 {
					rt.Fatalf("%s on %s before %s", s.Point, s.Date, day)
				}
				past := slices.IndexFunc(s.Conflicts, func(c deliberation.PlanConflict) bool { return c.Code == deliberation.ConflictPast })
				if (past >= 0) != s.Date.Before(today) {
					rt.Fatalf("%s on %s, today %s: %+v", s.Point, s.Date, today, s.Conflicts)
				}
				if past >= 0 && s.Conflicts[past].By != today.AddDays(s.Days.Days) {
					rt.Fatalf("possible from %s", s.Conflicts[past].By)
				}
			case deliberation.ElectionObjections, deliberation.ElectionRulings, deliberation.ElectionRound, deliberation.ElectionHandover, deliberation.ElectionBodies:
				if cal.Day(s.Date).Rest {
					rt.Fatalf("%s ends on the rest day %s", s.Point, s.Date)
				}
			}
		}
	})
}

// A long holiday pushes the rulings on the list past the days of the candidates.
func TestCalendarMarksOverlaps(t *testing.T) {
	r := electionRules(t, "urban-2026+sichuan", deliberation.AllElectors)
	steps := deliberation.PlanElection(r, library(t).Calendar(), date(t, "2026-08-01"), date(t, "2026-10-15"))
	marks := map[deliberation.ElectionPoint][]string{}
	for _, s := range steps {
		for _, c := range s.Conflicts {
			marks[s.Point] = append(marks[s.Point], c.Code)
			if c.Words("zh") == c.Words("en") {
				t.Errorf("no words for %s", c.Code)
			}
		}
	}
	if !slices.Contains(marks[deliberation.ElectionNominated], deliberation.ConflictOverlap) {
		t.Errorf("%v", marks)
	}
}

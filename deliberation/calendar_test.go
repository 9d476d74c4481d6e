package deliberation_test

import (
	"sync"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

var loaded = sync.OnceValues(packs.Load)

func library(t testing.TB) *packs.Library {
	t.Helper()
	lib, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

func date(t testing.TB, s string) deliberation.Date {
	t.Helper()
	d, err := deliberation.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func TestDeadline(t *testing.T) {
	cal := library(t).Calendar()
	for _, c := range []struct {
		name, event string
		n           int
		want        string
		rolled      int
		provisional bool
	}{
		{"the sample of law.md §5.10: a ruling due on a Sunday", "2026-11-05", 3, "2026-11-09", 1, false},
		{"objections to a list of 31 October", "2026-10-31", 5, "2026-11-05", 0, false},
		{"§17.4: a limit on a Saturday", "2026-11-20", 15, "2026-12-07", 2, false},
		{"the day of the event is not counted", "2026-03-02", 1, "2026-03-03", 0, false},
		{"over the whole spring festival", "2026-02-13", 2, "2026-02-24", 9, false},
		{"a make-up Saturday is a working day", "2026-02-27", 1, "2026-02-28", 0, false},
		{"a make-up Sunday is a working day", "2026-01-03", 1, "2026-01-04", 0, false},
		{"the national holiday", "2026-09-30", 3, "2026-10-08", 5, false},
		{"2025: national holiday with the mid-autumn one", "2025-09-30", 1, "2025-10-09", 8, false},
		{"2027 is not published", "2027-02-05", 3, "2027-02-08", 0, true},
		{"out of 2026 into the unpublished year", "2026-12-31", 2, "2027-01-04", 2, true},
	} {
		got := cal.Deadline(date(t, c.event), c.n)
		want := deliberation.Limit{Date: date(t, c.want), Rolled: c.rolled, Provisional: c.provisional}
		if got != want {
			t.Errorf("%s: %s + %d = %+v, want %+v", c.name, c.event, c.n, got, want)
		}
	}
}

func TestWorkdayDeadline(t *testing.T) {
	cal := library(t).Calendar()
	// Friday 13 February 2026: the 14th is a make-up Saturday, then the festival until the 23rd.
	got := cal.WorkdayDeadline(date(t, "2026-02-13"), 2)
	if got.Date != date(t, "2026-02-24") || got.Provisional {
		t.Errorf("second working day is %+v", got)
	}
	if !cal.WorkdayDeadline(date(t, "2026-12-31"), 1).Provisional {
		t.Error("a working day of 2027 is not marked provisional")
	}
}

// "N days before" is never moved forward (law.md §12.2), and never backward by the
// program either: who finds a rest day there acts earlier.
func TestNoticeIsCountedBackward(t *testing.T) {
	meeting := date(t, "2026-10-11") // ten days before is the first of October, a holiday
	latest := deliberation.Latest(meeting, 10)
	if latest != date(t, "2026-10-01") {
		t.Errorf("latest notice is %s", latest)
	}
	if !library(t).Calendar().Day(latest).Rest {
		t.Error("the example is no rest day and shows nothing")
	}
	if got := deliberation.Earliest(date(t, "2026-10-01"), 10); got != meeting {
		t.Errorf("earliest meeting is %s", got)
	}
}

// A minimum display does not roll (law.md §17.6).
func TestDisplayDoesNotRoll(t *testing.T) {
	end := deliberation.DisplayEnd(date(t, "2026-09-18"), 15) // the third of October, a holiday
	if end != date(t, "2026-10-03") {
		t.Errorf("display ends on %s", end)
	}
	if want := time.Date(2026, 10, 3, 16, 0, 0, 0, time.UTC); !end.End().Equal(want) { // 24:00 in Shanghai
		t.Errorf("it may come down at %s, want %s", end.End(), want)
	}
}

func TestWordsOfADay(t *testing.T) {
	d := date(t, "2026-12-16")
	if got := d.Words("zh"); got != "2026年12月16日(星期三)" {
		t.Error(got)
	}
	if got := d.Words("en"); got != "Wed 16 December 2026" {
		t.Error(got)
	}
}

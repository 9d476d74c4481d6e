package bench

import (
	"runtime"
	"testing"
	"time"
)

func TestPercentilesAreTheSmallestThatSoManyAreNotAbove(t *testing.T) {
	waits := make([]time.Duration, 200) // 200 ms down to 1 ms
	for i := range waits {
		waits[i] = time.Duration(200-i) * time.Millisecond
	}
	if got, want := timesOf(waits), (Times{P50: 100, P95: 190, P99: 198, Max: 200}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := timesOf([]time.Duration{time.Millisecond}); got != (Times{1, 1, 1, 1}) {
		t.Errorf("of one: %+v", got)
	}
	if got := timesOf(nil); got != (Times{}) {
		t.Errorf("of none: %+v", got)
	}
}

func TestGoalsAreRatiosOfOneRun(t *testing.T) {
	r := Report{
		Commits: []Commits{{Database: Postgres, PerSecond: 20000}, {Database: Postgres, Slow: true, PerSecond: 500}},
		Polls: []Row{
			{Database: SQLite, Profile: Burst, Kind: Recorded, PerSecond: 3000}, {Database: Postgres, Profile: Burst, Kind: Recorded, PerSecond: 9000},
			{Database: Postgres, Profile: Slow, Kind: Recorded, PerSecond: 8000},
		},
		Pages: []Reading{{Database: SQLite, Readers: 200, Times: Times{P99: 151}}},
	}
	var met []bool
	for _, g := range r.Goals() {
		met = append(met, g.Met)
	}
	want := []bool{true, false, true, true, false} // SQLite to PostgreSQL, to commits, to OpenSlides, slow disk, pages
	if len(met) != len(want) {
		t.Fatalf("goals: %+v", r.Goals())
	}
	for i := range want {
		if met[i] != want[i] {
			t.Errorf("goal %d: %+v", i, r.Goals()[i])
		}
	}
}

func TestWorkIsWhatWasDoneInBetween(t *testing.T) {
	before := work{"1": time.Second, "2": time.Second, "gone": time.Minute}
	after := work{"1": 3 * time.Second, "2": time.Second, "new": time.Millisecond}
	if got, want := after.since(before), 2*time.Second+time.Millisecond; got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if runtime.GOOS == "linux" && len(workOf("self", "0")) != 1 {
		t.Error("one's own time is known, that of nobody is not")
	}
}

package deliberation

import (
	"testing"
	"time"
)

func dutyRules(months int) DutyRules {
	return DutyRules{
		Bodies: []DutyRule{{Key: "reps.every_months", Body: Conference, Months: months, From: NewDate(2026, 1, 1)}},
		Soon:   DaysRule{Key: "duty.soon_days", Days: 30},
	}
}

// 民法典 第二百零二条: the corresponding day is the last, else the last day of the month.
func TestCorrespondingDay(t *testing.T) {
	for _, c := range []struct {
		from   string
		months int
		want   string
	}{
		{"2026-01-15", 3, "2026-04-15"},
		{"2026-01-31", 3, "2026-04-30"},
		{"2026-08-31", 6, "2027-02-28"},
		{"2027-08-31", 6, "2028-02-29"},
		{"2027-08-30", 6, "2028-02-29"},
		{"2026-12-31", 12, "2027-12-31"},
		{"2028-02-29", 12, "2029-02-28"},
		{"2026-11-30", 3, "2027-02-28"},
		{"2026-10-01", 3, "2027-01-01"},
		{"2026-03-31", -1, "2026-02-28"},
		{"2026-01-31", -2, "2025-11-30"},
	} {
		from, _ := ParseDate(c.from)
		if got := from.AddMonths(c.months); got.String() != c.want {
			t.Errorf("%s and %d months: %s, want %s", c.from, c.months, got, c.want)
		}
	}
}

func TestDutyAtItsBoundaryDays(t *testing.T) {
	held := map[Body]Date{Conference: NewDate(2026, 3, 31)}
	known := NewDate(2026, 2, 10)
	for _, c := range []struct {
		what  string
		last  map[Body]Date
		on    Date
		state DutyState
		due   Date
	}{
		{"on the day it met", held, NewDate(2026, 3, 31), DutyHeld, NewDate(2026, 9, 30)},
		{"31 days before", held, NewDate(2026, 8, 30), DutyHeld, NewDate(2026, 9, 30)},
		{"30 days before", held, NewDate(2026, 8, 31), DutyDueSoon, NewDate(2026, 9, 30)},
		{"on the last day", held, NewDate(2026, 9, 30), DutyDueSoon, NewDate(2026, 9, 30)},
		{"on the day after", held, NewDate(2026, 10, 1), DutyOverdue, NewDate(2026, 9, 30)},
		{"never, the first period runs", nil, NewDate(2026, 7, 10), DutyNever, NewDate(2026, 8, 10)},
		{"never, 30 days before", nil, NewDate(2026, 7, 11), DutyDueSoon, NewDate(2026, 8, 10)},
		{"never, the last day", nil, NewDate(2026, 8, 10), DutyDueSoon, NewDate(2026, 8, 10)},
		{"never, the day after", nil, NewDate(2026, 8, 11), DutyOverdue, NewDate(2026, 8, 10)},
		{"a meeting to come does not count", map[Body]Date{Conference: NewDate(2026, 9, 1)}, NewDate(2026, 8, 11), DutyOverdue, NewDate(2026, 8, 10)},
		{"another body does not count", map[Body]Date{Assembly: NewDate(2026, 8, 1)}, NewDate(2026, 8, 11), DutyOverdue, NewDate(2026, 8, 10)},
		{"a meeting before the rule", map[Body]Date{Conference: NewDate(2025, 3, 1)}, NewDate(2026, 3, 1), DutyHeld, NewDate(2026, 8, 10)},
	} {
		d := Duties(dutyRules(6), MeetingRecord{Known: known, Last: c.last}, c.on)[0]
		if d.State != c.state || d.DueBy != c.due {
			t.Errorf("%s: %s by %s, want %s by %s", c.what, d.State, d.DueBy, c.state, c.due)
		}
		if d.Pressing() != (c.state == DutyDueSoon || c.state == DutyOverdue) {
			t.Errorf("%s: pressing %v", c.what, d.Pressing())
		}
	}
}

// The first period counts from the later of the first record and the rule's own day.
func TestFirstPeriodOfADuty(t *testing.T) {
	for _, c := range []struct{ known, since Date }{
		{NewDate(2025, 5, 1), NewDate(2026, 1, 1)},
		{NewDate(2026, 1, 1), NewDate(2026, 1, 1)},
		{NewDate(2026, 5, 1), NewDate(2026, 5, 1)},
		{Date{}, NewDate(2026, 1, 1)},
	} {
		if d := Duties(dutyRules(3), MeetingRecord{Known: c.known}, NewDate(2026, 5, 1))[0]; d.Since != c.since {
			t.Errorf("known %s: counted from %s, want %s", c.known, d.Since, c.since)
		}
	}
}

// The day changes at midnight in Shanghai, whatever the machine's zone is.
func TestDutyLapsesAtMidnightInShanghai(t *testing.T) {
	r := MeetingRecord{Last: map[Body]Date{Conference: NewDate(2026, 3, 31)}}
	before := time.Date(2026, 9, 30, 15, 59, 59, 0, time.UTC)
	for _, c := range []struct {
		at   time.Time
		want DutyState
	}{{before, DutyDueSoon}, {before.Add(time.Second), DutyOverdue}} {
		if got := Duties(dutyRules(6), r, DateOf(c.at))[0].State; got != c.want {
			t.Errorf("at %s: %s, want %s", c.at, got, c.want)
		}
	}
}

// 居(村)民会议 by households does the assembly's duty.
func TestHouseholdsDoTheAssemblysDuty(t *testing.T) {
	rules := dutyRules(6)
	rules.Bodies = append(rules.Bodies, DutyRule{Key: "assembly.per_year", Body: Assembly, Months: 12, From: NewDate(2026, 1, 1)})
	r := MeetingRecord{Last: map[Body]Date{HouseholdAssembly: NewDate(2026, 6, 1), Assembly: NewDate(2026, 4, 1)}}
	list := Duties(rules, r, NewDate(2026, 6, 2))
	if len(list) != 2 || list[0].Rule.Body != Conference || list[1].Last != NewDate(2026, 6, 1) || list[1].State != DutyHeld {
		t.Errorf("%+v", list)
	}
}

package packs

import (
	"testing"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"

	"github.com/yishi-project/yishi/deliberation"
)

// The tables are checked against an independent one, day by day.
func TestCalendarAgreesWithLunarGo(t *testing.T) {
	lib := load(t)
	cal := lib.Calendar()
	for _, year := range []int{2025, 2026} {
		checked := 0
		for d := deliberation.NewDate(year, time.January, 1); d.Year == year; d = d.AddDays(1) {
			want := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
			if h := HolidayUtil.GetHolidayByYmd(d.Year, int(d.Month), d.Day); h != nil {
				want = !h.IsWork()
				checked++
			}
			got := cal.Day(d)
			if got.Rest != want || got.Provisional {
				t.Errorf("%s: rest %v provisional %v, want rest %v", d, got.Rest, got.Provisional, want)
			}
		}
		if checked < 30 {
			t.Errorf("%d: the other table knows only %d days", year, checked)
		}
	}
}

package deliberation

import (
	"fmt"
	"time"
)

// Shanghai is the one time zone of the law (law.md §12.7). It is fixed: China
// has kept no summer time since 1991, and a fixed zone needs no zone database.
var Shanghai = time.FixedZone("Asia/Shanghai", 8*60*60)

// Date is a civil day in Shanghai. Periods are counted in dates, never in hours.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// DateOf gives the civil day in Shanghai on which the moment t lies.
func DateOf(t time.Time) Date {
	y, m, d := t.In(Shanghai).Date()
	return Date{y, m, d}
}

// NewDate gives the civil day y-m-d, normalised as the time package does.
func NewDate(y int, m time.Month, d int) Date {
	return DateOf(time.Date(y, m, d, 0, 0, 0, 0, Shanghai))
}

// ParseDate reads a day written as 2026-12-01. A day that does not exist, such
// as 2026-02-30, is an error.
func ParseDate(s string) (Date, error) {
	t, err := time.ParseInLocation("2006-01-02", s, Shanghai)
	if err != nil {
		return Date{}, fmt.Errorf("not a date of the form 2026-12-01: %q", s)
	}
	return DateOf(t), nil
}

// Start is 00:00 of the day in Shanghai.
func (d Date) Start() time.Time { return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, Shanghai) }

// End is 24:00 of the day in Shanghai, the last moment of a period (民法典 art. 203).
func (d Date) End() time.Time { return d.AddDays(1).Start() }

// At is the moment hour:minute of the day in Shanghai.
func (d Date) At(hour, minute int) time.Time {
	return time.Date(d.Year, d.Month, d.Day, hour, minute, 0, 0, Shanghai)
}

// AddDays gives the day n days later, or earlier where n is negative.
func (d Date) AddDays(n int) Date { return NewDate(d.Year, d.Month, d.Day+n) }

// AddYears gives the corresponding day n years later; where the month has no such
// day, its last one (民法典 art. 202).
func (d Date) AddYears(n int) Date { return d.AddMonths(12 * n) }

// AddMonths gives the corresponding day n months later; where the month has no
// such day, its last one (民法典 art. 202).
func (d Date) AddMonths(n int) Date {
	last := NewDate(d.Year, d.Month+time.Month(n)+1, 0)
	if d.Day > last.Day {
		return last
	}
	return Date{last.Year, last.Month, d.Day}
}

// Sub gives the number of days from e to d.
func (d Date) Sub(e Date) int { return int(d.Start().Sub(e.Start()) / (24 * time.Hour)) }

// Before reports whether d lies before e.
func (d Date) Before(e Date) bool { return d.Start().Before(e.Start()) }

// After reports whether d lies after e.
func (d Date) After(e Date) bool { return e.Before(d) }

// IsZero reports whether no day is set.
func (d Date) IsZero() bool { return d == Date{} }

// Weekday is the day of the week.
func (d Date) Weekday() time.Weekday { return d.Start().Weekday() }

// String gives the day as 2026-12-01, and nothing where no day is set.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// MarshalText writes the day as 2026-12-01.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText wrote.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = Date{}
		return nil
	}
	v, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

package pages

import (
	"fmt"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Day gives a civil day as 2026年12月16日(星期三).
func (p Page) Day(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	t = t.In(deliberation.Shanghai)
	if p.Lang == "en" {
		return t.Format("Monday 2 January 2006")
	}
	return fmt.Sprintf("%d年%d月%d日(%s)", t.Year(), t.Month(), t.Day(), p.S(fmt.Sprintf("weekday_%d", t.Weekday())))
}

// Moment gives a civil moment with its hour and minute.
func (p Page) Moment(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	sep := ""
	if p.Lang == "en" {
		sep = ", "
	}
	return p.Day(t) + sep + t.In(deliberation.Shanghai).Format("15:04")
}

// Until gives the last moment of a period: midnight is 24:00 of the day before,
// as the law counts it (民法典 art. 203).
func (p Page) Until(t time.Time) string {
	l := t.In(deliberation.Shanghai)
	if t.IsZero() || l.Hour() != 0 || l.Minute() != 0 || l.Second() != 0 {
		return p.Moment(t)
	}
	sep := ""
	if p.Lang == "en" {
		sep = ", "
	}
	return p.Day(l.AddDate(0, 0, -1)) + sep + "24:00"
}

// Left says how long it still is until the moment, or how long ago it passed.
func (p Page) Left(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	d, key := t.Sub(p.Now), "left"
	if d < 0 {
		d, key = -d, "passed"
	}
	switch {
	case d >= 24*time.Hour:
		return p.S(key+"_days", "N", int(d/(24*time.Hour)))
	case d >= time.Hour:
		return p.S(key+"_hours", "N", int(d/time.Hour))
	}
	return p.S(key+"_minutes", "N", int(d/time.Minute)+1)
}

// Yuan gives an amount of fen as yuan, with thousands apart.
func (p Page) Yuan(fen int64) string {
	sign := ""
	if fen < 0 {
		sign, fen = "-", -fen
	}
	whole, digits := fen/100, ""
	for whole >= 1000 {
		digits = fmt.Sprintf(",%03d", whole%1000) + digits
		whole /= 1000
	}
	return p.S("yuan", "Amount", fmt.Sprintf("%s%d%s.%02d", sign, whole, digits, fen%100))
}

package deliberation

import "time"

// YearTable is the State Council's yearly notice on rest days: the holidays, and
// the weekend days on which people work instead 调休.
type YearTable struct {
	Year     int      `json:"year"`
	Holidays []Date   `json:"holidays"`
	Workdays []Date   `json:"workdays"`
	Citation Citation `json:"citation"`
}

// Calendar knows the rest days 法定休假日 of the years whose table is published.
type Calendar struct {
	Years map[int]YearTable
}

// Day is what the calendar says of a day. Provisional: no table of that year is
// published, so that only weekends are known.
type Day struct {
	Rest        bool
	Provisional bool
}

// Day tells whether d is a rest day.
func (c Calendar) Day(d Date) Day {
	weekend := d.Weekday() == time.Saturday || d.Weekday() == time.Sunday
	t, ok := c.Years[d.Year]
	if !ok {
		return Day{Rest: weekend, Provisional: true}
	}
	for _, w := range t.Workdays {
		if w == d {
			return Day{}
		}
	}
	for _, h := range t.Holidays {
		if h == d {
			return Day{Rest: true}
		}
	}
	return Day{Rest: weekend}
}

// Limit is a computed day. Provisional limits may move when the year's table is
// published, and every page says so.
type Limit struct {
	Date        Date `json:"date"`
	Provisional bool `json:"provisional,omitempty"`
	// Rolled says by how many days the limit moved because its last day was a rest day.
	Rolled int `json:"rolled,omitempty"`
}

// Deadline gives the last day of n days from the event: the day of the event is
// not counted, and a last day that is a rest day moves to the next working day
// (民法典 arts 201, 203).
func (c Calendar) Deadline(event Date, n int) Limit {
	l := Limit{Date: event.AddDays(n)}
	for {
		day := c.Day(l.Date)
		l.Provisional = l.Provisional || day.Provisional
		if !day.Rest {
			return l
		}
		l.Date = l.Date.AddDays(1)
		l.Rolled++
	}
}

// Latest gives the last day on which something that must come n days before the
// target may be done. It is never moved forward: who finds a rest day there acts
// earlier (law.md §12.2).
func Latest(target Date, n int) Date { return target.AddDays(-n) }

// Earliest gives the first day for something before which n days' notice must
// lie, where the notice goes out on the day given.
func Earliest(notice Date, n int) Date { return notice.AddDays(n) }

// DisplayEnd gives the last day of a display of at least n days: the day of
// posting is not counted. It is a minimum, so it does not roll (law.md §17.6);
// what hangs may come down after its 24:00.
func DisplayEnd(posted Date, n int) Date { return posted.AddDays(n) }

// WorkdayDeadline gives the n-th working day after the event, for the texts that
// say 工作日.
func (c Calendar) WorkdayDeadline(event Date, n int) Limit {
	l := Limit{Date: event}
	for left := n; left > 0; {
		l.Date = l.Date.AddDays(1)
		day := c.Day(l.Date)
		l.Provisional = l.Provisional || day.Provisional
		if !day.Rest {
			left--
		}
	}
	return l
}

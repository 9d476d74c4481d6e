package deliberation

import "time"

// Clock maps the machine's time to civil time. The zero value is the honest
// clock: both are the same. A demonstration runs a faster one, under which every
// rule, rest day and limit applies unchanged. A process pins the clock it began
// under, so that its timers replay.
type Clock struct {
	Real  time.Time `json:"real"`
	Civil time.Time `json:"civil"`
	// Rate is civil seconds for each real second; nought or one is the honest clock.
	Rate int64 `json:"rate"`
}

// Fast reports whether this is a demonstration's clock.
func (c Clock) Fast() bool { return c.Rate > 1 || !c.Civil.Equal(c.Real) }

// At gives the civil moment, in Shanghai, at the machine's time now.
func (c Clock) At(now time.Time) time.Time {
	if !c.Fast() {
		return now.In(Shanghai)
	}
	passed := now.Sub(c.Real)
	whole, rest := int64(passed/time.Second), int64(passed%time.Second)
	civil := c.Civil.In(Shanghai)
	return time.Unix(civil.Unix()+whole*c.rate(), int64(civil.Nanosecond())+rest*c.rate()).In(Shanghai)
}

// Wait gives how long, in the machine's time, it still is from now until the
// civil moment; nought where it has passed. It is never too short: a timer set
// for it fires at or after the moment.
func (c Clock) Wait(now, until time.Time) time.Duration {
	left := until.Sub(c.At(now))
	if left <= 0 {
		return 0
	}
	if !c.Fast() {
		return left
	}
	return left/time.Duration(c.rate()) + 1
}

// Day gives how long a civil day takes in the machine's time.
func (c Clock) Day() time.Duration { return 24 * time.Hour / time.Duration(c.rate()) }

func (c Clock) rate() int64 {
	if c.Rate < 1 {
		return 1
	}
	return c.Rate
}

package main

import (
	"context"
	"sync"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// calendarsEvery is how often communities are looked for that have no calendar yet,
// and how soon one that could not be made is tried again.
const calendarsEvery = 10 * time.Minute

// keepCalendars gives every community its calendar, also one that is added later, or
// takes them away where the setting says so. It comes back at once: nothing waits for it.
func (a *app) keepCalendars(ctx context.Context) {
	ctx, stop := context.WithCancel(context.WithoutCancel(ctx))
	var done sync.WaitGroup
	done.Go(func() {
		kept, again := map[deliberation.CommunityID]bool{}, time.NewTicker(calendarsEvery)
		defer again.Stop()
		for {
			a.calendarRound(ctx, kept)
			select {
			case <-ctx.Done():
				return
			case <-again.C:
			}
		}
	})
	a.calendars = func() {
		stop()
		done.Wait()
	}
}

// calendarRound sees to the communities that were not seen to yet.
func (a *app) calendarRound(ctx context.Context, kept map[deliberation.CommunityID]bool) {
	engine := a.speaker()
	see := engine.EndCalendar
	if a.cfg.Calendar {
		see = func(ctx context.Context, c deliberation.CommunityID) error {
			return engine.KeepCalendar(ctx, c, a.clock.now())
		}
	}
	all, err := a.store.Communities(ctx)
	for _, c := range all {
		if kept[c.ID] {
			continue
		}
		if e := see(ctx, c.ID); e != nil {
			err = e
			continue
		}
		kept[c.ID] = true
	}
	if err != nil && ctx.Err() == nil {
		a.log.Warn("calendar", "error", err)
	}
}

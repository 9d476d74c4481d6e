package e2e

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/dossier"
)

// What falls due begins by itself: the accounts of a month that is over, and the yearly
// report in its month.
func TestWhatFallsDueBeginsByItself(t *testing.T) {
	t.Parallel()
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := install(t, kind)
			i.day, i.calendar, i.start = time.Second, true, deliberation.NewDate(2026, 10, 15)
			i.serve()
			play := &demo.Play{Base: "http://" + i.addr, Cast: i.cast, Links: i.links, Out: t.Output(), Clock: i.clock, Day: i.day}
			ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
			defer cancel()
			done, err := play.FallDue(ctx)
			if err != nil {
				t.Fatalf("%v\n%s", err, i.log.String())
			}
			report := dossier.Verify(done.Dossier, verification(t))
			require.True(t, report.OK(), "%v", report.Faults())
			require.Equal(t, deliberation.Carried, report.Outcome)
		})
	}
}

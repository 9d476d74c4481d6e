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

// V-NEW 第十九条 with the Sichuan measures: twelve of sixty demand it. It passes where
// more than half vote and more than half of those approve, spoiled papers among them; one
// that fails is barred for six months.
func TestARecallThatPassesAndOneThatFails(t *testing.T) {
	t.Parallel()
	for name, kind := range databases(t) {
		for outcome, yes := range map[string]int{"passes": 16, "fails": 15} {
			t.Run(name+" "+outcome, func(t *testing.T) {
				t.Parallel()
				roster, c := demo.Village(firstDay, 60)
				i := installed(t, kind, roster, c, everybody(roster))
				i.day = electionDay
				i.serve()
				play := &demo.Play{Base: "http://" + i.addr, Cast: i.cast, Links: i.links, Out: t.Output(), Clock: i.clock, Day: i.day}
				ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
				defer cancel()
				x := demo.VillageRecall(c)
				x.Silent, x.PaperYes = outcome == "fails", yes-x.WebYes
				done, status, err := play.Recall(ctx, x)
				if err != nil {
					t.Fatalf("%v\n%s", err, i.log.String())
				}
				r := status.Recall
				require.Equal(t, outcome == "passes", r.Passed.Met)
				require.Equal(t, yes, r.Passed.Tally.Yes)
				require.Equal(t, outcome == "passes", r.HandedOver)
				require.Equal(t, outcome == "fails", r.Defence.IsZero())
				if outcome == "fails" {
					require.Equal(t, deliberation.Lost, status.Outcome)
					require.False(t, r.BarredUntil.IsZero(), "S-VE 第四十二条")
				} else {
					require.Equal(t, deliberation.Carried, status.Outcome)
				}
				report := dossier.Verify(done.Dossier, verification(t))
				require.True(t, report.OK(), "%v", report.Faults())
				requireNoneOf(t, "the log", i.log.String(), []string{"账目", "申辩"})
			})
		}
	}
}

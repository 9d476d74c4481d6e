package e2e

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/dossier"
)

// A year's reports and their appraisal, with the server killed while the secret
// ballots come in; then a second one at once, which answers what the first promised
// and, too close to it, is sent to the township for a ruling.
func TestAYearOfReportsFromItsStartToItsDossier(t *testing.T) {
	t.Parallel()
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := install(t, kind)
			i.serve()
			killed := 0
			play := &demo.Play{
				Base: "http://" + i.addr, Cast: i.cast, Links: i.links, Out: t.Output(), Clock: i.clock, Day: day,
				Interrupt: func(moment string) {
					if moment == "secret" && killed == 0 {
						killed++
						i.kill()
						i.serve()
					}
				},
			}
			ctx, cancel := context.WithTimeout(context.Background(), 6*time.Minute)
			defer cancel()
			for year, follows := range []deliberation.ConsequenceKind{deliberation.Explain, deliberation.ReferRow} {
				_, kept, err := play.Appraise(ctx)
				if err != nil {
					t.Fatalf("year %d: %v\n%s", year+1, err, i.log.String())
				}
				report := dossier.Verify(kept, verification(t))
				require.True(t, report.OK(), "%v", report.Faults())
				found := map[deliberation.ConsequenceKind]int{}
				owed := 0
				for _, e := range facts(t, kept) {
					switch e.Kind {
					case deliberation.FactGraded:
						var d deliberation.GradedData
						require.NoError(t, json.Unmarshal(e.Data, &d))
						found[d.Consequence.Kind]++
						require.Equal(t, 63, d.Grading.Valid)
					case deliberation.FactDutyReport:
						var d deliberation.DutyReportData
						require.NoError(t, json.Unmarshal(e.Data, &d))
						owed += d.Owed
						require.Equal(t, d.Owed, d.Answered)
					}
				}
				require.Equal(t, 1, found[follows], "%v", found)
				require.Equal(t, 1, found[deliberation.Commend], "%v", found)
				require.Equal(t, year*16, owed, "each of eight answers the two commitments of the year before")
			}
			require.Equal(t, 1, killed)
			requireNoneOf(t, "the log", i.log.String(), []string{"路灯", "没有收受礼品"})
		})
	}
}

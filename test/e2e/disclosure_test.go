package e2e

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/dossier"
)

// A quarter of disclosures over HTTP, the server killed while one hangs: the accounts
// of three months go on from each other, a complaint comes to the street, and what
// nobody disclosed stands on the public board without anybody's act.
func TestAQuarterOfDisclosures(t *testing.T) {
	t.Parallel()
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := install(t, kind)
			i.day = 700 * time.Millisecond
			i.serve()
			killed := 0
			play := &demo.Play{
				Base: "http://" + i.addr, Cast: i.cast, Links: i.links, Out: t.Output(), Clock: i.clock, Day: i.day,
				Interrupt: func(moment string) {
					if moment == "posting" && killed == 0 {
						killed++
						i.kill()
						i.serve()
					}
				},
			}
			ctx, cancel := context.WithTimeout(context.Background(), 6*time.Minute)
			defer cancel()
			played, err := play.Disclose(ctx)
			if err != nil {
				t.Fatalf("%v\n%s", err, i.log.String())
			}
			require.Len(t, played, 4)
			require.Equal(t, 1, killed)
			var closed []int64
			for n, kept := range played {
				report := dossier.Verify(kept.Dossier, verification(t))
				require.True(t, report.OK(), "%v", report.Faults())
				for _, e := range facts(t, kept.Dossier) {
					switch e.Kind {
					case deliberation.FactDisclosure:
						var d deliberation.DisclosureDraftData
						require.NoError(t, json.Unmarshal(e.Data, &d))
						require.Equal(t, n < 3, d.Sum != nil)
						if n > 0 && n < 3 {
							require.Equal(t, closed[n-1], d.Before.Closing)
							require.Equal(t, played[n-1].Process, d.BeforeFrom)
						}
						if n < 3 {
							closed = append(closed, d.Sum.Closing)
						}
					case deliberation.FactPosted:
						var d deliberation.PostedData
						require.NoError(t, json.Unmarshal(e.Data, &d))
						require.Equal(t, 15, d.DisplayDays.Days)
					}
				}
			}
			r, err := http.Get("http://" + i.addr + "/board?community=demo") //nolint:noctx // a stranger's browser
			require.NoError(t, err)
			board, err := io.ReadAll(r.Body)
			require.NoError(t, err)
			require.NoError(t, r.Body.Close())
			require.Contains(t, string(board), "逾期未公布")
			requireNoneOf(t, "the log", i.log.String(), []string{"服务专项资金", "停车场"})
		})
	}
}

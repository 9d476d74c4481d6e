package e2e

import (
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/dossier"
)

// A representatives' conference of 63 with three motions; the server is killed
// while half of the secret ballots are in the box.
func TestConferenceWithASecretBallotSurvivesAKill(t *testing.T) {
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
					if moment != "secret" {
						return
					}
					killed++
					keys, err := os.ReadDir(filepath.Join(i.dir, "poll-keys"))
					require.NoError(t, err)
					require.Len(t, keys, 1, "an open secret poll has its key")
					i.kill()
					i.serve()
				},
			}
			ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
			defer cancel()
			_, kept, err := play.Confer(ctx)
			if err != nil {
				t.Fatalf("%v\n%s", err, i.log.String())
			}
			require.Equal(t, 1, killed)
			report := dossier.Verify(kept, verification(t))
			require.True(t, report.OK(), "%v", report.Faults())

			keys, err := os.ReadDir(filepath.Join(i.dir, "poll-keys"))
			require.NoError(t, err)
			require.Empty(t, keys, "the key is destroyed with the count")
			polls := 0
			for _, e := range facts(t, kept) {
				if e.Kind != deliberation.FactPollClosed {
					continue
				}
				polls++
				var n deliberation.CountData
				require.NoError(t, json.Unmarshal(e.Data, &n))
				require.Equal(t, 63, n.Tally.Cast(), "every acknowledged ballot is counted, once")
			}
			require.Equal(t, 3, polls)
		})
	}
}

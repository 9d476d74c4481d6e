package e2e

import (
	"context"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/dossier"
)

// Three departments are rated, with the server killed while the secret ballots come in:
// one replies in time, one late, one never, and everybody can see which.
func TestDepartmentsAreRated(t *testing.T) {
	t.Parallel()
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := install(t, kind)
			i.day = time.Second
			i.serve()
			killed := 0
			play := &demo.Play{
				Base: "http://" + i.addr, Cast: i.cast, Links: i.links, Out: t.Output(), Clock: i.clock, Day: i.day,
				Interrupt: func(moment string) {
					if moment == "secret" {
						killed++
						i.kill()
						i.serve()
					}
				},
			}
			ctx, cancel := context.WithTimeout(context.Background(), 6*time.Minute)
			defer cancel()
			_, kept, err := play.RateDepartments(ctx)
			if err != nil {
				t.Fatalf("%v\n%s", err, i.log.String())
			}
			require.Equal(t, 1, killed)
			report := dossier.Verify(kept, verification(t))
			require.True(t, report.OK(), "%v", report.Faults())
			file := filepath.Join(t.TempDir(), "dossier.zip")
			require.NoError(t, os.WriteFile(file, kept, 0o600))
			said, err := exec.CommandContext(ctx, binary, "verify", file).CombinedOutput()
			require.NoError(t, err, "%s", said)
			require.Contains(t, string(said), "评议部门")

			acts := map[deliberation.ActKind]int{}
			late, rated := 0, 0
			for _, e := range facts(t, kept) {
				switch e.Kind {
				case deliberation.FactRated:
					var d deliberation.RatedData
					require.NoError(t, json.Unmarshal(e.Data, &d))
					require.Equal(t, 63, d.Result.Valid)
					rated++
				case deliberation.FactRatingAct:
					var d deliberation.RatingActData
					require.NoError(t, json.Unmarshal(e.Data, &d))
					acts[d.Act]++
					if d.Late {
						late++
					}
				}
			}
			require.Equal(t, 3, rated)
			require.Equal(t, 1, late)
			require.Equal(t, map[deliberation.ActKind]int{deliberation.ForwardRatings: 3, deliberation.ReplyToRating: 2, "": 2}, acts)
			requireNoneOf(t, "the log", i.log.String(), []string{"供电所", "变压器", "夜间巡查"})
		})
	}
}

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

// A tenth of the adults demand an assembly, on the web and on paper; the server is
// killed while signatures are gathered, and each one that was taken is counted.
func TestAJointDemandFromItsFormToItsDossier(t *testing.T) {
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
					require.Equal(t, "signing", moment)
					killed++
					i.kill()
					i.serve()
				},
			}
			ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
			defer cancel()
			_, kept, err := play.Demand(ctx)
			if err != nil {
				t.Fatalf("%v\n%s", err, i.log.String())
			}
			require.Equal(t, 1, killed)
			report := dossier.Verify(kept, verification(t))
			require.True(t, report.OK(), "%v", report.Faults())
			counted := 0
			for _, e := range facts(t, kept) {
				if e.Kind != deliberation.FactSignatures {
					continue
				}
				counted++
				var d deliberation.SignaturesData
				require.NoError(t, json.Unmarshal(e.Data, &d))
				require.Equal(t, 10, d.Count.All())
				require.True(t, d.Early)
				require.True(t, d.Verdict.Met)
			}
			require.Equal(t, 1, counted)
			requireNoneOf(t, "the log", i.log.String(), []string{"停车", "查无此人"})
		})
	}
}

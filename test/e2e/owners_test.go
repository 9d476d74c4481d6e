package e2e

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/dossier"
)

// The owners of an estate meet twice: a special matter that most owners want is lost
// by area, and carried the second time.
func TestOwnersDecideByHeadsAndByArea(t *testing.T) {
	t.Parallel()
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := install(t, kind)
			i.day = 700 * time.Millisecond
			i.serve()
			var printed strings.Builder
			play := &demo.Play{
				Base: "http://" + i.addr, Cast: i.cast, Links: i.links, Out: io.MultiWriter(t.Output(), &printed), Clock: i.clock, Day: i.day,
			}
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
			defer cancel()
			played, err := play.Own(ctx)
			if err != nil {
				t.Fatalf("%v\n%s", err, i.log.String())
			}
			require.Len(t, played, 2)
			var met []bool
			for _, kept := range played {
				report := dossier.Verify(kept.Dossier, verification(t))
				require.True(t, report.OK(), "%v", report.Faults())
				for _, e := range facts(t, kept.Dossier) {
					if e.Kind == deliberation.FactPassing {
						var d deliberation.VerdictData
						require.NoError(t, json.Unmarshal(e.Data, &d))
						met = append(met, d.Verdict.Met)
						require.Len(t, d.Verdict.Checks, 4, "of both measures, who took part and who agreed")
					}
				}
			}
			require.Equal(t, []bool{true, false, true}, met)
			for _, said := range []string{
				"未通过。参与表决的专有部分面积 ", " 平方米赞成（四分之三以上）", "还差 ",
			} {
				require.Contains(t, printed.String(), said)
			}
			requireNoneOf(t, "the log", i.log.String(), []string{"电梯", "东门"})
		})
	}
}

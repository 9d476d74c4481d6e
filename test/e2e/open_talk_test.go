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

// Six items are raised at an open talk, and each is followed until it is closed; the
// server is killed while the invitation is out.
func TestAnOpenTalkWithSixItems(t *testing.T) {
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
					if moment == "notice" && killed == 0 {
						killed++
						i.kill()
						i.serve()
					}
				},
			}
			ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
			defer cancel()
			_, kept, err := play.Talk(ctx)
			if err != nil {
				t.Fatalf("%v\n%s", err, i.log.String())
			}
			report := dossier.Verify(kept, verification(t))
			require.True(t, report.OK(), "%v", report.Faults())
			closed := map[string]deliberation.TalkItem{}
			for _, e := range facts(t, kept) {
				if e.Kind == deliberation.FactTalkItem {
					var d deliberation.TalkItemData
					require.NoError(t, json.Unmarshal(e.Data, &d))
					closed[d.Item.ID] = d.Item
				}
			}
			require.Len(t, closed, 6)
			forwarded := 0
			for _, item := range closed {
				require.False(t, item.Pending())
				if item.Forwarded != "" {
					forwarded++
				}
			}
			require.Equal(t, 1, forwarded)
			require.Equal(t, 1, killed)
			requireNoneOf(t, "the log", i.log.String(), []string{"下水道", "广场舞"})
		})
	}
}

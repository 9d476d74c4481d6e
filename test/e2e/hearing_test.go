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

// A hearing whose report lets its matter go on, and an appraisal that sends its matter
// back to the proposal; the server is killed while people sign up. Both dossiers, and
// those of the matters, verify: the lots are drawn again.
func TestHearingsForTheMattersThatAskedForThem(t *testing.T) {
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
					if moment == "sign-up" && killed == 0 {
						killed++
						i.kill()
						i.serve()
					}
				},
			}
			ctx, cancel := context.WithTimeout(context.Background(), 9*time.Minute)
			defer cancel()
			for _, forum := range []deliberation.Body{deliberation.HearingMeeting, deliberation.ExpertAppraisal} {
				h, err := play.Hear(ctx, forum)
				if err != nil {
					t.Fatalf("%s: %v\n%s", forum, err, i.log.String())
				}
				heard, matter := dossier.Verify(h.Dossier, verification(t)), dossier.Verify(h.ForWhich, verification(t))
				require.True(t, heard.OK(), "%s: %v", forum, heard.Faults())
				require.True(t, matter.OK(), "%s: %v", forum, matter.Faults())
				require.Equal(t, deliberation.Carried, heard.Outcome)
				var drawn deliberation.DrawnData
				signed, reports := 0, 0
				for _, e := range facts(t, h.Dossier) {
					switch e.Kind {
					case deliberation.FactDrawn:
						require.NoError(t, json.Unmarshal(e.Data, &drawn))
					case deliberation.FactRecordSigned:
						signed++
					}
				}
				require.Equal(t, 7, drawn.SignedUp)
				require.Equal(t, 2, drawn.Sides[1].Short)
				require.Equal(t, 3, signed)
				returned := 0
				for _, e := range facts(t, h.ForWhich) {
					switch e.Kind {
					case deliberation.FactHearingReport:
						reports++
					case deliberation.FactOutcome:
						var d deliberation.OutcomeData
						require.NoError(t, json.Unmarshal(e.Data, &d))
						if d.Outcome == deliberation.Returned {
							returned++
						}
					}
				}
				require.Equal(t, 1, reports)
				require.Equal(t, forum == deliberation.ExpertAppraisal, returned == 1)
			}
			require.Equal(t, 1, killed)
			requireNoneOf(t, "the log", i.log.String(), []string{"停车位", "轮椅", "专家1"})
		})
	}
}

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

// A quick consultation, a full one that is agreed and carried out, one that stays
// disputed and goes to a conference, and one of the council on what the assembly
// entrusted to it; the server is killed while a notice is out.
func TestConsultationsFromTheirTopicsToTheirDossiers(t *testing.T) {
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
			ctx, cancel := context.WithTimeout(context.Background(), 6*time.Minute)
			defer cancel()
			for _, c := range []struct {
				what string
				play func(context.Context) (deliberation.ProcessID, []byte, error)
				ends deliberation.Outcome
				fact deliberation.FactKind
			}{
				{"quick", play.ConsultQuickly, deliberation.Answered, deliberation.FactQuickAnswer},
				{"agreed", func(ctx context.Context) (deliberation.ProcessID, []byte, error) {
					return play.Consult(ctx, deliberation.FoundAgreed)
				}, deliberation.Carried, deliberation.FactPostingEnded},
				{"disputed", func(ctx context.Context) (deliberation.ProcessID, []byte, error) {
					return play.Consult(ctx, deliberation.FoundDisputed)
				}, deliberation.Carried, deliberation.FactForwarded},
				{"council", play.Council, deliberation.Carried, deliberation.FactPassing},
			} {
				_, kept, err := c.play(ctx)
				if err != nil {
					t.Fatalf("%s: %v\n%s", c.what, err, i.log.String())
				}
				report := dossier.Verify(kept, verification(t))
				require.True(t, report.OK(), "%s: %v", c.what, report.Faults())
				require.Equal(t, c.ends, report.Outcome, c.what)
				found := 0
				for _, e := range facts(t, kept) {
					if e.Kind == c.fact {
						found++
					}
					if e.Kind == deliberation.FactParticipants {
						var d deliberation.ParticipantsData
						require.NoError(t, json.Unmarshal(e.Data, &d))
						if c.what != "council" {
							require.Equal(t, 2, deliberation.InterestedIn(d.People))
						}
					}
				}
				require.Equal(t, 1, found, c.what)
			}
			require.Equal(t, 1, killed)
			requireNoneOf(t, "the log", i.log.String(), []string{"电动车", "楼道口"})
		})
	}
}

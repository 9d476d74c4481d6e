package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/dossier"
)

// A villagers' assembly of three thousand adults in six places votes on paper and on
// the web; the server is killed while many vote, and every acknowledged ballot is
// counted beside the paper, once.
func TestAVillagersAssemblyOnPaperAndOnTheWebSurvivesAKill(t *testing.T) {
	t.Parallel()
	const adults = 3000
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			roster, cast := demo.Village(firstDay, adults)
			i := installed(t, kind, roster, cast, cast.Phones())
			i.day = time.Second
			i.environ = []string{"YISHI_TRUSTED_PROXIES=127.0.0.1"}
			i.serve()
			began, killed := time.Now(), 0
			play := &demo.Play{
				Base: "http://" + i.addr, Cast: i.cast, Links: i.links, Out: t.Output(), Clock: i.clock, Day: i.day, Halls: halls(6),
				Interrupt: func(moment string) {
					require.Equal(t, "casting", moment)
					killed++
					i.kill()
					i.serve()
				},
				Newcomer: func(ctx context.Context) (string, error) { return i.moveIn(ctx, roster.Community) },
			}
			ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
			defer cancel()
			_, kept, err := play.Assemble(ctx)
			if err != nil {
				t.Fatalf("%v\n%s", err, i.log.String())
			}
			t.Logf("played in %.0f s, a dossier of %d bytes", time.Since(began).Seconds(), len(kept))
			require.Equal(t, 1, killed)
			report := dossier.Verify(kept, verification(t))
			require.True(t, report.OK(), "%v", report.Faults())

			all := facts(t, kept)
			require.Equal(t, 3, count(all, deliberation.FactPollClosed))
			require.Equal(t, 1, count(all, deliberation.FactFiled))
			require.Equal(t, 1, count(all, deliberation.FactAuthorised))
			require.Equal(t, 4, count(all, deliberation.FactPassing), "a verdict for each motion")
			for _, e := range all {
				if e.Kind == deliberation.FactRoll {
					var roll deliberation.RollData
					require.NoError(t, json.Unmarshal(e.Data, &roll))
					require.Equal(t, adults, roll.Count, "who moved in later is not due")
				}
			}
			requireNoneOf(t, "the log", i.log.String(), []string{"机耕道", "新来的人", "何大勇"})
		})
	}
}

func count(all []deliberation.Entry, kind deliberation.FactKind) (n int) {
	for _, e := range all {
		if e.Kind == kind {
			n++
		}
	}
	return n
}

// moveIn writes somebody down who lives in the community from today on, while the
// program serves, and gives their link.
func (i *installation) moveIn(ctx context.Context, c deliberation.Community) (token string, err error) {
	id := deliberation.PersonID("demo-newcomer")
	store := i.open(ctx)
	defer func() { require.NoError(i.t, store.Close()) }()
	err = store.LoadRoster(ctx, deliberation.Roster{
		Community: c,
		Persons:   []deliberation.Person{{ID: id, Community: c.ID, Name: "新来的人"}},
		Offices:   []deliberation.OfficeHeld{{Person: id, Community: c.ID, Office: deliberation.Resident, From: firstDay}},
	}, i.cast.Operator)
	if err != nil {
		return "", err
	}
	return store.CreateLink(ctx, id, time.Now().Add(time.Hour))
}

// halls are clients that come by a proxy from as many addresses.
func halls(n int) (list []*http.Client) {
	for h := range n {
		list = append(list, &http.Client{Timeout: time.Minute, Transport: from{
			address: fmt.Sprintf("192.0.2.%d", h+1), by: &http.Transport{MaxIdleConnsPerHost: 64},
		}})
	}
	return list
}

// from sends requests on for an address, as a proxy does.
type from struct {
	address string
	by      http.RoundTripper
}

func (f from) RoundTrip(r *http.Request) (*http.Response, error) {
	r = r.Clone(r.Context())
	r.Header.Set("X-Forwarded-For", f.address)
	return f.by.RoundTrip(r)
}

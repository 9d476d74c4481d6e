package e2e

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/dossier"
	"github.com/yishi-project/yishi/engine"
	"github.com/yishi-project/yishi/workflows"
)

// electionDay is how long a civil day takes where an election is played.
const electionDay = 1100 * time.Millisecond

type (
	people = []deliberation.PersonID
	named  = map[deliberation.ElectionPost][]deliberation.PersonID
	seats  = map[deliberation.PersonID]deliberation.ElectionPost
)

// elected plays an election, and holds its outcome, its dossier and its history
// against what was reckoned.
func (i *installation) elected(e demo.Election, want seats) (deliberation.Status, []byte) {
	i.t.Helper()
	i.day = electionDay
	i.serve()
	play := &demo.Play{Base: "http://" + i.addr, Cast: i.cast, Links: i.links, Out: i.t.Output(), Clock: i.clock, Day: i.day}
	ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
	defer cancel()
	began := time.Now()
	done, status, err := play.Elect(ctx, e)
	if err != nil {
		i.t.Fatalf("%v\n%s", err, i.log.String())
	}
	i.t.Logf("played in %.0f s, a dossier of %d bytes", time.Since(began).Seconds(), len(done.Dossier))
	require.NoError(i.t, demo.Seats(status, want))
	require.Equal(i.t, deliberation.Carried, status.Outcome)
	report := dossier.Verify(done.Dossier, verification(i.t))
	require.True(i.t, report.OK(), "%v", report.Faults())
	return status, done.Dossier
}

func TestAVillageElectsInTwoRounds(t *testing.T) {
	t.Parallel()
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			roster, c := demo.Village(firstDay, 60)
			i := installed(t, kind, roster, c, everybody(roster))
			e, want := demo.VillageElection(c)
			status, kept := i.elected(e, want)
			o := status.Election.Outcome
			require.Equal(t, 2, o.Round)
			require.Equal(t, deliberation.ElectionComplete, o.Status)
			require.Equal(t, 40, o.Posts[0].Voters)
			require.Equal(t, 14, o.Posts[0].Need, "a third of forty")
			require.Equal(t, 60, status.Election.Electors.Count)
			all := facts(t, kept)
			require.Equal(t, 2, count(all, deliberation.FactPollClosed))
			requireNoneOf(t, "the log", i.log.String(), []string{"离任", "报告单", "何大勇"})
		})
	}
}

// residentsOf are registered at the desk, for in a community everybody states the wish.
func residentsOf(lists ...people) (entries []deliberation.RegisterEntry) {
	for _, list := range lists {
		for _, id := range list {
			entries = append(entries, deliberation.RegisterEntry{Person: id, Wishes: true})
		}
	}
	return entries
}

// urban is an election of five in the community, with two for director, two for deputy
// and four for three members.
func urban(c demo.Cast, method deliberation.ElectionMethod, web bool) (demo.Election, seats) {
	reps := c.Representatives
	e := demo.Election{
		Title: "居民委员会换届选举", Ahead: 32, Committee: reps[:3],
		Setup: deliberation.ElectionSetup{
			Method: method, Web: web,
			Seats:   deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostDeputy: 1, deliberation.PostMember: 3},
			Surplus: deliberation.ElectionSeats{deliberation.PostDirector: 1, deliberation.PostDeputy: 1, deliberation.PostMember: 1},
		},
		Nominations: []deliberation.Nomination{
			{By: "party_organisation", Names: named{deliberation.PostDirector: {c.Committee[0]}, deliberation.PostDeputy: {c.Committee[1]}, deliberation.PostMember: c.Committee[2:5]}},
			{By: "electors_jointly", Signers: reps[3:13], Names: named{deliberation.PostDirector: {c.Branch[4]}, deliberation.PostDeputy: {c.Branch[1]}, deliberation.PostMember: {c.Committee[6]}}},
		},
	}
	return e, seats{
		c.Committee[0]: deliberation.PostDirector, c.Branch[1]: deliberation.PostDeputy,
		c.Committee[2]: deliberation.PostMember, c.Committee[3]: deliberation.PostMember, c.Committee[6]: deliberation.PostMember,
	}
}

// marked is what the n-th of so many who vote says: more than half are for the first
// director, the second deputy, two of the first members and the last.
func marked(c demo.Cast, n, of int) named {
	say := named{deliberation.PostDirector: {c.Committee[0]}, deliberation.PostDeputy: {c.Branch[1]}, deliberation.PostMember: {c.Committee[2], c.Committee[3], c.Committee[6]}}
	if n >= of*2/3 {
		say[deliberation.PostDirector] = people{c.Branch[4]}
	}
	if n < of/3 {
		say[deliberation.PostDeputy] = people{c.Committee[1]}
		say[deliberation.PostMember] = people{c.Committee[2], c.Committee[4]}
	}
	return say
}

// U-NEW by all electors: paper and the web and mandates in one count; paper cancels a
// ballot of the web.
func TestACommunityElectsOnPaperAndOnTheWeb(t *testing.T) {
	t.Parallel()
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := install(t, kind)
			c := i.cast
			reps := c.Representatives
			e, want := urban(c, deliberation.AllElectors, true)
			e.Entries = residentsOf(c.Branch, c.Committee, c.Supervisors, reps[:30])
			e.Mandates = map[deliberation.PersonID]deliberation.PersonID{c.Supervisors[1]: reps[3], c.Supervisors[2]: reps[20]}
			var sheets []demo.Sheet
			for n := range 27 { // of forty-five
				s := demo.Sheet{Voter: reps[3+n], For: marked(c, n, 29)}
				if n >= 15 {
					s.On = deliberation.TableChannel
				}
				s.Both = n >= 25 // on the web first; the paper counts
				sheets = append(sheets, s)
			}
			e.Rounds = [][]demo.Sheet{append(sheets,
				demo.Sheet{Voter: c.Supervisors[1], By: reps[3], For: marked(c, 27, 29)},
				demo.Sheet{Voter: c.Supervisors[2], By: reps[20], On: deliberation.TableChannel, For: marked(c, 28, 29)},
			)}
			status, kept := i.elected(e, want)
			o := status.Election.Outcome
			require.Equal(t, 45, status.Election.Electors.Count)
			require.Equal(t, 29, o.Posts[0].Voters, "each once: sixteen on the web, thirteen on paper")
			for _, f := range facts(t, kept) {
				if f.Kind == deliberation.FactPollClosed {
					require.Contains(t, string(f.Data), `"cancelled":2`)
				}
			}
		})
	}
}

// U-NEW by the representatives: they meet, and more than two thirds of sixty are forty-one.
func TestRepresentativesElect(t *testing.T) {
	t.Parallel()
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := install(t, kind)
			c := i.cast
			e, want := urban(c, deliberation.ByRepresentatives, false)
			e.Entries = residentsOf(c.Branch, c.Committee, c.Representatives)
			var sheets []demo.Sheet
			for n := range 41 {
				sheets = append(sheets, demo.Sheet{Voter: c.Representatives[n], On: deliberation.TableChannel, For: marked(c, n, 41)})
			}
			e.Rounds = [][]demo.Sheet{sheets}
			e.Checks = map[string]func(context.Context, *demo.Elected) error{
				"almost": func(ctx context.Context, x *demo.Elected) error {
					return x.Refused("只到四十人，正好三分之二", "below_quorum", func() error { return x.Call(ctx) })
				},
				"convened": func(ctx context.Context, x *demo.Elected) error {
					path := "/meetings/" + string(x.Meeting) + "/mandates"
					return x.Refused("居民代表委托别人投票", "no_proxy", func() error {
						return x.Post(ctx, c.Representatives[5], path, map[string]any{"agent": c.Representatives[6]})
					})
				},
			}
			status, _ := i.elected(e, want)
			require.Equal(t, 60, status.Election.Electors.Count)
			require.Equal(t, 41, status.Election.Outcome.Posts[0].Voters)
		})
	}
}

// U-OLD, for comparison: the same community a year before.
func TestACommunityElectsByTheOldLaw(t *testing.T) {
	t.Parallel()
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			start := deliberation.NewDate(2025, time.October, 9)
			roster, c := demo.Sample(start)
			roster.Community.Place = ""
			i := installed(t, kind, roster, c, everybody(roster))
			i.start = start
			e, want := urban(c, deliberation.AllElectors, false)
			e.Entries = residentsOf(c.Branch, c.Committee, c.Supervisors, c.Representatives[:30])
			var sheets []demo.Sheet
			for n := range 27 {
				sheets = append(sheets, demo.Sheet{Voter: c.Representatives[n], On: deliberation.TableChannel, For: marked(c, n, 27)})
			}
			e.Rounds = [][]demo.Sheet{sheets}
			_, kept := i.elected(e, want)
			require.Contains(t, string(facts(t, kept)[0].Data), `"urban-2018`)
		})
	}
}

// events pulls the plug and counts what the engine kept of the process.
func (i *installation) events(id deliberation.ProcessID) int {
	i.t.Helper()
	i.kill()
	c := engine.Config{Form: engine.Trial, Dir: filepath.Join(i.dir, "engine"), Log: slog.New(slog.DiscardHandler)}
	if i.database != "" {
		c.Form, c.PostgresDSN = engine.OneNode, i.database
	}
	e, err := engine.Start(context.Background(), c)
	require.NoError(i.t, err)
	defer func() { require.NoError(i.t, e.Close()) }()
	history, events, err := (&workflows.Client{Temporal: e.Client()}).History(context.Background(), id)
	require.NoError(i.t, err)
	i.t.Logf("%d events, %d bytes of history", events, len(history))
	requireNoneOf(i.t, "the engine's history", plain(i.t, history), append(names(), "同意参选", `"choices"`))
	return events
}

// maxElectionEvents is what an election may cost the engine in history, however many vote.
const maxElectionEvents = 1000

// Ballots, lists and nominations do not pass through the engine: what it keeps of an
// election does not grow with those who vote.
func TestTheHistoryOfAnElectionDoesNotGrowWithItsVoters(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	kept := map[int]int{}
	t.Run("sizes", func(t *testing.T) {
		for _, electors := range []int{21, 87} {
			t.Run(fmt.Sprint(electors), func(t *testing.T) {
				t.Parallel()
				i := install(t, "")
				c := i.cast
				all := slices.Concat(c.Branch, c.Committee, c.Representatives, c.Supervisors, c.Residents)[:electors]
				e, want := urban(c, deliberation.AllElectors, true)
				e.Committee = c.Residents[:3]
				e.Nominations[1].Signers = all[:10]
				e.Entries = residentsOf(all)
				var sheets []demo.Sheet
				for n, voter := range all {
					sheets = append(sheets, demo.Sheet{Voter: voter, For: marked(c, n, len(all))})
				}
				e.Rounds = [][]demo.Sheet{sheets}
				_, dossier := i.elected(e, want)
				n := i.events(facts(t, dossier)[0].Process)
				require.Less(t, n, maxElectionEvents)
				mu.Lock()
				defer mu.Unlock()
				kept[electors] = n
			})
		}
	})
	require.InDelta(t, kept[21], kept[87], 40, "a few timers more or less, and no ballots")
}

func everybody(r deliberation.Roster) (all people) {
	for _, p := range r.Persons {
		all = append(all, p.ID)
	}
	return all
}

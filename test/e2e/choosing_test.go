package e2e

import (
	"context"
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/demo"
	"github.com/yishi-project/yishi/dossier"
)

// V-NEW 第三十七条 with the Sichuan measures: the conference chooses a supervisory committee
// of three on the web and on paper; one candidate steps back, and two who are tied for the
// last seat stand again at once. Then a group chooses its head (V-NEW 第三十二条), and a member of
// the committee resigns (V-NEW 第二十条): four are left of five, so that nobody has to be elected
// (S-VE 第四十五条).
func TestOtherBodiesAreChosenAndAMemberResigns(t *testing.T) {
	t.Parallel()
	for name, kind := range databases(t) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			roster, c := demo.Village(firstDay, 60)
			i := installed(t, kind, roster, c, everybody(roster))
			i.day = electionDay
			i.serve()
			play := &demo.Play{Base: "http://" + i.addr, Cast: i.cast, Links: i.links, Out: t.Output(), Clock: i.clock, Day: i.day}
			ctx, cancel := context.WithTimeout(context.Background(), 4*time.Minute)
			defer cancel()
			_, kept, err := play.Choose(ctx)
			if err != nil {
				t.Fatalf("%v\n%s", err, i.log.String())
			}
			report := dossier.Verify(kept, verification(t))
			require.True(t, report.OK(), "%v", report.Faults())
			posts, again := map[deliberation.Office]int{}, 0
			for _, e := range facts(t, kept) {
				if e.Kind != deliberation.FactChosen {
					continue
				}
				var d deliberation.ChosenData
				require.NoError(t, json.Unmarshal(e.Data, &d))
				again += len(d.Again)
				for _, s := range d.Seated {
					posts[s.Post]++
				}
			}
			require.Equal(t, 1, again, "two are tied once")
			require.Equal(t, map[deliberation.Office]int{deliberation.SupervisionHead: 1, deliberation.Supervisor: 2}, posts)

			if name == "postgres" { // the record is asked the same on both (models); one more play each is enough
				group := roster.Persons[len(roster.Persons)-1].Group
				var members []deliberation.PersonID
				for _, p := range roster.Persons {
					if p.Group == group && slices.ContainsFunc(roster.Offices, func(h deliberation.OfficeHeld) bool { return h.Person == p.ID && h.Office == deliberation.Resident }) {
						members = append(members, p.ID)
					}
				}
				_, kept, err = play.ChooseHead(ctx, group, members)
				if err != nil {
					t.Fatalf("%v\n%s", err, i.log.String())
				}
				report = dossier.Verify(kept, verification(t))
				require.True(t, report.OK(), "%v", report.Faults())
			} else {
				_, kept, err = play.Resign(ctx)
				if err != nil {
					t.Fatalf("%v\n%s", err, i.log.String())
				}
				report = dossier.Verify(kept, verification(t))
				require.True(t, report.OK(), "%v", report.Faults())
				var last deliberation.ResignationProgress
				for _, e := range facts(t, kept) {
					if e.Kind == deliberation.FactResignation {
						var d deliberation.ResignationData
						require.NoError(t, json.Unmarshal(e.Data, &d))
						last = d.Resignation
					}
				}
				require.False(t, last.Ended.IsZero())
				require.Equal(t, len(c.Committee)-1, last.Left)
				require.True(t, last.VacancyBy.IsZero())
			}
			requireNoneOf(t, "the log", i.log.String(), []string{"同意书", "为人公道", "外出务工"})
		})
	}
}

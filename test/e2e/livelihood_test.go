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

// A livelihood matter from its opinions, by four ways, over its hearing (or, on the one
// database, the appraisal that a matter of all residents needs), the Party members and the representatives to a survey that sends the work back and one that does
// not; the server is killed while opinions are gathered. Both dossiers verify.
func TestALivelihoodMatter(t *testing.T) {
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
					if moment == "opinions" && killed == 0 {
						killed++
						i.kill()
						i.serve()
					}
				},
			}
			ctx, cancel := context.WithTimeout(context.Background(), 9*time.Minute)
			defer cancel()
			forum := deliberation.HearingMeeting
			if name == "sqlite" {
				forum = deliberation.ExpertAppraisal
			}
			h, err := play.Livelihood(ctx, forum)
			if err != nil {
				t.Fatalf("%v\n%s", err, i.log.String())
			}
			heard, matter := dossier.Verify(h.Dossier, verification(t)), dossier.Verify(h.ForWhich, verification(t))
			require.True(t, heard.OK(), "%v", heard.Faults())
			require.True(t, matter.OK(), "%v", matter.Faults())
			require.Equal(t, deliberation.Carried, matter.Outcome)
			var surveys []deliberation.SurveyData
			var merged deliberation.MergedData
			reports := 0
			for _, e := range facts(t, h.ForWhich) {
				switch e.Kind {
				case deliberation.FactSurvey:
					var d deliberation.SurveyData
					require.NoError(t, json.Unmarshal(e.Data, &d))
					surveys = append(surveys, d)
				case deliberation.FactMerged:
					require.NoError(t, json.Unmarshal(e.Data, &merged))
				case deliberation.FactHearingReport:
					reports++
				}
			}
			require.Equal(t, forum, merged.Forum.Body)
			require.Equal(t, 1, reports)
			require.Len(t, surveys, 2)
			require.True(t, surveys[0].Returned)
			require.True(t, surveys[1].Met)
			require.Equal(t, 1, killed)
			requireNoneOf(t, "the log", i.log.String(), []string{"轮椅", "槐树", "归并为三类"})
		})
	}
}

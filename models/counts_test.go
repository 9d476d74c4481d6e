package models_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func TestOpenCounts(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		ask := func(in ...deliberation.CommunityID) map[deliberation.CommunityID]deliberation.OpenCount {
			return got(s.OpenCounts(ctx, in))(t)
		}
		before := ask(place)[place]
		for id, state := range map[deliberation.ProcessID]deliberation.State{"q1": deliberation.Running, "q2": deliberation.Held, "q3": deliberation.Ended} {
			ok(t, s.CreateProcess(ctx, sampleProcess(id, "换路灯")))
			c := change(string(id))
			c.Process, c.Status = id, &deliberation.Status{Stage: deliberation.Review, State: state}
			c.Tasks = []deliberation.Task{
				{ID: deliberation.TaskID(id) + ".t1", Act: deliberation.Convene, State: deliberation.TaskOpen},
				{ID: deliberation.TaskID(id) + ".t2", Act: deliberation.Convene, State: deliberation.TaskDone},
			}
			got(s.Apply(ctx, c))(t)
		}
		ok(t, s.CreateProcess(ctx, sampleProcess("draft9", "草稿"))) // nobody knows of it yet
		want := before.Plus(deliberation.OpenCount{Processes: 2, Held: 1, Tasks: 3})
		if d := cmp.Diff(want, ask(place, "elsewhere")[place]); d != "" {
			t.Error(d)
		}
		if n := ask("elsewhere"); len(n) != 0 {
			t.Errorf("a community where nothing is open: %v", n)
		}
		if n := ask(); len(n) != 0 {
			t.Errorf("no community: %v", n)
		}
	})
}

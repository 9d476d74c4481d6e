package models_test

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func TestWhatTheSupervisorsDidInAPeriod(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		seeded(t, s, 3)
		mark := func(id string, on deliberation.Date, kind deliberation.MarkKind) deliberation.Mark {
			return deliberation.Mark{ID: id, Kind: kind, By: both, Made: on.At(9, 0), State: deliberation.MarkOpen}
		}
		c := change("marks")
		c.Marks = []deliberation.Mark{
			mark("m3", today.AddDays(2), deliberation.MarkQuestion), mark("m1", today, deliberation.MarkAcknowledged),
			mark("m2", today.AddDays(1), deliberation.MarkRectification), mark("m4", today.AddDays(3), deliberation.MarkClosing),
		}
		got(s.Apply(t.Context(), c))(t)
		list := got(s.MarksIn(t.Context(), place, today, today.AddDays(2)))(t)
		if len(list) != 3 || list[0].Mark.ID != "m1" || list[2].Mark.ID != "m3" || list[1].Process.Matter.Title != secret {
			t.Errorf("%+v", list)
		}
		if list = got(s.MarksIn(t.Context(), "elsewhere", today, today.AddDays(9)))(t); len(list) != 0 {
			t.Errorf("elsewhere: %+v", list)
		}
	})
}

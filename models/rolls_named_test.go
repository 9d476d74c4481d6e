package models_test

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

// Those named to a consultation are its roll, whatever office or hukou they have; who
// is of another community, moved away or dead is not on it, and nobody else comes in.
func TestARollOfThoseNamed(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		seeded(t, s, 3)
		ctx := t.Context()
		r := record("tenant", "")
		r.ID, r.Hukou = "tenant", deliberation.HukouElsewhere
		got(s.SaveRecord(ctx, r, "clerk"))(t)
		gone := record("gone", "")
		gone.ID = "gone"
		got(s.SaveRecord(ctx, gone, "clerk"))(t)
		gone.Version, gone.Standing, gone.Left = 1, deliberation.Moved, today.AddDays(-1)
		got(s.SaveRecord(ctx, gone, "clerk"))(t)
		meet(t, s, deliberation.MeetingCheckIn, deliberation.ConsultationMeeting)
		spec := rollSpec(deliberation.ConsultationMeeting)
		spec.People = []deliberation.PersonID{rep(0), "tenant", "gone", "nobody"}
		roll := got(s.FreezeRoll(ctx, spec))(t)
		if roll.Count != 2 || roll.Attendance.Whole.Due != 2 {
			t.Errorf("on the roll: %+v", roll)
		}
		ok(t, s.CheckIn(ctx, meeting, "tenant", "tenant", 0, noon))
		refused(t, s.CheckIn(ctx, meeting, rep(1), rep(1), 0, noon), deliberation.RefuseNotOnRoll)
		a := got(s.Attendance(ctx, meeting))(t)
		if a.Whole.Present != 1 {
			t.Errorf("present: %+v", a)
		}
		again := spec
		again.People = []deliberation.PersonID{rep(1), rep(2)}
		if got(s.FreezeRoll(ctx, again))(t).SHA256 != roll.SHA256 {
			t.Error("a frozen roll moved")
		}
	})
}

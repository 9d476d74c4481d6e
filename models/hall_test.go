package models_test

import (
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func at(minutes int) time.Time { return noon.Add(time.Duration(minutes) * time.Minute) }

// hallOf gives how many of the conference are there at an instant.
func hallOf(t *testing.T, s *models.Store, when time.Time) int {
	t.Helper()
	return got(s.PresentAt(t.Context(), meeting, when))(t).Whole.Present
}

func TestLeaveAndReturn(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 3)
		gathered(t, s, deliberation.Conference, rep(0), rep(1))
		refused(t, s.Leave(ctx, meeting, rep(2), rep(2), at(1)), deliberation.RefuseNotPresent)
		refused(t, s.Leave(ctx, meeting, rare, rare, at(1)), deliberation.RefuseNotOnRoll)
		refused(t, s.Leave(ctx, "none", rep(0), rep(0), at(1)), deliberation.RefuseNotFound)

		ok(t, s.Leave(ctx, meeting, rep(0), both, at(10)))
		refused(t, s.Leave(ctx, meeting, rep(0), rep(0), at(11)), deliberation.RefuseNotPresent)
		equal(t, "present", got(s.Attendance(ctx, meeting))(t).Whole.Present, 1)
		first := got(s.OpenPoll(ctx, process, samplePoll()))(t)
		equal(t, "who left is no voter", first.SHA256, shaOf("rep001\n"))

		ok(t, s.CheckIn(ctx, meeting, rep(0), rep(0), 0, at(20)))
		refused(t, s.CheckIn(ctx, meeting, rep(0), rep(0), 0, at(21)), deliberation.RefuseTwice)
		second := samplePoll()
		second.ID = "p1.p3"
		equal(t, "who came back is one", got(s.OpenPoll(ctx, process, second))(t).SHA256, shaOf("rep000\nrep001\n"))

		for _, c := range []struct{ minute, want int }{{-1, 0}, {0, 2}, {9, 2}, {10, 1}, {19, 1}, {20, 2}} {
			equal(t, "present at minute", hallOf(t, s, at(c.minute)), c.want)
		}
		want := []deliberation.HallEvent{
			{Person: rep(0), In: true, At: noon, By: rep(0)},
			{Person: rep(1), In: true, At: noon, By: rep(1)},
			{Person: rep(0), At: at(10), By: both},
			{Person: rep(0), In: true, At: at(20), By: rep(0), AfterPolls: 1},
		}
		events := got(s.HallEvents(ctx, meeting))(t)
		if d := cmp.Diff(want, events); d != "" {
			t.Fatal(d)
		}
		for n, present := range []int{1, 2} {
			equal(t, "present at a poll", len(deliberation.InHallAtPoll(events, n)), present)
		}
		lines := got(s.Roll(ctx, meeting))(t)
		mine := lines[slices.IndexFunc(lines, func(l deliberation.RollLine) bool { return l.Person.ID == rep(0) })]
		if !mine.CheckedIn.Equal(noon) || !mine.Present() {
			t.Fatalf("a return changed the first sign-in: %+v", mine)
		}
		meet(t, s, deliberation.MeetingClosed, deliberation.Conference)
		refused(t, s.Leave(ctx, meeting, rep(1), rep(1), at(30)), deliberation.RefuseOutOfOrder)
	})
}

// Many come and go at once: the number present is what the events say, and nobody
// leaves twice.
func TestComingAndGoingAtOnce(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		const n = 8
		seeded(t, s, n)
		gathered(t, s, deliberation.Conference, reps(n)...)
		var left atomic.Int32
		var all sync.WaitGroup
		for i := range 2 * n {
			all.Go(func() {
				if s.Leave(ctx, meeting, rep(i%n), rep(i%n), at(1)) == nil {
					left.Add(1)
				}
			})
		}
		all.Wait()
		equal(t, "left", left.Load(), n)
		equal(t, "events", len(got(s.HallEvents(ctx, meeting))(t)), 2*n)
		equal(t, "present", got(s.Attendance(ctx, meeting))(t).Whole.Present, 0)
	})
}

func TestSectionsOfTheHall(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 4)
		m := meetingIn(deliberation.MeetingCheckIn, deliberation.Conference)
		m.Sections = 2
		c := change("in sections")
		c.Meetings = []deliberation.Meeting{m}
		got(s.Apply(ctx, c))(t)
		got(s.FreezeRoll(ctx, rollSpec(deliberation.Conference)))(t)

		refused(t, s.CheckIn(ctx, meeting, rep(0), rep(0), 3, noon), deliberation.RefuseInvalid)
		refused(t, s.CheckIn(ctx, meeting, rep(0), rep(0), -1, noon), deliberation.RefuseInvalid)
		refused(t, s.CheckIn(ctx, meeting, rep(0), "comm2", 0, noon), deliberation.RefuseInvalid)
		ok(t, s.CheckIn(ctx, meeting, rep(0), "comm2", 1, noon))
		ok(t, s.CheckIn(ctx, meeting, rep(1), rep(1), 2, noon))
		ok(t, s.CheckIn(ctx, meeting, rep(2), rep(2), 2, noon))
		ok(t, s.Leave(ctx, meeting, rep(2), rep(2), at(1)))
		ok(t, s.CheckIn(ctx, meeting, rep(2), rep(2), 1, at(2)))
		want := []deliberation.SectionCount{{Section: 1, Present: 2}, {Section: 2, Present: 1}}
		if d := cmp.Diff(want, deliberation.Sections(got(s.Roll(ctx, meeting))(t), m.Sections)); d != "" {
			t.Fatal(d)
		}
	})
}

func TestObserversNeverCount(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 2)
		gathered(t, s, deliberation.Conference, rep(0))
		before := got(s.Attendance(ctx, meeting))(t)
		guest := deliberation.Observer{Meeting: meeting, Name: "客人甲", Capacity: deliberation.ObserverGuide, At: noon, By: "comm2"}
		id := got(s.AddObserver(ctx, guest))(t)
		_, err := s.AddObserver(ctx, deliberation.Observer{Meeting: meeting, Name: " ", Capacity: deliberation.ObserverGuide, At: noon, By: "comm2"})
		refused(t, err, deliberation.RefuseInvalid)
		_, err = s.AddObserver(ctx, deliberation.Observer{Meeting: meeting, Name: "某", Capacity: "voter", At: noon, By: "comm2"})
		refused(t, err, deliberation.RefuseInvalid)

		if d := cmp.Diff(before, got(s.Attendance(ctx, meeting))(t)); d != "" {
			t.Fatal("an observer counts: " + d)
		}
		equal(t, "voters", got(s.OpenPoll(ctx, process, samplePoll()))(t).Count, 1)
		guest.ID = id
		if d := cmp.Diff([]deliberation.Observer{guest}, got(s.Observers(ctx, meeting))(t)); d != "" {
			t.Fatal(d)
		}
		var sealed []byte
		ok(t, b.raw(t).QueryRow("SELECT name FROM meeting_observers").Scan(&sealed))
		if slices.Equal(sealed, []byte(guest.Name)) {
			t.Fatal("the name is not sealed")
		}
	})
}

func TestSpeakers(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 3)
		gathered(t, s, deliberation.Conference, rep(0), rep(1))
		ask := func(p deliberation.PersonID, minute int) string {
			t.Helper()
			return got(s.AskToSpeak(ctx, meeting, "", p, at(minute)))(t)
		}
		call := func(minute int) deliberation.Speech {
			t.Helper()
			return got(s.CallSpeaker(ctx, meeting, "", both, at(minute)))(t)
		}
		_, err := s.AskToSpeak(ctx, meeting, "", rep(2), noon)
		refused(t, err, deliberation.RefuseNotPresent)
		_, err = s.AskToSpeak(ctx, meeting, "", rare, noon)
		refused(t, err, deliberation.RefuseNotOnRoll)
		_, err = s.AskToSpeak(ctx, meeting, "no such motion", rep(0), noon)
		refused(t, err, deliberation.RefuseInvalid)
		_, err = s.CallSpeaker(ctx, meeting, "", both, noon)
		refused(t, err, deliberation.RefuseNotFound)

		first := ask(rep(0), 1)
		_, err = s.AskToSpeak(ctx, meeting, "", rep(0), at(2))
		refused(t, err, deliberation.RefuseTwice)
		refused(t, s.EndSpeech(ctx, meeting, first, both, at(2)), deliberation.RefuseOutOfOrder)
		refused(t, s.EndSpeech(ctx, meeting, "none", both, at(2)), deliberation.RefuseNotFound)
		equal(t, "called", call(3).ID, first)
		refused(t, s.WithdrawSpeech(ctx, meeting, first, rep(0), at(3)), deliberation.RefuseOutOfOrder)

		again, other := ask(rep(0), 4), ask(rep(1), 5)
		equal(t, "who has not spoken comes first", call(6).ID, other)
		list := got(s.Speeches(ctx, meeting))(t)
		if list[0].Speaking() || !list[0].Ended.Equal(at(6)) || !list[2].Speaking() {
			t.Fatalf("calling the next does not end the one before: %+v", list)
		}
		ok(t, s.EndSpeech(ctx, meeting, other, both, at(7)))
		refused(t, s.EndSpeech(ctx, meeting, other, both, at(8)), deliberation.RefuseOutOfOrder)

		ok(t, s.Leave(ctx, meeting, rep(0), rep(0), at(9)))
		_, err = s.CallSpeaker(ctx, meeting, "", both, at(9))
		refused(t, err, deliberation.RefuseNotFound) // who waits is not there
		refused(t, s.WithdrawSpeech(ctx, meeting, again, rep(1), at(9)), deliberation.RefuseNotFound)
		ok(t, s.WithdrawSpeech(ctx, meeting, again, rep(0), at(9)))
		equal(t, "speeches", len(got(s.Speeches(ctx, meeting))(t)), 2)
	})
}

// Two who call at once call two, and one speaks.
func TestCallingAtOnce(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		const n = 6
		seeded(t, s, n)
		gathered(t, s, deliberation.Conference, reps(n)...)
		for i := range n {
			got(s.AskToSpeak(ctx, meeting, "", rep(i), at(i)))(t)
		}
		var all sync.WaitGroup
		for range n {
			all.Go(func() {
				if _, err := s.CallSpeaker(ctx, meeting, "", both, at(n)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		speaking := 0
		for _, l := range got(s.Speeches(ctx, meeting))(t) {
			if l.Called.IsZero() {
				t.Errorf("%s was never called", l.Person)
			}
			if l.Speaking() {
				speaking++
			}
		}
		equal(t, "speaking", speaking, 1)
	})
}

// The quorum is that of the voters themselves: who leaves while the chair opens the
// poll is in neither, or in both.
func TestNoPollOpensBelowTheQuorum(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 3)
		gathered(t, s, deliberation.Conference, reps(2)...)
		twoThirds := deliberation.MajorityRule{Key: "reps.quorum", Majority: deliberation.Majority{Comparison: deliberation.AtLeast, Of: deliberation.OfDue, Fraction: deliberation.Fraction{Num: 2, Den: 3}}}
		due := got(s.Attendance(ctx, meeting))(t).Whole.Due
		for range 2 {
			_, err := s.OpenPoll(ctx, process, samplePoll(), twoThirds)
			refused(t, err, deliberation.RefuseBelowQuorum)
			var r *deliberation.Refusal
			if !errors.As(err, &r) || r.Verdict == nil || r.Verdict.Attendance.Whole.Present != 2 || r.Verdict.Attendance.Whole.Due != due {
				t.Fatalf("the refusal says nothing of who is there: %+v", r)
			}
		}
		_, err := s.CastBallot(ctx, deliberation.Ballot{Poll: poll, Person: rep(0), Choice: deliberation.Yes, Key: "k", At: noon})
		refused(t, err, deliberation.RefuseNotFound)
	})
}

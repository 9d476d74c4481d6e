package models_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

// Whatever state the domain knows can be stored: a step that the database will
// not take is tried for ever, and its process never ends.
func TestEveryStateIsStored(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		seeded(t, s, 1)
		store := func(name string, c deliberation.Change) {
			t.Helper()
			if _, err := s.Apply(t.Context(), c); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		for _, state := range []deliberation.MeetingState{
			deliberation.MeetingConvened, deliberation.MeetingCheckIn, deliberation.MeetingInSession,
			deliberation.MeetingAdjourned, deliberation.MeetingClosed, deliberation.MeetingCancelled,
		} {
			c := change("meeting " + string(state))
			c.Meetings = []deliberation.Meeting{meetingIn(state, deliberation.Conference)}
			store("meeting "+string(state), c)
		}
		for _, state := range []deliberation.TaskState{deliberation.TaskOpen, deliberation.TaskDone, deliberation.TaskWithdrawn} {
			c := change("task " + string(state))
			c.Tasks = []deliberation.Task{{ID: "p1.t1", State: state}}
			store("task "+string(state), c)
		}
		for _, state := range []deliberation.PostingState{deliberation.PostingUp, deliberation.PostingBroken, deliberation.PostingEnded} {
			c := change("posting " + string(state))
			c.Postings = []deliberation.Posting{{ID: "p1.b1", State: state}}
			store("posting "+string(state), c)
		}
		for _, state := range []deliberation.ObjectionState{
			deliberation.ObjectionFiled, deliberation.ObjectionAnswered, deliberation.ObjectionContested, deliberation.ObjectionSettled,
		} {
			c := change("objection " + string(state))
			c.Objections = []deliberation.Objection{{ID: "p1.o1", Posting: "p1.b1", Person: rare, State: state}}
			store("objection "+string(state), c)
		}
		for _, state := range []deliberation.MarkState{
			deliberation.MarkOpen, deliberation.MarkAnswered, deliberation.MarkSettled, deliberation.MarkEscalated,
		} {
			c := change("mark " + string(state))
			c.Marks = []deliberation.Mark{{ID: "p1.s1", State: state}}
			store("mark "+string(state), c)
		}
		for _, state := range []deliberation.State{deliberation.Running, deliberation.Held, deliberation.Ended} {
			c := change("state " + string(state))
			c.Status = &deliberation.Status{Stage: deliberation.Archive, State: state}
			store("process "+string(state), c)
		}
	})
}

// An opinion keeps by which way it came; another way than is known is refused by the
// database, too.
func TestOpinionsKeepHowTheyCame(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		seeded(t, s, 1)
		for i, c := range append([]deliberation.Channel{""}, deliberation.OpinionChannels...) {
			got(s.AddOpinion(t.Context(), deliberation.Opinion{Process: process, Person: rare, Channel: c, Text: "x", Given: noon.Add(time.Duration(i) * time.Minute)}, "k"+string(c)))(t)
		}
		var ways []deliberation.Channel
		for _, o := range got(s.Opinions(t.Context(), process))(t) {
			ways = append(ways, o.Channel)
		}
		if want := append([]deliberation.Channel{deliberation.WebChannel}, deliberation.OpinionChannels...); !slices.Equal(ways, want) {
			t.Errorf("came by %v, want %v", ways, want)
		}
		if _, err := s.AddOpinion(t.Context(), deliberation.Opinion{Process: process, Person: rare, Channel: "table", Text: "x", Given: noon}, "other"); err == nil {
			t.Error("an unknown way was kept")
		}
	})
}

func TestOpinionsClose(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		say := func(key string) (string, error) {
			return s.AddOpinion(ctx, deliberation.Opinion{Process: process, Person: rare, Text: "x", Given: noon}, key)
		}
		counted := func(received, answered int) {
			t.Helper()
			r, a, err := s.CloseOpinions(ctx, process)
			if r != received || a != answered || err != nil {
				t.Fatal(r, a, err)
			}
		}
		first := got(say("k1"))(t)
		counted(1, 0)
		second := got(say("k2"))(t) // one is not answered yet: the box stays open
		for _, id := range []string{first, second} {
			ok(t, s.AnswerOpinion(ctx, deliberation.Opinion{ID: id, Process: process, Disposition: "not", Answer: "x", Answered: noon, AnsweredBy: both}))
		}
		counted(2, 2)
		_, err := say("k3")
		refused(t, err, deliberation.RefuseTooLate)
		equal(t, "the same key after the closing", got(say("k1"))(t), first)
		counted(2, 2)

		ended := sampleProcess("p2", "x")
		ok(t, s.CreateProcess(ctx, ended))
		c := change("end")
		c.Process, c.Status = "p2", &deliberation.Status{Stage: deliberation.Soliciting, State: deliberation.Ended}
		got(s.Apply(ctx, c))(t)
		_, err = s.AddOpinion(ctx, deliberation.Opinion{Process: "p2", Person: rare, Text: "x", Given: noon}, "k1")
		refused(t, err, deliberation.RefuseEnded)
		_, _, err = s.CloseOpinions(ctx, "none")
		refused(t, err, deliberation.RefuseNotFound)
	})
}

// Opinions race with the count that closes the box: each is counted or refused.
func TestNoOpinionFallsBetween(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		for round := range 5 {
			id := deliberation.ProcessID(fmt.Sprint("r", round))
			ok(t, s.CreateProcess(ctx, sampleProcess(id, "x")))
			var mu sync.Mutex
			taken := 0
			var residents sync.WaitGroup
			for i := range 16 {
				residents.Go(func() {
					o := deliberation.Opinion{Process: id, Person: rare, Text: "x", Given: noon}
					oid, err := s.AddOpinion(ctx, o, fmt.Sprint("k", i))
					if errors.Is(err, deliberation.Refuse(deliberation.RefuseTooLate)) {
						return
					}
					if err == nil {
						mu.Lock()
						taken++
						mu.Unlock()
						o.ID, o.Disposition, o.Answer, o.Answered, o.AnsweredBy = oid, "not", "x", noon, both
						err = s.AnswerOpinion(ctx, o)
					}
					if err != nil {
						t.Error(err)
					}
				})
			}
			received, deadline := -1, time.Now().Add(30*time.Second)
			for answered := -2; answered != received; {
				if time.Now().After(deadline) {
					t.Fatal("the box did not close")
				}
				r, a, err := s.CloseOpinions(ctx, id)
				ok(t, err)
				received, answered = r, a
			}
			residents.Wait()
			equal(t, "opinions taken and opinions counted", taken, received)
		}
	})
}

package bench

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"sync"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// hall is one meeting with those who vote in it and the polls they vote in.
type hall struct {
	kind      string
	community deliberation.CommunityID
	process   deliberation.ProcessID
	meeting   deliberation.MeetingID
	voters    []*voter
	polls     []deliberation.PollID
}

// voter is somebody signed in.
type voter struct {
	person  deliberation.PersonID
	session string // the API's bearer token
}

func newHall(kind, profile string, i, voters, polls int) *hall {
	name := fmt.Sprintf("bench-%s-%s-%d", kind, profile, i)
	h := &hall{kind: kind, community: deliberation.CommunityID(name), process: deliberation.ProcessID(name + "-p"), meeting: deliberation.MeetingID(name + "-p.m")}
	for j := range voters {
		h.voters = append(h.voters, &voter{person: deliberation.PersonID(fmt.Sprintf("%s-v%05d", name, j))})
	}
	for j := range polls {
		h.polls = append(h.polls, deliberation.PollID(fmt.Sprintf("%s-p.b%02d", name, j)))
	}
	return h
}

// setters is how many halls or persons are set up at once.
const setters = 32

// gather founds the halls, signs everybody in over the API and opens the polls.
func (r *run) gather(ctx context.Context, halls ...*hall) error {
	began := time.Now()
	var voters []*voter
	if err := each(ctx, setters, halls, func(ctx context.Context, h *hall) error { return h.found(ctx, r.site.Store) }); err != nil {
		return err
	}
	for _, h := range halls {
		err := each(ctx, setters, h.voters, func(ctx context.Context, v *voter) error {
			return r.site.Store.CheckIn(ctx, h.meeting, v.person, v.person, 0, time.Now())
		})
		if err != nil {
			return fmt.Errorf("check in: %w", err)
		}
		voters = append(voters, h.voters...)
	}
	founded := time.Since(began)
	if err := r.signIn(ctx, voters); err != nil {
		return err
	}
	for _, h := range halls {
		if err := h.open(ctx, r.site.Store); err != nil {
			return err
		}
	}
	r.say("%d voters set up in %.1f s, signed in by link in %.1f s", len(voters), founded.Seconds(), (time.Since(began) - founded).Seconds())
	return nil
}

// found writes the community and calls its meeting, with everybody on the roll.
func (h *hall) found(ctx context.Context, s Store) error {
	roster := deliberation.Roster{Community: deliberation.Community{ID: h.community, Name: "基准测试" + string(h.community), Kind: deliberation.Urban, Place: "sichuan", Demo: true}}
	today := deliberation.DateOf(time.Now())
	for i, v := range h.voters {
		roster.Persons = append(roster.Persons, deliberation.Person{ID: v.person, Community: h.community, Name: fmt.Sprintf("测试%05d", i)})
		roster.Offices = append(roster.Offices, deliberation.OfficeHeld{
			Person: v.person, Community: h.community, Office: deliberation.Representative, From: today.AddDays(-30), Source: "loaded",
		})
	}
	if err := s.LoadRoster(ctx, roster, "operator"); err != nil {
		return fmt.Errorf("roster: %w", err)
	}
	now := time.Now()
	process := deliberation.Process{
		ID: h.process, Community: h.community, Kind: "four_deliberations",
		Matter:  deliberation.Matter{Title: "基准测试事项", Summary: "基准测试", Category: deliberation.CategoryWelfare, Form: deliberation.Conference},
		Started: today, StartedBy: h.voters[0].person, Office: deliberation.Representative,
	}
	if err := s.CreateProcess(ctx, process); err != nil {
		return fmt.Errorf("process: %w", err)
	}
	_, err := s.Apply(ctx, deliberation.Change{
		Key: string(h.process) + "/bench", Process: h.process, At: now, Act: deliberation.Convene, Actor: h.voters[0].person,
		Status: &deliberation.Status{Stage: deliberation.Resolution, State: deliberation.Running},
		Meetings: []deliberation.Meeting{{
			ID: h.meeting, Stage: deliberation.Resolution, Body: deliberation.Conference, Convened: now, Starts: now, State: deliberation.MeetingCheckIn,
		}},
	})
	if err != nil {
		return fmt.Errorf("meeting: %w", err)
	}
	_, err = s.FreezeRoll(ctx, deliberation.RollSpec{Process: h.process, Community: h.community, Meeting: h.meeting, Body: deliberation.Conference, On: today})
	return err
}

func (h *hall) open(ctx context.Context, s Store) error {
	now := time.Now()
	for _, id := range h.polls {
		roll, err := s.OpenPoll(ctx, h.process, deliberation.Poll{
			ID: id, Meeting: h.meeting, Stage: deliberation.Resolution, Opened: now, Closes: now.Add(12 * time.Hour), State: deliberation.PollOpen,
			Secret: h.kind == Secret,
		})
		if err != nil {
			return fmt.Errorf("open poll: %w", err)
		}
		if roll.Count != len(h.voters) {
			return fmt.Errorf("open poll: %d on the roll, %d were set up", roll.Count, len(h.voters))
		}
	}
	return nil
}

// signIn gives each voter a session: a link by the store, used up over HTTP.
func (r *run) signIn(ctx context.Context, voters []*voter) error {
	conns := make(chan *conn, setters)
	for range setters {
		conns <- &conn{address: r.site.Address}
	}
	return each(ctx, setters, voters, func(ctx context.Context, v *voter) error {
		token, err := r.site.Store.CreateLink(ctx, v.person, time.Now().Add(time.Hour))
		if err != nil {
			return fmt.Errorf("link: %w", err)
		}
		c := <-conns
		defer func() { conns <- c }()
		a, err := c.post("/api/v1/sessions", "", "", `{"token":"`+token+`"}`)
		if err != nil || a.status != http.StatusCreated {
			return fmt.Errorf("sign in: status %d %s: %w", a.status, a.body, err)
		}
		var s struct {
			Session string `json:"session"`
		}
		if err := json.Unmarshal(a.body, &s); err != nil {
			return fmt.Errorf("sign in: %w", err)
		}
		v.session = s.Session
		return nil
	})
}

// each runs f on every item, n at once, and gives the first error.
func each[T any](ctx context.Context, n int, items []T, f func(context.Context, T) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	next := make(chan T)
	var wg sync.WaitGroup
	for range n {
		wg.Go(func() {
			for item := range next {
				if ctx.Err() != nil {
					continue
				}
				if err := f(ctx, item); err != nil {
					cancel(err)
				}
			}
		})
	}
	for _, item := range items {
		next <- item
	}
	close(next)
	wg.Wait()
	return context.Cause(ctx)
}

package models_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func TestPeople(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		r := roster(2)
		r.Offices = append(r.Offices,
			deliberation.OfficeHeld{Person: rep(0), Community: place, Office: deliberation.Clerk, From: today.AddDays(-9), Until: today.AddDays(-1)},
			deliberation.OfficeHeld{Person: rep(0), Community: place, Office: deliberation.Clerk, From: today.AddDays(1)})
		ok(t, s.LoadRoster(ctx, r, "operator"))

		p := got(s.Person(ctx, rare))(t)
		equal(t, "person", p, deliberation.Person{ID: rare, Community: place, Name: rareName, Group: "第一组"})
		_, err := s.Person(ctx, "nobody")
		refused(t, err, deliberation.RefuseNotFound)
		names := got(s.Names(ctx, []deliberation.PersonID{rare, both, "nobody"}))(t)
		if d := cmp.Diff(names, map[deliberation.PersonID]string{rare: rareName, both: "欧阳丹"}); d != "" {
			t.Fatal(d)
		}
		if d := cmp.Diff(got(s.PersonsNamed(ctx, place, rareName))(t), []deliberation.PersonID{rare}); d != "" {
			t.Fatal(d)
		}
		equal(t, "community", got(s.Community(ctx, place))(t), r.Community)
		equal(t, "communities", len(got(s.Communities(ctx))(t)), 1)
		_, err = s.Community(ctx, "nowhere")
		refused(t, err, deliberation.RefuseNotFound)

		for day, want := range map[deliberation.Date]int{
			deliberation.NewDate(2023, 12, 31): 0, today.AddDays(-10): 1, today.AddDays(-9): 2, today.AddDays(-1): 2, today: 1, today.AddDays(1): 2,
		} {
			equal(t, "offices on "+day.String(), len(got(s.OfficesOn(ctx, rep(0), day))(t)), want)
		}
		one := func(a, b deliberation.Office, on deliberation.Date) bool {
			return got(s.HeldByOne(ctx, place, a, b, on))(t)
		}
		equal(t, "one head", one(deliberation.Secretary, deliberation.Director, today), true)
		equal(t, "two persons", one(deliberation.Secretary, deliberation.Supervisor, today), false)
		equal(t, "not yet", one(deliberation.Secretary, deliberation.Director, deliberation.NewDate(2023, 1, 1)), false)
		equal(t, "between terms", one(deliberation.Representative, deliberation.Clerk, today), false)
	})
}

func TestRosterRefused(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		for name, c := range map[string]struct {
			spoil func(r *deliberation.Roster)
			code  deliberation.RefusalCode
		}{
			"person twice": {func(r *deliberation.Roster) { r.Persons = append(r.Persons, r.Persons[0]) }, deliberation.RefuseDuplicateOnRoll},
			"office twice": {func(r *deliberation.Roster) {
				o := r.Offices[0]
				o.From = o.From.AddDays(30)
				r.Offices = append(r.Offices, o)
			}, deliberation.RefuseDuplicateOnRoll},
			"nameless":       {func(r *deliberation.Roster) { r.Persons[0].Name = "" }, deliberation.RefuseInvalid},
			"unknown person": {func(r *deliberation.Roster) { r.Offices[0].Person = "nobody" }, deliberation.RefuseInvalid},
			"ends early":     {func(r *deliberation.Roster) { r.Offices[0].Until = deliberation.NewDate(2020, 1, 1) }, deliberation.RefuseInvalid},
		} {
			r := roster(2)
			c.spoil(&r)
			err := s.LoadRoster(ctx, r, "operator")
			if !errors.Is(err, deliberation.Refuse(c.code)) {
				t.Errorf("%s: %v", name, err)
			}
			if n := len(got(s.Communities(ctx))(t)); n != 0 {
				t.Fatalf("%s: half a roster was written", name)
			}
		}
		ok(t, s.LoadRoster(ctx, roster(2), "operator"))
		refused(t, s.LoadRoster(ctx, roster(2), "operator"), deliberation.RefuseDuplicateOnRoll)
		again := roster(2)
		again.Persons = nil
		refused(t, s.LoadRoster(ctx, again, "operator"), deliberation.RefuseDuplicateOnRoll)
		more := deliberation.Roster{Community: roster(0).Community, Persons: []deliberation.Person{{ID: "new", Community: place, Name: "新来"}}}
		ok(t, s.LoadRoster(ctx, more, "operator"))
	})
}

func TestLinks(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(1), "operator"))
		token := got(s.CreateLink(ctx, rare, noon.Add(time.Hour)))(t)
		_, err := s.CreateLink(ctx, "nobody", noon)
		refused(t, err, deliberation.RefuseNotFound)

		for range 2 {
			equal(t, "peek", got(s.PeekLink(ctx, token, noon))(t).Name, rareName)
		}
		_, err = s.PeekLink(ctx, "forged", noon)
		refused(t, err, deliberation.RefuseLinkUsed)
		_, err = s.ConsumeLink(ctx, token, noon.Add(time.Hour))
		refused(t, err, deliberation.RefuseLinkUsed)

		var wg sync.WaitGroup
		won := make(chan deliberation.PersonID, 10)
		for range cap(won) {
			wg.Go(func() {
				if id, err := s.ConsumeLink(ctx, token, noon); err == nil {
					won <- id
				}
			})
		}
		wg.Wait()
		equal(t, "sign-ins by one link", len(won), 1)
		equal(t, "person", <-won, rare)
		_, err = s.PeekLink(ctx, token, noon)
		refused(t, err, deliberation.RefuseLinkUsed)
	})
}

func TestReplies(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(1), "operator"))
		_, _, found, err := s.Reply(ctx, rare, "k", "h1")
		if found || err != nil {
			t.Fatal(found, err)
		}
		ok(t, s.KeepReply(ctx, rare, "k", "h1", 201, []byte(rareName), noon))
		ok(t, s.KeepReply(ctx, rare, "k", "h1", 500, []byte("later"), noon))
		refused(t, s.KeepReply(ctx, rare, "k", "h2", 201, nil, noon), deliberation.RefuseKeyReused)
		status, body, found, err := s.Reply(ctx, rare, "k", "h1")
		if err != nil || !found || status != 201 || string(body) != rareName {
			t.Fatal(status, string(body), found, err)
		}
		_, _, _, err = s.Reply(ctx, rare, "k", "h2")
		refused(t, err, deliberation.RefuseKeyReused)
		if _, _, found, err = s.Reply(ctx, both, "k", "h2"); found || err != nil {
			t.Fatal("another person's key was found", err)
		}
		ok(t, s.Sweep(ctx))
		equal(t, "replies", count(t, b, "replies"), 1)
	})
}

func count(t *testing.T, b backend, table string) (n int) {
	t.Helper()
	ok(t, b.raw(t).QueryRow("SELECT COUNT(*) FROM "+table).Scan(&n))
	return n
}

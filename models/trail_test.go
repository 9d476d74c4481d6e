package models_test

import (
	"sync"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func TestNoteView(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		ok(t, s.LoadRoster(ctx, roster(1), "operator"))
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := s.NoteView(ctx, "branch1", rare); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		ok(t, s.NoteReveal(ctx, "branch1", rare))
		ok(t, s.NoteView(ctx, both, rare))
		ok(t, s.NoteView(ctx, rare, rare)) // one's own
		refused(t, s.NoteView(ctx, "branch1", "nobody"), deliberation.RefuseNotFound)
		list, total, err := s.AuditOfPerson(ctx, rare, 0, 10)
		ok(t, err)
		equal(t, "entries", total, 3)
		if list[0].Act != "view_person" || list[0].Actor != both || list[1].Act != "reveal_person" || list[2].Actor != "branch1" || list[2].Community != place {
			t.Fatalf("%+v", list)
		}

		_, err = b.raw(t).Exec("UPDATE audit SET recorded = '2020-01-01 00:00:00+00:00' WHERE act = 'view_person'")
		ok(t, err)
		ok(t, s.NoteView(ctx, "branch1", rare))
		_, total, err = s.AuditOfPerson(ctx, rare, 0, 10)
		ok(t, err)
		equal(t, "an hour later", total, 4)
	})
}

// What is done in a process belongs to the audit of its community too.
func TestAuditOfCommunity(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		list, total, err := s.AuditOf(ctx, place, "", 0, 10)
		ok(t, err)
		var acts []string
		for _, l := range list {
			acts = append(acts, l.Act)
		}
		equal(t, "total", total, 3)
		same(t, "newest first", acts, []string{"convene", "create_process", "load_roster"})
		equal(t, "its process", list[0].Process, process)
		for _, page := range []struct{ offset, limit, n int }{{0, 2, 2}, {2, 2, 1}, {3, 2, 0}, {0, 0, 3}} {
			list, total, err := s.AuditOf(ctx, place, "", page.offset, page.limit)
			ok(t, err)
			equal(t, "lines", len(list), page.n)
			equal(t, "total", total, 3)
		}
		_, total, err = s.AuditOf(ctx, place, "load_roster", 0, 10)
		ok(t, err)
		equal(t, "of one act", total, 1)
		_, total, err = s.AuditOf(ctx, "c2", "", 0, 10)
		ok(t, err)
		equal(t, "of another community", total, 0)
	})
}

func TestViewer(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		tree(t, s)
		ok(t, s.LoadRoster(ctx, roster(1), "operator"))
		guide := record("指导员", "")
		guide.Community = "street"
		guide.ID = got(s.SaveRecord(ctx, guide, "operator"))(t)
		ok(t, s.Appoint(ctx, deliberation.OfficeHeld{Person: guide.ID, Community: "street", Office: deliberation.Guide, From: today, Source: "appointed"}, "operator"))

		p, path, held, err := s.Viewer(ctx, both, today)
		ok(t, err)
		equal(t, "person", p, deliberation.Person{ID: both, Community: place, Name: "欧阳丹", Group: "第一组"})
		equal(t, "path", deliberation.PathName(path), "攀枝花市 › 东区 › 大渡口街道 › 样板社区")
		equal(t, "offices", len(held), 2)
		_, path, held, err = s.Viewer(ctx, guide.ID, today)
		ok(t, err)
		if deliberation.PathName(path) != "攀枝花市 › 东区 › 大渡口街道" || len(held) != 1 || held[0].Community != "street" {
			t.Fatal(path, held)
		}
		_, _, held, err = s.Viewer(ctx, guide.ID, today.AddDays(-1))
		ok(t, err)
		equal(t, "not yet", len(held), 0)
		_, _, _, err = s.Viewer(ctx, "nobody", today)
		refused(t, err, deliberation.RefuseNotFound)
		for standing, signedIn := range map[deliberation.Standing]bool{deliberation.Moved: true, deliberation.Dead: false} {
			r := got(s.Record(ctx, rep(0)))(t)
			r.Standing, r.Left = standing, today
			got(s.SaveRecord(ctx, r, "clerk"))(t)
			if _, _, _, err = s.Viewer(ctx, rep(0), today); (err == nil) != signedIn {
				t.Fatalf("%s: %v", standing, err)
			}
		}
	})
}

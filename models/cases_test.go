package models_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/register"
)

func TestProcesses(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		other := sampleProcess(process, "另一个题目")
		ok(t, s.CreateProcess(ctx, other)) // the same id again
		draft := sampleProcess("draft", "草稿")
		ok(t, s.CreateProcess(ctx, draft))
		nobody := sampleProcess("p9", "x")
		nobody.StartedBy = "nobody"
		refused(t, s.CreateProcess(ctx, nobody), deliberation.RefuseNotFound)

		want := deliberation.Proceeding{Process: sampleProcess(process, secret)}
		want.Status = deliberation.Status{Stage: deliberation.Soliciting, State: deliberation.Running}
		have := got(s.Proceeding(ctx, process))(t)
		if d := cmp.Diff(want.Process, have.Process); d != "" {
			t.Fatal(d)
		}
		equal(t, "a draft can be opened", got(s.Proceeding(ctx, "draft"))(t).Matter.Title, "草稿")
		_, err := s.Proceeding(ctx, "none")
		refused(t, err, deliberation.RefuseNotFound)

		later := sampleProcess("p2", "Lift 电梯 two")
		later.Started = today.AddDays(1)
		ok(t, s.CreateProcess(ctx, later))
		c := change("two")
		c.Process, c.Status = "p2", &deliberation.Status{Stage: deliberation.Archive, State: deliberation.Ended}
		got(s.Apply(ctx, c))(t)

		for name, q := range map[string]struct {
			state         deliberation.State
			search        string
			offset, limit int
			want          []deliberation.ProcessID
			total         int
		}{
			"all but drafts":  {"", "", 0, 10, []deliberation.ProcessID{"p2", process}, 2},
			"running":         {deliberation.Running, "", 0, 10, []deliberation.ProcessID{process}, 1},
			"page":            {"", "", 1, 1, []deliberation.ProcessID{process}, 2},
			"title":           {"", "电梯", 0, 10, []deliberation.ProcessID{"p2", process}, 2},
			"case":            {"", " lift ", 0, 10, []deliberation.ProcessID{"p2"}, 1},
			"title and state": {deliberation.Running, "lift", 0, 10, nil, 0},
			"page of search":  {"", "电梯", 1, 1, []deliberation.ProcessID{process}, 2},
			"past the end":    {"", "电梯", 9, 1, nil, 2},
		} {
			list, total, err := s.ListProcesses(ctx, place, q.state, q.search, q.offset, q.limit)
			ok(t, err)
			var ids []deliberation.ProcessID
			for _, p := range list {
				ids = append(ids, p.ID)
			}
			if d := cmp.Diff(q.want, ids); d != "" || total != q.total {
				t.Errorf("%s: total %d, %s", name, total, d)
			}
		}
		list, total, err := s.ListProcesses(ctx, "elsewhere", "", "", 0, 10)
		if len(list) != 0 || total != 0 || err != nil {
			t.Fatal(list, total, err)
		}
	})
}

func TestApply(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		due := noon.AddDate(0, 0, 3)
		c := change("all")
		c.Facts = []deliberation.Fact{
			deliberation.NewFact(deliberation.FactStage, deliberation.Proposal, "", deliberation.StageData{Round: 1}),
			deliberation.NewFact(deliberation.FactOutcome, deliberation.Proposal, "", deliberation.OutcomeData{Outcome: deliberation.Carried}),
		}
		c.Status = &deliberation.Status{Stage: deliberation.Proposal, State: deliberation.Held, Since: noon, Open: []deliberation.OpenAct{{Kind: deliberation.Convene}}}
		c.Tasks = []deliberation.Task{
			{ID: "p1.t10", Act: deliberation.Convene, Opened: noon, State: deliberation.TaskOpen, Offices: []deliberation.Office{deliberation.Secretary}},
			{ID: "p1.t9", Act: deliberation.Propose, Opened: noon, Due: due, State: deliberation.TaskOpen},
		}
		c.Meetings = []deliberation.Meeting{meetingIn(deliberation.MeetingConvened, deliberation.Conference)}
		c.Postings = []deliberation.Posting{{ID: "p1.n1", Posted: noon, DisplayUntil: due, State: deliberation.PostingUp}}
		c.Objections = []deliberation.Objection{{ID: "p1.o1", Posting: "p1.n1", Person: rare, Filed: noon, AnswerDue: due, State: deliberation.ObjectionFiled}}
		c.Marks = []deliberation.Mark{{ID: "p1.k1", Kind: deliberation.MarkQuestion, By: rare, Made: noon, State: deliberation.MarkOpen}}
		first := got(s.Apply(ctx, c))(t)
		equal(t, "entries", len(first), 2)
		audits := count(t, b, "audit")

		again := c
		again.Tasks = []deliberation.Task{{ID: "p1.t99", State: deliberation.TaskOpen}}
		if d := cmp.Diff(first, got(s.Apply(ctx, again))(t)); d != "" {
			t.Fatal(d)
		}
		equal(t, "audit rows after a repetition", count(t, b, "audit"), audits)

		p := got(s.Proceeding(ctx, process))(t)
		for what, d := range map[string]string{
			"status": cmp.Diff(*c.Status, p.Status), "tasks": cmp.Diff(c.Tasks, p.Tasks), "meetings": cmp.Diff(c.Meetings, p.Meetings),
			"postings": cmp.Diff(c.Postings, p.Postings), "objections": cmp.Diff(c.Objections, p.Objections), "marks": cmp.Diff(c.Marks, p.Marks),
		} {
			if d != "" {
				t.Errorf("%s: %s", what, d)
			}
		}
		lines := got(s.OpenTasks(ctx, place))(t)
		if len(lines) != 2 || lines[0].Task.ID != "p1.t9" || lines[1].Task.ID != "p1.t10" || lines[0].Process.Matter.Title != secret {
			t.Fatalf("open tasks: %+v", lines)
		}
		board := got(s.Board(ctx, place))(t)
		if len(board) != 1 || board[0].Posting.ID != "p1.n1" || board[0].Process.Matter.Title != secret {
			t.Fatalf("board: %+v", board)
		}

		c = change("replace")
		c.Tasks = []deliberation.Task{{ID: "p1.t10", Opened: noon, State: deliberation.TaskDone, By: both}}
		c.Postings = []deliberation.Posting{{ID: "p1.n1", Posted: noon, State: deliberation.PostingEnded}}
		got(s.Apply(ctx, c))(t)
		p = got(s.Proceeding(ctx, process))(t)
		if p.Tasks[0].State != deliberation.TaskDone || p.Tasks[0].ID != "p1.t10" || p.Status.State != deliberation.Held {
			t.Fatalf("replaced: %+v", p.Tasks)
		}
		equal(t, "open tasks", len(got(s.OpenTasks(ctx, place))(t)), 1)
		equal(t, "board", len(got(s.Board(ctx, place))(t)), 0)
	})
}

// A change is whole or not at all, and stays within its process.
func TestApplyRefused(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		ok(t, s.CreateProcess(ctx, sampleProcess("p2", "二")))
		meet(t, s, deliberation.MeetingConvened, deliberation.Conference)
		fact := deliberation.NewFact(deliberation.FactStage, deliberation.Proposal, "", deliberation.StageData{})
		for name, f := range map[string]struct {
			spoil func(c *deliberation.Change)
			code  deliberation.RefusalCode
		}{
			"unknown process":    {func(c *deliberation.Change) { c.Process = "none" }, deliberation.RefuseNotFound},
			"no key":             {func(c *deliberation.Change) { c.Key = "" }, deliberation.RefuseInvalid},
			"key of another":     {func(c *deliberation.Change) { c.Key, c.Process = string(process)+"/start", "p2" }, deliberation.RefuseConflict},
			"meeting of another": {func(c *deliberation.Change) { c.Process = "p2" }, deliberation.RefuseConflict},
			"objection to naught": {func(c *deliberation.Change) {
				c.Objections = []deliberation.Objection{{ID: "o", Posting: "none", Person: rare, State: deliberation.ObjectionFiled}}
			}, deliberation.RefuseNotFound},
		} {
			c := change("bad " + name)
			c.Facts = []deliberation.Fact{fact}
			c.Meetings = []deliberation.Meeting{meetingIn(deliberation.MeetingClosed, deliberation.Conference)}
			f.spoil(&c)
			_, err := s.Apply(ctx, c)
			refused(t, err, f.code)
			equal(t, name+": entries", count(t, b, "entries"), 0)
			equal(t, name+": meeting", got(s.Proceeding(ctx, process))(t).Meetings[0].State, deliberation.MeetingConvened)
		}
	})
}

func TestRegister(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		ok(t, s.CreateProcess(ctx, sampleProcess("p2", "二")))
		var oldSize int64
		var oldRoot tlog.Hash
		done := make(chan error, 24)
		for i := range cap(done) { // many at once: the register grows at one end
			c := change("fact " + string(rune('a'+i)))
			if i%3 == 0 {
				c.Process = "p2"
			}
			for range i % 4 {
				c.Facts = append(c.Facts, deliberation.NewFact(deliberation.FactStage, deliberation.Proposal, "s<&>", deliberation.StageData{Round: i}))
			}
			go func() { _, err := s.Apply(ctx, c); done <- err }()
			if i == cap(done)/2 {
				for range i {
					ok(t, <-done)
				}
				oldSize, oldRoot = head(t, s)
			}
		}
		for range cap(done)/2 - 0 {
			ok(t, <-done)
		}
		size, root := head(t, s)
		equal(t, "size", size, 36)
		equal(t, "size", got(s.TreeSize(ctx))(t), size)
		hashes := s.Hashes(ctx)
		proof := got(tlog.ProveTree(size, oldSize, hashes))(t)
		ok(t, tlog.CheckTree(proof, size, root, oldSize, oldRoot))

		seen := map[int64]bool{}
		for _, id := range []deliberation.ProcessID{process, "p2"} {
			entries, leaves, err := s.EntryRange(ctx, id)
			ok(t, err)
			for i, e := range entries {
				equal(t, "process", e.Process, id)
				seen[e.Index] = true
				if d := cmp.Diff(string(leaves[i]), string(got(register.Leaf(e))(t))); d != "" {
					t.Fatal("an entry read back makes another leaf: " + d)
				}
				proof := got(tlog.ProveRecord(size, e.Index, hashes))(t)
				ok(t, tlog.CheckRecord(proof, size, root, e.Index, tlog.RecordHash(leaves[i])))
				if tlog.CheckRecord(proof, size, root, e.Index, tlog.RecordHash(append(leaves[i], ' '))) == nil {
					t.Fatal("a changed leaf has a proof")
				}
			}
			if d := cmp.Diff(entries, got(s.Entries(ctx, id))(t)); d != "" {
				t.Fatal(d)
			}
		}
		equal(t, "indices", len(seen), int(size))
	})
}

func head(t *testing.T, s *models.Store) (int64, tlog.Hash) {
	t.Helper()
	size, root, err := s.TreeHead(t.Context())
	ok(t, err)
	return size, root
}

func TestEntryHoldsWhatWasWritten(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		c := change("one")
		c.Facts = []deliberation.Fact{deliberation.NewFact(deliberation.FactStage, deliberation.Proposal, "x", deliberation.StageData{Round: 2})}
		got(s.Apply(ctx, c))(t)
		e := got(s.Entries(ctx, process))(t)[0]
		var data deliberation.StageData
		ok(t, json.Unmarshal(e.Data, &data))
		if e.Key != c.Key+"#0" || !e.At.Equal(noon) || e.Actor != both || e.Office != deliberation.Secretary ||
			e.Subject != "x" || data.Round != 2 || time.Since(e.Stored).Abs() > time.Minute {
			t.Fatalf("%+v", e)
		}
	})
}

// fileTexts files a paper and an answered opinion.
func fileTexts(t *testing.T, s *models.Store, text string) (deliberation.PaperRef, string) {
	t.Helper()
	ctx := t.Context()
	ref := got(s.FilePaper(ctx, deliberation.Paper{
		PaperRef: deliberation.PaperRef{Kind: deliberation.PaperOpinion}, Process: process, Author: rare,
		MediaType: "text/plain; charset=utf-8", Content: []byte(text), Created: noon,
	}))(t)
	id := got(s.AddOpinion(ctx, deliberation.Opinion{Process: process, Person: rare, Paper: ref, Text: text, Given: noon}, "k1"))(t)
	ok(t, s.AnswerOpinion(ctx, deliberation.Opinion{ID: id, Process: process, Disposition: "adopted", Answer: "采纳了", Answered: noon, AnsweredBy: both}))
	return ref, id
}

func TestPapersAndOpinions(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 1)
		const text = "意见:𠅤"
		ref, id := fileTexts(t, s, text)
		sum := sha256.Sum256([]byte(text))
		equal(t, "hash", ref.SHA256, hex.EncodeToString(sum[:]))
		paper := got(s.Paper(ctx, ref.ID))(t)
		if d := cmp.Diff(deliberation.Paper{
			PaperRef: ref, Process: process, Author: rare, MediaType: "text/plain; charset=utf-8", Content: []byte(text), Created: noon,
		}, paper); d != "" {
			t.Fatal(d)
		}
		_, err := s.Paper(ctx, "none")
		refused(t, err, deliberation.RefuseNotFound)
		_, err = s.FilePaper(ctx, deliberation.Paper{PaperRef: deliberation.PaperRef{Kind: deliberation.PaperDraft}, Process: "none", Author: rare, MediaType: "text/plain"})
		refused(t, err, deliberation.RefuseNotFound)

		equal(t, "the same key", got(s.AddOpinion(ctx, deliberation.Opinion{Process: process, Person: rare, Text: "x", Given: noon}, "k1"))(t), id)
		second := got(s.AddOpinion(ctx, deliberation.Opinion{Process: process, Person: rare, Text: "second", Given: noon.Add(time.Second)}, "k2"))(t)
		list := got(s.Opinions(ctx, process))(t)
		if d := cmp.Diff([]deliberation.Opinion{
			{ID: id, Process: process, Person: rare, Channel: deliberation.WebChannel, Paper: ref, Text: text, Given: noon, Disposition: "adopted", Answer: "采纳了", Answered: noon, AnsweredBy: both},
			{ID: second, Process: process, Person: rare, Channel: deliberation.WebChannel, Text: "second", Given: noon.Add(time.Second)},
		}, list); d != "" {
			t.Fatal(d)
		}
		received, answered, err := s.CloseOpinions(ctx, process)
		if received != 2 || answered != 1 || err != nil {
			t.Fatal(received, answered, err)
		}
		answer := deliberation.Opinion{ID: id, Process: process, Disposition: "not", Answer: "否", Answered: noon, AnsweredBy: both}
		refused(t, s.AnswerOpinion(ctx, answer), deliberation.RefuseTwice)
		answer.ID = "none"
		refused(t, s.AnswerOpinion(ctx, answer), deliberation.RefuseNotFound)
		answer.ID, answer.Disposition = second, "maybe"
		refused(t, s.AnswerOpinion(ctx, answer), deliberation.RefuseInvalid)
	})
}

// Each write says who did it, by ids alone.
func TestAudit(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		seeded(t, s, 1)
		fileTexts(t, s, "text")
		gathered(t, s, deliberation.Conference, rep(0))
		db := b.raw(t)
		for act, actor := range map[string]deliberation.PersonID{
			"load_roster": "operator", "create_process": both, string(deliberation.Convene): both, "file_paper": rare,
			"add_opinion": rare, "answer_opinion": both, "check_in": rep(0),
		} {
			var n int
			ok(t, db.QueryRow("SELECT COUNT(*) FROM audit WHERE act = '"+act+"' AND actor = '"+string(actor)+"'").Scan(&n))
			if n == 0 {
				t.Errorf("%s left no trace of %s", act, actor)
			}
		}
	})
}

package models_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
	"github.com/yishi-project/yishi/vault"
)

// byteColumns asks the schema for its columns of bytes.
func byteColumns(t *testing.T, b backend) map[string]bool {
	t.Helper()
	ask := `SELECT table_name || '.' || column_name FROM information_schema.columns WHERE table_schema = 'public' AND data_type = 'bytea'`
	if b.config.Driver == models.SQLite {
		ask = `SELECT m.name || '.' || c.name FROM sqlite_master m, pragma_table_info(m.name) c WHERE m.type = 'table' AND c.type IN ('BYTEA', 'BLOB')`
	}
	rows, err := b.raw(t).Query(ask)
	ok(t, err)
	defer rows.Close()
	columns := map[string]bool{}
	for rows.Next() {
		var name string
		ok(t, rows.Scan(&name))
		columns[name] = true
	}
	ok(t, rows.Err())
	return columns
}

// A column of bytes that is added to the schema is named in one of the two lists,
// or this fails; so does a column that is gone.
func TestEveryColumnOfBytesIsSealedOrSaysWhyNot(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *models.Store) {
		sealed, open, schema := models.SealedColumns(), models.OpenColumns(), byteColumns(t, b)
		if len(schema) < 10 {
			t.Fatalf("the schema was not read: %v", schema)
		}
		for c := range schema {
			if why, isOpen := open[c]; !sealed[c] && (!isOpen || why == "") {
				t.Errorf("%s is neither sealed nor said to be open: add it to sealedColumns", c)
			}
			if _, isOpen := open[c]; sealed[c] && isOpen {
				t.Errorf("%s is sealed and open", c)
			}
		}
		for _, c := range slices.Concat(slices.Collect(maps.Keys(sealed)), slices.Collect(maps.Keys(open))) {
			if !schema[c] {
				t.Errorf("%s is listed and not in the schema", c)
			}
		}
	})
}

// followed opens the store again with keys in a file, as the program does.
func followed(t *testing.T, b backend, s *models.Store) (*models.Store, vault.File) {
	t.Helper()
	ok(t, s.Close())
	f := vault.File{Path: filepath.Join(t.TempDir(), "keys")}
	b.config.Vault = got(f.Load())(t)
	db := b.raw(t)
	_, err := db.Exec("DELETE FROM vault_canary")
	ok(t, err)
	again := b.open(t)
	ok(t, again.Migrate(t.Context()))
	return again, f
}

// everything puts a value into each sealed column, through the store where that is
// quickly done, and gives what reads them back.
func everything(t *testing.T, b backend, s *models.Store) (check func(t *testing.T, s *models.Store)) {
	t.Helper()
	ctx := t.Context()
	seeded(t, s, 40)
	paper := got(s.FilePaper(ctx, deliberation.Paper{PaperRef: deliberation.PaperRef{Kind: deliberation.PaperProposal}, Process: process, Author: both, MediaType: "text/plain", Content: []byte(secret), Created: noon}))(t)
	id := got(s.AddOpinion(ctx, deliberation.Opinion{Process: process, Person: rep(1), Text: secret, Given: noon}, "k"))(t)
	ok(t, s.AnswerOpinion(ctx, deliberation.Opinion{ID: id, Process: process, Disposition: "adopted", Answer: secret, Answered: noon, AnsweredBy: both}))
	ok(t, s.KeepReply(ctx, rep(1), "k", "h", 200, []byte(secret), noon))
	ok(t, s.KeepDraft(ctx, deliberation.MatterDraft{Person: rep(1), Kind: deliberation.ConferenceKind, Fields: map[string]string{"title": secret}, Saved: noon}))

	db, arg := b.raw(t), func(n int) string { return "$" + strconv.Itoa(n) }
	exec := func(sql string, args ...any) {
		t.Helper()
		_, err := db.Exec(sql, args...)
		ok(t, err)
	}
	for column, text := range map[string]string{"birth": "1950-02-03", "identity": "510000195002030018", "phone": "13800138000"} {
		exec(fmt.Sprintf("UPDATE persons SET %s = %s WHERE id = %s", column, arg(1), arg(2)), models.SealAt(s, "persons", column, "rare", text), "rare")
	}
	exec(fmt.Sprintf("INSERT INTO households (id, community, village_group, building, number, number_lookup) VALUES ('h1', %s, '', '', %s, 'x')", arg(1), arg(2)),
		string(place), models.SealAt(s, "households", "number", "h1", "3栋501"))
	exec(fmt.Sprintf("INSERT INTO estates (id, community, name) VALUES ('e1', %s, '枣子坪花园')", arg(1)), string(place))
	exec(fmt.Sprintf("INSERT INTO units (id, estate, building, number, number_lookup, owner, area) VALUES ('n1', 'e1', '', %s, 'x', 'rare', 1)", arg(1)),
		models.SealAt(s, "units", "number", "n1", "2单元501"))
	exec(fmt.Sprintf("INSERT INTO totps (person, secret, begun) VALUES ('rare', %s, %s)", arg(1), arg(2)), models.SealAt(s, "totps", "secret", "rare", "JBSW"), noon)
	hash := fmt.Sprintf("%064d", 1)
	exec(fmt.Sprintf("INSERT INTO ceremonies (hash, kind, data, expires) VALUES (%s, 'x', %s, %s)", arg(1), arg(2), arg(3)), hash, models.SealAt(s, "ceremonies", "data", hash, "{}"), noon)

	meet(t, s, deliberation.MeetingConvened, deliberation.Conference)
	exec(fmt.Sprintf("INSERT INTO meeting_observers (id, meeting, name, capacity, at, entered_by) VALUES ('o1', %s, %s, 'press', %s, 'rare')", arg(1), arg(2), arg(3)),
		string(meeting), models.SealAt(s, "meeting_observers", "name", "o1", "记者"), noon)
	ok(t, s.CreateProcess(ctx, sampleProcess("answering", "述职述廉")))
	exec(fmt.Sprintf("INSERT INTO commitments (id, community, process, person, post, ord, made_day, body) VALUES ('m1', %s, %s, 'rare', 'director', 1, '2026-12-01', %s)", arg(1), arg(2), arg(3)),
		string(place), string(process), models.SealAt(s, "commitments", "body", "m1", "修好路灯"))
	exec(fmt.Sprintf("UPDATE commitments SET answered_in = %s, evidence = %s WHERE id = 'm1'", arg(1), arg(2)), "answering", models.SealAt(s, "commitments", "evidence", "m1", "照片"))
	exec(fmt.Sprintf("INSERT INTO imports (id, actor, at, persons_new, persons_changed, persons_moved, households_new, offices_new) VALUES ('i1', '', %s, 0, 0, 0, 0, 0)", arg(1)), noon)
	exec(fmt.Sprintf("INSERT INTO import_images (id, import, serial, body) VALUES ('x1', 'i1', 1, %s)", arg(1)), models.SealAt(s, "import_images", "body", "x1", "[]"))
	exec(fmt.Sprintf("INSERT INTO import_uploads (id, community, person, content, choices, expires) VALUES ('u1', %s, 'rare', %s, '', %s)", arg(1), arg(2), arg(3)),
		string(place), models.SealAt(s, "import_uploads", "content", "u1", "x"), noon)

	ok(t, s.OpenRegistration(ctx, process))
	ok(t, s.EnterRegistration(ctx, process, deliberation.RegisterEntry{Person: rare, Deprived: true}, both, noon))
	got(s.PublishElectors(ctx, process, place, deliberation.ElectionRules{}, today, noon, false))(t)

	number := boxedAnswer(t, s)
	heardOut(t, s)

	for c := range models.SealedColumns() {
		table, column, _ := strings.Cut(c, ".")
		var n int
		ok(t, db.QueryRow(fmt.Sprintf("SELECT COUNT(%s) FROM %s", column, table)).Scan(&n))
		if n == 0 {
			t.Fatalf("this test puts no value into %s", c)
		}
	}
	return func(t *testing.T, s *models.Store) {
		t.Helper()
		equal(t, "name", got(s.Person(ctx, rare))(t).Name, rareName)
		equal(t, "paper", string(got(s.Paper(ctx, paper.ID))(t).Content), secret)
		opinions := got(s.Opinions(ctx, process))(t)
		equal(t, "opinion", opinions[0].Text+opinions[0].Answer, secret+secret)
		_, body, _, err := s.Reply(ctx, rep(1), "k", "h")
		ok(t, err)
		equal(t, "reply", string(body), secret)
		inBox := got(s.BoxOpinionByNumber(ctx, number))(t)
		equal(t, "opinion in the box", inBox.Text+inBox.Answer, secret+secret)
		expert := got(s.Experts(ctx, process))(t)[0]
		equal(t, "expert", expert.Name+expert.Field+expert.Declared, "张工给排水"+secret)
		signUp := got(s.SignUpOf(ctx, process, rare))(t)
		equal(t, "sign-up", signUp.Needs+signUp.Reason, "手语"+secret)
		statement := got(s.Statements(ctx, process))(t)[0]
		equal(t, "statement", statement.Text+statement.Reason, secret+secret)
		equal(t, "draft", got(s.Drafts(ctx, rep(1)))(t)[0].Fields["title"], secret)
		equal(t, "matter", got(s.Proceeding(ctx, process))(t).Matter.Title, secret)
		if ids := got(s.PersonsNamed(ctx, place, rareName))(t); len(ids) != 1 {
			t.Fatalf("the lookup moved: %v", ids)
		}
	}
}

// boxedAnswer puts an opinion into the box and answers it, and gives its number.
func boxedAnswer(t *testing.T, s *models.Store) (number string) {
	t.Helper()
	ctx := t.Context()
	number = got(s.PutInBox(ctx, boxed(secret), fromPerson(rep(1), "key-1", noon)))(t)
	o := got(s.BoxOpinionByNumber(ctx, number))(t)
	ok(t, s.AnswerBoxOpinion(ctx, deliberation.BoxOpinion{ID: o.ID, Community: place, Outcome: deliberation.BoxAnswered, Answer: secret, Answered: noon, AnsweredBy: both}))
	return number
}

// heardOut is a hearing with an expert, one who signed up and spoke, and what became
// of it.
func heardOut(t *testing.T, s *models.Store) {
	t.Helper()
	ctx, until := t.Context(), today.AddDays(10).End()
	ok(t, s.PlanHearing(ctx, deliberation.HearingPlan{Process: process, Chair: both, Presenter: "comm2", Sides: []deliberation.HearingSide{
		{SideSeats: deliberation.SideSeats{Code: "A", Seats: 3}, Name: "居民"},
	}}, both, noon))
	got(s.AddExpert(ctx, deliberation.Expert{Process: process, Name: "张工", Field: "给排水", Interest: deliberation.NoInterest, Declared: secret, At: noon, By: both}))(t)
	got(s.OpenSignUp(ctx, process, 1, noon, until))(t)
	u := web("A", rare, noon)
	u.Process, u.Reason = process, secret
	got(s.SignUp(ctx, u))(t)
	_, _, err := s.CloseSignUp(ctx, process, 1, deliberation.DaysRule{}, until)
	ok(t, err)
	got(s.AddStatement(ctx, deliberation.Statement{ID: "s1", Process: process, Kind: deliberation.SpokenStatement, Person: rare, Text: secret, At: noon, EnteredBy: both}))(t)
	ok(t, s.DisposeStatement(ctx, deliberation.Statement{ID: "s1", Process: process, Disposition: deliberation.StatementAdopted, Reason: secret, Disposed: noon, DisposedBy: both}))
}

func uses(t *testing.T, s *models.Store) map[vault.ID]int64 {
	t.Helper()
	m := map[vault.ID]int64{}
	for _, u := range got(s.KeyUses(t.Context()))(t) {
		m[u.Key] = u.Values
	}
	return m
}

func quiet(string, string, int64) {}

// A rotation leaves nothing under the old key, changes no value, and a store that
// ran all along reads and then writes under the new one.
func TestRotationResealsEverything(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		running, f := followed(t, b, s)
		check := everything(t, b, running)
		old := uses(t, running)
		if len(old) != 1 {
			t.Fatalf("one key and several in use: %v", old)
		}
		var oldest vault.ID
		var all int64
		for oldest, all = range old {
		}

		// Another process rotates: it has a ring of its own.
		f.Cipher = vault.SM4
		c := b.config
		c.Vault = got(f.Load())(t)
		console := got(models.Open(t.Context(), c))(t)
		defer console.Close()
		added := got(console.AlterKeys(t.Context(), "add_key", "operator", f.Add))(t)
		c.Vault = got(f.Load())(t)
		console2 := got(models.Open(t.Context(), c))(t)
		defer console2.Close()
		done := got(console2.Reseal(t.Context(), quiet))(t)
		equal(t, "values sealed anew", done.Values, all)
		equal(t, "unreadable", len(done.Unreadable), 0)
		now := uses(t, console2)
		equal(t, "values under the old key", now[oldest], 0)
		equal(t, "values under the new key", now[added], all)
		equal(t, "a second run", got(console2.Reseal(t.Context(), quiet))(t).Values, 0)

		check(t, running)
		check(t, console2)
		ok(t, running.CheckSchema(t.Context()))
		ok(t, running.KeepReply(t.Context(), rep(2), "k", "h", 200, []byte("x"), noon))
		equal(t, "values under the old key after the running store wrote", uses(t, running)[oldest], 0)

		var n int
		ok(t, b.raw(t).QueryRow("SELECT COUNT(*) FROM audit WHERE act = 'add_key' AND subject = '"+string(added)+"'").Scan(&n))
		equal(t, "audit entries", n, 1)
	})
}

// Broken off in its midst, a rotation goes on where it was; and what is written
// meanwhile is not overwritten.
func TestRotationIsResumedAndDisturbsNobody(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		running, f := followed(t, b, s)
		check := everything(t, b, running)
		got(running.AlterKeys(t.Context(), "add_key", "operator", f.Add))(t)
		c := b.config
		c.Vault = got(f.Load())(t)
		console := got(models.Open(t.Context(), c))(t)
		defer console.Close()

		ctx, cancel := context.WithCancel(t.Context())
		part, err := console.Reseal(ctx, func(table, _ string, _ int64) {
			if table == "persons" {
				cancel()
			}
		})
		if !errors.Is(err, context.Canceled) || part.Values == 0 {
			t.Fatalf("%+v, %v", part, err)
		}
		check(t, running)

		var wg sync.WaitGroup
		wg.Go(func() {
			for i := range 50 {
				if err := running.KeepReply(t.Context(), rep(3), fmt.Sprint(i), "h", 200, []byte(secret), noon); err != nil {
					t.Error(err)
				}
			}
		})
		rest := got(console.Reseal(t.Context(), quiet))(t)
		wg.Wait()
		if rest.Values == 0 {
			t.Fatal("nothing was left to do")
		}
		check(t, running)
		for i := range 50 {
			_, body, found, err := running.Reply(t.Context(), rep(3), fmt.Sprint(i), "h")
			if err != nil || !found || string(body) != secret {
				t.Fatalf("reply %d: %q, %v", i, body, err)
			}
		}
	})
}

// What does not open is left as it is, and named.
func TestResealNamesWhatDoesNotOpen(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		running, f := followed(t, b, s)
		everything(t, b, running)
		foreign := got(vault.New([]vault.Key{vault.NewKey(vault.AES)}))(t)
		stray := foreign.Seal([]byte("x"), vault.Place{Table: "persons", Column: "name", Row: "rare"})
		_, err := b.raw(t).Exec("UPDATE persons SET name = $1 WHERE id = 'rare'", stray)
		ok(t, err)
		got(f.Add())(t)
		c := b.config
		c.Vault = got(f.Load())(t)
		console := got(models.Open(t.Context(), c))(t)
		defer console.Close()
		done := got(console.Reseal(t.Context(), quiet))(t)
		equal(t, "unreadable names", done.Unreadable["persons.name"], 1)
		equal(t, "values under the foreign key", uses(t, console)[foreign.IDs()[0]], 1)
		var kept []byte
		ok(t, b.raw(t).QueryRow("SELECT name FROM persons WHERE id = 'rare'").Scan(&kept))
		if !bytes.Equal(kept, stray) {
			t.Fatal("a value that does not open was changed")
		}
	})
}

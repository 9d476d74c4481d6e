package models_test

import (
	"database/sql"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

// personReferences asks the schema which columns refer to a person.
func personReferences(t *testing.T, b backend) map[string]bool {
	t.Helper()
	ask := `SELECT k.table_name || '.' || k.column_name
		FROM information_schema.key_column_usage k
		JOIN information_schema.referential_constraints r ON r.constraint_name = k.constraint_name
		JOIN information_schema.table_constraints u ON u.constraint_name = r.unique_constraint_name
		WHERE u.table_name = 'persons'`
	if b.config.Driver == models.SQLite {
		ask = `SELECT m.name || '.' || f."from" FROM sqlite_master m, pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f."table" = 'persons'`
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

// A column that refers to a person and that erasing does not know fails this.
func TestErasingKnowsEveryColumnThatRefersToAPerson(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *models.Store) {
		schema, known := personReferences(t, b), models.PersonColumns()
		if len(schema) < 10 {
			t.Fatalf("the schema was not read: %v", schema)
		}
		for c := range schema {
			if !known[c] {
				t.Errorf("%s refers to a person and erasing does not know it: add it to personColumns", c)
			}
		}
	})
}

// full gives the person every kind of data that is erased.
func full(t *testing.T, b backend, s *models.Store, id string) {
	t.Helper()
	db := b.raw(t)
	exec := func(sql string, args ...any) {
		t.Helper()
		if _, err := db.Exec(sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	}
	seal := func(column, text string) []byte { return models.SealAt(s, "persons", column, id, text) }
	exec("INSERT INTO households (id, community, village_group, building, number, number_lookup) VALUES ('h9', $1, '', '', $2, 'x')",
		string(place), models.SealAt(s, "households", "number", "h9", "3栋501"))
	exec("UPDATE persons SET birth = $1, identity = $2, identity_lookup = 'i', phone = $3, phone_lookup = 'p', household = 'h9', relation = 'head', hukou = 'here', sex = 'female', since_day = '2000-01-01' WHERE id = $4",
		seal("birth", "1950-02-03"), seal("identity", "510000195002030018"), seal("phone", "13800138000"), id)
	exec("INSERT INTO kin (a, b, kind) VALUES ($1, 'comm2', 'spouse')", id)
	exec("INSERT INTO totps (person, secret, begun) VALUES ($1, $2, $3)", id, models.SealAt(s, "totps", "secret", id, "JBSW"), noon)
	exec("INSERT INTO passwords (person, hash, chosen) VALUES ($1, '$argon2id$v=19$x', $2)", id, noon)
	exec("INSERT INTO offices (person, community, office, from_day, until_day) VALUES ($1, $2, 'household_head', '2020-01-01', '')", id, string(place))
	exec("INSERT INTO imports (id, actor, at, persons_new, persons_changed, persons_moved, households_new, offices_new) VALUES ('i1', '', $1, 0, 0, 0, 0, 0)", noon)
	exec("INSERT INTO import_communities (import, community) VALUES ('i1', $1)", string(place))
	exec("INSERT INTO import_images (id, import, serial, body) VALUES ('x1', 'i1', 1, $1)", models.SealAt(s, "import_images", "body", "x1", "[]"))
	exec("INSERT INTO import_uploads (id, community, person, content, choices, expires) VALUES ('u1', $1, $2, $3, '', $4)", string(place), id, []byte("x"), noon)
	ok(t, s.KeepReply(t.Context(), deliberation.PersonID(id), "k", "h", 200, []byte(secret), noon))
	got(s.CreateLink(t.Context(), deliberation.PersonID(id), time.Now().Add(time.Hour)))(t)
	got(s.CreateLink(t.Context(), deliberation.PersonID(id), time.Now().Add(time.Hour)))(t)
}

// resident is somebody without any office but what follows from the record.
const resident = deliberation.PersonID("resident")

func withResident(t *testing.T, s *models.Store) {
	t.Helper()
	r := roster(0)
	r.Persons = []deliberation.Person{{ID: resident, Community: place, Name: "𬱖小满", Group: "第一组"}}
	r.Offices = []deliberation.OfficeHeld{{Person: resident, Community: place, Office: deliberation.Resident, From: deliberation.NewDate(2024, 1, 1)}}
	ok(t, s.LoadRoster(t.Context(), r, "operator"))
}

func parts(list []models.ErasurePart) map[string]int64 {
	m := map[string]int64{}
	for _, p := range list {
		m[p.What] = p.Count
	}
	return m
}

func TestErase(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 3)
		withResident(t, s)
		full(t, b, s, string(resident))
		opinion := got(s.AddOpinion(ctx, deliberation.Opinion{Process: process, Person: resident, Text: secret, Given: noon}, "k"))(t)
		ok(t, s.AnswerOpinion(ctx, deliberation.Opinion{ID: opinion, Process: process, Disposition: "not", Answer: "x", Answered: noon, AnsweredBy: both}))
		draft := sampleProcess("draft", secret)
		draft.StartedBy = resident
		ok(t, s.CreateProcess(ctx, draft))
		paper := got(s.FilePaper(ctx, deliberation.Paper{PaperRef: deliberation.PaperRef{Kind: deliberation.PaperProposal}, Process: "draft", Author: resident, MediaType: "text/plain", Content: []byte(secret), Created: noon}))(t)

		looked := got(s.Erase(ctx, resident, models.EraseWithdrawn, today, "operator", false))(t)
		equal(t, "name after a look", got(s.Person(ctx, resident))(t).Name, "𬱖小满")
		e := got(s.Erase(ctx, resident, models.EraseWithdrawn, today, "operator", true))(t)
		if fmt.Sprint(looked) != fmt.Sprint(e) {
			t.Fatalf("what was promised and what was done differ:\n%v\n%v", looked, e)
		}
		for what, n := range map[string]int64{"name": 1, "birth": 1, "identity": 1, "phone": 1, "household": 1, "kin": 1, "credentials": 2, "replies": 1, "links": 2, "drafts": 2, "import_images": 1, "uploads": 1} {
			equal(t, "erased "+what, parts(e.Erased)[what], n)
		}
		kept := parts(e.Kept)
		equal(t, "kept opinions", kept["opinions"], 1)
		equal(t, "kept offices", kept["offices"], 2)

		equal(t, "name", got(s.Person(ctx, resident))(t).Name, models.ErasedText)
		equal(t, "draft paper", string(got(s.Paper(ctx, paper.ID))(t).Content), models.ErasedText)
		equal(t, "persons of the name", len(got(s.PersonsNamed(ctx, place, "𬱖小满"))(t)), 0)
		equal(t, "offices on the day", len(got(s.OfficesOn(ctx, resident, today))(t)), 0)
		equal(t, "offices the day before", len(got(s.OfficesOn(ctx, resident, today.AddDays(-1)))(t)), 2)
		var birth, identity, phone []byte
		var lookups, standing string
		var household sql.NullString
		ok(t, b.raw(t).QueryRow("SELECT birth, identity, phone, household, name_lookup || identity_lookup || phone_lookup || relation || hukou || sex || since_day || village_group, standing FROM persons WHERE id = 'resident'").
			Scan(&birth, &identity, &phone, &household, &lookups, &standing))
		if birth != nil || identity != nil || phone != nil || household.Valid || lookups != "" || standing != "erased" {
			t.Fatalf("left: %v %v %v %v %q %s", birth, identity, phone, household, lookups, standing)
		}
		var n int
		ok(t, b.raw(t).QueryRow("SELECT COUNT(*) FROM audit WHERE act = 'erase_person' AND person = 'resident' AND actor = 'operator' AND subject = 'withdrawn'").Scan(&n))
		equal(t, "audit entries", n, 1)

		_, err := s.Erase(ctx, resident, models.EraseWithdrawn, today, "operator", true)
		refused(t, err, deliberation.RefuseTwice)
		_, err = s.Erase(ctx, "nobody", models.EraseWithdrawn, today, "operator", true)
		refused(t, err, deliberation.RefuseNotFound)
		_, err = s.Erase(ctx, rep(1), "张三 wants it", today, "operator", true)
		refused(t, err, deliberation.RefuseInvalid)
	})
}

func TestEraseIsHeldByOfficesAndOpenProcesses(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 3)
		withResident(t, s)
		held := func(id deliberation.PersonID, on deliberation.Date) *models.ErasureBlocked {
			t.Helper()
			_, err := s.Erase(ctx, id, models.EraseUnneeded, on, "operator", true)
			var blocked *models.ErasureBlocked
			if !errors.As(err, &blocked) {
				t.Fatalf("%s: %v", id, err)
			}
			return blocked
		}
		blocked := held(both, today)
		equal(t, "offices", len(blocked.Offices), 2)
		equal(t, "processes", len(blocked.Processes), 1)
		equal(t, "offices of one who serves yet", held(rep(1), today).Offices[0].Office, deliberation.Representative)
		equal(t, "name", got(s.Person(ctx, both))(t).Name, "欧阳丹")

		got(s.AddOpinion(ctx, deliberation.Opinion{Process: process, Person: resident, Text: secret, Given: noon}, "k"))(t)
		equal(t, "processes with an opinion unanswered", held(resident, today).Processes[0], process)

		// The last day of an office is still held; the day after is not.
		_, err := b.raw(t).Exec("UPDATE offices SET until_day = '2026-12-01' WHERE person = 'rep001'")
		ok(t, err)
		held(rep(1), today)
		gathered(t, s, deliberation.Conference)
		blocked = held(rep(1), today.AddDays(1))
		equal(t, "offices ended", len(blocked.Offices), 0)
		equal(t, "on the roll of a meeting to come", blocked.Processes[0], process)
		meet(t, s, deliberation.MeetingClosed, deliberation.Conference)
		e := got(s.Erase(ctx, rep(1), models.EraseUnneeded, today.AddDays(1), "operator", true))(t)
		equal(t, "rolls kept", parts(e.Kept)["rolls"], 1)
		for _, line := range got(s.Roll(ctx, meeting))(t) {
			if line.Person.ID == rep(1) && line.Person.Name != models.ErasedText {
				t.Fatalf("the roll names %q", line.Person.Name)
			}
		}
	})
}

func retention(t *testing.T, lines []models.RetentionLine, what string) models.RetentionLine {
	t.Helper()
	for _, l := range lines {
		if l.What == what {
			return l
		}
	}
	t.Fatalf("nothing is said of %s", what)
	return models.RetentionLine{}
}

func TestRetention(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 3)
		withResident(t, s)
		now := deliberation.DateOf(time.Now().In(deliberation.Shanghai))
		exec := func(sql string, args ...any) {
			t.Helper()
			_, err := b.raw(t).Exec(sql, args...)
			ok(t, err)
		}
		exec("UPDATE persons SET standing = 'moved', left_day = $1 WHERE id = 'resident'", now.AddYears(-5).AddDays(-1).String())
		exec("UPDATE persons SET standing = 'dead', left_day = $1 WHERE id = 'rep001'", now.AddYears(-5).String()) // a day too young
		exec("UPDATE persons SET standing = 'moved', left_day = '2001-01-01' WHERE id = 'rep002'")                 // still holds an office
		got(s.CreateLink(ctx, rare, now.AddDays(-181).Start()))(t)
		got(s.CreateLink(ctx, rare, now.AddDays(-180).Start().Add(time.Hour)))(t)
		exec("UPDATE audit SET recorded = $1 WHERE act = 'load_roster'", now.AddYears(-3).AddDays(-1).Start().UTC())
		ok(t, s.CreateProcess(ctx, sampleProcess("draft", secret)))
		exec("UPDATE processes SET created = $1 WHERE id = 'draft'", now.AddDays(-31).Start().UTC())

		before := got(s.Retire(ctx, now, "operator", false))(t)
		for what, n := range map[string]int64{"left": 2, "links": 1, "audit": 2, "drafts": 1, "sessions": 0} {
			equal(t, "due "+what, retention(t, before, what).Due, n)
		}
		equal(t, "name after a look", got(s.Person(ctx, resident))(t).Name, "𬱖小满")

		after := got(s.Retire(ctx, now, "operator", true))(t)
		equal(t, "erased", retention(t, after, "left").Done, 1)
		equal(t, "held", retention(t, after, "left").Held, 1)
		equal(t, "name", got(s.Person(ctx, resident))(t).Name, models.ErasedText)
		equal(t, "name of one who left a day later", got(s.Person(ctx, rep(1)))(t).Name, "代表1")
		again := got(s.Retire(ctx, now, "operator", true))(t)
		for _, what := range []string{"links", "audit", "drafts"} {
			equal(t, "done "+what, retention(t, after, what).Done, retention(t, before, what).Due)
			equal(t, "due again "+what, retention(t, again, what).Due, 0)
		}
		_, err := s.Retire(ctx, now.AddDays(1), "operator", true)
		refused(t, err, deliberation.RefuseTooEarly)
		got(s.Retire(ctx, now.AddYears(10), "operator", false))(t)
	})
}

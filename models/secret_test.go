package models_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yishi-project/yishi/ballotbox"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func secretPoll() deliberation.Poll {
	p := samplePoll()
	p.Secret = true
	return p
}

// openedSecretly is a conference of n who are all present, with the poll open.
func openedSecretly(t *testing.T, s *models.Store, n int, p deliberation.Poll) {
	t.Helper()
	seeded(t, s, n)
	gathered(t, s, deliberation.Conference, reps(n)...)
	got(s.OpenPoll(t.Context(), process, p))(t)
}

func TestSecretPollKeepsMarksApartFromChoices(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		openedSecretly(t, s, 5, secretPoll())
		first := got(s.CastBallot(ctx, ballot(rep(0), deliberation.Yes, "k0")))(t)
		got(s.CastBallot(ctx, ballot(rep(1), deliberation.No, "k1")))(t)
		got(s.CastBallot(ctx, ballot(rep(2), deliberation.Yes, "k2")))(t)

		again := got(s.CastBallot(ctx, ballot(rep(0), deliberation.Yes, "k0")))(t)
		equal(t, "receipt of the same key", again.Code, first.Code)
		// Were the second one told that it is another, whoever has the key could ask how the voter chose.
		other := got(s.CastBallot(ctx, ballot(rep(0), deliberation.No, "k0")))(t)
		equal(t, "receipt of the same key with another choice", other.Code, first.Code)
		_, err := s.CastBallot(ctx, ballot(rep(0), deliberation.No, "other"))
		refused(t, err, deliberation.RefuseTwice)
		_, err = s.OpenedBox(ctx, poll)
		refused(t, err, deliberation.RefusePollNotOpen)
		for person, want := range map[deliberation.PersonID]string{rep(0): "true true", rep(3): "true false", both: "false false"} {
			on, did, err := s.MyBallot(ctx, poll, person)
			ok(t, err)
			equal(t, "ballot of "+string(person), fmt.Sprint(on, did), want)
		}
		voted, voters, err := s.Turnout(ctx, poll)
		ok(t, err)
		equal(t, "turnout", fmt.Sprint(voted, voters), "3 5")

		closed := got(s.ClosePoll(ctx, poll, noon.Add(2*time.Minute)))(t)
		equal(t, "tally", fmt.Sprint(closed.Tally.Yes, closed.Tally.No, closed.Tally.Abstain, closed.Tally.Voters), "2 1 0 5")
		equal(t, "hash of the choices", closed.BallotsSHA256, shaOf("no\nyes\nyes\n"))
		second := got(s.ClosePoll(ctx, poll, noon.Add(time.Hour)))(t)
		equal(t, "second close", second.ReceiptsSHA256, closed.ReceiptsSHA256)
		_, err = s.CastBallot(ctx, ballot(rep(3), deliberation.Yes, "k3"))
		refused(t, err, deliberation.RefusePollClosed)

		box := got(s.OpenedBox(ctx, poll))(t)
		if len(box.Lines) != 3 || len(box.Receipts) != 3 || !slices.Contains(box.Receipts, first.Code) || !slices.IsSorted(box.Receipts) {
			t.Errorf("%+v", box)
		}
		for _, line := range got(s.BallotLines(ctx, poll))(t) {
			if line.Choice != "" || line.Voted != slices.Contains(reps(3), line.Person.ID) {
				t.Errorf("%+v", line)
			}
		}
		equal(t, "envelopes left", count(t, b, "envelopes"), 0)
	})
}

func TestTheKeyOfAClosedPollIsDestroyed(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *models.Store) {
		folder := t.TempDir()
		keys := got(ballotbox.OpenFolder(folder))(t)
		b.config.Keys = keys
		s := b.open(t)
		openedSecretly(t, s, 3, secretPoll())
		got(s.CastBallot(t.Context(), ballot(rep(0), deliberation.Yes, "k0")))(t)
		got(keys.Key(string(poll)))(t)
		got(s.ClosePoll(t.Context(), poll, noon.Add(time.Minute)))(t)
		if _, err := keys.Key(string(poll)); !errors.Is(err, ballotbox.ErrNoKey) {
			t.Errorf("the key after closing: %v", err)
		}
		if files := got(os.ReadDir(folder))(t); len(files) != 0 {
			t.Errorf("%d files are left in the folder of keys", len(files))
		}
	})
}

// stuckKeys is a folder of which one key cannot be destroyed for now.
type stuckKeys struct {
	models.PollKeys
	stuck string
}

func (k *stuckKeys) Destroy(poll string) error {
	if poll == k.stuck {
		return errors.New("the disk is full")
	}
	return k.PollKeys.Destroy(poll)
}

// A key that cannot be destroyed is tried again, and holds up no other poll.
func TestAKeyThatStaysHoldsUpNoOtherPoll(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *models.Store) {
		ctx := t.Context()
		keys := &stuckKeys{got(ballotbox.OpenFolder(t.TempDir()))(t), string(poll)}
		b.config.Keys = keys
		s := b.open(t)
		openedSecretly(t, s, 3, secretPoll())
		if _, err := s.ClosePoll(ctx, poll, noon.Add(time.Minute)); err == nil {
			t.Error("a close that leaves the key is done")
		}
		for i, hidden := range []bool{true, false} {
			next := secretPoll()
			next.ID, next.Secret = deliberation.PollID(fmt.Sprintf("next%d", i)), hidden
			got(s.OpenPoll(ctx, process, next))(t)
			got(s.ClosePoll(ctx, next.ID, noon.Add(time.Minute)))(t)
		}
		if _, err := keys.Key("next0"); !errors.Is(err, ballotbox.ErrNoKey) {
			t.Errorf("the key of the second: %v", err)
		}
		keys.stuck = ""
		got(s.ClosePoll(ctx, poll, noon.Add(time.Hour)))(t)
		if _, err := keys.Key(string(poll)); !errors.Is(err, ballotbox.ErrNoKey) {
			t.Errorf("the key of the first: %v", err)
		}
	})
}

func TestABoxWithoutItsKeyIsNotCounted(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *models.Store) {
		keys := got(ballotbox.OpenFolder(t.TempDir()))(t)
		b.config.Keys = keys
		s := b.open(t)
		openedSecretly(t, s, 3, secretPoll())
		got(s.CastBallot(t.Context(), ballot(rep(0), deliberation.Yes, "k0")))(t)
		ok(t, keys.Destroy(string(poll)))
		_, err := s.ClosePoll(t.Context(), poll, noon.Add(time.Minute))
		refused(t, err, deliberation.RefusePollKeyLost)
		p, _, err := s.Poll(t.Context(), poll)
		ok(t, err)
		equal(t, "state", p.State, deliberation.PollOpen)
		equal(t, "envelopes", count(t, b, "envelopes"), 1)
	})
}

func TestAnEnvelopeTooManyIsFound(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		openedSecretly(t, s, 3, secretPoll())
		got(s.CastBallot(t.Context(), ballot(rep(0), deliberation.Yes, "k0")))(t)
		var public []byte
		raw := b.raw(t)
		ok(t, raw.QueryRow("SELECT box_key FROM polls").Scan(&public))
		stuffed := got(ballotbox.Seal(public, string(poll), []ballotbox.Ballot{{Receipt: "AAAA", Line: "no"}}))(t)
		insert := "INSERT INTO envelopes (id, poll, sealed) VALUES ('stuffed', 'p1.p2', ?)"
		if b.config.Driver == models.Postgres {
			insert = "INSERT INTO envelopes (id, poll, sealed) VALUES ('stuffed', 'p1.p2', $1)"
		}
		got(raw.Exec(insert, stuffed))(t)
		if _, err := s.ClosePoll(t.Context(), poll, noon.Add(time.Minute)); err == nil {
			t.Error("a stuffed box was counted")
		}
	})
}

func TestJointCommitteesVoteByName(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		seeded(t, s, 3)
		gathered(t, s, deliberation.JointCommittees, both, "branch1", "comm1", "comm2")
		_, err := s.OpenPoll(t.Context(), process, secretPoll())
		refused(t, err, deliberation.RefuseInvalid)
	})
}

var seats = deliberation.BallotForm{
	{ID: "budget", Kind: deliberation.MotionQuestion},
	{ID: "group", Kind: deliberation.SeatsQuestion, Options: []deliberation.OptionID{"a", "b", "c"}, Seats: 2},
}

func answers(budget string, group ...string) []deliberation.Answer {
	return []deliberation.Answer{{Question: "budget", Choices: []string{budget}}, {Question: "group", Choices: group}}
}

func TestAFormIsCountedQuestionByQuestion(t *testing.T) {
	for _, hidden := range []bool{false, true} {
		t.Run(fmt.Sprintf("secret %t", hidden), func(t *testing.T) {
			each(t, func(t *testing.T, _ backend, s *models.Store) {
				p := samplePoll()
				p.Secret, p.Form = hidden, seats
				openedSecretly(t, s, 4, p)
				cast := func(person deliberation.PersonID, a []deliberation.Answer) error {
					v := ballot(person, "", "k"+string(person))
					v.Answers = a
					_, err := s.CastBallot(t.Context(), v)
					return err
				}
				refused(t, cast(rep(0), answers("yes", "a", "b", "c")), deliberation.RefuseInvalid)
				refused(t, cast(rep(0), answers("yes", "z")), deliberation.RefuseInvalid)
				ok(t, cast(rep(0), answers("yes", "a", "c")))
				ok(t, cast(rep(1), answers("no", "c")))
				ok(t, cast(rep(2), answers("abstain")))
				_, err := s.CastBallot(t.Context(), ballot(rep(3), deliberation.Yes, "k"))
				refused(t, err, deliberation.RefuseInvalid)
				got(s.ClosePoll(t.Context(), poll, noon.Add(2*time.Minute)))(t)
				closed, _, err := s.Poll(t.Context(), poll)
				ok(t, err)
				equal(t, "questions", fmt.Sprint(closed.Questions), "[{budget 3 [{yes 1} {no 1} {abstain 1}] 0 0} {group 3 [{a 1} {b 0} {c 2}] 1 0}]")
			})
		})
	}
}

// observer is somebody with the whole machine in hand after a poll was closed: the
// live database with what it knows of each row's place and age, and every byte of
// its files. It guesses who voted how.
type observer struct {
	t *testing.T
	b backend
}

// orders are the orders in which the observer finds marks and choices.
func (o observer) orders() (marks, choices []string) {
	marks = []string{"at", "receipt", "rowid"}
	choices = []string{"ord", "rowid"}
	if o.b.config.Driver == models.Postgres {
		marks = []string{"at", "receipt", "ctid", "xmin::text::bigint, ctid"}
		choices = []string{"ord", "ctid", "xmin::text::bigint, ctid", "ctid DESC"}
	}
	return marks, choices
}

func (o observer) column(raw *sql.DB, query string) (list []string) {
	o.t.Helper()
	rows := got(raw.Query(query))(o.t)
	defer rows.Close()
	for rows.Next() {
		var v string
		ok(o.t, rows.Scan(&v))
		list = append(list, v)
	}
	ok(o.t, rows.Err())
	return list
}

// byOrder guesses by putting marks and choices side by side, and gives the share
// of voters guessed right, the best of all pairs of orders.
func (o observer) byOrder(truth map[string]string) (best float64) {
	raw := o.b.raw(o.t)
	marks, choices := o.orders()
	for _, m := range marks {
		voters := o.column(raw, "SELECT person FROM ballots ORDER BY "+m)
		for _, c := range choices {
			lines := o.column(raw, "SELECT choice FROM secret_choices ORDER BY "+c)
			right := 0
			for i, v := range voters {
				if lines[i] == truth[v] {
					right++
				}
			}
			best = max(best, float64(right)/float64(len(voters)))
		}
	}
	return best
}

// superuser is who may read the files of PostgreSQL through it.
func (o observer) superuser() *sql.DB {
	o.t.Helper()
	u := got(url.Parse(o.b.config.DSN))(o.t)
	u.User = url.UserPassword(os.Getenv("PGUSER"), os.Getenv("PGPASSWORD"))
	return rawDB("pgx", u.String())(o.t)
}

// bytes are all that the database has on disk, dead rows and write-ahead log included.
func (o observer) bytes() []byte {
	o.t.Helper()
	var all []byte
	if o.b.config.Driver == models.SQLite {
		for _, f := range got(filepath.Glob(o.b.config.DSN + "*"))(o.t) {
			all = append(all, got(os.ReadFile(f))(o.t)...)
		}
		return all
	}
	raw := o.superuser()
	got(raw.Exec("CHECKPOINT"))(o.t)
	for _, query := range []string{
		"SELECT pg_read_binary_file(pg_relation_filepath(c.oid)) FROM pg_class c WHERE relname IN ('envelopes', 'ballots', 'secret_choices')",
		"SELECT pg_read_binary_file('pg_wal/' || name) FROM pg_ls_waldir() ORDER BY modification DESC LIMIT 3",
	} {
		for _, part := range o.column(raw, query) {
			all = append(all, part...)
		}
	}
	return all
}

// byContent looks for choices that stand beside the receipt of a voter, and gives
// how many voters that betrays.
func (o observer) byContent() (betrayed int) {
	all := o.bytes()
	for _, receipt := range o.column(o.b.raw(o.t), "SELECT receipt FROM ballots") {
		if bytes.Contains(all, []byte(receipt+`","Line":"`)) {
			betrayed++
		}
	}
	return betrayed
}

// votes lets all vote one after the other, by chance, and gives how.
func votes(t *testing.T, s *models.Store, voters int) (truth map[string]string) {
	t.Helper()
	openedSecretly(t, s, voters, secretPoll())
	truth = map[string]string{}
	for n, i := range rand.Perm(voters) {
		c := []deliberation.Choice{deliberation.Yes, deliberation.No}[rand.IntN(2)]
		truth[string(rep(i))] = string(c)
		v := ballot(rep(i), c, fmt.Sprintf("k%d", i))
		v.At = noon.Add(time.Duration(n) * time.Second)
		got(s.CastBallot(t.Context(), v))(t)
	}
	return truth
}

// The marks and choices of a closed poll cannot be joined by anything that the
// database still holds.
func TestLinkage(t *testing.T) {
	const voters = 200
	each(t, func(t *testing.T, b backend, s *models.Store) {
		o := observer{t, b}
		truth := votes(t, s, voters)
		got(s.ClosePoll(t.Context(), poll, noon.Add(time.Hour)))(t)
		if share := o.byOrder(truth); share > 0.65 { // half by guessing; eight pairs of orders
			t.Errorf("the choices of %.0f%% of the voters are guessed from the order of rows", share*100)
		}
		if n := o.byContent(); n > 0 {
			t.Errorf("%d choices stand in the files beside their receipts", n)
		}
	})
}

// Paper of a secret poll is in no order and under no name: neither the sheets handed
// out nor the bundles lead from a person to a choice.
func TestLinkageOfPaper(t *testing.T) {
	const voters = 60
	each(t, func(t *testing.T, b backend, s *models.Store) {
		o := observer{t, b}
		onPaper(t, s, voters, true)
		for i := range voters {
			choice := []deliberation.Choice{deliberation.Yes, deliberation.No}[rand.IntN(2)]
			if i%2 == 0 {
				ok(t, s.IssuePaper(t.Context(), paperFor(rep(i))))
				continue
			}
			got(s.CastBallot(t.Context(), ballot(rep(i), choice, fmt.Sprint(i))))(t)
		}
		stopped(t, s)
		recovered(t, s, hall, voters/2)
		readTwice(t, s, "1", "", read("", 10, 5, 0, 0))
		readTwice(t, s, "2", "", read("", 10, 5, 0, 0))
		got(s.ClosePoll(t.Context(), poll, noon.Add(time.Hour)))(t)
		raw := b.raw(t)
		equal(t, "choices beside a mark", count(t, b, "ballots WHERE choice <> ''"), 0)
		equal(t, "choices of the web alone", count(t, b, "secret_choices"), voters/2)
		for _, column := range []string{"bundle", "reader", "questions"} {
			for _, v := range o.column(raw, "SELECT "+column+" FROM paper_readings") {
				if strings.HasPrefix(v, "rep") {
					t.Errorf("a reading names a voter: %s", v)
				}
			}
		}
		for _, act := range o.column(raw, "SELECT person || subject FROM audit WHERE act IN ('read_bundle', 'count_box')") {
			equal(t, "what the audit says of a reading", act, string(poll))
		}
		if n := o.byContent(); n > 0 {
			t.Errorf("%d choices stand in the files beside their receipts", n)
		}
	})
}

// The same observer finds nearly all of them out when choices are not sealed: the
// test of linkage can fail.
func TestLinkageIsFoundWithoutSealing(t *testing.T) {
	const voters = 200
	each(t, func(t *testing.T, b backend, s *models.Store) {
		models.SwitchSealingOff(s)
		o := observer{t, b}
		truth := votes(t, s, voters)
		if n := o.byContent(); n < voters {
			t.Errorf("only %d of %d choices were found in the files", n, voters)
		}
		got(s.ClosePoll(t.Context(), poll, noon.Add(time.Hour)))(t)
		if share := o.byOrder(truth); share < 0.9 {
			t.Errorf("only %.0f%% of the voters were found out", share*100)
		}
	})
}

package models_test

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func TestFreezeRoll(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 3)
		_, err := s.FreezeRoll(ctx, rollSpec(deliberation.JointCommittees))
		refused(t, err, deliberation.RefuseNotFound) // no such meeting yet
		_, err = s.Attendance(ctx, meeting)
		refused(t, err, deliberation.RefuseNotFound)
		meet(t, s, deliberation.MeetingConvened, deliberation.JointCommittees)

		// both sits on both committees and comm1 too: four persons, three in each.
		want := deliberation.Roll{
			Attendance: deliberation.Attendance{
				Whole: deliberation.BodyCount{Body: deliberation.JointCommittees, Due: 4},
				Parts: []deliberation.BodyCount{{Body: deliberation.BranchCommittee, Due: 3}, {Body: deliberation.Committee, Due: 3}},
			},
			Count: 4, SHA256: shaOf("both\nbranch1\ncomm1\ncomm2\n"),
		}
		roll := got(s.FreezeRoll(ctx, rollSpec(deliberation.JointCommittees)))(t)
		if d := cmp.Diff(want, roll); d != "" {
			t.Fatal(d)
		}

		late := deliberation.Roster{Community: roster(0).Community,
			Persons: []deliberation.Person{{ID: "late", Community: place, Name: "后来"}},
			Offices: []deliberation.OfficeHeld{{Person: "late", Community: place, Office: deliberation.CommitteeMember, From: today.AddDays(-3)}}}
		ok(t, s.LoadRoster(ctx, late, "operator"))
		refused(t, s.CheckIn(ctx, meeting, both, both, 0, noon), deliberation.RefuseOutOfOrder)
		refused(t, s.CheckIn(ctx, "none", both, both, 0, noon), deliberation.RefuseNotFound)
		meet(t, s, deliberation.MeetingCheckIn, deliberation.JointCommittees)
		refused(t, s.CheckIn(ctx, meeting, "late", "late", 0, noon), deliberation.RefuseNotOnRoll)
		ok(t, s.CheckIn(ctx, meeting, both, "comm2", 0, noon))
		refused(t, s.CheckIn(ctx, meeting, both, both, 0, noon), deliberation.RefuseTwice)
		ok(t, s.CheckIn(ctx, meeting, "branch1", "branch1", 0, noon))
		if d := cmp.Diff(want, got(s.FreezeRoll(ctx, rollSpec(deliberation.JointCommittees)))(t)); d != "" {
			t.Fatal("the roll moved: " + d)
		}
		a := got(s.Attendance(ctx, meeting))(t)
		if d := cmp.Diff(deliberation.Attendance{
			Whole: deliberation.BodyCount{Body: deliberation.JointCommittees, Due: 4, Present: 2},
			Parts: []deliberation.BodyCount{{Body: deliberation.BranchCommittee, Due: 3, Present: 2}, {Body: deliberation.Committee, Due: 3, Present: 1}},
		}, a); d != "" {
			t.Fatal(d)
		}
		lines := got(s.Roll(ctx, meeting))(t)
		if len(lines) != 4 || lines[0].Person.Name != "欧阳丹" || len(lines[0].Parts) != 2 || !lines[0].CheckedIn.Equal(noon) ||
			lines[0].CheckedBy != "comm2" || !lines[3].CheckedIn.IsZero() {
			t.Fatalf("%+v", lines)
		}
		_, err = s.Roll(ctx, "none")
		refused(t, err, deliberation.RefuseNotFound)
	})
}

func shaOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func TestOpenPoll(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 3)
		_, err := s.ClosePoll(ctx, poll, noon)
		refused(t, err, deliberation.RefuseNotFound)
		roll := opened(t, s, deliberation.Conference, rep(0), rep(1), both)
		equal(t, "hash", roll.SHA256, shaOf("both\nrep000\nrep001\n"))
		equal(t, "due", roll.Attendance.Whole, deliberation.BodyCount{Body: deliberation.Conference, Due: 6, Present: 3})
		equal(t, "voters", roll.Count, 3)
		ok(t, s.CheckIn(ctx, meeting, rep(2), rep(2), 0, noon)) // too late for this poll
		if d := cmp.Diff(roll, got(s.OpenPoll(ctx, process, samplePoll()))(t)); d != "" {
			t.Fatal("the roll moved: " + d)
		}

		open, of, err := s.Poll(ctx, poll)
		if err != nil || of != process || open.State != deliberation.PollOpen || open.Voters != 3 || open.Tally != nil || !open.Closes.Equal(noon.Add(time.Hour)) {
			t.Fatalf("%+v %v %v", open, of, err)
		}
	})
}

func TestCastAndCount(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 3)
		opened(t, s, deliberation.Conference, rep(0), rep(1), both)
		ok(t, s.CheckIn(ctx, meeting, rep(2), rep(2), 0, noon)) // too late for this poll
		cast := func(b deliberation.Ballot, code deliberation.RefusalCode) {
			t.Helper()
			_, err := s.CastBallot(ctx, b)
			refused(t, err, code)
		}
		b := ballot(rep(0), deliberation.Yes, "k")
		elsewhere, early, late, odd, broken := b, b, b, b, b
		elsewhere.Poll, early.At, late.At, odd.Choice, broken.Key = "none", noon.Add(-time.Second), noon.Add(2*time.Hour), "maybe", "\x00"
		cast(elsewhere, deliberation.RefuseNotFound)
		cast(early, deliberation.RefusePollNotOpen)
		cast(late, deliberation.RefusePollClosed)
		cast(odd, deliberation.RefuseInvalid)
		cast(broken, deliberation.RefuseMalformed)
		cast(ballot(rep(2), deliberation.Yes, "k"), deliberation.RefuseNotCheckedIn)
		cast(ballot(rare, deliberation.Yes, "k"), deliberation.RefuseNotOnRoll)
		receipt := got(s.CastBallot(ctx, b))(t)
		if receipt.Code == "" || receipt.Poll != poll || !receipt.At.Equal(b.At) {
			t.Fatalf("%+v", receipt)
		}
		equal(t, "the same key", got(s.CastBallot(ctx, b))(t), receipt)
		cast(ballot(rep(0), deliberation.No, "k"), deliberation.RefuseKeyReused)
		cast(ballot(rep(0), deliberation.No, "other"), deliberation.RefuseTwice)
		got(s.CastBallot(ctx, ballot(both, deliberation.Abstain, "k")))(t)

		voted, voters, err := s.Turnout(ctx, poll)
		if voted != 2 || voters != 3 || err != nil {
			t.Fatal(voted, voters, err)
		}
		for _, l := range got(s.BallotLines(ctx, poll))(t) {
			if l.Choice != "" {
				t.Fatal("a choice is shown while the poll is open")
			}
		}
		n := got(s.ClosePoll(ctx, poll, noon.Add(30*time.Minute)))(t)
		want := deliberation.Count{
			Tally:         deliberation.Tally{Due: 6, Present: 3, Voters: 3, Yes: 1, Abstain: 1},
			BallotsSHA256: shaOf("both abstain\nrep000 yes\n"),
		}
		if d := cmp.Diff(want, n); d != "" {
			t.Fatal(d)
		}
		if d := cmp.Diff(want, got(s.ClosePoll(ctx, poll, noon.Add(time.Hour)))(t)); d != "" {
			t.Fatal("the second close counts otherwise: " + d)
		}
		cast(ballot(rep(1), deliberation.Yes, "k"), deliberation.RefusePollClosed)
		equal(t, "an acknowledgement asked for again", got(s.CastBallot(ctx, b))(t), receipt)
		lines := got(s.BallotLines(ctx, poll))(t)
		if len(lines) != 3 || lines[0].Choice != deliberation.Abstain || lines[1].Choice != deliberation.Yes || lines[2].Voted || lines[2].Choice != "" || lines[0].Person.Name != "欧阳丹" {
			t.Fatalf("%+v", lines)
		}
	})
}

func TestJointPollCountsParts(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 0)
		opened(t, s, deliberation.JointCommittees, both, "branch1", "comm2")
		got(s.CastBallot(ctx, ballot(both, deliberation.Yes, "k")))(t)
		got(s.CastBallot(ctx, ballot("branch1", deliberation.Yes, "k")))(t)
		got(s.CastBallot(ctx, ballot("comm2", deliberation.No, "k")))(t)
		if d := cmp.Diff(deliberation.Tally{Due: 4, Present: 3, Voters: 3, Yes: 2, No: 1, Parts: []deliberation.PartTally{
			{Body: deliberation.BranchCommittee, Due: 3, Yes: 2}, {Body: deliberation.Committee, Due: 3, Yes: 1},
		}}, got(s.ClosePoll(ctx, poll, noon))(t).Tally); d != "" {
			t.Fatal(d)
		}
	})
}

// What the process says of a poll never touches the box.
func TestApplyDoesNotTouchTheBox(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 2)
		gathered(t, s, deliberation.Conference, rep(0))
		say := func(key string, p deliberation.Poll) error {
			c := change(key)
			c.Polls = []deliberation.Poll{p}
			_, err := s.Apply(ctx, c)
			return err
		}
		ok(t, say("before", samplePoll()))
		_, err := s.CastBallot(ctx, ballot(rep(0), deliberation.Yes, "k"))
		refused(t, err, deliberation.RefusePollNotOpen)
		_, err = s.ClosePoll(ctx, poll, noon)
		refused(t, err, deliberation.RefusePollNotOpen)

		equal(t, "voters", got(s.OpenPoll(ctx, process, samplePoll()))(t).Count, 1)
		closed := samplePoll()
		closed.State = deliberation.PollClosed
		refused(t, say("closed by word", closed), deliberation.RefuseConflict)
		n := got(s.ClosePoll(ctx, poll, noon))(t)
		ok(t, say("late", samplePoll()))
		if p, _, err := s.Poll(ctx, poll); err != nil || p.State != deliberation.PollClosed || p.Tally == nil {
			t.Fatalf("reopened: %+v %v", p, err)
		}
		closed.Tally, closed.Passing = &n.Tally, &deliberation.Verdict{Met: true}
		ok(t, say("closed", closed))
		p := got(s.Proceeding(ctx, process))(t).Polls[0]
		if p.Passing == nil || p.State != deliberation.PollClosed || p.Tally.Due != n.Tally.Due {
			t.Fatalf("%+v", p)
		}
		equal(t, "roll", count(t, b, "poll_roll"), 1)
	})
}

// Whatever was acknowledged is in the count, while the box closes under 200 voters.
func TestCastWhileClosing(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		const voters = 200
		seeded(t, s, voters)
		opened(t, s, deliberation.Conference, reps(voters)...)
		second := b.open(t) // another server on the same database
		choices := []deliberation.Choice{deliberation.Yes, deliberation.No, deliberation.Abstain}
		var said [3]atomic.Int64
		var in, shut atomic.Int64
		half := make(chan struct{})
		var once sync.Once
		var wg sync.WaitGroup
		for i := range voters {
			wg.Go(func() {
				if i >= voters*3/4 {
					<-half // these race with the closing
				}
				store := s
				if i%2 == 1 {
					store = second
				}
				_, err := store.CastBallot(ctx, ballot(rep(i), choices[i%3], "k"))
				switch {
				case err == nil:
					said[i%3].Add(1)
					if in.Add(1) == voters/2 {
						once.Do(func() { close(half) })
					}
				case errors.Is(err, deliberation.Refuse(deliberation.RefusePollClosed)):
					shut.Add(1)
				default:
					t.Error(err)
				}
			})
		}
		<-half
		first := got(second.ClosePoll(ctx, poll, noon))(t)
		wg.Wait()
		again := got(s.ClosePoll(ctx, poll, noon.Add(time.Minute)))(t)
		if d := cmp.Diff(first, again); d != "" {
			t.Fatal(d)
		}
		tally := first.Tally
		t.Logf("%d in, %d after the close", in.Load(), shut.Load())
		equal(t, "yes", tally.Yes, int(said[0].Load()))
		equal(t, "no", tally.No, int(said[1].Load()))
		equal(t, "abstain", tally.Abstain, int(said[2].Load()))
		equal(t, "all", int(in.Load()+shut.Load()), voters)
		equal(t, "rows", count(t, b, "ballots"), tally.Cast())
	})
}

// One person, one vote, however many windows they press in at once.
func TestDoubleVote(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 4)
		opened(t, s, deliberation.Conference, reps(4)...)
		second := b.open(t)
		for v := range 4 {
			var in, twice atomic.Int64
			codes := make(chan string, 40)
			var wg sync.WaitGroup
			for i := range 40 {
				wg.Go(func() {
					store := s
					if i%2 == 1 {
						store = second
					}
					key := fmt.Sprint(i) // even voters press in many windows, odd ones resend one request
					if v%2 == 1 {
						key = "same"
					}
					r, err := store.CastBallot(ctx, ballot(rep(v), deliberation.Yes, key))
					switch {
					case err == nil:
						in.Add(1)
						codes <- r.Code
					case errors.Is(err, deliberation.Refuse(deliberation.RefuseTwice)):
						twice.Add(1)
					default:
						t.Error(err)
					}
				})
			}
			wg.Wait()
			close(codes)
			distinct := map[string]bool{}
			for c := range codes {
				distinct[c] = true
			}
			equal(t, "receipts", len(distinct), 1)
			if v%2 == 0 {
				equal(t, "in", in.Load(), 1)
				equal(t, "twice", twice.Load(), 39)
			} else {
				equal(t, "in", in.Load(), 40)
			}
		}
		equal(t, "yes", got(s.ClosePoll(ctx, poll, noon))(t).Tally.Yes, 4)
	})
}

func TestCastAfterClose(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		seeded(t, s, 1)
		opened(t, s, deliberation.Conference, rep(0))
		other := b.open(t)
		ok(t, other.Close())
		_, err := other.CastBallot(t.Context(), ballot(rep(0), deliberation.Yes, "k"))
		refused(t, err, deliberation.RefuseUnavailable)
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		if _, err := s.CastBallot(gone, ballot(rep(0), deliberation.Yes, "k")); err != nil && !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		// Whether or not the first request got in, the same key settles it.
		got(s.CastBallot(t.Context(), ballot(rep(0), deliberation.Yes, "k")))(t)
		equal(t, "yes", got(s.ClosePoll(t.Context(), poll, noon))(t).Tally.Yes, 1)
	})
}

// The constraints stand in the database itself, whoever writes to it.
func TestConstraints(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 2)
		opened(t, s, deliberation.Conference, rep(0), rep(1))
		got(s.CastBallot(ctx, ballot(rep(0), deliberation.Yes, "k")))(t)
		c := change("fact")
		c.Facts = []deliberation.Fact{deliberation.NewFact(deliberation.FactStage, deliberation.Proposal, "", deliberation.StageData{})}
		got(s.Apply(ctx, c))(t)
		db := b.raw(t)
		const now = "'2026-12-01 00:00:00+00:00'"
		for what, statement := range map[string]string{
			"vote twice":           "INSERT INTO ballots (poll, person, choice, receipt, idem_key, at) VALUES ('p1.p2', 'rep000', 'no', 'r', 'k', " + now + ")",
			"vote of a stranger":   "INSERT INTO ballots (poll, person, choice, receipt, idem_key, at) VALUES ('p1.p2', 'rare', 'no', 'r', 'k', " + now + ")",
			"choice left out":      "INSERT INTO ballots (poll, person, choice, receipt, idem_key, at) VALUES ('p1.p2', 'rep001', '', 'r', 'k', " + now + ")",
			"secret with a choice": "INSERT INTO ballots (poll, person, secret, choice, receipt, idem_key, at) VALUES ('p1.p2', 'rep001', TRUE, 'yes', 'r', 'k', " + now + ")",
			"closed without count": "UPDATE polls SET box = 'closed'",
			"box":                  "UPDATE polls SET box = 'ajar'",
			"roll twice":           "INSERT INTO meeting_roll (meeting, person, parts) VALUES ('p1.m1', 'rep000', 'null')",
			"in by nobody":         "UPDATE meeting_roll SET checked_by = NULL WHERE person = 'rep000'",
			"key twice":            "INSERT INTO changes VALUES ('p1/fact', 99, 'p1')",
			"entry twice":          "INSERT INTO entries SELECT idx + 1, entry_key, change_key, process, leaf FROM entries",
			"short hash":           "UPDATE register_hashes SET hash = leaf FROM entries",
			"office unknown":       "INSERT INTO offices (person, community, office, from_day, until_day) VALUES ('rare', 'c1', 'emperor', '2026-01-01', '')",
			"office of nobody":     "INSERT INTO offices (person, community, office, from_day, until_day) VALUES ('nobody', 'c1', 'clerk', '2026-01-01', '')",
			"term backwards":       "INSERT INTO offices (person, community, office, from_day, until_day) VALUES ('rare', 'c1', 'clerk', '2026-01-02', '2026-01-01')",
			"state":                "UPDATE processes SET state = 'lost'",
			"status without state": "UPDATE processes SET state = ''",
			"person in use":        "DELETE FROM persons WHERE id = 'rep000'",
			"process of nobody":    "UPDATE processes SET started_by = 'nobody'",
			"kind":                 "UPDATE places SET kind = 'hamlet'",
			"half an answer":       "INSERT INTO opinions (id, process, person, idem_key, paper, body, given, disposition) VALUES ('o', 'p1', 'rare', 'k', '', '', " + now + ", 'adopted')",
			"link of nobody":       "INSERT INTO links (hash, person, expires, issued, issuer) VALUES ('" + shaOf("x") + "', 'nobody', " + now + ", " + now + ", '')",
		} {
			if _, err := db.Exec(statement); err == nil {
				t.Errorf("%s: the database took it", what)
			}
		}
		if _, err := db.Exec("INSERT INTO ballots (poll, person, choice, receipt, idem_key, at) VALUES ('p1.p2', 'rep001', 'no', 'r', 'k', " + now + ")"); err != nil {
			t.Fatalf("a lawful row was refused, so the above proves little: %v", err)
		}
	})
}

// Durable before acknowledged: the store's own connections wait for the disk,
// even where the database would have them not.
func TestCommitsWaitForTheDisk(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		if b.config.Driver == models.SQLite {
			equal(t, "synchronous (2 is FULL)", models.Setting(t, s, "PRAGMA synchronous"), "2")
			equal(t, "journal", models.Setting(t, s, "PRAGMA journal_mode"), "wal")
			return
		}
		db := b.raw(t)
		var name string
		ok(t, db.QueryRow("SELECT current_database()").Scan(&name))
		_, err := db.Exec("ALTER DATABASE " + name + " SET synchronous_commit = off")
		ok(t, err)
		equal(t, "synchronous_commit", models.Setting(t, b.open(t), "SHOW synchronous_commit"), "on")
	})
}

// A ballot that the database refuses does not take its batch with it.
func TestOneBadBallotFailsAlone(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		seeded(t, s, 3)
		opened(t, s, deliberation.Conference, reps(3)...)
		errs := models.CastTogether(t.Context(), s,
			ballot(rep(0), deliberation.Yes, "k"), ballot(rep(1), "", "k"), ballot(rep(2), deliberation.No, "k"))
		if errs[0] != nil || errs[1] == nil || errs[2] != nil {
			t.Fatal(errs)
		}
		tally := got(s.ClosePoll(t.Context(), poll, noon))(t).Tally
		if tally.Yes != 1 || tally.No != 1 || tally.Cast() != 2 {
			t.Fatalf("%+v", tally)
		}
	})
}

// Ballots to several polls share a batch, and each gets its own answer.
func TestOneBatchOfManyPolls(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		seeded(t, s, 5)
		opened(t, s, deliberation.Conference, reps(3)...)
		second, third := samplePoll(), samplePoll()
		second.ID, third.ID = "p1.p3", "p1.p4"
		got(s.OpenPoll(t.Context(), process, second))(t)
		got(s.OpenPoll(t.Context(), process, third))(t)
		got(s.ClosePoll(t.Context(), third.ID, noon))(t)
		to := func(id deliberation.PollID, i int, key string) deliberation.Ballot {
			b := ballot(rep(i), deliberation.Yes, key)
			b.Poll = id
			return b
		}
		errs := models.CastTogether(t.Context(), s,
			to(second.ID, 2, "k"), to(poll, 0, "k"), to(second.ID, 0, "k"), to(poll, 0, "again"), to(poll, 0, "k"),
			to(third.ID, 1, "k"), to("none", 1, "k"), to(second.ID, 3, "k"), to(poll, 77, "k"), to(poll, 2, "k"))
		for i, want := range []deliberation.RefusalCode{
			"", "", "", deliberation.RefuseTwice, "",
			deliberation.RefusePollClosed, deliberation.RefuseNotFound, deliberation.RefuseNotCheckedIn, deliberation.RefuseNotOnRoll, "",
		} {
			if want == "" {
				ok(t, errs[i])
				continue
			}
			refused(t, errs[i], want)
		}
		for id, want := range map[deliberation.PollID]int{poll: 2, second.ID: 2, third.ID: 0} {
			equal(t, string(id), got(s.ClosePoll(t.Context(), id, noon))(t).Tally.Yes, want)
		}
	})
}

func TestBallotsShareTransactions(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		const voters = 150
		seeded(t, s, voters)
		opened(t, s, deliberation.Conference, reps(voters)...)
		var wg sync.WaitGroup
		var mu sync.Mutex
		var codes []string
		for i := range voters + 1 { // the last is nobody's: it fails alone
			wg.Go(func() {
				r, err := s.CastBallot(t.Context(), ballot(rep(i), deliberation.Yes, ""))
				if i == voters {
					if !errors.Is(err, deliberation.Refuse(deliberation.RefuseNotOnRoll)) {
						t.Error(err)
					}
					return
				}
				if err != nil {
					t.Error(err)
				}
				mu.Lock()
				defer mu.Unlock()
				codes = append(codes, r.Code)
			})
		}
		wg.Wait()
		slices.Sort(codes)
		equal(t, "distinct receipts", len(slices.Compact(codes)), voters)
		equal(t, "yes", got(s.ClosePoll(t.Context(), poll, noon))(t).Tally.Yes, voters)
	})
}

// Another server's ballot of the same voter comes first, while two of theirs are in one
// batch: the one with its key is the same ballot, the other is a second one.
func TestABatchYieldsToAnotherServer(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		if b.config.Driver != models.Postgres {
			t.Skip("SQLite has one writer: no ballot comes between")
		}
		seeded(t, s, 2)
		opened(t, s, deliberation.Conference, reps(2)...)
		theirs := got(b.raw(t).BeginTx(t.Context(), nil))(t)
		defer func() { _ = theirs.Rollback() }()
		_, err := theirs.Exec("INSERT INTO ballots (poll, person, choice, receipt, idem_key, at) VALUES ($1, $2, 'yes', 'theirs', 'second', now())", poll, rep(0))
		ok(t, err)
		answers := make(chan []error)
		go func() {
			answers <- models.CastTogether(t.Context(), s, ballot(rep(0), deliberation.No, "first"),
				ballot(rep(0), deliberation.Yes, "second"), ballot(rep(0), deliberation.No, "second"), ballot(rep(1), deliberation.No, "k"))
		}()
		untilWaiting(t, b, "transactionid")
		ok(t, theirs.Commit())
		errs := <-answers
		refused(t, errs[0], deliberation.RefuseTwice)
		ok(t, errs[1])
		refused(t, errs[2], deliberation.RefuseKeyReused)
		ok(t, errs[3])
		tally := got(s.ClosePoll(t.Context(), poll, noon))(t).Tally
		equal(t, "yes", tally.Yes, 1)
		equal(t, "no", tally.No, 1)
	})
}

// untilWaiting waits until a transaction waits for such an event.
func untilWaiting(t *testing.T, b backend, event string) {
	t.Helper()
	db := b.raw(t)
	for n := 0; n == 0; {
		ok(t, db.QueryRowContext(t.Context(), "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event = $1", event).Scan(&n))
	}
}

// Paper that was in the way of a ballot and is handed back at the same moment takes no
// acknowledged ballot with it.
func TestABallotIsInThoughWhatWasInItsWayIsGone(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		if b.config.Driver != models.Postgres {
			t.Skip("SQLite has one writer: nothing comes between")
		}
		seeded(t, s, 1)
		opened(t, s, deliberation.Conference, reps(1)...)
		db := b.raw(t)
		begin := func(first string, args ...any) *sql.Tx {
			tx := got(db.BeginTx(t.Context(), nil))(t)
			t.Cleanup(func() { _ = tx.Rollback() })
			_, err := tx.Exec(first, args...)
			ok(t, err)
			return tx
		}
		// Whoever has put a ballot of the web in stops there while another holds the lock.
		_, err := db.Exec(`CREATE FUNCTION pause() RETURNS trigger LANGUAGE plpgsql AS
			$$ BEGIN
				IF current_setting('yishi.sheet', true) IS DISTINCT FROM 'yes' THEN PERFORM pg_advisory_xact_lock(42); END IF;
				RETURN NULL;
			END $$;
			CREATE TRIGGER pause AFTER INSERT ON ballots FOR EACH STATEMENT EXECUTE FUNCTION pause()`)
		ok(t, err)
		pause := begin("SELECT pg_advisory_xact_lock(42)")
		sheet := begin("SET LOCAL yishi.sheet = 'yes'")
		_, err = sheet.Exec("INSERT INTO ballots (poll, person, channel, choice, receipt, idem_key, at) VALUES ($1, $2, 'table', '', 'sheet', 'sheet', now())", poll, rep(0))
		ok(t, err)
		answers := make(chan []error)
		go func() {
			answers <- models.CastTogether(t.Context(), s, ballot(rep(0), deliberation.Yes, "k"))
		}()
		untilWaiting(t, b, "transactionid")
		ok(t, sheet.Commit())
		untilWaiting(t, b, "advisory")
		_, err = db.Exec("DELETE FROM ballots WHERE receipt = 'sheet'")
		ok(t, err)
		ok(t, pause.Rollback())
		ok(t, (<-answers)[0])
		equal(t, "yes", got(s.ClosePoll(t.Context(), poll, noon))(t).Tally.Yes, 1)
	})
}

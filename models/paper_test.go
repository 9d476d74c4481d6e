package models_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/ballotbox"
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

const (
	hall   = "会场"
	mobile = "流动票箱1"
	clerk  = deliberation.PersonID("comm1")
	other  = deliberation.PersonID("comm2")
)

func paperPoll(secret bool) deliberation.Poll {
	p := samplePoll()
	p.OnPaper, p.Secret = true, secret
	return p
}

// onPaper is a conference of n who are all present, with a poll that hands out paper.
func onPaper(t *testing.T, s *models.Store, n int, secret bool) {
	t.Helper()
	openedSecretly(t, s, n, paperPoll(secret))
}

func paperFor(person deliberation.PersonID) deliberation.PaperIssue {
	return deliberation.PaperIssue{Poll: poll, Person: person, Channel: deliberation.TableChannel, Station: hall, By: clerk, At: noon.Add(time.Minute)}
}

func mobileFor(person deliberation.PersonID) deliberation.PaperIssue {
	p := paperFor(person)
	p.Channel, p.Station = deliberation.MobileChannel, mobile
	return p
}

func read(by deliberation.PersonID, yes, no, abstain, spoiled int) deliberation.SheetCount {
	return deliberation.SheetCount{By: by, Sheets: yes + no + abstain + spoiled, Yes: yes, No: no, Abstain: abstain, Spoiled: spoiled}
}

// readTwice has two persons read the same from a bundle.
func readTwice(t *testing.T, s *models.Store, bundle string, person deliberation.PersonID, c deliberation.SheetCount) {
	t.Helper()
	for i, by := range []deliberation.PersonID{clerk, other} {
		c.By = by
		equal(t, "agree", got(s.ReadBundle(t.Context(), poll, bundle, person, c, noon))(t), i == 1)
	}
}

func stopped(t *testing.T, s *models.Store) deliberation.PaperCount {
	t.Helper()
	return got(s.StopCasting(t.Context(), poll, noon.Add(2*time.Minute)))(t)
}

func recovered(t *testing.T, s *models.Store, station string, sheets int) {
	t.Helper()
	ok(t, s.RecordBox(t.Context(), poll, station, sheets, clerk, noon))
}

func faults(err error) string {
	var r *deliberation.Refusal
	if !errors.As(err, &r) || r.Code != deliberation.RefuseUnreconciled {
		return fmt.Sprint(err)
	}
	list := make([]string, len(r.Fields))
	for i, f := range r.Fields {
		list[i] = fmt.Sprint(f.Field, " ", f.Problem, " ", f.Limit)
	}
	return strings.Join(list, "; ")
}

func TestIssuePaperRefuses(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 5)
		gathered(t, s, deliberation.Conference, reps(4)...)
		plain := samplePoll()
		plain.ID = "plain"
		got(s.OpenPoll(ctx, process, plain))(t)
		got(s.OpenPoll(ctx, process, paperPoll(false)))(t)
		got(s.CastBallot(ctx, ballot(rep(0), deliberation.Yes, "k")))(t)
		ok(t, s.IssuePaper(ctx, paperFor(rep(1))))
		for what, c := range map[string]struct {
			change func(*deliberation.PaperIssue)
			code   deliberation.RefusalCode
		}{
			"voted on the web":         {func(p *deliberation.PaperIssue) { p.Person = rep(0) }, deliberation.RefuseOtherChannel},
			"has one already":          {func(p *deliberation.PaperIssue) { p.Person = rep(1) }, deliberation.RefuseOtherChannel},
			"another box":              {func(p *deliberation.PaperIssue) { p.Person, p.Station = rep(1), "二组" }, deliberation.RefuseOtherChannel},
			"not signed in":            {func(p *deliberation.PaperIssue) { p.Person = rep(4) }, deliberation.RefuseNotCheckedIn},
			"a stranger":               {func(p *deliberation.PaperIssue) { p.Person = rare }, deliberation.RefuseNotOnRoll},
			"nobody":                   {func(p *deliberation.PaperIssue) { p.Person = "none" }, deliberation.RefuseNotOnRoll},
			"no such poll":             {func(p *deliberation.PaperIssue) { p.Poll = "none" }, deliberation.RefuseNotFound},
			"a poll without paper":     {func(p *deliberation.PaperIssue) { p.Poll = "plain" }, deliberation.RefuseInvalid},
			"the web":                  {func(p *deliberation.PaperIssue) { p.Channel = deliberation.WebChannel }, deliberation.RefuseInvalid},
			"no box":                   {func(p *deliberation.PaperIssue) { p.Station = " " }, deliberation.RefuseInvalid},
			"a long name":              {func(p *deliberation.PaperIssue) { p.Station = strings.Repeat("箱", 41) }, deliberation.RefuseInvalid},
			"a name no database takes": {func(p *deliberation.PaperIssue) { p.Station = "a\x00" }, deliberation.RefuseMalformed},
			"a box of another channel": {func(p *deliberation.PaperIssue) { p.Channel = deliberation.MobileChannel }, deliberation.RefuseInvalid},
			"before it opened":         {func(p *deliberation.PaperIssue) { p.At = noon.Add(-time.Second) }, deliberation.RefusePollNotOpen},
			"after its time":           {func(p *deliberation.PaperIssue) { p.At = noon.Add(2 * time.Hour) }, deliberation.RefusePollClosed},
			"an agent without mandate": {func(p *deliberation.PaperIssue) { p.Agent = rep(3) }, deliberation.RefuseNoMandate},
			"handed out by nobody":     {func(p *deliberation.PaperIssue) { p.By = "none" }, deliberation.RefuseNotFound},
		} {
			p := paperFor(rep(2))
			c.change(&p)
			if err := s.IssuePaper(ctx, p); !errors.Is(err, deliberation.Refuse(c.code)) {
				t.Errorf("%s: %v, want %s", what, err, c.code)
			}
		}
		_, err := s.CastBallot(ctx, ballot(rep(1), deliberation.Yes, "k1"))
		refused(t, err, deliberation.RefuseOtherChannel)
		equal(t, "out", len(got(s.PaperList(ctx, poll))(t)), 1)
	})
}

func TestPaperIsExchangedAndHandedBack(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		onPaper(t, s, 4, false)
		refused(t, s.ExchangePaper(ctx, poll, rep(0), clerk, noon), deliberation.RefuseNotFound)
		refused(t, s.HandBackPaper(ctx, poll, rep(0), clerk, noon), deliberation.RefuseNotFound)
		refused(t, s.HandBackPaper(ctx, "none", rep(0), clerk, noon), deliberation.RefuseNotFound)
		ok(t, s.IssuePaper(ctx, paperFor(rep(0))))
		ok(t, s.IssuePaper(ctx, mobileFor(rep(1))))
		ok(t, s.ExchangePaper(ctx, poll, rep(0), clerk, noon))
		refused(t, s.ExchangePaper(ctx, poll, rep(0), clerk, noon.Add(2*time.Hour)), deliberation.RefusePollClosed)
		ok(t, s.HandBackPaper(ctx, poll, rep(1), clerk, noon))
		refused(t, s.HandBackPaper(ctx, poll, rep(1), clerk, noon), deliberation.RefuseNotFound)
		got(s.CastBallot(ctx, ballot(rep(1), deliberation.No, "k1")))(t)
		ok(t, s.IssuePaper(ctx, mobileFor(rep(2))))
		ok(t, s.HandBackPaper(ctx, poll, rep(2), clerk, noon))
		ok(t, s.IssuePaper(ctx, paperFor(rep(2)))) // another, at the table

		want := []deliberation.StationCount{
			{Station: hall, Channel: deliberation.TableChannel, Issued: 3, Exchanged: 1},
			{Station: mobile, Channel: deliberation.MobileChannel, Issued: 2, HandedBack: 2},
		}
		if d := cmp.Diff(want, got(s.PaperCount(ctx, poll))(t).Stations); d != "" {
			t.Error(d)
		}
		list := got(s.PaperList(ctx, poll))(t)
		equal(t, "handed out", len(list), 4)
		voted, voters, err := s.Turnout(ctx, poll)
		ok(t, err)
		equal(t, "turnout", fmt.Sprint(voted, voters), "3 4")
		equal(t, "entries", count(t, b, "audit WHERE act IN ('issue_paper', 'exchange_paper', 'hand_back_paper')"), 7)
	})
}

// 选票核对: a count of paper is certified only when it adds up.
func TestPaperMustAddUp(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		onPaper(t, s, 8, true)
		for i := range 4 {
			ok(t, s.IssuePaper(ctx, paperFor(rep(i))))
		}
		ok(t, s.IssuePaper(ctx, mobileFor(rep(4))))
		got(s.CastBallot(ctx, ballot(rep(5), deliberation.No, "k5")))(t)
		count := func() error { _, err := s.ClosePoll(ctx, poll, noon.Add(time.Hour)); return err }
		equal(t, "still open", faults(count()), "paper casting 0")
		refused(t, s.RecordBox(ctx, poll, hall, 1, clerk, noon), deliberation.RefuseOutOfOrder)
		_, err := s.ReadBundle(ctx, poll, "1", "", read(clerk, 1, 0, 0, 0), noon)
		refused(t, err, deliberation.RefuseOutOfOrder)

		if d := cmp.Diff(stopped(t, s), stopped(t, s)); d != "" {
			t.Fatal("a second stop differs: " + d)
		}
		_, err = s.CastBallot(ctx, ballot(rep(6), deliberation.Yes, "k6"))
		refused(t, err, deliberation.RefusePollClosed)
		refused(t, s.IssuePaper(ctx, paperFor(rep(6))), deliberation.RefusePollClosed)
		refused(t, s.ExchangePaper(ctx, poll, rep(0), clerk, noon), deliberation.RefusePollClosed)
		refused(t, s.HandBackPaper(ctx, poll, rep(0), clerk, noon), deliberation.RefusePollClosed)
		p, _, err := s.Poll(ctx, poll)
		ok(t, err)
		equal(t, "state", p.State, deliberation.PollCounting)

		equal(t, "nothing opened", faults(count()), hall+" not_opened 4; "+mobile+" not_opened 1")
		refused(t, s.RecordBox(ctx, poll, "三组", 1, clerk, noon), deliberation.RefuseNotFound)
		refused(t, s.RecordBox(ctx, poll, hall, -1, clerk, noon), deliberation.RefuseInvalid)
		refused(t, s.RecordBox(ctx, poll, "", 1, clerk, noon), deliberation.RefuseInvalid)
		recovered(t, s, hall, 5)
		recovered(t, s, mobile, 1)
		equal(t, "more than issued", faults(count()), hall+" more_than_issued 4; paper not_read 6")
		recovered(t, s, hall, 3)
		equal(t, "not read", faults(count()), "paper not_read 4")

		_, err = s.ReadBundle(ctx, poll, "1", rep(0), read(clerk, 1, 0, 0, 0), noon)
		refused(t, err, deliberation.RefuseInvalid) // a sheet of a secret poll is nobody's
		_, err = s.ReadBundle(ctx, poll, " ", "", read(clerk, 1, 0, 0, 0), noon)
		refused(t, err, deliberation.RefuseInvalid)
		short := read(clerk, 2, 1, 0, 0)
		short.Sheets = 4
		_, err = s.ReadBundle(ctx, poll, "1", "", short, noon)
		refused(t, err, deliberation.RefuseInvalid)

		equal(t, "agree", got(s.ReadBundle(ctx, poll, "1", "", read(clerk, 2, 1, 0, 1), noon))(t), false)
		equal(t, "read once", faults(count()), "1 read_once 2")
		equal(t, "agree", got(s.ReadBundle(ctx, poll, "1", "", read(clerk, 2, 1, 0, 1), noon))(t), false) // nobody is two persons
		equal(t, "agree", got(s.ReadBundle(ctx, poll, "1", "", read(other, 1, 2, 0, 1), noon))(t), false)
		equal(t, "differ", faults(count()), "1 readings_differ 0")
		equal(t, "agree", got(s.ReadBundle(ctx, poll, "1", "", read(other, 2, 1, 0, 1), noon))(t), true)
		readTwice(t, s, "2", "", read("", 1, 0, 0, 0))
		equal(t, "too many", faults(count()), "paper sheets_differ 4")
		for _, by := range []deliberation.PersonID{clerk, other} { // taken back
			equal(t, "agree", got(s.ReadBundle(ctx, poll, "2", "", deliberation.SheetCount{By: by}, noon))(t), false)
		}

		sheets := got(s.PaperCount(ctx, poll))(t)
		closed := got(s.ClosePoll(ctx, poll, noon.Add(time.Hour)))(t)
		equal(t, "tally", fmt.Sprint(closed.Tally.Yes, closed.Tally.No, closed.Tally.Abstain, closed.Tally.Spoiled), "2 2 0 1")
		want := &deliberation.Reconciliation{Issued: 5, Recovered: 4, Unreturned: 1, Valid: 3, Spoiled: 1}
		if d := cmp.Diff(want, closed.Paper); d != "" {
			t.Error(d)
		}
		equal(t, "hash", closed.PaperSHA256, got(sheets.SHA256())(t))
		equal(t, "hash after", closed.PaperSHA256, got(got(s.PaperCount(ctx, poll))(t).SHA256())(t))
		if d := cmp.Diff(closed, got(s.ClosePoll(ctx, poll, noon.Add(2*time.Hour)))(t)); d != "" {
			t.Error("a second close differs: " + d)
		}
		refused(t, s.RecordBox(ctx, poll, hall, 3, clerk, noon), deliberation.RefusePollClosed)
		refused(t, s.VoidPoll(ctx, poll, noon), deliberation.RefusePollClosed)
		box := got(s.OpenedBox(ctx, poll))(t)
		equal(t, "receipts", len(box.Receipts), 1)
		p, _, err = s.Poll(ctx, poll)
		ok(t, err)
		equal(t, "unreturned", p.Paper.Unreturned, 1)
	})
}

// In a recorded poll the sheet is published under its person's name as a ballot is.
func TestRecordedPaperIsReadSheetBySheet(t *testing.T) {
	for _, form := range []deliberation.BallotForm{nil, seats} {
		t.Run(fmt.Sprintf("%d questions", len(form)), func(t *testing.T) {
			each(t, func(t *testing.T, _ backend, s *models.Store) {
				ctx := t.Context()
				p := paperPoll(false)
				p.Form = form
				openedSecretly(t, s, 5, p)
				for i := range 4 {
					ok(t, s.IssuePaper(ctx, paperFor(rep(i))))
				}
				web := ballot(rep(4), deliberation.No, "k4")
				yes, spoiled := read("", 1, 0, 0, 0), read("", 0, 0, 0, 1)
				if form != nil {
					web.Choice, web.Answers = "", answers("no", "a")
					yes = deliberation.SheetCount{Sheets: 1, Questions: []deliberation.QuestionCount{
						{Question: "group", Ballots: 1, Votes: []deliberation.OptionCount{{Option: "c", Votes: 1}, {Option: "a", Votes: 1}}},
						{Question: "budget", Ballots: 1, Votes: []deliberation.OptionCount{{Option: "yes", Votes: 1}}},
					}}
					spoiled = deliberation.SheetCount{Sheets: 1, Questions: []deliberation.QuestionCount{
						{Question: "budget", Ballots: 1, Blank: 1}, {Question: "group", Ballots: 1, Spoiled: 1},
					}}
				}
				got(s.CastBallot(ctx, web))(t)
				stopped(t, s)
				recovered(t, s, hall, 2)
				_, err := s.ReadBundle(ctx, poll, "1", "", yes, noon)
				refused(t, err, deliberation.RefuseInvalid) // whose sheet?
				_, err = s.ReadBundle(ctx, poll, "1", rep(4), yes, noon)
				refused(t, err, deliberation.RefuseInvalid) // voted on the web
				two := read(clerk, 2, 0, 0, 0)
				_, err = s.ReadBundle(ctx, poll, "1", rep(0), two, noon)
				refused(t, err, deliberation.RefuseInvalid)
				readTwice(t, s, "", rep(0), yes)
				readTwice(t, s, "", rep(1), spoiled)
				closed := got(s.ClosePoll(ctx, poll, noon.Add(time.Hour)))(t)
				lines := got(s.BallotLines(ctx, poll))(t)
				equal(t, "one who kept the sheet", lines[2].Voted, false)
				if form != nil {
					equal(t, "questions", fmt.Sprint(closed.Questions), "[{budget 3 [{yes 1} {no 1} {abstain 0}] 1 0} {group 3 [{a 2} {b 0} {c 1}] 0 1}]")
					equal(t, "published", fmt.Sprint(lines[0].Answers), "[{budget [yes]} {group [a c]}]")
					equal(t, "hash", closed.BallotsSHA256, shaOf("rep000 budget=yes;group=a,c\nrep001 budget=;group=spoiled\nrep004 budget=no;group=a\n"))
					return
				}
				equal(t, "tally", fmt.Sprint(closed.Tally.Yes, closed.Tally.No, closed.Tally.Abstain, closed.Tally.Spoiled), "1 1 0 1")
				equal(t, "published", fmt.Sprint(lines[0].Choice, " ", lines[1].Choice), "yes spoiled")
				equal(t, "hash", closed.BallotsSHA256, shaOf("rep000 yes\nrep001 spoiled\nrep004 no\n"))
			})
		})
	}
}

func TestSecretFormsOnPaper(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		p := paperPoll(true)
		p.Form = seats
		openedSecretly(t, s, 5, p)
		for i := range 3 {
			ok(t, s.IssuePaper(ctx, paperFor(rep(i))))
		}
		v := ballot(rep(4), "", "k4")
		v.Answers = answers("no", "a")
		got(s.CastBallot(ctx, v))(t)
		stopped(t, s)
		recovered(t, s, hall, 3)
		readTwice(t, s, "1", "", deliberation.SheetCount{Sheets: 3, Spoiled: 1, Questions: []deliberation.QuestionCount{
			{Question: "budget", Ballots: 3, Votes: []deliberation.OptionCount{{Option: "yes", Votes: 2}}, Spoiled: 1},
			{Question: "group", Ballots: 3, Votes: []deliberation.OptionCount{{Option: "a", Votes: 1}, {Option: "c", Votes: 1}}, Blank: 1, Spoiled: 1},
		}})
		closed := got(s.ClosePoll(ctx, poll, noon.Add(time.Hour)))(t)
		equal(t, "questions", fmt.Sprint(closed.Questions), "[{budget 4 [{yes 2} {no 1} {abstain 0}] 0 1} {group 4 [{a 2} {b 0} {c 1}] 1 1}]")
		equal(t, "valid and spoiled", fmt.Sprint(closed.Paper.Valid, closed.Paper.Spoiled), "2 1")
	})
}

func TestVoidPoll(t *testing.T) {
	each(t, func(t *testing.T, b backend, _ *models.Store) {
		ctx := t.Context()
		keys := got(ballotbox.OpenFolder(t.TempDir()))(t)
		b.config.Keys = keys
		s := b.open(t)
		onPaper(t, s, 4, true)
		refused(t, s.VoidPoll(ctx, "none", noon), deliberation.RefuseNotFound)
		ok(t, s.IssuePaper(ctx, paperFor(rep(0))))
		got(s.CastBallot(ctx, ballot(rep(1), deliberation.Yes, "k1")))(t)
		stopped(t, s)
		equal(t, "envelopes", count(t, b, "envelopes"), 1)
		ok(t, s.VoidPoll(ctx, poll, noon))
		ok(t, s.VoidPoll(ctx, poll, noon.Add(time.Hour)))
		equal(t, "envelopes", count(t, b, "envelopes"), 0)
		if _, err := keys.Key(string(poll)); !errors.Is(err, ballotbox.ErrNoKey) {
			t.Errorf("the key of a voided poll: %v", err)
		}
		p, _, err := s.Poll(ctx, poll)
		ok(t, err)
		equal(t, "state", p.State, deliberation.PollVoided)
		voted, _, err := s.Turnout(ctx, poll)
		ok(t, err)
		equal(t, "marks", voted, 2)
		equal(t, "open secret polls", got(s.OpenSecretPolls(ctx))(t), 0)
		_, err = s.CastBallot(ctx, ballot(rep(2), deliberation.Yes, "k2"))
		refused(t, err, deliberation.RefusePollClosed)
		_, err = s.ClosePoll(ctx, poll, noon)
		refused(t, err, deliberation.RefusePollClosed)
		_, err = s.StopCasting(ctx, poll, noon)
		refused(t, err, deliberation.RefusePollClosed)
		_, err = s.OpenedBox(ctx, poll)
		refused(t, err, deliberation.RefusePollNotOpen)

		again := paperPoll(true)
		again.ID = "p1.p3"
		got(s.OpenPoll(ctx, process, again))(t)
		next := paperFor(rep(1))
		next.Poll = again.ID
		ok(t, s.IssuePaper(ctx, next)) // held again, all may vote
	})
}

// Agents vote under a mandate, and the principal's word is the last until it is used.
func TestBallotsOfAgents(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 8)
		gathered(t, s, deliberation.Conference, reps(8)...)
		for i := range 3 {
			give(t, s, rep(i), rep(7))
		}
		got(s.OpenPoll(ctx, process, paperPoll(false)))(t)
		by := func(principal, agent deliberation.PersonID, key string) error {
			v := ballot(principal, deliberation.Yes, key)
			v.Agent = agent
			_, err := s.CastBallot(ctx, v)
			return err
		}
		state := func() (text string) {
			for _, m := range got(s.Mandates(ctx, meeting))(t) {
				text += fmt.Sprint(m.Principal, " ", m.Used, " ", !m.Revoked.IsZero(), "; ")
			}
			return text
		}
		refused(t, by(rep(3), rep(7), "a"), deliberation.RefuseNoMandate)
		refused(t, by(rep(0), rep(6), "a"), deliberation.RefuseNoMandate)
		ok(t, by(rep(0), rep(7), "a"))
		ok(t, by(rep(0), rep(7), "a"))
		refused(t, by(rep(0), rep(7), "b"), deliberation.RefuseTwice)
		refused(t, by(rep(0), "", "c"), deliberation.RefuseOtherChannel)
		ok(t, by(rep(1), "", "d")) // the principal was quicker
		refused(t, by(rep(1), rep(7), "e"), deliberation.RefuseNoMandate)
		issue := paperFor(rep(2))
		issue.Agent = rep(7)
		ok(t, s.IssuePaper(ctx, issue))
		want := map[string]bool{"rep000 true false": true, "rep001 false true": true, "rep002 true false": true}
		for _, line := range strings.Split(strings.TrimSuffix(state(), "; "), "; ") {
			if !want[line] {
				t.Errorf("mandate %s", line)
			}
		}
	})
}

// channelsAtOnce has every voter come by the web, the table, a mobile box and an agent
// at one time, on two servers, and gives how each fared by channel.
func channelsAtOnce(t *testing.T, s, second *models.Store, voters int, agent deliberation.PersonID) (in map[string]int) {
	t.Helper()
	ctx := t.Context()
	in = map[string]int{}
	var mu sync.Mutex
	var wg sync.WaitGroup
	for i := range voters {
		var won atomic.Int64
		var tried sync.WaitGroup
		for j := range 8 {
			wg.Add(1)
			tried.Go(func() {
				defer wg.Done()
				store := []*models.Store{s, second}[j/4]
				way, err := []string{"web", "table", "mobile", "agent"}[j%4], error(nil)
				switch way {
				case "web":
					_, err = store.CastBallot(ctx, ballot(rep(i), deliberation.Yes, fmt.Sprint("w", j)))
				case "table":
					err = store.IssuePaper(ctx, paperFor(rep(i)))
				case "mobile":
					err = store.IssuePaper(ctx, mobileFor(rep(i)))
				case "agent":
					v := ballot(rep(i), deliberation.No, fmt.Sprint("a", j))
					v.Agent = agent
					_, err = store.CastBallot(ctx, v)
				}
				var r *deliberation.Refusal
				switch {
				case err == nil:
					won.Add(1)
					mu.Lock()
					in[way]++
					mu.Unlock()
				case errors.As(err, &r) && (r.Code == deliberation.RefuseOtherChannel || r.Code == deliberation.RefuseTwice || r.Code == deliberation.RefuseNoMandate):
				default:
					t.Errorf("%s: %v", way, err)
				}
			})
		}
		wg.Go(func() {
			tried.Wait()
			if won.Load() != 1 {
				t.Errorf("%s voted %d times", rep(i), won.Load())
			}
		})
	}
	wg.Wait()
	return in
}

// One person, one vote over all channels, however many come at once.
func TestOneVoteOverAllChannels(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		const voters = 40
		seeded(t, s, voters+1)
		gathered(t, s, deliberation.Conference, reps(voters+1)...)
		agent := rep(voters)
		rules := upToThree
		rules.Most.Count = voters
		for i := range voters {
			got(s.GiveMandate(ctx, mandate(rep(i), agent), rules, deliberation.FlagRule{}))(t)
		}
		got(s.OpenPoll(ctx, process, paperPoll(false)))(t)
		in := channelsAtOnce(t, s, b.open(t), voters, agent)
		t.Log(in)
		equal(t, "votes", in["web"]+in["table"]+in["mobile"]+in["agent"], voters)
		equal(t, "rows", count(t, b, "ballots"), voters)
		equal(t, "paper", count(t, b, "paper_ballots"), in["table"]+in["mobile"])
		equal(t, "used and revoked mandates", count(t, b, "mandates WHERE used OR revoked IS NOT NULL"), voters)
		equal(t, "used mandates", count(t, b, "mandates WHERE used"), in["agent"])
		count := stopped(t, s)
		for _, c := range count.Stations {
			recovered(t, s, c.Station, 0)
		}
		closed := got(s.ClosePoll(ctx, poll, noon.Add(time.Hour)))(t)
		equal(t, "tally", fmt.Sprint(closed.Tally.Yes, closed.Tally.No, closed.Paper.Unreturned), fmt.Sprint(in["web"], in["agent"], in["table"]+in["mobile"]))
	})
}

// Nothing is handed out after the stop: what it gives is what went out.
func TestIssuingWhileStopping(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		const voters = 60
		onPaper(t, s, voters, true)
		second := b.open(t)
		var out, back, late atomic.Int64
		half := make(chan struct{})
		var once sync.Once
		var wg sync.WaitGroup
		for i := range voters {
			wg.Go(func() {
				store := []*models.Store{s, second}[i%2]
				err := store.IssuePaper(ctx, paperFor(rep(i)))
				if err == nil {
					if out.Add(1) == voters/3 {
						once.Do(func() { close(half) })
					}
					if i%5 == 0 {
						if err = store.HandBackPaper(ctx, poll, rep(i), clerk, noon); err == nil {
							back.Add(1)
						}
					}
				}
				switch {
				case errors.Is(err, deliberation.Refuse(deliberation.RefusePollClosed)):
					late.Add(1)
				case err != nil:
					t.Error(err)
				}
			})
		}
		<-half
		first := stopped(t, second)
		wg.Wait()
		if d := cmp.Diff(first, got(s.PaperCount(ctx, poll))(t)); d != "" {
			t.Fatal("paper went out after the stop: " + d)
		}
		t.Logf("%d out, %d handed back, %d late", out.Load(), back.Load(), late.Load())
		equal(t, "issued", first.Stations[0].Issued, int(out.Load()))
		equal(t, "handed back", first.Stations[0].HandedBack, int(back.Load()))
	})
}

// 参与表决: who took a paper ballot took part, and one that is not returned is no vote
// (四川省物业管理条例 第三十一条).
func TestWhoTookPaperTookPart(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 6)
		gathered(t, s, deliberation.Conference, rep(0))
		got(b.raw(t).Exec("UPDATE meeting_roll SET area = 10000 + 1000 * CAST(substr(person, 6) AS INTEGER) WHERE person LIKE 'rep%'"))(t)
		hidden := paperPoll(true)
		hidden.Whole = true
		_, err := s.OpenPoll(ctx, process, hidden)
		refused(t, err, deliberation.RefuseInvalid) // a sum of areas tells whose they are
		p := paperPoll(false)
		p.Whole = true
		roll := got(s.OpenPoll(ctx, process, p))(t)
		equal(t, "voters", roll.Count, roll.Attendance.Whole.Due)
		got(s.CastBallot(ctx, ballot(rep(1), deliberation.Yes, "k1")))(t) // never signed in
		got(s.CastBallot(ctx, ballot(rep(2), deliberation.No, "k2")))(t)
		for i := 3; i < 6; i++ {
			ok(t, s.IssuePaper(ctx, paperFor(rep(i))))
		}
		stopped(t, s)
		recovered(t, s, hall, 2)
		readTwice(t, s, "", rep(3), read("", 1, 0, 0, 0))
		readTwice(t, s, "", rep(4), read("", 0, 0, 1, 0))
		tally := got(s.ClosePoll(ctx, poll, noon.Add(time.Hour)))(t).Tally
		equal(t, "tally", fmt.Sprint(tally.Voters, tally.Taken, tally.Yes, tally.No, tally.Abstain), "9 5 2 1 1") // three sit on the committees
		equal(t, "area", *tally.Area, deliberation.AreaTally{Due: 75000, Taken: 65000, Yes: 24000, No: 12000, Abstain: 14000})
	})
}

// The constraints of paper stand in the database, whoever writes to it.
func TestPaperConstraints(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		onPaper(t, s, 3, false)
		ok(t, s.IssuePaper(ctx, paperFor(rep(0))))
		got(s.CastBallot(ctx, ballot(rep(1), deliberation.Yes, "k1")))(t)
		db := b.raw(t)
		const now = "'2026-12-01 00:00:00+00:00'"
		const reading = "INSERT INTO paper_readings (poll, bundle, reader, ord, sheets, ayes, noes, abstentions, spoiled, at) VALUES ('p1.p2', 'b', "
		lawful := []string{
			reading + "'comm1', 1, 2, 1, 1, 0, 0, " + now + ")",
			"UPDATE paper_boxes SET recovered = 1, counted = " + now + ", counted_by = 'comm1'",
		}
		for _, statement := range lawful {
			got(db.Exec(statement))(t)
		}
		for what, statement := range map[string]string{
			"a second vote by paper":   "INSERT INTO ballots (poll, person, channel, choice, receipt, idem_key, at) VALUES ('p1.p2', 'rep001', 'table', '', 'r', 'k', " + now + ")",
			"an empty vote by web":     "INSERT INTO ballots (poll, person, choice, receipt, idem_key, at) VALUES ('p1.p2', 'rep002', '', 'r', 'k', " + now + ")",
			"a channel that is none":   "UPDATE ballots SET channel = 'pigeon'",
			"one's own agent":          "UPDATE ballots SET agent = person",
			"a second sheet":           "INSERT INTO paper_ballots (id, poll, person, station, at, issued_by) VALUES ('x', 'p1.p2', 'rep000', '会场', " + now + ", 'comm1')",
			"a sheet for no box":       "INSERT INTO paper_ballots (id, poll, person, station, at, issued_by) VALUES ('x', 'p1.p2', 'rep002', '别处', " + now + ", 'comm1')",
			"a sheet of a stranger":    "INSERT INTO paper_ballots (id, poll, person, station, at, issued_by) VALUES ('x', 'p1.p2', 'rare', '会场', " + now + ", 'comm1')",
			"handed back to nobody":    "UPDATE paper_ballots SET handed_back = " + now,
			"exchanged below nought":   "UPDATE paper_ballots SET exchanged = -1",
			"recovered below nought":   "UPDATE paper_boxes SET recovered = -1",
			"counted by nobody":        "UPDATE paper_boxes SET counted_by = NULL",
			"read twice by one person": reading + "'comm1', 2, 2, 1, 1, 0, 0, " + now + ")",
			"read by nobody":           reading + "'none', 2, 2, 1, 1, 0, 0, " + now + ")",
			"a sum that is none":       reading + "'comm2', 2, 3, 1, 1, 0, 0, " + now + ")",
			"votes below nought":       reading + "'comm2', 2, 2, 3, -1, 0, 0, " + now + ")",
			"a box on a web channel":   "UPDATE paper_boxes SET channel = 'web'",
			"stopped without paper":    "UPDATE polls SET on_paper = FALSE, stopped = " + now,
			"counted before the stop":  "UPDATE polls SET box = 'closed', closed = " + now + ", tally = '{}', ballots_sha256 = ''",
			"voided and counted":       "UPDATE polls SET voided = " + now + ", stopped = " + now + ", box = 'closed', closed = " + now + ", tally = '{}', ballots_sha256 = ''",
		} {
			if _, err := db.Exec(statement); err == nil {
				t.Errorf("%s: the database took it", what)
			}
		}
		got(db.Exec(reading + "'comm2', 2, 2, 1, 1, 0, 0, " + now + ")"))(t)
	})
}

// A database of the release before keeps its ballots.
func TestBallotsFromBeforePaper(t *testing.T) {
	eachEmpty(t, func(t *testing.T, b backend) {
		s := b.open(t)
		models.MigrateTo(t, s, 5)
		db := b.raw(t)
		for _, statement := range []string{
			"INSERT INTO places (id, kind, name, overlay, demo) VALUES ('c1', 'urban', '社区', '', TRUE)",
			"INSERT INTO persons (id, community, name, name_lookup, village_group) VALUES ('a', 'c1', '', '', '')",
			`INSERT INTO processes (id, community, kind, matter, pack_id, pack_version, pack_hash, started, started_by, office, clock, stage, state, created)
				VALUES ('p1', 'c1', 'conference', '', '', '', '', '2026-12-01', 'a', '', '{}', '', '', '2026-12-01 00:00:00+00:00')`,
			"INSERT INTO meetings (id, process, ord, state, data) VALUES ('m1', 'p1', 1, 'closed', '{}')",
			`INSERT INTO polls (id, process, meeting, ord, box, opened, closes, roll_sha256, attendance, data)
				VALUES ('q1', 'p1', 'm1', 1, 'open', '2026-12-01 00:00:00+00:00', '2026-12-02 00:00:00+00:00', '', '{}', '{}')`,
			"INSERT INTO poll_roll (poll, person, parts) VALUES ('q1', 'a', 'null')",
			"INSERT INTO ballots (poll, person, choice, receipt, idem_key, at, assistant) VALUES ('q1', 'a', 'yes', 'r', 'k', '2026-12-01 01:00:00+00:00', 'h')",
		} {
			got(db.Exec(statement))(t)
		}
		ok(t, s.Migrate(t.Context()))
		var text string
		ok(t, db.QueryRow("SELECT person || ' ' || channel || ' ' || choice || ' ' || receipt || ' ' || assistant FROM ballots").Scan(&text))
		equal(t, "the ballot", text, "a web yes r h")
	})
}

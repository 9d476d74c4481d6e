package models_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

// electionPoll is the one secret poll of election day, on paper and on the web, for all on the list.
func electionPoll() deliberation.Poll {
	p := samplePoll()
	p.Stage, p.Secret, p.OnPaper, p.Whole, p.Form = deliberation.ElectionVoting, true, true, true, electionForm
	return p
}

// electing is an election of n electors with its roll frozen.
func electing(t *testing.T, s *models.Store, packID string, n int) deliberation.ElectionRules {
	t.Helper()
	r := village(t, s, packID, n)
	registered(t, s, r)
	voting(t, s, deliberation.MeetingInSession)
	got(s.FreezeRoll(t.Context(), electorSpec()))(t)
	crewed(t, s, hall, mobile)
	return r
}

// crewed names three of the staff, two of them scrutineers, for each of the boxes. They
// came after the list was published, so that it does not change with them.
func crewed(t *testing.T, s *models.Store, stations ...string) {
	t.Helper()
	for _, station := range stations {
		c := crewOf(t, s, station)
		ok(t, s.SetStationCrew(t.Context(), process, station, c, c.Staff[0], noon))
	}
}

func crewOf(t *testing.T, s *models.Store, station string) (c deliberation.StationCrew) {
	t.Helper()
	for i := range 3 {
		id := deliberation.PersonID(fmt.Sprintf("crew%d-%s", i, station))
		villager(t, s, id, nil)
		c.Staff = append(c.Staff, id)
	}
	c.Scrutineers = c.Staff[1:]
	return c
}

func opens(t *testing.T, s *models.Store, p deliberation.Poll) {
	t.Helper()
	got(s.OpenPoll(t.Context(), process, p))(t)
}

// names is a ballot for a director and members.
func names(person, director deliberation.PersonID, members ...deliberation.PersonID) deliberation.Ballot {
	v := ballot(person, "", "k"+string(person))
	v.Answers = []deliberation.Answer{{Question: "director"}, {Question: "member"}}
	if director != "" {
		v.Answers[0].Choices = []string{string(director)}
	}
	for _, m := range members {
		v.Answers[1].Choices = append(v.Answers[1].Choices, string(m))
	}
	return v
}

// sheets is what was read from a bundle that says no more than directors.
func sheets(n int, directors ...deliberation.OptionCount) deliberation.SheetCount {
	c := deliberation.SheetCount{Sheets: n, Questions: []deliberation.QuestionCount{
		{Question: "director", Ballots: n, Votes: directors}, {Question: "member", Ballots: n, Blank: n},
	}}
	for _, d := range directors {
		n -= d.Votes
	}
	c.Questions[0].Blank = n
	return c
}

func directorVotes(c deliberation.Count) string { return fmt.Sprint(c.Questions[0].Votes) }

// Paper is the ballot of record of an election (ADR 28). Handed out, it cancels what was
// cast on the web; the box leaves that out, and tells how many there were.
func TestPaperCancelsTheWeb(t *testing.T) {
	for _, secretly := range []bool{true, false} {
		t.Run(fmt.Sprint("secret ", secretly), func(t *testing.T) {
			each(t, func(t *testing.T, b backend, s *models.Store) {
				ctx := t.Context()
				electing(t, s, "village-2026+sichuan", 8)
				p := electionPoll()
				p.Secret = secretly
				opens(t, s, p)
				var receipts []string
				for i := range 4 {
					receipts = append(receipts, got(s.CastBallot(ctx, names(elector(i), "e01")))(t).Code)
				}
				ok(t, s.IssuePaper(ctx, tableFor(elector(0))))
				ok(t, s.IssuePaper(ctx, tableFor(elector(1))))
				ok(t, s.IssuePaper(ctx, tableFor(elector(4))))
				refused(t, s.IssuePaper(ctx, tableFor(elector(0))), deliberation.RefuseOtherChannel) // one sheet
				_, err := s.CastBallot(ctx, names(elector(0), "e01"))
				refused(t, err, deliberation.RefuseOtherChannel)
				ok(t, s.HandBackPaper(ctx, poll, elector(1), clerkOf, noon)) // back to the web
				again := names(elector(1), "e02")
				again.Key = "anew"
				receipts = append(receipts, got(s.CastBallot(ctx, again))(t).Code)
				voted, _, err := s.Turnout(ctx, poll)
				ok(t, err)
				equal(t, "voted", voted, 5)

				stopped(t, s)
				refused(t, s.IssuePaper(ctx, tableFor(elector(3))), deliberation.RefusePollClosed)
				ok(t, s.RecordBox(ctx, poll, hall, 2, clerkOf, noon))
				if secretly {
					reads(t, s, "1", "", sheets(2, deliberation.OptionCount{Option: "e02", Votes: 1}))
				} else {
					reads(t, s, "", elector(0), sheets(1, deliberation.OptionCount{Option: "e02", Votes: 1}))
					reads(t, s, "", elector(4), sheets(1))
				}
				closed := got(s.ClosePoll(ctx, poll, noon.Add(time.Hour)))(t)
				equal(t, "votes", directorVotes(closed), "[{e01 2} {e02 2}]")
				equal(t, "ballots", closed.Questions[0].Ballots, 5)
				cancelled := slices.Sorted(slices.Values(receipts[:2]))
				equal(t, "cancelled", fmt.Sprint(closed.Cancelled, closed.CancelledSHA256), fmt.Sprint(2, shaOf(cancelled[0]+"\n"+cancelled[1]+"\n")))
				counted, paper, web, err := s.CountOf(ctx, poll)
				ok(t, err)
				equal(t, "on the web", web, 3)
				equal(t, "on paper", fmt.Sprint(paper.Stations[0].Issued, *paper.Stations[0].Recovered), "3 2")
				if d := cmp.Diff(closed, counted); d != "" {
					t.Error(d)
				}
				if secretly {
					box := got(s.OpenedBox(ctx, poll))(t)
					left := slices.Sorted(slices.Values(receipts[2:]))
					if d := cmp.Diff(deliberation.OpenedBox{Receipts: left, Cancelled: cancelled}, deliberation.OpenedBox{Receipts: box.Receipts, Cancelled: box.Cancelled}); d != "" {
						t.Error(d)
					}
					equal(t, "lines", len(box.Lines), 3)
				}
				equal(t, "traces", count(t, b, "audit WHERE act = 'cancel_web_ballot'"), 2)
			})
		})
	}
}

const clerkOf = deliberation.PersonID("e07")

func tableFor(person deliberation.PersonID) deliberation.PaperIssue {
	p := paperFor(person)
	p.By = clerkOf
	return p
}

func boxFor(person deliberation.PersonID) deliberation.PaperIssue {
	p := mobileFor(person)
	p.By = clerkOf
	return p
}

// reads has two persons of the village read the same.
func reads(t *testing.T, s *models.Store, bundle string, person deliberation.PersonID, c deliberation.SheetCount) {
	t.Helper()
	for _, by := range []deliberation.PersonID{clerkOf, elector(6)} {
		c.By = by
		got(s.ReadBundle(t.Context(), poll, bundle, person, c, noon))(t)
	}
}

// A ballot that is cancelled and not in the box is a fault, not a number that is a little off.
func TestACancelledBallotMustBeInTheBox(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		electing(t, s, "village-2026+sichuan", 8)
		opens(t, s, electionPoll())
		_, err := b.raw(t).Exec("INSERT INTO cancelled_receipts (poll, receipt) VALUES ('p1.p2', 'AAAA-BBBB')")
		ok(t, err)
		stopped(t, s)
		if _, err := s.ClosePoll(t.Context(), poll, noon.Add(time.Hour)); err == nil {
			t.Error("the box was opened")
		}
	})
}

// Outside elections who voted on the web takes no paper (ADR 18).
func TestPaperCancelsNothingElsewhere(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		onPaper(t, s, 2, true)
		got(s.CastBallot(t.Context(), ballot(rep(0), deliberation.Yes, "k")))(t)
		refused(t, s.IssuePaper(t.Context(), paperFor(rep(0))), deliberation.RefuseOtherChannel)
	})
}

// Many at once, on the web and at the table: each has one ballot, and the box adds up.
func TestPaperAndWebAtOnce(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		const n = 24
		electing(t, s, "village-2026+sichuan", n)
		opens(t, s, electionPoll())
		done := make(chan error, 2*n)
		for i := range n {
			go func() { _, err := s.CastBallot(ctx, names(elector(i), "e01")); done <- err }()
			go func() { done <- s.IssuePaper(ctx, tableFor(elector(i))) }()
		}
		for range 2 * n {
			if err := <-done; err != nil {
				refused(t, err, deliberation.RefuseOtherChannel) // the web came second
			}
		}
		stopped(t, s)
		ok(t, s.RecordBox(ctx, poll, hall, n, clerkOf, noon))
		reads(t, s, "1", "", sheets(n, deliberation.OptionCount{Option: "e02", Votes: n}))
		closed := got(s.ClosePoll(ctx, poll, noon.Add(time.Hour)))(t)
		equal(t, "votes", directorVotes(closed), fmt.Sprintf("[{e01 0} {e02 %d}]", n))
		equal(t, "taken part", closed.Tally.Taken, n)
	})
}

func TestAPollOnPaperAlone(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		electing(t, s, "village-2026+sichuan", 8)
		p := electionPoll()
		p.PaperOnly, p.OnPaper = true, false
		_, err := s.OpenPoll(ctx, process, p)
		refused(t, err, deliberation.RefuseInvalid)
		p.OnPaper = true
		opens(t, s, p)
		_, err = s.CastBallot(ctx, names(elector(0), "e01"))
		refused(t, err, deliberation.RefusePaperOnly)
		helped := names(elector(0), "e01")
		helped.Assistant = clerkOf
		_, err = s.CastBallot(ctx, helped)
		refused(t, err, deliberation.RefusePaperOnly)
		_, err = s.CastBallot(ctx, names("nobody", "e01"))
		refused(t, err, deliberation.RefuseNotOnRoll)
		ok(t, s.IssuePaper(ctx, tableFor(elector(0))))
		if _, err := b.raw(t).Exec("UPDATE polls SET on_paper = FALSE"); err == nil {
			t.Error("the database took a poll on no paper alone")
		}
	})
}

// 另选他人: somebody else may be named who is registered, on the web; on paper anybody of
// the village is counted, and found not to be elected after.
func TestWriteIns(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		r := village(t, s, "village-2026+sichuan", 8)
		villager(t, s, "deprived", nil)
		registered(t, s, r, deliberation.RegisterEntry{Person: "deprived", Deprived: true})
		voting(t, s, deliberation.MeetingInSession)
		got(s.FreezeRoll(ctx, electorSpec()))(t)
		crewed(t, s, hall)
		opens(t, s, electionPoll())
		for _, who := range []deliberation.PersonID{"deprived", "nobody", "spoiled", "a,b", "\x00"} {
			_, err := s.CastBallot(ctx, names(elector(0), who))
			refused(t, err, deliberation.RefuseInvalid)
		}
		got(s.CastBallot(ctx, names(elector(0), "e06", "e03", "e07")))(t)
		got(s.CastBallot(ctx, names(elector(0), "e06", "e03", "e07")))(t) // the same again
		ok(t, s.IssuePaper(ctx, tableFor(elector(1))))
		ok(t, s.IssuePaper(ctx, tableFor(elector(2))))
		stopped(t, s)
		ok(t, s.RecordBox(ctx, poll, hall, 2, clerkOf, noon))
		bad := sheets(2, deliberation.OptionCount{Option: "nobody", Votes: 1})
		bad.By = clerkOf
		_, err := s.ReadBundle(ctx, poll, "1", "", bad, noon)
		refused(t, err, deliberation.RefuseInvalid)
		reads(t, s, "1", "", sheets(2, deliberation.OptionCount{Option: "deprived", Votes: 1}, deliberation.OptionCount{Option: "e06", Votes: 1}))
		closed := got(s.ClosePoll(ctx, poll, noon.Add(time.Hour)))(t)
		equal(t, "directors", directorVotes(closed), "[{e01 0} {e02 0} {e06 2} {deprived 1}]")
		equal(t, "members", fmt.Sprint(closed.Questions[1].Votes), "[{e03 1} {e04 0} {e05 0} {e07 1}]")
	})
}

// HN-VE 第二十五条、第二十九条: a mobile box has its list, and is void with more ballots in
// it than people on it.
func TestMobileLists(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ctx := t.Context()
		electing(t, s, "village-2026+sichuan", 8)
		set := func(station string, persons ...deliberation.PersonID) error {
			return s.SetMobileList(ctx, meeting, station, persons, clerkOf, noon)
		}
		refused(t, set(" ", elector(0)), deliberation.RefuseInvalid)
		refused(t, set(mobile, "nobody"), deliberation.RefuseNotOnRoll)
		refused(t, set(mobile, "\x00"), deliberation.RefuseNotOnRoll)
		refused(t, s.SetMobileList(ctx, "none", mobile, nil, clerkOf, noon), deliberation.RefuseNotFound)
		ok(t, set(mobile, elector(0), elector(1), elector(2)))
		ok(t, set(mobile, elector(0), elector(1), elector(0)))
		refused(t, set("流动票箱2", elector(1)), deliberation.RefuseTwice)
		ok(t, set("流动票箱2", elector(2)))
		ok(t, set("流动票箱3", elector(3)))
		ok(t, set("流动票箱3"))
		if d := cmp.Diff(map[string][]deliberation.PersonID{mobile: {"e00", "e01"}, "流动票箱2": {"e02"}}, got(s.MobileLists(ctx, meeting))(t)); d != "" {
			t.Error(d)
		}
		opens(t, s, electionPoll())
		refused(t, set(mobile, elector(0)), deliberation.RefuseTooLate)
		crewed(t, s, "流动票箱9")

		ok(t, s.IssuePaper(ctx, boxFor(elector(0))))
		refused(t, s.IssuePaper(ctx, boxFor(elector(2))), deliberation.RefuseNotEntitled)
		refused(t, s.IssuePaper(ctx, boxFor(elector(5))), deliberation.RefuseNotEntitled)
		unlisted := boxFor(elector(5))
		unlisted.Station = "流动票箱9"
		refused(t, s.IssuePaper(ctx, unlisted), deliberation.RefuseNotEntitled)
		ok(t, s.IssuePaper(ctx, boxFor(elector(1))))
		ok(t, s.IssuePaper(ctx, tableFor(elector(2)))) // came to the hall after all
		ok(t, s.IssuePaper(ctx, tableFor(elector(3))))
		stopped(t, s)
		ok(t, s.RecordBox(ctx, poll, mobile, 3, clerkOf, noon))
		ok(t, s.RecordBox(ctx, poll, hall, 2, clerkOf, noon))
		reads(t, s, "1", "", sheets(2, deliberation.OptionCount{Option: "e01", Votes: 2}))
		closed := got(s.ClosePoll(ctx, poll, noon.Add(time.Hour)))(t)
		equal(t, "void", fmt.Sprint(closed.Paper.VoidBoxes, closed.Paper.Recovered), "[流动票箱1] 2")
		equal(t, "votes", directorVotes(closed), "[{e01 2} {e02 0}]")
		_, paper, _, err := s.CountOf(ctx, poll)
		ok(t, err)
		users := map[string]int{}
		for _, st := range paper.Stations {
			users[st.Station] = st.Users
		}
		if d := cmp.Diff(map[string]int{hall: 0, mobile: 2}, users); d != "" {
			t.Error(d)
		}
		if _, err := b.raw(t).Exec("INSERT INTO mobile_users (meeting, person, station, at, entered_by) SELECT meeting, person, 'x', at, entered_by FROM mobile_users"); err == nil {
			t.Error("the database put somebody on two lists")
		}
	})
}

// In a community the method has to allow mobile boxes.
func TestMobileBoxesAreNotEverywhere(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		electing(t, s, "urban-2026+sichuan", 1)
		err := s.SetMobileList(t.Context(), meeting, mobile, nil, elector(0), noon)
		refused(t, err, deliberation.RefuseUnlawfulElection)
		var r *deliberation.Refusal
		if !errors.As(err, &r) || len(r.Faults) != 1 || r.Faults[0].Code != deliberation.FaultMobile {
			t.Errorf("%+v", r)
		}
	})
}

// 委托投票: at most three, never a candidate, registered both; by the old law a near
// relative, as many as will (V-NEW 第十八条第四款, V-OLD 第十五条第四款).
func TestMandatesOfAnElection(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		r := village(t, s, "village-2026+sichuan", 8)
		villager(t, s, "deprived", nil)
		registered(t, s, r, deliberation.RegisterEntry{Person: "deprived", Deprived: true})
		voting(t, s, deliberation.MeetingConvened)
		setup := electionSetup(deliberation.AllElectors)
		stands(t, s, process, &deliberation.ElectionProgress{Setup: setup, Lists: []deliberation.CandidateList{
			{Post: deliberation.PostDirector, Seats: 1, Candidates: []deliberation.PersonID{elector(7)}},
		}})
		gives := func(principal, agent deliberation.PersonID) error {
			_, err := s.GiveMandate(ctx, mandate(principal, agent), deliberation.ProxyRules{}, deliberation.FlagRule{})
			return err
		}
		refused(t, gives(elector(0), elector(7)), deliberation.RefuseNotEntitled)
		refused(t, gives("deprived", elector(1)), deliberation.RefuseNotOnRoll)
		refused(t, gives(elector(0), "deprived"), deliberation.RefuseNotOnRoll)
		for i := range 3 {
			ok(t, gives(elector(i), elector(4)))
		}
		refused(t, gives(elector(3), elector(4)), deliberation.RefuseMandateCap)
		refused(t, gives(elector(0), elector(5)), deliberation.RefuseTwice)
		ok(t, gives(elector(7), elector(5))) // a candidate may send another

		got(s.FreezeRoll(ctx, electorSpec()))(t)
		list := got(s.CloseMandates(ctx, meeting, noon))(t)
		equal(t, "on the list", list.Count, 4)
		crewed(t, s, hall)
		opens(t, s, electionPoll())
		v := names(elector(0), "e01")
		v.Agent = elector(4)
		got(s.CastBallot(ctx, v))(t)
		out := tableFor(elector(0))
		refused(t, s.IssuePaper(ctx, out), deliberation.RefuseOtherChannel) // the agent has voted
		out.Agent = elector(4)
		ok(t, s.IssuePaper(ctx, out)) // and may take paper instead
		equal(t, "given", len(got(s.MandatesFor(ctx, meeting, elector(4)))(t)), 3)
	})
}

func TestMandatesOfTheOldLaw(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		r := village(t, s, "village-2018", 6)
		registered(t, s, r)
		voting(t, s, deliberation.MeetingConvened)
		gives := func(principal, agent deliberation.PersonID) error {
			_, err := s.GiveMandate(ctx, mandate(principal, agent), deliberation.ProxyRules{}, deliberation.FlagRule{})
			return err
		}
		refused(t, gives(elector(0), elector(5)), deliberation.RefuseNotEntitled)
		for i := range 4 {
			ok(t, s.DeclareKin(ctx, deliberation.Kinship{A: elector(i), B: elector(5), Kind: deliberation.RelationSibling}, false, "clerk"))
			ok(t, gives(elector(i), elector(5)))
		}
	})
}

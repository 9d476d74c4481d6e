package models_test

import (
	"slices"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

func disclosing(id deliberation.ProcessID, item deliberation.ItemCode, period deliberation.Period) deliberation.Process {
	p := sampleProcess(id, "公开"+string(id))
	p.Kind = deliberation.DisclosureKind
	p.Matter.Item, p.Matter.Period, p.Matter.Form = item, period, deliberation.JointCommittees
	return p
}

// told writes where a disclosure stands.
func told(t *testing.T, s *models.Store, id deliberation.ProcessID, key string, state deliberation.State, o deliberation.Outcome, d deliberation.DisclosureStatus, hang ...deliberation.Posting) {
	t.Helper()
	got(s.Apply(t.Context(), deliberation.Change{
		Key: string(id) + key, Process: id, At: noon, Postings: hang,
		Status: &deliberation.Status{Stage: deliberation.Disclosing, State: state, Outcome: o, Disclosure: &d},
	}))(t)
}

func TestAPeriodIsDisclosedOnce(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		ok(t, s.LoadRoster(t.Context(), roster(3), "operator"))
		ok(t, s.CreateProcess(t.Context(), disclosing("d1", "accounts", "2026-02")))
		ok(t, s.CreateProcess(t.Context(), disclosing("d1", "accounts", "2026-02"))) // the same one again
		refusedWith(t, s.CreateProcess(t.Context(), disclosing("d2", "accounts", "2026-02")), deliberation.RefuseTwice)
		if _, err := s.Proceeding(t.Context(), "d2"); err == nil {
			t.Error("a refused disclosure left a case")
		}
		ok(t, s.CreateProcess(t.Context(), disclosing("d3", "funds", "2026-02")))
		ok(t, s.CreateProcess(t.Context(), disclosing("d4", "major", "2026-02-03")))
		ok(t, s.CreateProcess(t.Context(), disclosing("d5", "major", "2026-02-03"))) // two things happen on a day

		told(t, s, "d1", "a", deliberation.Ended, deliberation.Withdrawn, deliberation.DisclosureStatus{Item: "accounts", Period: "2026-02"})
		ok(t, s.CreateProcess(t.Context(), disclosing("d6", "accounts", "2026-02"))) // its period is free again
		posted := deliberation.DisclosureStatus{Due: today.AddDays(2), Posted: today, Until: today.AddDays(15)}
		told(t, s, "d6", "a", deliberation.Running, "", posted)
		posted.Until = deliberation.Date{}
		told(t, s, "d6", "b", deliberation.Ended, deliberation.Carried, posted)
		refusedWith(t, s.CreateProcess(t.Context(), disclosing("d7", "accounts", "2026-02")), deliberation.RefuseTwice)

		r := got(s.Disclosures(t.Context(), place))(t)
		if len(r.Lines) != 5 || r.Known.IsZero() {
			t.Fatalf("on record: %+v", r)
		}
		i := slices.IndexFunc(r.Lines, func(l deliberation.DisclosureLine) bool { return l.Process == "d6" })
		if l := r.Lines[i]; l.Posted != today || !l.Until.IsZero() || l.Due != today.AddDays(2) || l.State != deliberation.Ended || l.Title != "" {
			t.Errorf("the posted one: %+v", l)
		}
		i = slices.IndexFunc(r.Lines, func(l deliberation.DisclosureLine) bool { return l.Process == "d4" })
		if r.Lines[i].Title != "公开d4" {
			t.Errorf("what happened has a title: %+v", r.Lines[i])
		}
		// The database itself keeps the period, whatever the program thinks.
		raw := b.raw(t)
		for _, statement := range []string{
			"UPDATE disclosures SET slot = '2026-02' WHERE process = 'd1'",
			"UPDATE disclosures SET slot = 'free' WHERE process = 'd1'",
			"UPDATE disclosures SET until_day = '2026-03-01' WHERE process = 'd1'",
			"UPDATE disclosures SET period = 'March' WHERE process = 'd4'",
		} {
			if _, err := raw.Exec(statement); err == nil {
				t.Errorf("%s was taken", statement)
			}
		}
	})
}

func TestAnElectionLooksForAudits(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ok(t, s.LoadRoster(t.Context(), roster(3), "operator"))
		if got(s.AuditPosted(t.Context(), place, deliberation.Date{}))(t) {
			t.Error("found before there was one")
		}
		ok(t, s.CreateProcess(t.Context(), disclosing("a1", deliberation.LeavingAuditItem, "2026-02-03")))
		ok(t, s.CreateProcess(t.Context(), disclosing("a2", deliberation.MajorItem, "2026-02-03")))
		told(t, s, "a2", "a", deliberation.Running, "", deliberation.DisclosureStatus{Posted: today})
		if got(s.AuditPosted(t.Context(), place, deliberation.Date{}))(t) {
			t.Error("found before it was posted")
		}
		told(t, s, "a1", "a", deliberation.Running, "", deliberation.DisclosureStatus{Posted: today})
		for since, want := range map[deliberation.Date]bool{{}: true, today: true, today.AddDays(1): false} {
			if got(s.AuditPosted(t.Context(), place, since))(t) != want {
				t.Errorf("since %s: not %v", since, want)
			}
		}
		if got(s.AuditPosted(t.Context(), "elsewhere", deliberation.Date{}))(t) {
			t.Error("found in another community")
		}
	})
}

func TestAccountsAreCarriedOver(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ok(t, s.LoadRoster(t.Context(), roster(3), "operator"))
		table := func(opening, income, spending, closing int64) deliberation.Accounts {
			l := deliberation.AccountLine{Name: "专项资金", Opening: opening, Income: income, Spending: spending, Closing: closing}
			total := l
			total.Name = ""
			return deliberation.Accounts{Lines: []deliberation.AccountLine{l}, Total: total}
		}
		file := func(p deliberation.ProcessID, text string) deliberation.PaperRef {
			return got(s.FilePaper(t.Context(), deliberation.Paper{
				PaperRef: deliberation.PaperRef{Kind: deliberation.PaperDisclosure}, Process: p, Author: both, MediaType: "text/plain; charset=utf-8", Content: []byte(text), Created: noon,
			}))(t)
		}
		for id, period := range map[deliberation.ProcessID]deliberation.Period{"j": "2026-01", "f": "2026-02", "m": "2026-03"} {
			ok(t, s.CreateProcess(t.Context(), disclosing(id, "accounts", period)))
		}
		january := table(100, 50, 30, 120)
		first := file("j", january.Text())
		found := got(s.CheckAccounts(t.Context(), "j", first.ID))(t)
		if found.Sum != january.Sum() || found.Before != nil || len(found.Wrong) > 0 {
			t.Errorf("the first table: %+v", found)
		}
		_, err := s.CheckAccounts(t.Context(), "f", first.ID)
		refusedWith(t, err, deliberation.RefuseNotFound)
		_, _, err = s.AccountsBefore(t.Context(), "none")
		refusedWith(t, err, deliberation.RefuseNotFound)

		told(t, s, "j", "a", deliberation.Running, "", deliberation.DisclosureStatus{Posted: today},
			deliberation.Posting{ID: "j.b.1", Stage: deliberation.Disclosing, Paper: first, State: deliberation.PostingUp})
		for _, id := range []deliberation.ProcessID{"f", "m"} { // February was never posted: March goes on from January
			before, from, err := s.AccountsBefore(t.Context(), id)
			ok(t, err)
			if from != "j" || before == nil || before.Lines[0].Closing != 120 {
				t.Errorf("%s goes on from %s: %+v", id, from, before)
			}
		}
		for text, want := range map[string][]deliberation.FieldProblem{
			table(120, 10, 0, 130).Text():                        nil,
			table(120, 10, 0, 131).Text():                        {{Field: "lines", Problem: deliberation.ProblemUnbalanced, Limit: 1}},
			table(119, 11, 0, 130).Text():                        {{Field: "lines", Problem: deliberation.ProblemNotCarried, Limit: 1}},
			"本月没有收支":                                             {{Field: "lines", Problem: deliberation.ProblemNotATable}},
			table(120, 10, 0, 130).Text() + "专项资金\t1\t1\t1\t1\n": {{Field: "lines", Problem: deliberation.ProblemTwice, Limit: 3}},
		} {
			found := got(s.CheckAccounts(t.Context(), "m", file("m", text).ID))(t)
			if text == table(120, 10, 0, 130).Text()+"专项资金\t1\t1\t1\t1\n" {
				if len(found.Wrong) == 0 {
					t.Error("a table that goes on after its sum was taken")
				}
				continue
			}
			if !slices.Equal(found.Wrong, want) || found.BeforeFrom != "j" {
				t.Errorf("%q: %+v, want %v", text, found, want)
			}
		}
	})
}

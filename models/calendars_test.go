package models_test

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/models"
)

// The calendar begins what is due once, by nobody, and makes way for people.
func TestTheCalendarBeginsOnce(t *testing.T) {
	each(t, func(t *testing.T, _ backend, s *models.Store) {
		ctx := t.Context()
		seeded(t, s, 3)
		first := got(s.StartRecord(ctx, place, today))(t)
		again := got(s.StartRecord(ctx, place, today.AddDays(9)))(t)
		equal(t, "looked after from", again.From, today)
		equal(t, "known from", again.Known, first.Known)

		month := deliberation.PeriodOf(today, 1)
		begins := deliberation.DutyStart{Kind: deliberation.DisclosureKind, Item: deliberation.AccountsItem, Period: month, Due: today}
		c := got(s.Community(ctx, place))(t)
		p := begins.Begin(deliberation.Pack{ID: "urban-2026"}, c, today, deliberation.Clock{})
		ok(t, s.CreateProcess(ctx, p))
		ok(t, s.CreateProcess(ctx, p))
		kept := got(s.Process(ctx, p.ID))(t)
		equal(t, "started by", kept.StartedBy, deliberation.PersonID(""))
		equal(t, "origin", kept.Matter.Origin, deliberation.OriginCalendar)
		theirs := p
		theirs.ID, theirs.StartedBy, theirs.Matter.Origin = "theirs", both, deliberation.OriginCommittee
		refused(t, s.CreateProcess(ctx, theirs), deliberation.RefuseTwice)

		report := deliberation.DutyStart{Kind: deliberation.DutyReportKind, Period: deliberation.PeriodOf(today, 12), Due: today}.Begin(deliberation.Pack{ID: "urban-2026"}, c, today, deliberation.Clock{})
		ok(t, s.CreateProcess(ctx, report))
		second := report
		second.ID, second.StartedBy, second.Matter.Origin = "second", both, deliberation.OriginParty
		refused(t, s.CreateProcess(ctx, second), deliberation.RefuseTwice)
		second.Matter.Origin = deliberation.OriginResidents // out of turn
		ok(t, s.CreateProcess(ctx, second))

		r := got(s.StartRecord(ctx, place, today))(t)
		equal(t, "reports", len(r.Reports), 2)
		equal(t, "disclosures", len(r.Lines), 1)
	})
}

// The database itself knows that nobody but the calendar begins a process without a person.
func TestAProcessOfNobodyIsTheCalendars(t *testing.T) {
	each(t, func(t *testing.T, b backend, s *models.Store) {
		seeded(t, s, 1)
		meet(t, s, deliberation.MeetingConvened, deliberation.Conference)
		for _, change := range []string{"started_by = NULL", "by_calendar = TRUE"} {
			if _, err := b.raw(t).Exec("UPDATE processes SET " + change); err == nil {
				t.Errorf("taken: %s", change)
			}
		}
	})
}

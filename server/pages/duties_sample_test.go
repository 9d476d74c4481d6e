package pages

import (
	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/templates"
)

// sampleDuties has a duty in each state.
func sampleDuties() []deliberation.Duty {
	today := deliberation.DateOf(noon)
	duty := func(b deliberation.Body, s deliberation.DutyState, due deliberation.Date) deliberation.Duty {
		return deliberation.Duty{Rule: deliberation.DutyRule{Key: "reps.every_months", Body: b, Months: 6, Basis: days.Basis}, Last: today.AddDays(-150), Since: today.AddDays(-150), DueBy: due, State: s}
	}
	never := duty(deliberation.Assembly, deliberation.DutyNever, today.AddDays(200))
	never.Last = deliberation.Date{}
	entered := duty(deliberation.SupervisoryCommittee, deliberation.DutyHeld, today.AddDays(80))
	entered.Entered = true
	return []deliberation.Duty{duty(deliberation.Conference, deliberation.DutyOverdue, today.AddDays(-3)), duty(deliberation.Conference, deliberation.DutyDueSoon, today.AddDays(9)), entered, never}
}

// sampleAuthorisations has an authorisation in each state.
func sampleAuthorisations() []AuthorisationLine {
	today := deliberation.DateOf(noon)
	line := func(id string, from, until int, l AuthorisationLine) AuthorisationLine {
		l.Authorisation = deliberation.Authorisation{
			ID: id, Process: "p1", Motion: "p1.o1", From: today.AddDays(from),
			Grant: deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryEnvironment, deliberation.CategoryFunds}, Until: today.AddDays(until)},
		}
		l.Title = "授权代表会议"
		return l
	}
	return []AuthorisationLine{
		line("g1", -30, 300, AuthorisationLine{Open: true}), line("g2", -300, 30, AuthorisationLine{Resolution: "p1.b4"}),
		line("g3", -300, -1, AuthorisationLine{}), line("g4", 1, 300, AuthorisationLine{}),
	}
}

// startSample is the start page with all its help, or filled by a template.
func startSample(p Page, template string) StartView {
	l, err := templates.Load()
	if err != nil {
		panic(err)
	}
	v := StartView{Page: p, Templates: l.For(deliberation.Urban), Stakes: l.Stakes(deliberation.Urban), Authorisations: sampleAuthorisations()[:1]}
	v.Drafts = []deliberation.MatterDraft{{Kind: deliberation.ConferenceKind, Fields: map[string]string{"title": "春节活动"}, Saved: noon}, {Kind: deliberation.FourDeliberationsKind, Saved: noon}}
	if t, ok := l.Find(deliberation.Urban, template); ok {
		v.Chosen, v.Form = &t, StartForm{Kind: t.Process, Title: t.Title, Summary: t.Summary, Form: string(t.Form), Affected: string(t.Affected), Category: string(t.Category), AuthorisedBy: "g1"}
	}
	return v
}

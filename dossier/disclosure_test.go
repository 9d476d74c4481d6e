package dossier

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

// posted is the facts of a disclosure of accounts with a complaint that came to the
// street: what the check of disclosures reads of a dossier.
type posted struct {
	started deliberation.Date
	drafter deliberation.PersonID
	table   deliberation.Accounts
	draft   deliberation.DisclosureDraftData
	office  deliberation.Office
	mark    *deliberation.Mark
	confirm deliberation.DisclosureConfirmData
	by      deliberation.Office
	hung    deliberation.PostedData
	filed   deliberation.Objection
	ruled   deliberation.Objection
	ruler   deliberation.Office
	wait    int // days from the contest to the ruling
}

func aDisclosure() *posted {
	line := deliberation.AccountLine{Name: "专项资金", Opening: 500, Income: 100, Spending: 50, Closing: 550}
	d := &posted{started: deliberation.NewDate(2026, 4, 2), drafter: "clerk", office: deliberation.Clerk, by: deliberation.Secretary, ruler: deliberation.Guide}
	d.table = deliberation.Accounts{Lines: []deliberation.AccountLine{line}}
	d.table.Total = d.table.Sum().Line()
	sum := d.table.Sum()
	ref := deliberation.PaperRef{ID: "draft", Kind: deliberation.PaperDisclosure, SHA256: "00"}
	d.draft = deliberation.DisclosureDraftData{Paper: ref, Sum: &sum, Before: &deliberation.AccountsSum{Lines: 1, Closing: 500}, BeforeFrom: "february"}
	d.mark = &deliberation.Mark{ID: "s1", Kind: deliberation.MarkAcknowledged, By: "supervisor"}
	d.confirm = deliberation.DisclosureConfirmData{On: d.started.AddDays(1), Draft: ref, Paper: deliberation.PaperRef{ID: "joint"}, Accepted: true}
	d.hung = deliberation.PostedData{Paper: ref}
	d.filed = deliberation.Objection{
		ID: "o1", Contest: deliberation.PaperRef{ID: "c1"}, State: deliberation.ObjectionContested, Answered: d.started.AddDays(4).At(9, 0),
		RulingDue: deliberation.NewDate(2026, 4, 27).End(),
	}
	d.ruled = d.filed
	d.ruled.State, d.ruled.Ruling, d.ruled.Ruled = deliberation.ObjectionSettled, deliberation.PaperRef{ID: "r1"}, d.started.AddDays(9).At(9, 0)
	d.wait = 5
	return d
}

// faults are what the check of disclosures finds.
func (d *posted) faults(t *testing.T) []Check {
	t.Helper()
	lib, err := packs.Load()
	if err != nil {
		t.Fatal(err)
	}
	p, err := lib.Pack("village-2026+sichuan")
	if err != nil {
		t.Fatal(err)
	}
	rules, err := deliberation.DisclosureOf(p, deliberation.AccountsItem)
	if err != nil {
		t.Fatal(err)
	}
	e := &examination{
		disclose: &rules, d: Data{files: contents{paperStem("draft") + ".txt": []byte(d.table.Text())}, Calendar: lib.Calendar()},
		h: &history{started: &deliberation.StartedData{Started: d.started}, ended: &deliberation.OutcomeData{Outcome: deliberation.Carried}},
	}
	e.d.Case.Matter.Item, e.d.Case.Matter.Period = deliberation.AccountsItem, "2026-03"
	add := func(kind deliberation.FactKind, stage deliberation.Stage, actor deliberation.PersonID, office deliberation.Office, days int, v any) {
		f := Fact{Value: v}
		f.Kind, f.Stage, f.Actor, f.Office, f.At = kind, stage, actor, office, deliberation.NewDate(2026, 4, 2).AddDays(days).At(10, 0)
		f.Data = deliberation.NewFact(kind, stage, "", v).Data
		e.d.Facts = append(e.d.Facts, f)
	}
	e.h.first = Fact{}
	add(deliberation.FactDisclosure, deliberation.DisclosureDraft, d.drafter, d.office, 0, &d.draft)
	if d.mark != nil {
		add(deliberation.FactMark, deliberation.DisclosureCheck, d.mark.By, deliberation.Supervisor, 1, &deliberation.MarkData{Mark: *d.mark})
	}
	add(deliberation.FactConfirmed, deliberation.DisclosureConfirm, "secretary", d.by, 2, &d.confirm)
	add(deliberation.FactPosted, deliberation.Disclosing, "member", deliberation.CommitteeMember, 3, &d.hung)
	add(deliberation.FactObjection, deliberation.Disclosing, "resident", deliberation.Resident, 4, &deliberation.ObjectionData{Objection: d.filed})
	add(deliberation.FactObjection, deliberation.Disclosing, "guide", d.ruler, 4+d.wait, &deliberation.ObjectionData{Objection: d.ruled})
	e.check("disclosure", e.disclosure)
	return e.Faults()
}

func TestADisclosureIsExaminedAgain(t *testing.T) {
	if f := aDisclosure().faults(t); len(f) > 0 {
		t.Fatalf("an honest disclosure: %+v", f)
	}
	silent := aDisclosure()
	silent.ruled.Ruling, silent.ruled.Ruled, silent.ruler, silent.wait = deliberation.PaperRef{}, silent.ruled.Answered, "", 30
	if f := silent.faults(t); len(f) > 0 {
		t.Fatalf("a street that was silent until its limit: %+v", f)
	}
	for name, lie := range map[string]func(d *posted){
		"begun too early":                           func(d *posted) { d.started = deliberation.NewDate(2026, 3, 20) },
		"a line that does not add up":               func(d *posted) { d.table.Lines[0].Closing++ },
		"a sum that is not the lines'":              func(d *posted) { d.table.Total.Income++ },
		"another table than on record":              func(d *posted) { d.draft.Sum.Income++ },
		"not carried over":                          func(d *posted) { d.draft.Before.Closing = 499 },
		"no sum on record":                          func(d *posted) { d.draft.Sum = nil },
		"drafted by a resident":                     func(d *posted) { d.office = deliberation.Resident },
		"never checked":                             func(d *posted) { d.mark = nil },
		"only asked about":                          func(d *posted) { d.mark.Kind = deliberation.MarkQuestion },
		"checked by the drafter":                    func(d *posted) { d.drafter = "supervisor" },
		"another draft was confirmed":               func(d *posted) { d.confirm.Draft.ID = "other" },
		"not accepted, yet posted":                  func(d *posted) { d.confirm.Accepted = false },
		"confirmed by a member":                     func(d *posted) { d.by = deliberation.CommitteeMember },
		"a meeting before the disclosure":           func(d *posted) { d.confirm.On = d.started.AddDays(-1) },
		"a meeting that lay ahead":                  func(d *posted) { d.confirm.On = d.started.AddDays(9) },
		"another text on the board":                 func(d *posted) { d.hung.Paper.ID = "other" },
		"another limit for the street":              func(d *posted) { d.filed.RulingDue = d.filed.RulingDue.AddDate(0, 0, 9) },
		"ruled on by the director":                  func(d *posted) { d.ruler = deliberation.Director },
		"settled before its limit without a ruling": func(d *posted) { d.ruled.Ruling = deliberation.PaperRef{} },
		"ruled on without a contest": func(d *posted) {
			d.filed.Contest, d.ruled.Contest = deliberation.PaperRef{}, deliberation.PaperRef{}
		},
	} {
		d := aDisclosure()
		lie(d)
		if len(d.faults(t)) == 0 {
			t.Errorf("%s: not found", name)
		}
	}
}

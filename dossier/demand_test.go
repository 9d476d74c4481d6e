package dossier

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

func (c *town) Signatures(context.Context, deliberation.ProcessID) ([]deliberation.Signature, error) {
	return c.signed, nil
}

func (c *town) SigningRolls(context.Context, deliberation.ProcessID) (map[deliberation.Office][]deliberation.PersonID, error) {
	return c.signers, nil
}

// demands plays a joint demand for an assembly in a community of forty adults, of
// whom so many sign; answer is what the conveners and the street say.
func (c *town) demands(signatures int, answers ...bool) *town {
	c.t.Helper()
	p, err := c.law.Pack(c.process.Pack.ID)
	if err != nil {
		c.t.Fatal(err)
	}
	rules, err := deliberation.DemandOf(p, deliberation.DemandAssembly)
	if err != nil {
		c.t.Fatal(err)
	}
	m := &c.process.Matter
	c.process.Kind, c.process.StartedBy, c.process.Office = deliberation.DemandKind, "p-a00", deliberation.Resident
	m.Demanded, m.Form, m.Origin, m.Authorisation = deliberation.DemandAssembly, deliberation.Assembly, deliberation.OriginResidents, ""
	matter, err := json.Marshal(m)
	if err != nil {
		c.t.Fatal(err)
	}
	c.stage = deliberation.Signing
	c.say(deliberation.FactStarted, string(c.process.ID), c.process.StartedBy, c.process.Office, deliberation.StartedData{
		Community: c.process.Community, Kind: c.kind, Pack: c.process.Pack, Started: c.process.Started, Process: deliberation.DemandKind,
		Category: m.Category, Affected: m.Affected, Origin: m.Origin, Form: m.Form, BudgetFen: m.BudgetFen, MatterSHA256: sum(matter), Clock: c.process.Clock,
	})
	c.enter(deliberation.Signing)
	opened, until := c.now, deliberation.DisplayEnd(deliberation.DateOf(c.now), rules.SigningDays.Days).End()
	c.minutes(30)
	sheet := c.file(deliberation.PaperDemand)
	n := deliberation.SignatureCount{}
	var lines []string
	c.signers = map[deliberation.Office][]deliberation.PersonID{}
	for i := range 40 {
		id := deliberation.PersonID(fmt.Sprintf("p-a%02d", i))
		c.signers[deliberation.Resident] = append(c.signers[deliberation.Resident], id)
		if i >= signatures {
			continue
		}
		s := deliberation.Signature{Process: c.process.ID, Person: deliberation.Person{ID: id, Name: "名"}, Channel: deliberation.WebChannel, At: c.now}
		if i%2 == 0 {
			s.Channel, s.Sheet, s.EnteredBy = deliberation.SheetChannel, sheet, "p-clerk"
			n.Paper++
		} else {
			n.Web++
		}
		c.signed = append(c.signed, s)
	}
	gone := deliberation.Signature{Process: c.process.ID, Person: deliberation.Person{ID: "p-gone", Name: "迁"}, Channel: deliberation.WebChannel, At: c.now}
	c.signed = append(c.signed, gone)
	n.Web, n.Outside = n.Web+1, []deliberation.OutsideSignatures{{Reason: "moved", Count: 1}}
	for _, s := range c.signed {
		lines = append(lines, s.Line())
	}
	n.SHA256 = sum(lineText(lines))
	for _, o := range rules.Offices() {
		roll := deliberation.SignatureRoll{Office: o, Due: len(c.signers[o]), SHA256: sum(rollText(c.signers[o]))}
		if o == deliberation.Resident {
			roll.Signed = signatures
		}
		n.Rolls = append(n.Rolls, roll)
	}
	c.now = until
	verdict := deliberation.DemandVerdict(rules.Thresholds, n)
	c.say(deliberation.FactSignatures, string(c.process.ID), "", "", deliberation.SignaturesData{Opened: opened, Until: until, Closed: c.now, Days: rules.SigningDays, Count: n, Verdict: verdict})
	if !verdict.Met {
		return c.leaveDemand(deliberation.Lost)
	}
	c.leaveDemand(deliberation.Carried)
	for i, accepted := range answers {
		c.days(2)
		d := deliberation.DemandAnswerData{Paper: c.file(deliberation.PaperAnswer), Accepted: accepted}
		if i == 0 && accepted {
			d.Day = deliberation.DateOf(c.now).AddDays(20).At(9, 0)
		}
		kind, who, office := deliberation.FactDemandAnswer, deliberation.PersonID("p-dir"), deliberation.Director
		if i == 1 {
			kind, who, office = deliberation.FactDemandGuided, "p-guide", deliberation.Guide
			c.say(deliberation.FactEscalation, "t1", "", "", deliberation.TaskData{Task: deliberation.Task{ID: "t1", Act: deliberation.GuideDemand}})
		}
		c.say(kind, string(c.process.ID), who, office, d)
		switch {
		case accepted:
			c.leaveDemand(deliberation.Carried)
		case i == 0:
			c.leaveDemand(deliberation.Contested)
		default:
			return c.leaveDemand(deliberation.Lost)
		}
	}
	c.days(1)
	c.say(deliberation.FactDemandMet, string(c.process.ID), "p-dir", deliberation.Director, deliberation.DemandMetData{Started: "x2"})
	return c.leaveDemand(deliberation.Carried)
}

func (c *town) leaveDemand(o deliberation.Outcome) *town {
	next, goesOn := deliberation.NextOfDemand(c.stage, o)
	c.say(deliberation.FactOutcome, string(c.process.ID), "", "", deliberation.OutcomeData{Outcome: o, Next: next})
	if goesOn {
		c.enter(next)
	} else {
		c.end(o)
	}
	return c
}

func TestADossierOfAJointDemandVerifies(t *testing.T) {
	for name, play := range map[string]func(c *town) *town{
		"a tenth signed, accepted":     func(c *town) *town { return c.demands(4, true) },
		"one short of a tenth":         func(c *town) *town { return c.demands(3) },
		"refused, to be convened":      func(c *town) *town { return c.demands(9, false, true) },
		"refused, closed from above":   func(c *town) *town { return c.demands(9, false, false) },
		"of a village, by its old law": func(c *town) *town { c.under("village-2018"); return c.demands(4, true) },
	} {
		t.Run(name, func(t *testing.T) {
			c := newTown(t)
			r := Verify(play(c).zip(), c.options())
			for _, f := range r.Faults() {
				t.Errorf("%+v", f)
			}
		})
	}
}

func TestAJointDemandFillsInItsForm(t *testing.T) {
	c := newTown(t)
	files, bad := unpack(c.demands(4, true).zip())
	if bad != nil {
		t.Fatal(bad.en)
	}
	d, problems := parse(files)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	forms := Forms(d)
	if len(forms) != 1 || forms[0].Demand == nil || len(forms[0].Demand.Signers) != 5 || len(forms[0].Demand.Answers) != 1 || forms[0].Demand.Started != "x2" {
		t.Errorf("%+v", forms)
	}
}

// What an insider who holds the register's key might do to a joint demand.
func TestForgedJointDemandIsFound(t *testing.T) {
	for name, forge := range map[string]func(c *town){
		"a signature is added after the count": func(c *town) {
			c.signed = append(c.signed, deliberation.Signature{Person: deliberation.Person{ID: "p-a30"}, Channel: deliberation.WebChannel, At: c.signed[0].At})
		},
		"a signature is taken away":              func(c *town) { c.signed = c.signed[1:] },
		"a paper signature is said to be online": func(c *town) { c.signed[0].Channel = deliberation.WebChannel },
		"the roll is made shorter":               func(c *town) { c.signers[deliberation.Resident] = c.signers[deliberation.Resident][:30] },
		"somebody signs in another's name":       func(c *town) { c.signed[0].Person.ID = "p-a31" },
		"a signature from before the window":     func(c *town) { c.signed[0].At = c.signed[0].At.AddDate(0, 0, -9) },
	} {
		c := newTown(t)
		c.demands(4, true)
		c.signed = slices.Clone(c.signed)
		forge(c)
		if r := Verify(c.zip(), c.options()); !failed(r, "demand") {
			t.Errorf("%s: not found: %+v", name, r.Faults())
		}
	}
	for name, edit := range map[string]func(e *deliberation.Entry) bool{
		"no count":            func(e *deliberation.Entry) bool { return e.Kind != deliberation.FactSignatures },
		"no answer":           func(e *deliberation.Entry) bool { return e.Kind != deliberation.FactDemandAnswer },
		"nothing was started": func(e *deliberation.Entry) bool { return e.Kind != deliberation.FactDemandMet },
		"the clerk answers": func(e *deliberation.Entry) bool {
			e.Office = swap(e, deliberation.FactDemandAnswer, deliberation.Clerk)
			return true
		},
		"a verdict that flatters":   flatter,
		"the street was never told": func(e *deliberation.Entry) bool { return e.Kind != deliberation.FactEscalation },
	} {
		c := newTown(t)
		c.edit = edit
		answers := []bool{true}
		if name == "the street was never told" {
			answers = []bool{false, true}
		}
		if r := Verify(c.demands(4, answers...).zip(), c.options()); !failed(r, "demand") {
			t.Errorf("%s: not found: %+v", name, r.Faults())
		}
	}
}

func swap(e *deliberation.Entry, kind deliberation.FactKind, o deliberation.Office) deliberation.Office {
	if e.Kind == kind {
		return o
	}
	return e.Office
}

// flatter says that one more has signed than did.
func flatter(e *deliberation.Entry) bool {
	if e.Kind != deliberation.FactSignatures {
		return true
	}
	var d deliberation.SignaturesData
	if json.Unmarshal(e.Data, &d) == nil {
		d.Verdict.Checks[0].Had++
		e.Fact = deliberation.NewFact(e.Kind, e.Stage, e.Subject, d)
	}
	return true
}

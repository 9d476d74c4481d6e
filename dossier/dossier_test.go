package dossier

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

func report(t *testing.T, r Report) string {
	t.Helper()
	var b strings.Builder
	if err := r.Write(&b, "en"); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// lives are processes that went differently and are all lawful.
var lives = map[string]struct {
	outcome deliberation.Outcome
	play    func(c *town)
}{
	"all goes well": {deliberation.Carried, func(c *town) { c.whole() }},
	"lost": {deliberation.Lost, func(c *town) {
		c.upTo(deliberation.Review)
		c.nays = 7
		c.meet(false)
	}},
	"convened again": {deliberation.Carried, func(c *town) {
		c.upTo(deliberation.Resolution)
		c.absent = 20
		c.meet(false)
		c.absent = 0
		c.rest()
	}},
	"some absent": {deliberation.Carried, func(c *town) {
		c.upTo(deliberation.Review)
		c.absent = 2
		c.meet(false)
		c.rest()
	}},
	"amended": {deliberation.Carried, func(c *town) {
		c.upTo(deliberation.Resolution)
		c.meet(true)
		c.rest()
	}},
	"contested": {deliberation.Carried, func(c *town) {
		c.upTo(deliberation.ResolutionDisclosure)
		c.post(2, true, false)
		c.rest()
	}},
	"torn down and posted again": {deliberation.Carried, func(c *town) {
		c.upTo(deliberation.ResolutionDisclosure)
		c.post(1, false, true)
		c.rest()
	}},
	"rectified": {deliberation.Carried, func(c *town) {
		c.upTo(deliberation.Implementation)
		c.rectify()
		c.rest()
	}},
	"withdrawn": {deliberation.Withdrawn, func(c *town) {
		c.upTo(deliberation.Consultation)
		c.say(deliberation.FactPaper, string(c.process.ID), "p-sec", deliberation.Secretary, deliberation.PaperData{Paper: c.file(deliberation.PaperReason)})
		c.say(deliberation.FactOutcome, string(c.process.ID), "p-sec", deliberation.Secretary, deliberation.OutcomeData{Outcome: deliberation.Withdrawn, Next: deliberation.Archive})
		c.end(deliberation.Withdrawn)
	}},
	"cancelled": {deliberation.Cancelled, func(c *town) {
		c.upTo(deliberation.Implementation)
		c.end(deliberation.Cancelled)
	}},
	"by the assembly, at short notice": {deliberation.Carried, func(c *town) {
		c.process.Matter.Form, c.urgent = deliberation.Assembly, true
		if !c.rules.Assembly.EmergencyNotice.Value {
			c.t.Fatal("the pack knows no short notice")
		}
		c.whole()
	}},
	"by households": {deliberation.Carried, func(c *town) {
		c.process.Matter.Form = deliberation.HouseholdAssembly
		c.whole()
	}},
	"changed while it was carried out": {deliberation.Carried, func(c *town) {
		c.upTo(deliberation.Implementation)
		c.text = c.file(deliberation.PaperReason)
		c.say(deliberation.FactPaper, string(c.process.ID), "p-dir", deliberation.Director, deliberation.PaperData{Paper: c.text})
		c.leave(deliberation.Amended)
		c.rest()
	}},
	"withdrawn after the notice": {deliberation.Withdrawn, func(c *town) {
		c.upTo(deliberation.Review)
		r := c.rules.Review
		c.say(deliberation.FactNotice, "m-x", "p-sec", deliberation.Secretary, deliberation.NoticeData{
			Body: r.Body, Starts: deliberation.DateOf(c.now).AddDays(r.Notice.Days).At(19, 0), NoticeDays: r.Notice, Paper: c.file(deliberation.PaperNotice),
		})
		c.say(deliberation.FactOutcome, string(c.process.ID), "p-sec", deliberation.Secretary, deliberation.OutcomeData{Outcome: deliberation.Withdrawn, Next: deliberation.Archive})
		c.end(deliberation.Withdrawn)
	}},
	"under a fast clock": {deliberation.Carried, func(c *town) {
		c.process.Clock = deliberation.Clock{Real: time.Date(2026, 1, 5, 3, 0, 0, 0, time.UTC), Civil: c.now, Rate: 86400}
		c.whole()
	}},
	"merged": {deliberation.Carried, func(c *town) {
		c.process.Matter.Merged = true
		c.whole()
	}},
}

func TestLawfulProcessesVerify(t *testing.T) {
	for name, life := range lives {
		t.Run(name, func(t *testing.T) {
			c := newTown(t)
			life.play(c)
			r := Verify(c.zip(), c.options())
			if !r.OK() {
				t.Fatal(report(t, r))
			}
			if r.Outcome != life.outcome || r.Facts != len(c.entries) || !r.KeyExpected || !r.Demo {
				t.Errorf("%+v", r)
			}
			other := map[string]bool{}
			for _, kind := range []string{deliberation.ConferenceKind, deliberation.DemandKind, deliberation.DutyReportKind, deliberation.DepartmentKind, deliberation.DisclosureKind, deliberation.ConsultationKind, deliberation.OpenTalkKind, deliberation.LivelihoodKind, deliberation.HearingKind, deliberation.ElectionKind, deliberation.RecallKind, deliberation.ChoosingKind, deliberation.ResignationKind} {
				for _, c := range ofKind(kind) {
					if !slices.Contains(ofKind(deliberation.FourDeliberationsKind), c) {
						other[c] = true
					}
				}
			}
			if len(r.Checks) != len(titles)-len(other) {
				t.Errorf("%d checks:\n%s", len(r.Checks), report(t, r))
			}
		})
	}
}

func TestEveryPackVerifies(t *testing.T) {
	for _, p := range newTown(t).law.Packs() {
		t.Run(p.ID, func(t *testing.T) {
			c := newTown(t)
			c.under(p.ID)
			c.whole()
			if r := Verify(c.zip(), c.options()); !r.OK() {
				t.Fatal(report(t, r))
			}
		})
	}
}

func TestDisplayFollowsTheLawOfItsDay(t *testing.T) {
	c := newTown(t)
	c.under("village-2018")
	c.upTo(deliberation.ResolutionDisclosure)
	if deliberation.DateOf(c.now).Year != 2025 {
		t.Fatal("the resolution was to come before the new law")
	}
	c.step()
	c.now = deliberation.Date{Year: 2026, Month: 2, Day: 2}.At(9, 0)
	old := c.rules.ResultPostDays.Days
	c.rest()
	r := Verify(c.zip(), c.options())
	if r.OK() || len(r.Faults()) != 1 || r.Faults()[0].Name != "posting" {
		t.Errorf("%d days in 2026 under the old law:\n%s", old, report(t, r))
	}
}

func TestSilentSupervisorsAreNoVeto(t *testing.T) {
	c := newTown(t).upTo(deliberation.ResultDisclosure)
	c.silence()
	c.post(0, false, false)
	if r := Verify(c.zip(), c.options()); !r.OK() {
		t.Fatal(report(t, r))
	}
}

func TestTheSameProcessIsTheSameZip(t *testing.T) {
	c := newTown(t).whole()
	if !bytes.Equal(c.zip(), c.zip()) {
		t.Error("two zips of one process differ")
	}
}

func TestWithoutAKeyTheReportSaysSo(t *testing.T) {
	c := newTown(t).whole()
	o := c.options()
	o.VerifierKey = ""
	r := Verify(c.zip(), o)
	if !r.OK() || r.KeyExpected || r.VerifierKey != c.key {
		t.Fatalf("%+v", r)
	}
	for lang, want := range map[string]string{"zh": "未提供公钥", "en": "no key was given"} {
		var b strings.Builder
		if err := r.Write(&b, lang); err != nil || !strings.Contains(b.String(), want) || !strings.Contains(b.String(), c.key) {
			t.Errorf("%s: %v\n%s", lang, err, b.String())
		}
	}
	o.VerifierKey = newTown(t).key
	if r := Verify(c.zip(), o); r.OK() || !names(r, "signature", signatureFile) {
		t.Error("verified under a stranger's key\n" + report(t, r))
	}
}

func TestARunningProcessHasNoDossier(t *testing.T) {
	c := newTown(t).upTo(deliberation.Review)
	_, err := c.builder().Dossier(context.Background(), c.process.ID)
	if !errors.Is(err, deliberation.Refuse(deliberation.RefuseOutOfOrder)) {
		t.Errorf("%v", err)
	}
}

func TestARegisterThatDisagreesWithItsTreeMakesNoDossier(t *testing.T) {
	c := newTown(t).whole()
	c.entries[3].Actor = "somebody-else"
	if _, err := c.builder().Dossier(context.Background(), c.process.ID); err == nil || !strings.Contains(err.Error(), "does not agree with its tree") {
		t.Errorf("%v", err)
	}
}

func TestFaultsComeFirst(t *testing.T) {
	c := newTown(t).whole()
	files, _ := unpack(c.zip())
	files[peopleFile] = append(files[peopleFile], ' ')
	z, err := pack(files)
	if err != nil {
		t.Fatal(err)
	}
	for _, lang := range []string{"zh", "en"} {
		var b strings.Builder
		if err := Verify(z, c.options()).Write(&b, lang); err != nil {
			t.Fatal(err)
		}
		fault, ok := strings.Index(b.String(), "✗"), strings.Index(b.String(), "✓")
		if fault < 0 || ok < fault || !strings.Contains(b.String()[:ok], peopleFile) {
			t.Errorf("%s:\n%s", lang, b.String())
		}
	}
}

// names reports whether a fault of the check names the file.
func names(r Report, check, file string) bool {
	return slices.ContainsFunc(r.Faults(), func(c Check) bool { return (check == "" || c.Name == check) && c.File == file })
}

func TestSixForms(t *testing.T) {
	c := newTown(t).whole()
	files, _ := unpack(c.zip())
	d, problems := parse(files)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	forms := Forms(d)
	if len(forms) != 6 {
		t.Fatalf("%d forms", len(forms))
	}
	review := forms[2].Meetings[0]
	if review.Due != 12 || review.Present != 12 || review.Ratio != "12/12" || review.Votes[0].Tally.Yes != 12 || len(review.Signed) != 2 || len(review.Attendance) != 12 {
		t.Errorf("%+v", review)
	}
	if !slices.ContainsFunc(review.Verdicts, func(s string) bool { return strings.Contains(s, "赞成") && strings.Contains(s, "依据:") }) {
		t.Errorf("%q", review.Verdicts)
	}
	if forms[4].Postings[0].Objections != 1 || len(forms[4].Opinions) != 1 || forms[4].Opinions[0].Kind != "不予签署" {
		t.Errorf("%+v", forms[4])
	}
	if len(forms[5].Opinions) != 2 || forms[5].Results[0].Outcome != "通过" {
		t.Errorf("%+v", forms[5])
	}
	for _, f := range forms {
		if f.Cause == "" || f.Matter == "" || f.Remark != "" {
			t.Errorf("%+v", f)
		}
	}
	c = newTown(t)
	c.process.Matter.Merged = true
	c.upTo(deliberation.Review)
	c.nays = 12
	c.meet(false)
	files, _ = unpack(c.zip())
	d, _ = parse(files)
	forms = Forms(d)
	if !strings.Contains(forms[1].Remark, "合并") || forms[5].Remark != "未进行。" || forms[2].Results[0].Outcome != "未通过" {
		t.Errorf("%q %q %+v", forms[1].Remark, forms[5].Remark, forms[2].Results)
	}
}

func TestAReportDoesNotSteerTheTerminal(t *testing.T) {
	r := Report{Process: "p\n✓ all is well\x1b[2J", VerifierKey: "k\u202e", Checks: []Check{{Name: "files", File: "a\nb", ZH: "x\x1b]0;\ny", EN: "x"}}}
	for _, lang := range []string{"zh", "en"} {
		var b strings.Builder
		if err := r.Write(&b, lang); err != nil {
			t.Fatal(err)
		}
		if strings.ContainsAny(b.String(), "\x1b\u202e") || strings.Count(b.String(), "\n") != 4 {
			t.Errorf("%q", b.String())
		}
	}
}

package dossier

import (
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

var allVotings = []deliberation.Voting{deliberation.RecordedVoting, deliberation.SecretVoting, deliberation.HandsVoting}

func TestADossierOfAConferenceVerifies(t *testing.T) {
	for _, pack := range []string{"urban-2026", "village-2026", "urban-2026+sichuan", "village-2018"} {
		c := newTown(t)
		c.under(pack)
		r := Verify(c.confer(allVotings...).zip(), c.options())
		for _, f := range r.Faults() {
			t.Errorf("%s: %+v", pack, f)
		}
	}
}

func TestAConferenceFillsInTheFormsOfItsStages(t *testing.T) {
	c := newTown(t)
	files, _ := unpack(c.confer(allVotings...).zip())
	d, problems := parse(files)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	forms := Forms(d)
	if len(forms) != 2 || forms[0].Number != 4 || forms[1].Number != 5 {
		t.Fatalf("%+v", forms)
	}
	if m := forms[0].Meetings[0]; len(m.Votes) != len(allVotings) {
		t.Errorf("%d votes on the form", len(m.Votes))
	}
	for _, f := range forms {
		if f.Remark != "" {
			t.Errorf("form %d: %s", f.Number, f.Remark)
		}
	}
	if found := files.under(formsDir); len(found) != 2 {
		t.Errorf("%q", found)
	}
}

func TestADossierOfASecretPollNamesNoChoice(t *testing.T) {
	c := newTown(t)
	files, bad := unpack(c.confer(deliberation.SecretVoting).zip())
	if bad != nil {
		t.Fatal(bad.en)
	}
	ballots, receipts := 0, 0
	for name, b := range files {
		switch {
		case strings.HasPrefix(name, ballotsDir):
			ballots++
			if strings.Contains(string(b), "p-") || !strings.Contains(string(b), "yes\n") {
				t.Errorf("%s: %s", name, b)
			}
		case strings.HasPrefix(name, receiptsDir):
			receipts++
			if strings.Contains(string(b), "yes") {
				t.Errorf("%s: %s", name, b)
			}
		}
	}
	if ballots != 1 || receipts != 1 {
		t.Errorf("%d files of ballots, %d of receipts", ballots, receipts)
	}
}

// What an insider who holds the register's key might do to a conference.
func TestForgedConferenceIsFound(t *testing.T) {
	for name, c := range map[string]struct {
		forge func(c *town)
		check string
	}{
		"a choice is changed after the count": {func(c *town) {
			for id, box := range c.boxes {
				box.Lines[0] = "no"
				c.boxes[id] = box
			}
		}, "ballots"},
		"a receipt is taken away": {func(c *town) {
			for id, box := range c.boxes {
				box.Receipts = box.Receipts[1:]
				c.boxes[id] = box
			}
		}, "ballots"},
	} {
		town := newTown(t)
		town.confer(allVotings...)
		c.forge(town)
		if r := Verify(town.zip(), town.options()); !failed(r, c.check) {
			t.Errorf("%s: not found: %+v", name, r.Faults())
		}
	}
	for name, c := range map[string]struct {
		edit  func(e *deliberation.Entry) bool
		check string
	}{
		"one person counted the hands": {func(e *deliberation.Entry) bool {
			return e.Kind != deliberation.FactHandCount || e.Actor != "p-sup"
		}, "tally"},
		"a motion was never on the agenda": {func(e *deliberation.Entry) bool {
			return e.Kind != deliberation.FactMotion
		}, "ballots"},
		"disclosed without the supervisors": {func(e *deliberation.Entry) bool {
			return e.Kind != deliberation.FactMark || e.Stage != deliberation.Resolution
		}, "supervision"},
	} {
		town := newTown(t)
		town.edit = c.edit
		if r := Verify(town.confer(allVotings...).zip(), town.options()); !failed(r, c.check) {
			t.Errorf("%s: not found: %+v", name, r.Faults())
		}
	}
}

func failed(r Report, check string) bool {
	for _, f := range r.Faults() {
		if f.Name == check {
			return true
		}
	}
	return false
}

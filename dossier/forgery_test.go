package dossier

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/register"
)

func repacked(t interface{ Fatal(...any) }, files contents) []byte {
	z, err := pack(files)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func opened(t *testing.T, z []byte) contents {
	t.Helper()
	files, bad := unpack(z)
	if bad != nil {
		t.Fatal(bad)
	}
	return files
}

func TestOneByteChangedInAnyFileIsNamed(t *testing.T) {
	c := newTown(t).whole()
	files := opened(t, c.zip())
	for _, name := range files.names() {
		content := files[name]
		if len(content) == 0 {
			t.Errorf("%s is empty", name)
			continue
		}
		for _, i := range []int{0, len(content) / 2, len(content) - 1} {
			forged := maps.Clone(files)
			forged[name] = bytes.Clone(content)
			forged[name][i] ^= 1
			if r := Verify(repacked(t, forged), c.options()); r.OK() || !names(r, "", name) {
				t.Errorf("byte %d of %s changed:\n%s", i, name, report(t, r))
			}
		}
	}
}

func TestEveryBitOfTheSealCounts(t *testing.T) {
	c := newTown(t)
	c.upTo(deliberation.Consultation)
	c.end(deliberation.Cancelled)
	files := opened(t, c.zip())
	e := func(files contents) Report {
		x := &examination{o: c.options()}
		x.seal(files)
		return x.Report
	}
	if r := e(files); !r.OK() {
		t.Fatal(report(t, r))
	}
	for _, name := range []string{signatureFile, manifestFile} {
		for i := range files[name] {
			forged := maps.Clone(files)
			forged[name] = bytes.Clone(files[name])
			forged[name][i] ^= 1
			if r := e(forged); r.OK() || !names(r, "signature", name) && !names(r, "signature", manifestFile) {
				t.Fatalf("byte %d of %s changed:\n%s", i, name, report(t, r))
			}
		}
	}
}

func TestMissingAndAddedFilesAreNamed(t *testing.T) {
	c := newTown(t).whole()
	files := opened(t, c.zip())
	for _, name := range files.names() {
		forged := maps.Clone(files)
		delete(forged, name)
		if r := Verify(repacked(t, forged), c.options()); r.OK() || !names(r, "", name) {
			t.Errorf("without %s:\n%s", name, report(t, r))
		}
	}
	for _, name := range []string{"extra.txt", "papers/extra.txt", "rules/extra.yaml", "forms/form-7.json"} {
		forged := maps.Clone(files)
		forged[name] = []byte("?")
		if r := Verify(repacked(t, forged), c.options()); r.OK() || !names(r, "files", name) {
			t.Errorf("with %s:\n%s", name, report(t, r))
		}
	}
}

// resealed is what a forger makes who has the key of the seal, but cannot rewrite
// the register: every hash in the manifest is right.
func resealed(t *testing.T, c *town, files contents) []byte {
	t.Helper()
	m := Manifest{Process: c.process.ID, Origin: origin, VerifierKey: c.key}
	if err := seal(files, m, c.signer); err != nil {
		t.Fatal(err)
	}
	return repacked(t, files)
}

// editFacts rewrites the lines of facts.jsonl.
func editFacts(files contents, edit func(lines []string) []string) {
	lines := strings.SplitAfter(strings.TrimSuffix(string(files[factsFile]), "\n"), "\n")
	lines[len(lines)-1] += "\n"
	files[factsFile] = []byte(strings.Join(edit(lines), ""))
}

func find(t *testing.T, lines []string, kind deliberation.FactKind) int {
	t.Helper()
	i := slices.IndexFunc(lines, func(l string) bool { return strings.Contains(l, `"kind":"`+string(kind)+`"`) })
	if i < 0 {
		t.Fatalf("no fact %s", kind)
	}
	return i
}

func replaced(t *testing.T, s, old, with string) string {
	t.Helper()
	if !strings.Contains(s, old) {
		t.Fatalf("%q is not in %.300s", old, s)
	}
	return strings.Replace(s, old, with, 1)
}

func TestForgeriesUnderARightManifestAreNamed(t *testing.T) {
	change := func(kind deliberation.FactKind, old, with string) func(*testing.T, contents) {
		return func(t *testing.T, files contents) {
			editFacts(files, func(lines []string) []string {
				i := find(t, lines, kind)
				lines[i] = replaced(t, lines[i], old, with)
				return lines
			})
		}
	}
	swap := func(dir, old, with string) func(*testing.T, contents) {
		return func(t *testing.T, files contents) {
			for _, name := range files.under(dir) {
				if bytes.Contains(files[name], []byte(old)) {
					files[name] = bytes.Replace(files[name], []byte(old), []byte(with), 1)
					return
				}
			}
			t.Fatalf("no %q under %s", old, dir)
		}
	}
	for name, forgery := range map[string]struct {
		forge func(*testing.T, contents)
		// check and file are what must be named.
		check, file string
	}{
		"a tally":            {change(deliberation.FactPollClosed, `"yes":3`, `"yes":2`), "tally", factsFile},
		"a tally, inclusion": {change(deliberation.FactPollClosed, `"yes":3`, `"yes":2`), "inclusion", factsFile},
		"a ballot":           {swap(ballotsDir, " yes", " no"), "ballots", ballotsDir},
		"a ballot, recount":  {swap(ballotsDir, " yes", " no"), "tally", factsFile},
		"a ballot added":     {swap(ballotsDir, "p-b1 yes\n", "p-b1 yes\np-x yes\n"), "ballots", ballotsDir},
		"a voter left out":   {swap(votersDir, "p-b1\n", ""), "ballots", votersDir},
		"a date":             {change(deliberation.FactNotice, `"at":"2026`, `"at":"2025`), "inclusion", factsFile},
		"a person on a roll": {swap(rollsDir, `"p-b1"`, `"p-b9"`), "roll", rollsDir},
		"a roll shortened": {func(t *testing.T, files contents) {
			name := files.under(rollsDir)[0]
			var r Roll
			if err := json.Unmarshal(files[name], &r); err != nil {
				t.Fatal(err)
			}
			r.Members = r.Members[1:]
			files[name], _ = writeJSON(r)
		}, "roll", rollsDir},
		"a number of the pack": {swap(rulesDir, "days: 15", "days: 5"), "pack", rulesDir},
		"a fact dropped": {func(t *testing.T, files contents) {
			editFacts(files, func(lines []string) []string {
				i := find(t, lines, deliberation.FactObjection)
				return slices.Delete(lines, i, i+1)
			})
		}, "completeness", factsFile},
		"a fact and its proof dropped": {func(t *testing.T, files contents) {
			var gone FactLine
			editFacts(files, func(lines []string) []string {
				i := find(t, lines, deliberation.FactObjection)
				if err := json.Unmarshal([]byte(lines[i]), &gone); err != nil {
					t.Fatal(err)
				}
				return slices.Delete(lines, i, i+1)
			})
			var p Proofs
			if err := json.Unmarshal(files[proofsFile], &p); err != nil {
				t.Fatal(err)
			}
			p.Proofs = slices.DeleteFunc(p.Proofs, func(p Proof) bool { return p.Index == gone.Index })
			files[proofsFile], _ = writeJSON(p)
		}, "completeness", factsFile},
		"a proof dropped": {func(t *testing.T, files contents) {
			var p Proofs
			if err := json.Unmarshal(files[proofsFile], &p); err != nil {
				t.Fatal(err)
			}
			p.Proofs = p.Proofs[1:]
			files[proofsFile], _ = writeJSON(p)
		}, "inclusion", proofsFile},
		"the end cut off": {func(t *testing.T, files contents) {
			editFacts(files, func(lines []string) []string { return lines[:len(lines)-1] })
		}, "completeness", factsFile},
		"two facts exchanged": {func(t *testing.T, files contents) {
			editFacts(files, func(lines []string) []string {
				i := find(t, lines, deliberation.FactNotice)
				lines[i], lines[i+1] = lines[i+1], lines[i]
				return lines
			})
		}, "completeness", factsFile},
		"two facts exchanged, indices kept": {func(t *testing.T, files contents) {
			editFacts(files, func(lines []string) []string {
				i := find(t, lines, deliberation.FactNotice)
				var a, b FactLine
				if json.Unmarshal([]byte(lines[i]), &a) != nil || json.Unmarshal([]byte(lines[i+1]), &b) != nil {
					t.Fatal("not a line")
				}
				a.Leaf, b.Leaf = b.Leaf, a.Leaf
				x, _ := json.Marshal(a)
				y, _ := json.Marshal(b)
				lines[i], lines[i+1] = string(x)+"\n", string(y)+"\n"
				return lines
			})
		}, "inclusion", factsFile},
		"a fact written otherwise": {change(deliberation.FactNotice, `"process":"fd-1"`, `"process": "fd-1"`), "content", factsFile},
		"the matter":               {swap("process", "小区东门改造", "小区西门改造"), "case", processFile},
		"the outcome":              {swap("process", `"outcome": "carried"`, `"outcome": "lost"`), "case", processFile},
		"the budget":               {swap("process", "1234500", "9934500"), "case", processFile},
		"a paper":                  {swap(papersDir, "正文", "伪文"), "papers", papersDir},
		"a form":                   {swap(formsDir, `"due": 12`, `"due": 11`), "forms", "forms/form-3.json"},
		"a name on a form":         {swap(peopleFile, "名p-sec", "别人"), "forms", "forms/form-1.json"},
		"an opinion left out": {func(t *testing.T, files contents) {
			files[opinionsFile] = []byte("[]\n")
		}, "soliciting", opinionsFile},
		"a paper that nothing speaks of": {func(t *testing.T, files contents) { files["papers/planted.txt"] = []byte("?") }, "papers", "papers/planted.txt"},
		"a form too many":                {func(t *testing.T, files contents) { files["forms/form-7.json"] = []byte("{}") }, "forms", "forms/form-7.json"},
		"a checkpoint of another register": {func(t *testing.T, files contents) {
			signer, _, _ := register.NewKey(origin)
			files[checkpointFile], _ = register.Sign(signer, origin, 3, tlog.Hash{})
		}, "checkpoint", checkpointFile},
		"a smaller register": {swap(proofsFile, `"size": `, `"size": 1`), "checkpoint", proofsFile},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTown(t).whole()
			files := opened(t, c.zip())
			forgery.forge(t, files)
			r := Verify(resealed(t, c, files), c.options())
			if r.OK() || !slices.ContainsFunc(r.Faults(), func(f Check) bool { return f.Name == forgery.check && strings.HasPrefix(f.File, forgery.file) }) {
				t.Errorf("want %s to name %s:\n%s", forgery.check, forgery.file, report(t, r))
			}
			if names(r, "files", forgery.file) || names(r, "signature", manifestFile) {
				t.Error("the forger did not get the seal right: the test shows nothing")
			}
		})
	}
}

// lie changes the data of the n-th fact of a kind.
func lie[T any](kind deliberation.FactKind, n int, tell func(e *deliberation.Entry, d *T)) func(*town) {
	return func(c *town) {
		seen := 0
		c.edit = func(e *deliberation.Entry) bool {
			if e.Kind != kind {
				return true
			}
			if seen++; seen != n {
				return true
			}
			var d T
			if err := json.Unmarshal(e.Data, &d); err != nil {
				c.t.Fatal(err)
			}
			tell(e, &d)
			e.Data, _ = json.Marshal(d)
			return true
		}
	}
}

// silent leaves the n-th fact of a kind out, as if it had never been.
func silent(kind deliberation.FactKind, n int) func(*town) {
	return func(c *town) {
		seen := 0
		c.edit = func(e *deliberation.Entry) bool {
			if e.Kind == kind {
				seen++
			}
			return e.Kind != kind || seen != n
		}
	}
}

// TestUnlawfulProcessesDoNotVerify: here the register itself was told a lie, or
// the process broke a rule, and every hash, proof and signature is right.
func TestUnlawfulProcessesDoNotVerify(t *testing.T) {
	type (
		started = deliberation.StartedData
		notice  = deliberation.NoticeData
		roll    = deliberation.RollData
		verdict = deliberation.VerdictData
		count   = deliberation.CountData
		signed  = deliberation.SignedData
		posted  = deliberation.PostedData
		mark    = deliberation.MarkData
		outcome = deliberation.OutcomeData
		objects = deliberation.ObjectionData
		opinion = deliberation.OpinionsData
		stage   = deliberation.StageData
		paper   = deliberation.PaperData
	)
	for name, crime := range map[string]struct {
		do    func(*town)
		check string
	}{
		"soliciting too short":        {lie(deliberation.FactOpinions, 1, func(_ *deliberation.Entry, d *opinion) { d.Opened = d.Opened.AddDate(0, 0, 2) }), "soliciting"},
		"soliciting by another rule":  {lie(deliberation.FactOpinions, 1, func(_ *deliberation.Entry, d *opinion) { d.Days.Days-- }), "soliciting"},
		"an opinion unanswered":       {lie(deliberation.FactOpinions, 1, func(_ *deliberation.Entry, d *opinion) { d.Answered = 0 }), "soliciting"},
		"no soliciting":               {silent(deliberation.FactOpinions, 1), "soliciting"},
		"a pack of another hash":      {lie(deliberation.FactStarted, 1, func(_ *deliberation.Entry, d *started) { d.Pack.Hash = strings.Repeat("0", 64) }), "pack"},
		"no notice":                   {silent(deliberation.FactNotice, 3), "notice"},
		"notice too short":            {lie(deliberation.FactNotice, 3, func(e *deliberation.Entry, d *notice) { d.Starts = d.Starts.AddDate(0, 0, -1) }), "notice"},
		"notice by another rule":      {lie(deliberation.FactNotice, 3, func(_ *deliberation.Entry, d *notice) { d.NoticeDays.Days = 0 }), "notice"},
		"urgent where not allowed":    {lie(deliberation.FactNotice, 3, func(_ *deliberation.Entry, d *notice) { d.Urgent = true }), "notice"},
		"another body convened":       {lie(deliberation.FactNotice, 3, func(_ *deliberation.Entry, d *notice) { d.Body = deliberation.Conference }), "notice"},
		"no roll":                     {silent(deliberation.FactRoll, 2), "roll"},
		"a roll miscounted":           {lie(deliberation.FactRoll, 2, func(_ *deliberation.Entry, d *roll) { d.Count-- }), "roll"},
		"a roll frozen too soon":      {lie(deliberation.FactRoll, 2, func(e *deliberation.Entry, _ *roll) { e.At = e.At.Add(-time.Hour) }), "roll"},
		"more present than signed in": {lie(deliberation.FactQuorum, 3, func(_ *deliberation.Entry, d *verdict) { d.Verdict.Attendance.Whole.Present++ }), "quorum"},
		"fewer due than the roll": {lie(deliberation.FactQuorum, 3, func(_ *deliberation.Entry, d *verdict) {
			a := d.Verdict.Attendance
			a.Whole.Due, a.Whole.Present = 5, 5
			rules := []deliberation.MajorityRule{}
			for _, c := range d.Verdict.Checks {
				rules = append(rules, c.Rule)
			}
			d.Verdict = deliberation.Quorum(rules, a)
		}), "quorum"},
		"a quorum by an easier rule": {lie(deliberation.FactQuorum, 3, func(_ *deliberation.Entry, d *verdict) {
			d.Verdict = deliberation.Quorum(nil, d.Verdict.Attendance)
			d.Verdict.Met = true
		}), "quorum"},
		"a poll without a quorum": {func(c *town) {
			lie(deliberation.FactQuorum, 3, func(_ *deliberation.Entry, d *verdict) {
				rules := []deliberation.MajorityRule{}
				for _, c := range d.Verdict.Checks {
					rules = append(rules, c.Rule)
				}
				a := d.Verdict.Attendance
				a.Whole.Present = 1
				d.Verdict = deliberation.Quorum(rules, a)
			})(c)
		}, "quorum"},
		"no quorum found":            {silent(deliberation.FactQuorum, 3), "quorum"},
		"voters miscounted":          {lie(deliberation.FactPollOpened, 2, func(_ *deliberation.Entry, d *roll) { d.Count++ }), "ballots"},
		"a text never filed":         {lie(deliberation.FactPollOpened, 2, func(_ *deliberation.Entry, d *roll) { d.Text.Kind = deliberation.PaperDraft }), "ballots"},
		"a poll never closed":        {silent(deliberation.FactPollClosed, 2), "ballots"},
		"a tally with two ayes more": {lie(deliberation.FactPollClosed, 4, func(_ *deliberation.Entry, d *count) { d.Tally.Yes += 2 }), "tally"},
		"a part of the tally":        {lie(deliberation.FactPollClosed, 2, func(_ *deliberation.Entry, d *count) { d.Tally.Parts[0].Yes-- }), "tally"},
		"a verdict on another tally": {lie(deliberation.FactPassing, 4, func(_ *deliberation.Entry, d *verdict) { d.Verdict.Tally.No++ }), "passing"},
		"a verdict turned round":     {lie(deliberation.FactPassing, 4, func(_ *deliberation.Entry, d *verdict) { d.Verdict.Met = false }), "passing"},
		"no verdict":                 {silent(deliberation.FactPassing, 4), "passing"},
		"advice that amends":         {lie(deliberation.FactOutcome, 5, func(_ *deliberation.Entry, d *outcome) { d.Outcome = deliberation.Amended }), "order"},
		"carried and called amended": {lie(deliberation.FactOutcome, 4, func(_ *deliberation.Entry, d *outcome) { d.Outcome = deliberation.Amended }), "passing"},
		"a stage skipped": {func(c *town) {
			c.edit = func(e *deliberation.Entry) bool { return e.Stage != deliberation.Consultation }
		}, "order"},
		"a wrong round":              {lie(deliberation.FactStage, 3, func(_ *deliberation.Entry, d *stage) { d.Round = 2 }), "order"},
		"a wrong next stage":         {lie(deliberation.FactOutcome, 3, func(_ *deliberation.Entry, d *outcome) { d.Next = deliberation.Resolution }), "order"},
		"no outcome":                 {silent(deliberation.FactOutcome, 3), "order"},
		"an end that nobody decided": {lie(deliberation.FactEnded, 1, func(_ *deliberation.Entry, d *outcome) { d.Outcome = deliberation.Lost }), "order"},
		"a fact of another stage":    {lie(deliberation.FactMark, 2, func(e *deliberation.Entry, _ *mark) { e.Stage = deliberation.Proposal }), "order"},
		"one signer for both":        {lie(deliberation.FactSigned, 1, func(e *deliberation.Entry, _ *signed) { e.Actor = "p-sec" }), "minutes"},
		"minutes not signed":         {silent(deliberation.FactSigned, 4), "minutes"},
		"two different minutes":      {lie(deliberation.FactSigned, 4, func(_ *deliberation.Entry, d *signed) { d.Paper.ID = "fd-1.paper2" }), "minutes"},
		"signed by a resident":       {lie(deliberation.FactSigned, 1, func(e *deliberation.Entry, _ *signed) { e.Office = deliberation.Resident }), "minutes"},
		"signed by another chair":    {lie(deliberation.FactSigned, 2, func(e *deliberation.Entry, _ *signed) { e.Actor = "p-b1" }), "minutes"},
		"a display miscounted":       {lie(deliberation.FactPosted, 1, func(_ *deliberation.Entry, d *posted) { d.DisplayUntil = d.DisplayUntil.AddDate(0, 0, -1) }), "posting"},
		"a display by another rule":  {lie(deliberation.FactPosted, 1, func(_ *deliberation.Entry, d *posted) { d.DisplayDays.Days = 7 }), "posting"},
		"no time for objections":     {lie(deliberation.FactPosted, 1, func(_ *deliberation.Entry, d *posted) { d.ObjectionsUntil = d.Posted }), "posting"},
		"taken down too soon":        {lie(deliberation.FactPostingEnded, 1, func(e *deliberation.Entry, _ *posted) { e.At = e.At.AddDate(0, 0, -1) }), "posting"},
		"no photo":                   {silent(deliberation.FactPostingProof, 2), "posting"},
		"never posted":               {silent(deliberation.FactPosted, 2), "posting"},
		"never ended":                {silent(deliberation.FactPostingEnded, 2), "posting"},
		"late and not marked so": {lie(deliberation.FactObjection, 2, func(e *deliberation.Entry, d *objects) {
			d.Objection.Answered, e.At = d.Objection.AnswerDue.Add(time.Hour), d.Objection.AnswerDue.Add(time.Hour)
			e.Stored = e.At
		}), "objections"},
		"a limit miscounted": {lie(deliberation.FactObjection, 1, func(_ *deliberation.Entry, d *objects) {
			d.Objection.AnswerDue = d.Objection.AnswerDue.AddDate(0, 0, 9)
		}), "objections"},
		"an objection unsettled":        {silent(deliberation.FactObjection, 3), "objections"},
		"an objection exchanged":        {lie(deliberation.FactObjection, 2, func(_ *deliberation.Entry, d *objects) { d.Objection.Person = "p-r06" }), "objections"},
		"contested and ignored":         {lie(deliberation.FactObjection, 3, func(_ *deliberation.Entry, d *objects) { d.Objection.State = deliberation.ObjectionContested }), "objections"},
		"no gate at ①":                  {silent(deliberation.FactMark, 1), "supervision"},
		"no gate at ④":                  {silent(deliberation.FactMark, 3), "supervision"},
		"no gate at disclosure":         {silent(deliberation.FactMark, 4), "supervision"},
		"no closing opinion":            {silent(deliberation.FactMark, 6), "supervision"},
		"acknowledged by the secretary": {lie(deliberation.FactMark, 1, func(e *deliberation.Entry, _ *mark) { e.Office = deliberation.Secretary }), "supervision"},
		"acknowledged for another":      {lie(deliberation.FactMark, 1, func(e *deliberation.Entry, _ *mark) { e.Actor = "p-sec" }), "supervision"},
		"declined without reasons":      {lie(deliberation.FactMark, 4, func(_ *deliberation.Entry, d *mark) { d.Mark.Paper = deliberation.PaperRef{} }), "supervision"},
		"silence at once": {lie(deliberation.FactMark, 1, func(_ *deliberation.Entry, d *mark) {
			d.Mark.Kind, d.Mark.State, d.Mark.Escalated = deliberation.MarkSilent, deliberation.MarkEscalated, d.Mark.Made
		}), "supervision"},
		"silence not told":        {lie(deliberation.FactMark, 5, func(_ *deliberation.Entry, d *mark) { d.Mark.Kind = deliberation.MarkSilent }), "supervision"},
		"a paper of another hash": {lie(deliberation.FactPaper, 1, func(_ *deliberation.Entry, d *paper) { d.Paper.SHA256 = strings.Repeat("0", 64) }), "papers"},
		"dated after its record":  {lie(deliberation.FactPaper, 1, func(e *deliberation.Entry, _ *paper) { e.Stored = e.At.AddDate(0, 0, -1) }), "case"},
	} {
		t.Run(name, func(t *testing.T) {
			c := newTown(t)
			crime.do(c)
			c.whole()
			r := Verify(c.zip(), c.options())
			if r.OK() || !slices.ContainsFunc(r.Faults(), func(f Check) bool { return f.Name == crime.check }) {
				t.Errorf("want %s to object:\n%s", crime.check, report(t, r))
			}
			for _, sound := range []string{"signature", "files", "checkpoint", "inclusion", "completeness"} {
				if slices.ContainsFunc(r.Faults(), func(f Check) bool { return f.Name == sound }) {
					t.Errorf("the insider got %s wrong: the test shows nothing", sound)
				}
			}
		})
	}
}

func TestARectificationMustBePutRight(t *testing.T) {
	for name, n := range map[string]int{"never told to the street": 2, "settled unanswered": 3, "left open": 4} {
		t.Run(name, func(t *testing.T) {
			c := newTown(t).upTo(deliberation.Implementation)
			seen := 0
			c.edit = func(e *deliberation.Entry) bool {
				if e.Kind != deliberation.FactMark && e.Kind != deliberation.FactEscalation {
					return true
				}
				seen++
				if n == 2 && (seen == 3 || seen == 4) {
					var d deliberation.MarkData
					if err := json.Unmarshal(e.Data, &d); err != nil {
						t.Fatal(err)
					}
					d.Mark.Escalated = time.Time{}
					e.Data, _ = json.Marshal(d)
				}
				if n == 3 && seen == 4 {
					var d deliberation.MarkData
					if err := json.Unmarshal(e.Data, &d); err != nil {
						t.Fatal(err)
					}
					d.Mark.Answer = deliberation.PaperRef{}
					e.Data, _ = json.Marshal(d)
				}
				return n != 4 || seen != 4
			}
			c.rectify()
			c.edit = nil
			c.rest()
			r := Verify(c.zip(), c.options())
			if r.OK() || r.Faults()[0].Name != "supervision" {
				t.Error(report(t, r))
			}
		})
	}
}

func TestHostileZipsAreRefused(t *testing.T) {
	made := func(write func(w *zip.Writer)) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		write(w)
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	put := func(w *zip.Writer, name string, content []byte) {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write(content)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	one := func(name string) []byte { return made(func(w *zip.Writer) { put(w, name, []byte("x")) }) }
	cases := map[string][]byte{
		"empty":       {},
		"not a zip":   []byte("no zip at all"),
		"larger":      make([]byte, MaxZip+1),
		"up":          one("../manifest.json"),
		"down and up": one("papers/../manifest.json"),
		"absolute":    one("/etc/passwd"),
		"drive":       one("C:manifest.json"),
		"backslash":   one(`papers\x.txt`),
		"two deep":    one("papers/a/b.txt"),
		"a folder":    made(func(w *zip.Writer) { put(w, "papers/", nil) }),
		"newline":     one("papers/a\nb"),
		"twice":       made(func(w *zip.Writer) { put(w, "manifest.json", []byte("{}")); put(w, "manifest.json", []byte("{}")) }),
		"bomb":        made(func(w *zip.Writer) { put(w, "facts.jsonl", make([]byte, MaxFile+1)) }),
		"many files": made(func(w *zip.Writer) {
			for i := range MaxFiles + 1 {
				put(w, fmt.Sprint("papers/", i), nil)
			}
		}),
		"a link": made(func(w *zip.Writer) {
			h := &zip.FileHeader{Name: "manifest.json"}
			h.SetMode(0o777 | 1<<27) // fs.ModeSymlink
			if _, err := w.CreateHeader(h); err != nil {
				t.Fatal(err)
			}
		}),
	}
	for name, z := range cases {
		r := Verify(z, Options{})
		if r.OK() || len(r.Checks) != 1 || r.Checks[0].Name != "container" || r.Checks[0].EN == "" || r.Checks[0].ZH == "" {
			t.Errorf("%s: %+v", name, r)
		}
	}
	if r := Verify(made(func(w *zip.Writer) { put(w, "manifest.json", []byte("{}")) }), Options{}); r.OK() || !names(r, "signature", manifestFile) {
		t.Error("took an empty manifest")
	}
}

func TestABrokenZipNeverVerifies(t *testing.T) {
	c := newTown(t)
	c.upTo(deliberation.Consultation)
	c.end(deliberation.Cancelled)
	z := c.zip()
	for _, n := range []int{1, 10, len(z) / 2, len(z) - 1} {
		if r := Verify(z[:n], c.options()); r.OK() {
			t.Errorf("cut off after %d bytes and verified", n)
		}
	}
}

// TestNothingMakesTheVerifierFall: whatever a forger with the key of the seal
// writes, there is a report, and it is not OK.
func TestNothingMakesTheVerifierFall(t *testing.T) {
	c := newTown(t).whole()
	files := opened(t, c.zip())
	var kinds []string
	for _, name := range files.names() {
		if !strings.HasPrefix(name, papersDir) && name != readmeFile && name != peopleFile && name != signatureFile && name != manifestFile {
			kinds = append(kinds, name)
		}
	}
	junk := []string{"null", "{}", "[]", "0", "-1", `""`, "[null]", `{"a":1}`, "1e999", "9223372036854775808", "true", "\x00", "\n", `"started"`, `"passing"`}
	rapid.Check(t, func(t *rapid.T) {
		forged := maps.Clone(files)
		name := rapid.SampledFrom(kinds).Draw(t, "file")
		content := bytes.Clone(forged[name])
		for range rapid.IntRange(1, 3).Draw(t, "cuts") {
			i := rapid.IntRange(0, len(content)).Draw(t, "from")
			j := min(len(content), i+rapid.IntRange(0, 60).Draw(t, "length"))
			content = slices.Concat(content[:i], []byte(rapid.SampledFrom(junk).Draw(t, "junk")), content[j:])
		}
		if bytes.Equal(content, files[name]) {
			t.Skip("nothing changed")
		}
		forged[name] = content
		if err := seal(forged, Manifest{Process: c.process.ID, Origin: origin, VerifierKey: c.key}, c.signer); err != nil {
			t.Fatal(err)
		}
		r := Verify(repacked(t, forged), c.options())
		if r.OK() && !strings.HasPrefix(name, rollsDir) && name != calendarFile && name != opinionsFile && name != processFile && name != proofsFile {
			t.Fatalf("%s was rewritten and verified", name)
		}
	})
}

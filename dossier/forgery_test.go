package dossier

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

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

package dossier

import (
	"archive/zip"
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/deliberation/packs"
)

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
		if strings.HasPrefix(name, rulesDir) && r.OK() { // a remark in a rule file is no rule: the pack is the same
			rules := map[string][]byte{}
			for _, f := range forged.under(rulesDir) {
				rules[strings.TrimPrefix(f, rulesDir)] = forged[f]
			}
			if p, err := packs.Resolve(c.process.Pack.ID, rules); err == nil && p.Ref() == c.process.Pack {
				return
			}
		}
		if r.OK() && !strings.HasPrefix(name, rollsDir) && name != calendarFile && name != opinionsFile && name != processFile && name != proofsFile {
			t.Fatalf("%s was rewritten and verified", name)
		}
	})
}

package register

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"github.com/yishi-project/yishi/deliberation"
)

const origin = "yishi.test/register"

func grown(t interface{ Fatal(...any) }, n int) *MemoryHashes {
	m := &MemoryHashes{}
	for i := range n {
		if _, err := m.Append(fmt.Appendf(nil, "leaf %d", i)); err != nil {
			t.Fatal(err)
		}
	}
	return m
}

func TestEveryEntryIsProvedAndNoOtherIs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(1, 200).Draw(t, "size")
		m := grown(t, n)
		size := int64(rapid.IntRange(1, n).Draw(t, "proved at"))
		root, err := tlog.TreeHash(size, m)
		if err != nil {
			t.Fatal(err)
		}
		i := rapid.Int64Range(0, size-1).Draw(t, "index")
		leaf := fmt.Appendf(nil, "leaf %d", i)
		p, err := Prove(size, i, m)
		if err != nil {
			t.Fatal(err)
		}
		if err := Check(p, size, root, i, leaf); err != nil {
			t.Fatal(err)
		}
		other := bytes.Clone(leaf)
		other[rapid.IntRange(0, len(other)-1).Draw(t, "byte")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		if Check(p, size, root, i, other) == nil {
			t.Fatal("a changed leaf was proved")
		}
		if size > 1 && Check(p, size, root, (i+1)%size, leaf) == nil {
			t.Fatal("a leaf was proved at another index")
		}
		if len(p) > 0 {
			k := rapid.IntRange(0, len(p)-1).Draw(t, "hash of the proof")
			p[k][0] ^= 1
			if Check(p, size, root, i, leaf) == nil {
				t.Fatal("a changed proof was taken")
			}
		}
	})
}

func TestGrowthIsProvedAndRewritingIsNot(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(2, 200).Draw(t, "newer")
		m := grown(t, n)
		older := int64(rapid.IntRange(1, n).Draw(t, "older"))
		olderRoot, err := tlog.TreeHash(older, m)
		if err != nil {
			t.Fatal(err)
		}
		newerRoot, err := m.Root()
		if err != nil {
			t.Fatal(err)
		}
		p, err := ProveGrowth(older, int64(n), m)
		if err != nil {
			t.Fatal(err)
		}
		if err := CheckGrowth(p, older, olderRoot, int64(n), newerRoot); err != nil {
			t.Fatal(err)
		}
		rewritten := &MemoryHashes{}
		changed := rapid.IntRange(0, int(older)-1).Draw(t, "rewritten entry")
		for i := range n {
			leaf := fmt.Appendf(nil, "leaf %d", i)
			if i == changed {
				leaf = append(leaf, '!')
			}
			if _, err := rewritten.Append(leaf); err != nil {
				t.Fatal(err)
			}
		}
		otherRoot, _ := rewritten.Root()
		p, _ = ProveGrowth(older, int64(n), rewritten)
		if CheckGrowth(p, older, olderRoot, int64(n), otherRoot) == nil {
			t.Fatal("a rewritten register passed for a grown one")
		}
	})
}

func TestProofsOutsideTheRegisterAreErrors(t *testing.T) {
	m := grown(t, 3)
	for _, i := range []int64{-1, 3} {
		if _, err := Prove(3, i, m); err == nil {
			t.Errorf("proved entry %d of 3", i)
		}
		if Check(nil, 3, tlog.Hash{}, i, nil) == nil {
			t.Errorf("took entry %d of 3", i)
		}
	}
	for _, older := range []int64{0, 4} {
		if _, err := ProveGrowth(older, 3, m); err == nil {
			t.Errorf("proved growth from %d to 3", older)
		}
		if CheckGrowth(nil, older, tlog.Hash{}, 3, tlog.Hash{}) == nil {
			t.Errorf("took growth from %d to 3", older)
		}
	}
	if _, err := m.ReadHashes([]int64{99}); err == nil {
		t.Error("read a hash that is not there")
	}
}

func TestCheckpoint(t *testing.T) {
	signer, verifier, err := NewKey(origin)
	if err != nil {
		t.Fatal(err)
	}
	root, _ := grown(t, 7).Root()
	c, err := Sign(signer, origin, 7, root)
	if err != nil {
		t.Fatal(err)
	}
	size, got, err := Open(c, verifier)
	if err != nil || size != 7 || got != root {
		t.Fatalf("opened %d %v: %v", size, got, err)
	}
	if !strings.HasPrefix(string(c), origin+"\n7\n") {
		t.Errorf("not the common form:\n%s", c)
	}
	body := bytes.LastIndex(c, []byte("\n\n"))
	for i := range body {
		forged := bytes.Clone(c)
		forged[i] ^= 1
		if _, _, err := Open(forged, verifier); err == nil {
			t.Fatalf("byte %d changed and still opened", i)
		}
	}
	_, other, _ := NewKey(origin)
	if _, _, err := Open(c, other); err == nil {
		t.Error("opened under another key of the same name")
	}
	if _, _, err := Open(make([]byte, MaxCheckpoint+1), verifier); err == nil {
		t.Error("took an endless checkpoint")
	}
	if _, err := Sign(signer, "somebody/else", 7, root); err == nil {
		t.Error("signed for another origin")
	}
	if _, err := Sign(signer, origin, -1, root); err == nil {
		t.Error("signed a negative size")
	}
}

func TestATextIsNotTakenForACheckpoint(t *testing.T) {
	signer, verifier, _ := NewKey(origin)
	for _, text := range []string{"another kind\n7\nAAAA\n", origin + "\n7\nAAAA\n", origin + "\n7\n", origin + "\n07\n" + strings.Repeat("A", 43) + "=\n", origin + "\n7\n" + strings.Repeat("A", 43) + "=\nextra\n"} {
		s, err := SignText(signer, text)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := Open(s, verifier); err == nil {
			t.Errorf("taken for a checkpoint: %q", text)
		}
	}
}

func TestSignedTextStandsOnEveryByte(t *testing.T) {
	signer, verifier, _ := NewKey(origin)
	s, err := SignText(signer, "kind of text\nwhat it says\n")
	if err != nil {
		t.Fatal(err)
	}
	if text, err := OpenText(s, verifier); err != nil || text != "kind of text\nwhat it says\n" {
		t.Fatalf("%q %v", text, err)
	}
	for i := range s {
		for bit := range 8 {
			forged := bytes.Clone(s)
			forged[i] ^= 1 << bit
			if _, err := OpenText(forged, verifier); err == nil {
				t.Fatalf("bit %d of byte %d changed and still opened:\n%s", bit, i, forged)
			}
		}
	}
}

func TestKeyFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys", "register.key")
	var wait sync.WaitGroup
	verifiers := make([]string, 8)
	for i := range verifiers {
		wait.Go(func() {
			_, v, err := LoadOrCreateKey(path, origin)
			if err != nil {
				t.Error(err)
			}
			verifiers[i] = v
		})
	}
	wait.Wait()
	for _, v := range verifiers {
		if v == "" || v != verifiers[0] {
			t.Fatalf("different keys: %q", verifiers)
		}
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info.Mode(), err)
	}
	if left, _ := filepath.Glob(filepath.Join(filepath.Dir(path), ".*")); len(left) != 0 {
		t.Errorf("left behind: %v", left)
	}
	signer, verifier, _ := LoadOrCreateKey(path, origin)
	c, err := Sign(signer, origin, 0, tlog.Hash{})
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := Open(c, verifier); err != nil {
		t.Error(err)
	}
	if _, _, err := LoadOrCreateKey(path, "another/origin"); err == nil {
		t.Error("took the key of another origin")
	}
	secret := strings.TrimSpace(signer)
	if err := os.WriteFile(path, []byte(secret[:len(secret)-4]), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, _, err := LoadOrCreateKey(path, origin); err == nil || strings.Contains(err.Error(), secret[40:60]) {
		t.Errorf("damaged key: %v", err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, _, err := LoadOrCreateKey(path, origin); err == nil || !strings.Contains(err.Error(), "0600") {
		t.Errorf("key that all may read: %v", err)
	}
	if _, _, err := NewKey("no spaces please"); err == nil {
		t.Error("made a key with an impossible origin")
	}
}

func TestLeafIsTheSameAfterReading(t *testing.T) {
	e := deliberation.Entry{
		Index: 9, Key: "p/1/0", Process: "p", Serial: 1,
		At:     time.Date(2026, 12, 1, 9, 0, 0, 123456789, deliberation.Shanghai),
		Stored: time.Date(2026, 12, 1, 1, 0, 0, 5, time.UTC), Actor: "a", Office: deliberation.Secretary,
		Fact: deliberation.NewFact(deliberation.FactStage, deliberation.Review, "<&>", deliberation.StageData{Round: 1}),
	}
	leaf, err := Leaf(e)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"key":"p/1/0","process":"p","serial":1,"at":"2026-12-01T09:00:00.123456789+08:00","recorded":"2026-12-01T01:00:00.000000005Z","actor":"a","office":"secretary","kind":"stage","stage":"review","subject":"\u003c\u0026\u003e","data":{"round":1}}`
	if string(leaf) != want {
		t.Errorf("the form of a leaf must never change:\n got %s\nwant %s", leaf, want)
	}
	back, err := ReadLeaf(leaf)
	if err != nil {
		t.Fatal(err)
	}
	again, _ := Leaf(back)
	if !bytes.Equal(again, leaf) {
		t.Errorf("read and written again:\n%s\n%s", leaf, again)
	}
	for _, bad := range []string{``, `{}`, want + " ", strings.Replace(want, `{"key"`, `{"extra":1,"key"`, 1), strings.Replace(want, `"serial":1,`, ``, 1) + "x", strings.Replace(want, `"actor":"a",`, `"actor":"b","actor":"a",`, 1)} {
		if _, err := ReadLeaf([]byte(bad)); err == nil {
			t.Errorf("took a leaf that is not canonical: %s", bad)
		}
	}
}

package ballotbox

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func newKey(t *testing.T) Key {
	t.Helper()
	k, err := NewKey()
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func seal(t *testing.T, k Key, poll string, ballots ...Ballot) []byte {
	t.Helper()
	e, err := Seal(k.Public(), poll, ballots)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestWhatIsSealedOpensWithThePollsKeyOnly(t *testing.T) {
	k := newKey(t)
	in := []Ballot{{"r2", "yes"}, {"r1", "no"}}
	e := seal(t, k, "p1", in...)
	if bytes.Contains(e, []byte("yes")) || bytes.Contains(e, []byte("r1")) {
		t.Error("an envelope shows what is in it")
	}
	lines, receipts, err := Open(k, "p1", [][]byte{e, seal(t, k, "p1", Ballot{"r3", "yes"})})
	slices.Sort(lines)
	if err != nil || !slices.Equal(lines, []string{"no", "yes", "yes"}) || !slices.Equal(receipts, []string{"r1", "r2", "r3"}) {
		t.Errorf("opened %v, %v, %v", lines, receipts, err)
	}
	for what, open := range map[string]func() error{
		"another poll": func() error { _, _, err := Open(k, "p2", [][]byte{e}); return err },
		"another key":  func() error { _, _, err := Open(newKey(t), "p1", [][]byte{e}); return err },
		"altered": func() error {
			bad := bytes.Clone(e)
			bad[len(bad)-1] ^= 1
			_, _, err := Open(k, "p1", [][]byte{bad})
			return err
		},
		"cut short": func() error { _, _, err := Open(k, "p1", [][]byte{e[:20]}); return err },
		"empty":     func() error { _, _, err := Open(k, "p1", [][]byte{nil}); return err },
	} {
		if err := open(); !errors.Is(err, ErrUnreadable) {
			t.Errorf("%s: %v", what, err)
		}
	}
}

func TestTheLengthOfAnEnvelopeHidesTheChoice(t *testing.T) {
	k := newKey(t)
	yes, abstain := seal(t, k, "p", Ballot{"r", "yes"}), seal(t, k, "p", Ballot{"r", "abstain"})
	if len(yes) != len(abstain) {
		t.Errorf("yes takes %d bytes, abstain %d", len(yes), len(abstain))
	}
}

func TestOpeningTwiceGivesAnotherOrder(t *testing.T) {
	k := newKey(t)
	var in []Ballot
	for i := range 40 {
		in = append(in, Ballot{fmt.Sprint(i), fmt.Sprint(i)})
	}
	e := seal(t, k, "p", in...)
	a, _, err1 := Open(k, "p", [][]byte{e})
	b, _, err2 := Open(k, "p", [][]byte{e})
	if err1 != nil || err2 != nil || slices.Equal(a, b) { // one in 40! by chance
		t.Errorf("the same order twice: %v, %v", err1, err2)
	}
}

func TestFolderKeepsOneKeyOfAPollUntilItIsDestroyed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys")
	f, err := OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := f.Key("p"); !errors.Is(err, ErrNoKey) {
		t.Errorf("a key before one was made: %v", err)
	}
	public, err := f.Create("p")
	if err != nil {
		t.Fatal(err)
	}
	again, err := f.Create("p")
	if err != nil || !bytes.Equal(public, again) {
		t.Errorf("a second call made another key: %v", err)
	}
	reopened, err := OpenFolder(path)
	if err != nil {
		t.Fatal(err)
	}
	k, err := reopened.Key("p")
	if err != nil || !bytes.Equal(k.Public(), public) {
		t.Errorf("the key read back is another: %v", err)
	}
	files, err := os.ReadDir(path)
	if err != nil || len(files) != 1 {
		t.Fatalf("%d files, %v", len(files), err)
	}
	if info, err := files[0].Info(); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("a key is readable by others: %v, %v", info.Mode(), err)
	}
	for range 2 { // the second finds nothing to do
		if err := f.Destroy("p"); err != nil {
			t.Fatal(err)
		}
	}
	if files, err := os.ReadDir(path); err != nil || len(files) != 0 {
		t.Errorf("%d files are left, %v", len(files), err)
	}
	if _, err := f.Key("p"); !errors.Is(err, ErrNoKey) {
		t.Errorf("a destroyed key: %v", err)
	}
}

func TestManyAtOnceMakeOneKey(t *testing.T) {
	f, err := OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	got := make(chan string, 20)
	for range cap(got) {
		go func() {
			public, err := f.Create("p")
			got <- fmt.Sprintf("%x %v", public, err)
		}()
	}
	first := <-got
	for range cap(got) - 1 {
		if next := <-got; next != first {
			t.Errorf("%s and %s", first, next)
		}
	}
}

func TestManyAtOnceDestroyOneKey(t *testing.T) {
	f, err := OpenFolder(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	for range 50 {
		if _, err := f.Create("p"); err != nil {
			t.Fatal(err)
		}
		done := make(chan error, 8)
		for range cap(done) {
			go func() { done <- f.Destroy("p") }()
		}
		for range cap(done) {
			if err := <-done; err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestWhatWasCancelledIsLeftOut(t *testing.T) {
	k := newKey(t)
	box := [][]byte{seal(t, k, "p1", Ballot{"r2", "yes"}, Ballot{"r1", "no"}), seal(t, k, "p1", Ballot{"r3", "abstain"})}
	lines, receipts, err := Open(k, "p1", box, "r1", "r3")
	if err != nil || !slices.Equal(lines, []string{"yes"}) || !slices.Equal(receipts, []string{"r2"}) {
		t.Errorf("opened %v, %v, %v", lines, receipts, err)
	}
	if _, _, err := Open(k, "p1", box, "r1", "r9"); !errors.Is(err, ErrNotThere) {
		t.Errorf("cancelled and never cast: %v", err)
	}
}

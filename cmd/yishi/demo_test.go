package main

import (
	"io"
	"testing"
	"time"

	"github.com/alecthomas/kong"

	"github.com/yishi-project/yishi/demo"
)

// asked is what the command line makes of the words after `yishi demo`.
func asked(t *testing.T, words ...string) (demoCmd, error) {
	t.Helper()
	var c struct {
		Demo demoCmd `cmd:""`
	}
	parser, err := kong.New(&c, kong.Writers(io.Discard, io.Discard), kong.Vars(demoVars()))
	if err != nil {
		t.Fatal(err)
	}
	_, err = parser.Parse(append([]string{"demo"}, words...))
	return c.Demo, err
}

func TestDemoPlaysWhatIsNamed(t *testing.T) {
	for _, name := range demo.PieceNames() {
		c, err := asked(t, "--play", "--process="+name)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if p, err := c.piece(); err != nil || p.Name != name {
			t.Errorf("asked for %s and got %s: %v", name, p.Name, err)
		}
	}
	for _, words := range [][]string{{"--play", "--process=choir"}, {"--play", "--process="}, {"--play", "--owners"}} {
		if _, err := asked(t, words...); err == nil {
			t.Errorf("%v was accepted", words)
		}
	}
}

func TestDemoPlaysTheFourDeliberationsUnlessTold(t *testing.T) {
	c, err := asked(t, "--play")
	if err != nil || c.Process != "four_deliberations" {
		t.Errorf("%q: %v", c.Process, err)
	}
}

func TestDemoDays(t *testing.T) {
	for _, want := range []struct {
		words []string
		day   time.Duration
	}{
		{nil, time.Minute},
		{[]string{"--process=owners"}, time.Minute},
		{[]string{"--play"}, time.Second},
		{[]string{"--play", "--process=owners"}, 400 * time.Millisecond},
		{[]string{"--play", "--process=disclosure"}, 400 * time.Millisecond},
		{[]string{"--play", "--process=election"}, time.Second},
		{[]string{"--play", "--process=owners", "--day=2s"}, 2 * time.Second},
	} {
		c, err := asked(t, want.words...)
		if err != nil {
			t.Errorf("%v: %v", want.words, err)
			continue
		}
		p, err := c.piece()
		if err != nil {
			t.Errorf("%v: %v", want.words, err)
		}
		if got := c.day(p); got != want.day {
			t.Errorf("%v: a day takes %v, want %v", want.words, got, want.day)
		}
	}
}

// Who only looks around sees the community of the first piece.
func TestDemoWithoutAPlayIsACommunity(t *testing.T) {
	c, err := asked(t, "--process=election")
	if err != nil {
		t.Fatal(err)
	}
	if p, err := c.piece(); err != nil || p.Name != demo.PieceNames()[0] {
		t.Errorf("it is the community of %s: %v", p.Name, err)
	}
}

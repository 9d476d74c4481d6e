package dossier

import (
	"strings"
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// went is one coming or going after all have signed in, behind so many polls.
func (c *town) went(in bool, person deliberation.PersonID, afterPolls int) {
	c.later = append(c.later, deliberation.HallEvent{Person: person, In: in, At: c.now.AddDate(1, 0, 0), By: person, AfterPolls: afterPolls})
}

// Three polls are held in the hall; those on their rolls are all who signed in.
func TestTheVotersAreThoseInTheHall(t *testing.T) {
	for name, c := range map[string]struct {
		play func(*town)
		want string // what the report says, empty where all holds
	}{
		"nobody leaves":           {func(*town) {}, ""},
		"one leaves after all":    {func(c *town) { c.went(false, "p-r01", 3) }, ""},
		"one is back in time":     {func(c *town) { c.went(false, "p-r01", 1); c.went(true, "p-r01", 1) }, ""},
		"from before it was kept": {func(c *town) { c.eventless = true }, ""},
		"left before the second":  {func(c *town) { c.went(false, "p-r01", 1) }, "was not there when the poll opened"},
		"back too late":           {func(c *town) { c.went(false, "p-r01", 1); c.went(true, "p-r01", 2) }, "was not there when the poll opened"},
		"leaves twice":            {func(c *town) { c.went(false, "p-r01", 3); c.went(false, "p-r01", 3) }, "do not follow each other"},
		"a stranger in the hall":  {func(c *town) { c.went(true, "p-x", 0) }, "not on the roll"},
	} {
		t.Run(name, func(t *testing.T) {
			town := newTown(t)
			c.play(town)
			r := Verify(town.confer(allVotings...).zip(), town.options())
			text := report(t, r)
			if r.OK() != (c.want == "") || !strings.Contains(text, c.want) {
				t.Errorf("want %q in:\n%s", c.want, text)
			}
		})
	}
}

func TestOneLeftOutOfThePollIsNamed(t *testing.T) {
	town := newTown(t)
	town.absent = 1
	town.went(true, "p-r00", 0) // the roll says absent, the hall says there
	r := Verify(town.confer(allVotings...).zip(), town.options())
	if text := report(t, r); r.OK() || !strings.Contains(text, "is not among the voters") {
		t.Error(text)
	}
}

func TestObserversAreNamedAndNeverCounted(t *testing.T) {
	town := newTown(t)
	files, bad := unpack(town.confer(allVotings...).zip())
	if bad != nil {
		t.Fatal(bad.en)
	}
	d, problems := parse(files)
	if len(problems) > 0 {
		t.Fatal(problems)
	}
	for id, roll := range d.Rolls {
		if len(roll.Observers) != 1 || d.People[deliberation.PersonID(roll.Observers[0].ID)] != "列席某" {
			t.Errorf("%s: %+v", id, roll.Observers)
		}
		if n := roll.attendance(checkedIn).Whole.Present; n != len(roll.Members) {
			t.Errorf("%d present of %d members", n, len(roll.Members))
		}
		if strings.Contains(string(files[rollFile(id)]), "列席某") {
			t.Error("the name of an observer stands in the roll")
		}
	}
}

package pages

import (
	"fmt"
	"strconv"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// SpeechLimit is how long one speech should last. It is Yishi's default, not law, and
// nobody is cut off by it.
const SpeechLimit = 3 * time.Minute

// HallView is a meeting as its operator and its members see it while it goes on.
type HallView struct {
	Page
	P         deliberation.Process
	M         deliberation.Meeting
	Quorum    deliberation.Verdict
	Roll      []deliberation.RollLine
	Sections  []deliberation.SectionCount
	Observers []deliberation.Observer
	Names     Names
	// Motion is the title of what is discussed now.
	Motion string
	// Speech is who speaks, nil where nobody does; Queue who waits, Spoken who has spoken.
	Speech        *deliberation.Speech
	Queue, Spoken []deliberation.Speech
	Limit         time.Duration
	// Mine is my place in the queue from nought, negative where I do not wait.
	Mine int
	// Here says that I am present, Runs that the hall is mine to run, Open that it is open.
	Here, Runs, Open bool
	Acts             []deliberation.OpenAct
	Agenda           []MotionLine
	Poll             *deliberation.Poll
	Voted, Voters    int
	// Live is the address of the script that renews the figures, every so many seconds.
	Live    string
	Every   int
	Problem *Problem
	// Name and Capacity are what was typed of an observer.
	Name, Capacity string
}

// SectionOptions offers the places of a meeting that is held in several, none for one.
func SectionOptions(p Page, n int) []Option {
	if n < 2 {
		return nil
	}
	list := []Option{{Value: "", Label: p.S("please_choose")}}
	for i := range n {
		list = append(list, Option{Value: strconv.Itoa(i + 1), Label: p.SectionName(i + 1)})
	}
	return list
}

// SectionName names a place of a meeting that is held in several.
func (p Page) SectionName(n int) string {
	if n == 0 {
		return p.S("section_unknown")
	}
	return p.S("section_n", "N", n)
}

// CapacityOptions offers in which capacity somebody observes.
func (p Page) CapacityOptions() []Option {
	list := []Option{{Value: "", Label: p.S("please_choose")}}
	for _, c := range deliberation.Capacities {
		list = append(list, Option{Value: string(c), Label: c.Word(p.Lang)})
	}
	return list
}

// Minutes says how long something took, as a clock shows it.
func Minutes(d time.Duration) string {
	s := int(d / time.Second)
	return fmt.Sprintf("%d:%02d", s/60, s%60)
}

// speechTone turns to waiting where a speech is longer than it should be.
func speechTone(took, limit time.Duration) Tone {
	if took > limit {
		return Wait
	}
	return Good
}

// Status says in which capacity a member is on the roll 身份.
func (v HallView) Status(l deliberation.RollLine) string {
	if len(l.Parts) == 0 {
		return v.BodyName(v.M.Body)
	}
	text := ""
	for i, b := range l.Parts {
		if i > 0 {
			text += v.S("list_comma")
		}
		text += v.BodyName(b)
	}
	return text
}

// EnteredFor names who signed a member in for them 受托、代签, empty where they came themselves.
func (v HallView) EnteredFor(l deliberation.RollLine) string {
	if l.CheckedBy == "" || l.CheckedBy == l.Person.ID {
		return ""
	}
	if name := v.Names[l.CheckedBy]; name != "" {
		return name
	}
	return v.S("list_at_table")
}

// signedAt is when a member came and, where they left, when they left.
func (v HallView) signedAt(l deliberation.RollLine) string {
	if l.CheckedIn.IsZero() {
		return ""
	}
	text := hourOf(l.CheckedIn)
	if !l.Left.IsZero() {
		text += " " + v.S("list_left", "When", hourOf(l.Left))
	}
	return text
}

// hourOf is a moment on a list whose heading has the day.
func hourOf(at time.Time) string { return at.In(deliberation.Shanghai).Format("1-2 15:04") }

// hallOpen says that people come and go.
func (v MeetingView) hallOpen() bool {
	return v.M.State == deliberation.MeetingCheckIn || v.M.State == deliberation.MeetingInSession
}

// sectionValue is a section as a form carries it, empty where none is chosen.
func sectionValue(n int) string {
	if n <= 0 {
		return ""
	}
	return strconv.Itoa(n)
}

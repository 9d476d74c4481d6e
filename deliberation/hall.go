package deliberation

import (
	"cmp"
	"slices"
	"time"
)

// Present reports whether the member is in the hall 在场: signed in and not left.
func (l RollLine) Present() bool { return !l.CheckedIn.IsZero() && l.Left.IsZero() }

// HallEvent is a member coming in 签到 or going out 离场. Coming back is coming in again.
type HallEvent struct {
	Person PersonID  `json:"person"`
	In     bool      `json:"in"`
	At     time.Time `json:"at"`
	By     PersonID  `json:"by"`
	// Section is where they came in, of several places.
	Section int `json:"section,omitempty"`
	// AfterPolls is how many polls of the meeting had been opened before.
	AfterPolls int `json:"after_polls,omitempty"`
}

// InHall gives who was there at an instant, from each person's events in their order.
func InHall(events []HallEvent, at time.Time) map[PersonID]bool {
	return inHall(events, func(e HallEvent) bool { return !e.At.After(at) })
}

// InHallAtPoll gives who was there when the meeting's poll of the number, counted
// from nought, was opened.
func InHallAtPoll(events []HallEvent, n int) map[PersonID]bool {
	return inHall(events, func(e HallEvent) bool { return e.AfterPolls <= n })
}

func inHall(events []HallEvent, before func(HallEvent) bool) map[PersonID]bool {
	in := map[PersonID]bool{}
	for _, e := range events {
		switch {
		case !before(e):
		case e.In:
			in[e.Person] = true
		default:
			delete(in, e.Person)
		}
	}
	return in
}

// SectionCount is how many are present in one place of several 分片会场.
type SectionCount struct {
	Section int `json:"section"`
	Present int `json:"present"`
}

// Sections counts those present in each of n places, and first, as nought, those
// whose place is not known, if there are any.
func Sections(roll []RollLine, n int) []SectionCount {
	if n < 2 {
		return nil
	}
	list := make([]SectionCount, n+1)
	for i := range list {
		list[i].Section = i
	}
	for _, l := range roll {
		if l.Present() && l.Section <= n {
			list[l.Section].Present++
		}
	}
	if list[0].Present == 0 {
		list = list[1:]
	}
	return list
}

// Capacity is in which capacity somebody observes a meeting 列席身份.
type Capacity string

// The capacities.
const (
	ObserverResident   Capacity = "resident"   // 居(村)民
	ObserverGuide      Capacity = "guide"      // 街道(乡镇)派员
	ObserverSupervisor Capacity = "supervisor" // 居务(村务)监督委员会成员
	ObserverExpert     Capacity = "expert"     // 专业人员
	ObserverUnit       Capacity = "unit"       // 驻区单位、社会组织
	ObserverOther      Capacity = "other"      // 其他
)

// Capacities lists all capacities.
var Capacities = []Capacity{ObserverResident, ObserverGuide, ObserverSupervisor, ObserverExpert, ObserverUnit, ObserverOther}

// Observer attends a meeting without being a member of it 列席人员: never counted,
// neither as due nor as present (law.md §0.4).
type Observer struct {
	ID       string
	Meeting  MeetingID
	Name     string
	Capacity Capacity
	At       time.Time
	By       PersonID // who entered it
}

// Speech is a member's request to speak to a motion 发言, and what came of it.
type Speech struct {
	ID      string
	Meeting MeetingID
	// Motion is what it is about, empty where the meeting has one matter only.
	Motion string
	Person PersonID
	Asked  time.Time
	Called time.Time // zero while waiting
	Ended  time.Time // zero until it has ended
	// Took is how long it took or takes, by the machine's time.
	Took time.Duration
}

// Speaking reports whether the person speaks now.
func (s Speech) Speaking() bool { return !s.Called.IsZero() && s.Ended.IsZero() }

// ToSpeak gives those who wait to speak to the motion, in the order they are called
// in: who has not spoken to it first, then who asked first. speeches are by asking.
func ToSpeak(speeches []Speech, motion string) []Speech {
	spoke := map[PersonID]int{}
	var queue []Speech
	for _, s := range speeches {
		switch {
		case s.Motion != motion:
		case s.Called.IsZero():
			queue = append(queue, s)
		default:
			spoke[s.Person]++
		}
	}
	slices.SortStableFunc(queue, func(a, b Speech) int { return cmp.Compare(min(spoke[a.Person], 1), min(spoke[b.Person], 1)) })
	return queue
}

var capacityWords = map[Capacity]word{
	ObserverResident:   {"居（村）民", "resident"},
	ObserverGuide:      {"街道（乡镇）派员", "sent by the street or township"},
	ObserverSupervisor: {"监督委员会成员", "supervisory committee"},
	ObserverExpert:     {"专业人员", "expert"},
	ObserverUnit:       {"驻区单位、社会组织", "unit or organisation in the area"},
	ObserverOther:      {"其他", "other"},
}

// Word gives the capacity as pages and papers print it.
func (c Capacity) Word(lang string) string { return capacityWords[c].in(lang) }

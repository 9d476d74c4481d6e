// Package pages holds what people see: one view struct and one templ component
// for each page. A component shows values that the handler gives it; it reads
// nothing, decides nothing and knows no request.
package pages

import (
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/locale"
)

// Page is what every page needs: whose it is, in which language, what the time is.
type Page struct {
	*locale.Texts
	Title string
	// Path is the page's own address, to which the text-size and language buttons return.
	Path string
	// Section is the entry of the navigation that is marked: board, today, processes, start, supervise, places, more.
	Section string
	// Now is the civil time in force.
	Now  time.Time
	CSRF string
	// Style is the address of the stylesheet.
	Style string

	Elder     bool
	SignedIn  bool
	Me        string
	MyID      deliberation.PersonID
	Offices   []deliberation.Office
	Community deliberation.Community
	// Tasks is how many tasks wait for the person 待办.
	Tasks int
	// Assistant is the name of who helps at the table, empty where nobody does.
	Assistant string
	// InCharge says that the person may look at more than one community.
	InCharge bool
	// Menu is all that the person may open, in order; nil where the page knows no more
	// than the offices.
	Menu []Entry
	// Done is a catalogue key that says what was just done, empty where nothing was.
	Done string
}

// Holds reports whether the person holds one of the offices.
func (p Page) Holds(offices ...deliberation.Office) bool {
	for _, have := range p.Offices {
		for _, want := range offices {
			if have == want {
				return true
			}
		}
	}
	return false
}

// MayStart reports whether the person may begin a process.
func (p Page) MayStart() bool {
	if p.Menu != nil {
		return p.opens("/processes/new")
	}
	return p.Holds(deliberation.Secretary, deliberation.Director, deliberation.BranchMember, deliberation.CommitteeMember, deliberation.Clerk)
}

// Entry is one place of the navigation.
type Entry struct {
	Section, Path, Key string
	Count              int
}

// Entries gives the navigation, at most five places, so that it fits a phone. The
// last leads to all others.
func (p Page) Entries() []Entry {
	board := Entry{Section: "board", Path: "/board", Key: "nav_board"}
	if !p.SignedIn {
		return []Entry{board}
	}
	list := []Entry{
		{Section: "today", Path: "/today", Key: "nav_today", Count: p.Tasks},
		{Section: "processes", Path: "/processes", Key: "nav_processes"},
	}
	switch {
	case p.Holds(deliberation.Supervisor, deliberation.Guide):
		list = append(list, Entry{Section: "supervise", Path: "/supervise", Key: "nav_supervise"})
	case p.MayStart():
		list = append(list, Entry{Section: "start", Path: "/processes/new", Key: "nav_start"})
	}
	if p.InCharge {
		board = Entry{Section: "places", Path: "/places", Key: "nav_places"}
	}
	list = append(list, board, Entry{Section: "more", Path: "/more", Key: "nav_more"})
	return slices.DeleteFunc(list, func(e Entry) bool { return p.Menu != nil && e.Section != "more" && !p.opens(e.Path) })
}

// opens reports whether the person may open the page.
func (p Page) opens(path string) bool {
	return slices.ContainsFunc(p.Menu, func(e Entry) bool { return e.Path == path })
}

// Problem is a refusal as a person reads it: what, why, what now.
type Problem struct {
	Title, Why, Now string
	// Source is the text a rule stands on, empty where no rule refused.
	Source  string
	Verdict *deliberation.Verdict
	Fields  []FieldError
	// Faults say what an election may not go on with.
	Faults []string
}

// FieldError is what is wrong with one field.
type FieldError struct{ Field, Text string }

// For gives the text of the problem with the field, empty where there is none.
func (p *Problem) For(field string) string {
	if p == nil {
		return ""
	}
	for _, f := range p.Fields {
		if f.Field == field {
			return f.Text
		}
	}
	return ""
}

// Tone is one of the four looks of a state; each has its word, icon and colour.
type Tone string

// The tones.
const (
	Good Tone = "good"
	Bad  Tone = "bad"
	Wait Tone = "wait"
	Idle Tone = "idle"
)

// Icon is the sign that goes with the tone, so that colour is never alone.
func (t Tone) Icon() string {
	switch t {
	case Good:
		return "✓"
	case Bad:
		return "!"
	case Wait:
		return "…"
	}
	return "○"
}

// Names gives people their names on a page; an unknown one has a dash.
type Names map[deliberation.PersonID]string

// Of gives the name.
func (n Names) Of(id deliberation.PersonID) string {
	if s := n[id]; s != "" {
		return s
	}
	return "—"
}

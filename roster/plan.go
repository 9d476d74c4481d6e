package roster

import (
	"fmt"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// Options say how a file is to be taken.
type Options struct {
	// Community is the one community that all rows belong to; empty: each row names its own.
	Community deliberation.CommunityID
	Actor     deliberation.PersonID
	// Appoints says that the actor may record offices. Nobody records their own.
	Appoints bool
	// AddGroups makes the groups and buildings that are not there; otherwise an unknown group is an error.
	AddGroups bool
	// MarkMoved records as moved away who is in the roster and not in the file.
	MarkMoved bool
	// Seen is the mark of the plan that somebody agreed to; empty asks for none.
	Seen string
	// On is the civil day of the import.
	On deliberation.Date
}

// Kind is what an import does to a person.
type Kind string

// The kinds.
const (
	New     Kind = "new"
	Changed Kind = "changed"
	Same    Kind = "same"
	Missing Kind = "missing" // in the roster, not in the file: reported, and with MarkMoved recorded as moved
)

// Difference is what an import does to one person. It holds personal data.
type Difference struct {
	Line   int // nought for who is not in the file
	Person deliberation.PersonID
	Name   string
	Kind   Kind
	Fields []Change
}

// Change is one field of a record, before and after.
type Change struct {
	Field    Field
	Old, New string
}

// Plan is what an import would do.
type Plan struct {
	Issues           []Issue
	Errors, Warnings int
	// New, Changed, Same and Missing count persons.
	New, Changed, Same, Missing int
	// Households, Groups and Seats count what would be added.
	Households, Groups, Seats int
	Communities               []deliberation.CommunityID
	// Differences are all but the persons who stay the same.
	Differences []Difference
}

// Count sets the numbers of errors and warnings, and sorts the issues.
func (p *Plan) Count() {
	SortIssues(p.Issues)
	p.Errors, p.Warnings = count(p.Issues)
}

// Nothing reports whether the import would change nothing.
func (p Plan) Nothing(markMoved bool) bool {
	return p.New+p.Changed+p.Households+p.Groups+p.Seats == 0 && (p.Missing == 0 || !markMoved)
}

// Mark tells one plan from another by what it counts, and holds nothing of anybody.
func (p Plan) Mark() string {
	return fmt.Sprintf("%d-%d-%d-%d-%d-%d-%d", p.New, p.Changed, p.Same, p.Missing, p.Households, p.Groups, p.Seats)
}

// Import is an import that was done.
type Import struct {
	ID          string
	Actor       deliberation.PersonID
	At          time.Time
	Communities []deliberation.CommunityID
	// New, Changed and Moved count persons, Households and Seats what was added.
	New, Changed, Moved, Households, Seats int
	// Undone is when it was undone, zero where it stands.
	Undone time.Time
	// Undoable says that it is the last one of its communities and that what was
	// before is still kept. Whether something was changed since is found when it is undone.
	Undoable bool
}

// Choices are what somebody chose for an uploaded file.
type Choices struct {
	// Columns gives the column of each field, from nought.
	Columns   map[Field]int
	AddGroups bool
	MarkMoved bool
}

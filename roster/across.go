package roster

import "github.com/yishi-project/yishi/deliberation"

// across checks the rows against each other.
func across(entries []Entry) []Issue {
	var issues []Issue
	fault := func(line, other int, f Field, code string) {
		issues = append(issues, Issue{Line: line, Other: other, Field: f, Code: code, Severity: Error})
	}
	type human struct {
		name  string
		birth deliberation.Date
		home  Home
	}
	numbers, alike, heads := map[[2]string]Entry{}, map[human]Entry{}, map[Home]int{}
	for _, e := range entries {
		if e.Identity != "" {
			first, seen := numbers[[2]string{e.Community, e.Identity}]
			switch {
			case !seen:
				numbers[[2]string{e.Community, e.Identity}] = e
			case first.Home() != e.Home():
				fault(e.Line, first.Line, Household, "two_households")
			default:
				fault(e.Line, first.Line, Identity, "twice")
			}
		}
		if e.Name != "" {
			who := human{e.Name, e.Birth, e.Home()}
			first, seen := alike[who]
			if !seen {
				alike[who] = e
			} else if first.Identity == "" || e.Identity == "" {
				fault(e.Line, first.Line, Name, "twice")
			}
		}
		if e.Household == "" {
			continue
		}
		if e.Relation == deliberation.RelationHead {
			if first, seen := heads[e.Home()]; seen {
				fault(e.Line, first, Relation, "two_heads")
			} else {
				heads[e.Home()] = e.Line
			}
		}
	}
	return issues
}

// Home tells one household from another. Without a number it is no household.
type Home struct{ Community, Group, Building, Number string }

// Home is where the row says the person lives.
func (e Entry) Home() Home { return Home{e.Community, e.Group, e.Building, e.Household} }

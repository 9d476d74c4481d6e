package roster

import (
	"cmp"
	"slices"
)

// Severity says whether an issue stops the import.
type Severity string

// The severities.
const (
	Error   Severity = "error"   // the whole file waits until it is put right
	Warning Severity = "warning" // said, and done all the same
)

// Issue is something about a row that people must know. It carries no personal
// data, so that it may be kept and shown anywhere.
type Issue struct {
	Line     int
	Field    Field
	Code     string
	Severity Severity
	// Other is the other row an issue speaks of, nought where there is none.
	Other int
}

// Codes lists every code that an issue may have; each has its sentence in the
// catalogues.
var Codes = []string{
	"required", "too_long", "not_text", "not_a_date", "formula", "merged_cells", "hidden_row",
	"identity_length", "identity_characters", "identity_date", "identity_checksum", "identity_rounded",
	"birth_identity", "sex_identity", "birth_impossible", "no_birth", "future_day", "unknown_sex", "phone_form", "unknown_hukou",
	"unknown_party", "unknown_office", "unknown_relation", "office_of_place", "offices_from_count", "underage", "deputy_before_member", "since_before_birth",
	"twice", "two_households", "two_heads",
	"community_missing", "unknown_community", "ambiguous_community", "other_community", "unknown_group", "unknown_building",
	"ambiguous_person", "identity_differs", "not_present", "same_name_birth", "elsewhere",
	"own_office", "office_not_entitled", "office_overlaps", "office_ended", "party_differs",
}

// count gives how many of the issues stop the import, and how many do not.
func count(issues []Issue) (errors, warnings int) {
	for _, i := range issues {
		if i.Severity == Error {
			errors++
		} else {
			warnings++
		}
	}
	return errors, warnings
}

// SortIssues brings issues into the order of their rows, those that stop the
// import first in each row.
func SortIssues(issues []Issue) {
	slices.SortStableFunc(issues, func(a, b Issue) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Severity, b.Severity))
	})
}

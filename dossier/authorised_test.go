package dossier

import (
	"testing"

	"github.com/yishi-project/yishi/deliberation"
)

// U-NEW 第三十条: a conference under an authorisation decides what that covers, and
// a dossier shows where it did not.
func TestADossierHoldsMotionsAgainstTheAuthorisation(t *testing.T) {
	ends := newTown(t).process.Started.AddYears(1)
	for name, c := range map[string]struct {
		grant *deliberation.Grant
		check string
	}{
		"covered":         {&deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryEnvironment}, Until: ends}, ""},
		"another matter":  {&deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryFunds}, Until: ends}, "ballots"},
		"ended before":    {&deliberation.Grant{Categories: []deliberation.Category{deliberation.CategoryEnvironment}, Until: ends.AddYears(-2)}, "ballots"},
		"named, not told": {nil, "ballots"},
	} {
		town := newTown(t)
		town.process.Matter.AuthorisedBy = "p-earlier.g1"
		lie(deliberation.FactStarted, 1, func(_ *deliberation.Entry, d *deliberation.StartedData) {
			d.AuthorisedBy, d.Grant = "p-earlier.g1", c.grant
		})(town)
		r := Verify(town.confer(deliberation.RecordedVoting).zip(), town.options())
		if (c.check == "") != r.OK() || c.check != "" && !failed(r, c.check) {
			t.Errorf("%s: %+v", name, r.Faults())
		}
	}
	town := newTown(t)
	town.process.Matter.AuthorisedBy = "p-earlier.g1" // the start registered none
	if r := Verify(town.confer(deliberation.RecordedVoting).zip(), town.options()); !failed(r, "case") {
		t.Errorf("%+v", r.Faults())
	}
}

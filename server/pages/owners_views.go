package pages

import "github.com/yishi-project/yishi/deliberation"

// MandatesView is the list of agents of a meeting, and the forms to give one.
type MandatesView struct {
	Page
	P deliberation.Process
	M deliberation.Meeting
	// Rules say whether the meeting knows agents, Most how many principals one may have.
	Rules      deliberation.ProxyRules
	Substitute deliberation.FlagRule
	Lines      []MandateLine
	// Mine is the reader's own, by which another votes for them.
	Mine *MandateLine
	// Open: one may still be given. Desk: the reader files letters of others.
	Open, Desk bool
	Form       MandateForm
	Problem    *Problem
}

// sources are the texts on agents, each once.
func (v MandatesView) sources() string {
	allowed, most := v.Source(v.Rules.Allowed.Basis), v.Source(v.Rules.Most.Basis)
	if allowed == most {
		return allowed
	}
	return allowed + " " + most
}

// MandateLine is one mandate as it is published.
type MandateLine struct {
	deliberation.Mandate
	PrincipalName, AgentName string
	// Revocable: the reader may take it back. Letter is the paper's id where the reader may open it.
	Revocable bool
	LetterID  deliberation.PaperID
}

// MandateForm is what was typed.
type MandateForm struct{ Principal, Agent, Household, Text string }

// Tone is how the state of a mandate is marked.
func (l MandateLine) Tone() Tone {
	if !l.Revoked.IsZero() {
		return Idle
	}
	return Good
}

// State is the catalogue key of its state.
func (l MandateLine) State() string {
	switch {
	case !l.Revoked.IsZero():
		return "mandate_revoked"
	case l.Used:
		return "mandate_used"
	}
	return "mandate_stands"
}

// EstatesView lists the estates of a community.
type EstatesView struct {
	Page
	Lines   []EstateLine
	Edit    bool
	Name    string
	Problem *Problem
}

// EstateLine is an estate with its totals.
type EstateLine struct {
	deliberation.Estate
	Units, Owners, Area int
}

// EstateView is one estate with its units.
type EstateView struct {
	Page
	Line EstateLine
	// Units are those found, all where nothing was looked for.
	Units   []UnitLine
	Search  string
	Edit    bool
	Form    UnitForm
	Problem *Problem
}

// UnitLine is a unit with its owner's name.
type UnitLine struct {
	deliberation.Unit
	OwnerName string
}

// UnitForm is a unit as it was typed.
type UnitForm struct{ Building, Number, Owner, Phone, Area string }

// UnitsImportView is a file of units before it is put in.
type UnitsImportView struct {
	Page
	Line EstateLine
	// Upload is the file that waits, empty before one was sent.
	Upload  string
	Plan    deliberation.UnitsPlan
	Names   Names
	Problem *Problem
}

// UnitsShown is how many rows of a preview are listed.
const UnitsShown = 500

// Area writes an area as people say it.
func (p Page) Area(area int) string { return p.S("area_value", "Area", deliberation.AreaText(area)) }

// UnitAddress writes building and number.
func UnitAddress(u deliberation.Unit) string {
	if u.Building == "" {
		return u.Number
	}
	return u.Building + " " + u.Number
}

// UnitFaultText says what is wrong with a row.
func (p Page) UnitFaultText(f deliberation.UnitFault) string {
	what := "unit_fault_" + f.Problem
	if !p.Has(what) {
		what = "unit_fault_other"
	}
	return p.S("unit_field_"+f.Field) + p.S("colon") + p.S(what)
}

// OwnerName is the owner after a change; one who is added with it has no id yet.
func (v UnitsImportView) OwnerName(u deliberation.Unit) string {
	if u.Owner == "" {
		return v.S("units_new_owner")
	}
	return v.Names.Of(u.Owner)
}

// principalName is whose vote the ballot is, empty for the reader's own.
func (v PollView) principalName() string {
	for _, p := range v.For {
		if p.ID == v.Principal {
			return p.Name
		}
	}
	return ""
}

// forQuery keeps in an address whose vote it is.
func (v PollView) forQuery() string {
	if v.Principal == "" {
		return ""
	}
	return "?for=" + string(v.Principal)
}

// EstateOptions offers the estates whose owners can meet, and none.
func (v StartView) EstateOptions() []Option {
	list := []Option{{Value: "", Label: v.S("matter_estate_none")}}
	for _, e := range v.Estates {
		list = append(list, Option{Value: string(e.ID), Label: e.Name})
	}
	return list
}

// EstateName names one of them.
func (v StartView) EstateName(id string) string {
	for _, e := range v.Estates {
		if string(e.ID) == id {
			return e.Name
		}
	}
	return id
}

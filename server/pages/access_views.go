package pages

import (
	"cmp"
	"strings"

	"github.com/yishi-project/yishi/deliberation"
)

// PlacesView is the part of the tree that somebody may see.
type PlacesView struct {
	Page
	// Above names the places above that part, from the top down.
	Above []deliberation.Place
	Nodes []PlaceNode
	// MayEnter says that the person chooses the community to look at.
	MayEnter bool
}

// PlaceNode is one place of the tree with what is open in it.
type PlaceNode struct {
	deliberation.Place
	// Depth counts the levels below the first place shown.
	Depth int
	// Count is what is open there or, of a place above communities, below it.
	Count deliberation.OpenCount
	// Here says that it is the community the person looks at now.
	Here bool
}

// PlaceView is one place with what stands directly below it.
type PlaceView struct {
	Page
	Place deliberation.Place
	Path  []deliberation.Place
	Below []PlaceNode
	// Overlay is the local rules that apply here, with those inherited from above.
	Overlay string
	// Charged are who is in charge of the place.
	Charged []InCharge
	// MayEnter and MayManage say what is offered.
	MayEnter, MayManage bool
	// Overlays are the local rules that may be chosen.
	Overlays []string
	// Kinds are the kinds of places that may stand below.
	Kinds []deliberation.PlaceKind
	// Changed and Added are the forms as they were typed; Problem is what is wrong with one of them.
	Changed, Added PlaceForm
	Problem        *Problem
	// Adding says that the problem is with the form that adds a place, Charging with
	// the one that puts somebody in charge.
	Adding, Charging bool
	// Official is who is to be in charge, as it was typed; ChargeOffices are the offices to choose from.
	Official      OfficialForm
	ChargeOffices []deliberation.Office
}

// PlaceForm is a place as it is typed.
type PlaceForm struct{ Name, Kind, Overlay string }

// InCharge is who holds an office over a place.
type InCharge struct {
	Person deliberation.PersonID
	Name   string
	Office deliberation.Office
	From   deliberation.Date
}

// trouble gives the problem with one of the two forms.
func (v PlaceView) trouble(adding bool) *Problem {
	if v.Adding == adding {
		return v.Problem
	}
	return nil
}

// OverlayOptions are the local rules as a choice; none means those of the place above.
func (v PlaceView) OverlayOptions() []Option {
	list := []Option{{Value: "", Label: v.S("place_overlay_inherit")}}
	for _, o := range v.Overlays {
		list = append(list, Option{Value: o, Label: v.OverlayName(o)})
	}
	return list
}

// KindOptions are the kinds of places that may stand below.
func (v PlaceView) KindOptions() []Option {
	var list []Option
	for _, k := range v.Kinds {
		list = append(list, Option{Value: string(k), Label: v.PlaceKindName(k)})
	}
	return list
}

// PlaceKindName names a kind of place.
func (p Page) PlaceKindName(k deliberation.PlaceKind) string { return p.S("place_kind_" + string(k)) }

// OverlayName names local rules; ones that came with a file have their own name.
func (p Page) OverlayName(o string) string {
	if key := "overlay_" + o; p.Has(key) {
		return p.S(key)
	}
	return o
}

// AuditView is what was done in a community.
type AuditView struct {
	Page
	Lines []deliberation.AuditLine
	Names Names
	// Strangers are those of the lines who belong to another place; their names stay there.
	Strangers map[deliberation.PersonID]bool
	// Act narrows the list; Acts are those it can be narrowed to.
	Act    string
	Acts   []string
	Paging Paging
}

// Who names somebody of an entry.
func (v AuditView) Who(id deliberation.PersonID) string {
	switch {
	case id == "":
		return v.S("audit_program")
	case v.Strangers[id]:
		return v.S("audit_stranger")
	}
	return v.Names.Of(id)
}

// ActOptions are the acts as a choice.
func (v AuditView) ActOptions() []Option {
	list := []Option{{Value: "", Label: v.S("audit_any_act")}}
	for _, a := range v.Acts {
		list = append(list, Option{Value: a, Label: v.AuditAct(a)})
	}
	return list
}

// AuditAct names what an entry says was done.
func (p Page) AuditAct(act string) string {
	if key := "audit_act_" + act; p.Has(key) {
		return p.S(key)
	}
	if key := "act_" + act; p.Has(key) {
		return p.S(key)
	}
	return p.S("audit_act_other", "Act", strings.ReplaceAll(act, "_", " "))
}

// MyDataView is what is kept of the person who looks.
type MyDataView struct {
	Page
	Record    deliberation.PersonRecord
	Household string
	// Revealed says that numbers and days are shown whole.
	Revealed bool
	Offices  []deliberation.OfficeHeld
	// Places names where offices are held.
	Places  map[deliberation.PlaceID]string
	Lines   []deliberation.AuditLine
	Names   Names
	Paging  Paging
	Home    string // where the person belongs
	MayKeep bool   // the ways to sign in may be looked at
}

// Shown gives a number whole, or but its ends.
func (v MyDataView) Shown(s string, head, tail int) string {
	r := []rune(s)
	switch {
	case len(r) == 0:
		return v.S("not_recorded")
	case v.Revealed:
		return s
	case len(r) <= head+tail:
		return strings.Repeat("•", len(r))
	}
	return string(r[:head]) + strings.Repeat("•", len(r)-head-tail) + string(r[len(r)-tail:])
}

// Birthday gives the day of birth, or its year alone.
func (v MyDataView) Birthday() string {
	switch b := v.Record.Birth; {
	case b.IsZero():
		return v.S("not_recorded")
	case v.Revealed:
		return v.Day(b.Start())
	default:
		return v.Shown(b.String(), 4, 0)
	}
}

// Or gives the text, or says that nothing is kept.
func (v MyDataView) Or(s string) string { return cmp.Or(s, v.S("not_recorded")) }

// Term gives the days of an office.
func (p Page) Term(o deliberation.OfficeHeld) string {
	if o.Until.IsZero() {
		return p.S("term_since", "From", p.Day(o.From.Start()))
	}
	return p.S("term_over", "From", p.Day(o.From.Start()), "Until", p.Day(o.Until.Start()))
}

// Whose says whose doing an entry is: one's own, a person's, or the program's.
func (v MyDataView) Whose(id deliberation.PersonID) string {
	switch id {
	case "":
		return v.S("audit_program")
	case v.MyID:
		return v.S("my_data_self")
	}
	return v.Names.Of(id)
}

// OfficialForm puts somebody in charge of a place, as it was typed.
type OfficialForm struct {
	Name, Phone, Office string
}

// ChargeOptions offers the offices that may be held over the place.
func (v PlaceView) ChargeOptions() []Option {
	var list []Option
	for _, o := range v.ChargeOffices {
		list = append(list, Option{Value: string(o), Label: v.OfficeList([]deliberation.Office{o})})
	}
	return list
}

package pages

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// RosterView is 花名册: who lives in the community, found by words and narrowed by filters.
type RosterView struct {
	Page
	Search  RosterSearch
	Lines   []deliberation.PersonLine
	Paging  Paging
	Groups  []string
	MayEdit bool
	MaySlip bool
}

// RosterSearch is what was asked of the roster. Text may be a name, a phone or an
// identity number: it stands in forms and never in an address.
type RosterSearch struct{ Text, Group, Office, Standing string }

// hidden carries the search to the next page of the list.
func (s RosterSearch) hidden() []Option {
	return filled([]Option{{Value: "text", Label: s.Text}, {Value: "group", Label: s.Group}, {Value: "office", Label: s.Office}, {Value: "standing", Label: s.Standing}})
}

func (s RosterSearch) narrowed() bool {
	return s.Text != "" || s.Group != "" || s.Office != "" || s.Standing != ""
}

// Fact is one thing the roster knows of a person: the name of its field and what stands there.
type Fact struct{ Field, Value string }

// PersonView is one record of the roster.
type PersonView struct {
	Page
	R         deliberation.PersonRecord
	Household deliberation.Household
	Offices   []deliberation.OfficeHeld
	Kin       []deliberation.Kinship
	Names     Names
	// Revealed says that identity number and phone are shown in full.
	Revealed bool
	MayEdit  bool
	MaySlip  bool
}

// Facts gives what the record holds, in the order of the form. Identity number
// and phone are masked unless they are asked for in full.
func (p Page) Facts(r deliberation.PersonRecord, h deliberation.Household, full bool) []Fact {
	identity, phone := MaskIdentity(r.Identity), MaskPhone(r.Phone)
	if full {
		identity, phone = r.Identity, r.Phone
	}
	facts := []Fact{
		{"name", r.Name}, {"sex", p.SexName(r.Sex)}, {"identity", identity}, {"birth", p.plainDay(r.Birth)}, {"phone", phone},
		{"group", r.Group}, {"household", HouseholdName(h)}, {"relation", p.RelationName(r.Relation)}, {"hukou", p.HukouName(r.Hukou)}, {"since", p.plainDay(r.Since)},
	}
	if r.Standing != deliberation.Present {
		facts = append(facts, Fact{"standing", p.StandingName(r.Standing)}, Fact{"left", p.plainDay(r.Left)})
	}
	return facts
}

// HouseholdName writes a household as people say it: the building where there is one, then the number.
func HouseholdName(h deliberation.Household) string {
	return strings.TrimSpace(h.Building + " " + h.Number)
}

// What a mask leaves of a number at its two ends.
const (
	maskedHead = 3
	maskedTail = 4
)

// MaskIdentity leaves the region's first three and the last four characters: 510***********1234.
func MaskIdentity(s string) string { return masked(s) }

// MaskPhone leaves the first three and the last four digits: 138****5678.
func MaskPhone(s string) string { return masked(s) }

func masked(s string) string {
	r := []rune(s)
	if len(r) < maskedHead+maskedTail+1 {
		return strings.Repeat("*", len(r))
	}
	return string(r[:maskedHead]) + strings.Repeat("*", len(r)-maskedHead-maskedTail) + string(r[len(r)-maskedTail:])
}

// FactLabel names a field of the roster.
func (p Page) FactLabel(field string) string { return p.S("label_" + field) }

// SexName is 男 or 女, a dash where unknown.
func (p Page) SexName(s deliberation.Sex) string { return p.known("sex_", string(s)) }

// HukouName says where the household registration lies.
func (p Page) HukouName(h deliberation.Hukou) string { return p.known("hukou_", string(h)) }

// RelationName is 与户主关系.
func (p Page) RelationName(r deliberation.Relation) string { return p.known("relation_", string(r)) }

// StandingName says whether the person still belongs to the community.
func (p Page) StandingName(s deliberation.Standing) string {
	return p.S("standing_" + string(cmp.Or(s, deliberation.Present)))
}

// SourceName says how an office was come by; one the catalogue does not know keeps its word.
func (p Page) SourceName(source string) string {
	if source == "" {
		return "—"
	}
	if s := p.optional("office_source_" + source); s != "" {
		return s
	}
	return source
}

// OfficeName is an office in the words of the place.
func (p Page) OfficeName(o deliberation.Office) string { return p.here(o.Word(p.Lang)) }

func (p Page) known(prefix, value string) string {
	if value == "" {
		return ""
	}
	return p.S(prefix + value)
}

// Days says from when until when an office is held.
func (p Page) Days(o deliberation.OfficeHeld) string {
	if o.Until.IsZero() {
		return p.S("office_since", "From", p.plainDay(o.From))
	}
	return p.S("office_from_until", "From", p.plainDay(o.From), "Until", p.plainDay(o.Until))
}

// plainDay writes a day of long ago or of a term, of which nobody asks the weekday.
func (p Page) plainDay(d deliberation.Date) string {
	if d.IsZero() {
		return ""
	}
	if p.Lang == "en" {
		return d.Start().Format("2 January 2006")
	}
	return fmt.Sprintf("%d年%d月%d日", d.Year, int(d.Month), d.Day)
}

// until is the moment at which the codes run out, short enough for a slip of paper.
func (v SlipSheetView) until() string {
	return v.plainDay(deliberation.DateOf(v.Until)) + v.Until.In(deliberation.Shanghai).Format(" 15:04")
}

// Tenure says from when until when an office is held, and how it was come by where that is known.
func (p Page) Tenure(o deliberation.OfficeHeld) string {
	if o.Source == "" {
		return p.Days(o)
	}
	return p.Days(o) + " · " + p.SourceName(o.Source)
}

// Held reports whether the office is held on the page's day.
func (p Page) Held(o deliberation.OfficeHeld) bool {
	today := deliberation.DateOf(p.Now)
	return !o.From.After(today) && (o.Until.IsZero() || !o.Until.Before(today))
}

// PersonForm is a record as it is typed.
type PersonForm struct {
	Name, Sex, Birth, Identity, Phone, Group, Household, Building, Relation, Hukou, Since string
	// NewHousehold makes the household where there is none of the number; DropIdentity
	// and DropPhone take the number away, which an empty field does not.
	NewHousehold, DropIdentity, DropPhone string
	// Sure says that the person is another one than those of the same name.
	Sure    string
	Version string
}

// Change is what somebody else changed while a form was being filled in.
type Change struct{ Field, Was, Now string }

// PersonFormView asks for the record of a new person or changes one.
type PersonFormView struct {
	Page
	// ID is empty for a new person.
	ID   deliberation.PersonID
	Name string
	Form PersonForm
	// Was is what the record held when the form was first shown.
	Was                     []Fact
	IdentityMask, PhoneMask string
	Groups, Buildings       []string
	Changed                 []Change
	Same                    []deliberation.PersonLine
	Problem                 *Problem
}

func (v PersonFormView) action() string {
	if v.ID == "" {
		return "/roster/new"
	}
	return "/persons/" + string(v.ID) + "/edit"
}

// StandingView asks when a person moved away or died, and shows what follows from it.
type StandingView struct {
	Page
	Person         deliberation.Person
	Version        int64
	Standing, Left string
	// Ending are the offices that end with it, Staying those that have to be ended on their own.
	Ending, Staying []deliberation.OfficeHeld
	// Confirm shows once more what will be done.
	Confirm bool
	Breach  Breach
	Problem *Problem
}

// Breach is what a change of offices would break, shown before it is recorded
// all the same 仍然登记.
type Breach struct {
	Lines []BreachLine
	// Seen names the findings as shown: others than these are shown anew.
	Seen string
}

// BreachLine is one rule that would be broken, whom it concerns, and the text it stands on.
type BreachLine struct{ Text, Who, Source string }

// KinView is the near relatives of a person.
type KinView struct {
	Page
	Person  deliberation.Person
	Kin     []deliberation.Kinship
	Names   Names
	Text    string
	Kind    string
	Found   []deliberation.PersonLine
	Asked   bool
	More    int
	Problem *Problem
}

// OfficesView is the offices of one person, past ones too.
type OfficesView struct {
	Page
	Person     deliberation.Person
	List       []deliberation.OfficeHeld
	PlaceNames map[deliberation.PlaceID]string
	MayAppoint bool
	// Own says that it is the viewer's own record: nobody records their own office.
	Own     bool
	Choices []Option
	Places  []Option
	// Ends are the offices that the viewer may end.
	Ends    []Option
	Form    OfficeForm
	Problem *Problem
}

// OfficeForm is an office as it is typed. For an end, Ending names the office.
type OfficeForm struct{ Office, Place, From, Until, Source, Ending string }

func (f OfficeForm) hidden() []Option {
	return filled([]Option{
		{Value: "office", Label: f.Office}, {Value: "place", Label: f.Place}, {Value: "from", Label: f.From}, {Value: "until", Label: f.Until},
		{Value: "source", Label: f.Source}, {Value: "ending", Label: f.Ending},
	})
}

// OfficeConfirmView states what an appointment or its end would break before it is recorded.
type OfficeConfirmView struct {
	Page
	Person deliberation.Person
	Held   deliberation.OfficeHeld
	Form   OfficeForm
	// End says that the office ends; otherwise it begins.
	End    bool
	Breach Breach
}

func (v OfficeConfirmView) action() string {
	if v.End {
		return "/persons/" + string(v.Person.ID) + "/offices/end"
	}
	return "/persons/" + string(v.Person.ID) + "/offices"
}

// OfficesInView is all offices of a community on a day.
type OfficesInView struct {
	Page
	On      string
	Day     deliberation.Date
	Holders []OfficeHolders
	// Links leads to the records of the holders.
	Links   bool
	Problem *Problem
}

// OfficeHolders are those who hold an office on the day.
type OfficeHolders struct {
	Office deliberation.Office
	List   []OfficeHolder
}

// OfficeHolder is one of them.
type OfficeHolder struct {
	Name string
	Held deliberation.OfficeHeld
	// Place is named where the office is held over a place above the community.
	Place string
}

// SlipsView chooses for whom sign-in slips are printed.
type SlipsView struct {
	Page
	Search RosterSearch
	Days   string
	Groups []string
	Asked  bool
	Lines  []SlipLine
	// More is how many were found beyond those listed.
	More int
	// Unused is how many of the chosen have an unused link that printing revokes: the page asks once more.
	Unused  int
	Chosen  []deliberation.PersonID
	Problem *Problem
}

// SlipLine is a person who may be given a slip.
type SlipLine struct {
	Person deliberation.Person
	Link   deliberation.LinkState
	Chosen bool
}

// SlipTone gives the look of how the person stands with signing in.
func (l SlipLine) SlipTone() Tone {
	switch {
	case l.Link.SignedIn:
		return Good
	case !l.Link.Until.IsZero():
		return Wait
	}
	return Idle
}

// SlipWord says how a person stands with signing in.
func (p Page) SlipWord(l SlipLine) string {
	switch {
	case l.Link.SignedIn && !l.Link.Until.IsZero():
		return p.S("slip_signed_in_link", "Until", p.Day(l.Link.Until))
	case l.Link.SignedIn:
		return p.S("slip_signed_in")
	case !l.Link.Until.IsZero():
		return p.S("slip_unused", "Until", p.Day(l.Link.Until))
	}
	return p.S("slip_none")
}

// SlipSheetView is the printed sheets: one or more pages for each group.
type SlipSheetView struct {
	Page
	Sheets []SlipSheet
	Until  time.Time
	Count  int
}

// SlipSheet is one page of slips of one group.
type SlipSheet struct {
	Group      string
	Number, Of int
	Slips      []Slip
}

// Slip is what one person gets: a code that leads to their one-time link.
type Slip struct {
	Person deliberation.Person
	// QR is the code's image as a data: address.
	QR string
}

// GroupOptions offers the groups of a community, all of them first.
func (p Page) GroupOptions(groups []string, first string) []Option {
	list := []Option{{Value: "", Label: p.S(first)}}
	for _, g := range groups {
		list = append(list, Option{Value: g, Label: g})
	}
	return list
}

// withGroup offers the group of a record too where no place of the tree bears it any more.
func withGroup(groups []string, one string) []string {
	if one == "" || slices.Contains(groups, one) {
		return groups
	}
	return append(slices.Clone(groups), one)
}

// RosterOffices offers the offices by which a roster may be narrowed.
func (p Page) RosterOffices() []Option {
	list := []Option{{Value: "", Label: p.S("roster_any_office")}}
	for _, o := range deliberation.Offices {
		if !o.OfPlace() {
			list = append(list, Option{Value: string(o), Label: p.OfficeName(o)})
		}
	}
	return list
}

// StandingOptions offers who is shown: those present unless others are asked for.
func (p Page) StandingOptions() []Option {
	var list []Option
	for _, s := range []deliberation.Standing{deliberation.Present, deliberation.Moved, deliberation.Dead} {
		list = append(list, Option{Value: string(s), Label: p.StandingName(s)})
	}
	return list
}

// LeavingOptions offers how a person leaves the roster, or comes back to it.
func (p Page) LeavingOptions() []Option {
	var list []Option
	for _, s := range []deliberation.Standing{deliberation.Moved, deliberation.Dead, deliberation.Present} {
		list = append(list, Option{Value: string(s), Label: p.S("leaving_" + string(s)), Hint: p.S("leaving_hint_" + string(s))})
	}
	return list
}

// SexOptions offers the sexes; empty is unknown.
func (p Page) SexOptions() []Option {
	return []Option{{Value: "", Label: p.S("unknown")}, {Value: string(deliberation.Female), Label: p.S("sex_female")}, {Value: string(deliberation.Male), Label: p.S("sex_male")}}
}

// HukouOptions offers where the household registration may lie.
func (p Page) HukouOptions() []Option {
	return []Option{{Value: "", Label: p.S("unknown")}, {Value: string(deliberation.HukouHere), Label: p.S("hukou_here")}, {Value: string(deliberation.HukouElsewhere), Label: p.S("hukou_elsewhere")}}
}

// Relations lists 与户主关系 as the form offers them.
var Relations = []deliberation.Relation{
	deliberation.RelationHead, deliberation.RelationSpouse, deliberation.RelationChild, deliberation.RelationChildInLaw, deliberation.RelationParent,
	deliberation.RelationGrandchild, deliberation.RelationGrand, deliberation.RelationSibling, deliberation.RelationOther,
}

// NearRelations lists the near relationships 近亲属 that may be declared.
var NearRelations = []deliberation.Relation{
	deliberation.RelationSpouse, deliberation.RelationChild, deliberation.RelationParent, deliberation.RelationSibling, deliberation.RelationGrand, deliberation.RelationGrandchild,
}

// RelationOptions offers 与户主关系.
func (p Page) RelationOptions() []Option {
	list := []Option{{Value: "", Label: p.S("unknown")}}
	for _, r := range Relations {
		list = append(list, Option{Value: string(r), Label: p.RelationName(r)})
	}
	return list
}

// NearOptions offers what somebody may be to the person.
func (p Page) NearOptions() []Option {
	list := []Option{{Value: "", Label: p.S("please_choose")}}
	for _, r := range NearRelations {
		list = append(list, Option{Value: string(r), Label: p.RelationName(r)})
	}
	return list
}

// OfficeSources lists how an office may be come by.
var OfficeSources = []string{"elected", "appointed", "joined"}

// SourceOptions offers them.
func (p Page) SourceOptions() []Option {
	list := []Option{{Value: "", Label: p.S("please_choose")}}
	for _, s := range OfficeSources {
		list = append(list, Option{Value: s, Label: p.SourceName(s)})
	}
	return list
}

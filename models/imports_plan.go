package models

import (
	"crypto/rand"
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/roster"
)

// importing is an import from the first look to the last row.
type importing struct {
	*Store
	tx   *gorm.DB
	o    roster.Options
	plan roster.Plan

	names      map[string][]deliberation.CommunityID
	towns      map[deliberation.CommunityID]*town
	elsewhere  map[string][]deliberation.CommunityID // by lookup of the identity number
	places     []placeRow
	households []deliberation.Household
	added      []*alteration // persons not there before
	altered    []*alteration // persons changed, in the order of the file
	moved      []*alteration
}

// town is what a community has before the import, and what the import adds.
type town struct {
	place      placeRow
	groups     map[string]bool
	buildings  map[string]bool
	persons    []*inhabitant
	byIdentity map[string]*inhabitant
	byHuman    map[human][]*inhabitant
	byBirth    map[human][]*inhabitant // without household
	homes      map[homeKey]deliberation.HouseholdID
	byNumber   map[string][]deliberation.HouseholdID
	households map[deliberation.HouseholdID]deliberation.Household
	fresh      map[deliberation.HouseholdID]bool // made by this import
}

type homeKey struct{ group, building, number string }

type human struct {
	name      string
	birth     deliberation.Date
	household deliberation.HouseholdID
}

// inhabitant is a person of the roster as it stands.
type inhabitant struct {
	record  deliberation.PersonRecord
	offices []deliberation.OfficeHeld
	line    int // of the file, nought while no row is this person's
}

// alteration is what the import does to one person.
type alteration struct {
	line   int
	before *inhabitant // nil for a new person
	record deliberation.PersonRecord
	drop   []deliberation.OfficeHeld // rows that give way
	seats  []deliberation.OfficeHeld // rows to write
	change bool                      // the record itself changes
}

// planned compares the entries with the roster.
func (s *Store) planned(tx *gorm.DB, entries []roster.Entry, issues []roster.Issue, o roster.Options) (*importing, error) {
	im := &importing{Store: s, tx: tx, o: o, towns: map[deliberation.CommunityID]*town{}}
	im.plan.Issues = slices.Clone(issues)
	var err error
	if im.names, err = communityNames(tx); err != nil {
		return nil, err
	}
	if im.elsewhere, err = im.identityPlaces(entries); err != nil {
		return nil, err
	}
	for i := range entries {
		if err := im.entry(&entries[i]); err != nil {
			return nil, err
		}
	}
	im.heads()
	im.missing()
	for c := range im.towns {
		im.plan.Communities = append(im.plan.Communities, c)
	}
	slices.Sort(im.plan.Communities)
	im.plan.Households, im.plan.Groups = len(im.households), len(im.places)
	im.plan.Count()
	return im, nil
}

func (im *importing) changesAnything() bool {
	return len(im.added)+len(im.altered)+len(im.moved)+len(im.places)+len(im.households) > 0
}

func (im *importing) issue(line int, f roster.Field, code string, s roster.Severity) {
	im.plan.Issues = append(im.plan.Issues, roster.Issue{Line: line, Field: f, Code: code, Severity: s})
}

func (im *importing) fault(line int, f roster.Field, code string) {
	im.issue(line, f, code, roster.Error)
}

// identityPlaces finds in which communities the identity numbers of the file stand already.
func (im *importing) identityPlaces(entries []roster.Entry) (map[string][]deliberation.CommunityID, error) {
	var lookups []string
	for _, e := range entries {
		if e.Identity != "" {
			lookups = append(lookups, im.vault.Lookup("persons", "identity", e.Identity))
		}
	}
	found := map[string][]deliberation.CommunityID{}
	for part := range slices.Chunk(lookups, chunk) {
		var rows []personRow
		err := im.tx.Select("community", "identity_lookup").Where("identity_lookup IN ? AND standing = ?", part, deliberation.Present).Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			found[r.IdentityLookup] = append(found[r.IdentityLookup], r.Community)
		}
	}
	return found, nil
}

// entry plans one row.
func (im *importing) entry(e *roster.Entry) error {
	c, ok := im.community(e)
	if !ok {
		return nil
	}
	t, err := im.town(c)
	if err != nil {
		return err
	}
	im.place(t, e)
	home := im.home(t, e)
	known := im.match(t, e, home)
	if e.Identity != "" {
		lookup := im.vault.Lookup("persons", "identity", e.Identity)
		if slices.ContainsFunc(im.elsewhere[lookup], func(other deliberation.CommunityID) bool { return other != c }) {
			im.issue(e.Line, roster.Identity, "elsewhere", roster.Warning)
		}
		if known == nil { // a later row of another community shall know
			im.elsewhere[lookup] = append(im.elsewhere[lookup], c)
		}
	}
	a := &alteration{line: e.Line, before: known}
	if known != nil {
		known.line = e.Line
		a.record = known.record
	} else {
		a.record.Community, a.record.Standing = c, deliberation.Present
	}
	fill(&a.record, e, home)
	im.checked(e.Line, &a.record)
	im.seats(a, e)
	im.sort(a, t)
	return nil
}

// community tells which community a row belongs to.
func (im *importing) community(e *roster.Entry) (deliberation.CommunityID, bool) {
	ids := im.names[e.Community]
	switch {
	case im.o.Community != "" && e.Community != "" && !slices.Contains(ids, im.o.Community):
		im.fault(e.Line, roster.Community, "other_community")
		return "", false
	case im.o.Community != "":
		return im.o.Community, true
	case e.Community == "":
		im.fault(e.Line, roster.Community, "community_missing")
		return "", false
	case len(ids) == 0:
		im.fault(e.Line, roster.Community, "unknown_community")
		return "", false
	case len(ids) > 1:
		im.fault(e.Line, roster.Community, "ambiguous_community")
		return "", false
	}
	return ids[0], true
}

// town reads a community as it stands.
func (im *importing) town(c deliberation.CommunityID) (*town, error) {
	if t := im.towns[c]; t != nil {
		return t, nil
	}
	t := &town{
		groups: map[string]bool{}, buildings: map[string]bool{}, byIdentity: map[string]*inhabitant{}, byHuman: map[human][]*inhabitant{}, byBirth: map[human][]*inhabitant{},
		homes: map[homeKey]deliberation.HouseholdID{}, byNumber: map[string][]deliberation.HouseholdID{},
		households: map[deliberation.HouseholdID]deliberation.Household{}, fresh: map[deliberation.HouseholdID]bool{},
	}
	if err := im.tx.Take(&t.place, "id = ?", c).Error; err != nil {
		return nil, err
	}
	if !t.place.Kind.IsCommunity() {
		return nil, invalid("community", "not_a_choice")
	}
	var below []placeRow
	if err := im.tx.Where("parent = ?", c).Find(&below).Error; err != nil {
		return nil, err
	}
	for _, p := range below {
		if p.Kind == deliberation.GroupPlace {
			t.groups[p.Name] = true
		} else {
			t.buildings[p.Name] = true
		}
	}
	households, err := im.Store.households(im.tx, c)
	if err != nil {
		return nil, err
	}
	for _, h := range households {
		t.add(h)
	}
	if err := im.inhabitants(t, c); err != nil {
		return nil, err
	}
	im.towns[c] = t
	return t, nil
}

func (t *town) add(h deliberation.Household) {
	t.homes[homeKey{h.Group, h.Building, h.Number}] = h.ID
	t.byNumber[h.Number] = append(t.byNumber[h.Number], h.ID)
	t.households[h.ID] = h
}

func (im *importing) inhabitants(t *town, c deliberation.CommunityID) error {
	var offices []officeRow
	if err := im.tx.Where("community = ?", c).Order("from_day").Find(&offices).Error; err != nil {
		return err
	}
	held := map[deliberation.PersonID][]deliberation.OfficeHeld{}
	for _, r := range offices {
		o, err := officeOf(r)
		if err != nil {
			return err
		}
		held[o.Person] = append(held[o.Person], o)
	}
	var rows []personRow
	if err := im.tx.Where("community = ? AND standing <> ?", c, deliberation.Erased).Order("id").Find(&rows).Error; err != nil {
		return err
	}
	for _, r := range rows {
		record, err := im.recordOf(r)
		if err != nil {
			return err
		}
		p := &inhabitant{record: record, offices: held[record.ID]}
		t.persons = append(t.persons, p)
		if record.Identity != "" {
			t.byIdentity[record.Identity] = p
		}
		if record.Standing == deliberation.Present {
			who := human{record.Name, record.Birth, record.Household}
			t.byHuman[who] = append(t.byHuman[who], p)
			who.household = ""
			t.byBirth[who] = append(t.byBirth[who], p)
		}
	}
	return nil
}

// place sees to the group and the building of a row.
func (im *importing) place(t *town, e *roster.Entry) {
	for _, at := range []struct {
		kind    deliberation.PlaceKind
		name    string
		known   map[string]bool
		field   roster.Field
		unknown string
	}{
		{deliberation.GroupPlace, e.Group, t.groups, roster.Group, "unknown_group"},
		{deliberation.BuildingPlace, e.Building, t.buildings, roster.Building, "unknown_building"},
	} {
		switch {
		case at.name == "" || at.known[at.name]:
		case !im.o.AddGroups:
			im.fault(e.Line, at.field, at.unknown)
		default:
			at.known[at.name] = true
			parent := t.place.ID
			im.places = append(im.places, placeRow{ID: deliberation.PlaceID(rand.Text()), Parent: &parent, Kind: at.kind, Name: at.name, Demo: t.place.Demo})
		}
	}
}

// home gives the household of a row, and adds it where it is not there. A row
// that names no group, or no building, means the only household of its number.
func (im *importing) home(t *town, e *roster.Entry) deliberation.HouseholdID {
	if e.Household == "" {
		return ""
	}
	key := homeKey{e.Group, e.Building, e.Household}
	if id, ok := t.homes[key]; ok {
		return id
	}
	if same := t.byNumber[e.Household]; len(same) == 1 {
		h := t.households[same[0]]
		if (e.Group == "" || e.Group == h.Group) && (e.Building == "" || e.Building == h.Building) {
			return h.ID
		}
	}
	h := deliberation.Household{ID: deliberation.HouseholdID(rand.Text()), Community: t.place.ID, Group: e.Group, Building: e.Building, Number: e.Household}
	t.add(h)
	t.fresh[h.ID] = true
	im.households = append(im.households, h)
	return h.ID
}

// match finds who of the roster a row speaks of: by the identity number, else by
// name, birth and household. Nil is a new person.
func (im *importing) match(t *town, e *roster.Entry, home deliberation.HouseholdID) *inhabitant {
	if p := t.byIdentity[e.Identity]; e.Identity != "" && p != nil {
		if p.record.Standing != deliberation.Present {
			im.fault(e.Line, roster.Identity, "not_present")
		}
		return im.unclaimed(p, e)
	}
	var alike []*inhabitant
	for _, p := range t.byHuman[human{e.Name, e.Birth, home}] {
		if e.Identity == "" || p.record.Identity == "" {
			alike = append(alike, p)
			continue
		}
		im.fault(e.Line, roster.Identity, "identity_differs")
	}
	switch len(alike) {
	case 0:
		if len(t.byBirth[human{name: e.Name, birth: e.Birth}]) > 0 {
			im.issue(e.Line, roster.Name, "same_name_birth", roster.Warning)
		}
		return nil
	case 1:
		return im.unclaimed(alike[0], e)
	}
	im.fault(e.Line, roster.Name, "ambiguous_person")
	return nil
}

// unclaimed refuses that two rows speak of one person.
func (im *importing) unclaimed(p *inhabitant, e *roster.Entry) *inhabitant {
	if p.line != 0 {
		im.plan.Issues = append(im.plan.Issues, roster.Issue{Line: e.Line, Other: p.line, Field: roster.Name, Code: "twice", Severity: roster.Error})
	}
	return p
}

// fill puts into a record what the row says; what it leaves empty stays.
func fill(r *deliberation.PersonRecord, e *roster.Entry, home deliberation.HouseholdID) {
	take(&r.Name, e.Name)
	take(&r.Group, e.Group)
	take(&r.Sex, e.Sex)
	take(&r.Birth, e.Birth)
	take(&r.Identity, e.Identity)
	take(&r.Phone, e.Phone)
	take(&r.Household, home)
	take(&r.Relation, e.Relation)
	take(&r.Hukou, e.Hukou)
	take(&r.Since, e.Since)
}

func take[T comparable](field *T, v T) {
	var none T
	if v != none {
		*field = v
	}
}

// recordCodes say in the words of an import what is wrong with a record that a
// row and the roster make together.
var recordCodes = map[[2]string]string{
	{"birth", "not_as_identity"}: "birth_identity", {"sex", "not_as_identity"}: "sex_identity", {"identity", "not_an_identity"}: "identity_checksum",
	{"since", "before_birth"}: "since_before_birth", {"name", "too_long"}: "too_long", {"name", "required"}: "required", {"phone", "not_a_phone"}: "phone_form",
}

// checked asks of a record what SaveRecord asks of it. What the row alone is
// wrong about has been said already.
func (im *importing) checked(line int, r *deliberation.PersonRecord) {
	standing := r.Standing
	if standing != deliberation.Present {
		return // an error already, see match
	}
	refusal, ok := completed(r).(*deliberation.Refusal) //nolint:errorlint // completed gives the refusal itself
	if !ok {
		return
	}
	for _, f := range refusal.Fields {
		code := recordCodes[[2]string{f.Field, f.Problem}]
		if code == "" {
			code = "not_text"
		}
		said := slices.ContainsFunc(im.plan.Issues, func(i roster.Issue) bool { return i.Line == line && i.Severity == roster.Error })
		if !said {
			im.fault(line, roster.Field(f.Field), code)
		}
	}
}

// sort files an alteration by what it does.
func (im *importing) sort(a *alteration, t *town) {
	d := roster.Difference{Line: a.line, Name: a.record.Name, Kind: roster.New}
	if a.before != nil {
		d.Person, d.Kind = a.record.ID, roster.Changed
		d.Fields = changes(t, a.before.record, a.record)
		a.change = len(d.Fields) > 0
		d.Fields = append(d.Fields, seatChanges(a)...)
	}
	switch {
	case a.before == nil:
		a.record.ID = deliberation.PersonID(rand.Text())
		for i := range a.seats {
			a.seats[i].Person = a.record.ID
		}
		im.plan.New++
		im.added = append(im.added, a)
	case len(d.Fields) == 0:
		im.plan.Same++
		return
	default:
		im.plan.Changed++
		im.altered = append(im.altered, a)
	}
	im.plan.Seats += len(a.seats)
	im.plan.Differences = append(im.plan.Differences, d)
}

// changes names the fields of a record that change.
func changes(t *town, before, after deliberation.PersonRecord) []roster.Change {
	var list []roster.Change
	see := func(f roster.Field, before, after string) {
		if before != after {
			list = append(list, roster.Change{Field: f, Old: before, New: after})
		}
	}
	see(roster.Name, before.Name, after.Name)
	see(roster.Sex, string(before.Sex), string(after.Sex))
	see(roster.Birth, before.Birth.String(), after.Birth.String())
	see(roster.Identity, before.Identity, after.Identity)
	see(roster.Phone, before.Phone, after.Phone)
	see(roster.Group, before.Group, after.Group)
	if before.Household != after.Household {
		was, is := t.households[before.Household], t.households[after.Household]
		list = append(list, roster.Change{Field: roster.Household, Old: was.Building + was.Number, New: is.Building + is.Number})
	}
	see(roster.Relation, string(before.Relation), string(after.Relation))
	see(roster.Hukou, string(before.Hukou), string(after.Hukou))
	see(roster.Since, before.Since.String(), after.Since.String())
	return list
}

func seatChanges(a *alteration) []roster.Change {
	list := make([]roster.Change, len(a.seats))
	for i, o := range a.seats {
		list[i] = roster.Change{Field: roster.Offices, New: string(o.Office)}
		if o.Office == deliberation.PartyMember || o.Office == deliberation.ProbationaryMember {
			list[i].Field = roster.Party
		}
		for _, was := range a.drop {
			if was.Office == o.Office {
				list[i].Old = string(was.Office)
			}
		}
	}
	return list
}

// heads refuses a second head of a household, whether the first stands in the
// file or in the roster.
func (im *importing) heads() {
	heads := map[deliberation.HouseholdID]int{}
	after := map[deliberation.PersonID]deliberation.PersonRecord{}
	for _, a := range im.altered {
		after[a.record.ID] = a.record
	}
	for _, t := range im.towns {
		for _, p := range t.persons {
			r := p.record
			if changed, ok := after[r.ID]; ok {
				r = changed
			}
			if h := headOf(r); h != "" && (p.line != 0 || !im.o.MarkMoved) {
				heads[h]++
			}
		}
	}
	for _, a := range im.added {
		if h := headOf(a.record); h != "" {
			heads[h]++
		}
	}
	for _, a := range slices.Concat(im.added, im.altered) {
		h := headOf(a.record)
		made := a.before == nil || headOf(a.before.record) != h
		said := func(i roster.Issue) bool { return i.Line == a.line && i.Code == "two_heads" }
		if h != "" && heads[h] > 1 && made && !slices.ContainsFunc(im.plan.Issues, said) {
			im.fault(a.line, roster.Relation, "two_heads")
		}
	}
}

// missing finds who of the communities of the file is in the roster and not in the file.
func (im *importing) missing() {
	for _, t := range im.towns {
		for _, p := range t.persons {
			if p.line != 0 || p.record.Standing != deliberation.Present {
				continue
			}
			im.plan.Missing++
			im.plan.Differences = append(im.plan.Differences, roster.Difference{Person: p.record.ID, Name: p.record.Name, Kind: roster.Missing})
			if im.o.MarkMoved && p.record.ID != im.o.Actor {
				a := &alteration{before: p, record: p.record, change: true}
				a.record.Standing, a.record.Left = deliberation.Moved, im.o.On
				im.moved = append(im.moved, a)
			}
		}
	}
}

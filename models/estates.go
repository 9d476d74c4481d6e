package models

import (
	"cmp"
	"context"
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

type estateRow struct {
	ID        deliberation.EstateID
	Community deliberation.CommunityID
	Name      string
}

func (estateRow) TableName() string { return "estates" }

type unitRow struct {
	ID           deliberation.UnitID
	Estate       deliberation.EstateID
	Building     string
	Number       []byte
	NumberLookup string
	Owner        deliberation.PersonID
	Area         int
}

func (unitRow) TableName() string { return "units" }

// sourceUnits is the source of an owner's office, which follows from the units.
const sourceUnits = "units"

func (s *Store) sealedUnit(u deliberation.Unit) unitRow {
	return unitRow{
		ID: u.ID, Estate: u.Estate, Building: u.Building, Owner: u.Owner, Area: u.Area,
		Number:       s.seal("units", "number", string(u.ID), u.Number),
		NumberLookup: s.vault.Lookup("units", "number", u.Number),
	}
}

func (s *Store) unitOf(r unitRow) (deliberation.Unit, error) {
	number, err := s.unseal("units", "number", string(r.ID), r.Number)
	return deliberation.Unit{ID: r.ID, Estate: r.Estate, Building: r.Building, Number: number, Owner: r.Owner, Area: r.Area}, err
}

// AddEstate adds an estate to a community; the same name twice is refused (RefuseTwice).
func (s *Store) AddEstate(ctx context.Context, e deliberation.Estate, actor deliberation.PersonID) (deliberation.EstateID, error) {
	e.Name = strings.TrimSpace(e.Name)
	if err := checkName("name", e.Name); err != nil {
		return "", err
	}
	e.ID = deliberation.EstateID(rand.Text())
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := s.changingRoster(tx, e.Community); err != nil {
			return err
		}
		place, err := find[placeRow](tx, "id = ?", e.Community)
		switch {
		case err != nil:
			return err
		case place == nil || !place.Kind.IsCommunity():
			return invalid("community", "not_a_choice")
		}
		same, err := find[estateRow](tx, "community = ? AND name = ?", e.Community, e.Name)
		if err != nil || same != nil {
			return orTaken(err, "name")
		}
		row := estateRow(e)
		if err := tx.Create(&row).Error; err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: actor, Act: "add_estate", Community: e.Community, Subject: string(e.ID)})
	})
	return e.ID, wrap("add estate", err)
}

// Estates gives the estates of a community by name.
func (s *Store) Estates(ctx context.Context, c deliberation.CommunityID) ([]deliberation.Estate, error) {
	var rows []estateRow
	if err := s.reads.WithContext(ctx).Where("community = ?", c).Order("name, id").Find(&rows).Error; err != nil {
		return nil, wrap("estates", err)
	}
	list := make([]deliberation.Estate, len(rows))
	for i, r := range rows {
		list[i] = deliberation.Estate(r)
	}
	return list, nil
}

// Estate gives an estate by id.
func (s *Store) Estate(ctx context.Context, id deliberation.EstateID) (deliberation.Estate, error) {
	var row estateRow
	if err := s.reads.WithContext(ctx).Take(&row, "id = ?", id).Error; err != nil {
		return deliberation.Estate{}, wrap("estate", err)
	}
	return deliberation.Estate(row), nil
}

// Units gives the units of an estate, by building and number as people count them.
func (s *Store) Units(ctx context.Context, id deliberation.EstateID) ([]deliberation.Unit, error) {
	list, err := s.units(s.reads.WithContext(ctx), id)
	return list, wrap("units", err)
}

func (s *Store) units(tx *gorm.DB, id deliberation.EstateID) ([]deliberation.Unit, error) {
	var rows []unitRow
	if err := tx.Where("estate = ?", id).Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]deliberation.Unit, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = s.unitOf(r); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b deliberation.Unit) int {
		return cmp.Or(cmp.Compare(countedName(a.Building), countedName(b.Building)), cmp.Compare(countedName(a.Number), countedName(b.Number)), cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

// ownersOf gives the owners of the estate, each once, with their area. Who owns is
// the unit's to say: living elsewhere takes no vote away, and the area of an owner
// who died counts among all until the heirs are written down.
func ownersOf(tx *gorm.DB, spec deliberation.RollSpec, only []deliberation.PersonID) (map[deliberation.PersonID]due, error) {
	if err := tx.Select("id").Take(&estateRow{}, "id = ? AND community = ?", spec.Estate, spec.Community).Error; err != nil {
		return nil, err
	}
	owned := tx.Model(&unitRow{}).Select("owner, SUM(area) AS area").Where("estate = ?", spec.Estate)
	if len(only) > 0 {
		owned = owned.Where("owner IN ?", only)
	}
	var rows []struct {
		Owner deliberation.PersonID
		Area  int
	}
	if err := owned.Group("owner").Scan(&rows).Error; err != nil {
		return nil, err
	}
	members := make(map[deliberation.PersonID]due, len(rows))
	for _, r := range rows {
		members[r.Owner] = due{area: r.Area}
	}
	return members, nil
}

// PlanUnits says what putting the units in would do, and changes nothing.
func (s *Store) PlanUnits(ctx context.Context, id deliberation.EstateID, entries []deliberation.UnitEntry) (deliberation.UnitsPlan, error) {
	var plan deliberation.UnitsPlan
	err := s.read(ctx, func(tx *gorm.DB) error {
		p, err := s.planUnits(tx, id, entries)
		if err == nil {
			plan = p.plan
		}
		return err
	})
	return plan, wrap("plan units", err)
}

// PutUnits adds and changes units of an estate, all or nothing (RefuseImportErrors
// where a row cannot be put in), by building and number; units that are not named
// stay. Owners who are not on the roster yet are added to it, without a residence.
// The same units again change nothing.
func (s *Store) PutUnits(ctx context.Context, id deliberation.EstateID, entries []deliberation.UnitEntry, actor deliberation.PersonID) (deliberation.UnitsPlan, error) {
	var plan deliberation.UnitsPlan
	err := s.write(ctx, func(tx *gorm.DB) error {
		var row estateRow
		if err := tx.Take(&row, "id = ?", id).Error; err != nil {
			return err
		}
		if err := s.changingRoster(tx, row.Community); err != nil {
			return err
		}
		p, err := s.planUnits(tx, id, entries)
		if err != nil {
			return err
		}
		if plan = p.plan; len(plan.Faults) > 0 {
			return &deliberation.Refusal{Code: deliberation.RefuseImportErrors, Count: len(plan.Faults)}
		}
		return s.putUnits(tx, row, p, actor)
	})
	return plan, wrap("put units", err)
}

// unitsPlan is a plan with what it writes.
type unitsPlan struct {
	plan    deliberation.UnitsPlan
	persons []deliberation.PersonRecord
	units   []deliberation.Unit
	// touched are the owners before and after.
	touched map[deliberation.PersonID]bool
}

// known finds owners among the persons of a community.
type known struct {
	ids   map[deliberation.PersonID]bool
	named map[string][]personRow
	fresh map[[2]string]deliberation.PersonID
}

func (s *Store) planUnits(tx *gorm.DB, id deliberation.EstateID, entries []deliberation.UnitEntry) (unitsPlan, error) {
	p := unitsPlan{touched: map[deliberation.PersonID]bool{}}
	var estate estateRow
	if err := tx.Take(&estate, "id = ?", id).Error; err != nil {
		return p, err
	}
	before, err := s.units(tx, id)
	if err != nil {
		return p, err
	}
	type address struct{ building, number string }
	there, line := map[address]deliberation.Unit{}, map[address]int{}
	for _, u := range before {
		there[address{u.Building, u.Number}] = u
	}
	k, err := knownOwners(tx, estate.Community)
	if err != nil {
		return p, err
	}
	for _, e := range entries {
		e.Building, e.Number, e.Owner, e.Phone = strings.TrimSpace(e.Building), strings.TrimSpace(e.Number), strings.TrimSpace(e.Owner), strings.TrimSpace(e.Phone)
		faults := unitFaults(e)
		at := address{e.Building, e.Number}
		if line[at] != 0 {
			faults = append(faults, deliberation.UnitFault{Line: e.Line, Field: "number", Problem: "twice"})
		}
		line[at] = max(e.Line, 1)
		owner, fresh, problem := s.ownerOf(k, e)
		if len(faults) == 0 && problem != "" {
			faults = append(faults, deliberation.UnitFault{Line: e.Line, Field: "owner", Problem: problem})
		}
		if len(faults) > 0 {
			p.plan.Faults = append(p.plan.Faults, faults...)
			continue
		}
		if fresh {
			owner = deliberation.PersonID(rand.Text())
			k.fresh[[2]string{e.Owner, e.Phone}] = owner
			p.persons = append(p.persons, deliberation.PersonRecord{
				Person: deliberation.Person{ID: owner, Community: estate.Community, Name: e.Owner}, Phone: e.Phone,
			})
			p.plan.Persons++
		}
		u, old := there[at]
		after := deliberation.Unit{ID: u.ID, Estate: id, Building: e.Building, Number: e.Number, Owner: owner, Area: e.Area}
		change := deliberation.UnitChange{Line: e.Line, Before: u, After: after}
		switch {
		case !old:
			change.Kind, after.ID = deliberation.UnitNew, deliberation.UnitID(rand.Text())
		case u == after:
			p.plan.Same++
			continue
		case u.Owner != owner && u.Area != e.Area:
			change.Kind = deliberation.UnitChanged
		case u.Owner != owner:
			change.Kind = deliberation.UnitOwner
		default:
			change.Kind = deliberation.UnitArea
		}
		if !k.ids[owner] {
			change.After.Owner = ""
		}
		p.touched[owner] = true
		if old {
			p.touched[u.Owner] = true
		}
		p.units, p.plan.Changes = append(p.units, after), append(p.plan.Changes, change)
	}
	return p, nil
}

// unitFaults checks what can be checked without looking at others.
func unitFaults(e deliberation.UnitEntry) (faults []deliberation.UnitFault) {
	add := func(wrong bool, field, problem string) {
		if wrong {
			faults = append(faults, deliberation.UnitFault{Line: e.Line, Field: field, Problem: problem})
		}
	}
	add(e.Number == "", "number", "required")
	add(utf8.RuneCountInString(e.Number) > maxName || utf8.RuneCountInString(e.Building) > maxName, "number", "too_long")
	add(!storable(e.Number+e.Building+e.Owner), "number", "not_text")
	add(e.Owner == "" && e.Person == "", "owner", "required")
	add(e.Owner != "" && checkName("owner", e.Owner) != nil, "owner", "too_long")
	add(e.Phone != "" && !mobilePhone.MatchString(e.Phone), "phone", "not_a_phone")
	add(e.Area <= 0 || e.Area > deliberation.MaxArea, "area", "not_an_area")
	return faults
}

func knownOwners(tx *gorm.DB, c deliberation.CommunityID) (known, error) {
	k := known{ids: map[deliberation.PersonID]bool{}, named: map[string][]personRow{}, fresh: map[[2]string]deliberation.PersonID{}}
	var rows []personRow
	err := tx.Select("id, name_lookup, phone_lookup").Where("community = ? AND standing <> ?", c, deliberation.Erased).Order("id").Find(&rows).Error
	for _, r := range rows {
		k.ids[r.ID] = true
		k.named[r.NameLookup] = append(k.named[r.NameLookup], r)
	}
	return k, err
}

// ownerOf finds the person a row names: by id; by name and phone; by name alone
// where one person bears it and nothing speaks against it. Two who may be meant are
// for people to tell apart.
func (s *Store) ownerOf(k known, e deliberation.UnitEntry) (id deliberation.PersonID, fresh bool, problem string) {
	if e.Person != "" {
		if !k.ids[e.Person] {
			return "", false, "not_a_choice"
		}
		return e.Person, false, ""
	}
	if id, ok := k.fresh[[2]string{e.Owner, e.Phone}]; ok {
		return id, false, ""
	}
	_, name := s.sealedField("", "name", e.Owner)
	_, phone := s.sealedField("", "phone", e.Phone)
	var open []personRow // bear the name, and no other phone
	for _, r := range k.named[name] {
		switch {
		case phone != "" && r.PhoneLookup == phone:
			return r.ID, false, ""
		case phone == "" || r.PhoneLookup == "":
			open = append(open, r)
		}
	}
	switch {
	case len(open) == 1 && len(k.named[name]) == 1:
		return open[0].ID, false, ""
	case len(k.named[name]) > 0:
		return "", false, "owner_unclear"
	}
	return "", true, ""
}

func (s *Store) putUnits(tx *gorm.DB, estate estateRow, p unitsPlan, actor deliberation.PersonID) error {
	for _, r := range p.persons {
		if err := completed(&r); err != nil {
			return err
		}
		if err := s.saveRecord(tx, &r, actor); err != nil {
			return err
		}
	}
	for _, u := range p.units {
		row := s.sealedUnit(u)
		err := tx.Clauses(clause.OnConflict{Columns: []clause.Column{{Name: "id"}}, DoUpdates: clause.AssignmentColumns([]string{"owner", "area"})}).Create(&row).Error
		if err != nil {
			return missing(err)
		}
	}
	for _, owner := range slices.Sorted(maps.Keys(p.touched)) {
		if err := s.settleOwner(tx, estate.Community, owner); err != nil {
			return err
		}
	}
	if len(p.units) == 0 {
		return nil
	}
	return s.audited(tx, auditRow{Actor: actor, Act: "put_units", Community: estate.Community, Subject: string(estate.ID)})
}

// settleOwner keeps the office of an owner in step with the units: who has one in
// the community is an owner from the day it is written down, and no longer once the
// last is another's.
func (s *Store) settleOwner(tx *gorm.DB, c deliberation.CommunityID, owner deliberation.PersonID) error {
	var n int64
	err := tx.Model(&unitRow{}).Joins("JOIN estates ON estates.id = units.estate").
		Where("estates.community = ? AND units.owner = ?", c, owner).Count(&n).Error
	if err != nil {
		return err
	}
	offices := func() *gorm.DB {
		return tx.Where("person = ? AND community = ? AND office = ?", owner, c, deliberation.Owner)
	}
	held, err := find[officeRow](offices(), "until_day = '' OR until_day >= ?", s.today().String())
	switch {
	case err != nil:
		return err
	case n > 0 && held == nil:
		return tx.Create(&officeRow{owner, c, deliberation.Owner, s.today().String(), "", sourceUnits}).Error
	case n == 0 && held != nil:
		return endOffices(s.today().AddDays(-1), offices)
	}
	return nil
}

// checkUnits checks the estates and units of a roster that is loaded at once.
func checkUnits(r deliberation.Roster, persons map[deliberation.PersonID]bool) error {
	estates := map[deliberation.EstateID]bool{}
	for _, e := range r.Estates {
		if e.ID == "" || e.Name == "" || e.Community != r.Community.ID {
			return invalid("estate", "not_a_choice")
		}
		estates[e.ID] = true
	}
	for _, u := range r.Units {
		switch {
		case u.ID == "" || u.Number == "" || !estates[u.Estate] || !persons[u.Owner]:
			return invalid("unit", "not_a_choice")
		case u.Area <= 0 || u.Area > deliberation.MaxArea:
			return invalid("area", "not_an_area")
		}
	}
	return nil
}

// insertUnits writes the estates and units of a roster that is loaded at once.
func (s *Store) insertUnits(tx *gorm.DB, r deliberation.Roster) error {
	estates, units := make([]estateRow, len(r.Estates)), make([]unitRow, len(r.Units))
	for i, e := range r.Estates {
		estates[i] = estateRow(e)
	}
	for i, u := range r.Units {
		units[i] = s.sealedUnit(u)
	}
	if len(estates) > 0 {
		if err := tx.Create(&estates).Error; err != nil {
			return err
		}
	}
	if len(units) == 0 {
		return nil
	}
	return tx.CreateInBatches(units, chunk).Error
}

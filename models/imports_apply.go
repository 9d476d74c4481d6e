package models

import (
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// apply writes what was planned. New persons of new households, who are most of a
// first import, go in by the hundred; for all others the offices that follow from
// a record are settled one by one, as for a single change.
func (im *importing) apply(id string, progress func(done, total int)) error {
	if progress == nil {
		progress = func(int, int) {}
	}
	steps := len(im.added) + len(im.altered) + len(im.moved)
	done := 0
	step := func(n int) {
		done += n
		progress(done, steps)
	}
	for _, c := range im.plan.Communities {
		if err := im.changingRoster(im.tx, c); err != nil {
			return err
		}
	}
	if err := insert(im.tx, im.places); err != nil {
		return err
	}
	if err := im.insertHouseholds(im.tx, im.households); err != nil {
		return err
	}
	if err := im.applyAdded(step); err != nil {
		return err
	}
	if err := im.applyAltered(step); err != nil {
		return err
	}
	if err := im.note(id); err != nil {
		return err
	}
	if err := im.keepImages(id); err != nil {
		return err
	}
	return im.auditImport(im.tx, "import", im.plan.Communities, im.o.Actor, id)
}

func insert[T any](tx *gorm.DB, rows []T) error {
	if len(rows) == 0 {
		return nil
	}
	return tx.CreateInBatches(rows, chunk).Error
}

func (im *importing) applyAdded(step func(int)) error {
	for part := range slices.Chunk(im.added, chunk) {
		rows := make([]personRow, len(part))
		var offices []officeRow
		for i, a := range part {
			a.record.Version = 1
			rows[i] = im.sealedPerson(a.record)
			for _, o := range a.seats {
				offices = append(offices, officeRowOf(o))
			}
			if im.unspoken(a) {
				offices = append(offices, following(a.record)...)
			}
		}
		if err := insert(im.tx, rows); err != nil {
			return err
		}
		if err := insert(im.tx, offices); err != nil {
			return err
		}
		step(len(part))
	}
	return nil
}

// unspoken reports whether nobody of the roster can have a bearing on the offices
// that follow from a new person's record: nobody else spoke for the household.
func (im *importing) unspoken(a *alteration) bool {
	return headOf(a.record) == "" || im.towns[a.record.Community].fresh[a.record.Household]
}

// following gives the offices that settle would write for a new person whose
// household nobody has spoken for.
func following(r deliberation.PersonRecord) []officeRow {
	from, known := residentFrom(r)
	if !known {
		return nil
	}
	rows := []officeRow{{r.ID, r.Community, deliberation.Resident, from.String(), "", sourceBorn}}
	if headOf(r) != "" {
		rows = append(rows, officeRow{r.ID, r.Community, deliberation.HouseholdHead, from.String(), "", sourceHousehold})
	}
	return rows
}

// applyAltered writes who changes. Who gives up a household comes before who
// takes it over.
func (im *importing) applyAltered(step func(int)) error {
	var first, then []*alteration
	for _, a := range slices.Concat(im.moved, im.altered) {
		if was := headOf(a.before.record); was != "" && was != headOf(a.record) {
			first = append(first, a)
		} else {
			then = append(then, a)
		}
	}
	for _, a := range slices.Concat(first, then) {
		if err := im.alter(a); err != nil {
			return err
		}
		step(1)
	}
	for _, a := range im.added {
		if im.unspoken(a) {
			continue
		}
		if err := im.settle(im.tx, im.towns[a.record.Community].place, deliberation.PersonRecord{}, a.record); err != nil {
			return err
		}
	}
	return nil
}

// alter writes one person's record and offices. An office counts as a change of
// the record too, so that its version tells an undoing of it.
func (im *importing) alter(a *alteration) error {
	if err := im.putRecord(im.tx, a.record); err != nil {
		return err
	}
	a.record.Version++
	for _, o := range a.drop {
		err := im.tx.Delete(&officeRow{}, "person = ? AND community = ? AND office = ? AND from_day = ?", o.Person, o.Community, o.Office, o.From.String()).Error
		if err != nil {
			return err
		}
	}
	rows := make([]officeRow, len(a.seats))
	for i, o := range a.seats {
		rows[i] = officeRowOf(o)
	}
	if err := insert(im.tx, rows); err != nil {
		return err
	}
	if !a.change {
		return nil
	}
	return im.settle(im.tx, im.towns[a.record.Community].place, a.before.record, a.record)
}

// note writes the row of the import, and an audit entry for each person.
func (im *importing) note(id string) error {
	row := importRow{
		ID: id, Actor: im.o.Actor, At: moment(im.now()), PersonsNew: len(im.added), PersonsChanged: len(im.altered), PersonsMoved: len(im.moved),
		HouseholdsNew: len(im.households), OfficesNew: im.plan.Seats,
	}
	if err := im.tx.Create(&row).Error; err != nil {
		return err
	}
	var of []importCommunityRow
	for _, c := range im.plan.Communities {
		of = append(of, importCommunityRow{id, c})
	}
	if err := insert(im.tx, of); err != nil {
		return err
	}
	entries := make([]auditRow, 0, len(im.added)+len(im.altered)+len(im.moved))
	for _, a := range slices.Concat(im.added, im.altered, im.moved) {
		entries = append(entries, auditRow{Actor: im.o.Actor, Act: "import_person", Community: a.record.Community, Person: a.record.ID, Subject: id})
	}
	return im.audited(im.tx, entries...)
}

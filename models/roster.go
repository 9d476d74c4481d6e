package models

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

// LoadRoster writes a community with its persons and the offices they hold, all
// or nothing. A community that is there already keeps its row and gets the new
// persons and offices; groups and buildings that are named and not there are
// added to it. Offices are those of the roster: none follows from a record here.
// The same person twice, or the same office held twice by one person at one time,
// is refused (RefuseDuplicateOnRoll), whether it stands twice in the roster or
// once there and once in the database.
func (s *Store) LoadRoster(ctx context.Context, r deliberation.Roster, actor deliberation.PersonID) error {
	r.Records = slices.Clone(r.Records)
	if err := checkRoster(r); err != nil {
		return err
	}
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, placesLock); err != nil {
			return err
		}
		c := placeRow{ID: r.Community.ID, Kind: deliberation.PlaceKind(r.Community.Kind), Name: r.Community.Name, Overlay: r.Community.Place, Demo: r.Community.Demo}
		if err := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&c).Error; err != nil {
			return err
		}
		if err := s.changingRoster(tx, r.Community.ID); err != nil {
			return err
		}
		if err := addNamedPlaces(tx, r); err != nil {
			return err
		}
		if err := s.insertHouseholds(tx, r.Households); err != nil {
			return err
		}
		if err := s.insertPersons(tx, r); err != nil {
			return err
		}
		if err := insertOffices(tx, r.Offices); err != nil {
			return err
		}
		if err := s.insertUnits(tx, r); err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: actor, Act: "load_roster", Community: r.Community.ID, Subject: string(r.Community.ID)})
	})
	switch {
	case errors.Is(err, gorm.ErrDuplicatedKey):
		return deliberation.Refuse(deliberation.RefuseDuplicateOnRoll)
	case errors.Is(err, gorm.ErrForeignKeyViolated):
		return invalid("person", "not_a_choice")
	}
	return wrap("load roster", err)
}

func checkRoster(r deliberation.Roster) error {
	if r.Community.ID == "" || r.Community.Name == "" {
		return invalid("community", "required")
	}
	if r.Community.Kind != deliberation.Village && r.Community.Kind != deliberation.Urban {
		return invalid("kind", "not_a_choice")
	}
	seen := map[deliberation.PersonID]bool{}
	for _, p := range r.Persons {
		switch {
		case p.ID == "" || p.Name == "":
			return invalid("person", "required")
		case p.Community != r.Community.ID:
			return invalid("community", "not_a_choice")
		case seen[p.ID]:
			return deliberation.Refuse(deliberation.RefuseDuplicateOnRoll)
		}
		seen[p.ID] = true
	}
	for _, h := range r.Households {
		switch {
		case h.ID == "" || h.Number == "":
			return invalid("household", "required")
		case h.Community != r.Community.ID:
			return invalid("community", "not_a_choice")
		}
	}
	for i := range r.Records {
		if !seen[r.Records[i].ID] {
			return invalid("person", "not_a_choice")
		}
		if err := completed(&r.Records[i]); err != nil {
			return err
		}
	}
	if err := checkUnits(r, seen); err != nil {
		return err
	}
	for _, o := range r.Offices {
		switch {
		case o.From.IsZero():
			return invalid("from", "required")
		case !o.Until.IsZero() && o.Until.Before(o.From):
			return invalid("until", "not_a_date")
		case o.Community != r.Community.ID:
			return invalid("community", "not_a_choice")
		}
	}
	return nil
}

func (s *Store) insertPersons(tx *gorm.DB, r deliberation.Roster) error {
	more := make(map[deliberation.PersonID]deliberation.PersonRecord, len(r.Records))
	for _, record := range r.Records {
		more[record.ID] = record
	}
	rows := make([]personRow, len(r.Persons))
	for i, p := range r.Persons {
		record := more[p.ID]
		record.Person, record.Version = p, 1
		if record.Standing == "" {
			record.Standing = deliberation.Present
		}
		rows[i] = s.sealedPerson(record)
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.CreateInBatches(rows, chunk).Error
}

func (s *Store) insertHouseholds(tx *gorm.DB, households []deliberation.Household) error {
	rows := make([]householdRow, len(households))
	for i, h := range households {
		rows[i] = s.sealedHousehold(h)
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.CreateInBatches(rows, chunk).Error
}

// addNamedPlaces adds the groups and buildings that a roster names.
func addNamedPlaces(tx *gorm.DB, r deliberation.Roster) error {
	type named struct {
		kind deliberation.PlaceKind
		name string
	}
	known := map[named]bool{{deliberation.GroupPlace, ""}: true, {deliberation.BuildingPlace, ""}: true}
	var rows []placeRow
	if err := tx.Where("parent = ?", r.Community.ID).Find(&rows).Error; err != nil {
		return err
	}
	for _, p := range rows {
		known[named{p.Kind, p.Name}] = true
	}
	rows = nil
	add := func(kind deliberation.PlaceKind, name string) {
		if !known[named{kind, name}] {
			known[named{kind, name}] = true
			rows = append(rows, placeRow{ID: deliberation.PlaceID(rand.Text()), Parent: &r.Community.ID, Kind: kind, Name: name, Demo: r.Community.Demo})
		}
	}
	for _, p := range r.Persons {
		add(deliberation.GroupPlace, p.Group)
	}
	for _, h := range r.Households {
		add(deliberation.GroupPlace, h.Group)
		add(deliberation.BuildingPlace, h.Building)
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.CreateInBatches(rows, chunk).Error
}

func insertOffices(tx *gorm.DB, offices []deliberation.OfficeHeld) error {
	type seat struct {
		person    deliberation.PersonID
		community deliberation.CommunityID
		office    deliberation.Office
	}
	held := map[seat][]deliberation.OfficeHeld{}
	rows := make([]officeRow, len(offices))
	if len(rows) == 0 {
		return nil
	}
	var before []officeRow
	if err := tx.Where("community = ?", offices[0].Community).Find(&before).Error; err != nil {
		return err
	}
	for _, r := range before {
		o, err := officeOf(r)
		if err != nil {
			return err
		}
		key := seat{o.Person, o.Community, o.Office}
		held[key] = append(held[key], o)
	}
	for i, o := range offices {
		key := seat{o.Person, o.Community, o.Office}
		for _, other := range held[key] {
			if overlap(o, other) {
				return deliberation.Refuse(deliberation.RefuseDuplicateOnRoll)
			}
		}
		held[key] = append(held[key], o)
		rows[i] = officeRow{o.Person, o.Community, o.Office, o.From.String(), o.Until.String(), o.Source}
	}
	return tx.CreateInBatches(rows, chunk).Error
}

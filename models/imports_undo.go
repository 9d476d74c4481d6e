package models

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/roster"
	"github.com/yishi-project/yishi/vault"
)

type importImageRow struct {
	ID     string
	Import string
	Serial int
	Body   []byte
}

func (importImageRow) TableName() string { return "import_images" }

// images is what some records were before an import, and what it made of them.
type images struct {
	Places     []deliberation.PlaceID     `json:",omitempty"`
	Households []deliberation.HouseholdID `json:",omitempty"`
	Persons    []personImage              `json:",omitempty"`
}

type personImage struct {
	ID      deliberation.PersonID
	Version int64 // after the import
	// Before is nil for a new person.
	Before      *deliberation.PersonRecord `json:",omitempty"`
	SeatsBefore []officeRow                `json:",omitempty"`
	SeatsAfter  []officeRow                `json:",omitempty"`
}

// keepImages keeps what the import changed, and lets go of what earlier imports of
// the same communities kept: only the last can be undone.
func (im *importing) keepImages(id string) error {
	earlier := im.tx.Model(&importCommunityRow{}).Select("import").Where("community IN ?", im.plan.Communities)
	if err := im.tx.Where("import IN (?)", earlier).Delete(&importImageRow{}).Error; err != nil {
		return err
	}
	first := images{}
	for _, p := range im.places {
		first.Places = append(first.Places, p.ID)
	}
	for _, h := range im.households {
		first.Households = append(first.Households, h.ID)
	}
	if err := im.keepImage(id, 0, first); err != nil {
		return err
	}
	serial := 0
	for part := range slices.Chunk(slices.Concat(im.added, im.altered, im.moved), chunk) {
		var some images
		ids := make([]deliberation.PersonID, len(part))
		for i, a := range part {
			ids[i] = a.record.ID
		}
		after, err := officesIn(im.tx, ids)
		if err != nil {
			return err
		}
		for _, a := range part {
			image := personImage{ID: a.record.ID, Version: a.record.Version, SeatsAfter: after[a.record.ID]}
			if a.before != nil {
				image.Before = &a.before.record
				for _, o := range a.before.offices {
					image.SeatsBefore = append(image.SeatsBefore, officeRowOf(o))
				}
			}
			some.Persons = append(some.Persons, image)
		}
		serial++
		if err := im.keepImage(id, serial, some); err != nil {
			return err
		}
	}
	return nil
}

// officesIn gives the rows of the persons' offices, in the order of their keys.
func officesIn(tx *gorm.DB, ids []deliberation.PersonID) (map[deliberation.PersonID][]officeRow, error) {
	var rows []officeRow
	if err := tx.Where("person IN ?", ids).Order("person, community, office, from_day").Find(&rows).Error; err != nil {
		return nil, err
	}
	of := map[deliberation.PersonID][]officeRow{}
	for _, r := range rows {
		of[r.Person] = append(of[r.Person], r)
	}
	return of, nil
}

func imagePlace(id string) vault.Place {
	return vault.Place{Table: "import_images", Column: "body", Row: id}
}

func (im *importing) keepImage(id string, serial int, i images) error {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if err := errors.Join(json.NewEncoder(z).Encode(i), z.Close()); err != nil {
		return err
	}
	row := importImageRow{ID: rand.Text(), Import: id, Serial: serial}
	row.Body = im.vault.Seal(b.Bytes(), imagePlace(row.ID))
	return im.tx.Create(&row).Error
}

func (s *Store) openImage(r importImageRow) (i images, err error) {
	b, err := s.vault.Open(r.Body, imagePlace(r.ID))
	if err != nil {
		return i, err
	}
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return i, err
	}
	text, err := io.ReadAll(z)
	if err != nil {
		return i, err
	}
	return decode[images](string(text))
}

// UndoImport brings back what the last import of its communities changed: new
// persons, households and groups go, changed ones are as before. It is refused
// where the import is not the last (RefuseImportChanged), where a person it
// touched was changed since, was given an office, a link or anything else that
// refers to them (RefuseImportChanged, with their number where it is known), and
// where it was undone already (RefuseTwice).
func (s *Store) UndoImport(ctx context.Context, id string, actor deliberation.PersonID) error {
	err := s.write(ctx, func(tx *gorm.DB) error {
		row, err := find[importRow](tx, "id = ?", id)
		switch {
		case err != nil:
			return err
		case row == nil:
			return deliberation.Refuse(deliberation.RefuseNotFound)
		case row.Undone != nil:
			return deliberation.Refuse(deliberation.RefuseTwice)
		}
		communities, err := communitiesOfImport(tx, id)
		if err != nil {
			return err
		}
		if err := s.lock(tx, placesLock); err != nil {
			return err
		}
		for _, c := range communities {
			if err := s.changingRoster(tx, c); err != nil {
				return err
			}
		}
		if err := s.undo(tx, *row, communities, actor); err != nil {
			return err
		}
		if err := tx.Where("import = ?", id).Delete(&importImageRow{}).Error; err != nil {
			return err
		}
		if err := tx.Model(&importRow{}).Where("id = ?", id).Update("undone", moment(s.now())).Error; err != nil {
			return err
		}
		return s.auditImport(tx, "undo_import", communities, actor, id)
	})
	if errors.Is(err, gorm.ErrForeignKeyViolated) || errors.Is(err, gorm.ErrDuplicatedKey) {
		err = deliberation.Refuse(deliberation.RefuseImportChanged)
	}
	return wrap("undo import", err)
}

func communitiesOfImport(tx *gorm.DB, id string) (list []deliberation.CommunityID, err error) {
	err = tx.Model(&importCommunityRow{}).Where("import = ?", id).Order("community").Pluck("community", &list).Error
	return list, err
}

func (s *Store) undo(tx *gorm.DB, row importRow, communities []deliberation.CommunityID, actor deliberation.PersonID) error {
	var rows []importImageRow
	if err := tx.Where("import = ?", row.ID).Order("serial").Find(&rows).Error; err != nil {
		return err
	}
	if len(rows) == 0 { // another import came after it
		return deliberation.Refuse(deliberation.RefuseImportChanged)
	}
	all := make([]images, len(rows))
	changed := 0
	for i, r := range rows {
		var err error
		if all[i], err = s.openImage(r); err != nil {
			return err
		}
		n, err := changedSince(tx, all[i].Persons)
		if err != nil {
			return err
		}
		changed += n
	}
	if changed > 0 {
		return &deliberation.Refusal{Code: deliberation.RefuseImportChanged, Count: changed}
	}
	var entries []auditRow
	for _, part := range all {
		var fresh []deliberation.PersonID
		for _, p := range part.Persons {
			if p.Before == nil {
				fresh = append(fresh, p.ID)
				continue
			}
			if err := s.putBack(tx, p); err != nil {
				return err
			}
			entries = append(entries, auditRow{Actor: actor, Act: "undo_import", Community: p.Before.Community, Person: p.ID, Subject: row.ID})
		}
		if err := remove(tx, fresh); err != nil {
			return err
		}
	}
	if err := s.audited(tx, entries...); err != nil {
		return err
	}
	return removePlaces(tx, all[0], communities)
}

// changedSince counts those who are not as the import left them.
func changedSince(tx *gorm.DB, persons []personImage) (changed int, err error) {
	ids := make([]deliberation.PersonID, len(persons))
	for i, p := range persons {
		ids[i] = p.ID
	}
	if len(ids) == 0 {
		return 0, nil
	}
	var rows []personRow
	if err := tx.Select("id", "version").Where("id IN ?", ids).Find(&rows).Error; err != nil {
		return 0, err
	}
	version := map[deliberation.PersonID]int64{}
	for _, r := range rows {
		version[r.ID] = r.Version
	}
	held, err := officesIn(tx, ids)
	for _, p := range persons {
		if version[p.ID] != p.Version || !slices.Equal(held[p.ID], p.SeatsAfter) {
			changed++
		}
	}
	return changed, err
}

// putBack writes a person as before. The version goes on counting.
func (s *Store) putBack(tx *gorm.DB, p personImage) error {
	record := *p.Before
	record.Version = p.Version
	if err := s.putRecord(tx, record); err != nil {
		return err
	}
	if err := tx.Where("person = ? AND community = ?", p.ID, record.Community).Delete(&officeRow{}).Error; err != nil {
		return err
	}
	return insert(tx, p.SeatsBefore)
}

func remove(tx *gorm.DB, persons []deliberation.PersonID) error {
	if len(persons) == 0 {
		return nil
	}
	if err := tx.Where("person IN ?", persons).Delete(&officeRow{}).Error; err != nil {
		return err
	}
	return tx.Where("id IN ?", persons).Delete(&personRow{}).Error
}

// removePlaces takes away the households and, where nobody else uses them by now,
// the groups and buildings that the import added.
func removePlaces(tx *gorm.DB, first images, communities []deliberation.CommunityID) error {
	for part := range slices.Chunk(first.Households, chunk) {
		if err := tx.Where("id IN ?", part).Delete(&householdRow{}).Error; err != nil {
			return err
		}
	}
	const used = `id IN ? AND parent IN ?
		AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.community = places.parent AND p.village_group = places.name)
		AND NOT EXISTS (SELECT 1 FROM households h WHERE h.community = places.parent AND (h.village_group = places.name OR h.building = places.name))`
	for part := range slices.Chunk(first.Places, chunk) {
		if err := tx.Where(strings.ReplaceAll(used, "\n\t\t", " "), part, communities).Delete(&placeRow{}).Error; err != nil {
			return err
		}
	}
	return nil
}

// LastImport gives the last import that touched the community and was not undone;
// the empty community gives the last of all (RefuseNotFound where there is none).
func (s *Store) LastImport(ctx context.Context, c deliberation.CommunityID) (roster.Import, error) {
	var found roster.Import
	err := s.read(ctx, func(tx *gorm.DB) error {
		q := tx.Where("undone IS NULL").Order("at DESC, id")
		if c != "" {
			q = q.Where("id IN (?)", tx.Model(&importCommunityRow{}).Select("import").Where("community = ?", c))
		}
		var row importRow
		err := q.Take(&row).Error
		if err == nil {
			found, err = importOf(tx, row)
		}
		return err
	})
	return found, wrap("last import", err)
}

// Import gives an import by its id.
func (s *Store) Import(ctx context.Context, id string) (roster.Import, error) {
	var found roster.Import
	err := s.read(ctx, func(tx *gorm.DB) error {
		var row importRow
		err := tx.Take(&row, "id = ?", id).Error
		if err == nil {
			found, err = importOf(tx, row)
		}
		return err
	})
	return found, wrap("import", err)
}

func importOf(tx *gorm.DB, row importRow) (i roster.Import, err error) {
	i = roster.Import{
		ID: row.ID, Actor: row.Actor, At: row.At, New: row.PersonsNew, Changed: row.PersonsChanged, Moved: row.PersonsMoved,
		Households: row.HouseholdsNew, Seats: row.OfficesNew,
	}
	if row.Undone != nil {
		i.Undone = *row.Undone
	}
	if i.Communities, err = communitiesOfImport(tx, row.ID); err != nil {
		return i, err
	}
	var kept int64
	err = tx.Model(&importImageRow{}).Where("import = ?", row.ID).Count(&kept).Error
	i.Undoable = kept > 0 && row.Undone == nil
	return i, err
}

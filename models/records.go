package models

import (
	"context"
	"crypto/rand"
	"errors"
	"regexp"
	"strings"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// personRow is a person as the database holds one: what is []byte is sealed, the
// lookups are keyed hashes, and days are text that sorts as days do.
type personRow struct {
	ID             deliberation.PersonID
	Community      deliberation.CommunityID
	Name           []byte
	NameLookup     string
	VillageGroup   string
	Sex            deliberation.Sex
	Birth          []byte
	Identity       []byte
	IdentityLookup string
	Phone          []byte
	PhoneLookup    string
	Household      *deliberation.HouseholdID
	Relation       deliberation.Relation
	Hukou          deliberation.Hukou
	SinceDay       string
	Standing       deliberation.Standing
	LeftDay        string
	Version        int64
}

func (personRow) TableName() string { return "persons" }

func (s *Store) personOf(r personRow) (deliberation.Person, error) {
	name, err := s.unseal("persons", "name", string(r.ID), r.Name)
	return deliberation.Person{ID: r.ID, Community: r.Community, Name: name, Group: r.VillageGroup}, err
}

// sealedPerson makes the row of a record.
func (s *Store) sealedPerson(r deliberation.PersonRecord) personRow {
	row := personRow{
		ID: r.ID, Community: r.Community, VillageGroup: r.Group, Sex: r.Sex, Relation: r.Relation, Hukou: r.Hukou,
		SinceDay: r.Since.String(), Standing: r.Standing, LeftDay: r.Left.String(), Version: r.Version,
	}
	if r.Household != "" {
		row.Household = &r.Household
	}
	row.Name, row.NameLookup = s.sealedField(r.ID, "name", r.Name)
	row.Birth, _ = s.sealedField(r.ID, "birth", r.Birth.String())
	row.Identity, row.IdentityLookup = s.sealedField(r.ID, "identity", r.Identity)
	row.Phone, row.PhoneLookup = s.sealedField(r.ID, "phone", r.Phone)
	return row
}

// sealedField seals one value of a person and makes its lookup; an empty one has neither.
func (s *Store) sealedField(id deliberation.PersonID, column, value string) (sealed []byte, lookup string) {
	if value == "" {
		return nil, ""
	}
	return s.seal("persons", column, string(id), value), s.vault.Lookup("persons", column, value)
}

// recordOf opens a row.
func (s *Store) recordOf(row personRow) (r deliberation.PersonRecord, err error) {
	r = deliberation.PersonRecord{
		Sex: row.Sex, Relation: row.Relation, Hukou: row.Hukou, Standing: row.Standing, Version: row.Version,
	}
	if row.Household != nil {
		r.Household = *row.Household
	}
	if r.Person, err = s.personOf(row); err != nil {
		return r, err
	}
	if r.Birth, err = s.birthOf(row); err != nil {
		return r, err
	}
	if r.Identity, err = s.openField(row.ID, "identity", row.Identity); err != nil {
		return r, err
	}
	if r.Phone, err = s.openField(row.ID, "phone", row.Phone); err != nil {
		return r, err
	}
	if r.Since, err = dayOf(row.SinceDay); err != nil {
		return r, err
	}
	r.Left, err = dayOf(row.LeftDay)
	return r, err
}

func (s *Store) openField(id deliberation.PersonID, column string, sealed []byte) (string, error) {
	if len(sealed) == 0 {
		return "", nil
	}
	return s.unseal("persons", column, string(id), sealed)
}

func (s *Store) birthOf(row personRow) (deliberation.Date, error) {
	text, err := s.openField(row.ID, "birth", row.Birth)
	if err != nil {
		return deliberation.Date{}, err
	}
	return dayOf(text)
}

// dayOf reads a stored day; none is stored as nothing.
func dayOf(text string) (deliberation.Date, error) {
	if text == "" {
		return deliberation.Date{}, nil
	}
	return deliberation.ParseDate(text)
}

// Record gives all that is known of a person.
func (s *Store) Record(ctx context.Context, id deliberation.PersonID) (deliberation.PersonRecord, error) {
	var row personRow
	if err := s.reads.WithContext(ctx).Take(&row, "id = ?", id).Error; err != nil {
		return deliberation.PersonRecord{}, wrap("record", err)
	}
	r, err := s.recordOf(row)
	return r, wrap("record", err)
}

// SaveRecord adds a person (Version nought; an empty id gets one) or changes one,
// and keeps the offices that follow from the record: see settle. It refuses
//   - a change of an older version (RefuseConflict), and of a person whose data were erased (RefuseNotFound);
//   - fields that are wrong, of which each is named (RefuseInvalid);
//   - an identity number, or a head of household, that the community has already (RefuseTwice, with the field).
//
// Birth and sex that are not given are taken from the identity number. A person
// may stand below a place above the communities, as a guide of the street does;
// then there is neither group nor household. Nobody changes community: who moves
// away is marked so, and written down anew where they arrive.
func (s *Store) SaveRecord(ctx context.Context, r deliberation.PersonRecord, actor deliberation.PersonID) (deliberation.PersonID, error) {
	if err := completed(&r); err != nil {
		return "", err
	}
	err := s.write(ctx, func(tx *gorm.DB) error { return s.saveRecord(tx, &r, actor) })
	if err != nil {
		return "", wrap("save record", err)
	}
	return r.ID, nil
}

func (s *Store) saveRecord(tx *gorm.DB, r *deliberation.PersonRecord, actor deliberation.PersonID) error {
	if r.ID == "" {
		r.ID = deliberation.PersonID(rand.Text())
	}
	if err := s.changingRoster(tx, r.Community); err != nil {
		return err
	}
	before, err := s.versionBefore(tx, *r)
	if err != nil {
		return err
	}
	place, err := s.fits(tx, *r)
	if err != nil {
		return err
	}
	if err := s.putRecord(tx, *r); err != nil {
		return err
	}
	if err := s.settle(tx, place, before, *r); err != nil {
		return err
	}
	act := "change_person"
	if r.Version == 0 {
		act = "add_person"
	}
	return s.audited(tx, auditRow{Actor: actor, Act: act, Community: r.Community, Person: r.ID, Subject: string(r.ID)})
}

// AddOfficial adds a person with the office they come for, both or neither: a guide
// of the street, an operator, the first secretary.
func (s *Store) AddOfficial(ctx context.Context, r deliberation.PersonRecord, o deliberation.OfficeHeld, actor deliberation.PersonID) (deliberation.PersonID, error) {
	r.Version = 0
	if err := errors.Join(completed(&r), checkOffice(o)); err != nil {
		return "", err
	}
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := s.saveRecord(tx, &r, actor); err != nil {
			return err
		}
		o.Person, o.Community = r.ID, r.Community
		return s.appoint(tx, o, actor)
	})
	if err != nil {
		return "", wrap("add official", err)
	}
	return r.ID, nil
}

// mobilePhone is a mobile number of mainland China.
var mobilePhone = regexp.MustCompile(`^1[3-9]\d{9}$`)

var relations = map[deliberation.Relation]bool{
	"": true, deliberation.RelationHead: true, deliberation.RelationSpouse: true, deliberation.RelationChild: true,
	deliberation.RelationChildInLaw: true, deliberation.RelationParent: true, deliberation.RelationGrandchild: true,
	deliberation.RelationGrand: true, deliberation.RelationSibling: true, deliberation.RelationOther: true,
}

// completed puts a record in the form in which it is kept, and checks what can be
// checked without looking at others. All wrong fields are named at once.
func completed(r *deliberation.PersonRecord) error {
	r.Name, r.Phone = strings.TrimSpace(r.Name), strings.TrimSpace(r.Phone)
	r.Identity = deliberation.TidyIdentity(r.Identity)
	if r.Standing == "" {
		r.Standing = deliberation.Present
	}
	var wrong problems
	wrong.addErr(checkName("name", r.Name))
	if r.Identity != "" {
		wrong.identity(r)
	}
	wrong.add(r.Community == "", "community", "required")
	wrong.add(r.Phone != "" && !mobilePhone.MatchString(r.Phone), "phone", "not_a_phone")
	wrong.add(r.Sex != "" && r.Sex != deliberation.Female && r.Sex != deliberation.Male, "sex", "not_a_choice")
	wrong.add(r.Hukou != "" && r.Hukou != deliberation.HukouHere && r.Hukou != deliberation.HukouElsewhere, "hukou", "not_a_choice")
	wrong.add(!relations[r.Relation], "relation", "not_a_choice")
	wrong.add(!r.Since.IsZero() && !r.Birth.IsZero() && r.Since.Before(r.Birth), "since", "before_birth")
	switch r.Standing {
	case deliberation.Present:
		wrong.add(!r.Left.IsZero(), "left", "unexpected")
	case deliberation.Moved, deliberation.Dead:
		wrong.add(r.Left.IsZero(), "left", "required")
		wrong.add(!r.Left.IsZero() && !r.Birth.IsZero() && r.Left.Before(r.Birth), "left", "before_birth")
		wrong.add(!r.Left.IsZero() && r.Left.Before(r.Since), "left", "before_since")
	default: // Erased is what the erasing of personal data leaves
		wrong.add(true, "standing", "not_a_choice")
	}
	return wrong.refusal()
}

// problems gathers what is wrong with the fields of one thing.
type problems []deliberation.FieldProblem

func (w *problems) add(wrong bool, field, problem string) {
	if wrong {
		*w = append(*w, deliberation.FieldProblem{Field: field, Problem: problem})
	}
}

func (w *problems) addErr(err error) {
	if refusal, ok := err.(*deliberation.Refusal); ok { //nolint:errorlint // checkName gives the refusal itself
		*w = append(*w, refusal.Fields...)
	}
}

// identity checks the number and takes from it what the record does not say.
func (w *problems) identity(r *deliberation.PersonRecord) {
	birth, sex, err := deliberation.CheckIdentity(r.Identity)
	if err != nil {
		w.add(true, "identity", "not_an_identity")
		return
	}
	if r.Birth.IsZero() {
		r.Birth = birth
	}
	if r.Sex == "" {
		r.Sex = sex
	}
	w.add(r.Birth != birth, "birth", "not_as_identity")
	w.add(r.Sex != sex, "sex", "not_as_identity")
}

func (w problems) refusal() error {
	if len(w) == 0 {
		return nil
	}
	return &deliberation.Refusal{Code: deliberation.RefuseInvalid, Fields: w}
}

// versionBefore gives the record that a change builds on, and the zero record for
// a new person.
func (s *Store) versionBefore(tx *gorm.DB, r deliberation.PersonRecord) (before deliberation.PersonRecord, err error) {
	row, err := find[personRow](tx, "id = ?", r.ID)
	switch {
	case err != nil:
		return before, err
	case row == nil && r.Version == 0:
		return before, nil
	case row == nil, row.Standing == deliberation.Erased:
		return before, deliberation.Refuse(deliberation.RefuseNotFound)
	case row.Version != r.Version:
		return before, deliberation.Refuse(deliberation.RefuseConflict)
	case row.Community != r.Community:
		return before, invalid("community", "not_a_choice")
	}
	return s.recordOf(*row)
}

// fits checks a record against the rest of the community: its group, its household
// and who else bears the identity number or heads the household.
func (s *Store) fits(tx *gorm.DB, r deliberation.PersonRecord) (placeRow, error) {
	place, err := find[placeRow](tx, "id = ?", r.Community)
	if err != nil {
		return placeRow{}, err
	}
	if place == nil || place.Kind == deliberation.GroupPlace || place.Kind == deliberation.BuildingPlace {
		return placeRow{}, invalid("community", "not_a_choice")
	}
	var wrong problems
	if r.Group != "" {
		known, err := find[placeRow](tx, "parent = ? AND kind = ? AND name = ?", r.Community, deliberation.GroupPlace, r.Group)
		if err != nil {
			return placeRow{}, err
		}
		wrong.add(known == nil, "group", "not_a_choice")
	}
	if r.Household != "" {
		known, err := find[householdRow](tx, "id = ? AND community = ?", r.Household, r.Community)
		if err != nil {
			return placeRow{}, err
		}
		wrong.add(known == nil, "household", "not_a_choice")
	}
	if err := wrong.refusal(); err != nil {
		return placeRow{}, err
	}
	return *place, s.alone(tx, r)
}

// alone refuses what only one person of a community, or of a household, can have.
func (s *Store) alone(tx *gorm.DB, r deliberation.PersonRecord) error {
	if r.Identity != "" {
		_, lookup := s.sealedField(r.ID, "identity", r.Identity)
		same, err := find[personRow](tx, "community = ? AND identity_lookup = ? AND id <> ?", r.Community, lookup, r.ID)
		if err != nil || same != nil {
			return orTaken(err, "identity")
		}
	}
	if headOf(r) != "" {
		other, err := find[personRow](tx, "household = ? AND relation = ? AND standing = ? AND id <> ?",
			r.Household, deliberation.RelationHead, deliberation.Present, r.ID)
		if err != nil || other != nil {
			return orTaken(err, "relation")
		}
	}
	return nil
}

// putRecord writes the row of a record and counts its version up.
func (s *Store) putRecord(tx *gorm.DB, r deliberation.PersonRecord) error {
	before := r.Version
	r.Version++
	row := s.sealedPerson(r)
	if before == 0 {
		return tx.Create(&row).Error
	}
	done := tx.Model(&personRow{}).Select("*").Omit("id", "community").Where("id = ? AND version = ?", r.ID, before).Updates(&row)
	if done.Error == nil && done.RowsAffected != 1 {
		return deliberation.Refuse(deliberation.RefuseConflict)
	}
	return done.Error
}

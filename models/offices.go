package models

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type officeRow struct {
	Person    deliberation.PersonID
	Community deliberation.CommunityID
	Office    deliberation.Office
	FromDay   string
	UntilDay  string
	Source    string
}

func (officeRow) TableName() string { return "offices" }

func officeOf(r officeRow) (o deliberation.OfficeHeld, err error) {
	o = deliberation.OfficeHeld{Person: r.Person, Community: r.Community, Office: r.Office, Source: r.Source}
	if o.From, err = deliberation.ParseDate(r.FromDay); err != nil {
		return o, err
	}
	o.Until, err = dayOf(r.UntilDay)
	return o, err
}

func officeRowOf(o deliberation.OfficeHeld) officeRow {
	return officeRow{o.Person, o.Community, o.Office, o.From.String(), o.Until.String(), o.Source}
}

func officesOf(rows []officeRow) ([]deliberation.OfficeHeld, error) {
	list := make([]deliberation.OfficeHeld, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = officeOf(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// overlap reports whether two offices have a day in common.
func overlap(a, b deliberation.OfficeHeld) bool {
	endsBefore := func(x, y deliberation.OfficeHeld) bool { return !x.Until.IsZero() && x.Until.Before(y.From) }
	return !endsBefore(a, b) && !endsBefore(b, a)
}

// holds reports whether the office is held on the day.
func holds(o deliberation.OfficeHeld, on deliberation.Date) bool {
	return !on.Before(o.From) && (o.Until.IsZero() || !on.After(o.Until))
}

// heldOn narrows to the offices held on the day; the last day is still held.
func heldOn(tx *gorm.DB, on deliberation.Date) *gorm.DB {
	day := on.String()
	return tx.Where("from_day <= ? AND (until_day = '' OR until_day >= ?)", day, day)
}

// presentOn narrows offices to those of persons who belong to the community on
// the day: not moved away, dead or erased before it.
func presentOn(tx *gorm.DB, on deliberation.Date) *gorm.DB {
	return tx.Where(`EXISTS (SELECT 1 FROM persons p WHERE p.id = offices.person
		AND (p.standing = 'present' OR (p.standing IN ('moved', 'dead') AND p.left_day >= ?)))`, on.String())
}

const newestOffice = "from_day DESC, community, office, person"

// OfficesOn gives the offices a person holds on a day, in communities and over
// the places above them.
func (s *Store) OfficesOn(ctx context.Context, id deliberation.PersonID, on deliberation.Date) ([]deliberation.OfficeHeld, error) {
	var rows []officeRow
	err := heldOn(s.reads.WithContext(ctx), on).Where("person = ?", id).Order("community, office, from_day").Find(&rows).Error
	if err != nil {
		return nil, wrap("offices on", err)
	}
	held, err := officesOf(rows)
	return held, wrap("offices on", err)
}

// OfficesOf gives all offices of a person, past and coming ones too, newest first.
func (s *Store) OfficesOf(ctx context.Context, id deliberation.PersonID) ([]deliberation.OfficeHeld, error) {
	return s.officesWhere(ctx, "person = ?", id)
}

// OfficesIn gives all offices held in a community or over a place, past and
// coming ones too, newest first.
func (s *Store) OfficesIn(ctx context.Context, c deliberation.PlaceID) ([]deliberation.OfficeHeld, error) {
	return s.officesWhere(ctx, "community = ?", c)
}

func (s *Store) officesWhere(ctx context.Context, where string, arg any) ([]deliberation.OfficeHeld, error) {
	var rows []officeRow
	if err := s.reads.WithContext(ctx).Where(where, arg).Order(newestOffice).Find(&rows).Error; err != nil {
		return nil, wrap("offices", err)
	}
	list, err := officesOf(rows)
	return list, wrap("offices", err)
}

// HeldByOne reports whether one person holds both offices in the community on the day 一肩挑.
func (s *Store) HeldByOne(ctx context.Context, c deliberation.CommunityID, a, b deliberation.Office, on deliberation.Date) (bool, error) {
	tx := s.reads.WithContext(ctx)
	var n int64
	both := heldOn(tx.Model(&officeRow{}), on).Select("person").Where("community = ? AND office = ?", c, b)
	err := heldOn(tx.Model(&officeRow{}), on).Where("community = ? AND office = ? AND person IN (?)", c, a, both).Count(&n).Error
	return n > 0, wrap("held by one", err)
}

// CountMembers counts those present who hold one of the offices in the community on the
// day, each once, but for one person.
func (s *Store) CountMembers(ctx context.Context, c deliberation.CommunityID, offices []deliberation.Office, without deliberation.PersonID, on deliberation.Date) (int, error) {
	var n int64
	tx := s.reads.WithContext(ctx)
	err := presentOn(heldOn(tx.Model(&officeRow{}), on), on).Where("community = ? AND office IN ? AND person <> ?", c, offices, without).Distinct("person").Count(&n).Error
	return int(n), wrap("count members", err)
}

// besides gives the office that must be held for another to be held.
var besides = map[deliberation.Office]deliberation.Office{
	deliberation.DeputyDirector:  deliberation.CommitteeMember,
	deliberation.SupervisionHead: deliberation.Supervisor,
}

// sources are those of an office that somebody records; "born" and "household" follow
// from the record, "units" from the units of an estate.
var sources = []string{"elected", "appointed", "joined", "loaded"}

// Appoint records an office. It refuses one's own (RefuseOwnOffice), a person,
// place, day or source that does not fit (RefuseInvalid, each field named), and
// what is held already on one of the days (RefuseTwice): the same office, Party
// membership beside probation, or a second speaker of a household. Rules of
// composition are not asked here: a body that breaks one can be recorded, and
// the checks of the body say so.
//
// An adult resident whose birth is known is one by the record alone (see settle),
// so that Resident can be recorded only where the birth is unknown.
func (s *Store) Appoint(ctx context.Context, o deliberation.OfficeHeld, actor deliberation.PersonID) error {
	if o.Person == actor {
		return deliberation.Refuse(deliberation.RefuseOwnOffice)
	}
	if err := checkOffice(o); err != nil {
		return err
	}
	return wrap("appoint", s.write(ctx, func(tx *gorm.DB) error { return s.appoint(tx, o, actor) }))
}

// checkOffice checks what can be checked without looking at others.
func checkOffice(o deliberation.OfficeHeld) error {
	var wrong problems
	wrong.add(!slices.Contains(deliberation.Offices, o.Office), "office", "not_a_choice")
	wrong.add(o.From.IsZero(), "from", "required")
	wrong.add(!o.Until.IsZero() && o.Until.Before(o.From), "until", "before_from")
	wrong.add(o.Source == "", "source", "required")
	wrong.add(o.Source != "" && !slices.Contains(sources, o.Source), "source", "not_a_choice")
	return wrong.refusal()
}

func (s *Store) appoint(tx *gorm.DB, o deliberation.OfficeHeld, actor deliberation.PersonID) error {
	if err := s.changingRoster(tx, o.Community); err != nil {
		return err
	}
	row, err := find[personRow](tx, "id = ?", o.Person)
	if err != nil {
		return err
	}
	if row == nil {
		return invalid("person", "not_a_choice")
	}
	if err := s.mayHold(tx, *row, o); err != nil {
		return err
	}
	if err := free(tx, *row, o); err != nil {
		return err
	}
	seat := officeRowOf(o)
	if err := tx.Create(&seat).Error; err != nil {
		return err
	}
	return s.audited(tx, auditRow{Actor: actor, Act: "appoint", Community: o.Community, Person: o.Person, Subject: string(o.Office)})
}

// mayHold checks the person and the place of an office.
func (s *Store) mayHold(tx *gorm.DB, row personRow, o deliberation.OfficeHeld) error {
	var wrong problems
	// Of somebody who has left, only what ended by then can still be written down.
	gone := row.Standing != deliberation.Present && (o.Until.IsZero() || o.Until.String() > row.LeftDay)
	wrong.add(gone || row.Standing == deliberation.Erased, "person", "not_a_choice")
	path, err := pathTo(tx, row.Community)
	if err != nil {
		return err
	}
	at := slices.IndexFunc(path, func(p deliberation.Place) bool { return p.ID == o.Community })
	wrong.add(at < 0 || !seatedAt(o.Office, path[max(at, 0)]), "community", "not_a_choice")
	wrong.add(o.Office == deliberation.Resident && len(row.Birth) > 0 || o.Office == deliberation.Owner, "office", "follows_from_record")
	wrong.add(o.Office == deliberation.HouseholdHead && row.Household == nil, "office", "not_a_choice")
	if base, bound := besides[o.Office]; bound {
		var n int64
		err := heldOn(tx.Model(&officeRow{}), o.From).
			Where("person = ? AND community = ? AND office = ?", o.Person, o.Community, base).Count(&n).Error
		if err != nil {
			return err
		}
		wrong.add(n == 0, "office", "needs_"+string(base))
	}
	return wrong.refusal()
}

// seatedAt reports whether the office is one of the place: guides of townships,
// analysts of counties and cities, operators of the top of the tree, all others
// of communities.
func seatedAt(o deliberation.Office, p deliberation.Place) bool {
	switch o {
	case deliberation.Guide:
		return p.Kind == deliberation.TownshipPlace
	case deliberation.Analyst:
		return p.Kind == deliberation.CountyPlace || p.Kind == deliberation.CityPlace
	case deliberation.Operator:
		return p.Parent == ""
	}
	return p.Kind.IsCommunity()
}

// excludes gives the offices of which one person holds one at a time.
func excludes(o deliberation.Office) []deliberation.Office {
	if o == deliberation.PartyMember || o == deliberation.ProbationaryMember {
		return []deliberation.Office{deliberation.PartyMember, deliberation.ProbationaryMember}
	}
	return []deliberation.Office{o}
}

// free refuses an office that is held already on one of its days.
func free(tx *gorm.DB, row personRow, o deliberation.OfficeHeld) error {
	var rows []officeRow
	err := tx.Where("person = ? AND community = ? AND office IN ?", o.Person, o.Community, excludes(o.Office)).Find(&rows).Error
	if err != nil {
		return err
	}
	held, err := officesOf(rows)
	if err == nil && o.Office == deliberation.HouseholdHead {
		held, err = speakers(tx, o.Community, *row.Household, o.Person)
	}
	if err != nil {
		return err
	}
	for _, other := range held {
		if overlap(o, other) {
			return taken("office")
		}
	}
	return nil
}

// EndOffice writes the last day of an office, which its person, place, office and
// first day name. It refuses one's own (RefuseOwnOffice), one that has ended by
// that day already (RefuseTwice), and a resident's, which follows from the record
// (RefuseInvalid). What is held only besides it ends with it.
func (s *Store) EndOffice(ctx context.Context, o deliberation.OfficeHeld, actor deliberation.PersonID) error {
	if o.Person == actor {
		return deliberation.Refuse(deliberation.RefuseOwnOffice)
	}
	switch {
	case o.Until.IsZero():
		return invalid("until", "required")
	case o.Until.Before(o.From):
		return invalid("until", "before_from")
	case o.Office == deliberation.Resident && o.Source == sourceBorn, o.Office == deliberation.Owner:
		return invalid("office", "follows_from_record")
	}
	return wrap("end office", s.write(ctx, func(tx *gorm.DB) error {
		if err := s.changingRoster(tx, o.Community); err != nil {
			return err
		}
		var row officeRow
		err := tx.Take(&row, "person = ? AND community = ? AND office = ? AND from_day = ?", o.Person, o.Community, o.Office, o.From.String()).Error
		switch {
		case err != nil:
			return err
		case row.Source == sourceBorn:
			return invalid("office", "follows_from_record")
		case row.UntilDay != "" && row.UntilDay <= o.Until.String():
			return taken("until")
		}
		err = endOffices(o.Until, func() *gorm.DB {
			return tx.Where("person = ? AND community = ? AND (office = ? AND from_day = ? OR office IN ?)",
				o.Person, o.Community, o.Office, o.From.String(), heldBeside(o.Office))
		})
		if err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: actor, Act: "end_office", Community: o.Community, Person: o.Person, Subject: string(o.Office)})
	}))
}

// heldBeside gives the offices that are held only besides another.
func heldBeside(base deliberation.Office) []deliberation.Office {
	held := []deliberation.Office{}
	for o, b := range besides {
		if b == base {
			held = append(held, o)
		}
	}
	return held
}

// endOffices ends the offices of a scope on a day: those held then or later keep
// it as their last day, and those that would only have begun after it fall away.
func endOffices(last deliberation.Date, scope func() *gorm.DB) error {
	day := last.String()
	if err := scope().Where("from_day > ?", day).Delete(&officeRow{}).Error; err != nil {
		return err
	}
	return scope().Model(&officeRow{}).Where("until_day = '' OR until_day > ?", day).Update("until_day", day).Error
}

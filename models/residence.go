package models

import (
	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// The sources of the offices that follow from a person's record.
const (
	sourceBorn      = "born"      // an adult resident
	sourceHousehold = "household" // who heads a household speaks for it
)

// settle keeps the offices that follow from a record in step with it.
//
// A present person whose birth is known is a Resident from the eighteenth birthday
// or the first day of residence, whichever is later; that day may lie ahead. The
// record is the whole truth here: a Resident's office recorded otherwise gives way,
// and what ended before that day (an earlier stay) is kept.
//
// The head of a household (户主), once adult, speaks for it as HouseholdHead, unless
// another member was appointed to: from the day on which the head was adult, lived
// here and nobody else spoke. The office is written when the record makes somebody
// the head and ended when it no longer does, so that one that was ended to let
// another member speak is not written again.
//
// Who moved away is no Resident and no HouseholdHead after that day; who died
// holds no office after it. Their one-time links are worth nothing any more.
func (s *Store) settle(tx *gorm.DB, place placeRow, before, r deliberation.PersonRecord) error {
	switch {
	case r.Standing == deliberation.Dead:
		err := endOffices(r.Left, func() *gorm.DB { return tx.Where("person = ?", r.ID) })
		if err != nil {
			return err
		}
		return s.revokeLinks(tx, r.ID)
	case r.Standing == deliberation.Moved:
		following := []deliberation.Office{deliberation.Resident, deliberation.HouseholdHead}
		err := endOffices(r.Left, func() *gorm.DB {
			return tx.Where("person = ? AND community = ? AND office IN ?", r.ID, r.Community, following)
		})
		if err != nil {
			return err
		}
		return s.revokeLinks(tx, r.ID)
	case !place.Kind.IsCommunity():
		return nil
	}
	if err := settleResident(tx, r); err != nil {
		return err
	}
	return s.settleHead(tx, before, r)
}

// residentFrom is the first day on which somebody is an adult resident; ok is
// false where the birth is unknown.
func residentFrom(r deliberation.PersonRecord) (from deliberation.Date, ok bool) {
	if r.Birth.IsZero() {
		return from, false
	}
	from = adultOn(r.Birth)
	if from.Before(r.Since) {
		from = r.Since
	}
	return from, true
}

// adultOn is the eighteenth birthday, the first day on which AgeOn gives 18.
func adultOn(birth deliberation.Date) deliberation.Date { return birth.AddYears(18) }

func settleResident(tx *gorm.DB, r deliberation.PersonRecord) error {
	from, known := residentFrom(r)
	if !known {
		return nil
	}
	err := tx.Where("person = ? AND community = ? AND office = ?", r.ID, r.Community, deliberation.Resident).
		Where("until_day = '' OR until_day >= ?", from.String()).Delete(&officeRow{}).Error
	if err != nil {
		return err
	}
	return tx.Create(&officeRow{r.ID, r.Community, deliberation.Resident, from.String(), "", sourceBorn}).Error
}

// headOf is the household a record makes its person the head of, empty where none.
func headOf(r deliberation.PersonRecord) deliberation.HouseholdID {
	if r.Relation != deliberation.RelationHead || r.Standing != deliberation.Present {
		return ""
	}
	return r.Household
}

func (s *Store) settleHead(tx *gorm.DB, before, r deliberation.PersonRecord) error {
	was, is := headOf(before), headOf(r)
	spoke := func() *gorm.DB {
		return tx.Where("person = ? AND community = ? AND office = ?", r.ID, r.Community, deliberation.HouseholdHead)
	}
	if before.Household != "" && before.Household != r.Household {
		// Whoever leaves a household, appointed or its head, no longer speaks for it.
		if err := endOffices(s.today().AddDays(-1), spoke); err != nil {
			return err
		}
	}
	own, err := find[officeRow](spoke(), "source = ? AND until_day = ''", sourceHousehold)
	switch {
	case err != nil:
		return err
	case was == is && own == nil && !before.Birth.IsZero():
		return nil // none, or ended so that another may speak
	case own != nil && was == is:
		err = spoke().Where("from_day = ?", own.FromDay).Delete(&officeRow{}).Error
	case own != nil:
		err = endOffices(s.today().AddDays(-1), func() *gorm.DB { return spoke().Where("source = ?", sourceHousehold) })
	}
	from, known := residentFrom(r)
	if err != nil || is == "" || !known {
		return err
	}
	spoken, err := speakers(tx, r.Community, is, r.ID)
	if err != nil {
		return err
	}
	from, none := afterAll(spoken, from)
	if !none {
		return nil
	}
	return tx.Create(&officeRow{r.ID, r.Community, deliberation.HouseholdHead, from.String(), "", sourceHousehold}).Error
}

// afterAll gives the first day from from on that lies behind all the offices; ok
// is false where one of them has no end.
func afterAll(held []deliberation.OfficeHeld, from deliberation.Date) (_ deliberation.Date, ok bool) {
	for _, o := range held {
		if o.Until.IsZero() {
			return from, false
		}
		if !from.After(o.Until) {
			from = o.Until.AddDays(1)
		}
	}
	return from, true
}

// speakers gives who speaks, spoke or will speak for a household, and when the
// person did so for any.
func speakers(tx *gorm.DB, c deliberation.CommunityID, h deliberation.HouseholdID, person deliberation.PersonID) ([]deliberation.OfficeHeld, error) {
	var rows []officeRow
	err := tx.Where("community = ? AND office = ? AND (person = ? OR person IN (SELECT id FROM persons WHERE household = ?))", c, deliberation.HouseholdHead, person, h).
		Find(&rows).Error
	if err != nil {
		return nil, err
	}
	return officesOf(rows)
}

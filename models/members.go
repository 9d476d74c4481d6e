package models

import (
	"context"
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// Members gives those who hold any office but Resident and HouseholdHead on the
// day and belong to the community then, by pinyin, with what rules of composition look at.
func (s *Store) Members(ctx context.Context, c deliberation.CommunityID, on deliberation.Date) ([]deliberation.Member, error) {
	var members []deliberation.Member
	err := s.read(ctx, func(tx *gorm.DB) error {
		var rows []officeRow
		serving := presentOn(heldOn(tx.Model(&officeRow{}), on), on).Select("person").
			Where("community = ? AND office NOT IN ?", c, []deliberation.Office{deliberation.Resident, deliberation.HouseholdHead})
		err := heldOn(tx, on).Where("community = ? AND person IN (?)", c, serving).Order("office, from_day").Find(&rows).Error
		if err != nil {
			return err
		}
		held, err := officesOf(rows)
		if err != nil {
			return err
		}
		members, err = s.membersOf(tx, held)
		return err
	})
	return members, wrap("members", err)
}

// byHolder gives the offices of each person, and the persons in the order in which they come.
func byHolder(held []deliberation.OfficeHeld) (by map[deliberation.PersonID][]deliberation.OfficeHeld, ids []deliberation.PersonID) {
	by = map[deliberation.PersonID][]deliberation.OfficeHeld{}
	for _, o := range held {
		if by[o.Person] == nil {
			ids = append(ids, o.Person)
		}
		by[o.Person] = append(by[o.Person], o)
	}
	return by, ids
}

// membersOf gathers offices by the persons who hold them.
func (s *Store) membersOf(tx *gorm.DB, held []deliberation.OfficeHeld) ([]deliberation.Member, error) {
	by, ids := byHolder(held)
	rows, err := personRows(tx, ids)
	if err != nil {
		return nil, err
	}
	members := make([]deliberation.Member, 0, len(rows))
	for _, row := range rows {
		m := deliberation.Member{Sex: row.Sex, Offices: by[row.ID]}
		if row.Household != nil {
			m.Household = *row.Household
		}
		if m.Person, err = s.personOf(row); err != nil {
			return nil, err
		}
		if m.Birth, err = s.birthOf(row); err != nil {
			return nil, err
		}
		for _, o := range m.Offices {
			if o.Office == deliberation.PartyMember || (o.Office == deliberation.ProbationaryMember && m.Party == "") {
				m.Party = o.Office
			}
		}
		members = append(members, m)
	}
	sortByReading(members, func(m deliberation.Member) deliberation.Person { return m.Person })
	return members, nil
}

// sortByReading sorts by pinyin, then id.
func sortByReading[T any](list []T, who func(T) deliberation.Person) {
	readings := make(map[deliberation.PersonID]reading, len(list))
	for _, v := range list {
		readings[who(v).ID] = readingOf(who(v).Name)
	}
	slices.SortFunc(list, func(a, b T) int {
		p, q := who(a), who(b)
		return byReading(readings[p.ID], p, readings[q.ID], q)
	})
}

func personRows(tx *gorm.DB, ids []deliberation.PersonID) ([]personRow, error) {
	list := make([]personRow, 0, len(ids))
	for part := range slices.Chunk(ids, chunk) {
		var rows []personRow
		if err := tx.Where("id IN ?", part).Find(&rows).Error; err != nil {
			return nil, err
		}
		list = append(list, rows...)
	}
	return list, nil
}

// RollOf gives who would be on the roll of a body on the day, and who might be
// expected and is not: who held an office of it within the last year or will hold
// one, who moved away or died, probationary members where the Party meets, and
// where all adults meet who is under age or of unknown birth. Those who are on it
// come first, both by pinyin.
func (s *Store) RollOf(ctx context.Context, c deliberation.CommunityID, b deliberation.Body, on deliberation.Date) ([]deliberation.Inclusion, error) {
	var roll []deliberation.Inclusion
	err := s.read(ctx, func(tx *gorm.DB) error {
		if err := tx.Select("id").Take(&placeRow{}, "id = ?", c).Error; err != nil {
			return err
		}
		offices := b.Offices()
		if b == deliberation.PartyMeeting {
			offices = append(slices.Clone(offices), deliberation.ProbationaryMember)
		}
		var rows []officeRow
		err := tx.Where("community = ? AND office IN ? AND (until_day = '' OR until_day >= ?)", c, offices, on.AddDays(-expectedFor).String()).
			Order("from_day").Find(&rows).Error
		if err != nil {
			return err
		}
		held, err := officesOf(rows)
		if err != nil {
			return err
		}
		persons, err := s.expected(tx, c, b, held)
		if err != nil {
			return err
		}
		for _, p := range persons {
			if i, said := includes(p, b, on); said {
				roll = append(roll, i)
			}
		}
		return nil
	})
	if err != nil {
		return nil, wrap("roll of", err)
	}
	sortByReading(roll, func(i deliberation.Inclusion) deliberation.Person { return i.Person })
	slices.SortStableFunc(roll, func(x, y deliberation.Inclusion) int {
		switch {
		case x.In == y.In:
			return 0
		case x.In:
			return -1
		}
		return 1
	})
	return roll, nil
}

// expectedFor is for how many days after the end of an office its holder might
// still be expected at the body.
const expectedFor = 366

// candidate is somebody who might be on a roll, with the offices that could bring it.
type candidate struct {
	record deliberation.PersonRecord
	held   []deliberation.OfficeHeld
}

// expected gives the holders of the offices, and for the assembly everybody.
func (s *Store) expected(tx *gorm.DB, c deliberation.CommunityID, b deliberation.Body, held []deliberation.OfficeHeld) ([]candidate, error) {
	by, ids := byHolder(held)
	var rows []personRow
	var err error
	if b == deliberation.Assembly {
		err = tx.Where("community = ?", c).Find(&rows).Error
	} else {
		rows, err = personRows(tx, ids)
	}
	if err != nil {
		return nil, err
	}
	list := make([]candidate, 0, len(rows))
	for _, row := range rows {
		if row.Standing == deliberation.Erased {
			continue
		}
		k := candidate{held: by[row.ID]}
		k.record.Standing = row.Standing
		if k.record.Person, err = s.personOf(row); err != nil {
			return nil, err
		}
		if k.record.Birth, err = s.birthOf(row); err != nil {
			return nil, err
		}
		if k.record.Left, err = dayOf(row.LeftDay); err != nil {
			return nil, err
		}
		list = append(list, k)
	}
	return list, nil
}

// includes says whether somebody is on the roll of the body on the day and why;
// said is false where nothing is to be said of them.
func includes(k candidate, b deliberation.Body, on deliberation.Date) (i deliberation.Inclusion, said bool) {
	i.Person = k.record.Person
	out := func(reason string, day deliberation.Date) (deliberation.Inclusion, bool) {
		i.Reason, i.On = reason, day
		return i, true
	}
	if k.record.Standing != deliberation.Present && k.record.Left.Before(on) {
		if k.record.Left.Before(on.AddDays(-expectedFor)) {
			return i, false
		}
		return out(string(k.record.Standing), k.record.Left)
	}
	for _, office := range b.Offices() {
		for _, o := range k.held {
			if o.Office == office && holds(o, on) {
				i.In, i.Because = true, office
				return i, true
			}
		}
	}
	if b == deliberation.Assembly {
		switch adult := adultOn(k.record.Birth); {
		case k.record.Birth.IsZero():
			return out("birth_unknown", deliberation.Date{})
		case on.Before(adult):
			return out("under_age", adult)
		}
	}
	var ended, begins deliberation.OfficeHeld
	for _, o := range k.held {
		switch {
		case holds(o, on):
			return out("probationary", deliberation.Date{}) // of all offices asked for, this one alone brings no seat
		case on.Before(o.From) && (begins.From.IsZero() || o.From.Before(begins.From)):
			begins = o
		case o.Until.Before(on) && ended.Until.Before(o.Until):
			ended = o
		}
	}
	switch {
	case !begins.From.IsZero():
		return out("office_not_begun", begins.From)
	case !ended.Until.IsZero():
		return out("office_ended", ended.Until)
	}
	return i, false
}

package models

import (
	"context"
	"errors"
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type kinRow struct {
	A    deliberation.PersonID
	B    deliberation.PersonID
	Kind deliberation.Relation
}

func (kinRow) TableName() string { return "kin" }

// Kin gives the near relationships among the persons: those that follow from their
// households, and those that were declared beside them.
func (s *Store) Kin(ctx context.Context, c deliberation.CommunityID, among []deliberation.PersonID) ([]deliberation.Kinship, error) {
	asked := make(map[deliberation.PersonID]bool, len(among))
	for _, id := range among {
		asked[id] = true
	}
	var kin []deliberation.Kinship
	err := s.read(ctx, func(tx *gorm.DB) error {
		known, err := kinAround(tx, c, among)
		for _, k := range known {
			if asked[k.A] && asked[k.B] {
				kin = append(kin, k)
			}
		}
		return err
	})
	return kin, wrap("kin", err)
}

// KinOf gives the near relationships of one person, of the household and
// declared; A is the person.
func (s *Store) KinOf(ctx context.Context, id deliberation.PersonID) ([]deliberation.Kinship, error) {
	var kin []deliberation.Kinship
	err := s.read(ctx, func(tx *gorm.DB) error {
		var p personRow
		if err := tx.Select("community").Take(&p, "id = ?", id).Error; err != nil {
			return err
		}
		known, err := kinAround(tx, p.Community, []deliberation.PersonID{id})
		for _, k := range known {
			switch id {
			case k.A:
				kin = append(kin, k)
			case k.B:
				kin = append(kin, turned(k))
			}
		}
		return err
	})
	return kin, wrap("kin of", err)
}

// turned gives the same relationship from the other side.
func turned(k deliberation.Kinship) deliberation.Kinship {
	k.A, k.B = k.B, k.A
	switch k.Kind {
	case deliberation.RelationChild:
		k.Kind = deliberation.RelationParent
	case deliberation.RelationParent:
		k.Kind = deliberation.RelationChild
	case deliberation.RelationGrand:
		k.Kind = deliberation.RelationGrandchild
	case deliberation.RelationGrandchild:
		k.Kind = deliberation.RelationGrand
	}
	return k
}

// kinAround gives the near relationships in which the persons may stand, each
// pair once; what the household says goes before what was declared.
func kinAround(tx *gorm.DB, c deliberation.CommunityID, persons []deliberation.PersonID) ([]deliberation.Kinship, error) {
	var families []deliberation.PersonRecord
	var declared []kinRow
	for part := range slices.Chunk(persons, chunk) {
		var rows []personRow
		homes := tx.Model(&personRow{}).Select("household").Where("community = ? AND id IN ? AND household IS NOT NULL", c, part)
		err := tx.Select("id, sex, household, relation, standing").Where("household IN (?)", homes).Order("household, id").Find(&rows).Error
		if err != nil {
			return nil, err
		}
		for _, r := range rows {
			families = append(families, deliberation.PersonRecord{
				Person: deliberation.Person{ID: r.ID, Community: c}, Sex: r.Sex, Household: *r.Household, Relation: r.Relation, Standing: r.Standing,
			})
		}
		var own []kinRow
		if err := tx.Where("a IN ? OR b IN ?", part, part).Order("a, b").Find(&own).Error; err != nil {
			return nil, err
		}
		declared = append(declared, own...)
	}
	kin := deliberation.KinOfHousehold(once(families))
	for _, r := range declared {
		kin = append(kin, deliberation.Kinship{A: r.A, B: r.B, Kind: r.Kind, Source: "declared"})
	}
	return pairsOnce(kin), nil
}

func once(persons []deliberation.PersonRecord) []deliberation.PersonRecord {
	seen := map[deliberation.PersonID]bool{}
	return slices.DeleteFunc(persons, func(p deliberation.PersonRecord) bool {
		again := seen[p.ID]
		seen[p.ID] = true
		return again
	})
}

func pairsOnce(kin []deliberation.Kinship) []deliberation.Kinship {
	type pair struct{ a, b deliberation.PersonID }
	seen := map[pair]bool{}
	return slices.DeleteFunc(kin, func(k deliberation.Kinship) bool {
		p := pair{min(k.A, k.B), max(k.A, k.B)}
		again := seen[p]
		seen[p] = true
		return again
	})
}

var declarable = []deliberation.Relation{
	deliberation.RelationSpouse, deliberation.RelationChild, deliberation.RelationParent,
	deliberation.RelationSibling, deliberation.RelationGrand, deliberation.RelationGrandchild,
}

// DeclareKin records a near relationship of two persons of one community, or takes
// back one that was declared. It refuses one that is declared already, from either
// side (RefuseTwice), and to take back what is not (RefuseNotFound).
func (s *Store) DeclareKin(ctx context.Context, k deliberation.Kinship, drop bool, actor deliberation.PersonID) error {
	switch {
	case k.A == k.B:
		return invalid("person", "not_a_choice")
	case !drop && !slices.Contains(declarable, k.Kind):
		return invalid("kind", "not_a_choice")
	}
	return wrap("declare kin", s.write(ctx, func(tx *gorm.DB) error {
		var a, b personRow
		err := errors.Join(tx.Select("community").Take(&a, "id = ?", k.A).Error, tx.Select("community").Take(&b, "id = ?", k.B).Error)
		if err != nil {
			return err
		}
		if a.Community != b.Community {
			return invalid("person", "not_a_choice")
		}
		if err := s.changingRoster(tx, a.Community); err != nil {
			return err
		}
		const same = "(a = ? AND b = ?) OR (a = ? AND b = ?)"
		known, err := find[kinRow](tx, same, k.A, k.B, k.B, k.A)
		switch {
		case err != nil:
			return err
		case drop && known == nil:
			return deliberation.Refuse(deliberation.RefuseNotFound)
		case drop:
			err = tx.Delete(&kinRow{}, same, k.A, k.B, k.B, k.A).Error
		case known != nil:
			return taken("person")
		default:
			err = tx.Create(&kinRow{k.A, k.B, k.Kind}).Error
		}
		if err != nil {
			return err
		}
		act := "declare_kin"
		if drop {
			act = "drop_kin"
		}
		return s.audited(tx,
			auditRow{Actor: actor, Act: act, Community: a.Community, Person: k.A, Subject: string(k.B)},
			auditRow{Actor: actor, Act: act, Community: a.Community, Person: k.B, Subject: string(k.A)})
	}))
}

package models

import (
	"cmp"
	"context"
	"crypto/rand"
	"slices"
	"strings"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type householdRow struct {
	ID           deliberation.HouseholdID
	Community    deliberation.CommunityID
	VillageGroup string
	Building     string
	Number       []byte
	NumberLookup string
}

func (householdRow) TableName() string { return "households" }

func (s *Store) sealedHousehold(h deliberation.Household) householdRow {
	return householdRow{
		ID: h.ID, Community: h.Community, VillageGroup: h.Group, Building: h.Building,
		Number:       s.seal("households", "number", string(h.ID), h.Number),
		NumberLookup: s.vault.Lookup("households", "number", h.Number),
	}
}

func (s *Store) householdOf(r householdRow) (deliberation.Household, error) {
	number, err := s.unseal("households", "number", string(r.ID), r.Number)
	return deliberation.Household{ID: r.ID, Community: r.Community, Group: r.VillageGroup, Building: r.Building, Number: number}, err
}

// Households gives the households of a community, by group, building and number
// as people count them.
func (s *Store) Households(ctx context.Context, c deliberation.CommunityID) ([]deliberation.Household, error) {
	list, err := s.households(s.reads.WithContext(ctx), c)
	if err != nil {
		return nil, wrap("households", err)
	}
	slices.SortFunc(list, func(a, b deliberation.Household) int {
		return cmp.Or(
			cmp.Compare(countedName(a.Group), countedName(b.Group)),
			cmp.Compare(countedName(a.Building), countedName(b.Building)),
			cmp.Compare(countedName(a.Number), countedName(b.Number)),
			cmp.Compare(a.ID, b.ID))
	})
	return list, nil
}

func (s *Store) households(tx *gorm.DB, c deliberation.CommunityID) ([]deliberation.Household, error) {
	var rows []householdRow
	if err := tx.Where("community = ?", c).Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]deliberation.Household, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = s.householdOf(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// SaveHousehold adds a household (an empty id gets one) or changes it. Its group
// and building must be places of the community where they are named (RefuseInvalid);
// the same number twice in one group and building is refused (RefuseTwice).
func (s *Store) SaveHousehold(ctx context.Context, h deliberation.Household, actor deliberation.PersonID) (deliberation.HouseholdID, error) {
	h.Number = strings.TrimSpace(h.Number)
	if err := checkName("number", h.Number); err != nil {
		return "", err
	}
	if h.ID == "" {
		h.ID = deliberation.HouseholdID(rand.Text())
	}
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := s.changingRoster(tx, h.Community); err != nil {
			return err
		}
		if err := standsIn(tx, h); err != nil {
			return err
		}
		row := s.sealedHousehold(h)
		same, err := find[householdRow](tx, "community = ? AND village_group = ? AND building = ? AND number_lookup = ? AND id <> ?",
			h.Community, h.Group, h.Building, row.NumberLookup, h.ID)
		if err != nil || same != nil {
			return orTaken(err, "number")
		}
		before, err := find[householdRow](tx, "id = ?", h.ID)
		act := "change_household"
		switch {
		case err != nil:
			return err
		case before == nil:
			act, err = "add_household", tx.Create(&row).Error
		case before.Community != h.Community:
			return deliberation.Refuse(deliberation.RefuseNotFound)
		default:
			err = tx.Model(&householdRow{}).Select("*").Omit("id", "community").Where("id = ?", h.ID).Updates(&row).Error
		}
		if err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: actor, Act: act, Community: h.Community, Subject: string(h.ID)})
	})
	if err != nil {
		return "", wrap("save household", err)
	}
	return h.ID, nil
}

// standsIn checks where a household is said to be.
func standsIn(tx *gorm.DB, h deliberation.Household) error {
	community, err := find[placeRow](tx, "id = ?", h.Community)
	if err != nil {
		return err
	}
	if community == nil || !community.Kind.IsCommunity() {
		return invalid("community", "not_a_choice")
	}
	var wrong problems
	for _, at := range []struct {
		field string
		kind  deliberation.PlaceKind
		name  string
	}{{"group", deliberation.GroupPlace, h.Group}, {"building", deliberation.BuildingPlace, h.Building}} {
		if at.name == "" {
			continue
		}
		known, err := find[placeRow](tx, "parent = ? AND kind = ? AND name = ?", h.Community, at.kind, at.name)
		if err != nil {
			return err
		}
		wrong.add(known == nil, at.field, "not_a_choice")
	}
	return wrong.refusal()
}

// HouseholdCount gives how many households have a present member.
func (s *Store) HouseholdCount(ctx context.Context, c deliberation.CommunityID) (int, error) {
	var n int64
	err := s.reads.WithContext(ctx).Model(&personRow{}).
		Where("community = ? AND standing = ? AND household IS NOT NULL", c, deliberation.Present).
		Distinct("household").Count(&n).Error
	return int(n), wrap("household count", err)
}

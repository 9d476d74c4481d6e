package models

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"unicode/utf8"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type placeRow struct {
	ID            deliberation.PlaceID
	Parent        *deliberation.PlaceID
	Kind          deliberation.PlaceKind
	Name          string
	Overlay       string
	Demo          bool
	RosterVersion int64
}

func (placeRow) TableName() string { return "places" }

func placeOf(r placeRow) deliberation.Place {
	p := deliberation.Place{ID: r.ID, Kind: r.Kind, Name: r.Name, Overlay: r.Overlay, Demo: r.Demo}
	if r.Parent != nil {
		p.Parent = *r.Parent
	}
	return p
}

// Place gives a place by id.
func (s *Store) Place(ctx context.Context, id deliberation.PlaceID) (deliberation.Place, error) {
	var r placeRow
	if err := s.reads.WithContext(ctx).Take(&r, "id = ?", id).Error; err != nil {
		return deliberation.Place{}, wrap("place", err)
	}
	return placeOf(r), nil
}

const placeColumns = "p.id, p.parent, p.kind, p.name, p.overlay, p.demo"

// upward gives a place and all above it, the top first. The depth ends a ring
// that nothing but a damaged database could hold.
const upward = `WITH RECURSIVE up AS (
	SELECT ` + placeColumns + `, 0 AS depth FROM places p WHERE p.id = ?
	UNION ALL
	SELECT ` + placeColumns + `, up.depth + 1 FROM places p JOIN up ON p.id = up.parent WHERE up.depth < 16)
	SELECT id, parent, kind, name, overlay, demo FROM up ORDER BY depth DESC`

// Path gives a place with all above it, from the top of the tree down.
func (s *Store) Path(ctx context.Context, id deliberation.PlaceID) ([]deliberation.Place, error) {
	path, err := pathTo(s.reads.WithContext(ctx), id)
	return path, wrap("path", err)
}

func pathTo(tx *gorm.DB, id deliberation.PlaceID) ([]deliberation.Place, error) {
	var rows []placeRow
	if err := tx.Raw(upward, id).Scan(&rows).Error; err != nil {
		return nil, err
	}
	if len(rows) == 0 {
		return nil, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	path := make([]deliberation.Place, len(rows))
	for i, r := range rows {
		path[i] = placeOf(r)
	}
	return path, nil
}

// Below gives all places below one, each before those below it, places of one
// parent by kind and then by name as people count them (第二组 before 第十组). The
// empty id gives the whole tree; a place that is not there is refused (RefuseNotFound).
func (s *Store) Below(ctx context.Context, id deliberation.PlaceID) ([]deliberation.Place, error) {
	const downward = `WITH RECURSIVE down AS (
		SELECT ` + placeColumns + `, 0 AS depth FROM places p WHERE p.parent = ?
		UNION ALL
		SELECT ` + placeColumns + `, down.depth + 1 FROM places p JOIN down ON p.parent = down.id WHERE down.depth < 16)
		SELECT id, parent, kind, name, overlay, demo FROM down`
	var rows []placeRow
	tx := s.reads.WithContext(ctx)
	var err error
	if id == "" {
		err = tx.Find(&rows).Error
	} else if err = tx.Take(&placeRow{}, "id = ?", id).Error; err == nil {
		err = tx.Raw(downward, id).Scan(&rows).Error
	}
	if err != nil {
		return nil, wrap("places below", err)
	}
	under := map[deliberation.PlaceID][]deliberation.Place{}
	for _, r := range rows {
		p := placeOf(r)
		under[p.Parent] = append(under[p.Parent], p)
	}
	return descend(nil, under, id), nil
}

func descend(list []deliberation.Place, under map[deliberation.PlaceID][]deliberation.Place, from deliberation.PlaceID) []deliberation.Place {
	next := under[from]
	slices.SortFunc(next, func(a, b deliberation.Place) int {
		return cmp.Or(
			cmp.Compare(slices.Index(deliberation.PlaceKinds, a.Kind), slices.Index(deliberation.PlaceKinds, b.Kind)),
			cmp.Compare(countedName(a.Name), countedName(b.Name)),
			cmp.Compare(a.ID, b.ID))
	})
	for _, p := range next {
		list = descend(append(list, p), under, p.ID)
	}
	return list
}

// maxName bounds names of places and persons and numbers of households, in characters.
const maxName = 100

func checkName(field, name string) error {
	switch n := utf8.RuneCountInString(name); {
	case name == "":
		return invalid(field, "required")
	case !storable(name):
		return invalid(field, "not_text")
	case n > maxName:
		return &deliberation.Refusal{Code: deliberation.RefuseInvalid, Fields: []deliberation.FieldProblem{{Field: field, Problem: "too_long", Limit: maxName}}}
	}
	return nil
}

// taken refuses what is there already, and names the field that says so.
func taken(field string) error {
	return &deliberation.Refusal{Code: deliberation.RefuseTwice, Fields: []deliberation.FieldProblem{{Field: field, Problem: "taken"}}}
}

// placesLock is held by who changes the tree, before any rosterLock.
const placesLock = "places"

// AddPlace adds a place below its parent, which must be of a kind that may hold it
// (RefuseInvalid); without a parent stand cities, counties, townships, and a
// community whose installation has nothing above it. Two of one kind and name
// below one parent are refused (RefuseTwice). An empty id gets one; what lies
// below a made-up place is made up too.
func (s *Store) AddPlace(ctx context.Context, p deliberation.Place, actor deliberation.PersonID) error {
	p.Name = strings.TrimSpace(p.Name)
	if err := checkName("name", p.Name); err != nil {
		return err
	}
	if !slices.Contains(deliberation.PlaceKinds, p.Kind) {
		return invalid("kind", "not_a_choice")
	}
	if p.ID == "" {
		p.ID = deliberation.PlaceID(rand.Text())
	}
	return wrap("add place", s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, placesLock); err != nil {
			return err
		}
		row := placeRow{ID: p.ID, Kind: p.Kind, Name: p.Name, Overlay: p.Overlay, Demo: p.Demo}
		if err := stand(tx, &row, p.Parent); err != nil {
			return err
		}
		if here, err := find[placeRow](tx, "id = ?", p.ID); err != nil || here != nil {
			return orTaken(err, "id")
		}
		if err := freeName(tx, row); err != nil {
			return err
		}
		err := tx.Create(&row).Error
		switch {
		case errors.Is(err, gorm.ErrDuplicatedKey): // an import of a roster was quicker
			return taken("name")
		case err != nil:
			return err
		}
		return s.audited(tx, auditRow{Actor: actor, Act: "add_place", Community: communityAt(row), Subject: string(p.ID)})
	}))
}

func orTaken(err error, field string) error {
	if err != nil {
		return err
	}
	return taken(field)
}

// stand puts a place below its parent, where that may hold it.
func stand(tx *gorm.DB, row *placeRow, parent deliberation.PlaceID) error {
	if parent == "" {
		if row.Kind == deliberation.GroupPlace || row.Kind == deliberation.BuildingPlace {
			return invalid("parent", "required")
		}
		return nil
	}
	above, err := find[placeRow](tx, "id = ?", parent)
	if err != nil {
		return err
	}
	if above == nil || !above.Kind.MayHold(row.Kind) {
		return invalid("parent", "not_a_choice")
	}
	row.Parent, row.Demo = &parent, row.Demo || above.Demo
	return nil
}

func freeName(tx *gorm.DB, row placeRow) error {
	beside := tx.Where("kind = ? AND name = ? AND id <> ?", row.Kind, row.Name, row.ID)
	if row.Parent == nil {
		beside = beside.Where("parent IS NULL")
	} else {
		beside = beside.Where("parent = ?", *row.Parent)
	}
	var n int64
	if err := beside.Model(&placeRow{}).Count(&n).Error; err != nil || n == 0 {
		return err
	}
	return taken("name")
}

// communityAt is the community whose audit a change of the place belongs to.
func communityAt(row placeRow) deliberation.CommunityID {
	switch {
	case row.Kind.IsCommunity():
		return row.ID
	case (row.Kind == deliberation.GroupPlace || row.Kind == deliberation.BuildingPlace) && row.Parent != nil:
		return *row.Parent
	}
	return ""
}

// ChangePlace gives a place another name or overlay; its kind and what it stands
// below stay. Who is written down in a group or building goes along with its name.
func (s *Store) ChangePlace(ctx context.Context, p deliberation.Place, actor deliberation.PersonID) error {
	p.Name = strings.TrimSpace(p.Name)
	if err := checkName("name", p.Name); err != nil {
		return err
	}
	return wrap("change place", s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, placesLock); err != nil {
			return err
		}
		var row placeRow
		if err := tx.Take(&row, "id = ?", p.ID).Error; err != nil {
			return err
		}
		before := row.Name
		row.Name, row.Overlay = p.Name, p.Overlay
		if err := freeName(tx, row); err != nil {
			return err
		}
		err := tx.Model(&placeRow{}).Where("id = ?", p.ID).Updates(map[string]any{"name": row.Name, "overlay": row.Overlay}).Error
		if err != nil {
			return err
		}
		if before != row.Name {
			if err := s.renameWithin(tx, row, before); err != nil {
				return err
			}
		}
		return s.audited(tx, auditRow{Actor: actor, Act: "change_place", Community: communityAt(row), Subject: string(p.ID)})
	}))
}

// renameWithin carries the new name of a group or building to who is written down in it.
func (s *Store) renameWithin(tx *gorm.DB, row placeRow, before string) error {
	column, tables := "village_group", []string{"persons", "households"}
	switch row.Kind {
	case deliberation.GroupPlace:
	case deliberation.BuildingPlace:
		column, tables = "building", tables[1:]
	default:
		return nil
	}
	if err := s.changingRoster(tx, *row.Parent); err != nil {
		return err
	}
	for _, t := range tables {
		if err := tx.Table(t).Where("community = ? AND "+column+" = ?", *row.Parent, before).Update(column, row.Name).Error; err != nil {
			return err
		}
	}
	return nil
}

// changingRoster is called by whoever changes a community's persons, households or
// offices, before the first look at them: one at a time, and whatever was read
// from the roster before is known to be out of date.
func (s *Store) changingRoster(tx *gorm.DB, c deliberation.CommunityID) error {
	if err := s.lock(tx, rosterLock(c)); err != nil {
		return err
	}
	return tx.Model(&placeRow{}).Where("id = ?", c).Update("roster_version", gorm.Expr("roster_version + 1")).Error
}

func rosterLock(c deliberation.CommunityID) string { return "roster:" + string(c) }

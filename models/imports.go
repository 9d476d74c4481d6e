package models

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/roster"
)

type importRow struct {
	ID             string
	Actor          deliberation.PersonID
	At             time.Time
	PersonsNew     int
	PersonsChanged int
	PersonsMoved   int
	HouseholdsNew  int
	OfficesNew     int
	Undone         *time.Time
}

func (importRow) TableName() string { return "imports" }

type importCommunityRow struct {
	Import    string
	Community deliberation.CommunityID
}

func (importCommunityRow) TableName() string { return "import_communities" }

// PlanImport says what an import of the entries would do, and changes nothing.
// issues are what reading the file found; they are in the plan too.
func (s *Store) PlanImport(ctx context.Context, entries []roster.Entry, issues []roster.Issue, o roster.Options) (roster.Plan, error) {
	var plan roster.Plan
	err := s.read(ctx, func(tx *gorm.DB) error {
		im, err := s.planned(tx, entries, issues, o)
		if err != nil {
			return err
		}
		plan = im.plan
		return nil
	})
	return plan, wrap("plan import", err)
}

// RunImport brings the roster to what the entries say, in one transaction: all of
// it, or nothing where a row has an error (RefuseImportErrors with their number).
// It plans anew, and where the plan is no longer the one that was seen (Options.Seen)
// it is refused (RefuseConflict). progress, which may be nil, is told how many of the
// steps are done. Where nothing changes, nothing is written but one audit entry,
// and the id of the import is empty.
func (s *Store) RunImport(ctx context.Context, entries []roster.Entry, issues []roster.Issue, o roster.Options, progress func(done, total int)) (id string, plan roster.Plan, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		communities, err := communitiesNamed(tx, entries, o)
		if err != nil {
			return err
		}
		if o.AddGroups { // the order of locks: places before rosters
			if err := s.lock(tx, placesLock); err != nil {
				return err
			}
		}
		for _, c := range communities {
			if err := s.lock(tx, rosterLock(c)); err != nil {
				return err
			}
		}
		im, err := s.planned(tx, entries, issues, o)
		if err != nil {
			return err
		}
		plan = im.plan
		if plan.Errors > 0 {
			return &deliberation.Refusal{Code: deliberation.RefuseImportErrors, Count: plan.Errors}
		}
		if o.Seen != "" && o.Seen != plan.Mark() {
			return deliberation.Refuse(deliberation.RefuseConflict)
		}
		if !im.changesAnything() {
			return s.auditImport(tx, "import", plan.Communities, o.Actor, "")
		}
		id = rand.Text()
		return im.apply(id, progress)
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = deliberation.Refuse(deliberation.RefuseConflict)
	}
	if err != nil {
		return "", plan, wrap("import", err)
	}
	if id != "" {
		s.refreshStatistics(ctx)
	}
	return id, plan, nil
}

// refreshStatistics tells PostgreSQL how large the tables of people are now: until
// it knows, it reads them as if they were empty, and a district takes minutes. What
// was imported stands without it, so a failure is only noted.
func (s *Store) refreshStatistics(ctx context.Context) {
	if !s.postgres {
		return
	}
	if err := s.writes.WithContext(ctx).Exec("ANALYZE persons, households, offices, kin, import_images").Error; err != nil {
		s.log.WarnContext(ctx, "the database's statistics were not refreshed after an import", "error", err)
	}
}

// auditImport writes one entry for each community.
func (s *Store) auditImport(tx *gorm.DB, act string, communities []deliberation.CommunityID, actor deliberation.PersonID, subject string) error {
	entries := make([]auditRow, len(communities))
	for i, c := range communities {
		entries[i] = auditRow{Actor: actor, Act: act, Community: c, Subject: subject}
	}
	return s.audited(tx, entries...)
}

// communitiesNamed gives the communities that the entries name, in the order in
// which they are locked.
func communitiesNamed(tx *gorm.DB, entries []roster.Entry, o roster.Options) ([]deliberation.CommunityID, error) {
	if o.Community != "" {
		return []deliberation.CommunityID{o.Community}, nil
	}
	names, err := communityNames(tx)
	if err != nil {
		return nil, err
	}
	seen := map[deliberation.CommunityID]bool{}
	for _, e := range entries {
		if ids := names[e.Community]; len(ids) == 1 {
			seen[ids[0]] = true
		}
	}
	list := make([]deliberation.CommunityID, 0, len(seen))
	for c := range seen {
		list = append(list, c)
	}
	slices.Sort(list)
	return list, nil
}

// communityNames gives the communities by what a row may call them: the id, the
// name, the name with that of the place above in front, or the whole path.
func communityNames(tx *gorm.DB) (map[string][]deliberation.CommunityID, error) {
	var rows []placeRow
	if err := tx.Where("kind NOT IN ?", []deliberation.PlaceKind{deliberation.GroupPlace, deliberation.BuildingPlace}).Find(&rows).Error; err != nil {
		return nil, err
	}
	places := map[deliberation.PlaceID]placeRow{}
	for _, r := range rows {
		places[r.ID] = r
	}
	names := map[string][]deliberation.CommunityID{}
	for _, r := range rows {
		if !r.Kind.IsCommunity() {
			continue
		}
		called := []string{string(r.ID), r.Name}
		whole := r.Name
		path := []deliberation.Place{placeOf(r)}
		for up := r; up.Parent != nil && len(path) < len(deliberation.PlaceKinds); {
			up = places[*up.Parent]
			whole = up.Name + whole
			path = append([]deliberation.Place{placeOf(up)}, path...)
			called = append(called, whole, deliberation.PathName(path))
		}
		slices.Sort(called)
		for _, name := range slices.Compact(called) {
			names[name] = append(names[name], r.ID)
		}
	}
	return names, nil
}

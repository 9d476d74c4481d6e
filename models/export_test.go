package models

import (
	"context"
	"encoding/json"
	"slices"
	"testing"

	"github.com/yishi-project/yishi/ballotbox"
	"github.com/yishi-project/yishi/deliberation"
)

// Setting is a setting of the store's own writing connections, asked in the words of its database.
func Setting(t *testing.T, s *Store, question string) (v string) {
	t.Helper()
	if err := s.writes.WithContext(t.Context()).Raw(question).Scan(&v).Error; err != nil {
		t.Fatal(err)
	}
	return v
}

// CastTogether puts ballots, unchecked, through one batch.
func CastTogether(ctx context.Context, s *Store, ballots ...deliberation.Ballot) []error {
	batch := make([]*cast, len(ballots))
	for i, b := range ballots {
		batch[i] = &cast{ballot: b}
	}
	s.castBatch(ctx, batch)
	errs := make([]error, len(batch))
	for i, c := range batch {
		errs[i] = c.err
	}
	return errs
}

// MigrateTo stops at an older version of the schema.
func MigrateTo(t *testing.T, s *Store, version int64) {
	t.Helper()
	p, err := s.migrator()
	if err == nil {
		_, err = p.UpTo(t.Context(), version)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// LatestVersion is the version of the schema that this program knows.
func LatestVersion(t *testing.T, s *Store) int64 {
	t.Helper()
	p, err := s.migrator()
	if err != nil {
		t.Fatal(err)
	}
	sources := p.ListSources()
	return sources[len(sources)-1].Version
}

// SwitchSealingOff puts choices into the box as they are and takes them out in
// their order, to show that the test of linkage would find it.
func SwitchSealingOff(s *Store) { s.sealer = unsealed{} }

type unsealed struct{}

func (unsealed) Seal(_ []byte, _ string, ballots []ballotbox.Ballot) ([]byte, error) {
	return json.Marshal(ballots)
}

func (unsealed) Open(_ ballotbox.Key, _ string, envelopes [][]byte, _ []string) (lines, receipts []string, err error) {
	for _, e := range envelopes {
		var ballots []ballotbox.Ballot
		if err := json.Unmarshal(e, &ballots); err != nil {
			return nil, nil, err
		}
		for _, b := range ballots {
			lines, receipts = append(lines, b.Line), append(receipts, b.Receipt)
		}
	}
	slices.Sort(receipts)
	return lines, receipts, nil
}

// ReadTogether reads persons in one go, and gives what came of each.
func ReadTogether(ctx context.Context, s *Store, ids ...deliberation.PersonID) (map[deliberation.PersonID]error, error) {
	found, err := s.readViewers(ctx, ids)
	each := map[deliberation.PersonID]error{}
	for id, v := range found {
		each[id] = v.err
	}
	return each, err
}

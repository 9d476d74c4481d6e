package models

import (
	"context"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

type matterDraftRow struct {
	Person deliberation.PersonID
	Kind   string
	Form   []byte
	Saved  time.Time
}

func (matterDraftRow) TableName() string { return "matter_drafts" }

func draftKey(person deliberation.PersonID, kind string) string {
	return string(person) + "\x00" + kind
}

// KeepDraft keeps what a person typed into the form that starts a process of the
// kind, in place of what they kept before.
func (s *Store) KeepDraft(ctx context.Context, d deliberation.MatterDraft) error {
	text, err := encode(d.Fields)
	if err != nil {
		return wrap("keep draft", err)
	}
	row := matterDraftRow{Person: d.Person, Kind: d.Kind, Form: s.seal("matter_drafts", "form", draftKey(d.Person, d.Kind), text), Saved: moment(d.Saved)}
	return wrap("keep draft", s.write(ctx, func(tx *gorm.DB) error {
		err := tx.Clauses(clause.OnConflict{
			Columns:   []clause.Column{{Name: "person"}, {Name: "kind"}},
			DoUpdates: clause.AssignmentColumns([]string{"form", "saved"}),
		}).Create(&row).Error
		return missing(err)
	}))
}

// Drafts gives what a person keeps, the last kept first.
func (s *Store) Drafts(ctx context.Context, person deliberation.PersonID) ([]deliberation.MatterDraft, error) {
	var rows []matterDraftRow
	if err := s.reads.WithContext(ctx).Where("person = ?", person).Order("saved DESC, kind").Find(&rows).Error; err != nil {
		return nil, wrap("drafts", err)
	}
	list := make([]deliberation.MatterDraft, len(rows))
	for i, r := range rows {
		text, err := s.unseal("matter_drafts", "form", draftKey(r.Person, r.Kind), r.Form)
		if err != nil {
			return nil, wrap("drafts", err)
		}
		list[i] = deliberation.MatterDraft{Person: r.Person, Kind: r.Kind, Saved: r.Saved.In(deliberation.Shanghai)}
		if list[i].Fields, err = decode[map[string]string](text); err != nil {
			return nil, wrap("drafts", err)
		}
	}
	return list, nil
}

// DropDraft throws a draft away. One that is not there is no error.
func (s *Store) DropDraft(ctx context.Context, person deliberation.PersonID, kind string) error {
	return wrap("drop draft", s.write(ctx, func(tx *gorm.DB) error {
		return tx.Where("person = ? AND kind = ?", person, kind).Delete(&matterDraftRow{}).Error
	}))
}

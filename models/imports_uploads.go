package models

import (
	"context"
	"crypto/rand"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/roster"
	"github.com/yishi-project/yishi/vault"
)

type uploadRow struct {
	ID        string
	Community deliberation.CommunityID
	Person    deliberation.PersonID
	Content   []byte
	Choices   string
	Expires   time.Time
}

func (uploadRow) TableName() string { return "import_uploads" }

// uploadLife is how long a file waits between the steps of an import.
const uploadLife = time.Hour

func uploadPlace(id string) vault.Place {
	return vault.Place{Table: "import_uploads", Column: "content", Row: id}
}

// KeepUpload keeps a file, sealed, for who sent it, and gives its id. Their
// earlier file goes, and so does any that has waited too long.
func (s *Store) KeepUpload(ctx context.Context, c deliberation.CommunityID, person deliberation.PersonID, content []byte, choices roster.Choices) (string, error) {
	text, err := encode(choices)
	if err != nil {
		return "", wrap("keep upload", err)
	}
	now := moment(s.now())
	row := uploadRow{ID: rand.Text(), Community: c, Person: person, Choices: text, Expires: now.Add(uploadLife)}
	row.Content = s.vault.Seal(content, uploadPlace(row.ID))
	return row.ID, wrap("keep upload", s.write(ctx, func(tx *gorm.DB) error {
		if err := tx.Where("person = ? OR expires <= ?", person, now).Delete(&uploadRow{}).Error; err != nil {
			return err
		}
		return missing(tx.Create(&row).Error)
	}))
}

// Upload gives a file back to who sent it, in the community for which they sent
// it; to anybody else, and when it has waited too long, there is none (RefuseNotFound).
func (s *Store) Upload(ctx context.Context, id string, c deliberation.CommunityID, person deliberation.PersonID) ([]byte, roster.Choices, error) {
	row, err := find[uploadRow](s.reads.WithContext(ctx), "id = ? AND community = ? AND person = ? AND expires > ?", id, c, person, moment(s.now()))
	if err == nil && row == nil {
		err = deliberation.Refuse(deliberation.RefuseNotFound)
	}
	if err != nil {
		return nil, roster.Choices{}, wrap("upload", err)
	}
	choices, err := decode[roster.Choices](row.Choices)
	if err != nil {
		return nil, choices, wrap("upload", err)
	}
	content, err := s.vault.Open(row.Content, uploadPlace(id))
	return content, choices, wrap("upload", err)
}

// ChooseForUpload keeps what was chosen for a file.
func (s *Store) ChooseForUpload(ctx context.Context, id string, person deliberation.PersonID, choices roster.Choices) error {
	text, err := encode(choices)
	if err != nil {
		return wrap("choose for upload", err)
	}
	return wrap("choose for upload", s.write(ctx, func(tx *gorm.DB) error {
		return tx.Model(&uploadRow{}).Where("id = ? AND person = ?", id, person).Update("choices", text).Error
	}))
}

// DropUpload lets go of a file.
func (s *Store) DropUpload(ctx context.Context, id string, person deliberation.PersonID) error {
	return wrap("drop upload", s.write(ctx, func(tx *gorm.DB) error {
		return tx.Where("id = ? AND person = ?", id, person).Delete(&uploadRow{}).Error
	}))
}

// sweepUploads lets go of files that waited too long.
func sweepUploads(tx *gorm.DB, now time.Time) error {
	return tx.Where("expires <= ?", moment(now)).Delete(&uploadRow{}).Error
}

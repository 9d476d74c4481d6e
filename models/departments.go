package models

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// FileRatingSheets files a sheet for each body of the process's matter, in its order:
// what is put to the vote. Their ids follow from the process, so that a second call
// gives the same. An unknown process, or one of another kind, is refused (RefuseNotFound).
func (s *Store) FileRatingSheets(ctx context.Context, p deliberation.ProcessID, rules deliberation.DepartmentRules, at time.Time) (sheets []deliberation.RatedSheet, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		row, err := find[processRow](tx, "id = ?", p)
		if err != nil {
			return err
		}
		if row == nil || row.Kind != deliberation.DepartmentKind {
			return deliberation.Refuse(deliberation.RefuseNotFound)
		}
		process, err := s.processOf(*row)
		if err != nil {
			return err
		}
		sheets = nil
		for i, name := range process.Matter.Departments {
			ref, err := s.fileSheet(tx, process, deliberation.PaperRating, fmt.Sprintf("rating sheet %s %s", process.ID, deliberation.DepartmentAt(i)), deliberation.DepartmentSheet(name, rules), at)
			if err != nil {
				return err
			}
			sheets = append(sheets, deliberation.RatedSheet{ID: deliberation.DepartmentAt(i), Sheet: ref})
		}
		return nil
	})
	return sheets, wrap("file rating sheets", err)
}

// fileSheet files a text that is put to the vote, by an id that follows from its name.
func (s *Store) fileSheet(tx *gorm.DB, p deliberation.Process, kind deliberation.PaperKind, name, text string, at time.Time) (deliberation.PaperRef, error) {
	named := sha256.Sum256([]byte(name))
	sum := sha256.Sum256([]byte(text))
	id := deliberation.PaperID(hex.EncodeToString(named[:])[:26])
	ref := deliberation.PaperRef{ID: id, Kind: kind, SHA256: hex.EncodeToString(sum[:])}
	filed, err := find[paperRow](tx, "id = ?", id)
	if err != nil || filed != nil {
		return ref, err
	}
	row := paperRow{
		ID: id, Process: p.ID, Kind: ref.Kind, Author: p.StartedBy, MediaType: "text/plain; charset=utf-8", SHA256: ref.SHA256,
		Content: s.vault.Seal([]byte(text), paperPlace(id)), Created: moment(at),
	}
	if err := tx.Create(&row).Error; err != nil {
		return ref, missing(err)
	}
	return ref, s.audited(tx, auditRow{Actor: p.StartedBy, Act: "file_paper", Process: p.ID, Subject: string(id), At: at})
}

// maxRatings is how many ratings a community's list goes back: one a year, for longer
// than anybody looks back.
const maxRatings = 30

// DepartmentRatings gives the ratings of departments that a community held and is
// holding, the latest first.
func (s *Store) DepartmentRatings(ctx context.Context, c deliberation.CommunityID) ([]deliberation.Process, error) {
	var rows []processRow
	err := s.reads.WithContext(ctx).Where("community = ? AND kind = ? AND status IS NOT NULL", c, deliberation.DepartmentKind).Order(newestFirst).Limit(maxRatings).Find(&rows).Error
	if err != nil {
		return nil, wrap("department ratings", err)
	}
	list, err := s.processesOf(rows)
	return list, wrap("department ratings", err)
}

package models

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/vault"
)

type paperRow struct {
	ID        deliberation.PaperID
	Process   deliberation.ProcessID
	Kind      deliberation.PaperKind
	Author    deliberation.PersonID
	MediaType string
	SHA256    string `gorm:"column:sha256"`
	Content   []byte
	Created   time.Time
}

func (paperRow) TableName() string { return "papers" }

func paperPlace(id deliberation.PaperID) vault.Place {
	return vault.Place{Table: "papers", Column: "content", Row: string(id)}
}

// FilePaper stores a paper, its content sealed, and gives its reference: a fresh
// id and the SHA-256 of the content. An unknown process or author is refused
// (RefuseNotFound).
func (s *Store) FilePaper(ctx context.Context, p deliberation.Paper) (deliberation.PaperRef, error) {
	sum := sha256.Sum256(p.Content)
	ref := deliberation.PaperRef{ID: deliberation.PaperID(rand.Text()), Kind: p.Kind, SHA256: hex.EncodeToString(sum[:])}
	row := paperRow{
		ID: ref.ID, Process: p.Process, Kind: ref.Kind, Author: p.Author, MediaType: p.MediaType, SHA256: ref.SHA256,
		Content: s.vault.Seal(p.Content, paperPlace(ref.ID)), Created: moment(p.Created),
	}
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := tx.Create(&row).Error; err != nil {
			return missing(err)
		}
		return s.audited(tx, auditRow{Actor: p.Author, Act: "file_paper", Process: p.Process, Subject: string(ref.ID), At: p.Created})
	})
	if err != nil {
		return deliberation.PaperRef{}, wrap("file paper", err)
	}
	return ref, nil
}

// Paper gives a paper with its content.
func (s *Store) Paper(ctx context.Context, id deliberation.PaperID) (deliberation.Paper, error) {
	p, err := s.paperIn(s.reads.WithContext(ctx), id)
	return p, wrap("paper", err)
}

func (s *Store) paperIn(tx *gorm.DB, id deliberation.PaperID) (deliberation.Paper, error) {
	var r paperRow
	if err := tx.Take(&r, "id = ?", id).Error; err != nil {
		return deliberation.Paper{}, err
	}
	content, err := s.vault.Open(r.Content, paperPlace(id))
	if err != nil {
		return deliberation.Paper{}, err
	}
	return deliberation.Paper{
		PaperRef: deliberation.PaperRef{ID: r.ID, Kind: r.Kind, SHA256: r.SHA256},
		Process:  r.Process, Author: r.Author, MediaType: r.MediaType, Content: content,
		Created: r.Created.In(deliberation.Shanghai),
	}, nil
}

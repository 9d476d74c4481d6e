package models

import (
	"context"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type authorisationRow struct {
	ID         string
	Community  deliberation.CommunityID
	Process    deliberation.ProcessID
	Motion     string
	Paper      string
	Categories string
	FromDay    string
	UntilDay   string
	EndedDay   string
	GivenTo    deliberation.Body
}

func (authorisationRow) TableName() string { return "authorisations" }

// projectAuthorisations writes what the assembly authorised. One that is there
// already is written over: the same step applied again gives the same.
func projectAuthorisations(tx *gorm.DB, c deliberation.Change) error {
	if len(c.Authorisations) == 0 {
		return nil
	}
	var process processRow
	if err := tx.Select("community").Take(&process, "id = ?", c.Process).Error; err != nil {
		return err
	}
	for _, a := range c.Authorisations {
		row := authorisationRow{
			ID: a.ID, Community: process.Community, Process: c.Process, Motion: a.Motion,
			FromDay: a.From.String(), UntilDay: a.Until.String(), EndedDay: a.Ended.String(), GivenTo: a.To,
		}
		var err error
		if row.Paper, err = encode(a.Paper); err != nil {
			return err
		}
		if row.Categories, err = encode(a.Categories); err != nil {
			return err
		}
		if err := upsert(tx, row.TableName(), &row, "paper", "categories", "from_day", "until_day", "ended_day", "given_to"); err != nil {
			return err
		}
	}
	return nil
}

func authorisationOf(r authorisationRow) (deliberation.Authorisation, error) {
	a := deliberation.Authorisation{ID: r.ID, Process: r.Process, Motion: r.Motion, Grant: deliberation.Grant{To: r.GivenTo}}
	var err error
	if a.Paper, err = decode[deliberation.PaperRef](r.Paper); err != nil {
		return a, err
	}
	if a.Categories, err = decode[[]deliberation.Category](r.Categories); err != nil {
		return a, err
	}
	if a.From, err = deliberation.ParseDate(r.FromDay); err != nil {
		return a, err
	}
	if a.Until, err = deliberation.ParseDate(r.UntilDay); err != nil || r.EndedDay == "" {
		return a, err
	}
	a.Ended, err = deliberation.ParseDate(r.EndedDay)
	return a, err
}

// Authorisations gives all that the assembly of a community ever authorised, those
// that end last first.
func (s *Store) Authorisations(ctx context.Context, c deliberation.CommunityID) ([]deliberation.Authorisation, error) {
	var rows []authorisationRow
	if err := s.reads.WithContext(ctx).Where("community = ?", c).Order("until_day DESC, from_day DESC, id").Find(&rows).Error; err != nil {
		return nil, wrap("authorisations", err)
	}
	list := make([]deliberation.Authorisation, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = authorisationOf(r); err != nil {
			return nil, wrap("authorisations", err)
		}
	}
	return list, nil
}

// Authorisation gives one of a community's authorisations; another's is not found.
func (s *Store) Authorisation(ctx context.Context, c deliberation.CommunityID, id string) (deliberation.Authorisation, error) {
	var row authorisationRow
	if err := s.reads.WithContext(ctx).Take(&row, "id = ? AND community = ?", id, c).Error; err != nil {
		return deliberation.Authorisation{}, wrap("authorisation", err)
	}
	a, err := authorisationOf(row)
	return a, wrap("authorisation", err)
}

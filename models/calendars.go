package models

import (
	"context"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

// calendarRow says since when the calendar looks after a community.
type calendarRow struct {
	Community deliberation.CommunityID `gorm:"primaryKey"`
	Since     string
}

func (calendarRow) TableName() string { return "calendars" }

// StartRecord gives what the calendar must know of a community. The first time it is
// asked it notes the day: from then on the calendar looks after the community.
func (s *Store) StartRecord(ctx context.Context, c deliberation.CommunityID, on deliberation.Date) (deliberation.DutyStartRecord, error) {
	var r deliberation.DutyStartRecord
	row, err := find[calendarRow](s.reads.WithContext(ctx), "community = ?", c)
	if err != nil {
		return r, wrap("start record", err)
	}
	if row == nil {
		row = &calendarRow{Community: c, Since: on.String()}
		err = s.write(ctx, func(tx *gorm.DB) error {
			return missing(tx.Clauses(clause.OnConflict{DoNothing: true}).Create(row).Error)
		})
		if err != nil {
			return r, wrap("start record", err)
		}
	}
	if r.From, err = deliberation.ParseDate(row.Since); err != nil {
		return r, wrap("start record", err)
	}
	disclosed, err := s.Disclosures(ctx, c)
	if err != nil {
		return r, err
	}
	r.Known, r.Lines = disclosed.Known, disclosed.Lines
	err = s.read(ctx, func(tx *gorm.DB) error {
		if r.Reports, err = yearlyReports(tx, c); err != nil {
			return err
		}
		r.Held, err = appraisalsHeld(tx, c)
		return err
	})
	return r, wrap("start record", err)
}

// yearlyReports gives the yearly reports of a community.
func yearlyReports(tx *gorm.DB, c deliberation.CommunityID) ([]deliberation.YearlyReport, error) {
	var rows []processRow
	if err := tx.Select("id", "started", "state", "status", "by_calendar").Where("community = ? AND kind = ?", c, deliberation.DutyReportKind).Order("started, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]deliberation.YearlyReport, len(rows))
	for i, row := range rows {
		started, err := deliberation.ParseDate(row.Started)
		if err != nil {
			return nil, err
		}
		list[i] = deliberation.YearlyReport{Process: row.ID, Started: started, State: row.State, ByCalendar: row.ByCalendar}
		if row.Status == nil {
			continue
		}
		status, err := decode[deliberation.Status](*row.Status)
		if err != nil {
			return nil, err
		}
		list[i].Outcome = status.Outcome
	}
	return list, nil
}

// appraisalsHeld gives the days of a community's appraisals, here and elsewhere.
func appraisalsHeld(tx *gorm.DB, c deliberation.CommunityID) ([]deliberation.Date, error) {
	var texts []string
	err := tx.Raw(`SELECT held_day FROM appraisals WHERE community = ? UNION SELECT held_day FROM held_elsewhere WHERE community = ? AND body = ?`,
		c, c, deliberation.AppraisalDuty).Scan(&texts).Error
	if err != nil {
		return nil, err
	}
	days := make([]deliberation.Date, len(texts))
	for i, text := range texts {
		if days[i], err = deliberation.ParseDate(text); err != nil {
			return nil, err
		}
	}
	return days, nil
}

// oneReport refuses (RefuseTwice) the calendar's yearly report where there is one of
// the year, and one that people begin while the calendar's own goes on. What is
// demanded jointly is out of turn, and always may be.
func (s *Store) oneReport(tx *gorm.DB, p deliberation.Process) error {
	byCalendar := p.StartedBy == ""
	inTurn := byCalendar || p.Matter.Origin == deliberation.OriginParty || p.Matter.Origin == deliberation.OriginSupervisors
	if p.Kind != deliberation.DutyReportKind || !inTurn {
		return nil
	}
	if err := s.lock(tx, "reports:"+string(p.Community)); err != nil {
		return err
	}
	list, err := yearlyReports(tx, p.Community)
	if err != nil {
		return err
	}
	year := p.Started.Year
	if first, _, err := p.Matter.Period.Bounds(); byCalendar && err == nil {
		year = first.Year
	}
	for _, y := range list {
		over := y.State == deliberation.Ended
		switch {
		case y.Process == p.ID || y.Started.Year != year:
		case byCalendar && (!over || y.Outcome == deliberation.Carried), y.ByCalendar && !over:
			return deliberation.Refuse(deliberation.RefuseTwice)
		}
	}
	return nil
}

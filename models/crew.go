package models

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type crewRow struct {
	Process    deliberation.ProcessID
	Person     deliberation.PersonID
	Station    string
	Scrutineer bool
	At         time.Time
	EnteredBy  deliberation.PersonID
}

func (crewRow) TableName() string { return "station_crew" }

// SetStationCrew says who works at a polling station or mobile box of an election, in
// place of who was said before (S-VE 第二十八条第四款). It is RefuseUnlawfulElection with
// fewer than the rules ask for, with somebody who stands, or with a near relative of
// theirs; RefuseTwice for who works at another box, RefuseNotFound for who is not of the
// community. Nobody at all takes the station off the list, unless it is handing out
// paper already.
func (s *Store) SetStationCrew(ctx context.Context, p deliberation.ProcessID, station string, crew deliberation.StationCrew, by deliberation.PersonID, at time.Time) error {
	station, err := paperName("station", station)
	if err != nil {
		return err
	}
	staff := slices.Compact(slices.Sorted(slices.Values(crew.Staff)))
	if slices.ContainsFunc(crew.Scrutineers, func(id deliberation.PersonID) bool { return !slices.Contains(staff, id) }) {
		return invalid("scrutineers", "not_a_choice")
	}
	return wrap("set station crew", s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, electionLock(p)); err != nil {
			return err
		}
		e, err := s.electionOf(tx, p)
		if err != nil {
			return err
		}
		if err := s.mayServe(tx, e, station, deliberation.StationCrew{Staff: staff, Scrutineers: crew.Scrutineers}); err != nil {
			return err
		}
		if err := tx.Where("process = ? AND station = ?", p, station).Delete(&crewRow{}).Error; err != nil {
			return err
		}
		var elsewhere int64
		if err := tx.Model(&crewRow{}).Where("process = ? AND person IN ?", p, staff).Count(&elsewhere).Error; err != nil {
			return err
		}
		if elsewhere > 0 {
			return taken("staff")
		}
		for _, id := range staff {
			row := crewRow{Process: p, Person: id, Station: station, Scrutineer: slices.Contains(crew.Scrutineers, id), At: moment(at), EnteredBy: by}
			if err := tx.Create(&row).Error; err != nil {
				return missing(err)
			}
		}
		return s.audited(tx, auditRow{Actor: by, Act: "set_station_crew", Process: p, Subject: string(p), At: at})
	}))
}

// mayServe holds who is named against the rules and those who stand as things are.
func (s *Store) mayServe(tx *gorm.DB, e election, station string, crew deliberation.StationCrew) error {
	if len(crew.Staff) == 0 {
		var working int64
		err := tx.Table("paper_boxes").Joins("JOIN polls ON polls.id = paper_boxes.poll").
			Where("polls.process = ? AND polls.box = ? AND polls.voided IS NULL AND paper_boxes.station = ?", e.process.ID, boxOpen, station).Count(&working).Error
		if err != nil || working == 0 {
			return err
		}
	}
	if err := ofElection(tx, e.process.ID, crew.Staff...); err != nil {
		return err
	}
	return e.serves(tx, crew, e.process.Status.Election.Standing())
}

// serves refuses a crew that the rules do not let work while those persons stand.
func (e election) serves(tx *gorm.DB, crew deliberation.StationCrew, standing []deliberation.PersonID) error {
	kin, err := kinAround(tx, e.process.Community, crew.Staff)
	if err != nil {
		return err
	}
	if faults := e.rules.CrewFaults(crew, standing, kin); len(faults) > 0 {
		return &deliberation.Refusal{Code: deliberation.RefuseUnlawfulElection, Faults: faults, Basis: &faults[0].Basis}
	}
	return nil
}

// StationCrews gives who works at each station of an election.
func (s *Store) StationCrews(ctx context.Context, p deliberation.ProcessID) (map[string]deliberation.StationCrew, error) {
	crews, err := stationCrews(s.reads.WithContext(ctx), p)
	return crews, wrap("station crews", err)
}

func stationCrews(tx *gorm.DB, p deliberation.ProcessID) (map[string]deliberation.StationCrew, error) {
	var rows []crewRow
	if err := tx.Where("process = ?", p).Order("person").Find(&rows).Error; err != nil {
		return nil, err
	}
	crews := map[string]deliberation.StationCrew{}
	for _, r := range rows {
		c := crews[r.Station]
		if c.Staff = append(c.Staff, r.Person); r.Scrutineer {
			c.Scrutineers = append(c.Scrutineers, r.Person)
		}
		crews[r.Station] = c
	}
	return crews, nil
}

// standsOn gives those who stand on the papers of a poll.
func standsOn(form deliberation.BallotForm) (all []deliberation.PersonID) {
	for _, q := range form {
		for _, o := range q.Options {
			all = append(all, deliberation.PersonID(o))
		}
	}
	return all
}

// everyBoxIsCrewed refuses to open a poll of an election before its stations have their
// staff, none of whom stands or is a near relative of who does.
func (s *Store) everyBoxIsCrewed(tx *gorm.DB, p deliberation.ProcessID, form deliberation.BallotForm) error {
	if err := s.share(tx, electionLock(p)); err != nil {
		return err
	}
	e, err := s.electionOf(tx, p)
	if err != nil {
		return err
	}
	crews, err := stationCrews(tx, p)
	if err != nil {
		return err
	}
	if len(crews) == 0 {
		crews[""] = deliberation.StationCrew{}
	}
	for _, c := range crews {
		if err := e.serves(tx, c, standsOn(form)); err != nil {
			return err
		}
	}
	return nil
}

// isCrewed refuses the first paper of a box whose staff was not named, or may not serve.
func (s *Store) isCrewed(tx *gorm.DB, poll pollRow, box paperBoxRow) error {
	e, err := s.electionOf(tx, poll.Process)
	if err != nil {
		return err
	}
	crews, err := stationCrews(tx, poll.Process)
	if err != nil {
		return err
	}
	form, err := formOf(poll)
	if err != nil {
		return err
	}
	c := crews[box.Station]
	c.Mobile = box.Channel == deliberation.MobileChannel
	return e.serves(tx, c, standsOn(form))
}

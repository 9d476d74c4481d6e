package models

import (
	"context"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// maxRecovered bounds what somebody says was in a box.
const maxRecovered = 1_000_000

type readingRow struct {
	Poll        deliberation.PollID
	Bundle      string
	Reader      deliberation.PersonID
	Ord         int
	Sheets      int
	Ayes        int
	Noes        int
	Abstentions int
	Spoiled     int
	Questions   string
	At          time.Time
}

func (readingRow) TableName() string { return "paper_readings" }

func (r readingRow) count() (deliberation.SheetCount, error) {
	c := deliberation.SheetCount{By: r.Reader, Sheets: r.Sheets, Yes: r.Ayes, No: r.Noes, Abstain: r.Abstentions, Spoiled: r.Spoiled}
	var err error
	if r.Questions != "" {
		c.Questions, err = decode[[]deliberation.QuestionCount](r.Questions)
	}
	return c, err
}

// whileCounting holds a poll whose paper is being counted: RefuseOutOfOrder while it
// still takes ballots, RefusePollClosed once it was counted or voided.
func (s *Store) whileCounting(tx *gorm.DB, id deliberation.PollID) (pollRow, error) {
	p, err := s.pollAlone(tx, id)
	if err != nil {
		return p, err
	}
	switch p.phase() {
	case boxCounting:
		return p, nil
	case boxNone:
		return p, deliberation.Refuse(deliberation.RefusePollNotOpen)
	case boxOpen:
		return p, deliberation.Refuse(deliberation.RefuseOutOfOrder)
	}
	return p, deliberation.Refuse(deliberation.RefusePollClosed)
}

// RecordBox notes how many sheets were in a box when it was opened; the last word
// counts. RefuseNotFound where no ballot was handed out for such a box.
func (s *Store) RecordBox(ctx context.Context, id deliberation.PollID, station string, recovered int, by deliberation.PersonID, at time.Time) error {
	station, err := paperName("station", station)
	if err != nil {
		return err
	}
	if recovered < 0 || recovered > maxRecovered {
		return invalid("recovered", "not_a_number")
	}
	return wrap("record box", s.write(ctx, func(tx *gorm.DB) error {
		p, err := s.whileCounting(tx, id)
		if err != nil {
			return err
		}
		done := tx.Model(&paperBoxRow{}).Where("poll = ? AND station = ?", id, station).
			Updates(map[string]any{"recovered": recovered, "counted": moment(at), "counted_by": by})
		if done.Error != nil {
			return missing(done.Error)
		}
		if done.RowsAffected != 1 {
			return deliberation.Refuse(deliberation.RefuseNotFound)
		}
		return s.auditedPaper(tx, p, "count_box", "", by, at)
	}))
}

// ReadBundle notes what a person read from a bundle, and tells whether it agrees
// with what another person read. The last reading of each counts; one of no sheets
// takes theirs back. In a recorded poll a bundle is the one sheet of a person, and
// is named by them; in a secret poll it belongs to nobody.
func (s *Store) ReadBundle(ctx context.Context, id deliberation.PollID, bundle string, person deliberation.PersonID, c deliberation.SheetCount, at time.Time) (agree bool, err error) {
	if person != "" {
		bundle = string(person)
	}
	if bundle, err = paperName("bundle", bundle); err != nil {
		return false, err
	}
	err = s.write(ctx, func(tx *gorm.DB) error {
		p, err := s.whileCounting(tx, id)
		if err != nil {
			return err
		}
		if err := soundBundle(tx, p, person, c); err != nil {
			return err
		}
		if err := putReading(tx, p, bundle, c, at); err != nil {
			return err
		}
		bundles, err := readBundles(tx.Where("bundle = ?", bundle), p)
		if err != nil {
			return err
		}
		for _, b := range bundles {
			_, agree = b.Agreed()
		}
		return s.auditedPaper(tx, p, "read_bundle", person, c.By, at)
	})
	return agree, wrap("read bundle", err)
}

// soundBundle checks whose sheets these can be.
func soundBundle(tx *gorm.DB, p pollRow, person deliberation.PersonID, c deliberation.SheetCount) error {
	switch {
	case p.Secret && person != "":
		return invalid("person", "unexpected")
	case p.Secret:
		return nil
	case person == "":
		return invalid("person", "required")
	case c.Sheets > 1:
		return invalid("sheets", "not_a_number")
	}
	out, err := find[paperBallotRow](tx, "poll = ? AND person = ? AND handed_back IS NULL", p.ID, person)
	if err == nil && out == nil {
		err = invalid("person", "not_a_choice")
	}
	return err
}

func putReading(tx *gorm.DB, p pollRow, bundle string, c deliberation.SheetCount, at time.Time) error {
	if err := tx.Where("poll = ? AND bundle = ? AND reader = ?", p.ID, bundle, c.By).Delete(&readingRow{}).Error; err != nil {
		return err
	}
	if c.Sheets == 0 && c.Yes == 0 && c.No == 0 && c.Abstain == 0 && c.Spoiled == 0 && len(c.Questions) == 0 {
		return nil
	}
	form, err := formOf(p)
	if err != nil {
		return err
	}
	if c, err = form.Sheets(c); err != nil {
		return err
	}
	if err := writtenOnPaper(tx, p, form, c); err != nil {
		return err
	}
	row := readingRow{
		Poll: p.ID, Bundle: bundle, Reader: c.By, Sheets: c.Sheets, Ayes: c.Yes, Noes: c.No, Abstentions: c.Abstain, Spoiled: c.Spoiled, At: moment(at),
	}
	if len(form) > 0 {
		if row.Questions, err = encode(c.Questions); err != nil {
			return err
		}
	}
	err = tx.Model(&readingRow{}).Select("COALESCE(MAX(ord), 0) + 1").Where("poll = ? AND bundle = ?", p.ID, bundle).Scan(&row.Ord).Error
	if err != nil {
		return err
	}
	return missing(tx.Create(&row).Error)
}

// PaperCount gives the paper of a poll as far as it has been counted.
func (s *Store) PaperCount(ctx context.Context, id deliberation.PollID) (deliberation.PaperCount, error) {
	var count deliberation.PaperCount
	err := s.read(ctx, func(tx *gorm.DB) error {
		var p pollRow
		err := tx.Take(&p, "id = ?", id).Error
		if err == nil {
			count, err = paperCount(tx, p)
		}
		return err
	})
	return count, wrap("paper count", err)
}

func paperCount(tx *gorm.DB, p pollRow) (c deliberation.PaperCount, err error) {
	var boxes []struct {
		Box       paperBoxRow `gorm:"embedded"`
		Issues    int
		Exchanged int
		Back      int
	}
	err = tx.Table("paper_boxes").
		Select(`paper_boxes.station, paper_boxes.channel, paper_boxes.users, paper_boxes.recovered, paper_boxes.counted_by, COUNT(p.id) AS issues,
			COALESCE(CAST(SUM(p.exchanged) AS BIGINT), 0) AS exchanged, COUNT(p.handed_back) AS back`).
		Joins("LEFT JOIN paper_ballots p ON p.poll = paper_boxes.poll AND p.station = paper_boxes.station").
		Where("paper_boxes.poll = ?", p.ID).
		Group("paper_boxes.station, paper_boxes.channel, paper_boxes.users, paper_boxes.recovered, paper_boxes.counted_by").Find(&boxes).Error
	if err != nil {
		return c, err
	}
	c.Stations = make([]deliberation.StationCount, len(boxes))
	for i, b := range boxes {
		c.Stations[i] = deliberation.StationCount{
			Station: b.Box.Station, Channel: b.Box.Channel, Users: b.Box.Users, Recovered: b.Box.Recovered,
			Issued: b.Issues + b.Exchanged, Exchanged: b.Exchanged, HandedBack: b.Back,
		}
		if b.Box.CountedBy != nil {
			c.Stations[i].By = *b.Box.CountedBy
		}
	}
	// The order of the databases differs, and the hash of the count rests on it.
	slices.SortFunc(c.Stations, func(a, b deliberation.StationCount) int { return strings.Compare(a.Station, b.Station) })
	c.Bundles, err = readBundles(tx, p)
	return c, err
}

// readBundles gives the bundles, and in each what every person read last, in the
// order in which they did.
func readBundles(tx *gorm.DB, p pollRow) ([]deliberation.Bundle, error) {
	var rows []readingRow
	if err := tx.Where("poll = ?", p.ID).Order("ord").Find(&rows).Error; err != nil {
		return nil, err
	}
	slices.SortStableFunc(rows, func(a, b readingRow) int { return strings.Compare(a.Bundle, b.Bundle) })
	list := []deliberation.Bundle{}
	for _, r := range rows {
		c, err := r.count()
		if err != nil {
			return nil, err
		}
		if n := len(list); n == 0 || list[n-1].ID != r.Bundle {
			b := deliberation.Bundle{ID: r.Bundle}
			if !p.Secret {
				b.Person = deliberation.PersonID(r.Bundle)
			}
			list = append(list, b)
		}
		last := &list[len(list)-1]
		last.Counts = append(last.Counts, c)
	}
	return list, nil
}

// certify checks that the paper of a stopped poll adds up, and in a recorded poll
// writes what each sheet says as its person's ballot.
func certify(tx *gorm.DB, p pollRow) (deliberation.PaperCount, error) {
	if p.Stopped == nil {
		return deliberation.PaperCount{}, &deliberation.Refusal{
			Code:   deliberation.RefuseUnreconciled,
			Fields: []deliberation.FieldProblem{{Field: "paper", Problem: "casting"}},
		}
	}
	sheets, err := paperCount(tx, p)
	if err != nil {
		return sheets, err
	}
	if no := sheets.Reconcile(!p.Secret).Refusal(); no != nil {
		return sheets, no
	}
	if p.Secret {
		return sheets, nil
	}
	form, err := formOf(p)
	if err != nil {
		return sheets, err
	}
	for _, b := range sheets.Bundles {
		read, _ := b.Agreed()
		err := tx.Model(&ballotRow{}).Where("poll = ? AND person = ? AND channel <> ?", p.ID, b.Person, deliberation.WebChannel).
			Update("choice", form.SheetLine(read)).Error
		if err != nil {
			return sheets, err
		}
	}
	return sheets, nil
}

// addPaper adds the paper to the count. The sheets of a recorded poll were counted
// as ballots already.
func addPaper(c *deliberation.Count, sheets deliberation.PaperCount, secret bool) (err error) {
	if secret {
		c.AddSheets(sheets)
	}
	adds := sheets.Reconcile(!secret)
	c.Paper = &adds
	c.PaperSHA256, err = sheets.SHA256()
	return err
}

package models

import (
	"context"
	"slices"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type statementRow struct {
	ID          string
	Process     deliberation.ProcessID
	Number      int
	Kind        deliberation.StatementKind
	Person      *deliberation.PersonID
	Expert      *string
	Side        string
	Body        []byte
	Conclusion  deliberation.Finding
	At          time.Time
	EnteredBy   deliberation.PersonID
	Disposition *deliberation.Disposition
	Reason      []byte
	Disposed    *time.Time
	DisposedBy  *deliberation.PersonID
}

func (statementRow) TableName() string { return "hearing_statements" }

// AddStatement writes a statement down and gives its number; the same id again gives
// the number it has. It refuses a person whom the lots did not choose
// (RefuseNotOnRoll), an expert with a direct interest (RefuseInterest), and what
// comes after the report (RefuseTooLate).
func (s *Store) AddStatement(ctx context.Context, x deliberation.Statement) (number int, err error) {
	row := statementRow{
		ID: x.ID, Process: x.Process, Kind: x.Kind, Body: s.seal("hearing_statements", "body", x.ID, x.Text), Conclusion: x.Conclusion, At: moment(x.At), EnteredBy: x.EnteredBy,
	}
	err = s.write(ctx, func(tx *gorm.DB) error {
		h, err := s.hearingNow(tx, x.Process)
		if err != nil {
			return err
		}
		first, err := find[statementRow](tx, "id = ? AND process = ?", x.ID, x.Process)
		switch {
		case err != nil:
			return err
		case first != nil:
			number = first.Number
			return nil
		case h.StatementsClosed:
			return deliberation.Refuse(deliberation.RefuseTooLate)
		}
		if err := saidBy(tx, x, &row); err != nil {
			return err
		}
		if err := tx.Model(&statementRow{}).Where("process = ?", x.Process).Select("COALESCE(MAX(number), 0) + 1").Scan(&number).Error; err != nil {
			return err
		}
		row.Number = number
		if err := tx.Create(&row).Error; err != nil {
			return missing(err)
		}
		return s.audited(tx, auditRow{Actor: x.EnteredBy, Act: "add_statement", Person: x.Person, Process: x.Process, Subject: x.ID, At: x.At})
	})
	return number, wrap("add statement", err)
}

// saidBy fills in who said it, where they may.
func saidBy(tx *gorm.DB, x deliberation.Statement, row *statementRow) error {
	if x.Kind == deliberation.ExpertOpinion {
		expert, err := find[hearingExpertRow](tx, "id = ? AND process = ?", x.Expert, x.Process)
		switch {
		case err != nil:
			return err
		case expert == nil:
			return invalid("expert", "not_a_choice")
		case expert.Interest == deliberation.DirectInterest:
			return deliberation.Refuse(deliberation.RefuseInterest)
		}
		row.Expert = &x.Expert
		return nil
	}
	u, err := find[signUpRow](tx, "process = ? AND person = ? AND chosen", x.Process, x.Person)
	switch {
	case err != nil:
		return err
	case u == nil:
		return deliberation.Refuse(deliberation.RefuseNotOnRoll)
	}
	row.Person, row.Side = &x.Person, u.Side
	return nil
}

// DisposeStatement says what became of a statement, and why; said again it replaces
// what was said before, until the report (RefuseTooLate).
func (s *Store) DisposeStatement(ctx context.Context, x deliberation.Statement) error {
	return wrap("dispose statement", s.write(ctx, func(tx *gorm.DB) error {
		h, err := s.hearingNow(tx, x.Process)
		if err != nil {
			return err
		}
		var row statementRow
		if err := tx.Take(&row, "id = ? AND process = ?", x.ID, x.Process).Error; err != nil {
			return err
		}
		switch {
		case h.StatementsClosed:
			return deliberation.Refuse(deliberation.RefuseTooLate)
		case !slices.Contains(row.Kind.Dispositions(), x.Disposition):
			return invalid("disposition", "not_a_choice")
		}
		err = tx.Model(&statementRow{}).Where("id = ?", x.ID).Updates(map[string]any{
			"disposition": x.Disposition, "reason": s.seal("hearing_statements", "reason", x.ID, x.Reason), "disposed": moment(x.Disposed), "disposed_by": x.DisposedBy,
		}).Error
		if err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: x.DisposedBy, Act: "dispose_statement", Process: x.Process, Subject: x.ID, At: x.Disposed})
	}))
}

// Statements gives all statements of a hearing by their numbers.
func (s *Store) Statements(ctx context.Context, p deliberation.ProcessID) (list []deliberation.Statement, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		list, err = s.statements(tx, p)
		return err
	})
	return list, wrap("statements", err)
}

func (s *Store) statements(tx *gorm.DB, p deliberation.ProcessID) ([]deliberation.Statement, error) {
	var rows []statementRow
	if err := tx.Where("process = ?", p).Order("number").Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]deliberation.Statement, len(rows))
	for i, r := range rows {
		x := deliberation.Statement{
			ID: r.ID, Process: r.Process, Number: r.Number, Kind: r.Kind, Side: r.Side, Conclusion: r.Conclusion, At: r.At.In(deliberation.Shanghai), EnteredBy: r.EnteredBy,
		}
		if r.Person != nil {
			x.Person = *r.Person
		}
		if r.Expert != nil {
			x.Expert = *r.Expert
		}
		var err error
		if x.Text, err = s.unseal("hearing_statements", "body", r.ID, r.Body); err != nil {
			return nil, err
		}
		if r.Disposition != nil {
			x.Disposition, x.Disposed, x.DisposedBy = *r.Disposition, r.Disposed.In(deliberation.Shanghai), *r.DisposedBy
			if x.Reason, err = s.unseal("hearing_statements", "reason", r.ID, r.Reason); err != nil {
				return nil, err
			}
		}
		list[i] = x
	}
	return list, nil
}

// CloseStatements counts the statements and, where the report may stand on them,
// takes no more. A second call gives the same.
func (s *Store) CloseStatements(ctx context.Context, p deliberation.ProcessID, rules deliberation.HearingRules, conclusion deliberation.Finding) (n deliberation.StatementCount, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		if _, err := s.hearingNow(tx, p); err != nil {
			return err
		}
		list, err := s.statements(tx, p)
		if err != nil {
			return err
		}
		experts, err := s.experts(tx, p)
		if err != nil {
			return err
		}
		n = deliberation.CountStatements(list)
		for _, x := range experts {
			if x.Interest != deliberation.DirectInterest && !slices.ContainsFunc(list, func(y deliberation.Statement) bool { return y.Expert == x.ID }) {
				n.ExpertsOwed++
			}
		}
		if err := rules.CheckReport(conclusion, n); err != nil {
			return err
		}
		return tx.Model(&hearingRow{}).Where("process = ?", p).Update("statements_closed", true).Error
	})
	return n, wrap("close statements", err)
}

// HearingSpeakers gives who spoke at a sitting: who had the floor, and of whom a
// statement was written down.
func (s *Store) HearingSpeakers(ctx context.Context, p deliberation.ProcessID, m deliberation.MeetingID) (ids []deliberation.PersonID, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		if err := tx.Model(&speakerRow{}).Distinct().Where("meeting = ? AND called IS NOT NULL", m).Pluck("person", &ids).Error; err != nil {
			return err
		}
		var wrote []deliberation.PersonID
		spoken := []deliberation.StatementKind{deliberation.SpokenStatement, deliberation.QuestionAsked}
		if err := tx.Model(&statementRow{}).Distinct().Where("process = ? AND kind IN ? AND person IS NOT NULL", p, spoken).Pluck("person", &wrote).Error; err != nil {
			return err
		}
		ids = append(ids, wrote...)
		slices.Sort(ids)
		ids = slices.Compact(ids)
		return nil
	})
	return ids, wrap("hearing speakers", err)
}

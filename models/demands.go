package models

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

type signingRow struct {
	Process deliberation.ProcessID
	Offices string
	Until   time.Time
	Closed  *time.Time
	Tally   *string
}

func (signingRow) TableName() string { return "signings" }

type signatureRow struct {
	Process   deliberation.ProcessID
	Person    deliberation.PersonID
	Channel   deliberation.Channel
	EnteredBy *deliberation.PersonID
	Sheet     string
	At        time.Time
	Withdrawn *time.Time
}

func (signatureRow) TableName() string { return "signatures" }

type signingRollRow struct {
	Process deliberation.ProcessID
	Office  deliberation.Office
	Person  deliberation.PersonID
}

func (signingRollRow) TableName() string { return "signing_rolls" }

func signingLock(p deliberation.ProcessID) string { return "signing:" + string(p) }

// OpenSigning opens the window in which a joint demand gathers signatures of the
// holders of the offices. A second call changes nothing.
func (s *Store) OpenSigning(ctx context.Context, p deliberation.ProcessID, offices []deliberation.Office, until time.Time) error {
	list, err := encode(offices)
	if err != nil {
		return wrap("open signing", err)
	}
	row := signingRow{Process: p, Offices: list, Until: moment(until)}
	return wrap("open signing", s.write(ctx, func(tx *gorm.DB) error {
		return missing(tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row).Error)
	}))
}

// Sign puts a person's own signature below a joint demand. It refuses, in this
// order: RefuseNotFound, RefuseEnded or RefuseTooLate once no signature is taken,
// RefuseNotOnRoll where the person holds none of the offices that count on the day,
// and RefuseTwice, by whatever channel they signed.
func (s *Store) Sign(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID, at time.Time) error {
	return wrap("sign", s.write(ctx, func(tx *gorm.DB) error {
		w, err := s.signingNow(tx, p, at)
		if err != nil {
			return err
		}
		found, err := w.signers(tx, deliberation.DateOf(at), person)
		if err != nil {
			return err
		}
		if !found[person] {
			return deliberation.Refuse(deliberation.RefuseNotOnRoll)
		}
		row := signatureRow{Process: p, Person: person, Channel: deliberation.WebChannel, At: moment(at)}
		if err := putSignature(tx, row); err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: person, Act: "sign_demand", Process: p, Subject: string(p), At: at})
	}))
}

// Unsign takes a person's signature back, before the close; one that is not there is
// refused (RefuseNotFound).
func (s *Store) Unsign(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID, at time.Time) error {
	return wrap("unsign", s.write(ctx, func(tx *gorm.DB) error {
		if _, err := s.signingNow(tx, p, at); err != nil {
			return err
		}
		done := tx.Model(&signatureRow{}).Where("process = ? AND person = ? AND withdrawn IS NULL", p, person).Update("withdrawn", moment(at))
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return deliberation.Refuse(deliberation.RefuseNotFound)
		}
		return s.audited(tx, auditRow{Actor: person, Act: "unsign_demand", Process: p, Subject: string(p), At: at})
	}))
}

// EnterSignatures copies the rows of a paper sheet, each held against the record:
// rows that cannot be entered are given back with what is wrong, the others are
// entered. The same sheet again finds all of its rows already there, and no sheet
// brings back what a person took back: they sign anew themselves.
func (s *Store) EnterSignatures(ctx context.Context, p deliberation.ProcessID, sheet deliberation.PaperRef, rows []deliberation.SheetRow, by deliberation.PersonID, at time.Time) (entered int, problems []deliberation.SheetProblem, err error) {
	ref, err := encode(sheet)
	if err != nil {
		return 0, nil, wrap("enter signatures", err)
	}
	err = s.write(ctx, func(tx *gorm.DB) error {
		entered, problems = 0, nil
		w, err := s.signingNow(tx, p, at)
		if err != nil {
			return err
		}
		for i, r := range rows {
			person, problem, err := s.onSheet(tx, w, r, deliberation.DateOf(at))
			if err != nil {
				return err
			}
			if problem == "" {
				err = putSignature(tx, signatureRow{Process: p, Person: person, Channel: deliberation.SheetChannel, EnteredBy: &by, Sheet: ref, At: moment(at)})
				switch {
				case errors.Is(err, deliberation.Refuse(deliberation.RefuseTwice)):
					problem, err = "twice", nil
				case errors.Is(err, errTakenBack):
					problem, err = "taken_back", nil
				}
				if err != nil {
					return err
				}
			}
			if problem != "" {
				problems = append(problems, deliberation.SheetProblem{Row: i + 1, Problem: problem})
				continue
			}
			entered++
			if err := s.audited(tx, auditRow{Actor: by, Act: "enter_signature", Person: person, Process: p, Subject: string(p), At: at}); err != nil {
				return err
			}
		}
		return nil
	})
	return entered, problems, wrap("enter signatures", err)
}

// window is an open signing with the process it belongs to.
type window struct {
	process processRow
	offices []deliberation.Office
	estate  deliberation.EstateID
}

// signingNow holds the window open together with other signers, against the close.
func (s *Store) signingNow(tx *gorm.DB, p deliberation.ProcessID, at time.Time) (w window, err error) {
	if err := s.share(tx, signingLock(p)); err != nil {
		return w, err
	}
	var row signingRow
	if err := tx.Take(&row, "process = ?", p).Error; err != nil {
		return w, err
	}
	if w, err = s.windowOf(tx, row); err != nil {
		return w, err
	}
	switch {
	case w.process.State == deliberation.Ended:
		return w, deliberation.Refuse(deliberation.RefuseEnded)
	case row.Closed != nil:
		return w, &deliberation.Refusal{Code: deliberation.RefuseTooLate, Latest: row.Closed.In(deliberation.Shanghai)}
	case !at.Before(row.Until):
		return w, &deliberation.Refusal{Code: deliberation.RefuseTooLate, Latest: row.Until.In(deliberation.Shanghai)}
	}
	return w, nil
}

func (s *Store) windowOf(tx *gorm.DB, row signingRow) (w window, err error) {
	if err := tx.Take(&w.process, "id = ?", row.Process).Error; err != nil {
		return w, err
	}
	if w.offices, err = decode[[]deliberation.Office](row.Offices); err != nil {
		return w, err
	}
	if slices.Contains(w.offices, deliberation.Owner) {
		p, err := s.processOf(w.process)
		w.estate = p.Matter.Estate
		return w, err
	}
	return w, nil
}

// roll gives who holds the office on the day: of owners, those of the estate.
func (w window) roll(tx *gorm.DB, office deliberation.Office, on deliberation.Date) ([]deliberation.PersonID, error) {
	var ids []deliberation.PersonID
	var err error
	if office == deliberation.Owner {
		err = tx.Table("units").Distinct().Joins("JOIN estates ON estates.id = units.estate").
			Where("units.estate = ? AND estates.community = ?", w.estate, w.process.Community).Order("units.owner").Pluck("units.owner", &ids).Error
	} else {
		err = presentOn(heldOn(tx.Model(&officeRow{}), on), on).Distinct().Where("community = ? AND office = ?", w.process.Community, office).Pluck("person", &ids).Error
	}
	slices.Sort(ids)
	return ids, err
}

// signers says which of the persons hold an office that counts on the day.
func (w window) signers(tx *gorm.DB, on deliberation.Date, persons ...deliberation.PersonID) (map[deliberation.PersonID]bool, error) {
	found := map[deliberation.PersonID]bool{}
	for _, o := range w.offices {
		var ids []deliberation.PersonID
		var err error
		if o == deliberation.Owner {
			err = tx.Table("units").Distinct().Joins("JOIN estates ON estates.id = units.estate").
				Where("units.estate = ? AND estates.community = ? AND units.owner IN ?", w.estate, w.process.Community, persons).Pluck("units.owner", &ids).Error
		} else {
			err = presentOn(heldOn(tx.Model(&officeRow{}), on), on).Distinct().
				Where("community = ? AND office = ? AND person IN ?", w.process.Community, o, persons).Pluck("person", &ids).Error
		}
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			found[id] = true
		}
	}
	return found, nil
}

// onSheet finds the person of a row, or says why it stands for nobody who may sign.
// People of other communities are unknown here.
func (s *Store) onSheet(tx *gorm.DB, w window, r deliberation.SheetRow, on deliberation.Date) (deliberation.PersonID, string, error) {
	name, home := strings.TrimSpace(r.Name), strings.Join(strings.Fields(r.Home), "")
	if name == "" {
		return "", "required", nil
	}
	if !storable(name) || !storable(home) {
		return "", "unknown", nil
	}
	var named []personRow
	err := tx.Where("community = ? AND name_lookup = ? AND standing = ?", w.process.Community, s.vault.Lookup("persons", "name", name), deliberation.Present).Find(&named).Error
	if err != nil || len(named) == 0 {
		return "", "unknown", err
	}
	if home != "" {
		if named, err = s.livingAt(tx, named, home); err != nil {
			return "", "", err
		}
	}
	if len(named) == 0 {
		return "", "unknown", nil
	}
	ids := make([]deliberation.PersonID, len(named))
	for i, p := range named {
		ids[i] = p.ID
	}
	may, err := w.signers(tx, on, ids...)
	switch {
	case err != nil:
		return "", "", err
	case len(named) > 1:
		return "", "ambiguous", nil
	case may[ids[0]]:
		return ids[0], "", nil
	}
	birth, err := s.birthOf(named[0])
	if err == nil && !birth.IsZero() && on.Before(adultOn(birth)) {
		return "", "under_age", nil
	}
	return "", "not_on_roll", err
}

// livingAt narrows people of one name to those whose group or home is what the sheet says.
func (s *Store) livingAt(tx *gorm.DB, named []personRow, home string) ([]personRow, error) {
	var kept []personRow
	for _, p := range named {
		places := []string{p.VillageGroup}
		if p.Household != nil {
			h, err := find[householdRow](tx, "id = ?", *p.Household)
			if err != nil {
				return nil, err
			}
			if h != nil {
				number, err := s.unseal("households", "number", string(h.ID), h.Number)
				if err != nil {
					return nil, err
				}
				places = append(places, number, h.Building+number, h.VillageGroup+h.Building+number)
			}
		}
		if slices.ContainsFunc(places, func(s string) bool { return strings.Join(strings.Fields(s), "") == home }) {
			kept = append(kept, p)
		}
	}
	return kept, nil
}

// errTakenBack: the person took their signature back, and a sheet does not bring it back.
var errTakenBack = errors.New("the signature was taken back")

// putSignature signs, where the person has not signed (RefuseTwice), or took it back
// and signs again themselves.
func putSignature(tx *gorm.DB, row signatureRow) error {
	done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
	if done.Error != nil || done.RowsAffected == 1 {
		return missing(done.Error)
	}
	if row.Channel == deliberation.SheetChannel {
		before, err := find[signatureRow](tx, "process = ? AND person = ? AND withdrawn IS NOT NULL", row.Process, row.Person)
		if err != nil || before != nil {
			return cmp.Or(err, errTakenBack)
		}
	}
	done = tx.Model(&signatureRow{}).Where("process = ? AND person = ? AND withdrawn IS NOT NULL", row.Process, row.Person).
		Updates(map[string]any{"channel": row.Channel, "entered_by": row.EnteredBy, "sheet": row.Sheet, "at": row.At, "withdrawn": nil})
	if done.Error == nil && done.RowsAffected == 0 {
		return deliberation.Refuse(deliberation.RefuseTwice)
	}
	return done.Error
}

// CloseSigning freezes the rolls of the day and counts, so that no signature falls
// between. A second call gives the same count.
func (s *Store) CloseSigning(ctx context.Context, p deliberation.ProcessID, at time.Time) (n deliberation.SignatureCount, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, signingLock(p)); err != nil {
			return err
		}
		var row signingRow
		if err := tx.Take(&row, "process = ?", p).Error; err != nil {
			return err
		}
		if row.Tally != nil {
			n, err = decode[deliberation.SignatureCount](*row.Tally)
			return err
		}
		w, err := s.windowOf(tx, row)
		if err != nil {
			return err
		}
		if n, err = w.count(tx, p, deliberation.DateOf(at)); err != nil {
			return err
		}
		tally, err := encode(n)
		if err != nil {
			return err
		}
		return tx.Model(&signingRow{}).Where("process = ?", p).Updates(map[string]any{"closed": moment(at), "tally": tally}).Error
	})
	return n, wrap("close signing", err)
}

// count freezes the rolls and counts the signatures on each.
func (w window) count(tx *gorm.DB, p deliberation.ProcessID, on deliberation.Date) (n deliberation.SignatureCount, err error) {
	var rows []signatureRow
	if err := tx.Where("process = ? AND withdrawn IS NULL", p).Find(&rows).Error; err != nil {
		return n, err
	}
	signed, inside, lines := map[deliberation.PersonID]bool{}, map[deliberation.PersonID]bool{}, make([]string, len(rows))
	for i, r := range rows {
		signed[r.Person] = true
		if r.Channel == deliberation.SheetChannel {
			n.Paper++
		} else {
			n.Web++
		}
		one, err := signatureOf(r, deliberation.Person{ID: r.Person})
		if err != nil {
			return n, err
		}
		lines[i] = one.Line()
	}
	slices.Sort(lines)
	n.SHA256 = linesSHA256(lines)
	for _, office := range w.offices {
		ids, err := w.roll(tx, office, on)
		if err != nil {
			return n, err
		}
		roll, members := deliberation.SignatureRoll{Office: office, Due: len(ids), SHA256: linesSHA256(ids)}, make([]signingRollRow, len(ids))
		for i, id := range ids {
			members[i] = signingRollRow{Process: p, Office: office, Person: id}
			if signed[id] {
				roll.Signed++
				inside[id] = true
			}
		}
		n.Rolls = append(n.Rolls, roll)
		if len(members) > 0 {
			if err := tx.CreateInBatches(members, chunk).Error; err != nil {
				return n, err
			}
		}
	}
	n.Outside, err = outside(tx, rows, inside)
	return n, err
}

// outside says why signatures are on no roll: who moved away, died or was erased
// since, and who no longer holds an office that counts.
func outside(tx *gorm.DB, rows []signatureRow, inside map[deliberation.PersonID]bool) ([]deliberation.OutsideSignatures, error) {
	var ids []deliberation.PersonID
	for _, r := range rows {
		if !inside[r.Person] {
			ids = append(ids, r.Person)
		}
	}
	persons, err := personRows(tx, ids)
	if err != nil {
		return nil, err
	}
	counts := map[string]int{}
	for _, p := range persons {
		if p.Standing == deliberation.Present {
			counts["no_office"]++
		} else {
			counts[string(p.Standing)]++
		}
	}
	var list []deliberation.OutsideSignatures
	for _, reason := range []string{"moved", "dead", "erased", "no_office"} {
		if counts[reason] > 0 {
			list = append(list, deliberation.OutsideSignatures{Reason: reason, Count: counts[reason]})
		}
	}
	return list, nil
}

// CountSigned gives, for each office that counts, how many hold it on the day and
// how many of them have signed so far: numbers only. After the close it gives what
// was counted then.
func (s *Store) CountSigned(ctx context.Context, p deliberation.ProcessID, on deliberation.Date) (n deliberation.SignatureCount, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		var row signingRow
		if err := tx.Take(&row, "process = ?", p).Error; err != nil {
			return err
		}
		if row.Tally != nil {
			n, err = decode[deliberation.SignatureCount](*row.Tally)
			return err
		}
		w, err := s.windowOf(tx, row)
		if err != nil {
			return err
		}
		var rows []signatureRow
		if err := tx.Where("process = ? AND withdrawn IS NULL", p).Find(&rows).Error; err != nil {
			return err
		}
		signed := map[deliberation.PersonID]bool{}
		for _, r := range rows {
			signed[r.Person] = true
			if r.Channel == deliberation.SheetChannel {
				n.Paper++
			} else {
				n.Web++
			}
		}
		for _, office := range w.offices {
			ids, err := w.roll(tx, office, on)
			if err != nil {
				return err
			}
			roll := deliberation.SignatureRoll{Office: office, Due: len(ids)}
			for _, id := range ids {
				if signed[id] {
					roll.Signed++
				}
			}
			n.Rolls = append(n.Rolls, roll)
		}
		return nil
	})
	return n, wrap("count signed", err)
}

// HasSigned tells whether the person's signature stands.
func (s *Store) HasSigned(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID) (bool, error) {
	row, err := find[signatureRow](s.reads.WithContext(ctx), "process = ? AND person = ? AND withdrawn IS NULL", p, person)
	return row != nil, wrap("has signed", err)
}

// Signatures gives the signatures that stand, by the signers' ids.
func (s *Store) Signatures(ctx context.Context, p deliberation.ProcessID) (list []deliberation.Signature, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		var rows []signatureRow
		if err := tx.Where("process = ? AND withdrawn IS NULL", p).Find(&rows).Error; err != nil {
			return err
		}
		slices.SortFunc(rows, func(a, b signatureRow) int { return strings.Compare(string(a.Person), string(b.Person)) })
		people, err := peopleOf(s, tx, rows, func(r signatureRow) deliberation.PersonID { return r.Person })
		if err != nil {
			return err
		}
		list = make([]deliberation.Signature, len(rows))
		for i, r := range rows {
			if list[i], err = signatureOf(r, people[r.Person]); err != nil {
				return err
			}
		}
		return nil
	})
	return list, wrap("signatures", err)
}

func signatureOf(r signatureRow, p deliberation.Person) (g deliberation.Signature, err error) {
	g = deliberation.Signature{Process: r.Process, Person: p, Channel: r.Channel, At: r.At.In(deliberation.Shanghai)}
	if r.EnteredBy != nil {
		g.EnteredBy = *r.EnteredBy
	}
	if r.Sheet != "" {
		g.Sheet, err = decode[deliberation.PaperRef](r.Sheet)
	}
	return g, err
}

// SigningRolls gives the rolls that were frozen at the close, by office; none before.
func (s *Store) SigningRolls(ctx context.Context, p deliberation.ProcessID) (map[deliberation.Office][]deliberation.PersonID, error) {
	var rows []signingRollRow
	err := s.reads.WithContext(ctx).Where("process = ?", p).Find(&rows).Error
	rolls := map[deliberation.Office][]deliberation.PersonID{}
	for _, r := range rows {
		rolls[r.Office] = append(rolls[r.Office], r.Person)
	}
	for _, ids := range rolls {
		slices.Sort(ids)
	}
	return rolls, wrap("signing rolls", err)
}

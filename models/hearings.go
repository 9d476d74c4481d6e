package models

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

type hearingRow struct {
	Process          deliberation.ProcessID
	Chair            deliberation.PersonID
	Presenter        deliberation.PersonID
	Observers        int
	Settled          bool
	StatementsClosed bool
}

func (hearingRow) TableName() string { return "hearings" }

type hearingPanelRow struct {
	Process deliberation.ProcessID
	Person  deliberation.PersonID
}

func (hearingPanelRow) TableName() string { return "hearing_panel" }

type hearingSideRow struct {
	Process      deliberation.ProcessID
	Code         string
	Name         string
	Seats        int
	VillageGroup string
}

func (hearingSideRow) TableName() string { return "hearing_sides" }

type hearingExpertRow struct {
	ID        string
	Process   deliberation.ProcessID
	Name      []byte
	Field     []byte
	Interest  deliberation.Interest
	Declared  []byte
	At        time.Time
	EnteredBy deliberation.PersonID
}

func (hearingExpertRow) TableName() string { return "hearing_experts" }

type hearingWindowRow struct {
	ID         string
	Process    deliberation.ProcessID
	Round      int
	Opened     time.Time
	Until      time.Time
	Seed       []byte
	Commitment string
	Closed     *time.Time
	Drawn      *string
}

func (hearingWindowRow) TableName() string { return "hearing_windows" }

type signUpRow struct {
	ID        string
	Process   deliberation.ProcessID
	Number    int
	Person    deliberation.PersonID
	Side      string
	Channel   deliberation.Channel
	Needs     []byte
	Reason    []byte
	At        time.Time
	EnteredBy deliberation.PersonID
	Withdrawn *time.Time
	Chosen    bool
}

func (signUpRow) TableName() string { return "hearing_signups" }

func hearingLock(p deliberation.ProcessID) string { return "hearing:" + string(p) }

// hearingNow holds the hearing for a writer. A hearing without a plan is not found.
func (s *Store) hearingNow(tx *gorm.DB, p deliberation.ProcessID) (row hearingRow, err error) {
	if err := s.lock(tx, hearingLock(p)); err != nil {
		return row, err
	}
	err = tx.Take(&row, "process = ?", p).Error
	return row, err
}

// PlanHearing keeps the plan of a hearing in place of the one before. A plan that is
// settled no longer changes (RefuseOutOfOrder).
func (s *Store) PlanHearing(ctx context.Context, h deliberation.HearingPlan, by deliberation.PersonID, at time.Time) error {
	return wrap("plan hearing", s.write(ctx, func(tx *gorm.DB) error {
		before, err := s.hearingNow(tx, h.Process)
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		if before.Settled {
			return deliberation.Refuse(deliberation.RefuseOutOfOrder)
		}
		for _, table := range []string{"hearing_panel", "hearing_sides"} {
			if err := tx.Exec("DELETE FROM "+table+" WHERE process = ?", h.Process).Error; err != nil {
				return err
			}
		}
		row := hearingRow{Process: h.Process, Chair: h.Chair, Presenter: h.Presenter, Observers: h.Observers}
		put := clause.OnConflict{Columns: []clause.Column{{Name: "process"}}, DoUpdates: clause.AssignmentColumns([]string{"chair", "presenter", "observers"})}
		if err := tx.Clauses(put).Create(&row).Error; err != nil {
			return missing(err)
		}
		for _, id := range h.Panel {
			if err := tx.Create(&hearingPanelRow{h.Process, id}).Error; err != nil {
				return missing(err)
			}
		}
		for _, side := range h.Sides {
			if err := tx.Create(&hearingSideRow{h.Process, side.Code, side.Name, side.Seats, side.Group}).Error; err != nil {
				return err
			}
		}
		return s.audited(tx, auditRow{Actor: by, Act: "plan_hearing", Process: h.Process, Subject: string(h.Process), At: at})
	}))
}

// AddExpert writes an expert down with the interest they declared.
func (s *Store) AddExpert(ctx context.Context, x deliberation.Expert) (string, error) {
	x.ID = rand.Text()
	row := hearingExpertRow{
		ID: x.ID, Process: x.Process, Name: s.seal("hearing_experts", "name", x.ID, x.Name), Field: s.seal("hearing_experts", "field", x.ID, x.Field),
		Interest: x.Interest, Declared: s.seal("hearing_experts", "declared", x.ID, x.Declared), At: moment(x.At), EnteredBy: x.By,
	}
	err := s.write(ctx, func(tx *gorm.DB) error {
		h, err := s.hearingNow(tx, x.Process)
		if err != nil && !errors.Is(err, gorm.ErrRecordNotFound) {
			return err
		}
		if h.Settled {
			return deliberation.Refuse(deliberation.RefuseOutOfOrder)
		}
		if err := tx.Create(&row).Error; err != nil {
			return missing(err)
		}
		return s.audited(tx, auditRow{Actor: x.By, Act: "add_expert", Process: x.Process, Subject: x.ID, At: x.At})
	})
	return x.ID, wrap("add expert", err)
}

// Experts gives the experts of an appraisal in the order they were written down.
func (s *Store) Experts(ctx context.Context, p deliberation.ProcessID) (list []deliberation.Expert, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		list, err = s.experts(tx, p)
		return err
	})
	return list, wrap("experts", err)
}

func (s *Store) experts(tx *gorm.DB, p deliberation.ProcessID) ([]deliberation.Expert, error) {
	var rows []hearingExpertRow
	if err := tx.Where("process = ?", p).Order("at, id").Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]deliberation.Expert, len(rows))
	for i, r := range rows {
		x := deliberation.Expert{ID: r.ID, Process: r.Process, Interest: r.Interest, At: r.At.In(deliberation.Shanghai), By: r.EnteredBy}
		for column, f := range map[string]struct {
			sealed []byte
			text   *string
		}{"name": {r.Name, &x.Name}, "field": {r.Field, &x.Field}, "declared": {r.Declared, &x.Declared}} {
			var err error
			if *f.text, err = s.unseal("hearing_experts", column, r.ID, f.sealed); err != nil {
				return nil, err
			}
		}
		list[i] = x
	}
	return list, nil
}

// HearingPlan gives the plan of a hearing (RefuseNotFound while there is none).
func (s *Store) HearingPlan(ctx context.Context, p deliberation.ProcessID) (h deliberation.HearingPlan, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		h, err = hearingPlan(tx, p)
		return err
	})
	return h, wrap("hearing plan", err)
}

func hearingPlan(tx *gorm.DB, p deliberation.ProcessID) (deliberation.HearingPlan, error) {
	var row hearingRow
	if err := tx.Take(&row, "process = ?", p).Error; err != nil {
		return deliberation.HearingPlan{}, err
	}
	h := deliberation.HearingPlan{Process: p, Chair: row.Chair, Presenter: row.Presenter, Observers: row.Observers}
	if err := tx.Model(&hearingPanelRow{}).Where("process = ?", p).Order("person").Pluck("person", &h.Panel).Error; err != nil {
		return h, err
	}
	var sides []hearingSideRow
	if err := tx.Where("process = ?", p).Order("code").Find(&sides).Error; err != nil {
		return h, err
	}
	for _, r := range sides {
		h.Sides = append(h.Sides, deliberation.HearingSide{SideSeats: deliberation.SideSeats{Code: r.Code, Seats: r.Seats}, Name: r.Name, Group: r.VillageGroup})
	}
	return h, nil
}

// SettlePlan holds the plan against the rules and, where it is sound, settles it. A
// second call gives the same.
func (s *Store) SettlePlan(ctx context.Context, p deliberation.ProcessID, rules deliberation.HearingRules) (n deliberation.PlanCount, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		if _, err := s.hearingNow(tx, p); err != nil {
			if errors.Is(err, gorm.ErrRecordNotFound) {
				return rules.CheckPlan(deliberation.PlanCount{})
			}
			return err
		}
		plan, err := hearingPlan(tx, p)
		if err != nil {
			return err
		}
		experts, err := s.experts(tx, p)
		if err != nil {
			return err
		}
		n = plan.Count(experts)
		if err := rules.CheckPlan(n); err != nil {
			return err
		}
		return tx.Model(&hearingRow{}).Where("process = ?", p).Update("settled", true).Error
	})
	return n, wrap("settle plan", err)
}

// OpenSignUp opens the window in which people sign up, or moves its end where the
// announcement had to be posted again, and gives the commitment to the seed of the
// draw, which is made here and seen by nobody before the close.
func (s *Store) OpenSignUp(ctx context.Context, p deliberation.ProcessID, round int, opened, until time.Time) (commitment string, err error) {
	id := fmt.Sprintf("%s.%d", p, round)
	err = s.write(ctx, func(tx *gorm.DB) error {
		if _, err := s.hearingNow(tx, p); err != nil {
			return err
		}
		row, err := find[hearingWindowRow](tx, "id = ?", id)
		if err != nil {
			return err
		}
		if row != nil {
			commitment = row.Commitment
			if row.Closed != nil || row.Until.Equal(moment(until)) {
				return nil
			}
			return tx.Model(&hearingWindowRow{}).Where("id = ?", id).Update("until", moment(until)).Error
		}
		seed := make([]byte, deliberation.SeedBytes)
		_, _ = rand.Read(seed)
		commitment = deliberation.CommitmentOf(seed)
		return tx.Create(&hearingWindowRow{
			ID: id, Process: p, Round: round, Opened: moment(opened), Until: moment(until),
			Seed: s.seal("hearing_windows", "seed", id, hex.EncodeToString(seed)), Commitment: commitment,
		}).Error
	})
	return commitment, wrap("open sign-up", err)
}

// SignUp signs somebody up for a side. It refuses, in this order: RefuseNotFound,
// RefuseEnded, RefuseTooLate once the window is closed, a side that is none,
// RefuseOnPanel, RefuseNotAffected for who is not registered in the community or
// does not belong to the side, and RefuseTwice or RefuseOtherSide.
func (s *Store) SignUp(ctx context.Context, u deliberation.SignUp) (number int, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		h, w, err := s.signUpNow(tx, u.Process, u.At)
		if err != nil {
			return err
		}
		plan, err := hearingPlan(tx, u.Process)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(plan.Sides, func(x deliberation.HearingSide) bool { return x.Code == u.Side })
		switch {
		case i < 0:
			return invalid("side", "not_a_choice")
		case plan.Count(nil).On(u.Person.ID):
			return deliberation.Refuse(deliberation.RefuseOnPanel)
		}
		if err := affected(tx, w.Community, plan.Sides[i], u.Person.ID, deliberation.DateOf(u.At)); err != nil {
			return err
		}
		before, err := find[signUpRow](tx, "process = ? AND person = ?", h.Process, u.Person.ID)
		switch {
		case err != nil:
			return err
		case before == nil:
		case before.Withdrawn != nil:
			return s.signUpAgain(tx, *before, u, &number)
		case before.Side != u.Side:
			return deliberation.Refuse(deliberation.RefuseOtherSide)
		default:
			return deliberation.Refuse(deliberation.RefuseTwice)
		}
		if err := tx.Model(&signUpRow{}).Where("process = ?", h.Process).Select("COALESCE(MAX(number), 0) + 1").Scan(&number).Error; err != nil {
			return err
		}
		row := s.signUpRow(u, number)
		if err := tx.Create(&row).Error; err != nil {
			return missing(err)
		}
		return s.auditedSignUp(tx, "sign_up", u)
	})
	return number, wrap("sign up", err)
}

func (s *Store) signUpRow(u deliberation.SignUp, number int) signUpRow {
	key := signUpKey(u.Process, number)
	return signUpRow{
		ID: key, Process: u.Process, Number: number, Person: u.Person.ID, Side: u.Side, Channel: u.Channel, At: moment(u.At), EnteredBy: u.EnteredBy,
		Needs: s.seal("hearing_signups", "needs", key, u.Needs), Reason: s.seal("hearing_signups", "reason", key, u.Reason),
	}
}

func signUpKey(p deliberation.ProcessID, number int) string {
	return string(p) + "." + strconv.Itoa(number)
}

// signUpAgain brings back who had taken their sign-up back, under the same number.
func (s *Store) signUpAgain(tx *gorm.DB, before signUpRow, u deliberation.SignUp, number *int) error {
	*number = before.Number
	row := s.signUpRow(u, before.Number)
	err := tx.Model(&signUpRow{}).Where("process = ? AND number = ?", before.Process, before.Number).Updates(map[string]any{
		"side": row.Side, "channel": row.Channel, "needs": row.Needs, "reason": row.Reason, "at": row.At, "entered_by": row.EnteredBy, "withdrawn": nil,
	}).Error
	if err != nil {
		return err
	}
	return s.auditedSignUp(tx, "sign_up", u)
}

func (s *Store) auditedSignUp(tx *gorm.DB, act string, u deliberation.SignUp) error {
	return s.audited(tx, auditRow{Actor: u.EnteredBy, Act: act, Person: u.Person.ID, Process: u.Process, Subject: string(u.Process), At: u.At})
}

// signUpNow holds the window open for one who signs up, against the close.
func (s *Store) signUpNow(tx *gorm.DB, p deliberation.ProcessID, at time.Time) (h hearingRow, process processRow, err error) {
	if h, err = s.hearingNow(tx, p); err != nil {
		return h, process, err
	}
	if err := tx.Take(&process, "id = ?", p).Error; err != nil {
		return h, process, err
	}
	var w hearingWindowRow
	if err := tx.Where("process = ?", p).Order("round DESC").Take(&w).Error; err != nil {
		return h, process, err
	}
	switch {
	case process.State == deliberation.Ended:
		err = deliberation.Refuse(deliberation.RefuseEnded)
	case w.Closed != nil:
		err = &deliberation.Refusal{Code: deliberation.RefuseTooLate, Latest: w.Closed.In(deliberation.Shanghai)}
	case !at.Before(w.Until):
		err = &deliberation.Refusal{Code: deliberation.RefuseTooLate, Latest: w.Until.In(deliberation.Shanghai)}
	}
	return h, process, err
}

// affected refuses who is not registered in the community as an adult, with or
// without its hukou, and who does not belong to the side.
func affected(tx *gorm.DB, c deliberation.CommunityID, side deliberation.HearingSide, person deliberation.PersonID, on deliberation.Date) error {
	var known int64
	err := presentOn(heldOn(tx.Model(&officeRow{}), on), on).Where("community = ? AND office = ? AND person = ?", c, deliberation.Resident, person).Count(&known).Error
	if err != nil {
		return err
	}
	who, err := find[personRow](tx, "id = ? AND community = ?", person, c)
	switch {
	case err != nil:
		return err
	case known == 0 || who == nil, side.Group != "" && who.VillageGroup != side.Group:
		return deliberation.Refuse(deliberation.RefuseNotAffected)
	}
	return nil
}

// WithdrawSignUp takes a person's own sign-up back before the close (RefuseNotFound
// where there is none).
func (s *Store) WithdrawSignUp(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID, at time.Time) error {
	return wrap("withdraw sign-up", s.write(ctx, func(tx *gorm.DB) error {
		if _, _, err := s.signUpNow(tx, p, at); err != nil {
			return err
		}
		done := tx.Model(&signUpRow{}).Where("process = ? AND person = ? AND withdrawn IS NULL", p, person).Update("withdrawn", moment(at))
		if done.Error != nil {
			return done.Error
		}
		if done.RowsAffected == 0 {
			return deliberation.Refuse(deliberation.RefuseNotFound)
		}
		return s.auditedSignUp(tx, "withdraw_sign_up", deliberation.SignUp{Process: p, Person: deliberation.Person{ID: person}, EnteredBy: person, At: at})
	}))
}

// CloseSignUp closes the window and draws lots, so that no sign-up falls between. A
// second call gives the same draw, and who was chosen.
func (s *Store) CloseSignUp(ctx context.Context, p deliberation.ProcessID, round int, days deliberation.DaysRule, at time.Time) (d deliberation.DrawnData, chosen []deliberation.PersonID, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		if _, err := s.hearingNow(tx, p); err != nil {
			return err
		}
		var w hearingWindowRow
		if err := tx.Take(&w, "process = ? AND round = ?", p, round).Error; err != nil {
			return err
		}
		if w.Drawn != nil {
			if d, err = decode[deliberation.DrawnData](*w.Drawn); err != nil {
				return err
			}
		} else if d, err = s.draw(tx, w, days, at); err != nil {
			return err
		}
		chosen, err = chosenBy(tx, p)
		return err
	})
	return d, chosen, wrap("close sign-up", err)
}

// chosenBy gives whom the lots of a hearing chose.
func chosenBy(tx *gorm.DB, p deliberation.ProcessID) (ids []deliberation.PersonID, err error) {
	err = tx.Model(&signUpRow{}).Where("process = ? AND chosen", p).Order("person").Pluck("person", &ids).Error
	return ids, err
}

func (s *Store) draw(tx *gorm.DB, w hearingWindowRow, days deliberation.DaysRule, at time.Time) (d deliberation.DrawnData, err error) {
	plan, err := hearingPlan(tx, w.Process)
	if err != nil {
		return d, err
	}
	list, err := signUpNumbers(tx, w.Process)
	if err != nil {
		return d, err
	}
	d = deliberation.DrawnData{
		Commitment: w.Commitment, SignedUp: len(list), ListSHA256: deliberation.SignUpsSHA256(list),
		Window: deliberation.SignUpSpan{Opened: w.Opened.In(deliberation.Shanghai), Until: w.Until.In(deliberation.Shanghai), Closed: moment(at).In(deliberation.Shanghai), Days: days},
	}
	if d.Seed, err = s.unseal("hearing_windows", "seed", w.ID, w.Seed); err != nil {
		return d, err
	}
	seed, err := hex.DecodeString(d.Seed)
	if err != nil {
		return d, err
	}
	d.Sides = deliberation.Draw(seed, plan.Count(nil).Sides, list)
	for _, side := range d.Sides {
		if len(side.Chosen) == 0 {
			continue
		}
		if err := tx.Model(&signUpRow{}).Where("process = ? AND number IN ?", w.Process, side.Chosen).Update("chosen", true).Error; err != nil {
			return d, err
		}
	}
	drawn, err := encode(d)
	if err != nil {
		return d, err
	}
	return d, tx.Model(&hearingWindowRow{}).Where("id = ?", w.ID).Updates(map[string]any{"closed": moment(at), "drawn": drawn}).Error
}

func signUpNumbers(tx *gorm.DB, p deliberation.ProcessID) ([]deliberation.SignUpNumber, error) {
	var rows []signUpRow
	if err := tx.Select("number", "side").Where("process = ? AND withdrawn IS NULL", p).Order("number").Find(&rows).Error; err != nil {
		return nil, err
	}
	list := make([]deliberation.SignUpNumber, len(rows))
	for i, r := range rows {
		list[i] = deliberation.SignUpNumber{Number: r.Number, Side: r.Side}
	}
	return list, nil
}

// SignUpNumbers gives the list that the lots are drawn from: numbers and sides.
func (s *Store) SignUpNumbers(ctx context.Context, p deliberation.ProcessID) (list []deliberation.SignUpNumber, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		list, err = signUpNumbers(tx, p)
		return err
	})
	return list, wrap("sign-up numbers", err)
}

// SignUps gives everybody who signed up, by their numbers.
func (s *Store) SignUps(ctx context.Context, p deliberation.ProcessID) (list []deliberation.SignUp, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		var rows []signUpRow
		if err := tx.Where("process = ?", p).Order("number").Find(&rows).Error; err != nil {
			return err
		}
		people, err := peopleOf(s, tx, rows, func(r signUpRow) deliberation.PersonID { return r.Person })
		if err != nil {
			return err
		}
		list = make([]deliberation.SignUp, len(rows))
		for i, r := range rows {
			if list[i], err = s.signUpOf(r, people[r.Person]); err != nil {
				return err
			}
		}
		return nil
	})
	return list, wrap("sign-ups", err)
}

// SignUpOf gives a person's own sign-up that stands (RefuseNotFound where there is none).
func (s *Store) SignUpOf(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID) (u deliberation.SignUp, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		var row signUpRow
		if err := tx.Take(&row, "process = ? AND person = ? AND withdrawn IS NULL", p, person).Error; err != nil {
			return err
		}
		u, err = s.signUpOf(row, deliberation.Person{ID: person})
		return err
	})
	return u, wrap("sign-up of", err)
}

func (s *Store) signUpOf(r signUpRow, who deliberation.Person) (u deliberation.SignUp, err error) {
	u = deliberation.SignUp{
		Process: r.Process, Number: r.Number, Person: who, Side: r.Side, Channel: r.Channel, At: r.At.In(deliberation.Shanghai), EnteredBy: r.EnteredBy, Chosen: r.Chosen,
	}
	if r.Withdrawn != nil {
		u.Withdrawn = r.Withdrawn.In(deliberation.Shanghai)
	}
	if u.Needs, err = s.unseal("hearing_signups", "needs", r.ID, r.Needs); err != nil {
		return u, err
	}
	u.Reason, err = s.unseal("hearing_signups", "reason", r.ID, r.Reason)
	return u, err
}

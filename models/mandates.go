package models

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type mandateRow struct {
	ID        string
	Meeting   deliberation.MeetingID
	Principal deliberation.PersonID
	Agent     deliberation.PersonID
	Slot      int
	Letter    string
	Household bool
	Given     time.Time
	GivenBy   deliberation.PersonID
	Revoked   *time.Time
	Used      bool
}

func (mandateRow) TableName() string { return "mandates" }

type mandateListRow struct {
	Meeting deliberation.MeetingID
	Closed  time.Time
	Number  int
	SHA256  string `gorm:"column:sha256"`
}

func (mandateListRow) TableName() string { return "mandate_lists" }

func mandateOf(r mandateRow) (m deliberation.Mandate, err error) {
	m = deliberation.Mandate{
		ID: r.ID, Meeting: r.Meeting, Principal: r.Principal, Agent: r.Agent, Slot: r.Slot,
		Household: r.Household, Given: r.Given.In(deliberation.Shanghai), By: r.GivenBy, Used: r.Used,
	}
	if r.Revoked != nil {
		m.Revoked = r.Revoked.In(deliberation.Shanghai)
	}
	if r.Letter != "" {
		m.Letter, err = decode[deliberation.PaperRef](r.Letter)
	}
	return m, err
}

func mandatesOf(rows []mandateRow) ([]deliberation.Mandate, error) {
	list := make([]deliberation.Mandate, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = mandateOf(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// sitting is a meeting with what a mandate asks of it: whose it is, and who is due.
type sitting struct {
	spec   deliberation.RollSpec
	kind   string // of the process
	stage  deliberation.Stage
	state  deliberation.MeetingState
	frozen bool
}

func (s *Store) sitting(tx *gorm.DB, m deliberation.MeetingID) (sitting, error) {
	var item itemRow
	if err := tx.Table("meetings").Take(&item, "id = ?", m).Error; err != nil {
		return sitting{}, err
	}
	meeting, err := decode[deliberation.Meeting](item.Data)
	if err != nil {
		return sitting{}, err
	}
	var row processRow
	if err := tx.Take(&row, "id = ?", item.Process).Error; err != nil {
		return sitting{}, err
	}
	p, err := s.processOf(row)
	if err != nil {
		return sitting{}, err
	}
	spec := deliberation.RollSpec{
		Process: p.ID, Community: p.Community, Meeting: m, Body: meeting.Body,
		On: deliberation.DateOf(meeting.Starts.In(deliberation.Shanghai)), Estate: p.Matter.Estate, Group: p.Matter.Group, People: p.Status.Named(),
	}
	if p.Kind == deliberation.HearingKind {
		if spec.People, err = chosenBy(tx, p.ID); err != nil {
			return sitting{}, err
		}
	}
	if p.Matter.Recall != nil { // those vote who elected
		spec.Method = p.Matter.Recall.Method
	}
	roll, err := find[rollRow](tx, "meeting = ?", m)
	return sitting{
		spec: spec, kind: p.Kind, stage: meeting.Stage, state: deliberation.MeetingState(item.State), frozen: roll != nil,
	}, err
}

// due gives which of the persons have a vote at the meeting: by its frozen roll, and
// before there is one, by who would be on it.
func (h sitting) due(tx *gorm.DB, persons ...deliberation.PersonID) (map[deliberation.PersonID]due, error) {
	if !h.frozen {
		members, _, err := electorate(tx, h.spec, persons...)
		return members, err
	}
	var rows []memberRow
	if err := tx.Where("meeting = ? AND person IN ?", h.spec.Meeting, persons).Find(&rows).Error; err != nil {
		return nil, err
	}
	members := map[deliberation.PersonID]due{}
	for _, r := range rows {
		members[r.Person] = due{area: r.Area}
	}
	return members, nil
}

// GiveMandate writes a mandate down, as deliberation.ProxyRules.MayGive allows; at an
// election as ElectionRules.MayVoteFor does, by the rules of that election. The
// principal must have a vote at the meeting (RefuseNotOnRoll), and so must the agent
// (RefuseInvalid); a household sends another of its adults instead, and where it is
// not said for whom, for the one who would have come. Once the list of agents is
// closed no mandate is given (RefuseMandateUsed), nor for a meeting that is over
// (RefuseOutOfOrder). An agent who is in the hall has the principal signed in.
func (s *Store) GiveMandate(ctx context.Context, m deliberation.Mandate, r deliberation.ProxyRules, sub deliberation.FlagRule) (deliberation.Mandate, error) {
	err := s.write(ctx, func(tx *gorm.DB) (err error) {
		if err := s.lock(tx, meetingLock(m.Meeting)); err != nil {
			return err
		}
		h, err := s.sitting(tx, m.Meeting)
		if err != nil {
			return err
		}
		if err := takesMandates(tx, h); err != nil {
			return err
		}
		if m.Household && m.Principal == "" {
			if m.Principal, err = h.speaker(tx, m.Agent); err != nil {
				return err
			}
		}
		var rows []mandateRow
		parties := []deliberation.PersonID{m.Principal, m.Agent}
		err = tx.Where("meeting = ? AND revoked IS NULL", m.Meeting).
			Where("principal IN ? OR agent IN ?", parties, parties).Find(&rows).Error
		if err != nil {
			return err
		}
		others, err := mandatesOf(rows)
		if err != nil {
			return err
		}
		if h.kind == deliberation.ElectionKind {
			m.Slot, err = s.mayVoteFor(tx, h, m, others)
		} else {
			m.Slot, err = r.MayGive(m, sub, others)
		}
		if err != nil {
			return err
		}
		if err := h.mayStandFor(tx, m); err != nil {
			return err
		}
		return s.putMandate(tx, h, &m)
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = deliberation.Refuse(deliberation.RefuseConflict)
	}
	return m, wrap("give mandate", err)
}

// mayVoteFor asks the rules of the election, with who stands and who is whose near
// relative as it is now.
func (s *Store) mayVoteFor(tx *gorm.DB, h sitting, m deliberation.Mandate, others []deliberation.Mandate) (slot int, err error) {
	e, err := s.electionOf(tx, h.spec.Process)
	if err != nil {
		return 0, err
	}
	parties := []deliberation.PersonID{m.Principal, m.Agent}
	registered, err := s.registeredAt(tx, h.spec.Process, parties)
	if err != nil {
		return 0, err
	}
	kin, err := kinAround(tx, h.spec.Community, parties)
	if err != nil {
		return 0, err
	}
	var candidates []deliberation.PersonID
	if now := e.process.Status.Election; now != nil {
		for _, list := range now.Candidates() {
			candidates = append(candidates, list...)
		}
	}
	return e.rules.MayVoteFor(m, others, func(p deliberation.PersonID) bool { return registered[p] }, candidates, kin)
}

// takesMandates refuses once the list is closed or the meeting is over.
func takesMandates(tx *gorm.DB, h sitting) error {
	switch h.state {
	case deliberation.MeetingConvened, deliberation.MeetingCheckIn, deliberation.MeetingInSession:
	default:
		return deliberation.Refuse(deliberation.RefuseOutOfOrder)
	}
	closed, err := find[mandateListRow](tx, "meeting = ?", h.spec.Meeting)
	if err == nil && closed != nil {
		err = deliberation.Refuse(deliberation.RefuseMandateUsed)
	}
	return err
}

// speaker gives the member of the meeting who lives in the household of the person.
func (h sitting) speaker(tx *gorm.DB, person deliberation.PersonID) (deliberation.PersonID, error) {
	var mates []deliberation.PersonID
	err := tx.Model(&personRow{}).
		Where("household = (SELECT household FROM persons WHERE id = ?) AND community = ? AND id <> ?", person, h.spec.Community, person).
		Pluck("id", &mates).Error
	if err != nil || len(mates) == 0 {
		return "", cmp.Or(err, error(deliberation.Refuse(deliberation.RefuseNotOnRoll)))
	}
	members, err := h.due(tx, mates...)
	if err != nil {
		return "", err
	}
	for _, id := range mates {
		if _, due := members[id]; due {
			return id, nil
		}
	}
	return "", deliberation.Refuse(deliberation.RefuseNotOnRoll)
}

// mayStandFor checks both persons against the meeting.
func (h sitting) mayStandFor(tx *gorm.DB, m deliberation.Mandate) error {
	members, err := h.due(tx, m.Principal, m.Agent)
	if err != nil {
		return err
	}
	if _, due := members[m.Principal]; !due {
		return deliberation.Refuse(deliberation.RefuseNotOnRoll)
	}
	if !m.Household {
		if _, due := members[m.Agent]; !due {
			return invalid("agent", "not_a_choice")
		}
		return nil
	}
	if h.spec.Body != deliberation.HouseholdAssembly {
		return invalid("household", "unexpected")
	}
	// An adult who lives here is a resident by the record.
	var n int64
	err = presentOn(heldOn(tx.Model(&officeRow{}), h.spec.On), h.spec.On).
		Where("person = ? AND community = ? AND office = ?", m.Agent, h.spec.Community, deliberation.Resident).
		Where("EXISTS (SELECT 1 FROM persons a JOIN persons b ON a.household = b.household WHERE a.id = ? AND b.id = ?)", m.Agent, m.Principal).
		Count(&n).Error
	if err == nil && n == 0 {
		err = invalid("agent", "not_a_choice")
	}
	return err
}

func (s *Store) putMandate(tx *gorm.DB, h sitting, m *deliberation.Mandate) (err error) {
	m.ID, m.Revoked, m.Used = rand.Text(), time.Time{}, false
	row := mandateRow{
		ID: m.ID, Meeting: m.Meeting, Principal: m.Principal, Agent: m.Agent, Slot: m.Slot,
		Household: m.Household, Given: moment(m.Given), GivenBy: m.By,
	}
	if !m.Letter.IsZero() {
		if row.Letter, err = encode(m.Letter); err != nil {
			return err
		}
	}
	if err := tx.Create(&row).Error; err != nil {
		return missing(err)
	}
	agent, err := find[memberRow](tx, "meeting = ? AND person = ? AND "+isPresent, m.Meeting, m.Agent)
	if err != nil {
		return err
	}
	if agent != nil {
		err = comeIn(tx, m.Meeting, m.Principal, m.Agent, agent.Section, m.Given)
		if err != nil && !errors.Is(err, deliberation.Refuse(deliberation.RefuseTwice)) {
			return err
		}
	}
	return s.audited(tx, auditRow{Actor: m.By, Act: "give_mandate", Person: m.Principal, Process: h.spec.Process, Subject: m.ID, At: m.Given})
}

// RevokeMandate takes a mandate back until it is used (RefuseMandateUsed); one that
// was revoked already is refused (RefuseTwice). Who was signed in by the agent leaves
// the hall with it.
func (s *Store) RevokeMandate(ctx context.Context, id string, by deliberation.PersonID, at time.Time) error {
	return wrap("revoke mandate", s.write(ctx, func(tx *gorm.DB) error {
		var row mandateRow
		if err := tx.Take(&row, "id = ?", id).Error; err != nil {
			return err
		}
		if err := s.lock(tx, meetingLock(row.Meeting)); err != nil {
			return err
		}
		if err := s.revoke(tx, row, by, at); err != nil {
			return err
		}
		inHall, err := find[memberRow](tx, "meeting = ? AND person = ? AND checked_by = ? AND "+isPresent, row.Meeting, row.Principal, row.Agent)
		if err != nil || inHall == nil {
			return err
		}
		return goOut(tx, row.Meeting, row.Principal, by, at)
	}))
}

// revoke takes back a mandate that was neither revoked nor used. A ballot that is
// cast at the same time is either before it or has no mandate.
func (s *Store) revoke(tx *gorm.DB, row mandateRow, by deliberation.PersonID, at time.Time) error {
	done := tx.Model(&mandateRow{}).Where("id = ? AND revoked IS NULL AND NOT used", row.ID).Update("revoked", moment(at))
	if done.Error != nil {
		return done.Error
	}
	if done.RowsAffected != 1 {
		now, err := find[mandateRow](tx, "id = ?", row.ID)
		switch {
		case err != nil:
			return err
		case now != nil && now.Revoked != nil:
			return deliberation.Refuse(deliberation.RefuseTwice)
		}
		return deliberation.Refuse(deliberation.RefuseMandateUsed)
	}
	var item itemRow
	if err := tx.Table("meetings").Take(&item, "id = ?", row.Meeting).Error; err != nil {
		return err
	}
	return s.audited(tx, auditRow{Actor: by, Act: "revoke_mandate", Person: row.Principal, Process: item.Process, Subject: row.ID, At: at})
}

// Mandates gives the mandates of a meeting, revoked ones too, in the order in which
// they were given.
func (s *Store) Mandates(ctx context.Context, m deliberation.MeetingID) ([]deliberation.Mandate, error) {
	return s.mandatesWhere(ctx, "meeting = ?", m)
}

// MandatesFor gives the mandates that an agent has at a meeting.
func (s *Store) MandatesFor(ctx context.Context, m deliberation.MeetingID, agent deliberation.PersonID) ([]deliberation.Mandate, error) {
	return s.mandatesWhere(ctx, "meeting = ? AND agent = ? AND revoked IS NULL", m, agent)
}

func (s *Store) mandatesWhere(ctx context.Context, where string, args ...any) ([]deliberation.Mandate, error) {
	var rows []mandateRow
	if err := s.reads.WithContext(ctx).Where(where, args...).Order("given, id").Find(&rows).Error; err != nil {
		return nil, wrap("mandates", err)
	}
	list, err := mandatesOf(rows)
	return list, wrap("mandates", err)
}

// PublishedMandates gives the list of agents of a meeting as it was when it was
// closed: who was revoked before stands on it no more, who was revoked after does.
func (s *Store) PublishedMandates(ctx context.Context, m deliberation.MeetingID) ([]deliberation.Mandate, error) {
	return s.mandatesWhere(ctx, `meeting = ? AND (revoked IS NULL OR revoked > (SELECT closed FROM mandate_lists WHERE mandate_lists.meeting = mandates.meeting))`, m)
}

// CloseMandates closes the list of agents of a meeting: none is given after. A second
// call gives the same list, whatever was revoked meanwhile.
func (s *Store) CloseMandates(ctx context.Context, m deliberation.MeetingID, at time.Time) (deliberation.MandateList, error) {
	var list deliberation.MandateList
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, meetingLock(m)); err != nil {
			return err
		}
		row, err := find[mandateListRow](tx, "meeting = ?", m)
		if err != nil {
			return err
		}
		if row == nil {
			var rows []mandateRow
			if err := tx.Where("meeting = ? AND revoked IS NULL", m).Find(&rows).Error; err != nil {
				return err
			}
			lines := make([]string, len(rows))
			for i, r := range rows {
				lines[i] = string(r.Principal) + " " + string(r.Agent)
			}
			slices.SortFunc(lines, strings.Compare)
			row = &mandateListRow{Meeting: m, Closed: moment(at), Number: len(lines), SHA256: linesSHA256(lines)}
			if err := tx.Create(row).Error; err != nil {
				return missing(err)
			}
		}
		list = deliberation.MandateList{Count: row.Number, SHA256: row.SHA256}
		return nil
	})
	return list, wrap("close mandates", err)
}

// arrive lets a member come in with all they stand for. A principal who comes takes
// an unused mandate back; the one whose agent has voted is refused. An agent of a
// household need not be on the roll.
func (s *Store) arrive(tx *gorm.DB, process deliberation.ProcessID, m deliberation.MeetingID, person, by deliberation.PersonID, section int, at time.Time) error {
	var rows []mandateRow
	if err := tx.Where("meeting = ? AND revoked IS NULL AND (principal = ? OR agent = ?)", m, person, person).Order("principal").Find(&rows).Error; err != nil {
		return err
	}
	stands := false
	for _, r := range rows {
		if r.Principal != person {
			stands = true
			continue
		}
		if err := s.revoke(tx, r, by, at); err != nil {
			return err
		}
		// Whom the agent had signed in is in the hall already, now in person.
		done := tx.Model(&memberRow{}).Where("meeting = ? AND person = ? AND checked_by = ? AND "+isPresent, m, person, r.Agent).
			Updates(map[string]any{"checked_by": by, "section": section})
		if done.Error != nil || done.RowsAffected == 1 {
			return missing(done.Error)
		}
	}
	err := comeIn(tx, m, person, by, section, at)
	if err != nil && (!stands || !errors.Is(err, deliberation.Refuse(deliberation.RefuseNotOnRoll))) {
		return err
	}
	came := err == nil
	for _, r := range rows {
		if r.Agent != person {
			continue
		}
		err := comeIn(tx, m, r.Principal, person, section, at)
		switch {
		case errors.Is(err, deliberation.Refuse(deliberation.RefuseTwice)):
			continue
		case err != nil:
			return err
		}
		came = true
		if err := s.audited(tx, auditRow{Actor: by, Act: "check_in", Person: r.Principal, Process: process, Subject: string(m), At: at}); err != nil {
			return err
		}
	}
	if !came {
		return deliberation.Refuse(deliberation.RefuseTwice)
	}
	return nil
}

// MemberNamed finds who of the name has a vote at the meeting or, where head is
// named, lives in that member's household: forms show nobody a list of all to choose
// from. Nobody is refused as RefuseNotFound, several as RefuseConflict.
func (s *Store) MemberNamed(ctx context.Context, m deliberation.MeetingID, name string, head deliberation.PersonID) (deliberation.PersonID, error) {
	var found []deliberation.PersonID
	err := s.read(ctx, func(tx *gorm.DB) error {
		h, err := s.sitting(tx, m)
		if err != nil {
			return err
		}
		named := tx.Model(&personRow{}).Where("community = ? AND name_lookup = ?", h.spec.Community, s.vault.Lookup("persons", "name", name))
		if head != "" {
			named = named.Where("household = (SELECT household FROM persons WHERE id = ?) AND id <> ?", head, head)
		}
		var ids []deliberation.PersonID
		if err := named.Order("id").Pluck("id", &ids).Error; err != nil || len(ids) == 0 || head != "" {
			found = ids
			return err
		}
		members, err := h.due(tx, ids...)
		found = slices.Sorted(maps.Keys(members))
		return err
	})
	switch {
	case err != nil:
		return "", wrap("member named", err)
	case len(found) == 0:
		return "", deliberation.Refuse(deliberation.RefuseNotFound)
	case len(found) > 1:
		return "", deliberation.Refuse(deliberation.RefuseConflict)
	}
	return found[0], nil
}

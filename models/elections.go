package models

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

// The windows of an election.
const (
	registrationWindow = "registration"
	nominationWindow   = "nomination"
)

type electionWindowRow struct {
	Process deliberation.ProcessID
	Kind    string
	Ord     int
	Closed  *time.Time
}

func (electionWindowRow) TableName() string { return "election_windows" }

type electorEntryRow struct {
	Process   deliberation.ProcessID
	Person    deliberation.PersonID
	Entry     []byte
	At        time.Time
	EnteredBy deliberation.PersonID
}

func (electorEntryRow) TableName() string { return "elector_entries" }

type electorListRow struct {
	Process   deliberation.ProcessID
	ForDay    string
	Published time.Time
}

func (electorListRow) TableName() string { return "elector_lists" }

type electorRow struct {
	Process     deliberation.ProcessID
	Person      deliberation.PersonID
	Class       deliberation.RegistrationClass
	Listed      bool
	Reason      []byte
	Corrected   *time.Time
	CorrectedBy *deliberation.PersonID
}

func (electorRow) TableName() string { return "electors" }

// electionLock keeps an election's list and windows; it is taken alone or behind the
// meeting's. electorListsLock lets one list at a time see the others.
func electionLock(p deliberation.ProcessID) string { return "election:" + string(p) }

const electorListsLock = "elector lists"

// SetRules says where the rule packs that processes pinned are found. It is called
// before the store is used for an election.
func (s *Store) SetRules(pinned func(deliberation.PackRef) (deliberation.Pack, error)) {
	s.pinned = pinned
}

// election is a process with what was settled of it and the rules it goes by.
type election struct {
	process deliberation.Process
	setup   deliberation.ElectionSetup
	rules   deliberation.ElectionRules
}

// electionOf gives the election of the id; of a process that is none, RefuseNotFound.
func (s *Store) electionOf(tx *gorm.DB, id deliberation.ProcessID) (e election, err error) {
	var row processRow
	if err := tx.Take(&row, "id = ? AND kind = ?", id, deliberation.ElectionKind).Error; err != nil {
		return e, err
	}
	if e.process, err = s.processOf(row); err != nil {
		return e, err
	}
	switch now, first := e.process.Status.Election, e.process.Matter.Election; {
	case now != nil && now.Setup.Method != "":
		e.setup = now.Setup
	case first != nil:
		e.setup = *first
	default:
		return e, deliberation.Refuse(deliberation.RefuseNotFound)
	}
	if s.pinned == nil {
		return e, errors.New("no rule packs are set")
	}
	pack, err := s.pinned(e.process.Pack)
	if err != nil {
		return e, err
	}
	if e.rules, err = deliberation.ElectionOf(pack, e.setup.Method); err == nil {
		e.rules, err = e.rules.Adopt(e.setup.Choices)
	}
	return e, err
}

// OpenRegistration lets the desk register electors, again where a list was published
// already. A second call changes nothing.
func (s *Store) OpenRegistration(ctx context.Context, p deliberation.ProcessID) error {
	return wrap("open registration", s.openWindow(ctx, p, registrationWindow))
}

func (s *Store) openWindow(ctx context.Context, p deliberation.ProcessID, kind string) error {
	return s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, electionLock(p)); err != nil {
			return err
		}
		last, err := lastWindow(tx, p, kind)
		if err != nil || last.Ord > 0 && last.Closed == nil {
			return err
		}
		return missing(tx.Create(&electionWindowRow{Process: p, Kind: kind, Ord: last.Ord + 1}).Error)
	})
}

// lastWindow gives the newest window of the kind; Ord is nought where there was none.
func lastWindow(tx *gorm.DB, p deliberation.ProcessID, kind string) (electionWindowRow, error) {
	var rows []electionWindowRow
	err := tx.Where("process = ? AND kind = ?", p, kind).Order("ord DESC").Limit(1).Find(&rows).Error
	if err != nil || len(rows) == 0 {
		return electionWindowRow{}, err
	}
	return rows[0], nil
}

// windowNow holds a window open: RefuseOutOfOrder before it was opened, RefuseTooLate
// once it is closed.
func (s *Store) windowNow(tx *gorm.DB, p deliberation.ProcessID, kind string) (electionWindowRow, error) {
	if err := s.share(tx, electionLock(p)); err != nil {
		return electionWindowRow{}, err
	}
	w, err := lastWindow(tx, p, kind)
	switch {
	case err != nil:
		return w, err
	case w.Ord == 0:
		return w, deliberation.Refuse(deliberation.RefuseOutOfOrder)
	case w.Closed != nil:
		return w, &deliberation.Refusal{Code: deliberation.RefuseTooLate, Latest: w.Closed.In(deliberation.Shanghai)}
	}
	return w, nil
}

func closeWindow(tx *gorm.DB, w electionWindowRow, at time.Time) error {
	return tx.Model(&electionWindowRow{}).Where("process = ? AND kind = ? AND ord = ? AND closed IS NULL", w.Process, w.Kind, w.Ord).Update("closed", moment(at)).Error
}

// electorKey is the row in which an entry, or a reason, is sealed.
func electorKey(p deliberation.ProcessID, person deliberation.PersonID) string {
	return string(p) + "\x00" + string(person)
}

// EnterRegistration writes down what somebody stated at the desk, in place of what they
// stated before, until the list is published: RefuseOutOfOrder before the desk opens,
// RefuseTooLate after. Who is not of the community is RefuseNotFound.
func (s *Store) EnterRegistration(ctx context.Context, p deliberation.ProcessID, e deliberation.RegisterEntry, by deliberation.PersonID, at time.Time) error {
	text, err := encode(e)
	if err != nil {
		return wrap("enter registration", err)
	}
	row := electorEntryRow{Process: p, Person: e.Person, Entry: s.seal("elector_entries", "entry", electorKey(p, e.Person), text), At: moment(at), EnteredBy: by}
	return wrap("enter registration", s.write(ctx, func(tx *gorm.DB) error {
		if _, err := s.windowNow(tx, p, registrationWindow); err != nil {
			return err
		}
		if err := ofElection(tx, p, e.Person); err != nil {
			return err
		}
		if err := upsertBy(tx, []string{"process", "person"}, &row, "entry", "at", "entered_by"); err != nil {
			return missing(err)
		}
		return s.audited(tx, auditRow{Actor: by, Act: "enter_registration", Person: e.Person, Process: p, Subject: string(p), At: at})
	}))
}

// ofElection refuses who is not on the record of the election's community.
func ofElection(tx *gorm.DB, p deliberation.ProcessID, persons ...deliberation.PersonID) error {
	for _, id := range persons {
		if !storable(string(id)) {
			return deliberation.Refuse(deliberation.RefuseNotFound)
		}
	}
	var n int64
	err := tx.Model(&personRow{}).Where("id IN ? AND standing <> ?", persons, deliberation.Erased).
		Where("community = (SELECT community FROM processes WHERE id = ?)", p).Count(&n).Error
	if err == nil && int(n) < len(persons) {
		err = deliberation.Refuse(deliberation.RefuseNotFound)
	}
	return err
}

// judged is somebody whom registration looked at.
type judged struct {
	person  deliberation.Person
	entered bool
	entry   deliberation.RegisterEntry
	found   deliberation.Registration
}

// judge looks at everybody of the community, those too who moved away or died within
// the last year, by what the record and the desk know of them.
func (s *Store) judge(tx *gorm.DB, p deliberation.ProcessID, c deliberation.CommunityID, r deliberation.ElectionRules, day deliberation.Date) ([]judged, error) {
	var rows []personRow
	err := tx.Where("community = ?", c).
		Where("standing = ? OR standing IN ? AND left_day >= ?", deliberation.Present, []deliberation.Standing{deliberation.Moved, deliberation.Dead}, day.AddDays(-expectedFor).String()).
		Order("id").Find(&rows).Error
	if err != nil {
		return nil, err
	}
	entries, err := s.registerEntries(tx, p)
	if err != nil {
		return nil, err
	}
	chosen, err := chosenFor(tx, c, r.Method, day)
	if err != nil {
		return nil, err
	}
	elsewhere, err := listedElsewhere(tx, p, c, day)
	if err != nil {
		return nil, err
	}
	list := make([]judged, len(rows))
	for i, row := range rows {
		j := judged{entry: deliberation.RegisterEntry{Person: row.ID}}
		if j.person, err = s.personOf(row); err != nil {
			return nil, err
		}
		a := deliberation.Applicant{Person: row.ID, Hukou: row.Hukou, Standing: row.Standing, Chosen: chosen[row.ID]}
		if a.Birth, err = s.birthOf(row); err != nil {
			return nil, err
		}
		if a.Since, err = dayOf(row.SinceDay); err != nil {
			return nil, err
		}
		a.LivesHere = row.Hukou == deliberation.HukouHere || !a.Since.IsZero() || row.Household != nil
		if e, entered := entries[row.ID]; entered {
			j.entry, j.entered = e, true
			a = e.Apply(a)
		}
		a.Elsewhere = a.Elsewhere || row.IdentityLookup != "" && elsewhere[row.IdentityLookup]
		j.found = deliberation.Register(a, r, day)
		list[i] = j
	}
	return list, nil
}

func (s *Store) registerEntries(tx *gorm.DB, p deliberation.ProcessID) (map[deliberation.PersonID]deliberation.RegisterEntry, error) {
	var rows []electorEntryRow
	if err := tx.Where("process = ?", p).Find(&rows).Error; err != nil {
		return nil, err
	}
	entries := make(map[deliberation.PersonID]deliberation.RegisterEntry, len(rows))
	for _, row := range rows {
		text, err := s.unseal("elector_entries", "entry", electorKey(p, row.Person), row.Entry)
		if err != nil {
			return nil, err
		}
		if entries[row.Person], err = decode[deliberation.RegisterEntry](text); err != nil {
			return nil, err
		}
	}
	return entries, nil
}

// chosenFor gives who votes for their household, or their group, on the day.
func chosenFor(tx *gorm.DB, c deliberation.CommunityID, m deliberation.ElectionMethod, on deliberation.Date) (map[deliberation.PersonID]bool, error) {
	chosen := map[deliberation.PersonID]bool{}
	if m == deliberation.AllElectors {
		return chosen, nil
	}
	var ids []deliberation.PersonID
	err := presentOn(heldOn(tx.Model(&officeRow{}), on), on).Where("community = ? AND office = ?", c, m.Office()).Pluck("person", &ids).Error
	for _, id := range ids {
		chosen[id] = true
	}
	return chosen, err
}

// listedElsewhere gives the lookups of the identity numbers of those who stand on the
// list of another community's election in the same year: nobody is registered twice.
func listedElsewhere(tx *gorm.DB, p deliberation.ProcessID, c deliberation.CommunityID, day deliberation.Date) (map[string]bool, error) {
	var lookups []string
	err := tx.Table("electors").Joins("JOIN elector_lists l ON l.process = electors.process").Joins("JOIN persons q ON q.id = electors.person").
		Where("electors.listed AND electors.process <> ? AND q.community <> ? AND q.identity_lookup <> ''", p, c).
		Where("l.for_day >= ? AND l.for_day <= ?", day.AddDays(-expectedFor).String(), day.AddDays(expectedFor).String()).
		Where("q.identity_lookup IN (SELECT identity_lookup FROM persons WHERE community = ? AND identity_lookup <> '')", c).
		Pluck("q.identity_lookup", &lookups).Error
	found := make(map[string]bool, len(lookups))
	for _, l := range lookups {
		found[l] = true
	}
	return found, err
}

// RegistrationEntries gives everybody whom the desk may register, by pinyin, with what
// they stated and what the rules say of them for election day.
func (s *Store) RegistrationEntries(ctx context.Context, p deliberation.ProcessID) ([]deliberation.RegistrationLine, error) {
	var lines []deliberation.RegistrationLine
	err := s.read(ctx, func(tx *gorm.DB) error {
		e, err := s.electionOf(tx, p)
		if err != nil {
			return err
		}
		all, err := s.judge(tx, p, e.process.Community, e.rules, e.setup.Day)
		for _, j := range all {
			lines = append(lines, deliberation.RegistrationLine{Person: j.person, Entered: j.entered, Entry: j.entry, Found: j.found})
		}
		return err
	})
	sortByReading(lines, func(l deliberation.RegistrationLine) deliberation.Person { return l.Person })
	return lines, wrap("registration entries", err)
}

// PublishElectors judges everybody by the rules for election day, freezes who is on the
// list, and closes the desk. A second call gives the frozen list; again, at another
// moment, or after the desk was opened again, registers anew.
func (s *Store) PublishElectors(ctx context.Context, p deliberation.ProcessID, c deliberation.CommunityID, r deliberation.ElectionRules, day deliberation.Date, at time.Time, again bool) (roll deliberation.ElectorRoll, err error) {
	err = s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, electionLock(p)); err != nil {
			return err
		}
		if err := s.lock(tx, electorListsLock); err != nil {
			return err
		}
		if err := tx.Select("id").Take(&processRow{}, "id = ? AND community = ?", p, c).Error; err != nil {
			return err
		}
		w, err := lastWindow(tx, p, registrationWindow)
		if err != nil {
			return err
		}
		before, err := find[electorListRow](tx, "process = ?", p)
		if err != nil {
			return err
		}
		switch {
		case w.Ord == 0:
			return deliberation.Refuse(deliberation.RefuseOutOfOrder)
		case w.Closed == nil, again && before != nil && !before.Published.Equal(moment(at)):
			if err := s.publish(tx, p, c, r, day, at); err != nil {
				return err
			}
			if err := closeWindow(tx, w, at); err != nil {
				return err
			}
		}
		roll, err = s.electorRoll(tx, p)
		return err
	})
	return roll, wrap("publish electors", err)
}

func (s *Store) publish(tx *gorm.DB, p deliberation.ProcessID, c deliberation.CommunityID, r deliberation.ElectionRules, day deliberation.Date, at time.Time) error {
	all, err := s.judge(tx, p, c, r, day)
	if err != nil {
		return err
	}
	list := electorListRow{Process: p, ForDay: day.String(), Published: moment(at)}
	if err := upsertBy(tx, []string{"process"}, &list, "for_day", "published"); err != nil {
		return err
	}
	if err := tx.Where("process = ?", p).Delete(&electorRow{}).Error; err != nil {
		return err
	}
	rows := make([]electorRow, len(all))
	for i, j := range all {
		rows[i] = electorRow{Process: p, Person: j.person.ID, Class: j.found.Class, Listed: j.found.In}
		if !j.found.In {
			rows[i].Reason = s.sealReason(p, j.person.ID, j.found.Reason)
		}
	}
	if len(rows) == 0 {
		return nil
	}
	return tx.CreateInBatches(rows, chunk).Error
}

func (s *Store) sealReason(p deliberation.ProcessID, person deliberation.PersonID, r deliberation.RegistrationReason) []byte {
	return s.seal("electors", "reason", electorKey(p, person), string(r))
}

func (s *Store) reasonOf(row electorRow) (deliberation.RegistrationReason, error) {
	if row.Listed {
		return "", nil
	}
	text, err := s.unseal("electors", "reason", electorKey(row.Process, row.Person), row.Reason)
	return deliberation.RegistrationReason(text), err
}

// electorRoll counts a published list; its hash is that of the roll which is frozen from it.
func (s *Store) electorRoll(tx *gorm.DB, p deliberation.ProcessID) (roll deliberation.ElectorRoll, err error) {
	if err := tx.Select("process").Take(&electorListRow{}, "process = ?", p).Error; err != nil {
		return roll, err
	}
	var rows []electorRow
	if err := tx.Where("process = ?", p).Find(&rows).Error; err != nil {
		return roll, err
	}
	var ids []deliberation.PersonID
	for _, row := range rows {
		if row.Listed {
			ids = append(ids, row.Person)
			continue
		}
		reason, err := s.reasonOf(row)
		if err != nil {
			return roll, err
		}
		if roll.Left == nil {
			roll.Left = map[deliberation.RegistrationReason]int{}
		}
		roll.Left[reason]++
	}
	slices.Sort(ids)
	roll.Count, roll.SHA256 = len(ids), linesSHA256(ids)
	return roll, nil
}

// Electors gives the list as it stands, corrections included (RefuseNotFound before it
// was published).
func (s *Store) Electors(ctx context.Context, p deliberation.ProcessID) (roll deliberation.ElectorRoll, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		roll, err = s.electorRoll(tx, p)
		return err
	})
	return roll, wrap("electors", err)
}

// CorrectElectors puts somebody on the published list, or takes them off it for a
// reason, until the roll of the vote is frozen (RefuseTooLate). It is RefuseOutOfOrder
// while there is no list, and while the desk is open again.
func (s *Store) CorrectElectors(ctx context.Context, p deliberation.ProcessID, person deliberation.PersonID, in bool, reason deliberation.RegistrationReason, by deliberation.PersonID, at time.Time) error {
	if in && reason != "" || !in && !slices.Contains(deliberation.RegistrationReasons, reason) {
		return invalid("reason", "not_a_choice")
	}
	return wrap("correct electors", s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, electionLock(p)); err != nil {
			return err
		}
		if err := correctable(tx, p); err != nil {
			return err
		}
		if err := ofElection(tx, p, person); err != nil {
			return err
		}
		before, err := find[electorRow](tx, "process = ? AND person = ?", p, person)
		if err != nil {
			return err
		}
		now := moment(at)
		row := electorRow{Process: p, Person: person, Listed: in, Corrected: &now, CorrectedBy: &by}
		if before != nil {
			row.Class = before.Class
		}
		if row.Class == "" && in {
			if row.Class, err = classByRecord(tx, person); err != nil {
				return err
			}
		}
		if !in {
			row.Reason = s.sealReason(p, person, reason)
		}
		if err := upsertBy(tx, []string{"process", "person"}, &row, "class", "listed", "reason", "corrected", "corrected_by"); err != nil {
			return missing(err)
		}
		return s.audited(tx, auditRow{Actor: by, Act: "correct_electors", Person: person, Process: p, Subject: string(p), At: at})
	}))
}

func correctable(tx *gorm.DB, p deliberation.ProcessID) error {
	list, err := find[electorListRow](tx, "process = ?", p)
	if err != nil {
		return err
	}
	w, err := lastWindow(tx, p, registrationWindow)
	if err != nil {
		return err
	}
	if list == nil || w.Closed == nil {
		return deliberation.Refuse(deliberation.RefuseOutOfOrder)
	}
	var meetings []string
	err = tx.Table("meetings").Joins("JOIN rolls ON rolls.meeting = meetings.id").Where("meetings.process = ?", p).Pluck("meetings.data", &meetings).Error
	if err != nil {
		return err
	}
	for _, text := range meetings {
		m, err := decode[deliberation.Meeting](text)
		if err != nil {
			return err
		}
		if m.Stage == deliberation.ElectionVoting && !m.Convened.Before(list.Published) { // else it was put off, and the list made anew
			return deliberation.Refuse(deliberation.RefuseTooLate)
		}
	}
	return nil
}

// classByRecord is as what the desk lists somebody whom the rules had put in no class.
func classByRecord(tx *gorm.DB, person deliberation.PersonID) (deliberation.RegistrationClass, error) {
	var row struct {
		Hukou deliberation.Hukou
		Kind  deliberation.CommunityKind
	}
	err := tx.Table("persons").Select("persons.hukou, places.kind").Joins("JOIN places ON places.id = persons.community").
		Where("persons.id = ?", person).Take(&row).Error
	switch {
	case row.Hukou == deliberation.HukouHere:
		return deliberation.HukouResident, err
	case row.Kind == deliberation.Urban:
		return deliberation.PermanentResident, err
	}
	return deliberation.Outsider, err
}

// ElectorList gives the published list, who was left out too, by group and pinyin; none
// before it was published.
func (s *Store) ElectorList(ctx context.Context, p deliberation.ProcessID) ([]deliberation.ElectorLine, error) {
	var lines []deliberation.ElectorLine
	err := s.read(ctx, func(tx *gorm.DB) error {
		var rows []electorRow
		if err := tx.Where("process = ?", p).Order("person").Find(&rows).Error; err != nil {
			return err
		}
		people, err := peopleOf(s, tx, rows, func(r electorRow) deliberation.PersonID { return r.Person })
		if err != nil {
			return err
		}
		lines = make([]deliberation.ElectorLine, len(rows))
		for i, row := range rows {
			lines[i] = deliberation.ElectorLine{Person: people[row.Person], Class: row.Class, In: row.Listed}
			if lines[i].Reason, err = s.reasonOf(row); err != nil {
				return err
			}
		}
		return nil
	})
	sortByReading(lines, func(l deliberation.ElectorLine) deliberation.Person { return l.Person })
	slices.SortStableFunc(lines, func(a, b deliberation.ElectorLine) int { return strings.Compare(a.Person.Group, b.Person.Group) })
	return lines, wrap("elector list", err)
}

// registeredAt gives which of the persons are registered in the election. Where
// households or groups send one of theirs, all others who would be on the list may be
// nominated and named, too.
func (s *Store) registeredAt(tx *gorm.DB, p deliberation.ProcessID, persons []deliberation.PersonID) (map[deliberation.PersonID]bool, error) {
	registered := map[deliberation.PersonID]bool{}
	for part := range slices.Chunk(persons, chunk) {
		var rows []electorRow
		if err := tx.Where("process = ? AND person IN ?", p, part).Find(&rows).Error; err != nil {
			return nil, err
		}
		for _, row := range rows {
			reason, err := s.reasonOf(row)
			if err != nil {
				return nil, err
			}
			if row.Listed || reason == deliberation.NotRepresentative {
				registered[row.Person] = true
			}
		}
	}
	return registered, nil
}

// ElectionPeople gives what an election looks at in the persons; who is not of the
// community is left out.
func (s *Store) ElectionPeople(ctx context.Context, p deliberation.ProcessID, ids []deliberation.PersonID) (map[deliberation.PersonID]deliberation.ElectionPersonRecord, error) {
	known := map[deliberation.PersonID]deliberation.ElectionPersonRecord{}
	err := s.read(ctx, func(tx *gorm.DB) error {
		var process processRow
		if err := tx.Select("community").Take(&process, "id = ?", p).Error; err != nil {
			return err
		}
		rows, err := personRows(tx, ids)
		if err != nil {
			return err
		}
		registered, err := s.registeredAt(tx, p, ids)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.Community != process.Community {
				continue
			}
			who, err := s.personOf(row)
			if err != nil {
				return err
			}
			known[row.ID] = deliberation.ElectionPersonRecord{Name: who.Name, Sex: row.Sex, Registered: registered[row.ID]}
		}
		return nil
	})
	return known, wrap("election people", err)
}

// CountOf gives the count of a closed poll with its paper, and how many ballots of the
// web were counted (RefusePollNotOpen while it is not closed).
func (s *Store) CountOf(ctx context.Context, id deliberation.PollID) (n deliberation.Count, paper deliberation.PaperCount, web int, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		var row pollRow
		if err := tx.Take(&row, "id = ?", id).Error; err != nil {
			return err
		}
		if row.Box != boxClosed {
			return deliberation.Refuse(deliberation.RefusePollNotOpen)
		}
		if n, err = decode[deliberation.Count](*row.Tally); err != nil {
			return err
		}
		if paper, err = paperCount(tx, row); err != nil {
			return err
		}
		var cast int64
		err := tx.Model(&ballotRow{}).Where("poll = ? AND channel = ?", id, deliberation.WebChannel).Count(&cast).Error
		web = int(cast)
		return err
	})
	return n, paper, web, wrap("count of", err)
}

// upsertBy writes a row, or what changes of it where one of the key is there.
func upsertBy(tx *gorm.DB, key []string, row any, changes ...string) error {
	columns := make([]clause.Column, len(key))
	for i, k := range key {
		columns[i].Name = k
	}
	return tx.Clauses(clause.OnConflict{Columns: columns, DoUpdates: clause.AssignmentColumns(changes)}).Create(row).Error
}

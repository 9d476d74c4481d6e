package models

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// ErasedText stands where a name or a text was erased.
const ErasedText = "已删除"

// ErasureReason is one of the cases of 个人信息保护法第四十七条第一款.
type ErasureReason string

// The cases, in the order of the law's items.
const (
	EraseUnneeded  ErasureReason = "unneeded"  // 处理目的已实现、无法实现或者不再必要
	ErasePeriod    ErasureReason = "period"    // 停止提供服务，或者保存期限已届满
	EraseWithdrawn ErasureReason = "withdrawn" // 个人撤回同意
	EraseUnlawful  ErasureReason = "unlawful"  // 违反法律、行政法规或者约定处理
	EraseOther     ErasureReason = "other"     // 法律、行政法规规定的其他情形
)

// ErasureReasons lists all reasons.
var ErasureReasons = []ErasureReason{EraseUnneeded, ErasePeriod, EraseWithdrawn, EraseUnlawful, EraseOther}

// Erasure is what the erasing of a person's data took away and what stays.
type Erasure struct {
	Person    deliberation.PersonID
	Community deliberation.CommunityID
	Erased    []ErasurePart
	Kept      []ErasurePart
}

// ErasurePart is one kind of data, by a key, with the number of rows or fields.
type ErasurePart struct {
	What  string
	Count int64
	// Why says for what is kept which ground keeps it: archive, log or roster.
	Why string
}

// ErasureBlocked says what has to end before a person's data may be erased.
type ErasureBlocked struct {
	// Offices are held or begin later, besides those that follow from the record.
	Offices []deliberation.OfficeHeld
	// Processes are open and need the person.
	Processes []deliberation.ProcessID
}

// Error says how much it is, not whose.
func (b *ErasureBlocked) Error() string {
	return fmt.Sprintf("models: not erased: %d offices are held, %d open processes need the person", len(b.Offices), len(b.Processes))
}

// personData is a column that holds a person's id, and what erasing does with it.
type personData struct {
	table, column string
	// keep is why the row stays, with the id in it; empty: the row is deleted.
	keep string
	// what is the key of the kind of data.
	what string
}

// The grounds on which rows stay; docs/privacy.md has the citations.
const (
	keptAsArchive = "archive" // decisions rest on it
	keptAsLog     = "log"     // who did what
	keptAsRoster  = "roster"  // who held which office
)

// personColumns is every column that refers to a person. A test holds it against
// the foreign keys of the schema.
var personColumns = []personData{
	{table: "kin", column: "a", what: "kin"},
	{table: "kin", column: "b", what: "kin"},
	{table: "links", column: "person", what: "links"},
	{table: "sessions", column: "person", what: "sessions"},
	{table: "passwords", column: "person", what: "credentials"},
	{table: "recovery_codes", column: "person", what: "credentials"},
	{table: "totps", column: "person", what: "credentials"},
	{table: "passkeys", column: "person", what: "credentials"},
	{table: "identities", column: "person", what: "credentials"},
	{table: "ceremonies", column: "person", what: "credentials"},
	{table: "replies", column: "person", what: "replies"},
	{table: "import_uploads", column: "person", what: "uploads"},
	{table: "matter_drafts", column: "person", what: "matter_drafts"},

	{table: "offices", column: "person", what: "offices", keep: keptAsRoster},
	{table: "processes", column: "started_by", what: "processes", keep: keptAsArchive},
	{table: "papers", column: "author", what: "papers", keep: keptAsArchive},
	{table: "opinions", column: "person", what: "opinions", keep: keptAsArchive},
	{table: "opinions", column: "answered_by", what: "answers", keep: keptAsArchive},
	{table: "box_opinions", column: "person", what: "opinions", keep: keptAsArchive},
	{table: "box_opinions", column: "answered_by", what: "answers", keep: keptAsArchive},
	{table: "objections", column: "person", what: "objections", keep: keptAsArchive},
	{table: "meeting_roll", column: "person", what: "rolls", keep: keptAsArchive},
	{table: "meeting_roll", column: "checked_by", what: "check_ins", keep: keptAsArchive},
	{table: "attendance_events", column: "person", what: "attendance", keep: keptAsArchive},
	{table: "attendance_events", column: "done_by", what: "check_ins", keep: keptAsArchive},
	{table: "meeting_observers", column: "entered_by", what: "check_ins", keep: keptAsArchive},
	{table: "speakers", column: "person", what: "speeches", keep: keptAsArchive},
	{table: "speakers", column: "called_by", what: "check_ins", keep: keptAsArchive},
	{table: "poll_roll", column: "person", what: "poll_rolls", keep: keptAsArchive},
	{table: "ballots", column: "person", what: "ballots", keep: keptAsArchive},
	{table: "ballots", column: "agent", what: "ballots", keep: keptAsArchive},
	{table: "paper_ballots", column: "person", what: "ballots", keep: keptAsArchive},
	{table: "paper_ballots", column: "agent", what: "ballots", keep: keptAsArchive},
	{table: "paper_ballots", column: "issued_by", what: "paper_counts", keep: keptAsArchive},
	{table: "paper_ballots", column: "handed_back_by", what: "paper_counts", keep: keptAsArchive},
	{table: "paper_boxes", column: "counted_by", what: "paper_counts", keep: keptAsArchive},
	{table: "paper_readings", column: "reader", what: "paper_counts", keep: keptAsArchive},
	{table: "signatures", column: "person", what: "signatures", keep: keptAsArchive},
	{table: "signatures", column: "entered_by", what: "signatures", keep: keptAsArchive},
	{table: "signing_rolls", column: "person", what: "poll_rolls", keep: keptAsArchive},
	{table: "mandates", column: "principal", what: "mandates", keep: keptAsArchive},
	{table: "mandates", column: "agent", what: "mandates", keep: keptAsArchive},
	{table: "mandates", column: "given_by", what: "mandates", keep: keptAsArchive},
	{table: "units", column: "owner", what: "units", keep: keptAsRoster},
	{table: "notice_receipts", column: "person", what: "notices", keep: keptAsArchive},
	{table: "notice_receipts", column: "entered_by", what: "notices", keep: keptAsArchive},
	{table: "held_elsewhere", column: "recorded_by", what: "held_elsewhere", keep: keptAsArchive},
	{table: "commitments", column: "person", what: "commitments", keep: keptAsArchive},
	{table: "appraisals", column: "person", what: "appraisals", keep: keptAsArchive},
	{table: "hearings", column: "chair", what: "hearings", keep: keptAsArchive},
	{table: "hearings", column: "presenter", what: "hearings", keep: keptAsArchive},
	{table: "hearing_panel", column: "person", what: "hearings", keep: keptAsArchive},
	{table: "hearing_experts", column: "entered_by", what: "hearings", keep: keptAsArchive},
	{table: "hearing_signups", column: "person", what: "sign_ups", keep: keptAsArchive},
	{table: "hearing_signups", column: "entered_by", what: "sign_ups", keep: keptAsArchive},
	{table: "hearing_statements", column: "person", what: "statements", keep: keptAsArchive},
	{table: "hearing_statements", column: "entered_by", what: "statements", keep: keptAsArchive},
	{table: "hearing_statements", column: "disposed_by", what: "statements", keep: keptAsArchive},
	{table: "elector_entries", column: "person", what: "elector_entries"},
	{table: "elector_entries", column: "entered_by", what: "desk_work", keep: keptAsArchive},
	{table: "electors", column: "person", what: "electors", keep: keptAsArchive},
	{table: "electors", column: "corrected_by", what: "desk_work", keep: keptAsArchive},
	{table: "nominations", column: "lodged_by", what: "nominations", keep: keptAsArchive},
	{table: "nomination_names", column: "person", what: "nominations", keep: keptAsArchive},
	{table: "nomination_signers", column: "person", what: "nominations", keep: keptAsArchive},
	{table: "mobile_users", column: "person", what: "electors", keep: keptAsArchive},
	{table: "mobile_users", column: "entered_by", what: "desk_work", keep: keptAsArchive},
	{table: "station_crew", column: "person", what: "desk_work", keep: keptAsArchive},
	{table: "station_crew", column: "entered_by", what: "desk_work", keep: keptAsArchive},
	{table: "audit", column: "person", what: "audit", keep: keptAsLog},
	{table: "audit", column: "actor", what: "audit_acts", keep: keptAsLog},
}

const importImages = "import_images"

// errOnlyLooked ends a transaction whose writing was only to be counted.
var errOnlyLooked = errors.New("only looked")

// Erase takes a person's data away (个人信息保护法第四十七条): the record, the
// relatives, every way to sign in, kept answers, and drafts nobody acted on. What
// decisions rest on stays, by the id alone. It cannot be undone. Without apply
// nothing is changed and the same is reported. on is the civil day.
//
// It is refused (*ErasureBlocked) while the person holds an office that does not
// follow from the record, or an open process needs them; for an unknown person
// (RefuseNotFound); and for one who was erased before (RefuseTwice).
func (s *Store) Erase(ctx context.Context, id deliberation.PersonID, why ErasureReason, on deliberation.Date, actor deliberation.PersonID, apply bool) (Erasure, error) {
	if !slices.Contains(ErasureReasons, why) {
		return Erasure{}, invalid("reason", "not_a_choice")
	}
	var report Erasure
	err := s.write(ctx, func(tx *gorm.DB) (err error) {
		if report, err = s.erase(tx, id, why, on, actor); err == nil && !apply {
			return errOnlyLooked
		}
		return err
	})
	var blocked *ErasureBlocked
	switch {
	case errors.Is(err, errOnlyLooked):
		return report, nil
	case errors.As(err, &blocked):
		return report, blocked
	}
	return report, wrap("erase", err)
}

func (s *Store) erase(tx *gorm.DB, id deliberation.PersonID, why ErasureReason, on deliberation.Date, actor deliberation.PersonID) (Erasure, error) {
	var person struct {
		Community deliberation.CommunityID
		Standing  deliberation.Standing
	}
	if err := tx.Table("persons").Select("community, standing").Where("id = ?", id).Take(&person).Error; err != nil {
		return Erasure{}, err
	}
	e := Erasure{Person: id, Community: person.Community}
	if person.Standing == deliberation.Erased {
		return e, deliberation.Refuse(deliberation.RefuseTwice)
	}
	if err := s.changingRoster(tx, person.Community); err != nil {
		return e, err
	}
	if err := erasable(tx, id, on); err != nil {
		return e, err
	}
	for _, step := range []func(*gorm.DB, *Erasure) error{s.eraseRecord, s.eraseDrafts, s.eraseNeeds, s.eraseLeftOut, erasePersonRows} {
		if err := step(tx, &e); err != nil {
			return e, err
		}
	}
	if err := endFollowing(tx, id, on); err != nil {
		return e, err
	}
	return e, s.audited(tx, auditRow{Actor: actor, Act: "erase_person", Community: e.Community, Person: id, Subject: string(why)})
}

// followingOffices follow from the record and end with it.
var followingOffices = []deliberation.Office{deliberation.Resident, deliberation.HouseholdHead}

// endFollowing ends what follows from the record on the day before, so that nobody
// without a name is due at a meeting from today on.
func endFollowing(tx *gorm.DB, id deliberation.PersonID, on deliberation.Date) error {
	day := on.String()
	err := tx.Exec("DELETE FROM offices WHERE person = ? AND office IN ? AND from_day >= ?", id, followingOffices, day).Error
	if err != nil {
		return err
	}
	return tx.Exec("UPDATE offices SET until_day = ? WHERE person = ? AND office IN ? AND (until_day = '' OR until_day >= ?)",
		on.AddDays(-1).String(), id, followingOffices, day).Error
}

// erasable looks for offices and open processes that hold the person.
func erasable(tx *gorm.DB, id deliberation.PersonID, on deliberation.Date) error {
	var rows []officeRow
	err := tx.Where("person = ? AND office NOT IN ? AND (until_day = '' OR until_day >= ?)", id, followingOffices, on.String()).
		Order("community, office, from_day").Find(&rows).Error
	if err != nil {
		return err
	}
	blocked := &ErasureBlocked{}
	for _, r := range rows {
		o, err := officeOf(r)
		if err != nil {
			return err
		}
		blocked.Offices = append(blocked.Offices, o)
	}
	if blocked.Processes, err = needing(tx, id); err != nil {
		return err
	}
	if len(blocked.Offices)+len(blocked.Processes) > 0 {
		return blocked
	}
	return nil
}

// needing gives the open processes that need the person: who began one, is on the
// roll of a meeting or poll that is not over, on the list of electors, nominated or
// named, waits for an answer or for the end of an objection, or has something to do.
func needing(tx *gorm.DB, id deliberation.PersonID) ([]deliberation.ProcessID, error) {
	var found []deliberation.ProcessID
	err := tx.Raw(`SELECT DISTINCT p.id FROM processes p WHERE p.state IN ('running', 'held') AND (
		p.started_by = @id
		OR EXISTS (SELECT 1 FROM meetings m JOIN meeting_roll r ON r.meeting = m.id WHERE m.process = p.id AND r.person = @id AND m.state NOT IN ('closed', 'cancelled', 'adjourned'))
		OR EXISTS (SELECT 1 FROM polls b JOIN poll_roll r ON r.poll = b.id WHERE b.process = p.id AND r.person = @id AND b.box = 'open' AND b.voided IS NULL)
		OR EXISTS (SELECT 1 FROM electors e WHERE e.process = p.id AND e.person = @id AND e.listed)
		OR EXISTS (SELECT 1 FROM nomination_names n JOIN nominations o ON o.id = n.nomination WHERE o.process = p.id AND n.person = @id)
		OR EXISTS (SELECT 1 FROM objections o WHERE o.process = p.id AND o.person = @id AND o.state <> 'settled')
		OR EXISTS (SELECT 1 FROM opinions o WHERE o.process = p.id AND o.person = @id AND o.answered IS NULL))
		ORDER BY p.id`, map[string]any{"id": id}).Scan(&found).Error
	if err != nil {
		return nil, err
	}
	var open []struct {
		Process deliberation.ProcessID
		Data    string
	}
	if err := tx.Table("tasks").Select("process, data").Where("state = 'open'").Scan(&open).Error; err != nil {
		return nil, err
	}
	for _, row := range open {
		task, err := decode[deliberation.Task](row.Data)
		if err != nil {
			return nil, err
		}
		if task.Person == id && !slices.Contains(found, row.Process) {
			found = append(found, row.Process)
		}
	}
	slices.Sort(found)
	return found, nil
}

// eraseRecord overwrites the roster's row. The group goes too: with the offices
// held and the days, it could name somebody in a small place.
func (s *Store) eraseRecord(tx *gorm.DB, e *Erasure) error {
	var before struct {
		Birth, Identity, Phone []byte
		Household              *string
	}
	if err := tx.Table("persons").Where("id = ?", e.Person).Take(&before).Error; err != nil {
		return err
	}
	count := func(what string, there bool) {
		if there {
			e.Erased = append(e.Erased, ErasurePart{What: what, Count: 1})
		}
	}
	count("name", true)
	count("birth", len(before.Birth) > 0)
	count("identity", len(before.Identity) > 0)
	count("phone", len(before.Phone) > 0)
	count("household", before.Household != nil)
	count("rest_of_record", true)
	return tx.Table("persons").Where("id = ?", e.Person).Updates(map[string]any{
		"name": s.seal("persons", "name", string(e.Person), ErasedText), "name_lookup": "",
		"birth": nil, "identity": nil, "identity_lookup": "", "phone": nil, "phone_lookup": "",
		"sex": "", "village_group": "", "household": nil, "relation": "", "hukou": "", "since_day": "", "left_day": "",
		"standing": deliberation.Erased, "version": gorm.Expr("version + 1"),
	}).Error
}

// eraseDrafts overwrites what the person wrote and nobody acted on: the matter of a
// process that never began, and papers that no entry of the register and no other
// row of an ended process names.
func (s *Store) eraseDrafts(tx *gorm.DB, e *Erasure) error {
	var drafts []deliberation.ProcessID
	if err := tx.Table("processes").Where("started_by = ? AND status IS NULL AND stage <> ?", e.Person, erasedStage).Pluck("id", &drafts).Error; err != nil {
		return err
	}
	for _, id := range drafts {
		if err := s.eraseMatter(tx, id); err != nil {
			return err
		}
	}
	unused, err := unusedPapers(tx, "papers.author = ?", e.Person)
	if err != nil {
		return err
	}
	for _, id := range unused {
		if err := s.erasePaper(tx, id); err != nil {
			return err
		}
	}
	if n := len(drafts) + len(unused); n > 0 {
		e.Erased = append(e.Erased, ErasurePart{What: "drafts", Count: int64(n)})
	}
	return nil
}

// eraseNeeds overwrites what the person asked for so that they could come to a hearing,
// which may tell of an illness. That they signed up stays.
func (s *Store) eraseNeeds(tx *gorm.DB, e *Erasure) error {
	var ids []string
	if err := tx.Table("hearing_signups").Where("person = ?", e.Person).Pluck("id", &ids).Error; err != nil {
		return err
	}
	for _, id := range ids {
		if err := tx.Table("hearing_signups").Where("id = ?", id).Update("needs", s.seal("hearing_signups", "needs", id, "")).Error; err != nil {
			return err
		}
	}
	e.Erased = addPart(e.Erased, ErasurePart{What: "needs", Count: int64(len(ids))})
	return nil
}

// eraseLeftOut overwrites why the person was left off lists of electors: a deprivation of
// rights is told of nobody. Whom a household or group did not choose to vote may stand:
// that reason stays, for nominations rest on it.
func (s *Store) eraseLeftOut(tx *gorm.DB, e *Erasure) error {
	var rows []electorRow
	if err := tx.Where("person = ? AND NOT listed", e.Person).Find(&rows).Error; err != nil {
		return err
	}
	var erased int64
	for _, row := range rows {
		reason, err := s.reasonOf(row)
		if err != nil {
			return err
		}
		if reason == deliberation.NotRepresentative {
			continue
		}
		gone := s.sealReason(row.Process, e.Person, deliberation.ReasonErased)
		if err := tx.Model(&electorRow{}).Where("process = ? AND person = ?", row.Process, e.Person).Update("reason", gone).Error; err != nil {
			return err
		}
		erased++
	}
	e.Erased = addPart(e.Erased, ErasurePart{What: "left_out", Count: erased})
	return nil
}

func (s *Store) eraseMatter(tx *gorm.DB, id deliberation.ProcessID) error {
	empty, err := encode(deliberation.Matter{Title: ErasedText})
	if err != nil {
		return err
	}
	return tx.Table("processes").Where("id = ?", id).Updates(map[string]any{
		"matter": s.seal("processes", "matter", string(id), empty), "stage": erasedStage,
	}).Error
}

func (s *Store) erasePaper(tx *gorm.DB, id deliberation.PaperID) error {
	sum := sha256.Sum256([]byte(ErasedText))
	return tx.Table("papers").Where("id = ?", id).Updates(map[string]any{
		"media_type": "text/plain; charset=utf-8", "sha256": hex.EncodeToString(sum[:]),
		"content": s.vault.Seal([]byte(ErasedText), paperPlace(id)),
	}).Error
}

// unusedPapers gives the papers, of those that where narrows to, that belong to a
// process that has ended or never began and that nothing names.
func unusedPapers(tx *gorm.DB, where string, args ...any) ([]deliberation.PaperID, error) {
	var papers []struct {
		ID      deliberation.PaperID
		Process deliberation.ProcessID
	}
	sum := sha256.Sum256([]byte(ErasedText))
	err := tx.Table("papers").Select("papers.id, papers.process").Joins("JOIN processes p ON p.id = papers.process").
		Where("p.state IN ('', 'ended') AND papers.sha256 <> ?", hex.EncodeToString(sum[:])).Where(where, args...).Order("papers.id").Scan(&papers).Error
	if err != nil {
		return nil, err
	}
	named := map[deliberation.ProcessID][][]byte{}
	var unused []deliberation.PaperID
	for _, p := range papers {
		if _, known := named[p.Process]; !known {
			if named[p.Process], err = namingPapers(tx, p.Process); err != nil {
				return nil, err
			}
		}
		if !slices.ContainsFunc(named[p.Process], func(b []byte) bool { return bytes.Contains(b, []byte(p.ID)) }) {
			unused = append(unused, p.ID)
		}
	}
	return unused, nil
}

// namingPapers gives all that could name a paper of the process.
func namingPapers(tx *gorm.DB, id deliberation.ProcessID) ([][]byte, error) {
	var all [][]byte
	if err := tx.Table("entries").Where("process = ?", id).Pluck("leaf", &all).Error; err != nil {
		return nil, err
	}
	texts := []string{}
	for _, from := range []struct{ table, column string }{
		{"tasks", "data"}, {"meetings", "data"}, {"postings", "data"}, {"objections", "data"}, {"marks", "data"}, {"polls", "data"}, {"opinions", "paper"},
	} {
		var part []string
		if err := tx.Table(from.table).Where("process = ?", id).Pluck(from.column, &part).Error; err != nil {
			return nil, err
		}
		texts = append(texts, part...)
	}
	var status []string
	if err := tx.Table("processes").Where("id = ? AND status IS NOT NULL", id).Pluck("status", &status).Error; err != nil {
		return nil, err
	}
	for _, t := range append(texts, status...) {
		all = append(all, []byte(t))
	}
	return all, nil
}

// erasePersonRows deletes and counts by the list of columns.
func erasePersonRows(tx *gorm.DB, e *Erasure) error {
	for _, c := range personColumns {
		if c.keep == "" {
			done := tx.Exec(fmt.Sprintf("DELETE FROM %s WHERE %s = ?", c.table, c.column), e.Person)
			if done.Error != nil {
				return done.Error
			}
			e.Erased = addPart(e.Erased, ErasurePart{What: c.what, Count: done.RowsAffected})
			continue
		}
		var n int64
		if err := tx.Table(c.table).Where(c.column+" = ?", e.Person).Count(&n).Error; err != nil {
			return err
		}
		e.Kept = addPart(e.Kept, ErasurePart{What: c.what, Count: n, Why: c.keep})
	}
	// What an import of the community would be undone with holds records, too.
	done := tx.Exec("DELETE FROM import_images WHERE import IN (SELECT import FROM import_communities WHERE community = ?)", e.Community)
	if done.Error != nil {
		return done.Error
	}
	e.Erased = addPart(e.Erased, ErasurePart{What: importImages, Count: done.RowsAffected})
	// Who opened a session for another at the table.
	return tx.Exec("DELETE FROM sessions WHERE assistant = ?", e.Person).Error
}

func addPart(parts []ErasurePart, p ErasurePart) []ErasurePart {
	if p.Count == 0 {
		return parts
	}
	for i := range parts {
		if parts[i].What == p.What {
			parts[i].Count += p.Count
			return parts
		}
	}
	return append(parts, p)
}

// ErasureKinds are the kinds of data that a report may name, each with the ground
// on which it is kept, empty where it is erased.
func ErasureKinds() map[string]string {
	kinds := map[string]string{"name": "", "birth": "", "identity": "", "phone": "", "household": "", "rest_of_record": "", "drafts": "", "needs": "", "left_out": "", importImages: ""}
	for _, c := range personColumns {
		kinds[c.what] = c.keep
	}
	return kinds
}

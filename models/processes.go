package models

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"
	"gorm.io/gorm/clause"

	"github.com/yishi-project/yishi/deliberation"
)

type processRow struct {
	ID          deliberation.ProcessID
	Community   deliberation.CommunityID
	Kind        string
	Matter      []byte
	PackID      string
	PackVersion string
	PackHash    string
	Started     string
	StartedBy   *deliberation.PersonID
	ByCalendar  bool // nobody started it: its day had come
	Office      deliberation.Office
	Clock       string
	Status      *string
	Stage       deliberation.Stage
	State       deliberation.State
	Created     time.Time

	OpinionsClosed bool
}

func (processRow) TableName() string { return "processes" }

// newestFirst orders the cases of a community.
const newestFirst = "started DESC, created DESC, id DESC"

// CreateProcess writes the row of a case before its workflow starts. The same id
// again changes nothing. Until the workflow has written where it stands, lists
// do not show the case.
func (s *Store) CreateProcess(ctx context.Context, p deliberation.Process) error {
	matter, err := json.Marshal(p.Matter)
	if err != nil {
		return wrap("create process", err)
	}
	clock, err := encode(p.Clock)
	if err != nil {
		return wrap("create process", err)
	}
	row := processRow{
		ID: p.ID, Community: p.Community, Kind: p.Kind,
		Matter: s.seal("processes", "matter", string(p.ID), string(matter)),
		PackID: p.Pack.ID, PackVersion: p.Pack.Version, PackHash: p.Pack.Hash,
		Started: p.Started.String(), ByCalendar: p.StartedBy == "", Office: p.Office, Clock: clock, Created: moment(s.now()),
	}
	if !row.ByCalendar {
		row.StartedBy = &p.StartedBy
	}
	return wrap("create process", s.write(ctx, func(tx *gorm.DB) error {
		done := tx.Clauses(clause.OnConflict{DoNothing: true}).Create(&row)
		if done.Error != nil || done.RowsAffected == 0 {
			return missing(done.Error)
		}
		if err := s.addDisclosure(tx, p); err != nil {
			return err
		}
		if err := s.oneReport(tx, p); err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: p.StartedBy, Act: "create_process", Process: p.ID, Subject: string(p.ID), At: p.Started.Start()})
	}))
}

func (s *Store) processOf(r processRow) (p deliberation.Process, err error) {
	p = deliberation.Process{
		ID: r.ID, Community: r.Community, Kind: r.Kind, Office: r.Office,
		Pack: deliberation.PackRef{ID: r.PackID, Version: r.PackVersion, Hash: r.PackHash},
	}
	if r.StartedBy != nil {
		p.StartedBy = *r.StartedBy
	}
	matter, err := s.unseal("processes", "matter", string(r.ID), r.Matter)
	if err != nil {
		return p, err
	}
	if p.Matter, err = decode[deliberation.Matter](matter); err != nil {
		return p, err
	}
	if p.Started, err = deliberation.ParseDate(r.Started); err != nil {
		return p, err
	}
	if p.Clock, err = decode[deliberation.Clock](r.Clock); err != nil || r.Status == nil {
		return p, err
	}
	p.Status, err = decode[deliberation.Status](*r.Status)
	return p, err
}

func (s *Store) processesOf(rows []processRow) ([]deliberation.Process, error) {
	list := make([]deliberation.Process, len(rows))
	for i, r := range rows {
		var err error
		if list[i], err = s.processOf(r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// ListProcesses gives the cases of a community whose workflow has begun, newest
// first, and how many there are in all. Titles are sealed, so that a search opens
// them one by one here; it pays no heed to case.
func (s *Store) ListProcesses(ctx context.Context, c deliberation.CommunityID, state deliberation.State, search string, offset, limit int) (list []deliberation.Process, total int, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		query := tx.Model(&processRow{}).Where("community = ? AND status IS NOT NULL", c)
		if state != "" {
			query = query.Where("state = ?", state)
		}
		if strings.TrimSpace(search) != "" {
			list, total, err = s.searchTitles(query, search, offset, limit)
			return err
		}
		var count int64
		if err := query.Session(&gorm.Session{}).Count(&count).Error; err != nil {
			return err
		}
		total = int(count)
		var rows []processRow
		if err := query.Session(&gorm.Session{}).Order(newestFirst).Offset(offset).Limit(limit).Find(&rows).Error; err != nil {
			return err
		}
		list, err = s.processesOf(rows)
		return err
	})
	return list, total, wrap("list processes", err)
}

func (s *Store) searchTitles(query *gorm.DB, search string, offset, limit int) ([]deliberation.Process, int, error) {
	var rows []processRow
	if err := query.Order(newestFirst).Find(&rows).Error; err != nil {
		return nil, 0, err
	}
	all, err := s.processesOf(rows)
	if err != nil {
		return nil, 0, err
	}
	wanted := strings.ToLower(strings.TrimSpace(search))
	found := slices.DeleteFunc(all, func(p deliberation.Process) bool {
		return !strings.Contains(strings.ToLower(p.Matter.Title), wanted)
	})
	from := min(max(offset, 0), len(found))
	to := len(found)
	if limit >= 0 {
		to = min(from+limit, len(found))
	}
	return found[from:to], len(found), nil
}

// ElectedAndRecalled gives the elections and recalls of a community that have begun,
// newest first.
func (s *Store) ElectedAndRecalled(ctx context.Context, c deliberation.CommunityID) (list []deliberation.Process, err error) {
	err = s.read(ctx, func(tx *gorm.DB) error {
		var rows []processRow
		err := tx.Where("community = ? AND status IS NOT NULL AND kind IN ?", c, []string{deliberation.ElectionKind, deliberation.RecallKind}).Order(newestFirst).Find(&rows).Error
		if err != nil {
			return err
		}
		list, err = s.processesOf(rows)
		return err
	})
	return list, wrap("elected and recalled", err)
}

// Proceeding gives a case with all that pages show of it.
func (s *Store) Proceeding(ctx context.Context, id deliberation.ProcessID) (deliberation.Proceeding, error) {
	var p deliberation.Proceeding
	err := s.read(ctx, func(tx *gorm.DB) (err error) {
		if p.Process, err = s.process(tx, id); err != nil {
			return err
		}
		if p.Tasks, err = values[deliberation.Task](tx, "tasks", id); err != nil {
			return err
		}
		if p.Meetings, err = values[deliberation.Meeting](tx, "meetings", id); err != nil {
			return err
		}
		if p.Postings, err = values[deliberation.Posting](tx, "postings", id); err != nil {
			return err
		}
		if p.Objections, err = values[deliberation.Objection](tx, "objections", id); err != nil {
			return err
		}
		if p.Marks, err = values[deliberation.Mark](tx, "marks", id); err != nil {
			return err
		}
		p.Polls, err = polls(tx, id)
		return err
	})
	return p, wrap("proceeding", err)
}

// Process gives a process without its tasks, meetings, polls and postings.
func (s *Store) Process(ctx context.Context, id deliberation.ProcessID) (deliberation.Process, error) {
	p, err := s.process(s.reads.WithContext(ctx), id)
	return p, wrap("process", err)
}

func (s *Store) process(tx *gorm.DB, id deliberation.ProcessID) (deliberation.Process, error) {
	var row processRow
	if err := tx.Take(&row, "id = ?", id).Error; err != nil {
		return deliberation.Process{}, err
	}
	return s.processOf(row)
}

// values gives the values of a table of a process in the order they were made.
func values[T any](tx *gorm.DB, table string, process deliberation.ProcessID) ([]T, error) {
	var texts []string
	if err := tx.Table(table).Where("process = ?", process).Order("ord, id").Pluck("data", &texts).Error; err != nil {
		return nil, err
	}
	list := make([]T, len(texts))
	for i, text := range texts {
		var err error
		if list[i], err = decode[T](text); err != nil {
			return nil, err
		}
	}
	return list, nil
}

type valueRow struct {
	Process deliberation.ProcessID
	Data    string
}

// OpenTasks gives the open tasks of a community with their process, those due
// first at the head and those without a day at the end.
func (s *Store) OpenTasks(ctx context.Context, c deliberation.CommunityID) ([]deliberation.TaskLine, error) {
	var lines []deliberation.TaskLine
	err := s.read(ctx, func(tx *gorm.DB) error {
		rows, processes, err := s.inState(tx, c, "tasks", string(deliberation.TaskOpen))
		if err != nil {
			return err
		}
		lines = make([]deliberation.TaskLine, len(rows))
		for i, r := range rows {
			if lines[i].Task, err = decode[deliberation.Task](r.Data); err != nil {
				return err
			}
			lines[i].Process = processes[r.Process]
		}
		return nil
	})
	slices.SortStableFunc(lines, func(a, b deliberation.TaskLine) int {
		if a.Task.Due.IsZero() != b.Task.Due.IsZero() {
			return -a.Task.Due.Compare(b.Task.Due) // the zero time is the earliest
		}
		return a.Task.Due.Compare(b.Task.Due)
	})
	return lines, wrap("open tasks", err)
}

// Board gives what hangs on the public board of a community now, newest first.
func (s *Store) Board(ctx context.Context, c deliberation.CommunityID) ([]deliberation.Notice, error) {
	var notices []deliberation.Notice
	err := s.read(ctx, func(tx *gorm.DB) error {
		rows, processes, err := s.inState(tx, c, "postings", string(deliberation.PostingUp))
		if err != nil {
			return err
		}
		notices = make([]deliberation.Notice, len(rows))
		for i, r := range rows {
			if notices[i].Posting, err = decode[deliberation.Posting](r.Data); err != nil {
				return err
			}
			notices[i].Process = processes[r.Process]
		}
		return nil
	})
	slices.SortStableFunc(notices, func(a, b deliberation.Notice) int { return b.Posting.Posted.Compare(a.Posting.Posted) })
	return notices, wrap("board", err)
}

// inState gives the rows of a table that are in the state, of the processes of a
// community, with these processes.
func (s *Store) inState(tx *gorm.DB, c deliberation.CommunityID, table, state string) ([]valueRow, map[deliberation.ProcessID]deliberation.Process, error) {
	var rows []valueRow
	ours := tx.Model(&processRow{}).Select("id").Where("community = ?", c)
	err := tx.Table(table).Select("process, data").Where("state = ? AND process IN (?)", state, ours).Order("ord, id").Find(&rows).Error
	if err != nil {
		return nil, nil, err
	}
	var found []processRow
	concerned := tx.Table(table).Select("process").Where("state = ?", state)
	if err := tx.Where("community = ? AND id IN (?)", c, concerned).Find(&found).Error; err != nil {
		return nil, nil, err
	}
	list, err := s.processesOf(found)
	processes := make(map[deliberation.ProcessID]deliberation.Process, len(list))
	for _, p := range list {
		processes[p.ID] = p
	}
	return rows, processes, err
}

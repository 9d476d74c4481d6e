package models

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"strings"
	"time"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

type nominationRow struct {
	ID        string
	Process   deliberation.ProcessID
	Win       int
	Nominator string
	LodgedBy  deliberation.PersonID
	At        time.Time
}

func (nominationRow) TableName() string { return "nominations" }

type nominationNameRow struct {
	Nomination string
	Post       deliberation.ElectionPost
	Ord        int
	Person     deliberation.PersonID
}

func (nominationNameRow) TableName() string { return "nomination_names" }

type nominationSignerRow struct {
	Process    deliberation.ProcessID
	Win        int
	Person     deliberation.PersonID
	Nomination string
}

func (nominationSignerRow) TableName() string { return "nomination_signers" }

// OpenNomination lets nominations come in, again where too few were named. A second
// call changes nothing.
func (s *Store) OpenNomination(ctx context.Context, p deliberation.ProcessID) error {
	return wrap("open nomination", s.openWindow(ctx, p, nominationWindow))
}

// LodgeNomination hands a nomination in, while nominations are open (RefuseOutOfOrder
// before, RefuseTooLate after). It refuses somebody named who is not of the community
// (RefuseInvalid), what may not be nominated like this (RefuseUnlawfulElection), a signer
// who is not registered (RefuseNotOnRoll), and one who signed another (RefuseTwice).
func (s *Store) LodgeNomination(ctx context.Context, p deliberation.ProcessID, n deliberation.LodgedNomination, by deliberation.PersonID, at time.Time) error {
	n.ID = cmp.Or(n.ID, rand.Text())
	slices.Sort(n.Signers)
	if err := soundNomination(n); err != nil {
		return err
	}
	err := s.write(ctx, func(tx *gorm.DB) error {
		w, err := s.windowNow(tx, p, nominationWindow)
		if err != nil {
			return err
		}
		e, err := s.electionOf(tx, p)
		if err != nil {
			return err
		}
		for post, names := range n.Names {
			err := ofElection(tx, p, names...)
			if errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) {
				return invalid("names."+string(post), "not_a_choice")
			}
			if err != nil {
				return err
			}
		}
		everybody := func(deliberation.PersonID) bool { return true }
		if faults := e.rules.NominationFaults(n.Nomination, e.setup.Seats, everybody); len(faults) > 0 {
			return &deliberation.Refusal{Code: deliberation.RefuseUnlawfulElection, Faults: faults}
		}
		registered, err := s.registeredAt(tx, p, n.Signers)
		if err != nil {
			return err
		}
		for _, id := range n.Signers {
			if !registered[id] {
				return deliberation.Refuse(deliberation.RefuseNotOnRoll)
			}
		}
		if err := putNomination(tx, w, n, by, at); err != nil {
			return err
		}
		return s.audited(tx, auditRow{Actor: by, Act: "lodge_nomination", Process: p, Subject: n.ID, At: at})
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		err = deliberation.Refuse(deliberation.RefuseTwice)
	}
	return wrap("lodge nomination", err)
}

// soundNomination checks what can be checked without looking anybody up.
func soundNomination(n deliberation.LodgedNomination) error {
	total := 0
	for post, names := range n.Names {
		sorted := slices.Sorted(slices.Values(names))
		if !slices.Contains(deliberation.ElectionPosts, post) || len(slices.Compact(sorted)) < len(names) || slices.Contains(names, "") {
			return invalid("names."+string(post), "not_a_choice")
		}
		total += len(names)
	}
	switch party := n.By == string(deliberation.OriginParty); {
	case total == 0:
		return invalid("names", "required")
	case !party && n.By != "electors" && n.By != "electors_jointly":
		return invalid("by", "not_a_choice")
	case party && len(n.Signers) > 0:
		return invalid("signers", "unexpected")
	case !party && len(n.Signers) == 0:
		return invalid("signers", "required")
	case len(slices.Compact(slices.Clone(n.Signers))) < len(n.Signers), slices.Contains(n.Signers, ""):
		return invalid("signers", "not_a_choice")
	case !storable(n.ID) || slices.ContainsFunc(n.Signers, func(id deliberation.PersonID) bool { return !storable(string(id)) }):
		return deliberation.Refuse(deliberation.RefuseMalformed)
	}
	return nil
}

func putNomination(tx *gorm.DB, w electionWindowRow, n deliberation.LodgedNomination, by deliberation.PersonID, at time.Time) error {
	row := nominationRow{ID: n.ID, Process: w.Process, Win: w.Ord, Nominator: n.By, LodgedBy: by, At: moment(at)}
	if err := tx.Create(&row).Error; err != nil {
		return missing(err)
	}
	var names []nominationNameRow
	for _, post := range deliberation.ElectionPosts {
		for i, id := range n.Names[post] {
			names = append(names, nominationNameRow{Nomination: n.ID, Post: post, Ord: i, Person: id})
		}
	}
	if err := tx.CreateInBatches(names, chunk).Error; err != nil || len(n.Signers) == 0 {
		return err
	}
	signers := make([]nominationSignerRow, len(n.Signers))
	for i, id := range n.Signers {
		signers[i] = nominationSignerRow{Process: w.Process, Win: w.Ord, Person: id, Nomination: n.ID}
	}
	return tx.CreateInBatches(signers, chunk).Error
}

// CloseNomination takes no nomination any more and gives those there are, in the order
// of their ids, those of windows before this one too. A second call gives the same.
func (s *Store) CloseNomination(ctx context.Context, p deliberation.ProcessID, at time.Time) ([]deliberation.LodgedNomination, error) {
	var list []deliberation.LodgedNomination
	err := s.write(ctx, func(tx *gorm.DB) error {
		if err := s.lock(tx, electionLock(p)); err != nil {
			return err
		}
		w, err := lastWindow(tx, p, nominationWindow)
		switch {
		case err != nil:
			return err
		case w.Ord == 0:
			return deliberation.Refuse(deliberation.RefuseOutOfOrder)
		case w.Closed == nil:
			if err := closeWindow(tx, w, at); err != nil {
				return err
			}
		}
		list, err = nominations(tx, p)
		return err
	})
	return list, wrap("close nomination", err)
}

// Nominations gives what was handed in so far, in the order of the ids.
func (s *Store) Nominations(ctx context.Context, p deliberation.ProcessID) ([]deliberation.LodgedNomination, error) {
	var list []deliberation.LodgedNomination
	err := s.read(ctx, func(tx *gorm.DB) (err error) {
		list, err = nominations(tx, p)
		return err
	})
	return list, wrap("nominations", err)
}

func nominations(tx *gorm.DB, p deliberation.ProcessID) ([]deliberation.LodgedNomination, error) {
	var rows []nominationRow
	if err := tx.Where("process = ?", p).Find(&rows).Error; err != nil {
		return nil, err
	}
	// The order of the databases differs, and the hash of the nominations rests on it.
	slices.SortFunc(rows, func(a, b nominationRow) int { return strings.Compare(a.ID, b.ID) })
	var names []nominationNameRow
	err := tx.Where("nomination IN (SELECT id FROM nominations WHERE process = ?)", p).Order("nomination, post, ord").Find(&names).Error
	if err != nil {
		return nil, err
	}
	var signers []nominationSignerRow
	if err := tx.Where("process = ?", p).Find(&signers).Error; err != nil {
		return nil, err
	}
	slices.SortFunc(signers, func(a, b nominationSignerRow) int { return cmp.Compare(a.Person, b.Person) })
	list := make([]deliberation.LodgedNomination, len(rows))
	at := map[string]*deliberation.LodgedNomination{}
	for i, row := range rows {
		list[i].ID, list[i].By, list[i].Names = row.ID, row.Nominator, map[deliberation.ElectionPost][]deliberation.PersonID{}
		at[row.ID] = &list[i]
	}
	for _, row := range names {
		n := at[row.Nomination]
		n.Names[row.Post] = append(n.Names[row.Post], row.Person)
	}
	for _, row := range signers {
		n := at[row.Nomination]
		n.Signers = append(n.Signers, row.Person)
	}
	return list, nil
}

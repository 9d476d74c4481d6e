package server

import (
	"context"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// signaturesHere is a window in which the residents of a town sign.
type signaturesHere struct {
	town   *town
	signed []deliberation.Signature
	closed bool
}

func (s *signaturesHere) index(person deliberation.PersonID) int {
	return slices.IndexFunc(s.signed, func(g deliberation.Signature) bool { return g.Person.ID == person })
}

func (s *signaturesHere) Sign(_ context.Context, p deliberation.ProcessID, person deliberation.PersonID, at time.Time) error {
	switch {
	case s.closed:
		return deliberation.Refuse(deliberation.RefuseTooLate)
	case !slices.Contains(s.town.offices[person], deliberation.Resident):
		return deliberation.Refuse(deliberation.RefuseNotOnRoll)
	case s.index(person) >= 0:
		return deliberation.Refuse(deliberation.RefuseTwice)
	}
	s.signed = append(s.signed, deliberation.Signature{Process: p, Person: s.town.people[person], Channel: deliberation.WebChannel, At: at})
	return nil
}

func (s *signaturesHere) Unsign(_ context.Context, _ deliberation.ProcessID, person deliberation.PersonID, _ time.Time) error {
	if s.index(person) < 0 {
		return notFound
	}
	s.signed = slices.Delete(s.signed, s.index(person), s.index(person)+1)
	return nil
}

func (s *signaturesHere) EnterSignatures(_ context.Context, p deliberation.ProcessID, sheet deliberation.PaperRef, rows []deliberation.SheetRow, by deliberation.PersonID, at time.Time) (entered int, problems []deliberation.SheetProblem, err error) {
	for i, r := range rows {
		problem := "unknown"
		for id, who := range s.town.people {
			switch {
			case who.Name != r.Name || who.Community != home:
			case s.index(id) >= 0:
				problem = "twice"
			default:
				s.signed = append(s.signed, deliberation.Signature{Process: p, Person: who, Channel: deliberation.SheetChannel, At: at, Sheet: sheet, EnteredBy: by})
				problem = ""
			}
		}
		if problem == "" {
			entered++
		} else {
			problems = append(problems, deliberation.SheetProblem{Row: i + 1, Problem: problem})
		}
	}
	return entered, problems, nil
}

func (s *signaturesHere) CountSigned(context.Context, deliberation.ProcessID, deliberation.Date) (n deliberation.SignatureCount, err error) {
	for _, g := range s.signed {
		if g.Channel == deliberation.SheetChannel {
			n.Paper++
		} else {
			n.Web++
		}
	}
	n.Rolls = []deliberation.SignatureRoll{{Office: deliberation.Resident, Due: 20, Signed: n.All()}}
	return n, nil
}

func (s *signaturesHere) HasSigned(_ context.Context, _ deliberation.ProcessID, person deliberation.PersonID) (bool, error) {
	return s.index(person) >= 0, nil
}

func (s *signaturesHere) Signatures(context.Context, deliberation.ProcessID) ([]deliberation.Signature, error) {
	return s.signed, nil
}

package models

import (
	"errors"
	"fmt"
	"slices"

	"gorm.io/gorm"

	"github.com/yishi-project/yishi/deliberation"
)

// named gives those whom the ballot writes in 另选他人, each with its question.
func (b *box) named(v deliberation.Ballot) (questions []deliberation.QuestionID, names []deliberation.PersonID) {
	for _, q := range b.form {
		if !q.WriteIn {
			continue
		}
		for _, a := range v.Answers {
			if a.Question != q.ID {
				continue
			}
			for _, c := range a.Choices {
				if !slices.Contains(q.Options, deliberation.OptionID(c)) && storable(c) {
					questions, names = append(questions, q.ID), append(names, deliberation.PersonID(c))
				}
			}
		}
	}
	return questions, names
}

// unknown gives the question in which somebody is written in who may not be.
func (b *box) unknown(v deliberation.Ballot) string {
	questions, names := b.named(v)
	for i, name := range names {
		if !b.known[string(name)] {
			return string(questions[i])
		}
	}
	return ""
}

// writtenIn finds who, of those whom the ballots write in, has a vote in the poll or is
// registered in its election.
func (s *Store) writtenIn(tx *gorm.DB, boxes map[deliberation.PollID]*box, batch []*cast) error {
	for id, b := range boxes {
		var names []deliberation.PersonID
		for _, c := range batch {
			if c.ballot.Poll == id {
				_, more := b.named(c.ballot)
				names = append(names, more...)
			}
		}
		if len(names) == 0 {
			continue
		}
		names = slices.Compact(slices.Sorted(slices.Values(names)))
		b.known = map[string]bool{}
		for part := range slices.Chunk(names, chunk) {
			var voters []deliberation.PersonID
			if err := tx.Model(&voterRow{}).Where("poll = ? AND person IN ?", id, part).Pluck("person", &voters).Error; err != nil {
				return err
			}
			for _, v := range voters {
				b.known[string(v)] = true
			}
		}
		registered, err := s.registeredAt(tx, b.poll.Process, names)
		if err != nil {
			return err
		}
		for v := range registered {
			b.known[string(v)] = true
		}
	}
	return nil
}

// writtenOnPaper refuses a reading that counts a vote for nobody of the community: a
// paper that names such a person is spoiled. Whether somebody else can be elected is
// found after the count.
func writtenOnPaper(tx *gorm.DB, p pollRow, form deliberation.BallotForm, c deliberation.SheetCount) error {
	for i, q := range form {
		if !q.WriteIn {
			continue
		}
		var names []deliberation.PersonID
		for _, v := range c.Questions[i].Votes {
			if !slices.Contains(q.Options, deliberation.OptionID(v.Option)) {
				names = append(names, deliberation.PersonID(v.Option))
			}
		}
		if len(names) == 0 {
			continue
		}
		err := ofElection(tx, p.Process, names...)
		if errors.Is(err, deliberation.Refuse(deliberation.RefuseNotFound)) {
			return invalid(fmt.Sprintf("questions.%d", i+1), "not_a_choice")
		}
		if err != nil {
			return err
		}
	}
	return nil
}

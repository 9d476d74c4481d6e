package server

import (
	"context"
	"fmt"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// reportsHere keeps commitments as the store does, for one town.
type reportsHere struct {
	all  []deliberation.Commitment
	kept []deliberation.DutyReport
}

func (r *reportsHere) OwedCommitments(_ context.Context, _ deliberation.CommunityID, p deliberation.ProcessID, person deliberation.PersonID) ([]deliberation.Commitment, error) {
	return slices.DeleteFunc(slices.Clone(r.all), func(c deliberation.Commitment) bool {
		return c.Person != person || c.Process == p || c.AnsweredIn != "" && c.AnsweredIn != p
	}), nil
}

func (r *reportsHere) CommitmentsOf(_ context.Context, _ deliberation.CommunityID, person deliberation.PersonID) ([]deliberation.Commitment, error) {
	return slices.DeleteFunc(slices.Clone(r.all), func(c deliberation.Commitment) bool { return c.Person != person }), nil
}

func (r *reportsHere) KeepReport(ctx context.Context, d deliberation.DutyReport) error {
	owed, _ := r.OwedCommitments(ctx, d.Community, d.Process, d.Person)
	if err := d.Check(owed); err != nil {
		return err
	}
	r.kept = append(r.kept, d)
	for i, text := range d.Promises {
		r.all = append(r.all, deliberation.Commitment{ID: fmt.Sprint("n", i), Person: d.Person, Post: d.Post, Process: d.Process, Made: d.On, Text: text})
	}
	return nil
}

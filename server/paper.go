package server

import (
	"context"

	"github.com/yishi-project/yishi/deliberation"
)

// What may be done with a paper ballot at the table.
const (
	paperIssue    = "issue"
	paperExchange = "exchange"
	paperHandBack = "hand_back"
)

// paperInput is something done with a person's paper ballot.
type paperInput struct {
	Action  string
	Person  deliberation.PersonID
	Agent   deliberation.PersonID
	Channel deliberation.Channel
	Station string
}

// handlePaper hands a paper ballot out, exchanges it or takes it back.
func (s *Server) handlePaper(ctx context.Context, v viewer, poll deliberation.PollID, in paperInput) error {
	if err := s.atPoll(ctx, v, toIssuePaper, poll); err != nil {
		return err
	}
	var wrong fields
	wrong.want(isID(string(in.Person)), "person", notAChoice)
	wrong.want(in.Agent == "" || isID(string(in.Agent)), "agent", notAChoice)
	if err := wrong.refusal(); err != nil {
		return err
	}
	switch in.Action {
	case paperIssue:
		err := s.Paper.IssuePaper(ctx, deliberation.PaperIssue{
			Poll: poll, Person: in.Person, Agent: in.Agent, Channel: in.Channel, Station: in.Station, By: v.Person.ID, At: s.now(),
		})
		return s.cited(ctx, v, poll, err)
	case paperExchange:
		return s.Paper.ExchangePaper(ctx, poll, in.Person, v.Person.ID, s.now())
	case paperHandBack:
		return s.Paper.HandBackPaper(ctx, poll, in.Person, v.Person.ID, s.now())
	}
	return invalid("action", notAChoice)
}

// recordBox notes how many sheets the viewer found in a box.
func (s *Server) recordBox(ctx context.Context, v viewer, poll deliberation.PollID, station string, recovered int) error {
	if err := s.atPoll(ctx, v, toCountPaper, poll); err != nil {
		return err
	}
	return s.Paper.RecordBox(ctx, poll, station, recovered, v.Person.ID, s.now())
}

// readBundle notes what the viewer read from a bundle.
func (s *Server) readBundle(ctx context.Context, v viewer, poll deliberation.PollID, bundle string, person deliberation.PersonID, c deliberation.SheetCount) (agree bool, err error) {
	if err := s.atPoll(ctx, v, toCountPaper, poll); err != nil {
		return false, err
	}
	if person != "" && !isID(string(person)) {
		return false, invalid("person", notAChoice)
	}
	c.By = v.Person.ID
	return s.Paper.ReadBundle(ctx, poll, bundle, person, c, s.now())
}

// paperCount gives the paper of a poll and how it adds up. What one person alone
// read from a bundle is hidden from the others: the second reads the sheets, not the
// first one's numbers.
func (s *Server) paperCount(ctx context.Context, v viewer, poll deliberation.PollID) (deliberation.PaperCount, deliberation.Reconciliation, error) {
	if err := s.atPoll(ctx, v, toCountPaper, poll); err != nil {
		return deliberation.PaperCount{}, deliberation.Reconciliation{}, err
	}
	p, _, err := s.Ballots.Poll(ctx, poll)
	if err != nil {
		return deliberation.PaperCount{}, deliberation.Reconciliation{}, err
	}
	count, err := s.Paper.PaperCount(ctx, poll)
	adds := count.Reconcile(!p.Secret)
	blind := false
	for i, b := range count.Bundles {
		if len(b.Counts) == 1 && b.Counts[0].By != v.Person.ID {
			count.Bundles[i].Counts = []deliberation.SheetCount{{By: b.Counts[0].By}}
			blind = true
		}
	}
	if blind { // the sums would tell
		adds.Valid, adds.Spoiled = 0, 0
	}
	return count, adds, err
}

// atPoll permits an action at a poll of the viewer's own community.
func (s *Server) atPoll(ctx context.Context, v viewer, a action, poll deliberation.PollID) error {
	if err := permit(a, v, true); err != nil {
		return err
	}
	home, err := s.pollHome(ctx, poll)
	if err != nil {
		return err
	}
	if err := permit(a, v, home == v.Community.ID); err != nil {
		return err
	}
	p, err := s.keptFromPaper(ctx, v, poll)
	if err != nil || a != toCountPaper {
		return err
	}
	return s.countsForKin(ctx, v, p)
}

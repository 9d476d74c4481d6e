package server

import (
	"context"
	"slices"
	"time"

	"github.com/yishi-project/yishi/deliberation"
)

// paperHere is the paper of one poll in memory. It keeps what the pages lean on: one
// ballot a person, and readings of two.
type paperHere struct {
	list  []deliberation.PaperBallot
	count deliberation.PaperCount
}

func (w *town) IssuePaper(_ context.Context, p deliberation.PaperIssue) error {
	_, voted := w.polls[p.Poll].ballots[p.Person]
	out := slices.ContainsFunc(w.paper.list, func(b deliberation.PaperBallot) bool { return b.Person == p.Person && b.HandedBack.IsZero() })
	switch {
	case w.failWith != nil:
		return w.failWith
	case p.Station == "":
		return invalid("station", "required")
	case voted, out:
		return deliberation.Refuse(deliberation.RefuseOtherChannel)
	}
	w.paper.list = append(w.paper.list, deliberation.PaperBallot{PaperIssue: p})
	i := slices.IndexFunc(w.paper.count.Stations, func(s deliberation.StationCount) bool { return s.Station == p.Station })
	if i < 0 {
		i = len(w.paper.count.Stations)
		w.paper.count.Stations = append(w.paper.count.Stations, deliberation.StationCount{Station: p.Station, Channel: p.Channel})
	}
	w.paper.count.Stations[i].Issued++
	return nil
}

func (w *town) ExchangePaper(_ context.Context, _ deliberation.PollID, person, _ deliberation.PersonID, _ time.Time) error {
	return w.changePaper(person, func(b *deliberation.PaperBallot) { b.Exchanged++ })
}

func (w *town) HandBackPaper(_ context.Context, _ deliberation.PollID, person, _ deliberation.PersonID, at time.Time) error {
	return w.changePaper(person, func(b *deliberation.PaperBallot) { b.HandedBack = at })
}

func (w *town) changePaper(person deliberation.PersonID, f func(*deliberation.PaperBallot)) error {
	for i := range w.paper.list {
		if b := &w.paper.list[i]; b.Person == person && b.HandedBack.IsZero() {
			f(b)
			return nil
		}
	}
	return notFound
}

func (w *town) RecordBox(_ context.Context, _ deliberation.PollID, station string, recovered int, by deliberation.PersonID, _ time.Time) error {
	for i := range w.paper.count.Stations {
		if s := &w.paper.count.Stations[i]; s.Station == station {
			s.Recovered, s.By = &recovered, by
			return nil
		}
	}
	return notFound
}

func (w *town) ReadBundle(_ context.Context, id deliberation.PollID, bundle string, person deliberation.PersonID, c deliberation.SheetCount, _ time.Time) (bool, error) {
	if person != "" {
		bundle = string(person)
	}
	c, err := w.polls[id].poll.Form.Sheets(c)
	if err != nil {
		return false, err
	}
	i := slices.IndexFunc(w.paper.count.Bundles, func(b deliberation.Bundle) bool { return b.ID == bundle })
	if i < 0 {
		i = len(w.paper.count.Bundles)
		w.paper.count.Bundles = append(w.paper.count.Bundles, deliberation.Bundle{ID: bundle, Person: person})
	}
	b := &w.paper.count.Bundles[i]
	b.Counts = append(slices.DeleteFunc(b.Counts, func(o deliberation.SheetCount) bool { return o.By == c.By }), c)
	_, agree := b.Agreed()
	return agree, nil
}

func (w *town) PaperCount(context.Context, deliberation.PollID) (deliberation.PaperCount, error) {
	c := deliberation.PaperCount{Stations: slices.Clone(w.paper.count.Stations), Bundles: slices.Clone(w.paper.count.Bundles)}
	return c, nil
}

func (w *town) PaperList(context.Context, deliberation.PollID) ([]deliberation.PaperBallot, error) {
	return slices.Clone(w.paper.list), nil
}

package server

import (
	"context"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// pollView is a poll as the community sees it. Lines, with the choices, stand
// there once it is closed, for who may read them.
type pollView struct {
	Poll          deliberation.Poll
	Process       deliberation.ProcessID
	Voted, Voters int
	Lines         []deliberation.BallotLine
	// Box is what a closed secret poll publishes.
	Box deliberation.OpenedBox
}

// poll gives a poll of the viewer's own community.
func (s *Server) poll(ctx context.Context, v viewer, id deliberation.PollID) (pollView, error) {
	home, err := s.pollHome(ctx, id)
	if err != nil {
		return pollView{}, err
	}
	if err := permit(toReadCase, v, home == v.Community.ID); err != nil {
		return pollView{}, err
	}
	view := pollView{}
	if view.Poll, view.Process, err = s.Ballots.Poll(ctx, id); err != nil {
		return pollView{}, err
	}
	if view.Voted, view.Voters, err = s.Ballots.Turnout(ctx, id); err != nil {
		return pollView{}, err
	}
	switch {
	case view.Poll.State != deliberation.PollClosed:
	case view.Poll.Secret:
		view.Box, err = s.Ballots.OpenedBox(ctx, id)
	case permit(toReadChoices, v, true) == nil:
		view.Lines, err = s.Ballots.BallotLines(ctx, id)
	}
	return view, err
}

// tasks gives the open tasks of the viewer, soonest due first: those of the
// offices held and those meant for the person alone.
func (s *Server) tasks(ctx context.Context, v viewer) ([]TaskLine, error) {
	all, err := s.Processes.OpenTasks(ctx, v.Community.ID)
	if err != nil {
		return nil, err
	}
	mine := slices.DeleteFunc(all, func(t TaskLine) bool {
		if t.Task.Person != "" {
			return t.Task.Person != v.Person.ID
		}
		return !v.Holds(t.Task.Offices...)
	})
	soonestFirst(mine)
	return mine, nil
}

// seenCommunity is a community that a viewer may see.
type seenCommunity struct {
	community deliberation.Community
	above     []deliberation.Place
	count     deliberation.OpenCount
}

// communitiesOf gives the communities that the viewer may see, in the order of the
// tree, with what is open in each.
func (s *Server) communitiesOf(ctx context.Context, v viewer) ([]seenCommunity, error) {
	roots, err := s.roots(ctx, v)
	if err != nil {
		return nil, err
	}
	var list []seenCommunity
	var ids []deliberation.CommunityID
	for _, root := range roots {
		places, err := s.Places.Below(ctx, root[len(root)-1].ID)
		if err != nil {
			return nil, err
		}
		way := map[deliberation.PlaceID][]deliberation.Place{root[len(root)-1].ID: root}
		for _, p := range places {
			way[p.ID] = append(slices.Clone(way[p.Parent]), p)
		}
		for _, p := range slices.Concat(root[len(root)-1:], places) {
			if _, ok := v.within(way[p.ID]); ok {
				c, _ := deliberation.CommunityOf(way[p.ID])
				list, ids = append(list, seenCommunity{community: c, above: way[p.ID][:len(way[p.ID])-1]}), append(ids, c.ID)
			}
		}
	}
	counts, err := s.Processes.OpenCounts(ctx, ids)
	for i := range list {
		list[i].count = counts[list[i].community.ID]
	}
	return list, err
}

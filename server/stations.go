package server

import (
	"context"
	"slices"

	"github.com/yishi-project/yishi/deliberation"
)

// setStationCrew says who works at a polling station or mobile box of an election, and
// which of them are scrutineers 监票人. Nobody at all takes the station off the list.
func (s *Server) setStationCrew(ctx context.Context, v viewer, id deliberation.ProcessID, station string, crew deliberation.StationCrew) error {
	p, err := s.atElectionDesk(ctx, v, id)
	switch {
	case err != nil:
		return err
	case p.Status.State == deliberation.Ended:
		return deliberation.Refuse(deliberation.RefuseEnded)
	}
	var f fields
	station = f.text("station", station, true, maxLine)
	f.want(len(crew.Staff) <= maxNamed, "staff", tooMany)
	for field, list := range map[string][]deliberation.PersonID{"staff": crew.Staff, "scrutineers": crew.Scrutineers} {
		for _, who := range list {
			f.want(isID(string(who)) && slices.Contains(crew.Staff, who), field, notAChoice)
		}
	}
	if err := f.refusal(); err != nil {
		return err
	}
	return s.Elections.SetStationCrew(ctx, id, station, crew, v.Person.ID, s.now())
}

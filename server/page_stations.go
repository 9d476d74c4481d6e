package server

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// stationsView is where the staff of the polling stations is named.
func (w *site) stationsView(c echo.Context) (pages.StationsView, error) {
	ctx, v := c.Request().Context(), w.viewer(c)
	p, err := w.atElectionDesk(ctx, v, deliberation.ProcessID(c.Param("process")))
	if err != nil {
		return pages.StationsView{}, err
	}
	rules, err := w.electionRules(p.Process)
	if err != nil {
		return pages.StationsView{}, err
	}
	view := pages.StationsView{
		Page: w.page(c, "processes", "stations_title"), P: p.Process, Staff: rules.StationStaff.Count, Scrutineers: rules.StationScrutineers.Count,
		Station: c.FormValue("station"), Watching: c.FormValue("scrutineers"), Others: c.FormValue("staff"),
	}
	view.Source = view.Page.Source(rules.StationStaff.Basis)
	view.Crews, err = w.crewLines(ctx, p.ID)
	return view, err
}

// crewLines gives the staff of each station by name.
func (w *site) crewLines(ctx context.Context, id deliberation.ProcessID) ([]pages.CrewLine, error) {
	crews, err := w.Elections.StationCrews(ctx, id)
	if err != nil {
		return nil, err
	}
	var ids []deliberation.PersonID
	for _, crew := range crews {
		ids = append(ids, crew.Staff...)
	}
	names, err := w.names(ctx, ids)
	var lines []pages.CrewLine
	for station, crew := range crews {
		l := pages.CrewLine{Station: station}
		for _, who := range crew.Staff {
			if slices.Contains(crew.Scrutineers, who) {
				l.Scrutineers = append(l.Scrutineers, names.Of(who))
			} else {
				l.Others = append(l.Others, names.Of(who))
			}
		}
		slices.SortFunc(l.Scrutineers, deliberation.CompareByStrokes)
		slices.SortFunc(l.Others, deliberation.CompareByStrokes)
		lines = append(lines, l)
	}
	slices.SortFunc(lines, func(a, b pages.CrewLine) int { return cmp.Compare(a.Station, b.Station) })
	return lines, err
}

func (w *site) showStations(c echo.Context) error {
	view, err := w.stationsView(c)
	if err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.Stations(view))
}

// postStations names the staff of a station, scrutineers and others by their names.
func (w *site) postStations(c echo.Context) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view, err := w.stationsView(c)
	if err != nil {
		return err
	}
	crew, err := w.crewNamed(ctx, v, view)
	if err == nil {
		err = w.setStationCrew(ctx, v, view.P.ID, view.Station, crew)
	}
	if err == nil {
		return after(c, "/processes/"+string(view.P.ID)+"/stations", "done_stations")
	}
	var status int
	status, view.Problem = w.refused(err, view.Page, v.Lang)
	return w.render(c, status, pages.Stations(view))
}

// crewNamed finds the staff of the form, the scrutineers first.
func (w *site) crewNamed(ctx context.Context, v viewer, view pages.StationsView) (crew deliberation.StationCrew, err error) {
	for _, field := range []struct {
		name, lines string
		to          *[]deliberation.PersonID
	}{{"scrutineers", view.Watching, &crew.Scrutineers}, {"staff", view.Others, &crew.Staff}} {
		if strings.TrimSpace(field.lines) == "" {
			continue
		}
		if *field.to, err = w.peopleNamed(ctx, v, field.name, field.lines); err != nil {
			return crew, err
		}
	}
	crew.Staff = slices.Concat(crew.Scrutineers, crew.Staff)
	return crew, nil
}

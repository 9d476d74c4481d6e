package server

import (
	"context"
	"net/http"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/pages"
)

// myData shows the viewer what is kept of them, but for the ends of numbers.
func (w *site) myData(c echo.Context) error { return w.showMyData(c, false) }

// revealMyData shows it whole. Looking at one's own record leaves no entry.
func (w *site) revealMyData(c echo.Context) error { return w.showMyData(c, true) }

func (w *site) showMyData(c echo.Context, whole bool) error {
	ctx, v := c.Request().Context(), w.viewer(c)
	view := pages.MyDataView{
		Page: w.page(c, "my-data", "my_data_title"), Revealed: whole, Home: v.Place.Name,
		Paging:  pages.Paging{Offset: offsetOf(c), Limit: listSize, Path: "/my-data"},
		MayKeep: w.mounted("/account/sign-in") && permit(toKeepSignIn, v, true) == nil,
	}
	var err error
	if view.Record, err = w.Roster.Record(ctx, v.Person.ID); err != nil {
		return err
	}
	if whole {
		if view.Household, err = w.householdNumber(ctx, view.Record); err != nil {
			return err
		}
	}
	if view.Offices, err = w.Roster.OfficesOf(ctx, v.Person.ID); err != nil {
		return err
	}
	if view.Places, err = w.placesOf(ctx, view.Offices); err != nil {
		return err
	}
	view.Lines, view.Paging.Total, err = w.Audit.AuditOfPerson(ctx, v.Person.ID, view.Paging.Offset, listSize)
	if err != nil {
		return err
	}
	// Who looked is said by name, wherever they belong: it is the person's own record.
	if view.Names, err = w.names(ctx, concerned(view.Lines)); err != nil {
		return err
	}
	return w.render(c, http.StatusOK, pages.MyData(view))
}

func (w *site) householdNumber(ctx context.Context, r deliberation.PersonRecord) (string, error) {
	if r.Household == "" {
		return "", nil
	}
	list, err := w.Roster.Households(ctx, r.Community)
	for _, h := range list {
		if h.ID == r.Household {
			return h.Number, nil
		}
	}
	return "", err
}

// placesOf names the places over or in which the offices are held.
func (w *site) placesOf(ctx context.Context, held []deliberation.OfficeHeld) (map[deliberation.PlaceID]string, error) {
	names := map[deliberation.PlaceID]string{}
	for _, h := range held {
		if names[h.Community] != "" {
			continue
		}
		path, err := w.Places.Path(ctx, h.Community)
		if err != nil {
			return nil, err
		}
		names[h.Community] = path[len(path)-1].Name
	}
	return names, nil
}

package server

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"github.com/yishi-project/yishi/deliberation"
	"github.com/yishi-project/yishi/server/api"
)

func (h apiHandlers) StartRating(c echo.Context, _ api.StartRatingParams) error {
	in, err := read[api.RatingRequest](c)
	if err != nil {
		return err
	}
	return h.once(c, func(v viewer, key string) (answer, error) {
		id, err := h.startRating(c.Request().Context(), v, key, ratingInput{Title: in.Title, Summary: in.Summary, Departments: in.Departments})
		return answer{http.StatusCreated, api.Created{Id: string(id)}}, err
	})
}

func (h apiHandlers) GetRating(c echo.Context, id api.ProcessID) error {
	found, err := h.openRating(c.Request().Context(), h.viewer(c), deliberation.ProcessID(id))
	if err != nil {
		return err
	}
	out := api.Rating{Community: string(found.Process.Community), Title: found.Matter.Title, Held: found.Status.Held.String(), Departments: []api.RatedDepartment{}}
	for i, d := range found.Status.Departments {
		line := api.RatedDepartment{Id: string(d.ID), Name: found.Matter.Departments[i], Votes: []api.GradeVotes{}, Permille: []int{}, Told: !d.Told.IsZero(), Overdue: d.Overdue, Late: d.Late, Reply: found.Replies[d.ID]}
		if r := d.Result; r != nil {
			line.Ballots, line.Valid, line.Blank, line.Spoiled = r.Ballots, r.Valid, r.Blank, r.Spoiled
			line.Permille = append(line.Permille, r.Permille...)
			for _, n := range r.Votes {
				line.Votes = append(line.Votes, api.GradeVotes{Grade: n.Option, Votes: n.Votes})
			}
		}
		if !d.ReplyDue.IsZero() {
			line.ReplyDue = d.ReplyDue.Format(time.RFC3339)
		}
		if !d.Replied.IsZero() {
			line.Replied = d.Replied.Format(time.RFC3339)
		}
		out.Departments = append(out.Departments, line)
	}
	return c.JSON(http.StatusOK, out)
}
